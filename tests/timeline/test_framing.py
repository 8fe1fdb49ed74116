"""Competing names: the table, what is found of it, who uses which."""

import pandas as pd
import pytest
from entities.test_mentions import corpus

from dateline import tables
from dateline.timeline import concordance
from helpers import titles

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


def find_names(names, articles, sentences, tokens):
    nobody = pd.DataFrame(columns=[*concordance.PLACE, "surface", "entity"])
    places = {"articles": articles, "mentions": nobody, "sentences": sentences}
    return concordance.competing_names(names, **places, words=tokens)


def found(*texts, copies=()):
    records = {f"{i}": ("", text, "2024-05-04") for i, text in enumerate(texts)}
    articles, sentences, tokens = corpus(records, copies=copies)
    hits = find_names(NAMED, articles, sentences, tokens)
    assert tables.set_aside(hits, articles)[1].empty
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


def test_a_name_inside_one_of_another_thing_counts():
    names = pd.concat([NAMED, pd.DataFrame([("the duty", "campaign", "campaign against Velmara")],
                                           columns=NAMED.columns)])  # fmt: skip
    hits = find_names(names, *corpus({"a": ("", "Its campaign against Velmara.", "2024-05-04")}))
    assert hits["name"].tolist() == ["campaign", "Velmara"]


def test_shares_are_of_the_articles_that_name_the_thing():
    hits, articles = found(
        "The grain duty, the blockade.",
        'The grain duty rose. "The blockade of grain must end," Ann Lee said.',
        "The grain duty fell; the grain duty.", "Nothing.",
    )  # fmt: skip
    table = concordance.name_shares(hits)
    assert table[["name", "n_articles", "of_thing", "n_mentions", "n_quoted"]].to_numpy().tolist() == [
        ["grain duty", 3, 3, 4, 0],
        ["blockade", 2, 3, 2, 1],
    ]
    each = concordance.name_shares(hits, pd.Series(["orna", "cws", "cws", "cws"], articles["article_id"]))
    assert each.set_index(["group", "name"])["n_articles"].to_dict() == {
        ("cws", "grain duty"): 2, ("cws", "blockade"): 1, ("orna", "blockade"): 1, ("orna", "grain duty"): 1,
    }  # fmt: skip
    title = "The articles use two names or more for 1 thing; in 0 of 2 cases an outlet uses one name only"
    assert titles.naming_title(each) == title


def test_nothing_found_gives_empty_tables():
    hits, articles = found("Nothing.")
    assert hits.empty and concordance.name_shares(hits).empty
    assert concordance.name_shares(hits, articles["outlet"]).empty


def test_the_users_table_replaces_adds_and_takes_away(tmp_path):
    path = tmp_path / "naming.csv"
    path.write_text(
        "thing,name,forms\ncapital of Ukraine,Kyiv,Kyiv;Kyjiw\nthe duty,=cmd(),\ncapital of China,,\n",
        encoding="utf-8-sig",
    )
    table = concordance.naming_table(path)
    assert table.loc[table["thing"] == "capital of Ukraine", "form"].tolist() == ["Kyiv", "Kyjiw"]
    assert table.loc[table["thing"] == "the duty", "form"].tolist() == ["=cmd()"]
    assert "capital of China" not in set(table["thing"])
    path.write_text("thing,word\na,b\n", encoding="utf-8")
    with pytest.raises(tables.OwnFileError, match="no column name"):
        concordance.naming_table(path)


def test_the_users_table_is_read_as_carefully_as_other_files_of_theirs(tmp_path):
    path = tmp_path / "naming.csv"
    path.write_text("# mine, and ours\nThing;name;forms\nthe duty;'=duty;\n# so\n;;\n", encoding="utf-8")
    assert concordance.naming_table(path).iloc[-1].tolist() == ["the duty", "=duty", "=duty"]
    for data in (b"", b"thing,name\nthe duty,a,b\n", "thing,name\nthe café,Zoë\n".encode("cp1252")):
        path.write_bytes(data)
        with pytest.raises(tables.OwnFileError, match=r"naming\.csv"):
            concordance.naming_table(path)
    with pytest.raises(tables.OwnFileError, match=r"none\.csv"):
        concordance.naming_table(tmp_path / "none.csv")


def test_the_table_that_ships_compares_names_and_can_be_found():
    table = concordance.naming_table()
    assert table.drop_duplicates(["thing", "name"])["thing"].value_counts().gt(1).all()
    assert not table.duplicated(["thing", "form"]).any() and (table != "").all(axis=None)
    articles, sentences, tokens = corpus({str(i): ("", f, None) for i, f in enumerate(table["form"])})
    hits = find_names(table, articles, sentences, tokens)
    both = table.assign(article_id=table.index.astype(str)).merge(hits, on=["article_id", "thing", "name"])
    assert both["article_id"].nunique() == len(table)


def test_spellings_of_one_entity_are_choices_and_short_forms_are_not():
    rows = [("Ana Korešić", 3), ("Ana Koresic", 4), ("ANA KORESIC", 1), ("Koresic", 9), ("Ana Koreshich", 2)]
    frame = pd.DataFrame(
        [(f"{surface}{i}", surface) for surface, n in rows for i in range(n)],
        columns=["article_id", "surface"],
    ).assign(entity="Ana Koresic", kind="person", sentence=0, start=0, end=1)
    table = concordance.name_shares(concordance.spelling_choices(frame))
    assert table[["name", "n_articles"]].to_numpy().tolist() == [["Ana Koresic", 5], ["Ana Korešić", 3]]


def test_taiwans_name_is_not_found_in_that_of_the_peoples_republic():
    texts = ["the People’s Republic of China", "The Republic of China", "Republic of China (Taiwan)"]
    articles, sentences, tokens = corpus({str(i): ("", text, None) for i, text in enumerate(texts)})
    hits = find_names(concordance.naming_table(), articles, sentences, tokens)
    assert hits.loc[hits["name"] == "Republic of China", "article_id"].tolist() == ["1", "2"]
