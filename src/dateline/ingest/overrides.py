"""The reader's own decisions about articles, in a small csv that every run replays.

One row a decision: `article_id` names an article, a record that was rejected, or a file and all of its
records; `action` is `keep`, `drop`, `date` or `title`; `value` is the date or the title. Columns beyond these
are the reader's own; one called `note` is shown beside what came of the row.
"""

import csv
import difflib
import io
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from dateline import tables
from dateline.ingest.decoding import Unreadable, decode
from dateline.text import dates

ACTIONS = ("keep", "drop", "date", "title")
# Names of the file with which a row that matches nothing is compared, to say which is nearest.
COMPARED = 5000


class Override(NamedTuple):
    """One row of the file: its number as a spreadsheet counts, and what it decides."""

    row: int
    article_id: str
    action: str
    value: str
    note: str = ""


def load(path: str | Path) -> list[Override]:
    """Read a file of overrides; rows without an action are passed over.

    Raises
    ------
    OwnFileError
        With all faults in one message, each with its row.
    """
    path = Path(path)
    try:
        text, _ = decode(path.read_bytes())
    except Unreadable as bad:
        raise tables.OwnFileError(f"{path.name}: {bad.args[1]}") from bad
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_mark(text)))
    names = [name.strip().casefold() for name in rows[0]] if rows else []
    if missing := [name for name in ("article_id", "action") if name not in names]:
        raise tables.OwnFileError(
            f"{path.name}: it has no column {' and no column '.join(missing)}: its first row must be "
            "article_id,action,value"
        )
    found = [_row(number, dict(zip(names, cells, strict=False))) for number, cells in enumerate(rows[1:], 2)]
    found = [one for one in found if one.action]
    if faults := [*filter(None, map(_fault, found)), *_contradictions(found)]:
        raise tables.OwnFileError(f"{path.name}: {'; '.join(faults[:10])}. Mend these rows, or take them out")
    return found


def _mark(text: str) -> str:
    """Tell what stands between cells: spreadsheets write semicolons in half of Europe."""
    return max(",;\t", key=text.partition("\n")[0].count)


def _row(number: int, cells: Mapping[str, str]) -> Override:
    # a name that the guard against formulas gave an apostrophe is the name again
    named = [
        re.sub(tables.GUARDED, "", cells.get(name, "").strip()) for name in ("article_id", "value", "note")
    ]
    return Override(number, named[0], cells.get("action", "").strip().casefold(), *named[1:])


def _fault(one: Override) -> str:
    """Say what is wrong with a row, if anything is."""
    if one.action not in ACTIONS:
        return (
            f"row {one.row} has the action {one.action!r}: write {', '.join(ACTIONS[:-1])} or {ACTIONS[-1]}"
        )
    if not one.article_id:
        return f"row {one.row} names no article: copy its article_id, or the source of a rejected record"
    if one.action == "date" and days(one.value) is None:
        return (
            f"row {one.row} has the date {one.value!r}: write 2024-05-14, 2024-05, 2024, "
            "2024-05-14/2024-05-16 or none"
        )
    if one.action == "title" and not one.value:
        return f"row {one.row} has no title in the column value"
    return ""


def _contradictions(rows: Sequence[Override]) -> list[str]:
    """Find rows that decide the same thing about one article twice."""
    first: dict[tuple[str, str], int] = {}
    faults = []
    for one in rows:
        kind = "keep or drop" if one.action in ("keep", "drop") else one.action
        before = first.setdefault((one.article_id, kind), one.row)
        if before != one.row:
            faults.append(f"rows {before} and {one.row} both say {kind} of {one.article_id}: leave one")
    return faults


