"""Date expressions and publication dates against gold, beside dateparser and htmldate, in one run.

``python benchmarks/quality_dates.py`` reads the public corpora beside the checkout and the sample's truth,
prints a table and fails when a score falls below its floor. Floors only go up. The rules were written with
the documents of even number in view; the scores are those of the others ("held out") unless they say so.
The held-out halves were judged at the end of each round of work, twice by now; no rule was written after.

Gold are calendar dates: durations, sets, clock times and "now" are neither asked for nor counted as false.
A span is found when the two overlap. A value is right when the days are the same, when a part of the gold's
unit is meant ("early 2022", "year-end"), or when the gold's date is one end of the range that was found. An
article is anchored on the day that it states under its headline, as in the notebooks.

Timenorm has expressions without their sentences, in the order of their articles. "timenorm" joins those of
one article by semicolons: what points back ("the quarter", "a year earlier") then has what it points to, as
gum and meantime have, where whole articles are read. "timenorm alone" reads each expression as if nothing
stood before it. Its gold was given by people who saw the article, so that "a year earlier" is a quarter or a
year there by what no reader of these three words can know: of the wrong values of the seen half more than
half are of this kind. Spans are judged on "timenorm alone" only, because in order they cannot be told from
their neighbours. There is no precision to measure in either.
"""

import csv
import importlib.util
import json
import re
import sys
import time
from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from dateline.ingest.articles import read_articles
from dateline.text import clean, publication
from dateline.text.timex import find_dates

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
SAMPLE = ROOT / "data" / "sample"
# (data, measure): what the present version reaches, rounded down.
FLOORS = {
    ("news", "span F1"): 0.92,
    ("news", "value right"): 0.84,
    ("gum", "span F1"): 0.89,
    ("gum", "value right"): 0.79,
    ("meantime", "span F1"): 0.95,
    ("meantime", "value right"): 0.89,
    ("timenorm alone", "span F1"): 0.96,
    ("timenorm alone", "value right"): 0.76,
    ("timenorm", "value right"): 0.82,
    ("published", "found"): 0.98,
    ("sample", "found"): 0.98,
    ("speed", "times dateparser"): 20.0,
}
PEERS = {"dateparser": "dateparser.search", "htmldate": "htmldate"}
# An article is annotated this far in meantime: title, date and four lines of text.
ANNOTATED_LINES = 6


class Gold(NamedTuple):
    """An annotated expression."""

    start: int
    end: int
    days: tuple[date, date] | None  # None: an expression that is no calendar date


class Document(NamedTuple):
    """A text with its gold, of which the first `end` characters are annotated."""

    text: str
    anchor: date
    gold: list[Gold]
    end: int
    stated: date | None = None  # the day of publication that the text itself states, by the annotators


# -- gold ------------------------------------------------------------------------------------------


def months(year, month, n):
    end = year * 12 + month + n - 2
    year2, month2 = end // 12, end % 12 + 1
    return date(year, month, 1), date(year2, month2, monthrange(year2, month2)[1])


