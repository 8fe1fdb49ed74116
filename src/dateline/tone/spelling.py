"""Texts as VADER cuts them, at white space, most words looked up in the shared token table."""

import itertools
import string
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from dateline.tokens import Tokens
from dateline.tone.lexicon import NEWS_RULES, lexicon

# Characters that are read at a time: little enough for the cache.
BLOCK = 1 << 18

_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′"), "'") | dict.fromkeys(map(ord, "“”„‟″«»‹›"), '"')
_DASHES = frozenset(map(ord, "‒–—―…"))
_STRAIGHT = str.maketrans(_QUOTES)


class Words(NamedTuple):
    """Words of n texts as VADER cuts them, at white space; the ends of a word lose their punctuation.

    Attributes
    ----------
    ids
        (n_words,) int32, positions in `vocabulary` (case kept, not sorted and not unique).
    start, end
        (n_words,) int32, characters of the text, punctuation included.
    opens, closes
        (n_words,) uint8, first and last character; 255 for one outside Latin-1.
    offsets
        (n_texts + 1,) int64; the words of text i are ``offsets[i]:offsets[i + 1]``.
    emphasis
        (n_texts,) float64, what the text's exclamation and question marks add to a sum.
    """

    ids: np.ndarray
    start: np.ndarray
    end: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    offsets: np.ndarray
    emphasis: np.ndarray
    vocabulary: list[str]


def read(texts: Sequence[str], tokens: Tokens, *, rules: Collection[str] = frozenset(NEWS_RULES)) -> Words:
    """Cut texts into VADER's words, most of them by looking up the token they consist of.

    Parameters
    ----------
    texts
        n strings.
    tokens
        Their token table.
    rules
        Names from `dateline.tone.lexicon.NEWS_RULES`; ``()`` gives VADER's own words.

    Raises
    ------
    ValueError
        If the token table is that of other texts.
    """
    texts = list(texts)
    if len(tokens.offsets) != len(texts) + 1:
        raise ValueError(
            f"the token table has {len(tokens.offsets) - 1} texts, the sentences are {len(texts)}: "
            "run notebook 01-ingestion again"
        )
    # words with "_" are the only tokens that have punctuation inside; 0 also stands for no token
    lengths = np.array([0 if "_" in word else len(word) for word in [*tokens.words, "_"]], np.int32)
    pieces: dict[str, int] = {}
    parts = [_read_block(texts[a:b], tokens, a, lengths, pieces, rules) for a, b in _blocks(texts)]
    empty = (np.zeros(0, np.int32),) * 3 + (np.zeros(0, np.uint8),) * 2 + (np.zeros(0, np.int64), np.zeros(0))
    ids, start, end, opens, closes, count, emphasis = (
        np.concatenate(arrays) for arrays in zip(empty, *parts, strict=True)
    )
    offsets = np.concatenate([[0], np.cumsum(count)])
    spelled = [_spell(piece, rules) for piece in pieces]
    words = Words(ids, start, end, opens, closes, offsets, emphasis, [*tokens.words, *map(" ".join, spelled)])
    if all(len(parts) == 1 for parts in spelled):
        return words
    return _expand(words, len(tokens.words), spelled)


def _blocks(texts: list[str]) -> list[tuple[int, int]]:
    """Group texts into blocks of about `BLOCK` characters."""
    if not texts:
        return []
    number = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts))) // BLOCK
    return list(itertools.pairwise([0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(texts)]))


