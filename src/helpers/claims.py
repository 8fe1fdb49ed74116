"""What could be said of the articles: claims with their population, interval and sentences, and the gate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from helpers import prose

# Sentences behind a claim, from as many outlets as there are, and how many of the clearest they come from.
N_EVIDENCE, N_STRONGEST = 3, 50
# Why a question has no answer, where nothing is in two articles.
NOTHING_TWICE = {
    "speaker": "no speaker that was recognised is quoted in two",
    "event date": "no date is written in two",
}

Tables = Mapping[str, pd.DataFrame]


class Occurrences(NamedTuple):
    """Where names or scores stand: positions of articles, sentence numbers, and codes of names.

    For scores, `value` has a column for the score, that without event words, and perhaps the model's.
    """

    rows: np.ndarray
    sentence: np.ndarray
    value: np.ndarray
    names: np.ndarray

    def select(self, index: np.ndarray) -> "Occurrences":
        """Those of a mask, or in the order of positions."""
        return Occurrences(self.rows[index], self.sentence[index], self.value[index], self.names)

    def code(self, name: str) -> int:
        """Code of a name, or -1; not ``names == name``, which takes a trailing NUL off the name."""
        return int(pd.Index(self.names, dtype=object).get_indexer([name])[0])

    def distinct(self) -> "Occurrences":
        """Count each article once for each name."""
        width = max(len(self.names), 1)
        keys = np.sort(pd.unique(self.rows * width + self.value))  # np.unique takes three times as long
        return Occurrences(keys // width, np.full(len(keys), -1), keys % width, self.names)


class Choice(NamedTuple):
    """A way to count: which articles, (n_articles,) bool, and which occurrences in them."""

    name: str
    included: np.ndarray
    occurrences: Occurrences


class Result(NamedTuple):
    """What leads under a choice, in `n_leader` of `n` articles, and the best of the others.

    `n_level`: how many others are in as many articles. `enough`: a name in two articles or a tone in
    `population.FEWEST_ARTICLES`. `clear`: of the articles that have one of the two, surely more than half
    have the first (the sign test on discordant pairs; Q. McNemar, Psychometrika 12, 1947).
    """

    leader: str
    value: float
    low: float
    high: float
    n_leader: int
    n: int
    enough: bool
    second: str = ""
    n_second: int = 0
    clear: bool = False
    n_level: int = 0


def is_ahead(alone: int, against: int) -> bool:
    """Whether surely more than half of the articles that have one of two have the first; see `Result`."""
    return bool(population.wilson([alone], alone + against)[0][0] > 0.5)


class Question(NamedTuple):
    """Something to ask: its words, what is counted over which articles, and how many these have to be.

    `unit` is the calendar unit where names are dates; `by_sentence` says that an occurrence is a sentence;
    `average` is there where scores are averaged (`dateline.tone.differences.tones_by_choice`).
    """

    claim: str
    text: str
    phrase: str
    choice: Choice
    texts: str
    fewest: int = population.FEWEST_NAMED
    unit: str = ""
    by_sentence: bool = False
    average: Callable[..., pd.DataFrame] | None = None

    def answer(self, choices: Sequence[Choice], *, leader: str = "") -> list[Result]:
        """Count names under each choice (see `rank_names`), or average scores with `average`."""
        if not self.average:
            return rank_names(choices, leader=leader)
        rows = self.average([(c.included, c.occurrences.rows, c.occurrences.value) for c in choices])
        return [
            Result(row.tone, row.mean, row.low, row.high, row.positive, row.n_articles,
                   enough=row.n_articles >= population.FEWEST_ARTICLES, n_second=row.negative)
            for row in rows.itertuples()
        ]  # fmt: skip

    def label(self, name: str) -> str:
        """Write a name for a reader."""
        if self.unit:
            return prose.period(pd.Timestamp(name), unit=self.unit)
        return f"“{name}”" if self.claim == "topic" else name

    def sentence(self, result: Result) -> str:
        """Say what leads and how far the second is behind, or which way a mean leans."""
        number = prose.score if self.average else prose.percent
        value, low, high = map(number, (result.value, result.low, result.high))
        if self.average:
            sides = f"{result.n_leader:,} sentences are positive, {result.n_second:,} negative"
            interval = f"{value} on a scale from −1 to 1 (95 % interval {low} to {high})"
            return (
                f"{result.leader.capitalize()}: the mean is {interval} in {result.n:,} {self.texts}; {sides}."
            )
        interval = f"({value}, 95 % interval {low} to {high})"
        text = self.phrase.format(
            name=self.label(result.leader),
            count=f"{result.n_leader:,} of {result.n:,} {self.texts} {interval}",
        )
        text = text[0].upper() + text[1:] if self.unit else text
        if not result.second:
            return f"{text}. There is no other."
        second = self.label(result.second)
        if result.n_level > 1:
            return f"{text}. {second} and {prose.plural(result.n_level - 1, 'other')} are level: none leads."
        if result.n_level or result.n_second == result.n_leader:
            return f"{text}. {second} is level: neither leads."
        verdict = ", clearly behind" if result.clear else ": too close to be sure of the order"
        return f"{text}. Next is {second} ({result.n_second:,}){verdict}."


class Quote(NamedTuple):
    """A sentence of an article, with its number there (-1: the title)."""

    article_id: str
    sentence: int
    text: str


@dataclass(frozen=True)
class Claim:
    """An answer, put into words as far as its numbers allow.

    `value`, `low` and `high` are NaN and `leader` is empty where there are too few articles; `doubts` says
    what speaks against it: the gate that it did not pass.
    """

    claim: str
    question: str
    text: str
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    n: int = 0
    population: str = "articles"
    stated: bool = False
    leader: str = ""
    tied: bool = False
    doubts: tuple[str, ...] = ()
    evidence: tuple[Quote, ...] = ()


# -- counting --------------------------------------------------------------------------------------


def locate(frame: pd.DataFrame, *, articles: pd.DataFrame) -> Occurrences:
    """Code columns article_id and name as integers, so that each choice afterwards costs a count."""
    codes, names = pd.factorize(frame["name"], sort=True)
    rows = pd.Index(articles["article_id"]).get_indexer(frame["article_id"])
    return Occurrences(rows, frame["sentence"].to_numpy(), codes, np.asarray(names, dtype=object))


def rank_names(choices: Sequence[Choice], *, leader: str = "") -> list[Result]:
    """Say, for each choice, which name most of the counted articles have; level names in alphabetical order.

    With `leader`, look at this name instead of the one that leads; `second` is the best of the others.
    """
    distinct = {id(choice.occurrences): choice.occurrences for choice in choices}
    distinct = {key: occurrences.distinct() for key, occurrences in distinct.items()}
    results = []
    for choice in choices:
        occurrences, included = distinct[id(choice.occurrences)], choice.included
        n, names = int(included.sum()), occurrences.names
        sizes = np.bincount(occurrences.value[included[occurrences.rows]], minlength=len(names))
        order = np.argsort(-sizes, kind="stable")
        code = occurrences.code(leader) if leader else int(order[0]) if len(order) else -1
        rivals = order[order != code]
        size = int(sizes[code]) if code >= 0 else 0
        (low,), (high,) = population.wilson([size], n)
        result = Result(
            leader or (str(names[code]) if size else ""), round(size / max(n, 1), 6), low, high, size, n,
            enough=size > 1, clear=size > 0, n_level=int((sizes[rivals] == size).sum()),
        )  # fmt: skip
        if len(rivals) and sizes[rivals[0]]:
            pair = np.zeros((2, len(included)), bool)
            for i, rival in enumerate((code, rivals[0])):
                pair[i, occurrences.rows[occurrences.value == rival]] = True
            alone, against = ((a & ~b & included).sum() for a, b in (pair, pair[::-1]))
            second = str(names[rivals[0]])
            result = result._replace(second=second, n_second=int(sizes[rivals[0]]))
            result = result._replace(clear=is_ahead(alone, against))
        results.append(result)
    return results


# -- questions -------------------------------------------------------------------------------------


def list_questions(
    tables: Tables, *, average: Callable[..., pd.DataFrame], period: str = "auto"
) -> list[Question]:
    """Collect what is asked of the articles.

    Parameters
    ----------
    tables
        By name: articles, topics, article_topics, entities, mentions, event_dates and sentiment.
    average, period
        `dateline.tone.differences.tones_by_choice`; calendar unit of the busiest period, or ``auto``.
    """
    articles, mentions, event_dates = (tables[name] for name in ("articles", "mentions", "event_dates"))
    unique, dated = articles["copy_of"].isna().to_numpy(), articles["published"].notna().to_numpy()
    readable = population.is_readable(articles).to_numpy()
    texts = "unique texts" if readable.all() else "unique texts in English"
    unit, fewest = population.calendar_unit(articles, asked=period), population.FEWEST_ARTICLES

    def ask(claim: str, text: str, phrase: str, frame: pd.DataFrame, **options: Any) -> Question:  # noqa: ANN401
        choice = Choice("as reported", unique & readable, locate(frame, articles=articles))
        return Question(claim, text, phrase, choice, **({"texts": texts} | options))

    topics = tables["topics"]  # of one that does not hold still nothing is put into words
    labels = topics[~topics["alarms"].str.contains("unstable|too few to trust")].set_index("topic")["label"]
    placed = tables["article_topics"].query("topic >= 0")
    order = np.argsort(-placed["margin"].fillna(0).round(6).to_numpy(), kind="stable")  # the clearest first
    placed = placed.assign(name=placed["topic"].map(labels), sentence=-1).iloc[order].dropna(subset="name")
    entities = mentions.rename(columns={"entity": "name"})
    is_person = entities["kind"] == "person"
    days = event_dates[event_dates["grain"] == "day"]  # a span of several days stands under its first
    days = days.assign(name=days["date_from"].dt.strftime("%Y-%m-%d"))
    start = population.period_start(articles.loc[dated, "published"], unit=unit)
    periods = articles[dated].assign(name=start.dt.strftime("%Y-%m-%d"), sentence=-1)
    busiest = ask("period", "When did most articles appear?", "{name} is when {count} appeared", periods,
                  texts="dated unique texts", fewest=fewest, unit=unit)  # fmt: skip
    return [
        ask("topic", "What is the largest topic?", "{name} is the topic of {count}", placed, fewest=fewest),
        ask("person", "Which person is named most?", "{name} is named in {count}", entities[is_person],
            by_sentence=True),
        ask("thing", "Which place, organisation or thing is named most?", "{name} is named in {count}",
            entities[~is_person], by_sentence=True),
        ask("speaker", "Who is quoted most?", "{name} is quoted in {count}", quoted_speakers(tables)),
        busiest._replace(choice=busiest.choice._replace(included=unique & dated)),
        ask("event date", "Which day is talked about most?", "{name} is a date in {count}", days, unit="day",
            by_sentence=True),
        Question("tone", "Do words outside quotation marks praise or blame whom they name?", "",
                 place_scores(tables), texts, fewest, average=average),
    ]  # fmt: skip


def quoted_speakers(tables: Tables) -> pd.DataFrame:
    """Quoted sentences and the person or organisation that speaks: article_id, sentence, name."""
    frames = [tables["mentions"][["entity", "kind"]], tables["entities"][["entity", "kind"]]]
    names = pd.concat(frames).query("kind in ['person', 'organisation']")["entity"].unique()
    quoted = tables["sentiment"].query("voice == 'quote'").rename(columns={"speaker": "name"})
    return quoted.loc[quoted["name"].isin(names), ["article_id", "sentence", "name"]]


def place_scores(tables: Tables, *, voices: Sequence[str] = ("narrator",)) -> Choice:
    """Tone toward the names in the sentences of some voices, as the model reads it, over the unique texts."""
    articles, table = tables["articles"], tables["sentiment"]
    rows = pd.Index(articles["article_id"]).get_indexer(table["article_id"])
    scored = np.bincount(rows, minlength=len(articles)) > 0
    value = table["model"].to_numpy()
    occurrences = Occurrences(rows, table["sentence"].to_numpy(), value, np.array([], object))
    occurrences = occurrences.select((table["voice"].isin(voices) & table["model"].notna()).to_numpy())
    return Choice("as reported", population.is_counted(articles).to_numpy() & scored, occurrences)


# -- claims ----------------------------------------------------------------------------------------


def make_claims(questions: Sequence[Question], *, tables: Tables) -> list[Claim]:
    """Answer the questions as far as the articles allow; the size of the corpus comes first.

    `tables` are those of `list_questions`, and sentences.
    """
    claims, topics = [corpus_claim(tables["articles"])], tables["topics"]
    for question in questions:
        n, texts = int(question.choice.included.sum()), question.texts
        claim = Claim(question.claim, question.text, "", n=n, population=texts)
        if n < question.fewest:
            text = f"Not enough articles to say: {n:,} {texts}, and this needs {question.fewest}."
            claims.append(replace(claim, text=text, doubts=("too few articles",)))
            continue
        result = question.answer([question.choice])[0]
        if not result.enough:
            scored = f"{result.n:,} have a scored sentence"
            reason = (
                scored if question.average else NOTHING_TWICE.get(question.claim, "nothing occurs in two")
            )
            text = f"Not enough to say: of {n:,} {texts}, {reason}."
            if question.claim == "topic":
                text = f"No topics were found: no group of the {n:,} {texts} holds still."
            claims.append(replace(claim, text=text, doubts=("nothing to count",)))
            continue
        doubts = []
        if not question.average and not result.clear:
            doubts.append("another is level" if result.n_level else "the lead is small")
        if question.claim == "topic":
            doubts += [f"alarm: {a}" for a in topics.loc[topics["label"] == result.leader, "alarms"] if a]
        evidence = _evidence(question, result.leader, tables=tables)
        claims.append(replace(
            claim, text=question.sentence(result), value=result.value, low=result.low, high=result.high,
            stated=True, leader=result.leader, tied=result.n_level > 0, doubts=tuple(doubts),
            evidence=evidence,
        ))  # fmt: skip
    return claims


def corpus_claim(articles: pd.DataFrame) -> Claim:
    """Say how much there is, and from when to when."""
    n, unique = len(articles), int(articles["copy_of"].isna().sum())
    n_outlets = articles.loc[articles["outlet"] != "", "outlet"].nunique()
    parts = [prose.plural(n, "article"), prose.plural(articles["story"].nunique(), "story")]
    parts[1:1] = [f"{unique:,} of them unique texts"] if unique < n else []
    parts += [f"from {prose.plural(n_outlets, 'outlet')}"] if n_outlets else []
    dates = articles["published"].dropna()
    span, undated = f"{prose.undated_warning(articles)}.", n - len(dates)
    if len(dates):
        start, end = prose.day(dates.min()), prose.day(dates.max())
        subject = f"The {len(dates):,} with a known date appeared" if undated else "They appeared"
        dates = f"on {start}" if start == end else f"between {start} and {end}"
        note = f"; {undated:,} {'is' if undated == 1 else 'are'} undated" if undated else ""
        span = f"{subject} {dates}{note}."
    text = f"{', '.join(parts)}. {span}"
    return Claim("corpus", "How much is there, and from when?", text, float(n), n=n, stated=n > 0)


def pass_gate(claims: Sequence[Claim], sensitivity: pd.DataFrame) -> list[Claim]:
    """Add what other choices (table sensitivity) say against each claim; the fewest doubts come first."""
    tried = sensitivity[(sensitivity["choice"] != "as reported") & (sensitivity["note"] == "")]
    gated = []
    for claim in claims:
        holds = tried.loc[tried["finding"] == claim.claim, "holds"]
        changes = f"changes under {(~holds).sum():,} of {prose.plural(len(holds), 'other choice')}"
        gated.append(claim if holds.all() else replace(claim, doubts=(*claim.doubts, changes)))
    return sorted(gated, key=lambda claim: (claim.claim != "corpus", not claim.stated, len(claim.doubts)))


def claim_table(claims: Sequence[Claim]) -> pd.DataFrame:
    """Lay out claims as table ``claims``: `gate` is "passed" or what speaks against the claim."""
    columns = ["claim", "question", "text", "value", "low", "high", "n", "population"]
    table = pd.DataFrame([[getattr(claim, name) for name in columns] for claim in claims], columns=columns)
    gate = ["; ".join(claim.doubts) or "passed" for claim in claims]
    link = [f"report.html#answer-{claim.claim.replace(' ', '-')}" for claim in claims]
    return table.assign(gate=gate, link=link)


def _evidence(question: Question, name: str, *, tables: Tables) -> tuple[Quote, ...]:
    """Sentences of counted articles behind an answer, from different outlets where there are several."""
    _, included, occurrences = question.choice
    occurrences = occurrences.select(included[occurrences.rows])
    if not question.average:
        occurrences = occurrences.select(occurrences.value == occurrences.code(name))
        occurrences = occurrences.select(np.argsort(occurrences.sentence < 0, kind="stable"))
    else:
        sign = {"positive": -1, "negative": 1}.get(name, 0)
        order = np.argsort((sign * occurrences.value).round(6), kind="stable")
        occurrences = occurrences.select(order[: N_STRONGEST * abs(sign)])
    columns = ["article_id", "outlet", "title"]
    frame = tables["articles"][columns].iloc[occurrences.rows].assign(sentence=occurrences.sentence)
    untitled = (frame["sentence"] < 0) & (frame["title"] == "")
    frame = frame.assign(sentence=frame["sentence"].mask(untitled, 0)).drop_duplicates("article_id")
    turn = frame.groupby("outlet").cumcount().to_numpy()
    frame = frame.iloc[np.argsort(turn, kind="stable")[:N_EVIDENCE]]
    sentences = tables["sentences"][tables["sentences"]["article_id"].isin(frame["article_id"])]
    texts = sentences.set_index(["article_id", "sentence"])["text"]
    keys = zip(frame["article_id"], frame["sentence"].astype(int), strict=True)
    return tuple(Quote(*key, prose.shorten(texts[key])) for key in keys if key in texts.index)
