"""Ten tasks of a journalist, each in so many steps: a step is a click, a key, or words and Enter."""

import re
import shutil

import asked
import pandas as pd
import pytest

import helpers
from dateline import tables
from helpers import explorer


class Hands:
    """Somebody at the page, whose steps are counted."""

    def __init__(self, page):
        self.page, self.steps = page, 0

    def search(self, words):
        self.page.fill("#q", words)
        self.page.press("#q", "Enter")
        self.steps += 1

    def click(self, selector):
        self.page.click(selector)
        self.steps += 1

    def choose(self, selector, option):
        self.page.select_option(selector, option)
        self.steps += 1


@pytest.fixture
def hands(sample, visit):
    return Hands(visit(sample / "explorer.html"))


@pytest.fixture(scope="module")
def corpus(sample):
    return helpers.open(sample)


def rows(page, selector):
    """Cells of a table on the page."""
    return page.eval_on_selector_all(
        f"{selector} tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )


def listed(page):
    """Sentences or titles in the list."""
    return page.eval_on_selector_all("#list button", "all => all.map(b => b.lastChild.textContent)")


def test_who_used_a_word_first_and_who_never(hands, corpus):
    hands.search("shelling")
    found = corpus.search("shelling")
    first = found.groupby("outlet")["published"].min().dt.strftime("%Y-%m-%d").to_dict()
    table = {row[1]: row[2:] for row in rows(hands.page, "#firsts")}
    assert {outlet: row[0] for outlet, row in table.items() if row[0] != "never"} == first
    never = {outlet for outlet, row in table.items() if row[0] == "never"}
    assert never == set(corpus.articles().query("counts")["outlet"]) - set(first) and never
    assert all(re.match(r"0 of \d+ \(0 % to \d+ %\)", table[outlet][2]) for outlet in never)
    begins = corpus.articles().query("counts and outlet == 'cws'")["published"].min()
    assert table["cws"][3].startswith(f"{begins:%Y-%m-%d} to ")
    assert listed(hands.page) == found["text"].tolist()
    assert hands.steps == 1


def test_two_spellings_side_by_side(hands, corpus):
    hands.search('"Koresic", "Koreshich"')
    lines = hands.page.eval_on_selector_all(
        "#chart svg text[font-weight]", "all => all.map(t => t.textContent)"
    )
    assert set(lines) == {'"Koresic"', '"Koreshich"'}
    users = {row[0]: {r[1] for r in rows(hands.page, "#firsts") if r[0] == row[0] and r[2] != "never"}
             for row in rows(hands.page, "#firsts")}  # fmt: skip
    for word, outlets in users.items():
        assert outlets == set(corpus.search(word)["outlet"])
    marks = hands.page.eval_on_selector_all("#list mark", "all => all.map(m => [m.className, m.textContent])")
    assert {mark for mark, text in marks if fold(text) == "koreshich"} == {"s1"}
    assert {mark for mark, text in marks if fold(text) == "koresic"} == {"s0"}
    assert hands.steps == 1


def fold(text):
    return explorer.fold(text)


def test_what_somebody_said(hands, corpus):
    hands.click('ul[aria-labelledby="f-s"] button:has-text("Emil Drobnar")')
    said = corpus.sentences(speaker="Emil Drobnar")
    assert listed(hands.page) == said["text"].tolist()
    kinds = hands.page.eval_on_selector_all("#list .dim", "all => all.map(d => d.textContent)")
    assert kinds and all("(Emil Drobnar)" in kind and "words" in kind for kind in kinds)
    assert hands.steps == 1


def test_two_people_in_one_sentence(hands, corpus):
    hands.search("Koresic Aldhove")
    assert listed(hands.page) == corpus.search("Koresic Aldhove")["text"].tolist() and hands.steps == 1
    assert hands.page.inner_text("#notes").count("Counted as a name") == 2


def test_what_filled_a_week(hands, corpus):
    hands.choose("#unit", "week")
    hands.click("#chart summary")
    hands.click('#chart button:has-text("2025-01-13")')
    week = corpus.articles().query("counts and '2025-01-13' <= published <= '2025-01-19'")
    assert hands.page.inner_text("#sum").startswith(f"{len(week)} articles.") and len(week) > 3
    assert sorted(listed(hands.page)) == sorted(week["title"].where(week["title"] != "", week["article_id"]))
    stories = hands.page.inner_text('ul[aria-labelledby="f-g"] button >> nth=0')
    largest = week["story"].value_counts()
    assert stories.endswith(str(largest.iloc[0]))
    hands.click("text=Compare with the rest")
    assert "All of A is in B: below, B is the rest." in hands.page.inner_text("#compare")
    assert f"A: {len(week)} of {len(week)} articles" in hands.page.inner_text("#compare")
    assert hands.steps == 4


def test_what_was_cut_from_an_article(hands, sample):
    removed = tables.read(sample, "removed")
    removed = removed[~removed["rule"].isin(tables.BLANK) & removed["article_id"].str.startswith("cws/")]
    number = removed["article_id"].iloc[0]
    title = tables.read(sample, "articles").set_index("article_id")["title"][number]
    hands.click(f'#list button:has-text("{title}")')
    assert not hands.page.is_visible("#article del")
    hands.click("label:has-text('removed text')")
    shown = [text.strip() for text in hands.page.locator("#article del").all_inner_texts()]
    for text in removed.loc[removed["article_id"] == number, "text"]:
        assert any(text.split()[0] in passage for passage in shown)
    assert hands.page.is_visible("#article del") and hands.steps == 2


def test_a_view_is_a_link(hands, visit, sample):
    hands.search("duty, Koresic")
    hands.click('#lists button:has-text("cws")')
    hands.choose("#measure", "count")
    hands.click("#list button >> nth=2")
    link = hands.page.url.partition("#")[2]
    other = visit(sample / "explorer.html", "#" + link)
    for part in ("#sum", "#chips", "#lists", "#firsts", "#list", "#article"):
        assert other.inner_text(part) == hands.page.inner_text(part)
    assert hands.steps == 4


def test_words_of_two_outlets(hands, corpus):
    hands.click('#lists button:has-text("cws")')
    hands.click("text=Set as side A")
    hands.click('#lists button:has-text("harbour")')
    compared = corpus.compare("cws", "harbour").set_index("what")
    table = {row[0]: row[1:3] for row in rows(hands.page, "#compare")}
    for word, (a, b) in table.items():
        if word in compared.index:
            row = compared.loc[word]
            assert [a, b] == [f"{row['n_articles']} of {row['n']}", f"{row['n_to']} of {row['of_to']}"]
    assert {"cent", "crowns"} <= set(table) and hands.steps == 3


def test_a_wrong_name_is_corrected_and_gone(sample, visit, tmp_path):
    shutil.copytree(sample / "tables", tmp_path / "tables")
    path = "explorer.html"
    before = visit(sample / path, "#q=Norrlight")
    assert "all spellings: Norrlight" in before.inner_text("#notes")
    pd.DataFrame({"surface": ["Norrlight"], "entity": [""]}).to_csv(tmp_path / tables.ALIASES, index=False)
    asked.write_names(tmp_path, tmp_path)
    explorer.write_explorer(tmp_path, title="Corrected")
    after = visit(tmp_path / path)
    assert after.evaluate("D.names.every(n => n.name !== 'Norrlight')")
    after.fill("input[aria-label^='Find a name']", "norrlight")
    assert after.locator('ul[aria-labelledby="f-n"] button').count() == 0
    hands = Hands(after)
    hands.search("Norrlight")  # the word is still there
    assert after.inner_text("#sum") == before.inner_text("#sum") and after.inner_text("#notes") == ""


def test_a_misspelt_name_is_offered(hands):
    hands.search("koresik")
    hands.click("text=Zivan Koresic?")
    assert hands.page.inner_text("#sum").startswith("36 of 66 articles have this") and hands.steps == 2
    hands.click("#notes >> text=Only the word")
    assert hands.page.input_value("#q") == '"Zivan Koresic"'
