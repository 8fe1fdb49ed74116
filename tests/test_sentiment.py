from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import tables
from helpers.show import plots, plots_tone
from helpers.tokens import tokenize
from helpers.tone import agreement, lexicon, scores, sentiment, targets, valence

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


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

    def test_a_text_said_twice_scores_what_it_scores_said_once(self):
        text = ["The talks were good.", "The war is awful.", "It rained."]
        once, twice = corpus(text), corpus(text * 2)
        means = [sentiment.counted(scored(*both).table, both[0])["score"].mean() for both in (once, twice)]
        assert means[0] == pytest.approx(means[1])

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
        text = sentiment.findings(
            units, sentiment.tone(units), scores.words(result, units), pd.DataFrame({"label": []})
        )
        assert f"50\xa0% of {2 * n} sentences are neutral" in text

    def test_nothing_to_read_is_said(self):
        articles, sentences = corpus("Bonjour.", language="fr")
        result = scored(articles, sentences)
        units = sentiment.counted(result.table, articles)
        table = sentiment.tone(units, by=["outlet", "period"])
        words = scores.words(result, units)
        assert table.empty and words.empty and sentiment.by_article(units).empty
        assert "nothing was scored" in sentiment.findings(units, table, words, pd.DataFrame())
        assert scores.extremes(result, units, sentences) == ""

    def test_names_of_outlets_are_no_markup(self):
        table, units = tones(*["It was awful."] * 18, outlet=["<b>a</b>"] * 9 + ["b"] * 9)
        text = sentiment.findings(units, table, pd.DataFrame({"event": [], "share": []}).astype(bool), [])
        assert "<b>" not in text

    def test_marks_the_words_that_fired(self):
        articles, sentences = corpus("A good war!")
        assert scores.marked(scored(articles, sentences), "A good war!", row=0) == (
            "A [good +1.9] [war! -2.9*]"
        )


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

    def test_the_most_named_are_read_first_and_the_last_one_by_lot(self):
        many = ["Maren left."] * 4 + ["Odo left."] * 6
        articles, sentences = corpus(*many)
        names = [text.split()[0] for text in many]
        mentions = sentences[["article_id", "sentence", "start"]].assign(entity=names)
        mentions["end"] = mentions["entity"].str.len()
        found = targets.score(*scored(articles, sentences), sentences, mentions, most=8)
        read = found["positive"].notna()
        assert read.groupby(found["entity"]).sum().to_dict() == {"Maren": 2, "Odo": 6}
        assert (found["label"][~read] == targets.NONE).all()
        again = targets.score(*scored(articles, sentences), sentences, mentions, most=8)
        pd.testing.assert_frame_equal(found, again)

    def toward(self, model, dictionary, n=10):
        units = pd.DataFrame({"article": np.arange(n)})
        aimed = pd.DataFrame({"entity": "Odo", "score": dictionary, "label": "positive"}, index=range(n))
        aimed = aimed.assign(positive=(1 + np.array(model)) / 2, negative=(1 - np.array(model)) / 2)
        return targets.toward(aimed, units).iloc[0]

    def test_a_tone_is_named_only_where_model_and_dictionary_agree(self):
        clear = np.linspace(0.4, 0.8, 10)
        assert self.toward(clear, 0.3)["tone"] == "positive"
        assert self.toward(-clear, -0.3)["tone"] == "negative"
        assert self.toward(clear, -0.3)["tone"] == "no clear tone"
        assert self.toward(np.linspace(-0.8, 0.9, 10), 0.3)["tone"] == "no clear tone"
        assert self.toward(clear[:5], 0.3, n=5)["tone"] == "too few articles"
        assert plots_tone.tone_toward(pd.DataFrame([self.toward(clear, 0.3)])).get_yticklabels()[0]

    def test_no_name_has_no_table(self):
        aimed = pd.DataFrame({"entity": [], "score": [], "label": [], "positive": [], "negative": []})
        assert targets.toward(aimed, pd.DataFrame({"article": []})).empty
        assert "No name" in targets.surest(aimed, pd.DataFrame({"text": []}))


