"""Titles and sentences of notebook 02: what the numbers on topics allow to say."""

from typing import Any

import pandas as pd

from helpers.prose import day, listed, percent, period, plain, plural

# A topic that comes back so reliably is called stable (Hennig 2007).
STABLE = 0.75
# A topic stays whole where so many of its articles stay together under another number.
WHOLE = 0.8


def noun(result: Any) -> str:  # noqa: ANN401 - what topics.find_topics returns
    """Name of the groups: of few articles nobody can make topics."""
    return "broad group" if result.mode == "broad groups" else "topic"


def population_line(result: Any, n_articles: int) -> str:  # noqa: ANN401
    """How many articles stand behind a figure, and how many do not."""
    n = len(result.space.ids)
    left_out = (
        f"left out: {n_articles - n:,} (copies, other languages)" if n < n_articles else "none left out"
    )
    return f"n = {plural(n, 'article')}; {left_out}"


def method_line(result: Any) -> str:  # noqa: ANN401
    """Why the articles were treated as they were."""
    n = plural(int(result.space.vectors.any(axis=1).sum()), "unique article")
    if result.mode == "too few":
        return f"{n}: too few for topics, so they are compared one by one."
    reason = "the smallest number at which two halves of the words agree about as well as at any"
    if result.asked:
        reason = "as the settings say"
    elif not result.criteria["stability"].max() >= 0.3:
        reason = "though no number of topics that was tried holds still"
    return f"{n}, grouped in {plural(len(result.topics), noun(result))}: {reason}."


def findings(result: Any, trials: pd.DataFrame, ledger: pd.DataFrame, *, n_articles: int) -> str:  # noqa: ANN401
    """Bullets in Markdown: what was found and how sure that is."""
    n = len(result.space.ids)
    if not n:
        return (
            f"- **Nothing to analyse here:** none of the {n_articles:,} articles is in English. Stop words "
            "and labels are English; in another language they would take grammar for topics."
        )
    lines = [f"- **How:** {method_line(result)}"]
    if n < n_articles:
        lines[0] += f" {n_articles - n:,} of {n_articles:,} articles are left out: copies, other languages."
    if len(result.topics):
        lines += [_largest_line(result, n), _trust_line(result, trials)]
        left = n - int(result.topics["n_articles"].sum())
        lines.append(
            f"- **{result.label_of[-1].capitalize()}:** {left:,} of {n:,} articles ({percent(left / n)})."
        )
    if by_hand := edits_line(ledger):
        lines.append(f"- **By hand:** {by_hand}")
    return "\n".join(lines)


def _largest_line(result: Any, n: int) -> str:  # noqa: ANN401
    table, first = result.topics, result.topics.iloc[0]
    text = (
        f"- **Largest {noun(result)}:** “{plain(first['label'])}” with {first['n_articles']:,} of {n:,} "
        f"articles ({percent(first['share'])}, 95 % interval {percent(first['share_low'])} to "
        f"{percent(first['share_high'])})."
    )
    if len(table) > 1 and table["share_high"].iloc[1] >= first["share_low"]:
        text += f" Chance could explain its lead over “{plain(table['label'].iloc[1])}”."
    return text


def _trust_line(result: Any, trials: pd.DataFrame) -> str:  # noqa: ANN401
    table, agreement = result.topics, trials.set_index("choice")["agreement"]
    stable = int((table["stability"] >= STABLE).sum())
    alarmed = [f"“{plain(row.label)}” ({row.alarms})" for row in table.itertuples() if row.alarms]
    care = (
        f"To be read with care: {listed(alarmed, most=3)}." if alarmed else f"No {noun(result)} has an alarm."
    )
    return (
        f"- **Does it hold still?** {stable} of {plural(len(table), noun(result))} with stability {STABLE} "
        f"or more. Another seed gives an agreement of {agreement['another seed']:.2f} (1 is the same "
        f"grouping); the least, {agreement.min():.2f}, comes with “{agreement.idxmin()}”. {care}"
    )


def shares_title(result: Any) -> str:  # noqa: ANN401
    """Say what the shares show."""
    if not len(result.topics):
        return f"{plural(len(result.space.ids), 'article')}: too few to be grouped"
    first, alarmed = result.topics.iloc[0], int((result.topics["alarms"] != "").sum())
    title = f"{plural(len(result.topics), noun(result))}; "
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
    best, *others = ranked["k"].tolist()
    title = f"The criteria speak for {plural(best, noun(result))}"
    return title + (f"; {listed(list(map(str, others)))} would do as well" if others else "")


def flow_title(flow: pd.DataFrame) -> str:
    """Say what a larger number of topics would change."""
    if flow.empty:
        return "No other number of topics was compared"
    sizes = flow[flow["topic"] >= 0].groupby("topic")["n_articles"]
    whole = sizes.max() >= WHOLE * sizes.sum()
    return f"With {int(flow['next_k'].iloc[0])} topics, {int(whole.sum())} of the {len(whole)} stay together"


def tree_title(tree: pd.DataFrame) -> str:
    """Which two are most alike."""
    joined = tree[tree["left"] >= 0]
    if joined.empty:
        return "There is nothing to join"
    names = tree.set_index("node")["label"]
    return f"Most alike are “{names[joined['left'].iloc[0]]}” and “{names[joined['right'].iloc[0]]}”"


def periods_title(periods: pd.DataFrame, *, unit: str) -> str:
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


def dated_line(periods: pd.DataFrame, n_line: str) -> str:
    """How many articles stand behind the figure over time, and how many have no date."""
    return f"{n_line}; {int(periods.loc[periods['period'].isna(), 'n_articles'].sum()):,} undated"


def periods_line(periods: pd.DataFrame, *, unit: str) -> str:
    """Which unit of time was chosen and why."""
    each = periods[periods["period"].notna()].drop_duplicates("period")
    if each.empty:
        return "No article that is counted has a date, so there are no periods."
    filled = int((each["n_of"] > 0).sum())
    mean = each["n_of"].sum() / max(filled, 1)
    return f"By {unit}: {filled:,} of {len(each):,} periods have articles, {mean:.1f} each on average."


def spells_table(spells: pd.DataFrame) -> pd.DataFrame:
    """Where topics begin and end, in words: label, n_dated, n_stories, begins, ends."""

    def words(row: Any, *, begin: bool) -> str:  # noqa: ANN401
        is_edge, gap = (row.born, row.n_before) if begin else (row.ended, row.n_after)
        if is_edge:
            return f"begins on {day(row.first)}" if begin else f"ends on {day(row.last)}"
        if gap or not row.n_dated:
            return "not enough articles to say"
        return "there from the start" if begin else "there to the end"

    rows = list(spells.itertuples())
    begins, ends = ([words(row, begin=begin) for row in rows] for begin in (True, False))
    return spells[["label", "n_dated", "n_stories"]].assign(begins=begins, ends=ends)


def edits_line(ledger: pd.DataFrame) -> str:
    """Say what was changed by hand; nothing where nothing was."""
    states = ledger["state"].value_counts()
    drifted, failed = int(states.get("done, but drifted", 0)), int(states.get("not done", 0))
    parts = [f"{len(ledger) - failed} of {len(ledger)} changes were made"] if len(ledger) else []
    if drifted:
        parts.append(f"{plural(drifted, 'pinned topic')} drifted")
    if failed:
        parts.append(f"{failed} could not be made, see the table")
    return f"{'; '.join(parts)}." if parts else ""
