"""Date expressions in English news text: where they stand and which days they mean.

Scans for single words find what a date can be built around (a month, a weekday, a year, "week"); only
there are the rules tried, so that text without dates costs next to nothing. What is only partly said
("May 16", "on Sunday", "two weeks ago") is resolved against the publication date, and what points into
the text ("of that year", "three days earlier") against the date that the text named last. What could be
something else (the verb "may", a flight number, "2,000 people") is left out rather than guessed.

"Early", "mid" and "late" (or "the end of") are taken as the first, middle and last third of the unit;
"later this week" is what is left of it. Weeks are Monday to Sunday, seasons those of the northern half.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
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
    """What a partial expression is resolved against, and where it stands."""

    text: str
    anchor: date | None
    day: date | None  # the day that the text named last
    year: int | None  # the year that the text named last
    start: int = 0
    end: int = 0

    def before(self, n: int) -> str:
        return self.text[max(0, self.start - n) : self.start]


_Words = dict[str, str]
_Resolver = Callable[[_Words, _Context], _Days | None]

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
# How many units a word points away from the one that holds its anchor; words that are not here: none.
POINTERS = {"last": -1, "past": -1, "previous": -1, "latest": -1, "next": 1, "coming": 1, "following": 1}
# Words that point from the text's own date and not from the day of publication.
_OWN = {"that", "same", "previous", "following"}
# Without a year, "in June" is not further off than this, whatever the tense.
FAR = timedelta(days=270)
# How far around its core word an expression may reach.
BEFORE, AFTER = 45, 60
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
_AND = rf"(?:,?{_S}(?:and|or|&){_S})"
# "May 16 and 17" is two days, "May 16 and 17 people" is one.
_NO_COUNT = (
    r"(?=$|\s*[^\w\s]|\s+(?:[A-Z(\d]|(?:in|at|to|for|of|on|by|as|with|from|will|would|is|are|was|were|when"
    r"|where|and|but|during|after|before|while|amid|under|the|this|last|next|has|had|said|he|she|it|they)\b))"
)
_YEAR_OF = rf"(?:,?{_S}(?:of{_S})?(?P<of>this|last|next|that|the{_S}(?:same|previous|following)){_S}year\b)"
_YEARS = rf"(?:(?:,?{_S}(?:of{_S})?|['’]s?{_S})(?P<y>{_Y})|{_YEAR_OF})"
_POINT = (
    r"(?i:this(?: (?:past|coming))?|last|past|next|that"
    r"|(?:the )?(?:current|previous|following|coming|same|next|latest))"
)
_UNIT = "(?i:day|week|month|quarter|year|decade|century)"
_COUNT = "|".join(sorted(NUMBERS, key=len, reverse=True))
_COUNT = rf"(?i:(?:{_COUNT})(?:-(?:{'|'.join(_ONES[:9])}))?|\d{{1,3}})"
_PARTS = "early|earlier|start|beginning|mid|middle|late|later|end|close"
# Nouns that a number before them counts, so that it is no year.
_COUNTED = (
    r"(?![ -](?:people|troops|soldiers|police|officers|men|women|children|jobs|workers|tonnes?|tons|miles?|km"
    r"|kilomet|met(?:er|re)s?|feet|ft|points?|votes?|dollars?|euros?|pounds?|crowns|shares|homes|houses|units"
    r"|copies|hours?|GMT|UTC|years?|days|months|weeks|words|pages|articles|calories|members|students|seats"
    r"|delegates|cars|lorries|trucks|cases|deaths|dead|percent|per cent|pct|million|billion|block"
    r"|of (?:the|them|these|those))\b)"
)

# -- days ------------------------------------------------------------------------------------------


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _months(year: int, month: int, n: int, grain: str) -> _Days:
    """Give n months from one that may lie before January or after December."""
    start, end = year * 12 + month - 1, year * 12 + month - 1 + n
    last = date(end // 12, end % 12 + 1, 1) - timedelta(days=1)
    return _Days(date(start // 12, start % 12 + 1, 1), last, grain)


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


_PART = re.compile(
    rf"\b(?:the )?(?:very )?({_PARTS})(?:-|{_S}(?:(?:of|in|on){_S}(?:the{_S})?)?)\Z", re.IGNORECASE
)
_THIRDS = {"early": 0, "earlier": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1}


def _third(days: _Days, word: str) -> _Days:
    """Take the first, middle or last third of a unit, in whole months or years where it has enough."""
    first, last, grain = days
    at = _THIRDS.get(word, 2)
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    if n > 3:
        size = n // 3 if n < 36 else n // 36 * 12
        third = _months(first.year, first.month + size * at, size, grain)
        return third if at < 2 else third._replace(last=last)
    n = 30 if grain == "month" else (last - first).days + 1
    start, end = (first + timedelta(days=-(-n * i // 3)) for i in (at, at + 1))
    return _Days(start, last if at == 2 else end - timedelta(days=1), grain)


def _narrow(days: _Days, word: str, anchor: date | None) -> _Days:
    """Narrow a unit as the word before it says; "later this week" is what is left of it."""
    if anchor and word == "later" and days.first <= anchor < days.last:
        return days._replace(first=anchor + timedelta(days=1))
    if anchor and word == "earlier" and days.first < anchor <= days.last:
        return days._replace(last=anchor)
    return _third(days, word)


# What tells whether a clause looks ahead or back; the cue nearest to the date decides.
_MODAL = "will|would|shall|should|must|may|might|can|could"
_CUE = re.compile(
    rf"\b(?:(?P<ahead>(?:{_MODAL}|to)(?: not)? be(?: \w+)?|{_MODAL}|won't|going to|about to|upcoming|until"
    r"|(?:is|are|due|set|expected|scheduled|planned|planning|plans?|hopes?|slated|poised|ready|wants?|agreed)"
    r" to|(?:due|scheduled|planned|slated|set|expected) (?:for|on|in|at)|expects?|takes|begins|starts|opens)"
    r"|(?P<back>said|told|says|was|were|had|has|have|did|took|held|came|went|met|began|made|saw|found|fell"
    r"|rose|won|lost|since|ago|\w{2,}ed))\b"
)
_CLAUSE_END = re.compile(r"[.!?;\n](?=\s|$)|[“”\"]")


def _tense(context: _Context) -> str:
    """Tell whether the words around an expression look ahead or back: the name of the cue, or nothing."""
    left = _CLAUSE_END.split(context.before(CLAUSE))[-1]
    right = _CLAUSE_END.split(context.text[context.end : context.end + CLAUSE], maxsplit=1)[0]
    cue = next(reversed(list(_CUE.finditer(left))), None) or _CUE.search(right)
    return (cue.lastgroup or "") if cue else ""


def _pick(options: Iterable[_Days], word: str, context: _Context) -> _Days | None:
    """Choose the occurrence that "last", "next" or "this" means, or by the tense without such a word."""
    anchor = context.anchor
    if anchor is None:
        return None
    if word in ("last", "past", "previous"):
        return max((one for one in options if one.last < anchor), default=None)
    if word in ("next", "coming", "following"):
        return min((one for one in options if one.first > anchor), default=None)
    if word:
        return min(options, key=lambda one: max(one.first - anchor, anchor - one.last))
    options = list(options)
    ahead, back = (
        min(one for one in options if one.last >= anchor),
        max(one for one in options if one.first <= anchor),
    )
    near = min(ahead, back, key=lambda one: max(one.first - anchor, anchor - one.last))
    said = ahead if _tense(context) == "ahead" else back
    return said if abs(said.first - anchor) <= FAR else near


# -- resolvers -------------------------------------------------------------------------------------


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


def _year_of(words: _Words, context: _Context) -> int | None:
    """Read a year that is said: four digits, or "of that year"."""
    if words.get("y"):
        return int(words["y"])
    word = _last_word(words.get("of", ""))
    base = context.year if word in _OWN else context.anchor and context.anchor.year
    return base + POINTERS.get(word, 0) if word and base else None


def _days(words: _Words, context: _Context) -> _Days | None:
    """Resolve a day or a run of days with a month; without a year it is the nearest to the anchor."""
    month, day = _month_of(words.get("m1") or words["m"]), _digits(words["d"])
    last_month = _month_of(words.get("m2") or words.get("m3") or words["m"])
    last_day = _digits(words.get("d2") or words.get("d3") or words["d"])
    anchor, stated = context.anchor, words["y"] or words["y1"] or words["of"]
    year = _year_of(words, context) or (int(words["y1"]) if words["y1"] else None)
    if year is None and not stated and anchor:
        days = [made for i in (0, -1, 1) if (made := _day(anchor.year + i, last_month, last_day))]
        year = min(days, key=lambda made: abs(made - anchor)).year if days else None
    if year is None:
        return None
    first = _day(int(words["y1"]) if words["y1"] else year - (month > last_month), month, day)
    last = _day(year + (not words["y"] and month > last_month and bool(words["y1"])), last_month, last_day)
    return _Days(first, last, "day") if first and last and first <= last else None


def _numeric(words: _Words, _: _Context) -> _Days | None:
    """Resolve a date in digits, if its day and month cannot be exchanged."""
    a, b, year = int(words["a"]), int(words["b"]), int(words["y"])
    days = [_day(year, a, b)] + ([] if words.get("iso") else [_day(year, b, a)])
    made = list(dict.fromkeys(day for day in days if day))
    return _Days(made[0], made[0], "day") if len(made) == 1 else None


def _month_year(words: _Words, context: _Context) -> _Days | None:
    """Resolve a month, or months from..to, whose year is said."""
    year = _year_of(words, context)
    if year is None:
        return None
    days, month = _months(year, _month_of(words["m"]), 1, "month"), _month_of(words.get("m1") or words["m"])
    year = int(words["y1"]) if words.get("y1") else year - (month > days.first.month)
    return days._replace(first=date(year, month, 1))


_LED = re.compile(
    rf"(?:\b(?:in|since|until|till|by|during|through|from|between|{_PARTS})[\s-]|end of )\Z", re.IGNORECASE
)
_AFTER_WORD = re.compile(r"\b(?:before|after|and|to|of|for|each|around|about)\s\Z", re.IGNORECASE)
_CAPITAL_BEFORE, _NAME_AFTER = (
    re.compile(r"\b[A-Z][\w’']*\s\Z"),
    re.compile(r"\s(?:[A-Z][a-z]|on\b|for\b|of the\b)"),
)


_NO_DAY = re.compile(r"\d(?:st|nd|rd|th)? (?:of )?\Z")  # "31 June" is no day, and not June either


def _month(words: _Words, context: _Context) -> _Days | None:
    """Resolve a month without a year, if its name cannot be a person's, a verb or an event."""
    name, before = words["m"], context.before(14)
    if (
        context.anchor is None
        or _NO_DAY.search(before)
        or not (words["w"] or _LED.search(before) or _surely_month(name, before, context))
    ):
        return None
    options = [_months(context.anchor.year + i, _month_of(name), 1, "month") for i in (-2, -1, 0, 1, 2)]
    return _pick(options, _last_word(words["w"]), context)


