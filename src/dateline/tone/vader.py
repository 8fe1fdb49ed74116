"""VADER's sentence scores on the shared token table, word by word, with and without words that name events.

C. J. Hutto and E. E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text", ICWSM 2014; lexicon and word lists come from the package vaderSentiment (MIT licence). With
``news=False`` each sum is that of its ``polarity_scores`` (a test compares them). Our three differences:

- curly quotation marks and apostrophes are read like straight ones;
- "no" before a word denies that word and is no judgement itself: "no limits";
- a capitalised word inside a sentence is a name ("Supreme Court"), except in a headline that capitalises all
  but small words; "world war" and "cold war" are names however they are written.
"""

import itertools
import string
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from dateline.tokens import Tokens

# VADER squashes a sum s to s / sqrt(s² + 15), which is near 1 for four strong words.
SQUASH = 15.0
# Characters that are cut into words at a time: few enough for the cache.
BLOCK = 1 << 18
# Words that a headline in capitals leaves in lower case.
SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "but", "by", "for", "from", "if", "in", "into", "is", "of", "off", "on"}
    | {"or", "over", "so", "than", "the", "to", "up", "v", "via", "vs", "with"}
)
QUOTES = dict.fromkeys(map(ord, "‘’‚‛′"), "'") | dict.fromkeys(map(ord, "“”„‟″«»‹›"), '"')


class Lexicon(NamedTuple):
    """What vaderSentiment knows: weights of words, of degree words, and its other lists."""

    weights: dict[str, float]
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
    emojis = {key: value for key, value in analyzer.emojis.items() if len(key) == 1}
    return Lexicon(
        analyzer.lexicon, vader.BOOSTER_DICT, frozenset(vader.NEGATE), vader.SPECIAL_CASES, emojis,
        vader.N_SCALAR, vader.C_INCR,
    )  # fmt: skip


class WordTable(NamedTuple):
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


def split_words(texts: Sequence[str], tokens: Tokens, *, news: bool = True) -> WordTable:
    """Cut texts into VADER's words, most of them by looking up the token that they consist of.

    Raises
    ------
    ValueError
        If the token table is that of different texts.
    """
    texts = list(texts)
    if len(tokens.offsets) != len(texts) + 1:
        raise ValueError(
            f"the token table has {len(tokens.offsets) - 1} texts, the sentences are {len(texts)}: "
            "run notebook 01-ingestion again"
        )
    # words with "_" are the only tokens that have punctuation inside; 0 also stands for no token
    lengths = np.array([0 if "_" in word else len(word) for word in [*tokens.words, "_"]], np.int32)
    spellings: dict[str, int] = {}
    sizes = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts))) // BLOCK
    edges = [0, *(np.flatnonzero(np.diff(sizes)) + 1).tolist(), len(texts)] if texts else []
    blocks = [
        _split_block(texts[first:last], tokens, first, lengths, spellings, news=news)
        for first, last in itertools.pairwise(edges)
    ]
    empty = (np.zeros(0, np.int32),) * 3 + (np.zeros(0, np.uint8),) * 2 + (np.zeros(0, np.int64), np.zeros(0))
    ids, start, end, opens, closes, count, emphasis = (
        np.concatenate(arrays) for arrays in zip(empty, *blocks, strict=True)
    )
    offsets = np.concatenate([[0], np.cumsum(count)])
    spelled = [_spell(spelling, news=news) for spelling in spellings]
    words = WordTable(
        ids, start, end, opens, closes, offsets, emphasis, [*tokens.words, *map(" ".join, spelled)]
    )
    if all(len(parts) == 1 for parts in spelled):
        return words
    # an emoji stands for several words, which take its place
    sizes = np.concatenate([np.ones(len(tokens.words), np.int64), [len(parts) for parts in spelled]])
    begin, size = np.cumsum(sizes) - sizes, sizes[ids]
    inner = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return words._replace(
        ids=(np.repeat(begin[ids], size) + inner).astype(np.int32),
        **{name: np.repeat(getattr(words, name), size) for name in ("start", "end", "opens", "closes")},
        offsets=np.concatenate([[0], np.cumsum(size)])[offsets],
        vocabulary=[*tokens.words, *itertools.chain.from_iterable(spelled)],
    )


