"""What date expressions mean: a function for each rule of `expressions`.

What is only partly said is resolved against the day of publication or, where the words point into the text,
against what the text named last. Weeks are Monday to Sunday, seasons the northern ones; "the end of" a unit
is its last third.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from dateline.text.calendar import (
    CENTURIES,
    DECADES,
    ORDINALS,
    SEASONS,
    WEEKDAYS,
    Days,
    count_of,
    digits,
    month_of,
    months_from,
    same_day,
    unit_around,
    valid_day,
)
from dateline.text.expressions import OWN, PARTS, POINTERS, SPACE, last_word

Words = dict[str, str]

# Without a year, "in June" is not further off than this, whatever the tense.
FARTHEST = timedelta(days=270)
# A day that is further off than this is taken from the year that the tense asks for.
NEAREST = timedelta(days=92)
# How far around an expression its clause is searched for a verb.
CLAUSE = 80
# How far back a quarter or a month may stand that "a year earlier" is measured from.
COMPARED_WITHIN = 300


class Context(NamedTuple):
    """What a partial expression is resolved against, and where it stands."""

    text: str
    anchor: date | None
    day: date | None = None  # the day that the text named last
    year: int | None = None  # the year that the text named last
    last: Days | None = None  # what the text named last, whatever its grain
    last_end: int = 0  # where that ended
    start: int = 0
    end: int = 0

    def left(self, n: int) -> str:
        """Give up to n characters before the expression."""
        return self.text[max(0, self.start - n) : self.start]

    def right(self, n: int) -> str:
        """Give up to n characters behind the expression."""
        return self.text[self.end : self.end + n]


# What tells whether a clause looks ahead or back; the cue nearest to the date decides.
_MODAL = "will|would|shall|should|must|may|might|can|could"
_CUE = re.compile(
    rf"\b(?:(?P<ahead>(?:{_MODAL}|to)(?: not)? be(?: \w+)?|{_MODAL}|won't|going to|about to|upcoming|until"
    r"|(?:is|are|due|set|expected|scheduled|planned|planning|plans?|hopes?|slated|poised|ready|wants?|agreed)"
    r" to|(?:due|scheduled|planned|slated|set|expected) (?:for|on|in|at)|expects?|takes|begins|starts|opens)"
    r"|(?P<back>said|told|says|was|were|had|has|have|did|took|held|came|went|met|began|made|saw|found|fell"
    r"|rose|won|lost|since|ago|agreed|[a-z]+(?<!e)ed))\b"
)
_CLAUSE_END = re.compile(r"[.!?;\n](?=\s|$)|[“”\"]")


def clause_tense(context: Context) -> str:
    """Tell whether the words around an expression look "ahead" or "back", or nothing."""
    left = _CLAUSE_END.split(context.left(CLAUSE))[-1]
    right = _CLAUSE_END.split(context.right(CLAUSE), maxsplit=1)[0]
    cue = next(reversed(list(_CUE.finditer(left))), None) or _CUE.search(right)
    return (cue.lastgroup or "") if cue else ""


def _occurrence(
    options: Iterable[Days], word: str, context: Context, *, farthest: timedelta = FARTHEST
) -> Days | None:
    """Choose the occurrence that "last", "next" or "this" means, or by the tense without such a word."""
    anchor = context.anchor
    if anchor is None:
        return None
    if word in ("last", "past", "previous"):
        return max((days for days in options if days.last < anchor), default=None)
    if word in ("next", "coming", "following"):
        return min((days for days in options if days.first > anchor), default=None)
    options = list(options)
    if word:
        return min(options, key=lambda days: max(days.first - anchor, anchor - days.last))
    ahead = min(days for days in options if days.last >= anchor)
    back = max(days for days in options if days.first <= anchor)
    nearest = min(ahead, back, key=lambda days: max(days.first - anchor, anchor - days.last))
    by_tense = ahead if clause_tense(context) == "ahead" else back
    return by_tense if abs(by_tense.first - anchor) <= farthest else nearest


def _stated_year(words: Words, context: Context) -> int | None:
    """Read a year that stands there: four digits, or "of that year"."""
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


def _nearest_year(month: int, day: int, context: Context) -> int | None:
    """Give the year in which a day lies nearest to the anchor, on the side that the clause looks if far."""
    anchor = context.anchor
    years = [anchor.year + i for i in (0, -1, 1)] if anchor else []
    days = [candidate for year in years if (candidate := valid_day(year, month, day))]
    if anchor is None or not days:
        return None
    event = _EVENT.match(context.text, context.end)
    if event and (month, day) == (9, 11) and anchor.year > 2001:
        return 2001
    nearest = min(days, key=lambda candidate: abs(candidate - anchor))
    if event or abs(nearest - anchor) > NEAREST:
        sides = {
            "back": [candidate for candidate in days if candidate <= anchor],
            "ahead": [candidate for candidate in days if candidate >= anchor],
        }
        side = sides.get("back" if event else clause_tense(context)) or [nearest]
        nearest = min(side, key=lambda candidate: abs(candidate - anchor))
    return nearest.year


def _month_days(words: Words, context: Context) -> Days | None:
    """Resolve a day or a run of days with a month; without a year it is the nearest to the anchor."""
    words = words | {"y": words["y"] or words["y3"]}  # "3 May and 4 June 2023"
    month, day = month_of(words.get("m1") or words["m"]), digits(words["d"])
    last_month = month_of(words.get("m2") or words.get("m3") or words["m"])
    last_day = digits(words.get("d2") or words.get("d3") or words["d"])
    stated = words["y"] or words["y1"] or words["of"]
    year = _stated_year(words, context) or (int(words["y1"]) if words["y1"] else None)
    if year is None and not stated and context.anchor:
        year = _nearest_year(last_month, last_day, context)
    if year is None:
        return None
    first = valid_day(int(words["y1"]) if words["y1"] else year - (month > last_month), month, day)
    last = valid_day(
        year + (not words["y"] and month > last_month and bool(words["y1"])), last_month, last_day
    )
    return Days(first, last, "day") if first and last and first <= last else None


def _numeric(words: Words, _: Context) -> Days | None:
    """Resolve a date in digits, if its day and month cannot be exchanged."""
    a, b, year = int(words["a"]), int(words["b"]), int(words["y"])
    days = [valid_day(year, a, b)] + ([] if words.get("iso") else [valid_day(year, b, a)])
    candidates = list(dict.fromkeys(day for day in days if day))
    return Days(candidates[0], candidates[0], "day") if len(candidates) == 1 else None


def _month_year(words: Words, context: Context) -> Days | None:
    """Resolve a month, or months from..to, whose year is stated."""
    year = _stated_year(words, context)
    if year is None:
        return None
    days = months_from(year, month_of(words["m"]), 1, "month")
    month = month_of(words.get("m1") or words["m"])
    year = int(words["y1"]) if words.get("y1") else year - (month > days.first.month)
    first = date(year, month, 1)
    return days._replace(first=first) if first <= days.last else None


_LED = re.compile(
    rf"(?:\b(?:in|since|until|till|by|during|through|from|between|ended|ending|{PARTS})[\s-]|end of )\Z",
    re.IGNORECASE,
)
_AFTER_WORD = re.compile(r"\b(?:before|after|and|to|of|for|each|around|about)\s\Z", re.IGNORECASE)
_CAPITAL_BEFORE = re.compile(r"\b[A-Z][\w’']*\s\Z")
_NAME_AFTER = re.compile(r"\s(?:[A-Z][a-z]|on\b|for\b|of the\b)")
_NO_DAY = re.compile(r"\d(?:st|nd|rd|th)? (?:of )?\Z")  # "31 June" is no day, and not June either


def _bare_month(words: Words, context: Context) -> Days | None:
    """Resolve a month without a year, if its name cannot be a person's, a verb or an event."""
    name, left = words["m"], context.left(14)
    if context.anchor is None or _NO_DAY.search(left):
        return None
    if not (words["w"] or _LED.search(left) or _is_month(name, left, context)):
        return None
    if words["w"].lower() == "this":  # this year's, if that is not long over
        month = months_from(context.anchor.year, month_of(name), 1, "month")
        is_over = context.anchor - month.last > FARTHEST
        return months_from(month.first.year + is_over, month.first.month, 1, "month")
    options = [months_from(context.anchor.year + i, month_of(name), 1, "month") for i in (-2, -1, 0, 1, 2)]
    return _occurrence(options, last_word(words["w"]), context)


