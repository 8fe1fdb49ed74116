"""Articles as vectors: counts of words -> TfidfTransformer -> TruncatedSVD -> Emphasis, as in scikit-learn.

Articles stand in the order of their content's hash, so that the order of the input changes nothing.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from dateline import population
from dateline.tokens import Tokens, count_words, proper_names, stop_words

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix
    from threadpoolctl import ThreadpoolController

# Fewer unique articles than this have no topics: any group of them is one or two texts.
FEWEST = population.FEWEST_ARTICLES
# With more articles, the directions are those of so many of them; the order by hash makes them a fair sample.
SAMPLED = 5000
# LSA dimensions, a sixth of the articles within these bounds: of 20 to 400 articles of 20 Newsgroups (train)
# better than 100 by .01 to .1 NMI; of thousands, 30 to 200 differed by less than .02.
COARSEST, FINEST = 10, 100
# Power of the strengths of the directions: above 1 the weak ones, which are mostly chance, count less. On six
# parts of the train halves of R8, R52 and 20 Newsgroups 60 runs of k-means agree with another seed by an ARI
# of .80 with 1, .87 with 1.25, .88 with 1.5, at about one NMI.
EMPHASIS = 1.25
RANK = 1e-10  # directions with a smaller share of the strength of the first are rounding errors
# Words in more than this share of the articles tell none from another; .5 is better than .2 by .07 NMI on R8,
# where half of the articles are of one kind, and worse by .02 on 20 Newsgroups.
MOST_COMMON = 0.5


@dataclass(frozen=True)
class Data:
    """Articles, sentences and their tokens; whether copies and names count, and which words do not."""

    articles: pd.DataFrame
    sentences: pd.DataFrame
    tokens: Tokens
    copies: bool = False
    names: bool = True
    stop: Collection[str] = ()

    @cached_property
    def proper(self) -> frozenset[str]:
        """Words of names."""
        return proper_names(self.tokens, self.sentences)

    @property
    def ignored(self) -> frozenset[str]:
        """Words that do not count: function words, those of the user, and perhaps all names."""
        return stop_words().union(self.stop, () if self.names else self.proper)


class Documents(NamedTuple):
    """A token table; (n_texts,) the document of each of its texts, or -1; and the number of documents."""

    tokens: Tokens
    rows: np.ndarray
    size: int


class Emphasis(TransformerMixin, BaseEstimator):
    """Raise the strengths of SVD coordinates to a power and scale rows to length 1; rounded to 6 digits."""

    def __init__(self, power: float = EMPHASIS) -> None:
        self.power = power

    def fit(self, coordinates: np.ndarray, y: None = None) -> Self:
        """Learn the strength of each direction, relative to the strongest."""
        strength = np.linalg.norm(coordinates, axis=0)
        self.weights_ = (strength / max(strength.max(initial=0), 1e-9)) ** (self.power - 1)
        return self

    def transform(self, coordinates: np.ndarray) -> np.ndarray:
        """Weigh and scale coordinates."""
        from sklearn.preprocessing import normalize

        return normalize(coordinates * self.weights_).round(6) + 0.0


def unit_rows(rows: "csr_matrix | np.ndarray") -> "csr_matrix | np.ndarray":
    """Rows scaled to length 1, as `sklearn.preprocessing.normalize` does, which refuses an empty matrix."""
    from sklearn.preprocessing import normalize

    return normalize(rows) if min(rows.shape) else rows


class Space(NamedTuple):
    """Articles as vectors, in the order of their content's hash.

    `matrix` is (n, n_words) TF-IDF, `vectors` (n, d) main directions, rounded: rows of length 1, or 0 where
    an article has no words.
    """

    ids: np.ndarray
    matrix: "csr_matrix"
    vocabulary: np.ndarray
    vectors: np.ndarray

    def part(self, chosen: np.ndarray) -> "Space":
        """Take some of the articles, by a mask, and give them vectors of their own."""
        matrix = unit_rows(self.matrix[chosen])
        return Space(self.ids[chosen], matrix, self.vocabulary, project(matrix))


def build_space(data: Data) -> Space:
    """Turn the articles that count into vectors."""
    from sklearn.feature_extraction.text import TfidfTransformer

    counted = population.counted_articles(data.articles, copies=data.copies)
    ids = counted.sort_values(["sha256", "article_id"], kind="stable")["article_id"].to_numpy(object)
    counts, vocabulary = token_counts(ids, data)
    matrix = counts.astype(float)
    if min(counts.shape):
        matrix = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return Space(ids, matrix, vocabulary, project(matrix))


def number_documents(ids: np.ndarray, sentences: pd.DataFrame, tokens: Tokens) -> Documents:
    """Make a document of each of these articles, in this order; sentences of others are left out."""
    rows = pd.Index(ids).get_indexer(pd.Index(sentences["article_id"].to_numpy(object)))
    return Documents(tokens, rows, len(ids))


def token_counts(ids: np.ndarray, data: Data) -> tuple["csr_matrix", np.ndarray]:
    """Count the words of these articles, as `count_words` does, without rare, common and ignored ones."""
    tokens, rows, n = number_documents(ids, data.sentences, data.tokens)
    rarest = 1 if n < FEWEST else 2 if n < 1000 else max(3, n // 2000)
    common = MOST_COMMON if n >= FEWEST else 1.0
    return count_words(tokens, rows, n_documents=n, min_df=rarest, max_df=common, stop=data.ignored)


def single_thread() -> AbstractContextManager:
    """One thread, so that the order of sums, and with it the bytes, are those of one core."""
    return _thread_pools().limit(limits=1)


@lru_cache(1)
def _thread_pools() -> "ThreadpoolController":
    """Pools of the libraries in use; to look them up takes longer than a run of k-means."""
    import sklearn.cluster  # noqa: F401  (loads the libraries)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def project(matrix: "csr_matrix", fitted: np.ndarray | None = None) -> np.ndarray:
    """(n, d) coordinates of rows on the main directions of the `fitted` ones (a mask), of `SAMPLED` at most.

    One thread and rounding: the result is the same for every linear algebra library and number of cores.
    """
    # by columns, and without the words of none, the same sums of products take half the time
    source = (matrix if fitted is None else matrix[fitted])[:SAMPLED].tocsc()
    used = np.flatnonzero(np.diff(source.indptr))
    n, n_words = (source := source[:, used]).shape
    if min(n, n_words) < 2:
        return np.ones((matrix.shape[0], min(n, n_words))) * (np.diff(matrix.indptr)[:, None] > 0)
    n_components = min(n if n < FEWEST else min(max(n // 6, COARSEST), FINEST), n, n_words)
    with single_thread():
        directions = main_directions(source, n_components)
        return Emphasis().fit(source @ directions).transform(matrix.tocsc()[:, used] @ directions)


def main_directions(rows: "csc_matrix", n: int) -> np.ndarray:
    """(n_words, n) main directions, as `TruncatedSVD` has them of five iterations, in half the time.

    What is factorised has a row per article, not one per word: there are ten times as many words.
    """
    from scipy.linalg import eigh, lu, qr
    from sklearn.utils import check_random_state
    from sklearn.utils.extmath import svd_flip

    basis = check_random_state(0).normal(size=(rows.shape[0], n + 10))
    for _ in range(5):
        basis = lu(rows @ (rows.T @ basis), permute_l=True, check_finite=False)[0]
    words = rows.T @ qr(basis, mode="economic", check_finite=False)[0]
    image, (size, turn) = rows @ words, eigh(words.T @ words)
    turn *= np.where(size > RANK * size[-1], size, np.inf) ** -0.5
    directions = words @ (turn @ eigh(turn.T @ (image.T @ image) @ turn)[1][:, : -n - 1 : -1])
    return svd_flip(None, directions.T, u_based_decision=False)[1].T


def similarities(space: Space) -> pd.DataFrame:
    """Cosine similarity of every two articles: 0 no word in common, 1 the same words."""
    order = np.argsort(space.ids)
    matrix, ids = space.matrix[order], space.ids[order]
    return pd.DataFrame((matrix @ matrix.T).toarray().round(3), index=ids, columns=ids)


def join_nearest(distances: np.ndarray, names: list[str]) -> pd.DataFrame:
    """Join the nearest two, by the mean distance of their members, until one is left.

    `distances` are (n, n) cosine distances. The table has node, left, right (nodes that are joined; -1 for a
    leaf), height (mean distance at which they are: 0 the same direction, 1 nothing in common), n (leaves
    under it) and label (of a leaf), leaves first.
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    leaves = np.tile([-1.0, -1, 0, 1], (len(names), 1))
    symmetric = np.clip((distances + distances.T) / 2, 0, None).round(6)
    np.fill_diagonal(symmetric, 0)
    joined = linkage(squareform(symmetric, checks=False), "average") if len(names) > 1 else leaves[:0]
    tree = pd.DataFrame(np.concatenate([leaves, joined]), columns=["left", "right", "height", "n"]).round(6)
    tree[["left", "right"]] = np.sort(tree[["left", "right"]], axis=1)
    tree = tree.astype({"left": "int64", "right": "int64", "n": "int64"}).rename_axis("node").reset_index()
    return tree.assign(label=pd.Series(names, dtype="str").reindex(tree["node"]).fillna("").to_numpy())
