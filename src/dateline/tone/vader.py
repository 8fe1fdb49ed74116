"""VADER's sentence scores, word by word, with and without words that name events.

C. J. Hutto and E. E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text", ICWSM 2014; lexicon and word lists come from the package vaderSentiment (MIT licence). With
``news=False`` each sum is that of its ``polarity_scores`` (a test compares them). Three things differ:

curly quotation marks are read like straight ones; "no" before a word denies it and is no judgement itself; a
capitalised word inside a sentence is a name ("Supreme Court"), except in a headline that capitalises all but
small words, and so are "world war" and "cold war" however they are written.
"""

import itertools
import string
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.tokens import tokenize

# VADER squashes a sum s to s / sqrt(s² + 15), which is near 1 for four strong words.
SQUASH = 15.0
WORDS = {name: frozenset(words.split()) for name, words in tables.read_toml("tone.toml").items()}
QUOTES = dict.fromkeys(map(ord, "‘’‚‛′"), "'") | dict.fromkeys(map(ord, "“”„‟″«»‹›"), '"')


@cache
def lexicon() -> SimpleNamespace:
    """Read what the installed vaderSentiment knows: weights of words and degree words, and other lists."""
    from vaderSentiment import vaderSentiment as vader

    analyzer = vader.SentimentIntensityAnalyzer()
    emojis = {key: value for key, value in analyzer.emojis.items() if len(key) == 1}
    lists = {"weights": analyzer.lexicon, "boosters": vader.BOOSTER_DICT, "idioms": vader.SPECIAL_CASES}
    lists |= {"negations": frozenset(vader.NEGATE), "emojis": emojis}
    return SimpleNamespace(**lists, negate=vader.N_SCALAR, capitals=vader.C_INCR)


class WordTable(NamedTuple):
    """Words of n texts as VADER cuts them, at white space; the ends of a word lose their punctuation.

    ids: positions in `vocabulary` (case kept, unsorted, not unique); start: first character in the text, with
    punctuation; opens, closes: first and last character, 255 outside Latin-1; offsets: text i has the words
    ``offsets[i]:offsets[i + 1]``; emphasis: what the marks of each text add to its sum.
    """

    ids: np.ndarray
    start: np.ndarray
    opens: np.ndarray
    closes: np.ndarray
    offsets: np.ndarray
    emphasis: np.ndarray
    vocabulary: list[str]

    def text_of(self, place: np.ndarray) -> np.ndarray:
        """Give the text that each word is in."""
        return np.searchsorted(self.offsets, place, side="right") - 1

    def number_with(self, trait: np.ndarray) -> np.ndarray:
        """Count the words of each text that have a trait of the vocabulary."""
        return np.diff(np.cumsum(np.append(False, trait[self.ids]), dtype=np.int32)[self.offsets])


def split_words(texts: Sequence[str], *, news: bool = True) -> WordTable:
    """Cut texts into VADER's words."""
    visible = np.ones(0x110000, bool)
    visible[[code for code in range(0x3001) if chr(code).isspace()]] = False  # no space lies above
    tokens = tokenize(texts, inside=visible)
    signs = np.array(
        [(*(min(ord(sign), 255) for sign in (word[0], word[-1])), *map(word.count, "!?"))
         for word in tokens.words]).reshape(-1, 4).clip(max=255).astype(np.uint8)[tokens.ids]  # fmt: skip
    # VADER's amplifier: up to four exclamation marks, and question marks from the second on
    marks, questions = (
        np.diff(np.append(0, np.cumsum(number, dtype=np.int64))[tokens.offsets]) for number in signs[:, 2:].T
    )
    emphasis = np.select([questions < 2, questions <= 3], [0, questions * 0.18], 0.96)
    emphasis += np.minimum(marks, 4) * 0.292
    # an emoji stands for several words, which take its place
    parts = [_spell(spelling, news=news) for spelling in tokens.words]
    sizes = np.fromiter(map(len, parts), np.int64, len(parts))
    size = sizes[tokens.ids]
    ends = np.append(0, np.cumsum(size))
    ids = np.arange(ends[-1]) + np.repeat((np.cumsum(sizes) - sizes)[tokens.ids] - ends[:-1], size)
    start, opens, closes = (np.repeat(column, size) for column in (tokens.start, *signs[:, :2].T))
    vocabulary = [word for part in parts for word in part]
    return WordTable(ids.astype(np.int32), start, opens, closes, ends[tokens.offsets], emphasis, vocabulary)


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


