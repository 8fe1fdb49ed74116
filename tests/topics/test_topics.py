import hashlib
import re
from dataclasses import replace
from functools import cache, partial
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import normalize

from dateline import tables
from dateline.tokens import proper_names, stop_words, tokenize
from dateline.topics import consensus, labels, topics, vectors
from helpers import titles

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


def group(articles, sentences, words, *, k=4, **choices):
    """Topics of a set number; no others are compared with it, which takes most of the time."""
    with mock.patch.object(topics, "compare_numbers", partial(consensus.compare_numbers, numbers=())):
        return topics.find_topics(articles, sentences, words, k=k, **choices)


@cache
def analysed(n):
    """Articles and their topics, found once for all tests that only read them."""
    data = corpus(n)
    return data[0], topics.find_topics(*data)


@cache
def grouped(n):
    """Articles and their four topics, without the comparison of numbers."""
    data = corpus(n)
    return data[0], group(*data)


@cache
def trials(n):
    """Other choices tried on the articles of `analysed`."""
    return topics.agreement_trials(analysed(n)[1])


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
    result = group(articles, sentences, tokenize(sentences["text"]), k=2)
    assert set(result.topics["label"]) == {"Tear-gas", "Vote"}


def same(left, right):
    for name in ("topics", "article_topics", "topic_terms"):
        by = "article_id" if name == "article_topics" else "topic"
        pd.testing.assert_frame_equal(
            getattr(left, name).sort_values(by, kind="stable").reset_index(drop=True),
            getattr(right, name).sort_values(by, kind="stable").reset_index(drop=True),
        )


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 7, 8, 10, 30, 80])
def test_every_size_gives_a_sensible_answer(n):
    _, result = analysed(n)
    for name in ("topics", "article_topics", "topic_terms"):
        tables.check(getattr(result, name), name)
    assert len(result.article_topics) == n
    assert result.topics["n_articles"].sum() == (result.article_topics["topic"] >= 0).sum()
    if n < vectors.FEWEST:
        assert result.mode == "too few" and result.topics.empty and result.topic_terms.empty
    elif result.mode == "no topics":  # of two or three articles each nobody can tell
        assert n <= 10 and result.topics.empty
    else:
        assert (result.article_topics["topic"] < 0).mean() < 0.5
        assert result.mode == ("broad groups" if n <= consensus.BROAD else "topics")
    tried = trials(n)
    assert titles.method_line(result).startswith(f"{n:,} unique article")
    assert ("broad group" in titles.topic_shares_title(result)) == (result.mode == "broad groups")
    said = titles.topic_findings(result, tried, pd.DataFrame({"state": []}), n_articles=n)
    sizes = result.steady["n_articles"].head(2).tolist()
    assert said and ("has as many" in said) == (len(sizes) == 2 and sizes[0] == sizes[1])
    assert topics.share_table(result)["share"].sum() == pytest.approx(float(n > 0), abs=1e-4)
    terms = labels.article_terms(result.space, result.data, n=10, n_terms=8)
    assert len(terms) == min(n, 10)
    assert topics.representatives(result)["topic"].nunique() == len(result.topics)
    assert 0 <= topics.map_trust(result) <= 1


def test_planted_subjects_are_found():
    articles, result = analysed(80)
    assert len(result.topics) == 4
    assert adjusted_rand_score(pd.factorize(articles["kind"])[0], result.article_topics["topic"]) > 0.95
    for kind, topic in result.article_topics["topic"].groupby(articles["kind"]).first().items():
        best = result.topics["terms"][topic].lower().split(", ")
        assert sum(any(word in term for word in SUBJECTS[kind].split()) for term in best) >= 6


def test_more_articles_than_are_fitted_go_to_the_same_topics(monkeypatch):
    _, whole = grouped(160)
    monkeypatch.setattr(topics, "FITTED", 60)
    part = group(*corpus(160))
    assert adjusted_rand_score(whole.article_topics["topic"], part.article_topics["topic"]) > 0.95


