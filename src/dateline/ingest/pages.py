"""An HTML page taken apart: its visible text with the place of each character, and its metadata.

trafilatura says which blocks are the article; on top of it, navigation, notes and link lists never pass,
and crossheads between kept paragraphs stay.
"""

import logging
import re
from bisect import bisect_right
from typing import NamedTuple

from dateline.ingest.markup import Block, blocks
from dateline.ingest.pagemeta import Stated, stated


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


HEADINGS = ("h2", "h3", "h4", "h5", "h6")
# More than this share of a block's characters inside links: an entry of a list.
LINK_SHARE = 0.8


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
    found = list(blocks(source))
    kept = _article(source, found) if whole else [bool(block.text) for block in found]
    text, starts, sources = "", [], []
    parts: list[str] = []
    length = 0
    for block, keep in zip(found, kept, strict=True):
        if keep:
            length += 2 if parts else 0
            starts += [length + at for at in block.at]
            sources += block.source
            parts.append(block.text)
            length += len(block.text)
    text = "\n\n".join(parts)
    furniture = [
        (block.source[0], block.source[-1] + len(block.text) - block.at[-1], block.text)
        for block, keep in zip(found, kept, strict=True)
        if not keep
    ]
    return Page(
        text,
        starts,
        sources,
        furniture,
        *(stated(source, blocks=found, kept=kept) if whole else Stated(*[""] * 5)),
    )


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


# Pages have some thousand tags; with ten times as many, trafilatura takes seconds.
MOST_TAGS = 50_000


def _extract(source: str) -> str:
    """Let trafilatura find the main text; nothing when it finds none or fails."""
    if source.count("<") > MOST_TAGS:
        return ""
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
