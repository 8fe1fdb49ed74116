import numpy as np
import pandas as pd
import pytest
from tone_texts import SENTENCES, corpus, scored

from dateline import population
from dateline.tone import differences, vader


def tones(*texts, **columns):
    articles, sentences = corpus(*texts, **columns)
    units = differences.counted_sentences(scored(articles, sentences).table, articles)
    return differences.mean_tones(units, by=["outlet", "period"]), units


class TestTone:
    def test_is_the_mean_over_sentences_with_an_interval_over_articles(self):
        table, units = tones(*["It was great.", "It was awful.", "It rained."] * 4)
        row = table.iloc[0]
        assert row["mean"] == pytest.approx(units["score"].mean(), abs=1e-6)
        assert row["low"] < row["mean"] < row["high"]
        assert (row["n_articles"], row["n_sentences"], row["neutral"]) == (12, 12, pytest.approx(1 / 3))

    def test_a_few_articles_have_a_mean_and_no_interval(self):
        for n in (1, 7, 8):
            table, _ = tones(*["It was awful.", "It rained."] * 4 if n == 8 else ["It was awful."] * n)
            assert (table["low"].notna() == ~table["thin"]).all() and table["thin"].all() == (n < 8)
            assert table["mean"].notna().all()

    def test_no_mean_of_the_dictionary_has_a_sign(self):
        assert "tone" not in tones(*["It was awful."] * 9)[0]

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
        assert len(names) == differences.MOST_OUTLETS + 1 and "other outlets" in names

    def test_words_add_up_to_the_mean(self):
        articles, sentences = corpus(["A good war.", "A good day."], ["An awful, awful war!"], "It rained.")
        result = scored(articles, sentences)
        units = differences.counted_sentences(result.table, articles)
        words = vader.word_weights(result, units).set_index("word")
        assert words["adds"].sum() == pytest.approx(units["score"].mean(), abs=1e-4)
        assert words.loc["war", ["event", "n_articles", "n_times"]].tolist() == [True, 2, 2]
        units.loc[2, "voice"] = "quote"
        voices = vader.voice_weights(result, units, top=2)
        assert voices["word"].tolist() == words.index[:2].tolist()
        alone = vader.word_weights(result, units[units["voice"] == "quote"]).set_index("word")["adds"]
        assert voices["quote"].tolist() == [pytest.approx(alone.get(word, 0)) for word in voices["word"]]

    @pytest.mark.parametrize("n", [1, 2, 3, 5, 25])
    def test_any_number_of_articles(self, n):
        articles, sentences = corpus(*[["A good day.", "It rained."]] * n)
        result = scored(articles, sentences)
        units = differences.counted_sentences(result.table, articles)
        each = differences.tones_by_article(units)
        assert len(each) == n and each["low"].isna().all()
        articles, sentences = corpus(*[["A good day.", "It rained."] * 4] * n)
        long = differences.counted_sentences(scored(articles, sentences).table, articles)
        each = differences.tones_by_article(long)
        assert each["low"].notna().all() == (n <= differences.FEW_ARTICLES)

    def test_nothing_to_read_is_said(self):
        articles, sentences = corpus("Bonjour.", language="fr")
        result = scored(articles, sentences)
        units = differences.counted_sentences(result.table, articles)
        table = differences.mean_tones(units, by=["outlet", "period"])
        words = vader.word_weights(result, units)
        assert table.empty and words.empty and differences.tones_by_article(units).empty
        assert differences.comparison_sides(units) == {}
        assert vader.event_word_sheet(vader.event_word_list(), words).empty
        assert differences.tones_over_time(table, units).empty

    def test_a_sign_is_put_into_words_where_the_interval_excludes_zero(self):
        article = np.repeat(np.arange(9), 2)
        for value, n, expected in (
            (-0.5, 9, "negative"),
            (0.5, 8, "positive"),
            (0.5, 7, "too few articles"),
            (0.04, 9, "no clear tone"),
        ):
            values = value + np.tile([-0.02, 0.02, 0.01], 6)[: 2 * n]
            sums, counts = (np.bincount(article[: 2 * n], weights, 9) for weights in (values, None))
            assert str(differences.sign_means(*population.mean_intervals(sums, counts))) == expected
        mixed = population.mean_intervals(np.full(9, 0.1), np.full(9, 2))
        assert str(differences.sign_means(*mixed)) == "no clear tone"

    def test_one_story_is_one_piece_of_evidence(self):
        articles, sentences = corpus(*["It was awful."] * 12, story=[0] * 12)
        table = scored(articles, sentences).table
        alone, together = (
            differences.mean_tones(differences.counted_sentences(table, articles, over=over)).iloc[0]
            for over in ("article", "story")
        )
        assert not alone["thin"] and together["thin"] and np.isnan(together["low"])
        assert alone["n_articles"] == together["n_articles"] == 12
        with pytest.raises(ValueError, match="choose article or story"):
            differences.counted_sentences(table, articles, over="outlet")

    def test_a_figure_of_many_groups_has_wider_intervals_than_one_group_alone(self):
        rng = np.random.default_rng(0)
        texts = rng.choice(["It was great.", "It was awful.", "It rained."], (200, 3)).tolist()
        outlets = [f"outlet {number % 10}" for number in range(200)]
        table, units = tones(*texts, outlet=outlets)
        row = table[(table["by"] == "outlet") & (table["voice"] == "narrator")].iloc[0]
        alone = differences.mean_tones(units[units["outlet"] == row["group"]]).iloc[0]
        assert row["high"] - row["low"] > 1.15 * (alone["high"] - alone["low"])

    def test_quotations_are_counted_by_who_speaks(self):
        articles, sentences = corpus(*[["It was awful.", "It was great."]] * 35)
        sentences["voice"] = ["quote", "narrator"] * 35
        table = scored(articles, sentences).table
        said = table.loc[table["voice"] == "quote", ["article_id", "sentence", "voice"]]
        said = said.assign(
            entity=["Lee"] * 5 + [f"Oak {n}" for n in range(9) for _ in range(3)] + ["Ash"] * 3
        )
        units = differences.counted_sentences(differences.add_speakers(table, said.iloc[:-1]), articles)
        found = differences.mean_tones(units, by=["speaker"]).query("by == 'speaker' and voice == 'quote'")
        assert found["n_sentences"].sum() == 35 and found.set_index("group").loc["Lee", "n_articles"] == 5
        # Ash is quoted twice, the last quotation is nobody's, and eight names have room
        assert found["n_sentences"].loc[found["group"] == differences.OTHER_SPEAKERS].tolist() == [
            35 - 5 - 7 * 3
        ]
        assert not {"Ash", "Oak 7", "Oak 8"} & set(found["group"])
        shares = differences.label_shares(differences.mean_tones(units, by=["speaker"]))
        assert shares["label"].tolist()[:3] == ["all sentences", "narrator", "quotations"]


