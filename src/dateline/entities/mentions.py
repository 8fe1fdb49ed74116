"""The tables mentions and entities, and what the user says of names: a small csv that wins over the rules."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.entities.linking import link_names, one_kind
from dateline.entities.recognition import recognise_names
from dateline.partitions import ALONE, Pool
from dateline.tables import KINDS, OwnFileError
from dateline.tokens import Tokens

ALIASES = ["surface", "entity", "kind", "rule"]
CORRECTED = ["surface", "was", "entity", "kind", "n_mentions"]


class Mentions(NamedTuple):
    """Mentions, spellings with reasons, names of two persons, what a user's file changed, and rows unused."""

    mentions: pd.DataFrame
    ledger: pd.DataFrame
    collisions: pd.DataFrame
    corrected: pd.DataFrame
    unmatched: pd.DataFrame
    aside: pd.DataFrame


def find_mentions(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    aliases: pd.DataFrame | None = None,
    pool: Pool = ALONE,
) -> Mentions:
    """Find the names in all articles that are in English and say what each means.

    What the user says of names (`aliases`, see `read_aliases`) wins. A spelling in it that the rules do not
    find is looked up as it is written. `corrected` lists what it changed: `was` is empty for a name that the
    rules had not found, `entity` for one that is dropped.
    """
    article = pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])
    readable = population.is_readable(articles).to_numpy()[article]
    headline = (sentences["voice"] == "headline").to_numpy()
    names = recognise_names(sentences["text"], tokens, headline=headline, use=readable, pool=pool)
    names = names.assign(added=False)
    if aliases is not None:
        names = _with_aliases(names, sentences["text"].tolist(), tokens, aliases, use=readable)
    linked, collisions = link_names(names, article=article[names["row"].to_numpy()])
    corrected, unmatched = pd.DataFrame(columns=CORRECTED), pd.DataFrame(columns=ALIASES[:2])
    if aliases is not None:
        present = set(linked["surface"]) | set(linked["name"]) | set(linked["entity"])
        unmatched = aliases.loc[~aliases["surface"].isin(present), ALIASES[:2]].reset_index(drop=True)
        was = linked[["entity", "kind"]].astype(object)
        linked = apply_aliases(linked, aliases)
        changed = linked["added"] | (linked[["entity", "kind"]] != was).any(axis=1)
        corrected = linked.assign(was=was["entity"].mask(linked["added"], ""))[changed].astype("str")
        corrected = corrected.groupby(CORRECTED[:4]).size().rename(CORRECTED[4]).reset_index()
        linked = linked[linked["entity"] != ""].reset_index(drop=True)
    row = linked["row"].to_numpy()
    shift = np.where(sentences["sentence"] >= 0, sentences["start"], 0)[row]
    mentions = pd.DataFrame(
        {
            "article_id": pd.Categorical.from_codes(article[row], articles["article_id"]),
            "sentence": sentences["sentence"].to_numpy()[row],
            "start": linked["start"].to_numpy() + shift,
            "end": linked["end"].to_numpy() + shift,
            **{column: linked[column].astype("category") for column in ("surface", "entity", "kind", "rule")},
        }
    )
    mentions, aside = tables.set_aside(mentions, articles)
    ledger = mentions.groupby(["entity", "kind", "surface", "rule"], sort=True, observed=True)["article_id"]
    ledger = ledger.agg(n_articles="nunique", n_mentions="size").reset_index()
    ledger = ledger.astype(dict.fromkeys(ALIASES, object))
    size = ledger.groupby("entity")["n_mentions"].transform("sum")
    order = np.lexsort((ledger["surface"], -ledger["n_mentions"], ledger["entity"], -size))
    ledger = ledger.iloc[order][[*ALIASES, "n_articles", "n_mentions"]].reset_index(drop=True)
    return Mentions(mentions, ledger, collisions, corrected, unmatched, aside)


