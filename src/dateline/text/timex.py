"""Which days a text talks about: date expressions in English news, and the days that each means.

What expressions look like, and what may stand beside them, is in ``resources/dates.toml``. Only around
single words that a date can be built on (a month, "week") are its rules tried. Here is what they mean:
what is only partly said ("May 16", "two weeks ago") is resolved against the publication date, what points
into the text ("of that year") against the date named last, and what could be something else (the verb
"may", a flight number) is left out. Weeks begin on Monday, seasons are the northern ones.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from dateline.tables import read_toml
from dateline.text import calendar
from dateline.text.calendar import Days, count_of, digits, month_of, months_from, unit_around, valid_day

Words = dict[str, str]
Meaning = Callable[[Words, "Context"], Days | None]

# Without a year, "in June" is not further off than the one, whatever the tense; a day further off than the
# other is taken from the year that the tense asks for.
FARTHEST, NEAREST = timedelta(days=270), timedelta(days=92)
# Characters: around an expression, its clause; of "the very beginning of the "; back to the quarter or month
# that "a year earlier" is measured from.
CLAUSE, LONGEST_PART, COMPARED_WITHIN = 80, 32, 300
# Units that words such as "early" can narrow.
_WHOLE = {"week", "month", "quarter", "half-year", "season", "year", "decade", "century"}
# Words that point from the text's own date and not from the day of publication.
_OWN = {"that", "same", "previous", "following"}
_MULTIPLES = {"century": (100, "year"), "decade": (10, "year"), "fortnight": (2, "week")}

_RULES = read_toml("dates.toml")
_FRAGMENTS = {"~": r"(?:[ \xa0]{1,2}|[ \xa0]?\n)"} | calendar.PATTERNS | _RULES["fragments"]
_FRAGMENTS |= {
    name: rf"(?:{'|'.join(words.split())})".replace("_", " ") for name, words in _RULES["lists"].items()
}


def _compiled(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Fill in the fragments of a pattern; they hold others themselves."""
    pattern = re.sub(r"\n? {4}", "", pattern)
    while re.search(r"~|<[A-Z_]+>", pattern):
        pattern = re.sub(r"~|<([A-Z_]+)>", lambda mark: _FRAGMENTS[mark[1] or mark[0]], pattern)
    return re.compile(pattern, flags)


_BEFORE = {name: _compiled(pattern, re.IGNORECASE) for name, pattern in _RULES["before"].items()}
_AFTER = {name: _compiled(pattern) for name, pattern in _RULES["after"].items()}
_PART = _compiled(_RULES["parts"]["part"], re.IGNORECASE)
_CUE = _compiled(rf"\b(?:(?P<ahead>{_RULES['cues']['ahead']})|(?P<back>{_RULES['cues']['back']}))\b")
_CLAUSE_END = re.compile(r"[.!?;\n](?=\s|$)|[“”\"]")
_PATTERNS = {rule: _compiled(pattern) for rule, pattern in _RULES["rules"].items()}
_SCANS = [(_compiled(core), rules.split(), *reach) for core, (rules, *reach) in _RULES["cores"].items()]
_MEANINGS: dict[str, Meaning] = {}


class DateSpan(NamedTuple):
    """One date expression: ``text[start:end] == surface``, and the days from..to that it means."""

    start: int
    end: int
    surface: str
    date_from: date
    date_to: date
    grain: str
    rule: str


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

    @property
    def today(self) -> date:
        """The day of publication; without it, an expression that needs it means nothing."""
        if self.anchor is None:
            raise ValueError("no day of publication")
        return self.anchor

    def before(self, name: str) -> bool:
        """Tell whether the words before the expression are of a kind in the resource."""
        return bool(_BEFORE[name].search(self.text, max(0, self.start - CLAUSE), self.start))

    def after(self, name: str) -> bool:
        """Tell whether the words after the expression are of a kind in the resource."""
        return bool(_AFTER[name].match(self.text, self.end))

    def tense(self) -> str:
        """Tell whether the words around an expression look "ahead" or "back", or nothing: the nearest cue."""
        left = _CLAUSE_END.split(self.text[max(0, self.start - CLAUSE) : self.start])[-1]
        right = _CLAUSE_END.split(self.text[self.end : self.end + CLAUSE], maxsplit=1)[0]
        cue = next(reversed(list(_CUE.finditer(left))), None) or _CUE.search(right)
        return (cue.lastgroup or "") if cue else ""


