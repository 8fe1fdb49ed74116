import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import cases, seconds

from dateline.ingest.articles import read_articles
from dateline.text.clean import clean
from dateline.text.sentences import VERBS, _actor, _attribution, find_sentences

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
TRUTH = ROOT / "data" / "sample" / "truth"
PIECES = [
    *(
        '"',
        "“",
        "”",
        "„",
        "«",
        "»",
        "‘",
        "’",
        "'",
        "``",
        "''",
        ".",
        "?",
        "!",
        "...",
        ",",
        ":",
        "(",
        "\n",
        "\n\n",
    ),
    *("The ferry sails", "said Corvane", "Corvane said", "he said", "the minister told", "Mr.", "U.S.", "5"),
    *("according to", "Ilse Corvane, 58,", "- Oppose the pier -", " ", "渡轮又开航了。", "of the", "'s"),
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map(" ".join)
properties = settings(deadline=None, derandomize=True, max_examples=150)


@pytest.mark.parametrize("case", cases("segment", "wild", "negative", "synthetic", "known failures"))
def test_case(case):
    text = case["text"]
    found = [[text[one.start : one.end], one.voice, one.speaker] for one in find_sentences(text)]
    assert found == case["sentences"]


@properties
@given(text=texts)
def test_every_character_is_in_one_sentence(text):
    found = find_sentences(text)
    at = 0
    for one in found:
        assert at <= one.start < one.end <= len(text)
        assert not text[at : one.start].strip()
        assert not text[one.start].isspace() and not text[one.end - 1].isspace()
        at = one.end
    assert not text[at:].strip()


@properties
@given(text=texts)
def test_voices_and_speakers(text):
    for one in find_sentences(text):
        assert one.voice in ("narrator", "quote", "reported", "headline")
        assert one.speaker == "" or one.voice in ("quote", "reported")
        assert not one.speaker or set(one.speaker.split()) <= set(_words(text))


def _words(text):
    return text.replace(",", " ").replace(".", " . ").split() + [
        part for word in text.split() for part in (word, word.strip(",.;:-–—()\"'"))
    ]


@properties
@given(text=texts)
def test_what_follows_changes_no_sentence_before_it(text):
    text = " ".join(text.split()) + "\n\nThe ferry sails."
    alone, more = find_sentences(text), find_sentences(text + "\n\nIt rained on the pier.")
    assert [one[:2] for one in more][: len(alone)] == [one[:2] for one in alone]


@pytest.mark.parametrize(
    "unit",
    [
        *(
            '"',
            "“",
            "”",
            "'",
            "``",
            ".",
            "?!",
            '." ',
            "。",
            "a",
            "A ",
            " ",
            "\n",
            "Aa. ",
            '"a," he said. ',
            "( ",
        ),
        *('"We go on," said Corvane. ', "Corvane said. ", '"a\n', '"We go on\n\n', "a.B ", "of the ", "A's "),
        *("He said: “Go.” ", "‘We never do,’ ", "said ", "according to ", ', "a b c d" ', "U.S. ", "- a -\n"),
    ],
)
def test_time_grows_with_the_length(unit):
    n = 8_000 // len(unit) + 1
    # a quadratic step would take 64 times as long
    assert seconds(find_sentences, unit * 8 * n) < 8 * 4 * seconds(find_sentences, unit * n) + 0.02


def test_a_long_sentence_before_many_pronouns_costs_its_length_once():
    def text(times):
        return "a " * times + ".\n\n" + '"We go," he said. ' * (times // 8)

    assert seconds(find_sentences, text(32_000)) < 32 * seconds(find_sentences, text(4_000)) + 0.02


# -- the sample's planted truth --------------------------------------------------------------------


@pytest.fixture(scope="module")
def attributed():
    """Give planted quotations with the speaker that was found, or None where no quotation was."""
    quotes = pd.read_csv(TRUTH / "quotes.csv", keep_default_na=False)
    articles = read_articles(ROOT / "data" / "sample" / "articles").articles.set_index("article_id")["text"]
    return [
        (truth.speaker, _speaker(articles[truth.article_id], truth.quote_start_words))
        for truth in quotes.itertuples()
    ]


def _speaker(text, words):
    at = re.search(r"\W+".join(map(re.escape, re.findall(r"\w+", words))), text).start()
    one = next(one for one in find_sentences(text) if one.start <= at < one.end)
    return one.speaker if one.voice == "quote" else None


def _names():
    entities = pd.read_csv(TRUTH / "entities.csv", keep_default_na=False)
    return {
        one.entity: set(f"{one.entity} {one.aliases.replace(';', ' ')}".split())
        for one in entities.itertuples()
    }


def test_most_planted_quotations_are_found(attributed):
    assert sum(found is not None for _, found in attributed) / len(attributed) >= 0.94


def test_most_speakers_of_the_sample_are_found_and_hardly_any_is_wrong(attributed):
    names = _names()
    named = [(truth, found.split()[-1]) for truth, found in attributed if truth and found]
    right = sum(last in names[truth] for truth, last in named)
    assert right / len(named) >= 0.98
    assert right / sum(truth != "" for truth, _ in attributed) >= 0.80


# -- the five real articles ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeds():
    if not SEEDS.is_dir():
        pytest.skip("../shared/seeds is not here: the five real articles are not checked")
    found = [clean(path.read_text(encoding="utf-8")).text for path in sorted(SEEDS.glob("*.txt"))]
    return [[(text[one.start : one.end], *one[2:]) for one in find_sentences(text)] for text in found]


def test_seeds_crossheads_and_dek_are_headlines(seeds):
    heads = [[words.split() for words, voice, _ in one if voice == "headline"] for one in seeds]
    # first and last word and their number say which line it is
    assert [[(words[0], words[-1], len(words)) for words in one] for one in heads] == [
        [("Russia", "China", 6), ("Commitment", "Legacy", 4), ("26", "Celebrations", 7)],
        [],
        [],
        [("-", "-", 5)],
        [("The", "signed", 17)],
    ]


def test_seeds_quotations_and_speakers(seeds):
    found = [[(words[:24], who) for words, voice, who in one if voice == "quote"] for one in seeds]
    assert found == [
        [('"The visit of President ', "Hong Lei"), ('"Twenty-six foreign lead', "")],
        [],
        [],
        [
            ('"The governments and min', ""),
            ('"They are truly strategi', "Putin"),
            ('"China and Russia will f', ""),
            ('"(They will) unite the v', ""),
            ("Turning to the Second Wo", "the Chinese spokesman"),
        ],
        [],
    ]


def test_seeds_numbers_of_sentences(seeds):
    assert [len(one) for one in seeds] == [20, 10, 13, 19, 19]


TALKS = """The talks took place in Zelmin.
President of Orlavia Maren Aldhove: Mr Tesh, colleagues,
Let me welcome you. The “old road” is open.
Minister of Transport of Zelmin Ivo Tesh (retranslated): Thank you, we are glad.
Maren Aldhove:Please go on.
"""
BRIEFING = """THE PRESIDENT:  We have a plan. It is good.

Q    Will it be voted on today

MS. ALDHOVE:  It will, and soon.

Q    Who pays for it?

THE PRESIDENT:  Nobody does.
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            TALKS,
            [
                ("narrator", ""),
                *[("quote", "President of Orlavia Maren Aldhove")] * 3,
                ("quote", "Minister of Transport of Zelmin Ivo Tesh"),
                ("quote", "Maren Aldhove"),
            ],
        ),
        (
            BRIEFING,
            [
                *[("quote", "THE PRESIDENT")] * 2,
                *[
                    ("quote", "Question"),
                    ("quote", "MS. ALDHOVE"),
                    ("quote", "Question"),
                    ("quote", "THE PRESIDENT"),
                ],
            ],
        ),
        (
            "President of Orlavia Maren Aldhove: Friends,\nI am glad to see you all.\n",
            [("quote", "President of Orlavia Maren Aldhove")] * 2,
        ),
        # scores, credits, letters, and a line that only has a colon
        ("Port Ansel: Lee 12, Tesh 4.\nZelmin: Orla 9, Bo 3.\nPort Ansel: Lee 2.\nZelmin: Bo 1.\n", None),
        ("Photo Credit: Ann Lee\nRead More: The road\nPhoto Credit: Bo Lee\nRead More: The sea\n", None),
        ("DEAR ANN: I am sad.\nDEAR SAD: Do not be.\nDEAR ANN: I am glad.\nDEAR GLAD: Good.\n", None),
        ("Mayor Ann Lee: the road is open. It rained.\nNobody came to see it, as before.\n", None),
        # points of a list, scores, questions that the reporter answers
        (4 * "The Storm: it moved north on Monday.\nThe Damage: two roofs are off in Zelmin.\n", None),
        (4 * "Group A: Orlavia beat Dravex by one goal.\nGroup B: Zelmin drew with Karovec.\n", None),
        (4 * "Q: Why did the talks fail?\nA: The two sides could not agree on it.\n", None),
        # what stands behind the last turn
        (
            TALKS + "The meeting was held on Monday.\nThe road opens on Friday.\n",
            [
                ("narrator", ""),
                *[("quote", "President of Orlavia Maren Aldhove")] * 3,
                ("quote", "Minister of Transport of Zelmin Ivo Tesh"),
                ("quote", "Maren Aldhove"),
                *[("narrator", "")] * 2,
            ],
        ),
    ],
)
def test_the_turns_of_a_transcript_are_their_speakers_words(text, expected):
    found = [(s.voice, s.speaker) for s in find_sentences(text)]
    if expected is None:
        assert all(voice != "quote" for voice, _ in found)
    else:
        assert found == expected


def test_who_says_it_is_named_before_or_after_the_quotation():
    assert _attribution("", "said Mayor Ivo Tesh on Friday.") == ("Mayor Ivo Tesh", True, False)
    assert _attribution("Asked about the ferry, the minister said:", "") == ("the minister", False, True)
    assert _actor("Aldhove, standing beside him, said it had been blunt.") == "Aldhove"
    assert _actor("It was raining.") is None


@properties
@given(text=texts)
def test_known_places_of_verbs_change_nothing(text):
    places = [word.start() for word in re.finditer(r"\w+", text) if word[0] in VERBS]
    assert find_sentences(text, verbs=places) == find_sentences(text)
