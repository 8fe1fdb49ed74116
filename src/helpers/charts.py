"""Forms of charts: a finished tidy table and the names of its columns in, matplotlib Axes out.

A colour means one thing in all figures. What has too few articles is grey, dotted or hatched, never by colour
alone, and every interval is that of the table.
"""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dateline.population import UNDATED
from helpers.prose import day, percent, shorten

# Okabe and Ito's colours, which colour-blind readers tell apart.
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, AMBER, BLACK = "#56B4E9", "#E69F00", "#000000"
GREY, PALE, BAND, INK = "#9A9A9A", "#DDDDDD", "#EFEFEF", "#444444"

KIND_COLOURS = {"person": BLUE, "organisation": ORANGE, "place": GREEN, "other": GREY}
VOICE_COLOURS = {"narrator": GREEN, "quote": PINK, "headline": INK}
# Scores between ± this count as neutral, as in `dateline.tone.differences`.
NEUTRAL = 0.05
TONE_COLOURS = {"negative": ORANGE, "neutral": PALE, "positive": BLUE}
CLOCK_COLOURS = {"announced ahead": ORANGE, "the same day": BLACK, "recalled": BLUE}
# A day that articles talk about, by where it lay when they appeared.
DAY_PARTS = {
    "n_ahead": ("still to come", ORANGE),
    "n_same": ("the same day", BLACK),
    "n_back": ("in the past", BLUE),
    "n_undated": ("undated article", GREY),
}
# In how many articles somebody is named, and heard.
VOICE_COUNTS = {"n_articles": "named", "n_heard": "quoted or reported", "n_quoted": "quoted"}
# From far ahead through the day itself to far back: lightness is the distance, the hue the direction.
LAG_COLOURS = ("#8C3A00", ORANGE, "#F2B48C", BLACK, "#A9D2EC", SKY, BLUE, "#003B5C")
TOPIC_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, AMBER, BLACK)
# A share that has room for its number inside the bar; characters of a label on the left.
ROOM, LABEL = 0.07, 44
# Up to so many articles each is a dot of its own, with its date.
FEW = 8


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


def nested(frame: pd.DataFrame, counts: Mapping[str, str], *, label: str) -> Axes:
    """Draw counts in each row, each a part of the one before; `counts` are columns: names in the legend."""
    ax, heights = _rows(frame, label)
    looks = zip(counts.items(), ((PALE, 0.72), (AMBER, 0.56), (ORANGE, 0.36)), strict=False)
    for (column, name), (tint, height) in looks:
        ax.barh(heights, frame[column], color=tint, height=height, label=name)
    for y, values in zip(heights, frame[list(counts)].to_numpy(), strict=True):
        note = "/".join(f"{n:,}" for n in values[::-1])
        ax.text(values[0], y, f" {note}", va="center", fontsize=7.5, color=INK)
    whole_numbers(ax.xaxis)
    ax.set_xlabel("articles")
    ax.margins(x=0.16)
    legend_above(ax)
    return ax


# -- over time ------------------------------------------------------------------------------------


def period_places(periods: pd.Series) -> np.ndarray:
    """Place periods on an axis, one step each; what has no day stands apart on the right."""
    undated = periods.isna().to_numpy()
    return np.arange(len(periods)) + np.cumsum(undated) * (0.5 + 0.03 * len(periods))


def period_axis(ax: Axes, periods: pd.Series, unit: str) -> None:
    """Name at most eight periods, and the place of the undated articles."""
    places, dated = period_places(periods), int(periods.notna().sum())
    ticks = np.unique(np.linspace(0, dated - 1, min(dated, FEW)).astype(int)) if dated else np.zeros(0, int)
    ticks = np.append(ticks, np.arange(dated, len(periods)))
    pattern = {"year": "%Y", "quarter": "%Y-%m", "month": "%Y-%m"}.get(unit, "%Y-%m-%d")
    names = periods.dt.strftime(pattern).fillna(UNDATED).tolist()
    ax.set_xticks(places[ticks], [names[tick] for tick in ticks], rotation=30, ha="right")
    ax.set_xlabel(f"published, by {unit}")


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


