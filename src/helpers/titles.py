"""Titles of figures and findings: what the numbers allow to say; what is equal is called equal."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dateline import population
from dateline.tables import LATER, NO_BOILERPLATE
from helpers.charts import NEUTRAL
from helpers.claims import is_ahead
from helpers.prose import (
    bullets,
    day,
    leaders,
    listed,
    percent,
    period,
    plain,
    plural,
    score,
    share_interval,
    undated_warning,
)

FEWEST = population.FEWEST_NAMED
# A topic that comes back so reliably is called stable (Hennig 2007).
STABLE = 0.75
# A topic stays whole where so many of its articles stay together under another number.
WHOLE = 0.8
NO_OUTLETS = "There are no two outlets to compare"
NO_EXACT_DAY = "No dated article talks about an exact day"


# -- 01: the corpus --------------------------------------------------------------------------------


def corpus_findings(
    articles: pd.DataFrame, removed: pd.DataFrame, rejected: pd.DataFrame, date_evidence: pd.DataFrame
) -> str:
    """Say in three points what the corpus holds, how it is dated and what was removed (Markdown)."""
    total, unique = len(articles), int(articles["copy_of"].isna().sum())
    days, outlets = articles["published"].dropna(), articles["outlet"].nunique()
    span = f" They appeared between {day(days.min())} and {day(days.max())}." if len(days) > 1 else ""
    source = f"from {plural(outlets, 'outlet')}" if outlets else "from unknown outlets"
    reasons = rejected["reason"].value_counts().sort_index()
    listing = f" ({listed([f'{n} {reason}' for reason, n in reasons.items()])})" if len(reasons) else ""
    interval = int((articles["published"].isna() & articles["published_earliest"].notna()).sum())
    doubted = date_evidence.loc[date_evidence["conflict"], "article_id"].nunique()
    doubt = f" In {plural(doubted, 'article')} the dates contradict each other; the stronger one counts."
    later = date_evidence.loc[date_evidence["flag"].eq(LATER), "article_id"].nunique()
    aside = f" A day later than the run is set aside in **{plural(later, 'article')}**." if later else ""
    spans = removed[~removed["rule"].isin(NO_BOILERPLATE)]
    characters = spans["text"].str.len().sum()
    share = percent(characters / max(characters + articles["text"].str.len().sum(), 1))
    cut = (
        f"**{share}** of the characters are no article text and were removed, from "
        f"{spans['article_id'].nunique():,} of {plural(total, 'article')}. Table `removed` has every span."
    )
    warning = undated_warning(articles)
    return bullets([
        *([f"**{warning}.**"] if warning else []),
        f"**{plural(total, 'article')}** {source}: {plural(unique, 'unique text')} in "
        f"{plural(articles['story'].nunique(), 'story')}.{span} "
        f"{plural(len(rejected), 'record')} could not be used{listing}.",
        f"**{len(days):,} of {total:,}** articles have a day of publication, {interval:,} an interval, and "
        f"{total - len(days) - interval:,} no date.{doubt if doubted else ''}{aside}",
        cut if len(spans) else "**Nothing** was removed as no article text.",
    ])  # fmt: skip


def fullest_period_title(periods: pd.DataFrame, *, unit: str) -> str:
    """Name the period with most articles, that with most unique texts if it is another, and the undated."""
    dated, total = periods[periods["period"].notna()], int(periods["articles"].sum())
    missing = total - int(dated["articles"].sum())
    if dated.empty:
        return f"None of {plural(total, 'article')} has a day of publication"
    top, unique = dated.loc[dated["articles"].idxmax()], dated.loc[dated["unique_texts"].idxmax()]
    name = period(top["period"], unit=unit)
    title = f"{name[0].upper()}{name[1:]} has the most articles: {top['articles']:,} of {total:,}"
    if len(dated) == 1 or top["articles"] < FEWEST:
        title = f"{top['articles']:,} of {plural(total, 'article')} appeared in {name}"
    if unique["unique_texts"] > top["unique_texts"]:
        fullest = period(unique["period"], unit=unit)
        title += f"; the most unique texts: {fullest}, {unique['unique_texts']:,}"
    return f"{title}; {missing:,} without a day" if missing else title


def removed_title(shares: pd.DataFrame) -> str:
    """Say of which outlet most was removed; `shares` is what `articles.share_removed` returned."""
    top = shares.loc[shares["removed"].idxmax()]
    if not top["removed"]:
        return "Nothing was removed but white space, titles and headers"
    if len(shares) == 1:
        return f"{percent(top['removed'])} of the characters were removed"
    outlet = "articles of unknown outlets" if top["outlet"] == "unknown" else top["outlet"]
    return f"Most was removed from {outlet}: {percent(top['removed'])} of the characters"


# -- 02 and 06: topics; `result` is what `topics.find_topics` returned ------------------------------


def topic_noun(result: Any) -> str:  # noqa: ANN401
    """Name of the groups: of few articles nobody can make topics."""
    return "broad group" if result.mode == "broad groups" else "topic"


def topic_findings(result: Any, trials: pd.DataFrame, ledger: pd.DataFrame, *, n_articles: int) -> str:  # noqa: ANN401
    """Say in Markdown which topics there are, how sure that is and what was changed by hand."""
    n, table, noun = len(result.space.ids), result.topics, topic_noun(result)
    if not n:
        return (
            f"- **Nothing to analyse here:** none of the {n_articles:,} articles is in English. Stop words "
            "and labels are English; in another language they would take grammar for topics."
        )
    points = [f"**How:** {method_line(result)}"]
    if n < n_articles:
        points[0] += f" {n_articles - n:,} of {n_articles:,} articles are left out: copies, other languages."
    if len(steady := result.steady):
        first = steady.iloc[0]
        points.append(
            f"**Largest {noun}:** “{plain(first['label'])}” with {first['n_articles']:,} of {n:,} articles "
            f"({share_interval(first)})."
        )
        if len(steady) > 1 and steady["share_high"].iloc[1] >= first["share_low"]:
            points[-1] += f" Chance could explain its lead over “{plain(steady['label'].iloc[1])}”."
    if len(table):
        agreement = trials.set_index("choice")["agreement"]
        stable = int((table["stability"] >= STABLE).sum())
        alarmed = [f"“{plain(row.label)}” ({row.alarms})" for row in table.itertuples() if row.alarms]
        care = f"To be read with care: {listed(alarmed, limit=3)}." if alarmed else f"No {noun} has an alarm."
        points.append(
            f"**Does it hold still?** {stable} of {plural(len(table), noun)} with stability {STABLE} "
            f"or more. Another seed gives an agreement of {agreement['another seed']:.2f} (1 is the same "
            f"grouping); the least, {agreement.min():.2f}, comes with “{agreement.idxmin()}”. {care}"
        )
        left = n - int(table["n_articles"].sum())
        none = result.label_of[-1].capitalize()
        points.append(f"**{none}:** {left:,} of {n:,} articles ({percent(left / n)}).")
    by_hand = edits_line(ledger)
    return bullets([*points, *([f"**By hand:** {by_hand}"] if by_hand else [])])


def method_line(result: Any) -> str:  # noqa: ANN401
    """Why the articles were treated as they were."""
    n = plural(int(result.space.vectors.any(axis=1).sum()), "unique article")
    if result.mode == "too few":
        return f"{n}: too few for topics, so they are compared one by one."
    if not len(result.topics):
        return f"{n}. **No topics were found:** no group of them holds still when halves are grouped alone."
    table = result.criteria
    choice = "the smallest" if table["chosen"].idxmax() == table["plateau"].idxmax() else "a"
    reason = f"{choice} number at which two halves of the words agree about as well as at any"
    if result.asked:
        reason = "as the settings say"
    elif not result.criteria["stability"].max() >= 0.3:
        reason = "though no number of topics that was tried holds still"
    return f"{n}, grouped in {plural(len(result.topics), topic_noun(result))}: {reason}."


def edits_line(ledger: pd.DataFrame) -> str:
    """Say what was changed by hand; nothing where nothing was."""
    states = ledger["state"].value_counts()
    drifted, failed = int(states.get("done, but drifted", 0)), int(states.get("not done", 0))
    parts = [f"{len(ledger) - failed} of {len(ledger)} changes were made"] if len(ledger) else []
    parts += [f"{plural(drifted, 'pinned topic')} drifted"] if drifted else []
    parts += [f"{failed} could not be made, see the table"] if failed else []
    return f"{'; '.join(parts)}." if parts else ""


def topic_shares_title(result: Any) -> str:  # noqa: ANN401
    """Say what the shares show."""
    table, articles = result.steady, plural(len(result.space.ids), "article")
    if not len(result.topics):
        none = "too few to be grouped" if result.mode == "too few" else "no topics were found"
        return f"{articles}: {none}"
    if table.empty:
        return f"{articles}: no {topic_noun(result)} holds still"
    alarmed, share = int((result.topics["alarms"] != "").sum()), percent(table["share"].iloc[0])
    level, _ = leaders(table, "n_articles", name="label")
    title = f"the largest, “{level[0]}”, has {share} of the articles"
    if len(table) < len(result.topics):
        title = title.replace("the largest", "the largest that holds still", 1)
    if len(level) > 1:
        title = f"“{level[0]}” and {len(level) - 1} more lead with {share} of the articles each"
    title = f"{plural(len(result.topics), topic_noun(result))}; {title}"
    return title + (f"; {alarmed} to be read with care" if alarmed else "")


def topic_periods_title(periods: pd.DataFrame, *, unit: str) -> str:
    """Say what the fullest period is about."""
    dated = periods[periods["period"].notna() & (periods["n_of"] > 0)]
    if dated.empty:
        return "No article that is counted has a date"
    best = dated.sort_values(["n_of", "n_articles"], ascending=False, kind="stable").iloc[0]
    title = f"Most articles, {best['n_of']:,}, are of {period(best['period'], unit=unit)}"
    topic = f"; {best['n_articles']:,} of these are on “{best['label']}”"
    return title + topic * int(best["topic"] >= 0)


def periods_line(periods: pd.DataFrame, *, unit: str) -> str:
    """Which unit of time was chosen and why."""
    grid = periods[periods["period"].notna()].drop_duplicates("period")
    if grid.empty:
        return "No article that is counted has a date, so there are no periods."
    filled = int((grid["n_of"] > 0).sum())
    mean = grid["n_of"].sum() / max(filled, 1)
    return f"By {unit}: {filled:,} of {len(grid):,} periods have articles, {mean:.1f} each on average."


def spells_table(spells: pd.DataFrame) -> pd.DataFrame:
    """Where topics begin and end, in words: label, n_dated, n_stories, begins, ends."""
    words: dict[str, list[str]] = {"begins": [], "ends": []}
    for row in spells.itertuples():
        for column, is_edge, date, gap, always in (
            ("begins", row.born, row.first, row.n_before, "there from the start"),
            ("ends", row.ended, row.last, row.n_after, "there to the end"),
        ):
            unsure = "not enough articles to say" if gap or not row.n_dated else always
            words[column].append(f"{column} on {day(date)}" if is_edge else unsure)
    return spells[["label", "n_dated", "n_stories"]].assign(**words)


def map_title(result: Any, trust: float) -> str:  # noqa: ANN401
    """How far the map can be trusted."""
    if not len(result.topics):
        return "How alike the articles are"
    return f"How near articles are by their words (trustworthiness of the map {trust:.2f})"


def numbers_title(result: Any) -> str:  # noqa: ANN401
    """Which numbers of topics the criteria speak for."""
    ranked = result.criteria[result.criteria["rank"] > 0].sort_values("rank", kind="stable")
    if ranked.empty:
        return "No number of topics was compared"
    if result.mode == "no topics":
        return "No number of topics holds still"
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


def tree_title(tree: pd.DataFrame) -> str:
    """Which two are most alike."""
    joined, names = tree[tree["left"] >= 0], tree.set_index("node")["label"]
    if joined.empty:
        return "There is nothing to join"
    return f"Most alike are “{names[joined['left'].iloc[0]]}” and “{names[joined['right'].iloc[0]]}”"


# -- 03 and 06: names, days, voices ----------------------------------------------------------------


def name_findings(
    entities: pd.DataFrame, spoken: pd.DataFrame, pairs: pd.DataFrame, clocks: pd.DataFrame, *,
    articles: pd.DataFrame, mentions: pd.DataFrame,
) -> str:  # fmt: skip
    """Say in Markdown who is named and quoted most, who stand together, and which days lie ahead.

    `spoken` has n_articles and n_quoted, those quoted most first; `pairs` are `entity_pairs`.
    """
    n = len(articles)
    if entities.empty:
        return f"No name was found in {plural(n, 'article')}." if n else "No article is in English."
    points = []
    for kind in ("person", "organisation", "place"):
        table = entities[entities["kind"] == kind]
        names, count = leaders(table, "n_articles")
        if count < FEWEST:
            points.append(f"No {kind} is named in {FEWEST} of {plural(n, 'article')}.")
            continue
        lead = listed([f"**{plain(name)}**" for name in names], limit=4)
        first, followers = table.iloc[0], table[table["n_articles"] < count]
        share = f"in {count:,} of {n:,} articles ({share_interval(first)})"
        if len(names) > 1:
            points.append(f"{lead} are the {kind}s named in most articles, each {share}.")
            continue
        points.append(f"{lead} is the {kind} named in most articles: {share}.")
        if len(followers):
            names, count = leaders(followers, "n_articles")
            within = mentions.groupby("entity")["article_id"].agg(set)
            leading, following = within[first["entity"]], within[names[0]]
            close = not is_ahead(len(leading - following), len(following - leading))
            note = "; so close that their order may be chance" if close else ""
            points[-1] += f" Next: {listed([*map(plain, names)], limit=3)} with {count:,}{note}."
    quoted = spoken[spoken["n_quoted"] >= FEWEST]
    # three of them, or as many as are equal to the third
    quoted = quoted[quoted["n_quoted"] >= quoted["n_quoted"].head(3).min()]
    names = [f"{plain(row.entity)} ({row.n_quoted:,} of {row.n_articles:,})" for row in quoted.itertuples()]
    point = f"Quoted in most articles (of those that name them): {listed(names, limit=6)}."
    points.append(point if names else f"Nobody is quoted by name in {FEWEST} articles.")
    points.append(surest_pair(pairs) + ".")
    if len(clocks):
        points.append(f"{ahead_title(clocks)}; {percent((clocks['lag'] > 0).mean())} lay in the past.")
    return bullets(points)


def burst_findings(bursts: pd.DataFrame, tested: tuple[pd.DataFrame, pd.Series], *, unit: str) -> str:
    """Put each burst into a sentence, as Markdown; or why there is none.

    `bursts` and `tested` come from `find_bursts` and `tested_counts` of `dateline.timeline.bursts`; `unit` is
    the name of the period.
    """
    counts, total = tested
    n, busy = int(total.sum()), int((total > 0).sum())
    if n < population.FEWEST_DATED or busy < population.FEWEST_PERIODS:
        return (
            f"No name was tested: {plural(n, 'dated article')} in {plural(busy, unit)} are not enough to "
            f"tell a burst from chance (needed: {population.FEWEST_DATED} in {population.FEWEST_PERIODS})."
        )
    if counts.empty:
        return f"No name was tested: none is in {population.FEWEST_WITH_NAME} dated articles but not in all."
    points = []
    clearest = bursts["p"].rank(method="first") <= 12
    for burst in bursts[clearest].itertuples():
        first, last = (period(date, unit=unit) for date in (burst.first, burst.last))
        span = f"{'on' if unit == 'day' else 'in'} {first}" if first == last else f"from {first} to {last}"
        points.append(
            f"**{plain(burst.entity)}** stands out {span}: named in {burst.n_articles:,} of "
            f"{plural(burst.n_period, 'article')}, elsewhere in {percent(burst.usual)}."
        )
    lesser = [f"{plain(b.entity)} ({period(b.first, unit=unit)})" for b in bursts[~clearest].itertuples()]
    points += [f"Less surely also {listed(lesser, limit=24)}."] if lesser else []
    size = (
        counts.drop(index=bursts["entity"].unique()).sum(axis=1).sort_values(ascending=False, kind="stable")
    )
    calm = [f"No burst beyond chance: {listed([*map(plain, size.index)])}."] if len(size) else []
    return bullets([*points, *calm]) if points else "".join(calm)


def surest_pair(pairs: pd.DataFrame) -> str:
    """Say which pair most surely shares more articles than chance would give."""
    if not pairs["beyond"].any():
        return "No two names share more articles than chance would give"
    pair = pairs.iloc[0]
    n, names = plural(int(pair["n_articles"]), "article"), f"{pair['entity']} and {pair['other']}"
    return f"{names} are both in {n}; by chance it would be {pair['expected']:.1f}"


def _most(names: Sequence[str], how: str, count: str) -> str:
    """Write "Lee is named in most articles, in 4 of 9"; several names that are equal, with "each"."""
    several = len(names) > 1
    verb = "are" if several else "is"
    return f"{listed(names, limit=3)} {verb} {how} in most articles, in {count}{' each' * several}"


def names_title(entities: pd.DataFrame, *, n: int) -> str:
    """Say who is named in most of n articles; `entities` is the table or a part of it."""
    names, count = leaders(entities, "n_articles")
    if not names:
        return f"Nobody is named in {plural(n, 'article')}" if n else "No article is in English"
    return _most(names, "named", f"{count:,} of {n:,}")


def quoted_title(grid: pd.DataFrame) -> str:
    """Say who is quoted in most articles; `grid` has n_quoted by entity and group."""
    names, count = leaders(grid[grid["group"] == population.ALL_ARTICLES], "n_quoted")
    return "Nobody is quoted by name in two articles" if count < 2 else _most(names, "quoted", f"{count:,}")


def silent_title(spoken: pd.DataFrame) -> str:
    """Say how many of those named most are neither quoted nor reported."""
    if spoken.empty:
        return "No person or organisation is named in three articles or quoted"
    n = int((spoken["n_heard"] == 0).sum())
    if not n:
        return f"All persons and organisations here ({len(spoken):,}) are quoted or reported"
    persons = f"{n:,} of these {len(spoken):,} persons and organisations"
    return f"{persons} {'is' if n == 1 else 'are'} never quoted or reported"


def word_periods_title(line: pd.DataFrame, *, unit: str) -> str:
    """Say when a term (term, period, n_articles, n_of, share) has the largest share of enough articles."""
    dated = line[line["period"].notna() & (line["n_articles"] > 0)]
    if dated.empty:
        return "None of these words is in a dated article"
    dense = dated[dated["n_of"] >= FEWEST]
    if dense.empty or line["period"].nunique() < 2:
        terms = dated.groupby("term", sort=False)["n_articles"].sum()
        return listed([f"{term}: {plural(int(n), 'dated article')}" for term, n in terms.items()], limit=3)
    peaks = dense[dense["share"].round(6) == dense["share"].max().round(6)]
    places = [
        f"{row.term} {'on' if unit == 'day' else 'in'} {period(row.period, unit=unit)} "
        f"({row.n_articles:,} of {row.n_of:,} articles)"
        for row in peaks.sort_values("period", kind="stable").itertuples()
    ]
    return f"Largest share: {listed(places, limit=2)}"


def busiest_days_title(days: pd.DataFrame) -> str:
    """Say which day most articles talk about."""
    dates, largest = leaders(days, "n_articles", name="day")
    if largest < 2:
        return f"No exact date is written in {'two articles' if largest else 'any article'}"
    names = listed([*map(day, dates)], limit=3)
    return f"Most articles talk about {names}: {largest:,} articles{' each' * (len(dates) > 1)}"


def ahead_title(clocks: pd.DataFrame) -> str:
    """Say how many exact days were still to come."""
    n = int((clocks["lag"] < 0).sum())
    size = f"{n:,} of {plural(len(clocks), 'exact day')} {'was' if n == 1 else 'were'}"
    return NO_EXACT_DAY if clocks.empty else f"{size} still to come when the article appeared"


def lags_title(shares: pd.DataFrame) -> str:
    """Say whether groups of articles look ahead unlike all of them."""
    if shares.empty:
        return NO_EXACT_DAY
    whole, groups = shares["ahead"].iloc[0], shares.iloc[1:]
    different = groups[(groups["ahead_low"] > whole) | (groups["ahead_high"] < whole)]
    names = [f"“{row.group}” ({percent(row.ahead)})" for row in different.itertuples()]
    difference = f"clearly different: {listed(names, limit=2)}" if names else (
        "there are no groups to compare" if groups.empty else "no outlet or topic is clearly different"
    )  # fmt: skip
    return f"{percent(whole)} of the exact days were still to come; {difference}"


def network_title(pairs: pd.DataFrame) -> str:
    """Say how many pairs of names share more articles than chance would give."""
    n = int(pairs["beyond"].sum())
    size = f"{n:,} of {plural(len(pairs), 'pair')} of names share{'s' * (n == 1)}"
    return (
        "No two names share three articles" if pairs.empty else f"{size} more articles than chance would give"
    )


def outlets_title(cells: pd.DataFrame) -> str:
    """Say which names stand out in an outlet."""
    if cells["outlet"].nunique() < 2:
        return "There is one outlet: nothing to compare"
    marked = cells[cells["mark"] != ""].sort_values("p", kind="stable")
    names = [f"{row.entity} {row.mark} often in {row.outlet}" for row in marked.itertuples()]
    if not names:
        return "No outlet names anybody clearly more or less often than the other outlets do"
    return f"Clearly different from the other outlets: {listed(names, limit=2)}"


def naming_title(cells: pd.DataFrame) -> str:
    """Say how many outlets keep to one name; `cells` counts the names of each thing by outlet (group)."""
    several = cells[cells.groupby("thing")["name"].transform("nunique") > 1]
    n = several["thing"].nunique()
    if not n:
        return "Nothing goes by two names"
    title = f"The articles use two names or more for {plural(n, 'thing')}"
    if cells["group"].nunique() < 2:
        return title
    n_names = several.groupby(["thing", "group"])["name"].nunique()
    return f"{title}; in {int((n_names == 1).sum()):,} of {len(n_names):,} cases an outlet uses one name only"


# -- 04 and 06: tone -------------------------------------------------------------------------------


def tone_findings(
    tones: pd.DataFrame, weights: pd.DataFrame, toward: pd.DataFrame, grid: pd.DataFrame, checks: Mapping
) -> str:
    """Say in Markdown what means, words, tones toward names (by voice, by outlet) and checks allow to say."""
    if tones.empty:
        return "No sentence is in English: nothing was scored."
    whole = tones[tones["by"] == ""].set_index("voice")
    total, events = whole.loc["all"], weights[weights["event"]]
    neutral, negative, positive = (percent(total[name]) for name in ("neutral", "negative", "positive"))
    means = []
    for voice in (voice for voice in ("narrator", "quote", "headline") if voice in whole.index):
        mean, low, high, thin = whole.loc[voice, ["mean", "low", "high", "thin"]]
        interval = "too few articles" if thin else f"95 % interval {score(low)} to {score(high)}"
        means.append(f"{voice} {score(mean)} ({interval})")
    points = [
        f"**{neutral} of {plural(total['n_sentences'], 'sentence')} are neutral** by the dictionary, "
        f"{negative} are negative and {positive} positive.",
        f"Mean score of a sentence by the dictionary, from −1 to 1: {'; '.join(means)}.",
    ]
    outlets = groups_title(tones[tones["by"] == "outlet"], noun="outlet")
    points += [f"{plain(outlets)}."] if outlets != NO_OUTLETS else []
    if events["share"].sum() > 0:
        heaviest = listed([f"“{plain(word)}”" for word in events["word"].head(3)])
        points.append(
            f"Event words name what happened. They make up {percent(events['share'].sum())} of all the "
            f"weight, above all {heaviest}. So each mean is also given without them."
        )
    points += [f"{plain(toward_title(toward))}."] if len(toward) else []
    points += [f"{plain(grid_title(grid))}."] if len(set(grid["outlet"])) > 1 else []
    for name, check in checks.items():
        if check.n:
            rows = check.measures.index.str.startswith("accuracy")
            value, low, high = check.measures[rows].iloc[-1]
            n = f"{plural(check.n, 'label')} in {plural(check.n_articles, 'article')}"
            n = f"{percent(low)} to {percent(high)}; {n}" if pd.notna(low) else n
            points.append(f"A person checked the {name}: it is right in {percent(value)} of the cases ({n}).")
    if total["thin"]:
        too_few = f"Fewer than {population.FEWEST_ARTICLES} articles"
        points.append(f"{too_few}: not enough to put any mean into words.")
    return bullets(points)


def _clear_tones(table: pd.DataFrame, column: str, *, limit: int) -> str:
    """List the rows with a clear tone by a column, as "Lee (positive) and Oak (negative)"."""
    clear = table.loc[table["tone"].isin(["negative", "positive"]), [column, "tone"]]
    return listed([f"{name} ({tone})" for name, tone in clear.itertuples(index=False)], limit=limit)


def neutral_title(table: pd.DataFrame) -> str:
    """Title of the figure of shares."""
    if table.empty:
        return "No sentence was scored"
    n, neutral, judging = table[["n_sentences", "neutral", "without"]].iloc[0]
    size = f"{percent(neutral)} of {plural(int(n), 'sentence')}"
    return f"{size} are neutral, {percent(judging)} without event words"


def groups_title(table: pd.DataFrame, *, noun: str) -> str:
    """Title of a figure of the dictionary's means by group: how far they lie apart; it names no group."""
    table = table[table["voice"] == "narrator"]
    if noun == "outlet" and len(table) < 2:
        return NO_OUTLETS
    means = table.loc[~table["thin"], "mean"]
    if means.empty:
        return f"No {noun} has enough articles to say anything of its tone"
    size = plural(len(means), noun)
    size += f" ({len(table) - len(means):,} more with too few articles)" if len(means) < len(table) else ""
    place = f"between {score(means.min())} and {score(means.max())}" if len(means) > 1 else score(means.min())
    return f"By the dictionary the narrator's words in {size} score {place} on average"


