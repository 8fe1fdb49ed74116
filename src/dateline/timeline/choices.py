"""Naming choices: competing names for one thing, who uses which, and pairs that the articles propose.

That names compete does not say that they mean the same, nor that one of them is right.
"""

from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.timeline.proposals import FEWEST
from dateline.timeline.proposals import proposed as proposed
from dateline.timeline.proposals import told as told
from dateline.tokens import Tokens, tokenize
from dateline.words import listed, percent, plain, plural

# Things put into words.
MOST_SAID = 6
COLUMNS = ["article_id", "sentence", "start", "end", "surface", "thing", "name", "voice"]


def table(path: str | Path = "") -> pd.DataFrame:
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
    with as_file(files("dateline") / "resources" / "naming_choices.csv") as ours:
        shipped = _read(ours)
    if not path:
        return shipped
    own = _read(path)
    both = pd.concat([shipped[~shipped["thing"].isin(own["thing"])], own[own["name"] != ""]])
    return both.reset_index(drop=True)


def _read(path: str | Path) -> pd.DataFrame:
    rows = tables.read_own(path, ("thing", "name"), comments=True)
    rows = rows[rows["thing"] != ""].assign(forms=rows.get("forms", ""))
    found = [
        (thing, name, form.strip())
        for thing, name, forms in zip(rows["thing"], rows["name"], rows["forms"], strict=True)
        for form in (forms or name).split(";")
    ]
    return pd.DataFrame(found, columns=["thing", "name", "form"], dtype="str").drop_duplicates(
        ignore_index=True
    )


def find(
    named: pd.DataFrame, articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens
) -> pd.DataFrame:
    """Find every place that uses one of the competing names; the longest form wins.

    Words are compared, so that ``pro-life`` is found as ``pro life``; a word with a capital in the table
    needs it in the text, too, or capitals throughout.

    Parameters
    ----------
    named
        From `table`.
    articles
        The articles to look in.
    sentences, tokens
        Table sentences and its tokens.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, start, end, surface, thing, name, voice (``narrator``, ``quote``, ``headline``).
    """
    row = tokens.rows
    inside = sentences["article_id"].isin(articles["article_id"]).to_numpy()
    of_word: dict[str, list[int]] = {}
    for number, word in enumerate(tokens.words.tolist()):
        of_word.setdefault(word.lower(), []).append(number)
    forms = named.drop_duplicates(["thing", "form"])
    cut = tokenize(forms["form"].tolist())
    parts = [cut.words[cut.ids[a:b]] for a, b in zip(cut.offsets, cut.offsets[1:], strict=False)]
    first = sorted({n for words in parts if len(words) for n in of_word.get(words[0].lower(), [])})
    begin = np.flatnonzero(np.isin(tokens.ids, np.array(first, tokens.ids.dtype)))
    begin = begin[inside[row[begin]]]
    found = []
    for thing, name, words in zip(forms["thing"], forms["name"], parts, strict=True):
        at = begin if len(words) else begin[:0]
        for step, word in enumerate(words):
            fit = [n for n in of_word.get(word.lower(), []) if _fits(tokens.words[n], word)]
            at = at[at + step < len(tokens.ids)]
            at = at[(row[at + step] == row[at]) & np.isin(tokens.ids[at + step], fit)]
        found += [(int(t), int(t) + len(words) - 1, thing, name) for t in at]
    spans = pd.DataFrame(found, columns=["first", "last", "thing", "name"])
    return _hits(_longest(spans), sentences, tokens)


def _fits(word: str, wanted: str) -> bool:
    return wanted == wanted.lower() or word in (wanted, wanted.upper())


def _longest(spans: pd.DataFrame) -> pd.DataFrame:
    """Leave out what lies inside a longer name: Macedonia in North Macedonia."""
    spans = spans.assign(size=spans["first"] - spans["last"])
    spans = spans.sort_values(["first", "size", "thing"], kind="stable", ignore_index=True)
    reach = np.maximum.accumulate(np.append(-1, spans["last"].to_numpy(np.int64)))[:-1]
    same = spans["first"].eq(spans["first"].shift()) & spans["last"].eq(spans["last"].shift())
    return spans[(spans["first"] > reach) | same].drop(columns="size")


def _hits(spans: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens) -> pd.DataFrame:
    first, last = spans["first"].to_numpy(np.int64), spans["last"].to_numpy(np.int64)
    row = tokens.rows[first] if len(first) else first
    where = sentences.iloc[row]
    shift = np.where(where["sentence"] >= 0, where["start"], 0)
    begin, end = tokens.start[first], tokens.end[last] if len(last) else last
    texts = where["text"].tolist()
    hits = pd.DataFrame(
        {
            "article_id": where["article_id"].astype("str").to_numpy(),
            "sentence": where["sentence"].to_numpy(np.int64),
            "start": (begin + shift).astype(np.int64),
            "end": (end + shift).astype(np.int64),
            "surface": [t[a:b] for t, a, b in zip(texts, begin, end, strict=True)],
            "thing": spans["thing"].to_numpy(object),
            "name": spans["name"].to_numpy(object),
            "voice": where["voice"].astype("str").to_numpy(),
        }
    )
    return hits.astype(dict.fromkeys(["article_id", "surface", "thing", "name", "voice"], "str"))[COLUMNS]


