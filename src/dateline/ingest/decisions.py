"""What is no article and why, and the reader's own decisions, which every run replays.

The decisions are a small csv, one row a decision: `article_id` names an article, a record that was rejected,
or a file and all of its records; `action` is `keep`, `drop`, `date` or `title`; `value` is the date or the
title. Columns beyond these are the reader's own; one called `note` is shown beside what came of the row.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from dateline import tables
from dateline.ingest.files import PATTERNS, Unreadable, decode

ACTIONS = ("keep", "drop", "date", "title")
# Nobody writes an article so long, nor a line; the source of a page holds scripts and pictures too.
LONGEST_RECORD, LONGEST_LINE, LONGEST_PAGE = 2_000_000, 200_000, 10_000_000
# Characters looked at: an article shows itself on the first pages.
LOOK = 5000
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())

_CONSENT = re.compile(PATTERNS["refusals"]["consent"].replace("\n", ""), re.IGNORECASE)
_GIVEAWAYS = [
    (name, re.compile(rf"\b(?:{words})\b".replace("\n", ""), re.IGNORECASE), hint)
    for name, words, hint in PATTERNS["refusals"]["reasons"]
]


def refuse_by_size(raw: str, *, page: bool = False) -> tuple[str, str] | None:
    """Give reason and hint for what is no article by its size alone, before any rule reads it."""
    longest = 0 if page else max(map(len, raw.split("\n")))
    if longest > LONGEST_LINE:
        return "long-line", f"one line has {longest:,} characters: split the file into articles"
    if len(raw) > (LONGEST_PAGE if page else LONGEST_RECORD):
        return "too-large", f"it has {len(raw):,} characters: split the file into articles"
    return None


def refuse_by_text(
    text: str, *, title: str = "", raw: str = "", around: Sequence[str] = ()
) -> tuple[str, str] | None:
    """Give reason and hint where cleaning left no article; a long running text is always one.

    `raw` is the text before cleaning, `around` has the other words on a page.
    """
    head = text[:LOOK]
    # pages that say why there is no article are short: the longest that we know has 100 words
    if len(head.split()) <= 120:
        page = "\n".join([title, raw[:LOOK], *around[:50]])
        for name, pattern, hint in _GIVEAWAYS:
            if pattern.search(page):
                return name, hint
        # a page that asks for consent speaks of little else; an article about it does, and its site has a
        # footer about privacy
        sentences = [part for part in re.split(r"[.!?]\s", head) if part.strip()]
        asking = sum(_CONSENT.search(part) is not None for part in sentences)
        words = {match.casefold() for match in _CONSENT.findall(page)}
        addressed = re.search(r"\byou(?:r)?\b", head, re.IGNORECASE)
        if addressed and len(words) >= 4 and asking > 0.5 * len(sentences):
            return "consent", "the saved page asks for consent: open it in a browser and save the article"
    if not re.search(r"\w", text):
        return "no-text", "nothing is left but a title or notes: get the article again"
    lines = [line.strip() for line in text[: 4 * LOOK].split("\n") if line.strip()]
    if len(lines) >= 3 and all(len(line) < 200 and line[-1] not in '.!…。"”’»:;,' for line in lines):
        return "list-only", "these are headlines or links, no article: get the articles themselves"
    # most texts have enough plain letters, which are quickly counted
    if len(head.encode("ascii", "ignore").translate(None, _NO_LETTERS)) >= max(10, len(head) / 2):
        return None
    visible = "".join(head.split())
    if 2 * sum(map(str.isalpha, visible)) < len(visible):
        return "not-text", "there are hardly any words in it: save it as UTF-8 text"
    # a Chinese or Japanese character says as much as a word of three letters
    if sum(3 if letter >= "\u2e80" else 1 for letter in head if letter.isalpha()) < 10:
        return "too-short", "there is hardly a word in it: get the whole article"
    return None


class Override(NamedTuple):
    """One row of the file: its number as a spreadsheet counts, and what it decides."""

    row: int
    article_id: str
    action: str
    value: str
    note: str = ""


def read_overrides(path: str | Path) -> list[Override]:
    """Read a file of overrides, in any encoding; rows without an action are passed over.

    An `OwnFileError` has all faults in one message, each with its row.
    """
    path = Path(path)
    try:
        text, _ = decode(path.read_bytes())
    except Unreadable as error:
        raise tables.OwnFileError(f"{path.name}: {error.args[1]}") from error
    table = tables.read_own(path, ["article_id", "action"], text=text)
    table = table.reindex(columns=Override._fields[1:], fill_value="")
    overrides: list[Override] = []
    faults: list[str] = []
    deciding: dict[tuple[str, str], int] = {}
    for number, (name, action, value, note) in enumerate(table.to_numpy().tolist(), 2):
        if not (action := action.casefold()):
            continue
        override = Override(number, name, action, value, note)
        overrides.append(override)
        faults += _faults(override)
        subject = "keep or drop" if action in ("keep", "drop") else action
        earlier = deciding.setdefault((name, subject), number)
        if earlier != number:
            faults.append(f"rows {earlier} and {number} both say {subject} of {name}: leave one")
    if faults:
        raise tables.OwnFileError(f"{path.name}: {'; '.join(faults[:10])}. Mend these rows, or take them out")
    return overrides


def _faults(override: Override) -> Iterator[str]:
    """Say what is wrong with a row; the first fault makes the others mean nothing."""
    row, name, action, value, _ = override
    if action not in ACTIONS:
        yield f"row {row} has the action {action!r}: write {', '.join(ACTIONS[:-1])} or {ACTIONS[-1]}"
    elif not name:
        yield f"row {row} names no article: copy its article_id, or the source of a rejected record"
    elif action == "date" and override_days(value) is None:
        hint = "write 2024-05-14, 2024-05, 2024, 2024-05-14/2024-05-16 or none"
        yield f"row {row} has the date {value!r}: {hint}"
    elif action == "title" and not value:
        yield f"row {row} has no title in the column value"


def override_days(value: str) -> tuple[date, date] | tuple[()] | None:
    """Read the days that a date in the file means; `()` for none, nothing where it is no date."""
    if value.casefold() == "none":
        return ()
    parts = [part.strip() for part in value.split("/")]
    if len(parts) > 2 or not all(re.fullmatch(r"\d{4}(-\d\d){0,2}", part, re.ASCII) for part in parts):
        return None
    try:
        first, last = pd.Period(parts[0]).start_time.date(), pd.Period(parts[-1]).end_time.date()
    except ValueError:
        return None
    return (first, last) if first <= last else None


class Decisions:
    """The rows that `read_overrides` returned, looked up by article; each takes down what came of it."""

    def __init__(self, rows: Sequence[Override] = (), file: str = tables.OVERRIDES) -> None:
        self.rows, self.file = rows, file
        self.effects: dict[int, list[str]] = {}
        self._by_name = {(row.article_id, row.action): row for row in rows}

    def look_up(self, action: str, article_id: str, source: str) -> Override | None:
        """Give the row that decides an article: one that names it wins over one about its file."""
        row = self._by_name.get((article_id, action)) or self._by_name.get((source, action))
        # what names the article also wins over the opposite for its file
        opposite = {"keep": "drop", "drop": "keep"}.get(action, "")
        if row and row.article_id != article_id and (article_id, opposite) in self._by_name:
            return None
        return row

    def note(self, row: Override, effect: str) -> None:
        """Take down what came of a row."""
        self.effects.setdefault(row.row, []).append(effect)

    def table(self, names: Iterable[str]) -> pd.DataFrame:
        """List the rows with what came of each; `names` are those of all articles and rejected records."""
        candidates = sorted(set(names))[:5000]
        rows = []
        for row in self.rows:
            if effects := self.effects.get(row.row):
                effect = effects[0] + (f" ({len(effects)} records)" if len(effects) > 1 else "")
            else:
                nearest = difflib.get_close_matches(row.article_id, candidates, n=1)
                hint = f"; the nearest is {nearest[0]}" if nearest else ""
                effect = f"nothing: no article or file has this name{hint}"
            rows.append((row.article_id, row.action, row.value, effect, row.row, row.note))
        columns = [*tables.SCHEMAS["overrides"], "row", "note"]
        return tables.check(pd.DataFrame(rows, columns=columns), "overrides")
