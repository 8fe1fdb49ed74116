"""VADER's lexicon and rules on the shared token table: which words fire in a text, and how strongly.

C. J. Hutto and E. E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text", ICWSM 2014. Lexicon and word lists are read from the package vaderSentiment (MIT licence). With
``rules=()`` the sums are those of its ``polarity_scores``, sentence by sentence (a test compares them); with
`NEWS_RULES`, the default, they differ where these say so.
"""

import itertools
import string
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from helpers.tokens import Tokens

# Languages that the English lexicon reads; "und" is too short a text to tell.
READABLE = ("en", "und")
# Characters that are read at a time: little enough for the cache.
BLOCK = 1 << 18
# VADER squashes a sum s to s / sqrt(s² + 15), which is near 1 for four strong words.
SQUASH = 15.0

# All differences from VADER. A test shows what each mends; benchmarks/quality_sentiment.py measures them.
NEWS_RULES: dict[str, str] = {
    "typography": "curly quotation marks and apostrophes are read like straight ones, dashes part words",
    "short-words": "words of two letters lose the punctuation around them too: “no,” is “no”",
    "possessive": "“disaster's” is “disaster”",
    "contrast": "“but” changes the words before and after it by place; VADER takes equal weights for one",
    "emphasis": "“so” and “this” strengthen a word only after “never”, as VADER's paper says",
    "no": "“no” before a word denies that word and is no judgement itself: “no limits”",
    "nothing-but": "“nothing but” neither denies nor contrasts",
    "fail-to": "“failed to”, “refused to”, “declined to” deny what follows",
    "names": "a capitalised word inside a sentence is a name (“World War II”), but not in a headline that "
    "capitalises all but these small words",
}
# Words that a headline in capitals leaves in lower case.
SMALL = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "of", "off", "on"}
    | {"or", "over", "so", "than", "the", "to", "up", "v", "via", "vs", "with"}
)
FAIL = frozenset(
    {"fail", "fails", "failed", "failing", "failure", "refuse", "refuses", "refused", "refusing"}
    | {"decline", "declines", "declined", "declining"}
)

_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′"), "'") | dict.fromkeys(map(ord, "“”„‟″«»‹›"), '"')
_DASHES = frozenset(map(ord, "‒–—―…"))
_STRAIGHT = str.maketrans(_QUOTES)


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


class Hits(NamedTuple):
    """Words that fired: position in `Words`, text, the lexicon's weight (−4 to 4), and what it adds here."""

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


class _Traits(NamedTuple):
    """What the rules need to know of each word of a vocabulary, and, last, of no word."""

    known: np.ndarray
    value: np.ndarray
    boost: np.ndarray
    negates: np.ndarray
    fails: np.ndarray
    upper: np.ndarray
    capital: np.ndarray
    lower: np.ndarray
    key: np.ndarray


@cache
def _keys() -> dict[str, int]:
    """Give numbers to the words that rules and idioms name; 0 is any other word."""
    known = lexicon()
    named = " ".join([phrase for phrase in (*known.idioms, *known.boosters) if " " in phrase])
    rest = "no or nor kind of least at very never so this without doubt but nothing none to"
    return {word: number for number, word in enumerate(sorted({*named.split(), *rest.split()}), start=1)}


@cache
def _pairs() -> np.ndarray:
    """Which two words can stand together in an idiom or a two-word degree word."""
    keys = _keys()
    allowed = np.zeros((len(keys) + 1, len(keys) + 1), bool)
    for phrase in (*lexicon().idioms, *lexicon().boosters):
        for left, right in itertools.pairwise(phrase.split()):
            allowed[keys[left], keys[right]] = True
    return allowed


def _traits(vocabulary: list[str]) -> _Traits:
    """Look each word up once."""
    known, keys = lexicon(), _keys()
    low = [word.lower() for word in vocabulary]
    upper = [word.isupper() for word in vocabulary]
    first = [word[:1] for word in vocabulary]
    return _Traits(
        np.array([*(word in known.values for word in low), False]),
        np.array([*(known.values.get(word, 0.0) for word in low), 0.0]),
        np.array([*(known.boosters.get(word, 0.0) for word in low), 0.0]),
        np.array([*(word in known.negations or "n't" in word for word in low), False]),
        np.array([*(word in FAIL for word in low), False]),
        np.array([*upper, False]),
        np.array([*(mark.isupper() and not up for mark, up in zip(first, upper, strict=True)), False]),
        np.array(
            [*(mark.islower() and word not in SMALL for mark, word in zip(first, low, strict=True)), False]
        ),
        np.array([*(keys.get(word, 0) for word in low), 0]),
    )


