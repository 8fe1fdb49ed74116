"""Topics of a file of articles that does not fit into memory.

A sample drawn by content is read first and grouped as any corpus is; then the file is read once more, batch
after batch, and each article goes to the nearest topic. In memory are the sample, one batch, and for each
article its id, its key and where it went.

``python -m dateline.topics.streaming ARTICLES.parquet --out OUT`` writes the tables of notebook 02.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.text import segment
from dateline.tokens import counts, stop_words, tokenize
from dateline.topics import phrases, topics, vectors
from dateline.topics.topics import Topics

# Articles in the sample, and in a batch.
SAMPLE, BATCH = 10_000, 10_000
# What is read besides article_id and text, where the file has it, and what it is elsewhere.
DEFAULTS = {"title": "", "language": "und", "copy_of": None, "outlet": "", "published": pd.NaT}


class Nearest(NamedTuple):
    """Where the articles of a file go: (n,) topic, its lead over the second one, and that one."""

    topic: np.ndarray
    margin: np.ndarray
    second: np.ndarray


def find(
    path: str | Path,
    *,
    k: int | None = None,
    seed: int = 0,
    copies: bool = False,
    names: bool = True,
    stop: Sequence[str] = (),
) -> Topics:
    """Find the topics of a parquet file of articles, in bounded memory.

    Parameters
    ----------
    path
        Parquet with article_id and text, and where they are known title, sha256 (else that of the text),
        language, copy_of, outlet and published, as in table articles of the data dictionary.
    k, seed, copies, names, stop
        As for `topics.find`.

    Returns
    -------
    Topics
        As `topics.find`, with every article in `article_topics` and in the sizes and shares of `topics`. What
        needs texts or all vectors at once is of the sample: labels, terms, alarms, stability, criteria,
        assignments, `space`, and x and y, which the other articles lack.

    Raises
    ------
    ValueError
        If a column is missing, or an id is empty or repeated.
    """
    path = Path(path)
    heads = _heads(path)
    readable = population.is_counted(heads, copies=copies).to_numpy()
    sample = _rows(path, np.flatnonzero(readable)[np.argsort(_drawn(heads[readable]))][:SAMPLE])
    sentences = _sentences(sample)
    words = tokenize(sentences["text"])
    found = topics.find(sample, sentences, words, k=k, seed=seed, copies=True, names=names, stop=stop)
    if len(sample) == len(heads):
        return found
    if found.topics.empty:
        none = np.full(len(heads), -1)
        nowhere = Nearest(none, np.zeros(len(heads)), none)
        return found._replace(article_topics=_placed(found, heads, readable, nowhere))
    left_out = stop_words() | frozenset(stop)
    if not names:
        left_out |= phrases.proper_names(words, sentences)
    known, onto = vectors.projection(found.space)
    parts = []
    for batch in _batches(path, ["title", "text"]):
        texts = (batch["title"] + "\n" + batch["text"]).tolist()
        there = counts(tokenize(texts), np.arange(len(texts)), stop=left_out)
        topic, margin, second = topics.place(vectors.projected(known, onto, *there), found.centres)
        parts.append((topic.astype(np.int16), margin, second.astype(np.int16)))
    topic, margin, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    nearest = Nearest(topic.astype(np.int64), margin, second.astype(np.int64))
    whole = _whole(found, heads, readable, nearest)
    return whole if len(sample) < readable.sum() else whole._replace(mode=found.mode, why=found.why)


def _batches(path: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Read columns of the file, those that it lacks with their default."""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path, buffer_size=1 << 22)
    there = [column for column in columns if column in file.schema_arrow.names]
    rows = file.metadata.num_rows
    batches = file.iter_batches(BATCH, columns=there, use_threads=False) if rows else [file.read(there)]
    for batch in batches:
        frame = batch.to_pandas()
        for column in columns:
            frame[column] = frame[column] if column in frame else DEFAULTS[column]
        strings = [column for column in columns if column != "published"]
        frame[strings] = frame[strings].astype("str")
        filled = [column for column in strings if column != "copy_of"]
        frame[filled] = frame[filled].fillna("")
        yield frame[list(columns)]


def _heads(path: Path) -> pd.DataFrame:
    """Everything about the articles that is no text: article_id, sha256, language, copy_of."""
    import pyarrow.parquet as pq

    names = pq.read_schema(path).names
    if missing := [column for column in ("article_id", "text") if column not in names]:
        raise ValueError(f"{path}: column {' and '.join(missing)} is missing")
    columns = ["article_id", "language", "copy_of"]
    if "sha256" in names:
        heads = pd.concat(_batches(path, [*columns, "sha256"]), ignore_index=True)
    else:
        read = (_hashed(batch) for batch in _batches(path, [*columns, "text"]))
        heads = pd.concat(read, ignore_index=True)
    if heads["article_id"].eq("").any() or heads["article_id"].duplicated().any():
        raise ValueError(f"{path}: an article_id is empty or repeated")
    return heads


def _hashed(batch: pd.DataFrame) -> pd.DataFrame:
    """Put the hash of the texts in their place."""
    hashes = [hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() for text in batch["text"]]
    return batch.drop(columns="text").assign(sha256=pd.Series(hashes, dtype="str"))


