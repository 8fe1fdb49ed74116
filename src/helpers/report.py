"""The report: one page that loads nothing, made from the tables and figures."""

import base64
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from dateline import population, tables
from helpers import chronology, prose, publish, runner
from helpers.claims import Claim, Tables

# What the report reads: no columns named are all.
READ: dict[str, list[str]] = {
    "articles": [column for column in tables.SCHEMAS["articles"] if column != "text"],
    "removed": [],
    "rejected": [],
    "overrides": [],
    "repairs": ["article_id", "rule", "before", "after"],
    "files": ["source", "articles", "date_order"],
    "sentences": ["article_id", "sentence", "start", "text", "voice", "speaker"],
    "topics": [],
    "article_topics": ["article_id", "topic", "margin"],
    "entities": [],
    "mentions": [],
    "event_dates": [],
    "targets": ["article_id", "sentence", "entity", "voice", "negative", "positive"],
}
# What notebooks wrote of the reader's own decisions, and of tones by outlet: file and columns.
WRITTEN = {
    "aliases": ("tables/03-corrected.csv", ["surface", "was", "entity", "kind", "n_mentions"]),
    "event_words": ("tables/04-event-words.csv", ["word", "event", "n_articles", "why"]),
    "tones": ("figures/04-grid.csv", ["entity", "outlet", "p", "differs", "model", "rest"]),
}
# Rows shown of a long list; the rest is in tables/.
MOST_ROWS = {"articles": 100, "rejected": 50, "data": 25}
# Figures in the first part, where there are enough articles.
FIRST = ("03-publication-clock", "03-outlets", "03-voices", "04-grid")
# Characters of a text in a table, bytes of a csv that the page has as a download.
CELL, MOST_DATA = 120, 40_000


