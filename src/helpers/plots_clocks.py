"""Figures of the two clocks and of voices: when what articles talk about took place, and who speaks.

A finished tidy table in, Axes out.
"""

from textwrap import fill

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dateline.population import UNITS
from helpers.plots import BLACK, BLUE, GREY, ORANGE, SKY
from helpers.prose import percent, shorten

# Up to so many dots are labelled with their day.
LABELLED = 24
_DIRECTIONS = {"announced ahead": ORANGE, "the same day": BLACK, "recalled": BLUE}
# From far ahead through the day itself to far back; lightness says the distance, the hue the direction.
_LAG_COLOURS = ("#8C3A00", ORANGE, "#F2B48C", BLACK, "#A9D2EC", SKY, BLUE, "#003B5C")
# More heads of columns than this lean, so that none lies over another.
UPRIGHT = 6
# Groups of fewer articles are drawn pale.
THIN = 3


def two_clocks(frame: pd.DataFrame) -> np.ndarray:
    """Draw the days that articles talk about against the days on which they appeared.

    Above, both clocks in one measure: what was announced lies over the diagonal, what was recalled under
    it, and what is far from all articles on the edge, as a triangle. Below, the diagonal laid flat: how many
    days lie between, on a scale that shows one day as well as a year. A dot is larger the more dates it
    stands for; a few dots are labelled with their day.

    Parameters
    ----------
    frame
        unit, published, event, event_to, n_dates, direction (``announced ahead``, ``the same day``,
        ``recalled``), lag in days, as `dateline.timeline.events.cells` gives them.
    """
    figure, axes = plt.subplots(2, 1, figsize=(7.2, 7.4), sharex=True, height_ratios=(3, 2))
    unit = frame["unit"].iloc[0] if len(frame) else "day"
    low, high, *window = _clock_window(frame)
    x, y, ends = (mdates.date2num(frame[name]) for name in ("published", "event", "event_to"))
    flat, size = -frame["lag"].to_numpy(float), _areas(frame, window[1] - window[0])
    for direction, colour in _DIRECTIONS.items():
        of = (frame["direction"] == direction).to_numpy()
        words = f"{direction.replace('same day', f'same {unit}')} ({frame['n_dates'][of].sum():,})"
        inside, look = of & (y >= low) & (y <= high), {"color": colour, "alpha": 0.6}
        dots = {**look, "linewidth": 0, "rasterized": len(frame) > 2000}
        axes[0].scatter(x[inside], y[inside], s=size[inside], label=words, **dots)
        axes[1].scatter(x[of], flat[of], s=size[of], **dots)
        for edge, marker, at in ((of & (y > high), "^", high), (of & (y < low), "v", low)):
            axes[0].scatter(x[edge], np.full(edge.sum(), at), s=24, marker=marker, **dots)
        long = inside & (ends > y)
        axes[0].vlines(x[long], y[long], np.minimum(ends[long], high), linewidth=2, **look)
    axes[0].axline((window[0], window[0]), slope=1, color=GREY, linewidth=0.8, zorder=0)
    axes[0].set_xlim(*window)
    axes[0].set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    _lay_flat(axes[1], flat)
    if 0 < len(frame) <= LABELLED:
        days = frame["event"].tolist()
        _label_days(axes[0], x, np.clip(y, low, high), days)
        _label_days(axes[1], x, flat, days)
    for axis, (first, last) in ((axes[1].xaxis, window), (axes[0].yaxis, (low, high))):
        axis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=6))
        axis.set_major_formatter(mdates.DateFormatter("%b %Y" if last - first > 92 else "%d %b %Y"))
    axes[0].yaxis.set_tick_params(labelsize=8)
    by = "" if unit == "day" else f", by {unit}"
    axes[1].set_xlabel(f"the article appeared{by}")
    axes[0].set_ylabel(f"the day it talks about{by}")
    corner = {"transform": axes[0].transAxes, "color": "#777777", "style": "italic", "fontsize": 8}
    axes[0].text(0.01, 0.93, "still to come", **corner)
    axes[0].text(0.99, 0.07, "already past", ha="right", **corner)
    for edge, at, words in ((y > high, 0.985, "later still ▴"), (y < low, 0.01, "earlier still ▾")):
        if edge.any():
            axes[0].text(0.01, at, words, va="top" if at > 0.5 else "bottom", **corner)
    if len(frame):
        handles = [
            plt.Line2D([], [], marker="o", linestyle="", color=colour, alpha=0.6)
            for colour in _DIRECTIONS.values()
        ]
        labels = axes[0].get_legend_handles_labels()[1]
        axes[0].legend(handles, labels, ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    figure.align_ylabels()
    figure.subplots_adjust(hspace=0.1)
    return axes


def _areas(frame: pd.DataFrame, days: float) -> np.ndarray:
    """Area of each dot in square points: as the dates it stands for, the largest as wide as a few periods."""
    n = frame["n_dates"].to_numpy(float)
    if len(frame) <= LABELLED:
        return np.minimum(46 * n, 400)
    each = {name: length for name, _, length in UNITS}[frame["unit"].iloc[0]]
    largest = float(np.clip((2.5 * 430 * each / days) ** 2, 40, 500))
    return np.maximum(largest * n / n.max(initial=1), 8)


def _lay_flat(ax: Axes, flat: np.ndarray) -> None:
    """Set up an axis of days before and after publication that is even near 0 and logarithmic far off."""
    ax.set_yscale("symlog", linthresh=1, linscale=0.6)
    steps = {1: "1 day", 7: "1 week", 30: "1 month", 365: "1 year", 3652: "10 years", 36525: "100 years"}
    far = max(np.abs(flat).max(initial=7), 7)
    shown = [step for step in steps if step <= far]
    ticks = [*(-step for step in reversed(shown)), 0, *shown]
    before, after = flat.min(initial=-7) * 1.6, flat.max(initial=7) * 1.6
    ticks = [tick for tick in ticks if before <= tick <= after]
    way = {1: "ahead", -1: "back"}
    words = [f"{steps[abs(tick)]} {way[np.sign(tick)]}" if tick else "the same day" for tick in ticks]
    ax.set_yticks(ticks, words, fontsize=8)
    ax.yaxis.set_minor_locator(mpl.ticker.NullLocator())
    ax.set_ylim(before, after)
    ax.axhline(0, color=GREY, linewidth=0.8, zorder=0)
    ax.set_ylabel("time from the article")


def _clock_window(frame: pd.DataFrame) -> tuple[float, float, float, float]:
    """Lowest and highest event inside the axes, then the ends of the axis of publication, in days."""
    if frame.empty:
        return 0.0, 365.0, 0.0, 365.0
    x, y = mdates.date2num(frame["published"]), mdates.date2num(frame["event"])
    first, last = x.min(), x.max()
    far = max(45.0, 0.4 * (last - first))
    low, high = (float(np.clip(end, first - far, last + far)) for end in (y.min(), y.max()))
    low, high = min(low, first), max(high, last)
    edge = max(2.0, 0.03 * (last - first))
    return low, high, first - edge, last + edge


def _label_days(ax: Axes, x: np.ndarray, y: np.ndarray, days: list[pd.Timestamp]) -> None:
    """Write its day beside each dot, on the side with more room; one that would cover another is left out."""
    place = ax.transAxes.inverted().transform(ax.transData.transform(np.column_stack([x, y])))
    taken: list[tuple[float, float]] = []
    for (left, bottom), day in sorted(zip(place.tolist(), days, strict=True)):
        over = left > 0.8
        if any(abs(left - 0.14 * over - a) < 0.14 and abs(bottom - b) < 0.04 for a, b in taken):
            continue
        taken.append((left - 0.14 * over, bottom))
        ax.annotate(
            f"{day.day} {day:%b %Y}", (left, bottom), xycoords=ax.transAxes, xytext=(-6 if over else 6, 0),
            textcoords="offset points", ha="right" if over else "left", va="center", fontsize=7.5,
            color="#444444",
        )  # fmt: skip


def lag_shares(frame: pd.DataFrame) -> Axes:
    """Draw for each group how far from publication the days lie that its articles talk about.

    Parameters
    ----------
    frame
        As `dateline.timeline.events.lag_groups` gives it: group, n_articles, n_dates, ahead, ahead_low,
        ahead_high, median_lag, then one share for each class of distance, from far ahead to far back. The
        line across the bars is the interval of the share that lay ahead.
    """
    classes = list(frame.columns[7:])
    _, ax = plt.subplots(figsize=(7.2, 1.5 + 0.36 * max(len(frame), 1)))
    y = np.arange(len(frame))[::-1]
    left = np.zeros(len(frame))
    pale = np.where(frame["n_articles"] < THIN, 0.35, 1.0)
    for name, colour in zip(classes, _LAG_COLOURS, strict=True):
        share = frame[name].to_numpy(float)
        bars = ax.barh(y, share, left=left, color=colour, height=0.66, label=name)
        for bar, alpha, part in zip(bars, pale, share, strict=True):
            bar.set_alpha(alpha)
            if part >= 0.07:
                light = colour in ("#F2B48C", "#A9D2EC", SKY)
                ax.text(
                    bar.get_x() + part / 2, bar.get_y() + 0.33, percent(part), ha="center",
                    va="center", fontsize=7, color=BLACK if light or alpha < 1 else "white",
                )  # fmt: skip
        left = left + share
    sure = frame["ahead_low"].notna().to_numpy()
    ax.hlines(
        y[sure] + 0.42, frame["ahead_low"][sure], frame["ahead_high"][sure], color=ORANGE, linewidth=1.5
    )
    ax.plot(frame["ahead"], y + 0.42, "|", color=ORANGE, markersize=5)
    names = [f"{shorten(row.group, width=38)} ({row.n_articles:,})" for row in frame.itertuples()]
    ax.set_yticks(y, names)
    ax.set_xlim(0, 1)
    ax.set_ylim(-0.6, max(len(frame), 1) - 0.3)
    ax.xaxis.set_major_formatter(lambda share, _: percent(share))
    ax.set_xlabel("share of the exact days that the articles talk about")
    ax.grid(visible=False, axis="y")
    if len(frame):
        ax.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.35, 1))
    return ax


