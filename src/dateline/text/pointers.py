"""What expressions mean that point from another day: weekdays, "two weeks ago", "that month".

They are measured from the day of publication or, where the words point into the text, from what the text
named last. "Later this week" is what is left of it.
"""

import re
from datetime import date, timedelta

from dateline.text.datewords import OWN, PARTS, POINTERS, SPACE, WEEKDAYS, digits, last_word, number
from dateline.text.periods import Days, months_from, one_day, unit_at
from dateline.text.tense import CLAUSE, Context, pick, tense

Words = dict[str, str]


# Names of days that are no dates: "Black Monday".
_NAMED_DAY = re.compile(
    r"\b(?:Black|Bloody|Good|Ash|Cyber|Giving|Super|Fat|Easter|Palm|Whit|Holy|every|each|any)\s\Z"
)


def weekday(words: Words, context: Context) -> Days | None:
    """Resolve a weekday: the last one or today's, or the next where the clause looks ahead."""
    number, word = WEEKDAYS[words["wd"][:3].lower()], last_word(words["w"])
    base = context.day if word in OWN else context.anchor
    if base is None or _NAMED_DAY.search(context.before(8)):
        return None
    if words["wk"] or word == "this":
        return unit_at(unit_at(base, "week", POINTERS.get(words["wk"], 0)).first, "day", number)
    days = [unit_at(base, "day", i) for i in range((number - base.weekday()) % 7 - 7, 8, 7)]
    return pick(days, word, context._replace(anchor=base))


def near_day(words: Words, context: Context) -> Days | None:
    """Resolve "today", "last night" and their like."""
    word, before = words["w"].lower(), context.before(CLAUSE)
    if (before.endswith(" of ") and not before.lower().endswith("as of ")) or (
        word == "tomorrow" and re.search(r"\bif\b[^.?!]*\Z", before)
    ):
        return None  # "the children of today"; "if they voted tomorrow"
    shift = {"yesterday": -1, "last": -1, "tomorrow": 1}.get(word.split()[0], 0)
    shift += {"before": -1, "after": 1}.get(words.get("o", ""), 0)
    return unit_at(context.anchor, "day", shift) if context.anchor else None


# How far back a quarter or a month may stand that "a year earlier" is measured from.
BESIDE = 300
_COMPARED = re.compile(r"\b(?:from|than|with|to|against|of|period|month|quarter|versus)\s\Z")


def _year_before(years: int, context: Context, *, compared: bool) -> Days | None:
    """Give what the text named last some years before: a quarter, "against 3 million a year earlier"."""
    last = context.last
    if last is None or context.start - context.last_end > BESIDE:
        return None
    if last.grain not in ("quarter", "half-year", *(("month",) if compared else ())):
        return None
    n = {"month": 1, "quarter": 3}.get(last.grain, 6)
    return months_from(last.first.year - years, last.first.month, n, last.grain)


_HALF = re.compile(r"\bhalf\s\Z", re.IGNORECASE)


def ago(words: Words, context: Context) -> Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    way, unit = words["k"].lower(), words["u"].lower()
    ahead, own = way not in ("ago", "earlier", "before"), way in ("earlier", "later", "before")
    base = (context.day if own else context.anchor) or (context.anchor if way == "earlier" else None)
    n = number(words["n"]) * {"century": 100, "decade": 10, "fortnight": 2}.get(unit, 1)
    unit = {"century": "year", "decade": "year", "fortnight": "week"}.get(unit, unit)
    if unit == "year" and way in ("ago", "earlier"):
        compared = bool(_COMPARED.search(context.before(9)))
        if days := _year_before(n, context, compared=compared):
            return days
    if base is None or _HALF.search(context.before(6)):
        return None
    days = unit_at(base, unit, n if ahead else -n)
    # What the text told last is not what "replied a week later" starts from, if that leads to the future.
    lost = way == "later" and context.anchor and days.first > context.anchor and tense(context) == "back"
    return None if lost else days


