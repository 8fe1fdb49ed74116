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

from helpers import tables

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
) -> Figure:
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

    Returns
    -------
    Figure
        To be the last expression of a cell.
    """
    figure = np.ravel(np.asarray(ax, dtype=object))[0].figure
    if not isinstance(figure, MplFigure):
        figure = figure.figure
    folder = out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    description = {"Title": title, "Description": f"{alt} {caption}"}
    png = io.BytesIO()
    with warnings.catch_warnings():
        # matplotlib's own font has no Chinese, say: a box stands in the picture, the word in the csv
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        _head(figure, title, n)
        figure.savefig(png, format="png", metadata={**description, "Comment": caption, "Software": None})
        with tables.atomic(folder / f"{name}.svg") as temporary:
            figure.savefig(temporary, format="svg", metadata={**description, "Date": None, "Creator": None})
    with tables.atomic(folder / f"{name}.png") as temporary:
        temporary.write_bytes(png.getvalue())
    plt.close(figure)
    tables.csv(data, folder / f"{name}.csv")
    fingerprint = hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest()[:12]
    text = fill(
        f"Figure {name}: {title}. {n}. {alt} Data: {len(data)} rows of {', '.join(map(str, data.columns))}"
        f" (sha256 {fingerprint})",
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
