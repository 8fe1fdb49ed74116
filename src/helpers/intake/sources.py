"""Any input, opened: files, folders, zips and tables become decoded records, or a reason why not.

Nothing here judges a text. A file that cannot be read becomes a `Rejected` with a reason and what to do;
nothing is extracted to disk, nothing is evaluated, and every size has a limit.
"""

import csv
import hashlib
import io
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from helpers.intake.decoding import Unreadable, decode, mend

# A file of this size is a whole corpus; more at once would not fit beside its tables in memory.
MOST_BYTES = 1 << 30
# A zip whose member grows more than this is made to fill a disk: text shrinks to a tenth, seldom to a 50th.
MOST_RATIO, RATIO_FROM = 200, 1 << 20
MOST_ZIP_BYTES, MOST_MEMBERS, MOST_DEPTH = 1 << 31, 200_000, 3
# Lists within lists of a JSON value that are read, and seconds from 1970 that are a date.
DEEPEST, LAST_SECOND = 8, 6e10

# Column names that people use, without case and marks; the first that is there wins.
COLUMNS: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "body", "content", "article", "articlebody", "fulltext", "maintext", "articletext"),
        *("bodytext", "storytext", "rawtext", "cleantext", "story", "news", "document", "description"),
    ),
    "title": ("title", "headline", "articletitle", "head", "header", "heading", "hed", "subject"),
    "date": (
        *("published", "date", "publishdate", "pubdate", "publisheddate", "publicationdate", "publishedat"),
        *("datepublished", "datepublish", "publishtime", "publishedtime", "articledate", "datetime"),
        *("timestamp", "day", "created", "createdat"),
    ),
    "url": ("url", "link", "articleurl", "href", "weburl", "canonicalurl", "permalink", "sourceurl"),
    "outlet": (
        *("outlet", "source", "publisher", "publication", "newspaper", "site", "sitename", "sourcename"),
        *("medianame", "media", "medium", "domain", "sourcedomain", "website", "agency"),
    ),
    "language": ("language", "lang", "languagecode"),
    "id": ("id", "articleid", "uid", "uuid", "guid", "docid", "ref"),
}
TABLES = {".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet"}
PAGES = {".html", ".htm", ".xhtml"}


class Rejected(NamedTuple):
    """A source, or a record of it (0: all of it), that is no article: a short reason and what to do."""

    source: str
    record: int
    reason: str
    detail: str


class Record(NamedTuple):
    """One decoded record, with what its file says about it; "" where it says nothing.

    `raw` is the text as decoded, `kind` "text" or "page" (HTML), `decoding` the encoding and repairs,
    `dates` all date words of its file's column, from which day-first and month-first are told apart.
    """

    article_id: str
    source: str
    number: int
    raw: str
    sha256: str
    kind: str = "text"
    title: str = ""
    date: str = ""
    url: str = ""
    outlet: str = ""
    language: str = ""
    record_id: str = ""
    decoding: str = "utf-8"
    column: int = -1


class Opened(NamedTuple):
    """All records of an input, what was rejected, and the date words of each table, by `Record.column`."""

    records: list[Record]
    rejected: list[Rejected]
    columns: list[list[str]]


class _File(NamedTuple):
    name: str
    data: bytes


def read(folder: str | Path, *, columns: Mapping[str, str] | None = None, skip: Path | None = None) -> Opened:
    """Open a folder, a file or a zip and everything in it, in the order of names.

    Parameters
    ----------
    folder
        Where the articles are.
    columns
        Which column of the tables holds what, where the names that are known (`COLUMNS`) are not used:
        ``{"text": "Fließtext"}``.
    skip
        A file in the folder that holds no articles.

    Raises
    ------
    FileNotFoundError
        If there is no such folder or file.
    """
    root = Path(folder)
    if not root.exists():
        raise FileNotFoundError(f"there is no {root}: name the folder, file or zip that holds your articles")
    opened = Opened([], [], [])
    chosen = {key: _plain(value) for key, value in (columns or {}).items()}
    for name, path in sorted(_walk(root)):
        if skip and path.name == skip.name and path.resolve() == skip.resolve():
            continue
        try:
            for file in _unpack(_File(name, _load(path)), opened.rejected):
                _open(file, chosen, opened)
        except Unreadable as bad:
            opened.rejected.append(Rejected(name, 0, *bad.args))
    return opened._replace(records=_distinct(opened.records))


def _walk(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file below `root` with its name; hidden files and folders are none of the user's articles."""
    if not root.is_dir():
        yield _name(root.name), root
        return
    for folder, inner, files in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith((".", "__MACOSX"))]
        for name in files:
            if not name.startswith((".", "~$")) and name.lower() not in ("thumbs.db", "desktop.ini"):
                path = Path(folder, name)
                yield _name(path.relative_to(root).as_posix()), path


