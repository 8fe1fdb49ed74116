"""Names of persons, organisations and places, found by rules on the shared token table.

A name is a run of capitalised words. What it names is read off its own words (`nameparts`) and,
over the whole corpus, off the words beside it: "in Karovec", "Mayor Lee", "Lee said". The corpus is read
twice: names are discovered in running text first, then looked up where capitals say nothing (headlines,
starts of sentences).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from dateline.entities import models
from dateline.entities.capitals import Gaps, flags, runs
from dateline.entities.glosses import acronyms, nicknames
from dateline.entities.kinds import KINDS as KINDS
from dateline.entities.kinds import beside, cues_of, judge
from dateline.entities.lists import lexicon, listed
from dateline.entities.nameparts import Known, lookup, parse
from dateline.entities.pieces import cut_out, placed, shorten, usual
from dateline.tokens import Tokens

# A row with at least so many words, of which more than this share is capitalised, is set like a headline.
HEADLINE_WORDS, HEADLINE_SHARE = 3, 0.6
# Characters within which a dateline names its agency, and the dash behind it.
DATELINE, _DASHES = 60, ("-", "–", "—")


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
        that an acronym stands for, or ""), nickname (another name that the text gives here, or ""); in
        order, without overlap.

    Examples
    --------
    >>> from dateline.tokens import tokenize
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
        return _nicknamed(_modelled(models.find(texts, nlp, use=use), short, capitals), texts)
    demonyms = new_demonyms(tokens.words, common=seen.common)
    own = {**dict.fromkeys([*short, *short.values()], "organisation"), **listed()}
    known = Known(own, seen.common, frozenset(demonyms))
    found["leads"] = seen.leads[found["first_token"].to_numpy()]
    set_apart = seen.headline[found["row"].to_numpy()]

    body = found[~set_apart].reset_index(drop=True)
    pieces = cut_out(body, lambda surface, leads: parse(surface, known, leads=leads), capitals)
    opens = body["leads"].to_numpy()[pieces.run] & (pieces.table["offset"] == 0).to_numpy()[pieces.of]
    kinds = judge(pieces, cues_of(pieces, body, tokens, gaps), seen.common, leads=opens, demonyms=demonyms)
    kinds |= beside(pieces, body, kinds, texts)
    surnames = {name.split(" ")[-1]: kind for name, kind in kinds.items() if kind == "person" and " " in name}
    everything = Known({**surnames, **kinds, **own}, seen.common)
    pieces = shorten(pieces, kinds, seen.common)
    heads = found[set_apart].reset_index(drop=True)
    known_only = cut_out(heads, lambda surface, _: lookup(surface, everything), capitals)
    both = (placed(pieces, body, kinds), placed(known_only, heads, everything.names))
    return _nicknamed(_in_order(both, short), texts)


def _nicknamed(found: pd.DataFrame, texts: list[str]) -> pd.DataFrame:
    return found.assign(nickname=pd.Categorical(nicknames(found, texts)))


def _modelled(found: pd.DataFrame, short: dict[str, str], capitals: frozenset[str]) -> pd.DataFrame:
    """Names of a model as the rules give theirs."""
    spelled = {surface: usual(surface, capitals) for surface in found["surface"].unique()}
    name = found["surface"].map(spelled)
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
