"""Bytes of an unknown encoding → text, with the repair of text that somebody else decoded wrongly.

Each repair is a span of the repaired text and the characters that stood there before: putting them back gives
exactly what the bytes say.
"""

import codecs
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

# Bytes that the encoding is told from: more changes nothing and costs time.
PROBE = 1 << 16
NO_TEXT = "this is no text: save it as .txt, .html, .csv or .jsonl"
PACKED = "this is a packed archive: unpack it, or pack it as zip"
# First bytes of files that hold no plain text, and what to do with them.
MAGIC = {
    b"%PDF": "this is a PDF: save its text as .txt; a scan needs text recognition first",
    b"{\\rtf": "this is rich text: save it as plain text (.txt)",
    b"PK\x03\x04": "this is a Word, spreadsheet or other packed file: save it as .txt or .csv",
    b"\xd0\xcf\x11\xe0": "this is an old Word or Excel file: save it as .txt or .csv",
    b"\xfd7zXZ": PACKED,
    b"\x89PNG": NO_TEXT,
    b"\x7fELF": NO_TEXT,
}
# Shorter ones count only where control characters follow.
SHORT_MAGIC = {
    **dict.fromkeys([b"\x1f\x8b", b"BZh", b"7z\xbc", b"Rar!"], PACKED),
    **dict.fromkeys([b"\xff\xd8\xff", b"MZ", b"ID3", b"GIF8", b"OggS", b"SQLite"], NO_TEXT),
}


class Unreadable(ValueError):
    """A source that cannot be read; its arguments are a reason code and what to do."""


class Repair(NamedTuple):
    """Characters `start` to `end` of the repaired text, what stood there before, and why it was changed."""

    start: int
    end: int
    rule: str
    before: str


def decode(data: bytes) -> tuple[str, str]:
    r"""Decode bytes of an unknown encoding.

    Returns
    -------
    text, encoding
        The text without a byte order mark, and how it was read. Bytes that mean nothing in the encoding are
        lone surrogates, which `mend` replaces.

    Raises
    ------
    Unreadable
        If this is no text.

    Examples
    --------
    >>> decode("Karovec – Orlavia’s capital".encode("cp1252"))
    ('Karovec – Orlavia’s capital', 'cp1252')
    """
    if not data.strip(b"\x00 \t\r\n\x0b\x0c"):
        raise Unreadable("empty", "there is nothing in it: delete it or get it again")
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark) and not (len(mark) == 2 and _narrow(data[2:PROBE])):
            return _without_mark(_lenient(data, name).removeprefix("\ufeff")), name
    for first, hint in {**MAGIC, **(SHORT_MAGIC if 0 in data[:PROBE] else {})}.items():
        if data.startswith(first):
            raise Unreadable("binary", hint)
    if 0 in data[:PROBE] and (name := _wide(data)):
        return _lenient(data, name), name
    try:
        text, name = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if data[:PROBE].count(0) > len(data[:PROBE]) // 100:
            raise Unreadable("binary", NO_TEXT) from None
        text, name = _guess(data)
    controls = sum(map(text[:PROBE].count, _CONTROLS))
    if controls > 0.05 * min(len(text), PROBE):
        raise Unreadable("binary", NO_TEXT)
    return text, name


def _narrow(data: bytes) -> bool:
    """Tell whether nearly all bytes are ASCII, as in no text of two bytes a character."""
    return len(data) > 20 and sum(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in data) > 0.9 * len(data)


def _without_mark(text: str) -> str:
    if not text.strip("\x00 \t\r\n\x0b\x0c"):
        raise Unreadable("empty", "there is nothing in it: delete it or get it again")
    return text


def _lenient(data: bytes, name: str) -> str:
    """Decode; a byte that means nothing becomes a lone surrogate (PEP 383), where the codec can do that."""
    try:
        return data.decode(name, "surrogateescape")
    except UnicodeDecodeError:
        return data.decode(name, "replace")


_CONTROLS = [chr(c) for c in [*range(9), *range(14, 27), *range(28, 32), 0xFFFD]]
_UTF8_TWICE = re.compile("[ÂÃâÐÑÅÄÎÏØÙ][\x80-\xbf–—‘’“”†‡ˆ‰Š‹ŒŽ™š›œžŸ€…‚„ƒ¡-¿]")


def _guess(data: bytes) -> tuple[str, str]:
    """Decode what is not UTF-8."""
    probe = data[:PROBE]
    if declared := _declared(data):
        try:
            return data.decode(declared), declared
        except UnicodeError:
            pass
    # a UTF-8 file with a few damaged bytes is still one
    text = _lenient(data, "utf-8")
    damaged = len(_UNDECODED.findall(text))
    if damaged * 200 < len(text) and damaged * 3 < sum(map(str.isalpha, _beyond(text[:PROBE]))):
        return text, "utf-8"
    from charset_normalizer import from_bytes

    # Western first: in a mostly English text every one-byte encoding is possible and this one is likely
    best = from_bytes(probe, cp_isolation=["cp1252"]).best() if _western(probe) else None
    best = best or from_bytes(probe).best()
    if best is None:
        raise Unreadable("not-text", "no encoding fits: save it as UTF-8 text")
    return _lenient(data, best.encoding), str(codecs.lookup(best.encoding).name)


