"""What was found, in sentences with their numbers, as the notebooks give it in Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Any

import pandas as pd

from dateline import population
from dateline.population import FEWEST_ARTICLES
from dateline.tables import BLANK, NO_BOILERPLATE
from helpers import prose, titles
from helpers.prose import day, listed, percent, period, plain, plural

FEWEST = population.FEWEST_NAMED
# A topic that comes back so reliably is called stable (Hennig 2007).
STABLE = 0.75
# The rule of what stands on a page outside its article, whose place among the kept words is not known.
PAGE = "page"
# Characters of a removed span that are shown.
LONGEST_SPAN = 30_000


def snippet(text: str, *, width: int = 90) -> str:
    """Put a text on one line and cut it in its middle.

    >>> snippet("a very long line of words", width=15)
    'a very … words'
    """
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    return f"{line[: width // 2].rsplit(' ', 1)[0]} … {line[-(width // 2) :].split(' ', 1)[-1]}"


def corpus_findings(
    articles: pd.DataFrame, removed: pd.DataFrame, rejected: pd.DataFrame, date_evidence: pd.DataFrame
) -> str:
    """Say in three points what the corpus holds, how it is dated and what was removed (Markdown)."""
    total, unique = len(articles), int(articles["copy_of"].isna().sum())
    days = articles["published"].dropna()
    span = f" They appeared between {day(days.min())} and {day(days.max())}." if len(days) > 1 else ""
    outlets = articles["outlet"].nunique()
    source = f"from {plural(outlets, 'outlet')}" if outlets else "from unknown outlets"
    reasons = rejected["reason"].value_counts().sort_index()
    listing = f" ({listed([f'{n} {reason}' for reason, n in reasons.items()])})" if len(reasons) else ""
    interval = int((articles["published"].isna() & articles["published_earliest"].notna()).sum())
    doubted = date_evidence.loc[date_evidence["conflict"], "article_id"].nunique()
    doubt = f" In {plural(doubted, 'article')} the dates contradict each other; the stronger one counts."
    spans = removed[~removed["rule"].isin(NO_BOILERPLATE)]
    characters = spans["text"].str.len().sum()
    share = percent(characters / max(characters + articles["text"].str.len().sum(), 1))
    points = [
        f"**{plural(total, 'article')}** {source}: {plural(unique, 'unique text')} in "
        f"{plural(articles['story'].nunique(), 'story')}.{span} "
        f"{plural(len(rejected), 'record')} could not be used{listing}.",
        f"**{len(days):,} of {total:,}** articles have a day of publication, {interval:,} an interval, and "
        f"{total - len(days) - interval:,} no date.{doubt if doubted else ''}",
        f"**{share}** of the characters are no article text and were removed, from "
        f"{spans['article_id'].nunique():,} of {plural(total, 'article')}. Table `removed` has every span."
        if len(spans)
        else "**Nothing** was removed as no article text.",
    ]
    return "\n".join(f"- {point}" for point in points)


@dataclass(frozen=True)
class MarkedArticle:
    """The source of an article in pieces: (rule that removed it or "", text)."""

    heading: str
    pieces: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        text = "".join(f"[–{rule}: {' '.join(x.split())}–]" if rule else x for rule, x in self.pieces)
        paragraphs = [fill(" ".join(line.split()), 96) for line in text.split("\n") if line.strip()]
        return "\n".join([self.heading, *paragraphs])

    def _repr_html_(self) -> str:
        style = "white-space:pre-wrap;max-width:46em;max-height:32em;overflow:auto;text-align:left"
        parts = [
            f'<del style="background:#F6D5BF;color:#5a2400">{escape(text)}</del><sub>{escape(rule)}</sub>'
            if rule
            else escape(text)
            for rule, text in self.pieces
        ]
        return f'<p><b>{escape(self.heading)}</b></p><div dir="auto" style="{style}">{"".join(parts)}</div>'


def mark_removed(articles: pd.DataFrame, removed: pd.DataFrame, article_id: str = "") -> MarkedArticle:
    """Show one article's source with the removed spans in place; of a page, first its text, then the rest.

    Without an id it is the article that most rules touched.

    Raises
    ------
    KeyError
        If there is no such article; the message says what an id looks like.
    """
    spans = removed[~removed["rule"].isin(BLANK)]
    if not article_id:
        rules = articles["article_id"].map(spans.groupby("article_id")["rule"].nunique()).fillna(0)
        order = articles.assign(rules=rules).sort_values(["rules", "removed_share"], kind="stable")
        article_id = str(order["article_id"].iloc[-1])
    row = articles[articles["article_id"] == article_id]
    if row.empty:
        like = articles["article_id"].iloc[0]
        raise KeyError(f"SHOW is {article_id!r}: there is no such article; an id looks like {like}")
    text = str(row["text"].iloc[0])
    spans = removed[removed["article_id"] == article_id].sort_values(["start", "end"], kind="stable")
    page = bool((spans["rule"] == PAGE).any())
    pieces, position, source = [("", text)] if page else [], 0, 0
    for span in spans.itertuples():
        step = 0 if page else span.start - source
        pieces.append(("", "\n" if page else text[position : position + step]))
        blank = span.rule in BLANK or not span.text.strip()
        pieces.append(("" if blank else span.rule, span.text[:LONGEST_SPAN]))
        position, source = position + step, span.end
    pieces += [] if page else [("", text[position:])]
    return MarkedArticle(article_id + (" (its text, then the rest of the page)" if page else ""), (*pieces,))


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
    return f"{n}, grouped in {plural(len(result.topics), titles.topic_noun(result))}: {reason}."


def topic_findings(result: Any, trials: pd.DataFrame, ledger: pd.DataFrame, *, n_articles: int) -> str:  # noqa: ANN401
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
    table, first, noun = result.topics, result.topics.iloc[0], titles.topic_noun(result)
    text = (
        f"- **Largest {noun}:** “{plain(first['label'])}” with {first['n_articles']:,} of {n:,} "
        f"articles ({percent(first['share'])}, 95 % interval {percent(first['share_low'])} to "
        f"{percent(first['share_high'])})."
    )
    if len(table) > 1 and table["share_high"].iloc[1] >= first["share_low"]:
        text += f" Chance could explain its lead over “{plain(table['label'].iloc[1])}”."
    return text


def _trust_line(result: Any, trials: pd.DataFrame) -> str:  # noqa: ANN401
    noun = titles.topic_noun(result)
    table, agreement = result.topics, trials.set_index("choice")["agreement"]
    stable = int((table["stability"] >= STABLE).sum())
    alarmed = [f"“{plain(row.label)}” ({row.alarms})" for row in table.itertuples() if row.alarms]
    care = f"To be read with care: {listed(alarmed, limit=3)}." if alarmed else f"No {noun} has an alarm."
    return (
        f"- **Does it hold still?** {stable} of {plural(len(table), noun)} with stability {STABLE} "
        f"or more. Another seed gives an agreement of {agreement['another seed']:.2f} (1 is the same "
        f"grouping); the least, {agreement.min():.2f}, comes with “{agreement.idxmin()}”. {care}"
    )


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


def name_findings(
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
    points += [_quoted(spoken), surest_pair(pairs) + "."]
    if len(clocks):
        points.append(f"{titles.ahead_title(clocks)}; {percent((clocks['lag'] > 0).mean())} lay in the past.")
    return "\n".join(f"- {point}" for point in points)


def _kind_leader(entities: pd.DataFrame, kind: str, n: int) -> str:
    """Name the entities of a kind that most articles name, if enough do."""
    if entities.empty or entities["n_articles"].iloc[0] < FEWEST:
        return f"No {kind} is named in {FEWEST} of {plural(n, 'article')}."
    first = entities.iloc[0]
    equal = entities[entities["n_articles"] == first["n_articles"]]
    interval = f"95 % interval {percent(first['share_low'])} to {percent(first['share_high'])}"
    share = f"in {first['n_articles']:,} of {n:,} articles ({percent(first['share'])}, {interval})"
    names = listed([f"**{plain(name)}**" for name in equal["entity"]], limit=4)
    if len(equal) > 1:
        return f"{names} are the {kind}s named in most articles, each {share}."
    point = f"{names} is the {kind} named in most articles: {share}"
    followers = entities[entities["n_articles"] < first["n_articles"]]
    if followers.empty:
        return point + "."
    next_names, count = titles.leaders(followers, "n_articles")
    close = followers["share_high"].iloc[0] > first["share_low"]
    note = "; so close that their order may be chance" if close else ""
    return f"{point}. Next: {listed([*map(plain, next_names)], limit=3)} with {count:,}{note}."


def _quoted(spoken: pd.DataFrame) -> str:
    """Name those quoted in most articles: three of them, or as many as are equal to the third."""
    quoted = spoken[spoken["n_quoted"] >= FEWEST]
    if quoted.empty:
        return f"Nobody is quoted by name in {FEWEST} articles."
    quoted = quoted[quoted["n_quoted"] >= quoted["n_quoted"].iloc[min(2, len(quoted) - 1)]]
    names = [f"{plain(row.entity)} ({row.n_quoted:,} of {row.n_articles:,})" for row in quoted.itertuples()]
    return f"Quoted in most articles (of those that name them): {listed(names, limit=6)}."


def burst_findings(bursts: pd.DataFrame, tested: tuple[pd.DataFrame, pd.Series], *, unit: str) -> str:
    """Put each burst into a sentence, as Markdown; or why there is none.

    Parameters
    ----------
    bursts, tested
        From `dateline.timeline.bursts`: `find_bursts` and `tested_counts`.
    unit
        Name of the period.
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
    calm = f"No burst beyond chance: {listed(quiet)}." if quiet else ""
    return "\n".join([*points, f"- {calm}" if points and calm else calm])


