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

from dateline.text.boilerplate import (
    HEAD_CHARACTERS,
    HEAD_LINES,
    LONGEST_NOTE,
    RULES,
    TITLE_CHARACTERS,
    Rule,
    is_headline,
    last_run,
    line_key,
    line_namer,
)
from dateline.text.publication import labelled_dates, match_header_date

__all__ = ["LONGEST_NOTE", "RULES", "Cleaned", "Removed", "Rule", "clean", "line_key"]

# The rule that takes white space, and the one whose dates count where the head has none.
WHITE, FOOTER = "white-space", "footer-date"
# Rules for what closes an article: an advertisement or a credit can also stand in its middle.
CLOSING = {
    *("comments", "share-prompt", "subscribe-prompt", "support-prompt", "copyright", "page-note", "prompt"),
    *("last-line", "related-links", "link-block", "link-list", "footer-date", "author-note", "wire-id"),
    "menu",
}
# Where a rule can look (`Rule`).
WHERE = ("character", "block", "line", "apart", "recurring", "end-of-line", "head", "tail", "after")


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


_Span = tuple[int, int, str]
_Find = Callable[..., Any]
_BLANK = re.compile(r"\s*")


class _Line(NamedTuple):
    """A line that is left: where it starts in the visible text, and its characters."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class _Head(NamedTuple):
    """What the head rules found: the lines that are left, what they took, title and header dates."""

    lines: list[_Line]
    removed_spans: list[_Span]
    title: str
    dates: list[tuple[bool, str]]


def clean(
    raw: str,
    *,
    title: str = "",
    rules: Mapping[str, Rule] = RULES,
    recurring: frozenset[str] = frozenset(),
) -> Cleaned:
    r"""Take apart one raw article: its title, its text and what is neither.

    Parameters
    ----------
    raw
        The decoded record.
    title
        The title, where it is known (a column, a page's metadata). No title line is looked for then,
        but a first line that repeats it is removed.
    rules
        The rules to use: `RULES`, or a part of it.
    recurring
        Keys (`line_key`) of lines that recur across unrelated articles.

    Returns
    -------
    Cleaned
        Spans in `removed` are characters of `raw`, sorted, and do not overlap. White space around
        the text and around what was removed at its head goes under the rule "white-space". Cleaning
        the text again with the same title changes nothing.

    Examples
    --------
    >>> done = clean("date 2024-03-04 Ferry sails again\n\nThe ferry left port at noon today.\nShare this")
    >>> done.title, done.text, done.header_date
    ('Ferry sails again', 'The ferry left port at noon today.', '2024-03-04')
    >>> [span.rule for span in done.removed if span.rule != "white-space"]
    ['header-date', 'title', 'share-prompt']
    """
    use = _sorted(tuple(rules.items()))
    hidden = [Removed(a, b, name) for name, find in use["character"].items() for a, b in find(raw)]
    text = "".join(_gaps(raw, hidden)) if hidden else raw
    name_of = _with_recurring(use, recurring)
    lines, removed_spans = _take_lines(text, name_of, use)
    head = _take_head(lines, title.strip(), use["head"], name_of)
    text_lines, tail = _take_rest(head.lines, removed_spans, use)
    dates = head.dates or [
        row for start, end, name in tail if name == FOOTER for row in labelled_dates(text[start:end].strip())
    ]
    removed = _in_raw(
        _with_white_space(text, text_lines, sorted(removed_spans + head.removed_spans + tail)), hidden
    )
    date = min(dates, key=lambda row: row[0], default=(False, ""))[1]
    cleaned = Cleaned(head.title, "".join(_gaps(raw, removed)), removed, date)
    if not any(name in use["apart"] or name in use["after"] for _, _, name in tail):
        return cleaned
    # what stood above or below such a line has new neighbours: until nothing more is taken
    recleaned = clean(cleaned.text, title=cleaned.title, rules=rules, recurring=recurring)
    removed = _in_raw(recleaned.removed, cleaned.removed)
    return Cleaned(
        cleaned.title or recleaned.title,
        recleaned.text,
        removed,
        cleaned.header_date or recleaned.header_date,
    )


@lru_cache(maxsize=32)
def _sorted(rules: tuple[tuple[str, Rule], ...]) -> dict[str, dict[str, _Find]]:
    """Sort the rules by where they look; those with phrases become one that names the first."""
    use: dict[str, dict[str, _Find]] = {scope: {} for scope in WHERE}
    for name, rule in rules:
        use[rule.where][name] = rule.find
    joined = {name: rule.phrases for name, rule in rules if rule.where == "line" and rule.phrases}
    use["line"] = {name: find for name, find in use["line"].items() if name not in joined}
    inner_phrases = {words: (name, phrase) for name in joined for words, phrase in dict(rules)[name].inside}
    use["phrases"] = {"": line_namer(joined, inner_phrases)}
    return use


def _gaps(raw: str, spans: Iterable[tuple[int, int] | Removed]) -> list[str]:
    """Cut a text at spans and give what lies between them."""
    pieces, place = [], 0
    for start, end, *_ in spans:
        pieces.append(raw[place:start])
        place = end
    return [*pieces, raw[place:]]


def _with_recurring(use: Mapping[str, dict[str, _Find]], recurring: frozenset[str]) -> Callable[[str], str]:
    """Join the rules for whole lines to one that names the first that takes a line, or nothing."""
    joined, keys = use["phrases"][""], use["recurring"] if recurring else {}
    singly = use["line"]

    def name_of(line: str) -> str:
        if not 4 <= len(line) <= LONGEST_NOTE:
            return ""
        if name := joined(line):
            return str(name)
        if not singly and not keys:
            return ""
        names = (name for name, find in singly.items() if find(line))
        return next(names, "") or next((name for name, key in keys.items() if key(line) in recurring), "")

    return name_of


def _take_lines(
    text: str, name_of: Callable[[str], str], use: Mapping[str, dict[str, _Find]]
) -> tuple[list[_Line], list[_Span]]:
    """Take lines that are notes anywhere, and the blank lines that would then stand double."""
    rows = text.splitlines(keepends=True)
    blocks = {i: name for name, find in use["block"].items() for a, b in find(rows) for i in range(a, b)}
    ends = use["end-of-line"]
    lines: list[_Line] = []
    removed_spans: list[_Span] = []
    start, after, gap = 0, "", True
    for i, line in enumerate(rows):
        bare, end = line.strip(), start + len(line)
        name = blocks.get(i, "") or (name_of(bare) if bare else after)
        after = name if gap else ""
        if name:
            removed_spans.append((start, end, name))
        else:
            for cutter, find in ends.items():
                if n_cut := find(line):
                    removed_spans.append((end - n_cut, end, cutter))
                    line = line[:-n_cut]
            lines.append(_Line(start, line))
            gap = not bare
        start = end
    return lines, removed_spans


def _same(first: str, second: str) -> bool:
    """Tell whether two titles have the same words."""
    words = re.sub(r"[\W_]+", " ", first).casefold().strip()
    return words != "" and words == re.sub(r"[\W_]+", " ", second).casefold().strip()


def _take_head(
    lines: list[_Line], title: str, finders: Mapping[str, _Find], name_of: Callable[[str], str]
) -> _Head:
    """Take header dates, tags, bylines, notes and the title from the start until nothing matches."""
    find_title = finders.get("title")
    finders = {name: find for name, find in finders.items() if name != "title"}
    head = _Head([], [], "", [])
    i, place = 0, 0
    while i < len(lines):
        line = lines[i]
        inside = _BLANK.match(line.text, max(place - line.start, 0)).end()  # type: ignore[union-attr]
        place = line.start + inside
        if place == line.end:
            i += 1
            continue
        window = [
            line.text[inside : inside + HEAD_CHARACTERS],
            *(later.text for later in lines[i + 1 : i + HEAD_LINES]),
        ]
        name, length = _take_first(window, finders, name_of)
        if not name and find_title and title and _same(window[0][: 2 * TITLE_CHARACTERS], title):
            name, length = "title", len(window[0])
        if not name and find_title and not title and (length := find_title(window)):
            name, title = "title", window[0].strip()
        if not name:
            break
        head.dates.extend(_dated(window) if name == "header-date" else [])
        length = len(window[0][:length].rstrip())
        head.removed_spans.append((place, place + length, name))
        place += length
    left = [_Line(place, lines[i].text[place - lines[i].start :]), *lines[i + 1 :]] if i < len(lines) else []
    return head._replace(lines=_take_below_dek(left, finders, head) if title else left, title=title)


def _take_first(
    window: list[str], finders: Mapping[str, _Find], name_of: Callable[[str], str]
) -> tuple[str, int]:
    """Name the first rule that takes something at the start of the window, and how much."""
    for name, find in finders.items():
        if length := find(window):
            return name, length
    name = name_of(window[0].strip())
    return (name, len(window[0])) if name else ("", 0)


def _take_below_dek(lines: list[_Line], finders: Mapping[str, _Find], head: _Head) -> list[_Line]:
    """Take lines that are a byline or a date and stand between a dek, which stays, and the text."""
    if not lines or not is_headline(lines[0].text[:HEAD_CHARACTERS]):
        return lines
    last = 0
    for j in range(1, len(lines)):
        piece = lines[j].text[:HEAD_CHARACTERS]
        name, length = _take_first([piece], finders, lambda _: "")
        if piece.strip() and length < len(piece.rstrip()):
            break
        if name:
            head.removed_spans.extend((line.start, line.end, name) for line in lines[last + 1 : j + 1])
            head.dates.extend(_dated([piece]) if name == "header-date" else [])
            last = j
    return [lines[0], *lines[last + 1 :]]


def _dated(window: Sequence[str]) -> list[tuple[bool, str]]:
    """Give a header's date words, after whether they only say when it was changed."""
    match = match_header_date(window[0])
    words = match.groupdict() if match else {}
    return [(bool(words.get("later")), words["date"] or words.get("iso") or "")] if words else []


def _take_rest(
    lines: list[_Line], removed_spans: Sequence[_Span], use: Mapping[str, dict[str, _Find]]
) -> tuple[list[_Line], list[_Span]]:
    """Take what goes by what is left of the whole text, until nothing more does."""
    tail_spans: list[_Span] = []
    before = len(lines) + 1
    while before > len(lines):
        before = len(lines)
        lines, tail = _take_tail(lines, use["tail"])
        lines, prompts = _take_apart(lines, use["apart"])
        tail_spans += [*tail, *prompts]
        lines, after = _take_after(lines, [*removed_spans, *tail_spans], use["after"])
        tail_spans += after
    return lines, tail_spans


def _take_apart(lines: list[_Line], finders: Mapping[str, _Find]) -> tuple[list[_Line], list[_Span]]:
    """Take single lines that do not belong to the rest, and the blank lines that would then stand double."""
    texts = [line.text for line in lines]
    names = {i: name for name, find in finders.items() for a, b in find(texts) for i in range(a, b)}
    if not names:
        return lines, []
    left: list[_Line] = []
    for i, line in enumerate(lines):
        if i - 1 in names and not line.text.strip() and not (left and left[-1].text.strip()):
            names[i] = names[i - 1]
        if i not in names:
            left.append(line)
    return left, [(lines[i].start, lines[i].end, name) for i, name in sorted(names.items())]


def _take_tail(lines: list[_Line], finders: Mapping[str, _Find]) -> tuple[list[_Line], list[_Span]]:
    """Take lists of links and last lines at the end until no rule finds one."""
    texts = [line.text for line in lines]
    removed_spans: list[_Span] = []
    before = len(lines) + 1
    while before > len(texts):
        before = len(texts)
        for name, find in finders.items():
            n_kept = find(texts)
            removed_spans += [(line.start, line.end, name) for line in lines[n_kept : len(texts)]]
            del texts[n_kept:]
    return lines[: len(texts)], removed_spans


def _take_after(
    lines: list[_Line], removed_spans: Sequence[_Span], finders: Mapping[str, _Find]
) -> tuple[list[_Line], list[_Span]]:
    """Take short lines at the end that stand behind one that was taken there, if a rule says so."""
    texts = [line.text for line in lines]
    start = last_run(texts) if finders else 0
    if not start or start == len(lines):
        return lines, []
    first = min(
        (place for place, _, name in removed_spans if place >= lines[start - 1].end and name in CLOSING),
        default=None,
    )
    if first is None:
        return lines, []
    place = next((i for i in range(start, len(lines)) if lines[i].start > first), len(lines))
    for name, find in finders.items():
        if any(text.strip() for text in texts[place:]) and find(texts[:start], texts[place:]):
            return lines[:place], [(line.start, line.end, name) for line in lines[place:]]
    return lines, []


def _with_white_space(text: str, text_lines: Sequence[_Line], removed_spans: Sequence[_Span]) -> list[_Span]:
    """Add what lies outside the kept text and was not taken by any rule."""
    full = [line for line in text_lines if line.text.strip()]
    first, last = (full[0], full[-1]) if full else (_Line(len(text), ""), _Line(len(text), ""))
    start = first.end - len(first.text.lstrip())
    end = last.start + len(last.text.rstrip())
    spans: list[_Span] = []
    place = 0
    for span in [*removed_spans, (len(text), len(text), "")]:
        spans += [
            (a, b, WHITE) for a, b in ((place, min(span[0], start)), (max(place, end), span[0])) if a < b
        ]
        spans.append(span)
        place = span[1]
    return spans


def _in_raw(spans: Sequence[_Span], hidden: Sequence[Removed]) -> tuple[Removed, ...]:
    """Move spans of a text without its hidden parts to the raw text, add these parts, join neighbours."""
    shifts = [0, *accumulate(end - start for start, end, _ in hidden)]
    places = [start - shift for (start, _, _), shift in zip(hidden, shifts, strict=False)]
    moved = list(hidden)
    for start, end, rule in spans:
        for place, stop in pairwise([start, *sorted(set(_within(places, start, end))), end]):
            shift = shifts[bisect_right(places, place)]
            moved += [Removed(place + shift, stop + shift, rule)] if place < stop else []
    merged: list[Removed] = []
    for span in sorted(moved):
        if merged and merged[-1].end == span.start and merged[-1].rule == span.rule:
            merged[-1] = merged[-1]._replace(end=span.end)
        else:
            merged.append(span)
    return tuple(merged)


def _within(places: Sequence[int], start: int, end: int) -> Sequence[int]:
    return places[bisect_right(places, start) : bisect_right(places, end - 1)]
