"""What could be said of the articles: claims with interval and sentences, the gate, and other choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from helpers import prose

# Sentences behind a claim, from as many outlets as there are; differences that are put into words.
N_EVIDENCE, MOST_DIFFERENT = 3, 4
NO_DIFFERENCE, UNTRIED = "no clear difference", "No other choice could be tried."
# Outlets that are left out one at a time, the largest first: more would not fit a figure.
MOST_OUTLETS = 6
COLUMNS = {"finding": "str", "choice": "str", "value": "float64", "low": "float64", "high": "float64"}
COLUMNS |= {"holds": "bool", "leader": "str", "n": "int64", "note": "str", "level": "bool"}

Tables = Mapping[str, pd.DataFrame]


class Occurrences(NamedTuple):
    """Where names stand: positions of articles, sentence numbers, and codes of names."""

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

    def has(self, code: int) -> np.ndarray:
        """Which articles are counted and have the name with this code, (n_articles,) bool."""
        rows = self.occurrences.rows[self.occurrences.value == code]
        return self.included & (np.bincount(rows, minlength=len(self.included)) > 0)


class Result(NamedTuple):
    """What leads under a choice, in `n_leader` of `n` articles, and the best of the others.

    `n_level`: how many others are in as many articles. `rest`: its share in the others, where a group is
    compared. `clear`: of the articles that have one of the two, surely more than half have the first (the
    sign test on discordant pairs; Q. McNemar, Psychometrika 12, 1947).
    """

    leader: str
    share: float
    share_low: float
    share_high: float
    n_leader: int
    n: int
    enough: bool
    second: str = ""
    n_second: int = 0
    clear: bool = False
    n_level: int = 0
    rest: float = np.nan


def is_ahead(alone: int, against: int) -> bool:
    """Whether surely more than half of the articles that have one of two have the first; see `Result`."""
    return bool(population.wilson([alone], alone + against)[0][0] > 0.5)


class Question(NamedTuple):
    """Something to ask: its words, what is counted over which articles, and how many these have to be.

    `unit`: that of names that are dates. `group`: who is in it (1; 0: not; NaN: not known), called `where`;
    has it another share of `name` than those that are not?
    """

    claim: str
    text: str
    phrase: str
    choice: Choice
    texts: str
    fewest: int = population.FEWEST_NAMED
    unit: str = ""
    group: np.ndarray | None = None
    name: str = ""
    where: str = ""

    def answer(self, choices: Sequence[Choice], *, leader: str = "") -> list[Result]:
        """Count under each choice (see `rank_names`), or compare the group with the others."""
        if self.group is None:
            return rank_names(choices, leader=leader)
        inside, outside, results = self.group == 1, self.group == 0, []
        for choice in choices:
            has, included = choice.has(choice.occurrences.code(self.name)), choice.included
            k, n = (has & inside).sum(), (included & inside).sum()
            rest = (has & outside).sum() / max((included & outside).sum(), 1)
            (low,), (high,) = population.wilson([k], n)
            differs = NO_DIFFERENCE if low <= rest <= high else self.name
            numbers = round(k / max(n, 1), 6), low, high, int(k), int(n)
            results.append(Result(differs, *numbers, enough=n > 1, clear=True, rest=rest))
        return results

    def label(self, name: str) -> str:
        """Write a name for a reader."""
        if self.unit:
            return prose.period(pd.Timestamp(name), unit=self.unit)
        return f"“{name}”" if self.claim == "topic" else name

    def sentence(self, result: Result) -> str:
        """Say what leads and how far the second is behind, or how a group differs from the others."""
        count = f"{result.n_leader:,} of {result.n:,} {self.where or self.texts}"
        count += f" ({prose.share_interval(result)})"
        text = self.phrase.format(name=self.label(result.leader), count=count)
        if self.group is not None:
            return f"{text}, but in {prose.percent(result.rest)} of the others."
        text = text[0].upper() + text[1:] if self.unit else text
        if not result.second:
            return f"{text}. There is no other."
        second = self.label(result.second)
        if result.n_level or result.n_second == result.n_leader:
            level = f" and {prose.plural(result.n_level - 1, 'other')} are" if result.n_level > 1 else " is"
            return f"{text}. {second}{level} level: none leads."
        verdict = ", clearly behind" if result.clear else ": too close to be sure of the order"
        return f"{text}. Next is {second} ({result.n_second:,}){verdict}."


class Quote(NamedTuple):
    """A sentence of an article, with its number there (-1: the title)."""

    article_id: str
    sentence: int
    text: str


@dataclass(frozen=True)
class Claim:
    """An answer; without numbers where there are too few articles. `doubts` is the gate it did not pass."""

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
    differs: bool = False
    doubts: tuple[str, ...] = ()
    evidence: tuple[Quote, ...] = ()


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
        if len(rivals) and (n_second := int(sizes[rivals[0]])):
            first, second = choice.has(code), choice.has(rivals[0])
            clear = is_ahead((first & ~second).sum(), (second & ~first).sum())
            result = result._replace(second=str(names[rivals[0]]), n_second=n_second, clear=clear)
        results.append(result)
    return results


def list_questions(
    tables: Tables, *, outlets: pd.DataFrame, bursts: pd.DataFrame, period: str = "auto"
) -> list[Question]:
    """Collect what is asked of the articles.

    `tables` are articles, topics, article_topics, mentions and event_dates; `outlets` and `bursts` come from
    `dateline.timeline.frequencies`: `entities_by_outlet`, `find_bursts` (by `period`). The least likely
    is put into words.
    """
    articles, mentions, event_dates = (tables[name] for name in ("articles", "mentions", "event_dates"))
    counted, readable = population.is_counted(articles).to_numpy(), population.is_readable(articles)
    texts = "unique texts" if readable.all() else "unique texts in English"
    unit, fewest = population.calendar_unit(articles, asked=period), population.FEWEST_ARTICLES

    def ask(claim: str, text: str, phrase: str, frame: pd.DataFrame, **options: Any) -> Question:  # noqa: ANN401
        choice = Choice("as reported", counted, locate(frame, articles=articles))
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
    differ, marked = [], outlets[outlets["mark"] != ""].sort_values("p", kind="stable")
    writers = population.article_outlets(articles)
    starts = population.period_start(articles["published"], unit=unit)
    for row in marked.head(MOST_DIFFERENT).itertuples():
        text = f"Whom does {row.outlet} name {row.mark} often than the others?"
        differ.append((row.entity, text, row.outlet, writers == row.outlet))
    for row in bursts.sort_values("p", kind="stable").head(MOST_DIFFERENT).itertuples():
        span = " to ".join(dict.fromkeys(prose.period(day, unit=unit) for day in (row.first, row.last)))
        group = starts.between(row.first, row.last).where(starts.notna())  # undated: perhaps in it
        differ.append((row.entity, f"Who stands out in {span}?", span, group))
    compared = [
        ask(f"{name}, {where}", text, "{name} is named in {count}", entities,
            group=group.to_numpy(float), name=name, where=f"articles of {where}")
        for name, text, where, group in differ
    ]  # fmt: skip
    return [
        *compared,
        ask("topic", "What is the largest topic?", "{name} is the topic of {count}", placed, fewest=fewest),
        ask("person", "Which person is named most?", "{name} is named in {count}", entities[is_person]),
        ask("event date", "Which day is talked about most?", "{name} is a date in {count}", days, unit="day"),
    ]  # fmt: skip


def make_claims(questions: Sequence[Question], *, tables: Tables) -> list[Claim]:
    """Answer the questions (of the same tables and sentences), the size of the corpus first."""
    claims, topics = [corpus_claim(tables["articles"])], tables["topics"]
    for question in questions:
        n, texts = int(question.choice.included.sum()), question.texts
        claim = Claim(question.claim, question.text, "", n=n, population=texts)
        (result,) = question.answer([question.choice])
        if n < question.fewest:
            text = f"Not enough articles to say: {n:,} {texts}, and this needs {question.fewest}."
            claims.append(replace(claim, text=text, doubts=("too few articles",)))
        elif result.leader == NO_DIFFERENCE:  # beyond chance, but not by its interval: nothing to say
            continue
        elif not result.enough:
            text = f"Not enough to say: nothing is in two of the {n:,} {texts}."
            if question.claim == "topic":
                text = f"No topics were found: no group of the {n:,} {texts} holds still."
            claims.append(replace(claim, text=text, doubts=("nothing to count",)))
        else:
            doubts = [] if result.clear else ["another is level" if result.n_level else "the lead is small"]
            if question.claim == "topic":
                doubts += [f"alarm: {a}" for a in topics.loc[topics["label"] == result.leader, "alarms"] if a]
            claims.append(replace(
                claim, text=question.sentence(result), n=result.n, value=result.share, low=result.share_low,
                high=result.share_high, stated=True, leader=result.leader, differs=question.group is not None,
                doubts=tuple(doubts), evidence=_evidence(question, result.leader, tables=tables),
            ))  # fmt: skip
    return claims


def corpus_claim(articles: pd.DataFrame) -> Claim:
    """Say how much there is, and from when to when."""
    n, unique = len(articles), int(articles["copy_of"].isna().sum())
    parts = [prose.plural(n, "article"), prose.plural(articles["story"].nunique(), "story")]
    parts[1:1] = [f"{unique:,} of them unique texts"] if unique < n else []
    if n_outlets := articles.loc[articles["outlet"] != "", "outlet"].nunique():
        parts.append(f"from {prose.plural(n_outlets, 'outlet')}")
    dates, span = articles["published"].dropna(), f"{prose.undated_warning(articles)}."
    if len(dates):
        ends = [prose.day(day) for day in (dates.min(), dates.max())]
        days = f"on {ends[0]}" if ends[0] == ends[1] else f"between {ends[0]} and {ends[1]}"
        subject = f"The {len(dates):,} with a known date" if len(dates) < n else "They"
        note = f"; {n - len(dates):,} without a day" if len(dates) < n else ""
        span = f"{subject} appeared {days}{note}."
    text = f"{', '.join(parts)}. {span}"
    return Claim("corpus", "How much is there, and from when?", text, float(n), n=n, stated=n > 0)


def pass_gate(claims: Sequence[Claim], sensitivity: pd.DataFrame) -> list[Claim]:
    """Add what other choices (table sensitivity) say against each claim; what differs comes first."""
    tried = sensitivity[(sensitivity["choice"] != "as reported") & (sensitivity["note"] == "")]
    gated = []
    for claim in claims:
        holds = tried.loc[tried["finding"] == claim.claim, "holds"]
        changes = f"changes under {(~holds).sum():,} of {prose.plural(len(holds), 'other choice')}"
        gated.append(claim if holds.all() else replace(claim, doubts=(*claim.doubts, changes)))
    return sorted(gated, key=lambda c: (c.claim != "corpus", not c.stated, not c.differs, len(c.doubts)))


def claim_table(claims: Sequence[Claim]) -> pd.DataFrame:
    """Lay out claims as table ``claims``: `gate` is "passed" or what speaks against the claim."""
    columns = ["claim", "question", "text", "value", "low", "high", "n", "population"]
    gate = ["; ".join(claim.doubts) or "passed" for claim in claims]
    link = [f"report.html#answer-{claim.claim.replace(' ', '-')}" for claim in claims]
    return pd.DataFrame(claims)[columns].assign(gate=gate, link=link)


def _evidence(question: Question, name: str, *, tables: Tables) -> tuple[Quote, ...]:
    """Sentences of counted articles behind an answer, from different outlets where there are several."""
    _, included, occurrences = question.choice
    wanted = included if question.group is None else included & (question.group == 1)
    occurrences = occurrences.select(wanted[occurrences.rows] & (occurrences.value == occurrences.code(name)))
    columns = ["article_id", "outlet", "title"]
    frame = tables["articles"][columns].iloc[occurrences.rows].assign(sentence=occurrences.sentence)
    frame = frame.sort_values("sentence", key=lambda number: number < 0, kind="stable")  # titles last
    untitled = (frame["sentence"] < 0) & (frame["title"] == "")
    frame = frame.assign(sentence=frame["sentence"].mask(untitled, 0)).drop_duplicates("article_id")
    turn = frame.groupby("outlet").cumcount()
    frame = frame.assign(turn=turn).sort_values("turn", kind="stable").head(N_EVIDENCE)
    sentences = tables["sentences"][tables["sentences"]["article_id"].isin(frame["article_id"])]
    quotes = frame.merge(sentences[["article_id", "sentence", "text"]], on=["article_id", "sentence"])
    return tuple(Quote(row.article_id, row.sentence, prose.shorten(row.text)) for row in quotes.itertuples())


def count_again(stated: Sequence[Claim], *, questions: Sequence[Question], tables: Tables) -> pd.DataFrame:
    """Compute the stated claims of `make_claims` under other choices, as table sensitivity.

    Each claim (`finding`) as reported and under each choice, with 95 % interval; `holds` if what led still
    leads; leader, n, note (why a choice was not computed: value is NaN then) and level (with another).
    """
    leaders = {claim.claim: claim.leader for claim in stated if claim.stated}
    rows: list[tuple] = []
    for question in (question for question in questions if question.claim in leaders):
        leads = leaders[question.claim]
        choices = [question.choice, *other_choices(question, tables=tables)]
        for choice, result in zip(choices, question.answer(choices, leader=leads), strict=True):
            n = result.n
            if n < question.fewest or not (result.enough or result.second):
                too_few = n < question.fewest
                note = f"too few articles are left ({n:,})" if too_few else "nothing is left to count"
                rows.append((question.claim, choice.name, *[np.nan] * 3, False, "", n, note, False))
                continue
            is_first = result.n_leader >= result.n_second
            holds = result.leader == leads and is_first
            leader = question.label(result.leader if is_first else result.second)
            numbers = result.share, result.share_low, result.share_high
            level = holds and result.n_level > 0
            rows.append((question.claim, choice.name, *numbers, holds, leader, n, "", level))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    """Say of each claim which choices it survives; of one that is ever level, only that it is in front."""
    texts = {}
    for name, rows in table[table["choice"] != "as reported"].groupby("finding", sort=False):
        tried = rows[rows["note"] == ""]
        lost = tried[~tried["holds"]]
        start = "In front, alone or level with another, under" if rows["level"].any() else "The same under"
        changes = ", ".join(f"{row.choice} ({row.leader})" for row in lost.itertuples())
        text = f"{start} {len(tried) - len(lost)} of {prose.plural(len(tried), 'other choice')}."
        text += f" Another answer with: {changes}." * bool(changes)
        texts[str(name)] = text if len(tried) else UNTRIED
    return texts


def grid_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Table sensitivity for a reader: choice, finding, text, leader (if another leads), state."""
    text = ["–" if row.note else prose.percent(row.value) for row in table.itertuples()]
    state = np.select([table["note"] != "", table["holds"]], ["none", "holds"], "changes")
    leader = table["leader"].where(state == "changes", "")
    return table[["choice", "finding"]].assign(text=text, leader=leader, state=state)