def event_timeline(frame: pd.DataFrame) -> Axes:
    """Draw the days talked about in order: how many articles name each, and what one of them says.

    Parameters
    ----------
    frame
        day, n_articles, n_ahead, n_same, n_back, n_undated, text, outlet, as `dateline.timeline.events.days`
        gives them.
    """
    n = max(len(frame), 1)
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.52 * n))
    y = np.arange(len(frame))[::-1]
    most = max(int(frame["n_articles"].max()) if len(frame) else 0, 1)
    left = np.zeros(len(frame))
    parts = (("n_ahead", "announced ahead", ORANGE), ("n_same", "the same day", BLACK))
    for column, label, colour in (
        *parts,
        ("n_back", "recalled", BLUE),
        ("n_undated", "undated article", GREY),
    ):
        if column != "n_undated" or frame[column].any():
            ax.barh(y, frame[column], left=left, color=colour, height=0.6, label=label)
            left = left + frame[column].to_numpy()
    for row, at in zip(frame.itertuples(), y, strict=True):
        said = fill(shorten(row.text, width=190), 68)
        ax.text(most * 1.06, at, said, va="center", ha="left", fontsize=7.5, linespacing=1.15, clip_on=False)
    ax.set_yticks(y, [f"{row.day.day} {row.day:%b %Y}" for row in frame.itertuples()])
    ax.set_xlim(0, most * 3.6)
    ax.set_ylim(-0.6, n - 0.4)
    ticks = [
        tick for tick in mpl.ticker.MaxNLocator(3, integer=True).tick_values(0, most) if 0 <= tick <= most
    ]
    ax.set_xticks(ticks, [f"{tick:,.0f}" for tick in ticks])
    ax.set_xlabel("articles that name the day", loc="left")
    ax.grid(visible=False)
    if len(frame):
        ax.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
    return ax


