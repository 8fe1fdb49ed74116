"""Headline findings, each with its denominator, interval and evidence, and what they depend on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import stats

# Fewer unique texts than this: a group of articles is no topic, a peak no trend, a mean no tone.
FEWEST_ARTICLES = 8
# Fewer than this and "most" says nothing: any name of the first text would lead.
FEWEST_FOR_NAMES = 3
# Outlets that the sensitivity table leaves out one at a time; the largest first.
MOST_OUTLETS = 8
# Sentences shown behind a finding.
N_EVIDENCE = 3
# Languages that the English-only steps read: "und" is too short a text to tell.
READABLE = ("en", "und")

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Tables = Mapping[str, pd.DataFrame]


class Evidence(NamedTuple):
    """A sentence of an article, with its number there (-1: the title)."""

    article_id: str
    sentence: int
    text: str


@dataclass(frozen=True)
class Finding:
    """One answer, put into words as far as its numbers allow.

    Attributes
    ----------
    finding
        Short name, as in the sensitivity table.
    question
        What it answers.
    sentence
        The answer in plain words, or why there is none.
    value, low, high
        The number and its 95 % interval over articles; NaN where there is none.
    n
        Articles that it is computed over.
    stated
        Whether the number of articles allows an answer at all.
    leader
        The name that leads (a topic, a period, a person, a tone); empty where nothing does.
    evidence
        Sentences that a reader can check it against.
    """

    finding: str
    question: str
    sentence: str
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    n: int = 0
    stated: bool = False
    leader: str = ""
    evidence: tuple[Evidence, ...] = ()


class Ranking(NamedTuple):
    """Which articles have which names: pairs of positions, each pair once.

    Attributes
    ----------
    rows, cols
        (n_pairs,) int, positions in the articles and in `names`.
    names
        Sorted names.
    n_articles
        Rows of the articles table.
    """

    rows: np.ndarray
    cols: np.ndarray
    names: np.ndarray
    n_articles: int


class Leader(NamedTuple):
    """The name that most articles have, and how far the next one is behind.

    Attributes
    ----------
    name, k
        It and the number of articles that have it.
    n
        Articles counted over.
    share, low, high
        k of n with its 95 % interval.
    second, k_second
        The next name; empty and 0 where there is none.
    clear
        Whether the lead over the second is more than chance would give.
    """

    name: str
    k: int
    n: int
    share: float
    low: float
    high: float
    second: str
    k_second: int
    clear: bool


def ranking(pairs: pd.DataFrame, *, articles: pd.Series) -> Ranking:
    """Code pairs of article and name as integers, so that each choice afterwards costs a count.

    Parameters
    ----------
    pairs
        Columns article_id and name, repeated pairs allowed.
    articles
        All article ids, without repetition.
    """
    cols, names = pd.factorize(pairs["name"], sort=True)
    rows = pd.Index(articles).get_indexer(pairs["article_id"])
    keys = np.unique(rows.astype(np.int64)[rows >= 0] * max(len(names), 1) + cols[rows >= 0])
    return Ranking(
        keys // max(len(names), 1), keys % max(len(names), 1), np.asarray(names, dtype=object), len(articles)
    )


def lead(ranked: Ranking, *, keep: np.ndarray, name: str = "") -> Leader | None:
    """Find the name that most of the kept articles have.

    Parameters
    ----------
    ranked
        See `ranking`.
    keep
        (n_articles,) bool: the articles to count.
    name
        Look at this name instead of the one that leads; `second` is then the best of the others.

    Returns
    -------
    Leader or None
        None if no kept article has a name. Names that are level stand in alphabetical order. The lead is
        `clear` if the articles that have only one of the two names favour the first: the 95 % interval of
        that share lies above one half (the sign test on discordant pairs of McNemar, 1947).

    Examples
    --------
    >>> pairs = pd.DataFrame({"article_id": ["a", "b", "c"], "name": ["Ada", "Ada", "Bo"]})
    >>> lead(ranking(pairs, articles=pd.Series(["a", "b", "c"])), keep=np.ones(3, bool))[:4]
    ('Ada', 2, 3, 0.666667)
    """
    counts = np.bincount(ranked.cols[keep[ranked.rows]], minlength=len(ranked.names))
    if not counts.any():
        return None
    order = np.argsort(-counts, kind="stable")
    first = int(order[0])
    if name:
        first = next(iter(np.flatnonzero(ranked.names == name).tolist()), -1)
    rest = order[order != first]
    second = int(rest[0]) if len(rest) and counts[rest[0]] else -1
    n, k = int(keep.sum()), int(counts[first]) if first >= 0 else 0
    (low,), (high,) = stats.wilson([k], n)
    only_first = _only(ranked, keep, first, second)
    only_second = _only(ranked, keep, second, first)
    clear = stats.wilson([only_first], only_first + only_second)[0][0] > 0.5
    share = round(k / n, 6)
    best = (str(ranked.names[second]), int(counts[second])) if second >= 0 else ("", 0)
    return Leader(name or str(ranked.names[first]), k, n, share, float(low), float(high), *best, bool(clear))


def _only(ranked: Ranking, keep: np.ndarray, one: int, other: int) -> int:
    """Count the kept articles that have `one` and not `other`."""
    has = np.zeros((2, ranked.n_articles), bool)
    has[0, ranked.rows[ranked.cols == one]] = True
    has[1, ranked.rows[ranked.cols == other]] = True
    return int((has[0] & ~has[1] & keep).sum())


@dataclass(frozen=True)
class Base:
    """What all findings count over.

    Attributes
    ----------
    articles
        Table articles, as it is.
    unique, readable, dated
        (n,) bool: no copy of another article; in a language that the English-only steps read; with a
        publication date.
    """

    articles: pd.DataFrame
    unique: np.ndarray
    readable: np.ndarray
    dated: np.ndarray

    @classmethod
    def of(cls, articles: pd.DataFrame) -> "Base":
        """Mark the rows of table articles."""
        return cls(
            articles,
            articles["copy_of"].isna().to_numpy(),
            articles["language"].isin(READABLE).to_numpy(),
            articles["published"].notna().to_numpy(),
        )


class Question(NamedTuple):
    """A question that a ranking answers.

    Attributes
    ----------
    finding, question
        See `Finding`.
    words
        The answer, with places for the name and the count.
    pairs
        Columns article_id, sentence (where there is one) and name: who has what, and where it stands; the
        rows that are best to show first.
    keep
        (n_articles,) bool, the articles counted over.
    called
        What they are called.
    fewest
        Kept articles needed for an answer.
    unit
        Calendar unit if the names are dates.
    """

    finding: str
    question: str
    words: str
    pairs: pd.DataFrame
    keep: np.ndarray
    called: str
    fewest: int = FEWEST_FOR_NAMES
    unit: str = ""


def questions(tables: Tables, *, unit: str = "auto") -> list[Question]:
    """Collect what can be ranked by the number of articles: topics, names, speakers, periods, event dates.

    Parameters
    ----------
    tables
        By name: articles, sentences, article_topics, topics, mentions, event_dates.
    unit
        Calendar unit of the busiest period, or ``auto``.
    """
    base = Base.of(tables["articles"])
    english = base.unique & base.readable
    texts = "unique texts" if base.readable.all() else "unique texts in English"
    names = tables["mentions"][["article_id", "sentence", "entity", "kind"]].rename(
        columns={"entity": "name"}
    )
    persons = names[names["kind"] == "person"]
    quoted, days, topics = speaker_pairs(tables), day_pairs(tables), topic_pairs(tables)
    if unit == "auto":
        unit = stats.period_unit(base.articles.loc[base.unique, "published"])
    asked = [
        ("topic", "What is the largest topic?", "“{name}” is the topic of {count}", topics),
        ("name", "Who or what is named most?", "{name} is named in {count}", names),
        ("person", "Which person is named most?", "{name} is named in {count}", persons),
        ("speaker", "Who is quoted most?", "{name} is quoted in {count}", quoted),
        ("event date", "Which day is talked about most?", "{name} is a date in {count}", days),
    ]
    found = [Question(*one, english, texts) for one in asked]
    found[0] = found[0]._replace(fewest=FEWEST_ARTICLES)
    found[4] = found[4]._replace(unit="day")
    words = "{name} is when {count} appeared"
    dated = (base.unique & base.dated, "dated unique texts", FEWEST_ARTICLES, unit)
    busiest = Question("period", "When did most appear?", words, period_pairs(base, unit=unit), *dated)
    return [*found[:4], busiest, found[4]]


def topic_pairs(tables: Tables) -> pd.DataFrame:
    """Articles and the labels of their topics, the clearest first; those with no clear topic have none."""
    labels = tables["topics"].set_index("topic")["label"]
    placed = tables["article_topics"].query("topic >= 0")
    order = np.argsort(-placed["margin"].fillna(0).round(6).to_numpy(), kind="stable")
    return placed.assign(name=placed["topic"].map(labels)).iloc[order][["article_id", "name"]].dropna()


def period_pairs(base: Base, *, unit: str) -> pd.DataFrame:
    """Articles and the first day of the period that they appeared in, as ISO dates."""
    dated = base.articles.loc[base.dated, ["article_id", "published"]]
    start = stats.period_start(dated["published"], unit=unit)
    return dated.assign(name=start.dt.strftime("%Y-%m-%d"))[["article_id", "name"]]


def day_pairs(tables: Tables) -> pd.DataFrame:
    """Days that sentences talk about, as ISO dates; a period of several days stands under its first."""
    days = tables["event_dates"].query("grain == 'day'")
    return days.assign(name=days["date_from"].dt.strftime("%Y-%m-%d"))[["article_id", "sentence", "name"]]


def speaker_pairs(tables: Tables) -> pd.DataFrame:
    """Quotes and whom they quote: the words beside a quote, resolved to a name through its mentions.

    Returns
    -------
    pandas.DataFrame
        article_id, sentence, name; quotes whose speaker no mention names ("she", "the ministry") have no row.
    """
    quotes = tables["sentences"].query("voice == 'quote' and speaker != ''")
    mentions = tables["mentions"].query("kind != 'place'")
    count = mentions.groupby(["article_id", "surface", "entity"], sort=True).size().reset_index(name="count")
    here = count.sort_values("count", ascending=False, kind="stable").drop_duplicates(
        ["article_id", "surface"]
    )
    count = count.groupby(["surface", "entity"])["count"].sum().reset_index()
    usual = count.sort_values("count", ascending=False, kind="stable").drop_duplicates("surface")
    both = quotes.merge(
        here, how="left", left_on=["article_id", "speaker"], right_on=["article_id", "surface"]
    )
    name = both["entity"].fillna(both["speaker"].map(usual.set_index("surface")["entity"]))
    return both.assign(name=name).dropna(subset="name")[["article_id", "sentence", "name"]]


def findings(tables: Tables, *, unit: str = "auto", seed: int = 0) -> list[Finding]:
    """Answer the headline questions as far as the articles allow.

    Parameters
    ----------
    tables
        All tables of the data dictionary but sensitivity, by name.
    unit
        Calendar unit of the busiest period (``day`` to ``year``), or ``auto``.
    seed
        Seed of the resampling behind the interval of the tone.
    """
    return [
        corpus(tables),
        *(answer(question, tables=tables) for question in questions(tables, unit=unit)),
    ]


def corpus(tables: Tables) -> Finding:
    """Say how much there is: articles, unique texts, stories, outlets, and from when to when."""
    articles = tables["articles"]
    unique = int(articles["copy_of"].isna().sum())
    known = articles["published"].dropna()
    n_outlets = articles["outlet"].replace("", pd.NA).nunique()
    parts = [plural(len(articles), "article")]
    if unique < len(articles):
        parts.append(f"{unique:,} of them unique texts")
    parts.append(f"about {plural(articles['story'].nunique(), 'event')}")
    if n_outlets:
        parts.append(f"from {plural(n_outlets, 'outlet')}")
    sentence = ", ".join(parts) + ". "
    undated = len(articles) - len(known)
    if known.empty:
        sentence += "No publication date is known."
    else:
        first, last = day(known.min()), day(known.max())
        span = f"between {first} and {last}" if first != last else f"on {first}"
        which = "They appeared" if not undated else f"The {len(known):,} with a known date appeared"
        sentence += f"{which} {span}" + (f"; {undated:,} are undated." if undated else ".")
    question = "How much is there, and from when?"
    return Finding(
        "corpus", question, sentence, float(len(articles)), n=len(articles), stated=len(articles) > 0
    )


def answer(question: Question, *, tables: Tables) -> Finding:
    """Put into words who or what leads a ranking, how far, and whether that is more than chance."""
    n = int(question.keep.sum())
    blank = Finding(question.finding, question.question, "", n=n)
    if n < question.fewest:
        has = f"there are {n:,} {question.called}" if n != 1 else f"there is 1 of the {question.called}"
        return replace(
            blank, sentence=f"Not enough articles to say: {has}, and this needs {question.fewest}."
        )
    first = lead(ranking(question.pairs, articles=tables["articles"]["article_id"]), keep=question.keep)
    if first is None or first.k < 2:
        found = "was found in the" if first is None else "is in more than one of the"
        return replace(blank, sentence=f"No {question.finding} {found} {n:,} {question.called}.")
    sentence = question.words.format(
        name=shown(first.name, question.unit), count=count(first, question.called)
    )
    return replace(
        blank,
        sentence=sentence + compare(first, question.unit),
        value=first.share,
        low=first.low,
        high=first.high,
        stated=True,
        leader=first.name,
        evidence=evidence(question, first.name, tables=tables),
    )


def plural(n: int, noun: str) -> str:
    """Write a number and its noun.

    Examples
    --------
    >>> plural(1, "article"), plural(1200, "copy")
    ('1 article', '1,200 copies')
    """
    if n != 1:
        noun = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{n:,} {noun}"


def day(date: pd.Timestamp) -> str:
    """Write a date as a reader does.

    Examples
    --------
    >>> day(pd.Timestamp("2024-05-06"))
    '6 May 2024'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def shown(name: str, unit: str) -> str:
    """Name of a ranking for a reader: dates by their unit, everything else as it is.

    Examples
    --------
    >>> shown("2024-05-13", "week"), shown("2024-04-01", "quarter"), shown("Ada", "")
    ('The week of 13 May 2024', 'April to June 2024', 'Ada')
    """
    if not unit:
        return name
    date = pd.Timestamp(name)
    month = MONTHS[date.month - 1]
    return {
        "day": day(date),
        "week": f"The week of {day(date)}",
        "month": f"{month} {date.year}",
        "quarter": f"{month} to {MONTHS[(date.month + 1) % 12]} {date.year}",
        "year": str(date.year),
    }[unit]


def percent(share: float) -> str:
    """Share as whole per cent, small ones with one digit more.

    Examples
    --------
    >>> percent(0.354), percent(0.004), percent(0.0), percent(1.0)
    ('35 %', '0.4 %', '0 %', '100 %')
    """
    return f"{share:.1%}".replace("%", " %") if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def interval(low: float, high: float) -> str:
    """95 % interval of a share, in words."""
    return f"95 % interval {percent(low)} to {percent(high)}"


def count(first: Leader, called: str) -> str:
    """Count, denominator, share and interval of a leader."""
    return f"{first.k:,} of {first.n:,} {called} ({percent(first.share)}, {interval(first.low, first.high)})"


def compare(first: Leader, unit: str) -> str:
    """Say how far the second is behind, and whether that is more than chance would give."""
    if not first.second:
        return "; no other was found."
    second = f"{shown(first.second, unit).removeprefix('The ')} ({first.k_second:,})"
    if first.clear:
        return f", clearly ahead of {second}."
    if first.k_second == first.k:
        return f", as many as {second}: which one leads is open."
    return f", ahead of {second}, though by too little to be sure of the order."


def evidence(question: Question, name: str, *, tables: Tables) -> tuple[Evidence, ...]:
    """Sentences in which kept articles have `name`, from different outlets where there are several."""
    articles = tables["articles"]
    kept = articles.loc[question.keep, ["article_id", "outlet", "title"]]
    rows = question.pairs[question.pairs["name"] == name].merge(kept, on="article_id")
    if "sentence" not in rows:
        rows = rows.assign(sentence=np.where(rows["title"] != "", -1, 0))
    rows = rows.iloc[np.argsort((rows["sentence"] < 0).to_numpy(), kind="stable")]
    rows = rows.drop_duplicates("article_id")
    turn = rows.groupby("outlet").cumcount().to_numpy()
    return look_up(rows.iloc[np.argsort(turn, kind="stable")[:N_EVIDENCE]], tables["sentences"])


