"""Which articles are about one event: TF-IDF of names and other words, within a few days.

Each article joins, in the order of time, the story that it resembles most, if it resembles one enough: more
than it resembles articles of other weeks.
"""

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dateline.tokens import Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Least mean cosine of TF-IDF, days between two articles of one, and what counts as no similarity. The first,
# and SPREADS, were chosen on the sample's articles before November 2024; the others on all of its truth.
SIMILAR, DAYS, FAINT = 0.08, 5, 0.03
# Names say more about an event than other words. A name has a capital nearly always, any other word where a
# sentence begins; of both the first letters stand for all forms.
NAMES, CAPITAL, LETTERS = 3.0, 0.7, 5
# Two articles of one event have more in common than either has with those of other weeks: more than the mean
# and so many standard deviations over, measured on at most so many, and only where there are enough.
SPREADS, DRAWN, ENOUGH = 2.0, 400, 10
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
    counted = np.bincount(tokens.ids, minlength=len(code))
    known = code >= 0
    all_, capitals = (
        np.bincount(code[known], number[known], minlength=code.max(initial=0) + 1)
        for number in (counted, counted * capital)
    )
    value = np.where(capitals >= CAPITAL * all_, NAMES, 1.0)[column]
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
    story, size, usual = np.arange(len(day)), np.ones(len(day), np.int64), _usual(weights, day)
    block = 512
    for at in range(0, len(day), block):
        stop = min(at + block, len(day))
        first = int(np.searchsorted(day, day[at] - DAYS))
        near = (weights[at:stop] @ weights[first:stop].T).tocoo()
        later, earlier, similar = near.row + at, near.col + first, near.data
        # beyond what either of the two has in common with articles of other weeks
        beyond = (similar - np.maximum(usual[later], usual[earlier])).round(6)
        use = (earlier < later) & (day[later] - day[earlier] <= DAYS) & (beyond >= FAINT - SIMILAR)
        later, earlier, beyond = later[use], earlier[use], beyond[use]
        order = np.lexsort((earlier, later))
        bounds = np.searchsorted(later[order], np.arange(at, stop + 1))
        earlier, beyond = earlier[order], beyond[order]
        for i in range(at, stop):
            mine = slice(bounds[i - at], bounds[i - at + 1])
            story[i] = _joined(i, story[earlier[mine]], beyond[mine] + SIMILAR, size)
            size[story[i]] += story[i] != i
    return story


def _joined(i: int, stories: np.ndarray, similar: np.ndarray, size: np.ndarray) -> int:
    """Give the story that article i is most similar to, or its own if it is similar enough to none."""
    if not len(stories):
        return i
    known, place = np.unique(stories, return_inverse=True)
    mean = (np.bincount(place, similar) / size[known]).round(6)
    best = int(np.argmax(mean))
    return int(known[best]) if mean[best] >= SIMILAR else i


def _usual(weights: "csr_matrix", day: np.ndarray) -> np.ndarray:
    """How much more than `SIMILAR` each article needs: what it shares with unrelated articles by chance.

    Unrelated are those too many days off to be of one story. What a site's pages or an outlet's genres have
    in common (those present, headings, the words of an interview) they have with these too.
    """
    drawn = np.unique(np.linspace(0, len(day) - 1, min(DRAWN, len(day))).astype(np.int64))
    usual = np.zeros(len(day))
    for at in range(0, len(day), 4096):
        part = slice(at, at + 4096)
        far = np.abs(day[part, None] - day[drawn]) > DAYS
        similar = np.where(far, (weights[part] @ weights[drawn].T).toarray(), 0)
        n = far.sum(1)
        mean = similar.sum(1) / np.maximum(n, 1)
        spread = np.sqrt(np.maximum((similar**2).sum(1) / np.maximum(n, 1) - mean**2, 0))
        usual[part] = np.where(n >= ENOUGH, mean + SPREADS * spread - SIMILAR, 0)
    return np.maximum(usual, 0).round(6)
