"""Tables and texts as notebook 01 shows them: whole, escaped, and in words where there is nothing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.ingest import concerns, views
from dateline.ingest.articles import read_articles

EVIL = '<script>alert("x")</script>'


def read(folder, text):
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return read_articles(folder)


def test_foreign_text_is_escaped():
    table = views.listed(pd.DataFrame({"title": [EVIL]}), none="")
    marked = views.Marked(((EVIL, (views.Part("removed", EVIL, EVIL), views.Part("kept", "", EVIL))),))
    assert "<script" not in table._repr_html_() + marked._repr_html_()


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_row_stays_a_row_whatever_is_in_its_cells(cells):
    shown = repr(views.listed(pd.DataFrame({"text": cells, "n": range(len(cells))}), none=""))
    assert len(shown.split("\n")) == len(cells) + 1


def test_an_empty_table_says_so_and_a_long_one_how_long():
    frame = pd.DataFrame({"n": range(5)})
    assert repr(views.listed(frame[:0], none="Nothing here")) == "Nothing here"
    assert repr(views.listed(frame, n=2, none="", what="story")).endswith("2 of 5 stories shown")


def test_before_and_after_shows_the_whole_source(tmp_path):
    body = "The ferry sails again. " * 8 + "\n\nThe mayor said she was glad. " + "It was a fine day. " * 8
    read_ = read(tmp_path, f"Ferry sails again\n\n{body}\n\nComments are closed.\n")
    shown = views.before_after(read_.articles, read_.removed, read_.repairs, "a.txt")
    ((_, parts),) = shown.texts
    assert (
        "".join(part.text for part in parts).split()
        == f"Ferry sails again {body} Comments are closed.".split()
    )
    assert {part.rule for part in parts if part.kind == "removed"} == {"title", "comments"}
    with pytest.raises(KeyError, match="an id looks like"):
        views.before_after(read_.articles, read_.removed, read_.repairs, "b.txt")


def test_the_worst_article_comes_first(tmp_path):
    (tmp_path / "short.txt").write_text("A ferry\n\nIt sank in the harbour on the same day as the other did.")
    read_ = read(
        tmp_path, "2024-05-14\nThe ferry\n\n" + "It sailed again on that day, and all were glad. " * 12
    )
    quality = concerns.quality(read_.articles, read_.date_evidence, read_.repairs)
    assert quality["article_id"].tolist() == ["short.txt", "a.txt"]
    assert "no date; very short" in quality["concerns"].iloc[0] and quality["weight"].is_monotonic_decreasing