def test_the_number_is_the_smallest_of_a_plateau_and_the_next_two_are_named():
    table = analysed(80)[1].criteria
    assert table["chosen"].sum() == 1 and sorted(table["rank"])[-3:] == [1, 2, 3]
    assert table.loc[table["chosen"], "k"].item() == table.loc[table["plateau"], "k"].min()
    shared, stability = [-0.1, 1, 2, 2.25, 2.5, 2.9], [1, 0.6561, 0.6561, 0.4096, 0.4096, 0]
    table = pd.DataFrame({"k": range(2, 8), "shared": shared, "stability": stability})
    ranked = consensus.rank_numbers(table.assign(smallest=[9, 9, 1, 9, 9, 9]), 100)
    assert ranked["score"].tolist() == [0, 0.45, 0.9, 0.9, 1, 0]
    assert ranked["plateau"].tolist() == [False, False, True, True, True, False]
    assert ranked["rank"].tolist() == [0, 0, 3, 1, 2, 0]
    assert consensus.rank_numbers(table.assign(shared=0.0, smallest=9), 100)["plateau"].all()
    assert consensus.rank_numbers(table[:0].assign(smallest=9), 0).empty
    rising = table.assign(shared=[1, 2, 2.1, 2.2, 2.3, 2.4], stability=[0.5] * 5 + [0.7], smallest=9)
    assert consensus.rank_numbers(rising, 100)["rank"].tolist() == [0, 0, 0, 3, 2, 1]
    weak = table.assign(k=[2, 4, 8, 9, 10, 12], stability=0.2, smallest=9)
    assert consensus.rank_numbers(weak, 100)["plateau"].tolist() == [False, False, True] + [False] * 3


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
    result = vectors.build_space(vectors.Data(articles, sentences, tokenize(sentences["text"])))
    table, _ = consensus.compare_numbers(result, numbers=(2, 4, 8, 12, 15, 18))
    assert table["stability"].idxmax() == 0
    assert 12 <= table.loc[table["chosen"], "k"].item() <= 18


def test_every_number_has_its_assignments_and_the_chosen_one_those_of_the_topics():
    _, result = analysed(80)
    flows = result.assignments
    assert set(flows["k"]) == set(result.criteria["k"])
    assert (flows.groupby("k")["article_id"].nunique() == 80).all()
    assert (flows.groupby("k")["topic"].nunique()[2:] >= 2).all()
    used = flows[flows["k"] == len(result.topics)].set_index("article_id")["topic"]
    assert used.sort_index().equals(result.article_topics.set_index("article_id")["topic"].sort_index())


def test_more_articles_than_are_compared_have_topics(monkeypatch):
    monkeypatch.setattr(consensus, "SCANNED", 250)
    articles, sentences, words = corpus(consensus.SMALL + 100)
    result = topics.find_topics(articles, sentences, words)
    assert (result.assignments["k"].value_counts().drop(len(result.topics)) == 250).all()
    assert result.mode == "topics" and len(result.topics) >= 3
    assert (result.article_topics["topic"] >= 0).mean() > 0.85
    assert adjusted_rand_score(pd.factorize(articles["kind"])[0], result.article_topics["topic"]) > 0.9


def test_broad_groups_that_do_not_hold_are_too_few_to_trust():
    rng = np.random.default_rng(0)
    articles, sentences, _ = corpus(30)
    sentences["text"] = [
        " ".join(rng.choice([f"word{i}" for i in range(300)], 10)) for _ in sentences["text"]
    ]
    result = group(articles, sentences, tokenize(sentences["text"]))
    assert result.mode == "broad groups"
    assert result.topics["alarms"].str.contains("too few to trust").all()


