"""Date expressions in English news text: where they stand and which days they mean.

Scans for single words find what a date can be built around (a month, a weekday, a year, "week"); only
there are the rules tried, so that text without dates costs next to nothing. What is only partly said
("May 16", "on Sunday", "two weeks ago") is resolved against the publication date, and what points into
the text ("of that year", "three days earlier") against the date that the text named last. What could be
something else (the verb "may", a flight number, "2,000 people") is left out rather than guessed.

"The end of" a unit is its last third, as "late" is; but nobody counts the days of "early February": that
is February. "Later this week" is what is left of it. Weeks are Monday to Sunday, seasons the northern ones.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from helpers.text.datewords import (
    CENTURIES,
    MONTHS,
    NUMBERS,
    ORDINALS,
    OWN,
    PART,
    PARTS,
    POINTERS,
    RULES,
    SCANS,
    SEASONS,
    SPACE,
    WEEKDAYS,
)
from helpers.text.periods import Days, months_from, narrow, one_day, unit_at


class DateSpan(NamedTuple):
    """One date expression: ``text[start:end] == surface``, and the days from..to that it means."""

    start: int
    end: int
    surface: str
    date_from: date
    date_to: date
    grain: str
    rule: str


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
_Resolver = Callable[[_Words, _Context], Days | None]

# Without a year, "in June" is not further off than this, whatever the tense.
FAR = timedelta(days=270)
# Characters of "the very beginning of the ".
LONGEST_PART = 32
# How far around an expression its clause is searched for a verb.
CLAUSE = 80


# -- tense ---------------------------------------------------------------------------------------

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


def _pick(options: Iterable[Days], word: str, context: _Context) -> Days | None:
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
    base = context.year if word in OWN else context.anchor and context.anchor.year
    return base + POINTERS.get(word, 0) if word and base else None


def _days(words: _Words, context: _Context) -> Days | None:
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


def _numeric(words: _Words, _: _Context) -> Days | None:
    """Resolve a date in digits, if its day and month cannot be exchanged."""
    a, b, year = int(words["a"]), int(words["b"]), int(words["y"])
    days = [one_day(year, a, b)] + ([] if words.get("iso") else [one_day(year, b, a)])
    made = list(dict.fromkeys(day for day in days if day))
    return Days(made[0], made[0], "day") if len(made) == 1 else None


def _month_year(words: _Words, context: _Context) -> Days | None:
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


def _month(words: _Words, context: _Context) -> Days | None:
    """Resolve a month without a year, if its name cannot be a person's, a verb or an event."""
    name, before = words["m"], context.before(14)
    if (
        context.anchor is None
        or _NO_DAY.search(before)
        or not (words["w"] or _LED.search(before) or _surely_month(name, before, context))
    ):
        return None
    options = [months_from(context.anchor.year + i, _month_of(name), 1, "month") for i in (-2, -1, 0, 1, 2)]
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


def _weekday(words: _Words, context: _Context) -> Days | None:
    """Resolve a weekday: the last one or today's, or the next where the clause looks ahead."""
    number, word = WEEKDAYS[words["wd"][:3].lower()], _last_word(words["w"])
    base = context.day if word in OWN else context.anchor
    if base is None or _NAMED_DAY.search(context.before(8)):
        return None
    if words["wk"] or word == "this":
        return unit_at(unit_at(base, "week", POINTERS.get(words["wk"], 0)).first, "day", number)
    days = [unit_at(base, "day", i) for i in range((number - base.weekday()) % 7 - 7, 8, 7)]
    return _pick(days, word, context._replace(anchor=base))


def _near_day(words: _Words, context: _Context) -> Days | None:
    """Resolve "today", "last night" and their like."""
    word, before = words["w"].lower(), context.before(CLAUSE)
    if (before.endswith(" of ") and not before.lower().endswith("as of ")) or (
        word == "tomorrow" and re.search(r"\bif\b[^.?!]*\Z", before)
    ):
        return None  # "the children of today"; "if they voted tomorrow"
    shift = {"yesterday": -1, "last": -1, "tomorrow": 1}.get(word.split()[0], 0)
    shift += {"before": -1, "after": 1}.get(words.get("o", ""), 0)
    return unit_at(context.anchor, "day", shift) if context.anchor else None


def _ago(words: _Words, context: _Context) -> Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    way, unit = words["k"].lower(), words["u"].lower()
    ahead, own = way not in ("ago", "earlier", "before"), way in ("earlier", "later", "before")
    base = (context.day if own else context.anchor) or (context.anchor if way == "earlier" else None)
    n = _number(words["n"]) * (10 if unit == "decade" else 1)
    if base is None or unit == "century":
        return None
    days = unit_at(base, "year" if unit == "decade" else unit, n if ahead else -n)
    # What the text told last is not what "replied a week later" starts from, if that leads to the future.
    lost = way == "later" and context.anchor and days.first > context.anchor and _tense(context) == "back"
    return None if lost else days


_BOTH = re.compile(r"\b(?:both|each)\b")
_OVER = re.compile(r"\b(?:over|in|for|within|during|throughout)\s\Z")


def _relative(words: _Words, context: _Context) -> Days | None:
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
    gone = unit == "weekend" and word in ("this", "the") and base.weekday() < 3 and _tense(context) == "back"
    return unit_at(base, unit, shift - gone)


