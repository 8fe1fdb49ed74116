"""Phrases of a corpus: runs of a few content words as the texts write them, and where they stand."""

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dateline.tokens import Tokens, lower, stop_words

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Share of a word's places inside sentences where it has a capital, from which on it is a name.
NAME_SHARE = 0.8
# Content words of a phrase, one more than are shown, so that it shows what is cut off; and tokens: between
# them may stand words that make a phrase of them.
CONTENT, LONGEST = 4, 7
JOINING = frozenset({"and", "at", "for", "in", "of", "on", "the", "to", "with"})
# What may stand between two tokens of a phrase: a space loosely, the others so firmly that a phrase neither
# begins nor ends there ("cross-border" is one word to a reader).
HYPHENS, APOSTROPHES, SPACES = "-\u2010\u2011&", "'\u2019", " \u00a0\u202f\n\t"
APART, LOOSE, FIRM, POSSESSIVE = 0, 1, 2, 3
# Before a noun, with what belongs to it, mostly stands such a word; before a verb, or what is said of
# something, such another.
TO_NOUN, TO_VERB, IN_PHRASE = 1, 2, 3
BEFORE_NOUN = (
    "a about against an any at between by each for from her his in into its my no of on our over s some than"
    " the their these this those under with without your"
)
BEFORE_VERB = (
    "also am are be been being can could did do does had has have he i is it may might must not she should"
    " they to was we were which who will would you"
)
# Places looked at for the wording of a phrase.
PLACES = 200


class Phrases(NamedTuple):
    """What `find` returns.

    Attributes
    ----------
    words
        (n,) object, the content words of each phrase in singular and lower case, sorted.
    counts
        (n, n_documents) how often each stands in each document.
    at_top
        (n, n_documents) how often in its headline or its first sentence.
    code, first, last
        (n_places,) a phrase, its first and its last token; by phrase.
    before
        (n_places,) int8, what stands before it: `TO_NOUN` or `TO_VERB`, a word that such follow, `IN_PHRASE`,
        other content, or 0.
    goes_on
        (n_places,) bool, whether content follows with nothing but a space or a hyphen between.
    """

    words: np.ndarray
    counts: "csr_matrix"
    at_top: "csr_matrix"
    code: np.ndarray
    first: np.ndarray
    last: np.ndarray
    before: np.ndarray
    goes_on: np.ndarray


def left_out(
    tokens: Tokens, sentences: pd.DataFrame, *, stop: Collection[str] = (), names: bool = True
) -> frozenset[str]:
    """Lower-case words that do not count: function words, those of the user, and on request all names."""
    return stop_words() | frozenset(stop) | (frozenset() if names else proper_names(tokens, sentences))


def proper_names(tokens: Tokens, sentences: pd.DataFrame) -> frozenset[str]:
    """Lower-case words that are written with a capital nearly wherever they stand inside a sentence."""
    ids, words = lower(tokens)
    inside = inside_sentences(tokens, sentences)
    capital = np.fromiter((word[0].isupper() for word in tokens.words), bool, len(tokens.words))
    n_all = np.bincount(ids[inside], minlength=len(words))
    n_capital = np.bincount(ids[inside], capital[tokens.ids[inside]], minlength=len(words))
    return frozenset(words[(n_all > 0) & (n_capital >= NAME_SHARE * n_all)])


def inside_sentences(tokens: Tokens, sentences: pd.DataFrame) -> np.ndarray:
    """Mark tokens that do not begin a sentence and do not stand in a headline."""
    inside = np.ones(len(tokens.ids), bool)
    first = tokens.offsets[:-1]
    inside[first[first < len(inside)]] = False
    headline = (sentences["voice"] == "headline").to_numpy(bool)
    return inside & ~np.repeat(headline, np.diff(tokens.offsets))


