"""The user's ledger of names: a small csv, made from the one that every run writes, that wins over rules."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from dateline import tables
from dateline.tables import OwnFileError

KINDS = ("person", "organisation", "place", "other")
LEDGER = ["surface", "entity", "kind", "rule"]
CORRECTED = ["surface", "was", "entity", "kind", "n_mentions"]


def read(path: str | Path) -> pd.DataFrame:
    """Read a user's ledger: columns surface and entity, perhaps kind; an empty entity drops the name.

    Rows without a surface are passed over. So are, in a copy of the ledger of a run (it has a column rule),
    those of a surface that stands for several entities there: which one is meant is a matter of the article.

    Raises
    ------
    OwnFileError
        If it cannot be read (see `dateline.tables.read_own`), a kind is unknown or a surface has two;
        the message says which.
    """
    name = Path(path).name
    frame = tables.read_own(path, LEDGER[:2])
    frame = frame.assign(kind=frame.get("kind", ""))
    frame = frame[frame["surface"] != ""].reset_index(drop=True)
    if unknown := sorted(set(frame["kind"]) - {"", *KINDS}):
        raise OwnFileError(f"{name} has the kind {unknown[0]!r}: it is one of {', '.join(KINDS)} or empty")
    if "rule" in frame:
        frame = frame[frame.groupby("surface")["entity"].transform("nunique") == 1].reset_index(drop=True)
    distinct = frame[["surface", "entity"]].drop_duplicates()
    if (twice := distinct["surface"].duplicated()).any():
        surface = distinct.loc[twice, "surface"].iloc[0]
        both = distinct.loc[distinct["surface"] == surface, "entity"].tolist()
        raise OwnFileError(f"{name} gives {surface!r} two entities, {both[0]!r} and {both[1]!r}: keep one")
    return frame


def find(folder: str | Path, named: str | Path = "") -> pd.DataFrame | None:
    """Read the ledger that counts for a folder of articles, see `tables.own`; None where there is none."""
    path = tables.own(tables.ALIASES, folder, named)
    return read(path) if path else None


def apply(mentions: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Apply the user's ledger: by the name as found, else by the entity that it was given.

    Parameters
    ----------
    mentions
        As `dateline.entities.aliases.resolve` returns them.
    given
        The user's ledger, see `read`.

    Returns
    -------
    DataFrame
        The same rows; a name that the ledger drops has an empty entity.
    """
    to = dict(zip(given["surface"], given["entity"], strict=True))
    kind = {e: k for e, k in zip(given["entity"], given["kind"], strict=True) if k}
    mentions = mentions.astype({column: object for column in ("surface", "name", "entity", "kind", "rule")})
    entity = mentions["surface"].map(to).fillna(mentions["name"].map(to)).fillna(mentions["entity"].map(to))
    said = entity.notna()
    mentions = mentions.assign(
        entity=entity.where(said, mentions["entity"]), rule=mentions["rule"].where(~said, "given")
    )
    mentions["kind"] = mentions["entity"].map(kind).astype(object).fillna(mentions["kind"])
    return mentions


def corrected(before: pd.DataFrame, after: pd.DataFrame, *, added: Collection[str] = ()) -> pd.DataFrame:
    """List what the user's ledger changed: surface, was, entity (empty: dropped), kind, n_mentions.

    Parameters
    ----------
    before, after
        What `apply` took and returned.
    added
        Surfaces that the rules had not found and the ledger added: `was` is empty for them.
    """
    was, rows = before.astype("str"), after.astype("str")
    new = rows["surface"].isin(list(added))
    changed = new | (rows["entity"] != was["entity"]) | (rows["kind"] != was["kind"])
    rows = rows.assign(was=was["entity"].mask(new, ""))[changed]
    size = rows.groupby(CORRECTED[:4]).size()
    return size.rename(CORRECTED[4]).reset_index()
