"""Forms of charts: a finished tidy table and the names of its columns in, matplotlib Axes out.

A colour means one thing in all figures. What has too few articles is grey, dotted or hatched, never by colour
alone, and every interval is that of the table.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from inspect import signature
from textwrap import fill
from typing import Any, TypeVar, cast

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dateline.population import FEWEST_NAMED, UNDATED, period_start
from helpers.prose import day, percent, shorten

# Okabe and Ito's colours, which colour-blind readers tell apart.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, AMBER, BLACK = "#56B4E9", "#E69F00", "#000000"
GREY, PALE, BAND, INK = "#9A9A9A", "#DDDDDD", "#EFEFEF", "#444444"

KIND_COLOURS = {"person": BLUE, "organisation": ORANGE, "place": GREEN, "other": GREY}
VOICE_COLOURS = {"narrator": GREEN, "quote": PINK, "headline": INK}
# Scores between ± this count as neutral, as in `dateline.tone.differences`.
NEUTRAL = 0.05
TONE_PARTS = {"negative": ("negative", ORANGE), "neutral": ("neutral", PALE), "positive": ("positive", BLUE)}
CLOCK_COLOURS = {"announced ahead": ORANGE, "the same day": BLACK, "recalled": BLUE}
# A day that articles talk about, by where it lay when they appeared.
DAY_PARTS = {
    "n_ahead": ("still to come", ORANGE),
    "n_same": ("the same day", BLACK),
    "n_back": ("in the past", BLUE),
    "n_undated": ("undated article", GREY),
}
# Articles that name somebody, by how far they let them speak.
VOICE_PARTS = {
    "n_quoted": ("quoted", ORANGE),
    "n_reported": ("only reported", AMBER),
    "n_silent": ("only named", PALE),
}
# From far ahead through the day itself to far back: lightness is the distance, the hue the direction.
LAG_COLOURS = ("#8C3A00", ORANGE, "#F2B48C", BLACK, "#A9D2EC", SKY, BLUE, "#003B5C")
TOPIC_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, AMBER, BLACK)
# A share that has room for its number inside the bar; characters of a label on the left.
ROOM, LABEL = 0.07, 44
# Up to so many articles each is a dot of its own, with its date; days that are marked over time.
FEW, MOST_MARKED = 8, 4


F = TypeVar("F", bound=Callable[..., Any])


def form(draw: F) -> F:
    """Note in a figure by which form and from what it was drawn, so that it can be drawn again."""

    @wraps(draw)
    def noted(*args: Any, **options: Any) -> Any:  # noqa: ANN401
        axes = draw(*args, **options)
        drawn: Any = root_figure(axes)
        drawn.recipe = draw.__name__, signature(draw).bind(*args, **options).arguments
        return axes

    return cast("F", noted)


def root_figure(axes: Axes | np.ndarray) -> Figure:
    """Give the figure of one of its Axes, or of several."""
    return np.ravel(np.asarray(axes, dtype=object))[0].get_figure(root=True)


def _rows(
    frame: pd.DataFrame, label: str, number: str | None = None, *, step: float = 0.28, head: float = 1.0,
    panels: int = 1,
) -> tuple[Axes, np.ndarray]:  # fmt: skip
    """Start a horizontal chart: name its rows, the first on top, and give their heights."""
    size = 7.2, head + step * max(len(frame), 1)
    gaps = {"wspace": 0.08}
    _, axes = plt.subplots(1, panels, figsize=size, sharey=True, sharex=True, squeeze=False, gridspec_kw=gaps)
    ax, heights = axes[0, 0], np.arange(len(frame))[::-1]
    labels = [day(name) if isinstance(name, pd.Timestamp) else str(name) for name in frame[label]]
    names = [shorten(name, width=LABEL) for name in labels]
    if number:
        names = [f"{name} ({n:,})" for name, n in zip(names, frame[number], strict=True)]
    ax.set_yticks(heights, names)
    ax.set_ylim(-0.6, max(len(frame), 1) - 0.4)
    ax.grid(visible=False, axis="y")
    return ax, heights


def percent_axis(axis: mpl.axis.Axis) -> None:
    """Write the numbers of an axis in per cent."""
    axis.set_major_formatter(lambda share, _: percent(share))


def whole_numbers(axis: mpl.axis.Axis, n: int = 10) -> None:
    """Put the ticks of an axis, about n of them, at whole numbers."""
    axis.set_major_locator(mpl.ticker.MaxNLocator(n, integer=True))


def legend_above(
    ax: Axes, handles: Sequence[Any] | None = None, *, left: bool = False, sizes: int | None = None
) -> None:
    """Put the legend above the axes, where it covers nothing; `sizes` are those of its dots."""
    handles = ax.get_legend_handles_labels()[0] if handles is None else handles
    if handles:
        place: Any = "lower left" if left else "lower right"
        legend = ax.legend(handles=handles, ncols=4, loc=place, bbox_to_anchor=(not left, 1))
        plt.setp(legend.legend_handles, sizes=[sizes]) if sizes else None


def article_strip(ax: Axes, places: Any, counts: pd.Series, tints: Any, **look: Any) -> None:  # noqa: ANN401
    """Draw the number of articles of each period as bars, in a strip under what is drawn over time."""
    ax.bar(places, counts, 0.85, color=tints, **look)
    ax.set_ylabel("articles")
    whole_numbers(ax.yaxis, 3)


@form
def dots(frame: pd.DataFrame, *, label: str, hollow: str | None = None) -> Axes:
    """Draw a share with its interval in each row, coloured by kind, hollow where `hollow` is true."""
    ax, heights = _rows(frame, label, "n_articles")
    categories = frame.get("kind", pd.Series("", index=frame.index))
    for category, tint in (KIND_COLOURS if "kind" in frame else {"": BLUE}).items():
        inside = (categories == category).to_numpy()
        if inside.any():
            part, y = frame[inside], heights[inside]
            faces = np.where(part[hollow].astype(bool), "white", tint) if hollow else tint
            ax.hlines(y, part["share_low"], part["share_high"], color=tint, linewidth=2, alpha=0.5)
            ax.scatter(part["share"], y, s=34, color=faces, edgecolor=tint, label=category, zorder=3,
                       clip_on=False)  # fmt: skip
    ax.set_xlim(0, min(1, 1.05 * frame["share_high"].max()) if len(frame) else 1)
    percent_axis(ax.xaxis)
    ax.set_xlabel("share of the articles, with 95 % interval")
    if "kind" in frame:
        legend_above(ax)
    return ax


@form
def stacked(
    frame: pd.DataFrame, parts: Mapping[str, tuple[str, str]], *, label: str, number: str | None = None,
    xlabel: str, shares: bool = True, pale: str | None = None, text: str | None = None,
    interval: tuple[str, str, str] | None = None,
) -> Axes:  # fmt: skip
    """Draw rows of bars that are made of parts (column: (name in the legend, colour)).

    The parts are shares of one, with their numbers inside, or counts. `number` is the column of the articles
    behind a row, `pale` is true where they are too few, `text` a sentence to the right of the bar, `interval`
    a share, its lower and its upper end, for a line above the bar (NaN: none).
    """
    ax, heights = _rows(frame, label, number, step=0.52 if text else 0.36, head=1.2)
    left = np.zeros(len(frame))
    thin = frame[pale].to_numpy(bool) if pale else np.zeros(len(frame), bool)
    for column, (name, colour) in parts.items():
        size = frame[column].to_numpy(float)
        bars = ax.barh(heights, size, left=left, color=colour, height=0.68, label=name)
        for bar, part, is_thin in zip(bars, size, thin, strict=True):
            bar.set_alpha(0.35 if is_thin else 1)
            if shares and part >= ROOM:
                dark = sum(mpl.colors.to_rgb(colour)) < 1.6 and not is_thin
                x, y = bar.get_x() + part / 2, bar.get_y() + 0.34
                ax.text(x, y, percent(part), ha="center", va="center", fontsize=7,
                        color="white" if dark else BLACK)  # fmt: skip
        left = left + size
    if interval:
        ax.plot(frame[interval[0]], heights + 0.42, "|", color=ORANGE, markersize=5)
        ax.hlines(heights + 0.42, frame[interval[1]], frame[interval[2]], color=ORANGE, linewidth=1.5)
    longest = max(float(left.max(initial=0)), 1)
    if text:
        for y, sentence in zip(heights, frame[text], strict=True):
            words = fill(shorten(sentence, width=190), 68)
            ax.text(1.06 * longest, y, words, va="center", fontsize=7.5, linespacing=1.15)
    ax.set_xlim(0, 1 if shares else longest * (3.6 if text else 1.05))
    if shares:
        percent_axis(ax.xaxis)
    else:
        ticks = mpl.ticker.MaxNLocator(3, integer=True).tick_values(0, longest)
        ax.set_xticks([tick for tick in ticks if 0 <= tick <= longest])
    ax.set_xlabel(xlabel, loc="left" if text else "center")
    legend_above(ax, None if len(frame) else (), left=True)
    return ax


# -- over time ------------------------------------------------------------------------------------


def period_places(periods: pd.Series) -> np.ndarray:
    """Place periods on an axis, one step each; what has no day stands apart on the right."""
    undated = periods.isna().to_numpy()
    return np.arange(len(periods)) + np.cumsum(undated) * (0.5 + 0.03 * len(periods))


def period_names(periods: pd.Series, unit: str) -> pd.Series:
    """Write periods by their first days, as far as their unit needs."""
    pattern = {"year": "%Y", "quarter": "%Y-%m", "month": "%Y-%m"}.get(unit, "%Y-%m-%d")
    return periods.dt.strftime(pattern).fillna(UNDATED)


def period_axis(ax: Axes, periods: pd.Series, unit: str) -> None:
    """Name at most eight periods, and the place of the undated articles."""
    places, dated = period_places(periods), int(periods.notna().sum())
    ticks = np.unique(np.linspace(0, dated - 1, min(dated, FEW)).astype(int)) if dated else np.zeros(0, int)
    ticks = np.append(ticks, np.arange(dated, len(periods)))
    names = period_names(periods, unit).tolist()
    ax.set_xticks(places[ticks], [names[tick] for tick in ticks], rotation=30, ha="right")
    ax.set_xlabel(f"published, by {unit}")


def mark_days(ax: Axes, days: pd.DataFrame, places: pd.Series, unit: str) -> None:
    """Mark the days (day, n_articles) that most articles talk about; `places` are those of the periods.

    No label lies over another: of two that would, the day of more articles has it.
    """
    dates = days[days["n_articles"] >= FEWEST_NAMED].sort_values("n_articles", ascending=False, kind="stable")
    form, width = ("%b", 36) if len(set(places.index.year)) < 2 else ("%b %Y", 58)  # points of a label
    marked: list[float] = []
    for date, start in zip(dates["day"], period_start(dates["day"], unit=unit), strict=True):
        x = float(places.get(start, np.nan))
        point = ax.transData.transform((x, 0))[0] * 72 / root_figure(ax).dpi
        if pd.notna(x) and len(marked) < MOST_MARKED and all(abs(point - other) >= width for other in marked):
            marked.append(point)
            ax.axvline(x, color=INK, linewidth=0.8, linestyle=":", zorder=1.5)
            ax.annotate(f"{date.day} {date.strftime(form)}", (x, 1), (0, 2), ha="center", va="bottom",
                        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=7.5,
                        color=INK, annotation_clip=False)  # fmt: skip


@form
def counts_over_time(frame: pd.DataFrame, parts: Mapping[str, tuple[str, str]], *, unit: str) -> Axes:
    """Draw the number of articles in each period as bars made of `parts`, from the bottom up (see `stacked`).

    `frame` has period (NaT: undated, last rows), the counts, and perhaps label, the names of the last rows.
    """
    _, ax = plt.subplots(figsize=(7.2, 3.2))
    frame = frame[frame["period"].notna() | (frame[[*parts]].sum(axis=1) > 0)].reset_index(drop=True)
    places, bottom = period_places(frame["period"]), np.zeros(len(frame))
    for number, (column, (name, colour)) in enumerate(parts.items()):
        tints = np.where(frame["period"].isna() & (number == 0), GREY, colour)
        ax.bar(places, frame[column], 0.85, bottom=bottom, color=tints, label=name)
        bottom = bottom + frame[column].to_numpy()
    period_axis(ax, frame["period"], unit)
    if undated := int(frame["period"].isna().sum()) if "label" in frame else 0:
        names = [tick.get_text() for tick in ax.get_xticklabels()][:-undated]
        ax.set_xticks(ax.get_xticks(), [*names, *frame["label"].tail(undated)])
    ax.set_ylabel("articles")
    whole_numbers(ax.yaxis)
    ax.grid(visible=False, axis="x")
    if frame[[*parts][1:]].to_numpy().any():
        legend_above(ax, [Patch(color=colour, label=name) for name, colour in parts.values()], left=True)
    return ax


# -- means, and what makes them -------------------------------------------------------------------


@form
def means(frame: pd.DataFrame, *, label: str, xlabel: str) -> Axes:
    """Draw the mean of each voice in each row, with its interval; hollow: without event words.

    `frame` has `label`, voice, n_articles, mean, low, high (NaN: none), judging and thin (bool: dotted).
    """
    labels = frame.drop_duplicates(label)
    voices = [voice for voice in VOICE_COLOURS if voice in set(frame["voice"])]
    lanes = {voice: 0.26 * ((len(voices) - 1) / 2 - lane) for lane, voice in enumerate(voices)}
    ax, places = _rows(labels, label, step=0.2 + 0.17 * len(voices), head=1.1)
    heights = dict(zip(labels[label], places, strict=True))
    ax.axvspan(-NEUTRAL, NEUTRAL, color=BAND, zorder=0)
    ax.axvline(0, color="#666666", linewidth=0.8)
    for row in frame.itertuples():
        y, tint = heights[getattr(row, label)] + lanes[row.voice], VOICE_COLOURS[row.voice]
        ax.plot([row.low, row.high], [y, y], color=tint, linestyle=":" if row.thin else "-", linewidth=1.4)
        ax.plot(row.mean, y, "o", color=tint, markersize=5.5)
        ax.plot(row.judging, y, "o", markerfacecolor="white", markeredgecolor=tint, markersize=4)
        ax.annotate(f"{row.n_articles:,}", (1.01, y), xycoords=("axes fraction", "data"), va="center",
                    color=tint, fontsize=7.5)  # fmt: skip
    # All means are in view, and the intervals that say something; those of few articles may leave.
    thin = frame["thin"].astype(bool)
    certain = frame.loc[~thin | thin.all(), ["low", "high"]]
    values = np.append(frame[["mean", "judging"]].to_numpy(float), certain.to_numpy(float))
    low, high = (np.nanmin([*values, -NEUTRAL]), np.nanmax([*values, NEUTRAL]))
    ax.set_xlim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    ax.annotate("articles", (1.01, 1), xycoords="axes fraction", va="bottom", fontsize=7.5, color=INK)
    ax.set_xlabel(xlabel)
    legend_above(ax, [Line2D([], [], color=VOICE_COLOURS[v], marker="o", label=v) for v in voices])
    return ax


@form
def means_over_time(frame: pd.DataFrame, *, unit: str) -> Axes:
    """Draw the means of each period (see `means`), a panel a voice, above the number of articles."""
    voices = [v for v in VOICE_COLOURS if v in set(frame.loc[frame["n_articles"] > 0, "voice"])]
    ratios = [3.0] * len(voices) + [1.4]
    size = 7.2, 0.62 * sum(ratios) + 0.6
    figure, axes = plt.subplots(len(ratios), 1, figsize=size, sharex=True, height_ratios=ratios,
                                gridspec_kw={"hspace": 0.12}, squeeze=False)  # fmt: skip
    periods = frame.drop_duplicates("period")["period"].reset_index(drop=True)
    position = dict(zip(periods, period_places(periods), strict=True))
    # as in `means`, the intervals of a few articles may leave the view
    certain = frame.loc[~frame["thin"], ["low", "high"]].abs().max(axis=None)
    reach = max(1.25 * np.nanmax([frame[["mean", "judging"]].abs().max(axis=None), certain, 0]), 2 * NEUTRAL)
    for ax, voice in zip(axes[:-1, 0], voices, strict=True):
        ax.axhspan(-NEUTRAL, NEUTRAL, color=BAND, zorder=0)
        ax.axhline(0, color="#666666", linewidth=0.8)
        for thin, part in frame[frame["voice"] == voice].groupby("thin"):
            tint, x = "#BBBBBB" if thin else VOICE_COLOURS[voice], part["period"].map(position)
            ax.vlines(x, part["low"], part["high"], color=tint, linewidth=1.4)
            ax.plot(x, part["mean"], "o", color=tint, markersize=4.5)
            ax.plot(x, part["judging"], "o", mfc="white", mec=tint, markersize=3.5)
        ax.set_title(voice, fontsize=9, loc="left", y=0.8, x=0.01, color=VOICE_COLOURS[voice], weight="bold")
        ax.set_ylim(-reach, reach)
    counts = frame[frame["voice"] == "narrator"]
    tints = np.where(counts["thin"], "white", VOICE_COLOURS["narrator"])
    places = counts["period"].map(position)
    hatches = ["////" if thin else "" for thin in counts["thin"]]
    article_strip(axes[-1, 0], places, counts["n_articles"], tints, hatch=hatches, edgecolor=GREY)
    period_axis(axes[-1, 0], periods, unit)
    figure.supylabel("mean score", x=0.03, fontsize=9.5)
    return axes[-1, 0]


@form
def signed_bars(
    frame: pd.DataFrame, panels: Mapping[str, str], *, label: str, muted: str, xlabel: str
) -> Axes:
    """Draw what each row adds (blue) or takes away (orange; grey: `muted`), a panel a column: title."""
    first, heights = _rows(frame, label, step=0.22, head=1.1, panels=max(len(panels), 1))
    for ax, (column, title) in zip(first.figure.axes, panels.items(), strict=False):
        size = frame[column].to_numpy(float)
        tints = np.where(frame[muted], "#BBBBBB", np.where(size > 0, BLUE, ORANGE))
        ax.barh(heights, size, color=tints, edgecolor="white", linewidth=0)
        ax.axvline(0, color="#666666", linewidth=0.8)
        ax.grid(visible=False, axis="y")
        ax.tick_params(axis="y", length=0)
        ax.set_title(title, fontsize=9.5, color=VOICE_COLOURS.get(title, BLACK), loc="left")
    first.figure.axes[len(panels) // 2].set_xlabel(xlabel)
    return first
