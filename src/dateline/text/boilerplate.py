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

from dateline.tables import BLANK, MOVED, NO_BOILERPLATE
from dateline.text.publication import labelled_dates, match_header_date

__all__ = ["BLANK", "LONGEST_NOTE", "MOVED", "NO_BOILERPLATE", "RULES", "Rule", "line_key"]


# -- phrases ---------------------------------------------------------------------------------------

# Lines longer than this are paragraphs; no prompt or note that we know is longer.
LONGEST_NOTE = 400
# The tables of boilerplate.toml that are no rules for any line.
HEADING, FIRST, LAST, PROMPT = "list-heading", "first-line", "last-line", "prompt"
PHRASES: dict[str, dict[str, Any]] = tomllib.loads(
    files("dateline").joinpath("resources/boilerplate.toml").read_text(encoding="utf-8")
)
# No note tells what somebody did or said: sentences with such a word are prose, or have prose among them.
_TOLD = re.compile(
    r"[“”„«»\"]|\b(?:he|she|his|her|him|they|said|says|told|asked|added|had|were|who|whose|according)\b"
)
_STOP = re.compile(r"[.!?](?:\W|$)")
# A line that opens with a quotation mark is somebody's words, whatever they are: such marks are no margin.
_MARKS = r"[^\w(\[©\"“”„«»‘']*+"


# What stands between the parts of a page's note.
_PARTED = re.compile(r"\s+[|·•]\s+|\s{3,}")


def tells_deed(line: str) -> bool:
    """Tell whether a line in lower case has a sentence that says what somebody did or said."""
    return _STOP.search(line) is not None and _TOLD.search(line) is not None


def covering_pattern(groups: Iterable[Sequence[str]]) -> re.Pattern[str]:
    """Join phrases to a pattern that covers a line but for the marks around it; group i is of list i."""
    joined = "|".join(f"({'|'.join(phrases)})" for phrases in groups)
    return re.compile(rf"{_MARKS}(?:{joined})\W*")


def phrase_rule(phrases: Sequence[str]) -> Callable[[str], bool]:
    """Make a rule that takes a line when one of the phrases covers it."""
    match = covering_pattern([phrases]).fullmatch

    def find(line: str) -> bool:
        return len(line) <= LONGEST_NOTE and match(line.lower()) is not None

    return find


def line_namer(
    rules: Mapping[str, Sequence[str]], inside: Mapping[str, tuple[str, str]]
) -> Callable[[str], str]:
    """Make of rules with phrases one function that names the first to cover a line, or nothing.

    `inside` has for words that a line must hold the rule and its phrase. Of a line in parts ("Published
    today | 3 min read") every part must be a note.
    """
    names, match = [*rules], covering_pattern([*rules.values()] or [["(?!)"]]).fullmatch
    inner_rules = [
        (words, name, covering_pattern([[phrase]]).fullmatch) for words, (name, phrase) in inside.items()
    ]

    def whole(line: str) -> str:
        if (hit := match(line)) and hit.lastindex:
            return names[hit.lastindex - 1]
        for words, rule, covers in inner_rules:
            if words in line and covers(line):
                return rule
        return ""

    def name_of(line: str) -> str:
        line = line.lower()
        name = whole(line)
        if not name and ("|" in line or "·" in line or "•" in line or "   " in line) and _PARTED.search(line):
            names = [whole(part) for part in _PARTED.split(line) if part]
            name = names[0] if names and all(names) else ""
        return "" if name and tells_deed(line) else name

    return name_of


# -- shapes of lines --------------------------------------------------------------------------------

# Headlines: of 3,000 news headlines fewer than one in a hundred is longer.
TITLE_WORDS, TITLE_CHARACTERS = 24, 170
LINK_WORDS, LINK_CHARACTERS = 20, 160

