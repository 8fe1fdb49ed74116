"""Who speaks a quotation: the subject of the verb of saying that stands next to it.

Everything is decided from words and their capitals, without a model. A name is given only where the
words leave no doubt; "he" and "the minister" come back as they are, for the caller to look for.
"""

import re
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

# Words by which sentences end and speakers are found, each list with its reason.
LISTS: dict[str, str] = tomllib.loads(
    files("dateline").joinpath("resources/segment.toml").read_text(encoding="utf-8")
)
STARTERS = frozenset(LISTS["starters"].split())
PRONOUNS = frozenset(LISTS["pronouns"].split())
_LEANING = frozenset(LISTS["leaning"].split())
_SAYING = re.compile(
    rf"\b(?:{'|'.join([*LISTS['saying'].split(), *sorted(_LEANING)])}|puts? it|[Aa]ccording to)\b"
)
_PASSIVE = re.compile(
    rf"\b(?:is|are|was|were|been|being)(?: [a-z]+ly)? (?:{'|'.join(LISTS['passive'].split())})\Z"
)
_BELONGS = frozenset(LISTS["belongs"].split())
# What may stand between a verb of saying and the end of a line that announces a quotation.
_ANNOUNCES = re.compile(r"[^,.;:!?\n]{0,40}[,:]\Z")
# What may stand between a verb of saying and the quotation that it leads to.
_LEADS = re.compile(r"[^,.;:!?\n]{0,40}[,:]?\s*")
_PART = re.compile(r"[,;:()–—]| - |\b(?:and|but|as|that|while|whose)\b")
_AGED = re.compile(r"([^\W\d_]+), \d\d,")  # "Piet, 58, was waiting"
_ASIDE = re.compile(r"\([^()]*\)")
_BESIDE = frozenset(LISTS["beside"].split())
_PREPOSITIONS = frozenset(LISTS["prepositions"].split())
_JOINERS = frozenset(LISTS["joiners"].split())
_NO_NAMES = frozenset(LISTS["no-names"].split())
_OFFICES = frozenset(LISTS["offices"].split())
_WHO = re.compile(r",? who(?: [a-z]+ly| also| later)?\s*\Z")
_TITLES = frozenset(LISTS["titles"].split())
_SHORTENED = _TITLES | frozenset(LISTS["perhaps"].split())
_STOP = re.compile(r"\. ")


class Told(NamedTuple):
    """Who speaks a quotation ("" for somebody, None for nobody said so), and where that stands.

    `follows`: after it; `leads`: right before it, "Lee said:".
    """

    speaker: str | None
    follows: bool
    leads: bool = False


def attributed(lead: str, tail: str) -> Told:
    """Find the verb of saying before or after a quotation, and its subject.

    >>> attributed("", "said Mayor Ivo Tesh on Friday.").speaker
    'Mayor Ivo Tesh'
    >>> attributed("Asked about the ferry, the minister said:", "").speaker
    'the minister'
    """
    verbs = list(_SAYING.finditer(lead))
    after = _SAYING.search(tail)
    announced = lead.rstrip()
    if verbs and (after is None or announced[-1] in ":," or announced.endswith(verbs[-1].group())):
        leads = _LEADS.fullmatch(lead, verbs[-1].end()) is not None
        return Told(_announced(lead, verbs), False, leads)
    if after is None:  # "Tesh defended the ferry: “…”"
        return Told(_leading(lead.split()) or None if announced.endswith(":") else None, False)
    rest = tail[after.end() :]
    if after.group() == "quoted" and " as saying" in rest:
        return Told(_object(rest[: rest.index(" as saying")]), True)
    before = tail[: after.start()].strip(" ,;.-–—")
    return Told(_subject(before) if before else _object(rest), True)


def announces(line: str) -> bool:
    """Tell whether a line ends in a verb of saying and a comma or colon: its quotation is the next one.

    >>> announces("Corvane stated on Monday,"), announces("Corvane waited, then left,")
    (True, False)
    """
    verbs = list(_SAYING.finditer(line))
    return bool(verbs) and _ANNOUNCES.fullmatch(line, verbs[-1].end()) is not None


