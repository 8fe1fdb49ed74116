"""Rules that say what in a raw article is boilerplate: resources/boilerplate.toml, and a function by shape.

Three independent cues: patterns (a header date, a wire id, a share prompt), shape (a tail of short
unpunctuated lines that have nothing to do with the article or with each other) and the corpus (a line
that recurs across unrelated articles; the caller counts those). What no rule is sure of stays.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from statistics import mean
from typing import Any, NamedTuple

from dateline.tables import NO_BOILERPLATE as NO_BOILERPLATE
from dateline.tables import read_toml
from dateline.text.publication import header_dates, header_end

_TABLES = read_toml("boilerplate.toml")


class Rule(NamedTuple):
    """One cleaning rule: where it looks, how it decides, and why what it takes is no article text.

    The resource says what `find` is given and what it returns at each place of `where`.
    """

    where: str
    find: Callable[..., Any]
    why: str
    phrases: tuple[str, ...] = ()
    inside: tuple[tuple[str, str], ...] = ()


# -- phrases ---------------------------------------------------------------------------------------

# Lines longer than this are paragraphs; no prompt or note that we know is longer.
LONGEST_NOTE = 400
_TOLD = re.compile(_TABLES["prompt"]["told"])
_STOP = re.compile(r"[.!?](?:\W|$)")
# What stands between the parts of a page's note.
_PART_MARKS = ("|", "·", "•", "   ")
_PARTED = re.compile(r"\s+[|·•]\s+|\s{3,}")


def tells_deed(line: str) -> bool:
    """Tell whether a line in lower case has a sentence that says what somebody did or said."""
    return _STOP.search(line) is not None and _TOLD.search(line) is not None


def _covering(*groups: Iterable[str]) -> Callable[[str], re.Match[str] | None]:
    """Join phrases to one that covers a line but for the marks around it; group i is of list i."""
    joined = "|".join(f"({'|'.join(phrases) or '(?!)'})" for phrases in groups)
    # a line that opens with a quotation mark is somebody's words: such marks are no margin
    return re.compile(rf"[^\w(\[©\"“”„«»‘']*+(?:{joined or '(?!)'})\W*").fullmatch


def phrase_rule(phrases: Sequence[str]) -> Callable[[str], bool]:
    """Make a rule that takes a line when one of the phrases covers it."""
    covers = _covering(phrases)
    return lambda line: len(line := line.strip()) <= LONGEST_NOTE and covers(line.lower()) is not None


def line_namer(rules: Mapping[str, Rule]) -> Callable[[str], str]:
    """Make of rules with phrases one function that names the first to cover a line, or nothing.

    Of a line in parts ("Published today | 3 min read") every part must be a note.
    """
    names, covers = [*rules], _covering(*(rule.phrases for rule in rules.values()))
    inner = [(cue, name, _covering([line])) for name, rule in rules.items() for cue, line in rule.inside]

    def name_whole(line: str) -> str:
        if match := covers(line):
            return names[(match.lastindex or 0) - 1]
        return next((name for cue, name, fits in inner if cue in line and fits(line)), "")

    @lru_cache(1 << 10)  # the rules for a head ask again about lines
    def name_of(line: str) -> str:
        name = name_whole(line := line.lower())
        if not name and any(mark in line for mark in _PART_MARKS):
            parts = [name_whole(part) for part in _PARTED.split(line) if part]
            name = parts[0] if parts and all(parts) else ""
        return "" if name and tells_deed(line) else name

    return name_of


_long_words = re.compile(r"[^\W\d_]{4,}").findall
_letters = re.compile(r"[^\W\d_]+").findall


def line_key(line: str) -> str:
    """Give what two printings of one recurring line have in common: no case, marks or numbers.

    >>> line_key("|Copyright 2023  Example Wire |") == line_key("copyright 2024 Example Wire")
    True
    """
    return " ".join(_letters(line)).casefold()


# -- shapes of lines --------------------------------------------------------------------------------

# Headlines: of 3,000 news headlines fewer than one in a hundred is longer.
TITLE_WORDS, TITLE_CHARACTERS = 24, 170
LINK_WORDS, LINK_CHARACTERS = 20, 160

_OPENERS = "\"'“”‘’«»„([{`-–—|•·*►▶>#"
_CLOSERS = "\"'”’“»«)]}` |"
_QUOTES = '"“”„«»'
_STOPS = ".!?…:;,。！？।۔"
_SENTENCE_ENDS = ".!?…。！？।۔"
_BULLETS = "-–—•·*►▶"
_DOTTED = re.compile(r"(?:\b[A-Z]\.){2,4}$")  # "in the U.S." ends no sentence by itself


def bare_words(line: str) -> str:
    """Strip marks that may stand around a line's words."""
    return line.strip().lstrip(_OPENERS + " ").rstrip(_CLOSERS)


