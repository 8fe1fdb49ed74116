import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tone_texts import corpus, quick, scored

from dateline import tables
from dateline.tone import differences, targets


def aim(text, name, events=("war",)):
    articles, sentences = corpus(text)
    mentions = pd.DataFrame(
        {"article_id": "000.txt", "sentence": [0], "start": [text.index(name)], "entity": [name]}
    ).assign(kind="person")
    mentions["end"] = mentions["start"] + len(name)
    result = scored(articles, sentences, events)
    return targets.score_targets(result, sentences, mentions).iloc[0]


class TestTargets:
    def test_a_clause_belongs_to_the_name_in_it(self):
        text = "Maren was great, while Odo was awful and cruel."
        assert aim(text, "Maren")["score"] > 0 > aim(text, "Odo")["score"]

    def test_the_label_is_the_models_and_only_where_it_is_sure(self):
        found = aim("Odo, a crook, lied to everyone and ruined the town.", "Odo")
        assert found["label"] == "negative" and found["negative"] >= targets.CONFIDENCE
        assert found[list(differences.LABELS)].sum() == pytest.approx(1, abs=3e-4)

    def test_one_row_for_each_sentence_and_entity(self):
        articles, sentences = corpus(["Maren met Odo.", "Odo left."])
        mentions = pd.DataFrame(
            {
                "article_id": "000.txt",
                "sentence": [0, 0, 0, 1],
                "start": [0, 10, 10, 0],
                "end": [5, 13, 13, 3],
            }
        ).assign(entity=["Maren", "Odo", "Odo", "Odo"], kind="organisation")
        assert len(targets.score_targets(scored(articles, sentences), sentences, mentions)) == 3

    def test_no_mentions_no_targets(self):
        articles, sentences = corpus("Maren left.")
        empty = pd.DataFrame(
            {name: pd.Series(dtype=kind) for name, kind in tables.SCHEMAS["mentions"].items()}
        )
        found = targets.score_targets(scored(articles, sentences), sentences, empty)
        assert tables.check(found, "targets").empty

    def many(self):
        """Maren is in 40 sentences of 10 articles, Odo in 5 of 5, Lee in 100 of one; half are quoted."""
        texts = [["Maren left."] * 4 for _ in range(10)] + [["Odo left."]] * 5 + [["Lee left."] * 100]
        articles, sentences = corpus(*texts)
        sentences["voice"] = np.where(np.arange(len(sentences)) % 2, "narrator", "quote")
        mentions = sentences[["article_id", "sentence", "start"]].assign(
            entity=sentences["text"].str.split().str[0]
        )
        return articles, sentences, mentions.assign(end=mentions["entity"].str.len(), kind="person")

    def test_names_of_the_table_are_served_first_and_the_narrator_most(self, monkeypatch):
        articles, sentences, mentions = self.many()
        result = scored(articles, sentences)
        units = differences.counted_sentences(result.table, articles)
        # two names have room in the table
        monkeypatch.setattr(targets, "MOST_NAMES", 2)
        found = targets.score_targets(result, sentences, mentions, units, most=24)
        assert targets.most_named(found, units) == ["Maren", "Odo"]
        read = found[found["positive"].notna()].groupby(["entity", "voice"]).size()
        assert read.sum() == 24 and read["Odo"].sum() == 5
        told, said = read["Maren", "narrator"], read["Maren", "quote"]
        assert 5 <= told <= targets.NARRATED * said + 6 and said >= 2 and read["Lee"].sum() >= 1
        again = targets.score_targets(result, sentences, mentions, units, most=24)
        pd.testing.assert_frame_equal(found, again)
        other = targets.score_targets(result, sentences, mentions, units, most=24, seed=1)
        assert not other["positive"].notna().equals(found["positive"].notna())
        assert (found["label"][found["positive"].isna()] == targets.NOT_EVALUATED).all()

    def test_what_does_not_count_is_not_read(self):
        articles, sentences, mentions = self.many()
        result = scored(articles, sentences)
        units = differences.counted_sentences(result.table, articles).head(8)
        found = targets.score_targets(result, sentences, mentions, units)
        assert found["positive"].notna().sum() == 8

    def test_places_are_judged_only_if_asked_for(self):
        articles, sentences = corpus("Maren left Ulden.")
        mentions = pd.DataFrame({"article_id": "000.txt", "sentence": 0, "start": [0, 11], "end": [5, 16]})
        mentions = mentions.assign(entity=["Maren", "Ulden"], kind=["person", "place"])
        result = scored(articles, sentences)
        for places, names in (False, ["Maren"]), (True, ["Maren", "Ulden"]):
            found = targets.score_targets(result, sentences, mentions, places=places)
            assert found["entity"].tolist() == names

    @pytest.mark.parametrize("text", ["{}, a crook, lied.", "They saw {}: {} had saved the town."])
    def test_who_it_is_cannot_sway_the_model(self, text):
        read = []
        for name in ("Russia", "Norway", "Odo", "Hillary Clinton", "the Ulden Grain Board"):
            articles, sentences = corpus(text.replace("{}", name))
            spans = [found.span() for found in re.finditer(name, sentences["text"].iloc[0])]
            mentions = pd.DataFrame(spans, columns=["start", "end"])
            mentions = mentions.assign(article_id="000.txt", sentence=0, entity=name, kind="organisation")
            found = targets.score_targets(scored(articles, sentences), sentences, mentions)
            read.append(found[list(differences.LABELS)].to_numpy().tolist())
        assert all(numbers == read[0] for numbers in read)

    @quick
    @given(st.integers(0, 30), st.integers(0, 40), st.integers(0, 3))
    def test_as_many_are_drawn_as_there_may_be(self, n, most, seed):
        frame = pd.DataFrame({"entity": ["Lee", "Oak", "Ash"] * 10, "voice": "narrator"}).head(n)
        chosen = targets.draw_targets(frame, first=["Lee"], most=most, seed=seed)
        assert len(chosen) == len(set(chosen)) == min(n, most) and (np.diff(chosen) > 0).all()

    def toward(self, model, dictionary, n=10, voice="narrator"):
        units = pd.DataFrame({"article": np.arange(n), "cluster": np.arange(n)})
        units = units.assign(outlet="a", voice=voice, story=units["article"])
        aimed = pd.DataFrame({"entity": "Odo", "score": dictionary, "label": "positive"}, index=range(n))
        aimed = aimed.assign(positive=(1 + np.array(model)) / 2, negative=(1 - np.array(model)) / 2)
        aimed = aimed.assign(judging=aimed["score"], voice=voice)
        return targets.tone_toward(aimed, units, names=["Odo"])

    def test_a_tone_is_named_by_the_model_whatever_the_dictionary_finds(self):
        clear = np.linspace(0.4, 0.8, 10)
        for dictionary in (0.3, -0.3, 0.0):
            assert self.toward(clear, dictionary)["tone"].tolist() == ["positive"]
            assert self.toward(-clear, dictionary)["tone"].tolist() == ["negative"]
        assert self.toward(clear / 20, 0.3)["tone"].tolist() == ["no clear tone"]
        assert self.toward(np.linspace(-0.8, 0.9, 10), 0.3)["tone"].tolist() == ["no clear tone"]
        few = self.toward(clear[:7], 0.3, n=7)
        assert few["tone"].tolist() == ["too few articles"] and few["low"].isna().all()

    def test_quoted_scorn_stays_in_its_own_row(self):
        clear = np.linspace(0.4, 0.8, 10)
        told, said = self.toward(clear, 0.3), self.toward(-clear, -0.3, voice="quote")
        assert told[["voice", "tone"]].to_numpy().tolist() == [["narrator", "positive"]]
        assert said[["voice", "tone"]].to_numpy().tolist() == [["quote", "negative"]]

    @pytest.mark.parametrize("by", ["outlet", "period"])
    def test_who_writes_differently_stands_in_the_table_of_outlets_and_periods(self, by):
        rng, n = np.random.default_rng(0), 60
        group = np.repeat(["a", "b", "undated"], n // 3)
        units = pd.DataFrame({"article": np.arange(n), "cluster": np.arange(n), "story": np.arange(n)})
        units = units.assign(voice="narrator", **{by: group})
        model = np.where(group == "a", -0.5, 0.1) + rng.normal(0, 0.2, n)
        aimed = pd.DataFrame(
            {"entity": "Odo", "score": 0.0, "judging": 0.0, "label": "neutral"}, index=range(n)
        )
        aimed = aimed.assign(voice="narrator", positive=(1 + model) / 2, negative=(1 - model) / 2)
        table = targets.tone_toward(aimed, units, names=["Odo"], by=by).set_index(by)
        assert table.loc["a", "differs"] == "more negative"
        assert table.loc["a", "rest"] > table.loc["a", "model"]
        assert pd.isna(table.loc["undated", "p"])  # what has no day is no period to compare

    def test_chance_names_hardly_any_tone_in_a_long_table(self):
        rng, named = np.random.default_rng(0), 0
        for _ in range(20):
            n, names = 12 * 30, [f"name {number}" for number in range(12)]
            units = pd.DataFrame({"article": np.arange(n), "cluster": np.arange(n)})
            units = units.assign(outlet="a", voice="narrator", story=units["article"])
            model = rng.normal(0, 0.3, n).clip(-1, 1)
            aimed = pd.DataFrame(
                {"entity": np.repeat(names, 30), "score": np.sign(model) * 0.5}, index=range(n)
            )
            aimed = aimed.assign(judging=aimed["score"], label="neutral", voice="narrator")
            aimed = aimed.assign(positive=(1 + model) / 2, negative=(1 - model) / 2)
            found = targets.tone_toward(aimed, units, names=names)
            named += int(((found["low"] > 0) | (found["high"] < 0)).any())
        assert named <= 4  # one interval alone would miss in 20 × (1 − 0.95¹²) ≈ 9 of 20 tables

    def test_no_name_has_no_table(self):
        units = pd.DataFrame({"article": [], "cluster": [], "story": [], "outlet": [], "voice": []})
        aimed = pd.DataFrame(
            {
                "entity": [],
                "score": [],
                "judging": [],
                "label": [],
                "positive": [],
                "neutral": [],
                "negative": [],
            }
        ).assign(voice=[])
        assert targets.tone_toward(aimed, units, names=[]).empty
        assert targets.targets_to_read(aimed.assign(article_id=""), pd.Series(dtype=str)).empty
        assert targets.compare_labels(aimed)[list(differences.LABELS)].to_numpy().sum() == 0

    def test_methods_count_what_both_said_and_show_where_they_part(self):
        aimed = pd.DataFrame({"entity": "Odo", "voice": "narrator", "score": [0.5, 0.5, -0.5, 0.0]})
        aimed = aimed.assign(label=["positive", "negative", "negative", targets.NOT_EVALUATED])
        aimed = aimed.assign(
            positive=[0.9, 0.1, 0.1, 0.3], negative=[0.1, 0.9, 0.9, 0.3], neutral=[0.0, 0, 0, 0.4]
        )
        table = targets.compare_labels(aimed).set_index(["voice", "dictionary"])
        assert table.loc[("narrator", "positive"), ["negative", "positive"]].tolist() == [1, 1]
        assert table.to_numpy().sum() == 4
        listed = targets.targets_to_read(aimed.assign(article_id="a"), pd.Series(list("abcd")))
        assert listed["text"].tolist() == [
            "b",
            "b",
            "c",
            "a",
        ]  # the disputed one, then the surest of either tone
        assert listed["dictionary"].tolist() == [0.5, 0.5, -0.5, 0.5]
        assert targets.mean_by_sentence(aimed).round(2).tolist() == [0.8, -0.8, -0.8, 0.0]
