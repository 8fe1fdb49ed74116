"""Topics that hold still: consensus of many clusterings in a canonical order, with their stability.

Articles are ordered by the hash of their content and every random draw of an article depends on that hash, so
that the order of the input changes nothing and a removed article changes little.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from helpers import stats
from helpers.grouping import alarms, consensus, numbers, phrases, vectors
from helpers.grouping.vectors import Space
from helpers.tokens import Tokens

if TYPE_CHECKING:
    pass

# Starts of each run that votes, up to so many articles: they cost little there, and each run gets better.
SMALL, SMALL_STARTS = 500, 2
# Below this lead over the second topic (difference of cosines) an article has no clear topic.
MARGIN = 0.02
# Terms of a topic, and words in its label.
N_TERMS, LABEL_WORDS = 8, 5

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
    terms = phrases.best(
        vectors.term_weights(found, labels, len(stability)),
        found.vocabulary,
        np.bincount(found.matrix.indices, minlength=len(found.vocabulary)),
        sentences,
        tokens,
        n=N_TERMS,
    )
    topics = _topics(labels, stability, terms)
    rung = alarms.ring(found.ids, labels, topics, terms, articles, sentences)
    topics["alarms"] = pd.Series(rung, dtype="str")
    return Topics(
        topics,
        _article_topics(articles, found, labels, margin),
        terms[["topic", "rank", "term", "weight"]],
        compared.criteria,
        _flows(compared.assignments, found.ids, labels, len(stability)),
        mode,
        _why(n, mode, len(topics), asked=k is not None, still=numbers.holds_still(compared.criteria)),
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
    labels, margin = place(found.vectors, centres)
    order, number = by_size(labels, k)
    return number[labels], margin, groups.stability[order], centres[order]


def place(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest centre of each article, -1 where none is clear, and its lead over the second one."""
    cosines = (points @ centres.T).round(6)
    labels = cosines.argmax(1)
    ranked = -np.sort(-cosines, axis=1)
    margin = (ranked[:, 0] - ranked[:, 1]).round(6) if len(centres) > 1 else np.ones(len(labels))
    labels[(margin < MARGIN) | ~points.any(axis=1)] = -1
    return labels, margin


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
    reason = "the number at which they are most stable and farthest apart"
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
    )


# ---- words


def label(terms: pd.DataFrame) -> str:
    """Two or three best terms as a phrase; names are kept, but do not stand alone."""
    chosen = terms.head(3)
    if chosen["name"].all() and not terms["name"].all():
        chosen = pd.concat([terms.head(2), terms[~terms["name"]].head(1)])
    n_words = chosen["term"].str.split().str.len().cumsum()
    words = chosen["term"][(n_words <= LABEL_WORDS) | (np.arange(len(chosen)) < 2)]
    label = ", ".join(words)
    return label if label[1:2].isupper() else label[:1].upper() + label[1:]


# ---- tables


def _topics(labels: np.ndarray, stability: np.ndarray, terms: pd.DataFrame) -> pd.DataFrame:
    """Table of topics, without its alarms."""
    sizes = np.bincount(labels[labels >= 0], minlength=len(stability))
    low, high = stats.wilson(sizes, len(labels))
    by_topic = [terms[terms["topic"] == topic] for topic in range(len(sizes))]
    return pd.DataFrame(
        {
            "topic": np.arange(len(sizes)),
            "label": pd.Series([label(own) for own in by_topic], dtype="str"),
            "terms": pd.Series([", ".join(own["term"]) for own in by_topic], dtype="str"),
            "n_articles": sizes,
            "share": (sizes / max(len(labels), 1)).round(6),
            "share_low": low,
            "share_high": high,
            "stability": stability,
        }
    )


def _article_topics(
    articles: pd.DataFrame, found: Space, labels: np.ndarray, margin: np.ndarray
) -> pd.DataFrame:
    """Topic of every article: copies have that of their original, others none and a note why."""
    plane = _plane(found.vectors)
    known = pd.DataFrame(
        {"topic": labels, "margin": margin, "x": plane[:, 0], "y": plane[:, 1]}, index=found.ids
    )
    source = articles["article_id"].where(
        articles["article_id"].isin(found.ids) | articles["copy_of"].isna(), articles["copy_of"]
    )
    table = known.reindex(source.to_numpy(object)).reset_index(drop=True)
    table.insert(0, "article_id", articles["article_id"].to_numpy())
    copy = source.to_numpy() != articles["article_id"].to_numpy()
    readable = articles["language"].isin(vectors.READABLE).to_numpy()
    table["note"] = np.select(
        [copy, ~readable, table["topic"].to_numpy() == -1], ["copy", "other language", "no clear topic"], ""
    )
    if not len(labels) or labels.max() < 0:
        table["note"] = table["note"].replace("no clear topic", "")
    table["topic"] = table["topic"].fillna(-1).astype("int64")
    return table


def _plane(points: np.ndarray) -> np.ndarray:
    """(n, 2) map: the plane in which the points differ most, its directions with their signs fixed."""
    n, d = points.shape
    if n < 2 or d < 2:
        return np.zeros((n, 2))
    centred = points - points.mean(0)
    directions = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    plane = centred @ directions
    strongest = np.abs(plane.round(6)).argmax(0)
    return (plane * np.sign(plane[strongest, [0, 1]])).round(4) + 0.0
