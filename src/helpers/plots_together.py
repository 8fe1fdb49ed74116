"""Figures of notebook 03 that set names beside each other: network, matrix, and names by outlet.

A finished tidy table in, Axes out.
"""

from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.plots import BLACK, BLUE
from helpers.plots_mentions import KINDS
from helpers.prose import shorten

# Lines of a network: with more it is a ball of wool.
MOST_LINES = 60
# Points: width of a figure, size of labels, width of a letter and height of a node with its label.
WIDTH, FONT, LETTER, HEIGHT = 500.0, 7.0, 3.9, 21.0
_PLAIN = "#F2F2F2"


def ties(pairs: pd.DataFrame) -> pd.DataFrame:
    """Choose the pairs that a network shows: those beyond chance, the surest `MOST_LINES`.

    Parameters
    ----------
    pairs
        From `dateline.timeline.together.pairs`.
    """
    return pairs[pairs["beyond"]].head(MOST_LINES).reset_index(drop=True)


def network(pairs: pd.DataFrame, nodes: pd.DataFrame) -> Axes:
    """Draw names as dots and pairs as lines, the same picture each time and no label over another.

    Parameters
    ----------
    pairs
        entity, other, n_articles; a line each, thicker with more articles.
    nodes
        entity, kind, n_articles of all names in `pairs`; the area of a dot is its articles.
    """
    nodes = nodes[nodes["entity"].isin([*pairs["entity"], *pairs["other"]])].reset_index(drop=True)
    names = pd.Index(nodes["entity"])
    ends = np.stack([names.get_indexer(pairs["entity"]), names.get_indexer(pairs["other"])], axis=1)
    labels = [shorten(name, width=28) for name in names]
    wide = np.array([len(label) * LETTER + 6 for label in labels])
    place = spread(layout(len(names), ends), wide)
    size = place[:, 1].max(initial=0) - place[:, 1].min(initial=0) + 2 * HEIGHT
    _, ax = plt.subplots(figsize=((WIDTH + 10) / 72, max(size, 60) / 72))
    ax.set_position((0, 0, 1, 1))
    most = max(pairs["n_articles"].max(), 1) if len(pairs) else 1
    for (a, b), n in zip(ends, pairs["n_articles"], strict=True):
        ax.plot(
            *place[[a, b]].T,
            color="#B5B5B5",
            linewidth=0.6 + 2.4 * n / most,
            zorder=1,
            solid_capstyle="round",
        )
    area = 12 + 110 * nodes["n_articles"] / max(nodes["n_articles"].max(), 1) if len(nodes) else []
    ax.scatter(
        place[:, 0], place[:, 1], s=area, color=[KINDS[kind] for kind in nodes["kind"]], zorder=3, linewidth=0
    )
    for (x, y), label in zip(place, labels, strict=True):
        ax.text(
            x, y - 6.5, label, ha="center", va="top", fontsize=FONT, zorder=4, color=BLACK,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 0.3},
        )  # fmt: skip
    for number, (kind, colour) in enumerate((k, c) for k, c in KINDS.items() if (nodes["kind"] == k).any()):
        ax.scatter([], [], s=30, color=colour, label=kind)
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=number + 1, borderaxespad=0)
    ax.set_xlim(-5, WIDTH + 5)
    ax.set_ylim(place[:, 1].min(initial=0) - HEIGHT, place[:, 1].max(initial=0) + HEIGHT)
    ax.axis("off")
    return ax


