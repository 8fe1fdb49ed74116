"""Any input → articles, with a ledger of what was removed, what was rejected, and why it is so dated.

Also: which of these dates cannot be right, and tables to be read about a corpus as a whole.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population, tables, tokens
from dateline.ingest import tabular
from dateline.ingest.decisions import ACTIONS, Decisions, read_overrides
from dateline.ingest.files import open_files
from dateline.ingest.records import Record, Rejected, date_records, name_outlets, read_records
from dateline.partitions import ALONE, Pool
from dateline.text import clean, publication
from dateline.text.publication import PublicationDate
from dateline.text.sentences import VERBS, find_sentences

BEFORE, AFTER = "earlier than what it tells as past", "later than what it tells as to come"
# Where an article is worth a look: words that it should have, share of it that was removed.
FEW_WORDS, MUCH_REMOVED, MOSTLY_REMOVED = 60, 0.3, 0.5


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
    rules_off: Sequence[str] = (),
    overrides: str | Path | None = None,
    today: str = "",
    pool: Pool = ALONE,
) -> Ingested:
    """Read every article in a folder, file or zip; `pool` shares the work on single articles.

    `columns` says which column of the tables holds what, where people's usual names are not used;
    `rules_off` names cleaning rules to leave out. `overrides` is a csv with the reader's own decisions
    (`dateline.ingest.decisions`), by default ``overrides.csv`` in the folder. `OwnFileError` says which rows
    mean nothing, `NoArticlesError` why there is no article. No day of publication is later than `today` ("":
    the day of the run), but for the reader's own; a column `flag` names the evidence set aside.
    """
    rules = tuple(name for name in clean.RULES if name not in rules_off)
    path = tables.own(tables.OVERRIDES, folder, overrides)
    decisions = Decisions(read_overrides(path), path.name) if path else Decisions()
    # the reader's own decisions and settings are no articles
    own_files = [*(Path(folder) / name for name in (*tables.OWN, tables.SETTINGS)), *filter(None, [path])]
    files, chosen = open_files(folder, skip=own_files), tabular.check_columns(columns)
    records, rejected, fields = read_records(files, chosen, rules, decisions, pool)
    rejections = _table(sorted(rejected), "rejected")
    if not records and rejections.empty:
        forms = "Text, HTML, tables, Word, PDF, mail, feeds, exports of press databases and zip are read"
        raise tables.NoArticlesError(f"found no articles: there is no file. {forms}")
    if not records:
        reasons = rejections["reason"].value_counts().sort_index()
        listed = ", ".join(f"{n} {reason}" for reason, n in reasons.items())
        refused = f"{len(rejections)} of {len(rejections)} records were rejected ({listed})"
        first = f"{rejections['source'].iloc[0]}: {rejections['detail'].iloc[0]}"
        raise tables.NoArticlesError(f"found no articles; {refused}. {first}")
    outlets = name_outlets(records)
    # the next day may be today in another time zone
    end = (date.fromisoformat(today) if today else date.today()) + publication.DAY
    evidence, choices = date_records(records, outlets, decisions, end, pool)
    return Ingested(
        articles=_article_table(records, choices, outlets),
        removed=_removed_table(records),
        rejected=rejections,
        date_evidence=_table(evidence, "date_evidence", "flag"),
        overrides=_override_table(decisions, records, rejected),
        repairs=_repair_table(records),
        files=_file_table(records, rejected, fields),
    )


def borrow_dates(articles: pd.DataFrame, date_evidence: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Date undated copies by the dated articles of their text, from one day before the first to one after.

    It is a guess, not evidence: an interval with the basis "inferred", never `published`. Articles that only
    resemble lend nothing: nine in ten told another event of a long story.
    """
    text_of = articles["copy_of"].fillna(articles["article_id"])
    dated = articles["published"].notna()
    needy = articles["published_basis"].eq("none") & text_of.isin(text_of[dated])
    if not needy.any():
        return articles, date_evidence
    lenders = articles[dated].groupby(text_of[dated])
    # reports of one day may be dated over two
    around = pd.Timedelta(days=1)
    first, last = lenders["published"].min() - around, lenders["published"].max() + around
    names = lenders["article_id"].agg(lambda ids: ", ".join(sorted(ids)[:3]))
    number = lenders.size().map(lambda n: f"{n:,} article{'s' if n > 1 else ''}")
    words = "borrowed from " + number + " with the same text: " + names
    articles = articles.copy()
    articles.loc[needy, "published_earliest"] = text_of[needy].map(first)
    articles.loc[needy, "published_latest"] = text_of[needy].map(last)
    articles.loc[needy, "published_basis"] = "inferred"
    days = {"candidate_from": "published_earliest", "candidate_to": "published_latest"}
    rows = articles.loc[needy, ["article_id", *days.values()]].rename(columns={y: x for x, y in days.items()})
    rows = rows.assign(basis="inferred", evidence=text_of.map(words), chosen=True, conflict=False, flag="")
    evidence = pd.concat([date_evidence, rows]) if len(date_evidence) else rows
    return articles, evidence.sort_values("article_id", kind="stable", ignore_index=True)


