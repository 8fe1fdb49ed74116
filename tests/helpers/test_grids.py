import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from helpers import charts, grids, publish

LONG = "The Standing Committee for the Orderly Exchange of Seeds, Tubers and Other Living Plants"
DAYS = pd.to_datetime(["2024-04-01", "2024-05-01"])


@pytest.fixture(autouse=True)
def _style():
    publish.use_style()
    yield
    plt.close("all")


def overlaps(texts):
    """Pairs of drawn texts whose boxes cover each other."""
    texts = [text for text in texts if text.get_text() and text.get_visible()]
    boxes = [Text.get_window_extent(text) for text in texts]  # without the arrow of an annotation
    return [
        (a.get_text(), b.get_text())
        for i, (a, first) in enumerate(zip(texts, boxes, strict=True))
        for b, second in zip(texts[i + 1 :], boxes[i + 1 :], strict=True)
        if first.overlaps(second) and first.width * second.width > 0
    ]


def test_cells_stand_in_the_order_of_the_table():
    frame = pd.DataFrame({"entity": ["b", "b", "a"],
                          "outlet": ["y", "x", "y"], "text": ["1/2", "0/3", "2/2"],
                          "share": [0.5, 0, 1], "mark": ["", "less", "more"]})  # fmt: skip
    ax = grids.grid(frame.assign(low=frame["mark"] == "less"), row="entity", column="outlet", text="text",
                    hatch="low")  # fmt: skip
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["y", "x"]
    assert [bool(cell.get_hatch()) for cell in ax.patches] == [False, True, False]


def test_parts_stand_above_their_rows():
    frame = pd.DataFrame({"thing": ["war", "war", "sea"],
                          "name": ["a", "b", "a"], "outlet": "x", "text": "1",
                          "share": 0.0, "mark": ""})  # fmt: skip
    ax = grids.grid(frame, row="name", column="outlet", text="text", part="thing")
    assert [text.get_text() for text in ax.texts if text.get_weight() == "bold"] == ["war", "sea"]
    assert list(ax.get_yticks()) == [0, 1, 2.9]


def test_empty_grid_is_drawn():
    columns = ["entity", "outlet", "text", "share", "mark"]
    assert not grids.grid(pd.DataFrame(columns=columns), row="entity", column="outlet", text="text").patches


def test_no_label_of_a_network_lies_over_another():
    names = [f"{LONG[: 10 + i]} {i}" for i in range(40)]
    pairs = pd.DataFrame({"entity": names[:-1], "other": names[1:], "n_articles": 3})
    nodes = pd.DataFrame({"entity": names, "kind": "person", "n_articles": 4})
    ax = grids.network(pairs, nodes)
    ax.figure.canvas.draw()
    assert not overlaps(ax.texts)


def test_tree_joins_at_the_stated_distance():
    frame = pd.DataFrame({"node": [0, 1, 2], "left": [-1, -1, 0], "right": [-1, -1, 1],
                          "height": [0, 0, 0.4], "label": ["a", "b", ""]})  # fmt: skip
    ax = grids.linkage_tree(frame)
    assert sorted(label.get_text() for label in ax.get_yticklabels()) == ["a", "b"]
    assert np.isclose(ax.dataLim.x1 if ax.dataLim.x1 > 0 else -ax.dataLim.x0, 0.4)


def test_maps_draw_every_article():
    frame = pd.DataFrame({"x": range(9), "y": 0.0, "topic": [*range(8), -1], "label": "duty"})
    assert sum(len(dots.get_offsets()) for dots in grids.topic_map(frame).collections) == 9
    clocks = pd.DataFrame({"published": DAYS[:2], "lag": [-3, 400], "n_dates": [1, 5],
                           "direction": ["announced ahead", "recalled"]})  # fmt: skip
    assert sum(len(dots.get_offsets()) for dots in grids.clock_map(clocks).collections) == 2


def test_likeness_has_no_number_of_an_article_with_itself():
    square = pd.DataFrame([[1, 0.2], [0.2, 1]], index=["a", "b"], columns=["a", "b"])
    assert [text.get_text() for text in grids.likeness(square).texts] == ["", "0.20", "0.20", ""]


def test_a_cell_that_is_less_is_hatched_too():
    frame = pd.DataFrame({"a": ["x", "y"], "b": "z", "text": "1", "share": 0.5, "mark": ["less", "more"]})
    ax = grids.grid(frame, row="a", column="b", text="text")
    assert [bool(cell.get_hatch()) for cell in ax.patches] == [True, False]


@pytest.mark.parametrize("n_columns", [5, 9, 40])
def test_long_heads_of_columns_do_not_cover_each_other(n_columns):
    heads = [f"{number} {LONG}" for number in range(n_columns)]
    frame = pd.DataFrame({"a": "x", "b": heads, "text": "1/2", "share": 0.5, "mark": "", "beyond": True})
    ax = grids.grid(frame, row="a", column="b", text="text", face="beyond")
    ax.figure.canvas.draw()
    leaning = {label.get_rotation() for label in ax.get_xticklabels()}
    assert leaning == {{5: 0.0, 9: 30.0, 40: 90.0}[n_columns]}
    assert n_columns == 9 or not overlaps(ax.get_xticklabels()), "boxes of what leans are wider than it"


def test_dots_of_the_clock_grow_with_their_dates():
    frame = pd.DataFrame({"published": DAYS, "lag": [0, 3], "n_dates": [1, 5], "direction": "recalled"})
    ax = grids.clock_map(frame)
    sizes = next(dots.get_sizes() for dots in ax.collections if len(dots.get_offsets()))
    assert sizes[0] < sizes[1]


