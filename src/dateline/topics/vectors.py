"""Articles as vectors: TokenCounts -> TfidfTransformer -> TruncatedSVD -> Emphasis, a scikit-learn pipeline.

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
    from scipy.sparse import csr_matrix
    from threadpoolctl import ThreadpoolController

# Fewer unique articles than this have no topics: any group of them is one or two texts.
FEWEST = population.FEWEST_ARTICLES
# With more articles, the directions are those of so many of them; the order by hash makes them a fair sample.
SAMPLED = 5000
# LSA dimensions, a sixth of the articles within these bounds: on samples of 20 to 400 articles of 20
# Newsgroups (train) better than 100 by .01 to .1 NMI; with thousands 30 to 200 differed by less than .02.
COARSEST, FINEST = 10, 100
# Power to which the strengths of the directions are raised: above 1 the weak ones, which are mostly chance,
# count less. On six parts of the train halves of Reuters R8, R52 and 20 Newsgroups votes of 60 runs of
# k-means agree with another seed by an ARI of .80 with 1, .87 with 1.25, .88 with 1.5, at about one NMI.
EMPHASIS = 1.25
# Words in more than this share of the articles tell none from another; .5 is better than .2 by .07 NMI on R8,
# where half of the articles are of one kind, and worse by .02 on 20 Newsgroups.
MOST_COMMON = 0.5


@dataclass(frozen=True)
class Data:
    """Articles, sentences and their tokens; whether copies and names count, and further words that do not."""

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


class TokenCounts(TransformerMixin, BaseEstimator):
    """Count words on the shared token table: the matrix of `CountVectorizer`, without reading texts again.

    Words count that stand in at least `min_df` documents and at most a share `max_df` of them, and are not
    among `stop_words` (lower case). `vocabulary_` has them sorted: the columns of the matrix.
    """

    def __init__(
        self, *, min_df: int = 1, max_df: float = 1.0, stop_words: Collection[str] | None = None
    ) -> None:
        self.min_df, self.max_df, self.stop_words = min_df, max_df, stop_words

    def _count(self, documents: Documents, **bounds: float) -> tuple["csr_matrix", np.ndarray]:
        stop = frozenset(self.stop_words or ())
        return count_words(documents.tokens, documents.rows, n_documents=documents.size, stop=stop, **bounds)  # type: ignore[arg-type]

    def fit(self, documents: Documents, y: None = None) -> Self:
        """Learn the vocabulary."""
        self.fit_transform(documents)
        return self

    def fit_transform(self, documents: Documents, y: None = None) -> "csr_matrix":
        """Learn the vocabulary and count: (n_documents, n_words)."""
        matrix, self.vocabulary_ = self._count(documents, min_df=self.min_df, max_df=self.max_df)
        return matrix

    def transform(self, documents: Documents) -> "csr_matrix":
        """Count the words of the vocabulary in these documents; others are left out."""
        from scipy.sparse import csr_matrix

        matrix, words = self._count(documents)
        column = pd.Index(self.vocabulary_).get_indexer(words)
        matrix = matrix[:, column >= 0].tocoo()
        matrix.col = column[column >= 0][matrix.col].astype(matrix.col.dtype)
        return csr_matrix((matrix.data, (matrix.row, matrix.col)), (documents.size, len(self.vocabulary_)))


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
    counter = token_counts(len(ids), ignored=data.ignored)
    counts = counter.fit_transform(number_documents(ids, data.sentences, data.tokens))
    matrix = counts.astype(float)
    if min(counts.shape):
        matrix = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return Space(ids, matrix, counter.vocabulary_, project(matrix))


def number_documents(ids: np.ndarray, sentences: pd.DataFrame, tokens: Tokens) -> Documents:
    """Make a document of each of these articles, in this order; sentences of others are left out."""
    rows = pd.Index(ids).get_indexer(pd.Index(sentences["article_id"].to_numpy(object)))
    return Documents(tokens, rows, len(ids))


def token_counts(n: int, *, ignored: Collection[str]) -> TokenCounts:
    """`TokenCounts` for `n` articles, without rare words and those `ignored`."""
    rarest = 1 if n < FEWEST else 2 if n < 1000 else max(3, n // 2000)
    common = MOST_COMMON if n >= FEWEST else 1.0
    return TokenCounts(min_df=rarest, max_df=common, stop_words=sorted(ignored))


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
    from sklearn.decomposition import TruncatedSVD
    from sklearn.pipeline import make_pipeline

    # by columns, and without the words of none, the same sums of products take half the time
    source = (matrix if fitted is None else matrix[fitted])[:SAMPLED].tocsc()
    used = np.flatnonzero(np.diff(source.indptr))
    n, n_words = (source := source[:, used]).shape
    if min(n, n_words) < 2:
        return np.ones((matrix.shape[0], min(n, n_words))) * (np.diff(matrix.indptr)[:, None] > 0)
    n_components = min(n if n < FEWEST else min(max(n // 6, COARSEST), FINEST), n, n_words)
    with single_thread():
        pipeline = make_pipeline(TruncatedSVD(n_components, n_iter=5, random_state=0), Emphasis())
        return pipeline.fit(source).transform(matrix.tocsc()[:, used])


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
