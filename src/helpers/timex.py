"""Date expressions in English news text: where they stand and which days they mean.

One scan finds words that a date can be built around (a month, a weekday, a year, "week", "ago"); only
there are the rules tried, so that text without dates costs next to nothing. What is only partly said
("May 16", "on Sunday", "two weeks ago") is resolved against the publication date, and what points into
the text ("of that year", "three days earlier") against the date that the text named last. What could be
something else (the verb "may", a flight number, "2,000 people") is left out rather than guessed.

"Early", "mid" and "late" (or "the end of") are taken as the first, middle and last third of the unit.
Weeks are Monday to Sunday, seasons those of the northern half.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple


class DateSpan(NamedTuple):
    """One date expression: ``text[start:end] == surface``, and the days from..to that it means."""

    start: int
    end: int
    surface: str
    date_from: date
    date_to: date
    grain: str
    rule: str


class _Days(NamedTuple):
    first: date
    last: date
    grain: str


class _Context(NamedTuple):
    """What a partial expression is resolved against."""

    text: str
    anchor: date | None
    day: date | None  # the day that the text named last
    year: int | None  # the year that the text named last


_Match = re.Match[str]
_Resolver = Callable[[_Match, _Context], _Days | None]

# -- words -----------------------------------------------------------------------------------------

_FULL = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = {name[:3].lower(): number for number, name in enumerate(_FULL, start=1)}
WEEKDAYS = {name[:3].lower(): number for number, name in enumerate(_WEEK)}
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: number for number, word in enumerate((*_ONES, *_TEENS), start=1)} | {"a": 1, "an": 1}
NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, start=2)}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
CENTURIES = {"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # the first month
# Where a word points: units before or after the one that holds the anchor, or the text's own date.
POINTERS = {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1, "following": 1}
# How far around its core word an expression may reach.
BEFORE, AFTER = 45, 50
# How far around an expression its clause is searched for a verb.
CLAUSE = 80

_S = r"(?:[ \xa0]{1,2}|[ \xa0]?\n)"
_MONTH = "|".join(chain(_FULL, (name.upper() for name in _FULL)))
_SHORT = (
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)\b\.?"
)
_M = rf"(?:(?:{_MONTH})\b|{_SHORT})"
_D = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)"
_Y = r"(?:1[5-9]|20)\d\d(?![\w%]|[.,]\d)"
_WD = "(?:" + "|".join(chain(_WEEK, (name.upper() for name in _WEEK))) + ")"
_ON_WD = rf"(?:(?:{_WD}|(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?),?{_S})?"
_TO = rf"(?: ?[-–—/] ?|{_S}(?:to|until|till|through){_S}(?:the{_S})?)"
_AND = rf"(?:{_S}(?:and|or|&){_S})"
# "May 16 and 17" is two days, "May 16 and 17 people" is one.
_NO_COUNT = (
    r"(?=$|\s*[^\w\s]|\s+(?:[A-Z(\d]|(?:in|at|to|for|of|on|by|as|with|from|will|would|is|are|was|were|when|where|and"
    r"|but|during|after|before|while|amid|under|the|this|last|next|has|had|said|he|she|it|they)\b))"
)
_YEAR_OF = rf"(?:,?{_S}(?:of{_S})?(?P<of>this|last|next|that|the{_S}(?:same|previous|following)){_S}year\b)"
_YEARS = rf"(?:(?:,?{_S}(?:of{_S})?|['’]s?{_S})(?P<y>{_Y})|{_YEAR_OF})"
_PART = (
    rf"(?:(?P<part>(?i:(?:the{_S})?(?:very{_S})?(?:early|late|mid|later|earlier|end|start|beginning|middle|close))"
    rf"(?:-|{_S}(?:(?:of|in|on){_S})?)))?"
)
_POINT = r"(?i:this(?:\s(?:past|coming))?|last|past|next|(?:the\s)?(?:current|previous|following|coming|same|next)|that)"
_UNIT = "day|week|month|quarter|year|decade|century"
_COUNT = "|".join(sorted(NUMBERS, key=len, reverse=True))
_COUNT = rf"(?i:(?:{_COUNT})(?:-(?:{'|'.join(_ONES[:9])}))?|\d{{1,3}})"
_SEASON = r"(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)\b"
_QUARTER = r"(?i:first|second|third|fourth|final|1st|2nd|3rd|4th)"
# Nouns that a number before them counts, so that it is no year.
_COUNTED = (
    r"(?![ -](?:people|troops|soldiers|police|officers|men|women|children|jobs|workers|tonnes?|tons|miles?|km|kilomet|"
    r"met(?:er|re)s?|feet|ft|points?|votes?|dollars?|euros?|pounds?|crowns|shares|homes|houses|units|copies|hours?|"
    r"GMT|UTC|years?|days|months|weeks|words|pages|articles|calories|members|students|delegates|seats|cars|"
    r"lorries|trucks|cases|deaths|dead|percent|per cent|pct|million|billion|block|of (?:the|them|these|those))\b)"
)

# -- days ------------------------------------------------------------------------------------------


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _months(year: int, month: int, n: int, grain: str) -> _Days:
    """Give n months from one that may lie before January or after December."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    end = year * 12 + month - 1 + n
    return _Days(date(year, month, 1), date(end // 12, end % 12 + 1, 1) - timedelta(days=1), grain)


def _unit(base: date, unit: str, shift: int) -> _Days:
    """Give the unit that lies `shift` units from the one that holds a day."""
    if unit == "day":
        base += timedelta(days=shift)
        return _Days(base, base, unit)
    if unit in ("week", "weekend"):
        monday = base + timedelta(days=7 * shift - base.weekday())
        return _Days(monday + timedelta(days=5 * (unit == "weekend")), monday + timedelta(days=6), unit)
    if unit == "month":
        return _months(base.year, base.month + shift, 1, unit)
    if unit == "quarter":
        return _months(base.year, (base.month - 1) // 3 * 3 + 1 + 3 * shift, 3, unit)
    years = {"year": 1, "decade": 10, "century": 100}[unit]
    return _months((base.year // years + shift) * years + (unit == "century"), 1, 12 * years, unit)


def _third(days: _Days | None, words: str | None) -> _Days | None:
    """Narrow a unit to its first, middle or last third, as the words say."""
    if days is None or not words:
        return days
    first, last, grain = days
    third = {"month": 10, "year": 4, "decade": 3}.get(grain) or ((last - first).days + 1) // 3
    word = re.sub(r"\W+(?:of|in|on)?\W*$", "", words.lower()).split()[-1].rstrip("-")
    if grain in ("year", "decade"):
        n = third if grain == "year" else 12 * third
        whole = 12 if grain == "year" else 120
        at = {"mid": n, "middle": n}.get(word, 0 if word in _EARLY else 2 * n)
        length = whole - at if at == 2 * n else n
        return _months(first.year, 1 + at, length, grain)
    if word in _EARLY:
        return _Days(first, first + timedelta(days=third - 1), grain)
    if word in ("mid", "middle"):
        return _Days(first + timedelta(days=third), first + timedelta(days=2 * third - 1), grain)
    rest = 2 * third if grain == "month" else (last - first).days + 1 - third
    return _Days(first + timedelta(days=rest), last, grain)


_EARLY = {"early", "earlier", "start", "beginning"}

# What tells whether a clause looks ahead or back; the cue nearest to the date decides.
_CUE = re.compile(
    r"\b(?:(?P<ahead>will|won't|would|shall|should|must|may|might|can|could|going to|about to|upcoming|forthcoming|"
    r"to be|(?:is|are|due|set|expected|expects|scheduled|planned|planning|plans?|hopes?|slated|poised|ready|wants?|"
    r"agreed|vowed|promised) to|(?:due|scheduled|planned|slated|set|expected) (?:for|on|in|at)|until|till|tomorrow)|"
    r"(?P<back>said|told|says|was|were|had|has|have|did|took|held|came|went|met|began|made|saw|found|fell|rose|won|lost|"
    r"since|ago|\w{2,}ed))\b"
)
_CLAUSE_END = re.compile(r"[.!?;\n](?=\s|$)|[“”\"]")


def _ahead(found: _Match, context: _Context) -> bool:
    """Tell whether the words around an expression speak of the future."""
    text, start, end = context.text, found.start(), found.end()
    left = text[max(0, start - CLAUSE) : start]
    left = left[max((one.end() for one in _CLAUSE_END.finditer(left)), default=0) :]
    cues = list(_CUE.finditer(left))
    if cues:
        return cues[-1]["ahead"] is not None
    right = _CLAUSE_END.split(text[end : end + CLAUSE], maxsplit=1)[0]
    cue = _CUE.search(right)
    return cue is not None and cue["ahead"] is not None


# -- resolvers -------------------------------------------------------------------------------------


def _number(words: str) -> int:
    """Read a count: digits or words up to ninety-nine."""
    tens, _, ones = words.lower().partition("-")
    return int(tens) if tens.isdigit() else NUMBERS[tens] + NUMBERS.get(ones, 0)


def _pointed(words: str, context: _Context) -> tuple[date | None, int]:
    """Give the day that a pointer starts from, and how many units it moves."""
    word = words.lower().split()[-1]
    own = word in ("that", "same", "previous", "following") or words.lower().startswith("the next")
    base = context.day if own else context.anchor
    return base, POINTERS.get(word, 0)


def _year_of(found: _Match, context: _Context) -> int | None:
    """Read the year of a match: four digits, or "of that year"."""
    words = found.groupdict()
    if words.get("y"):
        return int(words["y"])
    if not words.get("of"):
        return None
    word = words["of"].lower().split()[-1]
    if word in ("that", "same", "previous", "following"):
        return context.year + POINTERS.get(word, 0) if context.year else None
    return context.anchor.year + POINTERS.get(word, 0) if context.anchor else None


def _near(month: int, day: int, context: _Context) -> int | None:
    """Give the year that puts a day nearest to the anchor."""
    if context.anchor is None:
        return None
    years = [context.anchor.year + shift for shift in (0, -1, 1)]
    dated = [(abs((made - context.anchor).days), year) for year in years if (made := _day(year, month, day))]
    return min(dated)[1] if dated else None


def _month_of(words: str) -> int:
    return MONTHS[words[:3].lower()]


def _digits(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def _days(found: _Match, context: _Context) -> _Days | None:
    """Resolve a day or a run of days with a month."""
    words = found.groupdict()
    last_month = words.get("m2") or words.get("m3") or words["m"]
    last_day = words.get("d2") or words.get("d3") or words["d"]
    month, day = _month_of(words.get("m1") or words["m"]), _digits(words["d"])
    end_month, end_day = _month_of(last_month), _digits(last_day)
    end_year = _year_of(found, context)
    if end_year is None and not words.get("of"):
        end_year = int(words["y1"]) if words.get("y1") else _near(end_month, end_day, context)
    if end_year is None:
        return None
    year = int(words["y1"]) if words.get("y1") else end_year - (month > end_month)
    first, last = _day(year, month, day), _day(end_year, end_month, end_day)
    return _Days(first, last, "day") if first and last and first <= last else None


def _numeric(found: _Match, _: _Context) -> _Days | None:
    """Resolve a date in digits, if its day and month cannot be exchanged."""
    words = found.groupdict()
    if words.get("a"):
        a, b = int(words["a"]), int(words["b"])
        if (a > 12) == (b > 12) and a != b:
            return None
        month, day = (b, a) if a > 12 else (a, b)
    else:
        month, day = int(words["m"]), int(words["d"])
    made = _day(int(words["y"]), month, day) if 1 <= month <= 12 else None
    return _Days(made, made, "day") if made else None


def _month_year(found: _Match, context: _Context) -> _Days | None:
    """Resolve a month, or months from..to, whose year is said."""
    year = _year_of(found, context)
    if year is None:
        return None
    last = _months(year, _month_of(found["m"]), 1, "month")
    words = found.groupdict()
    if not words.get("m1"):
        return _third(last, words.get("part"))
    month = _month_of(words["m1"])
    year = int(words["y1"]) if words.get("y1") else year - (month > last.first.month)
    return _Days(date(year, month, 1), last.last, "month")


_MAY_BE_NAME = re.compile(r"[A-Z][\w’']*\s$")
_IN = r"(?:\b(?i:in|since|until|till|by|during|through|before|from|between|and|to|of|for|after|each|around|about)\s(?:the\s)?)$"
_IN_MONTH = re.compile(_IN)
_NEXT_NAME = re.compile(r"\s(?:[A-Z][a-z]|on\b|for\b|of the\b)")


def _month(found: _Match, context: _Context) -> _Days | None:
    """Resolve a month without a year: the last one, or the next where the clause looks ahead."""
    words, anchor = found.groupdict(), context.anchor
    name, before = found["m"], context.text[max(0, found.start() - 14) : found.start()]
    modified = words.get("part") or words.get("w")
    if anchor is None or (
        not modified and _is_name(name, before, context.text[found.end() : found.end() + 8])
    ):
        return None
    month = _month_of(name)
    word = (words.get("w") or "").lower().split()[-1:]
    if word == ["last"] or word == ["past"]:
        year = anchor.year - (month >= anchor.month)
    elif word == ["next"] or (word != ["this"] and month < anchor.month and _ahead(found, context)):
        year = anchor.year + (month <= anchor.month)
    elif word == ["this"] or month <= anchor.month or _ahead(found, context):
        year = anchor.year
    else:
        year = anchor.year - 1
    return _third(_months(year, month, 1, "month"), words.get("part"))


def _is_name(name: str, before: str, after: str) -> bool:
    """Tell whether a month's name may be a person, a verb or an event."""
    if name.isupper() or name in ("May", "March") or "." in name:
        return not re.search(r"\b(?i:in|since|until|till|by|during|through|from|between)\s$", before)
    if name in ("April", "June", "August") and not _IN_MONTH.search(before):
        return bool(_NEXT_NAME.match(after) or _MAY_BE_NAME.search(before))
    return False


def _weekday(found: _Match, context: _Context) -> _Days | None:
    """Resolve a weekday: the last one, today's, or the next where the clause looks ahead."""
    if context.anchor is None:
        return None
    day, words = WEEKDAYS[found["wd"][:3].lower()], found.groupdict()
    back = (context.anchor.weekday() - day) % 7
    word = (words["w"] or "").lower().split()[-1:]
    if words["wk"]:
        return _unit(_unit(context.anchor, "week", POINTERS.get(words["wk"].lower(), 0)).first, "day", day)
    if word and word[0] in ("that", "same", "previous", "following"):
        if context.day is None:
            return None
        shift = (day - context.day.weekday()) % 7
        return _unit(context.day, "day", (shift or 7) if word != ["previous"] else shift - 7)
    if word == ["last"] or word == ["past"]:
        return _unit(context.anchor, "day", -(back or 7))
    if word == ["next"] or word == ["coming"] or (back and word != ["past"] and _ahead(found, context)):
        return _unit(context.anchor, "day", 7 - back)
    if word == ["this"]:
        return _unit(_unit(context.anchor, "week", 0).first, "day", day)
    return _unit(context.anchor, "day", -back)


_NEAR_DAYS = {"yesterday": -1, "tomorrow": 1, "last": -1}


def _near_day(found: _Match, context: _Context) -> _Days | None:
    """Resolve "today", "last night" and their like."""
    if context.anchor is None:
        return None
    shift = _NEAR_DAYS.get(found["w"].lower().split()[0], 0)
    around = {"before": -1, "after": 1}.get((found["o"] or "").lower(), 0)
    return _unit(context.anchor, "day", shift + around)


def _ago(found: _Match, context: _Context) -> _Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    n, way = _number(found["n"]), found["k"].lower()
    base = context.anchor if way in ("ago", "hence") or way.endswith("now") else context.day
    base = base or (context.anchor if way == "earlier" else None)
    if base is None:
        return None
    n = n if way in ("later", "hence") or way.endswith("now") else -n
    unit = found["u"].lower()
    if unit == "decade":
        unit, n = "year", 10 * n
    if unit == "century" or base.year + n * (unit == "year") < 1:
        return None
    return _unit(base, unit, n)


def _relative(found: _Match, context: _Context) -> _Days | None:
    """Resolve "last week", "later this year", "that month", "next spring"."""
    words, unit = found["w"].lower(), found["u"].lower()
    base, shift = _pointed(words, context)
    if base is None and unit == "year" and context.year and words != "this":
        base = (
            date(context.year, 1, 1)
            if words.split()[-1] in ("that", "same", "previous", "following")
            else None
        )
    part = (found["part"] or "").lower()
    if base is None or (unit == "day" and words in ("this", "last", "past", "next", "coming", "the coming")):
        return None
    days = _unit(base, unit, shift)
    if part.startswith("later") and days.first <= base < days.last:
        return days._replace(first=base + timedelta(days=1))
    if part.startswith("earlier") and days.first < base <= days.last:
        return days._replace(last=base)
    return _third(days, None if part.startswith(("later", "earlier")) else part)


def _season(found: _Match, context: _Context) -> _Days | None:
    """Resolve a season with a year, a pointer, or a preposition before it."""
    words, anchor = found.groupdict(), context.anchor
    month, year = SEASONS[words["s"].lower()], _year_of(found, context)
    word = (words["w"] or "").lower().split()[-1:]
    if year is None and not words["of"]:
        bare = not word and not words["part"] and not words["prep"]
        if anchor is None or bare or (words["s"].lower() == "fall" and not word):
            return None
        begun = date(anchor.year, month, 1) <= anchor
        later = word in (["next"], ["coming"]) or (not word and _ahead(found, context))
        over = _months(anchor.year, month, 3, "season").last < anchor
        year = anchor.year + (over if later or not word else 0) if later else anchor.year
        if word == ["last"] or word == ["past"] or (not word and not later):
            year = anchor.year - (not begun or (not over and word == ["last"]))
    return _third(_months(year, month, 3, "season"), words["part"]) if year is not None else None


def _quarter(found: _Match, context: _Context) -> _Days | None:
    """Resolve a quarter; without a year it is the last one that has ended."""
    words, anchor = found.groupdict(), context.anchor
    quarter = ORDINALS.get(words["q"].lower()) or int(words["q"][0])
    year = _year_of(found, context)
    if year is None and not words.get("of") and anchor is not None:
        ended = _months(anchor.year, 3 * quarter - 2, 3, "quarter").last <= anchor
        year = anchor.year - (not ended and not _ahead(found, context))
    return _months(year, 3 * quarter - 2, 3, "quarter") if year is not None else None


def _half(found: _Match, context: _Context) -> _Days | None:
    year = _year_of(found, context)
    return _months(year, 1 if found["h"].lower() == "first" else 7, 6, "half-year") if year else None


def _part_of(found: _Match, context: _Context) -> _Days | None:
    """Resolve "the end of the week", "later in the year"."""
    base = context.anchor
    return _third(_unit(base, found["u"].lower(), 0), found["p"]) if base else None


def _decade(found: _Match, _: _Context) -> _Days | None:
    return _third(_months(int(found["y"]), 1, 120, "decade"), found["part"])


def _century(found: _Match, _: _Context) -> _Days | None:
    words = found["n"].lower()
    number = CENTURIES.get(words) or _digits(words)
    return _months(100 * number - 99, 1, 1200, "century") if 10 <= number <= 21 else None


def _years(found: _Match, _: _Context) -> _Days | None:
    """Resolve years from..to; "2023-24" ends in 2024."""
    first, last = int(found["a"]), int(found["b"])
    last += first // 100 * 100 if last < 100 else 0
    return _Days(date(first, 1, 1), date(last, 12, 31), "year") if first < last else None


_IN_YEAR = re.compile(
    r"(?:\b(?i:in|since|until|till|by|during|through|before|from|between|and|to|of|for|after)|\()\s?$"
)
_NO_YEAR = re.compile(
    r"(?:[$£€#№¥/:.,]|[A-Za-z\d]-|\b(?i:flight|no\.?|number|nos\.|room|boeing|airbus|windows|route|highway|article|section|"
    r"resolution|page|about|nearly|almost|over|than|least|some|only|up to|around|another|all|these|those|US|HK))\s?$"
)


def _year(found: _Match, context: _Context) -> _Days | None:
    """Resolve a year by itself; old or round ones need a word before them that leads to a year."""
    year, before = int(found["y"]), context.text[max(0, found.start() - 12) : found.start()]
    led = found["part"] or _IN_YEAR.search(before)
    if _NO_YEAR.search(before) or ((year < 1900 or year % 100 == 0) and not led):
        return None
    return _third(_months(year, 1, 12, "year"), found["part"])


# -- rules -----------------------------------------------------------------------------------------

_BARE = r"(?!\w)"
# For each kind of core word: rules, the more specific first.
_GRAMMAR: dict[str, tuple[tuple[str, _Resolver, str], ...]] = {
    "month": (
        (
            "month-day",
            _days,
            rf"{_ON_WD}(?P<m>{_M}){_S}(?P<d>{_D})(?:,?{_S}(?P<y1>{_Y})(?={_TO}))?"
            rf"(?:{_TO}(?:(?P<m2>{_M}){_S})?(?P<d2>{_D})|(?:,{_S}{_D}){{0,3}},?{_AND}(?:(?P<m3>{_M}){_S})?"
            rf"(?P<d3>{_D}){_NO_COUNT})?(?:,?{_S}(?P<y>{_Y})|{_YEAR_OF})?",
        ),
        (
            "day-month",
            _days,
            rf"(?<![\d.,$£€:/-]){_ON_WD}(?P<d>{_D})(?:(?:{_S}(?:of{_S})?(?P<m1>{_M})(?:,?{_S}(?P<y1>{_Y}))?)?"
            rf"(?:,{_S}{_D}){{0,3}}(?:{_TO}|{_AND})(?P<d2>{_D}))?{_S}(?:of{_S})?(?P<m>{_M})"
            rf"(?:,?{_S}(?P<y>{_Y})|{_YEAR_OF})?{_BARE}",
        ),
        (
            "month-range",
            _month_year,
            rf"(?P<m1>{_M})(?:,?{_S}(?P<y1>{_Y}))?(?:{_TO}|{_AND})(?P<m>{_M}){_YEARS}",
        ),
        ("month-year", _month_year, rf"{_PART}(?P<m>{_M}){_YEARS}"),
        ("month", _month, rf"{_PART}(?:\b(?P<w>{_POINT}){_S})?(?P<m>{_M})(?![\w-])"),
    ),
    "day": (
        (
            "near-day",
            _near_day,
            r"(?:\b[Tt]he day (?P<o>before|after) )?\b(?P<w>(?i:today|yesterday))(?![\w-])",
        ),
        (
            "weekday",
            _weekday,
            rf"(?:\b(?P<w>{_POINT}){_S})?\b(?P<wd>{_WD})(?:,?{_S}(?:of{_S})?(?P<wk>this|last|next){_S}week)?{_BARE}"
            rf"(?!['’]?,?{_S}(?:the{_S})?(?:{_M}{_S}\d|\d{{1,2}}(?:st|nd|rd|th)?{_S}(?:of{_S})?{_M}))"
            r"(?! (?:Times|Telegraph|Mirror|Mail|Express|Post|Herald|Tribune|Night (?:Live|Football))\b)",
        ),
    ),
    "night": (
        (
            "near-day",
            _near_day,
            r"(?P<o>)\b(?P<w>(?i:tomorrow|tonight|this (?:morning|afternoon|evening)|last night))(?![\w-])",
        ),
    ),
    "unit": (
        ("quarter", _quarter, rf"\b(?P<q>{_QUARTER})[ -](?:fiscal[ -])?quarter{_YEARS}?{_BARE}"),
        (
            "century",
            _century,
            rf"(?:[Tt]he )?{_PART}\b(?P<n>\d\d(?:st|nd|rd|th)|(?i:{'|'.join(CENTURIES)}))[ -][Cc]entury",
        ),
        (
            "ago",
            _ago,
            rf"(?<![\w.,$-])(?P<n>{_COUNT}){_S}(?P<u>{_UNIT})s?{_S}(?P<k>ago|earlier|later|before|from now|hence)"
            r"(?! than)\b(?<!before)|(?!)",
        ),
        (
            "relative-unit",
            _relative,
            rf"(?<!\bthe ){_PART}\b(?P<w>{_POINT}){_S}(?:(?:fiscal|financial|calendar|academic) )?"
            rf"(?P<u>weekend|{_UNIT})(?![\w-])",
        ),
        (
            "unit-part",
            _part_of,
            rf"\b(?P<p>(?i:end|start|beginning|middle|close|earlier|later|late|early)) (?:of|in) the (?P<u>{_UNIT})(?![\w-])",
        ),
    ),
    "season": (
        (
            "season",
            _season,
            rf"{_PART}(?:(?<=\b(?:in|by|of) )(?P<prep>)|(?<=\bsince )|)(?:the{_S})?(?:(?P<w>{_POINT}){_S})?"
            rf"(?P<s>{_SEASON})(?:{_YEARS})?{_BARE}",
        ),
    ),
    "digits": (
        ("iso-date", _numeric, r"(?<![\w/-])(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?![\d/-])"),
        ("numeric-date", _numeric, r"(?<![\w/.])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>\d{4})(?![\d/])"),
        ("half-year", _half, rf"(?:[Tt]he )?\b(?P<h>(?i:first|second)) half of (?P<y>{_Y})"),
        ("quarter", _quarter, rf"\bQ(?P<q>[1-4])[ /-](?P<y>{_Y})"),
        ("decade", _decade, rf"(?:[Tt]he )?{_PART}(?<!\d)(?P<y>(?:1[5-9]|20)\d0)['’]?s{_BARE}"),
        (
            "year-range",
            _years,
            rf"(?<![\w$£€#.,:/-])(?P<a>{_Y})(?: ?[-–—/] ?|(?:(?<=from \d{{4}})|(?<=From \d{{4}})) to )"
            rf"(?P<b>(?:1[5-9]|20)?\d\d)(?![\w%/-]|[.,:]\d){_COUNTED}",
        ),
        ("year", _year, rf"{_PART}(?<![\w.,:/$£€-])(?P<y>{_Y})(?!-\d){_COUNTED}"),
    ),
}
_RULES = {
    kind: tuple((name, resolve, re.compile(pattern)) for name, resolve, pattern in rules)
    for kind, rules in _GRAMMAR.items()
}
_CORE = re.compile(
    rf"(?P<month>{_MONTH}|{_SHORT})|(?P<digits>\d{{4}})|(?P<day>(?:day|DAY)\b)"
    r"|(?P<unit>day|week|month|quarter|year|decade|[Cc]entury)"
    r"|(?P<night>morrow|MORROW|night\b|this (?:morning|afternoon|evening))"
    r"|(?P<season>[Ss]pring\b|[Ss]ummer\b|[Aa]utumn\b|[Ww]inter\b|[Ff]all\b)"
)


def find_dates(text: str, *, anchor: date | None = None) -> list[DateSpan]:
    """Find the date expressions of a text and the days that each of them means.

    Parameters
    ----------
    text
        A whole article: what points back ("that year") needs the text before it.
    anchor
        The day of publication. Without it only what is absolute, or follows from the text, is found.

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
    at, context = 0, _Context(text, anchor, None, None)
    for core in _CORE.finditer(text):
        if core.start() < at:
            continue
        span = _first(core, at, context)
        if span is None:
            continue
        spans.append(span)
        at = span.end
        day = span.date_from if span.grain == "day" else context.day
        context = context._replace(day=day, year=span.date_from.year)
    return spans


def _first(core: _Match, at: int, context: _Context) -> DateSpan | None:
    """Try the rules for one core word in their order, and give what the first one that fits means."""
    low, high = max(at, core.start() - BEFORE), core.end() + AFTER
    kinds = (core.lastgroup or "",) if core.lastgroup != "day" else ("day", "unit")
    for name, resolve, pattern in chain.from_iterable(_RULES[kind] for kind in kinds):
        for found in pattern.finditer(context.text, low, high):
            if found.start() <= core.start() < found.end() and (days := resolve(found, context)):
                return DateSpan(found.start(), found.end(), found[0], *days, name)
    return None
