"""Figures: a finished tidy table in, matplotlib Axes out; and one way to publish them."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MplFigure

from helpers import tables

# Okabe-Ito by role, so that one thing has one colour in every figure.
BLUE, ORANGE, GREEN, PINK, SKY, AMBER, BLACK, YELLOW = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#E69F00",
    "#000000",
    "#F0E442",
)
GREY = "#9A9A9A"


def use_style() -> None:
    """Use Dateline's style sheet for all figures from here on, whatever the user's matplotlibrc says."""
    plt.style.use(["default", str(files("helpers") / "resources" / "dateline.mplstyle")])
    # Figures are shown where they are published, not a second time by the notebook's end-of-cell hook.
    mpl.rcParams["interactive"] = False


@dataclass(frozen=True)
class Figure:
    """A published figure, which a notebook shows as picture and describes as text.

    Attributes
    ----------
    name
        File name without ending.
    caption, alt
        What the figure shows, for a reader and for one who cannot see it.
    text
        One paragraph with the data's size and fingerprint: this is what a test compares.
    png
        The picture's bytes.
    """

    name: str
    caption: str
    alt: str
    text: str
    png: bytes

    def __repr__(self) -> str:
        return self.text

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        return self.png, {"alt": self.alt}


@dataclass(frozen=True)
class Nothing:
    """What a notebook shows where there is too little for a figure."""

    text: str

    def __repr__(self) -> str:
        return self.text


def publish(
    ax: Axes | np.ndarray,
    data: pd.DataFrame,
    *,
    name: str,
    title: str,
    caption: str,
    alt: str,
    n: str,
    out: Path,
    when: bool = True,
) -> "Figure | Nothing":
    """Write a figure as ``out/figures/name.png``, ``.svg`` and ``.csv`` and return it for display.

    Parameters
    ----------
    ax
        Any Axes of the figure, which is closed afterwards.
    data
        The numbers drawn, tidy; they become the csv.
    name
        File name without ending, starting with the notebook's number: ``02-topics``.
    title
        The finding, in words. It is set above the figure.
    caption
        What is drawn and how to read it, with units.
    alt
        The figure in one or two sentences for a reader who cannot see it.
    n
        The subtitle: how many articles stand behind it and which are not in it.
    out
        The output folder.
    when
        Whether there is anything to draw: an empty figure says less than its title.

    Returns
    -------
    Figure or Nothing
        To be the last expression of a cell.
    """
    figure = np.ravel(np.asarray(ax, dtype=object))[0].figure
    if not isinstance(figure, MplFigure):
        figure = figure.figure
    folder = out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    if not when:
        plt.close(figure)
        for path in folder.glob(f"{name}.*"):
            path.unlink()
        return Nothing(fill(f"No figure {name}: {title}. {n}.", 100))
    description = {"Title": title, "Description": f"{alt} {caption}"}
    png = io.BytesIO()
    with warnings.catch_warnings():
        # matplotlib's own font has no Chinese, say: a box stands in the picture, the word in the csv
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        _head(figure, title, n)
        figure.savefig(png, format="png", metadata={**description, "Comment": caption, "Software": None})
        with tables.atomic(folder / f"{name}.svg") as temporary:
            figure.savefig(temporary, format="svg", metadata={**description, "Date": None, "Creator": None})
    with tables.atomic(folder / f"{name}.png") as temporary:
        temporary.write_bytes(png.getvalue())
    plt.close(figure)
    tables.csv(data, folder / f"{name}.csv")
    fingerprint = hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest()[:12]
    text = fill(
        f"Figure {name}: {title}. {n}. {alt} Data: {len(data)} rows of {', '.join(map(str, data.columns))}"
        f" (sha256 {fingerprint})",
        100,
    )
    return Figure(name, caption, alt, text, png.getvalue())


def _head(figure: MplFigure, title: str, n: str) -> None:
    """Set title and subtitle above everything else that is drawn, on the left."""
    box = figure.get_tightbbox()  # inches
    width, height = figure.get_size_inches()
    left, top = box.x0 / width, box.y1 / height
    step = 1 / (72 * height)  # one point
    columns = max(int((box.x1 - box.x0) * 72 / 5.6), 30)
    subtitle = fill(n, int(columns * 1.2))
    figure.text(left, top + 8 * step, subtitle, ha="left", va="bottom", fontsize=8.5, color="#555555")
    lift = 8 + 12 * (subtitle.count("\n") + 1) + 4
    figure.text(
        left, top + lift * step, fill(title, columns), ha="left", va="bottom", fontsize=11, weight="bold"
    )


# ---- 04-sentiment: tone ----

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
                    start + share / 2, y[row], f"{share:.0%}", ha="center", va="center", color=colour_of_text
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


# ---- 01-ingestion: what came in ----


def articles_over_time(frame: pd.DataFrame, *, unit: str) -> Axes:
    """Draw articles by period, copies on top of unique texts, and the undated ones apart on the right.

    Parameters
    ----------
    frame
        period (date; missing in the last row: undated), label, unique_texts, copies.
    unit
        Name of the period.
    """
    _, ax = plt.subplots(figsize=(7.2, 3.2))
    dated, undated = frame["period"].notna().sum(), len(frame) - 1
    x = np.arange(len(frame)) + np.where(np.arange(len(frame)) == undated, 1 + 0.02 * dated, 0)
    width = np.where(np.arange(len(frame)) == undated, max(1, 0.04 * dated), 0.85)
    ax.bar(x, frame["unique_texts"], width, color=[*[BLUE] * dated, GREY], label="unique texts")
    ax.bar(x, frame["copies"], width, bottom=frame["unique_texts"], color=ORANGE, label="copies")
    shown = np.unique(np.linspace(0, dated - 1, min(dated, 8)).astype(int)) if dated else np.zeros(0, int)
    labels = frame["label"].iloc[shown]
    ax.set_xticks([*shown, x[-1]], [*labels, "undated"], rotation=30, ha="right")
    ax.set_xlabel(f"published, by {unit}")
    ax.set_ylabel("articles")
    ax.yaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    ax.grid(visible=False, axis="x")
    if frame["copies"].sum():
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return ax


def kept_removed(frame: pd.DataFrame) -> Axes:
    """Draw what became of each outlet's characters as bars that add up to one.

    Parameters
    ----------
    frame
        outlet, text, header, removed (shares), articles; top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.1 + 0.34 * len(frame)))
    y, left = np.arange(len(frame))[::-1], np.zeros(len(frame))
    parts = (("text", BLUE, "text"), ("header", SKY, "title, date, byline"), ("removed", ORANGE, "removed"))
    for name, colour, label in parts:
        ax.barh(y, frame[name], left=left, color=colour, height=0.72, label=label)
        left = left + frame[name].to_numpy()
    ax.set_yticks(y, [f"{row.outlet} ({row.articles:,})" for row in frame.itertuples()])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    ax.set_xlabel("share of the visible characters")
    ax.grid(visible=False, axis="y")
    ax.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    return ax


