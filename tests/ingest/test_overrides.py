"""The reader's own decisions: what they change, what is wrong with a file of them, and what came of each."""

import pandas as pd
import pytest

from dateline import tables
from dateline.ingest.articles import read_articles

BODY = (
    "The ferry between Port Ansel and Lindmoor left at noon on Monday with forty passengers on board.\n\n"
    "Nobody had expected it to sail before the end of the month, the harbour master said."
)
FILES = {
    "plain.txt": BODY,
    "dated.txt": f"date 2024-05-20 Ferry sails again\n\n{BODY} It was cold.",
    "headed.txt": f"Ferry sails again after a long, long winter in the dock of Lindmoor\n{BODY} It rained.",
    "wall.txt": "The regatta was to start at noon.\nSubscribe to continue reading.",
    "notes.txt": "Share this\nComments are closed.",
    "empty.txt": "",
    "feed.jsonl": '{"text": "The first ferry left."}\n{"text": "The second ferry left."}\n{"text": ""}',
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def decide(folder, *rows, head="article_id,action,value,note"):
    (folder / tables.OVERRIDES).write_text("\n".join([head, *rows]), encoding="utf-8")
    return read_articles(folder)


def effects(result):
    return dict(zip(result.overrides["article_id"], result.overrides["effect"], strict=True))


def test_without_a_file_nothing_is_decided(folder):
    assert read_articles(folder).overrides.empty


def test_keep_wins_over_quarantine(folder):
    assert "wall.txt" not in read_articles(folder).articles["article_id"].tolist()
    result = decide(folder, "wall.txt,keep,,", "notes.txt,keep,,", "empty.txt,keep,,", "plain.txt,keep,,")
    kept = result.articles.set_index("article_id")["text"]
    assert kept["wall.txt"].startswith("The regatta") and kept["notes.txt"] == FILES["notes.txt"]
    assert effects(result) == {
        "wall.txt": "kept, though it looked like paywall",
        "notes.txt": "kept, though it looked like no-text",
        "empty.txt": "cannot be kept: it was rejected (empty)",
        "plain.txt": "nothing: it is read without this row",
    }


def test_drop_goes_to_rejected_and_a_file_means_all_its_records(folder):
    result = decide(folder, "plain.txt,drop,,seen twice", "feed.jsonl,drop,,", "feed.jsonl#2,keep,,")
    gone = result.rejected[result.rejected["reason"] == "override"]
    assert gone[["source", "record"]].to_numpy().tolist() == [["feed.jsonl", 1], ["plain.txt", 0]]
    assert gone["detail"].iloc[1] == "seen twice" and "row 3" in gone["detail"].iloc[0]
    assert "feed.jsonl#2" in result.articles["article_id"].tolist()


@pytest.mark.parametrize(
    ("value", "first", "last", "basis"),
    [
        ("2024-05-14", "2024-05-14", "2024-05-14", "metadata"),
        ("2024-02", "2024-02-01", "2024-02-29", "metadata"),
        ("2024-05-01/2024-05-03", "2024-05-01", "2024-05-03", "metadata"),
        ("none", None, None, "none"),
    ],
)
def test_a_date_decides_and_what_contradicts_it_stays(folder, value, first, last, basis):
    result = decide(folder, f"dated.txt,date,{value},")
    row = result.articles.set_index("article_id").loc["dated.txt"]
    assert row["published_basis"] == basis
    days = [row["published_earliest"], row["published_latest"]]
    assert [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in days] == [first, last]
    evidence = result.date_evidence.query("article_id == 'dated.txt'").iloc[-1]
    assert evidence["evidence"].startswith("2024-05-20")
    assert bool(evidence["conflict"]) == (value != "none") and not evidence["chosen"]
    assert effects(result)["dated.txt"] == "instead of 2024-05-20 (header)"


def test_a_title_replaces_and_a_first_line_that_says_it_goes(folder):
    line = FILES["headed.txt"].split("\n")[0]
    result = decide(folder, "dated.txt,title,Boats,", f'headed.txt,title,"{line}",')
    found = result.articles.set_index("article_id")
    assert found.loc["dated.txt", "title"] == "Boats" and "Ferry" not in found.loc["dated.txt", "text"][:5]
    assert found.loc["headed.txt", "title"] == line and found.loc["headed.txt", "text"].startswith(
        "The ferry"
    )


def test_a_row_that_matches_nothing_is_named_with_the_nearest_name(folder):
    effect = effects(decide(folder, "plane.txt,drop,,"))["plane.txt"]
    assert effect == "nothing: no article or file has this name; the nearest is plain.txt"


def test_all_faults_are_said_at_once_with_their_rows(folder):
    with pytest.raises(tables.OwnFileError) as error:
        decide(
            folder,
            *("plain.txt,remove,,", ",drop,,", "dated.txt,date,14 May,", "dated.txt,title,,"),
            *("wall.txt,keep,,", "wall.txt,drop,,"),
        )
    message = str(error.value)
    for words in ("overrides.csv", "row 2", "'remove'", "row 3", "row 4", "14 May", "row 5", "rows 6 and 7"):
        assert words in message
    with pytest.raises(tables.OwnFileError, match="no column action"):
        decide(folder, "plain.txt,drop", head="article_id,what")
    with pytest.raises(tables.OwnFileError, match=r"nowhere\.csv"):
        read_articles(folder, overrides=folder / "nowhere.csv")


@pytest.mark.parametrize("rest", ["plain.txt,drop,,", 'plain.txt,drop,,"late"', 'plain.txt,title,"A day",'])
def test_an_open_quotation_mark_swallows_no_rows_in_silence(folder, rest):
    with pytest.raises(tables.OwnFileError, match=r"overrides\.csv, line 3: a quotation mark is not closed"):
        decide(folder, "wall.txt,keep,,", 'dated.txt,drop,,"never closed', rest)


def test_a_file_from_a_spreadsheet_elsewhere_counts_as_well(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("mine") / "decisions.csv"
    path.write_bytes("article_id;action;value\r\nplain.txt;Title;'=Café\r\n;;\r\n".encode("cp1252"))
    result = read_articles(folder, overrides=path)
    assert result.articles.set_index("article_id").loc["plain.txt", "title"] == "=Café"
    assert len(tables.check(result.overrides, "overrides")) == 1


def test_every_run_replays_it_with_the_same_result(folder):
    first = decide(folder, "dated.txt,date,2024-05-14,", "headed.txt,title,Boats,", "wall.txt,keep,,")
    for one, other in zip(first, read_articles(folder), strict=True):
        pd.testing.assert_frame_equal(one, other)
