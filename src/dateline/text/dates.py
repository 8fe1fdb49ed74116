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

from dateline.text import inferred


class Evidence(NamedTuple):
    """Days between which an article may have been published, and the words that say so."""

    candidate_from: date
    candidate_to: date
    basis: str
    evidence: str


class Published(NamedTuple):
    """What follows from the evidence; `chosen` is the place of the evidence that decided, or None."""

    published: date | None
    earliest: date | None
    latest: date | None
    basis: str
    chosen: int | None
    conflicts: tuple[bool, ...]


# How month names begin in the languages of European newspapers.
_BEGINNINGS = (
    *(
        "jan janv ene gen янв",
        "feb fev fév févr feb фев",
        "mar mär mars мар",
        "apr avr abr апр",
        "may mai mag maj мая",
    ),
    *("jun juin giu июн", "jul juil lug июл", "aug aoû aou ago авг", "sep set сен", "oct okt ott out окт"),
    *("nov ноя", "dec dez déc dic дек"),
)
MONTHS = {start: number for number, starts in enumerate(_BEGINNINGS, start=1) for start in starts.split()}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# Dates that systems write when they know none.
PLACEHOLDERS = {date(1970, 1, 1), date(1900, 1, 1), date(1980, 1, 1)}
# No newspaper is older; no code or file name of this form means a later day.
FIRST_YEAR, LAST_YEAR = 1605, 2099
# A text may be filed on the evening before it appears, or dated in another time zone.
SAME_DAY = timedelta(days=1)
# A dateline's missing year is taken from a date that lies no farther off than this.
NEAR = timedelta(days=7)
# How much of a text's start and end can hold a dateline, a code or the lead.
HEAD, TAIL = 800, 300
# Fields of metadata that do not say when an article was published.
_OTHER_FIELD = re.compile(r"modif|updat|crawl|access|retriev|index|scrap|expir|download|birth", re.IGNORECASE)

_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})[^\W\d_]{{0,8}}\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|\.)?"
_YMD = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:[T ]?\d{4,6})?Z?\s*")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_WRITTEN = re.compile(
    rf"\b(?:(?P<d>{_DAY})[ -](?:of |de )?(?P<m>{_MONTH})|(?P<m2>{_MONTH}) (?P<d2>{_DAY})),?[ -](?:de )?"
    r"(?P<y>\d{4})\b",
    re.IGNORECASE,
)
_FULL_DAY = rf"(?P<wd>[A-Z][a-z]{{2,5}}day),? (?i:{_MONTH} {_DAY}|{_DAY} (?:of )?{_MONTH}),? \d{{4}}"
_TITLE_DAY, _TEXT_DAY = re.compile(rf"\b{_FULL_DAY}\Z"), re.compile(rf"\s*{_FULL_DAY}(?=\s+[A-Z\"“‘']|\n)")
_EPOCH = re.compile(r"\s*(\d{10})(?:\d{3}|\.\d+)?\s*")


def _month(name: str) -> int:
    """Look up a month by how its name begins; the longer beginning decides (juin, juillet)."""
    return next(MONTHS[name[:n].lower()] for n in (4, 3) if name[:n].lower() in MONTHS)


def _date(year: int | str, month: int | str, day: int | str) -> date | None:
    """Make a date, or nothing if there is no such day."""
    if isinstance(month, str) and not month.isdigit():
        month = _month(month)
    day = day if isinstance(day, int) else re.sub(r"\D", "", day)
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if FIRST_YEAR <= made.year <= LAST_YEAR and made not in PLACEHOLDERS else None


def _readings(words: str) -> list[date]:
    """List what a date can mean: one reading, or two where day and month could be exchanged."""
    words = words[:200]
    if found := _EPOCH.fullmatch(words):
        return [datetime.fromtimestamp(int(found[1]), tz=UTC).date()]
    if found := _COMPACT.fullmatch(words):
        made = [_date(*found.groups())]
    elif found := _YMD.search(words):
        made = [_date(found[1], found[3], found[4])]
    elif found := _WRITTEN.search(words):
        made = [_date(found["y"], found["m"] or found["m2"], found["d"] or found["d2"])]
    elif found := _NUMERIC.search(words):
        year = found[4] if len(found[4]) == 4 else f"20{found[4]}"
        made = [_date(year, found[3], found[1]), _date(year, found[1], found[3])]
    else:
        made = []
    return list(dict.fromkeys(one for one in made if one is not None))


def parse_date(words: str, *, day_first: bool | None = None) -> date | None:
    """Read one publication date; what could be two days is read only if `day_first` says which.

    Parameters
    ----------
    words
        A date as headers, columns and metadata write it; a time or weekday around it does no harm, and a
        date with a time zone counts as its writer wrote it.
    day_first
        The order of day and month in the file that the date is from (`day_first`), if it is known.

    Examples
    --------
    >>> parse_date("Wed, 24 Apr 2024 07:02:00 GMT"), parse_date("24/04/2024 07:02")
    (datetime.date(2024, 4, 24), datetime.date(2024, 4, 24))
    >>> parse_date("04/05/2024"), parse_date("04/05/2024", day_first=True)
    (None, datetime.date(2024, 5, 4))
    """
    found = _readings(words)
    if len(found) == 2 and day_first is not None:
        return found[not day_first]
    return found[0] if len(found) == 1 else None