# ---- 05-report: what depends on our choices ----


def choices(frame: pd.DataFrame) -> Axes:
    """Draw which findings survive which choice, as a grid with the numbers in it.

    Parameters
    ----------
    frame
        choice, finding, text, state (``holds``, ``changes`` or ``none``); rows and columns in the order in
        which they come.
    """
    names, rows = (list(dict.fromkeys(frame[column])) for column in ("finding", "choice"))
    _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.34 * max(len(rows), 1)))
    colours = {"holds": "#CFE3F2", "changes": "#F6D5BF", "none": "#FFFFFF"}
    x, y = (frame[column].map(order.index) for column, order in (("finding", names), ("choice", rows)))
    for i, j, text, state in zip(x, y, frame["text"], frame["state"], strict=True):
        # the hatch says the same as the colour
        hatch = "////" if state == "changes" else None
        ax.add_patch(
            plt.Rectangle(
                (i - 0.48, j - 0.45), 0.96, 0.9, facecolor=colours[state], edgecolor="white", hatch=hatch
            )
        )
        ax.text(i, j, text, ha="center", va="center", fontsize=7, linespacing=1.1)
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlim(-0.5, max(len(names), 1) - 0.5)
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.5)
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax


# ---- 03-mentions: who and when ----

_KINDS = {"person": BLUE, "organisation": ORANGE, "place": GREEN, "other": GREY}


