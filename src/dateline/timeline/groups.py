"""What articles are told apart by: their outlet, or their topic where notebook 02 has run."""

import pandas as pd

# What an article without an outlet, or without a clear topic, is counted under.
UNKNOWN, UNCLEAR = "unknown", "no clear topic"
# The group that holds all articles.
ALL = "all articles"


def outlets(articles: pd.DataFrame) -> pd.Series:
    """Give each article's outlet, by article_id; "unknown" where none is known.

    Examples
    --------
    >>> outlets(pd.DataFrame({"article_id": ["a", "b"], "outlet": ["orna", None]})).to_dict()
    {'a': 'orna', 'b': 'unknown'}
    """
    names = articles["outlet"].astype("object").where(articles["outlet"].notna(), "")
    return pd.Series(
        [name or UNKNOWN for name in names], index=articles["article_id"].to_numpy(object), dtype="object"
    )


def topics(article_topics: pd.DataFrame, topics: pd.DataFrame) -> pd.Series | None:
    """Give each article's topic by its label, by article_id; "no clear topic" where it has none.

    None where there are no topics.

    Parameters
    ----------
    article_topics, topics
        The tables of notebook 02.
    """
    if topics.empty:
        return None
    label = topics.set_index("topic")["label"].to_dict()
    return pd.Series(
        [label.get(number, UNCLEAR) for number in article_topics["topic"]],
        index=article_topics["article_id"].to_numpy(object),
        dtype="object",
    )


def assigned(frame: pd.DataFrame, group: pd.Series | None, *, top: int) -> pd.DataFrame:
    """Put rows of articles under their group, each also under "all articles".

    Parameters
    ----------
    frame
        With article_id.
    group
        Group of each article, by article_id, as `outlets` and `topics` give it; None: only "all articles".
    top
        Groups that are kept: those of most articles in `frame`.

    Returns
    -------
    pandas.DataFrame
        The rows with `group` before them, "all articles" first, then the largest group.
    """
    every = frame.assign(group=ALL)
    if group is None or frame.empty:
        return every
    known = group[~group.index.duplicated()].reindex(frame["article_id"]).fillna(UNKNOWN).to_numpy(object)
    own = frame.assign(group=known)
    size = own.drop_duplicates(["article_id", "group"])["group"].value_counts()
    chosen = [name for name, _ in sorted(size.items(), key=lambda one: (-one[1], one[0]))[:top]]
    own = own[own["group"].isin(chosen)]
    order = own["group"].map({name: i for i, name in enumerate(chosen)}).to_numpy()
    return pd.concat([every, own.iloc[order.argsort(kind="stable")]], ignore_index=True)
