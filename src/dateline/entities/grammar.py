"""What a run of capitalised words can be: lists of words, and rules that part a run into names.

Only what the words of a run themselves say is decided here; `dateline.entities.recognition` looks at the
words beside a name in the whole corpus.
"""

import csv
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from dateline.text import sentences

# Longest entry of the lists, in words: "Democratic People's Republic of Korea" and its like.
LONGEST_ENTRY = 7
_PREPOSITIONS = ("of", "for", "on")
_ORDINALS, _NUMBERED = frozenset({"First", "Second", "Third"}), frozenset({"War", "Wars", "Amendment"})
# A member of parliament's party and state: R-Fla, D-N.Y., R-W.Va., D-Massachusetts.
_SEAT = re.compile(r"[RDI]-(?:[A-Z]\.?)?[A-Z][a-z]{0,12}")
_PAIRED = {"place", "organisation"}
_WORD = re.compile(r"\w+(?:[-‐‑'’](?!s\b)\w+)*(?:\.(?=\w\b)\w|(?<=-\w)\.\w\w\b)*")


class NameLists(NamedTuple):
    """Words by cue, places with their main name, organisations, given names and short forms, peoples."""

    words: dict[str, frozenset[str]]
    places: dict[str, str]
    organisations: frozenset[str]
    given_names: frozenset[str]
    demonyms: frozenset[str]
    nicknames: dict[str, str]


class Unit(NamedTuple):
    """A word, or a listed name of several words, in a run.

    `label`: f no name, d date, p place, o organisation, n people, t title, m modifier, j joiner, w any word.
    """

    text: str
    start: int
    end: int
    label: str


class Part(NamedTuple):
    """A name in a run, with its kind where its words say so ("" otherwise) and cues for it."""

    start: int
    end: int
    kind: str
    cues: tuple[str, ...] = ()


class RunContext(NamedTuple):
    """What parsing needs of the corpus: names with their kind, words that are none alone, demonyms."""

    names: dict[str, str]
    common: frozenset[str] = frozenset()
    demonyms: frozenset[str] = frozenset()


def _lines(name: str) -> list[str]:
    # the first line of a list says where it comes from
    return (files("dateline") / "resources" / name).read_text(encoding="utf-8").splitlines()[1:]


def read_list(name: str) -> list[dict[str, str]]:
    """Read the rows of a csv in resources/."""
    return list(csv.DictReader(_lines(name)))


@cache
def name_lists() -> NameLists:
    """Load the lists in resources/.

    >>> name_lists().places["Kiev"], "Velmaran" in name_lists().demonyms
    ('Kyiv', False)
    """
    cues = {row["cue"]: row["words"] for row in read_list("name_words.csv")}
    words = {cue: frozenset(line.split()) for cue, line in cues.items()}
    words["the"] = frozenset({"the", "The"})
    words["saying"] |= sentences.WORDS["saying"] | sentences.WORDS["thinking"]  # what persons do
    # joined once: runs are parsed word by word
    words["end"] = words["org_tail"] | words["no_name"]
    words["unnamed"] = words["end"] | words["direction"] | words["numeral"]
    words["half"] = words["plain"] | words["modifier"] | words["place_tail"]
    words["head"] = words["org_head"] | words["place_head"]
    places: dict[str, str] = {}
    demonyms = set(words["people"])
    for row in read_list("countries.csv"):
        for name in (row["country"], *row["other_names"].split(";")):
            places[name] = row["country"]
        capital = row["capital"].split(",")[0]
        places.setdefault(capital, capital)
        demonyms |= {word + end for word in row["demonyms"].split(";") if word for end in ("", "s")}
    for row in read_list("places.csv"):
        for name in (row["place"], *row["other_names"].split(";")):
            places.setdefault(name, row["place"])
    places = {name.replace("'", "’"): place for name, place in places.items() if name} | places
    del places[""]
    given_names = frozenset(" ".join(_lines("given_names.txt")).split())
    organisations = words["org_word"].union(cues["org_name"].split(";"))
    nicknames = dict(pair.split("=") for pair in words.pop("nickname"))
    return NameLists(words, places, organisations, given_names, frozenset(demonyms), nicknames)


