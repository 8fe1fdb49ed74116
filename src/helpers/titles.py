"""Titles and subtitles of figures: what the numbers allow to say in a line; what is equal is called equal."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dateline import population
from helpers import prose
from helpers.charts import NEUTRAL
from helpers.prose import day, listed, percent, period, plural

FEWEST = population.FEWEST_NAMED
# A topic stays whole where so many of its articles stay together under another number.
WHOLE = 0.8
NO_OUTLETS = "There are no two outlets to compare"


def corpus_size(articles: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """Say for a figure's subtitle what is counted in it, three ways, and what is not."""
    unique, stories = int(articles["copy_of"].isna().sum()), articles["story"].nunique()
    missing = f"; {plural(len(rejected), 'rejected record')} not among them" if len(rejected) else ""
    return (
        f"n = {plural(len(articles), 'article')} ({plural(unique, 'unique text')}, "
        f"{plural(stories, 'story')}){missing}"
    )


def fullest_period_title(periods: pd.DataFrame, *, unit: str) -> str:
    """Name the period with most articles and the number of articles without a day.

    Where copies make it another one than the fullest of the unique texts, both are named.

    Parameters
    ----------
    periods, unit
        What `articles.count_periods` returned.
    """
    dated, undated = periods[periods["period"].notna()], periods[periods["period"].isna()]
    total, missing = int(periods["articles"].sum()), int(undated["articles"].sum())
    if dated.empty:
        return f"None of {plural(total, 'article')} has a day of publication"
    top, unique = dated.loc[dated["articles"].idxmax()], dated.loc[dated["unique_texts"].idxmax()]
    name = period(top["period"], unit=unit)
    title = f"{name[0].upper()}{name[1:]} has the most articles: {top['articles']:,} of {total:,}"
    if len(dated) == 1:
        title = f"{top['articles']:,} of {plural(total, 'article')} appeared in {name}"
    if unique["unique_texts"] > top["unique_texts"]:
        fullest = period(unique["period"], unit=unit)
        title += f"; the most unique texts: {fullest}, {unique['unique_texts']:,}"
    return f"{title}; {missing:,} without a day" if missing else title


def removed_title(shares: pd.DataFrame) -> str:
    """Say of which outlet most was removed; `shares` is what `articles.share_removed` returned."""
    top = shares.sort_values("removed", ascending=False, kind="stable").iloc[0]
    if not top["removed"]:
        return "Nothing was removed but white space, titles and headers"
    if len(shares) == 1:
        return f"{percent(top['removed'])} of the characters were removed"
    outlet = "articles of unknown outlets" if top["outlet"] == "unknown" else top["outlet"]
    return f"Most was removed from {outlet}: {percent(top['removed'])} of the characters"


def topic_noun(result: Any) -> str:  # noqa: ANN401 - what topics.find_topics returns
    """Name of the groups: of few articles nobody can make topics."""
    return "broad group" if result.mode == "broad groups" else "topic"


def topics_size(result: Any, n_articles: int) -> str:  # noqa: ANN401
    """How many articles stand behind a figure, and how many do not."""
    n = len(result.space.ids)
    left_out = (
        f"left out: {n_articles - n:,} (copies, other languages)" if n < n_articles else "none left out"
    )
    return f"n = {plural(n, 'article')}; {left_out}"


def topic_shares_title(result: Any) -> str:  # noqa: ANN401
    """Say what the shares show."""
    if not len(result.topics):
        return f"{plural(len(result.space.ids), 'article')}: too few to be grouped"
    first, alarmed = result.topics.iloc[0], int((result.topics["alarms"] != "").sum())
    title = f"{plural(len(result.topics), topic_noun(result))}; "
    level = result.topics.loc[result.topics["n_articles"] == first["n_articles"], "label"]
    share = percent(first["share"])
    if len(level) == 1:
        title += f"the largest, “{first['label']}”, has {share} of the articles"
    else:
        title += f"“{level.iloc[0]}” and {len(level) - 1} more lead with {share} of the articles each"
    return title + (f"; {alarmed} to be read with care" if alarmed else "")


