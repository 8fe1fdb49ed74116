"""Terms and labels of topics, and the articles and sentences that stand for them.

A phrase is a run of a few content words as the texts write it. A label begins with a phrase that stands
where nouns do, that many of the topic's texts have and few of the others, at their top above all. Behind it
stands a name that many of them have, or else the phrase that fits best what the first one leaves out.
"""

import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dateline.tokens import Tokens, inside_sentences, lower, proper_names
from dateline.topics import vectors
from dateline.topics.vectors import Documents, Space

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Content words of a phrase, one more than a term has, so that it shows what is cut off; and its tokens.
CONTENT, TERM_WORDS, LONGEST = 4, 3, 7
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
# Words that alone say nothing, and make a longer phrase no clearer.
EMPTY_WORDS = (
    "another billion bn certain current different dlr early fourth full good great high higher hundred"
    " important large late level low lower lowest main million mln new old original pct percent point popular"
    " possible previous recent same similar single small special thank thousand use various vs"
)
NOUN_CUES, VERB_CUES, EMPTY = (frozenset(text.split()) for text in (BEFORE_NOUN, BEFORE_VERB, EMPTY_WORDS))
# Places looked at for the wording of a phrase; phrases ranked as terms of a group, and looked at for a label.
PLACES, CANDIDATES, LOOKED_AT = 200, 400, 150
# A longer phrase stands for a shorter one with so much of its texts and weight: "Port" alone is no term.
TOGETHER, HEAVY = 0.6, 0.5
# Share of the group's texts that have to have a phrase, all its words somewhere, and a name. All its words
# have to be in FEWEST texts, or of few in OF_FEW: three of thirteen give no subject.
STANDS, WORDS_STAND, NAMED = 0.05, 0.15, 0.35
FEWEST, OF_FEW = 8, 0.3
# A single word gives way to a longer phrase that ends with it where, of the texts that have the word, so many
# have the phrase and so many all its words: "duty" to "grain duty".
WIDEN, WORDS_WIDEN = 0.2, 0.6
# A phrase is taken for a noun with what belongs to it where so many of its places follow an article or the
# like (of those of its last word half as many), and no content follows so many. Below, its score falls in
# proportion; under NOUN it is no part of a label. NEUTRAL weighs the other places.
LED, CLOSED, NOUN, NEUTRAL = 0.6, 0.6, 0.4, 0.25
# What of its score is left to a single word, to a phrase with a word that says nothing, and to two things.
ALONE, VAGUE, TWO_THINGS = 0.65, 0.5, 0.7
# Where the first phrase leaves out so many of the group's texts, a second one is looked for; it has to stand
# in so many of these.
LEFT_OUT, OF_THESE = 0.3, 0.25
# Articles that single ones are compared with: enough to tell a rare phrase from a common one.
COMPARED = 1000


