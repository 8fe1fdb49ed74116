"""Tables of articles (CSV, TSV, JSON, JSON Lines, Parquet) taken apart: one record a row, its columns named.

The columns are found by the names that people use, in several languages; a mapping wins over them. Cells are
foreign: they are read as words, whatever type they have, and nothing in them is evaluated.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from dateline.ingest.decoding import Unreadable

# Lists within lists of a JSON value that are read, and seconds from 1970 that are a date.
DEEPEST, LAST_SECOND = 8, 6e10

# Column names that people use, without case and marks; the first that is there wins.
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "body", "content", "article", "articlebody", "fulltext", "maintext", "articletext"),
        *("bodytext", "storytext", "rawtext", "cleantext", "articlecontent", "maincontent", "newscontent"),
        *("contenttext", "plaintext", "story", "news", "document", "transcript", "description"),
        *(
            "volltext",
            "inhalt",
            "texte",
            "contenu",
            "texto",
            "contenido",
            "cuerpo",
            "testo",
            "tekst",
            "текст",
        ),
    ),
    "title": (
        *("title", "headline", "articletitle", "newstitle", "head", "header", "heading", "hed", "subject"),
        *("titel", "überschrift", "titre", "titulo", "título", "titular", "titolo", "tytuł", "заголовок"),
    ),
    "date": (
        *("published", "date", "publishdate", "pubdate", "publisheddate", "publicationdate", "publishedat"),
        *("datepublished", "datepublish", "publishtime", "publishedtime", "publishedon", "articledate"),
        *("datetime", "timestamp", "day", "created", "createdat", "releasedate", "postdate", "posted"),
        *("datum", "fecha", "fechapublicacion", "datapubblicazione", "datapublicacao", "дата"),
    ),
    "url": (
        *("url", "link", "articleurl", "newsurl", "href", "weburl", "canonicalurl", "permalink", "pageurl"),
        *("sourceurl", "uri", "adresse", "enlace", "ссылка"),
    ),
    "outlet": (
        *("outlet", "source", "publisher", "publication", "newspaper", "site", "sitename", "sourcename"),
        *("medianame", "mediaoutlet", "newsoutlet", "publicationname", "media", "medium", "domain"),
        *("sourcedomain", "website", "agency", "quelle", "zeitung", "journal", "fuente", "medio", "fonte"),
    ),
    "language": ("language", "lang", "languagecode", "sprache", "langue", "idioma", "lingua"),
    "id": ("id", "articleid", "uid", "uuid", "guid", "docid", "storyid", "newsid", "docno", "ref"),
}
SUFFIXES = {".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet"}


class Row(NamedTuple):
    """One row: its number in the file (0: the file is one article), its fingerprint and its cells."""

    number: int
    sha256: str
    cells: Mapping[str, Any]


class Bad(NamedTuple):
    """A row that is none: its number and what to do."""

    number: int
    detail: str


class ColumnsError(ValueError):
    """The mapping of columns names a field that does not exist."""


def mapping(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Check a mapping of fields to columns and make its names comparable.

    Raises
    ------
    ColumnsError
        If a key is no field; the message lists those that are.
    """
    if unknown := sorted(set(columns or {}) - set(COLUMNS)):
        raise ColumnsError(
            f"COLUMNS has {', '.join(map(repr, unknown))}: its keys can be {', '.join(COLUMNS)}, and "
            "its values the names of your columns"
        )
    return {field: plain(name) for field, name in (columns or {}).items()}


def plain(name: object) -> str:
    """Give what writings of one column name have in common.

    >>> plain("Publish_Date") == plain("publish date")
    True
    """
    return re.sub(r"[\W_]+", "", str(name)).casefold()


def read(suffix: str, text: str, data: bytes) -> tuple[list[Row], list[Bad]]:
    """Take a table apart; rows that cannot be read do not cost the others.

    Parameters
    ----------
    suffix
        One of `SUFFIXES`.
    text, data
        The file, decoded; of Parquet its bytes.

    Raises
    ------
    Unreadable
        If it is no such table.
    """
    bad: list[Bad] = []
    if suffix == ".parquet":
        rows = _parquet(data)
    elif suffix in (".csv", ".tsv"):
        rows = _csv(text, bad)
    elif suffix == ".json" and (whole := _json(text)) is not None:
        first = len(whole) > 1  # a file of one object is one article, with the file's own name
        rows = [Row(i, _sha(json.dumps(row, sort_keys=True)), row) for i, row in enumerate(whole, int(first))]
    else:
        rows = _json_lines(text, bad)
    if not rows and not bad:
        raise Unreadable("empty", "the table has no rows: delete it or get it again")
    return rows, bad


