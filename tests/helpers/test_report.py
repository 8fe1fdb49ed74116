import base64
import itertools
import json
import re
import shutil
from functools import cache
from html.parser import HTMLParser

import made
import matplotlib.pyplot as plt
import pandas as pd
import pytest

from dateline import population, tables
from dateline.timeline import frequencies
from helpers import claims, publish, report, runner

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'{{ 7919*7907 }} \u202etxt\x00"


class Page(HTMLParser):
    """Tags with their attributes, and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


def answer(results):
    counted = population.counted_articles(results["articles"])
    outlets = frequencies.entities_by_outlet(results["mentions"], counted)
    tested = frequencies.tested_counts(counted, results["mentions"], unit="month")
    bursts = frequencies.find_bursts(*tested)
    questions = claims.list_questions(results, outlets={"share": outlets}, bursts=bursts)
    return claims.make_claims(questions, tables=results)


def parts(results):
    answers, table = answer(results)
    return {"answers": answers, "table": table, "story": made.story(results)}


@cache
def made_parts(n):
    """Tables of so many articles and what the report says of them, for tests that only read them."""
    results = made.every(n)
    return results, parts(results)


def page_of(results, figures=(), parameters=None, **options):
    """Page of some tables, or of so many articles."""
    results, content = made_parts(results) if isinstance(results, int) else (results, parts(results))
    return report.render_page(results, figures=figures, parameters=parameters or {}, **content, **options)


@pytest.fixture
def out(tmp_path, monkeypatch):
    """Tables and one figure of 60 articles, as notebooks leave them."""
    out = tmp_path
    for name, frame in made.every(60).items():
        if name in tables.SCHEMAS:
            tables.write(frame, name, out)
    publish.use_style()
    _, ax = plt.subplots()
    ax.plot([1, 2, 3])
    data = pd.DataFrame({"week": [1, 2, 3], "articles": [4, 5, 6]})
    words = publish._figure_words() | {
        "01-weeks": {"caption": "Articles a week.", "alt": "Three rising dots."}
    }
    monkeypatch.setattr(publish, "_figure_words", lambda: words)
    publish.figure(ax, data, "01-weeks", title="More “every” week", n="n = 15", out=out)
    return out


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 60])
def test_the_page_holds_for_any_number_of_articles(n):
    page = Page(page_of(n))
    assert f"What {n} article{'s' * (n != 1)} say" in page.words or n == 1
    for finding in made_parts(n)[1]["answers"]:
        assert finding.text in page.words
    if n < 8:
        assert "Not enough articles to say" in page.words
    assert "nan" not in page.words.replace("manifest", "").lower().split()


def test_the_page_holds_where_nothing_was_found():
    found = made.every(60)
    empty = {name: frame.head(0) for name, frame in found.items() if name not in ("articles", "sentences")}
    blank = found["articles"].assign(published=pd.NaT, language="de", title="", outlet="")
    page = Page(page_of({**found, **empty, "articles": blank}))
    assert "No publication date is known" in page.words and "Not enough articles to say" in page.words


def test_the_page_loads_nothing_and_says_so(out):
    text = page_of(report.read_results(out), report.pictures(out))
    page = Page(text)
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert not {"script", "link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.tags}
    for _, attrs in page.tags:
        for name, value in attrs.items():
            if name in ("src", "href", "srcset", "action", "poster", "data", "background"):
                inside = ("#", "explorer.html", "data:image/png;base64,", "data:text/csv;base64,")
                assert value.startswith(inside), value
            assert not name.startswith("on")
    assert not re.search(r"url\(|@import|https?:", text)


def test_the_page_can_be_read_by_all(out):
    page = Page(page_of(60, report.pictures(out)))
    assert dict(page.tags[0][1])["lang"] == "en"
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(headings))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids
    assert all(image["alt"] for image in page.all("img"))
    assert all("scope" in head for head in page.all("th"))
    assert page.words.count("Skip to") == 1


def test_figures_come_with_words_and_numbers(out):
    (picture,) = report.pictures(out)
    assert picture.words[:3] == ("More “every” week", "Articles a week.", "Three rising dots.")
    assert picture.data.rows == [["1", "4"], ["2", "5"], ["3", "6"]]
    page = Page(page_of(60, [picture]))
    (image,) = page.all("img")
    shown = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    path = out / "figures" / "01-weeks.png"
    assert image["id"] == "01-weeks" and shown == path.read_bytes()


def test_figures_stand_in_the_order_of_the_table_of_words(out):
    for name in ("01-kept-removed", "01-over-time"):
        for ending in ("png", "csv"):
            shutil.copy(out / "figures" / f"01-weeks.{ending}", out / "figures" / f"{name}.{ending}")
    names = [picture.name for picture in report.pictures(out)]
    assert names == ["01-over-time", "01-kept-removed", "01-weeks"]


def test_hostile_text_is_shown_and_never_run(tmp_path):
    found = made.every(60)
    columns = {
        "articles": ["title", "outlet", "article_id", "published_basis", "url"],
        "sentences": ["text", "article_id", "speaker"],
        "mentions": ["entity", "surface", "article_id"],
        "entities": ["entity", "aliases"],
        "topics": ["label", "terms", "alarms"],
        "removed": ["rule", "text"],
        "rejected": ["source", "reason", "detail"],
        "targets": ["entity"],
        "article_topics": ["article_id"],
        "event_dates": ["article_id"],
        "sentiment": ["article_id", "speaker"],
    }
    for name, bad in columns.items():
        found[name] = found[name].assign(
            **{c: found[name][c].where(found[name][c] == "", found[name][c] + HOSTILE) for c in bad}
        )
    text = page_of(found, parameters={"01-x": {"TITLE": HOSTILE}})
    page = Page(text)
    assert "<script>alert(1)</script>" in page.words
    assert not page.all("script") and not [a for a in page.all("img") if a.get("src") == "x"]
    assert "7919*7907" in page.words and "62615533" not in page.words
    assert "\u202e" not in text and "\x00" not in text


def test_title_byline_and_notes_are_the_users():
    page = Page(page_of(8, title="Grain & ink", byline="A. Editor", notes="<b>Draft</b>"))
    assert all(text in page.words for text in ("Grain & ink", "A. Editor", "<b>Draft</b>"))


def test_a_long_list_is_cut_and_says_where_the_rest_is():
    page = Page(page_of(made.every(300)))
    assert "… and 200 more in tables/articles.parquet" in page.words
    listed = [cells for cells in re.findall(r"a/\d{5}\.txt", page.words)]
    assert len(set(listed)) < 150


def test_manifest_names_every_table_and_figure_and_is_the_same_again(out):
    first = runner.manifest(out, parameters={"ARTICLES": "articles"}, own_files={})
    assert first == runner.manifest(out, parameters={"ARTICLES": "articles"}, own_files={})
    assert set(first["tables"]) == {path.stem for path in (out / "tables").glob("*.parquet")}
    assert first["tables"]["articles"]["rows"] == first["input"]["articles"] == 60
    figure = first["figures"]["01-weeks"]
    assert figure["alt"] == "Three rising dots." and set(figure["sha256"]) == {"png", "svg", "csv"}
    assert {"pandas", "matplotlib", "python", "dateline"} <= set(first["packages"])
    text = json.dumps(first)
    assert str(out) not in text and not re.search(r"\d\d:\d\d", text)


def test_input_hash_does_not_depend_on_names_or_order():
    articles = made.articles(5)
    renamed = articles.sample(frac=1, random_state=0).assign(article_id=list("abcde"))
    assert runner.input_hash(articles) == runner.input_hash(renamed)
    assert runner.input_hash(articles) != runner.input_hash(articles.head(4))


def test_settings_are_those_that_the_notebooks_ran_with(tmp_path):
    import nbformat

    cells = [
        nbformat.v4.new_code_cell(
            'ARTICLES = "a"\nOUT = "b"\nK = 0\nN = 2', metadata={"tags": ["parameters"]}
        ),
        nbformat.v4.new_code_cell("K = 7", metadata={"tags": ["injected-parameters"]}),
    ]
    for name in ("02-topics", "05-report"):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    assert runner.used_parameters(tmp_path, before="05") == {"02-topics": {"K": 7, "N": 2}}


def test_what_the_reader_decided_and_what_stays_ambiguous_are_listed():
    found, _ = made_parts(60)
    decided, words, wrong, ambiguous = report.decision_listings(found)
    assert decided.rows == [["a.txt", "drop", "", "no article is named so"]]
    assert words.rows == [["grain", "yes"]] and [row[0] for row in ambiguous.rows] == ["old.csv"]
    assert "no article is named so" in page_of(60)
    assert wrong.rows == [["a.txt", "in May", "it ends before it begins"]]
    none = {name: found[name][:0] for name in ("overrides", "event_words", "aside", "files")}
    assert not report.decision_listings(found | none)


def test_what_changed_since_the_last_run_is_said_and_said_again(tmp_path):
    (tmp_path / "tables").mkdir()
    articles = made.articles(4).assign(title=["Old", "Changed", "Same", "Untouched"])
    answers = [claims.Claim("person", "Who?", "Aldhove.", stated=True)]

    def run(articles=articles, answers=answers, value=1):
        parameters = {"05-report": {"SEED": value}}
        return report.what_changed(tmp_path, articles=articles, answers=answers, parameters=parameters)

    assert run() == [] == run()
    new = articles.assign(
        title=["New", "Changed", "Same", "Untouched"], sha256=["x", "y", *articles["sha256"][2:]]
    )
    changed = run(new, [claims.Claim("person", "Who?", "Corvane.", stated=True)], 2)
    assert changed == run(new, [claims.Claim("person", "Who?", "Corvane.", stated=True)], 2)
    assert changed == [
        "1 article new: New", "1 article changed: Changed", "1 article no longer here: Old",
        "1 finding changed: Who? Now: Corvane.", "1 setting changed: SEED (05-report) Now: 2",
    ]  # fmt: skip
    page = Page(page_of(8, changes=changed))
    assert page.words.index("What changed since the last run") < page.words.index("What the articles tell")


def test_what_stands_out_or_is_chosen_comes_first_and_figures_only_with_enough_articles(out):
    figures = [report.pictures(out)[0]._replace(name=name) for name in ("03-voices", "06-tree", "03-outlets")]
    for n, is_first in ((5, False), (60, True)):
        page = page_of(n, figures)
        appendix = page.index('id="more"')
        assert (
            (page.index('id="03-voices"') < appendix)
            == (page.index('id="03-outlets"') < appendix)
            == is_first
        )
        chosen = page_of(n, figures, chosen=["person"])
        person = 'id="answer-person"'
        assert page.index(person) > appendix and chosen.index(person) < chosen.index('id="more"')


@pytest.mark.parametrize("n", [5, 6, 20, 21])
def test_up_to_twenty_articles_have_a_card_and_of_more_than_five_in_the_appendix(n):
    found = made.every(n)
    found["articles"] = found["articles"].assign(copy_of=None, language="en")
    page = Page(page_of(found))
    assert page.words.count("When:") == 0 and len(made.story(found)["cards"]) == (n if n <= 20 else 0)
    if n <= 20:
        is_late = page.words.index("Each article in short") > page.words.index("Appendix")
        assert is_late == (n > 5)
