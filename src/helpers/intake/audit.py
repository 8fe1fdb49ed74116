"""What notebook 01 shows: cards, ledgers and findings, made from the tables that ingestion wrote."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import stats
from helpers.text import clean
from helpers.words import day, period, plural

# Rules whose words are kept elsewhere (the title, the date) or are no words at all.
MOVED = ("title", "header-date", "byline", "agency-tag")
BLANK = ("white-space", "invisible")
FURNITURE = "page-furniture"
# From here on an article is worth a look: words it should have, share of it that was removed.
FEW_WORDS, MUCH_REMOVED = 60, 0.3
# Outlets with a row of their own in figures and tables.
MOST_OUTLETS = 12
# Characters of a quotation in a table.
SNIPPET = 60


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
        "records rejected": len(rejected),
        "outlets": articles["outlet"].nunique(),
        "outlet unknown": int(articles["outlet"].isna().sum()),
        "languages": articles["language"].nunique(),
        "words": int(articles["n_words"].sum()),
        "words in the middle article": int(articles["n_words"].median()),
        "dated to the day": len(days),
        "dated to an interval": int(interval.sum()),
        "undated": int(len(articles) - len(days) - interval.sum()),
        "first day": f"{days.min():%Y-%m-%d}" if len(days) else "–",
        "last day": f"{days.max():%Y-%m-%d}" if len(days) else "–",
    }
    return pd.Series({k: f"{v:,}" if isinstance(v, int) else v for k, v in rows.items()}, name="n").to_frame()


def ways(articles: pd.DataFrame) -> pd.DataFrame:
    """Count articles, unique texts and stories, all together and by outlet, the largest first."""
    named = articles.assign(outlet=articles["outlet"].fillna("unknown"), unique=articles["copy_of"].isna())
    table = named.groupby("outlet").agg(
        articles=("unique", "size"), unique_texts=("unique", "sum"), stories=("story", "nunique")
    )
    table = table.sort_values("articles", ascending=False, kind="stable").head(MOST_OUTLETS)
    total = pd.DataFrame(
        [[len(named), int(named["unique"].sum()), named["story"].nunique()]],
        columns=table.columns,
        index=["all"],
    )
    return pd.concat([total, table]).rename_axis("outlet").reset_index()


def quality(articles: pd.DataFrame, date_evidence: pd.DataFrame) -> pd.DataFrame:
    """List for each article what a reader should know before trusting it, the worst first.

    Returns
    -------
    pandas.DataFrame
        article_id, concerns (their number), what (in words), n_words, removed_share.
    """
    doubted = articles["article_id"].isin(date_evidence.loc[date_evidence["conflict"], "article_id"])
    checks: Mapping[str, pd.Series] = {
        "its dates conflict": doubted,
        "no date": articles["published_earliest"].isna(),
        "date known to an interval": articles["published"].isna() & articles["published_earliest"].notna(),
        "much was removed": articles["removed_share"] > MUCH_REMOVED,
        "very short": articles["n_words"] < FEW_WORDS,
        "encoding repaired or guessed": ~articles["decoding"].isin(["utf-8", "utf-16", "utf-32"]),
        "no title": articles["title"] == "",
        "outlet unknown": articles["outlet"].isna(),
        "language not told": articles["language"] == "und",
    }
    flags = pd.DataFrame(checks).to_numpy(bool)
    names = np.array(list(checks), object)
    table = pd.DataFrame(
        {
            "article_id": articles["article_id"].to_numpy(),
            "concerns": flags.sum(axis=1),
            "what": ["; ".join(names[row]) for row in flags],
            "n_words": articles["n_words"].to_numpy(),
            "removed_share": articles["removed_share"].to_numpy(),
        }
    )
    return table.sort_values(
        ["concerns", "removed_share", "article_id"], ascending=[False, False, True], kind="stable"
    )


def by_rule(removed: pd.DataFrame) -> pd.DataFrame:
    """Sum the ledger by rule, the rules that took most first; white space is left out.

    Returns
    -------
    pandas.DataFrame
        rule, articles, spans, characters, why, sample (the start of its longest span).
    """
    spans = removed[~removed["rule"].isin(BLANK)]
    spans = spans.assign(characters=spans["text"].str.len())
    table = spans.groupby("rule").agg(
        articles=("article_id", "nunique"), spans=("rule", "size"), characters=("characters", "sum")
    )
    longest = spans.sort_values(["characters", "article_id", "start"], ascending=[False, True, True])
    table["sample"] = longest.groupby("rule")["text"].first().map(snippet)
    why = {name: rule.why for name, rule in clean.RULES.items()} | {
        FURNITURE: "navigation and notes of a page"
    }
    table.insert(3, "why", [why.get(rule, "") for rule in table.index])
    return table.sort_values("characters", ascending=False, kind="stable").reset_index()


def snippet(text: object, width: int = SNIPPET) -> str:
    """Put a text on one line and cut it in its middle.

    >>> snippet("a very long line of words", 15)
    'a very … words'
    """
    line = " ".join(str(text).split())
    if len(line) <= width:
        return line
    head, tail = line[: width // 2].rsplit(" ", 1)[0], line[-(width // 2) :].split(" ", 1)[-1]
    return f"{head} … {tail}"


def before_after(articles: pd.DataFrame, removed: pd.DataFrame, article_id: str, *, width: int = 96) -> str:
    """Show one article's source with what was removed marked; kept paragraphs are shortened.

    Parameters
    ----------
    articles, removed
        The tables.
    article_id
        Which article.
    width
        Characters a line.
    """
    text = articles.loc[articles["article_id"] == article_id, "text"].iloc[0]
    spans = removed[removed["article_id"] == article_id].sort_values(["start", "end"])
    lines, at, kept = [], 0, 0
    page = (spans["rule"] == FURNITURE).any()
    for span in spans.itertuples():
        if not page and span.start > at:
            lines += _kept(text[kept : kept + span.start - at], width)
            kept += span.start - at
        at = span.end
        if span.rule not in BLANK and span.text.strip():
            lines.append(f"- {span.rule:<16} {snippet(span.text, width - 20)}")
    lines += _kept(text if page else text[kept:], width)
    return "\n".join(lines)


def _kept(text: str, width: int) -> list[str]:
    return [f"+ {snippet(line, width - 4)}" for line in text.split("\n") if line.strip()]


def most_cut(articles: pd.DataFrame, removed: pd.DataFrame) -> str:
    """Name the article whose removal is best worth a look: the largest removed share under half, if any."""
    told = removed[~removed["rule"].isin(BLANK)].groupby("article_id")["rule"].nunique()
    order = articles.assign(rules=articles["article_id"].map(told).fillna(0))
    order = order.sort_values(
        ["rules", "removed_share", "article_id"], ascending=[False, False, True], kind="stable"
    )
    return str(order["article_id"].iloc[0])


def dates(articles: pd.DataFrame) -> pd.DataFrame:
    """Count articles by the evidence that decided their date."""
    exact = articles["published"].notna()
    known = articles["published_earliest"].notna()
    table = pd.DataFrame({"basis": articles["published_basis"], "exact": exact, "interval": known & ~exact})
    table = table.groupby("basis").agg(
        articles=("exact", "size"), exact=("exact", "sum"), interval=("interval", "sum")
    )
    return table.sort_values("articles", ascending=False, kind="stable").reset_index()


def copies(articles: pd.DataFrame) -> pd.DataFrame:
    """List each copy beside its original, with the days between them."""
    found = articles[articles["copy_of"].notna()]
    original = articles.set_index("article_id").loc[found["copy_of"]]
    return pd.DataFrame(
        {
            "original": found["copy_of"].to_numpy(),
            "copy": found["article_id"].to_numpy(),
            "days_later": (found["published"].to_numpy() - original["published"].to_numpy())
            .astype("timedelta64[D]")
            .astype("timedelta64[s]"),
            "title_of_copy": [snippet(title) for title in found["title"]],
        }
    ).assign(days_later=lambda t: pd.Series(t["days_later"]).dt.days.astype("Int64"))


def stories(articles: pd.DataFrame, *, n: int = 10) -> pd.DataFrame:
    """List the largest stories: their days, articles, unique texts, outlets and the title of the first."""
    several = articles[articles["story"].duplicated(keep=False)]
    ordered = several.sort_values(["published", "article_id"], kind="stable")
    grouped = ordered.assign(unique=ordered["copy_of"].isna()).groupby("story")
    table = grouped.agg(
        first_day=("published", "min"),
        last_day=("published", "max"),
        articles=("unique", "size"),
        unique_texts=("unique", "sum"),
        outlets=("outlet", "nunique"),
        first_title=("title", "first"),
    )
    table = table.sort_values(["articles", "first_day"], ascending=[False, True], kind="stable").head(n)
    return table.assign(first_title=table["first_title"].map(snippet)).reset_index()


def over_time(articles: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Count unique texts and copies by period; the last row, without a period, holds the undated ones.

    Returns
    -------
    table
        period (its first day), label, unique_texts, copies.
    unit
        The name of the period.
    """
    unit = stats.calendar_unit(articles)
    periods = stats.all_periods(articles["published"], unit=unit)
    start = stats.period_start(articles["published"], unit=unit)
    unique, undated = articles["copy_of"].isna(), articles["published"].isna()
    table = pd.DataFrame({"period": periods, "label": periods.strftime(_LABELS[unit])})
    table["unique_texts"] = start[unique].value_counts().reindex(periods, fill_value=0).to_numpy()
    table["copies"] = start[~unique].value_counts().reindex(periods, fill_value=0).to_numpy()
    last = {"period": pd.NaT, "label": "undated", "unique_texts": int((undated & unique).sum())}
    last["copies"] = int((undated & ~unique).sum())
    return pd.concat([table, pd.DataFrame([last])], ignore_index=True), unit


