"""Days on which an article without a date can have appeared, as far as its own words force them.

A text that tells "yesterday, Saturday, October 19" needs a year in which that is a Saturday; one that
announces May 16 for "later this week" and reports a statement "on Tuesday" appeared from that Tuesday on. A
year is only taken from what the text itself tells as past. Words that leave room are given up: a wrong date
costs a reader more than a missing one.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from dateline.text.calendar import MONTHS, WEEKDAYS, months_from, unit_around, valid_day

# A text that names a past day or month with its year is taken to appear within a year of it.
WINDOW = timedelta(days=366)
DAY = timedelta(days=1)
# One past year can be a memory of long ago; two within this time are a story that comes up to the present.
CHRONICLE = timedelta(days=731)
# How much of a text can hold its announcement, and how far a sentence is looked at.
LEAD, SENTENCE = 800, 200


class Told(NamedTuple):
    """Days that a text speaks of, or on which it can have appeared, and its words."""

    first: date
    last: date
    words: str


_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_DAY_MONTH = rf"(?:(?P<m>{_MONTH}) (?P<d>\d\d?)|(?P<d2>\d\d?) (?P<m2>{_MONTH}))\b(?!,? \d{{4}}|\.\d|:)"
_PARTIAL = re.compile(rf"\b{_DAY_MONTH}")
_NAMED_DAY = re.compile(rf"(?P<wd>{_WEEKDAY}),? (?:the )?{_DAY_MONTH}")
_NEAR = re.compile(r"\b(?P<near>[Yy]esterday|[Tt]oday),? \Z")
_AHEAD = re.compile(
    r"\b(?:will|would|shall|may|to be|due|set|scheduled|planned|expected|from|until|by|before)\b"
)
_PLANNED = re.compile(
    r"\b(?:will|shall|(?:is|are) (?:now |also )?(?:set|due|scheduled|expected|planned|to be))\b[^“”\"]*\Z"
)
# What can make a "will" somebody else's or another day's: reported plans and conditions.
_DOUBTED = re.compile(r"[“”\"]|\b(?:if|had|would|once|originally|previously|last|never)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_STATED_YEAR = re.compile(r"[12](?<!\w.)(?<=[12])(?:(?<=1)9|(?<=2)0)\d\d\b")
_PAST_MONTH = re.compile(rf"\b(?:[Ii]n|[Ss]ince)(?: early| late| mid)?[ -](?P<m>{_MONTH}),? \Z")
_PAST_DAY = re.compile(
    rf"\b(?:[Oo]n|[Ss]ince) (?:{_WEEKDAY},? )?"
    rf"(?:(?P<m>{_MONTH}) (?P<d>\d\d?)|(?P<d2>\d\d?) (?P<m2>{_MONTH})),? \Z"
)
_AHEAD_DAY = re.compile(
    rf"\b(?:[Ii]n|[Oo]n|[Uu]ntil|[Bb]y|[Ff]rom) (?:{_WEEKDAY},? )?"
    rf"(?:(?P<d2>\d\d?) )?(?P<m>{_MONTH})(?: (?P<d>\d\d?))?,? \Z"
)
_DID = re.compile(r"\b(?:was|were|had|met|made|held|won|lost|began|took|gave|left|came|said|\w{3,}ed)\b")
_OWN_YEAR = re.compile(rf"\b[Ii]n ({_MONTH}) of (?:that|the same) year\b")
_SPAN = re.compile(r"[^.!?\n]{0,60}[.!?]?[^.!?\n]{0,30}?\b(\d{1,3}) years\b")
_POINTER = re.compile(r"\b(?P<later>[Ll]ater )?(?P<which>this|next) (?P<unit>week|month)\b")
_REPORTED = re.compile(
    rf"\b(?:said|told|announced|reported|confirmed|statement)\b[^.!?\n]{{0,40}}\bon (?P<a>{_WEEKDAY})\b"
    rf"|\b[Oo]n (?P<b>{_WEEKDAY}),[^.!?\n]{{0,60}}\b(?:said|told|announced|reported|confirmed)\b"
)


def _month(name: str) -> int:
    return MONTHS[name[:3].lower()]


def _weekday(name: str) -> int:
    return WEEKDAYS[name[:3].lower()]


def _sentence(text: str, start: int, end: int) -> str:
    """Cut out the sentence around a span, within some characters."""
    left = _SENTENCE_END.split(text[max(0, start - SENTENCE) : start])[-1]
    return left + text[start:end] + _SENTENCE_END.split(text[end : end + SENTENCE])[0]


def _day_or_month(year: int, found: re.Match[str]) -> tuple[date, date] | None:
    """Give the day that was named with a month, or the whole month."""
    groups = found.groupdict()
    month, day = _month(groups["m"] or groups["m2"]), groups.get("d") or groups.get("d2")
    if day:
        made = valid_day(year, month, int(day))
        return (made, made) if made else None
    return months_from(year, month, 1, "month")[:2]


def past(text: str, since: int = 0) -> Told | None:
    """Find the last day or month with a year that the text tells as past, and the words that do.

    >>> past("In March 2023 they met in Sarnholt. In October of that year they parted.").first
    datetime.date(2023, 10, 1)
    """
    return max(_past(text, since), default=None)


def _past(text: str, since: int = 0) -> list[Told]:
    """List all of them."""
    told: list[Told] = []
    for found in _STATED_YEAR.finditer(text):
        year = int(found[0])
        at = max(0, found.start() - 40)
        month = year >= since and (
            _PAST_MONTH.search(text, at, found.start()) or _PAST_DAY.search(text, at, found.start())
        )
        if not month:
            continue
        sentence = _sentence(text, month.start(), found.end())
        if _AHEAD.search(sentence) or (month.re is _PAST_DAY and not _DID.search(sentence)):
            continue
        if days := _day_or_month(year, month):
            told.append(Told(*days, text[month.start() : found.end()]))
            if own := _OWN_YEAR.search(text, found.end(), found.end() + 200):
                later = months_from(year, _month(own[1]), 1, "month")
                told.append(Told(later.first, later.last, f"{told[-1].words} … {own[0]}"))
    return told


def ahead(text: str, since: date) -> Told | None:
    """Find the first day or month with a year, not before `since`, that the text tells as still to come.

    >>> ahead("The bridge will be opened in May 2025.", date(2024, 10, 1)).last
    datetime.date(2025, 5, 31)
    """
    told: list[Told] = []
    for found in _STATED_YEAR.finditer(text):
        day = int(found[0]) >= since.year and _AHEAD_DAY.search(
            text, max(0, found.start() - 40), found.start()
        )
        if not day:
            continue
        before = _SENTENCE_END.split(text[max(0, day.start() - SENTENCE) : day.start()])[-1]
        if not _PLANNED.search(before) or _DOUBTED.search(_sentence(text, day.start(), found.end())):
            continue
        days = _day_or_month(int(found[0]), day)
        if days and days[0] > since:
            told.append(Told(*days, text[day.start() : found.end()]))
    return min(told, key=lambda one: (one.last, one.first), default=None)


def forced(text: str) -> list[Told]:
    """Give the days of publication that the words leave, if they leave few and contradict each other nowhere.

    >>> [one] = forced("Yesterday, Saturday, October 19, they came out. In March 2024 they had gone in.")
    >>> one.first, one.last
    (datetime.date(2024, 10, 20), datetime.date(2024, 10, 20))
    """
    told = {one.first: one for one in _past(text)}
    days = sorted(told)
    last = told[days[-1]] if told else None
    found = [*_named_day(text, last)]
    if last and len(days) > 1 and days[-1] <= days[-2] + CHRONICLE:
        found += _coming_week(text, last)
    between = _between(text, last) if last else None
    if between:
        found = found or _coming_month(text, between) or [between]
    return found if len({one[:2] for one in found}) == 1 else []


def _between(text: str, last: Told) -> Told | None:
    """Use what is past and what is still to come: the article stands between them."""
    coming = ahead(text, last.first)
    if coming is None or coming.last > last.first + WINDOW:
        return None
    return Told(last.first, coming.last, f"{last.words} … {coming.words}")


def _named_day(text: str, last: Told | None) -> Iterator[Told]:
    """Use "yesterday, Saturday, October 19": the weekday has to fit a year that the text leads to."""
    named = list(_NAMED_DAY.finditer(text))
    years = {
        int(one[0]) + int(n[1]): one[0] + n[0]  # "in 1975. In 49 years"
        for one in (_STATED_YEAR.finditer(text) if named else ())
        if (n := _SPAN.match(text, one.end()))
    }
    for found in named:
        near = _NEAR.search(text, max(0, found.start() - 12), found.start())
        days = _fitting(found, years, last)
        if len(days) != 1 or (not near and _AHEAD.search(_sentence(text, *found.span()))):
            continue
        words = " … ".join(
            [(near[0] if near else "") + found[0], years.get(days[0].year) or (last.words if last else "")]
        )
        first = days[0] + DAY * bool(near and near["near"].lower() == "yesterday")
        # A day is told without its year in that year; the next one would say "last".
        yield Told(first, first if near else date(first.year, 12, 31), words)


def _fitting(found: re.Match[str], years: Iterable[int], last: Told | None) -> list[date]:
    """List the dates that a day and month with its weekday can be, in the years that the text leads to."""
    month, day = _month(found["m"] or found["m2"]), int(found["d"] or found["d2"])
    days = [made for year in sorted(years) if (made := valid_day(year, month, day))]
    if last:
        near = [valid_day(last.first.year + i, month, day) for i in (0, 1)]
        days += [
            made for made in near if made and last.first <= made <= last.first + WINDOW and made not in days
        ]
    return [one for one in days if one.weekday() == _weekday(found["wd"])]


def _announced(text: str, unit: str) -> tuple[list[re.Match[str]], re.Match[str]] | None:
    """Find "later this week" (or another unit) and the one day of an announcement at the text's start."""
    lead = text[:LEAD]
    spoken, days = list(_POINTER.finditer(lead)), list(_PARTIAL.finditer(lead))
    if len({(one["which"], one["unit"]) for one in spoken}) != 1 or spoken[0]["unit"] != unit:
        return None
    return (spoken, days[0]) if len(days) == 1 and _AHEAD.search(_sentence(lead, *days[0].span())) else None


