"""When each article of a corpus was published: its own evidence, read by what its file or outlet tells.

Day and month are told apart by all dates of a table, of an outlet's headers, and of a wire's codes. These are
facts of the corpus and made anew on every run; the evidence of one article, once the order is known, is not.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from dateline import tables
from dateline.ingest import overrides
from dateline.ingest.memory import Memory
from dateline.ingest.reading import Draft
from dateline.text import clean, dates

# Removed spans that hold no words of the source.
BLANK = ("title", "white-space", "invisible")
PUBLISHED = ("published", "published_earliest", "published_latest", "published_basis")


def decide(
    drafts: Sequence[Draft],
    *,
    outlets: Sequence[str | None],
    decisions: overrides.Decisions,
    memory: Memory,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the evidence for every article's date, and let the strongest, or the reader, decide.

    Parameters
    ----------
    drafts
        The articles.
    outlets
        Who published each.
    decisions
        The reader's dates.
    memory
        What earlier runs found out.

    Returns
    -------
    date_evidence, published
        The table, and one row an article with the columns `PUBLISHED`.
    """
    orders = _orders(drafts, outlets)
    found = _read_codes(
        [_evidence(draft, order, memory) for draft, order in zip(drafts, orders, strict=True)]
    )
    both = [_choose(draft, evidence, decisions) for draft, evidence in zip(drafts, found, strict=True)]
    rows = [
        (draft.record.article_id, *one, place == chosen.chosen, chosen.conflicts[place])
        for draft, (evidence, chosen) in zip(drafts, both, strict=True)
        for place, one in enumerate(evidence)
    ]
    evidence = _days(rows, list(tables.SCHEMAS["date_evidence"]))
    return tables.check(evidence, "date_evidence"), _days([chosen[:4] for _, chosen in both], [*PUBLISHED])


def order(values: Sequence[str]) -> str:
    """Say in a word how the dates of one file write day and month.

    Returns
    -------
    str
        "day-first", "month-first", "ambiguous" (no date says which), "contradictory" (some say one, some the
        other), "plain" (no date can be read in two ways), or "" where there is no date.

    Examples
    --------
    >>> order(["04/05/2024", "25/04/2024"]), order(["04/05/2024"]), order(["2024-05-04"])
    ('day-first', 'ambiguous', 'plain')
    """
    values = [value for value in values if value]
    proofs = {dates.day_first([value]) for value in values} - {None}
    if len(proofs) == 2:
        return "contradictory"
    if proofs:
        return "day-first" if proofs == {True} else "month-first"
    doubtful = any(
        dates.parse_date(value, day_first=True) != dates.parse_date(value, day_first=False)
        for value in values
    )
    return "ambiguous" if doubtful else "plain" if values else ""


def _orders(drafts: Sequence[Draft], outlets: Sequence[str | None]) -> list[bool | None]:
    """Say for each article if the day stands before the month in its table or in its outlet's headers."""
    columns: dict[str, list[str]] = {}
    headers: dict[str, list[str]] = {}
    for outlet, draft in zip(outlets, drafts, strict=True):
        if draft.record.table:
            columns.setdefault(draft.record.source, []).append(draft.record.date)
        elif outlet:
            headers.setdefault(outlet, []).append(draft.cleaned.header_date)
    by_column = {source: dates.day_first(words) for source, words in columns.items()}
    by_outlet = {outlet: dates.day_first(words) for outlet, words in headers.items()}
    return [
        by_column[draft.record.source] if draft.record.table else by_outlet.get(outlet or "")
        for outlet, draft in zip(outlets, drafts, strict=True)
    ]


def _evidence(draft: Draft, day_first: bool | None, memory: Memory) -> list[dates.Evidence]:
    record = draft.record
    return memory.recall(
        "date",
        [*draft.key, draft.cleaned.title, record.article_id, record.date, record.url, str(day_first)],
        lambda: dates.publication_evidence(
            draft.cleaned.text,
            title=draft.cleaned.title,
            header=draft.cleaned.header_date,
            metadata=[("published", record.date)] if record.date else [],
            codes=_taken(draft),
            name=record.article_id,
            url=record.url,
            day_first=day_first,
        ),
        pack=lambda found: [[str(one[0]), str(one[1]), *one[2:]] for one in found],
        unpack=_unpack,
    )


def _unpack(value: list[Any]) -> list[dates.Evidence]:
    return [
        dates.Evidence(date.fromisoformat(first), date.fromisoformat(last), *rest)
        for first, last, *rest in value
    ]


def _taken(draft: Draft) -> str:
    """Join the lines that were removed, in which wire codes stand."""
    return "\n".join(
        draft.raw[span.start : span.end].strip()
        for span in draft.cleaned.removed
        if span.rule not in BLANK and span.end - span.start < clean.LONGEST_NOTE
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


def _choose(
    draft: Draft, evidence: list[dates.Evidence], decisions: overrides.Decisions
) -> tuple[list[dates.Evidence], dates.Published]:
    """Choose a date by the evidence, or take the reader's."""
    chosen = dates.choose(evidence)
    one = decisions.find("date", draft.record.article_id, draft.record.source)
    if not one:
        return evidence, chosen
    before = " to ".join(str(day) for day in dict.fromkeys((chosen.earliest, chosen.latest)) if day)
    decisions.note(one, f"instead of {before} ({chosen.basis})" if before else "instead of no date")
    where = f"{decisions.file}, row {one.row}: {one.value}"
    return overrides.dated(overrides.days(one.value) or (), evidence, where)


def _days(rows: Sequence[Sequence[object]], columns: list[str]) -> pd.DataFrame:
    """Make a table whose dates are days, without a time."""
    frame = pd.DataFrame(rows, columns=columns)
    for column in columns:
        if column.startswith("candidate") or column in PUBLISHED[:3]:
            frame[column] = np.array(frame[column].tolist(), dtype="datetime64[s]")
    return frame
