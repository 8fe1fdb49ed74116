"""Second thoughts about days of publication: what contradicts them, and what could be borrowed."""

from datetime import date

import pandas as pd

from dateline.text import inferred

LATER = "later than the day of the run"
BEFORE, AFTER = "earlier than what it tells as past", "later than what it tells as to come"
# So many days round an event that is borrowed from: reports of one day may be dated over two.
AROUND = pd.Timedelta(days=1)
# Articles that are named as lenders.
NAMED = 3


def flag(
    articles: pd.DataFrame, date_evidence: pd.DataFrame, *, today: date | str | None = None
) -> pd.DataFrame:
    """Say which chosen dates cannot be right, by the calendar or by what their article itself tells.

    Parameters
    ----------
    articles, date_evidence
        The tables of these names.
    today
        No article can be dated after it, but for the next day of another time zone; None: that is not asked.

    Returns
    -------
    pandas.DataFrame
        `date_evidence` with `flag`: a reason, with the words of the article that gave it, or nothing.
    """
    end = pd.Timestamp(today) + pd.Timedelta(days=1) if today else None
    text = (articles["title"] + "\n" + articles["text"]).set_axis(articles["article_id"])
    chosen = date_evidence["chosen"]
    flags = [
        _doubt(text.get(name, ""), first, last, end)
        for name, first, last in zip(
            date_evidence.loc[chosen, "article_id"],
            date_evidence.loc[chosen, "candidate_from"],
            date_evidence.loc[chosen, "candidate_to"],
            strict=True,
        )
    ]
    found = pd.Series("", index=date_evidence.index, dtype="str")
    found[chosen] = flags
    return date_evidence.assign(flag=found)


def _doubt(text: str, first: pd.Timestamp, last: pd.Timestamp, end: pd.Timestamp | None) -> str:
    if pd.isna(first) or pd.isna(last):
        return ""
    if end is not None and first > end:
        return LATER
    past = inferred.past(text, since=last.year)
    if past and past.first > last.date() + inferred.DAY:
        return f"{BEFORE}: {past.words}"
    # what is announced lies ahead: a text dated after all of it tells an old plan, or is dated wrongly
    coming = inferred.ahead(text, date(first.year - 1, 1, 1))
    if coming and coming.last < first.date() - inferred.DAY:
        return f"{AFTER}: {coming.words}"
    return ""


def borrow(articles: pd.DataFrame, date_evidence: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Date undated articles by dated ones that report the same event; each is an interval and marked.

    It is a guess about when one text is printed again, not evidence. Only the stories of `copies.mark` lend:
    without a date of its own an article shares one with its copies. Resemblance is not asked: in a story
    that runs for a year, of the articles of our sample whose date was hidden, nine in ten of the nearest
    others told another event.

    Parameters
    ----------
    articles, date_evidence
        The tables of these names, with copies and stories marked.

    Returns
    -------
    articles, date_evidence : pandas.DataFrame
        An article without any date gets the days from one before the first to one after the last dated
        article of its story as `published_earliest` and `published_latest`, and the basis "inferred"; never
        `published`. The evidence says from whom they are borrowed.

    Examples
    --------
    >>> day = pd.to_datetime(["2024-05-06", None]).astype("datetime64[s]")
    >>> articles = pd.DataFrame({"article_id": ["a", "b"], "published": day, "published_earliest": day,
    ...     "published_latest": day, "published_basis": ["header", "none"], "story": 0})
    >>> columns = ["article_id", "candidate_from", "candidate_to", "basis", "evidence", "chosen", "conflict"]
    >>> dated, evidence = borrow(articles, pd.DataFrame(columns=columns))
    >>> print(dated["published"][1], dated["published_latest"][1].date(), evidence["evidence"][0])
    NaT 2024-05-07 borrowed from 1 article on the same event: a
    """
    known = articles[articles["published"].notna()]
    need = articles[articles["published_basis"].eq("none") & articles["story"].isin(known["story"])]
    if need.empty:
        return articles, date_evidence
    lenders = known.groupby("story")
    first = (lenders["published"].min() - AROUND).reindex(need["story"]).set_axis(need.index)
    last = (lenders["published"].max() + AROUND).reindex(need["story"]).set_axis(need.index)
    words = lenders["article_id"].agg(_lenders).reindex(need["story"]).set_axis(need.index)
    dated = articles.copy()
    dated.loc[need.index, "published_earliest"] = first
    dated.loc[need.index, "published_latest"] = last
    dated.loc[need.index, "published_basis"] = "inferred"
    rows = need[["article_id"]].assign(
        candidate_from=first,
        candidate_to=last,
        basis="inferred",
        evidence=words,
        chosen=True,
        conflict=False,
    )
    both = pd.concat([date_evidence, rows]) if len(date_evidence) else rows
    return dated, both.sort_values("article_id", kind="stable", ignore_index=True)


def _lenders(ids: pd.Series) -> str:
    """Say from whom a date is borrowed."""
    n = f"{len(ids):,} article{'s' if len(ids) > 1 else ''}"
    return f"borrowed from {n} on the same event: {', '.join(sorted(ids)[:NAMED])}"
