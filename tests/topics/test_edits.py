from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from topics.test_topics import SUBJECTS, corpus, group

from dateline import tables
from dateline.topics import edits, labels, topics
from helpers import titles

TRADE, BORDER, PROTEST, VISIT = (", ".join(words.split()[:4]) for words in SUBJECTS.values())


@pytest.fixture(scope="module")
def world():
    articles, sentences, words = corpus(80)
    return articles, sentences, words, group(articles, sentences, words)


def replay(world, text):
    return edits.apply_edits(world[-1], edits.parse_edits(text))


def of(result, articles, kind):
    """Row of the topic that has most articles of a kind."""
    topic = result.article_topics["topic"][articles["kind"].to_numpy() == kind].mode()[0]
    return result.topics.loc[topic]


class TestFile:
    def test_the_example_that_ships_says_nothing_yet(self):
        assert edits.read_edits(Path(__file__).parents[2] / "data" / "topics.yaml") == edits.Edits()

    def test_the_example_that_ships_is_right_where_its_comments_are_taken_off(self):
        text = (Path(__file__).parents[2] / "data" / "topics.yaml").read_text(encoding="utf-8")
        lines = text[text.index("# stop-words:") :].splitlines()
        active = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)
        read = edits.parse_edits(active)
        assert {change.verb for change in read.changes} == set(edits.VERBS) and read.stop_words

    def test_no_file_no_changes_and_a_wrong_name_is_told(self, tmp_path):
        assert edits.read_edits("") == edits.Edits()
        with pytest.raises(FileNotFoundError, match="TOPICS_FILE names"):
            edits.read_edits(tmp_path / "none.yaml")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("changes: [", r"mine\.yaml, line 1: this is not YAML"),
            ("topics: []", "two keys, stop-words and changes"),
            ("- rename", "two keys"),
            ("changes: {rename: a}", "write a list"),
            ("changes: [{terms: [a]}]", r"change 1: begin the entry with one of rename, merge"),
            ("changes: [{rename: a, drop: b, terms: [a]}]", "only one"),
            ("changes: [{rename: a, term: [a]}]", r"change 1 \(rename\): 'term' means nothing here"),
            ("changes: [{rename: a}]", r"change 1 \(rename\): say which topic by terms"),
            ("changes: [{rename: '', terms: [a]}]", "say the new label behind rename:"),
            ("changes: [{drop: , terms: [a]}]", "say why behind drop:"),
            ("changes: [{split: two, terms: [a]}]", "into how many topics, 2 to 9"),
            ("changes: [{split: true, terms: [a]}]", "into how many topics, 2 to 9"),
            ("changes: [{merge: a, topics: [{terms: [a]}]}]", "at least two topics"),
            ("changes: [{merge: a, topics: [a, b]}]", "say which topic by terms"),
            ("changes: [{pin: a, articles: {a: b}}]", r"change 1 \(pin\), articles: write a list"),
            ("stop-words: {a: b}", "stop-words: write a list"),
            ("changes: [{rename: a, terms: [x]}, {pin: a, terms: [y]}]", "cannot both be called 'a'"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, text, message):
        with pytest.raises(ValueError, match=message):
            edits.parse_edits(text, name="mine.yaml")

    @given(st.text(max_size=80))
    def test_any_text_is_read_or_refused_with_its_name(self, text):
        try:
            edits.parse_edits(text, name="mine.yaml")
        except ValueError as error:
            assert str(error).startswith("mine.yaml")

    def test_numbers_and_commas_are_words(self):
        text = "stop-words: [Crowns, 2024]\nchanges: [{rename: a, terms: 'grain, tear gas'}]"
        read = edits.parse_edits(text)
        assert read.stop_words == ("crowns", "2024")
        assert read.changes[0].references[0].terms == ("grain", "tear gas")


