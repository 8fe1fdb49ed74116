"""Pairs beyond chance and names by outlet."""

from math import comb

import numpy as np
import pandas as pd
import pytest

from dateline.timeline import frequencies
from helpers import titles


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
    false = sum(frequencies.entity_pairs(*world(seed))["beyond"].any() for seed in range(15))
    assert false <= 3  # of 15, where at most one is allowed


def test_a_planted_pair_is_beyond_chance():
    for seed in range(5):
        top = frequencies.entity_pairs(*world(seed, planted=True)).iloc[0]
        assert {top["entity"], top["other"]} == {"N05", "N06"} and top["beyond"]
        assert 1 < top["low"] <= top["times"] <= top["high"] and top["n_articles"] <= top["n_rarer"]


def test_what_chance_gives_adds_up_to_the_places_that_are_left():
    """Of the articles with a name, the others fill by chance as many places as they do."""
    found, articles = world(0, names=6)
    _, has = frequencies._incidence(found, articles, top=6, kinds=("person",))
    expected = frequencies._expected(has)
    np.fill_diagonal(expected, 0)
    places = [(has[own.astype(bool)].sum(1) - 1).sum() for own in has.T]
    assert expected.sum(1) == pytest.approx(places, rel=0.1)


def test_copies_of_a_story_are_told_apart_from_stories():
    found, articles = world(1, planted=True)
    one = frequencies.entity_pairs(found, articles.assign(story=0))
    assert (one["n_stories"] == 1).all()
    assert (frequencies.entity_pairs(found, articles)["n_stories"] == one["n_articles"]).all()


def test_pairs_do_not_depend_on_the_order_of_rows():
    found, articles = world(2)
    other = frequencies.entity_pairs(
        found.sample(frac=1, random_state=1), articles.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(frequencies.entity_pairs(found, articles), other)


def test_an_outlet_that_names_someone_more_often_is_marked_and_counts_add_up():
    found, articles = world(3)
    orna = articles.loc[articles["outlet"] == "orna", "article_id"]
    own = pd.DataFrame({"article_id": orna, "entity": "Ann Lee", "kind": "person"})
    cells = frequencies.entities_by_outlet(pd.concat([found, own], ignore_index=True), articles)
    marked = cells[cells["mark"] != ""]
    assert marked[["entity", "outlet", "mark"]].to_numpy().tolist() == [
        ["Ann Lee", "cws", "less"],
        ["Ann Lee", "orna", "more"],
    ]
    assert (cells["n_articles"] + cells["n_rest"]).groupby(cells["entity"]).nunique().eq(1).all()
    assert (cells["odds_low"] < cells["odds"]).all() and (cells["odds"] < cells["odds_high"]).all()
    assert titles.outlets_title(cells).startswith("Clearly different from the other outlets: Ann Lee ")


def test_fishers_test_counts_the_ways():
    def exact(a, n, b, other):
        ways = {
            x: comb(n, x) * comb(other, a + b - x) for x in range(min(n, a + b) + 1) if a + b - x <= other
        }
        low, high = (sum(w for x, w in ways.items() if side * (x - a) >= 0) for side in (-1, 1))
        return min(1, 2 * min(low, high) / comb(n + other, a + b))

    found, articles = world(3)
    for row in frequencies.entities_by_outlet(found, articles).itertuples():
        wanted = exact(row.n_articles, row.n_outlet, row.n_rest, row.of_rest)
        assert row.p == pytest.approx(wanted, abs=1e-8)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_articles_give_empty_tables_and_no_error(n):
    found, articles = world(0, n=n)
    pairs, cells = frequencies.entity_pairs(found, articles), frequencies.entities_by_outlet(found, articles)
    title = titles.count_title("03-network", pairs["beyond"])
    assert not pairs["beyond"].any() and title == "No two names share three articles"
    assert "No two names" in titles.first_title("06-pairs", pairs) and titles.outlets_title(cells)
