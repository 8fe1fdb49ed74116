"""What earlier runs found out about single records, so that a grown folder costs only what is new.

One sqlite file holds results by the fingerprint of all that they depend on: the record's text, the choices
and the code. What depends on the whole corpus is never in it. It may be deleted at any time, and a run that
is killed keeps what it had written down.
"""

import hashlib
import json
import sqlite3
import sys
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

Made = TypeVar("Made")

# Results that are written down together: a killed run loses no more than these.
TOGETHER = 500
# Seconds that another run which writes the same file is waited for.
PATIENCE = 10
_PACKAGE = Path(__file__).parents[1]


def fingerprint(parts: Iterable[str]) -> bytes:
    """Give 16 bytes that differ when the parts differ."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.digest()


def version() -> str:
    """Name the code that reads records: this package's own, Python's and the libraries'."""
    code = [
        path.read_text(encoding="utf-8")
        for part in ("text", "intake", "resources")
        for path in sorted((_PACKAGE / part).iterdir())
        if path.is_file() and path.suffix != ".npz"  # the model of tone reads no records
    ]
    installed = sorted({path.name for root in sys.path for path in Path(root).glob("*.dist-info")})
    return fingerprint([sys.version, unicodedata.unidata_version, *installed, *code]).hex()


class Memory:
    """Results by fingerprint; without a file nothing is remembered.

    Parameters
    ----------
    path
        The file, made where it is missing. One that cannot be read or written is not used.

    Attributes
    ----------
    made
        How many results of each kind had to be computed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.made: Counter[str] = Counter()
        self._used: set[bytes] = set()
        self._new: dict[bytes, bytes] = {}
        self._file = _opened(path) if path else None

    def recall(
        self,
        kind: str,
        parts: Iterable[str],
        make: Callable[[], Made],
        *,
        pack: Callable[[Made], Any],
        unpack: Callable[[Any], Made],
    ) -> Made:
        """Give what `make` returns, from memory where it is known.

        Parameters
        ----------
        kind, parts
            What it is, and all that it depends on but the code.
        make
            Computes it.
        pack, unpack
            Turn it into what JSON can hold, and back.
        """
        key = fingerprint([kind, *parts]) if self._file else b""
        if self._file and (found := self._look_up(key)) is not None:
            return unpack(found)
        self.made[kind] += 1
        made = make()
        if self._file:
            text = json.dumps(pack(made), ensure_ascii=False).encode("utf-8", "surrogatepass")
            self._new[key] = zlib.compress(text, 1)
            if len(self._new) >= TOGETHER:
                self._write_down()
        return made

    def _look_up(self, key: bytes) -> Any | None:  # noqa: ANN401  (whatever JSON holds)
        assert self._file
        self._used.add(key)
        data = self._new.get(key)
        with suppress(sqlite3.Error, zlib.error, ValueError):
            if data is None:
                row = self._file.execute("SELECT value FROM results WHERE key = ?", (key,)).fetchone()
                data = row[0] if row else None
            return data and json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
        return None

    def _write_down(self) -> None:
        if not self._file:
            return
        with suppress(sqlite3.Error), self._file:  # a full disk costs the memory, not the run
            self._file.executemany("INSERT OR REPLACE INTO results VALUES (?, ?)", self._new.items())
        self._new.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; after a whole run, what that run had no use for is forgotten."""
        if not self._file:
            return
        self._write_down()
        with suppress(sqlite3.Error):
            if kind is None:
                self._forget()
            self._file.close()
        self._file = None

    def _forget(self) -> None:
        assert self._file
        known = {key for (key,) in self._file.execute("SELECT key FROM results")}
        with self._file:
            gone = ((key,) for key in known - self._used)
            self._file.executemany("DELETE FROM results WHERE key = ?", gone)


def _opened(path: Path) -> sqlite3.Connection | None:
    """Open the file for this version of the code; what another version wrote, or damage, is deleted."""
    for _ in range(2):
        with suppress(sqlite3.Error, OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(path, timeout=PATIENCE)
            try:
                return _prepared(file)
            except sqlite3.OperationalError:  # locked, or the disk is full: go on without
                file.close()
                return None
            except sqlite3.Error:
                file.close()
        with suppress(OSError):
            path.unlink()
    return None


def _prepared(file: sqlite3.Connection) -> sqlite3.Connection:
    current = version()
    with file:
        file.execute("CREATE TABLE IF NOT EXISTS results (key BLOB PRIMARY KEY, value BLOB)")
        file.execute("CREATE TABLE IF NOT EXISTS version (name TEXT)")
        if file.execute("SELECT name FROM version").fetchall() != [(current,)]:
            file.execute("DELETE FROM results")
            file.execute("DELETE FROM version")
            file.execute("INSERT INTO version VALUES (?)", (current,))
    return file