def find(
    tokens: Tokens,
    sentences: pd.DataFrame,
    documents: np.ndarray,
    *,
    n_documents: int,
    stop: Collection[str],
    fewest: int = 2,
) -> Phrases:
    """Find the phrases of documents.

    A phrase stands in one sentence, begins and ends with a content word, has at most `CONTENT` of these and
    between them nothing but spaces, hyphens and words such as "of". Singular and plural are one phrase.

    Parameters
    ----------
    tokens, sentences
        The texts.
    documents
        (n_sentences,) the document of each sentence; -1 leaves it out.
    n_documents
        How many documents there are.
    stop
        Lower-case words that are no content.
    fewest
        In how many documents a phrase has to stand.

    Examples
    --------
    >>> from dateline.tokens import tokenize
    >>> texts = ["The end of the war.", "Was it the end of wars?"]
    >>> sentences = pd.DataFrame({"article_id": ["a", "b"], "text": texts, "voice": "narrator"})
    >>> find(tokenize(texts), sentences, np.arange(2), n_documents=2, stop=stop_words()).words.tolist()
    ['end', 'end war', 'war']
    """
    chosen = np.flatnonzero(documents >= 0)
    size = np.diff(tokens.offsets)[chosen]
    row = np.repeat(chosen, size)
    kept = np.arange(len(row)) + np.repeat(tokens.offsets[:-1][chosen] - (np.cumsum(size) - size), size)
    ids, words = lower(tokens)
    ids = ids[kept]
    glue = _glue(tokens, sentences["text"].to_numpy(object), kept, row)
    joins, content = _roles(ids, words, glue, frozenset(stop))
    before, goes_on = _beside(ids, words, glue, content)
    ids = _singular(words, np.unique(ids[content]))[ids]
    content &= _in_documents(ids, documents[row], len(words))[ids] >= fewest
    known, number = np.unique(ids[content], return_inverse=True)
    word = np.zeros(len(ids), np.int64)
    word[content] = number + 1
    code, first, last = _grow(word, glue, joins, content)
    codes, code = np.unique(code, return_inverse=True)
    enough = _in_documents(code, documents[row[first]], len(codes)) >= fewest
    parts = _parts(codes[enough], len(known))
    names = np.array([" ".join(words[known[part]]) for part in parts], dtype=object)
    order = np.argsort(names, kind="stable")
    rank = np.full(len(codes), -1)
    rank[np.flatnonzero(enough)[order]] = np.arange(len(order))
    here = np.flatnonzero(rank[code] >= 0)
    here = here[np.lexsort((first[here], rank[code[here]]))]
    code, first, last = rank[code[here]], first[here], last[here]
    counts = _sparse(code, documents[row[first]], shape=(len(names), n_documents))
    top = opening(sentences)[row[first]]
    at_top = _sparse(code[top], documents[row[first[top]]], shape=(len(names), n_documents))
    return Phrases(names[order], counts, at_top, code, kept[first], kept[last], before[first], goes_on[last])


def opening(sentences: pd.DataFrame) -> np.ndarray:
    """Mark headlines and the first sentence of each text, where news says what it is about."""
    headline = sentences["voice"] == "headline"
    return (headline | ~pd.DataFrame({"id": sentences["article_id"], "in": headline}).duplicated()).to_numpy(
        bool
    )


