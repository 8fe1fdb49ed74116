"""Copies and stories as notebook 01 lists them: all members, and what differs."""

import math
import re

import pandas as pd

from dateline.ingest.views import snippet
from dateline.words import percent, plural


def copies(articles: pd.DataFrame, *, n: int = 10) -> tuple[pd.DataFrame, int]:
    """List copies beside their originals, all of one original together, with what differs.

    Returns
    -------
    table
        original, copy, days_later, in_common (share of the shorter text's words), what_differs, title; at
        most `n` rows, the most reprinted originals first.
    number
        How many copies there are.
    """
    found = articles[articles["copy_of"].notna()]
    times = found["copy_of"].map(found["copy_of"].value_counts())
    found = found.assign(times=times).sort_values(
        ["times", "copy_of", "published", "article_id"],
        ascending=[False, True, True, True],
        kind="stable",
    )
    number, found = len(found), found.head(n)
    original = articles.set_index("article_id").loc[found["copy_of"]]
    days = (found["published"].to_numpy() - original["published"].to_numpy()).astype("timedelta64[s]")
    pairs = zip(
        *(frame[name].tolist() for frame in (original, found) for name in ("title", "text")), strict=True
    )
    compared = [differs(*pair) for pair in pairs]
    table = pd.DataFrame(
        {
            "original": found["copy_of"].to_numpy(),
            "copy": found["article_id"].to_numpy(),
            "days_later": pd.Series(days).dt.days.astype("Int64"),
            "in_common": pd.Series(
                [percent(math.floor(share * 100) / 100) for share, _ in compared], dtype="str"
            ),
            "what_differs": pd.Series([words for _, words in compared], dtype="str"),
            "title_of_copy": _titles(found).map(snippet).to_numpy(),
        }
    )
    return table, number


def differs(title: str, text: str, other_title: str, other: str) -> tuple[float, str]:
    """Say how much of the shorter of two texts is in the other, and what the second has changed.

    Examples
    --------
    >>> differs("Talks", "They met in the old town on Sunday", "Talks", "They met in the old city")
    (0.833333, 'end cut (2 words); 1 word changed')
    """
    from rapidfuzz.distance import Indel

    mine, theirs = (re.findall(r"\w+", one.casefold()) for one in (text, other))
    steps = [(s.tag, s.src_start, s.src_end, s.dest_start, s.dest_end) for s in Indel.opcodes(mine, theirs)]
    common = sum(end - start for tag, start, end, _, _ in steps if tag == "equal")
    equal = [i for i, step in enumerate(steps) if step[0] == "equal"]
    said = []
    if title.casefold() != other_title.casefold():
        said.append("new headline" if other_title else "no headline")
    if equal:
        first, last = steps[equal[0]], steps[equal[-1]]
        for where, lost, new in (
            ("beginning", first[1], first[3]),
            ("end", len(mine) - last[2], len(theirs) - last[4]),
        ):
            # a word or two exchanged at the edge is a change, not a cut
            if lost > new:
                said.append(f"{where} cut ({plural(lost - new, 'word')})")
            elif new > lost:
                said.append(f"{where} added ({plural(new - lost, 'word')})")
        inner = steps[equal[0] : equal[-1]]
        gone = sum(end - start for tag, start, end, _, _ in inner if tag == "delete")
        new = sum(end - start for tag, _, _, start, end in inner if tag == "insert")
        edges = min(first[1], first[3]) + min(len(mine) - last[2], len(theirs) - last[4])
        changed = max(gone, new) + edges
        said += [f"{plural(changed, 'word')} changed"] if changed else []
    share = round(common / max(min(len(mine), len(theirs)), 1), 6)
    return share, "; ".join(said) or "nothing"


def stories(articles: pd.DataFrame) -> pd.DataFrame:
    """List the stories that more than one article tells, the largest first.

    Returns
    -------
    pandas.DataFrame
        story, first_day, last_day, articles, unique_texts, outlets, first_title.
    """
    several = articles[articles["story"].duplicated(keep=False)]
    ordered = several.assign(title=_titles(several)).sort_values(["published", "article_id"], kind="stable")
    grouped = ordered.assign(unique=ordered["copy_of"].isna()).groupby("story")
    table = grouped.agg(
        first_day=("published", "min"),
        last_day=("published", "max"),
        articles=("unique", "size"),
        unique_texts=("unique", "sum"),
        outlets=("outlet", "nunique"),
        first_title=("title", "first"),
    )
    table = table.sort_values(["articles", "first_day"], ascending=[False, True], kind="stable")
    return table.assign(first_title=table["first_title"].map(snippet)).reset_index()


def members(articles: pd.DataFrame, story: int) -> pd.DataFrame:
    """List all articles of a story in the order of time.

    Returns
    -------
    pandas.DataFrame
        published, article_id, outlet, title, copy_of.
    """
    found = articles[articles["story"] == story].sort_values(["published", "article_id"], kind="stable")
    found = found.assign(title=_titles(found).map(lambda title: snippet(title, 80)))
    return found[["published", "article_id", "outlet", "title", "copy_of"]]


def _titles(articles: pd.DataFrame) -> pd.Series:
    """Titles, or how the text begins where there is none."""
    begins = articles["text"].str[:50].str.strip().str.replace(r"\s+", " ", regex=True)
    return articles["title"].where(articles["title"] != "", "“" + begins + " …”")