class TestCheckSheet:
    def units(self, n=60):
        labels = np.array(sentiment.LABELS)[np.arange(n) % 3]
        texts = [f"Sentence {number}." for number in range(n)]
        return pd.DataFrame({"article_id": "a", "sentence": range(n), "text": texts, "label": labels})

    def test_ids_that_look_like_formulas_come_back(self, tmp_path):
        ids = ["-a.txt", "=b.txt", "'c.txt"]
        units = pd.DataFrame({"article_id": ids, "sentence": 0, "text": "=One two.", "label": list("xyz")})
        tables.csv(
            units.rename(columns={"text": "sentence_start_words", "label": "tone"}), tmp_path / "a.csv"
        )
        assert agreement.find(agreement.read(tmp_path / "a.csv"), units)["row"].tolist() == [0, 1, 2]

    def test_shows_no_score_and_draws_from_each_label(self):
        sheet = agreement.draw(self.units(), n=30, seed=1)
        assert list(sheet) == list(agreement.COLUMNS) and (sheet["tone"] == "").all()
        found = agreement.find(sheet, self.units())
        assert self.units()["label"].iloc[found["row"]].value_counts().tolist() == [10, 10, 10]
        assert agreement.draw(self.units().sample(frac=1, random_state=0), n=30, seed=1).equals(sheet)

    def test_perfect_and_opposite_labels(self):
        units = self.units()
        found = agreement.find(agreement.draw(units, n=60), units)
        for tone, accuracy, kappa in (
            (units["label"], 1, 1),
            (units["label"].shift(-1).fillna("x"), 0, -0.5),
        ):
            filled = found.assign(tone=tone.iloc[found["row"]].to_numpy())
            check = agreement.compare(filled, units["label"], labels=sentiment.LABELS)
            assert check.accuracy == accuracy and check.kappa == pytest.approx(kappa, abs=0.02)

    def test_corrects_the_shares_by_what_was_read(self):
        units = self.units()
        found = agreement.find(agreement.draw(units, n=60), units).assign(tone="neutral")
        shares = agreement.compare(found, units["label"], labels=sentiment.LABELS).corrected
        assert shares.loc["neutral", ["computed", "corrected"]].tolist() == pytest.approx(
            [1 / 3, 1], abs=1e-5
        )

    def test_a_hand_picked_sheet_corrects_nothing(self):
        units = self.units()
        found = agreement.find(agreement.draw(units).assign(drawn="by hand"), units).assign(tone="neutral")
        assert agreement.compare(found, units["label"], labels=sentiment.LABELS).corrected.empty

    def test_reads_only_what_was_filled_in(self, tmp_path):
        sheet = agreement.draw(self.units(), n=30)
        sheet.loc[0, "tone"] = " Positive "
        sheet.to_csv(tmp_path / "sheet.csv", index=False)
        assert agreement.read(tmp_path / "sheet.csv")["tone"].tolist() == ["positive"]
        assert agreement.read(tmp_path / "none.csv").empty
        (tmp_path / "other.csv").write_text("a,b\n1,2\n")
        with pytest.raises(ValueError, match="no column article_id, sentence_start_words, tone"):
            agreement.read(tmp_path / "other.csv")

    def test_a_sheet_for_other_articles_is_passed_over(self):
        sheet = agreement.draw(self.units()).assign(article_id="elsewhere", tone="neutral")
        found = agreement.find(sheet, self.units())
        check = agreement.compare(found, self.units()["label"], labels=sentiment.LABELS)
        assert (check.n, check.missed) == (0, len(sheet)) and np.isnan(check.accuracy)


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


class TestFigures:
    def table(self):
        return tones(*["It was awful.", "It was great.", "It rained."] * 5)[0]

    def test_shares_fill_each_bar(self):
        table = self.table().iloc[:2].assign(label=["all", "narrator"])
        ax = plots_tone.tone_shares(table)
        assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(2)
        plots.plt.close(ax.figure)

    def test_means_stand_where_they_are(self):
        table = self.table().iloc[[1]].assign(label="narrator", thin=False)
        ax = plots_tone.tone_means(table)
        drawn = [line.get_xdata() for line in ax.lines if line.get_marker() == "o"]
        assert np.ravel(drawn).tolist() == [table["mean"].iloc[0], table["judging"].iloc[0]]
        plots.plt.close(ax.figure)

    def test_empty_periods_are_drawn_as_empty(self):
        periods = pd.date_range("2024-01-01", periods=3, freq="MS")
        frame = pd.DataFrame({"period": periods, "n_articles": [9, 0, 2], "thin": [False, True, True]})
        frame = frame.assign(mean=[0.1, np.nan, 0.2], low=np.nan, high=np.nan, judging=[0.0, np.nan, 0.1])
        ax = plots_tone.tone_periods(frame, unit="month")
        strip = ax.figure.axes[1]
        assert sorted(bar.get_height() for bar in strip.patches) == [0, 2, 9]
        plots.plt.close(ax.figure)

    def test_many_articles_are_counted(self):
        frame = pd.DataFrame({"label": map(str, range(40)), "mean": np.linspace(-1, 1, 40)})
        ax = plots_tone.tone_articles(frame.assign(low=np.nan, high=np.nan, judging=0.0))
        assert sum(bar.get_height() for bar in ax.containers[0]) == 40
        plots.plt.close(ax.figure)

    def test_nothing_is_drawn_from_nothing(self):
        empty = tones("Bonjour.", language="fr")[0].assign(label="", thin=False)
        for ax in (plots_tone.tone_shares(empty), plots_tone.tone_means(empty)):
            plots.plt.close(ax.figure)