_OPENERS = "\"'“”‘’«»„([{`-–—|•·*►▶>#"
_CLOSERS = "\"'”’“»«)]}` |"
_QUOTES = '"“”„«»'
_STOPS = ".!?…:;,。！？।۔"
_SENTENCE_ENDS = ".!?…。！？।۔"
_DOTTED = re.compile(r"(?:\b[A-Z]\.){2,4}$")  # "in the U.S." ends no sentence by itself
_WORDS = re.compile(r"[^\W\d_]{4,}")


def bare_words(line: str) -> str:
    """Strip marks that may stand around a line's words."""
    return line.strip().lstrip(_OPENERS + " ").rstrip(_CLOSERS)


def ends_clause(line: str) -> bool:
    """Tell whether a line ends as a sentence or a clause ends."""
    words = bare_words(line)
    return words[-1:] in _STOPS and not _DOTTED.search(words[-8:]) if words else False


def is_prose(line: str) -> bool:
    """Tell whether a line is running text: long enough, and ended as a sentence ends."""
    words = line.strip().rstrip(_CLOSERS)
    return words[-1:] in _SENTENCE_ENDS and (len(words) >= 120 or len(words.split()) >= 6) if words else False


def is_quoted(line: str) -> bool:
    """Tell whether a whole line stands in quotation marks: somebody's words and no link."""
    marks = line.strip()
    return marks[:1] in _QUOTES and marks[-1:] in _QUOTES


def is_headline(line: str) -> bool:
    """Tell whether a line has a headline's shape: short, capital first, no end (but ? and !)."""
    words = bare_words(line)
    if not words or len(words) > TITLE_CHARACTERS or not 2 <= len(words.split()) <= TITLE_WORDS:
        return False
    asks = line.rstrip()[-1] in "?!" and not re.search(r"(?![A-Z])\w[.!?] ", words)
    return (asks or not ends_clause(words)) and not words[0].islower()


def is_linklike(line: str) -> bool:
    """Tell whether a line could be one entry of a list of links; an empty line is none that could not."""
    words = bare_words(line)
    short = len(words) <= LINK_CHARACTERS and len(words.split()) <= LINK_WORDS
    return short and (not ends_clause(words) or words[-1] in "?!") and not (words and is_quoted(line))


def long_words(lines: Iterable[str]) -> set[str]:
    """Collect the longer words of lines."""
    return {word for line in lines for word in _WORDS.findall(line.lower())}


# -- the head of an article -------------------------------------------------------------------------

# How many lines a rule for the head may look at, and how much of the first: no header is longer.
HEAD_LINES, HEAD_CHARACTERS = 12, 600

_AGENCIES = (
    "MENAFN|AFP|AP|Reuters|Xinhua|TASS|dpa|DPA|ANI|PTI|IANS|UPI|EFE|ANSA|Anadolu|AA|Bloomberg|Interfax|"
    "RIA Novosti|Kyodo|Yonhap|PA|PA Media|Press Association|Associated Press|CNN|BBC|KUNA|WAM|SPA|MENA|"
    "Ukrinform|Belga|APA|NTB|CNW|PRNewswire|GLOBE NEWSWIRE|Business Wire|BUSINESS WIRE"
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)


def header_date(lines: Sequence[str]) -> int:
    """Take a date that stands before the text."""
    match = match_header_date(lines[0])
    return match.end() if match else 0


_TAG = re.compile(
    rf"[(\[](?:(?:{_AGENCIES})(?:[ /–-][^()\[\]]{{0,40}})?|[A-Z]{{3,12}})[)\]][ \t]*(?:[–—-]+[ \t]*)?(?=$|\S)"
)


def agency_tag(lines: Sequence[str]) -> int:
    """Take an agency's name in brackets."""
    match = _TAG.match(lines[0][:100])
    return match.end() if match else 0


