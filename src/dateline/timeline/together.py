"""Who stands with whom, and who stands in which outlet, beyond what chance would give."""

import numpy as np
import pandas as pd

from dateline import population
from dateline.timeline import groups

# A pair in fewer articles says nothing.
FEWEST = 3
# Names that are paired, by number of articles: a network of more cannot be read.
MOST_NAMES = 40
# Share of false ones among the pairs, or cells, that are called beyond chance.
FALSE_SHARE = 0.05
# Outlets and names with a column or row of their own.
MOST_OUTLETS, MOST_ROWS = 8, 15


def pairs(
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    top: int = MOST_NAMES,
    kinds: tuple[str, ...] = ("person", "organisation"),
) -> pd.DataFrame:
    """Compare how often two names share an article with what chance would give.

    Of the articles that name the rarer of the two, so many name the other. By chance each would with the odds
    of a bipartite configuration model, in which each name keeps its number of articles and each article its
    number of names: two names are no pair because both stand in the long articles. Each of those articles has
    one place less to give, since the rarer name has it. The tail is that of equal chances with the same mean,
    which is no smaller than that of unequal ones.

    Parameters
    ----------
    mentions, articles
        Table mentions; the articles to count, see `population.counted_articles`.
    top
        Most frequent names that are paired.
    kinds
        Kinds that are paired.

    Returns
    -------
    pandas.DataFrame
        entity, other, n_articles, n_stories (stories that those articles tell, where the articles have them),
        n_rarer (articles of the rarer of the two), expected (articles shared by chance), times (n_articles by
        expected) with its 95 % interval, low to high, p, beyond (whether chance is ruled out, with
        `FALSE_SHARE` false ones among those); pairs in `FEWEST` articles or more, those beyond chance first,
        then by p.

    References
    ----------
    F. Saracco et al., "Inferring monopartite projections of bipartite networks: an entropy-based approach",
    New Journal of Physics 19 (2017). W. Hoeffding, "On the distribution of the number of successes in
    independent trials", Annals of Mathematical Statistics 27 (1956): the tail. Y. Benjamini and Y. Hochberg,
    "Controlling the false discovery rate", JRSS B 57 (1995).
    """
    inside = mentions[mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(kinds)]
    who = inside[["article_id", "entity"]].drop_duplicates()
    chosen = most_named(who, top)
    has = _matrix(who, articles, chosen)
    # the names stand by number of articles, so that of each pair the second is the rarer
    i, j = np.triu_indices(len(chosen), 1)
    shared, size = (has.T @ has)[i, j], has.sum(0)[j]
    expected = np.minimum(_expected(has)[j, i], size).round(6)
    p = _at_least(shared, size, expected)
    low, high = population.wilson(shared, size)
    label, scale = np.array([*chosen, ""], object), np.where(expected > 0, expected, np.nan)
    table = pd.DataFrame({"entity": label[i], "other": label[j], "n_articles": shared})
    table = table.assign(
        n_stories=_stories(has, articles, i, j),
        n_rarer=size,
        expected=expected,
        times=(shared / scale).round(6),
        low=(low * size / scale).round(6),
        high=(high * size / scale).round(6),
        p=p,
        beyond=_false_share(p) & (shared >= FEWEST) & (shared > expected),
    )
    table = table[table["n_articles"] >= FEWEST].astype({"entity": "str", "other": "str"})
    order = ["beyond", "p", "n_articles", "entity", "other"]
    return table.sort_values(
        order, ascending=[False, True, False, True, True], kind="stable", ignore_index=True
    )


def most_named(who: pd.DataFrame, top: int) -> list[str]:
    """Names in most articles, ties by name; `who` has each article and entity once."""
    count = who["entity"].astype("str").value_counts()
    return [name for name, _ in sorted(count.items(), key=lambda one: (-one[1], one[0]))[:top]]


def _matrix(who: pd.DataFrame, articles: pd.DataFrame, chosen: list[str]) -> np.ndarray:
    """(n_articles, n_names) 1 where an article names an entity."""
    has = np.zeros((len(articles), len(chosen)), np.int64)
    who = who[who["entity"].isin(chosen)]
    row = pd.Index(articles["article_id"]).get_indexer(who["article_id"])
    has[row, pd.Index(chosen).get_indexer(who["entity"].astype("str"))] = 1
    return has


def _chance(has: np.ndarray) -> np.ndarray:
    """(n_names, most names of an article + 1) chance of each name in an article with so many names."""
    per_name, degree = has.sum(0).astype(float), has.sum(1)
    sizes = np.bincount(degree)[1:].astype(float)
    degree = np.arange(1, len(sizes) + 1)
    x, y = (n / np.sqrt(max(per_name.sum(), 1)) for n in (per_name, degree))
    for _ in range(2000):
        old = x
        x = per_name / np.maximum((sizes * y / (1 + x[:, None] * y)).sum(1), 1e-12)
        x = np.minimum(x, 1e6)  # a name in all articles, and an article with all names, are certain
        y = np.minimum(degree / np.maximum((x[:, None] / (1 + x[:, None] * y)).sum(0), 1e-12), 1e6)
        if np.abs(x - old).max(initial=0) < 1e-10 * (1 + x.max(initial=0)):
            break
    odds = x[:, None] * y
    return np.concatenate([np.zeros((len(x), 1)), (odds / (1 + odds)).round(9)], axis=1)


