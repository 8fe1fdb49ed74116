"""The tables that the notebooks hand to each other: columns, types, checks and atomic files."""

import io
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from csv import Error as NoCsvError
from csv import reader
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def read_toml(name: str, package: str = "dateline") -> dict[str, Any]:
    """Read a file of lists and patterns in a package's resources/."""
    return tomllib.loads(files(package).joinpath("resources", name).read_text(encoding="utf-8"))


# Data dictionary: columns and types, in data/README.md explained one by one. More columns may follow these.
SCHEMAS: dict[str, dict[str, str]] = read_toml("tables.toml")
# Rules in table removed that take no words, or words that stand in a column of their own: no boilerplate.
BLANK = ("white-space", "invisible")
MOVED = ("title", "header-date", "byline", "agency-tag")
NO_BOILERPLATE = (*BLANK, *MOVED)
# What a name can be, and what a tone can be.
KINDS = ("person", "organisation", "place", "other")
LABELS = ("negative", "neutral", "positive")
# The flag of a date that is no day of publication.
LATER = "later than the day of the run: set aside"

# The notebook that writes a table: what a reader of it has to run first.
WRITTEN_BY = {
    **dict.fromkeys(SCHEMAS, "01-ingestion"),
    **dict.fromkeys(["topics", "article_topics", "topic_terms"], "02-topics"),
    **dict.fromkeys(["entities", "mentions", "speakers", "event_dates", "timeline"], "03-mentions"),
    **dict.fromkeys(["sentiment", "targets"], "04-sentiment"),
    **dict.fromkeys(["claims", "sensitivity"], "05-report"),
}

# The reader's own decisions, in the folder of the articles: on articles, on names, on words that name events.
OVERRIDES, ALIASES, EVENT_WORDS = OWN = ("overrides.csv", "aliases.csv", "event-words.csv")
# The reader's settings, which may lie there too and are no article.
SETTINGS = "settings.toml"
# The start of what a spreadsheet would run as a formula, and the apostrophe that `csv` puts before it.
FORMULA, GUARDED = r"^(?=[=+\-@\t\r])", r"^'(?=[=+\-@\t\r])"


class NoArticlesError(ValueError):
    """There is nothing to analyse; the message says why and what to do."""


class OwnFileError(ValueError):
    """A file of the reader's own decisions cannot be used; the message says why and what to do."""


def own(name: str, folder: str | Path, path: str | Path | None = None) -> Path | None:
    """Say which file of the reader's own decisions, one of `OWN`, counts for a folder, file or zip.

    It is `path`, where the reader names one (`OwnFileError` if that is not there); else `name` in the folder,
    or beside a file or zip, if it is there.
    """
    if path:
        if not Path(path).is_file():
            raise OwnFileError(f"there is no {path}: name your own {name}, or leave the parameter empty")
        return Path(path)
    root = Path(folder)
    default = (root if root.is_dir() else root.parent) / name
    return default if default.is_file() else None


def read_own(
    path: str | Path, wanted: Sequence[str], *, comments: bool = False, text: str | None = None
) -> pd.DataFrame:
    """Read a csv of the reader's own: cells between commas, semicolons or tabs, as spreadsheets write them.

    `text` is the file, if it has been decoded already; with `comments`, lines that begin with # are passed
    over. All columns come, their names in lower case; cells are text without space around them and without
    the apostrophe of `csv`, a missing cell is empty. Row i is row i + 2 of a spreadsheet, comments apart.
    `OwnFileError` names the file and what to do where it cannot be opened, is not UTF-8 or no csv, lacks a
    column of `wanted` or has a row with more cells than columns.
    """
    name, rows, begun = Path(path).name, list[list[str]](), 0
    try:
        text = Path(path).read_text(encoding="utf-8-sig") if text is None else text
        lines = [line for line in text.split("\n") if not (comments and line.startswith("#"))]
        mark = max(",;\t", key=lines[0].count) if lines else ","
        cells = reader(io.StringIO("\n".join(lines), newline=""), delimiter=mark, strict=True)
        for row in cells:
            rows.append(row)
            begun = cells.line_num
    except OSError as error:
        raise OwnFileError(f"there is no {path} that can be read: name your own, or none") from error
    except UnicodeDecodeError as error:
        raise OwnFileError(f"{name} is not in UTF-8: save it as 'CSV UTF-8'") from error
    except NoCsvError as error:
        fault = f"line {begun + 1}: a quotation mark is not closed, or stands within a cell ({error})"
        raise OwnFileError(f"{name}, {fault}: mend that line, or save it as 'CSV UTF-8'") from error
    names = [column.strip().casefold() for column in rows[0]] if rows else []
    if missing := [column for column in wanted if column not in names]:
        raise OwnFileError(f"{name} has no column {', '.join(missing)}: it needs {', '.join(wanted)}")
    if wide := next((n for n, cells in enumerate(rows[1:], 2) if any(cells[len(names) :])), 0):
        raise OwnFileError(f"{name}, row {wide}: more cells than columns; put text with {mark!r} in quotes")
    filled = [(row + [""] * len(names))[: len(names)] for row in rows[1:]]
    plain = [[re.sub(GUARDED, "", cell.strip()).strip() for cell in row] for row in filled]
    frame = pd.DataFrame(plain, columns=names, dtype="str")
    return frame.loc[:, ~frame.columns.duplicated()]


