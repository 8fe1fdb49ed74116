"""Any input → articles, with a ledger of what was removed, what was rejected, and why it is so dated."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from helpers import tables
from helpers.intake import overrides as decided
from helpers.intake import pages, quarantine, sources
from helpers.text import clean, dates, segment

# A line is boilerplate when it recurs at the edge of so many unrelated articles; a whole sentence, which
# could be a paragraph of background that an agency repeats, in more.
RECURS, PROSE_RECURS = 3, 5
# Characters that a language is told from, and letters without which it cannot be told.
LANGUAGE_FROM, LANGUAGE_LETTERS = 600, 20
# Words that stand in every English text and seldom in one of another language.
_ENGLISH = frozenset(
    (
        *("the", "and", "of", "to", "that", "with", "for", "was", "has", "have", "its", "his", "her", "are"),
        *("from", "by", "this", "which", "would", "not", "said", "will", "been", "were", "they", "be"),
    )
)


class Ingested(NamedTuple):
    """The tables of a corpus (`tables.SCHEMAS`)."""

    articles: pd.DataFrame
    removed: pd.DataFrame
    rejected: pd.DataFrame
    date_evidence: pd.DataFrame
    overrides: pd.DataFrame


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
    overrides: str | Path | None = None,
) -> Ingested:
    """Read every article in a folder, file or zip.

    Parameters
    ----------
    folder
        Where the articles are: text, HTML, CSV, TSV, JSON, JSON Lines, Parquet, zips and folders.
    columns
        Which column of the tables holds what, where the names that people use are not used.
    rules
        The cleaning rules to use: `clean.RULES`, or a part of it.
    overrides
        Csv with the reader's own decisions (`helpers.intake.overrides`); without a name, ``overrides.csv``
        in the folder counts, if it is there.

    Raises
    ------
    NoArticlesError
        If there is no article; the message says what was rejected and why.
    OverrideError
        If the file of overrides is missing or has rows that mean nothing; the message says which.
    """
    path = decided.place(folder, overrides)
    decisions = decided.Decisions(decided.load(path), path.name) if path else decided.Decisions()
    opened = sources.read(folder, columns=columns, skip=path)
    rejected = list(opened.rejected)
    drafts = []
    for record in opened.records:
        found = _dropped(record, decisions) or quarantine.too_long(record.raw, page=record.kind == "page")
        if found and not (found[0] != "override" and _kept(record, decisions, found[0])):
            rejected.append(sources.Rejected(record.source, record.number, *found))
        else:
            drafts.append(_titled(_draft(record, rules), decisions, rules))
    good = []
    for draft in _clean_again(drafts, rules):
        refused = _refused(draft)
        if refused and not _kept(draft.record, decisions, refused.reason):
            rejected.append(refused)
        else:
            good.append(_retitled(draft if not refused else _whole(draft), decisions))
    frame = _rejected(rejected)
    if not good:
        raise tables.NoArticlesError(_nothing(frame))
    evidence, dated = _dates(good, opened.columns, decisions)
    articles = _articles(good, dated)
    return Ingested(articles, _removed(good), frame, evidence, _decisions(decisions, good, rejected))


def _dropped(record: sources.Record, decisions: decided.Decisions) -> tuple[str, str] | None:
    one = decisions.drops(record.article_id, record.source)
    if not one:
        return None
    decisions.note(one, "dropped")
    return "override", one.note or f"{decisions.file} drops it: take row {one.row} out to read it again"


def _kept(record: sources.Record, decisions: decided.Decisions, reason: str) -> bool:
    """Tell whether the reader keeps what would be rejected."""
    one = decisions.keeps(record.article_id, record.source)
    if one:
        decisions.note(one, f"kept, though it looked like {reason}")
    return one is not None


def _whole(draft: _Draft) -> _Draft:
    """Keep a text of which cleaning left nothing as it is: the reader wants to see it."""
    if re.search(r"\w", draft.cleaned.text):
        return draft
    return draft._replace(cleaned=clean.clean(draft.raw, title=draft.record.title, rules={}))


def _titled(draft: _Draft, decisions: decided.Decisions, rules: Mapping[str, clean.Rule]) -> _Draft:
    """Read a record without a title once more with the reader's: a first line that says the same goes."""
    one = decisions.find("title", draft.record.article_id, draft.record.source)
    if not one:
        return draft
    before = " ".join(draft.cleaned.title.split())
    decisions.note(one, f"instead of “{before}”" if before else "instead of no title")
    return draft if before else _draft(draft.record._replace(title=one.value), rules)


