"""Topics that hold still: consensus of many clusterings in a canonical order, with their stability.

Articles are ordered by the hash of their content and every random draw of an article depends on that hash, so
that the order of the input changes nothing and a removed article changes little.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from helpers import stats
from helpers.grouping import consensus, phrases, vectors
from helpers.grouping.vectors import Space
from helpers.tokens import Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Up to here only broad groups are looked for.
BROAD = 50
# Articles on which numbers of topics are compared, and runs that vote on each.
SCANNED, SCAN_RUNS, SCAN_STARTS = 800, 10, 2
# Starts of each run that votes, and of each run that compares numbers of topics, up to so many articles: they
# cost little there, and each run gets better.
SMALL, SMALL_STARTS, SMALL_SCAN_STARTS = 500, 2, 10
# Below this lead over the second topic (difference of cosines) an article has no clear topic.
MARGIN = 0.02
# Mean Jaccard agreement of a topic with its like in the runs: C. Hennig, "Cluster-wise assessment of cluster
# stability", Computational Statistics & Data Analysis 52 (2007), calls .75 stable, below .6 doubtful.
STABLE, DOUBTFUL = 0.75, 0.6
# Numbers of topics that are compared, as far as there are eight articles for each (in broad groups four).
NUMBERS = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22)
# A number is not chosen that leaves a topic with fewer articles, or fewer than half the square root of all:
# without this bound samples of 20 Newsgroups (train) were cut into two to four times their groups. Where no
# number reaches this stability, there is little to find, and no more than FEW groups are made of it.
SMALLEST, UNSTABLE, FEW = 3, 0.3, 8
# Terms of a topic, and words in its label.
N_TERMS, LABEL_WORDS = 8, 5
# An alarm needs so many articles, and so large a share of a topic's: one outlet, one day, one sentence; or so
# large a share of its terms.
ALARM_FROM, ONE_OUTLET, ONE_DAY, ONE_SENTENCE, ONLY_NAMES = 4, 0.9, 0.8, 0.3, 0.85

MODES = ("too few", "broad groups", "consensus", "landmarks")


class Topics(NamedTuple):
    """What `find` returns.

    Attributes
    ----------
    topics, article_topics, topic_terms
        Tables of the data dictionary.
    criteria
        One row per number of topics that was compared.
    mode
        ``too few``, ``broad groups``, ``consensus`` or ``landmarks``.
    why
        One sentence: why this mode and this number of topics.
    space
        The articles' vectors.
    """

    topics: pd.DataFrame
    article_topics: pd.DataFrame
    topic_terms: pd.DataFrame
    criteria: pd.DataFrame
    mode: str
    why: str
    space: Space


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
    mode = MODES[int(n >= vectors.FEWEST) + int(n > BROAD) + int(n > vectors.LANDMARKS)]
    scan = criteria(found, seed=seed) if n >= vectors.FEWEST else criteria(found, numbers=())
    if n < vectors.FEWEST:
        labels, margin, stability = np.full(len(found.ids), -1), np.zeros(len(found.ids)), np.zeros(0)
    else:
        labels, margin, stability = group(found, k or int(scan["k"][scan["chosen"]].iloc[0]), seed=seed)
    terms = phrases.best(
        term_weights(found, labels, len(stability)),
        found.vocabulary,
        np.bincount(found.matrix.indices, minlength=len(found.vocabulary)),
        sentences,
        tokens,
        n=N_TERMS,
    )
    topics = _topics(labels, stability, terms)
    alarms = _alarms(found.ids, labels, topics, terms, articles, sentences)
    topics["alarms"] = pd.Series(alarms, dtype="str")
    return Topics(
        topics,
        _article_topics(articles, found, labels, margin),
        terms[["topic", "rank", "term", "weight"]],
        scan,
        mode,
        _why(n, mode, len(topics), asked=k is not None, still=bool(scan["stability"].max() >= UNSTABLE)),
        found,
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
    fitted = np.flatnonzero(found.vectors.any(axis=1))[: vectors.LANDMARKS]
    starts = SMALL_STARTS if len(fitted) <= SMALL else consensus.STARTS
    groups, k = _vote(found, fitted, k, runs=runs, starts=starts, seed=seed)
    centres = consensus.centroids(found.vectors[fitted], groups.labels, k)
    cosines = (found.vectors @ centres.T).round(6)
    labels = cosines.argmax(1)
    ranked = -np.sort(-cosines, axis=1)
    margin = (ranked[:, 0] - ranked[:, 1]).round(6) if k > 1 else np.ones(len(labels))
    labels[(margin < MARGIN) | ~found.vectors.any(axis=1)] = -1
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    number = np.full(k + 1, -1)  # the last one is where -1 points to
    number[order] = np.arange(len(order))
    return number[labels], margin, groups.stability[order]


def _vote(
    found: Space, rows: np.ndarray, k: int, *, runs: int, starts: int, seed: int
) -> tuple[consensus.Groups, int]:
    """Vote on k groups; where the runs give one of them up, on a few more, so that k are left."""
    directions, keys = found.vectors[rows], found.keys[rows]
    for asked in range(k, k + 3):
        n = max(1, min(asked, len(rows)))
        groups = consensus.vote(directions, keys, n, runs=runs, starts=starts, seed=seed)
        if len(np.unique(groups.labels)) >= k or asked > n:
            break
    return groups, n


def criteria(found: Space, *, seed: int = 0, numbers: Sequence[int] = NUMBERS) -> pd.DataFrame:
    """Compare numbers of topics by three criteria that do not know of each other.

    Returns
    -------
    DataFrame
        k, stability (agreement of the runs with their vote), silhouette, coherence (mean NPMI of each topic's
        terms), smallest (articles in the smallest topic), score (geometric mean of the three criteria)
        and chosen (the best score).

    References
    ----------
    M. Röder, A. Both and A. Hinneburg, "Exploring the space of topic coherence measures", WSDM 2015.
    """
    part = np.flatnonzero(found.vectors.any(axis=1))[:SCANNED]
    each = 4 if len(part) <= BROAD else 8
    single = np.flatnonzero(np.char.find(found.vocabulary.astype(str), " ") < 0)
    words = found.matrix[part][:, single]
    part_of = found._replace(keys=found.keys[part], vectors=found.vectors[part], matrix=words)
    rows = [_criteria(part_of, k, seed) for k in numbers if k <= max(len(part) // each, 2)]
    table = pd.DataFrame(rows, columns=["k", "stability", "silhouette", "coherence", "smallest"])
    table = table.drop_duplicates("k")
    product = table[["stability", "silhouette", "coherence"]].clip(lower=0).prod(axis=1)
    table["score"] = (product ** (1 / 3)).round(6)
    able = table["score"].where(
        table["smallest"] >= min(max(SMALLEST, len(part) ** 0.5 / 2), len(part) // 4), -1
    )
    if len(table) and table["stability"].max() < UNSTABLE:
        able = able.where(table["k"] <= FEW, -1)
    table["chosen"] = table.index == (able.idxmax() if len(table) else -1)
    return table


def _criteria(found: Space, k: int, seed: int) -> tuple[int, float, float, float, int]:
    rows = np.arange(len(found.keys))
    starts = SMALL_SCAN_STARTS if len(rows) <= SMALL else SCAN_STARTS
    groups, _ = _vote(found, rows, k, runs=SCAN_RUNS, starts=starts, seed=seed)
    labels = np.unique(groups.labels, return_inverse=True)[1]
    k = int(labels.max()) + 1
    top = np.argsort(-term_weights(found, labels, k), axis=1, kind="stable")[:, :N_TERMS]
    coherence = round(float(np.mean([_npmi(found.matrix, terms) for terms in top])), 6)
    shape = consensus.silhouette(found.vectors, labels)
    return k, groups.agreement, shape, coherence, int(np.bincount(labels).min())


def _npmi(matrix: "csr_matrix", terms: np.ndarray) -> float:
    """Mean normalised pointwise mutual information of pairs of terms, over articles."""
    there = (matrix[:, terms] > 0).toarray().astype(float)
    both = there.T @ there / len(there)
    alone = np.diag(both)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(both / (alone[:, None] * alone)) / -np.log(both)
    value = np.where(both > 0, np.where(both < 1, value, 1), -1)
    return float(value[np.triu_indices(len(terms), 1)].mean())


def _why(n: int, mode: str, n_topics: int, *, asked: bool, still: bool) -> str:
    """Say in one sentence why the articles were treated as they were."""
    count = f"{n:,} unique article{'' if n == 1 else 's'} that can be read here"
    reason = "where stability, silhouette and coherence agree best"
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
            MODES[1]: f": up to {BROAD}, so only {n_topics} broad groups are made, {reason}",
            MODES[2]: f": enough for {n_topics} topics, {reason}; {voted}",
            MODES[3]: f": {n_topics} topics, {reason}; {some}",
        }[mode]
    )


# ---- words


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


# ---- alarms


def _alarms(
    ids: np.ndarray,
    labels: np.ndarray,
    topics: pd.DataFrame,
    terms: pd.DataFrame,
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
) -> list[str]:
    """Say what speaks against each topic, comma-separated."""
    own = articles.set_index("article_id").loc[ids].assign(topic=labels)
    drawn = pd.Series(labels, index=ids)[: vectors.LANDMARKS]
    repeated = _repeated(sentences, drawn) / drawn.value_counts()
    names = terms.groupby("topic")["name"].mean()
    found = []
    for topic in topics.itertuples():
        rows = own[own["topic"] == topic.topic]
        checks = {
            "unstable": topic.stability < DOUBTFUL,
            "few articles": len(rows) < ALARM_FROM,
            "boilerplate": len(rows) >= ALARM_FROM and repeated.get(topic.topic, 0) >= ONE_SENTENCE,
            "names only": names.get(topic.topic, 0) >= ONLY_NAMES,
            "one outlet": _one(rows["outlet"], own["outlet"], ONE_OUTLET),
            "one day": _one(rows["published"], own["published"], ONE_DAY),
        }
        found.append(", ".join(name for name, rings in checks.items() if rings))
    return found


def _one(own: pd.Series, everything: pd.Series, share: float) -> bool:
    """Whether one value has nearly all of a topic's articles, though not of the corpus."""
    top = own.value_counts(normalize=True).head(1)
    if own.count() < ALARM_FROM or top.iloc[0] < share:
        return False
    return bool((everything.dropna() == top.index[0]).mean() < share)


def _repeated(sentences: pd.DataFrame, topic: pd.Series) -> pd.Series:
    """For each topic, how many of its articles have the sentence that most of them share."""
    of_topic = sentences["article_id"].map(topic)
    rows = sentences[["article_id", "text"]].assign(topic=of_topic)[of_topic >= 0]
    rows = rows[rows["text"].duplicated(keep=False)].drop_duplicates()
    rows = rows[rows["text"].str.count(" ") >= 2]
    shared = rows.groupby(["topic", "text"]).size()
    return shared[shared >= ALARM_FROM].groupby("topic").max()
