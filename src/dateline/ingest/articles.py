"""Any input → articles, with a ledger of what was removed, what was rejected, and why it is so dated."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from dateline import tables, tokens
from dateline.ingest import tabular
from dateline.ingest.decisions import ACTIONS, Decisions, override_days, read_overrides
from dateline.ingest.files import Unreadable, open_files
from dateline.ingest.records import (
    Record,
    Rejected,
    admit,
    clean_record,
    edge_lines,
    judge,
    read_record,
    records_of,
    recurring_lines,
)
from dateline.text import clean, publication
from dateline.text.boilerplate import NO_BOILERPLATE
from dateline.text.publication import DateEvidence, PublicationDate
from dateline.text.sentences import find_sentences

# The rule of what stands on a page outside its article.
PAGE = "page"
LATER = "later than the day of the run"
BEFORE, AFTER = "earlier than what it tells as past", "later than what it tells as to come"
# So many days round an event that is borrowed from: reports of one day may be dated over two.
AROUND = pd.Timedelta(days=1)
# Articles that are named as lenders.
NAMED = 3
PUBLISHED = ("published", "published_earliest", "published_latest", "published_basis")


class Ingested(NamedTuple):
    """The tables of a corpus (`tables.SCHEMAS`)."""

    articles: pd.DataFrame
    removed: pd.DataFrame
    rejected: pd.DataFrame
    date_evidence: pd.DataFrame
    overrides: pd.DataFrame
    repairs: pd.DataFrame
    files: pd.DataFrame


def read_articles(
    folder: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    rules: Mapping[str, clean.Rule] = clean.RULES,
    rules_off: Sequence[str] = (),
    overrides: str | Path | None = None,
) -> Ingested:
    """Read every article in a folder, file or zip.

    Parameters
    ----------
    folder
        Where the articles are: text, HTML, CSV, TSV, JSON, JSON Lines, Parquet, zips and folders.
    columns
        Which column of the tables holds what, where the names that people use are not used.
    rules
        The cleaning rules to use: `clean.RULES`, or a part of it.
    rules_off
        Names of rules that are left out.
    overrides
        Csv with the reader's own decisions (`dateline.ingest.decisions`); without a name, ``overrides.csv``
        in the folder counts, if it is there.

    Raises
    ------
    NoArticlesError
        If there is no article; the message says what was rejected and why.
    OwnFileError
        If the file of overrides is missing or has rows that mean nothing; the message says which.
    """
    rules = {name: rule for name, rule in rules.items() if name not in rules_off}
    path = tables.own(tables.OVERRIDES, folder, overrides)
    decisions = Decisions(read_overrides(path), path.name) if path else Decisions()
    rejected: list[Rejected] = []
    fields: dict[str, dict[str, str]] = {}
    chosen = tabular.check_columns(columns)
    records: list[Record] = []
    # the reader's own decisions and settings are no articles
    own_files = [*(Path(folder) / name for name in (*tables.OWN, tables.SETTINGS)), *filter(None, [path])]
    for file in open_files(folder, skip=own_files):
        try:
            records += records_of(file, chosen, fields, rejected)
        except Unreadable as error:
            rejected.append(Rejected(file.name, 0, *error.args))
    records = [read_record(record, rules, decisions) for record in admit(records, decisions, rejected)]
    if "recurring-line" in rules:
        keys = recurring_lines([record.cleaned.text for record in records])
        for record in records:
            if keys and any(key in keys for edge in edge_lines(record.cleaned.text) for key, _ in edge):
                clean_record(record, rules, keys)
    records = judge(records, decisions, rejected)
    rejections = pd.DataFrame(sorted(rejected), columns=list(tables.SCHEMAS["rejected"]))
    if not records:
        raise tables.NoArticlesError(_nothing(rejections))
    outlets = _outlets(records)
    evidence, published = _dated(records, outlets, decisions)
    return Ingested(
        articles=_article_table(records, published, outlets),
        removed=_removed_table(records),
        rejected=tables.check(rejections, "rejected"),
        date_evidence=evidence,
        overrides=_override_table(decisions, records, rejected),
        repairs=_repair_table(records),
        files=_file_table(records, rejected, fields),
    )


def _nothing(rejected: pd.DataFrame) -> str:
    """Say in one line why there is nothing to analyse."""
    if rejected.empty:
        return "found no articles: there is no file. Text, HTML, CSV, JSON Lines, Parquet and zip are read"
    reasons = rejected["reason"].value_counts().sort_index()
    listed = ", ".join(f"{n} {reason}" for reason, n in reasons.items())
    first = f"{rejected['source'].iloc[0]}: {rejected['detail'].iloc[0]}"
    return f"found no articles; {len(rejected)} of {len(rejected)} records were rejected ({listed}). {first}"


def _outlets(records: Sequence[Record]) -> list[str | None]:
    """Name who published each: its metadata, else the address, else the folder where there are several."""
    folders = [record.source.split("/")[0] if "/" in record.source else None for record in records]
    several = len(set(folders) - {None}) > 1
    outlets: list[str | None] = []
    for record, folder in zip(records, folders, strict=True):
        stated = " ".join(record.outlet.split())
        stated = (_host(stated) or "") if "://" in stated else stated
        outlets.append(stated or _host(record.url) or (folder if several else None))
    return outlets


def _host(url: str) -> str | None:
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname if url else None
    except ValueError:
        return None
    return host.removeprefix("www.") if host and "." in host else None


# -- days of publication ---------------------------------------------------------------------------

_CODE = re.compile(r"([A-Z]{2,12}\D?)(\d\d)(\d\d)((?:19|20)\d\d)")


def _dated(
    records: Sequence[Record], outlets: Sequence[str | None], decisions: Decisions
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Collect the evidence for every article's date, and let the strongest, or the reader, decide.

    Day and month are told apart by all dates of a table, of an outlet's headers, and of a wire's codes.

    Returns
    -------
    date_evidence, published
        The table, and one row an article with the columns `PUBLISHED`.
    """
    groups = [
        record.source if record.in_table else outlet for record, outlet in zip(records, outlets, strict=True)
    ]
    stated = defaultdict(list)
    for group, record in zip(groups, records, strict=True):
        stated[group, record.in_table].append(record.date if record.in_table else record.cleaned.header_date)
    orders = {key: publication.is_day_first(values) if key[0] else None for key, values in stated.items()}
    collected = [
        publication.publication_evidence(
            record.cleaned.text,
            title=record.cleaned.title,
            header=record.cleaned.header_date,
            metadata=[("published", record.date)] if record.date else [],
            codes=_notes(record),
            name=record.article_id,
            url=record.url,
            day_first=orders[group, record.in_table],
        )
        for group, record in zip(groups, records, strict=True)
    ]
    codes = [_CODE.match(e.evidence) for list_ in collected for e in list_ if e.basis == "wire-code"]
    by_wire = defaultdict(list)
    for code in filter(None, codes):
        by_wire[code[1]].append(f"{code[2]}/{code[3]}/{code[4]}")
    wires = {wire: publication.is_day_first(values) for wire, values in by_wire.items()}
    rows, published = [], []
    for record, evidence in zip(records, collected, strict=True):
        evidence = [_settled(candidate, wires) for candidate in evidence]
        choice = publication.choose_date(evidence)
        if row := decisions.look_up("date", record.article_id, record.source):
            old = " to ".join(str(day) for day in dict.fromkeys((choice.earliest, choice.latest)) if day)
            decisions.note(row, f"instead of {old} ({choice.basis})" if old else "instead of no date")
            words = f"{decisions.file}, row {row.row}: {row.value}"
            evidence, choice = _overridden(evidence, override_days(row.value) or (), words)
        published.append(choice[:4])
        for place, candidate in enumerate(evidence):
            row_of = (record.article_id, *candidate, place == choice.chosen, choice.conflicts[place])
            rows.append(row_of)
    frames = []
    for values, columns in ((rows, list(tables.SCHEMAS["date_evidence"])), (published, [*PUBLISHED])):
        frame = pd.DataFrame(values, columns=columns)
        for column in frame.columns.intersection(["candidate_from", "candidate_to", *PUBLISHED[:3]]):
            frame[column] = np.array(frame[column].tolist(), dtype="datetime64[s]")
        frames.append(frame)
    return tables.check(frames[0], "date_evidence"), frames[1]