def _retitled(draft: _Draft, decisions: decided.Decisions) -> _Draft:
    """Give an article the reader's title."""
    one = decisions.find("title", draft.record.article_id, draft.record.source)
    return draft._replace(cleaned=draft.cleaned._replace(title=one.value)) if one else draft


def _decisions(
    decisions: decided.Decisions, good: Sequence[_Draft], rejected: Sequence[sources.Rejected]
) -> pd.DataFrame:
    """List the reader's decisions, also those that changed nothing, with the reason."""
    for one in rejected:
        name = f"{one.source}#{one.record}" if one.record else one.source
        for action in decided.ACTIONS:
            if (row := decisions.find(action, name, one.source)) and row.row not in decisions.effects:
                can = "cannot be kept" if action == "keep" else "nothing"
                decisions.note(row, f"{can}: it was rejected ({one.reason})")
    for draft in good:
        row = decisions.keeps(draft.record.article_id, draft.record.source)
        if row and row.row not in decisions.effects:
            decisions.note(row, "nothing: it is read without this row")
    names = [*(draft.record.article_id for draft in good), *(draft.record.source for draft in good)]
    names += [f"{one.source}#{one.record}" if one.record else one.source for one in rejected]
    return decisions.table(names)


def _draft(record: sources.Record, rules: Mapping[str, clean.Rule]) -> _Draft:
    """Read a record's page, if it is one, and clean its text."""
    page = pages.read(record.raw, whole=record.kind == "page") if record.kind != "text" else None
    if page and record.kind == "page":
        record = record._replace(
            title=page.title or record.title,
            date=page.date,
            outlet=page.outlet,
            url=page.url,
            language=page.language,
        )
    return _Draft(
        record, page, clean.clean(page.text if page else record.raw, title=record.title, rules=rules)
    )


# -- lines that recur ------------------------------------------------------------------------------


def _clean_again(drafts: list[_Draft], rules: Mapping[str, clean.Rule]) -> list[_Draft]:
    """Clean the articles once more in which a line recurs that other, unrelated articles have too."""
    if "recurring-line" not in rules:
        return drafts
    texts = [draft.cleaned.text for draft in drafts]
    keys = recurring(texts)
    return [
        draft._replace(cleaned=clean.clean(draft.raw, title=draft.record.title, rules=rules, recurring=keys))
        if keys and any(key in keys for edge in _edges(text) for key, _ in edge)
        else draft
        for draft, text in zip(drafts, texts, strict=True)
    ]


def recurring(texts: Sequence[str]) -> frozenset[str]:
    r"""Find lines that stand at the edges of unrelated articles.

    Copies share lines too: only articles whose longest lines differ count. What stands between a line and
    the start or the end of its text must recur as well: a crosshead or a paragraph in the middle is no such
    line.

    Returns
    -------
    frozenset of str
        Their keys (`clean.line_key`).

    Examples
    --------
    >>> days = ("in April", "at noon", "too late")
    >>> recurring([f"The ferry to the town left {day} today.\nHarbour desk, room 4" for day in days])
    frozenset({'harbour desk room'})
    """
    edges = [_edges(text) for text in texts]
    count = Counter(key for both in edges for key in {key for edge in both for key, _ in edge})
    often = {key for key, n in count.items() if n >= RECURS}
    unrelated: dict[str, set[str]] = {key: set() for key in often}
    prose: set[str] = set()
    for text, both in zip(texts, edges, strict=True):
        outer = [pair for edge in both for pair in takewhile(lambda pair: pair[0] in often, edge)]
        for key, line in outer:
            unrelated[key].add(_signature(text, often))
            if line[-1:] in ".!?" and len(line.split()) >= 8:
                prose.add(key)
    return frozenset(
        key for key, found in unrelated.items() if len(found) >= (PROSE_RECURS if key in prose else RECURS)
    )


