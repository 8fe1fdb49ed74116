"""Tables about a corpus as it was read: counts, removed spans, copies side by side, doubtful articles."""

import numpy as np
import pandas as pd

from dateline import population
from dateline.text.boilerplate import BLANK, MOVED, NO_BOILERPLATE

# From here on an article is worth a look: words it should have, share of it that was removed.
FEW_WORDS, MUCH_REMOVED, MOSTLY_REMOVED = 60, 0.3, 0.5
# Outlets with a row of their own.
MOST_OUTLETS = 12
_LABELS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "quarter": "%Y-%m", "year": "%Y"}


def count_by(articles: pd.DataFrame, by: str | list[str]) -> pd.DataFrame:
    """Count articles, unique texts and stories by columns of the table, the largest group first.

    A story of two groups counts in each of their rows.

    Examples
    --------
    >>> articles = pd.DataFrame({"outlet": ["A", "A", None], "copy_of": [None, "a", None], "story": 0})
    >>> count_by(articles, "outlet").to_numpy().tolist()
    [['A', 2, 1, 1], ['unknown', 1, 1, 1]]
    """
    columns = [by] if isinstance(by, str) else by
    groups = articles[columns].fillna("unknown").assign(unique=articles["copy_of"].isna())
    groups = groups.assign(story=articles["story"]).groupby(columns)
    table = groups.agg(
        articles=("unique", "size"), unique_texts=("unique", "sum"), stories=("story", "nunique")
    )
    return table.sort_values("articles", ascending=False, kind="stable").reset_index()


