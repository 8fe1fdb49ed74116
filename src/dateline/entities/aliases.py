"""Which names mean the same: spellings of one person, acronyms, surnames, the lists, and what the user says.

Two persons of one surname are never merged: a surname alone is resolved inside its article first, then in
the corpus if only one person there has it, and listed as a collision otherwise.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.entities import surnames
from dateline.entities.lists import lexicon, listed, listed_initials
from dateline.entities.spelling import (
    SHORTEST,
    SUFFIX,
    alike,
    consonants,
    fold,
    initials,
    person_words,
    sound,
)

# Names in so few articles, or in so small a share of them, are context when two articles share them.
FEW, COMMON = 3, 0.2
# For each article with a short form there are so many with the full form that it stands for: where one
# article has both, and where none has.
BESIDE, APART = 0.2, 0.5
_COMPANY = re.compile(r",? (?:Inc|Ltd|Corp|Corporation|Co|LLC|PLC|plc|AG|SA|GmbH)\.?$")


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


def resolve(found: pd.DataFrame, *, article: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give each mention its entity.

    Parameters
    ----------
    found
        What `dateline.entities.names.find` returns.
    article
        (n,) int, the article that each is in.

    Returns
    -------
    mentions
        `found` with the columns entity and rule (why the name means that entity), and one kind an entity.
    collisions
        name, entities, taken_for, n_mentions: names that several persons have. They are left alone
        (`taken_for` is empty) unless one of them is `surnames.DOMINANT` times as frequent as the others
        together.

    Examples
    --------
    >>> found = pd.DataFrame({"name": ["Ann Lee", "Lee", "Bo Lee", "Lee"], "kind": "person"})
    >>> found[["expansion", "nickname"]] = ""
    >>> mentions, collisions = resolve(found, article=np.array([0, 0, 1, 2]))
    >>> mentions["entity"].tolist(), collisions["entities"].tolist()
    (['Ann Lee', 'Ann Lee', 'Bo Lee', 'Lee'], ['Ann Lee; Bo Lee'])
    """
    codes, names = pd.factorize(found["name"].astype(object).to_numpy(), sort=True)
    size = max(len(names), 1)
    pair, inverse, n = np.unique(
        article.astype(np.int64) * size + codes, return_inverse=True, return_counts=True
    )
    pairs = pd.DataFrame({"article": pair // size, "code": pair % size, "n": n})
    first = found[["name", "kind", "expansion"]].astype(object).drop_duplicates("name")
    kinds = dict(sorted(zip(first["name"], first["kind"], strict=True)))
    where = _Where.of(names, pairs)
    book = Book(dict(zip(names.tolist(), np.bincount(codes, minlength=len(names)).tolist(), strict=True)))
    _listed(book, kinds)
    _acronyms(book, dict(zip(first["name"], first["expansion"], strict=True)), kinds, where)
    _organisations(book, kinds, where)
    _places(book, kinds)
    _spellings(book, kinds)
    _twins(book, kinds, where)
    called, changed = _nicknames(book, kinds, found, where)
    columns = {
        "name": names,
        "kind": [changed.get(name, kinds[name]) for name in names],
        "entity": [book.main(name) for name in names],
    }
    columns["rule"] = [book.rule.get(name, "") for name in names]
    taken = {key: np.array(values, object)[pairs["code"].to_numpy()] for key, values in columns.items()}
    pairs, collisions = surnames.resolve(
        pairs.assign(**{key: pd.Series(values, dtype=object) for key, values in taken.items()}),
        called,
        lambda articles: where.around(articles, book),
    )
    resolved = {key: _taken(pairs[key], inverse) for key in ("entity", "rule")}
    if changed:
        known = found["name"].astype(object)
        kind = [changed.get(name, was) for name, was in zip(known, found["kind"], strict=True)]
        found = found.assign(kind=pd.Categorical(kind))
    return _one_kind(found.assign(**resolved)), collisions


class _Where(NamedTuple):
    """Which articles have which names.

    Attributes
    ----------
    articles
        Name → (n,) int, the articles that have it.
    names
        Article → the names in it that are not in so many articles that to share one says nothing.
    """

    articles: dict[str, np.ndarray]
    names: dict[int, list[str]]

    @classmethod
    def of(cls, names: np.ndarray, pairs: pd.DataFrame) -> "_Where":
        """Sort (article, code) pairs both ways."""
        by_code = pairs.sort_values(["code", "article"], kind="stable")
        size = np.bincount(by_code["code"], minlength=len(names))
        split = np.split(by_code["article"].to_numpy(), np.cumsum(size)[:-1]) if len(names) else []
        articles = dict(zip(names.tolist(), split, strict=True))
        rare = size <= max(FEW, COMMON * pairs["article"].nunique())
        inside: dict[int, list[str]] = defaultdict(list)
        for article, code in pairs.loc[rare[pairs["code"]], ["article", "code"]].to_numpy().tolist():
            inside[article].append(names[code])
        return cls(articles, inside)

    def means(self, short: str, full: str) -> bool:
        """Tell whether a full form is in enough articles for the articles with the short form to mean it."""
        mine, its = self.articles[short], self.articles.get(full, np.zeros(0, np.int64))
        return len(its) >= (BESIDE if np.isin(mine, its).any() else APART) * len(mine)

    def mostly(self, one: str, other: str) -> bool:
        """Tell whether half of the articles with a name have another one, too."""
        return 2 * np.isin(self.articles[one], self.articles[other]).sum() >= len(self.articles[one])

    def around(self, articles: Iterable[int], book: "Book") -> set[str]:
        """Give the names in some articles, as what they are spellings of."""
        return {book.main(name) for article in articles for name in self.names[article]}

    def context(self, one: Iterable[int], other: Iterable[int], book: "Book") -> int:
        """Count the names that the articles of one name share with those of another."""
        return len(self.around(one, book) & self.around(other, book))


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


def _acronyms(book: Book, expansions: dict[str, str], kinds: dict[str, str], where: _Where) -> None:
    """Join acronyms that the text or the lists explain, and those that fit one organisation beside them."""
    for name, expansion in sorted(expansions.items()):
        if expansion:
            book.join(name, expansion, "acronym", keep=True)
    initials: dict[str, set[str]] = defaultdict(set)
    known = listed_initials()
    for name, kind in kinds.items():
        words = name.replace("-", " ").split()
        if kind == "organisation" and len(words) > 2:
            initials["".join(w[0] for w in words if w[0].isupper())].add(name)
    for name, kind in kinds.items():
        bare = name.replace(".", "")
        if kind != "organisation" or name in book.leader or len(bare) < 2:
            continue
        fits = [full for full in sorted(initials.get(bare, ())) if where.means(name, full)]
        if known.get(bare) in kinds:
            book.join(name, known[bare], "list", keep=True)
        elif bare != name and bare in kinds:
            book.join(name, bare, "spelling")
        elif len(bare) > 2 and len({book.main(full) for full in fits}) == 1:
            book.join(name, fits[0], "initials", keep=True)


def _organisations(book: Book, kinds: dict[str, str], where: _Where) -> None:
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
                ends[" ".join(words[at:])].add(name)
    for rest, full in sorted(ends.items()):
        near = [name for name in sorted(full) if rest in have and where.means(rest, name)]
        if len({book.main(name) for name in near}) == 1:
            book.join(rest, near[0], "short form", keep=True)


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


def _spellings(book: Book, kinds: dict[str, str]) -> None:
    """Join names that differ by diacritics, quotation marks, capitals or middle initials only.

    Persons who have different initials are different persons, and the name without any is then left alone.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(kinds, key=lambda n: (-book.counts[n], n)):
        kind = kinds[name]
        bare = " ".join([*person_words(name), *SUFFIX.findall(name)]) if kind == "person" else name
        groups[kind, fold(bare.removeprefix("The ").rstrip("."))].append(name)
        # DAX and Dax, whatever else the one was taken for
        capitals = name.upper()
        if capitals != name and name.isalpha() and book.counts.get(capitals, 0) >= book.counts[name]:
            book.join(name, capitals, "spelling", keep=True)
    for (kind, _), names in groups.items():
        told = {initials(name) for name in names if kind == "person"} - {""}
        # J. is short for J. B.
        one = max(told, key=len, default="")
        several = not all(one.startswith(other) for other in told)
        first: dict[str, str] = {}
        for name in names:
            key = initials(name) if several else ""
            book.join(name, first.setdefault(key, name), "spelling")


def _twins(book: Book, kinds: dict[str, str], where: _Where) -> None:
    """Join full names that may be spellings of one, if no article has both and their articles share names."""
    full = sorted({book.main(n) for n, kind in kinds.items() if kind == "person" and " " in n})
    blocks: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for name in full:
        words = person_words(name)
        # what `alike` needs to be equal: without it, everybody called John is compared with every other
        bare = tuple(map(consonants, words))
        blocks["last", sound(words[-1]), bare[:-1]].append(name)
        blocks["first", sound(words[0]), bare[1:]].append(name)
    found = sorted(
        (part, shared, one, other)
        for (part, shared, _), names in blocks.items()
        for one, other in combinations(names, 2)
        if _same_person(one, other, part)
    )
    twins = [(one, other) for *_, one, other in found]
    either = {name for twin in twins for name in twin}
    articles: dict[str, set[int]] = defaultdict(set)
    for name in kinds if either else ():
        if (main := book.main(name)) in either:
            articles[main].update(where.articles[name].tolist())
    for one, other in twins:
        a, b = articles[one], articles[other]
        same = all(sound(x) == sound(y) for x, y in zip(person_words(one), person_words(other), strict=True))
        if not a & b and where.context(a, b, book) >= (1 if same else 2):
            book.join(one, other, "transliteration")


def _nicknames(
    book: Book, kinds: dict[str, str], found: pd.DataFrame, where: _Where
) -> tuple[dict[str, set[str]], dict[str, str]]:
    """Join what the texts say a name is also called.

    Returns
    -------
    called
        Entity → nicknames of one word; they are somebody else's in other articles.
    changed
        Nickname → kind of what it names.
    """
    told = found.loc[(found["nickname"] != "").to_numpy(bool), ["name", "nickname"]].astype(object)
    fulls: dict[str, set[str]] = defaultdict(set)
    for name, nickname in told.drop_duplicates().itertuples(index=False):
        fulls[nickname].add(name)
    called: dict[str, set[str]] = defaultdict(set)
    changed: dict[str, str] = {}
    for nickname, names in sorted(fulls.items()):
        main = {book.main(name) for name in names}
        near = [name for name in sorted(names) if nickname in kinds and where.mostly(nickname, name)]
        if near and nickname not in listed():
            changed[nickname] = kinds[near[0]]
        # Bob Lee is Robert Lee, and the Breka Valley is the Ulden Valley
        for name in sorted(names):
            if " " in name and (both := f"{nickname} {person_words(name)[-1]}") in kinds:
                book.join(both, name, "also called")
        persons = sorted(name for name in names if kinds[name] == "person" and " " in name)
        if persons and " " not in nickname:
            for name in persons:
                called[book.main(name)].add(nickname)
        elif near and len(main) == 1:
            book.join(nickname, near[0], "also called", keep=True)
    return {book.main(name): nicknames for name, nicknames in called.items()}, changed


def _same_person(one: str, other: str, shared: str) -> bool:
    """Compare what two names with an equal sounding surname (or given name) do not share."""
    a, b = person_words(one), person_words(other)
    if len(a) != len(b) or SUFFIX.findall(one) != SUFFIX.findall(other):
        return False
    # who differs by initials only, or by them too, is somebody else
    if fold(" ".join(a)) == fold(" ".join(b)) or not _short(initials(one), initials(other)):
        return False
    rest = (a[:-1], b[:-1]) if shared == "last" else (a[1:], b[1:])
    return all(alike(x, y) for x, y in zip(*rest, strict=True))


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


def _short(one: str, other: str) -> bool:
    """Tell whether initials may be the same ones: J. is short for J. B."""
    return one.startswith(other) or other.startswith(one)