def numbers_title(result: Any) -> str:  # noqa: ANN401
    """Which numbers of topics the criteria speak for."""
    ranked = result.criteria[result.criteria["rank"] > 0].sort_values("rank", kind="stable")
    if ranked.empty:
        return "No number of topics was compared"
    best, *rivals = ranked["k"].tolist()
    title = f"The criteria speak for {plural(best, topic_noun(result))}"
    return title + (f"; {listed(list(map(str, rivals)))} would do as well" if rivals else "")


def flow_title(flow: pd.DataFrame) -> str:
    """Say what a larger number of topics would change."""
    if flow.empty:
        return "No other number of topics was compared"
    sizes = flow[flow["topic"] >= 0].groupby("topic")["n_articles"]
    whole = sizes.max() >= WHOLE * sizes.sum()
    return f"With {int(flow['next_k'].iloc[0])} topics, {int(whole.sum())} of the {len(whole)} stay together"


def flow_heads(flow: pd.DataFrame) -> tuple[str, str]:
    """Write the two numbers of topics above the sides of the flow."""
    first, second = (plural(int(flow[k].iloc[0]), "topic") if len(flow) else "" for k in ("k", "next_k"))
    return first, second


def tree_title(tree: pd.DataFrame) -> str:
    """Which two are most alike."""
    joined = tree[tree["left"] >= 0]
    if joined.empty:
        return "There is nothing to join"
    names = tree.set_index("node")["label"]
    return f"Most alike are “{names[joined['left'].iloc[0]]}” and “{names[joined['right'].iloc[0]]}”"


def topic_periods_title(periods: pd.DataFrame, *, unit: str) -> str:
    """Say what the fullest period is about."""
    dated = periods[periods["period"].notna() & (periods["n_of"] > 0)]
    if dated.empty:
        return "No article that is counted has a date"
    best = dated.sort_values(["n_of", "n_articles"], ascending=False, kind="stable").iloc[0]
    title = f"Most articles, {best['n_of']:,}, are of {period(best['period'], unit=unit)}"
    return (
        title if best["topic"] < 0 else f"{title}; {best['n_articles']:,} of these are on “{best['label']}”"
    )


def map_title(result: Any, trust: float) -> str:  # noqa: ANN401
    """How far the map can be trusted."""
    if not len(result.topics):
        return "How alike the articles are"
    return f"How near articles are by their words (trustworthiness of the map {trust:.2f})"


def dated_size(periods: pd.DataFrame, n_line: str) -> str:
    """How many articles stand behind the figure over time, and how many have no date."""
    return f"{n_line}; {int(periods.loc[periods['period'].isna(), 'n_articles'].sum()):,} undated"


def names_size(n: int, *, of: int) -> str:
    """Say for a subtitle how many articles count, and how many do not.

    Examples
    --------
    >>> names_size(66, of=74)
    'n = 66 articles; left out: 8 (copies, other languages)'
    """
    return f"n = {plural(n, 'article')}" + f"; left out: {of - n:,} (copies, other languages)" * (of > n)


