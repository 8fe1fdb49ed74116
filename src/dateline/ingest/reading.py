"""One record read: its page taken apart, its text cleaned and judged, its language told."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dateline.ingest import language, pages, quarantine, sources
from dateline.ingest.memory import Memory
from dateline.text import clean


class Draft(NamedTuple):
    """A record, its visible text, what cleaning made of it, and why it is no article (if it is none)."""

    record: sources.Record
    page: pages.Page | None
    cleaned: clean.Cleaned
    refused: quarantine.Found | None
    language: str
    key: tuple[str, ...]

    @property
    def raw(self) -> str:
        """The visible text before cleaning."""
        return self.page.text if self.page else self.record.raw


class _Read(NamedTuple):
    """What depends on a record's text alone."""

    page: pages.Page | None
    cleaned: clean.Cleaned
    refused: quarantine.Found | None
    language: str


def read(record: sources.Record, *, rules: Mapping[str, clean.Rule], memory: Memory) -> Draft:
    """Read a record for the first time, without what the other records tell about it."""
    key = ("\n".join(rules), record.kind, record.title, record.raw)

    def make() -> _Read:
        page = pages.read(record.raw, whole=record.kind == "page") if record.kind != "text" else None
        title = page.title if page and record.kind == "page" else ""
        return _judged(page.text if page else record.raw, title or record.title, page, rules, frozenset())

    found = memory.recall("read", key, make, pack=_pack, unpack=lambda value: _unpack(value, record.raw))
    page = found.page
    if page and record.kind == "page":
        record = record._replace(
            title=page.title or record.title,
            date=page.date,
            outlet=page.outlet,
            url=page.url,
            language=page.language,
        )
    return Draft(record, *found, key)


def again(
    draft: Draft, *, rules: Mapping[str, clean.Rule], recurring: frozenset[str], memory: Memory
) -> Draft:
    """Clean a record once more, now that the lines that recur in the corpus are known."""
    mine = _concerning(draft, recurring)
    key = (*draft.key, draft.record.title, "\n".join(sorted(mine)))
    found = memory.recall(
        "again",
        key,
        lambda: _judged(draft.raw, draft.record.title, draft.page, rules, mine),
        pack=lambda made: _pack(made._replace(page=None)),
        unpack=lambda value: _unpack(value, draft.raw),
    )
    return draft._replace(cleaned=found.cleaned, refused=found.refused, language=found.language, key=key)


def whole(draft: Draft) -> Draft:
    """Keep a text of which cleaning left nothing as it is."""
    if quarantine.letters(draft.cleaned.text):
        return draft
    cleaned = clean.clean(draft.raw, title=draft.record.title, rules={})
    told = language.identify(cleaned.title, cleaned.text)
    return draft._replace(cleaned=cleaned, language=told, key=(*draft.key, "whole"))


def _judged(
    raw: str,
    title: str,
    page: pages.Page | None,
    rules: Mapping[str, clean.Rule],
    recurring: frozenset[str],
) -> _Read:
    cleaned = clean.clean(raw, title=title, rules=rules, recurring=recurring)
    seen = [words for _, _, words in page.furniture] if page else []
    refused = quarantine.no_article(cleaned.text, title=cleaned.title, raw=raw, seen=seen)
    return _Read(page, cleaned, refused, language.identify(" ".join(cleaned.title.split()), cleaned.text))


def _concerning(draft: Draft, recurring: frozenset[str]) -> frozenset[str]:
    """Leave out keys that no line, or part of a line, of this text can have: the others change nothing."""
    if any(span.rule == "invisible" for span in draft.cleaned.removed):
        return recurring
    words = clean.line_key(draft.raw)
    return frozenset(key for key in recurring if key in words)


# -- for the memory --------------------------------------------------------------------------------


def _pack(read: _Read) -> list[Any]:
    cleaned = read.cleaned
    spans = [part for span in cleaned.removed for part in span]
    return [read.page, [cleaned.title, cleaned.header_date, spans], read.refused, read.language]


def _unpack(value: list[Any], raw: str) -> _Read:
    page, (title, date, parts), refused, told = value
    page = _page(page) if page else None
    spans = tuple(map(clean.Removed, parts[::3], parts[1::3], parts[2::3]))
    text = "".join(_kept(page.text if page else raw, spans))
    return _Read(page, clean.Cleaned(title, text, spans, date), tuple(refused) if refused else None, told)


def _page(value: list[Any]) -> pages.Page:
    page = pages.Page(*value)
    return page._replace(furniture=[(start, end, words) for start, end, words in page.furniture])


def _kept(raw: str, spans: tuple[clean.Removed, ...]) -> Iterator[str]:
    """Give what lies between removed spans."""
    at = 0
    for span in spans:
        yield raw[at : span.start]
        at = span.end
    yield raw[at:]