def _notes(record: Record) -> str:
    """Join the lines that were removed, in which wire codes stand."""
    return "\n".join(
        record.visible[span.start : span.end].strip()
        for span in record.cleaned.removed
        if span.rule not in ("title", "white-space", "invisible")
        and span.end - span.start < clean.LONGEST_NOTE
    )


def _settled(candidate: DateEvidence, wires: Mapping[str, bool | None]) -> DateEvidence:
    """Read a wire's code as all codes of that wire are read."""
    code = _CODE.match(candidate.evidence) if candidate.basis == "wire-code" else None
    if not code or candidate.candidate_from == candidate.candidate_to:
        return candidate
    day = publication.parse_date(f"{code[2]}/{code[3]}/{code[4]}", day_first=wires.get(code[1]))
    return candidate._replace(candidate_from=day, candidate_to=day) if day else candidate


def _overridden(
    evidence: list[DateEvidence], days: Sequence[date], words: str
) -> tuple[list[DateEvidence], PublicationDate]:
    """Let the reader's date decide; what contradicts it stays in the evidence, marked."""
    if not days:
        return evidence, PublicationDate(None, None, None, "none", None, (False,) * len(evidence))
    first, last = days
    conflicts = [publication.contradicts(candidate, first, last) for candidate in evidence]
    stated = DateEvidence(first, last, "metadata", words)
    exact = first if first == last else None
    choice = PublicationDate(exact, first, last, "metadata", 0, (False, *conflicts))
    return [stated, *evidence], choice


