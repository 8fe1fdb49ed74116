"""Terms and labels of topics.

A label begins with a phrase that stands where nouns do, in a quarter of the topic's texts and few of the
others, at their top above all; then comes a phrase or a name several times rarer in the others.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from dateline.tokens import Gaps, Tokens, inside_sentences, lower
from dateline.topics import vectors
from dateline.topics.vectors import Data, Documents, Space

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Content words of a phrase, one more than a term has, so that it shows what is cut off; and its tokens.
CONTENT, TERM_WORDS, LONGEST = 4, 3, 7
JOINING = frozenset({"and", "at", "for", "in", "of", "on", "the", "to", "with"})
# What may stand between two tokens of a phrase: a space loosely, the others so firmly that a phrase neither
# begins nor ends there ("cross-border" is one word to a reader).
HYPHENS, APOSTROPHES, SPACES = "-\u2010\u2011&", "'\u2019", " \u00a0\u202f\n\t"
APART, LOOSE, FIRM, POSSESSIVE = 0, 1, 2, 3
# What stands before: a word as before nouns, or before verbs; content; or "by", as before a writer's name.
TO_NOUN, TO_VERB, IN_PHRASE, BY = 1, 2, 3, 4
_WORDS = tomllib.loads(files("dateline").joinpath("resources/labels.toml").read_text(encoding="utf-8"))
NOUN_CUES, VERB_CUES, EMPTY, MARKUP = (
    frozenset(_WORDS[kind].split()) for kind in ("before_noun", "before_verb", "empty", "markup")
)
# Places looked at for the wording of a phrase; phrases ranked as terms of a group, and looked at for a label.
PLACES, CANDIDATES, LOOKED_AT = 200, 400, 150
# A longer phrase stands for a shorter one with so much of its texts and weight: "Port" alone is no term.
TOGETHER, HEAVY = 0.6, 0.5
# Share of the group's texts that have to have the first phrase of a label and the second; how many times as
# large a share the second has to have there as among the other texts.
FIRST, SECOND, LIFT = 0.25, 0.2, 3
# A single word gives way to a longer phrase that ends with it where, of the texts that have the word, so many
# have the phrase and so many all its words: "duty" to "grain duty".
WIDEN, WORDS_WIDEN = 0.2, 0.6
# A phrase is taken for a noun with what belongs to it where so many of its places follow an article or the
# like (of those of its last word half as many), and no content follows so many. Below, its score falls in
# proportion; under NOUN it is no part of a label. NEUTRAL weighs the other places.
LED, CLOSED, NOUN, NEUTRAL = 0.6, 0.6, 0.4, 0.25
# What of its score is left to a single word, to a phrase with a word that says nothing, and to two things.
ALONE, VAGUE, TWO_THINGS = 0.65, 0.5, 0.7


class Phrases(NamedTuple):
    """Phrases by their `words`, the content words in singular and lower case, sorted; and where they stand.

    `counts` and `at_top` are (n, n_documents), how often each stands in each document, and in its headline or
    first sentence. The others are (n_places,), by phrase: its number `code`, its `first` and `last` token,
    what stands `before` it (`TO_NOUN` to `BY`, or 0), and whether it `goes_on`: content follows.
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
    """Find the phrases that stand in at least `min_df` documents (by default two, of a few documents one).

    A phrase stands in one sentence, begins and ends with a content word (none of `stop`), has at most
    `CONTENT` of these and between them nothing but spaces, hyphens and words such as "of". Singular and
    plural are one phrase. The documents' token table is that of the sentences.
    """
    from scipy.sparse import csr_matrix

    tokens, size = documents.tokens, documents.size
    min_df = min_df or (1 if size < vectors.FEWEST else 2)
    kept, n_tokens, row = documents.rows >= 0, np.diff(tokens.offsets), tokens.rows
    counted = np.flatnonzero(kept[row])
    offsets = np.append(0, np.cumsum(n_tokens[kept]))
    tokens = tokens._replace(ids=tokens.ids[counted], start=tokens.start[counted], offsets=offsets)
    row, (ids, words) = row[counted], lower(tokens)
    document, glue = documents.rows[row], _glue(tokens, sentences["text"][kept].tolist())
    content, joins, before, goes_on = _context(ids, words, glue, MARKUP.union(stop))
    ids = _singular(words, np.unique(ids[content]))[ids]
    content &= _document_frequency(ids, document, len(words))[ids] >= min_df
    distinct, number = np.unique(ids[content], return_inverse=True)
    word = np.zeros(len(ids), np.int64)
    word[content] = number + 1
    code, first, last = _grow(word, glue, joins, content)
    codes, code = np.unique(code, return_inverse=True)
    frequent = np.flatnonzero(_document_frequency(code, document[first], len(codes)) >= min_df)
    names = _spell(codes[frequent], words[distinct])
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
    from scipy.sparse import csr_matrix

    places = (np.ones(len(code), bool), (code, document))
    return np.diff(csr_matrix(places, shape=(n, int(document.max(initial=0)) + 1)).indptr)


