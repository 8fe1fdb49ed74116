import numpy as np
import pandas as pd
import pytest
from topics.test_topics import corpus

from dateline import tables
from dateline.topics import consensus, streaming, topics, vectors


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(streaming, "SAMPLE", 80)
    monkeypatch.setattr(streaming, "BATCH", 50)


def file(tmp_path, articles, sentences, columns=("article_id", "sha256", "text", "language", "copy_of")):
    texts = sentences.groupby("article_id")["text"].agg("\n".join)
    path = tmp_path / "articles.parquet"
    articles.assign(text=texts[articles["article_id"]].to_numpy())[list(columns)].to_parquet(path)
    return path


def test_a_file_gives_the_topics_of_the_tables(tmp_path, small):
    articles, sentences, _ = corpus(240)
    found = streaming.find(file(tmp_path, articles, sentences), k=4)
    assert found.mode == "streamed" and found.why.startswith("240 unique articles")
    assert found.article_topics["article_id"].tolist() == articles["article_id"].tolist()
    kinds = pd.factorize(articles["kind"])[0]
    assert consensus.agreement(kinds, found.article_topics["topic"]) > 0.95
    sizes = found.article_topics["topic"].value_counts().drop(-1, errors="ignore")
    assert sizes.sort_index().tolist() == found.topics["n_articles"].tolist()
    assert found.topics["n_articles"].is_monotonic_decreasing
    assert found.article_topics["x"].notna().sum() == 80 == len(found.space.ids)
    for name in ("topics", "article_topics", "topic_terms"):
        tables.check(getattr(found, name), name)


def test_articles_of_the_sample_go_where_they_went(tmp_path, small):
    articles, sentences, _ = corpus(240)
    found = streaming.find(file(tmp_path, articles, sentences), k=4)
    again, margin, second = topics.place(found.space.vectors, found.centres)
    placed = found.article_topics.set_index("article_id").loc[found.space.ids]
    assert (placed["topic"] == again).all() and (placed["second"] == second).all()
    assert (placed["second"] != placed["topic"]).all() and (placed["second"] >= 0).all()
    assert placed["margin"].to_numpy() == pytest.approx(margin, abs=1e-5)


def test_order_of_the_file_and_size_of_the_batches_change_nothing(tmp_path, small, monkeypatch):
    articles, sentences, _ = corpus(240)
    one = streaming.find(file(tmp_path, articles, sentences), k=4)
    shuffled = articles.iloc[np.random.default_rng(0).permutation(240)]
    monkeypatch.setattr(streaming, "BATCH", 37)
    other = streaming.find(file(tmp_path, shuffled, sentences), k=4)
    pd.testing.assert_frame_equal(one.topics, other.topics)
    by_id = other.article_topics.sort_values("article_id", ignore_index=True)
    pd.testing.assert_frame_equal(one.article_topics, by_id)


def test_id_and_text_are_enough(tmp_path, small):
    articles, sentences, _ = corpus(120)
    found = streaming.find(file(tmp_path, articles, sentences, ("article_id", "text")), k=4)
    assert consensus.agreement(pd.factorize(articles["kind"])[0], found.article_topics["topic"]) > 0.95


def test_copies_follow_and_other_languages_have_none(tmp_path, small):
    articles, sentences, _ = corpus(120)
    articles.loc[119, "copy_of"] = "a0000"
    articles.loc[118, "copy_of"] = "elsewhere"
    articles.loc[117, "language"] = "de"
    found = streaming.find(file(tmp_path, articles, sentences), k=4)
    table = found.article_topics
    assert table.loc[119, ["topic", "second"]].equals(table.loc[0, ["topic", "second"]])
    assert table.loc[119, "note"] == "copy"
    assert table.loc[118, "topic"] == table.loc[117, "topic"] == -1
    assert table.loc[117, "note"] == "other language"
    left = (table["topic"] == -1) & ~table["note"].isin(["copy", "other language"])
    assert found.topics["n_articles"].sum() + left.sum() == 117


@pytest.mark.parametrize("n", [1, 5, 30])
def test_a_small_file_is_treated_as_tables_are(tmp_path, n):
    articles, sentences, words = corpus(n)
    found = streaming.find(file(tmp_path, articles, sentences))
    assert found.mode == topics.find(articles, sentences, words).mode
    assert len(found.article_topics) == n and found.topics.empty == (n < vectors.FEWEST)


def test_few_that_can_be_read_among_others_and_none_at_all(tmp_path):
    articles, sentences, _ = corpus(20)
    articles.loc[4:, "language"] = "de"
    found = streaming.find(file(tmp_path, articles, sentences))
    assert found.mode == "too few" and found.topics.empty
    assert found.article_topics["note"].tolist() == [""] * 4 + ["other language"] * 16
    none = streaming.find(file(tmp_path, articles[:0], sentences))
    assert none.mode == "too few" and none.article_topics.empty


def test_faults_are_named(tmp_path):
    articles, _, _ = corpus(3)
    with pytest.raises(ValueError, match="column text is missing"):
        streaming.find(_saved(tmp_path, articles))
    twice = articles.assign(article_id="a", text="One.")
    with pytest.raises(ValueError, match="empty or repeated"):
        streaming.find(_saved(tmp_path, twice))


def _saved(tmp_path, frame):
    frame.to_parquet(tmp_path / "bad.parquet")
    return tmp_path / "bad.parquet"


def test_the_command_writes_the_tables(tmp_path, small, capsys):
    articles, sentences, _ = corpus(120)
    streaming.main([str(file(tmp_path, articles, sentences)), "--out", str(tmp_path / "out"), "--k", "4"])
    assert "120 unique articles" in capsys.readouterr().out
    assert len(tables.read(tmp_path / "out", "article_topics")) == 120
