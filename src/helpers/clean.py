"""Raw text of one article in; title, kept text and a ledger of all that was removed out.

Three independent cues say that something is boilerplate: patterns (a header date, a wire id, a share
prompt), shape (a tail of short unpunctuated lines that have nothing to do with the article or with
each other) and the corpus (a line that recurs across unrelated articles; the caller counts those).
What no rule is sure of stays. Every rule works on single lines or bounded windows, so that the time
grows with the length of the text and not faster.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib.resources import files
from itertools import pairwise
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
# The table of boilerplate.toml that is no rule for lines.
HEADING = "list-heading"
# Fewer lines than this can be a list that belongs to the article.
LINK_LINES = 5
# How many following lines a rule for the head may look at.
WINDOW = 12

_OPENERS = "\"'“”‘’«»„([{`-–—|•·*►▶>#"
_CLOSERS = "\"'”’“»«)]}` |"
_STOPS = ".!?…:;,。！？।۔"
_SENTENCE_ENDS = ".!?…。！？।۔"
_DOTTED = re.compile(r"(?:\b[A-Z]\.){2,4}$")  # "in the U.S." ends no sentence by itself
_WORDS = re.compile(r"[^\W\d_]{4,}")

# -- characters ------------------------------------------------------------------------------------

# Control, bidirectional and zero-width characters, soft hyphens, tags and lone surrogates. Joiners
# (U+200C, U+200D) stay between letters of scripts that need them and between emoji.
_JOINED = "[^\x00-\u024f\u2000-\u200f\u2028-\u202e\u2060-\u206f\u3000\ufeff\ud800-\udfff]"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
    f"|\r(?=[\r\n])|(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})"
)

# -- lines -----------------------------------------------------------------------------------------

_AGENCIES = (
    "MENAFN|AFP|AP|Reuters|Xinhua|TASS|dpa|DPA|ANI|PTI|IANS|UPI|EFE|ANSA|Anadolu|AA|Bloomberg|Interfax|"
    "RIA Novosti|Kyodo|Yonhap|PA|PA Media|Press Association|Associated Press|CNN|BBC|KUNA|WAM|SPA|MENA|"
    "Ukrinform|Belga|APA|NTB|CNW|PRNewswire|GLOBE NEWSWIRE|Business Wire|BUSINESS WIRE"
)
_PHRASES: dict[str, dict[str, Any]] = tomllib.loads(
    files("helpers").joinpath("resources/boilerplate.toml").read_text(encoding="utf-8")
)


def _note(phrases: Mapping[str, Any]) -> Callable[[str], int]:
    """Make a rule that takes a line when one of the phrases covers it but for marks around it."""
    match = re.compile(rf"[^\w(©]*(?:{'|'.join(phrases['lines'])})\W*", re.IGNORECASE).fullmatch

    def find(line: str) -> int:
        return len(line) <= LONGEST_NOTE and match(line) is not None

    return find


_WIRE_END = re.compile(r"\s+MENAFN\d{14,24}ID\d{6,14}\s*$")


def _wire_end(line: str) -> int:
    """Find a wire id that was glued to the end of a paragraph."""
    found = _WIRE_END.search(line, max(0, len(line) - 80))
    return len(line) - found.start() if found else 0


def line_key(line: str) -> str:
    """Give what two printings of one recurring line have in common: no case, marks or numbers.

    >>> line_key("|Copyright 2023  Example Wire |") == line_key("copyright 2024 Example Wire")
    True
    """
    return re.sub(r"[\W\d_]+", " ", line).casefold().strip()


# -- head ------------------------------------------------------------------------------------------

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
_ISO = r"\d{4}-\d{2}-\d{2}"
_DATE = (
    rf"(?:{_ISO}|\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}"
    rf"|{_DAY} (?:of )?{_MONTH},? \d{{4}}|{_MONTH} {_DAY},? \d{{4}})"
)
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
_BARE = re.compile(
    rf"{_WEEKDAY}(?P<date>{_DATE}){_TIME}[ \t]*$|(?P<iso>{_ISO}){_TIME}{_AFTER}", re.IGNORECASE
)


def _header(lines: Sequence[str]) -> re.Match[str] | None:
    """Match a header date; one that runs on in lower case ("... 2024 in Geneva") is prose."""
    line = lines[0][:200]
    found = _LABELLED.match(line) or _BARE.match(line)
    if found is None:
        return None
    labelled_iso = found.re is _LABELLED and re.match(_ISO, found["date"])
    return found if labelled_iso or not line[found.end() :][:1].islower() else None


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


def _headline(line: str) -> bool:
    """Tell whether a line has a headline's shape: short, capital first, no end (but ? and !)."""
    bare = _bare(line)
    if not bare or len(bare) > TITLE_CHARACTERS or not 2 <= len(bare.split()) <= TITLE_WORDS:
        return False
    asks = bare[-1] in "?!" and not re.search(r"[.!?] ", bare)
    return (asks or not _stops(bare)) and not bare[0].islower()