def voice_shares(frame: pd.DataFrame) -> Axes:
    """Draw in how many articles a name stands and in how many of them it is quoted.

    Parameters
    ----------
    frame
        entity, n_articles, n_quoted; top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.0 + 0.28 * max(len(frame), 1)))
    y = np.arange(len(frame))[::-1]
    ax.barh(y, frame["n_articles"], color="#DDDDDD", height=0.72, label="named")
    ax.barh(y, frame["n_quoted"], color=ORANGE, height=0.4, label="quoted")
    ax.set_yticks(y, frame["entity"])
    ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.set_xlabel("articles")
    ax.grid(visible=False, axis="y")
    for row, at in zip(frame.itertuples(), y, strict=True):
        never = "never quoted" if row.n_quoted == 0 else f"{row.n_quoted:,} of {row.n_articles:,}"
        ax.text(row.n_articles, at, f" {never}", va="center", ha="left", fontsize=7.5, color="#444444")
    ax.margins(x=0.16)
    if len(frame):
        ax.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))
    return ax


def voice_grid(frame: pd.DataFrame, *, fewest: int = THIN) -> Axes:
    """Draw who is quoted where: each cell says in how many of the articles that name someone he is quoted.

    Parameters
    ----------
    frame
        group, entity, n_articles, n_quoted, share_quoted, from `dateline.entities.speakers`;
        rows and columns in the order in which they come.
    fewest
        Cells of fewer articles have no colour: their share says nothing.
    """
    rows, columns = (list(dict.fromkeys(frame[name])) for name in ("entity", "group"))
    _, ax = plt.subplots(figsize=(7.2, 1.3 + 0.3 * max(len(rows), 1)))
    shade = mpl.colormaps["Blues"]
    for one in frame.itertuples():
        i, j = columns.index(one.group), rows.index(one.entity)
        share = one.share_quoted * 0.75 if one.n_articles >= fewest else None
        colour = "#F4F4F4" if share is None else shade(share + 0.06)
        ax.add_patch(plt.Rectangle((i - 0.47, j - 0.45), 0.94, 0.9, facecolor=colour, edgecolor="white"))
        ink = "#888888" if share is None else "white" if share > 0.45 else BLACK
        ax.text(
            i, j, f"{one.n_quoted:,} of {one.n_articles:,}", ha="center", va="center", fontsize=7.5, color=ink
        )
    if len(columns) > UPRIGHT:
        heads = [shorten(name, width=34) for name in columns]
        ax.set_xticks(
            range(len(columns)), heads, fontsize=7.5, rotation=30, ha="left", rotation_mode="anchor"
        )
    else:
        heads = [fill(shorten(name, width=40), 14) for name in columns]
        ax.set_xticks(range(len(columns)), heads, fontsize=7.5)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlim(-0.5, max(len(columns), 1) - 0.5)
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax
