"""Findings and titles of notebook 04."""

import pandas as pd
import pytest
from tone_texts import corpus, scored

from dateline.tone import agreement, differences, targets, vader
from helpers import prose, titles

CLEAR = ["positive", "no clear tone", "negative"]


def groups(names, tones, thin=None, voice="narrator", **columns):
    frame = pd.DataFrame({"group": names, "tone": tones, "thin": thin or [False] * len(names)})
    return frame.assign(voice=voice, **({"n_articles": 9} | columns))


def no_sheet():
    empty = pd.DataFrame(columns=["article_id", "sentence_start_words", "tone", "drawn", "row"])
    return agreement.compare_sheet(empty, pd.Series(dtype="str"))


def findings(*texts, checks=None, **columns):
    articles, sentences = corpus(*texts, **columns)
    result = scored(articles, sentences)
    units = differences.counted_sentences(result.table, articles)
    tones = differences.mean_tones(units, by=["outlet"])
    toward = pd.DataFrame({"entity": [], "voice": [], "tone": [], "thin": pd.Series(dtype="bool")})
    checks = {"dictionary": no_sheet(), **(checks or {})}
    grid = pd.DataFrame({"outlet": columns.get("outlet", [])[:2], "entity": "Lee", "thin": False})
    grid = grid.assign(p=[0.01] * len(grid), differs=["more negative", ""][: len(grid)])
    weights = vader.word_weights(result, units)
    return titles.tone_findings(tones, weights, toward, grid, checks), units, articles


def test_findings_give_shares_means_and_event_words():
    text, units, articles = findings(*[["A good day.", "The war goes on."]] * 9, outlet=["a", "b", "b"] * 3)
    assert "**0\xa0% of 18 sentences are neutral**" in text and "50\xa0% positive" in text
    assert "narrator" in text and " to " in text and "“war”" in text
    assert "No outlet has enough articles to say anything of its tone." in text
    assert "Compared with the other outlets, a writes more negatively of Lee; 2 of 2 pairs" in text
    assert "A person checked" not in text and "not enough" not in text
    assert prose.tone_size(units, articles) == "n = 9 articles, 18 sentences"


def test_few_articles_have_no_mean_in_words():
    text, *_ = findings("It was awful.", "It was good.")
    assert "Fewer than 8 articles: not enough to put any mean into words." in text
    assert "too few articles)" in text and "outlets" not in text


def test_what_is_left_out_is_counted():
    text, units, articles = findings(
        "Bonjour.", "Guten Tag.", "It rained.", language=["fr", "de", "en"], copy_of=[None, None, "000.txt"]
    )
    size = "n = 0 articles, 0 sentences; left out: 1 copy of another article; 2 articles in another language"
    assert text == "No sentence is in English: nothing was scored."
    assert prose.tone_size(units, articles) == f"{size} (de, fr)"


def test_a_checked_sheet_is_a_finding():
    units = pd.DataFrame({"article_id": list("abc"), "text": ["One.", "Two.", "Three."]})
    sheet = units.rename(columns={"text": "sentence_start_words"})
    sheet = agreement.locate_sentences(sheet.assign(tone=["neutral", "positive", "neutral"], drawn=""), units)
    check = agreement.compare_sheet(sheet, pd.Series(["neutral"] * 3))
    text, *_ = findings("It was awful.", checks={"model": check})
    # three articles have no interval
    assert "A person checked the model: it is right in 67\xa0% of the cases (3 labels in 3 articles)." in text


