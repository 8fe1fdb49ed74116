"""Figures of topics: shares, course over time, tree, map, and how many there are.

A finished tidy table in, Axes out.
"""

from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes

from helpers.plots import AMBER, BLACK, BLUE, GREEN, GREY, ORANGE, PINK, SKY
from helpers.prose import percent

# One colour for each of the first topics; the others share the last, and labels tell them apart.
_TOPICS = (BLUE, ORANGE, GREEN, PINK, SKY, AMBER, BLACK)
_TOPIC_LABEL = 34
# Topics that have a row of their own over time.
_ROWS = 9


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
    ax.xaxis.set_major_formatter(lambda share, _: percent(share))
    ax.set_xlabel("share of the articles, with 95 % interval")
    ax.grid(visible=False, axis="y")
    return ax


def topic_map(frame: pd.DataFrame) -> Axes:
    """Draw articles on a plane, coloured by topic, with the number of each topic in its midst.

    From the eighth topic on they share a colour.

    Parameters
    ----------
    frame
        x, y, topic (-1: none), label.
    """
    _, ax = plt.subplots(figsize=(5.2, 4.6))
    many, last = len(frame) > 300, len(_TOPICS)
    colour = np.where(frame["topic"] < 0, last + 1, np.minimum(frame["topic"], last))
    for topic, part in frame.groupby(colour):
        own = topic < last
        tint = _TOPICS[int(topic)] if own else GREY
        name = f"{int(topic) + 1}  {part['label'].iloc[0]}" if own else str(part["label"].iloc[0])
        name = f"topics from {last + 1} on" if topic == last else name
        ax.scatter(
            part["x"], part["y"], s=5 if many else 26, color=tint, alpha=0.4 if many else 0.8, linewidth=0,
            rasterized=many,
            label=fill(f"{name} ({len(part):,})", 32),
        )  # fmt: skip
        if own:
            stroke = [patheffects.withStroke(linewidth=2.5, foreground="white")]
            ax.text(
                part["x"].median(), part["y"].median(), f"{int(topic) + 1}", ha="center", va="center",
                fontsize=12, weight="bold", color=tint, path_effects=stroke, zorder=4,
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


def topic_periods(frame: pd.DataFrame, spells: pd.DataFrame, *, unit: str) -> Axes:
    """Draw the share of each topic by period with its interval, a row a topic, articles counted above.

    Parameters
    ----------
    frame
        period (missing: undated), topic, label, n_articles, n_period, share, low, high; whole grid, topics in
        order. Of many topics the first are drawn, and the row of those with no clear topic.
    spells
        topic, first, last, born, ended: where a topic begins or ends inside the corpus.
    unit
        Name of the period.
    """
    topics = frame["topic"].drop_duplicates().tolist()
    drawn = [*topics[:-1][:_ROWS], topics[-1]]
    periods = frame.loc[frame["topic"] == topics[0], ["period", "n_period"]]
    n = len(periods)
    x = np.arange(n) + np.where(np.arange(n) == n - 1, 0.8, 0)  # undated stands apart
    _, axes = plt.subplots(
        len(drawn) + 1, 1, figsize=(7.2, 1.5 + 0.58 * len(drawn)), sharex=True,
        gridspec_kw={"hspace": 0.18, "height_ratios": [1.3, *[1] * len(drawn)]},
    )  # fmt: skip
    axes[0].bar(x, periods["n_period"], 0.9, color=[GREY] * n)
    axes[0].yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True, nbins=2))
    _row_label(axes[0], "all articles (number)")
    for ax, topic in zip(axes[1:], drawn, strict=True):
        own = frame[frame["topic"] == topic]
        tint = GREY if topic < 0 else BLUE
        there = own["n_period"].to_numpy() > 0
        ax.vlines(x[there], own["low"][there], own["high"][there], color=tint, linewidth=1.6, alpha=0.35)
        ax.scatter(x[there], own["share"][there], s=12, color=tint, zorder=3)
        ax.set_ylim(-0.08, 1.08)
        ax.set_yticks([0, 1], ["0 %", "100 %"], fontsize=7)
        _row_label(ax, str(own["label"].iloc[0]))
    for spell in spells[spells["topic"].isin(drawn)].itertuples():
        _mark_spell(axes[1 + drawn.index(spell.topic)], spell, periods["period"], x)
    for ax in axes:
        ax.grid(visible=False)
        for i in np.flatnonzero(periods["n_period"].to_numpy() == 0):
            ax.axvspan(x[i] - 0.5, x[i] + 0.5, color="#F0F0F0", linewidth=0, zorder=0)
    shown = np.unique(np.linspace(0, n - 2, min(n - 1, 8)).astype(int)) if n > 1 else np.zeros(0, int)
    pattern = {"year": "%Y", "quarter": "%Y-%m", "month": "%Y-%m"}.get(unit, "%Y-%m-%d")
    names = periods["period"].iloc[shown].dt.strftime(pattern)
    axes[-1].set_xticks([*shown, x[-1]], [*names, "undated"], rotation=30, ha="right")
    axes[-1].set_xlim(-0.7, x[-1] + 0.7)
    axes[-1].set_xlabel(f"published, by {unit}; dots: share of the period's articles, lines: 95 % interval")
    return axes[0]