def cores(text: str) -> list[tuple[int, int]]:
    """Find the words that an expression can be built around: where they begin, and the number of their kind.

    >>> text = "They met on Friday, a month late, in the Market."
    >>> sorted({text[start:].split()[0] for start, _ in cores(text)})
    ['Friday,', 'day,', 'month']
    """
    return sorted((core.start(), n) for n, (scan, *_) in enumerate(_SCANS) for core in scan.finditer(text))


def find_dates(
    text: str, *, anchor: date | None = None, at_cores: list[tuple[int, int]] | None = None
) -> list[DateSpan]:
    """Find the date expressions of a text, in order and apart, and the days that each of them means.

    `text` is a whole article: what points back ("that year") needs the text before it. Without the day of
    publication, `anchor`, only what is absolute or follows from the text is found. `at_cores`: `cores(text)`.

    >>> words = "The visit is set for May 16 and 17. In March 2023 they met; in October of that year, again."
    >>> for span in find_dates(words, anchor=date(2024, 5, 14)):
    ...     print(span.surface, span.date_from, span.date_to, span.grain)
    May 16 and 17 2024-05-16 2024-05-17 day
    March 2023 2023-03-01 2023-03-31 month
    October of that year 2023-10-01 2023-10-31 month
    >>> find_dates("They may march on the 75th anniversary with 2,000 people.", anchor=date(2024, 5, 14))
    []
    """
    spans: list[DateSpan] = []
    position, context = 0, Context(text, anchor)
    for place, scan in cores(text) if at_cores is None else at_cores:
        if place < position or not (span := _first_match(place, scan, position, context)):
            continue
        spans.append(span)
        position, days = span.end, Days(*span[3:6])
        day = days.first if days.grain == "day" else context.day
        if context.last and span.rule in ("ago", "year-ago") and days.grain == context.last.grain:
            days = context.last  # "3 million a year earlier": the story goes on where it was
        context = Context(text, anchor, day, span.date_from.year, days, span.end)
    return spans


def find_between(
    text: str, *, earliest: date, latest: date, at_cores: list[tuple[int, int]] | None = None
) -> list[DateSpan]:
    """Find the date expressions of an article that appeared on some day from `earliest` to `latest`.

    What means the same days whichever day that was is as exact as ever. What does not is given as all the
    days that it may mean, with the grain "interval". What would be read on some of the days only is left out.

    >>> days = {"earliest": date(2024, 5, 14), "latest": date(2024, 5, 16)}
    >>> for span in find_between("He came on Sunday and leaves tomorrow.", **days):
    ...     print(span.surface, span.date_from, span.date_to, span.grain)
    Sunday 2024-05-12 2024-05-12 day
    tomorrow 2024-05-15 2024-05-17 interval
    """
    at_cores = cores(text) if at_cores is None else at_cores
    # As the day of publication moves on, so does all that is measured from it: the ends are enough.
    last_spans = {span[:2]: span for span in find_dates(text, anchor=latest, at_cores=at_cores)}
    spans = []
    for span in find_dates(text, anchor=earliest, at_cores=at_cores):
        if last_span := last_spans.get(span[:2]):
            days = min(span.date_from, last_span.date_from), max(span.date_to, last_span.date_to)
            is_same = days == (span.date_from, span.date_to) == (last_span.date_from, last_span.date_to)
            spans.append(DateSpan(*span[:3], *days, span.grain if is_same else "interval", span.rule))
    return spans


