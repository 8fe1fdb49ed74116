"""Who speaks, and who is only spoken about: speakers of quotations as entities, counted over articles."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline import population
from dateline.entities import antecedents, names
from dateline.timeline import groups

# A voice in fewer articles says nothing.
FEWEST = 3


def quotes(said: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """List the quoted sentences with who speaks them, as far as the text says so.

    Parameters
    ----------
    said
        From `speakers`.
    sentences
        The table.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, text, speaker (the words that name the speaker, perhaps empty), entity (empty
        where nobody can be told), rule ("name": those words; "pronoun" and "office": whom "he said" or "the
        mayor said" means, see `dateline.entities.antecedents`), named_in (the sentence that has the name: the
        quoted one itself where it can be, else the nearest; -1 the title; missing without entity).
    """
    quoted = sentences.loc[sentences["voice"] == "quote", ["article_id", "sentence", "text", "speaker"]]
    quoted = quoted.assign(speaker=quoted["speaker"].fillna(""))
    table = quoted.merge(said, on=["article_id", "sentence"], how="left")
    table = table.assign(entity=table["entity"].fillna(""), rule=table["rule"].fillna(""))
    return table.assign(named_in=table["named_in"].astype("Int64"))


def speakers(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Find who speaks each quoted sentence, as an entity.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, entity, rule, named_in (see `quotes`); quotations whose speaker is not known
        have no row. In each article those that name their speaker themselves come first.
    """
    quoted = sentences.loc[(sentences["voice"] == "quote") & sentences["speaker"].fillna("").ne("")]
    quoted = quoted[["article_id", "sentence", "speaker"]]
    said = [words.split(" ") for words in quoted["speaker"].unique()]
    parts = {" ".join(w[i:j]) for w in said for i in range(len(w)) for j in range(i + 1, len(w) + 1)}
    who = mentions[(mentions["kind"] != "place") & mentions["surface"].isin(parts)]
    columns = ["article_id", "surface", "entity", "kind"]
    both = quoted.merge(who[columns].drop_duplicates(), on="article_id")
    triples = zip(both["surface"].tolist(), both["speaker"].tolist(), both["kind"].tolist(), strict=True)
    both = both[np.array([_speaks(*one) for one in triples], bool)] if len(both) else both
    both = both.assign(other=both["kind"] != "person", size=-both["surface"].str.len()).sort_values(
        ["article_id", "sentence", "other", "size", "surface"], kind="stable"
    )
    both = both.drop_duplicates(["article_id", "sentence"]).assign(rule="name")
    silent = sentences[(sentences["voice"] == "quote") & sentences["speaker"].fillna("").eq("")]
    meant = antecedents.resolve(silent[["article_id", "sentence"]], sentences, mentions)
    columns = ["article_id", "sentence", "entity", "rule"]
    found = _named_in(pd.concat([both[columns], meant]), mentions)
    # first, in each article, the quotations that name their speaker themselves: they are the evidence
    found = found.assign(apart=found["sentence"] != found["named_in"])
    order = ["article_id", "apart", "sentence"]
    return found.sort_values(order, kind="stable", ignore_index=True).drop(columns="apart")


def _speaks(name: str, words: str, kind: str) -> bool:
    """Tell whether a name in the words for a speaker is the speaker's own, and not what he or she is of."""
    before, found, after = f" {words} ".partition(f" {name} ")
    if not found:
        return False
    if kind == "person":  # "Commissioner for Trade Ann Lee", but not "Commissioner for Ann Lee"
        return re.search(r"\b(?:of|for)(?: the)? \Z", before) is None
    return not after.strip() and re.search(r"\b(?:of|at|from|for)(?: the)?\Z", before) is None


def _named_in(found: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Add the sentence that names the speaker, the nearest to each quotation; of two the later."""
    # as plain text: the tables keep names as categories, each with categories of its own
    kinds = {"article_id": "str", "entity": "str", "sentence": "int64"}
    where = mentions[[*kinds]].drop_duplicates().astype(kinds).assign(named_in=lambda t: t["sentence"])
    found = found.astype(kinds)
    if found.empty:
        return found.assign(named_in=found["sentence"])
    found["at"] = found["sentence"] + 0.25  # of two that are equally near, the one behind
    near = pd.merge_asof(
        found.sort_values(["at", "article_id"], kind="stable"),
        where.assign(at=where["sentence"].astype("float64"))
        .drop(columns="sentence")
        .sort_values(["at", "article_id"], kind="stable"),
        on="at",
        by=["article_id", "entity"],
        direction="nearest",
    )
    return near.drop(columns="at").sort_values(["article_id", "sentence"], kind="stable")


def voices(mentions: pd.DataFrame, said: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Count for each person and organisation the articles that name and that quote it.

    Parameters
    ----------
    mentions
        The table.
    said
        From `speakers`.
    articles
        The articles to count, see `population.counted_articles`.

    Returns
    -------
    pandas.DataFrame
        entity, kind, n_articles, n_quoted (articles that quote it), n_quotes, share_quoted, share_low,
        share_high; those named in at least `FEWEST` articles or quoted once.
    """
    table = by_group(mentions, said, articles, top=0)
    table = table[(table["n_articles"] >= FEWEST) | (table["n_quoted"] > 0)]
    return table.drop(columns="group").reset_index(drop=True)


def by_group(
    mentions: pd.DataFrame,
    said: pd.DataFrame,
    articles: pd.DataFrame,
    group: pd.Series | None = None,
    *,
    top: int = 8,
) -> pd.DataFrame:
    """Count in groups of articles which persons and organisations are named and which are quoted.

    Parameters
    ----------
    mentions, said, articles
        As in `voices`.
    group
        Outlet or topic of each article, see `dateline.timeline.groups`; None: all articles alone.
    top
        Groups shown, those with most articles.

    Returns
    -------
    pandas.DataFrame
        group, entity, kind, n_articles (of the group that name it), n_quoted, n_quotes, share_quoted with its
        95 % interval over articles, share_low to share_high. "all articles" comes first, then the largest
        group; inside a group the most quoted.
    """
    return _in_groups(_named(mentions, said, articles), group, top=top)


def _named(mentions: pd.DataFrame, said: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """List whom each article names, with how often it quotes them: article_id, entity, kind, n_quotes."""
    kept = mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(names.KINDS[:2])
    named = mentions.loc[kept, ["article_id", "entity", "kind"]].drop_duplicates()
    n_quotes = said.groupby(["article_id", "entity"]).size().rename("n_quotes")
    named = named.merge(n_quotes.reset_index(), on=["article_id", "entity"], how="left")
    named["n_quotes"] = named["n_quotes"].fillna(0).astype("int64")
    named["quoted"] = (named["n_quotes"] > 0).astype("int64")
    return named


def _in_groups(named: pd.DataFrame, group: pd.Series | None, *, top: int) -> pd.DataFrame:
    """Count as `by_group` does."""
    every = groups.assigned(named, group, top=top)
    order = {name: i for i, name in enumerate(every["group"].unique())}
    each = every.groupby(["group", "entity", "kind"], sort=True, observed=True)
    columns = {
        "n_articles": each.size().astype("int64"),
        "n_quoted": each["quoted"].sum().astype("int64"),
        "n_quotes": each["n_quotes"].sum().astype("int64"),
    }
    table = pd.DataFrame(columns).reset_index()
    low, high = population.wilson(table["n_quoted"], table["n_articles"])
    share = (table["n_quoted"] / table["n_articles"]).round(6)
    table = table.assign(share_quoted=share, share_low=low, share_high=high, at=table["group"].map(order))
    return table.sort_values(
        ["at", "n_quoted", "n_articles", "entity"],
        ascending=[True, False, False, True],
        kind="stable",
        ignore_index=True,
    ).drop(columns="at")


def across(
    mentions: pd.DataFrame,
    said: pd.DataFrame,
    articles: pd.DataFrame,
    by: Sequence[pd.Series | None],
    *,
    quoted: int = 8,
    silent: int = 4,
    top: int = 4,
) -> pd.DataFrame:
    """Set those quoted in most articles, and those named in most and never quoted, beside each other.

    Parameters
    ----------
    mentions, said, articles
        As in `voices`.
    by
        Ways to part the articles, by outlet, by topic; see `by_group`.
    quoted, silent
        Names of either kind.
    top
        Groups of each way, those with most articles.

    Returns
    -------
    pandas.DataFrame
        As from `by_group`, the rows of a name together: those quoted most first.
    """
    named = _named(mentions, said, articles)
    parts = [_in_groups(named, group, top=top) for group in by]
    whole = parts[0][parts[0]["group"] == groups.ALL].sort_values(
        ["n_articles", "entity"], ascending=[False, True], kind="stable"
    )
    heard = parts[0].loc[(parts[0]["group"] == groups.ALL) & (parts[0]["n_quoted"] > 0), "entity"]
    never = whole.loc[(whole["n_quoted"] == 0) & (whole["n_articles"] >= FEWEST), "entity"]
    chosen = [*heard.head(quoted), *never.head(silent)]
    table = pd.concat(parts, ignore_index=True).drop_duplicates(["entity", "group"])
    at = table["entity"].map({name: i for i, name in enumerate(chosen)})
    order = at.dropna().sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)
