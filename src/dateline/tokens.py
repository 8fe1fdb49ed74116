r"""The shared token table: every text is cut into words once, and all analyses read the integers.

A token is a longest run of word characters (``\w`` of Python's `re`), as in scikit-learn's
vectorisers. Case is kept; `lower` folds the vocabulary instead of the text.
"""

import itertools
import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import population, tables

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Characters that are cut at a time: enough to make Python's share small, little enough for the cache.
BLOCK = 1 << 20
# The length of the gap behind the last token of a text.
TEXT_END = 99
# Letters with a stroke, which Unicode does not take apart, and the quotation mark.
_UNDIVIDED = str.maketrans("łŁøØ’", "lloo'")
# Share of a word's places inside sentences where it has a capital, from which on it is a name.
NAME_SHARE = 0.8
# Finds letters that SQLite might fold in another way.
FOREIGN = re.compile("[^\x00-\x7f\xa0\u2010-\u2027]").search
# What SQLite indexes: the words of table sentences, whatever their case and diacritics.
INDEX = """CREATE VIRTUAL TABLE words USING fts5(text, content='sentences', content_rowid='number',
tokenize='unicode61 remove_diacritics 2 tokenchars ''_''')"""


class Tokens(NamedTuple):
    """Tokens of n texts, in order.

    ids: (n_tokens,) int32, positions in `words`; start: (n_tokens,) int32, its first character in its text;
    offsets: (n_texts + 1,) int64, text i has ``offsets[i]:offsets[i + 1]``; words: (n_words,) object, sorted.
    """

    ids: np.ndarray
    start: np.ndarray
    offsets: np.ndarray
    words: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """(n_tokens,) the text that each token is in."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    @property
    def end(self) -> np.ndarray:
        """(n_tokens,) int32, one past the last character of the token in its text."""
        lengths = np.fromiter(map(len, self.words), np.int32, len(self.words))
        return self.start + (lengths[self.ids] if len(self.words) else 0)

    def take(self, texts: np.ndarray) -> "Tokens":
        """Tokens of some texts, by their numbers, with the words that stand in them."""
        size = np.diff(self.offsets)[texts]
        offsets = np.append(0, np.cumsum(size))
        place = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][texts] - offsets[:-1], size)
        used = np.bincount(self.ids[place], minlength=len(self.words)) > 0
        number = (np.cumsum(used) - 1).astype(np.int32)
        return Tokens(number[self.ids[place]], self.start[place], offsets, self.words[used])

    def cut(self, text: np.ndarray, start: np.ndarray) -> "Tokens":
        """Tokens of parts of the texts, by their numbers and starts; together these hold all tokens."""
        first = np.searchsorted((self.rows << 32) + self.start, (text << 32) + start)
        offsets = np.append(first, len(self.ids))
        return self._replace(start=self.start - np.repeat(start, np.diff(offsets)), offsets=offsets)

    @staticmethod
    def join(parts: Sequence["Tokens"]) -> "Tokens":
        """Join the tokens of one text after another."""
        codes, words = pd.factorize(np.concatenate([part.words for part in parts]), sort=True)
        first = np.cumsum([0, *(len(part.words) for part in parts)]).tolist()
        ids = [codes[part.ids + shift] for part, shift in zip(parts, first, strict=False)]
        sizes = np.concatenate([np.diff(part.offsets) for part in parts])
        start = np.concatenate([part.start for part in parts])
        return Tokens(np.concatenate(ids).astype(np.int32), start, np.append(0, np.cumsum(sizes)), words)


class Gaps(NamedTuple):
    """What stands between a token and the next of its text, (n_tokens,) each: two code points, the length.

    Behind a text's end stand line feeds; `rows` is the token's text, `end` one past its last character.
    """

    first: np.ndarray
    second: np.ndarray
    length: np.ndarray
    rows: np.ndarray
    end: np.ndarray

    @classmethod
    def of(cls, texts: list[str], tokens: Tokens) -> "Gaps":
        """Look behind each token of the texts."""
        rows, end = tokens.rows, tokens.end
        size = np.fromiter(map(len, texts), np.int64, len(texts))
        base = np.cumsum(size + 2) - size - 2
        codes = np.frombuffer("\n\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
        position = base[rows] + end
        length = np.full(len(rows), TEXT_END, np.int32)
        length[:-1] = np.where(rows[1:] == rows[:-1], tokens.start[1:] - end[:-1], TEXT_END)
        return cls(codes[position], codes[position + 1], length, rows, end)

    def starts(self, first: str, second: str = "", *, tokens: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Tell which gaps begin with one of the characters of `first` (and then one of `second`)."""
        matches = np.isin(self.first[tokens], [*map(ord, first)])
        return matches & np.isin(self.second[tokens], [*map(ord, second)]) if second else matches


