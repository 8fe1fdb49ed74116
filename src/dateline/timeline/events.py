"""The days that articles talk about: how far from publication, by whom, and what was said of each of them."""

from itertools import pairwise

import numpy as np
import pandas as pd

from dateline import population, tokens
from dateline.timeline import groups
from dateline.words import MONTHS

AHEAD, SAME, BACK = "announced ahead", "the same day", "recalled"
# More cells than this cannot be told apart on a figure: days are then drawn by week, month and so on.
MOST_CELLS = 400
# Bounds between the classes of a lag, in days from the event to publication, and the words for each class.
BOUNDS = (-31, -7, 0, 1, 8, 32, 367)
CLASSES = (
    *("over a month ahead", "8 to 31 days ahead", "up to a week ahead", "the same day"),
    *("up to a week back", "8 to 31 days back", "up to a year back", "over a year back"),
)
# A sentence of fewer or more words than this seldom tells what happened.
WORDS = (6, 45)
# Rules for words that say nothing without the sentence before ("two days later", "earlier in the day").
LEANING = ("ago", "relative", "this-unit")
# A word in more of the sentences than this says nothing of a day.
COMMON = 0.2
_CALENDAR = frozenset(
    name.lower()
    for name in (
        *MONTHS,
        *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        *("today", "tomorrow", "yesterday"),
    )
)


def lags(articles: pd.DataFrame, dates: pd.DataFrame) -> pd.DataFrame:
    """Pair the day an article appeared with the exact days it talks about.

    Parameters
    ----------
    articles
        The articles to count; those without an exact date of publication give no pair.
    dates
        Table event_dates.

    Returns
    -------
    pandas.DataFrame
        article_id, outlet, published, event, event_to, lag, direction, surface, sentence, start, end; dates
        to the day, each once an article. `lag` is in days: from the event's last day to publication, negative
        from publication to its first day, 0 while it goes on. `direction` is "announced ahead", "the same
        day" or "recalled".
    """
    days = dates[dates["grain"] == "day"].drop_duplicates(["article_id", "date_from"])
    known = articles.loc[articles["published"].notna(), ["article_id", "outlet", "published"]]
    both = known.merge(days, on="article_id").rename(columns={"date_from": "event", "date_to": "event_to"})
    since, until = ((both["published"] - both[end]).dt.days for end in ("event_to", "event"))
    both["lag"] = np.where(since > 0, since, np.minimum(until, 0)).astype(np.int64)
    both["direction"] = _direction(both["lag"])
    columns = ["article_id", "outlet", "published", "event", "event_to", "lag", "direction", "surface"]
    return both[[*columns, "sentence", "start", "end"]].sort_values(
        ["published", "article_id", "event"], kind="stable", ignore_index=True
    )


def _direction(lag: pd.Series) -> pd.Series:
    words = np.array([AHEAD, SAME, BACK], object)[np.sign(lag.to_numpy()) + 1]
    return pd.Series(words, index=lag.index, dtype="str")


def cells(lag: pd.DataFrame, *, most: int = MOST_CELLS) -> pd.DataFrame:
    """Count the pairs of `lags` in cells fine enough to see and few enough to tell apart.

    Parameters
    ----------
    lag
        From `lags`.
    most
        Cells at most; the unit is the finest of day, week, month, quarter and year that gives no more.

    Returns
    -------
    pandas.DataFrame
        unit (the same in all rows), published, event (first days of their periods), event_to (the last day of
        the longest event where the unit is the day), n_dates, n_articles, lag (median), direction (of the
        periods).
    """
    for unit, *_ in population.UNITS:
        at = {name: population.period_start(lag[name], unit=unit) for name in ("published", "event")}
        group = lag.assign(**at).groupby(["published", "event"], sort=True)
        if group.ngroups <= most or unit == population.UNITS[-1][0]:
            break
    columns = {
        "event_to": group["event_to"].max(),
        "n_dates": group.size().astype("int64"),
        "n_articles": group["article_id"].nunique().astype("int64"),
        "lag": group["lag"].median(),
    }
    table = pd.DataFrame(columns).reset_index()
    coarse = (table["published"] - table["event"]).dt.days
    by_day = table["lag"] if unit == "day" else coarse
    table["direction"] = _direction(by_day.fillna(0).astype(np.int64))
    if unit != "day":
        table["event_to"] = table["event"]
    table.insert(0, "unit", unit)
    return table


