"""VADER's rules on the shared token table: which words fire in a text, and how strongly.

With ``rules=()`` the sums are those of vaderSentiment's ``polarity_scores``, sentence by sentence (a test
compares them); with `dateline.tone.lexicon.NEWS_RULES`, the default, they differ where these say so.
"""

import itertools
from collections.abc import Collection
from functools import cache
from typing import NamedTuple

import numpy as np

from dateline.tone.lexicon import NEWS_RULES, lexicon
from dateline.tone.spelling import Words

# VADER squashes a sum s to s / sqrt(s² + 15), which is near 1 for four strong words.
SQUASH = 15.0

# Words that a headline in capitals leaves in lower case.
SMALL = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "of", "off", "on"}
    | {"or", "over", "so", "than", "the", "to", "up", "v", "via", "vs", "with"}
)
FAIL = frozenset(
    {"fail", "fails", "failed", "failing", "failure", "refuse", "refuses", "refused", "refusing"}
    | {"decline", "declines", "declined", "declining"}
)


class Hits(NamedTuple):
    """Words that fired: position in `Words`, text, the lexicon's weight (−4 to 4), and what it adds here."""

    word: np.ndarray
    text: np.ndarray
    value: np.ndarray
    weight: np.ndarray


def squash(sums: np.ndarray) -> np.ndarray:
    """Map sums of weights to −1…1, rounded to 4 digits as VADER's compound is.

    Examples
    --------
    >>> squash(np.array([0.0, 1.9, -3.1])).tolist()
    [0.0, 0.4404, -0.6249]
    """
    exact = sums / np.sqrt(sums * sums + SQUASH)
    rounded = np.round(exact, 4)
    # np.round scales first and so can fall on the other side of a tie than Python's round
    ties = np.flatnonzero(np.abs(np.abs(exact * 1e4) % 1 - 0.5) < 1e-6)
    rounded[ties] = [round(value, 4) for value in exact[ties].tolist()]
    return rounded + 0.0


def total(sums: np.ndarray, emphasis: np.ndarray) -> np.ndarray:
    """Add the emphasis of exclamation and question marks to sums, in the direction of their sign."""
    return sums + np.sign(sums) * emphasis


class _Traits(NamedTuple):
    """What the rules need to know of each word of a vocabulary, and, last, of no word."""

    known: np.ndarray
    value: np.ndarray
    boost: np.ndarray
    negates: np.ndarray
    fails: np.ndarray
    upper: np.ndarray
    capital: np.ndarray
    lower: np.ndarray
    key: np.ndarray


@cache
def _keys() -> dict[str, int]:
    """Give numbers to the words that rules and idioms name; 0 is any other word."""
    known = lexicon()
    named = " ".join([phrase for phrase in (*known.idioms, *known.boosters) if " " in phrase])
    rest = "no or nor kind of least at very never so this without doubt but nothing none to world cold war"
    return {word: number for number, word in enumerate(sorted({*named.split(), *rest.split()}), start=1)}


@cache
def _pairs() -> np.ndarray:
    """Which two words can stand together in an idiom or a two-word degree word."""
    keys = _keys()
    allowed = np.zeros((len(keys) + 1, len(keys) + 1), bool)
    for phrase in (*lexicon().idioms, *lexicon().boosters):
        for left, right in itertools.pairwise(phrase.split()):
            allowed[keys[left], keys[right]] = True
    return allowed


def _traits(vocabulary: list[str]) -> _Traits:
    """Look each word up once."""
    known, keys = lexicon(), _keys()
    low = [word.lower() for word in vocabulary]
    upper = [word.isupper() for word in vocabulary]
    first = [word[:1] for word in vocabulary]
    return _Traits(
        np.array([*(word in known.values for word in low), False]),
        np.array([*(known.values.get(word, 0.0) for word in low), 0.0]),
        np.array([*(known.boosters.get(word, 0.0) for word in low), 0.0]),
        np.array([*(word in known.negations or "n't" in word for word in low), False]),
        np.array([*(word in FAIL for word in low), False]),
        np.array([*upper, False]),
        np.array([*(mark.isupper() and not up for mark, up in zip(first, upper, strict=True)), False]),
        np.array(
            [*(mark.islower() and word not in SMALL for mark, word in zip(first, low, strict=True)), False]
        ),
        np.array([*(keys.get(word, 0) for word in low), 0]),
    )


class _Near(NamedTuple):
    """What stands around each candidate: 0 is the word itself, 1 to 3 those before it, -1 and -2 after it."""

    at: dict[int, np.ndarray]
    exists: dict[int, np.ndarray]
    key: dict[int, np.ndarray]
    traits: _Traits
    loud: np.ndarray
    rules: Collection[str]

    def has(self, step: int, *names: str) -> np.ndarray:
        """Whether the word at that distance is one of these."""
        found = self.key[step] == _keys()[names[0]]
        for name in names[1:]:
            found |= self.key[step] == _keys()[name]
        return found


