"""Second thoughts about dates: what an article's own words contradict, and what may be borrowed."""

import pytest

from dateline import tables, tokens
from dateline.ingest.articles import (
    AFTER,
    BEFORE,
    borrow_dates,
    cut_sentences,
    doubt_dates,
    read_articles,
)
from dateline.ingest.duplicates import mark_duplicates

BODY = (
    "The ferry between Port Ansel and Lindmoor left at noon with forty passengers and their sheep aboard. "
    "Nobody had expected it to sail before the pier was mended, the harbour master told the council, and the "
    "baker gave every passenger a loaf of bread for the crossing."
)


def read(folder, files, **choices):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return read_articles(folder, **choices)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("In March 2025 the council met in Brannick.", BEFORE),
        ("On 14 March 2025 the council met in Brannick.", BEFORE),
        ("The pier will be opened again in May 2023.", AFTER),
        ("In March 2024 the council met. The pier will be opened again in May 2025.", ""),
        ("In March 2025 the council will meet in Brannick.", ""),
        ("“In March 2025 we will know,” the baker wrote.", ""),
    ],
)
def test_a_date_that_the_article_itself_contradicts_is_flagged(tmp_path, told, reason):
    found = read(tmp_path, {"a.txt": f"Date: 2024-05-06\n\n{BODY}\n\n{told}"})
    _, flags = doubt_dates(found.articles, found.date_evidence)
    assert flags.loc[flags["chosen"], "flag"].str.partition(":")[0].tolist() == [reason]
    assert flags.drop(columns="flag").equals(found.date_evidence.drop(columns="flag"))


def test_no_article_is_of_tomorrow(tmp_path):
    files = {"a.txt": f"Date: 2024-05-08\n\n{BODY}", "b.txt": f"Date: 2024-05-07\n\n{BODY} So."}
    assert read(tmp_path, files, today="2024-05-06").date_evidence["flag"].tolist() == [tables.LATER, ""]
    assert read(tmp_path, files).date_evidence["flag"].eq("").all()


def test_a_day_of_the_future_is_set_aside_and_listed(tmp_path):
    files = {"2050-10-02.txt": BODY, "2024-05-03.txt": f"Date: 2050-10-02\n\n{BODY} So.", "c.txt": BODY[:99]}
    found = read(tmp_path, files, today="2024-05-06")
    articles, evidence = doubt_dates(found.articles, found.date_evidence)
    assert articles["published"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2024-05-03", "", ""]
    assert articles["published_basis"].tolist() == ["file-name", "none", "none"]
    assert evidence["flag"].eq(tables.LATER).sum() == 2
    assert not evidence.loc[evidence["flag"].eq(tables.LATER), "chosen"].any()
    assert evidence["chosen"].sum() == 1


def test_a_day_that_the_reader_writes_counts_though_it_is_later_than_the_run(tmp_path):
    rows = "article_id,action,value\na.txt,date,2050-10-02\n"
    files = {"a.txt": f"Date: 2050-10-01\n\n{BODY}", "overrides.csv": rows}
    found = read(tmp_path, files, today="2024-05-06")
    assert str(found.articles["published"][0].date()) == "2050-10-02"
    assert found.date_evidence["flag"].tolist() == ["", tables.LATER]


def test_an_interval_ends_with_the_run(tmp_path):
    articles = read(tmp_path, {"03-09-2024.txt": BODY}, today="2024-05-06").articles
    assert str(articles["published_latest"][0].date()) == "2024-05-07"


def test_an_undated_copy_borrows_an_interval_and_says_from_whom(tmp_path):
    found = read(
        tmp_path,
        {
            "a.txt": f"Date: 2024-05-06\n\n{BODY}",
            "b.txt": f"{BODY}",
            "c.txt": "A choir sang on the market square until the rain came, and everybody went home early.",
        },
    )
    sentences = cut_sentences(found.articles)[0]
    marked = mark_duplicates(found.articles, sentences, tokens.tokenize(sentences["text"]))
    articles, evidence = borrow_dates(marked, found.date_evidence)
    assert articles["published"].equals(marked["published"])
    assert articles["published_basis"].tolist() == ["header", "inferred", "none"]
    lent = articles.loc[1, ["published_earliest", "published_latest"]]
    assert [f"{day:%m-%d}" for day in lent] == ["05-05", "05-07"]
    row = evidence[evidence["article_id"] == "b.txt"].iloc[0]
    assert row["evidence"] == "borrowed from 1 article with the same text: a.txt" and row["chosen"]
    tables.check(articles, "articles")
    tables.check(evidence, "date_evidence")


def test_nothing_to_borrow_changes_nothing(tmp_path):
    found = read(tmp_path, {"a.txt": BODY})
    articles, evidence = borrow_dates(found.articles, found.date_evidence)
    assert articles.equals(found.articles) and evidence.equals(found.date_evidence)
    assert doubt_dates(articles, evidence)[1].empty


def test_cleaning_does_not_know_the_order_or_the_names_of_the_files(tmp_path):
    notes = ["Share this story", "Harbour desk, room 4", "Comments are closed."]
    texts = [f"{BODY} Number {i}.\n{notes[i % 3]}\nEvening edition" for i in range(6)]
    kept = []
    for run, order in enumerate([range(6), [3, 5, 1, 0, 4, 2]]):
        folder = tmp_path / str(run)
        folder.mkdir()
        found = read(folder, {f"{place}.txt": texts[i] for place, i in enumerate(order)})
        kept.append(dict(zip([texts[i] for i in order], found.articles["text"], strict=True)))
    assert kept[0] == kept[1]
