"""The words of notebook 03: findings, and titles of its figures; what is equal is called equal."""

from collections.abc import Sequence

import pandas as pd

from dateline import population
from helpers.prose import day, listed, percent, period, plain, plural

FEWEST = population.FEWEST_NAMED


def counted(n: int, *, of: int) -> str:
    """Say for a subtitle how many articles count, and how many do not.

    Examples
    --------
    >>> counted(66, of=74)
    'n = 66 articles; left out: 8 (copies, other languages)'
    """
    return f"n = {plural(n, 'article')}" + f"; left out: {of - n:,} (copies, other languages)" * (of > n)


def undated(articles: pd.DataFrame) -> str:
    """Say how many articles have no day, and how many of these are at least known to an interval.

    Examples
    --------
    >>> day, earliest = (pd.to_datetime([one, None, None]) for one in ("2024-05-14", "2024-05-01"))
    >>> undated(pd.DataFrame({"published": day, "published_earliest": earliest[[0, 0, 1]]}))
    'without a day: 2 of 3, of these 1 known to an interval'
    """
    dateless = articles["published"].isna()
    interval = int((dateless & articles["published_earliest"].notna()).sum())
    note = f", of these {interval:,} known to an interval" if interval else ""
    return f"without a day: {int(dateless.sum()):,} of {len(articles):,}{note}"


def leaders(frame: pd.DataFrame, count: str, *, name: str = "entity") -> tuple[list[str], int]:
    """Names with the largest count, all that are equal, and this count.

    Examples
    --------
    >>> leaders(pd.DataFrame({"entity": ["Lee", "Oak", "Ash"], "n": [4, 4, 3]}), "n")
    (['Lee', 'Oak'], 4)
    """
    if frame.empty:
        return [], 0
    largest = frame[count].max()
    return frame.loc[frame[count] == largest, name].astype("str").tolist(), int(largest)


def _are(names: Sequence[str]) -> str:
    return f"{listed(names, most=3)} {'is' if len(names) == 1 else 'are'}"


# -- what we found --------------------------------------------------------------------------------


def findings(
    entities: pd.DataFrame,
    spoken: pd.DataFrame,
    pairs: pd.DataFrame,
    clocks: pd.DataFrame,
    *,
    articles: pd.DataFrame,
) -> str:
    """Say in Markdown what the numbers allow to say.

    Parameters
    ----------
    entities
        Table entities.
    spoken
        Persons and organisations with n_articles and n_quoted, those quoted most first.
    pairs, clocks
        From `dateline.timeline.comention.entity_pairs` and `dateline.timeline.event_days.pair_clocks`.
    articles
        The articles counted.
    """
    n = len(articles)
    if entities.empty:
        return f"No name was found in {plural(n, 'article')}." if n else "No article is in English."
    kinds = ("person", "organisation", "place")
    points = [_kind_leader(entities[entities["kind"] == kind], kind, n) for kind in kinds]
    points += [_quoted(spoken), surest(pairs) + "."]
    if len(clocks):
        points.append(f"{ahead_title(clocks)}; {percent((clocks['lag'] > 0).mean())} lay in the past.")
    return "\n".join(f"- {point}" for point in points)


def _kind_leader(entities: pd.DataFrame, kind: str, n: int) -> str:
    """Name the entities of a kind that most articles name, if enough do."""
    if entities.empty or entities["n_articles"].iloc[0] < FEWEST:
        return f"No {kind} is named in {FEWEST} of {plural(n, 'article')}."
    first = entities.iloc[0]
    equal = entities[entities["n_articles"] == first["n_articles"]]
    interval = f"95 % interval {percent(first['share_low'])} to {percent(first['share_high'])}"
    share = f"in {first['n_articles']:,} of {n:,} articles ({percent(first['share'])}, {interval})"
    names = listed([f"**{plain(name)}**" for name in equal["entity"]], most=4)
    if len(equal) > 1:
        return f"{names} are the {kind}s named in most articles, each {share}."
    point = f"{names} is the {kind} named in most articles: {share}"
    others = entities[entities["n_articles"] < first["n_articles"]]
    if others.empty:
        return point + "."
    followers, count = leaders(others, "n_articles")
    close = others["share_high"].iloc[0] > first["share_low"]
    note = "; so close that their order may be chance" if close else ""
    return f"{point}. Next: {listed([*map(plain, followers)], most=3)} with {count:,}{note}."


