"""Forms that set things beside each other: grids, networks, trees, flows, lines over time and maps.

A finished tidy table and the names of its columns in, matplotlib Axes out.
"""

from collections.abc import Callable, Mapping
from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import patheffects
from matplotlib.axes import Axes

from dateline.population import FEWEST_NAMED, UNDATED
from helpers import charts
from helpers.prose import shorten

# From a negative tone through none to a positive one.
TONE_MAP = mpl.colors.LinearSegmentedColormap.from_list("tone", [charts.ORANGE, "#F7F7F7", charts.BLUE])
# Faces of cells that stand out, and of those that do not.
MARKED = {"more": "#8FBFE0", "less": "#F2B48C"}
# More heads of columns than this lean, and more than that stand upright, so that none lies over another.
LEANING, UPRIGHT = 6, 20
# Points: width of a network, size of its labels, width of a letter and height of a dot with its label.
WIDTH, FONT, LETTER, HEIGHT = 500.0, 7.0, 3.9, 21.0


# Faces of cells: by mark and share (the larger, the greyer), by the model's tone, by whether an answer holds.
FACES: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "mark": lambda cell: MARKED.get(cell["mark"], f"{0.97 - 0.35 * np.nan_to_num(cell['share']):.3f}"),
    "tone": lambda cell: TONE_MAP(round(0.5 + 0.5 * float(cell["model"]), 6)),
    "beyond": lambda cell: charts.BLUE if cell["beyond"] else "#F2F2F2",
    "state": lambda cell: {"holds": "#CFE3F2", "changes": "#F6D5BF"}.get(cell["state"], "#FFFFFF"),
}


def of_total(frame: pd.DataFrame, part: str, whole: str) -> pd.DataFrame:
    """Add what `grid` writes for counts: text, such as ``3/12``, and share; and mark, where there is none."""
    text = [f"{k:,}/{n:,}" for k, n in zip(frame[part], frame[whole], strict=True)]
    frame = frame if "mark" in frame else frame.assign(mark="")
    return frame.assign(text=text, share=frame[part] / frame[whole].where(frame[whole] > 0))


