"""Terms and labels of groups of texts: phrases that many of a group's texts have and few of the others."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.tokens import Tokens
from dateline.topics import consensus, phrases, subjects
from dateline.topics.phrases import Phrases

# A longer phrase stands for a shorter one where it is in so many of its texts, and weighs so much of what the
# shorter one does: "Port" without "Ansel" is no term.
TOGETHER, HEAVY = 0.6, 0.5
# Phrases looked at for each group, and the content words that a term can have.
CANDIDATES, WORDS = 400, 3


class Scored(NamedTuple):
    """Phrases weighed for groups: (n_groups, n) weights, (n_groups, n) texts with it, (n_texts,) groups."""

    weight: np.ndarray
    size: np.ndarray
    groups: np.ndarray


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
    return Scored((np.maximum(share - others, 0) * rarity).round(6), size, groups)


def weigh_texts(found: Phrases, *, most: int) -> Scored:
    """Weigh the phrases of the first texts by sublinear TF-IDF."""
    n, n_with = found.counts.shape[1], np.diff(found.counts.tocsr().indptr)
    counts = found.counts[:, :most].T.toarray().astype(float)
    rarity = np.log((1 + n) / (1 + n_with)) + 1
    weight = np.where(counts > 0, (1 + np.log(np.maximum(counts, 1))) * rarity, 0)
    groups = np.where(np.arange(n) < most, np.arange(n), -1)
    return Scored(weight.round(6), counts, groups)


def best(
    scored: Scored, found: Phrases, tokens: Tokens, sentences: pd.DataFrame, *, n: int
) -> tuple[pd.DataFrame, list[str]]:
    """Pick the best terms of each group, and make a label for it; see `terms` and `subjects.choose`.

    Returns
    -------
    DataFrame
        What `terms` returns.
    list of str
        A label for each group.
    """
    table = terms(scored, found, tokens, sentences, n=n)
    known = phrases.proper_names(tokens, sentences)
    ranked = _ranked(scored, found)
    looked_at = {i for row in ranked for i in row[: subjects.LOOKED_AT]}
    said = phrases.wording(found, tokens, sentences, looked_at)
    written = {i: text for i, (text, _) in said.items()}
    chosen = subjects.choose(
        found,
        scored.groups,
        ranked,
        said=written,
        names={i for i, text in written.items() if _named(text, found.words[i], known)},
        stems={i: _stems(found.words[i]) for i in looked_at},
    )
    return table, unlike([_join([_with_article(*said[i]) for i in row]) for row in chosen], table)


def terms(scored: Scored, found: Phrases, tokens: Tokens, sentences: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Pick the best terms of each group, no stem twice.

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
    """
    chosen = [
        sorted(_fresh(row, found.words)[:n], key=lambda i: (-weight[i], found.words[i]))
        for row, weight in zip(_ranked(scored, found), scored.weight, strict=True)
    ]
    known = phrases.proper_names(tokens, sentences)
    said = phrases.wording(found, tokens, sentences, {i for row in chosen for i in row})
    rows = [
        (topic, rank + 1, said[i][0], weight[i], known.issuperset(found.words[i].split()))
        for topic, (row, weight) in enumerate(zip(chosen, scored.weight, strict=True))
        for rank, i in enumerate(row)
    ]
    types = {"topic": "int64", "rank": "int64", "term": "str", "weight": "float64", "name": "bool"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _ranked(scored: Scored, found: Phrases) -> list[list[int]]:
    """Phrases of each group by weight; see `_rank`."""
    words = found.words.tolist()
    number = {phrase: i for i, phrase in enumerate(words)}
    return [_rank(w, s, words, number) for w, s in zip(scored.weight, scored.size, strict=True)]


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


def _named(written: str, words: str, known: frozenset[str]) -> bool:
    """Whether a phrase is a name: a known one, or one in which every content word has a capital."""
    capitals = [word for word in written.split() if word not in phrases.JOINING]
    return known.issuperset(words.split()) or (" " in words and all(word[:1].isupper() for word in capitals))


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


def unlike(labels: list[str], terms: pd.DataFrame, *, given: Collection[int] = ()) -> list[str]:
    """Tell equal labels apart by their first term that no other group has; the first one `given` stays."""
    for label in {label for label in labels if labels.count(label) > 1}:
        same = [i for i, other in enumerate(labels) if other == label]
        stays = [i for i in same if i in given][:1]
        for topic in same:
            if topic in stays:
                continue
            own = terms.loc[terms["topic"] == topic, "term"]
            others = set(terms.loc[terms["topic"] != topic, "term"])
            extra = [term for term in own if term not in others][:1] or [str(topic + 1)]
            labels[topic] = f"{label} ({extra[0]})" if label else extra[0]
    return labels