# Lines looked at from either end, the characters that they can have, and those that a key must have.
EDGE, EDGE_CHARACTERS, SHORTEST_KEY = 8, 4000, 4


def _edges(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Short lines from the start and from the end of a text, with their keys, up to the first long one."""
    head, tail = text[:EDGE_CHARACTERS].split("\n"), text[-EDGE_CHARACTERS:].split("\n")
    return _keyed(head[:EDGE]), _keyed(tail[: -EDGE - 1 : -1])


def _keyed(lines: Sequence[str]) -> list[tuple[str, str]]:
    short = takewhile(lambda line: len(line) <= clean.LONGEST_NOTE, map(str.strip, lines))
    keyed = ((clean.line_key(line), line) for line in short if line)
    return [pair for pair in keyed if len(pair[0]) >= SHORTEST_KEY]


def _signature(text: str, often: set[str]) -> str:
    """Give the longest line: articles with the same one are copies of each other."""
    lines = sorted(text.split("\n"), key=len, reverse=True)[:3]
    return next((line for line in lines if clean.line_key(line) not in often), "")


# -- what is no article ----------------------------------------------------------------------------


def _refused(draft: _Draft) -> sources.Rejected | None:
    seen = [words for _, _, words in draft.page.furniture] if draft.page else []
    found = quarantine.no_article(draft.cleaned.text, title=draft.cleaned.title, raw=draft.raw, seen=seen)
    return sources.Rejected(draft.record.source, draft.record.number, *found) if found else None


def _nothing(rejected: pd.DataFrame) -> str:
    """Say in one line why there is nothing to analyse."""
    if rejected.empty:
        return "found no articles: there is no file. Text, HTML, CSV, JSON Lines, Parquet and zip are read"
    reasons = rejected["reason"].value_counts().sort_index()
    listed = ", ".join(f"{n} {reason}" for reason, n in reasons.items())
    first = f"{rejected['source'].iloc[0]}: {rejected['detail'].iloc[0]}"
    return f"found no articles; {len(rejected)} of {len(rejected)} records were rejected ({listed}). {first}"


# -- dates -----------------------------------------------------------------------------------------


def _dates(
    drafts: Sequence[_Draft], columns: Sequence[Sequence[str]], decisions: decided.Decisions
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the evidence for every article's date, and let the strongest, or the reader, decide."""
    orders = _orders(drafts, columns)
    found = _read_codes([_evidence(draft, order) for draft, order in zip(drafts, orders, strict=True)])
    both = [_decide(draft.record, evidence, decisions) for draft, evidence in zip(drafts, found, strict=True)]
    rows = [
        (draft.record.article_id, *one, place == chosen.chosen, chosen.conflicts[place])
        for draft, (evidence, chosen) in zip(drafts, both, strict=True)
        for place, one in enumerate(evidence)
    ]
    names = ["published", "published_earliest", "published_latest", "published_basis"]
    evidence = _days(rows, list(tables.SCHEMAS["date_evidence"]))
    return tables.check(evidence, "date_evidence"), _days([chosen[:4] for _, chosen in both], names)


def _decide(
    record: sources.Record, evidence: list[dates.Evidence], decisions: decided.Decisions
) -> tuple[list[dates.Evidence], dates.Published]:
    """Choose a date by the evidence, or take the reader's."""
    chosen = dates.choose(evidence)
    one = decisions.find("date", record.article_id, record.source)
    if not one:
        return evidence, chosen
    before = " to ".join(str(day) for day in dict.fromkeys((chosen.earliest, chosen.latest)) if day)
    decisions.note(one, f"instead of {before} ({chosen.basis})" if before else "instead of no date")
    return decided.dated(
        decided.days(one.value) or (), evidence, f"{decisions.file}, row {one.row}: {one.value}"
    )


def _orders(drafts: Sequence[_Draft], columns: Sequence[Sequence[str]]) -> list[bool | None]:
    """Say for each article if the day stands before the month in its table or in its outlet's headers."""
    by_column = [dates.day_first(column) for column in columns]
    outlets = _outlets([draft.record for draft in drafts])
    headers: dict[str, list[str]] = {}
    for outlet, draft in zip(outlets, drafts, strict=True):
        if outlet:
            headers.setdefault(outlet, []).append(draft.cleaned.header_date)
    by_outlet = {outlet: dates.day_first(words) for outlet, words in headers.items()}
    return [
        by_column[draft.record.column] if draft.record.column >= 0 else by_outlet.get(outlet or "")
        for outlet, draft in zip(outlets, drafts, strict=True)
    ]


def _evidence(draft: _Draft, day_first: bool | None) -> list[dates.Evidence]:
    record = draft.record
    return dates.publication_evidence(
        draft.cleaned.text,
        title=draft.cleaned.title,
        header=draft.cleaned.header_date,
        metadata=[("published", record.date)] if record.date else [],
        codes=_taken(draft),
        name=record.article_id,
        url=record.url,
        day_first=day_first,
    )


def _read_codes(found: list[list[dates.Evidence]]) -> list[list[dates.Evidence]]:
    """Tell day and month in a wire's codes apart by all codes of that wire, as in a file's column."""
    codes = [one.evidence for evidence in found for one in evidence if one.basis == "wire-code"]
    stated: dict[str, list[str]] = {}
    for code in codes:
        if parts := _CODE.match(code):
            stated.setdefault(parts[1], []).append(f"{parts[2]}/{parts[3]}/{parts[4]}")
    orders = {wire: dates.day_first(values) for wire, values in stated.items()}
    return [[_settled(one, orders) for one in evidence] for evidence in found]


_CODE = re.compile(r"([A-Z]{2,12}\D?)(\d\d)(\d\d)((?:19|20)\d\d)")


def _settled(one: dates.Evidence, orders: Mapping[str, bool | None]) -> dates.Evidence:
    parts = _CODE.match(one.evidence) if one.basis == "wire-code" else None
    if not parts or one.candidate_from == one.candidate_to:
        return one
    day = dates.parse_date(f"{parts[2]}/{parts[3]}/{parts[4]}", day_first=orders.get(parts[1]))
    return one._replace(candidate_from=day, candidate_to=day) if day else one


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
    return len(set(known)) >= 5 and len(known) >= 0.13 * len(words)


def _removed(drafts: Sequence[_Draft]) -> pd.DataFrame:
    """List every removed span with its words; of a page, in characters of its source."""
    rows = []
    for draft in drafts:
        spans = [(a, b, rule, draft.raw[a:b]) for a, b, rule in draft.cleaned.removed]
        spans = _on_page(draft, draft.page, spans) if draft.page else spans
        rows += [(draft.record.article_id, *span) for span in spans]
    return tables.check(pd.DataFrame(rows, columns=list(tables.SCHEMAS["removed"])), "removed")


Span = tuple[int, int, str, str]


def _on_page(draft: _Draft, page: pages.Page, spans: Sequence[Span]) -> list[Span]:
    """Move spans to the page's source, and add the words on it that are not the article."""
    title = draft.cleaned.title.casefold()
    found = [
        (page.source(a), page.source(b - 1) + 1, rule, words)
        for a, b, rule, words in spans
        if rule != clean.WHITE
    ]
    found += [
        (a, b, "title" if words.casefold() == title else "page-furniture", words)
        for a, b, words in page.furniture
    ]
    return sorted(found)


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