@cache
def _phrase_words() -> tuple[dict[str, int], np.ndarray]:
    """Give numbers to the words that rules and idioms name, and which two can stand together in an idiom."""
    phrases = [phrase.split() for phrase in (*lexicon().idioms, *lexicon().boosters) if " " in phrase]
    names = sorted(WORDS["ruled"].union(*phrases))
    keys = {word: number for number, word in enumerate(names, 1)}
    pairs = np.zeros((len(keys) + 1, len(keys) + 1), bool)
    for left, right in itertools.chain.from_iterable(map(itertools.pairwise, phrases)):
        pairs[keys[left], keys[right]] = True
    return keys, pairs


def _traits(vocabulary: list[str]) -> SimpleNamespace:
    """Look up what the rules need to know of each word and, last, of no word, in arrays by name."""
    known, keys, small = lexicon(), _phrase_words()[0], WORDS["small"]
    words = [*vocabulary, ""]
    low = [word.lower() for word in words]
    return SimpleNamespace(
        rated=np.array([word in known.weights for word in low]),
        value=np.array([known.weights.get(word, 0.0) for word in low]),
        boost=np.array([known.boosters.get(word, 0.0) for word in low]),
        negates=np.array([word in known.negations or "n't" in word for word in low]),
        upper=np.array([word.isupper() for word in words]),
        capital=np.array([word[:1].isupper() and not word.isupper() for word in words]),
        lower=np.array([word[:1].islower() and word not in small for word in words]),
        key=np.array([keys.get(word, 0) for word in low]),
    )


def weigh_words(words: WordTable, *, news: bool = True) -> Weights:
    """Weigh the words of the lexicon by what stands around them.

    Takes `split_words` with the same `news`: whether our rules for "no" and for names apply; without them the
    weights are VADER's own.

    >>> weights = weigh_words(split_words(["The talks were not good.", "World War II ended."]))
    >>> weights.text.tolist(), weights.weight.round(3).tolist()
    ([0], [-1.406])
    """
    traits, (keys, pairs), negate = _traits(words.vocabulary), _phrase_words(), lexicon().negate
    place = np.flatnonzero((traits.rated & (traits.boost == 0))[words.ids])
    place = place[~_is_silent(words, traits, place, news=news)]
    text = words.text_of(place)
    # the word itself is 0, those before it are 1 to 3 and those after it -1 and -2, in the same text
    no_word, around = len(traits.key) - 1, dict[int, np.ndarray]()
    for step in range(-2, 4):
        inside = (place - step >= words.offsets[text]) & (place - step < words.offsets[text + 1])
        around[step] = np.where(inside, words.ids[np.clip(place - step, 0, len(words.ids) - 1)], no_word)
    key = {step: traits.key[ids] for step, ids in around.items()}
    capitals = words.number_with(traits.upper)
    mixed = ((capitals > 0) & (capitals < np.diff(words.offsets)))[text]

    def has(step: int, *names: str) -> np.ndarray:
        return np.logical_or.reduce([key[step] == keys[name] for name in names])

    def raise_capitals(step: int, weight: np.ndarray, *, sign_of: np.ndarray) -> np.ndarray:
        # capitals say something only where not all words have them
        louder = weight + np.where(sign_of > 0, 1, -1) * lexicon().capitals
        return np.where(traits.upper[around[step]] & mixed, louder, weight)

    # "no" before a word of the lexicon has no weight, and turns the words after it
    weight = np.where(has(0, "no") & traits.rated[around[-1]], 0.0, traits.value[around[0]])
    denied = has(1, "no") | has(2, "no") | (has(3, "no") & has(1, "or", "nor"))
    weight = np.where(denied, traits.value[around[0]] * negate, weight)
    weight = raise_capitals(0, weight, sign_of=weight)
    # the words before strengthen, weaken or deny; "never so" strengthens, "without doubt" does nothing
    nowhere, so = np.zeros(len(place), bool), has(1, "so", "this")
    emphatic = {1: nowhere, 2: has(2, "never") & so, 3: has(3, "never") & has(2, "so", "this") | so}
    doubt, no_doubt = has(1, "doubt"), {1: nowhere}
    no_doubt |= {2: has(2, "without") & doubt, 3: has(3, "without") & (has(2, "doubt") | doubt)}
    for step, share in ((1, 1.0), (2, 0.95), (3, 0.9)):
        acts = (around[step] != no_word) & ~traits.rated[around[step]]
        boost = traits.boost[around[step]]
        added = np.where(weight < 0, -boost, boost)
        added = np.where(boost != 0, raise_capitals(step, added, sign_of=weight), added)
        weight = np.where(acts, weight + added * share, weight)
        factor = np.where(traits.negates[around[step]] & ~no_doubt[step], negate, 1.0)
        weight = np.where(acts, weight * np.where(emphatic[step], 1.25, factor), weight)
    rows = np.flatnonzero(acts & np.logical_or.reduce([pairs[key[a], key[a - 1]] for a in (3, 2, 1, 0)]))
    weight[rows] = _idioms({step: numbers[rows] for step, numbers in key.items()}, weight[rows])
    # "least" denies the next word, but not "at least" and "very least"
    least = has(1, "least") & ~traits.rated[around[1]] & ~has(2, "at", "very")
    weight = np.where(least, weight * negate, weight)
    return Weights(place, text, _contrast(words, traits.key[words.ids] == keys["but"], place, text, weight))