def is_prose(line: str) -> bool:
    """Tell whether a line is running text: long enough, and ended as a sentence ends."""
    words = line.strip().rstrip(_CLOSERS)
    return words[-1:] in _SENTENCE_ENDS and (len(words) >= 120 or len(words.split()) >= 6) if words else False


def _is_open(words: str) -> bool:
    """Tell whether bare words do not end as a sentence or a clause ends."""
    return words[-1:] not in _STOPS or _DOTTED.search(words[-8:]) is not None


def is_headline(line: str) -> bool:
    """Tell whether a line has a headline's shape: short, capital first, no end (but ? and !)."""
    words = bare_words(line)
    if not words or len(words) > TITLE_CHARACTERS or not 2 <= len(words.split()) <= TITLE_WORDS:
        return False
    asks = line.rstrip()[-1] in "?!" and not re.search(r"(?![A-Z])\w[.!?] ", words)
    return (asks or _is_open(words)) and not words[0].islower()


def is_linklike(line: str) -> bool:
    """Tell whether a line could be one entry of a list of links; an empty line is none that could not."""
    words, marks = bare_words(line), line.strip()
    if not words:
        return True
    short = len(words) <= LINK_CHARACTERS and len(words.split()) <= LINK_WORDS
    quoted = marks[0] in _QUOTES and marks[-1] in _QUOTES  # somebody's words and no link
    return short and (_is_open(words) or words[-1] in "?!") and not quoted


def long_words(lines: Iterable[str]) -> set[str]:
    """Collect the longer words of lines."""
    return set(_long_words("\n".join(lines).lower()))


_UNSEEN, _JOINED = (_TABLES["invisible"][key] for key in ("unseen", "joined"))
_INVISIBLE = re.compile(rf"[{_UNSEEN}]|\r(?=[\r\n])|(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})")
_SUSPECT = re.compile(rf"[{_UNSEEN}\r\u200c\u200d]")  # ten times as fast, and most texts have none

# -- the head of an article -------------------------------------------------------------------------

# How many lines a rule for the head may look at, and how much of the first: no header is longer.
HEAD_LINES, HEAD_CHARACTERS = 12, 600


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_TABLES[name]["pattern"].replace("NAME", _TABLES[name].get("name", "NAME")))


_TAG, _BYLINE, _BIO = map(_pattern, ("agency-tag", "byline", "author-note"))
_PAGE_WORDS, _REPLY, _WIRE_END = map(_pattern, ("page-frame", "reader-comments", "wire-id-end"))
_first_line = phrase_rule(_TABLES["first-line"]["lines"])


def byline(lines: Sequence[str]) -> int:
    """Take who wrote it, on a line of its own."""
    return len(lines[0]) if len(line := lines[0].strip()) <= 120 and _BYLINE.fullmatch(line) else 0