def _read_block(
    texts: list[str],
    tokens: Tokens,
    first_text: int,
    lengths: np.ndarray,
    pieces: dict[str, int],
    rules: Collection[str],
) -> tuple[np.ndarray, ...]:
    """Words of one block of texts; spellings that are not one whole token are numbered in `pieces`."""
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    space, odd = _classify(codes, rules)
    edges = np.flatnonzero(np.append(True, space[:-1]) != space)
    first, last = edges[0::2], edges[1::2]
    text_ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    text_starts = np.concatenate([[0], text_ends[:-1]])
    count = np.diff(np.searchsorted(first, text_ends), prepend=0)

    bounds = tokens.offsets[first_text : first_text + len(texts) + 1]
    ids = tokens.ids[bounds[0] : bounds[-1]]
    place = tokens.start[bounds[0] : bounds[-1]] + np.repeat(text_starts, np.diff(bounds))
    begun = np.zeros(len(codes), np.int32)
    begun[first] = 1
    inside = np.bincount(np.cumsum(begun, out=begun)[place] - 1, minlength=len(first))
    word = np.append(ids, 0)[np.cumsum(inside) - inside].astype(np.int32)
    length = lengths[word]
    special = (inside != 1) | ((length <= 2) & (last - first != length))
    special[np.searchsorted(first, odd, side="right") - 1] = True
    rare = np.flatnonzero(special)
    word[rare] = [
        pieces.setdefault(joined[a:b], len(pieces))
        for a, b in zip(first[rare].tolist(), last[rare].tolist(), strict=True)
    ]
    word[rare] += len(tokens.words)
    shift = np.repeat(text_starts, count)
    ends = (np.minimum(codes[at], 255).astype(np.uint8) for at in (first, last - 1))
    return (
        word,
        (first - shift).astype(np.int32),
        (last - shift).astype(np.int32),
        *ends,
        count,
        _emphasis(codes, text_ends),
    )


def _classify(codes: np.ndarray, rules: Collection[str]) -> tuple[np.ndarray, np.ndarray]:
    """Which characters are white space, and where there are others than letters and ASCII punctuation."""
    space = codes <= 32
    control = np.flatnonzero((codes < 32) & (codes != 10))
    foreign = np.flatnonzero(codes > 126)
    places = np.concatenate([control, foreign])
    kinds, kind = np.unique(codes[places], return_inverse=True)
    typography = "typography" in rules
    is_space = np.array([chr(k).isspace() or (typography and k in _DASHES) for k in kinds.tolist()], bool)
    is_known = np.array([chr(k).isalnum() or (typography and k in _QUOTES) for k in kinds.tolist()], bool)
    space[places] = is_space[kind]
    return space, places[~(is_space | is_known)[kind]]


def _emphasis(codes: np.ndarray, text_ends: np.ndarray) -> np.ndarray:
    """VADER's amplifier: up to four exclamation marks, and question marks from the second on."""
    places = [np.searchsorted(text_ends, np.flatnonzero(codes == ord(mark)), side="right") for mark in "!?"]
    marks, questions = (np.bincount(place, minlength=len(text_ends)) for place in places)
    asked = np.select([questions < 2, questions <= 3], [0, questions * 0.18], 0.96)
    return np.minimum(marks, 4) * 0.292 + asked


def _spell(piece: str, rules: Collection[str]) -> list[str]:
    """Words that VADER makes of one run of characters without space: more than one if it has emojis."""
    known = lexicon()
    if "typography" in rules:
        piece = piece.translate(_STRAIGHT)
    if not piece.isascii() and not known.emojis.keys().isdisjoint(piece):
        text = ""
        for mark in piece:
            if mark in known.emojis and text and text[-1] != " ":
                text += " "
            text += known.emojis.get(mark, mark)
        return [_strip(part, rules) for part in text.split()]
    return [_strip(piece, rules)]


def _strip(word: str, rules: Collection[str]) -> str:
    """Take punctuation off the ends of a word, not off an emoticon."""
    bare = word.strip(string.punctuation)
    if len(bare) <= 2 and not ("short-words" in rules and bare and word.lower() not in lexicon().values):
        return word
    if "possessive" in rules and bare[-2:].lower() == "'s":
        return bare[:-2]
    return bare


def _expand(words: Words, n_tokens: int, spelled: list[list[str]]) -> Words:
    """Put several words in the place of each run that was spelled as several (emojis)."""
    sizes = np.concatenate([np.ones(n_tokens, np.int64), [len(parts) for parts in spelled]])
    begin = np.cumsum(sizes) - sizes
    size = sizes[words.ids]
    inner = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return words._replace(
        ids=(np.repeat(begin[words.ids], size) + inner).astype(np.int32),
        **{name: np.repeat(getattr(words, name), size) for name in ("start", "end", "opens", "closes")},
        offsets=np.concatenate([[0], np.cumsum(size)])[words.offsets],
        vocabulary=[*words.vocabulary[:n_tokens], *itertools.chain.from_iterable(spelled)],
    )