_NAME = r"(?:[A-Z][\w.'’-]{0,20}|de|van|von|al|bin|da|di|del|la|le)"
# What a reporter is called behind the name, with or without a comma.
_POST = (
    r"(?:,? (?:[A-Z][\w&’'-]{0,20} |[a-z]{2,12} ){0,3}"
    r"(?i:correspondent|reporter|editor|writer|staff|columnist|contributor|bureau chief|journalist)"
    r"(?: (?:in|for|at) [A-Z][\w’'-]{0,20}(?: [A-Z][\w’'-]{0,20}){0,3})?)?"
)
_BYLINE = re.compile(
    r"(?:By|BY|Words by|Written by|Story by|Report by|Text by|Author(?: of the article)?):? "
    rf"{_NAME}(?: {_NAME}){{1,4}}"
    rf"(?:(?:,| and|, and| &) {_NAME}(?: {_NAME}){{0,4}}){{0,3}}{_POST}"
    rf"(?:,? (?:in|for) {_NAME}(?: {_NAME}){{0,3}})?"
)
_NO_NAME = re.compile(rf"\w+ (?:{_MONTH}|\w{{3,6}}day|The|A|An|Then|Now|Last|Next|This|All)\b")


def byline(lines: Sequence[str]) -> int:
    """Take who wrote it, on a line of its own."""
    line = lines[0].strip()
    certain = len(line) <= 120 and _BYLINE.fullmatch(line) and not _NO_NAME.match(line)
    return len(lines[0]) if certain else 0


def masthead(lines: Sequence[str]) -> int:
    """Take an outlet's name over a header date, if headline and lead below share none of its words."""
    full = [line for line in lines if line.strip()][:4]
    if len(full) < 4 or not is_headline(full[2]) or not match_header_date(full[1]):
        return 0
    is_name = (
        is_headline(full[0]) and len(full[0].split()) <= 6 and not re.search(r"(?<![\w'’])[a-z]", full[0])
    )
    return len(lines[0]) if is_name and not long_words(full[:1]) & long_words(full[2:]) else 0


def title(lines: Sequence[str]) -> int:
    """Take a headline that running text follows, if it is not the first row of a wrapped paragraph."""
    if not is_headline(lines[0]):
        return 0
    wrapped, paragraph = True, ""
    for line in lines[1:HEAD_LINES]:
        if not line.strip() or match_header_date(line.strip()):
            wrapped, paragraph = False, ""
            continue
        if wrapped and line.lstrip()[0].islower():
            return 0
        paragraph += line[:HEAD_CHARACTERS] + " "
        if is_prose(line) or is_prose(paragraph):
            return len(lines[0])
    return 0


_first_line = phrase_rule(PHRASES[FIRST]["lines"])


def first_line(lines: Sequence[str]) -> int:
    """Take a button or a section's name over the article, if there is an article below it."""
    below = any(line.strip() for line in lines[1:])
    return len(lines[0]) if below and _first_line(lines[0].strip()) else 0


# -- the tail of an article -------------------------------------------------------------------------

# Fewer lines than this can be a list that belongs to the article.
LINK_LINES = 5
# How much of a list's words the article may know, and its lines share with each other.
KNOWN, CHAINED = 0.4, 0.25
# No heading of a list is longer, nor a note about an author; no article has more lines.
HEADING_CHARACTERS, LONGEST_BIO, MOST_LINES = 90, 600, 2000

_WORD = re.compile(r"\w")

_last_line = phrase_rule(PHRASES[LAST]["lines"])
_heading, _unsure, _anywhere = (phrase_rule(PHRASES[HEADING][key]) for key in ("lines", "unsure", "anywhere"))


def _last(lines: Sequence[str], end: int) -> int:
    """Find the last line before `end` that has a word; the first line if there is none."""
    end -= 1
    while end > 0 and not _WORD.search(lines[end]):
        end -= 1
    return end


def last_lines(lines: Sequence[str]) -> int:
    """Keep what stands before lines that only at the very end are no text."""
    keep, end = len(lines), _last(lines, len(lines))
    marks = any(line.strip() for line in lines[end + 1 :])
    while end > 0 and _last_line(lines[end].strip()):
        keep, end = end, _last(lines, end)
    return end + 1 if marks or keep < len(lines) else keep


def footer_date(lines: Sequence[str]) -> int:
    """Keep what stands before last lines that say when the article was published or changed."""
    keep, end = len(lines), _last(lines, len(lines))
    while end > 0 and labelled_dates(lines[end].strip()):
        keep, end = end, _last(lines, end)
    return keep


