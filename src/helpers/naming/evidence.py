"""The sentences behind the numbers of notebook 03."""

import pandas as pd

from helpers import stats
from helpers.naming import concordance, voices
from helpers.words import day, period

# Lines behind each number.
MOST = 5


def behind(
    found: pd.DataFrame,
    pairs: pd.DataFrame,
    told: pd.DataFrame,
    spoken: pd.DataFrame,
    burst: pd.DataFrame,
    change: pd.DataFrame,
    uses: pd.DataFrame,
    *,
    mentions: pd.DataFrame,
    sentences: pd.DataFrame,
    articles: pd.DataFrame,
    dates: pd.DataFrame,
    unit: str,
) -> pd.DataFrame:
    """Give up to `MOST` lines of a concordance for each number that the notebook reports.

    Parameters
    ----------
    found, pairs, told, spoken, burst, change, uses
        What is reported: names (table entities), pairs, days, speakers, bursts, changes, and the places of
        competing names.
    mentions, sentences, articles, dates
        The tables; articles those that count.
    unit
        Name of the period of bursts and changes.

    Returns
    -------
    pandas.DataFrame
        claim (what the number is of), then the columns of `helpers.naming.concordance.lines`.
    """
    tables = {"mentions": mentions, "articles": articles, "dates": dates, "most": MOST}
    parts: dict[str, pd.DataFrame] = {}
    for name in found["entity"]:
        parts[f"named: {name}"] = concordance.lines(str(name), **tables)
    for one, other in zip(pairs["entity"], pairs["other"], strict=True):
        parts[f"together: {one}; {other}"] = concordance.lines((one, other), **tables)
    for date in told["day"]:
        parts[f"day: {day(date)}"] = concordance.lines(date.date(), **tables)
    said = voices.speakers(mentions, sentences)
    by = ["article_id", "sentence"]
    for name in spoken["entity"]:
        places = said.loc[said["entity"] == name, by].merge(sentences[[*by, "start", "end"]], on=by)
        parts[f"quoted: {name}"] = concordance.around(places, articles, most=MOST)
    for row in burst.itertuples():
        start = stats.period_start(articles["published"], unit=unit)
        within = articles[start.between(row.first, row.last)]
        when = period(row.first, unit=unit)
        parts[f"burst: {row.entity}, {when}"] = concordance.lines(row.entity, **tables | {"articles": within})
    for row in change.itertuples():
        after = articles[articles["published"] >= row.period]
        when = period(row.period, unit=unit)
        parts[f"change: {row.entity}, {when}"] = concordance.lines(row.entity, **tables | {"articles": after})
    for (thing, name), places in uses.groupby(["thing", "name"], sort=True):
        parts[f"name: {thing}; {name}"] = concordance.around(places, articles, most=MOST)
    rows = [table.assign(claim=claim) for claim, table in parts.items() if len(table)]
    if not rows:
        return pd.DataFrame(columns=["claim", *concordance.COLUMNS])
    return pd.concat(rows, ignore_index=True)[["claim", *concordance.COLUMNS]]