@cache
def _word_characters() -> np.ndarray:
    """(0x110000,) bool: which code points `re` takes for a word character."""
    table = np.zeros(0x110000, bool)
    # planes 0-3 and the rest apart: only unassigned and private code points lie above 0x3FFFF
    text = "".join(map(chr, [*range(0xD800), *([32] * 0x800), *range(0xE000, 0x40000)]))
    for match in re.finditer(r"\w+", text):
        table[match.start() : match.end()] = True
    return table


def tokenize(texts: Sequence[str], *, inside: np.ndarray | None = None) -> Tokens:
    """Cut texts into tokens, or into longest runs of the code points that `inside` marks, (0x110000,) bool.

    >>> tokens = tokenize(["Talks in Beijing.", "The talks"])
    >>> list(tokens.words)
    ['Beijing', 'Talks', 'The', 'in', 'talks']
    >>> tokens.ids.tolist(), tokens.start.tolist(), tokens.offsets.tolist()
    ([1, 3, 0, 2, 4], [0, 6, 9, 0, 4], [0, 3, 5])
    """
    import pyarrow as pa

    texts = list(texts)
    inside = _word_characters() if inside is None else inside
    block = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts))) // BLOCK
    edges = [0, *(np.flatnonzero(np.diff(block)) + 1).tolist(), len(texts)]
    blocks = [_cut(texts[first:last], inside) for first, last in itertools.pairwise(edges)]
    chunks, starts, counts = zip(*blocks, strict=True)
    # Arrow compares strings, not only their hashes: no two words can become one.
    encoded = pa.concat_arrays(chunks).dictionary_encode()
    words = np.array(encoded.dictionary.to_pylist(), dtype=object)
    order = np.argsort(words, kind="stable")
    rank = np.empty(len(words), np.int32)
    rank[order] = np.arange(len(words), dtype=np.int32)
    ids = rank[encoded.indices.to_numpy()]
    return Tokens(ids, np.concatenate(starts), np.cumsum(np.concatenate([[0], *counts])), words[order])


