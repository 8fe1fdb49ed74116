import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from dateline.tone import differences
from helpers import charts, publish

LONG = "The Standing Committee for the Orderly Exchange of Seeds, Tubers and Other Living Plants"
DAYS = pd.to_datetime(["2024-04-01", "2024-05-01", None])


@pytest.fixture(autouse=True)
def _style():
    publish.use_style()
    yield
    plt.close("all")


def overlaps(texts):
    """Pairs of drawn texts whose boxes cover each other."""
    texts = [text for text in texts if text.get_text() and text.get_visible()]
    boxes = [text.get_window_extent() for text in texts]
    return [
        (a.get_text(), b.get_text())
        for i, (a, first) in enumerate(zip(texts, boxes, strict=True))
        for b, second in zip(texts[i + 1 :], boxes[i + 1 :], strict=True)
        if first.overlaps(second) and first.width * second.width > 0
    ]


def shares(n):
    share = np.linspace(0.9, 0.1, n) if n else []
    frame = pd.DataFrame(
        {"entity": [f"{LONG} {i}" for i in range(n)], "share": share, "n_articles": range(n)}
    )
    kinds = np.resize(["person", "place"], n)
    return frame.assign(share_low=frame["share"] - 0.05, share_high=frame["share"] + 0.05, kind=kinds)


@pytest.mark.parametrize("n", [0, 1, 40])
def test_dots_name_every_row_once_with_its_articles(n):
    ax = charts.dots(shares(n), label="entity")
    ax.figure.canvas.draw()
    assert len(ax.get_yticklabels()) == n and not overlaps(ax.get_yticklabels())
    assert (
        sum(len(dots.get_offsets()) for dots in ax.collections if dots.get_label() in charts.KIND_COLOURS)
        == n
    )
    assert n == 0 or ax.get_yticklabels()[-1].get_text().endswith(f"({n - 1})")


def test_hollow_dots_have_a_white_face():
    ax = charts.dots(
        shares(2).drop(columns="kind").assign(alarms=["unstable", ""]), label="entity", hollow="alarms"
    )
    assert [tuple(face[:3]) == (1, 1, 1) for face in ax.collections[-1].get_facecolors()] == [True, False]


def test_stacked_shares_add_up_and_say_what_fits():
    frame = pd.DataFrame({"outlet": ["a", "b"], "n": [3, 1], "x": [0.5, 0.98], "y": [0.5, 0.02]})
    frame["thin"] = [False, True]
    parts = {"x": ("kept", charts.BLUE), "y": ("removed", charts.ORANGE)}
    ax = charts.stacked(frame, parts, label="outlet", number="n", xlabel="share", pale="thin")
    assert [text.get_text() for text in ax.texts] == ["50\xa0%", "98\xa0%", "50\xa0%"]
    ends = [bar.get_x() + bar.get_width() for bar in ax.containers[1]]
    assert np.allclose(ends, 1) and [bar.get_alpha() for bar in ax.containers[0]] == [1, 0.35]


def test_stacked_counts_have_whole_numbers_and_sentences_beside_them():
    frame = pd.DataFrame({"day": ["1 May 2024"], "n": [3], "text": ["The ferry stood still."]})
    ax = charts.stacked(frame, {"n": ("articles", charts.BLUE)}, label="day", xlabel="articles",
                        shares=False, text="text")  # fmt: skip
    assert [text.get_text() for text in ax.texts] == ["The ferry stood still."]
    assert all(float(tick).is_integer() for tick in ax.get_xticks())


def test_undated_articles_stand_apart_and_are_grey():
    frame = pd.DataFrame({"period": DAYS, "unique_texts": [2, 3, 1], "copies": [0, 1, 0]})
    parts = {"unique_texts": ("unique texts", charts.BLUE), "copies": ("copies", charts.ORANGE)}
    ax = charts.counts_over_time(frame, parts, unit="month")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2024-04", "2024-05", "undated"]
    centres = [bar.get_x() + bar.get_width() / 2 for bar in ax.containers[0]]
    assert centres[2] - centres[1] > centres[1] - centres[0]
    assert ax.containers[0][2].get_facecolor() != ax.containers[0][1].get_facecolor()


def tones(n=2):
    rows = [
        {"label": f"{LONG} {i}", "voice": voice, "n_articles": 3 + i, "mean": 0.1, "low": -0.1, "high": 0.3,
         "judging": 0.05, "thin": i == 0, "period": DAYS[i % 2]}
        for i in range(n) for voice in ("narrator", "quote")
    ]  # fmt: skip
    columns = ["label", "voice", "n_articles", "mean", "low", "high", "judging", "thin", "period"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("n", [0, 2])
def test_means_dot_the_interval_of_few_articles(n):
    ax = charts.means(tones(n), label="label", xlabel="mean score")
    styles = {line.get_linestyle() for line in ax.lines if len(line.get_xdata()) == 2} - {"-"}
    assert styles == ({":"} if n else set())
    assert len(ax.get_yticklabels()) == n


def test_means_over_time_have_a_panel_for_each_voice_and_a_strip():
    strip = charts.means_over_time(tones(), unit="month")
    assert len(strip.figure.axes) == 3
    assert [label.get_text() for label in strip.get_xticklabels()] == ["2024-04", "2024-05"]


def test_signed_bars_are_grey_where_muted():
    frame = pd.DataFrame({"word": ["war", "good"], "x": [-0.2, 0.1], "y": [0.1, 0.1], "event": [True, False]})
    ax = charts.signed_bars(
        frame, {"x": "narrator", "y": "otherwise"}, label="word", muted="event", xlabel="adds"
    )
    assert len(ax.figure.axes) == 2 and [bar.get_width() for bar in ax.containers[0]] == [-0.2, 0.1]
    assert ax.containers[0][0].get_facecolor() != ax.containers[0][1].get_facecolor()


def test_the_interval_of_a_stacked_bar_is_drawn_above_it():
    frame = pd.DataFrame({"group": ["a"], "ahead": [0.4], "back": [0.6], "low": [0.3], "high": [0.5]})
    parts = {"ahead": ("ahead", charts.ORANGE), "back": ("back", charts.BLUE)}
    ax = charts.stacked(frame, parts, label="group", xlabel="share", interval=("ahead", "low", "high"))
    assert ax.collections[0].get_segments()[0][:, 0].tolist() == [0.3, 0.5]


def test_intervals_of_few_articles_do_not_set_the_scale_of_means():
    frame = tones(1).assign(low=[-1.0, -0.1], high=[1.0, 0.3], thin=[True, False])
    low, high = charts.means(frame, label="label", xlabel="mean score").get_xlim()
    assert -0.2 < low < -0.1 and 0.3 < high < 0.4


def test_few_articles_are_hatched_in_the_strip():
    strip = charts.means_over_time(tones().query("voice == 'narrator'"), unit="month")
    assert [bool(bar.get_hatch()) for bar in strip.patches] == [True, False]


@pytest.mark.parametrize("draw", [
    lambda: charts.stacked(shares(0), {"share": ("x", "k")}, label="entity", xlabel="x", text="kind"),
    lambda: charts.signed_bars(tones(0), {"mean": "narrator"}, label="label", muted="thin", xlabel="x"),
])  # fmt: skip
def test_an_empty_table_is_no_error(draw):
    assert not [bars for bars in draw().containers if len(bars)]


def test_what_counts_as_neutral_is_what_the_engine_says():
    assert charts.NEUTRAL == differences.NEUTRAL
