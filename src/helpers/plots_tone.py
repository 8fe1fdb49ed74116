"""Figures of tone: shares, means with intervals by voice, periods and articles.

A finished tidy table in, Axes out. What has too few articles is hatched or dotted, the mean without event
words is hollow.
"""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.plots import BLUE, GREEN, GREY, ORANGE, PINK
from helpers.prose import percent

VOICES = {"narrator": GREEN, "quote": PINK, "headline": "#444444"}
_TONES = {"negative": ORANGE, "neutral": "#DDDDDD", "positive": BLUE}
_BAND = "#EFEFEF"


def tone_shares(frame: pd.DataFrame) -> Axes:
    """Draw negative, neutral and positive shares as bars around the middle of the neutral part.

    Parameters
    ----------
    frame
        label (of the row), negative, neutral, positive, without (neutral if event words do not count),
        n_sentences, thin (bool: hatched), top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.34 * len(frame)))
    y = np.arange(len(frame))[::-1]
    left = -frame["neutral"] / 2 - frame["negative"]
    for name, colour in _TONES.items():
        bars = ax.barh(y, frame[name], left=left, color=colour, height=0.72)
        for row, (bar, start, share) in enumerate(zip(bars, left, frame[name], strict=True)):
            if frame["thin"].iloc[row]:
                bar.set(hatch="////", edgecolor="white", linewidth=0)
            if share >= 0.06:
                ink = "black" if name == "neutral" or frame["thin"].iloc[row] else "white"
                box = (
                    {"facecolor": "white", "edgecolor": "none", "pad": 1} if frame["thin"].iloc[row] else None
                )
                middle = start + share / 2
                ax.text(middle, y[row], percent(share), ha="center", va="center", color=ink, bbox=box)
            if row == 0 and share > 0:
                ax.text(start + share / 2, y[0] + 0.5, name, ha="center", va="bottom", color="#444444")
        left = left + frame[name]
    end = float(left.max()) + 0.03 if len(frame) else 0
    head = "neutral without\nevent words"
    ax.text(end, len(frame) - 0.5, head, va="bottom", fontsize=8, color="#666666")
    for row, share in zip(y, frame["without"], strict=True):
        ax.text(end, row, percent(share), va="center", color="#666666")
    names = [f"{row.label} ({row.n_sentences:,})" for row in frame.itertuples()]
    ax.set_yticks(y, names)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.tick_params(length=0)
    return ax


def tone_voices(frame: pd.DataFrame, *, neutral: float = 0.05) -> Axes:
    """Draw means of the voices of each group, a line from the narrator's to that of the quotations.

    Parameters
    ----------
    frame
        label (of the group), voice, n_articles, mean, low, high (NaN: none), judging, thin (bool: dotted);
        top group first.
    neutral
        Scores up to this count as neutral: a grey band.
    """
    labels = list(dict.fromkeys(frame["label"]))
    voices = [voice for voice in VOICES if voice in set(frame["voice"])]
    step = 0.8 / len(voices) if voices else 0
    lane = {voice: step * ((len(voices) - 1) / 2 - number) for number, voice in enumerate(voices)}
    height = 1.1 + (0.2 + 0.17 * len(voices)) * len(labels)
    _, ax = plt.subplots(figsize=(7.2, height))
    ax.axvspan(-neutral, neutral, color=_BAND, zorder=0)
    ax.axvline(0, color="#666666", linewidth=0.8)
    for place, label in enumerate(labels[::-1]):
        part = frame[frame["label"] == label].set_index("voice")
        both = [voice for voice in ("narrator", "quote") if voice in part.index]
        ends = part.loc[both, "mean"]
        ax.plot(ends, [place + lane[voice] for voice in both], color="#BBBBBB", linewidth=3, zorder=1)
        for row in part.itertuples():
            y, tint = place + lane[row.Index], VOICES[row.Index]
            line = ":" if row.thin else "-"
            if not np.isnan(row.low):
                ax.plot([row.low, row.high], [y, y], color=tint, linestyle=line, linewidth=1.4)
            ax.plot(row.mean, y, "o", color=tint, markersize=5.5)
            ax.plot(row.judging, y, "o", markerfacecolor="white", markeredgecolor=tint, markersize=4)
            ax.annotate(
                f"{row.n_articles:,}", (1.01, y), xycoords=("axes fraction", "data"), va="center",
                color=tint, fontsize=7.5,
            )  # fmt: skip
    ax.annotate("articles", (1.01, 1), xycoords="axes fraction", va="bottom", fontsize=7.5, color="#444444")
    ax.set_yticks(range(len(labels)), labels[::-1])
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel("mean score of a sentence (−1 to 1); hollow: without event words")
    handles = [Line2D([], [], color=VOICES[voice], marker="o", label=voice) for voice in voices]
    ax.legend(handles=handles, ncols=3, loc="lower right", bbox_to_anchor=(0.98, 1))
    return ax


def tone_periods(frame: pd.DataFrame, *, unit: str, neutral: float = 0.05) -> Axes:
    """Draw the means of each period with their intervals, a panel a voice, above the number of articles.

    Parameters
    ----------
    frame
        voice, period (date), mean, low, high, judging, n_articles, thin (bool); empty periods have NaN.
    unit
        Name of the period.
    neutral
        Scores up to this count as neutral: a grey band.
    """
    voices = [voice for voice in VOICES if voice in set(frame.loc[frame["n_articles"] > 0, "voice"])]
    ratios = [3.0] * len(voices) + [1.4]
    figure, axes = plt.subplots(
        len(ratios), 1, figsize=(7.2, 0.62 * sum(ratios) + 0.6), sharex=True, height_ratios=ratios,
        gridspec_kw={"hspace": 0.12}, squeeze=False,
    )  # fmt: skip
    panels, strip = axes[:-1, 0], axes[-1, 0]
    width = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[unit] * 0.8
    for ax, voice in zip(panels, voices, strict=True):
        ax.axhspan(-neutral, neutral, color=_BAND, zorder=0)
        ax.axhline(0, color="#666666", linewidth=0.8)
        for thin, part in frame[frame["voice"] == voice].groupby("thin"):
            tint = "#BBBBBB" if thin else VOICES[voice]
            ax.vlines(part["period"], part["low"], part["high"], color=tint, linewidth=1.4)
            ax.plot(part["period"], part["mean"], "o", color=tint, markersize=4.5)
            ax.plot(part["period"], part["judging"], "o", mfc="white", mec=tint, markersize=3.5)
        ax.text(0.01, 0.97, voice, transform=ax.transAxes, va="top", color=VOICES[voice], weight="bold")
    if len(panels):
        # all means and the intervals that say something are in view; those of a few articles may leave it
        sure = frame.loc[~frame["thin"], ["low", "high"]]
        seen = np.abs([*frame["mean"], *frame["judging"], *sure["low"], *sure["high"]])
        reach = max(1.25 * float(np.nanmax(seen)), 2 * neutral)
        for ax in panels:
            ax.set_ylim(-reach, reach)
        figure.supylabel("mean score", x=0.03, fontsize=9.5)
    counts = frame[frame["voice"] == "narrator"]
    strip.bar(
        counts["period"], counts["n_articles"], width=width, color="white", edgecolor=GREY, linewidth=0.5
    )
    for bar, thin in zip(strip.patches, counts["thin"], strict=True):
        bar.set(hatch="////") if thin else bar.set(facecolor=VOICES["narrator"])
    strip.yaxis.set_major_locator(mpl.ticker.MaxNLocator(3, integer=True))
    strip.set_ylabel("articles")
    strip.set_xlabel(f"published, by {unit}")
    if 0 < counts["period"].nunique() < 3:  # or the axis would count hours
        pad = pd.Timedelta(days=4 * width)
        strip.set_xlim(frame["period"].min() - pad, frame["period"].max() + pad)
    for label in strip.get_xticklabels():
        label.set_rotation(30)
        label.set_ha("right")
    return strip


def tone_articles(frame: pd.DataFrame) -> Axes:
    """Draw the means of each article as dots with their ranges; where there are no ranges, as a histogram.

    Parameters
    ----------
    frame
        label, voice, n_sentences, mean, low, high, judging.
    """
    if frame["low"].notna().any():
        ax = tone_voices(frame.assign(thin=False, n_articles=frame["n_sentences"]))
        ax.texts[-1].set_text("sentences")
        return ax
    voices = [voice for voice in VOICES if voice in set(frame["voice"])]
    _, axes = plt.subplots(1, max(len(voices), 1), figsize=(7.2, 2.6), sharex=True, squeeze=False)
    widest = frame["mean"].abs().max() if len(frame) else 0
    steps = int(np.ceil(round(widest / 0.05, 6))) + 1
    for ax, voice in zip(axes[0], voices, strict=False):
        part = frame.loc[frame["voice"] == voice, "mean"]
        ax.axvspan(-0.05, 0.05, color=_BAND, zorder=0)
        ax.hist(part, bins=[0.05 * step for step in range(-steps, steps + 1)], color=VOICES[voice])
        ax.axvline(0, color="#666666", linewidth=0.8)
        ax.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        ax.set_title(f"{voice} ({len(part):,} articles)", fontsize=9.5, color=VOICES[voice], loc="left")
        ax.set_xlabel("mean score of a sentence")
    axes[0, 0].set_ylabel("articles")
    return axes[0, 0]
