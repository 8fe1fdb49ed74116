import datetime as dt

import pandas as pd

from helpers import prose


def test_numbers_are_written_as_a_reader_reads_them():
    assert [prose.plural(1, "article"), prose.plural(1200, "copy"), prose.plural(2, "day")] == [
        "1 article",
        "1,200 copies",
        "2 days",
    ]
    assert [prose.percent(share) for share in (0.354, 0.004, 0.0, 1.0)] == [
        "35\xa0%",
        "0.4\xa0%",
        "0\xa0%",
        "100\xa0%",
    ]
    assert [prose.score(mean) for mean in (0.041, -0.2, -0.001)] == ["+0.04", "−0.20", "0.00"]


def test_periods_have_names():
    assert prose.period(dt.date(2024, 5, 13), unit="week") == "the week of 13 May 2024"
    assert prose.period(dt.date(2024, 4, 1), unit="quarter") == "April to June 2024"
    assert prose.period(pd.Timestamp("2024-11-01"), unit="month") == "November 2024"


def test_texts_are_cut_between_words_and_shown_as_they_are():
    assert prose.shorten("The talks  went on", width=12) == "The talks …"
    assert prose.snippet("a very long line of words", width=15) == "a very … words"
    assert prose.plain("<b>Talks</b> at *noon*") == r"\<b\>Talks\</b\> at \*noon\*"


def test_lists_and_leaders():
    names = ["Lee", "Oak", "Ash"]
    assert [prose.listed(names[:1]), prose.listed(names), prose.listed(names, limit=2)] == [
        "Lee",
        "Lee, Oak and Ash",
        "Lee, Oak and 1 more",
    ]
    frame = pd.DataFrame({"entity": names, "n": [4, 4, 3]})
    assert prose.leaders(frame, "n") == (["Lee", "Oak"], 4) and prose.leaders(frame[:0], "n") == ([], 0)


def test_what_does_not_count_is_named():
    assert prose.counted_size(66, of=74) == "n = 66 articles; left out: 8 (copies, other languages)"
    days, earliest = (pd.to_datetime([date, None, None]) for date in ("2024-05-14", "2024-05-01"))
    articles = pd.DataFrame({"published": days, "published_earliest": earliest[[0, 0, 1]]})
    assert prose.undated_note(articles) == "without a day: 2 of 3, of these 1 known to an interval"
