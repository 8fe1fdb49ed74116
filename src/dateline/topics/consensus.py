"""Consensus k-means: many runs, whose centres are linked; how many clusters there are, and which are real."""

import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin

from dateline.topics.vectors import Space, project, single_thread, unit_rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Up to so many articles only broad groups are looked for.
BROAD = 50
# Numbers of topics that are compared, as far as there are five articles for each (of few, four), those over
# MANY only while the score still rises and where some number holds still; the articles and runs of the
# comparison; and ways in which the words are dealt in halves, with starts on a half.
NUMBERS, MANY = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 60, 75, 100), 22
SCANNED, SCAN_RUNS, SPLITS, SPLIT_STARTS = 800, 10, 4, 5
# There are fine topics where halves of the words, dealt in so many ways, tell so many bits about each other
# within topics. Words dealt anew within topics told .05 at most, visits and threads of two archives .3 to .8.
FINE_SPLITS, FINE_BITS = 2, 0.2
# Runs whose agreement with the result is measured.
COMPARED = 10
# Up to so many rows each run is the best of some starts, and makes the clusters that are asked for. Above,
# the runs in turn make so many times as many, and join the nearest: on 2,000 articles of the train halves of
# R8, R52 and 20 Newsgroups the NMI with the labels is .63, .63 and .61; with 1.25 in all, .62, .61 and .61.
SMALL, SMALL_STARTS, SPARE = 500, 5, (1.0, 1.5)
# Articles halved for the stability of topics; ways to halve and runs on each half, of few articles and many.
HALVED, SMALL_HALVES, LARGE_HALVES = 2000, (10, 1), (4, 6)
# A number's score is what two halves of the words tell about each other, times how far the runs agree to this
# power. On the plateau are the numbers with at least so much of the best score; the smallest of them is
# chosen. On 30 samples of the train halves of 20 Newsgroups, R8 and R52 these make .9 times as many topics as
# there are labels (median) and lose .063 NMI against the best; with .75 instead, .7 times as many and .076.
DISCOUNT, PLATEAU = 0.25, 0.85
# A larger number that says no less and holds so much stiller is chosen; with .03, 22 for the 8 of R8 (train).
STILLER = 0.1
# On the plateau those go first that leave no topic with fewer articles than this, or than half the square
# root of all. Where no number reaches this agreement, no more than FEW groups are made.
SMALLEST, UNSTABLE, FEW = 3, 0.3, 8
CRITERIA = ["k", "stability", "silhouette", "smallest", "shared"]


