"""Take the pictures of docs/ from a run: ``python tests/screenshots.py OUT``.

OUT is the output folder of `dateline run` on the sample; Playwright drives an installed Chromium.
"""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

DOCS = Path(__file__).resolve().parents[1] / "docs"
PORT = 18_765


def save(page, name):
    """Write a picture of what is in view, with few colours, so that it stays small."""
    path = DOCS / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128).save(path, optimize=True)


def open_lab(page, out):
    """Show JupyterLab on the run, with the first notebook open."""
    command = [sys.executable, "-m", "helpers", "lab", str(out), "--no-browser", f"--port={PORT}"]
    command += ["--IdentityProvider.token=", "--ServerApp.password="]
    lab = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            with suppress(OSError):
                urllib.request.urlopen(f"http://localhost:{PORT}/lab", timeout=5).close()
                break
            time.sleep(1)
        page.goto(f"http://localhost:{PORT}/lab/tree/notebooks/03-mentions.ipynb?reset")
        page.locator(".jp-Notebook img").first.wait_for(timeout=120_000)
        page.locator(".jp-Notebook img").first.scroll_into_view_if_needed()
        page.wait_for_timeout(4000)
        save(page, "lab")
    finally:
        lab.terminate()
        lab.wait(30)


def main(out):
    """Take all three."""
    with sync_playwright() as player:
        options = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.goto((out / "report.html").resolve().as_uri())
        page.locator("img").first.wait_for()
        save(page, "report")
        page.goto((out / "explorer.html").resolve().as_uri() + "#q=Koresic")
        page.wait_for_timeout(4000)
        save(page, "explorer")
        open_lab(page, out)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
