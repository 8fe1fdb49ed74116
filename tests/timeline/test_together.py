"""Pairs beyond chance, names by outlet, and the figures of both."""

from math import comb

import numpy as np
import pandas as pd
import pytest

from dateline.timeline import together
from helpers import plots, plots_together, titles_mentions


def world(seed, *, n=120, names=20, planted=False):
    """Names drawn independently into articles of very unlike length; planted: one follows another."""
    rng = np.random.default_rng(seed)
    odds = rng.lognormal(0, 0.8, n)[:, None] / np.arange(1, names + 1) ** 0.7 / 2
    has = rng.random((n, names)) < odds / (1 + odds)
    if planted:
        has[:, 6] = np.where(rng.random(n) < 0.7, has[:, 5], has[:, 6])
    row, column = np.nonzero(has)
    ids = np.array([f"{i:04}" for i in range(n)])
    found = pd.DataFrame({"article_id": ids[row], "entity": [f"N{c:02}" for c in column], "kind": "person"})
    return found, pd.DataFrame({"article_id": ids, "outlet": np.where(np.arange(n) % 3 == 0, "orna", "cws")})


def test_names_in_long_articles_are_no_pair():
    false = sum(together.pairs(*world(seed))["beyond"].any() for seed in range(15))
    assert false <= 3  # of 15, where at most one is allowed


def test_a_planted_pair_is_beyond_chance():
    for seed in range(5):
        top = together.pairs(*world(seed, planted=True)).iloc[0]
        assert {top["entity"], top["other"]} == {"N05", "N06"} and top["beyond"]
        assert 1 < top["low"] <= top["times"] <= top["high"] and top["n_articles"] <= top["n_rarer"]


def test_what_chance_gives_adds_up_to_the_places_that_are_left():
    """Of the articles with a name, the others fill by chance as many places as they do."""
    found, articles = world(0, names=6)
    has = together._matrix(found, articles, sorted(found["entity"].unique()))
    expected = together._expected(has)
    np.fill_diagonal(expected, 0)
    places = [(has[own.astype(bool)].sum(1) - 1).sum() for own in has.T]
    assert expected.sum(1) == pytest.approx(places, rel=0.1)


def test_copies_of_a_story_are_told_apart_from_stories():
    found, articles = world(1, planted=True)
    one = together.pairs(found, articles.assign(story=0))
    assert (one["n_stories"] == 1).all()
    assert (together.pairs(found, articles)["n_stories"] == one["n_articles"]).all()