def _row_label(ax: Axes, text: str) -> None:
    """Name a row on its left."""
    ax.set_ylabel(fill(text, _TOPIC_LABEL), rotation=0, ha="right", va="center", fontsize=8, labelpad=6)


def _mark_spell(ax: Axes, spell: Any, periods: pd.Series, x: np.ndarray) -> None:  # noqa: ANN401 - a row
    """Mark where a topic begins and ends."""
    known = periods.dropna().to_numpy()
    for day, there, marker, shift in (
        (spell.first, spell.born, ">", -0.45),
        (spell.last, spell.ended, "<", 0.45),
    ):
        if there:
            at = int(np.searchsorted(known, day.to_datetime64(), side="right")) - 1
            ax.scatter(x[at] + shift, -0.04, marker=marker, s=22, color=ORANGE, zorder=4, clip_on=False)


def tree(frame: pd.DataFrame) -> Axes:
    """Draw what is joined with what, and at which distance.

    Parameters
    ----------
    frame
        node, left, right (-1 for a leaf), height, label; leaves first.
    """
    nodes = frame.set_index("node")
    leaves = _leaves(nodes, int(frame["node"].max())) if len(frame) else []
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.36 * max(len(leaves), 1)))
    at = {leaf: (0.0, float(i)) for i, leaf in enumerate(leaves)}
    for node in frame[frame["left"] >= 0].itertuples():
        (left_x, left_y), (right_x, right_y) = at[node.left], at[node.right]
        ax.plot(
            [left_x, node.height, node.height, right_x], [left_y, left_y, right_y, right_y],
            color=BLUE, linewidth=1.4,
        )  # fmt: skip
        at[node.node] = (node.height, (left_y + right_y) / 2)
        ax.annotate(
            f"{node.height:.2f}", (node.height, (left_y + right_y) / 2), xytext=(-3, 0),
            textcoords="offset points", ha="right", va="center", fontsize=7, color="#555555",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
    ax.set_yticks(range(len(leaves)), [fill(str(nodes["label"][leaf]), 44) for leaf in leaves])
    ax.set_ylim(max(len(leaves), 1) - 0.5, -0.5)
    ax.set_xlim(0, max(1.0, float(frame["height"].max()) * 1.08) if len(frame) else 1.0)
    ax.set_xlabel("mean distance at which they are joined (0: the same words, 1: none in common)")
    ax.grid(visible=False, axis="y")
    return ax


def _leaves(nodes: pd.DataFrame, node: int) -> list[int]:
    """Leaves under a node, in an order in which no lines cross."""
    waiting, found = [node], []
    while waiting:
        node = waiting.pop()
        if nodes["left"][node] < 0:
            found.append(node)
        else:
            waiting += [int(nodes["right"][node]), int(nodes["left"][node])]
    return found


def flow(frame: pd.DataFrame) -> Axes:
    """Draw how topics divide where there are more of them: bands as wide as the articles that go along.

    Parameters
    ----------
    frame
        k, topic, label, next_k, next_topic, next_label, n_articles.
    """
    sides = ((("k", "topic", "label"), 0.0), (("next_k", "next_topic", "next_label"), 1.0))
    n_rows = max(frame["topic"].nunique(), frame["next_topic"].nunique())
    _, ax = plt.subplots(figsize=(7.2, 0.6 + 0.62 * max(n_rows, 1)))
    total = max(int(frame["n_articles"].sum()), 1)
    gap = 0.6 * total / max(n_rows, 1)
    # the right side in the order of where its articles come from, so that few bands cross
    places = frame["topic"].where(frame["topic"] >= 0, n_rows)
    order = frame.assign(at=places * frame["n_articles"]).groupby("next_topic")[["at", "n_articles"]].sum()
    order = (order["at"] / order["n_articles"]).mask(order.index < 0, 2 * n_rows)
    tops: list[dict[int, float]] = []
    for (number, topic, label), x in sides:
        size = frame.groupby([topic, label])["n_articles"].sum().reset_index()
        rank = size[topic].where(size[topic] >= 0, n_rows) if not x else size[topic].map(order)
        size = size.assign(rank=rank.round(6)).sort_values(["rank", topic], kind="stable")
        y, top = total + gap * (n_rows + len(size)) / 2, {}
        if len(frame):
            ax.text(x, y + 0.6 * gap, f"{frame[number].iloc[0]} topics", ha="center", weight="bold")
        for key, name, n in size[[topic, label, "n_articles"]].to_numpy():
            top[int(key)] = y
            ax.add_patch(
                plt.Rectangle((x - 0.02, y - n), 0.04, n, color=GREY if key < 0 else BLUE, linewidth=0)
            )
            ax.text(
                x + (0.035 if x else -0.035), y - n / 2, fill(f"{name} ({n})", 42),
                ha="left" if x else "right", va="center", fontsize=8,
            )  # fmt: skip
            y -= n + gap
        tops.append(top)
    t = np.linspace(0, 1, 30)
    bend = 3 * t**2 - 2 * t**3
    rows = frame.assign(left=places, right=frame["next_topic"].map(order).round(6))
    for row in rows.sort_values(["left", "right", "next_topic"], kind="stable").itertuples():
        a, b = tops[0][row.topic], tops[1][row.next_topic]
        upper = a + (b - a) * bend
        ax.fill_between(0.02 + 0.96 * t, upper - row.n_articles, upper, color=SKY, alpha=0.45, linewidth=0)
        tops[0][row.topic] -= row.n_articles
        tops[1][row.next_topic] -= row.n_articles
    ax.set_xlim(-0.05, 1.05)
    ax.set_axis_off()
    return ax


def topic_numbers(frame: pd.DataFrame) -> Axes:
    """Draw each criterion over the numbers of topics, the chosen one marked.

    Parameters
    ----------
    frame
        k, stability, silhouette, coherence, shared, score, rank, chosen.
    """
    panels = (
        ("silhouette", GREEN),
        ("coherence", PINK),
        ("stability", BLUE),
        ("shared", AMBER),
        ("score", BLACK),
    )
    if frame.empty:
        _, ax = plt.subplots(figsize=(7.2, 0.6))
        ax.text(0, 0.5, "nothing to compare: no number of topics was tried", color=GREY)
        ax.set_axis_off()
        return ax
    _, axes = plt.subplots(1, 5, figsize=(7.8, 1.9), gridspec_kw={"wspace": 0.55})
    for ax, (name, tint) in zip(axes, panels, strict=True):
        ax.tick_params(labelsize=7)
        ax.plot(frame["k"], frame[name], "o-", color=tint, markersize=3.5, linewidth=1.2)
        for k in frame.loc[frame["chosen"], "k"]:
            ax.axvline(k, color=ORANGE, linewidth=1.4, linestyle="--", zorder=1.5)
        for k in frame.loc[frame["rank"] > 1, "k"]:
            ax.axvline(k, color=ORANGE, linewidth=1.0, linestyle=":", zorder=1.4)
        ax.set_title(name, fontsize=9, pad=4)
        ax.set_xlabel("topics")
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True, nbins=5))
    return axes[0]
