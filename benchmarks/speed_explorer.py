"""How large and how fast explorer.html is, in Chromium, on the first articles of a run.

``python benchmarks/speed_explorer.py OUT [ARTICLES]`` takes the tables of a run (``dateline run FOLDER --out
OUT``; make_corpus makes a folder of any size), cuts them to so many articles (5,000), writes the page with
all of these and opens it. Time is CPU time of the page's main thread, as Chromium counts it, so that a busy
machine changes little; a search is the first one for its words, once the texts are folded. Beside each figure
stands its limit. The words are those that stand in about a tenth, a hundredth and a thousandth of the
articles, and the largest name.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

from dateline import tables
from helpers import explorer

LIMITS = {"load, s": 4, "search, ms": 100, "redraw, ms": 500, "heap, MB": 200}
CUT = ("articles", "sentences", "mentions", "event_dates", "sentiment", "removed", "article_topics")


def cut(source, out, n):
    """Tables of the first n articles; names, topics and tokens stay whole."""
    shutil.copytree(source / "tables", out / "tables")
    ids = tables.read(source, "articles")["article_id"].head(n)
    for name in CUT:
        path = out / "tables" / f"{name}.parquet"
        frame = pd.read_parquet(path)
        frame[frame["article_id"].isin(ids)].to_parquet(path, index=False)
    return len(ids)


def words(page):
    """Words in about a tenth, a hundredth and a thousandth of the articles, and the largest name."""
    return page.evaluate(
        """() => {
          const counts = [...countBy(D.counted, features)].filter(([f]) => f.startsWith('word '));
          const [a, b, c] = [.1, .01, .001].map(share => {
            const far = ([, k]) => Math.abs(k - share * D.counted.length);
            return counts.sort((x, y) => far(x) - far(y))[0][0].slice(5); });
          const several = [`"${a} ${b}"`, `${a} OR ${c}`, `${a}, ${b}, ${c}`];
          return [a, b, `${a.slice(0, 4)}*`, ...several, D.names[0].name]; }"""
    )


def measure(path):
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage", "--js-flags=--expose-gc"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

        def metric(name):
            return {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}[name]

        def cpu(script, *values):
            before = metric("TaskDuration")
            page.evaluate(script, *values)
            return 1000 * (metric("TaskDuration") - before)

        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", timeout=120_000)
        yield "load, s", metric("TaskDuration"), ""
        page.evaluate("D.articles.forEach((a, i) => folded(i))")
        asked = words(page)
        page.evaluate("D.articles.forEach(a => { delete a.features; })")
        for query in asked:
            yield "search, ms", cpu("q => { parse(q).map(find); }", query), query
            yield "redraw, ms", cpu("q => go({ q })", query), query
        for state in (
            "q=&l=outlet",
            "c=event",
            f"q={asked[0]}&A=all",
            f"o={page.evaluate('D.outlets[0]')}",
            "",
        ):
            yield "redraw, ms", cpu("text => { S = readAddress(text); draw(); }", state), state or "all"
        page.evaluate("gc()")
        yield "heap, MB", metric("JSHeapUsedSize") / 1e6, ""
        browser.close()


def main(source, n=5000):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        n = cut(Path(source), out, int(n))
        explorer.MOST_CHARACTERS = 10**12
        begin = time.process_time()
        path = explorer.write_explorer(out, title="Speed")
        print(f"{n:,} articles, written in {time.process_time() - begin:.1f} CPU s")
        size, limit = path.stat().st_size / 1e6, 0.6 + 0.0021 * n
        print(f"{'size, MB':12} {size:8.2f}  limit {limit:.2f}{'  OVER' if size > limit else ''}")
        for name, value, what in measure(path):
            over = "  OVER" if value > LIMITS[name] else ""
            print(f"{name:12} {value:8.2f}  limit {LIMITS[name]}{over}  {what}")


if __name__ == "__main__":
    main(*sys.argv[1:])
