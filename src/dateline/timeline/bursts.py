"""Shares of the articles over time, and bursts, held against dates that are dealt out again.

Shares of a period's articles are tested, because how many articles there are is the collection's choice.
To deal the articles' dates out again leaves every period and every name its number of articles, and takes
away all that time has to do with it.
"""

import numpy as np
import pandas as pd

from dateline import population
from dateline.population import FEWEST_DATED, FEWEST_PERIODS, FEWEST_WITH_NAME

# Entities with a timeline, by number of articles: more lines than that cannot be told apart.
N_TIMELINES = 12
# Kleinberg's s and gamma, both as in his paper: in a burst the share is twice as high, and the cost of
# entering one is the logarithm of the number of periods.
SCALE, GAMMA = 2.0, 1.0
# Chance of a false alarm in the whole table, all names together.
ALPHA = 0.05
COLUMNS = ["entity", "first", "last", "n_articles", "n_period", "share", "usual", "weight", "p"]


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

    Returns
    -------
    counts, total
        Articles that have a name, a row for each name in enough articles but not in all, a column for each
        period; no row where there are too few dated articles or periods to tell a burst from chance. And the
        articles of each period.
    """
    dated = articles[articles["published"].notna()]
    total = population.articles_by_period(dated, unit=unit).set_index("period")["n_of"]
    period = population.period_start(dated["published"], unit=unit).set_axis(dated["article_id"])
    names = mentions.loc[mentions["article_id"].isin(dated["article_id"]), ["article_id", "entity"]]
    names = names.drop_duplicates().astype("str")
    # not `map`: of no days it makes numbers
    days = period.reindex(names["article_id"]).set_axis(names.index)
    counts = pd.crosstab(names["entity"], days).reindex(columns=total.index, fill_value=0)
    size = counts.sum(axis=1)
    is_tested = (size >= FEWEST_WITH_NAME) & (size < len(dated))
    is_enough = len(dated) >= FEWEST_DATED and (total > 0).sum() >= FEWEST_PERIODS
    return counts[is_tested & is_enough], total


def find_bursts(counts: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    """Find runs of periods in which a name has more of the articles than elsewhere.

    Kleinberg's automaton for articles in batches, with two states: a period is cheap in the state whose share
    fits it, and to go up costs. A run stays in the table only if dealing the dates out again would give a run
    as heavy for that name with a chance below `ALPHA` by the number of names (Bonferroni). That chance is no
    larger than the sum over all runs of periods of the hypergeometric chance that they weigh as much, since
    the weight of given periods grows with the articles in them that have the name. So no date is dealt.
    Takes what `tested_counts` gives.

    Returns
    -------
    pandas.DataFrame
        entity, first, last (first days of the periods), n_articles, n_period, share, usual (the name's share
        in all other periods), weight (nats), p (of all names together); by first.

    References
    ----------
    J. Kleinberg, "Bursty and hierarchical structure in streams", Data Mining and Knowledge Discovery 7
    (2003), section 4. P. Good, "Permutation, parametric and bootstrap tests of hypotheses" (2005), chapter 3.
    """
    n = total.to_numpy()
    rows = []
    for name, row in counts.iterrows():
        k = row.to_numpy()
        for first, last, weight in _runs(k, n):
            inside, size = int(k[first : last + 1].sum()), int(n[first : last + 1].sum())
            usual = (int(k.sum()) - inside) / max(int(n.sum()) - size, 1)
            p = min(_chance(weight, int(k.sum()), n) * len(counts), 1)
            periods = total.index[first], total.index[last]
            rows.append((name, *periods, inside, size, inside / size, usual, weight, p))
    types = {"entity": "str", "first": "datetime64[s]", "last": "datetime64[s]"}
    types |= dict.fromkeys(["n_articles", "n_period"], "int64") | dict.fromkeys(COLUMNS[5:], "float64")
    bursts = pd.DataFrame(rows, columns=COLUMNS).astype(types).round(dict.fromkeys(COLUMNS[5:], 6))
    bursts = bursts[bursts["p"] <= ALPHA]
    return bursts.sort_values(["first", "last", "entity"], kind="stable", ignore_index=True)


def _fit(k: int, n: int) -> tuple[float, float]:
    """How much better than the usual share that of a burst fits an article with the name, and one without."""
    base = k / n
    # a share above a half cannot double: half way to everything, then
    high = min(SCALE * base, (1 + base) / 2)
    return float(np.log(high / base)), float(np.log((1 - high) / (1 - base)))


def _runs(k: np.ndarray, n: np.ndarray) -> list[tuple[int, int, float]]:
    """First and last period and weight of each burst on the cheapest way through the two states."""
    with_name, without = _fit(int(k.sum()), int(n.sum()))
    gain = (k * with_name + (n - k) * without).round(9)
    cost = round(GAMMA * float(np.log(len(n))), 9)
    low, high, steps = 0.0, -np.inf, []
    for value in gain.tolist():
        steps.append((high > low, high > low - cost))  # was the step before in a burst?
        low, high = max(low, high), value + max(low - cost, high)
    in_burst = np.zeros(len(n) + 2, bool)
    state = high > low
    for t in range(len(n) - 1, -1, -1):
        in_burst[t + 1] = state
        state = steps[t][int(state)]
    runs = []
    for begin, end in np.flatnonzero(np.diff(in_burst)).reshape(-1, 2).tolist():
        full = begin + np.flatnonzero(n[begin:end])  # nothing is known of an empty period at its end
        runs.append((int(full[0]), int(full[-1]), round(float(gain[begin:end].sum()), 6)))
    return runs


def _chance(weight: float, k: int, n: np.ndarray) -> float:
    """Bound the chance that any run of periods weighs as much when the k articles of a name are dealt out."""
    from scipy.special import gammaln

    with_name, without = _fit(k, int(n.sum()))
    busy = n[n > 0]
    edges, whole = np.concatenate([[0], np.cumsum(busy)]), int(n.sum())
    begin, end = np.triu_indices(len(edges), 1)
    size = edges[end] - edges[begin]  # articles of each run; so many of them must have the name
    least = np.ceil((weight - 1e-6 - without * size) / (with_name - without))
    size, least = size[least <= np.minimum(k, size)], least[least <= np.minimum(k, size)]
    least = np.maximum(least, size - (whole - k))
    ways = [(k, least), (whole - k, size - least), (whole, size)]
    first, second, all_ways = (gammaln(a + 1) - gammaln(b + 1) - gammaln(a - b + 1) for a, b in ways)
    # each further article is less likely than the one before, at least by this ratio
    ratio = (k - least) * (size - least) / ((least + 1) * (whole - k - size + least + 1))
    tail = np.exp(first + second - all_ways) / np.maximum(1 - ratio, 1e-9)
    return float(np.where(ratio < 1, np.minimum(tail, 1), 1).sum())
