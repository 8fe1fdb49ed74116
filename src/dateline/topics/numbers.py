"""How many topics: a range of numbers compared by criteria that do not know of each other."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dateline.topics import consensus, vectors
from dateline.topics.vectors import Space

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
# Terms whose coherence is measured.
N_TERMS = 8
# Ways in which the words are dealt in two halves, runs that vote on each half, and times that one half's
# groups are dealt anew to tell what chance gives.
SPLITS, SPLIT_RUNS, DEALT = 4, 5, 5
# A number's score is what two halves of the words tell about each other, times how far the runs on all words
# agree to this power. On the plateau are the numbers with at least so much of the best score; the smallest of
# them is chosen. On 52 samples of the train halves of 20 Newsgroups, R8 and R52, of 36 to 2,200 articles in 3
# to 52 groups, power and share are those that lose least among the ones that make 7 or 8 of the 8 groups of
# R8 where there are 800 articles: NMI lost against the best number is .046 there, of ARI .070. The mean rank
# by stability and silhouette, which chose before, lost .060 and .083, and made 3 to 15 of 20 groups: two or
# three groups along the strongest direction always hold still. Coherence grows with the number of topics.
DISCOUNT, PLATEAU = 0.25, 0.75
# Of the numbers on the plateau those go first that leave no topic with fewer articles than this, or than
# half the square root of all. Where no number reaches this stability, there is little to find, and no more
# than FEW groups are made of it.
SMALLEST, UNSTABLE, FEW = 3, 0.3, 8
# Numbers that are named: the chosen one and the next defensible ones.
NAMED = 3


class Scan(NamedTuple):
    """What `scan` returns.

    Attributes
    ----------
    criteria
        One row per number of topics: k, stability (agreement of the runs with their vote), silhouette,
        coherence (mean NPMI of each topic's terms), smallest (articles in the smallest topic), shared (bits
        that the groups by one half of the words tell about those by the other half, less what chance gives),
        score (that times a power of stability, as a share of the best), plateau (whether it is on the
        plateau), rank (1 the smallest there, 2 and 3 the next there, then by score; 0 the others) and chosen
        (rank 1).
    assignments
        article_id, k, group: where each compared article goes under each number; groups are numbered by size.
    """

    criteria: pd.DataFrame
    assignments: pd.DataFrame


def scan(found: Space, *, seed: int = 0, numbers: Sequence[int] = NUMBERS) -> Scan:
    """Compare numbers of topics.

    The vocabulary is dealt in two halves and the articles are grouped by each alone. Groups that are about
    something are found by both. With more groups than there are topics, what one half tells about the other
    no longer grows, as where a topic is cut is chance; with fewer, topics that both could tell apart lie
    together. So the smallest number is chosen at which they tell about as much as at any.

    References
    ----------
    A. Blum and T. Mitchell, "Combining labeled and unlabeled data with co-training", COLT 1998: two views
    that only the topic ties together.
    T. Lange, V. Roth, M. L. Braun and J. M. Buhmann, "Stability-based validation of clustering solutions",
    Neural Computation 16 (2004).
    M. Röder, A. Both and A. Hinneburg, "Exploring the space of topic coherence measures", WSDM 2015.
    """
    part = np.flatnonzero(found.vectors.any(axis=1))[:SCANNED]
    each = 4 if len(part) <= BROAD else 8
    single = np.flatnonzero(np.char.find(found.vocabulary.astype(str), " ") < 0)
    words = found.matrix[part][:, single]
    part_of = found._replace(
        ids=found.ids[part], keys=found.keys[part], vectors=found.vectors[part], matrix=words
    )
    splits = range(SPLITS if numbers else 0)
    halves = [vectors.halves(words, found.vocabulary[single], salt) for salt in splits]
    rows: list[tuple] = []
    assigned = []
    for asked in (k for k in numbers if k <= max(len(part) // each, 2)):
        labels, agreement = _group(part_of, asked, seed)
        k = int(labels.max()) + 1
        if all(k != row[0] for row in rows):
            shape = *_shape(part_of, labels, k), int(np.bincount(labels).min())
            rows.append((k, agreement, *shape, _shared(halves, part_of.keys, k)))
            assigned.append(pd.DataFrame({"article_id": part_of.ids, "k": k, "group": labels}))
    table = pd.DataFrame(rows, columns=["k", "stability", "silhouette", "coherence", "smallest", "shared"])
    able = table["k"] <= (table["k"].max() if holds_still(table) else FEW)
    table["score"], table["plateau"] = _plateau(table, able)
    table["rank"] = _rank(table, min(max(SMALLEST, len(part) ** 0.5 / 2), len(part) // 4))
    table["chosen"] = table["rank"] == 1
    empty = pd.DataFrame({"article_id": part_of.ids[:0], "k": 0, "group": 0})
    return Scan(table, pd.concat(assigned, ignore_index=True) if assigned else empty)


def holds_still(criteria: pd.DataFrame) -> bool:
    """Whether any number of topics does."""
    return bool(criteria["stability"].max() >= UNSTABLE)


def _plateau(table: pd.DataFrame, able: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Score each number, as a share of the best `able` one; and tell which are on the plateau."""
    score = table["shared"].clip(lower=0) * table["stability"].clip(lower=0) ** DISCOUNT
    best = score[able].max()
    if not best > 0:  # nothing is shared: no number says more than another
        return score * 0.0, able
    score = (score / best).round(6)
    return score, able & (score >= PLATEAU)


def _rank(table: pd.DataFrame, small: float) -> np.ndarray:
    """Rank the numbers: those on the plateau, from the smallest, then by score; 0 past the third.

    Those that leave a topic with fewer than `small` articles come last on the plateau.
    """
    on, score = table["plateau"].to_numpy(), table["score"].to_numpy()
    order = np.lexsort((np.where(on, table["k"], -score), table["smallest"] < small, ~on))[:NAMED]
    rank = np.zeros(len(table), np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    return rank


def _shared(halves: list[tuple[np.ndarray, np.ndarray]], keys: np.ndarray, k: int) -> float:
    """Bits that groups by one half of the words tell about those by the other, less what chance gives."""
    bits = []
    for half, other in halves:
        left, right = (consensus.settled(one, keys, k, runs=SPLIT_RUNS) for one in (half, other))
        dealt = [right[np.argsort(consensus.uniform(keys, salt), kind="stable")] for salt in range(DEALT)]
        chance = np.mean([_information(left, anew, k) for anew in dealt])
        bits.append(_information(left, right, k) - chance)
    return round(float(np.mean(bits)), 6)


def _information(left: np.ndarray, right: np.ndarray, k: int) -> float:
    """Mutual information of two groupings, in bits."""
    both = np.bincount(left * k + right, minlength=k * k).reshape(k, k) / len(left)
    alone = both.sum(1, keepdims=True) * both.sum(0)
    there = both > 0
    return float((both[there] * np.log2(both[there] / alone[there])).sum())


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