def weigh(words: Words, *, rules: Collection[str] = frozenset(NEWS_RULES)) -> Hits:
    """Find the words that fire and weigh them by what stands around them.

    Parameters
    ----------
    words
        From `dateline.tone.spelling.read`, with the same `rules`.
    rules
        Names from `dateline.tone.lexicon.NEWS_RULES`; ``()`` gives VADER's own weights.

    Examples
    --------
    >>> from dateline import tokens
    >>> from dateline.tone import spelling
    >>> texts = ["The talks were not good.", "World War II ended."]
    >>> hits = weigh(spelling.read(texts, tokens.tokenize(texts)))
    >>> hits.text.tolist(), hits.weight.round(3).tolist()
    ([0], [-1.406])
    """
    traits = _traits(words.vocabulary)
    place = np.flatnonzero((traits.known & (traits.boost == 0))[words.ids])
    place = place[~_silent(words, traits, place, rules)]
    text = _texts(words, place)
    near = _neighbours(words, traits, place, text, rules)
    value = traits.value[near.at[0]]
    weight = _denied_by_no(near, value)
    weight = _louder(near, 0, weight, sign_of=weight)
    for distance in (1, 2, 3):
        weight = _step(near, weight, distance)
    # "least" denies the next word, but not "at least" and "very least"
    least = near.has(1, "least") & ~traits.known[near.at[1]] & ~near.has(2, "at", "very")
    weight = np.where(least, weight * lexicon().negate, weight)
    if "fail-to" in rules:
        denied = (near.has(1, "to") & traits.fails[near.at[2]]) | (
            near.has(2, "to") & traits.fails[near.at[3]]
        )
        weight = np.where(denied, weight * lexicon().negate, weight)
    return _contrast(words, traits, Hits(place, text, value, weight), rules)


def _texts(words: Words, place: np.ndarray) -> np.ndarray:
    """Texts that words stand in."""
    return np.searchsorted(words.offsets, place, side="right") - 1


def _count(words: Words, trait: np.ndarray) -> np.ndarray:
    """Count the words of each text that have a trait."""
    many = np.zeros(len(words.ids) + 1, np.int32)
    np.cumsum(trait[words.ids], out=many[1:])
    return np.diff(many[words.offsets])


def _neighbours(
    words: Words, traits: _Traits, place: np.ndarray, text: np.ndarray, rules: Collection[str]
) -> _Near:
    """Look up the words around each place; beyond the text's ends stands no word."""
    nothing = len(traits.key) - 1
    before, after = place - words.offsets[text], words.offsets[text + 1] - 1 - place
    exists = {step: before >= step if step >= 0 else after >= -step for step in range(-2, 4)}
    last = len(words.ids) - 1
    at = {
        step: np.where(there, words.ids[np.clip(place - step, 0, last)], nothing)
        for step, there in exists.items()
    }
    capitals = _count(words, traits.upper)
    loud = ((capitals > 0) & (capitals < np.diff(words.offsets)))[text]
    return _Near(at, exists, {step: traits.key[ids] for step, ids in at.items()}, traits, loud, rules)


def _silent(words: Words, traits: _Traits, place: np.ndarray, rules: Collection[str]) -> np.ndarray:
    """Find candidates that say nothing: "kind" of "kind of", and by the news rules "no limits" and names."""
    keys, nothing = _keys(), len(traits.key) - 1
    key, text = traits.key[words.ids[place]], _texts(words, place)
    is_last = place + 1 == words.offsets[text + 1]
    following = np.where(is_last, nothing, words.ids[np.minimum(place + 1, len(words.ids) - 1)])
    silent = (key == keys["kind"]) & (traits.key[following] == keys["of"])
    if "no" in rules:
        silent |= (key == keys["no"]) & ~is_last & ~np.isin(words.closes[place], list(b",.;:!?"))
    if "names" in rules:
        before = np.maximum(place - 1, 0)
        begins = (place == words.offsets[text]) | np.isin(words.closes[before], list(b".:!?\"'"))
        begins |= np.isin(words.opens[place], [*b"\"'([", 255])
        silent |= traits.capital[words.ids[place]] & ~begins & (_count(words, traits.lower) > 0)[text]
        named = np.isin(traits.key[words.ids[before]], [keys["world"], keys["cold"]])
        silent |= (key == keys["war"]) & named & (place > words.offsets[text])
    return silent


def _denied_by_no(near: _Near, value: np.ndarray) -> np.ndarray:
    """Take the weight of "no" before a word of the lexicon, and let it turn the words after it."""
    weight = np.where(near.has(0, "no") & near.traits.known[near.at[-1]], 0.0, value)
    denied = near.has(1, "no") | near.has(2, "no") | (near.has(3, "no") & near.has(1, "or", "nor"))
    return np.where(denied, value * lexicon().negate, weight)


