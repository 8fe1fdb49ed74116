"""Raw text of one article in; title, kept text and a ledger of all that was removed out.

The rules are those of `dateline.text.boilerplate`. Each works on single lines or bounded windows, so that the
time grows with the length of the text and not faster.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from dateline.text import boilerplate
from dateline.text.boilerplate import LONGEST_NOTE, RULES, Rule, is_headline, last_run, line_key, line_namer
from dateline.text.publication import header_dates

__all__ = ["LONGEST_NOTE", "RULES", "Cleaned", "Removed", "Rule", "clean", "line_key"]

# The rule that takes white space.
WHITE = "white-space"
# No teaser that recurs in other articles is longer.
LONGEST_TEASER = 1000


class Removed(NamedTuple):
    """A span of the raw record that is not in the kept text, and the rule that took it."""

    start: int
    end: int
    rule: str


class Cleaned(NamedTuple):
    """What `clean` gives back: `raw` without the `removed` spans is exactly `text`."""

    title: str
    text: str
    removed: tuple[Removed, ...]
    header_date: str


_Find = Callable[..., Any]


class _Line(NamedTuple):
    """A line that is left: where it starts in the visible text, and its characters."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Rules(NamedTuple):
    """Rules by where they look; those of phrases are one function that names a line's rule."""

    finders_of: Mapping[str, Mapping[str, _Find]]
    name_phrase: Callable[[str], str]
    recurring: frozenset[str]

    def name_of(self, line: str) -> str:
        """Name the rule that takes a stripped line wherever it stands, or nothing."""
        if not 4 <= len(line) <= LONGEST_TEASER:
            return ""
        keys = self.finders_of.get("recurring", {}) if self.recurring else {}
        recurs = (name for name, key in keys.items() if key(line) in self.recurring)
        return (self.name_phrase(line) if len(line) <= LONGEST_NOTE else "") or next(recurs, "")

    def finders(self, where: str) -> Iterable[tuple[str, _Find]]:
        """Give the names and functions of the rules that look at one place."""
        return self.finders_of.get(where, {}).items()


def clean(
    raw: str, *, title: str = "", rules: Mapping[str, Rule] = RULES, recurring: frozenset[str] = frozenset()
) -> Cleaned:
    r"""Take apart one raw article: its title, its text and what is neither.

    Where the title is known (a column, a page's metadata), no title line is looked for, but a first line that
    repeats it is removed. `recurring` are keys (`line_key`) of lines that unrelated articles share. Spans in
    `removed` are sorted and do not overlap; white space around the text and what was removed at its head goes
    under the rule "white-space". Cleaning the text again changes nothing.

    >>> done = clean("date 2024-03-04 Ferry sails again\n\nThe ferry left port at noon today.\nShare this")
    >>> done.title, done.text, done.header_date
    ('Ferry sails again', 'The ferry left port at noon today.', '2024-03-04')
    >>> [span.rule for span in done.removed if span.rule != "white-space"]
    ['header-date', 'title', 'share-prompt']
    """
    finders_of, name_phrase = _sorted(tuple(rules.items()))
    use = _Rules(finders_of, name_phrase, recurring)
    hidden = [Removed(a, b, name) for name, find in use.finders("character") for a, b in find(raw)]
    text = _without(raw, hidden) if hidden else raw
    spans: list[Removed] = []
    lines = _take_lines(text, use, spans)
    lines, title = _take_head(lines, title.strip(), use, spans)
    n_before = len(spans)
    lines = _take_rest(lines, use, spans)
    tail = spans[n_before:]
    dated = [span for rule in ("header-date", "footer-date") for span in sorted(spans) if span.rule == rule]
    dates = [row for start, end, _ in dated for row in header_dates(text[start:end])]
    removed = _in_raw(_with_white_space(text, lines, sorted(spans)), hidden)
    date = min(dates, key=lambda row: row[0], default=(0, ""))[1]
    cleaned = Cleaned(title, _without(raw, removed), removed, date)
    again = {name for where in ("apart", "after") for name, _ in use.finders(where)}
    if not any(span.rule in again for span in tail):
        return cleaned
    # what stood above or below such a line has new neighbours: until nothing more is taken
    recleaned = clean(cleaned.text, title=title, rules=rules, recurring=recurring)
    title, date = title or recleaned.title, date or recleaned.header_date
    return Cleaned(title, recleaned.text, _in_raw(recleaned.removed, removed), date)


