"""Records: the single texts that files hold, decoded, cleaned, judged as articles or not, and dated."""

import hashlib
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from html import unescape
from itertools import takewhile
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from dateline import tables
from dateline.ingest import exports, html, tabular
from dateline.ingest.decisions import Decisions, override_days, refuse_by_size, refuse_by_text
from dateline.ingest.files import PATTERNS, File, Repair, Unreadable, decode, repair_text
from dateline.partitions import Pool
from dateline.text import clean, publication
from dateline.text.boilerplate import KNOWN, is_prose, long_words
from dateline.text.publication import DateEvidence, PublicationDate

PAGES = {".html", ".htm", ".xhtml"}
# A line is boilerplate when it recurs at the edge of so many unrelated articles; a whole sentence, which
# could be a paragraph of background that an agency repeats, in more.
RECURS, PROSE_RECURS = 3, 5
# Files that show a pattern of names, and words that the name of an outlet has at most.
FEWEST_FILES, MOST_WORDS = 5, 3
# How much of the longer words of the smaller one unrelated articles share: of 4,000 pairs of news 99 in 100
# share fewer, of pairs of one story two thirds share more (../shared/corpora: neardup_1000, kremlin_visits).
RELATED = 0.2
NOT_CLEANED = clean.Cleaned("", "", (), "")


class Rejected(NamedTuple):
    """A source, or a record of it (0: all of it), that is no article: a short reason and what to do."""

    source: str
    record: int
    reason: str
    detail: str


@dataclass
class Record:
    """One decoded record, with what its file says about it ("" for nothing) and what became of it.

    `raw` is the text as decoded and repaired, `kind` "text", "page" (HTML) or "fragment" (text with HTML tags
    in it); `in_table` says whether it is a row of a table or an export, from all of which day-first and
    month-first are told apart, `form` what that is; `spoken` is the language of the text, `refused` why it is
    no article.
    """

    article_id: str
    source: str
    number: int
    raw: str
    sha256: str
    kind: str
    decoding: str
    repairs: tuple[Repair, ...]
    title: str = ""
    date: str = ""
    url: str = ""
    outlet: str = ""
    language: str = ""
    record_id: str = ""
    in_table: bool = False
    form: str = ""
    page: html.Page | None = None
    cleaned: clean.Cleaned = NOT_CLEANED
    refused: tuple[str, str] | None = None
    spoken: str = "und"

    @property
    def visible(self) -> str:
        """The visible text before cleaning."""
        return self.page.text if self.page else self.raw


