"""What leaves a run for other programs: ``tables.xlsx``, and the report as PDF, Word or Markdown."""

import base64
import io
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from dateline import tables
from helpers import prose

# The tables that people read, each a sheet; the others are long, and stay in tables/.
SHEETS = ("articles", "topics", "topic_terms", "article_topics", "entities", "timeline", "event_dates",
          "claims", "sensitivity", "date_evidence", "rejected", "overrides", "repairs", "files")  # fmt: skip
# Rows below the heads of a sheet, more than anybody reads; characters that a cell can hold.
MOST_ROWS, MOST_CHARACTERS = 5_000, 32_767
# What XML cannot hold.
UNWRITABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
# Programs that print a page as a tagged PDF, by the names they are installed under.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
            "microsoft-edge")  # fmt: skip
# Parts of the report that are paragraphs or more, and those that paper has no use for.
BLOCKS = ("h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "cite", "figcaption", "table", "img")
SKIPPED = ("nav", "details", "style", "script", "head")


class NoBrowserError(RuntimeError):
    """No browser is there that could write the PDF; the message says which would do."""


def column_meanings() -> pd.DataFrame:
    """Read the data dictionary: table, column, type, meaning."""
    with (files("helpers") / "resources" / "columns.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype="str", na_filter=False)


def write_workbook(out: Path) -> Path:
    """Write ``out/tables.xlsx``: the meaning of columns, then a sheet a table; no text in it is a formula."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import ExcelWriter

    book, content = Workbook(write_only=True), io.BytesIO()
    first, meanings = book.create_sheet("columns"), column_meanings()
    for letter, width in zip("ABCD", (16, 22, 14, 100), strict=True):
        first.column_dimensions[letter].width = width
    frames = {name: tables.read_or_empty(out, name) for name in SHEETS}
    sizes = [[f"{name}: {_size(frame)}"] for name, frame in frames.items()]
    note = ["Tables that are not here are in tables/ of the output folder, as parquet."]
    rows = meanings[meanings["table"].isin(frames)].to_numpy().tolist()
    for row in [*sizes, note, [], list(meanings), *rows]:
        first.append(row)
    for name, frame in frames.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "B2"
        sheet.append(list(frame))
        columns = [[_cell(value) for value in frame[column].head(MOST_ROWS)] for column in frame]
        for row in zip(*columns, strict=True):
            sheet.append(row)
    ExcelWriter(book, zipfile.ZipFile(content, "w")).save()  # compressed below
    with (
        tables.atomic(out / "tables.xlsx") as temporary,
        zipfile.ZipFile(content) as source,
        zipfile.ZipFile(temporary, "w") as target,
    ):
        for part in source.namelist():  # without the time at which it was written
            text = re.sub(rb"(<dcterms:\w+ [^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", source.read(part))
            target.writestr(zipfile.ZipInfo(part), text, zipfile.ZIP_DEFLATED)
    return out / "tables.xlsx"


def _size(frame: pd.DataFrame) -> str:
    """Say how many rows a table has, and what a sheet cannot hold of it."""
    texts = frame.select_dtypes("str")
    n_cut = sum(int((texts[column].str.len() > MOST_CHARACTERS).sum()) for column in texts)
    notes = [f"the first {MOST_ROWS:,} are here, all are in tables/"] * (len(frame) > MOST_ROWS)
    notes += [f"{prose.plural(n_cut, 'text')} cut at {MOST_CHARACTERS:,} characters"] if n_cut else []
    return "; ".join([prose.plural(len(frame), "row"), *notes])


def _cell(value: Any) -> Any:  # noqa: ANN401
    """Give what a cell can hold: no formula, no character that XML lacks, no text that is too long."""
    if isinstance(value, str):
        text = re.sub(tables.FORMULA, "'", re.sub(UNWRITABLE, " ", value))
        return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 2] + " …"
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, datetime) else getattr(value, "item", lambda: value)()


def write_pdf(out: Path) -> Path:
    """Print ``report.html`` with an installed browser as ``report.pdf``, tagged for readers aloud."""
    if not (browser := next(filter(None, map(shutil.which, BROWSERS)), None)):
        reason = "no browser was found to write report.pdf. Install Chromium, Chrome or Edge"
        raise NoBrowserError(f"{reason}, or print report.html from your browser")
    with tempfile.TemporaryDirectory() as profile, tables.atomic(out / "report.pdf") as temporary:
        sandbox = ["--no-sandbox"] * (getattr(os, "geteuid", lambda: 1)() == 0)  # in a container
        command = [browser, *sandbox, "--headless", "--disable-gpu", "--no-pdf-header-footer",
                   "--export-tagged-pdf", "--generate-pdf-document-outline", f"--user-data-dir={profile}",
                   f"--print-to-pdf={temporary.resolve()}",
                   (out / "report.html").resolve().as_uri()]  # fmt: skip
        result = subprocess.run(command, capture_output=True, timeout=180, check=False)
        if not temporary.exists():
            reason = result.stderr.decode(errors="replace").strip()[-200:]
            raise NoBrowserError(f"{browser} wrote no report.pdf: {reason}")
    return out / "report.pdf"


def read_blocks(out: Path) -> Iterator[tuple[str, Any]]:
    """Give the parts of the report: element, and its text, (caption, rows of cells) or (alt, png, name)."""
    from lxml import html

    def parts(node: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
        for child in node:
            if child.tag in SKIPPED or "skip" in child.get("class", "").split():
                continue
            if child.tag == "img":
                png = base64.b64decode(child.get("src").partition(",")[2])
                yield "img", (child.get("alt", ""), png, child.get("id"))
            elif child.tag == "table":
                rows = [[" ".join(cell.text_content().split()) for cell in row.iter("th", "td")]
                        for row in child.iter("tr")]  # fmt: skip
                yield "table", (" ".join(child.findtext("caption", "").split()), rows)
            elif child.tag in BLOCKS and child.find(".//p") is None:
                yield child.tag, " ".join(child.text_content().split())
            else:
                yield from parts(child)

    yield from parts(html.fromstring((out / "report.html").read_text(encoding="utf-8")).body)


def write_docx(out: Path) -> Path:
    """Write the text of the report with its figures as ``report.docx``."""
    import docx

    document, levels = docx.Document(), {"h1": 0, "h2": 1, "h3": 2, "h4": 3}
    for kind, content in read_blocks(out):
        if kind == "img":
            document.add_picture(io.BytesIO(content[1]), width=docx.shared.Cm(16))
            document.inline_shapes[-1]._inline.docPr.set("descr", content[0])
        elif kind == "table":
            caption, rows = content
            document.add_paragraph(caption, style="Caption")
            grid = document.add_table(len(rows), max(map(len, rows), default=1), style="Light List")
            for row, cells in zip(grid.rows, rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=False):
                    cell.text = text
        elif kind in levels:
            document.add_heading(content, levels[kind])
        elif content:
            document.add_paragraph(content, style={"li": "List Bullet", "cite": "Caption"}.get(kind))
    document.core_properties.author, document.core_properties.created = "Dateline", datetime(2000, 1, 1)
    with tables.atomic(out / "report.docx") as temporary:
        document.save(str(temporary))
    return out / "report.docx"


def write_markdown(out: Path) -> Path:
    """Write the text of the report as ``report.md``; its figures are those in ``figures/``."""
    marks, lines = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "cite": "— "}, []
    for kind, content in read_blocks(out):
        if kind == "img":
            lines.append(f"![{prose.plain(content[0])}](figures/{content[2]}.png)")
        elif kind == "table":
            caption, (head, *rows) = content
            body = [head, ["---"] * len(head), *rows]
            lines.append(f"**{prose.plain(caption)}**\n")
            lines.append("\n".join("| " + " | ".join(map(prose.plain, row)) + " |" for row in body))
        elif content:
            lines.append(marks.get(kind, "") + prose.plain(content))
    return tables.write_text("\n\n".join(lines) + "\n", out / "report.md")


def write_reports(out: Path, kinds: Iterable[str]) -> Iterator[str]:
    """Write the report, if there is one, as pdf, docx or md; say where each is, or why not."""
    writers = {"pdf": write_pdf, "docx": write_docx, "md": write_markdown}
    for kind in kinds if (out / "report.html").exists() else ():
        try:
            yield f"report: {writers[kind](out)}"
        except NoBrowserError as error:
            yield f"dateline: {error}"
