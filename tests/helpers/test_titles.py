"""Findings and titles of notebooks 01 and 03, and an article with its removed spans: whole, and escaped."""

import re

import pandas as pd
import pytest

from dateline.ingest import articles as ingest
from dateline.ingest import duplicates
from dateline.ingest.articles import read_articles
from dateline.tables import LATER
from helpers import publish, titles

EVIL = '<script>alert("x")</script>'
PAIRS = pd.DataFrame({"beyond": []})


def read(folder, text):
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return read_articles(folder)


def test_foreign_text_is_escaped():
    articles = pd.DataFrame({"article_id": [EVIL], "text": [EVIL], "removed_share": [0.5]})
    removed = pd.DataFrame({"article_id": [EVIL], "start": [0], "end": [27], "rule": [EVIL], "text": [EVIL]})
    page = publish.mark_removed(articles, removed)._repr_html_()
    assert "<script" not in page and page.count("&lt;script") == 4


def test_the_whole_source_is_shown_and_what_was_removed_is_marked(tmp_path):
    body = "The ferry sails again. " * 8 + "\n\nThe mayor said she was glad. " + "It was a fine day. " * 8
    corpus = read(tmp_path, f"Ferry sails again\n\n{body}\n\nComments are closed.\n")
    marked = publish.mark_removed(corpus.articles, corpus.removed)
    text = re.sub(r"\[–[a-z]+: |–\]", "", marked.text.partition("\n")[2])
    assert text.split() == f"Ferry sails again {body} Comments are closed.".split()
    assert set(re.findall(r"\[–([a-z]+): ", marked.text)) == {"title", "comments"}
    with pytest.raises(KeyError, match="an id looks like"):
        publish.mark_removed(corpus.articles, corpus.removed, "b.txt")


def test_findings_hold_for_one_undated_article(tmp_path):
    corpus = read(tmp_path, "The ferry left at noon with forty passengers on board, and nobody was glad.")
    tables = corpus.articles, corpus.removed, corpus.rejected
    text = titles.corpus_findings(*tables, corpus.date_evidence.assign(flag=""))
    assert "1 article**" in text and "**0 of 1**" in text and "Nothing" in text
    evidence = pd.DataFrame({"article_id": ["a.txt"], "conflict": [False], "flag": [LATER]})
    said = titles.corpus_findings(*tables, evidence)
    assert "no date. A day later than the run is set aside in **1 article**." in said
    periods, unit = ingest.count_periods(corpus.articles)
    assert periods["unique_texts"].tolist() == [0, 1]
    assert titles.fullest_period_title(periods, unit=unit) == "None of 1 article has a day of publication"
    assert duplicates.compare_copies(corpus.articles).empty and duplicates.list_stories(corpus.articles).empty


def test_the_busiest_period_names_copies_and_unique_texts():
    days = pd.to_datetime(["2024-05-14"] * 6 + ["2024-06-14"] * 4).astype("datetime64[s]")
    articles = pd.DataFrame(
        {"published": days, "published_earliest": days, "copy_of": [None] * 3 + ["a"] * 3 + [None] * 4}
    ).assign(story=0)
    title = titles.fullest_period_title(ingest.count_periods(articles)[0], unit="month")
    assert title == "May 2024 has the most articles: 6 of 10; the most unique texts: June 2024, 4"


def test_who_is_equal_is_called_equal():
    found = pd.DataFrame(
        [("Lee", 4), ("Oak", 4), ("Ash", 4), ("Elm", 3), ("Fir", 3)], columns=["entity", "n_articles"]
    ).assign(kind="person", share=0.4, share_low=0.2, share_high=0.6)
    assert (
        titles.leaders_title("03-names", found, "n_articles", n=9)
        == "Lee, Oak and Ash are named in most articles, in 4 of 9 each"
    )
    nobody, articles = pd.DataFrame({"entity": [], "n_quoted": []}), range(9)
    places = [
        (name, f"{name}{i}")
        for name, n in zip(found["entity"], found["n_articles"], strict=True)
        for i in range(n)
    ]
    named = pd.DataFrame(places, columns=["entity", "article_id"])
    counted = {"articles": articles, "mentions": named}
    said = titles.name_findings(found, nobody, PAIRS, PAIRS, **counted)
    assert said.startswith(
        "- **Lee**, **Oak** and **Ash** are the persons named in most articles, each in 4 of 9"
    )
    said = titles.name_findings(found.iloc[2:], nobody, PAIRS, PAIRS, **counted)
    assert "Next: Elm and Fir with 3; so close" in said
    inside = named.assign(article_id=named["article_id"].str[-1])  # Elm only beside Ash
    many = pd.concat(
        [inside] + [pd.DataFrame({"entity": ["Ash"], "article_id": [f"m{i}"]}) for i in range(8)]
    )
    said = titles.name_findings(found.iloc[2:], nobody, PAIRS, PAIRS, articles=articles, mentions=many)
    assert "Next: Elm and Fir with 3." in said
    often = pd.DataFrame([("Lee", 9, 5), ("Oak", 9, 3), ("Ash", 9, 3), ("Elm", 4, 3), ("Fir", 4, 2)])
    often.columns = ["entity", "n_articles", "n_quoted"]
    said = titles.name_findings(found, often, PAIRS, PAIRS, **counted).splitlines()[3]
    assert said.endswith("Lee (5 of 9), Oak (3 of 9), Ash (3 of 9) and Elm (3 of 4).")


def test_equal_peaks_are_both_in_the_title():
    months = pd.to_datetime(["2024-04-01", "2025-01-01"])
    line = pd.DataFrame({"term": ["Lee", "Oak"], "period": months, "n_articles": 6, "n_of": 6, "share": 1.0})
    title = titles.word_periods_title(line, unit="month")
    assert (
        title
        == "Largest share: Lee in April 2024 (6 of 6 articles) and Oak in January 2025 (6 of 6 articles)"
    )
    assert titles.word_periods_title(line.assign(share=[1.0, 0.5], n_articles=[6, 3]), unit="month") == (
        "Largest share: Lee in April 2024 (6 of 6 articles)"
    )
