"""The lists in resources/: words that show what a name is, places, organisations, given names, peoples."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

DIRECTION = frozenset(
    {
        "East", "West", "North", "South", "Eastern", "Western", "Northern", "Southern", "Upper", "Lower",
        "Greater", "Central", "New", "Old", "Inner", "Outer", "Downtown", "Mainland", "Northeastern",
        "Northwestern", "Southeastern", "Southwestern",
    }
)  # fmt: skip


class Lexicon(NamedTuple):
    """The lists in resources/: words by cue, places with their main name, organisations, given names, people.

    `capitals` are capital → country, but for those of one name.
    """

    words: dict[str, frozenset[str]]
    places: dict[str, str]
    organisations: frozenset[str]
    given: frozenset[str]
    demonyms: frozenset[str]
    capitals: dict[str, str]


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("dateline") / "resources" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()[1:]))


@cache
def lexicon() -> Lexicon:
    """Read the lists once.

    Examples
    --------
    >>> lexicon().places["Kiev"], "Velmaran" in lexicon().demonyms
    ('Kyiv', False)
    """
    words, several = {}, frozenset[str]()
    for row in _rows("name_words.csv"):
        if row["cue"] == "org_name":
            several = frozenset(row["words"].split(";"))
        else:
            words[row["cue"]] = frozenset(row["words"].split())
    words["the"] = frozenset({"the", "The"})
    # joined once: names are cut word by word
    words["unnamed"] = words["no_name"] | words["org_tail"] | DIRECTION
    words["half"] = words["plain"] | words["modifier"] | words["place_tail"]
    words["region"] = words["place_tail"] - {"House"}
    words["end"] = words["org_tail"] | words["no_name"]
    words["head"] = words["org_head"] | words["place_head"]
    places: dict[str, str] = {}
    demonyms, capitals = set(words["people"]), {}
    for row in _rows("countries.csv"):
        for name in (row["country"], *row["other_names"].split(";")):
            places[name] = row["country"]
        for capital in row["capital"].split(",")[:1]:
            places.setdefault(capital, capital)
            if capital and capital != row["country"]:
                capitals[capital] = row["country"]
        for word in filter(None, row["demonyms"].split(";")):
            demonyms |= {word, word + "s"}
    for row in _rows("places.csv"):
        for name in (row["place"], *row["other_names"].split(";")):
            places.setdefault(name, row["place"])
    given = (
        (files("dateline") / "resources" / "given_names.txt").read_text(encoding="utf-8").split("\n", 1)[1]
    )
    places = {name.replace("'", "’"): main for name, main in places.items() if name} | places
    del places[""]
    organisations = several | words["org_word"]
    return Lexicon(words, places, organisations, frozenset(given.split()), frozenset(demonyms), capitals)


@cache
def listed() -> dict[str, str]:
    """Names in the lists with their kind."""
    lists = lexicon()
    return {
        **{name.rstrip("."): "organisation" for name in lists.organisations},
        **{name.rstrip("."): "place" for name in lists.places},
    }


@cache
def listed_initials() -> dict[str, str]:
    """Acronyms in the lists with the name in the lists that they stand for: UN, United Nations."""
    full = [name for name in lexicon().organisations if " " in name]
    initials = {"".join(w[0] for w in name.split() if w[0].isupper()): name for name in sorted(full)}
    known = {word.replace(".", "") for word in lexicon().organisations}
    return {short: name for short, name in initials.items() if short in known}
