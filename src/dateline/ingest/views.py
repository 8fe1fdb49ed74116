"""How notebook 01 shows tables and texts: whole, escaped, and in words where there is nothing to show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import NamedTuple

import pandas as pd

from dateline.text import clean
from dateline.text.boilerplate import BLANK
from dateline.words import plural

# The rule of a page's navigation, whose place in the source is not kept.
FURNITURE = "page"
# Characters of a quotation in a table, of its surroundings, and of a text that is shown whole.
SNIPPET, AROUND, WHOLE = 60, 45, 30_000
_STYLE = {
    "text": "white-space:pre-wrap;max-width:46em;max-height:32em;overflow:auto;text-align:left",
    "removed": "background:#F6D5BF;color:#5a2400",
    "repaired": "background:#CFE3F2;color:#00324f;text-decoration:none",
}


def snippet(text: object, width: int = SNIPPET) -> str:
    """Put a text on one line and cut it in its middle.

    >>> snippet("a very long line of words", 15)
    'a very … words'
    """
    line = " ".join(str(text).split())
    if len(line) <= width:
        return line
    head, tail = line[: width // 2].rsplit(" ", 1)[0], line[-(width // 2) :].split(" ", 1)[-1]
    return f"{head} … {tail}"


@dataclass(frozen=True)
class Listed:
    """A table as a notebook shows it: no cell cut off, foreign text escaped, the rest counted below it."""

    frame: pd.DataFrame
    note: str

    def __repr__(self) -> str:
        if self.frame.empty:
            return self.note
        frame = self.frame.copy()
        for name in self._counts():
            frame[name] = frame[name].map("{:,}".format)
        texts = [name for name in self.frame if not pd.api.types.is_numeric_dtype(self.frame[name])]
        for name in texts:
            # characters that turn the direction of writing or a line would turn the table too
            cells = frame[name].map(
                lambda cell: re.sub(r"[^\S ]+|[\u200b-\u200f\u2028-\u202e\u2066-\u2069]", " ", cell)
            )
            frame[name] = cells.str.ljust(int(cells.str.len().max()))
        justify = {name: (str.ljust if name in texts else str.rjust) for name in frame}
        widths = {name: max(frame[name].astype("str").str.len().max(), len(name)) for name in frame}
        frame.columns = pd.Index([justify[name](name, int(widths[name])) for name in frame])
        lines = frame.to_string(index=False, max_colwidth=None, line_width=10_000).split("\n")
        return "\n".join([*(line.rstrip() for line in lines), *([self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        if self.frame.empty:
            return note
        counts = self._counts()
        numbers = self.frame.select_dtypes("number").columns
        side = {name: f"text-align:{'right' if name in numbers else 'left'}" for name in self.frame}
        head = "".join(f'<th style="{side[name]}">{escape(str(name))}</th>' for name in self.frame)
        cells = self.frame.assign(**{name: self.frame[name].map("{:,}".format) for name in counts})
        rows = [
            "".join(
                f'<td dir="auto" style="{side[name]}">{escape(str(cell))}</td>'
                for name, cell in zip(cells, row, strict=True)
            )
            for row in cells.itertuples(index=False)
        ]
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"

    def _counts(self) -> list[str]:
        """Columns of whole numbers that count something: the others are names."""
        whole = self.frame.select_dtypes("integer").columns
        return [name for name in whole if name not in ("story", "row", "record")]


def listed(
    frame: pd.DataFrame, *, n: int | None = None, none: str, what: str = "row", note: str = ""
) -> Listed:
    """Show the first rows of a table, or say in words that it is empty.

    Parameters
    ----------
    frame
        Any table. Missing values become empty cells, dates days; underscores in its columns' names blanks.
    n
        Most rows to show.
    none
        What it means that there is no row.
    what
        Noun for a row, for the line that says how many are not shown.
    note
        What the line says where all are.

    Examples
    --------
    >>> listed(pd.DataFrame({"n_words": [3, 2]}), n=1, none="No article", what="article")
    n words
          3
    1 of 2 articles shown
    >>> listed(pd.DataFrame({"n_words": []}), none="No date contradicts another")
    No date contradicts another
    """
    shown = frame.head(len(frame) if n is None else n)
    cells = {}
    for name in shown:
        column, title = shown[name], str(name).replace("_", " ")
        if pd.api.types.is_datetime64_any_dtype(column):
            cells[title] = column.dt.strftime("%Y-%m-%d").fillna("")
        elif pd.api.types.is_bool_dtype(column):
            cells[title] = column.map({True: "yes", False: ""}).astype("str")
        elif pd.api.types.is_numeric_dtype(column) and not column.isna().any():
            cells[title] = column
        else:
            cells[title] = column.astype("str").where(column.notna(), "").astype("str")
    rest = f"{len(shown):,} of {plural(len(frame), what)} shown" if len(shown) < len(frame) else note
    return Listed(pd.DataFrame(cells), rest if len(frame) else none)


class Part(NamedTuple):
    """A piece of a source: ``kept``, ``removed`` or ``repaired``; the rule or what stood there; its text."""

    kind: str
    rule: str
    text: str


@dataclass(frozen=True)
class Marked:
    """Texts with what was removed and repaired in them marked, each under a heading."""

    texts: tuple[tuple[str, tuple[Part, ...]], ...]
    none: str = "Nothing was removed"

    def __repr__(self) -> str:
        blocks = []
        for heading, parts in self.texts:
            line = "".join(_plain(part) for part in parts)
            paragraphs = [fill(" ".join(one.split()), 96) for one in line.split("\n") if one.strip()]
            blocks.append("\n".join([heading, *paragraphs]))
        return "\n\n".join(blocks) or self.none

    def _repr_html_(self) -> str:
        blocks = [
            f'<p style="margin:0.8em 0 0.2em"><b>{escape(heading)}</b></p>'
            f'<div dir="auto" style="{_STYLE["text"]}">' + "".join(map(_html, parts)) + "</div>"
            for heading, parts in self.texts
        ]
        return "".join(blocks) or f"<p>{escape(self.none)}</p>"


def _plain(part: Part) -> str:
    if part.kind == "kept":
        return part.text
    sign = "–" if part.kind == "removed" else "~"
    return f"[{sign}{part.rule}: {' '.join(part.text.split())}{sign}]"


def _html(part: Part) -> str:
    if part.kind == "kept":
        return escape(part.text)
    tag = "del" if part.kind == "removed" else "ins"
    rule = escape(part.rule)
    return (
        f'<{tag} style="{_STYLE[part.kind]}" title="{rule}">{escape(part.text)}</{tag}>'
        f'<sub style="color:#666">{rule}</sub>'
    )


def before_after(
    articles: pd.DataFrame, removed: pd.DataFrame, repairs: pd.DataFrame, article_id: str
) -> Marked:
    """Show one article's whole source with what was removed from it and repaired in it marked.

    Of a web page, whose navigation has no place in the text, the text comes first and what was around it
    after it.

    Raises
    ------
    KeyError
        If there is no such article; the message says what an id looks like.
    """
    known = articles["article_id"] == article_id
    if not known.any():
        like = articles["article_id"].iloc[0]
        raise KeyError(f"SHOW is {article_id!r}: there is no such article; an id looks like {like}")
    text = str(articles.loc[known, "text"].iloc[0])
    parts, whole = _parts(
        text, removed[removed["article_id"] == article_id], repairs[repairs["article_id"] == article_id]
    )
    order = "" if whole else " (a page: first its text, then what was around it)"
    if all(part.kind == "kept" for part in parts):
        order = " (nothing was removed or repaired)"
    return Marked(((f"{article_id}{order}", tuple(parts)),))


def _parts(text: str, removed: pd.DataFrame, repairs: pd.DataFrame) -> tuple[list[Part], bool]:
    """Cut a source into its parts in their order; and whether they give the source again."""
    spans = removed.sort_values(["start", "end"], kind="stable")
    whole = not (spans["rule"] == FURNITURE).any()
    parts, at, kept = [], 0, 0
    if not whole:
        parts, kept = [Part("kept", "", text[:WHOLE])], len(text)
    for span in spans.itertuples():
        if whole and span.start > at:
            parts += _repaired(text[kept : kept + span.start - at], at, repairs)
            kept += span.start - at
        at = span.end
        if span.text.strip() and span.rule not in BLANK:
            parts.append(Part("kept", "", "" if whole else "\n"))
            parts.append(Part("removed", span.rule, span.text[:WHOLE]))
        elif whole:
            parts.append(Part("kept", "", span.text))
    return [*parts, *(_repaired(text[kept:], at, repairs) if whole else [])], whole


def _repaired(text: str, first: int, repairs: pd.DataFrame) -> list[Part]:
    """Cut kept text, which begins at character `first` of the source, at what was repaired in it."""
    inside = repairs[(repairs["start"] >= first) & (repairs["end"] <= first + len(text))]
    parts, at = [], 0
    for one in inside.sort_values("start", kind="stable").itertuples():
        start, end = one.start - first, one.end - first
        parts += [Part("kept", "", text[at:start]), Part("repaired", f"was {one.before}", text[start:end])]
        at = end
    return [*parts, Part("kept", "", text[at : at + WHOLE])]


def removed_samples(articles: pd.DataFrame, removed: pd.DataFrame, rules: Sequence[str]) -> Marked:
    """Show of each rule the longest span it took and the one of middle length, with the text around them."""
    texts = articles.set_index("article_id")["text"]
    found = []
    for rule in rules:
        spans = removed[removed["rule"] == rule]
        spans = spans.assign(length=spans["text"].str.len())
        spans = spans.sort_values(
            ["length", "article_id", "start"], ascending=[False, True, True], kind="stable"
        )
        for span in spans.iloc[sorted({0, len(spans) // 2})].itertuples():
            mine = removed[removed["article_id"] == span.article_id]
            before, after = _around(texts[span.article_id], mine, span.start)
            parts = (
                Part("kept", "", f"… {before} " if before else ""),
                Part("removed", rule, snippet(span.text, 160)),
                Part("kept", "", f" {after} …" if after else ""),
            )
            found.append((f"{rule} in {span.article_id}", parts))
    return Marked(tuple(found))


def _around(text: str, removed: pd.DataFrame, start: int) -> tuple[str, str]:
    """Kept words before and after a place in the source; none of a page, whose places are not kept."""
    if (removed["rule"] == FURNITURE).any():
        return "", ""
    at = start - int(removed.loc[removed["start"] < start, "text"].str.len().sum())
    before, after = text[max(at - 2 * AROUND, 0) : at], text[at : at + 2 * AROUND]
    return " ".join(before.split())[-AROUND:], " ".join(after.split())[:AROUND]


def why(rule: str) -> str:
    """Say in a few words what a rule removes."""
    known = {name: one.why for name, one in clean.RULES.items()}
    return known.get(rule, "navigation and notes of a page" if rule == FURNITURE else "")