def _spell(codes: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Words that `_grow` put into codes, the last one first."""
    names, spaced = np.full(len(codes), "", dtype=object), np.append("", words + " ")
    while codes.any():
        codes, digit = np.divmod(codes, len(spaced))
        names = spaced[digit] + names
    return np.array([name.rstrip() for name in names], dtype=object)


def _glue(tokens: Tokens, texts: list[str]) -> np.ndarray:
    """Say what stands between each token and the next one: `APART`, `LOOSE`, `FIRM` or `POSSESSIVE`."""
    gaps = Gaps.of(texts, tokens)
    space, quote, close = gaps.starts(SPACES), gaps.starts(APOSTROPHES), gaps.length == 1
    loose = close & space | (gaps.length == 2) & gaps.starts(APOSTROPHES, SPACES)
    loose |= (gaps.length == 3) & gaps.starts(SPACES, "&")
    short = np.append(gaps.end[1:] - tokens.start[1:] == 1, False)[: len(close)]
    kinds = [loose, close & quote & short, close & (quote | gaps.starts(HYPHENS))]
    return np.select(kinds, [LOOSE, POSSESSIVE, FIRM], APART)


def _context(
    ids: np.ndarray, words: np.ndarray, glue: np.ndarray, stop: frozenset[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mark content and what may join it; say what stands before, and whether content follows."""
    if not len(ids):
        return *np.zeros((2, 0), bool), np.zeros(0, np.int8), np.zeros(0, bool)
    is_content = [len(word) > 1 and word not in stop and not word[0].isdigit() for word in words]
    cue = [BY if w == "by" else TO_NOUN * (w in NOUN_CUES) + TO_VERB * (w in VERB_CUES) for w in words]
    owned = np.append(False, glue[:-1] == POSSESSIVE)
    content = np.array(is_content, bool)[ids] & ~owned
    joins = np.array([word in JOINING for word in words], bool)[ids] | owned
    tied = (glue == LOOSE) | (glue == FIRM)
    before = np.where(tied, np.where(content, np.int8(IN_PHRASE), np.array(cue, np.int8)[ids]), np.int8(0))
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


def phrase_wording(phrases: Phrases, data: Data, chosen: Collection[int]) -> dict[int, str]:
    """Say how phrases are most often written inside sentences, or else in headlines and where these begin."""
    tokens, inside = data.tokens, inside_sentences(data.tokens, data.sentences)
    places = np.flatnonzero(np.isin(phrases.code, sorted(chosen)))
    code, within = phrases.code[places], inside[phrases.first[places]]
    looked_at = within | (np.bincount(code, within) == 0)[code]
    places, code = places[looked_at], code[looked_at]
    looked_at = np.arange(len(code)) - np.searchsorted(code, code) < PLACES
    first, last, code = phrases.first[places[looked_at]], phrases.last[places[looked_at]], code[looked_at]
    texts, row = data.sentences["text"].to_numpy(object), np.searchsorted(tokens.offsets, first, "right") - 1
    spans = zip(code.tolist(), texts[row], tokens.start[first], tokens.end[last], strict=True)
    written = {phrase: Counter[str]() for phrase in chosen}
    for (phrase, text), n in Counter((phrase, text[a:b]) for phrase, text, a, b in spans).items():
        written[phrase][" ".join(text.split())] += n
    return {phrase: min(ways, key=lambda text: (-ways[text], text)) for phrase, ways in written.items()}


# ---- terms


def describe_groups(
    phrases: Phrases, groups: np.ndarray, k: int, data: Data, *, n_terms: int
) -> tuple[pd.DataFrame, list[str]]:
    """Pick the best terms of each group of documents, no stem twice, and make a label for it.

    `groups` is (n_documents,), 0 to k - 1, or -1; outlets are no part of a label. Returns a table of topic,
    rank, term (as it is written), weight (c-TF-IDF) and name (whether all of it is one), and the labels.
    """
    weight, size = group_weights(phrases.counts, groups, k)
    ranked = _ranked(phrases.words, weight, size)
    chosen = _distinct_terms(phrases, ranked, weight, n_terms)
    looked_at = {i for row in [*chosen, *(row[:LOOKED_AT] for row in ranked)] for i in row}
    wording = phrase_wording(phrases, data, looked_at)
    rows = [
        (topic, rank + 1, wording[i], weight[topic, i], data.proper.issuperset(phrases.words[i].split()))
        for topic, row in enumerate(chosen)
        for rank, i in enumerate(row)
    ]
    types = {"topic": "int64", "rank": "int64", "term": "str", "weight": "float64", "name": "bool"}
    terms = pd.DataFrame(rows, columns=list(types)).astype(types)
    form = _form(phrases, wording, data)
    names = []
    for group, row in enumerate(ranked):
        parts = [wording[i] for i in _label(phrases, row[:LOOKED_AT], groups, group, form)]
        text = " · ".join(parts)
        names.append(text if text[1:2].isupper() else text[:1].upper() + text[1:])
    return terms, tell_apart(names, terms)


def group_weights(counts: "csr_matrix", groups: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Weigh phrases by c-TF-IDF over texts: how much more of a group's texts have it, times its rarity.

    Returns (n_groups, n_phrases) weights, and how many texts of each group have each phrase. After
    M. Grootendorst, "BERTopic" (2022), but over texts, and on the share beyond that of the other groups.
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


def article_terms(space: Space, data: Data, *, n: int, n_terms: int) -> pd.DataFrame:
    """Terms that set each of the first `n` articles apart, by sublinear TF-IDF: article_id, terms."""
    ids, n = np.sort(space.ids), min(n, len(space.ids))
    if not n:
        return pd.DataFrame({"article_id": ids[:0], "terms": pd.Series(dtype="str")})
    documents = vectors.number_documents(ids, data.sentences, data.tokens)
    phrases = find_phrases(documents, data.sentences, stop=data.ignored)
    counts = phrases.counts[:, :n].T.toarray().astype(float)
    rarity = np.log((1 + len(ids)) / (1 + np.diff(phrases.counts.indptr))) + 1
    weight = np.where(counts > 0, (1 + np.log(np.maximum(counts, 1))) * rarity, 0).round(6)
    chosen = _distinct_terms(phrases, _ranked(phrases.words, weight, counts), weight, n_terms)
    wording = phrase_wording(phrases, data, {i for row in chosen for i in row})
    terms = [", ".join(wording[i] for i in row) for row in chosen]
    return pd.DataFrame({"article_id": ids[:n], "terms": pd.Series(terms, dtype="str")})


def _distinct_terms(
    phrases: Phrases, ranked: list[list[int]], weight: np.ndarray, n_terms: int
) -> list[list[int]]:
    """Best terms of each group by weight, no stem twice."""
    chosen = []
    for row, weights in zip(ranked, weight, strict=True):
        terms, taken = list[int](), set[str]()
        for i in row:
            stems = _stems(phrases.words[i])
            if taken.isdisjoint(stems) and len(stems) == len(phrases.words[i].split()):
                terms, taken = [*terms, i], taken | stems
            if len(terms) == n_terms:
                break
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


class _Form(NamedTuple):
    """What each phrase's form is worth, 0 to 1, whether it can be first or second, its words, and wording."""

    worth: np.ndarray
    subject: np.ndarray
    part: np.ndarray
    single: dict[int, list[int]]
    wording: dict[int, str]


def _form(phrases: Phrases, wording: dict[int, str], data: Data) -> "_Form":
    """Judge phrases by what stands around them and how they are written."""
    names: list[str] = phrases.words.tolist()
    around = np.bincount(phrases.code * 5 + phrases.before, minlength=5 * len(names)).reshape(-1, 5)
    n, verb, inner, by = around.sum(1), around[:, TO_VERB], around[:, IN_PHRASE], around[:, BY]
    led, goes_on = around[:, TO_NOUN] + by, np.bincount(phrases.code, phrases.goes_on, minlength=len(names))
    # what follows other content is no evidence of a last word: "tear gas"
    share, of_last = (
        (led + 0.5) / (led + verb + NEUTRAL * np.maximum(size - led - verb, 0) + 1) for size in (n, n - inner)
    )
    closed = np.minimum((1 - goes_on / np.maximum(n, 1)) / CLOSED, 1)
    number = {phrase: i for i, phrase in enumerate(names)}
    worth, subject, part = np.zeros(len(names)), *np.zeros((2, len(names)), bool)
    outlets = data.articles["outlet"].dropna().unique()
    barred = {" ".join(name.lower().split()).removeprefix("the ") for name in outlets}
    for i, written in wording.items():
        parts, content = names[i].split(), [word for word in written.split() if word not in JOINING]
        last = number.get(parts[-1], i)
        like = min(share[i] / LED, 1) * min(of_last[last] / (LED / 2), 1) * closed[i]
        named = data.proper.issuperset(parts) or (len(parts) > 1 and all(w[:1].isupper() for w in content))
        if EMPTY.issuperset(parts) or (named and (written.lower() in barred or by[i] > n[i] / 2)):
            continue
        plain = (ALONE if len(parts) == 1 else 1) * (1 if EMPTY.isdisjoint(parts) else VAGUE)
        worth[i] = closed[i] if named else like * plain * (TWO_THINGS if " and " in written else 1)
        subject[i] = not named and like >= NOUN
        part[i] = named or subject[i]
    single = {i: [number[word] for word in names[i].split() if word in number] or [i] for i in wording}
    return _Form(worth.round(6), subject, part, single, wording)


def _label(phrases: Phrases, ranked: list[int], groups: np.ndarray, group: int, form: _Form) -> list[int]:
    """One phrase or two of a group's ranked ones for its label.

    A label covers its topic and sets it apart (Q. Mei, X. Shen and C. Zhai, KDD 2007): by Pearson's phi with
    the phrase, all its words, and it at the top.
    """
    texts = np.flatnonzero(groups >= 0)
    inside, row = groups[texts] == group, np.array(ranked, int)
    parts = sorted({i for phrase in row for i in form.single[phrase]})
    stands = dict(zip(parts, phrases.counts[parts][:, texts].toarray() > 0, strict=True))
    has_words = np.array([np.all([stands[i] for i in form.single[phrase]], axis=0) for phrase in row], bool)
    has, at_top = (matrix[row][:, texts].toarray() > 0 for matrix in (phrases.counts, phrases.at_top))
    has_words = has_words.reshape(has.shape)  # where nothing is ranked, too
    n, n_others = max(inside.sum(), 1), max((~inside).sum(), 1)
    fit = np.mean([_phi(marks, inside) for marks in (has, has_words, at_top)], axis=0)
    share, words_share = has[:, inside].sum(1) / n, has_words[:, inside].sum(1) / n
    score, subject = (fit * form.worth[row]).round(6), form.subject[row]
    words = phrases.words[row]

    def best(allowed: np.ndarray, stems: frozenset[str] = frozenset()) -> int | None:
        places = np.flatnonzero(allowed & (score > 0)).tolist()
        places.sort(key=lambda i: (-score[i], words[i]))
        return next((i for i in places if _stems(words[i]).isdisjoint(stems)), None)

    often = share >= FIRST
    first = next((i for i in map(best, (often & subject, often, subject, score > 0)) if i is not None), None)
    if first is None:
        return []
    if " " not in words[first]:
        words_bound = max(WORDS_WIDEN * share[first], FIRST)
        longer = {
            i: (words_share[i], share[i], score[i], words[i])
            for i in np.flatnonzero((share >= WIDEN * share[first]) & (words_share >= words_bound))
            if words[i].endswith(f" {words[first]}") and EMPTY.isdisjoint(words[i].split())
            # the last two words side by side: not "use of gas"
            and re.split(r"[\s\-‐‑]+", form.wording[row[i]])[-2].lower() not in JOINING
        }  # fmt: skip
        first = int(max(longer, key=longer.__getitem__, default=first))
    lifts = (share >= SECOND) & (share >= LIFT * has[:, ~inside].sum(1) / n_others)
    second = best(lifts & form.part[row], _stems(words[first]))
    return [int(row[i]) for i in (first, second) if i is not None]


def _phi(has: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Association of having each phrase with being in the group, -1 to 1."""
    n, both, with_it, size = has.shape[1], has[:, inside].sum(1), has.sum(1), inside.sum()
    if size == n:  # nothing to be set apart from
        return with_it / max(n, 1)
    spread = np.sqrt(with_it * (n - with_it) * float(size) * (n - size))
    return np.where(spread > 0, (both * n - with_it * size) / np.where(spread > 0, spread, 1), 0)


def tell_apart(names: list[str], terms: pd.DataFrame, *, by_hand: Collection[int] = ()) -> list[str]:
    """Tell equal labels apart by their first term that no other group has; the first one `by_hand` stays."""
    for label in sorted({label for label in names if names.count(label) > 1}):
        same = [i for i, name in enumerate(names) if name == label]
        stays = [i for i in same if i in by_hand][:1]
        for topic in (i for i in same if i not in stays):
            mine = terms.loc[terms["topic"] == topic, "term"]
            elsewhere = set(terms.loc[terms["topic"] != topic, "term"])
            numbers = map(str, range(topic + 1, topic + 2 + len(names)))
            extras = [*(term for term in mine if term not in elsewhere), *numbers]
            tries = (f"{label} ({extra})" if label else extra for extra in extras)
            names[topic] = next(name for name in tries if name not in names)
    return names
