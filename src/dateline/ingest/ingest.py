"""Any input → articles, with a ledger of what was removed, what was rejected, and why it is so dated."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from dateline import tables
from dateline.ingest import dating, pages, quarantine, reading, recurring, sources
from dateline.ingest import overrides as decided
from dateline.ingest.memory import Memory
from dateline.ingest.reading import Draft
from dateline.text import clean, segment
from dateline.text.boilerplate import NO_BOILERPLATE


class Ingested(NamedTuple):
    """The tables of a corpus (`tables.SCHEMAS`)."""

    articles: pd.DataFrame
    removed: pd.DataFrame
    rejected: pd.DataFrame
    date_evidence: pd.DataFrame
    overrides: pd.DataFrame
    repairs: pd.DataFrame
    files: pd.DataFrame


def read(
    folder: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    rules: Mapping[str, clean.Rule] = clean.RULES,
    overrides: str | Path | None = None,
    cache: str | Path | None = None,
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
        Csv with the reader's own decisions (`dateline.ingest.overrides`); without a name, ``overrides.csv``
        in the folder counts, if it is there.
    cache
        File in which results for single records are kept (`dateline.ingest.memory`): the next run reads only
        what is new, with the same result. It is not used with rules of the caller's own.

    Raises
    ------
    NoArticlesError
        If there is no article; the message says what was rejected and why.
    OwnFileError
        If the file of overrides is missing or has rows that mean nothing; the message says which.
    """
    known = all(clean.RULES.get(name) is rule for name, rule in rules.items())
    path = tables.own(tables.OVERRIDES, folder, overrides)
    decisions = decided.Decisions(decided.load(path), path.name) if path else decided.Decisions()
    with Memory(Path(cache) if cache and known else None) as memory:
        # the reader's own decisions and settings are no articles
        own = [*(Path(folder) / name for name in (*tables.OWN, tables.SETTINGS)), *filter(None, [path])]
        opened = sources.read(folder, columns=columns, skip=own, memory=memory)
        rejected = list(opened.rejected)
        good = _read(opened.records, rejected, rules=rules, decisions=decisions, memory=memory)
        if not good:
            raise tables.NoArticlesError(_nothing(_rejected(rejected)))
        outlets = _outlets([draft.record for draft in good])
        evidence, dated = dating.decide(good, outlets=outlets, decisions=decisions, memory=memory)
    return Ingested(
        articles=_articles(good, dated, outlets),
        removed=_removed(good),
        rejected=_rejected(rejected),
        date_evidence=evidence,
        overrides=_overrides(decisions, good, rejected),
        repairs=_repairs(good),
        files=_files(opened, good, rejected),
    )


# -- from records to articles ----------------------------------------------------------------------


def _read(
    records: Sequence[sources.Record],
    rejected: list[sources.Rejected],
    *,
    rules: Mapping[str, clean.Rule],
    decisions: decided.Decisions,
    memory: Memory,
) -> list[Draft]:
    """Read, clean and judge records; those that are no articles are added to `rejected`."""
    drafts = []
    for record in records:
        found = quarantine.too_long(record.raw, page=record.kind == "page")
        if one := decisions.drops(record.article_id, record.source):
            decisions.note(one, "dropped")
            hint = f"{decisions.file} drops it: take row {one.row} out to read it again"
            rejected.append(sources.Rejected(record.source, record.number, "override", one.note or hint))
        elif found and not _kept(record, decisions, found[0]):
            rejected.append(sources.Rejected(record.source, record.number, *found))
        else:
            draft = reading.read(record, rules=rules, memory=memory)
            drafts.append(_titled(draft, decisions, rules, memory))
    good = []
    for draft in _clean_again(drafts, rules, memory):
        if not draft.refused:
            good.append(draft)
        elif _kept(draft.record, decisions, draft.refused[0]):
            good.append(reading.whole(draft))
        else:
            rejected.append(sources.Rejected(draft.record.source, draft.record.number, *draft.refused))
    return [_retitled(draft, decisions) for draft in good]


def _clean_again(drafts: list[Draft], rules: Mapping[str, clean.Rule], memory: Memory) -> list[Draft]:
    """Clean the articles once more in which a line recurs that other, unrelated articles have too."""
    if "recurring-line" not in rules:
        return drafts
    keys = recurring.find([draft.cleaned.text for draft in drafts])
    return [
        reading.again(draft, rules=rules, recurring=keys, memory=memory)
        if recurring.touches(draft.cleaned.text, keys)
        else draft
        for draft in drafts
    ]


def _kept(record: sources.Record, decisions: decided.Decisions, reason: str) -> bool:
    """Tell whether the reader keeps what would be rejected."""
    one = decisions.keeps(record.article_id, record.source)
    if one:
        decisions.note(one, f"kept, though it looked like {reason}")
    return one is not None


def _titled(
    draft: Draft, decisions: decided.Decisions, rules: Mapping[str, clean.Rule], memory: Memory
) -> Draft:
    """Read a record without a title once more with the reader's: a first line that says the same goes."""
    one = decisions.find("title", draft.record.article_id, draft.record.source)
    if not one:
        return draft
    before = " ".join(draft.cleaned.title.split())
    decisions.note(one, f"instead of “{before}”" if before else "instead of no title")
    return (
        draft if before else reading.read(draft.record._replace(title=one.value), rules=rules, memory=memory)
    )


def _retitled(draft: Draft, decisions: decided.Decisions) -> Draft:
    """Give an article the reader's title."""
    one = decisions.find("title", draft.record.article_id, draft.record.source)
    return draft._replace(cleaned=draft.cleaned._replace(title=one.value)) if one else draft