class TestShift:
    def world(self):
        texts = [["A great day.", "It rained."]] * 10 + [["A shameful war.", "Not a great day."]] * 10
        articles, sentences = corpus(*texts, outlet=["a"] * 10 + ["b"] * 10)
        result = scored(articles, sentences)
        return result, differences.counted_sentences(result.table, articles)

    def test_words_add_up_to_the_difference(self):
        result, units = self.world()
        sides = differences.comparison_sides(units)
        means, table = differences.mean_difference(sides), differences.word_shift(result, sides)
        gap = means.set_index("side").loc["difference"]
        first, second = (units.loc[units["outlet"] == name, "score"].mean() for name in "ab")
        assert gap["mean"] == pytest.approx(second - first, abs=2e-6)
        assert gap["low"] <= gap["mean"] <= gap["high"] < 0
        judging = units.groupby("outlet")["judging"].mean()
        assert gap["judging"] == pytest.approx(judging["b"] - judging["a"], abs=2e-6)
        assert table["adds"].sum() == pytest.approx(gap["mean"], abs=1e-4)
        assert (table["more_often"] + table["otherwise"] - table["adds"]).abs().max() < 1e-8
        great = table.set_index("word").loc["great"]
        # as often in each, but denied in one
        assert great["more_often"] == 0 and great["otherwise"] < 0
        assert means["n_articles"].tolist() == [10, 10, 20]

    def test_sides_are_outlets_halves_or_what_is_asked_for(self):
        _, units = self.world()
        assert list(differences.comparison_sides(units)) == ["a", "b"]
        assert list(differences.comparison_sides(units, ("b", "a"))) == ["b", "a"]
        years = np.where(units["article"] % 2, "2024-03-01", "2025-06-01").astype("datetime64[s]")
        sides = differences.comparison_sides(units.assign(published=years), ("2024", "2025"))
        assert [len(side) for side in sides.values()] == [20, 20] and set(sides) == {"2024", "2025"}
        assert sides["2024"]["published"].dt.year.unique().tolist() == [2024]
        days = pd.date_range("2024-05-01", periods=20).repeat(2)
        alone = units.assign(outlet="a", published=days.astype("datetime64[s]"))
        halves = differences.comparison_sides(alone)
        assert list(halves) == ["before 2024-05-11", "from 2024-05-11 on"]
        assert [len(half) for half in halves.values()] == [20, 20]
        assert differences.comparison_sides(units[units["outlet"] == "a"]) == {}
        with pytest.raises(ValueError, match="name two of a, b"):
            differences.comparison_sides(units, ("a", "z"))

    @pytest.mark.parametrize(("first", "sizes"), [(20, []), (1, []), (7, []), (8, [8, 12]), (12, [12, 8])])
    def test_halves_part_between_days_and_need_enough_articles_each(self, first, sizes):
        result, units = self.world()
        day = np.where(units["article"] < first, "2024-05-01", "2024-05-02")
        alone = units.assign(outlet="a", published=day.astype("datetime64[s]"))
        pair = differences.comparison_sides(alone)
        assert [half["article"].nunique() for half in pair.values()] == sizes
        assert len(differences.mean_difference(pair)) == (3 if sizes else 0)
        assert differences.word_shift(result, pair).empty == (not sizes)

    def test_the_same_side_twice_differs_in_no_word(self):
        result, units = self.world()
        assert differences.word_shift(result, {"a": units, "b": units})["adds"].abs().max() == 0


