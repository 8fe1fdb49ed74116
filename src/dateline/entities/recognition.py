"""Names of persons, organisations and places, found by rules on the shared token table.

A name is a run of capitalised words. What it names is read off its own words (`dateline.entities.grammar`)
and, over the whole corpus, off the words beside it: "in Karovec", "Mayor Lee", "Lee said". Names are
discovered in running text first, then looked up where capitals say nothing (headlines, starts of sentences).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import partitions
from dateline.entities import grammar
from dateline.entities.grammar import Part, RunContext, listed_kinds, name_lists
from dateline.population import FEWEST_NAMED
from dateline.tables import KINDS
from dateline.tokens import Gaps, Tokens

# A row with at least so many words, of which more than this share is capitalised, is set like a headline.
HEADLINE_WORDS, HEADLINE_SHARE = 3, 0.6
# Texts that make up a part as an article does.
TEXTS = 20
# Letters of an acronym.
ACRONYM = range(2, 8)
# A dateline ends before this character of its text.
DATELINE = 60
# Names of a list that tell each other what they are, at most so far apart.
CHAIN = 3
# Cues that are words before a run, or behind it.
BEFORE, BEHIND = ("the", "org_before", "place_before"), ("saying", "org_after", "place_after")
# What a cue is worth for a person, an organisation and a place.
VOTES = {row.pop("cue"): [*map(float, row.values())] for row in grammar.read_list("name_votes.csv")}
# For a surname so often mentioned, so many mentions of full names make it no place.
SURNAME_SHARE = 0.1
# Cues that are enough once; the others count by how often a name has them.
ONCE = frozenset({"title", "given", "org_before", "foreign"})
# Words behind a hyphen.
_HYPHENED = re.compile(r"[-‐‑](\w+)")
# Capitals inside a word, as companies have them, but not McAdam or DeLong.
_CAMEL = re.compile(r"^(?!Mc|Mac|D[eiu][A-Z]|L[aeo][A-Z]|V[ao]n[A-Z]|Fitz|O['’])\w*[a-z][A-Z]")
# What stands between the names of a list.
_BETWEEN = frozenset({", ", " and ", ", and ", " or ", ", or ", " , ", "/"})
# Endings of words for the people of a place that does not end in "a".
_PEOPLE_ENDS = ("ian", "ians", "ese")


class Parts(NamedTuple):
    """Names in runs: the distinct ones of each distinct run, and for each occurrence its row and its run."""

    table: pd.DataFrame
    rows: np.ndarray
    runs: np.ndarray


def recognise_names(
    texts: Sequence[str] | pd.Series,
    tokens: Tokens,
    *,
    headline: np.ndarray,
    use: np.ndarray | None = None,
    pool: partitions.Pool = partitions.ALONE,
) -> pd.DataFrame:
    """Find names in the texts of a token table; `pool` shares the work on single texts and runs.

    `headline` and `use` mark texts, (n_texts,) bool: those known to be headlines, and those to analyse (all).
    Gives row, start, end, surface, name (the surface in its usual capitals), kind, expansion (the name that
    an acronym stands for, or ""); in order, without overlap.

    >>> from dateline.tokens import tokenize
    >>> texts = ["The talks in Zelmin began.", "Mayor Ann Lee spoke in Zelmin.", "Lee Flies To Zelmin Again"]
    >>> names = recognise_names(texts, tokenize(texts), headline=np.array([False, False, True]))
    >>> names[["row", "surface", "kind"]].to_numpy().tolist()[1:]
    [[1, 'Ann Lee', 'person'], [1, 'Zelmin', 'place'], [2, 'Lee', 'person'], [2, 'Zelmin', 'place']]
    """
    rows = np.arange(len(texts))
    frame = pd.DataFrame({"article_id": rows // TEXTS, "row": rows, "text": texts, "headline": headline})
    frame["use"] = True if use is None else use
    counts, runs = partitions.apply(_scan, frame, tokens, pool=pool)
    only_behind_hyphen = counts.loc[counts["loose"] == 0, "word"]
    counts = counts.groupby("word", sort=False).sum()
    loose = frozenset(counts.index[counts["loose"] > 0])
    # syllables behind a hyphen in one part of the texts, but words in another
    if doubtful := loose.intersection(only_behind_hyphen):
        spellings = map(_HYPHENED.findall, runs["surface"].cat.categories)
        has_one = np.array([not doubtful.isdisjoint(words) for words in spellings], bool)
        doubted = np.unique(runs["row"][has_one[runs["surface"].cat.codes]])
        mended = _scan(frame.iloc[doubted], tokens.take(doubted), loose=loose)[1]
        runs = partitions.join([runs[~runs["row"].isin(doubted)], mended]).sort_values(["row", "start"])
    words = counts.index.tolist()
    common = _common_words(words, *counts[["n", "inside"]].to_numpy().T.tolist())
    capitals = frozenset(word for word in words if word[0].isupper())
    runs = runs[~runs["signs"]]
    expansions = _acronyms(runs)
    fixed = {**dict.fromkeys([*expansions, *expansions.values()], "organisation"), **listed_kinds()}
    demonyms = find_demonyms(capitals, common=common)
    context = RunContext(fixed, common, frozenset(demonyms))

    body, heads = (runs[runs["headline"] == flag].reset_index(drop=True) for flag in (False, True))
    parts = _parts(body, partial(pool.each, partial(grammar.parse_run, context=context)), capitals)
    cues = _cues(parts, body)
    cues["demonym"] = parts.table["name"].isin(list(demonyms.values())).to_numpy(bool)[parts.rows]
    kinds = _kinds(parts, cues, body, common)
    kinds |= _kinds_in_lists(parts, body, kinds, frame["text"])
    surnames = {name.split(" ")[-1]: kind for name, kind in kinds.items() if kind == "person" and " " in name}
    everything = RunContext({**surnames, **kinds, **fixed}, common)
    head_parts = _parts(
        heads, lambda rows: [grammar.match_names(row["surface"], everything) for row in rows], capitals
    )

    # what a name is was decided with all its words, so this comes last
    parts = _without_epithets(parts, kinds, frozenset(words))
    frames = [_occurrences(parts, body, kinds), _occurrences(head_parts, heads, everything.names)]
    names = partitions.join(frames)
    expanded = {name: expansions.get(name, "") for name in names["name"].cat.categories}
    names["expansion"] = names["name"].map(expanded)
    return names.iloc[np.lexsort((names["start"], names["row"]))].reset_index(drop=True)


def find_demonyms(capitals: frozenset[str], *, common: frozenset[str]) -> dict[str, str]:
    """Find among capitalised words those for the people of places that no list has: Velmaran with Velmara.

    `common` are those that are no name by themselves.

    >>> find_demonyms(frozenset({"Orlavia", "Orlavian", "Orlavians"}), common=frozenset())
    {'Orlavian': 'Orlavia', 'Orlavians': 'Orlavia'}
    """
    unlisted = {word for word in capitals - common if len(word) > 3}
    unlisted -= name_lists().given_names | name_lists().demonyms | set(listed_kinds())
    demonyms: dict[str, str] = {}
    for place in sorted(unlisted):
        ends = ("n", "ns") if place[-1] == "a" else _PEOPLE_ENDS
        demonyms |= {place + end: place for end in ends if place + end in unlisted and place[-1] not in "es"}
    return demonyms


def _hyphened(gaps: Gaps) -> np.ndarray:
    """(n_tokens,) bool: tokens behind a hyphen."""
    return _previous(gaps.starts("-‐‑") & (gaps.length == 1))


def _flags(tokens: Tokens, test: Callable[[str], bool]) -> np.ndarray:
    """(n_words,) bool: the words that pass a test."""
    return np.fromiter(map(test, tokens.words.tolist()), bool, len(tokens.words))


def _previous(mask: np.ndarray) -> np.ndarray:
    """Shift a mask to the right: true where the token before has it."""
    return np.concatenate([[False], mask[:-1]])[: len(mask)]


def _next(mask: np.ndarray, steps: int = 1) -> np.ndarray:
    """Shift a mask to the left."""
    return np.concatenate([mask[steps:], np.zeros(steps, bool)])[-len(mask) :] if len(mask) else mask


def _scan(
    frame: pd.DataFrame, tokens: Tokens, *, loose: frozenset[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """See how texts write their words, and what stands in and beside each run of capitalised words.

    The words: how often each stands there (n), inside sentences of running text, and not behind a hyphen
    (loose). The runs: those of `capitalised_runs`, with what the kinds of names are decided by.
    """
    texts, ids = frame["text"].tolist(), tokens.ids
    gaps, headline = Gaps.of(texts, tokens), frame["headline"].to_numpy(bool)
    capital = _flags(tokens, lambda word: word[0].isupper())
    letters = _flags(tokens, lambda word: word[0].isalpha() and len(word) > 3)
    rows = gaps.rows
    n_words = np.bincount(rows[letters[ids]], minlength=len(headline))
    n_capitals = np.bincount(rows[(letters & capital)[ids]], minlength=len(headline))
    # a sentence of running text ends with a mark; a headline does not
    last = np.maximum(tokens.offsets[1:] - 1, 0)
    open_ended = gaps.starts("\n", tokens=last) if len(ids) else headline
    headline = (headline | open_ended) & (n_words >= HEADLINE_WORDS) & (n_capitals > HEADLINE_SHARE * n_words)
    opening = gaps.starts("\"“‘'(:;.!?•…*") | (gaps.length > 1) & gaps.starts(" ,-", "\"“‘'(-–—")
    leads = np.concatenate([[True], opening[:-1] | (rows[1:] != rows[:-1])])[: len(ids)]
    masks = {"n": slice(None), "inside": ~leads & ~headline[rows], "loose": ~_hyphened(gaps)}
    words = {name: np.bincount(ids[mask], minlength=len(tokens.words)) for name, mask in masks.items()}
    runs = capitalised_runs(texts, tokens, gaps, loose=loose)
    runs = runs[frame["use"].to_numpy(bool)[runs["row"]]].reset_index(drop=True)
    runs = runs.assign(
        leads=leads[runs["first_token"]],
        headline=headline[runs["row"]],
        signs=_signatures(runs, gaps),
        long=_long_forms(runs, tokens, gaps),
        **_cues_beside(runs, tokens, gaps),
        row=frame["row"].to_numpy()[runs["row"]],
    )
    return pd.DataFrame({"word": tokens.words, **words}), runs.drop(columns=["first_token", "last_token"])


def _common_words(words: list[str], counts: list[int], inside: list[int]) -> frozenset[str]:
    """Capitalised words that are no name by themselves: lower case is at least as frequent elsewhere."""
    n = dict(zip(words, counts, strict=True))
    rows = zip(words, inside, strict=True)
    return frozenset(x for x, count in rows if x[0].isupper() and n.get(x.lower(), 0) >= max(count, 1))


def capitalised_runs(
    texts: list[str], tokens: Tokens, gaps: Gaps, *, loose: frozenset[str] | None = None
) -> pd.DataFrame:
    """Find runs of capitalised words, joined by spaces, hyphens, initials and words such as "of".

    `loose` are words that stand not only behind a hyphen, by default those that do not in these texts. Gives
    row, start, end, surface (categorical), first_token, last_token; in order. Function words and dates by
    themselves are left out.

    >>> from dateline.tokens import tokenize
    >>> texts = ["Today Mayor J. B. Lee of Port Ansel met Ann's Bank of Zelmin, and al-Orla paid US$5."]
    >>> tokens = tokenize(texts)
    >>> capitalised_runs(texts, tokens, Gaps.of(texts, tokens))["surface"].tolist()
    ['Today Mayor J. B. Lee of Port Ansel', 'Ann', 'Bank of Zelmin', 'Orla']
    """
    ids, words = tokens.ids, name_lists().words
    # the "US" of "US$ 49" is a currency
    capital = _flags(tokens, lambda word: word[0].isupper())[ids] & ~gaps.starts("$")
    initial = _flags(tokens, lambda word: len(word) == 1 and word.isupper())[ids]
    # where a name may go on behind a token
    plural = _flags(tokens, lambda word: word[-1] == "s")[ids]
    abbreviated = _flags(tokens, words["abbreviated"].__contains__)[ids]
    # "J. Lee" goes on, "in D.C. Lee" does not
    dotted = _previous(initial & (gaps.length == 1) & gaps.starts("."))
    joins = (gaps.length == 1) & (gaps.starts(" \xa0-‐‑'’&") | gaps.starts(".") & initial)
    joins |= (gaps.length == 2) & gaps.starts("'’", " ") & plural
    joins |= (gaps.length == 2) & gaps.starts(".", " ") & (initial & ~dotted | abbreviated)
    joins |= (gaps.length == 3) & gaps.starts(" ", "&")
    # one or two joining words between capitals: "Bank of Zelmin", "Centre for the Arts"
    joiner = _flags(tokens, words["joiner"].__contains__)[ids] & ~capital & joins
    begins = joiner & _previous(capital & joins)
    double = begins & _next(joiner) & _next(capital, 2)
    inside = capital | begins & _next(capital) | double | _previous(double)
    # lower-case syllables behind a hyphen, as in "Lam Cheuk-ting", but not "Zelmin-based"
    hyphened = _hyphened(gaps)
    if loose is None:
        loose = frozenset(tokens.words[np.bincount(ids[~hyphened], minlength=len(tokens.words)) > 0])
    syllable = _flags(tokens, lambda word: word.islower() and 1 < len(word) < 7 and word not in loose)[ids]
    inside |= syllable & hyphened & _previous(capital) & _previous(_previous(capital & joins))
    # the "s" of "People's Bank" and "Fishermen's Wharf"
    owns = _flags(tokens, lambda word: word in words["owner"] or (len(word) > 5 and word.endswith("men")))
    owner = owns[ids] & (gaps.length == 1) & gaps.starts("'’")
    inside |= _flags(tokens, "s".__eq__)[ids] & _previous(owner) & joins & _next(capital)
    link = joins & inside & _next(inside)
    alone = _flags(tokens, lambda word: word in words["function"] or word in words["date"])[ids]
    opens, closes = inside & ~_previous(link), inside & ~link
    opens, closes = np.flatnonzero(opens & ~(closes & alone)), np.flatnonzero(closes & ~(opens & alone))
    # "U.S." keeps its last full stop, and so does "Inc." where the sentence goes on
    before = np.maximum(closes - 1, 0)
    stops = initial[closes] & initial[before] & (closes > opens)
    stops &= gaps.starts(".", tokens=closes) & gaps.starts(".", tokens=before)
    company = _flags(tokens, words["company_end"].__contains__)[ids[closes]]
    stops |= company & gaps.starts(".", " ", tokens=closes)
    row, start, end = gaps.rows[opens], tokens.start[opens], gaps.end[closes] + stops
    surfaces = [texts[r][a:b] for r, a, b in zip(row.tolist(), start.tolist(), end.tolist(), strict=True)]
    runs = pd.DataFrame({"row": row, "start": start, "end": end})
    return runs.assign(surface=_categories(surfaces), first_token=opens, last_token=closes)


def _categories(values: Sequence[str], of: np.ndarray | slice = slice(None)) -> pd.Categorical:
    """Make a column of the values at the places `of`, with categories in their order."""
    codes, distinct = pd.factorize(np.array(values, object))
    return pd.Categorical.from_codes(codes[of], pd.Index(distinct, dtype=object))


def _signatures(runs: pd.DataFrame, gaps: Gaps) -> np.ndarray:
    """(n,) bool: runs that only sign a dateline, as CWS does in "SARNHOLT, 9 April (CWS) - It rained"."""
    start, first, last = (runs[column].to_numpy() for column in ("start", "first_token", "last_token"))
    before = np.maximum(first - 1, 0)
    opened = gaps.starts(" ", "(", tokens=before) & (gaps.rows[before] == runs["row"]) | (start == 1)
    dash = gaps.starts(")", "-–—", tokens=last) | gaps.starts(")", " ", tokens=last) & (gaps.length[last] > 2)
    return opened & dash & (start < DATELINE)


def _long_forms(runs: pd.DataFrame, tokens: Tokens, gaps: Gaps) -> pd.Categorical:
    """Names before runs that are their acronyms, or "": "Continental Trade Council (CTC)"."""
    first, last, row = (runs[column].to_numpy() for column in ("first_token", "last_token", "row"))
    short = _flags(tokens, lambda word: word.isupper() and len(word) in ACRONYM)
    follows = (first[1:] == last[:-1] + 1) & (first[1:] == last[1:]) & (row[1:] == row[:-1])
    follows &= short[tokens.ids[first[1:]]] & gaps.starts(" ", "(", tokens=last[:-1])
    surfaces, words, long = runs["surface"].to_numpy(object), name_lists().words, [""] * len(runs)
    for i in np.flatnonzero(follows).tolist():
        if surfaces[i + 1] not in words["title"] | words["no_name"]:
            long[i + 1] = _expansion(surfaces[i], surfaces[i + 1])
    return _categories(long)


def _acronyms(runs: pd.DataFrame) -> dict[str, str]:
    """Acronyms with the name that stands before them most often."""
    columns = runs.loc[runs["long"] != "", ["surface", "long"]].astype(object)
    counts = Counter(columns.itertuples(index=False, name=None))
    return dict(sorted(counts, key=lambda pair: (counts[pair], pair)))


def _expansion(long: str, acronym: str) -> str:
    """End of `long` whose capitals spell `acronym`; small words may count or not."""
    words = long.replace("-", " ").split()
    for size in range(len(acronym) - 1 or 1, len(words) + 1):
        part = words[-size:]
        capitals = "".join(word[0] for word in part if word[0].isupper())
        if part[0][0].isupper() and acronym.upper() in (capitals, "".join(w[0] for w in part).upper()):
            return long[-len(" ".join(part)) :] if len(capitals) > 1 else ""
    return ""


def _usual_capitals(surface: str, capitals: frozenset[str]) -> str:
    """Write a surface in the capitals that the texts have elsewhere: Sarnholt for SARNHOLT."""
    title = surface.title()
    if not surface.isupper() or len(surface) < 4:
        return surface
    titled = all(word in capitals for word in title.replace("-", " ").split()) or title in listed_kinds()
    return title if titled else surface


def _parts(
    runs: pd.DataFrame, parse: Callable[[list[dict[str, Any]]], list[list[Part]]], capitals: frozenset[str]
) -> Parts:
    """Parse each distinct run once."""
    surfaces = runs["surface"].cat.categories
    codes = runs["surface"].cat.codes.to_numpy(np.int64)
    inverse, distinct = pd.factorize(codes * 2 + runs["leads"].to_numpy())
    pairs = [{"surface": surfaces[code // 2], "leads": bool(code % 2)} for code in distinct.tolist()]
    parsed = [(row["surface"], parts) for row, parts in zip(pairs, parse(pairs), strict=True)]
    records = [
        (run[p.start : p.end], p.kind, p.cues, p.start, len(run) - p.end, run[: p.start])
        for run, parts in parsed
        for p in parts
    ]
    table = pd.DataFrame(records, columns=["surface", "kind", "cues", "offset", "to_end", "prefix"])
    table["name"] = [_usual_capitals(surface, capitals) for surface in table["surface"]]
    width = np.array([len(parts) for _, parts in parsed], np.int64)
    size = width[inverse]
    inner = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    rows = np.repeat((np.cumsum(width) - width)[inverse], size) + inner
    return Parts(table, rows, np.repeat(np.arange(len(runs)), size))


def _cues_beside(runs: pd.DataFrame, tokens: Tokens, gaps: Gaps) -> dict[str, np.ndarray]:
    """(n,) bool per cue: which runs have it before their first word or behind their last one."""
    first, last = runs["first_token"].to_numpy(), runs["last_token"].to_numpy()
    ids, rows, words = tokens.ids, gaps.rows, name_lists().words
    before, after = np.maximum(first - 1, 0), np.minimum(last + 1, max(len(ids) - 1, 0))
    starts = (first > 0) & gaps.starts(" \xa0", tokens=before) & (rows[before] == rows[first])
    ends = (rows[after] == rows[last]) & (after > last)
    ends &= gaps.starts(" ", tokens=last) | gaps.starts(",", " ", tokens=last)
    cues = {cue: starts & _flags(tokens, words[cue].__contains__)[ids[before]] for cue in BEFORE}
    second = np.maximum(first - 2, 0)
    cues["place_of"] = starts & _flags(tokens, "of".__eq__)[ids[before]] & (rows[second] == rows[first])
    cues["place_of"] &= _flags(tokens, words["place_of"].__contains__)[ids[second]]
    return cues | {cue: ends & _flags(tokens, words[cue].__contains__)[ids[after]] for cue in BEHIND}


def _cues(parts: Parts, runs: pd.DataFrame) -> dict[str, np.ndarray]:
    """(n,) bool per cue: which occurrences have it beside them or in them."""
    table, of = parts.table, parts.rows
    begins, ends = ((table[column] == 0).to_numpy(bool)[of] for column in ("offset", "to_end"))
    cues = {cue: begins & runs[cue].to_numpy(bool)[parts.runs] for cue in (*BEFORE, "place_of")}
    cues |= {cue: ends & runs[cue].to_numpy(bool)[parts.runs] for cue in BEHIND}
    cues["the"] |= table["prefix"].isin(["The ", "the "]).to_numpy(bool)[of]
    for cue in ("title", "given", "foreign"):
        cues[cue] = np.fromiter((cue in labels for labels in table["cues"]), bool, len(table))[of]
    return cues


def _kinds(
    parts: Parts, cues: dict[str, np.ndarray], runs: pd.DataFrame, common: frozenset[str]
) -> dict[str, str]:
    """Decide what each name is; names that are none are left out."""
    table = parts.table
    codes, names = pd.factorize(table["name"].to_numpy(object))
    of = codes[parts.rows]
    n = np.bincount(of, minlength=len(names))
    counts = {cue: np.bincount(of[mask], minlength=len(names)) for cue, mask in cues.items()}
    # a preposition or a verb now and then says little; a title is enough once
    often = {cue: count if cue in ONCE else 3 * count / np.maximum(n, 1) for cue, count in counts.items()}
    rate = {cue: np.minimum(count, 1) for cue, count in often.items()}
    plain = name_lists().words["plain"]
    in_words: dict[str, Callable[[str], bool]] = {
        "two words": lambda name: " " in name.strip(),
        "plain": lambda name: " " in name and any(w in plain for w in name.replace("-", " ").split()),
        "capitals": lambda name: name.isupper() and len(name) in ACRONYM,
        "technical": _technical,
    }
    for cue, test in in_words.items():
        rate[cue] = np.fromiter(map(test, names), float, len(names))
    scores = np.stack([rate[cue][:, None] * np.array(worth) for cue, worth in VOTES.items()]).sum(0).round(6)
    leads = runs["leads"].to_numpy()[parts.runs] & (table["offset"] == 0).to_numpy()[parts.rows]
    cued = np.bincount(of[~leads], minlength=len(names)) > 0

    # what the words of a name say, mostly
    kinds: dict[str, str] = {}
    code, labels = pd.factorize(table["kind"].to_numpy(object))
    if len(labels):
        cells = len(names) * len(labels)
        matrix = np.bincount(of * len(labels) + code[parts.rows], minlength=cells).reshape(-1, len(labels))
        matrix[:, labels == ""] = 0
        kinds = {names[i]: str(labels[matrix[i].argmax()]) for i in np.flatnonzero(matrix.any(1)).tolist()}
    for i, name in enumerate(names.tolist()):
        if name in kinds:
            continue
        best, words = int(scores[i].argmax()), name.split()
        # several words of which each is a common one are a name only in running text: the Old Customs House
        # nor is a common word behind a title: "Minister of Economic Development"
        is_common = all(word in common for word in words)
        ordinary = is_common and not (counts["title"][i] and len(words) > 1)
        best = int(scores[i, 1:].argmax()) + 1 if ordinary else best  # nobody is called so
        is_name = (
            len(words) >= 3 and cued[i] if ordinary else len(words) > 1 or cued[i] or scores[i, best] >= 1
        )
        if is_name:
            kinds[name] = KINDS[best] if scores[i, best] >= 0.9 else "other"

    table = dict(zip(names.tolist(), [*zip(n.tolist(), scores.tolist(), strict=True)], strict=True))
    return kinds | _kinds_of_single_words(kinds, table)


def _kinds_of_single_words(
    kinds: dict[str, str], scores: dict[str, tuple[int, list[float]]]
) -> dict[str, str]:
    """Take a part of a person's name for a person, unless it is more of a place and few have all of it."""
    heads, places = name_lists().words["place_before_name"], (n for n, k in kinds.items() if k == "place")
    rivers = {short for head, _, short in (name.partition(" ") for name in places) if short and head in heads}
    persons = [name for name, kind in kinds.items() if kind == "person" and " " in name]
    n_full: Counter[str] = Counter()
    for name in persons:
        n_full[name.split()[-1]] += scores[name][0] if name in scores else 1
    ends = n_full.keys() | {name.split()[0] for name in persons}
    changed = {name: "place" for name in rivers if name in kinds}
    for name, (n, (_, organisation, place)) in scores.items():
        often = n_full[name] >= max(FEWEST_NAMED, SURNAME_SHARE * n)
        if name in ends and name not in listed_kinds() and organisation < 2 and (place <= 0.7 or often):
            changed[name] = "person"
    return changed