def flag_dates(
    articles: pd.DataFrame, date_evidence: pd.DataFrame, *, today: date | str | None = None
) -> pd.DataFrame:
    """Say which chosen dates cannot be right, by the calendar or by what their article itself tells.

    Parameters
    ----------
    articles, date_evidence
        The tables of these names.
    today
        No article can be dated after it, but for the next day of another time zone; None: that is not asked.

    Returns
    -------
    pandas.DataFrame
        `date_evidence` with `flag`: a reason, with the words of the article that gave it, or nothing.
    """
    end = pd.Timestamp(today) + pd.Timedelta(days=1) if today else None
    texts = (articles["title"] + "\n" + articles["text"]).set_axis(articles["article_id"])
    flags = pd.Series("", index=date_evidence.index, dtype="str")
    chosen = date_evidence[date_evidence["chosen"]].dropna(subset=["candidate_from", "candidate_to"])
    for row in chosen.itertuples():
        first, last, text = row.candidate_from, row.candidate_to, texts.get(row.article_id, "")
        past = publication.last_past_date(text, since=last.year)
        # what is announced lies ahead: a text dated after all of it tells an old plan, or is dated wrongly
        coming = publication.first_planned_date(text, date(first.year - 1, 1, 1))
        if end is not None and first > end:
            flags[row.Index] = LATER
        elif past and past.candidate_from > last.date() + publication.DAY:
            flags[row.Index] = f"{BEFORE}: {past.evidence}"
        elif coming and coming.candidate_to < first.date() - publication.DAY:
            flags[row.Index] = f"{AFTER}: {coming.evidence}"
    return date_evidence.assign(flag=flags)


