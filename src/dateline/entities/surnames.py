"""Surnames and given names by themselves: whom they mean in their article, then in the corpus."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from dateline.entities.spelling import SHORTEST, SUFFIX, fold, person_words, sound

# One of several persons of a surname so much more frequent is meant by the surname alone.
DOMINANT = 10


def resolve(
    pairs: pd.DataFrame, called: Mapping[str, set[str]], around: Callable[[Iterable[int]], set[str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Resolve surnames and given names by themselves: in their article first, then in the corpus.

    Parameters
    ----------
    pairs
        article, name, kind, n (mentions), entity and rule: a row for each article and name.
    called
        Entity → nicknames of one word that the texts give for it.
    around
        Names in some articles: a surname that only sounds like a person's is taken for that person where its
        article shares names with the person's, and nowhere else.

    Returns
    -------
    pairs
        The same with entity and rule filled in.
    collisions
        name, entities, taken_for, n_mentions.
    """
    single = np.array([" " not in name for name in pairs["name"]], bool)
    person = (pairs["kind"] == "person").to_numpy(bool)
    full = pairs[person & ~single]
    words = {
        name: [] if SUFFIX.search(name) else [fold(word) for word in person_words(name)]
        for name in full["name"].unique()
    }
    full = full[np.array([bool(words[name]) for name in full["name"]], bool)]
    ends = [
        full.assign(part=[words[name][at] for name in full["name"]], rank=rank)
        for rank, at in ((0, -1), (1, 0))
    ]
    nicknames = [
        rows.assign(part=fold(nickname), rank=1)
        for entity, rows in full[full["entity"].isin(list(called))].groupby("entity", sort=True)
        for nickname in sorted(called[entity])
    ]
    parts = pd.concat([*ends, *nicknames], ignore_index=True).assign(corpus=0)
    spoken = parts[parts["rank"] == 0]
    spoken = spoken.assign(sound=spoken["part"].map({part: sound(part) for part in spoken["part"].unique()}))
    lone = pairs[person & single].assign(corpus=0, several="", taken="")
    lone[["part", "sound"]] = ""
    folded = {name: fold(name) for name in lone["name"].unique()}
    lone["part"] = lone["name"].map(folded)
    lone["sound"] = lone["name"].map(
        {name: sound(f) if len(f) >= SHORTEST else "-" for name, f in folded.items()}
    )
    for rule, table, keys in (
        ("name in its article", parts, ["article", "part"]),
        ("name in the corpus", parts, ["corpus", "part"]),
        ("spelling of a surname", spoken, ["corpus", "sound"]),
    ):
        asked = table.merge(lone[keys].drop_duplicates(), on=keys)
        known = _owners(asked, keys, dominant=keys[0] == "corpus")
        open_ = _open(lone)
        if keys[-1] == "sound":
            inside = full.groupby("entity", sort=True)["article"].agg(list).to_dict()
            entity = _known(lone[open_], known, keys)["entity"].fillna("")
            # once for each person, who may be in most articles
            theirs = {name: around(inside[name]) for name in sorted(set(entity) - {""})}
            sounds = zip(lone.loc[open_, "article"], entity, strict=True)
            open_[open_] = [
                name == "" or not theirs[name].isdisjoint(around([article])) for article, name in sounds
            ]
        _fill(lone, open_, known, keys, rule)
    take = lone.index[lone["taken"] != ""]
    pairs = pairs.copy()
    pairs.loc[take, ["entity", "rule"]] = lone.loc[take, ["taken", "rule"]].to_numpy()
    left = lone[lone["several"] != ""].rename(columns={"several": "entities", "taken": "taken_for"})
    by = ["name", "entities", "taken_for"]
    count = left.groupby(by, sort=True)["n"].sum().rename("n_mentions").reset_index()
    return pairs, count.sort_values("n_mentions", ascending=False, kind="stable", ignore_index=True)


def _owners(parts: pd.DataFrame, by: list[str], *, dominant: bool) -> pd.DataFrame:
    """Find who has each part of a name, as a surname before as a given name: `entity` if it is clear."""
    best = parts[parts.groupby(by)["rank"].transform("min") == parts["rank"]]
    count = best.groupby([*by, "entity"], sort=True).size().rename("n").reset_index()
    count = count.sort_values("n", ascending=False, kind="stable")
    group = count.groupby(by, sort=True)
    table = group.agg(entity=("entity", "first"), top=("n", "first"), all=("n", "sum"), size=("n", "size"))
    several: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for *key, name in count.loc[count.duplicated(by, keep=False), [*by, "entity"]].itertuples(index=False):
        several[tuple(key)].append(name)
    shared = ["; ".join(sorted(several.get(key, []))) for key in table.index]
    clear = table["size"] == 1
    if dominant:
        clear |= table["top"] >= DOMINANT * (table["all"] - table["top"])
    return table.assign(
        entity=table["entity"].where(clear, ""), several=pd.Series(shared, table.index, dtype=object)
    )


def _open(lone: pd.DataFrame) -> np.ndarray:
    """(n,) bool: names that nothing was found for yet; one that several share is closed."""
    return ((lone["taken"] == "") & (lone["several"] == "")).to_numpy(bool, copy=True)


def _known(lone: pd.DataFrame, known: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Look up what `known` says of each name."""
    return known.reindex(pd.MultiIndex.from_frame(lone[keys]))


def _fill(lone: pd.DataFrame, still: np.ndarray, known: pd.DataFrame, keys: list[str], rule: str) -> None:
    """Take over what `known` says of the names that are still open."""
    row = _known(lone[still], known, keys)
    lone.loc[still, "taken"] = row["entity"].fillna("").to_numpy(object)
    lone.loc[still, "several"] = row["several"].fillna("").to_numpy(object)
    lone.loc[still & (lone["taken"] != ""), "rule"] = rule
