"""Which articles count and how many, intervals over them, and the periods of a time axis."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

# Languages that stop words, name rules and tone dictionary are for; "und": too short a text to tell.
READABLE = ("en", "und")
# Articles that an interval or a claim needs: below, a bootstrap interval covers less than it promises.
FEWEST_ARTICLES = 8
# Articles that a name, or a pair of names, needs to be ranked or drawn.
FEWEST_NAMED = 3
# Dated articles, periods and articles with a name: under these a burst could be seen only where nearly all of
# a name's articles fall together.
FEWEST_DATED, FEWEST_PERIODS, FEWEST_WITH_NAME = 20, 5, 5
# Outlets that are left out one at a time, the largest first: more would not fit a figure.
MOST_LEFT_OUT = 6
Z95 = 1.959963984540054  # two-sided 95 % point of the normal distribution

# Calendar units from fine to coarse: (name, pandas frequency, days in one at most).
UNITS = (("day", "D", 1), ("week", "W-SUN", 7), ("month", "M", 31), ("quarter", "Q", 92), ("year", "Y", 366))
# More periods than this cannot be told apart on a figure one column wide.
MOST_PERIODS = 60
# Fewer articles per period than this and a share is noise.
FEWEST_PER_PERIOD = 3


def is_readable(articles: pd.DataFrame) -> pd.Series:
    """Whether each article is in a language that can be analysed.

    >>> is_readable(pd.DataFrame({"language": ["en", "fr", "und"]})).tolist()
    [True, False, True]
    """
    return articles["language"].isin(READABLE)


def is_counted(articles: pd.DataFrame, *, copies: bool = False) -> pd.Series:
    """Whether each article counts: it can be read and, unless `copies`, is no copy of another one."""
    return is_readable(articles) & (copies | articles["copy_of"].isna())


def counted_articles(articles: pd.DataFrame, *, copies: bool = False) -> pd.DataFrame:
    """Articles that count (see `is_counted`); every number of notebooks and report counts over these.

    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "language": "en", "copy_of": [None, "a"]})
    >>> counted_articles(frame)["article_id"].tolist()
    ['a']
    """
    return articles[is_counted(articles, copies=copies)]


def other_counts(articles: pd.DataFrame) -> dict[str, np.ndarray]:
    """Say of other choices, by their names, which articles count then."""
    included, unique = is_counted(articles).to_numpy(), articles["copy_of"].isna().to_numpy()
    order = articles[["published", "story"]].assign(left_out=~included)  # undated ones come last in a story
    order = order.sort_values(["left_out", "published"], kind="stable")
    earliest = ~order.duplicated("story").sort_index().to_numpy()
    counts = {"copies counted": is_readable(articles).to_numpy(), "one text per story": included & earliest}
    counts |= {"undated left out": included & articles["published"].notna().to_numpy()}
    counts |= {"other languages in the total": unique}
    size = articles.loc[included & articles["outlet"].ne("").to_numpy(), "outlet"].value_counts(sort=False)
    largest = size.sort_index().sort_values(ascending=False, kind="stable").index
    for outlet in largest[:MOST_LEFT_OUT] if len(largest) > 1 else []:
        counts[f"without {outlet}"] = included & articles["outlet"].ne(outlet).to_numpy()
    return counts


def wilson(
    k: np.ndarray | Sequence[int], n: np.ndarray | Sequence[int] | int, *, z: float = Z95
) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of a share, k of n, by the score of E. B. Wilson, "Probable inference", JASA 22 (1927).

    `z` is the normal distribution's point, for another level. Counts are broadcast; low and high are rounded
    to 6 digits, and 0 and 1 where n is 0: nothing is known.

    >>> [x.tolist() for x in wilson([0, 5, 10], 10)]
    [[0.0, 0.236593, 0.722467], [0.277533, 0.763407, 1.0]]
    """
    k, n = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    size = np.where(n > 0, n, 1)
    share = k / size
    middle = share + z**2 / (2 * size)
    half = z * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    scale = 1 + z**2 / size
    low = np.where(n > 0, np.clip((middle - half) / scale, 0, 1), 0)
    high = np.where(n > 0, np.clip((middle + half) / scale, 0, 1), 1)
    return low.round(6), high.round(6)


def is_ahead(alone: int, against: int) -> bool:
    """Whether surely more than half of the articles that have one of two have the first (the sign test)."""
    return bool(wilson([alone], alone + against)[0][0] > 0.5)


