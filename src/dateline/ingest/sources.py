"""Any input, opened: files, folders, archives and tables become decoded records, or a reason why not.

Nothing here judges a text. A file that cannot be read becomes a `Rejected` with a reason and what to do;
nothing is extracted to disk, nothing is evaluated, and every size has a limit.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from dateline.ingest import archives, records
from dateline.ingest.decoding import Repair, Unreadable, broken, decode, mend
from dateline.ingest.memory import Memory

PAGES = {".html", ".htm", ".xhtml"}
# Files that a system puts into folders.
SYSTEM = ("thumbs.db", "desktop.ini")


class Rejected(NamedTuple):
    """A source, or a record of it (0: all of it), that is no article: a short reason and what to do."""

    source: str
    record: int
    reason: str
    detail: str


class Record(NamedTuple):
    """One decoded record, with what its file says about it; "" where it says nothing.

    `raw` is the text as decoded and repaired, `kind` "text", "page" (HTML) or "fragment" (text with HTML tags
    in it), `decoding` the encoding and what was repaired; `table` says whether it is a row of a table, from
    all of which day-first and month-first are told apart.
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
    table: bool = False
    repairs: tuple[Repair, ...] = ()


class Opened(NamedTuple):
    """All records of an input, what was rejected, and which column of each table holds which field."""

    records: list[Record]
    rejected: list[Rejected]
    fields: dict[str, dict[str, str]]


def read(
    folder: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    skip: Sequence[Path] = (),
    memory: Memory | None = None,
) -> Opened:
    """Open a folder, a file or an archive and everything in it, in the order of names.

    Parameters
    ----------
    folder
        Where the articles are.
    columns
        Which column of the tables holds what, where the names that are known (`records.COLUMNS`) are not
        used: ``{"text": "Fließtext"}``.
    skip
        Files in the folder that hold no articles.
    memory
        What earlier runs found out.

    Raises
    ------
    FileNotFoundError
        If there is no such folder or file.
    ColumnsError
        If `columns` names a field that does not exist.
    """
    root = Path(folder)
    if not root.exists():
        raise FileNotFoundError(f"there is no {root}: name the folder, file or zip that holds your articles")
    chosen = records.mapping(columns)
    opened = Opened([], [], {})
    for name, path in sorted(_walk(root)):
        if any(path.name == own.name and path.resolve() == own.resolve() for own in skip):
            continue
        try:
            data = _load(path, root)
        except Unreadable as bad:
            opened.rejected.append(Rejected(name, 0, *bad.args))
            continue
        for file in archives.unpack(name, data):
            try:
                _open(file, chosen, opened, memory or Memory())
            except Unreadable as bad:
                opened.rejected.append(Rejected(file.name, 0, *bad.args))
    return opened._replace(records=_distinct(opened.records))


