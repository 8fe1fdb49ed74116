"""Figures of the corpus: when its articles appeared and what was kept of them.

A finished tidy table in, Axes out.
"""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.plots import BLUE, GREY, ORANGE, SKY
from helpers.prose import percent


def articles_over_time(frame: pd.DataFrame, *, unit: str) -> Axes:
    """Draw articles by period, copies on top of unique texts, and those without a day apart on the right.

    Parameters
    ----------
    frame
        period (date; missing in the last rows: articles without a day), label, unique_texts, copies.
    unit
        Name of the period.
    """
    _, ax = plt.subplots(figsize=(7.2, 3.2))
    dated = int(frame["period"].notna().sum())
    frame = frame[frame["period"].notna() | (frame["unique_texts"] + frame["copies"] > 0)]
    without = np.arange(len(frame)) >= dated
    wide = max(1, 0.04 * dated)
    x = np.arange(len(frame)) + np.where(without, wide + (np.arange(len(frame)) - dated) * 1.3 * wide, 0)
    width = np.where(without, wide, 0.85)
    colour = np.where(without, GREY, BLUE)
    ax.bar(x, frame["unique_texts"], width, color=colour, label="unique texts")
    ax.bar(x, frame["copies"], width, bottom=frame["unique_texts"], color=ORANGE, label="copies")
    shown = np.unique(np.linspace(0, dated - 1, min(dated, 8)).astype(int)) if dated else np.zeros(0, int)
    labels = frame["label"].to_numpy()
    ax.set_xticks([*x[shown], *x[without]], [*labels[shown], *labels[without]], rotation=30, ha="right")
    ax.set_xlabel(f"published, by {unit}")
    ax.set_ylabel("articles")
    ax.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.grid(visible=False, axis="x")
    if frame["copies"].sum():
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return ax


def kept_removed(frame: pd.DataFrame) -> Axes:
    """Draw what became of each outlet's characters as bars that add up to one.

    Parameters
    ----------
    frame
        outlet, text, header, removed (shares), articles; top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.1 + 0.34 * len(frame)))
    y, left = np.arange(len(frame))[::-1], np.zeros(len(frame))
    parts = (("text", BLUE, "text"), ("header", SKY, "title, date, byline"), ("removed", ORANGE, "removed"))
    for name, colour, label in parts:
        ax.barh(y, frame[name], left=left, color=colour, height=0.72, label=label)
        left = left + frame[name].to_numpy()
    ax.set_yticks(y, [f"{row.outlet} ({row.articles:,})" for row in frame.itertuples()])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda share, _: percent(share))
    ax.set_xlabel("share of the visible characters")
    ax.grid(visible=False, axis="y")
    ax.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    return ax