class TestChanges:
    def test_nothing_is_changed_by_nothing(self, world):
        result, ledger = replay(world, "")
        assert result is world[3] and ledger.empty and titles.edits_line(ledger) == ""

    def test_a_name_of_the_users_stays_where_another_topic_has_it_by_itself(self, world):
        taken = of(world[3], world[0], "border")["label"]
        result, _ = replay(world, f"changes: [{{rename: {taken}, terms: [{TRADE}]}}]")
        named = result.topics.set_index("label")["hand"]
        assert named.index.is_unique and named[taken] == "renamed"

    def test_rename_by_terms_or_by_articles(self, world):
        articles, *_, before = world
        ids = articles.loc[articles["kind"] == "border", "article_id"].tolist()[:3]
        result, ledger = replay(
            world,
            f"changes: [{{rename: Farm goods, terms: [{TRADE}]}}, {{rename: The bridge, articles: {ids}}}]",
        )
        assert (ledger["state"] == edits.DONE).all()
        assert of(result, articles, "trade")["label"] == "Farm goods"
        assert of(result, articles, "border")["label"] == "The bridge"
        assert of(result, articles, "trade")["hand"] == "renamed"
        pd.testing.assert_series_equal(result.article_topics["topic"], before.article_topics["topic"])

    def test_merge_joins_articles_and_numbers_by_size(self, world):
        articles = world[0]
        both = f"[{{terms: [{BORDER}]}}, {{terms: [{PROTEST}]}}]"
        text = f"changes: [{{merge: Streets and borders, topics: {both}}}]"
        result, _ = replay(world, text)
        assert len(result.topics) == 3 and result.topics["label"][0] == "Streets and borders"
        both = articles["kind"].isin(["border", "protest"]).to_numpy()
        assert (result.article_topics["topic"][both] == 0).all()
        assert result.topics["share"].sum() == pytest.approx(
            topics.share_table(result)["share"].iloc[:-1].sum()
        )

    def test_split_takes_a_merge_apart(self, world):
        articles = world[0]
        text = (
            f"changes: [{{merge: Both, topics: [{{terms: [{BORDER}]}}, {{terms: [{PROTEST}]}}]}}, "
            f"{{split: 2, terms: [{BORDER}, {PROTEST}]}}]"
        )
        result, ledger = replay(world, text)
        assert ledger["state"].tolist() == [edits.DONE] * 2 and len(result.topics) == 4
        placed = result.article_topics["topic"][articles["kind"].isin(["border", "protest"]).to_numpy()]
        assert placed.groupby(articles["kind"]).agg(lambda s: s.mode()[0]).nunique() == 2

    def test_drop_keeps_the_articles_in_every_total(self, world):
        articles, *_, before = world
        result, ledger = replay(world, f"changes: [{{drop: only events, terms: [{VISIT}]}}]")
        gone = (result.article_topics["note"] == topics.DROPPED).to_numpy()
        assert len(result.topics) == 3 and gone.sum() == of(before, articles, "visit")["n_articles"]
        shares = topics.share_table(result)
        assert shares["n_articles"].sum() == 80 and shares["label"].iloc[-1] == "no clear topic or dropped"
        assert "only events" in ledger["note"][0]

    def test_the_tables_keep_their_form(self, world):
        text = (
            f"changes: [{{drop: x, terms: [{VISIT}]}}, {{split: 2, terms: [{TRADE}]}}, "
            f"{{pin: Bridge, terms: [{BORDER}]}}]"
        )
        result, _ = replay(world, text)
        for name in ("topics", "article_topics", "topic_terms"):
            tables.check(getattr(result, name), name)
        assert result.topics["n_articles"].is_monotonic_decreasing
        assert result.topics["stability"].between(0, 1).all() and result.article_topics["margin"].ge(0).all()
        assert list(result.topics.columns) == list(world[3].topics.columns)

    def test_all_dropped_is_no_error(self, world):
        drops = ", ".join(f"{{drop: x, terms: [{terms}]}}" for terms in (TRADE, BORDER, PROTEST, VISIT))
        result, ledger = replay(world, f"changes: [{drops}]")
        assert result.topics.empty and (ledger["state"] == edits.DONE).all()
        assert topics.share_table(result)["n_articles"].tolist() == [80]

    @pytest.mark.parametrize(
        ("entry", "note"),
        [
            ("{rename: a, terms: [zebra, quartz]}", "no topic fits well enough"),
            ("{rename: a, terms: [minister, country]}", "no topic fits well enough"),
            ("{rename: a, articles: [nowhere.txt]}", "none of its articles was grouped"),
            (f"{{rename: a, terms: [{TRADE}, {BORDER}]}}", "fit nearly alike"),
            (
                f"{{merge: a, topics: [{{terms: [{TRADE}]}}, {{terms: [cheese, duty]}}]}}",
                "mean the same topic",
            ),
            (f"{{split: 9, articles: [a0000, a0004], terms: [{TRADE}]}}", ""),
        ],
    )
    def test_what_cannot_be_done_is_told_and_does_nothing(self, world, entry, note):
        result, ledger = replay(world, f"changes: [{entry}]")
        if note:
            assert ledger["state"][0] == edits.NOT_DONE and note in ledger["note"][0]
            assert len(result.topics) == 4 and "could not be made" in titles.edits_line(ledger)


class TestPins:
    def pin(self, ids, terms):
        return f"changes: [{{pin: Grain duty, articles: {ids}, terms: [{terms}]}}]"

    def test_a_topic_that_is_as_it_was_has_not_drifted(self, world):
        articles = world[0]
        ids = articles.loc[articles["kind"] == "trade", "article_id"].tolist()[:5]
        result, ledger = replay(world, self.pin(ids, TRADE))
        assert ledger["state"][0] == edits.DONE and of(result, articles, "trade")["hand"] == "pinned"

    def test_articles_that_went_elsewhere_are_counted(self, world):
        articles = world[0]
        ids = articles.loc[articles["kind"] == "trade", "article_id"].tolist()[:3]
        ids += [articles.loc[articles["kind"] == "border", "article_id"].iloc[0], "gone.txt"]
        result, ledger = replay(world, self.pin(ids, TRADE))
        assert ledger["state"][0] == edits.DRIFTED and "3 of its 5 articles are here" in ledger["note"][0]
        assert "1 not among" in ledger["note"][0] and of(result, articles, "trade")["label"] == "Grain duty"

    def test_terms_that_are_typical_of_others_are_counted(self, world):
        articles = world[0]
        ids = articles.loc[articles["kind"] == "trade", "article_id"].tolist()[:5]
        _, ledger = replay(world, self.pin(ids, f"cheese, {BORDER}"))
        assert ledger["state"][0] == edits.DRIFTED and "1 of its 5 terms" in ledger["note"][0]

    def test_the_written_start_holds_on_the_next_run_with_other_articles(self, world, tmp_path):
        articles, sentences, words, before = world
        examples = topics.representatives(before)
        edits.write_pins(before.topics, examples, tmp_path / "pins.yaml")
        text = (tmp_path / "pins.yaml").read_text(encoding="utf-8")
        result, ledger = replay(world, text)
        assert (ledger["state"] == edits.DONE).all() and result.topics["label"].tolist() == before.topics[
            "label"
        ].tolist()
        kept = np.random.default_rng(0).random(len(articles)) > 0.15
        fewer = articles[kept].reset_index(drop=True)
        again = group(fewer, sentences, words)
        moved, ledger = edits.apply_edits(again, edits.parse_edits(text))
        assert not (ledger["state"] == edits.NOT_DONE).any()
        for kind in SUBJECTS:
            assert of(moved, fewer, kind)["label"] == of(before, articles, kind)["label"]


def test_a_label_told_apart_is_no_label_that_exists():
    terms = pd.DataFrame({"topic": [0, 1, 1, 2], "term": ["pier", "pier", "ferry", "storm"]})
    before = ["harbour", "harbour", "harbour (ferry)", "harbour (2)"]
    apart = labels.tell_apart(list(before), terms, by_hand=[0])
    assert apart[0] == "harbour" and apart[2:] == before[2:] and len(set(apart)) == 4


class TestSeeds:
    CODEBOOK = "changes: [{seed: Ports, terms: [lorr*, butter, dairy council]}]"

    def test_the_articles_with_two_terms_are_the_topic_whatever_the_seed(self, world):
        sentences, result = world[1], world[3]
        edited, ledger = replay(world, self.CODEBOOK)
        assert ledger["state"].tolist() == [edits.DONE]
        text = sentences.groupby("article_id")["text"].agg(" ".join).str.lower()
        n_terms = text.str.contains("lorr").astype(int) + text.str.contains("butter")
        n_terms += text.str.contains("dairy") & text.str.contains("council")
        row = edited.topics[edited.topics["label"] == "Ports"].iloc[0]
        members = edited.article_topics.set_index("article_id")["topic"] == row["topic"]
        assert members[n_terms.index[n_terms >= 2]].all() and row["hand"] == "seeded"
        assert edited.topics["n_articles"].sum() <= 80 and 0 <= row["stability"] <= 1
        other = group(*world[:3], k=3, seed=9)
        again = edits.apply_edits(other, edits.parse_edits(self.CODEBOOK))[0]
        number = again.topics.loc[again.topics["label"] == "Ports", "topic"].item()
        same = again.article_topics.set_index("article_id")["topic"] == number
        assert same[n_terms.index[n_terms >= 2]].all()
        assert (edited.article_topics["fine"] == result.article_topics["fine"]).all()
        for name in ("topics", "article_topics", "topic_terms"):
            tables.check(getattr(edited, name), name)

    def test_too_few_articles_make_none_and_say_so(self, world):
        edited, ledger = replay(world, "changes: [{seed: Ports, terms: [harbour, quay]}]")
        assert ledger["state"].tolist() == [edits.NOT_DONE] and "Take more terms" in ledger["note"][0]
        assert "Ports" not in set(edited.topics["label"])

    def test_listed_articles_belong_to_it(self, world):
        ids = world[0]["article_id"].head(5).tolist()
        edited, _ = replay(world, f"changes: [{{seed: Mine, articles: [{', '.join(ids)}]}}]")
        number = edited.topics.loc[edited.topics["label"] == "Mine", "topic"].item()
        placed = edited.article_topics.set_index("article_id")["topic"]
        assert (placed[ids] == number).all() and (placed == number).sum() >= 5