def classed(lag: pd.DataFrame) -> pd.DataFrame:
    """Add to `lags` how far the day lay: the column far, one of `CLASSES`."""
    number = np.searchsorted(np.array(BOUNDS), lag["lag"].to_numpy(), side="right")
    return lag.assign(far=pd.Categorical.from_codes(number, list(CLASSES)))


def lag_groups(lag: pd.DataFrame, group: pd.Series | None = None, *, top: int = 10) -> pd.DataFrame:
    """Say how far from publication the days lie that groups of articles talk about.

    Parameters
    ----------
    lag
        From `lags`.
    group
        Outlet or topic of each article, see `dateline.timeline.groups`; None: all articles alone.
    top
        Groups shown, those with most articles.

    Returns
    -------
    pandas.DataFrame
        group, n_articles, n_dates, ahead, ahead_low, ahead_high (share of the days that lay ahead when the
        article appeared, with its 95 % interval over articles, by resampling, and by Wilson's score where all
        or none lay ahead), median_lag in days, and the share of each of `CLASSES`. "all articles" is the
        first row. An interval needs two articles, else it is missing.
    """
    rows = []
    every = groups.assigned(classed(lag), group, top=top)
    for name, part in every.groupby("group", sort=False):
        ahead = (part["lag"] < 0).groupby(part["article_id"], sort=True).agg(["sum", "size"])
        mean, low, high = population.bootstrap_mean(
            ahead["sum"].to_numpy(float), ahead["size"].to_numpy(float)
        )
        if mean in (0, 1) and len(ahead) > 1:  # resampling what is all alike would be sure of it
            low, high = (end[0] for end in population.wilson([int(mean) * len(ahead)], len(ahead)))
        share = np.bincount(part["far"].cat.codes, minlength=len(CLASSES)) / len(part)
        numbers = map(float, (mean, low, high, part["lag"].median(), *share.round(6)))
        rows.append((name, len(ahead), len(part), *numbers))
    columns = ["group", "n_articles", "n_dates", "ahead", "ahead_low", "ahead_high", "median_lag"]
    return pd.DataFrame(rows, columns=[*columns, *CLASSES]).astype({"group": "str"})


def days(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    dates: pd.DataFrame,
    words: tokens.Tokens,
    mentions: pd.DataFrame,
    *,
    top: int = 12,
) -> pd.DataFrame:
    """List the days that most articles talk about, in order, with the sentence that tells most of each.

    The best sentence of a day is, of those that name it, the one most like what the *other* articles write
    where they name the day: the mean cosine of its weighted words (TF-IDF, dates left out) with theirs, each
    article counting once. So a single article's aside loses against what many report. A sentence of 6 to
    45 words in the reporter's voice that needs no other to name the day goes before others; ties, and days
    with one article, are decided by the number of names in the sentence, then by the earliest article. A
    sentence that names two of the days stands at one of them where the other has a sentence of its own.

    Parameters
    ----------
    articles
        The articles to count.
    sentences, dates, mentions
        Tables sentences, event_dates and mentions.
    words
        Tokens of the sentences.
    top
        Days listed; of two with equally many articles the earlier.

    Returns
    -------
    pandas.DataFrame
        day, n_articles, n_ahead, n_same, n_back, n_undated (articles by where the day lay when they
        appeared), surface, text (the sentence), article_id, sentence, outlet, alike (0–1, the cosine; missing
        with one article).

    References
    ----------
    The likeness to what others write is the centroid of D. R. Radev et al., "Centroid-based summarization
    of multiple documents", Information Processing & Management 40 (2004), the own article left out.
    """
    number = pd.Index(articles["article_id"])
    inside = dates[(dates["grain"] == "day") & dates["article_id"].isin(number) & (dates["sentence"] >= 0)]
    count = inside.groupby("date_from")["article_id"].nunique()
    chosen = [day for day, _ in sorted(count.items(), key=lambda one: (-one[1], one[0]))[:top]]
    inside = inside[inside["date_from"].isin(chosen)]
    place = sentences.reset_index(drop=True).reset_index(names="row")
    columns = ["article_id", "sentence", "row", "text", "voice"]
    told = inside.merge(place[columns], on=["article_id", "sentence"])
    told = told.drop_duplicates(["date_from", "row"]).sort_values(["date_from", "row"], kind="stable")
    told = told.reset_index(drop=True)
    told["alike"] = _alike(told, words)
    told["outlet"] = articles["outlet"].to_numpy(object)[number.get_indexer(told["article_id"])]
    told["published"] = articles["published"].to_numpy()[number.get_indexer(told["article_id"])]
    names = mentions.drop_duplicates(["article_id", "sentence", "entity"])
    names = names.groupby(["article_id", "sentence"]).size().rename("names").reset_index()
    told = told.merge(names, on=["article_id", "sentence"], how="left")
    best = _best(told)
    best = best.join(_when(inside, articles), on="date_from")
    best = best.rename(columns={"date_from": "day"})
    order = ["day", "n_articles", "n_ahead", "n_same", "n_back", "n_undated", "surface", "text"]
    order += ["article_id", "sentence", "outlet", "alike"]
    return best.sort_values("day", kind="stable", ignore_index=True)[order]