def year_ago(words: Words, context: Context) -> Days | None:
    """Resolve "the year-earlier quarter"."""
    if days := _year_before(1, context, compared=True):
        return days
    if context.anchor is None:
        return None
    if words["u"] == "quarter":
        return unit_at(context.anchor, "quarter", -5)
    unit, n = ("month", -12) if words["u"] == "month" else ("year", -1)
    return unit_at(context.anchor, unit, n)


_CLOSED = re.compile(r"\s*(?:\Z|[.,;:)]|(?:ended|ending|was|were|is)\b)")
_IN = re.compile(r"\b(?:in|for|during|of|from|over|through)\s\Z", re.IGNORECASE)


def the_quarter(_: Words, context: Context) -> Days | None:
    """Resolve "the quarter" as the one that the text named last, else as the last one that is over."""
    last = context.last
    if last is not None and last.grain == "quarter" and context.start - context.last_end <= 3 * BESIDE:
        return last
    sure = _IN.search(context.before(10)) or _CLOSED.match(context.text, context.end)
    return unit_at(context.anchor, "quarter", -1) if context.anchor and sure else None


def year_period(words: Words, context: Context) -> Days | None:
    """Resolve "the 1988 period" as that year's months of what the text named last."""
    last = context.last
    if last is None or context.start - context.last_end > 3 * BESIDE:
        return None
    n = {"quarter": 3, "half-year": 6, "months": last.last.month - last.first.month + 1}.get(last.grain)
    return months_from(int(words["y"]), last.first.month, n, last.grain) if n else None


def the_year(_: Words, context: Context) -> Days | None:
    """Resolve "the full year", which in the first months of a year is mostly the one that is over."""
    anchor = context.anchor
    return unit_at(anchor, "year", -(anchor.month <= 3 and tense(context) == "back")) if anchor else None


def past_unit(words: Words, context: Context) -> Days | None:
    """Resolve "the past year" as the days from then to the anchor."""
    return span({"n": "1", "u": words["u"], "w": "past"}, context)


_NEVER = re.compile(r"(?:\bnot|\bnever|n['’]t)\b[^.?!]{0,30}\Z")


def overnight(_: Words, context: Context) -> Days | None:
    """Resolve "overnight" as the night before the article, which belongs to two days."""
    if context.anchor is None or tense(context) == "ahead" or _NEVER.search(context.before(40)):
        return None
    return Days(context.anchor - timedelta(days=1), context.anchor, "day")


def straight_day(_: Words, context: Context) -> Days | None:
    """Resolve "for a third straight day" as the day of the article."""
    return unit_at(context.anchor, "day", 0) if context.anchor else None


def part_of_day(words: Words, context: Context) -> Days | None:
    """Resolve "that night" and "the next morning" from the day that the text named last."""
    shift = POINTERS.get(last_word(words["w"]), 0)
    return unit_at(context.day, "day", shift) if context.day else None


def ordinal_day(words: Words, context: Context) -> Days | None:
    """Resolve "on the 21st" as the one nearest to the anchor on the side that the clause looks."""
    base = context.day if words["w"] == "that" else context.anchor
    if base is None:
        return None
    day, months = digits(words["d"]), (POINTERS.get(words["w"], 0),) if words["w"] else (-1, 0, 1)
    near = [months_from(base.year, base.month + i, 1, "month").first for i in months]
    made = [one for first in near if (one := one_day(first.year, first.month, day))]
    if not made:
        return None
    side = {"back": [one for one in made if one <= base], "ahead": [one for one in made if one >= base]}
    best = min(side.get(tense(context)) or made, key=lambda one: abs(one - base))
    return Days(best, best, "day")


def weekday_range(words: Words, context: Context) -> Days | None:
    """Resolve "from Monday to Wednesday": the second is the next one after the first."""
    first = weekday(words | {"w": "", "wk": ""}, context)
    if first is None:
        return None
    days = (WEEKDAYS[words["b"][:3].lower()] - first.first.weekday()) % 7
    return Days(first.first, first.first + timedelta(days=days), "day") if days else None


