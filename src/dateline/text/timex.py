"""Date expressions in English news text: where they stand and which days they mean.

Scans for single words find what a date can be built around (a month, a weekday, a year, "week"); only
there are the rules tried, so that text without dates costs next to nothing. What is only partly said
("May 16", "on Sunday", "two weeks ago") is resolved against the publication date, and what points into
the text ("of that year", "three days earlier") against the date that the text named last. What could be
something else (the verb "may", a flight number, "2,000 people") is left out rather than guessed.
"""

import re
from datetime import date
from typing import NamedTuple

from dateline.text.datewords import PART, RULES, SCANS
from dateline.text.periods import Days, narrow
from dateline.text.resolvers import RESOLVERS
from dateline.text.tense import Context


class DateSpan(NamedTuple):
    """One date expression: ``text[start:end] == surface``, and the days from..to that it means."""

    start: int
    end: int
    surface: str
    date_from: date
    date_to: date
    grain: str
    rule: str


# Characters of "the very beginning of the ".
LONGEST_PART = 32
# Rules that look aside from what the text named last.
_BESIDE = {"ago", "year-ago"}
# Units that words such as "early" can narrow.
_WHOLE = {"week", "month", "quarter", "half-year", "season", "year", "decade", "century"}


def cores(text: str) -> list[tuple[int, int]]:
    """Find the words that an expression can be built around: where they begin, and their place in `SCANS`.

    Examples
    --------
    >>> text = "They met on Friday, a month late, in the Market."
    >>> sorted({text[start:].split()[0] for start, _ in cores(text)})
    ['Friday,', 'day,', 'month']
    """
    return sorted((one.start(), n) for n, (scan, *_) in enumerate(SCANS) for one in scan.finditer(text))


def find_dates(
    text: str, *, anchor: date | None = None, at_cores: list[tuple[int, int]] | None = None
) -> list[DateSpan]:
    """Find the date expressions of a text and the days that each of them means.

    Parameters
    ----------
    text
        A whole article: what points back ("that year") needs the text before it.
    anchor
        The day of publication. Without it only what is absolute, or follows from the text, is found.
    at_cores
        What `cores` gives for the text, if it is known.

    Returns
    -------
    list of DateSpan
        In the order of the text, without overlaps.

    Examples
    --------
    >>> words = "The visit is set for May 16 and 17. In March 2023 they met; in October of that year, again."
    >>> for one in find_dates(words, anchor=date(2024, 5, 14)):
    ...     print(one.surface, one.date_from, one.date_to, one.grain)
    May 16 and 17 2024-05-16 2024-05-17 day
    March 2023 2023-03-01 2023-03-31 month
    October of that year 2023-10-01 2023-10-31 month
    >>> find_dates("They may march on the 75th anniversary with 2,000 people.", anchor=date(2024, 5, 14))
    []
    """
    spans: list[DateSpan] = []
    at, context = 0, Context(text, anchor)
    for place, n in cores(text) if at_cores is None else at_cores:
        if place < at or not (span := _first(place, n, at, context)):
            continue
        spans.append(span)
        at, days = span.end, Days(*span[3:6])
        day = days.first if days.grain == "day" else context.day
        if context.last and span.rule in _BESIDE and days.grain == context.last.grain:
            days = context.last  # "3 million a year earlier": the story goes on where it was
        context = Context(text, anchor, day, span.date_from.year, days, span.end)
    return spans


def find_between(
    text: str, *, earliest: date, latest: date, at_cores: list[tuple[int, int]] | None = None
) -> list[DateSpan]:
    """Find the date expressions of an article that appeared on some day from `earliest` to `latest`.

    What means the same days whichever day that was is as exact as ever. What does not is given as all the
    days that it may mean, with the grain "interval". What would be read on some of the days only is left out.

    Examples
    --------
    >>> days = {"earliest": date(2024, 5, 14), "latest": date(2024, 5, 16)}
    >>> for one in find_between("He came on Sunday and leaves tomorrow.", **days):
    ...     print(one.surface, one.date_from, one.date_to, one.grain)
    Sunday 2024-05-12 2024-05-12 day
    tomorrow 2024-05-15 2024-05-17 interval
    """
    at_cores = cores(text) if at_cores is None else at_cores
    # as the day of publication moves on, so does all that is measured from it: the ends are enough
    late = {one[:2]: one for one in find_dates(text, anchor=latest, at_cores=at_cores)}
    spans = []
    for one in find_dates(text, anchor=earliest, at_cores=at_cores):
        other = late.get(one[:2])
        if other is None:
            continue
        days = min(one.date_from, other.date_from), max(one.date_to, other.date_to)
        same = days == (one.date_from, one.date_to) == (other.date_from, other.date_to)
        spans.append(DateSpan(*one[:3], *days, one.grain if same else "interval", one.rule))
    return spans


def _first(place: int, n: int, at: int, context: Context) -> DateSpan | None:
    """Try the rules for one core word in their order, and give what the first one that fits means."""
    _, rules, before, behind = SCANS[n]
    low, high = max(at, place - before), place + behind
    for rule in rules:
        for found in RULES[rule].finditer(context.text, low, high):
            start, end = found.span()
            if start > place:
                break
            if place < end and (days := _resolve(rule, found, context._replace(start=start, end=end))):
                return _with_part(DateSpan(start, end, found[0], *days, rule), at, context)
    return None


def _resolve(rule: str, found: re.Match[str], context: Context) -> Days | None:
    try:
        return RESOLVERS[rule](found.groupdict(default=""), context)
    except (OverflowError, ValueError):  # a year before 1 or after 9999
        return None


def _with_part(span: DateSpan, at: int, context: Context) -> DateSpan:
    """Add "early", "the end of" and their like to an expression that they stand before."""
    if span.grain not in _WHOLE or span.rule == "year-range":
        return span
    if not (found := PART.search(context.text, max(at, span.start - LONGEST_PART), span.start)):
        return span
    days = narrow(Days(*span[3:6]), (found[1] or found[2]).lower(), context.anchor)
    return DateSpan(found.start(), span.end, context.text[found.start() : span.end], *days, span.rule)
