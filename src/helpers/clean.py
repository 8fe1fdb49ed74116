"""Raw text of one article in; title, kept text and a ledger of all that was removed out.

Three independent cues say that something is boilerplate: patterns (a header date, a wire id, a share
prompt), shape (a tail of short unpunctuated lines that have nothing to do with the article or with
each other) and the corpus (a line that recurs across unrelated articles; the caller counts those).
What no rule is sure of stays. Every rule works on single lines or bounded windows, so that the time
grows with the length of the text and not faster.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import accumulate, pairwise
from statistics import mean
from typing import Any, NamedTuple


class Removed(NamedTuple):
    """A span of the raw record that is not in the kept text, and the rule that took it."""

    start: int
    end: int
    rule: str


class Cleaned(NamedTuple):
    """What `clean` gives back: `raw` without the `removed` spans is exactly `text`."""

    title: str
    text: str
    removed: tuple[Removed, ...]
    header_date: str


class Rule(NamedTuple):
    """One cleaning rule: where it looks, how it decides, and why what it takes is no article text.

    `where` says what `find` is given and what it returns:

    - "character": the whole text; the spans to take
    - "line": one stripped line, anywhere; true if the whole line goes
    - "recurring": one stripped line, anywhere; the key by which the caller knows it
    - "end-of-line": one line, anywhere; how many characters at its end go
    - "head": the first lines that are left; how many characters of the first one go
    - "tail": all lines that are left; how many of them stay
    """

    where: str
    find: Callable[..., Any]
    why: str


# Lines longer than this are paragraphs; no prompt or note that we know is longer.
LONGEST_NOTE = 400
# Headlines: of 3,000 news headlines fewer than one in a hundred is longer.
TITLE_WORDS, TITLE_CHARACTERS = 24, 170
LINK_WORDS, LINK_CHARACTERS = 20, 160
# Fewer lines than this can be a list that belongs to the article.
LINK_LINES = 5
# How many lines a rule for the head may look at, and how much of the first: no header is longer.
WINDOW, PIECE = 12, 600
# The rule that takes white space, and the tables of boilerplate.toml that are no rules for any line.
WHITE, HEADING, LAST = "white-space", "list-heading", "last-line"

_OPENERS = "\"'“”‘’«»„([{`-–—|•·*►▶>#"
_CLOSERS = "\"'”’“»«)]}` |"
_STOPS = ".!?…:;,。！？।۔"
_SENTENCE_ENDS = ".!?…。！？।۔"
_DOTTED = re.compile(r"(?:\b[A-Z]\.){2,4}$")  # "in the U.S." ends no sentence by itself
_WORDS = re.compile(r"[^\W\d_]{4,}")


def line_key(line: str) -> str:
    """Give what two printings of one recurring line have in common: no case, marks or numbers.

    >>> line_key("|Copyright 2023  Example Wire |") == line_key("copyright 2024 Example Wire")
    True
    """
    return re.sub(r"[\W\d_]+", " ", line).casefold().strip()


def _bare(line: str) -> str:
    """Strip marks that may stand around a line's words."""
    return line.strip().lstrip(_OPENERS + " ").rstrip(_CLOSERS)


def _stops(line: str) -> bool:
    """Tell whether a line ends as a sentence or a clause ends."""
    bare = _bare(line)
    return bare[-1:] in _STOPS and not _DOTTED.search(bare[-8:]) if bare else False


def _prose(line: str) -> bool:
    """Tell whether a line is running text: long enough, and ended as a sentence ends."""
    bare = line.strip().rstrip(_CLOSERS)
    return bare[-1:] in _SENTENCE_ENDS and (len(bare) >= 120 or len(bare.split()) >= 6) if bare else False


def _vocabulary(lines: Iterable[str]) -> set[str]:
    return {word for line in lines for word in _WORDS.findall(line.lower())}


# -- characters ------------------------------------------------------------------------------------

