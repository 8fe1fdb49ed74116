"""Topics over time: their share in each period, and where one begins or ends."""

import numpy as np
import pandas as pd

from dateline import population
from dateline.topics.cards import rest
from dateline.topics.topics import Topics
from dateline.words import day, period

# A topic begins (or ends) inside the corpus where chance alone would leave so long a gap before (after) it
# less often than this, over all topics and both ends (Bonferroni).
RARE = 0.05
FROM_START, TO_END, UNSURE = "there from the start", "there to the end", "not enough articles to say"


def over_time(result: Topics, articles: pd.DataFrame, *, unit: str = "auto") -> tuple[pd.DataFrame, str]:
    """Share of each topic in the unique articles of each period.

    Parameters
    ----------
    result, articles
        The topics, and the articles with their dates.
    unit
        Name of the period; ``auto`` is the one that all notebooks use (`population.calendar_unit`).

    Returns
    -------
    DataFrame
        period (missing: undated), topic, label, n_articles, n_period, share, low, high; every topic in every
        period from first to last, empty ones too. The shares of a period that has articles add up to 1.
    str
        Name of the period.
    """
    table = _dated(result, articles)
    unit = population.calendar_unit(articles, asked=unit)
    periods = [*population.all_periods(table["published"], unit=unit), pd.NaT]
    table["period"] = population.period_start(table["published"], unit=unit)
    numbers = [*result.topics["topic"], -1]
    grid = pd.MultiIndex.from_product([periods, numbers], names=["period", "topic"]).to_frame(index=False)
    grid["period"] = grid["period"].astype("datetime64[s]")
    n_each = table.groupby(["period", "topic"], dropna=False).size().rename("n_articles").reset_index()
    grid = grid.merge(n_each, on=["period", "topic"], how="left").fillna({"n_articles": 0})
    grid["n_articles"] = grid["n_articles"].astype("int64")
    grid["n_period"] = np.repeat(grid["n_articles"].to_numpy().reshape(len(periods), -1).sum(1), len(numbers))
    names = result.topics.set_index("topic")["label"].to_dict() | {-1: rest(result)}
    grid.insert(2, "label", grid["topic"].map(names).astype("str"))
    grid["share"] = (grid["n_articles"] / grid["n_period"].where(grid["n_period"] > 0)).round(6)
    grid["low"], grid["high"] = population.wilson(grid["n_articles"].to_numpy(), grid["n_period"].to_numpy())
    return grid, unit


def _dated(result: Topics, articles: pd.DataFrame) -> pd.DataFrame:
    """Articles that were grouped, with their day."""
    table = result.article_topics.merge(articles[["article_id", "published"]], on="article_id")
    return table[table["article_id"].isin(result.space.ids)].copy()


def density(course: pd.DataFrame, *, unit: str, asked: bool) -> str:
    """Say which period was chosen and why."""
    each = course.drop_duplicates("period")
    each = each[each["period"].notna()]
    filled = int((each["n_period"] > 0).sum())
    if not len(each):
        return "No article that is counted has a date, so there are no periods."
    mean = each["n_period"].sum() / max(filled, 1)
    why = (
        f"the finest that has {population.FEWEST_PER_PERIOD} articles or more on average in periods with any"
    )
    if mean < population.FEWEST_PER_PERIOD:
        why = f"no unit has {population.FEWEST_PER_PERIOD} articles in a period: the finest that can be drawn"
    return (
        f"By {unit}: {'as the parameter UNIT says' if asked else why}. Periods with articles: {filled:,} of "
        f"{len(each):,}, {mean:.1f} articles in each on average; the others are empty."
    )


def peak(course: pd.DataFrame, *, unit: str) -> str:
    """Say in a line what the fullest period is about."""
    dated = course[course["period"].notna() & (course["n_period"] > 0)]
    if dated.empty:
        return "No article that is counted has a date"
    best = dated.sort_values(["n_period", "n_articles"], ascending=False, kind="stable").iloc[0]
    begin = f"Most articles, {best['n_period']:,}, are of {period(best['period'], unit=unit)}"
    if best["topic"] < 0:
        return begin
    return f"{begin}; {best['n_articles']:,} of these are on “{best['label']}”"