def _title(lines: Sequence[str]) -> int:
    """Take a headline that running text follows, if it is not the first row of a wrapped paragraph."""
    if not _headline(lines[0]):
        return 0
    joined = True
    for line in lines[1:WINDOW]:
        if not line.strip():
            joined = False
        elif joined and line.lstrip()[0].islower():
            return 0
        if _prose(line):
            return len(lines[0])
    return 0


# -- tail ------------------------------------------------------------------------------------------

_list_heading = _note(_PHRASES[HEADING])


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


def _vocabulary(lines: Iterable[str]) -> set[str]:
    return {word for line in lines for word in _WORDS.findall(line.lower())}


def _invisible(text: str) -> list[tuple[int, int]]:
    """Find characters that nobody sees."""
    return [found.span() for found in _INVISIBLE.finditer(text)]


def _recurring(line: str, keys: frozenset[str] = frozenset()) -> int:
    """Take a line that the caller found in unrelated articles."""
    return len(line) <= LONGEST_NOTE and line_key(line) in keys


RULES: Mapping[str, Rule] = {
    "invisible": Rule("character", _invisible, "control, bidirectional and zero-width characters"),
    **{
        name: Rule("line", _note(_PHRASES[name]), _PHRASES[name]["why"])
        for name in _PHRASES
        if name != HEADING
    },
    "wire-id-end": Rule("end-of-line", _wire_end, "an agency's own number behind a paragraph"),
    "recurring-line": Rule("line", _recurring, "the caller found the line in unrelated articles"),
    "header-date": Rule("head", _header_date, "when it was published, before the text begins"),
    "agency-tag": Rule("head", _agency_tag, "an agency's name in brackets before the text"),
    "byline": Rule("head", _byline, "who wrote it, on a line of its own"),
    "title": Rule("head", _title, "the headline: kept as the article's title"),
    "related-links": Rule("tail", _related_links, "a list of links under a heading that says so"),
    "link-list": Rule("tail", _link_list, "a tail of headlines about other things"),
}


# -- all together ----------------------------------------------------------------------------------

Span = tuple[int, int, str]
Notes = Sequence[tuple[str, Callable[[str], int]]]
Dated = tuple[bool, str]
WHITE = "white-space"
# Longer than any line that a rule for the head may take.
PIECE = 600
_BLANK = re.compile(r"\s*")


