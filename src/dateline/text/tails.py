"""Rules for what follows an article: last lines, notes about the author, lists of links.

Each is given the lines that are left. A rule for the tail says how many of them stay; a rule for blocks,
which also looks between paragraphs, says from which line to which they go.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import mean

from dateline.text.notes import HEADING, LAST, PHRASES, PROMPT, note, told
from dateline.text.publication import labelled_dates
from dateline.text.shapes import LINK_CHARACTERS, bare, linklike, prose, quoted, vocabulary

# Fewer lines than this can be a list that belongs to the article.
LINK_LINES = 5
# How much of a list's words the article may know, and its lines share with each other.
KNOWN, CHAINED = 0.4, 0.25
# No heading of a list is longer, nor a note about an author; no article has more lines.
HEADING_CHARACTERS, LONGEST_BIO, MOST_LINES = 90, 600, 2000

_WORD = re.compile(r"\w")

_last_line = note(PHRASES[LAST]["lines"])
_heading, _unsure, _anywhere = (note(PHRASES[HEADING][key]) for key in ("lines", "unsure", "anywhere"))


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
    found = _BIO.match(lines[end].strip()) if end > 0 and len(lines[end]) <= LONGEST_BIO else None
    if not found:
        return len(lines)
    name = found["name"] or found["one"]
    above = [line.strip() for line in lines[:end]]
    while above and (not above[-1] or (name in above[-1] and linklike(above[-1]))):
        above.pop()
    named = re.compile(rf"\b{re.escape(name.split()[-1])}\b")
    return len(above) if above and not any(map(named.search, above)) else len(lines)


# -- lists of links --------------------------------------------------------------------------------


def _is_heading(line: str) -> bool:
    return len(line) < HEADING_CHARACTERS and (_heading(line.strip()) or _anywhere(line.strip()))


def last_run(lines: Sequence[str]) -> int:
    """Find where the last run of link-like (or empty) lines starts."""
    start = len(lines)
    while start and (linklike(lines[start - 1]) or _is_heading(lines[start - 1])):
        start -= 1
    return start


def related_links(lines: Sequence[str]) -> int:
    """Keep what stands before "Related Links" and its like when only link-like lines follow."""
    start = max(last_run(lines), 1)
    doubted = False
    for i in range(start, len(lines)):
        sure = _is_heading(lines[i])
        if not sure and not doubted and len(lines[i]) < HEADING_CHARACTERS and _unsure(lines[i].strip()):
            doubted = True  # once: the lines below are read for it
            sure = _strange(lines[:start], lines[i + 1 :])
        if sure:
            return i if any(line.strip() for line in lines[:i]) else len(lines)
    return len(lines)


def _strange(article: Sequence[str], run: Sequence[str]) -> bool:
    """Tell whether the lines of a run have little to do with the article and with each other."""
    told = vocabulary(line for line in article[-60:] if not linklike(line))
    words = [vocabulary([line]) for line in run if bare(line)]
    if not words:
        return True
    known = mean(len(w & told) / max(1, len(w)) for w in words)
    pairs = [len(a & b) / max(1, min(len(a), len(b))) for a, b in pairwise(words)]
    return known <= KNOWN and (not pairs or mean(pairs) <= CHAINED)


def page_tail(article: Sequence[str], run: Sequence[str]) -> bool:
    """Tell whether short lines behind a removed one are the page's too: no table, and of other things."""
    return not _table(run) and _strange(article, run)


def _table(run: Sequence[str]) -> bool:
    """Tell whether most lines of a run are rows of results: a third of their words are numbers."""
    rows = [line.split() for line in run if line.strip()]
    return mean(3 * sum(bool(re.search(r"\d", one)) for one in row) >= len(row) for row in rows) > 0.5


def link_list(lines: Sequence[str]) -> int:
    """Keep what stands before a last run of headlines about other things, by its shape alone."""
    start = last_run(lines)
    run = [line for line in lines[start:] if bare(line)]
    before = lines[start - 1] if start else ""
    if len(run) < LINK_LINES or not (prose(before) or len(before) > LINK_CHARACTERS):
        return len(lines)
    sized = mean(4 <= len(bare(line).split()) <= 16 for line in run)
    capital = mean(not bare(line)[0].islower() for line in run)
    bullets = mean(line.lstrip()[:1] in "-–—•·*►▶" for line in run)
    shaped = sized >= 0.7 and capital >= 0.9 and bullets <= 0.5 and not _table(run)
    return start if shaped and _strange(lines[:start], run) else len(lines)


def link_blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Find headings such as "Read next" with the links below them, wherever they stand after the lead.

    A line that touches the running text below it could be a crosshead, and stays unless it is bulleted.
    """
    found: list[tuple[int, int]] = []
    begun, at = False, 0
    for i, line in enumerate(lines):
        if i < at:
            continue
        begun = begun or prose(line)
        if begun and len(line) < HEADING_CHARACTERS and line.strip() and _anywhere(line.strip()):
            at = _block_end(lines, i)
            found += [(i, at)] if at > i + 1 else []
    return found


def _block_end(lines: Sequence[str], heading: int) -> int:
    """Find the line after the last link under a heading."""
    start = heading + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    end = start
    while end < len(lines) and lines[end].strip() and linklike(lines[end]):
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
    found = [i for i, line in enumerate(lines) if _prompting(line)]
    if not found or len(lines) > MOST_LINES:
        return []
    taken = set(found)
    rest = {
        word for i, line in enumerate(lines) if i not in taken for word in _PLAIN_WORD.findall(line.lower())
    }
    return [(i, i + 1) for i in found if not _site_words(lines[i].lower()) & rest]


def _site_words(low: str) -> set[str]:
    return {word for word in _PLAIN_WORD.findall(low) if word.replace("-", "") in _SITE}


def _prompting(line: str) -> bool:
    """Tell whether a line has a site's words, and an opening or an address as prompts have."""
    if not 8 <= len(line) <= PROMPT_CHARACTERS or _SITE.isdisjoint(line.lower().split()):
        return False  # most lines, at little cost
    stripped = line.strip()
    low = stripped.lower()
    if quoted(low) or told(low):
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