# "a May summit", but not "the March of the Ferrymen" or "the May government"
_OWNED = re.compile(r"\b(?:an?|the|its|their|his|her|our)\s\Z", re.IGNORECASE)
_NOUN = re.compile(
    r" (?!(?:against|through|from|for|into|across|towards?|back|government|cabinet|administration|has|have"
    r"|had|was|were|not|never)\b)[a-z]{3}"
)


def _is_month(name: str, left: str, context: Context) -> bool:
    if name in ("May", "March") and _OWNED.search(left) and _NOUN.match(context.text, context.end):
        return True
    if name.isupper() or name in ("May", "March") or "." in name or len(name) < 4 <= len(name.strip(".")):
        return False
    if name not in ("April", "June", "August"):
        return len(name) > 3
    return not (_CAPITAL_BEFORE.search(left) or _NAME_AFTER.match(context.text, context.end))


_HOLIDAYS = {
    "Halloween": (10, 31),
    "Valentine's Day": (2, 14),
    "Christmas Eve": (12, 24),
    "Boxing Day": (12, 26),
    "New Year's Eve": (12, 31),
    "New Year's Day": (1, 1),
}
_TEMPORAL = re.compile(
    r"\b(?:at|by|before|after|since|until|till|on|over|around|this|last|next)\s\Z", re.IGNORECASE
)
_FESTIVE = re.compile(
    r" (?!(?:and|or|but|the|as|when|if|in|to|no|a|is|was|will|at|by|he|she|it|they|we|you|for|with)\b)[a-z]"
)


