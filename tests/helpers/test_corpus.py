"""Questions to the tables of 28 articles of the sample, counted again with plain pandas."""

import copy
import shutil

import asked
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import helpers
from dateline import tables
from dateline.entities import speakers
from helpers import explorer, grids, publish
from helpers.__main__ import main
from helpers.corpus import NotThereError, fold


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder, out = (tmp_path_factory.mktemp(name) for name in ("articles", "out"))
    for name in ("cws", "harbour"):
        shutil.copytree(asked.SAMPLE / name, folder / name)
    asked.write_tables(folder, out)
    return helpers.open(out)


@pytest.fixture(scope="module")
def text(corpus):
    """Sentences and headlines of the articles that count."""
    frame = tables.read(corpus.out, "sentences")
    return frame[frame["article_id"].isin(corpus.articles().query("counts")["article_id"])]


def pairs(frame):
    return set(zip(frame["article_id"], frame["sentence"], strict=True))


def test_words_and_phrases_are_where_pandas_finds_them(corpus, text):
    for query, pattern in (
        ('"grain duty"', r"\bgrain[ -]duty\b"),
        ("dut*", r"\bdut\w*"),
        ('"grain duty" OR crowns', r"\bgrain[ -]duty\b|\bcrowns\b"),
    ):
        table = corpus.search(query)
        assert pairs(table) == pairs(text[text["text"].str.contains(pattern, case=False)])
        found = [row.text[a:b].lower() for row in table.itertuples() for a, b in row.spans]
        assert found and pd.Series(found).str.fullmatch(pattern).all()
    both = text["text"].str.contains(r"\bduty\b", case=False)
    both &= text["text"].str.contains(r"\bVelmara\b")
    assert pairs(corpus.search("duty Velmara")) <= pairs(text[both | text["text"].str.contains("VELMARA")])


def test_a_name_is_found_with_its_aliases_whatever_its_case_and_diacritics(corpus):
    named = tables.read(corpus.out, "mentions")
    counts = corpus.articles().query("counts")["article_id"]
    rows = named[(named["entity"] == "Zivan Koresic") & named["article_id"].isin(counts)]
    assert len(set(rows["surface"])) > 1
    for name in ("Zivan Koresic", "zivan koresic", "Živan Korešić", "koresic"):
        assert pairs(corpus.search(name)) == pairs(rows) == pairs(corpus.sentences(name=name))
    assert fold("Živan") == "zivan"


def test_a_timeline_counts_articles_of_each_period(corpus):
    line = corpus.timeline(["Koresic", "dut*"], period="month")
    assert line.attrs["population"].endswith("articles that count")
    articles = corpus.articles().query("counts")
    has = articles["article_id"].isin(corpus.search("dut*")["article_id"])
    months = articles["published"].dt.to_period("M").dt.start_time
    expected = months[has].value_counts().sort_index()
    rows = line[(line["what"] == "dut*") & (line["n_articles"] > 0) & line["period"].notna()]
    assert rows.set_index("period")["n_articles"].to_dict() == expected.to_dict()
    each = corpus.timeline("dut*", by="outlet")
    assert set(each["outlet"]) == set(articles["outlet"]) and each["n_articles"].sum() == has.sum()
    assert corpus.timeline("dut*", by="topic")["topic"].unique().tolist() == ["no clear topic"]


def test_sentences_are_chosen_by_speaker_day_and_outlet(corpus):
    spoken = corpus.sentences(speaker="koresic")
    assert set(spoken["voice"]) == {"quote", "reported"}
    days = tables.read(corpus.out, "event_dates").query("grain == 'day'")
    day = days["date_from"].mode()[0]
    on_day = corpus.sentences(day=str(day.date()), outlet="CWS")
    assert len(on_day) and set(on_day["outlet"]) == {"cws"}
    inside = days[(days["date_from"] <= day) & (days["date_to"] >= day)]
    assert pairs(on_day) <= pairs(inside)


