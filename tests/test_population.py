import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import population

quick = settings(deadline=None, derandomize=True, max_examples=50)


@quick
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_a_share(pair):
    k, n = pair
    (low,), (high,) = population.wilson([k], n)
    assert 0 <= low <= round(k / n, 6) <= high <= 1
    (low_rest,), (high_rest,) = population.wilson([n - k], n)
    assert np.isclose(low_rest, 1 - high, atol=2e-6) and np.isclose(high_rest, 1 - low, atol=2e-6)


def test_wilson_covers_the_true_share_nineteen_times_in_twenty():
    rng = np.random.default_rng(1)
    for share, n in [(0.5, 20), (0.1, 60), (0.02, 400)]:
        low, high = population.wilson(rng.binomial(n, share, 4000), n)
        assert 0.92 < ((low <= share) & (share <= high)).mean() < 0.985


def test_nothing_is_known_of_no_articles():
    assert [x.tolist() for x in population.wilson([0], 0)] == [[0.0], [1.0]]


def test_bootstrap_covers_the_true_mean_and_keeps_articles_together():
    rng = np.random.default_rng(2)
    inside = 0
    for seed in range(200):
        counts = rng.integers(1, 30, 60)
        tone = rng.normal(0, 1, 60)  # one tone an article: its sentences are no independent evidence
        _, low, high = population.bootstrap_mean(tone * counts, counts, seed=seed, n_resamples=199)
        inside += low <= 0 <= high
    assert 0.87 < inside / 200 < 0.99


def test_bootstrap_of_cells_equals_bootstrap_of_each():
    rng = np.random.default_rng(3)
    sums, counts = rng.normal(size=(30, 3)), rng.integers(0, 4, (30, 3))
    together = population.bootstrap_mean(sums * (counts > 0), counts, seed=5)
    for cell in range(3):
        alone = population.bootstrap_mean(sums[:, cell] * (counts[:, cell] > 0), counts[:, cell], seed=5)
        assert [part[cell] for part in together] == list(alone)


def test_one_article_has_a_mean_and_no_interval():
    mean, low, high = population.bootstrap_mean(np.array([1.0, 0.0]), np.array([2, 0]))
    assert mean == 0.5 and np.isnan(low) and np.isnan(high)


def dates(*words):
    return pd.Series(pd.to_datetime(list(words)))


def test_period_is_the_finest_that_is_dense_enough():
    assert population.period_unit(dates()) == "month"
    assert population.period_unit(dates("2024-05-16")) == "day"
    days = pd.Series(pd.date_range("2024-01-01", "2024-02-15", freq="6h"))
    assert population.period_unit(days) == "day"
    assert population.period_unit(pd.Series(pd.date_range("2024-01-01", "2024-12-31", freq="D"))) == "week"
    assert population.period_unit(pd.Series(pd.date_range("1990-01-01", "2024-12-31", freq="W"))) == "year"


@pytest.mark.parametrize("unit", [unit for unit, _, _ in population.UNITS])
def test_every_date_lies_in_a_period_that_is_drawn(unit):
    known = dates("2023-12-31", "2024-02-29", "2024-03-01")
    start = population.period_start(known, unit=unit)
    assert (start <= known).all()
    assert set(start) <= set(population.all_periods(known, unit=unit))
    assert population.all_periods(dates(), unit=unit).empty


def test_an_unknown_unit_is_named_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"decade.*choose auto, day, week"):
        population.period_start(dates("2024-02-29"), unit="decade")
