"""Sentences of an article, whose words each one is, and who speaks where it is a quotation.

Everything here is rules: a sentence ends at a mark that no abbreviation explains, quotation marks are
paired by their shape and place (newsrooms mix straight and curly ones and forget some), and a speaker
is named only when a verb of saying stands next to the quotation. Unknown speakers stay empty.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dateline.text.speakers import LISTS, PRONOUNS, STARTERS, Told, actor, announces, attributed, teller


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


Span = tuple[int, int]

# A line without a full stop is a crosshead up to this many words; as the first line, a dek.
CROSSHEAD_WORDS, DEK_WORDS = 12, 32
# Lines up to this length may be rows of a paragraph that was wrapped at a fixed width.
WRAPPED = 120
# How far from a quotation its verb of saying may stand, in characters, and how many sentences before
# it a pronoun may point.
NEAR, RECENT = 160, 3

# Words of a quotation that make its sentence one even behind a longer announcement.
LED_WORDS = 5

_CLOSING = "\"'”’»)]"
_OPENING = "\"'“‘«([„"

# -- sentences -------------------------------------------------------------------------------------

_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
# Repeats are bounded, so that a line of nothing but marks costs no more than its length.
_END = re.compile(
    r"([.!?…।۔؟]{1,6})((?:[\"'”’“»)\]]|[ \u00a0\u202f]»){0,4})(\s+|(?=[A-Z][a-z]{0,12} ))"
    r"|[。！？]+[\"'”’»)\]」』]*\s*"
)
_NEXT = re.compile(r"[\"'“‘«(\[„]*(\w*)")
_TITLES = frozenset(LISTS["titles"].split())
_NUMBERED = frozenset(LISTS["numbered"].split())
_PERHAPS = frozenset(LISTS["perhaps"].split())
_DOTTED = re.compile(r"(?:[A-Za-z]\.){1,4}[A-Za-z]$|[A-Za-z]$")
_ASKED = re.compile(r"(?:\w+ ){1,4}(?:said|asked|says|asks|wondered|shouted|cried|wrote|added|replied)\b")


def sentences(text: str) -> list[Sentence]:
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
    >>> for s in sentences('The ferry is back. "We waited for a very long year," said Mayor Ivo Tesh.'):
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
    found = lines[:1]
    for (start, end), row, fills in zip(lines[1:], rows, full, strict=True):
        if row and (fills or text[start].islower()) and (fills or _open_ended(text, found[-1])):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


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
    return text[max(span[0], span[1] - 8) : span[1]].rstrip(_CLOSING)[-1:] not in ".!?…:;。！？।۔؟"


def _crosshead(line: str, *, first: bool, last: bool) -> bool:
    """Tell whether a line stands between paragraphs as a headline does."""
    if len(line) > 250 or line[-1] in ".,:;":
        return False
    if line[0] in "-–—" and line[-1] in "-–—" and len(line) > 4:
        return True
    bare = line.strip(_OPENING + _CLOSING + " ")
    if last or not bare or bare[-1] in ".,:;…" or bare[0].islower() or line[0] in "-–—•*·|":
        return False
    return len(line.split()) <= (DEK_WORDS if first else CROSSHEAD_WORDS) and bare[-1] not in "!。！？"


def _split(text: str, start: int, end: int) -> Iterator[Span]:
    """Split one paragraph at the marks that end a sentence."""
    at, last = start, start + len(text[start:end].rstrip(_CLOSING + " "))
    for mark in _END.finditer(text, start, end):
        if mark.end() < last and (mark[1] is None or _ends(text, at, mark)):
            yield at, mark.start() + len(mark.group().rstrip())
            at = mark.end()
    yield at, end


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Decide whether a full stop, a question mark or the like ends the sentence that began at `start`."""
    following = _NEXT.match(text, mark.end())
    word = following[1][:20] if following else ""
    if word[:1].islower() and not word[1:2].isupper():
        return False
    if not word:
        return text[mark.end() : mark.end() + 1] not in "-–—,.;:…"
    if mark[1] != ".":
        return not (mark[2] and mark[1] in "?!" and _ASKED.match(text, mark.end()))
    before = text[max(start, mark.start() - 14) : mark.start()].split()
    last = before[-1].lstrip(_OPENING) if before else ""
    starter = word in STARTERS and text[following.end() : following.end() + 1] != "." if following else False
    if not mark[3]:
        return starter and last[-1:].islower()
    if last in _TITLES or (last in _NUMBERED and word[0].isdigit()):
        return False
    if last in _PERHAPS or _DOTTED.match(last):
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
    found: list[Span] = []
    starts = [start for start, _ in spans]
    done = 0
    for i, (start, end) in enumerate(paragraphs):
        left = _pair(text, max(start, done), end, found)
        if left < 0:
            continue
        following = text[paragraphs[i + 1][0]] if i + 1 < len(paragraphs) else ""
        runs_on = following in _LEFT or following == text[left]
        done = 0 if runs_on else _closed(text, left, paragraphs[i + 1 : i + 1 + RECENT])
        found.append((left, end if runs_on else done or spans[bisect_right(starts, left) - 1][1]))
    return [span for span in found if _spoken(text, *span)]