class Phrases(NamedTuple):
    """What `find_phrases` returns.

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


# ---- phrases and where they stand


def find_phrases(
    documents: Documents, sentences: pd.DataFrame, *, stop: Collection[str], min_df: int | None = None
) -> Phrases:
    """Find the phrases of documents.

    A phrase stands in one sentence, begins and ends with a content word, has at most `CONTENT` of these and
    between them nothing but spaces, hyphens and words such as "of". Singular and plural are one phrase.

    Parameters
    ----------
    documents, sentences
        The texts; the documents' token table is that of the sentences.
    stop
        Lower-case words that are no content.
    min_df
        In how many documents a phrase has to stand; by default in two, of a few documents in one.

    Examples
    --------
    >>> from dateline.tokens import stop_words, tokenize
    >>> texts = ["The end of the war.", "Was it the end of wars?"]
    >>> sentences = pd.DataFrame({"article_id": ["a", "b"], "text": texts, "voice": "narrator"})
    >>> documents = Documents(tokenize(texts), np.arange(2), 2)
    >>> find_phrases(documents, sentences, stop=stop_words(), min_df=2).words.tolist()
    ['end', 'end war', 'war']
    """
    from scipy.sparse import csr_matrix

    tokens, size = documents.tokens, documents.size
    min_df = min_df or (1 if size < vectors.FEWEST else 2)
    row = tokens.rows
    counted = np.flatnonzero(documents.rows[row] >= 0)
    row, (ids, words) = row[counted], lower(tokens)
    ids, document = ids[counted], documents.rows[row]
    glue = _glue(tokens, sentences["text"].to_numpy(object), counted, row)
    content, joins, before, goes_on = _context(ids, words, glue, frozenset(stop))
    ids = _singular(words, np.unique(ids[content]))[ids]
    content &= _document_frequency(ids, document, len(words))[ids] >= min_df
    distinct, number = np.unique(ids[content], return_inverse=True)
    word = np.zeros(len(ids), np.int64)
    word[content] = number + 1
    code, first, last = _grow(word, glue, joins, content)
    codes, code = np.unique(code, return_inverse=True)
    frequent = np.flatnonzero(_document_frequency(code, document[first], len(codes)) >= min_df)
    names = np.array([_spell(phrase, words, distinct) for phrase in codes[frequent].tolist()], dtype=object)
    order = np.argsort(names, kind="stable")
    rank = np.full(len(codes), -1)
    rank[frequent[order]] = np.arange(len(order))
    places = np.flatnonzero(rank[code] >= 0)
    places = places[np.lexsort((first[places], rank[code[places]]))]
    code, first, last = rank[code[places]], first[places], last[places]
    headline = sentences["voice"] == "headline"
    opening = headline | ~pd.DataFrame({"id": sentences["article_id"], "in": headline}).duplicated()
    at_top = opening.to_numpy(bool)[row[first]]
    counts, top = (
        csr_matrix((chosen.astype(np.int64), (code, document[first])), shape=(len(names), size))
        for chosen in (np.ones(len(code), bool), at_top)
    )
    top.eliminate_zeros()
    spans = counted[first], counted[last], before[first], goes_on[last]
    return Phrases(names[order], counts, top, code, *spans)


def _document_frequency(code: np.ndarray, document: np.ndarray, n: int) -> np.ndarray:
    """In how many documents each of n codes stands."""
    return np.bincount(pd.DataFrame([code, document]).T.drop_duplicates()[0], minlength=n)


def _spell(code: int, words: np.ndarray, distinct: np.ndarray) -> str:
    """Words that `_grow` put into a code."""
    parts = []
    while code:
        code, digit = divmod(code, len(distinct) + 1)
        parts.append(words[distinct[digit - 1]])
    return " ".join(reversed(parts))


def _glue(tokens: Tokens, texts: np.ndarray, counted: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Say what stands between each token and the next one: `APART`, `LOOSE`, `FIRM` or `POSSESSIVE`."""
    if not len(counted):
        return np.zeros(0, np.int8)
    rows, place = np.unique(row, return_inverse=True)
    joined = "\n".join(texts[rows].tolist()) + "\n\n\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    sizes = np.fromiter(map(len, texts[rows]), np.int64, len(rows)) + 1
    start, end = tokens.start[counted], tokens.end[counted]
    base = (np.cumsum(sizes) - sizes)[place]
    gap = np.append(base[1:] + start[1:] - base[:-1] - end[:-1], 9)
    gap[:-1][row[1:] != row[:-1]] = 9
    after, following = codes[base + end], codes[base + end + 1]
    spaces, hyphens, quotes = (np.array([ord(c) for c in text]) for text in (SPACES, HYPHENS, APOSTROPHES))
    space, quote = np.isin(after, spaces), np.isin(after, quotes)
    loose = ((gap == 1) & space) | ((gap == 2) & quote & np.isin(following, spaces))
    loose |= (gap == 3) & space & (following == ord("&")) & np.isin(codes[base + end + 2], spaces)
    short = np.append(end[1:] - start[1:] == 1, False)
    close = gap == 1
    kinds = [loose, close & quote & short, close & (quote | np.isin(after, hyphens))]
    return np.select(kinds, [LOOSE, POSSESSIVE, FIRM], APART)