def _drawn(heads: pd.DataFrame) -> np.ndarray:
    """Place of each article in the canonical order: by content hash, then by id."""
    order = heads.reset_index(drop=True).sort_values(["sha256", "article_id"], kind="stable").index
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def _rows(path: Path, rows: np.ndarray) -> pd.DataFrame:
    """Read the articles at these places of the file, whole."""
    import pyarrow.parquet as pq

    hashed = "sha256" in pq.read_schema(path).names
    columns = ["article_id", *(["sha256"] if hashed else []), "text", *DEFAULTS]
    rows, begin, found = np.sort(rows), 0, []
    for batch in _batches(path, columns):
        inside = rows[(rows >= begin) & (rows < begin + len(batch))] - begin
        found.append(batch.iloc[inside] if hashed else _keep_hashed(batch.iloc[inside]))
        begin += len(batch)
    return pd.concat(found, ignore_index=True)


def _keep_hashed(batch: pd.DataFrame) -> pd.DataFrame:
    return batch.assign(sha256=_hashed(batch.reset_index(drop=True))["sha256"].to_numpy())


def _sentences(articles: pd.DataFrame) -> pd.DataFrame:
    """Cut the sample into sentences: article_id, sentence, text, voice."""
    rows: list[tuple[str, int, str, str]] = []
    for name, title, text in zip(articles["article_id"], articles["title"], articles["text"], strict=True):
        rows += [(name, -1, title, "headline")] if title else []
        cut = enumerate(segment.sentences(text))
        rows += [(name, i, text[part.start : part.end], part.voice) for i, part in cut]
    return pd.DataFrame(rows, columns=["article_id", "sentence", "text", "voice"])


def _whole(found: Topics, heads: pd.DataFrame, readable: np.ndarray, nearest: Nearest) -> Topics:
    """Topics of the sample, with the sizes and the articles of the whole file."""
    labels = np.where(readable, nearest.topic, -1)
    order, number = topics.by_size(labels, len(found.topics))
    labels = number[labels]
    nearest = nearest._replace(topic=labels, second=number[nearest.second])
    table = found.topics.iloc[order].assign(topic=np.arange(len(order))).reset_index(drop=True)
    table["n_articles"] = np.bincount(labels[labels >= 0], minlength=len(order))
    n = int(readable.sum())
    table["share"] = (table["n_articles"] / n).round(6)
    table["share_low"], table["share_high"] = population.wilson(table["n_articles"].to_numpy(), n)
    terms = found.topic_terms.assign(topic=number[found.topic_terms["topic"]])
    under = found.assignments["k"] == len(found.topics)
    flows = found.assignments.copy()
    flows.loc[under, "topic"] = number[flows.loc[under, "topic"]]
    why = (
        f"{n:,} unique articles that can be read here: {len(order)} topics, made on {len(found.space.ids):,} "
        "articles drawn by content; the others were read one after the other and went to the nearest topic"
    )
    return found._replace(
        topics=table,
        article_topics=_placed(found, heads, readable, nearest),
        topic_terms=terms.sort_values(["topic", "rank"], kind="stable", ignore_index=True),
        assignments=flows,
        mode=topics.MODES[-1],
        why=why,
        centres=found.centres[order],
    )


def _placed(found: Topics, heads: pd.DataFrame, readable: np.ndarray, nearest: Nearest) -> pd.DataFrame:
    """Topic of every article; copies have that of their original."""
    table = pd.DataFrame({"article_id": heads["article_id"], **nearest._asdict()})
    copy = np.flatnonzero(~readable & heads["copy_of"].notna())
    source = pd.Index(heads["article_id"]).get_indexer(pd.Index(heads["copy_of"].iloc[copy]))
    readable_source = (source >= 0) & readable[source]
    table.loc[~readable, ["topic", "second"]] = -1
    table.loc[~readable, "margin"] = np.nan
    table.loc[copy[readable_source], list(Nearest._fields)] = table.loc[
        source[readable_source], list(Nearest._fields)
    ].to_numpy()
    table = table.astype({"topic": "int64", "second": "int64"})
    plane = found.article_topics.set_index("article_id")[["x", "y"]].reindex(heads["article_id"])
    table[["x", "y"]] = plane.to_numpy()
    grouped = not found.topics.empty
    note = np.where((nearest.topic == -1) & grouped, "no clear topic", "").astype(object)
    note[~readable] = "other language"
    note[copy] = "copy"
    return table.assign(note=pd.Series(note, dtype="str"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the tables of notebook 02 for a file of articles."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("articles", type=Path, help="a parquet file with article_id and text")
    parser.add_argument("--out", type=Path, required=True, help="the output folder")
    parser.add_argument("--k", type=int, help="number of topics; left out, the criteria choose")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    found = find(given.articles, k=given.k, seed=given.seed)
    for name in ("topics", "article_topics", "topic_terms"):
        tables.write(getattr(found, name), name, given.out)
    sys.stdout.write(f"{found.why}.\n{found.topics[['label', 'n_articles', 'share']].to_string()}\n")


if __name__ == "__main__":
    main()
