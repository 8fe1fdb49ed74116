"""Titles of figures and findings: what the numbers allow to say; what is equal is called equal.

The wordings stand in ``resources/figures.toml``; here is decided which of them holds, and of which numbers.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dateline import population
from dateline.tables import KINDS, LATER, NO_BOILERPLATE
from helpers.charts import NEUTRAL
from helpers.claims import is_ahead
from helpers.prose import bullets, day, leaders, listed, period, plain, share_interval, undated_warning
from helpers.publish import say

FEWEST = population.FEWEST_NAMED
# A topic that comes back so reliably is called stable (Hennig 2007).
STABLE = 0.75
# A topic stays whole where so many of its articles stay together under another number.
WHOLE = 0.8


# -- 01: the corpus --------------------------------------------------------------------------------


def corpus_findings(
    articles: pd.DataFrame, removed: pd.DataFrame, rejected: pd.DataFrame, date_evidence: pd.DataFrame
) -> str:
    """Say in three points what the corpus holds, how it is dated and what was removed (Markdown)."""
    total, days, outlets = len(articles), articles["published"].dropna(), articles["outlet"].nunique()
    reasons = [f"{n} {reason}" for reason, n in rejected["reason"].value_counts().sort_index().items()]
    interval = int((articles["published"].isna() & articles["published_earliest"].notna()).sum())
    doubted = date_evidence.loc[date_evidence["conflict"], "article_id"].nunique()
    later = date_evidence.loc[date_evidence["flag"].eq(LATER), "article_id"].nunique()
    spans = removed[~removed["rule"].isin(NO_BOILERPLATE)]
    characters = spans["text"].str.len().sum()
    share = characters / max(characters + articles["text"].str.len().sum(), 1)
    source = say("01-findings.outlets" if outlets else "01-findings.no-outlet", n=outlets)
    span = say("01-findings.span", first=days.min(), last=days.max()) if len(days) > 1 else ""
    points = [f"**{warning}.**"] if (warning := undated_warning(articles)) else []
    points.append(say("01-findings.size", n=total, source=source, span=span,
                      stories=articles["story"].nunique(), unique=int(articles["copy_of"].isna().sum()),
                      rejected=len(rejected), reasons=f" ({listed(reasons)})" * bool(reasons)))  # fmt: skip
    missing = total - len(days) - interval
    points.append(say("01-findings.dated", dated=len(days), n=total, interval=interval, missing=missing))
    points[-1] += say("01-findings.doubted", n=doubted) if doubted else ""
    points[-1] += say("01-findings.later", n=later) if later else ""
    case, n_cut = "cut" if len(spans) else "uncut", spans["article_id"].nunique()
    return bullets([*points, say(f"01-findings.{case}", share=share, n=total, some=n_cut)])


def fullest_period_title(periods: pd.DataFrame, *, unit: str) -> str:
    """Name the period with most articles, that with most unique texts if it is another, and the undated."""
    dated, total = periods[periods["period"].notna()], int(periods["articles"].sum())
    if dated.empty:
        return say("01-over-time.none", n=total)
    missing = total - int(dated["articles"].sum())
    top, unique = dated.loc[dated["articles"].idxmax()], dated.loc[dated["unique_texts"].idxmax()]
    name = period(top["period"], unit=unit)
    case = "few" if len(dated) == 1 or top["articles"] < FEWEST else "top"
    title = say(f"01-over-time.{case}", period=name, heading=name[0].upper() + name[1:],
                top=top["articles"], n=total)  # fmt: skip
    if unique["unique_texts"] > top["unique_texts"]:
        fullest = period(unique["period"], unit=unit)
        title += say("01-over-time.unique", period=fullest, n=unique["unique_texts"])
    return title + (say("01-over-time.undated", n=missing) if missing else "")


def removed_title(shares: pd.DataFrame) -> str:
    """Say of which outlet most was removed; `shares` is what `articles.share_removed` returned."""
    top = shares.loc[shares["removed"].idxmax()]
    case = "none" if not top["removed"] else "one" if len(shares) == 1 else "some"
    outlet = say("01-kept-removed.unknown") if top["outlet"] == population.UNKNOWN_OUTLET else top["outlet"]
    return say(f"01-kept-removed.{case}", share=top["removed"], outlet=outlet)


# -- 02 and 06: topics; `result` is what `topics.find_topics` returned ------------------------------


def topic_noun(mode: str) -> str:
    """Name of the groups: of few articles nobody can make topics."""
    return "broad group" if mode == "broad groups" else "topic"


def topic_findings(result: Any, trials: pd.DataFrame, ledger: pd.DataFrame, *, n_articles: int) -> str:  # noqa: ANN401
    """Say in Markdown which topics there are, how sure that is and what was changed by hand."""
    n, table, noun, steady = len(result.space.ids), result.topics, topic_noun(result.mode), result.steady
    if not n:
        return bullets([say("02-findings.foreign", n=n_articles)])
    points = [say("02-findings.how", how=method_line(result))]
    points[0] += say("02-findings.left-out", n=n_articles - n, of=n_articles) if n < n_articles else ""
    if len(steady):
        first = steady.iloc[0]
        points.append(say("02-findings.largest", noun=noun, label=plain(first["label"]), n=n,
                          top=first["n_articles"], interval=share_interval(first)))  # fmt: skip
        if len(steady) > 1 and steady["share_high"].iloc[1] >= first["share_low"]:
            case = "level" if steady["n_articles"].iloc[1] == first["n_articles"] else "close"
            points[-1] += say(f"02-findings.{case}", label=plain(steady["label"].iloc[1]))
    if len(table):
        agreement = trials.set_index("choice")["agreement"]
        alarmed = [f"“{plain(row.label)}” ({row.alarms})" for row in table.itertuples() if row.alarms]
        care = say(f"02-findings.{'care' if alarmed else 'calm'}", topics=listed(alarmed, limit=3), noun=noun)
        groups = say("02-findings.groups", n=len(table), noun=noun)
        points.append(say("02-findings.stable", stable=int((table["stability"] >= STABLE).sum()),
                          level=STABLE, groups=groups, care=care, seed=agreement["another seed"],
                          least=agreement.min(), choice=agreement.idxmin()))  # fmt: skip
        left = n - int(table["n_articles"].sum())
        name = result.label_of[-1].capitalize()
        points.append(say("02-findings.no-topic", name=name, left=left, n=n, share=left / n))
    by_hand = edits_line(ledger)
    return bullets(points + ([say("02-findings.by-hand", what=by_hand)] if by_hand else []))


def method_line(result: Any) -> str:  # noqa: ANN401
    """Why the articles were treated as they were."""
    n, table = int(result.space.vectors.any(axis=1).sum()), result.criteria
    if result.mode == "too few" or not len(result.topics):
        return say("02-method.few" if result.mode == "too few" else "02-method.none", n=n)
    reason = "smallest" if table["chosen"].idxmax() == table["plateau"].idxmax() else "level"
    if result.asked or not table["stability"].max() >= 0.3:
        reason = "asked" if result.asked else "unstable"
    groups = say("02-findings.groups", n=len(result.topics), noun=topic_noun(result.mode))
    return say("02-method.some", n=n, groups=groups, reason=say(f"02-method.{reason}"))


def edits_line(ledger: pd.DataFrame) -> str:
    """Say what was changed by hand; nothing where nothing was."""
    drifted, failed = (int((ledger["state"] == state).sum()) for state in ("done, but drifted", "not done"))
    counts = {"done": len(ledger), "drifted": drifted, "failed": failed}
    parts = [say(f"02-edits.{case}", n=n, done=n - failed) for case, n in counts.items() if n]
    return f"{'; '.join(parts)}." if parts else ""


def topic_shares_title(result: Any) -> str:  # noqa: ANN401
    """Say what the shares show."""
    table, n, noun = result.steady, len(result.space.ids), topic_noun(result.mode)
    if not len(result.topics):
        return say("02-topics.few" if result.mode == "too few" else "02-topics.none", n=n)
    if table.empty:
        return say("02-topics.unsteady", n=n, noun=noun)
    alarmed, level = int((result.topics["alarms"] != "").sum()), leaders(table, "n_articles", name="label")[0]
    case = "steady" if len(table) < len(result.topics) else "largest"
    title = say(f"02-topics.{'level' if len(level) > 1 else case}", groups=len(result.topics), noun=noun,
                label=level[0], n=len(level) - 1, share=table["share"].iloc[0])  # fmt: skip
    return title + (say("02-topics.care", n=alarmed) if alarmed else "")


def topic_periods_title(periods: pd.DataFrame, *, unit: str) -> str:
    """Say what the fullest period is about."""
    dated = periods[periods["period"].notna() & (periods["n_of"] > 0)]
    if dated.empty:
        return say("02-over-time.none")
    best = dated.sort_values(["n_of", "n_articles"], ascending=False, kind="stable").iloc[0]
    case = "topic" if best["topic"] >= 0 else "period"
    return say(f"02-over-time.{case}", **best.drop("period"), period=period(best["period"], unit=unit))


def periods_line(periods: pd.DataFrame, *, unit: str) -> str:
    """Which unit of time was chosen and why."""
    sizes = periods[periods["period"].notna()].drop_duplicates("period")["n_of"]
    case, filled = "no-unit" if sizes.empty else "unit", int((sizes > 0).sum())
    mean = sizes.sum() / max(filled, 1)
    return say(f"02-over-time.{case}", unit=unit, filled=filled, n=len(sizes), mean=mean)


def spells_table(spells: pd.DataFrame) -> pd.DataFrame:
    """Where topics begin and end, in words: label, n_dated, n_stories, begins, ends."""
    words: dict[str, list[str]] = {"begins": [], "ends": []}
    for row in spells.itertuples():
        for edge, is_edge, date, gap in (
            ("begins", row.born, row.first, row.n_before), ("ends", row.ended, row.last, row.n_after),
        ):  # fmt: skip
            case = edge if is_edge else "unsure" if gap or not row.n_dated else f"never-{edge}"
            words[edge].append(say(f"02-spells.{case}", date=date))
    return spells[["label", "n_dated", "n_stories"]].assign(**words)


def map_title(result: Any, trust: float) -> str:  # noqa: ANN401
    """How far the map can be trusted."""
    return say("02-map.near" if len(result.topics) else "02-similarity.alike", trust=trust)


def numbers_title(criteria: pd.DataFrame) -> str:
    """Which numbers of topics the criteria speak for; their `mode` says what was made of the articles."""
    ranked = criteria[criteria["rank"] > 0].sort_values("rank", kind="stable")
    if ranked.empty or (ranked["mode"] == "no topics").any():
        return say("06-numbers.none" if ranked.empty else "06-numbers.unstable")
    best, *rivals = ranked["k"].tolist()
    title = say("06-numbers.best", n=best, noun=topic_noun(ranked["mode"].iloc[0]))
    return title + (say("06-numbers.rivals", rivals=list(map(str, rivals))) if rivals else "")


def flow_title(flow: pd.DataFrame) -> str:
    """Say what a larger number of topics would change."""
    if flow.empty:
        return say("06-flow.none")
    sizes = flow[flow["topic"] >= 0].groupby("topic")["n_articles"]
    whole = sizes.max() >= WHOLE * sizes.sum()
    return say("06-flow.whole", k=int(flow["next_k"].iloc[0]), whole=int(whole.sum()), n=len(whole))


def tree_title(tree: pd.DataFrame) -> str:
    """Which two are most alike."""
    joined, names = tree[tree["left"] >= 0], tree.set_index("node")["label"]
    if joined.empty:
        return say("06-tree.none")
    return say("06-tree.alike", left=names[joined["left"].iloc[0]], right=names[joined["right"].iloc[0]])


# -- 03 and 06: names, days, voices ----------------------------------------------------------------


def name_findings(
    entities: pd.DataFrame, spoken: pd.DataFrame, pairs: pd.DataFrame, clocks: pd.DataFrame, *,
    articles: pd.DataFrame, mentions: pd.DataFrame,
) -> str:  # fmt: skip
    """Say in Markdown who is named and quoted most, who stand together, and which days lie ahead."""
    n, points = len(articles), []
    if entities.empty:
        return say("03-findings.nobody" if n else "03-findings.foreign", n=n)
    for kind in KINDS[:3]:
        table = entities[entities["kind"] == kind]
        names, count = leaders(table, "n_articles")
        if count < FEWEST:
            points.append(say("03-findings.few", kind=kind, fewest=FEWEST, n=n))
            continue
        first, followers = table.iloc[0], table[table["n_articles"] < count]
        points.append(say(f"03-findings.{'level' if len(names) > 1 else 'first'}", kind=kind, n=n,
                          count=count, lead=listed([f"**{plain(name)}**" for name in names], limit=4),
                          interval=share_interval(first)))  # fmt: skip
        if len(names) == 1 and len(followers):
            names, count = leaders(followers, "n_articles")
            leading, following = (set(mentions.loc[mentions["entity"] == name, "article_id"])
                                  for name in (first["entity"], names[0]))  # fmt: skip
            ahead = is_ahead(len(leading - following), len(following - leading))
            case = "next" if ahead else "close"
            points[-1] += say(f"03-findings.{case}", names=[*map(plain, names)], n=count)
    quoted = spoken[spoken["n_quoted"] >= FEWEST]
    # three of them, or as many as are equal to the third
    quoted = quoted[quoted["n_quoted"] >= quoted["n_quoted"].head(3).min()]
    names = [f"{plain(row.entity)} ({row.n_quoted:,} of {row.n_articles:,})" for row in quoted.itertuples()]
    points.append(say(f"03-findings.{'quoted' if names else 'unquoted'}", names=names, fewest=FEWEST))
    points.append(surest_pair(pairs) + ".")
    if len(clocks):
        points.append(ahead_title(clocks) + say("03-findings.past", share=(clocks["lag"] > 0).mean()))
    return bullets(points)


def burst_findings(bursts: pd.DataFrame, tested: tuple[pd.DataFrame, pd.Series], *, unit: str) -> str:
    """Put each burst into a sentence, as Markdown; or why there is none (`tested`: of `tested_counts`)."""
    counts, total = tested
    n, busy = int(total.sum()), int((total > 0).sum())
    fewest, periods = population.FEWEST_DATED, population.FEWEST_PERIODS
    if n < fewest or busy < periods:
        return say("03-bursts.few", n=n, busy=busy, unit=unit, fewest=fewest, periods=periods)
    if counts.empty:
        return say("03-bursts.untested", fewest=population.FEWEST_WITH_NAME)
    points, clearest = [], bursts["p"].rank(method="first") <= 12
    for burst in bursts[clearest].itertuples():
        first, last = (period(date, unit=unit) for date in (burst.first, burst.last))
        span = "span" if first != last else "day" if unit == "day" else "one"
        span = say(f"03-bursts.{span}", first=first, last=last)
        points.append(say("03-bursts.burst", name=plain(burst.entity), n=burst.n_articles, of=burst.n_period,
                          usual=burst.usual, span=span))  # fmt: skip
    lesser = [f"{plain(b.entity)} ({period(b.first, unit=unit)})" for b in bursts[~clearest].itertuples()]
    points += [say("03-bursts.lesser", names=lesser)] if lesser else []
    sizes = counts.drop(index=bursts["entity"].unique()).sum(axis=1)
    names = [*map(plain, sizes.sort_values(ascending=False, kind="stable").index)]
    calm = [say("03-bursts.calm", names=names)] if names else []
    return bullets(points + calm) if points else "".join(calm)


def surest_pair(pairs: pd.DataFrame) -> str:
    """Say which pair most surely shares more articles than chance would give."""
    return say("06-pairs.pair", **pairs.iloc[0]) if pairs["beyond"].any() else say("06-pairs.none")


def names_title(entities: pd.DataFrame, *, n: int) -> str:
    """Say who is named in most of n articles; `entities` is the table or a part of it."""
    names, count = leaders(entities, "n_articles")
    if not names:
        return say("03-names.nobody" if n else "03-names.foreign", n=n)
    return say("03-names.most", names=names, are=len(names), count=count, n=n)


def quoted_title(grid: pd.DataFrame) -> str:
    """Say who is quoted in most articles; `grid` has n_quoted by entity and group."""
    names, count = leaders(grid[grid["group"] == population.ALL_ARTICLES], "n_quoted")
    case = "nobody" if count < 2 else "most"
    return say(f"03-voices-by-group.{case}", names=names, are=len(names), count=count)


def silent_title(spoken: pd.DataFrame) -> str:
    """Say how many of those named most are neither quoted nor reported."""
    n = int((spoken["n_heard"] == 0).sum()) if len(spoken) else 0
    return say(f"03-voices.{'none' if spoken.empty else 'some' if n else 'all'}", n=n, of=len(spoken))


def word_periods_title(line: pd.DataFrame, *, unit: str) -> str:
    """Say when a term (term, period, n_articles, n_of, share) has the largest share of enough articles."""
    dated = line[line["period"].notna() & (line["n_articles"] > 0)]
    if dated.empty:
        return say("03-publication-clock.none")
    dense = dated[dated["n_of"] >= FEWEST]
    if dense.empty or line["period"].nunique() < 2:
        terms = dated.groupby("term", sort=False)["n_articles"].sum()
        return listed([say("03-publication-clock.few", term=term, n=n) for term, n in terms.items()], limit=3)
    peaks = dense[dense["share"].round(6) == dense["share"].max().round(6)]
    case = f"03-publication-clock.{'day' if unit == 'day' else 'period'}"
    places = [say(case, term=row.term, period=period(row.period, unit=unit), n=row.n_articles, of=row.n_of)
              for row in peaks.sort_values("period", kind="stable").itertuples()]  # fmt: skip
    return say("03-publication-clock.peak", places=places)


def busiest_days_title(days: pd.DataFrame) -> str:
    """Say which day most articles talk about."""
    dates, largest = leaders(days, "n_articles", name="day")
    case = ("none", "one", "day")[min(largest, 2)]
    return say(f"03-event-timeline.{case}", days=[*map(day, dates)], n=largest, are=len(dates))


def ahead_title(clocks: pd.DataFrame) -> str:
    """Say how many exact days were still to come."""
    case = "none" if clocks.empty else "ahead"
    return say(f"03-two-clocks.{case}", n=int((clocks["lag"] < 0).sum()), of=len(clocks))


def lags_title(shares: pd.DataFrame) -> str:
    """Say whether groups of articles look ahead unlike all of them."""
    if shares.empty:
        return say("03-two-clocks.none")
    whole, groups = shares["ahead"].iloc[0], shares.iloc[1:]
    different = groups[(groups["ahead_low"] > whole) | (groups["ahead_high"] < whole)]
    names = [say("06-lags.group", name=row.group, share=row.ahead) for row in different.itertuples()]
    difference = "different" if names else "alone" if groups.empty else "level"
    return say("06-lags.ahead", share=whole) + say(f"06-lags.{difference}", names=names)


def network_title(pairs: pd.DataFrame) -> str:
    """Say how many pairs of names share more articles than chance would give."""
    case = "none" if pairs.empty else "some"
    return say(f"03-network.{case}", n=int(pairs["beyond"].sum()), of=len(pairs))


def outlets_title(cells: pd.DataFrame) -> str:
    """Say which names stand out in an outlet."""
    marked = cells[cells["mark"] != ""].sort_values("p", kind="stable")
    names = [f"{row.entity} {row.mark} often in {row.outlet}" for row in marked.itertuples()]
    case = "one" if cells["outlet"].nunique() < 2 else "some" if names else "none"
    return say(f"03-outlets.{case}", names=names)


def naming_title(cells: pd.DataFrame) -> str:
    """Say how many outlets keep to one name; `cells` counts the names of each thing by outlet (group)."""
    several = cells[cells.groupby("thing")["name"].transform("nunique") > 1]
    n_names = several.groupby(["thing", "group"])["name"].nunique()
    case = "none" if several.empty else "one-outlet" if cells["group"].nunique() < 2 else "outlets"
    n_single = int((n_names == 1).sum())
    return say(f"03-naming.{case}", n=several["thing"].nunique(), single=n_single, of=len(n_names))


# -- 04 and 06: tone -------------------------------------------------------------------------------


def tone_findings(
    tones: pd.DataFrame, weights: pd.DataFrame, toward: pd.DataFrame, grid: pd.DataFrame, checks: Mapping
) -> str:
    """Say in Markdown what means, words, tones toward names (by voice, by outlet) and checks allow to say."""
    if tones.empty:
        return say("04-findings.none")
    whole = tones[tones["by"] == ""].set_index("voice")
    total, events, means = whole.loc["all"], weights[weights["event"]], []
    for voice, row in whole.reindex(["narrator", "quote", "headline"]).dropna(how="all").iterrows():
        interval = say("04-findings.few" if row["thin"] else "04-findings.interval", **row)
        means.append(say("04-findings.mean", voice=voice, mean=row["mean"], interval=interval))
    points = [say("04-findings.shares", **total), say("04-findings.means", means="; ".join(means))]
    outlets = tones[tones["by"] == "outlet"]
    if (outlets["voice"] == "narrator").sum() > 1:
        points.append(f"{plain(groups_title(outlets, noun='outlet'))}.")
    if events["share"].sum() > 0:
        words = [f"“{plain(word)}”" for word in events["word"].head(3)]
        points.append(say("04-findings.events", share=events["share"].sum(), words=words))
    points += [f"{plain(toward_title(toward))}."] if len(toward) else []
    points += [f"{plain(grid_title(grid))}."] if len(set(grid["outlet"])) > 1 else []
    for name, check in checks.items():
        if check.n:
            value, low, high = check.measures[check.measures.index.str.startswith("accuracy")].iloc[-1]
            interval = say("04-findings.between", low=low, high=high) if pd.notna(low) else ""
            sizes = {"n": check.n, "articles": check.n_articles}
            points.append(say("04-findings.checked", name=name, share=value, interval=interval, **sizes))
    points += [say("04-findings.thin", fewest=population.FEWEST_ARTICLES)] if total["thin"] else []
    return bullets(points)


def neutral_title(table: pd.DataFrame) -> str:
    """Title of the figure of shares."""
    return say("04-neutral.none") if table.empty else say("04-neutral.shares", **table.iloc[0])


def groups_title(table: pd.DataFrame, *, noun: str) -> str:
    """Title of a figure of the dictionary's means by group: how far they lie apart; it names no group."""
    table = table[(table["voice"] == "narrator") & (table["n_articles"] > 0)]
    if noun == "outlet" and len(table) < 2:
        return say("04-outlets.one")
    means = table.loc[~table["thin"], "mean"]
    if means.empty:
        return say("04-outlets.few", noun=noun)
    groups = say("04-outlets.groups" if len(means) == len(table) else "04-outlets.thin", n=len(means),
                 noun=noun, thin=len(table) - len(means))  # fmt: skip
    case = "means" if len(means) > 1 else "mean"
    return say(f"04-outlets.{case}", groups=groups, low=means.min(), high=means.max())


