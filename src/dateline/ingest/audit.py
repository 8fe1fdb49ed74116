"""What notebook 01 shows: cards, ledgers and findings, made from the tables that ingestion wrote."""

from pathlib import Path

import numpy as np
import pandas as pd

from dateline import population
from dateline.ingest.views import why
from dateline.text.boilerplate import BLANK, MOVED, NO_BOILERPLATE
from dateline.words import day, percent, period, plural

# What the words of a rule became.
KEPT_AS = {"title": "title", "header-date": "date", "byline": "author", "agency-tag": "agency"}
# Outlets with a row of their own in figures and tables.
MOST_OUTLETS = 12


def card(articles: pd.DataFrame, rejected: pd.DataFrame) -> pd.DataFrame:
    """Count what is in the corpus.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2024-05-14", None]))
    >>> articles = pd.DataFrame({"outlet": ["A", "A"], "language": "en", "n_words": [100, 300], "story": 0,
    ...     "copy_of": [None, "a"], "published": days, "published_earliest": days})
    >>> card(articles, pd.DataFrame({"reason": []}))["n"].tolist()[:4]
    ['2', '1', '1', '0']
    """
    days = articles["published"].dropna()
    interval = articles["published"].isna() & articles["published_earliest"].notna()
    rows = {
        "articles": len(articles),
        "unique texts (copies counted once)": int(articles["copy_of"].isna().sum()),
        "stories (articles on one event)": articles["story"].nunique(),
        "records rejected (not among the articles)": len(rejected),
        "outlets": articles["outlet"].nunique(),
        "articles of unknown outlet": int(articles["outlet"].isna().sum()),
        "languages": articles["language"].nunique(),
        "words in all articles": int(articles["n_words"].sum()),
        "words in the middle article": int(articles["n_words"].median()),
        "articles dated to the day": len(days),
        "articles dated to an interval": int(interval.sum()),
        "articles undated": int(len(articles) - len(days) - interval.sum()),
        "first day": f"{days.min():%Y-%m-%d}" if len(days) else "–",
        "last day": f"{days.max():%Y-%m-%d}" if len(days) else "–",
    }
    counts = [f"{number:,}" if isinstance(number, int) else number for number in rows.values()]
    return pd.DataFrame({"what": list(rows), "n": counts})


def counted(articles: pd.DataFrame, rejected: pd.DataFrame) -> str:
    """Say for a figure's subtitle what is counted in it, three ways, and what is not."""
    unique, stories = int(articles["copy_of"].isna().sum()), articles["story"].nunique()
    without = f"; {plural(len(rejected), 'rejected record')} not among them" if len(rejected) else ""
    return (
        f"n = {plural(len(articles), 'article')} ({plural(unique, 'unique text')}, "
        f"{plural(stories, 'story')}){without}"
    )


def ways(articles: pd.DataFrame, by: str = "outlet") -> pd.DataFrame:
    """Count articles, unique texts and stories, all together and by a column, the largest first.

    A story that several outlets (say) have counts in each of their rows, and once in the first row.
    """
    named = articles.assign(**{by: articles[by].fillna("unknown")}, unique=articles["copy_of"].isna())
    table = named.groupby(by).agg(
        articles=("unique", "size"), unique_texts=("unique", "sum"), stories=("story", "nunique")
    )
    table = table.sort_values("articles", ascending=False, kind="stable")
    if len(table) > MOST_OUTLETS:
        rest = named[~named[by].isin(table.index[:MOST_OUTLETS])]
        table = pd.concat([table[:MOST_OUTLETS], _three(rest, f"{len(table) - MOST_OUTLETS:,} others")])
    return pd.concat([_three(named, "all"), table]).rename_axis(by).reset_index()


def _three(named: pd.DataFrame, label: str) -> pd.DataFrame:
    """Count articles three ways, in one row."""
    counts = [[len(named), int(named["unique"].sum()), named["story"].nunique()]]
    return pd.DataFrame(counts, columns=["articles", "unique_texts", "stories"], index=[label])


def refused(rejected: pd.DataFrame) -> pd.DataFrame:
    """Count rejected records by reason, with what to do and the first of them.

    Returns
    -------
    pandas.DataFrame
        reason, records, what_to_do, first.
    """
    ordered = rejected.sort_values(["reason", "source", "record"], kind="stable")
    ordered = ordered.assign(first=_named(ordered))
    table = ordered.groupby("reason").agg(
        records=("source", "size"), what_to_do=("detail", "first"), first=("first", "first")
    )
    return table.sort_values("records", ascending=False, kind="stable").reset_index()


def _named(rejected: pd.DataFrame) -> pd.Series:
    """Name records as articles are named."""
    number = rejected["record"].astype("str")
    return rejected["source"].where(rejected["record"] == 0, rejected["source"] + "#" + number)


