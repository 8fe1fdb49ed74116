import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tone_texts import SENTENCES, corpus, quick, scored

from dateline import tables
from dateline.tone import differences, vader

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


def scores(texts, news=True):
    words = vader.split_words(texts, news=news)
    weights = vader.weigh_words(words, news=news)
    sums = np.bincount(weights.text, weights.weight, len(texts))
    return vader.squash(sums + np.sign(sums) * words.emphasis).tolist()


@pytest.fixture(scope="module")
def peer():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda texts: [analyzer.polarity_scores(text)["compound"] for text in texts]


def public_sentences():
    found = []
    for name, key in (("newsmtsc_train.jsonl", "sentence_normalized"), ("neardup_1000.jsonl", "text")):
        if (CORPORA / name).exists():
            lines = (CORPORA / name).read_text(encoding="utf-8").splitlines()
            found += [json.loads(line)[key] for line in lines]
    if (CORPORA / "vader_nyt_first2000.tsv").exists():
        lines = (CORPORA / "vader_nyt_first2000.tsv").read_text(encoding="utf-8").splitlines()
        found += [line.split("\t")[2] for line in lines]
    return found


# Words that every rule of VADER acts on, and others, to be thrown together.
PIECES = """
    no not never so this without doubt but least at very kind of nothing none or nor isn't won't extremely
    sort kinda VERY barely good Good GOOD bad horrible great love hate war limits hopeless the The a talks
    failed to fail refuse said, fine. hmm! what? (good) "bad" 'great' shit bomb ass badass kiss death die for
    yeah right cut mustard hand mouth beating heart bus stop :) :-( ;) <3 :D lol 😀 💔 x😀y – — … “good” ‘bad’
    Court's war's under weather broken upper ! !! ??? . , ; n't
""".split()  # noqa: SIM905


class TestSameAsVader:
    @pytest.mark.slow
    def test_on_public_sentences(self, peer):
        texts = public_sentences()
        if len(texts) < 5000:
            pytest.skip("the public corpora are not beside the checkout")
        texts = texts[::3]
        wrong = [
            (text, ours, theirs)
            for text, ours, theirs in zip(texts, scores(texts, news=False), peer(texts), strict=True)
            if ours != theirs
        ]
        assert not wrong, f"{len(wrong)} of {len(texts)} differ, first {wrong[:3]}"

    def test_on_sentences_thrown_together(self, peer):
        rng = np.random.default_rng(0)
        texts = [" ".join(rng.choice(PIECES, size=rng.integers(1, 14))) for _ in range(3000)]
        wrong = [
            (text, ours, theirs)
            for text, ours, theirs in zip(texts, scores(texts, news=False), peer(texts), strict=True)
            if ours != theirs
        ]
        assert not wrong, f"{len(wrong)} differ, first {wrong[:3]}"

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join), min_size=1, max_size=6))
    def test_on_any_mixture_of_texts(self, peer, texts):
        assert scores(texts, news=False) == peer(texts)


# What our three differences mend: sentence, sign by VADER, sign by us.
MENDED = [
    ("“Excellent!” she said", 0, 1),
    ("The plan isn’t good", 1, -1),
    ("they signed a no limits partnership", -1, 0),
    ("the end of World War Two was near", -1, 0),
    ("judges of the Supreme Court met", 1, 0),
    ("world war two ended in 1945", -1, 0),
]


@pytest.mark.parametrize(("text", "before", "after"), MENDED)
def test_each_difference_from_vader_mends_what_it_says(text, before, after):
    assert [np.sign(scores([text], news=news)[0]) for news in (False, True)] == [before, after]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("It was not the worst idea.", 1),
        ("There was no problem.", 1),
        ("No problem, he said.", 1),
        ("The mayor failed to condemn the raid.", -1),
        ("Fear Grips Harbour Town as Talks Fail", -1),
        ("They declared a “no limits” partnership.", 0),
        ("A no limits partnership was signed.", 0),
        ("The “No Limits” Partnership, a Year On", 0),
        ("World War II ended in 1945.", 0),
        ("World War II Letters Found in Attic", 0),
        ("WORLD WAR II LETTERS FOUND IN ATTIC", 0),
        ("The Second World War", 0),
        ("The war was long.", -1),
        ("The Supreme Court sat on Monday.", 0),
        ("The talks were good, but the dinner was awful.", -1),
    ],
)
def test_negation_contrast_and_names(text, sign):
    assert np.sign(scores([text])[0]) == sign


def test_texts_do_not_reach_into_each_other():
    texts = ["not", "good", "", "very", "bad", "no"]
    assert scores(texts) == [scores([text])[0] for text in texts]
    assert scores([]) == []