@charts.form
def grid(
    frame: pd.DataFrame, *, row: str, column: str, text: str = "text",
    counts: tuple[str, str] | None = None, face: str = "mark",
    hatch: str | None = None, bold: str | None = None, small: str | None = None, part: str | None = None,
    n_parts: int | None = None,
) -> Axes:  # fmt: skip
    """Draw a cell for each row of a table, with the names in `row` and `column`, in the order of the table.

    Its text is that of `text`, or two `counts` (see `of_total`), with that of `small` below; `face` (see
    `FACES`) gives its colour. It is hatched where `hatch` is true (without it, where its mark is ``less``),
    its text bold where `bold` is. The values of `part` stand above the rows that they have in common; the
    first `n_parts` are drawn.
    """
    frame = of_total(frame, *counts) if counts else frame
    if part and n_parts is not None:
        frame = frame[frame[part].isin(frame[part].unique()[:n_parts])]
    keys = list(dict.fromkeys(zip(frame[part] if part else frame[row], frame[row], strict=True)))
    names = list(dict.fromkeys(frame[column]))
    parts = pd.Series([key[0] if part else "" for key in keys], dtype="str")
    first = (parts != parts.shift()).to_numpy()
    heights = np.arange(len(keys)) + (0.9 * (first.cumsum() - 1) if part else 0)
    bottom = float(heights.max(initial=0))
    step, font = (0.44 if small else 0.3, 7.5) if len(names) <= UPRIGHT else (0.2, 6.0)
    _, ax = plt.subplots(figsize=(max(7.2, 0.15 * len(names)), 1.1 + step * (bottom + 1)))
    for cell in frame.to_dict("records"):
        y = heights[keys.index((cell[part or row], cell[row]))]
        x = names.index(cell[column])
        colour, hatched = FACES[face](cell), bool(cell[hatch]) if hatch else cell.get("mark") == "less"
        style = {"facecolor": colour, "edgecolor": "white", "hatch": "////" if hatched else None}
        ax.add_patch(plt.Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, linewidth=0, **style))
        dark = sum(mpl.colors.to_rgb(colour)) < 1.3
        paper = {"facecolor": colour, "edgecolor": "none", "pad": 1} if hatched else None
        ax.text(x, y - (0.1 if small else 0), cell[text], ha="center", va="center", fontsize=font,
                color="white" if dark else charts.BLACK, bbox=paper, in_layout=False, linespacing=1.1,
                weight="bold" if bold and cell[bold] else "normal")  # fmt: skip
        if small:
            ax.text(x, y + 0.27, cell[small], ha="center", va="center", fontsize=6.5, color="#333333")
    if part:
        for y, title in zip(heights[first], parts[first], strict=True):
            ax.text(-0.47, y - 0.62, shorten(title, width=60), fontsize=7.5, weight="bold", va="bottom")
    ax.set_yticks(heights, [shorten(str(key[1]), width=36) for key in keys])
    if len(names) > LEANING:
        heads = [shorten(str(name), width=34) for name in names]
        turn = 30 if len(names) <= UPRIGHT else 90
        style = {"fontsize": font, "rotation": turn, "ha": "left", "rotation_mode": "anchor"}
    else:
        room = max(62 // max(len(names), 1), 8)
        heads, style = [fill(shorten(str(name), width=40), room) for name in names], {}
    ax.set_xticks(range(len(names)), heads, **style)
    ax.set_xlim(-0.5, max(len(names), 1) - 0.5)
    ax.set_ylim(bottom + 0.5, -0.5 - 0.8 * bool(part))
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    return ax


@charts.form
def likeness(frame: pd.DataFrame) -> Axes:
    """Draw how alike every two articles are, with the number in each cell; `frame` is square, with names."""
    names = [f"{name}  {i}" for i, name in enumerate(frame.index, 1)]
    numbers = [str(i) for i in range(1, len(frame) + 1)]
    values = frame.where(~np.eye(len(frame), dtype=bool)).set_axis(numbers, axis=1)
    cells = values.assign(article=names).melt("article", var_name="other", value_name="share").assign(mark="")
    cells["text"] = cells["share"].map("{:.2f}".format).where(cells["share"].notna(), "")
    return grid(cells, row="article", column="other")


@charts.form
def network(pairs: pd.DataFrame, nodes: pd.DataFrame) -> Axes:
    """Draw names (entity, kind, n_articles: the area) and pairs (entity, other, n_articles) as lines.

    It is the same picture each time, and no label lies over another.
    """
    nodes = nodes[nodes["entity"].isin([*pairs["entity"], *pairs["other"]])].reset_index(drop=True)
    names = pd.Index(nodes["entity"])
    ends = np.stack([names.get_indexer(pairs["entity"]), names.get_indexer(pairs["other"])], axis=1)
    labels = [shorten(name, width=28) for name in names]
    places = spread_labels(stress_layout(len(names), ends), np.array([len(x) * LETTER + 6 for x in labels]))
    bottom, top = places[:, 1].min(initial=0) - HEIGHT, places[:, 1].max(initial=0) + HEIGHT
    _, ax = plt.subplots(figsize=((WIDTH + 10) / 72, max(top - bottom, 60) / 72))
    ax.set_position((0, 0, 1, 1))
    widths = 0.6 + 2.4 * pairs["n_articles"] / max(pairs["n_articles"].max(), 1)
    for line, width in zip(ends, widths, strict=True):
        ax.plot(*places[line].T, color="#B5B5B5", linewidth=width, zorder=1, solid_capstyle="round")
    areas = 12 + 110 * nodes["n_articles"] / max(nodes["n_articles"].max(), 1)
    for kind, colour in charts.KIND_COLOURS.items():
        inside = (nodes["kind"] == kind).to_numpy()
        if inside.any():
            x, y = places[inside].T
            ax.scatter(x, y, s=areas[inside], color=colour, label=kind, zorder=3, linewidth=0)
    for (x, y), label in zip(places, labels, strict=True):
        ax.text(x, y - 6.5, label, ha="center", va="top", fontsize=FONT, zorder=4,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.3})  # fmt: skip
    if len(nodes):
        charts.legend_above(ax, sizes=30)
    ax.set_xlim(-5, WIDTH + 5)
    ax.set_ylim(bottom, top)
    ax.axis("off")
    return ax