def teller(sentence: str) -> str:
    """Name who says something in a sentence, if it has one verb of saying only; "" for others.

    >>> teller("Ann Lee said no."), teller("Bo Oak said that Ann Lee had called him.")
    ('Ann Lee', '')
    """
    verbs = list(_SAYING.finditer(sentence))
    name = _announced(sentence, verbs) if len(verbs) == 1 else ""
    return "" if name.islower() else name


def _announced(lead: str, verbs: Sequence[re.Match[str]]) -> str:
    """Name the subject of the last verb of saying before a quotation."""
    own = [verb for verb in verbs if verb.group() not in _LEANING]
    if not own:  # "She walked down to the pier, saying:"
        return _leading(lead[: verbs[-1].start()].split())
    verb = own[-1]
    if _PASSIVE.search(lead[: verb.end()]):
        return ""
    return _subject(lead[: verb.start()]) or _object(lead[verb.end() :], verb.group())


def _subject(words: str) -> str:
    """Name the subject that stands before a verb: a name, "he", "the minister", or "" for others."""
    role = ""
    if _WHO.search(words) and (name := _whose(words)):
        return name
    parts = _PART.split(_ASIDE.sub("", words))
    for i, part in reversed(list(enumerate(parts))):
        found = part.split()
        while found and (found[-1] in _BESIDE or (found[-1].islower() and found[-1].endswith("ly"))):
            found.pop()
        if found and found[-1].lower() in PRONOUNS:
            return found[-1].lower()
        if name := _last_name(found, office=i == 0):
            # "Ann Lee, head of the school in Zelmin, Orlavia, said"
            first = _PART.split(words.strip(), maxsplit=1)[0].split()
            named = len(first) > 1 and all(map(_capital, first)) and first[0] not in STARTERS
            return " ".join(first) if named and " " not in name else name
        if len(found) == 2 and found[0].lower() == "the" and found[1].islower():
            role = role or f"the {found[1]}"
    whole = words.split()
    name = "" if role else _leading(whole)
    return name if " " in name and whole[len(name.split())] in _BELONGS else role


def _object(words: str, verb: str = "said") -> str:
    """Name the subject that stands after its verb: "said Mayor Ivo Tesh on Friday"."""
    if verb not in ("said", "says", "according to", "According to"):
        return ""
    for part in _PART.split(_first_sentence(words))[:2]:
        found = part.split()
        cut = next((i for i in range(len(found)) if _outside(found, i)), len(found))
        named = found[:cut]
        if named and named[0].lower() in PRONOUNS:
            return named[0].lower()
        while named and named[-1].islower():
            named.pop()
        name = _last_name(named)
        if name or (cut < len(found) and found[0] != "the"):
            return name
    return ""


def _first_sentence(words: str) -> str:
    """Cut words at the first full stop that no abbreviation explains: "Norrlight Inc. chief Ann Lee. It"."""
    for stop in _STOP.finditer(words):
        last = words[: stop.start()].split()[-1:]
        if not last or not (last[0] in _SHORTENED or len(last[0]) == 1):
            return words[: stop.start()]
    return words.rstrip(".")


def _outside(words: Sequence[str], i: int) -> bool:
    """Tell whether a word starts what follows a name: "in Paris", "on Friday"."""
    inside = 0 < i < len(words) - 1 and not words[i - 1].islower() and not words[i + 1].islower()
    return words[i] in _NO_NAMES or (words[i] in _PREPOSITIONS and not (words[i] == "of" and inside))


