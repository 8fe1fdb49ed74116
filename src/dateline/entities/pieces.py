"""Names cut out of runs of capitalised words: distinct ones, and where they stand."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.entities.lists import lexicon, listed
from dateline.entities.nameparts import NICKNAME, Piece


class Pieces(NamedTuple):
    """Names cut out of runs: distinct ones, and where they stand.

    Attributes
    ----------
    table
        One row per distinct piece of a distinct run: surface, name, kind, cues, offset, to_end.
    of
        (n,) int, the row of `table` that each occurrence is of.
    run
        (n,) int, the row of the runs that it is in.
    """

    table: pd.DataFrame
    of: np.ndarray
    run: np.ndarray


def cut_out(
    found: pd.DataFrame, parse: Callable[[str, bool], list[Piece]], capitals: frozenset[str]
) -> Pieces:
    """Cut each distinct run once."""
    surfaces = found["surface"].cat.categories
    codes = found["surface"].cat.codes.to_numpy(np.int64)
    which, distinct = pd.factorize(codes * 2 + found["leads"].to_numpy())
    cuts = [parse(surfaces[u // 2], bool(u % 2)) for u in distinct.tolist()]
    rows = [
        (run[p.start : p.end], p.kind, p.cues, p.start, len(run) - p.end, run[: p.start])
        for run, pieces in zip((surfaces[u // 2] for u in distinct.tolist()), cuts, strict=True)
        for p in pieces
    ]
    table = pd.DataFrame(rows, columns=["surface", "kind", "cues", "offset", "to_end", "prefix"])
    table["name"] = [usual(surface, capitals) for surface in table["surface"]]
    sizes = np.fromiter(map(len, cuts), np.int64, len(cuts))
    size = sizes[which]
    inner = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return Pieces(
        table,
        np.repeat((np.cumsum(sizes) - sizes)[which], size) + inner,
        np.repeat(np.arange(len(found)), size),
    )


def usual(surface: str, capitals: frozenset[str]) -> str:
    """Name without a nickname in it and in usual capitals: KAROVEC is Karovec where others write it so."""
    surface = NICKNAME.sub("", surface)
    if not surface.isupper() or len(surface) < 4:
        return surface
    title = surface.title()
    known = all(word in capitals for word in title.replace("-", " ").split()) or title in listed()
    return title if known else surface


def shorten(pieces: Pieces, kinds: dict[str, str], common: frozenset[str]) -> Pieces:
    """Take words off the front of a person's name where the rest is a person's name known elsewhere.

    One word is left only if it is somebody's given name, or a surname behind a word that is mostly no name.
    """
    columns = {column: pieces.table[column].tolist() for column in ("name", "surface", "offset")}
    persons = [name.split(" ") for name, kind in kinds.items() if kind == "person" and " " in name]
    # "Slippery Zivan": a word before somebody's given name, which nobody has as a surname otherwise
    last = Counter(words[-1] for words in persons)
    first = {words[0] for words in persons if len(words) == 2 and last[words[0]] == 1}
    for i, name in enumerate(columns["name"]):
        words = name.split(" ")
        if kinds.get(name) != "person" or len(words) < 2 or words[0] in lexicon().given:
            continue
        ends = (" ".join(words[at:]) for at in range(1, len(words)))
        alone = first | last.keys() if words[0] in common else first
        rest = next((end for end in ends if kinds.get(end) == "person" and (" " in end or end in alone)), "")
        if rest and columns["surface"][i].endswith(rest):
            columns["offset"][i] += len(columns["surface"][i]) - len(rest)
            columns["name"][i] = columns["surface"][i] = rest
    table = pieces.table.assign(**columns)
    return pieces._replace(table=table)


def placed(pieces: Pieces, found: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Occurrences of the pieces that have a kind."""
    table = pieces.table
    said = table["kind"].to_numpy()
    kind = np.array([kinds.get(name, "") for name in table["name"]], object)
    kind = np.where(said != "", said, kind) if len(said) else kind
    keep = (kind != "")[pieces.of] if len(kind) else np.zeros(0, bool)
    of, run = pieces.of[keep], pieces.run[keep]
    start = found["start"].to_numpy()[run] + table["offset"].to_numpy(np.int64)[of]
    size = np.fromiter(map(len, table["surface"]), np.int64, len(table))[of]
    row = found["row"].to_numpy()[run]
    columns = {"row": row, "start": start, "end": start + size}
    for name, values in (("surface", table["surface"]), ("name", table["name"]), ("kind", pd.Series(kind))):
        codes, distinct = pd.factorize(values.to_numpy(object))
        columns[name] = pd.Categorical.from_codes(codes[of], pd.Index(distinct, dtype=object))
    return pd.DataFrame(columns)