def articles_title(table: pd.DataFrame) -> str:
    """Title of the figure of single articles."""
    means = table.loc[table["voice"] == "narrator", "mean"]
    case, n = "neutral" if len(means) else "none", int((means.abs() < NEUTRAL).sum())
    return say(f"04-articles.{case}", n=n, of=len(means))


def words_title(table: pd.DataFrame) -> str:
    """Title of the figure of the heaviest words."""
    case = "event" if len(table) else "none"
    return say(f"04-words.{case}", n=int(table["event"].sum()), of=len(table))


def toward_title(table: pd.DataFrame) -> str:
    """Title of the figure of tones toward names: which are clear, in whose words."""
    if table["thin"].all():
        return say("04-toward.few")
    clear = table[table["tone"].isin(["negative", "positive"])]
    clear = clear.assign(text=clear["entity"] + " (" + clear["tone"] + ")").groupby("voice")["text"]
    names = {voice: listed(texts.tolist(), limit=3) for voice, texts in clear}
    case = "clear" if "narrator" in names else "unclear"
    lead = say(f"04-toward.{case}", names=names.get("narrator"), n=table["entity"].nunique())
    return lead + "".join(say("04-toward.voice", voice=voice, names=names[voice])
                          for voice in ("quote", "headline") if voice in names)  # fmt: skip


