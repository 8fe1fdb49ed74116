"""Sentences of an article, whose words each one is, and who speaks where it is a quotation.

Everything here is rules: a sentence ends at a mark that no abbreviation explains, quotation marks are
paired by their shape and place (newsrooms mix straight and curly ones and forget some), and a speaker
is named only when a verb of saying stands next to the quotation (`dateline.text.attribution`).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dateline.text.attribution import CLOSING_MARKS, RECENT, WORDS, Span, attribute_quotations


class Sentence(NamedTuple):
    """One sentence: `text[start:end]`, its voice and, for quotations, the speaker's surface words.

    `voice` is "narrator", "quote" (most of its words, or
    all but those that name the speaker, stand in quotation marks) or "headline" (a
    crosshead or a dek on a line of its own). `speaker` is "" where nobody is named.
    """

    start: int
    end: int
    voice: str
    speaker: str


# A line without a full stop is a crosshead up to this many words; as the first line, a dek.
CROSSHEAD_WORDS, DEK_WORDS = 12, 32
# Lines up to this length may be rows of a paragraph that was wrapped at a fixed width.
WRAPPED = 120
# Words of a quotation that make its sentence a quotation even behind a longer announcement.
LED_WORDS = 5

_OPENING_MARKS = "\"'“‘«([„"

# -- sentences -------------------------------------------------------------------------------------

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
# Repeats are bounded, so that a line of nothing but marks costs no more than its length.
_END = re.compile(
    r"([.!?…।۔؟]{1,6})((?:[\"'”’“»)\]]|[ \u00a0\u202f]»){0,4})(\s+|(?=[A-Z][a-z]{0,12} ))"
    r"|[。！？]+[\"'”’»)\]」』]*\s*"
)
_NEXT = re.compile(r"[\"'“‘«(\[„]*(\w*)")
_DOTTED = re.compile(r"(?:[A-Za-z]\.){1,4}[A-Za-z]$|[A-Za-z]$")
_ASKS = re.compile(r"(?:\w+ ){1,4}(?:said|asked|says|asks|wondered|shouted|cried|wrote|added|replied)\b")


def find_sentences(text: str) -> list[Sentence]:
    """Split a text into sentences and say whose words each one is.

    Parameters
    ----------
    text
        Clean text (`dateline.text.clean`); any text works.

    Returns
    -------
    list of Sentence
        Sorted; they do not overlap and together hold every character that is not white space.

    Examples
    --------
    >>> for s in find_sentences('The ferry is back. "We waited for a very long year," said Mayor Ivo Tesh.'):
    ...     print(s.start, s.end, s.voice, s.speaker or "-")
    0 18 narrator -
    19 73 quote Mayor Ivo Tesh
    """
    paragraphs = _paragraphs(text)
    spans: list[Span] = []
    headlines: set[int] = set()
    for i, (start, end) in enumerate(paragraphs):
        if _crosshead(text[start:end], first=i == 0, last=i == len(paragraphs) - 1):
            headlines.add(start)
            spans.append((start, end))
        else:
            spans.extend(_split(text, start, end))
    quotes = _quotations(text, paragraphs, spans)
    if not quotes:
        return [Sentence(a, b, "headline" if a in headlines else "narrator", "") for a, b in spans]
    return list(_voiced(text, spans, headlines, quotes))


def _paragraphs(text: str) -> list[Span]:
    """Find lines; a row of a wrapped paragraph, or one in lower case, belongs to the one before it."""
    lines = [
        (line.start() + len(words) - len(words.lstrip()), line.start() + len(words.rstrip()))
        for line in _LINE.finditer(text)
        if not (words := line.group()).isspace()
    ]
    rows = [text.count("\n", end, start) < 2 for (_, end), (start, _) in pairwise(lines)]
    full = _full(text, lines, rows)
    paragraphs = lines[:1]
    for (start, end), row, fills in zip(lines[1:], rows, full, strict=True):
        if row and (fills or text[start].islower()) and (fills or _open_ended(text, paragraphs[-1])):
            paragraphs[-1] = (paragraphs[-1][0], end)
        else:
            paragraphs.append((start, end))
    return paragraphs


def _full(text: str, lines: Sequence[Span], rows: Sequence[bool]) -> list[bool]:
    """Tell which lines end only because the next word did not fit, if the text was wrapped at all."""
    width = max((end - start for start, end in lines), default=0)
    if width > WRAPPED:
        return [False] * len(rows)
    longer = [
        end - start + 1 + len(text[after:stop].split(None, 1)[0])
        for (start, end), (after, stop) in pairwise(lines)
    ]
    full = [row and length > width for row, length in zip(rows, longer, strict=True)]
    return full if sum(full) >= max(2, sum(rows) / 2) else [False] * len(rows)


def _open_ended(text: str, span: Span) -> bool:
    """Tell whether a line ends without the mark that ends a sentence or a clause."""
    return text[max(span[0], span[1] - 8) : span[1]].rstrip(CLOSING_MARKS)[-1:] not in ".!?…:;。！？।۔؟"


def _crosshead(line: str, *, first: bool, last: bool) -> bool:
    """Tell whether a line stands between paragraphs as a headline does."""
    if len(line) > 250 or line[-1] in ".,:;":
        return False
    if line[0] in "-–—" and line[-1] in "-–—" and len(line) > 4:
        return True
    bare = line.strip(_OPENING_MARKS + CLOSING_MARKS + " ")
    if last or not bare or bare[-1] in ".,:;…" or bare[0].islower() or line[0] in "-–—•*·|":
        return False
    return len(line.split()) <= (DEK_WORDS if first else CROSSHEAD_WORDS) and bare[-1] not in "!。！？"


def _split(text: str, start: int, end: int) -> Iterator[Span]:
    """Split one paragraph at the marks that end a sentence."""
    begin, last = start, start + len(text[start:end].rstrip(CLOSING_MARKS + " "))
    for mark in _END.finditer(text, start, end):
        if mark.end() < last and (mark[1] is None or _ends(text, begin, mark)):
            yield begin, mark.start() + len(mark.group().rstrip())
            begin = mark.end()
    yield begin, end


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Decide whether a full stop, a question mark or the like ends the sentence that began at `start`."""
    head = _NEXT.match(text, mark.end())  # of the next sentence
    assert head, "the pattern matches nothing, too"
    word = head[1][:20]
    if word[:1].islower() and not word[1:2].isupper():
        return False
    if not word:
        return text[mark.end() : mark.end() + 1] not in "-–—,.;:…"
    if mark[1] != ".":
        return not (mark[2] and mark[1] in "?!" and _ASKS.match(text, mark.end()))
    before = text[max(start, mark.start() - 14) : mark.start()].split()
    last = before[-1].lstrip(_OPENING_MARKS) if before else ""
    starter = word in WORDS["starters"] and text[head.end() : head.end() + 1] != "."
    if not mark[3]:
        return starter and last[-1:].islower()
    if last in WORDS["titles"] or (last in WORDS["numbered"] and word[0].isdigit()):
        return False
    if last in WORDS["perhaps"] or _DOTTED.match(last):
        return starter
    return not (last.isdigit() and len(last) < 4 and mark.start() - start <= len(last))


