"""What the figures of notebook 03 show, in a line each; what is level is said to be level."""

from collections.abc import Sequence

import pandas as pd

from dateline import population
from helpers.prose import day, listed, percent, plain, plural


def counted(n: int, *, of: int) -> str:
    """Say for a subtitle how many articles count, and how many do not.

    Examples
    --------
    >>> counted(66, of=74)
    'n = 66 articles; left out: 8 (copies, other languages)'
    """
    return f"n = {plural(n, 'article')}" + f"; left out: {of - n:,} (copies, other languages)" * (of > n)


def first(frame: pd.DataFrame, count: str, *, name: str = "entity") -> tuple[list[str], int]:
    """Names with the largest count, all that are level, and this count.

    Examples
    --------
    >>> first(pd.DataFrame({"entity": ["Lee", "Oak", "Ash"], "n": [4, 4, 3]}), "n")
    (['Lee', 'Oak'], 4)
    """
    if frame.empty:
        return [], 0
    most = frame[count].max()
    return frame.loc[frame[count] == most, name].astype("str").tolist(), int(most)


def _verb(who: Sequence[str], *, singular: str = "is", other: str = "are") -> str:
    return f"{listed(who, most=3)} {singular if len(who) == 1 else other}"


def names(found: pd.DataFrame, *, n: int) -> str:
    """Say who is named in most of n articles; `found` is table entities or a part of it."""
    who, most = first(found, "n_articles")
    if not who:
        return f"Nobody is named in {plural(n, 'article')}" if n else "No article is in English"
    return f"{_verb(who)} named in most articles, in {most:,} of {n:,}{' each' if len(who) > 1 else ''}"


def clock(line: pd.DataFrame, *, unit: str) -> str:
    """Say in how many periods the names of most articles are there at all.

    Parameters
    ----------
    line
        Rows of table timeline, publication clock: all articles (entity "") and some names.
    unit
        Name of the period.
    """
    dated = line[line["period"].notna() & (line["n_articles"] > 0)]
    of = plural(int((dated["entity"] == "").sum()), unit) + " with articles"
    each = dated[dated["entity"] != ""].groupby("entity")["n_articles"].agg(["sum", "size"]).reset_index()
    who, _ = first(each, "sum")
    if not who:
        return "Nobody is named in a dated article"
    periods = each.loc[each["entity"].isin(who), "size"]
    span = f"{periods.min():,}" + (f" to {periods.max():,}" if periods.max() > periods.min() else "")
    return f"{_verb(who)} named in {span} of {of}"


def days(told: pd.DataFrame, *, n: int) -> str:
    """Say which day most of n articles talk about; `told` is from `dateline.timeline.events.days`."""
    if told.empty:
        return "No exact day is talked about"
    most = told["n_articles"].max()
    who = [day(one) for one in told.loc[told["n_articles"] == most, "day"]]
    if most == 1:
        return "No exact day is talked about in two articles"
    return f"{_verb(who)} talked about in {most:,} of {n:,} articles{' each' if len(who) > 1 else ''}"


def ahead(lag: pd.DataFrame) -> str:
    """Say how many exact days were still to come; `lag` is from `dateline.timeline.events.lags`."""
    if lag.empty:
        return "No dated article talks about an exact day"
    n = int((lag["lag"] < 0).sum())
    verb = "was" if n == 1 else "were"
    return f"{n:,} of {plural(len(lag), 'exact day')} {verb} still to come when the article appeared"


def groups(far: pd.DataFrame) -> str:
    """Say whether groups of articles look ahead unlike all; `far` is from `events.lag_groups`."""
    if far.empty:
        return "No dated article talks about an exact day"
    if len(far) < 2:
        return f"{percent(far['ahead'].iloc[0])} of the exact days lay ahead; there are no groups to compare"
    whole, far = far["ahead"].iloc[0], far.iloc[1:]
    apart = far[(far["ahead_low"] > whole) | (far["ahead_high"] < whole)]
    share = f"{percent(whole)} of the exact days lay ahead"
    if apart.empty:
        return f"{share}; no outlet or topic is clearly different"
    who = [f"“{name}” ({percent(part)})" for name, part in zip(apart["group"], apart["ahead"], strict=True)]
    return f"{share}; clearly different: {listed(who, most=2)}"


