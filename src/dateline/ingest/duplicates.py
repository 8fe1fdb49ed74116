"""Which articles are one text (copies), and which are about one event (stories). All are marked and kept.

Copies are found by word shingles. A sample of these, the same in every article (MinHash's idea: keep what
hashes below a bound), proposes pairs; all shingles of a pair then decide: which share of the shorter text's
words stand in sequences that the longer one has too (containment). A reprint with a new headline, a cut tail
or an added byline is a copy so; two texts that have half of their words each to themselves are none, be the
other half a list of those present or a passage on the background. The order of the input does not matter.

Stories are clusters of average linkage over cosines of TF-IDF, within a window of days.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dateline import tokens as words_of
from dateline.tokens import Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_array

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
# Pairs compared at a time: about 200 MB.
PAIRS = 20_000

# Least mean cosine of TF-IDF in a story, and most days between two articles that can be in one: chosen on
# half of the visits in kremlin_visits and the events of 2021; the other half and the sample's truth judge.
SIMILAR, DAYS = 0.06, 3
# So much more than `SIMILAR` an undated article must resemble a story: by text alone, two visits of one guest
# are one event (five articles on four events in sixteen months resembled each other with .23 to .32).
UNDATED = 0.35
# Words of one article alone are left out, but not where there are so few articles that most words are such.
MANY = 20
# Articles that are linked in full; in larger groups links must be stronger by steps until they are smaller.
LARGEST, STEP = 2000, 0.02


def mark_duplicates(articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens) -> pd.DataFrame:
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
        `story`, numbered from 0 in the order of the earliest article. A copy has its original's story.
    """
    order = (
        articles.reset_index(drop=True)
        .sort_values(["published", "article_id"], na_position="last", kind="stable")
        .index.to_numpy()
    )
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    place = pd.Series(rank, index=articles["article_id"].to_numpy())
    article = place.reindex(sentences["article_id"]).to_numpy()
    body = np.where(sentences["sentence"].to_numpy() >= 0, article, -1)
    original = find_originals(*shingle(tokens, body, len(articles)))
    story = group_stories(tokens, article, original, articles["published"].to_numpy()[order])
    names = articles["article_id"].to_numpy(object)[order]
    copy_of = np.where(original == np.arange(len(order)), None, names[original])
    return articles.assign(
        copy_of=pd.Series(copy_of[rank], index=articles.index, dtype="str"), story=story[rank]
    )


# -- copies ----------------------------------------------------------------------------------------


