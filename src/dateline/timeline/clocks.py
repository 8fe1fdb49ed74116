"""Two clocks: when the articles appeared, and the days that they talk about."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from dateline import population
from dateline.text import timex
from dateline.timeline.events import lags as lags
from dateline.tokens import Tokens

# Entities with a timeline, by number of articles: more lines than that cannot be told apart.
N_TIMELINES = 12


# An article that appeared on one of more days than this is as good as undated.
WIDEST = 31


def event_dates(articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens) -> pd.DataFrame:
    """Find the dates that the articles talk about, resolved against their publication date where it is known.

    Parameters
    ----------
    articles
        Table articles, those in English. Where only an interval of up to `WIDEST` days is known for
        `published`, what depends on the day is an interval too; without that, only what is absolute is found.
    sentences
        Table sentences.
    tokens
        Tokens of the sentences.
    """
    rows = []
    known = zip(articles["text"], _anchors(articles), _cores(articles, sentences, tokens), strict=True)
    for number, (text, (first, last), cores) in enumerate(known):
        if first == last or first is None or last is None:
            found = timex.find_dates(text, anchor=first, at_cores=cores)
        else:
            found = timex.find_between(text, earliest=first, latest=last, at_cores=cores)
        rows += [(number, *span) for span in found]
    columns = ["number", "start", "end", "surface", "date_from", "date_to", "grain", "rule"]
    found = pd.DataFrame(rows, columns=columns)
    for column in ("date_from", "date_to"):
        found[column] = _days(found[column])
    found["article_id"] = articles["article_id"].to_numpy(object)[found["number"].to_numpy(np.int64)]
    found["sentence"] = _sentence_at(found, articles, sentences)
    return found[["article_id", "sentence", *columns[1:]]]


def _anchors(articles: pd.DataFrame) -> list[tuple[date | None, date | None]]:
    """First and last day on which each article may have appeared; None where hardly anything is known."""
    ends = []
    for name in ("published_earliest", "published_latest"):
        ends.append(
            articles["published"].fillna(articles[name]) if name in articles else articles["published"]
        )
    close = (ends[1] - ends[0]).dt.days <= WIDEST
    first, last = (end.where(close) for end in ends)
    return [
        (None, None) if pd.isna(a) or pd.isna(b) else (a.date(), b.date())
        for a, b in zip(first, last, strict=True)
    ]


def _cores(
    articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens
) -> Iterator[list[tuple[int, int]]]:
    """Give for each article what `timex.cores` finds in it, in a tenth of the time: by its words."""
    at, core = np.array(timex.cores("\n".join(tokens.words)), np.int64).reshape(-1, 2).T
    begin = np.cumsum([0, *map(len, tokens.words)]) + np.arange(len(tokens.words) + 1)
    word = np.searchsorted(begin, at, side="right") - 1
    found = pd.DataFrame({"word": word, "inside": at - begin[word], "core": core})
    token = np.flatnonzero(np.isin(tokens.ids, word))
    row = tokens.rows[token]
    number = pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])
    number = np.where(sentences["sentence"] >= 0, number, -1)[row]
    place = tokens.start[token] + sentences["start"].to_numpy()[row]
    stand = pd.DataFrame({"number": number, "place": place, "word": tokens.ids[token]})
    both = stand[number >= 0].merge(found, on="word")
    both["place"] += both["inside"]
    both = both.sort_values(["number", "place", "core"], kind="stable")
    pairs = list(zip(both["place"].tolist(), both["core"].tolist(), strict=True))
    edges = np.searchsorted(both["number"], np.arange(len(articles) + 1)).tolist()
    return (pairs[a:b] for a, b in pairwise(edges))


def _days(column: pd.Series) -> pd.Series:
    """Dates as pandas keeps them; to_datetime would take them one by one."""
    epoch = date(1970, 1, 1)
    values = np.array([(day - epoch).days for day in column], np.int64).astype("datetime64[D]")
    return pd.Series(values.astype("datetime64[s]"), index=column.index)


def _sentence_at(found: pd.DataFrame, articles: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    """Give the number of the sentence that each span begins in."""
    body = sentences[sentences["sentence"] >= 0]
    size = np.int64(articles["text"].str.len().max() + 1) if len(articles) else np.int64(1)
    code = pd.Index(articles["article_id"]).get_indexer(body["article_id"]).astype(np.int64)
    key = code * size + body["start"].to_numpy()
    order = np.argsort(key, kind="stable")
    wanted = found["number"].to_numpy(np.int64) * size + found["start"].to_numpy(np.int64)
    at = np.searchsorted(key[order], wanted, side="right") - 1
    return body["sentence"].to_numpy()[order][at] if len(at) else np.zeros(0, np.int64)


def timeline(
    articles: pd.DataFrame, mentions: pd.DataFrame, dates: pd.DataFrame, *, unit: str, top: int = N_TIMELINES
) -> pd.DataFrame:
    """Count articles per period on both clocks, altogether (entity "") and for the most frequent entities.

    Parameters
    ----------
    articles
        The articles to count, see `counted`.
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
    dated = articles[["article_id", "published"]].assign(
        period=population.period_start(articles["published"], unit=unit)
    )
    periods = population.all_periods(articles["published"], unit=unit)
    index = pd.Index([*periods, pd.NaT] if articles["published"].isna().any() else periods)
    n = dated.groupby("period", dropna=False).size().reindex(index, fill_value=0)
    who = mentions[mentions["article_id"].isin(articles["article_id"])]
    who = who.drop_duplicates(["article_id", "entity"])
    # as plain text: a category counts names of the articles left out, too, as named in none
    count = who["entity"].astype("str").value_counts()
    chosen = [name for name, _ in sorted(count.items(), key=lambda one: (-one[1], one[0]))[:top]]
    named = who[who["entity"].isin(chosen)].merge(dated[["article_id", "period"]], on="article_id")
    parts = [_share("published", index, n.to_numpy(), len(articles), "")]
    for name in chosen:
        k = named[named["entity"] == name].groupby("period", dropna=False).size().reindex(index, fill_value=0)
        parts.append(_share("published", index, k.to_numpy(), n.to_numpy(), name))
    days = dates[dates["article_id"].isin(articles["article_id"]) & (dates["grain"] == "day")]
    days = days.assign(period=population.period_start(days["date_from"], unit=unit))
    talk = days.drop_duplicates(["article_id", "period"]).groupby("period").size()
    parts.append(_share("event", talk.index, talk.to_numpy(), len(articles), ""))
    both = (
        days[["article_id", "period"]]
        .drop_duplicates()
        .merge(who.loc[who["entity"].isin(chosen), ["article_id", "entity"]], on="article_id")
    )
    for name in chosen:
        k = both[both["entity"] == name].groupby("period").size()
        parts.append(_share("event", k.index, k.to_numpy(), len(articles), name))
    return pd.concat(parts, ignore_index=True)


