"""The report on paper, by a real browser: its first part is two pages, and no page is half empty."""

import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from conftest import CHROMIUM

from helpers import office

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"


def lowest(page):
    """Height of the last line of a page, from the top, as a share of it."""
    heights = []
    page.extract_text(
        visitor_text=lambda text, cm, tm, *_: heights.append(cm[3] * tm[5] + cm[5]) if text.strip() else None
    )
    return 1 - min(height for height in heights if height >= 0) / float(page.mediabox.height)


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
@pytest.mark.parametrize("folder", [ROOT / "data" / "sample", SEEDS], ids=["sample", "seeds"])
def test_the_first_part_is_two_pages_and_no_page_is_half_empty(folder, tmp_path):
    if not folder.is_dir():
        pytest.skip(f"there is no {folder}")
    command = [sys.executable, "-m", "helpers", "run", str(folder), "--out", str(tmp_path)]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    pages = pypdf.PdfReader(office.write_pdf(tmp_path)).pages
    texts = [page.extract_text() for page in pages]
    appendix = next(number for number, text in enumerate(texts) if text.startswith("Appendix: "))
    assert appendix <= 2, "the first part has at most two pages"
    assert len(pages) - appendix <= 14
    # the last page of a part may end early
    assert min(lowest(page) for page in [*pages[: appendix - 1], *pages[appendix:-1]]) > 0.5
    assert float(pages[0].mediabox.width) == pytest.approx(595, abs=2), "A4"
    assert (tmp_path / "report.html").stat().st_size < 3_000_000
