"""A browser, the sample's explorer, and pages on which nothing may fail or be asked from outside."""

import shutil

import asked
import pytest

from helpers import explorer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")  # no longer: while it is open, nothing else can run an event loop
def browser():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """Tables and explorer of the sample."""
    out = tmp_path_factory.mktemp("sample")
    asked.write_tables(asked.SAMPLE, out, k=5)
    explorer.write_explorer(out, title="Sample")
    return out


@pytest.fixture(scope="module")
def pages():
    """Pages that one test after the other uses: a new one costs more than most tests."""
    return []


@pytest.fixture
def visit(browser, pages):
    """Open a file, and at the end: nothing was asked from outside, and nothing failed."""
    faults, used = [], []
    listeners = {
        "console": lambda message: faults.append(message.text),
        "pageerror": lambda error: faults.append(str(error)),
        "request": lambda request: faults.append(request.url) if request.url[:4] == "http" else None,
    }

    def load(path, fragment="", width=1300):
        if len(used) == len(pages):
            pages.append(browser.new_page())
        page = pages[len(used)]
        used.append(page)
        for event, listener in listeners.items():
            page.on(event, listener)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("html[data-ready]")
        return page

    yield load
    for page in used:
        page.goto("about:blank")
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
    assert not faults