def days(value):
    """Read a TIMEX3 value: the days it means, or None."""
    if found := re.match(r"(\d{4})-(\d\d)-(\d\d)", value):
        return (day := date(*map(int, found.groups()))), day
    if found := re.match(r"(\d{4})-W(\d\d)$", value):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return monday, monday + timedelta(days=6)
    if found := re.match(r"(\d{4})-(?:Q(\d)|(SP|SU|FA|WI)|(\d\d))$", value):
        year, quarter, season, month = found.groups()
        if month:
            return months(int(year), int(month), 1)
        start = 3 * int(quarter) - 2 if quarter else {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
        return months(int(year), start, 3)
    return months(int(value), 1, 12) if re.fullmatch(r"\d{4}", value) else None


def wanted(kind, value, words):
    clock = kind == "TIME" and re.search(r"\d:?\d\d", words)
    return days(value) if kind in ("DATE", "TIME") and not clock else None


def lines(name):
    return (CORPORA / name).read_text(encoding="utf-8").splitlines()


def stated_day(text, gold):
    """Find the annotators' date under the headline."""
    head = [one for one in gold if one.start < 250 and one.days and one.days[0] == one.days[1]]
    full = [one for one in head if re.search(rf" 0?{one.days[0].day}, \d{{4}}", text[one.start : one.end])]
    return full[0].days[0] if full else None


def gum():
    for record in map(json.loads, lines("gum_wikinews_train.jsonl")):
        gold = []
        for one in record["timexes"]:
            span = [
                days(one[key][:10]) if re.match(r"\d{4}", one.get(key, "")) else None
                for key in ("from", "to")
            ]
            value = (span[0][0], span[1][1]) if all(span) else days(one.get("when", "")[:10])
            gold.append(Gold(one["start"], one["end"], value if one["tag"] == "date" else None))
        text, stated = record["text"], stated_day(record["text"], gold)
        yield Document(text, stated or date.fromisoformat(record["date"]), gold, len(text), stated)


def meantime():
    for record in map(json.loads, lines("meantime_apple_stock.jsonl")):
        text = record["text"]
        gold = [
            Gold(one["start"], one["end"], wanted(one["type"], one["value"] or "", one["text"]))
            for one in record["timexes"]
        ]
        end = len("\n".join(text.split("\n")[:ANNOTATED_LINES]))
        stated = stated_day(text, gold)
        yield Document(text, stated or date.fromisoformat(record["date"]), gold, end, stated)


def timenorm():
    """Yield each expression by itself."""
    for rows, anchor in _timenorm():
        for words, kind, value in rows:
            yield Document(words, anchor, [Gold(0, len(words), wanted(kind, value, words))], len(words))


def in_order(half):
    """Yield the expressions of an article in one text, as it has them, with the gold of one half of them."""
    number = 0
    for rows, anchor in _timenorm():
        text, gold = "", []
        for words, kind, value in rows:
            if number % 2 == half:
                gold.append(Gold(len(text), len(text) + len(words), wanted(kind, value, words)))
            text, number = f"{text}{words}; ", number + 1
        yield Document(text, anchor, gold, len(text))


def _timenorm():
    for group in (CORPORA / "timenorm" / "en_train.tsv").read_text(encoding="utf-8").split("\n\n"):
        rows = [row.split("\t") for row in group.strip().split("\n") if row.strip()]
        anchor = date.fromisoformat(rows[0][2][:10]) if rows else None
        yield rows[1:], anchor


# -- expressions -----------------------------------------------------------------------------------


def ours(document):
    found = find_dates(document.text, anchor=document.anchor)
    return [(one.start, one.end, one.date_from, one.date_to) for one in found]


def theirs(document):
    """Ask dateparser, told the article's language and day."""
    from datetime import datetime

    from dateparser.search import search_dates

    base = datetime.combine(document.anchor, datetime.min.time())
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "current_period"}
    at, spans = 0, []
    for words, day in search_dates(document.text, languages=["en"], settings=settings) or []:
        start = document.text.find(words, at)
        if start >= 0:
            at = start + len(words)
            spans.append((start, at, day.date(), day.date()))
    return spans


PART = re.compile(
    r"(?:the )?(?:very )?(?:early|earlier|mid|middle|late|later|end|start|beginning|close"
    r"|year[- ]end|year['’]s end)\b",
    re.I,
)


RANGE = re.compile(r"[-–—]|\b(?:to|and|or|until|till|through)\b")


def right(text, span, gold):
    start, end, first, last = span
    inside = first <= gold[0] <= gold[1] <= last
    third = PART.match(text[start:end]) and gold[0] <= first <= last <= gold[1]
    one_end = inside and (gold[0] == first or gold[1] == last) and RANGE.search(text[start:end])
    return (first, last) == gold or bool(third) or bool(one_end)