def _alike(told: pd.DataFrame, words: tokens.Tokens) -> np.ndarray:
    """Mean cosine of each sentence with those of the other articles on its day; NaN where there is none."""
    from scipy.sparse import csr_matrix

    alike = np.full(len(told), np.nan)
    rows = np.unique(told["row"])
    if not len(rows):
        return alike
    document = np.full(len(words.offsets) - 1, -1)
    document[rows] = np.arange(len(rows))
    common = COMMON if len(rows) >= 20 else 1.0
    found, terms = tokens.counts(words, document, n_documents=len(rows), max_df=common, stop=_CALENDAR)
    found = found[:, np.array([not term.isdigit() for term in terms], bool)]
    weight = np.log((1 + len(rows)) / (1 + found.getnnz(axis=0))) + 1
    found = csr_matrix(found.multiply(weight))
    size = np.sqrt(found.multiply(found).sum(axis=1)).A1
    found = csr_matrix(found.multiply(1 / np.where(size > 0, size, 1)[:, None]))
    at, article = document[told["row"]], pd.factorize(told["article_id"])[0]
    edges = np.flatnonzero(np.diff(told["date_from"].astype("int64"), prepend=-(2**62), append=2**62))
    for a, b in pairwise(edges):
        _, who = np.unique(article[a:b], return_inverse=True)
        if who.max() == 0:
            continue
        part = found[at[a:b]]
        share = csr_matrix((1 / np.bincount(who)[who], (who, np.arange(b - a))))
        mean = share @ part
        cosine = np.asarray((part @ mean.T).todense())
        own = cosine[np.arange(b - a), who]
        alike[a:b] = ((cosine.sum(axis=1) - own) / who.max()).round(6)
    return alike


def _best(told: pd.DataFrame) -> pd.DataFrame:
    """Choose one sentence a day, for two days another where there is one: see `days`."""
    length = told["text"].str.split().str.len()
    good = length.between(*WORDS) & (told["voice"] == "narrator") & ~told["rule"].isin(LEANING)
    order = pd.DataFrame(
        {
            "day": told["date_from"],
            "text": told["text"],
            "poor": ~good,
            "alike": -told["alike"].fillna(0),
            "names": -told["names"].fillna(0),
            "published": told["published"],
            "article_id": told["article_id"],
            "sentence": told["sentence"],
        }
    ).sort_values([*("day", "poor", "alike", "names", "published", "article_id", "sentence")], kind="stable")
    chosen: list[int] = []
    taken: set[str] = set()
    # a day that few sentences name chooses before one that many do
    n = order["day"].value_counts().sort_index().sort_values(kind="stable")
    for day in n.index:
        rows = order.loc[order["day"] == day, "text"]
        free = rows[~rows.isin(taken)]
        chosen.append((free if len(free) else rows).index[0])
        taken.add(rows[chosen[-1]])
    return told.loc[chosen]


def _when(inside: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Count a day's articles by whether it lay ahead of them, was theirs, or lay back."""
    both = inside.drop_duplicates(["article_id", "date_from"]).merge(
        articles[["article_id", "published"]], on="article_id"
    )
    last, first = both["published"] > both["date_to"], both["published"] < both["date_from"]
    both = both.assign(
        n_ahead=first, n_back=last, n_undated=both["published"].isna(),
        n_same=~first & ~last & both["published"].notna(), n_articles=True,
    )  # fmt: skip
    columns = ["n_articles", "n_ahead", "n_same", "n_back", "n_undated"]
    return both.groupby("date_from")[columns].sum().astype("int64")
