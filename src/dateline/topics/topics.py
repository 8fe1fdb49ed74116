"""Topics that hold still: consensus of many clusterings in a canonical order, with their stability.

Articles are ordered by the hash of their content and every random draw of an article depends on that hash, so
that the order of the input changes nothing and a removed article changes little.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.tokens import Tokens
from dateline.topics import consensus, describe, numbers, phrases, vectors
from dateline.topics.vectors import Space

# Starts of each run that votes, up to so many articles: they cost little there, and each run gets better.
SMALL, SMALL_STARTS = 500, 2
# Below this lead over the second topic (difference of cosines) an article has no clear topic. On the train
# halves of Reuters R8, R52 and 20 Newsgroups even there the first topic is right for 41 % of the articles and
# the second for 30 %, so that what lies above is placed, and listed as borderline.
MARGIN = 0.005

# From so many articles on, a reader is told how to do without all of them in memory (module `streaming`).
STREAMED = 100_000

MODES = ("too few", "broad groups", "consensus", "landmarks", "streamed")


class Topics(NamedTuple):
    """What `find` returns.

    Attributes
    ----------
    topics, article_topics, topic_terms
        Tables of the data dictionary.
    criteria
        One row per number of topics that was compared, with the rank of the chosen one and the two next.
    assignments
        article_id, k, topic: where each compared article goes under each number, so that one can see how
        topics flow from k to k + 1; under the number that was used, the topics of `article_topics`.
    mode
        ``too few``, ``broad groups``, ``consensus``, ``landmarks`` or ``streamed``.
    why
        One sentence: why this mode and this number of topics.
    space
        The articles' vectors.
    centres
        (n_topics, d) the direction of each topic among these vectors.
    """

    topics: pd.DataFrame
    article_topics: pd.DataFrame
    topic_terms: pd.DataFrame
    criteria: pd.DataFrame
    assignments: pd.DataFrame
    mode: str
    why: str
    space: Space
    centres: np.ndarray


# ---- how many, and which


def find(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    k: int | None = None,
    seed: int = 0,
    copies: bool = False,
    names: bool = True,
    stop: Sequence[str] = (),
) -> Topics:
    """Find the topics of a corpus; its size decides how.

    Parameters
    ----------
    articles, sentences
        Tables of the data dictionary.
    tokens
        Tokens of the sentences.
    k
        Number of topics; by default the one that the criteria speak for.
    seed
        Seed of the runs that vote.
    copies
        Whether copies count like originals; else they follow their original.
    names
        Whether names count.
    stop
        Words to leave out, lower case.

    Returns
    -------
    Topics
        Below `vectors.FEWEST` articles without any topic.
    """
    found = vectors.space(articles, sentences, tokens, stop=stop, copies=copies, names=names)
    n = int(found.vectors.any(axis=1).sum())
    mode = MODES[int(n >= vectors.FEWEST) + int(n > numbers.BROAD) + int(n > vectors.LANDMARKS)]
    compared = numbers.scan(found, seed=seed, numbers=numbers.NUMBERS if n >= vectors.FEWEST else ())
    if n < vectors.FEWEST:
        labels, margin = np.full(len(found.ids), -1), np.zeros(len(found.ids))
        stability, centres = np.zeros(0), np.zeros((0, found.vectors.shape[1]))
    else:
        k_used = k or int(compared.criteria.query("chosen")["k"].iloc[0])
        labels, margin, stability, centres = _group(found, k_used, seed, consensus.RUNS)
    left_out = phrases.left_out(tokens, sentences, stop=stop, names=names)
    grouped = describe.Grouped(labels, margin, stability)
    described = describe.tables(found, grouped, articles, sentences, tokens, stop=left_out)
    return Topics(
        *described,
        compared.criteria,
        _flows(compared.assignments, found.ids, labels, len(stability)),
        mode,
        _why(n, mode, len(stability), asked=k is not None, still=numbers.holds_still(compared.criteria)),
        found,
        centres,
    )


def group(
    found: Space, k: int, *, seed: int = 0, runs: int = consensus.RUNS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group articles into `k` topics, numbered by size.

    Returns
    -------
    labels
        (n,) topic of each article of `found`, -1 where none is clear.
    margin
        (n,) how much nearer its topic is than the second one.
    stability
        (n_topics,); a topic that ended up with no article is left out.
    """
    return _group(found, k, seed, runs)[:3]


