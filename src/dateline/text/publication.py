"""When an article was published: every candidate with the words that prove it, and a choice that abstains.

Evidence comes in tiers: metadata, a header date, a dateline or a wire agency's code, a dated file name or
address, and what the text's own words force. The strongest tier wins; what contradicts it is shown, not
dropped. A date whose day and month could be exchanged stays an interval, and without evidence there is no
date: a wrong date costs a reader more than a missing one. Nothing here looks at today's date.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from dateline.tables import read_toml
from dateline.text.calendar import MONTH_NAMES, WEEKDAY_NAMES, month_of, months_from, valid_day


class DateEvidence(NamedTuple):
    """Days between which an article may have been published, and the words that say so."""

    candidate_from: date
    candidate_to: date
    basis: str
    evidence: str


class PublicationDate(NamedTuple):
    """What follows from the evidence; `chosen` is the place of the evidence that decided, or None."""

    published: date | None
    earliest: date | None
    latest: date | None
    basis: str
    chosen: int | None
    conflicts: tuple[bool, ...]


# Dates that systems write when they know none.
PLACEHOLDERS = {date(1970, 1, 1), date(1900, 1, 1), date(1980, 1, 1)}
# No newspaper is older; no code or file name of this form means a later day.
FIRST_YEAR, LAST_YEAR = 1605, 2099
# A text may be filed on the evening before it appears, or dated in another time zone.
DAY = timedelta(days=1)
# A dateline's missing year is taken from a date that lies no farther off than this.
NEAR = timedelta(days=7)
# A text that names a past day or month with its year is taken to appear within a year of it.
WINDOW = timedelta(days=366)
# How much of a text's start and end can hold a dateline or a code, and how far a sentence is looked at.
HEAD, TAIL, SENTENCE = 800, 300, 200

_TABLES = read_toml("publication.toml")
_MONTHS = {start: month for month, row in enumerate(_TABLES.pop("months"), start=1) for start in row.split()}
_PARTS = {
    "MONTH": rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})[^\W\d_]{{0,8}}\.?",
    "ENGLISH": rf"(?:{'|'.join(MONTH_NAMES)}|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.)",
    "WEEKDAY": rf"(?:{'|'.join(WEEKDAY_NAMES)})",
}


def _filled(pattern: str) -> str:
    return re.sub(r"\{([A-Z_]+)\}", lambda part: _PARTS[part[1]], pattern)


for _name, _pattern in _TABLES.pop("parts").items():
    _PARTS[_name] = _filled(_pattern)
_DATES, _HEADERS, _OPENINGS, _PATHS, _ADDRESSES, _TEXT = (
    {name: re.compile(_filled(pattern)) for name, pattern in patterns.items()}
    for patterns in _TABLES.values()
)

# -- reading dates ---------------------------------------------------------------------------------


def _date(year: str, month: str, day: str) -> date | None:
    """Make a date, if there is such a day; the longer start of a month decides (juin, juillet)."""
    if not month.isdigit():
        starts = (month[:n].lower() for n in (4, 3))
        month = next((str(_MONTHS[start]) for start in starts if start in _MONTHS), "")  # "3 DİC 2024"
    try:
        day_of_text = date(int(year), int(month), int(re.sub(r"\D", "", day)))
    except ValueError:
        return None
    possible = FIRST_YEAR <= day_of_text.year <= LAST_YEAR and day_of_text not in PLACEHOLDERS
    return day_of_text if possible else None


def _readings(words: str, day_first: bool | None = None) -> list[date]:
    """List what a date can mean: one reading, or two where day and month could be exchanged."""
    words = words[:200]
    days: list[date | None] = []
    if match := _DATES["epoch"].fullmatch(words):
        return [datetime.fromtimestamp(int(match[1]), tz=UTC).date()]
    if match := _DATES["compact"].fullmatch(words):
        days = [_date(match[1], match[2], match[3])]
    elif match := _DATES["year_first"].search(words):
        days = [_date(match[1], match[3], match[4])]
    elif match := _DATES["written"].search(words):
        days = [_date(match["y"], match["m"] or match["m2"], match["d"] or match["d2"])]
    elif match := _DATES["numeric"].search(words):
        year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
        days = [_date(year, match[3], match[1]), _date(year, match[1], match[3])]
    readings = list(dict.fromkeys(day for day in days if day is not None))
    return [readings[not day_first]] if len(readings) == 2 and day_first is not None else readings


def parse_date(words: str, *, day_first: bool | None = None) -> date | None:
    """Read one publication date; what could be two days is read only if `day_first` says which.

    `words` are a date as headers, columns and metadata write it; a time or weekday around it does no harm,
    and one with a time zone counts as its writer wrote it. `is_day_first` finds `day_first` for a file.

    >>> parse_date("Wed, 24 Apr 2024 07:02:00 GMT"), parse_date("24/04/2024 07:02")
    (datetime.date(2024, 4, 24), datetime.date(2024, 4, 24))
    >>> parse_date("04/05/2024"), parse_date("04/05/2024", day_first=True)
    (None, datetime.date(2024, 5, 4))
    """
    readings = _readings(words, day_first)
    return readings[0] if len(readings) == 1 else None


def is_day_first(values: Iterable[str]) -> bool | None:
    """Decide from all dates of one file whether the day stands before the month.

    >>> is_day_first(["04/05/2024", "25/04/2024"]), is_day_first(["04/05/2024"])
    (True, None)
    """
    orders = set()
    for value in values:
        match = None if _DATES["year_first"].search(value) else _DATES["numeric"].search(value)
        if match and (int(match[1]) > 12) != (int(match[3]) > 12):
            orders.add(int(match[1]) > 12)
    return orders.pop() if len(orders) == 1 else None


# -- header dates ----------------------------------------------------------------------------------


def header_dates(line: str, *, labelled: bool = False) -> list[tuple[int, str]]:
    """List the dates of a line that is nothing but a header, or with `labelled`, a footer that says so.

    Each comes after 0 for the publication, 1 for an update; a day of modification is no publication and
    comes as (2, "").

    >>> header_dates("by A Name - Nov 9, 2012 4:45 pm UTC"), header_dates("Karovec, 3 May 2024")
    ([(0, 'Nov 9, 2012')], [])
    >>> header_dates("Published: 3 May 2024 | Updated: 4 May 2024", labelled=True)
    [(0, '3 May 2024'), (1, '4 May 2024')]
    """
    line = line.strip().lstrip("*•·+- ")
    cue = _HEADERS["cue"].search(line) if len(line) <= 200 and re.search(r"\d", line) else None
    if cue is None:
        return []
    dates: list[tuple[int, str]] = []
    rank, place, clock, label = 0, cue.start(), False, False
    while place < len(line) and (part := _HEADERS["part"].match(line, place)):
        if part["label"]:
            rank, label = 2 if part["modified"] else 1 if part["later"] else 0, True
        if part["date"]:
            if labelled and not label:
                return []
            dates.append((rank, part["date"] if rank < 2 else ""))
        clock, place = clock or part["clock"] is not None, part.end()
    before = [""] if labelled else ["", "before", "before_clock"][: 3 if clock else 2]
    opened = any((_HEADERS[name].fullmatch if name else "".__eq__)(line[: cue.start()]) for name in before)
    closed = place == len(line) or (not labelled and _HEADERS["behind"].fullmatch(line[place:]))
    ranged = len({words for rank, words in dates if rank == 0}) > 1
    return dates if opened and closed and not ranged else []


def header_end(line: str) -> int:
    """Give where a header date at the start of a line ends, 0 if there is none.

    One that runs on in lower case ("... 2024 in Geneva") is prose.
    """
    line = line[:201].rstrip("\r\n")
    if header_dates(line):
        return len(line)
    match = _HEADERS["opening"].match(line)
    complete = match and re.match(_PARTS["ISO"], match["date"] or "")
    return match.end() if match and (complete or not line[match.end() :][:1].islower()) else 0


# -- collecting evidence ---------------------------------------------------------------------------


def publication_evidence(
    text: str,
    *,
    title: str = "",
    header: str = "",
    metadata: Iterable[tuple[str, str]] = (),
    codes: str = "",
    name: str = "",
    url: str = "",
    day_first: bool | None = None,
) -> list[DateEvidence]:
    """Collect what says when an article was published, the strongest first.

    `header` is the date that stood before the cleaned text (`clean.Cleaned.header_date`). `metadata` are
    fields and values, the most trusted first; when something was changed or fetched is passed over. `codes`
    is what the cleaner removed; only wire codes are read. `name` is the article's id, a path (of a record in
    a larger file, `#n`, it says nothing). `day_first`: the order in the file (`is_day_first`), if known.

    >>> words = "SARNHOLT, 9 April (CWS) - The talks opened."
    >>> for row in publication_evidence(words, codes="CWS-EN-VEL-POL-20240409-1412"):
    ...     print(row.candidate_from, row.candidate_to, row.basis, "|", row.evidence)
    2024-04-09 2024-04-09 dateline | SARNHOLT, 9 April (CWS) -
    2024-04-09 2024-04-09 wire-code | CWS-EN-VEL-POL-20240409-1412
    >>> publication_evidence(words)
    []
    """
    header = header or _full_date(title, text)
    fields = [(field, value) for field, value in metadata if not _DATES["other_field"].search(field)]
    values = [(value, "metadata", f"{field}: {value}") for field, value in fields]
    strong = []
    for value, basis, words in [*values, (header, "header", header)]:
        if readings := _readings(value or "", day_first):
            strong.append(DateEvidence(min(readings), max(readings), basis, words.strip()))
    path = [*([] if "#" in name else _path_date(name)), *_path_date(url)]
    wire = list(_wire_codes(f"{codes}\n{text[:HEAD]}\n{text[-TAIL:]}", strong + path))
    stated = [*strong, *_dateline(text, strong + wire + path), *wire, *path]
    if not stated:
        return _forced(f"{title}\n{text}")
    # a past that begins after the stated day: one of the two is wrong
    past = last_past_date(text, since=stated[0].candidate_to.year)
    if past and past.candidate_from > stated[0].candidate_to:
        stated.append(past._replace(candidate_to=past.candidate_from + WINDOW))
    return stated


def choose_date(evidence: Sequence[DateEvidence], *, end: date = date.max) -> PublicationDate:
    """Let the strongest evidence decide, narrow an interval by what agrees, and mark what does not.

    What begins after `end` decides nothing, and no interval goes beyond it.

    >>> may = DateEvidence(date(2024, 4, 5), date(2024, 5, 4), "metadata", "date: 04/05/2024")
    >>> code = DateEvidence(date(2024, 5, 4), date(2024, 5, 4), "file-name", "20240504")
    >>> choose_date([may, code])[:4]
    (datetime.date(2024, 5, 4), datetime.date(2024, 5, 4), datetime.date(2024, 5, 4), 'file-name')
    >>> choose_date([])[3:]
    ('none', None, ())
    """
    possible = [(place, row) for place, row in enumerate(evidence) if row.candidate_from <= end]
    if not possible:
        return PublicationDate(None, None, None, "none", None, (False,) * len(evidence))
    chosen, (first, last, *_) = possible[0]
    for place, row in possible[1:]:
        if first < last and row.candidate_from <= last and row.candidate_to >= first:
            narrowed = max(first, row.candidate_from), min(last, row.candidate_to)
            chosen = place if narrowed != (first, last) else chosen
            first, last = narrowed
    conflicts = tuple(contradicts(row, first, last) for row in evidence)
    exact = first if first == last else None
    return PublicationDate(exact, first, min(last, end), evidence[chosen].basis, chosen, conflicts)


def contradicts(evidence: DateEvidence, first: date, last: date) -> bool:
    """Tell whether evidence lies more than a day off the days first..last."""
    return evidence.candidate_from > last + DAY or evidence.candidate_to < first - DAY


def _full_date(title: str, text: str) -> str:
    """Give a full date that ends the title or begins the text, if its weekday is the right one."""
    for match in (_OPENINGS["title_day"].search(title[-60:]), _OPENINGS["text_day"].match(text[:80])):
        day = parse_date(match[0]) if match else None
        if match and day and WEEKDAY_NAMES[day.weekday()].lower() == match["wd"].lower():
            return match[0].strip()
    return ""


def _wire_codes(text: str, evidence: Sequence[DateEvidence]) -> Iterator[DateEvidence]:
    """Read the date in a wire agency's code; one that could be two days follows the evidence so far."""
    if (match := _OPENINGS["menafn"].search(text)) and (day := _date(match[3], match[2], match[1])):
        yield DateEvidence(day, day, "wire-code", match[0])
    for line in _OPENINGS["code_line"].finditer(text):
        if line[1].startswith("MENAFN") or not (digits := _OPENINGS["code_date"].search(line[1])):
            continue
        d = digits[0]
        readings = [_date(d[:4], d[4:6], d[6:]), _date(d[4:], d[2:4], d[:2]), _date(d[4:], d[:2], d[2:4])]
        days = {day for day in readings if day is not None and 1980 < day.year < 2080}
        agreed = {day for day in days if not all(contradicts(row, day, day) for row in evidence)}
        days = agreed if len(agreed) == 1 else days
        if days:
            yield DateEvidence(min(days), max(days), "wire-code", line[1].strip())