_NAMED = r"(?!(?:He|She|It|They|This|That|The|There|Mr|Mrs|Ms|Dr)\b)[A-Z][\w.'’-]{1,20}"
_BIO = re.compile(
    rf"(?P<name>{_NAMED}(?: [A-Z][\w.'’-]{{0,20}}){{1,3}}) (?:is|was) (?!named|found|killed|born|told|one of)"
    r"(?:(?:a|an|the|our) )?(?:[\w’',&-]{2,20} ){0,6}(?:correspondent|reporter|editor|columnist|journalist"
    r"|freelancer?|writer|producer|contributor|bureau chief|news director|intern)\b"
    rf"|(?P<one>{_NAMED}(?: [A-Z][\w.'’-]{{0,20}}){{0,3}}) (?:covers|reports on|writes (?:about|on|for)|edits"
    r"|has been (?:covering|reporting)|joined (?:the|our) (?:paper|newsroom|staff|agency)|can be reached)\b"
)


def author_note(lines: Sequence[str]) -> int:
    """Keep what stands before a note about the author, whom the article itself does not name."""
    end = _last(lines, len(lines)) if len(lines) <= MOST_LINES else 0
    match = _BIO.match(lines[end].strip()) if end > 0 and len(lines[end]) <= LONGEST_BIO else None
    if not match:
        return len(lines)
    name = match["name"] or match["one"]
    above = [line.strip() for line in lines[:end]]
    while above and (not above[-1] or (name in above[-1] and is_linklike(above[-1]))):
        above.pop()
    surname = re.compile(rf"\b{re.escape(name.split()[-1])}\b")
    return len(above) if above and not any(map(surname.search, above)) else len(lines)


# -- lists of links --------------------------------------------------------------------------------


def _is_heading(line: str) -> bool:
    return len(line) < HEADING_CHARACTERS and (_heading(line.strip()) or _anywhere(line.strip()))


def last_run(lines: Sequence[str]) -> int:
    """Find where the last run of link-like (or empty) lines starts."""
    start = len(lines)
    while start and (is_linklike(lines[start - 1]) or _is_heading(lines[start - 1])):
        start -= 1
    return start


def related_links(lines: Sequence[str]) -> int:
    """Keep what stands before "Related Links" and its like when only link-like lines follow."""
    start = max(last_run(lines), 1)
    doubted = False
    for i in range(start, len(lines)):
        certain = _is_heading(lines[i])
        if not certain and not doubted and len(lines[i]) < HEADING_CHARACTERS and _unsure(lines[i].strip()):
            doubted = True  # once: the lines below are read for it
            certain = _strange(lines[:start], lines[i + 1 :])
        if certain:
            return i if any(line.strip() for line in lines[:i]) else len(lines)
    return len(lines)


def _strange(article: Sequence[str], run: Sequence[str]) -> bool:
    """Tell whether the lines of a run have little to do with the article and with each other."""
    article_words = long_words(line for line in article[-60:] if not is_linklike(line))
    words = [long_words([line]) for line in run if bare_words(line)]
    if not words:
        return True
    shared = mean(len(w & article_words) / max(1, len(w)) for w in words)
    pairs = [len(a & b) / max(1, min(len(a), len(b))) for a, b in pairwise(words)]
    return shared <= KNOWN and (not pairs or mean(pairs) <= CHAINED)


def page_tail(article: Sequence[str], run: Sequence[str]) -> bool:
    """Tell whether short lines behind a removed one are the page's too: no table, and of other things."""
    return not _table(run) and _strange(article, run)


def _table(run: Sequence[str]) -> bool:
    """Tell whether most lines of a run are rows of results: a third of their words are numbers."""
    rows = [line.split() for line in run if line.strip()]
    return mean(3 * sum(bool(re.search(r"\d", word)) for word in row) >= len(row) for row in rows) > 0.5