@lru_cache(maxsize=32)
def _sorted(rules: tuple[tuple[str, Rule], ...]) -> tuple[dict[str, dict[str, _Find]], Callable[[str], str]]:
    """Sort the rules by where they look; those of phrases become one that names the first."""
    finders_of: dict[str, dict[str, _Find]] = {}
    for name, rule in rules:
        finders_of.setdefault(rule.where, {})[name] = rule.find
    return finders_of, line_namer({name: rule for name, rule in rules if rule.where == "line"})


def _without(raw: str, spans: Iterable[Removed]) -> str:
    """Cut spans out of a text."""
    pieces, place = [], 0
    for start, end, _ in spans:
        pieces.append(raw[place:start])
        place = end
    return "".join([*pieces, raw[place:]])


def _take_lines(text: str, use: _Rules, spans: list[Removed]) -> list[_Line]:
    """Take lines that are notes anywhere, and the blank lines that would then stand double."""
    rows = text.splitlines(keepends=True)
    names = [use.name_of(row.strip()) for row in rows]
    for name, find in use.finders("block"):
        for first, last in find(rows):
            names[first:last] = [name] * (last - first)
    for frame, find in use.finders("page"):
        for i, name in find(rows, names).items():
            names[i] = names[i] or (name if name == frame or name in use.finders_of.get("head", {}) else "")
    lines: list[_Line] = []
    start, after, gap = 0, "", True
    for row, name in zip(rows, names, strict=True):
        end, blank = start + len(row), not row.strip()
        name = name or (after if blank else "")
        after = name if gap else ""
        if name:
            spans.append(Removed(start, end, name))
        else:
            for cutter, find in use.finders("end-of-line"):
                if n_cut := find(row):
                    spans.append(Removed(end - n_cut, end, cutter))
                    row = row[:-n_cut]
            lines.append(_Line(start, row))
            gap = blank
        start = end
    return lines


def _take_head(lines: list[_Line], title: str, use: _Rules, spans: list[Removed]) -> tuple[list[_Line], str]:
    """Take header dates, tags, bylines, notes and the title from the start; give lines left and title."""
    i, place = 0, 0
    while i < len(lines):
        start, text = lines[i]
        inside = re.compile(r"\s*").match(text, max(place - start, 0)).end()  # type: ignore[union-attr]
        place = start + inside
        if inside == len(text):
            i += 1
            continue
        first = text[inside : inside + boilerplate.HEAD_CHARACTERS]
        window = [first, *(line.text for line in lines[i + 1 : i + boilerplate.HEAD_LINES])]
        name, length = _head_rule(window, title, use)
        if not name:
            break
        title = title or (first.strip() if name == "title" else "")
        length = len(first[:length].rstrip())
        spans.append(Removed(place, place + length, name))
        place += length
    left = [_Line(place, lines[i].text[place - lines[i].start :]), *lines[i + 1 :]] if i < len(lines) else []
    if not title or not left or not is_headline(left[0].text[: boilerplate.HEAD_CHARACTERS]):
        return left, title
    # a byline or a date between a dek, which stays, and the text
    last = 0
    for j, line in enumerate(left[1:], start=1):
        piece = line.text[: boilerplate.HEAD_CHARACTERS]
        name, length = _head_rule([piece], "", use)
        if piece.strip() and length < len(piece.rstrip()):
            break
        if name:
            spans += [Removed(above.start, above.end, name) for above in left[last + 1 : j + 1]]
            last = j
    return [left[0], *left[last + 1 :]], title