def stress_layout(n: int, ends: np.ndarray) -> np.ndarray:
    """(n, 2) places at which distances are those along the lines, as far as a plane allows.

    Stress majorisation (SMACOF) from a circle, without a random start; `ends` are (n_lines, 2) nodes.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import shortest_path
    from sklearn.manifold import smacof

    lines = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    steps = shortest_path(lines, directed=False, unweighted=True) if n else np.zeros((0, 0))
    reach = steps[np.isfinite(steps)].max(initial=1)
    steps[~np.isfinite(steps)] = reach / 2 + 1.5  # parts that nothing joins lie beside each other
    turn = 2 * np.pi * np.arange(n) / max(n, 1)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach / 2
    return smacof(steps, init=circle, n_init=1, normalized_stress=False)[0].round(6) if n > 1 else circle


def spread_labels(places: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Push places, made `WIDTH` points wide, apart until no dot or label (`widths`) lies over another."""
    if not len(places):
        return places
    room = np.array([WIDTH - widths.max(), max(90.0, 14.0 * len(places))])
    places = places - places.min(0)
    places = places / np.maximum(places.max(0), 1e-9) * room + [widths.max() / 2, 0]
    needed = np.stack([(widths[:, None] + widths) / 2, np.full((len(widths),) * 2, HEIGHT)], -1)
    earlier = np.sign(np.arange(len(widths))[:, None] - np.arange(len(widths)))[..., None]
    for _ in range(2000):
        gap = places[:, None] - places[None]
        over = needed - np.abs(gap)
        np.einsum("iik->ik", over)[:] = -1
        clash = (over > 1e-3).all(-1)
        if not clash.any():
            break
        vertical = over[..., 1] <= over[..., 0]
        push = np.where(clash[..., None], np.where(gap != 0, np.sign(gap), earlier) * (over / 2 + 0.05), 0)
        push[..., 0] *= ~vertical
        push[..., 1] *= vertical
        places = places + push.sum(1) / np.maximum(clash.sum(1), 1)[:, None]
        places[:, 0] = np.clip(places[:, 0], widths / 2, WIDTH - widths / 2)
        places = places.round(6)
    return places


