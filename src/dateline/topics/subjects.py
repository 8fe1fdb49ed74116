"""Labels of groups of texts: a phrase of the texts that says what they are about, and what completes it.

A label begins with a phrase that stands where nouns do, that many of the group's texts have and few of the
others, at their top above all. Behind it stands a name that many of them have, or else the phrase that fits
best what the first one leaves out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dateline.topics.phrases import IN_PHRASE, JOINING, TO_NOUN, TO_VERB, Phrases

# Phrases looked at for each group, the best by weight.
LOOKED_AT = 150
# Share of the group's texts that have to have a phrase, all its words somewhere, and a name. All its words
# have to be in FEWEST texts, or of few in OF_FEW: three articles of thirteen give them no subject.
STANDS, WORDS_STAND, NAMED = 0.05, 0.15, 0.35
FEWEST, OF_FEW = 8, 0.3
# A single word gives way to a longer phrase that ends with it where, of the texts that have the word, so many
# have the phrase and so many all its words: "duty" to "grain duty".
WIDEN, WORDS_WIDEN = 0.2, 0.6
# A phrase is taken for a noun with what belongs to it where, of its places, so many follow an article, a
# preposition or the like (of those of its last word half as many), and behind so many no content follows:
# what mostly goes on is an adjective, or half a phrase. Under these bounds its score falls in proportion, and
# what is less like a noun than NOUN is no part of a label.
LED, CLOSED, NOUN = 0.6, 0.6, 0.4
# Weight of a place before which neither stands, as in a headline.
NEUTRAL = 0.25
# What of its score is left to a single word, to a phrase with a word that says nothing, and to two things.
ALONE, VAGUE, TWO_THINGS = 0.65, 0.5, 0.7
# Where the first phrase leaves out so many of the group's texts, a second one is looked for; it has to stand
# in so many of these.
LEFT_OUT, OF_THESE = 0.3, 0.25
# Words that alone say nothing, and make a longer phrase no clearer.
EMPTY = (
    "another billion bn certain current different dlr early fourth full good great high higher hundred"
    " important large late level low lower lowest main million mln new old original pct percent point popular"
    " possible previous recent same similar single small special thank thousand use various vs"
)


class Nouns(NamedTuple):
    """How far phrases stand where nouns do: (n,) `like`, 0 to 1, and `closed`, 0 to 1."""

    like: np.ndarray
    closed: np.ndarray


def nouns(found: Phrases) -> Nouns:
    """Say how far each phrase stands where a noun does, with what belongs to it."""
    n, goes_on, led, verb, inner = (
        np.bincount(found.code, places, minlength=len(found.words))
        for places in (
            None,
            found.goes_on,
            *(found.before == kind for kind in (TO_NOUN, TO_VERB, IN_PHRASE)),
        )
    )
    alone = np.maximum(n - inner, 0)  # what follows other content is no evidence of a last word: "tear gas"
    of_last = (led + 0.5) / (led + verb + NEUTRAL * (alone - led - verb) + 1)
    share = (led + 0.5) / (led + verb + NEUTRAL * (n - led - verb) + 1)
    closed = np.minimum((1 - goes_on / np.maximum(n, 1)) / CLOSED, 1)
    number = {phrase: i for i, phrase in enumerate(found.words.tolist())}
    last = [number.get(phrase.rpartition(" ")[2], i) for phrase, i in number.items()]
    like = np.minimum(share / LED, 1) * np.minimum(of_last[last] / (LED / 2), 1) * closed
    return Nouns(like.round(6), closed.round(6))


def choose(
    found: Phrases,
    groups: np.ndarray,
    ranked: Sequence[Sequence[int]],
    *,
    said: Mapping[int, str],
    names: Collection[int],
    stems: Mapping[int, set[str]],
) -> list[list[int]]:
    """Choose the phrases of each group's label, one or two, the subject first.

    Parameters
    ----------
    found
        The phrases.
    groups
        (n_documents,) group of each text; -1 leaves it out.
    ranked
        For each group phrases by weight.
    said
        How each of these is written.
    names
        Those that are names.
    stems
        For each phrase the stems of its words.

    References
    ----------
    Q. Mei, X. Shen and C. Zhai, "Automatic labeling of multinomial topic models", KDD 2007: a label is a
    phrase of the texts that covers its topic and sets it apart; the association here is Pearson's phi.
    """
    texts = np.flatnonzero(groups >= 0)
    form = nouns(found)
    number = {phrase: i for i, phrase in enumerate(found.words.tolist())}
    chosen = []
    for group, row in enumerate(ranked):
        row = list(row[:LOOKED_AT])
        parts = [[number[word] for word in found.words[i].split() if word in number] or [i] for i in row]
        words, written = [found.words[i] for i in row], [said[i] for i in row]
        named = np.array([i in names for i in row], bool)
        worth = np.array([_worth(word, text) for word, text in zip(words, written, strict=True)])
        value = np.where(named, form.closed[row] * (worth > 0), form.like[row] * worth)
        fits = _presence(found, row, parts, texts)
        known = _Candidates(words, written, [stems[i] for i in row], named, form.like[row], value, *fits)
        chosen.append([row[i] for i in _label(known, groups[texts] == group)])
    return chosen


class _Candidates(NamedTuple):
    """Phrases of one group, their form and its worth, and (len(row), n_texts) whether the texts have them.

    `has_words` is whether a text has all words of a phrase somewhere, `at_top` whether it has the phrase in
    its headline or its first sentence.
    """

    words: list[str]
    said: list[str]
    stems: list[set[str]]
    named: np.ndarray
    like: np.ndarray
    value: np.ndarray
    has: np.ndarray
    has_words: np.ndarray
    at_top: np.ndarray


def _worth(words: str, written: str) -> float:
    """Say what is left of a phrase's score for its form.

    Examples
    --------
    >>> [_worth(words, words) for words in ("grain duty", "duty", "new duty", "new")]
    [1.0, 0.65, 0.5, 0.0]
    """
    parts, empty = words.split(), set(EMPTY.split())
    if empty.issuperset(parts):
        return 0.0
    value = (ALONE if len(parts) == 1 else 1.0) * (1 if empty.isdisjoint(parts) else VAGUE)
    return value * (TWO_THINGS if " and " in written else 1)


def _label(known: _Candidates, own: np.ndarray) -> list[int]:
    """Choose the phrases of one group."""
    n = max(int(own.sum()), 1)
    stands, words_stand = known.has[:, own].sum(1), known.has_words[:, own].sum(1)
    fits = _score(known, own)
    enough = stands >= max(STANDS * n, min(2, n))
    enough &= words_stand >= max(WORDS_STAND * n, min(FEWEST, OF_FEW * n))
    subject = enough & ~known.named & (known.like >= NOUN)
    first = _best(known, fits, subject)
    if first is None:  # nothing is like a noun: the best two of what there is, whatever its form
        formless = _score(known._replace(value=(known.value > 0).astype(float)), own)
        first = _best(known, formless, formless > 0)
        rest = formless > 0 if first is None else _fresh(known, first)
        return [i for i in (first, _best(known, formless, rest)) if i is not None]
    first = _widest(known, first, own)
    fresh = _fresh(known, first)
    second = _best(known, fits, fresh & known.named & (stands >= NAMED * n))
    left = own & ~known.has_words[first]
    if second is None and left.sum() >= LEFT_OUT * n:
        some = known.has[:, left].sum(1) >= OF_THESE * left.sum()
        second = _best(known, _score(known, left, among=left | ~own), fresh & subject & some)
    if second is None and " " not in known.words[first]:
        second = _best(known, fits, fresh & subject)  # a single word is completed in any case
    return [i for i in (first, second) if i is not None]


def _fresh(known: _Candidates, first: int) -> np.ndarray:
    """Mark phrases that share no stem with this one."""
    return np.array([not stems & known.stems[first] for stems in known.stems], bool)


def _score(known: _Candidates, own: np.ndarray, *, among: np.ndarray | None = None) -> np.ndarray:
    """Say how well each phrase names these texts: its association with them by the worth of its form."""
    among = np.ones(len(own), bool) if among is None else among
    fit = [_phi(has[:, among], own[among]) for has in (known.has, known.has_words, known.at_top)]
    return (np.mean(fit, axis=0) * known.value).round(6)


def _best(known: _Candidates, score: np.ndarray, allowed: np.ndarray) -> int | None:
    """Place of the best allowed phrase, ties by name."""
    places = np.flatnonzero(allowed & (score > 0)).tolist()
    return min(places, key=lambda i: (-score[i], known.words[i]), default=None)


def _widest(known: _Candidates, first: int, own: np.ndarray) -> int:
    """Find a longer phrase to stand in the place of a single word."""
    word = known.words[first]
    if " " in word:
        return first
    empty = set(EMPTY.split())
    stands, words_stand = known.has[:, own].sum(1), known.has_words[:, own].sum(1)
    longer = [
        i
        for i, phrase in enumerate(known.words)
        if phrase.endswith(f" {word}") and not empty & set(phrase.split())
        # the last two words side by side: not "use of gas"
        and re.split(r"[\s\-‐‑]+", known.said[i])[-2].lower() not in JOINING
        and stands[i] >= max(WIDEN * stands[first], 2) and words_stand[i] >= WORDS_WIDEN * stands[first]
    ]  # fmt: skip
    return max(
        longer, key=lambda i: (words_stand[i], stands[i], known.value[i], known.words[i]), default=first
    )


def _presence(
    found: Phrases, row: list[int], parts: list[list[int]], texts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether each text has each phrase, has all its words, and has it at the top; see `_Candidates`."""
    known = sorted({*row, *(i for part in parts for i in part)})
    at = {i: place for place, i in enumerate(known)}
    there = found.counts[known][:, texts].toarray() > 0
    words = [there[[at[i] for i in part]].all(0) for part in parts]
    has = there[[at[i] for i in row]]
    return has, np.array(words, bool).reshape(has.shape), found.at_top[row][:, texts].toarray() > 0


def _phi(has: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Association of having each phrase with being in the group, -1 to 1."""
    n, both, with_it, size = has.shape[1], has[:, own].sum(1), has.sum(1), own.sum()
    if size == n:  # nothing to be set apart from
        return with_it / max(n, 1)
    spread = np.sqrt(with_it * (n - with_it) * float(size) * (n - size))
    return np.where(spread > 0, (both * n - with_it * size) / np.where(spread > 0, spread, 1), 0)
