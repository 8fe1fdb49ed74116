"""`dateline lab` in a browser: all notebooks run there, and the explorer answers in the last but one."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import asked
import nbformat
import pytest

from helpers import runner

# Seconds that a slow machine may take to start a server or a kernel, or to run a notebook.
PATIENCE = 240
# The panel in front, and its tab.
FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden)"
TAB = "#jp-main-dock-panel > .lm-TabBar .lm-TabBar-tab.lm-mod-current"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """An output folder of a few articles, as a run makes it, whose notebooks have still to run."""
    folder, out = (tmp_path_factory.mktemp(name) for name in ("articles", "out"))
    shutil.copytree(asked.SAMPLE / "harbour", folder / "harbour")
    (out / "settings.toml").write_text(f'articles = "{folder.as_posix()}"\nout = "."\n', encoding="utf-8")
    (out / "notebooks").mkdir()
    for stage in runner.STAGES:
        book = nbformat.read(runner.notebook_path(stage), as_version=4)
        for cell in book.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(book, out / "notebooks" / f"{stage}.ipynb")
    return out


@pytest.fixture(scope="module")
def lab(browser, out):
    """Address of JupyterLab on that folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {f"JUPYTER_{name}_DIR": str(out.parent / name) for name in ("CONFIG", "RUNTIME")}
    env = {name: value for name, value in os.environ.items() if name not in ("DATELINE_OUT", "MPLBACKEND")}
    command = [sys.executable, "-m", "helpers", "lab", str(out), "--no-browser"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=t"]
    server = subprocess.Popen(command, env=env | places, stderr=subprocess.DEVNULL)
    address, end = f"http://localhost:{port}", time.monotonic() + PATIENCE
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/api?token=t", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert server.poll() is None and time.monotonic() < end, "JupyterLab does not start"
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(PATIENCE)


def until(page, ready):
    """Wait until something is so, and give it."""
    end = time.monotonic() + PATIENCE
    while not (result := ready()):
        assert time.monotonic() < end, "too slow"
        page.wait_for_timeout(1500)
    return result


def run_notebook(page, lab, path):
    """Open a notebook in the file browser, run all its cells from the menu, and give them as saved."""

    def is_idle():  # the sign on the page says so before there is a kernel
        kernels = page.request.get(f"{lab}/api/kernels?token=t").json()
        return [k for k in kernels if k["connections"] and k["execution_state"] == "idle"]

    def finished():
        if not (is_idle() and page.locator(f"{FRONT} [data-status=idle]").count()):
            return None  # the page may still wait for an output
        page.keyboard.press("Control+s")
        page.wait_for_timeout(500)
        cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["source"]]
        cells = [cell for cell in cells if cell["cell_type"] == "code"]
        faults = [part for cell in cells for part in cell["outputs"] if part["output_type"] == "error"]
        assert not faults, (path.name, faults)
        return all(cell["execution_count"] for cell in cells) and cells

    page.locator(".jp-DirListing-item", has_text=path.name[:10]).dblclick()
    page.locator(f"{FRONT} .jp-CodeCell").first.wait_for()
    until(page, is_idle)
    page.locator(f"{FRONT} [data-status=idle]").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    return until(page, finished)


def hand_over(page, lab, path):
    """Close the notebook in front and let another have its kernel, which has loaded the packages."""
    page.locator(f"{TAB} .lm-TabBar-tabCloseIcon").click()
    page.locator(FRONT).wait_for(state="detached")
    (session,) = page.request.get(f"{lab}/api/sessions?token=t").json()
    moved = {"path": f"notebooks/{path.name}", "name": path.name, "type": "notebook"}
    assert page.request.patch(f"{lab}/api/sessions/{session['id']}?token=t", data=moved).ok


@pytest.mark.slow
def test_all_notebooks_run_in_jupyterlab_and_the_explorer_answers(lab, out, browser):
    page, outside = browser.new_page(viewport={"width": 1000, "height": 700}, reduced_motion="reduce"), []
    inside = (lab, lab.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda request: request.url.startswith(inside) or outside.append(request.url))
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{lab}/lab/tree/notebooks?token=t")
    page.locator(".jp-DirListing-item", has_text=runner.APPENDIX[:10]).wait_for()
    for stage in runner.STAGES:
        path = out / "notebooks" / f"{stage}.ipynb"
        if stage != runner.STAGES[0]:
            hand_over(page, lab, path)
        cells = run_notebook(page, lab, path)
        assert sum(len(cell["outputs"]) for cell in cells) > 3
        if stage == "05-report":
            ask_the_explorer(page)
    assert {"report.html", "explorer.html"} <= {path.name for path in out.iterdir()}
    assert page.locator(".jp-Notification-Toast").count() == 0
    assert not outside
    page.close()


def ask_the_explorer(page):
    """Ask in the fields and in the explorer that a cell of notebook 05 shows."""
    words = page.locator(f"{FRONT} .widget-text input")
    name = words.input_value().split(", ")[0]
    words.fill("zeppelin*")
    words.press("Enter")
    page.get_by_text("no name or word 'zeppelin*'").wait_for()
    page.locator(f"{FRONT} .lm-TabBar-tab", has_text="Explorer").click()
    frame = page.frame_locator(f"{FRONT} iframe[src*='explorer.html']")
    frame.locator("html[data-ready]").wait_for()
    frame.locator("#q").fill(name)
    frame.locator("#q").press("Enter")
    frame.get_by_text("articles have this").wait_for()
    frame.locator("#list button").first.click()
    frame.locator("#article mark").first.wait_for()