def link_list(lines: Sequence[str]) -> int:
    """Keep what stands before a last run of headlines about other things, by its shape alone."""
    start = last_run(lines)
    run = [line for line in lines[start:] if bare_words(line)]
    before = lines[start - 1] if start else ""
    if len(run) < LINK_LINES or not (is_prose(before) or len(before) > LINK_CHARACTERS):
        return len(lines)
    sized = mean(4 <= len(bare_words(line).split()) <= 16 for line in run)
    capital = mean(not bare_words(line)[0].islower() for line in run)
    bullets = mean(line.lstrip()[:1] in "-–—•·*►▶" for line in run)
    shaped = sized >= 0.7 and capital >= 0.9 and bullets <= 0.5 and not _table(run)
    return start if shaped and _strange(lines[:start], run) else len(lines)


def link_blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Find headings such as "Read next" with the links below them, wherever they stand after the lead.

    A line that touches the running text below it could be a crosshead, and stays unless it is bulleted.
    """
    blocks: list[tuple[int, int]] = []
    begun, end = False, 0
    for i, line in enumerate(lines):
        if i < end:
            continue
        begun = begun or is_prose(line)
        if begun and len(line) < HEADING_CHARACTERS and line.strip() and _anywhere(line.strip()):
            end = _block_end(lines, i)
            blocks += [(i, end)] if end > i + 1 else []
    return blocks


def _block_end(lines: Sequence[str], heading: int) -> int:
    """Find the line after the last link under a heading."""
    start = heading + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    end = start
    while end < len(lines) and lines[end].strip() and is_linklike(lines[end]):
        end += 1
    touching = end < len(lines) and lines[end].strip() and end > start
    if touching and lines[end - 1].lstrip()[:1] not in "-–—•·*►▶>»":
        end -= 1
    lone = end == start + 1 and start > heading + 1  # a gap, then one line: that is a crosshead or a dek
    return heading if end == start or lone else end


# -- prompts ---------------------------------------------------------------------------------------

_ADDRESSED, _OPENS, _SITE = (frozenset(PHRASES[PROMPT][key]) for key in ("addressed", "opens", "words"))
# Most prompts are shorter, and a line with fewer words of a site can be anything.
PROMPT_CHARACTERS, SITE_WORDS, SHORT_PROMPT = 300, 2, 6
# How much of a prompt is about the site or its reader, and how few names are in it.
PROMPT_SHARE, PROMPT_NAMES = 0.25, 2
_PLAIN_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_NAME_WORD = re.compile(r"(?<=[a-z,] )[A-Z][a-z’']+")


def prompts(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Find lines in which the site speaks to its readers, with words that the rest of the text lacks."""
    rows = [i for i, line in enumerate(lines) if _prompting(line)]
    if not rows or len(lines) > MOST_LINES:
        return []
    prompt_rows = set(rows)
    article_words = {
        word
        for i, line in enumerate(lines)
        if i not in prompt_rows
        for word in _PLAIN_WORD.findall(line.lower())
    }
    return [(i, i + 1) for i in rows if not _site_words(lines[i].lower()) & article_words]


def _site_words(low: str) -> set[str]:
    return {word for word in _PLAIN_WORD.findall(low) if word.replace("-", "") in _SITE}


def _prompting(line: str) -> bool:
    """Tell whether a line has a site's words, and an opening or an address as prompts have."""
    if not 8 <= len(line) <= PROMPT_CHARACTERS or _SITE.isdisjoint(line.lower().split()):
        return False  # most lines, at little cost
    stripped = line.strip()
    low = stripped.lower()
    if is_quoted(low) or tells_deed(low):
        return False
    words = _PLAIN_WORD.findall(low)
    opens = bool(words) and words[0] in _OPENS
    addressed = len(_ADDRESSED.intersection(words))
    if not (opens or addressed):
        return False
    site = _site_words(low)
    enough = 1 if opens and len(words) <= SHORT_PROMPT else SITE_WORDS
    dense = len(site) + addressed + opens >= PROMPT_SHARE * len(words)
    return len(site) >= enough and dense and len(_NAME_WORD.findall(stripped)) <= PROMPT_NAMES


