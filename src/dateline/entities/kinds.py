"""What a name names: a person, an organisation, a place or another thing, by cues in it and beside it."""

import re
from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from dateline.entities.capitals import Gaps, flags
from dateline.entities.glosses import ACRONYM
from dateline.entities.lists import lexicon, listed
from dateline.entities.pieces import Pieces
from dateline.tokens import Tokens

KINDS = ("person", "organisation", "place", "other")
# Capitals inside a word, as companies have them, but not McAdam or DeLong.
_CAMEL = re.compile(r"^(?!Mc|Mac|D[eiu][A-Z]|L[aeo][A-Z]|V[ao]n[A-Z]|Fitz|O['’])\w*[a-z][A-Z]")
# What a cue is worth for (person, organisation, place): judged on half of the documents of public corpora.
VOTES = {
    "title": (4, 0, 0),
    "given": (3, 0, 0),
    "role": (2, 0, 0),
    "saying": (1.5, 0.2, 0),
    "two words": (1.2, 0, 0),
    "the": (-2, 1, 0),
    "org_before": (0, 1.2, 0),
    "org_after": (0, 1.5, 0),
    "place_before": (0, 0, 1.5),
    "place_weak": (0, 0, 0.7),
    "place_of": (0, 0, 2),
    "place_after": (-1, 0, 2),
    "age": (3, 0, 0),
    "headed": (-1, 2, 0),
    "direction": (-1, 0, 2),
    "foreign": (-2, 2, 0),
    "plain": (-2, 1, 0),
    "dateline": (0, 0, 3),
    "demonym": (0, 0, 3),
    "capitals": (-1, 2, 0),
    "weak": (0, 0.5, 0),
    "ends place": (0, 0, 1),
    "one word": (0.5, 0, 0),
    "camel": (-1, 1.2, 0),
    "technical": (-2, 0, 0),
}
# Names of a list that tell each other what they are, at most so far apart.
CHAIN = 3
_NUMERALS = frozenset({"II", "III", "IV", "VI", "XI", "XII", "JR", "SR"})
# What stands between the names of a list.
_LISTED = frozenset({", ", " and ", ", and ", " or ", ", or ", " , ", "/"})
# Cues that are enough once; the others count by how often a name has them.
ONCE = frozenset(
    {
        "title",
        "given",
        "weak",
        "ends place",
        "org_before",
        "place_of",
        "age",
        "headed",
        "direction",
        "foreign",
    }
)


def cues_of(pieces: Pieces, found: pd.DataFrame, tokens: Tokens, gaps: Gaps) -> dict[str, np.ndarray]:
    """(n,) bool per cue: which occurrences have it beside them or in them."""
    table, of = pieces.table, pieces.of
    first = found["first_token"].to_numpy()[pieces.run]
    last = found["last_token"].to_numpy()[pieces.run]
    ids, rows, words = tokens.ids, gaps.rows, lexicon().words
    before, behind = np.maximum(first - 1, 0), np.minimum(last + 1, max(len(ids) - 1, 0))
    at_start = (table["offset"] == 0).to_numpy(bool)[of]
    starts = at_start & (first > 0) & gaps.starts(" \xa0", at=before) & (rows[before] == rows[first])
    ends = (table["to_end"] == 0).to_numpy(bool)[of] & (rows[behind] == rows[last]) & (behind > last)
    ends &= gaps.starts(" ", at=last) | gaps.starts(",", " ", at=last)
    cues = {
        cue: starts & flags(tokens, words[cue].__contains__)[ids[before]]
        for cue in ("role", "the", "org_before", "place_before", "place_weak")
    }
    second = np.maximum(first - 2, 0)
    cues["place_of"] = starts & (
        flags(tokens, lambda w: w == "of")[ids[before]] & (rows[second] == rows[first])
    )
    cues["place_of"] &= flags(tokens, words["place_of"].__contains__)[ids[second]]
    cues["the"] |= table["prefix"].isin(["The ", "the "]).to_numpy(bool)[of]
    for cue in ("saying", "org_after", "place_after"):
        cues[cue] = ends & flags(tokens, words[cue].__contains__)[ids[behind]]
    number = flags(tokens, lambda w: w.isdecimal() and len(w) == 2)[ids[behind]]
    cues["age"] = ends & number & gaps.starts(",", " ", at=last) & gaps.starts(",", at=behind)
    for cue in ("title", "given", "weak", "ends place", "headed", "direction", "foreign"):
        cues[cue] = np.fromiter((cue in c for c in table["cues"]), bool, len(table))[of]
    upper = np.fromiter((s.isupper() and len(s) > 3 for s in table["surface"]), bool, len(table))[of]
    opens = found["leads"].to_numpy()[pieces.run] & at_start
    cues["dateline"] = upper & opens & (gaps.starts(",", " ", at=last) | gaps.starts(" ", "(", at=last))
    return cues


