"""When a name has more of the coverage than usual: bursts that pass, and changes that stay.

Both look at shares of a period's articles, because how many articles there are is the collection's choice,
and both are held against the same null: the articles' dates are dealt out again, which leaves every
period and every name its number of articles, and takes away all that time has to do with it.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from dateline.words import listed, percent, period, plain, plural

# Kleinberg's s and gamma, both as in his paper: in a burst the share is twice as high, and the cost of
# entering one is the logarithm of the number of periods.
SCALE, GAMMA = 2.0, 1.0
# Chance of a false alarm in the whole table, all names together.
ALPHA = 0.05
# How often the dates are dealt out again: with twelve names the smallest p is still a tenth of what is asked.
N_DEALS = 2499
# Under these a burst could be seen only where nearly all of a name's articles fall together.
FEWEST_DATED, FEWEST_PERIODS, FEWEST_NAMED = 20, 5, 5
# A change of share needs so many articles on both sides to be one that lasts.
FEWEST_ASIDE = 8


def rates(line: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Take from table timeline what is tested: the articles of each name and of all, by dated period.

    Parameters
    ----------
    line
        Table timeline; entity "" holds all articles.

    Returns
    -------
    named
        A row for each name in enough articles but not in all, a column for each period.
    total
        Articles of each period.
    """
    dated = line[(line["clock"] == "published") & line["period"].notna()]
    wide = dated.pivot_table(index="entity", columns="period", values="n_articles", aggfunc="sum", sort=False)
    if "" not in wide.index:
        return wide, pd.Series(dtype="int64")
    wide = wide.astype("int64")
    total, named = wide.loc[""], wide.drop(index="")
    size = named.sum(axis=1)
    return named[(size >= FEWEST_NAMED) & (size < total.sum())], total


def unable(line: pd.DataFrame, *, unit: str) -> str:
    """Say why neither bursts nor changes can be looked for; empty if they can."""
    named, total = rates(line)
    n, busy = int(total.sum()), int((total > 0).sum())
    if n < FEWEST_DATED or busy < FEWEST_PERIODS:
        return (
            f"Bursts and changes were not looked for: {plural(n, 'dated article')} in {plural(busy, unit)} "
            f"are not enough to tell them from chance (needed: {FEWEST_DATED} in {FEWEST_PERIODS})."
        )
    if named.empty:
        return (
            f"Bursts and changes were not looked for: no name is in {FEWEST_NAMED} dated articles or more "
            "without being in all of them."
        )
    return ""