class Listing(NamedTuple):
    """A table for the page: its heading, columns and rows, and what is left out."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    remainder: str = ""


class Picture(NamedTuple):
    """A published figure, read back from its files: png and csv as base64, csv only if it is small."""

    name: str
    words: publish.FigureWords
    png: str
    csv: str
    data: Listing


def read_results(out: Path) -> dict[str, pd.DataFrame]:
    """Read the tables that the report needs, what the reader decided by hand, and faults (stage, fault).

    A table that is not there is empty; without articles and sentences FileNotFoundError says what to run.
    """
    results, faults = {}, [(stage, f"it failed: {error}") for stage, error in runner.failures(out).items()]
    for name, columns in READ.items():
        read = tables.read if name in ("articles", "sentences") else tables.read_or_empty
        results[name] = read(out, name, columns=columns or None)
        if not (out / "tables" / f"{name}.parquet").exists():
            faults.append((tables.WRITTEN_BY[name], f"table {name} is not there: run this notebook"))
    for path in sorted((out / "tables").glob("??-checks.csv")):
        checks = pd.read_csv(path)
        fails = checks.loc[~checks["holds"], "check"]
        faults += [(path.stem[:2], f"a check fails: {name}") for name in fails]
    aside = [pd.DataFrame(columns=["article_id", "words", "reason"])]
    for path in sorted((out / "tables").glob("??-aside.csv")):
        aside.append(pd.read_csv(path, dtype="str"))
        if size := len(aside[-1]):
            fault = f"{prose.plural(size, 'row')} that cannot be right left out, see {path.name}"
            faults.append((path.stem[:2], fault))
    results["aside"] = pd.concat(aside)
    results["faults"] = pd.DataFrame(faults, columns=["stage", "fault"])
    # an unknown outlet is missing in one input and empty in another
    blank = dict.fromkeys(["title", "outlet", "published_basis", "language"], "")
    results["articles"] = results["articles"].fillna(blank)
    for name, (file, columns) in WRITTEN.items():
        path, frame = out / file, pd.DataFrame(columns=columns, dtype="str")
        results[name] = (tables.read_own(path, columns) if path.is_file() else frame)[columns]
    names, words, tones = results["aliases"], results["event_words"], results["tones"]
    gap = (pd.to_numeric(tones["model"]) - pd.to_numeric(tones["rest"])).abs()  # the surest first
    results["tones"] = tones.loc[gap.sort_values(ascending=False, kind="stable").index]
    results["aliases"] = names.assign(entity=names["entity"].replace("", "(dropped)"))
    results["event_words"] = words[words["why"] == "your file says so"].drop(columns="why")
    return results


def pictures(out: Path) -> list[Picture]:
    """Read back the published figures in the order of reading, without those of the appendix."""
    figures = []
    for path in filter(lambda path: path.stem < runner.APPENDIX[:2], publish.published_figures(out)):
        csv, data, download = path.with_suffix(".csv"), Listing("", [], []), ""
        if csv.exists():
            frame = pd.read_csv(csv, dtype=str, na_filter=False)
            data = _listing(f"Data of this figure ({len(frame):,} rows)", frame, limit="data", file=csv.name)
            small = csv.stat().st_size <= MOST_DATA
            download = base64.b64encode(csv.read_bytes()).decode() if small else ""
        png = base64.b64encode(path.read_bytes()).decode()
        figures.append(Picture(path.stem, publish.read_words(path), png, download, data))
    return figures


def _listing(caption: str, frame: pd.DataFrame, *, limit: str, file: str) -> Listing:
    """Show the first rows of a finished table, and say where the others are."""
    left = len(frame) - MOST_ROWS[limit]
    remainder = f"… and {left:,} more in {file}" if left > 0 else ""
    rows = [[prose.shorten(cell, width=CELL) if isinstance(cell, str) else cell for cell in row]
            for row in frame.head(MOST_ROWS[limit]).astype(object).to_numpy().tolist()]  # fmt: skip
    return Listing(caption, list(frame.columns), rows, remainder)


def removal_listings(results: Tables) -> list[Listing]:
    """Sum up what cleaning removed, by rule, with an example, and list the records that were not read."""
    removed = results["removed"].query("rule != 'white-space'")
    group = removed.assign(size=removed["end"] - removed["start"]).groupby("rule", sort=True)
    rules = group.agg(Pieces=("size", "size"), Articles=("article_id", "nunique"), Characters=("size", "sum"))
    rules["First example"] = group["text"].first()
    rules = rules.rename_axis("Rule").reset_index().sort_values("Pieces", ascending=False, kind="stable")
    rejected = results["rejected"].rename(columns=str.capitalize)
    return [
        _listing("Removed from the texts", rules, limit="rejected", file="tables/removed.parquet"),
        _listing("Records that were not read", rejected, limit="rejected", file="tables/rejected.parquet"),
    ]


def decision_listings(results: Tables) -> list[Listing]:
    """List what was decided by hand, what was repaired, and tables whose dates stay ambiguous, if any."""
    ambiguous = results["files"]["date_order"].isin(["ambiguous", "contradictory"])
    listings = []
    for file, caption, frame in (
        ("overrides.parquet", "Decided by hand in overrides.csv", results["overrides"]),
        ("03-corrected.csv", "Names corrected by aliases.csv", results["aliases"]),
        ("04-event-words.csv", "Words decided by event-words.csv", results["event_words"]),
        ("repairs.parquet", "Characters repaired", results["repairs"]),
        ("??-aside.csv", "Dates and names set aside: they count nowhere", results["aside"]),
        ("files.parquet", "Tables whose dates do not say which comes first, day or month",
         results["files"][ambiguous]),
    ):  # fmt: skip
        if len(frame):
            heads = [name.replace("_", " ").replace(" id", "").capitalize() for name in frame]
            table = frame.set_axis(heads, axis=1)
            listings.append(_listing(caption, table, limit="rejected", file=f"tables/{file}"))
    return listings


def article_listing(results: Tables) -> Listing:
    """List the articles by date; undated ones last."""
    articles = results["articles"].sort_values(["published", "article_id"], kind="stable")
    frame = articles[["article_id", "title", "outlet", "published", "published_basis", "copy_of"]]
    frame = frame.set_axis(["Article", "Title", "Outlet", "Published", "Date from", "Copy"], axis=1)
    frame["Published"] = frame["Published"].dt.strftime("%Y-%m-%d").fillna("–")
    frame["Copy"] = ("copy of " + frame["Copy"]).fillna("")
    return _listing("Articles", frame, limit="articles", file="tables/articles.parquet")


def what_changed(
    out: Path, *, articles: pd.DataFrame, answers: Sequence[Claim], parameters: dict[str, dict[str, object]]
) -> list[str]:
    """Say what is new since the last run in this folder that read or said something else.

    ``tables/05-runs.json`` keeps what two runs read and said: the same run again says the same.
    """
    names = articles["title"].where(articles["title"] != "", articles["article_id"])
    settings = {f"{n} ({book})": repr(v) for book, pairs in parameters.items() for n, v in pairs.items()}
    findings = {answer.question: answer.text for answer in answers}
    state = {"article": dict(zip(names, articles["sha256"], strict=True))}
    state |= {"setting": settings, "finding": findings}
    path, texts = out / "tables" / "05-runs.json", []
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.is_file() else []
    if runs[-1:] != [state]:
        runs = [*runs[-1:], state]
        runner.save_json({"runs": runs}, path)
    for noun in sorted(state) if len(runs) > 1 else ():
        old, new = (run[noun] for run in runs)
        for verb, keys in (
            ("new", sorted(set(new) - set(old))),
            ("changed", sorted(key for key in new if new[key] != old.get(key, new[key]))),
            ("no longer here", sorted(set(old) - set(new))),
        ):
            is_news = verb == "changed" and noun != "article"
            words = [f"{key} Now: {new[key]}" if is_news else key for key in keys]
            texts += [f"{prose.plural(len(keys), noun)} {verb}: {prose.listed(words, limit=5)}"] * bool(keys)
    return texts


def page_title(title: str, n_articles: int) -> str:
    """Heading of the report and the explorer: the user's, or the number of articles."""
    return title or f"What {prose.plural(n_articles, 'article')} say{'s' * (n_articles == 1)}"


