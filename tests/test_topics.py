import hashlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.manifold import trustworthiness

from helpers import stats, tables
from helpers.grouping import cards, consensus, numbers, phrases, topics, vectors
from helpers.show import plots, plots_topics
from helpers.tokens import tokenize

SUBJECTS = {
    "trade": "cheese duty tariff grain export butter lorry customs dairy council",
    "border": "bridge troops shots patrol ceasefire valley guns wounded crossing colonel",
    "protest": "pension march strike union police crowd banner wages arrests square",
    "visit": "handshake delegation banquet summit carpet communique embassy ceremony toast envoy",
}
COMMON = ["government", "minister", "country", "people", "capital", "region", "report", "question", "answer"]


def corpus(n, *, subjects=4, seed=0, **columns):
    """Articles, sentences, tokens: each article draws its words from one subject and the common ones."""
    rng = np.random.default_rng(seed)
    kinds = list(SUBJECTS)[:subjects]
    texts = []
    for i in range(n):
        words = SUBJECTS[kinds[i % subjects]].split()
        lines = [[*rng.choice(words, 6), *rng.choice(COMMON, 4)] for _ in range(5)]
        texts.append([" ".join(rng.permutation(line)).capitalize() + "." for line in lines])
    rows = [(f"a{i:04d}", j, line) for i, lines in enumerate(texts) for j, line in enumerate(lines)]
    sentences = pd.DataFrame(rows, columns=["article_id", "sentence", "text"]).assign(voice="narrator")
    articles = pd.DataFrame(
        {
            "article_id": [f"a{i:04d}" for i in range(n)],
            "sha256": [hashlib.sha256(" ".join(lines).encode()).hexdigest() for lines in texts],
            "language": "en",
            "outlet": [f"Outlet {i % 3}" for i in range(n)],
            "published": pd.date_range("2024-04-01", periods=n, freq="D"),
            "copy_of": pd.array([None] * n, dtype="str"),
            "kind": [kinds[i % subjects] for i in range(n)],
        }
    ).assign(**columns)
    articles = articles.astype({"article_id": "str", "sha256": "str", "language": "str", "outlet": "str"})
    sentences = sentences.astype({"article_id": "str", "sentence": "int64", "text": "str", "voice": "str"})
    return articles, sentences, tokenize(sentences["text"])


def same(left, right):
    for name in ("topics", "article_topics", "topic_terms"):
        by = "article_id" if name == "article_topics" else "topic"
        pd.testing.assert_frame_equal(
            getattr(left, name).sort_values(by, kind="stable").reset_index(drop=True),
            getattr(right, name).sort_values(by, kind="stable").reset_index(drop=True),
        )


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7, 8, 10, 30, 60, 120])
def test_every_size_gives_a_sensible_answer(n):
    articles, sentences, words = corpus(n)
    found = topics.find(articles, sentences, words)
    for name in ("topics", "article_topics", "topic_terms"):
        tables.check(getattr(found, name), name)
    assert len(found.article_topics) == n
    assert found.topics["n_articles"].sum() == (found.article_topics["topic"] >= 0).sum()
    if n < vectors.FEWEST:
        assert found.mode == "too few" and found.topics.empty and found.topic_terms.empty
    else:
        assert (found.article_topics["topic"] < 0).mean() < 0.5
        assert found.mode == ("broad groups" if n <= numbers.BROAD else "consensus")
    tried = cards.trials(found, articles, sentences, words)
    assert found.why.startswith(f"{n:,} unique article")
    assert cards.found(found, tried, n_articles=n) and cards.headline(found)
    assert cards.shares(found)["share"].sum() == pytest.approx(float(n > 0), abs=1e-4)
    assert len(cards.distinctive(found.space, sentences)) == min(n, 10)
    assert cards.representatives(found, articles, sentences, words)["topic"].nunique() == len(found.topics)
    assert 0 <= cards.trust(found) <= 1


