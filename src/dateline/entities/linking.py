"""Which names mean the same: spellings of one person, acronyms, surnames, the lists.

Two persons of one surname are never merged: a surname alone is resolved inside its article first, then in
the corpus if only one person there has it, and listed as a collision otherwise.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.entities.grammar import name_lists

# Names in so few articles, or in so small a share of them, are context when two articles share them.
FEW, COMMON = 3, 0.2
# For each article with a short form there are so many with the full form that it stands for: where one
# article has both, and where none has.
BESIDE, APART = 0.2, 0.5
# One of several persons of a surname so much more frequent is meant by the surname alone.
DOMINANT = 10
# Shorter surnames differ by a letter without being the same.
SHORTEST = 5
_COMPANY = re.compile(r",? (?:Inc|Ltd|Corp|Corporation|Co|LLC|PLC|plc|AG|SA|GmbH)\.?$")
_SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")
_VOWELS = re.compile("[aeiou]")
# Spellings of one sound in Latin letters, most specific first; what is left must be equal but for vowels.
_SOUNDS = (
    ("rzh", "r"), ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("zh", "z"), ("sh", "s"), ("ch", "c"),
    ("kh", "h"), ("ts", "c"), ("tz", "c"), ("cz", "c"), ("sz", "s"), ("dj", "j"), ("ph", "f"),
    ("ck", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("g", "h"), ("iy", "i"), ("ij", "i"), ("ey", "i"),
    ("ei", "i"), ("yy", "i"), ("y", "i"), ("j", "i"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
    ("ie", "i"), ("'", ""), ("’", ""),
)  # fmt: skip


class Groups:
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

    def join(self, name: str, target: str, rule: str, *, keep: bool = False) -> None:
        """Merge two groups; with `keep`, under the main name of `target`, whatever the counts."""
        name, target = self.main(name), self.main(target)
        if name == target:
            return
        if not keep and (self.counts.get(name, 0), name) > (self.counts.get(target, 0), target):
            name, target = target, name
        self.leader[name] = target
        self.rule[name] = rule


class Places(NamedTuple):
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
    def of(cls, names: np.ndarray, pairs: pd.DataFrame) -> "Places":
        """Sort (article, code) pairs by name and by article."""
        by_code = pairs.sort_values(["code", "article"], kind="stable")
        size = np.bincount(by_code["code"], minlength=len(names))
        split = np.split(by_code["article"].to_numpy(), np.cumsum(size)[:-1]) if len(names) else []
        rare = size <= max(FEW, COMMON * pairs["article"].nunique())
        inside: dict[int, list[str]] = defaultdict(list)
        for article, code in pairs.loc[rare[pairs["code"]], ["article", "code"]].to_numpy().tolist():
            inside[article].append(names[code])
        return cls(dict(zip(names.tolist(), split, strict=True)), inside)

    def means(self, short: str, full: str) -> bool:
        """Tell whether a full form is in enough articles for the articles with the short form to mean it."""
        articles, targets = self.articles[short], self.articles.get(full, np.zeros(0, np.int64))
        return len(targets) >= (BESIDE if np.isin(articles, targets).any() else APART) * len(articles)

    def around(self, articles: Iterable[int], groups: Groups) -> set[str]:
        """Give the names in some articles, as what they are spellings of."""
        return {groups.main(name) for article in articles for name in self.names[article]}


def link_names(names: pd.DataFrame, *, article: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give each name its entity.

    Parameters
    ----------
    names
        What `dateline.entities.recognition.recognise_names` returns.
    article
        (n,) int, the article that each is in.

    Returns
    -------
    mentions
        `names` with the columns entity and rule (why the name means that entity), and one kind an entity.
    collisions
        name, entities, taken_for, n_mentions: names that several persons have. They are left alone
        (`taken_for` is empty) unless one of them is `DOMINANT` times as frequent as the others together.

    Examples
    --------
    >>> names = pd.DataFrame({"name": ["Ann Lee", "Lee", "Bo Lee", "Lee"], "kind": "person", "expansion": ""})
    >>> mentions, collisions = link_names(names, article=np.array([0, 0, 1, 2]))
    >>> mentions["entity"].tolist(), collisions["entities"].tolist()
    (['Ann Lee', 'Ann Lee', 'Bo Lee', 'Lee'], ['Ann Lee; Bo Lee'])
    """
    codes, distinct = pd.factorize(names["name"].astype(object).to_numpy(), sort=True)
    size = max(len(distinct), 1)
    pair, inverse, n = np.unique(
        article.astype(np.int64) * size + codes, return_inverse=True, return_counts=True
    )
    pairs = pd.DataFrame({"article": pair // size, "code": pair % size, "n": n})
    first = names[["name", "kind", "expansion"]].astype(object).drop_duplicates("name")
    kinds = dict(sorted(zip(first["name"], first["kind"], strict=True)))
    places = Places.of(distinct, pairs)
    counts = np.bincount(codes, minlength=len(distinct)).tolist()
    groups = Groups(dict(zip(distinct.tolist(), counts, strict=True)))
    _join_listed(groups, kinds)
    _join_acronyms(groups, dict(zip(first["name"], first["expansion"], strict=True)), kinds, places)
    _join_organisations(groups, kinds, places)
    _join_places(groups, kinds)
    _join_spellings(groups, kinds)
    _join_twins(groups, kinds, places)
    columns = {
        "name": distinct,
        "kind": [kinds[name] for name in distinct],
        "entity": [groups.main(name) for name in distinct],
        "rule": [groups.rule.get(name, "") for name in distinct],
    }
    for column, values in columns.items():
        pairs[column] = pd.Series(np.array(values, object)[pairs["code"].to_numpy()], dtype=object)
    pairs, collisions = _resolve_surnames(pairs, places, groups)
    for column in ("entity", "rule"):
        codes, labels = pd.factorize(pairs[column].to_numpy(object), sort=True)
        linked = pd.Categorical.from_codes(codes[inverse], pd.Index(labels, dtype=object))
        names = names.assign(**{column: linked})
    # an entity has one kind, that of most of its mentions
    count = names.groupby(["entity", "kind"], observed=True, sort=True).size().reset_index(name="n")
    count = count.astype(object).sort_values("n", ascending=False, kind="stable").drop_duplicates("entity")
    kind = dict(zip(count["entity"], count["kind"], strict=True))
    return names.assign(kind=names["entity"].map(kind)), collisions


@cache
def _listed_initials() -> dict[str, str]:
    """Acronyms in the lists with the name in the lists that they stand for: UN, United Nations."""
    full = sorted(name for name in name_lists().organisations if " " in name)
    initials = {"".join(word[0] for word in name.split() if word[0].isupper()): name for name in full}
    listed = {word.replace(".", "") for word in name_lists().organisations}
    return {short: name for short, name in initials.items() if short in listed}


def _join_listed(groups: Groups, kinds: dict[str, str]) -> None:
    """Join the names that the lists have for one place."""
    places = name_lists().places
    for name, kind in kinds.items():
        bare = name.rstrip(".")
        main = places.get(name) or places.get(bare) or places.get(bare + ".")
        if kind == "place" and main and main != name:
            groups.join(name, main, "list", keep=True)


def _join_acronyms(groups: Groups, expansions: dict[str, str], kinds: dict[str, str], places: Places) -> None:
    """Join acronyms that the text or the lists explain, and those that fit one organisation beside them."""
    for name, expansion in sorted(expansions.items()):
        if expansion:
            groups.join(name, expansion, "acronym", keep=True)
    initials: dict[str, set[str]] = defaultdict(set)
    for name, kind in kinds.items():
        words = name.replace("-", " ").split()
        if kind == "organisation" and len(words) > 2:
            initials["".join(word[0] for word in words if word[0].isupper())].add(name)
    for name, kind in kinds.items():
        bare = name.replace(".", "")
        if kind != "organisation" or name in groups.leader or len(bare) < 2:
            continue
        fits = [full for full in sorted(initials.get(bare, ())) if places.means(name, full)]
        listed = _listed_initials().get(bare)
        if listed in kinds:
            groups.join(name, listed, "list", keep=True)
        elif bare != name and bare in kinds:
            groups.join(name, bare, "spelling")
        elif len(bare) > 2 and len({groups.main(full) for full in fits}) == 1:
            groups.join(name, fits[0], "initials", keep=True)


def _join_organisations(groups: Groups, kinds: dict[str, str], places: Places) -> None:
    """Join "Apple Inc." to Apple, and "State Railways" to the only one with a place or people before it."""
    names = sorted(name for name, kind in kinds.items() if kind == "organisation")
    origins = {name for name, kind in kinds.items() if kind == "place"} | name_lists().demonyms
    present, endings = set(names), defaultdict(set)
    for name in names:
        short = _COMPANY.sub("", name)
        if short != name and short in present:
            groups.join(name, short, "company")
        words = name.split()
        for size in range(1, len(words) - 1):
            origin = " ".join(words[:size])
            if (
                origin in origins
                or origin == "The"
                or (size == 1 and origin[-2:] in ("an", "se", "sh", "US"))
            ):
                endings[" ".join(words[size:])].add(name)
    for short, full in sorted(endings.items()):
        candidates = [name for name in sorted(full) if short in present and places.means(short, name)]
        if len({groups.main(name) for name in candidates}) == 1:
            groups.join(short, candidates[0], "short form", keep=True)


def _join_places(groups: Groups, kinds: dict[str, str]) -> None:
    """Join the River Neth to the Neth, and spellings of one place that no list has."""
    heads = name_lists().words["place_before_name"]
    spellings: dict = {}
    names = [name for name, kind in kinds.items() if kind == "place"]
    for name in sorted(names, key=lambda name: (-groups.counts[name], name)):
        head, _, short = name.partition(" ")
        if head in heads and kinds.get(short) == "place":
            groups.join(name, short, "short form")
        elif name.isalpha() and len(name) >= SHORTEST and name not in name_lists().places:
            groups.join(name, spellings.setdefault(sound(name), name), "transliteration")


def _join_spellings(groups: Groups, kinds: dict[str, str]) -> None:
    """Join names that differ by diacritics, quotation marks, capitals or middle initials only.

    Persons who have different initials are different persons, and the name without any is then left alone.
    """
    spellings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(kinds, key=lambda name: (-groups.counts[name], name)):
        kind = kinds[name]
        bare = " ".join([*person_words(name), *_SUFFIX.findall(name)]) if kind == "person" else name
        spellings[kind, fold(bare.removeprefix("The ").rstrip("."))].append(name)
        # DAX and Dax, whatever else the one was taken for
        capitals = name.upper()
        if capitals != name and name.isalpha() and groups.counts.get(capitals, 0) >= groups.counts[name]:
            groups.join(name, capitals, "spelling", keep=True)
    for (kind, _), names in spellings.items():
        distinct = {initials(name) for name in names if kind == "person"} - {""}
        # J. is short for J. B.
        longest = max(sorted(distinct), key=len, default="")
        several = not all(longest.startswith(short) for short in distinct)
        first: dict[str, str] = {}
        for name in names:
            key = initials(name) if several else ""
            groups.join(name, first.setdefault(key, name), "spelling")


def _join_twins(groups: Groups, kinds: dict[str, str], places: Places) -> None:
    """Join full names that may be spellings of one, if no article has both and their articles share names."""
    full = sorted({groups.main(name) for name, kind in kinds.items() if kind == "person" and " " in name})
    blocks: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for name in full:
        words = person_words(name)
        # what `alike` needs to be equal: without it, everybody called John is compared with every other
        bare = tuple(map(consonants, words))
        blocks["last", sound(words[-1]), bare[:-1]].append(name)
        blocks["first", sound(words[0]), bare[1:]].append(name)
    twins = sorted(
        (part, shared, name, twin)
        for (part, shared, _), names in blocks.items()
        for name, twin in combinations(names, 2)
        if _same_person(name, twin, part)
    )
    either = {name for *_, name, twin in twins} | {twin for *_, twin in twins}
    articles: dict[str, set[int]] = defaultdict(set)
    for name in kinds if either else ():
        if (main := groups.main(name)) in either:
            articles[main].update(places.articles[name].tolist())
    for *_, name, twin in twins:
        pairs = zip(person_words(name), person_words(twin), strict=True)
        fewest = 1 if all(sound(word) == sound(spelled) for word, spelled in pairs) else 2
        if articles[name] & articles[twin]:
            continue
        shared = places.around(articles[name], groups) & places.around(articles[twin], groups)
        if len(shared) >= fewest:
            groups.join(name, twin, "transliteration")


def _same_person(name: str, twin: str, shared: str) -> bool:
    """Compare what two names with an equal sounding surname (or given name) do not share."""
    words, spelled = person_words(name), person_words(twin)
    if len(words) != len(spelled) or _SUFFIX.findall(name) != _SUFFIX.findall(twin):
        return False
    # who differs by initials only, or by them too, is somebody else; J. is short for J. B.
    short, long = sorted((initials(name), initials(twin)), key=len)
    if fold(" ".join(words)) == fold(" ".join(spelled)) or not long.startswith(short):
        return False
    part = slice(None, -1) if shared == "last" else slice(1, None)
    return all(alike(word, variant) for word, variant in zip(words[part], spelled[part], strict=True))


def _resolve_surnames(
    pairs: pd.DataFrame, places: Places, groups: Groups
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Resolve surnames and given names by themselves: in their article first, then in the corpus.

    Parameters
    ----------
    pairs
        article, name, kind, n (mentions), entity and rule: a row for each article and name.
    places, groups
        Where names stand and what they are spellings of: a surname that only sounds like a person's is taken
        for that person where its article shares names with the person's, and in no other article.

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
        name: [] if _SUFFIX.search(name) else [fold(word) for word in person_words(name)]
        for name in full["name"].unique()
    }
    full = full[np.array([bool(words[name]) for name in full["name"]], bool)]
    folded = [words[name] for name in full["name"]]
    surnames = full.assign(part=pd.Series([w[-1] for w in folded], full.index, object), rank=0, corpus=0)
    given_names = full.assign(part=pd.Series([w[0] for w in folded], full.index, object), rank=1, corpus=0)
    parts = pd.concat([surnames, given_names], ignore_index=True)
    sounds = surnames.assign(sound=surnames["part"].map(sound).astype(object))
    lone = pairs[person & single].assign(corpus=0, several="", meant="")
    lone["part"] = lone["name"].map(fold).astype(object)
    lone["sound"] = [sound(part) if len(part) >= SHORTEST else "-" for part in lone["part"]]
    lone["sound"] = lone["sound"].astype(object)
    for rule, table, keys in (
        ("name in its article", parts, ["article", "part"]),
        ("name in the corpus", parts, ["corpus", "part"]),
        ("spelling of a surname", sounds, ["corpus", "sound"]),
    ):
        candidates = table.merge(lone[keys].drop_duplicates(), on=keys)
        owners = _owners(candidates, keys, dominant=keys[0] == "corpus")
        # a name that several persons share stays so
        unresolved = ((lone["meant"] == "") & (lone["several"] == "")).to_numpy(bool, copy=True)
        if keys[-1] == "sound":
            articles = full.groupby("entity", sort=True)["article"].agg(list).to_dict()
            entity = owners.reindex(pd.MultiIndex.from_frame(lone.loc[unresolved, keys]))["entity"].fillna("")
            # once for each person, who may be in most articles
            context = {name: places.around(articles[name], groups) for name in sorted(set(entity) - {""})}
            unresolved[unresolved] = [
                name == "" or not context[name].isdisjoint(places.around([article], groups))
                for article, name in zip(lone.loc[unresolved, "article"], entity, strict=True)
            ]
        owner = owners.reindex(pd.MultiIndex.from_frame(lone.loc[unresolved, keys]))
        lone.loc[unresolved, "meant"] = owner["entity"].fillna("").to_numpy(object)
        lone.loc[unresolved, "several"] = owner["several"].fillna("").to_numpy(object)
        lone.loc[unresolved & (lone["meant"] != ""), "rule"] = rule
    resolved = lone.index[lone["meant"] != ""]
    pairs = pairs.copy()
    pairs.loc[resolved, ["entity", "rule"]] = lone.loc[resolved, ["meant", "rule"]].to_numpy()
    shared = lone[lone["several"] != ""].rename(columns={"several": "entities", "meant": "taken_for"})
    by = ["name", "entities", "taken_for"]
    count = shared.groupby(by, sort=True)["n"].sum().rename("n_mentions").reset_index()
    return pairs, count.sort_values("n_mentions", ascending=False, kind="stable", ignore_index=True)


def _owners(parts: pd.DataFrame, by: list[str], *, dominant: bool) -> pd.DataFrame:
    """Find who has each part of a name, as a surname before as a given name: `entity` if it is clear."""
    best = parts[parts.groupby(by)["rank"].transform("min") == parts["rank"]]
    count = best.groupby([*by, "entity"], sort=True).size().rename("n").reset_index()
    count = count.sort_values("n", ascending=False, kind="stable")
    table = count.groupby(by, sort=True).agg(
        entity=("entity", "first"), top=("n", "first"), total=("n", "sum"), size=("n", "size")
    )
    several: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for *key, name in count.loc[count.duplicated(by, keep=False), [*by, "entity"]].itertuples(index=False):
        several[tuple(key)].append(name)
    shared = ["; ".join(sorted(several.get(key, []))) for key in table.index]
    clear = table["size"] == 1
    if dominant:
        clear |= table["top"] >= DOMINANT * (table["total"] - table["top"])
    return table.assign(
        entity=table["entity"].where(clear, ""), several=pd.Series(shared, table.index, dtype=object)
    )


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
    for letters, spelling in _SOUNDS:
        text = text.replace(letters, spelling)
    return re.sub(r"(.)\1+", r"\1", text)


@lru_cache(1 << 18)
def consonants(name: str) -> str:
    """Sounds of a name without its vowels.

    Examples
    --------
    >>> consonants("Lukashenko") == consonants("Lukashenka"), consonants("Ann") == consonants("Anne")
    (True, True)
    """
    return _VOWELS.sub("", sound(name))


def alike(word: str, variant: str) -> bool:
    """Tell whether two words may be spellings of one name: equal sounds, or one vowel inside differs.

    Examples
    --------
    >>> alike("Bohdan", "Bogdan"), alike("Maria", "Mario"), alike("Lukashenko", "Lukashenka")
    (True, False, True)
    """
    from rapidfuzz.distance import Levenshtein

    a, b = sound(word), sound(variant)
    if a == b:
        return True
    if min(len(a), len(b)) < 2 * SHORTEST - 2 or Levenshtein.distance(a, b, score_cutoff=1) > 1:
        return False
    return consonants(word) == consonants(variant)


@lru_cache(1 << 18)
def person_words(name: str) -> tuple[str, ...]:
    """Words of a person's name that tell persons apart: no "Jr.", no initials in the middle."""
    words = _SUFFIX.sub("", name).split()
    return tuple(w for i, w in enumerate(words) if i in (0, len(words) - 1) or len(w.rstrip(".")) > 1)


@lru_cache(1 << 18)
def initials(name: str) -> str:
    """Middle initials of a person's name.

    Examples
    --------
    >>> initials("Ann B. C. Lee"), initials("Ann Lee")
    ('BC', '')
    """
    return "".join(w[0] for w in _SUFFIX.sub("", name).split()[1:-1] if len(w.rstrip(".")) == 1).upper()
