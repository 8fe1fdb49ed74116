"""The words of a name: lists of places, titles and endings, and rules that cut capitalised words into names.

What a name is (person, organisation, place, other) is said here only as far as its own words say so;
`dateline.entities.names` asks the corpus for the rest.
"""

import re
from typing import NamedTuple

from dateline.entities.lists import DIRECTION, lexicon

# Longest entry of the lists, in words: "Democratic People's Republic of Korea" and its like.
LONGEST = 7
_WORD = re.compile(r"\w+(?:[-‐‑'’](?!s\b)\w+)*(?:\.(?=\w\b)\w)*", re.UNICODE)
# A nickname inside a name, behind the word before it: Robert "Bob" Lee, Ann ‘the Nan’ Lee.
NICKNAME = re.compile(r""" ["“'‘(](?:[Tt]he )?([^\W\d_][\w-]*)["”'’)](?= )""")
# Abbreviations of what a company is, that keep their full stop.
COMPANY = frozenset({"Inc", "Ltd", "Corp", "Co"})
# Endings of places and organisations that are surnames, too: with a given name before them, they are.
_SURNAMES = frozenset(
    {
        "Bank", "Banks", "Bay", "Bridge", "Castle", "Church", "Court", "Falls", "Forest", "Hall", "Hill",
        "Hills", "Lake", "Lane", "Page", "Park", "Post", "Press", "Street", "Temple", "Steel", "Band",
    }
)  # fmt: skip
_STATES = frozenset({"US", "U.S", "UK", "U.K", "EU", "UN", "U.N"})
_OF = ("of", "for", "on")
_FIRST, _NUMBERED = frozenset({"First", "Second", "Third"}), frozenset({"War", "Wars", "Amendment"})


class Unit(NamedTuple):
    """A word, or a name of several words from a list, in a run; `label` is its class, see `_label`."""

    text: str
    start: int
    end: int
    label: str


class Piece(NamedTuple):
    """A name in a run, with its kind where its words say so ("" otherwise) and cues for it."""

    start: int
    end: int
    kind: str
    cues: tuple[str, ...] = ()


class Known(NamedTuple):
    """What parsing needs of the corpus: names and their kind, and words that are no name by themselves."""

    names: dict[str, str]
    common: frozenset[str] = frozenset()
    demonyms: frozenset[str] = frozenset()


def parse(surface: str, known: Known, *, leads: bool = False) -> list[Piece]:
    """Take titles, demonyms and words that are no names off a run and cut it into names.

    Parameters
    ----------
    surface
        A run of capitalised words.
    known
        Names and words of the corpus.
    leads
        Whether the run begins a sentence, where any word has a capital.

    Examples
    --------
    >>> from dateline.entities.lists import listed
    >>> for run in ["Then French Trade Minister Ann Lee of Port Ansel", "Central Bank of Lindmoor"]:
    ...     print([(run[p.start : p.end], p.kind, p.cues) for p in parse(run, Known(listed()))])
    [('Ann Lee', '', ('title', 'given')), ('Port Ansel', 'place', ())]
    [('Central Bank of Lindmoor', 'organisation', ())]
    """
    # what is known of a name is known without a nickname in it
    bare = NICKNAME.sub(lambda nickname: " " * len(nickname[0]), surface)
    units = _units(bare, known, leads=leads)
    return [piece for segment in _segments(units) for piece in _titled(segment, ())]


def _units(surface: str, known: Known, *, leads: bool) -> list[Unit]:
    """Cut a run into words; several words that the lists know as one name are one unit."""
    spans = [(m.start(), m.end()) for m in _WORD.finditer(surface)]
    found, i = [], 0
    while i < len(spans):
        size = min(LONGEST, len(spans) - i)
        while size > 1:
            text = surface[spans[i][0] : spans[i + size - 1][1]]
            if text in known.names or text in lexicon().demonyms:
                break
            size -= 1
        start, end = spans[i][0], spans[i + size - 1][1]
        text = surface[start:end]
        if size > 1:
            label = known.names.get(text, "n")[0]
        else:
            weak = leads and not i and not surface.isupper() and _weak(text, surface[end:], known)
            label = "f" if weak else _label(text, known)
        if surface[end : end + 1] == "." and ((len(text) > 2 and text[-2] == ".") or text in COMPANY):
            end += 1
        found.append(Unit(text, start, end, label))
        i += size
    return found


def _weak(word: str, rest: str, known: Known) -> bool:
    """Tell whether a word at the beginning of a sentence is more likely no part of the name that follows."""
    follows = rest.split()[0] if rest.startswith(" ") else ""
    if word.lower() in lexicon().words["role"] and follows in lexicon().given:
        return True
    if follows in lexicon().words["org_tail"] or (follows[:1].isupper() and word in lexicon().given):
        return False
    return word in known.common or word in lexicon().words["noun"]