def bursts(line: pd.DataFrame, *, unit: str, seed: int = 0) -> pd.DataFrame:
    """Find runs of periods in which a name has more of the articles than elsewhere.

    Kleinberg's automaton for articles in batches, with two states: a period is cheap in the state whose share
    fits it, and to go up costs. A run stays in the table only if dealing the dates out again gives a run as
    heavy for that name in fewer than `ALPHA` of the deals, divided by the number of names (Bonferroni).

    Parameters
    ----------
    line
        Table timeline.
    unit
        Name of the period.
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
    columns = ["entity", "first", "last", "n_articles", "n_period", "share", "usual", "weight", "p"]
    rows = []
    if not unable(line, unit=unit):
        named, total = rates(line)
        n = total.to_numpy()
        for name, k in named.iterrows():
            found = _runs(k.to_numpy(), n)
            heaviest = _heaviest(_deals(k.to_numpy(), n, seed=seed), n) if found else np.zeros(1)
            for first, last, weight in found:
                p = (1 + int((heaviest >= weight).sum())) / (1 + len(heaviest)) * len(named)
                inside, size = int(k.iloc[first : last + 1].sum()), int(n[first : last + 1].sum())
                elsewhere = (int(k.sum()) - inside) / max(int(n.sum()) - size, 1)
                days = total.index[first], total.index[last]
                rows.append((name, *days, inside, size, inside / size, elsewhere, weight, p))
    table = pd.DataFrame(rows, columns=columns)
    return _settled(table, ["first", "last"], ["share", "usual", "weight", "p"])


def changes(line: pd.DataFrame, *, unit: str, seed: int = 0) -> pd.DataFrame:
    """Find periods from which on a name has another share of the articles than before.

    Binary segmentation by the likelihood ratio of two shares against one; a cut stays only if dealing the
    dates of its stretch out again gives a ratio as high in fewer than `ALPHA` of the deals, divided by the
    number of names, and then both sides are looked at again.

    Parameters
    ----------
    line, unit, seed
        As for `bursts`.

    Returns
    -------
    pandas.DataFrame
        entity, period (the first of the new share), n_before, of_before, before (share), n_after, of_after,
        after, p (of all names together); by period.

    References
    ----------
    A. J. Scott and M. Knott, "A cluster analysis method for grouping means in the analysis of variance",
    Biometrics 30 (1974). J. Antoch and M. Hušková, "Permutation tests in change point analysis", Statistics
    and Probability Letters 53 (2001).
    """
    columns = [
        *("entity", "period", "n_before", "of_before", "before"),
        *("n_after", "of_after", "after", "p"),
    ]
    rows = []
    if not unable(line, unit=unit):
        named, total = rates(line)
        n = total.to_numpy()
        for name, k in named.iterrows():
            cuts = _cuts(k.to_numpy(), n, at=0, tests=len(named), seed=seed)
            edges = [0, *(cut for cut, _ in cuts), len(n)]
            for (a, b), c, (_, p) in zip(pairwise(edges[:-1]), edges[2:], cuts, strict=True):
                one, other = (
                    (int(k.iloc[a:b].sum()), int(n[a:b].sum())),
                    (
                        int(k.iloc[b:c].sum()),
                        int(n[b:c].sum()),
                    ),
                )
                rows.append((name, total.index[b], *one, one[0] / one[1], *other, other[0] / other[1], p))
    table = pd.DataFrame(rows, columns=columns)
    return _settled(table, ["period"], ["before", "after", "p"])


def _settled(table: pd.DataFrame, days: list[str], numbers: list[str]) -> pd.DataFrame:
    """Keep what chance does not give, in order and in the types of the other tables."""
    table = table.astype({"entity": "str"} | dict.fromkeys(days, "datetime64[s]"))
    table = table.astype({c: "int64" for c in table if c.startswith(("n_", "of_"))})
    table[numbers] = table[numbers].astype("float64").round(6)
    table = table[table["p"] <= ALPHA]
    return table.sort_values([*days, "entity"], kind="stable", ignore_index=True)


def _deals(k: np.ndarray, n: np.ndarray, *, seed: int) -> np.ndarray:
    """(`N_DEALS`, n_periods) the articles of a name if their dates were dealt out again."""
    return np.random.default_rng(seed).multivariate_hypergeometric(n, int(k.sum()), size=N_DEALS)


def _gain(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """How much better each period fits the share of a burst than the usual one, in nats."""
    usual = k.sum(-1, keepdims=True) / n.sum()
    # a share above a half cannot double: half way to everything, then
    high = np.minimum(SCALE * usual, (1 + usual) / 2)
    return (k * np.log(high / usual) + (n - k) * np.log((1 - high) / (1 - usual))).round(9)


def _runs(k: np.ndarray, n: np.ndarray) -> list[tuple[int, int, float]]:
    """First and last period and weight of each burst on the cheapest way through the two states."""
    gain = _gain(k, n)
    enter = round(GAMMA * float(np.log(len(n))), 9)
    low, high, came = 0.0, -np.inf, []
    for more in gain.tolist():
        came.append((high > low, high > low - enter))  # was the step before in a burst?
        low, high = max(low, high), more + max(low - enter, high)
    in_burst = np.zeros(len(n), bool)
    state = high > low
    for t in range(len(n) - 1, -1, -1):
        in_burst[t] = state
        state = came[t][int(state)]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], in_burst, [0]])))
    found = []
    for a, b in zip(edges[::2].tolist(), (edges[1::2] - 1).tolist(), strict=True):
        full = a + np.flatnonzero(n[a : b + 1])  # nothing is known of an empty period at its end
        found.append((int(full[0]), int(full[-1]), round(float(gain[a : b + 1].sum()), 6)))
    return found


def _heaviest(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Weight of the heaviest run of periods in each row, in a burst or not (Kadane's algorithm)."""
    best = here = np.zeros(len(k))
    for more in _gain(k, n).T:
        here = np.maximum(here + more, 0)
        best = np.maximum(best, here)
    return best.round(6)