def _quoted(spoken: pd.DataFrame) -> str:
    """Name those quoted in most articles: three of them, or as many as are equal to the third."""
    quoted = spoken[spoken["n_quoted"] >= FEWEST]
    if quoted.empty:
        return f"Nobody is quoted by name in {FEWEST} articles."
    quoted = quoted[quoted["n_quoted"] >= quoted["n_quoted"].iloc[min(2, len(quoted) - 1)]]
    names = [f"{plain(row.entity)} ({row.n_quoted:,} of {row.n_articles:,})" for row in quoted.itertuples()]
    return f"Quoted in most articles (of those that name them): {listed(names, most=6)}."


def burst_findings(bursts: pd.DataFrame, line: pd.DataFrame, *, unit: str) -> str:
    """Put each burst into a sentence, as Markdown; or why there is none.

    Parameters
    ----------
    bursts, line
        From `dateline.timeline.bursts.find_bursts`, and the table timeline that they were found in.
    unit
        Name of the period.
    """
    from dateline.timeline import bursts as test

    counts, total = test.tested_counts(line)
    n, busy = int(total.sum()), int((total > 0).sum())
    if n < test.FEWEST_DATED or busy < test.FEWEST_PERIODS:
        return (
            f"No name was tested: {plural(n, 'dated article')} in {plural(busy, unit)} are not enough to "
            f"tell a burst from chance (needed: {test.FEWEST_DATED} in {test.FEWEST_PERIODS})."
        )
    if counts.empty:
        return f"No name was tested: none is in {test.FEWEST_WITH_NAME} dated articles but not in all."
    points = []
    for burst in bursts.itertuples():
        span = period(burst.first, unit=unit)
        span = f"{'on' if unit == 'day' else 'in'} {span}" if burst.first == burst.last else (
            f"from {span} to {period(burst.last, unit=unit)}"
        )  # fmt: skip
        points.append(
            f"- **{plain(burst.entity)}** stands out {span}: named in {burst.n_articles:,} of "
            f"{plural(burst.n_period, 'article')}, elsewhere in {percent(burst.usual)}."
        )
    quiet = [plain(name) for name in sorted(set(counts.index) - set(bursts["entity"]))]
    rest = f"No burst beyond chance: {listed(quiet)}." if quiet else ""
    return "\n".join([*points, f"- {rest}" if points and rest else rest])


# -- titles of figures ----------------------------------------------------------------------------


def named_most(entities: pd.DataFrame, *, n: int) -> str:
    """Say who is named in most of n articles; `entities` is the table or a part of it."""
    names, count = leaders(entities, "n_articles")
    if not names:
        return f"Nobody is named in {plural(n, 'article')}" if n else "No article is in English"
    return f"{_are(names)} named in most articles, in {count:,} of {n:,}{' each' if len(names) > 1 else ''}"


def busiest_period(line: pd.DataFrame, *, unit: str) -> str:
    """Say when each of the terms has its largest share, among periods with enough articles.

    Parameters
    ----------
    line
        term, period, n_articles, n_of, share.
    unit
        Name of the period.
    """
    dated = line[line["period"].notna() & (line["n_articles"] > 0)]
    if dated.empty:
        return "None of these words is in a dated article"
    dense = dated[dated["n_of"] >= FEWEST]
    if dense.empty or line["period"].nunique() < 2:
        terms = dated.groupby("term", sort=False)["n_articles"].sum()
        return listed([f"{term}: {plural(int(n), 'dated article')}" for term, n in terms.items()], most=3)
    row = dense.sort_values(["share", "period"], ascending=[False, True], kind="stable").iloc[0]
    on = "on" if unit == "day" else "in"
    return (
        f"{row['term']} has the largest share {on} {period(row['period'], unit=unit)}: "
        f"{row['n_articles']:,} of {plural(int(row['n_of']), 'article')}"
    )


