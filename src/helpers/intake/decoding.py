"""Bytes of an unknown encoding → text, with the repair of text that somebody else decoded wrongly."""

import codecs
import re

# Bytes that the encoding is told from: more changes nothing and costs time.
PROBE = 1 << 16
# First bytes of files that hold no plain text; the short ones count only where control characters follow.
MAGIC = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"\xfd7zXZ")
SHORT_MAGIC = (
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"MZ",
    b"BZh",
    b"ID3",
    b"7z\xbc",
    b"GIF8",
    b"Rar!",
    b"OggS",
    b"SQLite",
)
NO_TEXT = "this is no text: save it as .txt, .html, .csv or .jsonl"


class Unreadable(ValueError):
    """A source that cannot be read; its arguments are a reason code and what to do."""


def decode(data: bytes) -> tuple[str, str]:
    r"""Decode bytes of an unknown encoding and repair text that was decoded wrongly before.

    Returns
    -------
    text, decoding
        The text without a byte order mark, and how it was read: "cp1252", "utf-8, mojibake repaired".

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
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            text = data.decode("utf-8-sig" if name == "utf-8" else name, "replace")
            return mend(text, name)
    if data.startswith(MAGIC) or (data.startswith(SHORT_MAGIC) and 0 in data[:PROBE]):
        raise Unreadable("binary", NO_TEXT)
    try:
        text, name = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, name = _guess(data)
    controls = sum(map(text[:PROBE].count, _CONTROLS))
    if controls > 0.05 * min(len(text), PROBE):
        raise Unreadable("binary", NO_TEXT)
    return mend(text, name)


_CONTROLS = [chr(c) for c in [*range(9), *range(14, 27), *range(28, 32), 0xFFFD]]
_UTF8_TWICE = re.compile("[ÂÃâÐÑÅÄÎÏØÙ][\x80-\xbf–—‘’“”†‡ˆ‰Š‹ŒŽ™š›œžŸ€…‚„ƒ¡-¿]")


def _guess(data: bytes) -> tuple[str, str]:
    """Decode what is not UTF-8."""
    declared = re.search(rb"charset=[\"']?([\w-]{3,20})", data[:2048])
    if declared:
        try:
            codec = codecs.lookup(declared[1].decode("ascii"))
            return str(codec.decode(data)[0]), codec.name
        except (LookupError, UnicodeError, ValueError):
            pass
    # a UTF-8 file with a few damaged bytes is still one
    probe = data[:PROBE]
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 200 < len(text) and text.count("\ufffd") * 3 < sum(
        map(str.isalpha, _beyond(text[:PROBE]))
    ):
        return text, "utf-8, damaged"
    if probe.count(0) > len(probe) // 4:
        name = "utf-16-le" if probe[1::2].count(0) > probe[0::2].count(0) else "utf-16-be"
        return data.decode(name, "replace"), name
    if probe.count(0) > len(probe) // 100:
        raise Unreadable("binary", NO_TEXT)
    from charset_normalizer import from_bytes

    # Western first: in a mostly English text every one-byte encoding is possible and this one is likely
    best = from_bytes(probe, cp_isolation=["cp1252"]).best() if _western(probe) else None
    best = best or from_bytes(probe).best()
    if best is None:
        raise Unreadable("not-text", "no encoding fits: save it as UTF-8 text")
    return data.decode(best.encoding, "replace"), str(codecs.lookup(best.encoding).name)


def _beyond(text: str) -> str:
    return re.sub(r"[\x00-\x7f\ufffd]+", "", text)


# euro, quotation marks and dashes, and the letters of Spanish, French, German and the Nordic languages
_WESTERN = frozenset("€…‘’“”–—\xa0£§©«°·»ÄÖÜßàáâäåæçèéêëíîïñóôöøúûü".encode("cp1252"))


def _western(probe: bytes) -> bool:
    """Tell whether the bytes beyond ASCII are few, and marks or letters of Western Europe in cp1252."""
    high = [byte for byte in probe if byte > 0x7F]
    return len(high) < 0.08 * len(probe) and sum(byte in _WESTERN for byte in high) > 0.9 * len(high)


def mend(text: str, name: str) -> tuple[str, str]:
    """Undo a wrong decoding that somebody else has made, where there is no doubt."""
    if text.isascii() or not _UTF8_TWICE.search(text):
        return text, name
    import ftfy

    lines = text.split("\n")
    mended = [ftfy.fix_encoding(line) if _UTF8_TWICE.search(line) else line for line in lines]
    return ("\n".join(mended), f"{name}, mojibake repaired") if mended != lines else (text, name)