class TestWhoDiffers:
    def readings(self, rng, *, planted=False, stories=False):
        """Three names in forty articles of each of three outlets; one in five is negative, planted three."""
        rows = pd.DataFrame({"article": range(120), "group": np.repeat(["a", "b", "c"], 40)})
        rows["story"] = rows["article"] % 40 if stories else rows["article"]
        names = rows.merge(pd.DataFrame({"entity": ["Lee", "Oak", "Ash"]}), how="cross")
        bad = names["story"].map(dict(enumerate(rng.random(120)))) if stories else rng.random(360)
        share = np.where(planted & (names["group"] == "a") & (names["entity"] == "Lee"), 0.6, 0.2)
        return names.assign(value=np.where(bad < share, -0.65, 0.2) + rng.normal(0, 0.4, 360))

    @pytest.mark.parametrize("stories", [False, True])
    def test_shuffled_corpora_name_hardly_anybody(self, stories):
        rng, named = np.random.default_rng(0), 0
        for seed in range(30):
            table = differences.differing_groups(self.readings(rng, stories=stories), seed=seed)
            named += (table["differs"] != "").any()
        assert named <= 4  # of 30; more than 4 have a chance of 1 in 60 at a rate of 5 %

    def test_who_writes_worse_is_found(self):
        rng, named = np.random.default_rng(1), 0
        for seed in range(30):
            table = differences.differing_groups(self.readings(rng, planted=True), seed=seed)
            clear = table[table["differs"] != ""].set_index(["entity", "group"])["differs"]
            named += clear.get(("Lee", "a")) == "more negative"
        assert named >= 15  # of 30; fewer have a chance below 1 in 25 at the rate of 65 % that is asked for

    def test_who_covers_the_bad_news_is_not_taken_for_who_writes_badly(self):
        rng = np.random.default_rng(2)
        story = np.concatenate([np.arange(40), np.arange(40)])
        rows = pd.DataFrame({"entity": "Lee", "article": range(80), "group": ["a"] * 40 + ["b"] * 40})
        rows = rows.assign(story=story, value=np.where(story < 20, -0.8, 0.5) + rng.normal(0, 0.1, 80))
        # a writes on all forty stories, b only on the bad ones, twice
        rows.loc[rows["group"] == "b", "story"] %= 20
        rows.loc[rows["group"] == "b", "value"] -= np.where(story[40:] < 20, 0, 1.3)
        assert (differences.differing_groups(rows)["differs"] == "").all()
        apart = differences.differing_groups(rows.assign(story=rows["article"]))
        assert apart["differs"].tolist() == ["more positive", "more negative"]

    def test_too_few_articles_are_not_compared(self):
        rows = pd.DataFrame({"entity": "Lee", "group": ["a"] * 7 + ["b"] * 9, "value": 0.0})
        rows = rows.assign(article=range(16), story=range(16))
        assert differences.differing_groups(rows)["p"].isna().all()
        assert differences.differing_groups(rows.head(0)).empty


class TestChecks:
    def parts(self, *texts):
        articles, sentences = corpus(*texts)
        result = scored(articles, sentences)
        units = differences.counted_sentences(result.table, articles)
        read = dict.fromkeys(["negative", "neutral", "positive"], 1 / 3)
        aimed = pd.DataFrame(read, index=units.index)
        tones = differences.mean_tones(units, by=["outlet", "period"])
        return tones, units, vader.word_weights(result, units), aimed

    def test_say_what_was_checked(self):
        for parts in (self.parts(*SENTENCES * 3), [part.head(0) for part in self.parts("It rained.")]):
            assert [*differences.check_tones(*parts).values()] == [True] * 6

    def test_name_all_that_does_not_fit(self):
        tones, units, weights, aimed = self.parts(*SENTENCES * 3)
        parts = tones.tail(3), units, weights.tail(1), aimed.rename(index={0: 99})
        wrong = [name for name, holds in differences.check_tones(*parts).items() if not holds]
        ends = ["add up to all sentences", "add up to the mean", "sentences that count"]
        assert len(wrong) == 3 and all(name.endswith(end) for name, end in zip(wrong, ends, strict=True))

    def test_words_that_do_not_add_up_are_an_error(self):
        gap, words = pd.DataFrame({"mean": [0.1, 0.3, 0.2]}), pd.DataFrame({"adds": [0.15, 0.05]})
        fit = [(gap, words), (gap[:0], words[:0]), (gap, words.head(1))]
        assert [[*differences.check_shift(*parts).values()] for parts in fit] == [[True], [True], [False]]