def silent(often: pd.DataFrame) -> str:
    """Say how many of those named most are never quoted; `often` is from `count_voices`."""
    if often.empty:
        return "No person or organisation is named in three articles or quoted"
    n = int((often["n_quoted"] == 0).sum())
    verb = "is" if n == 1 else "are"
    return f"{n:,} of these {len(often):,} persons and organisations {verb} never quoted by name"


def heard(grid: pd.DataFrame) -> str:
    """Say who is quoted in most articles; `grid` is from `dateline.entities.speakers.voices_by_group`."""
    who, most = first(grid[grid["group"] == "all articles"], "n_quoted")
    if most < 2:
        return "Nobody is quoted by name in two articles"
    return f"{_verb(who)} quoted in most articles, in {most:,}{' each' if len(who) > 1 else ''}"


def surest(pairs: pd.DataFrame) -> str:
    """Say which pair stands together most surely; `pairs` is from `dateline.timeline.together.pairs`."""
    if not pairs["beyond"].any():
        return "No two names share more articles than chance would give"
    top = pairs.iloc[0]
    return (
        f"{top['entity']} and {top['other']} share {plural(int(top['n_articles']), 'article')} where chance "
        f"would give {top['expected']:.1f}"
    )


def network(pairs: pd.DataFrame) -> str:
    """Say how many pairs are beyond chance; `pairs` is from `dateline.timeline.together.pairs`."""
    if pairs.empty:
        return "No two names share three articles"
    n = int(pairs["beyond"].sum())
    verb = "shares" if n == 1 else "share"
    return f"{n:,} of {plural(len(pairs), 'pair')} of names {verb} more articles than chance would give"


def outlets(cells: pd.DataFrame) -> str:
    """Say how many names stand out in an outlet; `cells` is from `dateline.timeline.together.by_outlet`."""
    if cells["outlet"].nunique() < 2:
        return "There is one outlet: nothing to compare"
    more, less = (int((cells["mark"] == mark).sum()) for mark in ("more", "less"))
    of = plural(len(cells), "pair") + " of name and outlet"
    if not more + less:
        return f"No outlet names anybody more or less often than the others do, in {of}"
    verb = "stands" if more == 1 else "stand"
    return f"Of {of}, {more:,} {verb} out as more often than elsewhere and {less:,} as less often"


def naming(each: pd.DataFrame) -> str:
    """Say how many outlets stick to one name; `each` is from `dateline.timeline.choices.by`, by outlet."""
    several = each.groupby("thing")["name"].transform("nunique") > 1
    cells = each[several].groupby(["thing", "group"])["name"].nunique()
    if cells.empty:
        return "No thing goes by two names"
    n = each.loc[several, "thing"].nunique()
    verb = "goes" if n == 1 else "go"
    if each["group"].nunique() < 2:
        return f"{plural(n, 'thing')} {verb} by several names"
    return (
        f"{plural(n, 'thing')} {verb} by several names; in {int((cells == 1).sum()):,} of "
        f"{plural(len(cells), 'case')} an outlet uses only one"
    )