def doubt_dates(
    articles: pd.DataFrame, date_evidence: pd.DataFrame, *, borrow: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say in the column `flag` why a date cannot be right; before that, let undated copies `borrow` one."""
    if borrow:
        articles, date_evidence = borrow_dates(articles, date_evidence)
    texts = (articles["title"] + "\n" + articles["text"]).set_axis(articles["article_id"])
    flags = date_evidence["flag"].copy()
    chosen = date_evidence[date_evidence["chosen"]].dropna(subset=["candidate_from", "candidate_to"])
    for row in chosen.itertuples():
        first, last, text = row.candidate_from, row.candidate_to, texts.get(row.article_id, "")
        past = publication.last_past_date(text, since=last.year)
        # what is announced lies ahead: a text dated after all of it tells an old plan, or is dated wrongly
        coming = publication.first_planned_date(text, date(first.year - 1, 1, 1))
        if past and past.candidate_from > last.date() + publication.DAY:
            flags[row.Index] = f"{BEFORE}: {past.evidence}"
        elif coming and coming.candidate_to < first.date() - publication.DAY:
            flags[row.Index] = f"{AFTER}: {coming.evidence}"
    return articles, date_evidence.assign(flag=flags)


def date_order(values: Iterable[str]) -> str:
    """Say in a word how the dates of one file write day and month.

    "ambiguous": no date says which; "contradictory": some say one, some the other; "plain": no date can be
    read in two ways; "": there is no date.
    """
    values = [value for value in values if value]
    proofs = {publication.is_day_first([value]) for value in values} - {None}
    if proofs:
        return "contradictory" if len(proofs) == 2 else "day-first" if proofs == {True} else "month-first"
    readings = ({publication.parse_date(x, day_first=order) for order in (True, False)} for x in values)
    return "ambiguous" if any(len(days) == 2 for days in readings) else "plain" if values else ""


def _table(rows: Sequence[Sequence[object]], name: str, *further: str) -> pd.DataFrame:
    return tables.check(pd.DataFrame(rows, columns=[*tables.SCHEMAS[name], *further]), name)


def _article_table(
    records: Sequence[Record], choices: Sequence[PublicationDate], outlets: Sequence[str | None]
) -> pd.DataFrame:
    cleaned = [record.cleaned for record in records]
    lost = [sum(x.end - x.start for x in y.removed if x.rule not in tables.NO_BOILERPLATE) for y in cleaned]
    size = np.array([max(len(record.visible.strip()), 1) for record in records])
    columns = {
        **{name: [getattr(x, name) for x in records] for name in ("article_id", "sha256", "decoding")},
        "title": [" ".join(text.title.split()) for text in cleaned],
        "text": [text.text for text in cleaned],
        "published": [choice.published for choice in choices],
        "published_earliest": [choice.earliest for choice in choices],
        "published_latest": [choice.latest for choice in choices],
        "published_basis": [choice.basis for choice in choices],
        "outlet": outlets,
        "url": [record.url or None for record in records],
        "language": [record.spoken for record in records],
        "n_words": [len(text.text.split()) for text in cleaned],
        "removed_share": (np.array(lost) / size).clip(0, 1).round(6),
        "copy_of": None,
        "story": np.arange(len(records)),
        "record_id": pd.Series([record.record_id or None for record in records], dtype="str"),
        "stated_language": pd.Series([r.language[:2].lower() or None for r in records], dtype="str"),
    }
    return tables.check(pd.DataFrame(columns), "articles")


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
            spans.append((start, end, "title" if words.casefold() == title else "page", words))
        rows += [(record.article_id, *span) for span in sorted(spans)]
    return _table(rows, "removed")


def _repair_table(records: Sequence[Record]) -> pd.DataFrame:
    r"""List what was mended in the sources; bytes that no encoding knows are written as \xNN."""
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
        members = by_source[source]
        kind = "table" if source in fields else members[0].form or members[0].kind if members else ""
        columns = "; ".join(f"{field}: {column}" for field, column in fields.get(source, {}).items())
        days = [record.date for record in members if record.in_table]
        rows.append((source, kind, len(members), refused[source], columns, date_order(days)))
    return _table(rows, "files")


def _override_table(
    decisions: Decisions, records: Sequence[Record], rejected: Sequence[Rejected]
) -> pd.DataFrame:
    """List the reader's decisions, also those that changed nothing, with the reason."""
    refused = {f"{row.source}#{row.record}" if row.record else row.source: row for row in rejected}
    for (name, rejection), action in product(refused.items(), ACTIONS):
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


def cut_sentences(articles: pd.DataFrame) -> tuple[pd.DataFrame, tokens.Tokens]:
    """Cut articles into sentences, one row each (a title is -1, a "headline"), and these into tokens."""
    frame = articles[["article_id", "title", "text"]]
    words = tokens.tokenize(frame.to_numpy(object)[:, 1:].ravel())
    verb = np.flatnonzero(np.fromiter((x in VERBS for x in words.words), bool, len(words.words))[words.ids])
    place, bounds = words.start[verb].tolist(), np.searchsorted(verb, words.offsets).tolist()
    rows: list[tuple[str, int, int, int, str, str, str]] = []
    for i, (name, title, text) in enumerate(frame.itertuples(index=False)):
        if title:
            rows.append((name, -1, 0, len(title), title, "headline", ""))
        # title and text of article i are texts 2 i and 2 i + 1
        spans = find_sentences(text, verbs=place[bounds[2 * i + 1] : bounds[2 * i + 2]])
        rows += [(name, j, x.start, x.end, text[x.start : x.end], *x[2:]) for j, x in enumerate(spans)]
    sentences = _table(rows, "sentences")
    row = 2 * pd.Index(frame["article_id"]).get_indexer(sentences["article_id"]) + sentences["sentence"].ge(0)
    return sentences, words.cut(row.to_numpy(np.int64), sentences["start"].to_numpy(np.int32))


def write_corpus(corpus: Ingested, sentences: pd.DataFrame, words: tokens.Tokens, out: Path) -> None:
    """Write all tables of a corpus, its sentences and their tokens to ``out/tables``."""
    for name, table in (*corpus._asdict().items(), ("sentences", sentences)):
        tables.write(table, name, out)
    tokens.write_tokens(words, out)


def check_corpus(corpus: Ingested, sentences: pd.DataFrame, words: tokens.Tokens) -> dict[str, bool]:
    """Check that the tables of a corpus fit together: what was checked, and whether it holds."""
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
    return {name: bool(holds) for name, holds in checks.items()}


def count_by(articles: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Count articles, unique texts and stories by columns of the table, the largest group first."""
    groups = articles[columns].fillna(population.UNKNOWN_OUTLET)
    groups = groups.assign(story=articles["story"], unique=articles["copy_of"].isna()).groupby(columns)
    table = groups.agg(
        articles=("unique", "size"), unique_texts=("unique", "sum"), stories=("story", "nunique")
    )
    return table.sort_values("articles", ascending=False, kind="stable").reset_index()


def count_periods(articles: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Count articles by period: its first day, label, articles, unique_texts, copies, stories; name its unit.

    The unit is chosen over unique texts, which the later notebooks count. The last two rows, without a
    period, hold articles without a day.
    """
    formats = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "year": "%Y"}
    unique = articles["copy_of"].isna()
    unit = population.calendar_unit(articles)
    periods = population.all_periods(articles["published"], unit=unit)
    start = population.period_start(articles["published"], unit=unit)
    row = pd.Series(periods.get_indexer(start), articles.index)
    row = row.mask(start.isna(), len(periods) + 1)
    row = row.mask(articles["published_earliest"].notna() & start.isna(), len(periods))
    labels = [*periods.strftime(formats.get(unit, "%Y-%m")), "day not known", population.UNDATED]
    table = pd.DataFrame({"period": [*periods, pd.NaT, pd.NaT], "label": labels})
    rows = range(len(labels))
    table["articles"] = row.value_counts().reindex(rows, fill_value=0)
    table["unique_texts"] = row[unique].value_counts().reindex(rows, fill_value=0)
    table["copies"] = table["articles"] - table["unique_texts"]
    table["stories"] = articles["story"].groupby(row).nunique().reindex(rows, fill_value=0)
    return table.assign(period=table["period"].astype("datetime64[s]")), unit


def sum_by_rule(removed: pd.DataFrame) -> pd.DataFrame:
    """Sum the ledger by rule, the rules that took most first; white space is left out.

    `longest` is the article with the longest span of the rule, `text` that span.
    """
    spans = removed[~removed["rule"].isin(tables.BLANK)]
    spans = spans.assign(characters=spans["text"].str.len())
    order = ["characters", "article_id", "start"]
    spans = spans.sort_values(order, ascending=[False, True, True], kind="stable").groupby("rule")
    sums = {"articles": ("article_id", "nunique"), "spans": ("text", "size")}
    longest = {"longest": ("article_id", "first"), "text": ("text", "first")}
    table = spans.agg(**sums, characters=("characters", "sum"), **longest)
    return table.sort_values("characters", ascending=False, kind="stable").reset_index()


def share_removed(articles: pd.DataFrame, removed: pd.DataFrame) -> pd.DataFrame:
    """Shares of the visible characters that became text, header or nothing, by outlet, the largest first."""
    size = removed["text"].str.len().groupby([removed["article_id"], removed["rule"]]).sum().reset_index()
    moved, removals = size["rule"].isin(tables.MOVED), ~size["rule"].isin(tables.NO_BOILERPLATE)
    table = pd.DataFrame({"outlet": articles["outlet"].fillna(population.UNKNOWN_OUTLET)})
    table["text"] = articles["text"].str.len()
    for column, rows in (("header", moved), ("removed", removals)):
        sums = size[rows].groupby("article_id")["text"].sum()
        table[column] = articles["article_id"].map(sums).fillna(0)
    table["articles"] = 1
    largest = population.most_frequent(table["outlet"], 12)
    table["outlet"] = table["outlet"].where(table["outlet"].isin(largest), population.OTHER_OUTLETS)
    table = table.groupby("outlet").sum().sort_values("articles", ascending=False, kind="stable")
    shares = table[["text", "header", "removed"]]
    table[shares.columns] = shares.div(shares.sum(axis=1).clip(lower=1), axis=0).round(4)
    return table.reset_index()


def list_concerns(articles: pd.DataFrame, date_evidence: pd.DataFrame, repairs: pd.DataFrame) -> pd.DataFrame:
    """List the articles of which a reader should know something before trusting them, the worst first.

    A concern weighs 3 where a number can be wrong because of it, 2 where something is missing so that the
    article drops out of a count or may be no whole article, 1 where it is good to know. `weight` is the sum;
    `concerns` begin with the gravest; of equal articles the one of which most was removed comes first.
    """
    first, last = articles["published_earliest"], articles["published_latest"]
    interval = articles["published"].isna() & first.notna()
    # 4 May or 5 April: the ends of the interval have day and month exchanged
    exchanged = interval & (first.dt.day == last.dt.month) & (first.dt.month == last.dt.day)
    share, encoding = articles["removed_share"], articles["decoding"].str.partition(",")[0]
    spoken, stated = articles["language"], articles["stated_language"].fillna("")

    def among(ids: pd.Series) -> pd.Series:
        return articles["article_id"].isin(ids)

    evidence = date_evidence.set_index("article_id")
    borrowed = evidence["evidence"].str.startswith("borrowed from ")
    undecoded = repairs.loc[repairs["rule"] == "undecodable", "article_id"]
    checks = [
        ("its dates contradict each other", 3, among(evidence.index[evidence["conflict"]])),
        ("its date is flagged", 3, among(evidence.index[evidence["flag"] != ""])),
        ("day and month of its date could be exchanged", 3, exchanged),
        ("more was removed than kept", 3, share > MOSTLY_REMOVED),
        ("no date", 2, first.isna()),
        ("its date is borrowed", 2, among(evidence.index[borrowed])),
        ("language not told", 2, spoken == "und"),
        ("its page states another language", 2, (stated != "") & (spoken != "und") & (stated != spoken)),
        ("very short", 2, articles["n_words"] < FEW_WORDS),
        ("bytes that could not be read", 2, among(undecoded)),
        ("much was removed", 2, (share > MUCH_REMOVED) & (share <= MOSTLY_REMOVED)),
        ("date known to an interval", 1, interval & ~exchanged),
        ("encoding guessed", 1, ~encoding.isin(["utf-8", "utf-16", "utf-32"])),
        ("encoding repaired", 1, articles["decoding"].str.contains("repaired")),
        ("no title", 1, articles["title"] == ""),
        ("outlet unknown", 1, articles["outlet"].isna()),
    ]
    flags = np.column_stack([flag.to_numpy(bool) for _, _, flag in checks])
    names = np.array([name for name, _, _ in checks], object)
    table = articles[["article_id", "n_words", "removed_share"]].assign(
        weight=flags @ np.array([weight for _, weight, _ in checks]),
        concerns=["; ".join(names[row]) for row in flags],
    )
    order = ["weight", "removed_share", "article_id"]
    table = table.sort_values(order, ascending=[False, False, True], kind="stable")
    columns = ["article_id", "weight", "concerns", "n_words", "removed_share"]
    return table.loc[table["weight"] > 0, columns].reset_index(drop=True)