def _split_block(
    texts: list[str], tokens: Tokens, first_text: int, lengths: np.ndarray, spellings: dict[str, int], *,
    news: bool,
) -> tuple[np.ndarray, ...]:  # fmt: skip
    """Words of one block of texts; spellings that are not one whole token are numbered in `spellings`."""
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    # white space, and places of characters that are neither letters nor ASCII punctuation
    space = codes <= 32
    places = np.concatenate([np.flatnonzero((codes < 32) & (codes != 10)), np.flatnonzero(codes > 126)])
    kinds, kind = np.unique(codes[places], return_inverse=True)
    is_space = np.array([chr(code).isspace() for code in kinds.tolist()], bool)
    is_letter = np.array([chr(code).isalnum() or (news and code in QUOTES) for code in kinds.tolist()], bool)
    space[places] = is_space[kind]
    odd = places[~(is_space | is_letter)[kind]]
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
        spellings.setdefault(joined[a:b], len(spellings))
        for a, b in zip(first[rare].tolist(), last[rare].tolist(), strict=True)
    ]
    word[rare] += len(tokens.words)
    shift = np.repeat(text_starts, count)
    opens, closes = (np.minimum(codes[at], 255).astype(np.uint8) for at in (first, last - 1))
    # VADER's amplifier: up to four exclamation marks, and question marks from the second on
    marks, questions = (
        np.bincount(np.searchsorted(text_ends, np.flatnonzero(codes == ord(mark)), side="right"),
                    minlength=len(text_ends))
        for mark in "!?"
    )  # fmt: skip
    emphasis = np.minimum(marks, 4) * 0.292
    emphasis = emphasis + np.select([questions < 2, questions <= 3], [0, questions * 0.18], 0.96)
    start, end = (first - shift).astype(np.int32), (last - shift).astype(np.int32)
    return word, start, end, opens, closes, count, emphasis


def _spell(spelling: str, *, news: bool) -> list[str]:
    """Words that VADER makes of one run of characters without space: more than one if it has emojis."""
    emojis, parts = lexicon().emojis, [spelling.translate(QUOTES) if news else spelling]
    if not spelling.isascii() and not emojis.keys().isdisjoint(spelling):
        text = ""
        for mark in parts[0]:
            text += " " if mark in emojis and text and text[-1] != " " else ""
            text += emojis.get(mark, mark)
        parts = text.split()
    bare = [part.strip(string.punctuation) for part in parts]
    # of two letters or fewer it may be an emoticon
    return [part if len(word) <= 2 else word for part, word in zip(parts, bare, strict=True)]


class Weights(NamedTuple):
    """Words that fired: position in the `WordTable`, text, and what each adds to the text's sum."""

    word: np.ndarray
    text: np.ndarray
    weight: np.ndarray


class _Traits(NamedTuple):
    """What the rules need to know of each word of a vocabulary, and, last, of no word."""

    known: np.ndarray
    value: np.ndarray
    boost: np.ndarray
    negates: np.ndarray
    upper: np.ndarray
    capital: np.ndarray
    lower: np.ndarray
    key: np.ndarray


@cache
def _keys() -> dict[str, int]:
    """Give numbers to the words that rules and idioms name; 0 is any word besides."""
    phrases = [phrase for phrase in (*lexicon().idioms, *lexicon().boosters) if " " in phrase]
    names = "no or nor kind of least at very never so this without doubt but world cold war"
    return {
        word: number for number, word in enumerate(sorted({*" ".join(phrases).split(), *names.split()}), 1)
    }


@cache
def _idiom_pairs() -> np.ndarray:
    """Which two words can stand together in an idiom or a two-word degree word."""
    keys = _keys()
    allowed = np.zeros((len(keys) + 1, len(keys) + 1), bool)
    for phrase in (*lexicon().idioms, *lexicon().boosters):
        for left, right in itertools.pairwise(phrase.split()):
            allowed[keys[left], keys[right]] = True
    return allowed