def test_planted_subjects_are_found():
    articles, sentences, words = corpus(80)
    found = topics.find(articles, sentences, words)
    assert len(found.topics) == 4
    assert consensus.agreement(pd.factorize(articles["kind"])[0], found.article_topics["topic"]) > 0.95
    for kind, topic in found.article_topics["topic"].groupby(articles["kind"]).first().items():
        best = found.topics["terms"][topic].lower().split(", ")
        assert sum(any(word in term for word in SUBJECTS[kind].split()) for term in best) >= 6


def test_more_articles_than_landmarks_are_assigned_to_the_same_topics(monkeypatch):
    articles, sentences, words = corpus(200)
    whole = topics.find(articles, sentences, words, k=4)
    monkeypatch.setattr(vectors, "LANDMARKS", 60)
    part = topics.find(articles, sentences, words, k=4)
    assert part.mode == "landmarks" and whole.mode == "consensus"
    assert consensus.agreement(whole.article_topics["topic"], part.article_topics["topic"]) > 0.95


def test_the_number_is_the_middle_of_a_plateau_and_the_next_two_are_named():
    articles, sentences, words = corpus(80)
    table = topics.find(articles, sentences, words).criteria
    assert table["chosen"].sum() == 1 and sorted(table["rank"])[-3:] == [1, 2, 3]
    assert table.loc[table["chosen"], "plateau"].all()
    score = np.array([0.2, 0.9, 0.92, 0.88, 0.5, 0.91])
    assert numbers._plateau(score).tolist() == [False, True, True, True, False, False]


def test_every_number_has_its_assignments_and_the_chosen_one_those_of_the_topics():
    articles, sentences, words = corpus(60)
    found = topics.find(articles, sentences, words)
    flows = found.assignments
    assert set(flows["k"]) == set(found.criteria["k"])
    assert (flows.groupby("k")["article_id"].nunique() == 60).all()
    assert (flows.groupby("k")["topic"].nunique()[2:] >= 2).all()
    used = flows[flows["k"] == len(found.topics)].set_index("article_id")["topic"]
    assert used.sort_index().equals(found.article_topics.set_index("article_id")["topic"].sort_index())


def test_a_thousand_articles_have_topics():
    articles, sentences, words = corpus(1000)
    found = topics.find(articles, sentences, words)
    assert found.mode == "consensus" and len(found.topics) >= 3
    assert (found.article_topics["topic"] >= 0).mean() > 0.85
    assert consensus.agreement(pd.factorize(articles["kind"])[0], found.article_topics["topic"]) > 0.9


def test_broad_groups_that_do_not_hold_are_too_few_to_trust():
    rng = np.random.default_rng(0)
    articles, sentences, _ = corpus(30)
    sentences["text"] = [
        " ".join(rng.choice([f"word{i}" for i in range(300)], 10)) for _ in sentences["text"]
    ]
    found = topics.find(articles, sentences, tokenize(sentences["text"]), k=4)
    assert found.mode == "broad groups"
    assert found.topics["alarms"].str.contains("too few to trust").any()


def test_shuffled_input_gives_exactly_the_same_topics():
    articles, sentences, words = corpus(60)
    order = np.random.default_rng(1).permutation(len(articles))
    shuffled = articles.iloc[order].reset_index(drop=True)
    by_article = sentences.set_index("article_id").loc[shuffled["article_id"]].reset_index()
    same(
        topics.find(articles, sentences, words),
        topics.find(shuffled, by_article, tokenize(by_article["text"])),
    )


def test_another_seed_and_fewer_articles_change_little():
    articles, sentences, words = corpus(120)
    tried = cards.trials(topics.find(articles, sentences, words), articles, sentences, words)
    agreement = tried.set_index("choice")["agreement"]
    assert agreement[["another seed", "5 % of the articles removed"]].min() > 0.9
    assert agreement["input in another order"] == 1