class _Near(NamedTuple):
    """What stands around each candidate: 0 is the word itself, 1 to 3 those before it, -1 and -2 after it."""

    at: dict[int, np.ndarray]
    exists: dict[int, np.ndarray]
    key: dict[int, np.ndarray]
    traits: _Traits
    loud: np.ndarray
    rules: Collection[str]

    def has(self, step: int, *names: str) -> np.ndarray:
        """Whether the word at that distance is one of these."""
        found = self.key[step] == _keys()[names[0]]
        for name in names[1:]:
            found |= self.key[step] == _keys()[name]
        return found


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
    traits = _traits(words.vocabulary)
    place = np.flatnonzero((traits.known & (traits.boost == 0))[words.ids])
    place = place[~_silent(words, traits, place, rules)]
    text = _texts(words, place)
    near = _neighbours(words, traits, place, text, rules)
    value = traits.value[near.at[0]]
    weight = _denied_by_no(near, value)
    weight = _louder(near, 0, weight, sign_of=weight)
    for distance in (1, 2, 3):
        weight = _step(near, weight, distance)
    # "least" denies the next word, but not "at least" and "very least"
    least = near.has(1, "least") & ~traits.known[near.at[1]] & ~near.has(2, "at", "very")
    weight = np.where(least, weight * lexicon().negate, weight)
    if "fail-to" in rules:
        denied = (near.has(1, "to") & traits.fails[near.at[2]]) | (
            near.has(2, "to") & traits.fails[near.at[3]]
        )
        weight = np.where(denied, weight * lexicon().negate, weight)
    return _contrast(words, traits, Hits(place, text, value, weight), rules)


def _texts(words: Words, place: np.ndarray) -> np.ndarray:
    """Texts that words stand in."""
    return np.searchsorted(words.offsets, place, side="right") - 1


def _count(words: Words, trait: np.ndarray) -> np.ndarray:
    """Count the words of each text that have a trait."""
    many = np.zeros(len(words.ids) + 1, np.int32)
    np.cumsum(trait[words.ids], out=many[1:])
    return np.diff(many[words.offsets])


def _neighbours(
    words: Words, traits: _Traits, place: np.ndarray, text: np.ndarray, rules: Collection[str]
) -> _Near:
    """Look up the words around each place; beyond the text's ends stands no word."""
    nothing = len(traits.key) - 1
    before, after = place - words.offsets[text], words.offsets[text + 1] - 1 - place
    exists = {step: before >= step if step >= 0 else after >= -step for step in range(-2, 4)}
    last = len(words.ids) - 1
    at = {
        step: np.where(there, words.ids[np.clip(place - step, 0, last)], nothing)
        for step, there in exists.items()
    }
    capitals = _count(words, traits.upper)
    loud = ((capitals > 0) & (capitals < np.diff(words.offsets)))[text]
    return _Near(at, exists, {step: traits.key[ids] for step, ids in at.items()}, traits, loud, rules)


def _silent(words: Words, traits: _Traits, place: np.ndarray, rules: Collection[str]) -> np.ndarray:
    """Find candidates that say nothing: "kind" of "kind of", and by the news rules "no limits" and names."""
    keys, nothing = _keys(), len(traits.key) - 1
    key, text = traits.key[words.ids[place]], _texts(words, place)
    is_last = place + 1 == words.offsets[text + 1]
    following = np.where(is_last, nothing, words.ids[np.minimum(place + 1, len(words.ids) - 1)])
    silent = (key == keys["kind"]) & (traits.key[following] == keys["of"])
    if "no" in rules:
        silent |= (key == keys["no"]) & ~is_last & ~np.isin(words.closes[place], list(b",.;:!?"))
    if "names" in rules:
        before = np.maximum(place - 1, 0)
        begins = (place == words.offsets[text]) | np.isin(words.closes[before], list(b".:!?\"'"))
        begins |= np.isin(words.opens[place], [*b"\"'([", 255])
        silent |= traits.capital[words.ids[place]] & ~begins & (_count(words, traits.lower) > 0)[text]
    return silent


def _denied_by_no(near: _Near, value: np.ndarray) -> np.ndarray:
    """Take the weight of "no" before a word of the lexicon, and let it turn the words after it."""
    weight = np.where(near.has(0, "no") & near.traits.known[near.at[-1]], 0.0, value)
    denied = near.has(1, "no") | near.has(2, "no") | (near.has(3, "no") & near.has(1, "or", "nor"))
    return np.where(denied, value * lexicon().negate, weight)