@pytest.mark.parametrize("n", [30, 80, 700])
def test_words_dealt_anew_between_articles_make_no_stable_topic(n):
    articles, sentences, _ = corpus(n)
    real = grouped(n)[1]
    assert real.topics["stability"].min() >= topics.STABLE
    dealt = sentences["text"].str.split()
    words = np.random.default_rng(0).permutation(np.concatenate(dealt.to_list()))
    texts = [" ".join(part) for part in np.split(words, dealt.str.len().cumsum()[:-1])]
    data = articles, sentences.assign(text=texts), tokenize(texts)
    noise = group(*data)
    assert noise.topics["stability"].max() < topics.DOUBTFUL and noise.steady.empty
    assert noise.topics["alarms"].str.contains("too few to trust|unstable").all()
    assert "no" in (title := titles.topic_shares_title(noise)) and "lead" not in title and "arge" not in title
    assert topics.topic_spells(noise, articles).empty
    if n < 700:  # a number that nobody asked for gives no topics
        none = topics.find_topics(*data)
        assert none.mode == "no topics" and none.topics.empty and (none.article_topics["topic"] < 0).all()
        assert "no topics were found" in titles.topic_shares_title(none)
        trials = topics.agreement_trials(none)
        said = titles.topic_findings(none, trials, pd.DataFrame({"state": []}), n_articles=n)
        assert (none.article_topics["fine"] == "").all() and topics.membership_grades(none).empty
        assert "No topics were found" in said and "argest" not in said and "lead" not in said
        numbers = none.criteria.assign(mode=none.mode)
        assert topics.topic_tree(none).empty and "holds still" in titles.numbers_title(numbers)


def test_shuffled_input_gives_exactly_the_same_topics():
    articles, sentences, _ = corpus(80)
    order = np.random.default_rng(1).permutation(len(articles))
    shuffled = articles.iloc[order].reset_index(drop=True)
    by_article = sentences.set_index("article_id").loc[shuffled["article_id"]].reset_index()
    same(
        analysed(80)[1],
        topics.find_topics(shuffled, by_article, tokenize(by_article["text"])),
    )


def test_another_seed_and_fewer_articles_change_little():
    agreement = trials(80).set_index("choice")["agreement"]
    assert agreement[["another seed", "5 % of the articles removed"]].min() > 0.9
    assert agreement["input in another order"] == 1


def test_the_number_that_the_user_asks_for_wins():
    result = topics.find_topics(*corpus(60), k=3)
    assert len(result.topics) == 3
    assert "as the settings say" in titles.method_line(result)


def test_copies_follow_their_original_and_count_once():
    articles, sentences, words = corpus(40)
    articles.loc[39, "copy_of"] = "a0000"
    result = group(articles, sentences, words)
    placed = result.article_topics.set_index("article_id")
    assert placed.loc["a0039", ["topic", "x", "y"]].equals(placed.loc["a0000", ["topic", "x", "y"]])
    assert placed.loc["a0039", "note"] == "copy"
    assert result.topics["n_articles"].sum() + (placed["topic"] < 0).sum() == 39
    counted = group(articles, sentences, words, copies=True)
    assert len(counted.space.ids) == 40 and (counted.article_topics["note"] != "copy").all()


def test_other_languages_have_no_topic_and_a_note():
    articles, sentences, words = corpus(20)
    articles.loc[:2, "language"] = "de"
    result = group(articles, sentences, words)
    assert result.article_topics["note"].tolist()[:3] == ["other language"] * 3
    assert (result.article_topics["topic"][:3] == -1).all()
    none = topics.find_topics(articles.assign(language="ru"), sentences, words)
    assert none.topics.empty and none.mode == "too few"


def test_articles_without_words_have_no_topic():
    articles, sentences, _ = corpus(20)
    sentences.loc[sentences["article_id"] == "a0003", "text"] = ""
    result = group(articles, sentences, tokenize(sentences["text"]))
    assert result.article_topics["topic"][3] == -1