def test_an_outlet_is_compared_with_the_rest(corpus):
    table = corpus.compare("cws", "harbour")
    row = table[table["what"] == "cent"].iloc[0]
    outlets = corpus.articles().query("counts")[["article_id", "outlet"]]
    texts = tables.read(corpus.out, "sentences").merge(outlets)
    has = texts[texts["text"].str.contains(r"\bcents?\b", case=False)]
    n = has[has["text"].str.contains(r"\bcent\b", case=False)].groupby("outlet")["article_id"].nunique()
    assert (row["n_articles"], row["n_to"]) == (n.get("cws", 0), n.get("harbour", 0))
    assert (row["mark"], table["kind"].iloc[-1]) == ("less", "tone")
    assert corpus.compare("cws").attrs["question"] == "compare('cws', 'all others')"


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda c: c.search("zivan koresik"), "no name or word .*; near: Zivan Koresic"),
        (lambda c: c.search("qqxyz"), "no name or word 'qqxyz'$"),
        (lambda c: c.compare("cwss"), "no outlet 'cwss'; near: cws"),
        (lambda c: c.sentences(speaker="Nobody"), "no speaker"),
        (lambda c: c.sentences(day="1999-01-01"), "no text means 1999-01-01; near: "),
        (lambda c: c.sentences(topic="Visit"), "no topic 'Visit'; there are: no clear topic"),
        (lambda c: c.article("wire"), "no article 'wire'; near: cws/wire"),
    ],
)
def test_what_is_not_there_is_said_with_what_is_near(corpus, ask, says):
    with pytest.raises(NotThereError, match=says):
        ask(corpus)


def test_a_word_of_articles_that_do_not_count_is_said_to_be_in_none_that_does(corpus, text):
    every = tables.read(corpus.out, "sentences")["text"]
    words = (set(" ".join(part).lower().split()) for part in (every, text["text"]))
    word = min(filter(str.isalpha, set.difference(*words)))
    with pytest.raises(NotThereError, match=f"no article that counts has '{word}'$"):
        corpus.timeline(word)
    with pytest.raises(ValueError, match="query is empty"):
        corpus.timeline([])


def test_answers_are_drawn_with_their_numbers_and_leave_the_style_alone(corpus):
    style = dict(mpl.rcParams)
    line = corpus.timeline(["Koresic", "dut*"])
    ax = helpers.plot(line)
    assert {text.get_text().split("\n")[0] for text in ax.texts} == {"Koresic", "dut*"}
    drawn = np.concatenate([dots.get_ydata() for dots in ax.lines]).astype(float)
    wanted = line.loc[line["period"].notna(), "share"].dropna()
    assert sorted(drawn[~np.isnan(drawn)]) == sorted(wanted)
    each = corpus.timeline("dut*", by="outlet")
    cells = [text.get_text() for text in helpers.plot(each).texts]
    counts = each[each["n"] > 0]
    assert {f"{k}/{n}" for k, n in zip(counts["n_articles"], counts["n"], strict=True)} <= set(cells)
    sides = [text.get_text() for text in helpers.plot(corpus.compare("cws", "harbour")).texts]
    cent = corpus.compare("cws", "harbour").query("what == 'cent'").iloc[0]
    assert f"{cent['n_articles']}/{cent['n']}" in sides and f"{cent['n_to']}/{cent['of_to']}" in sides
    found = corpus.search("dut*")
    ax = helpers.plot(found)
    assert sum(bar.get_height() for bar in ax.patches) == found["article_id"].nunique()
    assert ax.get_title(loc="left").startswith("search('dut*')")
    plt.close("all")
    assert dict(mpl.rcParams) == style
    for table in (found.head(0), corpus.stories(), pd.DataFrame({"what": [1]})):
        with pytest.raises(ValueError, match=r"no row to draw|plot draws what"):
            helpers.plot(table)


