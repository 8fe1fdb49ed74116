"""Sentences of an article, whose words each one is, and who says them where they are somebody else's.

Everything here is rules: a sentence ends at a mark that no abbreviation explains, quotation marks are
paired by their shape and place (newsrooms mix straight and curly ones and forget some), and a speaker is
the subject of the verb of saying beside the quotation or what is reported. A name is given only where the
words leave no doubt; "he" and "the minister" are looked for in the sentences before.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from dateline.tables import read_toml

Span = tuple[int, int]
Spans = Sequence[Span]
# Speaker of a quotation, None for nobody said so; whether that stands after it, or right before: "Lee said:".
Attribution = tuple[str | None, bool, bool]
Turns = dict[int, str | None]
Verbs = Sequence[re.Match[str]]


class Sentence(NamedTuple):
    """One sentence: `text[start:end]`, its voice and the speaker's surface words, "" where nobody is named.

    `voice` is "narrator", "quote" (most of its words, or all but those that name the speaker, stand in
    quotation marks, or it is part of a turn in a transcript), "reported" (what somebody said or thinks in the
    reporter's words, or partly quoted) or "headline" (a crosshead or a dek on a line of its own).
    """

    start: int
    end: int
    voice: str
    speaker: str


# Words by which sentences end and speakers are recognised, and what stands beside them, each with its reason.
_RESOURCE = read_toml("sentences.toml")
WORDS = {name: frozenset(words.split()) for name, words in _RESOURCE["words"].items()}


def _alternatives(words: Sequence[str]) -> str:
    """Write sorted words as a pattern that compares a common beginning only once."""
    groups = groupby(filter(None, words), key=lambda word: word[0])
    tails = [re.escape(first) + _alternatives([word[1:] for word in words]) for first, words in groups]
    return f"(?:{'|'.join([''] * ('' in words) + tails)})" if len(words) > 1 else "".join(tails)


def _filled(pattern: str) -> str:
    """Put the words of lists into a pattern, for <name> or <name other>."""
    lists = re.compile("<([a-z -]+)>")
    filled = lists.sub(lambda x: _alternatives(sorted({w for n in x[1].split() for w in WORDS[n]})), pattern)
    return filled.replace("\n", "")


# What a verb of saying or thinking begins with.
_KINDS = "saying announcing stressing thinking supposing put"
VERBS = frozenset(word for kind in _KINDS.split() for word in WORDS[kind])
_LOOKS = {name: re.compile(_filled(pattern)) for name, pattern in _RESOURCE["patterns"].items()}
# A line without a full stop is a crosshead up to this many words; as the first line, a dek.
CROSSHEAD_WORDS, DEK_WORDS = 12, 32
# Lines up to this length may be rows of a paragraph that was wrapped at a fixed width.
WRAPPED = 120
# Words of a quotation that make its sentence one behind a longer announcement; verbs tried in a sentence.
LED_WORDS, MOST_VERBS = 5, 8
# Characters between a quotation and its verb of saying; sentences that a pronoun points back over.
NEAR, RECENT = 160, 3
_OPENING_MARKS, _CLOSING_MARKS = "\"'“‘«([„", "\"'”’»)]"


def find_sentences(text: str, *, verbs: Iterable[int] | None = None) -> list[Sentence]:
    """Split a clean text (`dateline.text.clean`) into sentences and say whose words each one is.

    They are sorted, do not overlap and together hold every character that is not white space. `verbs` says
    where words of `VERBS` stand, if that is known.

    >>> for s in find_sentences('The ferry is back. "We waited for a very long year," said Mayor Ivo Tesh.'):
    ...     print(s.start, s.end, s.voice, s.speaker or "-")
    0 18 narrator -
    19 73 quote Mayor Ivo Tesh
    """
    paragraphs = _paragraphs(text)
    spans: list[Span] = []
    headlines: set[int] = set()
    for i, (start, end) in enumerate(paragraphs):
        if _is_crosshead(text[start:end], first=i == 0, last=i == len(paragraphs) - 1):
            headlines.add(start)
            spans.append((start, end))
        else:
            spans.extend(_split(text, start, end))
    quotes = _quotations(text, paragraphs, spans)
    looks = _LOOKS["reporting"]
    matches = looks.finditer(text) if verbs is None else filter(None, map(partial(looks.match, text), verbs))
    return list(_voiced(text, spans, headlines, quotes, _turns(text, paragraphs), [*matches]))


def _paragraphs(text: str) -> list[Span]:
    """Find lines; a row of a wrapped paragraph, or one in lower case, belongs to the one before it."""
    rows = text.splitlines(keepends=True)
    places = zip(accumulate(map(len, rows), initial=0), rows, strict=False)
    starts = ((place + row.index(words[0]), len(words)) for place, row in places if (words := row.strip()))
    lines = [(start, start + length) for start, length in starts]
    # which lines end only because the next word did not fit, if the text was wrapped at all
    width = max((end - start for start, end in lines), default=0)
    near = [text.count("\n", end, start) < 2 for (_, end), (start, _) in pairwise(lines)]
    full = [
        row and width <= WRAPPED and end - start + 1 + len(text[after:stop].split(None, 1)[0]) > width
        for row, ((start, end), (after, stop)) in zip(near, pairwise(lines), strict=True)
    ]
    is_wrapped = sum(full) >= max(2, sum(near) / 2)
    paragraphs = lines[:1]
    for (start, end), row, fills in zip(lines[1:], near, full, strict=True):
        first, stop = paragraphs[-1]
        is_open = text[max(first, stop - 8) : stop].rstrip(_CLOSING_MARKS)[-1:] not in ".!?…:;。！？।۔؟"
        if row and ((fills and is_wrapped) or (text[start].islower() and is_open)):
            paragraphs[-1] = (first, end)
        else:
            paragraphs.append((start, end))
    return paragraphs


def _is_crosshead(line: str, *, first: bool, last: bool) -> bool:
    """Tell whether a line stands between paragraphs as a headline does."""
    if len(line) > 250 or line[-1] in ".,:;":
        return False
    if line[0] in "-–—" and line[-1] in "-–—" and len(line) > 4:
        return True
    bare = line.strip(_OPENING_MARKS + _CLOSING_MARKS + " ")
    if last or not bare or bare[-1] in ".,:;…!。！？" or bare[0].islower() or line[0] in "-–—•*·|":
        return False
    return len(line.split()) <= (DEK_WORDS if first else CROSSHEAD_WORDS)


def _split(text: str, start: int, end: int) -> Iterator[Span]:
    """Split one paragraph at the marks that end a sentence."""
    begin, last = start, start + len(text[start:end].rstrip(_CLOSING_MARKS + " "))
    for mark in _LOOKS["end"].finditer(text, start, end):
        if mark.end() < last and (mark[1] is None or _is_end(text, begin, mark)):
            yield begin, mark.start() + len(mark.group().rstrip())
            begin = mark.end()
    yield begin, end


def _is_end(text: str, start: int, mark: re.Match[str]) -> bool:
    """Decide whether a full stop, a question mark or the like ends the sentence that began at `start`."""
    head = _LOOKS["next"].match(text, mark.end())  # of the next sentence
    assert head, "the pattern matches nothing, too"
    word = head[1][:20]
    if word[:1].islower() and not word[1:2].isupper():
        return False
    if not word:
        return text[mark.end() : mark.end() + 1] not in "-–—,.;:…"
    if (signs := text[mark.start() : mark.start(2)]) != ".":
        return not (mark[2] and signs in "?!" and _LOOKS["asks"].match(text, mark.end()))
    before = text[max(start, mark.start() - 14) : mark.start()].split()
    last = before[-1].lstrip(_OPENING_MARKS) if before else ""
    is_starter = word in WORDS["starters"] and text[head.end() : head.end() + 1] != "."
    if not mark[3]:
        return is_starter and last[-1:].islower()
    is_title = bool({last, last.title() if word.isupper() else ""} & WORDS["titles"])  # "MS. ALDHOVE"
    if is_title or (last in WORDS["numbered"] and word[0].isdigit()):
        return False
    if last in WORDS["perhaps"] or _LOOKS["dotted"].match(last):
        return is_starter
    return not (last.isdigit() and len(last) < 4 and mark.start() - start <= len(last))


# -- quotations ------------------------------------------------------------------------------------

_SINGLE = frozenset("'‘’")
_LEFT = frozenset("“«„‘") | {"``"}
_RIGHT = frozenset("”»’") | {"''"}


def _quotations(text: str, paragraphs: Spans, spans: Spans) -> list[Span]:
    """Pair quotation marks; one that is never closed holds its sentence, or runs on in the next paragraph."""
    quotes: list[Span] = []
    starts = [start for start, _ in spans]
    closing = 0
    for i, (start, end) in enumerate(paragraphs):
        left = _pair(text, max(start, closing), end, quotes)
        if left < 0:
            continue
        head = text[paragraphs[i + 1][0]] if i + 1 < len(paragraphs) else ""
        runs_on = head in _LEFT or head == text[left]
        closing = 0 if runs_on else _closing(text, left, paragraphs[i + 1 : i + 1 + RECENT])
        quotes.append((left, end if runs_on else closing or spans[bisect_right(starts, left) - 1][1]))
    return [span for span in quotes if _is_speech(text, *span)]


def _marks(text: str, start: int, end: int) -> Iterator[tuple[int, int, str, str, str]]:
    """Give each quotation mark of a paragraph: where it begins and ends, and what stands around it."""
    for mark in _LOOKS["mark"].finditer(text, start, end):
        before = text[mark.start() - 1] if mark.start() > start else " "
        after = text[mark.end()] if mark.end() < end else " "
        yield mark.start(), mark.end(), mark.group(), before, after


def _closing(text: str, left: int, paragraphs: Spans) -> int:
    """Find where one of the next lines closes a mark before any other opens; 0 where none does."""
    for span in paragraphs:
        for _, end, sign, before, after in _marks(text, *span):
            if sign not in _SINGLE:
                closes = sign in _RIGHT or (sign not in _LEFT and not before.isspace())
                return 0 if not closes or _opens(sign, before, after, text[left]) else end
    return 0


def _pair(text: str, start: int, end: int, quotes: list[Span]) -> int:
    """Add the pairs of one paragraph to `quotes`; give the place of a mark that stays open, or -1."""
    opened = -1
    for i, stop, sign, before, after in _marks(text, start, end):
        is_single = opened >= 0 and text[opened] in _SINGLE
        if sign in _SINGLE:
            if opened >= 0 and not is_single:
                continue
            # a shape that an apostrophe never has
            opens = sign in "'‘" and (before.isspace() or before in "([–—-")
            if not (opens if after.isalnum() else sign in "'’" and before in ",.!?…"):
                continue
        if _opens(sign, before, after, text[opened] if opened >= 0 else ""):
            opened = i
        elif opened >= 0 and (sign in _SINGLE) == is_single:
            quotes.append((opened, stop))
            opened = -1
    return -1 if opened >= 0 and text[opened] in _SINGLE else opened


def _opens(sign: str, before: str, after: str, opened: str) -> bool:
    """Tell whether a mark opens a quotation: by its shape, its neighbours and what is open already."""
    precedes_word = (before.isspace() or before in "([–—-:/") and not after.isspace()
    if sign in _LEFT:
        return opened not in ("„", "»")
    if sign in _RIGHT:
        return not opened and precedes_word and sign not in ("’", "''")
    return precedes_word or (not opened and before.isspace() and sign == '"')


def _is_speech(text: str, start: int, end: int) -> bool:
    """Tell speech from single words in marks and from names of works."""
    words = text[start:end].strip("\"'“”‘’„«»` ").split()
    if not words or words[-1][-1] in ",.!?…":
        return bool(words)
    return len(words) >= 3 and 2 * sum(word[0].islower() for word in words) >= len(words)


def _turns(text: str, paragraphs: Spans) -> Turns:
    """Find the turns of a transcript: where each begins, and who has it ("" is not known, None behind it).

    Paragraphs that mostly are sentences, some to "you" or of "us", begin with names and a colon; a name comes
    again or has an office. The last turn ends with the last paragraph of this kind.
    """
    turns, n_whole, weight, holders, greets = {}, 0, Counter[str](), 0, False
    small = _JOINERS | _PREPOSITIONS | {"and"}
    for start, end in paragraphs:
        if not (label := _LOOKS["turn"].match(text, start, end)):
            continue
        name = label[1] or ("Answer" if label[0][0] == "A" else "Question")
        words = re.sub(r"\([^()]*\)", "", name).split()
        has_office = len(words) > 2 and any(word.lower() in WORDS["offices"] for word in words)
        # "Head of the party's group in parliament Ann Lee", but not "Mayor Ann Lee told us"
        part = [w for w in words if w in WORDS["saying"]] + words[-2:] if has_office else words
        fits = (_is_capital(word) or (word in small and not has_office) for word in part)
        if words[0] not in _STARTERS - {"The"} and all(fits):
            turns[start] = " ".join(words)
            weight[words[-1]] += 2 if len(words) > 1 or name.isupper() or not label[1] else 1
            holders += has_office
            speech = text[label.end() : end].split()  # "Mr Lee,", or a sentence
            n_lower = sum(map(str.islower, speech)) if speech[-1][-1] in '.!?…—–”"' else 0
            greets = greets or speech[-1][-1] == ","
            n_whole += speech[-1][-1] == "," or 2 * n_lower > len(speech)
    is_again = len(weight) > 1 and len(turns) > 3 and max(weight.values()) > 3
    if len(turns) < 1 + (not greets) or not (holders or is_again) or 2 * n_whole <= len(turns):
        return {}
    begins, named = [*turns], {start for start, name in turns.items() if name not in ("Question", "Answer")}
    talk = [a for a, b in paragraphs if a >= begins[0] and _LOOKS["personal"].match(text, a, b)]
    personal = named & {begins[bisect_right(begins, start) - 1] for start in talk}
    if not personal or 3 * len(personal) < len(named):
        return {}
    ends = dict.fromkeys(start for start, _ in paragraphs if start > max(talk[-1], begins[-1]))
    return {start: name if weight[name.split()[-1]] > 1 else "" for start, name in turns.items()} | ends


def _voiced(
    text: str, spans: Spans, headlines: set[int], quotes: Spans, turns: Turns, verbs: Verbs
) -> Iterator[Sentence]:
    """Give each sentence its voice: "quote" where most of its words, or all but their source, are quoted."""
    turn: str | None = None
    speakers: dict[int, str] = {}  # of sentences
    attributions = _attributions(text, spans, quotes, speakers)
    ends = [end for _, end in quotes]
    starts = [verb.start() for verb in verbs]
    for i, (start, end) in enumerate(spans):
        quoted, longest, is_direct = 0, 0, False
        speaker: str | None = None
        inside = range(bisect_right(ends, start), bisect_left(quotes, (end, end)))
        for number in inside:
            (opening, closing), (name, follows, leads) = quotes[number], attributions[number]
            words = len(text[max(start, opening) : min(end, closing)].split())
            quoted += words
            if words > longest:
                longest, speaker = words, name
            # "Lee, a teacher of history in Zelmin, said, “…”": all but the words that name the speaker
            is_led = leads and words >= LED_WORDS and not text[closing:end].strip(_CLOSING_MARKS + ".")
            is_direct = is_direct or (follows if opening <= start else is_led)
        turn = turns.get(start, turn)
        if start in headlines and start not in turns:
            yield Sentence(start, end, "headline", "")
        elif turn is not None:
            yield Sentence(start, end, "quote", turn)
        elif quoted and (is_direct or 2 * quoted > len(text[start:end].split())):
            yield Sentence(start, end, "quote", speaker or "")
        else:
            reporting = verbs[bisect_left(starts, start) : bisect_left(starts, end)]
            reporter = _reporter(text, (start, end), reporting, quotes[inside.start : inside.stop])
            speaker = None if reporter is None else speaker or reporter
            if speaker and speaker[0].islower():
                speaker = _antecedent(text, spans, i, speakers, speaker)
            if speaker is not None:
                speakers.setdefault(i, speaker)
            yield Sentence(start, end, "narrator" if speaker is None else "reported", speaker or "")


def _reporter(text: str, span: Span, verbs: Verbs, quotes: Spans) -> str | None:
    """Name who says what a sentence of the reporter passes on; "" if nobody with a name, None if nobody."""
    reporter = None
    for verb in verbs[:MOST_VERBS]:
        before = text[max(span[0], verb.start() - 2 * NEAR) : verb.start()]
        after = text[verb.end() : min(span[1], verb.end() + 2 * NEAR)]
        source = match[1] if (match := _LOOKS["source"].match(after)) else ""
        is_source = verb.group().lower() == "according to"
        is_quoted = any(opening < verb.start() < closing for opening, closing in quotes)
        if is_quoted or not (
            source not in WORDS["no-sources"] if is_source else _reports(verb, before, after)
        ):
            continue
        if is_source:
            after = _LOOKS["work"].sub("", after, count=1)
            name = {"him": "he", "her": "she"}.get(source) or (
                "" if source in WORDS["those"] or _LOOKS["modifier"].match(after) else _object(after)
            )
        elif before.endswith((" and ", " but ")):  # "Lee spoke to the crew and said"
            is_first = verb is verbs[0]
            name = _leading_name(before.split()) if is_first else _subject(text[span[0] : verbs[0].start()])
        else:
            # "Lee, a teacher, said", but not "Lee is late, a teacher said"
            is_aside = before.rstrip()[-1:] in ",)–—" or _LOOKS["relative"].search(before)
            name = _subject(before if is_aside else _LOOKS["part"].split(before)[-1])
            if not name and before.rstrip()[-1:] in ',"”’':  # "…, said Lee"
                name = _object(after, verb.group())
        # "the delay stressed the crew" says nothing
        is_stress = verb.group() in WORDS["stressing"] and not _LOOKS["that"].match(after)
        if name and not (is_stress and " " in name and name.islower()):
            return name
        reporter = reporter if is_stress else ""
    return reporter


def _reports(verb: re.Match[str], before: str, after: str) -> bool:
    """Tell whether a verb of saying passes on what was said: "said", "argued that", ", Lee added."."""
    is_last = not after.strip(" .,") and _LOOKS["last-clause"].search(before)
    is_stressed = verb.group() in WORDS["stressing"] and _LOOKS["stressed"].match(after)
    if not (verb.group() in WORDS["reporting"] or _LOOKS["that"].match(after) or is_last or is_stressed):
        return False
    return bool(before.strip()) and not _LOOKS["no-verb"].search(before, max(0, len(before) - NEAR))


# -- speakers --------------------------------------------------------------------------------------

_STARTERS, _PRONOUNS, _JOINERS, _LEANING, _PREPOSITIONS, _NO_NAMES = (
    WORDS[name] for name in ("starters", "pronouns", "joiners", "leaning", "prepositions", "no-names")
)


def _attributions(text: str, spans: Spans, quotes: Spans, speakers: dict[int, str]) -> list[Attribution]:
    """Name the speaker of each quotation, or "", and enter it for the sentences it stands in."""
    starts = [start for start, _ in spans]
    attributions: list[Attribution] = []
    for k, (start, end) in enumerate(quotes):
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
        previous_end = quotes[k - 1][1] if k else 0
        next_start = quotes[k + 1][0] if k + 1 < len(quotes) else len(text)
        # announced in its sentence, or in one before it: "Corvane stated on Monday,"
        begin, before, stop = spans[first][0], *spans[max(first - 1, 0)]
        if first:
            line = text[max(before, stop - NEAR) : stop]
            verbs = list(_LOOKS["saying"].finditer(line)) if line.endswith(",") else []
            if line.endswith(":") or (verbs and _LOOKS["announces"].fullmatch(line, verbs[-1].end())):
                begin = before
        begin = max(previous_end, begin)
        lead = text[begin:start] if start - begin <= 2 * NEAR else "~ " + text[start - NEAR : start]
        # or told after it, in its sentence or a next one in lower case
        tail_end = spans[last][1]
        if tail_end == end and last + 1 < len(spans) and text[starts[last + 1]].islower():
            tail_end = spans[last + 1][1]
        tail = text[end : min(next_start, tail_end, end + NEAR)]
        name, follows, leads = _attribution(lead, tail)
        if name is None:
            i = bisect_left(starts, previous_end)
            if k and start - previous_end <= NEAR and (i == len(spans) or spans[i][1] > start):
                name = attributions[-1][0]  # no whole sentence stands between the two
            elif first and start == starts[first] and not tail.strip(_CLOSING_MARKS + " .!?…"):
                is_near = previous_end <= before and text.count("\n", stop, start) < 2
                is_near = is_near and stop - before <= 2 * NEAR
                verbs = list(_LOOKS["saying"].finditer(text[before:stop])) if is_near else []
                name = _announcer(text[before:stop], verbs) if len(verbs) == 1 else ""
                name = "" if name.islower() else name
        elif name[:1].islower():
            name = _antecedent(text, spans, first, speakers, name)
        attributions.append((name, follows, leads))
        speakers.update(dict.fromkeys(range(first, last + 1), name or ""))
    return attributions


def _attribution(lead: str, tail: str) -> Attribution:
    """Pick the verb of saying before or after a quotation, and its subject."""
    verbs = list(_LOOKS["saying"].finditer(lead))
    after = _LOOKS["saying"].search(tail)
    announced = lead.rstrip()
    if verbs and (after is None or announced[-1] in ":," or announced.endswith(verbs[-1].group())):
        return _announcer(lead, verbs), False, bool(_LOOKS["leads"].fullmatch(lead, verbs[-1].end()))
    if after is None:  # "Tesh defended the ferry: “…”"
        return _leading_name(lead.split()) or None if announced.endswith(":") else None, False, False
    before, clause = tail[: after.start()].strip(" ,;.-–—"), tail[after.end() :]
    if after.group() == "quoted" and " as saying" in clause:
        return _object(clause[: clause.index(" as saying")]), True, False
    return _subject(before) if before else _object(clause), True, False


def _announcer(lead: str, verbs: Verbs) -> str:
    """Name the subject of the last verb of saying before a quotation."""
    verb = next((verb for verb in reversed(verbs) if verb.group() not in _LEANING), None)
    if verb is None:  # "She walked down to the pier, saying:"
        return _leading_name(lead[: verbs[-1].start()].split())
    if _LOOKS["passive"].search(lead[: verb.end()]):
        return ""
    before = lead[: verb.start()].rstrip()
    # "the president's office said Lee would come": a subject stands there, though no name
    is_turned = not before[-1:].isalnum()
    return _subject(before) or (_object(lead[verb.end() :], verb.group()) if is_turned else "")


def _subject(clause: str) -> str:
    """Name the subject that stands before a verb: a name, "he", "the minister", or "" for others."""
    if _LOOKS["relative"].search(clause):  # "offered by Ann Lee, a teacher in Zelmin, who"
        parts = [words for part in clause.split(", ") if (words := part.split())]
        words = next((words for words in reversed(parts) if words[0] not in ("a", "an", "the", "who")), [])
        n = next((i for i, word in enumerate(reversed(words)) if not _is_capital(word)), len(words))
        if n > 1 and words[-n] not in _STARTERS:
            return " ".join(words[-n:])
    role = ""
    parts = [part.split() for part in _LOOKS["part"].split(_LOOKS["aside"].sub("", clause))]
    for i, words in reversed(list(enumerate(parts))):
        while words and (words[-1] in WORDS["beside"] or (words[-1].islower() and words[-1].endswith("ly"))):
            words.pop()
        if words and words[-1].lower() in _PRONOUNS:
            return words[-1].lower()
        if name := _last_name(words, office=i == 0):
            # "Ann Lee, head of the school in Zelmin, Orlavia, said"
            first = _LOOKS["part"].split(clause.strip(), maxsplit=1)[0].split()
            is_full = len(first) > 1 and all(map(_is_capital, first)) and first[0] not in _STARTERS
            return " ".join(first) if is_full and " " not in name else name
        if _LOOKS["role"].fullmatch(" ".join(words)):
            role = role or " ".join(("the", *words[1:]))
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
        if len(last) != 1 and last not in WORDS["titles"] | WORDS["perhaps"]:
            sentence = clause[: stop.start()]
            break
    for part in _LOOKS["part"].split(sentence)[:2]:
        words = part.split()
        end = next((i for i in range(len(words)) if _follows_name(words, i)), len(words))
        run = words[:end]
        if run and run[0].lower() in _PRONOUNS:
            return run[0].lower()
        while run and run[-1].islower():
            run.pop()
        if len(run) < end and words[len(run)].endswith(("'s", "’s")):  # "the Ferry team's coach, Ann Lee"
            continue
        name = _last_name(run)
        if name or (end < len(words) and words[0] != "the"):
            return name
    return ""


def _follows_name(words: Sequence[str], i: int) -> bool:
    """Tell whether a word starts what follows a name: "in Paris", "on Friday"."""
    inside = 0 < i < len(words) - 1 and not words[i - 1].islower() and not words[i + 1].islower()
    return words[i] in _NO_NAMES or (words[i] in _PREPOSITIONS and not (words[i] == "of" and inside))


def _last_name(words: Sequence[str], *, office: bool = False) -> str:
    """Give the run of capitalised words at the end, if it is no part of something else (an office may be)."""
    i = len(words)
    while i and (_is_capital(words[i - 1]) or _joins(words, i)):
        i -= 1
        if words[i].endswith(("'s", "’s")):
            break
    run = list(words[i:])
    while run and (run[0] in _STARTERS or run[0].endswith(("'s", "’s")) or run[0].islower()):
        run.pop(0)
    before = words[: len(words) - len(run)]
    if not run or run[-1] in _NO_NAMES:
        return ""
    if not any(word.lower() in _PREPOSITIONS for word in before) or before[-1] in WORDS["offices"]:
        return " ".join(run)  # "University of Zelmin president Ann Lee", but not "a friend of Ann Lee"
    return _office_holder(before, run) if office else ""


def _office_holder(before: Sequence[str], run: Sequence[str]) -> str:
    """Give the name in "Commissioner for Trade Ann Lee" and "head of the Ferry Council Ann Lee"."""
    # "the minister for Education Mr. Lee said"
    title = next((i for i, word in enumerate(run) if i and word.rstrip(".") in WORDS["titles"]), 0)
    i = len(before) - (2 if before[-1] == "the" else 1)
    if title or len(run) < 3 or i < 1 or before[i] not in ("of", "for"):
        return " ".join(run[title:]) if title else ""
    if _is_capital(before[i - 1]):
        return " ".join((*before[i - 1 :], *run))
    # nothing says where the body's name ends: a person's has two words, small ones or initials between
    start = len(run) - 2
    while start > 1 and (run[start] in _JOINERS or len(run[start].rstrip(".")) == 1):
        start -= 1
    return " ".join(run[start:]) if before[i - 1] in WORDS["offices"] else ""


def _leading_name(words: Sequence[str]) -> str:
    """Give the run of capitalised words that a sentence begins with, if it is one and something follows."""
    n = 0
    for k, word in enumerate(words):
        if _is_capital(word):
            n = k + 1
        elif not k or word not in _JOINERS:
            break
    if not 0 < n < len(words) or words[0] in _STARTERS or words[n] in ("and", "or", "&"):
        return ""
    letters = "".join(words[:n]).replace("-", "")
    return "" if not letters.isalpha() or words[n - 1] in _NO_NAMES else " ".join(words[:n])


def _is_capital(word: str) -> bool:
    """Tell whether a word can be part of a name: "Lee", "al-Assad", "McKay"."""
    return word[0].isalpha() and not word.islower()


def _joins(words: Sequence[str], i: int) -> bool:
    """Tell whether a small word before place `i` stands inside a name: "van", "of the"."""
    k = i
    while k and words[k - 1] in _JOINERS:
        k -= 1
    return 0 < k < i < len(words) and _is_capital(words[k - 1]) and words[k - 1] not in _STARTERS


def _antecedent(text: str, spans: Spans, first: int, speakers: dict[int, str], words: str) -> str:
    """Name whom "he" or "the minister" points to: the last one who was a speaker or a subject."""
    if not words.islower():  # "the Chinese minister" is told from others
        return words
    for i in range(first - 1, max(-1, first - 1 - RECENT), -1):
        start, end = spans[i]
        name = speakers[i] if i in speakers else _actor(text[start : min(end, start + 2 * NEAR)])
        if name is not None:
            return name if words in _PRONOUNS or words[4:].capitalize() in name.split() else ""
    return ""


def _actor(sentence: str) -> str | None:
    """Name who says or does something in a sentence; "" if it may be somebody else, None if it is nobody."""
    if verb := _LOOKS["saying"].search(sentence):
        before = sentence[: verb.start()].strip()
        name = _subject(before) if before else _object(sentence[verb.end() :], verb.group())
        return None if name in _PRONOUNS else "" if name.islower() else name
    if aged := _LOOKS["aged"].match(sentence):
        return aged[1]
    for part in _LOOKS["part"].split(sentence, maxsplit=2)[:2]:
        words = part.split()
        n = next((i for i, word in enumerate(words) if not word[0].isupper()), len(words))
        if n > 1 and words[0] not in _STARTERS:
            name = " ".join(words[:n])
            return "" if name.endswith(("'s", "’s")) or name.isupper() else name
    has_name = any(first[0].isupper() and word[0].isupper() for first, word in pairwise(sentence.split()[1:]))
    return "" if has_name else None
