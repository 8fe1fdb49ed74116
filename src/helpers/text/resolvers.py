"""What each kind of date expression means: one function a rule of `helpers.text.datewords`.

"The end of" a unit is its last third, as "late" is; but nobody counts the days of "early February": that
is February. "Later this week" is what is left of it. Weeks are Monday to Sunday, seasons the northern ones.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from helpers.text.datewords import (
    CENTURIES,
    DECADES,
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
from helpers.text.tense import CLAUSE, FAR, Context, pick, tense

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


# What a day gives its name to has happened: "the October 7 attack".
_EVENT = re.compile(
    r"(?:['’]s?)? (?:terror(?:ist)? )?(?:attacks?|bombings?|massacre|riots?|shootings?|uprising|insurrection"
    r"|coup|(?:earth)?quake|tsunami|flood|crash|disaster|revolution|killings?|raids?|invasion|hijack\w*|terror\w*)\b"
)
# A day that is further off than this is taken from the year that the tense asks for.
NEAR = timedelta(days=92)


def _nearest_year(month: int, day: int, context: Context) -> int | None:
    """Give the year in which a day lies nearest to the anchor, on the side that the clause looks if far."""
    anchor = context.anchor
    days = [made for i in (0, -1, 1) if (made := one_day(anchor.year + i, month, day))] if anchor else []
    if anchor is None or not days:
        return None
    event = _EVENT.match(context.text, context.end)
    if event and (month, day) == (9, 11) and anchor.year > 2001:
        return 2001
    near = min(days, key=lambda made: abs(made - anchor))
    if event or abs(near - anchor) > NEAR:
        said = "back" if event else tense(context)
        sides = {
            "back": [made for made in days if made <= anchor],
            "ahead": [made for made in days if made >= anchor],
        }
        near = min(sides.get(said) or [near], key=lambda made: abs(made - anchor))
    return near.year


def _days(words: Words, context: Context) -> Days | None:
    """Resolve a day or a run of days with a month; without a year it is the nearest to the anchor."""
    month, day = _month_of(words.get("m1") or words["m"]), _digits(words["d"])
    last_month = _month_of(words.get("m2") or words.get("m3") or words["m"])
    last_day = _digits(words.get("d2") or words.get("d3") or words["d"])
    anchor, stated = context.anchor, words["y"] or words["y1"] or words["of"]
    year = _year_of(words, context) or (int(words["y1"]) if words["y1"] else None)
    if year is None and not stated and anchor:
        year = _nearest_year(last_month, last_day, context)
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
    rf"(?:\b(?:in|since|until|till|by|during|through|from|between|ended|ending|{PARTS})[\s-]|end of )\Z",
    re.IGNORECASE,
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
    if words["w"].lower() == "this":  # this year's, if that is not long gone
        this = months_from(context.anchor.year, _month_of(name), 1, "month")
        gone = context.anchor - this.last > FAR
        return months_from(this.first.year + gone, this.first.month, 1, "month")
    options = [months_from(context.anchor.year + i, _month_of(name), 1, "month") for i in (-2, -1, 0, 1, 2)]
    return pick(options, _last_word(words["w"]), context)


# "a May summit", but not "the March of the Ferrymen" or "the May government"
_OWNED = re.compile(r"\b(?:an?|the|its|their|his|her|our)\s\Z", re.IGNORECASE)
_THING = re.compile(
    r" (?!(?:against|through|from|for|into|across|towards?|back|government|cabinet|administration|has|have"
    r"|had|was|were|not|never)\b)[a-z]{3}"
)


def _surely_month(name: str, before: str, context: Context) -> bool:
    if name in ("May", "March") and _OWNED.search(before) and _THING.match(context.text, context.end):
        return True
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


def _ago(words: Words, context: Context) -> Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    way, unit = words["k"].lower(), words["u"].lower()
    ahead, own = way not in ("ago", "earlier", "before"), way in ("earlier", "later", "before")
    base = (context.day if own else context.anchor) or (context.anchor if way == "earlier" else None)
    n = _number(words["n"]) * {"decade": 10, "fortnight": 2}.get(unit, 1)
    unit = {"decade": "year", "fortnight": "week"}.get(unit, unit)
    if unit == "year" and way in ("ago", "earlier"):
        compared = bool(_COMPARED.search(context.before(9)))
        if days := _year_before(n, context, compared=compared):
            return days
    if base is None or unit == "century":
        return None
    days = unit_at(base, unit, n if ahead else -n)
    # What the text told last is not what "replied a week later" starts from, if that leads to the future.
    lost = way == "later" and context.anchor and days.first > context.anchor and tense(context) == "back"
    return None if lost else days


def _year_ago(words: Words, context: Context) -> Days | None:
    """Resolve "the year-earlier quarter"."""
    if days := _year_before(1, context, compared=True):
        return days
    if context.anchor is None:
        return None
    if words["u"] == "quarter":
        return unit_at(context.anchor, "quarter", -5)
    unit, n = ("month", -12) if words["u"] == "month" else ("year", -1)
    return unit_at(context.anchor, unit, n)


def _the_quarter(_: Words, context: Context) -> Days | None:
    """Resolve "the quarter" as the one that the text named last."""
    last = context.last
    near = last is not None and last.grain == "quarter" and context.start - context.last_end <= 3 * BESIDE
    return last if near else None


_FISCAL = re.compile(r"\b(?:fiscal|financial|business)\s\Z", re.IGNORECASE)  # it ends when its owner says


def _year_end(words: Words, context: Context) -> Days | None:
    """Resolve "year-end" as the year's last month."""
    if _FISCAL.search(context.before(10)):
        return None
    year = int(words["y"]) if words["y"] else context.anchor and context.anchor.year
    return months_from(year, 12, 1, "month") if year else None