def _surely_month(name: str, before: str, context: _Context) -> bool:
    if name.isupper() or name in ("May", "March") or "." in name or len(name) < 4 <= len(name.strip(".")):
        return False
    if name not in ("April", "June", "August"):
        return len(name) > 3
    return not (_CAPITAL_BEFORE.search(before) or _NAME_AFTER.match(context.text, context.end))


# Names of days that are no dates: "Black Monday".
_NAMED_DAY = re.compile(
    r"\b(?:Black|Bloody|Good|Ash|Cyber|Giving|Super|Fat|Easter|Palm|Whit|Holy|every|each|any)\s\Z"
)


def _weekday(words: _Words, context: _Context) -> _Days | None:
    """Resolve a weekday: the last one or today's, or the next where the clause looks ahead."""
    number, word = WEEKDAYS[words["wd"][:3].lower()], _last_word(words["w"])
    base = context.day if word in _OWN else context.anchor
    if base is None or _NAMED_DAY.search(context.before(8)):
        return None
    if words["wk"] or word == "this":
        return _unit(_unit(base, "week", POINTERS.get(words["wk"], 0)).first, "day", number)
    days = [_unit(base, "day", i) for i in range(-7, 8) if (base.weekday() + i) % 7 == number]
    return _pick(days, word, context._replace(anchor=base))


