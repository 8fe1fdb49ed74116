"""In how many articles names stand: by period, side by side and by outlet, each held against chance.

Shares are tested, because how many articles a period or outlet has is the collection's choice. Chance leaves
every name, period and outlet its number of articles: to deal the articles' dates out again, say, takes away
all that time has to do with them.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.population import FEWEST_DATED, FEWEST_NAMED, FEWEST_PERIODS, FEWEST_WITH_NAME
from dateline.population import OTHER_OUTLETS as OTHER

# Entities with a timeline, by number of articles: more lines than that cannot be told apart.
N_TIMELINES = 12
# Kleinberg's s and gamma, both as in his paper: in a burst the share is twice as high, and the cost of
# entering one is the logarithm of the number of periods.
SCALE, GAMMA = 2.0, 1.0
# Chance of a false alarm in the whole table, all names together.
ALPHA = 0.05
# Names that are paired, by number of articles: a network of more cannot be read.
MOST_NAMES = 40
# Share of false ones among the pairs, or cells, that are called beyond chance.
FALSE_SHARE = 0.05
# Outlets and names with a column or row of their own; the other outlets are one.
MOST_OUTLETS, MOST_ROWS = 8, 15
# Columns of a burst.
COLUMNS = ["entity", "first", "last", "n_articles", "n_period", "share", "usual", "weight", "p"]


# ---- over time


def count_timeline(
    articles: pd.DataFrame, mentions: pd.DataFrame, dates: pd.DataFrame, *, unit: str
) -> pd.DataFrame:
    """Count articles per period on both clocks, altogether (entity "") and for the most frequent entities.

    Takes the articles to count, see `dateline.population.counted_articles`, the tables mentions and
    event_dates, and a unit of `dateline.population.UNITS`. Gives table timeline, with n_of (the articles that
    a share is of). On the clock "published", an entity's share is of the articles of the period, that of ""
    of all articles; empty periods are there, without a share, and undated articles have a row without a
    period. On the clock "event", shares are of all articles, and an article counts in every period it talks
    about.
    """
    number = articles["article_id"]
    entities = mentions.loc[mentions["article_id"].isin(number), ["article_id", "entity"]].drop_duplicates()
    names = ["", *population.most_frequent(entities["entity"], N_TIMELINES)]
    entities = pd.concat([articles[["article_id"]].assign(entity=""), entities.astype("str")])
    days = dates[dates["article_id"].isin(number) & (dates["grain"] == "day")]
    periods = population.articles_by_period(articles, unit=unit)
    parts = []
    for clock, places, day in (("published", articles, "published"), ("event", days, "date_from")):
        places = places[["article_id"]].assign(period=population.period_start(places[day], unit=unit))
        counts = entities.merge(places.drop_duplicates(), on="article_id")
        counts = counts.groupby(["entity", "period"], dropna=False).size().rename("n_articles").reset_index()
        grid = pd.DataFrame({"clock": clock, "entity": names}).astype("str")
        if clock == "published":
            grid = grid.merge(periods, how="cross").merge(counts, how="left")
            grid["n_of"] = grid["n_of"].where(grid["entity"] != "", len(articles))
        else:
            grid = grid.merge(counts, on="entity").assign(n_of=len(articles))
        parts.append(grid)
    line = _with_shares(pd.concat(parts, ignore_index=True).astype({"period": "datetime64[s]"}))
    return line[["clock", "period", "entity", "n_articles", "share", "share_low", "share_high", "n_of"]]


def shares_by_period(articles: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """Give each term's share of the articles of each period of a unit of `dateline.population.UNITS`.

    Takes `dateline.timeline.concordance.term_articles`. Columns: term, period (its first day; missing:
    undated), n_of (its articles), n_articles (those with the term), share, share_low, share_high (Wilson);
    empty periods are there, without a share.
    """
    periods = population.articles_by_period(articles.drop_duplicates("article_id"), unit=unit)
    hits = articles[articles["is_named"]]
    hits = hits.assign(period=population.period_start(hits["published"], unit=unit))
    hits = hits.groupby(["term", "period"], dropna=False).size().rename("n_articles").reset_index()
    line = articles[["term"]].drop_duplicates().merge(periods, how="cross").merge(hits, how="left")
    return _with_shares(line)


def _with_shares(line: pd.DataFrame) -> pd.DataFrame:
    """Add share, share_low and share_high of n_articles in n_of; without a number of articles it is 0."""
    n = line["n_articles"].fillna(0).astype("int64")
    low, high = population.wilson(n, line["n_of"])
    share = (n / line["n_of"].where(line["n_of"] > 0)).round(6)
    return line.assign(n_articles=n, share=share, share_low=low, share_high=high)


def tested_counts(
    articles: pd.DataFrame, mentions: pd.DataFrame, *, unit: str
) -> tuple[pd.DataFrame, pd.Series]:
    """Count what is tested, by period (a unit of `dateline.population.UNITS`); undated articles do not count.

    Returns the articles that have a name, a row for each name in enough articles but not in all, a column for
    each period (no row where there are too few dated articles or periods to tell a burst from chance), and
    the articles of each period.
    """
    dated = articles[articles["published"].notna()]
    total = population.articles_by_period(dated, unit=unit).set_index("period")["n_of"]
    period = population.period_start(dated["published"], unit=unit).set_axis(dated["article_id"])
    names = mentions.loc[mentions["article_id"].isin(dated["article_id"]), ["article_id", "entity"]]
    names = names.drop_duplicates().astype("str")
    # not `map`: of no days it makes numbers
    days = period.reindex(names["article_id"]).set_axis(names.index)
    size = names["entity"].map(names["entity"].value_counts())
    is_enough = len(dated) >= FEWEST_DATED and (total > 0).sum() >= FEWEST_PERIODS
    is_tested = (size >= FEWEST_WITH_NAME) & (size < len(dated)) & is_enough
    counts = names.assign(period=days)[is_tested]
    counts = counts.pivot_table("article_id", "entity", "period", "count", fill_value=0)
    return counts.reindex(columns=total.index, fill_value=0), total


def find_bursts(counts: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    """Find runs of periods in which a name has more of the articles than elsewhere.

    Kleinberg's automaton for articles in batches, with two states: a period is cheap in the state whose share
    fits it, and to go up costs. A run stays in the table only if dealing the dates out again would give a run
    as heavy for that name with a chance below `ALPHA` by the number of names (Bonferroni). That chance is no
    larger than the sum over all runs of periods of the hypergeometric chance that they weigh as much, since
    the weight of given periods grows with the articles in them that have the name. So no date is dealt.
    Takes what `tested_counts` gives; gives entity, first, last (first days of the periods), n_articles,
    n_period, share, usual (the name's share in all other periods), weight (nats), p (of all names together).

    J. Kleinberg, "Bursty and hierarchical structure in streams", Data Mining and Knowledge Discovery 7
    (2003), section 4. P. Good, "Permutation, parametric and bootstrap tests of hypotheses" (2005), chapter 3.
    """
    n = total.to_numpy()
    rows = []
    for row, first, last, weight in _runs(counts.to_numpy(), n) if len(counts) else ():
        k = counts.iloc[row].to_numpy()
        inside, size = int(k[first : last + 1].sum()), int(n[first : last + 1].sum())
        usual = (int(k.sum()) - inside) / max(int(n.sum()) - size, 1)
        p = min(_chance(weight, int(k.sum()), n) * len(counts), 1)
        periods = total.index[first], total.index[last]
        rows.append((counts.index[row], *periods, inside, size, inside / size, usual, weight, p))
    types = {"entity": "str", "first": "datetime64[s]", "last": "datetime64[s]"}
    types |= dict.fromkeys(["n_articles", "n_period"], "int64") | dict.fromkeys(COLUMNS[5:], "float64")
    bursts = pd.DataFrame(rows, columns=COLUMNS).astype(types).round(dict.fromkeys(COLUMNS[5:], 6))
    bursts = bursts[bursts["p"] <= ALPHA]
    return bursts.sort_values(["first", "last", "entity"], kind="stable", ignore_index=True)


def _fit(k: np.ndarray | int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """How much better than the usual share that of a burst fits an article with the name, and one without."""
    base = k / n
    # a share above a half cannot double: half way to everything, then
    high = np.minimum(SCALE * base, (1 + base) / 2)
    return np.log(high / base), np.log((1 - high) / (1 - base))


def _runs(k: np.ndarray, n: np.ndarray) -> Iterator[tuple[int, int, int, float]]:
    """Give the bursts on the cheapest ways through the two states: row of `k`, first and last period, weight.

    `k` is (n_names, n_periods), the articles with each name.
    """
    with_name, baseline = _fit(k.sum(1, keepdims=True), int(n.sum()))
    gain = (k * with_name + (n - k) * baseline).round(9)
    cost = round(GAMMA * float(np.log(len(n))), 9)
    low, high, steps = np.zeros(len(k)), np.full(len(k), -np.inf), []
    for value in gain.T:
        steps.append((high > low, high > low - cost))  # was the step before in a burst?
        low, high = np.maximum(low, high), value + np.maximum(low - cost, high)
    in_burst = np.zeros((len(k), len(n) + 2), bool)
    state = high > low
    for t in range(len(n) - 1, -1, -1):
        in_burst[:, t + 1] = state
        state = np.where(state, *steps[t][::-1])
    for row, begin, end in np.argwhere(np.diff(in_burst)).reshape(-1, 4)[:, [0, 1, 3]].tolist():
        full = begin + np.flatnonzero(n[begin:end])  # nothing is known of an empty period at its end
        yield row, int(full[0]), int(full[-1]), round(float(gain[row, begin:end].sum()), 6)


def _chance(weight: float, k: int, n: np.ndarray) -> float:
    """Bound the chance that any run of periods weighs as much when the k articles of a name are dealt out."""
    from scipy.special import gammaln

    with_name, baseline = _fit(k, int(n.sum()))
    busy = n[n > 0]
    edges, whole = np.concatenate([[0], np.cumsum(busy)]), int(n.sum())
    begin, end = np.triu_indices(len(edges), 1)
    size = edges[end] - edges[begin]  # articles of each run; so many of them must have the name
    fewest = np.ceil((weight - 1e-6 - baseline * size) / (with_name - baseline))
    size, fewest = size[fewest <= np.minimum(k, size)], fewest[fewest <= np.minimum(k, size)]
    fewest = np.maximum(fewest, size - (whole - k))
    ways = [(k, fewest), (whole - k, size - fewest), (whole, size)]
    first, second, all_ways = (gammaln(a + 1) - gammaln(b + 1) - gammaln(a - b + 1) for a, b in ways)
    # each further article is less likely than the one before, at least by this ratio
    ratio = (k - fewest) * (size - fewest) / ((fewest + 1) * (whole - k - size + fewest + 1))
    tail = np.exp(first + second - all_ways) / np.maximum(1 - ratio, 1e-9)
    return float(np.where(ratio < 1, np.minimum(tail, 1), 1).sum())


# ---- side by side, and by outlet


def entity_pairs(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Compare how often two persons or organisations share an article with what chance would give.

    Of the articles that name the rarer of the two, so many name the other. By chance each would with the odds
    of a bipartite configuration model, in which each name keeps its number of articles and each article its
    number of names: two names are no pair because both stand in the long articles. Each of those articles has
    one place less to give, since the rarer name has it. The tail is that of equal chances with the same mean,
    which is no smaller than that of unequal ones.

    Gives entity, other, n_articles, n_stories (that those articles tell), n_rarer (articles of the rarer of
    the two), expected (articles shared by chance), times (n_articles by expected) with its 95 % interval, low
    to high, p, beyond (whether chance is ruled out, with `FALSE_SHARE` false ones among those); pairs in
    `FEWEST_NAMED` articles or more, those beyond chance first, then by p.

    F. Saracco et al., "Inferring monopartite projections of bipartite networks: an entropy-based approach",
    New Journal of Physics 19 (2017). W. Hoeffding, "On the distribution of the number of successes in
    independent trials", Annals of Mathematical Statistics 27 (1956): the tail. Y. Benjamini and Y. Hochberg,
    "Controlling the false discovery rate", JRSS B 57 (1995).
    """
    from scipy.stats import binom

    names, has = _incidence(mentions, articles, top=MOST_NAMES, kinds=tables.KINDS[:2])
    # the names stand by number of articles, so that of each pair the second is the rarer
    i, j = np.triu_indices(len(names), 1)
    shared, size = (has.T @ has)[i, j], has.sum(0)[j]
    expected = np.minimum(_expected(has)[j, i], size).round(6)
    p = binom.sf(shared - 1, np.maximum(size, 1), np.clip(expected / np.maximum(size, 1), 0, 1)).round(9)
    stories = shared
    if "story" in articles:
        story, inside = pd.factorize(articles["story"])[0], has.T.astype(bool)
        stories = [np.unique(story[inside[a] & inside[b]]).size for a, b in zip(i, j, strict=True)]
    low, high = population.wilson(shared, size)
    label, scale = np.array([*names, ""], object), np.where(expected > 0, expected, np.nan)
    pairs = pd.DataFrame({"entity": label[i], "other": label[j], "n_articles": shared}).assign(
        n_stories=np.array(stories, np.int64),
        n_rarer=size,
        expected=expected,
        **{"times": shared / scale, "low": low * size / scale, "high": high * size / scale},
        p=p,
        beyond=_beyond_chance(p) & (shared >= FEWEST_NAMED) & (shared > expected),
    )
    pairs = pairs[pairs["n_articles"] >= FEWEST_NAMED].astype({"entity": "str", "other": "str"})
    pairs = pairs.assign(chance=~pairs["beyond"], n=-pairs["n_articles"])
    pairs = pairs.sort_values(["chance", "p", "n", "entity", "other"], kind="stable", ignore_index=True)
    return pairs.drop(columns=["chance", "n"]).round(dict.fromkeys(["times", "low", "high"], 6))


def _incidence(
    mentions: pd.DataFrame, articles: pd.DataFrame, *, top: int, kinds: tuple[str, ...]
) -> tuple[list[str], np.ndarray]:
    """Names in most articles, and (n_articles, n_names) 1 where an article has one of them."""
    inside = mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(kinds)
    entities = mentions.loc[inside, ["article_id", "entity"]].drop_duplicates()
    names = population.most_frequent(entities["entity"], top)
    entities = entities[entities["entity"].isin(names)]
    has = np.zeros((len(articles), len(names)), np.int64)
    row = pd.Index(articles["article_id"]).get_indexer(entities["article_id"])
    has[row, pd.Index(names, dtype="str").get_indexer(entities["entity"].astype("str"))] = 1
    return names, has


def _expected(has: np.ndarray) -> np.ndarray:
    """(n_names, n_names) articles of the row's name that by chance have the column's name, too."""
    per_name, per_article = has.sum(0).astype(float), has.sum(1)
    sizes = np.bincount(per_article)[1:].astype(float)
    degree = np.arange(1, len(sizes) + 1)
    x, y = (n / np.sqrt(max(per_name.sum(), 1)) for n in (per_name, degree))
    for _ in range(2000):
        before = x
        x = per_name / np.maximum((sizes * y / (1 + x[:, None] * y)).sum(1), 1e-12)
        x = np.minimum(x, 1e6)  # a name in all articles, and an article with all names, are certain
        y = np.minimum(degree / np.maximum((x[:, None] / (1 + x[:, None] * y)).sum(0), 1e-12), 1e6)
        if np.abs(x - before).max(initial=0) < 1e-10 * (1 + x.max(initial=0)):
            break
    odds = x[:, None] * y
    # chance of each name in an article with 0, 1, 2 … names
    chance = np.concatenate([np.zeros((len(x), 1)), (odds / (1 + odds)).round(9)], axis=1)
    free = np.maximum(per_article - 1, 0)  # places for other names in an article that has the row's name
    places = np.arange(chance.shape[1])
    expected = np.zeros((has.shape[1], has.shape[1]))
    for row, column in enumerate(has.T.astype(bool)):
        n = np.bincount(free[column], minlength=len(places))
        # the places are shared out among the others alone
        scale = places / np.maximum(places - chance[row], 1e-9)
        expected[row] = np.minimum(chance * np.where(places > 0, scale, 0), 1) @ n
    return expected


def _beyond_chance(p: np.ndarray) -> np.ndarray:
    """Which p are small enough that of all these `FALSE_SHARE` at most are chance (Benjamini-Hochberg)."""
    from scipy.stats import false_discovery_control

    return false_discovery_control(p) <= FALSE_SHARE if len(p) else np.zeros(0, bool)


def entities_by_outlet(
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    top: int = MOST_ROWS,
    kinds: tuple[str, ...] = tables.KINDS[:3],
) -> pd.DataFrame:
    """Compare each outlet's share of articles that name an entity with that of the other outlets.

    It is done for the `top` most frequent names of some `kinds`. Columns: entity, outlet, n_articles,
    n_outlet (its articles), share, share_low, share_high, n_rest, of_rest, rest (share of all other outlets),
    odds, odds_low, odds_high (odds ratio, each count raised by a half as Haldane did), p (Fisher's exact
    test: twice the smaller tail), mark (``more``, ``less`` or empty, with `FALSE_SHARE` false ones among the
    marked); outlets beyond the `MOST_OUTLETS` largest are one.
    """
    from scipy.stats import hypergeom

    outlet = population.article_outlets(articles)
    outlets = population.most_frequent(outlet, MOST_OUTLETS)
    if outlet.nunique() > MOST_OUTLETS:
        outlet, outlets = outlet.where(outlet.isin(outlets), OTHER), [*outlets, OTHER]
    names, has = _incidence(mentions, articles, top=top, kinds=kinds)
    is_in = outlet.to_numpy(object) == np.array(outlets, object)[:, None]
    k, n = (is_in.astype(np.int64) @ has).T, is_in.sum(1)[None, :] + np.zeros((len(names), 1), np.int64)
    n_rest, of_rest = has.sum(0)[:, None] - k, len(articles) - n
    cells = np.stack([k, n - k, n_rest, of_rest - n_rest]) + 0.5
    odds = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = population.Z95 * np.sqrt((1 / cells).sum(0))
    low, high = population.wilson(k, n)
    tails = hypergeom.cdf(k, len(articles), k + n_rest, n), hypergeom.sf(k - 1, len(articles), k + n_rest, n)
    p = np.clip(2 * np.minimum(*tails), 0, 1).ravel().round(9)
    grid = {"entity": np.repeat(np.array(names, object), len(outlets)), "outlet": outlets * len(names)}
    numbers = {"n_articles": k, "n_outlet": n}
    numbers |= {"share": k / np.maximum(n, 1), "share_low": low, "share_high": high}
    numbers |= {"n_rest": n_rest, "of_rest": of_rest, "rest": n_rest / np.maximum(of_rest, 1)}
    numbers |= {"odds": np.exp(odds), "odds_low": np.exp(odds - half), "odds_high": np.exp(odds + half)}
    table = pd.DataFrame(grid | {name: value.ravel().round(6) for name, value in numbers.items()})
    direction = np.where(table["share"] > table["rest"], "more", "less")
    table = table.assign(p=p, mark=np.where(_beyond_chance(p), direction, ""))
    return table.astype(dict.fromkeys(["entity", "outlet", "mark"], "str"))
