"""Rules that say what in a raw article is boilerplate, as a table that can be read, changed and tested.

Three independent cues: patterns (a header date, a wire id, a share prompt), shape (a tail of short
unpunctuated lines that have nothing to do with the article or with each other) and the corpus (a line
that recurs across unrelated articles; the caller counts those). What no rule is sure of stays.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import pairwise
from statistics import mean
from typing import Any, NamedTuple


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
# The tables of boilerplate.toml that are no rules for any line.
HEADING, LAST = "list-heading", "last-line"

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


def header(lines: Sequence[str]) -> re.Match[str] | None:
    """Match a header date; one that runs on in lower case ("... 2024 in Geneva") is prose."""
    line = lines[0][:200].rstrip("\r\n")
    found = _LABELLED.match(line) or _LONE.match(line)
    if found is None:
        return None
    sure = re.match(_ISO, found["date"]) if found.re is _LABELLED else found["date"]
    return found if sure or not line[found.end() :][:1].islower() else None


def _header_date(lines: Sequence[str]) -> int:
    found = header(lines)
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


def headline(line: str) -> bool:
    """Tell whether a line has a headline's shape: short, capital first, no end (but ? and !)."""
    bare = _bare(line)
    if not bare or len(bare) > TITLE_CHARACTERS or not 2 <= len(bare.split()) <= TITLE_WORDS:
        return False
    asks = line.rstrip()[-1] in "?!" and not re.search(r"(?![A-Z])\w[.!?] ", bare)
    return (asks or not _stops(bare)) and not bare[0].islower()


def _masthead(lines: Sequence[str]) -> int:
    """Take an outlet's name over a header date, if headline and lead below share none of its words."""
    full = [line for line in lines if line.strip()][:4]
    if len(full) < 4 or not headline(full[2]) or not header([full[1]]):
        return 0
    named = headline(full[0]) and len(full[0].split()) <= 6 and not re.search(r"(?<![\w'’])[a-z]", full[0])
    return len(lines[0]) if named and not _vocabulary(full[:1]) & _vocabulary(full[2:]) else 0


def _title(lines: Sequence[str]) -> int:
    """Take a headline that running text follows, if it is not the first row of a wrapped paragraph."""
    if not headline(lines[0]):
        return 0
    wrapped, paragraph = True, ""
    for line in lines[1:WINDOW]:
        if not line.strip() or header([line.strip()]):
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
    "masthead": Rule("head", _masthead, "an outlet's name over the date"),
    "title": Rule("head", _title, "the headline: kept as the article's title"),
    LAST: Rule("tail", _last_lines, _PHRASES[LAST]["why"]),
    "related-links": Rule("tail", _related_links, _PHRASES[HEADING]["why"]),
    "link-list": Rule("tail", _link_list, "a tail of headlines about other things"),
}
