"""Whom "he said" and "the mayor said" mean, where the article leaves one person only.

Nothing is guessed: where two persons stand in reach, where somebody without a name could be meant ("a
spokesman"), or where the article says "she" of the one and the quotation "he", nobody is named.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.text.speakers import LISTS

# How many sentences back a pronoun may point, and how many characters around a name tell what he or she is.
RECENT, AROUND = 3, 45
_SAY = rf"(?:[a-z]+ly |also |then |later )?(?:{'|'.join(LISTS['saying'].split())})\b"
_WHO = r"[Hh]e|[Ss]he|[Tt]he(?: [\w-]+){1,3}?"
_POINTS = (
    # “…,” she said
    re.compile(rf"[\"”»’'],? (?P<who>{_WHO}) {_SAY}"),
    # “…,” said the mayor
    re.compile(r"[\"”»’'],? (?:said|says|asked|added) (?P<who>he|she|the(?: [a-z-]+){1,2})(?=[,.;]|$)"),
    # He said on Monday: “…
    re.compile(rf"(?:\A|[.,;] )(?P<who>{_WHO}) {_SAY}[^.;“”\"]{{0,80}}[,:] ?[\"“„]"),
)
_ENDS, _BEGINS = re.compile(r"[\"”»]\Z"), re.compile(r"\A[\"“„«]")
_HUMAN = re.compile(rf"\b(?:{'|'.join(LISTS['humans'].split())})\b", re.IGNORECASE)
_SHE = re.compile(
    r"\b(?:she|her|hers|herself|mrs|ms|miss|madame|lady|queen|princess|\w+woman)\b", re.IGNORECASE
)
# in lower case, for Silverman and German are names
_HE = re.compile(
    r"\b(?:he|him|his|himself|mr|sir|lord|king|prince|(?:chair|congress|police|spokes)man"
    r"|(?-i:[a-z]{4,}(?<!wo)man))\b",
    re.IGNORECASE,
)


class _Mention(NamedTuple):
    entity: str
    start: int  # in its sentence
    end: int


class _Sentence(NamedTuple):
    text: str
    quote: bool
    speaker: str
    persons: Sequence[_Mention]


def resolve(quoted: pd.DataFrame, sentences: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Name the speakers of quotations that only "he", "she" or an office points to.

    Parameters
    ----------
    quoted
        article_id and sentence of quoted sentences whose speaker has no name yet.
    sentences, mentions
        The tables, with all sentences of these articles.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, entity, rule ("pronoun" or "office"); only those where one person is left.
    """
    body = sentences[sentences["sentence"] >= 0]
    wanted = quoted.astype({"article_id": "str"}).merge(body[["article_id", "sentence", "text"]])
    pointing = wanted["article_id"][[bool(_who(text)) for text in wanted["text"].tolist()]].unique()
    open_ones = wanted.groupby("article_id")["sentence"].agg(set)
    people = mentions.loc[mentions["kind"] == "person", ["article_id", "sentence", "surface", "entity"]]
    there: dict[tuple[str, int], list[tuple[str, str]]] = {}
    near = people[people["article_id"].isin(pointing)].drop_duplicates()
    for article, number, surface, entity in zip(*(near[c].tolist() for c in near), strict=True):
        there.setdefault((article, number), []).append((entity, surface))
    own = body[body["article_id"].isin(pointing)].sort_values(["article_id", "sentence"], kind="stable")
    own = own[["article_id", "sentence", "text", "voice", "speaker"]]
    named = {article for article, _ in there}
    rows = []
    for article, part in groupby(zip(*(own[c].tolist() for c in own), strict=True), key=itemgetter(0)):
        if article in named:
            rows += [(article, *one) for one in _pointed(_story(part, there), open_ones[article])]
    columns = ["article_id", "sentence", "entity", "rule", "office"]
    found = pd.DataFrame(rows, columns=columns).astype({"sentence": "int64"})
    return found[_known(found, people, body)].drop(columns="office").reset_index(drop=True)


def _known(found: pd.DataFrame, people: pd.DataFrame, body: pd.DataFrame) -> np.ndarray:
    """Tell where the office, if there is one to confirm, stands beside that person's name in some article."""
    asked = found.loc[found["office"] != "", ["entity", "office"]].drop_duplicates()
    own = people[people["entity"].isin(asked["entity"])].astype("str").astype({"sentence": "int64"})
    own = own.drop_duplicates().merge(body[["article_id", "sentence", "text"]])
    holders = set()
    for entity, offices in asked.groupby("entity")["office"]:
        part = own[own["entity"] == entity]
        lower = part["text"].str.lower()
        for office in offices:
            near = part[lower.str.contains(office, regex=False)]
            beside = zip(near["text"], near["surface"], strict=True)
            if any(_bears(text, _mention(text, entity, surface), office) for text, surface in beside):
                holders.add((entity, office))
    pairs = zip(found["entity"], found["office"], strict=True)
    return np.array([not office or (entity, office) in holders for entity, office in pairs], bool)