def _holiday(words: Words, context: Context) -> Days | None:
    """Resolve feasts of one day that are the same everywhere; "Christmas" alone only as a time."""
    name = " ".join(words["h"].replace("’", "'").split())
    is_time = _TEMPORAL.search(context.left(8)) or words["y"]
    if name == "Christmas" and (not is_time or _FESTIVE.match(context.text, context.end)):
        return None
    month, day = _HOLIDAYS.get(name, (12, 25))
    year = int(words["y"]) if words["y"] else _nearest_year(month, day, context)
    feast = valid_day(year, month, day) if year else None
    return Days(feast, feast, "day") if feast else None


def _nine_eleven(_: Words, context: Context) -> Days | None:
    """Resolve "9/11", which names a day and its events, if the article is not older."""
    day = date(2001, 9, 11)
    return Days(day, day, "day") if context.anchor is None or context.anchor >= day else None


def _season(words: Words, context: Context) -> Days | None:
    """Resolve a season with a year, a pointer, or a preposition before it."""
    name, word, year = words["s"].lower(), last_word(words["w"]), _stated_year(words, context)
    if year or words["of"]:
        return months_from(year, SEASONS[name], 3, "season") if year else None
    left = context.left(10)
    is_led = words["the"] and name != "fall" and (_LED.search(left) or _AFTER_WORD.search(left))
    if context.anchor is None or not (word or is_led):
        return None
    options = [months_from(context.anchor.year + i, SEASONS[name], 3, "season") for i in (-2, -1, 0, 1, 2)]
    return _occurrence(options, word, context)