def look_up(places: pd.DataFrame, sentences: pd.DataFrame) -> tuple[Evidence, ...]:
    """Texts of a few sentences, given by article_id and sentence, in that order."""
    near = sentences[sentences["article_id"].isin(places["article_id"])]
    text = near.set_index(["article_id", "sentence"])["text"]
    keys = zip(places["article_id"], places["sentence"].astype(int), strict=True)
    return tuple(Evidence(*key, shorten(text[key])) for key in keys if key in text.index)


def shorten(text: str, width: int = 320) -> str:
    """Text on one line, cut between words.

    Examples
    --------
    >>> shorten("The talks  went on", 12)
    'The talks …'
    """
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + " …"


class Choice(NamedTuple):
    """Another way to count: which articles, and which pairs."""

    name: str
    keep: np.ndarray
    ranked: Ranking


def choices(question: Question, ranked: Ranking, *, tables: Tables) -> Iterator[Choice]:
    """Ways to count that a reasonable analyst could have chosen instead, as far as the tables hold them."""
    base, keep, pairs = Base.of(tables["articles"]), question.keep, question.pairs
    if not base.unique.all():
        everything = base.dated if question.finding == "period" else base.readable
        yield Choice("copies counted", everything, ranked)
    first = ~base.articles.sort_values("published", kind="stable").duplicated("story").sort_index().to_numpy()
    if (keep & ~first).any():
        yield Choice("one text an event", keep & first, ranked)
    if question.finding == "period":
        sure = base.articles["published_basis"].ne("inferred").to_numpy()
        if (keep & ~sure).any():
            yield Choice("inferred dates left out", keep & sure, ranked)
    elif (keep & ~base.dated).any():
        yield Choice("undated left out", keep & base.dated, ranked)
    if "sentence" in pairs and question.finding != "speaker":
        ids = base.articles["article_id"]
        yield Choice("headlines left out", keep, ranking(pairs[pairs["sentence"] >= 0], articles=ids))
        yield Choice("quotes left out", keep, ranking(_without_quotes(pairs, tables), articles=ids))
    outlet = base.articles["outlet"]
    for name in outlets(outlet[keep]):
        yield Choice(f"without {name}", keep & (outlet != name).to_numpy(), ranked)