def _closed(text: str, left: int, following: Sequence[Span]) -> int:
    """Find where one of the next lines closes a mark before any other opens; 0 where none does."""
    for start, end in following:
        for mark in _MARK.finditer(text, start, end):
            at, sign = mark.start(), mark.group()
            if sign in _SINGLE:
                continue
            before = text[at - 1] if at > start else " "
            after = text[mark.end()] if mark.end() < end else " "
            closes = sign in _RIGHT or (sign not in _LEFT and not before.isspace())
            return 0 if not closes or _opens(sign, before, after, text[left]) else mark.end()
    return 0


def _pair(text: str, start: int, end: int, found: list[Span]) -> int:
    """Add the pairs of one paragraph to `found`; give the place of a mark that stays open, or -1."""
    opened = -1
    for mark in _MARK.finditer(text, start, end):
        at, sign = mark.start(), mark.group()
        before = text[at - 1] if at > start else " "
        after = text[mark.end()] if mark.end() < end else " "
        inside = opened >= 0 and text[opened] not in _SINGLE
        if sign in _SINGLE and (inside or not _single(sign, before, after)):
            continue
        if _opens(sign, before, after, text[opened] if opened >= 0 else ""):
            opened = at
        elif opened >= 0 and (sign in _SINGLE) == (text[opened] in _SINGLE):
            found.append((opened, mark.end()))
            opened = -1
    return -1 if opened >= 0 and text[opened] in _SINGLE else opened


def _single(sign: str, before: str, after: str) -> bool:
    """Tell whether a single mark has a shape that an apostrophe never has."""
    if after.isalnum():
        return sign in "'‘" and (before.isspace() or before in "([–—-")
    return sign in "'’" and before in ",.!?…"


def _opens(sign: str, before: str, after: str, opened: str) -> bool:
    """Tell whether a mark opens a quotation: by its shape, its neighbours and what is open already."""
    at_word = (before.isspace() or before in "([–—-:/") and not after.isspace()
    if sign in _LEFT:
        return opened not in ("„", "»")
    if sign in _RIGHT:
        return not opened and at_word and sign not in ("’", "''")
    return at_word or (not opened and before.isspace() and sign == '"')


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
    told = _speakers(text, spans, quotes)
    ends = [end for _, end in quotes]
    for start, end in spans:
        inside, best, speaker, direct = 0, 0, "", False
        k = bisect_right(ends, start)
        while k < len(quotes) and quotes[k][0] < end:
            words = len(text[max(start, quotes[k][0]) : min(end, quotes[k][1])].split())
            inside += words
            if words > best:
                best, speaker = words, told[k].speaker or ""
            direct = direct or (quotes[k][0] <= start and told[k].follows)
            # "Lee, a teacher of history in Zelmin, said, “…”": all but the words that name the speaker
            rest = text[quotes[k][1] : end].strip(_CLOSING + ".")
            direct = direct or (told[k].leads and not rest and words >= LED_WORDS and quotes[k][0] > start)
            k += 1
        if start in headlines:
            yield Sentence(start, end, "headline", "")
        elif inside and (direct or 2 * inside > len(text[start:end].split())):
            yield Sentence(start, end, "quote", speaker)
        else:
            yield Sentence(start, end, "narrator", "")


