"""VADER's lexicon and rules on the shared token table: which words fire in a text, and how strongly.

C. J. Hutto and E. E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text", ICWSM 2014. Lexicon and word lists are read from the package vaderSentiment (MIT licence);
without news rules the sums are those of its ``polarity_scores``, sentence by sentence (a test compares them).
"""

import itertools
import string
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from helpers.tokens import Tokens

# Characters that are read at a time: as in helpers.tokens.
BLOCK = 1 << 20
# VADER squashes a sum s to s / sqrt(s² + 15), which is near 1 for four strong words.
SQUASH = 15.0

# Where we leave VADER, rule by rule. All are on by default; a test shows an example of each, and
# benchmarks/quality_sentiment.py measures them on public sentences.
NEWS_RULES: dict[str, str] = {
    "typography": "curly quotation marks and apostrophes are read like straight ones, dashes part words",
    "short-words": "words of two letters lose the punctuation around them too: “no,” is “no”",
    "possessive": "“disaster's” is “disaster”",
    "contrast": "“but” changes the words before and after it by place; VADER takes equal weights for one",
    "emphasis": "“so” and “this” strengthen a word only after “never”, as VADER's paper says",
    "no": "“no” before a word denies that word and is no judgement itself: “no limits”",
    "nothing-but": "“nothing but” neither denies nor contrasts",
    "fail-to": "“failed to”, “refused to”, “declined to” deny what follows",
    "names": "a capitalised word inside a sentence is a name: “World War II”, “Supreme Court”",
}

_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′"), "'") | dict.fromkeys(map(ord, "“”„‟″«»‹›"), '"')
_DASHES = frozenset(map(ord, "‒–—―…"))
_STRAIGHT = str.maketrans(_QUOTES)
_FAIL = frozenset(
    "fail fails failed failing failure refuse refuses refused refusing decline declines declined".split()
)


class Lexicon(NamedTuple):
    """What vaderSentiment knows: weights of words, of degree words, and its other lists."""

    values: dict[str, float]
    boosters: dict[str, float]
    negations: frozenset[str]
    idioms: dict[str, float]
    emojis: dict[str, str]
    negate: float
    capitals: float


@cache
def lexicon() -> Lexicon:
    """Read the lexicon of the installed vaderSentiment (read-only: copy before changing it)."""
    from vaderSentiment import vaderSentiment as vader

    analyzer = vader.SentimentIntensityAnalyzer()
    return Lexicon(
        analyzer.lexicon,
        vader.BOOSTER_DICT,
        frozenset(vader.NEGATE),
        vader.SPECIAL_CASES,
        {key: value for key, value in analyzer.emojis.items() if len(key) == 1},
        vader.N_SCALAR,
        vader.C_INCR,
    )


class Words(NamedTuple):
    """Words of n texts as VADER cuts them, at white space; the ends of a word lose their punctuation.

    Attributes
    ----------
    ids
        (n_words,) int32, positions in `vocabulary`.
    start, end
        (n_words,) int32, characters of the text, punctuation included.
    opens, closes
        (n_words,) uint8, first and last character; 255 for one outside Latin-1.
    offsets
        (n_texts + 1,) int64; the words of text i are ``offsets[i]:offsets[i + 1]``.
    emphasis
        (n_texts,) float64, what the text's exclamation and question marks add to a sum.
    vocabulary
        The words, case kept, not sorted and not unique.
    """

    ids: np.ndarray
    start: np.ndarray
    end: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    offsets: np.ndarray
    emphasis: np.ndarray
    vocabulary: list[str]


class Hits(NamedTuple):
    """Words that fired, in the order of the texts.

    Attributes
    ----------
    word
        (n_hits,) int64, positions in the arrays of `Words`.
    text
        (n_hits,) int64, the text it stands in.
    value
        (n_hits,) float64, the lexicon's weight, −4 to 4.
    weight
        (n_hits,) float64, the same after the rules: what it adds to the text's sum.
    """

    word: np.ndarray
    text: np.ndarray
    value: np.ndarray
    weight: np.ndarray


