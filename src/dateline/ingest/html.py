"""A web page: its article and metadata by trafilatura and htmldate, and the place of each character.

trafilatura gives the lines of the article; here they are found again in the visible text of the source, so
that the ledger can name the span of each character, kept or removed.
"""

import html
import json
import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from dateline.ingest.files import PATTERNS
from dateline.text import publication

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Shorter lines can stand in several places of a page; shorter pieces of a line are chance.
ANCHOR, PIECE = 40, 6
# Characters that a line above an article can have.
LINE = 200

HIDDEN, INLINE = (frozenset(PATTERNS["pages"][kind].split()) for kind in ("hidden", "inline"))
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,40})[^<>]*>|<!--|<[!?][^<>]*>")
_ENTITY = re.compile(r"&#?\w{1,32};?")
_PUBLISHER = re.compile(PATTERNS["pages"]["publisher"])
_PUBLISHED = re.compile(r"[\"']datePublished[\"']\s{0,9}:\s{0,9}[\"']([^\"'<>]{6,60})[\"']")
_CLOSING = tuple(",.;:!?)]”’»")
# Stands in visible text for characters of the source that nobody sees and that do not part words.
FILLER = "\0"
_LATER_DAY = re.compile(PATTERNS["pages"]["later_day"].replace("\n", ""), re.IGNORECASE)
Span = tuple[int, int]


class Page(NamedTuple):
    """The article of a page, and what the page says about itself; "" where it says nothing.

    `starts` are the places of the characters of `text` in the source. `removed` are (start, end, text) of the
    other visible blocks, in characters of the source.
    """

    text: str
    starts: list[int]
    removed: list[tuple[int, int, str]]
    title: str = ""
    date: str = ""
    outlet: str = ""
    url: str = ""
    language: str = ""

    def source_span(self, start: int, end: int, source: str) -> Span:
        """Give the span of `source` that holds the characters `start` to `end` of the text."""
        entity = _ENTITY.match(source, self.starts[end - 1])
        return self.starts[start], entity.end() if entity else self.starts[end - 1] + 1


def extract_fragment(source: str) -> Page:
    """Take the visible text of a text with tags in it, such as a feed's: all of it is the article."""
    visible = visible_text(source)
    return _page(visible, [[span] for span in _blocks(visible)])


def extract_page(source: str) -> Page:
    """Take decoded HTML apart: its article, the rest of its visible text, and its metadata."""
    visible = visible_text(source)
    tree, text = _extracted(source)
    # without an extraction, long blocks are taken for paragraphs
    lines = _aligned(text.split("\n"), visible)
    lines = lines or [[(start, end)] for start, end in _blocks(visible) if end - start > 120]
    page = _page(visible, lines)
    if tree is None:
        return page
    import trafilatura

    years = f"{publication.FIRST_YEAR}-01-01", f"{publication.LAST_YEAR}-12-31"
    limits = {"extensive_search": False, "original_date": True, "min_date": years[0], "max_date": years[1]}
    try:
        stated = trafilatura.extract_metadata(tree, date_config=dict(limits))
        date = _machine_date(tree, limits)
    except Exception:  # as in `_extracted`
        return page
    end = max((line[-1][1] for line in lines), default=0)
    language = tree.get("lang") or next(iter(tree.xpath("//meta[@property='og:locale']/@content")), "")
    # trafilatura names the host where it knows no name
    name, url = stated.sitename or "", stated.url or ""
    return page._replace(
        title=" ".join((stated.title or "").split()),
        date=date or _marked_time(source, end) or _visible_date(visible, stated.date),
        outlet=name if name and name not in url else _publisher(tree),
        url=url,
        language=str(language)[:2].lower(),
    )


