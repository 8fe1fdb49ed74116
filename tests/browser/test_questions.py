"""One question, one answer: put to explorer.html, to `helpers.open` and to SQLite, on the sample's texts."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest

import helpers
from dateline import population, tokens
from helpers import explorer
from helpers.corpus import NotThereError

# A search, and the same one for SQLite: alternatives of terms that stand in one sentence; =: a name.
QUESTIONS = [
    ("duty", [["duty"]]),
    ("GRAIN", [["grain"]]),
    ("cafe", [["cafe"]]),
    ("Café", [["café"]]),
    ("18", [["18"]]),
    ("nowhere-at-all", [['"nowhere at all"']]),
    ("strike*", [["strike*"]]),
    ("minist*", [["minist*"]]),
    ('"grain duty"', [['"grain duty"']]),
    ('"prime minist*"', [['"prime minist" *']]),
    ("grain duty", [["grain", "duty"]]),
    ("minist* talk*", [["minist*", "talk*"]]),
    ("duty OR tariff", [["duty"], ["tariff"]]),
    ("strike*, shelling", [["strike*"], ["shelling"]]),
    ('"no date" OR clash* OR talks', [['"no date"'], ["clash*"], ["talks"]]),
    ("Koresic", [["=Zivan Koresic"]]),
    ("živan KOREŠIĆ", [["=Zivan Koresic"]]),
    ('"Koresic"', [["koresic"]]),
    ("Drobnar", [["=Emil Drobnar"], ["=Jelisa Drobnar"]]),
    ("JBC", [["=Joint Boundary Commission"]]),
    ("Koresic Aldhove", [["=Zivan Koresic", "=Maren Aldhove"]]),
    ("Aldhove talks", [["=Maren Aldhove", "talks"]]),
    ("Zelmin OR Mostica, Karovec", [["=Zelmin"], ["=Mostica"], ["=Karovec"]]),
]
# The same in a period or an outlet.
NARROWED = [
    ("duty", [["duty"]], {"p": "2024-04-01..2024-12-31"}),
    ("Koresic", [["=Zivan Koresic"]], {"p": "2025-01-01..2025-06-30"}),
    ("minist*", [["minist*"]], {"o": "cws"}),
    ("Aldhove", [["=Maren Aldhove"]], {"o": "The Sarnholt Courier"}),
    ('"grain duty", strike*', [['"grain duty"'], ["strike*"]], {"o": "orna", "p": "2024-04-01..2025-06-30"}),
    ("a*", [["a*"]], {"p": "undated"}),
    ("cent", [["cent"]], {"o": "harbour", "p": "2024-06-01..2024-11-30"}),
]


@pytest.fixture
def out(sample, tmp_path):
    """Tables of the sample, of which a test may write more."""
    shutil.copytree(sample / "tables", tmp_path / "tables")
    assert tokens.indexed_sentences(tmp_path, "duty") is None  # all articles are on the page
    return tmp_path


@pytest.fixture
def page(sample, visit):
    return visit(sample / "explorer.html")


def by_page(page, query, facets):
    return page.evaluate(
        """state => { const s = select(state), k = s.chosen.length, n = s.base('').length;
             return [k, n, ...wilson(k, n)]; }""",
        {"q": query, **facets},
    )


def by_corpus(corpus, articles, query, facets):
    if facets.get("p") == "undated":
        articles = articles[articles["published"].isna()]
    elif facets.get("p"):
        articles = articles[articles["published"].between(*facets["p"].split(".."))]
    if facets.get("o"):
        articles = articles[articles["outlet"] == facets["o"]]
    try:
        has = articles["article_id"].isin(corpus.search(query)["article_id"])
    except NotThereError:
        has = articles["article_id"].isin([])
    return int(has.sum()), len(articles)


def by_sqlite(out, alternatives, facets):
    """Count in SQL, with no code of the package."""
    sides, values = [], []
    for terms in alternatives:
        parts = []
        for term in terms:
            if term.startswith("="):
                parts.append("SELECT article_id, sentence FROM mentions WHERE entity = ?")
            else:
                parts.append(
                    "SELECT article_id, sentence FROM sentences JOIN words ON words.rowid = number"
                    " WHERE words MATCH ?"
                )
            values.append(term.removeprefix("="))
        sides.append(f"SELECT article_id FROM ({' INTERSECT '.join(parts)})")
    where = ["counts = 1"]
    if facets.get("p") == "undated":
        where.append("published IS NULL")
    elif facets.get("p"):
        where.append("published BETWEEN '{}' AND '{}'".format(*facets["p"].split("..")))
    if facets.get("o"):
        where.append(f"outlet = '{facets['o']}'")
    has = f"article_id IN ({' UNION '.join(sides)})"
    query = f"SELECT SUM({has}), COUNT(*) FROM articles WHERE {' AND '.join(where)}"
    with closing(sqlite3.connect(out / "tables" / "articles.sqlite")) as connection:
        return connection.execute(query, values).fetchone()


@pytest.mark.parametrize("indexed", [False, True], ids=["tokens", "index"])
def test_thirty_questions_have_one_answer(page, out, indexed):
    index = tokens.write_sentence_index(out)
    sql = {q: by_sqlite(out, sides, {}) for q, sides in QUESTIONS}
    narrowed = [by_sqlite(out, sides, facets) for _, sides, facets in NARROWED]
    if not indexed:
        index.unlink()
    corpus = helpers.open(out)
    articles = corpus.articles().query("counts")
    cases = [(q, {}, sql[q]) for q, _ in QUESTIONS]
    cases += [(q, facets, answer) for (q, _, facets), answer in zip(NARROWED, narrowed, strict=True)]
    assert len(cases) == 30
    for query, facets, answer in cases:
        k, n, low, high = by_page(page, query, facets)
        assert (k, n) == answer == by_corpus(corpus, articles, query, facets), (query, facets)
        assert (low, high) == pytest.approx(population.wilson(k, n), abs=1e-6), (query, facets)
    assert sum(k > 0 for _, _, (k, _) in cases) >= 27


def test_a_timeline_is_that_of_the_page(page, out):
    corpus = helpers.open(out)
    line = corpus.timeline(["Koresic", "dut*"], period="month").dropna(subset="period").query("n > 0")
    rows = page.evaluate(
        """() => { S = { q: 'Koresic, dut*', u: 'month' }; return series(select(S)).table.filter(d => d.n)
           .map(d => [d.line, d.period, d.k, d.n]); }"""
    )
    months = line["period"].dt.strftime("%Y-%m")
    assert rows == [
        list(row) for row in zip(line["what"], months, line["n_articles"], line["n"], strict=True)
    ]


def test_marks_are_where_the_search_finds_them(page, out):
    table = helpers.open(out).search('"grain duty", Koresic')
    marks = page.evaluate(
        """() => { const s = select({ q: '"grain duty", Koresic' }), found = {};
           for (const i of s.chosen) for (const row of s.rows(i)) {
             const a = D.articles[i], line = a.sentences[row], shift = line.sentence < 0 ? 0 : line.start;
             const spans = searchSpans(s, i).filter(x => x.row === row);
             found[a.id + ' ' + line.sentence] = spans.map(x => [x.start - shift, x.end - shift]); }
           return found; }"""
    )
    assert len(table) == len(marks)
    for row in table.itertuples():
        assert sorted(map(list, row.spans)) == sorted(marks[f"{row.article_id} {row.sentence}"])


def test_the_index_is_the_same_each_time_and_set_aside_when_it_is_old(out):
    first = tokens.write_sentence_index(out).read_bytes()
    assert tokens.write_sentence_index(out).read_bytes() == first
    assert len(tokens.indexed_sentences(out, "duty"))
    index = out / "tables" / "articles.sqlite"
    later = index.stat().st_mtime + 1
    os.utime(out / "tables" / "sentences.parquet", (later, later))
    assert tokens.indexed_sentences(out, "duty") is None


def test_a_large_corpus_is_a_sample_with_complete_counts(visit, out, monkeypatch):
    monkeypatch.setattr(explorer, "MOST_CHARACTERS", 60_000)
    part = visit(explorer.write_explorer(out, title="Part"), "#q=duty, Koresic")
    assert len(tokens.indexed_sentences(out, "duty"))
    corpus = helpers.open(out)
    n = int(corpus.articles()["counts"].sum())
    counts = [corpus.search(q)["article_id"].nunique() for q in ("duty", "Koresic")]
    assert f"a sample of {part.evaluate('D.counted.length')} of {n} articles" in part.inner_text("#about")
    assert part.evaluate("D.counted.length") < n
    said = part.inner_text("#notes")
    assert f"In all {n} articles: duty in {counts[0]} (" in said and f"Koresic in {counts[1]} (" in said
    outlets = corpus.articles().query("counts")["outlet"].value_counts()
    assert f"(all: {outlets['cws']})" in part.inner_text('#lists button:has-text("cws")')
