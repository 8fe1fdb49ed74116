"""Given names found on the token table in one pass: thousands at once, longest first, whole words only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.tokens import Tokens, tokenize

# Longer than any text, so that places of different texts never touch.
FAR = 1 << 40


class _Trie(NamedTuple):
    """The names as words: which state follows, and which names end there.

    Attributes
    ----------
    first
        (n_words,) int32, the state behind a name's first word; 0 for other words.
    keys, states
        (n_steps,) int64, ``state * n_words + word`` in order, and the state that follows.
    ends
        State → names that end there.
    """

    first: np.ndarray
    keys: np.ndarray
    states: np.ndarray
    ends: dict[int, list[int]]


def find(texts: Sequence[str], tokens: Tokens, names: Iterable[str]) -> pd.DataFrame:
    """Find given names in the texts of a token table, as they are written.

    A name is found as whole words with the same characters between them. Where names overlap, the one that
    begins first wins, and of these the longest: ``New York`` is never ``York``.

    Parameters
    ----------
    texts
        The texts of the token table.
    tokens
        Their tokens.
    names
        What to find; a name without a word in it is nowhere.

    Returns
    -------
    pandas.DataFrame
        row (the text), start, end (characters), name; in order, without overlap.

    Examples
    --------
    >>> texts = ["York and New York are two."]
    >>> find(texts, tokenize(texts), ["York", "New York"])[["start", "name"]].to_numpy().tolist()
    [[0, 'York'], [9, 'New York']]
    """
    names = sorted({name for name in names if name})
    cut = tokenize(names)
    # of those that begin together the longest comes first, and stays first in a stable sort
    steps = reversed(list(_walk(tokens.ids, _trie(cut, tokens.words), len(tokens.words))))
    first, last, which = (np.concatenate([np.zeros(0, np.int64), *part]) for part in zip(*steps, strict=True))
    row = np.searchsorted(tokens.offsets, first, side="right") - 1
    inside = last < tokens.offsets[row + 1]
    first, last, which, row = first[inside], last[inside], which[inside], row[inside]
    width = np.fromiter(map(len, tokens.words), np.int64, len(tokens.words))
    # "U.S." has a character behind its last word
    before, words, behind = _edges(names, cut)
    start = tokens.start[first] - before[which]
    end = tokens.start[last] + width[tokens.ids[last]] + behind[which]
    unsure = np.flatnonzero((words > 1)[which] | (before + behind > 0)[which])
    spans = zip(row[unsure].tolist(), start[unsure].tolist(), end[unsure].tolist(), strict=True)
    wanted = [names[i] for i in which[unsure].tolist()]
    right = np.ones(len(which), bool)
    right[unsure] = [a >= 0 and texts[r][a:b] == name for (r, a, b), name in zip(spans, wanted, strict=True)]
    order = np.flatnonzero(right)
    opens = row[order] * FAR + start[order]
    by = np.argsort(opens, kind="stable")
    order, opens = order[by], opens[by]
    order = order[apart(opens, opens + (end - start)[order])]
    label = pd.Categorical.from_codes(which[order], pd.Index(names, dtype=object))
    return pd.DataFrame({"row": row[order], "start": start[order], "end": end[order], "name": label})


def _trie(cut: Tokens, words: np.ndarray) -> _Trie:
    """Chain the words of the names; a name with a word that no text has is left out."""
    n = len(words)
    at = np.minimum(np.searchsorted(words, cut.words), max(n - 1, 0))
    known = (words[at] == cut.words) if n else np.zeros(len(cut.words), bool)
    number = np.where(known, at, -1)[cut.ids].tolist() if len(cut.words) else []
    steps: dict[int, int] = {}
    first = np.zeros(n, np.int32)
    ends: dict[int, list[int]] = defaultdict(list)
    bounds = cut.offsets.tolist()
    for name in range(len(bounds) - 1):
        chain = number[bounds[name] : bounds[name + 1]]
        if not chain or min(chain) < 0:
            continue
        state = 0
        for word in chain:
            state = steps.setdefault(state * n + word, len(steps) + 1)
        ends[state].append(name)
    keys = np.array(sorted(steps), np.int64)
    states = np.array([steps[key] for key in keys.tolist()], np.int64)
    opening = keys < n
    first[keys[opening]] = states[opening]
    return _Trie(first, keys, states, ends)


def _walk(ids: np.ndarray, trie: _Trie, n: int) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """First token, last token and name of every place where a name's words stand, word by word."""
    yield (np.zeros(0, np.int64),) * 3
    state_at = trie.first[ids]
    at = np.flatnonzero(state_at)
    state, depth = state_at[at].astype(np.int64), 0
    several = max(map(len, trie.ends.values()), default=0)
    final = np.full((several, len(trie.keys) + 1), -1)
    for end, names in trie.ends.items():
        final[: len(names), end] = names
    while len(at):
        for names_of in final:
            name = names_of[state]
            hit = name >= 0
            yield at[hit], at[hit] + depth, name[hit]
        depth += 1
        follows = at + depth < len(ids)
        at, state = at[follows], state[follows]
        key = state * n + ids[at + depth]
        place = np.minimum(np.searchsorted(trie.keys, key), len(trie.keys) - 1)
        goes = trie.keys[place] == key
        at, state = at[goes], trie.states[place[goes]]


def _edges(names: list[str], cut: Tokens) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Characters before the first word of each name, its words, and characters behind the last."""
    count = np.diff(cut.offsets)
    has = count > 0
    before, behind = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    before[has] = cut.start[cut.offsets[:-1][has]]
    size = np.fromiter(map(len, names), np.int64, len(names))
    behind[has] = size[has] - cut.end[cut.offsets[1:][has] - 1]
    return before, count, behind


def apart(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """(n,) bool: of spans in order, those that overlap none that was kept before them."""
    keep = np.ones(len(start), bool)
    if not len(start):
        return keep
    reach = np.maximum.accumulate(end)
    touched = np.concatenate([[False], start[1:] < reach[:-1]])
    last = -1
    for i in np.flatnonzero(touched | np.concatenate([touched[1:], [False]])).tolist():
        keep[i] = start[i] >= last
        last = end[i] if keep[i] else last
    return keep
