"""Which names mean the same: spellings of one person, acronyms, surnames, the lists.

Two persons of one surname are never merged: a surname alone means who has it in its article, else who has it
in the corpus; of several the one named in most articles, and the others are listed.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import chain, combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline.entities.grammar import name_lists, read_list
from dateline.tokens import fold

# Names in so few articles, or in so small a share of them, are context when two articles share them.
FEW, COMMON = 3, 0.2
# For each article with a short form there are so many with the full form that it stands for: where one
# article has both, and where none has.
BESIDE, APART = 0.2, 0.5
# So much more often named than all others of the part of a name: who is meant by a given name alone, and by a
# surname that is a given name, too.
DOMINANT, CLEAR = 10, 2
# Shorter surnames differ by a letter without being the same.
SHORTEST = 5
_COMPANY = re.compile(r",? (?:Inc|Ltd|Corp|Corporation|Co|LLC|PLC|plc|AG|SA|GmbH)\.?$")
_SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")
_NUMERALS = {"First": "I", "Second": "II", "Third": "III"}
_BRITISH = {"ization": "isation", "Center": "Centre", "Defense": "Defence"}
_AMERICAN = re.compile("|".join(_BRITISH))
_INITIALS = re.compile(r"(?:[A-Z]\.?){1,2}")
_PEOPLE_ENDS = ("an", "se", "sh", "US")
_VOWELS = re.compile("[aeiou]")
_SOUNDS = [(row["letters"], row["sound"]) for row in read_list("name_sounds.csv")]


class Groups:
    """Names that are being merged: each points to one it is a spelling of, the most frequent by `counts`."""

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
    """The articles of each name, and the names of each that are in few enough to say something if shared."""

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

    Takes what `dateline.entities.recognition.recognise_names` returns, and (n,) the article of each. Gives
    `names` with entity, rule (why the name means it) and one kind an entity; and names of several persons:
    `taken_for` is empty where no person is named in most articles, see `DOMINANT`.

    >>> names = pd.DataFrame({"name": ["Ann Lee", "Lee", "Bo Lee", "Lee"], "kind": "person", "expansion": ""})
    >>> mentions, collisions = link_names(names, article=np.array([0, 0, 1, 2]))
    >>> mentions["entity"].tolist(), collisions["entities"].tolist()
    (['Ann Lee', 'Ann Lee', 'Bo Lee', 'Lee'], ['Ann Lee; Bo Lee'])
    """
    codes, distinct = pd.factorize(names["name"].astype(object).to_numpy(), sort=True)
    size = max(len(distinct), 1)
    cells = article.astype(np.int64) * size + codes
    pair, inverse, n = np.unique(cells, return_inverse=True, return_counts=True)
    pairs = pd.DataFrame({"article": pair // size, "code": pair % size, "n": n})
    first = names[["name", "kind", "expansion"]].astype(object).drop_duplicates("name")
    kinds = dict(sorted(zip(first["name"], first["kind"], strict=True)))
    places = Places.of(distinct, pairs)
    groups = Groups(dict(zip(distinct.tolist(), np.bincount(codes).tolist(), strict=True)))
    _join_places(groups, kinds)
    _join_acronyms(groups, dict(zip(first["name"], first["expansion"], strict=True)), kinds, places)
    _join_organisations(groups, kinds, places)
    _join_spellings(groups, kinds)
    _join_twins(groups, kinds, places)
    rows = [(name, kinds[name], groups.main(name), groups.rule.get(name, "")) for name in distinct]
    about = pd.DataFrame(rows, columns=["name", "kind", "entity", "rule"], dtype=object)
    pairs, collisions = _resolve_surnames(pairs.join(about, on="code"), places, groups)
    for column in ("entity", "rule"):
        codes, labels = pd.factorize(pairs[column].to_numpy(object), sort=True)
        linked = pd.Categorical.from_codes(codes[inverse], pd.Index(labels, dtype=object))
        names = names.assign(**{column: linked})
    return one_kind(names), collisions


def one_kind(names: pd.DataFrame) -> pd.DataFrame:
    """Give each entity one kind (columns entity and kind): that of most of its mentions."""
    count = names.groupby(["entity", "kind"], observed=True, sort=True).size().reset_index(name="n")
    count = count.astype(object).sort_values("n", ascending=False, kind="stable").drop_duplicates("entity")
    kind = dict(zip(count["entity"], count["kind"], strict=True))
    return names.assign(kind=names["entity"].map(kind))


@cache
def _listed_initials() -> dict[str, str]:
    """Acronyms in the lists with the name in the lists that they stand for: UN, United Nations."""
    full = sorted(name for name in name_lists().organisations if " " in name)
    initials = {"".join(word[0] for word in name.split() if word[0].isupper()): name for name in full}
    listed = {word.replace(".", "") for word in name_lists().organisations}
    return {short: name for short, name in initials.items() if short in listed}


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
        if short != name and kinds.get(short) in ("organisation", "other"):
            groups.join(name, short, "company")
        words = name.split()
        for size in range(1, len(words) - 1):
            origin = " ".join(words[:size])
            if origin in origins or origin == "The" or (size == 1 and origin.endswith(_PEOPLE_ENDS)):
                endings[" ".join(words[size:])].add(name)
    for short, full in sorted(endings.items()):
        candidates = [name for name in sorted(full) if short in present and places.means(short, name)]
        if len({groups.main(name) for name in candidates}) == 1:
            groups.join(short, candidates[0], "short form", keep=True)


def _join_places(groups: Groups, kinds: dict[str, str]) -> None:
    """Join what the lists have for one place, the River Neth to the Neth, and spellings of one place."""
    heads, listed = name_lists().words["place_before_name"], name_lists().places
    spellings: dict[str, str] = {}
    names = [name for name, kind in kinds.items() if kind == "place"]
    for name in sorted(names, key=lambda name: (-groups.counts[name], name)):
        head, _, short = name.partition(" ")
        bare = name.rstrip(".")
        if main := listed.get(name) or listed.get(bare) or listed.get(bare + "."):
            groups.join(name, main, "list", keep=True)
        elif head in heads and kinds.get(short) == "place":
            groups.join(name, short, "short form")
        elif name.isalpha() and len(name) >= SHORTEST:
            groups.join(name, spellings.setdefault(sound(name), name), "transliteration")


def _join_spellings(groups: Groups, kinds: dict[str, str]) -> None:
    """Join names that differ by diacritics, quotation marks, capitals, middle initials, s for z only.

    Persons who have different initials are different persons, and the name without any is then left alone.
    """
    spellings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in sorted(kinds, key=lambda name: (-groups.counts[name], name)):
        spellings[kinds[name], fold(_bare(name, kinds[name]).removeprefix("The ").rstrip("."))].append(name)
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
    # a middle name, if no two persons differ by theirs alone
    longer: dict[str, list[str]] = defaultdict(list)
    for name in sorted(kinds):
        words = person_words(name)
        if kinds[name] == "person" and len(words) == 3 and not _SUFFIX.search(name) and words[1][0].isupper():
            longer[fold(f"{words[0]} {words[2]}")].append(name)
    for short in sorted(name for name, kind in kinds.items() if kind == "person" and name.count(" ") == 1):
        if len({groups.main(name) for name in longer.get(fold(short), ())}) == 1:
            groups.join(longer[fold(short)][0], short, "middle name")


def _bare(name: str, kind: str) -> str:
    """Give the same name with the given name in full, in British spelling; World War II for the Second."""
    if kind == "person":
        first, *words = person_words(name)
        first = name_lists().nicknames.get(first, first) if words else first
        return " ".join([first, *words, *_SUFFIX.findall(name)])
    name = _AMERICAN.sub(lambda match: _BRITISH[match[0]], name)
    first, *words = name.split()
    is_numbered = kind == "other" and first in _NUMERALS and len(words) > 1
    return " ".join([*words, _NUMERALS[first]]) if is_numbered else name


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
    compared = ((*key[:2], *pair) for key, names in blocks.items() for pair in combinations(names, 2))
    twins = sorted(row for row in compared if _same_person(row[2], row[3], row[0]))
    articles: dict[str, set[int]] = defaultdict(set)
    either = {name for row in twins for name in row[2:]}
    for name in kinds if either else ():
        if (main := groups.main(name)) in either:
            articles[main].update(places.articles[name].tolist())
    for *_, name, twin in twins:
        if articles[name].isdisjoint(articles[twin]):
            fewest = 1 if [*map(sound, person_words(name))] == [*map(sound, person_words(twin))] else 2
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

    A given name, or what only sounds like a surname, means a person of another article if both articles share
    names. Gives `pairs` with entity and rule filled in, and the collisions.
    """
    persons = pairs[pairs["kind"] == "person"]
    single = np.array([" " not in name for name in persons["name"]], bool)
    full, lone = persons[~single], persons[single]
    parts = {name: fold(name) for name in lone["name"].unique()}
    size = full.drop_duplicates(["entity", "article"])["entity"].value_counts().to_dict()
    alone = set(zip(lone["article"], lone["name"].map(parts), strict=True))
    surnames, given_names, sounds, spellings = _holders(full, alone)
    in_corpus = {
        name: _holder(size, *_in_corpus(name, part, surnames, given_names, sounds))
        for name, part in parts.items()
    }
    meant: dict[int, tuple[str, str]] = {}
    around: dict[str, set[str]] = {}  # once for each person, who may be in most articles
    shared: Counter[tuple[str, str, str]] = Counter()
    columns = (lone[column].tolist() for column in ("article", "name", "n"))
    for row, article, name, n in zip(lone.index.tolist(), *columns, strict=True):
        ranked, is_clear, rule = in_corpus[name]
        if holders := surnames.get((article, parts[name])):
            ranked, is_clear, rule = _holder(size, holders, "name in its article", 0)
        elif holders := given_names.get((article, parts[name])):
            ranked, is_clear, rule = _holder(size, holders, "name in its article", DOMINANT)
        elif is_clear and rule in ("given name in the corpus", "spelling of a surname"):
            if ranked[0] not in around:
                rows = [places.articles[spelling].tolist() for spelling in spellings[ranked[0]]]
                around[ranked[0]] = places.around(chain(*rows), groups)
            is_clear = not around[ranked[0]].isdisjoint(places.around([article], groups))
        if is_clear:
            meant[row] = ranked[0], rule
        if len(ranked) > 1:
            shared[name, "; ".join(sorted(ranked)), ranked[0] if is_clear else ""] += n
    if meant:
        pairs.loc[list(meant), ["entity", "rule"]] = np.array(list(meant.values()), object)
    table = pd.DataFrame([(*key, n) for key, n in sorted(shared.items())],
                         columns=["name", "entities", "taken_for", "n_mentions"])  # fmt: skip
    return pairs, table.sort_values("n_mentions", ascending=False, kind="stable", ignore_index=True)


def _in_corpus(
    name: str, part: str, surnames: dict, given_names: dict, sounds: dict
) -> tuple[set[str], str, int]:
    """Give the persons whom a name by itself may mean, why, and the lead that one of them needs."""
    is_given = name in name_lists().given_names
    either = is_given and part in surnames and part in given_names
    choices: tuple[tuple[Any, str, int], ...] = (
        (either and surnames[part] | given_names[part], "name in the corpus", CLEAR),
        (surnames.get(part), "name in the corpus", CLEAR if is_given else 0),
        (given_names.get(part), "given name in the corpus", DOMINANT),
        (sounds.get(sound(part)) if len(part) >= SHORTEST else None, "spelling of a surname", DOMINANT),
    )
    return next((choice for choice in choices if choice[0]), (set(), "", 0))


def _holder(size: Mapping[str, int], persons: set[str], rule: str, lead: int) -> tuple[list[str], bool, str]:
    """Rank persons by their articles, and tell whether the first is far enough ahead of the others."""
    ranked = sorted(persons, key=lambda entity: (-size[entity], entity))
    most, *others = [size[entity] for entity in ranked] or [0]
    return ranked, most > max(others, default=0) and most >= lead * sum(others), rule


def _holders(full: pd.DataFrame, alone: set[tuple[int, str]]) -> tuple[dict, dict, dict, dict]:
    """Persons by surname and given name, in the corpus and where it stands `alone`; by sound; spellings."""
    parts = {part for _, part in alone}
    surnames, given_names, sounds, spellings = (defaultdict[Any, set[Any]](set) for _ in range(4))
    for (name, entity), inside in full.groupby(["name", "entity"], sort=False)["article"]:
        if not _SUFFIX.search(name):
            first, *_, last = map(fold, person_words(name))
            for table, part in ((surnames, last), (given_names, first)):
                table[part].add(entity)
                keys = ((article, part) for article in inside) if part in parts else ()
                for key in alone.intersection(keys):
                    table[key].add(entity)
            sounds[sound(last)].add(entity)
            spellings[entity].add(name)
    return surnames, given_names, sounds, spellings


@lru_cache(1 << 18)
def sound(name: str) -> str:
    """Reduce a name to one spelling of its sounds.

    >>> sound("Koreshich") == sound("Korešić"), sound("Yury") == sound("Yuri"), sound("Ann") == sound("Anne")
    (True, True, False)
    """
    text = fold(name)
    for letters, spelling in _SOUNDS:
        text = text.replace(letters, spelling)
    return re.sub(r"(.)\1+", r"\1", text)


@lru_cache(1 << 18)
def consonants(name: str) -> str:
    """Sounds of a name without its vowels."""
    return _VOWELS.sub("", sound(name))


def alike(word: str, variant: str) -> bool:
    """Tell whether two words may be spellings of one name: equal sounds, or one vowel inside differs.

    >>> alike("Bohdan", "Bogdan"), alike("Maria", "Mario"), alike("Lukashenko", "Lukashenka")
    (True, False, True)
    """
    from rapidfuzz.distance import Levenshtein

    a, b = sound(word), sound(variant)
    is_long = min(len(a), len(b)) >= 2 * SHORTEST - 2
    is_near = is_long and Levenshtein.distance(a, b, score_cutoff=1) <= 1
    return a == b or (is_near and consonants(word) == consonants(variant))


@lru_cache(1 << 18)
def person_words(name: str) -> tuple[str, ...]:
    """Words of a person's name that tell persons apart: no "Jr.", no initials in the middle."""
    words = _SUFFIX.sub("", name).split()
    return tuple(w for i, w in enumerate(words) if i in (0, len(words) - 1) or not _INITIALS.fullmatch(w))


@lru_cache(1 << 18)
def initials(name: str) -> str:
    """Middle initials of a person's name.

    >>> initials("Ann B. C. Lee"), initials("Ann Lee")
    ('BC', '')
    """
    middle = [word for word in _SUFFIX.sub("", name).split()[1:-1] if _INITIALS.fullmatch(word)]
    return "".join(middle).replace(".", "")
