"""The two clocks: lags, groups, the best sentence of a day."""

import pandas as pd
import pytest
from entities.test_mentions import TEXTS, corpus, everything

from dateline import population
from dateline.timeline import event_days

STRIKE = {
    "a": ("", "On 3 May 2024 the ferry crews began a strike over night pay. Bo Oak sold ice.", "2024-05-04"),
    "b": ("", "The strike of the ferry crews over pay began on 3 May 2024. It rained.", "2024-05-05"),
    "c": ("", "Ilse Corvane and Bo Oak of the Ferry Union ate plums on 3 May 2024. It rained.", "2024-05-02"),
    "d": ("", "The crews will strike over pay again on 9 May 2024.", None),
}


def days_of(records, **options):
    articles, sentences, named, dates = everything(records=records)
    return event_days.busiest_days(articles, sentences, dates, named.mentions, **options)


def test_the_best_sentence_of_a_day_is_what_most_articles_tell():
    found = days_of(STRIKE)
    assert found["day"].dt.strftime("%m-%d").tolist() == ["05-03", "05-09"]
    first = found.iloc[0]
    assert first["article_id"] in ("a", "b") and "strike" in first["text"]  # not the one with most names
    assert first[["n_articles", "n_ahead", "n_same", "n_back", "n_undated"]].tolist() == [3, 1, 0, 2, 0]
    assert 0 < first["alike"] < 1 and pd.isna(found["alike"].iloc[1])
    assert found["n_undated"].iloc[1] == 1
    assert len(days_of(STRIKE, top=1)) == 1


def test_the_table_of_days_counts_what_the_two_clocks_count():
    span = {"e": ("", "The crews ate plums from 3 to 6 May 2024. It rained.", "2024-05-04")}
    articles, sentences, named, dates = everything(records=STRIKE | span)
    days = event_days.busiest_days(articles, sentences, dates, named.mentions)
    pairs = event_days.pair_clocks(articles, dates)
    ways = [event_days.AHEAD, event_days.SAME, event_days.BACK]
    counts = pd.crosstab(pairs["event"], pairs["direction"])
    counts = counts.reindex(index=days["day"], columns=ways, fill_value=0)
    assert days[["n_ahead", "n_same", "n_back"]].to_numpy().tolist() == counts.to_numpy().tolist()
    assert days["n_same"].iloc[0] == 1, "a span goes on"


def test_a_sentence_that_names_two_days_stands_at_one_where_the_other_has_its_own():
    two = "The ferry crews began a strike on 3 May 2024 and ended the strike on 9 May 2024."
    one = "After talks the ferry crews ended the strike on 9 May 2024."
    told = days_of({"a": ("", two, "2024-05-10"), "b": ("", f"{two} {one}", "2024-05-11")})
    assert told["text"].tolist() == [two, one]
    alone = days_of({"a": ("", two, "2024-05-10")})
    assert alone["text"].tolist() == [two, two]


def test_an_article_of_some_day_of_a_week_talks_of_intervals():
    articles, sentences, _, _ = everything(
        records={"a": ("", "They met on 3 May 2024. He left on Sunday.", None)}
    )
    words = corpus({"a": ("", "They met on 3 May 2024. He left on Sunday.", None)})[2]

    def grains(first, last):
        ends = {"published_earliest": pd.Timestamp(first), "published_latest": pd.Timestamp(last)}
        found = event_days.find_event_dates(articles.assign(**ends), sentences, words)
        return found[["date_to", "grain"]].astype(str).to_numpy().tolist()

    assert grains("2024-05-13", "2024-05-18") == [["2024-05-03", "day"], ["2024-05-12", "day"]]
    assert grains("2024-05-17", "2024-05-22") == [["2024-05-03", "day"], ["2024-05-19", "interval"]]
    assert grains("2024-01-01", "2024-12-31") == [["2024-05-03", "day"]]


def lag_of(*pairs):
    frame = pd.DataFrame(pairs, columns=["article_id", "published", "date_from", "date_to"])
    frame = frame.astype(dict.fromkeys(frame.columns[1:], "datetime64[s]"))
    articles = frame[["article_id", "published"]].drop_duplicates().assign(outlet="orna")
    dates = frame.drop(columns="published").assign(grain="day", surface="x", sentence=0, start=0, end=1)
    return event_days.pair_clocks(articles, dates)


