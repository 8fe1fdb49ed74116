"""HTML read into blocks of visible text, with the place of each character in the source.

The reader is our own and small, because the ledger needs to know where each character stands; it works in
linear time on any input.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple


class Block(NamedTuple):
    """A run of visible text: its words, and for each piece where it stands in text and source."""

    tag: str
    outside: bool
    link_share: float
    text: str
    at: list[int]
    source: list[int]


SKIPPED = {"script", "style", "noscript", "template", "svg", "head", "select", "textarea", "iframe", "object"}
RAW = {"script", "style", "textarea", "title"}  # no tags inside
OUTSIDE = {"nav", "aside", "footer", "form", "dialog", "button", "menu", "figure"}
ROLES = ("navigation", "dialog", "complementary", "contentinfo", "search", "banner")
BREAKS = {
    *("p", "div", "br", "li", "ul", "ol", "tr", "td", "th", "table", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("blockquote", "section", "article", "main", "header", "dt", "dd", "dl", "hr", "pre", "address", "body"),
    *(
        "figcaption",
        "nav",
        "aside",
        "footer",
        "form",
        "dialog",
        "button",
        "menu",
        "figure",
        "label",
        "option",
    ),
}
VOID = {"br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}
# Deeper than any page that a person made.
DEPTH = 500

_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,40})([^<>]*)>|<!--|<[!?][^<>]*>")
_PIECE = re.compile(r"&#?\w{1,32};|\s+|[^\s&]+|&")


# -- blocks ----------------------------------------------------------------------------------------


def blocks(source: str) -> Iterator[Block]:
    """Visible text, block by block, in the order of the source."""
    stack: list[_Level] = [_Level("", False, False)]
    block = _Open("")
    for kind, tag, attributes, start, end in events(source):
        if kind == "text":
            if not stack[-1].hidden:
                block.add(source, start, end, any(level.tag == "a" for level in stack[-4:]))
            continue
        if tag in BREAKS:
            if block.pieces:
                yield block.close(stack[-1].outside)
            block = _Open(tag if kind == "open" else "")
        _step(stack, kind, tag, attributes)
    if block.pieces:
        yield block.close(stack[-1].outside)


class _Level(NamedTuple):
    """An open element: whether what is in it stands outside the article, and whether nobody sees it."""

    tag: str
    outside: bool
    hidden: bool


def _step(stack: list[_Level], kind: str, tag: str, attributes: str) -> None:
    """Go into an element, or out of it and of those in it that were never closed."""
    if kind == "open":
        if tag not in VOID and len(stack) < DEPTH:
            outside = stack[-1].outside or tag in OUTSIDE or _apart(attributes)
            stack.append(_Level(tag, outside, stack[-1].hidden or tag in SKIPPED))
        return
    for i in range(len(stack) - 1, max(len(stack) - 30, 0), -1):
        if stack[i].tag == tag:
            del stack[i:]
            return


def _apart(attributes: str) -> bool:
    if "role" not in attributes:
        return False
    return any(f'role="{role}"' in attributes or f"role='{role}'" in attributes for role in ROLES)


def events(source: str) -> Iterator[tuple[str, str, str, int, int]]:
    """Tags and the text between them, each with its place; comments and scripts are passed over."""
    at = 0
    while at < len(source):
        found = _TAG.search(source, at)
        if found is None:
            yield "text", "", "", at, len(source)
            return
        if found.start() > at:
            yield "text", "", "", at, found.start()
        at = found.end()
        if found.group() == "<!--":
            end = source.find("-->", at)
            at = end + 3 if end >= 0 else len(source)
        elif found[2]:
            tag = found[2].lower()
            yield ("close" if found[1] else "open"), tag, found[3], found.start(), at
            if tag in RAW and not found[1]:
                closing = re.compile(rf"</{tag}\b", re.IGNORECASE).search(source, at)
                at = closing.start() if closing else len(source)


class _Open:
    """A block that is being read."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.pieces: list[str] = []
        self.at: list[int] = []
        self.source: list[int] = []
        self.length = self.linked = 0
        self.gap = -1

    def add(self, source: str, start: int, end: int, link: bool) -> None:
        for piece in _PIECE.finditer(source, start, end):
            words = piece.group()
            if words[0] == "&" and len(words) > 1:
                words = html.unescape(words)
            if not words.strip():
                self.gap = piece.start() if self.gap < 0 else self.gap
                continue
            if self.gap >= 0 and self.pieces:
                self._put(" ", self.gap)
            self.gap = -1
            self._put(words, piece.start())
            self.linked += len(words) if link else 0

    def _put(self, words: str, source: int) -> None:
        self.pieces.append(words)
        self.at.append(self.length)
        self.source.append(source)
        self.length += len(words)

    def close(self, outside: bool) -> Block:
        share = self.linked / max(self.length, 1)
        return Block(self.tag, outside, share, "".join(self.pieces), self.at, self.source)