def _mention(text: str, entity: str, surface: str) -> _Mention:
    start = max(text.find(surface), 0)
    return _Mention(entity, start, start + len(surface))


def _story(
    sentences: Iterable[tuple[str, int, str, str, str | None]],
    there: Mapping[tuple[str, int], Sequence[tuple[str, str]]],
) -> dict[int, _Sentence]:
    """Give an article's sentences by number, each with the persons that it names."""
    return {
        number: _Sentence(
            text,
            voice == "quote",
            speaker or "",
            [_mention(text, *one) for one in there.get((article, number), ())],
        )
        for article, number, text, voice, speaker in sentences
    }


def _pointed(story: dict[int, _Sentence], wanted: set[int]) -> list[tuple[int, str, str, str]]:
    """Find the quotations with a pronoun or an office for a speaker, who it is, and what to confirm."""
    found = []
    for number in sorted(wanted):
        who = _who(story[number].text)
        if not who:
            continue
        run, office = _run(story, number, wanted), " ".join(who.split()[1:][-2:])
        rule, confirm = ("office", office) if office else ("pronoun", "")
        entity = _holder(story, run[0], office) if office else _recent(story, run[0], who)
        if entity:
            confirm = ""
        elif office and _HUMAN.search(office):
            entity = _recent(story, run[0], "")
        found += [(i, entity, rule, confirm) for i in run if entity]
    return list({one[0]: one for one in found}.values())


def _who(text: str) -> str:
    """Give the words that stand for the speaker: "she", "the mayor", or nothing."""
    hits = (one for pattern in _POINTS for one in pattern.finditer(" ".join(text.split())))
    return next((one["who"].lower() for one in hits), "")


def _run(story: dict[int, _Sentence], number: int, wanted: set[int]) -> list[int]:
    """Give the sentences of one quotation: those before that it does not close, and those behind."""
    first = last = number
    while first - 1 in wanted and not _ENDS.search(story[first - 1].text):
        first -= 1
    while last + 1 in wanted and not _who(story[last + 1].text):
        if last == number and not _BEGINS.match(story[last + 1].text):
            break
        last += 1
        if _ENDS.search(story[last].text):
            break
    return list(range(first, last + 1))


def _recent(story: dict[int, _Sentence], first: int, who: str) -> str:
    """Name the one person in the nearest sentence before that names any, if nobody else can be meant."""
    for number in range(first - 1, first - 1 - RECENT, -1):
        one = story.get(number)
        if one is None or one.speaker:
            return ""
        entities = {person.entity for person in one.persons}
        if len(entities) > 1 or _others(one):
            return ""
        if entities and not one.quote:
            entity = entities.pop()
            return entity if not who or _gender(story, entity) in (who, "") else ""
    return ""


def _others(one: _Sentence) -> bool:
    """Tell whether a sentence speaks of somebody without a name who is not the one it names."""
    near = [(person.start - AROUND, person.end + AROUND) for person in one.persons]
    return any(
        not any(low <= human.start() <= high for low, high in near) for human in _HUMAN.finditer(one.text)
    )


def _gender(story: dict[int, _Sentence], entity: str) -> str:
    """Give the pronoun that the article has for a person, where it names nobody else beside; or nothing."""
    he = she = 0
    for one in story.values():
        if one.persons and {person.entity for person in one.persons} == {entity}:
            words = one.text[max(one.persons[0].start - 20, 0) :]
            he, she = he + len(_HE.findall(words)), she + len(_SHE.findall(words))
    return "he" if he > she else "she" if she > he else ""


def _holder(story: dict[int, _Sentence], first: int, office: str) -> str:
    """Name the one person whose name stands beside an office, anywhere before the quotation."""
    if not _HUMAN.search(office):
        return ""
    before = (one for number, one in story.items() if number < first)
    holders = {person.entity for one in before for person in one.persons if _bears(one.text, person, office)}
    return holders.pop() if len(holders) == 1 else ""


def _bears(text: str, person: _Mention, office: str) -> bool:
    """Tell whether an office stands beside a name: "Mayor Ivo Tesh", "Ivo Tesh, the mayor of Mostica"."""
    beside = re.compile(rf"\b{re.escape(office)}\b", re.IGNORECASE)
    title = list(beside.finditer(text, max(person.start - AROUND, 0), person.start))
    if title and re.fullmatch(r",? ?|[,:] the ", text[title[-1].end() : person.start]):
        return True
    after = re.split(r"[.;]", text[person.end : person.end + AROUND], maxsplit=1)[0]
    return after.startswith(",") and beside.search(after) is not None
