"""The calendar: names of months and weekdays, numbers in words, and periods of whole days."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTH_NAMES, start=1)}
WEEKDAYS = {name[:3].lower(): number for number, name in enumerate(WEEKDAY_NAMES)}
ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: number for number, word in enumerate((*ONES, *_TEENS), start=1)} | {"a": 1, "an": 1}
NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, start=2)}
DECADES = {word.replace("y", "ies"): 10 * number for number, word in enumerate(_TENS, start=2)}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
CENTURIES = {"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21}
# The first month of each; northern seasons.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
# How many units a word points away from the one that holds its anchor; words that are not here: none.
POINTERS = {"last": -1, "past": -1, "previous": -1, "latest": -1, "next": 1, "coming": 1, "following": 1}

# -- patterns of single words ----------------------------------------------------------------------


def _cased(*words: str) -> str:
    """Match words with and without capitals; nested alternatives would be scanned for ten times slower."""
    forms = (str.title, str.upper) if words[0][0].isupper() else (str, str.title, str.upper)
    return rf"(?:{'|'.join(form(word) for form in forms for word in words)})"


_COUNT = "|".join(sorted(NUMBERS, key=len, reverse=True))
PATTERNS = {
    "MONTH_NAME": _cased(*MONTH_NAMES),
    "MONTH_WORD": _cased(*MONTH_NAMES, *(name[:3] for name in MONTH_NAMES), "Sept"),
    "WEEKDAY": _cased(*WEEKDAY_NAMES),
    "COUNT": rf"(?i:(?:{_COUNT})(?:-(?:{'|'.join(ONES[:9])}))?|\d{{1,3}})",
    "NEAR": _cased("today", "yesterday", "tomorrow", "tonight", "night", "morning", "afternoon", "evening"),
    "HOLIDAY": _cased("Christmas", "Boxing", "Halloween", "Valentine"),
    "SEASON": "|".join(SEASONS),
    "SEASON_WORD": _cased(*SEASONS),
    "CENTURY": "|".join(CENTURIES),
    "DECADE": "|".join(DECADES),
}

# -- periods ---------------------------------------------------------------------------------------


class Days(NamedTuple):
    """The days first..last, and the grain that they were named at ("day", "month", "year" ...)."""

    first: date
    last: date
    grain: str


def count_of(words: str) -> int:
    """Read a count: digits, or words up to ninety-nine.

    >>> count_of("21"), count_of("Twenty-one"), count_of("an")
    (21, 21, 1)
    """
    tens, _, units = words.lower().partition("-")
    return int(tens) if tens.isdigit() else NUMBERS[tens] + NUMBERS.get(units, 0)


def month_of(words: str) -> int:
    """Give the number of a month that is written in full or short."""
    return MONTHS[words[:3].lower()]


def digits(words: str) -> int:
    """Read a number with other marks around it: "3rd"."""
    return int(re.sub(r"\D", "", words))


def valid_day(year: int, month: int, day: int) -> date | None:
    """Give a day, or None where the calendar has none."""
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def months_from(year: int, month: int, n: int, grain: str) -> Days:
    """Give n months from one that may lie before January or after December.

    >>> months_from(2024, 12, 3, "season")
    Days(first=datetime.date(2024, 12, 1), last=datetime.date(2025, 2, 28), grain='season')
    """
    start, end = year * 12 + month - 1, year * 12 + month - 1 + n
    last = date(end // 12, end % 12 + 1, 1) - timedelta(days=1)
    return Days(date(start // 12, start % 12 + 1, 1), last, grain)


def unit_around(base: date, unit: str, shift: int) -> Days:
    """Give the unit that lies `shift` units from the one that holds a day; weeks begin on Monday.

    >>> unit_around(date(2024, 5, 14), "week", 1)[:2]
    (datetime.date(2024, 5, 20), datetime.date(2024, 5, 26))
    """
    if unit == "day":
        return Days(base := base + timedelta(days=shift), base, unit)
    if unit in ("week", "weekend"):
        monday = base + timedelta(days=7 * shift - base.weekday())
        return Days(monday + timedelta(days=5 * (unit == "weekend")), monday + timedelta(days=6), unit)
    if unit == "month":
        return months_from(base.year, base.month + shift, 1, unit)
    if unit == "quarter":
        return months_from(base.year, (base.month - 1) // 3 * 3 + 1 + 3 * shift, 3, unit)
    years = {"year": 1, "decade": 10, "century": 100}[unit]
    return months_from((base.year // years + shift) * years + (unit == "century"), 1, 12 * years, unit)


def same_day(base: date, unit: str, shift: int) -> date:
    """Give the same day some units off, or the month's last where it has no such day.

    >>> same_day(date(2024, 5, 31), "month", -3)
    datetime.date(2024, 2, 29)
    """
    unit, shift = ("month", 3 * shift) if unit == "quarter" else (unit, shift)
    later: date = base + relativedelta(**{f"{unit}s": shift})
    return later


# Nobody counts the days of "early February": that is February.
_LOOSE = {"early", "earlier", "mid", "late", "later"}
_THIRDS = {"early": 0, "earlier": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1}


def narrowed(days: Days, word: str, anchor: date | None) -> Days:
    """Narrow a unit as the word before it says: to a third, in whole months or years where it has enough.

    >>> narrowed(months_from(2024, 6, 1, "month"), "end", None)[:2]
    (datetime.date(2024, 6, 21), datetime.date(2024, 6, 30))
    >>> narrowed(unit_around(date(2024, 5, 14), "week", 0), "later", date(2024, 5, 14))[:2]
    (datetime.date(2024, 5, 15), datetime.date(2024, 5, 19))
    """
    first, last, grain = days
    if anchor and word == "later" and first <= anchor < last:  # what is left of this week
        return days._replace(first=anchor + timedelta(days=1))
    if anchor and word == "earlier" and first < anchor <= last:
        return days._replace(last=anchor)
    if word in _LOOSE and grain in ("week", "month"):
        return days
    place = _THIRDS.get(word, 2)
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    if n > 3:
        size = n // 3 if n < 36 else n // 36 * 12
        part = months_from(first.year, first.month + size * place, size, grain)
        return part if place < 2 else part._replace(last=last)
    n = 30 if grain == "month" else (last - first).days + 1
    start, end = (first + timedelta(days=-(-n * i // 3)) for i in (place, place + 1))
    return Days(start, last if place == 2 else end - timedelta(days=1), grain)