def _first_match(place: int, scan: int, position: int, context: Context) -> DateSpan | None:
    """Try the rules for one core word in their order, and give what the first one that fits means."""
    _, rules, reach_left, reach_right = _SCANS[scan]
    low, high = max(position, place - reach_left), place + reach_right
    for rule in rules:
        for match in _PATTERNS[rule].finditer(context.text, low, high):
            start, end = match.span()
            if start > place:
                break
            if place >= end:
                continue
            try:
                days = _MEANINGS[rule](match.groupdict(default=""), context._replace(start=start, end=end))
            except (OverflowError, ValueError):  # a year before 1 or after 9999, no day of publication
                continue
            if days is None:
                continue
            # "early", "the end of" and their like
            low = max(position, start - LONGEST_PART)
            is_whole = days.grain in _WHOLE and rule != "year-range"
            if is_whole and (part := _PART.search(context.text, low, start)):
                start = part.start()
                days = calendar.narrowed(days, (part[1] or part[2]).lower(), context.anchor)
            return DateSpan(start, end, context.text[start:end], *days, rule)
    return None


# -- what the rules mean -----------------------------------------------------------------------------


def _means(*rules: str) -> Callable[[Meaning], Meaning]:
    """Name the rules whose expressions the function below resolves."""

    def enter(meaning: Meaning) -> Meaning:
        _MEANINGS.update(dict.fromkeys(rules, meaning))
        return meaning

    return enter


def _last_word(words: str) -> str:
    return words.lower().split()[-1] if words else ""


def _repeats(month: int, n: int, grain: str, context: Context) -> list[Days]:
    """Give a period of n months in each of the years around the anchor."""
    return [months_from(context.today.year + i, month, n, grain) for i in (-2, -1, 0, 1, 2)]


def _occurrence(options: list[Days], word: str, context: Context, limit: timedelta = FARTHEST) -> Days | None:
    """Choose the occurrence that "last", "next" or "this" means, or by the tense without such a word."""
    today = context.today
    if word in ("last", "past", "previous"):
        return max((days for days in options if days.last < today), default=None)
    if word in ("next", "coming", "following"):
        return min((days for days in options if days.first > today), default=None)
    nearest = min(reversed(options), key=lambda days: max(days.first - today, today - days.last))
    if word:
        return nearest
    if context.tense() == "ahead":
        by_tense = min(days for days in options if days.last >= today)
    else:
        by_tense = max(days for days in options if days.first <= today)
    return by_tense if abs(by_tense.first - today) <= limit else nearest


def _stated_year(words: Words, context: Context) -> int | None:
    """Read a year that stands there: four digits, or "of that year"."""
    if words.get("y"):
        return int(words["y"])
    if not (word := _last_word(words.get("of", ""))):
        return None
    year = context.year if word in _OWN else context.today.year
    return year + calendar.POINTERS.get(word, 0) if year else None


def _nearest_year(month: int, day: int, context: Context) -> int | None:
    """Give the year in which a day lies nearest to the anchor, on the side that the clause looks if far."""
    today, is_event = context.today, context.after("event")
    days = [candidate for i in (0, -1, 1) if (candidate := valid_day(today.year + i, month, day))]
    if (month, day) == (9, 11) and today.year > 2001 and context.after("nine-eleven"):
        return 2001
    if not days:
        return None
    nearest = min(days, key=lambda candidate: abs(candidate - today))
    if is_event or abs(nearest - today) > NEAREST:
        side = {"back": -1, "ahead": 1}.get("back" if is_event else context.tense(), 0)
        days = [candidate for candidate in days if side and (candidate - today).days * side >= 0]
        nearest = min(days or [nearest], key=lambda candidate: abs(candidate - today))
    return nearest.year


@_means("month-day", "day-month")
def _month_days(words: Words, context: Context) -> Days | None:
    """Resolve a day or a run of days with a month; without a year it is the nearest to the anchor."""
    words = words | {"y": words["y"] or words["y3"]}  # "3 May and 4 June 2023"
    month, day = month_of(words.get("m1") or words["m"]), digits(words["d"])
    last_month = month_of(words.get("m2") or words.get("m3") or words["m"])
    last_day = digits(words.get("d2") or words.get("d3") or words["d"])
    first_year = int(words["y1"] or 0)
    year = _stated_year(words, context) or first_year
    if not year and not words["of"]:
        year = _nearest_year(last_month, last_day, context) or 0
    first = valid_day(first_year or year - (month > last_month), month, day)
    last = valid_day(year + bool(not words["y"] and month > last_month and first_year), last_month, last_day)
    return Days(first, last, "day") if year and first and last and first <= last else None


