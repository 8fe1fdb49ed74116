"""Who and what the articles name: entities, mentions, who speaks, who stands together, with the words around.

Shares are of articles, with an interval over articles; copies count once unless asked otherwise.
"""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import stats
from helpers.naming import aliases, names
from helpers.naming.voices import speakers as speakers
from helpers.naming.voices import voices as voices
from helpers.tokens import Tokens
from helpers.words import plain, plural

# Languages that the rules for names and dates read; "und" is too short a text to tell.
READABLE = ("en", "und")
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
        What the user says of names, see `helpers.naming.aliases.ledger`; it wins.
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
            "article_id": pd.Categorical.from_codes(code[row], articles["article_id"]),
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
    published = articles.set_index("article_id")["published"].reindex(inside["article_id"]).to_numpy()
    group = inside.assign(published=published).groupby(["entity", "kind"], sort=True, observed=True)
    # one by one: on no rows at all, a joint agg would mix the types up
    columns = {
        "n_articles": group["article_id"].nunique().astype("int64"),
        "n_mentions": group.size().astype("int64"),
        "first_published": group["published"].min().astype("datetime64[s]"),
        "last_published": group["published"].max().astype("datetime64[s]"),
    }
    table = pd.DataFrame(columns).reset_index()
    spelled = (
        inside[["entity", "surface"]].drop_duplicates().sort_values(["entity", "surface"], kind="stable")
    )
    spellings: dict[str, list[str]] = defaultdict(list)
    for entity, surface in zip(spelled["entity"], spelled["surface"], strict=True):
        spellings[entity].append(surface)
    joined = ["; ".join(spellings[entity]) for entity in table["entity"]]
    table.insert(2, "aliases", pd.Series(joined, dtype="str"))
    low, high = stats.wilson(table["n_articles"], len(articles))
    table["share"] = (table["n_articles"] / max(len(articles), 1)).round(6)
    table = table.assign(share_low=low, share_high=high)
    order = ["n_articles", "n_mentions", "entity"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable", ignore_index=True)


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
        entity, other, n_articles, expected, log_odds, low, high (of sharing an article, each count raised by
        a half as Haldane did), for pairs in at least `FEWEST` articles; the surest above chance first.
    """
    inside = mentions[mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(kinds)]
    pairs = inside[["article_id", "entity"]].drop_duplicates()
    count = pairs["entity"].value_counts()
    chosen = [name for name, _ in sorted(count.items(), key=lambda one: (-one[1], one[0]))[:top]]
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
        source.loc[a, "title" if s < 0 else "text"]
        for a, s in zip(rows["article_id"], rows["sentence"], strict=True)
    ]
    spans = list(zip(whole, rows["start"], rows["end"], strict=True))
    table = pd.DataFrame(
        {
            "article_id": rows["article_id"].to_numpy(object),
            "sentence": rows["sentence"].to_numpy(),
            "left": [" ".join(t[max(a - CONTEXT, 0) : a].split()) for t, a, _ in spans],
            "name": rows["surface"].to_numpy(object),
            "right": [" ".join(t[b : b + CONTEXT].split()) for t, _, b in spans],
        }
    )
    return table.astype({column: "str" for column in ("article_id", "left", "name", "right")})


def findings(
    found: pd.DataFrame,
    spoken: pd.DataFrame,
    pairs: pd.DataFrame,
    lag: pd.DataFrame,
    *,
    articles: pd.DataFrame,
) -> str:
    """Say in Markdown what the numbers allow to say.

    Parameters
    ----------
    found, spoken, pairs
        From `entities`, `voices` and `together`.
    lag
        From `helpers.naming.clocks.lags`.
    articles
        The articles counted.
    """
    n = len(articles)
    if found.empty:
        return f"No name was found in {plural(n, 'article')} in English."
    lines = [_leader(found[found["kind"] == kind], kind, n) for kind in names.KINDS[:3]]
    few = f"Who is quoted cannot be said: no name is quoted in {FEWEST} articles or more."
    often = spoken[spoken["n_quoted"] >= FEWEST].head(3)
    said = "; ".join(f"{plain(r.entity)} in {r.n_quoted:,} of {r.n_articles:,}" for r in often.itertuples())
    lines.append(f"Quoted most often, of the articles that name them: {said}." if said else few)
    sure = pairs[pairs["low"] > 0]
    if len(sure):
        top = sure.iloc[0]
        lines.append(
            f"{plural(len(sure), 'pair')} of names share articles more often than chance would give, "
            f"most surely {plain(top['entity'])} and "
            f"{plain(top['other'])} ({top['n_articles']:,} articles)."
        )
    if len(lag):
        ahead, back = (lag["lag"] < 0).mean(), (lag["lag"] > 0).mean()
        same = 1 - ahead - back
        lines.append(
            f"Of {plural(len(lag), 'exact day')} that dated articles talk about, {ahead:.0%} lie ahead of "
            f"publication, {same:.0%} are the same day and {back:.0%} lie back."
        )
    undated = int(articles["published"].isna().sum())
    if undated:
        lines.append(
            f"{plural(undated, 'article')} of {n:,} without a date stay out of time and in all totals."
        )
    return "\n".join(f"- {line}" for line in lines if line)


def _leader(found: pd.DataFrame, kind: str, n: int) -> str:
    """Put the most named entity of a kind into words, if it is named in enough articles."""
    top = found.head(2)
    if top.empty or top["n_articles"].iloc[0] < FEWEST:
        return f"No {kind} is named in {FEWEST} of {plural(n, 'article')}."
    first = top.iloc[0]
    interval = f"95 % interval {first['share_low']:.0%} to {first['share_high']:.0%}"
    words = (
        f"**{plain(first['entity'])}** is the {kind} named most: in {first['n_articles']:,} of {n:,} "
        f"articles ({first['share']:.0%}, {interval})"
    )
    if len(top) < 2:
        return words + "."
    second = top.iloc[1]
    close = ", too close to call" if second["share_high"] > first["share_low"] else ""
    return f"{words}; next is {plain(second['entity'])} with {second['n_articles']:,}{close}."
