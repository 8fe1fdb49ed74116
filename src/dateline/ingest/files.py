"""Folders, files, zips and gzip archives → bytes → text: every size has a limit, no archive goes to disk.

Text that somebody has decoded wrongly is repaired: each repair is a span of the repaired text and the
characters that stood there before; putting them back gives exactly what the bytes say.
"""

import codecs
import gzip
import hashlib
import io
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path, PurePath, PurePosixPath
from pkgutil import resolve_name
from typing import Any, NamedTuple
from urllib.parse import unquote

from dateline import tables

# Patterns and lists of the readers; line breaks in patterns mean nothing.
PATTERNS = tables.read_toml("ingest.toml")
# A file of this size is a whole corpus; more at once would not fit beside its tables in memory.
MOST_BYTES = 1 << 30
# A member that grows more than this is made to fill a disk: text shrinks to a tenth, seldom to a 50th.
MOST_RATIO, RATIO_FROM = 200, 1 << 20
# For an archive and all archives in it together.
MOST_UNPACKED, MOST_MEMBERS, MOST_DEPTH = 1 << 31, 200_000, 3
# Bytes that the encoding is told from: more changes nothing and costs time.
PROBE = 1 << 16
# Files that a system puts into folders, and beginnings of names that are none of the user's articles.
SYSTEM, NOT_ARTICLES = ("thumbs.db", "desktop.ini"), (".", "__MACOSX", "~$")

# Keys under which file systems say whether a file has changed.
_SIGN = re.compile("etag|md5|crc|^sha|digest|checksum|modif|mtime|created|updated|generation", re.IGNORECASE)
_HINTS = PATTERNS["hints"]


class Unreadable(ValueError):
    """A source that cannot be read; its arguments are a reason code and what to do."""


class File(NamedTuple):
    """A name inside the input folder, and bytes; or, where it cannot be read, why not."""

    name: str
    data: bytes
    error: Unreadable | None = None


class Repair(NamedTuple):
    """Characters `start` to `end` of the repaired text, what stood there before, and why it was changed."""

    start: int
    end: int
    rule: str
    before: str