def score(documents, find):
    """Span precision, recall, F1 and the share of the gold whose value is right."""
    hits = false = found = correct = total = 0
    for document in documents:
        spans = [span for span in find(document) if span[0] < document.end]
        for span in spans:
            over = [one for one in document.gold if one.start < span[1] and one.end > span[0]]
            hits += any(one.days for one in over)
            false += not over
        for one in document.gold:
            if one.days:
                over = [span for span in spans if one.start < span[1] and one.end > span[0]]
                total, found = total + 1, found + bool(over)
                correct += bool(over) and right(document.text, over[0], one.days)
    precision, recall = hits / max(hits + false, 1), found / max(total, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {
        "gold": total,
        "span P": precision,
        "span R": recall,
        "span F1": f1,
        "value right": correct / total,
    }


def rate(documents, find, seconds):
    """Words a CPU second."""
    n, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for document in documents:
            find(document)
            n += len(document.text.split())
            if time.process_time() - start > 2 * seconds:
                break
    return n / (time.process_time() - start)


# -- days of publication ---------------------------------------------------------------------------


def our_day(text):
    cleaned = clean.clean(text)
    evidence = publication.publication_evidence(cleaned.text, title=cleaned.title, header=cleaned.header_date)
    return publication.choose_date(evidence).published


def htmldate_day(text):
    from htmldate import find_date

    body = "".join(f"<p>{line}</p>" for line in text.replace("<", "&lt;").split("\n"))
    found = find_date(f"<html><body>{body}</body></html>", original_date=True)
    return date.fromisoformat(found) if found else None


def dateparser_day(text):
    from dateparser.search import search_dates

    found = search_dates(text[:250], languages=["en"]) or []
    return found[0][1].date() if found else None


def published(documents, find):
    pairs = [(find(one.text), one.stated) for one in documents if one.stated]
    wrong = sum(guess is not None and guess != day for guess, day in pairs)
    return {
        "gold": len(pairs),
        "found": sum(g == d for g, d in pairs) / len(pairs),
        "wrong": wrong / len(pairs),
    }


def sample():
    """Date the sample by the whole of ingestion."""
    with (SAMPLE / "truth" / "articles.csv").open(encoding="utf-8") as file:
        truth = {row["article_id"]: row for row in csv.DictReader(file)}
    articles = read_articles(SAMPLE / "articles").articles.set_index("article_id")
    dated = found = wrong = 0
    for name, row in truth.items():
        if name not in articles.index:
            continue
        day = articles.at[name, "published"]
        guess, dated = ("" if day != day else str(day)[:10]), dated + bool(row["published"])
        found += bool(guess) and guess == row["published"]
        wrong += bool(guess) and guess != row["published"]
        if guess != row["published"]:
            print(f"  {name}: {guess or 'no date'}, in truth {row['published'] or 'none'}; {row['hard']}")
    return {"gold": dated, "found": found / dated, "wrong": wrong / len(truth)}


# -- all together ----------------------------------------------------------------------------------


def measured():
    """Yield method, data and scores."""
    has = {name: importlib.util.find_spec(name) is not None for name in PEERS}
    print("".join(f"{name} is not installed: left out\n" for name in PEERS if not has[name]), end="")
    news = [*list(gum())[1::2], *list(meantime())[1::2]]
    for name, read in (("gum", gum), ("meantime", meantime), ("timenorm alone", timenorm)):
        documents = list(read())
        yield "ours", name, score(documents[1::2], ours)
        yield "ours, seen half", name, score(documents[::2], ours)
        if has["dateparser"]:
            yield "dateparser", name, score(documents[1::2], theirs)
    for method, half in (("ours", 1), ("ours, seen half", 0)):
        found = score(list(in_order(half)), ours)
        yield method, "timenorm", {"gold": found["gold"], "value right": found["value right"]}
    yield "ours", "news", score(news, ours)
    documents = [*gum(), *meantime()]
    yield "ours", "published", published(documents, our_day)
    if has["htmldate"]:
        yield "htmldate", "published", published(documents, htmldate_day)
    if has["dateparser"]:
        yield "dateparser", "published", published(documents, dateparser_day)
    yield "ours", "sample", sample()
    speed = {"words a second": rate(documents, ours, 1.0)}
    if has["dateparser"]:
        slow = rate(documents, theirs, 3.0)
        yield "dateparser", "speed", {"words a second": slow}
        speed["times dateparser"] = speed["words a second"] / slow
    yield "ours", "speed", speed


def main():
    if not CORPORA.is_dir():
        sys.exit("the public corpora are not beside the checkout")
    scores = {}
    for method, data, found in measured():
        shown = "  ".join(
            f"{name} {value:.3f}" if value < 2 else f"{name} {value:,.0f}" for name, value in found.items()
        )
        print(f"{data:14} {method:16} {shown}")
        scores |= {(data, name): value for name, value in found.items()} if method == "ours" else {}
    low = [
        f"{key}: {scores[key]:.3f} < {floor}"
        for key, floor in FLOORS.items()
        if scores.get(key, floor) < floor
    ]
    high = [
        f"{data}: {scores[data, 'wrong']:.3f} wrong"
        for data in ("published", "sample")
        if scores[data, "wrong"] > 0.01
    ]
    sys.exit("below the floor: " + "; ".join(low + high) if low + high else 0)


if __name__ == "__main__":
    main()
