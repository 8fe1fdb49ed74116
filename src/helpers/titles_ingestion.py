"""The words of notebook 01: findings, titles of figures, and an article with its removed spans."""

from dataclasses import dataclass
from html import escape
from textwrap import fill

import pandas as pd

from dateline.tables import BLANK, NO_BOILERPLATE
from helpers.prose import day, listed, percent, period, plural

# The rule of what stands on a page outside its article, whose place among the kept words is not known.
PAGE = "page"
# Characters of a span that are shown.
WHOLE = 30_000


def snippet(text: str, *, width: int = 90) -> str:
    """Put a text on one line and cut it in its middle.

    >>> snippet("a very long line of words", width=15)
    'a very … words'
    """
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    return f"{line[: width // 2].rsplit(' ', 1)[0]} … {line[-(width // 2) :].split(' ', 1)[-1]}"


def corpus_size(articles: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """Say for a figure's subtitle what is counted in it, three ways, and what is not."""
    unique, stories = int(articles["copy_of"].isna().sum()), articles["story"].nunique()
    missing = f"; {plural(len(rejected), 'rejected record')} not among them" if len(rejected) else ""
    return (
        f"n = {plural(len(articles), 'article')} ({plural(unique, 'unique text')}, "
        f"{plural(stories, 'story')}){missing}"
    )


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


def busiest_period(periods: pd.DataFrame, *, unit: str) -> str:
    """Name the period with most articles and the number of articles without a day.

    Where copies make it another one than the fullest of the unique texts, both are named.

    Parameters
    ----------
    periods, unit
        What `overview.count_periods` returned.
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


def most_removed(shares: pd.DataFrame) -> str:
    """Say of which outlet most was removed; `shares` is what `overview.share_removed` returned."""
    top = shares.sort_values("removed", ascending=False, kind="stable").iloc[0]
    if not top["removed"]:
        return "Nothing was removed but white space, titles and headers"
    if len(shares) == 1:
        return f"{percent(top['removed'])} of the characters were removed"
    outlet = "articles of unknown outlets" if top["outlet"] == "unknown" else top["outlet"]
    return f"Most was removed from {outlet}: {percent(top['removed'])} of the characters"


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
        pieces.append(("" if blank else span.rule, span.text[:WHOLE]))
        position, source = position + step, span.end
    pieces += [] if page else [("", text[position:])]
    return MarkedArticle(article_id + (" (its text, then the rest of the page)" if page else ""), (*pieces,))