def _label(word: str, known: Known) -> str:
    """Class a word: f no name, d date, p place, o organisation, n people, t title, m modifier, j joiner."""
    cues = lexicon().words
    for label, cue in (("f", "function"), ("d", "date")):
        if word in cues[cue]:
            return label
    kind = known.names.get(word, "")
    if kind in ("place", "organisation"):
        return kind[0]
    if all(part in lexicon().demonyms or part in known.demonyms for part in word.split("-")):
        return "n"
    for label, cue in (("t", "title"), ("m", "modifier"), ("j", "joiner")):
        if word in cues[cue]:
            return label
    # Secretary-General, Vice-President
    parts = set(word.split("-"))
    if len(parts) > 1 and parts & cues["title"] and parts <= cues["title"] | cues["modifier"]:
        return "t"
    return "j" if word == "s" else "w"


def _segments(units: list[Unit]) -> list[list[Unit]]:
    """Cut at words that are no part of a name, and at "of" where the word before it takes none."""
    cues = lexicon().words
    segments: list[list[Unit]] = [[]]
    for i, unit in enumerate(units):
        now = segments[-1]
        before = now[-1].text.split()[-1] if now else ""
        cut = unit.label in "fd"
        if unit.label == "j" and unit.text in _OF:
            after = units[i + 1].label if i + 1 < len(units) else ""
            cut = before not in cues["head"] and not (now and now[-1].label == "t" and after == "m")
            cut |= unit.text == "for" and before == "Party" and len(now) > 1
        elif unit.label == "j" and unit.text in ("and", "the"):
            cut = before not in _OF and not any(u.text in _OF for u in now)
            following = units[i + 1] if i + 1 < len(units) else unit
            cut |= before not in _OF and (following.label in "pon" or following.text == "the")
            cut &= not _both_plain(before, units[i + 1 :])
        if cut:
            segments.append([])
        else:
            now.append(unit)
    return segments


def _both_plain(before: str, units: list[Unit]) -> bool:
    """Tell whether "and" joins two words of one name, as in the Food and Drug Administration."""
    words = lexicon().words
    return (
        before in words["half"]
        and len(units) > 1
        and units[0].text in words["half"]
        and any(unit.text in words["end"] for unit in units[1:3])
    )


def _trim(units: list[Unit], left: str, right: str) -> list[Unit]:
    """Take units with these labels off both ends."""
    a, b = 0, len(units)
    while a < b and units[a].label in left:
        a += 1
    while b > a and units[b - 1].label in right:
        b -= 1
    return units[a:b]


def _titled(units: list[Unit], cues: tuple[str, ...]) -> list[Piece]:
    """Cut at the last title: what stands before it is another name, what follows is a person."""
    units = _trim(units, "j", "j")
    tails = lexicon().words["org_tail"]
    titles = [i for i, unit in enumerate(units) if unit.label == "t"]
    if not titles or (titles[-1] < len(units) - 1 and all(u.text in tails for u in units[titles[-1] + 1 :])):
        return _typed(units, cues)
    at = titles[-1]
    if at == len(units) - 1 and 0 < at < 4 and units[0].text in lexicon().given:
        return _typed(units, cues)  # Ann King
    left, right = _trim(units[:at], "jmn", "jmnt"), _office(units[at + 1 :])
    # "Norrlight CEO Ann Lee"
    headed = ("headed",) if units[at].text in lexicon().words["org_title"] else ()
    return [*_titled(left, headed), *_typed(right, (*cues, "title"))]


def _office(units: list[Unit]) -> list[Unit]:
    """Leave out what an office is for, behind a title: "of Internal Affairs Ann Lee" is Ann Lee."""
    named = _trim(units, "jmn", "jm")
    if units and units[0].text in _OF:
        words = lexicon().words
        while len(named) > 1 and (named[0].label in "jm" or named[0].text in words["plain"]):
            named = named[1:]
    return named


def _piece(units: list[Unit], kind: str, cues: tuple[str, ...] = ()) -> list[Piece]:
    return [Piece(units[0].start, units[-1].end, kind, cues)]