def undated_note(articles: pd.DataFrame) -> str:
    """Say how many articles have no day, and how many of these are at least known to an interval.

    Examples
    --------
    >>> day, earliest = (pd.to_datetime([one, None, None]) for one in ("2024-05-14", "2024-05-01"))
    >>> undated_note(pd.DataFrame({"published": day, "published_earliest": earliest[[0, 0, 1]]}))
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
    return f"{listed(names, limit=3)} {'is' if len(names) == 1 else 'are'}"


def names_title(entities: pd.DataFrame, *, n: int) -> str:
    """Say who is named in most of n articles; `entities` is the table or a part of it."""
    names, count = leaders(entities, "n_articles")
    if not names:
        return f"Nobody is named in {plural(n, 'article')}" if n else "No article is in English"
    return f"{_are(names)} named in most articles, in {count:,} of {n:,}{' each' if len(names) > 1 else ''}"


def word_periods_title(line: pd.DataFrame, *, unit: str) -> str:
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
        return listed([f"{term}: {plural(int(n), 'dated article')}" for term, n in terms.items()], limit=3)
    on = "on" if unit == "day" else "in"
    peaks = dense[dense["share"].round(6) == dense["share"].max().round(6)].sort_values(
        "period", kind="stable"
    )
    places = [
        f"{row.term} {on} {period(row.period, unit=unit)} ({row.n_articles:,} of {row.n_of:,} articles)"
        for row in peaks.sort_values("period", kind="stable").itertuples()
    ]
    return f"Largest share: {listed(places, limit=2)}"


def busiest_days_title(days: pd.DataFrame) -> str:
    """Say which day most articles talk about."""
    if days.empty:
        return "No article talks about an exact day"
    largest = days["n_articles"].max()
    if largest == 1:
        return "No two articles talk about the same exact day"
    names = [day(date) for date in days.loc[days["n_articles"] == largest, "day"]]
    note = " each" if len(names) > 1 else ""
    return f"Most articles talk about {listed(names, limit=3)}: {largest:,} articles{note}"


def ahead_title(clocks: pd.DataFrame) -> str:
    """Say how many exact days were still to come."""
    if clocks.empty:
        return "No dated article talks about an exact day"
    n = int((clocks["lag"] < 0).sum())
    verb = "was" if n == 1 else "were"
    return f"{n:,} of {plural(len(clocks), 'exact day')} {verb} still to come when the article appeared"


def lags_title(shares: pd.DataFrame) -> str:
    """Say whether groups of articles look ahead unlike all of them."""
    if shares.empty:
        return "No dated article talks about an exact day"
    whole, groups = shares["ahead"].iloc[0], shares.iloc[1:]
    title = f"{percent(whole)} of the exact days were still to come"
    if groups.empty:
        return f"{title}; there are no groups to compare"
    different = groups[(groups["ahead_low"] > whole) | (groups["ahead_high"] < whole)]
    if different.empty:
        return f"{title}; no outlet or topic is clearly different"
    names = [f"“{row.group}” ({percent(row.ahead)})" for row in different.itertuples()]
    return f"{title}; clearly different: {listed(names, limit=2)}"


def silent_title(spoken: pd.DataFrame) -> str:
    """Say how many of those named most are never quoted."""
    if spoken.empty:
        return "No person or organisation is named in three articles or quoted"
    n = int((spoken["n_quoted"] == 0).sum())
    verb = "is" if n == 1 else "are"
    return f"{n:,} of these {len(spoken):,} persons and organisations {verb} never quoted by name"


def quoted_title(grid: pd.DataFrame) -> str:
    """Say who is quoted in most articles; `grid` has n_quoted by entity and group."""
    names, count = leaders(grid[grid["group"] == population.ALL_ARTICLES], "n_quoted")
    if count < 2:
        return "Nobody is quoted by name in two articles"
    return f"{_are(names)} quoted in most articles, in {count:,}{' each' if len(names) > 1 else ''}"


def network_title(pairs: pd.DataFrame) -> str:
    """Say how many pairs of names share more articles than chance would give."""
    if pairs.empty:
        return "No two names share three articles"
    n = int(pairs["beyond"].sum())
    verb = "shares" if n == 1 else "share"
    return f"{n:,} of {plural(len(pairs), 'pair')} of names {verb} more articles than chance would give"


def outlets_title(cells: pd.DataFrame) -> str:
    """Say which names stand out in an outlet."""
    if cells["outlet"].nunique() < 2:
        return "There is one outlet: nothing to compare"
    marked = cells[cells["mark"] != ""].sort_values("p", kind="stable")
    if marked.empty:
        return "No outlet names anybody clearly more or less often than the other outlets do"
    names = [f"{row.entity} {row.mark} often in {row.outlet}" for row in marked.itertuples()]
    return f"Clearly different from the other outlets: {listed(names, limit=2)}"


def naming_title(cells: pd.DataFrame) -> str:
    """Say how many outlets keep to one name; `cells` counts the names of each thing by outlet (group)."""
    several = cells[cells.groupby("thing")["name"].transform("nunique") > 1]
    if several.empty:
        return "Nothing goes by two names"
    n = several["thing"].nunique()
    subject, verb = plural(n, "thing"), "goes" if n == 1 else "go"
    if cells["group"].nunique() < 2:
        return f"{subject} {verb} by two names or more"
    n_names = several.groupby(["thing", "group"])["name"].nunique()
    same = f"in {int((n_names == 1).sum()):,} of {len(n_names):,} cases an outlet uses one name only"
    return f"{subject} {verb} by two names or more; {same}"


def tone_size(units: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False) -> str:
    """Write how many articles and sentences count, and what does not."""
    readable = population.is_readable(articles)
    n_copies = 0 if copies else int((articles["copy_of"].notna() & readable).sum())
    parts = [f"{prose.plural(n_copies, 'copy')} of another article"] if n_copies else []
    if not readable.all():
        languages = ", ".join(sorted(articles.loc[~readable, "language"].unique()))
        parts.append(f"{prose.plural(int((~readable).sum()), 'article')} in another language ({languages})")
    n_articles, n = units["article"].nunique(), prose.plural(len(units), "sentence")
    size = f"n = {prose.plural(n_articles, 'article')}, {n}"
    return f"{size}; left out: {'; '.join(parts)}" if parts else size


def target_size(size: str, targets: pd.DataFrame, units: pd.DataFrame) -> str:
    """Add to `tone_size` how many names in sentences the model read, and of how many."""
    rows = targets[targets.index.isin(units.index)]
    return f"{size}; the model read {rows['positive'].count():,} of {len(rows):,} names in sentences"


def _clear_tones(table: pd.DataFrame, column: str, *, limit: int) -> str:
    """List the rows with a clear tone by a column, as "Lee (positive) and Oak (negative)"."""
    clear = table.loc[table["tone"].isin(["negative", "positive"]), [column, "tone"]]
    return prose.listed([f"{name} ({tone})" for name, tone in clear.itertuples(index=False)], limit=limit)


def neutral_title(table: pd.DataFrame) -> str:
    """Title of the figure of shares."""
    if table.empty:
        return "No sentence was scored"
    share, judging = (prose.percent(table[name].iloc[0]) for name in ("neutral", "without"))
    n = prose.plural(table["n_sentences"].iloc[0], "sentence")
    return f"{share} of {n} are neutral, {judging} without event words"


def groups_title(table: pd.DataFrame, *, noun: str) -> str:
    """Title of a figure of groups by voice: which have a clear tone in the narrator's words."""
    table = table[table["voice"] == "narrator"]
    if noun == "outlet" and len(table) < 2:
        return NO_OUTLETS
    names, n_thin = _clear_tones(table, "group", limit=3), int(table["thin"].sum())
    size = f"of {prose.plural(len(table), noun)}{f', {n_thin:,} with too few articles' if n_thin else ''}"
    lead = "clear tone in the narrator's words"
    return f"A {lead}: {names}; {size}" if names else f"No {lead}, {size}"


