"""Names and any other words in the texts: where they stand, the words around, and names that compete.

That names compete for a thing does not say that they mean the same, nor that one of them is right.
"""

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pandas as pd

from dateline import population, tables
from dateline.population import OTHER_OUTLETS
from dateline.timeline import event_days
from dateline.tokens import Tokens, find_forms, fold

# Characters on either side, and of what stands between two names before its middle is left out.
CONTEXT = 56
BETWEEN = 120
GAP = " […] "
# Days in the longest time that still points to a day in it.
NARROW = 8
# Passages behind each number.
N_EVIDENCE = 5
PLACE = ["article_id", "sentence", "start", "end"]
COLUMNS = ["article_id", "outlet", "published", "sentence", "left", "match", "right"]
SECOND = [f"{name}_b" for name in PLACE[1:]]
NAMING = [*PLACE, "surface", "thing", "name", "voice"]
# Things whose names, and outlets that are tested against the others, by number of articles.
MOST_THINGS, MOST_OUTLETS = 20, 12


def find_terms(
    terms: Iterable[str], *, mentions: pd.DataFrame, sentences: pd.DataFrame, words: Tokens
) -> pd.DataFrame:
    """Find names and any other words in the texts: term, article_id, sentence, start, end.

    A name, canonical or any spelling of it, counts with all its spellings; case and diacritics do not matter.
    Anything else is looked for as it is written, see `dateline.tokens.find_forms`. `mentions` and `sentences`
    are the tables, `words` the tokens of the sentences.
    """
    entity, surface = (
        mentions[name].map({text: fold(text) for text in mentions[name].unique()}).astype("object")
        for name in ("entity", "surface")
    )
    parts = []
    for term in dict.fromkeys(terms):
        spans = mentions[(entity == fold(term)).to_numpy(bool)]
        if spans.empty:
            entities = mentions.loc[(surface == fold(term)).to_numpy(bool), "entity"].unique()
            spans = mentions[mentions["entity"].isin(entities)]
        if spans.empty:
            spans = find_forms([fold(term)], sentences, words)
        parts.append(spans[PLACE].assign(term=term))
    parts = [mentions[PLACE].head(0).assign(term=""), *parts]
    return pd.concat(parts, ignore_index=True).astype({"article_id": "str", "term": "str"})


def term_articles(terms: Iterable[str], *, articles: pd.DataFrame, **texts: Any) -> pd.DataFrame:  # noqa: ANN401
    """List for each term all articles, and whether they have it.

    Takes what `find_terms` takes, and gives term, article_id, published and is_named.
    """
    places = find_terms(terms, **texts)
    places = places[["term", "article_id"]].drop_duplicates().assign(is_named=True)
    pairs = pd.DataFrame({"term": [*dict.fromkeys(terms)]}, dtype="str")
    pairs = pairs.merge(articles[["article_id", "published"]], how="cross")
    return pairs.assign(is_named=pairs.merge(places, how="left")["is_named"].notna())