def named_shares(frame: pd.DataFrame) -> Axes:
    """Draw the share of articles that name each entity, with its interval, coloured by kind.

    Parameters
    ----------
    frame
        entity, kind, n_articles, share, share_low, share_high; top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.0 + 0.26 * max(len(frame), 1)))
    y = np.arange(len(frame))[::-1]
    for kind, colour in _KINDS.items():
        of = (frame["kind"] == kind).to_numpy()
        if of.any():
            part = frame[of]
            ax.hlines(y[of], part["share_low"], part["share_high"], color=colour, linewidth=2, alpha=0.5)
            ax.plot(part["share"], y[of], "o", color=colour, label=kind, clip_on=False)
    ax.set_yticks(y, [f"{row.entity} ({row.n_articles:,})" for row in frame.itertuples()])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    ax.set_xlabel("share of the articles")
    ax.grid(visible=False, axis="y")
    if len(frame):
        ax.legend(ncols=4, loc="lower right", bbox_to_anchor=(1, 1))
    return ax


def publication_clock(
    frame: pd.DataFrame, *, unit: str, fewest: int, each: pd.Series | None = None
) -> np.ndarray:
    """Draw the share of each period's articles that name an entity, above a strip with the articles.

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
        Dates of the articles: each gets a dot at its place in its period instead of a bar.
    """
    total = frame[frame["entity"] == ""].reset_index(drop=True)
    entities = [name for name in dict.fromkeys(frame["entity"]) if name]
    figure, axes = plt.subplots(
        len(entities) + 1, 1, figsize=(7.2, 1.1 * len(entities) + 1.6), sharex=True, squeeze=False
    )
    undated = total["period"].isna().to_numpy()
    x = np.arange(len(total)) + undated * (0.5 + 0.03 * len(total))
    thin = (total["n_articles"] < fewest).to_numpy()
    for ax, name in zip(axes[:-1, 0], entities, strict=True):
        part = frame[frame["entity"] == name].reset_index(drop=True)
        has = (total["n_articles"] > 0).to_numpy()
        for few, colour in ((True, GREY), (False, BLUE)):
            at = has & (thin == few)
            ax.vlines(
                x[at], part["share_low"][at], part["share_high"][at], color=colour, linewidth=2, alpha=0.45
            )
            ax.plot(x[at], part["share"][at], "o", markersize=4, color=colour, clip_on=False, zorder=3)
        ax.set_ylim(-0.05, 1.05)
        ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        ax.set_title(name, fontsize=9, pad=2)
    strip = axes[-1, 0]
    if each is None:
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
    figure.subplots_adjust(hspace=0.45)
    return axes[:, 0]


def _article_dots(ax: Axes, x: np.ndarray, periods: pd.Series, each: pd.Series) -> None:
    """Draw one dot for each article at its date, those of one day on top of each other."""
    known = periods.notna().to_numpy()
    starts = periods[known].to_numpy().astype("datetime64[D]").astype(np.int64)
    days = each.to_numpy().astype("datetime64[D]").astype(np.int64)
    at = np.full(len(each), x[~known][0] if (~known).any() else 0.0)
    if len(starts):
        ends = np.append(starts[1:], starts[-1] + max(int(np.diff(starts).max(initial=1)), 1))
        middle = np.interp(days, np.append(starts, ends[-1]), np.arange(len(starts) + 1) - 0.5)
        at = np.where(each.notna(), middle, at)
    height = pd.Series(at).groupby(at).cumcount().to_numpy() + 1
    ax.scatter(at, height, s=30, color=np.where(each.notna(), BLUE, GREY), clip_on=False)
    ax.set_ylim(0, height.max(initial=1) + 0.5)


def two_clocks(frame: pd.DataFrame) -> Axes:
    """Draw each exact day an article talks about against the day it appeared.

    Parameters
    ----------
    frame
        published, event, lag (days from event to publication).
    """
    _, ax = plt.subplots(figsize=(7.2, 4.6))
    size = 22 if len(frame) < 200 else 6
    parts = (("announced ahead", frame["lag"] < 0, ORANGE), ("the same day", frame["lag"] == 0, BLACK))
    for label, of, colour in (*parts, ("recalled", frame["lag"] > 0, BLUE)):
        part = frame[of]
        ax.scatter(
            part["published"], part["event"], s=size, color=colour, alpha=0.6, linewidth=0,
            label=f"{label} ({len(part):,})", rasterized=len(frame) > 2000,
        )  # fmt: skip
    if len(frame):
        ends = [frame["published"].min(), frame["published"].max()]
        ax.plot(ends, ends, color=GREY, linewidth=0.8, zorder=0)
        ax.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(locator := mdates.AutoDateLocator(minticks=2, maxticks=8))
        axis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    ax.set_xlabel("the article appeared")
    ax.set_ylabel("the day it talks about")
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
    if len(frame):
        ax.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))
    return ax


def pair_odds(frame: pd.DataFrame) -> Axes:
    """Draw how far beyond chance pairs share articles, with intervals.

    Parameters
    ----------
    frame
        entity, other, n_articles, log_odds, low, high; top row first.
    """
    _, ax = plt.subplots(figsize=(7.2, 1.0 + 0.26 * max(len(frame), 1)))
    y = np.arange(len(frame))[::-1]
    ax.axvline(0, color="#666666", linewidth=0.8)
    ax.hlines(
        y, frame["low"], frame["high"], color=np.where(frame["low"] > 0, BLUE, GREY), linewidth=2, alpha=0.5
    )
    ax.scatter(frame["log_odds"], y, s=22, color=np.where(frame["low"] > 0, BLUE, GREY), zorder=3)
    ax.set_yticks(y, [f"{row.entity} + {row.other} ({row.n_articles:,})" for row in frame.itertuples()])
    ten = float(np.log(10))
    ax.xaxis.set_major_locator(mpl.ticker.MultipleLocator(ten))
    ax.xaxis.set_major_formatter(lambda at, _: f"{10.0 ** round(at / ten):,g} ×")
    ax.set_ylim(-0.7, len(frame) - 0.3)
    ax.set_xlabel("odds of the one where the other is named (1 ×: as chance would have it)")
    ax.grid(visible=False, axis="y")
    return ax


# ---- 02-topics: what they are about ----

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