def test_a_title_of_groups_says_how_far_they_lie_apart_and_names_none():
    frame = pd.concat([groups(["a", "b", "c"], CLEAR), groups(["b"], ["negative"], voice="quote")])
    frame = frame.assign(mean=[0.1, 0.0, -0.2, -0.9])
    lead = "By the dictionary the narrator's words in 3 outlets score between −0.20 and +0.10 on average"
    assert titles.groups_title(frame, noun="outlet") == lead
    thin = frame.assign(thin=[False, True, True, False])
    lead = "By the dictionary the narrator's words in 1 outlet (2 more with too few articles) score +0.10"
    assert titles.groups_title(thin, noun="outlet") == f"{lead} on average"
    title = "No outlet has enough articles to say anything of its tone"
    assert titles.groups_title(frame.assign(thin=True), noun="outlet") == title
    assert titles.groups_title(frame.head(1), noun="outlet") == "There are no two outlets to compare"


def test_empty_periods_do_not_count():
    frame = groups(["", "", ""], CLEAR, n_articles=[9, 9, 0], mean=[0.1, 0.0, float("nan")])
    title = "By the dictionary the narrator's words in 2 months score between 0.00 and +0.10 on average"
    assert titles.groups_title(frame, noun="month") == title
    frame = frame.assign(thin=True)
    assert titles.groups_title(frame, noun="day") == "No day has enough articles to say anything of its tone"


def test_shares_articles_and_words_have_titles_when_there_are_none():
    shares = pd.DataFrame({"neutral": [0.5, 0.1], "without": [0.75, 0.2], "n_sentences": [1200, 3]})
    title = "50\xa0% of 1,200 sentences are neutral, 75\xa0% without event words"
    assert titles.first_title("04-neutral", shares) == title
    assert titles.first_title("04-neutral", shares.head(0)) == "No sentence was scored"
    neutral = pd.Series([True, False])
    title = "1 of 2 articles have a neutral mean in the narrator's words"
    assert titles.count_title("04-articles", neutral) == title
    assert titles.count_title("04-articles", neutral.head(0)) == "No article was scored"
    title = "1 of the 2 heaviest words are not counted as judging"
    assert titles.count_title("04-words", neutral) == title
    assert titles.count_title("04-words", neutral.head(0)) == "No word of the dictionary occurs"


def test_a_tone_toward_names_is_told_apart_by_voice():
    frame = groups(["", ""], ["negative", "positive"], entity=["Lee", "Oak"])
    title = titles.toward_title(pd.concat([frame, frame.tail(1).assign(voice="quote")]))
    assert title == (
        "A clear tone in the narrator's words toward Lee (negative) and Oak (positive), of 2 names; "
        "in quotes toward Oak (positive)"
    )
    unclear = frame.assign(tone="no clear tone")
    assert titles.toward_title(unclear) == "No clear tone toward any of 2 names in the narrator's words"
    assert titles.toward_title(frame.assign(thin=True)).startswith("Too few articles")


@pytest.mark.parametrize(
    ("differs", "outlets", "title"),
    [
        (
            ["more negative", ""],
            ["a", "b"],
            "Compared with the other outlets, a writes more negatively of Lee",
        ),
        (["", ""], ["a", "b"], "No outlet writes clearly differently of a name"),
        (["more negative"] * 2, ["a", "a"], "There are no two outlets to compare"),
    ],
)
def test_pairs_of_name_and_outlet(differs, outlets, title):
    frame = groups(
        ["", ""], CLEAR[:1] * 2, entity=["Lee", "Oak"], outlet=outlets, differs=differs, p=[0.01, None]
    )
    assert titles.grid_title(frame).startswith(title)
    if len(set(outlets)) > 1:
        assert titles.grid_title(frame).endswith("; 1 of 2 pairs of name and outlet compared")
        assert titles.grid_title(frame.assign(thin=True)).startswith("Too few articles")


def test_what_the_model_read_is_counted_among_the_sentences_that_count():
    aimed = pd.DataFrame({"positive": [0.2, None, 0.3], "label": targets.NOT_EVALUATED}, index=[0, 1, 7])
    units = pd.DataFrame(index=[0, 1])
    assert prose.target_size("n = 2", aimed, units) == "n = 2; the model read 1 of 2 names in sentences"