def spellings(mentions: pd.DataFrame) -> pd.DataFrame:
    """Take from the mentions the entities that the articles write in more than one way, as `find` does.

    Full names of as many words count, capitals throughout as the usual spelling: a surname alone and an
    acronym are short for a name and no other one, and a capital that acts is no spelling of its country.
    """
    surface = mentions["surface"].astype("str")
    usual = surface.where(~surface.str.isupper(), surface.str.title())
    many = surface.str.count(" ")
    full = many == surface.where(mentions["entity"] != "").str.count(" ").groupby(
        mentions["entity"].astype("str")
    ).transform("max")
    acronym = surface.str.isupper() & (many == 0)
    kept = mentions[full & ~acronym].assign(name=usual[full & ~acronym])
    n = kept.groupby("name")["article_id"].nunique()
    kept = kept[kept["name"].map(n).ge(FEWEST)]
    several = kept.groupby(kept["entity"].astype("str"))["name"].transform("nunique") > 1
    kept = kept[several].rename(columns={"entity": "thing"}).assign(voice="")
    text = ["article_id", "surface", "thing", "name", "voice"]
    return kept[COLUMNS].astype(dict.fromkeys(text, "str")).reset_index(drop=True)


def shares(hits: pd.DataFrame) -> pd.DataFrame:
    """Count the articles that use each name among those that use any name of the thing.

    Parameters
    ----------
    hits
        From `find` or `spellings`.

    Returns
    -------
    pandas.DataFrame
        thing, name, n_articles, of_thing (articles with any of its names), share, share_low, share_high,
        n_mentions, n_quoted (of these in quotations); the thing in most articles first. Shares of one thing
        add up to more than 1 where articles use several names.
    """
    by = hits.groupby(["thing", "name"], sort=True)
    counted = by["article_id"].nunique().rename("n_articles").to_frame()
    counted = counted.assign(n_mentions=by.size(), n_quoted=hits["voice"].eq("quote").groupby(
        [hits["thing"], hits["name"]]
    ).sum()).reset_index()  # fmt: skip
    of = hits.groupby("thing")["article_id"].nunique()
    counted.insert(3, "of_thing", counted["thing"].map(of).astype("int64"))
    return _with_share(counted, ["thing"])


def by(hits: pd.DataFrame, articles: pd.DataFrame, *, group: pd.Series) -> pd.DataFrame:
    """Count the names of each thing in groups of articles: by outlet, by period.

    Parameters
    ----------
    hits
        From `find` or `spellings`.
    articles
        Table articles.
    group
        The group of each row of `articles`; missing is a group of its own.

    Returns
    -------
    pandas.DataFrame
        thing, group, name, n_articles, of_thing (the group's articles with any name of the thing), share,
        share_low, share_high.
    """
    label = pd.Series(group.to_numpy(), index=articles["article_id"].astype("str"))
    once = hits[["article_id", "thing", "name"]].drop_duplicates()
    once = once.assign(group=label.reindex(once["article_id"]).to_numpy())
    counted = once.groupby(["thing", "group", "name"], sort=True, dropna=False).size()
    counted = counted.rename("n_articles").reset_index()
    of = once.drop_duplicates(["article_id", "thing"]).groupby(["thing", "group"], dropna=False).size()
    counted = counted.merge(of.rename("of_thing").reset_index(), on=["thing", "group"])
    return _with_share(counted, ["thing", "group"])


def over_time(hits: pd.DataFrame, articles: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """Count the articles that use each name, a row for each period and one for undated articles.

    Parameters
    ----------
    hits, articles
        As for `by`.
    unit
        Name of the period.

    Returns
    -------
    pandas.DataFrame
        thing, the period's first day under the name of the unit, and a column of articles for each name.
    """
    start = population.period_start(articles["published"], unit=unit).dt.strftime("%Y-%m-%d")
    counted = by(hits, articles, group=start.fillna("undated"))
    wide = counted.pivot_table(
        index=["thing", "group"], columns="name", values="n_articles", aggfunc="sum", fill_value=0, sort=True
    )
    return wide.rename_axis(columns=None).reset_index().rename(columns={"group": unit})


def _with_share(counted: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    low, high = population.wilson(counted["n_articles"].to_numpy(), counted["of_thing"].to_numpy())
    share = (counted["n_articles"] / counted["of_thing"]).round(6)
    counted = counted.assign(share=share, share_low=low, share_high=high)
    size = counted.groupby("thing")["of_thing"].transform("max" if len(keys) == 1 else "sum")
    order = counted.assign(size=-size, n=-counted["n_articles"])
    order = order.sort_values(["size", *keys, "n", "name"], kind="stable")
    return counted.loc[order.index].reset_index(drop=True)


def said(share: pd.DataFrame) -> str:
    """Put into words how often each thing goes by which name, as Markdown.

    Parameters
    ----------
    share
        From `shares`.
    """
    size = share.groupby("thing", sort=False)["of_thing"].max()
    size = size[size >= FEWEST]
    several = share.groupby("thing")["name"].nunique().reindex(size.index) > 1
    lines = []
    for thing in size.index[several][:MOST_SAID]:
        rows = share[share["thing"] == thing]
        names = listed([f"“{plain(r.name)}” in {r.n_articles:,}" for r in rows.itertuples(index=False)])
        low, high = percent(rows["share_low"].iloc[0]), percent(rows["share_high"].iloc[0])
        lines.append(
            f"- {plain(thing)}, {plural(int(size[thing]), 'article')}: {names} (95 % interval of the first: "
            f"{low} to {high})."
        )
    alone = share[share["thing"].isin(size.index[~several])]
    if len(alone):
        single = [f"“{plain(r.name)}” ({r.n_articles:,})" for r in alone.itertuples(index=False)]
        lines.append(f"- Under one name of the table alone, with articles: {listed(single)}.")
    return "\n".join(lines) or f"No thing of the table is named in {FEWEST} articles: nothing to compare."
