"""Bursts: what is planted is found, what chance gives is not."""

import numpy as np
import pandas as pd
import pytest

from dateline.timeline import bursts
from helpers import titles

MONTHS = pd.date_range("2023-01-01", periods=24, freq="MS").astype("datetime64[s]")


def line_of(counts, total):
    """Table timeline, as far as it is read, of the articles of each name and of all by month."""
    parts = [("", total), *counts.items()]
    return pd.concat(
        [
            pd.DataFrame({"clock": "published", "period": MONTHS[: len(k)], "entity": name, "n_articles": k})
            for name, k in parts
        ],
        ignore_index=True,
    )


def drawn(seed, shares, *, n=8):
    """Articles by month of names that have a share of them, one for all months or one for each."""
    rng = np.random.default_rng(seed)
    total = rng.poisson(n, 24)
    return line_of({name: rng.binomial(total, share) for name, share in shares.items()}, total)


def planted(first, last, *, low=0.1, high=0.6):
    share = np.full(24, low)
    share[first:last] = high
    return share


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_burst_is_found_where_it_is(seed):
    line = drawn(seed, {"Lee": planted(10, 13), "Oak": 0.2, "Ash": 0.4})
    found = bursts.find_bursts(line)
    assert set(found["entity"]) == {"Lee"}
    top = found.sort_values("weight").iloc[-1]
    assert MONTHS[6] <= top["first"] <= MONTHS[10] and MONTHS[12] <= top["last"] <= MONTHS[16]
    assert top["share"] > 2 * top["usual"] and top["p"] <= bursts.ALPHA
    assert "**Lee** stands out" in titles.burst_findings(found, bursts.tested_counts(line), unit="month")


def test_where_dates_do_not_matter_little_is_found(monkeypatch):
    monkeypatch.setattr(bursts, "N_DEALS", 199)
    lines = [drawn(seed, {"Lee": 0.1, "Oak": 0.3, "Ash": 0.6}) for seed in range(30)]
    false = sum(len(bursts.find_bursts(line)) > 0 for line in lines)
    assert false <= 5, false  # of 30, where 1.5 are allowed; 6 or more would have a chance of 1 in 300


def test_an_empty_period_ends_no_burst_and_is_none():
    total = np.full(24, 8)
    total[[11, 13]] = 0
    lee = np.where((np.arange(24) >= 10) & (np.arange(24) < 13), 6, 1) * (total > 0)
    found = bursts.find_bursts(line_of({"Lee": lee}, total))
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
    line = line_of(counts, total)
    assert bursts.find_bursts(line).empty
    assert why in titles.burst_findings(bursts.find_bursts(line), bursts.tested_counts(line), unit="month")


def test_undated_articles_and_the_other_clock_are_left_out():
    line = drawn(0, {"Lee": planted(10, 13)})
    more = pd.DataFrame({"clock": ["published", "event"], "period": [pd.NaT, MONTHS[3]]})
    more = more.assign(entity="Lee", n_articles=50).astype({"period": "datetime64[s]"})
    both = pd.concat([line, more], ignore_index=True)
    pd.testing.assert_frame_equal(bursts.find_bursts(both), bursts.find_bursts(line))