def judge(
    pieces: Pieces,
    cues: dict[str, np.ndarray],
    common: frozenset[str],
    *,
    leads: np.ndarray,
    demonyms: dict[str, str],
) -> dict[str, str]:
    """Decide what each name is; names that are none are left out."""
    codes, names = pd.factorize(pieces.table["name"].to_numpy(object))
    of = codes[pieces.of]
    n = np.bincount(of, minlength=len(names))
    votes = {cue: np.bincount(of[has], minlength=len(names)) for cue, has in cues.items()}
    # A preposition or a verb now and then says little; a title or a dateline is enough once.
    rate = {
        cue: np.minimum(count if cue in ONCE else 3 * count / np.maximum(n, 1), 1)
        for cue, count in votes.items()
    }
    plain = lexicon().words["plain"]
    rate["two words"] = np.fromiter((" " in name.strip() for name in names), float, len(names))
    rate["plain"] = np.fromiter(
        (" " in name and any(w in plain for w in name.replace("-", " ").split()) for name in names),
        float,
        len(names),
    )
    rate["capitals"] = np.fromiter(
        (name.isupper() and len(name) in ACRONYM for name in names), float, len(names)
    )
    rate["one word"] = np.fromiter((name.isalpha() for name in names), float, len(names))
    rate["camel"] = np.fromiter((bool(_CAMEL.search(name)) for name in names), float, len(names))
    rate["technical"] = np.fromiter(map(_technical, names), float, len(names))
    rate["demonym"] = np.isin(names, sorted(set(demonyms.values()))).astype(float)
    scores = np.stack([rate[cue][:, None] * np.array(worth) for cue, worth in VOTES.items()]).sum(0)
    cued = np.bincount(of[~leads], minlength=len(names)) > 0
    kinds = _said(pieces, names, of)
    for i, name in enumerate(names.tolist()):
        if name in kinds:
            continue
        best = int(scores[i].round(6).argmax())
        words = name.split()
        # several words of which each is a common one are a name only in running text: the Old Customs House
        ordinary = all(word in common for word in words) and not votes["title"][i]
        if ordinary and (len(words) < 3 or not cued[i]):
            continue
        if ordinary:
            best = int(scores[i, 1:].round(6).argmax()) + 1  # nobody is called so
        if len(words) == 1 and not cued[i] and scores[i, best] < 1:
            continue
        kinds[name] = KINDS[best] if scores[i, best] >= 0.9 else "other"
    return _lone(kinds, dict(zip(names.tolist(), scores.tolist(), strict=True)))


def _technical(name: str) -> bool:
    """Tell whether a word of several is written as no person's is: Mac OS X, MacBook Pro."""
    words = name.split(" ")
    odd = (w for w in words if (w.isupper() and len(w) > 1 and w.isalpha()) or _CAMEL.search(w))
    return len(words) > 1 and not name.isupper() and any(w not in _NUMERALS for w in odd)


def _said(pieces: Pieces, names: np.ndarray, of: np.ndarray) -> dict[str, str]:
    """Kinds that the words of a name say, the most frequent one."""
    kind, kinds = pd.factorize(pieces.table["kind"].to_numpy(object))
    if not len(kinds):
        return {}
    count = np.bincount(of * len(kinds) + kind[pieces.of], minlength=len(names) * len(kinds)).reshape(
        -1, len(kinds)
    )
    count[:, [k == "" for k in kinds]] = 0
    return {names[i]: str(kinds[count[i].argmax()]) for i in np.flatnonzero(count.any(1)).tolist()}


def _lone(kinds: dict[str, str], scores: dict[str, list[float]]) -> dict[str, str]:
    """Take a word that is a part of a person's name for a person, unless it is more of a place."""
    heads = tuple(head + " " for head in sorted(lexicon().words["place_before_name"]))
    rivers = {
        name.split(" ", 1)[1] for name, kind in kinds.items() if kind == "place" and name.startswith(heads)
    }
    persons = [name.split() for name, kind in kinds.items() if kind == "person" and " " in name]
    parts = {words[-1] for words in persons} | {words[0] for words in persons}
    fixed = listed()
    changed = {
        name: "person"
        for name, score in scores.items()
        if name in parts and name not in fixed and score[1] < 2 and score[2] <= 0.7
    }
    return {**kinds, **changed, **{name: "place" for name in sorted(rivers & set(kinds) - set(changed))}}


def beside(pieces: Pieces, found: pd.DataFrame, kinds: dict[str, str], texts: list[str]) -> dict[str, str]:
    """Give a name that nothing else tells the kind of those beside it: "Zelmin, Karovec and Ulden"."""
    table = pieces.table
    row = found["row"].to_numpy()[pieces.run]
    start = found["start"].to_numpy()[pieces.run] + table["offset"].to_numpy(np.int64)[pieces.of]
    end = start + np.fromiter(map(len, table["surface"]), np.int64, len(table))[pieces.of]
    near = np.flatnonzero((row[1:] == row[:-1]) & (start[1:] - end[:-1] <= 6))
    names = table["name"].to_numpy(object)[pieces.of]
    spans = zip(row[near].tolist(), end[near].tolist(), start[near + 1].tolist(), near.tolist(), strict=True)
    linked = [(names[i], names[i + 1]) for r, a, b, i in spans if texts[r][a:b] in _LISTED]
    told: dict[str, str] = {}
    for _ in range(CHAIN):
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for pair in linked:
            for name, other in (pair, pair[::-1]):
                kind = told.get(other) or kinds.get(other, "other")
                if kinds.get(name) == "other" and name not in told and kind != "other":
                    votes[name][kind] += 1
        told |= {name: min(count, key=lambda kind: (-count[kind], kind)) for name, count in votes.items()}
    return told