def _contrast(
    words: WordTable, is_but: np.ndarray, place: np.ndarray, text: np.ndarray, weight: np.ndarray
) -> np.ndarray:
    """Halve what stands before the first "but" of a text and raise what stands after it by a half."""
    buts, weight = np.flatnonzero(is_but), weight.copy()
    but = np.full(len(words.offsets) - 1, -1, np.int64)
    but[words.text_of(buts)[::-1]] = buts[::-1]
    factor = np.select([place < but[text], place > but[text]], [0.5, 1.5], 1.0)
    # VADER looks for the weight to change by its value, and so changes the first of equal ones twice
    contrasted = np.flatnonzero(but[text] >= 0)
    for rows in np.split(contrasted, np.flatnonzero(np.diff(text[contrasted])) + 1):
        values = weight[rows].tolist()
        for number in range(len(values)):
            change = values.index(values[number])
            values[change] *= factor[rows[change]]
        weight[rows] = values
    return weight


def _is_silent(words: WordTable, traits: SimpleNamespace, place: np.ndarray, *, news: bool) -> np.ndarray:
    """Mark candidates that say nothing: "kind" of "kind of", and in news "no limits" and names."""
    keys, text, last = _phrase_words()[0], words.text_of(place), len(words.ids) - 1
    key, is_last = traits.key[words.ids[place]], place + 1 == words.offsets[text + 1]
    following = traits.key[words.ids[np.minimum(place + 1, last)]]
    silent = (key == keys["kind"]) & ~is_last & (following == keys["of"])
    if not news:
        return silent
    silent |= (key == keys["no"]) & ~is_last & ~np.isin(words.closes[place], list(b".,;:!?"))
    before, is_first = np.maximum(place - 1, 0), place == words.offsets[text]
    begins = is_first | np.isin(words.closes[before], list(b".:!?\"'"))
    begins |= np.isin(words.opens[place], [*b"\"'([", 255])
    silent |= traits.capital[words.ids[place]] & ~begins & (words.number_with(traits.lower) > 0)[text]
    is_war = np.isin(traits.key[words.ids[before]], [keys["world"], keys["cold"]])
    return silent | ((key == keys["war"]) & is_war & ~is_first)


def _idioms(key: dict[int, np.ndarray], weight: np.ndarray) -> np.ndarray:
    """Let idioms ("kiss of death") replace a weight, and two-word degree words ("sort of") add to it."""
    names, idioms, boosters = ["", *_phrase_words()[0]], lexicon().idioms, lexicon().boosters
    spans = ((2, 4), (1, 4), (1, 3), (0, 3), (0, 2), (3, 5), (3, 6))
    for row, numbers in enumerate(np.column_stack([key[step] for step in range(3, -3, -1)]).tolist()):
        words = [names[number] for number in numbers]
        phrases = [" ".join(words[first:last]) for first, last in spans]
        before = [idioms[text] for text in phrases[:5] if text in idioms]
        after = [idioms[text] for text in phrases[5:] if text in idioms]
        weight[row] = [weight[row], *before[:1], *after[-1:]][-1]
        weight[row] += sum(boosters.get(phrases[number], 0.0) for number in (3, 4, 2))
    return weight