def time_title(table: pd.DataFrame, *, unit: str) -> str:
    """Title of the figure over time."""
    if table["thin"].all():
        return f"No {unit} has enough articles to say anything of its tone"
    table = table[table["n_articles"] > 0]
    names = [prose.period(day.date(), unit=unit) for day in table["period"]]
    return groups_title(table.assign(group=names), noun=unit)


def articles_title(table: pd.DataFrame) -> str:
    """Title of the figure of single articles."""
    means = table.loc[table["voice"] == "narrator", "mean"]
    n = f"{int((means.abs() < NEUTRAL).sum()):,} of {prose.plural(len(means), 'article')}"
    return f"{n} have a neutral mean in the narrator's words" if len(means) else "No article was scored"


def words_title(table: pd.DataFrame) -> str:
    """Title of the figure of the heaviest words."""
    n = f"{int(table['event'].sum())} of the {len(table)} heaviest words"
    return f"{n} only name what happened" if len(table) else "No word of the dictionary occurs"


def toward_title(table: pd.DataFrame) -> str:
    """Title of the figure of tones toward names: which are clear, in whose words."""
    if table["thin"].all():
        return "Too few articles to say anything of the tone toward a name"
    names = {voice: _clear_tones(part, "entity", limit=3) for voice, part in table.groupby("voice")}
    n = prose.plural(table["entity"].nunique(), "name")
    lead = f"No clear tone toward any of {n} in the narrator's words"
    if names.get("narrator"):
        lead = f"A clear tone in the narrator's words toward {names['narrator']}, of {n}"
    quoted = [f"in {voice}s toward {names[voice]}" for voice in ("quote", "headline") if names.get(voice)]
    return "; ".join([lead, *quoted])


