"""Rules that say what in a raw article is boilerplate, as a table that can be read, changed and tested.

Three independent cues: patterns (a header date, a wire id, a share prompt), shape (a tail of short
unpunctuated lines that have nothing to do with the article or with each other) and the corpus (a line
that recurs across unrelated articles; the caller counts those). What no rule is sure of stays.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dateline.tables import BLANK, MOVED, NO_BOILERPLATE
from dateline.text import heads, tails
from dateline.text.notes import FIRST, HEADING, LAST, LONGEST_NOTE, PHRASES, PROMPT, note

__all__ = ["BLANK", "LONGEST_NOTE", "MOVED", "NO_BOILERPLATE", "RULES", "Rule", "line_key"]


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
    those of all such rules are tried at once (`notes.naming`).
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
    return [found.span() for found in _INVISIBLE.finditer(text)] if _SUSPECT.search(text) else []


# -- lines -----------------------------------------------------------------------------------------

_WIRE_END = re.compile(r"\s+[A-Z]{3,12}\d{14,24}(?:[A-Z]{2})? ?ID\d{6,14}\s*$")


def _wire_end(line: str) -> int:
    """Find a wire id that was glued to the end of a paragraph."""
    start = max(0, len(line) - 80)
    found = _WIRE_END.search(line, start) if line.find("ID", start) >= 0 else None
    return len(line) - found.start() if found else 0


# Tables whose phrases count only at one place.
_PLACED = (HEADING, FIRST, LAST, PROMPT)


def _why(name: str) -> str:
    return str(PHRASES[name]["why"])


def _phrases(table: Mapping[str, Any]) -> Rule:
    """Make a table of phrases a rule."""
    lines, inside = table["lines"], table.get("inside", {})
    return Rule("line", note([*lines, *inside.values()]), table["why"], tuple(lines), tuple(inside.items()))


RULES: Mapping[str, Rule] = {
    "invisible": Rule("character", _invisible, "control, bidirectional and zero-width characters"),
    "link-block": Rule("block", tails.link_blocks, "links under a heading that says so, between paragraphs"),
    PROMPT: Rule("apart", tails.prompts, _why(PROMPT)),
    **{
        name: _phrases(table) for name, table in PHRASES.items() if name not in (HEADING, FIRST, LAST, PROMPT)
    },
    "wire-id-end": Rule("end-of-line", _wire_end, "an agency's own number behind a paragraph"),
    "recurring-line": Rule("recurring", line_key, "the caller found the line in unrelated articles"),
    "header-date": Rule("head", heads.header_date, "when it was published, before the text begins"),
    "agency-tag": Rule("head", heads.agency_tag, "an agency's name in brackets before the text"),
    FIRST: Rule("head", heads.first_line, _why(FIRST)),
    "byline": Rule("head", heads.byline, "who wrote it, on a line of its own"),
    "masthead": Rule("head", heads.masthead, "an outlet's name over the date"),
    "title": Rule("head", heads.title, "the headline: kept as the article's title"),
    LAST: Rule("tail", tails.last_lines, _why(LAST)),
    "footer-date": Rule("tail", tails.footer_date, "when it was published, after the text"),
    "author-note": Rule("tail", tails.author_note, "who the author is, after the text"),
    "related-links": Rule("tail", tails.related_links, _why(HEADING)),
    "link-list": Rule("tail", tails.link_list, "a tail of headlines about other things"),
    "page-tail": Rule("after", tails.page_tail, "short lines that follow a removed last line"),
}
