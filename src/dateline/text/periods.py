"""Periods of whole days: calendar units, the one before or after, their first, middle and last third."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple


class Days(NamedTuple):
    """The days first..last, and the grain that they were named at ("day", "month", "year" ...)."""

    first: date
    last: date
    grain: str


def one_day(year: int, month: int, day: int) -> date | None:
    """Give a day, or nothing where the calendar has none.

    >>> one_day(2024, 2, 30)
    """
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def months_from(year: int, month: int, n: int, grain: str) -> Days:
    """Give n months from one that may lie before January or after December.

    >>> months_from(2024, 12, 3, "season")
    Days(first=datetime.date(2024, 12, 1), last=datetime.date(2025, 2, 28), grain='season')
    """
    start, end = year * 12 + month - 1, year * 12 + month - 1 + n
    last = date(end // 12, end % 12 + 1, 1) - timedelta(days=1)
    return Days(date(start // 12, start % 12 + 1, 1), last, grain)


def unit_at(base: date, unit: str, shift: int) -> Days:
    """Give the unit that lies `shift` units from the one that holds a day.

    >>> unit_at(date(2024, 5, 14), "week", 1)[:2]
    (datetime.date(2024, 5, 20), datetime.date(2024, 5, 26))
    """
    if unit == "day":
        base += timedelta(days=shift)
        return Days(base, base, unit)
    if unit in ("week", "weekend"):
        monday = base + timedelta(days=7 * shift - base.weekday())
        return Days(monday + timedelta(days=5 * (unit == "weekend")), monday + timedelta(days=6), unit)
    if unit == "month":
        return months_from(base.year, base.month + shift, 1, unit)
    if unit == "quarter":
        return months_from(base.year, (base.month - 1) // 3 * 3 + 1 + 3 * shift, 3, unit)
    years = {"year": 1, "decade": 10, "century": 100}[unit]
    return months_from((base.year // years + shift) * years + (unit == "century"), 1, 12 * years, unit)


def nth(days: Days, unit: str, n: int) -> Days | None:
    """Give the n-th day, week, weekend or half of a month or a year, from 0, or from its end with -1.

    Weeks are counted from the first day, or back from the last one.

    >>> nth(months_from(2024, 5, 1, "month"), "week", 0)[:2]
    (datetime.date(2024, 5, 1), datetime.date(2024, 5, 7))
    >>> nth(months_from(2024, 5, 1, "month"), "half", 1)[:2]
    (datetime.date(2024, 5, 16), datetime.date(2024, 5, 31))
    """
    if unit == "half":
        n_months = (days.last.year - days.first.year) * 12 + days.last.month - days.first.month + 1
        if n not in (0, 1) or n_months not in (1, 12):
            return None
        middle = date(days.first.year, days.first.month, 15)
        middle = months_from(days.first.year, days.first.month, 6, "").last if n_months > 1 else middle
        return days._replace(last=middle) if n == 0 else days._replace(first=middle + timedelta(days=1))
    if unit == "weekend":
        return weekday_of(days, 5, n, length=2)
    size = {"day": 1, "week": 7}[unit]
    first = days.last - timedelta(days=size - 1) if n < 0 else days.first + timedelta(days=size * n)
    made = Days(first, first + timedelta(days=size - 1), unit)
    return made if days.first <= made.first and made.last <= days.last else None


def weekday_of(days: Days, weekday: int, n: int, *, length: int = 1) -> Days | None:
    """Give the n-th weekday (Monday is 0) of a month or a year, from 0, or from its end with -1.

    >>> weekday_of(months_from(2024, 10, 1, "month"), 0, 0).first
    datetime.date(2024, 10, 7)
    """
    if n < 0:
        first = days.last - timedelta(days=(days.last.weekday() - weekday) % 7)
    else:
        first = days.first + timedelta(days=(weekday - days.first.weekday()) % 7 + 7 * n)
    grain = "weekend" if length > 1 else "day"
    return (
        Days(first, first + timedelta(days=length - 1), grain) if days.first <= first <= days.last else None
    )


def easter(year: int) -> date:
    """Give Easter Sunday of the western churches (the anonymous Gregorian algorithm, J. Meeus 1991).

    >>> easter(2024)
    datetime.date(2024, 3, 31)
    """
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114, 31)
    return date(year, month, day + 1)


# Nobody counts the days of "early February": that is February.
_LOOSE = {"early", "earlier", "mid", "late", "later"}
_THIRDS = {"early": 0, "earlier": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1}


def third(days: Days, word: str) -> Days:
    """Take the first, middle or last third of a unit, in whole months or years where it has enough.

    >>> third(months_from(2024, 6, 1, "month"), "end")[:2]
    (datetime.date(2024, 6, 21), datetime.date(2024, 6, 30))
    """
    first, last, grain = days
    at = _THIRDS.get(word, 2)
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    if n > 3:
        size = n // 3 if n < 36 else n // 36 * 12
        part = months_from(first.year, first.month + size * at, size, grain)
        return part if at < 2 else part._replace(last=last)
    n = 30 if grain == "month" else (last - first).days + 1
    start, end = (first + timedelta(days=-(-n * i // 3)) for i in (at, at + 1))
    return Days(start, last if at == 2 else end - timedelta(days=1), grain)


def narrow(days: Days, word: str, anchor: date | None) -> Days:
    """Narrow a unit as the word before it says; "later this week" is what is left of it.

    >>> narrow(unit_at(date(2024, 5, 14), "week", 0), "later", date(2024, 5, 14))[:2]
    (datetime.date(2024, 5, 15), datetime.date(2024, 5, 19))
    """
    if anchor and word == "later" and days.first <= anchor < days.last:
        return days._replace(first=anchor + timedelta(days=1))
    if anchor and word == "earlier" and days.first < anchor <= days.last:
        return days._replace(last=anchor)
    return days if word in _LOOSE and days.grain in ("week", "month") else third(days, word)