@charts.form
def linkage_tree(frame: pd.DataFrame) -> Axes:
    """Draw what is joined, and how far: node, left, right (-1: a leaf), height, label; leaves first."""
    from scipy.cluster.hierarchy import dendrogram

    leaves, joins = frame[frame["left"] < 0], frame[frame["left"] >= 0]
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.36 * max(len(leaves), 1)))
    if len(joins):
        size = dict.fromkeys(leaves["node"], 1)
        for join in joins.itertuples():
            size[join.node] = size[join.left] + size[join.right]
        table = np.column_stack([joins[["left", "right", "height"]], joins["node"].map(size)]).astype(float)
        labels = [fill(str(label), 44) for label in leaves["label"]]
        branches = dendrogram(table, orientation="right", labels=labels, ax=ax, color_threshold=0,
                              above_threshold_color=charts.BLUE, leaf_font_size=8)  # fmt: skip
        for heights, places in zip(branches["dcoord"], branches["icoord"], strict=True):
            ax.annotate(f"{heights[1]:.2f}", (heights[1], (places[1] + places[2]) / 2), (-3, 0),
                        textcoords="offset points", ha="right", va="center", fontsize=7, color="#555555",
                        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip
    ax.set_yticks([]) if joins.empty else None
    ax.set_xlim(0, max(1.0, 1.08 * float(frame["height"].max())) if len(frame) else 1)
    ax.set_xlabel("mean distance at which they are joined (0: the same words, 1: none in common)")
    ax.grid(visible=False)
    return ax


@charts.form
def lines(
    frame: pd.DataFrame, articles: pd.DataFrame, *, by: str, unit: str, bursts: pd.DataFrame | None = None,
    days: pd.DataFrame | None = None,
) -> Axes:  # fmt: skip
    """Draw the share of each period's articles as lines on one axis, above a strip with the articles.

    `frame` has `by`, period (NaT: undated), n_articles, n_of, share, share_low, share_high; the whole grid.
    A period of fewer than `FEWEST_NAMED` articles has a hollow dot, no line. Up to `FEW` `articles`
    (article_id, published, `by`, is_named) make no rate and no trend, but cells. A line is broad where it has
    `bursts` (entity, a value of `by`; first; last). For `days` see `charts.mark_days`.
    """
    if articles["article_id"].nunique() <= charts.FEW:
        cells = articles.sort_values(["published", "article_id"], kind="stable")
        heads = cells["published"].dt.strftime("%Y-%m-%d").fillna(UNDATED)
        heads += cells.groupby([by, heads]).cumcount().map(lambda n: f" ({n + 1})" if n else "").astype("str")
        cells = cells.assign(head=heads, text=np.where(cells["is_named"], "named", ""), share=0.0)
        cells["mark"] = np.where(cells["is_named"], "more", "")
        return grid(cells, row=by, column="head")
    names = list(dict.fromkeys(frame[by]))
    strip = frame.drop_duplicates("period").reset_index(drop=True)
    places = pd.Series(charts.period_places(strip["period"]), index=strip["period"])
    is_dated = strip["period"].notna().to_numpy()
    height = max(4.4, 1.4 + 0.3 * len(names))
    gaps = {"height_ratios": (height - 1, 1), "hspace": 0.1}
    figure, (ax, below) = plt.subplots(2, 1, figsize=(8.6, height), sharex=True, gridspec_kw=gaps)
    figure.subplots_adjust(right=0.76)
    charts.article_strip(below, places, strip["n_of"], np.where(is_dated, charts.SKY, charts.GREY))
    charts.period_axis(below, strip["period"], unit)
    ends = []
    for number, name in enumerate(names):
        turn, number_of_tint = divmod(number, len(charts.TOPIC_COLOURS))
        tint, style = charts.TOPIC_COLOURS[number_of_tint], ("-", "--", ":")[turn % 3]
        row = frame[frame[by] == name]
        undated = row[row["period"].isna()]
        row = row[row["period"].notna()] if is_dated.any() else row
        x = places[row["period"]].to_numpy() + 0.7 * ((number + 0.5) / len(names) - 0.5)
        is_full = (row["n_of"] >= FEWEST_NAMED).to_numpy()
        share = row["share"].where(is_full).to_numpy()
        ax.vlines(x[is_full], *row.loc[is_full, ["share_low", "share_high"]].to_numpy().T, color=tint,
                  alpha=0.35, linewidth=1)  # fmt: skip
        ax.plot(x, share, marker="o", linestyle=style, color=tint, markersize=4, linewidth=1.3, zorder=3,
                clip_on=False, label=name)  # fmt: skip
        ax.plot(x, row["share"].mask(is_full), "o", color=tint, markerfacecolor="white", markersize=3.5,
                clip_on=False, zorder=3)  # fmt: skip
        for burst in bursts[bursts["entity"] == name].itertuples() if bursts is not None else ():
            inside = row["period"].between(burst.first, burst.last).to_numpy()
            ax.plot(x[inside], share[inside], "o-", color=tint, alpha=0.3, markersize=9, linewidth=8)
        last = np.flatnonzero(row["share"].notna())[-1]
        note = f"\nundated: {undated['n_articles'].sum():,} of {undated['n_of'].sum():,}"
        note = note if len(undated) and is_dated.any() else ""
        ends.append((row["share"].iloc[last], x[last], tint, shorten(str(name), width=26) + note))
    high = frame.loc[frame["n_of"] >= FEWEST_NAMED, ["share", "share_high"]].to_numpy()
    top = min(1.0, 1.1 * np.nanmax([0.01, *high.ravel(), *frame["share"]]))
    ax.set_ylim(-0.03 * top, 1.03 * top)
    charts.percent_axis(ax.yaxis)
    ax.set_ylabel("share of the articles")
    ax.tick_params(labelbottom=False)
    if days is not None:
        charts.mark_days(ax, days, places[places.index.notna()], unit)
    # a name to the right of the end of each line, none nearer to the next than a gap
    gap = 1.06 * top / (height - 1.4) * (0.29 if "\n" in ends[0][3] else 0.18)
    ends = [ends[i] for i in sorted(range(len(ends)), key=lambda i: (ends[i][0], -i))]
    steps = gap * np.arange(len(ends))
    levels = np.maximum.accumulate([end[0] for end in ends] - steps) + steps
    for (share, x, tint, words), y in zip(ends, np.minimum(levels, top - steps[::-1]), strict=True):
        leader = {"arrowstyle": "-", "color": tint, "alpha": 0.4, "linewidth": 0.6, "relpos": (0, 0.5)}
        ax.annotate(words, (x, share), (1.02, y), textcoords=("axes fraction", "data"), va="center",
                    fontsize=7.5, color=tint, annotation_clip=False, linespacing=1.0,
                    arrowprops=leader)  # fmt: skip
    return ax


@charts.form
def topic_map(frame: pd.DataFrame) -> Axes:
    """Draw articles (x, y, topic, label) on a plane, coloured by topic, with its number in its midst.

    Topic -1 is none; from the eighth topic on they share a colour.
    """
    _, ax = plt.subplots(figsize=(5.2, 4.6))
    crowded, last = len(frame) > 300, len(charts.TOPIC_COLOURS)
    place = np.where(frame["topic"] < 0, last + 1, np.minimum(frame["topic"], last))
    for topic, part in frame.groupby(place):
        label = str(part["label"].iloc[0])
        label = f"topics from {last + 1} on" if topic == last else label
        colour = charts.TOPIC_COLOURS[int(topic)] if topic < last else charts.GREY
        label = f"{int(topic) + 1}  {label}" if topic < last else label
        ax.scatter(part["x"], part["y"], s=5 if crowded else 26, color=colour, linewidth=0,
                   alpha=0.4 if crowded else 0.8, rasterized=crowded,
                   label=fill(f"{label} ({len(part):,})", 32))  # fmt: skip
        if topic < last:
            ax.text(part["x"].median(), part["y"].median(), f"{int(topic) + 1}", fontsize=12, weight="bold",
                    ha="center", va="center", color=colour, zorder=4,
                    path_effects=[patheffects.withStroke(linewidth=2.5, foreground="white")])  # fmt: skip
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_xlabel("the nearer, the more alike; the axes have no meaning of their own")
    if len(frame):
        legend = ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), labelspacing=0.8)
        plt.setp(legend.legend_handles, alpha=1, sizes=[26])
    return ax