def _head_rule(window: list[str], title: str, use: _Rules) -> tuple[str, int]:
    """Name the first rule that takes something at the start of the window, and how much."""
    finders, first = dict(use.finders("head")), window[0]
    find_title = finders.pop("title", None)
    for name, find in finders.items():
        if length := find(window):
            return name, length
    if name := use.name_of(first.strip()):
        return name, len(first)
    if title:
        sides = first[: 2 * boilerplate.TITLE_CHARACTERS], title
        head, words = (re.sub(r"[\W_]+", " ", line).casefold().strip() for line in sides)
    is_title = find_title and (head == words != "" if title else find_title(window))
    return ("title", len(first)) if is_title else ("", 0)


def _take_rest(lines: list[_Line], use: _Rules, spans: list[Removed]) -> list[_Line]:
    """Take links and last lines, lines that do not fit the rest, and short lines behind one that went."""
    n_before = len(lines) + 1
    while n_before > len(lines):
        n_before = len(lines)
        texts = [line.text for line in lines]
        n_left = n_before + 1
        while n_left > len(texts):
            n_left = len(texts)
            for name, find in use.finders("tail"):
                n_kept = find(texts)
                spans += [Removed(line.start, line.end, name) for line in lines[n_kept : len(texts)]]
                del texts[n_kept:]
        names = {i: name for name, find in use.finders("apart") for a, b in find(texts) for i in range(a, b)}
        left: list[_Line] = []
        for i, line in enumerate(lines[: len(texts)]):
            blank = not line.text.strip() and not (left and left[-1].text.strip())
            if i in names or (blank and i - 1 in names):
                names.setdefault(i, names.get(i - 1, ""))
                spans.append(Removed(line.start, line.end, names[i]))
            else:
                left.append(line)
        lines = left
        n_kept, name = _behind_removed(lines, use, spans)
        spans += [Removed(line.start, line.end, name) for line in lines[n_kept:]]
        lines = lines[:n_kept]
    return lines


def _behind_removed(lines: Sequence[_Line], use: _Rules, spans: Sequence[Removed]) -> tuple[int, str]:
    """Find the first of the short lines that stand behind one that was taken at the end, and their rule."""
    texts = [line.text for line in lines]
    start = last_run(texts)
    if 0 < start < len(lines):
        end = lines[start - 1].end
        closing = (a for a, _, name in spans if a >= end and name in boilerplate.CLOSING)
        first = min(closing, default=lines[-1].end)
        place = next((i for i in range(start, len(lines)) if lines[i].start > first), len(lines))
        for name, find in use.finders("after"):
            if any(text.strip() for text in texts[place:]) and find(texts[:start], texts[place:]):
                return place, name
    return len(lines), ""


def _with_white_space(text: str, lines: Sequence[_Line], removed: Sequence[Removed]) -> list[Removed]:
    """Add what lies outside the kept text and was not taken by any rule."""
    full = [line for line in lines if line.text.strip()] or [_Line(len(text), "")]
    start = full[0].end - len(full[0].text.lstrip())
    end = full[-1].start + len(full[-1].text.rstrip())
    spans: list[Removed] = []
    place = 0
    for span in [*removed, Removed(len(text), len(text), "")]:
        gaps = ((place, min(span.start, start)), (max(place, end), span.start))
        spans += [Removed(a, b, WHITE) for a, b in gaps if a < b]
        spans.append(span)
        place = span.end
    return spans


def _in_raw(spans: Sequence[Removed], hidden: Sequence[Removed]) -> tuple[Removed, ...]:
    """Move spans of a text without its hidden parts to the raw text, add these parts, join neighbours."""
    shifts = [0, *accumulate(end - start for start, end, _ in hidden)]
    places = [start - shift for (start, _, _), shift in zip(hidden, shifts, strict=False)]
    moved = list(hidden)
    for start, end, rule in spans:
        inside = places[bisect_right(places, start) : bisect_right(places, end - 1)]
        for place, stop in pairwise([start, *sorted(set(inside)), end]):
            shift = shifts[bisect_right(places, place)]
            moved += [Removed(place + shift, stop + shift, rule)] if place < stop else []
    merged: list[Removed] = []
    for span in sorted(moved):
        if merged and merged[-1].end == span.start and merged[-1].rule == span.rule:
            merged[-1] = merged[-1]._replace(end=span.end)
        else:
            merged.append(span)
    return tuple(merged)