# -- quotations ------------------------------------------------------------------------------------

# One set of characters first: Python looks for such a pattern ten times as fast as for alternatives.
_MARK = re.compile(r"[\"“”„«»'‘’`](?:(?<=')'?|(?<=`)`|(?<![`']))")
_SINGLE = frozenset("'‘’")
_LEFT = frozenset("“«„‘") | {"``"}
_RIGHT = frozenset("”»’") | {"''"}


def _quotations(text: str, paragraphs: Sequence[Span], spans: Sequence[Span]) -> list[Span]:
    """Pair quotation marks; one that is never closed holds its sentence, or runs on in the next paragraph."""
    quotes: list[Span] = []
    starts = [start for start, _ in spans]
    closing = 0
    for i, (start, end) in enumerate(paragraphs):
        left = _pair(text, max(start, closing), end, quotes)
        if left < 0:
            continue
        head = text[paragraphs[i + 1][0]] if i + 1 < len(paragraphs) else ""
        runs_on = head in _LEFT or head == text[left]
        closing = 0 if runs_on else _closed(text, left, paragraphs[i + 1 : i + 1 + RECENT])
        quotes.append((left, end if runs_on else closing or spans[bisect_right(starts, left) - 1][1]))
    return [span for span in quotes if _spoken(text, *span)]