def surest_pair(pairs: pd.DataFrame) -> str:
    """Say which pair most surely shares more articles than chance would give."""
    if not pairs["beyond"].any():
        return "No two names share more articles than chance would give"
    pair = pairs.iloc[0]
    return (
        f"{pair['entity']} and {pair['other']} are both in {plural(int(pair['n_articles']), 'article')}; by "
        f"chance it would be {pair['expected']:.1f}"
    )


def tone_findings(
    tones: pd.DataFrame, weights: pd.DataFrame, toward: pd.DataFrame, checks: Mapping[str, Any]
) -> str:
    """Say in Markdown what the means, the words, the tones toward names and the checks allow to say."""
    if tones.empty:
        return "No sentence is in English: nothing was scored."
    whole = tones[tones["by"] == ""].set_index("voice")
    total, events = whole.loc["all"], weights[weights["event"]]
    neutral, negative, positive = (prose.percent(total[name]) for name in ("neutral", "negative", "positive"))
    means = [
        f"{voice} {_mean_in_words(whole.loc[voice])}"
        for voice in ("narrator", "quote", "headline")
        if voice in whole.index
    ]
    lines = [
        f"**{neutral} of {prose.plural(total['n_sentences'], 'sentence')} are neutral** by the dictionary, "
        f"{negative} are negative and {positive} positive.",
        f"Mean score of a sentence, from −1 to 1, with its 95 % interval: {'; '.join(means)}.",
    ]
    outlets = titles.groups_title(tones[tones["by"] == "outlet"], noun="outlet")
    lines += [f"{prose.plain(outlets)}."] if outlets != titles.NO_OUTLETS else []
    if events["share"].sum() > 0:
        heaviest = prose.listed([f"“{prose.plain(word)}”" for word in events["word"].head(3)])
        lines.append(
            f"Event words name what happened. They make up {prose.percent(events['share'].sum())} of all the "
            f"weight, above all {heaviest}. So each mean is also given without them."
        )
    lines += [f"{prose.plain(titles.toward_title(toward))}."] if len(toward) else []
    lines += [_check_in_words(name, check) for name, check in checks.items() if check.n]
    if total["thin"]:
        lines.append(f"Fewer than {FEWEST_ARTICLES} articles: not enough to put any mean into words.")
    return "\n".join(f"- {line}" for line in lines)


def _mean_in_words(row: pd.Series) -> str:
    has_interval = pd.notna(row["low"]) and not row["thin"]
    interval = f"{prose.score(row['low'])} to {prose.score(row['high'])}, " if has_interval else ""
    return f"{prose.score(row['mean'])} ({interval}{row['tone']})"


def _check_in_words(name: str, check: Any) -> str:  # noqa: ANN401 - an agreement of dateline.tone
    accuracy = check.measures[check.measures.index.str.startswith("accuracy")].iloc[-1]
    value, low, high = (prose.percent(number) for number in accuracy)
    n = f"{prose.plural(check.n, 'label')} in {prose.plural(check.n_articles, 'article')}"
    return f"A person checked the {name}: it is right in {value} of the cases ({low} to {high}; {n})."


def appendix_findings(figures: Sequence[str]) -> str:
    """List in Markdown the titles of the figures for experts, which are the findings of notebook 06."""
    return "\n".join(f"- {plain(title)}." for title in figures)
