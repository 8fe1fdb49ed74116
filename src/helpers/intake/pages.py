"""An HTML page taken apart: its visible text with the place of each character, and its metadata.

trafilatura says which blocks are the article; on top of it, navigation, notes and link lists never pass,
and crossheads between kept paragraphs stay. The reader here is our own and small, because the ledger needs
to know where in the source each character stands; it works in linear time on any input.
"""

import html
import json
import logging
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Block(NamedTuple):
    """A run of visible text: its words, and for each piece where it stands in text and source."""

    tag: str
    outside: bool
    link_share: float
    text: str
    at: list[int]
    source: list[int]


class Page(NamedTuple):
    """What `read` gives back. `starts` and `sources` place characters of `text` in the page's source.

    `furniture` are (start, end, text) of visible blocks that are not the article, in source characters.
    """

    text: str
    starts: list[int]
    sources: list[int]
    furniture: list[tuple[int, int, str]]
    title: str
    date: str
    outlet: str
    url: str
    language: str

    def source(self, at: int) -> int:
        """Place of a character of `text` in the source."""
        if not self.starts:
            return 0
        i = max(bisect_right(self.starts, at) - 1, 0)
        return self.sources[i] + at - self.starts[i]


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
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
# More than this share of a block's characters inside links: an entry of a list.
LINK_SHARE = 0.8
# Deeper than any page that a person made.
DEPTH = 500

_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,40})([^<>]*)>|<!--|<[!?][^<>]*>")
_PIECE = re.compile(r"&#?\w{1,32};|\s+|[^\s&]+|&")
_ATTRIBUTE = re.compile(r"([\w:-]{1,60})\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


def read(source: str, *, whole: bool = True) -> Page:
    r"""Take a page apart.

    Parameters
    ----------
    source
        HTML, decoded.
    whole
        False for a fragment (a feed's or a column's body with tags in it): then all of it is the article.

    Examples
    --------
    >>> page = read("<p>The ferry <b>left</b> at noon &amp; came back.</p><p>So it goes.</p>", whole=False)
    >>> page.text
    'The ferry left at noon & came back.\n\nSo it goes.'
    >>> page.source(page.text.index("came"))
    39
    """
    blocks = list(_blocks(source))
    kept = _article(source, blocks) if whole else [bool(block.text) for block in blocks]
    text, starts, sources = "", [], []
    parts: list[str] = []
    length = 0
    for block, keep in zip(blocks, kept, strict=True):
        if keep:
            length += 2 if parts else 0
            starts += [length + at for at in block.at]
            sources += block.source
            parts.append(block.text)
            length += len(block.text)
    text = "\n\n".join(parts)
    furniture = [
        (block.source[0], block.source[-1] + len(block.text) - block.at[-1], block.text)
        for block, keep in zip(blocks, kept, strict=True)
        if not keep
    ]
    return Page(text, starts, sources, furniture, *(_metadata(source) if whole else ("",) * 5))


# -- blocks ----------------------------------------------------------------------------------------


def _blocks(source: str) -> Iterator[Block]:
    """Visible text, block by block, in the order of the source."""
    stack: list[_Level] = [_Level("", False, False)]
    block = _Open("")
    for kind, tag, attributes, start, end in _events(source):
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


def _events(source: str) -> Iterator[tuple[str, str, str, int, int]]:
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


# -- which blocks are the article ------------------------------------------------------------------


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _article(source: str, blocks: list[Block]) -> list[bool]:
    """Say of each block whether it is the article."""
    found = _extract(source)
    inside = _key(found) if found else ""
    lines = {_key(line) for line in found.split("\n")}
    kept = []
    for block in blocks:
        key = _key(block.text)
        good = key in lines or (len(key) > 40 and key in inside)
        good = good if inside else block.tag == "p" or len(block.text) > 120
        kept.append(bool(key) and good and not block.outside and block.link_share <= LINK_SHARE)
    places = [i for i, keep in enumerate(kept) if keep]
    if places:
        for i in range(places[0], places[-1]):
            kept[i] = kept[i] or (
                blocks[i].tag in HEADINGS and not blocks[i].outside and bool(blocks[i].text)
            )
    return kept


def _extract(source: str) -> str:
    """Let trafilatura find the main text; nothing when it finds none or fails."""
    import trafilatura

    # it reports pages without text as errors, on stderr; here that is a result
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)
    try:
        found = trafilatura.extract(
            source, include_comments=False, include_tables=False, deduplicate=False, favor_recall=True
        )
    except Exception:  # parsers of hostile pages fail in many ways, and none may end the run
        return ""
    return found or ""


