"""Any input → articles, with a ledger of what was removed, what was rejected, and why it is so dated."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from helpers import clean, dates, pages, segment, sources, tables

# A line is boilerplate when it recurs at the edge of so many unrelated articles; a whole sentence, which
# could be a paragraph of background that an agency repeats, in more.
RECURS, PROSE_RECURS = 3, 5
# Pages that say why there is no article are short: the longest that we know has 120 words.
SHORT_PAGE = 120
# Characters that a language is told from, and letters without which it cannot be told.
LANGUAGE_FROM, LANGUAGE_LETTERS = 600, 20
_ENGLISH = frozenset(
    "the and of to that with for was has have its his her are from by this which would not".split()
)


class Ingested(NamedTuple):
    """The four tables of a corpus (`tables.SCHEMAS`)."""

    articles: pd.DataFrame
    removed: pd.DataFrame
    rejected: pd.DataFrame
    date_evidence: pd.DataFrame


class _Draft(NamedTuple):
    """A record, its visible text and what cleaning made of it."""

    record: sources.Record
    page: pages.Page | None
    cleaned: clean.Cleaned

    @property
    def raw(self) -> str:
        return self.page.text if self.page else self.record.raw


def read(
    folder: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    rules: Mapping[str, clean.Rule] = clean.RULES,
) -> Ingested:
    """Read every article in a folder, file or zip.

    Parameters
    ----------
    folder
        Where the articles are: text, HTML, CSV, TSV, JSON, JSON Lines, Parquet, and zips and folders of these.
    columns
        Which column of the tables holds what, where the names that people use are not used.
    rules
        The cleaning rules to use: `clean.RULES`, or a part of it.

    Raises
    ------
    NoArticlesError
        If there is no article; the message says what was rejected and why.
    """
    opened = sources.read(folder, columns=columns)
    rejected = list(opened.rejected)
    drafts = []
    for record in opened.records:
        refused = _too_long(record)
        if refused:
            rejected.append(refused)
        else:
            drafts.append(_draft(record, rules))
    drafts = _clean_again(drafts, rules)
    good = []
    for draft in drafts:
        refused = _no_article(draft)
        if refused:
            rejected.append(refused)
        else:
            good.append(draft)
    frame = _rejected(rejected)
    if not good:
        raise tables.NoArticlesError(_nothing(frame))
    evidence, dated = _dates(good, opened.columns)
    articles = _articles(good, dated)
    return Ingested(articles, _removed(good), frame, evidence)


def _draft(record: sources.Record, rules: Mapping[str, clean.Rule]) -> _Draft:
    """Read a record's page, if it is one, and clean its text."""
    page = pages.read(record.raw, whole=record.kind == "page") if record.kind != "text" else None
    if page and record.kind == "page":
        record = record._replace(
            title=page.title, date=page.date, outlet=page.outlet, url=page.url, language=page.language
        )
    return _Draft(
        record, page, clean.clean(page.text if page else record.raw, title=record.title, rules=rules)
    )


# -- lines that recur ------------------------------------------------------------------------------


def _clean_again(drafts: list[_Draft], rules: Mapping[str, clean.Rule]) -> list[_Draft]:
    """Clean the articles once more in which a line recurs that other, unrelated articles have too."""
    if "recurring-line" not in rules:
        return drafts
    keys = recurring([draft.cleaned.text for draft in drafts])
    if not keys:
        return drafts
    return [
        draft._replace(cleaned=clean.clean(draft.raw, title=draft.record.title, rules=rules, recurring=keys))
        if any(key in keys for key in _edge_keys(draft.cleaned.text))
        else draft
        for draft in drafts
    ]


