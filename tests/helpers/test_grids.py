import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers import grids, publish

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
    boxes = [text.get_window_extent() for text in texts]
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
    names = [f"{LONG[: 10 + i]} {i}" for i in range(25)]
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


def test_flow_bands_are_as_wide_as_their_articles():
    frame = pd.DataFrame({"of_two": ["a", "a", "b"], "of_three": ["x", "y", "z"], "n_articles": [3, 1, 2]})
    ax = grids.flow(frame, ends=("of_two", "of_three"), titles=("2 topics", "3 topics"))
    assert sorted(round(bar.get_height()) for bar in ax.patches) == [1, 2, 2, 3, 4]


def test_maps_draw_every_article():
    frame = pd.DataFrame({"x": range(9), "y": 0.0, "topic": [*range(8), -1], "label": "duty"})
    assert sum(len(dots.get_offsets()) for dots in grids.topic_map(frame).collections) == 9
    clocks = pd.DataFrame({"published": DAYS[:2], "lag": [-3, 400], "n_dates": [1, 5],
                           "direction": ["announced ahead", "recalled"]})  # fmt: skip
    assert sum(len(dots.get_offsets()) for dots in grids.clock_map(clocks).collections) == 2


def test_half_matrix_and_likeness():
    pairs = pd.DataFrame(
        {"entity": ["a", "b"], "other": ["b", "c"], "n": ["3", "4"], "beyond": [True, False]}
    )
    assert len(grids.half_matrix(pairs, ["a", "b", "c"], text="n", strong="beyond").patches) == 2
    square = pd.DataFrame([[1, 0.2], [0.2, 1]], index=["a", "b"], columns=["a", "b"])
    assert [text.get_text() for text in grids.likeness(square).texts] == ["0.20", "0.20"]


def test_a_cell_that_is_less_is_hatched_too():
    frame = pd.DataFrame({"a": ["x", "y"], "b": "z", "text": "1", "share": 0.5, "mark": ["less", "more"]})
    ax = grids.grid(frame, row="a", column="b", text="text")
    assert [bool(cell.get_hatch()) for cell in ax.patches] == [True, False]


@pytest.mark.parametrize("n_columns", [5, 9])
def test_long_heads_of_columns_do_not_cover_each_other(n_columns):
    heads = [f"{number} {LONG}" for number in range(n_columns)]
    frame = pd.DataFrame({"a": "x", "b": heads, "text": "1/2", "share": 0.5, "mark": ""})
    ax = grids.grid(frame, row="a", column="b", text="text")
    ax.figure.canvas.draw()
    leaning = {label.get_rotation() for label in ax.get_xticklabels()}
    assert leaning == ({30.0} if n_columns > grids.UPRIGHT else {0.0})
    assert n_columns > grids.UPRIGHT or not overlaps(ax.get_xticklabels())


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


def test_a_flow_of_nothing_is_no_error():
    frame = pd.DataFrame({"a": [], "b": [], "n_articles": []}).astype({"a": str, "b": str})
    assert not grids.flow(frame, ends=("a", "b"), titles=("", "")).patches