@_means("iso-date", "numeric-date")
def _numeric(words: Words, _: Context) -> Days | None:
    """Resolve a date in digits, if its day and month cannot be exchanged."""
    a, b, year = int(words["a"]), int(words["b"]), int(words["y"])
    days = {valid_day(year, a, b), None if words.get("iso") else valid_day(year, b, a)} - {None}
    return unit_around(day, "day", 0) if len(days) == 1 and (day := days.pop()) else None


@_means("month-range", "month-year")
def _month_year(words: Words, context: Context) -> Days | None:
    """Resolve a month, or months from..to, whose year is stated."""
    if not (year := _stated_year(words, context)):
        return None
    days = months_from(year, month_of(words["m"]), 1, "month")
    month = month_of(words.get("m1") or words["m"])
    first = date(int(words.get("y1") or year - (month > days.first.month)), month, 1)
    return days._replace(first=first) if first <= days.last else None


@_means("month")
def _bare_month(words: Words, context: Context) -> Days | None:
    """Resolve a month without a year, if its name cannot be a person's, a verb or an event."""
    name = words["m"]
    if context.before("no-day"):
        return None
    if not words["w"] and not context.before("led"):
        if name in ("May", "March"):
            is_month = context.before("owned") and context.after("noun")
        elif name in ("April", "June", "August"):
            is_month = not (context.before("capital") or context.after("name"))
        else:
            is_month = not name.isupper() and "." not in name and len(name) > 3
        if not is_month:
            return None
    month = month_of(name)
    if words["w"].lower() == "this":  # this year's, if that is not long over
        days = months_from(context.today.year, month, 1, "month")
        return months_from(days.first.year + (context.today - days.last > FARTHEST), month, 1, "month")
    return _occurrence(_repeats(month, 1, "month", context), _last_word(words["w"]), context)


@_means("holiday")
def _holiday(words: Words, context: Context) -> Days | None:
    """Resolve feasts of one day that are the same everywhere; "Christmas" alone only as a time."""
    name = " ".join(words["h"].replace("’", "'").split())
    is_time = context.before("temporal") or words["y"]
    if name == "Christmas" and (not is_time or context.after("festive")):
        return None
    month, day = _RULES["feasts"][name]
    year = int(words["y"]) if words["y"] else _nearest_year(month, day, context)
    return unit_around(date(year, month, day), "day", 0) if year else None


@_means("nine-eleven")
def _nine_eleven(_: Words, context: Context) -> Days | None:
    """Resolve "9/11", which names a day and its events, if the article is not older."""
    days = unit_around(date(2001, 9, 11), "day", 0)
    return days if context.anchor is None or context.anchor >= days.first else None


@_means("season")
def _season(words: Words, context: Context) -> Days | None:
    """Resolve a season with a year, a pointer, or a preposition before it."""
    name, word, year = words["s"].lower(), _last_word(words["w"]), _stated_year(words, context)
    if year or words["of"]:
        return months_from(year, calendar.SEASONS[name], 3, "season") if year else None
    is_led = context.before("led") or context.before("related")
    if not (word or (words["the"] and name != "fall" and is_led)):
        return None
    return _occurrence(_repeats(calendar.SEASONS[name], 3, "season", context), word, context)


@_means("year-quarter", "quarter", "quarter-year", "half-year")
def _quarter(words: Words, context: Context) -> Days | None:
    """Resolve a quarter or a half of a year; without a year it is the last one that has begun."""
    ordinal = words["q"] or words.get("p", "")
    number = calendar.ORDINALS.get(ordinal.lower()) or int(ordinal[0])
    n, grain = (6, "half-year") if words.get("h") else (3, "quarter")
    year, month = _stated_year(words, context), n * (number - 1) + 1
    if words.get("yy"):  # "Q3'12"
        year = int(words["yy"]) + (2000 if int(words["yy"]) < 70 else 1900)
    if year or words.get("of"):
        return months_from(year, month, n, grain) if year else None
    return _occurrence(_repeats(month, n, grain, context), "", context, limit=timedelta(days=366))


@_means("short-year")
def _short_year(words: Words, context: Context) -> Days | None:
    """Resolve "in '84", and "in 80 and 84, 88, 92": the last such year, or one that is near."""
    is_list = context.after("years") or (context.before("years") and context.after("last-year"))
    if not (context.before("years-led") if is_list else words["mark"] and context.before("year-led")):
        return None
    latest = context.today.year + 9
    return months_from(latest - (latest - int(words["yy"])) % 100, 1, 12, "year")


@_means("decade", "decade-name", "century")
def _era(words: Words, context: Context) -> Days | None:
    """Resolve "the 20th century", "the 1990s", and "the '90s": the last ones that are over, or nearly so."""
    if words.get("n"):
        number = calendar.CENTURIES.get(words["n"].lower()) or digits(words["n"])
        return months_from(100 * number - 99, 1, 1200, "century") if 10 <= number <= 21 else None
    if words.get("bare") and context.before("warm"):  # "temperatures in the 80s"
        return None
    tens = words.get("d") or words.get("bare")
    first = int(words.get("y") or (f"19{tens}0" if tens else 1900 + calendar.DECADES[words["dn"].lower()]))
    is_over = not words.get("y") and context.anchor is not None and first + 110 <= context.anchor.year
    return months_from(first + 100 * is_over, 1, 120, "decade")


@_means("year-range")
def _year_range(words: Words, _: Context) -> Days | None:
    """Resolve years from..to; "2023-24" ends in 2024."""
    first, last = int(words["a"]), int(words["b"])
    last += first // 100 * 100 if last < 100 else 0
    return Days(date(first, 1, 1), date(last, 12, 31), "year") if first < last else None


@_means("year", "year-end")
def _bare_year(words: Words, context: Context) -> Days | None:
    """Resolve a year, if old or round behind a word that leads to one; "year-end" is its last month."""
    year = int(words["y"]) if words["y"] else context.today.year
    if words.get("end"):
        return None if context.before("fiscal") else months_from(year, 12, 1, "month")
    is_led = context.before("led") or context.before("related") or context.before("year-like")
    if context.before("no-year") or ((year < 1900 or year % 100 == 0) and not is_led):
        return None
    return months_from(year, 1, 12, "year")


@_means("weekday")
def _weekday(words: Words, context: Context) -> Days | None:
    """Resolve a weekday: the last one or today's, or the next where the clause looks ahead."""
    number, word = calendar.WEEKDAYS[words["wd"][:3].lower()], _last_word(words["w"])
    base = context.day if word in _OWN else context.today
    if base is None or context.before("named-day"):
        return None
    if context.day and context.start - context.last_end < 10 and context.before("until"):
        return unit_around(context.day, "day", (number - context.day.weekday()) % 7)
    if words["wk"] or word == "this":
        week = unit_around(base, "week", calendar.POINTERS.get(words["wk"], 0))
        return unit_around(week.first, "day", number)
    days = [unit_around(base, "day", i) for i in range((number - base.weekday()) % 7 - 7, 8, 7)]
    if context.after("event") and not word:  # "Thursday's fire" is over
        return max(day for day in days if day.first <= base)
    return _occurrence(days, word, context._replace(anchor=base))


@_means("near-day")
def _near_day(words: Words, context: Context) -> Days | None:
    """Resolve "today", "last night" and their like."""
    word = words["w"].lower()
    # "the children of today", "if they voted tomorrow"
    if context.before("of") or (word == "tomorrow" and context.before("if")):
        return None
    shift = {"yesterday": -1, "last": -1, "tomorrow": 1}.get(word.split()[0], 0)
    return unit_around(context.today, "day", shift + {"before": -1, "after": 1}.get(words["o"], 0))


@_means("overnight")
def _overnight(_: Words, context: Context) -> Days | None:
    """Resolve "overnight" as the night before the article, which belongs to two days."""
    if context.tense() == "ahead" or context.before("never"):
        return None
    return Days(context.today - timedelta(days=1), context.today, "day")


def _compared_period(years: int, context: Context, *, compared: bool) -> Days | None:
    """Give what the text named last some years before: a quarter, "against 3 million a year earlier"."""
    last = context.last
    n = {"quarter": 3, "half-year": 6} | ({"month": 1} if compared else {})
    if last is None or context.start - context.last_end > COMPARED_WITHIN or last.grain not in n:
        return None
    return months_from(last.first.year - years, last.first.month, n[last.grain], last.grain)