def busiest_days_title(days: pd.DataFrame, *, n: int) -> str:
    """Say which day most of n articles talk about."""
    if days.empty:
        return "No article talks about an exact day"
    largest = days["n_articles"].max()
    if largest == 1:
        return "No two articles talk about the same exact day"
    names = [day(date) for date in days.loc[days["n_articles"] == largest, "day"]]
    each = " each" if len(names) > 1 else ""
    return f"Most articles talk about {listed(names, most=3)}: {largest:,} of {n:,}{each}"


def ahead_title(clocks: pd.DataFrame) -> str:
    """Say how many exact days were still to come."""
    if clocks.empty:
        return "No dated article talks about an exact day"
    n = int((clocks["lag"] < 0).sum())
    verb = "was" if n == 1 else "were"
    return f"{n:,} of {plural(len(clocks), 'exact day')} {verb} still to come when the article appeared"


def lags(shares: pd.DataFrame) -> str:
    """Say whether groups of articles look ahead unlike all of them."""
    if shares.empty:
        return "No dated article talks about an exact day"
    whole, groups = shares["ahead"].iloc[0], shares.iloc[1:]
    title = f"{percent(whole)} of the exact days were still to come"
    if groups.empty:
        return f"{title}; there are no groups to compare"
    apart = groups[(groups["ahead_low"] > whole) | (groups["ahead_high"] < whole)]
    if apart.empty:
        return f"{title}; no outlet or topic is clearly different"
    names = [f"“{row.group}” ({percent(row.ahead)})" for row in apart.itertuples()]
    return f"{title}; clearly different: {listed(names, most=2)}"


def silent(spoken: pd.DataFrame) -> str:
    """Say how many of those named most are never quoted."""
    if spoken.empty:
        return "No person or organisation is named in three articles or quoted"
    n = int((spoken["n_quoted"] == 0).sum())
    verb = "is" if n == 1 else "are"
    return f"{n:,} of these {len(spoken):,} persons and organisations {verb} never quoted by name"


def heard(grid: pd.DataFrame) -> str:
    """Say who is quoted in most articles; `grid` has n_quoted by entity and group."""
    names, count = leaders(grid[grid["group"] == population.ALL_ARTICLES], "n_quoted")
    if count < 2:
        return "Nobody is quoted by name in two articles"
    return f"{_are(names)} quoted in most articles, in {count:,}{' each' if len(names) > 1 else ''}"


def surest(pairs: pd.DataFrame) -> str:
    """Say which pair most surely shares more articles than chance would give."""
    if not pairs["beyond"].any():
        return "No two names share more articles than chance would give"
    pair = pairs.iloc[0]
    return (
        f"{pair['entity']} and {pair['other']} are both in {plural(int(pair['n_articles']), 'article')}; by "
        f"chance it would be {pair['expected']:.1f}"
    )


def network(pairs: pd.DataFrame) -> str:
    """Say how many pairs of names share more articles than chance would give."""
    if pairs.empty:
        return "No two names share three articles"
    n = int(pairs["beyond"].sum())
    verb = "shares" if n == 1 else "share"
    return f"{n:,} of {plural(len(pairs), 'pair')} of names {verb} more articles than chance would give"


def outlets(cells: pd.DataFrame) -> str:
    """Say which names stand out in an outlet."""
    if cells["outlet"].nunique() < 2:
        return "There is one outlet: nothing to compare"
    marked = cells[cells["mark"] != ""].sort_values("p", kind="stable")
    if marked.empty:
        return "No outlet names anybody clearly more or less often than the other outlets do"
    names = [f"{row.entity} {row.mark} often in {row.outlet}" for row in marked.itertuples()]
    return f"Clearly different from the other outlets: {listed(names, most=2)}"


def naming(cells: pd.DataFrame) -> str:
    """Say how many outlets keep to one name; `cells` counts the names of each thing by outlet (group)."""
    several = cells[cells.groupby("thing")["name"].transform("nunique") > 1]
    if several.empty:
        return "Nothing goes by two names"
    n = several["thing"].nunique()
    things, verb = plural(n, "thing"), "goes" if n == 1 else "go"
    if cells["group"].nunique() < 2:
        return f"{things} {verb} by two names or more"
    n_names = several.groupby(["thing", "group"])["name"].nunique()
    same = f"in {int((n_names == 1).sum()):,} of {len(n_names):,} cases an outlet uses one name only"
    return f"{things} {verb} by two names or more; {same}"