class TestAlarms:
    def result(self, articles, sentences):
        return group(articles, sentences, tokenize(sentences["text"]))

    def alarms(self, result, articles, kind):
        of = result.article_topics["topic"][articles["kind"] == kind].mode()[0]
        return result.topics["alarms"][of].split(", ")

    def test_none_where_nothing_is_wrong(self):
        assert (grouped(80)[1].topics["alarms"] == "").all()

    def test_not_where_the_whole_corpus_has_one_outlet_and_no_date(self):
        articles, sentences, _ = corpus(80, outlet="Lantern", published=pd.NaT)
        assert (self.result(articles, sentences).topics["alarms"] == "").all()

    def test_one_outlet_one_day_names_and_boilerplate_each_in_its_topic(self):
        articles, sentences, _ = corpus(80)
        articles.loc[articles["kind"] == "trade", "outlet"] = "Lantern"
        articles.loc[articles["kind"] == "border", "published"] = pd.Timestamp("2024-10-05")
        for word in SUBJECTS["protest"].split():
            named = sentences["text"].str.replace(rf"\b{word}\b", word.title(), regex=True, case=False)
            sentences = sentences.assign(text=named)
        ids = articles.loc[articles["kind"] == "visit", "article_id"]
        tail = "Subscribe to our evening letter and follow us everywhere."
        more = pd.DataFrame({"article_id": ids, "sentence": 5, "text": tail, "voice": "narrator"})
        sentences = pd.concat([sentences, more]).sort_values(["article_id", "sentence"], ignore_index=True)
        result = self.result(articles, sentences)
        alarms = {kind: self.alarms(result, articles, kind) for kind in SUBJECTS}
        wanted = {"trade": "one outlet", "border": "one day", "protest": "names only", "visit": "boilerplate"}
        assert alarms == {kind: [alarm] for kind, alarm in wanted.items()}

    def test_few_articles(self):
        articles, sentences, _ = corpus(80)
        rare = (articles["kind"] == "visit") & (articles.index > 12)
        kept = articles[~rare].reset_index(drop=True)
        sentences = sentences[sentences["article_id"].isin(kept["article_id"])].reset_index(drop=True)
        result = self.result(kept, sentences)
        assert (kept["kind"] == "visit").sum() == 3
        assert "few articles" in self.alarms(result, kept, "visit")
        assert self.alarms(result, kept, "trade") == [""]

    def test_unstable(self):
        rng = np.random.default_rng(0)
        articles, sentences, _ = corpus(60)
        sentences["text"] = [
            " ".join(rng.choice([f"word{i}" for i in range(300)], 10)) for _ in sentences["text"]
        ]
        assert self.result(articles, sentences).topics["alarms"].str.contains("unstable").any()


def test_names_can_be_masked():
    articles, sentences, _ = corpus(40)
    sentences["text"] = "The visit of Maren Aldhove. " + sentences["text"]
    words = tokenize(sentences["text"])
    assert proper_names(words, sentences) >= {"maren", "aldhove"}
    data = vectors.Data(articles.iloc[:5], sentences, words)
    assert "aldhove" in vectors.build_space(data).vocabulary
    assert "aldhove" not in vectors.build_space(replace(data, names=False)).vocabulary


class TestPhrases:
    def result(self, texts, min_df=2):
        ids = [str(i) for i in range(len(texts))]
        sentences = pd.DataFrame({"article_id": ids, "text": texts, "voice": "narrator"})
        words = tokenize(texts)
        documents = vectors.Documents(words, np.arange(len(texts)), len(texts))
        phrases = labels.find_phrases(documents, sentences, stop=stop_words(), min_df=min_df)
        wording = labels.phrase_wording(
            phrases, vectors.Data(sentences, sentences, words), range(len(phrases.words))
        )
        return {phrases.words[i]: written for i, written in wording.items()}

    def test_are_what_the_texts_say_with_their_capitals(self):
        texts = ["They cheered in Port Ansel today.", "Nobody leaves Port Ansel.", "In Port Ansel it rained."]
        assert self.result(texts)["port ansel"] == "Port Ansel"

    def test_keep_the_small_words_between(self):
        texts = ["the end of the war came", "an end of the war", "no end of wars"]
        assert self.result(texts)["end war"] == "end of the war"

    def test_do_not_reach_over_a_comma_a_bracket_or_the_end_of_a_sentence(self):
        texts = ["We saw the bridge, guns and (late) trucks. Rain"] * 2
        assert not {"bridge gun", "gun late", "late truck", "truck rain"} & set(self.result(texts))

    def test_do_not_cut_a_word_with_a_hyphen(self):
        result = self.result(["a cross-border raid", "this cross-border raid"])
        assert "cross border raid" in result and "border raid" not in result and "border" not in result

    def test_singular_and_plural_are_one(self):
        assert self.result(["a grain duty", "the grain duties"])["grain duty"] in (
            "grain duty",
            "grain duties",
        )

    def test_count_as_often_as_they_stand(self):
        texts = ["tear gas and tear gas", "tear gas"]
        sentences = pd.DataFrame({"article_id": ["a", "b"], "text": texts, "voice": "narrator"})
        words = tokenize(sentences["text"])
        documents = vectors.Documents(words, np.array([0, 1]), 2)
        phrases = labels.find_phrases(documents, sentences, stop=stop_words())
        assert phrases.counts[list(phrases.words).index("tear gas")].toarray().tolist() == [[2, 1]]

    @given(st.lists(st.text(alphabet="abAB ,.-'’\n\u00a0é1İ", max_size=40), max_size=6))
    def test_any_text_gives_phrases_that_stand_in_it(self, texts):
        for words, written in self.result(texts, min_df=1).items():
            assert any(" ".join(written.split()) in " ".join(text.split()) for text in texts)
            assert 1 <= len(words.split()) <= labels.CONTENT