def _coming_week(text: str, last: Told) -> list[Told]:
    """Use "on Tuesday", "later this week" and "May 16": from that Tuesday to the day before."""
    announced, said = _announced(text, "week"), _REPORTED.search(text[:LEAD])
    if not announced or not said or announced[0][0]["which"] != "this":
        return []
    spoken, day = announced
    event = next((one for one in _years(day, last.first.year) if one > last.first), None)
    if event is None or event > last.first + WINDOW:
        return []
    later = any(one["later"] for one in spoken)
    first = event - DAY * (event.weekday() - _weekday(said["a"] or said["b"]))
    end = event - DAY * (1 + later)  # what is tomorrow is not called "later this week"
    words = [day[0], *(one[0] for one in spoken), said[0], last.words]
    return [Told(first, end, " … ".join(words))] if first <= end else []


def _coming_month(text: str, between: Told) -> list[Told]:
    """Use "later this month" or "next month" and "May 16" where only one year lies in the interval."""
    announced = _announced(text, "month")
    found = []
    for event in _years(announced[1], between.first.year) if announced else ():
        spoken, day = announced or ([], None)
        span = unit_around(event, "month", -1 if spoken[0]["which"] == "next" else 0)
        end = span.last if spoken[0]["which"] == "next" else event - DAY
        first, end = max(span.first, between.first), min(end, between.last)
        if day and first <= end:
            found.append(Told(first, end, " … ".join([day[0], *(one[0] for one in spoken), between.words])))
    return found if len(found) == 1 else []


def _years(day: re.Match[str], year: int) -> list[date]:
    """List the dates that a day without a year can be, this year and the next."""
    month, number = _month(day["m"] or day["m2"]), int(day["d"] or day["d2"])
    return [made for i in (0, 1) if (made := valid_day(year + i, month, number))]