def shares_over_time(frame: pd.DataFrame, *, by: str, unit: str, fewest: int) -> np.ndarray:
    """Draw the share of each period's articles, a row for each thing, above a strip with the articles.

    `frame` has `by` (the name of a row), period (NaT: undated), n_articles, n_of, share, share_low and
    share_high; the whole grid. Periods with less than `fewest` articles are grey, those without any shaded.
    """
    names = list(dict.fromkeys(frame[by]))
    strip = frame.drop_duplicates("period").reset_index(drop=True)
    places = period_places(strip["period"])
    figure, axes = plt.subplots(
        len(names) + 1, 1, figsize=(7.2, 1.6 + 0.8 * len(names)), sharex=True, squeeze=False
    )
    thin = (strip["n_of"] < fewest).to_numpy()
    for ax, name in zip(axes[:-1, 0], names, strict=True):
        row = strip[["period"]].merge(frame[frame[by] == name], how="left", on="period")
        for pale, colour in ((True, GREY), (False, BLUE)):
            drawable = (thin == pale) & row["share"].notna().to_numpy()
            part = row[drawable]
            ax.vlines(places[drawable], part["share_low"], part["share_high"], color=colour, alpha=0.45)
            ax.plot(places[drawable], part["share"], "o", markersize=4, color=colour, clip_on=False, zorder=3)
        ax.set_ylim(-0.05, 1.05)
        ax.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        ax.set_title(shorten(str(name), width=70), fontsize=9, pad=2, loc="left")
        for place in places[strip["n_of"] == 0]:
            ax.axvspan(place - 0.5, place + 0.5, color=BAND, linewidth=0, zorder=0)
    article_strip(axes[-1, 0], places, strip["n_of"], np.where(strip["period"].isna(), GREY, SKY))
    period_axis(axes[-1, 0], strip["period"], unit)
    figure.subplots_adjust(hspace=0.5)
    return axes[:, 0]