@charts.form
def clock_map(frame: pd.DataFrame) -> Axes:
    """Draw how far the days that articles talk about lie from the day they appeared.

    `frame` has published (date), lag (days back; negative: ahead), n_dates (area of the dot) and direction (a
    key of `CLOCK_COLOURS`).
    """
    _, ax = plt.subplots(figsize=(7.2, 4.2))
    heights = -frame["lag"].to_numpy(float)
    sizes = frame["n_dates"].to_numpy(float)
    areas = 22 + 130 * (sizes - 1) / max(sizes.max(initial=1) - 1, 1)
    for direction, colour in charts.CLOCK_COLOURS.items():
        inside = (frame["direction"] == direction).to_numpy()
        label = f"{direction} ({frame['n_dates'][inside].sum():,})"
        ax.scatter(frame["published"][inside], heights[inside], s=areas[inside], color=colour, alpha=0.6,
                   linewidth=0, label=label, rasterized=len(frame) > 2000)  # fmt: skip
    ax.set_yscale("symlog", linthresh=1, linscale=0.6)
    steps = {1: "1 day", 7: "1 week", 30: "1 month", 365: "1 year", 3652: "10 years", 36525: "100 years"}
    low, high = min(heights.min(initial=0), -7) * 1.6, max(heights.max(initial=0), 7) * 1.6
    ticks = {0: "the same day"} | {step: f"{words} ahead" for step, words in steps.items()}
    ticks |= {-step: f"{words} back" for step, words in steps.items()}
    ticks = {tick: words for tick, words in ticks.items() if low <= tick <= high}
    ax.set_yticks(list(ticks), list(ticks.values()), fontsize=8)
    ax.yaxis.set_minor_locator(mpl.ticker.NullLocator())
    ax.set_ylim(low, high)
    ax.axhline(0, color=charts.GREY, linewidth=0.8, zorder=0)
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=6))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%d %b %Y"))
    ax.set_xlabel("the article appeared")
    ax.set_ylabel("the day it talks about")
    if len(frame):
        charts.legend_above(ax, sizes=30)
    return ax
