"""Figures leave the notebook as picture, drawing and numbers, with a caption and a text for the blind."""

import hashlib
import io
import re
import tomllib
import warnings
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Formatter
from textwrap import fill
from typing import Any, NamedTuple

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dateline import tables
from helpers.charts import AMBER, BLUE
from helpers.prose import day, percent, plural, shorten

# Columns of whole numbers that are names, and get no comma at the thousands.
LABELS = ("story", "topic", "sentence", "row", "record", "year")
# Characters that turn a line or the direction of writing, and would turn a table too.
UNPRINTED = r"[^\S ]+|[\u200b-\u200f\u2028-\u202e\u2066-\u2069]"


def use_style() -> None:
    """Use Dateline's style sheet for all figures from now on, whatever the user's matplotlibrc says."""
    plt.style.use(["default", str(files("helpers") / "resources" / "dateline.mplstyle")])
    # figures appear where they are published, not a second time when the cell ends
    mpl.rcParams["interactive"] = False


@dataclass(frozen=True)
class PublishedFigure:
    """A figure that a notebook shows as picture and describes as text; `text` is what a test compares."""

    name: str
    caption: str
    alt: str
    text: str
    png: bytes

    def __repr__(self) -> str:
        return self.text

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        return self.png, {"alt": self.alt}