def find_passages(
    query: str | dt.date,
    *,
    articles: pd.DataFrame,
    dates: pd.DataFrame,
    limit: int = 10,
    **texts: Any,  # noqa: ANN401
) -> pd.DataFrame:
    """Find where the articles speak of something, with the words around it, as `passages` lists them.

    `query` is a name or other words, see `find_terms`; or a day (a date or ``2024-05-16``), for the words
    that mean it or a week around it, the exact ones first. Takes the tables articles (only places in these
    are listed) and event_dates, and what `find_terms` takes.
    """
    if isinstance(query, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", query):
        with suppress(ValueError):  # no such day: looked for as words
            query = dt.date.fromisoformat(query)
    if isinstance(query, dt.date):
        spans = _day_spans(dates, pd.Timestamp(query))
    else:
        spans = find_terms([query], **texts)
    return passages(spans, articles, limit=limit)


def _day_spans(dates: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Words that mean a day or a few days around it, the most exact first."""
    spans = dates[(dates["date_from"] <= day) & (dates["date_to"] >= day)]
    width = (spans["date_to"] - spans["date_from"]).dt.days
    return spans.loc[width < NARROW, PLACE].assign(rank=width[width < NARROW])


def _nearest_spans(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Give for each article where two names stand nearest to each other, in one sentence if they do."""
    # the nearest two stand side by side among all places of both, the title's before the text's
    places = pd.concat([first.assign(name=0), second.assign(name=1)])[[*PLACE, "name"]]
    places = places.assign(body=places["sentence"] >= 0).astype({"article_id": "str"})
    places = places.sort_values(["article_id", "body", "start", "name"], kind="stable", ignore_index=True)
    after = places.iloc[1:].reset_index(drop=True).add_suffix("_b")
    pairs = pd.concat([places.iloc[:-1], after], axis=1)
    pairs = pairs[(pairs["article_id"] == pairs["article_id_b"]) & (pairs["name"] != pairs["name_b"])]
    gap = (pairs["start_b"] - pairs["end"]).where(pairs["body"] == pairs["body_b"], 1 << 40)
    pairs = pairs.assign(gap=gap, apart=pairs["sentence"] != pairs["sentence_b"])
    pairs = pairs.sort_values(["article_id", "apart", "gap", "start"], kind="stable")
    return pairs.drop_duplicates("article_id")[[*PLACE, *SECOND]]


def passages(spans: pd.DataFrame, articles: pd.DataFrame, *, limit: int = 10, by: str = "") -> pd.DataFrame:
    """List places in the articles with the words on both sides.

    `spans` has article_id, sentence (-1: in the title), start, end, perhaps rank (places with the lowest go
    first) and sentence_b, start_b, end_b, where the match ends with a second place. There are `limit` rows at
    most, one an article while there are enough, or so many for each value of the column `by`. Gives `by`, in
    the order in which its values come, then `COLUMNS`, the earliest article first, undated ones last.
    """
    order = articles.sort_values(["published", "article_id"], kind="stable", ignore_index=True)
    spans = spans.assign(
        article=pd.Index(order["article_id"]).get_indexer(spans["article_id"]),
        group=pd.factorize(spans[by])[0] if by else 0,
        rank=spans["rank"].fillna(0) if "rank" in spans else 0,
    )
    spans = spans[spans["article"] >= 0].sort_values(["group", "rank"], kind="stable")
    turn = spans.groupby(["group", "article"], sort=False).cumcount()
    spans = spans.assign(turn=turn).sort_values(["group", "turn", "rank", "article", "start"], kind="stable")
    spans = spans.groupby("group", sort=False).head(limit)
    for name, second in zip(PLACE[1:], SECOND, strict=True):
        spans[second] = (spans[second].fillna(spans[name]) if second in spans else spans[name]).astype(int)
    texts = order["title"].to_numpy(object), order["text"].to_numpy(object)
    rows = []
    for row, *first, a, b, second, c, d in spans[["article", *PLACE[1:], *SECOND]].itertuples(index=False):
        begin, end = (texts[number >= 0][row] for number in (*first, second))
        joined = begin is end and (d - a <= BETWEEN or (a, b) == (c, d))
        match = begin[a:d] if joined else begin[a:b] + GAP + end[c:d]
        left, right = begin[max(a - CONTEXT, 0) : a], end[d : d + CONTEXT]
        left = left.partition(" ")[2] if a > CONTEXT else left  # whole words
        right = right.rpartition(" ")[0] if d + CONTEXT < len(end) else right
        rows.append([visible(text) for text in (left, match, right)])
    about = order.iloc[spans["article"]].reset_index(drop=True)
    about = about.assign(outlet=population.article_outlets(about).to_numpy(object))
    table = spans[[by, "sentence"] if by else ["sentence"]].reset_index(drop=True)
    table = table.join(about[["article_id", "outlet", "published"]])
    table[COLUMNS[4:]] = pd.DataFrame(rows, columns=COLUMNS[4:], index=table.index)
    table = table.astype(dict.fromkeys(["article_id", "outlet", *COLUMNS[4:]], "str") | {"sentence": "int64"})
    return table[[by, *COLUMNS] if by else COLUMNS]


def visible(text: str) -> str:
    r"""Text on one line, without the characters that steer a terminal or turn the direction of writing.

    >>> visible("the \x1b[31mtalks\n  went\u202e on ")
    'the [31mtalks went on'
    """
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join("".join(filter(str.isprintable, line)).split())


def naming_table(path: str | Path = "") -> pd.DataFrame:
    """Read the names that compete for one thing, those that ship and the user's: thing, name, form.

    `path` is a csv with the columns thing, name and perhaps forms (spellings split by semicolons; without
    them the name itself); a thing that is in it replaces the shipped one of that name, and a thing without a
    name takes it away. Empty: only what ships. Raises `OwnFileError` if it cannot be read.
    """
    with as_file(files("dateline") / "resources" / "naming_choices.csv") as packaged:
        rows = tables.read_own(packaged, ("thing", "name"), comments=True)
    if path:
        chosen = tables.read_own(path, ("thing", "name"), comments=True)
        rows = pd.concat([rows[~rows["thing"].isin(chosen["thing"])], chosen[chosen["name"] != ""]])
    rows = rows[rows["thing"] != ""]
    forms = (rows["forms"] if "forms" in rows else rows["name"]).fillna("")
    forms = forms.where(forms != "", rows["name"]).str.split(";")
    rows = rows[["thing", "name"]].assign(form=forms).explode("form").astype("str")
    return rows.assign(form=rows["form"].str.strip()).drop_duplicates(ignore_index=True)


def competing_names(
    names: pd.DataFrame,
    *,
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    sentences: pd.DataFrame,
    words: Tokens,
) -> pd.DataFrame:
    """Find every place that uses one of the names of `naming_table`, and `spelling_choices`.

    Takes what `find_passages` takes, and gives article_id, sentence, start, end, surface, thing, name and
    voice (of the sentence). The longest form wins.
    """
    names = names.drop_duplicates(["thing", "form"], ignore_index=True)
    spans = find_forms(names["form"].tolist(), sentences, words)
    spans = spans[spans["article_id"].isin(articles["article_id"])]
    spans = spans.join(names[["thing", "name"]], on="form")
    # left out is what lies inside a longer name of the same thing: Macedonia in North Macedonia
    spans = spans.assign(size=spans["token"] - spans["last"])
    spans = spans.sort_values(["token", "size", "thing"], kind="stable", ignore_index=True)
    reach = spans.groupby("thing")["last"].transform(lambda last: last.cummax().shift(fill_value=-1))
    spans = spans.loc[spans["token"] > reach, NAMING].astype({"thing": "str", "name": "str"})
    return pd.concat([spans, spelling_choices(mentions)], ignore_index=True)


def spelling_choices(mentions: pd.DataFrame) -> pd.DataFrame:
    """Take from the mentions the entities that the articles write in more than one way.

    Full names of as many words count, capitals throughout as the usual spelling: a surname alone and an
    acronym are short for a name and no other one.
    """
    surface, entity = mentions["surface"].astype("str"), mentions["entity"].astype("str")
    n_spaces = surface.str.count(" ")
    acronym = surface.str.isupper() & (n_spaces == 0)
    full = n_spaces.eq(n_spaces.groupby(entity).transform("max")) & ~acronym
    names = surface.where(~surface.str.isupper(), surface.str.title()).str.replace("’", "'")
    spans = mentions[full].assign(thing=entity, name=names, voice="")
    spans = spans[spans.groupby("name")["article_id"].transform("nunique") >= population.FEWEST_NAMED]
    spans = spans[spans.groupby("thing")["name"].transform("nunique") > 1]
    return spans[NAMING].astype(dict.fromkeys(["article_id", *NAMING[4:]], "str")).reset_index(drop=True)


def name_shares(spans: pd.DataFrame, group: pd.Series | None = None) -> pd.DataFrame:
    """Count the articles that use each name among those that use any name of the thing.

    Takes `competing_names` and, for shares in each, the group (outlet, period) of each article by article_id.
    Columns: thing, group (if there is one), name, n_articles, of_thing (articles with any of its names),
    without group n_mentions and n_quoted (of these in quotations), share, share_low, share_high; the thing in
    most articles first. Shares of one thing add up to more than 1 where articles use several names.
    """
    by = ["thing"] if group is None else ["thing", "group"]
    whole = spans.groupby("thing")["article_id"].transform("nunique")
    spans = spans.assign(n_quoted=spans["voice"].eq("quote"), whole=whole)
    if group is not None:
        spans = spans.assign(group=group.reindex(spans["article_id"]).to_numpy())
    names = spans.groupby([*by, "name", "whole"]).agg(n_articles=("article_id", "nunique"),
        n_mentions=("voice", "size"), n_quoted=("n_quoted", "sum")).astype("int64").reset_index()  # fmt: skip
    names = names.join(spans.groupby(by)["article_id"].nunique().rename("of_thing"), on=by)
    names = names.astype({"of_thing": "int64"}).assign(whole=-names["whole"], n=-names["n_articles"])
    names = names.sort_values(["whole", *by, "n", "name"], kind="stable", ignore_index=True)
    low, high = population.wilson(names["n_articles"], names["of_thing"])
    share = (names["n_articles"] / names["of_thing"]).round(6)
    names = names.assign(share=share, share_low=low, share_high=high)
    counts = ["n_articles", "of_thing", *(["n_mentions", "n_quoted"] if group is None else [])]
    return names[[*by, "name", *counts, "share", "share_low", "share_high"]]


def names_used(spans: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Say which names of a thing the articles use that name it, to test outlets by `differing_groups`.

    Takes `competing_names`; gives entity (a thing of several names and one of these, a line each), article,
    group (its outlet; small ones are one), story and value (1 or 0).
    """
    pairs = spans[["thing", "name", "article_id"]].drop_duplicates()
    pairs = pairs[pairs.groupby("thing")["name"].transform("nunique") > 1]
    pairs = pairs[pairs["thing"].isin(population.most_frequent(pairs["thing"], MOST_THINGS))]
    uses = pairs[["thing", "article_id"]].drop_duplicates().merge(pairs[["thing", "name"]].drop_duplicates())
    uses = uses.merge(pairs.assign(value=1.0), how="left").fillna({"value": 0.0})
    uses = uses.sort_values(["thing", "name", "article_id"], kind="stable")
    outlet = population.article_outlets(articles)
    outlet = outlet.where(outlet.isin(population.most_frequent(outlet, MOST_OUTLETS)), OTHER_OUTLETS)
    about = articles[["article_id", "story"]].assign(group=outlet.to_numpy(), article=outlet.index)
    return uses.assign(entity=uses["thing"] + "\n" + uses["name"]).merge(about, on="article_id")


def write_evidence(
    out: Path,
    *,
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    sentences: pd.DataFrame,
    names: Iterable[str],
    quotations: pd.DataFrame,
    naming: pd.DataFrame,
    dates: pd.DataFrame,
    days: pd.DataFrame,
    clocks: pd.DataFrame,
    bursts: pd.DataFrame,
    pairs: pd.DataFrame,
    topic: pd.Series | None,
    unit: str,
) -> pd.DataFrame:
    """Write up to `N_EVIDENCE` passages for each number of notebook 03 as ``tables/03-evidence.csv``.

    Takes the tables and figures' entities (`names`), sentences with their speaker (entity) and voice, of
    which the quoted ones count (`quotations`), and what `competing_names` (`naming`), `busiest_days` and
    `pair_clocks` of `dateline.timeline.event_days` give; `topic` is that of each article by article_id, if
    there is one. Columns: claim (what the number is of: ``named: NAME; OUTLET``, say), then of `passages`.
    """
    frequency = {name: code for name, code, _ in population.UNITS}
    number = articles["article_id"].to_numpy(object)
    outlet = population.article_outlets(articles)
    start = population.period_start(articles["published"], unit=unit).set_axis(number)
    period = start.dt.to_period(frequency[unit]).astype("str").fillna(population.UNDATED)
    named = mentions[mentions["entity"].isin([*names])]
    quotations = quotations[quotations["entity"].isin([*names]) & (quotations["voice"] == "quote")]
    quotations = quotations.merge(sentences[PLACE], on=["article_id", "sentence"]).merge(
        articles["article_id"]
    )
    choice = naming["thing"].astype("str") + "; " + naming["name"].astype("str")
    parts = []
    for kind, spans, label, groups in (
        ("named", named, named["entity"], [outlet, period]),
        ("quoted", quotations, quotations["entity"], [outlet, topic]),
        ("name", naming, choice, [outlet]),
    ):
        spans = spans.assign(claim=f"{kind}: " + label.astype("str"))
        parts.append(spans)
        for group in [group for group in groups if group is not None]:
            values = group.reindex(spans["article_id"]).to_numpy(object)
            parts.append(spans.assign(claim=spans["claim"] + "; " + values)[pd.notna(values)])
    for burst in bursts.itertuples():
        inside = start.between(burst.first, burst.last).reindex(mentions["article_id"], fill_value=False)
        spans = mentions[(mentions["entity"] == burst.entity).to_numpy() & inside.to_numpy()]
        parts.append(spans.assign(claim=f"burst: {burst.entity}; {pd.Period(burst.first, frequency[unit])}"))
    parts += [_day_spans(dates, day).assign(claim=f"day: {day.date()}") for day in days["day"]]
    cell = frequency[event_days.clock_cells(clocks)["unit"].iloc[0]] if len(clocks) else "D"
    published, event = (clocks[name].dt.to_period(cell).astype("str") for name in ("published", "event"))
    parts.append(clocks.assign(claim="two clocks: " + published + " about " + event))
    by_name = {name: spans for name, spans in named.groupby("entity", observed=True)}
    parts += [
        _nearest_spans(by_name[first], by_name[second]).assign(claim=f"together: {first}; {second}")
        for first, second in zip(pairs["entity"], pairs["other"], strict=True)
        if first in by_name and second in by_name
    ]
    columns = ["claim", *PLACE, *SECOND, "rank"]
    parts = [part.reindex(columns=columns) for part in parts if len(part)] or [pd.DataFrame(columns=columns)]
    proof = passages(pd.concat(parts), articles, limit=N_EVIDENCE, by="claim")
    tables.csv(proof, out / "tables" / "03-evidence.csv")
    return proof