def fields(rows: Iterable[Row], chosen: Mapping[str, str]) -> dict[str, str]:
    """Say which column holds which field.

    Parameters
    ----------
    rows
        The table.
    chosen
        What `mapping` returned; where the column that it names is not in this table, the usual names count.

    Raises
    ------
    Unreadable
        If no column holds the text; the message lists the columns.
    """
    keys: dict[str, str] = {}
    for row in rows:
        for key in row.cells:
            keys.setdefault(plain(key), key)
    found = {
        field: next((keys[name] for name in (chosen.get(field), *names) if name in keys), None)
        for field, names in COLUMNS.items()
    }
    if found["text"] is None:
        known = ", ".join(str(key) for key in list(keys.values())[:8])
        raise Unreadable(
            "no-text-column", f"set COLUMNS = {{'text': ...}} to the column of the text ({known})"
        )
    return {field: key for field, key in found.items() if key is not None}


def cells(row: Row, named: Mapping[str, str]) -> dict[str, str]:
    """Give a row's fields as words, "" where it says nothing; `named` is what `fields` returned."""
    return {field: cell(row.cells.get(named[field]), field) if field in named else "" for field in COLUMNS}


def cell(value: object, field: str) -> str:
    """Write a cell as words that any table can hold: JSON can name halves of a character."""
    if field == "date" and isinstance(value, (int, float)):
        return moment(value)
    words = _words(value)
    if field == "text":
        return words
    return re.sub(r"[\x00-\x1f\x7f]+", " ", re.sub("[\ud800-\udfff]", "\ufffd", words))


def _words(value: object, depth: int = 0) -> str:
    """Write a value as words: a nested object by its name, a list piece by piece."""
    if value is None or value != value or depth > DEEPEST:  # NaN
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        inner = next((value[k] for k in ("name", "title", "text", "value") if k in value), None)
        return _words(inner, depth + 1)
    if isinstance(value, list):
        return "\n\n".join(filter(None, (_words(one, depth + 1) for one in value)))
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def moment(value: float) -> str:
    """Write a number of seconds or milliseconds since 1970 as the time it stands for; another as it is.

    >>> moment(1715644800), moment(20240514)
    ('2024-05-14T00:00:00+00:00', '20240514')
    """
    if 1e8 < abs(value) < 1e14:
        seconds = value / 1000 if abs(value) > 1e11 else value
        if abs(seconds) < LAST_SECOND:
            return datetime.fromtimestamp(seconds, UTC).isoformat()
    return "" if value != value else str(value)


# -- formats ---------------------------------------------------------------------------------------


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _parquet(data: bytes) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(io.BytesIO(data)).to_pylist()
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        raise Unreadable("bad-record", "the parquet file is damaged: write it again") from error
    return [Row(i, _sha(json.dumps(row, default=str, sort_keys=True)), row) for i, row in enumerate(rows, 1)]


def _json(text: str) -> list[dict[str, Any]] | None:
    """Give the objects of one JSON document, or nothing when it is none (perhaps JSON Lines)."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, Mapping):
        lists = [
            value[k]
            for k in value
            if isinstance(value[k], list) and any(isinstance(x, Mapping) for x in value[k])
        ]
        known = {plain(key) for key in value} & set(COLUMNS["text"])
        value = lists[0] if lists and not known else [value]
    return [dict(row) for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _json_lines(text: str, bad: list[Bad]) -> list[Row]:
    rows: list[Row] = []
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except RecursionError:
            bad.append(Bad(number, "lists within lists without end: make the article one flat record"))
            continue
        except ValueError:
            row = None
        if isinstance(row, Mapping):
            rows.append(Row(number, _sha(line.strip()), dict(row)))
        else:
            bad.append(Bad(number, "this line is no JSON object: mend it or drop it"))
    return rows


def _csv(text: str, bad: list[Bad]) -> list[Row]:
    text = text.lstrip("\r\n")
    head = text[: text.find("\n") + 1] or text
    mark = max(",;\t|", key=head.count)
    csv.field_size_limit(1 << 30)
    rows: list[Row] = []
    number = line = 0
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        names = next(table, [])
        line = table.line_num
        for cells_ in table:
            first, line = line + 1, table.line_num
            if not any(cells_):
                continue
            number += 1
            if len(cells_) == len(names):
                rows.append(Row(number, _sha(json.dumps(cells_)), dict(zip(names, cells_, strict=True))))
            else:
                bad.append(Bad(number, _uneven(len(cells_), len(names), first, line)))
    except csv.Error as error:
        bad.append(Bad(number + 1, f"not readable from line {line + 1} on ({error})"))
    return rows


def _uneven(n: int, wanted: int, first: int, last: int) -> str:
    """Say what is wrong with a row that does not have as many cells as the table has names."""
    if last > first and n < wanted:
        return (
            f"a quotation mark that opens in line {first} is closed in line {last}, if at all: mend that line"
        )
    return f"line {first} has {n} cells under {wanted} names: quote the text or mend the row"
