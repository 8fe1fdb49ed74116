"""Concerns: what a reader should know of an article before trusting it, as notebook 01 lists them."""

import numpy as np
import pandas as pd

from dateline.ingest.views import snippet

# From here on an article is worth a look: words it should have, share of it that was removed.
FEW_WORDS, MUCH_REMOVED, MOSTLY_REMOVED = 60, 0.3, 0.5


def quality(articles: pd.DataFrame, date_evidence: pd.DataFrame, repairs: pd.DataFrame) -> pd.DataFrame:
    """List for each article what a reader should know before trusting it, the worst first.

    A concern weighs 3 where a number can be wrong because of it, 2 where something is missing so that the
    article drops out of a count or may be no whole article, 1 where it is good to know.

    Returns
    -------
    pandas.DataFrame
        article_id, weight (the sum), concerns (in words, the gravest first), n_words, removed_share; the
        heaviest first, of equal ones the one of which most was removed.
    """
    checks = _concerns(articles, date_evidence, repairs)
    flags = np.column_stack([flag.to_numpy(bool) for _, _, flag in checks])
    names = np.array([name for name, _, _ in checks], object)
    table = pd.DataFrame(
        {
            "article_id": articles["article_id"].to_numpy(),
            "weight": flags @ np.array([weight for _, weight, _ in checks]),
            "concerns": ["; ".join(names[row]) for row in flags],
            "n_words": articles["n_words"].to_numpy(),
            "removed_share": articles["removed_share"].to_numpy(),
        }
    )
    return table.sort_values(
        ["weight", "removed_share", "article_id"], ascending=[False, False, True], kind="stable"
    )


def _concerns(
    articles: pd.DataFrame, evidence: pd.DataFrame, repairs: pd.DataFrame
) -> list[tuple[str, int, pd.Series]]:
    """Name what is looked for in each article, how much it weighs, and where it is so."""
    first, last = articles["published_earliest"], articles["published_latest"]
    interval = articles["published"].isna() & first.notna()
    # 4 May or 5 April: the ends of the interval have day and month exchanged
    two = interval & (first.dt.day == last.dt.month) & (first.dt.month == last.dt.day)
    share, known = articles["removed_share"], articles["decoding"].str.partition(",")[0]
    broken = repairs.loc[repairs["rule"] == "undecodable", "article_id"]
    stated = articles.get("stated_language", pd.Series("", articles.index)).fillna("").str[:2].str.lower()
    spoken = articles["language"]
    borrowed = evidence.loc[evidence["evidence"].str.startswith("borrowed from "), "article_id"]
    other = (stated != "") & (spoken != "und") & (stated != spoken)
    return [
        ("its dates contradict each other", 3, articles["article_id"].isin(_with(evidence, "conflict"))),
        ("its date is flagged", 3, articles["article_id"].isin(_with(evidence, "flag"))),
        ("day and month of its date could be exchanged", 3, two),
        ("more was removed than kept", 3, share > MOSTLY_REMOVED),
        ("no date", 2, first.isna()),
        ("its date is borrowed", 2, articles["article_id"].isin(borrowed)),
        ("language not told", 2, spoken == "und"),
        ("its page states another language", 2, other),
        ("very short", 2, articles["n_words"] < FEW_WORDS),
        ("bytes that could not be read", 2, articles["article_id"].isin(broken)),
        ("much was removed", 2, (share > MUCH_REMOVED) & (share <= MOSTLY_REMOVED)),
        ("date known to an interval", 1, interval & ~two),
        ("encoding guessed", 1, ~known.isin(["utf-8", "utf-16", "utf-32"])),
        ("encoding repaired", 1, articles["decoding"].str.contains("repaired")),
        ("no title", 1, articles["title"] == ""),
        ("outlet unknown", 1, articles["outlet"].isna()),
    ]


def _with(evidence: pd.DataFrame, column: str) -> pd.Series:
    """Articles of which a piece of evidence is marked."""
    marked = evidence.get(column, pd.Series(False, evidence.index))
    marked = marked if marked.dtype == bool else marked.fillna("") != ""
    return evidence.loc[marked, "article_id"]


def counted(quality: pd.DataFrame) -> pd.DataFrame:
    """Count articles by concern; `quality` is what `quality` returned.

    Returns
    -------
    pandas.DataFrame
        concern, articles; the most frequent first. An article can have several.
    """
    each = quality["concerns"].str.split("; ").explode()
    found = each[each != ""].value_counts().rename_axis("concern").reset_index(name="articles")
    return found.sort_values(["articles", "concern"], ascending=[False, True], kind="stable")


def doubts(date_evidence: pd.DataFrame) -> pd.DataFrame:
    """List all evidence of the articles whose dates contradict each other or are flagged.

    Returns
    -------
    pandas.DataFrame
        article_id, says (a day or an interval), basis, evidence, decided, contradicts; flag where the table
        has one.
    """
    doubted = pd.concat([_with(date_evidence, "conflict"), _with(date_evidence, "flag")]).unique()
    found = date_evidence[date_evidence["article_id"].isin(doubted)]
    one, other = (found[name].dt.strftime("%Y-%m-%d") for name in ("candidate_from", "candidate_to"))
    table = pd.DataFrame(
        {
            "article_id": found["article_id"],
            "says": one.where(one == other, one + " to " + other),
            "basis": found["basis"],
            "evidence": found["evidence"].map(snippet),
            "decided": found["chosen"],
            "contradicts": found["conflict"],
        }
    )
    return table.assign(flag=found["flag"]) if "flag" in found else table