def squash(sums: np.ndarray) -> np.ndarray:
    """Map sums of weights to −1…1, rounded to 4 digits as VADER's compound is.

    >>> squash(np.array([0.0, 1.9, -3.1])).tolist()
    [0.0, 0.4404, -0.6249]
    """
    exact = sums / np.sqrt(sums * sums + SQUASH)
    rounded = np.round(exact, 4)
    # np.round scales first and so can fall on the far side of a tie from Python's round
    ties = np.flatnonzero(np.abs(np.abs(exact * 1e4) % 1 - 0.5) < 1e-6)
    rounded[ties] = [round(value, 4) for value in exact[ties].tolist()]
    return rounded + 0.0


class Scored(NamedTuple):
    """Scores and what they are made of.

    `table` is table ``sentiment``, a row per readable sentence; `judging` is its score without event words.
    `hits` has a row per word that fired: `row` of the sentences, `place` in `words` (-1: marks), weight.
    """

    table: pd.DataFrame
    hits: pd.DataFrame
    words: WordTable

    @staticmethod
    def join(parts: Sequence["Scored"]) -> "Scored":
        """Join the scores of one text after another."""
        sizes = [(len(x.words.emphasis), len(x.words.ids), len(x.words.vocabulary)) for x in parts]
        scored, hits, words = [], [], []
        for part, (row, place, word) in zip(parts, np.cumsum([(0, 0, 0), *sizes], 0).tolist(), strict=False):
            scored.append(part.table.set_axis(part.table.index + row))
            moved = part.hits["place"] + place * (part.hits["place"] >= 0)
            hits.append(part.hits.assign(row=part.hits["row"] + row, place=moved).astype({"word": object}))
            offsets = part.words.offsets[int(row > 0) :] + place
            words.append(part.words._replace(ids=part.words.ids + np.int32(word), offsets=offsets))
        *arrays, spellings = zip(*words, strict=True)
        joined = WordTable._make([*map(np.concatenate, arrays), [*itertools.chain(*spellings)]])
        whole = pd.concat(hits, ignore_index=True).astype({"word": "category"})
        return Scored(pd.concat(scored), whole, joined)


def score_sentences(articles: pd.DataFrame, sentences: pd.DataFrame, *, events: Sequence[str]) -> Scored:
    """Score every sentence of the articles in English; `judging` leaves out the lower-case words `events`.

    >>> articles = pd.DataFrame({"article_id": ["a"], "language": ["en"]})
    >>> sentences = pd.DataFrame({"article_id": "a", "sentence": [0, 1], "voice": "narrator",
    ...                           "text": ["The war was a shameful mistake!", "Talks go on."]})
    >>> scored = score_sentences(articles, sentences, events=["war"])
    >>> scored.table[["score", "judging"]].iloc[0].tolist(), scored.table["hits"].iloc[0]
    ([-0.8687, -0.7088], 'war:-2.9; shameful:-2.2; mistake:-1.4; !:-0.292')
    """
    words, n = split_words(sentences["text"]), len(sentences)
    weights = weigh_words(words)
    used, code = np.unique(words.ids[weights.word], return_inverse=True)
    names, name = np.unique([*(words.vocabulary[k].lower() for k in used), "!"], return_inverse=True)
    sums = np.bincount(weights.text, weights.weight, n)
    marks = np.flatnonzero((words.emphasis > 0) & (sums != 0))
    name = np.append(name[code], np.full(len(marks), name[-1]))
    hits = pd.DataFrame(
        {
            "row": np.append(weights.text, marks),
            "place": np.append(weights.word, np.full(len(marks), -1)),
            "word": pd.Categorical.from_codes(name, names.astype(object)),
            "weight": np.append(weights.weight, (np.sign(sums) * words.emphasis)[marks]),
        }
    ).sort_values("row", kind="stable", ignore_index=True)
    hits["event"] = hits["word"].isin(list(events))
    judging = np.bincount(hits["row"], hits["weight"] * (~hits["event"] & (hits["place"] >= 0)), n)
    # "word:+1.9; word:-0.5", whose sum is the sentence's before it is squashed
    amounts = hits["weight"].round(6) + 0.0
    labels = [f"{word}:{amount:+.6g}" for word, amount in zip(hits["word"], amounts, strict=True)]
    edges = np.append(0, np.cumsum(np.bincount(hits["row"], minlength=n))).tolist()
    table = sentences[
        ["article_id", "sentence"]
    ].assign(
        voice=sentences["voice"].replace("reported", "narrator"),  # the words are the reporter's
        score=squash(np.bincount(hits["row"], hits["weight"], n)),
        hits=["; ".join(labels[first:last]) for first, last in itertools.pairwise(edges)],
        judging=squash(judging + np.sign(judging) * words.emphasis),
    )
    readable = articles.loc[population.is_readable(articles), "article_id"]
    return Scored(table[table["article_id"].isin(readable)], hits, words)


