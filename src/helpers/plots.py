"""Figures: a finished tidy table in, matplotlib Axes out; and one way to publish them."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MplFigure

from dateline import tables
from helpers.prose import plural

# Okabe-Ito by role, so that one thing has one colour in every figure.
BLUE, ORANGE, GREEN, PINK, SKY, AMBER, BLACK, YELLOW = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#000000",
    "#F0E442",
)
GREY = "#9A9A9A"


def use_style() -> None:
    """Use Dateline's style sheet for all figures from here on, whatever the user's matplotlibrc says."""
    plt.style.use(["default", str(files("helpers") / "resources" / "dateline.mplstyle")])
    # Figures are shown where they are published, not a second time by the notebook's end-of-cell hook.
    mpl.rcParams["interactive"] = False


@dataclass(frozen=True)
class Figure:
    """A published figure, which a notebook shows as picture and describes as text.

    Attributes
    ----------
    name
        File name without ending.
    caption, alt
        What the figure shows, for a reader and for one who cannot see it.
    text
        One paragraph with the data's size and fingerprint: this is what a test compares.
    png
        The picture's bytes.
    """

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
class Nothing:
    """What a notebook shows where there is too little for a figure."""

    text: str

    def __repr__(self) -> str:
        return self.text


def table(frame: pd.DataFrame, *, otherwise: str) -> "pd.DataFrame | Nothing":
    """Show a table, or where it has no row, say so in a sentence.

    Examples
    --------
    >>> table(pd.DataFrame({"day": []}), otherwise="No article has a date.")
    No article has a date.
    """
    return frame if len(frame) else Nothing(otherwise)


def publish(
    ax: Axes | np.ndarray,
    data: pd.DataFrame,
    *,
    name: str,
    title: str,
    caption: str,
    alt: str,
    n: str,
    out: Path,
    when: bool = True,
) -> "Figure | Nothing":
    """Write a figure as ``out/figures/name.png``, ``.svg`` and ``.csv`` and return it for display.

    Parameters
    ----------
    ax
        Any Axes of the figure, which is closed afterwards.
    data
        The numbers drawn, tidy; they become the csv.
    name
        File name without ending, starting with the notebook's number: ``02-topics``.
    title
        The finding, in words. It is set above the figure.
    caption
        What is drawn and how to read it, with units.
    alt
        The figure in one or two sentences for a reader who cannot see it.
    n
        The subtitle: how many articles stand behind it and which are not in it.
    out
        The output folder.
    when
        Whether there is anything to draw: an empty figure says less than its title.

    Returns
    -------
    Figure or Nothing
        To be the last expression of a cell.
    """
    figure = np.ravel(np.asarray(ax, dtype=object))[0].figure
    if not isinstance(figure, MplFigure):
        figure = figure.figure
    folder = out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    if not when:
        plt.close(figure)
        for path in folder.glob(f"{name}.*"):
            path.unlink()
        return Nothing(fill(f"No figure {name}: {title}. {n}.", 100))
    description = {"Title": title, "Description": f"{alt} {caption}"}
    png = io.BytesIO()
    with warnings.catch_warnings():
        # matplotlib's own font has no Chinese, say: a box stands in the picture, the word in the csv
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        _head(figure, title, n)
        # measured once, at the size of the picture: bbox="tight" would draw all once more for each format
        figure.set_dpi(plt.rcParams["savefig.dpi"])
        room = figure.get_tightbbox().padded(plt.rcParams["savefig.pad_inches"])
        about = {**description, "Comment": caption, "Software": None}
        figure.savefig(png, format="png", bbox_inches=room, metadata=about)
        with tables.atomic(folder / f"{name}.svg") as temporary:
            about = {**description, "Date": None, "Creator": None}
            figure.savefig(temporary, format="svg", bbox_inches=room, metadata=about)
    with tables.atomic(folder / f"{name}.png") as temporary:
        temporary.write_bytes(png.getvalue())
    plt.close(figure)
    tables.csv(data, folder / f"{name}.csv")
    fingerprint = hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest()[:12]
    text = fill(
        f"Figure {name}: {title}. {n}. {alt} Data: {plural(len(data), 'row')} of "
        f"{', '.join(map(str, data.columns))} (sha256 {fingerprint})",
        100,
    )
    return Figure(name, caption, alt, text, png.getvalue())


def _head(figure: MplFigure, title: str, n: str) -> None:
    """Set title and subtitle above everything else that is drawn, on the left."""
    box = figure.get_tightbbox()  # inches
    width, height = figure.get_size_inches()
    left, top = box.x0 / width, box.y1 / height
    step = 1 / (72 * height)  # one point
    columns = max(int((box.x1 - box.x0) * 72 / 5.6), 30)
    subtitle = fill(n, int(columns * 1.2))
    figure.text(left, top + 8 * step, subtitle, ha="left", va="bottom", fontsize=8.5, color="#555555")
    lift = 8 + 12 * (subtitle.count("\n") + 1) + 4
    figure.text(
        left, top + lift * step, fill(title, columns), ha="left", va="bottom", fontsize=11, weight="bold"
    )


def choices(frame: pd.DataFrame) -> Axes:
    """Draw which findings survive which choice, as a grid with the numbers in it.

    Parameters
    ----------
    frame
        choice, finding, text, state (``holds``, ``changes`` or ``none``); rows and columns in the order in
        which they come.
    """
    names, rows = (list(dict.fromkeys(frame[column])) for column in ("finding", "choice"))
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.34 * max(len(rows), 1)))
    colours = {"holds": "#CFE3F2", "changes": "#F6D5BF", "none": "#FFFFFF"}
    x, y = (frame[column].map(order.index) for column, order in (("finding", names), ("choice", rows)))
    for i, j, text, state in zip(x, y, frame["text"], frame["state"], strict=True):
        # the hatch says the same as the colour
        hatch = "////" if state == "changes" else None
        ax.add_patch(
            plt.Rectangle(
                (i - 0.48, j - 0.45), 0.96, 0.9, facecolor=colours[state], edgecolor="white", hatch=hatch
            )
        )
        ax.text(i, j, text, ha="center", va="center", fontsize=7, linespacing=1.1)
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlim(-0.5, max(len(names), 1) - 0.5)
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax
