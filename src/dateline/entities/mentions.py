"""Who and what the articles name: entities and mentions, and what the numbers about them allow to say.

Shares are of articles, with an interval over articles; copies count once unless asked otherwise.
"""

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from dateline.entities import actors, aliases, ledgers, matching, models, names
from dateline.entities.voices import speakers as speakers
from dateline.entities.voices import voices as voices
from dateline.tokens import Tokens
from dateline.words import listed, percent, plain, plural

# Languages that the rules for names and dates read; "und" is too short a text to tell.
# A name or a voice in fewer articles says nothing.
FEWEST = 3


class Named(NamedTuple):
    """Mentions, the ledger behind them, names of several persons, what the user's file changed, its rest."""

    mentions: pd.DataFrame
    ledger: pd.DataFrame
    collisions: pd.DataFrame
    corrected: pd.DataFrame
    unmatched: pd.DataFrame


def find(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    ledger: pd.DataFrame | None = None,
    model: str | models.Pipeline = "",
    acting: bool = False,
) -> Named:
    """Find the names in all articles that are in English and say what each means.

    Parameters
    ----------
    articles, sentences
        The tables.
    tokens
        Tokens of the sentences.
    ledger
        What the user says of names, see `dateline.entities.ledgers.read`; it wins. A spelling in it that is
        found nowhere otherwise is looked up as it is written.
    model
        Name of an installed spaCy model that finds the names instead of the rules, or a loaded pipeline.
    acting
        Whether a capital that acts counts with its country, see `dateline.entities.actors`.
    """
    code = pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])
    readable = population.is_readable(articles).to_numpy()[code]
    headline = (sentences["voice"] == "headline").to_numpy()
    found = names.find(sentences["text"].tolist(), tokens, headline=headline, use=readable, model=model)
    corrected, unmatched = pd.DataFrame(columns=ledgers.CORRECTED), pd.DataFrame(columns=ledgers.LEDGER[:2])
    by_rules = set(found["surface"])
    if ledger is not None:
        found = _added(found, sentences["text"].tolist(), tokens, ledger, use=readable)
    resolved, collisions = aliases.resolve(found, article=code[found["row"].to_numpy()])
    if ledger is not None:
        known = set(resolved["surface"]) | set(resolved["name"]) | set(resolved["entity"])
        unmatched = ledger.loc[~ledger["surface"].isin(known), ledgers.LEDGER[:2]].reset_index(drop=True)
        given = ledgers.apply(resolved, ledger)
        corrected = ledgers.corrected(resolved, given, added=set(found["surface"]) - by_rules)
        resolved = given[given["entity"] != ""].reset_index(drop=True)
    if acting:
        within = code[resolved["row"].to_numpy()]
        resolved = actors.governments(resolved, sentences["text"].tolist(), article=within)
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
    return Named(mentions, _ledger(mentions), collisions, corrected, unmatched)


