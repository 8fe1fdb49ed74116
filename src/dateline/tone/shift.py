"""Word shift: which words make one group of sentences score higher than another, and how.

R. J. Gallagher et al., "Generalized word shift graphs: a method for visualizing and explaining pairwise
comparisons between texts", EPJ Data Science 10:4 (2021). The reference score is 0, that of a sentence in
which no word fires; what a word adds where it fires depends on the words around it (negation, emphasis), so
that two groups may also use it otherwise.
"""

import numpy as np
import pandas as pd

from dateline import population, words
from dateline.tone import scores
from dateline.tone.sentiment import FEWEST_ARTICLES


def sides(units: pd.DataFrame, asked: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    """Choose the two groups to compare.

    Parameters
    ----------
    units
        From `dateline.tone.sentiment.counted`.
    asked
        Two outlets, or two periods by their first days (or the beginnings of these); empty: the two outlets
        with the most articles, or, where there are not two with enough, the earlier and the later half of the
        articles.

    Returns
    -------
    column, groups
        Column of `units` and its two values; ``half`` and no groups stand for the two halves. No column
        where there are not enough articles for either.

    Raises
    ------
    ValueError
        If `asked` names no two outlets or periods; the message lists what there is.
    """
    size = {
        name: units.groupby(name, observed=True)["cluster"].nunique().sort_index()
        for name in ("outlet", "period")
    }
    if asked:
        for column, known in size.items():
            names = [next((str(g) for g in known.index if str(g).startswith(one)), "") for one in asked]
            if len(names) == 2 and all(names) and names[0] != names[1]:
                return column, names
        listed = words.listed([str(name) for known in size.values() for name in known.index], most=20)
        raise ValueError(f"COMPARE is {asked!r}: name two of {listed}")
    large = size["outlet"][size["outlet"] >= FEWEST_ARTICLES].sort_values(ascending=False, kind="stable")
    if len(large) > 1:
        return "outlet", [str(name) for name in large.index[:2]]
    if units.loc[units["published"].notna(), "cluster"].nunique() >= 2 * FEWEST_ARTICLES:
        return "half", []
    return "", []


def parts(units: pd.DataFrame, asked: tuple[str, ...] = ()) -> dict[str, pd.DataFrame]:
    """Cut out the two groups of `sides`, by their names; nothing where there are not enough articles.

    The halves part between two days, as evenly as these allow; where one of them has too few articles, as
    when all are of one day, there is nothing to compare.
    """
    column, groups = sides(units, asked)
    if column == "half":
        dates = units.drop_duplicates("article")["published"].dropna().sort_values(kind="stable")
        days = dates.unique()
        middle = days[abs(2 * dates.searchsorted(days) - len(dates)).argmin()]
        day = words.day(middle.date())
        dated = units[units["published"].notna()]
        early = dated["published"] < middle
        halves = {f"articles before {day}": dated[early], f"articles from {day} on": dated[~early]}
        enough = all(half["cluster"].nunique() >= FEWEST_ARTICLES for half in halves.values())
        return halves if enough else {}
    return {name: units[units[column] == name] for name in groups}


def difference(
    one: pd.DataFrame, other: pd.DataFrame, *, seed: int = 0
) -> tuple[pd.DataFrame, tuple[float, float, float, float]]:
    """Give the means of two groups, and how far the other lies above the one, with its 95 % interval.

    Parameters
    ----------
    one, other
        Rows of units.
    seed
        Seed of the bootstrap, which draws articles (or stories) of each group.

    Returns
    -------
    means, gap
        A frame with n_articles, n_sentences, mean and judging of the two; difference, low, high, and the
        difference without event words.
    """
    drawn, rows = [], []
    for number, part in enumerate((one, other)):
        of = pd.factorize(part["cluster"])[0]
        sums, counts = np.bincount(of, part["score"]), np.bincount(of)
        drawn.append(population.resampled_means(sums[:, None], counts[:, None], seed=seed + number)[:, 0])
        means = part["score"].mean(), part["judging"].mean()
        rows.append((part["article"].nunique(), len(part), *means))
    table = pd.DataFrame(rows, columns=["n_articles", "n_sentences", "mean", "judging"]).round(6)
    low, high = np.nanquantile((drawn[1] - drawn[0]).round(9), [0.025, 0.975])
    gap, judging = (float(table[name].iloc[1] - table[name].iloc[0]) for name in ("mean", "judging"))
    return table, (round(gap, 6), round(float(low), 6), round(float(high), 6), round(judging, 6))


def shift(scored: scores.Scored, one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Part the difference of two means into what each word adds to it; all words add up to it.

    Parameters
    ----------
    scored
        From `dateline.tone.scores.score`.
    one, other
        Rows of units.

    Returns
    -------
    DataFrame
        word, event, more_often (what follows from how often the word fires), otherwise (what follows from how
        it is used), adds (their sum), times and times_other (it fires in 1,000 sentences of each); the
        largest first.
    """
    tables = [scores.words(scored, part).set_index("word") for part in (one, other)]
    names = tables[0].index.union(tables[1].index)
    rate, mean = np.zeros((2, len(names))), np.zeros((2, len(names)))
    for number, (table, part) in enumerate(zip(tables, (one, other), strict=True)):
        table = table.reindex(names).fillna({"n_times": 0.0, "adds": 0.0})
        rate[number] = table["n_times"] / max(len(part), 1)
        adds = table["adds"].to_numpy()
        mean[number] = np.divide(adds, rate[number], out=np.full(len(adds), np.nan), where=rate[number] > 0)
    # a word that one group does not use is not used otherwise there
    mean = np.where(np.isnan(mean), mean[::-1], mean)
    often, otherwise = (rate[1] - rate[0]) * mean.mean(0), rate.mean(0) * (mean[1] - mean[0])
    event = tables[0]["event"].reindex(names).fillna(tables[1]["event"].reindex(names)).astype(bool)
    columns = {"word": names, "event": event.to_numpy(), "more_often": often, "otherwise": otherwise}
    columns |= {"adds": often + otherwise, "times": rate[0] * 1000, "times_other": rate[1] * 1000}
    table = pd.DataFrame(columns).round(9).astype({"word": "str"})
    order = np.lexsort((table["word"], -table["adds"].abs().round(6)))
    return table.iloc[order].reset_index(drop=True)


def compare(
    scored: scores.Scored, pair: dict[str, pd.DataFrame], *, seed: int = 0
) -> tuple[list[str], tuple[float, float, float, float], pd.DataFrame]:
    """Describe the two sides, their difference and the words that make it; see `difference` and `shift`.

    Parameters
    ----------
    scored
        From `dateline.tone.scores.score`.
    pair
        From `parts`; where it is empty, so is what comes back.
    seed
        Seed of the bootstrap.
    """
    columns = ["word", "event", "more_often", "otherwise", "adds", "times", "times_other"]
    if len(pair) < 2:
        none = pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[2:], "float64"))
        return [], (np.nan,) * 4, none.astype({"word": "str", "event": "bool"})
    one, other = pair.values()
    means, gap = difference(one, other, seed=seed)
    described = [
        f"{name}: mean {words.score(row.mean)} (without event words {words.score(row.judging)}), "
        f"n = {words.plural(row.n_articles, 'article')}, {words.plural(row.n_sentences, 'sentence')}"
        for name, row in zip(pair, means.itertuples(), strict=True)
    ]
    return described, gap, shift(scored, one, other)
