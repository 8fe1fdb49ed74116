"""Figures of tone: shares, means with intervals, periods and words.

A finished tidy table in, Axes out.
"""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.show.plots import BLUE, GREEN, GREY, ORANGE
from helpers.words import percent

_VOICES = {"narrator": BLUE, "quote": ORANGE, "headline": GREEN}


def tone_shares(frame: pd.DataFrame) -> Axes:
    """Draw negative, neutral and positive shares as bars around the middle of the neutral part.

    Parameters
    ----------
    frame
        label (of the row), negative, neutral, positive, top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.34 * len(frame)))
    y = np.arange(len(frame))[::-1]
    left = -frame["neutral"] / 2 - frame["negative"]
    for name, colour in (("negative", ORANGE), ("neutral", "#DDDDDD"), ("positive", BLUE)):
        ax.barh(y, frame[name], left=left, color=colour, height=0.72)
        for row, (start, share) in enumerate(zip(left, frame[name], strict=True)):
            if share >= 0.06:
                colour_of_text = "black" if name == "neutral" else "white"
                ax.text(
                    start + share / 2, y[row], percent(share), ha="center", va="center", color=colour_of_text
                )
            if row == 0 and share > 0:
                ax.text(start + share / 2, y[0] + 0.5, name, ha="center", va="bottom", color="#444444")
        left = left + frame[name]
    ax.set_yticks(y, frame["label"])
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.tick_params(length=0)
    return ax


def tone_means(frame: pd.DataFrame, *, colour: str = "voice", neutral: float = 0.05) -> Axes:
    """Draw means with intervals, one row per `label`; beside each a hollow mark for the mean without events.

    Parameters
    ----------
    frame
        label, mean, low, high (NaN: none), judging, thin (bool), and `voice`; top row first. Rows with one
        label share a line of the figure.
    colour
        Column that gives the colour, with a legend if it has several values.
    neutral
        Scores up to this count as neutral: a grey band.
    """
    labels = list(dict.fromkeys(frame["label"]))
    _, ax = plt.subplots(figsize=(7.2, 1.1 + 0.36 * len(labels)))
    ax.axvspan(-neutral, neutral, color="#EFEFEF", zorder=0)
    ax.axvline(0, color="#666666", linewidth=0.8)
    kinds = list(dict.fromkeys(frame[colour]))
    for number, kind in enumerate(kinds):
        part = frame[frame[colour] == kind]
        tint = _VOICES.get(kind, BLUE)
        shift = 0.22 * ((len(kinds) - 1) / 2 - number)
        for row in part.itertuples():
            y = len(labels) - 1 - labels.index(row.label) + shift
            line = ":" if row.thin else "-"
            if not np.isnan(row.low):
                ax.plot([row.low, row.high], [y, y], color=tint, linestyle=line, linewidth=1.4)
            ax.plot(row.mean, y, "o", color=tint, markersize=5.5)
            ax.plot(row.judging, y, "o", markerfacecolor="white", markeredgecolor=tint, markersize=4.5)
    ax.set_yticks(range(len(labels)), labels[::-1])
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.set_xlabel("mean score of a sentence (−1 to 1); hollow: without event words")
    if len(kinds) > 1:
        handles = [
            plt.Line2D([], [], color=_VOICES.get(kind, BLUE), marker="o", label=kind) for kind in kinds
        ]
        ax.legend(handles=handles, ncols=len(kinds), loc="lower right", bbox_to_anchor=(1, 1))
    return ax


def tone_periods(frame: pd.DataFrame, *, unit: str, neutral: float = 0.05) -> Axes:
    """Draw the mean of each period with its interval, above a strip with the number of articles.

    Parameters
    ----------
    frame
        period (date), mean, low, high, judging, n_articles, thin (bool); empty periods have NaN.
    unit
        Name of the period.
    neutral
        Scores up to this count as neutral: a grey band.
    """
    _, (ax, strip) = plt.subplots(
        2, 1, figsize=(7.2, 3.8), sharex=True, height_ratios=[4, 1], gridspec_kw={"hspace": 0.1}
    )
    ax.axhspan(-neutral, neutral, color="#EFEFEF", zorder=0)
    ax.axhline(0, color="#666666", linewidth=0.8)
    width = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[unit] * 0.8
    for thin, part in frame.groupby("thin"):
        tint = GREY if thin else BLUE
        ax.vlines(part["period"], part["low"], part["high"], color=tint, linewidth=1.4)
        ax.plot(part["period"], part["mean"], "o", color=tint, markersize=4.5)
        ax.plot(part["period"], part["judging"], "o", mfc="white", mec=tint, markersize=4)
        hatch = "////" if thin else None
        strip.bar(
            part["period"], part["n_articles"], width=width, color="white" if thin else tint,
            edgecolor=tint, hatch=hatch, linewidth=0.5,
        )  # fmt: skip
    ax.set_ylabel("mean score")
    strip.set_ylabel("articles")
    strip.set_xlabel(f"published, by {unit}")
    if 0 < len(frame) < 3:  # or the axis would count hours
        pad = pd.Timedelta(days=4 * width)
        strip.set_xlim(frame["period"].min() - pad, frame["period"].max() + pad)
    for label in strip.get_xticklabels():
        label.set_rotation(30)
        label.set_ha("right")
    return ax


def tone_words(frame: pd.DataFrame) -> Axes:
    """Draw what each word adds to the mean score; words that name events are grey.

    Parameters
    ----------
    frame
        word, adds, event; top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 0.8 + 0.22 * len(frame)))
    y = np.arange(len(frame))[::-1]
    colours = [GREY if row.event else BLUE if row.adds > 0 else ORANGE for row in frame.itertuples()]
    ax.barh(y, frame["adds"], color=colours, height=0.75)
    ax.axvline(0, color="#666666", linewidth=0.8)
    ax.set_yticks(y, frame["word"])
    ax.set_ylim(-0.6, len(frame) - 0.4)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("adds to the mean score of a sentence; grey: names an event or a thing")
    return ax


