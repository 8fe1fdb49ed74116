"""Naming choices: the table, what is found of it, who uses which, and pairs that the articles propose."""

import pandas as pd
import pytest
from entities.test_mentions import corpus

from dateline import tables
from dateline.entities import mentions
from dateline.timeline import choices, concordance
from helpers import titles_mentions

PLACES = ("Karovec", "Zelmin", "Mostica", "Neth")
NAMED = pd.DataFrame(
    [
        ("the country", "North Velmara", "North Velmara"),
        ("the country", "Velmara", "Velmara"),
        ("the duty", "grain duty", "grain duty"),
        ("the duty", "blockade", "blockade"),
        ("the duty", "blockade", "blockades"),
        ("the side", "pro-treaty", "pro treaty"),
    ],
    columns=["thing", "name", "form"],
)  # fmt: skip


def found(*texts, copies=()):
    records = {f"{i}": ("", text, "2024-05-04") for i, text in enumerate(texts)}
    articles, sentences, tokens = corpus(records, copies=copies)
    hits = choices.find(NAMED, articles, sentences, tokens)
    assert concordance.faithful(hits, articles)
    return hits, articles


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("North Velmara and Velmara talked.", ["North Velmara", "Velmara"]),
        ("The NORTH VELMARA talks began.", ["North Velmara"]),
        ("A velmara is a dance.", []),
        ("Grain Duty, grain duties and the blockades.", ["grain duty", "blockade"]),
        ("Every pro-treaty mayor came.", ["pro-treaty"]),
        ("The grain. Duty called.", []),
        ("Velmaran grain", []),
        ("", []),
    ],
)
def test_names_are_found_whole_and_the_longest_wins(text, names):
    assert found(text)[0]["name"].tolist() == names


def test_shares_are_of_the_articles_that_name_the_thing():
    hits, articles = found(
        "The grain duty, the blockade.",
        'The grain duty rose. "The blockade of grain must end," Ann Lee said.',
        "The grain duty fell; the grain duty.", "Nothing.",
    )  # fmt: skip
    table = choices.shares(hits)
    assert table[["name", "n_articles", "of_thing", "n_mentions", "n_quoted"]].to_numpy().tolist() == [
        ["grain duty", 3, 3, 4, 0],
        ["blockade", 2, 3, 2, 1],
    ]
    assert "the duty, 3 articles: “grain duty” in 3 and “blockade” in 2" in choices.said(table)
    each = choices.by(hits, articles, group=pd.Series(["orna", "cws", "cws", "cws"]))
    assert each.set_index(["group", "name"])["n_articles"].to_dict() == {
        ("cws", "grain duty"): 2, ("cws", "blockade"): 1, ("orna", "blockade"): 1, ("orna", "grain duty"): 1,
    }  # fmt: skip
    assert (
        titles_mentions.naming(each)
        == "1 thing goes by several names; in 0 of 2 cases an outlet uses only one"
    )
    course = choices.over_time(hits, articles, unit="month")
    assert course.to_dict("records") == [
        {"thing": "the duty", "month": "2024-05-01", "blockade": 2, "grain duty": 3}
    ]


def test_nothing_found_gives_empty_tables_and_says_so():
    hits, articles = found("Nothing.")
    assert hits.empty and choices.shares(hits).empty
    assert choices.by(hits, articles, group=articles["outlet"]).empty
    assert choices.said(choices.shares(hits)).startswith("No thing of the table")


def test_the_users_table_replaces_adds_and_takes_away(tmp_path):
    path = tmp_path / "naming.csv"
    path.write_text(
        "thing,name,forms\ncapital of Ukraine,Kyiv,Kyiv;Kyjiw\nthe duty,=cmd(),\ncapital of China,,\n",
        encoding="utf-8-sig",
    )
    table = choices.table(path)
    assert table.loc[table["thing"] == "capital of Ukraine", "form"].tolist() == ["Kyiv", "Kyjiw"]
    assert table.loc[table["thing"] == "the duty", "form"].tolist() == ["=cmd()"]
    assert "capital of China" not in set(table["thing"])
    path.write_text("thing,word\na,b\n", encoding="utf-8")
    with pytest.raises(tables.OwnFileError, match="no column name"):
        choices.table(path)


def test_the_users_table_is_read_as_carefully_as_other_files_of_theirs(tmp_path):
    path = tmp_path / "naming.csv"
    path.write_text("# mine, and ours\nThing;name;forms\nthe duty;'=duty;\n# so\n;;\n", encoding="utf-8")
    assert choices.table(path).iloc[-1].tolist() == ["the duty", "=duty", "=duty"]
    for data in (b"", b"thing,name\nthe duty,a,b\n", "thing,name\nthe café,Zoë\n".encode("cp1252")):
        path.write_bytes(data)
        with pytest.raises(tables.OwnFileError, match=r"naming\.csv"):
            choices.table(path)
    with pytest.raises(tables.OwnFileError, match=r"none\.csv"):
        choices.table(tmp_path / "none.csv")


