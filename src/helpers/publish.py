"""Figures leave the notebook as picture, drawing and numbers, with a caption and a text for the blind."""

import base64
import hashlib
import io
import json
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Formatter
from textwrap import fill
from typing import Any, NamedTuple, cast

import jinja2
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dateline import tables
from dateline.population import UNDATED
from helpers import charts, grids
from helpers.charts import AMBER, BLUE, root_figure
from helpers.prose import day, listed, percent, plural, score, share_interval, shorten

# Columns of whole numbers that are names, and get no comma at the thousands.
LABELS = ("story", "topic", "sentence", "row", "record", "year")
# The rule of what stands on a page outside its article, whose place among the kept words is not known.
PAGE = "page"
# Characters of a removed span that are shown.
LONGEST_SPAN = 30_000
# Inches of width and height, and how much larger letters are than in a notebook, of a figure for elsewhere.
SIZES = {"page": (7.2, 9.7, 1.0), "column": (3.5, 9.7, 0.75), "slide": (13.33, 7.5, 1.6)}
# Characters that turn a line or the direction of writing, and would turn a table too.
UNPRINTED = r"[^\S ]+|[\u200b-\u200f\u2028-\u202e\u2066-\u2069]"
# Characters that reorder or hide what a reader sees.
HIDDEN = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


def use_style() -> None:
    """Use Dateline's style sheet for all figures from now on, whatever the user's matplotlibrc says."""
    plt.style.use(["default", str(files("helpers") / "resources" / "dateline.mplstyle")])
    # figures appear where they are published, not a second time when the cell ends
    mpl.rcParams["interactive"] = False


@dataclass(frozen=True)
class View:
    """What a notebook shows as a page (foreign text escaped) and a test compares as text."""

    text: str
    page: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.page


@dataclass(frozen=True)
class PublishedFigure:
    """A figure that a notebook shows as picture and describes as text; `text` is what a test compares."""

    caption: str
    alt: str
    text: str
    png: bytes

    def __repr__(self) -> str:
        return self.text

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        return self.png, {"alt": self.alt}


def show_table(
    frame: pd.DataFrame, otherwise: str, *, limit: int | None = None, noun: str = "row", note: str = ""
) -> View:
    """Show the first rows of a table, no cell cut off, or say what it means (`otherwise`) that it is empty.

    Where there are more than `limit` rows, which a note calls by their `noun`, it says so; else it is `note`.

    >>> show_table(pd.DataFrame({"n_words": [3, 2]}), "No article.", limit=1, noun="article")
    n words
          3
    1 of 2 articles shown
    """
    head = frame if limit is None else frame.head(limit)
    if len(head) < len(frame):
        note = f"{len(head):,} of {plural(len(frame), noun)} shown"
    note = note if len(frame) else otherwise
    below = f"<p>{escape(note)}</p>" if note else ""
    if head.empty:
        return View(note, below)
    lines, page = [""] * (len(head) + 1), [""] * (len(head) + 1)
    for number, (label, column) in enumerate(head.items()):
        text = column.astype("object").where(column.notna(), "")
        if pd.api.types.is_datetime64_any_dtype(column):
            text = column.dt.strftime("%Y-%m-%d").fillna("")
        elif pd.api.types.is_bool_dtype(column):
            text = column.map({True: "yes", False: ""})
        elif pd.api.types.is_integer_dtype(column) and label not in LABELS:
            text = column.map("{:,}".format)
        is_number = pd.api.types.is_any_real_numeric_dtype(column)
        cells = [str(label).replace("_", " "), *(re.sub(UNPRINTED, " ", str(cell)) for cell in text)]
        width, style = max(map(len, cells)), f'style="text-align:{"right" if is_number else "left"}"'
        for row, cell in enumerate(cells):
            lines[row] += "  " * (number > 0) + (cell.rjust(width) if is_number else cell.ljust(width))
            page[row] += (
                f'<td dir="auto" {style}>{escape(cell)}</td>' if row else f"<th {style}>{escape(cell)}</th>"
            )
    text = "\n".join([*(line.rstrip() for line in lines), *filter(None, [note])])
    body = "".join(f"<tr>{row}</tr>" for row in page[1:])
    return View(text, f"<table><thead><tr>{page[0]}</tr></thead><tbody>{body}</tbody></table>{below}")