def _traits(vocabulary: list[str]) -> _Traits:
    """Look each word up once."""
    lists, keys = lexicon(), _keys()
    low = [word.lower() for word in vocabulary]
    upper = [word.isupper() for word in vocabulary]
    return _Traits(
        np.array([*(word in lists.weights for word in low), False]),
        np.array([*(lists.weights.get(word, 0.0) for word in low), 0.0]),
        np.array([*(lists.boosters.get(word, 0.0) for word in low), 0.0]),
        np.array([*(word in lists.negations or "n't" in word for word in low), False]),
        np.array([*upper, False]),
        np.array(
            [*(word[:1].isupper() and not up for word, up in zip(vocabulary, upper, strict=True)), False]
        ),
        np.array([*(word[:1].islower() and word not in SMALL_WORDS for word in vocabulary), False]),
        np.array([*(keys.get(word, 0) for word in low), 0]),
    )


class _Context(NamedTuple):
    """Words around each candidate: 0 is the word itself, 1 to 3 those before it, -1 and -2 after it."""

    ids: dict[int, np.ndarray]
    exists: dict[int, np.ndarray]
    key: dict[int, np.ndarray]
    traits: _Traits
    loud: np.ndarray

    def has(self, step: int, *names: str) -> np.ndarray:
        """Whether the word at that distance is one of these."""
        return np.logical_or.reduce([self.key[step] == _keys()[name] for name in names])


def weigh_words(words: WordTable, *, news: bool = True) -> Weights:
    """Weigh the words of the lexicon by what stands around them.

    Parameters
    ----------
    words
        From `split_words`, with the same `news`.
    news
        Whether our rules for "no" and for names apply; without them the weights are VADER's own.

    Examples
    --------
    >>> from dateline import tokens
    >>> texts = ["The talks were not good.", "World War II ended."]
    >>> weights = weigh_words(split_words(texts, tokens.tokenize(texts)))
    >>> weights.text.tolist(), weights.weight.round(3).tolist()
    ([0], [-1.406])
    """
    traits = _traits(words.vocabulary)
    place = np.flatnonzero((traits.known & (traits.boost == 0))[words.ids])
    place = place[~_is_silent(words, traits, place, news=news)]
    text = _text_of(words, place)
    context = _context(words, traits, place, text)
    value, negate = traits.value[context.ids[0]], lexicon().negate
    # "no" before a word of the lexicon has no weight, and turns the words after it
    weight = np.where(context.has(0, "no") & traits.known[context.ids[-1]], 0.0, value)
    denied = (
        context.has(1, "no") | context.has(2, "no") | (context.has(3, "no") & context.has(1, "or", "nor"))
    )
    weight = np.where(denied, value * negate, weight)
    weight = _raise_loud(context, 0, weight, sign_of=weight)
    for distance in (1, 2, 3):
        weight = _step(context, weight, distance)
    # "least" denies the next word, but not "at least" and "very least"
    least = context.has(1, "least") & ~traits.known[context.ids[1]] & ~context.has(2, "at", "very")
    weight = np.where(least, weight * negate, weight)
    return Weights(place, text, _contrast(words, traits, place, text, weight))


def _text_of(words: WordTable, place: np.ndarray) -> np.ndarray:
    return np.searchsorted(words.offsets, place, side="right") - 1


def _count(words: WordTable, trait: np.ndarray) -> np.ndarray:
    """Count the words of each text that have a trait."""
    total = np.zeros(len(words.ids) + 1, np.int32)
    np.cumsum(trait[words.ids], out=total[1:])
    return np.diff(total[words.offsets])


def _context(words: WordTable, traits: _Traits, place: np.ndarray, text: np.ndarray) -> _Context:
    """Look up the words around each place; past the text's ends stands no word."""
    nothing, last = len(traits.key) - 1, len(words.ids) - 1
    before, after = place - words.offsets[text], words.offsets[text + 1] - 1 - place
    exists = {step: before >= step if step >= 0 else after >= -step for step in range(-2, 4)}
    ids = {
        step: np.where(exists[step], words.ids[np.clip(place - step, 0, last)], nothing) for step in exists
    }
    capitals = _count(words, traits.upper)
    loud = ((capitals > 0) & (capitals < np.diff(words.offsets)))[text]
    return _Context(ids, exists, {step: traits.key[ids[step]] for step in ids}, traits, loud)