def _typed(units: list[Unit], cues: tuple[str, ...]) -> list[Piece]:
    """Type a run without titles by its endings, or cut it at the words for a people."""
    if not units:
        return []
    words = lexicon().words
    of = [i for i, unit in enumerate(units) if unit.text in _OF and i]
    if of:
        kind = "place" if units[of[0] - 1].text in words["place_head"] else "organisation"
        full = of[-1] + 2
        if units[full - 1].label != "p" or _ends_organisation(units[-1]):
            full = len(units)
        return [*_piece(units[:full], kind), *_titled(units[full:], ())]
    last = max((i for i, unit in enumerate(units) if _ends_organisation(unit)), default=0)
    given = units[0].text in lexicon().given and units[0].label == "w"
    tail = last or units[-1].text in words["place_tail"]
    person = given and (units[-1].text in _SURNAMES if tail or len(units) == 3 else len(units) == 2)
    if last and not person:
        return [*_piece(units[: last + 1], "organisation"), *_titled(units[last + 1 :], cues)]
    # the Irish Sea keeps its people, and Customs House its house
    house = len(units) > 1 and units[-1].text == "House" and units[-2].label == "w"
    people = len(units) == 2 and units[0].label == "n" and units[1].text in words["region"]
    # and the Second World War its number
    war = units[0].text in _FIRST and units[-1].text in _NUMBERED
    units = units if people else _trim(units, "" if war else "jmn", "" if house else "jmn")
    middle = next((i for i, unit in enumerate(units) if unit.label == "n" and i), 0)
    if middle:
        return [*_typed(units[:middle], cues), *_typed(units[middle:], ())]
    if not units or (len(units) == 1 and units[0].text in words["unnamed"] and units[0].label != "o"):
        return []
    if len(units) > 1 and not person:
        if units[-1].text in words["place_tail"] or units[0].text in words["place_before_name"]:
            return _piece(units, "place")
        if any(unit.text in words["no_name"] for unit in units):
            return _listed(units) or _piece(units, "other")
    return _plain(units, cues)


def _ends_organisation(unit: Unit) -> bool:
    """Tell whether a word, or the last one of a listed organisation, is an ending such as "Party"."""
    last = unit.text.split()[-1] if unit.label == "o" else unit.text
    return last in lexicon().words["org_tail"]


def _listed(units: list[Unit]) -> list[Piece]:
    """Only what the lists know."""
    return [
        Piece(unit.start, unit.end, "place" if unit.label == "p" else "organisation")
        for unit in units
        if unit.label in "po"
    ]


def _directed(units: list[Unit], cues: tuple[str, ...], *, given: bool) -> list[Piece]:
    """Type what begins or ends with a direction: East Zelmin, Zelmin North; nothing where none does."""
    first, last = units[0], units[-1]
    if first.text in DIRECTION and last.label == "w" and len(units) == 2:
        plain = last.text in lexicon().words["plain"]
        return _piece(units, "", cues if plain else (*cues, "direction"))
    if last.label == "p" and first.text in DIRECTION:
        return _piece(units, "place")
    if last.text.split("-")[0] in DIRECTION and first.label in "pw" and not given and "title" not in cues:
        return _piece(units, "place" if first.label == "p" else "", (*cues, "direction"))
    return []


def _plain(units: list[Unit], cues: tuple[str, ...]) -> list[Piece]:
    """Type a run of words that are not classed, with names from the lists among them."""
    first, last = units[0], units[-1]
    if len(units) == 1:
        cues = (*cues, "given") if first.label == "w" and first.text in lexicon().given else cues
        return _piece(units, {"p": "place", "o": "organisation"}.get(first.label, ""), cues)
    given = first.text in lexicon().given and first.text not in DIRECTION
    if directed := _directed(units, cues, given=given):
        return directed
    if first.text in lexicon().words["org_first"] and "title" not in cues and not given:
        return _piece(units, "", (*cues, "foreign"))
    if given or "title" in cues:
        return _piece(units, "", (*cues, "given") if given else cues)
    if first.label == "o" or (first.label == "p" and (" " in first.text or first.text in _STATES)):
        return [*_listed(units[:1]), *_plain(units[1:], cues)]
    if first.label == "p" and len(units) > 2 and units[1].text in lexicon().given:
        return [*_listed(units[:1]), *_plain(units[1:], cues)]  # Oregon senators are written so
    if last.label == "p" and first.label != "p":
        return _piece(units, "", (*cues, "ends place"))
    if first.label == "p":
        return _piece(units, "organisation", ("weak",)) if len(units) < 4 else _listed(units)
    return _piece(units, "", cues)


def lookup(surface: str, known: Known) -> list[Piece]:
    """Find only names that are known, longest first: for headlines, where any word has a capital.

    Examples
    --------
    >>> [(p.start, p.end) for p in lookup("ORLAVIA Bans Cheese", Known({"Orlavia": "place"}))]
    [(0, 7)]
    """
    spans = [(m.start(), m.end()) for m in _WORD.finditer(surface)]
    found, i = [], 0
    while i < len(spans):
        for size in range(min(LONGEST, len(spans) - i), 0, -1):
            start, end = spans[i][0], spans[i + size - 1][1]
            text = surface[start:end]
            kind = known.names.get(text) or (
                text.isupper() and len(text) > 3 and known.names.get(text.title())
            )
            if kind and (size > 1 or text not in known.common):
                found.append(Piece(start, end, kind, ("known",)))
                break
        i += size if kind else 1
    return found