def visible_text(source: str) -> str:
    """Blank out what nobody sees, so that each visible character keeps its place.

    In text as long as `source`, the tags of blocks are line breaks, all other markup is `FILLER`.
    """
    pieces: list[str] = []
    position, unclosed = 0, set[str]()
    while markup := _TAG.search(source, position):
        pieces.append(_with_entities(source[position : markup.start()]))
        end, tag = markup.end(), (markup[2] or "").lower()
        if markup[0] == "<!--":
            comment = source.find("-->", end)
            end = comment + 3 if comment >= 0 else len(source)
        elif tag in HIDDEN and not markup[1] and tag not in unclosed:
            if close := re.compile(rf"</{tag}\b[^<>]*>", re.IGNORECASE).search(source, end):
                end = close.end()
            else:
                unclosed.add(tag)
                end = len(source) if tag in ("script", "style") else end
        length = end - markup.start()
        pieces.append((FILLER if not tag or tag in INLINE else "\n") * length)
        position = end
    return "".join([*pieces, _with_entities(source[position:])])


def _with_entities(text: str) -> str:
    """Replace entities by their characters, each with filler behind up to the old length; one line."""
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]).ljust(len(entity[0]), FILLER), text)
    return re.sub(r"[\r\n]", " ", text)  # how a page's source is wrapped means nothing


def _blocks(visible: str) -> Iterator[tuple[int, int]]:
    """Give the spans between line breaks that hold more than white space."""
    for line in re.finditer(r"[^\n]+", visible):
        bare = line[0].replace(FILLER, " ")
        if bare.strip():
            start = line.start() + len(bare) - len(bare.lstrip())
            yield start, start + len(bare.strip())


def _line(visible: str, start: int, end: int) -> tuple[str, list[int]]:
    """Put a span on one line: its characters, white space as one blank, and the place of each."""
    places = [place for place in range(start, end) if visible[place] != FILLER]
    text = "".join(visible[place] for place in places)
    matches = list(re.finditer(r"\S|(?<=\S)\s+(?=\S)", text))
    return re.sub(r"\s+", " ", text.strip()), [places[match.start()] for match in matches]


def _page(visible: str, lines: list[list[Span]]) -> Page:
    """Join lines, each of one or more spans, to an article; all other visible blocks are removed."""
    texts: list[str] = []
    starts: list[int] = []
    covered = bytearray(len(visible))
    for spans in lines:
        text = ""
        for start, end in spans:
            piece, places = _line(visible, start, end)
            blank = " " if text and piece[:1] not in _CLOSING else ""
            text += blank + piece
            starts += [start] * len(blank) + places
            covered[start:end] = b"\1" * (end - start)
        texts.append(text)
        starts += [starts[-1]] * 2
    left = "".join("\n" if inside else character for inside, character in zip(covered, visible, strict=True))
    removed = [(start, end, _line(left, start, end)[0]) for start, end in _blocks(left)]
    return Page("\n\n".join(texts), starts[:-2], removed)


def _extracted(source: str) -> "tuple[HtmlElement | None, str]":
    """Parse a page and extract its article; no tree where the page is too large or none."""
    import trafilatura

    # they report pages without text as errors, on stderr; for us that is a result
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    tree = None
    try:
        # pages have some thousand tags; with ten times as many, parsers of trees take seconds
        if source.count("<") <= 50_000:
            # the blank keeps a text that looks like an address from being taken for one
            tree = trafilatura.load_html(f" {source}")
        return tree, "" if tree is None else trafilatura.extract(tree, include_comments=False) or ""
    except Exception:  # parsers of hostile pages fail in many ways, and none may end the run
        return tree, ""