def _last_name(words: Sequence[str], *, office: bool = False) -> str:
    """Give the run of capitalised words at the end, if it is no part of something else (an office may be)."""
    i = len(words)
    while i and (_capital(words[i - 1]) or _joins(words, i)):
        i -= 1
        if words[i].endswith(("'s", "’s")):
            break
    run = list(words[i:])
    while run and (run[0] in STARTERS or run[0].endswith(("'s", "’s")) or run[0].islower()):
        run.pop(0)
    before = words[: len(words) - len(run)]
    if not run or run[-1] in _NO_NAMES:
        return ""
    if any(word.lower() in _PREPOSITIONS for word in before):
        # "the minister for Education Mr. Lee said", but not "a friend of Ann Lee said"
        title = next((i for i, word in enumerate(run) if i and word.rstrip(".") in _TITLES), 0)
        if not office:
            return ""
        return " ".join(run[title:]) if title else _with_office(before, run)
    return " ".join(run)


def _with_office(before: Sequence[str], run: Sequence[str]) -> str:
    """Give the name in "Commissioner for Trade Ann Lee" and "head of the Ferry Council Ann Lee"."""
    at = len(before) - (2 if before[-1] == "the" else 1)
    if len(run) < 3 or at < 1 or before[at] not in ("of", "for"):
        return ""
    if _capital(before[at - 1]):
        return " ".join((*before[at - 1 :], *run))
    if before[at - 1] not in _OFFICES:
        return ""
    # nothing says where the body's name ends: a person's has two words, small ones or initials between
    start = len(run) - 2
    while start > 1 and (run[start] in _JOINERS or len(run[start].rstrip(".")) == 1):
        start -= 1
    return " ".join(run[start:])


def _whose(words: str) -> str:
    """Name whom "who" stands for: "offered by Ann Lee, a teacher in Zelmin, who"; nobody in a part "a …"."""
    for part in reversed(words.split(", ")):
        found = part.split()
        if not found or found[0] in ("a", "an", "the", "who"):
            continue
        n = next((i for i, word in enumerate(reversed(found)) if not _capital(word)), len(found))
        run = found[len(found) - n :]
        return " ".join(run) if n > 1 and run[0] not in STARTERS else ""
    return ""


def _leading(words: Sequence[str]) -> str:
    """Give the run of capitalised words that a sentence begins with, if it is one and something follows."""
    n = 0
    for k, word in enumerate(words):
        if _capital(word):
            n = k + 1
        elif not k or word not in _JOINERS:
            break
    if not 0 < n < len(words) or words[0] in STARTERS or words[n] in ("and", "or", "&"):
        return ""
    name = " ".join(words[:n])
    return "" if not name.replace(" ", "").replace("-", "").isalpha() or words[n - 1] in _NO_NAMES else name


def _capital(word: str) -> bool:
    """Tell whether a word can be part of a name: "Lee", "al-Assad", "McKay"."""
    return word[0].isalpha() and not word.islower()


def _joins(words: Sequence[str], i: int) -> bool:
    """Tell whether a small word before place `i` stands inside a name: "van", "of the"."""
    if words[i - 1] not in _JOINERS:
        return False
    k = i - 1
    while k and words[k - 1] in _JOINERS:
        k -= 1
    return k > 0 and i < len(words) and _capital(words[k - 1]) and words[k - 1] not in STARTERS


def actor(sentence: str) -> str | None:
    """Name who says or does something in a sentence; "" if it may be somebody else, None if it is nobody.

    >>> actor("Aldhove, standing beside him, said it had been blunt."), actor("It was raining.")
    ('Aldhove', None)
    """
    verb = _SAYING.search(sentence)
    if verb:
        before = sentence[: verb.start()].strip()
        name = _subject(before) if before else _object(sentence[verb.end() :], verb.group())
        return None if name in PRONOUNS else "" if name.islower() else name
    if aged := _AGED.match(sentence):
        return aged[1]
    for part in _PART.split(sentence, maxsplit=2)[:2]:
        words = part.split()
        n = next((i for i, word in enumerate(words) if not word[0].isupper()), len(words))
        if n > 1 and words[0] not in STARTERS:
            name = " ".join(words[:n])
            return "" if name.endswith(("'s", "’s")) or name.isupper() else name
    others = any(one[0].isupper() and two[0].isupper() for one, two in pairwise(sentence.split()[1:]))
    return "" if others else None