def days(value: str) -> tuple[date, date] | tuple[()] | None:
    """Read the days that a date in the file means; `()` for none, nothing where it is no date.

    Examples
    --------
    >>> days("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> days("none"), days("14 May")
    ((), None)
    """
    if value.casefold() == "none":
        return ()
    parts = [_period(part) for part in value.split("/")]
    ends = [part for part in parts if part]
    if len(ends) < len(parts) or len(parts) > 2 or ends[0][0] > ends[-1][1]:
        return None
    return ends[0][0], ends[-1][1]


def _period(value: str) -> tuple[date, date] | None:
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value.strip())
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        first = date(year, month or 1, day or 1)
        last = first if day else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return first, last


# -- what they decide ------------------------------------------------------------------------------


class Decisions:
    """The rows of a file, found by article; each takes down what came of it.

    Parameters
    ----------
    rows
        What `load` returned.
    file
        Name of the file, for evidence and details.
    """

    def __init__(self, rows: Sequence[Override] = (), file: str = tables.OVERRIDES) -> None:
        self.rows, self.file = rows, file
        self.effects: dict[int, list[str]] = {}
        self._named: dict[tuple[str, str], Override] = {(one.article_id, one.action): one for one in rows}

    def find(self, action: str, article_id: str, source: str) -> Override | None:
        """Give the row that decides this of an article: one that names it wins over one about its file."""
        named = self._named
        return named.get((article_id, action)) or named.get((source, action)) if named else None

    def keeps(self, article_id: str, source: str) -> Override | None:
        """Give the row that keeps an article, unless a row that is nearer to it drops it."""
        return self._wins("keep", "drop", article_id, source)

    def drops(self, article_id: str, source: str) -> Override | None:
        """Give the row that drops an article, unless a row that is nearer to it keeps it."""
        return self._wins("drop", "keep", article_id, source)

    def _wins(self, action: str, other: str, article_id: str, source: str) -> Override | None:
        found, against = self.find(action, article_id, source), self.find(other, article_id, source)
        return None if against and found and against.article_id == article_id != found.article_id else found

    def note(self, one: Override, effect: str) -> None:
        """Take down what came of a row."""
        self.effects.setdefault(one.row, []).append(effect)

    def table(self, names: Iterable[str]) -> pd.DataFrame:
        """List the rows with what came of each; `names` are those of all articles and rejected records.

        Returns
        -------
        pandas.DataFrame
            article_id, action, value, effect, row, note, in the order of the file.
        """
        known = sorted(set(names))
        rows = [
            (one.article_id, one.action, one.value, self._effect(one, known), one.row, one.note)
            for one in self.rows
        ]
        columns = [*tables.SCHEMAS["overrides"], "row", "note"]
        return tables.check(pd.DataFrame(rows, columns=columns), "overrides")

    def _effect(self, one: Override, known: Sequence[str]) -> str:
        effects = self.effects.get(one.row, [])
        if effects:
            several = f" ({len(effects)} records)" if len(effects) > 1 else ""
            return f"{effects[0]}{several}"
        near = difflib.get_close_matches(one.article_id, known[:COMPARED], n=1)
        hint = f"; the nearest is {near[0]}" if near else ""
        return f"nothing: no article or file has this name{hint}"


def dated(
    stated: Sequence[date], found: Sequence[dates.Evidence], evidence: str
) -> tuple[list[dates.Evidence], dates.Published]:
    """Let the reader's date decide; what contradicts it stays in the evidence, marked.

    Parameters
    ----------
    stated
        What `days` returned: first and last day, or nothing for an article that shall have no date.
    found
        The evidence of the article itself.
    evidence
        Words for the table, such as the file and the row.
    """
    if not stated:
        return list(found), dates.Published(None, None, None, "none", None, (False,) * len(found))
    first, last = stated
    mine = dates.Evidence(first, last, "metadata", evidence)
    against = (
        one.candidate_from > last + dates.SAME_DAY or one.candidate_to < first - dates.SAME_DAY
        for one in found
    )
    exact = first if first == last else None
    return [mine, *found], dates.Published(exact, first, last, "metadata", 0, (False, *against))
