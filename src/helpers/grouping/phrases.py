"""Words and phrases that stand for a group of texts, as the texts write them."""

import re
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from helpers.tokens import Tokens, lower
from helpers.words import stop_words

# Share of a word's places inside sentences where it has a capital, from which on it is a name.
NAME_SHARE = 0.8
# A pair stands for its words where the rarer of them is in the pair in so many of its texts, and the pair
# weighs so much of what the heavier of them does: "Port" without "Ansel" is no term.
TOGETHER, HEAVY = 0.6, 0.5
# Candidates looked at for each group, and the places of a pair looked at for its wording.
CANDIDATES, PLACES = 150, 200
# Words that may stand between those of a pair, so that it reads as a phrase.
JOINING = frozenset({"and", "at", "for", "in", "of", "on", "the", "to", "with"})
# Words, and what may stand between them: no quotation mark, bracket or end of a sentence.
CLEAN = re.compile(r"[^\W_][\w.'’&-]*(?: [^\W_][\w.'’&-]*)*")


def best(
    weights: np.ndarray,
    vocabulary: np.ndarray,
    frequency: np.ndarray,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    n: int,
) -> pd.DataFrame:
    """Pick the best terms of each group: no stem twice, pairs before their words, no bare numbers.

    Parameters
    ----------
    weights
        (n_groups, n_terms), how well each term stands for a group.
    vocabulary
        (n_terms,) lower-case words and pairs of words, sorted.
    frequency
        (n_terms,) in how many documents each of them is.
    sentences, tokens
        The texts, for the wording.
    n
        How many terms for each group.

    Returns
    -------
    DataFrame
        topic, rank (from 0), term (as it is written), weight, name (whether every word of it is a name).
    """
    picked = [_pick(row, vocabulary, frequency, 3 * n) for row in weights]
    written = wording(tokens, sentences, {term for terms in picked for term, _ in terms})
    known = proper_names(tokens, sentences) if written else frozenset()
    rows = []
    for topic, terms in enumerate(picked):
        readable = [(written[term], weight, term) for term, weight in terms if term in written][:n]
        for rank, (term, weight, key) in enumerate(readable):
            rows.append((topic, rank, term, weight, all(word in known for word in key.split())))
    types = {"topic": "int64", "rank": "int64", "term": "str", "weight": "float64", "name": "bool"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _pick(
    weight: np.ndarray, vocabulary: np.ndarray, frequency: np.ndarray, n: int
) -> list[tuple[str, float]]:
    """At most `n` terms by weight, without repeated stems."""
    candidates = np.argsort(-weight, kind="stable")[:CANDIDATES]
    candidates = candidates[weight[candidates] > 0]
    rank = {}
    for i in candidates:
        parts = np.searchsorted(vocabulary, vocabulary[i].split())
        whole = frequency[i] >= TOGETHER * frequency[parts].min() and weight[i] >= HEAVY * weight[parts].max()
        rank[vocabulary[i]] = max(weight[i], weight[parts].max()) if whole else weight[i]
    found = dict(zip(vocabulary[candidates], weight[candidates], strict=True))
    used: set[str] = set()
    kept: list[tuple[str, float]] = []
    for term in sorted(found, key=lambda t: (-rank[t], -t.count(" "), -found[t], t)):
        stems = {_stem(word) for word in term.split()}
        if not stems & used and len(kept) < n and not any(word.isdigit() for word in term.split()):
            used |= stems
            kept.append((term, float(found[term])))
    return kept


@cache
def _stem(word: str) -> str:
    import snowballstemmer

    return snowballstemmer.stemmer("english").stemWord(word)


def proper_names(tokens: Tokens, sentences: pd.DataFrame) -> frozenset[str]:
    """Lower-case words that are written with a capital nearly wherever they stand inside a sentence."""
    ids, words = lower(tokens)
    inside = _inside(tokens, sentences)
    capital = np.fromiter((word[0].isupper() for word in tokens.words), bool, len(tokens.words))
    n_all = np.bincount(ids[inside], minlength=len(words))
    n_capital = np.bincount(ids[inside], capital[tokens.ids[inside]], minlength=len(words))
    return frozenset(words[(n_all > 0) & (n_capital >= NAME_SHARE * n_all)])


def _inside(tokens: Tokens, sentences: pd.DataFrame) -> np.ndarray:
    """Tokens that do not begin a sentence and do not stand in a headline."""
    inside = np.ones(len(tokens.ids), bool)
    first = tokens.offsets[:-1]
    inside[first[first < len(inside)]] = False
    headline = (sentences["voice"] == "headline").to_numpy(bool)
    return inside & ~np.repeat(headline, np.diff(tokens.offsets))


def wording(tokens: Tokens, sentences: pd.DataFrame, terms: Iterable[str]) -> dict[str, str]:
    """Say how terms are most often written: with their capitals, and pairs with what stands between them.

    A pair that never stands together in a sentence, apart from stop words between, is left out.

    Examples
    --------
    >>> from helpers.tokens import tokenize
    >>> texts = ["The end of the war.", "Was it the end of the war?"]
    >>> sentences = pd.DataFrame({"text": texts, "voice": "narrator"})
    >>> wording(tokenize(texts), sentences, {"end war", "war"})
    {'end war': 'end of the war', 'war': 'war'}
    """
    ids, words = lower(tokens)
    used = np.bincount(tokens.ids[_inside(tokens, sentences)], minlength=len(tokens.words))
    folded = np.zeros(len(tokens.words), np.int64)
    folded[tokens.ids] = ids
    order = np.lexsort((np.arange(len(used)), -used))
    first = order[np.unique(folded[order], return_index=True)[1]] if len(words) else order
    single = dict(zip(words, tokens.words[first], strict=True))
    written = {term: str(single.get(term, term)) for term in sorted(terms) if " " not in term}
    pairs = sorted(term for term in terms if " " in term)
    return dict(sorted({**written, **_pair_wording(tokens, sentences, ids, words, pairs)}.items()))


def _pair_wording(
    tokens: Tokens, sentences: pd.DataFrame, ids: np.ndarray, words: np.ndarray, pairs: list[str]
) -> dict[str, str]:
    """Most frequent wording of each pair of words within a sentence, stop words between them included."""
    if not pairs:
        return {}
    stopped = np.fromiter((w in stop_words() or len(w) < 2 for w in words), bool, len(words))
    kept = np.flatnonzero(~stopped[ids]) if len(words) else np.zeros(0, np.int64)
    row = np.repeat(np.arange(len(tokens.offsets) - 1), np.diff(tokens.offsets))[kept]
    number = pd.Series(np.arange(len(words)), index=words)
    key = ids[kept[:-1]].astype(np.int64) * len(words) + ids[kept[1:]]
    wanted = np.array([number[a] * len(words) + number[b] for a, b in map(str.split, pairs)], np.int64)
    near = (row[:-1] == row[1:]) & (np.diff(kept) <= 3)
    found = np.flatnonzero(near & np.isin(key, wanted))
    end = tokens.end
    places = pd.DataFrame(
        {"key": key[found], "left": kept[found], "right": kept[found + 1], "row": row[found]}
    )
    places = places.groupby("key", sort=True).head(PLACES)
    texts = sentences["text"].to_numpy(object)
    places["text"] = [
        texts[r][tokens.start[a] : end[b]]
        for r, a, b in zip(places.row, places.left, places.right, strict=True)
    ]
    places = places[np.fromiter(map(_reads, places["text"]), bool, len(places))]
    counted = places.groupby(["key", "text"], sort=True).size().sort_values(ascending=False, kind="stable")
    best = counted.reset_index().drop_duplicates("key").set_index("key")["text"]
    return {pair: str(best[code]) for pair, code in zip(pairs, wanted, strict=True) if code in best.index}


def _reads(text: str) -> bool:
    """Whether the wording of a pair is a phrase."""
    return bool(CLEAN.fullmatch(text)) and JOINING.issuperset(text.lower().split()[1:-1])
