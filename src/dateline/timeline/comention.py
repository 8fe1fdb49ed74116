"""Who stands with whom, and who stands in which outlet, beyond what chance would give."""

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.population import FEWEST_NAMED
from dateline.population import OTHER_OUTLETS as OTHER

# Names that are paired, by number of articles: a network of more cannot be read.
MOST_NAMES = 40
# Share of false ones among the pairs, or cells, that are called beyond chance.
FALSE_SHARE = 0.05
# Outlets and names with a column or row of their own; the other outlets are one.
MOST_OUTLETS, MOST_ROWS = 8, 15


def entity_pairs(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Compare how often two persons or organisations share an article with what chance would give.

    Of the articles that name the rarer of the two, so many name the other. By chance each would with the odds
    of a bipartite configuration model, in which each name keeps its number of articles and each article its
    number of names: two names are no pair because both stand in the long articles. Each of those articles has
    one place less to give, since the rarer name has it. The tail is that of equal chances with the same mean,
    which is no smaller than that of unequal ones.

    Returns
    -------
    pandas.DataFrame
        entity, other, n_articles, n_stories (stories that those articles tell, where the articles have them),
        n_rarer (articles of the rarer of the two), expected (articles shared by chance), times (n_articles by
        expected) with its 95 % interval, low to high, p, beyond (whether chance is ruled out, with
        `FALSE_SHARE` false ones among those); pairs in `FEWEST_NAMED` articles or more, those beyond chance
        first, then by p.

    References
    ----------
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

    It is done for the `top` most frequent names of some `kinds`.

    Returns
    -------
    pandas.DataFrame
        entity, outlet, n_articles, n_outlet (its articles), share, share_low, share_high, n_rest, of_rest,
        rest (share of all other outlets), odds, odds_low, odds_high (odds ratio, each count raised by a half
        as Haldane did), p (Fisher's exact test: twice the smaller tail), mark (``more``, ``less`` or empty,
        with `FALSE_SHARE` false ones among the marked); outlets beyond the `MOST_OUTLETS` largest are one.
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