def mean_errors(sums: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means over values in articles, their standard errors over whole articles, and degrees of freedom.

    The mean is the sum of `sums` over the sum of `counts`: with a value per sentence, say, sentences of one
    article stay together, because they are not independent of each other. For the parameters see
    `mean_intervals`; NaN where no article, or for the error one article, has a value.

    R. M. Bell and D. F. McCaffrey, "Bias reduction in standard errors for linear regression with multi-stage
    samples", Survey Methodology 28 (2002).
    """
    sums, counts = np.asarray(sums, float), np.asarray(counts, float)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, weight = sums.sum(0) / counts.sum(0), counts / counts.sum(0)
        error = np.sqrt(((sums - mean * counts) ** 2 / (1 - weight)).sum(0)) / counts.sum(0)
        return mean, error, np.maximum(1 / (weight**2).sum(0) - 1, 1)


def mean_intervals(
    sums: np.ndarray, counts: np.ndarray, *, together: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means with 95 % intervals (low, high) over whole articles, by Student's t, rounded to 6 digits.

    Of 8, 10, 20 or 50 scores of news sentences, readings of the model, or articles with 1 to 23 scores, drawn
    4,000 times, .944 to .956 of the intervals held the mean; a percentile bootstrap had .88 at 8.

    `sums` and `counts`, (n_articles,) or (n_articles, n_cells), are of an article's values (in a cell). Where
    fewer than `FEWEST_ARTICLES` have one, there is no interval (NaN). Is it to hold for all cells `together`?
    Of forty that hold each by itself, two miss.

    Z. Šidák, "Rectangular confidence regions for the means of multivariate normal distributions", JASA 62
    (1967).

    >>> mean, low, high = mean_intervals(np.array([1.0, 0.0, 2.0] * 3), np.array([2, 1, 2] * 3))
    >>> float(mean), float(low), float(high)
    (0.6, 0.307317, 0.892683)
    """
    from scipy.special import stdtrit

    mean, error, freedom = mean_errors(sums, counts)
    enough = (np.asarray(counts) > 0).sum(0) >= FEWEST_ARTICLES
    n_cells = max(enough.sum(), 1) if together else 1
    width = np.where(enough, stdtrit(freedom, (1 + 0.95 ** (1 / n_cells)) / 2) * error, np.nan)
    return mean.round(6), (mean - width).round(6), (mean + width).round(6)


def period_unit(dates: pd.Series) -> str:
    """Choose the calendar unit of a time axis: the finest that is neither too thin nor too many.

    It has at most `MOST_PERIODS` periods and on average `FEWEST_PER_PERIOD` articles in those that have any;
    where none is dense enough, it is the finest that has few enough periods. Missing dates are passed over.

    >>> period_unit(pd.Series(pd.to_datetime(["2024-05-14", "2024-05-16", "2025-08-29"])))
    'month'
    """
    days = dates.dropna()
    if days.empty:
        return "month"
    span = (days.max() - days.min()).days + 1
    short = [unit for unit in UNITS if span / unit[2] <= MOST_PERIODS] or [UNITS[-1]]
    for name, frequency, _ in short:
        if len(days) / days.dt.to_period(frequency).nunique() >= FEWEST_PER_PERIOD:
            return name
    return short[0][0]


def calendar_unit(articles: pd.DataFrame, *, asked: str = "auto") -> str:
    """Name the one calendar unit of a corpus, so that all notebooks and the report show the same periods.

    It is the unit `asked` for (ValueError if there is no such) or, for ``auto``, the `period_unit` of all
    articles that are no copies: reprints make no period denser. `articles` is the whole table: which of them
    a figure counts must not change its unit.

    >>> dates = pd.to_datetime(["2024-05-14", "2024-05-14", "2024-05-14", "2024-06-20"])
    >>> calendar_unit(pd.DataFrame({"published": dates, "copy_of": [None, "a", "a", None]}))
    'day'
    """
    if asked != "auto":
        _frequency(asked)
        return asked
    return period_unit(articles.loc[articles["copy_of"].isna(), "published"])


def _frequency(unit: str) -> str:
    """Name of a calendar unit in pandas."""
    frequencies = {name: frequency for name, frequency, _ in UNITS}
    if unit not in frequencies:
        raise ValueError(f"the period is {unit!r}: choose auto, {', '.join(frequencies)}")
    return frequencies[unit]


def period_start(dates: pd.Series, *, unit: str) -> pd.Series:
    """First day of the period that each date is in; weeks begin on Monday (ISO 8601).

    >>> dates = pd.Series(pd.to_datetime(["2024-05-16"]))
    >>> period_start(dates, unit="week").dt.strftime("%a %Y-%m-%d").tolist()
    ['Mon 2024-05-13']
    """
    return dates.dt.to_period(_frequency(unit)).dt.start_time.astype("datetime64[s]")


def all_periods(dates: pd.Series, *, unit: str) -> pd.DatetimeIndex:
    """First days of all periods from the first to the last date, empty ones too."""
    frequency = _frequency(unit)
    periods = dates.dropna().dt.to_period(frequency)
    if periods.empty:
        return pd.DatetimeIndex([], dtype="datetime64[s]")
    return pd.period_range(periods.min(), periods.max(), freq=frequency).start_time.astype("datetime64[s]")


def articles_by_period(articles: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """Count the articles of all periods from the first to the last, empty ones too: period, n_of.

    `period` is its first day; in the last row it is missing, where there are undated articles.

    >>> dates = pd.to_datetime(["2024-05-14", "2024-07-02", None])
    >>> articles_by_period(pd.DataFrame({"published": dates}), unit="month")["n_of"].tolist()
    [1, 0, 1, 1]
    """
    periods = all_periods(articles["published"], unit=unit)
    n_of = period_start(articles["published"], unit=unit).value_counts().reindex(periods, fill_value=0)
    table = pd.DataFrame({"period": periods, "n_of": n_of.to_numpy(np.int64)})
    if undated := int(articles["published"].isna().sum()):
        table.loc[len(table)] = [pd.NaT, undated]
    return table.astype({"period": "datetime64[s]", "n_of": "int64"})


# What an article without an outlet, a clear topic or a day is counted under.
UNKNOWN_OUTLET, NO_CLEAR_TOPIC, UNDATED = "unknown", "no clear topic", "undated"
# What the outlets stand under that have no row or column of their own.
OTHER_OUTLETS = "other outlets"
# The group that holds all articles.
ALL_ARTICLES = "all articles"


def article_outlets(articles: pd.DataFrame) -> pd.Series:
    """Outlet of each article, by article_id; "unknown" where there is none.

    >>> article_outlets(pd.DataFrame({"article_id": ["a", "b"], "outlet": ["orna", None]})).to_dict()
    {'a': 'orna', 'b': 'unknown'}
    """
    outlet = articles["outlet"].astype("object").fillna("").replace("", UNKNOWN_OUTLET)
    return outlet.set_axis(articles["article_id"].to_numpy(object))


def article_labels(article_topics: pd.DataFrame, topics: pd.DataFrame) -> pd.Series | None:
    """Label of each article's topic, by article_id; "no clear topic" where it has none.

    None where there are no topics. Takes the two tables of the topics.
    """
    if topics.empty:
        return None
    label = article_topics["topic"].map(topics.set_index("topic")["label"].to_dict()).astype("object")
    return label.fillna(NO_CLEAR_TOPIC).set_axis(article_topics["article_id"].to_numpy(object))


def rows_by_group(frame: pd.DataFrame, group: pd.Series | None, *, top: int) -> pd.DataFrame:
    """Put rows of articles under their group, each also under "all articles".

    `group` is that of each article, by article_id, as `article_outlets` and `article_labels` give it (None:
    only "all articles"); the `top` groups with most articles in `frame` stay, the largest first.
    """
    whole = frame.assign(group=ALL_ARTICLES)
    if group is None or frame.empty:
        return whole
    label = group[~group.index.duplicated()].reindex(frame["article_id"]).fillna(UNKNOWN_OUTLET)
    parts = frame.assign(group=label.to_numpy(object))
    largest = most_frequent(parts[["article_id", "group"]].drop_duplicates()["group"], top)
    parts = parts[parts["group"].isin(largest)]
    order = parts["group"].map({name: rank for rank, name in enumerate(largest)}).to_numpy()
    return pd.concat([whole, parts.iloc[order.argsort(kind="stable")]], ignore_index=True)


def most_frequent(values: pd.Series, top: int) -> list[str]:
    """List the most frequent values as text, those of equal number by the alphabet.

    >>> most_frequent(pd.Series(["Oak", "Lee", "Ash", "Oak"]), 2)
    ['Oak', 'Ash']
    """
    # as plain text: a category would count values that are in no row
    counts = values.astype("str").value_counts()
    return [name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]]