def count_entities(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Give table entities, by number of articles, with share, share_low and share_high of `articles`.

    Takes table mentions, and the articles to count, see `population.counted_articles`.
    """
    inside = mentions[mentions["article_id"].isin(articles["article_id"])]
    published = articles.set_index("article_id")["published"].reindex(inside["article_id"]).to_numpy()
    group = inside.assign(published=published).groupby(["entity", "kind"], sort=True, observed=True)
    # column by column: on no rows at all, a joint agg would mix the types up
    table = pd.DataFrame({"n_articles": group["article_id"].nunique(), "n_mentions": group.size()})
    table["first_published"] = group["published"].min().astype("datetime64[s]")
    table["last_published"] = group["published"].max().astype("datetime64[s]")
    table = table.astype({"n_articles": "int64", "n_mentions": "int64"}).reset_index()
    spellings = inside[["entity", "surface"]].astype("str").drop_duplicates()
    spellings = spellings.sort_values("surface", kind="stable").groupby("entity")["surface"].agg("; ".join)
    table.insert(2, "aliases", table["entity"].astype("str").map(spellings).astype("str"))
    low, high = population.wilson(table["n_articles"], len(articles))
    share = (table["n_articles"] / max(len(articles), 1)).round(6)
    table = table.assign(share=share, share_low=low, share_high=high)
    order = ["n_articles", "n_mentions", "entity"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable", ignore_index=True)


def write_mentions(recognised: Mentions, out: Path, **frames: pd.DataFrame) -> None:
    """Write table mentions, `frames` by name, ``03-aliases.csv`` (spellings) and ``03-corrected.csv``."""
    tables.write_all(out, mentions=recognised.mentions, **frames)
    tables.csv(recognised.ledger, out / "tables" / "03-aliases.csv")
    tables.csv(recognised.corrected, out / "tables" / "03-corrected.csv")


def check_mentions(
    recognised: Mentions, entities: pd.DataFrame, counted: pd.DataFrame, *, unit: str
) -> dict[str, bool]:
    """Check that names and periods add up: what was checked, and whether it holds.

    Takes what `find_mentions` and `count_entities` return, the articles that count, and the periods' unit.
    """
    table = recognised.mentions
    n_counted = int(table["article_id"].isin(counted["article_id"]).sum())
    n_of = population.articles_by_period(counted, unit=unit)["n_of"].sum()
    checks = {
        "the ledger of spellings has all mentions": recognised.ledger["n_mentions"].sum() == len(table),
        "the entities have all mentions in articles that count": entities["n_mentions"].sum() == n_counted,
        "the periods and undated articles add up to the corpus": n_of == len(counted),
    }
    return {name: bool(holds) for name, holds in checks.items()}


def read_aliases(path: str | Path) -> pd.DataFrame:
    """Read what a user says of names: columns surface and entity, perhaps kind; an empty entity drops a name.

    Rows without a surface are passed over. So are, in a copy of the file that a run writes (it has a column
    rule), those of a surface that stands for several entities: which one it means is a matter of the article.

    Raises
    ------
    OwnFileError
        If it cannot be read (see `dateline.tables.read_own`), a kind is unknown or a surface has two;
        the message says which.
    """
    name = Path(path).name
    frame = tables.read_own(path, ALIASES[:2])
    frame = frame.assign(kind=frame.get("kind", ""))
    frame = frame[frame["surface"] != ""].reset_index(drop=True)
    if unlisted := sorted(set(frame["kind"]) - {"", *KINDS}):
        raise OwnFileError(f"{name} has the kind {unlisted[0]!r}: it is one of {', '.join(KINDS)} or empty")
    n_entities = frame.groupby("surface")["entity"].transform("nunique")
    if "rule" in frame:
        return frame[n_entities == 1].reset_index(drop=True)
    if (n_entities > 1).any():
        twice = frame[frame["surface"] == frame.loc[n_entities > 1, "surface"].iloc[0]]
        surface, (first, second, *_) = twice["surface"].iloc[0], twice["entity"].unique()
        raise OwnFileError(f"{name} gives {surface!r} two entities, {first!r} and {second!r}: keep one")
    return frame


def load_aliases(folder: str | Path, path: str | Path = "") -> pd.DataFrame | None:
    """Read the aliases that count for a folder of articles, see `tables.own`; None without such a file."""
    file = tables.own(tables.ALIASES, folder, path)
    return read_aliases(file) if file else None


def apply_aliases(mentions: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
    """Apply the user's aliases: by the surface, else the name in usual capitals, else the entity.

    Takes what `dateline.entities.linking.link_names` and `read_aliases` return, and gives the same rows; a
    name that the aliases drop has an empty entity.
    """
    entity_of = dict(zip(aliases["surface"], aliases["entity"], strict=True))
    kinds = aliases[aliases["kind"] != ""]
    kind_of = dict(zip(kinds["entity"], kinds["kind"], strict=True))
    mentions = mentions.astype(dict.fromkeys(["surface", "name", "entity", "kind", "rule"], object))
    surface, name, entity = (mentions[column].map(entity_of) for column in ("surface", "name", "entity"))
    entity = surface.fillna(name).fillna(entity)
    rule, entity = mentions["rule"].where(entity.isna(), "given"), entity.fillna(mentions["entity"])
    kind = entity.map(kind_of).astype(object).fillna(mentions["kind"])
    mentions = mentions.assign(entity=entity, rule=rule, kind=kind)
    return mentions.assign(kind=one_kind(mentions)["kind"].where(entity != "", kind))


def find_spellings(texts: list[str], tokens: Tokens, spellings: Iterable[str]) -> pd.DataFrame:
    """Find spellings as whole words, as they are written; of those that begin together the longest.

    >>> from dateline.tokens import tokenize
    >>> texts = ["York and New York are two."]
    >>> find_spellings(texts, tokenize(texts), ["York", "New York"])[["start", "name"]].to_numpy().tolist()
    [[0, 'York'], [9, 'New York']]
    """
    # first word → spellings as patterns, with the characters before it
    begins: dict[str, list[tuple[str, re.Pattern[str], int]]] = {}
    for name in sorted(set(spellings), key=lambda name: (-len(name), name)):
        if word := re.search(r"\w+", name):
            pattern = re.compile(re.escape(name) + r"(?!\w)" * bool(re.match(r"\w", name[-1])))
            begins.setdefault(word[0], []).append((name, pattern, word.start()))
    opens = np.fromiter((word in begins for word in tokens.words), bool, len(tokens.words))[tokens.ids]
    places = zip(tokens.rows[opens].tolist(), tokens.start[opens].tolist(), tokens.ids[opens], strict=True)
    matches = [
        (row, start - lead, start - lead + len(name), name)
        for row, start, word in places
        for name, pattern, lead in begins[tokens.words[word]]
        if start >= lead and pattern.match(texts[row], start - lead)
    ]
    return _apart(pd.DataFrame(matches, columns=["row", "start", "end", "name"]))


def _apart(spans: pd.DataFrame) -> pd.DataFrame:
    """Drop spans that overlap: the one that begins first stays, then the longest, then the first row."""
    order = np.lexsort((-spans["end"], spans["start"], spans["row"]))
    keep, row_before, end_before = [], -1, 0
    places = spans[["row", "start", "end"]].to_numpy(np.int64)
    for number, (row, start, end) in zip(order.tolist(), places[order].tolist(), strict=True):
        if row != row_before or start >= end_before:
            keep.append(number)
            row_before, end_before = row, end
    return spans.iloc[keep].reset_index(drop=True)


def _with_aliases(
    names: pd.DataFrame, texts: list[str], tokens: Tokens, aliases: pd.DataFrame, *, use: np.ndarray
) -> pd.DataFrame:
    """Add the spellings of the user's file that the rules do not find, where they stand in no longer name."""
    present = set(names["surface"]) | set(names["name"])
    missing = aliases[(aliases["entity"] != "") & ~aliases["surface"].isin(present)]
    added = find_spellings(texts, tokens, missing["surface"])
    added = added[use[added["row"].to_numpy(np.int64)]]
    if added.empty:
        return names
    kind = dict(zip(missing["surface"], missing["kind"].replace("", "other"), strict=True))
    added = added.assign(surface=added["name"], kind=added["name"].map(kind), expansion="", added=True)
    table = pd.concat([names.astype(object), added.astype(object)])
    return _apart(table.astype({"row": "int64", "start": "int64", "end": "int64", "added": "bool"}))
