"""Which articles are about one event: TF-IDF of names and other words, within a few days.

Each article joins, in the order of time, the story that it resembles most, if it resembles one enough; how
much is enough is also measured on the corpus itself, on articles of different weeks.
"""

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.tokens import Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Least mean cosine of TF-IDF, days between two articles of one, and what counts as no similarity.
# Chosen on the sample's truth together with the next two; names say more about an event than other words.
SIMILAR, DAYS, FAINT = 0.1, 5, 0.03
NAMES, LETTERS = 3.0, 5
# Where many articles lie in these days, they must be as similar as fewer than this many of them would be
# if they were as unrelated as articles of other weeks (measured on this many articles).
CHANCE, DRAWN = 0.5, 400
# A term in a larger share of the articles (but more than five) tells no event apart.
MOST_SHARE, FEW = 0.25, 5


def group(tokens: Tokens, article: np.ndarray, original: np.ndarray, published: np.ndarray) -> np.ndarray:
    """Give each article the number of its story.

    Parameters
    ----------
    tokens
        Tokens of n texts.
    article
        (n_texts,) the article that each text belongs to; articles are numbered by time, undated ones last.
    original
        (n_articles,) the article that each is a copy of, or itself: a copy has its original's story.
    published
        (n_articles,) datetime64; an undated article has a story of its own.

    Returns
    -------
    numpy.ndarray
        (n_articles,) int64, from 0 in the order of the stories' first articles.
    """
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