def layout(n: int, ends: np.ndarray) -> np.ndarray:
    """(n, 2) places at which distances are those along the lines, as far as a plane allows.

    Stress majorisation (E. Gansner, Y. Koren and S. North, "Graph drawing by stress majorization", 2004) from
    a circle, without a random start.

    Parameters
    ----------
    n
        Number of nodes.
    ends
        (n_lines, 2) the nodes that each line joins.
    """
    far = np.full((n, n), np.inf)
    np.fill_diagonal(far, 0)
    far[ends[:, 0], ends[:, 1]] = far[ends[:, 1], ends[:, 0]] = 1
    for k in range(n):
        far = np.minimum(far, far[:, k, None] + far[None, k])
    reach = far[np.isfinite(far)].max(initial=1)
    far[~np.isfinite(far)] = reach / 2 + 1.5  # parts that nothing joins lie beside each other
    weight = 1 / np.where(far > 0, far, 1) ** 2
    np.fill_diagonal(weight, 0)
    turn = 2 * np.pi * np.arange(n) / max(n, 1)
    place = np.stack([np.cos(turn), np.sin(turn)], axis=1) * reach / 2
    for _ in range(300 if n > 1 else 0):
        apart = place[:, None] - place[None]
        length = np.maximum(np.sqrt((apart**2).sum(-1)), 1e-6)
        step = weight[..., None] * (place[None] + far[..., None] * apart / length[..., None])
        place = (step.sum(1) / weight.sum(1)[:, None]).round(9)
    return place


def spread(place: np.ndarray, wide: np.ndarray) -> np.ndarray:
    """(n, 2) places in points, `WIDTH` wide, pushed apart until no node or label lies over another.

    Parameters
    ----------
    place
        (n, 2) places in any unit.
    wide
        (n,) width of each label in points.
    """
    place = place - place.min(0) if len(place) else place
    room = np.array([WIDTH - wide.max(initial=0), max(90.0, 14.0 * len(place))])
    place = place / np.maximum(place.max(0, initial=1e-9), 1e-9) * room + [wide.max(initial=0) / 2, 0]
    both = np.stack([(wide[:, None] + wide) / 2, np.full((len(wide),) * 2, HEIGHT)], -1)
    earlier = np.sign(np.arange(len(wide))[:, None] - np.arange(len(wide)))[..., None]
    for _ in range(2000):
        gap = place[:, None] - place[None]
        over = both - np.abs(gap)
        np.einsum("iik->ik", over)[:] = -1
        clash = (over > 1e-3).all(-1)
        if not clash.any():
            break
        up = over[..., 1] <= over[..., 0]
        side = np.where(gap != 0, np.sign(gap), earlier)
        push = np.where(clash[..., None], side * (over / 2 + 0.05), 0.0)
        push[..., 0] *= ~up
        push[..., 1] *= up
        place = place + push.sum(1) / np.maximum(clash.sum(1), 1)[:, None]
        place[:, 0] = np.clip(place[:, 0], wide / 2, WIDTH - wide / 2)
        place = place.round(6)
    return place