class TestScores:
    def test_add_up_to_the_words_that_fired(self):
        articles, sentences = corpus(
            ["The war was shameful, but the truce is great!!", "Nobody knows.", "A very good, GOOD day :)"]
        )
        for row in scored(articles, sentences).table.itertuples():
            weights = [float(hit.rsplit(":", 1)[1]) for hit in row.hits.split("; ") if hit]
            assert vader.squash(np.array([sum(weights)]))[0] == pytest.approx(row.score, abs=2e-4)

    @quick
    @given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6))
    def test_a_text_said_twice_scores_what_it_scores_said_once(self, text):
        once, twice = corpus(text), corpus(text * 2)
        for column in ("score", "judging"):
            means = [
                differences.counted_sentences(scored(*both).table, both[0])[column].mean()
                for both in (once, twice)
            ]
            assert means[0] == pytest.approx(means[1])

    @quick
    @given(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), min_size=1, max_size=5))
    def test_words_add_up_to_every_mean(self, texts):
        articles, sentences = corpus(*texts)
        result = scored(articles, sentences)
        units = differences.counted_sentences(result.table, articles)
        for part in (units, units.iloc[: len(units) // 2 + 1]):
            added = vader.word_weights(result, part)["adds"].sum()
            assert added == pytest.approx(part["score"].mean(), abs=6e-5)

    def test_event_words_do_not_judge(self):
        table = scored(*corpus(["The war ended in a truce.", "A shameful war."])).table
        assert table["judging"].tolist()[0] == 0 != table["score"].tolist()[0]
        assert table["judging"].tolist()[1] < 0

    def test_other_languages_are_left_out(self):
        articles, sentences = corpus("Good.", "Gut ist bad.", language=["en", "de"])
        assert scored(articles, sentences).table["article_id"].tolist() == ["000.txt"]

    def test_copies_count_only_when_asked_for(self):
        articles, sentences = corpus("Good.", "Good.", copy_of=[None, "000.txt"])
        result = scored(articles, sentences)
        assert len(differences.counted_sentences(result.table, articles)) == 1
        assert len(differences.counted_sentences(result.table, articles, copies=True)) == 2

    def test_every_event_word_is_one_that_could_fire(self):
        listed = vader.event_word_list()
        assert listed["word"].is_unique and listed["word"].is_monotonic_increasing
        assert set(listed["word"]) <= set(vader.lexicon().weights)
        assert (listed["why"] != "").all()


class TestEventWords:
    def test_the_users_file_wins_and_so_does_a_copy_of_ours(self, tmp_path):
        path = tmp_path / "event-words.csv"
        path.write_text("word,event,note\nWar,no,\nshameful, Yes ,mine\nnowhere,yes,\n", encoding="utf-8")
        decided = vader.event_word_list(path).set_index("word")
        assert decided.loc[["war", "shameful", "nowhere"], "event"].tolist() == [False, True, True]
        assert decided.index[decided["by"] == "you"].tolist() == ["nowhere", "shameful", "war"]
        articles, sentences = corpus("A shameful war.", "A good truce.")
        result = scored(articles, sentences, decided.index[decided["event"]])
        assert result.table["judging"].tolist() == vader.squash(np.array([-2.9, 1.9])).tolist()
        units = differences.counted_sentences(result.table, articles)
        sheet = vader.event_word_sheet(decided.reset_index(), vader.word_weights(result, units))
        assert sheet["word"].tolist()[-1] == "nowhere" and set(sheet["word"]) >= {"shameful", "good"}
        assert sheet.set_index("word").loc["nowhere", ["event", "n_articles"]].tolist() == ["yes", 0]
        tables.csv(sheet.assign(event="no"), path)
        again = vader.event_word_list(path).set_index("word")
        assert not again.loc[again.index.isin(sheet["word"]), "event"].any()

    def test_a_mistake_in_the_file_names_its_row(self, tmp_path):
        path = tmp_path / "event-words.csv"
        path.write_text("word,event\nwar,yes\npeace,perhaps\n", encoding="utf-8")
        with pytest.raises(ValueError, match=r"event-words\.csv, row 3: event is 'perhaps'; write yes or no"):
            vader.read_event_words(path)
        path.write_text("term\nwar\n", encoding="utf-8")
        with pytest.raises(ValueError, match="no column word, event"):
            vader.read_event_words(path)

    def test_the_readers_file_is_read_as_carefully_as_their_other_ones(self, tmp_path):
        path = tmp_path / "event-words.csv"
        path.write_text("Word;Event\n\nWar; Yes\n;\n", encoding="utf-8")
        assert vader.read_event_words(path).to_dict("list") == {"word": ["war"], "event": [True]}
        for data in (b"", b"word,event\nalarm, bell,no\n", "word,event\ncoup d’état,yes\n".encode("cp1252")):
            path.write_bytes(data)
            with pytest.raises(tables.OwnFileError, match=r"event-words\.csv"):
                vader.read_event_words(path)
