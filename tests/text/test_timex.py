"""Date expressions: cases by kind, what holds for any text, the user's own articles, and linear time."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import seconds

from dateline.text.timex import find_dates

CASES = json.loads((Path(__file__).parents[1] / "cases" / "timex.json").read_text(encoding="utf-8"))
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
ANCHOR = date(2024, 5, 14)
WORDS = [
    *(
        "May",
        "march",
        "16",
        "and",
        "17",
        "2024",
        "of",
        "that",
        "year",
        "later",
        "this",
        "week",
        "on",
        "Sunday",
        "the",
    ),
    *(
        "end",
        "31",
        "February",
        "ago",
        "two",
        "next",
        "'90s",
        "1990s",
        "Q1",
        "2023-24",
        "-",
        ",",
        "\n",
        ".",
        "to",
        "9999",
    ),
]


def found(text, anchor):
    spans = find_dates(text, anchor=date.fromisoformat(anchor) if anchor else None)
    return [[one.surface, str(one.date_from), str(one.date_to), one.grain] for one in spans]


@pytest.mark.parametrize("case", CASES["wild"], ids=lambda case: case["text"])
def test_finds_and_resolves(case):
    assert found(case["text"], case["anchor"]) == case["dates"]


@pytest.mark.parametrize("text", CASES["negative"])
def test_leaves_out_what_may_be_something_else(text):
    assert found(text, "2024-05-14") == []


@pytest.mark.parametrize("case", CASES["known"], ids=lambda case: case["text"])
@pytest.mark.xfail(strict=True, reason="known failure")
def test_known_failures(case):
    assert found(case["text"], case["anchor"]) == case["dates"]


def test_without_an_anchor_only_what_is_absolute_is_found():
    text = "On Sunday, last week, today and two years ago they recalled May 16 and 1975."
    assert found(text, None) == [["1975", "1975-01-01", "1975-12-31", "year"]]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=30).map(" ".join))
def test_spans_are_in_order_apart_and_run_forwards(text):
    spans = find_dates(text, anchor=ANCHOR)
    assert all(text[one.start : one.end] == one.surface and one.date_from <= one.date_to for one in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert spans == find_dates(text, anchor=ANCHOR)


@pytest.mark.parametrize(
    "unit", ["on May 16 and 17, ", "the ", "1999-", "end of the ", "2024", "May ", "a year "]
)
def test_time_grows_with_the_length(unit):
    short, long = (seconds(find_dates, unit * n, anchor=ANCHOR) for n in (800, 3_200))
    assert long < 10 * short + 0.05


SEED_DATES = {
    "000": ("2025-08-29", {"2025-08-31…2025-09-03", "2025-08-21…2025-08-31", "2025-09-01…2025-09-30"}),
    "001": ("2024-05-16", set()),
    "003": ("2025-05-04", {"2025-05-08…2025-05-10", "2025-05-09…2025-05-09", "2025-04-01…2025-04-30"}),
    "004": ("2024-05-14", {"2024-05-16…2024-05-17", "2024-05-17…2024-05-21", "2023-10-01…2023-10-31"}),
}


@pytest.mark.parametrize("seed", sorted(SEED_DATES))
@pytest.mark.skipif(not SEEDS.exists(), reason="the user's five articles do not lie beside the checkout")
def test_the_users_own_articles(seed):
    anchor, wanted = SEED_DATES[seed]
    text = next(SEEDS.glob(f"{seed}_*.txt")).read_text(encoding="utf-8")
    spans = [one for one in find_dates(text, anchor=date.fromisoformat(anchor)) if one.rule != "iso-date"]
    assert wanted <= {f"{one.date_from}…{one.date_to}" for one in spans}
    assert wanted or not spans
    assert not [one for one in spans if "75" in one.surface or "80" in one.surface]
