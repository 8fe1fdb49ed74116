"""Runs of capitalised words on the token table: what a name can be, before anyone asks what it is."""

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline.entities.lists import lexicon
from dateline.entities.nameparts import COMPANY
from dateline.tokens import Tokens

# Words before whose 's a name goes on: "People's Bank".
_POSSESSIVE = frozenset("People Women Men Children King Queen Workers Writers Veterans".split())  # noqa: SIM905
_ABBREVIATED = frozenset("Mr Mrs Ms Mx Dr Prof Gen Sen Rep Gov Lt Col Sgt Capt Maj Adm Rev St Mt Ft".split())  # noqa: SIM905
# The gap behind the last token of a text.
_END = 99
# Marks around a nickname inside a name.
_MARKS = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("(", ")"))


class Gaps(NamedTuple):
    """What stands between a token and the next one.

    Attributes
    ----------
    first, second
        (n_tokens,) the first two characters as code points; line feeds behind a text's end.
    length
        (n_tokens,) characters up to the next token of the same text.
    rows, end
        (n_tokens,) the text of each token, and one past its last character.
    """

    first: np.ndarray
    second: np.ndarray
    length: np.ndarray
    rows: np.ndarray
    end: np.ndarray

    @classmethod
    def of(cls, texts: list[str], tokens: Tokens) -> "Gaps":
        """Look behind each token of the texts."""
        rows, end = tokens.rows, tokens.end
        size = np.fromiter(map(len, texts), np.int64, len(texts))
        base = np.cumsum(size + 2) - size - 2
        joined = "\n\n".join([*texts, ""])
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        at = base[rows] + end
        length = np.full(len(at), _END, np.int32)
        length[:-1] = np.where(rows[1:] == rows[:-1], tokens.start[1:] - end[:-1], _END)
        return cls(codes[at], codes[at + 1], length, rows, end)

    def starts(self, first: str, second: str = "", *, at: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Tell which gaps begin with one of the characters of `first` (and then one of `second`)."""
        found = np.logical_or.reduce([self.first[at] == ord(c) for c in first])
        return found & np.logical_or.reduce([self.second[at] == ord(c) for c in second]) if second else found


def flags(tokens: Tokens, test: Callable[[str], bool]) -> np.ndarray:
    """(n_words,) bool: the words that pass a test."""
    return np.fromiter(map(test, tokens.words.tolist()), bool, len(tokens.words))


def _after(mask: np.ndarray, by: int = 1) -> np.ndarray:
    """Shift a mask to the right: true where the token `by` places before has it."""
    return np.concatenate([np.zeros(by, bool), mask[:-by]])[: len(mask)]


def _next(mask: np.ndarray, by: int = 1) -> np.ndarray:
    """Shift a mask to the left."""
    return np.concatenate([mask[by:], np.zeros(by, bool)])[-len(mask) :] if len(mask) else mask


def runs(texts: list[str], tokens: Tokens, gaps: Gaps) -> pd.DataFrame:
    """Find runs of capitalised words, joined by spaces, hyphens, initials and words such as "of".

    Parameters
    ----------
    texts
        The texts of the token table.
    tokens
        Their tokens.
    gaps
        What stands between them.

    Returns
    -------
    pandas.DataFrame
        row, start, end, surface (categorical), first_token, last_token; in order. Function words and dates by
        themselves are left out.

    Examples
    --------
    >>> from dateline.tokens import tokenize
    >>> texts = ["Today Mayor J. B. Lee of Port Ansel met Ann's Bank of Zelmin, and al-Orla paid US$5."]
    >>> tokens = tokenize(texts)
    >>> runs(texts, tokens, Gaps.of(texts, tokens))["surface"].tolist()
    ['Today Mayor J. B. Lee of Port Ansel', 'Ann', 'Bank of Zelmin', 'Orla']
    """
    ids, rows = tokens.ids, gaps.rows
    # the "US" of "US$ 49" is a currency
    cap = flags(tokens, lambda w: w[0].isupper())[ids] & ~gaps.starts("$")
    initial = flags(tokens, lambda w: len(w) == 1 and w.isupper())[ids]
    join = _joined(tokens, gaps, initial)
    nickname, marked = _nicknames(tokens, gaps, cap)
    inside = (
        cap
        | nickname
        | _filled(tokens, cap, join)
        | _syllables(tokens, gaps, cap, join)
        | _owners(tokens, gaps, cap, join)
    )
    link = (join & inside & _next(inside)) | marked
    cues = lexicon().words
    alone = flags(tokens, lambda w: w in cues["function"] or w in cues["date"])[ids]
    opens, closes = inside & ~_after(link), inside & ~link
    opens, closes = np.flatnonzero(opens & ~(closes & alone)), np.flatnonzero(closes & ~(opens & alone))
    row, start, end = rows[opens], tokens.start[opens], gaps.end[closes]
    # "U.S." keeps its last full stop
    before = np.maximum(closes - 1, 0)
    end = end + (
        initial[closes]
        & initial[before]
        & (closes > opens)
        & gaps.starts(".", at=closes)
        & gaps.starts(".", at=before)
    )
    # so does "Inc." where the sentence goes on
    end = end + (flags(tokens, COMPANY.__contains__)[tokens.ids[closes]] & gaps.starts(".", " ", at=closes))
    surface = [texts[r][a:b] for r, a, b in zip(row.tolist(), start.tolist(), end.tolist(), strict=True)]
    codes, distinct = pd.factorize(np.array(surface, object))
    spelled = pd.Categorical.from_codes(codes, pd.Index(distinct, dtype=object))
    columns = {
        "row": row,
        "start": start,
        "end": end,
        "surface": spelled,
        "first_token": opens,
        "last_token": closes,
    }
    return pd.DataFrame(columns)


def _joined(tokens: Tokens, gaps: Gaps, initial: np.ndarray) -> np.ndarray:
    """(n_tokens,) bool: a name may go on behind this token."""
    one, two = gaps.length == 1, gaps.length == 2
    plural = flags(tokens, lambda w: w[-1] == "s")[tokens.ids]
    short = flags(tokens, lambda w: w in _ABBREVIATED)[tokens.ids]
    # "J. Lee" goes on, "in D.C. Lee" does not
    dotted = _after(initial & one & gaps.starts("."))
    join = one & (gaps.starts(" \xa0-‐‑'’&") | gaps.starts(".") & initial)
    join |= two & gaps.starts("'’", " ") & plural
    join |= two & gaps.starts(".", " ") & (initial & ~dotted | short)
    return join | (gaps.length == 3) & gaps.starts(" ", "&")


def _filled(tokens: Tokens, cap: np.ndarray, join: np.ndarray) -> np.ndarray:
    """Mark one or two joining words between capitalised ones: "Bank of Zelmin", "Centre for the Arts"."""
    joiners = lexicon().words["joiner"]
    small = flags(tokens, lambda w: w in joiners)[tokens.ids] & ~cap & join
    begins = small & _after(cap & join)
    two = begins & _next(small) & _next(cap, 2)
    return begins & _next(cap) | two | _after(two)


def _nicknames(tokens: Tokens, gaps: Gaps, cap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mark the words of a nickname in a name, and where the name goes on: Al "the Bob" Lee, Ann (Nan) Lee.

    In brackets, which hold much else, both the name before and the nickname are given names of the lists.
    """
    cues = lexicon()
    no_name = cues.words["function"] | cues.words["date"] | cues.words["title"] | cues.words["modifier"]
    named = cap & ~flags(tokens, no_name.__contains__)[tokens.ids]
    given = flags(tokens, cues.given.__contains__)[tokens.ids]
    the = flags(tokens, cues.words["the"].__contains__)[tokens.ids] & (gaps.length == 1)
    nickname, marked = np.zeros(len(cap), bool), np.zeros(len(cap), bool)
    two = gaps.length == 2
    for left, right in _MARKS:
        opens, closes = two & gaps.starts(" ", left), two & gaps.starts(right, " ")
        front, last = (given, given) if left == "(" else (named, named)
        one = opens & front & _next(last & closes) & _next(named, 2)
        with_the = opens & front & _next(the) & _next(last & closes, 2) & _next(named, 3)
        nickname |= _after(one) | _after(with_the) | _after(with_the, 2)
        marked |= one | _after(one) | with_the | _after(with_the) | _after(with_the, 2)
    return nickname, marked


def _syllables(tokens: Tokens, gaps: Gaps, cap: np.ndarray, join: np.ndarray) -> np.ndarray:
    """Mark lower-case syllables of names with a hyphen: "Lam Cheuk-ting", but not "Zelmin-based"."""
    after = _after(gaps.starts("-‐‑") & (gaps.length == 1))
    loose = np.bincount(tokens.ids[~after], minlength=len(tokens.words)) > 0
    part = (flags(tokens, lambda w: w.islower() and 1 < len(w) < 7) & ~loose)[tokens.ids]
    return part & after & _after(cap) & _after(cap & join, 2)


def _owners(tokens: Tokens, gaps: Gaps, cap: np.ndarray, join: np.ndarray) -> np.ndarray:
    """Mark the "s" of "People's Bank" and "Fishermen's Wharf"."""
    plural = re.compile(r"\w{3,}men$")
    owner = (
        flags(tokens, lambda w: w in _POSSESSIVE or bool(plural.match(w)))[tokens.ids]
        & (gaps.length == 1)
        & gaps.starts("'’")
    )
    return flags(tokens, lambda w: w == "s")[tokens.ids] & _after(owner) & join & _next(cap)
