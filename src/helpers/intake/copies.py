"""Which articles are one text. Copies are marked and kept.

They are found by word shingles. A sample of these, the same in every article (MinHash's idea: keep what
hashes below a bound), proposes pairs; all shingles of a pair then decide, by containment, so that a reprint
with a new headline, a cut tail or an added byline is a copy. The order of the input does not matter.
"""

import numpy as np
import pandas as pd

from helpers import tokens as tokens_
from helpers.intake import stories
from helpers.tokens import Tokens

# Words in a shingle: with three, reports on one event share .12 of theirs; with four, less than .1.
WIDTH = 4
# One shingle of so many is in the sample; texts of fewer shingles than this are sampled whole.
SAMPLE, WHOLE = 8, 64
# A copy shares half of the shorter text: one word in six may be changed. And a seventh of the longer one:
# a bulletin inside a long report is no copy of it.
CONTAINED, OF_LONGER = 0.5, 0.15
# A shingle in more articles than this tells little: it is compared with its first article and its next only.
COMMON = 40


def mark(articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens) -> pd.DataFrame:
    """Say of each article which it is a copy of, and to which story it belongs.

    Parameters
    ----------
    articles
        Table articles; the order is by time, then by id.
    sentences
        Table sentences of the same articles.
    tokens
        Tokens of `sentences`, one text a row.

    Returns
    -------
    pandas.DataFrame
        `articles` with `copy_of`, the earliest article with the same text (missing for originals), and
        `story`, numbered from 0 in the order of the earliest article.
    """
    order, rank = _order(articles)
    place = pd.Series(np.arange(len(rank)), index=articles["article_id"].to_numpy())
    article = place.reindex(sentences["article_id"]).to_numpy()
    body = np.where(sentences["sentence"].to_numpy() >= 0, article, -1)
    original = _originals(*_shingles(tokens, body, len(articles)), rank)
    story = stories.group(tokens, rank[article], original, articles["published"].to_numpy()[order])
    names = articles["article_id"].to_numpy(object)[order]
    copy_of = np.where(original == np.arange(len(order)), None, names[original])
    return articles.assign(
        copy_of=pd.Series(copy_of[rank], index=articles.index, dtype="str"), story=story[rank]
    )


