"""Titles of figures and findings: what the numbers allow to say; what is equal is called equal.

The wordings stand in ``resources/figures.toml``; here is decided which of them holds, and of which numbers.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dateline import population
from dateline.tables import KINDS, LATER, NO_BOILERPLATE
from helpers.claims import corpus_values
from helpers.prose import bullets, day, leaders, listed, period, plain, share_interval
from helpers.publish import say

FEWEST = population.FEWEST_NAMED
# A topic that comes back so reliably is called stable (Hennig 2007).
STABLE = 0.75
# Of few articles nobody can make topics.
NOUNS = {"broad groups": "broad group"}
# A topic stays whole where so many of its articles stay together under another number.
WHOLE = 0.8


# -- any figure ------------------------------------------------------------------------------------


def count_title(section: str, flags: pd.Series) -> str:
    """Say of how many rows something is true (wording ``some``, of none ``zero``), or that there is none."""
    case = ("some" if flags.any() else "zero") if len(flags) else "none"
    return say(f"{section}.{case}", n=int(flags.sum()), of=len(flags))


def first_title(section: str, table: pd.DataFrame) -> str:
    """Say what the first row of a table has (wording ``first``), or that there is none."""
    return say(f"{section}.first", **table.iloc[0]) if len(table) else say(f"{section}.none")


def leaders_title(section: str, table: pd.DataFrame, count: str = "n_articles", *, n: int = 1) -> str:
    """Say who, or which day, has the largest count (wording ``most``; ``one``, ``none``), of n articles."""
    names, largest = leaders(table, count, name="entity" if "entity" in table else "day")
    case = ("none", "one", "most")[min(largest, 2)] if n else "foreign"
    names = [day(name) if isinstance(name, pd.Timestamp) else name for name in dict.fromkeys(names)]
    return say(f"{section}.{case}", names=names, are=len(names), count=largest, n=n)


# -- 01: the corpus --------------------------------------------------------------------------------


def corpus_findings(
    articles: pd.DataFrame, removed: pd.DataFrame, rejected: pd.DataFrame, date_evidence: pd.DataFrame
) -> str:
    """Say in three points what the corpus holds, how it is dated and what was removed (Markdown)."""
    reasons = [f"{n} {reason}" for reason, n in rejected["reason"].value_counts().sort_index().items()]
    interval = int((articles["published"].isna() & articles["published_earliest"].notna()).sum())
    spans = removed[~removed["rule"].isin(NO_BOILERPLATE)]
    characters, values = spans["text"].str.len().sum(), corpus_values(articles)
    values |= {
        "rejected": len(rejected), "reasons": f" ({listed(reasons)})" * bool(reasons),
        "interval": interval, "missing": values["missing"] - interval, "some": spans["article_id"].nunique(),
        "doubted": date_evidence.loc[date_evidence["conflict"], "article_id"].nunique(),
        "later": date_evidence.loc[date_evidence["flag"].eq(LATER), "article_id"].nunique(),
        "share": characters / max(characters + articles["text"].str.len().sum(), 1),
    }  # fmt: skip
    points = [] if values["dated"] else [f"**{say('01-findings.undated').strip()}**"]
    points.append("".join(say(f"01-findings.{case}", **values) for case in ("size", "rejected")))
    cases = ["dated", *(case for case in ("doubted", "later") if values[case])]
    points.append("".join(say(f"01-findings.{case}", **values) for case in cases))
    return bullets([*points, say(f"01-findings.{'cut' if len(spans) else 'uncut'}", **values)])


def fullest_period_title(periods: pd.DataFrame, *, unit: str) -> str:
    """Name the period with most articles, that with most unique texts if it is another, and the undated."""
    dated, total = periods[periods["period"].notna()], int(periods["articles"].sum())
    if dated.empty:
        return say("01-over-time.none", n=total)
    missing = total - int(dated["articles"].sum())
    top, unique = dated.loc[dated["articles"].idxmax()], dated.loc[dated["unique_texts"].idxmax()]
    name, fullest = (period(row["period"], unit=unit) for row in (top, unique))
    case = "few" if len(dated) == 1 or top["articles"] < FEWEST else "top"
    title = say(f"01-over-time.{case}", period=name, heading=name[0].upper() + name[1:],
                top=top["articles"], n=total)  # fmt: skip
    if unique["unique_texts"] > top["unique_texts"]:
        title += say("01-over-time.unique", period=fullest, n=unique["unique_texts"])
    return title + (say("01-over-time.undated", n=missing) if missing else "")


def removed_title(shares: pd.DataFrame) -> str:
    """Say of which outlet most was removed; `shares` is what `articles.share_removed` returned."""
    top = shares.loc[shares["removed"].idxmax()]
    case = "none" if not top["removed"] else "one" if len(shares) == 1 else "some"
    outlet = say("01-kept-removed.unknown") if top["outlet"] == population.UNKNOWN_OUTLET else top["outlet"]
    return say(f"01-kept-removed.{case}", share=top["removed"], outlet=outlet)


# -- 02 and 06: topics; `result` is what `topics.find_topics` returned ------------------------------


def topic_findings(result: Any, trials: pd.DataFrame, ledger: pd.DataFrame, *, n_articles: int) -> str:  # noqa: ANN401
    """Say in Markdown which topics there are, how sure that is and what was changed by hand."""
    n, table, steady = len(result.space.ids), result.topics, result.steady
    noun = NOUNS.get(result.mode, "topic")
    if not n:
        return bullets([say("02-findings.foreign", n=n_articles)])
    points = [say("02-findings.how", how=method_line(result))]
    points[0] += say("02-findings.left-out", n=n_articles - n, of=n_articles) if n < n_articles else ""
    if len(steady):
        first, label = steady.iloc[0], [*map(plain, steady["label"].head(2))]
        points.append(say("02-findings.largest", noun=noun, label=label[0], n=n, top=first["n_articles"],
                          interval=share_interval(first)))  # fmt: skip
        if len(steady) > 1 and steady["share_high"].iloc[1] >= first["share_low"]:
            case = "level" if steady["n_articles"].iloc[1] == first["n_articles"] else "close"
            points[-1] += say(f"02-findings.{case}", label=label[1])
    if len(table):
        agreement, left = trials.set_index("choice")["agreement"], n - int(table["n_articles"].sum())
        alarmed = [f"“{plain(row.label)}” ({row.alarms})" for row in table.itertuples() if row.alarms]
        care = say(f"02-findings.{'care' if alarmed else 'calm'}", topics=alarmed, noun=noun)
        points.append(say("02-findings.stable", stable=int((table["stability"] >= STABLE).sum()), care=care,
                          level=STABLE, groups=say("02-findings.groups", n=len(table), noun=noun),
                          seed=agreement["another seed"], least=agreement.min(),
                          choice=agreement.idxmin()))  # fmt: skip
        name = result.label_of[-1].capitalize()
        points.append(say("02-findings.no-topic", name=name, left=left, n=n, share=left / n))
    by_hand = edits_line(ledger)
    return bullets(points + [say("02-findings.by-hand", what=by_hand)] * bool(by_hand))


def method_line(result: Any) -> str:  # noqa: ANN401
    """Why the articles were treated as they were."""
    n, table = int(result.space.vectors.any(axis=1).sum()), result.criteria
    if result.mode == "too few" or not len(result.topics):
        return say("02-method.few" if result.mode == "too few" else "02-method.none", n=n)
    reason = "smallest" if table["chosen"].idxmax() == table["plateau"].idxmax() else "level"
    reason = reason if table["stability"].max() >= 0.3 else "unstable"
    reason = say(f"02-method.{'asked' if result.asked else reason}")
    groups = say("02-findings.groups", n=len(result.topics), noun=NOUNS.get(result.mode, "topic"))
    return say("02-method.some", n=n, groups=groups, reason=reason)


def edits_line(ledger: pd.DataFrame) -> str:
    """Say what was changed by hand; nothing where nothing was."""
    drifted, failed = (int((ledger["state"] == state).sum()) for state in ("done, but drifted", "not done"))
    counts = {"done": len(ledger), "drifted": drifted, "failed": failed}
    parts = [say(f"02-edits.{case}", n=n, done=n - failed) for case, n in counts.items() if n]
    return "; ".join(parts) + "." * bool(parts)


def topic_shares_title(result: Any) -> str:  # noqa: ANN401
    """Say what the shares show."""
    table, n, noun = result.steady, len(result.space.ids), NOUNS.get(result.mode, "topic")
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
    words = {}
    for edge, is_edge, date, gap in (
        ("begins", "born", "first", "n_before"), ("ends", "ended", "last", "n_after"),
    ):  # fmt: skip
        known = np.where((spells[gap] > 0) | (spells["n_dated"] == 0), "unsure", f"never-{edge}")
        cases = zip(np.where(spells[is_edge], edge, known), spells[date], strict=True)
        words[edge] = [say(f"02-spells.{case}", date=first) for case, first in cases]
    return spells[["label", "n_dated", "n_stories"]].assign(**words)


def numbers_title(criteria: pd.DataFrame) -> str:
    """Which numbers of topics the criteria speak for; their `mode` says what was made of the articles."""
    ranked = criteria[criteria["rank"] > 0].sort_values("rank", kind="stable")
    if ranked.empty or (ranked["mode"] == "no topics").any():
        return say("06-numbers.none" if ranked.empty else "06-numbers.unstable")
    best, *rivals = ranked["k"].tolist()
    title = say("06-numbers.best", n=best, noun=NOUNS.get(ranked["mode"].iloc[0], "topic"))
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
    names = tree.set_index("node")["label"]
    joined = tree.loc[tree["left"] >= 0, ["left", "right"]].apply(lambda node: node.map(names))
    return first_title("06-tree", joined)


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
        points.append(say(f"03-findings.{'level' if len(names) > 1 else 'first'}", kind=kind, n=n,
                          names=[f"**{plain(name)}**" for name in names], count=count,
                          interval=share_interval(table.iloc[0])))  # fmt: skip
        following, count = leaders(table[table["n_articles"] < count], "n_articles")
        if len(names) == 1 and following:
            first, second = (set(mentions.loc[mentions["entity"] == name, "article_id"])
                             for name in (names[0], following[0]))  # fmt: skip
            case = "next" if population.is_ahead(len(first - second), len(second - first)) else "close"
            points[-1] += say(f"03-findings.{case}", names=[*map(plain, following)], n=count)
    quoted = spoken[spoken["n_quoted"] >= FEWEST]
    # three of them, or as many as are equal to the third
    quoted = quoted[quoted["n_quoted"] >= quoted["n_quoted"].head(3).min()]
    names = [f"{plain(row.entity)} ({row.n_quoted:,} of {row.n_articles:,})" for row in quoted.itertuples()]
    points.append(say(f"03-findings.{'quoted' if names else 'unquoted'}", names=names, fewest=FEWEST))
    points.append(first_title("06-pairs", pairs[pairs["beyond"]]) + ".")
    if len(clocks):
        past = say("03-findings.past", share=(clocks["lag"] > 0).mean())
        points.append(count_title("03-two-clocks", clocks["lag"] < 0) + past)
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
    sizes = counts.drop(index=bursts["entity"].unique()).sum(axis=1)
    calm = [*map(plain, sizes.sort_values(ascending=False, kind="stable").index)]
    points += [say(f"03-bursts.{case}", names=names)
               for case, names in (("lesser", lesser), ("calm", calm)) if names]  # fmt: skip
    return bullets(points) if len(bursts) else "".join(points)


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


def lags_title(shares: pd.DataFrame) -> str:
    """Say whether groups of articles look ahead unlike all of them."""
    if shares.empty:
        return say("03-two-clocks.none")
    whole, groups = shares["ahead"].iloc[0], shares.iloc[1:]
    different = groups[(groups["ahead_low"] > whole) | (groups["ahead_high"] < whole)]
    names = [say("06-lags.group", name=row.group, share=row.ahead) for row in different.itertuples()]
    difference = "different" if names else "alone" if groups.empty else "level"
    return say("06-lags.ahead", share=whole) + say(f"06-lags.{difference}", names=names)


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
    outlets, said = tones[tones["by"] == "outlet"], []
    if (outlets["voice"] == "narrator").sum() > 1:
        points.append(f"{plain(groups_title(outlets, noun='outlet'))}.")
    if events["share"].sum() > 0:
        words = [f"“{plain(word)}”" for word in events["word"].head(3)]
        points.append(say("04-findings.events", share=events["share"].sum(), words=words))
    said += [toward_title(toward)] * bool(len(toward))
    said += [grid_title(grid)] if len(set(grid["outlet"])) > 1 else []
    points += [f"{plain(title)}." for title in said]
    for name, check in checks.items():
        if check.n:
            value, low, high = check.measures[check.measures.index.str.startswith("accuracy")].iloc[-1]
            interval = say("04-findings.between", low=low, high=high) if pd.notna(low) else ""
            points.append(say("04-findings.checked", name=name, share=value, interval=interval, n=check.n,
                              articles=check.n_articles))  # fmt: skip
    points += [say("04-findings.thin", fewest=population.FEWEST_ARTICLES)] if total["thin"] else []
    return bullets(points)


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