def steady_title(table: pd.DataFrame) -> str:
    """Say how many answers stay the same under every choice."""
    same = table["holds"][table["note"] == ""].groupby(table["finding"]).all()
    if same.empty:
        return "There are too few articles for an answer that could depend on a choice"
    n, answers = int(same.sum()), prose.plural(len(same), "answer")
    return f"{n} of {answers} stay{'s' * (n == 1)} the same under every choice"


def other_choices(question: Question, *, tables: Tables) -> list[Choice]:
    """Other ways to count, as far as the tables hold them and they change anything."""
    articles, (_, included, occurrences) = tables["articles"], question.choice
    readable = population.is_readable(articles).to_numpy()
    unique, dated = articles["copy_of"].isna().to_numpy(), articles["published"].notna().to_numpy()
    order = articles[["published", "story"]].assign(left_out=~included)  # undated ones come last in a story
    order = order.sort_values(["left_out", "published"], kind="stable")
    earliest = ~order.duplicated("story").sort_index().to_numpy()
    masks = {"copies counted": readable, "one text per story": included & earliest}
    masks |= {"undated left out": included & dated, "other languages in the total": unique}
    size = articles.loc[included & articles["outlet"].ne("").to_numpy(), "outlet"].value_counts(sort=False)
    largest = size.sort_index().sort_values(ascending=False, kind="stable").index
    for outlet in largest[:MOST_OUTLETS] if len(largest) > 1 else []:
        masks[f"without {outlet}"] = included & articles["outlet"].ne(outlet).to_numpy()
    choices = [Choice(name, mask, occurrences) for name, mask in masks.items() if (mask != included).any()]
    if question.claim != "topic":
        choices.append(Choice("headlines left out", included, occurrences.select(occurrences.sentence >= 0)))
        quotes = tables["sentences"].query("voice == 'quote'")
        rows = pd.Index(articles["article_id"]).get_indexer(quotes["article_id"])
        # article and sentence as one number: a fraction of the cost of a merge on text
        keys, quoted = (article.astype(np.int64) << 24 | (sentence + 1) for article, sentence in (
            (occurrences.rows, occurrences.sentence), (rows, quotes["sentence"].to_numpy())))  # fmt: skip
        choices.append(Choice("quotes left out", included, occurrences.select(~np.isin(keys, quoted))))
    return choices
