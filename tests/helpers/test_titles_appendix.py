"""Titles and checks of notebook 06."""

import pandas as pd
import pytest

from dateline.timeline.event_days import CLASSES
from dateline.tone.differences import LABELS
from helpers import prose, titles


def topics(ranks, mode="topics"):
    return pd.DataFrame({"k": range(2, 2 + len(ranks)), "rank": ranks, "mode": mode})


def flow(*rows):
    frame = pd.DataFrame(rows, columns=["topic", "next_topic", "n_articles"])
    return frame.assign(k=2, next_k=3)


def lags(*rows):
    frame = pd.DataFrame(rows, columns=["group", "ahead", "ahead_low", "ahead_high"])
    return frame.assign(**dict.fromkeys(CLASSES, 1 / len(CLASSES)))


def gap(mean, low, high, judging):
    rows = [("a", 8, 20, 0.1, None, None, 0.0), ("b", 9, 1, 0.2, None, None, 0.0)]
    rows = [*rows, ("difference", 17, 21, mean, low, high, judging)]
    return pd.DataFrame(rows, columns=["side", "n_articles", "n_sentences", "mean", "low", "high", "judging"])


WORDS = pd.DataFrame({"word": ["ban", "great", "war"], "adds": [0.05, 0.04, 0.01]})
TREE = pd.DataFrame({"node": [0, 1, 2], "left": [-1, -1, 0], "right": [-1, -1, 1], "label": ["x", "y", ""]})


def test_the_numbers_that_would_do_as_well_are_named():
    title = "The criteria speak for 3 topics; 2 and 4 would do as well"
    assert titles.numbers_title(topics([2, 1, 3, 0])) == title
    assert titles.numbers_title(topics([1], "broad groups")) == "The criteria speak for 2 broad groups"
    assert titles.numbers_title(topics([])) == "No number of topics was compared"


def test_a_topic_stays_whole_with_four_in_five_of_its_articles():
    frame = flow((0, 0, 8), (0, 1, 2), (1, 2, 7), (1, 1, 3), (-1, 1, 5))
    assert titles.flow_title(frame) == "With 3 topics, 1 of the 2 stay together"
    assert titles.flow_title(flow()) == "No other number of topics was compared"


def test_the_first_join_of_the_tree_is_the_most_alike():
    assert titles.tree_title(TREE) == "Most alike are “x” and “y”"
    assert titles.tree_title(TREE.head(1)) == "There is nothing to join"


def test_groups_whose_interval_leaves_out_the_share_of_all_are_different():
    rows = ("all articles", 0.3, 0.2, 0.4), ("orna", 0.6, 0.4, 0.8), ("cws", 0.4, 0.2, 0.5)
    title = "30\xa0% of the exact days were still to come"
    assert titles.lags_title(lags(*rows)) == f"{title}; clearly different: “orna” (60\xa0%)"
    assert titles.lags_title(lags(*rows[::2])) == f"{title}; no outlet or topic is clearly different"
    assert titles.lags_title(lags(rows[0])) == f"{title}; there are no groups to compare"
    assert titles.lags_title(lags()) == "No dated article talks about an exact day"


def test_same_labels_are_counted_among_those_that_both_give():
    counts = pd.DataFrame([("narrator", "negative", 2, 1, 0, 9), ("narrator", "positive", 1, 0, 0, 0)])
    counts.columns = ["voice", "dictionary", *LABELS, "not evaluated"]
    title = "Model and dictionary give the same label to 50\xa0% of 4 names in sentences"
    assert titles.methods_title(counts) == title
    assert titles.methods_title(counts.head(0)) == "The model is sure enough of no label"


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((0.1, 0.05, 0.15, 0.01), "+0.10 apart (95 % interval +0.05 to +0.15, without event words +0.01)"),
        ((-0.1, -0.15, -0.05, 0.01), "−0.10 apart (95 % interval −0.15 to −0.05, without event words +0.01)"),
        ((0.1, -0.05, 0.15, 0.1), ""),
        ((0.1, float("nan"), float("nan"), 0.1), ""),
    ],
)
def test_a_difference_is_told_only_where_its_interval_excludes_zero_and_names_no_side(numbers, title):
    text = titles.shift_title(gap(*numbers), WORDS).replace("\xa0", " ")
    means = "The dictionary's means of the two sides lie"
    clear = f"{means} {title}; “ban” and “great” do most"
    assert text == (clear if title else "No clear difference between the dictionary's means of the two sides")


def test_without_two_sides_the_whole_corpus_is_counted():
    assert titles.shift_title(gap(0, 0, 0, 0).head(0), WORDS).startswith("There are not enough articles")
    assert prose.sides_size(gap(0, 0, 0, 0).head(0), "n = 3") == "n = 3"
    sizes = "n = a: 8 articles, 20 sentences; b: 9 articles, 1 sentence"
    assert prose.sides_size(gap(0, 0, 0, 0), "n = 3") == sizes


def test_findings_are_a_list():
    assert prose.bullets(["One", "Other"]) == "- One\n- Other"
