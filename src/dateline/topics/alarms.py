"""What speaks against a topic: alarms that name how it may be an artefact."""

import numpy as np
import pandas as pd

from dateline.topics import numbers, vectors

# Mean Jaccard agreement of a topic with its like in the runs: C. Hennig, "Cluster-wise assessment of cluster
# stability", Computational Statistics & Data Analysis 52 (2007), calls .75 stable, below .6 doubtful.
STABLE, DOUBTFUL = 0.75, 0.6
# An alarm needs so many articles, and so large a share of a topic's: one outlet, one day, one sentence; or so
# large a share of its terms.
ALARM_FROM, ONE_OUTLET, ONE_DAY, ONE_SENTENCE, ONLY_NAMES = 4, 0.9, 0.8, 0.3, 0.85


def ring(
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
            "too few to trust": len(ids) <= numbers.BROAD and topic.stability < DOUBTFUL,
            "unstable": len(ids) > numbers.BROAD and topic.stability < DOUBTFUL,
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