def test_the_tree_says_its_distances():
    frame = pd.DataFrame({"node": [0, 1, 2], "left": [-1, -1, 0], "right": [-1, -1, 1],
                          "height": [0, 0, 0.4], "label": [LONG, "b", ""]})  # fmt: skip
    ax = grids.linkage_tree(frame)
    assert [text.get_text() for text in ax.texts] == ["0.40"]
    assert not grids.linkage_tree(frame.head(0)).get_yticklabels()


PERIODS = pd.to_datetime(["2024-04-01", "2024-05-01", "2024-06-01", "2024-07-01", None])


def term_shares(terms, periods=PERIODS):
    n_of = np.resize([9, 8, 0, 2, 3], len(periods))
    line = pd.DataFrame({"term": np.repeat(terms, len(periods)), "period": [*periods] * len(terms)})
    line = line.assign(n_of=[*n_of] * len(terms), n_articles=1)
    line["share"] = line["n_articles"] / line["n_of"].where(line["n_of"] > 0)
    return line.assign(share_low=line["share"] / 2, share_high=(line["share"] * 1.5).clip(upper=1))


def test_lines_stand_on_one_axis_with_intervals_and_names_at_their_ends():
    terms = [f"term {i}" for i in range(9)]
    burst = pd.DataFrame({"entity": ["term 0"], "first": PERIODS[:1], "last": PERIODS[1:2]})
    articles = pd.DataFrame({"article_id": range(22)})
    ax = grids.lines(term_shares(terms), articles, by="term", unit="month", bursts=burst)
    ax.figure.canvas.draw()
    full = {line.get_label(): line.get_ydata() for line in ax.lines if line.get_label() in terms}
    assert all(np.isfinite(shares).tolist() == [True, True, False, False] for shares in full.values())
    assert [len(lines.get_segments()) for lines in ax.collections] == [2] * 9, "an interval a full period"
    assert sum(line.get_linewidth() == 8 for line in ax.lines) == 1, "one burst"
    assert ax.texts[0].get_text().endswith("\nundated: 1 of 3")
    assert {text.get_text().splitlines()[0] for text in ax.texts} == set(terms)
    boxes = sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)
    heights = [(box.y0 + box.y1) / 2 for box in boxes]
    assert np.diff(heights).min() > 10 and len({line.get_linestyle() for line in ax.lines}) > 2


def test_without_a_day_lines_are_dots_and_few_articles_are_cells():
    undated = term_shares(["a", "b"], PERIODS[4:])
    ax = grids.lines(undated, pd.DataFrame({"article_id": range(9)}), by="term", unit="month")
    assert [len(line.get_xdata()) for line in ax.lines if line.get_label() in ("a", "b")] == [1, 1]
    assert not any("undated" in text.get_text() for text in ax.texts)
    few = pd.DataFrame({"article_id": list("012"), "term": "a", "published": PERIODS[:3], "is_named": True})
    ax = grids.lines(undated, few, by="term", unit="month")
    assert [text.get_text() for text in ax.texts] == ["named"] * 3 and not ax.lines
    assert [head.get_text() for head in ax.get_xticklabels()] == ["2024-04-01", "2024-05-01", "2024-06-01"]
    ax = grids.lines(undated, few.assign(published=PERIODS[0]), by="term", unit="month")
    assert [head.get_text() for head in ax.get_xticklabels()][1:] == ["2024-04-01 (2)", "2024-04-01 (3)"]


def test_a_grid_writes_counts_and_draws_the_first_parts():
    cells = pd.DataFrame({"thing": ["x", "y"], "name": ["X", "Y"], "group": "a", "k": [1, 2], "n": [3, 4]})
    ax = grids.grid(cells, row="name", column="group", counts=("k", "n"), part="thing", n_parts=1)
    assert [text.get_text() for text in ax.texts] == ["1/3", "x"]


def test_forty_names_of_lines_do_not_cover_each_other():
    ax = grids.lines(term_shares([f"{LONG} {i}" for i in range(40)]), pd.DataFrame({"article_id": range(22)}),
                     by="term", unit="month")  # fmt: skip
    ax.figure.canvas.draw()
    assert len(ax.texts) == 40 and not overlaps(ax.texts) and not overlaps(ax.get_xticklabels())


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_days_that_most_articles_talk_about_are_marked_and_no_label_covers_another(unit):
    starts = pd.Series(
        pd.date_range("2023-11-06", periods=30, freq={"day": "D", "week": "W-MON", "month": "MS"}[unit])
    )
    line = term_shares(["a", "b"], [*starts, pd.NaT])
    dates = pd.Series([*starts[::2], pd.Timestamp("1999-01-01")])
    days = pd.DataFrame({"day": dates, "n_articles": [2, *range(20, 20 + len(dates) - 1)]})
    articles = pd.DataFrame({"article_id": range(40)})
    ax = grids.lines(line, articles, by="term", unit=unit, days=days)
    ax.figure.canvas.draw()
    marks = [text for text in ax.texts if text.get_text().split("\n")[0] not in ("a", "b")]
    assert 2 <= len(marks) <= charts.MOST_MARKED and not overlaps(ax.texts)
    latest, year = dates.iloc[-2], " %Y" if starts.iloc[0].year < starts.iloc[-1].year else ""
    assert marks[0].get_text() == f"{latest.day} {latest.strftime('%b' + year)}", "the day of most articles"
    assert not any("1999" in mark.get_text() for mark in marks)
    assert len([x for x in ax.lines if x.get_linestyle() == ":" and x.get_linewidth() == 0.8]) == len(marks)