def test_an_article_shows_what_was_removed(corpus):
    number = corpus.articles()["article_id"].iloc[0]
    assert repr(corpus.article(number)).startswith(number)
    assert repr(corpus.article(number.rpartition("/")[2])) == repr(corpus.article(number))
    assert len(corpus.stories()) and len(corpus.entities()) and corpus.topics().empty


def test_the_explorer_stands_in_a_frame(corpus, monkeypatch):
    with pytest.raises(FileNotFoundError, match="run notebook 05-report first"):
        corpus.explore()
    explorer.write_explorer(corpus.out, title="Questions")
    monkeypatch.chdir(corpus.out.parent)
    assert f'src="{corpus.out.name}/explorer.html"' in corpus.explore()._repr_html_()


def test_a_folder_without_tables_names_the_notebook_to_run(tmp_path):
    with pytest.raises(FileNotFoundError, match="run notebook 01-ingestion first"):
        helpers.open(tmp_path)


def test_controls_are_fields_in_dateline_lab_only(corpus, monkeypatch):
    assert corpus.controls() is None
    monkeypatch.setenv("DATELINE_LAB", "1")
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *parts: shown.append(parts))
    words, numbers, page = corpus.controls().children
    assert "explorer.html" in page.outputs[0]["data"]["text/html"]
    fields = {field.description: field for field in words.children[:-1]}
    assert list(fields) == ["words", "period", "outlet", "topic"] and len(shown) == 2
    shown.clear()
    fields["outlet"].value = "cws"
    fields["words"].value = "strike*"
    page = shown[-1][1]._repr_html_()
    assert len(shown) == 2 and "strike" in page.lower() and "harbour" not in page
    numbers.children[0].value = 3
    assert len(shown) == 3


def test_the_page_names_the_speakers_that_the_engine_names(corpus):
    page = explorer.explorer_data(corpus.out)
    on_page = {}
    for article in page["articles"]:
        number = 0
        for step, _, _, _, speaker in zip(*[iter(article["sentences"])] * 5, strict=True):
            number += step
            on_page[article["id"], number] = page["speakers"][speaker] if speaker >= 0 else ""
    spoken = speakers.find_speakers(tables.read(corpus.out, "mentions"), tables.read(corpus.out, "sentences"))
    keys = spoken[["article_id", "sentence"]].itertuples(index=False, name=None)
    assert len(spoken) > 5
    assert dict(zip(keys, spoken["entity"], strict=True)).items() <= on_page.items()


def test_lines_of_any_names_are_drawn_again_from_the_tables(corpus, capsys):
    publish.use_style()
    old, name = corpus.drawn_lines(["Koresic"]), "03-publication-clock"
    publish.figure(grids.lines(**old), old["frame"], name, out=corpus.out, title="Koresic", n="n")
    command = ["figures", str(corpus.out), "--only", name, "--size", "column", "--names"]
    assert main([*command, "Aldhove", "dut*"]) == 0
    folder = corpus.out / "figures" / "column"
    frame = pd.read_csv(folder / f"{name}.csv", parse_dates=["period"])
    asked = corpus.timeline(["Aldhove", "dut*"])
    assert frame["term"].tolist() == asked["what"].tolist()
    assert frame["n_articles"].tolist() == asked["n_articles"].tolist()
    assert publish.read_words(folder / f"{name}.png").title.startswith("Largest share: ")
    assert main([*command, "Koresicc"]) == 2 and "near: " in capsys.readouterr().err


def test_names_that_differ_by_capitals_only_are_asked_for_together(corpus):
    other = copy.copy(corpus)
    rows = [("Orloil", "Orloil"), ("ORLOIL", "ORLOIL"), ("Orl", "ORLOIL"), ("Lake Orl", "Lake Orl")]
    other._mentions = pd.DataFrame(rows, columns=["surface", "entity"], dtype="category")
    other.__dict__.pop("_spellings", None)
    assert other._spellings["orloil"] == {"Orloil", "ORLOIL"} and other._spellings["orl"] == {"ORLOIL"}
