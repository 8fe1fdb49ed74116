"""Copies and stories: which articles are one text, and which are about one event. All members are kept.

Copies are found by word shingles. A sample of them, the same in every article (MinHash's idea: keep what
hashes below a bound), proposes pairs; all shingles of a pair then decide, by containment, so that a reprint
with a new headline, a cut tail or an added byline is a copy. Stories join articles of one stretch of days
by their rarer words. Both are the same for any order of the input.
"""

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import tokens as tokens_
from helpers.tokens import Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Words in a shingle: with three, reports on one event share .12 of theirs; with four, less than .1.
WIDTH = 4
# One shingle of so many is in the sample; texts of fewer shingles than this are sampled whole.
SAMPLE, WHOLE = 8, 64
# A copy shares half of the shorter text: one word in six may be changed. And a seventh of the longer one:
# a bulletin inside a long report is no copy of it.
CONTAINED, OF_LONGER = 0.5, 0.15
# A shingle in more articles than this is compared with its first article and its neighbours in time only.
COMMON = 40
# Stories: least mean cosine of TF-IDF, days between two articles of one, and what counts as no similarity.
# Chosen on the sample's truth together with the next two; names say more about an event than other words.
SIMILAR, DAYS, FAINT = 0.1, 5, 0.03
NAMES, LETTERS = 3.0, 5
# Where many articles lie in these days, they must be as similar as fewer than this many of them would be
# if they were as unrelated as articles of other weeks (measured on this many articles).
CHANCE, DRAWN = 0.5, 400
# A term in a larger share of the articles (but more than five) tells no event apart.
MOST_SHARE, FEW = 0.25, 5


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
    story = _stories(tokens, rank[article], original, articles["published"].to_numpy()[order])
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


# -- copies ----------------------------------------------------------------------------------------


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
    left, right = _pairs(article, first, np.diff(first, append=len(key)))
    pair, shared = np.unique(left * len(size) + right, return_counts=True)
    left, right = np.divmod(pair, max(len(size), 1))
    visible = np.bincount(article[low], minlength=len(size))
    enough = shared >= np.maximum(1, CONTAINED / 2 * np.minimum(visible[left], visible[right]))
    return left[enough], right[enough]