def _nothing(rejected: pd.DataFrame) -> str:
    """Say in one line why there is nothing to analyse."""
    if rejected.empty:
        return "found no articles: there is no file. Text, HTML, CSV, JSON Lines, Parquet and zip are read"
    reasons = rejected["reason"].value_counts().sort_index()
    listed = ", ".join(f"{n} {reason}" for reason, n in reasons.items())
    first = f"{rejected['source'].iloc[0]}: {rejected['detail'].iloc[0]}"
    return f"found no articles; {len(rejected)} of {len(rejected)} records were rejected ({listed}). {first}"


def _outlets(records: Sequence[sources.Record]) -> list[str | None]:
    """Name who published each: its metadata, else the address, else the folder where there are several."""
    folders = {record.source.split("/")[0] for record in records if "/" in record.source}
    several = len(folders) > 1
    found: list[str | None] = []
    for record in records:
        top = record.source.split("/")[0] if several and "/" in record.source else None
        named = " ".join(record.outlet.split())
        found.append((_host(named) if "://" in named else named) or _host(record.url) or top)
    return found


def _host(url: str) -> str | None:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname if url else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host else None


# -- tables ----------------------------------------------------------------------------------------


def _articles(drafts: Sequence[Draft], dated: pd.DataFrame, outlets: Sequence[str | None]) -> pd.DataFrame:
    size = np.array([max(len(draft.raw.strip()), 1) for draft in drafts])
    frame = pd.DataFrame(
        {
            "article_id": [draft.record.article_id for draft in drafts],
            "sha256": [draft.record.sha256 for draft in drafts],
            "title": [" ".join(draft.cleaned.title.split()) for draft in drafts],
            "text": [draft.cleaned.text for draft in drafts],
            **dated.to_dict("series"),
            "outlet": pd.Series(outlets, dtype="str"),
            "url": pd.Series([draft.record.url or None for draft in drafts], dtype="str"),
            "language": [draft.language for draft in drafts],
            "n_words": [len(draft.cleaned.text.split()) for draft in drafts],
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


def _removed_characters(draft: Draft) -> int:
    return sum(span.end - span.start for span in draft.cleaned.removed if span.rule not in NO_BOILERPLATE)


def _repairs(drafts: Sequence[Draft]) -> pd.DataFrame:
    """List what was mended in the sources: putting `before` back in the place of the span undoes it."""
    rows = [
        (
            draft.record.article_id,
            one.start,
            one.end,
            one.rule,
            _bytes(one.before),
            draft.record.raw[one.start : one.end],
        )
        for draft in drafts
        for one in draft.record.repairs
    ]
    return tables.check(pd.DataFrame(rows, columns=list(tables.SCHEMAS["repairs"])), "repairs")


def _bytes(before: str) -> str:
    r"""Write bytes that no encoding knows as \xNN: no table can hold them as they are."""
    return (
        re.sub("[\udc80-\udcff]", lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", before)
        .encode("utf-8", "backslashreplace")
        .decode("utf-8")
    )


def _files(
    opened: sources.Opened, drafts: Sequence[Draft], rejected: Sequence[sources.Rejected]
) -> pd.DataFrame:
    """Say of every file how it was read: what it is, its columns, and how its dates write day and month."""
    read: dict[str, list[sources.Record]] = {}
    for draft in drafts:
        read.setdefault(draft.record.source, []).append(draft.record)
    refused = Counter(one.source for one in rejected)
    rows = []
    for source in sorted({*read, *refused}):
        records, fields = read.get(source, []), opened.fields.get(source, {})
        kind = "table" if source in opened.fields else records[0].kind if records else ""
        named = "; ".join(f"{field}: {column}" for field, column in fields.items())
        days = [record.date for record in records] if kind == "table" else []
        rows.append((source, kind, len(records), refused[source], named, dating.order(days)))
    return tables.check(pd.DataFrame(rows, columns=list(tables.SCHEMAS["files"])), "files")


def _overrides(
    decisions: decided.Decisions, good: Sequence[Draft], rejected: Sequence[sources.Rejected]
) -> pd.DataFrame:
    """List the reader's decisions, also those that changed nothing, with the reason."""
    refused = {f"{one.source}#{one.record}" if one.record else one.source: one for one in rejected}
    for name, one in refused.items():
        for action in decided.ACTIONS:
            if (row := decisions.find(action, name, one.source)) and row.row not in decisions.effects:
                can = "cannot be kept" if action == "keep" else "nothing"
                decisions.note(row, f"{can}: it was rejected ({one.reason})")
    for draft in good:
        row = decisions.keeps(draft.record.article_id, draft.record.source)
        if row and row.row not in decisions.effects:
            decisions.note(row, "nothing: it is read without this row")
    names = [name for draft in good for name in (draft.record.article_id, draft.record.source)]
    return decisions.table([*names, *refused])


def _removed(drafts: Sequence[Draft]) -> pd.DataFrame:
    """List every removed span with its words; of a page, in characters of its source."""
    rows = []
    for draft in drafts:
        spans = [(a, b, rule, draft.raw[a:b]) for a, b, rule in draft.cleaned.removed]
        spans = _on_page(draft, draft.page, spans) if draft.page else spans
        rows += [(draft.record.article_id, *span) for span in spans]
    return tables.check(pd.DataFrame(rows, columns=list(tables.SCHEMAS["removed"])), "removed")


Span = tuple[int, int, str, str]


def _on_page(draft: Draft, page: pages.Page, spans: Sequence[Span]) -> list[Span]:
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