def _span(words: Words, context: Context) -> Days | None:
    """Resolve "the past three years" as the days from then to the anchor, "the next ten days" likewise."""
    anchor, n, unit = context.anchor, _number(words["n"]), words["u"].lower()
    if anchor is None or unit == "century":
        return None
    n, unit = (10 * n, "year") if unit == "decade" else (n, unit)
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


def _in(words: Words, context: Context) -> Days | None:
    """Resolve "in three weeks", if the clause looks ahead and speaks of a time, not of how long it takes."""
    unit, n = words["u"].lower(), _number(words["n"])
    if context.anchor is None or unit in ("decade", "century") or _SINCE.search(context.before(CLAUSE)):
        return None
    if not words["time"] and (n > 12 or tense(context) != "ahead"):
        return None
    return unit_at(context.anchor, unit, n)


def _day_beside(words: Words, context: Context) -> Days | None:
    """Resolve "the day before" and "the night after" from the day that the text named last."""
    return unit_at(context.day, "day", 1 if words["k"] == "after" else -1) if context.day else None


def _first_months(words: Words, context: Context) -> Days | None:
    """Resolve "the first nine months of 2021"."""
    n, year = _number(words["n"]), _year_of(words, context)
    if year is None or not 2 <= n <= 11:
        return None
    return months_from(year, 1 if words["q"].lower() == "first" else 13 - n, n, "months")


_HOLIDAYS = {
    "Christmas Eve": (12, 24),
    "Boxing Day": (12, 26),
    "New Year's Eve": (12, 31),
    "New Year's Day": (1, 1),
}
_AT = re.compile(
    r"\b(?:at|by|before|after|since|until|till|on|over|around|this|last|next)\s\Z", re.IGNORECASE
)
_FESTIVE = re.compile(
    r" (?!(?:and|or|but|the|as|when|if|in|to|no|a|is|was|will|at|by|he|she|it|they|we|you|for|with)\b)[a-z]"
)


def _holiday(words: Words, context: Context) -> Days | None:
    """Resolve feasts of one day that are the same everywhere; "Christmas" alone only as a time."""
    name = " ".join(words["h"].replace("’", "'").split())
    if name == "Christmas" and (
        not _AT.search(context.before(8)) or _FESTIVE.match(context.text, context.end)
    ):
        return None
    month, day = _HOLIDAYS.get(name, (12, 25))
    year = int(words["y"]) if words["y"] else _nearest_year(month, day, context)
    made = one_day(year, month, day) if year else None
    return Days(made, made, "day") if made else None


def _nine_eleven(_: Words, context: Context) -> Days | None:
    """Resolve "9/11", which names a day and its events, if the article is not older."""
    made = date(2001, 9, 11)
    return Days(made, made, "day") if context.anchor is None or context.anchor >= made else None


def _spoken_year(words: Words, context: Context) -> Days | None:
    """Resolve "nineteen ninety-six"; "two thousand four" only behind a word that leads to a year."""
    low = {name: word.lower() for name, word in words.items()}
    if low["k"]:
        before = context.before(12)
        led = _LED.search(before) or _AFTER_WORD.search(before)
        return months_from(2000 + NUMBERS[low["k"]], 1, 12, "year") if led else None
    rest = NUMBERS[low["teen"]] if low["teen"] else NUMBERS[low["t"]] + NUMBERS.get(low["o"], 0)
    return months_from(1900 + rest, 1, 12, "year")


def _decade_name(words: Words, context: Context) -> Days | None:
    """Resolve "the '90s" and "the sixties": the last ones that are over, or nearly so."""
    first = 1900 + (10 * int(words["d"]) if words["d"] else DECADES[words["dn"].lower()])
    if context.anchor and first + 110 <= context.anchor.year:
        first += 100
    return months_from(first, 1, 120, "decade")


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
        [months_from(anchor.year + i, n * (number - 1) + 1, n, grain) for i in (-1, 0, 1)],
        "",
        context,
        far=timedelta(days=366),
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
    r"|those|US|HK|act|bill|regulations?|directive|ordinance))\s?\Z",
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
    "span": _span,
    "in": _in,
    "day-beside": _day_beside,
    "year-ago": _year_ago,
    "year-end": _year_end,
    "the-quarter": _the_quarter,
    "first-months": _first_months,
    "holiday": _holiday,
    "nine-eleven": _nine_eleven,
    "spoken-year": _spoken_year,
    "decade-name": _decade_name,
    "year-quarter": _quarter,
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