def _name(path: str) -> str:
    """Make a file name that any table can hold: names need not be valid text."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _load(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("unreadable", "this is no regular file: copy its content into a file")
        if found.st_size > MOST_BYTES:
            raise Unreadable("too-large", "split the file into parts of less than 1 GB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("unreadable", f"{error.strerror}: make the file readable, then run again") from error


def _unpack(file: _File, rejected: list[Rejected], depth: int = 0) -> Iterator[_File]:
    """Give the file, or the files in it when it is a zip; only in memory."""
    if PurePosixPath(file.name).suffix.lower() != ".zip":
        yield file
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.data))
        members = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("bad-zip", "the zip is damaged or not a zip: pack it again") from error
    if depth >= MOST_DEPTH or len(members) > MOST_MEMBERS:
        raise Unreadable("zip-bomb", "zips within zips, or too many files: unpack it and name the folder")
    if sum(m.file_size for m in members) > MOST_ZIP_BYTES:
        raise Unreadable("zip-bomb", "it unpacks to more than 2 GB: unpack it and name the folder")
    for member in members:
        name = f"{file.name}/{_inside(member.filename)}"
        if any(part.startswith((".", "__MACOSX", "~$")) for part in _inside(member.filename).split("/")):
            continue
        try:
            yield from _unpack(_File(name, _extract(archive, member)), rejected, depth + 1)
        except Unreadable as bad:
            rejected.append(Rejected(name, 0, *bad.args))


def _inside(name: str) -> str:
    """Make a member's name harmless: no root, no drive, no way up; control characters become "?"."""
    parts = re.split(r"[/\\]+", re.sub(r"[\x00-\x1f\x7f]", "?", _name(name)))
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "unnamed"


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise Unreadable(
            "zip-bomb", "it grows more than 200 times when unpacked: unpack it yourself if it is yours"
        )
    if member.file_size > MOST_BYTES:
        raise Unreadable("too-large", "split the file into parts of less than 1 GB")
    try:
        with archive.open(member) as stream:
            return stream.read(member.file_size)
    except Exception as error:  # zipfile raises six kinds here, among them zlib.error and RuntimeError
        raise Unreadable("bad-zip", "this member is damaged or needs a password: pack it again") from error


# -- one file --------------------------------------------------------------------------------------


def _open(file: _File, chosen: Mapping[str, str], opened: Opened) -> None:
    """Add the records of one file."""
    suffix = PurePosixPath(file.name).suffix.lower()
    try:
        if suffix == ".parquet":
            _add_rows(file.name, _parquet(file.data), chosen, opened, "utf-8")
            return
        text, decoding = decode(file.data)
        if suffix in TABLES:
            _add_rows(file.name, _rows(suffix, text, file.name, opened.rejected), chosen, opened, decoding)
            return
        kind = "page" if suffix in PAGES or _looks_like_page(text) else "text"
        sha = hashlib.sha256(file.data).hexdigest()
        opened.records.append(Record(file.name, file.name, 0, text, sha, kind, decoding=decoding))
    except Unreadable as bad:
        opened.rejected.append(Rejected(file.name, 0, *bad.args))
    except RecursionError:
        detail = "lists within lists without end: make each article one flat record"
        opened.rejected.append(Rejected(file.name, 0, "bad-record", detail))


def _looks_like_page(text: str) -> bool:
    return re.match(r"\s*(?:<!doctype html|<html[\s>])", text[:400], re.IGNORECASE) is not None


# -- tables ----------------------------------------------------------------------------------------

Row = tuple[int, str, dict[str, Any]]


def _plain(name: object) -> str:
    return re.sub(r"[\W_]+", "", str(name)).casefold()