def grid_title(table: pd.DataFrame) -> str:
    """Title of the grid of names and outlets."""
    if table["outlet"].nunique() < 2:
        return NO_OUTLETS
    if table["thin"].all():
        return "Too few articles to say anything of the tone of an outlet toward a name"
    size = f"of {len(table):,} pairs of name and outlet {int(table['thin'].sum()):,} have too few articles"
    pairs = _clear_tones(table.assign(pair=table["outlet"] + " toward " + table["entity"]), "pair", limit=2)
    lead = f"A clear tone of {pairs}" if pairs else "No outlet has a clear tone toward a name"
    return f"{lead}; {size}"


def methods_title(counts: pd.DataFrame) -> str:
    """Say how often model and dictionary give a name in a sentence the same label, where both give one."""
    table = counts.drop(columns=["voice", "not evaluated"]).groupby("dictionary").sum()
    same, n = sum(int(table.loc[label, label]) for label in table.index), int(table.to_numpy().sum())
    if not n:
        return "The model is sure enough of no label"
    return (
        f"Model and dictionary give the same label to {percent(same / n)} of {plural(n, 'name')} in sentences"
    )


def shift_title(gap: pd.DataFrame, words: pd.DataFrame) -> str:
    """Say which of two sides scores higher, if that is sure, and which words do most."""
    if gap.empty:
        return "There are not enough articles on two sides to compare their words"
    heaviest = listed([f"“{word}”" for word in words["word"].head(2)])
    first, second = (prose.shorten(side, width=40) for side in gap["side"].iloc[:2])
    mean, low, high, judging = gap[["mean", "low", "high", "judging"]].iloc[2]
    if not (low > 0 or high < 0):  # nor where there is no interval
        return f"No clear difference between the tones of “{first}” and “{second}”"
    if mean < 0:
        first, second, mean, low, high, judging = second, first, -mean, -high, -low, -judging
    by, low, high, bare = (prose.score(number).replace("+", "") for number in (mean, low, high, judging))
    interval = f"95\xa0% interval {low} to {high}, without event words {bare}"
    return f"“{second}” scores {by} above “{first}” ({interval}); {heaviest} do most"


def sides_size(gap: pd.DataFrame, size: str) -> str:
    """Write how many articles and sentences stand on either side of the word shift."""
    sides = [
        f"{prose.shorten(side, width=40)}: {plural(n_articles, 'article')}, {plural(n_sentences, 'sentence')}"
        for side, n_articles, n_sentences in gap.iloc[:2, :3].itertuples(index=False)
    ]
    return f"n = {'; '.join(sides)}" if sides else size
