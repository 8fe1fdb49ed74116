"""The tables that the notebooks hand to each other: columns, types, checks and atomic files."""

import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from csv import Error as NoCsvError
from csv import reader
from pathlib import Path

import pandas as pd

# Data dictionary, in data/README.md explained column by column. More columns may follow these.
SCHEMAS: dict[str, dict[str, str]] = {
    "articles": {
        "article_id": "str",
        "sha256": "str",
        "title": "str",
        "text": "str",
        "published": "datetime64[s]",
        "published_earliest": "datetime64[s]",
        "published_latest": "datetime64[s]",
        "published_basis": "str",
        "outlet": "str",
        "url": "str",
        "language": "str",
        "n_words": "int64",
        "removed_share": "float64",
        "copy_of": "str",
        "story": "int64",
    },
    "removed": {"article_id": "str", "start": "int64", "end": "int64", "rule": "str", "text": "str"},
    "rejected": {"source": "str", "record": "int64", "reason": "str", "detail": "str"},
    "overrides": {"article_id": "str", "action": "str", "value": "str", "effect": "str"},
    "repairs": {
        "article_id": "str",
        "start": "int64",
        "end": "int64",
        "rule": "str",
        "before": "str",
        "after": "str",
    },
    "files": {
        "source": "str",
        "kind": "str",
        "articles": "int64",
        "rejected": "int64",
        "columns": "str",
        "date_order": "str",
    },
    "date_evidence": {
        "article_id": "str",
        "candidate_from": "datetime64[s]",
        "candidate_to": "datetime64[s]",
        "basis": "str",
        "evidence": "str",
        "chosen": "bool",
        "conflict": "bool",
    },
    "sentences": {
        "article_id": "str",
        "sentence": "int64",
        "start": "int64",
        "end": "int64",
        "text": "str",
        "voice": "str",
        "speaker": "str",
    },
    "topics": {
        "topic": "int64",
        "label": "str",
        "terms": "str",
        "n_articles": "int64",
        "share": "float64",
        "share_low": "float64",
        "share_high": "float64",
        "stability": "float64",
        "alarms": "str",
    },
    "article_topics": {
        "article_id": "str",
        "topic": "int64",
        "margin": "float64",
        "x": "float64",
        "y": "float64",
    },
    "topic_terms": {"topic": "int64", "rank": "int64", "term": "str", "weight": "float64"},
    "entities": {
        "entity": "str",
        "kind": "str",
        "aliases": "str",
        "n_articles": "int64",
        "n_mentions": "int64",
        "first_published": "datetime64[s]",
        "last_published": "datetime64[s]",
    },
    "mentions": {
        "article_id": "str",
        "sentence": "int64",
        "start": "int64",
        "end": "int64",
        "surface": "str",
        "entity": "str",
        "kind": "str",
    },
    "event_dates": {
        "article_id": "str",
        "sentence": "int64",
        "start": "int64",
        "end": "int64",
        "surface": "str",
        "date_from": "datetime64[s]",
        "date_to": "datetime64[s]",
        "grain": "str",
        "rule": "str",
    },
    "timeline": {
        "clock": "str",
        "period": "datetime64[s]",
        "entity": "str",
        "n_articles": "int64",
        "share": "float64",
        "share_low": "float64",
        "share_high": "float64",
    },
    "sentiment": {
        "article_id": "str",
        "sentence": "int64",
        "voice": "str",
        "score": "float64",
        "hits": "str",
    },
    "targets": {
        "article_id": "str",
        "sentence": "int64",
        "entity": "str",
        "score": "float64",
        "label": "str",
    },
    "sensitivity": {
        "finding": "str",
        "choice": "str",
        "value": "float64",
        "low": "float64",
        "high": "float64",
        "holds": "bool",
    },
    "claims": {
        "claim": "str",
        "question": "str",
        "text": "str",
        "value": "float64",
        "low": "float64",
        "high": "float64",
        "n": "int64",
        "population": "str",
        "gate": "str",
        "link": "str",
    },
}

# The notebook that writes a table: what a reader of it has to run first.
WRITTEN_BY = {
    **dict.fromkeys(
        ["articles", "removed", "rejected", "overrides", "repairs", "files", "date_evidence", "sentences"],
        "01-ingestion",
    ),
    **dict.fromkeys(["topics", "article_topics", "topic_terms"], "02-topics"),
    **dict.fromkeys(["entities", "mentions", "event_dates", "timeline"], "03-mentions"),
    **dict.fromkeys(["sentiment", "targets"], "04-sentiment"),
    **dict.fromkeys(["claims", "sensitivity"], "05-report"),
}

# The reader's own decisions, in the folder of the articles: on articles, on names, on words that name events.
OVERRIDES, ALIASES, EVENT_WORDS = OWN = ("overrides.csv", "aliases.csv", "event-words.csv")
# The reader's settings, which may lie there too and are no article.
SETTINGS = "settings.toml"
# The apostrophe that `csv` puts before what a spreadsheet would run as a formula.
GUARDED = r"^'(?=[=+\-@\t\r])"


class NoArticlesError(ValueError):
    """There is nothing to analyse; the message says why and what to do."""


class OwnFileError(ValueError):
    """A file of the reader's own decisions cannot be used; the message says why and what to do."""


def own(name: str, folder: str | Path, named: str | Path | None = None) -> Path | None:
    """Say which file of the reader's own decisions counts for a folder of articles.

    Parameters
    ----------
    name
        One of `OWN`.
    folder
        The folder, file or zip with the articles.
    named
        The file, where the reader names one; else `name` in the folder (beside a file or zip), if there.

    Raises
    ------
    OwnFileError
        If a file is named that is not there.
    """
    if named:
        if not Path(named).is_file():
            raise OwnFileError(f"there is no {named}: name your own {name}, or leave the parameter empty")
        return Path(named)
    root = Path(folder)
    found = (root if root.is_dir() else root.parent) / name
    return found if found.is_file() else None


