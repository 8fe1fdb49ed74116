import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import tables
from dateline.tokens import tokenize
from dateline.tone import agreement, events, lexicon, marked, scores, sentiment, shift, targets, valence
from helpers import plots, plots_tone, plots_toward, titles_tone

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


quick = settings(deadline=None, derandomize=True, max_examples=12)
SENTENCES = (
    "The talks were good.",
    "The war is awful!",
    "It rained.",
    "Not a bad, but a shameful day.",
    "A great, GREAT truce!!",
    "No problem, he said.",
)


def corpus(*texts, voice="narrator", **columns):
    """One article a list of sentences, as notebook 01 hands them over."""
    rows = [
        (f"{number:03d}.txt", position, text)
        for number, sentences in enumerate(texts)
        for position, text in enumerate([sentences] if isinstance(sentences, str) else sentences)
    ]
    sentences = pd.DataFrame(rows, columns=["article_id", "sentence", "text"])
    sentences = sentences.assign(start=0, end=sentences["text"].str.len(), voice=voice, speaker="")
    articles = pd.DataFrame({"article_id": [f"{number:03d}.txt" for number in range(len(texts))]})
    articles = articles.assign(language="en", copy_of=None, outlet="harbour", published=pd.NaT)
    articles = articles.assign(story=range(len(articles)))
    articles["published"] = articles["published"].astype("datetime64[s]")
    return articles.assign(**columns), sentences.astype({"article_id": "str", "text": "str"})


def scored(articles, sentences, events=("war", "truce")):
    return scores.score(articles, sentences, tokenize(sentences["text"]), events=events)