@cache
def listed_kinds() -> dict[str, str]:
    """Names in the lists with their kind."""
    kinds = {name.rstrip("."): "organisation" for name in name_lists().organisations}
    return kinds | {name.rstrip("."): "place" for name in name_lists().places}


def parse_run(surface: str, context: RunContext, *, leads: bool = False) -> list[Part]:
    """Strip titles, demonyms and words that are no names from a run and part it into names.

    `leads` says whether the run of capitalised words begins a sentence, where any word has a capital.

    >>> run = "Then French Trade Minister Ann Lee of Port Ansel"
    >>> [(run[p.start : p.end], p.kind) for p in parse_run(run, RunContext(listed_kinds()))]
    [('Ann Lee', ''), ('Port Ansel', 'place')]
    """
    segments = _segments(_units(surface, context, leads=leads))
    return [part for segment in segments for part in _parse_titles(segment, ())]


def match_names(surface: str, context: RunContext) -> list[Part]:
    """Match only names of the context, longest first: for headlines, where any word has a capital.

    >>> [(p.start, p.end) for p in match_names("ORLAVIA Bans Cheese", RunContext({"Orlavia": "place"}))]
    [(0, 7)]
    """
    spans = [match.span() for match in _WORD.finditer(surface)]
    parts, position = [], 0
    while position < len(spans):
        for size in range(min(LONGEST_ENTRY, len(spans) - position), 0, -1):
            start, end = spans[position][0], spans[position + size - 1][1]
            text = surface[start:end]
            titled = text.title() if text.isupper() and len(text) > 3 else text
            kind = context.names.get(text) or context.names.get(titled)
            if kind and (size > 1 or text not in context.common):
                parts.append(Part(start, end, kind, ("known",)))
                break
        position += size if kind else 1
    return parts


def _units(surface: str, context: RunContext, *, leads: bool) -> list[Unit]:
    """Split a run into words; several words that the lists have as one name are one unit."""
    spans = [match.span() for match in _WORD.finditer(surface)]
    units: list[Unit] = []
    position = 0
    while position < len(spans):
        size = min(LONGEST_ENTRY, len(spans) - position)
        while size > 1:
            text = surface[spans[position][0] : spans[position + size - 1][1]]
            if text in context.names or text in name_lists().demonyms:
                break
            size -= 1
        start, end = spans[position][0], spans[position + size - 1][1]
        text = surface[start:end]
        if size > 1:
            label = context.names.get(text, "n")[0]
        elif leads and not position and not surface.isupper() and _opens_only(text, surface[end:], context):
            label = "f"
        else:
            label = _label(text, context)
        parts = text.split("-")
        # Russia-EU, but not the Russia-EU Forum
        is_pair = len(parts) > 1 and name_lists().words["end"].isdisjoint(surface[end:].split())
        if is_pair and label == "w" and {context.names.get(part) for part in parts} <= _PAIRED:
            for part in parts:
                units.append(Unit(part, start, start + len(part), _label(part, context)))
                units.append(Unit("-", end, end, "f"))
                start += len(part) + 1
            position += 1
            continue
        keeps_stop = (text[-2:-1] == "." and len(text) > 2) or text in name_lists().words["company_end"]
        units.append(Unit(text, start, end + (keeps_stop and surface[end : end + 1] == "."), label))
        position += size
    return units


def _opens_only(word: str, tail: str, context: RunContext) -> bool:
    """Tell whether a word that begins a sentence is more likely no part of the name in `tail`."""
    words, given_names = name_lists().words, name_lists().given_names
    following = tail.split()[0] if tail.startswith(" ") else ""
    if word.lower() in words["role"] and following in given_names:
        return True
    is_name = following in words["org_tail"] or (following[:1].isupper() and word in given_names)
    return not is_name and (word in context.common or word in words["noun"])


