"""Tables about a corpus, and the sample's corpus against what was planted in it."""

from pathlib import Path

import pandas as pd
import pytest

from dateline import tokens
from dateline.ingest import articles as ingest
from dateline.ingest import duplicates
from dateline.ingest.articles import check_corpus, cut_sentences, doubt_dates, read_articles
from dateline.ingest.duplicates import mark_duplicates

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def corpus():
    read = read_articles(SAMPLE / "articles")
    sentences = cut_sentences(read.articles)[0]
    words = tokens.tokenize(sentences["text"])
    articles = mark_duplicates(read.articles, sentences, words)
    articles, evidence = doubt_dates(articles, read.date_evidence)
    return read._replace(articles=articles, date_evidence=evidence), sentences, words


@pytest.mark.parametrize("name", ["published", "title", "language", "copy_of"])
def test_what_was_planted_in_the_sample_is_read(corpus, name):
    truth = pd.read_csv(SAMPLE / "truth" / "articles.csv", dtype="str", keep_default_na=False)
    articles = corpus[0].articles.set_index("article_id").loc[truth["article_id"]]
    values = articles["published"].dt.strftime("%Y-%m-%d") if name == "published" else articles[name]
    assert values.fillna("").tolist() == truth[name].tolist() and len(articles) == len(corpus[0].articles)


def test_texts_begin_and_end_where_they_should_and_rejects_have_their_reason(corpus):
    truth = pd.read_csv(SAMPLE / "truth" / "articles.csv", dtype="str", keep_default_na=False)
    words = corpus[0].articles.set_index("article_id").loc[truth["article_id"], "text"].str.split()
    assert words.str[:6].str.join(" ").tolist() == truth["first_words"].tolist()
    assert (words.str[-6:].str.join(" ").to_numpy() == truth["last_words"]).sum() >= len(truth) - 2
    rejected = pd.read_csv(SAMPLE / "truth" / "rejected.csv")
    assert len(rejected.merge(corpus[0].rejected, on=["source", "record", "reason"])) == len(rejected)


def test_no_table_loses_an_article(corpus):
    articles = corpus[0].articles
    for table in (
        ingest.count_by(articles, ["outlet", "language"]),
        ingest.count_periods(articles)[0],
        ingest.share_removed(articles, corpus[0].removed),
    ):
        assert table["articles"].sum() == len(articles)
    assert len(duplicates.compare_copies(articles)) == articles["copy_of"].notna().sum()
    assert duplicates.list_stories(articles)["articles"].is_monotonic_decreasing


def test_the_sums_of_the_rules_are_those_of_the_ledger(corpus):
    removed = corpus[0].removed
    table = ingest.sum_by_rule(removed)
    assert "white-space" not in table["rule"].tolist()
    assert table["spans"].sum() == (~removed["rule"].isin(["white-space", "invisible"])).sum()


def test_tables_that_do_not_fit_together_are_named(corpus):
    read, sentences, words = corpus
    assert [*check_corpus(*corpus).values()] == [True] * 7
    articles = read.articles.assign(copy_of="nowhere.txt")
    checks = check_corpus(read._replace(articles=articles), sentences, words)
    assert [name for name, holds in checks.items() if not holds] == [
        "each copy has an original that is no copy"
    ]


def test_copies_are_compared_by_their_words():
    text = " ".join(f"word{i}" for i in range(200))
    articles = pd.DataFrame(
        {"article_id": ["a", "b"], "title": ["Talks", "A pact"], "text": [text, text[:-80]]}
        | {"copy_of": [None, "a"], "published": pd.to_datetime(["2024-05-14", "2024-05-16"])}
    )
    row = duplicates.compare_copies(articles).iloc[0]
    assert (row["days_later"], row["new_title"], row["in_common"], row["words_added"]) == (2, True, 1.0, 0)
    assert row["words_left_out"] == 200 - len(text[:-80].split())


def test_the_worst_article_comes_first(tmp_path):
    (tmp_path / "short.txt").write_text("A ferry\n\nIt sank in the harbour on the same day as the other did.")
    text = "2024-05-14\nThe ferry\n\n" + "It sailed again on that day, and all were glad. " * 12
    (tmp_path / "a.txt").write_text(text)
    read = read_articles(tmp_path)
    _, evidence = doubt_dates(read.articles, read.date_evidence)
    concerns = ingest.list_concerns(read.articles, evidence, read.repairs)
    assert concerns["article_id"].tolist() == ["short.txt", "a.txt"]
    assert (
        "no date; very short" in concerns["concerns"].iloc[0] and concerns["weight"].is_monotonic_decreasing
    )