def _technical(name: str) -> bool:
    """Tell whether a word of several is written as no person's is: Mac OS X, MacBook Pro."""
    words = name.split(" ")
    if len(words) == 1 or name.isupper():
        return False
    odd = {w for w in words if (w.isupper() and len(w) > 1 and w.isalpha()) or _CAMEL.search(w)}
    return not odd <= name_lists().words["numeral"]


def _kinds_in_lists(
    parts: Parts, runs: pd.DataFrame, kinds: dict[str, str], texts: pd.Series
) -> dict[str, str]:
    """Give a name without a kind that of those beside it: "Zelmin, Karovec and Ulden"."""
    table = parts.table
    row = runs["row"].to_numpy()[parts.runs]
    start = runs["start"].to_numpy()[parts.runs] + table["offset"].to_numpy(np.int64)[parts.rows]
    end = start + np.fromiter(map(len, table["surface"]), np.int64, len(table))[parts.rows]
    close = np.flatnonzero((row[1:] == row[:-1]) & (start[1:] - end[:-1] <= 6))
    names = table["name"].to_numpy(object)[parts.rows]
    places = zip(close.tolist(), texts.iloc[row[close]].tolist(), strict=True)
    pairs = [(names[i], names[i + 1]) for i, text in places if text[end[i] : start[i + 1]] in _BETWEEN]
    inferred: dict[str, str] = {}
    for _ in range(CHAIN):
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for pair in pairs:
            for name, neighbour in (pair, pair[::-1]):
                kind = inferred.get(neighbour) or kinds.get(neighbour, "other")
                if kinds.get(name) == "other" and name not in inferred and kind != "other":
                    votes[name][kind] += 1
        for name, count in votes.items():
            inferred[name] = min(count, key=lambda kind: (-count[kind], kind))
    return inferred