def _label(word: str, context: RunContext) -> str:
    """Class a word, see `Unit`."""
    words = name_lists().words
    if word in words["function"] or _SEAT.fullmatch(word):
        return "f"
    if word in words["date"]:
        return "d"
    if (kind := context.names.get(word, "")) in ("place", "organisation"):
        return kind[0]
    if all(part in name_lists().demonyms or part in context.demonyms for part in word.split("-")):
        return "n"
    titled, parts = word.title() if len(word) > 3 and word.isupper() else word, set(word.split("-"))
    if word in words["title"] or titled in words["title"]:
        return "t"
    if word in words["modifier"]:
        return "m"
    if word in words["joiner"] or word == "s":
        return "j"
    # Secretary-General, Vice-President
    is_title = len(parts) > 1 and parts & words["title"] and parts <= words["title"] | words["modifier"]
    return "t" if is_title else "w"


def _segments(units: list[Unit]) -> list[list[Unit]]:
    """Part units at words that are no part of a name, and at "of" where the word before it takes none."""
    words = name_lists().words
    segments: list[list[Unit]] = [[]]
    alone = -1
    for i, unit in enumerate(units):
        segment, following = segments[-1], units[i + 1 :]
        before = segment[-1].text.split()[-1] if segment else ""
        ends = unit.label in "fd"
        if unit.label == "j" and unit.text in _PREPOSITIONS:
            office = segment and segment[-1].label == "t" and following and following[0].label == "m"
            ends = before not in words["head"] and not office
            ends |= unit.text == "for" and before == "Party" and len(segment) > 1
            # "President of Orlavia Ann Lee"
            if segment and segment[-1].label == "t" and [part.label for part in following] == ["w"] * 3:
                alone = i + 1 if following[0].text not in name_lists().given_names else -1
        elif unit.label == "j" and unit.text in ("and", "the"):
            first = following[0] if following else unit
            is_plain = not any(part.text in _PREPOSITIONS for part in segment)
            ends = before not in _PREPOSITIONS and (is_plain or first.label in "pton" or first.text == "the")
            # "and" joins two words of one name, as in the Food and Drug Administration
            halves = {before, first.text} <= words["half"]
            ends = ends and not (halves and any(part.text in words["end"] for part in following[1:3]))
        if not ends:
            segment.append(unit)
        if ends or i == alone:
            segments.append([])
    return segments


def _trim(units: list[Unit], left: str, right: str) -> list[Unit]:
    """Strip units with these labels from the two ends."""
    while units and units[0].label in left:
        units = units[1:]
    while units and units[-1].label in right:
        units = units[:-1]
    return units


def _parse_titles(units: list[Unit], cues: tuple[str, ...]) -> list[Part]:
    """Part at the last title: before it stands another name, behind it a person."""
    units, words = _trim(units, "j", "j"), name_lists().words
    # the Department of Justice has no title
    title = max((i for i, unit in enumerate(units) if unit.label == "t" and not (
        0 < i == len(units) - 1 and units[i - 1].text in _PREPOSITIONS)), default=-1)  # fmt: skip
    following = units[title + 1 :]
    is_surname = not following and 0 < title < 4 and units[0].text in name_lists().given_names  # Ann King
    is_office = following and all(unit.text in words["org_tail"] for unit in following)
    if title < 0 or is_office or is_surname:
        return _parse_endings(units, cues)
    # what an office is for is left out: "of Internal Affairs Ann Lee" is Ann Lee
    person = _trim(following, "jmn", "jm")
    if following and following[0].text in _PREPOSITIONS:
        while len(person) > 1 and (person[0].label in "jm" or person[0].text in words["plain"]):
            person = person[1:]
    before = _parse_titles(_trim(units[:title], "jmn", "jmnt"), ())
    return [*before, *_parse_endings(person, (*cues, "title"))]


def _part(units: list[Unit], kind: str, cues: tuple[str, ...] = ()) -> list[Part]:
    return [Part(units[0].start, units[-1].end, kind, cues)]


