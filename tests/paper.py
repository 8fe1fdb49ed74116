"""The report on paper, printed by a real browser: pages of its first part, and how full pages are."""

import shutil

import pypdf
import pytest

from helpers import office

CAN_PRINT = any(map(shutil.which, office.BROWSERS))


def lowest_line(page):
    """How far down the last line of a page stands, as a share of its height."""
    heights = []

    def visit(text, matrix, place, *_):
        if text.strip():
            heights.append(matrix[3] * place[5] + matrix[5])

    page.extract_text(visitor_text=visit)
    return 1 - min(height for height in heights if height >= 0) / float(page.mediabox.height)


def check_paper(out):
    """A4, two pages and an appendix, no page half empty but the last of a part; under 3 MB."""
    pages = pypdf.PdfReader(office.write_pdf(out)).pages
    texts = [page.extract_text() for page in pages]
    appendix = next(number for number, text in enumerate(texts) if text.startswith("Appendix: "))
    assert appendix <= 2, "the first part has at most two pages"
    assert len(pages) <= 16
    assert min(map(lowest_line, [*pages[: appendix - 1], *pages[appendix:-1]])) > 0.5
    assert float(pages[0].mediabox.width) == pytest.approx(595, abs=2)
    assert (out / "report.html").stat().st_size < 3_000_000
