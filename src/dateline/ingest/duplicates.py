"""Which articles are one text (copies), and which are about one event (stories). All are marked and kept.

Copies are found by word shingles. A sample of these, the same in every article (MinHash's idea: keep what
hashes below a bound), proposes pairs; all shingles of a pair then decide: which share of the shorter text's
words stand in sequences that the longer one has too (containment). The order of the input does not matter.

Stories are clusters of average linkage over cosines of TF-IDF, within a window of days.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dateline import tokens as words_of
from dateline.partitions import ALONE, Pool, apply
from dateline.tokens import Tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Words in a shingle: with three, reports on one event share .12 of theirs; with four, less than .1.
WIDTH = 4
# Shingles below this hash, one in eight, are the sample; shorter texts, in shingles, are sampled whole.
BOUND, WHOLE = np.uint64((1 << 64) // 8), 64
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

# Least mean cosine of TF-IDF in a story, and most days between two articles that can be in one: chosen on
# half of the visits in kremlin_visits and the events of 2021; the other half and the sample's truth judge.
SIMILAR, DAYS = 0.06, 3
# So much more than `SIMILAR` an undated article must resemble a story: by text alone, two visits of one guest
# are one event (five articles on four events in sixteen months resembled each other with .23 to .32).
UNDATED = 0.35
# Days tell something where so many times more pairs of articles on near days than on distant ones are alike.
# Where they do not, as when words are dealt anew, dated articles must resemble each other as undated ones do.
# Articles that are compared with all; the fewest pairs, near and distant, that can tell. Where all days are
# near, they tell if so many pairs are alike: chosen on weeks of visits (23 of 24 above) and on 17 days of
# mixed news (.19 to .34).
LIFT, ANCHORS, FEWEST_NEAR, FEWEST_DISTANT, ONE_SUBJECT = 4, 400, 50, 200, 0.36
# Articles that are linked in full; in larger groups links must be stronger by steps until they are smaller.
LARGEST, STEP = 2000, 0.02
NO_DAY = np.datetime64("NaT").astype(np.int64)


def mark_duplicates(
    articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens, *, pool: Pool = ALONE
) -> pd.DataFrame:
    """Say of each article which it is a copy of, and to which story it belongs.

    `tokens` are those of the table `sentences`, one text a row. Gives `articles` with `copy_of`, the earliest
    article with the same text (missing for originals), and `story`, numbered from 0 in the order of the
    earliest article. A copy has its original's story. `pool` shares the work on single articles.
    """
    ordered = articles.sort_values(["published", "article_id"], na_position="last", kind="stable")
    names = ordered["article_id"].to_numpy(object)
    number = np.arange(len(names))
    about = pd.DataFrame({"article_id": names, "number": number})
    places = sentences[["article_id", "sentence"]]
    sample, words = apply(_sign, about, places, tokens, pool=pool)
    earlier, later = propose_pairs(sample, len(names))
    # whole texts are compared where their samples are alike
    alike = about.iloc[np.union1d(earlier, later)]
    shingles = apply(_shingles, alike, places, tokens, pool=pool)
    start = np.searchsorted(shingles["number"], np.arange(len(names) + 1))
    original = find_originals(shingles["shingle"].to_numpy(), start, earlier, later)
    copy_of = np.where(original == number, None, names[original])
    story = group_stories(_tfidf(words, len(names)), original, ordered["published"].to_numpy())
    return articles.assign(
        copy_of=pd.Series(copy_of, ordered.index, dtype="str"), story=pd.Series(story, ordered.index)
    )


def _sign(about: pd.DataFrame, places: pd.DataFrame, tokens: Tokens) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the sample of articles' shingles, and how often each word stands in each: number, word, n."""
    shingles, number = _shingles(about, places, tokens), about["number"].to_numpy()
    size = np.searchsorted(shingles["number"], number + 1) - np.searchsorted(shingles["number"], number)
    article, stop = pd.Index(about["article_id"]).get_indexer(places["article_id"]), words_of.stop_words()
    counts, vocabulary = words_of.count_words(tokens, article, n_documents=len(about), stop=stop)
    word = pd.Categorical.from_codes(counts.indices, pd.Index(vocabulary, dtype=object))
    row = np.repeat(number.astype(np.int32), np.diff(counts.indptr))
    sampled = (shingles["shingle"] < BOUND) | np.repeat(size < WHOLE, size)
    return shingles[sampled], pd.DataFrame({"number": row, "word": word, "n": counts.data})