def day_first(values: Iterable[str]) -> bool | None:
    """Decide from all dates of one file whether the day stands before the month.

    Examples
    --------
    >>> day_first(["04/05/2024", "25/04/2024"]), day_first(["04/05/2024"])
    (True, None)
    """
    orders = set()
    for value in values:
        found = None if _YMD.search(value) else _NUMERIC.search(value)
        if found and (int(found[1]) > 12) != (int(found[3]) > 12):
            orders.add(int(found[1]) > 12)
    return orders.pop() if len(orders) == 1 else None


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
) -> list[Evidence]:
    """Collect what says when an article was published, the strongest first.

    Parameters
    ----------
    text
        The cleaned text: its dateline, and the words from which a date can follow.
    title
        The article's title, for the same words.
    header
        The date that stood before the text (`clean.Cleaned.header_date`).
    metadata
        Pairs of field and value, the most trusted first: columns, meta elements. Fields that say when
        something was changed or fetched are passed over.
    codes
        What the cleaner removed (any text; only lines that are wire codes are read).
    name
        The article's id: a path; of a record in a larger file (`#n`) the name says nothing.
    url
        The article's address.
    day_first
        The order of day and month in the file, from `day_first`; None if it is not known.

    Examples
    --------
    >>> words = "SARNHOLT, 9 April (CWS) - The talks opened."
    >>> for one in publication_evidence(words, codes="CWS-EN-VEL-POL-20240409-1412"):
    ...     print(one.candidate_from, one.candidate_to, one.basis, "|", one.evidence)
    2024-04-09 2024-04-09 dateline | SARNHOLT, 9 April (CWS) -
    2024-04-09 2024-04-09 wire-code | CWS-EN-VEL-POL-20240409-1412
    >>> publication_evidence(words)
    []
    """
    fields = [(value, f"{field}: {value}") for field, value in metadata if not _OTHER_FIELD.search(field)]
    headed = [(header or _masthead(title, text),) * 2]
    strong = [*_stated(fields, "metadata", day_first), *_stated(headed, "header", day_first)]
    named = [*_named(name, "#"), *_named(url, "?")]
    coded = list(_coded(f"{codes}\n{text[:HEAD]}\n{text[-TAIL:]}", strong + named))
    dated = _dateline(text, strong + coded + named)
    stated = [*strong, *dated, *coded, *named]
    return (
        [*stated, *_later(text, stated[0])]
        if stated
        else [
            Evidence(one.first, one.last, "inferred", one.words)
            for one in inferred.forced(f"{title}\n{text}")
        ]
    )


def choose(evidence: Sequence[Evidence]) -> Published:
    """Let the strongest evidence decide, narrow an interval by what agrees, and mark what does not.

    Examples
    --------
    >>> may = Evidence(date(2024, 4, 5), date(2024, 5, 4), "metadata", "date: 04/05/2024")
    >>> code = Evidence(date(2024, 5, 4), date(2024, 5, 4), "file-name", "20240504")
    >>> choose([may, code])[:4]
    (datetime.date(2024, 5, 4), datetime.date(2024, 5, 4), datetime.date(2024, 5, 4), 'file-name')
    >>> choose([])
    Published(published=None, earliest=None, latest=None, basis='none', chosen=None, conflicts=())
    """
    if not evidence:
        return Published(None, None, None, "none", None, ())
    first, last, chosen = evidence[0].candidate_from, evidence[0].candidate_to, 0
    for place, one in enumerate(evidence[1:], start=1):
        overlaps = one.candidate_from <= last and one.candidate_to >= first
        if first < last and overlaps:
            narrowed = max(first, one.candidate_from), min(last, one.candidate_to)
            chosen = place if narrowed != (first, last) else chosen
            first, last = narrowed
    conflicts = tuple(
        one.candidate_from > last + SAME_DAY or one.candidate_to < first - SAME_DAY for one in evidence
    )
    exact = first if first == last else None
    return Published(exact, first, last, evidence[chosen].basis, chosen, conflicts)


def _stated(values: Iterable[tuple[str, str]], basis: str, day_first: bool | None) -> Iterator[Evidence]:
    """Give what metadata or a header states; two readings make an interval."""
    for value, words in values:
        found = _readings(value) if value else []
        if len(found) == 2 and day_first is not None:
            found = [found[not day_first]]
        if found:
            yield Evidence(min(found), max(found), basis, words.strip())


def _masthead(title: str, text: str) -> str:
    """Find a full date that ends the title or begins the text, if its weekday is the right one."""
    for found in (_TITLE_DAY.search(title[-60:]), _TEXT_DAY.match(text[:80])):
        day = parse_date(found[0]) if found else None
        if found and day and WEEKDAYS[day.weekday()] == found["wd"].lower():
            return found[0].strip()
    return ""