def outlets(outlet: pd.Series) -> list[str]:
    """Outlets to leave out one at a time, the largest first; none if there is only one."""
    size = (
        outlet[outlet != ""].value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")
    )
    return list(size.index[:MOST_OUTLETS]) if len(size) > 1 else []


def _without_quotes(pairs: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Pairs that do not stand in a quoted sentence."""
    quotes = tables["sentences"].loc[tables["sentences"]["voice"] == "quote", ["article_id", "sentence"]]
    ids = tables["articles"]["article_id"]
    return pairs[~np.isin(_place(pairs, ids), _place(quotes, ids))]


def _place(frame: pd.DataFrame, ids: pd.Series) -> np.ndarray:
    """Article and sentence as one number: a fraction of the cost of a merge on text."""
    return pd.Index(ids).get_indexer(frame["article_id"]).astype(np.int64) << 24 | (frame["sentence"] + 1)


COLUMNS = ["finding", "choice", "value", "low", "high", "holds", "leader", "n", "note"]


def sensitivity(found: list[Finding], *, tables: Tables, unit: str = "auto", seed: int = 0) -> pd.DataFrame:
    """Compute the stated findings again under other choices.

    Parameters
    ----------
    found, tables, unit, seed
        As `findings` returned and took them.

    Returns
    -------
    pandas.DataFrame
        Table sensitivity: for each finding its value as reported and under each choice, with 95 % interval;
        `holds` if what led still leads. Beside the data dictionary's columns: leader (what leads under the
        choice), n (articles counted) and note (why a choice was not computed; value is then NaN and holds
        False).
    """
    stated = {finding.finding: finding for finding in found if finding.stated and finding.leader}
    rows = []
    for question in questions(tables, unit=unit):
        if finding := stated.get(question.finding):
            rows += [
                (
                    finding.finding,
                    "as reported",
                    finding.value,
                    finding.low,
                    finding.high,
                    True,
                    finding.leader,
                    finding.n,
                    "",
                )
            ]
            ranked = ranking(question.pairs, articles=tables["articles"]["article_id"])
            rows += [_again(c, question, finding) for c in choices(question, ranked, tables=tables)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _again(choice: Choice, question: Question, finding: Finding) -> tuple:
    """Row of table sensitivity: the ranking under another choice."""
    n = int(choice.keep.sum())
    first = lead(choice.ranked, keep=choice.keep) if n >= question.fewest else None
    if first is None:
        why = f"too few articles are left ({n:,})" if n < question.fewest else "nothing is left to rank"
        return (finding.finding, choice.name, np.nan, np.nan, np.nan, False, "", n, why)
    same = lead(choice.ranked, keep=choice.keep, name=finding.leader) or first
    holds = same.k > 0 and same.k >= same.k_second
    leader = finding.leader if holds else first.name
    return (finding.finding, choice.name, same.share, same.low, same.high, holds, leader, n, "")