def _group(
    found: Space, k: int, seed: int, runs: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Group as `group` does, and return the centres of the topics, too."""
    fitted = np.flatnonzero(found.vectors.any(axis=1))[: vectors.LANDMARKS]
    starts = SMALL_STARTS if len(fitted) <= SMALL else consensus.STARTS
    groups, k = consensus.vote_for(
        found.vectors[fitted], found.keys[fitted], k, runs=runs, starts=starts, seed=seed
    )
    centres = consensus.centroids(found.vectors[fitted], groups.labels, k)
    labels, margin, _ = place(found.vectors, centres)
    order, number = by_size(labels, k)
    return number[labels], margin, groups.stability[order], centres[order]


def place(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the nearest centre of each article.

    Returns
    -------
    labels
        (n,) the nearest; -1 where none is clear.
    margin
        (n,) its lead over the second one, 1 where there is no other.
    second
        (n,) the second one, the nearest where none is clear; -1 where there is none or no vector.
    """
    cosines = (points @ centres.T).round(6)
    ranked = np.argsort(-cosines, axis=1, kind="stable")
    labels, second = ranked[:, 0].copy(), ranked[:, min(1, len(centres) - 1)].copy()
    lead = cosines[np.arange(len(points)), labels] - cosines[np.arange(len(points)), second]
    margin = lead.round(6) if len(centres) > 1 else np.ones(len(labels))
    there = points.any(axis=1)
    unclear = (margin < MARGIN) | ~there
    second = np.where(unclear, labels, second if len(centres) > 1 else -1)
    labels[unclear] = -1
    return labels, margin, np.where(there, second, -1)


def by_size(labels: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Order topics by size: their old numbers, without empty ones, and the new number of each old one."""
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    number = np.full(k + 1, -1)  # the last one is where -1 points to
    number[order] = np.arange(len(order))
    return order, number


def _flows(compared: pd.DataFrame, ids: np.ndarray, labels: np.ndarray, k: int) -> pd.DataFrame:
    """Put the topics in the place of the groups that were compared under their number."""
    used = pd.DataFrame({"article_id": ids, "k": k, "topic": labels})
    used = used[used["article_id"].isin(compared["article_id"]) & (k > 0)]
    others = compared.rename(columns={"group": "topic"})[compared["k"] != k]
    return pd.concat([others, used]).sort_values("k", kind="stable", ignore_index=True)


def _why(n: int, mode: str, n_topics: int, *, asked: bool, still: bool) -> str:
    """Say in one sentence why the articles were treated as they were."""
    count = f"{n:,} unique article{'' if n == 1 else 's'} that can be read here"
    reason = "the smallest number at which two halves of the words agree about as well as at any"
    if asked:
        reason = "as the parameters say"
    elif not still:
        reason = "and no number of topics that was tried holds still"
    voted = f"{consensus.RUNS} runs voted"
    some = f"{voted} on {vectors.LANDMARKS:,} articles drawn by content, the others went to the nearest topic"
    return (
        count
        + {
            MODES[0]: f": fewer than {vectors.FEWEST}, so they are compared one by one and not grouped",
            MODES[1]: f": up to {numbers.BROAD}, so only {n_topics} broad groups are made, {reason}",
            MODES[2]: f": enough for {n_topics} topics, {reason}; {voted}",
            MODES[3]: f": {n_topics} topics, {reason}; {some}",
        }[mode]
        + ("; held in memory: for a file that does not fit, see dateline.topics.streaming" * (n >= STREAMED))
    )