def _sets(shingles: np.ndarray, start: np.ndarray, articles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take the shingles of some articles, each once and sorted; and where each article's start."""
    width = np.diff(start)[articles]
    inner = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    key = shingles[np.repeat(start[articles], width) + inner]
    where = np.repeat(np.arange(len(articles)), width)
    order = np.argsort(key, kind="stable")
    order = order[np.argsort(where[order], kind="stable")]
    key, where = key[order], where[order]
    new = np.ones(len(key), bool)
    new[1:] = (key[1:] != key[:-1]) | (where[1:] != where[:-1])
    return key[new], np.searchsorted(where[new], np.arange(len(articles) + 1))


def _pairs(article: np.ndarray, first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of articles with a common shingle; of a very common one, not all."""
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for gap in range(1, COMMON):
        some = first[(count > gap) & (count <= COMMON)]
        if not len(some):
            break
        width = count[(count > gap) & (count <= COMMON)] - gap
        at = np.repeat(some, width) + np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
        lefts.append(article[at])
        rights.append(article[at + gap])
    many = np.flatnonzero(count > COMMON)
    width = count[many] - 1
    at = np.repeat(first[many], width) + np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    lefts += [article[np.repeat(first[many], width)], article[at]]
    rights += [article[at + 1], article[at + 1]]
    return np.concatenate(lefts), np.concatenate(rights)


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
            inner = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
            keys.append(shingles[np.repeat(start[side], width) + inner])
            pair.append(np.repeat(np.arange(len(side)), width))
        key, number = np.concatenate(keys), np.concatenate(pair)
        order = np.argsort(key, kind="stable")
        order = order[np.argsort(number[order], kind="stable")]
        key, number = key[order], number[order]
        twice = (key[1:] == key[:-1]) & (number[1:] == number[:-1])
        shared[part] = np.bincount(number[1:][twice], minlength=len(left[part]))
    return shared


# -- stories ---------------------------------------------------------------------------------------


def _stories(tokens: Tokens, article: np.ndarray, original: np.ndarray, published: np.ndarray) -> np.ndarray:
    """Give each article its story: a copy has its original's, an undated article one of its own."""
    n = len(original)
    group = np.arange(n)
    dated = np.flatnonzero((original == group) & ~np.isnat(published))
    if len(dated) > 1:
        day = published[dated].astype("datetime64[D]").astype(np.int64)
        group[dated] = dated[_grouped(_weights(tokens, article, n)[dated], day)]
    return pd.factorize(group[original])[0].astype(np.int64)


def _weights(tokens: Tokens, article: np.ndarray, n: int) -> "csr_matrix":
    """Rows of unit length: TF-IDF of word beginnings, which stand for all forms and spellings of a word."""
    from scipy.sparse import csr_matrix, diags_array

    code, capital = _beginnings(tokens.words)
    row, column = np.repeat(article, np.diff(tokens.offsets)), code[tokens.ids]
    value = np.where(capital, NAMES, 1.0)[tokens.ids]
    terms = csr_matrix(
        (value[column >= 0], (row[column >= 0], column[column >= 0])), shape=(n, code.max(initial=0) + 1)
    )
    terms.sum_duplicates()
    frequency = np.bincount(terms.indices, minlength=terms.shape[1])
    telling = np.flatnonzero((frequency >= 2) & (frequency <= max(MOST_SHARE * n, FEW)))
    terms, frequency = terms[:, telling], frequency[telling]
    terms.data = np.log1p(terms.data) * np.log((1 + n) / (1 + frequency))[terms.indices]
    length = np.sqrt(np.asarray(terms.multiply(terms).sum(axis=1)).ravel())
    return csr_matrix(diags_array(1 / np.where(length > 0, length, 1)) @ terms)


def _beginnings(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the words' first letters, without accents and case (-1: a number or one letter)."""
    plain = ["".join(filter(str.isalpha, unicodedata.normalize("NFKD", word).casefold())) for word in words]
    code, _ = pd.factorize(np.array([word[:LETTERS] if len(word) > 1 else None for word in plain], object))
    return code, np.array([word[:1].isupper() for word in words], bool)


def _grouped(weights: "csr_matrix", day: np.ndarray) -> np.ndarray:
    """Let each article, in the order of time, join the story it is most similar to; gives its first member.

    Similar is the mean over the story's articles, where one that lies too many days off counts as nothing:
    a story that goes on and on does not swallow what is new.
    """
    story, size, least = np.arange(len(day)), np.ones(len(day), np.int64), _least(weights, day)
    block = 512
    for at in range(0, len(day), block):
        stop = min(at + block, len(day))
        first = int(np.searchsorted(day, day[at] - DAYS))
        near = (weights[at:stop] @ weights[first:stop].T).tocoo()
        later, earlier, similar = near.row + at, near.col + first, near.data.round(6)
        use = (earlier < later) & (day[later] - day[earlier] <= DAYS) & (similar >= FAINT)
        later, earlier, similar = later[use], earlier[use], similar[use]
        order = np.lexsort((earlier, later))
        bounds = np.searchsorted(later[order], np.arange(at, stop + 1))
        earlier, similar = earlier[order], similar[order]
        for i in range(at, stop):
            mine = slice(bounds[i - at], bounds[i - at + 1])
            story[i] = _joined(i, story[earlier[mine]], similar[mine], size, least)
            size[story[i]] += story[i] != i
    return story


def _joined(i: int, stories: np.ndarray, similar: np.ndarray, size: np.ndarray, least: float) -> int:
    """Give the story that article i is most similar to, or its own if it is similar enough to none."""
    if not len(stories):
        return i
    known, place = np.unique(stories, return_inverse=True)
    mean = (np.bincount(place, similar) / size[known]).round(6)
    best = int(np.argmax(mean))
    return int(known[best]) if mean[best] >= least else i


def _least(weights: "csr_matrix", day: np.ndarray) -> float:
    """Similarity that few articles of these days would reach if they were unrelated."""
    at_once = np.mean(np.searchsorted(day, day + DAYS, side="right") - np.searchsorted(day, day - DAYS) - 1)
    drawn = np.unique(np.linspace(0, len(day) - 1, min(DRAWN, len(day))).astype(np.int64))
    far = np.triu(day[drawn] - day[drawn][:, None] > 2 * DAYS)
    similar = (weights[drawn] @ weights[drawn].T).toarray()[far]
    if len(similar) < DRAWN or at_once <= CHANCE:
        return SIMILAR
    return max(SIMILAR, float(np.quantile(similar, 1 - CHANCE / at_once).round(6)))