def _louder(near: _Near, step: int, weight: np.ndarray, *, sign_of: np.ndarray) -> np.ndarray:
    """Raise a weight where the word at that distance is in capitals and not all words are."""
    raised = weight + np.where(sign_of > 0, 1, -1) * lexicon().capitals
    return np.where(near.traits.upper[near.at[step]] & near.loud, raised, weight)


def _step(near: _Near, weight: np.ndarray, distance: int) -> np.ndarray:
    """Let the word `distance` before each candidate strengthen, weaken, deny or complete it."""
    other = near.at[distance]
    acts = near.exists[distance] & ~near.traits.known[other]
    boost = near.traits.boost[other]
    scalar = np.where(weight < 0, -boost, boost)
    scalar = np.where(boost != 0, _louder(near, distance, scalar, sign_of=weight), scalar)
    weight = np.where(acts, weight + scalar * {1: 1.0, 2: 0.95, 3: 0.9}[distance], weight)
    weight = np.where(acts, weight * _denial(near, distance), weight)
    if distance == 3:
        pairs = [_pairs()[near.key[left], near.key[left - 1]] for left in (3, 2, 1, 0)]
        rows = np.flatnonzero(acts & np.logical_or.reduce(pairs))
        weight[rows] = _idioms(near, weight[rows], rows)
    return weight


def _denial(near: _Near, distance: int) -> np.ndarray:
    """Give the factor of a negation so far before: "never so" strengthens, "without doubt" does nothing."""
    emphatic = spared = np.zeros(len(near.at[0]), bool)
    if distance == 2:
        emphatic = near.has(2, "never") & near.has(1, "so", "this")
        spared = near.has(2, "without") & near.has(1, "doubt")
    if distance == 3:
        direct, near_by = near.has(1, "so", "this"), near.has(2, "so", "this")
        emphatic = near.has(3, "never") & (direct | near_by)
        if "emphasis" not in near.rules:
            emphatic = emphatic | direct
        spared = near.has(3, "without") & (near.has(2, "doubt") | near.has(1, "doubt"))
    if "nothing-but" in near.rules and distance > 1:
        spared = spared | (near.has(distance, "nothing", "none") & near.has(distance - 1, "but"))
    factor = np.where(near.traits.negates[near.at[distance]] & ~spared, lexicon().negate, 1.0)
    return np.where(emphatic, 1.25, factor)


def _idioms(near: _Near, weight: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Let idioms ("kiss of death") replace a weight, and two-word degree words ("sort of") add to it."""
    names = ["", *_keys()]
    idioms, boosters = lexicon().idioms, lexicon().boosters
    result = weight.copy()
    spans = ((1, 0), (2, 0), (2, 1), (3, 1), (3, 2))
    for number, row in enumerate(rows.tolist()):
        word = {step: names[key[row]] for step, key in near.key.items()}
        found = {(a, b): " ".join(word[step] for step in range(a, b - 1, -1)) for a, b in spans}
        before = [idioms[found[span]] for span in spans if found[span] in idioms][:1]
        phrases = (f"{word[0]} {word[-1]}", f"{word[0]} {word[-1]} {word[-2]}")
        after = [idioms[phrase] for phrase in phrases if phrase in idioms][-1:]
        result[number] = [weight[number], *before, *after][-1]
        result[number] += sum(boosters.get(found[span], 0.0) for span in ((3, 1), (3, 2), (2, 1)))
    return result


def _contrast(words: Words, traits: _Traits, hits: Hits, rules: Collection[str]) -> Hits:
    """Halve what stands before the first "but" of a text and raise what stands after it by a half."""
    key, keys = traits.key[words.ids], _keys()
    buts = np.flatnonzero(key == keys["but"])
    if "nothing-but" in rules:
        buts = buts[(buts == 0) | ~np.isin(key[buts - 1], [keys["nothing"], keys["none"]])]
    first = np.full(len(words.offsets) - 1, -1, np.int64)
    first[_texts(words, buts)[::-1]] = buts[::-1]
    but = first[hits.text]
    factor = np.select([but < 0, hits.word < but, hits.word > but], [1.0, 0.5, 1.5], 1.0)
    weight = hits.weight * factor
    if "contrast" not in rules:
        # VADER finds the weight to change by its value, and so changes the first of equal ones twice
        contrasted = np.flatnonzero(but >= 0)
        for rows in np.split(contrasted, np.flatnonzero(np.diff(hits.text[contrasted])) + 1):
            values = hits.weight[rows].tolist()
            for number in range(len(values)):
                change = values.index(values[number])
                values[change] *= factor[rows[change]]
            weight[rows] = values
    return hits._replace(weight=weight)