def squash(sums: np.ndarray) -> np.ndarray:
    """Map sums of weights to −1…1, rounded to 4 digits as VADER's compound is.

    Examples
    --------
    >>> squash(np.array([0.0, 1.9, -3.1])).tolist()
    [0.0, 0.4404, -0.6249]
    """
    exact = sums / np.sqrt(sums * sums + SQUASH)
    rounded = np.round(exact, 4)
    # np.round scales first and so can fall on the other side of a tie than Python's round
    ties = np.flatnonzero(np.abs(np.abs(exact * 1e4) % 1 - 0.5) < 1e-6)
    rounded[ties] = [round(value, 4) for value in exact[ties].tolist()]
    return rounded + 0.0


def total(sums: np.ndarray, emphasis: np.ndarray) -> np.ndarray:
    """Add the emphasis of exclamation and question marks to sums, in the direction of their sign."""
    return sums + np.sign(sums) * emphasis


def read(texts: Sequence[str], tokens: "Tokens", *, rules: Collection[str] = frozenset(NEWS_RULES)) -> Words:
    """Cut texts into VADER's words, most of them by looking up the token they consist of.

    Parameters
    ----------
    texts
        n strings.
    tokens
        Their token table.
    rules
        Names from `NEWS_RULES`; ``()`` gives VADER's own words.

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
    lengths = np.fromiter(map(len, tokens.words), np.int32, len(tokens.words))
    # words with "_" are the only tokens that have punctuation inside
    lengths[[number for number, word in enumerate(tokens.words) if "_" in word]] = 0
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
    tokens: "Tokens",
    first_text: int,
    lengths: np.ndarray,
    pieces: dict[str, int],
    rules: Collection[str],
) -> tuple[np.ndarray, ...]:
    """Words of one block of texts; spellings that are not one whole token are numbered in `pieces`."""
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    space, odd = _classify(codes, rules)
    begins = ~space
    begins[1:] &= space[:-1]
    first = np.flatnonzero(begins)
    last = np.flatnonzero(~space[:-1] & space[1:]) + 1
    number = np.cumsum(begins, dtype=np.int32) - 1  # of the word that a character is in
    text_ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    text_starts = np.concatenate([[0], text_ends[:-1]])
    count = np.diff(np.searchsorted(first, text_ends), prepend=0)

    bounds = tokens.offsets[first_text : first_text + len(texts) + 1]
    ids = tokens.ids[bounds[0] : bounds[-1]]
    place = tokens.start[bounds[0] : bounds[-1]] + np.repeat(text_starts, np.diff(bounds))
    inside = np.bincount(number[place], minlength=len(first))
    word = (
        ids[np.minimum(np.cumsum(inside) - inside, len(ids) - 1)]
        if len(ids)
        else np.zeros(len(first), np.int32)
    )
    length = lengths[word] if len(lengths) else np.zeros(len(first), np.int32)
    special = (inside != 1) | ((length <= 2) & (last - first != length))
    special[number[odd]] = True
    rare = np.flatnonzero(special)
    word = word.astype(np.int32)
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
    marks, questions = (
        np.bincount(
            np.searchsorted(text_ends, np.flatnonzero(codes == ord(mark)), side="right"),
            minlength=len(text_ends),
        )
        for mark in "!?"
    )
    return np.minimum(marks, 4) * 0.292 + np.where(
        questions > 1, np.where(questions <= 3, questions * 0.18, 0.96), 0
    )


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
    repeated = (np.repeat(array, size) for array in words[1:5])
    return Words(
        (np.repeat(begin[words.ids], size) + inner).astype(np.int32),
        *repeated,
        np.concatenate([[0], np.cumsum(size)])[words.offsets],
        words.emphasis,
        [*words.vocabulary[:n_tokens], *itertools.chain.from_iterable(spelled)],
    )


class _Traits(NamedTuple):
    """What the rules need to know of each word of a vocabulary, and, last, of no word."""

    known: np.ndarray
    value: np.ndarray
    boost: np.ndarray
    negates: np.ndarray
    upper: np.ndarray
    capital: np.ndarray
    key: np.ndarray


def _keys() -> dict[str, int]:
    """Numbers for the words that rules and idioms name; 0 is any other word."""
    known = lexicon()
    named = [part for phrase in (*known.idioms, *known.boosters) if " " in phrase for part in phrase.split()]
    rest = "no or nor kind of least at very never so this without doubt but nothing none to".split()
    return {word: number for number, word in enumerate(sorted({*named, *rest}), start=1)}


def _traits(vocabulary: list[str]) -> _Traits:
    """Look each word up once."""
    known, keys = lexicon(), _keys()
    n = len(vocabulary) + 1
    low = [word.lower() for word in vocabulary]
    result = _Traits(
        np.zeros(n, bool), np.zeros(n), np.zeros(n), np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, bool),
        np.zeros(n, np.int64),
    )  # fmt: skip
    for number, word in enumerate(low):
        if word in known.values:
            result.known[number], result.value[number] = True, known.values[word]
        if word in known.boosters:
            result.boost[number] = known.boosters[word]
        if word in keys:
            result.key[number] = keys[word]
        if word in known.negations or "n't" in word:
            result.negates[number] = True
    upper = [word.isupper() for word in vocabulary]
    result.upper[:-1] = upper
    result.capital[:-1] = [word[:1].isupper() and not up for word, up in zip(vocabulary, upper, strict=True)]
    return result


class _Near(NamedTuple):
    """The words around each candidate: index 0 is the word itself, 1 to 3 those before, -1 and -2 after."""

    at: dict[int, np.ndarray]
    exists: dict[int, np.ndarray]
    key: dict[int, np.ndarray]


def weigh(words: Words, *, rules: Collection[str] = frozenset(NEWS_RULES)) -> Hits:
    """Find the words that fire and weigh them by what stands around them.

    Parameters
    ----------
    words
        From `read`, with the same `rules`.
    rules
        Names from `NEWS_RULES`; ``()`` gives VADER's own weights.

    Examples
    --------
    >>> from helpers.tokens import tokenize
    >>> texts = ["The talks were not good.", "World War II ended."]
    >>> hits = weigh(read(texts, tokenize(texts)))
    >>> hits.text.tolist(), hits.weight.round(3).tolist()
    ([0], [-1.406])
    """
    traits, keys = _traits(words.vocabulary), _keys()
    place = np.flatnonzero((traits.known & (traits.boost == 0))[words.ids])
    text = np.searchsorted(words.offsets, place, side="right") - 1
    keep = ~_silent(words, traits, place, text, rules)
    place, text = place[keep], text[keep]
    near = _neighbours(words, traits, place, text)
    value = traits.value[near.at[0]]
    loud = _some_capitals(words, traits)[text]
    weight = _denied_by_no(near, traits, value, keys)
    weight = np.where(
        traits.upper[near.at[0]] & loud, weight + np.where(weight > 0, 1, -1) * lexicon().capitals, weight
    )
    for distance in (1, 2, 3):
        weight = _step(near, traits, weight, loud, distance, keys, rules)
    weight = _least(near, traits, weight, keys)
    if "fail-to" in rules:
        weight = _fail_to(near, words.vocabulary, weight, keys)
    hits = Hits(place, text, value, weight)
    return _contrast(words, traits, hits, keys, rules)


def _neighbours(words: Words, traits: _Traits, place: np.ndarray, text: np.ndarray) -> _Near:
    """Look up the words around each place; beyond the text's ends stands no word."""
    nothing = len(traits.key) - 1
    before, after = place - words.offsets[text], words.offsets[text + 1] - 1 - place
    at, exists = {0: words.ids[place]}, {}
    for step in (1, 2, 3):
        exists[step] = before >= step
        at[step] = np.where(exists[step], words.ids[np.maximum(place - step, 0)], nothing)
    for step in (-1, -2):
        exists[step] = after >= -step
        at[step] = np.where(exists[step], words.ids[np.minimum(place - step, len(words.ids) - 1)], nothing)
    return _Near(at, exists, {step: traits.key[ids] for step, ids in at.items()})