class _Line(NamedTuple):
    """A line that is left: where it starts in the visible text, and its characters."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Head(NamedTuple):
    """What the head rules found: the lines that are left, what they took, title and header date."""

    lines: list[_Line]
    taken: list[Span]
    title: str
    date: str


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
    notes = _line_finders(rules, recurring)
    lines, taken = _take_lines(text, notes, rules)
    head = _take_head(lines, title.strip(), rules, notes)
    kept, tail = _take_tail(head.lines, rules)
    spans = _with_white_space(text, kept, sorted(taken + head.taken + tail))
    removed = _merge(_in_raw(spans, hidden))
    return Cleaned(head.title, "".join(_gaps(raw, removed)), removed, head.date)


def _gaps(raw: str, spans: Iterable[tuple[int, int] | Removed]) -> list[str]:
    """Cut a text at spans and give what lies between them."""
    pieces, at = [], 0
    for start, end, *_ in spans:
        pieces.append(raw[at:start])
        at = end
    return [*pieces, raw[at:]]


def _line_finders(rules: Mapping[str, Rule], recurring: frozenset[str]) -> Notes:
    """List the rules for whole lines; the one that needs the caller's keys gets them."""
    finders = [(name, rule.find) for name, rule in rules.items() if rule.where == "line"]
    bound = [(name, partial(find, keys=recurring) if find is _recurring else find) for name, find in finders]
    return [(name, find) for name, find in bound if name != "recurring-line" or recurring]


def _note_name(line: str, notes: Notes) -> str:
    """Name the first rule that takes the whole line, or nothing."""
    if not 4 <= len(line) <= LONGEST_NOTE:
        return ""
    return next((name for name, find in notes if find(line)), "")


def _take_lines(text: str, notes: Notes, rules: Mapping[str, Rule]) -> tuple[list[_Line], list[Span]]:
    """Take lines that are notes anywhere, and the blank lines that would then stand double."""
    ends = [(name, rule.find) for name, rule in rules.items() if rule.where == "end-of-line"]
    lines: list[_Line] = []
    taken: list[Span] = []
    start, after, gap = 0, "", True
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        name = _note_name(bare, notes) if bare else after
        after = name if gap else ""
        if name:
            taken.append((start, start + len(line), name))
        else:
            cut = next(((name, found) for name, find in ends if (found := find(line))), ("", 0))
            if cut[1]:
                taken.append((start + len(line) - cut[1], start + len(line), cut[0]))
            lines.append(_Line(start, line[: len(line) - cut[1]]))
            gap = not bare
        start += len(line)
    return lines, taken


def _same(one: str, other: str) -> bool:
    """Tell whether two titles have the same words."""
    words = re.sub(r"[\W_]+", " ", one).casefold().strip()
    return words != "" and words == re.sub(r"[\W_]+", " ", other).casefold().strip()


def _take_head(lines: list[_Line], title: str, rules: Mapping[str, Rule], notes: Notes) -> _Head:
    """Take header dates, tags, bylines, notes and the title from the start until nothing matches."""
    finders = {name: rule.find for name, rule in rules.items() if rule.where == "head"}
    find_title = finders.pop("title", None)
    taken: list[Span] = []
    dates: list[Dated] = []
    i, at = 0, 0
    while i < len(lines):
        line, at = lines[i], max(at, lines[i].start)
        inside = _BLANK.match(line.text, at - line.start).end()  # type: ignore[union-attr]
        at = line.start + inside
        if at == line.end:
            i += 1
            continue
        window = [line.text[inside : inside + PIECE], *(rest.text for rest in lines[i + 1 : i + WINDOW])]
        name, length = _take_first(window, finders, notes)
        if not name and find_title and title and _same(window[0][: 2 * TITLE_CHARACTERS], title):
            name, length = "title", len(window[0])
        if not name and find_title and not title and (length := find_title(window)):
            name, title = "title", window[0].strip()
        if not name:
            break
        dates += _dated(window) if name == "header-date" else []
        length = len(window[0][:length].rstrip())
        taken.append((at, at + length, name))
        at += length
    left = [_Line(at, lines[i].text[at - lines[i].start :]), *lines[i + 1 :]] if i < len(lines) else []
    if title:
        left = _take_below_dek(left, finders, taken, dates)
    date = min(dates, key=lambda one: one[0])[1] if dates else ""
    return _Head(left, taken, title, date)


