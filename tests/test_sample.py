import csv
import html
import io
import json
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import ftfy
import pytest

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
ARTICLES, TRUTH = SAMPLE / "articles", SAMPLE / "truth"
BASES = {"metadata", "header", "wire-code", "dateline", "file-name", "inferred", "none"}


def truth(name: str) -> list[dict[str, str]]:
    with (TRUTH / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words(text: str) -> str:
    return " ".join(text.split())


def decoded(path: Path) -> str:
    """Decode as a careful reader would: a byte order mark, then UTF-8, then what Windows wrote."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")
    return ftfy.fix_encoding(text) if "â€" in text else text


@cache
def records(name: str) -> list[str]:
    """All that a reader could see of a file, one string a record, white space made single."""
    path = ARTICLES / name
    text = decoded(path)
    if path.suffix == ".csv":
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
        return [words(f"{row['Headline']}\n{row['Text']}") for row in rows]
    if path.suffix == ".jsonl":
        lines = [json.loads(line) for line in text.splitlines()]
        return [words(f"{line['headline']}\n{line['body']}") for line in lines]
    if path.suffix == ".html":
        text = re.sub(r"<(script|style|title)\b.*?</\1>", " ", text, flags=re.DOTALL)
        text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return [words(text)]


def read(article_id: str) -> str:
    name, _, number = article_id.partition("#")
    return records(name)[int(number or 1) - 1]


def body(row: dict[str, str]) -> str:
    """What lies between the first and the last words of an article."""
    text = read(row["article_id"])
    start = text.index(row["first_words"], len(row["title"]) if text.startswith(row["title"]) else 0)
    return text[start : text.rindex(row["last_words"]) + len(row["last_words"])]


BY_ID = {row["article_id"]: row for row in truth("articles")}


def test_every_file_is_an_article_or_rejected():
    listed = {article_id.partition("#")[0] for article_id in BY_ID}
    rejected = {row["source"] for row in truth("rejected")}
    files = {path.relative_to(ARTICLES).as_posix() for path in ARTICLES.rglob("*") if path.is_file()}
    assert files == listed | rejected
    assert len(BY_ID) == len(truth("articles"))


def test_every_record_of_a_file_is_an_article_or_rejected():
    rejected = {(row["source"], int(row["record"])) for row in truth("rejected")}
    for name in ("harbour/articles_2024-2025.csv", "cws/wire-2025.jsonl"):
        for number in range(1, len(records(name)) + 1):
            assert (f"{name}#{number}" in BY_ID) != ((name, number) in rejected)


@pytest.mark.parametrize("row", BY_ID.values(), ids=str)
def test_text_of_an_article_is_where_the_truth_says(row):
    text = body(row)
    assert words(row["title"]) in read(row["article_id"])
    assert len(text.split()) == int(row["n_words"])
    assert 90 <= int(row["n_words"]) <= 330


def test_dates_agree_with_their_basis():
    for row in BY_ID.values():
        assert row["published_basis"] in BASES
        date.fromisoformat(row["written"])
        if row["published"]:
            assert row["published"] == row["written"] == row["published_earliest"] == row["published_latest"]
        elif row["published_earliest"]:
            assert row["published_basis"] == "inferred"
            assert row["published_earliest"] <= row["written"] <= row["published_latest"]
        else:
            assert row["published_basis"] == "none"
    undated = [row for row in BY_ID.values() if not row["published"]]
    assert len(undated) >= 3


def test_sample_is_large_and_balanced_enough():
    rows = list(BY_ID.values())
    assert len(rows) >= 65
    assert {row["outlet"] for row in rows} == {row["outlet"] for row in truth("outlets")}
    assert min(Counter(row["outlet"] for row in rows).values()) >= 10
    topics = Counter(row["topic"] for row in rows)
    assert len(topics) >= 5 and min(topics.values()) >= 10 and max(topics.values()) <= 18
    assert len({row["written"][:7] for row in rows}) >= 14
    assert Counter(row["language"] for row in rows).keys() == {"en", "fr", "de"}


def test_copies_are_later_than_their_originals_and_share_their_story():
    copies = [row for row in BY_ID.values() if row["copy_of"]]
    assert len(copies) >= 5
    for row in copies:
        original = BY_ID[row["copy_of"]]
        assert not original["copy_of"] and original["written"] <= row["written"]
        assert original["story"] == row["story"] and original["topic"] == row["topic"]
        shared = set(body(row).split()) & set(body(original).split())
        assert len(shared) > 0.85 * len(set(body(row).split()))


def test_a_story_has_one_topic_and_lies_within_weeks():
    stories = {}
    for row in BY_ID.values():
        stories.setdefault(row["story"], []).append(row)
    for rows in stories.values():
        assert len({row["topic"] for row in rows}) == 1
        days = [date.fromisoformat(row["written"]) for row in rows]
        assert (max(days) - min(days)).days <= 60


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("event_dates", "surface"),
        ("quotes", "quote_start_words"),
        ("tone", "sentence_start_words"),
        ("check-sheet", "sentence_start_words"),
    ],
)
def test_planted_words_stand_in_their_article(table, column):
    for row in truth(table):
        about = BY_ID[row["article_id"]]
        assert words(row[column]) in f"{about['title']} {body(about)}", row


def test_event_dates_are_intervals_or_none():
    for row in truth("event_dates"):
        if row["grain"] == "none":
            assert row["date_from"] == row["date_to"] == ""
        else:
            assert date.fromisoformat(row["date_from"]) <= date.fromisoformat(row["date_to"])


def test_entities_are_counted_where_their_names_stand():
    entities = {row["entity"]: row for row in truth("entities")}
    assert {row["kind"] for row in entities.values()} == {"person", "organisation", "place", "other"}
    rows = truth("entity_articles")
    counted = Counter(row["entity"] for row in rows)
    assert {name: int(row["n_articles"]) for name, row in entities.items()} == dict(counted)
    for row in rows:
        article = BY_ID[row["article_id"]]
        assert article["language"] == "en"
        text = f"{article['title']}\n{body(article)}"
        names = entities[row["entity"]]["aliases"].split(";")
        assert any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names), row
        assert int(row["n_mentions"]) or row["in_title"] == "1"


def test_a_surname_is_shared_and_kept_apart():
    aliases = {row["entity"]: row["aliases"].split(";") for row in truth("entities")}
    shared = Counter(alias for names in aliases.values() for alias in names)
    assert {"Drobnar", "Pellgard"} <= {alias for alias, n in shared.items() if n > 1}


def test_speakers_and_targets_are_entities():
    names = {row["entity"] for row in truth("entities")}
    assert {row["speaker"] for row in truth("quotes")} <= names | {""}
    assert {row["target"] for row in truth("tone")} <= names
    tones = Counter(row["tone"] for row in truth("tone"))
    assert (
        tones.keys() == {"negative", "neutral", "positive"}
        and min(tones["negative"], tones["positive"]) >= 40
    )
    assert all(BY_ID[row["article_id"]]["language"] == "en" for row in truth("tone"))


def test_targets_said_to_be_named_are_named_in_their_sentence():
    aliases = {row["entity"]: row["aliases"].split(";") for row in truth("entities")}
    for row in truth("tone"):
        text = body(BY_ID[row["article_id"]])
        start = text.index(words(row["sentence_start_words"]))
        near = text[start : start + 400]
        if row["named"] == "1":
            assert any(name in near for name in aliases[row["target"]]), row
    assert sum(row["named"] == "1" for row in truth("tone")) >= 100


def test_names_of_one_thing_are_used_by_the_outlets_listed():
    outlets = {row["outlet"] for row in truth("outlets")}
    things = Counter(row["thing"] for row in truth("naming"))
    assert len(things) >= 5 and min(things.values()) >= 2
    for row in truth("naming"):
        assert set(row["outlets"].split(";")) <= outlets and int(row["n_articles"]) >= 1


def test_rejected_files_are_what_they_are_said_to_be():
    for row in truth("rejected"):
        data = (ARTICLES / row["source"]).read_bytes()
        if row["reason"] == "empty":
            assert data == b""
        elif row["reason"] == "binary":
            assert b"\0" in data
        elif row["reason"] == "no-text":
            assert json.loads(data.splitlines()[int(row["record"]) - 1])["body"] == ""
        else:
            assert data.decode("utf-8")


def test_the_datasheet_counts_what_is_there():
    text = (SAMPLE.parent / "README.md").read_text(encoding="utf-8")
    kinds = Counter(kind for row in BY_ID.values() for kind in row["mess"].split(";") if kind)
    listed = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", text, re.MULTILINE))
    assert {kind: int(n) for kind, n in listed.items() if kind in kinds} == dict(kinds)
    for outlet, n in Counter(row["outlet"] for row in BY_ID.values()).items():
        assert re.search(rf"^\| `{outlet}` \|.*\| {n} \|", text, re.MULTILINE)
