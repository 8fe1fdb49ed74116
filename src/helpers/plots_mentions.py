"""Figures of mentions: who is named, when, by whom and with whom.

A finished tidy table in, Axes out.
"""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.plots import AMBER, BLACK, BLUE, GREEN, GREY, ORANGE, SKY
from helpers.prose import percent

# Up to so many articles the dots have their dates beside them.
DATED_DOTS = 8
# More dots than this are drawn as bars.
MOST_DOTS = 30
KINDS = {"person": BLUE, "organisation": ORANGE, "place": GREEN, "other": GREY}


def named_shares(frame: pd.DataFrame) -> Axes:
    """Draw the share of articles that name each entity, with its interval, coloured by kind.

    Parameters
    ----------
    frame
        entity, kind, n_articles, share, share_low, share_high; top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.0 + 0.26 * max(len(frame), 1)))
    y = np.arange(len(frame))[::-1]
    for kind, colour in KINDS.items():
        of = (frame["kind"] == kind).to_numpy()
        if of.any():
            part = frame[of]
            ax.hlines(y[of], part["share_low"], part["share_high"], color=colour, linewidth=2, alpha=0.5)
            ax.plot(part["share"], y[of], "o", color=colour, label=kind, clip_on=False)
    ax.set_yticks(y, [f"{row.entity} ({row.n_articles:,})" for row in frame.itertuples()])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda share, _: percent(share))
    ax.set_xlabel("share of the articles")
    ax.grid(visible=False, axis="y")
    if len(frame):
        ax.legend(ncols=4, loc="lower right", bbox_to_anchor=(1, 1))
    return ax


def publication_clock(
    frame: pd.DataFrame,
    *,
    unit: str,
    fewest: int,
    each: pd.Series | None = None,
    who: pd.DataFrame | None = None,
    burst: pd.DataFrame | None = None,
    change: pd.DataFrame | None = None,
) -> np.ndarray:
    """Draw the share of each period's articles that name an entity, above a strip with the articles.

    Of so few articles that a share says nothing (`DATED_DOTS`), each is a dot at its date instead: full where
    it names the entity, empty where it does not.

    Parameters
    ----------
    frame
        Rows of table timeline on the clock ``published``; entity "" holds all articles, and a row without a
        period the undated ones.
    unit
        Name of the period.
    fewest
        Periods with fewer articles are drawn in grey.
    each
        Dates of the articles, by article_id: up to `MOST_DOTS` get a dot each at its place in its period
        instead of a bar.
    who
        article_id and entity, a row for each mention; without it no article is drawn by itself.
    burst, change
        From `dateline.timeline.bursts`: periods to shade, and levels to draw before and after a change.
    """
    total = frame[frame["entity"] == ""].reset_index(drop=True)
    entities = [name for name in dict.fromkeys(frame["entity"]) if name]
    few = each is not None and who is not None and len(each) <= DATED_DOTS
    figure, axes = plt.subplots(
        len(entities) + 1,
        1,
        figsize=(7.2, (0.62 if few else 1.1) * len(entities) + 1.6),
        sharex=True,
        squeeze=False,
        height_ratios=[*([1] * len(entities)), 2.2 if few else 1],
    )
    undated = total["period"].isna().to_numpy()
    x = np.arange(len(total)) + undated * (0.5 + 0.03 * len(total))
    thin = (total["n_articles"] < fewest).to_numpy()
    for ax, name in zip(axes[:-1, 0], entities, strict=True):
        if few and each is not None and who is not None:
            named = each.index.isin(who.loc[who["entity"] == name, "article_id"])
            _named_dots(ax, _at(x, total["period"], each), named, name=name)
            continue
        part = frame[frame["entity"] == name].reset_index(drop=True)
        has = (total["n_articles"] > 0).to_numpy()
        for pale, colour in ((True, GREY), (False, BLUE)):
            at = has & (thin == pale)
            ax.vlines(
                x[at], part["share_low"][at], part["share_high"][at], color=colour, linewidth=2, alpha=0.45
            )
            ax.plot(x[at], part["share"][at], "o", markersize=4, color=colour, clip_on=False, zorder=3)
        ax.set_ylim(-0.05, 1.05)
        ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        ax.set_title(name, fontsize=9, pad=2)
        ax.set_title(_marks(ax, total["period"], burst, change, name=name), fontsize=7, loc="right", pad=2)
    strip = axes[-1, 0]
    if each is None or len(each) > MOST_DOTS:
        strip.bar(x, total["n_articles"], 0.85, color=np.where(undated, GREY, SKY))
    else:
        _article_dots(strip, x, total["period"], each)
    strip.set_ylabel("articles")
    strip.yaxis.set_major_locator(mpl.ticker.MaxNLocator(3, integer=True))
    dated = int((~undated).sum())
    shown = np.unique(np.linspace(0, dated - 1, min(dated, 8)).astype(int)) if dated else np.zeros(0, int)
    labels = (
        total["period"]
        .iloc[shown]
        .dt.strftime({"day": "%Y-%m-%d", "week": "%Y-%m-%d", "year": "%Y"}.get(unit, "%Y-%m"))
    )
    ticks = [*x[shown], *x[undated]]
    strip.set_xticks(ticks, [*labels, *["undated"] * int(undated.sum())], rotation=30, ha="right")
    strip.set_xlabel(f"published, by {unit}")
    figure.subplots_adjust(hspace=0.8 if few else 0.45)
    return axes[:, 0]


def publication_caption(n: int, *, unit: str, fewest: int) -> str:
    """Say what `publication_clock` shows of n articles.

    Examples
    --------
    >>> publication_caption(5, unit="week", fewest=3)
    'Each article at its date: a full dot names the entity, an empty one does not. Below: all, by week.'
    """
    if n <= DATED_DOTS:
        return (
            "Each article at its date: a full dot names the entity, an empty one does not. "
            f"Below: all, by {unit}."
        )
    below = ", each a dot at its date" if n <= MOST_DOTS else ""
    return (
        f"Share of the articles of each {unit} that name an entity, with 95 % intervals; grey: fewer than "
        f"{fewest} articles. Below: the number of articles{below}."
    )


def _named_dots(ax: Axes, at: np.ndarray, named: np.ndarray, *, name: str) -> None:
    """Draw each article at its date, full where it names somebody."""
    height, rest = _stack(at, 0.03 * (np.ptp(at) + 1)), ~named
    for of, inside, edge in ((named, BLUE, BLUE), (rest, "white", GREY)):
        ax.scatter(at[of], height[of], s=30, facecolor=inside, edgecolor=edge, clip_on=False, zorder=3)
    ax.set_ylim(0.2, height.max(initial=1) + 0.8)
    ax.grid(visible=False, axis="y")
    ax.set_yticks([])
    ax.set_title(name, fontsize=9, pad=2)
    ax.set_title(f"named in {named.sum():,} of {len(named):,} articles", fontsize=7, loc="right", pad=2)


def _marks(
    ax: Axes,
    periods: pd.Series,
    burst: pd.DataFrame | None,
    change: pd.DataFrame | None,
    *,
    name: str,
) -> str:
    """Shade the bursts of a name, draw its share before and after each change, and say what is drawn."""
    place = {period: number for number, period in enumerate(periods.dropna())}
    said = []
    for row in burst[burst["entity"] == name].itertuples() if burst is not None else ():
        ax.axvspan(
            place[row.first] - 0.5, place[row.last] + 0.5, color=AMBER, alpha=0.22, linewidth=0, zorder=0
        )
        said = ["shaded: a burst"]
    cuts = change[change["entity"] == name] if change is not None else pd.DataFrame()
    edges = [-0.5, *(place[row.period] - 0.5 for row in cuts.itertuples()), len(place) - 0.5]
    levels = [*cuts["before"], cuts["after"].iloc[-1]] if len(cuts) else []
    for left, right, level in zip(edges, edges[1:], levels, strict=False):
        ax.hlines(level, left, right, color=BLACK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    for at in edges[1:-1]:
        ax.axvline(at, color=BLACK, linewidth=0.6, zorder=1)
    return "; ".join([*said, *["broken line: the share before and after a change"][: len(cuts)]])


def _at(x: np.ndarray, periods: pd.Series, each: pd.Series) -> np.ndarray:
    """Place each article at its date on the axis of the periods, undated ones beside it."""
    known = periods.notna().to_numpy()
    starts = periods[known].to_numpy().astype("datetime64[D]").astype(np.int64)
    days = each.to_numpy().astype("datetime64[D]").astype(np.int64)
    at = np.full(len(each), x[~known][0] if (~known).any() else 0.0)
    if len(starts):
        ends = np.append(starts[1:], starts[-1] + max(int(np.diff(starts).max(initial=1)), 1))
        middle = np.interp(days, np.append(starts, ends[-1]), np.arange(len(starts) + 1) - 0.5)
        at = np.where(each.notna(), middle, at)
    return at


def _stack(at: np.ndarray, wide: float) -> np.ndarray:
    """Level of each dot: those that would cover another are put on top of it."""
    height = np.ones(len(at), np.int64)
    order = np.argsort(at, kind="stable")
    for number, dot in enumerate(order):
        near = order[:number][np.abs(at[order[:number]] - at[dot]) < wide]
        height[dot] = height[near].max(initial=0) + 1
    return height


def _article_dots(ax: Axes, x: np.ndarray, periods: pd.Series, each: pd.Series) -> None:
    """Draw one dot for each article at its date, those that would cover another on top of it."""
    at = _at(x, periods, each)
    dated = len(each) <= DATED_DOTS
    height = _stack(at, (0.075 if dated else 0.022) * (x.max(initial=0) - x.min(initial=0) + 1))
    ax.scatter(at, height, s=30, color=np.where(each.notna(), BLUE, GREY), clip_on=False)
    for place, level, date in zip(at, height, each, strict=True) if dated else ():
        words = "" if pd.isna(date) else f"{date.day} {date:%b %Y}"
        ax.annotate(
            words, (place, level), (0, 4), textcoords="offset points", ha="center", va="bottom",
            fontsize=6.5, color="#444444",
        )  # fmt: skip
    ax.set_ylim(0, height.max(initial=1) + (1 if dated else 0.5))