@_means("ago")
def _ago(words: Words, context: Context) -> Days | None:
    """Resolve "two weeks ago" from the anchor, "three days earlier" from the text's own date."""
    way, unit = words["k"].lower(), words["u"].lower()
    times, unit = _MULTIPLES.get(unit, (1, unit))
    n = count_of(words["n"]) * times
    is_year = unit == "year" and way in ("ago", "earlier")
    if is_year and (days := _compared_period(n, context, compared=context.before("compared"))):
        return days
    base = context.day if way in ("earlier", "later", "before") else context.today
    base = base or (context.anchor if way == "earlier" else None)
    if base is None or context.before("half"):
        return None
    days = unit_around(base, unit, n * (-1 if way in ("ago", "earlier", "before") else 1))
    # What the text named last is not what "replied a week later" starts from, if that leads to the future.
    is_future = way == "later" and context.anchor and days.first > context.anchor
    return None if is_future and context.tense() == "back" else days


@_means("year-ago")
def _year_ago(words: Words, context: Context) -> Days | None:
    """Resolve "the year-earlier quarter"."""
    unit, shift = {"quarter": ("quarter", -5), "month": ("month", -12)}.get(words["u"], ("year", -1))
    return _compared_period(1, context, compared=True) or unit_around(context.today, unit, shift)


@_means("the-quarter")
def _the_quarter(_: Words, context: Context) -> Days | None:
    """Resolve "the quarter" as the one that the text named last, else as the last one that is over."""
    last = context.last
    if last and last.grain == "quarter" and context.start - context.last_end <= 3 * COMPARED_WITHIN:
        return last
    is_time = context.before("inside") or context.after("closed")
    return unit_around(context.today, "quarter", -1) if is_time else None


@_means("past-unit", "span")
def _span(words: Words, context: Context) -> Days | None:
    """Resolve "the past three years" as the days from then to the anchor, "the next ten days" likewise."""
    times, unit = _MULTIPLES.get(words["u"].lower(), (1, words["u"].lower()))
    n = count_of(words.get("n") or "1") * times * (1 if words.get("w") in ("next", "coming") else -1)
    first, last = sorted((context.today, calendar.same_day(context.today, unit, n)))
    return Days(first, last, "span")


@_means("in")
def _in(words: Words, context: Context) -> Days | None:
    """Resolve "in three weeks", if the clause looks ahead and speaks of a time, not of how long it takes."""
    unit, n = words["u"].lower(), count_of(words["n"])
    if unit in ("decade", "century") or context.before("since"):
        return None
    if not words["time"] and (n > 12 or context.tense() != "ahead"):
        return None
    return unit_around(context.today, unit, n)


@_means("relative")
def _relative(words: Words, context: Context) -> Days | None:
    """Resolve "last week", "this weekend", "that month", "the following year"."""
    pointer, unit, last = words["w"].lower(), words["u"].lower(), context.last
    word, clause = _last_word(pointer), slice(max(0, context.start - CLAUSE), context.end + CLAUSE)
    if pointer == "the same" and re.search(r"\b(?:both|each)\b", context.text[clause]):
        return None  # "both are to end on the same day"
    if pointer in ("the next", "the coming") and context.before("over"):
        return None  # "over the next year" is a span of time
    is_own = word in _OWN or pointer == "the next"
    if unit == "day" and not is_own:
        return None
    base = context.day if is_own else context.today
    if is_own and last and unit in ("month", "quarter") and last.grain in ("day", "week", "month", "quarter"):
        base = last.first if unit == "month" or last.grain == "quarter" else base
    if is_own and unit == "year" and context.year:
        base = date(context.year, 1, 1)
    if base is None:
        return None
    is_past_weekend = unit == "weekend" and word in ("this", "the") and base.weekday() < 3
    shift = calendar.POINTERS.get(word, 0) - (is_past_weekend and context.tense() == "back")
    return unit_around(base, unit, shift)


@_means("this-unit")
def _closing_unit(words: Words, context: Context) -> Days | None:
    """Resolve "the end of the week", "later in the year", "to end the day"."""
    base = (context.day if words["u"] == "day" else None) or context.today
    return unit_around(base, words["u"], 0) if context.before("closing") else None