def fetch(address: str, store: Path, say: Callable[[int, int], object]) -> Path:
    """Copy what lies at an fsspec address (``s3://bucket/folder``) to `store`; return its path there.

    Files that bear the sign of their content that they bore before are not copied again; `say` hears how many
    are, and of how many. An address can hold a password: an `OwnFileError` names its protocol only.
    """
    protocol, index = re.findall(r"(\w*)://", address)[-1], store / ".signs.json"
    try:
        system, root = resolve_name("fsspec.core:url_to_fs")(address)
        if type(system).__name__ == "LocalFileSystem":
            return Path(root)
        name, files = _remote_files(system, root)
        noted = json.loads(index.read_text(encoding="utf-8")) if index.exists() else {}
        unchanged = {place: sign for place, (_, sign) in files.items() if sign and noted.get(place) == sign}
        unchanged = {place: sign for place, sign in unchanged.items() if (store / place).is_file()}
        for path in sorted(store.rglob("*"), reverse=True):
            if path.is_dir():
                with suppress(OSError):  # it is not empty
                    path.rmdir()
            elif path.relative_to(store).as_posix() not in unchanged:
                path.unlink()
        changed = [place for place in files if place not in unchanged]
        say(len(changed), len(files))
        size = max(1000, len(changed) // 50)
        # what is noted of a run that is killed is not copied again
        for part in [[], *(changed[first : first + size] for first in range(0, len(changed), size))]:
            system.get([files[place][0] for place in part], [str(store / place) for place in part])
            unchanged |= {place: files[place][1] for place in part}
            tables.write_text(json.dumps(unchanged), index)
        return store / name
    except Exception as error:  # each protocol has errors of its own, and their words could be secret
        number = getattr(error, "errno", None) or 2 * isinstance(error, FileNotFoundError)
        reason = os.strerror(number) if number > 0 else type(error).__name__
        message = f"this {protocol}:// address cannot be read ({reason}): name a folder, file or zip"
        if isinstance(error, ImportError):
            extra = protocol.replace("https", "http")
            message = f"{protocol}:// needs a package: pip install 'fsspec[{extra}]' ({error})"
        raise tables.OwnFileError(message) from None


def _remote_files(system: Any, root: str) -> tuple[str, dict[str, tuple[str, str]]]:  # noqa: ANN401
    """Name what lies at the root; give each file's path there, and the sign of its content, if it has one."""

    def inner_path(path: str) -> str:  # on the web, a name is escaped, and a query may be a key
        address = path.partition("://")[2]
        return unquote(re.split("[?#]", address.partition("/")[2])[0]) if address else path

    top, files = inner_path(root).rstrip("/"), {}
    name = base = PurePosixPath(top).name.lstrip(".") or "articles"
    if root.endswith("/") or system.info(root)["type"] == "directory":
        infos = system.find(root, detail=True)
    else:  # one file, and the reader's own beside it
        infos, base, top = {root: system.info(root)}, "", top.rpartition("/")[0]
        for path in (f"{root.rpartition('/')[0]}/{file}" for file in (*tables.OWN, tables.SETTINGS)):
            with suppress(FileNotFoundError, PermissionError):
                infos[path] = system.info(path)
    for path, info in infos.items():
        inner = inner_path(path)[len(top) :].replace("//", "/_/").lstrip("/")  # no two keys in one file
        place = PurePath(base, inner)
        if inner and not (inner[-1] == "/" or place.anchor or any(part[0] == "." for part in place.parts)):
            signs = sorted((key, str(value)) for key, value in info.items() if _SIGN.search(key))
            text = str((signs, info.get("size"))) if signs else ""
            files[place.as_posix()] = path, text and hashlib.sha256(text.encode()).hexdigest()
    if not files:
        raise FileNotFoundError
    return name, files


def open_files(folder: str | Path, *, skip: Sequence[Path] = ()) -> Iterator[File]:
    """Give every file of a folder, a file or an archive, archives unpacked, in the order of names.

    Hidden files and folders, those that systems make, and those in `skip` are passed over. A link to a
    folder is refused as a file: it could lead round in circles.
    """
    root = Path(folder)
    if not root.exists():
        raise FileNotFoundError(f"there is no {root}: name the folder, file or zip that holds your articles")
    paths = [(_printable(root.name), root)] if not root.is_dir() else []
    for branch, inner, names in os.walk(root) if root.is_dir() else ():
        inner[:] = [name for name in inner if not name.startswith(NOT_ARTICLES[:2])]
        for name in [*names, *(name for name in inner if Path(branch, name).is_symlink())]:
            if not name.startswith((".", "~$")) and name.lower() not in SYSTEM:
                path = Path(branch, name)
                paths.append((_printable(path.relative_to(root).as_posix()), path))
    for name, path in sorted(paths):
        if any(path.name == file.name and path.resolve() == file.resolve() for file in skip):
            continue
        try:
            yield from _unpack(name, _load(path, root), _Budget(), 0)
        except Unreadable as error:
            yield File(name, b"", error)


def _printable(path: str) -> str:
    """Make a file name that any table can hold: names need not be valid text."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _load(path: Path, root: Path) -> bytes:
    try:
        if path != root and path.is_symlink():
            # a link that a stranger made could lead anywhere, and round in circles
            target = Path(os.path.realpath(path))
            if not target.exists() or target.is_dir() or not target.is_relative_to(root.resolve()):
                missing = "what it points to is not there: get the file"
                hint = "copy what it points to" if path.exists() else missing
                raise Unreadable("link", f"a link to a folder, or out of this folder: {hint}")
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("unreadable", "this is no regular file: copy its content into a file")
        if status.st_size > MOST_BYTES:
            raise Unreadable("too-large", _HINTS["split"])
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("unreadable", f"{error.strerror}: make the file readable, then run again") from error


class _Budget:
    """What one archive, with all archives in it, may still unpack."""

    def __init__(self) -> None:
        self.bytes, self.members = MOST_UNPACKED, MOST_MEMBERS

    def spend(self, *, size: int = 0, members: int = 0, depth: int = 0) -> None:
        self.bytes, self.members = self.bytes - size, self.members - members
        if self.bytes < 0:
            raise Unreadable("zip-bomb", "it unpacks to more than 2 GB: unpack it and name the folder")
        if self.members < 0 or depth >= MOST_DEPTH:
            raise Unreadable("zip-bomb", "zips within zips, or too many files: unpack it and name the folder")


def _unpack(name: str, data: bytes, budget: _Budget, depth: int) -> Iterator[File]:
    """Give the file, or the files in it when it is an archive, by name."""
    suffix = PurePosixPath(name).suffix.lower()
    try:
        if suffix == ".zip":
            yield from _unzip(name, data, budget, depth)
        elif suffix == ".gz":
            yield from _unpack(*_gunzip(name, data, budget, depth), budget, depth + 1)
        else:
            yield File(name, data)
    except Unreadable as error:
        yield File(name, b"", error)


def _unzip(name: str, data: bytes, budget: _Budget, depth: int) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = sorted((m for m in archive.infolist() if not m.is_dir()), key=lambda m: m.filename)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("bad-zip", "the zip is damaged or not a zip: pack it again") from error
    if not members:
        raise Unreadable("empty", "there is no file in it: delete it or get it again")
    budget.spend(members=len(members), depth=depth)
    # members that lie over each other: D. Fifield, "A better zip bomb", WOOT 2019
    for member, following in pairwise(sorted(members, key=lambda m: m.header_offset)):
        if member.header_offset + member.compress_size > following.header_offset:
            raise Unreadable("zip-bomb", "its files share their bytes: it is made to fill a disk")
    for member in members:
        # no root, no drive, no way up; control characters become "?"
        parts = re.split(r"[/\\]+", re.sub(r"[\x00-\x1f\x7f]", "?", _printable(member.filename)))
        parts = [part for part in parts if part not in ("", ".", "..")] or ["unnamed"]
        if any(part.startswith(NOT_ARTICLES) for part in parts):
            continue
        inside = f"{name}/{'/'.join(parts)}"
        try:
            content = _extract(archive, member, budget)
        except Unreadable as error:
            yield File(inside, b"", error)
        else:
            yield from _unpack(inside, content, budget, depth + 1)


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget) -> bytes:
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise Unreadable("zip-bomb", _HINTS["grows"])
    if member.file_size > MOST_BYTES:
        raise Unreadable("too-large", _HINTS["split"])
    budget.spend(size=member.file_size)
    try:
        with archive.open(member) as stream:
            return stream.read(member.file_size)
    except Exception as error:  # zipfile raises six kinds here, among them zlib.error and RuntimeError
        raise Unreadable("bad-zip", "this member is damaged or needs a password: pack it again") from error


def _gunzip(name: str, data: bytes, budget: _Budget, depth: int) -> tuple[str, bytes]:
    """Unpack the one file in a gzip file; its name is that of the archive without ".gz"."""
    inside = PurePosixPath(name).name[: -len(".gz")] or "unnamed"
    if inside.lower().endswith(".tar"):
        raise Unreadable("binary", _HINTS["packed"])
    budget.spend(members=1, depth=depth)
    limit = min(MOST_BYTES, max(RATIO_FROM, MOST_RATIO * len(data)))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            content = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable("bad-zip", "the file is damaged or not gzip: pack it again") from error
    if len(content) > limit:
        raise Unreadable("zip-bomb", _HINTS["grows"])
    budget.spend(size=len(content))
    return f"{name}/{inside}", content


_MARKS = {
    **{codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"},
    **{codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"},
}
_CONTROLS = [chr(c) for c in [*range(9), *range(14, 27), *range(28, 32), 0xFFFD]]
_TEXTUAL = tuple(PATTERNS["encodings"]["textual"].split())
_ALPHABETS = [
    (name, letters + PATTERNS["encodings"]["marks"]) for name, letters in PATTERNS["encodings"]["alphabets"]
]
_UNDECODED = re.compile("[\ud800-\udfff]+")


def decode(data: bytes) -> tuple[str, str]:
    """Decode bytes of an unknown encoding; say in which they were.

    There is no byte order mark in the text. Bytes that mean nothing in the encoding are lone surrogates,
    which `repair_text` replaces; what is no text is `Unreadable`.
    """
    if not data.strip(b"\x00 \t\r\n\x0b\x0c"):
        raise Unreadable("empty", _HINTS["empty"])
    if name := _marked_encoding(data):
        text = _lenient(data, name).removeprefix("\ufeff")
        if not text.strip("\x00 \t\r\n\x0b\x0c"):
            raise Unreadable("empty", _HINTS["empty"])
        return text, name
    probe = data[:PROBE]
    for hint, signs in PATTERNS["binary"]["signs"] + (PATTERNS["binary"]["short"] if 0 in probe else []):
        if data.startswith(tuple(sign.encode("latin-1") for sign in signs)):
            raise Unreadable("binary", hint)
    if name := _wide_encoding(probe):
        return _lenient(data, name), name
    try:
        text, name = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if probe.count(0) > len(probe) // 100:
            raise Unreadable("binary", _HINTS["no_text"]) from None
        text, name = _guess(data)
    if sum(map(text[:PROBE].count, _CONTROLS)) > 0.05 * min(len(text), PROBE):
        raise Unreadable("binary", _HINTS["no_text"])
    return text, name


def _marked_encoding(data: bytes) -> str:
    """Name the encoding of a byte order mark; a mark of two bytes before ASCII means nothing."""
    name = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    body = data[2:PROBE]
    narrow = len(body) > 20 and len(re.findall(rb"[\t\n\r -~]", body)) > 0.9 * len(body)
    return "" if name == "utf-16" and narrow else name


def _wide_encoding(probe: bytes) -> str:
    """Name an encoding of more bytes a character that fits without a mark and is no UTF-8; "" for none."""
    if re.search(rb"\x1b\$[@B]", probe) and probe.isascii():
        return "iso2022_jp"
    for name in () if 0 not in probe else ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        try:
            text = codecs.getincrementaldecoder(name)().decode(probe)  # a character may be cut at the end
        except UnicodeDecodeError:
            continue
        if text and sum(x.isalnum() or x in " \n\r\t.,;:'\"-" for x in text) > 0.9 * len(text):
            return name
    return ""


def _lenient(data: bytes, name: str) -> str:
    """Decode; a byte that means nothing becomes a lone surrogate (PEP 383), where the codec can do that."""
    try:
        return data.decode(name, "surrogateescape")
    except UnicodeDecodeError:
        return data.decode(name, "replace")


def _guess(data: bytes) -> tuple[str, str]:
    """Decode what is not UTF-8: as the page says, or as UTF-8 with damage, or as its bytes look like."""
    declared = re.search(rb"charset=[\"']?([\w-]{3,20})", data[:2048])
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name if declared else ""
        # what browsers read under these names (WHATWG, Encoding Standard)
        name = "cp1252" if name in ("iso8859-1", "ascii") else name
        if name.startswith(_TEXTUAL):
            return data.decode(name), name
    except (LookupError, UnicodeError):
        pass
    text = _lenient(data, "utf-8")
    damaged = len(_UNDECODED.findall(text))
    letters = sum(map(str.isalpha, re.sub(r"[\x00-\x7f\ufffd\ud800-\udfff]+", "", text[:PROBE])))
    if damaged * 200 < len(text) and damaged * 3 < letters:
        return text, "utf-8"
    # in a mostly English text every one-byte encoding is possible: the commonest that fits is likely
    probe = data[:PROBE]
    high = bytes(byte for byte in probe if byte > 0x7F)
    if len(high) < 0.3 * len(probe):
        fits = [sum(map(letters.count, high.decode(name, "replace"))) for name, letters in _ALPHABETS]
        if max(fits) > 0.9 * len(high):
            name = _ALPHABETS[fits.index(max(fits))][0]
            return _lenient(data, name), name
    from charset_normalizer import from_bytes

    best = from_bytes(probe).best()
    if best is None:
        raise Unreadable("not-text", "no encoding fits: save it as UTF-8 text")
    return _lenient(data, best.encoding), str(codecs.lookup(best.encoding).name)


_UTF8_TWICE = re.compile("[ÂÃâÐÑÅÄÎÏØÙ][\x80-\xbf–—‘’“”†‡ˆ‰Š‹ŒŽ™š›œžŸ€…‚„ƒ¡-¿]")
_VISIBLE = re.compile(r"([!-~]+)")


def repair_text(text: str) -> tuple[str, tuple[Repair, ...]]:
    r"""Undo a wrong decoding that somebody else has made, where there is no doubt; replace what is damaged.

    Repairs have the rule "mojibake", for which ftfy says what the characters were, or "undecodable": bytes
    and halves of characters that mean nothing, of which each run becomes U+FFFD.

    >>> repair_text("the cafÃ©â€™s owner")
    ('the café’s owner', (Repair(start=7, end=9, rule='mojibake', before='Ã©â€™'),))
    """
    # halves of characters cannot be encoded: that is seen sooner than they are found
    if not _UTF8_TWICE.search(text) and text.encode(errors="ignore").decode() == text:
        return text, ()
    from rapidfuzz.distance import Postfix, Prefix

    lines: list[str] = []
    repairs: list[Repair] = []
    offset = 0
    for line in text.split("\n"):
        repaired = _UNDECODED.sub("\ufffd", line)
        if _UTF8_TWICE.search(repaired):
            import ftfy

            repaired = ftfy.fix_encoding(repaired)
        # wrongly decoded characters are never ASCII: only what stands between ASCII words changes
        old, new = _VISIBLE.split(line), _VISIBLE.split(repaired)
        if old[1::2] != new[1::2]:
            old, new = [line], [repaired]
        for before, after in zip(old, new, strict=True):
            if before != after:
                head = Prefix.similarity(before, after)
                tail = Postfix.similarity(before[head:], after[head:])
                changed = before[head : len(before) - tail]
                rule = "undecodable" if _UNDECODED.search(changed) else "mojibake"
                repairs.append(Repair(offset + head, offset + len(after) - tail, rule, changed))
            offset += len(after)
        offset += 1
        lines.append(repaired)
    return "\n".join(lines), tuple(repairs)
