"""Which names mean the same: spellings of one person, acronyms, surnames, the lists, and what the user says.

Two persons of one surname are never merged: a surname alone is resolved inside its article first, then in
the corpus if only one person there has it, and listed as a collision otherwise.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.nameparts import lexicon

LEDGER = ["surface", "entity", "kind", "rule"]
# Shorter surnames differ by a letter without being the same.
SHORTEST = 5
# Spellings of one sound in Latin letters, most specific first; what is left must be equal but for vowels.
_SOUNDS = (
    ("rzh", "r"), ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("zh", "z"), ("sh", "s"), ("ch", "c"), ("kh", "h"),
    ("ts", "c"), ("tz", "c"), ("cz", "c"), ("sz", "s"), ("dj", "j"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("g", "h"), ("iy", "i"), ("ij", "i"), ("ey", "i"), ("ei", "i"), ("yy", "i"), ("y", "i"), ("j", "i"),
    ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("'", ""), ("’", ""),
)  # fmt: skip
_SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")
_COMPANY = re.compile(r",? (?:Inc|Ltd|Corp|Corporation|Co|LLC|PLC|plc|AG|SA|GmbH)\.?$")


def fold(name: str) -> str:
    """Lower case without diacritics and quotation marks of one kind.

    Examples
    --------
    >>> fold("Živan Korešić"), fold("Orlavian Farmers’ Union")
    ('zivan koresic', "orlavian farmers' union")
    """
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").replace("ł", "l").replace("ø", "o"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


def sound(name: str) -> str:
    """Reduce a name to one spelling of its sounds.

    Examples
    --------
    >>> sound("Koreshich") == sound("Korešić"), sound("Yury") == sound("Yuri"), sound("Ann") == sound("Anne")
    (True, True, False)
    """
    text = fold(name)
    for letters, one in _SOUNDS:
        text = text.replace(letters, one)
    return re.sub(r"(.)\1+", r"\1", text)


def alike(one: str, other: str) -> bool:
    """Tell whether two words may be spellings of one name: equal sounds, or one vowel inside differs.

    Examples
    --------
    >>> alike("Bohdan", "Bogdan"), alike("Maria", "Mario"), alike("Lukashenko", "Lukashenka")
    (True, False, True)
    """
    from rapidfuzz.distance import Levenshtein

    a, b = sound(one), sound(other)
    if a == b:
        return True
    if min(len(a), len(b)) < 2 * SHORTEST - 2 or Levenshtein.distance(a, b, score_cutoff=1) > 1:
        return False
    vowels = re.compile("[aeiou]")
    return vowels.sub("", a) == vowels.sub("", b)


def ledger(path: str | Path) -> pd.DataFrame:
    """Read a user's ledger: columns surface and entity, perhaps kind; an empty entity drops the name.

    Raises
    ------
    ValueError
        If a column is missing; the message says which.
    """
    frame = pd.read_csv(path, dtype="str", keep_default_na=False)
    if missing := [column for column in LEDGER[:2] if column not in frame]:
        raise ValueError(f"{Path(path).name} has no column {missing[0]}: it needs surface and entity")
    return frame.assign(kind=frame.get("kind", ""))


class Book:
    """Names that are being merged: each points to the one it is a spelling of.

    Parameters
    ----------
    counts
        Name → number of mentions; the most frequent name of a group stands for it.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts
        self.leader: dict[str, str] = {}
        self.rule: dict[str, str] = {}

    def main(self, name: str) -> str:
        """Name that stands for the group of `name`."""
        while name in self.leader:
            name = self.leader[name]
        return name

    def join(self, name: str, other: str, rule: str, *, keep: bool = False) -> None:
        """Merge two groups; with `keep`, under the main name of `other`, whatever the counts."""
        a, b = self.main(name), self.main(other)
        if a == b:
            return
        if not keep and (self.counts.get(a, 0), a) > (self.counts.get(b, 0), b):
            a, b = b, a
        self.leader[a] = b
        self.rule[a] = rule