def read_own(path: str | Path, wanted: Sequence[str], *, comments: bool = False) -> pd.DataFrame:
    """Read a csv of the reader's own: cells between commas, semicolons or tabs, as spreadsheets write them.

    Parameters
    ----------
    path
        The file, in UTF-8.
    wanted
        The columns that it must have.
    comments
        Whether lines that begin with # are passed over.

    Returns
    -------
    DataFrame
        All columns, their names in lower case; cells are text without space around them and without the
        apostrophe of `csv`, a missing cell is empty. Row i is row i + 2 of a spreadsheet, comments apart.

    Raises
    ------
    OwnFileError
        If it cannot be opened, is not UTF-8 or no csv, lacks a column or has a row with more cells than
        columns; the message names the file and what to do.
    """
    name = Path(path).name
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        lines = [line for line in text.split("\n") if not (comments and line.startswith("#"))]
        mark = max(",;\t", key=lines[0].count) if lines else ","
        rows = list(reader(io.StringIO("\n".join(lines), newline=""), delimiter=mark, strict=True))
    except OSError as error:
        raise OwnFileError(f"there is no {path} that can be read: name your own, or none") from error
    except UnicodeDecodeError as error:
        raise OwnFileError(f"{name} is not in UTF-8: save it as 'CSV UTF-8'") from error
    except NoCsvError as error:
        raise OwnFileError(f"{name} cannot be read as a table ({error}): save it as 'CSV UTF-8'") from error
    names = [column.strip().casefold() for column in rows[0]] if rows else []
    if missing := [column for column in wanted if column not in names]:
        raise OwnFileError(f"{name} has no column {', '.join(missing)}: it needs {', '.join(wanted)}")
    if wide := next((n for n, cells in enumerate(rows[1:], 2) if any(cells[len(names) :])), 0):
        raise OwnFileError(f"{name}, row {wide}: more cells than columns; put text with {mark!r} in quotes")
    filled = [(row + [""] * len(names))[: len(names)] for row in rows[1:]]
    cells = [[re.sub(GUARDED, "", cell).strip() for cell in row] for row in filled]
    frame = pd.DataFrame(cells, columns=names, dtype="str")
    return frame.loc[:, ~frame.columns.duplicated()]


def out(folder: str | Path) -> Path:
    """Create the output folder and return it.

    Parameters
    ----------
    folder
        Where the notebook wants to write. The environment variable ``DATELINE_OUT`` wins over it:
        the tests set it, so that a checked notebook leaves the working tree as it was.

    Raises
    ------
    OSError
        If the folder cannot be created.
    """
    path = Path(os.environ.get("DATELINE_OUT") or folder)
    for part in ("tables", "figures"):
        (path / part).mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Give a temporary name beside `path` and rename it to `path` when the block ends well.

    A killed or failed run leaves the old file or none, never half of the new one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic(Path(folder, "a.txt")) as temporary:
    ...         _ = temporary.write_text("whole")
    ...     [file.name for file in Path(folder).iterdir()]
    ['a.txt']
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return `frame` with the columns of table `name` first and in their types.

    Parameters
    ----------
    frame
        Any table; columns beyond the data dictionary stay, behind the others.
    name
        A key of `SCHEMAS`.

    Raises
    ------
    ValueError
        With all faults in one message: columns that are missing, values that do not fit the type,
        empty or repeated article ids where they are the key.

    Examples
    --------
    >>> check(pd.DataFrame({"topic": [0], "rank": [1], "term": ["truce"]}), "topic_terms")
    Traceback (most recent call last):
    ValueError: table topic_terms: column weight is missing
    """
    schema = SCHEMAS[name]
    frame = frame.reset_index(drop=True)
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
    """Check `frame` as table `name`, write ``out/tables/name.parquet`` and return what was written.

    Raises
    ------
    ValueError
        See `check`.
    """
    checked = check(frame, name)
    save(checked, out / "tables" / f"{name}.parquet")
    return checked


def save(frame: pd.DataFrame, path: Path) -> None:
    """Write any frame as parquet, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as temporary:
        # zstd and no pandas index: small files, and the same bytes for the same rows
        frame.to_parquet(temporary, index=False, compression="zstd")


def csv(frame: pd.DataFrame, path: Path) -> None:
    """Write any frame as UTF-8 csv, whole or not at all, safe to open in a spreadsheet.

    Text that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection").
    Floats keep six significant digits: what is left is the same on every machine.
    """
    text = frame.select_dtypes(["object", "str", "category"]).columns
    safe = frame.assign(
        **{
            column: frame[column].astype("str").str.replace(r"^(?=[=+\-@\t\r])", "'", regex=True)
            for column in text
        }
    )
    with atomic(path) as temporary:
        safe.to_csv(temporary, index=False, float_format="%.6g", lineterminator="\n", encoding="utf-8")


def read(out: Path, name: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read table `name` from ``out/tables``.

    Parameters
    ----------
    out
        The output folder.
    name
        A key of `SCHEMAS`.
    columns
        Only these columns.

    Raises
    ------
    FileNotFoundError
        If it is not there yet; the message names the notebook to run first.
    """
    path = out / "tables" / f"{name}.parquet"
    if not path.exists():
        raise FileNotFoundError(
            f"{path.name} is not in tables/ of the output folder: run notebook {WRITTEN_BY[name]} first"
        )
    frame = pd.read_parquet(path, columns=list(columns) if columns else None)
    types = {column: dtype for column, dtype in SCHEMAS[name].items() if column in frame}
    return frame.astype(types)
