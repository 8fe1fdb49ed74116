"""Numbers, dates and lists as a reader wants to read them, and how many articles stand behind a figure."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dateline import population


def plural(n: int, noun: str) -> str:
    """Write a number and its noun."""
    if n != 1:
        noun = noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"
    return f"{n:,} {noun}"


def day(date: dt.date) -> str:
    """Write a date as a reader does: 6 May 2024."""
    return f"{date.day} {pd.Timestamp(date).month_name()} {date.year}"


def period(start: dt.date, *, unit: str) -> str:
    """Write a calendar period by its first day and its unit."""
    month = pd.Timestamp(start).month_name()
    end = (pd.Timestamp(start) + pd.DateOffset(months=2)).month_name()
    return {
        "day": day(start),
        "week": f"the week of {day(start)}",
        "month": f"{month} {start.year}",
        "quarter": f"{month} to {end} {start.year}",
        "year": str(start.year),
    }[unit]


def span(first: dt.date, last: dt.date) -> str:
    """Write days from the first to the last as a reader does: 16–17 May 2024, March 2023, 2022."""
    start, end, unit = pd.Timestamp(first), pd.Timestamp(last), "day"
    if start.is_month_start and end.is_month_end:
        unit = "year" if start.is_year_start and end.is_year_end else "month"
    words = [period(date, unit=unit) for date in (start, end)]
    if words[0] == words[1]:
        return words[1]
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{words[1]}"
    return f"{words[0].rsplit(' ', 1)[0] if start.year == end.year else words[0]} to {words[1]}"


def percent(share: float) -> str:
    r"""Share as whole per cent, a small one with a digit more; no line breaks before the sign."""
    return f"{share:.{1 if 0 < share < 0.01 else 0}%}".replace("%", "\xa0%")


def share_interval(row: Any) -> str:  # noqa: ANN401 - share, share_low and share_high
    """Write the share of a row of a table with its interval."""
    return f"{percent(row.share)}, 95 % interval {percent(row.share_low)} to {percent(row.share_high)}"


def score(mean: float) -> str:
    """Score with its sign."""
    return f"{mean:+.2f}".replace("-", "−") if abs(mean) >= 0.005 else "0.00"


def shorten(text: str, *, width: int = 320) -> str:
    """Put a text on one line and cut it between words."""
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + " …"


def snippet(text: str, *, width: int = 90) -> str:
    """Put a text on one line and cut it in its middle."""
    text, half = " ".join(text.split()), width // 2
    if len(text) <= width:
        return text
    return f"{text[:half].rsplit(' ', 1)[0]} … {text[-half:].split(' ', 1)[-1]}"


def plain(text: str) -> str:
    r"""Write foreign text so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>#|$~])", r"\\\1", text)


def listed(items: Sequence[str], *, limit: int = 8) -> str:
    """Write a list as a reader does; those beyond `limit` as a number."""
    parts = [*items[:limit], *([f"{len(items) - limit:,} more"] if len(items) > limit else [])]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def bullets(points: Sequence[str]) -> str:
    """Write points as a list in Markdown."""
    return "\n".join(f"- {point}" for point in points)


def leaders(frame: pd.DataFrame, count: str, *, name: str = "entity") -> tuple[list[Any], int]:
    """Names with the largest count, all that are equal, and this count."""
    largest = 0 if frame.empty else frame[count].max()
    return frame.loc[frame[count] == largest, name].tolist(), int(largest)


def corpus_size(articles: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """Say what is counted in a figure of all articles, three ways, and what is not."""
    unique, stories = int(articles["copy_of"].isna().sum()), articles["story"].nunique()
    missing = f"; {plural(len(rejected), 'rejected record')} not among them" if len(rejected) else ""
    counts = f"{plural(unique, 'unique text')}, {plural(stories, 'story')}"
    return f"n = {plural(len(articles), 'article')} ({counts}){missing}"


def counted_size(n: int, *, of: int) -> str:
    """Say how many articles count, and how many do not."""
    return f"n = {plural(n, 'article')}" + f"; left out: {of - n:,} (copies, other languages)" * (of > n)


def undated_note(articles: pd.DataFrame) -> str:
    """Say how many articles have no day, and how many of these are at least known to an interval."""
    dateless = articles["published"].isna()
    interval = int((dateless & articles["published_earliest"].notna()).sum())
    note = f", of these {interval:,} known to an interval" if interval else ""
    return f"without a day: {int(dateless.sum()):,} of {len(articles):,}{note}"


def tone_size(units: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False) -> str:
    """Write how many articles and sentences count, and what does not."""
    readable = population.is_readable(articles)
    n_copies = 0 if copies else int((articles["copy_of"].notna() & readable).sum())
    parts = [f"{plural(n_copies, 'copy')} of another article"] if n_copies else []
    if not readable.all():
        languages = ", ".join(sorted(articles.loc[~readable, "language"].unique()))
        parts.append(f"{plural(int((~readable).sum()), 'article')} in another language ({languages})")
    size = f"n = {plural(units['article'].nunique(), 'article')}, {plural(len(units), 'sentence')}"
    return f"{size}; left out: {'; '.join(parts)}" if parts else size


def target_size(size: str, targets: pd.DataFrame, units: pd.DataFrame) -> str:
    """Add to `tone_size` how many names in sentences the model read, and of how many."""
    rows = targets[targets.index.isin(units.index)]
    return f"{size}; the model read {rows['positive'].count():,} of {len(rows):,} names in sentences"


def sides_size(gap: pd.DataFrame, size: str) -> str:
    """Write how many articles and sentences stand on either side of the word shift."""
    sides = [
        f"{shorten(side, width=40)}: {plural(n_articles, 'article')}, {plural(n_sentences, 'sentence')}"
        for side, n_articles, n_sentences in gap.iloc[:2, :3].itertuples(index=False)
    ]
    return f"n = {'; '.join(sides)}" if sides else size