# -- the table of rules ------------------------------------------------------------------------------


class Rule(NamedTuple):
    """One cleaning rule: where it looks, how it decides, and why what it takes is no article text.

    `where` says what `find` is given and what it returns:

    - "character": the whole text; the spans to take
    - "line": one stripped line, anywhere; true if the whole line goes
    - "recurring": one stripped line, anywhere; the key by which the caller knows it
    - "end-of-line": one line, anywhere; how many characters at its end go
    - "head": the first lines that are left; how many characters of the first one go
    - "block": all lines; pairs of the first line that goes and the line after the last
    - "apart": the same, with the lines that all other rules left
    - "tail": all lines that are left; how many of them stay
    - "after": the lines before a last run of short lines, and those of them behind a removed line; true if
      they go

    `phrases` and `inside` has a "line" rule that is nothing but regular expressions for a line in lower case:
    those of all such rules are tried at once (`line_namer`).
    """

    where: str
    find: Callable[..., Any]
    why: str
    phrases: tuple[str, ...] = ()
    inside: tuple[tuple[str, str], ...] = ()


def line_key(line: str) -> str:
    """Give what two printings of one recurring line have in common: no case, marks or numbers.

    >>> line_key("|Copyright 2023  Example Wire |") == line_key("copyright 2024 Example Wire")
    True
    """
    return re.sub(r"[\W\d_]+", " ", line).casefold().strip()


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
    return [match.span() for match in _INVISIBLE.finditer(text)] if _SUSPECT.search(text) else []


# -- lines -----------------------------------------------------------------------------------------

_WIRE_END = re.compile(r"\s+[A-Z]{3,12}\d{14,24}(?:[A-Z]{2})? ?ID\d{6,14}\s*$")


def _wire_end(line: str) -> int:
    """Find a wire id that was glued to the end of a paragraph."""
    start = max(0, len(line) - 80)
    match = _WIRE_END.search(line, start) if line.find("ID", start) >= 0 else None
    return len(line) - match.start() if match else 0


# Tables whose phrases count only at one place.
_PLACED = (HEADING, FIRST, LAST, PROMPT)


def _why(name: str) -> str:
    return str(PHRASES[name]["why"])


def _phrases(table: Mapping[str, Any]) -> Rule:
    """Make a table of phrases a rule."""
    lines, inside = table["lines"], table.get("inside", {})
    return Rule(
        "line", phrase_rule([*lines, *inside.values()]), table["why"], tuple(lines), tuple(inside.items())
    )


RULES: Mapping[str, Rule] = {
    "invisible": Rule("character", _invisible, "control, bidirectional and zero-width characters"),
    "link-block": Rule("block", link_blocks, "links under a heading that says so, between paragraphs"),
    PROMPT: Rule("apart", prompts, _why(PROMPT)),
    **{
        name: _phrases(table) for name, table in PHRASES.items() if name not in (HEADING, FIRST, LAST, PROMPT)
    },
    "wire-id-end": Rule("end-of-line", _wire_end, "an agency's own number behind a paragraph"),
    "recurring-line": Rule("recurring", line_key, "the caller found the line in unrelated articles"),
    "header-date": Rule("head", header_date, "when it was published, before the text begins"),
    "agency-tag": Rule("head", agency_tag, "an agency's name in brackets before the text"),
    FIRST: Rule("head", first_line, _why(FIRST)),
    "byline": Rule("head", byline, "who wrote it, on a line of its own"),
    "masthead": Rule("head", masthead, "an outlet's name over the date"),
    "title": Rule("head", title, "the headline: kept as the article's title"),
    LAST: Rule("tail", last_lines, _why(LAST)),
    "footer-date": Rule("tail", footer_date, "when it was published, after the text"),
    "author-note": Rule("tail", author_note, "who the author is, after the text"),
    "related-links": Rule("tail", related_links, _why(HEADING)),
    "link-list": Rule("tail", link_list, "a tail of headlines about other things"),
    "page-tail": Rule("after", page_tail, "short lines that follow a removed last line"),
}
