"""Bursts: what is planted is found, what chance gives is not."""

import numpy as np
import pandas as pd
import pytest

from dateline.timeline import frequencies
from helpers import titles

MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS").astype("datetime64[s]")


def corpus_of(counts, total):
    """Articles and mentions: so many by month, and so many of them with each name."""
    months = np.repeat(np.arange(len(total)), total)
    articles = pd.DataFrame({"article_id": np.arange(len(months)).astype(str), "published": MONTHS[months]})
    rank = pd.Series(months).groupby(months).cumcount().to_numpy()
    parts = [
        articles.loc[rank < np.asarray(k)[months], ["article_id"]].assign(entity=name)
        for name, k in counts.items()
    ]
    empty = pd.DataFrame({"article_id": [], "entity": []}, dtype="str")
    return articles, pd.concat([empty, *parts], ignore_index=True)


def counted(counts, total):
    return frequencies.tested_counts(*corpus_of(counts, total), unit="month")


def drawn(seed, shares, *, n=8):
    """Articles by month of names that have a share of them, one for all months or one for each."""
    rng = np.random.default_rng(seed)
    total = rng.poisson(n, 24)
    return {name: rng.binomial(total, share) for name, share in shares.items()}, total


SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


def planted(first, last, *, low=0.1, high=0.6):
    share = np.full(24, low)
    share[first:last] = high
    return share


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_burst_is_found_where_it_is(seed):
    tested = counted(*drawn(seed, {"Lee": planted(10, 13), "Oak": 0.2, "Ash": 0.4}))
    found = frequencies.find_bursts(*tested)
    assert set(found["entity"]) == {"Lee"}
    top = found.sort_values("weight").iloc[-1]
    assert MONTHS[6] <= top["first"] <= MONTHS[10] and MONTHS[12] <= top["last"] <= MONTHS[16]
    assert top["share"] > 2 * top["usual"] and top["p"] <= frequencies.ALPHA
    assert "**Lee** stands out" in titles.burst_findings(found, tested, unit="month")


def test_among_two_hundred_names_the_planted_one_is_found_and_no_other():
    rng = np.random.default_rng(0)
    names = {f"Name {i}": float(share) for i, share in enumerate(rng.uniform(0.05, 0.5, 200))}
    tested = counted(*drawn(1, {**names, "Lee": planted(10, 13, high=0.9)}))
    found = frequencies.find_bursts(*tested)
    assert len(tested[0]) > 190 and set(found["entity"]) == {"Lee"}


def test_where_dates_do_not_matter_little_is_found():
    tables = [counted(*drawn(seed, dict(zip("abcdef", SHARES, strict=True)))) for seed in range(30)]
    false = sum(len(frequencies.find_bursts(*tested)) > 0 for tested in tables)
    assert false <= 5, false  # of 30, where 1.5 are allowed; 6 or more would have a chance of 1 in 300


@pytest.mark.parametrize("k", [5, 12, 40, 90])
def test_the_chance_is_no_smaller_than_that_of_dates_dealt_out(k):
    n = np.array([9, 4, 0, 12, 7, 20, 3, 8, 15, 11, 6, 5])
    deals = np.random.default_rng(k).multivariate_hypergeometric(n, k, size=20_000)
    with_name, without = frequencies._fit(k, int(n.sum()))
    heaviest = run = np.zeros(len(deals))
    for gain in (deals * with_name + (n - deals) * without).T:
        run = np.maximum(run + gain, 0)
        heaviest = np.maximum(heaviest, run)
    for level in (0.05, 0.005):
        weight = float(np.quantile(heaviest, 1 - level))
        share = (heaviest >= weight - 1e-9).mean()
        assert 0.9 * share <= frequencies._chance(weight, k, n) <= 5 * share + 0.02


def test_an_empty_period_ends_no_burst_and_is_none():
    total = np.full(24, 8)
    total[[11, 13]] = 0
    lee = np.where((np.arange(24) >= 10) & (np.arange(24) < 13), 6, 1) * (total > 0)
    found = frequencies.find_bursts(*counted({"Lee": lee}, total))
    assert found["first"].tolist() == [MONTHS[10]] and found["last"].tolist() == [MONTHS[12]]


@pytest.mark.parametrize(
    ("total", "counts", "why"),
    [
        ([2, 0, 1], {"Lee": [2, 0, 1]}, "3 dated articles in 2 months are not enough"),
        ([10] * 6, {"Lee": [10] * 6}, "none is in 5 dated articles but not in all"),
        ([10] * 6, {"Lee": [1] * 2 + [0] * 4}, "none is in 5 dated articles"),
        ([10] * 6, {}, "none is in 5 dated articles"),
    ],
)
def test_where_the_data_allow_nothing_the_reason_is_said(total, counts, why):
    tested = counted(counts, total)
    assert frequencies.find_bursts(*tested).empty
    assert why in titles.burst_findings(frequencies.find_bursts(*tested), tested, unit="month")


def test_undated_articles_are_left_out():
    articles, named = corpus_of(*drawn(0, {"Lee": planted(10, 13)}))
    undated = pd.DataFrame({"article_id": ["x", "y"], "published": pd.NaT}).astype(
        {"published": "datetime64[s]"}
    )
    both = pd.concat([articles, undated]), pd.concat([named, undated[["article_id"]].assign(entity="Lee")])
    for frame, table in zip(
        frequencies.tested_counts(*both, unit="month"),
        frequencies.tested_counts(articles, named, unit="month"),
        strict=True,
    ):
        assert frame.equals(table)


def test_where_no_article_has_a_day_nothing_is_tested():
    articles = pd.DataFrame({"article_id": ["a", "b"], "published": pd.to_datetime([None, None])})
    articles["published"] = articles["published"].astype("datetime64[s]")
    mentions = pd.DataFrame({"article_id": ["a", "b"], "entity": "Ann Lee"})
    counts, total = frequencies.tested_counts(articles, mentions, unit="day")
    assert counts.empty and frequencies.find_bursts(counts, total).empty
