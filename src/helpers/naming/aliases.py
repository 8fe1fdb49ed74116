"""Which names mean the same: spellings of one person, acronyms, surnames, the lists, and what the user says.

Two persons of one surname are never merged: a surname alone is resolved inside its article first, then in
the corpus if only one person there has it, and listed as a collision otherwise.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.naming.nameparts import lexicon
from helpers.tables import GUARDED

KINDS = ("person", "organisation", "place", "other")
LEDGER = ["surface", "entity", "kind", "rule"]
# Shorter surnames differ by a letter without being the same.
SHORTEST = 5
# One of several persons of a surname so much more frequent is meant by the surname alone.
DOMINANT = 10
# Spellings of one sound in Latin letters, most specific first; what is left must be equal but for vowels.
_SOUNDS = (
    ("rzh", "r"), ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("zh", "z"), ("sh", "s"), ("ch", "c"),
    ("kh", "h"), ("ts", "c"), ("tz", "c"), ("cz", "c"), ("sz", "s"), ("dj", "j"), ("ph", "f"),
    ("ck", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("g", "h"), ("iy", "i"), ("ij", "i"), ("ey", "i"),
    ("ei", "i"), ("yy", "i"), ("y", "i"), ("j", "i"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
    ("ie", "i"), ("'", ""), ("’", ""),
)  # fmt: skip
_SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")
_COMPANY = re.compile(r",? (?:Inc|Ltd|Corp|Corporation|Co|LLC|PLC|plc|AG|SA|GmbH)\.?$")


@lru_cache(1 << 18)
def fold(name: str) -> str:
    """Lower case without diacritics and quotation marks of one kind.

    Examples
    --------
    >>> fold("Živan Korešić"), fold("Orlavian Farmers’ Union")
    ('zivan koresic', "orlavian farmers' union")
    """
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").replace("ł", "l").replace("ø", "o"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


@lru_cache(1 << 18)
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

    Columns may be separated by commas or, as some spreadsheets write them, by semicolons. Rows without a
    surface are passed over.

    Raises
    ------
    ValueError
        If it is no table, a column is missing, a kind is unknown or a surface has two entities; the message
        says which.
    """
    name = Path(path).name
    try:
        head = Path(path).read_text(encoding="utf-8-sig").partition("\n")[0]
        separator = ";" if head.count(";") > head.count(",") else ","
        frame = pd.read_csv(path, sep=separator, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not in UTF-8: save it as 'CSV UTF-8'") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"{name} cannot be read as a table of surface and entity: {error}") from error
    if not isinstance(frame.index, pd.RangeIndex):
        raise ValueError(f"{name} has more cells in a row than surface and entity: quote names with commas")
    if missing := [column for column in LEDGER[:2] if column not in frame]:
        raise ValueError(f"{name} has no column {missing[0]}: it needs surface and entity")
    # a name that the guard against formulas gave an apostrophe is the name again
    frame = frame.fillna("").replace(GUARDED, "", regex=True)
    frame = frame.assign(kind=frame.get("kind", "")).apply(lambda column: column.str.strip())
    frame = frame[frame["surface"] != ""].reset_index(drop=True)
    if unknown := sorted(set(frame["kind"]) - {"", *KINDS}):
        raise ValueError(f"{name} has the kind {unknown[0]!r}: it is one of {', '.join(KINDS)} or empty")
    distinct = frame[["surface", "entity"]].drop_duplicates()
    if (twice := distinct["surface"].duplicated()).any():
        surface = distinct.loc[twice, "surface"].iloc[0]
        both = distinct.loc[distinct["surface"] == surface, "entity"].tolist()
        raise ValueError(f"{name} gives {surface!r} two entities, {both[0]!r} and {both[1]!r}: keep one")
    return frame


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
        What `helpers.naming.names.find` returns.
    article
        (n,) int, the article that each is in.
    given
        The user's ledger, see `ledger`; it wins.

    Returns
    -------
    mentions
        `found` with the columns entity and rule (why the name means that entity), and one kind an entity.
    collisions
        name, entities, taken_for, n_mentions: names that several persons have. They are left alone
        (`taken_for` is empty) unless one of them is `DOMINANT` times as frequent as the others together.

    Examples
    --------
    >>> found = pd.DataFrame({"name": ["Ann Lee", "Lee", "Bo Lee", "Lee"], "kind": "person", "expansion": ""})
    >>> mentions, collisions = resolve(found, article=np.array([0, 0, 1, 2]))
    >>> mentions["entity"].tolist(), collisions["entities"].tolist()
    (['Ann Lee', 'Ann Lee', 'Bo Lee', 'Lee'], ['Ann Lee; Bo Lee'])
    """
    codes, names = pd.factorize(found["name"].astype(object).to_numpy(), sort=True)
    pair, inverse, n = np.unique(
        article.astype(np.int64) * max(len(names), 1) + codes, return_inverse=True, return_counts=True
    )
    pairs = pd.DataFrame({"article": pair // max(len(names), 1), "code": pair % max(len(names), 1), "n": n})
    counts = dict(zip(names.tolist(), np.bincount(codes, minlength=len(names)).tolist(), strict=True))
    first = found[["name", "kind", "expansion"]].astype(object).drop_duplicates("name")
    kinds = dict(sorted(zip(first["name"], first["kind"], strict=True)))
    book = Book(counts)
    _listed(book, kinds)
    _acronyms(book, dict(zip(first["name"], first["expansion"], strict=True)), kinds)
    _organisations(book, kinds)
    _places(book, kinds)
    _spellings(book, kinds)
    _twins(book, kinds, pairs, names)
    columns = {
        "name": names,
        "kind": [kinds[name] for name in names],
        "entity": [book.main(name) for name in names],
    }
    columns["rule"] = [book.rule.get(name, "") for name in names]
    taken = {key: np.array(values, object)[pairs["code"].to_numpy()] for key, values in columns.items()}
    pairs, collisions = _lone(
        pairs.assign(**{key: pd.Series(values, dtype=object) for key, values in taken.items()})
    )
    resolved = {key: _taken(pairs[key], inverse) for key in ("entity", "rule")}
    mentions = _one_kind(found.assign(**resolved))
    return (apply(mentions, given) if given is not None else mentions), collisions


def _taken(values: pd.Series, inverse: np.ndarray) -> pd.Categorical:
    codes, distinct = pd.factorize(values.to_numpy(object), sort=True)
    return pd.Categorical.from_codes(codes[inverse], pd.Index(distinct, dtype=object))


def _listed(book: Book, kinds: dict[str, str]) -> None:
    """Join the names that the lists have for one place."""
    places = lexicon().places
    for name, kind in kinds.items():
        bare = name.rstrip(".")
        main = places.get(name) or places.get(bare) or places.get(bare + ".")
        if kind == "place" and main and main != name:
            book.join(name, main, "list", keep=True)


def _acronyms(book: Book, expansions: dict[str, str], kinds: dict[str, str]) -> None:
    """Join acronyms that the text explains, and those that fit one organisation only."""
    for name, expansion in sorted(expansions.items()):
        if expansion:
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
    """Join "Apple Inc." to Apple, and "State Railways" to the only one with a place or people before it."""
    names = sorted(name for name, kind in kinds.items() if kind == "organisation")
    places = {name for name, kind in kinds.items() if kind == "place"} | lexicon().demonyms
    have, ends = set(names), defaultdict(set)
    for name in names:
        short = _COMPANY.sub("", name)
        if short != name and short in have:
            book.join(name, short, "company")
        words = name.split()
        for at in range(1, len(words) - 1):
            first = " ".join(words[:at])
            if first in places or first == "The" or (at == 1 and first[-2:] in ("an", "se", "sh", "US")):
                ends[" ".join(words[at:])].add(book.main(name))
    for rest, full in sorted(ends.items()):
        if rest in have and len(full) == 1:
            book.join(rest, next(iter(full)), "short form", keep=True)


def _places(book: Book, kinds: dict[str, str]) -> None:
    """Join the River Neth to the Neth, and spellings of one place outside the lists."""
    heads = lexicon().words["place_before_name"]
    sounds: dict[str, str] = {}
    names = sorted((n for n, kind in kinds.items() if kind == "place"), key=lambda n: (-book.counts[n], n))
    for name in names:
        head, _, rest = name.partition(" ")
        if head in heads and kinds.get(rest) == "place":
            book.join(name, rest, "short form")
        if name.isalpha() and len(name) >= SHORTEST and name not in lexicon().places:
            if (key := sound(name)) in sounds:
                book.join(name, sounds[key], "transliteration")
            sounds.setdefault(key, name)


@lru_cache(1 << 18)
def _person(name: str) -> tuple[str, ...]:
    """Words of a person's name that tell persons apart: no "Jr.", no initials in the middle."""
    words = _SUFFIX.sub("", name).split()
    return tuple(w for i, w in enumerate(words) if i in (0, len(words) - 1) or len(w.rstrip(".")) > 1)


def _spellings(book: Book, kinds: dict[str, str]) -> None:
    """Join names that differ by diacritics, quotation marks, capitals or middle initials only."""
    groups: dict[tuple[str, str], str] = {}
    for name in sorted(kinds, key=lambda n: (-book.counts[n], n)):
        kind = kinds[name]
        bare = " ".join([*_person(name), *_SUFFIX.findall(name)]) if kind == "person" else name
        key = fold(bare.removeprefix("The ").rstrip("."))
        if (kind, key) in groups:
            book.join(name, groups[kind, key], "spelling")
        else:
            groups[kind, key] = name


def _twins(book: Book, kinds: dict[str, str], pairs: pd.DataFrame, distinct: np.ndarray) -> None:
    """Join full names whose words may be spellings of the same, if no article has both."""
    full = sorted({book.main(n) for n, kind in kinds.items() if kind == "person" and " " in n})
    blocks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in full:
        words = [sound(word) for word in _person(name)]
        blocks["last", words[-1]].append(name)
        blocks["first", words[0]].append(name)
    twins = [
        (one, other)
        for (part, _), names in sorted(blocks.items())
        for one, other in combinations(names, 2)
        if _same_person(one, other, part)
    ]
    either = {name for twin in twins for name in twin}
    main = [book.main(name) for name in distinct]
    wanted = np.array([name in either for name in main], bool)[pairs["code"].to_numpy()]
    where: dict[str, set[int]] = defaultdict(set)
    for code, article in pairs.loc[wanted, ["code", "article"]].to_numpy().tolist():
        where[main[code]].add(article)
    for one, other in twins:
        if not where[one] & where[other]:
            book.join(one, other, "transliteration")


def _same_person(one: str, other: str, shared: str) -> bool:
    """Compare what two names with an equal sounding surname (or given name) do not share."""
    a, b = _person(one), _person(other)
    if len(a) != len(b) or _SUFFIX.findall(one) != _SUFFIX.findall(other):
        return False
    rest = (a[:-1], b[:-1]) if shared == "last" else (a[1:], b[1:])
    return all(alike(x, y) for x, y in zip(*rest, strict=True))


def _lone(pairs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Resolve surnames and given names by themselves: in their article first, then in the corpus."""
    single = np.array([" " not in name for name in pairs["name"]], bool)
    person = (pairs["kind"] == "person").to_numpy(bool)
    full = pairs[person & ~single]
    words = {
        name: [] if _SUFFIX.search(name) else [fold(word) for word in _person(name)]
        for name in full["name"].unique()
    }
    full = full[np.array([bool(words[name]) for name in full["name"]], bool)]
    ends = [
        full.assign(part=[words[name][at] for name in full["name"]], rank=rank)
        for rank, at in ((0, -1), (1, 0))
    ]
    parts = pd.concat(ends, ignore_index=True).assign(corpus=0)
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
        _fill(lone, _owners(asked, keys, dominant=keys[0] == "corpus"), keys, rule)
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


def _fill(lone: pd.DataFrame, known: pd.DataFrame, keys: list[str], rule: str) -> None:
    """Take over what `known` says of the names that are still open; a name that several share is closed."""
    still = (lone["taken"] == "") & (lone["several"] == "")
    row = known.reindex(pd.MultiIndex.from_frame(lone.loc[still, keys]))
    lone.loc[still, "taken"] = row["entity"].fillna("").to_numpy(object)
    lone.loc[still, "several"] = row["several"].fillna("").to_numpy(object)
    lone.loc[still & (lone["taken"] != ""), "rule"] = rule


def _one_kind(mentions: pd.DataFrame) -> pd.DataFrame:
    """Give an entity one kind, that of most of its mentions."""
    count = (
        mentions.groupby(["entity", "kind"], observed=True, sort=True)
        .size()
        .reset_index(name="n")
        .astype(object)
    )
    first = count.sort_values("n", ascending=False, kind="stable").drop_duplicates("entity")
    kind = dict(zip(first["entity"], first["kind"], strict=True))
    return mentions.assign(kind=mentions["entity"].map(kind))


def apply(mentions: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Apply the user's ledger: by the name as found, else by the entity that it was given.

    Parameters
    ----------
    mentions
        As `resolve` returns them.
    given
        The user's ledger, see `ledger`.
    """
    to = dict(zip(given["surface"], given["entity"], strict=True))
    kind = {e: k for e, k in zip(given["entity"], given["kind"], strict=True) if k}
    mentions = mentions.astype({column: object for column in ("surface", "name", "entity", "kind", "rule")})
    entity = mentions["surface"].map(to).fillna(mentions["name"].map(to)).fillna(mentions["entity"].map(to))
    said = entity.notna()
    mentions = mentions.assign(
        entity=entity.where(said, mentions["entity"]), rule=mentions["rule"].where(~said, "given")
    )
    mentions["kind"] = mentions["entity"].map(kind).fillna(mentions["kind"])
    return mentions[mentions["entity"] != ""].reset_index(drop=True)