def _quarter(words: Words, context: Context) -> Days | None:
    """Resolve a quarter or a half of a year; without a year it is the last one that has begun."""
    ordinal = words["q"] or words.get("p", "")
    number = ORDINALS.get(ordinal.lower()) or int(ordinal[0])
    n, grain = (6, "half-year") if words.get("h") else (3, "quarter")
    year = _stated_year(words, context)
    if words.get("yy"):  # "Q3'12"
        year = int(words["yy"]) + (2000 if int(words["yy"]) < 70 else 1900)
    if year or words.get("of") or context.anchor is None:
        return months_from(year, n * (number - 1) + 1, n, grain) if year else None
    years = [context.anchor.year + i for i in (-1, 0, 1)]
    options = [months_from(year, n * (number - 1) + 1, n, grain) for year in years]
    return _occurrence(options, "", context, farthest=timedelta(days=366))


def _decade(words: Words, _: Context) -> Days | None:
    return months_from(int(words["y"]), 1, 120, "decade")


def _decade_name(words: Words, context: Context) -> Days | None:
    """Resolve "the '90s" and "the sixties": the last ones that are over, or nearly so."""
    first = 1900 + (10 * int(words["d"]) if words["d"] else DECADES[words["dn"].lower()])
    if context.anchor and first + 110 <= context.anchor.year:
        first += 100
    return months_from(first, 1, 120, "decade")


def _century(words: Words, _: Context) -> Days | None:
    number = CENTURIES.get(words["n"].lower()) or digits(words["n"])
    return months_from(100 * number - 99, 1, 1200, "century") if 10 <= number <= 21 else None


def _year_range(words: Words, _: Context) -> Days | None:
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


def _bare_year(words: Words, context: Context) -> Days | None:
    """Resolve a year by itself; old or round ones need a word before them that leads to a year."""
    year, left = int(words["y"]), context.left(12)
    is_led = _LED.search(left) or _AFTER_WORD.search(left) or left.endswith(("(", "year "))
    if _NO_YEAR.search(left) or ((year < 1900 or year % 100 == 0) and not is_led):
        return None
    return months_from(year, 1, 12, "year")


# -- what points from another day -------------------------------------------------------------------

# Names of days that are no dates: "Black Monday", "the first Monday in June".
_NAMED_DAY = re.compile(
    r"\b(?:first|second|third|fourth|final|Black|Bloody|Good|Ash|Cyber|Giving|Super|Fat|Easter|Palm|Whit|Holy|every|each|any)\s\Z"
)
# "Monday to Wednesday": the second is the next one after the first.
_UNTIL = re.compile(r"\s(?:to|through|until|till)\s\Z")


def _weekday(words: Words, context: Context) -> Days | None:
    """Resolve a weekday: the last one or today's, or the next where the clause looks ahead."""
    number, word = WEEKDAYS[words["wd"][:3].lower()], last_word(words["w"])
    base = context.day if word in OWN else context.anchor
    if base is None or _NAMED_DAY.search(context.left(8)):
        return None
    if context.day and context.start - context.last_end < 10 and _UNTIL.search(context.left(9)):
        return unit_around(context.day, "day", (number - context.day.weekday()) % 7)
    if words["wk"] or word == "this":
        return unit_around(unit_around(base, "week", POINTERS.get(words["wk"], 0)).first, "day", number)
    days = [unit_around(base, "day", i) for i in range((number - base.weekday()) % 7 - 7, 8, 7)]
    return _occurrence(days, word, context._replace(anchor=base))


def _near_day(words: Words, context: Context) -> Days | None:
    """Resolve "today", "last night" and their like."""
    word, left = words["w"].lower(), context.left(CLAUSE)
    if left.endswith(" of ") and not left.lower().endswith("as of "):
        return None  # "the children of today"
    if word == "tomorrow" and re.search(r"\bif\b[^.?!]*\Z", left):
        return None  # "if they voted tomorrow"
    shift = {"yesterday": -1, "last": -1, "tomorrow": 1}.get(word.split()[0], 0)
    shift += {"before": -1, "after": 1}.get(words.get("o", ""), 0)
    return unit_around(context.anchor, "day", shift) if context.anchor else None