def _shingles(about: pd.DataFrame, places: pd.DataFrame, tokens: Tokens) -> pd.DataFrame:
    """Give the shingles of the articles' texts in the order of words: number (of the article), shingle."""
    article = pd.Index(about["article_id"]).get_indexer(places["article_id"])
    shingles, start = shingle(tokens, np.where(places["sentence"] >= 0, article, -1), len(about))
    number = np.repeat(about["number"].to_numpy(np.int32), np.diff(start))
    return pd.DataFrame({"number": number, "shingle": shingles})


def shingle(tokens: Tokens, document: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Hash all shingles of n documents; `document` says to which of them each text belongs (-1: to none).

    They come in the order of documents and words; (n + 1,) numbers say where each document's start.
    """
    texts = np.argsort(document, kind="stable")[np.count_nonzero(document < 0) :]
    tokens = tokens.take(texts)
    ids, words = words_of.lower(tokens)
    # hashes of the words themselves: another article in the corpus changes nothing for this one
    word = (pd.util.hash_array(words) if len(words) else np.zeros(0, np.uint64))[ids]
    row, size = document[texts][tokens.rows], max(len(word) - WIDTH + 1, 0)
    mixed = np.zeros(size, np.uint64)
    for i in range(WIDTH):
        mixed = (mixed ^ word[i : i + size]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    inside = row[:size] == row[WIDTH - 1 :]
    return mixed[inside], np.searchsorted(row[:size][inside], np.arange(n + 1))


def find_originals(shingles: np.ndarray, start: np.ndarray, *pairs: np.ndarray) -> np.ndarray:
    """Give for each document the earliest that it is a copy of, or its own number; see `propose_pairs`."""
    earlier, later = pairs
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


def propose_pairs(sample: pd.DataFrame, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Give pairs of documents that share enough of the sampled shingles, the earlier first."""
    from scipy.sparse import csr_array, triu

    keys, column = np.unique(sample["shingle"], return_inverse=True)
    shape = n, len(keys)
    matrix = csr_array((np.ones(len(column), np.int32), (sample["number"], column)), shape=shape)
    matrix.data[:] = 1  # once an article
    low, common = keys < BOUND, np.bincount(matrix.indices, minlength=len(keys)) > COMMON

    def share_enough(pair: np.ndarray, shared: np.ndarray, total: np.ndarray) -> np.ndarray:
        return pair[shared >= np.maximum(1, PROPOSED * np.minimum(total[pair // n], total[pair % n]))]

    rare, total, pairs = matrix[:, ~common], matrix[:, low & ~common].sum(axis=1), np.zeros(0, np.int64)
    turned = rare.T.tocsr()
    for i in range(0, n, 2000):
        product = triu(rare[i : i + 2000] @ turned, i + 1).tocoo()
        block = (product.row + np.int64(i)) * n + product.col
        pairs = np.append(pairs, share_enough(block, product.data, total))
    # a text that was printed very often: each with the first that has a shingle, and with the next
    often = matrix[:, common].tocsc()
    document, bounds = often.indices.astype(np.int64), often.indptr
    first = np.repeat(document[bounds[:-1]], np.diff(bounds))
    is_later = ~np.isin(np.arange(len(document)), bounds[:-1])
    links = (np.stack([first, np.roll(document, 1)]) * n + document)[:, is_later].ravel()
    total = matrix[:, low].sum(axis=1)
    pairs = np.union1d(pairs, share_enough(*np.unique(links, return_counts=True), total))
    shared = np.zeros(len(pairs), np.int64)
    for i in range(0, len(pairs), 20_000):  # about 200 MB at a time
        left, right = np.divmod(pairs[i : i + 20_000], n)
        shared[i : i + 20_000] = matrix[left].multiply(matrix[right]).sum(axis=1)
    return np.divmod(share_enough(pairs, shared, total), max(n, 1))


def _closeness(shingles: np.ndarray, start: np.ndarray, earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    """How much of the shorter text of each pair is in the other, in words; 0 where it is no copy."""
    size = np.diff(start)
    tiny = np.minimum(size[earlier], size[later]) < SHORT
    longer = np.maximum(size[earlier], size[later]) + WIDTH - 1
    covered, words = _covered(shingles, start, earlier, later)
    same = covered >= np.where(tiny, WHOLLY, CONTAINED) * words
    same &= covered >= np.where(tiny, WHOLLY, OF_LONGER) * longer
    return np.where(same, (covered / words).round(6), 0)


def _without_formulas(
    shingles: np.ndarray, start: np.ndarray, earlier: np.ndarray, later: np.ndarray, close: np.ndarray
) -> np.ndarray:
    """Set to 0 what is close by words alone that many different texts of the corpus have."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    unsure = np.flatnonzero((close > 0) & (close < WHOLLY))
    if not len(unsure):
        return close
    n, whole = len(start) - 1, close >= WHOLLY
    links = coo_array((np.ones(whole.sum()), (earlier[whole], later[whole])), shape=(n, n))
    family = connected_components(links, directed=False)[1]
    # of each family one: its members have the same words anyhow
    involved = np.union1d(earlier[close > 0], later[close > 0])
    involved = involved[np.unique(family[involved], return_index=True)[1]]
    sets = [np.unique(shingles[start[i] : start[i + 1]]) for i in involved.tolist()]
    key, count = np.unique(np.concatenate(sets), return_counts=True)
    formulas = key[count >= FORMULA].tolist()
    covered, words = _covered(shingles, start, earlier[unsure], later[unsure], formulas)
    close[unsure[(words < TELLING) | (covered < CONTAINED * words)]] = 0
    return close


def _covered(
    shingles: np.ndarray, start: np.ndarray, left: np.ndarray, right: np.ndarray, formulas: Sequence[int] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Words of each pair's shorter text that shingles of the longer one hold, and all; no `formulas`."""
    counts = np.zeros((2, len(left)), np.int64)
    for i, pair in enumerate(zip(right.tolist(), left.tolist(), strict=True)):
        inner, outer = sorted((shingles[start[n] : start[n + 1]] for n in pair), key=len)
        # a word is in the shingle that begins with it, or up to three words before
        inside = np.convolve(np.isin(inner, outer), np.ones(WIDTH)) > 0
        telling = np.convolve(np.isin(inner, formulas), np.ones(WIDTH)) == 0
        counts[:, i] = np.count_nonzero(inside & telling), np.count_nonzero(telling)
    return counts[0], counts[1]


def group_stories(weights: "csr_array", original: np.ndarray, published: np.ndarray) -> np.ndarray:
    """Give each article the number of its story, by average linkage of cosines of its words' `weights`.

    Articles are numbered by time, undated ones last: these are compared by their text alone. A copy has the
    story of its `original`; stories are numbered from 0 in the order of their first articles.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(original)
    label = np.arange(n)
    unique = np.flatnonzero(original == label)
    weights = weights[unique]
    day = published[unique].astype("datetime64[D]").astype(np.int64)
    floor = SIMILAR if _days_tell(weights, day) else SIMILAR + UNDATED
    penalty = SIMILAR + UNDATED - floor
    for members in _linked(_links(weights, day, floor, penalty), np.arange(len(unique)), floor):
        cosine = (weights[members] @ weights[members].T).toarray().round(6)
        dated = day[members] != NO_DAY
        cosine -= penalty * ~(dated[:, None] & dated)
        distant = np.abs(day[members][:, None] - day[members]) > DAYS
        cosine[distant & dated[:, None] & dated] = -1  # such a pair parts any two groups
        distance = 1 - cosine[np.triu_indices(len(members), 1)]
        cluster = fcluster(linkage(distance, "average"), 1 - floor, "distance")
        label[unique[members]] = n + members[0] * LARGEST + cluster
    return pd.factorize(label[original])[0].astype(np.int64)


def _tfidf(words: pd.DataFrame, n: int) -> "csr_array":
    """Rows of unit length: TF-IDF of the words of two letters or more that are no stop words."""
    from scipy.sparse import csr_array

    shape = n, len(words["word"].cat.categories)
    counts = csr_array((words["n"], (words["number"], words["word"].cat.codes)), shape=shape)
    # words of one article alone are left out, but not where there are so few articles that most are such
    counts = counts[:, np.bincount(counts.indices, minlength=shape[1]) >= (2 if n >= 20 else 1)]
    weight = np.log((1 + n) / (1 + np.bincount(counts.indices, minlength=counts.shape[1]))) + 1
    # as scikit-learn's TfidfTransformer, whose import takes longer than this for some thousand articles
    counts.data = counts.data * weight[counts.indices]
    row = np.repeat(np.arange(n, dtype=np.int32), np.diff(counts.indptr))
    counts.data *= (1 / np.maximum(np.sqrt(np.bincount(row, counts.data**2, n)), 1e-9))[row]
    return counts


def _days_tell(weights: "csr_array", day: np.ndarray) -> bool:
    """Tell whether articles on near days are alike more often than others; true where too few can say it."""
    n = int(np.count_nonzero(day != NO_DAY))
    anchors = np.unique(np.linspace(0, max(n - 1, 0), min(n, ANCHORS, 1 + 10**7 // (n + 1))).astype(int))
    cosine = (weights[anchors] @ weights[:n].T).toarray().round(6)
    gap = np.abs(day[anchors][:, None] - day[:n])
    neighbours = np.sort(cosine[(gap <= DAYS) & (anchors[:, None] != np.arange(n))])
    distant = np.sort(cosine[gap > DAYS])
    if len(neighbours) < FEWEST_NEAR or len(distant) < FEWEST_DISTANT:
        return len(neighbours) < FEWEST_NEAR or bool(np.mean(neighbours >= SIMILAR) >= ONE_SUBJECT)
    bound = np.arange(0.02, 0.6, 0.02)
    pairs = len(neighbours) - np.searchsorted(neighbours, bound)
    by_chance = (len(distant) - np.searchsorted(distant, bound) + 1) / len(distant)
    lower_bound = (pairs - 2 * np.sqrt(pairs)) / len(neighbours)  # two standard errors below
    return bool(np.any((pairs >= 5) & (lower_bound >= LIFT * by_chance)))


def _links(weights: "csr_array", day: np.ndarray, floor: float, penalty: float) -> "csr_array":
    """Cosines of at least `floor` between articles that are near in time, block by block of days."""
    from scipy.sparse import coo_array, csr_array

    n, dated = len(day), int(np.count_nonzero(day != NO_DAY))
    parts = []
    for low in range(0, n, 256):
        high = min(low + 256, n)
        # earlier articles from the window on, up to the block itself; undated ones with all
        first = int(np.searchsorted(day[:dated], day[low] - DAYS)) if low < dated else 0
        product: coo_array = (weights[low:high] @ weights[first:high].T).tocoo()
        row, column = product.row + low, product.col + first
        value = (product.data - penalty * (row >= dated)).round(6)
        close = (value >= floor) & (column < row) & ((row >= dated) | (day[row] - day[column] <= DAYS))
        parts.append((value[close], row[close], column[close]))
    value, row, column = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return csr_array((value, (row, column)), shape=(n, n))


def _linked(links: "csr_array", members: np.ndarray, floor: float) -> Iterator[np.ndarray]:
    """Cut articles into groups that no link of at least this cosine joins: no story reaches beyond one."""
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


def compare_copies(articles: pd.DataFrame) -> pd.DataFrame:
    """List copies beside their originals, the most reprinted first; `in_common` is of the shorter's words."""
    from rapidfuzz.distance import LCSseq

    copies = articles[articles["copy_of"].notna()]
    times = copies["copy_of"].map(copies["copy_of"].value_counts())
    order = ["times", "copy_of", "published", "article_id"]
    copies = copies.assign(times=times).sort_values(order, ascending=[False, True, True, True], kind="stable")
    originals = articles.set_index("article_id").loc[copies["copy_of"]].reset_index()
    rows = []
    for original, copy in zip(originals.itertuples(), copies.itertuples(), strict=True):
        old, new = (re.findall(r"\w+", text.casefold()) for text in (original.text, copy.text))
        shared = LCSseq.similarity(old, new)
        names, days = (original.article_id, copy.article_id), (copy.published - original.published).days
        title = copy.title.casefold() != original.title.casefold()
        share = round(shared / max(min(len(old), len(new)), 1), 2)
        rows.append((*names, days, title, share, len(old) - shared, len(new) - shared))
    columns = ["original", "copy", "days_later", "new_title", "in_common", "words_left_out", "words_added"]
    return pd.DataFrame(rows, columns=columns).astype({"days_later": "Int64", "new_title": "bool"})


def list_stories(articles: pd.DataFrame) -> pd.DataFrame:
    """List the stories of more than one article, the largest first, with days, sizes and first title."""
    several = articles[articles["story"].duplicated(keep=False)]
    begins = "“" + several["text"].str[:50].str.split().str.join(" ") + " …”"
    title = several["title"].where(several["title"] != "", begins)
    several = several.assign(title=title, unique=several["copy_of"].isna())
    stories = several.sort_values(["published", "article_id"], kind="stable").groupby("story")
    days = {"first_day": ("published", "min"), "last_day": ("published", "max")}
    sizes = {"articles": ("unique", "size"), "unique_texts": ("unique", "sum")}
    table = stories.agg(**days, **sizes, outlets=("outlet", "nunique"), first_title=("title", "first"))
    return table.sort_values(["articles", "first_day"], ascending=[False, True], kind="stable").reset_index()