# Encodings that a page may name: not those that unpack something or take quadratic time.
_TEXTUAL = (
    *("utf-8", "utf-16", "utf-32", "iso8859", "cp", "koi8", "mac-", "big5", "gb", "hz", "euc", "shift_jis"),
    *("iso2022", "tis", "johab", "ascii", "kz1048"),
)


def _declared(data: bytes) -> str:
    """Name the encoding that a page says it has; "" for none that can be."""
    found = re.search(rb"charset=[\"']?([\w-]{3,20})", data[:2048])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else ""
    except (LookupError, UnicodeError):
        return ""
    if name in ("iso8859-1", "ascii"):
        return "cp1252"  # what browsers read under these names (WHATWG, Encoding Standard)
    return name if name.startswith(_TEXTUAL) else ""


def _wide(data: bytes) -> str:
    """Name an encoding of two or four bytes a character that fits without a mark; "" for none."""
    probe = data[: PROBE & -4]
    for name in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        try:
            text = probe[: len(probe) & (-4 if "32" in name else -2)].decode(name, "strict")
        except UnicodeDecodeError:
            continue
        common = sum(one.isalnum() or one in " \n\r\t.,;:'\"-" for one in text)
        if text and common > 0.9 * len(text):
            return name
    return ""


def _beyond(text: str) -> str:
    return re.sub(r"[\x00-\x7f\ufffd\ud800-\udfff]+", "", text)


# euro, quotation marks and dashes, and the letters of the Romance and Germanic languages
_WESTERN = frozenset("€…‘’“”–—\xa0£§©«°·»ÄÖÜßàáâãäåæçèéêëìíîïñòóôöøùúûüœ".encode("cp1252"))


def _western(probe: bytes) -> bool:
    """Tell whether the bytes beyond ASCII are few, and marks or letters of Western Europe in cp1252."""
    high = [byte for byte in probe if byte > 0x7F]
    return len(high) < 0.2 * len(probe) and sum(byte in _WESTERN for byte in high) > 0.9 * len(high)


# -- repairs ---------------------------------------------------------------------------------------

_UNDECODED = re.compile("[\ud800-\udfff]+")
_SEEN = re.compile(r"[!-~]+")


def mend(text: str) -> tuple[str, tuple[Repair, ...]]:
    r"""Undo a wrong decoding that somebody else has made, where there is no doubt; replace what is damaged.

    Returns
    -------
    text, repairs
        Rules: "mojibake", for which ftfy says what the characters were; "undecodable", for bytes and halves
        of characters that mean nothing, of which each run becomes U+FFFD.

    Examples
    --------
    >>> mend("the cafÃ©â€™s owner")
    ('the café’s owner', (Repair(start=7, end=9, rule='mojibake', before='Ã©â€™'),))
    """
    if not broken(text):
        return text, ()
    lines, repairs, at = [], [], 0
    for line in text.split("\n"):
        mended, found = _mend_line(line)
        lines.append(mended)
        repairs += [one._replace(start=one.start + at, end=one.end + at) for one in found]
        at += len(mended) + 1
    return "\n".join(lines), tuple(repairs)


def broken(text: str) -> bool:
    """Tell quickly whether there can be something to mend."""
    return not text.isascii() and bool(_UTF8_TWICE.search(text) or _UNDECODED.search(text))


def _mend_line(line: str) -> tuple[str, list[Repair]]:
    mended = _UNDECODED.sub("\ufffd", line)
    if _UTF8_TWICE.search(mended):
        import ftfy

        mended = ftfy.fix_encoding(mended)
    return mended, [
        Repair(start, end, "undecodable" if _UNDECODED.search(before) else "mojibake", before)
        for start, end, before in _changes(line, mended)
    ]


def _changes(before: str, after: str) -> Iterator[tuple[int, int, str]]:
    """Find what a repair changed: wrongly decoded characters are never ASCII, so that ASCII words stay.

    Yields
    ------
    start, end, before
        Characters of `after`, and what stood there.
    """
    old, new = list(_SEEN.finditer(before)), list(_SEEN.finditer(after))
    if [found[0] for found in old] != [found[0] for found in new]:
        old = new = []
    was = at = 0
    for one, other in [*zip(old, new, strict=True), (None, None)]:
        words = before[was : one.start() if one else len(before)]
        instead = after[at : other.start() if other else len(after)]
        if words != instead:
            head = _shared(words, instead)
            tail = _shared(words[head:][::-1], instead[head:][::-1])
            yield at + head, at + len(instead) - tail, words[head : len(words) - tail]
        was, at = (one.end(), other.end()) if one and other else (0, 0)


def _shared(one: str, other: str) -> int:
    """Count the characters with which both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