def _order(articles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Places of the articles by time, undated last, then by id; and each article's rank among them."""
    order = (
        articles.reset_index(drop=True)
        .sort_values(["published", "article_id"], na_position="last", kind="stable")
        .index.to_numpy()
    )
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return order, rank


def _shingles(tokens: Tokens, document: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of all shingles, article by article; and where each article's start."""
    ids, words = tokens_.lower(tokens)
    # hashes of the words themselves: another article in the corpus changes nothing for this one
    coded = pd.util.hash_array(words) if len(words) else np.zeros(0, np.uint64)
    where = np.repeat(document, np.diff(tokens.offsets))
    keep = where >= 0
    word, where = coded[ids[keep]], where[keep]
    if (np.diff(where) < 0).any():
        by = np.argsort(where, kind="stable")
        word, where = word[by], where[by]
    size = max(len(word) - WIDTH + 1, 0)
    mixed = np.zeros(size, np.uint64)
    for i in range(WIDTH):
        mixed = (mixed ^ word[i : i + size]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    inside = where[:size] == where[WIDTH - 1 :]
    return mixed[inside], np.searchsorted(where[:size][inside], np.arange(n + 1))


def _originals(shingles: np.ndarray, start: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """For each article, by its rank, the rank of the earliest that it is a copy of, or its own."""
    original = np.arange(len(rank))
    left, right = _proposed(shingles, start)
    involved, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    sets, begin = _sets(shingles, start, involved)
    one, other = place[: len(left)], place[len(left) :]
    shared = _shared(sets, begin, one, other)
    size = np.diff(begin)
    short, long = np.minimum(size[one], size[other]), np.maximum(size[one], size[other])
    # very short texts share half of their words easily
    same = shared >= np.where(short < 20, 0.8, CONTAINED) * short
    same &= shared >= np.where(short < 20, 0.8, OF_LONGER) * long
    closeness = shared[same] / np.maximum(short[same], 1)
    left, right = rank[left[same]], rank[right[same]]
    earlier, later = np.minimum(left, right), np.maximum(left, right)
    # each article follows its closest earlier one, and that one's original
    order = np.lexsort((earlier, -closeness, later))
    _, first = np.unique(later[order], return_index=True)
    for i in order[first].tolist():
        original[later[i]] = original[earlier[i]]
    return original


def _proposed(shingles: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of articles that share enough of the sampled shingles."""
    size = np.diff(start)
    low = shingles < np.uint64((1 << 64) // SAMPLE)
    sampled = low | np.repeat(size < WHOLE, size)
    article = np.repeat(np.arange(len(size)), size)[sampled]
    key, low = shingles[sampled], low[sampled]
    order = np.argsort(key, kind="stable")
    key, article, low = key[order], article[order], low[order]
    new = np.ones(len(key), bool)
    new[1:] = (key[1:] != key[:-1]) | (article[1:] != article[:-1])
    key, article, low = key[new], article[new], low[new]
    first = np.flatnonzero(np.diff(key, prepend=~key[:1]) != 0)
    count = np.diff(first, append=len(key))
    rare = np.repeat(count <= COMMON, count)
    some, many = count <= COMMON, count > COMMON
    # what is rare proposes, or, where a text was printed very often, all of it; then the whole sample
    near = _enough(*_all_pairs(article, first[some], count[some]), article[low & rare], len(size))
    often = _enough(*_few_pairs(article, first[many], count[many]), article[low], len(size))
    left, right = np.divmod(np.union1d(near, often), max(len(size), 1))
    by = np.argsort(article, kind="stable")
    begin = np.searchsorted(article[by], np.arange(len(size) + 1))
    seen = np.bincount(article[low], minlength=len(size))
    likely = _shared(key[by], begin, left, right) >= CONTAINED / 2 * np.minimum(seen[left], seen[right])
    return left[likely], right[likely]


def _enough(left: np.ndarray, right: np.ndarray, visible: np.ndarray, n: int) -> np.ndarray:
    """Pairs, as one number each, that share half of what a copy shares of the sampled shingles in view."""
    pair, shared = np.unique(left * n + right, return_counts=True)
    left, right = np.divmod(pair, max(n, 1))
    seen = np.bincount(visible, minlength=n)
    return pair[shared >= np.maximum(1, CONTAINED / 2 * np.minimum(seen[left], seen[right]))]


def _all_pairs(article: np.ndarray, first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of articles with a common shingle."""
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for gap in range(1, int(count.max(initial=0))):
        longer = count > gap
        at = _steps(first[longer], count[longer] - gap)
        lefts.append(article[at])
        rights.append(article[at + gap])
    return np.concatenate(lefts), np.concatenate(rights)


def _few_pairs(article: np.ndarray, first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of each article with the first one that has the shingle, and with the next."""
    at = _steps(first, count - 1)
    head = article[np.repeat(first, count - 1)]
    return np.concatenate([head, article[at]]), np.concatenate([article[at + 1], article[at + 1]])


def _steps(start: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Join the ranges of `width` numbers from each `start` on."""
    return np.repeat(start - np.cumsum(width) + width, width) + np.arange(width.sum())


def _sets(shingles: np.ndarray, start: np.ndarray, articles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take the shingles of some articles, each once and sorted; and where each article's start."""
    width = np.diff(start)[articles]
    key = shingles[_steps(start[articles], width)]
    where = np.repeat(np.arange(len(articles)), width)
    order = np.argsort(key, kind="stable")
    order = order[np.argsort(where[order], kind="stable")]
    key, where = key[order], where[order]
    new = np.ones(len(key), bool)
    new[1:] = (key[1:] != key[:-1]) | (where[1:] != where[:-1])
    return key[new], np.searchsorted(where[new], np.arange(len(articles) + 1))


def _shared(shingles: np.ndarray, start: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """How many shingles each pair shares, exactly."""
    shared = np.zeros(len(left), np.int64)
    block = 20_000  # pairs at a time: about 200 MB
    size = np.diff(start)
    for at in range(0, len(left), block):
        part = slice(at, at + block)
        keys, pair = [], []
        for side in (left[part], right[part]):
            width = size[side]
            keys.append(shingles[_steps(start[side], width)])
            pair.append(np.repeat(np.arange(len(side)), width))
        key, number = np.concatenate(keys), np.concatenate(pair)
        order = np.argsort(key, kind="stable")
        order = order[np.argsort(number[order], kind="stable")]
        key, number = key[order], number[order]
        twice = (key[1:] == key[:-1]) & (number[1:] == number[:-1])
        shared[part] = np.bincount(number[1:][twice], minlength=len(left[part]))
    return shared