def _aligned(lines: list[str], visible: str) -> list[list[Span]]:
    """Find the lines of an extraction in the visible text; one of which nothing is there is left out."""
    places = [i for i, character in enumerate(visible) if not character.isspace() and character != FILLER]
    text = "".join(visible[i] for i in places)
    # marks of lists and of cells are trafilatura's own
    keys = ["".join(re.sub(r"^[-|] |(?:^| )\|(?= |$)", " ", line).split()) for line in lines]
    matches: dict[int, list[Span]] = {}
    position = 0
    for number, key in enumerate(keys):
        if len(key) >= ANCHOR and (spans := _pieces(key, text, position)):
            matches[number], position = spans, spans[-1][1]
        elif len(key) >= ANCHOR and (start := text.find(key)) >= 0:  # a caption that was moved
            span = start, start + len(key)
            if not any(a < span[1] and span[0] < b for spans in matches.values() for a, b in spans):
                matches[number] = [span]
    # short lines stand between the long ones; before the first, they are looked for from the end
    anchors = sorted(matches)
    for first, last in zip([-1, *anchors], [*anchors, len(keys)], strict=True):
        low = matches[first][-1][1] if first >= 0 else 0
        high = matches[last][0][0] if last < len(keys) else len(text)
        for number in range(first + 1, last) if first >= 0 else range(last - 1, -1, -1):
            key = keys[number]
            start = (text.find if first >= 0 else text.rfind)(key, low, high) if key else -1
            if start >= 0:
                matches[number] = [(start, start + len(key))]
                low, high = (start + len(key), high) if first >= 0 else (low, start)
    return [[(places[a], places[b - 1] + 1) for a, b in matches[number]] for number in sorted(matches)]


def _pieces(key: str, text: str, position: int) -> list[Span]:
    """Find a key in a text; where words that it lacks stand between, in the longest pieces from its start."""
    spans: list[Span] = []
    while key:
        low, high, start = 0, len(key), text.find(key, position)
        low = high if start >= 0 else low
        while low < high:  # bisect for the longest beginning of the key that is there
            middle = (low + high + 1) // 2
            place = text.find(key[:middle], position)
            low, high, start = (middle, high, place) if place >= 0 else (low, middle - 1, start)
        if low >= min(PIECE, len(key)):
            spans.append((start, start + low))
            position = start + low
        key = key[max(low, 1) :]
    return spans


def _publisher(tree: "HtmlElement") -> str:
    """Name the publisher that linked data states, wherever in it; it need not be valid JSON."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        if match := _PUBLISHER.search(script.text or ""):
            with suppress(ValueError):
                return str(json.loads(f'"{match[1]}"')).strip()
    return ""


def _machine_date(tree: "HtmlElement", limits: dict[str, Any]) -> str:
    """Let htmldate read what the page states for machines, without days of changes and copyright."""
    from htmldate import find_date
    from lxml.html import HtmlElement, document_fromstring

    bare: HtmlElement = document_fromstring("<html><head></head><body></body></html>")
    for element in tree.xpath("//meta | //script[contains(@type, 'json')]"):
        name = " ".join(element.get(key, "") for key in ("name", "property", "itemprop"))
        if not re.search(r"modif|updat|copyright|url", name, re.IGNORECASE):
            bare[0].append(deepcopy(element))
    stated = (_PUBLISHED.search(script.text or "") for script in bare.iter("script"))
    texts = (match[1] for match in stated if match and publication.parse_date(match[1]))
    return find_date(bare, **limits) or next(texts, "")


def _marked_time(source: str, end: int) -> str:
    """Give the first time that is marked as such above the end of the article, but for days of changes."""
    for tag in re.finditer(r"<time\s[^<>]*>", source[:end], re.IGNORECASE):
        value = re.search(r"datetime\s{0,9}=\s{0,9}[\"']?([^\"'<>]+)", tag[0], re.IGNORECASE)
        # its meaning is said before it
        before = re.sub(r"<[^<>]*>", " ", source[max(tag.start() - 150, 0) : tag.start()]).rpartition(">")
        words = re.split(r"[.|•·\d]|\s{3,}", before[2])[-1]
        if value and not _LATER_DAY.search(tag[0]) and not _LATER_DAY.search(words):
            return value[1].strip()
    return ""


def _visible_date(visible: str, confirmed: str | None) -> str:
    """Give the first line with the day that htmldate names: alone, it also takes days of changes."""
    for start, stop in _blocks(visible) if confirmed else ():
        line = _line(visible, start, stop)[0] if stop - start < 10 * LINE else ""
        words = re.split(r"\d", line, maxsplit=1)[0]
        candidate = len(line) <= LINE and line != words and not _LATER_DAY.search(words)
        if candidate and str(publication.parse_date(line)) == confirmed:
            return line
    return ""