def _in_documents(code: np.ndarray, document: np.ndarray, n: int) -> np.ndarray:
    """In how many documents each code stands."""
    if not len(code):
        return np.zeros(n, np.int64)
    pairs = np.unique(code.astype(np.int64) * (int(document.max()) + 1) + document)
    return np.bincount(pairs // (int(document.max()) + 1), minlength=n)


def _parts(codes: np.ndarray, n_words: int) -> list[list[int]]:
    """Word numbers that `_grow` put into each code."""
    base, found = n_words + 1, []
    for code in codes.tolist():
        part = []
        while code:
            code, digit = divmod(code, base)
            part.append(digit - 1)
        found.append(part[::-1])
    return found


def _sparse(row: np.ndarray, column: np.ndarray, *, shape: tuple[int, int]) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    counted = csr_matrix((np.ones(len(row), np.int64), (row, column)), shape=shape)
    counted.sum_duplicates()
    return counted


def _glue(tokens: Tokens, texts: np.ndarray, kept: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Say what stands between each token and the next one: `APART`, `LOOSE`, `FIRM` or `POSSESSIVE`."""
    if not len(kept):
        return np.zeros(0, np.int8)
    rows, place = np.unique(row, return_inverse=True)
    joined = "\n".join(texts[rows].tolist()) + "\n\n\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = np.fromiter(map(len, texts[rows]), np.int64, len(rows)) + 1
    base = (np.cumsum(sizes) - sizes)[place]
    end = base + tokens.end[kept]
    gap = np.append(base[1:] + tokens.start[kept][1:] - end[:-1], 9)
    gap[:-1][row[1:] != row[:-1]] = 9
    here, following = codes[end], codes[end + 1]
    spaces, hyphens, quotes = (np.array([ord(c) for c in s]) for s in (SPACES, HYPHENS, APOSTROPHES))
    space, quote = np.isin(here, spaces), np.isin(here, quotes)
    loose = ((gap == 1) & space) | ((gap == 2) & quote & np.isin(following, spaces))
    loose |= (gap == 3) & space & (following == ord("&")) & np.isin(codes[end + 2], spaces)
    short = np.append(tokens.end[kept][1:] - tokens.start[kept][1:] == 1, False)
    close = gap == 1
    kinds = [loose, close & quote & short, close & (quote | np.isin(here, hyphens))]
    return np.select(kinds, [LOOSE, POSSESSIVE, FIRM], APART)


def _roles(
    ids: np.ndarray, words: np.ndarray, glue: np.ndarray, stop: frozenset[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Which tokens may stand between others, and which are content."""
    good = np.fromiter((len(w) > 1 and w not in stop and not w[0].isdigit() for w in words), bool, len(words))
    joining = np.fromiter((w in JOINING for w in words), bool, len(words))
    if not len(ids):
        return np.zeros(0, bool), np.zeros(0, bool)
    owned = np.append(False, glue[:-1] == POSSESSIVE)
    return joining[ids] | owned, good[ids] & ~owned


def _beside(
    ids: np.ndarray, words: np.ndarray, glue: np.ndarray, content: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Say what stands before each token, and whether content goes on after it; see `Phrases`."""
    noun, verb = frozenset(BEFORE_NOUN.split()), frozenset(BEFORE_VERB.split())
    kind = np.array([TO_NOUN * (w in noun) + TO_VERB * (w in verb) for w in words], np.int8)
    if not len(ids):
        return np.zeros(0, np.int8), np.zeros(0, bool)
    near = (glue == LOOSE) | (glue == FIRM)
    before = np.where(content & near, np.int8(IN_PHRASE), np.where(near, kind[ids], np.int8(0)))
    return np.append(np.int8(0), before[:-1]), near & np.append(content[1:], False)


def _singular(words: np.ndarray, used: np.ndarray) -> np.ndarray:
    """For each word the number of its singular, where both are used, else its own."""
    number = {words[i]: i for i in used.tolist()}
    one = np.arange(len(words))
    for word, i in number.items():
        if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
            singles = (word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y")
            one[i] = next((number[single] for single in singles if single != word and single in number), i)
    return one


def _grow(
    word: np.ndarray, glue: np.ndarray, joins: np.ndarray, content: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Phrases from each token on, a token longer at each step: code, first and last token.

    A code has the numbers of the content words (from 1) as its digits.
    """
    base = int(word.max(initial=0)) + 1
    content_words = CONTENT if base**CONTENT < 2**63 else CONTENT - 1
    before = np.append(APART, glue[:-1]) if len(glue) else glue
    ends = content & (glue != FIRM)
    first = at = np.flatnonzero(content & (before != FIRM))
    code, size = word[at], np.ones(len(at), np.int64)
    found = []
    for _ in range(LONGEST):
        whole = ends[at]
        found.append((code[whole], first[whole], at[whole]))
        on = glue[at] != APART  # never after the last token
        code, first, at, size = code[on], first[on], at[on] + 1, size[on]
        on = (content[at] & (size < content_words)) | (joins[at] & ~content[at])
        code, first, at, size = code[on], first[on], at[on], size[on]
        code = np.where(content[at], code * base + word[at], code)
        size = size + content[at]
    codes, firsts, lasts = (np.concatenate(part) for part in zip(*found, strict=True))
    return codes, firsts, lasts


def wording(
    found: Phrases, tokens: Tokens, sentences: pd.DataFrame, chosen: Collection[int]
) -> dict[int, tuple[str, bool]]:
    """Say how phrases are most often written inside sentences, and whether "the" mostly stands before them.

    Where a phrase only stands in headlines or begins sentences, that is what there is.
    """
    inside = inside_sentences(tokens, sentences)
    texts, offsets, end = sentences["text"].to_numpy(object), tokens.offsets, tokens.end
    the = np.fromiter((word in ("the", "The") for word in tokens.words), bool, len(tokens.words))
    said = {}
    for code in sorted(chosen):
        a, b = np.searchsorted(found.code, [code, code + 1])
        first, last = found.first[a:b], found.last[a:b]
        if inside[first].any():
            first, last = first[inside[first]], last[inside[first]]
        first, last = first[:PLACES], last[:PLACES]
        row = np.searchsorted(offsets, first, side="right") - 1
        spans = zip(row, tokens.start[first], end[last], strict=True)
        written = Counter(" ".join(texts[r][a:b].split()) for r, a, b in spans)
        led = np.where(first > offsets[row], the[tokens.ids[np.maximum(first - 1, 0)]], False)
        said[code] = min(written, key=lambda text: (-written[text], text)), bool(led.mean() > 0.5)
    return said