def _silent(
    words: Words, traits: _Traits, place: np.ndarray, text: np.ndarray, rules: Collection[str]
) -> np.ndarray:
    """Candidates that say nothing where they stand: "kind of", and by the news rules "no limits" and names."""
    keys, nothing = _keys(), len(traits.key) - 1
    key = traits.key[words.ids[place]]
    is_last = place + 1 == words.offsets[text + 1]
    following = np.where(is_last, nothing, words.ids[np.minimum(place + 1, len(words.ids) - 1)])
    silent = (key == keys["kind"]) & (traits.key[following] == keys["of"])
    if "no" in rules:
        silent |= (key == keys["no"]) & ~is_last & ~np.isin(words.closes[place], list(b",.;:!?"))
    if "names" in rules:
        silent |= _is_name(words, traits, place, text)
    return silent


def _is_name(words: Words, traits: _Traits, place: np.ndarray, text: np.ndarray) -> np.ndarray:
    """Capitalised inside a sentence that does not capitalise most of its words, as headlines do."""
    capital = traits.capital[words.ids]
    before = np.maximum(place - 1, 0)
    begins = (
        (place == words.offsets[text])
        | np.isin(words.opens[place], list(b"\"'(["))
        | (words.opens[place] == 255)
        | np.isin(words.closes[before], list(b".:!?\"'"))
    )
    many = np.concatenate([[0], np.cumsum(capital, dtype=np.int64)])
    share = (many[words.offsets[text + 1]] - many[words.offsets[text]]) / np.diff(words.offsets)[text]
    return capital[place] & ~begins & (share < 0.5)


