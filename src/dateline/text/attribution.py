"""Who speaks a quotation: the subject of the verb of saying that stands next to it.

Everything is decided from words and their capitals, without a model. A name is given only where the
words leave no doubt; "he" and "the minister" are looked for in the sentences before.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

# Words by which sentences end and speakers are recognised, each list with its reason.
WORDS = {
    name: frozenset(words.split())
    for name, words in tomllib.loads(
        files("dateline").joinpath("resources/sentences.toml").read_text(encoding="utf-8")
    ).items()
}
CLOSING_MARKS = "\"'”’»)]"
_STARTERS, _PRONOUNS, _JOINERS, _LEANING, _PREPOSITIONS, _NO_NAMES = (
    WORDS[name] for name in ("starters", "pronouns", "joiners", "leaning", "prepositions", "no-names")
)
_SHORTENED = WORDS["titles"] | WORDS["perhaps"]
_SAYING = re.compile(rf"\b(?:{'|'.join(sorted(WORDS['saying'] | _LEANING))}|puts? it|[Aa]ccording to)\b")
_PASSIVE = re.compile(
    rf"\b(?:is|are|was|were|been|being)(?: [a-z]+ly)? (?:{'|'.join(sorted(WORDS['passive']))})\Z"
)
# What may stand between a verb of saying and the end of a line that announces a quotation.
_ANNOUNCES = re.compile(r"[^,.;:!?\n]{0,40}[,:]\Z")
# What may stand between a verb of saying and the quotation that it leads to.
_LEADS = re.compile(r"[^,.;:!?\n]{0,40}[,:]?\s*")
_PART = re.compile(r"[,;:()–—]| - |\b(?:and|but|as|that|while|whose)\b")
_AGED = re.compile(r"([^\W\d_]+), \d\d,")  # "Piet, 58, was waiting"
_ASIDE = re.compile(r"\([^()]*\)")
_RELATIVE = re.compile(r",? who(?: [a-z]+ly| also| later)?\s*\Z")
# Characters between a quotation and its verb of saying; sentences that a pronoun points back over.
NEAR, RECENT = 160, 3

Span = tuple[int, int]


class Attribution(NamedTuple):
    """Who speaks a quotation ("" for somebody, None for nobody said so), and where that stands.

    `follows`: after it; `leads`: right before it, "Lee said:".
    """

    speaker: str | None
    follows: bool
    leads: bool = False


def attribute_quotations(text: str, spans: Sequence[Span], quotes: Sequence[Span]) -> list[Attribution]:
    """Name the speaker of each quotation, or "".

    Parameters
    ----------
    text
        The article.
    spans, quotes
        Start and end of its sentences and of its quotations, both sorted.
    """
    starts = [start for start, _ in spans]
    attributions: list[Attribution] = []
    speakers: dict[int, str] = {}  # of sentences
    for k, (start, end) in enumerate(quotes):
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
        previous_end = quotes[k - 1][1] if k else 0
        next_start = quotes[k + 1][0] if k + 1 < len(quotes) else len(text)
        # announced in its sentence, or in one before it: "Corvane stated on Monday,"
        begin = spans[first][0]
        if first:
            before, stop = spans[first - 1]
            line = text[max(before, stop - NEAR) : stop]
            verbs = list(_SAYING.finditer(line)) if line.endswith(",") else []
            if line.endswith(":") or (verbs and _ANNOUNCES.fullmatch(line, verbs[-1].end())):
                begin = before
        begin = max(previous_end, begin)
        lead = text[begin:start] if start - begin <= 2 * NEAR else "~ " + text[start - NEAR : start]
        # or told after it, in its sentence or a next one in lower case
        stop = spans[last][1]
        if stop == end and last + 1 < len(spans) and text[starts[last + 1]].islower():
            stop = spans[last + 1][1]
        tail = text[end : min(next_start, stop, end + NEAR)]
        name, follows, leads = _attribute(lead, tail)
        if name is None:
            i = bisect_left(starts, previous_end)
            if k and start - previous_end <= NEAR and (i == len(spans) or spans[i][1] > start):
                name = attributions[-1].speaker  # no whole sentence stands between the two
            elif first and start == starts[first] and not tail.strip(CLOSING_MARKS + " .!?…"):
                before, stop = spans[first - 1]
                adjacent = previous_end <= before and text.count("\n", stop, start) < 2
                near = adjacent and stop - before <= 2 * NEAR
                verbs = list(_SAYING.finditer(text[before:stop])) if near else []
                name = _announcer(text[before:stop], verbs) if len(verbs) == 1 else ""
                name = "" if name.islower() else name
        elif name[:1].islower():
            name = _antecedent(text, spans, first, speakers, name)
        attributions.append(Attribution(name or "", follows, leads))
        speakers.update(dict.fromkeys(range(first, last + 1), name or ""))
    return attributions


def _attribute(lead: str, tail: str) -> Attribution:
    """Pick the verb of saying before or after a quotation, and its subject.

    >>> _attribute("", "said Mayor Ivo Tesh on Friday.").speaker
    'Mayor Ivo Tesh'
    >>> _attribute("Asked about the ferry, the minister said:", "").speaker
    'the minister'
    """
    verbs = list(_SAYING.finditer(lead))
    after = _SAYING.search(tail)
    announced = lead.rstrip()
    if verbs and (after is None or announced[-1] in ":," or announced.endswith(verbs[-1].group())):
        leads = _LEADS.fullmatch(lead, verbs[-1].end()) is not None
        return Attribution(_announcer(lead, verbs), False, leads)
    if after is None:  # "Tesh defended the ferry: “…”"
        return Attribution(_leading_name(lead.split()) or None if announced.endswith(":") else None, False)
    clause = tail[after.end() :]
    if after.group() == "quoted" and " as saying" in clause:
        return Attribution(_object(clause[: clause.index(" as saying")]), True)
    before = tail[: after.start()].strip(" ,;.-–—")
    return Attribution(_subject(before) if before else _object(clause), True)


def _announcer(lead: str, verbs: Sequence[re.Match[str]]) -> str:
    """Name the subject of the last verb of saying before a quotation."""
    verb = next((verb for verb in reversed(verbs) if verb.group() not in _LEANING), None)
    if verb is None:  # "She walked down to the pier, saying:"
        return _leading_name(lead[: verbs[-1].start()].split())
    if _PASSIVE.search(lead[: verb.end()]):
        return ""
    return _subject(lead[: verb.start()]) or _object(lead[verb.end() :], verb.group())


def _subject(clause: str) -> str:
    """Name the subject that stands before a verb: a name, "he", "the minister", or "" for others."""
    if _RELATIVE.search(clause) and (name := _relative_subject(clause)):
        return name
    role = ""
    parts = _PART.split(_ASIDE.sub("", clause))
    for i, part in reversed(list(enumerate(parts))):
        words = part.split()
        while words and (words[-1] in WORDS["beside"] or (words[-1].islower() and words[-1].endswith("ly"))):
            words.pop()
        if words and words[-1].lower() in _PRONOUNS:
            return words[-1].lower()
        if name := _last_name(words, office=i == 0):
            # "Ann Lee, head of the school in Zelmin, Orlavia, said"
            first = _PART.split(clause.strip(), maxsplit=1)[0].split()
            full = len(first) > 1 and all(map(_capital, first)) and first[0] not in _STARTERS
            return " ".join(first) if full and " " not in name else name
        if len(words) == 2 and words[0].lower() == "the" and words[1].islower():
            role = role or f"the {words[1]}"
    words = clause.split()
    name = "" if role else _leading_name(words)
    return name if " " in name and words[len(name.split())] in WORDS["belongs"] else role


def _object(clause: str, verb: str = "said") -> str:
    """Name the subject that stands after its verb: "said Mayor Ivo Tesh on Friday"."""
    if verb not in ("said", "says", "according to", "According to"):
        return ""
    # up to the first full stop that no abbreviation explains: "Norrlight Inc. chief Ann Lee. It"
    sentence = clause.rstrip(".")
    for stop in re.finditer(r"\. ", clause):
        last = (clause[: stop.start()].split() or [""])[-1]
        if len(last) != 1 and last not in _SHORTENED:
            sentence = clause[: stop.start()]
            break
    for part in _PART.split(sentence)[:2]:
        words = part.split()
        end = next((i for i in range(len(words)) if _after_name(words, i)), len(words))
        name_words = words[:end]
        if name_words and name_words[0].lower() in _PRONOUNS:
            return name_words[0].lower()
        while name_words and name_words[-1].islower():
            name_words.pop()
        name = _last_name(name_words)
        if name or (end < len(words) and words[0] != "the"):
            return name
    return ""


def _after_name(words: Sequence[str], i: int) -> bool:
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
    while run and (run[0] in _STARTERS or run[0].endswith(("'s", "’s")) or run[0].islower()):
        run.pop(0)
    before = words[: len(words) - len(run)]
    if not run or run[-1] in _NO_NAMES:
        return ""
    if any(word.lower() in _PREPOSITIONS for word in before):
        if not office:  # "a friend of Ann Lee said"
            return ""
        # "the minister for Education Mr. Lee said"
        title = next((i for i, word in enumerate(run) if i and word.rstrip(".") in WORDS["titles"]), 0)
        return " ".join(run[title:]) if title else _office_holder(before, run)
    return " ".join(run)


def _office_holder(before: Sequence[str], run: Sequence[str]) -> str:
    """Give the name in "Commissioner for Trade Ann Lee" and "head of the Ferry Council Ann Lee"."""
    i = len(before) - (2 if before[-1] == "the" else 1)
    if len(run) < 3 or i < 1 or before[i] not in ("of", "for"):
        return ""
    if _capital(before[i - 1]):
        return " ".join((*before[i - 1 :], *run))
    if before[i - 1] not in WORDS["offices"]:
        return ""
    # nothing says where the body's name ends: a person's has two words, small ones or initials between
    start = len(run) - 2
    while start > 1 and (run[start] in _JOINERS or len(run[start].rstrip(".")) == 1):
        start -= 1
    return " ".join(run[start:])


def _relative_subject(clause: str) -> str:
    """Name whom "who" stands for: "offered by Ann Lee, a teacher in Zelmin, who"; nobody in a part "a …"."""
    parts = [words for part in clause.split(", ") if (words := part.split())]
    words = next((words for words in reversed(parts) if words[0] not in ("a", "an", "the", "who")), [])
    n = next((i for i, word in enumerate(reversed(words)) if not _capital(word)), len(words))
    run = words[len(words) - n :]
    return " ".join(run) if n > 1 and run[0] not in _STARTERS else ""


def _leading_name(words: Sequence[str]) -> str:
    """Give the run of capitalised words that a sentence begins with, if it is one and something follows."""
    n = 0
    for k, word in enumerate(words):
        if _capital(word):
            n = k + 1
        elif not k or word not in _JOINERS:
            break
    if not 0 < n < len(words) or words[0] in _STARTERS or words[n] in ("and", "or", "&"):
        return ""
    name = " ".join(words[:n])
    letters = name.replace(" ", "").replace("-", "")
    return "" if not letters.isalpha() or words[n - 1] in _NO_NAMES else name


def _capital(word: str) -> bool:
    """Tell whether a word can be part of a name: "Lee", "al-Assad", "McKay"."""
    return word[0].isalpha() and not word.islower()


def _joins(words: Sequence[str], i: int) -> bool:
    """Tell whether a small word before place `i` stands inside a name: "van", "of the"."""
    k = i
    while k and words[k - 1] in _JOINERS:
        k -= 1
    return 0 < k < i < len(words) and _capital(words[k - 1]) and words[k - 1] not in _STARTERS


def _antecedent(text: str, spans: Sequence[Span], first: int, speakers: dict[int, str], words: str) -> str:
    """Name whom "he" or "the minister" points to: the last one who was a speaker or a subject."""
    for i in range(first - 1, max(-1, first - 1 - RECENT), -1):
        start, end = spans[i]
        name = speakers[i] if i in speakers else _actor(text[start : min(end, start + 2 * NEAR)])
        if name is not None:
            return name if words in _PRONOUNS or words[4:].capitalize() in name.split() else ""
    return ""


def _actor(sentence: str) -> str | None:
    """Name who says or does something in a sentence; "" if it may be somebody else, None if it is nobody.

    >>> _actor("Aldhove, standing beside him, said it had been blunt."), _actor("It was raining.")
    ('Aldhove', None)
    """
    verb = _SAYING.search(sentence)
    if verb:
        before = sentence[: verb.start()].strip()
        name = _subject(before) if before else _object(sentence[verb.end() :], verb.group())
        return None if name in _PRONOUNS else "" if name.islower() else name
    if aged := _AGED.match(sentence):
        return aged[1]
    for part in _PART.split(sentence, maxsplit=2)[:2]:
        words = part.split()
        n = next((i for i, word in enumerate(words) if not word[0].isupper()), len(words))
        if n > 1 and words[0] not in _STARTERS:
            name = " ".join(words[:n])
            return "" if name.endswith(("'s", "’s")) or name.isupper() else name
    capitals = any(first[0].isupper() and word[0].isupper() for first, word in pairwise(sentence.split()[1:]))
    return "" if capitals else None
