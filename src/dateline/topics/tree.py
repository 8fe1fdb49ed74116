"""What belongs together: topics, or a few articles, joined from the most alike up."""

import numpy as np
import pandas as pd

from dateline.topics import consensus
from dateline.topics.topics import Topics
from dateline.topics.vectors import Space

COLUMNS = {
    "node": "int64",
    "left": "int64",
    "right": "int64",
    "height": "float64",
    "n": "int64",
    "label": "str",
}


def of_topics(result: Topics) -> pd.DataFrame:
    """Tree of topics, by the directions of their centres; see `join`."""
    placed = result.article_topics.set_index("article_id").loc[result.space.ids, "topic"].to_numpy()
    k = len(result.topics)
    centres = consensus.centroids(result.space.vectors[placed >= 0], placed[placed >= 0], k)
    return join(1 - centres @ centres.T, result.topics["label"].tolist())


def of_articles(found: Space) -> pd.DataFrame:
    """Tree of articles, by their words; see `join`."""
    order = np.argsort(found.ids)
    matrix = found.matrix[order]
    return join(1 - (matrix @ matrix.T).toarray(), found.ids[order].tolist())


def join(distances: np.ndarray, labels: list[str]) -> pd.DataFrame:
    """Join the nearest two, by the mean distance of their members, until one is left.

    Parameters
    ----------
    distances
        (n, n) cosine distances.
    labels
        n names.

    Returns
    -------
    DataFrame
        node, left, right (nodes that are joined; -1 for a leaf), height (mean cosine distance at which they
        are: 0 the same direction, 1 nothing in common), n (leaves under it), label (of a leaf). Leaves first.

    References
    ----------
    R. R. Sokal and C. D. Michener, "A statistical method for evaluating systematic relationships" (1958).

    Examples
    --------
    >>> distances = np.array([[0, 0.2, 0.9], [0.2, 0, 0.7], [0.9, 0.7, 0]])
    >>> join(distances, ["a", "b", "c"])[["left", "right", "height"]].tail(2).to_numpy().tolist()
    [[0.0, 1.0, 0.2], [2.0, 3.0, 0.8]]
    """
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    n = len(labels)
    leaves = [(i, -1, -1, 0.0, 1, label) for i, label in enumerate(labels)]
    if n > 1:
        close = np.clip((distances + distances.T) / 2, 0, None).round(6)
        np.fill_diagonal(close, 0)
        joined = linkage(squareform(close, checks=False), method="average")
        leaves += [
            (n + i, int(min(a, b)), int(max(a, b)), round(float(height), 6), int(size), "")
            for i, (a, b, height, size) in enumerate(joined)
        ]
    return pd.DataFrame(leaves, columns=list(COLUMNS)).astype(COLUMNS)


def nearest(tree: pd.DataFrame) -> str:
    """Say in a line which two are joined first."""
    joined = tree[tree["left"] >= 0]
    if joined.empty:
        return "There is nothing to join"
    first = joined.iloc[0]
    names = tree.set_index("node")["label"]
    return f"Nearest are “{names[first['left']]}” and “{names[first['right']]}”"