def resolve(
    found: pd.DataFrame, *, article: np.ndarray, given: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give each mention its entity.

    Parameters
    ----------
    found
        What `helpers.names.find` returns.
    article
        (n,) int, the article that each is in.
    given
        The user's ledger, see `ledger`; it wins.

    Returns
    -------
    mentions
        `found` with the columns entity and rule (why the name means that entity).
    collisions
        name, entities, n_mentions: names that could mean several persons and were left alone.

    Examples
    --------
    >>> found = pd.DataFrame({"name": ["Ann Lee", "Lee", "Bo Lee", "Lee"], "kind": "person", "expansion": ""})
    >>> mentions, collisions = resolve(found, article=np.array([0, 0, 1, 2]))
    >>> mentions["entity"].tolist(), collisions["entities"].tolist()
    (['Ann Lee', 'Ann Lee', 'Bo Lee', 'Lee'], ['Ann Lee; Bo Lee'])
    """
    counts = found["name"].value_counts(sort=False).to_dict()
    kinds = found.drop_duplicates("name").set_index("name")["kind"].to_dict()
    book = Book(dict(sorted(counts.items())))
    _listed(book, kinds)
    _acronyms(book, found, kinds)
    _organisations(book, kinds)
    _spellings(book, kinds)
    _twins(book, kinds, found, article)
    entity = found["name"].map({name: book.main(name) for name in counts})
    rule = found["name"].map(lambda name: book.rule.get(name, "")).fillna("")
    mentions = found.assign(entity=entity, rule=rule)
    mentions, collisions = _lone(mentions, article)
    mentions = _one_kind(mentions)
    return (_given(mentions, given) if given is not None else mentions), collisions


def _listed(book: Book, kinds: dict[str, str]) -> None:
    """Other names of places in the lists."""
    places = lexicon().places
    for name, kind in kinds.items():
        bare = name.rstrip(".")
        main = places.get(name) or places.get(bare) or places.get(bare + ".")
        if kind == "place" and main and main != name:
            book.join(name, main, "list", keep=True)


def _acronyms(book: Book, found: pd.DataFrame, kinds: dict[str, str]) -> None:
    """Acronyms that the text explains, and those that fit one organisation only."""
    for name, expansion in (
        found.loc[found["expansion"] != "", ["name", "expansion"]].drop_duplicates().to_numpy()
    ):
        book.join(name, expansion, "acronym", keep=True)
    initials: dict[str, set[str]] = defaultdict(set)
    for name, kind in kinds.items():
        words = name.replace("-", " ").split()
        if kind == "organisation" and len(words) > 2:
            initials["".join(w[0] for w in words if w[0].isupper())].add(book.main(name))
    for name, kind in kinds.items():
        fits = initials.get(name, set())
        if kind == "organisation" and name not in book.leader and len(name) > 2 and len(fits) == 1:
            book.join(name, next(iter(fits)), "initials", keep=True)


def _organisations(book: Book, kinds: dict[str, str]) -> None:
    """ "Apple Inc." is Apple, and "State Railways" the Velmaran State Railways if there is no other."""
    names = sorted(name for name, kind in kinds.items() if kind == "organisation")
    have, ends = set(names), defaultdict(set)
    for name in names:
        short = _COMPANY.sub("", name)
        if short != name and short in have:
            book.join(name, short, "company")
        first, _, rest = name.partition(" ")
        if " " in rest and (
            first in lexicon().demonyms or first[-2:] in ("an", "se", "sh", "US") or first == "The"
        ):
            ends[rest].add(book.main(name))
    for rest, full in sorted(ends.items()):
        if rest in have and len(full) == 1:
            book.join(rest, next(iter(full)), "short form", keep=True)


def _person(name: str) -> list[str]:
    """Words of a person's name that tell persons apart: no "Jr.", no initials in the middle."""
    words = _SUFFIX.sub("", name).split()
    return [w for i, w in enumerate(words) if i in (0, len(words) - 1) or len(w.rstrip(".")) > 1]


def _spellings(book: Book, kinds: dict[str, str]) -> None:
    """Names that differ by diacritics, quotation marks, capitals, initials or "Jr." only."""
    groups: dict[tuple[str, str], str] = {}
    for name in sorted(kinds, key=lambda n: (-book.counts[n], n)):
        kind = kinds[name]
        key = fold(" ".join(_person(name)) if kind == "person" else re.sub(r"^The ", "", name))
        if (kind, key) in groups:
            book.join(name, groups[kind, key], "spelling")
        else:
            groups[kind, key] = name


def _twins(book: Book, kinds: dict[str, str], found: pd.DataFrame, article: np.ndarray) -> None:
    """Full names whose surname and given name may be spellings of the same, if no article has both."""
    full = sorted({book.main(n) for n, kind in kinds.items() if kind == "person" and " " in n})
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in full:
        words = [sound(word) for word in _person(name)]
        blocks["last", words[-1]].append(name)
        blocks["first", words[0]].append(name)
    pairs = [
        (one, other)
        for (part, _), names in sorted(blocks.items())
        for one, other in combinations(names, 2)
        if _same_person(one, other, part)
    ]
    main = {name: book.main(name) for name in kinds}
    either = {name for pair in pairs for name in pair}
    wanted = found["name"].map({name: lead if lead in either else None for name, lead in main.items()})
    where = pd.Series(article, index=found.index)[wanted.notna()].groupby(wanted.dropna()).agg(set).to_dict()
    for one, other in pairs:
        if not where[one] & where[other]:
            book.join(one, other, "transliteration")


def _same_person(one: str, other: str, shared: str) -> bool:
    """Compare what two names with an equal sounding surname (or given name) do not share."""
    a, b = _person(one), _person(other)
    if len(a) != len(b):
        return False
    rest = (a[:-1], b[:-1]) if shared == "last" else (a[1:], b[1:])
    return all(alike(x, y) for x, y in zip(*rest, strict=True))


def _lone(mentions: pd.DataFrame, article: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Resolve surnames and given names by themselves: in their article first, then in the corpus."""
    codes, names = pd.factorize(mentions["name"].to_numpy(object))
    single = np.array([" " not in name for name in names], bool)[codes]
    person = (mentions["kind"] == "person").to_numpy(bool)
    full = pd.DataFrame({"article": article, "name": mentions["name"], "entity": mentions["entity"]})
    full = full[person & ~single].drop_duplicates()
    words = {name: _person(name) for name in full["name"].unique()}
    ends = [
        full.assign(part=[fold(words[n][at]) for n in full["name"]], rank=rank)
        for rank, at in ((0, -1), (1, 0))
    ]
    parts = pd.concat(ends)
    lone = mentions.loc[person & single, ["name"]].assign(article=article[person & single], corpus=0)
    lone["part"] = lone["name"].map({name: fold(name) for name in lone["name"].unique()})
    long = {part: sound(part) for part in lone["part"].unique() if len(part) >= SHORTEST}
    lone["sound"] = [long.get(part, "") for part in lone["part"]]
    everywhere = parts.assign(corpus=0).drop_duplicates(["entity", "part", "rank"])
    spoken = everywhere.assign(sound=[sound(part) for part in everywhere["part"]])
    lone["entity"], lone["rule"], lone["several"] = "", "", ""
    for rule, table, keys in (
        ("name in its article", parts, ["article", "part"]),
        ("name in the corpus", everywhere, ["corpus", "part"]),
        ("spelling of a surname", spoken[spoken["rank"] == 0], ["corpus", "sound"]),
    ):
        _fill(lone, _only(table, keys), keys, rule)
    take = lone.index[lone["entity"] != ""]
    mentions = mentions.copy()
    mentions.loc[take, ["entity", "rule"]] = lone.loc[take, ["entity", "rule"]]
    left = lone[lone["several"] != ""].rename(columns={"several": "entities"}).drop(columns="entity")
    count = left.groupby(["name", "entities"], sort=True).size().rename("n_mentions").reset_index()
    return mentions, count.sort_values("n_mentions", ascending=False, kind="stable", ignore_index=True)


def _only(parts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Find who has each part of a name, as a surname before as a given name; `several` if not one has."""
    best = parts[parts.groupby(by)["rank"].transform("min") == parts["rank"]]
    distinct = best.drop_duplicates([*by, "entity"]).sort_values([*by, "entity"], kind="stable")
    n = distinct.groupby(by)["entity"].transform("size")
    clear = distinct[n == 1].set_index(by)["entity"]
    shared = distinct[n > 1].groupby(by, sort=True)["entity"].agg("; ".join)
    return pd.DataFrame({"entity": clear.reindex(clear.index.union(shared.index)), "several": shared})


def _fill(lone: pd.DataFrame, known: pd.DataFrame, keys: list[str], rule: str) -> None:
    """Take over what `known` says of the names that are still open; a name that several share is closed."""
    open_ = (lone["entity"] == "") & (lone["several"] == "")
    row = known.reindex(pd.MultiIndex.from_frame(lone.loc[open_, keys]))
    for column in ("entity", "several"):
        lone.loc[open_, column] = row[column].fillna("").to_numpy(object)
    lone.loc[open_ & (lone["entity"] != ""), "rule"] = rule


def _one_kind(mentions: pd.DataFrame) -> pd.DataFrame:
    """Give an entity one kind, that of most of its mentions."""
    count = mentions.groupby(["entity", "kind"], sort=True).size().reset_index(name="n")
    first = count.sort_values("n", ascending=False, kind="stable").drop_duplicates("entity")
    return mentions.assign(kind=mentions["entity"].map(first.set_index("entity")["kind"]))


def _given(mentions: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Apply the user's ledger: by the name as found, else by the entity that it was given."""
    to = dict(zip(given["surface"], given["entity"], strict=True))
    kind = {e: k for e, k in zip(given["entity"], given["kind"], strict=True) if k}
    entity = mentions["surface"].map(to).fillna(mentions["name"].map(to)).fillna(mentions["entity"].map(to))
    said = entity.notna()
    mentions = mentions.assign(
        entity=entity.where(said, mentions["entity"]), rule=mentions["rule"].where(~said, "given")
    )
    mentions["kind"] = mentions["entity"].map(kind).fillna(mentions["kind"])
    return mentions[mentions["entity"] != ""].reset_index(drop=True)