def _dateline(text: str, evidence: Sequence[DateEvidence]) -> list[DateEvidence]:
    """Read a dateline; one without a year needs another date that lies close."""
    match = _OPENINGS["dateline"].match(text[:HEAD])
    if not match or not (match["tag"] or match["tag2"] or match["place"].isupper()):
        return []
    # December may be last year's
    years = {str(row.candidate_from.year + i) for row in evidence for i in (-1, 0, 1)}
    days = []
    for year in [match["y"]] if match["y"] else sorted(years):
        day = _date(year, match["m"] or match["m2"], match["d"] or match["d2"])
        near = day and any(row.candidate_from - NEAR <= day <= row.candidate_to + NEAR for row in evidence)
        if day and (match["y"] or near):
            days.append(day)
    return [DateEvidence(days[0], days[0], "dateline", match[0].strip())] if len(days) == 1 else []


def _path_date(path: str) -> list[DateEvidence]:
    """Read the date in a file's name or an address; what could be two days is an interval."""
    path, _, query = path[:1000].partition("?")
    archived = _ADDRESSES["archived"].search(path)
    stated = _ADDRESSES["query"].search(f"?{query}")
    for part in [*([path[archived.end() :]] if archived else []), path, stated[1] if stated else ""]:
        for match in filter(None, (pattern.search(part) for pattern in _PATHS.values())):
            year = match["y"] if len(match["y"]) == 4 else f"20{match['y']}"
            readings = {_date(year, match["m"], match["d"])}
            if match["m"].isdigit() and match.start("d") < match.start("y"):
                readings.add(_date(year, match["d"], match["m"]))
            if days := sorted(reading for reading in readings if reading):
                return [DateEvidence(days[0], days[-1], "file-name", match[0])]
    if not (month := _ADDRESSES["month"].search(path)):
        return []
    first = date(int(month[1]), int(month[2]), 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return [DateEvidence(first, last, "file-name", month[0])]


# -- what the text's own words say -----------------------------------------------------------------


def _sentence_around(text: str, start: int, end: int) -> str:
    """Cut out the sentence around a span, within some characters."""
    before = _TEXT["sentence_end"].split(text[max(0, start - SENTENCE) : start])[-1]
    return before + text[start:end] + _TEXT["sentence_end"].split(text[end : end + SENTENCE])[0]


def _days_with_year(
    text: str, since: int, *patterns: re.Pattern[str]
) -> Iterator[tuple[re.Match[str], DateEvidence, str]]:
    """Give days and months before their year, from `since` on: match of a pattern, evidence, sentence."""
    for year in _TEXT["year"].finditer(text):
        start, end = max(0, year.start() - 40), year.start()
        matches = (pattern.search(text, start, end) for pattern in patterns if int(year[0]) >= since)
        match = next(filter(None, matches), None)
        if match is None:
            continue
        groups = match.groupdict()
        month, number = month_of(groups["m"] or groups["m2"]), groups.get("d") or groups.get("d2")
        first, last, _ = months_from(int(year[0]), month, 1, "month")
        day = valid_day(first.year, month, int(number)) if number else None
        if day or not number:
            words = text[match.start() : year.end()]
            row = DateEvidence(day or first, day or last, "inferred", words)
            yield match, row, _sentence_around(text, match.start(), year.end())


def last_past_date(text: str, since: int = 0) -> DateEvidence | None:
    """Give the last day or month, with a year from `since` on, that the text tells as past.

    >>> last_past_date("In March 2023 they met. In October of that year they parted.").candidate_from
    datetime.date(2023, 10, 1)
    """
    return max(_past_dates(text, since), default=None)


def _past_dates(text: str, since: int = 0) -> list[DateEvidence]:
    past = []
    for match, row, sentence in _days_with_year(text, since, _TEXT["past_month"], _TEXT["past_day"]):
        is_told = match.re is _TEXT["past_month"] or _TEXT["did"].search(sentence)
        if not is_told or _TEXT["ahead"].search(sentence):
            continue
        past.append(row)
        end = match.start() + len(row.evidence)
        if later := _TEXT["same_year"].search(text, end, end + 200):
            first, last, _ = months_from(row.candidate_from.year, month_of(later[1]), 1, "month")
            past.append(DateEvidence(first, last, "inferred", f"{row.evidence} … {later[0]}"))
    return past


def first_planned_date(text: str, since: date) -> DateEvidence | None:
    """Give the first day or month with a year, after `since`, that the text tells as still to come.

    >>> first_planned_date("The bridge will be opened in May 2025.", date(2024, 10, 1)).candidate_to
    datetime.date(2025, 5, 31)
    """
    planned = []
    for match, row, sentence in _days_with_year(text, since.year, _TEXT["ahead_day"]):
        before = _TEXT["sentence_end"].split(text[max(0, match.start() - SENTENCE) : match.start()])[-1]
        is_plan = _TEXT["planned"].search(before) and not _TEXT["doubted"].search(sentence)
        planned += [row] if is_plan and row.candidate_from > since else []
    return min(planned, key=lambda row: (row.candidate_to, row.candidate_from), default=None)


def _forced(text: str) -> list[DateEvidence]:
    """Use "yesterday, Saturday, October 19": the weekday has to fit one year that the text leads to.

    That is the year after the last past date, or the end of "in 1975. In 49 years". A day without its year
    is of the year of publication; the next one would say "last". Where two such days do not agree, nothing
    follows; without them, the article stands between what is past and what is to come.
    """
    past = last_past_date(text)
    matches = list(_TEXT["named_day"].finditer(text))
    reasons = {}
    for year in _TEXT["year"].finditer(text) if matches else ():
        if n := _TEXT["years_since"].match(text, year.end()):
            reasons[int(year[0]) + int(n[1])] = year[0] + n[0]
    rows = []
    for match in matches:
        month, number = month_of(match["m"] or match["m2"]), int(match["d"] or match["d2"])
        candidates = [valid_day(year, month, number) for year in reasons]
        if past:
            soon = [valid_day(past.candidate_from.year + i, month, number) for i in (0, 1)]
            end = past.candidate_from + WINDOW
            candidates += [day for day in soon if day and past.candidate_from <= day <= end]
        days = {day for day in candidates if day}
        fitting = [day for day in days if match["wd"] == WEEKDAY_NAMES[day.weekday()]]
        sentence = _sentence_around(text, match.start("wd"), match.end())
        if len(fitting) == 1 and (match["near"] or not _TEXT["ahead"].search(sentence)):
            first = fitting[0] + DAY * ((match["near"] or "").lower() == "yesterday")
            last = first if match["near"] else date(first.year, 12, 31)
            reason = reasons.get(fitting[0].year) or (past.evidence if past else "")
            rows.append(DateEvidence(first, last, "inferred", f"{match[0]} … {reason}"))
    if not rows and (row := _this_week(text)):
        return [row]
    planned = first_planned_date(text, past.candidate_from) if past and not rows else None
    if past and planned and planned.candidate_to <= past.candidate_from + WINDOW:
        words = f"{past.evidence} … {planned.evidence}"
        rows = [DateEvidence(past.candidate_from, planned.candidate_to, "inferred", words)]
    return rows if len({row[:2] for row in rows}) == 1 else []


def _this_week(text: str) -> DateEvidence | None:
    """Use "on Tuesday", "later this week" and "May 16": from that Tuesday to the day before.

    The year follows from the last past date; two of them within two years, so that it is no memory.
    """
    past, lead = sorted(_past_dates(text)), text[:HEAD]
    days, weeks = list(_TEXT["yearless_day"].finditer(lead)), list(_TEXT["this_week"].finditer(lead))
    reported = _TEXT["reported_day"].search(lead)
    if len(days) != 1 or len(past) < 2 or not weeks or not reported:
        return None
    start, day = past[-1].candidate_from, days[0]
    is_ahead = _TEXT["ahead"].search(_sentence_around(lead, *day.span()))
    if start > past[-2].candidate_from + 2 * WINDOW or not is_ahead:
        return None
    month, number = month_of(day["m"] or day["m2"]), int(day["d"] or day["d2"])
    events = [valid_day(start.year + i, month, number) for i in (0, 1)]
    event = next((event for event in events if event and start < event <= start + WINDOW), None)
    if event is None:
        return None
    first = event - DAY * (event.weekday() - WEEKDAY_NAMES.index(reported["wd"] or reported["wd2"]))
    # what is tomorrow is not called "later this week"
    last = event - DAY * (1 + any(week["later"] for week in weeks))
    words = " … ".join([day[0], *(week[0] for week in weeks), reported[0], past[-1].evidence])
    return DateEvidence(first, last, "inferred", words) if first <= last else None
