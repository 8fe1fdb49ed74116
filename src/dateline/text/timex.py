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

from dateline.text.calendar import Days, narrowed
from dateline.text.expressions import PART, RULES, SCANS
from dateline.text.meanings import MEANINGS, Context


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
    return sorted((core.start(), n) for n, (scan, *_) in enumerate(SCANS) for core in scan.finditer(text))


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
    >>> for span in find_dates(words, anchor=date(2024, 5, 14)):
    ...     print(span.surface, span.date_from, span.date_to, span.grain)
    May 16 and 17 2024-05-16 2024-05-17 day
    March 2023 2023-03-01 2023-03-31 month
    October of that year 2023-10-01 2023-10-31 month
    >>> find_dates("They may march on the 75th anniversary with 2,000 people.", anchor=date(2024, 5, 14))
    []
    """
    spans: list[DateSpan] = []
    position, context = 0, Context(text, anchor)
    for place, scan in cores(text) if at_cores is None else at_cores:
        if place < position or not (span := _first_match(place, scan, position, context)):
            continue
        spans.append(span)
        position, days = span.end, Days(*span[3:6])
        day = days.first if days.grain == "day" else context.day
        if context.last and span.rule in ("ago", "year-ago") and days.grain == context.last.grain:
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
    >>> for span in find_between("He came on Sunday and leaves tomorrow.", **days):
    ...     print(span.surface, span.date_from, span.date_to, span.grain)
    Sunday 2024-05-12 2024-05-12 day
    tomorrow 2024-05-15 2024-05-17 interval
    """
    at_cores = cores(text) if at_cores is None else at_cores
    # As the day of publication moves on, so does all that is measured from it: the ends are enough.
    last_spans = {span[:2]: span for span in find_dates(text, anchor=latest, at_cores=at_cores)}
    spans = []
    for span in find_dates(text, anchor=earliest, at_cores=at_cores):
        if last_span := last_spans.get(span[:2]):
            days = min(span.date_from, last_span.date_from), max(span.date_to, last_span.date_to)
            is_same = days == (span.date_from, span.date_to) == (last_span.date_from, last_span.date_to)
            spans.append(DateSpan(*span[:3], *days, span.grain if is_same else "interval", span.rule))
    return spans


def _first_match(place: int, scan: int, position: int, context: Context) -> DateSpan | None:
    """Try the rules for one core word in their order, and give what the first one that fits means."""
    _, rules, reach_left, reach_right = SCANS[scan]
    low, high = max(position, place - reach_left), place + reach_right
    for rule in rules:
        for match in RULES[rule].finditer(context.text, low, high):
            start, end = match.span()
            if start > place:
                break
            if place < end and (days := _meaning(rule, match, context._replace(start=start, end=end))):
                return _with_part(DateSpan(start, end, match[0], *days, rule), position, context)
    return None


def _meaning(rule: str, match: re.Match[str], context: Context) -> Days | None:
    try:
        return MEANINGS[rule](match.groupdict(default=""), context)
    except (OverflowError, ValueError):  # a year before 1 or after 9999
        return None


def _with_part(span: DateSpan, position: int, context: Context) -> DateSpan:
    """Add "early", "the end of" and their like to an expression that they stand before."""
    if span.grain not in _WHOLE or span.rule == "year-range":
        return span
    part = PART.search(context.text, max(position, span.start - LONGEST_PART), span.start)
    if part is None:
        return span
    days = narrowed(Days(*span[3:6]), (part[1] or part[2]).lower(), context.anchor)
    return DateSpan(part.start(), span.end, context.text[part.start() : span.end], *days, span.rule)