# Control, bidirectional and zero-width characters, soft hyphens, tags and lone surrogates.
_UNSEEN = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
# Joiners (U+200C, U+200D) stay between letters of scripts that need them and between emoji.
_JOINED = "[^\x00-\u024f\u2000-\u200f\u2028-\u202e\u2060-\u206f\u3000\ufeff\ud800-\udfff]"
_INVISIBLE = re.compile(f"[{_UNSEEN}]|\r(?=[\r\n])|(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})")
_SUSPECT = re.compile(f"[{_UNSEEN}\r\u200c\u200d]")  # ten times as fast, and most texts have none


def _invisible(text: str) -> list[tuple[int, int]]:
    """Find characters that nobody sees."""
    return [found.span() for found in _INVISIBLE.finditer(text)] if _SUSPECT.search(text) else []


# -- lines -----------------------------------------------------------------------------------------

_PHRASES: dict[str, dict[str, Any]] = tomllib.loads(
    files("helpers").joinpath("resources/boilerplate.toml").read_text(encoding="utf-8")
)


def _note(name: str) -> Callable[[str], bool]:
    """Make a rule that takes a line when one of the phrases covers it but for marks around it."""
    match = re.compile(rf"[^\w(©]*(?:{'|'.join(_PHRASES[name]['lines'])})\W*", re.IGNORECASE).fullmatch

    def find(line: str) -> bool:
        return len(line) <= LONGEST_NOTE and match(line) is not None

    return find


_WIRE_END = re.compile(r"\s+[A-Z]{3,12}\d{14,24}(?:[A-Z]{2})? ?ID\d{6,14}\s*$")


def _wire_end(line: str) -> int:
    """Find a wire id that was glued to the end of a paragraph."""
    found = _WIRE_END.search(line, max(0, len(line) - 80))
    return len(line) - found.start() if found else 0


# -- head ------------------------------------------------------------------------------------------