def tone_toward(frame: pd.DataFrame) -> Axes:
    """Draw the tone toward each name: the model's mean with its interval, and hollow the dictionary's.

    Parameters
    ----------
    frame
        From `helpers.tone.targets.toward`, top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.3 + 0.36 * len(frame)))
    ax.axvline(0, color="#666666", linewidth=0.8)
    tints = {"positive": BLUE, "negative": ORANGE}
    for y, row in zip(range(len(frame))[::-1], frame.itertuples(), strict=True):
        tint = tints.get(row.tone, GREY)
        line = ":" if row.tone == "too few articles" else "-"
        ax.plot([row.low, row.high], [y, y], color=tint, linestyle=line, linewidth=1.6)
        ax.plot(row.dictionary, y, "o", markerfacecolor="white", markeredgecolor="#444444", markersize=5)
        ax.plot(row.model, y, "o", color=tint, markersize=6)
    names = [f"{row.entity} ({row.n_articles:,})" for row in frame.itertuples()]
    ax.set_yticks(range(len(frame)), names[::-1])
    ax.set_ylim(-0.6, len(frame) - 0.4)
    ax.set_xlim(-1, 1)
    ax.set_xlabel("tone toward the name (−1 negative to 1 positive); hollow: dictionary")
    ax.set_ylabel("name (articles)")
    return ax


def tone_articles(frame: pd.DataFrame) -> Axes:
    """Draw the mean of each article as a dot with its range; where there are no ranges, as a histogram.

    Parameters
    ----------
    frame
        label, mean, low, high, judging.
    """
    if frame["low"].notna().any():
        return tone_means(frame.assign(voice="article", thin=False))
    _, ax = plt.subplots(figsize=(7.2, 2.8))
    widest = frame["mean"].abs().max() if len(frame) else 0
    steps = int(np.ceil(round(widest / 0.05, 6))) + 1
    ax.hist(frame["mean"], bins=[0.05 * step for step in range(-steps, steps + 1)], color=BLUE)
    ax.axvspan(-0.05, 0.05, color="#EFEFEF", zorder=0)
    ax.axvline(0, color="#666666", linewidth=0.8)
    ax.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.set_xlabel("mean score of the article's sentences (−1 to 1)")
    ax.set_ylabel("articles")
    return ax