def _share(clock: str, index: pd.Index, k: np.ndarray, n: np.ndarray | int, entity: str) -> pd.DataFrame:
    low, high = population.wilson(k, n)
    k, n = np.broadcast_arrays(np.asarray(k, np.int64), np.asarray(n, np.int64))
    periods = pd.Series(index.to_numpy().astype("datetime64[s]"))
    return pd.DataFrame(
        {
            "clock": clock,
            "period": periods,
            "entity": entity,
            "n_articles": k,
            "share": np.where(n > 0, (k / np.maximum(n, 1)).round(6), np.nan),
            "share_low": low,
            "share_high": high,
            "n_of": n,
        }
    )


def lines(line: pd.DataFrame, *, first: Iterable[str], then: Iterable[str], most: int) -> list[str]:
    """Choose entities of table timeline to draw: those of `first`, filled up with `then`, by articles.

    Examples
    --------
    >>> frame = pd.DataFrame({"entity": ["", "Lee", "Oak", "Ash"]})
    >>> lines(frame, first=["Ash"], then=["Oak", "Lee", "Elm"], most=2)
    ['Lee', 'Ash']
    """
    known = [name for name in line["entity"].unique() if name]
    moved, others = set(first), set(then)
    chosen = [*(n for n in known if n in moved), *(n for n in known if n in others - moved)][:most]
    return [name for name in known if name in chosen]


def undated(articles: pd.DataFrame) -> str:
    """Say how many articles have no day, and how many of these are at least known to an interval.

    Examples
    --------
    >>> day, earliest = (pd.to_datetime([one, None, None]) for one in ("2024-05-14", "2024-05-01"))
    >>> undated(pd.DataFrame({"published": day, "published_earliest": earliest[[0, 0, 1]]}))
    'without a day: 2 of 3, of these 1 known to an interval'
    """
    without = articles["published"].isna()
    about = int((without & articles["published_earliest"].notna()).sum())
    of_these = f", of these {about:,} known to an interval" if about else ""
    return f"without a day: {int(without.sum()):,} of {len(articles):,}{of_these}"