def time_title(table: pd.DataFrame, *, unit: str) -> str:
    """Title of the figure over time."""
    return groups_title(table[table["n_articles"] > 0], noun=unit)


def articles_title(table: pd.DataFrame) -> str:
    """Title of the figure of single articles."""
    means = table.loc[table["voice"] == "narrator", "mean"]
    n = f"{int((means.abs() < NEUTRAL).sum()):,} of {plural(len(means), 'article')}"
    return f"{n} have a neutral mean in the narrator's words" if len(means) else "No article was scored"


def words_title(table: pd.DataFrame) -> str:
    """Title of the figure of the heaviest words."""
    n = f"{int(table['event'].sum())} of the {len(table)} heaviest words"
    return f"{n} are not counted as judging" if len(table) else "No word of the dictionary occurs"


def toward_title(table: pd.DataFrame) -> str:
    """Title of the figure of tones toward names: which are clear, in whose words."""
    if table["thin"].all():
        return "Too few articles to say anything of the tone toward a name"
    names = {voice: _clear_tones(part, "entity", limit=3) for voice, part in table.groupby("voice")}
    n = plural(table["entity"].nunique(), "name")
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
    n = f"{table['p'].count():,} of {plural(len(table), 'pair')} of name and outlet compared"
    how = table["differs"].map({"more negative": "negatively", "more positive": "positively"})
    pairs = table["outlet"] + " writes more " + how + " of " + table["entity"]
    if how.notna().any():
        return f"Compared with the other outlets, {listed(pairs.dropna().tolist(), limit=2)}; {n}"
    return f"No outlet writes clearly differently of a name; {n}"