def count_periods(articles: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Count articles by period; the last two rows, without a period, hold those without a day.

    Returns
    -------
    table
        period (its first day), label, articles, unique_texts, copies, stories (with an article in it).
    unit
        The name of the period: chosen over unique texts, which the later notebooks count.
    """
    unique = articles["copy_of"].isna()
    unit = population.calendar_unit(articles)
    periods = population.all_periods(articles["published"], unit=unit)
    start = population.period_start(articles["published"], unit=unit)
    row = pd.Series(periods.get_indexer(start), articles.index)
    row = row.mask(start.isna(), len(periods) + 1)
    row = row.mask(articles["published_earliest"].notna() & start.isna(), len(periods))
    labels = [*periods.strftime(_LABELS[unit]), "day not known", "undated"]
    table = pd.DataFrame({"period": [*periods, pd.NaT, pd.NaT], "label": labels})
    rows = range(len(labels))
    table["articles"] = row.value_counts().reindex(rows, fill_value=0)
    table["unique_texts"] = row[unique].value_counts().reindex(rows, fill_value=0)
    table["copies"] = table["articles"] - table["unique_texts"]
    table["stories"] = articles["story"].groupby(row).nunique().reindex(rows, fill_value=0)
    return table.assign(period=table["period"].astype("datetime64[s]")), unit


def sum_by_rule(removed: pd.DataFrame) -> pd.DataFrame:
    """Sum the ledger by rule, the rules that took most first; white space is left out.

    Returns
    -------
    pandas.DataFrame
        rule, articles, spans, characters, longest (article_id) and text, the longest span of the rule.
    """
    spans = removed[~removed["rule"].isin(BLANK)]
    spans = spans.assign(characters=spans["text"].str.len())
    order = spans.sort_values(
        ["characters", "article_id", "start"], ascending=[False, True, True], kind="stable"
    )
    table = order.groupby("rule").agg(
        articles=("article_id", "nunique"),
        spans=("rule", "size"),
        characters=("characters", "sum"),
        longest=("article_id", "first"),
        text=("text", "first"),
    )
    return table.sort_values("characters", ascending=False, kind="stable").reset_index()


def share_removed(articles: pd.DataFrame, removed: pd.DataFrame) -> pd.DataFrame:
    """Share of the visible characters that became text, title or header, or was removed, by outlet.

    Returns
    -------
    pandas.DataFrame
        outlet, text, header, removed (shares), articles; the outlet with most articles first.
    """
    size = removed["text"].str.len().groupby([removed["article_id"], removed["rule"]]).sum().reset_index()
    moved, removals = size["rule"].isin(MOVED), ~size["rule"].isin(NO_BOILERPLATE)
    table = pd.DataFrame({"outlet": articles["outlet"].fillna("unknown"), "text": articles["text"].str.len()})
    for column, rows in (("header", moved), ("removed", removals)):
        sums = size[rows].groupby("article_id")["text"].sum()
        table[column] = articles["article_id"].map(sums).fillna(0)
    table["articles"] = 1
    largest = table["outlet"].value_counts().index[:MOST_OUTLETS]
    table["outlet"] = table["outlet"].where(table["outlet"].isin(largest), "other outlets")
    table = table.groupby("outlet").sum().sort_values("articles", ascending=False, kind="stable")
    shares = table[["text", "header", "removed"]]
    table[shares.columns] = shares.div(shares.sum(axis=1).clip(lower=1), axis=0).round(4)
    return table.reset_index()


def list_concerns(articles: pd.DataFrame, date_evidence: pd.DataFrame, repairs: pd.DataFrame) -> pd.DataFrame:
    """List the articles of which a reader should know something before trusting them, the worst first.

    A concern weighs 3 where a number can be wrong because of it, 2 where something is missing so that the
    article drops out of a count or may be no whole article, 1 where it is good to know.

    Returns
    -------
    pandas.DataFrame
        article_id, weight (the sum), concerns (the gravest first), n_words, removed_share; the heaviest
        first, of equal ones the one of which most was removed.
    """
    first, last = articles["published_earliest"], articles["published_latest"]
    interval = articles["published"].isna() & first.notna()
    # 4 May or 5 April: the ends of the interval have day and month exchanged
    exchanged = interval & (first.dt.day == last.dt.month) & (first.dt.month == last.dt.day)
    share, encoding = articles["removed_share"], articles["decoding"].str.partition(",")[0]
    spoken, stated = articles["language"], articles["stated_language"].fillna("")

    def among(ids: pd.Series) -> pd.Series:
        return articles["article_id"].isin(ids)

    evidence = date_evidence.set_index("article_id")
    borrowed = evidence["evidence"].str.startswith("borrowed from ")
    undecoded = repairs.loc[repairs["rule"] == "undecodable", "article_id"]
    checks = [
        ("its dates contradict each other", 3, among(evidence.index[evidence["conflict"]])),
        ("its date is flagged", 3, among(evidence.index[evidence["flag"] != ""])),
        ("day and month of its date could be exchanged", 3, exchanged),
        ("more was removed than kept", 3, share > MOSTLY_REMOVED),
        ("no date", 2, first.isna()),
        ("its date is borrowed", 2, among(evidence.index[borrowed])),
        ("language not told", 2, spoken == "und"),
        ("its page states another language", 2, (stated != "") & (spoken != "und") & (stated != spoken)),
        ("very short", 2, articles["n_words"] < FEW_WORDS),
        ("bytes that could not be read", 2, among(undecoded)),
        ("much was removed", 2, (share > MUCH_REMOVED) & (share <= MOSTLY_REMOVED)),
        ("date known to an interval", 1, interval & ~exchanged),
        ("encoding guessed", 1, ~encoding.isin(["utf-8", "utf-16", "utf-32"])),
        ("encoding repaired", 1, articles["decoding"].str.contains("repaired")),
        ("no title", 1, articles["title"] == ""),
        ("outlet unknown", 1, articles["outlet"].isna()),
    ]
    flags = np.column_stack([flag.to_numpy(bool) for _, _, flag in checks])
    names = np.array([name for name, _, _ in checks], object)
    table = articles[["article_id", "n_words", "removed_share"]].assign(
        weight=flags @ np.array([weight for _, weight, _ in checks]),
        concerns=["; ".join(names[row]) for row in flags],
    )
    table = table.sort_values(
        ["weight", "removed_share", "article_id"], ascending=[False, False, True], kind="stable"
    )
    columns = ["article_id", "weight", "concerns", "n_words", "removed_share"]
    return table.loc[table["weight"] > 0, columns].reset_index(drop=True)
