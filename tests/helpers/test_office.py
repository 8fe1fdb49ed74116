import base64
import io
import shutil
import zipfile

import column_meanings
import docx
import matplotlib.pyplot as plt
import openpyxl
import pandas as pd
import pypdf
import pytest

from dateline import tables
from helpers import office, publish

EVIL = '=HYPERLINK("http://x","y")'


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.delenv("DATELINE_OUT", raising=False)
    folder = tables.out(tmp_path / "out")
    text = {column: ["x"] for column, kind in tables.SCHEMAS["articles"].items() if kind == "str"}
    articles = pd.DataFrame(text | {"title": [EVIL], "text": ["a\x0bb" + "c" * 40_000]})
    articles = articles.assign(published=pd.Timestamp("2024-05-14"), published_earliest=pd.NaT,
                               published_latest=pd.NaT, n_words=3, story=1, removed_share=0.25)  # fmt: skip
    tables.write(articles, "articles", folder)
    return folder


def test_the_dictionary_of_the_workbook_is_that_of_the_readme():
    meanings = office.column_meanings()
    pd.testing.assert_frame_equal(meanings, column_meanings.read_dictionary())
    for name in office.SHEETS:
        assert set(tables.SCHEMAS[name]) <= set(meanings.loc[meanings["table"] == name, "column"]), name


def test_a_workbook_has_a_sheet_a_table_and_no_formula(out):
    book = openpyxl.load_workbook(office.write_workbook(out))
    assert (
        book.sheetnames == ["columns", *office.SHEETS] and book["columns"].column_dimensions["D"].width == 100
    )
    first = [cell.value for cell in book["columns"]["A"]]
    assert first[0] == "articles: 1 row; 1 text cut at 32,767 characters" and "topics: 0 rows" in first
    head, row = ([cell.value for cell in cells] for cells in book["articles"].rows)
    cells = dict(zip(head, row, strict=True))
    assert cells["title"] == "'" + EVIL and cells["published_latest"] is None
    assert str(cells["published"])[:10] == "2024-05-14" and cells["removed_share"] == 0.25
    assert len(cells["text"]) == 32_767 and cells["text"].startswith("a b")
    assert all(cell.data_type != "f" for sheet in book for cells in sheet.rows for cell in cells)


def test_what_a_sheet_cannot_hold_is_said(out, monkeypatch):
    monkeypatch.setattr(office, "MOST_ROWS", 1)
    terms = pd.DataFrame({"topic": [0, 0], "rank": [1, 2], "term": ["a", "b"], "weight": [0.5, 0.2]})
    tables.write(terms, "topic_terms", out)
    book = openpyxl.load_workbook(office.write_workbook(out))
    assert len(list(book["topic_terms"].rows)) == 2
    said = [cell.value for cell in book["columns"]["A"]]
    assert "topic_terms: 2 rows; the first 1 are here, all are in tables/" in said


def test_the_same_tables_give_the_same_workbook(out):
    first = office.write_workbook(out).read_bytes()
    assert office.write_workbook(out).read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as book:
        assert {part.date_time for part in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.fixture
def page(out):
    publish.use_style()
    _, ax = plt.subplots()
    ax.plot([1, 2])
    publish.figure(ax, pd.DataFrame({"n": [1]}), "06-shift", out=out, title="A line", n="n = 1")
    png = base64.b64encode((out / "figures" / "06-shift.png").read_bytes()).decode()
    (out / "report.html").write_text(
        f"""<!DOCTYPE html><html lang="en"><head><title>T</title><style>p {{}}</style></head><body>
        <a class="skip" href="#a">Skip</a><header><h1>What 3 articles say</h1><nav><p>Contents</p></nav>
        </header>
        <main><h2>Found</h2><p>Lee &amp; <b>Oak</b> *met*.</p><ul><li>One</li><li><p>Two</p></li></ul>
        <blockquote><p>"So it is."</p><cite>Courier</cite></blockquote>
        <table><caption>Names</caption><tr><th>Name</th><th>n</th></tr><tr><td>Lee|x</td><td>3</td></tr></table>
        <figure><img id="06-shift" alt="Bars." src="data:image/png;base64,{png}">
        <figcaption>A bar.</figcaption></figure>
        <details><summary>More</summary><p>Numbers</p></details></main></body></html>""",
        encoding="utf-8",
    )
    return out


def test_the_report_leaves_as_markdown(page):
    text = office.write_markdown(page).read_text(encoding="utf-8")
    assert text.splitlines()[0] == "# What 3 articles say" and "## Found" in text
    assert "Lee & Oak \\*met\\*." in text and "- One" in text and "Two" in text and "— Courier" in text
    assert "| Name | n |\n| --- | --- |\n| Lee\\|x | 3 |" in text and "![Bars.](figures/06-shift.png)" in text
    assert "Contents" not in text and "Numbers" not in text and "Skip" not in text and "p {" not in text


def test_the_report_leaves_as_a_word_file(page):
    document = docx.Document(str(office.write_docx(page)))
    texts = [(paragraph.text, paragraph.style.name) for paragraph in document.paragraphs if paragraph.text]
    assert texts[:3] == [
        ("What 3 articles say", "Title"),
        ("Found", "Heading 1"),
        ("Lee & Oak *met*.", "Normal"),
    ]
    assert ("One", "List Bullet") in texts and [cell.text for cell in document.tables[0].rows[1].cells] == [
        "Lee|x",
        "3",
    ]
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "Bars."


def test_without_a_browser_a_line_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(office.NoBrowserError, match="Install Chromium, Chrome or Edge"):
        office.write_pdf(page)
    said = list(office.write_reports(page, ["pdf", "md"]))
    assert said[0].startswith("dateline: no browser was found") and said[1] == f"report: {page / 'report.md'}"
    assert not (page / "report.pdf").exists()


@pytest.mark.skipif(
    not any(map(shutil.which, office.BROWSERS)), reason="no Chromium, Chrome or Edge is installed"
)
def test_the_report_leaves_as_a_tagged_pdf(page):
    pdf = pypdf.PdfReader(office.write_pdf(page))
    assert "What 3 articles say" in pdf.pages[0].extract_text()
    assert "/StructTreeRoot" in pdf.trailer["/Root"] and pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert (page / "report.pdf").exists() and not list(page.glob(".*.part"))