def _near_day(words: _Words, context: _Context) -> _Days | None:
    """Resolve "today", "last night" and their like."""
    word, before = words["w"].lower(), context.before(CLAUSE)
    if (before.endswith(" of ") and not before.lower().endswith("as of ")) or (
        word == "tomorrow" and re.search(r"\bif\b[^.?!]*\Z", before)
    ):
        return None  # "the children of today"; "if they voted tomorrow"
    shift = {"yesterday": -1, "last": -1, "tomorrow": 1}.get(word.split()[0], 0)
    shift += {"before": -1, "after": 1}.get(words.get("o", ""), 0)
    return _unit(context.anchor, "day", shift) if context.anchor else None


def _ago(words: _Words, context: _Context) -> _Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    way, unit = words["k"].lower(), words["u"].lower()
    ahead, own = way not in ("ago", "earlier", "before"), way in ("earlier", "later", "before")
    base = (context.day if own else context.anchor) or (context.anchor if way == "earlier" else None)
    n = _number(words["n"]) * (10 if unit == "decade" else 1)
    if base is None or unit == "century":
        return None
    days = _unit(base, "year" if unit == "decade" else unit, n if ahead else -n)
    # What the text told last is not what "replied a week later" starts from, if that leads to the future.
    lost = way == "later" and context.anchor and days.first > context.anchor and _tense(context) == "back"
    return None if lost else days