def span(words: Words, context: Context) -> Days | None:
    """Resolve "the past three years" as the days from then to the anchor, "the next ten days" likewise."""
    anchor, unit = context.anchor, words["u"].lower()
    if anchor is None:
        return None
    n = number(words["n"]) * {"decade": 10, "century": 100}.get(unit, 1)
    unit = "year" if unit in ("decade", "century") else unit
    ahead = words["w"] in ("next", "coming")
    other = _shifted(anchor, unit, n if ahead else -n)
    return Days(min(anchor, other), max(anchor, other), "span")


def _shifted(base: date, unit: str, n: int) -> date:
    """Give the same day some units off, or the month's last where it has no such day."""
    if unit in ("day", "week"):
        return base + timedelta(days=n * (7 if unit == "week" else 1))
    month = months_from(base.year, base.month + n * {"month": 1, "quarter": 3, "year": 12}[unit], 1, "month")
    return min(month.first + timedelta(days=base.day - 1), month.last)


# "the first test in two years": what was not for that long.
_SINCE = re.compile(
    r"\b(?:first|second|third|only|last|most|least|time|best|worst|once|twice|\w+est)\b[^.;]*\Z"
)


def in_(words: Words, context: Context) -> Days | None:
    """Resolve "in three weeks", if the clause looks ahead and speaks of a time, not of how long it takes."""
    unit, n = words["u"].lower(), number(words["n"])
    if context.anchor is None or unit in ("decade", "century") or _SINCE.search(context.before(CLAUSE)):
        return None
    if not words["time"] and (n > 12 or tense(context) != "ahead"):
        return None
    return unit_at(context.anchor, unit, n)


def day_beside(words: Words, context: Context) -> Days | None:
    """Resolve "the day before" and "the year after" from what the text named last."""
    unit, shift = {"night": "day"}.get(words["u"], words["u"]), 1 if words["k"] == "after" else -1
    base = date(context.year, 1, 1) if unit == "year" and context.year else context.day
    return unit_at(base, unit, shift) if base else None


_BOTH = re.compile(r"\b(?:both|each)\b")
_OVER = re.compile(r"\b(?:over|in|for|within|during|throughout)\s\Z")


def relative(words: Words, context: Context) -> Days | None:
    """Resolve "last week", "this weekend", "that month", "the following year"."""
    pointer, unit = words["w"].lower(), words["u"].lower()
    word = last_word(pointer)
    span = pointer in ("the next", "the coming")  # "over the next year" is a span of time
    if pointer == "the same" and _BOTH.search(
        context.text, max(0, context.start - CLAUSE), context.end + CLAUSE
    ):
        return None  # "both are to end on the same day"
    if (span and _OVER.search(context.before(11))) or (unit == "day" and word not in {*OWN, "next"}):
        return None
    own = word in OWN or pointer == "the next"
    base = context.day if own else context.anchor
    last = context.last
    if own and unit in ("month", "quarter") and last and last.grain in ("day", "week", "month", "quarter"):
        base = last.first if unit == "month" or last.grain == "quarter" else base
    if own and unit == "year" and context.year:
        base = date(context.year, 1, 1)
    if base is None or (unit == "day" and not own):
        return None
    shift = POINTERS.get(word, 0)
    gone = unit == "weekend" and word in ("this", "the") and base.weekday() < 3 and tense(context) == "back"
    return unit_at(base, unit, shift - gone)


_CLOSING = re.compile(
    rf"\b(?:(?:{PARTS})(?:-|{SPACE}(?:of|in){SPACE}the{SPACE})|(?:end(?:ed|ing)?|finish(?:ed)?|closed?|start(?:ed)?){SPACE}the{SPACE})\Z",
    re.IGNORECASE,
)


def this_unit(words: Words, context: Context) -> Days | None:
    """Resolve "the end of the week", "later in the year", "to end the day"."""
    base = (context.day if words["u"] == "day" else None) or context.anchor
    return unit_at(base, words["u"], 0) if base and _CLOSING.search(context.before(24)) else None
