"""Tables of articles (CSV, TSV, JSON, JSON Lines, Parquet): one record a row, its columns recognised.

The columns are recognised by the names that people use, in several languages; a mapping wins over them.
Cells are foreign: they are taken as words, whatever type they have, and nothing in them is evaluated. The
readers are those of Python's `csv` and `json`, not of pandas, so that a row that is wrong is named with its
line and costs no other row.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from dateline.ingest.files import PATTERNS, Unreadable
from dateline.tables import OwnFileError

SUFFIXES = {".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet"}
# Column names that people use, without case and marks; the first that is there wins.
COLUMNS: dict[str, list[str]] = {field: names.split() for field, names in PATTERNS["columns"].items()}
# The most characters that a spreadsheet holds in a cell are 32,767.
LONGEST_CELL = 32_000
# A number that is a day, or a day and a time of 12 or 14 digits; other numbers count from 1970.
_STAMP = re.compile(r"(?:19|20)\d\d(?:0\d|1[0-2])(?:[012]\d|3[01])(?:(?:[01]\d|2[0-3])(?:[0-5]\d){1,2})?")
# Names and longer codes of languages behind their code of two letters.
LANGUAGES = list(map(str.split, re.split(r"[|\n]", PATTERNS["languages"]["names"])))


class Row(NamedTuple):
    """One row: its number in the file (0: the file is one article), its fingerprint and its cells."""

    number: int
    sha256: str
    cells: Mapping[str, Any]


class BadRow(NamedTuple):
    """A row that is none: its number, what to do and why it is none."""

    number: int
    detail: str
    reason: str = "bad-record"


def check_columns(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Make the names in a mapping of fields to columns comparable; its keys must be fields."""
    if foreign := ", ".join(map(repr, sorted(set(columns or {}) - set(COLUMNS)))):
        hint = f"its keys can be {', '.join(COLUMNS)}, and its values the names of your columns"
        raise OwnFileError(f"COLUMNS has {foreign}: {hint}")
    return {field: _plain(name) for field, name in (columns or {}).items()}


def _plain(name: object) -> str:
    """Give what writings of one column name have in common: no case, marks and blanks."""
    return re.sub(r"[\W_]+", "", str(name)).casefold()


def parse_table(suffix: str, text: str, data: bytes) -> tuple[list[Row], list[BadRow]]:
    """Take a table (its suffix one of `SUFFIXES`) apart; rows that cannot be read do not cost the others.

    `text` is the file, decoded; `data` its bytes, for Parquet. A file that is no such table is `Unreadable`.
    """
    readers = {".csv": _from_csv, ".tsv": _from_csv, ".json": _from_json}
    reader = readers.get(suffix, _from_json_lines)
    entries = list(_from_parquet(data) if suffix == ".parquet" else reader(text))
    if not entries:
        raise Unreadable("empty", "the table has no rows: delete it or get it again")
    rows = [entry for entry in entries if isinstance(entry, Row)]
    return rows, [entry for entry in entries if isinstance(entry, BadRow)]


def recognise_columns(rows: Iterable[Row], chosen: Mapping[str, str]) -> dict[str, str]:
    """Say which column holds which field: `chosen` (see `check_columns`) where it is there, or a usual name.

    A text in several columns (``body_1``, ``body_2``) has their common name. A table of which no column holds
    the text is `Unreadable`; the message lists the columns.
    """
    columns = dict.fromkeys(name for row in rows for name in row.cells)
    keys: dict[str, str] = {}
    for name in columns:
        keys.setdefault(_plain(name), name)
    for name in columns:
        stem, number = _numbered(name)
        if number and _plain(stem) in (chosen.get("text"), *COLUMNS["text"]):
            keys.setdefault(_plain(stem), stem)
    fields = {}
    for field, names in COLUMNS.items():
        if column := next((keys[name] for name in (chosen.get(field), *names) if name in keys), None):
            fields[field] = column
    if "text" not in fields:
        listed = ", ".join(list(columns)[:8])
        hint = f"set COLUMNS = {{'text': ...}} to the column of the text ({listed})"
        if "url" in fields:
            hint = f"it has addresses and no texts, as from Media Cloud or GDELT: save the pages, or {hint}"
        raise Unreadable("no-text-column", hint)
    return fields


def field_values(row: Row, fields: Mapping[str, str]) -> dict[str, str]:
    """Give a row's fields as words that any table can hold, "" where it says nothing.

    Numbers of seconds or milliseconds since 1970 are dates; JSON can name halves of a character.
    """
    values = dict.fromkeys(COLUMNS, "")
    for field, column in fields.items():
        value = row.cells.get(column)
        if field == "text":
            parts = sorted((_numbered(name)[1], name) for name in row.cells if _numbered(name)[0] == column)
            value = _joined([_words(row.cells[name]) for _, name in parts]) if len(parts) > 1 else value
        number = value if field == "date" and isinstance(value, (int, float)) else 0
        if abs(number) < 1e15 and _STAMP.fullmatch(digits := f"{number:.30g}"):
            value = digits
        elif 1e8 < abs(number) < 1e13:
            seconds = number / 1000 if abs(number) > 1e11 else number
            value = datetime.fromtimestamp(seconds, UTC) if abs(seconds) < 6e10 else value
        words = _words(value)
        values[field] = words if field == "text" else _printable(words)
    values["language"] = language_code(values["language"])
    return values


