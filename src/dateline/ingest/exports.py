"""Exports: press databases, office files, mail, feeds, Markdown and web archives → rows, one a document.

Each format is read by a library that is kept for it. A file may hold several documents; what of it cannot be
read is listed with what to do. Nothing is fetched, and no macro, script or attachment is opened.
"""

import email
import email.policy
import io
import logging
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr, suppress
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from dateline.ingest import html
from dateline.ingest.files import MOST_RATIO, PATTERNS, RATIO_FROM, Unreadable, decode
from dateline.ingest.tabular import BadRow, Row, field_values, make_row, recognise_columns
from dateline.text import publication

# Characters that a page of a PDF has at least, on average: a scan has none. Pages that are read.
TYPED, MOST_PAGES = 40, 3000
# Rows of a text that was wrapped at a fixed width are no longer; lines that a header of a press database has.
WRAPPED, HEADER = 100, 60
_MARKDOWN = [(re.compile(mark, re.MULTILINE), words) for mark, words in PATTERNS["markdown"]["marks"]]
_LINES = {
    name: re.compile(words.replace("\n", ""), 0 if name.startswith("factiva") else re.IGNORECASE)
    for name, words in PATTERNS["exports"].items()
}
# A document is its fields, by the names of `tabular.COLUMNS`; or it is a reason why it is none, and a hint.
Entry = dict[str, Any] | tuple[str, str]


class Export(NamedTuple):
    """What a file is, its documents as rows (`tabular.COLUMNS`; HTML has "page"), and what cannot be read."""

    kind: str
    rows: list[Row]
    bad: list[BadRow]