def _is_silent(words: WordTable, traits: _Traits, place: np.ndarray, *, news: bool) -> np.ndarray:
    """Mark candidates that say nothing: "kind" of "kind of", and in news "no limits" and names."""
    keys, nothing = _keys(), len(traits.key) - 1
    key, text = traits.key[words.ids[place]], _text_of(words, place)
    is_last = place + 1 == words.offsets[text + 1]
    following = np.where(is_last, nothing, words.ids[np.minimum(place + 1, len(words.ids) - 1)])
    silent = (key == keys["kind"]) & (traits.key[following] == keys["of"])
    if not news:
        return silent
    silent |= (key == keys["no"]) & ~is_last & ~np.isin(words.closes[place], list(b",.;:!?"))
    before = np.maximum(place - 1, 0)
    begins = (place == words.offsets[text]) | np.isin(words.closes[before], list(b".:!?\"'"))
    begins |= np.isin(words.opens[place], [*b"\"'([", 255])
    silent |= traits.capital[words.ids[place]] & ~begins & (_count(words, traits.lower) > 0)[text]
    is_war = np.isin(traits.key[words.ids[before]], [keys["world"], keys["cold"]])
    return silent | ((key == keys["war"]) & is_war & (place > words.offsets[text]))


def _raise_loud(context: _Context, step: int, weight: np.ndarray, *, sign_of: np.ndarray) -> np.ndarray:
    """Raise a weight where the word at that distance is in capitals and not all words are."""
    louder = weight + np.where(sign_of > 0, 1, -1) * lexicon().capitals
    return np.where(context.traits.upper[context.ids[step]] & context.loud, louder, weight)


def _step(context: _Context, weight: np.ndarray, distance: int) -> np.ndarray:
    """Let the word `distance` before each candidate strengthen, weaken, deny or complete it."""
    before = context.ids[distance]
    acts = context.exists[distance] & ~context.traits.known[before]
    boost = context.traits.boost[before]
    scalar = np.where(weight < 0, -boost, boost)
    scalar = np.where(boost != 0, _raise_loud(context, distance, scalar, sign_of=weight), scalar)
    weight = np.where(acts, weight + scalar * {1: 1.0, 2: 0.95, 3: 0.9}[distance], weight)
    # "never so" strengthens, "without doubt" does nothing
    emphatic = spared = np.zeros(len(weight), bool)
    if distance == 2:
        emphatic = context.has(2, "never") & context.has(1, "so", "this")
        spared = context.has(2, "without") & context.has(1, "doubt")
    if distance == 3:
        emphatic = context.has(3, "never") & context.has(2, "so", "this") | context.has(1, "so", "this")
        spared = context.has(3, "without") & (context.has(2, "doubt") | context.has(1, "doubt"))
    factor = np.where(context.traits.negates[before] & ~spared, lexicon().negate, 1.0)
    weight = np.where(acts, weight * np.where(emphatic, 1.25, factor), weight)
    if distance == 3:
        pairs = [_idiom_pairs()[context.key[left], context.key[left - 1]] for left in (3, 2, 1, 0)]
        rows = np.flatnonzero(acts & np.logical_or.reduce(pairs))
        weight[rows] = _idioms(context, weight[rows], rows)
    return weight


