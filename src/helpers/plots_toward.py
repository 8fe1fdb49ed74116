"""Figures of notebook 04 about words and names: what makes a mean, and the tone toward whom.

A finished tidy table in, Axes out.
"""

from collections.abc import Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from helpers.plots import BLUE, ORANGE
from helpers.plots_tone import VOICES
from helpers.prose import percent, score, shorten

_SIGNS = {"positive": BLUE, "negative": ORANGE}
_DIVERGING = mpl.colors.LinearSegmentedColormap.from_list("tone", [ORANGE, "#F7F7F7", BLUE])


def _tint(adds: float, *, event: bool) -> str:
    return "#BBBBBB" if event else BLUE if adds > 0 else ORANGE


def tone_words(frame: pd.DataFrame) -> Axes:
    """Draw what each word adds to the mean score of each voice; words that name events are grey.

    Parameters
    ----------
    frame
        word, event, and a column for each voice: what the word adds to its mean; top row first.
    """
    voices = [voice for voice in VOICES if voice in frame]
    _, axes = plt.subplots(
        1, max(len(voices), 1), figsize=(7.2, 0.9 + 0.2 * len(frame)), sharey=True, sharex=True,
        squeeze=False, gridspec_kw={"wspace": 0.08},
    )  # fmt: skip
    y = np.arange(len(frame))[::-1]
    for ax, voice in zip(axes[0], voices, strict=False):
        tints = [_tint(adds, event=event) for adds, event in zip(frame[voice], frame["event"], strict=True)]
        ax.barh(y, frame[voice], color=tints, height=0.75)
        ax.axvline(0, color="#666666", linewidth=0.8)
        ax.set_title(voice, fontsize=9.5, color=VOICES[voice], loc="left", weight="bold")
        ax.grid(visible=False, axis="y")
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(3))
        ax.tick_params(axis="y", length=0)
    ax = axes[0, len(voices) // 2]
    ax.set_xlabel("adds to the mean score of a sentence; grey: event word")
    axes[0, 0].set_yticks(y, frame["word"])
    axes[0, 0].set_ylim(-0.6, len(frame) - 0.4)
    return axes[0, 0]


def word_shift(frame: pd.DataFrame, *, names: Sequence[str]) -> Axes:
    """Draw what each word adds to the difference of two means; event words are grey.

    Parameters
    ----------
    frame
        word, event, more_often, otherwise, adds, times, times_other, from `dateline.tone.shift.shift`; top
        row first.
    names
        Of the two sides: words to the right make the second one's mean higher.
    """
    one, other = names if len(names) == 2 else ("", "")
    _, ax = plt.subplots(figsize=(7.2, 1.1 + 0.23 * len(frame)))
    y = np.arange(len(frame))[::-1]
    left = np.zeros((2, len(frame)))  # how far bars reach to the left and to the right
    for column, hatch in (("more_often", None), ("otherwise", "////")):
        part = frame[column].to_numpy()
        start = np.where(part > 0, left[1], left[0])
        tints = ["#BBBBBB" if event else BLUE if add > 0 else ORANGE
                 for add, event in zip(part, frame["event"], strict=True)]  # fmt: skip
        ax.barh(y, part, left=start, color=tints, hatch=hatch, edgecolor="white", linewidth=0, height=0.75)
        left += np.where(part > 0, [np.zeros(len(part)), part], [part, np.zeros(len(part))])
    ax.axvline(0, color="#666666", linewidth=0.8)
    more = frame["times_other"] > frame["times"]
    ax.set_yticks(y, [f"{word} {'▲' if up else '▼'}" for word, up in zip(frame["word"], more, strict=True)])
    ax.set_ylim(-0.6, len(frame) - 0.4)
    ax.grid(visible=False, axis="y")
    ax.tick_params(axis="y", length=0)
    against = f"{shorten(other, width=40)} against {shorten(one, width=40)}"
    ax.set_xlabel(f"← lowers   {against}   raises →\n▲ used more often, ▼ less often")
    handles = [
        Patch(facecolor=BLUE, label="raises"),
        Patch(facecolor=ORANGE, label="lowers"),
        Patch(facecolor="#BBBBBB", label="event word"),
        Patch(facecolor="#888888", hatch="////", edgecolor="white", label="by being used otherwise"),
    ]
    ax.legend(handles=handles, ncols=4, loc="lower left", bbox_to_anchor=(-0.02, 1), fontsize=8)
    return ax


def tone_toward(frame: pd.DataFrame) -> Axes:
    """Draw the tone toward each name, a panel a voice: the model's with interval, and the dictionary's.

    Parameters
    ----------
    frame
        From `dateline.tone.targets.toward` by voice, top row first.
    """
    names = list(dict.fromkeys(frame["entity"]))
    voices = [voice for voice in VOICES if voice in set(frame["voice"])]
    _, axes = plt.subplots(
        1, max(len(voices), 1), figsize=(7.2, 1.4 + 0.36 * len(names)), sharey=True, squeeze=False,
        gridspec_kw={"wspace": 0.06},
    )  # fmt: skip
    # all means and the intervals that say something are in view, the long ones of a few articles may leave it
    means, sure = frame[["model", "dictionary", "judging"]], frame.loc[~frame["thin"], ["low", "high"]]
    reach = min(1.08 * max(means.abs().max(axis=None), sure.abs().fillna(0).max(axis=None), 0.2), 1)
    for ax, voice in zip(axes[0], voices, strict=False):
        ax.axvline(0, color="#666666", linewidth=0.8)
        for row in frame[frame["voice"] == voice].itertuples():
            y = len(names) - 1 - names.index(row.entity)
            tint = _SIGNS.get(row.tone, "#BBBBBB" if row.thin else "#666666")
            line = ":" if row.thin else "-"
            if not np.isnan(row.low):
                ax.plot([row.low, row.high], [y, y], color=tint, linestyle=line, linewidth=1.6)
            ax.plot(row.model, y, "o", color=tint, markersize=6)
            ax.plot(row.dictionary, y + 0.2, "x", color="#444444", markersize=4.5)
            ax.plot(row.judging, y + 0.2, "o", mfc="white", mec="#444444", markersize=3.5)
            ax.annotate(
                f"{row.n_articles:,}", (0.98, y - 0.14), xycoords=("axes fraction", "data"), fontsize=7,
                ha="right", va="top", color="#444444",
            )  # fmt: skip
        ax.set_title(voice, fontsize=9.5, color=VOICES[voice], loc="left", weight="bold")
        ax.set_xlim(-reach, reach)
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
        ax.tick_params(axis="y", length=0)
    axes[0, 0].set_yticks(range(len(names)), [shorten(name, width=28) for name in names[::-1]])
    axes[0, 0].set_ylim(-0.6, len(names) - 0.3)
    axes[0, len(voices) // 2].set_xlabel("tone toward the name; small numbers: articles read")
    handles = [
        Line2D([], [], color="#666666", marker="o", label="model"),
        Line2D([], [], color="#444444", marker="x", linestyle="", label="dictionary"),
        Line2D([], [], color="#444444", marker="o", mfc="white", linestyle="", label="without event words"),
    ]
    axes[0, -1].legend(handles=handles, ncols=3, loc="lower right", bbox_to_anchor=(1, 1.06), fontsize=7.5)
    return axes[0, 0]


def tone_grid(frame: pd.DataFrame) -> Axes:
    """Draw the model's mean tone toward each name in each outlet; cells with few articles are hatched.

    Parameters
    ----------
    frame
        entity, outlet, n_articles, model, thin, tone, from `dateline.tone.targets.toward` by outlet; names
        and outlets in the order in which they come.
    """
    names = list(dict.fromkeys(frame["entity"]))
    outlets = sorted(set(frame["outlet"]))
    _, ax = plt.subplots(figsize=(1.8 + 0.95 * max(len(outlets), 2), 0.9 + 0.44 * max(len(names), 1)))
    for row in frame.itertuples():
        x, y = outlets.index(row.outlet), names.index(row.entity)
        clear = row.tone in _SIGNS
        face = _DIVERGING(round(0.5 + 0.5 * float(row.model), 6))
        box = plt.Rectangle(
            (x - 0.48, y - 0.46), 0.96, 0.92, facecolor=face, edgecolor="white",
            hatch="////" if row.thin else None, linewidth=0,
        )  # fmt: skip
        ax.add_patch(box)
        number = score(row.model)
        paper = {"facecolor": face, "edgecolor": "none", "pad": 1}
        weight = "bold" if clear else "normal"
        ax.text(x, y - 0.06, number, ha="center", va="center", fontsize=8.5, weight=weight, bbox=paper)
        ax.text(x, y + 0.27, f"{row.n_articles:,}", ha="center", va="center", fontsize=6.5, color="#333333")
    ax.set_xticks(range(len(outlets)), [shorten(name, width=22).replace(" ", "\n") for name in outlets])
    ax.set_yticks(range(len(names)), [shorten(name, width=28) for name in names])
    ax.set_xlim(-0.5, max(len(outlets), 1) - 0.5)
    ax.set_ylim(max(len(names), 1) - 0.5, -0.5)
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax


def tone_methods(frame: pd.DataFrame) -> Axes:
    """Draw how the model labels what the dictionary labels so, a panel a voice; counts, shaded by row.

    Parameters
    ----------
    frame
        From `dateline.tone.targets.methods`.
    """
    labels = [name for name in frame.columns if name not in ("voice", "dictionary")]
    rows = list(dict.fromkeys(frame["dictionary"]))
    voices = [v for v in VOICES if frame.loc[frame["voice"] == v, labels].to_numpy().sum() > 0]
    _, axes = plt.subplots(1, max(len(voices), 1), figsize=(7.2, 2.5), sharey=True, squeeze=False)
    for ax, voice in zip(axes[0], voices, strict=False):
        counts = frame[frame["voice"] == voice].set_index("dictionary").loc[rows, labels].to_numpy()
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        ax.imshow(shares, cmap="Greys", vmin=0, vmax=1.6, aspect="auto")
        for (i, j), count in np.ndenumerate(counts):
            same = labels[j] == rows[i]
            text = f"{count:,}\n{percent(shares[i, j])}" if counts[i].sum() else "–"
            ax.text(j, i, text, ha="center", va="center", fontsize=7.5, weight="bold" if same else "normal")
        ax.set_xticks(range(len(labels)), labels, fontsize=7.5, rotation=30, ha="right")
        ax.set_title(voice, fontsize=9.5, color=VOICES[voice], loc="left", weight="bold")
        ax.tick_params(length=0)
        ax.grid(visible=False)
    axes[0, 0].set_yticks(range(len(rows)), rows)
    axes[0, 0].set_ylabel("dictionary, of the clause")
    axes[0, len(voices) // 2].set_xlabel("model, toward the name")
    return axes[0, 0]