def _add_rows(
    name: str, rows: Iterable[Row], chosen: Mapping[str, str], opened: Opened, decoding: str
) -> None:
    """Add the rows of one table as records."""
    rows = list(rows)
    if not rows:
        if not any(one.source == name for one in opened.rejected):
            raise Unreadable("empty", "the table has no rows: delete it or get it again")
        return
    keys = {_plain(key): key for _, _, row in reversed(rows) for key in row}
    fields = {
        field: next((keys[k] for k in ([chosen[field]] if field in chosen else names) if k in keys), None)
        for field, names in COLUMNS.items()
    }
    if fields["text"] is None:
        known = ", ".join(str(key) for key in list(keys.values())[:8])
        raise Unreadable(
            "no-text-column", f"set COLUMNS = {{'text': ...}} to the column of the text ({known})"
        )
    found: list[Record] = []
    for number, sha, row in rows:
        value = {
            field: _cell(row.get(key), field) if key is not None else "" for field, key in fields.items()
        }
        raw, how = mend(value["text"], decoding)
        title, _ = mend(value["title"], decoding)
        if not raw.strip():
            opened.rejected.append(
                Rejected(name, number, "no-text", "the record has no text: get it again or drop it")
            )
            continue
        kind = "fragment" if _TAGGED.search(raw[:4000]) else "text"
        found.append(
            Record(
                *(
                    f"{name}#{number}" if number else name,
                    name,
                    number,
                    raw,
                    sha,
                    kind,
                    " ".join(title.split()),
                    value["date"],
                ),
                *(value["url"], value["outlet"], value["language"], value["id"], how, len(opened.columns)),
            )
        )
    opened.columns.append([record.date for record in found if record.date])
    opened.records.extend(found)


_TAGGED = re.compile(r"<(?:p|br|div|article)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)


def _cell(value: object, field: str) -> str:
    """Write a cell as words that any table can hold: JSON can name halves of a character."""
    if field == "date" and isinstance(value, (int, float)):
        return _moment(value)
    words = re.sub("[\ud800-\udfff]", "\ufffd", _words(value))
    return words if field == "text" else re.sub(r"[\x00-\x1f\x7f]+", " ", words)


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


def _moment(value: float) -> str:
    """Write a number of seconds or milliseconds since 1970 as the time it stands for; another as it is.

    >>> _moment(1715644800), _moment(20240514)
    ('2024-05-14T00:00:00+00:00', '20240514')
    """
    if 1e8 < abs(value) < 1e14:
        seconds = value / 1000 if abs(value) > 1e11 else value
        if abs(seconds) < LAST_SECOND:
            return datetime.fromtimestamp(seconds, UTC).isoformat()
    return "" if value != value else str(value)


def _parquet(data: bytes) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(io.BytesIO(data)).to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable("bad-record", "the parquet file is damaged: write it again") from error
    return [(i, _sha(json.dumps(row, default=str, sort_keys=True)), row) for i, row in enumerate(rows, 1)]


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _rows(suffix: str, text: str, name: str, rejected: list[Rejected]) -> list[Row]:
    if suffix in (".csv", ".tsv"):
        return _csv(text, name, rejected)
    if suffix == ".json" and (whole := _json(text)) is not None:
        first = len(whole) > 1  # a file of one object is one article, with the file's own name
        return [(i, _sha(json.dumps(row, sort_keys=True)), row) for i, row in enumerate(whole, int(first))]
    return _json_lines(text, name, rejected)


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
        known = {_plain(key) for key in value} & set(COLUMNS["text"])
        value = lists[0] if lists and not known else [value]
    return [dict(row) for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _json_lines(text: str, name: str, rejected: list[Rejected]) -> list[Row]:
    rows: list[Row] = []
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if isinstance(row, Mapping):
            rows.append((number, _sha(line.strip()), dict(row)))
        else:
            rejected.append(
                Rejected(name, number, "bad-record", "this line is no JSON object: mend it or drop it")
            )
    return rows


def _csv(text: str, name: str, rejected: list[Rejected]) -> list[Row]:
    text = text.lstrip("\r\n")
    head = text[: text.find("\n") + 1] or text
    mark = max(",;\t|", key=head.count)
    csv.field_size_limit(1 << 30)
    rows: list[Row] = []
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        names = next(table, [])
        for number, cells in enumerate((cells for cells in table if any(cells)), 1):
            if len(cells) == len(names):
                row = dict(zip(names, cells, strict=True))
                rows.append((number, _sha(json.dumps(cells)), row))
            else:
                detail = f"{len(cells)} cells under {len(names)} names: quote the text or mend the row"
                rejected.append(Rejected(name, number, "bad-record", detail))
    except csv.Error as error:
        rejected.append(Rejected(name, len(rows) + 1, "bad-record", f"not readable from here on ({error})"))
    return rows


# -- ids -------------------------------------------------------------------------------------------


def _distinct(records: Sequence[Record]) -> list[Record]:
    """Sort by id; a file named like a record of another gets "~2" behind its id."""
    used = {record.article_id for record in records}
    seen: set[str] = set()
    found = []
    for record in sorted(records, key=lambda record: record.article_id):
        name, n = record.article_id, 2
        while name in seen:
            name, n = f"{record.article_id}~{n}", n + 1
            if name in used:
                name = record.article_id
        seen.add(name)
        used.add(name)
        found.append(record._replace(article_id=name))
    return sorted(found, key=lambda record: record.article_id)
