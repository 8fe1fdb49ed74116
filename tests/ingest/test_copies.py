"""Copies whatever was changed about them, stories within their days, and the same for any order."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from dateline import tokens
from dateline.ingest.articles import cut_sentences, read_articles
from dateline.ingest.duplicates import mark_duplicates

ROOT = Path(__file__).parents[2]
NEARDUP = ROOT.parent / "shared" / "corpora" / "neardup_1000.jsonl"
NEWS = NEARDUP.parent / "current_events" / "current_events.jsonl"
VISITS = NEARDUP.parent / "kremlin_visits" / "kremlin_visits.jsonl"
SAMPLE = ROOT / "data" / "sample"


def marked(articles):
    sentences = cut_sentences(articles)[0]
    return mark_duplicates(articles, sentences, tokens.tokenize(sentences["text"]))


def corpus(texts, *, days=None, titles=None):
    n = len(texts)
    days = [f"2024-03-{1 + i:02d}" for i in range(n)] if days is None else days
    return pd.DataFrame(
        {
            "article_id": [f"{i:03d}" for i in range(n)],
            "title": titles or [""] * n,
            "text": texts,
            "published": pd.to_datetime(pd.Series(days, dtype="object")).astype("datetime64[s]"),
        }
    )


def prose(seed, n_words=200):
    rng = np.random.default_rng(seed)
    words = [f"word{i}" for i in rng.integers(2000, size=n_words)]
    return " ".join(word + ("." if i % 12 == 11 else "") for i, word in enumerate(words))


class TestCopies:
    ORIGINAL = prose(1)

    @pytest.mark.parametrize(
        "copy",
        [
            ORIGINAL,
            "KAROVEC, 9 April (CWS) - " + ORIGINAL + " More on this story tomorrow.",
            ORIGINAL[: len(ORIGINAL) // 2],
            ORIGINAL.upper(),
            " ".join("another" if i % 9 == 0 else word for i, word in enumerate(ORIGINAL.split())),
            prose(8, 60) + " " + ORIGINAL,
        ],
        ids=["same", "dateline", "cut tail", "upper case", "every ninth word", "new lead"],
    )
    def test_a_changed_reprint_is_a_copy_of_the_earlier_one(self, copy):
        articles = corpus([copy, prose(2), self.ORIGINAL], days=["2024-03-05", "2024-03-04", "2024-03-03"])
        found = marked(articles)
        assert found["copy_of"].fillna("").tolist() == ["002", "", ""]
        assert found["story"].tolist()[0] == found["story"].tolist()[2]

    @pytest.mark.parametrize(
        "other",
        [
            prose(3),
            prose(4, 150) + " " + ORIGINAL[:200],
            prose(5, 1500) + " " + ORIGINAL,
            " ".join(reversed(ORIGINAL.split())),
        ],
        ids=["unrelated", "a shared quotation", "a bulletin in a long report", "the same words"],
    )
    def test_what_shares_little_is_none(self, other):
        assert marked(corpus([self.ORIGINAL, other]))["copy_of"].isna().all()

    def test_copies_of_copies_have_the_first_as_original(self):
        parts = self.ORIGINAL.split()
        chain = [" ".join(parts[i * 10 : 140 + i * 10]) for i in range(4)]
        assert marked(corpus(chain))["copy_of"].fillna("").tolist() == ["", "000", "000", "000"]

    def test_undated_articles_come_last_and_ids_break_ties(self):
        articles = corpus([self.ORIGINAL] * 3, days=[None, "2024-03-03", "2024-03-03"])
        assert marked(articles)["copy_of"].fillna("").tolist() == ["001", "", "001"]

    def test_a_text_printed_five_hundred_times_is_found_in_linear_work(self):
        found = marked(
            corpus([self.ORIGINAL + f" Edition {i}." for i in range(500)], days=["2024-03-01"] * 500)
        )
        assert found["copy_of"].isna().sum() == 1

    def test_very_short_texts(self):
        texts = [
            "It rained.",
            "It rained.",
            "The ferry left at noon today.",
            "The ferry left at noon on Monday.",
        ]
        assert marked(corpus(texts))["copy_of"].isna().all()
        assert marked(corpus(["The ferry left at noon today again."] * 2))["copy_of"].notna().sum() == 1

    @pytest.mark.parametrize("n", [1, 2, 3, 5])
    def test_small_and_undated_corpora(self, n):
        found = marked(corpus([prose(i, 80) for i in range(n)], days=[None] * n))
        assert found["copy_of"].isna().all() and found["story"].tolist() == list(range(n))

    def test_texts_without_words(self):
        found = marked(corpus(["!", "。", "…"]))
        assert found["copy_of"].isna().all()

    @pytest.mark.skipif(not NEARDUP.exists(), reason="the public corpora are not here")
    def test_planted_near_duplicates(self):
        found = marked(read_articles(NEARDUP).articles)
        ids = found.set_index("article_id")["record_id"]
        pairs = {
            frozenset((ids[a], ids[b]))
            for a, b in zip(found["article_id"], found["copy_of"], strict=True)
            if b == b
        }
        truth = NEARDUP.with_name("neardup_1000_truth.txt").read_text().splitlines()
        assert pairs == {frozenset(line.split()) for line in truth}


class TestOrder:
    def test_shuffled_rows_give_the_same_answer(self):
        texts = [
            TestCopies.ORIGINAL,
            prose(2),
            TestCopies.ORIGINAL + " More.",
            prose(2)[:900],
            *map(prose, range(20, 40)),
        ]
        articles = corpus(texts)
        first = marked(articles).set_index("article_id")
        shuffled = marked(articles.sample(frac=1, random_state=3).reset_index(drop=True)).set_index(
            "article_id"
        )
        pd.testing.assert_frame_equal(first, shuffled.loc[first.index])
        assert first["copy_of"].notna().sum() == 2

    def test_another_article_changes_no_copy(self):
        texts = [TestCopies.ORIGINAL, TestCopies.ORIGINAL[:700], prose(2)]
        alone, more = marked(corpus(texts)), marked(corpus([*texts, prose(7)]))
        assert more["copy_of"].fillna("").tolist()[:3] == alone["copy_of"].fillna("").tolist()

    def test_the_input_is_left_as_it_was(self):
        articles = corpus([TestCopies.ORIGINAL] * 2)
        before = articles.copy()
        marked(articles)
        pd.testing.assert_frame_equal(articles, before)


class TestStories:
    def events(self, gap):
        """Five articles on a shooting and five on a fair, in other words each, some days apart."""
        names = [["Mostica", "Pellgard", "Joran"], ["Lindmoor", "Casper", "Norrlight"]]
        texts, days = [], []
        for event, who in enumerate(names):
            for i in range(5):
                texts.append(
                    " ".join(f"{prose(100 * event + 10 * i + j, 12)} {who[j % 3]}." for j in range(9))
                )
                days.append(f"2024-03-{1 + i // 2 + gap * event:02d}")
        return corpus(texts, days=days)

    def test_articles_on_one_event_are_one_story_though_no_copies(self):
        found = marked(self.events(gap=2))
        assert found["copy_of"].isna().all()
        assert found["story"].tolist() == [0] * 5 + [1] * 5

    def test_the_same_words_months_apart_are_two_stories(self):
        articles = self.events(gap=0)
        later = articles.assign(
            article_id="9" + articles["article_id"],
            published=articles["published"] + pd.Timedelta(days=90),
            text=[text.replace("word1", "term") for text in articles["text"]],
        )
        found = marked(pd.concat([articles, later], ignore_index=True))
        dated = found[found["copy_of"].isna()]
        spans = dated.groupby("story")["published"].agg(lambda day: (day.max() - day.min()).days)
        assert spans.max() < 10

    def test_the_sample_s_stories(self):
        articles = read_articles(SAMPLE / "articles").articles
        truth = pd.read_csv(SAMPLE / "truth" / "articles.csv", dtype="str", keep_default_na=False)
        both = marked(articles).merge(truth, on="article_id", suffixes=("", "_true"))
        assert both["copy_of"].fillna("").tolist() == both["copy_of_true"].tolist()
        dated = both[both["published"].notna()]
        assert adjusted_rand_score(dated["story_true"], dated["story"]) >= 0.8


def dealt(texts, seed):
    """The words of all texts, shuffled and dealt anew to as many texts of the same lengths."""
    words = np.array([word for text in texts for word in text.split()], object)
    np.random.default_rng(seed).shuffle(words)
    ends = np.cumsum([len(text.split()) for text in texts])[:-1]
    return [" ".join(part) for part in np.split(words, ends)]


@pytest.mark.parametrize("seed", [1, 2])
def test_words_dealt_anew_make_no_stories(seed):
    articles = read_articles(SAMPLE / "articles").articles
    found = marked(articles.assign(text=dealt(articles["text"], seed), title=""))
    alone = ~found["story"].duplicated(keep=False)
    assert alone.mean() >= 0.95


@pytest.mark.skipif(not VISITS.is_file(), reason="needs the labelled visits (kremlin_visits.jsonl)")
def test_visits_that_chose_no_threshold():
    rows = pd.read_json(VISITS, lines=True)
    days = rows["date"].astype(str).str[:10]
    found = marked(corpus(rows["text"].tolist(), days=days.tolist(), titles=rows["title"].tolist()))
    visits = sorted(rows["story"].dropna().unique())
    judged = rows["story"].isin(visits[1::2]).to_numpy()  # the others chose SIMILAR
    story, visit = found["story"].to_numpy()[judged], rows["story"].to_numpy()[judged]
    same, true = story[:, None] == story, visit[:, None] == visit
    upper = np.triu(np.ones_like(same), 1)
    assert 2 * (same & true & upper).sum() / ((same & upper).sum() + (true & upper).sum()) >= 0.75
    anew = marked(corpus(dealt(rows["text"], 1), days=days.tolist()))
    assert (~anew["story"].duplicated(keep=False)).mean() >= 0.95


@pytest.mark.skipif(not NEWS.is_file(), reason="needs a day's mixed news (current_events.jsonl)")
def test_the_mixed_news_of_one_day_are_many_stories():
    rows = pd.read_json(NEWS, lines=True, dtype={"date": "str"})
    days = rows.groupby(rows["date"].astype("str").str[:10]).filter(lambda part: len(part) >= 20)
    judged = sorted(days["date"].astype("str").str[:10].unique())[6::130]  # others chose the bound
    for day in judged:
        texts = days.loc[days["date"].astype("str").str[:10] == day, "text"].tolist()
        assert marked(corpus(texts, days=[day] * len(texts)))["story"].nunique() >= 0.6 * len(texts)


def test_the_sampled_shingles_miss_no_pair_of_a_made_corpus(tmp_path):
    rng = np.random.default_rng(0)
    texts, truth = [prose(i, 100 + int(rng.integers(300))) for i in range(60)], []
    for i in range(60):
        words = texts[i].split()
        texts.append(" ".join(words[: max(len(words) * 7 // 10, 40)]))
        truth.append(f"{i:03d}")
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in texts))
    found = marked(corpus(texts, days=["2024-03-01"] * 120))
    assert found["copy_of"].fillna("").tolist() == [""] * 60 + truth


class TestLimits:
    def test_half_a_text_in_common_is_no_copy(self):
        one, other = prose(50), prose(51)
        form = prose(52, 200)
        assert marked(corpus([f"{one} {form}", f"{form} {other}"]))["copy_of"].isna().all()

    def test_a_note_under_many_short_texts_is_no_copy(self):
        note = prose(60, 40)
        assert marked(corpus([f"{prose(70 + i, 14)} {note}" for i in range(9)]))["copy_of"].isna().all()

    def test_two_texts_printed_as_one_are_no_copies_of_each_other(self):
        one, other = prose(80), prose(81)
        found = marked(corpus([one, f"{one} {other}", other]))
        assert found["copy_of"].fillna("").tolist() == ["", "000", ""]