def test_the_number_that_the_user_asks_for_wins():
    articles, sentences, words = corpus(60)
    assert len(topics.find(articles, sentences, words, k=3).topics) == 3
    assert "as the parameters say" in topics.find(articles, sentences, words, k=3).why


def test_copies_follow_their_original_and_count_once():
    articles, sentences, words = corpus(40)
    articles.loc[39, "copy_of"] = "a0000"
    found = topics.find(articles, sentences, words)
    placed = found.article_topics.set_index("article_id")
    assert placed.loc["a0039", ["topic", "x", "y"]].equals(placed.loc["a0000", ["topic", "x", "y"]])
    assert placed.loc["a0039", "note"] == "copy"
    assert found.topics["n_articles"].sum() + (placed["topic"] < 0).sum() == 39
    counted = topics.find(articles, sentences, words, copies=True)
    assert len(counted.space.ids) == 40 and (counted.article_topics["note"] != "copy").all()


def test_other_languages_have_no_topic_and_a_note():
    articles, sentences, words = corpus(20)
    articles.loc[:2, "language"] = "de"
    found = topics.find(articles, sentences, words)
    assert found.article_topics["note"].tolist()[:3] == ["other language"] * 3
    assert (found.article_topics["topic"][:3] == -1).all()
    none = topics.find(articles.assign(language="ru"), sentences, words)
    assert none.topics.empty and none.mode == "too few"


def test_articles_without_words_have_no_topic():
    articles, sentences, _ = corpus(20)
    sentences.loc[sentences["article_id"] == "a0003", "text"] = ""
    found = topics.find(articles, sentences, tokenize(sentences["text"]))
    assert found.article_topics["topic"][3] == -1


class TestAlarms:
    def found(self, articles, sentences, words=None):
        return topics.find(articles, sentences, tokenize(sentences["text"]), k=4)

    def alarms(self, found, articles, kind):
        of = found.article_topics["topic"][articles["kind"] == kind].mode()[0]
        return found.topics["alarms"][of].split(", ")

    def test_none_where_nothing_is_wrong(self):
        articles, sentences, _ = corpus(80)
        assert (self.found(articles, sentences).topics["alarms"] == "").all()

    def test_one_outlet(self):
        articles, sentences, _ = corpus(80)
        articles.loc[articles["kind"] == "trade", "outlet"] = "Lantern"
        found = self.found(articles, sentences)
        assert "one outlet" in self.alarms(found, articles, "trade")
        assert self.alarms(found, articles, "border") == [""]

    def test_one_day(self):
        articles, sentences, _ = corpus(80)
        articles.loc[articles["kind"] == "border", "published"] = pd.Timestamp("2024-10-05")
        found = self.found(articles, sentences)
        assert "one day" in self.alarms(found, articles, "border")
        assert self.alarms(found, articles, "trade") == [""]

    def test_not_where_the_whole_corpus_has_one_outlet_and_no_date(self):
        articles, sentences, _ = corpus(80, outlet="Lantern", published=pd.NaT)
        assert (self.found(articles, sentences).topics["alarms"] == "").all()

    def test_boilerplate(self):
        articles, sentences, _ = corpus(80)
        ids = articles.loc[articles["kind"] == "visit", "article_id"]
        tail = "Subscribe to our evening letter and follow us everywhere."
        more = pd.DataFrame({"article_id": ids, "sentence": 5, "text": tail, "voice": "narrator"})
        sentences = (
            pd.concat([sentences, more]).sort_values(["article_id", "sentence"]).reset_index(drop=True)
        )
        found = self.found(articles, sentences)
        assert "boilerplate" in self.alarms(found, articles, "visit")
        assert self.alarms(found, articles, "trade") == [""]

    def test_names_only(self):
        articles, sentences, _ = corpus(80)
        for word in SUBJECTS["protest"].split():
            sentences["text"] = sentences["text"].str.replace(
                rf"\b{word}\b", word.title(), regex=True, case=False
            )
        found = self.found(articles, sentences)
        assert "names only" in self.alarms(found, articles, "protest")
        assert self.alarms(found, articles, "trade") == [""]

    def test_unstable(self):
        rng = np.random.default_rng(0)
        articles, sentences, _ = corpus(60)
        sentences["text"] = [
            " ".join(rng.choice([f"word{i}" for i in range(300)], 10)) for _ in sentences["text"]
        ]
        assert self.found(articles, sentences).topics["alarms"].str.contains("unstable").any()


