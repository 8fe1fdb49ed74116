"""What a page says about itself: title, day of publication, outlet, address, language.

What the page states for machines comes first. A day that only stands there to be read counts when htmldate
finds the same one in the markup and it stands above the article: alone, htmldate also takes the year of a
copyright note, the day of a change or of another article.
"""

import html
import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dateline.ingest.markup import Block, events
from dateline.text import dates


class Stated(NamedTuple):
    """What a page states; "" where it states nothing."""

    title: str
    date: str
    outlet: str
    url: str
    language: str


_ATTRIBUTE = re.compile(r"([\w:-]{1,60})\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
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


# Words before a day that is not that of publication, in the languages of European newspapers.
_OTHER_DAY = re.compile(
    r"updat|modif|edit|chang|correct|saved|retriev|access|archiv|crawl|copyright|©|expire|aktualis|geändert"
    r"|mis à jour|actuali[zs]|aggiornat|обновл|измен",
    re.IGNORECASE,
)
# Characters before a day in which such words stand, and those of a line above an article.
BEFORE, LINE = 150, 200


def stated(source: str, *, blocks: Sequence[Block], kept: Sequence[bool]) -> Stated:
    """Read what a page states about itself.

    Parameters
    ----------
    source
        HTML.
    blocks, kept
        Its visible blocks, and which of them are the article.
    """
    meta: dict[str, str] = {}
    url = language = name = ""
    times: list[tuple[int, str]] = []
    for kind, tag, attributes, start, end in events(source):
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
        elif tag == "time" and found.get("datetime") and not _other_day(source, start, attributes):
            times.append((start, found["datetime"]))
        elif tag == "title":
            name = name or html.unescape(source[end : source.find("<", end)]).strip()
    linked = _linked_data(source)
    title = _first(meta, _TITLE) or _text(linked.get("headline")) or _heading(blocks) or name
    date = _text(linked.get("datePublished")) or _first(meta, _DATE)
    date = date or _timed(times, blocks, kept) or _shown(source, blocks, kept)
    outlet = _first(meta, _OUTLET) or _text(linked.get("publisher"))
    url = url or meta.get("og:url", "") or _text(linked.get("url"))
    language = (language or meta.get("og:locale", ""))[:2].lower()
    return Stated(" ".join(title.split()), date, outlet, url, language)


def _other_day(source: str, start: int, attributes: str) -> bool:
    """Tell whether an element, or the words before it, name another day than that of publication."""
    before = re.sub(r"<[^<>]*>", " ", source[max(start - BEFORE, 0) : start]).rpartition(">")[2]
    words = re.split(r"[.|•·\d]|\s{3,}", before)[-1]
    return _OTHER_DAY.search(attributes) is not None or _OTHER_DAY.search(words) is not None


def _timed(times: Sequence[tuple[int, str]], blocks: Sequence[Block], kept: Sequence[bool]) -> str:
    """Give the first time that is marked as such and stands above the end of the article."""
    end = max((block.source[-1] for block, keep in zip(blocks, kept, strict=True) if keep), default=0)
    return next((value for start, value in times if start < end), "")


def _shown(source: str, blocks: Sequence[Block], kept: Sequence[bool]) -> str:
    """Give the line above the article whose day htmldate finds in the markup too."""
    head = []
    for block, keep in zip(blocks, kept, strict=True):
        if keep and len(block.text) > LINE:
            break
        head += [block.text] if len(block.text) <= LINE and not block.outside else []
    lines = {
        str(day): line
        for line in reversed(head)
        if re.search(r"\d", line)
        and not _OTHER_DAY.search(re.split(r"\d", line, maxsplit=1)[0])
        and (day := dates.parse_date(line))
    }
    return lines.get(_found(source), "") if lines else ""


def _found(source: str) -> str:
    """Let htmldate find the day of publication in a page's markup; "" when it finds none or fails."""
    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL + 1)
    try:
        # the blank: it would fetch what looks like an address; the days: it would ask what day it is today
        found = find_date(
            f" {source}",
            extensive_search=False,
            original_date=True,
            min_date=f"{dates.FIRST_YEAR}-01-01",
            max_date=f"{dates.LAST_YEAR}-12-31",
        )
    except Exception:  # parsers of hostile pages fail in many ways, and none may end the run
        return ""
    return found or ""


def _first(meta: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((meta[key] for key in keys if meta.get(key)), "")


def _text(value: Any) -> str:  # noqa: ANN401  (whatever JSON holds)
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@id")
    if isinstance(value, list):
        value = value[0] if value else ""
        return _text(value)
    return value.strip() if isinstance(value, str) else ""


def _heading(blocks: Sequence[Block]) -> str:
    """Give the text of the only first-level heading."""
    found = [block.text for block in blocks if block.tag == "h1" and block.text]
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