_AGENCIES = (
    "MENAFN|AFP|AP|Reuters|Xinhua|TASS|dpa|DPA|ANI|PTI|IANS|UPI|EFE|ANSA|Anadolu|AA|Bloomberg|Interfax|"
    "RIA Novosti|Kyodo|Yonhap|PA|PA Media|Press Association|Associated Press|CNN|BBC|KUNA|WAM|SPA|MENA|"
    "Ukrinform|Belga|APA|NTB|CNW|PRNewswire|GLOBE NEWSWIRE|Business Wire|BUSINESS WIRE"
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
# German, French, Spanish and Italian: only in a header of its own.
_MONAT = (
    r"(?:Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|janvier|février|mars|avril|juin|juillet|août"
    r"|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre"
    r"|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre)"
)
_DAY = r"[0-3]?\d(?:st|nd|rd|th|\.)?"
_ISO = r"\d{4}-\d{2}-\d{2}"
_DATE = (
    rf"(?:{_ISO}|\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}"
    rf"|{_DAY} (?:of )?{_MONTH},? \d{{4}}|{_MONTH} {_DAY},? \d{{4}})"
)
_LONE_DATE = rf"(?:{_DATE}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d\d|{_DAY} (?:de )?{_MONAT}(?: de)? \d{{4}})"
_WEEKDAY = r"(?:(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?,? )?"
_TIME = (
    r"(?:[T ,|•·–-]{0,3}(?:at )?\d{1,2}[:.]\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?: ?[ap]\.?m\.?)?"
    r"(?: ?(?:Z|UTC|GMT|BST|CET|CEST|EET|EEST|MSK|IST|E[SD]?T|C[SD]T|P[SD]?T|AEST|JST|SGT|HKT)\b"
    r"|[+-]\d{2}:?\d{2})?)?"
)
_AFTER = r"[ \t]*(?:[|·•–—-]+[ \t]*)?(?=$|[^\W_]|[\"'“‘«(\[])"
_LABEL = (
    r"(?:date(?:d|line)?|(?:first )?published|publi(?:cation|sh) date|posted|issued|released?(?: date)?"
    r"|created|(?P<later>(?:last )?(?:updated|modified)))(?: on| at)?[ \t]*:?[ \t]*"
)
_LABELLED = re.compile(rf"{_LABEL}{_WEEKDAY}(?P<date>{_DATE}){_TIME}{_AFTER}", re.IGNORECASE)
# Alone on its line, but for the outlet before it ("Lantern Online | ...") and a labelled one behind it.
_LONE = re.compile(
    rf"(?:[^|\d]{{2,40}}\| ?)?{_WEEKDAY}(?P<date>{_LONE_DATE}){_TIME}[ \t]*(?:\|[ \t]*(?=[a-z ]{{4,20}}:)|$)"
    rf"|(?P<iso>{_ISO}){_TIME}{_AFTER}",
    re.IGNORECASE,
)


def _header(lines: Sequence[str]) -> re.Match[str] | None:
    """Match a header date; one that runs on in lower case ("... 2024 in Geneva") is prose."""
    line = lines[0][:200].rstrip("\r\n")
    found = _LABELLED.match(line) or _LONE.match(line)
    if found is None:
        return None
    sure = re.match(_ISO, found["date"]) if found.re is _LABELLED else found["date"]
    return found if sure or not line[found.end() :][:1].islower() else None


def _header_date(lines: Sequence[str]) -> int:
    found = _header(lines)
    return found.end() if found else 0


_TAG = re.compile(
    rf"[(\[](?:(?:{_AGENCIES})(?:[ /–-][^()\[\]]{{0,40}})?|[A-Z]{{3,12}})[)\]][ \t]*(?:[–—-]+[ \t]*)?(?=$|\S)"
)


def _agency_tag(lines: Sequence[str]) -> int:
    found = _TAG.match(lines[0][:100])
    return found.end() if found else 0


_NAME = r"(?:[A-Z][\w.'’-]{0,20}|de|van|von|al|bin|da|di|del|la|le)"
_BYLINE = re.compile(
    rf"(?:By|BY|Words by|Written by|Story by|Report by):? {_NAME}(?: {_NAME}){{1,4}}"
    rf"(?:(?:,| and|, and| &) {_NAME}(?: {_NAME}){{0,4}}){{0,3}}(?:,? (?:in|for) {_NAME}(?: {_NAME}){{0,3}})?"
)
_NO_NAME = re.compile(rf"\w+ (?:{_MONTH}|\w{{3,6}}day|The|A|An|Then|Now|Last|Next|This|All)\b")


def _byline(lines: Sequence[str]) -> int:
    line = lines[0].strip()
    sure = len(line) <= 120 and _BYLINE.fullmatch(line) and not _NO_NAME.match(line)
    return len(lines[0]) if sure else 0


def _headline(line: str) -> bool:
    """Tell whether a line has a headline's shape: short, capital first, no end (but ? and !)."""
    bare = _bare(line)
    if not bare or len(bare) > TITLE_CHARACTERS or not 2 <= len(bare.split()) <= TITLE_WORDS:
        return False
    asks = line.rstrip()[-1] in "?!" and not re.search(r"(?![A-Z])\w[.!?] ", bare)
    return (asks or not _stops(bare)) and not bare[0].islower()


def _title(lines: Sequence[str]) -> int:
    """Take a headline that running text follows, if it is not the first row of a wrapped paragraph."""
    if not _headline(lines[0]):
        return 0
    wrapped, paragraph = True, ""
    for line in lines[1:WINDOW]:
        if not line.strip() or _header([line.strip()]):
            wrapped, paragraph = False, ""
            continue
        if wrapped and line.lstrip()[0].islower():
            return 0
        paragraph += line[:PIECE] + " "
        if _prose(line) or _prose(paragraph):
            return len(lines[0])
    return 0


# -- tail ------------------------------------------------------------------------------------------

_list_heading, _last_line = _note(HEADING), _note(LAST)


def _last_lines(lines: Sequence[str]) -> int:
    """Keep what stands before lines that only at the very end are no text."""
    keep = len(lines)
    while keep > 1 and (not lines[keep - 1].strip() or _last_line(lines[keep - 1].strip())):
        keep -= 1
    return keep if any(line.strip() for line in lines[keep:]) else len(lines)


def _linklike(line: str) -> bool:
    """Tell whether a line could be one entry of a list of links."""
    bare = _bare(line)
    short = len(bare) <= LINK_CHARACTERS and len(bare.split()) <= LINK_WORDS
    return short and (not _stops(bare) or bare[-1] in "?!")


def _run(lines: Sequence[str]) -> int:
    """Find where the last run of link-like (or empty) lines starts."""
    start = len(lines)
    while start and _linklike(lines[start - 1]):
        start -= 1
    return start


def _related_links(lines: Sequence[str]) -> int:
    """Keep what stands before "Related Links" and its like when only link-like lines follow."""
    for i in range(max(_run(lines), 1), len(lines)):
        if len(lines[i]) < 90 and _list_heading(lines[i].strip()):
            return i if any(line.strip() for line in lines[:i]) else len(lines)
    return len(lines)


def _link_list(lines: Sequence[str]) -> int:
    """Keep what stands before a last run of headlines about other things, by its shape alone."""
    start = _run(lines)
    run = [bare for line in lines[start:] if (bare := _bare(line))]
    if len(run) < LINK_LINES or not start or not _prose(lines[start - 1]):
        return len(lines)
    article = _vocabulary(line for line in lines[max(0, start - 60) : start] if _prose(line))
    words = [_vocabulary([line]) for line in run]
    known = mean(len(w & article) / max(1, len(w)) for w in words)
    chained = mean(len(a & b) / max(1, min(len(a), len(b))) for a, b in pairwise(words))
    sized = mean(4 <= len(line.split()) <= 16 for line in run)
    capital = mean(not line[0].islower() for line in run)
    bullets = mean(line.lstrip()[:1] in "-–—•·*►▶" for line in lines[start:] if line.strip())
    strange = known <= 0.4 and chained <= 0.25
    return start if strange and sized >= 0.7 and capital >= 0.9 and bullets <= 0.5 else len(lines)


RULES: Mapping[str, Rule] = {
    "invisible": Rule("character", _invisible, "control, bidirectional and zero-width characters"),
    **{
        name: Rule("line", _note(name), table["why"])
        for name, table in _PHRASES.items()
        if name not in (HEADING, LAST)
    },
    "wire-id-end": Rule("end-of-line", _wire_end, "an agency's own number behind a paragraph"),
    "recurring-line": Rule("recurring", line_key, "the caller found the line in unrelated articles"),
    "header-date": Rule("head", _header_date, "when it was published, before the text begins"),
    "agency-tag": Rule("head", _agency_tag, "an agency's name in brackets before the text"),
    "byline": Rule("head", _byline, "who wrote it, on a line of its own"),
    "title": Rule("head", _title, "the headline: kept as the article's title"),
    LAST: Rule("tail", _last_lines, _PHRASES[LAST]["why"]),
    "related-links": Rule("tail", _related_links, _PHRASES[HEADING]["why"]),
    "link-list": Rule("tail", _link_list, "a tail of headlines about other things"),
}


# -- all together ----------------------------------------------------------------------------------

_Span = tuple[int, int, str]
_Find = Callable[..., Any]
_BLANK = re.compile(r"\s*")


class _Line(NamedTuple):
    """A line that is left: where it starts in the visible text, and its characters."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Head(NamedTuple):
    """What the head rules found: the lines that are left, what they took, title and header dates."""

    lines: list[_Line]
    taken: list[_Span]
    title: str
    dates: list[tuple[bool, str]]


def clean(
    raw: str,
    *,
    title: str = "",
    rules: Mapping[str, Rule] = RULES,
    recurring: frozenset[str] = frozenset(),
) -> Cleaned:
    r"""Take apart one raw article: its title, its text and what is neither.

    Parameters
    ----------
    raw
        The decoded record.
    title
        The title, where it is known (a column, a page's metadata). No title line is looked for then,
        but a first line that repeats it is removed.
    rules
        The rules to use: `RULES`, or a part of it.
    recurring
        Keys (`line_key`) of lines that recur across unrelated articles.

    Returns
    -------
    Cleaned
        Spans in `removed` are characters of `raw`, sorted, and do not overlap. White space around
        the text and around what was removed at its head goes under the rule "white-space". Cleaning
        the text again with the same title changes nothing.

    Examples
    --------
    >>> done = clean("date 2024-03-04 Ferry sails again\n\nThe ferry left port at noon today.\nShare this")
    >>> done.title, done.text, done.header_date
    ('Ferry sails again', 'The ferry left port at noon today.', '2024-03-04')
    >>> [span.rule for span in done.removed if span.rule != "white-space"]
    ['header-date', 'title', 'share-prompt']
    """
    hidden: list[tuple[int, int]] = rules["invisible"].find(raw) if "invisible" in rules else []
    text = "".join(_gaps(raw, hidden)) if hidden else raw
    is_note = _notes(rules, recurring)
    lines, taken = _take_lines(text, is_note, _finders(rules, "end-of-line"))
    head = _take_head(lines, title.strip(), _finders(rules, "head"), is_note)
    kept, tail = _take_tail(head.lines, _finders(rules, "tail"))
    removed = _in_raw(_with_white_space(text, kept, sorted(taken + head.taken + tail)), hidden)
    date = min(head.dates, key=lambda one: one[0], default=(False, ""))[1]
    return Cleaned(head.title, "".join(_gaps(raw, removed)), removed, date)


def _gaps(raw: str, spans: Iterable[tuple[int, int] | Removed]) -> list[str]:
    """Cut a text at spans and give what lies between them."""
    pieces, at = [], 0
    for start, end, *_ in spans:
        pieces.append(raw[at:start])
        at = end
    return [*pieces, raw[at:]]


def _finders(rules: Mapping[str, Rule], where: str) -> dict[str, _Find]:
    return {name: rule.find for name, rule in rules.items() if rule.where == where}


def _notes(rules: Mapping[str, Rule], recurring: frozenset[str]) -> Callable[[str], str]:
    """Join the rules for whole lines to one that names the first that takes a line, or nothing."""
    finders = _finders(rules, "line")
    keys = _finders(rules, "recurring") if recurring else {}

    def name_of(line: str) -> str:
        if not 4 <= len(line) <= LONGEST_NOTE:
            return ""
        named = (name for name, find in finders.items() if find(line))
        return next(named, "") or next((name for name, key in keys.items() if key(line) in recurring), "")

    return name_of


def _take_lines(
    text: str, name_of: Callable[[str], str], ends: Mapping[str, _Find]
) -> tuple[list[_Line], list[_Span]]:
    """Take lines that are notes anywhere, and the blank lines that would then stand double."""
    lines: list[_Line] = []
    taken: list[_Span] = []
    start, after, gap = 0, "", True
    for line in text.splitlines(keepends=True):
        bare, end = line.strip(), start + len(line)
        name = name_of(bare) if bare else after
        after = name if gap else ""
        if name:
            taken.append((start, end, name))
        else:
            name, cut = next(((name, n) for name, find in ends.items() if (n := find(line))), ("", 0))
            taken += [(end - cut, end, name)] if cut else []
            lines.append(_Line(start, line[: len(line) - cut]))
            gap = not bare
        start = end
    return lines, taken


def _same(one: str, other: str) -> bool:
    """Tell whether two titles have the same words."""
    words = re.sub(r"[\W_]+", " ", one).casefold().strip()
    return words != "" and words == re.sub(r"[\W_]+", " ", other).casefold().strip()


def _take_head(
    lines: list[_Line], title: str, finders: dict[str, _Find], name_of: Callable[[str], str]
) -> _Head:
    """Take header dates, tags, bylines, notes and the title from the start until nothing matches."""
    find_title = finders.pop("title", None)
    head = _Head([], [], "", [])
    i, at = 0, 0
    while i < len(lines):
        line = lines[i]
        inside = _BLANK.match(line.text, max(at - line.start, 0)).end()  # type: ignore[union-attr]
        at = line.start + inside
        if at == line.end:
            i += 1
            continue
        window = [line.text[inside : inside + PIECE], *(rest.text for rest in lines[i + 1 : i + WINDOW])]
        name, length = _take_first(window, finders, name_of)
        if not name and find_title and title and _same(window[0][: 2 * TITLE_CHARACTERS], title):
            name, length = "title", len(window[0])
        if not name and find_title and not title and (length := find_title(window)):
            name, title = "title", window[0].strip()
        if not name:
            break
        head.dates.extend(_dated(window) if name == "header-date" else [])
        length = len(window[0][:length].rstrip())
        head.taken.append((at, at + length, name))
        at += length
    left = [_Line(at, lines[i].text[at - lines[i].start :]), *lines[i + 1 :]] if i < len(lines) else []
    return head._replace(lines=_take_below_dek(left, finders, head) if title else left, title=title)


def _take_first(
    window: list[str], finders: Mapping[str, _Find], name_of: Callable[[str], str]
) -> tuple[str, int]:
    """Name the first rule that takes something at the start of the window, and how much."""
    for name, find in finders.items():
        if length := find(window):
            return name, length
    name = name_of(window[0].strip())
    return (name, len(window[0])) if name else ("", 0)


def _take_below_dek(lines: list[_Line], finders: Mapping[str, _Find], head: _Head) -> list[_Line]:
    """Take lines that are a byline or a date and stand between a dek, which stays, and the text."""
    if not lines or not _headline(lines[0].text[:PIECE]):
        return lines
    done = 0
    for j in range(1, len(lines)):
        piece = lines[j].text[:PIECE]
        name, length = _take_first([piece], finders, lambda _: "")
        if piece.strip() and length < len(piece.rstrip()):
            break
        if name:
            head.taken.extend((line.start, line.end, name) for line in lines[done + 1 : j + 1])
            head.dates.extend(_dated([piece]) if name == "header-date" else [])
            done = j
    return [lines[0], *lines[done + 1 :]]


def _dated(window: Sequence[str]) -> list[tuple[bool, str]]:
    """Give a header's date words, after whether they only say when it was changed."""
    found = _header(window)
    words = found.groupdict() if found else {}
    return [(bool(words.get("later")), words["date"] or words.get("iso") or "")] if words else []


def _take_tail(lines: list[_Line], finders: Mapping[str, _Find]) -> tuple[list[_Line], list[_Span]]:
    """Take lists of links and last lines at the end until no rule finds one."""
    texts = [line.text for line in lines]
    taken: list[_Span] = []
    before = len(lines) + 1
    while before > len(texts):
        before = len(texts)
        for name, find in finders.items():
            keep = find(texts)
            taken += [(line.start, line.end, name) for line in lines[keep : len(texts)]]
            del texts[keep:]
    return lines[: len(texts)], taken


def _with_white_space(text: str, kept: Sequence[_Line], taken: Sequence[_Span]) -> list[_Span]:
    """Add what lies outside the kept text and was not taken by any rule."""
    full = [line for line in kept if line.text.strip()]
    first, last = (full[0], full[-1]) if full else (_Line(len(text), ""), _Line(len(text), ""))
    start = first.end - len(first.text.lstrip())
    end = last.start + len(last.text.rstrip())
    spans: list[_Span] = []
    at = 0
    for span in [*taken, (len(text), len(text), "")]:
        spans += [(a, b, WHITE) for a, b in ((at, min(span[0], start)), (max(at, end), span[0])) if a < b]
        spans.append(span)
        at = span[1]
    return spans


def _in_raw(spans: Sequence[_Span], hidden: Sequence[tuple[int, int]]) -> tuple[Removed, ...]:
    """Move spans of the visible text to the raw text, add the invisible characters, join neighbours."""
    shifts = [0, *accumulate(end - start for start, end in hidden)]
    places = [start - shift for (start, _), shift in zip(hidden, shifts, strict=False)]
    moved = [Removed(start, end, "invisible") for start, end in hidden]
    for start, end, rule in spans:
        for at, stop in pairwise([start, *sorted(set(_within(places, start, end))), end]):
            shift = shifts[bisect_right(places, at)]
            moved += [Removed(at + shift, stop + shift, rule)] if at < stop else []
    merged: list[Removed] = []
    for span in sorted(moved):
        if merged and merged[-1].end == span.start and merged[-1].rule == span.rule:
            merged[-1] = merged[-1]._replace(end=span.end)
        else:
            merged.append(span)
    return tuple(merged)


def _within(places: Sequence[int], start: int, end: int) -> Sequence[int]:
    return places[bisect_right(places, start) : bisect_right(places, end - 1)]
