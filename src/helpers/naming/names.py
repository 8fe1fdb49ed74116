"""Names of persons, organisations and places, found by rules on the shared token table.

A name is a run of capitalised words. What it names is read off its own words (`nameparts`) and,
over the whole corpus, off the words beside it: "in Karovec", "Mayor Lee", "Lee said". The corpus is read
twice: names are discovered in running text first, then looked up where capitals say nothing (headlines,
starts of sentences).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from helpers.naming import models
from helpers.naming.capitals import Gaps, flags, runs
from helpers.naming.nameparts import Known, Piece, lexicon, listed, lookup, parse
from helpers.tokens import Tokens

KINDS = ("person", "organisation", "place", "other")
# A row with at least so many words, of which more than this share is capitalised, is set like a headline.
HEADLINE_WORDS, HEADLINE_SHARE = 3, 0.6
# Letters of an acronym.
ACRONYM = range(2, 8)
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
}
# Characters within which a dateline names its agency, and the dash behind it.
DATELINE, _DASHES = 60, ("-", "–", "—")
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


class Evidence(NamedTuple):
    """How the corpus writes its words and rows.

    Attributes
    ----------
    leads
        (n_tokens,) bool, tokens that begin a sentence or a quotation.
    headline
        (n_texts,) bool, rows in which most words have a capital.
    common
        Capitalised words that are no name by themselves: lower case is at least as frequent elsewhere.
    """

    leads: np.ndarray
    headline: np.ndarray
    common: frozenset[str]


def evidence(tokens: Tokens, gaps: Gaps, *, headline: np.ndarray) -> Evidence:
    """Count how each word is written in running text.

    Parameters
    ----------
    tokens
        Tokens of n texts.
    gaps
        What stands between them.
    headline
        (n_texts,) bool, rows known to be headlines.
    """
    cap = flags(tokens, lambda w: w[0].isupper())
    letters = flags(tokens, lambda w: w[0].isalpha() and len(w) > 3)
    n, ids, rows = len(tokens.words), tokens.ids, gaps.rows
    n_words = np.bincount(rows[letters[ids]], minlength=len(headline))
    n_caps = np.bincount(rows[(letters & cap)[ids]], minlength=len(headline))
    # A sentence of running text ends with a mark; a headline does not.
    last = np.maximum(tokens.offsets[1:] - 1, 0)
    open_ended = gaps.starts("\n", at=last) if len(ids) else headline
    headline = (headline | open_ended) & (n_words >= HEADLINE_WORDS) & (n_caps > HEADLINE_SHARE * n_words)
    opening = gaps.starts("\"“‘'(:;.!?•…*") | (gaps.length > 1) & gaps.starts(" ,-", "\"“‘'(-–—")
    leads = np.concatenate([[True], opening[:-1] | (rows[1:] != rows[:-1])])[: len(ids)]
    mid = np.bincount(ids[~leads & ~headline[rows]], minlength=n)
    lower = dict(zip(tokens.words.tolist(), np.bincount(ids, minlength=n).tolist(), strict=True))
    common = [
        word
        for word, count in zip(tokens.words[cap].tolist(), mid[cap].tolist(), strict=True)
        if lower.get(word.lower(), 0) >= max(count, 1)
    ]
    return Evidence(leads, headline, frozenset(common))


def acronyms(found: pd.DataFrame, tokens: Tokens, gaps: Gaps) -> dict[str, str]:
    """Acronyms with the name that stands before them: "Continental Trade Council (CTC)".

    Returns
    -------
    dict
        Acronym → name, the most frequent one.
    """
    first, last = found["first_token"].to_numpy(), found["last_token"].to_numpy()
    short = flags(tokens, lambda w: w.isupper() and len(w) in ACRONYM)
    near = (first[1:] == last[:-1] + 1) & (first[1:] == last[1:]) & short[tokens.ids[first[1:]]]
    at = np.flatnonzero(near & gaps.starts(" ", "(", at=last[:-1]))
    surfaces = found["surface"].to_numpy(object)
    counts: dict[tuple[str, str], int] = {}
    cues = lexicon().words
    for long, acronym in zip(surfaces[at].tolist(), surfaces[at + 1].tolist(), strict=True):
        if acronym in cues["title"] | cues["no_name"]:
            continue
        if name := _expansion(long, acronym):
            counts[acronym, name] = counts.get((acronym, name), 0) + 1
    order = sorted(counts, key=lambda key: (counts[key], key))
    return {acronym: name for acronym, name in order}


def _expansion(long: str, acronym: str) -> str:
    """End of `long` whose capitals spell `acronym`; small words may count or not."""
    words = long.replace("-", " ").split()
    for size in range(len(acronym) - 1 or 1, len(words) + 1):
        part = words[-size:]
        capitals = "".join(w[0] for w in part if w[0].isupper())
        if part[0][0].isupper() and acronym.upper() in (capitals, "".join(w[0] for w in part).upper()):
            return long[-len(" ".join(part)) :] if len(capitals) > 1 else ""
    return ""


def new_demonyms(words: np.ndarray, *, common: frozenset[str]) -> dict[str, str]:
    """Words for the people of places that no list has, with the place: Velmaran from Velmara.

    Examples
    --------
    >>> new_demonyms(np.array(["Orlavia", "Orlavian", "Orlavians"], object), common=frozenset())
    {'Orlavian': 'Orlavia', 'Orlavians': 'Orlavia'}
    """
    have = {w for w in words.tolist() if w[:1].isupper() and len(w) > 4}
    known = lexicon().given | lexicon().demonyms | set(listed())
    found = {}
    for word in sorted(have - known - common):
        stem = word.removesuffix("s")
        bases = [stem[:-1]] if stem.endswith("an") else []
        bases += [stem.removesuffix(end) for end in ("ian", "ese", "ish") if stem.endswith(end)]
        base = next((b for b in bases if b in have and b not in known and b[-1:] not in "es"), "")
        if base:
            found[word] = base
    return found


class Pieces(NamedTuple):
    """Names cut out of runs: distinct ones, and where they stand.

    Attributes
    ----------
    table
        One row per distinct piece of a distinct run: surface, name, kind, cues, offset, to_end.
    of
        (n,) int, the row of `table` that each occurrence is of.
    run
        (n,) int, the row of the runs that it is in.
    """

    table: pd.DataFrame
    of: np.ndarray
    run: np.ndarray


def _cut(found: pd.DataFrame, cut: Callable[[str, bool], list[Piece]], capitals: frozenset[str]) -> Pieces:
    """Cut each distinct run once."""
    surfaces = found["surface"].cat.categories
    codes = found["surface"].cat.codes.to_numpy(np.int64)
    which, distinct = pd.factorize(codes * 2 + found["leads"].to_numpy())
    cuts = [cut(surfaces[u // 2], bool(u % 2)) for u in distinct.tolist()]
    rows = [
        (run[p.start : p.end], p.kind, p.cues, p.start, len(run) - p.end, run[: p.start])
        for run, pieces in zip((surfaces[u // 2] for u in distinct.tolist()), cuts, strict=True)
        for p in pieces
    ]
    table = pd.DataFrame(rows, columns=["surface", "kind", "cues", "offset", "to_end", "prefix"])
    table["name"] = [_usual(surface, capitals) for surface in table["surface"]]
    sizes = np.fromiter(map(len, cuts), np.int64, len(cuts))
    size = sizes[which]
    inner = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return Pieces(
        table,
        np.repeat((np.cumsum(sizes) - sizes)[which], size) + inner,
        np.repeat(np.arange(len(found)), size),
    )


def _usual(surface: str, capitals: frozenset[str]) -> str:
    """Name in its usual capitals: KAROVEC is Karovec where the corpus or a list writes it so."""
    if not surface.isupper() or len(surface) < 4:
        return surface
    title = surface.title()
    known = all(word in capitals for word in title.replace("-", " ").split()) or title in listed()
    return title if known else surface


def _cues(pieces: Pieces, found: pd.DataFrame, tokens: Tokens, gaps: Gaps) -> dict[str, np.ndarray]:
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
    for cue in ("saying", "org_after"):
        cues[cue] = ends & flags(tokens, words[cue].__contains__)[ids[behind]]
    number = flags(tokens, lambda w: w.isdecimal() and len(w) == 2)[ids[behind]]
    cues["age"] = ends & number & gaps.starts(",", " ", at=last) & gaps.starts(",", at=behind)
    for cue in ("title", "given", "weak", "ends place", "headed", "direction", "foreign"):
        cues[cue] = np.fromiter((cue in c for c in table["cues"]), bool, len(table))[of]
    upper = np.fromiter((s.isupper() and len(s) > 3 for s in table["surface"]), bool, len(table))[of]
    opens = found["leads"].to_numpy()[pieces.run] & at_start
    cues["dateline"] = upper & opens & (gaps.starts(",", " ", at=last) | gaps.starts(" ", "(", at=last))
    return cues


def _kinds(
    pieces: Pieces,
    cues: dict[str, np.ndarray],
    seen: Evidence,
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
    rate["demonym"] = np.isin(names, sorted(set(demonyms.values()))).astype(float)
    scores = np.stack([rate[cue][:, None] * np.array(worth) for cue, worth in VOTES.items()]).sum(0)
    cued = np.bincount(of[~leads], minlength=len(names)) > 0
    kinds = _said(pieces, names, of)
    for i, name in enumerate(names.tolist()):
        if name in kinds:
            continue
        best = int(scores[i].round(6).argmax())
        words = name.split()
        if all(word in seen.common for word in words) and not votes["title"][i]:
            continue
        if len(words) == 1 and not cued[i] and scores[i, best] < 1:
            continue
        kinds[name] = KINDS[best] if scores[i, best] >= 0.9 else "other"
    return _lone(kinds, dict(zip(names.tolist(), scores.tolist(), strict=True)))


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


def _beside(pieces: Pieces, found: pd.DataFrame, kinds: dict[str, str], texts: list[str]) -> dict[str, str]:
    """Give a name that nothing else tells the kind of those beside it: "Zelmin, Karovec and Ulden"."""
    table = pieces.table
    row = found["row"].to_numpy()[pieces.run]
    start = found["start"].to_numpy()[pieces.run] + table["offset"].to_numpy(np.int64)[pieces.of]
    end = start + np.fromiter(map(len, table["surface"]), np.int64, len(table))[pieces.of]
    near = np.flatnonzero((row[1:] == row[:-1]) & (start[1:] - end[:-1] <= 6))
    names = table["name"].to_numpy(object)[pieces.of]
    spans = zip(row[near].tolist(), end[near].tolist(), start[near + 1].tolist(), near.tolist(), strict=True)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for r, a, b, i in spans:
        if texts[r][a:b] in _LISTED:
            for name, other in ((names[i], names[i + 1]), (names[i + 1], names[i])):
                if kinds.get(name) == "other" and kinds.get(other, "other") != "other":
                    votes[name][kinds[other]] += 1
    return {name: min(count, key=lambda kind: (-count[kind], kind)) for name, count in votes.items()}


def _shorten(pieces: Pieces, kinds: dict[str, str]) -> Pieces:
    """Take words off the front of a person's name where the rest is a person's name known elsewhere."""
    columns = {column: pieces.table[column].tolist() for column in ("name", "surface", "offset")}
    persons = [name.split(" ") for name, kind in kinds.items() if kind == "person" and " " in name]
    # "Slippery Zivan": a word before somebody's given name, which nobody has as a surname otherwise
    last = Counter(words[-1] for words in persons)
    first = {words[0] for words in persons if len(words) == 2 and last[words[0]] == 1}
    for i, name in enumerate(columns["name"]):
        words = name.split(" ")
        if kinds.get(name) != "person" or len(words) < 2 or words[0] in lexicon().given:
            continue
        ends = (" ".join(words[at:]) for at in range(1, len(words)))
        rest = next((end for end in ends if kinds.get(end) == "person" and (" " in end or end in first)), "")
        if rest and columns["surface"][i].endswith(rest):
            columns["offset"][i] += len(name) - len(rest)
            columns["name"][i] = columns["surface"][i] = rest
    table = pieces.table.assign(**columns)
    return pieces._replace(table=table)


def _agencies(found: pd.DataFrame, texts: list[str]) -> np.ndarray:
    """(n,) bool: runs that only sign a dateline, as "(CWS)" does in "SARNHOLT, 9 April (CWS) - It rained"."""
    row, start, end = (found[column].to_numpy() for column in ("row", "start", "end"))
    signs = np.zeros(len(found), bool)
    for i in np.flatnonzero((start > 0) & (start < DATELINE)).tolist():
        text, a, b = texts[row[i]], start[i], end[i]
        signs[i] = (
            text[a - 1] == "(" and text[b : b + 1] == ")" and text[b + 1 : b + 3].strip()[:1] in _DASHES
        )
    return signs


def find(
    texts: Sequence[str],
    tokens: Tokens,
    *,
    headline: np.ndarray,
    use: np.ndarray | None = None,
    model: str | models.Pipeline = "",
) -> pd.DataFrame:
    """Find names in the texts of a token table.

    Parameters
    ----------
    texts
        The texts of the token table.
    tokens
        Their tokens.
    headline
        (n_texts,) bool, rows known to be headlines.
    use
        (n_texts,) bool, rows to read; by default all.
    model
        A spaCy model that finds the names instead of the rules: the name of an installed one, or a pipeline.

    Returns
    -------
    pandas.DataFrame
        row, start, end, surface, name (the surface in its usual capitals), kind, expansion (the name
        that an acronym stands for, or ""); in order, without overlap.

    Examples
    --------
    >>> from helpers.tokens import tokenize
    >>> texts = ["The talks in Zelmin began.", "Mayor Ann Lee spoke in Zelmin.", "Lee Flies To Zelmin Again"]
    >>> found = find(texts, tokenize(texts), headline=np.array([False, False, True]))
    >>> found[["row", "surface", "kind"]].to_numpy().tolist()[1:]
    [[1, 'Ann Lee', 'person'], [1, 'Zelmin', 'place'], [2, 'Lee', 'person'], [2, 'Zelmin', 'place']]
    """
    texts = list(texts)
    gaps = Gaps.of(texts, tokens)
    seen = evidence(tokens, gaps, headline=headline)
    found = runs(texts, tokens, gaps)
    if use is not None:
        found = found[use[found["row"].to_numpy()]].reset_index(drop=True)
    found = found[~_agencies(found, texts)].reset_index(drop=True)
    short = acronyms(found, tokens, gaps)
    capitals = frozenset(w for w in tokens.words.tolist() if w[0].isupper())
    if model:
        nlp = models.load(model) if isinstance(model, str) else model
        return _modelled(models.find(texts, nlp, use=use), short, capitals)
    demonyms = new_demonyms(tokens.words, common=seen.common)
    own = {**dict.fromkeys([*short, *short.values()], "organisation"), **listed()}
    known = Known(own, seen.common, frozenset(demonyms))
    found["leads"] = seen.leads[found["first_token"].to_numpy()]
    set_apart = seen.headline[found["row"].to_numpy()]

    body = found[~set_apart].reset_index(drop=True)
    pieces = _cut(body, lambda surface, leads: parse(surface, known, leads=leads), capitals)
    opens = body["leads"].to_numpy()[pieces.run] & (pieces.table["offset"] == 0).to_numpy()[pieces.of]
    kinds = _kinds(pieces, _cues(pieces, body, tokens, gaps), seen, leads=opens, demonyms=demonyms)
    kinds |= _beside(pieces, body, kinds, texts)
    surnames = {name.split(" ")[-1]: kind for name, kind in kinds.items() if kind == "person" and " " in name}
    everything = Known({**surnames, **kinds, **own}, seen.common)
    pieces = _shorten(pieces, kinds)
    heads = found[set_apart].reset_index(drop=True)
    known_only = _cut(heads, lambda surface, _: lookup(surface, everything), capitals)
    placed = (_placed(pieces, body, kinds), _placed(known_only, heads, everything.names))
    return _in_order(placed, short)


def _modelled(found: pd.DataFrame, short: dict[str, str], capitals: frozenset[str]) -> pd.DataFrame:
    """Names of a model as the rules give theirs."""
    usual = {surface: _usual(surface, capitals) for surface in found["surface"].unique()}
    name = found["surface"].map(usual)
    return found.assign(name=name, expansion=name.map(lambda n: short.get(n, ""))).astype(
        {column: "category" for column in ("surface", "name", "kind")}
    )[["row", "start", "end", "surface", "name", "kind", "expansion"]]


def _in_order(placed: tuple[pd.DataFrame, pd.DataFrame], short: dict[str, str]) -> pd.DataFrame:
    """Put names of running text and of headlines together."""
    columns = {}
    for column in ("surface", "name", "kind"):
        columns[column] = union_categoricals([part[column].array for part in placed], sort_categories=True)
    both = pd.concat([part[["row", "start", "end"]] for part in placed], ignore_index=True).assign(**columns)
    both["expansion"] = both["name"].map({name: short.get(name, "") for name in both["name"].cat.categories})
    order = np.lexsort((both["start"].to_numpy(), both["row"].to_numpy()))
    return both.iloc[order].reset_index(drop=True)


def _placed(pieces: Pieces, found: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Occurrences of the pieces that have a kind."""
    table = pieces.table
    said = table["kind"].to_numpy()
    kind = np.array([kinds.get(name, "") for name in table["name"]], object)
    kind = np.where(said != "", said, kind) if len(said) else kind
    keep = (kind != "")[pieces.of] if len(kind) else np.zeros(0, bool)
    of, run = pieces.of[keep], pieces.run[keep]
    start = found["start"].to_numpy()[run] + table["offset"].to_numpy(np.int64)[of]
    size = np.fromiter(map(len, table["surface"]), np.int64, len(table))[of]
    row = found["row"].to_numpy()[run]
    columns = {"row": row, "start": start, "end": start + size}
    for name, values in (("surface", table["surface"]), ("name", table["name"]), ("kind", pd.Series(kind))):
        codes, distinct = pd.factorize(values.to_numpy(object))
        columns[name] = pd.Categorical.from_codes(codes[of], pd.Index(distinct, dtype=object))
    return pd.DataFrame(columns)