def recurring(texts: Sequence[str]) -> frozenset[str]:
    """Find lines that stand at the edges of unrelated articles.

    Copies share lines too: only articles whose longest lines differ count. Only lines at the start or the
    end of a text count, and what lies between them and that edge must recur as well; a crosshead or a
    paragraph of background in the middle is never taken.

    Returns
    -------
    frozenset of str
        Their keys (`clean.line_key`).

    Examples
    --------
    >>> texts = [f"The ferry to {town} left at noon today.\\nHarbour desk, room 4" for town in ("A", "B", "C")]
    >>> recurring([text.replace("today", day) for text, day in zip(texts, ["early", "late", "twice"])])
    frozenset({'harbour desk room'})
    """
    edges = [_edge_keys(text) for text in texts]
    count = Counter(key for keys in edges for key in set(keys))
    often = {key for key, n in count.items() if n >= RECURS}
    if not often:
        return frozenset()
    unrelated: dict[str, set[str]] = {key: set() for key in often}
    prose: set[str] = set()
    for text, keys in zip(texts, edges, strict=True):
        for key, line in keys.items():
            if key in often:
                unrelated[key].add(_signature(text, often))
                if line[-1:] in ".!?" and len(line.split()) >= 8:
                    prose.add(key)
    return frozenset(
        key for key, found in unrelated.items() if len(found) >= (PROSE_RECURS if key in prose else RECURS)
    )


# Lines looked at from either end.
EDGE = 8


def _edge_keys(text: str) -> dict[str, str]:
    """Keys of the short lines at either end of a text; what stands behind a long line is not the edge."""
    found = {}
    for lines in (text[:4000].split("\n")[:EDGE], text[-4000:].split("\n")[: -EDGE - 1 : -1]):
        for line in lines:
            bare = line.strip()
            if len(bare) > clean.LONGEST_NOTE:
                break
            key = clean.line_key(bare)
            if len(key) >= 8 and " " in key:
                found[key] = bare
    return found


def _signature(text: str, often: set[str]) -> str:
    """Give the longest line: articles with the same one are copies of each other."""
    lines = sorted(text.split("\n"), key=len, reverse=True)[:3]
    return next((line for line in lines if clean.line_key(line) not in often), "")


# -- what is no article ----------------------------------------------------------------------------

_PAGES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "not-found",
        re.compile(
            r"\b(?:page|article|story) (?:(?:was |could |can)?(?:not|n't|cannot) (?:be )?found|no longer exists|does"
            r" not exist|(?:has been|was) (?:removed|deleted|moved))|\b(?:error )?404\b|page not found",
            re.IGNORECASE,
        ),
        "the page was gone when it was saved: look for the article elsewhere",
    ),
    (
        "consent-page",
        re.compile(
            r"\b(?:before you continue|accept (?:all )?cookies|(?:we|our partners) (?:and our partners )?(?:use|store)"
            r" (?:\w+ )?cookies|cookie (?:consent|settings|preferences)|manage (?:your )?(?:privacy|consent)"
            r"|your privacy (?:choices|settings))\b",
            re.IGNORECASE,
        ),
        "the saved page asks for consent: open it in a browser and save the article",
    ),
    (
        "paywall",
        re.compile(
            r"\b(?:subscribe (?:now )?to (?:continue|read|keep)|to (?:continue|keep) reading|(?:for|to) subscribers"
            r" only|subscribers? (?:only|exclusive)|already a subscriber|unlock this (?:article|story)"
            r"|(?:log|sign) in to (?:continue|read)|create (?:a|your) (?:free )?account to)\b",
            re.IGNORECASE,
        ),
        "only the beginning was saved: get the whole article",
    ),
    (
        "script-page",
        re.compile(
            r"\b(?:enable javascript|javascript is (?:disabled|required)|checking your browser)\b", re.I
        ),
        "the page needs a browser: open it there and save the article",
    ),
)


def _too_long(record: sources.Record) -> sources.Rejected | None:
    """Refuse what is no article by its size alone, before any rule reads it."""
    longest = len(record.raw)
    if longest > sources.LONGEST_LINE and record.kind == "text":
        longest_line = max(map(len, record.raw.split("\n")))
        if longest_line > sources.LONGEST_LINE:
            detail = f"one line has {longest_line:,} characters: split the file into articles"
            return sources.Rejected(record.source, record.number, "long-line", detail)
    if longest > sources.LONGEST_RECORD:
        detail = f"it has {longest:,} characters: split the file into articles"
        return sources.Rejected(record.source, record.number, "too-large", detail)
    return None