def borrow_dates(articles: pd.DataFrame, date_evidence: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Date undated copies by the dated articles of their text; each is an interval and marked.

    It is a guess about when one text is printed again, not evidence. Resemblance is not asked: in a story
    that runs for a year, of the articles of our sample whose date was hidden, nine in ten of the nearest
    others told another event.

    Parameters
    ----------
    articles, date_evidence
        The tables of these names, with copies marked.

    Returns
    -------
    articles, date_evidence : pandas.DataFrame
        An article without any date gets the days from one before the first to one after the last dated
        article of the same text as `published_earliest` and `published_latest`, and the basis "inferred";
        never `published`. The evidence says from whom they are borrowed.
    """
    text_of = articles["copy_of"].fillna(articles["article_id"])
    dated = articles["published"].notna()
    needy = articles["published_basis"].eq("none") & text_of.isin(text_of[dated])
    if not needy.any():
        return articles, date_evidence
    lenders = articles[dated].groupby(text_of[dated])
    first, last = lenders["published"].min() - AROUND, lenders["published"].max() + AROUND
    names = lenders["article_id"].agg(lambda ids: ", ".join(sorted(ids)[:NAMED]))
    number = lenders.size().map(lambda n: f"{n:,} article{'s' if n > 1 else ''}")
    words = "borrowed from " + number + " with the same text: " + names
    articles = articles.copy()
    articles.loc[needy, "published_earliest"] = text_of[needy].map(first)
    articles.loc[needy, "published_latest"] = text_of[needy].map(last)
    articles.loc[needy, "published_basis"] = "inferred"
    rows = articles.loc[needy, ["article_id"]].assign(
        candidate_from=articles["published_earliest"],
        candidate_to=articles["published_latest"],
        basis="inferred",
        evidence=text_of.map(words),
        chosen=True,
        conflict=False,
    )
    evidence = pd.concat([date_evidence, rows]) if len(date_evidence) else rows
    return articles, evidence.sort_values("article_id", kind="stable", ignore_index=True)


def doubt_dates(
    articles: pd.DataFrame, date_evidence: pd.DataFrame, *, borrow: bool = False, today: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Flag dates that cannot be right, after `borrow_dates` if that is wanted; "" for `today`: this day."""
    if borrow:
        articles, date_evidence = borrow_dates(articles, date_evidence)
    return articles, flag_dates(articles, date_evidence, today=today or date.today())


def date_order(values: Sequence[str]) -> str:
    """Say in a word how the dates of one file write day and month.

    Returns
    -------
    str
        "day-first", "month-first", "ambiguous" (no date says which), "contradictory" (some say one, some the
        other), "plain" (no date can be read in two ways), or "" where there is no date.

    Examples
    --------
    >>> date_order(["04/05/2024", "25/04/2024"]), date_order(["04/05/2024"]), date_order(["2024-05-04"])
    ('day-first', 'ambiguous', 'plain')
    """
    values = [value for value in values if value]
    proofs = {publication.is_day_first([value]) for value in values} - {None}
    if len(proofs) == 2:
        return "contradictory"
    if proofs:
        return "day-first" if proofs == {True} else "month-first"
    doubtful = any(
        publication.parse_date(value, day_first=True) != publication.parse_date(value, day_first=False)
        for value in values
    )
    return "ambiguous" if doubtful else "plain" if values else ""


# -- tables ----------------------------------------------------------------------------------------


def _table(rows: Sequence[Sequence[object]], name: str) -> pd.DataFrame:
    return tables.check(pd.DataFrame(rows, columns=list(tables.SCHEMAS[name])), name)


def _article_table(
    records: Sequence[Record], published: pd.DataFrame, outlets: Sequence[str | None]
) -> pd.DataFrame:
    size = np.array([max(len(record.visible.strip()), 1) for record in records])
    removed = [
        sum(span.end - span.start for span in record.cleaned.removed if span.rule not in NO_BOILERPLATE)
        for record in records
    ]
    frame = pd.DataFrame(
        {
            "article_id": [record.article_id for record in records],
            "sha256": [record.sha256 for record in records],
            "title": [" ".join(record.cleaned.title.split()) for record in records],
            "text": [record.cleaned.text for record in records],
            **published.to_dict("series"),
            "outlet": pd.Series(outlets, dtype="str"),
            "url": pd.Series([record.url or None for record in records], dtype="str"),
            "language": [record.spoken for record in records],
            "n_words": [len(record.cleaned.text.split()) for record in records],
            "removed_share": (np.array(removed) / size).clip(0, 1).round(6),
            "copy_of": pd.Series([None] * len(records), dtype="str"),
            "story": np.arange(len(records)),
            "decoding": [record.decoding for record in records],
            "record_id": pd.Series([record.record_id or None for record in records], dtype="str"),
            "stated_language": pd.Series([r.language[:2].lower() or None for r in records], dtype="str"),
        }
    )
    return tables.check(frame, "articles")


def _removed_table(records: Sequence[Record]) -> pd.DataFrame:
    """List every removed span with its words; of a page, in characters of its source."""
    rows: list[tuple[str, int, int, str, str]] = []
    for record in records:
        page, title = record.page, record.cleaned.title.casefold()
        spans = []
        for start, end, rule in record.cleaned.removed:
            words = record.visible[start:end]
            if page and rule != clean.WHITE and words.strip():
                start += len(words) - len(words.lstrip())
                end = start + len(words.strip())
                spans.append((*page.source_span(start, end, record.raw), rule, record.visible[start:end]))
            elif not page:
                spans.append((start, end, rule, words))
        for start, end, words in page.removed if page else ():
            spans.append((start, end, "title" if words.casefold() == title else PAGE, words))
        rows += [(record.article_id, *span) for span in sorted(spans)]
    return _table(rows, "removed")


def _repair_table(records: Sequence[Record]) -> pd.DataFrame:
    r"""List what was mended in the sources: putting `before` back in the place of the span undoes it.

    Bytes that no encoding knows are written as \xNN: no table can hold them as they are.
    """
    rows = []
    for record in records:
        for start, end, rule, before in record.repairs:
            escaped = re.sub("[\udc80-\udcff]", lambda byte: f"\\x{ord(byte[0]) - 0xDC00:02x}", before)
            before = escaped.encode("utf-8", "backslashreplace").decode("utf-8")
            rows.append((record.article_id, start, end, rule, before, record.raw[start:end]))
    return _table(rows, "repairs")


def _file_table(
    records: Sequence[Record], rejected: Sequence[Rejected], fields: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Say of every file how it was read: what it is, its columns, and how its dates write day and month."""
    by_source = defaultdict(list)
    for record in records:
        by_source[record.source].append(record)
    refused = Counter(row.source for row in rejected)
    rows = []
    for source in sorted({*by_source, *refused}):
        records_of = by_source[source]
        kind = "table" if source in fields else records_of[0].kind if records_of else ""
        columns = "; ".join(f"{field}: {column}" for field, column in fields.get(source, {}).items())
        days = [record.date for record in records_of] if kind == "table" else []
        rows.append((source, kind, len(records_of), refused[source], columns, date_order(days)))
    return _table(rows, "files")


def _override_table(
    decisions: Decisions, records: Sequence[Record], rejected: Sequence[Rejected]
) -> pd.DataFrame:
    """List the reader's decisions, also those that changed nothing, with the reason."""
    refused = {f"{row.source}#{row.record}" if row.record else row.source: row for row in rejected}
    for name, rejection in refused.items():
        for action in ACTIONS:
            row = decisions.look_up(action, name, rejection.source)
            if row and row.row not in decisions.effects:
                effect = "cannot be kept" if action == "keep" else "nothing"
                decisions.note(row, f"{effect}: it was rejected ({rejection.reason})")
    for record in records:
        row = decisions.look_up("keep", record.article_id, record.source)
        if row and row.row not in decisions.effects:
            decisions.note(row, "nothing: it is read without this row")
    names = [name for record in records for name in (record.article_id, record.source)]
    return decisions.table([*names, *refused])


def split_sentences(articles: pd.DataFrame) -> pd.DataFrame:
    """Cut articles into sentences, one row each; a title is sentence -1 with the voice "headline".

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": ["a"], "title": ["A truce"], "text": ["It holds. So far."]})
    >>> split_sentences(articles)[["sentence", "text", "voice"]].values.tolist()
    [[-1, 'A truce', 'headline'], [0, 'It holds.', 'narrator'], [1, 'So far.', 'narrator']]
    """
    rows: list[tuple[str, int, int, int, str, str, str]] = []
    for name, title, text in zip(articles["article_id"], articles["title"], articles["text"], strict=True):
        if title:
            rows.append((name, -1, 0, len(title), title, "headline", ""))
        rows += [
            (name, i, start, end, text[start:end], voice, speaker)
            for i, (start, end, voice, speaker) in enumerate(find_sentences(text))
        ]
    return _table(rows, "sentences")


def write_corpus(corpus: Ingested, sentences: pd.DataFrame, words: tokens.Tokens, out: Path) -> None:
    """Write all tables of a corpus, its sentences and their tokens to ``out/tables``."""
    for name, table in (*corpus._asdict().items(), ("sentences", sentences)):
        tables.write(table, name, out)
    tokens.write_tokens(words, out)


def check_corpus(corpus: Ingested, sentences: pd.DataFrame, words: tokens.Tokens) -> list[str]:
    """Check that the tables of a corpus fit together, and say what was checked.

    Raises
    ------
    ValueError
        With all that does not fit.
    """
    articles, evidence = corpus.articles, corpus.date_evidence
    originals = articles.set_index("article_id")["copy_of"].isna()
    copy_of = articles["copy_of"].dropna()
    chosen = evidence[evidence["chosen"]].groupby("article_id").size()
    dated = articles["published_basis"].ne("none").sum()
    checks = {
        "each article has an id of its own": articles["article_id"].is_unique,
        "each copy has an original that is no copy": originals.reindex(copy_of, fill_value=False).all(),
        "each date has one piece of evidence that decided": chosen.eq(1).all() and len(chosen) == dated,
        "each article has a sentence": set(articles["article_id"]) == set(sentences["article_id"]),
        "each sentence has its tokens": len(words.offsets) == len(sentences) + 1,
        "each removed span is of an article": corpus.removed["article_id"].isin(articles["article_id"]).all(),
        "each rejected record has a reason": corpus.rejected["reason"].ne("").all(),
    }
    if faults := [name for name, holds in checks.items() if not holds]:
        raise ValueError(f"the tables do not fit together. These checks failed: {'; '.join(faults)}")
    return list(checks)