_BOTH = re.compile(r"\b(?:both|each)\b")
_OVER = re.compile(r"\b(?:over|in|for|within|during|throughout)\s\Z")


def _relative(words: _Words, context: _Context) -> _Days | None:
    """Resolve "last week", "this weekend", "that month", "the following year"."""
    pointer, unit = words["w"].lower(), words["u"].lower()
    word = _last_word(pointer)
    span = pointer in ("the next", "the coming")  # "over the next year" is a span of time
    if pointer == "the same" and _BOTH.search(
        context.text, max(0, context.start - CLAUSE), context.end + CLAUSE
    ):
        return None  # "both are to end on the same day"
    if (span and _OVER.search(context.before(11))) or (unit == "day" and word not in {*_OWN, "next"}):
        return None
    own = word in _OWN or pointer == "the next"
    base = context.day if own else context.anchor
    if own and unit == "year" and context.year:
        base = date(context.year, 1, 1)
    if base is None or (unit == "day" and not own):
        return None
    shift = POINTERS.get(word, 0)
    gone = unit == "weekend" and word in ("this", "the") and base.weekday() < 3 and _tense(context) == "back"
    return _unit(base, unit, shift - gone)


def _season(words: _Words, context: _Context) -> _Days | None:
    """Resolve a season with a year, a pointer, or a preposition before it."""
    name, word, year = words["s"].lower(), _last_word(words["w"]), _year_of(words, context)
    if year or words["of"]:
        return _months(year, SEASONS[name], 3, "season") if year else None
    before = context.before(10)
    led = words["the"] and name != "fall" and (_LED.search(before) or _AFTER_WORD.search(before))
    if context.anchor is None or not (word or led):
        return None
    options = [_months(context.anchor.year + i, SEASONS[name], 3, "season") for i in (-2, -1, 0, 1, 2)]
    return _pick(options, word, context)


def _quarter(words: _Words, context: _Context) -> _Days | None:
    """Resolve a quarter or a half of a year; without a year it is the last one that has begun."""
    number = ORDINALS.get(words["q"].lower()) or int(words["q"][0])
    n, grain = (6, "half-year") if words.get("h") else (3, "quarter")
    year, anchor = _year_of(words, context), context.anchor
    if year or words.get("of") or anchor is None:
        return _months(year, n * (number - 1) + 1, n, grain) if year else None
    return _pick([_months(anchor.year + i, n * (number - 1) + 1, n, grain) for i in (-1, 0, 1)], "", context)


_CLOSING = re.compile(
    rf"\b(?:(?:{_PARTS})(?:-|{_S}(?:of|in){_S}the{_S})|(?:end(?:ed|ing)?|finish(?:ed)?|closed?|start(?:ed)?){_S}the{_S})\Z",
    re.IGNORECASE,
)


def _this_unit(words: _Words, context: _Context) -> _Days | None:
    """Resolve "the end of the week", "later in the year", "to end the day"."""
    base = (context.day if words["u"] == "day" else None) or context.anchor
    return _unit(base, words["u"], 0) if base and _CLOSING.search(context.before(24)) else None


def _decade(words: _Words, _: _Context) -> _Days | None:
    return _months(int(words["y"]), 1, 120, "decade")


def _century(words: _Words, _: _Context) -> _Days | None:
    number = CENTURIES.get(words["n"].lower()) or _digits(words["n"])
    return _months(100 * number - 99, 1, 1200, "century") if 10 <= number <= 21 else None


def _years(words: _Words, _: _Context) -> _Days | None:
    """Resolve years from..to; "2023-24" ends in 2024."""
    first, last = int(words["a"]), int(words["b"])
    last += first // 100 * 100 if last < 100 else 0
    return _Days(date(first, 1, 1), date(last, 12, 31), "year") if first < last else None


_NO_YEAR = re.compile(
    r"(?:[$£€#№¥/:.,]|[A-Za-z\d]-|\b(?:flight|no\.?|number|nos\.|room|boeing|airbus|windows|route|highway|article"
    r"|section|resolution|page|about|nearly|almost|over|than|least|some|only|up to|around|another|all|these"
    r"|those|US|HK))\s?\Z",
    re.IGNORECASE,
)