def _cut(texts: list[str], table: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
    """Tokens of one block: as an Arrow string array, their starts, and how many each text has."""
    import pyarrow as pa

    # A line feed ends every text, so that no token reaches into the next one.
    joined = "\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, np.uint32).copy()
    inside = table[codes]
    codes[~inside] = ord(" ")
    words = codes.tobytes().decode("utf-32-le", "surrogatepass").split()
    start = np.flatnonzero(inside & np.append(True, ~inside[:-1]))
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    ends = np.cumsum(sizes)
    count = np.diff(np.searchsorted(start, ends), prepend=0)
    start = start - np.repeat(ends - sizes, count)
    return pa.array(words, pa.large_string()), start.astype(np.int32), count


def lower(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Fold case: (n_tokens,) ids of the tokens among the lower-cased words, and these words, sorted."""
    folded = np.array([word.lower() for word in tokens.words], dtype=object)
    codes, words = pd.factorize(folded, sort=True)
    return (codes[tokens.ids] if len(words) else tokens.ids).astype(np.int32), words


def count_words(
    tokens: Tokens,
    documents: np.ndarray,
    *,
    n_documents: int | None = None,
    min_df: int = 1,
    max_df: float = 1.0,
    stop: frozenset[str] = frozenset(),
) -> tuple["csr_matrix", np.ndarray]:
    """Count words per document, as `sklearn.feature_extraction.text.CountVectorizer` does.

    The matrix, (n_documents, n_words) int32, and the vocabulary are those that it makes of the documents'
    texts, joined by spaces, with `min_df`, `max_df`, and `stop` words. `documents`, (n_texts,) int, says
    which document each text belongs to (-1: none); by default there is one more than the largest.
    """
    from scipy.sparse import csr_matrix

    n_rows = int(np.max(documents, initial=-1)) + 1 if n_documents is None else n_documents
    ids, words = lower(tokens)
    # Lower-casing can put a non-word character into a word (İ), which a vectoriser would cut there.
    parts = [[part for part in re.findall(r"\w\w+", word) if part not in stop] for word in words]
    flat = np.array(list(itertools.chain.from_iterable(parts)), dtype=object)
    vocabulary, column = np.unique(flat, return_inverse=True)
    row = np.repeat(np.arange(len(words)), list(map(len, parts)))
    document = np.repeat(np.asarray(documents, np.int32), np.diff(tokens.offsets))
    counted = (document >= 0) & np.array(list(map(bool, parts)), bool)[ids]
    places = document[counted], ids[counted]
    matrix = csr_matrix((np.ones(len(places[0]), np.int32), places), shape=(n_rows, len(words)))
    matrix = matrix @ csr_matrix((np.ones(len(row), np.int32), (row, column)), (len(words), len(vocabulary)))
    matrix.sort_indices()
    frequency = np.bincount(matrix.indices, minlength=len(vocabulary))
    columns = np.flatnonzero((frequency >= max(min_df, 1)) & (frequency <= max_df * n_rows))
    return matrix[:, columns], vocabulary[columns]


@lru_cache(1 << 18)
def fold(text: str) -> str:
    """Text in lower case, without diacritics, and with quotation marks of one kind.

    >>> fold("Živan Korešić"), fold("Orlavian Farmers’ Union")
    ('zivan koresic', "orlavian farmers' union")
    """
    plain = text.translate(_UNDIVIDED)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return plain.lower()


def find_forms(forms: Sequence[str], sentences: pd.DataFrame, tokens: Tokens) -> pd.DataFrame:
    """Find every place that has the words of a form in a row.

    A form in lower case is found whatever the case and diacritics, a word with a capital only with it or in
    capitals throughout; ``pro life`` finds ``pro-life`` and ``sanction*`` all words that begin so. Columns:
    form (its number), token (the first, by its number), last (its last), article_id, sentence, start, end,
    surface, voice.
    """
    vocabulary, by_word = tokens.words.tolist(), dict[str, list[int]]()
    for number, word in enumerate(vocabulary):
        by_word.setdefault(fold(word), []).append(number)
    row, parts, pieces = tokens.rows, [], tokenize(forms)

    def spellings(target: str, *, is_open: bool) -> list[int]:
        small = fold(target)
        fits = [word for word in by_word if word.startswith(small)] if is_open else [small]
        begin = ("",) if target == target.lower() else (target, target.upper())
        return [n for word in fits for n in by_word.get(word, []) if vocabulary[n].startswith(begin)]

    steps_of = [
        [spellings(pieces.words[pieces.ids[piece]], is_open=form[pieces.end[piece] :].startswith("*"))
         for piece in range(pieces.offsets[number], pieces.offsets[number + 1])]
        for number, form in enumerate(forms)
    ]  # fmt: skip
    begins = [number for steps in steps_of for number in itertools.chain(*steps[:1])]
    place = np.flatnonzero(np.isin(np.arange(len(vocabulary)), begins)[tokens.ids])
    places_of = {word: part.to_numpy() for word, part in pd.Series(place).groupby(tokens.ids[place])}
    for number, steps in enumerate(steps_of):
        begins = [*itertools.chain(*steps[:1])]
        first = np.sort(np.concatenate([place[:0], *(places_of[n] for n in begins if n in places_of)]))
        for step, fits in enumerate(steps[1:], 1):
            first = first[first + step < len(tokens.ids)]
            first = first[np.isin(tokens.ids[first + step], fits) & (row[first + step] == row[first])]
        parts.append(np.stack(np.broadcast_arrays(number, first, first + len(steps) - 1), axis=1))
    spans = np.concatenate(parts) if parts else np.zeros((0, 3), np.int64)
    table = pd.DataFrame(spans, columns=["form", "token", "last"])
    place = sentences.iloc[row[table["token"]]]
    start, end = tokens.start[table["token"]], tokens.end[table["last"]]
    shift = np.where(place["sentence"] >= 0, place["start"], 0)
    table = table.assign(
        article_id=place["article_id"].to_numpy(object),
        sentence=place["sentence"].to_numpy(np.int64),
        start=(start + shift).astype(np.int64),
        end=(end + shift).astype(np.int64),
        surface=[text[a:b] for text, a, b in zip(place["text"], start, end, strict=True)],
        voice=place["voice"].to_numpy(object),
    )
    return table.astype(dict.fromkeys(["article_id", "surface", "voice"], "str"))


def write_tokens(tokens: Tokens, out: Path) -> None:
    """Write ``tokens.parquet``, ``token_offsets.parquet`` and ``vocabulary.parquet`` to ``out/tables``."""
    folder = out / "tables"
    tables.save(pd.DataFrame({"word": tokens.ids, "start": tokens.start}), folder / "tokens.parquet")
    tables.save(pd.DataFrame({"offset": tokens.offsets}), folder / "token_offsets.parquet")
    tables.save(pd.DataFrame({"word": tokens.words.astype(str)}), folder / "vocabulary.parquet")


def read_tokens(out: Path) -> Tokens:
    """Read what `write_tokens` wrote; FileNotFoundError if notebook 01 has not run yet."""
    paths = [out / "tables" / f"{name}.parquet" for name in ("tokens", "token_offsets", "vocabulary")]
    try:
        frame, offsets, words = map(pd.read_parquet, paths)
    except FileNotFoundError as error:
        hint = "run notebook 01-ingestion first"
        raise FileNotFoundError(f"the token table is not in the output folder: {hint}") from error
    ids, start = frame["word"].to_numpy(), frame["start"].to_numpy()
    return Tokens(ids, start, offsets["offset"].to_numpy(), words["word"].to_numpy(object))


@cache
def stop_words() -> frozenset[str]:
    """Words that carry no subject, in lower case."""
    lines = (files("dateline") / "resources" / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def proper_names(tokens: Tokens, sentences: pd.DataFrame) -> frozenset[str]:
    """Lower-case words that are written with a capital nearly wherever they stand inside a sentence."""
    (ids, words), inside = lower(tokens), inside_sentences(tokens, sentences)
    capital = np.fromiter((word[0].isupper() for word in tokens.words), bool, len(tokens.words))
    n_places = np.bincount(ids[inside], minlength=len(words))
    n_capital = np.bincount(ids[inside], capital[tokens.ids[inside]], minlength=len(words))
    return frozenset(words[(n_places > 0) & (n_capital >= NAME_SHARE * n_places)])


def inside_sentences(tokens: Tokens, sentences: pd.DataFrame) -> np.ndarray:
    """Mark tokens that do not begin a sentence and do not stand in a headline."""
    inside = np.ones(len(tokens.ids), bool)
    first = tokens.offsets[:-1]
    inside[first[first < len(inside)]] = False
    headline = (sentences["voice"] == "headline").to_numpy(bool)
    return inside & ~np.repeat(headline, np.diff(tokens.offsets))


def write_sentence_index(out: Path) -> Path:
    """Write ``tables/articles.sqlite``: articles, mentions, sentences, and words, their index (FTS5)."""
    import pyarrow as pa

    path, facts = out / "tables" / "articles.sqlite", ["article_id", "title", "url", "outlet", "published"]
    articles = tables.read(out, "articles", columns=[*facts, "language", "copy_of"])
    frames = {"mentions": tables.read_or_empty(out, "mentions"), "sentences": tables.read(out, "sentences")}
    frames["sentences"].insert(0, "number", np.arange(len(frames["sentences"])))
    frames["articles"] = articles[facts].assign(
        outlet=population.article_outlets(articles).to_numpy(),
        published=articles["published"].dt.strftime("%Y-%m-%d"),
        counts=population.is_counted(articles).astype(int),
    )
    with tables.atomic(path) as temporary, closing(sqlite3.connect(temporary)) as connection:
        connection.execute(INDEX)
        # as much is sorted at a time as memory has room for, instead of merged many times
        connection.execute("INSERT INTO words(words, rank) VALUES ('hashsize', 64000000)")
        for name, frame in frames.items():
            frame[:0].to_sql(name, connection, index=False, dtype={"number": "INTEGER PRIMARY KEY"})
            insert = f"INSERT INTO {name} VALUES ({', '.join('?' * frame.shape[1])})"
            for part in pa.Table.from_pandas(frame, preserve_index=False).to_batches(max_chunksize=20_000):
                columns = (column.to_numpy(zero_copy_only=False).tolist() for column in part)
                connection.executemany(insert, zip(*columns, strict=True))
        connection.create_function("plain", 1, lambda text: fold.__wrapped__(text) if FOREIGN(text) else text)
        connection.execute("INSERT INTO words(rowid, text) SELECT number, plain(text) FROM sentences")
        connection.commit()
    return path


def indexed_sentences(out: Path, term: str) -> np.ndarray | None:
    """Numbers of the sentences that have all words of a term; None where there is no fresh index."""
    path = out / "tables" / "articles.sqlite"
    if not path.exists() or path.stat().st_mtime < path.with_name("sentences.parquet").stat().st_mtime:
        return None
    words = re.findall(r"\w+\*?", fold(term))
    query = " AND ".join(f'"{word.rstrip("*")}"{"*" * word.endswith("*")}' for word in words)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", [query])
        return np.array(rows.fetchall(), np.int64).ravel()