def masthead(lines: Sequence[str]) -> int:
    """Take an outlet's name over a header date, if headline and lead below share none of its words."""
    full = [line for line in lines if line.strip()][:4]
    if len(full) < 4 or not is_headline(full[2]) or not header_end(full[1]):
        return 0
    is_name = len(full[0].split()) <= 6 and not re.search(r"(?<![\w'’])[a-z]", full[0])
    alone = not long_words(full[:1]) & long_words(full[2:])
    return len(lines[0]) if is_headline(full[0]) and is_name and alone else 0


def title(lines: Sequence[str]) -> int:
    """Take a headline that running text follows, if it is not the first row of a wrapped paragraph."""
    if not is_headline(lines[0]):
        return 0
    wrapped, paragraph = True, ""
    for line in lines[1:HEAD_LINES]:
        if not line.strip() or header_end(line.strip()):
            wrapped, paragraph = False, ""
            continue
        if wrapped and line.lstrip()[0].islower():
            return 0
        paragraph += line[:HEAD_CHARACTERS] + " "
        if is_prose(line) or is_prose(paragraph):
            return len(lines[0])
    return 0


# -- the tail of an article -------------------------------------------------------------------------

# Fewer lines than this can be a list that belongs to the article.
LINK_LINES = 5
# How much of a list's words the article may know, and its lines share with each other.
KNOWN, CHAINED = 0.4, 0.25
# No heading of a list is longer, nor a note about an author; no article has more lines.
HEADING_CHARACTERS, LONGEST_BIO, MOST_LINES = 90, 600, 2000

# Rules for what closes an article.
CLOSING = frozenset(_TABLES["page-tail"]["behind"])

_last_line = phrase_rule(_TABLES["last-line"]["lines"])
_heading, _anywhere = (phrase_rule(_TABLES["related-links"][key]) for key in ("lines", "anywhere"))


def _last(lines: Sequence[str], end: int) -> int:
    """Find the last line before `end` that has a word; the first line if there is none."""
    return next((i for i in range(end - 1, 0, -1) if re.search(r"\w", lines[i])), min(end - 1, 0))


def _notes_from(lines: Sequence[str], is_note: Callable[[str], object]) -> int:
    """Find where the notes begin that end a text: its number of lines if there are none."""
    keep = len(lines)
    while (end := _last(lines, keep)) > 0 and is_note(lines[end].strip()):
        keep = end
    return keep


def last_lines(lines: Sequence[str]) -> int:
    """Keep what stands before lines that only at the very end are no text, and the marks before them."""
    keep = _notes_from(lines, _last_line)
    marks = any(line.strip() for line in lines[_last(lines, len(lines)) + 1 :])
    return _last(lines, keep) + 1 if marks or keep < len(lines) else keep


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


def last_run(lines: Sequence[str]) -> int:
    """Find where the last run of link-like (or empty) lines starts."""
    start = len(lines)
    while start and (is_linklike(lines[start - 1]) or _is_heading(lines[start - 1])):
        start -= 1
    return start


def _is_heading(line: str) -> bool:
    return len(line) < HEADING_CHARACTERS and (_heading(line) or _anywhere(line))


def _strange(article: Sequence[str], run: Sequence[str]) -> bool:
    """Tell whether the lines of a run have little to do with the article and with each other."""
    article_words = long_words(line for line in article[-60:] if not is_linklike(line))
    words = [long_words([line]) for line in run if bare_words(line)]
    if not words:
        return True
    shared = mean(len(w & article_words) / max(1, len(w)) for w in words)
    pairs = [len(a & b) / max(1, min(len(a), len(b))) for a, b in pairwise(words)]
    return shared <= KNOWN and (not pairs or mean(pairs) <= CHAINED)


def _table(run: Sequence[str]) -> bool:
    """Tell whether most lines of a run are rows of results: a third of their words are numbers."""
    rows = [line.split() for line in run if line.strip()]
    return mean(3 * sum(bool(re.search(r"\d", word)) for word in row) >= len(row) for row in rows) > 0.5