# -- metadata --------------------------------------------------------------------------------------

_TITLE = ("og:title", "twitter:title", "dc.title", "headline")
_DATE = (
    *(
        "article:published_time",
        "og:published_time",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish-date",
    ),
    *("publish_date", "dc.date.issued", "dc.date", "dcterms.created", "sailthru.date", "parsely-pub-date"),
    *("date", "article.published", "published-date", "date_published"),
)
_OUTLET = ("og:site_name", "application-name", "dc.publisher", "publisher", "citation_journal_title")


def _metadata(source: str) -> tuple[str, str, str, str, str]:
    """Title, publication date, outlet, address and language that the page states about itself."""
    meta: dict[str, str] = {}
    url = language = shown = name = ""
    for kind, tag, attributes, _, end in _events(source):
        if kind != "open" or tag not in ("meta", "link", "html", "time", "title"):
            continue
        found = {
            m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(attributes)
        }
        if tag == "meta":
            key = found.get("property") or found.get("name") or found.get("itemprop") or ""
            meta.setdefault(key.lower(), found.get("content", "").strip())
        elif tag == "link" and found.get("rel", "").lower() == "canonical":
            url = url or found.get("href", "")
        elif tag == "html":
            language = language or found.get("lang", "")
        elif tag == "time":
            shown = shown or found.get("datetime", "")
        elif tag == "title":
            name = name or html.unescape(source[end : source.find("<", end)]).strip()
    linked = _linked_data(source)
    title = _first(meta, _TITLE) or _text(linked.get("headline"))
    date = _text(linked.get("datePublished")) or _first(meta, _DATE) or shown
    outlet = _first(meta, _OUTLET) or _text(linked.get("publisher"))
    if not title:
        title = _heading(source) or name
    url = url or meta.get("og:url", "") or _text(linked.get("url"))
    return " ".join(title.split()), date, outlet, url, (language or meta.get("og:locale", ""))[:2].lower()


def _first(meta: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((meta[key] for key in keys if meta.get(key)), "")


def _text(value: Any) -> str:  # noqa: ANN401  (whatever JSON holds)
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@id")
    if isinstance(value, list):
        value = value[0] if value else ""
        return _text(value)
    return value.strip() if isinstance(value, str) else ""


def _heading(source: str) -> str:
    """Give the text of the only first-level heading."""
    found = [block.text for block in _blocks(source) if block.tag == "h1" and block.text]
    return found[0] if len(found) == 1 else ""


_LINKED = re.compile(r"<script[^<>]*application/ld\+json[^<>]*>([^<]*(?:<(?!/script)[^<]*)*)", re.IGNORECASE)


def _linked_data(source: str) -> dict[str, Any]:
    """Give the first JSON-LD object that describes an article."""
    for found in _LINKED.finditer(source):
        try:
            values = [json.loads(found[1])]
        except (ValueError, RecursionError):
            continue
        for _ in range(3):
            values = [inner for value in values for inner in _spread(value)]
        for value in values:
            kind = str(value.get("@type", ""))
            if "Article" in kind or "Posting" in kind or "Report" in kind:
                return dict(value)
    return {}


def _spread(value: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401
    if isinstance(value, list):
        return [one for one in value if isinstance(one, Mapping)][:100]
    if isinstance(value, Mapping):
        return [value, *_spread(value["@graph"])] if "@graph" in value else [value]
    return []
