"""What each kind of date expression means: one function a rule of `helpers.text.datewords`.

"The end of" a unit is its last third, as "late" is; but nobody counts the days of "early February": that
is February. "Later this week" is what is left of it. Weeks are Monday to Sunday, seasons the northern ones.
"""

import re
from collections.abc import Callable
from datetime import date

from helpers.text.datewords import (
    CENTURIES,
    MONTHS,
    NUMBERS,
    ORDINALS,
    OWN,
    PARTS,
    POINTERS,
    SEASONS,
    SPACE,
    WEEKDAYS,
)
from helpers.text.periods import Days, months_from, one_day, unit_at
from helpers.text.tense import CLAUSE, Context, pick, tense

Words = dict[str, str]
Resolver = Callable[[Words, Context], Days | None]


def _number(words: str) -> int:
    """Read a count: digits, or words up to ninety-nine."""
    tens, _, ones = words.lower().partition("-")
    return int(tens) if tens.isdigit() else NUMBERS[tens] + NUMBERS.get(ones, 0)


def _last_word(words: str) -> str:
    return words.lower().split()[-1] if words else ""


def _month_of(words: str) -> int:
    return MONTHS[words[:3].lower()]


def _digits(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def _year_of(words: Words, context: Context) -> int | None:
    """Read a year that is said: four digits, or "of that year"."""
    if words.get("y"):
        return int(words["y"])
    word = _last_word(words.get("of", ""))
    base = context.year if word in OWN else context.anchor and context.anchor.year
    return base + POINTERS.get(word, 0) if word and base else None


def _days(words: Words, context: Context) -> Days | None:
    """Resolve a day or a run of days with a month; without a year it is the nearest to the anchor."""
    month, day = _month_of(words.get("m1") or words["m"]), _digits(words["d"])
    last_month = _month_of(words.get("m2") or words.get("m3") or words["m"])
    last_day = _digits(words.get("d2") or words.get("d3") or words["d"])
    anchor, stated = context.anchor, words["y"] or words["y1"] or words["of"]
    year = _year_of(words, context) or (int(words["y1"]) if words["y1"] else None)
    if year is None and not stated and anchor:
        days = [made for i in (0, -1, 1) if (made := one_day(anchor.year + i, last_month, last_day))]
        year = min(days, key=lambda made: abs(made - anchor)).year if days else None
    if year is None:
        return None
    first = one_day(int(words["y1"]) if words["y1"] else year - (month > last_month), month, day)
    last = one_day(year + (not words["y"] and month > last_month and bool(words["y1"])), last_month, last_day)
    return Days(first, last, "day") if first and last and first <= last else None


def _numeric(words: Words, _: Context) -> Days | None:
    """Resolve a date in digits, if its day and month cannot be exchanged."""
    a, b, year = int(words["a"]), int(words["b"]), int(words["y"])
    days = [one_day(year, a, b)] + ([] if words.get("iso") else [one_day(year, b, a)])
    made = list(dict.fromkeys(day for day in days if day))
    return Days(made[0], made[0], "day") if len(made) == 1 else None


def _month_year(words: Words, context: Context) -> Days | None:
    """Resolve a month, or months from..to, whose year is said."""
    year = _year_of(words, context)
    if year is None:
        return None
    days, month = (
        months_from(year, _month_of(words["m"]), 1, "month"),
        _month_of(words.get("m1") or words["m"]),
    )
    year = int(words["y1"]) if words.get("y1") else year - (month > days.first.month)
    return days._replace(first=date(year, month, 1))


_LED = re.compile(
    rf"(?:\b(?:in|since|until|till|by|during|through|from|between|{PARTS})[\s-]|end of )\Z", re.IGNORECASE
)
_AFTER_WORD = re.compile(r"\b(?:before|after|and|to|of|for|each|around|about)\s\Z", re.IGNORECASE)
_CAPITAL_BEFORE, _NAME_AFTER = (
    re.compile(r"\b[A-Z][\w’']*\s\Z"),
    re.compile(r"\s(?:[A-Z][a-z]|on\b|for\b|of the\b)"),
)


_NO_DAY = re.compile(r"\d(?:st|nd|rd|th)? (?:of )?\Z")  # "31 June" is no day, and not June either


def _month(words: Words, context: Context) -> Days | None:
    """Resolve a month without a year, if its name cannot be a person's, a verb or an event."""
    name, before = words["m"], context.before(14)
    if (
        context.anchor is None
        or _NO_DAY.search(before)
        or not (words["w"] or _LED.search(before) or _surely_month(name, before, context))
    ):
        return None
    options = [months_from(context.anchor.year + i, _month_of(name), 1, "month") for i in (-2, -1, 0, 1, 2)]
    return pick(options, _last_word(words["w"]), context)


def _surely_month(name: str, before: str, context: Context) -> bool:
    if name.isupper() or name in ("May", "March") or "." in name or len(name) < 4 <= len(name.strip(".")):
        return False
    if name not in ("April", "June", "August"):
        return len(name) > 3
    return not (_CAPITAL_BEFORE.search(before) or _NAME_AFTER.match(context.text, context.end))


# Names of days that are no dates: "Black Monday".
_NAMED_DAY = re.compile(
    r"\b(?:Black|Bloody|Good|Ash|Cyber|Giving|Super|Fat|Easter|Palm|Whit|Holy|every|each|any)\s\Z"
)


def _weekday(words: Words, context: Context) -> Days | None:
    """Resolve a weekday: the last one or today's, or the next where the clause looks ahead."""
    number, word = WEEKDAYS[words["wd"][:3].lower()], _last_word(words["w"])
    base = context.day if word in OWN else context.anchor
    if base is None or _NAMED_DAY.search(context.before(8)):
        return None
    if words["wk"] or word == "this":
        return unit_at(unit_at(base, "week", POINTERS.get(words["wk"], 0)).first, "day", number)
    days = [unit_at(base, "day", i) for i in range((number - base.weekday()) % 7 - 7, 8, 7)]
    return pick(days, word, context._replace(anchor=base))


def _near_day(words: Words, context: Context) -> Days | None:
    """Resolve "today", "last night" and their like."""
    word, before = words["w"].lower(), context.before(CLAUSE)
    if (before.endswith(" of ") and not before.lower().endswith("as of ")) or (
        word == "tomorrow" and re.search(r"\bif\b[^.?!]*\Z", before)
    ):
        return None  # "the children of today"; "if they voted tomorrow"
    shift = {"yesterday": -1, "last": -1, "tomorrow": 1}.get(word.split()[0], 0)
    shift += {"before": -1, "after": 1}.get(words.get("o", ""), 0)
    return unit_at(context.anchor, "day", shift) if context.anchor else None


def _ago(words: Words, context: Context) -> Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    way, unit = words["k"].lower(), words["u"].lower()
    ahead, own = way not in ("ago", "earlier", "before"), way in ("earlier", "later", "before")
    base = (context.day if own else context.anchor) or (context.anchor if way == "earlier" else None)
    n = _number(words["n"]) * (10 if unit == "decade" else 1)
    if base is None or unit == "century":
        return None
    days = unit_at(base, "year" if unit == "decade" else unit, n if ahead else -n)
    # What the text told last is not what "replied a week later" starts from, if that leads to the future.
    lost = way == "later" and context.anchor and days.first > context.anchor and tense(context) == "back"
    return None if lost else days


_BOTH = re.compile(r"\b(?:both|each)\b")
_OVER = re.compile(r"\b(?:over|in|for|within|during|throughout)\s\Z")


def _relative(words: Words, context: Context) -> Days | None:
    """Resolve "last week", "this weekend", "that month", "the following year"."""
    pointer, unit = words["w"].lower(), words["u"].lower()
    word = _last_word(pointer)
    span = pointer in ("the next", "the coming")  # "over the next year" is a span of time
    if pointer == "the same" and _BOTH.search(
        context.text, max(0, context.start - CLAUSE), context.end + CLAUSE
    ):
        return None  # "both are to end on the same day"
    if (span and _OVER.search(context.before(11))) or (unit == "day" and word not in {*OWN, "next"}):
        return None
    own = word in OWN or pointer == "the next"
    base = context.day if own else context.anchor
    if own and unit == "year" and context.year:
        base = date(context.year, 1, 1)
    if base is None or (unit == "day" and not own):
        return None
    shift = POINTERS.get(word, 0)
    gone = unit == "weekend" and word in ("this", "the") and base.weekday() < 3 and tense(context) == "back"
    return unit_at(base, unit, shift - gone)


def _season(words: Words, context: Context) -> Days | None:
    """Resolve a season with a year, a pointer, or a preposition before it."""
    name, word, year = words["s"].lower(), _last_word(words["w"]), _year_of(words, context)
    if year or words["of"]:
        return months_from(year, SEASONS[name], 3, "season") if year else None
    before = context.before(10)
    led = words["the"] and name != "fall" and (_LED.search(before) or _AFTER_WORD.search(before))
    if context.anchor is None or not (word or led):
        return None
    options = [months_from(context.anchor.year + i, SEASONS[name], 3, "season") for i in (-2, -1, 0, 1, 2)]
    return pick(options, word, context)


def _quarter(words: Words, context: Context) -> Days | None:
    """Resolve a quarter or a half of a year; without a year it is the last one that has begun."""
    number = ORDINALS.get(words["q"].lower()) or int(words["q"][0])
    n, grain = (6, "half-year") if words.get("h") else (3, "quarter")
    year, anchor = _year_of(words, context), context.anchor
    if year or words.get("of") or anchor is None:
        return months_from(year, n * (number - 1) + 1, n, grain) if year else None
    return pick(
        [months_from(anchor.year + i, n * (number - 1) + 1, n, grain) for i in (-1, 0, 1)], "", context
    )


_CLOSING = re.compile(
    rf"\b(?:(?:{PARTS})(?:-|{SPACE}(?:of|in){SPACE}the{SPACE})|(?:end(?:ed|ing)?|finish(?:ed)?|closed?|start(?:ed)?){SPACE}the{SPACE})\Z",
    re.IGNORECASE,
)


def _this_unit(words: Words, context: Context) -> Days | None:
    """Resolve "the end of the week", "later in the year", "to end the day"."""
    base = (context.day if words["u"] == "day" else None) or context.anchor
    return unit_at(base, words["u"], 0) if base and _CLOSING.search(context.before(24)) else None


def _decade(words: Words, _: Context) -> Days | None:
    return months_from(int(words["y"]), 1, 120, "decade")


def _century(words: Words, _: Context) -> Days | None:
    number = CENTURIES.get(words["n"].lower()) or _digits(words["n"])
    return months_from(100 * number - 99, 1, 1200, "century") if 10 <= number <= 21 else None


def _years(words: Words, _: Context) -> Days | None:
    """Resolve years from..to; "2023-24" ends in 2024."""
    first, last = int(words["a"]), int(words["b"])
    last += first // 100 * 100 if last < 100 else 0
    return Days(date(first, 1, 1), date(last, 12, 31), "year") if first < last else None


_NO_YEAR = re.compile(
    r"(?:[$£€#№¥/:.,]|[A-Za-z\d]-|\b(?:flight|no\.?|number|nos\.|room|boeing|airbus|windows|route|highway|article"
    r"|section|resolution|page|about|nearly|almost|over|than|least|some|only|up to|around|another|all|these"
    r"|those|US|HK))\s?\Z",
    re.IGNORECASE,
)


def _year(words: Words, context: Context) -> Days | None:
    """Resolve a year by itself; old or round ones need a word before them that leads to a year."""
    year, before = int(words["y"]), context.before(12)
    led = _LED.search(before) or _AFTER_WORD.search(before) or before.endswith("(")
    if _NO_YEAR.search(before) or ((year < 1900 or year % 100 == 0) and not led):
        return None
    return months_from(year, 1, 12, "year")


RESOLVERS: dict[str, Resolver] = {
    "month-day": _days,
    "day-month": _days,
    "month-range": _month_year,
    "month-year": _month_year,
    "month": _month,
    "weekday": _weekday,
    "near-day": _near_day,
    "ago": _ago,
    "relative": _relative,
    "this-unit": _this_unit,
    "quarter": _quarter,
    "quarter-year": _quarter,
    "half-year": _quarter,
    "century": _century,
    "season": _season,
    "iso-date": _numeric,
    "numeric-date": _numeric,
    "decade": _decade,
    "year-range": _years,
    "year": _year,
}