def test_names_can_be_masked():
    articles, sentences, _ = corpus(40)
    sentences["text"] = "The visit of Maren Aldhove. " + sentences["text"]
    words = tokenize(sentences["text"])
    assert phrases.proper_names(words, sentences) >= {"maren", "aldhove"}
    assert "aldhove" in vectors.space(articles.iloc[:5], sentences, words).vocabulary
    assert "aldhove" not in vectors.space(articles.iloc[:5], sentences, words, names=False).vocabulary


class TestPhrases:
    def best(self, texts, **more):
        sentences = pd.DataFrame({"text": texts, "voice": "narrator"})
        from helpers.tokens import counts

        words = tokenize(texts)
        matrix, vocabulary = counts(words, np.arange(len(texts)), ngrams=(1, 2), stop=phrases.stop_words())
        frequency = np.bincount(matrix.indices, minlength=len(vocabulary))
        return phrases.best(
            np.asarray(matrix.sum(0)).astype(float), vocabulary, frequency, sentences, words, n=8
        )

    def test_no_stem_twice_no_stop_word_no_bare_number(self):
        terms = self.best(["The protest and protesters protested 12 12 12 times.", "Protesting 12 protests."])
        assert sum("rotest" in term for term in terms["term"]) == 1
        assert not {"the", "and", "12"} & set(terms["term"])

    def test_words_that_go_together_stand_together_and_as_written(self):
        terms = self.best(["In Port Ansel they sang.", "Nobody leaves Port Ansel.", "They love Port Ansel."])
        assert terms["term"][0] == "Port Ansel" and terms["name"][0]
        assert not {"Port", "Ansel", "port"} & set(terms["term"])

    def test_a_phrase_keeps_what_stands_between(self):
        terms = self.best(["the end of the war", "an end of the war", "no end of the war"])
        assert terms["term"].tolist() == ["end of the war"]

    def test_a_pair_over_the_end_of_a_sentence_is_none(self):
        sentences = pd.DataFrame({"text": ["We saw the bridge", "Guns fell silent"], "voice": "narrator"})
        assert phrases.wording(tokenize(sentences["text"]), sentences, ["bridge guns"]) == {}

    def test_labels_do_not_consist_of_names_alone(self):
        terms = pd.DataFrame(
            {"term": ["Maren", "Tobin", "Emil", "strike"], "name": [True, True, True, False]}
        )
        assert topics.label(terms) == "Maren, Tobin, strike"


class TestOverTime:
    def test_shares_add_up_and_empty_and_undated_periods_stay(self):
        articles, sentences, words = corpus(60)
        articles.loc[20:50, "published"] = pd.NaT
        found = topics.find(articles, sentences, words)
        course, unit = cards.over_time(found, articles, unit="week")
        assert unit == "week" and course["n_articles"].sum() == 60
        sums = course.groupby("period", dropna=False)["share"].sum()
        assert np.allclose(sums[sums > 0], 1, atol=1e-4) and (sums == 0).any()
        assert course.loc[course["period"].isna(), "n_articles"].sum() == 31

    def test_all_undated(self):
        articles, sentences, words = corpus(20, published=pd.NaT)
        course, _ = cards.over_time(topics.find(articles, sentences, words), articles)
        assert course["period"].isna().all() and course["n_articles"].sum() == 20
        assert cards.peak(course, unit="month") == "No article has a date"