_COMPARED = re.compile(r"\b(?:from|than|with|to|against|of|period|month|quarter|versus)\s\Z")
_HALF = re.compile(r"\bhalf\s\Z", re.IGNORECASE)


def _compared_period(years: int, context: Context, *, compared: bool) -> Days | None:
    """Give what the text named last some years before: a quarter, "against 3 million a year earlier"."""
    last = context.last
    if last is None or context.start - context.last_end > COMPARED_WITHIN:
        return None
    n = {"quarter": 3, "half-year": 6} | ({"month": 1} if compared else {})
    if last.grain not in n:
        return None
    return months_from(last.first.year - years, last.first.month, n[last.grain], last.grain)


def _ago(words: Words, context: Context) -> Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    way, unit = words["k"].lower(), words["u"].lower()
    is_ahead, is_own = way not in ("ago", "earlier", "before"), way in ("earlier", "later", "before")
    base = (context.day if is_own else context.anchor) or (context.anchor if way == "earlier" else None)
    n = count_of(words["n"]) * {"century": 100, "decade": 10, "fortnight": 2}.get(unit, 1)
    unit = {"century": "year", "decade": "year", "fortnight": "week"}.get(unit, unit)
    if unit == "year" and way in ("ago", "earlier"):
        compared = bool(_COMPARED.search(context.left(9)))
        if days := _compared_period(n, context, compared=compared):
            return days
    if base is None or _HALF.search(context.left(6)):
        return None
    days = unit_around(base, unit, n if is_ahead else -n)
    # What the text named last is not what "replied a week later" starts from, if that leads to the future.
    is_future = way == "later" and context.anchor and days.first > context.anchor
    return None if is_future and clause_tense(context) == "back" else days


def _year_ago(words: Words, context: Context) -> Days | None:
    """Resolve "the year-earlier quarter"."""
    if (days := _compared_period(1, context, compared=True)) or context.anchor is None:
        return days
    unit, shift = {"quarter": ("quarter", -5), "month": ("month", -12)}.get(words["u"], ("year", -1))
    return unit_around(context.anchor, unit, shift)


_CLOSED = re.compile(r"\s*(?:\Z|[.,;:)]|(?:ended|ending|was|were|is)\b)")
_INSIDE = re.compile(r"\b(?:in|for|during|of|from|over|through)\s\Z")


def _the_quarter(_: Words, context: Context) -> Days | None:
    """Resolve "the quarter" as the one that the text named last, else as the last one that is over."""
    last = context.last
    if (
        last is not None
        and last.grain == "quarter"
        and context.start - context.last_end <= 3 * COMPARED_WITHIN
    ):
        return last
    is_time = _INSIDE.search(context.left(10)) or _CLOSED.match(context.text, context.end)
    return unit_around(context.anchor, "quarter", -1) if context.anchor and is_time else None


_FISCAL = re.compile(r"\b(?:fiscal|financial|business)\s\Z", re.IGNORECASE)  # it ends when its owner says


def _year_end(words: Words, context: Context) -> Days | None:
    """Resolve "year-end" as the year's last month."""
    year = int(words["y"]) if words["y"] else context.anchor and context.anchor.year
    return months_from(year, 12, 1, "month") if year and not _FISCAL.search(context.left(10)) else None


def _span(words: Words, context: Context) -> Days | None:
    """Resolve "the past three years" as the days from then to the anchor, "the next ten days" likewise."""
    anchor, unit = context.anchor, words["u"].lower()
    if anchor is None:
        return None
    n = count_of(words.get("n") or "1") * {"decade": 10, "century": 100}.get(unit, 1)
    unit = "year" if unit in ("decade", "century") else unit
    end = same_day(anchor, unit, n if words.get("w") in ("next", "coming") else -n)
    return Days(min(anchor, end), max(anchor, end), "span")


_NEVER = re.compile(r"(?:\bnot|\bnever|n['’]t)\b[^.?!]{0,30}\Z")


