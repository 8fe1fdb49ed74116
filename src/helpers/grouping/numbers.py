"""How many topics: a range of numbers compared by criteria that do not know of each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from helpers.grouping import consensus, vectors
from helpers.grouping.vectors import Space

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Up to so many articles only broad groups are looked for.
BROAD = 50
# Articles on which numbers of topics are compared, and runs that vote on each.
SCANNED, SCAN_RUNS, SCAN_STARTS = 800, 20, 1
# Starts of each run up to so many articles: they cost little there, and each run gets better.
SMALL, SMALL_SCAN_STARTS = 500, 5
# Numbers of topics that are compared, as far as there are eight articles for each (in broad groups four).
NUMBERS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22)
# A number is not chosen that leaves a topic with fewer articles, or fewer than half the square root of all:
# without this bound samples of 20 Newsgroups (train) were cut into two to four times their groups. Where no
# number reaches this stability, there is little to find, and no more than FEW groups are made of it.
SMALLEST, UNSTABLE, FEW = 3, 0.3, 8
# Terms whose coherence is measured.
N_TERMS = 8
# On the plateau are the numbers whose score is at most so far under the best; the largest of them is chosen,
# as it says most. This, and the criteria that make up the score, were chosen on 52 samples of the train
# halves of 20 Newsgroups, R8 and R52, of 36 to 2,200 articles in 3 to 52 groups: NMI lost against the best
# number is .061 there, of ARI .085, and of ten numbers seven are within half as many again as there are
# groups; with the middle of the plateau .081 and .106. Coherence grows with the number of topics: it is
# shown, but does not choose.
PLATEAU = 0.05
# Numbers that are named: the chosen one and the next defensible ones.
NAMED = 3


class Scan(NamedTuple):
    """What `scan` returns.

    Attributes
    ----------
    criteria
        One row per number of topics: k, stability (agreement of the runs with their vote), silhouette,
        coherence (mean NPMI of each topic's terms), smallest (articles in the smallest topic), score (mean
        rank by stability and silhouette, 1 where a number is the best by both), plateau (whether it is about
        as good as the best), rank (1 the largest on the plateau, 2 and 3 the next by score, 0 the others)
        and chosen (rank 1).
    assignments
        article_id, k, group: where each compared article goes under each number; groups are numbered by size.
    """

    criteria: pd.DataFrame
    assignments: pd.DataFrame


def scan(found: Space, *, seed: int = 0, numbers: Sequence[int] = NUMBERS) -> Scan:
    """Compare numbers of topics.

    References
    ----------
    M. Röder, A. Both and A. Hinneburg, "Exploring the space of topic coherence measures", WSDM 2015.
    """
    part = np.flatnonzero(found.vectors.any(axis=1))[:SCANNED]
    each = 4 if len(part) <= BROAD else 8
    single = np.flatnonzero(np.char.find(found.vocabulary.astype(str), " ") < 0)
    words = found.matrix[part][:, single]
    part_of = found._replace(
        ids=found.ids[part], keys=found.keys[part], vectors=found.vectors[part], matrix=words
    )
    rows: list[tuple] = []
    assigned = []
    for asked in (k for k in numbers if k <= max(len(part) // each, 2)):
        labels, agreement = _group(part_of, asked, seed)
        k = int(labels.max()) + 1
        if all(k != row[0] for row in rows):
            rows.append((k, agreement, *_shape(part_of, labels, k), int(np.bincount(labels).min())))
            assigned.append(pd.DataFrame({"article_id": part_of.ids, "k": k, "group": labels}))
    table = pd.DataFrame(rows, columns=["k", "stability", "silhouette", "coherence", "smallest"])
    table["score"] = table[["stability", "silhouette"]].rank(pct=True).mean(axis=1).round(6)
    able = _able(table, len(part))
    table["plateau"] = _plateau(table["score"].where(able, -1).to_numpy())
    table["rank"] = _rank(table, able)
    table["chosen"] = table["rank"] == 1
    empty = pd.DataFrame({"article_id": part_of.ids[:0], "k": 0, "group": 0})
    return Scan(table, pd.concat(assigned, ignore_index=True) if assigned else empty)


def holds_still(criteria: pd.DataFrame) -> bool:
    """Whether any number of topics does."""
    return bool(criteria["stability"].max() >= UNSTABLE)


def _able(table: pd.DataFrame, n: int) -> pd.Series:
    """Which numbers can be chosen: all where none is left otherwise."""
    able = table["smallest"] >= min(max(SMALLEST, n**0.5 / 2), n // 4)
    if not holds_still(table):
        able &= table["k"] <= FEW
    return able | ~able.any()


def _plateau(score: np.ndarray) -> np.ndarray:
    """Which numbers are on the plateau: those about as good as the best."""
    return score >= score.max(initial=-np.inf) - PLATEAU


def _rank(table: pd.DataFrame, able: pd.Series) -> np.ndarray:
    """Rank the numbers: 1 the largest on the plateau, 2 and 3 the next by score, 0 the others."""
    rank = np.zeros(len(table), np.int64)
    on = np.flatnonzero(table["plateau"])
    if len(on):
        score = table["score"].where(able, -1).to_numpy(copy=True)
        score[on[table["k"].to_numpy()[on].argmax()]] = 2
        order = np.argsort(-score, kind="stable")[:NAMED]
        order = order[score[order] >= 0]
        rank[order] = np.arange(1, len(order) + 1)
    return rank


def _group(found: Space, k: int, seed: int) -> tuple[np.ndarray, float]:
    """Group, numbered by size; and say how far the runs agree with that."""
    starts = SMALL_SCAN_STARTS if len(found.keys) <= SMALL else SCAN_STARTS
    groups, _ = consensus.vote_for(
        found.vectors, found.keys, k, runs=SCAN_RUNS, starts=starts, seed=seed, blocks=0
    )
    labels = np.unique(groups.labels, return_inverse=True)[1]
    rank = np.argsort(np.argsort(-np.bincount(labels), kind="stable"), kind="stable")
    return rank[labels], groups.agreement


def _shape(found: Space, labels: np.ndarray, k: int) -> tuple[float, float]:
    """Silhouette, and mean coherence of the groups' terms."""
    top = np.argsort(-vectors.term_weights(found, labels, k), axis=1, kind="stable")[:, :N_TERMS]
    coherence = round(float(np.mean([_npmi(found.matrix, terms) for terms in top])), 6)
    return consensus.silhouette(found.vectors, labels), coherence


def _npmi(matrix: "csr_matrix", terms: np.ndarray) -> float:
    """Mean normalised pointwise mutual information of pairs of terms, over articles."""
    there = (matrix[:, terms] > 0).toarray().astype(float)
    both = there.T @ there / len(there)
    alone = np.diag(both)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(both / (alone[:, None] * alone)) / -np.log(both)
    value = np.where(both > 0, np.where(both < 1, value, 1), -1)
    return float(value[np.triu_indices(len(terms), 1)].mean())
