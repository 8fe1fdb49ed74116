import pandas as pd
import pytest
from entities.test_mentions import everything

from dateline.entities import speakers


def test_who_speaks_a_quotation_is_the_name_in_the_words_for_the_speaker():
    text = 'Bo Oak waited. "We go now and never again. The ferry is old," Bo Oak said. Oak left.'
    _, sentences, named, _ = everything(records={"a": ("", text, "2024-05-04")})
    quoted = speakers.find_speakers(named.mentions, sentences)
    assert quoted["entity"].tolist() == ["Bo Oak", "Bo Oak"] and quoted["sentence"].tolist() == [1, 2]


@pytest.mark.parametrize("text", [
    'What Zelmin got was Ann Lee. "We wait for the ferry," she said.',
    'Ann Lee opened the pier. "We wait for the ferry," the mayor said.',
    'Ann Lee left. "We wait for the ferry," said a spokesman for Ann Lee.',
])  # fmt: skip
def test_nobody_is_guessed_where_the_words_name_nobody(text):
    _, sentences, named, _ = everything(records={"a": ("", f"{text}\nMs. Ann Lee left.", "2024-05-04")})
    assert (sentences["voice"] == "quote").any()
    assert speakers.find_speakers(named.mentions, sentences).empty


def test_who_is_quoted_in_which_group():
    articles, sentences, named, _ = everything()
    group = pd.Series({"a": "orna", "b": "orna", "c": "lantern", "d": "lantern"})
    table = speakers.voices_by_group(
        named.mentions, speakers.find_speakers(named.mentions, sentences), articles, group
    )
    lee = table[table["entity"] == "Ann Lee"].set_index("group")
    assert lee[["n_quoted", "n_articles"]].to_numpy().tolist() == [[1, 4], [0, 2], [1, 2]]
    assert (table["share_low"] <= table["share_quoted"]).all()


def test_those_quoted_stand_before_those_who_are_only_named():
    articles, sentences, named, _ = everything()
    quoted = speakers.find_speakers(named.mentions, sentences)
    outlet = pd.Series({"a": "orna", "b": "orna", "c": "lantern", "d": "lantern"})
    topic = pd.Series({"a": "ferry", "b": "pier", "c": "pier", "d": "pier"})
    table = speakers.compare_voices(
        named.mentions.assign(kind="person"), quoted, articles, (outlet, topic, None)
    )
    whole = table[table["group"] == "all articles"]
    assert whole["entity"].iloc[0] == "Ann Lee" and whole["n_quoted"].tolist()[1:] == [0] * (len(whole) - 1)
    assert not table.duplicated(["entity", "group"]).any()
    lee = table[table["entity"] == "Ann Lee"].set_index("group")["n_articles"]
    assert lee[["orna", "lantern"]].sum() == lee[["ferry", "pier"]].sum() == lee["all articles"]