def note_checks(
    checks: Mapping[str, bool], stage: str, out: Path, *, aside: Sequence[pd.DataFrame] = ()
) -> str:
    """List checks and write ``tables/NN-checks.csv``: one that fails ends no run, but the report names it.

    So it does with the rows that `tables.set_aside` parted from a table, in ``tables/NN-aside.csv``.
    """
    if aside:
        tables.csv(pd.concat(aside), out / "tables" / f"{stage}-aside.csv")
    table = pd.DataFrame({"check": list(checks), "holds": list(checks.values())})
    tables.csv(table, out / "tables" / f"{stage}-checks.csv")
    return "\n".join("FAILS: " * (not holds) + check for check, holds in checks.items())


def mark_removed(articles: pd.DataFrame, removed: pd.DataFrame, article_id: str = "") -> View:
    """Show one article's source with the removed spans in place; of a page, first its text, then the rest.

    Without an id it is the article that most rules touched; KeyError says what an id looks like.
    """
    spans = removed[~removed["rule"].isin(tables.BLANK)]
    if not article_id:
        rules = articles["article_id"].map(spans.groupby("article_id")["rule"].nunique()).fillna(0)
        order = articles.assign(rules=rules).sort_values(["rules", "removed_share"], kind="stable")
        article_id = str(order["article_id"].iloc[-1])
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    if article_id not in texts:
        like = next(iter(texts))
        raise KeyError(f"SHOW is {article_id!r}: there is no such article; an id looks like {like}")
    text = texts[article_id]
    spans = removed[removed["article_id"] == article_id].sort_values(["start", "end"], kind="stable")
    page = bool((spans["rule"] == PAGE).any())
    pieces, position, source = [("", text)] if page else [], 0, 0
    for span in spans.itertuples():
        step = 0 if page else span.start - source
        pieces.append(("", "\n" if page else text[position : position + step]))
        blank = span.rule in tables.BLANK or not span.text.strip()
        pieces.append(("" if blank else span.rule, span.text[:LONGEST_SPAN]))
        position, source = position + step, span.end
    pieces += [] if page else [("", text[position:])]
    heading = article_id + (" (its text, then the rest of the page)" if page else "")
    words = "".join(f"[–{rule}: {' '.join(part.split())}–]" if rule else part for rule, part in pieces)
    lines = [fill(" ".join(line.split()), 96) for line in words.split("\n") if line.strip()]
    style = "white-space:pre-wrap;max-width:46em;max-height:32em;overflow:auto;text-align:left"
    deleted = '<del style="background:#F6D5BF;color:#5a2400">'
    markup = "".join(f"{deleted}{escape(part)}</del><sub>{escape(rule)}</sub>" if rule else escape(part)
                    for rule, part in pieces)  # fmt: skip
    block = f'<p><b>{escape(heading)}</b></p><div dir="auto" style="{style}">{markup}</div>'
    return View("\n".join([heading, *lines]), block)


def topic_cards(
    topics: pd.DataFrame, terms: pd.DataFrame, examples: pd.DataFrame, *, n: int, limit: int = 12
) -> View:
    """Show the largest topics as cards: numbers, what speaks against a topic, terms, sentences behind it.

    `topics` and `terms` are tables; `examples` has topic, article_id, outlet, published and text of sentences
    that stand for each topic; `n` articles were grouped.
    """
    texts, cards = [], []
    for row in topics.head(limit).itertuples():
        weights = terms.loc[terms["topic"] == row.topic, ["term", "weight"]].to_numpy().tolist()
        words = sorted((re.escape(term) for term, _ in weights), key=lambda word: (-len(word), word))
        pattern = re.compile(rf"\b({'|'.join(words)})\b" if words else "(?!)()", re.IGNORECASE)
        share = share_interval(row).replace(", 95 % interval", " (95\xa0% interval")
        notes = [f"{row.n_articles:,} of {n:,} articles, {share}), stability {row.stability:.2f}"]
        notes += [f"To be read with care: {row.alarms}."] * bool(row.alarms)
        notes += [f"By hand: {row.hand}."] * bool(row.hand)
        title, quotes = f"{row.topic + 1}. {row.label}", []
        for example in examples[examples["topic"] == row.topic].itertuples():
            published = day(example.published) if pd.notna(example.published) else UNDATED
            source = ", ".join([*filter(pd.notna, [example.outlet]), published, example.article_id])
            quotes.append((shorten(example.text, width=280), source))
        listing = "Terms: " + ", ".join(f"{term} {weight:.2f}" for term, weight in weights)
        lines = [title, *notes, listing, *(f"- {text} ({source})" for text, source in quotes)]
        texts.append("\n   ".join(lines))
        marked = [(pattern.split(text), source) for text, source in quotes]
        colour = AMBER if row.alarms else BLUE
        cards.append({"title": title, "notes": notes, "colour": colour, "weights": weights, "quotes": marked})
    remainder = f"{plural(len(topics) - limit, 'smaller topic')} more in table topics."
    note = [] if 0 < len(topics) <= limit else [remainder if len(topics) else "There are no topics to show."]
    return View("\n\n".join(texts + note), fill_page("topic_cards.html.j2", cards=cards, notes=note))


