"""Concordance: the words on both sides of a name, a pair of names, a date or any other place in the texts."""

import datetime as dt
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline.timeline import groups

# Characters on either side, and of what stands between two names before its middle is left out.
CONTEXT = 56
BETWEEN = 120
# Days in the longest time that still points to a day in it.
NEAR = 8
PLACE = ["article_id", "sentence", "start", "end"]
COLUMNS = ["article_id", "outlet", "published", "sentence", "left", "match", "right"]
GAP = " […] "
# What can be asked for: a name, a pair of names, a day.
Query = str | tuple[str, str] | dt.date


def lines(
    what: Query,
    *,
    mentions: pd.DataFrame,
    articles: pd.DataFrame,
    dates: pd.DataFrame | None = None,
    most: int = 10,
) -> pd.DataFrame:
    """Show where the articles speak of something, with the words around it.

    Parameters
    ----------
    what
        A name, canonical or any spelling of it; two names, for the places where they stand nearest to each
        other; or a day (a date or ``2024-05-16``), for the words that mean it or a week around
        it, the exact ones first.
    mentions, articles, dates
        Tables mentions, articles and event_dates; only places in `articles` are shown.
    most
        Lines at most, from as many articles as there are.

    Returns
    -------
    pandas.DataFrame
        article_id, outlet, published, sentence, left, match, right; the earliest article first.

    Raises
    ------
    ValueError
        For a day without `dates`.
    """
    if isinstance(what, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", what):
        what = dt.date.fromisoformat(what)
    if isinstance(what, dt.date):
        if dates is None:
            raise ValueError(f"{what} is a day: give the table event_dates as dates")
        return around(of_day(dates, pd.Timestamp(what)), articles, most=most)
    if isinstance(what, str):
        return around(_of(mentions, what), articles, most=most)
    return between(_of(mentions, what[0]), _of(mentions, what[1]), articles, most=most)


def _of(mentions: pd.DataFrame, name: str) -> pd.DataFrame:
    """Mentions of an entity, or of those that have such a spelling."""
    found = mentions[mentions["entity"] == name]
    if found.empty:
        entities = mentions.loc[mentions["surface"] == name, "entity"].unique()
        found = mentions[mentions["entity"].isin(entities)]
    return found[PLACE]


def of_day(dates: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Words that mean a day or a few days around it, the most exact first."""
    found = dates[(dates["date_from"] <= day) & (dates["date_to"] >= day)]
    width = (found["date_to"] - found["date_from"]).dt.days
    return found.loc[width < NEAR, PLACE].assign(best=width[width < NEAR])


class Texts:
    """Articles in the order in which they are shown: by day, undated ones last, then by their ids.

    Made once where many lines are asked for.

    Parameters
    ----------
    articles
        Table articles.
    """

    def __init__(self, articles: pd.DataFrame) -> None:
        known = articles.sort_values(["published", "article_id"], kind="stable", ignore_index=True)
        self.number = pd.Index(known["article_id"])
        self.published = known["published"].to_numpy()
        self.outlets = known["outlet"].fillna("").replace("", groups.UNKNOWN).to_numpy(object)
        self.bodies, self.titles = (known[c].to_numpy(object) for c in ("text", "title"))

    def locate(self, spans: pd.DataFrame) -> pd.DataFrame:
        """Give the places in these articles, with the number of each one's article."""
        article = self.number.get_indexer(spans["article_id"])
        return spans.assign(article=article)[article >= 0]

    def of(self, article: pd.Series, sentence: pd.Series) -> list[str]:
        """Title or text that each place is in."""
        row = article.to_numpy()
        return np.where(sentence.to_numpy() < 0, self.titles[row], self.bodies[row]).tolist()


def around(
    spans: pd.DataFrame, articles: pd.DataFrame | Texts, *, most: int = 10, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Show places in the articles with the words on both sides.

    Parameters
    ----------
    spans
        article_id, sentence (-1: in the title), start, end; the first of an article are its best, and perhaps
        best: a number, the lowest of which go first.
    articles
        Table articles.
    most
        Lines at most, one an article while there are enough.
    by
        Columns of `spans`: `most` lines for each of their values, which stand before the other columns.
    """
    by, texts = list(by), articles if isinstance(articles, Texts) else Texts(articles)
    spans = texts.locate(spans) if "article" not in spans else spans
    spans = spans.assign(best=spans.get("best", 0))
    spans = spans.sort_values([*by, "best"], kind="stable", ignore_index=True)
    turn = spans.groupby([*by, "article"], sort=False, observed=True).cumcount()
    order = [*by, "turn", "best", "article", "start"]
    spans = spans.assign(turn=turn).sort_values(order, kind="stable", ignore_index=True)
    spans = spans.groupby(by, sort=False, observed=True).head(most) if by else spans.head(most)
    spans = spans.reset_index(drop=True)
    whole = texts.of(spans["article"], spans["sentence"])
    places = list(zip(whole, spans["start"], spans["end"], strict=True))
    words = {
        "left": [_before(t, a) for t, a, _ in places],
        "match": [t[a:b] for t, a, b in places],
        "right": [_after(t, b) for t, _, b in places],
    }
    return pd.concat([spans[by], _table(spans, texts, words)], axis=1)


def between(
    one: pd.DataFrame, other: pd.DataFrame, articles: pd.DataFrame | Texts, *, most: int = 10
) -> pd.DataFrame:
    """Show for each article where two names stand nearest to each other, in one sentence if they do.

    Parameters
    ----------
    one, other
        Places of the two names: article_id, sentence, start, end.
    articles
        Table articles.
    most
        Lines at most.
    """
    texts = articles if isinstance(articles, Texts) else Texts(articles)
    one, other = (x if "article" in x else texts.locate(x) for x in (one, other))
    few = np.intersect1d(one["article"], other["article"])[:most]
    columns = ["article", "sentence", "start", "end"]
    one, other = (x[columns][x["article"].isin(few)] for x in (one, other))
    # the nearest two stand side by side among all places of both, the title's before the text's
    places = pd.concat([one.assign(which=0), other.assign(which=1)])
    places = places.assign(body=places["sentence"] >= 0)
    places = places.sort_values(["article", "body", "start", "which"], kind="stable", ignore_index=True)
    after = places.iloc[1:].reset_index(drop=True).add_suffix("_b")
    both = pd.concat([places.iloc[:-1], after], axis=1)
    both = both[(both["article"] == both["article_b"]) & (both["which"] != both["which_b"])]
    apart = both["body"] != both["body_b"]
    gap = (both["start_b"] - both["end"]).where(~apart, 1 << 40)
    both = both.assign(gap=gap, apart=apart, other=both["sentence"] != both["sentence_b"])
    both = both.sort_values(["article", "other", "gap", "start"], kind="stable")
    both = both.drop_duplicates("article").reset_index(drop=True)
    begin, end = (texts.of(both["article"], both[name]) for name in ("sentence", "sentence_b"))
    rows = list(both[["start", "end", "start_b", "end_b", "apart"]].itertuples(index=False, name=None))
    words = {
        "left": [_before(t, a) for t, (a, *_) in zip(begin, rows, strict=True)],
        "match": [
            t[a:d] if not apart and d - a <= BETWEEN else t[a:b] + GAP + u[c:d]
            for t, u, (a, b, c, d, apart) in zip(begin, end, rows, strict=True)
        ],
        "right": [_after(u, d) for u, (*_, d, _) in zip(end, rows, strict=True)],
    }
    return _table(both, texts, words)


def _before(text: str, at: int) -> str:
    """Whole words before a place."""
    return text[:at] if at <= CONTEXT else text[at - CONTEXT : at].partition(" ")[2]


def _after(text: str, at: int) -> str:
    """Whole words behind a place."""
    words = text[at : at + CONTEXT]
    return words if at + CONTEXT >= len(text) else words.rpartition(" ")[0]


def _table(spans: pd.DataFrame, texts: Texts, words: dict[str, list[str]]) -> pd.DataFrame:
    row = spans["article"].to_numpy()
    columns = {
        "article_id": texts.number.to_numpy(object)[row],
        "outlet": texts.outlets[row],
        "published": texts.published[row],
        "sentence": spans["sentence"].to_numpy(),
    }
    table = pd.DataFrame(columns | {c: list(map(visible, text)) for c, text in words.items()})
    types = dict.fromkeys(["article_id", "outlet", "left", "match", "right"], "str")
    return table.astype(types | {"sentence": "int64"})[COLUMNS]


def visible(text: str) -> str:
    r"""Text on one line, without the characters that steer a terminal or turn the direction of writing.

    Examples
    --------
    >>> visible("the \x1b[31mtalks\n  went\u202e on ")
    'the [31mtalks went on'
    """
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join("".join(filter(str.isprintable, line)).split())


def faithful(spans: pd.DataFrame, articles: pd.DataFrame, *, most: int = 2000) -> bool:
    """Whether start and end give the words in `surface`, for `most` places spread over all of them.

    Parameters
    ----------
    spans
        article_id, sentence (-1: in the title), start, end, surface.
    articles
        Table articles.
    """
    some = spans.iloc[:: max(len(spans) // most, 1)]
    texts = Texts(articles)
    some = texts.locate(some)
    whole = texts.of(some["article"], some["sentence"])
    cut = [t[a:b] for t, a, b in zip(whole, some["start"], some["end"], strict=True)]
    return cut == some["surface"].tolist()


def page(table: pd.DataFrame, *, width: int = CONTEXT) -> str:
    """Set a concordance as plain text: the matches below each other, each with its article before it.

    Parameters
    ----------
    table
        From `lines` or `around`.
    width
        Characters of context on either side.
    """
    parts = []
    for row in table.itertuples():
        day = "undated" if pd.isna(row.published) else f"{row.published:%Y-%m-%d}"
        parts.append(f"{day}  {row.outlet}  {row.article_id}, {_place(row.sentence)}")
        parts.append(f"  {row.left[-width:]:>{width}} [{row.match}] {row.right[:width]}")
    return "\n".join(parts) or "No place in the articles."


def _place(sentence: int) -> str:
    return "title" if sentence < 0 else f"sentence {sentence}"