def shingle(tokens: Tokens, document: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Hash all shingles of n documents.

    Parameters
    ----------
    tokens
        Tokens of texts.
    document
        (n_texts,) the document that each text belongs to; -1: to none.

    Returns
    -------
    shingles, start
        uint64, document by document in the order of words; and (n + 1,) where each document's start.
    """
    ids, words = words_of.lower(tokens)
    # hashes of the words themselves: another article in the corpus changes nothing for this one
    hashes = pd.util.hash_array(words) if len(words) else np.zeros(0, np.uint64)
    row = document[tokens.rows]
    order = np.argsort(row, kind="stable")[np.count_nonzero(row < 0) :]
    word, row = hashes[ids[order]], row[order]
    size = max(len(word) - WIDTH + 1, 0)
    mixed = np.zeros(size, np.uint64)
    for i in range(WIDTH):
        mixed = (mixed ^ word[i : i + size]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    inside = row[:size] == row[WIDTH - 1 :]
    return mixed[inside], np.searchsorted(row[:size][inside], np.arange(n + 1))


def find_originals(shingles: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Give for each document, in the order of time, the earliest that it is a copy of, or its own number.

    Parameters
    ----------
    shingles, start
        What `shingle` returned.
    """
    earlier, later = _proposals(shingles, start)
    close = _closeness(shingles, start, earlier, later)
    close = _without_formulas(shingles, start, earlier, later, close)
    earlier, later, close = earlier[close > 0], later[close > 0], close[close > 0]
    # each article, in the order of time, follows its closest earlier one to that one's original
    order = np.lexsort((earlier, -close, later))
    links = list(zip(earlier[order].tolist(), later[order].tolist(), strict=True))
    linked = set(links)
    original = np.arange(len(start) - 1)
    for first, second in links:
        root = int(original[first])
        if original[second] != second or original[root] != root:
            continue
        # a copy of a copy need not be one of the original: of two articles printed as one, say
        pair = np.array([root]), np.array([second])
        if (root, second) in linked or _closeness(shingles, start, *pair)[0]:
            original[second] = root
    return original


def _proposals(shingles: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of documents that share enough of the sampled shingles, the earlier first."""
    from scipy.sparse import csr_array, triu

    n, size = len(start) - 1, np.diff(start)
    row = np.repeat(np.arange(n), size)
    low = shingles < np.uint64((1 << 64) // SAMPLE)
    sampled = low | (size < WHOLE)[row]
    keys, column = np.unique(shingles[sampled], return_inverse=True)
    shape = n, len(keys)
    matrix = csr_array((np.ones(len(column), np.int32), (row[sampled], column)), shape=shape)
    matrix.data[:] = 1  # once an article
    is_low = keys < np.uint64((1 << 64) // SAMPLE)
    count = np.bincount(matrix.indices, minlength=len(keys))
    rare = matrix[:, count <= COMMON]
    product = triu(rare @ rare.T, 1).tocoo()
    visible = rare[:, is_low[count <= COMMON]].sum(axis=1)
    fewer = np.minimum(visible[product.row], visible[product.col])
    chosen = product.data >= np.maximum(1, PROPOSED * fewer)
    pairs = [product.row[chosen] * n + product.col[chosen]]
    # a text that was printed very often: each with the first that has a shingle, and with the next
    common = matrix[:, count > COMMON].tocsc()
    if common.nnz:
        document, bounds = common.indices.astype(np.int64), common.indptr
        first = np.repeat(document[bounds[:-1]], np.diff(bounds))
        inside = np.ones(len(document), bool)
        inside[bounds[:-1]] = False
        previous = np.roll(document, 1)
        links = np.concatenate([(first * n + document)[inside], (previous * n + document)[inside]])
        pair, shared = np.unique(links, return_counts=True)
        total = matrix[:, is_low].sum(axis=1)
        fewer = np.minimum(total[pair // n], total[pair % n])
        pairs.append(pair[shared >= np.maximum(1, PROPOSED * fewer)])
    left, right = np.divmod(np.unique(np.concatenate(pairs)), max(n, 1))
    shared = np.zeros(len(left), np.int64)
    for block in _blocks(len(left)):
        shared[block] = matrix[left[block]].multiply(matrix[right[block]]).sum(axis=1)
    total = matrix[:, is_low].sum(axis=1)
    likely = shared >= PROPOSED * np.minimum(total[left], total[right])
    return left[likely], right[likely]


def _blocks(n: int) -> Iterator[slice]:
    return (slice(i, i + PAIRS) for i in range(0, n, PAIRS))


def _closeness(shingles: np.ndarray, start: np.ndarray, earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    """How much of the shorter text of each pair is in the other, in words; 0 where it is no copy."""
    size = np.diff(start)
    short, long = _by_length(size, earlier, later)
    words = np.maximum(size + WIDTH - 1, 1)
    covered, _ = _covered(shingles, start, short, long)
    tiny = size[short] < SHORT
    same = covered >= np.where(tiny, WHOLLY, CONTAINED) * words[short]
    same &= covered >= np.where(tiny, WHOLLY, OF_LONGER) * words[long]
    return np.where(same & (covered > 0), (covered / words[short]).round(6), 0)


def _by_length(size: np.ndarray, earlier: np.ndarray, later: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the shorter and the longer document of each pair."""
    swap = size[later] <= size[earlier]
    return np.where(swap, later, earlier), np.where(swap, earlier, later)


def _without_formulas(
    shingles: np.ndarray, start: np.ndarray, earlier: np.ndarray, later: np.ndarray, close: np.ndarray
) -> np.ndarray:
    """Set to 0 what is close by words alone that many different texts of the corpus have."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    unsure = np.flatnonzero((close > 0) & (close < WHOLLY))
    if not len(unsure):
        return close
    n, size, whole = len(start) - 1, np.diff(start), close >= WHOLLY
    links = coo_array((np.ones(whole.sum()), (earlier[whole], later[whole])), shape=(n, n))
    family = connected_components(links, directed=False)[1]
    # of each family one: its members have the same words anyhow
    involved = np.unique(np.concatenate([earlier[close > 0], later[close > 0]]))
    involved = involved[np.unique(family[involved], return_index=True)[1]]
    sets = [np.unique(shingles[start[i] : start[i + 1]]) for i in involved.tolist()]
    key, count = np.unique(np.concatenate(sets), return_counts=True)
    formulas = key[count >= FORMULA]
    if not len(formulas):
        return close
    short, long = _by_length(size, earlier[unsure], later[unsure])
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
    for block in _blocks(len(short)):
        width, longer = size[short[block]], size[long[block]]
        pair = np.arange(len(width))
        inner = shingles[_ranges(start[short[block]], width)]
        outer = shingles[_ranges(start[long[block]], longer)]
        # the pair in the upper bits, what is left of the shingle below: no collisions to fear
        code = np.concatenate([np.repeat(pair, width), np.repeat(pair, longer)]).astype(np.uint64)
        code = code << np.uint64(44) | np.concatenate([inner, outer]) >> np.uint64(20)
        shared = np.isin(code[: len(inner)], code[len(inner) :])
        # where the words of each text begin, and of each shingle its first word
        length = width + WIDTH - 1
        word = _ranges(np.cumsum(length) - length, width)
        inside, telling = np.zeros(length.sum(), bool), np.ones(length.sum(), bool)
        for i in range(WIDTH):
            inside[word[shared] + i] = True
            if formulas is not None:
                telling[word[np.isin(inner, formulas)] + i] = False
        number = np.repeat(pair, length)
        covered[block] = np.bincount(number[inside & telling], minlength=len(width))
        words[block] = np.bincount(number[telling], minlength=len(width))
    return covered, words


def _ranges(start: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Join the ranges of `width` numbers from each `start` on."""
    return np.repeat(start - np.cumsum(width) + width, width) + np.arange(width.sum())


# -- stories ---------------------------------------------------------------------------------------


def group_stories(
    tokens: Tokens, article: np.ndarray, original: np.ndarray, published: np.ndarray
) -> np.ndarray:
    """Give each article the number of its story, by average linkage of TF-IDF cosines.

    Parameters
    ----------
    tokens
        Tokens of n texts.
    article
        (n_texts,) the article that each text belongs to; articles are numbered by time, undated ones last.
    original
        (n_articles,) the article that each is a copy of, or itself: a copy has its original's story.
    published
        (n_articles,) datetime64; articles much more than `DAYS` apart are in no story together, undated ones
        are compared by their text alone.

    Returns
    -------
    numpy.ndarray
        (n_articles,) int64, from 0 in the order of the stories' first articles.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(original)
    label = np.arange(n)
    unique = np.flatnonzero(original == label)
    weights = _tfidf(tokens, article, n)[unique]
    day = published[unique].astype("datetime64[D]").astype(np.int64)
    for members in _linked(_links(weights, day), np.arange(len(unique)), SIMILAR):
        cosine = (weights[members] @ weights[members].T).toarray().round(6)
        dated = day[members] != NO_DAY
        cosine -= UNDATED * ~(dated[:, None] & dated)
        cosine[_too_far(day[members], day[members])] = -1  # such a pair parts any two groups
        distance = 1 - cosine[np.triu_indices(len(members), 1)]
        cluster = fcluster(linkage(distance, "average"), 1 - SIMILAR, "distance")
        label[unique[members]] = n + members[0] * LARGEST + cluster
    return pd.factorize(label[original])[0].astype(np.int64)


def _tfidf(tokens: Tokens, article: np.ndarray, n: int) -> "csr_array":
    """Rows of unit length: TF-IDF of the words of two letters or more that are no stop words."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import TfidfTransformer

    ids, words = words_of.lower(tokens)
    stop = words_of.stop_words()
    telling = np.array([len(word) > 1 and word not in stop for word in words], bool)[ids]
    cells = article[tokens.rows][telling], ids[telling]
    counts = csr_array((np.ones(len(cells[0])), cells), shape=(n, len(words)))
    counts.sum_duplicates()
    frequency = np.bincount(counts.indices, minlength=len(words))
    counts = counts[:, frequency >= (2 if n >= MANY else 1)]
    return TfidfTransformer().fit_transform(counts) if counts.shape[1] else counts


def _too_far(day: np.ndarray, days: np.ndarray) -> np.ndarray:
    """(n, m) bool: both days are stated and more than `DAYS` apart."""
    gap = np.abs(day[:, None] - days)
    stated = (day != NO_DAY)[:, None] & (days != NO_DAY)
    return (gap > DAYS) & stated


# What a missing day is as a number.
NO_DAY = np.datetime64("NaT").astype(np.int64)


def _links(weights: "csr_array", day: np.ndarray) -> "csr_array":
    """Cosines of at least `SIMILAR` between articles that are near in time, block by block of days."""
    from scipy.sparse import coo_array, csr_array

    n, dated = len(day), int(np.count_nonzero(day != NO_DAY))
    parts = [(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))]
    block = 256
    for low in range(0, n, block):
        high = min(low + block, n)
        # earlier articles from the window on, up to the block itself; undated ones with all
        first = int(np.searchsorted(day[:dated], day[low] - DAYS)) if low < dated else 0
        product: coo_array = (weights[low:high] @ weights[first:high].T).tocoo()
        row, column = product.row + low, product.col + first
        value = (product.data - UNDATED * (row >= dated)).round(6)
        keep = (value >= SIMILAR) & (column < row)
        keep &= (row >= dated) | (day[row] - day[column] <= DAYS)
        parts.append((value[keep], row[keep], column[keep]))
    value, row, column = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return csr_array((value, (row, column)), shape=(n, n))


def _linked(links: "csr_array", members: np.ndarray, floor: float) -> Iterator[np.ndarray]:
    """Cut articles into groups of two or more that no link of at least this cosine joins.

    A story never reaches beyond one: it has a link to each of its halves. In a group that is too large to be
    compared in full, links must be stronger.
    """
    from scipy.sparse.csgraph import connected_components

    graph = links[members][:, members]
    graph.data[graph.data < floor] = 0
    graph.eliminate_zeros()
    component = connected_components(graph, directed=False)[1]
    order = np.argsort(component, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(component[order])) + 1):
        if len(part) > LARGEST:
            yield from _linked(links, members[np.sort(part)], floor + STEP)
        elif len(part) > 1:
            yield members[np.sort(part)]