def test_representatives_are_of_different_outlets_and_quote_a_sentence():
    articles, sentences, words = corpus(60)
    shown = cards.representatives(topics.find(articles, sentences, words), articles, sentences, words)
    assert (shown.groupby("topic")["outlet"].nunique() == 3).all()
    texts = sentences.set_index(["article_id", "sentence"])["text"]
    assert texts.loc[list(zip(shown["article_id"], shown["sentence"], strict=True))].tolist() == list(
        shown["text"]
    )


def test_given_topics_are_compared_only_where_they_name_these_articles(tmp_path):
    articles, sentences, words = corpus(60)
    found = topics.find(articles, sentences, words)
    path = tmp_path / "truth.csv"
    assert cards.against(found, path).empty
    articles.rename(columns={"kind": "topic"}).to_csv(path, index=False)
    assert cards.against(found, path)["agreement"].iloc[0] > 0.9
    articles.assign(article_id="x", topic="y").to_csv(path, index=False)
    assert cards.against(found, path).empty


class TestConsensus:
    rng = np.random.default_rng(0)
    vectors = consensus.unit(rng.standard_normal((60, 5)) + 3 * np.eye(5)[rng.integers(5, size=60)])
    keys = rng.integers(2**63, size=60).astype(np.uint64)

    def test_measures_equal_those_of_scikit_learn(self):
        left, right = self.rng.integers(4, size=60), self.rng.integers(3, size=60)
        assert consensus.agreement(left, right) == pytest.approx(
            metrics.adjusted_rand_score(left, right), abs=1e-6
        )
        assert consensus.silhouette(self.vectors, left) == pytest.approx(
            metrics.silhouette_score(self.vectors, left, metric="cosine"), abs=1e-6
        )
        plane = self.vectors[:, :2]
        assert consensus.trustworthiness(self.vectors, plane) == pytest.approx(
            trustworthiness(self.vectors, plane, n_neighbors=5), abs=1e-6
        )

    def test_order_changes_nothing(self):
        order = np.random.default_rng(1).permutation(60)
        straight = consensus.vote(self.vectors, self.keys, 5, runs=20)
        turned = consensus.vote(self.vectors[order], self.keys[order], 5, runs=20)
        assert consensus.agreement(straight.labels[order], turned.labels) == 1

    def test_what_is_equal_gives_no_exception(self):
        for points in (np.ones((9, 3)) / 3**0.5, np.eye(9)):
            groups = consensus.vote(points, self.keys[:9], 4, runs=5)
            assert len(groups.labels) == 9 and ((groups.stability >= 0) & (groups.stability <= 1)).all()


class TestFigures:
    @pytest.fixture(autouse=True)
    def close(self):
        plots.use_style()
        yield
        plt.close("all")

    @pytest.mark.parametrize("n", [0, 1, 5, 9, 60])
    def test_are_drawn_for_every_size(self, n):
        articles, sentences, words = corpus(n)
        found = topics.find(articles, sentences, words)
        course, unit = cards.over_time(found, articles)
        plots_topics.topic_map(cards.placed(found))
        plots_topics.heat(cards.similarities(found.space))
        plots_topics.topic_numbers(found.criteria)
        plots_topics.topic_periods(course, unit=unit)
        plots_topics.topic_shares(cards.shares(found))

    def test_shares_stand_where_the_table_says(self):
        articles, sentences, words = corpus(60)
        frame = cards.shares(topics.find(articles, sentences, words))
        ax = plots_topics.topic_shares(frame)
        drawn = ax.collections[-1].get_offsets()
        assert drawn[:, 0].tolist() == frame["share"].tolist()
        low, _ = stats.wilson(frame["n_articles"], 60)
        assert [line.vertices[0, 0] for line in ax.collections[0].get_paths()] == pytest.approx(low.tolist())

    def test_the_map_has_every_article_once(self):
        articles, sentences, words = corpus(60)
        ax = plots_topics.topic_map(cards.placed(topics.find(articles, sentences, words)))
        assert sum(len(part.get_offsets()) for part in ax.collections) == 60