def _context(
    ids: np.ndarray, words: np.ndarray, glue: np.ndarray, stop: frozenset[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mark content and what may join it; say what stands before, and whether content follows."""
    if not len(ids):
        return *np.zeros((2, 0), bool), np.zeros(0, np.int8), np.zeros(0, bool)
    is_content = [len(word) > 1 and word not in stop and not word[0].isdigit() for word in words]
    cue = np.array([TO_NOUN * (w in NOUN_CUES) + TO_VERB * (w in VERB_CUES) for w in words], np.int8)
    owned = np.append(False, glue[:-1] == POSSESSIVE)
    content = np.array(is_content, bool)[ids] & ~owned
    joins = np.array([word in JOINING for word in words], bool)[ids] | owned
    tied = (glue == LOOSE) | (glue == FIRM)
    before = np.where(tied, np.where(content, np.int8(IN_PHRASE), cue[ids]), np.int8(0))
    return content, joins, np.append(np.int8(0), before[:-1]), tied & np.append(content[1:], False)


def _singular(words: np.ndarray, used: np.ndarray) -> np.ndarray:
    """For each word the number of its singular, where both are used, else its own."""
    number = {words[i]: i for i in used.tolist()}
    singular = np.arange(len(words))
    for word, i in number.items():
        if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
            stems = (word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y")
            singular[i] = next((number[stem] for stem in stems if stem != word and stem in number), i)
    return singular


def _grow(
    word: np.ndarray, glue: np.ndarray, joins: np.ndarray, content: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Code (its digits are the content words, from 1), first and last token of all phrases."""
    base = int(word.max(initial=0)) + 1
    content_words = CONTENT if base**CONTENT < 2**63 else CONTENT - 1
    ends = content & (glue != FIRM)
    first = last = np.flatnonzero(content & (np.append(APART, glue)[: len(glue)] != FIRM))
    code, size = word[first], np.ones(len(first), np.int64)
    phrases = []
    for _ in range(LONGEST):
        whole = ends[last]
        phrases.append((code[whole], first[whole], last[whole]))
        on = glue[last] != APART  # never after the last token
        code, first, last, size = code[on], first[on], last[on] + 1, size[on]
        on = (content[last] & (size < content_words)) | (joins[last] & ~content[last])
        code, first, last, size = code[on], first[on], last[on], size[on]
        code = np.where(content[last], code * base + word[last], code)
        size = size + content[last]
    return tuple(np.concatenate(column) for column in zip(*phrases, strict=True))  # type: ignore[return-value]


def phrase_wording(
    phrases: Phrases, tokens: Tokens, sentences: pd.DataFrame, chosen: Collection[int]
) -> dict[int, tuple[str, bool]]:
    """Say how phrases are most often written inside sentences, and whether "the" mostly stands before them.

    Where a phrase only stands in headlines or begins sentences, that is what there is.
    """
    inside = inside_sentences(tokens, sentences)
    texts, offsets, ends = sentences["text"].to_numpy(object), tokens.offsets, tokens.end
    article = np.fromiter((word in ("the", "The") for word in tokens.words), bool, len(tokens.words))
    wording = {}
    for code in sorted(chosen):
        begin, end = np.searchsorted(phrases.code, [code, code + 1])
        first, last = phrases.first[begin:end], phrases.last[begin:end]
        if inside[first].any():
            first, last = first[inside[first]], last[inside[first]]
        first, last = first[:PLACES], last[:PLACES]
        row = np.searchsorted(offsets, first, side="right") - 1
        spans = zip(row, tokens.start[first], ends[last], strict=True)
        written = Counter(" ".join(texts[i][start:stop].split()) for i, start, stop in spans)
        led = np.where(first > offsets[row], article[tokens.ids[np.maximum(first - 1, 0)]], False)
        wording[code] = min(written, key=lambda text: (-written[text], text)), bool(led.mean() > 0.5)
    return wording


# ---- terms


def describe_groups(
    phrases: Phrases, groups: np.ndarray, k: int, tokens: Tokens, sentences: pd.DataFrame, *, n_terms: int
) -> tuple[pd.DataFrame, list[str]]:
    """Pick the best terms of each group of documents, and make a label for it.

    Parameters
    ----------
    phrases, tokens, sentences
        The phrases of the documents and where they stand.
    groups
        (n_documents,) group of each document, 0 to k - 1; -1 leaves it out.
    n_terms
        How many terms for each group, no stem twice.

    Returns
    -------
    DataFrame
        topic, rank (from 1), term (as it is written), weight (c-TF-IDF), name (whether every word of it is a
        name).
    list of str
        A label for each group.
    """
    weight, size = group_weights(phrases.counts, groups, k)
    ranked = _ranked(phrases.words, weight, size)
    proper = proper_names(tokens, sentences)
    chosen = _distinct_terms(phrases, ranked, weight, n_terms)
    looked_at = {i for row in [*chosen, *(row[:LOOKED_AT] for row in ranked)] for i in row}
    wording = phrase_wording(phrases, tokens, sentences, looked_at)
    rows = [
        (topic, rank + 1, wording[i][0], weight[topic, i], proper.issuperset(phrases.words[i].split()))
        for topic, row in enumerate(chosen)
        for rank, i in enumerate(row)
    ]
    types = {"topic": "int64", "rank": "int64", "term": "str", "weight": "float64", "name": "bool"}
    terms = pd.DataFrame(rows, columns=list(types)).astype(types)
    form = _noun_form(phrases)
    texts = np.flatnonzero(groups >= 0)
    names = []
    for group, row in enumerate(ranked):
        candidates = _Candidates(phrases, row[:LOOKED_AT], texts, wording, proper, form)
        names.append(_join([wording[i] for i in candidates.choose(groups[texts] == group)]))
    return terms, tell_apart(names, terms)


def group_weights(counts: "csr_matrix", groups: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Weigh phrases by c-TF-IDF over texts: how much more of a group's texts have it, times its rarity.

    Returns (n_groups, n_phrases) weights, and the numbers of each group's texts that have each phrase. After
    M. Grootendorst, "BERTopic" (2022), but over texts instead of words, so that one long text does not speak
    for a group, and on the share beyond that of the other groups, so that what all have does not either.
    """
    from scipy.sparse import csr_matrix

    grouped = np.flatnonzero(groups >= 0)
    member = csr_matrix((np.ones(len(grouped)), (grouped, groups[grouped])), shape=(len(groups), k))
    size = ((counts > 0).astype(float) @ member).toarray().T
    n_texts = np.bincount(groups[grouped], minlength=k)
    total = size.sum(0)
    share = size / np.maximum(n_texts, 1)[:, None]
    elsewhere = (total - size) / np.maximum(n_texts.sum() - n_texts, 1)[:, None]
    rarity = np.log1p(size.sum() / max(k, 1) / np.maximum(total, 1))
    return (np.maximum(share - elsewhere, 0) * rarity).round(6), size


def article_terms(
    space: Space, sentences: pd.DataFrame, tokens: Tokens, *, stop: Collection[str], n: int, n_terms: int
) -> pd.DataFrame:
    """Terms that set each of the first `n` articles apart, by sublinear TF-IDF: article_id, terms.

    Of a large corpus, the others are `COMPARED` articles, evenly from the list.
    """
    ids = np.sort(space.ids)
    if len(ids) > n + COMPARED:
        ids = np.append(ids[:n], ids[np.linspace(n, len(ids) - 1, COMPARED).astype(int)])
    n = min(n, len(ids))
    phrases = find_phrases(vectors.number_documents(ids, sentences, tokens), sentences, stop=stop)
    counts = phrases.counts[:, :n].T.toarray().astype(float)
    rarity = np.log((1 + len(ids)) / (1 + np.diff(phrases.counts.indptr))) + 1
    weight = np.where(counts > 0, (1 + np.log(np.maximum(counts, 1))) * rarity, 0).round(6)
    chosen = _distinct_terms(phrases, _ranked(phrases.words, weight, counts), weight, n_terms)
    wording = phrase_wording(phrases, tokens, sentences, {i for row in chosen for i in row})
    terms = [", ".join(wording[i][0] for i in row) for row in chosen]
    return pd.DataFrame({"article_id": ids[:n], "terms": pd.Series(terms, dtype="str")})


def _distinct_terms(
    phrases: Phrases, ranked: list[list[int]], weight: np.ndarray, n_terms: int
) -> list[list[int]]:
    """Best terms of each group by weight, no stem twice."""
    chosen = []
    for row, weights in zip(ranked, weight, strict=True):
        used: set[str] = set()
        terms: list[int] = []
        for i in row:
            stems = _stems(phrases.words[i])
            if len(terms) < n_terms and not stems & used and len(stems) == len(phrases.words[i].split()):
                used |= stems
                terms.append(i)
        chosen.append(sorted(terms, key=lambda i: (-weights[i], phrases.words[i])))
    return chosen


def _ranked(words: np.ndarray, weight: np.ndarray, size: np.ndarray) -> list[list[int]]:
    """Phrases of each group by weight; a longer one stands in the place of what it has within it."""
    names: list[str] = words.tolist()
    number = {phrase: i for i, phrase in enumerate(names)}
    ranked = []
    for weights, sizes in zip(weight, size, strict=True):
        best = np.argsort(-weights, kind="stable")[:CANDIDATES].tolist()
        rank = {i: weights[i] for i in best if weights[i] > 0}
        covered = set()
        for i in list(rank):
            parts, n = names[i].split(), names[i].count(" ") + 1
            inner = [" ".join(parts[a:b]) for a in range(n) for b in range(a + 1, n + 1) if b - a < n]
            for j in (number[part] for part in inner if part in number):
                if sizes[i] >= TOGETHER * sizes[j] and weights[i] >= HEAVY * weights[j]:
                    rank[i] = max(rank[i], weights[j])
                    covered.add(j)
        terms = [i for i in rank if i not in covered and names[i].count(" ") < TERM_WORDS]
        terms.sort(key=lambda i: (-rank[i], -names[i].count(" "), -weights[i], names[i]))
        ranked.append(terms)
    return ranked


@cache
def _stems(words: str) -> frozenset[str]:
    import snowballstemmer

    return frozenset(snowballstemmer.stemmer("english").stemWords(words.split()))


# ---- labels


def _noun_form(phrases: Phrases) -> tuple[np.ndarray, np.ndarray]:
    """How far each phrase stands where a noun does, and how far it is complete: (n,) each, 0 to 1."""
    kinds = (None, phrases.goes_on, *(phrases.before == kind for kind in (TO_NOUN, TO_VERB, IN_PHRASE)))
    n, goes_on, led, verb, inner = (
        np.bincount(phrases.code, places, minlength=len(phrases.words)) for places in kinds
    )
    free = np.maximum(n - inner, 0)  # what follows other content is no evidence of a last word: "tear gas"
    of_last = (led + 0.5) / (led + verb + NEUTRAL * (free - led - verb) + 1)
    share = (led + 0.5) / (led + verb + NEUTRAL * (n - led - verb) + 1)
    closed = np.minimum((1 - goes_on / np.maximum(n, 1)) / CLOSED, 1)
    number = {phrase: i for i, phrase in enumerate(phrases.words.tolist())}
    last = [number.get(phrase.rpartition(" ")[2], i) for phrase, i in number.items()]
    like = np.minimum(share / LED, 1) * np.minimum(of_last[last] / (LED / 2), 1) * closed
    return like.round(6), closed.round(6)


class _Candidates:
    """Phrases that can be part of a group's label: their form, and which texts have them.

    `has_words` is whether a text has all words of a phrase somewhere, `at_top` whether it has the phrase in
    its headline or its first sentence. That a label covers its topic and sets it apart is of Q. Mei, X. Shen
    and C. Zhai, "Automatic labeling of multinomial topic models", KDD 2007; here by Pearson's phi.
    """

    def __init__(
        self,
        phrases: Phrases,
        row: list[int],
        texts: np.ndarray,
        wording: dict[int, tuple[str, bool]],
        proper: frozenset[str],
        form: tuple[np.ndarray, np.ndarray],
    ) -> None:
        self.row, number = row, {phrase: i for i, phrase in enumerate(phrases.words.tolist())}
        self.words, self.written = [phrases.words[i] for i in row], [wording[i][0] for i in row]
        self.stems = [_stems(word) for word in self.words]
        pairs = list(zip(self.words, self.written, strict=True))
        self.named = np.array([_is_name(*pair, proper) for pair in pairs], bool)
        worth = np.array([_worth(*pair) for pair in pairs])
        self.like, closed = (share[row] for share in form)
        self.value = np.where(self.named, closed * (worth > 0), self.like * worth)
        parts = [[number[word] for word in phrases.words[i].split() if word in number] or [i] for i in row]
        single = sorted({i for part in parts for i in part})
        stands = dict(zip(single, phrases.counts[single][:, texts].toarray() > 0, strict=True))
        has_words = [np.all([stands[i] for i in part], axis=0) for part in parts]
        self.has, self.at_top = (m[row][:, texts].toarray() > 0 for m in (phrases.counts, phrases.at_top))
        self.has_words = np.array(has_words, bool).reshape(self.has.shape)

    def choose(self, own: np.ndarray) -> list[int]:
        """One phrase or two, the subject first, for the texts that `own` marks."""
        n = max(int(own.sum()), 1)
        stands, words_stand = self.has[:, own].sum(1), self.has_words[:, own].sum(1)
        score = self.score(own)
        enough = stands >= max(STANDS * n, min(2, n))
        enough &= words_stand >= max(WORDS_STAND * n, min(FEWEST, OF_FEW * n))
        subject = enough & ~self.named & (self.like >= NOUN)
        first = self.best(score, subject)
        if first is None:  # nothing is like a noun: the best two of what there is, whatever its form
            self.value = (self.value > 0).astype(float)
            score = self.score(own)
            first = self.best(score, score > 0)
            second = None if first is None else self.best(score, self.unlike(first))
        else:
            first = self.widen(first, stands, words_stand)
            fresh = self.unlike(first)
            second = self.best(score, fresh & self.named & (stands >= NAMED * n))
            left = own & ~self.has_words[first]
            if second is None and left.sum() >= LEFT_OUT * n:
                stands_there = self.has[:, left].sum(1) >= OF_THESE * left.sum()
                second = self.best(self.score(left, left | ~own), fresh & subject & stands_there)
            if second is None and " " not in self.words[first]:
                second = self.best(score, fresh & subject)  # a single word is completed in any case
        return [self.row[i] for i in (first, second) if i is not None]

    def score(self, own: np.ndarray, among: np.ndarray | slice = slice(None)) -> np.ndarray:
        """How well each phrase names these texts: its association with them by the worth of its form."""
        fit = [_phi(has[:, among], own[among]) for has in (self.has, self.has_words, self.at_top)]
        return (np.mean(fit, axis=0) * self.value).round(6)

    def best(self, score: np.ndarray, allowed: np.ndarray) -> int | None:
        """Place of the best allowed phrase, ties by name."""
        places = np.flatnonzero(allowed & (score > 0)).tolist()
        return min(places, key=lambda i: (-score[i], self.words[i]), default=None)

    def unlike(self, first: int) -> np.ndarray:
        """Mark phrases that share no stem with this one."""
        return np.array([not stems & self.stems[first] for stems in self.stems], bool)

    def widen(self, first: int, stands: np.ndarray, words_stand: np.ndarray) -> int:
        """Find a longer phrase to stand in the place of a single word."""
        if " " in (word := self.words[first]):
            return first
        longer = [
            i for i, phrase in enumerate(self.words)
            if phrase.endswith(f" {word}") and not EMPTY & set(phrase.split())
            # the last two words side by side: not "use of gas"
            and re.split(r"[\s\-‐‑]+", self.written[i])[-2].lower() not in JOINING
            and stands[i] >= max(WIDEN * stands[first], 2) and words_stand[i] >= WORDS_WIDEN * stands[first]
        ]  # fmt: skip
        keys = {i: (words_stand[i], stands[i], self.value[i], self.words[i]) for i in longer}
        return max(keys, key=keys.__getitem__, default=first)


def _phi(has: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Association of having each phrase with being in the group, -1 to 1."""
    n, both, with_it, size = has.shape[1], has[:, own].sum(1), has.sum(1), own.sum()
    if size == n:  # nothing to be set apart from
        return with_it / max(n, 1)
    spread = np.sqrt(with_it * (n - with_it) * float(size) * (n - size))
    return np.where(spread > 0, (both * n - with_it * size) / np.where(spread > 0, spread, 1), 0)


def _worth(words: str, written: str) -> float:
    """Say what is left of a phrase's score for its form."""
    parts = words.split()
    if EMPTY.issuperset(parts):
        return 0.0
    value = (ALONE if len(parts) == 1 else 1.0) * (1 if EMPTY.isdisjoint(parts) else VAGUE)
    return value * (TWO_THINGS if " and " in written else 1)


def _is_name(words: str, written: str, proper: frozenset[str]) -> bool:
    """Whether a phrase is a name: a proper one, or one in which every content word has a capital."""
    content = [word for word in written.split() if word not in JOINING]
    return proper.issuperset(words.split()) or (" " in words and all(w[:1].isupper() for w in content))


def _join(wording: list[tuple[str, bool]]) -> str:
    """Join one or two phrases to a label, a name of several words with its article in the texts."""
    is_led = [led and " " in text and text.split()[-1][:1].isupper() for text, led in wording]
    parts = [f"the {text}" if led else text for (text, _), led in zip(wording, is_led, strict=True)]
    text = (", " if any(" and " in part for part in parts) else " and ").join(parts)
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def tell_apart(names: list[str], terms: pd.DataFrame, *, by_hand: Collection[int] = ()) -> list[str]:
    """Tell equal labels apart by their first term that no other group has; the first one `by_hand` stays."""
    for label in {label for label in names if names.count(label) > 1}:
        same = [i for i, name in enumerate(names) if name == label]
        stays = [i for i in same if i in by_hand][:1]
        for topic in (i for i in same if i not in stays):
            mine = terms.loc[terms["topic"] == topic, "term"]
            elsewhere = set(terms.loc[terms["topic"] != topic, "term"])
            extra = next((term for term in mine if term not in elsewhere), str(topic + 1))
            names[topic] = f"{label} ({extra})" if label else extra
    return names
