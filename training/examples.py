"""Sentences with a target each: read from NewsMTSC, divided by article, and changed so that more is learnt.

What is changed keeps its place in a sentence but loses its label: the teacher says what it is.
"""

import json
import random
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dateline.tone.model import LABELS

# One article in so many is kept apart.
PARTS = 10
# Joined sentences are no longer than this, in characters, so that the marks stay in what the model reads.
LONGEST = 420
# How many sentences are joined, and how many words are exchanged in a sentence that is reworded.
JOINED, REWORDED = 0.5, 0.2
# The first words of BERT's vocabulary, mostly without a meaning of their own, stay; near words to draw from.
FUNCTION_WORDS, NEAREST = 2250, 8
# One to four capitalised words with at most an initial's full stop between: a name, as far as its form goes.
_NAME = re.compile(r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov)\. )?[A-Z][\w’'-]+(?: (?:[A-Z]\. )?[A-Z][\w’'-]+){0,3}")
# Verbs that a negation can follow, articles that can turn into "no", and negations that can be taken away.
_VERB = re.compile(
    r"\b(?:is|was|are|were|has|have|had|will|would|can|could|should|may|might|must|did|does|do)\b(?! not\b)"
)
_ARTICLE, _NEGATION = re.compile(r"\b(?:an?|any)\b"), re.compile(r" not\b")
_DENIALS = ("not", "never", "hardly")
_WORD = re.compile(r"\b[a-z]{3,}\b")
_NO_NAME = re.compile(
    r"He|She|It|They|We|You|His|Her|Their|This|That|Who|The|And|But|In|On|At|If|As|When|While|For|So|There"
    r"|What|After|Yet"
)


class Example(NamedTuple):
    """A sentence, where its target stands in characters, the label's number (-1: none) and its article."""

    text: str
    start: int
    end: int
    label: int
    article: str

    @property
    def target(self) -> str:
        return self.text[self.start : self.end]


def read(path: str | Path) -> list[Example]:
    """Read a file of NewsMTSC: one example a target."""
    return [
        Example(
            record["sentence_normalized"],
            target["from"],
            target["to"],
            int(target["polarity"]) // 2 - 1,
            "_".join(record["primary_gid"].split("_")[:3]),
        )
        for record in map(json.loads, Path(path).read_text(encoding="utf-8").splitlines())
        for target in record["targets"]
    ]


def divide(examples: list[Example]) -> tuple[list[Example], list[Example]]:
    """Keep the examples of every tenth article apart, by a checksum of its name."""
    apart = [zlib.crc32(one.article.encode()) % PARTS == 0 for one in examples]
    return (
        [one for one, is_apart in zip(examples, apart, strict=True) if not is_apart],
        [one for one, is_apart in zip(examples, apart, strict=True) if is_apart],
    )


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and _NO_NAME.fullmatch(text) is None


def names(examples: list[Example]) -> list[str]:
    """List the targets that are names, as often as they are: frequent ones are drawn more often."""
    return [one.target for one in examples if is_name(one.target)]


def renamed(one: Example, name: str) -> Example:
    """Put another name in the target's place; a target that is no name stays."""
    if not is_name(one.target) or one.text.count(one.target) > 1:
        return one
    text = one.text[: one.start] + name + one.text[one.end :]
    return one._replace(text=text, end=one.start + len(name))


def joined(one: Example, other: str, *, before: bool) -> Example:
    """Put another sentence before or behind, as texts that are badly cut have it."""
    if len(one.text) + len(other) > LONGEST:
        return one
    if not before:
        return one._replace(text=f"{one.text} {other}")
    shift = len(other) + 1
    return one._replace(text=f"{other} {one.text}", start=one.start + shift, end=one.end + shift)


def others(text: str, taken: list[Example]) -> Iterator[Example]:
    """Give the names of a sentence that are in no target of it, as targets without a label."""
    for found in _NAME.finditer(text):
        overlaps = any(found.start() < one.end and one.start < found.end() for one in taken)
        if is_name(found[0]) and not overlaps:
            yield Example(text, found.start(), found.end(), -1, taken[0].article)