@dataclass(frozen=True)
class TableView:
    """A table as a notebook shows it: no cell cut off, foreign text escaped, a note below."""

    frame: pd.DataFrame
    note: str = ""

    def __repr__(self) -> str:
        if self.frame.empty:
            return self.note
        cells, numbers = self._cells()
        columns = {}
        for name in cells:
            width = max(len(str(name)), int(cells[name].str.len().max()))
            justify = str.rjust if name in numbers else str.ljust
            columns[justify(str(name), width)] = [justify(cell, width) for cell in cells[name]]
        lines = ["  ".join(columns), *map("  ".join, zip(*columns.values(), strict=True))]
        return "\n".join([*(line.rstrip() for line in lines), *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        if self.frame.empty:
            return note
        cells, numbers = self._cells()
        style = {name: f'style="text-align:{"right" if name in numbers else "left"}"' for name in cells}
        head = "".join(f"<th {style[name]}>{escape(str(name))}</th>" for name in cells)
        body = "".join(
            "<tr>"
            + "".join(f'<td dir="auto" {style[name]}>{escape(row[name])}</td>' for name in cells)
            + "</tr>"
            for row in cells.to_dict("records")
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"

    def _cells(self) -> tuple[pd.DataFrame, set[str]]:
        """All cells as text, and the columns that are numbers."""
        cells, numbers = {}, set()
        for name, column in self.frame.items():
            text = column.astype("object").where(column.notna(), "")
            if pd.api.types.is_datetime64_any_dtype(column):
                text = column.dt.strftime("%Y-%m-%d").fillna("")
            elif pd.api.types.is_bool_dtype(column):
                text = column.map({True: "yes", False: ""})
            elif pd.api.types.is_numeric_dtype(column):
                numbers.add(name)
                if pd.api.types.is_integer_dtype(column) and name not in LABELS:
                    text = column.map("{:,}".format)
            cells[name] = [re.sub(UNPRINTED, " ", str(cell)) for cell in text]
        return pd.DataFrame(cells, dtype="str"), numbers


def show_table(
    frame: pd.DataFrame, otherwise: str, *, limit: int | None = None, noun: str = "row", note: str = ""
) -> TableView:
    """Show the first rows of a table, or say in a sentence that it is empty.

    Parameters
    ----------
    frame
        Any table. Missing values become empty cells, dates days; underscores in its columns' names blanks.
    otherwise
        What it means that there is no row; may be empty.
    limit
        Rows to show at most; where there are others, a note says so.
    noun
        What a row is, for that note.
    note
        What stands below the table where all rows are shown.

    Examples
    --------
    >>> show_table(pd.DataFrame({"n_words": [3, 2]}), "No article.", limit=1, noun="article")
    n words
          3
    1 of 2 articles shown
    >>> show_table(pd.DataFrame({"day": []}), "No article has a date.")
    No article has a date.
    """
    head = frame if limit is None else frame.head(limit)
    head = head.rename(columns=lambda name: str(name).replace("_", " "))
    if len(head) < len(frame):
        note = f"{len(head):,} of {plural(len(frame), noun)} shown"
    return TableView(head, note if len(frame) else otherwise)


@dataclass(frozen=True)
class CardsView:
    """Cards as a notebook shows them (`page`, foreign text escaped) and as a test compares them (`text`)."""

    text: str
    page: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.page


def topic_cards(
    topics: pd.DataFrame, terms: pd.DataFrame, examples: pd.DataFrame, *, n: int, limit: int = 12
) -> CardsView:
    """Show the largest topics as cards: numbers, what speaks against a topic, terms, sentences behind it.

    Parameters
    ----------
    topics, terms
        Tables topics and topic_terms.
    examples
        topic, article_id, outlet, published, text: sentences that stand for each topic.
    n
        How many articles were grouped.
    limit
        How many topics, the largest first.
    """
    if topics.empty:
        return CardsView("There are no topics to show.", "<p>There are no topics to show.</p>")
    texts, pages = [], []
    for row in topics.head(limit).itertuples():
        weights = terms.loc[terms["topic"] == row.topic, ["term", "weight"]].to_numpy().tolist()
        words = sorted((re.escape(term) for term, _ in weights), key=lambda word: (-len(word), word))
        pattern = re.compile(rf"\b({'|'.join(words)})\b" if words else "(?!)()", re.IGNORECASE)
        numbers = (
            f"{row.n_articles:,} of {n:,} articles, {percent(row.share)} (95\xa0% interval "
            f"{percent(row.share_low)} to {percent(row.share_high)}), stability {row.stability:.2f}"
        )
        notes = [f"To be read with care: {row.alarms}."] if row.alarms else []
        notes += [f"By hand: {row.hand}."] if row.hand else []
        title, quotes, lines = f"{row.topic + 1}. {row.label}", "", []
        for example in examples[examples["topic"] == row.topic].itertuples():
            published = day(example.published) if pd.notna(example.published) else "undated"
            outlet = [example.outlet] if pd.notna(example.outlet) else []
            source, sentence = (
                ", ".join([*outlet, published, example.article_id]),
                shorten(example.text, width=280),
            )
            lines.append(f"- {sentence} ({source})")
            marked = "".join(
                f"<strong>{escape(part)}</strong>" if i % 2 else escape(part)
                for i, part in enumerate(pattern.split(sentence))
            )
            quotes += (
                f'<p style="margin:.35em 0 .35em 1em">{marked} <small><em>{escape(source)}</em></small></p>'
            )
        listing = "Terms: " + ", ".join(f"{term} {weight:.2f}" for term, weight in weights)
        texts.append("\n   ".join([title, numbers, *notes, listing, *lines]))
        chips = " · ".join(
            f'<span style="white-space:nowrap">{escape(term)} <small>{weight:.2f}</small></span>'
            for term, weight in weights
        )
        items = [f"<strong>{escape(notes[0])}</strong>"] if row.alarms else []
        items += [escape(note) for note in notes[len(items) :]]
        pages.append(
            f'<div style="border-left:5px solid {AMBER if row.alarms else BLUE};padding:0 1em;margin:1.2em 0;'
            f'max-width:52em"><p style="margin:.2em 0;font-size:1.15em"><strong>{escape(title)}</strong></p>'
            + "".join(f'<p style="margin:.2em 0">{item}</p>' for item in [escape(numbers), *items])
            + f'<p style="margin:.4em 0">Terms: {chips}</p>{quotes}</div>'
        )
    if len(topics) > limit:
        remainder = f"{plural(len(topics) - limit, 'smaller topic')} more in table topics."
        texts.append(remainder)
        pages.append(f"<p>{remainder}</p>")
    return CardsView("\n\n".join(texts), "\n".join(pages))


@cache
def _figure_words() -> dict[str, dict[str, str]]:
    source = files("helpers") / "resources" / "figures.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def figure_names() -> list[str]:
    """List the figures in the order in which a reader meets them: that of ``resources/figures.toml``."""
    return list(_figure_words())


def figure_words(name: str, **values: object) -> tuple[str, str]:
    """Caption and alternative text of a figure, from ``resources/figures.toml``.

    Parameters
    ----------
    name
        Section of the file, which is the figure's name.
    **values
        What stands in braces there, with any format of `str.format`: ``{n_names:,}``.

    Raises
    ------
    ValueError
        If there is no such section, or values are missing or wanted by neither text.

    Examples
    --------
    >>> figure_words("06-tree", n_leaves=4, noun="topics")[1]
    'A tree of 4 topics.'
    >>> figure_words("06-tree", n_leaves=4)
    Traceback (most recent call last):
    ValueError: figure 06-tree: resources/figures.toml wants noun, which the notebook does not give
    """
    fields, words = _fields(name), _figure_words()[name]
    if missing := ", ".join(sorted(fields - set(values))):
        raise ValueError(
            f"figure {name}: resources/figures.toml wants {missing}, which the notebook does not give"
        )
    if spare := ", ".join(sorted(set(values) - fields)):
        raise ValueError(f"figure {name}: resources/figures.toml has no place for {spare}")
    return words["caption"].format(**values), words["alt"].format(**values)


def _fields(name: str) -> set[str]:
    """List what stands in braces in the words of a figure."""
    if name not in _figure_words():
        raise ValueError(f"figure {name}: resources/figures.toml has no section [{name}]")
    texts = _figure_words()[name].values()
    return {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}


class FigureWords(NamedTuple):
    """What `figure` left in a PNG, and the picture's size in pixels."""

    title: str
    caption: str
    alt: str
    width: int
    height: int


def read_words(path: Path) -> FigureWords:
    """Read title, caption and alternative text from a PNG."""
    from PIL import Image

    with Image.open(path) as image:
        title, description, caption = (
            str(image.info.get(key, "")) for key in ("Title", "Description", "Comment")
        )
        return FigureWords(
            title, caption, description.removesuffix(caption).strip() or caption or title, *image.size
        )


def published_figures(out: Path) -> list[Path]:
    """Pictures in an output folder in the order of reading; those that the table of words lacks come last."""
    paths = sorted((out / "figures").glob("[0-9][0-9]-*.png"))
    order = {name: i for i, name in enumerate(figure_names())}
    return sorted(paths, key=lambda path: (path.stem[:2], order.get(path.stem, len(order))))


def figure(
    ax: Axes | np.ndarray,
    data: pd.DataFrame,
    name: str,
    *,
    out: Path,
    title: str,
    n: str,
    enough: bool | None = None,
    **values: object,
) -> PublishedFigure | TableView:
    """Write a figure as ``out/figures/name.png``, ``.svg`` and ``.csv`` and return it for display.

    Parameters
    ----------
    ax
        Any Axes of the figure, which is closed afterwards.
    data
        The numbers drawn, tidy; they become the csv.
    name
        File name without ending, starting with the notebook's number (``02-topics``), and section of
        ``resources/figures.toml`` with caption and alternative text.
    out
        The output folder.
    title
        The finding, in words. It is set above the figure.
    n
        The subtitle: how many articles stand behind it and which are not in it.
    enough
        Whether there is anything to draw, by default whether `data` has a row; where not, the sentence that
        says so is returned.
    **values
        What stands in braces in caption and alternative text. The rows of `data` are counted here
        (``{n_rows}``), and the values in a column of it (``{n_entity}``).

    Raises
    ------
    ValueError
        See `figure_words`.
    """
    fields = _fields(name)
    counts = {f"n_{column}": data[column].nunique() for column in data if f"n_{column}" in fields}
    counts |= {"n_rows": len(data)} if "n_rows" in fields else {}
    caption, alt = figure_words(name, **{**counts, **values})
    enough = len(data) > 0 if enough is None else enough
    canvas = np.ravel(np.asarray(ax, dtype=object))[0].get_figure(root=True)
    folder = out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    if not enough:
        plt.close(canvas)
        for path in folder.glob(f"{name}.*"):
            path.unlink()
        return TableView(pd.DataFrame(), fill(f"No figure {name}: {title}. {n}.", 100))
    about, png = {"Title": title, "Description": f"{alt} {caption}"}, io.BytesIO()
    with warnings.catch_warnings():
        # matplotlib's own font has no Chinese, say: a box stands in the picture, the word in the csv
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        # title and subtitle stand above everything else that is drawn, on the left
        box = canvas.get_tightbbox()  # inches
        width, height = canvas.get_size_inches()
        left, top, point = box.x0 / width, box.y1 / height, 1 / (72 * height)
        columns = max(int((box.x1 - box.x0) * 72 / 5.6), 30)
        subtitle = fill(n, int(columns * 1.2))
        lift = (12 + 12 * (subtitle.count("\n") + 1)) * point
        side = {"ha": "left", "va": "bottom"}
        canvas.text(left, top + 8 * point, subtitle, fontsize=8.5, color="#555555", **side)
        canvas.text(left, top + lift, fill(title, columns), fontsize=11, weight="bold", **side)
        # measured once, at the size of the picture: bbox="tight" would draw all once more for each format
        canvas.set_dpi(plt.rcParams["savefig.dpi"])
        room = canvas.get_tightbbox().padded(plt.rcParams["savefig.pad_inches"])
        metadata = about | {"Comment": caption, "Software": None}
        canvas.savefig(png, format="png", bbox_inches=room, metadata=metadata)
        with tables.atomic(folder / f"{name}.svg") as temporary:
            metadata = about | {"Date": None, "Creator": None}
            canvas.savefig(temporary, format="svg", bbox_inches=room, metadata=metadata)
    with tables.atomic(folder / f"{name}.png") as temporary:
        temporary.write_bytes(png.getvalue())
    plt.close(canvas)
    tables.csv(data, folder / f"{name}.csv")
    fingerprint = hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest()[:12]
    names = ", ".join(map(str, data.columns))
    summary = f"{alt} Data: {plural(len(data), 'row')} of {names} (sha256 {fingerprint})"
    text = fill(f"Figure {name}: {title}. {n}. {summary}", 100)
    return PublishedFigure(name, caption, alt, text, png.getvalue())