def _added(
    found: pd.DataFrame, texts: list[str], tokens: Tokens, given: pd.DataFrame, *, use: np.ndarray
) -> pd.DataFrame:
    """Add the spellings of the user's ledger that were found nowhere, where they stand in no other name."""
    known = set(found["surface"]) | set(found["name"])
    wanted = given[(given["entity"] != "") & ~given["surface"].isin(known)]
    places = matching.find(texts, tokens, wanted["surface"])
    places = places[use[places["row"].to_numpy()]]
    if places.empty:
        return found
    kind = dict(zip(wanted["surface"], wanted["kind"].replace("", "other"), strict=True))
    new = places.rename(columns={"name": "surface"}).astype({"surface": object})
    new = new.assign(name=new["surface"], kind=new["surface"].map(kind), theirs=True)
    new[["expansion", "nickname"]] = ""
    columns = ["row", "start", "end", "surface", "name", "kind", "expansion", "nickname", "theirs"]
    both = pd.concat([found.astype(object).assign(theirs=False)[columns], new.astype(object)[columns]])
    both = both.astype({"row": "int64", "start": "int64", "end": "int64"})
    # of names that overlap the longer one stays, as everywhere
    both = both.assign(size=both["start"] - both["end"])
    both = both.sort_values(["row", "start", "size", "theirs"], kind="stable", ignore_index=True)
    keep = matching.apart(
        (both["row"] * matching.FAR + both["start"]).to_numpy(),
        (both["row"] * matching.FAR + both["end"]).to_numpy(),
    )
    return both.loc[keep, columns[:-1]].reset_index(drop=True)


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
    low, high = population.wilson(table["n_articles"], len(articles))
    table["share"] = (table["n_articles"] / max(len(articles), 1)).round(6)
    table = table.assign(share_low=low, share_high=high)
    order = ["n_articles", "n_mentions", "entity"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable", ignore_index=True)


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
        From `entities`, `dateline.entities.voices.voices` and `dateline.timeline.together.pairs`.
    lag
        From `dateline.timeline.events.lags`.
    articles
        The articles counted.
    """
    n = len(articles)
    if found.empty:
        return f"No name was found in {plural(n, 'article')}." if n else "No article is in English."
    lines = [_leader(found[found["kind"] == kind], kind, n) for kind in names.KINDS[:3]]
    lines += [_quoted(spoken), _pair(pairs), _days(lag)]
    undated = int(articles["published"].isna().sum())
    if undated:
        own = "has no day of its own and stands" if undated == 1 else "have no day of their own and stand"
        lines.append(f"{undated:,} of {plural(n, 'article')} {own} beside the time axis and in all totals.")
    return "\n".join(f"- {line}" for line in lines if line)


def _leader(found: pd.DataFrame, kind: str, n: int) -> str:
    """Put the most named entities of a kind into words, all that are level, if in enough articles."""
    if found.empty or found["n_articles"].iloc[0] < FEWEST:
        return f"No {kind} is named in {FEWEST} of {plural(n, 'article')}."
    first = found.iloc[0]
    level = found[found["n_articles"] == first["n_articles"]]
    interval = f"95 % interval {percent(first['share_low'])} to {percent(first['share_high'])}"
    count = f"in {first['n_articles']:,} of {n:,} articles"
    share = f"({percent(first['share'])}, {interval})"
    if len(level) > 1:
        who = listed([f"**{plain(name)}**" for name in level["entity"]], most=4)
        return f"{who} are named in equally many articles, the most for a {kind}: each {count} {share}."
    words = f"**{plain(first['entity'])}** is the {kind} named most: {count} {share}"
    after = found[found["n_articles"] < first["n_articles"]]
    if after.empty:
        return words + "."
    next_ = after[after["n_articles"] == after["n_articles"].iloc[0]]
    close = ", too close to call" if next_["share_high"].iloc[0] > first["share_low"] else ""
    verb, each = ("are", " each") if len(next_) > 1 else ("is", "")
    who = listed([plain(name) for name in next_["entity"]], most=3)
    return f"{words}; next {verb} {who} with {next_['n_articles'].iloc[0]:,}{each}{close}."


def _quoted(spoken: pd.DataFrame) -> str:
    """Put those quoted in most articles into words: three of them, or as many as are level with the third."""
    often = spoken[spoken["n_quoted"] >= FEWEST]
    if often.empty:
        return f"Who is quoted cannot be said: no name is quoted in {FEWEST} articles or more."
    often = often[often["n_quoted"] >= often["n_quoted"].iloc[min(2, len(often) - 1)]]
    said = [f"{plain(r.entity)} in {r.n_quoted:,} of {r.n_articles:,}" for r in often.itertuples()]
    return f"Quoted most often, of the articles that name them: {listed(said, most=6)}."


def _pair(pairs: pd.DataFrame) -> str:
    sure = pairs[pairs["beyond"]]
    if sure.empty:
        few = f"no two names share {FEWEST} articles" if pairs.empty else "no pair of names is beyond chance"
        return f"Who stands with whom cannot be said: {few}."
    top = sure.iloc[0]
    return (
        f"Of {plural(len(pairs), 'pair')} of names in {FEWEST} articles or more, {len(sure):,} share more "
        f"than chance would give, most surely {plain(top['entity'])} and {plain(top['other'])}: "
        f"{plural(int(top['n_articles']), 'article')}, by chance {top['expected']:.1f}."
    )


def _days(lag: pd.DataFrame) -> str:
    if lag.empty:
        return ""
    ahead, back = (lag["lag"] < 0).mean(), (lag["lag"] > 0).mean()
    return (
        f"Of {plural(len(lag), 'exact day')} that dated articles talk about, {percent(ahead)} lie ahead of "
        f"publication, {percent(1 - ahead - back)} are the same day and {percent(back)} lie back."
    )
