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
# How often the dates are dealt out again: with twelve names the smallest p is still a tenth of what is asked.
N_DEALS = 2499
COLUMNS = ["entity", "first", "last", "n_articles", "n_period", "share", "usual", "weight", "p"]


def count_timeline(
    articles: pd.DataFrame, mentions: pd.DataFrame, dates: pd.DataFrame, *, unit: str, top: int = N_TIMELINES
) -> pd.DataFrame:
    """Count articles per period on both clocks, altogether (entity "") and for the most frequent entities.

    Parameters
    ----------
    articles
        The articles to count, see `dateline.population.counted_articles`.
    mentions, dates
        Tables mentions and event_dates.
    unit
        Calendar unit of `dateline.population.UNITS`.
    top
        Entities with a line of their own.

    Returns
    -------
    pandas.DataFrame
        Table timeline, with n_of (the articles that a share is of). On the clock "published", an entity's
        share is of the articles of the period, that of "" of all articles; empty periods are there, without a
        share, and undated articles have a row without a period. On the clock "event", shares are of all
        articles, and an article counts in every period it talks about.
    """
    number = articles["article_id"]
    entities = mentions.loc[mentions["article_id"].isin(number), ["article_id", "entity"]].drop_duplicates()
    names = ["", *population.most_frequent(entities["entity"], top)]
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
            grid = grid.merge(periods, how="cross").merge(counts, how="left").fillna({"n_articles": 0})
            grid["n_of"] = grid["n_of"].where(grid["entity"] != "", len(articles))
        else:
            grid = grid.merge(counts, on="entity").assign(n_of=len(articles))
        parts.append(grid)
    line = pd.concat(parts, ignore_index=True)
    line = line.astype({"period": "datetime64[s]", "n_articles": "int64", "n_of": "int64"})
    low, high = population.wilson(line["n_articles"], line["n_of"])
    share = (line["n_articles"] / line["n_of"].where(line["n_of"] > 0)).round(6)
    line = line.assign(share=share, share_low=low, share_high=high)
    return line[["clock", "period", "entity", "n_articles", "share", "share_low", "share_high", "n_of"]]


def shares_by_period(articles: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """Give each term's share of the articles of each period.

    Parameters
    ----------
    articles
        From `dateline.timeline.concordance.term_articles`.
    unit
        Calendar unit of `dateline.population.UNITS`.

    Returns
    -------
    pandas.DataFrame
        term, period (its first day; missing: undated), n_of (its articles), n_articles (those with the term),
        share, share_low, share_high (Wilson); empty periods are there, without a share.
    """
    periods = population.articles_by_period(articles.drop_duplicates("article_id"), unit=unit)
    hits = articles[articles["is_named"]]
    hits = hits.assign(period=population.period_start(hits["published"], unit=unit))
    hits = hits.groupby(["term", "period"], dropna=False).size().rename("n_articles").reset_index()
    line = articles[["term"]].drop_duplicates().merge(periods, how="cross").merge(hits, how="left")
    n = line["n_articles"].fillna(0).astype("int64")
    low, high = population.wilson(n, line["n_of"])
    share = (n / line["n_of"].where(line["n_of"] > 0)).round(6)
    return line.assign(n_articles=n, share=share, share_low=low, share_high=high)


def tested_counts(line: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Take from table timeline what is tested: the articles of each name and of all, by dated period.

    Parameters
    ----------
    line
        Table timeline; entity "" holds all articles.

    Returns
    -------
    counts
        A row for each name in enough articles but not in all, a column for each period; no row where there
        are too few dated articles or periods to tell a burst from chance.
    total
        Articles of each period.
    """
    dated = line[(line["clock"] == "published") & line["period"].notna()]
    wide = dated.pivot_table(index="entity", columns="period", values="n_articles", aggfunc="sum", sort=False)
    if "" not in wide.index:
        return wide.head(0), pd.Series(dtype="int64")
    wide = wide.astype("int64")
    total, counts = wide.loc[""], wide.drop(index="")
    if total.sum() < FEWEST_DATED or (total > 0).sum() < FEWEST_PERIODS:
        return counts.head(0), total
    size = counts.sum(axis=1)
    return counts[(size >= FEWEST_WITH_NAME) & (size < total.sum())], total


def find_bursts(line: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Find runs of periods in which a name has more of the articles than elsewhere.

    Kleinberg's automaton for articles in batches, with two states: a period is cheap in the state whose share
    fits it, and to go up costs. A run stays in the table only if dealing the dates out again gives a run as
    heavy for that name in fewer than `ALPHA` of the deals, divided by the number of names (Bonferroni).

    Parameters
    ----------
    line
        Table timeline.
    seed
        Seed of the dealing.

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
    counts, total = tested_counts(line)
    n = total.to_numpy()
    rows = []
    for name, row in counts.iterrows():
        k = row.to_numpy()
        runs = _runs(k, n)
        if not runs:
            continue
        deals = np.random.default_rng(seed).multivariate_hypergeometric(n, int(k.sum()), size=N_DEALS)
        heaviest = _heaviest(deals, n)
        for first, last, weight in runs:
            p = (1 + int((heaviest >= weight).sum())) / (1 + N_DEALS) * len(counts)
            inside, size = int(k[first : last + 1].sum()), int(n[first : last + 1].sum())
            usual_share = (int(k.sum()) - inside) / max(int(n.sum()) - size, 1)
            periods = total.index[first], total.index[last]
            rows.append((name, *periods, inside, size, inside / size, usual_share, weight, p))
    types = {"entity": "str", "first": "datetime64[s]", "last": "datetime64[s]"}
    numbers = ["share", "usual", "weight", "p"]
    types |= dict.fromkeys(["n_articles", "n_period"], "int64") | dict.fromkeys(numbers, "float64")
    bursts = pd.DataFrame(rows, columns=COLUMNS).astype(types)
    bursts[numbers] = bursts[numbers].round(6)
    bursts = bursts[bursts["p"] <= ALPHA]
    return bursts.sort_values(["first", "last", "entity"], kind="stable", ignore_index=True)


def _gain(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """How much better each period fits the share of a burst than the usual one, in nats."""
    base = k.sum(-1, keepdims=True) / n.sum()
    # a share above a half cannot double: half way to everything, then
    high = np.minimum(SCALE * base, (1 + base) / 2)
    return (k * np.log(high / base) + (n - k) * np.log((1 - high) / (1 - base))).round(9)


def _runs(k: np.ndarray, n: np.ndarray) -> list[tuple[int, int, float]]:
    """First and last period and weight of each burst on the cheapest way through the two states."""
    gain = _gain(k, n)
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
    edges = np.flatnonzero(np.diff(in_burst))
    runs = []
    for begin, end in edges.reshape(-1, 2).tolist():
        full = begin + np.flatnonzero(n[begin:end])  # nothing is known of an empty period at its end
        runs.append((int(full[0]), int(full[-1]), round(float(gain[begin:end].sum()), 6)))
    return runs


def _heaviest(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Weight of the heaviest run of periods in each row, in a burst or not (Kadane's algorithm)."""
    best = run = np.zeros(len(k))
    for gain in _gain(k, n).T:
        run = np.maximum(run + gain, 0)
        best = np.maximum(best, run)
    return best.round(6)