def methods_title(counts: pd.DataFrame) -> str:
    """Say how often model and dictionary give a name in a sentence the same label, where both give one."""
    table = counts.drop(columns=["voice", "not evaluated"]).groupby("dictionary").sum()
    same, n = sum(int(table.loc[label, label]) for label in table.index), int(table.to_numpy().sum())
    if not n:
        return "The model is sure enough of no label"
    size = f"{percent(same / n)} of {plural(n, 'name')} in sentences"
    return f"Model and dictionary give the same label to {size}"


def shift_title(gap: pd.DataFrame, words: pd.DataFrame) -> str:
    """Say how far two sides lie apart by the dictionary, if that is sure, and which words do most."""
    if gap.empty:
        return "There are not enough articles on two sides to compare their words"
    heaviest = listed([f"“{word}”" for word in words["word"].head(2)])
    mean, low, high, judging = gap[["mean", "low", "high", "judging"]].iloc[2]
    if not (low > 0 or high < 0):  # nor where there is no interval
        return "No clear difference between the dictionary's means of the two sides"
    by, low, high, bare = map(score, (mean, low, high, judging))
    interval = f"95\xa0% interval {low} to {high}, without event words {bare}"
    return f"The dictionary's means of the two sides lie {by} apart ({interval}); {heaviest} do most"