class TestLabels:
    @staticmethod
    @cache
    def described():
        articles, sentences, _ = corpus(60)
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
        result = group(articles, sentences, tokenize(sentences["text"]))
        kinds = (
            result.article_topics.assign(kind=articles["kind"])
            .groupby("topic")["kind"]
            .agg(lambda s: s.mode()[0])
        )
        return dict(zip(kinds, result.topics["label"], strict=True)), result

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
            assert text.count(" · ") <= 1 and " and " not in text, text
            assert not re.search(r"\b(slippery|unlawful)\b(?! \w)", text, re.IGNORECASE), text

    def test_of_two_words_the_one_at_the_top_of_the_texts_comes_first(self):
        texts = [["The truce held.", "It began at the tower."], ["The market fell.", "Nobody rang a bell."]]
        rows = [(f"a{i:02}", j, text, "narrator") for i in range(12) for j, text in enumerate(texts[i % 2])]
        sentences = pd.DataFrame(rows, columns=["article_id", "sentence", "text", "voice"])
        words = tokenize(sentences["text"])
        documents = vectors.number_documents(sentences["article_id"].unique(), sentences, words)
        phrases = labels.find_phrases(documents, sentences, stop=stop_words(), min_df=2)
        data = vectors.Data(sentences.assign(outlet=None), sentences, words)
        _, named = labels.describe_groups(phrases, np.arange(12) % 2, 2, data, n_terms=8)
        assert [label.split()[0] for label in named] == ["Truce", "Market"]

    def test_a_word_gives_way_to_the_phrase_in_which_its_texts_use_it(self):
        texts = [
            "They fear the pension law.", "The law on the pension is new.", "A law. It is the pension law.",
            "The pension stays, the law goes.", "A fair of horses.", "Horses at the fair.", "The fair is on.",
        ]  # fmt: skip
        ids = [f"a{i}" for i in range(len(texts))]
        sentences = pd.DataFrame({"article_id": ids, "sentence": 0, "text": texts, "voice": "narrator"})
        words = tokenize(texts)
        documents = vectors.number_documents(np.array(ids), sentences, words)
        phrases = labels.find_phrases(documents, sentences, stop=stop_words())
        groups = np.array([0, 0, 0, 0, 1, 1, 1])
        data = vectors.Data(sentences.assign(outlet=None), sentences, words)
        _, named = labels.describe_groups(phrases, groups, 2, data, n_terms=8)
        assert named[0].startswith("Pension law") and named[1].startswith("Fair")

    def test_have_no_stop_word_at_an_end_and_no_stem_twice(self):
        label, result = self.described()
        for text in [*label.values(), *result.topic_terms["term"]]:
            for part in re.split(r", | · ", text):
                ends = {part.lower().split()[0], part.lower().split()[-1]}
                assert not ends & stop_words(), text
        for terms in result.topic_terms.groupby("topic")["term"]:
            words = [word for term in terms[1] for word in re.findall(r"\w+", term.lower())]
            content = [stem for word in words for stem in labels._stems(word) if stem not in stop_words()]
            assert len(content) == len(set(content))

    def test_name_no_outlet_no_writer_and_no_rest_of_markup(self):
        articles, sentences, _ = corpus(60, outlet="The Evening Lantern")
        ends = {"trade": "The Evening Lantern says it", "border": "They said by Runa Stavholt"}
        ends |= {"protest": "It lt quot pension", "visit": "The href nbsp state visit"}
        more = articles[["article_id"]].assign(sentence=-1, voice="narrator", text=articles["kind"].map(ends))
        more = pd.concat([sentences, more]).sort_values(["article_id", "sentence"], ignore_index=True)
        result = group(articles, more, tokenize(more["text"]))
        assert not result.topics["label"].str.contains("Lantern|Stavholt|lt|quot|href|nbsp", case=False).any()

    def test_weights_fall_and_ranks_begin_at_one(self):
        _, result = self.described()
        for _, own in result.topic_terms.groupby("topic"):
            assert own["rank"].tolist() == list(range(1, len(own) + 1))
            assert own["weight"].is_monotonic_decreasing

    def test_no_names_where_names_are_masked(self):
        articles, sentences, _ = corpus(60)
        sentences["text"] = "The visit of Maren Aldhove. " + sentences["text"]
        result = group(articles, sentences, tokenize(sentences["text"]), names=False)
        assert not result.topics["label"].str.contains("Aldhove").any()
        assert not result.topic_terms["term"].str.contains("Aldhove").any()