def articles_on_dates(frame: pd.DataFrame, *, by: str) -> np.ndarray:
    """Draw each of a few articles at its date, full where it names somebody: no rate, no trend.

    `frame` has `by`, published (NaT: undated) and is_named; a row for each thing (`by`) and article.
    """
    names = list(dict.fromkeys(frame[by]))
    n = max(len(names), 1)
    figure, axes = plt.subplots(n, 1, figsize=(7.2, 0.8 + 0.62 * n), sharex=True, squeeze=False)
    days = frame["published"].dropna()
    span = max((days.max() - days.min()).days, 1) if len(days) else 1
    undated = (days.max() if len(days) else pd.Timestamp(2000, 1, 1)) + pd.Timedelta(days=span // 8 + 1)
    for ax, name in zip(axes[:, 0], names, strict=False):
        row = frame[frame[by] == name].sort_values("published", kind="stable")
        place = row["published"].fillna(undated)
        number = place.to_numpy().astype("datetime64[D]").astype(float)
        level, order = np.ones(len(row), np.int64), np.argsort(number, kind="stable")
        for i, dot in enumerate(order):  # one that would cover another is put on top of it
            close = order[:i][np.abs(number[order[:i]] - number[dot]) < 0.03 * span]
            level[dot] = level[close].max(initial=0) + 1
        faces = np.where(row["is_named"], BLUE, "white")
        edges = np.where(row["is_named"], BLUE, GREY)
        ax.scatter(place, level, s=34, color=faces, edgecolor=edges, clip_on=False, zorder=3)
        ax.set_ylim(0.2, level.max(initial=1) + 0.8)
        ax.set_yticks([])
        ax.set_title(shorten(str(name), width=50), fontsize=9, pad=2, loc="left")
        counts = f"named in {row['is_named'].sum():,} of {len(row):,} articles"
        ax.set_title(counts, fontsize=7, pad=2, loc="right")
    ax = axes[-1, 0]
    ticks: list[pd.Timestamp] = []  # days too near the one before get no name of their own
    for date in sorted({*days.dt.normalize()}):
        if not ticks or (date - ticks[-1]).days > 0.08 * span:
            ticks.append(date)
    dates = {date: f"{date.day} {date:%b %Y}" for date in ticks}
    dates |= {undated: UNDATED} if frame["published"].isna().any() else {}
    ax.set_xticks([*dates], [*dates.values()], rotation=30, ha="right")
    figure.subplots_adjust(hspace=0.9)
    return axes[:, 0]


# -- means, and what makes them -------------------------------------------------------------------


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


def histograms(frame: pd.DataFrame, *, value: str, xlabel: str) -> Axes:
    """Draw how many articles (rows, with voice and `value`) have which value, a panel a voice."""
    voices = [voice for voice in VOICE_COLOURS if voice in set(frame["voice"])]
    _, axes = plt.subplots(1, max(len(voices), 1), figsize=(7.2, 2.6), sharex=True, squeeze=False)
    edges = np.arange(int(np.nan_to_num(frame[value].abs().max()) / NEUTRAL) + 2) * NEUTRAL
    for ax, voice in zip(axes[0], voices, strict=False):
        values = frame.loc[frame["voice"] == voice, value]
        ax.axvspan(-NEUTRAL, NEUTRAL, color=BAND, zorder=0)
        ax.hist(values, bins=[*-edges[:0:-1], *edges], color=VOICE_COLOURS[voice])
        ax.axvline(0, color="#666666", linewidth=0.8)
        whole_numbers(ax.yaxis)
        ax.set_title(
            f"{voice} ({len(values):,} articles)", fontsize=9.5, color=VOICE_COLOURS[voice], loc="left"
        )
        ax.set_xlabel(xlabel)
    axes[0, 0].set_ylabel("articles")
    return axes[0, 0]


def diverging(frame: pd.DataFrame, *, label: str, number: str, note: str, heading: str) -> Axes:
    """Draw negative, neutral and positive shares around the middle; `note`, a share, on the right."""
    ax, heights = _rows(frame, label, number, step=0.34, head=0.9)
    left = (-frame["neutral"] / 2 - frame["negative"]).to_numpy(float)
    hatches = ["////" if thin else "" for thin in frame["thin"]]
    for tone, colour in TONE_COLOURS.items():
        bars = ax.barh(heights, frame[tone], left=left, color=colour, height=0.72, hatch=hatches,
                       edgecolor="white", linewidth=0)  # fmt: skip
        for bar, share, thin in zip(bars, frame[tone], frame["thin"], strict=True):
            if share >= ROOM:
                paper = {"facecolor": "white", "edgecolor": "none", "pad": 1} if thin else None
                x, y = bar.get_x() + share / 2, bar.get_y() + 0.36
                ax.text(x, y, percent(share), ha="center", va="center", bbox=paper,
                        color=BLACK if tone == "neutral" or thin else "white")  # fmt: skip
        left = left + frame[tone].to_numpy(float)
    end = float(left.max(initial=0)) + 0.03
    ax.text(end, len(frame) - 0.5, heading, va="bottom", fontsize=8, color="#666666")
    for y, share in zip(heights, frame[note], strict=True):
        ax.text(end, y, percent(share), va="center", color="#666666")
    ax.set_xticks([])
    ax.spines[["bottom", "left"]].set_visible(False)
    ax.tick_params(length=0)
    handles = [Patch(color=colour, label=tone) for tone, colour in TONE_COLOURS.items()]
    legend_above(ax, handles if len(frame) else (), left=True)
    return ax


def signed_bars(
    frame: pd.DataFrame, panels: Mapping[str, str], *, label: str, muted: str, xlabel: str,
    stack: bool = False,
) -> Axes:  # fmt: skip
    """Draw what each row adds or takes away, blue to the right, orange to the left; grey where `muted`.

    `panels` (column: title) stand side by side, or with `stack` end to end in one, the later ones hatched.
    """
    n_panels = 1 if stack else max(len(panels), 1)
    first, heights = _rows(frame, label, step=0.22, head=1.1, panels=n_panels)
    reach = np.zeros((2, len(frame)))  # how far the bars go to the left and to the right
    for number, (column, title) in enumerate(panels.items()):
        ax = first.figure.axes[0 if stack else number]
        size = frame[column].to_numpy(float)
        tints = np.where(frame[muted], "#BBBBBB", np.where(size > 0, BLUE, ORANGE))
        start = np.where(size > 0, reach[1], reach[0]) if stack else 0
        hatch = "////" if stack and number else None
        ax.barh(heights, size, left=start, color=tints, hatch=hatch, edgecolor="white", linewidth=0)
        reach += np.stack([np.minimum(size, 0), np.maximum(size, 0)])
        ax.axvline(0, color="#666666", linewidth=0.8)
        ax.grid(visible=False, axis="y")
        ax.tick_params(axis="y", length=0)
        if not stack:
            ax.set_title(title, fontsize=9.5, color=VOICE_COLOURS.get(title, BLACK), loc="left")
    if stack:
        handles = [Patch(facecolor=BLUE, label="raises"), Patch(facecolor=ORANGE, label="lowers"),
                   Patch(facecolor="#BBBBBB", label="event word"),
                   *(Patch(facecolor="#888888", hatch="////", edgecolor="white", label=title)
                     for title in [*panels.values()][1:])]  # fmt: skip
        legend_above(first, handles)
    first.figure.axes[n_panels // 2].set_xlabel(xlabel)
    return first


def criteria(
    frame: pd.DataFrame, columns: Sequence[str], *, x: str, chosen: str, defensible: str | None = None
) -> Axes:
    """Draw measures over one number, a panel each; where `chosen` it is dashed, where `defensible` dotted."""
    _, axes = plt.subplots(1, max(len(columns), 1), figsize=(7.8, 1.9), gridspec_kw={"wspace": 0.55})
    axes = np.atleast_1d(axes)
    for ax, column in zip(axes, columns, strict=True):
        ax.plot(frame[x], frame[column], "o-", color=BLUE, markersize=3.5, linewidth=1.2)
        for number in frame.loc[frame[chosen], x]:
            ax.axvline(number, color=ORANGE, linewidth=1.4, linestyle="--", zorder=1.5)
        for number in frame.loc[frame[defensible], x] if defensible else ():
            ax.axvline(number, color=ORANGE, linewidth=1.0, linestyle=":", zorder=1.4)
        ax.set_title(column, fontsize=9, pad=4)
        ax.tick_params(labelsize=7)
        ax.set_xlabel(x)
        whole_numbers(ax.xaxis, 5)
    return axes[0]
