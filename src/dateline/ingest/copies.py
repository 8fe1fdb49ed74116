"""Which articles are one text. Copies are marked and kept.

They are found by word shingles. A sample of these, the same in every article (MinHash's idea: keep what
hashes below a bound), proposes pairs; all shingles of a pair then decide: which share of the shorter text's
words stand in sequences that the longer one has too (containment). A reprint with a new headline, a cut tail
or an added byline is a copy so; two texts that have half of their words each to themselves are none, be the
other half a list of those present or a passage on the background. The order of the input does not matter.
"""

import numpy as np
import pandas as pd

from dateline import tokens as tokens_
from dateline.ingest import stories
from dateline.tokens import Tokens

# Words in a shingle: with three, reports on one event share .12 of theirs; with four, less than .1.
WIDTH = 4
# One shingle of so many is in the sample; texts of fewer shingles than this are sampled whole.
SAMPLE, WHOLE = 8, 64
# A pair is looked at if it shares so much of the sample: where one word in five was changed, .41 is left.
PROPOSED = 0.25
# So much of the shorter text is in the longer one, in words: .72 if one word in six was changed here and
# there. And a seventh of the longer one: a bulletin inside a long report is no copy of it.
CONTAINED, OF_LONGER = 0.7, 0.15
# A shorter text than this, in shingles, has most of its words in common with many: all of it must be there.
SHORT, WHOLLY = 20, 0.9
# A shingle in so many articles that are not wholly one text is a formula of this corpus: what it covers
# proves nothing, and so many other words must be left to judge by.
FORMULA, TELLING = 6, 30
# A shingle in more articles than this tells little: it is compared with its first article and its next only.
COMMON = 40


def mark(articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens) -> pd.DataFrame:
    """Say of each article which it is a copy of, and to which story it belongs.

    Parameters
    ----------
    articles
        Table articles; the order is by time, then by id.
    sentences
        Table sentences of the same articles.
    tokens
        Tokens of `sentences`, one text a row.

    Returns
    -------
    pandas.DataFrame
        `articles` with `copy_of`, the earliest article with the same text (missing for originals), and
        `story`, numbered from 0 in the order of the earliest article.
    """
    order, rank = _order(articles)
    place = pd.Series(np.arange(len(rank)), index=articles["article_id"].to_numpy())
    article = place.reindex(sentences["article_id"]).to_numpy()
    body = np.where(sentences["sentence"].to_numpy() >= 0, article, -1)
    original = _originals(*_shingles(tokens, body, len(articles)), rank)
    story = stories.group(tokens, rank[article], original, articles["published"].to_numpy()[order])
    names = articles["article_id"].to_numpy(object)[order]
    copy_of = np.where(original == np.arange(len(order)), None, names[original])
    return articles.assign(
        copy_of=pd.Series(copy_of[rank], index=articles.index, dtype="str"), story=story[rank]
    )


