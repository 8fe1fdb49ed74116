"""What calendar expressions mean: days, months, quarters, years. One function a rule of `datewords`.

"The end of" a unit is its last third, as "late" is; but nobody counts the days of "early February": that
is February. Weeks are Monday to Sunday, seasons the northern ones. What is measured from another day
("two weeks ago", "that month") is in `pointers`.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateline.text import pointers
from dateline.text.datewords import (
    CENTURIES,
    DECADES,
    NTH,
    NUMBERS,
    ORDINALS,
    OWN,
    PARTS,
    POINTERS,
    SEASONS,
    WEEKDAYS,
    digits,
    last_word,
    month_of,
    number,
)
from dateline.text.periods import Days, easter, months_from, nth, one_day, unit_at, weekday_of
from dateline.text.pointers import Words
from dateline.text.tense import FAR, Context, pick, tense

Resolver = Callable[[Words, Context], Days | None]


def _year_of(words: Words, context: Context) -> int | None:
    """Read a year that is said: four digits, or "of that year"."""
    if words.get("y"):
        return int(words["y"])
    word = last_word(words.get("of", ""))
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
    words = words | {"y": words["y"] or words["y3"]}  # "3 May and 4 June 2023"
    month, day = month_of(words.get("m1") or words["m"]), digits(words["d"])
    last_month = month_of(words.get("m2") or words.get("m3") or words["m"])
    last_day = digits(words.get("d2") or words.get("d3") or words["d"])
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
        months_from(year, month_of(words["m"]), 1, "month"),
        month_of(words.get("m1") or words["m"]),
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
        this = months_from(context.anchor.year, month_of(name), 1, "month")
        gone = context.anchor - this.last > FAR
        return months_from(this.first.year + gone, this.first.month, 1, "month")
    options = [months_from(context.anchor.year + i, month_of(name), 1, "month") for i in (-2, -1, 0, 1, 2)]
    return pick(options, last_word(words["w"]), context)


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


_FISCAL = re.compile(r"\b(?:fiscal|financial|business)\s\Z", re.IGNORECASE)  # it ends when its owner says


def _year_end(words: Words, context: Context) -> Days | None:
    """Resolve "year-end" as the year's last month."""
    if _FISCAL.search(context.before(10)):
        return None
    year = int(words["y"]) if words["y"] else context.anchor and context.anchor.year
    return months_from(year, 12, 1, "month") if year else None


def _first_months(words: Words, context: Context) -> Days | None:
    """Resolve "the first nine months of 2021"."""
    n, year = number(words["n"]), _year_of(words, context)
    if year is None or not 2 <= n <= 11:
        return None
    return months_from(year, 1 if words["q"].lower() == "first" else 13 - n, n, "months")


_HOLIDAYS = {
    "Halloween": (10, 31),
    "Valentine's Day": (2, 14),
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
        not (_AT.search(context.before(8)) or words["y"]) or _FESTIVE.match(context.text, context.end)
    ):
        return None
    if name in _EASTER:
        return _beside_easter(_EASTER[name], words, context)
    month, day = _HOLIDAYS.get(name, (12, 25))
    year = int(words["y"]) if words["y"] else _nearest_year(month, day, context)
    made = one_day(year, month, day) if year else None
    return Days(made, made, "day") if made else None


# Days from Easter Sunday.
_EASTER = {"Good Friday": -2, "Easter Sunday": 0, "Easter Monday": 1}


def _beside_easter(shift: int, words: Words, context: Context) -> Days | None:
    """Give a day beside Easter, in the year that is said or the nearest to the anchor."""
    anchor = context.anchor
    years = [int(words["y"])] if words["y"] else [anchor.year + i for i in (0, -1, 1)] if anchor else []
    days = [easter(year) + timedelta(days=shift) for year in years]
    made = min(days, key=lambda one: abs(one - anchor)) if anchor and days else next(iter(days), None)
    return Days(made, made, "day") if made else None