def _listed_parts(units: list[Unit]) -> list[Part]:
    """Only what the lists have."""
    kinds = {"p": "place", "o": "organisation"}
    return [Part(unit.start, unit.end, kinds[unit.label]) for unit in units if unit.label in kinds]


def _parse_endings(units: list[Unit], cues: tuple[str, ...]) -> list[Part]:
    """Type a run without titles by its endings, or part it at the words for a people."""
    if not units:
        return []
    words = name_lists().words
    is_tail = [(u.text.split()[-1] if u.label == "o" else u.text) in words["org_tail"] for u in units]
    prepositions = [i for i, unit in enumerate(units) if unit.text in _PREPOSITIONS and i]
    if prepositions:
        kind = "place" if units[prepositions[0] - 1].text in words["place_head"] else "organisation"
        size = prepositions[-1] + 2
        if units[size - 1].label != "p" or is_tail[-1]:
            size = len(units)
        return [*_part(units[:size], kind), *_parse_titles(units[size:], ())]
    last = max((i for i, tail in enumerate(is_tail) if tail), default=0)
    forename = units[0].text in name_lists().given_names and units[0].label == "w"
    tail = last or units[-1].text in words["place_tail"]
    surname = units[-1].text in words["surname_end"]
    person = forename and (surname if tail or len(units) == 3 else len(units) == 2)
    if last and not person:
        return [*_part(units[: last + 1], "organisation"), *_parse_titles(units[last + 1 :], cues)]
    # the Irish Sea, Customs House and the Second World War keep the words before them
    house = len(units) > 1 and units[-1].text == "House" and units[-2].label == "w"
    region = len(units) == 2 and units[0].label == "n" and units[1].text in words["place_tail"] - {"House"}
    war = region or (units[0].text in _ORDINALS and units[-1].text in _NUMBERED)
    units = _trim(units, "" if war else "jmn", "" if house or region else "jmn")
    people = next((i for i, unit in enumerate(units) if unit.label == "n" and i), 0)
    if people:
        return [*_parse_endings(units[:people], cues), *_parse_endings(units[people:], ())]
    if not units or (len(units) == 1 and units[0].text in words["unnamed"] and units[0].label != "o"):
        return []
    heir = forename and len(units) > 2 and units[-1].text in words["numeral"]
    if len(units) > 1 and not person:
        if units[-1].text in words["place_tail"] or units[0].text in words["place_before_name"]:
            return _part(units, "place")
        if any(unit.text in words["no_name"] for unit in units[: -1 if heir else None]):
            return _listed_parts(units) or _part(units, "other")
    return _parse_words(units, cues)


def _parse_words(units: list[Unit], cues: tuple[str, ...]) -> list[Part]:
    """Type a run of words without a class, with names from the lists among them."""
    first, last, words, given_names = units[0], units[-1], name_lists().words, name_lists().given_names
    forename, titled = first.text in given_names and first.text not in words["direction"], "title" in cues
    if len(units) == 1:
        kind = {"p": "place", "o": "organisation"}.get(first.label, "")
        is_given = first.label == "w" and first.text in given_names
        return _part(units, kind, (*cues, "given") if is_given else cues)
    # East Zelmin, Zelmin North
    if first.text in words["direction"] and (last.label == "p" or (last.label == "w" and len(units) == 2)):
        return _part(units, "place" if last.label == "p" else "", cues)
    if last.text.split("-")[0] in words["direction"] and first.label in "pw" and not forename and not titled:
        return _part(units, "place" if first.label == "p" else "", cues)
    if forename or titled:
        return _part(units, "", (*cues, "given") if forename else cues)
    if first.text in words["org_first"]:
        return _part(units, "", (*cues, "foreign"))
    # Oregon senators are written with their state before them
    state = " " in first.text or first.text in words["state"]
    state = state or (len(units) > 2 and units[1].text in given_names)
    if first.label == "o" or (first.label == "p" and state):
        return [*_listed_parts(units[:1]), *_parse_words(units[1:], cues)]
    if first.label == "p":
        return _part(units, "organisation") if len(units) < 4 else _listed_parts(units)
    return _part(units, "", cues)