def _idioms(context: _Context, weight: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Let idioms ("kiss of death") replace a weight, and two-word degree words ("sort of") add to it."""
    names = ["", *_keys()]
    idioms, boosters = lexicon().idioms, lexicon().boosters
    result = weight.copy()
    spans = ((1, 0), (2, 0), (2, 1), (3, 1), (3, 2))
    for number, row in enumerate(rows.tolist()):
        word = {step: names[key[row]] for step, key in context.key.items()}
        phrase = {(a, b): " ".join(word[step] for step in range(a, b - 1, -1)) for a, b in spans}
        before = [idioms[phrase[span]] for span in spans if phrase[span] in idioms][:1]
        following = (f"{word[0]} {word[-1]}", f"{word[0]} {word[-1]} {word[-2]}")
        after = [idioms[text] for text in following if text in idioms][-1:]
        result[number] = [weight[number], *before, *after][-1]
        result[number] += sum(boosters.get(phrase[span], 0.0) for span in ((3, 1), (3, 2), (2, 1)))
    return result


def _contrast(
    words: WordTable, traits: _Traits, place: np.ndarray, text: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Halve what stands before the first "but" of a text and raise what stands after it by a half."""
    buts = np.flatnonzero(traits.key[words.ids] == _keys()["but"])
    first = np.full(len(words.offsets) - 1, -1, np.int64)
    first[_text_of(words, buts)[::-1]] = buts[::-1]
    but = first[text]
    factor = np.select([but < 0, place < but, place > but], [1.0, 0.5, 1.5], 1.0)
    weight = weight.copy()
    # VADER looks for the weight to change by its value, and so changes the first of equal ones twice
    contrasted = np.flatnonzero(but >= 0)
    for rows in np.split(contrasted, np.flatnonzero(np.diff(text[contrasted])) + 1):
        values = weight[rows].tolist()
        for number in range(len(values)):
            change = values.index(values[number])
            values[change] *= factor[rows[change]]
        weight[rows] = values
    return weight


def squash(sums: np.ndarray) -> np.ndarray:
    """Map sums of weights to −1…1, rounded to 4 digits as VADER's compound is.

    Examples
    --------
    >>> squash(np.array([0.0, 1.9, -3.1])).tolist()
    [0.0, 0.4404, -0.6249]
    """
    exact = sums / np.sqrt(sums * sums + SQUASH)
    rounded = np.round(exact, 4)
    # np.round scales first and so can fall on the far side of a tie from Python's round
    ties = np.flatnonzero(np.abs(np.abs(exact * 1e4) % 1 - 0.5) < 1e-6)
    rounded[ties] = [round(value, 4) for value in exact[ties].tolist()]
    return rounded + 0.0


def add_emphasis(sums: np.ndarray, emphasis: np.ndarray) -> np.ndarray:
    """Add the emphasis of exclamation and question marks to sums, in the direction of their sign."""
    return sums + np.sign(sums) * emphasis


class Scored(NamedTuple):
    """Scores and what they are made of.

    Attributes
    ----------
    table
        Table ``sentiment``, one row per readable sentence: score, hits, and `judging`, the score without
        event words.
    hits
        One row per word that fired: `row` of the sentences, `place` in `words` (-1: marks), `word`, `weight`,
        `event`.
    words
        All words of all sentences.
    """

    table: pd.DataFrame
    hits: pd.DataFrame
    words: WordTable


def score_sentences(
    articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens, *, events: Sequence[str]
) -> Scored:
    """Score every sentence of the articles in English.

    Parameters
    ----------
    articles, sentences, tokens
        Tables and token table of notebook 01.
    events
        Lower-case words to leave out of `judging`.

    Examples
    --------
    >>> from dateline.tokens import tokenize
    >>> articles = pd.DataFrame({"article_id": ["a"], "language": ["en"]})
    >>> sentences = pd.DataFrame({"article_id": "a", "sentence": [0, 1], "voice": "narrator",
    ...                           "text": ["The war was a shameful mistake!", "Talks go on."]})
    >>> scored = score_sentences(articles, sentences, tokenize(sentences["text"]), events=["war"])
    >>> scored.table[["score", "judging"]].iloc[0].tolist(), scored.table["hits"].iloc[0]
    ([-0.8687, -0.7088], 'war:-2.9; shameful:-2.2; mistake:-1.4; !:-0.292')
    """
    words, n = split_words(sentences["text"].tolist(), tokens), len(sentences)
    weights = weigh_words(words)
    used, code = np.unique(words.ids[weights.word], return_inverse=True)
    kinds, kind = np.unique([*(words.vocabulary[k].lower() for k in used), "!"], return_inverse=True)
    kinds = kinds.astype(object)
    sums = np.bincount(weights.text, weights.weight, n)
    marks = np.flatnonzero((words.emphasis > 0) & (sums != 0))
    hits = pd.DataFrame(
        {
            "row": np.concatenate([weights.text, marks]),
            "place": np.concatenate([weights.word, np.full(len(marks), -1)]),
            "word": pd.Categorical.from_codes(
                np.concatenate([kind[:-1][code], np.full(len(marks), kind[-1])]), kinds
            ),
            "weight": np.concatenate([weights.weight, (np.sign(sums) * words.emphasis)[marks]]),
        }
    )
    hits = hits.iloc[np.argsort(hits["row"].to_numpy(), kind="stable")].reset_index(drop=True)
    event = hits["word"].isin(list(events)).to_numpy()
    hits["event"] = event
    kept_sums = np.bincount(hits["row"], hits["weight"] * ~(event | (hits["place"] < 0)), n)
    table = sentences[["article_id", "sentence", "voice"]].assign(
        score=squash(np.bincount(hits["row"], hits["weight"], n)),
        hits=_joined_hits(hits, n),
        judging=squash(add_emphasis(kept_sums, words.emphasis)),
    )
    readable = articles.loc[population.is_readable(articles), "article_id"]
    return Scored(table[table["article_id"].isin(readable)], hits, words)


def _joined_hits(hits: pd.DataFrame, n: int) -> np.ndarray:
    """Per sentence: "word:+1.9; word:-0.5", whose sum is the sentence's before it is squashed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    values, value = np.unique(hits["weight"].to_numpy().round(6), return_inverse=True)
    pairs, code = np.unique(
        hits["word"].cat.codes.to_numpy() * np.int64(len(values)) + value, return_inverse=True
    )
    kinds = hits["word"].cat.categories
    labels = [f"{kinds[k // len(values)]}:{values[k % len(values)]:+.6g}" for k in pairs.tolist()]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(hits["row"], minlength=n))]).astype(np.int32)
    lists = pa.ListArray.from_arrays(offsets, pa.array(labels, pa.string()).take(pa.array(code)))
    return pc.binary_join(lists, "; ").to_numpy(zero_copy_only=False)


def word_weights(scored: Scored, units: pd.DataFrame) -> pd.DataFrame:
    """Say what each word adds to the mean score of some sentences; all words together add up to it.

    Parameters
    ----------
    scored
        From `score_sentences`.
    units
        From `dateline.tone.differences.counted_sentences`, or some rows of it.

    Returns
    -------
    DataFrame
        word, event, n_articles, n_times, adds, share (of all that is added and taken away). Largest share
        first.
    """
    article = np.full(len(scored.words.emphasis), -1)
    article[units.index] = units["article"]
    hits = scored.hits.assign(article=article[scored.hits["row"]])
    hits = hits[hits["article"] >= 0]
    sums = np.bincount(hits["row"], hits["weight"], len(article))
    hits["adds"] = hits["weight"] / np.sqrt(sums**2 + SQUASH)[hits["row"]] / max(len(units), 1)
    hits["size"] = hits["adds"].abs()
    table = hits.groupby("word", observed=True).agg(
        event=("event", "first"),
        n_articles=("article", "nunique"),
        n_times=("article", "size"),
        adds=("adds", "sum"),
        share=("size", "sum"),
    )
    table["share"] /= max(table["share"].sum(), 1e-9)
    table = table.reset_index().round(9).astype({"word": "str", "event": "bool"})
    return table.sort_values(["share", "word"], ascending=[False, True], kind="stable", ignore_index=True)


def voice_weights(scored: Scored, units: pd.DataFrame, *, most: int = 20) -> pd.DataFrame:
    """Give the heaviest words, with what each adds to the mean score of the sentences of each voice.

    Returns
    -------
    DataFrame
        word, event, share (see `word_weights`), and a column for each voice.
    """
    table = word_weights(scored, units).head(most).set_index("word")[["event", "share"]]
    for voice, part in units.groupby("voice"):
        table[str(voice)] = word_weights(scored, part).set_index("word")["adds"]
    return table.fillna(0.0).round(6).reset_index()