def _walk(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file below `root` with its name; hidden files and folders are none of the user's articles.

    A link to a folder is given as a file would be, and refused later: it could lead round in circles.
    """
    if not root.is_dir():
        yield archives.printable(root.name), root
        return
    for folder, inner, files in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith((".", "__MACOSX"))]
        for name in [*files, *(name for name in inner if Path(folder, name).is_symlink())]:
            if not name.startswith((".", "~$")) and name.lower() not in SYSTEM:
                path = Path(folder, name)
                yield archives.printable(path.relative_to(root).as_posix()), path


def _load(path: Path, root: Path) -> bytes:
    try:
        if path != root and path.is_symlink() and not _within(path, root):
            hint = (
                "copy what it points to" if path.exists() else "what it points to is not there: get the file"
            )
            raise Unreadable("link", f"a link to a folder, or out of this folder: {hint}")
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("unreadable", "this is no regular file: copy its content into a file")
        if found.st_size > archives.MOST_BYTES:
            raise Unreadable("too-large", "split the file into parts of less than 1 GB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("unreadable", f"{error.strerror}: make the file readable, then run again") from error


def _within(path: Path, root: Path) -> bool:
    """Tell whether a link leads to a file of the same folder: one made by a stranger could lead anywhere."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # it leads nowhere, or round in circles
        return False
    return target.is_relative_to(root.resolve()) and not target.is_dir()


# -- one file --------------------------------------------------------------------------------------


def _open(file: archives.File, chosen: Mapping[str, str], opened: Opened, memory: Memory) -> None:
    """Add the records of one file."""
    if file.bad:
        raise file.bad
    suffix = PurePosixPath(file.name).suffix.lower()
    text, encoding = ("", "utf-8") if suffix == ".parquet" else _decode(file.data, memory)
    if suffix in records.SUFFIXES:
        _add_rows(file, suffix, text, encoding, chosen, opened, memory)
        return
    raw, repairs = _mend(text, memory)
    kind = "page" if suffix in PAGES or _PAGE.match(raw[:2000]) else _kind(raw)
    if kind != "page" and _MARKUP.match(raw[:200]):
        raise Unreadable("markup", "this is XML: convert it to .html, .csv or .jsonl")
    sha = hashlib.sha256(file.data).hexdigest()
    how = _said(encoding, repairs)
    opened.records.append(Record(file.name, file.name, 0, raw, sha, kind, decoding=how, repairs=repairs))


# What may stand before a page: an XML declaration and comments.
_PAGE = re.compile(
    r"\s*(?:<\?xml[^<>]*>\s*)?(?:<!--[^<>]*-->\s*){0,3}<(?:!doctype html|html[\s>])", re.IGNORECASE
)
_MARKUP = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\b|<(?:rss|feed|svg|nitf|newsml)\b)", re.IGNORECASE)
_TAGS = re.compile(r"<(?:/?(?:p|div|article|li|h[1-6])|br)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)


def _kind(raw: str, least: int = 3) -> str:
    """Tell a text with tags in it from plain text, in which a tag can be mentioned."""
    return "fragment" if len(_TAGS.findall(raw[:4000])) >= least else "text"


def _decode(data: bytes, memory: Memory) -> tuple[str, str]:
    """Decode; an encoding that has to be guessed, which takes long, is remembered."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        sha = hashlib.sha256(data).hexdigest()
        return memory.recall(
            "decode", [sha], lambda: decode(data), pack=list, unpack=lambda found: (found[0], found[1])
        )
    return decode(data)


def _mend(text: str, memory: Memory) -> tuple[str, tuple[Repair, ...]]:
    """Repair; what was found to be broken, or to look so, is remembered."""
    if not broken(text):
        return text, ()
    return memory.recall(
        "mend",
        [text],
        lambda: mend(text),
        pack=list,
        unpack=lambda found: (found[0], tuple(Repair(*one) for one in found[1])),
    )


def _said(encoding: str, repairs: Sequence[Repair]) -> str:
    """Say in words how a text was decoded."""
    rules = {one.rule for one in repairs}
    words = (", mojibake repaired", "mojibake"), (", damaged", "undecodable")
    return encoding + "".join(said for said, rule in words if rule in rules)


# -- tables ----------------------------------------------------------------------------------------


def _add_rows(
    file: archives.File,
    suffix: str,
    text: str,
    encoding: str,
    chosen: Mapping[str, str],
    opened: Opened,
    memory: Memory,
) -> None:
    """Add the rows of one table as records."""
    rows, bad = records.read(suffix, text, file.data)
    opened.rejected.extend(Rejected(file.name, one.number, "bad-record", one.detail) for one in bad)
    if not rows:
        return
    named = records.fields(rows, chosen)
    opened.fields[file.name] = named
    for row in rows:
        value = records.cells(row, named)
        if not value["text"].strip():
            hint = "the record has no text: get it again or drop it"
            opened.rejected.append(Rejected(file.name, row.number, "no-text", hint))
            continue
        opened.records.append(_record(file.name, row, value, encoding, memory))


def _record(name: str, row: records.Row, value: Mapping[str, str], encoding: str, memory: Memory) -> Record:
    raw, repairs = _mend(value["text"], memory)
    title, _ = _mend(value["title"], memory)
    return Record(
        f"{name}#{row.number}" if row.number else name,
        name,
        row.number,
        raw,
        row.sha256,
        kind=_kind(raw, least=1),
        title=" ".join(title.split()),
        date=value["date"],
        url=value["url"],
        outlet=_mend(value["outlet"], memory)[0],
        language=value["language"],
        record_id=value["id"],
        decoding=_said(encoding, repairs),
        table=True,
        repairs=repairs,
    )


# -- ids -------------------------------------------------------------------------------------------


def _distinct(found: Sequence[Record]) -> list[Record]:
    """Sort by id; a file named like a record of another gets "~2" behind its id."""
    used = {record.article_id for record in found}
    seen: set[str] = set()
    again: dict[str, int] = {}
    named = []
    for record in sorted(found, key=lambda record: record.article_id):
        name, n = record.article_id, again.get(record.article_id, 2)
        while name in seen:
            name, n = f"{record.article_id}~{n}", n + 1
            if name in used:
                name = record.article_id
        again[record.article_id] = n
        seen.add(name)
        used.add(name)
        named.append(record._replace(article_id=name))
    return sorted(named, key=lambda record: record.article_id)