def fill_page(template: str, **values: object) -> str:
    """Fill a template of ``resources/``, foreign text escaped and without `HIDDEN` characters."""
    source = (files("helpers") / "resources" / template).read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=lambda value: re.sub(HIDDEN, "", value) if type(value) is str else value,  # not of markup
    )  # fmt: skip
    return environment.from_string(source).render(**values)


@cache
def _figure_words() -> dict[str, dict[str, Any]]:
    return tables.read_toml("figures.toml", package="helpers")


class _Wording(Formatter):
    """The formats that ``resources/figures.toml`` explains at its head."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401
        kind, _, limit = format_spec.partition(" ")
        if format_spec[:1] == "+":
            return plural(int(value), format_spec[1:])
        if format_spec[:1] == "?":
            return format_spec[1:].split("|")[int(value != 1)]
        if kind == "list":
            return listed(value, limit=int(limit or 8))
        forms: dict[str, Callable[[Any], str]] = {"%": percent, "score": score, "day": day}
        return forms[kind](value) if kind in forms else super().format_field(value, format_spec)


def say(wording: str, /, **values: Any) -> str:  # noqa: ANN401
    """Fill a wording of ``resources/figures.toml``, as ``section.case``, with values."""
    section, _, case = wording.partition(".")
    return _Wording().vformat(_figure_words()[section]["say"][case], (), values)


def figure_words(name: str, data: pd.DataFrame, case: str = "", **values: object) -> tuple[str, str]:
    """Caption and alternative text of a figure, from ``resources/figures.toml``.

    The rows of `data` (``{n_rows}`` in the texts) and the values in a column (``{n_entity}``) are counted;
    what else stands in braces there has to be among `values`, and nothing more, or ValueError says so. `case`
    asks for the caption ``caption-case``.
    """
    if "caption" not in (words := _figure_words().get(name, {})):
        raise ValueError(f"figure {name}: resources/figures.toml has no section [{name}]")
    texts = [words.get(f"{kind}-{case}", words[kind]) for kind in ("caption", "alt")]
    fields = {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}
    counts = {f"n_{column}": data[column].nunique() for column in data if f"n_{column}" in fields}
    counts["n_rows"] = len(data)
    if missing := ", ".join(sorted(fields - set(values | counts))):
        wanted = f"wants {missing}, which the notebook does not give"
        raise ValueError(f"figure {name}: resources/figures.toml {wanted}")
    if spare := ", ".join(sorted(set(values) - fields)):
        raise ValueError(f"figure {name}: resources/figures.toml has no place for {spare}")
    caption, alt = (_Wording().vformat(text, (), counts | values) for text in texts)
    return caption, alt


class FigureWords(NamedTuple):
    """What `figure` left in a PNG, and the picture's size in pixels."""

    title: str
    caption: str
    alt: str
    width: int
    height: int


def read_words(path: Path) -> FigureWords:
    """Read title, caption and alternative text from a PNG."""
    with Image.open(path) as image:
        title, alt, caption = (str(image.info.get(key, "")) for key in ("Title", "Description", "Comment"))
        return FigureWords(title, caption, alt.removesuffix(caption).strip() or caption or title, *image.size)


def published_figures(out: Path) -> list[Path]:
    """Pictures in an output folder in the order of reading; those that the table of words lacks come last."""
    paths = sorted((out / "figures").glob("[0-9][0-9]-*.png"))
    order = {name: i for i, name in enumerate(_figure_words())}
    return sorted(paths, key=lambda path: (path.stem[:2], order.get(path.stem, len(order))))