class TestOverTime:
    def test_shares_add_up_and_empty_and_undated_periods_stay(self):
        articles, result = analysed(80)
        articles = articles.assign(published=articles["published"].mask(articles.index.isin(range(20, 51))))
        grid, unit = topics.topics_by_period(result, articles, unit="week")
        assert unit == "week" and grid["n_articles"].sum() == 80
        sums = grid.groupby("period", dropna=False)["share"].sum()
        assert np.allclose(sums[sums > 0], 1, atol=1e-4) and (sums == 0).any()
        assert grid.loc[grid["period"].isna(), "n_articles"].sum() == 31

    def test_all_undated(self):
        articles, result = analysed(30)
        grid, _ = topics.topics_by_period(result, articles.assign(published=pd.NaT))
        assert grid["period"].isna().all() and grid["n_articles"].sum() == 30
        assert titles.topic_periods_title(grid, unit="month") == "No article that is counted has a date"


def test_representatives_are_of_different_outlets_and_quote_a_sentence():
    _, sentences, _ = corpus(80)
    shown = topics.representatives(analysed(80)[1])
    assert (shown.groupby("topic")["outlet"].nunique() == 3).all()
    texts = sentences.set_index(["article_id", "sentence"])["text"]
    assert texts.loc[list(zip(shown["article_id"], shown["sentence"], strict=True))].tolist() == list(
        shown["text"]
    )


class TestBeginnings:
    DAYS = tuple(f"2024-{1 + i // 20:02}-{1 + i % 20:02}" for i in range(160))

    def spells(self, dates, **columns):
        articles, result = grouped(len(dates))
        articles = articles.assign(**columns, published=pd.to_datetime(dates))
        of = (
            result.article_topics.assign(kind=articles["kind"])
            .groupby("topic")["kind"]
            .agg(lambda s: s.mode()[0])
        )
        spells = topics.topic_spells(result, articles)
        spells = spells.merge(titles.spells_table(spells)[["label", "begins", "ends"]], on="label")
        return spells.assign(kind=lambda d: d["topic"].map(of)).set_index("kind")

    def test_are_found_where_planted_and_only_there(self):
        late = [day if i % 4 else f"2024-10-{1 + i % 20:02}" for i, day in enumerate(self.DAYS)]
        result = self.spells(late)
        assert result["born"].tolist() == (result.index == "trade").tolist()
        assert result.loc["trade", "begins"].startswith("begins on ") and result["ended"].sum() == 3

    def test_are_none_where_all_topics_run_through(self):
        result = self.spells(self.DAYS)
        assert not result["born"].any() and not result["ended"].any()

    def test_many_reports_of_one_event_are_one_chance(self):
        late = [day if i % 4 else "2024-10-01" for i, day in enumerate(self.DAYS)]
        result = self.spells(late, story=lambda d: d.index.where(d["kind"] != "trade", 1000))
        assert result.loc["trade", "n_dated"] == 40 and result.loc["trade", "n_stories"] == 1
        assert (
            not result.loc["trade", "born"] and result.loc["trade", "begins"] == "not enough articles to say"
        )

    def test_few_articles_do_not_say(self):
        result = self.spells([f"2024-04-{1 + i:02}" for i in range(12)])
        assert (
            not result["born"].any()
            and (result["begins"].isin(["there from the start", "not enough articles to say"])).all()
        )

    def test_undated_topics_have_none(self):
        result = self.spells([None] * 30)
        assert (result["n_dated"] == 0).all() and (result["begins"] == "not enough articles to say").all()


