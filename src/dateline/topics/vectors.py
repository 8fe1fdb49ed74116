"""Articles as vectors, in an order that their content alone decides.

Vectors are sublinear TF-IDF on the words of the shared token table, projected by latent semantic analysis
(LSA); word pairs serve the labels of topics.
"""

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from dateline.tokens import Tokens, counts
from dateline.topics import consensus, phrases

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Fewer unique articles than this have no topics: any group of them is one or two texts.
FEWEST = 8
# With more articles, LSA and consensus are made on so many of them, drawn by content hash; the rest follows.
# Consensus on 5,000 instead of 2,000 has the same NMI on parts of the train halves of R8, R52 and 20
# Newsgroups (.63 and .63), holds no stiller (.89 and .89 with another seed) and takes up to 2.6 times as
# long.
SAMPLED, LANDMARKS = 5000, 2000
# LSA dimensions, a sixth of the articles within these bounds: on samples of 20 to 400 articles of 20
# Newsgroups (train) better than 100 by .01 to .1 NMI; with thousands 30 to 200 differed by less than .02.
COARSEST, FINEST = 10, 100
# Power to which the strengths of the directions are raised: above 1 the weak ones, which are mostly chance,
# count less. On six parts of the train halves of Reuters R8, R52 and 20 Newsgroups votes of 60 plain runs
# agree with another seed by an ARI of .80 with 1, .87 with 1.25, .88 with 1.5, at an NMI with the labels of
# .58 to .59; which kind of runs is better (see `consensus.SPARE`) shows more clearly with 1.25 than with 1.5.
EMPHASIS = 1.25
# Words in more than this share of the articles tell none from another; .5 is better than .2 by .07 NMI on R8,
# where half of the articles are of one kind, and worse by .02 on 20 Newsgroups.
MOST_COMMON = 0.5


class Space(NamedTuple):
    """Articles as vectors, in canonical order.

    Attributes
    ----------
    ids
        (n,) article ids, sorted by content hash.
    keys
        (n,) uint64, the source of every random draw of an article.
    matrix
        (n, n_terms) TF-IDF, rows of length 1 (0 where an article has no words).
    vocabulary
        (n_terms,) words and pairs.
    vectors
        (n, d) LSA, rows of length 1 (or 0), rounded.
    """

    ids: np.ndarray
    keys: np.ndarray
    matrix: "csr_matrix"
    vocabulary: np.ndarray
    vectors: np.ndarray


def space(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    stop: Sequence[str] = (),
    copies: bool = False,
    names: bool = True,
) -> Space:
    """Turn articles into vectors.

    Parameters
    ----------
    articles, sentences
        Tables of the data dictionary.
    tokens
        Tokens of the sentences.
    stop
        Words to leave out besides the function words; lower case.
    copies
        Whether copies count like originals.
    names
        Whether words that are written with a capital inside sentences count.
    """
    chosen = articles[population.is_counted(articles, copies=copies)].sort_values(
        ["sha256", "article_id"], kind="stable"
    )
    number = pd.Series(np.arange(len(chosen)), index=chosen["article_id"].to_numpy(object))
    documents = sentences["article_id"].map(number).fillna(-1).to_numpy(np.int64)
    n = len(chosen)
    matrix, vocabulary = counts(
        tokens,
        documents,
        n_documents=n,
        ngrams=(1, 2),
        min_df=_rarest(n),
        max_df=MOST_COMMON if n >= FEWEST else 1.0,
        stop=phrases.stop_words()
        | frozenset(stop)
        | (frozenset() if names else phrases.proper_names(tokens, sentences)),
    )
    weighted = tfidf(matrix)
    keys = np.array([int(sha[:16], 16) for sha in chosen["sha256"]], np.uint64)
    vectors = lsa(_words(weighted, vocabulary))
    return Space(chosen["article_id"].to_numpy(object), keys, weighted, vocabulary, vectors)


def part(found: Space, kept: np.ndarray) -> Space:
    """Take some of the articles, by a mask, and give them vectors of their own."""
    matrix = found.matrix[kept]
    vectors = lsa(_words(matrix, found.vocabulary))
    return Space(found.ids[kept], found.keys[kept], matrix, found.vocabulary, vectors)


def halves(words: "csr_matrix", vocabulary: np.ndarray, salt: int) -> tuple[np.ndarray, np.ndarray]:
    """Give articles vectors by one half of their words, and by the other; a hash deals each word.

    Parameters
    ----------
    words, vocabulary
        (n, n_words) TF-IDF of single words, and the words.
    salt
        Another one deals them in another way.
    """
    keys = np.array([zlib.crc32(word.encode("utf-8", "replace")) for word in vocabulary], np.uint64)
    first = consensus.uniform(keys, salt) < 0.5
    left, right = (lsa(_unit(words[:, np.flatnonzero(half)])) for half in (first, ~first))
    return left, right


def _words(matrix: "csr_matrix", vocabulary: np.ndarray) -> "csr_matrix":
    """Columns of single words, rows of length 1.

    Pairs are for labels. With them, NMI on Reuters R8 and 20 Newsgroups (train) falls by .05 and .02, and
    agreement with another seed by .08 and .06.
    """
    single = matrix[:, np.char.find(vocabulary.astype(str), " ") < 0]
    return _unit(single)