def figure(
    ax: Axes | np.ndarray, data: pd.DataFrame, name: str, *, out: Path, title: str, n: str,
    enough: bool | str = True, case: str = "", **values: object,
) -> PublishedFigure | View:  # fmt: skip
    """Write a figure as ``out/figures/name.png``, ``.svg`` and ``.csv`` and return it for display.

    `ax` is any Axes of the figure, which is closed afterwards; `data`, the numbers drawn, becomes the csv.
    The `title` says what was found, `n` how many articles stand behind it; for `case` and the other values
    see `figure_words`. Without a row, or where there is not `enough` (a column of `data` needs two values),
    a sentence says so, and no figure is left.
    """
    caption, alt = figure_words(name, data, case, **values)
    enough = len(set(data[enough])) > 1 if isinstance(enough, str) else enough and len(data) > 0
    canvas = root_figure(ax)
    folder = out / "figures"
    if not enough:
        plt.close(canvas)
        for path in folder.glob(f"{name}.*"):
            path.unlink()
        sentence = fill(f"No figure {name}: {title}. {n}.", 100)
        return View(sentence, f"<p>{escape(sentence)}</p>")
    words = {"title": title, "n": n, "caption": caption, "alt": alt}
    png = _save(canvas, folder / name, words)
    recipe = words | dict(zip(("form", "options"), getattr(canvas, "recipe", ("", None)), strict=True))
    packed = json.dumps(recipe, default=lambda x: {"parquet": base64.b64encode(x.to_parquet()).decode()})
    tables.write_text(packed, folder / f"{name}.json")
    tables.csv(data, folder / f"{name}.csv")
    fingerprint = hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest()[:12]
    names = ", ".join(map(str, data.columns))
    summary = f"{alt} Data: {plural(len(data), 'row')} of {names} (sha256 {fingerprint})"
    text = fill(f"Figure {name}: {title}. {n}. {summary}", 100)
    return PublishedFigure(caption, alt, text, png)


def _save(canvas: Figure, path: Path, words: Mapping[str, str], size: str = "") -> bytes:
    """Write title and subtitle above a figure, and it as png (returned), svg and, in a size, pdf."""
    about = {"Title": words["title"], "Description": f"{words['alt']} {words['caption']}"}
    wide, high, scale = SIZES.get(size, (0, 0, 0))
    content, suffixes = {}, ("png", "svg", "pdf") if size else ("png", "svg")
    with warnings.catch_warnings():
        # matplotlib's own font has no Chinese, say: a box stands in the picture, the word in the csv
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        if size:  # letters keep their size, the axes get what they leave
            labels = canvas.get_tightbbox().width - canvas.get_figwidth()
            canvas.set_figwidth(max(wide / scale - labels - 0.25, 1.6))
        # title and subtitle stand above everything else that is drawn, on the left
        canvas.set_dpi(plt.rcParams["savefig.dpi"])
        box = canvas.get_tightbbox()  # inches
        width, height = canvas.get_size_inches()
        left, top, point = box.x0 / width, box.y1 / height, 1 / (72 * height)
        columns = max(int((box.x1 - box.x0) * 72 / 5.6), 30)
        subtitle = fill(words["n"], int(columns * 1.2))
        lift = (12 + 12 * (subtitle.count("\n") + 1)) * point
        side: dict[str, Any] = {"ha": "left", "va": "bottom"}
        canvas.text(left, top + 8 * point, subtitle, fontsize=8.5, color="#555555", **side)
        canvas.text(left, top + lift, fill(words["title"], columns), fontsize=11, weight="bold", **side)
        # bbox="tight" would draw all once more for each format
        head = Bbox.union([text.get_window_extent() for text in canvas.texts])
        room = Bbox.union([box, head.transformed(canvas.dpi_scale_trans.inverted())])
        room = room.padded(plt.rcParams["savefig.pad_inches"])
        factor = min(wide / room.width, high / room.height) if size else 1
        metadata: dict[str, Any] = {"pdf": {"Title": words["title"], "CreationDate": None}}
        metadata["svg"] = about | {"Date": None, "Creator": None}
        dpi = factor * plt.rcParams["savefig.dpi"]
        for suffix in suffixes:
            kind: Any = {"bbox_inches": room, "dpi": dpi, "metadata": metadata.get(suffix)}
            canvas.savefig(file := io.BytesIO(), format="raw" if suffix == "png" else suffix, **kind)
            content[suffix] = file.getvalue()
        texts = about | {"Comment": words["caption"]}
        content["png"] = _reduce_colours(cast("Any", canvas.canvas).buffer_rgba(), texts, dpi)
    plt.close(canvas)
    if size:  # what is drawn by lines is scaled as a whole
        import pypdf

        lengths = f'width="{72 * factor * room.width:.2f}pt" height="{72 * factor * room.height:.2f}pt"'
        old = rb'width="[\d.]+pt" height="[\d.]+pt"'
        content["svg"] = re.sub(old, lengths.encode(), content["svg"], count=1)
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(content["pdf"]))
        writer.pages[0].scale_by(factor)
        writer.write(file := io.BytesIO())
        content["pdf"] = file.getvalue()
    for suffix in suffixes:
        with tables.atomic(path.with_name(f"{path.name}.{suffix}")) as temporary:
            temporary.write_bytes(content[suffix])
    return content["png"]