def neighbours(vocabulary: list[str], vectors: np.ndarray) -> dict[str, list[str]]:
    """Find the `NEAREST` words of each word by the cosine of their vectors, one a piece of the vocabulary."""
    words = [
        number
        for number, piece in enumerate(vocabulary)
        if number >= FUNCTION_WORDS and _WORD.fullmatch(piece)
    ]
    unit = vectors[words] / np.linalg.norm(vectors[words], axis=1, keepdims=True)
    near = {}
    for at in range(0, len(words), 1000):
        alike = (unit[at : at + 1000] @ unit.T).round(5)
        first = np.argsort(-alike, axis=1, kind="stable")[:, 1 : NEAREST + 1]
        for number, row in zip(words[at : at + 1000], first, strict=True):
            near[vocabulary[number]] = [vocabulary[words[k]] for k in row]
    return near


def reworded(one: Example, near: dict[str, list[str]], rng: random.Random) -> Example:
    """Put near words in the place of some words in lower case, outside the target.

    This is the word replacement of X. Jiao et al., "TinyBERT: Distilling BERT for Natural Language
    Understanding" (Findings of EMNLP 2020), with the vectors of the pieces alone.
    """

    def draw(found: re.Match[str]) -> str:
        return rng.choice(near[found[0]]) if found[0] in near and rng.random() < REWORDED else found[0]

    left, right = (_WORD.sub(draw, part) for part in (one.text[: one.start], one.text[one.end :]))
    return one._replace(text=left + one.target + right, start=len(left), end=len(left) + len(one.target))


def negated(one: Example, rng: random.Random) -> Example:
    """Turn what a sentence says: negate a verb or a noun, or take a negation away; outside the target."""
    sites = [(*found.span(), "") for found in _NEGATION.finditer(one.text)]
    sites += [(*found.span(), "no") for found in _ARTICLE.finditer(one.text)]
    sites += [(found.end(), found.end(), f" {rng.choice(_DENIALS)}") for found in _VERB.finditer(one.text)]
    sites = [site for site in sites if site[1] <= one.start or site[0] >= one.end]
    if not sites:
        return one
    start, end, new = rng.choice(sites)
    shift = len(new) - (end - start) if end <= one.start else 0
    text = one.text[:start] + new + one.text[end:]
    return one._replace(text=text, start=one.start + shift, end=one.end + shift)


def turned(examples: list[Example], rng: random.Random) -> list[Example]:
    """Give negated examples without labels, each once as it is and once with another name."""
    pool = names(examples)
    both = [*examples, *(renamed(one, rng.choice(pool)) for one in examples)]
    found = [negated(one, rng)._replace(label=-1) for one in both]
    known = {one._replace(label=-1) for one in both}
    return list(dict.fromkeys(one for one in found if one not in known))


def more(examples: list[Example], near: dict[str, list[str]], rng: random.Random) -> list[Example]:
    """Give changed examples without labels: other names, joined sentences, names no target, other words."""
    pool, texts = names(examples), sorted({one.text for one in examples})
    of_text: dict[str, list[Example]] = {}
    for one in examples:
        of_text.setdefault(one.text, []).append(one)
    found = [renamed(one, rng.choice(pool)) for one in examples]
    found += [
        joined(one, rng.choice(texts), before=rng.random() < 0.5) for one in found if rng.random() < JOINED
    ]
    found += [one for text, taken in of_text.items() for one in others(text, taken)]
    found += [reworded(one, near, rng) for one in [*examples, *found[: len(examples)]]]
    known = set(examples)
    return list(dict.fromkeys(one._replace(label=-1) for one in found if one not in known))


def batches(lengths: list[int], at_once: int, rng: random.Random) -> list[list[int]]:
    """Draw batches of rows of like length: each row once."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    found = []
    for at in range(0, len(order), 40 * at_once):
        part = sorted(order[at : at + 40 * at_once], key=lengths.__getitem__)
        found += [part[i : i + at_once] for i in range(0, len(part), at_once)]
    rng.shuffle(found)
    return found


def f1(truth: list[int], guess: np.ndarray) -> np.ndarray:
    """F1 of each label."""
    truth = np.asarray(truth)
    both = [2 * ((truth == k) & (guess == k)).sum() for k in range(len(LABELS))]
    return np.array(both) / [(truth == k).sum() + (guess == k).sum() for k in range(len(LABELS))]
