"""Files out of zip and gzip archives, only in memory and within limits that an input cannot stretch."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from dateline.ingest.decoding import PACKED, Unreadable

# A file of this size is a whole corpus; more at once would not fit beside its tables in memory.
MOST_BYTES = 1 << 30
# A member that grows more than this is made to fill a disk: text shrinks to a tenth, seldom to a 50th.
MOST_RATIO, RATIO_FROM = 200, 1 << 20
# For an archive and all archives in it together.
MOST_UNPACKED, MOST_MEMBERS, MOST_DEPTH = 1 << 31, 200_000, 3
SUFFIXES = {".zip", ".gz"}

_TOO_MANY = "zips within zips, or too many files: unpack it and name the folder"
_TOO_LARGE = "it unpacks to more than 2 GB: unpack it and name the folder"
_GROWS = "it grows more than 200 times when unpacked: unpack it yourself if it is yours"


class File(NamedTuple):
    """A name inside the input folder, and bytes; or, where it cannot be read, why not."""

    name: str
    data: bytes
    bad: Unreadable | None = None


class _Budget:
    """What one archive, with all archives in it, may still unpack."""

    def __init__(self) -> None:
        self.bytes, self.members = MOST_UNPACKED, MOST_MEMBERS

    def spend(self, size: int) -> None:
        self.bytes -= size
        if self.bytes < 0:
            raise Unreadable("zip-bomb", _TOO_LARGE)

    def count(self, members: int, depth: int) -> None:
        self.members -= members
        if self.members < 0 or depth >= MOST_DEPTH:
            raise Unreadable("zip-bomb", _TOO_MANY)


def unpack(name: str, data: bytes) -> Iterator[File]:
    """Give the file, or the files in it when it is an archive, by name; nothing goes to disk."""
    return _unpack(name, data, _Budget(), 0)


def _unpack(name: str, data: bytes, budget: _Budget, depth: int) -> Iterator[File]:
    suffix = PurePosixPath(name).suffix.lower()
    try:
        if suffix == ".zip":
            yield from _zip(name, data, budget, depth)
        elif suffix == ".gz":
            yield from _unpack(*_gzip(name, data, budget, depth), budget, depth + 1)
        else:
            yield File(name, data)
    except Unreadable as bad:
        yield File(name, b"", bad)


def _zip(name: str, data: bytes, budget: _Budget, depth: int) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("bad-zip", "the zip is damaged or not a zip: pack it again") from error
    if not members:
        raise Unreadable("empty", "there is no file in it: delete it or get it again")
    budget.count(len(members), depth)
    if _overlaps(members):
        raise Unreadable("zip-bomb", "its files share their bytes: it is made to fill a disk")
    for member in members:
        inside = _inside(member.filename)
        if any(part.startswith((".", "__MACOSX", "~$")) for part in inside.split("/")):
            continue
        try:
            found = _extract(archive, member, budget)
        except Unreadable as bad:
            yield File(f"{name}/{inside}", b"", bad)
        else:
            yield from _unpack(f"{name}/{inside}", found, budget, depth + 1)


def _overlaps(members: list[zipfile.ZipInfo]) -> bool:
    """Tell whether members lie over each other (D. Fifield, "A better zip bomb", WOOT 2019)."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    return any(
        one.header_offset + one.compress_size > other.header_offset for one, other in pairwise(ordered)
    )


def _inside(name: str) -> str:
    """Make a member's name harmless: no root, no drive, no way up; control characters become "?"."""
    parts = re.split(r"[/\\]+", re.sub(r"[\x00-\x1f\x7f]", "?", printable(name)))
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "unnamed"


def printable(path: str) -> str:
    """Make a file name that any table can hold: names need not be valid text."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> bytes:
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise Unreadable("zip-bomb", _GROWS)
    if member.file_size > MOST_BYTES:
        raise Unreadable("too-large", "split the file into parts of less than 1 GB")
    budget.spend(member.file_size)
    try:
        with archive.open(member) as stream:
            return stream.read(member.file_size)
    except Exception as error:  # zipfile raises six kinds here, among them zlib.error and RuntimeError
        raise Unreadable("bad-zip", "this member is damaged or needs a password: pack it again") from error


def _gzip(name: str, data: bytes, budget: _Budget, depth: int) -> tuple[str, bytes]:
    """Unpack the one file in a gzip file; its name is that of the archive without ".gz"."""
    inside = PurePosixPath(name).name[: -len(".gz")] or "unnamed"
    if inside.lower().endswith(".tar"):
        raise Unreadable("binary", PACKED)
    budget.count(1, depth)
    most = min(MOST_BYTES, max(RATIO_FROM, MOST_RATIO * len(data)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            found = stream.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable("bad-zip", "the file is damaged or not gzip: pack it again") from error
    if len(found) > most:
        raise Unreadable("zip-bomb", _GROWS)
    budget.spend(len(found))
    return f"{name}/{inside}", found