def _reduce_colours(pixels: Any, words: Mapping[str, str], dpi: float) -> bytes:  # noqa: ANN401
    """Write a picture as png in 256 colours, which look the same and are a third of the bytes."""
    texts, row = PngInfo(), np.ascontiguousarray(pixels).view("<u4").ravel()
    for key, text in words.items():
        texts.add_text(key, text)
    # quantized is each colour once, not each pixel: neighbours are mostly of one colour
    starts = np.append(0, np.flatnonzero(row[1:] != row[:-1]) + 1)
    colours, places = np.unique(row[starts], return_inverse=True)
    swatches = Image.fromarray(colours.view("u1").reshape(1, -1, 4)[..., :3].copy())
    swatches = swatches.quantize(method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    indices = np.repeat(np.asarray(swatches)[0][places], np.diff(starts, append=len(row)))
    picture = Image.fromarray(indices.reshape(np.shape(pixels)[:2]))
    picture.putpalette(cast("Any", swatches.getpalette()))
    picture.save(content := io.BytesIO(), "png", pnginfo=texts, dpi=(dpi, dpi))
    return content.getvalue()


def _unpacked(value: dict[str, Any]) -> Any:  # noqa: ANN401
    return pd.read_parquet(io.BytesIO(base64.b64decode(value["parquet"]))) if "parquet" in value else value


def draw_again(
    recipe: Path, folder: Path, *, size: str = "page", names: Sequence[str] = (), title: str = "",
    **new: Any,  # noqa: ANN401
) -> None:  # fmt: skip
    """Draw a figure of a run again from ``figures/NAME.json`` into a folder.

    `names` are the rows that stay; or `new` has what is drawn instead, under the `title`.
    """
    words = json.loads(recipe.read_text(encoding="utf-8"), object_hook=_unpacked)
    options = words["options"] | new
    data = new.get("frame", pd.read_csv(recipe.with_suffix(".csv"), dtype="str", na_filter=False))
    if names and not new:
        data = _rows_of(data, names)
        options = {key: _rows_of(value, names) for key, value in options.items()}
    words["title"] = title or listed(names, limit=12) or words["title"]
    forms = {name: draw for module in (charts, grids) for name, draw in vars(module).items()
             if hasattr(draw, "__wrapped__")}  # fmt: skip
    use_style()
    _save(root_figure(forms[words["form"]](**options)), folder / recipe.stem, words, size)
    tables.csv(data, folder / f"{recipe.stem}.csv")


def write_index(out: Path) -> None:
    """Write ``out/figures/index.html``: each figure with its words, and its files in all sizes."""
    pictures = []
    for path in published_figures(out):
        paths = sorted(set(path.parent.glob(f"**/{path.stem}.*")) - {path.with_suffix(".json")})
        names = [file.relative_to(path.parent).as_posix() for file in paths]
        pictures.append((path.stem, read_words(path), names))
    tables.write_text(fill_page("figures.html.j2", pictures=pictures), out / "figures" / "index.html")


def _rows_of(value: Any, names: Sequence[str]) -> Any:  # noqa: ANN401
    """Keep the rows of a table that are about some names; where none is, or it is no table, all of it."""
    wanted = {name.casefold() for name in names}
    for column in ("entity", "term", "word", "label", "outlet", "name"):
        if isinstance(value, pd.DataFrame) and column in value:
            inside = value[column].astype("str").str.casefold().isin(wanted)
            value = value[inside].reset_index(drop=True) if inside.any() else value
    return value