def word_weights(scored: Scored, units: pd.DataFrame) -> pd.DataFrame:
    """Say what each word adds to the mean score of some sentences; all words together add up to it.

    `units` are rows of `dateline.tone.differences.counted_sentences`. Columns: word, event, n_articles,
    n_times, adds, share (of all that is added and taken away); the largest share first.
    """
    article = np.full(len(scored.words.emphasis), -1)
    article[units.index] = units["article"]
    hits = scored.hits.assign(article=article[scored.hits["row"]]).query("article >= 0")
    sums = np.bincount(hits["row"], hits["weight"], len(article))
    hits["adds"] = hits["weight"] / np.sqrt(sums**2 + SQUASH)[hits["row"]] / max(len(units), 1)
    words = hits.assign(share=hits["adds"].abs()).groupby("word", observed=True)
    table = words.agg(event=("event", "first"), n_articles=("article", "nunique"), n_times=("row", "size"))
    table[["adds", "share"]] = words[["adds", "share"]].sum()
    table["share"] /= max(table["share"].sum(), 1e-9)
    table = table.reset_index().round(9).astype({"word": "str", "event": "bool"})
    return table.sort_values(["share", "word"], ascending=[False, True], kind="stable", ignore_index=True)


def voice_weights(scored: Scored, units: pd.DataFrame, *, top: int = 20) -> pd.DataFrame:
    """Give the heaviest words: word, event, share, and for each voice what they add to its mean."""
    table = word_weights(scored, units).head(top).set_index("word")[["event", "share"]]
    for voice, part in units.groupby("voice"):
        table[str(voice)] = word_weights(scored, part).set_index("word")["adds"]
    return table.fillna(0.0).round(6).reset_index()


def event_word_list(path: str | Path | None = None) -> pd.DataFrame:
    """List words that name an event or a thing rather than judge it: word, event (bool), why, by.

    The csv of the user (see `read_event_words`) wins over the list that ships; `by` says which decided.

    >>> event_word_list().set_index("word").loc["war", "why"]
    'names armed conflict or those who wage it'
    """
    source = str(files("dateline") / "resources" / "event_words.csv")
    listed = pd.read_csv(source, dtype="str", na_filter=False).rename(columns={"reason": "why"})
    listed = listed.assign(event=True, by="list")[["word", "event", "why", "by"]]
    if not path:
        return listed
    decided = read_event_words(path).assign(why="your file says so", by="you")
    # in a whole copy of the sheet most answers are ours
    changed = decided[decided["event"] != decided["word"].isin(listed["word"])]
    table = pd.concat([listed[~listed["word"].isin(changed["word"])], changed])
    return table.sort_values("word", kind="stable", ignore_index=True)


def read_event_words(path: str | Path) -> pd.DataFrame:
    """Read the user's decisions on event words: word, event (bool).

    The columns are those of ``04-event-words.csv``; rows without a word are passed over. An `OwnFileError`
    says why it cannot be read, or which row has another answer than yes or no.
    """
    table = tables.read_own(path, ("word", "event"))
    table = table[table["word"] != ""]
    event = table["event"].str.lower()
    if (wrong := ~event.isin(["yes", "no"])).any():
        place = f"{Path(path).name}, row {int(wrong.idxmax()) + 2}"
        raise tables.OwnFileError(f"{place}: event is {event[wrong].iloc[0]!r}; write yes or no")
    decided = pd.DataFrame({"word": table["word"].str.lower(), "event": event == "yes"})
    return decided.drop_duplicates("word", keep="last").reset_index(drop=True)


def event_word_sheet(events: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Lay out the csv to edit: the words that fired, the heaviest first, and those of the user.

    Takes what `event_word_list` and `word_weights` give; event is yes or no.
    """
    events = events[(events["by"] == "you") | events["word"].isin(weights["word"])]
    fired = weights.loc[weights["word"] != "!", ["word", "n_articles", "share"]]
    table = fired.merge(events, on="word", how="outer")
    table = table.fillna({"n_articles": 0, "share": 0.0, "why": "", "by": ""}).astype({"n_articles": "int64"})
    table["event"] = np.where(table["event"].fillna(False).astype(bool), "yes", "no")
    table = table.sort_values(["share", "word"], ascending=[False, True], kind="stable", ignore_index=True)
    return table[["word", "event", "why", "by", "n_articles", "share"]].round(6)
