"""The main job on five real articles that may not be shipped: what a reader finds in them by hand."""

from pathlib import Path

import pandas as pd
import paper
import pytest

from dateline import tables
from helpers.__main__ import main

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the five articles are not beside this checkout")


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    out = tmp_path_factory.mktemp("seeds")
    assert main(["run", str(SEEDS), "--out", str(out)]) == 0
    return out


def table(out, name):
    """Rows of a table with the article's three digits as `seed`."""
    frame = tables.read(out, name)
    return frame.assign(seed=frame["article_id"].str[:3])


def days(*words):
    return {(pd.Timestamp(a), pd.Timestamp(b)) for a, b in words}


def test_publication_dates_are_right_or_missing(out):
    articles = table(out, "articles").set_index("seed")
    published = articles["published"].dt.strftime("%Y-%m-%d")
    assert published[["000", "001", "003"]].tolist() == ["2025-08-29", "2024-05-16", "2025-05-04"]
    assert articles.loc[["000", "001", "003"], "published_basis"].tolist() == ["header"] * 3
    # 002 gives no date and 004 no year: the one stays open, the other follows from what it reports as past.
    assert pd.isna(published["002"])
    earliest, latest = articles.loc["004", ["published_earliest", "published_latest"]]
    assert (
        earliest <= pd.Timestamp("2024-05-14") <= latest and articles["published_basis"]["004"] == "inferred"
    )
    evidence = table(out, "date_evidence")
    code = evidence[(evidence["seed"] == "001") & (evidence["basis"] == "wire-code")]
    assert code["candidate_from"].tolist() == [pd.Timestamp("2024-05-16")] and not code["conflict"].any()


@pytest.mark.skipif(not paper.CAN_PRINT, reason="no browser on this machine that prints")
def test_the_report_is_two_pages_and_an_appendix(out):
    paper.check_paper(out)


def test_titles_and_crossheads(out):
    articles = table(out, "articles").set_index("seed")
    assert (articles["title"] != "").to_dict() == dict.fromkeys(articles.index, False) | {
        "000": True,
        "004": True,
    }
    assert articles.loc["004", "title"].endswith("Kremlin") and "date" not in articles.loc["000", "title"]
    sentences = table(out, "sentences")
    heads = sentences[(sentences["voice"] == "headline") & (sentences["sentence"] >= 0)]
    # three crossheads; none; none; one between dashes; the line under the headline
    assert heads.groupby("seed").size().to_dict() == {"000": 3, "003": 1, "004": 1}


def test_what_is_no_article_text_is_gone_and_nothing_else(out):
    removed = table(out, "removed")
    taken = (
        removed[~removed["rule"].isin(["header-date", "title", "white-space"])].groupby("seed")["text"].sum()
    )
    assert set(taken.index) == {"001", "003", "004"}
    assert "MENAFN" in taken["001"] and len(taken["001"]) < 60
    assert taken["003"].lstrip().startswith("Related Links")
    assert taken["004"].rstrip().endswith("Comments are closed.") and len(taken["004"]) < 80
    texts = table(out, "articles").set_index("seed")["text"]
    assert "Related Links" not in texts["003"] and not texts.str.contains("MENAFN").any()


def test_kept_and_removed_give_back_the_files(out):
    removed, articles = table(out, "removed"), table(out, "articles").set_index("seed")
    for path in sorted(SEEDS.glob("*.txt")):
        raw, cut = path.read_text(encoding="utf-8"), removed[removed["seed"] == path.name[:3]]
        assert [raw[a:b] for a, b in zip(cut["start"], cut["end"], strict=True)] == cut["text"].tolist()
        kept, at = "", 0
        for start, end in zip(cut["start"], cut["end"], strict=True):
            kept, at = kept + raw[at:start], end
        assert kept + raw[at:] == articles.loc[path.name[:3], "text"]


def test_event_dates(out):
    found = table(out, "event_dates")
    spans = {
        seed: set(zip(rows["date_from"], rows["date_to"], strict=True))
        for seed, rows in found.groupby("seed")
    }
    assert days(("2025-08-31", "2025-09-03")) <= spans["000"]
    assert not found["surface"].str.contains("anniversary|th$").any()
    assert (
        days(
            ("2025-05-08", "2025-05-10"), ("2025-05-09", "2025-05-09"), ("2025-05-04", "2025-05-04"),
            ("2025-04-01", "2025-04-30"), ("2022-02-01", "2022-02-28"),
        )
        <= spans["003"]
    )  # fmt: skip
    assert (
        days(
            ("2024-05-16", "2024-05-17"), ("2024-05-17", "2024-05-21"), ("2022-02-01", "2022-02-28"),
            ("2023-03-01", "2023-03-31"), ("2023-10-01", "2023-10-31"),
        )
        <= spans["004"]
    )  # fmt: skip


def test_one_person_has_one_name(out):
    mentions = table(out, "mentions")
    names = mentions.groupby("surface")["entity"].agg(set).to_dict()
    assert names["Putin"] == names["Vladimir Putin"] == {"Vladimir Putin"}
    assert names["Xi"] == names["Xi Jinping"] == {"Xi Jinping"}
    assert names["SCO"] == names["Shanghai Cooperation Organization"]
    zelensky = {
        name for surface in names if surface.endswith(("Zelensky", "Zelenskyy")) for name in names[surface]
    }
    assert len(zelensky) == 1
    ushakov = {name for surface in names if surface.endswith("Ushakov") for name in names[surface]}
    assert len(ushakov) == 1
    assert names["Sergey Lavrov"] != names["Sergey Chemezov"]
    kinds = tables.read(out, "entities").set_index("entity")["kind"]
    people = {"Vladimir Putin", "Xi Jinping", "Kim Jong Un", "Li Qiang", "Sergey Lavrov", "Sergey Chemezov"}
    assert set(kinds[sorted(people)]) == {"person"}
    assert kinds["China"] == kinds["Moscow"] == "place"


def test_five_articles_make_no_topic_and_no_trend(out):
    assert tables.read(out, "topics").empty
    for path in (out / "notebooks").glob("*.ipynb"):
        assert '"stderr"' not in path.read_text(encoding="utf-8"), path.name
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "not enough articles" in report.lower()