# -- speakers --------------------------------------------------------------------------------------


def _speakers(text: str, spans: Sequence[Span], quotes: Sequence[Span]) -> list[Told]:
    """Name the speaker of each quotation, or nothing."""
    starts = [start for start, _ in spans]
    found: list[Told] = []
    named: dict[int, str] = {}
    for k, (start, end) in enumerate(quotes):
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
        done = quotes[k - 1][1] if k else 0
        stop = quotes[k + 1][0] if k + 1 < len(quotes) else len(text)
        begin = max(done, _lead_start(text, spans, first))
        lead = text[begin:start] if start - begin <= 2 * NEAR else "~ " + text[start - NEAR : start]
        tail = text[end : min(stop, _tail_end(text, spans, last, end), end + NEAR)]
        name, follows, leads = attributed(lead, tail)
        if name is None:
            if k and _goes_on(spans, starts, done, start):
                name = found[-1].speaker
            elif not tail.strip(_CLOSING + " .!?…"):  # what a banner reads, nobody said before
                name = _told_before(text, spans, first, start, quotes[k - 1] if k else (0, 0))
        elif name[:1].islower():
            name = _antecedent(text, spans, first, named, name)
        found.append(Told(name or "", follows, leads))
        named.update(dict.fromkeys(range(first, last + 1), name or ""))
    return found


def _lead_start(text: str, spans: Sequence[Span], first: int) -> int:
    """Find where the words that may announce a quotation start: its sentence, or one that ends in a colon."""
    start, _ = spans[first]
    before, end = spans[first - 1] if first else (0, 0)
    mark = text[end - 1 : end]
    opens = mark == ":" or (mark == "," and announces(text[max(before, end - NEAR) : end]))
    return before if opens else start


def _tail_end(text: str, spans: Sequence[Span], last: int, end: int) -> int:
    """Find where the words that may follow a quotation end: its sentence, or a next one in lower case."""
    if spans[last][1] == end and last + 1 < len(spans) and text[spans[last + 1][0]].islower():
        return spans[last + 1][1]
    return spans[last][1]


def _told_before(text: str, spans: Sequence[Span], first: int, start: int, last: Span) -> str:
    """Name who says something in the sentence right before a quotation that nobody is said to speak."""
    if not first or start != spans[first][0]:
        return ""
    begin, end = spans[first - 1]
    if last[1] > begin or text.count("\n", end, start) > 1 or end - begin > 2 * NEAR:
        return ""
    return teller(text[begin:end])


def _goes_on(spans: Sequence[Span], starts: Sequence[int], end: int, start: int) -> bool:
    """Tell whether no whole sentence stands between the end of one quotation and the start of the next."""
    i = bisect_left(starts, end)
    return start - end <= NEAR and (i == len(spans) or spans[i][1] > start)


def _antecedent(text: str, spans: Sequence[Span], first: int, speakers: dict[int, str], words: str) -> str:
    """Name whom "he" or "the minister" points to: the last one who was named as a speaker or a subject."""
    for i in range(first - 1, max(-1, first - 1 - RECENT), -1):
        start, end = spans[i]
        name = speakers[i] if i in speakers else actor(text[start : min(end, start + 2 * NEAR)])
        if name:
            return name if words in PRONOUNS or words[4:].capitalize() in name.split() else ""
        if name == "":
            return ""
    return ""