def by_rule(removed: pd.DataFrame) -> pd.DataFrame:
    """Sum the ledger by rule, the rules that took most first; white space is left out.

    Returns
    -------
    pandas.DataFrame
        rule, articles, spans, characters, became (the article's title, date or byline, or nothing), why.
    """
    spans = removed[~removed["rule"].isin(BLANK)]
    spans = spans.assign(characters=spans["text"].str.len())
    table = spans.groupby("rule").agg(
        articles=("article_id", "nunique"), spans=("rule", "size"), characters=("characters", "sum")
    )
    table["became"] = [KEPT_AS.get(str(rule), "") for rule in table.index]
    table["why"] = [why(str(rule)) for rule in table.index]
    return table.sort_values("characters", ascending=False, kind="stable").reset_index()


def most_cut(articles: pd.DataFrame, removed: pd.DataFrame) -> str:
    """Name the article whose removal is best worth a look: the one that most rules touched."""
    told = removed[~removed["rule"].isin(BLANK)].groupby("article_id")["rule"].nunique()
    order = articles.assign(rules=articles["article_id"].map(told).fillna(0))
    order = order.sort_values(
        ["rules", "removed_share", "article_id"], ascending=[False, False, True], kind="stable"
    )
    return str(order["article_id"].iloc[0])


def dates(articles: pd.DataFrame) -> pd.DataFrame:
    """Count articles by how well they are dated and by the evidence that decided, three ways.

    Returns
    -------
    pandas.DataFrame
        dated (to the day, to an interval, not), basis, articles, unique_texts, stories.
    """
    exact, known = articles["published"].notna(), articles["published_earliest"].notna()
    grade = np.where(exact, 0, np.where(known, 1, 2))
    named = articles.assign(grade=grade, unique=articles["copy_of"].isna())
    table = named.groupby(["grade", "published_basis"]).agg(
        articles=("unique", "size"), unique_texts=("unique", "sum"), stories=("story", "nunique")
    )
    table = table.reset_index().sort_values(["grade", "articles"], ascending=[True, False], kind="stable")
    table.insert(0, "dated", table.pop("grade").map(dict(enumerate(GRADES))))
    return table.rename(columns={"published_basis": "basis"}).reset_index(drop=True)


def over_time(articles: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Count articles by period, three ways; the last two rows, without a period, hold those without a day.

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
    interval = articles["published_earliest"].notna() & start.isna()
    row = pd.Series(periods.get_indexer(start), articles.index)
    row = row.mask(start.isna(), len(periods) + 1).mask(interval, len(periods))
    labels = [*periods.strftime(_LABELS[unit]), "day not known", "undated"]
    rows = range(len(labels))
    table = pd.DataFrame({"period": [*periods, pd.NaT, pd.NaT], "label": labels})
    table["articles"] = row.value_counts().reindex(rows, fill_value=0)
    table["unique_texts"] = row[unique].value_counts().reindex(rows, fill_value=0)
    table["copies"] = table["articles"] - table["unique_texts"]
    table["stories"] = articles["story"].groupby(row).nunique().reindex(rows, fill_value=0)
    return table.assign(period=table["period"].astype("datetime64[s]")), unit


_LABELS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "quarter": "%Y-%m", "year": "%Y"}
GRADES = ("to the day", "to an interval", "not")


def kept_removed(articles: pd.DataFrame, removed: pd.DataFrame) -> pd.DataFrame:
    """Share of the visible characters that became text, title or header, or was removed, by outlet."""
    size = removed["text"].str.len()
    moved = size[removed["rule"].isin(MOVED)].groupby(removed["article_id"]).sum()
    gone = size[~removed["rule"].isin(NO_BOILERPLATE)].groupby(removed["article_id"]).sum()
    table = pd.DataFrame(
        {
            "outlet": articles["outlet"].fillna("unknown"),
            "text": articles["text"].str.len(),
            "header": articles["article_id"].map(moved).fillna(0),
            "removed": articles["article_id"].map(gone).fillna(0),
            "articles": 1,
        }
    )
    largest = table["outlet"].value_counts().index[:MOST_OUTLETS]
    table["outlet"] = table["outlet"].where(table["outlet"].isin(largest), "other outlets")
    table = (
        table.groupby("outlet").sum().sort_values("articles", ascending=False, kind="stable").reset_index()
    )
    total = table[["text", "header", "removed"]].sum(axis=1).clip(lower=1)
    return table.assign(**{name: (table[name] / total).round(4) for name in ("text", "header", "removed")})


def most_removed(kept: pd.DataFrame) -> str:
    """Say of which outlet most was removed; `kept` is what `kept_removed` returned."""
    most = kept.sort_values("removed", ascending=False, kind="stable").iloc[0]
    if not most["removed"]:
        return "Nothing was removed but white space, titles and headers"
    if len(kept) == 1:
        return f"{percent(most['removed'])} of the characters were removed"
    where = "articles of unknown outlets" if most["outlet"] == "unknown" else most["outlet"]
    return f"Most was removed from {where}: {percent(most['removed'])} of the characters"


