"""Figures: a finished tidy table in, matplotlib Axes out; and one way to publish them."""

from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.publish import PublishedFigure, TableView, use_style, write_figure

__all__ = ["Nothing", "choices", "publish", "table", "use_style"]

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
) -> PublishedFigure | TableView:
    """To be replaced by `publish.figure`, whose words are in ``resources/figures.toml``."""
    return write_figure(ax, data, name, out=out, title=title, n=n, when=when, caption=caption, alt=alt)


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
