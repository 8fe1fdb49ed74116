"""Who and what the articles name, and when: tables of entities, mentions, event dates, timelines and voices.

Two clocks: when an article appeared, and the days that it talks about. Shares are of articles, with an
interval over articles; copies count once unless asked otherwise.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import aliases, names, stats, timex
from helpers.tokens import Tokens

# Languages that the rules for names and dates read; "und" is too short a text to tell.
READABLE = ("en", "und")
# Entities with a timeline, by number of articles: more lines than that cannot be told apart.
N_TIMELINES = 12
# A pair or a voice in fewer articles says nothing.
FEWEST = 3
# Characters on either side of a name in a concordance.
CONTEXT = 60


class Named(NamedTuple):
    """Mentions, the ledger of names behind them, and names that could mean several persons."""

    mentions: pd.DataFrame
    ledger: pd.DataFrame
    collisions: pd.DataFrame


def find(
    articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens, *, ledger: pd.DataFrame | None = None
) -> Named:
    """Find the names in all articles that are in English and say what each means.

    Parameters
    ----------
    articles, sentences
        The tables.
    tokens
        Tokens of the sentences.
    ledger
        What the user says of names, see `helpers.aliases.ledger`; it wins.
    """
    code = pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])
    readable = articles["language"].isin(READABLE).to_numpy()[code]
    headline = (sentences["voice"] == "headline").to_numpy()
    found = names.find(sentences["text"].tolist(), tokens, headline=headline, use=readable)
    row = found["row"].to_numpy()
    resolved, collisions = aliases.resolve(found, article=code[row], given=ledger)
    row = resolved["row"].to_numpy()
    shift = np.where(sentences["sentence"] >= 0, sentences["start"], 0)[row]
    mentions = pd.DataFrame(
        {
            "article_id": sentences["article_id"].to_numpy(object)[row],
            "sentence": sentences["sentence"].to_numpy()[row],
            "start": resolved["start"].to_numpy() + shift,
            "end": resolved["end"].to_numpy() + shift,
            **{
                column: resolved[column].astype("category")
                for column in ("surface", "entity", "kind", "rule")
            },
        }
    )
    return Named(mentions, _ledger(mentions), collisions)


def _ledger(mentions: pd.DataFrame) -> pd.DataFrame:
    """List each spelling with what it was taken for, why, and how often."""
    by = ["entity", "kind", "surface", "rule"]
    group = (
        mentions.groupby(by, sort=True)["article_id"]
        .agg(n_articles="nunique", n_mentions="size")
        .reset_index()
    )
    size = group.groupby("entity")["n_mentions"].transform("sum")
    order = np.lexsort((group["surface"], -group["n_mentions"], group["entity"], -size))
    columns = ["surface", "entity", "kind", "rule", "n_articles", "n_mentions"]
    return group.iloc[order][columns].reset_index(drop=True)


def counted(articles: pd.DataFrame, *, copies: bool) -> pd.DataFrame:
    """Articles that count: those in a language that is read, copies only if asked for.

    Examples
    --------
    >>> frame = pd.DataFrame({"article_id": ["a", "b"], "language": "en", "copy_of": [None, "a"]})
    >>> counted(frame, copies=False)["article_id"].tolist()
    ['a']
    """
    keep = articles["language"].isin(READABLE) & (copies | articles["copy_of"].isna())
    return articles[keep]


def entities(mentions: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Count articles and mentions of each entity.

    Parameters
    ----------
    mentions
        Table mentions.
    articles
        The articles to count, see `counted`.

    Returns
    -------
    pandas.DataFrame
        Table entities, by number of articles, with share, share_low and share_high of `articles`.
    """
    inside = mentions[mentions["article_id"].isin(articles["article_id"])]
    published = inside["article_id"].map(articles.set_index("article_id")["published"])
    group = inside.assign(published=published).groupby(["entity", "kind"], sort=True)
    table = group.agg(
        n_articles=("article_id", "nunique"),
        n_mentions=("article_id", "size"),
        first_published=("published", "min"),
        last_published=("published", "max"),
    ).reset_index()
    spelled = (
        inside[["entity", "surface"]].drop_duplicates().sort_values(["entity", "surface"], kind="stable")
    )
    joined = spelled.groupby("entity", sort=True)["surface"].agg("; ".join)
    table.insert(2, "aliases", table["entity"].map(joined).astype("str"))
    low, high = stats.wilson(table["n_articles"], len(articles))
    table["share"] = (table["n_articles"] / max(len(articles), 1)).round(6)
    table = table.assign(share_low=low, share_high=high)
    order = ["n_articles", "n_mentions", "entity"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable", ignore_index=True)


def event_dates(articles: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Find the dates that the articles talk about, resolved against their publication date where it is known.

    Parameters
    ----------
    articles
        Table articles; without `published` only what is absolute is found.
    sentences
        Table sentences.
    """
    rows = []
    for number, text, published in zip(
        range(len(articles)), articles["text"], articles["published"], strict=True
    ):
        if articles["language"].iat[number] in READABLE:
            anchor = None if pd.isna(published) else published.date()
            rows += [(number, *span) for span in timex.find_dates(text, anchor=anchor)]
    columns = ["number", "start", "end", "surface", "date_from", "date_to", "grain", "rule"]
    found = pd.DataFrame(rows, columns=columns)
    for column in ("date_from", "date_to"):
        found[column] = _days(found[column])
    found["article_id"] = articles["article_id"].to_numpy(object)[found["number"].to_numpy(np.int64)]
    found["sentence"] = _sentence_at(found, articles, sentences)
    return found[["article_id", "sentence", *columns[1:]]]


def _days(column: pd.Series) -> pd.Series:
    """Dates as pandas keeps them; to_datetime would take them one by one."""
    epoch = date(1970, 1, 1)
    values = np.array([(day - epoch).days for day in column], np.int64).astype("datetime64[D]")
    return pd.Series(values.astype("datetime64[s]"), index=column.index)


def _sentence_at(found: pd.DataFrame, articles: pd.DataFrame, sentences: pd.DataFrame) -> np.ndarray:
    """Number of the sentence that each span begins in."""
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
        Calendar unit of `helpers.stats.UNITS`.
    top
        Entities with a line of their own.

    Returns
    -------
    pandas.DataFrame
        Table timeline. On the clock "published", an entity's share is of the articles of the period, that of
        "" of all articles; empty periods are there, and undated articles have a row without a period. On the
        clock "event", shares are of all articles, and an article counts in every period it talks about.
    """
    dated = articles[["article_id", "published"]].assign(
        period=stats.period_start(articles["published"], unit=unit)
    )
    periods = stats.all_periods(articles["published"], unit=unit)
    index = pd.Index([*periods, pd.NaT] if articles["published"].isna().any() else periods)
    n = dated.groupby("period", dropna=False).size().reindex(index, fill_value=0)
    who = mentions[mentions["article_id"].isin(articles["article_id"])]
    who = who.drop_duplicates(["article_id", "entity"])
    count = who["entity"].value_counts()
    chosen = sorted(count.index, key=lambda name: (-count[name], name))[:top]
    named = who[who["entity"].isin(chosen)].merge(dated[["article_id", "period"]], on="article_id")
    parts = [_share("published", index, n.to_numpy(), len(articles), "")]
    for name in chosen:
        k = named[named["entity"] == name].groupby("period", dropna=False).size().reindex(index, fill_value=0)
        parts.append(_share("published", index, k.to_numpy(), n.to_numpy(), name))
    days = dates[dates["article_id"].isin(articles["article_id"]) & (dates["grain"] == "day")]
    days = days.assign(period=stats.period_start(days["date_from"], unit=unit))
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
    low, high = stats.wilson(k, n)
    size = np.maximum(np.asarray(n), 1)
    periods = pd.Series(index.to_numpy().astype("datetime64[s]"))
    return pd.DataFrame(
        {
            "clock": clock,
            "period": periods,
            "entity": entity,
            "n_articles": np.asarray(k, np.int64),
            "share": (np.asarray(k) / size).round(6),
            "share_low": low,
            "share_high": high,
        }
    )


def clocks(articles: pd.DataFrame, dates: pd.DataFrame) -> pd.DataFrame:
    """Pair the day an article appeared with the days it talks about.

    Returns
    -------
    pandas.DataFrame
        article_id, outlet, published, event, lag (days from event to publication: negative is announced
        ahead), surface, sentence; only dates to the day, each once an article.
    """
    days = dates[dates["grain"] == "day"].drop_duplicates(["article_id", "date_from"])
    known = articles.loc[articles["published"].notna(), ["article_id", "outlet", "published"]]
    both = known.merge(days, on="article_id").rename(columns={"date_from": "event"})
    both["lag"] = (both["published"] - both["event"]).dt.days
    columns = ["article_id", "outlet", "published", "event", "lag", "surface", "sentence"]
    return both[columns].sort_values(["published", "article_id", "event"], kind="stable", ignore_index=True)


def voices(mentions: pd.DataFrame, sentences: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Count for each person and organisation the articles that name and that quote it.

    Returns
    -------
    pandas.DataFrame
        entity, kind, n_articles, n_quoted (articles that quote it), n_quotes, share_quoted, share_low,
        share_high; those named in at least `FEWEST` articles or quoted once.
    """
    inside = mentions[
        mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(names.KINDS[:2])
    ]
    quotes = speakers(mentions, sentences)
    quotes = quotes[quotes["article_id"].isin(articles["article_id"])]
    table = (
        inside.groupby(["entity", "kind"], sort=True)["article_id"].nunique().reset_index(name="n_articles")
    )
    said = quotes.groupby("entity")["article_id"].agg(n_quoted="nunique", n_quotes="size")
    table = table.merge(said, left_on="entity", right_index=True, how="left")
    table[["n_quoted", "n_quotes"]] = table[["n_quoted", "n_quotes"]].fillna(0).astype("int64")
    table = table[(table["n_articles"] >= FEWEST) | (table["n_quoted"] > 0)]
    low, high = stats.wilson(table["n_quoted"], table["n_articles"])
    share = (table["n_quoted"] / table["n_articles"]).round(6)
    table = table.assign(share_quoted=share, share_low=low, share_high=high)
    return table.sort_values(
        ["n_quoted", "n_articles", "entity"], ascending=[False, False, True], kind="stable", ignore_index=True
    )


def speakers(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Find who speaks each quoted sentence, as an entity.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, entity; quotations whose speaker is no name have no row.
    """
    quoted = sentences.loc[(sentences["voice"] == "quote") & sentences["speaker"].fillna("").ne("")]
    quoted = quoted[["article_id", "sentence", "speaker"]]
    who = mentions.loc[mentions["kind"] != "place", ["article_id", "surface", "entity"]].drop_duplicates()
    both = quoted.merge(who, on="article_id")
    hit = [f" {name} " in f" {words} " for name, words in zip(both["surface"], both["speaker"], strict=True)]
    both = both[np.array(hit, bool)] if len(both) else both
    both = both.assign(size=-both["surface"].str.len()).sort_values(
        ["article_id", "sentence", "size", "surface"], kind="stable"
    )
    return both.drop_duplicates(["article_id", "sentence"])[["article_id", "sentence", "entity"]].reset_index(
        drop=True
    )


def together(
    mentions: pd.DataFrame, articles: pd.DataFrame, *, top: int = 40, kinds: tuple[str, ...] = names.KINDS[:2]
) -> pd.DataFrame:
    """Compare how often two entities share an article with what their frequencies alone would give.

    Parameters
    ----------
    mentions, articles
        Table mentions; the articles to count.
    top
        Most frequent entities that are paired.
    kinds
        Kinds that are paired.

    Returns
    -------
    pandas.DataFrame
        entity, other, n_articles, expected, log_odds, low, high (of sharing an article, Haldane's half added),
        for pairs in at least `FEWEST` articles; the surest above chance first.
    """
    inside = mentions[mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(kinds)]
    pairs = inside[["article_id", "entity"]].drop_duplicates()
    count = pairs["entity"].value_counts()
    chosen = sorted(count.index, key=lambda name: (-count[name], name))[:top]
    has = np.zeros((len(articles), len(chosen)), np.int64)
    pairs = pairs[pairs["entity"].isin(chosen)]
    has[
        pd.Index(articles["article_id"]).get_indexer(pairs["article_id"]),
        pd.Index(chosen).get_indexer(pairs["entity"]),
    ] = 1
    both, n, size = has.T @ has, has.sum(0), len(articles)
    i, j = np.triu_indices(len(chosen), 1)
    a, b, c = both[i, j], n[i] - both[i, j], n[j] - both[i, j]
    cells = np.stack([a, b, c, size - a - b - c]) + 0.5
    odds = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = stats.Z95 * np.sqrt((1 / cells).sum(0))
    labels = np.array([*chosen, ""], object)
    table = pd.DataFrame({"entity": labels[i], "other": labels[j], "n_articles": a})
    table = table.assign(
        expected=(n[i] * n[j] / max(size, 1)).round(3),
        log_odds=odds.round(6),
        low=(odds - half).round(6),
        high=(odds + half).round(6),
    )
    table = table[table["n_articles"] >= FEWEST]
    return table.sort_values(
        ["low", "entity", "other"], ascending=[False, True, True], kind="stable", ignore_index=True
    )


def kwic(mentions: pd.DataFrame, articles: pd.DataFrame, entity: str, *, most: int = 10) -> pd.DataFrame:
    """Show an entity's mentions with the words on both sides.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, left, name, right; at most `most`, one an article while there are enough.
    """
    rows = mentions[mentions["entity"] == entity]
    turn = rows.groupby("article_id").cumcount()
    rows = rows.iloc[np.argsort(turn.to_numpy(), kind="stable")[:most]]
    source = articles.set_index("article_id")[["title", "text"]]
    whole = [
        source.at[a, "title" if s < 0 else "text"]
        for a, s in zip(rows["article_id"], rows["sentence"], strict=True)
    ]
    spans = list(zip(whole, rows["start"], rows["end"], strict=True))
    return pd.DataFrame(
        {
            "article_id": rows["article_id"].to_numpy(object),
            "sentence": rows["sentence"].to_numpy(),
            "left": [" ".join(t[max(a - CONTEXT, 0) : a].split()) for t, a, _ in spans],
            "name": rows["surface"].to_numpy(object),
            "right": [" ".join(t[b : b + CONTEXT].split()) for t, _, b in spans],
        }
    )