def _some_capitals(words: Words, traits: _Traits) -> np.ndarray:
    """Per text: some words are in capitals and some are not."""
    many = np.concatenate([[0], np.cumsum(traits.upper[words.ids], dtype=np.int64)])[words.offsets]
    capitals = np.diff(many)
    return (capitals > 0) & (capitals < np.diff(words.offsets))


def _denied_by_no(near: _Near, traits: _Traits, value: np.ndarray, keys: dict[str, int]) -> np.ndarray:
    """ "no" loses its weight before a word of the lexicon, and turns the words after it."""
    no, key = keys["no"], near.key
    weight = np.where((key[0] == no) & traits.known[near.at[-1]], 0.0, value)
    denied = (key[1] == no) | (key[2] == no)
    denied |= (key[3] == no) & ((key[1] == keys["or"]) | (key[1] == keys["nor"]))
    return np.where(denied, value * lexicon().negate, weight)


def _step(
    near: _Near,
    traits: _Traits,
    weight: np.ndarray,
    loud: np.ndarray,
    distance: int,
    keys: dict[str, int],
    rules: Collection[str],
) -> np.ndarray:
    """Let the word `distance` before each candidate strengthen, weaken, deny or complete it."""
    other = near.at[distance]
    acts = near.exists[distance] & ~traits.known[other]
    weight = np.where(acts, weight + _boost(traits, other, weight, loud, distance), weight)
    weight = np.where(acts, weight * _denial(near, traits, distance, keys, rules), weight)
    if distance == 3:
        rows = np.flatnonzero(acts & _idiom_words(near))
        weight[rows] = _idioms(near, weight[rows], rows, keys)
    return weight


def _boost(
    traits: _Traits, other: np.ndarray, weight: np.ndarray, loud: np.ndarray, distance: int
) -> np.ndarray:
    """What a degree word adds: less from further away, more in capitals."""
    boost = traits.boost[other]
    scalar = np.where(weight < 0, -boost, boost)
    scalar = np.where(
        (boost != 0) & traits.upper[other] & loud,
        scalar + np.where(weight > 0, 1, -1) * lexicon().capitals,
        scalar,
    )
    return scalar * {1: 1.0, 2: 0.95, 3: 0.9}[distance]


def _denial(
    near: _Near, traits: _Traits, distance: int, keys: dict[str, int], rules: Collection[str]
) -> np.ndarray:
    """The factor of a negation `distance` words before: "never so" strengthens, "without doubt" does nothing."""
    key = near.key
    emphatic, spared = np.zeros(len(near.at[0]), bool), np.zeros(len(near.at[0]), bool)
    so = {step: (key[step] == keys["so"]) | (key[step] == keys["this"]) for step in (1, 2)}
    doubt = {step: key[step] == keys["doubt"] for step in (1, 2)}
    if distance == 2:
        emphatic = (key[2] == keys["never"]) & so[1]
        spared = (key[2] == keys["without"]) & doubt[1]
    if distance == 3:
        emphatic = ((key[3] == keys["never"]) & so[2]) | so[1]
        if "emphasis" in rules:
            emphatic = (key[3] == keys["never"]) & (so[1] | so[2])
        spared = (key[3] == keys["without"]) & (doubt[2] | doubt[1])
    if "nothing-but" in rules and distance > 1:
        nothing = (key[distance] == keys["nothing"]) | (key[distance] == keys["none"])
        spared = spared | (nothing & (key[distance - 1] == keys["but"]))
    factor = np.where(traits.negates[near.at[distance]] & ~spared, lexicon().negate, 1.0)
    return np.where(emphatic, 1.25, factor)