def pair_matrix(pairs: pd.DataFrame, names: list[str]) -> Axes:
    """Draw the articles that pairs of names share, each pair once, coloured where they are beyond chance.

    Parameters
    ----------
    pairs
        entity, other, n_articles, beyond.
    names
        Names in the order of rows and columns, see `in_groups`.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.2 + 0.19 * max(len(names), 3)))
    both = np.stack([pairs[column].map(names.index).to_numpy(float) for column in ("entity", "other")])
    x, y, sure = both.min(axis=0), both.max(axis=0), pairs["beyond"].to_numpy(bool)
    _cells(ax, x, y, np.where(sure, BLUE, _PLAIN))
    for i, j, count, dark in zip(x, y, pairs["n_articles"], sure, strict=True):
        _number(ax, i, j, f"{count:,}", fontsize=6, color="white" if dark else "#666666")
    short = [shorten(name, width=30) for name in names]
    ax.set_xticks(range(len(names)), short, rotation=90, fontsize=6.5)
    ax.set_yticks(range(len(names)), short, fontsize=6.5)
    ax.set_xlim(-0.6, len(names) - 0.4)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.plot([-0.5, len(names) - 0.5], [-0.5, len(names) - 0.5], color="#CCCCCC", linewidth=0.6, zorder=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax


def _cells(ax: Axes, x: np.ndarray, y: np.ndarray, colours: np.ndarray) -> None:
    """Draw squares around places; all in one, as a matrix of 40 names has 1,560 of them."""
    from matplotlib.collections import PolyCollection

    corners = np.array([(-0.46, -0.46), (-0.46, 0.46), (0.46, 0.46), (0.46, -0.46)])
    squares = np.stack([x, y], axis=1)[:, None] + corners
    ax.add_collection(PolyCollection(squares, facecolors=colours.tolist(), linewidths=0), autolim=False)


def _number(ax: Axes, x: float, y: float, words: str, *, fontsize: float, color: str = BLACK) -> None:
    """Write into a cell; what stands inside the axes needs no room of its own around them."""
    text = ax.text(x, y, words, ha="center", va="center", fontsize=fontsize, color=color)
    text.set_in_layout(False)


def in_groups(pairs: pd.DataFrame) -> list[str]:
    """Names of the pairs beyond chance, in an order that puts those who stand together beside each other.

    Parameters
    ----------
    pairs
        entity, other, times; one row a line of the network.
    """
    names = sorted({*pairs["entity"], *pairs["other"]})
    if len(names) < 3:
        return names
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    far = np.ones((len(names), len(names)))
    x, y = (pairs[column].map(names.index).to_numpy() for column in ("entity", "other"))
    near = (1 / (1 + pairs["times"].to_numpy())).round(6)
    far[x, y] = far[y, x] = near
    np.fill_diagonal(far, 0)
    order = leaves_list(linkage(squareform(far), "average", optimal_ordering=True))
    return [names[i] for i in order]


def counts_grid(frame: pd.DataFrame, *, row: str, column: str, gap: str = "") -> Axes:
    """Draw counts as cells of a grid, “7/12”, the darker the larger the share, coloured where they stand out.

    Parameters
    ----------
    frame
        The columns `row` and `column`, n, of (n articles of so many), share, mark (``more``, ``less`` or
        empty); rows and columns in the order in which they come.
    row, column
        Names of these columns.
    gap
        A column whose changes along the rows part them.
    """
    rows = frame[[row, gap] if gap else [row]].drop_duplicates().reset_index(drop=True)
    names = list(dict.fromkeys(frame[column]))
    step = (rows[gap] != rows[gap].shift()).cumsum() - 1 if gap else pd.Series(0, index=rows.index)
    height = (np.arange(len(rows)) + 0.9 * step).to_numpy()
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.27 * (height.max(initial=0) + 1)))
    key = list(zip(*(rows[c] for c in rows), strict=True))
    for cell in frame.to_dict("records"):
        y = height[key.index(tuple(cell[c] for c in rows))]
        x = names.index(cell[column])
        grey = f"{0.97 - 0.35 * cell['share']:.3f}"
        colour = {"more": "#8FBFE0", "less": "#F2B48C"}.get(cell["mark"], grey)
        hatch = "////" if cell["mark"] == "less" else None
        ax.add_patch(
            plt.Rectangle(
                (x - 0.47, y - 0.45), 0.94, 0.9, facecolor=colour, edgecolor="white", hatch=hatch, linewidth=0
            )
        )
        _number(ax, x, y, f"{cell['n']:,}/{cell['of']:,}", fontsize=7)
    ax.set_yticks(height, [shorten(str(name), width=34) for name in rows[row]])
    first = (step != step.shift()).to_numpy()
    for at, name in zip(height[first], rows.loc[first, gap], strict=True) if gap else ():
        ax.text(-0.47, at - 0.62, shorten(str(name), width=60), fontsize=7.5, weight="bold", va="bottom")
    room = max(int(62 / max(len(names), 1)), 8)
    ax.set_xticks(range(len(names)), [fill(shorten(str(name), width=26), room) for name in names])
    ax.set_xlim(-0.5, max(len(names), 1) - 0.5)
    ax.set_ylim(height.max(initial=0) + 0.5, -0.5 - 0.8 * bool(gap))
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax
