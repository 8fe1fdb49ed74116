import hashlib
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.manifold import trustworthiness

from dateline import population, tables
from dateline.tokens import tokenize
from dateline.topics import (
    cards,
    consensus,
    course,
    describe,
    labels,
    numbers,
    phrases,
    topics,
    tree,
    trials,
    vectors,
)
from helpers import plots, plots_topics, topic_cards

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
            "story": range(n),
        }
    ).assign(**columns)
    articles = articles.astype({"article_id": "str", "sha256": "str", "language": "str", "outlet": "str"})
    sentences = sentences.astype({"article_id": "str", "sentence": "int64", "text": "str", "voice": "str"})
    return articles, sentences, tokenize(sentences["text"])


def test_a_phrase_written_with_a_hyphen_is_looked_at_like_one_with_a_space():
    fired = ["They fired their tear-gas.", "They fired."]
    gas = [f"The gas came in {i}. Gas was seen. {fired[i % 2]}" for i in range(12)]
    vote = [f"The vote was counted in hall {i}. The vote is open." for i in range(12)]
    rows = [
        (f"a{i:02d}", j, line) for i, text in enumerate(gas + vote) for j, line in enumerate(text.split(". "))
    ]
    sentences = pd.DataFrame(rows, columns=["article_id", "sentence", "text"]).assign(voice="narrator")
    articles, *_ = corpus(24)
    articles["article_id"] = sorted(sentences["article_id"].unique())
    found = topics.find(articles, sentences, tokenize(sentences["text"]), k=2)
    assert set(found.topics["label"]) == {"Tear-gas", "Vote"}


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
    tried = trials.trials(found, articles, sentences, words)
    assert found.why.startswith(f"{n:,} unique article")
    assert ("broad group" in cards.headline(found)) == (found.mode == "broad groups")
    assert cards.found(found, tried, n_articles=n) and cards.headline(found)
    assert cards.shares(found)["share"].sum() == pytest.approx(float(n > 0), abs=1e-4)
    assert len(cards.distinctive(found.space, sentences, words, stop=phrases.stop_words())) == min(n, 10)
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
    assert "60 articles drawn by content" in part.why and "held in memory" not in part.why
    monkeypatch.setattr(topics, "STREAMED", 200)
    assert "held in memory" in topics.find(articles, sentences, words, k=4).why
    assert consensus.agreement(whole.article_topics["topic"], part.article_topics["topic"]) > 0.95


def test_the_number_is_the_smallest_of_a_plateau_and_the_next_two_are_named():
    articles, sentences, words = corpus(80)
    table = topics.find(articles, sentences, words).criteria
    assert table["chosen"].sum() == 1 and sorted(table["rank"])[-3:] == [1, 2, 3]
    assert table.loc[table["chosen"], "k"].item() == table.loc[table["plateau"], "k"].min()
    shared, stability = [-0.1, 1, 2, 2.25, 2.5, 2.9], [1, 0.6561, 0.6561, 0.4096, 0.4096, 0]
    table = pd.DataFrame({"shared": shared, "stability": stability})
    able = pd.Series([True] * 6)
    score, plateau = numbers._plateau(table, able)
    assert score.tolist() == [0, 0.45, 0.9, 0.9, 1, 0]
    assert plateau.tolist() == [False, False, True, True, True, False]
    assert numbers._plateau(table, able & (table.index < 2))[1].tolist() == [False, True] + [False] * 4
    assert numbers._plateau(table * 0, able)[1].all() and not len(numbers._plateau(table[:0], able[:0])[1])
    found = table.assign(k=range(2, 8), score=score, plateau=plateau, smallest=[9, 9, 1, 9, 9, 9])
    assert numbers._rank(found, 3).tolist() == [0, 0, 3, 1, 2, 0]


def test_many_groups_are_not_taken_for_two():
    # Subjects of two kinds, each kind with words of its own, twelve of them rare: two groups hold stillest.
    rng = np.random.default_rng(0)
    kind = np.repeat(np.arange(18), [26] * 6 + [7] * 12)
    own = [[f"subject{i:02d}word{j}" for j in range(12)] for i in range(18)]
    wide = [[f"kind{i}word{j}" for j in range(15)] for i in range(2)]
    texts = [
        " ".join([*rng.choice(own[i], 14), *rng.choice(wide[i % 2], 12), *rng.choice(COMMON, 10)])
        for i in kind
    ]
    articles = corpus(240)[0]
    sentences = pd.DataFrame({"article_id": articles["article_id"], "sentence": 0, "text": texts})
    sentences = sentences.assign(voice="narrator").astype({"text": "str", "voice": "str"})
    found = vectors.space(articles, sentences, tokenize(sentences["text"]))
    table = numbers.scan(found, numbers=(2, 4, 8, 12, 15, 18)).criteria
    assert table["stability"].idxmax() == 0
    assert 12 <= table.loc[table["chosen"], "k"].item() <= 18


def test_halves_of_the_words_share_none_and_do_not_depend_on_the_others():
    articles, sentences, words = corpus(40)
    found = vectors.space(articles, sentences, words)
    single = np.flatnonzero(np.char.find(found.vocabulary.astype(str), " ") < 0)
    matrix = found.matrix[:, single]
    left, right = vectors.halves(matrix, found.vocabulary[single], 0)
    assert left.shape[0] == right.shape[0] == 40 and not np.array_equal(left, right)
    turned = vectors.halves(matrix[:, ::-1], found.vocabulary[single][::-1], 0)
    assert np.allclose(left @ left.T, turned[0] @ turned[0].T, atol=1e-4)
    one = vectors.halves(matrix[:, :1], found.vocabulary[single][:1], 0)
    assert min(half.shape[1] for half in one) == 0
    assert numbers._shared([one], found.keys, 2) <= 0.05


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


@pytest.mark.parametrize("sizes", [[500, 40, 30, 30], [150, 150, 150, 150]])
def test_a_large_group_is_left_whole_and_like_ones_are_found(sizes):
    rng = np.random.default_rng(0)
    kind = rng.permutation(np.repeat(np.arange(4), sizes))
    around = consensus.unit(rng.standard_normal((4, 30)))[kind]
    points = consensus.unit(around + 0.15 * rng.standard_normal(around.shape)).round(6)
    keys = rng.integers(2**63, size=len(kind)).astype(np.uint64)
    found = consensus.vote(points, keys, 4, blocks=0)
    assert consensus.agreement(found.labels, kind) > 0.95
    runs = consensus._runs(points, keys, 4, np.arange(20)[:, None], 1)
    plain = consensus.agreement(consensus._settle(runs, 4), kind)
    assert (plain > 0.95) == (max(sizes) == min(sizes))


def test_joining_takes_the_nearest_groups_first():
    angle = np.radians([0, 10, 90, 100, 120])
    centres = np.stack([np.cos(angle), np.sin(angle)], axis=1)[None]
    labels = np.array([[0, 1, 2, 3, 4, 4]])
    assert consensus._joined(labels, centres, 3).tolist() == [[0, 0, 1, 1, 2, 2]]
    assert consensus._joined(labels, centres, 2).tolist() == [[0, 0, 1, 1, 1, 1]]


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
    tried = trials.trials(topics.find(articles, sentences, words), articles, sentences, words)
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

    def test_few_articles(self):
        articles, sentences, _ = corpus(80)
        rare = (articles["kind"] == "visit") & (articles.index > 12)
        kept = articles[~rare].reset_index(drop=True)
        sentences = sentences[sentences["article_id"].isin(kept["article_id"])].reset_index(drop=True)
        found = self.found(kept, sentences)
        assert (kept["kind"] == "visit").sum() == 3
        assert "few articles" in self.alarms(found, kept, "visit")
        assert self.alarms(found, kept, "trade") == [""]

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
    def found(self, texts, fewest=2):
        ids = [str(i) for i in range(len(texts))]
        sentences = pd.DataFrame({"article_id": ids, "text": texts, "voice": "narrator"})
        words = tokenize(texts)
        at = phrases.find(
            words, sentences, np.arange(len(texts)), n_documents=len(texts), stop=phrases.stop_words(),
            fewest=fewest,
        )  # fmt: skip
        said = phrases.wording(at, words, sentences, range(len(at.words)))
        return {at.words[i]: written for i, (written, _) in said.items()}

    def test_are_what_the_texts_say_with_their_capitals(self):
        texts = ["They cheered in Port Ansel today.", "Nobody leaves Port Ansel.", "In Port Ansel it rained."]
        assert self.found(texts)["port ansel"] == "Port Ansel"

    def test_keep_the_small_words_between(self):
        texts = ["the end of the war came", "an end of the war", "no end of wars"]
        assert self.found(texts)["end war"] == "end of the war"

    def test_do_not_reach_over_a_comma_a_bracket_or_the_end_of_a_sentence(self):
        texts = ["We saw the bridge, guns and (late) trucks. Rain"] * 2
        assert not {"bridge gun", "gun late", "late truck", "truck rain"} & set(self.found(texts))

    def test_do_not_cut_a_word_with_a_hyphen(self):
        found = self.found(["a cross-border raid", "this cross-border raid"])
        assert "cross border raid" in found and "border raid" not in found and "border" not in found

    def test_singular_and_plural_are_one(self):
        assert self.found(["a grain duty", "the grain duties"])["grain duty"] in (
            "grain duty",
            "grain duties",
        )

    def test_count_as_often_as_they_stand(self):
        texts = ["tear gas and tear gas", "tear gas"]
        sentences = pd.DataFrame({"article_id": ["a", "b"], "text": texts, "voice": "narrator"})
        words = tokenize(sentences["text"])
        at = phrases.find(words, sentences, np.array([0, 1]), n_documents=2, stop=phrases.stop_words())
        assert at.counts[list(at.words).index("tear gas")].toarray().tolist() == [[2, 1]]

    @given(st.lists(st.text(alphabet="abAB ,.-'’\n\u00a0é1İ", max_size=40), max_size=6))
    def test_any_text_gives_phrases_that_stand_in_it(self, texts):
        for words, written in self.found(texts, fewest=1).items():
            assert any(" ".join(written.split()) in " ".join(text.split()) for text in texts)
            assert 1 <= len(words.split()) <= phrases.CONTENT


class TestLabels:
    def described(self, **corpus_choices):
        articles, sentences, _ = corpus(60, **corpus_choices)
        said = [", the ".join(text.rstrip(".").lower().split()) for text in sentences["text"]]
        sentences["text"] = [f"The {text}." for text in said]
        about = {
            "trade": ("grain duty", "the Continental Trade Council"),
            "border": ("border troops", "Runa Stavholt"),
            "protest": ("reform of the pension law", "Emil Drobnar"),
            "visit": ("state visit", "Tobin Hesselrade"),
        }
        forms = [
            "The {} was all that {} spoke of.",
            "Slippery {1} came, for the {0}.",
            "It went on with the {}, and with {}.",
            "They saw {1} at a {0}. It was unlawful.",
        ]
        more = articles[["article_id"]].assign(sentence=-1, voice="narrator")
        more["text"] = [forms[i // 4 % 4].format(*about[kind]) for i, kind in enumerate(articles["kind"])]
        sentences = pd.concat([sentences, more]).sort_values(["article_id", "sentence"])
        sentences = sentences.reset_index(drop=True)
        found = topics.find(articles, sentences, tokenize(sentences["text"]), k=4)
        kinds = (
            found.article_topics.assign(kind=articles["kind"])
            .groupby("topic")["kind"]
            .agg(lambda s: s.mode()[0])
        )
        return dict(zip(kinds, found.topics["label"], strict=True)), found

    def test_say_what_a_topic_is_about_and_then_who(self):
        label, _ = self.described()
        about = {"trade": "grain duty", "border": "border troops", "visit": "state visit"}
        about |= {"protest": "reform of the pension law"}
        names = {"border": "Runa Stavholt", "protest": "Emil Drobnar", "visit": "Tobin Hesselrade"}
        names |= {"trade": "Trade Council"}
        for kind, phrase in about.items():
            assert phrase in label[kind].lower(), label
            assert names[kind] in label[kind] and not label[kind].startswith(names[kind]), label

    def test_have_at_most_two_parts_and_no_adjective_alone(self):
        label, _ = self.described()
        for text in label.values():
            assert text.count(" and ") + text.count(", ") <= 1, text
            assert not re.search(r"\b(slippery|unlawful)\b(?! \w)", text, re.IGNORECASE), text

    def test_of_two_words_the_one_at_the_top_of_the_texts_comes_first(self):
        texts = [["The truce held.", "It began at the tower."], ["The market fell.", "Nobody rang a bell."]]
        rows = [(f"a{i:02}", j, text, "narrator") for i in range(12) for j, text in enumerate(texts[i % 2])]
        sentences = pd.DataFrame(rows, columns=["article_id", "sentence", "text", "voice"])
        words = tokenize(sentences["text"])
        ids = sentences["article_id"].unique()
        found = describe.phrases_of(ids, sentences, words, stop=phrases.stop_words())
        scored = labels.weigh(found, np.arange(12) % 2, 2)
        _, named = labels.best(scored, found, words, sentences, n=8)
        assert [label.split()[0] for label in named] == ["Truce", "Market"]

    def test_a_word_gives_way_to_the_phrase_in_which_its_texts_use_it(self):
        texts = [
            "They fear the pension law.", "The law on the pension is new.", "A law. It is the pension law.",
            "The pension stays, the law goes.", "A fair of horses.", "Horses at the fair.", "The fair is on.",
        ]  # fmt: skip
        ids = [f"a{i}" for i in range(len(texts))]
        sentences = pd.DataFrame({"article_id": ids, "sentence": 0, "text": texts, "voice": "narrator"})
        words = tokenize(texts)
        found = describe.phrases_of(np.array(ids), sentences, words, stop=phrases.stop_words())
        groups = np.array([0, 0, 0, 0, 1, 1, 1])
        _, named = labels.best(labels.weigh(found, groups, 2), found, words, sentences, n=8)
        assert named[0].startswith("Pension law") and named[1].startswith("Fair")

    def test_have_no_stop_word_at_an_end_and_no_stem_twice(self):
        label, found = self.described()
        for text in [*label.values(), *found.topic_terms["term"]]:
            for part in re.split(r", | and (?:the )?", text):
                ends = {part.lower().removeprefix("the ").split()[0], part.lower().split()[-1]}
                assert not ends & phrases.stop_words(), text
        for terms in found.topic_terms.groupby("topic")["term"]:
            stems = [labels._stem(word) for term in terms[1] for word in re.findall(r"\w+", term.lower())]
            content = [stem for stem in stems if stem not in phrases.stop_words()]
            assert len(content) == len(set(content))

    def test_weights_fall_and_ranks_begin_at_one(self):
        _, found = self.described()
        for _, own in found.topic_terms.groupby("topic"):
            assert own["rank"].tolist() == list(range(1, len(own) + 1))
            assert own["weight"].is_monotonic_decreasing

    def test_no_names_where_names_are_masked(self):
        articles, sentences, _ = corpus(60)
        sentences["text"] = "The visit of Maren Aldhove. " + sentences["text"]
        found = topics.find(articles, sentences, tokenize(sentences["text"]), names=False)
        assert not found.topics["label"].str.contains("Aldhove").any()
        assert not found.topic_terms["term"].str.contains("Aldhove").any()


class TestOverTime:
    def test_shares_add_up_and_empty_and_undated_periods_stay(self):
        articles, sentences, words = corpus(60)
        articles.loc[20:50, "published"] = pd.NaT
        found = topics.find(articles, sentences, words)
        grid, unit = course.over_time(found, articles, unit="week")
        assert unit == "week" and grid["n_articles"].sum() == 60
        sums = grid.groupby("period", dropna=False)["share"].sum()
        assert np.allclose(sums[sums > 0], 1, atol=1e-4) and (sums == 0).any()
        assert grid.loc[grid["period"].isna(), "n_articles"].sum() == 31

    def test_all_undated(self):
        articles, sentences, words = corpus(20, published=pd.NaT)
        grid, _ = course.over_time(topics.find(articles, sentences, words), articles)
        assert grid["period"].isna().all() and grid["n_articles"].sum() == 20
        assert course.peak(grid, unit="month") == "No article that is counted has a date"


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


class TestBeginnings:
    def spells(self, dates, kinds, **columns):
        articles, sentences, words = corpus(len(dates))
        articles = articles.assign(**columns)
        articles["published"] = pd.to_datetime(dates)
        found = topics.find(articles, sentences, words, k=4)
        of = (
            found.article_topics.assign(kind=articles["kind"])
            .groupby("topic")["kind"]
            .agg(lambda s: s.mode()[0])
        )
        return course.spells(found, articles).assign(kind=lambda d: d["topic"].map(of)).set_index("kind")

    def test_are_found_where_planted_and_only_there(self):
        days = [f"2024-{1 + i // 20:02}-{1 + i % 20:02}" for i in range(120)]
        late = [day if i % 4 else f"2024-08-{1 + i % 20:02}" for i, day in enumerate(days)]
        found = self.spells(late, 4)
        assert found["born"].tolist() == (found.index == "trade").tolist()
        assert found.loc["trade", "begins"].startswith("begins on ") and found["ended"].sum() == 3

    def test_are_none_where_all_topics_run_through(self):
        found = self.spells([f"2024-{1 + i // 20:02}-{1 + i % 20:02}" for i in range(120)], 4)
        assert not found["born"].any() and not found["ended"].any()

    def test_many_reports_of_one_event_are_one_chance(self):
        days = [f"2024-{1 + i // 20:02}-{1 + i % 20:02}" for i in range(120)]
        late = [day if i % 4 else "2024-08-01" for i, day in enumerate(days)]
        found = self.spells(late, 4, story=lambda d: d.index.where(d["kind"] != "trade", 1000))
        assert found.loc["trade", "n_dated"] == 30 and found.loc["trade", "n_stories"] == 1
        assert not found.loc["trade", "born"] and found.loc["trade", "begins"] == course.UNSURE

    def test_few_articles_do_not_say(self):
        found = self.spells([f"2024-04-{1 + i:02}" for i in range(12)], 4)
        assert not found["born"].any() and (found["begins"].isin([course.FROM_START, course.UNSURE])).all()

    def test_undated_topics_have_none(self):
        found = self.spells([None] * 40, 4)
        assert (found["n_dated"] == 0).all() and (found["begins"] == course.UNSURE).all()


class TestTree:
    def test_joins_as_scikit_learn_does(self):
        from sklearn.cluster import AgglomerativeClustering

        points = consensus.unit(np.random.default_rng(0).standard_normal((9, 4)))
        distances = 1 - points @ points.T
        peer = AgglomerativeClustering(
            n_clusters=None, distance_threshold=0, metric="precomputed", linkage="average"
        ).fit(distances)
        found = tree.join(distances, list("abcdefghi"))
        assert found["height"].tail(8).to_numpy() == pytest.approx(peer.distances_, abs=1e-5)
        assert found["n"].iloc[-1] == 9 and (found["label"] != "").sum() == 9

    @pytest.mark.parametrize("n", [0, 1, 2, 5, 60])
    def test_every_size_has_a_tree(self, n):
        articles, sentences, words = corpus(n)
        found = topics.find(articles, sentences, words)
        for joined, leaves in (
            (tree.of_articles(found.space), n),
            (tree.of_topics(found), len(found.topics)),
        ):
            assert len(joined) == max(2 * leaves - 1, 0) and tree.nearest(joined)
            assert len(plots_topics.tree(joined).get_yticks()) == leaves
        plt.close("all")


class TestFlow:
    def test_every_compared_article_goes_somewhere(self):
        articles, sentences, words = corpus(80)
        found = topics.find(articles, sentences, words)
        goes = trials.flow(found, sentences, words, stop=phrases.stop_words())
        assert goes["n_articles"].sum() == 80 and goes["next_k"].iloc[0] > goes["k"].iloc[0]
        own = goes[goes["topic"] >= 0].groupby("topic")["n_articles"].sum()
        if goes["k"].iloc[0] == len(found.topics):
            assert own.tolist() == found.topics["n_articles"].tolist()

    def test_none_where_nothing_was_compared(self):
        articles, sentences, words = corpus(5)
        found = topics.find(articles, sentences, words)
        assert trials.flow(found, sentences, words, stop=phrases.stop_words()).empty


def test_boilerplate_is_put_back_for_a_trial():
    articles, sentences, words = corpus(60)
    tail = "Subscribe to our evening letter. Follow us on every network. Terms apply to all readers."
    removed = pd.DataFrame(
        {"article_id": articles["article_id"][::2], "start": 0, "end": 9, "rule": "links", "text": tail}
    )
    found = topics.find(articles, sentences, words)
    with_tail = trials.with_boilerplate(sentences, removed, articles["article_id"])
    assert len(with_tail) == len(sentences) + 30
    tried = trials.trials(found, articles, sentences, words, removed=removed).set_index("choice")
    assert tried.loc["boilerplate kept", "n_articles"] == 60 and not tried.loc["boilerplate kept", "note"]
    titles = trials.trials(found, articles, sentences, words, removed=removed.assign(rule="title"))
    assert titles.set_index("choice").loc["boilerplate kept", "note"].startswith("nothing was removed")


def test_borderline_articles_are_named_with_both_topics():
    articles, sentences, words = corpus(60)
    found = topics.find(articles, sentences, words)
    listed = cards.borderline(found)
    assert listed["margin"].is_monotonic_increasing and (listed["label"] != listed["second"]).all()
    placed = found.article_topics
    assert ((placed["second"] != placed["topic"]) & (placed["second"] >= 0)).all()


def test_a_card_quotes_what_the_articles_say_and_lets_no_markup_through():
    articles, sentences, _ = corpus(60)
    sentences["text"] = "<b onclick=x>Read</b> *this* " + sentences["text"]
    words = tokenize(sentences["text"])
    found = topics.find(articles, sentences, words)
    shown = cards.representatives(found, articles, sentences, words)
    made = topic_cards.cards(found.topics, found.topic_terms, shown, n=60)
    assert made.page.count("<div") == made.page.count("</div>") == len(found.topics)
    assert "<b" not in made.page.replace("<blockquote", "") and "&lt;b onclick=x&gt;" in made.page
    for text, row in zip(repr(made).split("\n\n"), found.topics.itertuples(), strict=True):
        assert text.startswith(f"{row.topic + 1}. {row.label}") and f"{row.n_articles} of 60 articles" in text
        assert f"stability {row.stability:.2f}" in text and text.count("\n   - ") == 3
    few = topic_cards.cards(found.topics, found.topic_terms, shown, n=60, most=1)
    assert "smaller topics more" in repr(few) and few.page.count("<div") == 1
    none = topic_cards.cards(found.topics[:0], found.topic_terms, shown, n=0)
    assert repr(none) == "There are no topics to show."


def test_places_are_counted_in_words_and_add_up():
    articles, sentences, words = corpus(60)
    articles.loc[59, "copy_of"] = "a0000"
    articles.loc[58, "language"] = "de"
    for part in (articles, articles.tail(6)):
        table = cards.places(topics.find(part.reset_index(drop=True), sentences, words))
        assert table["articles"].sum() == len(part) and table["articles"].gt(0).all()
        assert "not in English" in table["where"].tolist()


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
        grid, unit = course.over_time(found, articles)
        plots_topics.topic_map(cards.placed(found))
        plots_topics.heat(cards.similarities(found.space))
        plots_topics.topic_numbers(found.criteria)
        plots_topics.topic_periods(grid, course.spells(found, articles), unit=unit)
        plots_topics.flow(trials.flow(found, sentences, words, stop=phrases.stop_words()))
        plots_topics.topic_shares(cards.shares(found))

    def test_shares_stand_where_the_table_says(self):
        articles, sentences, words = corpus(60)
        frame = cards.shares(topics.find(articles, sentences, words))
        ax = plots_topics.topic_shares(frame)
        drawn = ax.collections[-1].get_offsets()
        assert drawn[:, 0].tolist() == frame["share"].tolist()
        low, _ = population.wilson(frame["n_articles"], 60)
        assert [line.vertices[0, 0] for line in ax.collections[0].get_paths()] == pytest.approx(low.tolist())

    def test_the_map_has_every_article_once(self):
        articles, sentences, words = corpus(60)
        ax = plots_topics.topic_map(cards.placed(topics.find(articles, sentences, words)))
        assert sum(len(part.get_offsets()) for part in ax.collections) == 60