def _no_article(draft: _Draft) -> sources.Rejected | None:
    """Say why what is left is no article, if it is none; anything with running text of some length is one."""
    text = draft.cleaned.text
    reason, detail = "", ""
    n_words = len(text[:5000].split())
    if not re.search(r"\w", text):
        reason, detail = "no-text", "nothing is left but a title or notes: get the article again"
    elif n_words <= SHORT_PAGE:
        whole = f"{draft.cleaned.title}\n{draft.raw[:5000]}"
        reason, detail = next(
            ((name, hint) for name, pattern, hint in _PAGES if pattern.search(whole)), ("", "")
        )
    if not reason and _only_a_list(text):
        reason, detail = "list-only", "these are headlines or links, no article: get the articles themselves"
    if not reason and not _letters(text):
        reason, detail = "not-text", "there are hardly any words in it: save it as UTF-8 text"
    return sources.Rejected(draft.record.source, draft.record.number, reason, detail) if reason else None


def _only_a_list(text: str) -> bool:
    """Tell whether a text has five lines or more and none of them ends as a sentence ends."""
    lines = [line.strip() for line in text[:20000].split("\n") if line.strip()]
    return len(lines) >= 5 and all(len(line) < 200 and line[-1] not in '.!…。"”’»:;,' for line in lines)


def _letters(text: str) -> bool:
    head = text[:2000]
    return 2 * sum(map(str.isalpha, head)) >= len(head) - head.count(" ") - head.count("\n")


def _nothing(rejected: pd.DataFrame) -> str:
    """Say in one line why there is nothing to analyse."""
    if rejected.empty:
        return "found no articles: the folder is empty. Put .txt, .html, .csv, .jsonl, .parquet or .zip files in it"
    reasons = rejected["reason"].value_counts().sort_index()
    listed = ", ".join(f"{n} {reason}" for reason, n in reasons.items())
    first = rejected.iloc[0]
    return f"found no articles, only {len(rejected)} records to reject ({listed}). {first['source']}: {first['detail']}"


# -- dates -----------------------------------------------------------------------------------------