_LABELS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "quarter": "%Y-%m", "year": "%Y"}


def kept_removed(articles: pd.DataFrame, removed: pd.DataFrame) -> pd.DataFrame:
    """Share of the visible characters that became text, title or header, or was removed, by outlet."""
    size = removed["text"].str.len()
    moved = size[removed["rule"].isin(MOVED)].groupby(removed["article_id"]).sum()
    gone = size[~removed["rule"].isin([*MOVED, *BLANK])].groupby(removed["article_id"]).sum()
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
    if len(kept) == 1:
        return f"{most['removed']:.0%} of the characters were removed"
    return f"Most was removed from {most['outlet']}: {most['removed']:.0%} of its characters"


def busiest(periods: pd.DataFrame, *, unit: str) -> str:
    """Put the fullest period (the first, of equal ones) and the undated articles into one line.

    Parameters
    ----------
    periods, unit
        What `over_time` returned.
    """
    number = periods["unique_texts"] + periods["copies"]
    undated = int(number[periods["period"].isna()].sum())
    dated = number[periods["period"].notna()]
    if not dated.sum():
        return f"None of {plural(undated, 'article')} has a date"
    first = period(periods["period"][dated.idxmax()], unit=unit)
    when = f"{'on' if unit == 'day' else 'in'} {first}"
    return f"{dated.max():,} of {plural(int(number.sum()), 'article')} appeared {when}; {undated:,} undated"


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
    gone = removed[~removed["rule"].isin([*MOVED, *BLANK])]
    characters = gone["text"].str.len().sum()
    share = characters / max(characters + articles["text"].str.len().sum(), 1)
    reasons = rejected["reason"].value_counts().sort_index()
    listed = f" ({', '.join(f'{n} {reason}' for reason, n in reasons.items())})" if len(reasons) else ""
    lines = [
        f"- **{plural(len(articles), 'article')}**: {plural(unique, 'unique text')} in "
        f"{plural(n_stories, 'story')}, from {plural(articles['outlet'].nunique(), 'known outlet')}."
        f"{span} Rejected: {plural(len(rejected), 'record')}{listed}.",
        f"- **{len(days):,} of {len(articles):,}** dated to the day, {interval:,} to an interval, "
        f"{undated:,} undated.{doubt if doubted else ''}",
        f"- **{share:.1%}** of the characters removed as no article text, in "
        f"{plural(gone['article_id'].nunique(), 'article')}. Every removed span is in the ledger.",
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