def _unit(matrix: "csr_matrix") -> "csr_matrix":
    """Scale rows to length 1, in place."""
    size = np.diff(matrix.indptr)
    full = np.flatnonzero(size)
    length = np.sqrt(np.add.reduceat(matrix.data**2, matrix.indptr[full])) if len(full) else np.zeros(0)
    matrix.data /= np.repeat(length, size[full])
    return matrix


def _rarest(n: int) -> int:
    """In how many articles a word has to stand, so that the matrix grows slower than the corpus."""
    return 1 if n < FEWEST else 2 if n < 1000 else max(3, n // 2000)


def tfidf(matrix: "csr_matrix") -> "csr_matrix":
    """Weight counts as ``TfidfVectorizer(sublinear_tf=True)`` does.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> tfidf(csr_matrix([[1, 1], [1, 0]])).toarray().round(3).tolist()
    [[0.58, 0.815], [1.0, 0.0]]
    """
    weighted = matrix.astype(float)
    np.log(weighted.data, out=weighted.data)
    weighted.data += 1
    weighted.data *= _rarity(matrix)[weighted.indices]
    return _unit(weighted)


def _rarity(matrix: "csr_matrix") -> np.ndarray:
    """Inverse document frequency of each column, smoothed."""
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.log((1 + matrix.shape[0]) / (1 + frequency)) + 1


def lsa(matrix: "csr_matrix") -> np.ndarray:
    """Project rows on the main directions of the first ones.

    The result is rounded: what is left is the same for every linear algebra library and number of threads.
    """
    return consensus.unit(matrix @ directions(matrix)).round(6) + 0.0


def directions(matrix: "csr_matrix", *, emphasis: float = EMPHASIS) -> np.ndarray:
    """Find the (n_terms, d) main directions of the first `SAMPLED` rows, by randomised SVD.

    Exact where the matrix has few rows or columns. Each is as long as its strength (singular value), relative
    to the strongest, to the power `emphasis` - 1; with 1 all have length 1.

    References
    ----------
    N. Halko, P. G. Martinsson and J. A. Tropp, "Finding structure with randomness", SIAM Review 53 (2011).
    """
    sample = matrix[:SAMPLED]
    # Terms that few of many articles have cost time and carry no direction.
    frequency = np.bincount(sample.indices, minlength=matrix.shape[1])
    common = np.flatnonzero(frequency >= _rarest(min(matrix.shape[0], 2 * SAMPLED)))
    sample = sample[:, common]
    width = min(FINEST + 10, *sample.shape)
    if not width:
        return np.zeros((matrix.shape[1], 0))
    basis = sample @ np.random.default_rng(0).standard_normal((sample.shape[1], width))
    for _ in range(4):
        basis = sample @ (sample.T @ np.linalg.qr(basis)[0])
    # The right singular vectors of the small matrix, from the eigenvectors of its square.
    spread = sample.T @ np.linalg.qr(basis)[0]
    strength, turn = np.linalg.eigh(spread.T @ spread)
    kept = np.argsort(-strength.round(9), kind="stable")[: _dimensions(sample.shape[0])]
    kept = kept[strength[kept] > 1e-9]
    found = np.zeros((matrix.shape[1], len(kept)))
    relative = np.sqrt(strength[kept] / strength.max(initial=1e-9)) ** (emphasis - 1)
    found[common] = spread @ (turn[:, kept] / np.sqrt(strength[kept]) * relative)
    return found


def projection(found: Space) -> tuple[np.ndarray, np.ndarray]:
    """Return words, and the (n_words, d) matrix that turns sublinear counts of them into vectors."""
    single = np.flatnonzero(np.char.find(found.vocabulary.astype(str), " ") < 0)
    words = found.matrix[:, single]
    rarity = _rarity(words)
    return found.vocabulary[single], rarity[:, None] * directions(_words(found.matrix, found.vocabulary))


def projected(
    words: np.ndarray, onto: np.ndarray, matrix: "csr_matrix", vocabulary: np.ndarray
) -> np.ndarray:
    """Give other articles vectors, from counts of their words.

    Parameters
    ----------
    words, onto
        What `projection` returned.
    matrix, vocabulary
        Counts of single words in the other articles.
    """
    at = pd.Index(words).get_indexer(pd.Index(vocabulary))
    weighted = matrix[:, at >= 0].astype(float)
    weighted.data = 1 + np.log(weighted.data)
    return consensus.unit(weighted @ onto[at[at >= 0]]).round(6) + 0.0


def _dimensions(n: int) -> int:
    """How many LSA dimensions `n` articles can bear."""
    return n if n < FEWEST else min(max(n // 6, COARSEST), FINEST)


def term_weights(found: Space, labels: np.ndarray, k: int) -> np.ndarray:
    """(k, n_terms) c-TF-IDF: share of the topic's articles with the term, times its rarity among topics.

    References
    ----------
    M. Grootendorst, "BERTopic: neural topic modeling with a class-based TF-IDF procedure" (2022); here over
    articles instead of words, so that one long article does not speak for a topic.
    """
    there = found.matrix[labels >= 0]
    labels = labels[labels >= 0]
    member = consensus.csr((np.ones(len(labels)), labels, np.arange(len(labels) + 1)), shape=(len(labels), k))
    there = consensus.csr((np.ones(there.nnz), there.indices, there.indptr), shape=there.shape)
    with_term = (member.T @ there).toarray()
    total = with_term.sum(0)
    mean = with_term.sum() / max(k, 1)
    share = with_term / np.maximum(np.bincount(labels, minlength=k), 1)[:, None]
    return (share * np.log1p(mean / np.maximum(total, 1))).round(6)