def _louder(near: _Near, step: int, weight: np.ndarray, *, sign_of: np.ndarray) -> np.ndarray:
    """Raise a weight where the word at that distance is in capitals and not all words are."""
    raised = weight + np.where(sign_of > 0, 1, -1) * lexicon().capitals
    return np.where(near.traits.upper[near.at[step]] & near.loud, raised, weight)


def _step(near: _Near, weight: np.ndarray, distance: int) -> np.ndarray:
    """Let the word `distance` before each candidate strengthen, weaken, deny or complete it."""
    other = near.at[distance]
    acts = near.exists[distance] & ~near.traits.known[other]
    boost = near.traits.boost[other]
    scalar = np.where(weight < 0, -boost, boost)
    scalar = np.where(boost != 0, _louder(near, distance, scalar, sign_of=weight), scalar)
    weight = np.where(acts, weight + scalar * {1: 1.0, 2: 0.95, 3: 0.9}[distance], weight)
    weight = np.where(acts, weight * _denial(near, distance), weight)
    if distance == 3:
        pairs = [_pairs()[near.key[left], near.key[left - 1]] for left in (3, 2, 1, 0)]
        rows = np.flatnonzero(acts & np.logical_or.reduce(pairs))
        weight[rows] = _idioms(near, weight[rows], rows)
    return weight


def _denial(near: _Near, distance: int) -> np.ndarray:
    """Give the factor of a negation so far before: "never so" strengthens, "without doubt" does nothing."""
    emphatic = spared = np.zeros(len(near.at[0]), bool)
    if distance == 2:
        emphatic = near.has(2, "never") & near.has(1, "so", "this")
        spared = near.has(2, "without") & near.has(1, "doubt")
    if distance == 3:
        direct, near_by = near.has(1, "so", "this"), near.has(2, "so", "this")
        emphatic = near.has(3, "never") & (direct | near_by)
        if "emphasis" not in near.rules:
            emphatic = emphatic | direct
        spared = near.has(3, "without") & (near.has(2, "doubt") | near.has(1, "doubt"))
    if "nothing-but" in near.rules and distance > 1:
        spared = spared | (near.has(distance, "nothing", "none") & near.has(distance - 1, "but"))
    factor = np.where(near.traits.negates[near.at[distance]] & ~spared, lexicon().negate, 1.0)
    return np.where(emphatic, 1.25, factor)


def _idioms(near: _Near, weight: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Let idioms ("kiss of death") replace a weight, and two-word degree words ("sort of") add to it."""
    names = ["", *_keys()]
    idioms, boosters = lexicon().idioms, lexicon().boosters
    result = weight.copy()
    spans = ((1, 0), (2, 0), (2, 1), (3, 1), (3, 2))
    for number, row in enumerate(rows.tolist()):
        word = {step: names[key[row]] for step, key in near.key.items()}
        found = {(a, b): " ".join(word[step] for step in range(a, b - 1, -1)) for a, b in spans}
        before = [idioms[found[span]] for span in spans if found[span] in idioms][:1]
        phrases = (f"{word[0]} {word[-1]}", f"{word[0]} {word[-1]} {word[-2]}")
        after = [idioms[phrase] for phrase in phrases if phrase in idioms][-1:]
        result[number] = [weight[number], *before, *after][-1]
        result[number] += sum(boosters.get(found[span], 0.0) for span in ((3, 1), (3, 2), (2, 1)))
    return result


def _contrast(words: Words, traits: _Traits, hits: Hits, rules: Collection[str]) -> Hits:
    """Halve what stands before the first "but" of a text and raise what stands after it by a half."""
    key, keys = traits.key[words.ids], _keys()
    buts = np.flatnonzero(key == keys["but"])
    if "nothing-but" in rules:
        buts = buts[(buts == 0) | ~np.isin(key[buts - 1], [keys["nothing"], keys["none"]])]
    first = np.full(len(words.offsets) - 1, -1, np.int64)
    first[_texts(words, buts)[::-1]] = buts[::-1]
    but = first[hits.text]
    factor = np.select([but < 0, hits.word < but, hits.word > but], [1.0, 0.5, 1.5], 1.0)
    weight = hits.weight * factor
    if "contrast" not in rules:
        # VADER finds the weight to change by its value, and so changes the first of equal ones twice
        contrasted = np.flatnonzero(but >= 0)
        for rows in np.split(contrasted, np.flatnonzero(np.diff(hits.text[contrasted])) + 1):
            values = hits.weight[rows].tolist()
            for number in range(len(values)):
                change = values.index(values[number])
                values[change] *= factor[rows[change]]
            weight[rows] = values
    return hits._replace(weight=weight)