def _order(articles: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Places of the articles by time, undated last, then by id; and each article's rank among them."""
    order = (
        articles.reset_index(drop=True)
        .sort_values(["published", "article_id"], na_position="last", kind="stable")
        .index.to_numpy()
    )
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return order, rank


def _shingles(tokens: Tokens, document: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of all shingles, article by article; and where each article's start."""
    ids, words = tokens_.lower(tokens)
    # hashes of the words themselves: another article in the corpus changes nothing for this one
    coded = pd.util.hash_array(words) if len(words) else np.zeros(0, np.uint64)
    where = np.repeat(document, np.diff(tokens.offsets))
    keep = where >= 0
    word, where = coded[ids[keep]], where[keep]
    if (np.diff(where) < 0).any():
        by = np.argsort(where, kind="stable")
        word, where = word[by], where[by]
    size = max(len(word) - WIDTH + 1, 0)
    mixed = np.zeros(size, np.uint64)
    for i in range(WIDTH):
        mixed = (mixed ^ word[i : i + size]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    inside = where[:size] == where[WIDTH - 1 :]
    return mixed[inside], np.searchsorted(where[:size][inside], np.arange(n + 1))


def _originals(shingles: np.ndarray, start: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """For each article, by its rank, the rank of the earliest that it is a copy of, or its own."""
    left, right = _proposed(shingles, start)
    swap = rank[left] > rank[right]
    earlier, later = np.where(swap, right, left), np.where(swap, left, right)
    close = _closeness(shingles, start, earlier, later)
    close = _without_formulas(shingles, start, earlier, later, close)
    earlier, later, close = earlier[close > 0], later[close > 0], close[close > 0]
    # each article, in the order of time, follows its closest earlier one to that one's original
    order = np.lexsort((rank[earlier], -close, rank[later]))
    earlier, later = earlier[order], later[order]
    known = set(zip(earlier.tolist(), later.tolist(), strict=True))
    original = np.arange(len(rank))
    for one, other in zip(earlier.tolist(), later.tolist(), strict=True):
        root = int(original[one])
        if original[other] != other or original[root] != root:
            continue
        # a copy of a copy need not be one of the original: of two articles printed as one, say
        if (root, other) in known or _closeness(shingles, start, np.array([root]), np.array([other]))[0]:
            original[other] = root
    by_rank = np.empty_like(original)
    by_rank[rank] = rank[original]
    return by_rank


def _closeness(shingles: np.ndarray, start: np.ndarray, earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    """How much of the shorter text of each pair is in the other, in words; 0 where it is no copy."""
    size = np.diff(start)
    short = np.where(size[later] <= size[earlier], later, earlier)
    long = np.where(size[later] <= size[earlier], earlier, later)
    words = np.maximum(size + WIDTH - 1, 1)
    covered, _ = _covered(shingles, start, short, long)
    tiny = size[short] < SHORT
    same = covered >= np.where(tiny, WHOLLY, CONTAINED) * words[short]
    same &= covered >= np.where(tiny, WHOLLY, OF_LONGER) * words[long]
    return np.where(same & (covered > 0), (covered / words[short]).round(6), 0)


def _without_formulas(
    shingles: np.ndarray, start: np.ndarray, earlier: np.ndarray, later: np.ndarray, close: np.ndarray
) -> np.ndarray:
    """Set to 0 what is close by words alone that many different texts of the corpus have."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    unsure = np.flatnonzero((close > 0) & (close < WHOLLY))
    if not len(unsure):
        return close
    n, sure = len(start) - 1, close >= WHOLLY
    links = coo_array((np.ones(sure.sum()), (earlier[sure], later[sure])), shape=(n, n))
    family = connected_components(links, directed=False)[1]
    # of each family one: its members have the same words anyhow
    involved = np.unique(np.concatenate([earlier[close > 0], later[close > 0]]))
    _, first = np.unique(family[involved], return_index=True)
    sets, _ = _sets(shingles, start, involved[first])
    key, count = np.unique(sets, return_counts=True)
    formulas = key[count >= FORMULA]
    if not len(formulas):
        return close
    size = np.diff(start)
    one, other = earlier[unsure], later[unsure]
    short, long = (
        np.where(size[other] <= size[one], other, one),
        np.where(size[other] <= size[one], one, other),
    )
    covered, left = _covered(shingles, start, short, long, formulas)
    close = close.copy()
    close[unsure[(left < TELLING) | (covered < CONTAINED * left)]] = 0
    return close


def _covered(
    shingles: np.ndarray,
    start: np.ndarray,
    short: np.ndarray,
    long: np.ndarray,
    formulas: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """How many words of each `short` text are in shingles that its `long` one has; and of how many words.

    Words in `formulas` (sorted shingles) are left out of both.
    """
    size = np.diff(start)
    covered, words = np.zeros(len(short), np.int64), np.zeros(len(short), np.int64)
    block = 20_000  # pairs at a time: about 200 MB
    for at in range(0, len(short), block):
        part = slice(at, at + block)
        mine, width = shingles[_steps(start[short[part]], size[short[part]])], size[short[part]]
        theirs, other = shingles[_steps(start[long[part]], size[long[part]])], size[long[part]]
        pair = np.arange(len(width))
        shared = _in_pair(mine, np.repeat(pair, width), theirs, np.repeat(pair, other))
        words_of = width + WIDTH - 1
        # where the words of each text begin, and of each shingle its first word
        begin = np.cumsum(words_of) - words_of
        word = _steps(begin, width)
        inside = _spread(word[shared], words_of.sum())
        told = np.ones(words_of.sum(), bool)
        if formulas is not None:
            told = ~_spread(word[np.isin(mine, formulas)], words_of.sum())
        number = np.repeat(pair, words_of)
        covered[part] = np.bincount(number[inside & told], minlength=len(width))
        words[part] = np.bincount(number[told], minlength=len(width))
    return covered, words


def _in_pair(mine: np.ndarray, pair: np.ndarray, theirs: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Which of my shingles are among theirs, pair by pair."""
    # the pair in the upper bits, what is left of the shingle below: one number to sort, no collisions to fear
    bits = np.uint64(20)
    code = np.concatenate([pair, other]).astype(np.uint64) << (np.uint64(64) - bits)
    code |= np.concatenate([mine, theirs]) >> bits
    found, place = np.unique(code, return_inverse=True)
    has = np.zeros(len(found), bool)
    has[place[len(mine) :]] = True
    return has[place[: len(mine)]]


def _spread(first: np.ndarray, n: int) -> np.ndarray:
    """(n,) bool: the words of the shingles whose first word is given."""
    inside = np.zeros(n, bool)
    for i in range(WIDTH):
        inside[first + i] = True
    return inside


def _proposed(shingles: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of articles that share enough of the sampled shingles."""
    size = np.diff(start)
    low = shingles < np.uint64((1 << 64) // SAMPLE)
    sampled = low | np.repeat(size < WHOLE, size)
    article = np.repeat(np.arange(len(size)), size)[sampled]
    key, low = shingles[sampled], low[sampled]
    order = np.argsort(key, kind="stable")
    key, article, low = key[order], article[order], low[order]
    new = np.ones(len(key), bool)
    new[1:] = (key[1:] != key[:-1]) | (article[1:] != article[:-1])
    key, article, low = key[new], article[new], low[new]
    first = np.flatnonzero(np.diff(key, prepend=~key[:1]) != 0)
    count = np.diff(first, append=len(key))
    rare = np.repeat(count <= COMMON, count)
    some, many = count <= COMMON, count > COMMON
    # what is rare proposes, or, where a text was printed very often, all of it; then the whole sample
    near = _enough(*_all_pairs(article, first[some], count[some]), article[low & rare], len(size))
    often = _enough(*_few_pairs(article, first[many], count[many]), article[low], len(size))
    left, right = np.divmod(np.union1d(near, often), max(len(size), 1))
    by = np.argsort(article, kind="stable")
    begin = np.searchsorted(article[by], np.arange(len(size) + 1))
    seen = np.bincount(article[low], minlength=len(size))
    likely = _shared(key[by], begin, left, right) >= PROPOSED * np.minimum(seen[left], seen[right])
    return left[likely], right[likely]


def _enough(left: np.ndarray, right: np.ndarray, visible: np.ndarray, n: int) -> np.ndarray:
    """Pairs, as one number each, that share enough of the sampled shingles in view."""
    pair, shared = np.unique(left * n + right, return_counts=True)
    left, right = np.divmod(pair, max(n, 1))
    seen = np.bincount(visible, minlength=n)
    return pair[shared >= np.maximum(1, PROPOSED * np.minimum(seen[left], seen[right]))]


def _all_pairs(article: np.ndarray, first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of articles with a common shingle."""
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for gap in range(1, int(count.max(initial=0))):
        longer = count > gap
        at = _steps(first[longer], count[longer] - gap)
        lefts.append(article[at])
        rights.append(article[at + gap])
    return np.concatenate(lefts), np.concatenate(rights)


def _few_pairs(article: np.ndarray, first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of each article with the first one that has the shingle, and with the next."""
    at = _steps(first, count - 1)
    head = article[np.repeat(first, count - 1)]
    return np.concatenate([head, article[at]]), np.concatenate([article[at + 1], article[at + 1]])


def _steps(start: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Join the ranges of `width` numbers from each `start` on."""
    return np.repeat(start - np.cumsum(width) + width, width) + np.arange(width.sum())


def _sets(shingles: np.ndarray, start: np.ndarray, articles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take the shingles of some articles, each once and sorted; and where each article's start."""
    width = np.diff(start)[articles]
    key = shingles[_steps(start[articles], width)]
    where = np.repeat(np.arange(len(articles)), width)
    order = np.argsort(key, kind="stable")
    order = order[np.argsort(where[order], kind="stable")]
    key, where = key[order], where[order]
    new = np.ones(len(key), bool)
    new[1:] = (key[1:] != key[:-1]) | (where[1:] != where[:-1])
    return key[new], np.searchsorted(where[new], np.arange(len(articles) + 1))


def _shared(shingles: np.ndarray, start: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """How many shingles each pair shares, exactly."""
    shared = np.zeros(len(left), np.int64)
    block = 20_000  # pairs at a time: about 200 MB
    size = np.diff(start)
    for at in range(0, len(left), block):
        part = slice(at, at + block)
        keys, pair = [], []
        for side in (left[part], right[part]):
            width = size[side]
            keys.append(shingles[_steps(start[side], width)])
            pair.append(np.repeat(np.arange(len(side)), width))
        key, number = np.concatenate(keys), np.concatenate(pair)
        order = np.argsort(key, kind="stable")
        order = order[np.argsort(number[order], kind="stable")]
        key, number = key[order], number[order]
        twice = (key[1:] == key[:-1]) & (number[1:] == number[:-1])
        shared[part] = np.bincount(number[1:][twice], minlength=len(left[part]))
    return shared