def _nth_of(words: Words, context: Context) -> Days | None:
    """Resolve "the first week of May", "the last Sunday in March 2025", "the second half of this month"."""
    year, whole = int(words["y2"]) if words["y2"] else _year_of(words, context), None
    if words["m"] and year:
        whole = months_from(year, month_of(words["m"]), 1, "month")
    elif words["m"] and context.anchor and not words["of"]:
        options = [months_from(context.anchor.year + i, month_of(words["m"]), 1, "month") for i in (-1, 0, 1)]
        whole = pick(options, "", context)
    elif words["y2"] and year:
        whole = months_from(year, 1, 12, "year")
    elif words["v"]:
        pointer = last_word(words["w"])
        base = (context.day if pointer in OWN else None) or context.anchor
        whole = unit_at(base, words["v"], POINTERS.get(pointer, 0)) if base else None
    if whole is None:
        return None
    unit, n = words["u"].lower(), NTH[words["q"].lower()]
    if unit[:3] in WEEKDAYS:
        return weekday_of(whole, WEEKDAYS[unit[:3]], n)
    return nth(whole, unit, n)


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


def _season(words: Words, context: Context) -> Days | None:
    """Resolve a season with a year, a pointer, or a preposition before it."""
    name, word, year = words["s"].lower(), last_word(words["w"]), _year_of(words, context)
    if year or words["of"]:
        return months_from(year, SEASONS[name], 3, "season") if year else None
    before = context.before(10)
    led = words["the"] and name != "fall" and (_LED.search(before) or _AFTER_WORD.search(before))
    if context.anchor is None or not (word or led):
        return None
    options = [months_from(context.anchor.year + i, SEASONS[name], 3, "season") for i in (-2, -1, 0, 1, 2)]
    return pick(options, word, context)


def _short_year(words: str) -> int | None:
    """Read the year of "FY12" and "Q3'12"; the century is that of companies that have fiscal years."""
    return int(words) + (2000 if int(words) < 70 else 1900) if words else None


def _fiscal_year(words: Words, _: Context) -> Days | None:
    year = _short_year(words["yy"])
    return months_from(year, 1, 12, "year") if year else None


def _quarter(words: Words, context: Context) -> Days | None:
    """Resolve a quarter or a half of a year; without a year it is the last one that has begun."""
    said = words["q"] or words["p"]
    number = ORDINALS.get(said.lower()) or int(said[0])
    n, grain = (6, "half-year") if words.get("h") else (3, "quarter")
    year, anchor = _year_of(words, context) or _short_year(words.get("yy", "")), context.anchor
    if year or words.get("of") or anchor is None:
        return months_from(year, n * (number - 1) + 1, n, grain) if year else None
    return pick(
        [months_from(anchor.year + i, n * (number - 1) + 1, n, grain) for i in (-1, 0, 1)],
        "",
        context,
        far=timedelta(days=366),
    )


def _decade(words: Words, _: Context) -> Days | None:
    return months_from(int(words["y"]), 1, 120, "decade")


def _century(words: Words, _: Context) -> Days | None:
    number = CENTURIES.get(words["n"].lower()) or digits(words["n"])
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
    led = _LED.search(before) or _AFTER_WORD.search(before) or before.endswith(("(", "year "))
    if _NO_YEAR.search(before) or ((year < 1900 or year % 100 == 0) and not led):
        return None
    return months_from(year, 1, 12, "year")


RESOLVERS: dict[str, Resolver] = {
    "month-day": _days,
    "day-month": _days,
    "month-range": _month_year,
    "month-year": _month_year,
    "month": _month,
    "weekday": pointers.weekday,
    "near-day": pointers.near_day,
    "nth-of": _nth_of,
    "weekday-range": pointers.weekday_range,
    "ordinal-day": pointers.ordinal_day,
    "part-of-day": pointers.part_of_day,
    "overnight": pointers.overnight,
    "straight-day": pointers.straight_day,
    "past-unit": pointers.past_unit,
    "the-year": pointers.the_year,
    "year-period": pointers.year_period,
    "fiscal-year": _fiscal_year,
    "ago": pointers.ago,
    "relative": pointers.relative,
    "span": pointers.span,
    "in": pointers.in_,
    "day-beside": pointers.day_beside,
    "year-ago": pointers.year_ago,
    "year-end": _year_end,
    "the-quarter": pointers.the_quarter,
    "first-months": _first_months,
    "holiday": _holiday,
    "nine-eleven": _nine_eleven,
    "spoken-year": _spoken_year,
    "decade-name": _decade_name,
    "year-quarter": _quarter,
    "this-unit": pointers.this_unit,
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
