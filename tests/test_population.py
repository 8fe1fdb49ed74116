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


@pytest.mark.parametrize("n", [8, 10, 20, 50])
def test_intervals_hold_their_rate_over_articles_of_any_length(n):
    """Half of the articles neutral, the others rather negative, and all sentences of one score alike."""
    rng = np.random.default_rng(2)
    counts, scores = rng.integers(3, 13, (2000, n)), np.array([0, 0, 0, 0, -0.8, -0.6, -0.5, 0.5])
    sums = rng.choice(scores, (2000, n)) * counts
    ends = [population.mean_intervals(*part) for part in zip(sums, counts, strict=True)]
    inside = np.mean([low <= scores.mean() <= high for _, low, high in ends])
    assert 0.91 < inside < 0.97  # a percentile bootstrap has .85 at n = 8


def test_intervals_that_hold_together_are_wider_by_as_much_as_they_have_to_be():
    rng = np.random.default_rng(3)
    missed = {False: 0, True: 0}
    for _ in range(200):
        values, ones = rng.normal(size=(12, 20)), np.ones((12, 20))
        for together in missed:
            _, low, high = population.mean_intervals(values, ones, together=together)
            missed[together] += bool(((low > 0) | (high < 0)).any())
    assert missed[True] <= 20 and missed[False] > 100


def test_cells_are_those_of_each_and_a_few_articles_have_a_mean_and_no_interval():
    rng = np.random.default_rng(3)
    sums, counts = rng.normal(size=(30, 3)), rng.integers(0, 4, (30, 3))
    counts[7:, 2] = 0
    cells = population.mean_intervals(sums * (counts > 0), counts)
    for cell in range(3):
        single = population.mean_intervals(sums[:, cell] * (counts[:, cell] > 0), counts[:, cell])
        np.testing.assert_array_equal([part[cell] for part in cells], single)
    assert np.isnan([part[2] for part in cells]).tolist() == [False, True, True]
    assert np.isnan(population.mean_intervals(np.zeros(3), np.zeros(3))).all()


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