def open_export(name: str, data: bytes) -> Export | None:
    """Read a file that is neither plain text nor a page nor a table; nothing where it is one of these.

    A file that is damaged, empty or locked is `Unreadable`.
    """
    suffix, head = PurePosixPath(name).suffix.lower(), data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    root = re.search(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", head) if head[:1] == b"<" else None
    readers: list[tuple[object, str, Callable[[bytes], Sequence[Entry]]]] = [
        (head[:4] == b"PK\x03\x04" and (suffix == ".docx" or b"word/" in data), "Word file", _from_docx),
        (head[:4] == b"%PDF", "PDF", _from_pdf),
        (head[:5] == b"{\\rtf", "rich text", _from_rtf),
        (re.match(rb"WARC/\d", head), "web archive", _from_warc),
        (suffix == ".eml" and head, "mail", _from_mail),
        (suffix in (".mht", ".mhtml") and head, "saved page", _from_mail),
        (root, "feed", _from_feed),
    ]
    kind, reader = next(((kind, reader) for fits, kind, reader in readers if fits), ("", _from_docx))
    if not kind:
        return None
    if root and root[1] in (b"urlset", b"sitemapindex"):
        n = len(re.findall(rb"<loc\b", data))
        hint = f"this is a sitemap of {n:,} addresses: save their pages as .html or WARC"
        raise Unreadable("no-text", hint)
    for library in ("pypdf", "warcio", "feedparser"):  # they report damage on stderr, too
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            entries = reader(data)
    except Unreadable:
        raise
    except Exception as error:  # readers of damaged files fail in many ways, and none may end the run
        fault = f"the {kind} is damaged ({type(error).__name__})"
        raise Unreadable("damaged", f"{fault}: open it and save it again, or as plain text (.txt)") from error
    if not entries:
        raise Unreadable("empty", f"there is no text in this {kind}: get it again")
    if kind in ("Word file", "PDF", "rich text") and isinstance(entries[0], dict):
        return split_export(entries[0]["text"]) or _export(kind, entries)
    return _export(kind, entries)


def _export(kind: str, entries: Sequence[Entry]) -> Export:
    numbered = list(enumerate(entries, int(len(entries) > 1)))  # a file of one has its own name
    rows = [make_row(n, cells, cells) for n, cells in numbered if isinstance(cells, dict)]
    return Export(kind, rows, [BadRow(n, x[1], x[0]) for n, x in numbered if isinstance(x, tuple)])


def _from_docx(data: bytes) -> list[Entry]:
    import docx
    from docx.text.paragraph import Paragraph

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > max(RATIO_FROM, MOST_RATIO * len(data)):
            raise Unreadable("zip-bomb", "it grows more than 200 times when unpacked: save it as .txt")
    lines, title = [], ""
    for block in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
            style = block.style.name if block.style else ""
            title = title or (block.text.strip() if style in ("Title", "Heading 1") else "")
        else:
            lines += [" | ".join(dict.fromkeys(cell.text for cell in row.cells)) for row in block.rows]
    return [{"text": "\n\n".join(lines), "title": title}] if any(map(str.strip, lines)) else []


def _from_pdf(data: bytes) -> list[Entry]:
    """Read the text layer; running heads and page numbers, which stand within sentences, are left out."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("locked", "this PDF needs a password: save it without one")
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable("too-large", f"this PDF has more than {MOST_PAGES:,} pages: split it")
    pages = [(page.extract_text() or "").split("\n") for page in reader.pages]
    pages = [[line.strip() for line in page if line.strip()] for page in pages]
    if sum(len(line) for page in pages for line in page) < TYPED * len(pages):
        hint = "this PDF has pictures and no text: run text recognition (OCR) and save it as .txt"
        raise Unreadable("no-text", hint)
    keys = [[re.sub(r"\d+", "0", line) for line in page] for page in pages]
    edges = Counter(key for page in keys for key in {*page[:2], *page[-2:]})
    fewest = max(3, len(pages) / 2)
    lines = []
    for page, page_keys in zip(pages, keys, strict=True):
        last = len(page) - 2
        lines += [
            line
            for i, (line, key) in enumerate(zip(page, page_keys, strict=True))
            if 1 < i < last or (edges[key] < fewest and key != "0")
        ]
    if not lines:
        raise Unreadable("no-text", "every line of this PDF recurs on its pages: save its text as .txt")
    # rows of paragraphs: one that is nearly full is not the last
    width = sorted(map(len, lines))[len(lines) * 4 // 5]
    paragraphs, is_full = [lines[0]], False
    for before, line in pairwise(lines):
        is_full = len(before) > (0.9 if before[-1] in '.!?”"' else 0.75) * width
        if is_full or (line[0].islower() and before[-1] not in ".!?"):
            hyphen = before[-1] == "-" and line[0].islower()
            paragraphs[-1] = paragraphs[-1][:-1] + line if hyphen else f"{paragraphs[-1]} {line}"
        else:
            paragraphs.append(line)
    return [{"text": "\n\n".join(paragraphs)}]


def _from_rtf(data: bytes) -> list[Entry]:
    from striprtf.striprtf import rtf_to_text

    text = rtf_to_text(data.decode("cp1252", "replace"), errors="replace")
    # characters beyond 16 bits are written as two halves
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [{"text": text}] if text.strip() else []


def _from_mail(data: bytes) -> list[Entry]:
    """Read a mail: its plain text, or else its HTML; its sender is the outlet.

    A page that a browser has saved in one file is such a mail too; its day of saving says nothing.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    texts: dict[str, str] = {}
    attachments: list[Entry] = []
    url = message.get("Snapshot-Content-Location")
    for part in message.walk():
        name, kind = part.get_filename(), part.get_content_maintype()
        if name and kind not in ("image", "multipart"):
            hint = f"the mail has an attachment ({' '.join(name.split())}): save it into the folder"
            attachments.append(("attachment", hint))
        elif kind == "text":
            payload = part.get_payload(decode=True)
            payload = payload if isinstance(payload, bytes) else b""
            try:
                text = payload.decode(part.get_content_charset("utf-8"))
            except (LookupError, UnicodeError):
                text = decode(payload)[0]
            subtype = part.get_content_subtype()
            if subtype == "plain" and subtype in texts:  # a picture stands between two parts of the text
                texts[subtype] += "\n\n" + text.strip()
            texts.setdefault(subtype, text.strip())
            url = url or part.get("Content-Location")
    if url and texts.get("html"):
        return [{"text": texts["html"], "url": str(url), "page": True}]
    text = texts.get("plain") or texts.get("html", "")
    sender = str(message.get("From", "")).partition("<")[0].strip(' "')
    cells = {"text": text, "outlet": sender, "page": not texts.get("plain")}
    cells |= {"title": str(message.get("Subject", "")), "date": str(message.get("Date", ""))}
    return [cells, *attachments] if text else attachments


def _from_feed(data: bytes) -> list[Entry]:
    import feedparser

    feed = feedparser.parse(io.BytesIO(data))
    if feed.bozo and not feed.entries:
        raise Unreadable("damaged", "the feed is damaged: get it again")
    entries: list[Entry] = []
    for item in feed.entries:
        contents = [*item.get("content", []), item.get("summary_detail", {})]
        content = max(contents, key=lambda part: len(part.get("value") or ""))
        text = content.get("value") or ""
        text = f"<p>{text}</p>" if content.get("type") != "text/plain" and "<" in text else text
        cells = {"text": text, "title": item.get("title", ""), "url": item.get("link", "")}
        cells |= {"date": item.get("published") or item.get("updated"), "outlet": feed.feed.get("title")}
        cells |= {"language": content.get("language") or feed.feed.get("language"), "id": item.get("id")}
        entries.append(cells)
    return entries


def _from_warc(data: bytes) -> list[Entry]:
    """Read the pages of a web archive; the day on which one was fetched is not that of its publication."""
    from warcio.archiveiterator import ArchiveIterator

    entries: list[Entry] = []
    n_skipped, damage = 0, io.StringIO()
    try:
        with redirect_stderr(damage):
            for record in ArchiveIterator(io.BytesIO(data)):
                if record.rec_type not in ("response", "resource", "conversion"):
                    continue
                kind = (record.http_headers or record.rec_headers).get_header("Content-Type") or ""
                page = kind.startswith(("text/html", "application/xhtml"))
                status = record.http_headers.get_statuscode() if record.http_headers else "200"
                if status != "200" or not (page or kind.startswith("text/plain")):
                    n_skipped += 1
                    continue
                try:
                    text = decode(record.content_stream().read(1 << 24))[0]
                except Unreadable as error:
                    entries.append((error.args[0], error.args[1]))
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                entries.append({"text": text, "url": url, "page": page})
    except Exception as error:  # what comes before the damage is whole
        damage.write(type(error).__name__)
    if damage.getvalue():
        entries.append(("damaged", "a part of the web archive is damaged and cannot be read: get it again"))
    if n_skipped:
        entries.append(("no-page", f"{n_skipped:,} records are pictures, scripts or errors: nothing to do"))
    return entries


def split_export(text: str, suffix: str = "") -> Export | None:
    """Take Markdown or the documents of a press database out of a decoded text; nothing where it is none."""
    if suffix in (".md", ".markdown"):
        return _export("Markdown", [_from_markdown(text)])
    if "<html" in text[:3000].lower():
        is_factiva = re.search(r"class=[\"']article \w*Article[\"']", text)
        text = html.extract_fragment(text).text if is_factiva else ""
    lowered = text.lower()
    if not any(sign in lowered for sign in ("document", "dokument", "_" * 20)):
        return None  # each database ends or begins its documents with one of these
    lines = text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    databases = {"LexisNexis": _from_lexisnexis, "Nexis Uni": _from_nexis}
    databases |= {"Factiva": _from_factiva, "ProQuest": _from_proquest}
    for kind, reader in databases.items():
        if entries := list(reader(lines)):
            return _export(kind, entries)
    return None


def _from_markdown(text: str) -> Entry:
    """Read Markdown without its marks, its front matter (YAML) as fields."""
    import yaml

    front = re.match(r"---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", text, re.DOTALL)
    cells: object = None
    if front and not re.search(r"<<\s*:", front[1]):
        with suppress(yaml.YAMLError, ValueError, RecursionError):  # else it stays in the text
            cells = yaml.safe_load(front[1])
    cells = cells if isinstance(cells, dict) else {}
    text = text[front.end() :] if front and cells else text
    for pattern, words in _MARKDOWN:
        text = pattern.sub(words, text)
    cells = {str(name): value for name, value in cells.items() if not isinstance(value, (dict, list))}
    row = Row(0, "", cells | {"text": text})
    return {**field_values(row, recognise_columns([row], {}))}


# -- press databases -------------------------------------------------------------------------------


def _paragraphs(lines: Sequence[str]) -> str:
    """Join lines to paragraphs; rows of a fixed width, with blank lines between paragraphs, to one each."""
    blocks = re.split(r"\n{2,}", "\n".join(map(str.strip, lines)).strip())
    mark = " " if max(map(len, lines), default=0) <= WRAPPED else "\n"
    return "\n\n".join(mark.join(block.split("\n")) for block in blocks)


def _segments(lines: Sequence[str], mark: str) -> Iterator[list[str]]:
    """Part lines behind those of this pattern, if there are any; a last part counts if it is long."""
    ends = [number for number, line in enumerate(lines) if re.fullmatch(mark, line.strip())]
    for start, end in pairwise([-1, *ends, len(lines)] if ends else ()):
        segment = list(lines[start + 1 : end])
        if end < len(lines) or sum(len(line.split()) for line in segment) > 30:
            yield segment


def _from_lexisnexis(lines: list[str]) -> Iterator[Entry]:
    """Read the older text files, in which "1 of 10 DOCUMENTS" stands above each document."""
    mark = r"\d+ of \d+ DOCUMENTS?|Dokument \d+ von \d+|Document \d+ de \d+"
    above = next((n for n, line in enumerate(lines) if re.fullmatch(mark, line.strip())), len(lines))
    segments = _segments(lines[above + 1 :] + lines[above : above + 1], mark)
    return (_nexis_document(segment, centred=True) for segment in segments)


def _from_nexis(lines: list[str]) -> Iterator[Entry]:
    """Read Nexis Uni and Lexis Advance: a title, an outlet and a day above labels, and a last line."""
    return map(_nexis_document, _segments(lines, "(?i)end of document|ende des dokuments|fin du document"))


def _nexis_document(lines: list[str], *, centred: bool = False) -> Entry:
    """Read one document; outlet and day come first where they are `centred`, else the title does."""
    ends = (n for n, line in enumerate(lines) if n > 5 and _LINES["end"].match(line.strip()))
    tail = next(ends, len(lines))
    top = range(min(tail, HEADER))
    rows = [n for n in top if lines[n].strip() and not _LINES["copyright"].match(lines[n])]
    labels = [n for n in rows if _LINES["label"].match(lines[n].strip())] or rows[4:5]
    head = [n for n in rows if not labels or n < labels[0]]
    dated = [n for n in head if len(lines[n]) < 90 and publication.parse_date(lines[n])]
    dated = dated or [n for n in head[1:] if re.search(r"\b(?:19|20)\d\d\b", lines[n])] or [-1]
    day = dated[0] if centred else dated[-1]
    before = [lines[n].strip() for n in head if n < day][-2:]
    start = next((n for n in labels if lines[n].strip().lower() in ("body", "text")), max([*labels, day]))
    title = before[0] if len(before) == 2 else ""
    if centred:
        title = " ".join(lines[n].strip() for n in head if n > day and not lines[n].startswith(" " * 8))
        start = next((n for n in range(start, tail) if not lines[n].strip()), tail)
    language = re.search(r"(?im)^\s*(?:language|sprache|langue): *(\w+)", "\n".join(lines[tail:]))
    cells = {"text": _paragraphs(lines[start + 1 : tail]), "title": title, "outlet": "".join(before[-1:])}
    return cells | {"date": lines[day] if day >= 0 else "", "language": language[1] if language else ""}


def _labelled(lines: Sequence[str], label: re.Pattern[str]) -> dict[str, list[str]]:
    """Part lines into fields that begin with a label, each with its first place only."""
    name = ""
    fields: dict[str, list[str]] = {name: []}
    for line in lines:
        match = label.match(line.strip())
        if match and match[1].lower() not in fields:
            name, line = match[1].lower(), line.strip()[match.end() :]
            fields[name] = []
        fields[name].append(line.strip(" |"))
    return fields


def _from_factiva(lines: list[str]) -> Iterator[Entry]:
    """Read Factiva, with its tags (HD, WC, PD, ...) before the fields or without."""
    for segment in _segments(lines, _LINES["factiva_end"].pattern):
        fields = _labelled(segment, _LINES["factiva_tag"])
        if "hd" in fields and ("pd" in fields or "wc" in fields):
            names = {"title": "hd", "date": "pd", "outlet": "sn", "language": "la"}
            cells = {field: " ".join(fields.get(tag, [])) for field, tag in names.items()}
            yield cells | {"text": _paragraphs([*fields.get("lp", []), "", *fields.get("td", [])])}
            continue
        rows = [number for number, line in enumerate(segment) if line.strip()]
        texts = [segment[n].strip() for n in rows]
        size = r"[\d.,]{1,9} (?:words|mots|Wörter|palabras|parole|palavras)"
        words = next((i for i, text in enumerate(texts) if re.fullmatch(size, text)), -1)
        if words < 0:
            yield {"text": _paragraphs(segment)}
            continue
        # the day, perhaps a time, the outlet, its code, perhaps edition and page, the language, the copyright
        below = texts[words + 1 : words + 12]
        above = [text for text in texts[:words] if not re.match(r"(?i)(?:by|von|par|por) ", text)]
        outlet = [x for x in below[1:] if not re.fullmatch(r"[\d:. ]+(?:GMT|UTC)?|[A-Z\d]{2,10}", x)]
        spoken = next((i for i, x in enumerate(below) if i > 2 and x.isalpha() and not x.isupper()), -1)
        last = next((i for i in range(spoken + 1, len(below)) if _LINES["copyright"].match(below[i])), spoken)
        cells = {"title": "".join(above[-1:]), "date": "".join(below[:1]), "outlet": "".join(outlet[:1])}
        cells["language"] = below[spoken] if spoken >= 0 else ""
        yield cells | {"text": _paragraphs(segment[rows[words + 1 + last] + 1 :])}


def _from_proquest(lines: list[str]) -> Iterator[Entry]:
    """Read ProQuest: labelled fields between lines of underscores."""
    for segment in _segments(lines, "_{20,}"):
        fields = _labelled(segment, _LINES["proquest_label"])
        if "proquest document id" not in fields and "full text" not in fields:
            continue
        names = {"title": "title", "date": "publication date", "outlet": "publication title"}
        names |= {"url": "document url", "language": "language of publication", "id": "proquest document id"}
        cells = {field: " ".join(fields.get(label, [])) for field, label in names.items()}
        first = [line for line in fields[""] if line and not re.fullmatch(r"Document \d+ of \d+", line)]
        text = _paragraphs(fields.get("full text", []))
        text = "" if text.startswith("Not available") else text
        yield cells | {"text": text, "title": cells["title"].strip() or "".join(first[:1])}