class ConsensusKMeans(ClusterMixin, BaseEstimator):
    """Cluster rows by direction: many runs of k-means, their centres joined by Ward's method.

    One run depends on its start, and cuts a large cluster in pieces rather than leave it larger than the
    others. So of many rows (see `SMALL`) some runs make some clusters too many and join the nearest. Then the
    centres of all runs are linked, and each row goes to the nearest of the linked ones: the meta-clustering
    of A. Strehl and J. Ghosh, "Cluster ensembles", JMLR 3 (2002). Memory grows with the rows.

    Each run is the best of `n_init` starts, by default `SMALL_STARTS` of few rows, else one. Fitted are
    `cluster_centers_`, of length 1, `labels_`, and `stability_`: the mean adjusted Rand index of the first
    `COMPARED` runs with the result, 1 where all agree, 0 by chance.
    """

    def __init__(
        self,
        n_clusters: int = 8,
        *,
        n_runs: int = 40,
        n_init: int | None = None,
        random_state: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.n_runs = n_runs
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: None = None) -> Self:
        """Run k-means many times and join the centres."""
        from sklearn.cluster import KMeans
        from sklearn.metrics import adjusted_rand_score
        from sklearn.preprocessing import normalize
        from sklearn.utils import check_random_state
        from sklearn.utils.validation import validate_data

        rows = normalize(validate_data(self, X, dtype=np.float64, ensure_min_samples=self.n_clusters))
        k, random = self.n_clusters, check_random_state(self.random_state)
        spare, n_init = ((1.0,), SMALL_STARTS) if len(rows) <= SMALL else (SPARE, 1)
        votes, centres = [], []
        with quick_kmeans():
            for i in range(self.n_runs):
                n_wide, state = min(ceil(spare[i % len(spare)] * k), len(rows)), random.randint(2**31 - 1)
                run = KMeans(n_wide, n_init=self.n_init or n_init, max_iter=20, random_state=state).fit(rows)
                votes.append(link(run.cluster_centers_, k, "average")[run.labels_])
                centres.append(mean_directions(rows, votes[-1], k))
            linked = link(np.concatenate(centres), k)
        self.cluster_centers_ = mean_directions(np.concatenate(centres), linked, k)
        self.labels_ = self._nearest(rows)
        names = linked.reshape(-1, k)
        scores = [adjusted_rand_score(self.labels_, names[i][votes[i]]) for i in range(len(votes))[:COMPARED]]
        self.stability_ = round(float(np.mean(scores)), 6)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Find the nearest cluster of each row."""
        from sklearn.utils.validation import check_is_fitted, validate_data

        check_is_fitted(self)
        return self._nearest(validate_data(self, X, dtype=np.float64, reset=False))

    def _nearest(self, rows: np.ndarray) -> np.ndarray:
        """(n,) the centre with the highest cosine; of equal ones the first."""
        return (rows @ self.cluster_centers_.T).round(6).argmax(1)


@contextmanager
def quick_kmeans() -> Iterator[None]:
    """One thread, no checks of parameters, no warning of a cluster that equal articles leave empty."""
    from sklearn import config_context
    from sklearn.exceptions import ConvergenceWarning

    unchecked = config_context(skip_parameter_validation=True, assume_finite=True)
    with single_thread(), unchecked, warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def link(centres: np.ndarray, k: int, method: str = "ward") -> np.ndarray:
    """Join centres to `k` clusters by direction: (n,) the cluster of each."""
    from sklearn.cluster import AgglomerativeClustering

    if k in (1, len(centres)):
        return np.arange(len(centres)) % k
    return AgglomerativeClustering(k, linkage=method).fit_predict(unit_rows(centres).round(6))


def mean_directions(rows: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """(k, d) mean direction of the rows of each cluster (-1: none), of length 1; zeros for an empty one."""
    from scipy.sparse import csr_matrix

    row = np.flatnonzero(labels >= 0)
    member = csr_matrix((np.ones(len(row)), (labels[row], row)), shape=(k, len(rows)))
    return unit_rows(member @ rows).round(9)


def compare_numbers(
    space: Space, *, seed: int = 0, numbers: Sequence[int] = NUMBERS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare numbers of topics.

    The vocabulary is dealt in two halves and the articles are grouped by each alone: two views that only the
    topic ties together (A. Blum and T. Mitchell, COLT 1998). With more groups than there are topics, what one
    half tells about the other no longer grows, as where a topic is cut is chance. So the smallest number is
    chosen at which they tell about as much as at any, or a larger one that holds stiller.

    Returns a row per number: k, stability (agreement of the runs), silhouette, smallest (articles in the
    smallest topic), shared (bits that one half tells about the other, less what chance gives), score (that
    times a power of stability, as a share of the best), plateau, rank (1 the one in use, 2 and 3 the next; 0
    the others) and chosen; and article_id, k, topic: where each compared article goes under each number.
    """
    from sklearn.metrics import silhouette_score

    compared = np.flatnonzero(space.vectors.any(axis=1))[:SCANNED]
    n, points = len(compared), space.vectors[compared]
    halves = _word_halves(space, compared, SPLITS if numbers else 0)
    rows: list[tuple] = []
    assignments = [pd.DataFrame({"article_id": space.ids[:0], "k": 0, "topic": 0})]
    for k in (k for k in numbers if k <= max(n // (4 if n <= BROAD else 5), 2)):
        if k > MANY and rows:
            ranked = rank_numbers(pd.DataFrame(rows, columns=CRITERIA), n)
            if ranked["score"].iloc[-1] < 1 or ranked["stability"].max() < UNSTABLE:
                break
        model = ConsensusKMeans(min(k, n), n_runs=SCAN_RUNS, n_init=1, random_state=seed).fit(points)
        topic = number_by_size(model.labels_, k)[1][model.labels_]
        sizes = np.bincount(topic)
        if len(sizes) < k:
            continue
        apart = silhouette_score(points, topic, metric="cosine") if k < n else 0.0
        rows.append((k, model.stability_, round(float(apart), 6), int(sizes.min()), _shared_bits(halves, k)))
        assignments.append(pd.DataFrame({"article_id": space.ids[compared], "k": k, "topic": topic}))
    return rank_numbers(pd.DataFrame(rows, columns=CRITERIA), n), pd.concat(assignments, ignore_index=True)


def fine_number(space: Space, topic: np.ndarray) -> int:
    """Find how many fine topics there are in topics, 0 if none.

    The articles are grouped by each half of the words, as in `compare_numbers`. Where a topic has parts, the
    groupings tell about each other within it. Of the numbers that tell about as much as any, the smallest is
    taken. `topic` is (n,) the topic of each article of the space, or -1.
    """
    compared, k = np.flatnonzero(topic >= 0)[:SCANNED], int(topic.max(initial=0)) + 1
    halves, topic = _word_halves(space, compared, FINE_SPLITS), topic[compared]
    bits = pd.Series(dtype=float)
    for number in (m for m in NUMBERS[::2] if 2 * k <= m <= len(compared) / 5):
        bits[number] = _shared_bits(halves, number, topic)
        if bits.max() >= FINE_BITS and bits[number] < PLATEAU * bits.max():
            break
    return int((bits >= PLATEAU * bits.max()).idxmax()) if bits.max() >= FINE_BITS else 0


def _word_halves(space: Space, compared: np.ndarray, n_splits: int) -> list[list[np.ndarray]]:
    """Vectors of articles by each half of the words, for some ways to deal these, by their spelling alone."""
    crc = np.array([zlib.crc32(word.encode("utf-8", "replace")) for word in space.vocabulary], np.int64)
    matrix, sides = space.matrix[compared], [crc >> split & 1 for split in range(n_splits)]
    return [[project(unit_rows(matrix[:, side == bit])) for bit in (0, 1)] for side in sides]


def _shared_bits(halves: list[list[np.ndarray]], k: int, topic: np.ndarray | None = None) -> float:
    """Bits that groups by one half of the words tell about those by the other, less what chance gives.

    With `topic`, what they tell within topics.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import mutual_info_score
    from sklearn.metrics.cluster import contingency_matrix, expected_mutual_information

    bits = 0.0
    for pair in halves:
        if min(points.shape[1] for points in pair) == 0:
            return 0.0
        with quick_kmeans():
            left, right = (
                KMeans(k, n_init=SPLIT_STARTS, max_iter=50, random_state=0).fit(half).labels_ for half in pair
            )
        for part in [slice(None)] if topic is None else [topic == number for number in np.unique(topic)]:
            table = contingency_matrix(left[part], right[part], sparse=True).astype(np.int64)
            shared = mutual_info_score(None, None, contingency=table)
            shared -= expected_mutual_information(table, int(table.sum()))
            bits += shared * table.sum() / len(left)
    return round(bits / len(halves) / np.log(2), 6)


def rank_numbers(criteria: pd.DataFrame, n: int) -> pd.DataFrame:
    """Add score, plateau, rank and chosen to the criteria of numbers of topics for `n` articles."""
    table = criteria.copy()
    holds = table["stability"].max() >= UNSTABLE
    able = table["k"] <= (table["k"].max() if holds else FEW)
    score = table["shared"].clip(lower=0) * table["stability"].clip(lower=0) ** DISCOUNT
    best = score[able].max()
    table["score"] = (score / best).round(6) if best > 0 else score * 0.0
    # where nothing is shared, no number says more than another
    plateau = able & (table["score"] >= PLATEAU) if best > 0 else able
    tiny = table["smallest"] < min(max(SMALLEST, n**0.5 / 2), n // 4)
    order = np.lexsort((np.where(plateau, table["k"], -table["score"]), tiny, ~plateau))
    if len(order):
        still, more = table["stability"], table[["k", "score"]] >= table.loc[order[0], ["k", "score"]]
        stiller = able & more.all(axis=1) & (still >= still[order[0]] + STILLER)
        lead = still.where(stiller, -1).idxmax() if stiller.any() else order[0]
        order = np.array([lead, *order[order != lead]])[:3]
    rank = np.zeros(len(table), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return table.assign(plateau=plateau, rank=rank, chosen=rank == 1)


def topic_stability(space: Space, topic: np.ndarray) -> np.ndarray:
    """Measure how far two halves of the articles, each grouped alone by a half of the words, agree on topics.

    Two groupings of the same articles, or by the same words, agree on chance, too. The halves have only in
    common that words go together, which is what a topic is: were words dealt anew, 0 would be expected.

    `topic` is (n,) the topic of each article, or -1. Returned is (n_topics,) Cohen's kappa of the memberships
    in a topic, the mean over ways to halve, and from that what it would be for two corpora of this size: of
    100 and 300 articles of R8, R52 and 20 Newsgroups (train) such two agree by .50, and this says .49.

    After T. Lange and others, "Stability-based validation of clustering solutions" (2004), and W. Brown,
    British Journal of Psychology 3 (1910): from half to whole, here for words and for articles.
    """
    k, n = int(topic.max(initial=-1)) + 1, min(len(topic), HALVED)
    matrix, topic = space.matrix[:n], topic[:n]
    n_ways, n_runs = SMALL_HALVES if n <= 2 * SMALL else LARGE_HALVES
    kappas = []
    for split in range(n_ways if k > 1 else 0):
        random = np.random.default_rng(split)
        side, word = random.permutation(n) % 2, random.permutation(matrix.shape[1]) % 2
        left, right = (_half_topics(matrix[:, word == bit], side == bit, topic, n_runs) for bit in (0, 1))
        chance, common = left.mean(0) * right.mean(0), (left * right).mean(0)
        shares = (left.mean(0) + right.mean(0)) / 2
        kappas.append((common - chance) / np.maximum(shares - chance, 1e-9))
    half = np.mean(kappas or [np.ones(k)], axis=0).clip(0)
    return (4 * half / (1 + 3 * half)).round(6)


def _half_topics(matrix: "csr_matrix", fitted: np.ndarray, topic: np.ndarray, n_runs: int) -> np.ndarray:
    """(n, k) whether each row is in each cluster of the fitted rows; numbered like the topics they meet."""
    from scipy.optimize import linear_sum_assignment

    points, k = project(unit_rows(matrix), fitted), int(topic.max()) + 1
    model = ConsensusKMeans(min(k, int(fitted.sum())), n_runs=n_runs, random_state=0)
    cluster = model.fit(points[fitted]).predict(points)
    common = np.zeros((k, k + 1), int)  # the last topic is none
    np.add.at(common, (cluster, topic), 1)
    return np.eye(k)[linear_sum_assignment(-common[:, :k])[1][cluster]]


def number_by_size(topic: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Order topics by size: their old numbers, without empty ones, and the new number of each old one."""
    sizes = np.bincount(topic[topic >= 0], minlength=k)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    number = np.full(k + 1, -1)  # the last one is where -1 points to
    number[order] = np.arange(len(order))
    return order, number
