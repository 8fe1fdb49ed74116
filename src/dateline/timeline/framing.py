"""Competing names for one thing, and who uses which.

That names compete does not say that they mean the same, nor that one of them is right.
"""

from importlib.resources import as_file, files
from pathlib import Path

import pandas as pd

from dateline import population, tables
from dateline.population import FEWEST_NAMED
from dateline.tokens import Tokens, find_forms

COLUMNS = ["article_id", "sentence", "start", "end", "surface", "thing", "name", "voice"]


def naming_table(path: str | Path = "") -> pd.DataFrame:
    """Read the names that compete: those that ship, and the user's.

    Parameters
    ----------
    path
        A csv with the columns thing, name and perhaps forms (spellings split by semicolons; without them the
        name itself); a thing that is in it replaces the shipped one of that name, and a thing without a name
        takes it away. Empty: only what ships.

    Returns
    -------
    pandas.DataFrame
        thing, name, form; a row for each form.

    Raises
    ------
    OwnFileError
        If the user's table is not there or cannot be read, see `dateline.tables.read_own`.
    """
    with as_file(files("dateline") / "resources" / "naming_choices.csv") as packaged:
        shipped = _read_forms(packaged)
    if not path:
        return shipped
    user = _read_forms(path)
    shipped = shipped[~shipped["thing"].isin(user["thing"])]
    return pd.concat([shipped, user[user["name"] != ""]], ignore_index=True)


def _read_forms(path: str | Path) -> pd.DataFrame:
    rows = tables.read_own(path, ("thing", "name"), comments=True)
    rows = rows[rows["thing"] != ""]
    forms = rows.get("forms", rows["name"])
    forms = forms.where(forms != "", rows["name"]).str.split(";")
    rows = rows[["thing", "name"]].assign(form=forms).explode("form").astype("str")
    return rows.assign(form=rows["form"].str.strip()).drop_duplicates(ignore_index=True)


def find_names(
    names: pd.DataFrame, articles: pd.DataFrame, sentences: pd.DataFrame, words: Tokens
) -> pd.DataFrame:
    """Find every place that uses one of the competing names; the longest form wins.

    Parameters
    ----------
    names
        From `naming_table`.
    articles
        The articles to look in.
    sentences, words
        Table sentences and its tokens.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, start, end, surface, thing, name, voice (of the sentence).
    """
    names = names.drop_duplicates(["thing", "form"], ignore_index=True)
    spans = find_forms(names["form"].tolist(), sentences, words)
    spans = spans[spans["article_id"].isin(articles["article_id"])]
    spans = spans.join(names[["thing", "name"]], on="form")
    # left out is what lies inside a longer name: Macedonia in North Macedonia
    spans = spans.assign(size=spans["token"] - spans["last"])
    spans = spans.sort_values(["token", "size", "thing"], kind="stable", ignore_index=True)
    reach = spans["last"].cummax().shift(fill_value=-1)
    same = spans["token"].eq(spans["token"].shift()) & spans["last"].eq(spans["last"].shift())
    spans = spans[(spans["token"] > reach) | same].reset_index(drop=True)
    return spans[COLUMNS].astype({"thing": "str", "name": "str"})


def spelling_choices(mentions: pd.DataFrame) -> pd.DataFrame:
    """Take from the mentions the entities that the articles write in more than one way, as `find_names` does.

    Full names of as many words count, capitals throughout as the usual spelling: a surname alone and an
    acronym are short for a name and no other one.
    """
    surface, entity = mentions["surface"].astype("str"), mentions["entity"].astype("str")
    n_spaces = surface.str.count(" ")
    acronym = surface.str.isupper() & (n_spaces == 0)
    full = n_spaces.eq(n_spaces.groupby(entity).transform("max")) & ~acronym
    names = surface.where(~surface.str.isupper(), surface.str.title())
    spans = mentions[full].assign(thing=entity, name=names, voice="")
    frequent = spans.groupby("name")["article_id"].nunique() >= FEWEST_NAMED
    spans = spans[spans["name"].map(frequent).astype(bool)]
    spans = spans[spans.groupby("thing")["name"].transform("nunique") > 1]
    text = ["article_id", "surface", "thing", "name", "voice"]
    return spans[COLUMNS].astype(dict.fromkeys(text, "str")).reset_index(drop=True)


def competing_names(
    path: str | Path,
    *,
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    sentences: pd.DataFrame,
    words: Tokens,
) -> pd.DataFrame:
    """Find the names of `naming_table` and the `spelling_choices` in the articles, as `find_names` does."""
    spans = find_names(naming_table(path), articles, sentences, words)
    return pd.concat([spans, spelling_choices(mentions)], ignore_index=True)


def name_shares(spans: pd.DataFrame) -> pd.DataFrame:
    """Count the articles that use each name among those that use any name of the thing.

    Parameters
    ----------
    spans
        From `find_names` or `spelling_choices`.

    Returns
    -------
    pandas.DataFrame
        thing, name, n_articles, of_thing (articles with any of its names), n_mentions, n_quoted (of these in
        quotations), share, share_low, share_high; the thing in most articles first. Shares of one thing add
        up to more than 1 where articles use several names.
    """
    group = spans.assign(quoted=spans["voice"].eq("quote")).groupby(["thing", "name"])
    shares = pd.DataFrame({"n_articles": group["article_id"].nunique(), "n_mentions": group.size(),
                           "n_quoted": group["quoted"].sum()}).astype("int64").reset_index()  # fmt: skip
    of_thing = spans.groupby("thing")["article_id"].nunique()
    shares.insert(3, "of_thing", shares["thing"].map(of_thing).astype("int64"))
    shares = _with_interval(shares).assign(size=-shares["of_thing"], n=-shares["n_articles"])
    shares = shares.sort_values(["size", "thing", "n", "name"], kind="stable", ignore_index=True)
    return shares.drop(columns=["size", "n"])


def names_by_group(spans: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """Count the names of each thing in groups of articles: by outlet, by period.

    Parameters
    ----------
    spans
        From `find_names` or `spelling_choices`.
    group
        Group of each article, by article_id.

    Returns
    -------
    pandas.DataFrame
        thing, group, name, n_articles, of_thing (the group's articles with any name of the thing), share,
        share_low, share_high; the thing in most articles first.
    """
    articles = spans[["article_id", "thing", "name"]].drop_duplicates()
    articles = articles.assign(group=group.reindex(articles["article_id"]).to_numpy())
    counts = articles.groupby(["thing", "group", "name"]).size().rename("n_articles").reset_index()
    of_thing = articles.drop_duplicates(["article_id", "thing"]).groupby(["thing", "group"]).size()
    counts = counts.merge(of_thing.rename("of_thing").reset_index(), on=["thing", "group"])
    size = counts.groupby("thing")["of_thing"].transform("sum")
    counts = _with_interval(counts).assign(size=-size, n=-counts["n_articles"])
    counts = counts.sort_values(["size", "thing", "group", "n", "name"], kind="stable", ignore_index=True)
    return counts.drop(columns=["size", "n"])


def _with_interval(counts: pd.DataFrame) -> pd.DataFrame:
    low, high = population.wilson(counts["n_articles"].to_numpy(), counts["of_thing"].to_numpy())
    share = (counts["n_articles"] / counts["of_thing"]).round(6)
    return counts.assign(share=share, share_low=low, share_high=high)
