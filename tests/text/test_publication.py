"""Publication dates: reading them, the tiers of evidence, the user's own articles, and hostile text."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import seconds

from dateline.text.publication import (
    DateEvidence,
    choose_date,
    header_dates,
    header_end,
    is_day_first,
    parse_date,
    publication_evidence,
)

CASES = json.loads((Path(__file__).parents[1] / "cases" / "dates.json").read_text(encoding="utf-8"))
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


def iso(day):
    return str(day) if day else None


@pytest.mark.parametrize(("words", "order", "wanted"), CASES["parse"])
def test_reads_a_date_or_abstains(words, order, wanted):
    assert iso(parse_date(words, day_first=order)) == wanted


@pytest.mark.parametrize("case", CASES["evidence"], ids=lambda case: case["why"])
def test_the_stronger_tier_decides(case):
    best = choose_date(publication_evidence(**case["given"]))
    assert (iso(best.published), best.basis) == (case["published"], case["basis"])
    assert iso(best.earliest) == case.get("earliest", case["published"])
    assert iso(best.latest) == case.get("latest", case["published"])
    assert sum(best.conflicts) == case["conflicts"]


def test_all_rows_of_a_file_decide_the_order_of_day_and_month():
    assert is_day_first(["04/05/2024", "25/04/2024", "2024-13-01"]) is True
    assert is_day_first(["04/05/2024", "04/25/2024"]) is False
    assert is_day_first(["04/05/2024", "05/05/2024"]) is None
    assert is_day_first(["25/04/2024", "04/25/2024"]) is None
    assert is_day_first([]) is None


def test_a_conflict_is_shown_and_does_not_decide():
    first = DateEvidence(date(2024, 4, 9), date(2024, 4, 9), "header", "2024-04-09")
    second = DateEvidence(date(2022, 1, 1), date(2022, 1, 1), "file-name", "2022-01-01")
    best = choose_date([first, second])
    assert (best.published, best.chosen, best.conflicts) == (date(2024, 4, 9), 0, (False, True))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(DAYS, st.booleans())
def test_what_is_written_is_read_back(day, order):
    numeric = day.strftime("%d/%m/%Y") if order else day.strftime("%m/%d/%Y")
    assert parse_date(numeric, day_first=order) == parse_date(day.isoformat()) == day
    assert parse_date(numeric) in (day, None)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=60), st.text(max_size=40), st.lists(DAYS, max_size=3))
def test_any_text_gives_sound_evidence(text, words, days):
    fields = [("date", str(day)) for day in days]
    evidence = publication_evidence(text, title=words, header=words, codes=text, name=words, metadata=fields)
    best = choose_date(evidence)
    assert all(one.candidate_from <= one.candidate_to for one in evidence)
    assert (best.earliest is None) == (not evidence)
    assert best.published is None or best.earliest == best.latest == best.published
    assert len(best.conflicts) == len(evidence)


@pytest.mark.parametrize(
    "unit", ["In 1975. ", "A, ", "Monday, 3 May ", "A1B2C3D4 ", "2024-", "In March 2023 ", "20240101/"]
)
def test_time_grows_with_the_length(unit):
    short, long = (
        seconds(publication_evidence, unit * n, name=unit * n, codes=unit * n) for n in (1_000, 4_000)
    )
    assert long < 10 * short + 0.05


SEED_DATES = {
    "000": ("2025-08-29", "header"),
    "001": ("2024-05-16", "header"),
    "002": (None, "none"),
    "003": ("2025-05-04", "header"),
    "004": ("2024-05-14", "inferred"),
}


@pytest.mark.parametrize("seed", sorted(SEED_DATES))
@pytest.mark.skipif(not SEEDS.exists(), reason="the user's five articles do not lie beside the checkout")
def test_the_users_own_articles(seed):
    raw = next(SEEDS.glob(f"{seed}_*.txt")).read_text(encoding="utf-8")
    header = re.match(r" date (\S+) ", raw)
    text = raw[header.end() :] if header else raw
    evidence = publication_evidence(text, header=header[1] if header else "")
    best = choose_date(evidence)
    assert (iso(best.published), best.basis) == SEED_DATES[seed]
    assert not any(best.conflicts)
    assert len(evidence) == {"001": 2, "002": 0}.get(seed, 1)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        *(
            (f"{name}.txt", "2022-01-25", "2022-01-25")
            for name in (
                *("20220125T090000Z_GB_en_harbour", "20220125090000", "2022-1-25", "2022_01_25", "25.01.22"),
                *("25 January 2022", "January 25, 2022 - duty", "Jan-25-2022", "CWS2022-01-25"),
                *("duty_2022-01-25v2", "2022/1/25/duty", "web/20220125090000/duty"),
            )
        ),
        ("03-04-2022.txt", "2022-03-04", "2022-04-03"),
        ("2022-06.txt", "2022-06-01", "2022-06-30"),
        *((f"{name}.txt", None, None) for name in ("v10.11.12", "12345678", "192.168.10.12", "duty-1.2.22")),
    ],
)
def test_days_in_the_names_of_files(name, first, last):
    rows = publication_evidence("x", name=name)
    days = [(str(row.candidate_from), str(row.candidate_to)) for row in rows]
    assert days == ([(first, last)] if first else [])


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://cws.example/duty?page=2&date=2022-01-25", "2022-01-25"),
        ("https://cws.example/duty?id=20220125", None),
        ("https://archive.example/web/20240125090000/http://cws.example/2022/01/25/duty", "2022-01-25"),
    ],
)
def test_days_in_addresses(url, day):
    rows = publication_evidence("x", url=url)
    assert [str(row.candidate_from) for row in rows] == ([day] if day else [])


@pytest.mark.parametrize(
    ("line", "dates"),
    [
        ("by A Name - Nov 9, 2012 4:45 pm UTC", [(0, "Nov 9, 2012")]),
        ("24 July 2012 Last updated at 12:01", [(0, "24 July 2012")]),
        ("updated 4:22 PM EST, Wed November 7, 2012", [(1, "November 7, 2012")]),
        ("Tuesday 25 January 2022 12:00, UK", [(0, "25 January 2022")]),
        ("Last modified on 3 May 2024", [(2, "")]),
        ("Harbour Echo November 18, 2019 11:03 PM", [(0, "November 18, 2019")]),
        ("Nov 18, 2019 at 9:24 pm ET • 2 min read", [(0, "Nov 18, 2019")]),
        ("November 19, 2019 / 12:21 AM / Updated 14 hours ago", [(0, "November 19, 2019")]),
        ("PUBLISHED: 00:01, Nov 19, 2019 | UPDATED: 10:43", [(0, "Nov 19, 2019")]),
        ("Nov 19, 2019 | UPDATED: 10:43, 5 May 2020", [(0, "Nov 19, 2019"), (1, "5 May 2020")]),
        ("Written by Ann Berg, RD on November 14, 2019", [(0, "November 14, 2019")]),
        *(
            (line, [])
            for line in (
                *("By the evening of 5 May 2024", "3 May 2024 – 5 May 2024", "Karovec, 3 May 2024"),
                *("Air date: November 19, 2019", "Published on May 5, 2024 in Politics", "May 2024, 12:00"),
                *("2024-05-06 was the day on which it sailed", "On May 5, 2024", "12:00"),
            )
        ),
    ],
)
def test_lines_of_nothing_but_a_header(line, dates):
    assert header_dates(line) == dates
    assert bool(header_end(line)) == bool(dates)


@pytest.mark.parametrize("unit", ["by A", "12:00 ", "May ", "| ", "A, ", "Updated ", "1.1.", "A" * 30 + " "])
def test_header_lines_take_no_long_time(unit):
    assert seconds(header_end, unit * (200 // len(unit))) < 0.02


def test_yesterday_and_its_weekday_force_the_day_after():
    [row] = publication_evidence("Yesterday, Saturday, October 19, it rained. It was dry in March 2024.")
    assert str(row.candidate_from) == str(row.candidate_to) == "2024-10-20"