@lru_cache(4096)
def _numbered(name: str) -> tuple[str, int]:
    """Part a column's name from the number behind it (0 for none)."""
    match = re.fullmatch(r"(.*?[^\W\d_])[\W_]*(\d{1,3})", name, re.DOTALL)
    return (match[1], int(match[2])) if match else (name, 0)


def _joined(parts: list[str]) -> str:
    """Join the parts of a text; one as long as a spreadsheet's cell can be was cut, perhaps within a word."""
    parts = [part for part in dict.fromkeys(parts) if part.strip()]
    return "".join(part + ("" if len(part) >= LONGEST_CELL else "\n\n") for part in parts).rstrip()


def language_code(name: str) -> str:
    """Give the two letters of a language that is named in English or by itself, or by three letters."""
    word = re.sub(r"[\W_].*", "", name.strip().casefold(), flags=re.DOTALL)
    return next((names[0] for names in LANGUAGES if word in names), word[:2])


def _printable(words: object) -> str:
    """Write a name or cell so that any table can hold it, without controls and halves of characters."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", re.sub("[\ud800-\udfff]", "\ufffd", str(words)))


def _words(value: object, depth: int = 0) -> str:
    """Write a value as words: a nested object by its name, a list piece by piece."""
    if value is None or value != value or depth > 8:  # NaN; lists within lists without end
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        inner = next((value[k] for k in ("name", "title", "text", "value") if k in value), None)
        return _words(inner, depth + 1)
    if isinstance(value, list):
        return "\n\n".join(filter(None, (_words(item, depth + 1) for item in value)))
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def make_row(number: int, cells: Mapping[str, Any], content: object) -> Row:
    """Make a row with printable names of columns; its fingerprint is that of its content, written as JSON."""
    text = content if isinstance(content, str) else json.dumps(content, default=str, sort_keys=True)
    sha = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Row(number, sha, {_printable(name): value for name, value in cells.items()})


def _from_parquet(data: bytes) -> Iterator[Row | BadRow]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(io.BytesIO(data)).to_pylist()
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        raise Unreadable("bad-record", "the parquet file is damaged: write it again") from error
    return (make_row(i, cells, cells) for i, cells in enumerate(rows, 1))


def _from_json(text: str) -> Iterator[Row | BadRow]:
    """Give the objects of one JSON document; of a file that is none, and perhaps JSON Lines, the lines."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _from_json_lines(text)
    rows = _objects(value)
    # a file of one object is one article, with the file's own name
    return (make_row(i, cells, cells) for i, cells in enumerate(rows, int(len(rows) > 1)))


def _objects(value: object, depth: int = 0) -> list[Mapping[str, Any]]:
    """Give the objects that are articles, from lists however deep in a document (EventRegistry, NewsAPI)."""
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, Mapping)]
    if not isinstance(value, Mapping) or depth > 4:
        return []
    groups = [] if _has_text(value) else [_objects(inner, depth + 1) for inner in value.values()]
    articles = [entry for group in groups for entry in group if _has_text(entry)]
    return articles or next(filter(None, groups), [value] if depth == 0 or not groups else [])


def _has_text(entry: Mapping[str, Any]) -> bool:
    return any(_plain(name) in COLUMNS["text"] and isinstance(entry[name], str) for name in entry)


def _from_json_lines(text: str) -> Iterator[Row | BadRow]:
    for number, line in enumerate((line for line in text.split("\n") if line.strip()), 1):
        try:
            cells = json.loads(line)
        except RecursionError:
            yield BadRow(number, "lists within lists without end: make the article one flat record")
            continue
        except ValueError:
            cells = None
        if isinstance(cells, Mapping):
            yield make_row(number, cells, line.strip())
        else:
            yield BadRow(number, "this line is no JSON object: mend it or drop it")


def _from_csv(text: str) -> Iterator[Row | BadRow]:
    text = text.lstrip("\r\n")
    head = text[: text.find("\n") + 1] or text
    csv.field_size_limit(1 << 30)
    number = line = 0
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=head.count))
        names = next(table, [])
        line = table.line_num
        for cells in table:
            first, line = line + 1, table.line_num
            if not any(cells):
                continue
            number += 1
            if len(cells) == len(names):
                yield make_row(number, dict(zip(names, cells, strict=True)), cells)
            elif line > first and len(cells) < len(names):
                mark = f"a quotation mark that opens in line {first} is closed in line {line}, if at all"
                yield BadRow(number, f"{mark}: mend that line")
            else:
                uneven = f"line {first} has {len(cells)} cells under {len(names)} names"
                yield BadRow(number, f"{uneven}: quote the text or mend the row")
    except csv.Error as error:
        yield BadRow(number + 1, f"not readable from line {line + 1} on ({error})")