def undated(course: pd.DataFrame) -> int:
    """Count the articles without a date."""
    return int(course.loc[course["period"].isna(), "n_articles"].sum())


def leading(course: pd.DataFrame, *, most: int = 24) -> pd.DataFrame:
    """Name the largest topic of each period that has articles, the last `most` of them.

    Returns
    -------
    DataFrame
        period (its first day, or ``undated``), n_period, label, n_articles, share, low, high.
    """
    lead = course[course["n_articles"] > 0].sort_values(
        ["period", "n_articles", "topic"], ascending=[True, False, True], kind="stable"
    )
    lead = lead.drop_duplicates("period").tail(most)
    lead = lead.assign(period=lead["period"].dt.strftime("%Y-%m-%d").fillna("undated"))
    columns = ["period", "n_period", "label", "n_articles", "share", "low", "high"]
    return lead[columns].round(2).reset_index(drop=True)


def spells(result: Topics, articles: pd.DataFrame) -> pd.DataFrame:
    """Say of each topic whether it begins or ends inside the time that the corpus covers.

    Counted are stories, that is events, within topics: ten reports of one event are one chance to be early. A
    topic with m of N of them has none among the b that began before its first day. If they were spread over
    the corpus as chance has it, that would happen with probability C(N - b, m) / C(N, m), the hypergeometric
    test for a gap. Only where that is rare is the gap called a beginning; likewise at the end.

    Returns
    -------
    DataFrame
        topic, label, n_dated (articles), first, last (days), n_stories (of its dated articles), n_before,
        n_after (dated stories begun before its first and ended after its last day), p_before, p_after (by
        chance), begins, ends (in words), born, ended (true or false).
    """
    table = _dated(result, articles).dropna(subset="published")
    table = table.merge(articles[["article_id", "story"]], on="article_id")
    events = table.groupby(["topic", "story"])["published"].agg(["min", "max", "size"]).reset_index()
    bound = RARE / max(2 * len(result.topics), 1)
    rows = []
    for topic, label in zip(result.topics["topic"], result.topics["label"], strict=True):
        own = events[events["topic"] == topic]
        if own.empty:
            nothing = (0, pd.NaT, pd.NaT, 0, 0, 0, 1.0, 1.0, UNSURE, UNSURE, False, False)
            rows.append((topic, label, *nothing))
            continue
        first, last = own["min"].min(), own["max"].max()
        before, after = int((events["min"] < first).sum()), int((events["max"] > last).sum())
        p = [_gap(len(events), len(own), n) for n in (before, after)]
        born, ended = (value <= bound for value in p)
        begins = f"begins on {day(first)}" if born else UNSURE if before else FROM_START
        ends = f"ends on {day(last)}" if ended else UNSURE if after else TO_END
        known = (int(own["size"].sum()), first, last, len(own), before, after, *p, begins, ends, born, ended)
        rows.append((topic, label, *known))
    columns = ["topic", "label", "n_dated", "first", "last", "n_stories", "n_before", "n_after", "p_before"]
    found = pd.DataFrame(rows, columns=[*columns, "p_after", "begins", "ends", "born", "ended"])
    return found.astype({"first": "datetime64[s]", "last": "datetime64[s]", "born": "bool", "ended": "bool"})


def _gap(n: int, m: int, gap: int) -> float:
    """Probability that none of `m` of `n` items is among the first `gap`, by chance.

    Examples
    --------
    >>> _gap(4, 2, 2), _gap(10, 3, 0)
    (0.166667, 1.0)
    """
    free = np.arange(m)
    return round(float(np.prod(np.clip(n - gap - free, 0, None) / (n - free))), 6)