def busiest(periods: pd.DataFrame, *, unit: str) -> str:
    """Put the period with most articles (the first, of equal ones) and those without a day into one line.

    Where copies make another period the fullest than that of the unique texts, which the later notebooks
    count, both are named.

    Parameters
    ----------
    periods, unit
        What `over_time` returned.
    """
    dated, rest = periods[periods["period"].notna()], periods[periods["period"].isna()]
    total, without = int(periods["articles"].sum()), int(rest["articles"].sum())
    if dated.empty:
        return f"None of {plural(total, 'article')} is dated to the day"
    most, unique = dated.loc[dated["articles"].idxmax()], dated.loc[dated["unique_texts"].idxmax()]
    says = f"{_when(most, unit)} has most articles: {most['articles']:,} of {total:,}"
    if len(dated) == 1:
        says = f"{most['articles']:,} of {plural(total, 'article')} appeared in {_when(most, unit)}"
    if unique["unique_texts"] > most["unique_texts"]:
        says += f"; most unique texts: {_when(unique, unit)}, {unique['unique_texts']:,}"
    return f"{says}; {without:,} without a day" if without else says


def _when(row: pd.Series, unit: str) -> str:
    name = period(row["period"], unit=unit)
    return name[0].upper() + name[1:]


def findings(
    articles: pd.DataFrame, removed: pd.DataFrame, rejected: pd.DataFrame, date_evidence: pd.DataFrame
) -> str:
    """Say in three points what the corpus holds, how it is dated and what was taken away (Markdown)."""
    unique, n_stories = int(articles["copy_of"].isna().sum()), articles["story"].nunique()
    days = articles["published"].dropna()
    span = f" They appeared between {day(days.min())} and {day(days.max())}." if len(days) > 1 else ""
    interval = int((articles["published"].isna() & articles["published_earliest"].notna()).sum())
    undated = len(articles) - len(days) - interval
    doubted = date_evidence.loc[date_evidence["conflict"], "article_id"].nunique()
    doubt = f" Of {plural(doubted, 'article')} the evidence contradicts itself: the stronger was used."
    gone = removed[~removed["rule"].isin(NO_BOILERPLATE)]
    characters = gone["text"].str.len().sum()
    share = characters / max(characters + articles["text"].str.len().sum(), 1)
    reasons = rejected["reason"].value_counts().sort_index()
    listed = f" ({', '.join(f'{n} {reason}' for reason, n in reasons.items())})" if len(reasons) else ""
    outlets = articles["outlet"].nunique()
    source = f"from {plural(outlets, 'known outlet')}" if outlets else "their outlets unknown"
    taken = (
        f"- **{percent(share)}** of the characters removed as no article text, in "
        f"{gone['article_id'].nunique():,} of {plural(len(articles), 'article')}. "
        "Every removed span is in the ledger."
    )
    lines = [
        f"- **{plural(len(articles), 'article')}**: {plural(unique, 'unique text')} in "
        f"{plural(n_stories, 'story')}, {source}."
        f"{span} Rejected: {plural(len(rejected), 'record')}{listed}.",
        f"- **{len(days):,} of {len(articles):,}** dated to the day, {interval:,} to an interval, "
        f"{undated:,} undated.{doubt if doubted else ''}",
        taken if len(gone) else "- **Nothing** was removed as no article text.",
    ]
    return "\n".join(lines)


def against_truth(articles: pd.DataFrame, rejected: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Compare with planted truth, if it lies in `folder` and speaks of these articles; else an empty table.

    Returns
    -------
    pandas.DataFrame
        what, right, wrong, missing.
    """
    columns = ["what", "right", "wrong", "missing"]
    path = folder / "articles.csv"
    if not path.is_file():
        return pd.DataFrame(columns=columns)
    truth = pd.read_csv(path, dtype="str", keep_default_na=False)
    both = truth.merge(articles, on="article_id", suffixes=("_true", ""))
    if both.empty:
        return pd.DataFrame(columns=columns)
    given = both["published"].dt.strftime("%Y-%m-%d").fillna("")
    rows = [
        ["articles found", len(both), len(articles) - len(both), len(truth) - len(both)],
        ["publication date", *_compared(both["published_true"], given)],
        ["title", *_compared(both["title_true"], both["title"])],
        ["language", *_compared(both["language_true"], both["language"])],
        ["copy of", *_compared(both["copy_of_true"], both["copy_of"].fillna(""))],
        ["first words", *_compared(both["first_words"], both["text"].str.split().str[:6].str.join(" "))],
        ["last words", *_compared(both["last_words"], both["text"].str.split().str[-6:].str.join(" "))],
    ]
    refused = folder / "rejected.csv"
    if refused.is_file():
        known = pd.read_csv(refused, dtype={"record": "int64"})
        found = known.merge(rejected, on=["source", "record", "reason"])
        rows.append(["rejected, and why", len(found), len(rejected) - len(found), len(known) - len(found)])
    return pd.DataFrame(rows, columns=columns)


def _compared(true: pd.Series, given: pd.Series) -> tuple[int, int, int]:
    """Count right (and rightly empty), wrong and missing values."""
    right = true.to_numpy() == given.to_numpy()
    empty = given.to_numpy() == ""
    return int(right.sum()), int((~right & ~empty).sum()), int((~right & empty).sum())