class TestFineTopics:
    def nested(self, *, dealt=False):
        """Four subjects with five parts of twelve articles each, which have words of their own."""
        rng = np.random.default_rng(0)
        articles = corpus(240)[0]
        subjects, parts = np.arange(240) % 4, np.arange(240) // 4 % 5
        pick = rng.permutation(240) if dealt else np.arange(240)
        texts = []
        for i in range(240):
            wide = rng.choice(SUBJECTS[list(SUBJECTS)[subjects[i]]].split(), 14)
            part = parts[pick[i]] if not dealt else rng.integers(5, size=8)
            own = [
                f"place{subjects[i]}{p}{w}"
                for p, w in zip(np.broadcast_to(part, 8), rng.integers(9, size=8), strict=True)
            ]
            texts.append(" ".join([*wide, *own, *rng.choice(COMMON, 6)]))
        sentences = pd.DataFrame({"article_id": articles["article_id"], "sentence": 0, "text": texts})
        sentences = sentences.assign(voice="narrator").astype({"text": "str", "voice": "str"})
        return articles, sentences, tokenize(sentences["text"]), subjects * 5 + parts

    def test_parts_of_topics_are_found(self):
        articles, sentences, words, part = self.nested()
        result = group(articles, sentences, words)
        placed = result.article_topics["fine"]
        assert adjusted_rand_score(part, pd.factorize(placed)[0]) > 0.8
        table = topics.fine_topics(result)
        assert 15 <= len(table) <= 27 and table["n_articles"].sum() == (placed != "").sum()
        assert (table["inside"] >= 0.9 * table["n_articles"]).mean() > 0.8
        assert table["within"].nunique() == 4
        tables.check(result.article_topics, "article_topics")

    def test_words_dealt_within_topics_give_none(self):
        result = group(*self.nested(dealt=True)[:3])
        assert (result.article_topics["fine"] == "").all() and topics.fine_topics(result).empty

    def test_one_level_gives_none(self):
        assert (grouped(160)[1].article_topics["fine"] == "").all()


def test_how_clearly_articles_are_in_their_topic():
    _, result = grouped(160)
    table = topics.membership_grades(result)
    assert table.columns.tolist() == ["label", *topics.GRADES]
    assert table["label"].tolist() == result.topics["label"].tolist()
    assert table[list(topics.GRADES)].sum(axis=1).tolist() == result.topics["n_articles"].tolist()
    low = result._replace(article_topics=result.article_topics.assign(margin=0.05))
    assert (topics.membership_grades(low)[["rather", "clearly"]] == 0).all(axis=None)