def _season(words: _Words, context: _Context) -> Days | None:
    """Resolve a season with a year, a pointer, or a preposition before it."""
    name, word, year = words["s"].lower(), _last_word(words["w"]), _year_of(words, context)
    if year or words["of"]:
        return months_from(year, SEASONS[name], 3, "season") if year else None
    before = context.before(10)
    led = words["the"] and name != "fall" and (_LED.search(before) or _AFTER_WORD.search(before))
    if context.anchor is None or not (word or led):
        return None
    options = [months_from(context.anchor.year + i, SEASONS[name], 3, "season") for i in (-2, -1, 0, 1, 2)]
    return _pick(options, word, context)


def _quarter(words: _Words, context: _Context) -> Days | None:
    """Resolve a quarter or a half of a year; without a year it is the last one that has begun."""
    number = ORDINALS.get(words["q"].lower()) or int(words["q"][0])
    n, grain = (6, "half-year") if words.get("h") else (3, "quarter")
    year, anchor = _year_of(words, context), context.anchor
    if year or words.get("of") or anchor is None:
        return months_from(year, n * (number - 1) + 1, n, grain) if year else None
    return _pick(
        [months_from(anchor.year + i, n * (number - 1) + 1, n, grain) for i in (-1, 0, 1)], "", context
    )


_CLOSING = re.compile(
    rf"\b(?:(?:{PARTS})(?:-|{SPACE}(?:of|in){SPACE}the{SPACE})|(?:end(?:ed|ing)?|finish(?:ed)?|closed?|start(?:ed)?){SPACE}the{SPACE})\Z",
    re.IGNORECASE,
)


def _this_unit(words: _Words, context: _Context) -> Days | None:
    """Resolve "the end of the week", "later in the year", "to end the day"."""
    base = (context.day if words["u"] == "day" else None) or context.anchor
    return unit_at(base, words["u"], 0) if base and _CLOSING.search(context.before(24)) else None


def _decade(words: _Words, _: _Context) -> Days | None:
    return months_from(int(words["y"]), 1, 120, "decade")


def _century(words: _Words, _: _Context) -> Days | None:
    number = CENTURIES.get(words["n"].lower()) or _digits(words["n"])
    return months_from(100 * number - 99, 1, 1200, "century") if 10 <= number <= 21 else None


def _years(words: _Words, _: _Context) -> Days | None:
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


def _year(words: _Words, context: _Context) -> Days | None:
    """Resolve a year by itself; old or round ones need a word before them that leads to a year."""
    year, before = int(words["y"]), context.before(12)
    led = _LED.search(before) or _AFTER_WORD.search(before) or before.endswith("(")
    if _NO_YEAR.search(before) or ((year < 1900 or year % 100 == 0) and not led):
        return None
    return months_from(year, 1, 12, "year")


# -- all together ----------------------------------------------------------------------------------

_RESOLVERS: dict[str, _Resolver] = {
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
# Units that words such as "early" can narrow.
_WHOLE = {"week", "month", "quarter", "half-year", "season", "year", "decade", "century"}


def cores(text: str) -> list[tuple[int, int]]:
    """Find the words that an expression can be built around: where they begin, and their place in `SCANS`.

    Examples
    --------
    >>> text = "They met on Friday, a month late, in the Market."
    >>> sorted({text[start:].split()[0] for start, _ in cores(text)})
    ['Friday,', 'day,', 'month']
    """
    return sorted((one.start(), n) for n, (scan, *_) in enumerate(SCANS) for one in scan.finditer(text))


def find_dates(
    text: str, *, anchor: date | None = None, at_cores: list[tuple[int, int]] | None = None
) -> list[DateSpan]:
    """Find the date expressions of a text and the days that each of them means.

    Parameters
    ----------
    text
        A whole article: what points back ("that year") needs the text before it.
    anchor
        The day of publication. Without it only what is absolute, or follows from the text, is found.
    at_cores
        What `cores` gives for the text, if it is known.

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
    for place, n in cores(text) if at_cores is None else at_cores:
        if place < at or not (span := _first(place, n, at, context)):
            continue
        spans.append(span)
        at, day = span.end, span.date_from if span.grain == "day" else context.day
        context = _Context(text, anchor, day, span.date_from.year)
    return spans


def _first(place: int, n: int, at: int, context: _Context) -> DateSpan | None:
    """Try the rules for one core word in their order, and give what the first one that fits means."""
    _, rules, before, behind = SCANS[n]
    low, high = max(at, place - before), place + behind
    for rule in rules:
        for found in RULES[rule].finditer(context.text, low, high):
            start, end = found.span()
            if start > place:
                break
            if place < end and (days := _resolve(rule, found, _Context(*context[:4], start, end))):
                return _with_part(DateSpan(start, end, found[0], *days, rule), at, context)
    return None


def _resolve(rule: str, found: re.Match[str], context: _Context) -> Days | None:
    try:
        return _RESOLVERS[rule](found.groupdict(default=""), context)
    except (OverflowError, ValueError):  # a year before 1 or after 9999
        return None


def _with_part(span: DateSpan, at: int, context: _Context) -> DateSpan:
    """Add "early", "the end of" and their like to an expression that they stand before."""
    if span.grain not in _WHOLE or span.rule == "year-range":
        return span
    if not (found := PART.search(context.text, max(at, span.start - LONGEST_PART), span.start)):
        return span
    days = narrow(Days(*span[3:6]), found[1].lower(), context.anchor)
    return DateSpan(found.start(), span.end, context.text[found.start() : span.end], *days, span.rule)
