"""Figures of topics: shares, map, course over time and criteria.

A finished tidy table in, Axes out.
"""

from textwrap import fill

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.show.plots import AMBER, BLACK, BLUE, GREEN, GREY, ORANGE, PINK, SKY

# One colour for each of the first topics; the others share the last, and labels tell them apart.
_TOPICS = (BLUE, ORANGE, GREEN, PINK, SKY, AMBER, BLACK)
_TOPIC_LABEL = 34


def topic_shares(frame: pd.DataFrame) -> Axes:
    """Draw the share of each topic with its interval; topics with an alarm are hollow.

    Parameters
    ----------
    frame
        label, n_articles, share, share_low, share_high, alarms; top row first. The last row is what has no
        clear topic.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.0 + 0.3 * len(frame)))
    y = np.arange(len(frame))[::-1]
    tint = [BLUE] * (len(frame) - 1) + [GREY]
    ax.hlines(y, frame["share_low"], frame["share_high"], color=tint, linewidth=2, alpha=0.5)
    fill_ = ["white" if alarm else colour for alarm, colour in zip(frame["alarms"], tint, strict=True)]
    ax.scatter(frame["share"], y, s=34, color=fill_, edgecolor=tint, zorder=3)
    names = [f"{fill(row.label, _TOPIC_LABEL)} ({row.n_articles:,})" for row in frame.itertuples()]
    ax.set_yticks(y, names)
    ax.set_ylim(-0.6, len(frame) - 0.4)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    ax.set_xlabel("share of the articles, with 95 % interval")
    ax.grid(visible=False, axis="y")
    return ax


def topic_map(frame: pd.DataFrame) -> Axes:
    """Draw articles on a plane, coloured by topic; from the eighth topic on they share a colour.

    Parameters
    ----------
    frame
        x, y, topic (-1: none), label.
    """
    _, ax = plt.subplots(figsize=(5.2, 4.6))
    many = len(frame) > 300
    last = len(_TOPICS)
    colour = np.where(frame["topic"] < 0, -1, np.minimum(frame["topic"], last))
    for topic, part in frame.groupby(colour):
        tint = GREY if topic < 0 or topic == last else _TOPICS[int(topic)]
        label = "other topics" if topic == last else fill(str(part["label"].iloc[0]), 26)
        ax.scatter(
            part["x"], part["y"], s=5 if many else 26, color=tint, alpha=0.4 if many else 0.8, linewidth=0,
            rasterized=many,
            label=f"{label} ({len(part):,})",
        )  # fmt: skip
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel("the nearer, the more alike; the axes have no meaning of their own")
    if len(frame):
        legend = ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), labelspacing=0.8)
        plt.setp(legend.legend_handles, alpha=1, sizes=[26])
    return ax


def heat(frame: pd.DataFrame) -> Axes:
    """Draw how alike every two articles are, with the number in each square.

    Parameters
    ----------
    frame
        Square; row and column names are short names of the articles.
    """
    n = len(frame)
    _, ax = plt.subplots(figsize=(2.6 + 0.62 * max(n, 1), 1.2 + 0.5 * max(n, 1)))
    values = frame.to_numpy(float, copy=True)
    np.fill_diagonal(values, np.nan)
    # Texts of one story rarely share half of their words: paler shades stay for what is hardly alike.
    top = max(0.5, float(np.nanmax(values))) if n > 1 else 1.0
    if n:
        ax.imshow(values, cmap="Blues", vmin=0, vmax=top, aspect="auto")
    for i, j in np.argwhere(~np.isnan(values)):
        tint = "white" if values[i, j] > 0.6 * top else "black"
        ax.text(j, i, f"{values[i, j]:.2f}", ha="center", va="center", color=tint)
    ax.set_yticks(range(n), frame.index)
    ax.set_xticks(range(n), [str(i + 1) for i in range(n)])
    ax.set_yticklabels([f"{fill(str(name), 40)}  {i + 1}" for i, name in enumerate(frame.index)])
    ax.grid(visible=False)
    return ax


def topic_periods(frame: pd.DataFrame, *, unit: str) -> Axes:
    """Draw the share of each topic by period as shades, with the articles of each period above.

    Parameters
    ----------
    frame
        period (missing: undated), topic, label, n_articles, n_period, share; whole grid, topics in order.
    unit
        Name of the period.
    """
    n_topics = frame["topic"].nunique()
    labels = [fill(label, _TOPIC_LABEL) for label in frame["label"].iloc[:n_topics]]
    share = frame["share"].to_numpy(float).reshape(-1, n_topics).T
    total = frame["n_period"].to_numpy().reshape(-1, n_topics)[:, 0]
    n = len(total)
    _, (strip, ax) = plt.subplots(
        2, 1, figsize=(7.2, 1.9 + 0.32 * n_topics), height_ratios=[1, 0.4 * n_topics + 0.4], sharex=True,
        gridspec_kw={"hspace": 0.08},
    )  # fmt: skip
    x = np.arange(n) + np.where(np.arange(n) == n - 1, 0.6, 0)  # undated stands apart
    strip.bar(x, total, 0.9, color=[BLUE] * (n - 1) + [GREY])
    strip.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True, nbins=3))
    strip.set_ylabel("articles")
    edges = np.arange(n_topics + 1) - 0.5
    shades = mpl.colormaps["Blues"].with_extremes(bad="#F3F3F3")
    for part in (slice(0, n - 1), slice(n - 1, n)):
        if len(x[part]):
            sides = np.append(x[part] - 0.5, x[part][-1] + 0.5)
            mesh = ax.pcolormesh(
                sides, edges, np.ma.masked_invalid(share[:, part]), cmap=shades, vmin=0, vmax=1
            )
    ax.set_yticks(range(n_topics), labels)
    ax.invert_yaxis()
    shown = np.unique(np.linspace(0, n - 2, min(n - 1, 8)).astype(int)) if n > 1 else np.zeros(0, int)
    pattern = {"year": "%Y", "quarter": "%Y-%m", "month": "%Y-%m"}.get(unit, "%Y-%m-%d")
    names = frame["period"].iloc[shown * n_topics].dt.strftime(pattern)
    ax.set_xticks([*shown, x[-1]], [*names, "undated"], rotation=30, ha="right")
    ax.set_xlabel(f"published, by {unit}; pale grey: no article")
    for axes in (ax, strip):
        axes.grid(visible=False)
    bar = ax.figure.colorbar(mesh, ax=[strip, ax], shrink=0.9, pad=0.02)
    bar.ax.yaxis.set_major_formatter(mpl.ticker.PercentFormatter(1, decimals=0))
    bar.set_label("share of the period")
    return ax


def topic_numbers(frame: pd.DataFrame) -> Axes:
    """Draw each criterion over the numbers of topics, the chosen one marked.

    Parameters
    ----------
    frame
        k, stability, silhouette, coherence, score, chosen.
    """
    panels = (("stability", BLUE), ("silhouette", GREEN), ("coherence", PINK), ("score", BLACK))
    if frame.empty:
        _, ax = plt.subplots(figsize=(7.2, 0.6))
        ax.text(0, 0.5, "nothing to compare: no number of topics was tried", color=GREY)
        ax.set_axis_off()
        return ax
    _, axes = plt.subplots(1, 4, figsize=(7.2, 1.9), gridspec_kw={"wspace": 0.55})
    for ax, (name, tint) in zip(axes, panels, strict=True):
        ax.tick_params(labelsize=7)
        ax.plot(frame["k"], frame[name], "o-", color=tint, markersize=3.5, linewidth=1.2)
        for k in frame.loc[frame["chosen"], "k"]:
            ax.axvline(k, color=ORANGE, linewidth=1.4, linestyle="--", zorder=1.5)
        ax.set_title(name, fontsize=9, pad=4)
        ax.set_xlabel("topics")
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True, nbins=5))
    return axes[0]