class TestScores:
    def test_add_up_to_the_words_that_fired(self):
        articles, sentences = corpus(
            ["The war was shameful, but the truce is great!!", "Nobody knows.", "A very good, GOOD day :)"]
        )
        for row in scored(articles, sentences).table.itertuples():
            weights = [float(hit.rsplit(":", 1)[1]) for hit in row.hits.split("; ") if hit]
            assert valence.squash(np.array([sum(weights)]))[0] == pytest.approx(row.score, abs=2e-4)

    @quick
    @given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
    def test_a_text_said_twice_scores_what_it_scores_said_once(self, text):
        once, twice = corpus(text), corpus(text * 2)
        for column in ("score", "judging"):
            means = [sentiment.counted(scored(*both).table, both[0])[column].mean() for both in (once, twice)]
            assert means[0] == pytest.approx(means[1])

    @quick
    @given(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), min_size=1, max_size=5))
    def test_words_add_up_to_every_mean(self, texts):
        articles, sentences = corpus(*texts)
        result = scored(articles, sentences)
        units = sentiment.counted(result.table, articles)
        for part in (units, units.iloc[: len(units) // 2 + 1]):
            added = scores.words(result, part)["adds"].sum()
            assert added == pytest.approx(part["score"].mean(), abs=6e-5)

    def test_event_words_do_not_judge(self):
        table = scored(*corpus(["The war ended in a truce.", "A shameful war."])).table
        assert table["judging"].tolist()[0] == 0 != table["score"].tolist()[0]
        assert table["judging"].tolist()[1] < 0

    def test_other_languages_are_left_out_and_named(self):
        articles, sentences = corpus("Good.", "Gut ist bad.", language=["en", "de"])
        assert scored(articles, sentences).table["article_id"].tolist() == ["000.txt"]
        assert "1 article in another language (de)" in sentiment.left_out(articles)

    def test_copies_count_only_when_asked_for(self):
        articles, sentences = corpus("Good.", "Good.", copy_of=[None, "000.txt"])
        result = scored(articles, sentences)
        assert len(sentiment.counted(result.table, articles)) == 1
        assert len(sentiment.counted(result.table, articles, copies=True)) == 2

    def test_every_event_word_is_one_that_could_fire(self):
        listed = scores.event_words()
        assert listed["word"].is_unique and listed["word"].is_monotonic_increasing
        assert set(listed["word"]) <= set(lexicon.lexicon().values)
        assert (listed["reason"] != "").all()


def tones(*texts, **columns):
    articles, sentences = corpus(*texts, **columns)
    units = sentiment.counted(scored(articles, sentences).table, articles)
    return sentiment.tone(units, by=["outlet", "period"]), units


class TestTone:
    def test_is_the_mean_over_sentences_with_an_interval_over_articles(self):
        table, units = tones(*["It was great.", "It was awful.", "It rained."] * 4)
        row = table.iloc[0]
        assert row["mean"] == pytest.approx(units["score"].mean(), abs=1e-6)
        assert row["low"] < row["mean"] < row["high"] and row["tone"] == "no clear tone"
        assert (row["n_articles"], row["n_sentences"], row["neutral"]) == (12, 12, pytest.approx(1 / 3))

    def test_is_named_only_with_enough_articles(self):
        assert tones(*["It was awful."] * 7)[0]["tone"].unique().tolist() == ["too few articles"]
        assert tones(*["It was awful."] * 8)[0]["tone"].unique().tolist() == ["negative"]

    def test_is_not_named_when_only_the_topic_has_a_sign(self):
        assert tones(*["The war goes on."] * 9)[0]["tone"].unique().tolist() == ["no clear tone"]

    def test_groups_add_up_and_unknown_ones_stay_visible(self):
        outlets = [*["a", "b", "c"] * 5, None]
        days = pd.to_datetime([*["2024-05-16"] * 10, *[None] * 6]).astype("datetime64[s]")
        table, units = tones(*["Good."] * 16, outlet=outlets, published=days)
        parts = table[(table["by"] != "") & (table["voice"] == "all")].groupby("by")["n_sentences"].sum()
        assert parts.tolist() == [len(units)] * 2
        assert {"unknown", "undated"} <= set(table["group"])

    def test_many_outlets_end_in_one_row(self):
        table, _ = tones(*["Good."] * 30, outlet=[f"outlet {number:02d}" for number in range(30)])
        names = table.loc[table["by"] == "outlet", "group"].unique()
        assert len(names) == sentiment.MOST_OUTLETS + 1 and "other outlets" in names

    def test_words_add_up_to_the_mean(self):
        articles, sentences = corpus(["A good war.", "A good day."], ["An awful, awful war!"], "It rained.")
        result = scored(articles, sentences)
        units = sentiment.counted(result.table, articles)
        words = scores.words(result, units).set_index("word")
        assert words["adds"].sum() == pytest.approx(units["score"].mean(), abs=1e-4)
        assert words.loc["war", ["event", "n_articles", "n_times"]].tolist() == [True, 2, 2]
        assert words.loc["awful", "repeats"] == 1 and words.loc["war", "repeats"] == 0

    @pytest.mark.parametrize("n", [1, 2, 3, 5, 25])
    def test_any_number_of_articles(self, n):
        articles, sentences = corpus(*[["A good day.", "It rained."]] * n)
        result = scored(articles, sentences)
        units = sentiment.counted(result.table, articles)
        each = sentiment.by_article(units)
        assert len(each) == n and each["low"].notna().all() == (n <= sentiment.FEW)
        table = sentiment.tone(units)
        text = titles_tone.findings(units, table, scores.words(result, units), NO_TARGETS, NO_TARGETS, [], {})
        assert f"50\xa0% of {2 * n} sentences are neutral" in text
        assert ("not enough to put any mean into words" in text) == (n < sentiment.FEWEST_ARTICLES)

    def test_nothing_to_read_is_said(self):
        articles, sentences = corpus("Bonjour.", language="fr")
        result = scored(articles, sentences)
        units = sentiment.counted(result.table, articles)
        table = sentiment.tone(units, by=["outlet", "period"])
        words = scores.words(result, units)
        assert table.empty and words.empty and sentiment.by_article(units).empty
        assert "nothing was scored" in titles_tone.findings(
            units, table, words, NO_TARGETS, NO_TARGETS, [], {}
        )
        assert repr(marked.far(result, units, sentences["text"])) == "No sentence has a word that judges."
        assert shift.parts(units) == {} and events.decide(result, units).empty
        assert sentiment.over_time(table, units).empty

    def test_names_of_outlets_are_no_markup(self):
        table, units = tones(*["It was awful."] * 18, outlet=["<b>a</b>"] * 9 + ["b"] * 9)
        no_words = pd.DataFrame({"event": [], "share": []}).astype(bool)
        text = titles_tone.findings(units, table, no_words, NO_TARGETS, NO_TARGETS, [], {})
        assert r"\<b\>a" in text and "<b>" not in text

    def test_a_sign_needs_the_model_too(self):
        articles, sentences = corpus(*["It was awful."] * 9)
        units = sentiment.counted(scored(articles, sentences).table, articles)
        for model, n, expected in (
            (-0.5, 9, "negative"),
            (0.5, 9, "no clear tone"),
            (-0.5, 7, "no clear tone"),
        ):
            read = units.assign(model=np.where(np.arange(9) < n, model, np.nan))
            assert sentiment.tone(read)["tone"].unique().tolist() == [expected]

    def test_one_story_is_one_piece_of_evidence(self):
        articles, sentences = corpus(*["It was awful."] * 12, story=[0] * 12)
        table = scored(articles, sentences).table
        alone, together = (
            sentiment.tone(sentiment.counted(table, articles, over=over)).iloc[0]
            for over in ("article", "story")
        )
        assert (alone["tone"], together["tone"]) == ("negative", "too few articles")
        assert alone["n_articles"] == together["n_articles"] == 12
        with pytest.raises(ValueError, match="choose article or story"):
            sentiment.counted(table, articles, over="outlet")

    def test_a_figure_of_many_groups_has_wider_intervals_than_one_group_alone(self):
        rng = np.random.default_rng(0)
        texts = rng.choice(["It was great.", "It was awful.", "It rained."], (200, 3)).tolist()
        outlets = [f"outlet {number % 10}" for number in range(200)]
        table, units = tones(*texts, outlet=outlets)
        row = table[(table["by"] == "outlet") & (table["voice"] == "narrator")].iloc[0]
        alone = sentiment.tone(units[units["outlet"] == row["group"]]).iloc[0]
        assert row["high"] - row["low"] > 1.15 * (alone["high"] - alone["low"])

    def test_quotations_are_counted_by_who_speaks(self):
        articles, sentences = corpus(*[["It was awful.", "It was great."]] * 35)
        sentences["voice"] = ["quote", "narrator"] * 35
        table = scored(articles, sentences).table
        said = table.loc[table["voice"] == "quote", ["article_id", "sentence"]]
        said = said.assign(
            entity=["Lee"] * 5 + [f"Oak {n}" for n in range(9) for _ in range(3)] + ["Ash"] * 3
        )
        units = sentiment.counted(sentiment.spoken(table, said.iloc[:-1]), articles)
        found = sentiment.tone(units, by=["speaker"]).query("by == 'speaker' and voice == 'quote'")
        assert found["n_sentences"].sum() == 35 and found.set_index("group").loc["Lee", "n_articles"] == 5
        # Ash is quoted twice, the last quotation is nobody's, and eight names have room
        assert found["n_sentences"].loc[found["group"] == sentiment.UNNAMED].tolist() == [35 - 5 - 7 * 3]
        assert not {"Ash", "Oak 7", "Oak 8"} & set(found["group"])
        shares = sentiment.shares(sentiment.tone(units, by=["speaker"]))
        assert shares["label"].tolist()[:3] == ["all sentences", "narrator", "quotations"]


class TestMarked:
    def show(self, text, events=("war",)):
        articles, sentences = corpus(text)
        result = scored(articles, sentences, events)
        return marked.sentences(result, result.table, sentences["text"], headings=["<i>"], none="None")

    def test_the_words_that_fired(self):
        assert repr(self.show("A good war!")) == "<i>\nA [good +1.9] [war! -2.9*]"

    @quick
    @given(st.text("<&>\"' ab!", max_size=12).map(lambda more: f"good {more} war"))
    def test_foreign_text_is_escaped_and_whole(self, text):
        shown = self.show(text)
        assert "".join(piece.text for piece in shown.rows[0][1]) == text
        html = shown._repr_html_()
        assert not re.search(r"<(?!/?(table|tr|td|mark|sub)\b)", html) and "&lt;i&gt;" in html

    def test_of_few_articles_some_sentences_of_each(self):
        articles, sentences = corpus(*[["It was awful.", "A shameful day.", f"Good {n}."] for n in range(3)])
        result = scored(articles, sentences)
        units = sentiment.counted(result.table, articles)
        assert len(marked.far(result, units, sentences["text"], n=1).rows) == 3
        assert len(marked.far(result, units, sentences["text"], n=1, few=2).rows) == 2


class TestEventWords:
    def world(self):
        """Every other article has an alarm, two on each of their stories; a judgement is in every fourth."""
        texts = [
            [
                f"The {'alarm rang' if number % 2 else 'rain fell'}.",
                "It was shameful." if number % 4 == 0 else "So.",
            ]
            for number in range(24)
        ]
        return corpus(*texts, story=[number // 4 if number % 2 else 100 + number for number in range(24)])

    def decide(self, path=""):
        articles, sentences = self.world()
        result = scored(articles, sentences, ())
        units = sentiment.counted(result.table, articles)
        return events.decide(result, units, path=path).set_index("word"), result, units

    def test_what_other_articles_on_the_story_tell_too_is_an_event(self):
        decided, _, _ = self.decide()
        assert decided.loc["alarm", ["event", "by", "n_articles", "again"]].tolist() == [
            True,
            "corpus",
            12,
            1,
        ]
        assert decided.loc["shameful", ["event", "by", "n_articles", "again"]].tolist() == [False, "", 6, 0]

    def test_what_everybody_says_comes_again_by_chance(self):
        articles, sentences = corpus(*["A shameful day."] * 12, story=[number // 2 for number in range(12)])
        result = scored(articles, sentences, ())
        table = events.decide(result, sentiment.counted(result.table, articles)).set_index("word")
        assert table.loc["shameful", ["again", "chance", "event"]].tolist() == [1, 1, False]

    def test_within_one_article_too(self):
        alarm, rain = ["The alarm rang.", "An alarm again."], ["It rained.", "A good day."]
        articles, sentences = corpus(*[alarm] * 5, *[rain * 3] * 15)
        result = scored(articles, sentences, ())
        table = events.decide(result, sentiment.counted(result.table, articles)).set_index("word")
        assert table.loc["alarm", ["by", "again"]].tolist() == ["corpus", 1]
        # in every article again as well, but no more often than if it were strewn over all sentences
        assert table.loc["good", ["by", "again"]].tolist() == ["", 1] and table.loc["good", "chance"] > 0.7

    def test_the_readers_file_wins_and_so_does_a_copy_of_ours(self, tmp_path):
        path = tmp_path / "event-words.csv"
        path.write_text("word,event,note\nAlarm,no,\nshameful, Yes ,mine\nnowhere,yes,\n", encoding="utf-8")
        decided, result, units = self.decide(path)
        assert decided["event"].to_dict() == {"alarm": False, "nowhere": True, "shameful": True}
        assert (decided["by"] == "you").all() and decided.loc["nowhere", "n_articles"] == 0
        table = scores.judge(result, ["shameful"]).table
        assert (table["judging"] == 0).sum() > (result.table["judging"] == 0).sum()
        sheet = events.sheet(decided.reset_index(), scores.words(result, units))
        tables.csv(sheet.assign(event="no"), path)
        assert not self.decide(path)[0]["event"].any()

    def test_a_mistake_in_the_file_names_its_row(self, tmp_path):
        path = tmp_path / "event-words.csv"
        path.write_text("word,event\nwar,yes\npeace,perhaps\n", encoding="utf-8")
        with pytest.raises(ValueError, match=r"event-words\.csv, row 3: event is 'perhaps'; write yes or no"):
            events.read(path)
        path.write_text("term\nwar\n", encoding="utf-8")
        with pytest.raises(ValueError, match="no column word, event"):
            events.read(path)

    def test_the_readers_file_is_read_as_carefully_as_their_other_ones(self, tmp_path):
        path = tmp_path / "event-words.csv"
        path.write_text("Word;Event\n\nWar; Yes\n;\n", encoding="utf-8")
        assert events.read(path).to_dict("list") == {"word": ["war"], "event": [True]}
        for data in (b"", b"word,event\nalarm, bell,no\n", "word,event\ncoup d’état,yes\n".encode("cp1252")):
            path.write_bytes(data)
            with pytest.raises(tables.OwnFileError, match=r"event-words\.csv"):
                events.read(path)

    def test_a_word_may_fire_very_often_in_one_article(self):
        articles, sentences = corpus(["A shameful day."] * 800)
        result = scored(articles, sentences, ())
        table = events.decide(result, sentiment.counted(result.table, articles)).set_index("word")
        # surely again by chance, too
        assert table.loc["shameful", ["again", "chance", "event"]].tolist() == [1, 1, False]


class TestShift:
    def world(self):
        texts = [["A great day.", "It rained."]] * 10 + [["A shameful war.", "Not a great day."]] * 10
        articles, sentences = corpus(*texts, outlet=["a"] * 10 + ["b"] * 10)
        result = scored(articles, sentences)
        return result, sentiment.counted(result.table, articles)

    def test_words_add_up_to_the_difference(self):
        result, units = self.world()
        described, gap, table = shift.compare(result, shift.parts(units))
        one, other = (units.loc[units["outlet"] == name, "score"].mean() for name in "ab")
        assert gap[0] == pytest.approx(other - one, abs=1e-6) and gap[1] <= gap[0] <= gap[2] < 0
        judging = units.groupby("outlet")["judging"].mean()
        assert gap[3] == pytest.approx(judging["b"] - judging["a"], abs=1e-6)
        assert table["adds"].sum() == pytest.approx(gap[0], abs=1e-4)
        assert (table["more_often"] + table["otherwise"] - table["adds"]).abs().max() < 1e-8
        great = table.set_index("word").loc["great"]
        # as often in both, but denied in one
        assert great["more_often"] == 0 and great["otherwise"] < 0
        assert "n = 10 articles" in described[0]
        assert "a scores" in titles_tone.shift(["a", "b"], gap, table) and "above b" in titles_tone.shift(
            ["a", "b"], gap, table
        )

    def test_sides_are_outlets_halves_or_what_is_asked_for(self):
        _, units = self.world()
        assert list(shift.parts(units)) == ["a", "b"]
        assert list(shift.parts(units, ("b", "a"))) == ["b", "a"]
        days = pd.date_range("2024-05-01", periods=20).repeat(2)
        alone = units.assign(outlet="a", published=days.astype("datetime64[s]"))
        halves = shift.parts(alone)
        assert list(halves) == ["articles before 11 May 2024", "articles from 11 May 2024 on"]
        assert [len(half) for half in halves.values()] == [20, 20]
        assert shift.parts(units[units["outlet"] == "a"]) == {}
        with pytest.raises(ValueError, match="name two of a, b and undated"):
            shift.parts(units, ("a", "z"))

    @pytest.mark.parametrize(("first", "sizes"), [(20, []), (1, []), (7, []), (8, [8, 12]), (12, [12, 8])])
    def test_halves_part_between_days_and_need_enough_articles_each(self, first, sizes):
        result, units = self.world()
        day = np.where(units["article"] < first, "2024-05-01", "2024-05-02")
        alone = units.assign(outlet="a", published=day.astype("datetime64[s]"))
        pair = shift.parts(alone)
        assert [half["article"].nunique() for half in pair.values()] == sizes
        described, gap, table = shift.compare(result, pair)
        assert len(described) == len(sizes)
        assert titles_tone.shift(list(pair), gap, table).startswith("Not enough") == (not sizes)

    def test_a_difference_without_an_interval_is_not_clear(self):
        title = titles_tone.shift(["a", "b"], (np.nan,) * 4, pd.DataFrame({"word": ["ban"]}))
        assert title.startswith("No clear difference between a and b")

    def test_the_same_side_twice_differs_in_no_word(self):
        result, units = self.world()
        assert shift.shift(result, units, units)["adds"].abs().max() == 0


NO_TARGETS = pd.DataFrame({"voice": [], "outlet": [], "thin": [], "entity": [], "tone": []})
NO_TARGETS = NO_TARGETS.astype({"thin": bool})


def aim(text, name, events=("war",)):
    articles, sentences = corpus(text)
    mentions = pd.DataFrame(
        {"article_id": "000.txt", "sentence": [0], "start": [text.index(name)], "entity": [name]}
    )
    mentions["end"] = mentions["start"] + len(name)
    result = scored(articles, sentences, events)
    return targets.score(*result, sentences, mentions).iloc[0]


class TestTargets:
    def test_a_clause_belongs_to_the_name_in_it(self):
        text = "Maren was great, while Odo was awful and cruel."
        assert aim(text, "Maren")["score"] > 0 > aim(text, "Odo")["score"]

    def test_the_label_is_the_models_and_only_where_it_is_sure(self):
        found = aim("Odo, a crook, lied to everyone and ruined the town.", "Odo")
        assert found["label"] == "negative" and found["negative"] >= targets.CONFIDENCE
        assert found[list(sentiment.LABELS)].sum() == pytest.approx(1, abs=3e-4)

    def test_one_row_for_each_sentence_and_entity(self):
        articles, sentences = corpus(["Maren met Odo.", "Odo left."])
        mentions = pd.DataFrame(
            {
                "article_id": "000.txt",
                "sentence": [0, 0, 0, 1],
                "start": [0, 10, 10, 0],
                "end": [5, 13, 13, 3],
            }
        ).assign(entity=["Maren", "Odo", "Odo", "Odo"])
        assert len(targets.score(*scored(articles, sentences), sentences, mentions)) == 3

    def test_no_mentions_no_targets(self):
        articles, sentences = corpus("Maren left.")
        empty = pd.DataFrame(
            {name: pd.Series(dtype=kind) for name, kind in tables.SCHEMAS["mentions"].items()}
        )
        found = targets.score(*scored(articles, sentences), sentences, empty)
        assert tables.check(found, "targets").empty

    def many(self):
        """Maren is in 40 sentences of 10 articles, Odo in 5 of 5, Lee in 100 of one; half are quoted."""
        texts = [["Maren left."] * 4 for _ in range(10)] + [["Odo left."]] * 5 + [["Lee left."] * 100]
        articles, sentences = corpus(*texts)
        sentences["voice"] = np.where(np.arange(len(sentences)) % 2, "narrator", "quote")
        mentions = sentences[["article_id", "sentence", "start"]].assign(
            entity=sentences["text"].str.split().str[0]
        )
        return articles, sentences, mentions.assign(end=mentions["entity"].str.len())

    def test_names_of_the_table_are_served_first_and_the_narrator_most(self):
        articles, sentences, mentions = self.many()
        result = scored(articles, sentences)
        units = sentiment.counted(result.table, articles)
        names = targets.most_named(mentions, units, most=2)
        assert names == ["Maren", "Odo"]
        found = targets.score(*result, sentences, mentions, first=names, most=24)
        read = found[found["positive"].notna()].groupby(["entity", "voice"]).size()
        assert read.sum() == 24 and read["Odo"].sum() == 5
        told, said = read["Maren", "narrator"], read["Maren", "quote"]
        assert 5 <= told <= targets.NARRATED * said + 6 and said >= 2 and read["Lee"].sum() >= 1
        again = targets.score(*result, sentences, mentions, first=names, most=24)
        pd.testing.assert_frame_equal(found, again)
        other = targets.score(*result, sentences, mentions, first=names, most=24, seed=1)
        assert not other["positive"].notna().equals(found["positive"].notna())
        assert (found["label"][found["positive"].isna()] == targets.NONE).all()

    def test_what_does_not_count_is_not_read(self):
        articles, sentences, mentions = self.many()
        result = scored(articles, sentences)
        found = targets.score(*result, sentences, mentions, counted=result.table.index[:8])
        assert found["positive"].notna().sum() == 8

    @quick
    @given(st.integers(0, 30), st.integers(0, 40), st.integers(0, 3))
    def test_as_many_are_drawn_as_there_may_be(self, n, most, seed):
        frame = pd.DataFrame({"entity": ["Lee", "Oak", "Ash"] * 10, "voice": "narrator"}).head(n)
        chosen = targets.draw(frame, first=["Lee"], most=most, seed=seed)
        assert len(chosen) == len(set(chosen)) == min(n, most) and (np.diff(chosen) > 0).all()

    def toward(self, model, dictionary, n=10, voice="narrator"):
        units = pd.DataFrame({"article": np.arange(n), "cluster": np.arange(n)})
        units = units.assign(outlet="a", voice=voice)
        aimed = pd.DataFrame({"entity": "Odo", "score": dictionary, "label": "positive"}, index=range(n))
        aimed = aimed.assign(positive=(1 + np.array(model)) / 2, negative=(1 - np.array(model)) / 2)
        aimed = aimed.assign(judging=aimed["score"], voice=voice)
        return targets.toward(aimed, units, names=["Odo"])

    def test_a_tone_is_named_only_where_model_and_dictionary_agree(self):
        clear = np.linspace(0.4, 0.8, 10)
        assert self.toward(clear, 0.3)["tone"].tolist() == ["positive"]
        assert self.toward(-clear, -0.3)["tone"].tolist() == ["negative"]
        assert self.toward(clear, -0.3)["tone"].tolist() == ["no clear tone"]
        assert self.toward(clear / 20, 0.3)["tone"].tolist() == ["no clear tone"]
        assert self.toward(np.linspace(-0.8, 0.9, 10), 0.3)["tone"].tolist() == ["no clear tone"]
        assert self.toward(clear[:5], 0.3, n=5)["tone"].tolist() == ["too few articles"]

    def test_quoted_scorn_stays_in_its_own_row(self):
        clear = np.linspace(0.4, 0.8, 10)
        told, said = self.toward(clear, 0.3), self.toward(-clear, -0.3, voice="quote")
        assert told[["voice", "tone"]].to_numpy().tolist() == [["narrator", "positive"]]
        assert said[["voice", "tone"]].to_numpy().tolist() == [["quote", "negative"]]
        both = titles_tone.toward_title(pd.concat([told, said]))
        leaning = told.assign(tone="no clear tone")
        assert titles_tone.toward_title(leaning).endswith("; by the model alone toward Odo (positive)")
        faint = leaning.assign(model=0.02, low=0.01, high=0.03)
        assert titles_tone.toward_title(faint) == "No clear tone toward any of 1 name in the narrator's words"
        assert both.startswith("A clear tone in the narrator's words toward Odo (positive), of 1 name; ")
        assert both.endswith("in quotes toward Odo (negative)")

    def test_chance_names_hardly_any_tone_in_a_long_table(self):
        rng, named = np.random.default_rng(0), 0
        for seed in range(20):
            n, names = 12 * 30, [f"name {number}" for number in range(12)]
            units = pd.DataFrame({"article": np.arange(n), "cluster": np.arange(n)})
            units = units.assign(outlet="a", voice="narrator")
            model = rng.normal(0, 0.3, n).clip(-1, 1)
            aimed = pd.DataFrame(
                {"entity": np.repeat(names, 30), "score": np.sign(model) * 0.5}, index=range(n)
            )
            aimed = aimed.assign(judging=aimed["score"], label="neutral", voice="narrator")
            aimed = aimed.assign(positive=(1 + model) / 2, negative=(1 - model) / 2)
            found = targets.toward(aimed, units, names=names, seed=seed)
            named += int(((found["low"] > 0) | (found["high"] < 0)).any())
        assert named <= 4  # one interval alone would miss in 20 × (1 − 0.95¹²) ≈ 9 of 20 tables

    def test_no_name_has_no_table(self):
        units = pd.DataFrame({"article": [], "cluster": [], "outlet": [], "voice": []})
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
        assert targets.toward(aimed, units, names=[]).empty
        assert targets.surest(aimed, pd.Series(dtype=str)).empty
        assert targets.disputed(aimed, pd.Series(dtype=str)).empty
        assert targets.methods(aimed)[list(sentiment.LABELS)].to_numpy().sum() == 0

    def test_methods_count_what_both_said_and_show_where_they_part(self):
        aimed = pd.DataFrame({"entity": "Odo", "voice": "narrator", "score": [0.5, 0.5, -0.5, 0.0]})
        aimed = aimed.assign(label=["positive", "negative", "negative", targets.NONE])
        aimed = aimed.assign(
            positive=[0.9, 0.1, 0.1, 0.3], negative=[0.1, 0.9, 0.9, 0.3], neutral=[0.0, 0, 0, 0.4]
        )
        table = targets.methods(aimed).set_index(["voice", "dictionary"])
        assert table.loc[("narrator", "positive"), ["negative", "positive"]].tolist() == [1, 1]
        assert table.to_numpy().sum() == 4
        assert titles_tone.methods(table.reset_index()).startswith(
            "Model and dictionary give the same label to 67"
        )
        assert targets.disputed(aimed, pd.Series(list("abcd"))).index.tolist() == [1]
        assert targets.by_sentence(aimed).round(2).tolist() == [0.8, -0.8, -0.8, 0.0]


class TestCheckSheet:
    def units(self, n=60):
        labels = np.array(sentiment.LABELS)[np.arange(n) % 3]
        texts = [f"Sentence {number}." for number in range(n)]
        ids = [f"{number % 15:02d}.txt" for number in range(n)]
        units = pd.DataFrame({"article_id": ids, "sentence": range(n), "text": texts, "label": labels})
        return units.assign(score=np.arange(n) / n)

    def test_ids_that_look_like_formulas_come_back(self, tmp_path):
        ids = ["-a.txt", "=b.txt", "'c.txt"]
        units = pd.DataFrame({"article_id": ids, "sentence": 0, "text": "=One two.", "label": list("xyz")})
        tables.csv(
            units.rename(columns={"text": "sentence_start_words", "label": "tone"}), tmp_path / "a.csv"
        )
        assert agreement.find(agreement.read(tmp_path / "a.csv"), units)["row"].tolist() == [0, 1, 2]

    def test_words_that_are_a_whole_sentence_mean_that_one(self):
        units = pd.DataFrame({"article_id": "a", "text": ["Talks fail as rain comes.", "Talks  fail", "So."]})
        begins = ["Talks fail", "Talks fail as", "“So", "", " “", "Rain"]
        sheet = pd.DataFrame({"article_id": "a", "sentence_start_words": begins})
        assert agreement.find(sheet, units)["row"].tolist() == [1, 0, 2, -1, -1, -1]

    def test_shows_no_score_and_draws_from_each_label(self):
        sheet, key = agreement.draw(self.units(), n=30, seed=1)
        assert list(sheet) == list(agreement.COLUMNS) and (sheet["tone"] == "").all()
        found = agreement.find(sheet, self.units())
        assert self.units()["label"].iloc[found["row"]].value_counts().tolist() == [10, 10, 10]
        again, _ = agreement.draw(self.units().sample(frac=1, random_state=0), n=30, seed=1)
        assert again.equals(sheet)
        # the key has what the sheet hides, row for row
        assert key["label"].tolist() == self.units()["label"].iloc[found["row"]].tolist()
        assert key["in_corpus"].unique().tolist() == [20]

    def test_perfect_and_opposite_labels(self):
        units = self.units()
        found = agreement.find(agreement.draw(units, n=60)[0], units)
        for tone, accuracy, kappa in (
            (units["label"], 1, 1),
            (units["label"].shift(-1).fillna("x"), 0, -0.5),
        ):
            filled = found.assign(tone=tone.iloc[found["row"]].to_numpy())
            check = agreement.compare(filled, units["label"], labels=sentiment.LABELS)
            value = check.measures["value"]
            assert value["accuracy"] == accuracy and value["kappa"] == pytest.approx(kappa, abs=0.02)

    def test_corrects_the_shares_by_what_was_read(self):
        units = self.units()
        found = agreement.find(agreement.draw(units, n=60)[0], units).assign(tone="neutral")
        shares = agreement.compare(found, units["label"], labels=sentiment.LABELS).corrected
        assert shares.loc["neutral", ["computed", "corrected"]].tolist() == pytest.approx(
            [1 / 3, 1], abs=1e-5
        )

    def test_a_hand_picked_sheet_corrects_nothing(self):
        units = self.units()
        sheet, _ = agreement.draw(units)
        found = agreement.find(sheet.assign(drawn="by hand"), units).assign(tone="neutral")
        check = agreement.compare(found, units["label"], labels=sentiment.LABELS)
        assert check.corrected.empty and "accuracy in the corpus" not in check.measures.index

    def test_corrected_shares_find_the_truth_behind_a_wrong_dictionary(self):
        """The dictionary finds half of the negative sentences, and one neutral sentence in five positive."""
        rng = np.random.default_rng(3)
        truth = rng.choice(sentiment.LABELS, 3000, p=[0.3, 0.6, 0.1])
        lot = rng.random(3000)
        label = np.where((truth == "negative") & (lot < 0.5), "neutral", truth)
        label = np.where((truth == "neutral") & (lot < 0.2), "positive", label)
        units = pd.DataFrame({"article_id": [f"{n // 10:03d}" for n in range(3000)], "sentence": range(3000)})
        units = units.assign(text=[f"Sentence {n}." for n in range(3000)], label=label, score=0.0)
        inside = []
        for seed in range(20):
            found = agreement.find(agreement.draw(units, n=150, seed=seed)[0], units)
            filled = found.assign(tone=truth[found["row"]])
            check = agreement.compare(filled, units["label"], labels=sentiment.LABELS, seed=seed)
            share = pd.Series(truth).value_counts(normalize=True)[list(sentiment.LABELS)]
            inside += ((check.corrected["low"] <= share) & (share <= check.corrected["high"])).tolist()
            assert (check.corrected["corrected"] - share).abs().max() < 0.2
        assert np.mean(inside) > 0.85

    def test_sentences_of_one_article_are_no_independent_evidence(self):
        units = self.units(300)
        units["article_id"] = [f"{number // 30:02d}.txt" for number in range(300)]
        sheet, _ = agreement.draw(units, n=300)
        found = agreement.find(sheet, units)
        right = found["article_id"] < "05"
        tone = np.where(right, units["label"].iloc[found["row"]], "neutral")
        check = agreement.compare(found.assign(tone=tone), units["label"], labels=sentiment.LABELS)
        value, low, high = check.measures.loc["accuracy"]
        # as if independent, the interval would be 2 × 1.96 × √(p(1 − p)/300) ≈ 0.11 wide
        assert high - low > 0.3 and low < value < high and check.n_articles == 10

    def test_a_sheet_of_names_is_compared_with_the_model(self):
        aimed = pd.DataFrame(
            {"entity": ["Maren Oak", "Odo"], "label": ["positive", targets.NONE]}, index=[0, 1]
        )
        entities = pd.DataFrame({"entity": ["Maren Oak", "Odo"], "aliases": ["Maren Oak; Oak", "Odo"]})
        found = pd.DataFrame({"row": [0, 1, -1], "target": ["Oak", "Odo", "Lee"], "tone": "positive"})
        found = found.assign(article_id="a", drawn="by hand")
        computed = agreement.computed_toward(found, aimed, entities)
        assert computed["computed"].tolist() == ["positive", targets.NONE, ""]
        check = agreement.compare(computed, aimed["label"], labels=sentiment.LABELS)
        assert (check.n, check.missed) == (1, 2)
        units = self.units().assign(entity="Odo")
        assert list(agreement.draw(units)[0]) == [*agreement.COLUMNS[:2], "target", *agreement.COLUMNS[2:]]

    def test_reads_only_what_was_filled_in(self, tmp_path):
        sheet, _ = agreement.draw(self.units(), n=30)
        sheet.loc[0, "tone"] = " Positive "
        sheet.to_csv(tmp_path / "sheet.csv", index=False)
        assert agreement.read(tmp_path / "sheet.csv")["tone"].tolist() == ["positive"]
        assert agreement.read(tmp_path / "none.csv").empty
        (tmp_path / "other.csv").write_text("a,b\n1,2\n")
        with pytest.raises(ValueError, match="no column article_id, sentence_start_words, tone"):
            agreement.read(tmp_path / "other.csv")
        head = "article_id;sentence_start_words;tone\n"
        (tmp_path / "other.csv").write_text(f"{head}'-a.txt;Zoë said; Positive\n", encoding="utf-8")
        assert agreement.read(tmp_path / "other.csv").iloc[0].tolist() == ["-a.txt", "Zoë said", "positive"]
        for data in (
            b"",
            f"{head}a.txt;One;two;neutral\n".encode(),
            f"{head}a;Zoë;neutral\n".encode("cp1252"),
        ):
            (tmp_path / "other.csv").write_bytes(data)
            with pytest.raises(tables.OwnFileError, match=r"other\.csv"):
                agreement.read(tmp_path / "other.csv")

    def test_a_sheet_for_other_articles_is_passed_over(self):
        sheet = agreement.draw(self.units())[0].assign(article_id="elsewhere", tone="neutral")
        found = agreement.find(sheet, self.units())
        check = agreement.compare(found, self.units()["label"], labels=sentiment.LABELS)
        assert (check.n, check.missed) == (0, len(sheet)) and check.measures["value"].isna().all()
        both = {"dictionary": check}
        assert agreement.measures(both).empty and agreement.confusions(both).empty
        assert agreement.corrections(both).empty


def test_judging_sentences_of_the_sample_are_told_apart():
    truth = agreement.read(SAMPLE / "truth" / "tone.csv")
    begins = truth["sentence_start_words"].str.split().str.join(" ")
    found = []
    for article_id, begin in zip(truth["article_id"], begins, strict=True):
        path = SAMPLE / "articles" / article_id
        if path.suffix == ".txt":
            text = " ".join(path.read_text(encoding="utf-8", errors="replace").split())
            at = text.find(begin)
            found.append(text[at : at + 300].split(". ")[0] if at >= 0 else begin)
        else:
            found.append("")
    known = truth.assign(text=found).query("text != ''")
    articles, sentences = corpus(*known["text"])
    labels = sentiment.label(scored(articles, sentences, scores.event_words()["word"]).table["score"])
    wrong_sign = (
        (labels != known["tone"].to_numpy()) & (labels != "neutral") & (known["tone"].to_numpy() != "neutral")
    )
    assert wrong_sign.mean() < 0.25 and (labels == known["tone"].to_numpy()).mean() > 0.55


@pytest.fixture
def draw():
    """Close what a test draws."""
    yield lambda ax: ax.figure
    plots.plt.close("all")


@pytest.mark.usefixtures("draw")
class TestFigures:
    def table(self, n=15):
        articles, sentences = corpus(*["It was awful.", "It was great.", "It rained."] * (n // 3))
        sentences["voice"] = np.tile(sentiment.VOICES, n)[: len(sentences)]
        units = sentiment.counted(scored(articles, sentences).table, articles)
        return sentiment.tone(units, by=["outlet"])

    def test_shares_fill_each_bar_and_few_articles_are_hatched(self):
        table = sentiment.shares(self.table())
        ax = plots_tone.tone_shares(table)
        assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(len(table))
        hatched = [bar.get_hatch() is not None for bar in ax.patches[: len(table)]]
        assert hatched == table["thin"].tolist() and any(hatched) and not all(hatched)

    def test_voices_stand_apart_with_and_without_event_words(self):
        table = self.table().query("by == 'outlet' and voice != 'all'").assign(label="harbour")
        ax = plots_tone.tone_voices(table)
        dots = [line for line in ax.lines if line.get_marker() == "o"]
        drawn = [float(line.get_xdata()[0]) for line in dots]
        assert drawn == table[["mean", "judging"]].to_numpy().ravel().tolist()
        assert len({line.get_color() for line in dots[::2]}) == 3
        assert [text.get_text() for text in ax.texts] == [*table["n_articles"].astype(str), "articles"]

    def test_empty_periods_are_drawn_as_empty(self):
        periods = pd.date_range("2024-01-01", periods=3, freq="MS")
        frame = pd.DataFrame({"period": periods, "n_articles": [9, 0, 2], "thin": [False, True, True]})
        frame = frame.assign(mean=[0.1, np.nan, 0.2], low=[0, np.nan, np.nan], high=[0.2, np.nan, np.nan])
        frame = frame.assign(judging=[0.0, np.nan, 0.1])
        both = pd.concat([frame.assign(voice=voice) for voice in ("narrator", "quote")])
        strip = plots_tone.tone_periods(both, unit="month")
        assert sorted(bar.get_height() for bar in strip.patches) == [0, 2, 9]
        assert [bar.get_hatch() for bar in strip.patches] == [None, "////", "////"]
        assert [ax.texts[0].get_text() for ax in strip.figure.axes[:-1]] == ["narrator", "quote"]

    @pytest.mark.parametrize("n", [3, 30])
    def test_articles_are_dots_or_counted(self, n):
        articles, sentences = corpus(*[["A good day.", "It rained."]] * n)
        each = sentiment.by_article(sentiment.counted(scored(articles, sentences).table, articles))
        ax = plots_tone.tone_articles(each.assign(label=each["article_id"]))
        if n <= sentiment.FEW:
            assert len(ax.get_yticklabels()) == n
        else:
            assert sum(bar.get_height() for bar in ax.patches if bar.get_height() > 1) == n

    def test_bars_of_a_word_shift_end_where_its_parts_do(self):
        frame = pd.DataFrame({"word": ["great", "war"], "event": [False, True]})
        frame = frame.assign(more_often=[0.3, -0.1], otherwise=[-0.1, -0.2], adds=[0.2, -0.3])
        frame = frame.assign(times=[1, 2], times_other=[3, 1])
        ax = plots_toward.word_shift(frame, names=["a", "b"])
        widths = np.array([bar.get_width() for bar in ax.patches]).reshape(2, 2)
        assert widths.sum(0) == pytest.approx(frame["adds"])
        assert [label.get_text() for label in ax.get_yticklabels()] == ["great ▲", "war ▼"]
        reach = [min(bar.get_x() + min(bar.get_width(), 0) for bar in ax.patches[row::2]) for row in (0, 1)]
        assert reach == pytest.approx([-0.1, -0.3])

    def test_names_stand_in_the_panel_of_their_voice(self):
        row = {"entity": "Odo", "n_articles": 9, "model": 0.4, "low": 0.2, "high": 0.6, "dictionary": 0.1}
        frame = pd.DataFrame([row | {"voice": voice} for voice in ("narrator", "quote")])
        ax = plots_toward.tone_toward(frame.assign(judging=0.1, thin=False, tone="positive"))
        assert [panel.get_title(loc="left") for panel in ax.figure.axes] == ["narrator", "quote"]
        assert all(panel.texts[0].get_text() == "9" for panel in ax.figure.axes)

    def test_cells_with_few_articles_are_hatched(self):
        frame = pd.DataFrame({"entity": ["Odo", "Odo"], "outlet": ["a", "b"], "n_articles": [9, 2]})
        frame = frame.assign(model=[0.4, -0.4], thin=[False, True], tone=["positive", "too few articles"])
        ax = plots_toward.tone_grid(frame)
        assert [cell.get_hatch() for cell in ax.patches] == [None, "////"]
        assert [text.get_text() for text in ax.texts] == ["+0.40", "9", "−0.40", "2"]
        assert [text.get_weight() for text in ax.texts[::2]] == ["bold", "normal"]

    def test_methods_show_each_count(self):
        frame = pd.DataFrame({"voice": "quote", "dictionary": sentiment.LABELS, "negative": [3, 0, 0]})
        frame = frame.assign(neutral=[1, 0, 2], positive=0, **{targets.NONE: 0})
        ax = plots_toward.tone_methods(frame)
        assert [text.get_text().split("\n")[0] for text in ax.texts[:4]] == ["3", "1", "0", "0"]
        assert ax.texts[4].get_text() == "–"

    def test_words_have_a_panel_a_voice(self):
        articles, sentences = corpus(["A good war.", "A good day."], voice=["narrator", "quote"])
        result = scored(articles, sentences)
        frame = scores.by_voice(result, sentiment.counted(result.table, articles))
        ax = plots_toward.tone_words(frame)
        assert [panel.get_title(loc="left") for panel in ax.figure.axes] == ["narrator", "quote"]
        assert [bar.get_width() for bar in ax.patches] == frame["narrator"].tolist()