def _take_first(
    window: list[str], finders: Mapping[str, Callable[[list[str]], int]], notes: Notes
) -> tuple[str, int]:
    """Name the first rule that takes something at the start of the window, and how much."""
    for name, find in finders.items():
        if length := find(window):
            return name, length
    piece = window[0].strip()
    name = _note_name(piece, notes)
    return (name, len(window[0])) if name else ("", 0)


def _take_below_dek(
    lines: list[_Line],
    finders: Mapping[str, Callable[[list[str]], int]],
    taken: list[Span],
    dates: list[Dated],
) -> list[_Line]:
    """Take lines that are a byline or a date and stand between a dek, which stays, and the text."""
    if not lines or not _headline(lines[0].text[:PIECE]):
        return lines
    done = 0
    for j in range(1, len(lines)):
        piece = lines[j].text[:PIECE]
        name, length = _take_first([piece], finders, [])
        if piece.strip() and length < len(piece.rstrip()):
            break
        if name:
            taken += [(line.start, line.end, name) for line in lines[done + 1 : j + 1]]
            dates += _dated([piece]) if name == "header-date" else []
            done = j
    return [lines[0], *lines[done + 1 :]]


def _dated(window: Sequence[str]) -> list[Dated]:
    """Give a header's date words, and whether they only say when it was changed."""
    found = _header(window)
    if found is None:
        return []
    words = found.groupdict()
    return [(bool(words.get("later")), words["date"] or words.get("iso") or "")]


def _take_tail(lines: list[_Line], rules: Mapping[str, Rule]) -> tuple[list[_Line], list[Span]]:
    """Take lists of links at the end until no rule finds one."""
    finders = [(name, rule.find) for name, rule in rules.items() if rule.where == "tail"]
    texts = [line.text for line in lines]
    taken: list[Span] = []
    before = len(lines) + 1
    while before > len(texts):
        before = len(texts)
        for name, find in finders:
            keep = find(texts)
            taken += [(line.start, line.end, name) for line in lines[keep : len(texts)]]
            del texts[keep:]
    return lines[: len(texts)], taken


def _with_white_space(text: str, kept: Sequence[_Line], taken: Sequence[Span]) -> list[Span]:
    """Add what lies outside the kept text and was not taken by any rule."""
    full = [line for line in kept if line.text.strip()]
    first, last = (full[0], full[-1]) if full else (_Line(len(text), ""), _Line(len(text), ""))
    start = first.end - len(first.text.lstrip())
    end = last.start + len(last.text.rstrip())
    spans: list[Span] = []
    at = 0
    for span in [*taken, (len(text), len(text), "")]:
        spans += [(a, b, WHITE) for a, b in ((at, min(span[0], start)), (max(at, end), span[0])) if a < b]
        if span[0] < span[1]:
            spans.append(span)
        at = span[1]
    return spans


def _in_raw(spans: Sequence[Span], hidden: Sequence[tuple[int, int]]) -> list[Removed]:
    """Move spans of the visible text to the raw text, around the invisible characters."""
    removed = [Removed(start, end, "invisible") for start, end in hidden]
    shift, k = 0, 0
    for start, end, rule in spans:
        at = start
        while k < len(hidden) and hidden[k][0] - shift <= at:
            shift += hidden[k][1] - hidden[k][0]
            k += 1
        while k < len(hidden) and hidden[k][0] - shift < end:
            inner = hidden[k][0] - shift
            removed.append(Removed(at + shift, inner + shift, rule))
            shift += hidden[k][1] - hidden[k][0]
            at = inner
            k += 1
        removed.append(Removed(at + shift, end + shift, rule))
    return sorted(removed)


def _merge(removed: Sequence[Removed]) -> tuple[Removed, ...]:
    """Join neighbours that one rule took."""
    merged: list[Removed] = []
    for span in removed:
        if merged and merged[-1].end == span.start and merged[-1].rule == span.rule:
            merged[-1] = Removed(merged[-1].start, span.end, span.rule)
        elif span.start < span.end:
            merged.append(span)
    return tuple(merged)
