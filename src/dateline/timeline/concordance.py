"""Names and any other words in the texts: where they stand, and the words on both sides of them."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dateline import population, tables
from dateline.timeline import event_days
from dateline.tokens import Tokens, find_forms

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


def find_terms(
    terms: Iterable[str], *, mentions: pd.DataFrame, sentences: pd.DataFrame, words: Tokens
) -> pd.DataFrame:
    """Find names and any other words in the texts.

    Parameters
    ----------
    terms
        A name, canonical or any spelling of it, counts with all its spellings; case and diacritics do not
        matter. Anything else is looked for as it is written, see `dateline.tokens.find_forms`.
    mentions, sentences, words
        Tables mentions and sentences, and the tokens of the sentences.

    Returns
    -------
    pandas.DataFrame
        term, article_id, sentence, start, end.
    """
    entity, surface = (
        mentions[name].map({text: _fold(text) for text in mentions[name].unique()}).astype("object")
        for name in ("entity", "surface")
    )
    parts = []
    for term in dict.fromkeys(terms):
        spans = mentions[(entity == _fold(term)).to_numpy(bool)]
        if spans.empty:
            entities = mentions.loc[(surface == _fold(term)).to_numpy(bool), "entity"].unique()
            spans = mentions[mentions["entity"].isin(entities)]
        if spans.empty:
            spans = find_forms([term.lower()], sentences, words)
        parts.append(spans[PLACE].assign(term=term))
    empty = mentions[PLACE].head(0).assign(term="")
    return pd.concat([empty, *parts], ignore_index=True).astype({"article_id": "str", "term": "str"})


def term_articles(
    terms: Iterable[str],
    *,
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    sentences: pd.DataFrame,
    words: Tokens,
) -> pd.DataFrame:
    """List for each term all articles, and whether they have it.

    Takes what `find_terms` takes, and gives term, article_id, published and is_named.
    """
    places = find_terms(terms, mentions=mentions, sentences=sentences, words=words)
    places = places[["term", "article_id"]].drop_duplicates().assign(is_named=True)
    pairs = pd.DataFrame({"term": [*dict.fromkeys(terms)]}, dtype="str")
    pairs = pairs.merge(articles[["article_id", "published"]], how="cross")
    return pairs.assign(is_named=pairs.merge(places, how="left")["is_named"].notna())


def _fold(text: str) -> str:
    """Text without case and diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def find_passages(
    query: str | tuple[str, str] | dt.date,
    *,
    articles: pd.DataFrame,
    mentions: pd.DataFrame,
    sentences: pd.DataFrame,
    words: Tokens,
    dates: pd.DataFrame,
    limit: int = 10,
) -> pd.DataFrame:
    """Find where the articles speak of something, with the words around it.

    Parameters
    ----------
    query
        A name or other words, see `find_terms`; two of them, for where they stand nearest to each other; or a
        day (a date or ``2024-05-16``), for the words that mean it or a week around it, the exact ones first.
    articles, mentions, sentences, words, dates
        The tables, and the tokens of the sentences; only places in `articles` are listed.
    limit
        Rows at most; see `passages`, which gives the columns.
    """
    if isinstance(query, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", query):
        query = dt.date.fromisoformat(query)
    if isinstance(query, dt.date):
        spans = _day_spans(dates, pd.Timestamp(query))
    else:
        terms = [query] if isinstance(query, str) else query
        spans = find_terms(terms, mentions=mentions, sentences=sentences, words=words)
        if not isinstance(query, str):
            spans = _nearest_spans(*(spans[spans["term"] == term] for term in query))
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

    Parameters
    ----------
    spans
        article_id, sentence (-1: in the title), start, end, perhaps rank (places with the lowest go first)
        and sentence_b, start_b, end_b, where the match ends with a second place.
    articles
        Table articles.
    limit
        Rows at most, one an article while there are enough.
    by
        Column of `spans` that parts them: so many rows for each value.

    Returns
    -------
    pandas.DataFrame
        `by`, in the order in which its values come, then `COLUMNS`, the earliest article first, undated ones
        last.
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
    table = spans[[by] if by else []].reset_index(drop=True)
    about = order.iloc[spans["article"]].reset_index(drop=True)
    outlet = population.article_outlets(about).to_numpy(object)
    table = table.assign(article_id=about["article_id"], outlet=outlet, published=about["published"])
    table = table.assign(sentence=spans["sentence"].to_numpy())
    table[COLUMNS[4:]] = pd.DataFrame(rows, columns=COLUMNS[4:], index=table.index)
    return table.astype(dict.fromkeys(["article_id", "outlet", *COLUMNS[4:]], "str") | {"sentence": "int64"})


def visible(text: str) -> str:
    r"""Text on one line, without the characters that steer a terminal or turn the direction of writing.

    Examples
    --------
    >>> visible("the \x1b[31mtalks\n  went\u202e on ")
    'the [31mtalks went on'
    """
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join("".join(filter(str.isprintable, line)).split())


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
    days: Iterable[pd.Timestamp],
    clocks: pd.DataFrame,
    bursts: pd.DataFrame,
    pairs: pd.DataFrame,
    topic: pd.Series | None,
    unit: str,
) -> pd.DataFrame:
    """Write up to `N_EVIDENCE` passages for each number of notebook 03 as ``tables/03-evidence.csv``.

    Parameters
    ----------
    names
        Entities of the figures.
    quotations, naming
        Quoted sentences with their speaker (entity); places of competing names (thing, name).
    clocks, topic
        From `dateline.timeline.event_days.pair_clocks`; topic of each article by article_id, if there is one.

    Returns
    -------
    pandas.DataFrame
        claim (what the number is of: ``named: NAME; OUTLET``, say), then the columns of `passages`.
    """
    frequency = {name: code for name, code, _ in population.UNITS}
    number = articles["article_id"].to_numpy(object)
    outlet = population.article_outlets(articles)
    start = population.period_start(articles["published"], unit=unit).set_axis(number)
    period = start.dt.to_period(frequency[unit]).astype("str").fillna("undated")
    mentions = mentions[mentions["entity"].isin([*names])]
    quotations = quotations[quotations["entity"].isin([*names])]
    quotations = quotations.merge(sentences[PLACE], on=["article_id", "sentence"])
    choice = naming["thing"].astype("str") + "; " + naming["name"].astype("str")
    parts = []
    for kind, spans, label, groups in (
        ("named", mentions, mentions["entity"], [outlet, period]),
        ("quoted", quotations, quotations["entity"], [outlet, topic]),
        ("name", naming, choice, [outlet]),
    ):
        spans = spans.assign(claim=f"{kind}: " + label.astype("str"))
        parts.append(spans)
        for group in groups:
            if group is not None:
                values = group.reindex(spans["article_id"]).to_numpy(object)
                parts.append(spans.assign(claim=spans["claim"] + "; " + values)[pd.notna(values)])
    for burst in bursts.itertuples():
        inside = start.between(burst.first, burst.last).reindex(mentions["article_id"], fill_value=False)
        spans = mentions[(mentions["entity"] == burst.entity).to_numpy() & inside.to_numpy()]
        parts.append(spans.assign(claim=f"burst: {burst.entity}; {pd.Period(burst.first, frequency[unit])}"))
    parts += [_day_spans(dates, day).assign(claim=f"day: {day.date()}") for day in days]
    cell = frequency[event_days.clock_cells(clocks)["unit"].iloc[0]] if len(clocks) else "D"
    published, event = (clocks[name].dt.to_period(cell).astype("str") for name in ("published", "event"))
    parts.append(clocks.assign(claim="two clocks: " + published + " about " + event))
    by_name = {name: spans for name, spans in mentions.groupby("entity", observed=True)}
    parts += [
        _nearest_spans(by_name[first], by_name[second]).assign(claim=f"together: {first}; {second}")
        for first, second in zip(pairs["entity"], pairs["other"], strict=True)
        if first in by_name and second in by_name
    ]
    columns = ["claim", *PLACE, *SECOND, "rank"]
    spans = pd.concat([part.reindex(columns=columns) for part in parts if len(part)] or
                      [pd.DataFrame(columns=columns)])  # fmt: skip
    proof = passages(spans, articles, limit=N_EVIDENCE, by="claim")
    tables.csv(proof, out / "tables" / "03-evidence.csv")
    return proof
