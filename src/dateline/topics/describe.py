"""Groups of articles as tables: their words, their alarms and every article's place."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from dateline.tokens import Tokens
from dateline.topics import alarms, consensus, labels, phrases, vectors
from dateline.topics.vectors import Space

# Terms of a topic.
N_TERMS = 8
NO_TOPIC = "no clear topic"


class Grouped(NamedTuple):
    """Articles of a space in topics.

    Attributes
    ----------
    labels
        (n,) topic of each article, numbered by size; -1 where none is clear.
    margin
        (n,) how much nearer its topic is than the second one.
    stability
        (n_topics,)
    """

    labels: np.ndarray
    margin: np.ndarray
    stability: np.ndarray


def tables(
    found: Space,
    grouped: Grouped,
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    stop: Collection[str],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Make the tables topics, article_topics and topic_terms.

    Words come from the first `vectors.LANDMARKS` articles: more change no label, and cost memory.

    Parameters
    ----------
    found, grouped
        The articles' vectors and topics.
    articles, sentences, tokens
        All articles, with their texts.
    stop
        Lower-case words that are no term.
    """
    drawn = found.ids[: vectors.LANDMARKS]
    at = phrases_of(drawn, sentences, tokens, stop=stop)
    scored = labels.weigh(at, grouped.labels[: len(drawn)], len(grouped.stability))
    terms, names = labels.best(scored, at, tokens, sentences, n=N_TERMS)
    topics = _topics(grouped, terms, names)
    rung = alarms.ring(found.ids, grouped.labels, topics, terms, articles, sentences)
    topics["alarms"] = pd.Series(rung, dtype="str")
    return (
        topics,
        _article_topics(articles, found, grouped.labels, grouped.margin),
        terms[["topic", "rank", "term", "weight"]],
    )


def phrases_of(
    ids: np.ndarray, sentences: pd.DataFrame, tokens: Tokens, *, stop: Collection[str]
) -> phrases.Phrases:
    """Phrases of these articles, which are its documents in this order."""
    number = pd.Series(np.arange(len(ids)), index=ids)
    documents = sentences["article_id"].map(number).fillna(-1).to_numpy(np.int64)
    fewest = 1 if len(ids) < vectors.FEWEST else 2
    return phrases.find(tokens, sentences, documents, n_documents=len(ids), stop=stop, fewest=fewest)


def _topics(grouped: Grouped, terms: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Table of topics, without its alarms."""
    sizes = np.bincount(grouped.labels[grouped.labels >= 0], minlength=len(grouped.stability))
    n = len(grouped.labels)
    low, high = population.wilson(sizes, n)
    by_topic = [terms[terms["topic"] == topic] for topic in range(len(sizes))]
    return pd.DataFrame(
        {
            "topic": np.arange(len(sizes)),
            "label": pd.Series(names, dtype="str"),
            "terms": pd.Series([", ".join(own["term"]) for own in by_topic], dtype="str"),
            "n_articles": sizes,
            "share": (sizes / max(n, 1)).round(6),
            "share_low": low,
            "share_high": high,
            "stability": grouped.stability,
            "alarms": "",
            "hand": pd.Series([""] * len(sizes), dtype="str"),
        }
    )


def _article_topics(
    articles: pd.DataFrame, found: Space, topic: np.ndarray, margin: np.ndarray
) -> pd.DataFrame:
    """Topic of every article: copies have that of their original, others none and a note why."""
    plane = _plane(found.vectors)
    known = pd.DataFrame(
        {
            "topic": topic,
            "margin": margin,
            "x": plane[:, 0],
            "y": plane[:, 1],
            "second": _second(found, topic),
        },
        index=found.ids,
    )
    source = articles["article_id"].where(
        articles["article_id"].isin(found.ids) | articles["copy_of"].isna(), articles["copy_of"]
    )
    table = known.reindex(source.to_numpy(object)).reset_index(drop=True)
    table.insert(0, "article_id", articles["article_id"].to_numpy())
    copy = source.to_numpy() != articles["article_id"].to_numpy()
    readable = population.is_readable(articles).to_numpy()
    table["note"] = np.select(
        [copy, ~readable, table["topic"].to_numpy() == -1], ["copy", "other language", NO_TOPIC], ""
    )
    if topic.max(initial=-1) < 0:
        table["note"] = table["note"].replace(NO_TOPIC, "")
    for column in ("topic", "second"):
        table[column] = table[column].fillna(-1).astype("int64")
    return table


def _second(found: Space, topic: np.ndarray) -> np.ndarray:
    """Next topic after an article's own; the nearest where none is clear; -1 where there is no other."""
    k = int(topic.max(initial=-1)) + 1
    if not k:
        return np.full(len(topic), -1)
    centres = consensus.centroids(found.vectors[topic >= 0], topic[topic >= 0], k)
    cosines = (found.vectors @ centres.T).round(6)
    placed = np.flatnonzero(topic >= 0)
    cosines[placed, topic[placed]] = -2
    return np.where((cosines.max(1) > -2) & found.vectors.any(axis=1), cosines.argmax(1), -1)


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