def _expected(has: np.ndarray) -> np.ndarray:
    """(n_names, n_names) articles of the row's name that by chance have the column's name, too."""
    chance = _chance(has)
    left = np.maximum(has.sum(1) - 1, 0)  # places for other names in an article that has the row's name
    expected = np.zeros((has.shape[1], has.shape[1]))
    for row, own in enumerate(has.T.astype(bool)):
        n = np.bincount(left[own], minlength=chance.shape[1])
        places = np.arange(chance.shape[1])
        # the places are shared out among the others alone
        scale = places / np.maximum(places - chance[row], 1e-9)
        expected[row] = np.minimum(chance * np.where(places > 0, scale, 0), 1) @ n
    return expected


def _at_least(shared: np.ndarray, size: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Chance of so many of `size` articles or more, where `expected` are the mean."""
    from scipy.special import betainc

    share = np.clip(expected / np.maximum(size, 1), 0, 1)
    tail = betainc(np.maximum(shared, 1), size - np.maximum(shared, 1) + 1, share)
    return np.where(shared > 0, tail, 1.0).round(9)


def _false_share(p: np.ndarray) -> np.ndarray:
    """Which p are small enough that of all these `FALSE_SHARE` at most are chance (Benjamini-Hochberg)."""
    if not len(p):
        return np.zeros(0, bool)
    ranked = np.sort(p)
    fits = np.flatnonzero(ranked <= FALSE_SHARE * np.arange(1, len(p) + 1) / len(p))
    return p <= (ranked[fits[-1]] if len(fits) else -1.0)


def _stories(has: np.ndarray, articles: pd.DataFrame, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Stories in which the pair shares an article; without stories every article is one."""
    if "story" not in articles:
        return (has.T @ has)[i, j]
    story, inside = pd.factorize(articles["story"])[0], has.T.astype(bool)
    told = [np.unique(story[inside[one] & inside[other]]).size for one, other in zip(i, j, strict=True)]
    return np.array(told, np.int64)


def by_outlet(
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    top: int = MOST_ROWS,
    kinds: tuple[str, ...] = ("person", "organisation", "place"),
) -> pd.DataFrame:
    """Compare each outlet's share of articles that name an entity with that of the other outlets.

    Parameters
    ----------
    mentions, articles
        Table mentions; the articles to count.
    top
        Most frequent names.
    kinds
        Kinds that are compared.

    Returns
    -------
    pandas.DataFrame
        entity, outlet, n_articles, n_outlet (its articles), share, share_low, share_high, n_rest, of_rest,
        rest (share of all other outlets), odds, odds_low, odds_high (odds ratio, each count raised by a half
        as Haldane did), p (Fisher's exact test, both sides), mark (``more``, ``less`` or empty, with
        `FALSE_SHARE` false ones among the marked); outlets beyond the `MOST_OUTLETS` largest are one.
    """
    outlet = groups.outlets(articles)
    size = outlet.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    outlet = outlet.where(outlet.isin(size.index[:MOST_OUTLETS]), "other outlets").to_numpy(object)
    shown = [*size.index[:MOST_OUTLETS], *(["other outlets"] if len(size) > MOST_OUTLETS else [])]
    inside = mentions[mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(kinds)]
    who = inside[["article_id", "entity"]].drop_duplicates()
    chosen = most_named(who, top)
    has = _matrix(who, articles, chosen)
    of = np.array([outlet == name for name in shown], np.int64).reshape(len(shown), len(articles))
    k, n = (of @ has).T, of.sum(1)[None, :]
    rest, of_rest = has.sum(0)[:, None] - k, len(articles) - n
    cells = np.stack([k, n - k, rest, of_rest - rest]) + 0.5
    odds = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = population.Z95 * np.sqrt((1 / cells).sum(0))
    low, high = population.wilson(k, n)
    grid = {"entity": np.repeat(np.array(chosen, object), len(shown)), "outlet": shown * len(chosen)}
    table = pd.DataFrame(grid, columns=["entity", "outlet"]).astype("str")
    numbers = {
        "n_articles": k,
        "n_outlet": n + 0 * k,
        "share": k / np.maximum(n, 1),
        **{"share_low": low, "share_high": high},
        "n_rest": rest,
        "of_rest": of_rest + 0 * k,
        "rest": rest / np.maximum(of_rest, 1),
        **{"odds": np.exp(odds), "odds_low": np.exp(odds - half), "odds_high": np.exp(odds + half)},
    }
    table = table.assign(**{name: value.ravel().round(6) for name, value in numbers.items()})
    p = _fisher(table["n_articles"], table["n_outlet"], table["n_rest"], table["of_rest"])
    more = np.where(table["share"] > table["rest"], "more", "less")
    return table.assign(p=p, mark=np.where(_false_share(p), more, "")).astype({"mark": "str"})


def _fisher(k: pd.Series, n: pd.Series, rest: pd.Series, of_rest: pd.Series) -> np.ndarray:
    """Twice the smaller tail of the hypergeometric distribution, at most 1."""
    from scipy.special import gammaln

    tails = []
    for a, size, b, other in zip(k, n, rest, of_rest, strict=True):
        x = np.arange(max(0, a + b - other), min(a + b, size) + 1)
        parts = (
            gammaln(x + 1) + gammaln(size - x + 1) + gammaln(a + b - x + 1) + gammaln(other - a - b + x + 1)
        )
        chance = np.exp(parts.min() - parts)
        chance /= chance.sum()
        tails.append(min(2 * chance[x <= a].sum(), 2 * chance[x >= a].sum(), 1))
    return np.array(tails, float).round(9)