class TestDifferences:
    def test_a_planted_difference_is_found_with_an_interval_and_its_mirror_in_the_rest(self):
        articles, result = grouped(160)
        trade = articles["kind"].eq("trade") & (np.arange(160) % 8 < 6)
        table = topics.topic_differences(result, articles.assign(outlet=np.where(trade, "Ash", "Oak")))
        first = table[(table["by"] == "outlet") & (table["differs"] == "more")]
        assert first["group"].tolist()[0] == "Ash" and (table["low"] <= table["difference"]).all()
        top = first[first["group"] == "Ash"].iloc[0]
        of_kind = result.article_topics.loc[(articles["kind"] == "trade").to_numpy(), "topic"].mode()[0]
        assert top["topic"] == of_kind and top["share"] == 1 and 0 < top["low"] < top["difference"]
        less = table[(table["group"] == "Oak") & (table["topic"] == of_kind)].iloc[0]
        assert less["differs"] == "less" and less["difference"] == pytest.approx(-top["difference"], abs=1e-5)
        assert (table.loc[table["by"] == "period", "differs"] == "").all()

    def test_outlets_dealt_anew_differ_in_few_corpora(self):
        articles, result = grouped(160)
        rng, found = np.random.default_rng(0), 0
        for seed in range(30):
            dealt = articles.assign(outlet=rng.permutation(articles["outlet"]), published=pd.NaT)
            table = topics.topic_differences(result, dealt, seed=seed)
            assert len(table) == 12 and table["p"].between(0.001, 1).all()
            assert (table.loc[table["differs"] != "", "p"] <= topics.RARE).all()
            found += bool((table["p"] <= topics.RARE).any())
        assert found <= 5  # of 30; 1.5 are expected

    def test_many_reports_of_one_event_count_once_and_few_articles_say_nothing(self):
        articles, result = grouped(160)
        trade = articles["kind"].eq("trade")
        one = articles.assign(outlet=np.where(trade, "Ash", "Oak"), story=articles.index.where(~trade, 1000))
        assert not topics.topic_differences(result, one)["by"].eq("outlet").any()
        assert topics.topic_differences(result, articles.assign(outlet=None, published=pd.NaT)).empty

    def test_unsteady_topics_are_not_compared(self):
        articles, result = grouped(160)
        shaky = result._replace(topics=result.topics.assign(stability=[0.9, 0.9, 0.5, 0.9]))
        assert set(topics.topic_differences(shaky, articles)["topic"]) == {0, 1, 3}


class TestTree:
    def test_joins_as_scikit_learn_does(self):
        from sklearn.cluster import AgglomerativeClustering

        points = normalize(np.random.default_rng(0).standard_normal((9, 4)))
        distances = 1 - points @ points.T
        peer = AgglomerativeClustering(
            n_clusters=None, distance_threshold=0, metric="precomputed", linkage="average"
        ).fit(distances)
        result = vectors.join_nearest(distances, list("abcdefghi"))
        assert result["height"].tail(8).to_numpy() == pytest.approx(peer.distances_, abs=1e-5)
        assert result["n"].iloc[-1] == 9 and (result["label"] != "").sum() == 9

    @pytest.mark.parametrize("n", [0, 1, 2, 5, 80])
    def test_every_size_has_a_tree(self, n):
        _, result = analysed(n)
        joined, leaves = topics.topic_tree(result), len(result.topics) or n
        assert len(joined) == max(2 * leaves - 1, 0) and titles.tree_title(joined)


class TestFlow:
    def test_every_compared_article_goes_somewhere(self):
        _, result = analysed(80)
        goes = topics.topic_flow(result)
        assert goes["n_articles"].sum() == 80 and goes["next_k"].iloc[0] > goes["k"].iloc[0]
        own = goes[goes["topic"] >= 0].groupby("topic")["n_articles"].sum()
        if goes["k"].iloc[0] == len(result.topics):
            assert own.tolist() == result.topics["n_articles"].tolist()

    def test_none_where_nothing_was_compared(self):
        assert topics.topic_flow(analysed(5)[1]).empty


def test_boilerplate_is_put_back_for_a_trial(monkeypatch):
    monkeypatch.setattr(topics, "TRIAL_RUNS", 5)
    articles, result = analysed(80)
    tail = "Subscribe to our evening letter. Follow us on every network. Terms apply to all readers."
    removed = pd.DataFrame(
        {"article_id": articles["article_id"][::2], "start": 0, "end": 9, "rule": "links", "text": tail}
    )
    tried = topics.agreement_trials(result, removed=removed).set_index("choice")
    assert tried.loc["boilerplate kept", "n_articles"] == 80 and not tried.loc["boilerplate kept", "note"]
    titles = topics.agreement_trials(result, removed=removed.assign(rule="title"))
    assert titles.set_index("choice").loc["boilerplate kept", "note"].startswith("nothing was removed")


def test_borderline_articles_are_named_with_both_topics():
    _, result = analysed(80)
    listed = topics.borderline_articles(result)
    assert listed["margin"].is_monotonic_increasing and (listed["label"] != listed["second"]).all()
    placed = result.article_topics
    assert ((placed["second"] != placed["topic"]) & (placed["second"] >= 0)).all()