def _dates(drafts: Sequence[_Draft], columns: Sequence[Sequence[str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the evidence for every article's date, and let the strongest decide."""
    orders = [dates.day_first(column) for column in columns]
    rows, chosen = [], []
    for draft in drafts:
        record = draft.record
        found = dates.publication_evidence(
            draft.cleaned.text,
            title=draft.cleaned.title,
            header=draft.cleaned.header_date,
            metadata=[("published", record.date)] if record.date else [],
            codes=_taken(draft),
            name=record.article_id,
            url=record.url,
            day_first=orders[record.column] if record.column >= 0 else None,
        )
        best = dates.choose(found)
        chosen.append(best[:4])
        rows += [
            (record.article_id, *one, place == best.chosen, best.conflicts[place])
            for place, one in enumerate(found)
        ]
    names = ["published", "published_earliest", "published_latest", "published_basis"]
    return _days(rows, list(tables.SCHEMAS["date_evidence"])), _days(chosen, names)


def _taken(draft: _Draft) -> str:
    """Join the lines that were removed, in which wire codes stand."""
    return "\n".join(
        draft.raw[span.start : span.end].strip()
        for span in draft.cleaned.removed
        if span.rule not in NOT_BOILERPLATE and span.end - span.start < clean.LONGEST_NOTE
    )


def _days(rows: Sequence[Sequence[object]], columns: list[str]) -> pd.DataFrame:
    """Make a table whose dates are days, without a time."""
    frame = pd.DataFrame(rows, columns=columns)
    for column in columns:
        if column.startswith("candidate") or column in (
            "published",
            "published_earliest",
            "published_latest",
        ):
            frame[column] = np.array(frame[column].tolist(), dtype="datetime64[s]")
    return frame


# -- tables ----------------------------------------------------------------------------------------


def _articles(drafts: Sequence[_Draft], dated: pd.DataFrame) -> pd.DataFrame:
    texts = [draft.cleaned.text for draft in drafts]
    titles = [" ".join(draft.cleaned.title.split()) for draft in drafts]
    size = np.array([max(len(draft.raw.strip()), 1) for draft in drafts])
    frame = pd.DataFrame(
        {
            "article_id": [draft.record.article_id for draft in drafts],
            "sha256": [draft.record.sha256 for draft in drafts],
            "title": titles,
            "text": texts,
            **dated.to_dict("series"),
            "outlet": pd.Series(_outlets([draft.record for draft in drafts]), dtype="str"),
            "url": pd.Series([draft.record.url or None for draft in drafts], dtype="str"),
            "language": _languages(titles, texts),
            "n_words": [len(text.split()) for text in texts],
            "removed_share": np.array([_removed_characters(draft) for draft in drafts]) / size,
            "copy_of": pd.Series([None] * len(drafts), dtype="str"),
            "story": np.arange(len(drafts)),
            "decoding": [draft.record.decoding for draft in drafts],
            "record_id": pd.Series([draft.record.record_id or None for draft in drafts], dtype="str"),
            "stated_language": pd.Series(
                [draft.record.language[:2].lower() or None for draft in drafts], dtype="str"
            ),
        }
    )
    frame["removed_share"] = frame["removed_share"].clip(0, 1).round(6)
    return tables.check(frame, "articles")


NOT_BOILERPLATE = ("title", "white-space", "invisible")


def _removed_characters(draft: _Draft) -> int:
    return sum(span.end - span.start for span in draft.cleaned.removed if span.rule not in NOT_BOILERPLATE)


def _outlets(records: Sequence[sources.Record]) -> list[str | None]:
    """Name who published each: its metadata, else the address, else the folder where there are several."""
    folders = {record.source.split("/")[0] for record in records if "/" in record.source}
    several = len(folders) > 1
    found: list[str | None] = []
    for record in records:
        top = record.source.split("/")[0] if several and "/" in record.source else None
        found.append(" ".join(record.outlet.split()) or _host(record.url) or top)
    return found


def _host(url: str) -> str | None:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname if url else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host else None


def _languages(titles: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Tell each article's language from its first words.

    Where English function words stand as thick as only English has them, nothing else is asked: that is a
    thirtieth of the identifier's time.
    """
    found = []
    for title, text in zip(titles, texts, strict=True):
        head = f"{title} {text[:LANGUAGE_FROM]}"
        words = re.findall(r"[^\W\d_]+", head)
        if sum(map(len, words)) < LANGUAGE_LETTERS:
            found.append("und")
        elif _plainly_english(words):
            found.append("en")
        else:
            from py3langid.langid import classify

            found.append(str(classify(head)[0]))
    return found


def _plainly_english(words: Sequence[str]) -> bool:
    known = [word for word in words if word in _ENGLISH]
    return len(set(known)) >= 5 and len(known) >= 0.15 * len(words)


def _removed(drafts: Sequence[_Draft]) -> pd.DataFrame:
    """List every removed span with its words; of a page, in characters of its source."""
    rows = []
    for draft in drafts:
        name, raw, page = draft.record.article_id, draft.raw, draft.page
        spans = [
            (span.start, span.end, span.rule, raw[span.start : span.end]) for span in draft.cleaned.removed
        ]
        if page:
            spans = [(page.source(a), page.source(b - 1) + 1, rule, words) for a, b, rule, words in spans]
            spans += [(a, b, "page-furniture", words) for a, b, words in page.furniture]
        rows += [(name, *span) for span in sorted(spans)]
    return tables.check(pd.DataFrame(rows, columns=list(tables.SCHEMAS["removed"])), "removed")


def _rejected(rejected: Sequence[sources.Rejected]) -> pd.DataFrame:
    frame = pd.DataFrame(sorted(rejected), columns=list(tables.SCHEMAS["rejected"]))
    return tables.check(frame, "rejected")


def sentences(articles: pd.DataFrame) -> pd.DataFrame:
    """Cut articles into sentences, one row each; a title is sentence -1 with the voice "headline".

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": ["a"], "title": ["A truce"], "text": ["It holds. So far."]})
    >>> sentences(articles)[["sentence", "text", "voice"]].values.tolist()
    [[-1, 'A truce', 'headline'], [0, 'It holds.', 'narrator'], [1, 'So far.', 'narrator']]
    """
    rows: list[tuple[str, int, int, int, str, str, str]] = []
    for name, title, text in zip(articles["article_id"], articles["title"], articles["text"], strict=True):
        if title:
            rows.append((name, -1, 0, len(title), title, "headline", ""))
        rows += [
            (name, i, start, end, text[start:end], voice, speaker)
            for i, (start, end, voice, speaker) in enumerate(segment.sentences(text))
        ]
    return tables.check(pd.DataFrame(rows, columns=list(tables.SCHEMAS["sentences"])), "sentences")