def _overnight(_: Words, context: Context) -> Days | None:
    """Resolve "overnight" as the night before the article, which belongs to two days."""
    if context.anchor is None or clause_tense(context) == "ahead" or _NEVER.search(context.left(40)):
        return None
    return Days(context.anchor - timedelta(days=1), context.anchor, "day")


# "the first test in two years": what was not for that long.
_SINCE = re.compile(
    r"\b(?:first|second|third|only|last|most|least|time|best|worst|once|twice|\w+est)\b[^.;]*\Z"
)


def _in(words: Words, context: Context) -> Days | None:
    """Resolve "in three weeks", if the clause looks ahead and speaks of a time, not of how long it takes."""
    unit, n = words["u"].lower(), count_of(words["n"])
    if context.anchor is None or unit in ("decade", "century") or _SINCE.search(context.left(CLAUSE)):
        return None
    if not words["time"] and (n > 12 or clause_tense(context) != "ahead"):
        return None
    return unit_around(context.anchor, unit, n)


_BOTH = re.compile(r"\b(?:both|each)\b")
_OVER = re.compile(r"\b(?:over|in|for|within|during|throughout)\s\Z")


def _relative(words: Words, context: Context) -> Days | None:
    """Resolve "last week", "this weekend", "that month", "the following year"."""
    pointer, unit, last = words["w"].lower(), words["u"].lower(), context.last
    word = last_word(pointer)
    is_span = pointer in ("the next", "the coming")  # "over the next year" is a span of time
    if pointer == "the same" and _BOTH.search(
        context.text, max(0, context.start - CLAUSE), context.end + CLAUSE
    ):
        return None  # "both are to end on the same day"
    if (is_span and _OVER.search(context.left(11))) or (unit == "day" and word not in {*OWN, "next"}):
        return None
    is_own = word in OWN or pointer == "the next"
    base = context.day if is_own else context.anchor
    if is_own and last and unit in ("month", "quarter") and last.grain in ("day", "week", "month", "quarter"):
        base = last.first if unit == "month" or last.grain == "quarter" else base
    if is_own and unit == "year" and context.year:
        base = date(context.year, 1, 1)
    if base is None or (unit == "day" and not is_own):
        return None
    is_past_weekend = unit == "weekend" and word in ("this", "the") and base.weekday() < 3
    shift = POINTERS.get(word, 0) - (is_past_weekend and clause_tense(context) == "back")
    return unit_around(base, unit, shift)


_CLOSING = re.compile(
    rf"\b(?:(?:{PARTS})(?:-|{SPACE}(?:of|in){SPACE}the{SPACE})"
    rf"|(?:end(?:ed|ing)?|finish(?:ed)?|closed?|start(?:ed)?){SPACE}the{SPACE})\Z",
    re.IGNORECASE,
)


def _closing_unit(words: Words, context: Context) -> Days | None:
    """Resolve "the end of the week", "later in the year", "to end the day"."""
    base = (context.day if words["u"] == "day" else None) or context.anchor
    return unit_around(base, words["u"], 0) if base and _CLOSING.search(context.left(24)) else None


MEANINGS: dict[str, Callable[[Words, Context], Days | None]] = {
    "month-day": _month_days,
    "day-month": _month_days,
    "month-range": _month_year,
    "month-year": _month_year,
    "month": _bare_month,
    "weekday": _weekday,
    "near-day": _near_day,
    "overnight": _overnight,
    "past-unit": _span,
    "ago": _ago,
    "relative": _relative,
    "span": _span,
    "in": _in,
    "year-ago": _year_ago,
    "year-end": _year_end,
    "the-quarter": _the_quarter,
    "holiday": _holiday,
    "nine-eleven": _nine_eleven,
    "this-unit": _closing_unit,
    "year-quarter": _quarter,
    "quarter": _quarter,
    "quarter-year": _quarter,
    "half-year": _quarter,
    "century": _century,
    "season": _season,
    "iso-date": _numeric,
    "numeric-date": _numeric,
    "decade": _decade,
    "decade-name": _decade_name,
    "year-range": _year_range,
    "year": _bare_year,
}