def test_pairs_do_not_depend_on_the_order_of_rows():
    found, articles = world(2)
    other = together.pairs(found.sample(frac=1, random_state=1), articles.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(together.pairs(found, articles), other)


def test_an_outlet_that_names_someone_more_often_is_marked_and_counts_add_up():
    found, articles = world(3)
    orna = articles.loc[articles["outlet"] == "orna", "article_id"]
    own = pd.DataFrame({"article_id": orna, "entity": "Ann Lee", "kind": "person"})
    cells = together.by_outlet(pd.concat([found, own], ignore_index=True), articles)
    marked = cells[cells["mark"] != ""]
    assert marked[["entity", "outlet", "mark"]].to_numpy().tolist() == [
        ["Ann Lee", "cws", "less"],
        ["Ann Lee", "orna", "more"],
    ]
    assert (cells["n_articles"] + cells["n_rest"]).groupby(cells["entity"]).nunique().eq(1).all()
    assert (cells["odds_low"] < cells["odds"]).all() and (cells["odds"] < cells["odds_high"]).all()
    said = titles_mentions.outlets(cells)
    assert said.endswith(
        "pairs of name and outlet, 1 stands out as more often than elsewhere and 1 as less often"
    )


def test_fishers_test_counts_the_ways():
    def exact(a, n, b, other):
        ways = {
            x: comb(n, x) * comb(other, a + b - x) for x in range(min(n, a + b) + 1) if a + b - x <= other
        }
        low, high = (sum(w for x, w in ways.items() if side * (x - a) >= 0) for side in (-1, 1))
        return min(1, 2 * min(low, high) / comb(n + other, a + b))

    cells = [(7, 10, 5, 40), (0, 5, 9, 20), (3, 3, 0, 9)]
    columns = [pd.Series(column) for column in zip(*cells, strict=True)]
    assert together._fisher(*columns) == pytest.approx([exact(*cell) for cell in cells], abs=1e-8)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_articles_give_empty_tables_and_no_error(n):
    found, articles = world(0, n=n)
    pairs, cells = together.pairs(found, articles), together.by_outlet(found, articles)
    assert not pairs["beyond"].any() and titles_mentions.network(pairs) == "No two names share three articles"
    assert "No two names" in titles_mentions.surest(pairs) and titles_mentions.outlets(cells)
    plots.use_style()
    kinds = pd.DataFrame({"entity": [], "kind": [], "n_articles": []})
    for ax in (
        plots_together.network(plots_together.ties(pairs), kinds),
        plots_together.pair_matrix(pairs.head(0), []),
        plots_together.counts_grid(cells.assign(n=1, of=1), row="entity", column="outlet"),
    ):
        plots.plt.close(ax.figure)


def test_no_label_of_the_network_lies_over_another():
    rng = np.random.default_rng(0)
    names = [f"{'Long Name of an Organisation'[: 8 + i % 20]} {i}" for i in range(40)]
    ends = {tuple(sorted(pair)) for pair in rng.integers(40, size=(60, 2)).tolist() if pair[0] != pair[1]}
    pairs = pd.DataFrame([(names[a], names[b], 3 + a) for a, b in sorted(ends)])
    pairs.columns = ["entity", "other", "n_articles"]
    nodes = pd.DataFrame({"entity": names, "kind": "person", "n_articles": range(3, 43)})
    plots.use_style()
    ax = plots_together.network(pairs, nodes)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    assert len(boxes) == len({*pairs["entity"], *pairs["other"]})
    over = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
    assert not over
    dots = ax.transData.transform(ax.collections[0].get_offsets())
    assert not [box for box in boxes for x, y in dots if box.x0 < x < box.x1 and box.y0 < y < box.y1]
    plots.plt.close(ax.figure)


def test_the_layout_keeps_neighbours_near():
    ring = np.array([[i, (i + 1) % 8] for i in range(8)])
    place = plots_together.layout(8, ring)
    far = np.sqrt(((place[:, None] - place[None]) ** 2).sum(-1))
    assert far[ring[:, 0], ring[:, 1]].max() < far[0, 4] / 2
    assert (plots_together.layout(8, ring) == place).all()


def test_who_is_level_is_said_to_be_level():
    found = pd.DataFrame(
        [("Lee", 4), ("Oak", 4), ("Ash", 4), ("Elm", 3), ("Fir", 3)], columns=["entity", "n_articles"]
    ).assign(kind="person", share=0.4, share_low=0.2, share_high=0.6)
    assert titles_mentions.names(found, n=9) == "Lee, Oak and Ash are named in most articles, in 4 of 9 each"
    said = titles_mentions._leader(found, "person", 9)
    assert said.startswith("**Lee**, **Oak** and **Ash** are named in equally many articles")
    assert "next are Elm and Fir with 3 each" in titles_mentions._leader(found.iloc[2:], "person", 9)
    often = pd.DataFrame([("Lee", 9, 5), ("Oak", 9, 3), ("Ash", 9, 3), ("Elm", 4, 3), ("Fir", 4, 2)])
    often.columns = ["entity", "n_articles", "n_quoted"]
    assert titles_mentions._quoted(often).endswith(
        "Lee in 5 of 9, Oak in 3 of 9, Ash in 3 of 9 and Elm in 3 of 4."
    )
