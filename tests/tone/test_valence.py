import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.tokens import tokenize
from dateline.tone import lexicon, spelling, valence

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"


def scores(texts, rules=frozenset(lexicon.NEWS_RULES)):
    words = spelling.read(texts, tokenize(texts), rules=rules)
    hits = valence.weigh(words, rules=rules)
    sums = np.bincount(hits.text, hits.weight, len(texts))
    return valence.squash(valence.total(sums, words.emphasis)).tolist()


@pytest.fixture(scope="module")
def vader():
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
    def test_on_public_sentences(self, vader):
        texts = public_sentences()
        if len(texts) < 5000:
            pytest.skip("the public corpora are not beside the checkout")
        wrong = [
            (text, ours, theirs)
            for text, ours, theirs in zip(texts, scores(texts, rules=()), vader(texts), strict=True)
            if ours != theirs
        ]
        assert not wrong, f"{len(wrong)} of {len(texts)} differ, first {wrong[:3]}"

    def test_on_sentences_thrown_together(self, vader):
        rng = np.random.default_rng(0)
        texts = [" ".join(rng.choice(PIECES, size=rng.integers(1, 14))) for _ in range(3000)]
        wrong = [
            (text, ours, theirs)
            for text, ours, theirs in zip(texts, scores(texts, rules=()), vader(texts), strict=True)
            if ours != theirs
        ]
        assert not wrong, f"{len(wrong)} differ, first {wrong[:3]}"

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join), min_size=1, max_size=6))
    def test_on_any_mixture_of_texts(self, vader, texts):
        assert scores(texts, rules=()) == vader(texts)


# What each news rule mends: (rule, sentence, sign by VADER, sign by the rule alone).
MENDED = [
    ("typography", "“Excellent!” she said", 0, 1),
    ("typography", "The plan isn’t good", 1, -1),
    ("short-words", '"No," she said', 0, -1),
    ("possessive", "the disaster's cost", 0, -1),
    ("contrast", "positive but calm talks", 1, 1),
    ("emphasis", "they built this hateful wall", -1, -1),
    ("no", "they signed a no limits partnership", -1, 0),
    ("nothing-but", "she had nothing but praise for him", -1, 1),
    ("fail-to", "they refuse to celebrate it", 1, -1),
    ("names", "the end of World War Two was near", -1, 0),
    ("names", "judges of the Supreme Court met", 1, 0),
    ("names", "world war two ended in 1945", -1, 0),
]


@pytest.mark.parametrize(("rule", "text", "before", "after"), MENDED)
def test_each_news_rule_mends_what_it_says(rule, text, before, after):
    without, mended = scores([text], rules=())[0], scores([text], rules=(rule,))[0]
    assert (np.sign(without), np.sign(mended)) == (before, after)
    assert without != mended


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("It was not the worst idea.", 1),
        ("There was no problem.", 1),
        ("No problem, he said.", 1),
        ("She had nothing but praise.", 1),
        ("He refused to praise it.", -1),
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


def test_other_token_table_is_refused():
    with pytest.raises(ValueError, match="run notebook 01"):
        spelling.read(["one", "two"], tokenize(["one"]))


def test_every_rule_has_an_example():
    assert {rule for rule, *_ in MENDED} == set(lexicon.NEWS_RULES)