def grid_title(table: pd.DataFrame) -> str:
    """Title of the grid of names and outlets."""
    if table["outlet"].nunique() < 2 or table["thin"].all():
        return say("04-outlets.one" if table["outlet"].nunique() < 2 else "04-grid.few")
    adverb = table["differs"].map({"more negative": "negatively", "more positive": "positively"})
    pairs = (table["outlet"] + " writes more " + adverb + " of " + table["entity"]).dropna()
    case = "pairs" if len(pairs) else "none"
    return say(f"04-grid.{case}", pairs=pairs.tolist(), n=table["p"].count(), of=len(table))


def methods_title(counts: pd.DataFrame) -> str:
    """Say how often model and dictionary give a name in a sentence the same label, where both give one."""
    table = counts.drop(columns=["voice", "not evaluated"]).groupby("dictionary").sum()
    same, n = sum(int(table.loc[label, label]) for label in table.index), int(table.to_numpy().sum())
    return say("06-methods.same" if n else "06-methods.none", share=same / max(n, 1), n=n)


def shift_title(gap: pd.DataFrame, words: pd.DataFrame) -> str:
    """Say how far two sides lie apart by the dictionary, if that is sure, and which words do most."""
    if gap.empty:
        return say("06-shift.few")
    row, heaviest = gap.iloc[2], [f"“{word}”" for word in words["word"].head(2)]
    case = "clear" if row["low"] > 0 or row["high"] < 0 else "unclear"  # or no interval
    return say(f"06-shift.{case}", **row, words=heaviest)