_PAGE = re.compile(PATTERNS["pages"]["start"], re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\b|<(?:rss|feed|svg|nitf|newsml)\b)", re.IGNORECASE)
# In cells, "&amp;" stands for a character and "&lt;p&gt;" for a tag, but "&region=2" is of an address.
_unescape = partial(re.compile(r"&#?\w{1,32};").sub, lambda entity: unescape(entity[0]))
_TAGS = re.compile(r"<(?:/?(?:p|div|article|li|h[1-6])|br)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)


def read_records(
    files: Iterable[File], chosen: Mapping[str, str], rules: Sequence[str], decisions: Decisions, pool: Pool
) -> tuple[list[Record], list[Rejected], dict[str, dict[str, str]]]:
    """Read all records of files, clean them, and leave out what is no article.

    The records come in the order of their ids; then what was left out, and of each table the columns of its
    fields; `chosen` is what `tabular.check_columns` returned.
    """
    records: list[Record] = []
    rejected: list[Rejected] = []
    fields: dict[str, dict[str, str]] = {}
    for file in files:
        try:
            records += _records_of(file, chosen, fields, rejected)
        except Unreadable as error:
            rejected.append(Rejected(file.name, 0, *error.args))
    admitted = _admit(records, decisions, rejected)
    records = pool.each(_read, [{"record": record, "rules": rules} for record in admitted])
    for record in records:
        _give_title(record, rules, decisions)
    texts = [record.cleaned.text for record in records] if "recurring-line" in rules else []
    edges = [_edge_lines(text) for text in texts]
    keys = recurring_lines(texts, edges)
    again = {
        number: {"record": records[number], "rules": rules, "recurring": (keys, paragraphs)}
        for number, (pair, paragraphs) in enumerate(zip(edges, recurring_paragraphs(texts), strict=True))
        if paragraphs or (keys and any(key in keys for edge in pair for key, _ in edge))
    }
    for number, record in zip(again, pool.each(_clean, [*again.values()]), strict=True):
        records[number] = record
    records = _judge(records, decisions, rejected)
    _read_names(records)
    return records, rejected, fields


def _records_of(
    file: File, chosen: Mapping[str, str], fields: dict[str, dict[str, str]], rejected: list[Rejected]
) -> list[Record]:
    """Take the records out of one file, their columns into `fields`, and what is none to `rejected`."""
    if file.error:
        raise file.error
    suffix = PurePosixPath(file.name).suffix.lower()
    export, text, encoding = exports.open_export(file.name, file.data), "", "utf-8"
    if export is None and suffix != ".parquet":
        text, encoding = decode(file.data)
    if export is None and suffix in tabular.SUFFIXES:
        rows, bad = tabular.parse_table(suffix, text, file.data)
        if rows:
            fields[file.name] = tabular.recognise_columns(rows, chosen)
        export = exports.Export("table", rows, bad)
    export = export or exports.split_export(text, suffix)
    if export is None:
        raw, repairs = repair_text(text)
        # a text can mention a tag; one with several has them in it
        fragment = "fragment" if len(_TAGS.findall(raw[:4000])) >= 3 else "text"
        kind = "page" if suffix in PAGES or _PAGE.match(raw[:2000]) else fragment
        if kind != "page" and _MARKUP.match(raw[:200]):
            raise Unreadable("markup", "this is XML: convert it to .html, .csv or .jsonl")
        sha = hashlib.sha256(file.data).hexdigest()
        return [Record(file.name, file.name, 0, raw, sha, kind, _decoding(encoding, repairs), repairs)]
    rejected.extend(Rejected(file.name, row.number, row.reason, row.detail) for row in export.bad)
    records = []
    columns = fields.get(file.name) or {field: field for field in tabular.COLUMNS}
    for row in export.rows:
        values: dict[str, Any] = {**tabular.field_values(row, columns)}
        text, record_id = values.pop("text"), values.pop("id")
        if not text.strip():
            hint = "the record has no text: get it again or drop it"
            rejected.append(Rejected(file.name, row.number, "no-text", hint))
            continue
        raw, repairs = repair_text(text if _TAGS.search(text[:4000]) else _unescape(text))
        values["title"] = " ".join(repair_text(_unescape(values["title"]))[0].split())
        values["outlet"] = repair_text(_unescape(values["outlet"]))[0]
        page = export.kind != "table" and bool(row.cells.get("page"))
        kind = "page" if page else "fragment" if _TAGS.search(raw[:4000]) else "text"
        name = f"{file.name}#{row.number}" if row.number else file.name
        origin = name, file.name, row.number, raw, row.sha256, kind, _decoding(encoding, repairs), repairs
        values |= {"record_id": record_id, "in_table": not page, "form": export.kind}
        records.append(Record(*origin, **values))
    return records


def _decoding(encoding: str, repairs: Sequence[Repair]) -> str:
    """Say in words how a text was decoded."""
    rules = {repair.rule for repair in repairs}
    return encoding + ", mojibake repaired" * ("mojibake" in rules) + ", damaged" * ("undecodable" in rules)


def _admit(records: list[Record], decisions: Decisions, rejected: list[Rejected]) -> list[Record]:
    """Give each record a unique id, "~2" behind one of two; leave out what the reader drops and dumps."""
    names = {record.article_id for record in records}
    ids: set[str] = set()
    repeats = Counter[str]()
    admitted = []
    for record in sorted(records, key=lambda record: record.article_id):
        name = record.article_id
        while record.article_id in ids:
            repeats[name] += 1
            renamed = f"{name}~{repeats[name] + 1}"
            record.article_id = name if renamed in names else renamed
        ids.add(record.article_id)
        oversize = refuse_by_size(record.raw, page=record.kind == "page")
        if row := decisions.look_up("drop", record.article_id, record.source):
            decisions.note(row, "dropped")
            hint = f"{decisions.file} drops it: take row {row.row} out to read it again"
            rejected.append(Rejected(record.source, record.number, "override", row.note or hint))
        elif oversize and not _is_wanted(record, decisions, oversize[0]):
            rejected.append(Rejected(record.source, record.number, *oversize))
        else:
            admitted.append(record)
    return sorted(admitted, key=lambda record: record.article_id)


def _is_wanted(record: Record, decisions: Decisions, reason: str) -> bool:
    """Tell whether the reader keeps what would be rejected."""
    row = decisions.look_up("keep", record.article_id, record.source)
    if row:
        decisions.note(row, f"kept, though it looked like {reason}")
    return row is not None


def _read(record: Record, rules: Sequence[str]) -> Record:
    """Read a record without what the others tell about it."""
    if record.kind == "page":
        page = html.extract_page(record.raw)
        fields = "date", "outlet", "url", "language", "title"
        stated = {name: getattr(page, name) or getattr(record, name) for name in fields}
        record = replace(record, page=page, **stated)
    elif record.kind == "fragment":
        record = replace(record, page=html.extract_fragment(record.raw))
    return _clean(record, rules)


def _give_title(record: Record, rules: Sequence[str], decisions: Decisions) -> None:
    """Clean a record that has no title with the reader's, if there is one: a first line that says it goes."""
    if row := decisions.look_up("title", record.article_id, record.source):
        old = " ".join(record.cleaned.title.split())
        decisions.note(row, f"instead of “{old}”" if old else "instead of no title")
        if not old:
            record.title = row.value
            _clean(record, rules)


def _clean(record: Record, rules: Sequence[str], recurring: Iterable[frozenset[str]] = ()) -> Record:
    """Clean a record's visible text and say of it in which language it is and whether it is no article."""
    use = {name: clean.RULES[name] for name in rules}
    keys = frozenset[str]().union(*recurring)
    record.cleaned = clean.clean(record.visible, title=record.title, rules=use, recurring=keys)
    heading, text = record.cleaned.title, record.cleaned.text
    around = [words for _, _, words in record.page.removed] if record.page else []
    record.refused = refuse_by_text(text, title=heading, raw=record.visible, around=around)
    record.spoken = identify_language(" ".join(heading.split()), text)
    return record


def _judge(records: list[Record], decisions: Decisions, rejected: list[Rejected]) -> list[Record]:
    """Leave out what is no article, unless the reader keeps it, and give titles that the reader wants."""
    good = []
    for record in records:
        if record.refused and not _is_wanted(record, decisions, record.refused[0]):
            rejected.append(Rejected(record.source, record.number, *record.refused))
            continue
        if record.refused and not re.search(r"\w", record.cleaned.text):
            # cleaning left nothing: the text stays as it is
            _clean(record, ())
        if row := decisions.look_up("title", record.article_id, record.source):
            record.cleaned = record.cleaned._replace(title=row.value)
        good.append(record)
    return good


_Edges = list[list[tuple[str, str]]]


def recurring_lines(texts: Sequence[str], edges: Sequence[_Edges] | None = None) -> frozenset[str]:
    """Collect lines that stand at the edges of unrelated articles: their keys (`clean.line_key`).

    Copies share lines too: only articles whose longest lines differ count. What stands between a line and
    the start or the end of its text must recur as well: a paragraph in the middle is no such line. `edges`
    are the texts' `_edge_lines`, if they are known.
    """
    edges = edges or [_edge_lines(text) for text in texts]
    count = Counter(key for pair in edges for key in {key for edge in pair for key, _ in edge})
    often = {key for key, n in count.items() if n >= RECURS}
    unrelated: dict[str, set[str]] = {key: set() for key in often}
    prose: set[str] = set()
    for text, pair in zip(texts, edges, strict=True):
        longest = sorted(text.split("\n"), key=len, reverse=True)[:3]
        # articles with the same longest line are copies of each other
        signature = next((line for line in longest if clean.line_key(line) not in often), "")
        for edge in pair:
            for key, line in takewhile(lambda keyed: keyed[0] in often, edge):
                unrelated[key].add(signature)
                if line[-1:] in ".!?" and len(line.split()) >= 8:
                    prose.add(key)
    fewest = {key: PROSE_RECURS if key in prose else RECURS for key in often}
    return frozenset(key for key, articles in unrelated.items() if len(articles) >= fewest[key])


def _edge_lines(text: str) -> _Edges:
    """Short lines from the start and from the end of a text, with their keys, up to the first long line."""
    edges = []
    for lines in (text[:4000].split("\n"), text[-4000:].split("\n")[::-1]):
        short = takewhile(lambda line: len(line) <= clean.LONGEST_NOTE, map(str.strip, lines[:8]))
        keyed = [(clean.line_key(line), line) for line in short if line]
        edges.append([pair for pair in keyed if len(pair[0]) >= 4])
    return edges


def recurring_paragraphs(texts: Sequence[str]) -> list[frozenset[str]]:
    """Collect each text's paragraphs that recur word for word in unrelated articles: their keys.

    A teaser has little to do with the article around it, wherever it stands. Articles that share many of
    their longer words are copies or tell one story, whose background is no boilerplate.
    """
    count = Counter(code for text in texts for code in set(map(_code, _paragraphs(text))))
    holders: dict[str, list[set[str]]] = defaultdict(list)
    strange: list[list[str]] = [[] for _ in texts]
    for text, teasers in zip(texts, strange, strict=True):
        often = {line for line in _paragraphs(text) if count[_code(line)] >= RECURS}
        words = long_words(line for line in text.split("\n") if line.strip() not in often) if often else set()
        for line in often if words else ():
            line_words, group = long_words([line]), holders[line]
            if len(line_words & words) <= KNOWN * len(line_words):
                teasers.append(line)
                related = (len(words & x) > RELATED * min(len(words), len(x)) for x in group)
                if len(group) < RECURS and not any(related):
                    group.append(words)
    recurs = {line: clean.line_key(line) for line, group in holders.items() if len(group) == RECURS}
    return [frozenset(recurs[line] for line in teasers if line in recurs) for teasers in strange]


def _code(line: str) -> int:
    """Give a small number for a line, the same in every run; two lines with one are looked at in full."""
    return zlib.crc32(line.encode("utf-8", "surrogatepass"))


def _paragraphs(text: str) -> list[str]:
    """Give the lines that are whole sentences, and not too long for a teaser."""
    lines = (line.strip() for line in text.split("\n") if 40 <= len(line) <= clean.LONGEST_TEASER)
    return [line for line in lines if is_prose(line)]


# Words that stand in every English text and seldom in one of another language.
_ENGLISH = frozenset(PATTERNS["languages"]["english"].split())


def identify_language(title: str, text: str) -> str:
    """Give the ISO 639-1 code of a language; "und" where there are too few letters to tell.

    Where English function words stand as thick as only English has them, nothing else is asked: that is a
    thirtieth of the identifier's time.
    """
    head = f"{title} {text[:600]}"
    words = re.findall(r"[^\W\d_]+", head)
    if sum(map(len, words)) < 20:
        return "und"
    english = [word for word in words if word in _ENGLISH]
    is_english = len(set(english)) >= 5 and len(english) >= 0.13 * len(words)
    return "en" if is_english else str(_identifier().classify(head)[0])


@cache
def _identifier() -> Any:  # noqa: ANN401
    """Load the identifier, for languages with a two-letter code: in news the others are false alarms."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted({code for code in identifier.nb_classes if len(code) == 2}))
    return identifier


def _read_names(records: Sequence[Record]) -> None:
    """Take outlet and language from ``20220125T090000Z_GB_en_somewhere.txt`` if nearly all files agree."""
    folders = defaultdict(list)
    for record in records:
        if not record.number:
            folders[PurePosixPath(record.source).parent].append(record)
    for members in folders.values():
        parts = []
        for record in members:
            words = PurePosixPath(record.source).stem.split("_")
            languages = [word for word in words if re.fullmatch(r"[a-z]{2}", word)]
            names = [word for word in words if not re.fullmatch(r"[a-z]{2}|[A-Z]{2}|[\dTZ.:-]*", word)]
            stamps = [word for word in words if re.fullmatch(r"\d[\dTZ.:-]{5,}", word)]
            short = names and len(re.split(r"\W", names[-1])) <= MOST_WORDS
            is_name = len(languages) == 1 and stamps and short
            parts.append((languages[0], "_".join(names)) if is_name else None)
        if len(members) < FEWEST_FILES or parts.count(None) > 0.1 * len(members):
            continue
        for record, part in zip(members, parts, strict=True):
            if part and not record.url:
                record.language, record.outlet = record.language or part[0], record.outlet or part[1]


def name_outlets(records: Sequence[Record]) -> list[str | None]:
    """Name who published each: its metadata, else the address, else the folder where there are several."""
    folders = [record.source.split("/")[0] if "/" in record.source else None for record in records]
    several = len(set(folders) - {None}) > 1
    stated = (" ".join(record.outlet.split()) for record in records)
    stated = (_host(name) if "://" in name else name for name in stated)
    rows = zip(stated, records, folders, strict=True)
    return [name or _host(record.url) or (folder if several else None) for name, record, folder in rows]


def _host(url: str) -> str:
    with suppress(ValueError):
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
        return host.removeprefix("www.") if "." in host else ""
    return ""


_CODE = re.compile(r"([A-Z]{2,12}\D?)(\d\d)(\d\d)((?:19|20)\d\d)")


def date_records(
    records: Sequence[Record], outlets: Sequence[str | None], decisions: Decisions, end: date, pool: Pool
) -> tuple[list[tuple[object, ...]], list[PublicationDate]]:
    """Collect the evidence for every article's date, and let the strongest, or the reader, decide.

    Day and month are told apart by all dates of a table, of an outlet's headers, and of a wire's codes; days
    after `end` are set aside. Gives the rows of table date_evidence, and what follows for each record.
    """
    pairs = zip(records, outlets, strict=True)
    places = [record.source if record.in_table else outlet for record, outlet in pairs]
    stated = defaultdict(list)
    for place, record in zip(places, records, strict=True):
        stated[place, record.in_table].append(record.date if record.in_table else record.cleaned.header_date)
    orders = {key: publication.is_day_first(values) if key[0] else None for key, values in stated.items()}
    collected = pool.each(publication.publication_evidence, [
        {
            "text": record.cleaned.text, "title": record.cleaned.title, "header": record.cleaned.header_date,
            "metadata": _stated_dates(record), "codes": _notes(record), "name": record.article_id,
            "url": record.url, "day_first": orders[place, record.in_table],
        }
        for place, record in zip(places, records, strict=True)
    ])  # fmt: skip
    by_wire = defaultdict(list)
    for candidate in (candidate for evidence in collected for candidate in evidence):
        if candidate.basis == "wire-code" and (code := _CODE.match(candidate.evidence)):
            by_wire[code[1]].append(f"{code[2]}/{code[3]}/{code[4]}")
    wires = {wire: publication.is_day_first(values) for wire, values in by_wire.items()}
    rows: list[tuple[object, ...]] = []
    choices = []
    for record, evidence in zip(records, collected, strict=True):
        evidence = [_settled(candidate, wires) for candidate in evidence]
        choice = publication.choose_date(evidence, end=end)
        if row := decisions.look_up("date", record.article_id, record.source):
            old = " to ".join(str(day) for day in dict.fromkeys((choice.earliest, choice.latest)) if day)
            decisions.note(row, f"instead of {old} ({choice.basis})" if old else "instead of no date")
            choice = PublicationDate(None, None, None, "none", None, (False,) * len(evidence))
            if days := override_days(row.value):  # what contradicts it stays in the evidence, marked
                conflicts = (publication.contradicts(candidate, *days) for candidate in evidence)
                exact = days[0] if days[0] == days[1] else None
                choice = PublicationDate(exact, *days, "metadata", 0, (False, *conflicts))
                words = f"{decisions.file}, row {row.row}: {row.value}"
                evidence = [DateEvidence(*days, "metadata", words), *evidence]
        choices.append(choice)
        for number, (candidate, conflict) in enumerate(zip(evidence, choice.conflicts, strict=True)):
            chosen = number == choice.chosen
            flag = tables.LATER if candidate.candidate_from > end and not chosen else ""
            rows.append((record.article_id, *candidate, chosen, conflict, flag))
    return rows, choices


# The day in the path of an address.
_ADDRESS_DAY = re.compile(r"/((?:19|20)\d\d)(?:([/-])(\d\d?)\2(\d\d?)|(\d\d)(\d\d))(?=[/-]|\Z)")


def _stated_dates(record: Record) -> list[tuple[str, str]]:
    """Give the date that a record states, and before it the day of the desk, in a page's address."""
    stated = [("published", record.date)] if record.date else []
    if record.page and stated and (match := _ADDRESS_DAY.search(record.url)):
        words = "-".join(match.group(1, 3, 4) if match[2] else match.group(1, 5, 6))
        day = publication.parse_date(words)
        if day and day != publication.parse_date(record.date):
            return [("address", words), *stated]
    return stated


def _notes(record: Record) -> str:
    """Join the lines that were removed, in which wire codes stand."""
    spans = (x for x in record.cleaned.removed if x.rule not in ("title", *tables.BLANK))
    notes = (x for x in spans if x.end - x.start < clean.LONGEST_NOTE)
    return "\n".join(record.visible[x.start : x.end].strip() for x in notes)


def _settled(candidate: DateEvidence, wires: Mapping[str, bool | None]) -> DateEvidence:
    """Read a wire's code as all codes of that wire are read."""
    code = _CODE.match(candidate.evidence) if candidate.basis == "wire-code" else None
    if not code or candidate.candidate_from == candidate.candidate_to:
        return candidate
    day = publication.parse_date(f"{code[2]}/{code[3]}/{code[4]}", day_first=wires.get(code[1]))
    return candidate._replace(candidate_from=day, candidate_to=day) if day else candidate