_CODE_LINE = re.compile(r"^[ \t]*([A-Z]{2}[A-Z0-9 /_.:-]{8,90})[ \t]*$", re.MULTILINE)
_CODE_DATE = re.compile(r"(?:(?<=[A-Z])|(?<=[-/_.: ]))\d{8}")
_MENAFN = re.compile(r"MENAFN(\d\d)(\d\d)(\d{4})\d{6,16}ID\d{4,16}")


def _coded(text: str, known: Sequence[Evidence]) -> Iterator[Evidence]:
    """Read the date in a wire agency's code; one that could be two days follows what is known."""
    if found := _MENAFN.search(text):
        made = _date(found[3], found[2], found[1])
        yield from [Evidence(made, made, "wire-code", found[0])] if made else []
    for line in _CODE_LINE.finditer(text):
        if line[1].startswith("MENAFN") or not (digits := _CODE_DATE.search(line[1])):
            continue
        d = digits[0]
        made_ = [_date(d[:4], d[4:6], d[6:]), _date(d[4:], d[2:4], d[:2]), _date(d[4:], d[:2], d[2:4])]
        days = {one for one in made_ if one is not None and 1980 < one.year < 2080}
        agreed = {one for one in days if any(_within(one, other) for other in known)}
        days = agreed if len(agreed) == 1 else days
        if days:
            yield Evidence(min(days), max(days), "wire-code", line[1].strip())


def _within(day: date, other: Evidence, slack: timedelta = SAME_DAY) -> bool:
    return other.candidate_from - slack <= day <= other.candidate_to + slack


_PLACE = r"[A-Z][\w.'’-]*(?:[ -][A-Z(][\w.'’)-]*){0,3}"
_AGENCY = r"[(/\[][^()\[\]/\n]{2,40}[)/\]]"
_DATELINE = re.compile(
    rf"\s*(?P<tag>{_AGENCY}\s*)?(?P<place>{_PLACE})(?:[,/] ?{_PLACE}){{0,2}},? "
    rf"[(]?(?:[A-Z][a-z]{{2,8}}day,? )?"
    rf"(?i:(?P<m>{_MONTH}) (?P<d>{_DAY})|(?P<d2>{_DAY}) (?P<m2>{_MONTH}))(?:,? (?P<y>\d{{4}}))?[).,]?"
    rf"(?P<tag2> ?{_AGENCY})?[.,]? ?(?:[-–—]{{1,2}}|:|(?<=[)/\]]))"
)


def _dateline(text: str, known: Sequence[Evidence]) -> list[Evidence]:
    """Read a dateline; without a year of its own it needs another date that lies close."""
    found = _DATELINE.match(text[:HEAD])
    if not found or not (found["tag"] or found["tag2"] or found["place"].isupper()):
        return []
    month, day = found["m"] or found["m2"], found["d"] or found["d2"]
    near = {one.candidate_from.year + i for one in known for i in (-1, 0, 1)}  # December may be last year's
    days = [
        made for year in ([found["y"]] if found["y"] else sorted(near)) if (made := _date(year, month, day))
    ]
    if not found["y"]:
        days = [made for made in days if any(_within(made, one, NEAR) for one in known)]
    return [Evidence(days[0], days[0], "dateline", found[0].strip())] if len(days) == 1 else []


_PATH_DAY = re.compile(
    r"(?<![0-9A-Za-z])(?P<y>(?:19|20)\d\d)(?P<s>[-/_.]?)(?P<m>\d\d|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
    r"(?P=s)(?P<d>\d\d)(?![0-9A-Za-z])|(?<![0-9A-Za-z])(?P<d2>\d\d)(?P<s2>[-_.])(?P<m2>\d\d)(?P=s2)(?P<y2>20\d\d)(?![0-9A-Za-z])"
)
_PATH_MONTH = re.compile(r"(?<![0-9A-Za-z])(20\d\d)[-/_](0[1-9]|1[0-2])(?=[/_.-][^0-9]|$)")


def _named(path: str, end: str) -> list[Evidence]:
    """Read the date in a file's name or an address; the name of a file of many records has none."""
    if end == "#" and end in path:
        return []
    path = path.split(end)[0][:1000]
    for found in _PATH_DAY.finditer(path):
        a, b = found["m"] or found["m2"], found["d"] or found["d2"]
        made = _date(found["y"] or found["y2"], a, b)
        swapped = found["m2"] and _date(found["y2"], b, a)
        if made or swapped:
            days = sorted(one for one in (made, swapped) if one)
            return [Evidence(days[0], days[-1], "file-name", found[0])]
    if not (month := _PATH_MONTH.search(path)):
        return []
    first = date(int(month[1]), int(month[2]), 1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return [Evidence(first, last, "file-name", month[0])]


def _later(text: str, stated: Evidence) -> Iterator[Evidence]:
    """Report a past that begins after the stated day: one of the two is wrong."""
    past = inferred.past(text, since=stated.candidate_to.year)
    if past and past.first > stated.candidate_to:
        yield Evidence(past.first, past.first + inferred.WINDOW, "inferred", past.words)