def findings(
    found: pd.DataFrame,
    spoken: pd.DataFrame,
    pairs: pd.DataFrame,
    lag: pd.DataFrame,
    *,
    articles: pd.DataFrame,
) -> str:
    """Say in Markdown what the numbers allow to say.

    Parameters
    ----------
    found, spoken, pairs
        From `count_entities`, `count_voices` and `dateline.timeline.together.pairs`.
    lag
        From `dateline.timeline.events.lags`.
    articles
        The articles counted.
    """
    n = len(articles)
    if found.empty:
        return f"No name was found in {plural(n, 'article')}." if n else "No article is in English."
    lines = [_leader(found[found["kind"] == kind], kind, n) for kind in ("person", "organisation", "place")]
    lines += [_quoted(spoken), _pair(pairs), _days(lag)]
    undated = int(articles["published"].isna().sum())
    if undated:
        own = "has no day of its own and stands" if undated == 1 else "have no day of their own and stand"
        lines.append(f"{undated:,} of {plural(n, 'article')} {own} beside the time axis and in all totals.")
    return "\n".join(f"- {line}" for line in lines if line)


def _leader(found: pd.DataFrame, kind: str, n: int) -> str:
    """Put the most named entities of a kind into words, all that are level, if in enough articles."""
    if found.empty or found["n_articles"].iloc[0] < population.FEWEST_NAMED:
        return f"No {kind} is named in {population.FEWEST_NAMED} of {plural(n, 'article')}."
    first = found.iloc[0]
    level = found[found["n_articles"] == first["n_articles"]]
    interval = f"95 % interval {percent(first['share_low'])} to {percent(first['share_high'])}"
    count = f"in {first['n_articles']:,} of {n:,} articles"
    share = f"({percent(first['share'])}, {interval})"
    if len(level) > 1:
        who = listed([f"**{plain(name)}**" for name in level["entity"]], most=4)
        return f"{who} are named in equally many articles, the most for a {kind}: each {count} {share}."
    words = f"**{plain(first['entity'])}** is the {kind} named most: {count} {share}"
    after = found[found["n_articles"] < first["n_articles"]]
    if after.empty:
        return words + "."
    next_ = after[after["n_articles"] == after["n_articles"].iloc[0]]
    close = ", too close to call" if next_["share_high"].iloc[0] > first["share_low"] else ""
    verb, each = ("are", " each") if len(next_) > 1 else ("is", "")
    who = listed([plain(name) for name in next_["entity"]], most=3)
    return f"{words}; next {verb} {who} with {next_['n_articles'].iloc[0]:,}{each}{close}."


def _quoted(spoken: pd.DataFrame) -> str:
    """Put those quoted in most articles into words: three of them, or as many as are level with the third."""
    often = spoken[spoken["n_quoted"] >= population.FEWEST_NAMED]
    if often.empty:
        return (
            f"Who is quoted cannot be said: no name is quoted in {population.FEWEST_NAMED} articles or more."
        )
    often = often[often["n_quoted"] >= often["n_quoted"].iloc[min(2, len(often) - 1)]]
    said = [f"{plain(r.entity)} in {r.n_quoted:,} of {r.n_articles:,}" for r in often.itertuples()]
    return f"Quoted most often, of the articles that name them: {listed(said, most=6)}."


def _pair(pairs: pd.DataFrame) -> str:
    sure = pairs[pairs["beyond"]]
    if sure.empty:
        few = (
            f"no two names share {population.FEWEST_NAMED} articles"
            if pairs.empty
            else "no pair of names is beyond chance"
        )
        return f"Who stands with whom cannot be said: {few}."
    top = sure.iloc[0]
    return (
        f"Of {plural(len(pairs), 'pair')} of names in {population.FEWEST_NAMED} articles or more, "
        f"{len(sure):,} share more than chance would give, "
        f"most surely {plain(top['entity'])} and {plain(top['other'])}: "
        f"{plural(int(top['n_articles']), 'article')}, by chance {top['expected']:.1f}."
    )


def _days(lag: pd.DataFrame) -> str:
    if lag.empty:
        return ""
    ahead, back = (lag["lag"] < 0).mean(), (lag["lag"] > 0).mean()
    return (
        f"Of {plural(len(lag), 'exact day')} that dated articles talk about, {percent(ahead)} lie ahead of "
        f"publication, {percent(1 - ahead - back)} are the same day and {percent(back)} lie back."
    )