def _cuts(k: np.ndarray, n: np.ndarray, *, at: int, tests: int, seed: int) -> list[tuple[int, float]]:
    """Where the share changes and how likely chance does as much, from the first period to the last."""
    if not 0 < k.sum() < n.sum():
        return []
    ratio = _ratio(k[None], n)[0]
    best = int(ratio.argmax())
    if ratio[best] <= 0:
        return []
    as_high = int((_ratio(_deals(k, n, seed=seed), n).max(1) >= ratio[best]).sum())
    p = (1 + as_high) / (1 + N_DEALS) * tests
    if p > ALPHA:
        return []
    cut = best + 1
    left = _cuts(k[:cut], n[:cut], at=at, tests=tests, seed=seed)
    right = _cuts(k[cut:], n[cut:], at=at + cut, tests=tests, seed=seed)
    return [*left, (at + cut, p), *right]


def _ratio(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """(rows, n_periods - 1) log likelihood ratio of two shares, cut behind each period, against one."""
    if len(n) < 2:
        return np.zeros((len(k), 1))
    of, total = np.cumsum(n)[:-1], n.sum()
    one, other = np.cumsum(k, axis=1)[:, :-1], k.sum(1, keepdims=True) - np.cumsum(k, axis=1)[:, :-1]
    value = _fit(one, of) + _fit(other, total - of) - _fit(k.sum(1, keepdims=True), total)
    enough = (of >= FEWEST_ASIDE) & (total - of >= FEWEST_ASIDE)
    # behind an empty period the cut would be the same one again
    return np.where(enough & (n[1:] > 0), value, 0).round(6)


def _fit(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Log likelihood of k of n at its own share."""
    share = k / np.maximum(n, 1)
    inside = np.where((share > 0) & (share < 1), share, 0.5)
    return np.where((share > 0) & (share < 1), k * np.log(inside) + (n - k) * np.log(1 - inside), 0.0)


def said(burst: pd.DataFrame, change: pd.DataFrame, line: pd.DataFrame, *, unit: str) -> str:
    """Put bursts and changes into a sentence each, as Markdown; or why there are none.

    Parameters
    ----------
    burst, change
        From `bursts` and `changes`.
    line
        Table timeline they were made from.
    unit
        Name of the period.
    """
    if reason := unable(line, unit=unit):
        return reason
    tested = plural(len(rates(line)[0]), "name")
    lines = [
        f"**{plain(b.entity)}** stands out {_span(b.first, b.last, unit)}: in {b.n_articles:,} of "
        f"{plural(b.n_period, 'article')}, against {percent(b.usual)} of the others."
        for b in burst.itertuples()
    ]
    lines += [
        f"**{plain(c.entity)}** is named {'more' if c.after > c.before else 'less'} from "
        f"{period(c.period, unit=unit)} on: in {c.n_after:,} of {plural(c.of_after, 'article')}, before in "
        f"{c.n_before:,} of {c.of_before:,}."
        for c in change.itertuples()
    ]
    if not lines:
        return (
            f"No burst and no lasting change: in none of the {tested} tested do the dates matter more than "
            "chance would give."
        )
    quiet = sorted(set(rates(line)[0].index) - {*burst["entity"], *change["entity"]})
    if quiet:
        lines.append(f"No burst or change beyond chance: {listed([plain(name) for name in quiet])}.")
    return "\n".join(f"- {text}" for text in lines)


def _span(first: pd.Timestamp, last: pd.Timestamp, unit: str) -> str:
    if first == last:
        return ("on " if unit == "day" else "in ") + period(first, unit=unit)
    return f"from {period(first, unit=unit)} to {period(last, unit=unit)}"