def _without_epithets(parts: Parts, kinds: dict[str, str], written: frozenset[str]) -> Parts:
    """Take words off the front of a person's name where the rest is a person's: "Biologist Ann Lee".

    One word is left only if it is somebody's given name and nobody else's surname, and the word before it is
    written in lower case, too: "Slippery Zivan" is Zivan, "Al Franken" is not Franken.
    """
    persons = [name.split(" ") for name, kind in kinds.items() if kind == "person" and " " in name]
    surnames = Counter(words[-1] for words in persons)
    first_names = {words[0] for words in persons if len(words) == 2 and surnames[words[0]] == 1}
    columns = {column: parts.table[column].tolist() for column in ("name", "surface", "offset")}
    for i, (name, surface) in enumerate(zip(columns["name"], columns["surface"], strict=True)):
        words = name.split(" ")
        if kinds.get(name) != "person" or len(words) < 2 or words[0] in name_lists().given_names:
            continue
        alone = first_names if words[0].lower() in written else ()
        ends = [" ".join(words[size:]) for size in range(1, len(words))]
        ends = [end for end in ends if kinds.get(end) == "person" and (" " in end or end in alone)]
        if ends and surface.endswith(ends[0]):
            columns["name"][i] = columns["surface"][i] = ends[0]
            columns["offset"][i] += len(surface) - len(ends[0])
    return parts._replace(table=parts.table.assign(**columns))


def _occurrences(parts: Parts, runs: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Occurrences of the parts that have a kind: row, start, end, surface, name, kind."""
    table = parts.table
    kind = [label or kinds.get(name, "") for label, name in zip(table["kind"], table["name"], strict=True)]
    keep = np.array([label != "" for label in kind], bool)[parts.rows]
    of, run = parts.rows[keep], parts.runs[keep]
    start = runs["start"].to_numpy()[run] + table["offset"].to_numpy(np.int64)[of]
    size = np.fromiter(map(len, table["surface"]), np.int64, len(table))[of]
    columns = {"row": runs["row"].to_numpy()[run], "start": start, "end": start + size}
    for name, values in (("surface", table["surface"]), ("name", table["name"]), ("kind", kind)):
        columns[name] = _categories(values, of)
    return pd.DataFrame(columns)