def related_links(lines: Sequence[str]) -> int:
    """Keep what stands before "Related Links" and its like when only link-like lines follow."""
    rows = range(max(last_run(lines), 1), len(lines))
    first = next((i for i in rows if _is_heading(lines[i])), len(lines))
    return first if any(line.strip() for line in lines[:first]) else len(lines)


def link_list(lines: Sequence[str]) -> int:
    """Keep what stands before a last run of headlines about other things, by its shape alone."""
    start = last_run(lines)
    run = [line for line in map(bare_words, lines[start:]) if line]
    before = lines[start - 1] if start else ""
    if len(run) < LINK_LINES or not (is_prose(before) or len(before) > LINK_CHARACTERS):
        return len(lines)
    sized = mean(4 <= len(line.split()) <= 16 for line in run)
    capital = mean(not line[0].islower() for line in run)
    bullets = sum(line.lstrip()[0] in _BULLETS for line in lines[start:] if bare_words(line))
    shaped = sized >= 0.7 and capital >= 0.9 and bullets <= 0.5 * len(run) and not _table(run)
    return start if shaped and _strange(lines[:start], run) else len(lines)


def link_blocks(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Find headings such as "Read next" with the links below them, wherever they stand after the lead.

    A line that touches the running text below it could be a crosshead, and stays unless it is bulleted.
    """
    blocks: list[tuple[int, int]] = []
    begun, end, n = False, 0, len(lines)
    for i, line in enumerate(lines):
        begun = begun or (i >= end and is_prose(line))
        if i < end or not begun or not line.strip() or len(line) >= HEADING_CHARACTERS or not _anywhere(line):
            continue
        start = next((j for j in range(i + 1, n) if lines[j].strip()), n)
        stop = next((j for j in range(start, n) if not lines[j].strip() or not is_linklike(lines[j])), n)
        if start < stop < n and lines[stop].strip() and lines[stop - 1].lstrip()[0] not in _BULLETS + ">»":
            stop -= 1
        # a gap, then one line: that is a crosshead or a dek
        if stop > start and not (stop == start + 1 and start > i + 1):
            blocks.append((i, end := stop))
    return blocks


# -- the frame of a page ----------------------------------------------------------------------------

# What a short line or a note costs a stretch of text, in words, and how much a paragraph counts at most.
LINK_COST, MOST_WORDS, LETTERS = 8, 60, 6
# A second stretch with so much of the best one's sum belongs to the article too.
SECOND_BEST = 0.3
# So many lines of so few words in a row are a menu; a text with fewer of them outside is no whole page.
MENU_LINES, MENU_WORDS, FRAME_LINES = 6, 3, 12
# Lines of these lengths that end in the middle of a sentence are rows of wrapped paragraphs.
WRAPPED = 50, 110
# How many lines over the article, and how many at its start, can hold its title and its date.
ABOVE, OPENING = 25, 10
# Rules for what can stand between paragraphs.
_INSIDE = {"credit", "advertisement", "social-embed", "read-more"}


def _is_menu(line: str, name: str) -> bool:
    return not name and len(line.split()) <= MENU_WORDS and is_linklike(line)


def article_lines(lines: Sequence[str], names: Sequence[str]) -> tuple[int, int]:
    """Find the stretch of lines that is the article of a page: first line, and the line after the last.

    Paragraphs count for a stretch by their length, short lines and notes (`names`) against it; the largest
    sum wins (Pasternack and Roth, WWW 2009), with what follows on both sides up to a note or a menu.
    """
    kinds: list[str] = []
    stretches: list[tuple[float, int, int]] = []
    total, peak = 0.0, (0.0, 0, 0)
    for i, (line, name) in enumerate(zip(lines, names, strict=True)):
        note = bool(name or _is_heading(line) or _PAGE_WORDS.search(line) or _prompt_words(line))
        prose = not note and is_prose(line)
        kinds.append("note" if note and name not in _INSIDE else "prose" if prose else "")
        if not line.strip():
            continue
        if total <= 0:
            stretches.append(peak)
            total, peak = 0.0, (0.0, i, i)
        size = min(len(line) / LETTERS, MOST_WORDS)
        total += size if prose else -LINK_COST if note or is_linklike(line) else max(size - LINK_COST, 0)
        peak = (total, peak[1], i + 1) if total > peak[0] else peak
    stretches.append(peak)
    best = max(stretches)[0]
    stretches = [stretch for stretch in stretches if stretch[0] >= SECOND_BEST * best > 0]
    span = (stretches[0][1], stretches[-1][2]) if best else (0, len(lines))

    def last_beside(rows: Iterable[int], ends: Callable[[int], bool], last: int) -> int:
        menu = 0
        for i in rows:
            if lines[i].strip():
                menu = menu + 1 if _is_menu(lines[i], names[i]) else menu * bool(names[i])
            if kinds[i] == "note" or menu >= MENU_LINES:
                break
            last = i if ends(i) else last
        return last

    def is_text(i: int) -> bool:
        return bool(lines[i].strip()) and not _is_menu(lines[i], names[i])

    first = last_beside(range(span[0] - 1, -1, -1), lambda i: kinds[i] == "prose", span[0])
    return first, last_beside(range(span[1], len(lines)), is_text, span[1] - 1) + 1


def page_frame(lines: Sequence[str], names: Sequence[str]) -> dict[int, str]:
    """Give the rules of a page's lines around its article, but for title, byline and date over it.

    A date that stands at the article's start goes as its header.
    """
    short = [i for i, line in enumerate(lines) if line.strip() and is_linklike(line)]
    if len(short) < FRAME_LINES:
        return {}
    long_rows = [line for line in map(str.strip, lines) if len(line) >= WRAPPED[0]]
    broken = sum(_is_open(bare_words(line) or "-") for line in long_rows) > 0.5 * len(long_rows)
    wide = sum(len(line) for line in long_rows if len(line) > WRAPPED[1]) > 0.2 * sum(map(len, long_rows))
    first, end = article_lines(lines, names)
    if (broken and not wide) or sum(not first <= i < end for i in short) < FRAME_LINES:
        return {}
    rows = [i for i in (*range(first), *range(end, len(lines))) if lines[i].strip()]
    words = long_words(line[:HEAD_CHARACTERS] for line in lines[first : first + 40])
    above = [i for i in rows if i < first][-ABOVE:]
    headings = [(-i, long_words([lines[i]])) for i in above if is_headline(lines[i])]
    shared = [(len(heading & words), len(heading), i) for i, heading in headings if len(heading) >= 2]
    titles = [(n_shared**2 / n, i) for n_shared, n, i in shared if 2 * n_shared >= n]
    place = -max(titles)[1] if titles else max(first - OPENING, 0)
    inside = [i for i in range(first, end) if lines[i].strip()]
    opening = [*(i for i in above if i >= place - 3), *inside[:OPENING]]
    frame = {i: "page-frame" for i in rows if not titles or i != place}
    dated = {i: "header-date" for i in opening if header_dates(lines[i])}
    signed = {i: "byline" for i in opening if i < first and byline([lines[i]])}
    return frame | signed | dated


def reader_comments(lines: Sequence[str], names: Sequence[str]) -> dict[int, str]:
    """Give the rule of all lines from a note on comments with an article above and two replies below."""
    if "comments" not in names and not any(line.strip().lower() == "comments" for line in lines):
        return {}
    lead = [*(i for i, line in enumerate(lines) if is_prose(line)), *[len(lines)] * 3][2]
    short = (i for i in range(lead, len(lines)) if len(lines[i]) < LINK_CHARACTERS)
    replies = [i for i in short if _REPLY.fullmatch(lines[i].strip())]
    for reply in replies[:-1]:
        for i in range(reply, max(reply - OPENING, lead), -1):
            if names[i] == "comments" or lines[i].strip().lower() == "comments":
                return dict.fromkeys(range(i, len(lines)), "reader-comments")
    return {}


# -- prompts ---------------------------------------------------------------------------------------

_ADDRESSED, _OPENS, _SITE = (frozenset(_TABLES["prompt"][key]) for key in ("addressed", "opens", "words"))
# Most prompts are shorter, and a line with fewer words of a site can be anything.
PROMPT_CHARACTERS, SITE_WORDS, SHORT_PROMPT = 300, 2, 6
# How much of a prompt is about the site or its reader, and how few names are in it.
PROMPT_SHARE, PROMPT_NAMES = 0.25, 2


def prompts(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Find lines in which the site speaks to its readers, with words that the rest of the text lacks."""
    rows = {i: words for i, line in enumerate(lines) if (words := _prompt_words(line))}
    if not rows or len(lines) > MOST_LINES:
        return []
    article_words = {word for i, line in enumerate(lines) if i not in rows for word in _plain_words(line)}
    return [(i, i + 1) for i, words in rows.items() if not words & article_words]


def _plain_words(line: str) -> list[str]:
    return re.findall(r"[a-z]+(?:-[a-z]+)?", line.lower())


def _prompt_words(line: str) -> set[str]:
    """Give a site's words of a line that has an opening or an address as prompts have, else none."""
    if not 8 <= len(line) <= PROMPT_CHARACTERS or _SITE.isdisjoint(line.lower().split()):
        return set()  # most lines, at little cost
    words = _plain_words(line := line.strip())
    opens, addressed = words[:1] != [] and words[0] in _OPENS, len(_ADDRESSED.intersection(words))
    site = {word for word in words if word.replace("-", "") in _SITE}
    fewest = 1 if opens and len(words) <= SHORT_PROMPT else SITE_WORDS
    dense = len(site) + addressed + opens >= PROMPT_SHARE * len(words)
    quoted = (line[0] in _QUOTES and line[-1] in _QUOTES) or tells_deed(line.lower())
    named = len(re.findall(r"(?<=[a-z,] )[A-Z][a-z’']+", line)) > PROMPT_NAMES
    fits = (opens or addressed) and dense and len(site) >= fewest
    return site if fits and not quoted and not named else set()


_FINDERS: dict[str, Callable[..., Any]] = {
    "invisible": lambda text: [m.span() for m in _INVISIBLE.finditer(text)] if _SUSPECT.search(text) else [],
    "recurring-line": line_key,
    # an id that was glued to the end of a paragraph
    "wire-id-end": lambda x: "ID" in x and len((_WIRE_END.search(x, max(0, len(x) - 80)) or [""])[0]),
    "header-date": lambda lines: header_end(lines[0]),
    "agency-tag": lambda lines: len((_TAG.match(lines[0][:100]) or [""])[0]),
    "first-line": lambda lines: len(lines[0]) * (any(map(str.strip, lines[1:])) and _first_line(lines[0])),
    # short lines behind a removed one are the page's too, if they are no table, and of other things
    "page-tail": lambda article, run: not _table(run) and _strange(article, run),
    **{"byline": byline, "masthead": masthead, "title": title},
    "footer-date": lambda lines: _notes_from(lines, lambda line: header_dates(line, labelled=True)),
    **{"last-line": last_lines, "author-note": author_note, "related-links": related_links},
    **{"link-list": link_list, "link-block": link_blocks, "page-frame": page_frame},
    **{"prompt": prompts, "reader-comments": reader_comments},
}
RULES: Mapping[str, Rule] = {
    name: Rule(
        table.get("where", "line"),
        _FINDERS.get(name, bool),
        table["why"],
        tuple(table.get("lines", ())),
        tuple(table.get("inside", {}).items()),
    )
    for name, table in _TABLES.items()
}
