"""Terms and labels of groups of texts: phrases that many of a group's texts have and few of the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.grouping import consensus, phrases
from helpers.grouping.phrases import Phrases
from helpers.tokens import Tokens, lower

# A longer phrase stands for a shorter one where it is in so many of its texts, and weighs so much of what the
# shorter one does: "Port" without "Ansel" is no term.
TOGETHER, HEAVY = 0.6, 0.5
# Phrases looked at for each group, the content words that a term can have, and how many lead to a label.
CANDIDATES, WORDS, LEADING = 400, 3, 40
# A word of a label is widened to a phrase that so many of its texts have: "duty" to "grain duty".
WIDEN = 0.2
# Words that alone say nothing, and make a longer phrase no clearer.
EMPTY = (
    "another billion different early good great high hundred large late low main million new old original"
    " other popular recent same single small thousand"
)
# A noun mostly follows such a word or another noun; where fewer of a word's places do, it is less of a label.
BEFORE_NOUN = (
    "a about against an any at between by for from her his in into its no of on our over some that the their"
    " these this those under with"
)
# Of what is rarely seen so, a single word keeps little of its weight and a phrase, mostly a noun with what
# belongs to it, more.
NOUN, RARELY = 0.25, (0.2, 0.4)
# Parts of a label, and the share of the group's texts that a name in it needs.
PARTS, NAMED = 3, 0.25


class Scored(NamedTuple):
    """Phrases weighed for groups: (n_groups, n) weights, (n_groups, n) texts with it, (n_groups,) texts."""

    weight: np.ndarray
    size: np.ndarray
    n_texts: np.ndarray


def weigh(found: Phrases, groups: np.ndarray, k: int) -> Scored:
    """Weigh phrases by c-TF-IDF over texts: how much more of a group's texts have it, times its rarity.

    References
    ----------
    M. Grootendorst, "BERTopic: neural topic modeling with a class-based TF-IDF procedure" (2022); here over
    texts instead of words, so that one long text does not speak for a group, and on the share that a group
    has beyond the others, so that what all have does not speak either.
    """
    grouped = np.flatnonzero(groups >= 0)
    member = consensus.csr(
        (np.ones(len(grouped)), groups[grouped], np.cumsum(np.append(0, groups >= 0))), shape=(len(groups), k)
    )
    size = ((found.counts > 0).astype(float) @ member).toarray().T
    n_texts = np.bincount(groups[grouped], minlength=k)
    total = size.sum(0)
    share = size / np.maximum(n_texts, 1)[:, None]
    others = (total - size) / np.maximum(n_texts.sum() - n_texts, 1)[:, None]
    rarity = np.log1p(size.sum() / max(k, 1) / np.maximum(total, 1))
    return Scored((np.maximum(share - others, 0) * rarity).round(6), size, n_texts)


def weigh_texts(found: Phrases, *, most: int) -> Scored:
    """Weigh the phrases of the first texts by sublinear TF-IDF."""
    n, n_with = found.counts.shape[1], np.diff(found.counts.tocsr().indptr)
    counts = found.counts[:, :most].T.toarray().astype(float)
    rarity = np.log((1 + n) / (1 + n_with)) + 1
    weight = np.where(counts > 0, (1 + np.log(np.maximum(counts, 1))) * rarity, 0)
    return Scored(weight.round(6), counts, np.ones(len(counts), np.int64))


def best(
    scored: Scored, found: Phrases, tokens: Tokens, sentences: pd.DataFrame, *, n: int
) -> tuple[pd.DataFrame, list[str]]:
    """Pick the best terms of each group, no stem twice, and make a label of them.

    Parameters
    ----------
    scored
        What `weigh` returned.
    found, tokens, sentences
        The phrases and where they stand.
    n
        How many terms for each group.

    Returns
    -------
    DataFrame
        topic, rank (from 1), term (as it is written), weight, name (whether every word of it is a name).
    list of str
        A label for each group.
    """
    words = found.words.tolist()
    number = {phrase: i for i, phrase in enumerate(words)}
    ranked = [_rank(w, s, words, number) for w, s in zip(scored.weight, scored.size, strict=True)]
    known = phrases.proper_names(tokens, sentences) if number else frozenset()
    nouns = _nouns(tokens, {words.split()[-1] for row in ranked for words in found.words[row[:LEADING]]})
    terms = [
        sorted(_fresh(row, found.words)[:n], key=lambda i: (-weight[i], words[i]))
        for row, weight in zip(ranked, scored.weight, strict=True)
    ]
    longer = [
        {i: _longer(i, row, size, found.words) for i in row[:LEADING]}
        for row, size in zip(ranked, scored.size, strict=True)
    ]
    looked_at = [i for own in longer for i, more in own.items() for i in [i, *more]]
    said = phrases.wording(found, tokens, sentences, {*looked_at, *(i for row in terms for i in row)})
    widened = [[_widest(i, more, said) for i, more in own.items()] for own in longer]
    names = {i for i, (written, _) in said.items() if _named(written, found.words[i], known)}
    parts = [
        _parts(row[:LEADING], wide, weight, size / max(n_texts, 1), found.words, names, nouns)
        for row, wide, weight, size, n_texts in zip(ranked, widened, *scored, strict=True)
    ]
    rows = [
        (topic, rank + 1, said[i][0], weight[i], known.issuperset(found.words[i].split()))
        for topic, (row, weight) in enumerate(zip(terms, scored.weight, strict=True))
        for rank, i in enumerate(row)
    ]
    types = {"topic": "int64", "rank": "int64", "term": "str", "weight": "float64", "name": "bool"}
    table = pd.DataFrame(rows, columns=list(types)).astype(types)
    return table, _unlike([_join([_with_article(*said[i]) for i in row]) for row in parts], table)


def _rank(weight: np.ndarray, size: np.ndarray, words: Sequence[str], number: Mapping[str, int]) -> list[int]:
    """Phrases of a group by weight; a longer one stands in the place of what it has within it."""
    candidates = np.argsort(-weight, kind="stable")[:CANDIDATES]
    candidates = candidates[weight[candidates] > 0]
    rank = dict(zip(candidates.tolist(), weight[candidates].tolist(), strict=True))
    cut = set()
    for i in candidates.tolist():
        for j in (number[part] for part in _inner(words[i]) if part in number):
            if size[i] >= TOGETHER * size[j] and weight[i] >= HEAVY * weight[j]:
                rank[i] = max(rank[i], weight[j])
                cut.add(j)
    shown = [i for i in rank if i not in cut and words[i].count(" ") < WORDS]
    return sorted(shown, key=lambda i: (-rank[i], -words[i].count(" "), -weight[i], words[i]))


def _inner(words: str) -> list[str]:
    """Phrases within a phrase.

    Examples
    --------
    >>> _inner("joint boundary commission")
    ['joint', 'joint boundary', 'boundary', 'boundary commission', 'commission']
    """
    part = words.split()
    n = len(part)
    return [" ".join(part[i:j]) for i in range(n) for j in range(i + 1, n + 1) if j - i < n]


@cache
def _stem(word: str) -> str:
    import snowballstemmer

    return snowballstemmer.stemmer("english").stemWord(word)


def _stems(words: str) -> set[str]:
    return {_stem(word) for word in words.split()}


def _fresh(row: Iterable[int], words: np.ndarray) -> list[int]:
    """Leave out what repeats a stem of those before."""
    used: set[str] = set()
    kept = []
    for i in row:
        stems = _stems(words[i])
        if not stems & used and len(stems) == len(words[i].split()):
            used |= stems
            kept.append(i)
    return kept


def _nouns(tokens: Tokens, wanted: Collection[str]) -> dict[str, float]:
    """How far words stand where nouns do: share of places after an article, a preposition or the like."""
    if not wanted:
        return {}
    ids, words = lower(tokens)
    openers = frozenset(BEFORE_NOUN.split())
    opens = np.fromiter((word in openers for word in words), bool, len(words))
    follows = np.append(False, opens[ids[:-1]])
    follows[tokens.offsets[:-1][tokens.offsets[:-1] < len(ids)]] = False
    n_all = np.bincount(ids, minlength=len(words))
    n_noun = np.bincount(ids, follows, minlength=len(words))
    at = {word: i for i, word in enumerate(words)}
    return {word: float(n_noun[at[word]] / n_all[at[word]]) for word in sorted(wanted) if word in at}


def _named(written: str, words: str, known: frozenset[str]) -> bool:
    """Whether a phrase is a name: a known one, or one in which every content word has a capital."""
    capitals = [word for word in written.split() if word not in phrases.JOINING]
    return known.issuperset(words.split()) or (" " in words and all(word[:1].isupper() for word in capitals))


def _parts(
    row: list[int],
    wide: list[int],
    weight: np.ndarray,
    share: np.ndarray,
    words: np.ndarray,
    names: set[int],
    nouns: dict[str, float],
) -> list[int]:
    """Choose what a label consists of: what it is about, phrases first, then the clearest name."""
    named = [i for i in row if i in names and share[i] >= NAMED]
    named.sort(key=lambda i: (" " not in words[i], row.index(i)))
    noun = {i: nouns.get(words[i].split()[-1], 0) / NOUN for i in row}
    score = {i: round(weight[i] * min(max(noun[i], RARELY[" " in words[i]]), 1), 6) for i in row}
    widened = dict(zip(row, wide, strict=True))
    about = [widened[i] for i in sorted(row, key=lambda i: (-score[i], words[i])) if i not in names]
    about = [i for i in about if i not in names and words[i] not in EMPTY.split()]
    chosen = sorted(_fresh(about, words)[: PARTS - 1], key=lambda i: " " not in words[i])
    return _fresh([*chosen, *named, *about, *row], words)[:PARTS]


def _longer(i: int, row: list[int], size: np.ndarray, words: np.ndarray) -> list[int]:
    """Longer phrases that end with this word and that enough of its texts have."""
    if " " in words[i]:
        return []
    empty = frozenset(EMPTY.split())
    longer = (j for j in row if words[j].endswith(f" {words[i]}") and size[j] >= max(WIDEN * size[i], 2))
    return sorted((j for j in longer if not empty & set(words[j].split())), key=lambda j: -size[j])


def _widest(i: int, longer: list[int], said: dict[int, tuple[str, bool]]) -> int:
    """First of the longer phrases in which the last two words stand together: "grain duty"."""
    return next((j for j in longer if said[j][0].split()[-2:][0] not in phrases.JOINING | {"the"}), i)


def _with_article(written: str, led: bool) -> str:
    """Wording of a part; a name of several words with the article that it has in the texts."""
    return f"the {written}" if led and written.split()[-1][:1].isupper() and " " in written else written


def _join(parts: list[str]) -> str:
    """Parts as one phrase.

    Examples
    --------
    >>> _join(["grain duty", "dairy ban", "the Trade Council"])
    'Grain duty, dairy ban and the Trade Council'
    >>> _join(["iPhone", "war and peace"])
    'iPhone, war and peace'
    """
    and_ = ", " if any(" and " in part for part in parts) else " and "
    text = and_.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def _unlike(labels: list[str], terms: pd.DataFrame) -> list[str]:
    """Tell equal labels apart by their first term that no other group has."""
    for label in {label for label in labels if labels.count(label) > 1}:
        for topic in [i for i, other in enumerate(labels) if other == label]:
            own = terms.loc[terms["topic"] == topic, "term"]
            others = set(terms.loc[terms["topic"] != topic, "term"])
            extra = [term for term in own if term not in others][:1] or [str(topic + 1)]
            labels[topic] = f"{label} ({extra[0]})" if label else extra[0]
    return labels