def test_the_table_that_ships_compares_names_and_can_be_found():
    table = choices.table()
    assert table.drop_duplicates(["thing", "name"])["thing"].value_counts().gt(1).all()
    assert not table.duplicated(["thing", "form"]).any() and (table != "").all(axis=None)
    articles, sentences, tokens = corpus({str(i): ("", f, None) for i, f in enumerate(table["form"])})
    hits = choices.find(table, articles, sentences, tokens)
    both = table.assign(article_id=table.index.astype(str)).merge(hits, on=["article_id", "thing", "name"])
    assert both["article_id"].nunique() == len(table)


def valleys(*, outlets=("orna", "cws")):
    """Two outlets that call one valley by two names in the same stories, each story told by both."""
    records = {
        f"{outlet}{i}": ("", f"Soldiers crossed the {name} Valley near {PLACES[i % 4]} again.", None)
        for i in range(8)
        for outlet, name in zip(("a", "b"), ("Breka", "Ulden"), strict=True)
    }
    articles, sentences, tokens = corpus(records)
    articles["outlet"] = [outlets[key[0] == "b"] for key in articles["article_id"]]
    articles["story"] = [int(key[1]) for key in articles["article_id"]]
    return mentions.find_mentions(articles, sentences, tokens).mentions, articles, sentences, tokens


def test_two_names_in_one_slot_of_different_outlets_are_proposed():
    proposed = choices.proposed(*valleys())
    assert proposed[["name", "other", "n_both", "n_stories"]].to_numpy().tolist() == [
        ["Breka Valley", "Ulden Valley", 0, 8]
    ]
    assert proposed["outlets"][0] == "Breka Valley: orna 8; Ulden Valley: cws 8" and proposed["p"][0] <= 0.05
    assert proposed["name_text"][0] == "Soldiers crossed the Breka Valley near Karovec again."
    assert choices.proposed(*valleys(outlets=("orna", "orna"))).empty


def test_names_that_all_outlets_use_alike_are_not_proposed():
    named, articles, sentences, tokens = valleys()
    articles["outlet"] = ["orna" if i % 2 else "cws" for i in articles["story"]]
    assert choices.proposed(named, articles, sentences, tokens).empty


def test_spellings_of_one_entity_are_choices_and_short_forms_are_not():
    rows = [("Ana Korešić", 3), ("Ana Koresic", 4), ("ANA KORESIC", 1), ("Koresic", 9), ("Ana Koreshich", 2)]
    frame = pd.DataFrame(
        [(f"{surface}{i}", surface) for surface, n in rows for i in range(n)],
        columns=["article_id", "surface"],
    ).assign(entity="Ana Koresic", kind="person", sentence=0, start=0, end=1)
    table = choices.shares(choices.spellings(frame))
    assert table[["name", "n_articles"]].to_numpy().tolist() == [["Ana Koresic", 5], ["Ana Korešić", 3]]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("They met in the Ulden Valley, which Orlavia calls Breka.", ("Ulden Valley", "Breka", "Orlavia")),
        (
            "We saw the seizure, which the Velmaran Foreign Ministry describes as a “border exercise”.",
            ("seizure", "border exercise", "Velmaran Foreign Ministry"),
        ),
        ("Orlavia, formerly known as Upper Neth, voted.", ("Orlavia", "Upper Neth", "")),
        ("Lake Orm (also known to locals as Long Water) froze.", ("Lake Orm", "Long Water", "locals")),
    ],
)
def test_two_names_of_which_a_sentence_says_so_are_proposed(text, pair):
    name, other, by = pair
    records = {"a": ("", text, None), "b": ("", f"It was the {name} again.", None)}
    records["c"] = ("", f"It was the {other} again.", None)
    articles, sentences, tokens = corpus(records)
    named = mentions.find_mentions(articles, sentences, tokens).mentions
    told = choices.told(named, articles, sentences, tokens)
    assert told[["name", "other", "by"]].to_numpy().tolist() == [[name, other, by]]
    assert told[["n_name", "n_other", "n_told"]].to_numpy().tolist() == [[2, 2, 1]]
    assert told.loc[0, "article_id"] == "a" and told.loc[0, "text"] == text
    # one of the names in one article only: nothing to compare
    few = articles[articles["article_id"] != "c"]
    assert choices.told(named, few, sentences, tokens).empty


@pytest.mark.parametrize(
    "text",
    [
        "It was in Zelmin, which he called home.",
        "Ann Lee, formerly known as Nan, left.",
        "The talks, which Orlavia called off, were in Zelmin.",
        "He called the Ulden Valley a garden.",
    ],
)
def test_other_sentences_propose_no_names(text):
    records = {key: ("", text, None) for key in "abc"}
    articles, sentences, tokens = corpus(records)
    named = mentions.find_mentions(articles, sentences, tokens).mentions
    assert choices.told(named, articles, sentences, tokens).empty