def out(folder: str | Path) -> Path:
    """Create the output folder and return it.

    The environment variable ``DATELINE_OUT`` wins over `folder`: the tests set it, so that a checked notebook
    leaves the working tree as it was.
    """
    path = Path(os.environ.get("DATELINE_OUT") or folder)
    for part in ("tables", "figures"):
        (path / part).mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Rename a temporary file to `path` when the block ends well: a failed run leaves no half of a file.

    The folder is there, or is made.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(text: str, path: Path) -> Path:
    """Write a text in UTF-8, whole or not at all, to the same bytes on any system; return its path."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return path


def check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `frame` with the columns of table `name` first and in their types, other columns behind them.

    A `ValueError` has all faults in one message: columns that are missing, values that do not fit the type,
    empty or repeated article ids where they are the key.
    """
    schema, frame = SCHEMAS[name], frame.reset_index(drop=True)
    faults, columns = [], {}
    for column, dtype in schema.items():
        if column not in frame:
            faults.append(f"column {column} is missing")
            continue
        try:
            columns[column] = frame[column].astype(dtype)
        except (ValueError, TypeError) as error:
            faults.append(f"column {column} should be {dtype}: {error}")
    if name == "articles" and "article_id" in columns:
        ids = columns["article_id"]
        if ids.isna().any() or ids.duplicated().any():
            faults.append(f"article_id is empty or repeated: {sorted(ids[ids.duplicated()].dropna())[:3]}")
    if faults:
        raise ValueError(f"table {name}: " + "; ".join(faults))
    extra = {column: frame[column] for column in frame.columns if column not in schema}
    return pd.DataFrame(columns | extra)


def write(frame: pd.DataFrame, name: str, out: Path) -> pd.DataFrame:
    """Check `frame` as table `name`, write ``out/tables/name.parquet`` and return what was written."""
    checked = check(frame, name)
    save(checked, out / "tables" / f"{name}.parquet")
    return checked


def write_all(out: Path, **frames: pd.DataFrame) -> None:
    """Write several tables, each under its name, as `write` does."""
    for name, frame in frames.items():
        write(frame, name, out)


def save(frame: pd.DataFrame, path: Path) -> None:
    """Write any frame as parquet, whole or not at all."""
    with atomic(path) as temporary:
        # no pandas index: the same bytes for the same rows; groups of rows are read side by side, or skipped
        frame.to_parquet(temporary, index=False, compression="zstd", row_group_size=100_000)


def csv(frame: pd.DataFrame, path: Path) -> None:
    """Write any frame as UTF-8 csv, whole or not at all, safe to open in a spreadsheet.

    Text or a column's name that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
    Injection"). Floats keep six significant digits: what is left is the same on every machine.
    """
    safe = frame.rename(columns=lambda name: re.sub(FORMULA, "'", str(name)))
    text = safe.select_dtypes(["object", "str", "category"]).columns
    safe[text] = safe[text].astype("str").replace(FORMULA, "'", regex=True)
    with atomic(path) as temporary:
        safe.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n", encoding="utf-8")


def read(out: Path, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read table `name`, or some `columns` of it, from ``out/tables``.

    A `FileNotFoundError` names the notebook to run first.
    """
    path = out / "tables" / f"{name}.parquet"
    if not path.exists():
        hint = f"run notebook {WRITTEN_BY[name]} first"
        raise FileNotFoundError(f"{path.name} is not in tables/ of the output folder: {hint}")
    frame = pd.read_parquet(path, columns=list(columns) if columns else None)
    types = {column: dtype for column, dtype in SCHEMAS[name].items() if column in frame}
    return frame.astype(types)


def read_or_empty(out: Path, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Do what `read` does, but give a table without rows where it is not there; other columns are numbers."""
    try:
        return read(out, name, columns=columns)
    except FileNotFoundError:
        types = {column: SCHEMAS[name].get(column, "float64") for column in columns or SCHEMAS[name]}
        return pd.DataFrame(columns=list(types)).astype(types)


def set_aside(frame: pd.DataFrame, articles: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the rows of event_dates, mentions or date_evidence from those that cannot be right.

    The second table lists the latter: article_id, words, reason.
    """
    number = pd.Index(articles["article_id"]).get_indexer(pd.Index(frame["article_id"]))
    reason, words = np.full(len(frame), "", object), frame.get("surface", frame.get("evidence"))
    if "surface" in frame:
        texts = [articles[name].fillna("").to_numpy(object) for name in ("text", "title")]
        places = zip(number, frame["sentence"] < 0, frame["start"], frame["end"], words, strict=True)
        differ = np.array([texts[title][i][a:b] != said for i, title, a, b, said in places], bool)
        reason[differ] = "its place in the article has other words: run notebook 01 again"
    for first, last in (("date_from", "date_to"), ("candidate_from", "candidate_to")):
        if first in frame:
            backwards = (frame[last] < frame[first]).to_numpy(bool)
            reason[backwards] = "it ends before it begins: read the place and mend the date"
    reason[number < 0] = "its article is not there: run notebook 01 again"
    aside = pd.DataFrame({"article_id": frame["article_id"], "words": words, "reason": reason})
    parts = (table[(reason == "") != is_aside] for table, is_aside in ((frame, False), (aside, True)))
    rows, wrong = (table.reset_index(drop=True) for table in parts)
    return rows, wrong.astype("str")