def _closed(text: str, left: int, paragraphs: Sequence[Span]) -> int:
    """Find where one of the next lines closes a mark before any other opens; 0 where none does."""
    for start, end in paragraphs:
        for mark in _MARK.finditer(text, start, end):
            i, sign = mark.start(), mark.group()
            if sign in _SINGLE:
                continue
            before = text[i - 1] if i > start else " "
            after = text[mark.end()] if mark.end() < end else " "
            closes = sign in _RIGHT or (sign not in _LEFT and not before.isspace())
            return 0 if not closes or _opens(sign, before, after, text[left]) else mark.end()
    return 0


def _pair(text: str, start: int, end: int, quotes: list[Span]) -> int:
    """Add the pairs of one paragraph to `quotes`; give the place of a mark that stays open, or -1."""
    opened = -1
    for mark in _MARK.finditer(text, start, end):
        i, sign = mark.start(), mark.group()
        before = text[i - 1] if i > start else " "
        after = text[mark.end()] if mark.end() < end else " "
        nested = opened >= 0 and text[opened] not in _SINGLE
        if sign in _SINGLE and (nested or not _single(sign, before, after)):
            continue
        if _opens(sign, before, after, text[opened] if opened >= 0 else ""):
            opened = i
        elif opened >= 0 and (sign in _SINGLE) == (text[opened] in _SINGLE):
            quotes.append((opened, mark.end()))
            opened = -1
    return -1 if opened >= 0 and text[opened] in _SINGLE else opened


def _single(sign: str, before: str, after: str) -> bool:
    """Tell whether a single mark has a shape that an apostrophe never has."""
    if after.isalnum():
        return sign in "'‘" and (before.isspace() or before in "([–—-")
    return sign in "'’" and before in ",.!?…"


def _opens(sign: str, before: str, after: str, opened: str) -> bool:
    """Tell whether a mark opens a quotation: by its shape, its neighbours and what is open already."""
    precedes_word = (before.isspace() or before in "([–—-:/") and not after.isspace()
    if sign in _LEFT:
        return opened not in ("„", "»")
    if sign in _RIGHT:
        return not opened and precedes_word and sign not in ("’", "''")
    return precedes_word or (not opened and before.isspace() and sign == '"')


def _spoken(text: str, start: int, end: int) -> bool:
    """Tell speech from single words in marks and from names of works."""
    words = text[start:end].strip("\"'“”‘’„«»` ").split()
    if not words:
        return False
    if words[-1][-1] in ",.!?…":
        return True
    return len(words) >= 3 and 2 * sum(word[0].islower() for word in words) >= len(words)


def _voiced(
    text: str, spans: Sequence[Span], headlines: set[int], quotes: Sequence[Span]
) -> Iterator[Sentence]:
    """Give each sentence its voice: "quote" where most of its words, or all but their source, are quoted."""
    attributions = attribute_quotations(text, spans, quotes)
    ends = [end for _, end in quotes]
    for start, end in spans:
        quoted, longest, speaker, direct = 0, 0, "", False
        for k in range(bisect_right(ends, start), len(quotes)):
            opening, closing = quotes[k]
            if opening >= end:
                break
            words = len(text[max(start, opening) : min(end, closing)].split())
            quoted += words
            if words > longest:
                longest, speaker = words, attributions[k].speaker or ""
            direct = direct or (opening <= start and attributions[k].follows)
            # "Lee, a teacher of history in Zelmin, said, “…”": all but the words that name the speaker
            tail = text[closing:end].strip(CLOSING_MARKS + ".")
            direct = direct or (attributions[k].leads and not tail and words >= LED_WORDS and opening > start)
        if start in headlines:
            yield Sentence(start, end, "headline", "")
        elif quoted and (direct or 2 * quoted > len(text[start:end].split())):
            yield Sentence(start, end, "quote", speaker)
        else:
            yield Sentence(start, end, "narrator", "")