def render_page(results: Tables, **parts: Any) -> str:  # noqa: ANN401
    """Write the page from what `read_results` read.

    `parts` are answers and table (`claims.make_claims`), story (`chronology.tell`), figures (`pictures`),
    parameters (`runner.used_parameters`), perhaps changes (`what_changed`); and of the user's: title, byline,
    notes and chosen, the claims to show first.
    """
    modules = {"report": sys.modules[__name__], "population": population, "prose": prose, "runner": runner}
    parts = {"title": "", "byline": "", "notes": "", "changes": [], "chosen": []} | parts | modules
    parts |= {"chronology": chronology, "results": results, "sources": parts["story"]["sources"]}
    return publish.fill_page("report.html.j2", **parts)


def check_report(
    page: str, *, answers: Sequence[Claim], table: pd.DataFrame, results: Tables, figures: Sequence[Picture]
) -> dict[str, bool]:
    """Check that page, tables and figures say the same: what was checked, and whether it holds."""
    quoted = {quote.article_id for answer in answers for quote in answer.evidence}
    stated = {answer.claim: answer.value for answer in answers if answer.stated and answer.claim != "corpus"}
    reported = table[table["choice"] == "as reported"].set_index("finding")["value"].to_dict()
    return {
        "every quotation is from an article": quoted <= set(results["articles"]["article_id"]),
        "answers and sensitivity have the same values": stated == reported,
        "the report shows every answer": page.count("<article ") == len(stated),
        "the report shows every figure": page.count('src="data:image/png;base64,') == len(figures),
        "the report loads and runs nothing": "<script" not in page and 'src="http' not in page,
    }
