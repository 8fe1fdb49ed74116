import numpy as np
import pandas as pd
import pytest
from entities.test_mentions import corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.entities import actors, aliases, ledgers, mentions, names
from dateline.tokens import tokenize


def entities(*texts):
    """Entity and rule of each name in articles of one sentence."""
    found = names.find(list(texts), tokenize(texts), headline=np.zeros(len(texts), bool))
    article = found["row"].to_numpy()
    resolved, _ = aliases.resolve(found, article=article)
    acting = actors.governments(resolved, list(texts), article=article)
    return list(acting[["entity", "rule"]].astype(object).itertuples(index=False, name=None))


@pytest.mark.parametrize(
    "text",
    [
        "Moscow said no.",
        "Yesterday Moscow has repeatedly denied it.",
        "Moscow, which did not sign, condemned it.",
        "In a statement the Kremlin announced a truce.",
        "They urged Moscow to stop.",
        "The Kremlin was accused of it.",
        "Moscow doesn't want a truce.",
        "Moscow Says No To A Truce",
    ],
)
def test_a_capital_that_acts_is_its_country(text):
    assert ("Russia", actors.RULE) in entities(text)


@pytest.mark.parametrize(
    "text",
    [
        "It rained in Moscow.",
        "Sources in Moscow said no.",
        "He flew from Paris to central Moscow and said nothing.",
        "Talks between Paris and Moscow were announced.",
        "Moscow lies on a river.",
        "The airport of Moscow was closed.",
        "In the capital Moscow and elsewhere he said no.",
    ],
)
def test_a_capital_that_is_a_place_stays_one(text):
    assert actors.RULE not in {rule for _, rule in entities(text)}


def test_capitals_in_a_list_act_together():
    assert [entity for entity, _ in entities("Moscow, Minsk and Beijing lie far away, he said.")] == [
        "Moscow", "Minsk", "Beijing",
    ]  # fmt: skip
    assert [entity for entity, _ in entities("Moscow, Minsk and Beijing agreed.")] == [
        "Russia", "Belarus", "China",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Denzel Washington came to Zelmin. Washington said he was glad.",
        "Ms. Sofia Lee came to Zelmin. Sofia said she was glad.",
        "Sofia said she was glad, and Ms. Sofia Lee left.",
    ],
)
def test_a_person_of_that_name_in_the_article_is_no_government(text):
    assert actors.RULE not in {rule for _, rule in entities(text)}
    # in another article it is one
    found = entities(text, "Washington and Sofia said no.")
    assert [rule for _, rule in found[-2:]] == [actors.RULE] * 2
    assert actors.RULE not in {rule for _, rule in found[:-2]}


def test_the_switch_is_off_and_the_users_ledger_wins(tmp_path):
    records = {"a": ("", "Moscow said no. It rained in Moscow.", None), "b": ("", "Russia said yes.", None)}
    articles, sentences, words = corpus(records)
    plain = mentions.find(articles, sentences, words)
    assert plain.mentions["entity"].tolist() == ["Moscow", "Moscow", "Russia"]
    acting = mentions.find(articles, sentences, words, acting=True)
    assert acting.mentions["entity"].tolist() == ["Russia", "Moscow", "Russia"]
    assert acting.ledger["n_mentions"].sum() == 3 and len(acting.mentions) == len(plain.mentions)
    path = tmp_path / "aliases.csv"
    path.write_text("surface,entity\nMoscow,Moscow\n", encoding="utf-8")
    kept = mentions.find(articles, sentences, words, ledger=ledgers.read(path), acting=True)
    assert kept.mentions["entity"].tolist() == ["Moscow", "Moscow", "Russia"]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["Moscow", "Minsk", "and", ",", "said", "in", "the Kremlin", "’s"]), max_size=12)
)
def test_no_text_loses_a_mention(words):
    text = " ".join(words)
    at = [(0, i, i + 6, "Moscow") for i in range(len(text)) if text.startswith("Moscow", i)]
    frame = pd.DataFrame(at, columns=["row", "start", "end", "entity"]).assign(kind="place", rule="")
    acting = actors.governments(frame, [text], article=frame["row"].to_numpy())
    assert acting[["row", "start", "end"]].equals(frame[["row", "start", "end"]])