def test_a_lag_runs_from_the_end_of_an_event_or_to_its_beginning():
    lag = lag_of(
        ("a", "2024-05-10", "2024-05-03", "2024-05-06"),
        ("a", "2024-05-10", "2024-05-09", "2024-05-11"),
        ("a", "2024-05-10", "2024-05-12", "2024-05-14"),
    )
    assert lag["lag"].tolist() == [4, 0, -2]
    assert lag["direction"].tolist() == ["recalled", "the same day", "announced ahead"]


@pytest.mark.parametrize(("days", "name"), [(-32, 0), (-31, 1), (-8, 1), (-7, 2), (-1, 2), (0, 3), (1, 4)])
@pytest.mark.parametrize("sign", [1, -1])
def test_classes_of_lags(days, name, sign):
    if days in (0, 1) and sign < 0:
        pytest.skip("said once")
    day = pd.Timestamp("2024-05-10")
    lag = lag_of(("a", day, day - sign * pd.Timedelta(days, "D"), day - sign * pd.Timedelta(days, "D")))
    row = event_days.lag_shares(lag).iloc[0]
    wanted = name if sign > 0 else {0: 6, 1: 5, 2: 4}[name]
    assert row[list(event_days.CLASSES)].tolist() == [
        float(i == wanted) for i in range(len(event_days.CLASSES))
    ]
    assert pd.isna(row["ahead_low"])  # one article


def test_groups_hold_all_articles_and_the_largest_first():
    lag = lag_of(
        *((name, "2024-05-10", f"2024-05-{9 + i}", f"2024-05-{9 + i}") for i, name in enumerate("abc"))
    )
    group = pd.Series({"a": "lantern", "b": "orna", "c": "orna"})
    table = event_days.lag_shares(lag, group)
    assert table["group"].tolist() == ["all articles", "orna", "lantern"]
    assert table["n_articles"].tolist() == [3, 2, 1]
    assert table.loc[0, "ahead"] == pytest.approx(1 / 3, abs=1e-6)
    assert event_days.lag_shares(lag, group.drop("a"))["group"].tolist()[-1] == "unknown"
    topic = pd.Series({"a": "duty", "b": "duty", "c": "truce"})
    several = event_days.lag_shares(lag, None, group, topic, top=1)
    assert several["group"].tolist() == ["all articles", "orna", "duty"] and several["thin"].all()
    # a group that has all days says nothing beside the row of all articles
    assert event_days.lag_shares(lag, group.map(lambda _: "orna"))["group"].tolist() == ["all articles"]


def test_topics_are_groups_too():
    of = population.article_labels(
        pd.DataFrame({"article_id": ["a", "b"], "topic": [0, -1]}),
        pd.DataFrame({"topic": [0], "label": ["duty"]}),
    )
    assert of.to_dict() == {"a": "duty", "b": "no clear topic"}


def test_many_days_are_drawn_by_a_coarser_unit_and_none_is_lost():
    day = pd.Timestamp("2024-01-01")
    rows = [(f"a{i}", day + pd.Timedelta(i, "D"), day, day) for i in range(300)]
    fine, coarse = (event_days.clock_cells(lag_of(*rows), limit=limit) for limit in (400, 20))
    assert fine["unit"].unique().tolist() == ["day"] and coarse["unit"].unique().tolist() == ["month"]
    assert fine["n_dates"].sum() == coarse["n_dates"].sum() == 300 and len(coarse) <= 20
    ways = [cells.groupby("direction")["n_dates"].sum().to_dict() for cells in (fine, coarse)]
    assert ways == [{"recalled": 299, "the same day": 1}] * 2, "a coarser unit makes no day another one"


@pytest.mark.parametrize("n", [0, 1, 4])
@pytest.mark.parametrize("language", ["en", "de"])
def test_any_number_of_articles_gives_tables(n, language):
    records = dict(sorted(TEXTS.items())[:n])
    articles, sentences, named, dates = everything(records=records, language=language)
    counted = population.counted_articles(articles, copies=False)
    lag, group = event_days.pair_clocks(counted, dates), population.article_outlets(counted)
    assert event_days.clock_cells(lag)["n_dates"].sum() == len(lag)
    assert event_days.lag_shares(lag, group)["n_dates"].sum() >= len(lag)
    days = event_days.busiest_days(counted, sentences, dates, named.mentions)
    assert len(days) == dates["date_from"].nunique() if len(counted) else days.empty