def _year(words: _Words, context: _Context) -> _Days | None:
    """Resolve a year by itself; old or round ones need a word before them that leads to a year."""
    year, before = int(words["y"]), context.before(12)
    led = _LED.search(before) or _AFTER_WORD.search(before) or before.endswith("(")
    if _NO_YEAR.search(before) or ((year < 1900 or year % 100 == 0) and not led):
        return None
    return _months(year, 1, 12, "year")


# -- rules -----------------------------------------------------------------------------------------

_QUARTER = r"(?P<q>(?i:first|second|third|fourth|final|1st|2nd|3rd|4th))"
_NEXT_IS_DATE = rf"(?:the{_S})?(?:{_M}{_S}\d|\d{{1,2}}(?:st|nd|rd|th)?{_S}(?:of{_S})?{_M})"
_GRAMMAR: dict[str, tuple[_Resolver, str]] = {
    "month-day": (
        _days,
        rf"{_ON_WD}(?P<m>{_M}){_S}(?P<d>{_D})(?:,?{_S}(?P<y1>{_Y})(?={_TO}))?"
        rf"(?:{_TO}(?:(?P<m2>{_M}){_S})?(?P<d2>{_D})|(?:,{_S}{_D}){{0,3}}{_AND}(?:(?P<m3>{_M}){_S})?"
        rf"(?P<d3>{_D}){_NO_COUNT})?(?:,?{_S}(?P<y>{_Y})|{_YEAR_OF})?",
    ),
    "day-month": (
        _days,
        rf"(?<![\d.,$£€:/-]){_ON_WD}(?P<d>{_D})(?:(?:{_S}(?:of{_S})?(?P<m1>{_M})(?:,?{_S}(?P<y1>{_Y}))?)?"
        rf"(?:,{_S}{_D}){{0,3}}(?:{_TO}|{_AND})(?P<d2>{_D}))?{_S}(?:of{_S})?(?P<m>{_M})"
        rf"(?:,?{_S}(?P<y>{_Y})|{_YEAR_OF})?(?!\w)",
    ),
    "month-range": (
        _month_year,
        rf"(?P<m1>{_M})(?:,?{_S}(?P<y1>{_Y}))?(?:{_TO}|{_AND})(?P<m>{_M}){_YEARS}",
    ),
    "month-year": (_month_year, rf"(?P<m>{_M}){_YEARS}"),
    "month": (_month, rf"(?:\b(?P<w>{_POINT}){_S})?\b(?P<m>{_M})(?![\w-])"),
    "weekday": (
        _weekday,
        rf"(?:\b(?P<w>{_POINT}){_S})?\b(?P<wd>{_WD})(?:,?{_S}(?:of{_S})?(?P<wk>this|last|next){_S}week)?(?!\w)"
        rf"(?!,?{_S}{_NEXT_IS_DATE})"
        r"(?! (?:of (?:each|every|the month)|Times|Telegraph|Mirror|Mail|Express|Post|Herald|Night Live)\b)",
    ),
    "near-day": (
        _near_day,
        r"(?:\b[Tt]he day (?P<o>before|after) )?\b(?P<w>(?i:today|yesterday|tomorrow|tonight"
        r"|(?<!the )last night|this (?:morning|afternoon|evening)))(?![\w-])",
    ),
    "ago": (
        _ago,
        rf"(?<![\w.,$-])(?P<n>{_COUNT}){_S}(?P<u>{_UNIT})s?{_S}(?P<k>(?i:ago|earlier|later|before(?=[.,;\n]|$)"
        r"|from now|hence))\b(?! than)",
    ),
    "relative": (
        _relative,
        rf"(?<!\b[Tt]he )\b(?P<w>{_POINT}|[Tt]he(?= weekend)){_S}(?:(?:fiscal|financial|calendar|academic) )?"
        rf"(?P<u>{_UNIT}|weekend)(?![\w-])",
    ),
    "this-unit": (_this_unit, r"\b(?P<u>day|week|month|quarter|year)(?! of\b)(?![\w-])"),
    "quarter": (_quarter, rf"\b{_QUARTER}[ -](?:fiscal[ -])?quarter{_YEARS}?(?!\w)"),
    "quarter-year": (_quarter, rf"\bQ(?P<q>[1-4])[ /-](?P<y>{_Y})"),
    "half-year": (_quarter, rf"(?:[Tt]he )?\b(?P<q>(?i:first|second)) (?P<h>half) of (?P<y>{_Y})"),
    "century": (_century, rf"\b(?P<n>\d\d(?:st|nd|rd|th)|(?i:{'|'.join(CENTURIES)}))[ -][Cc]entury"),
    "season": (
        _season,
        rf"(?P<the>the{_S})?(?:(?P<w>{_POINT}){_S})?\b(?P<s>(?i:spring|summer|autumn|fall|winter)\b){_YEARS}?(?!\w)",
    ),
    "iso-date": (_numeric, r"(?<![\w/-])(?P<y>\d{4})(?P<iso>-)(?P<a>\d\d)-(?P<b>\d\d)(?![\d/-])"),
    "numeric-date": (_numeric, r"(?<![\w/.])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>\d{4})(?![\d/])"),
    "decade": (_decade, r"(?<!\d)(?P<y>(?:1[5-9]|20)\d0)['’]?s(?!\w)"),
    "year-range": (
        _years,
        rf"(?<![\w$£€#.,:/-])(?P<a>{_Y})(?: ?[-–—/] ?|(?:(?<=from \d{{4}})|(?<=From \d{{4}})) to )"
        rf"(?P<b>(?:1[5-9]|20)?\d\d)(?![\w%/-]|[.,:]\d){_COUNTED}",
    ),
    "year": (_year, rf"(?<![\w.,:/$£€-])(?P<y>{_Y})(?!-\d){_COUNTED}"),
}
# For each kind of core word: how it is scanned for (several simple scans are four times as fast as one for
# all), and the rules that are tried around it, the more specific first.
_UNITS = "ago relative this-unit"
_CORES = {
    "|".join(chain.from_iterable((name[:3], name[:3].upper()) for name in _FULL)): (
        "month-day day-month month-range month-year month"
    ),
    "day|DAY": f"weekday near-day {_UNITS}",
    "week|month|year|decade|Week|Year": _UNITS,
    "quarter": f"quarter {_UNITS}",
    "century|Century": f"century {_UNITS}",
    "morrow|MORROW|night|this (?:morning|afternoon|evening)": "near-day",
    "spring|summer|autumn|winter|Spring|Summer|Autumn|Winter| fall": "season",
    r"[12]\d\d\d": "iso-date numeric-date half-year quarter-year decade year-range year",
}
_COMPILED = {rule: re.compile(pattern) for rule, (_, pattern) in _GRAMMAR.items()}
_SCANS = tuple((re.compile(core), rules.split()) for core, rules in _CORES.items())
# Units that words such as "early" can narrow.
_WHOLE = {"week", "month", "quarter", "half-year", "season", "year", "decade", "century"}


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
    cores = sorted((one.start(), n) for n, (scan, _) in enumerate(_SCANS) for one in scan.finditer(text))
    spans: list[DateSpan] = []
    at, context = 0, _Context(text, anchor, None, None)
    for place, n in cores:
        if place < at or not (span := _first(place, _SCANS[n][1], at, context)):
            continue
        spans.append(span)
        at, day = span.end, span.date_from if span.grain == "day" else context.day
        context = context._replace(day=day, year=span.date_from.year)
    return spans


def _first(place: int, rules: list[str], at: int, context: _Context) -> DateSpan | None:
    """Try the rules for one core word in their order, and give what the first one that fits means."""
    text, low, high = context.text, max(at, place - BEFORE), place + AFTER
    for rule in rules:
        for found in _COMPILED[rule].finditer(text, low, high):
            start, end = found.span()
            if start <= place < end:
                days = _resolve(rule, found, context._replace(start=start, end=end))
                if days:
                    return _with_part(DateSpan(start, end, found[0], *days, rule), low, context)
    return None


def _resolve(rule: str, found: re.Match[str], context: _Context) -> _Days | None:
    try:
        return _GRAMMAR[rule][0](found.groupdict(default=""), context)
    except (OverflowError, ValueError):  # a year before 1 or after 9999
        return None


def _with_part(span: DateSpan, low: int, context: _Context) -> DateSpan:
    """Add "early", "the end of" and their like to an expression that they stand before."""
    found = _PART.search(context.text, low, span.start)
    if not found or span.grain not in _WHOLE or span.rule == "year-range":
        return span
    days = _narrow(_Days(*span[3:6]), found[1].lower(), context.anchor)
    return DateSpan(found.start(), span.end, context.text[found.start() : span.end], *days, span.rule)