def _idiom_words(near: _Near) -> np.ndarray:
    """Candidates with two neighbouring words that idioms could be made of: few."""
    key = {step: array > 0 for step, array in near.key.items()}
    return (key[3] & key[2]) | (key[2] & key[1]) | (key[1] & key[0]) | (key[0] & key[-1])


def _idioms(near: _Near, weight: np.ndarray, rows: np.ndarray, keys: dict[str, int]) -> np.ndarray:
    """VADER's idioms ("kiss of death") replace a weight; two-word degree words ("sort of") add to it."""
    names = ["", *keys]
    idioms, boosters = lexicon().idioms, lexicon().boosters
    result = weight.copy()
    spans = ((1, 0), (2, 0), (2, 1), (3, 1), (3, 2))
    for number, row in enumerate(rows.tolist()):
        word = {step: names[near.key[step][row]] for step in near.key}
        found = {(a, b): " ".join(word[step] for step in range(a, b - 1, -1)) for a, b in spans}
        before = [idioms[found[span]] for span in spans if found[span] in idioms][:1]
        after = [
            idioms[phrase]
            for phrase in (f"{word[0]} {word[-1]}", f"{word[0]} {word[-1]} {word[-2]}")
            if phrase in idioms
        ][-1:]
        result[number] = [weight[number], *before, *after][-1]
        result[number] += sum(boosters.get(found[span], 0.0) for span in ((3, 1), (3, 2), (2, 1)))
    return result


def _least(near: _Near, traits: _Traits, weight: np.ndarray, keys: dict[str, int]) -> np.ndarray:
    """ "least" denies the next word, but not "at least" and "very least"."""
    key = near.key
    least = (key[1] == keys["least"]) & ~traits.known[near.at[1]]
    spared = near.exists[2] & ((key[2] == keys["at"]) | (key[2] == keys["very"]))
    return np.where(least & ~spared, weight * lexicon().negate, weight)


def _fail_to(near: _Near, vocabulary: list[str], weight: np.ndarray, keys: dict[str, int]) -> np.ndarray:
    """ "failed to" and its like deny the word that follows, or the one after it."""
    fails = np.array([word.lower() in _FAIL for word in vocabulary] + [False], bool)
    to = keys["to"]
    denied = ((near.key[1] == to) & fails[near.at[2]]) | ((near.key[2] == to) & fails[near.at[3]])
    return np.where(denied, weight * lexicon().negate, weight)


def _contrast(
    words: Words, traits: _Traits, hits: Hits, keys: dict[str, int], rules: Collection[str]
) -> Hits:
    """Halve what stands before the first "but" of a text and raise what stands after it by a half."""
    key = traits.key[words.ids]
    buts = np.flatnonzero(key == keys["but"])
    if "nothing-but" in rules and len(buts):
        left = key[np.maximum(buts - 1, 0)]
        buts = buts[~(((left == keys["nothing"]) | (left == keys["none"])) & (buts > 0))]
    text = np.searchsorted(words.offsets, buts, side="right") - 1
    first = np.full(len(words.offsets) - 1, -1, np.int64)
    first[text[::-1]] = buts[::-1]
    but = first[hits.text]
    factor = np.select([but < 0, hits.word < but, hits.word > but], [1.0, 0.5, 1.5], 1.0)
    if "contrast" in rules:
        return hits._replace(weight=hits.weight * factor)
    return hits._replace(weight=_as_in_vader(hits, factor, but))


def _as_in_vader(hits: Hits, factor: np.ndarray, but: np.ndarray) -> np.ndarray:
    """VADER finds the weight to change by its value, and so changes the first of equal ones twice."""
    weight = hits.weight * factor
    contrasted = np.flatnonzero(but >= 0)
    cuts = np.flatnonzero(np.diff(hits.text[contrasted])) + 1
    for rows in np.split(contrasted, cuts):
        values = hits.weight[rows].tolist()
        for number in range(len(values)):
            if values[number]:
                change = values.index(values[number])
                values[change] *= factor[rows[change]]
        weight[rows] = values
    return weight
