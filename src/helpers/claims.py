"""What could be said of the articles: claims with interval and sentences, the gate, and other choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from helpers import prose
from helpers.publish import say

# Sentences behind a claim, from as many outlets as there are; differences that are put into words.
N_EVIDENCE, MOST_DIFFERENT = 3, 4
NO_DIFFERENCE = "no clear difference"
# Outlets that are left out one at a time, the largest first: more would not fit a figure.
MOST_OUTLETS = 6
COLUMNS = {"finding": "str", "choice": "str", "value": "float64", "low": "float64", "high": "float64"}
COLUMNS |= {"holds": "bool", "leader": "str", "n": "int64", "note": "str", "level": "bool"}

Tables = Mapping[str, pd.DataFrame]


class Choice(NamedTuple):
    """A way to count: which articles, (n_articles,) bool, and which of them have which name, sparse."""

    name: str
    included: np.ndarray
    has: Any


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

    `places`: see `locate`. `included`: which articles count. `unit`: that of names that are dates. `group`:
    who is in it (1; 0: not; NaN: not known), called `where`; has it another share of the only name than
    those that are not?
    """

    claim: str
    text: str
    phrase: str
    places: pd.DataFrame
    included: np.ndarray
    texts: str
    fewest: int = population.FEWEST_NAMED
    unit: str = ""
    group: np.ndarray | None = None
    where: str = ""

    def choose(self, name: str = "as reported", *, included: Any = None, places: Any = None) -> Choice:  # noqa: ANN401
        """Count other articles, or other places."""
        from scipy.sparse import coo_array

        places = self.places if places is None else places
        shape = len(self.included), len(self.places["name"].cat.categories)
        keys = places["row"], places["name"].cat.codes
        has = coo_array((np.ones(len(places), np.int64), keys), shape=shape).tocsc()
        has.data[:] = 1  # each article once
        return Choice(name, self.included if included is None else included, has)

    def answer(self, choice: Choice, *, leader: str = "") -> Result:
        """Say which name most of the counted articles have, or compare the group with the others.

        Level names stand in alphabetical order. With `leader`, look at this name instead of the one that
        leads; `second` is the best of the others.
        """
        names, n = self.places["name"].cat.categories, int(choice.included.sum())
        if self.group is not None:
            has = choice.has.toarray()[:, 0] > 0
            inside, outside = (choice.included & (self.group == member) for member in (1, 0))
            k, n = (has & inside).sum(), inside.sum()
            rest = (has & outside).sum() / max(outside.sum(), 1)
            (low,), (high,) = population.wilson([k], n)
            differs = NO_DIFFERENCE if low <= rest <= high else names[0]
            numbers = round(k / max(n, 1), 6), low, high, int(k), int(n)
            return Result(differs, *numbers, enough=n > 1, clear=True, rest=rest)
        sizes = choice.has.T @ choice.included.astype(np.int64)
        order = np.argsort(-sizes, kind="stable")
        code = names.get_loc(leader) if leader else int(order[0]) if len(order) else -1
        rivals = order[order != code]
        size = int(sizes[code]) if code >= 0 else 0
        (low,), (high,) = population.wilson([size], n)
        result = Result(
            leader or (str(names[code]) if size else ""), round(size / max(n, 1), 6), low, high, size, n,
            enough=size >= min(self.fewest, 2), clear=size > 0, n_level=int((sizes[rivals] == size).sum()),
        )  # fmt: skip
        if len(rivals) and (n_second := int(sizes[rivals[0]])):
            first, second = choice.has[:, [code, rivals[0]]].toarray()[choice.included].astype(bool).T
            clear = is_ahead((first & ~second).sum(), (second & ~first).sum())
            result = result._replace(second=str(names[rivals[0]]), n_second=n_second, clear=clear)
        return result

    def label(self, name: str) -> str:
        """Write a name for a reader."""
        if self.unit:
            return prose.period(pd.Timestamp(name), unit=self.unit)
        return f"“{name}”" if self.claim == "topic" else name

    def sentence(self, result: Result) -> str:
        """Say what leads and how far the second is behind, or how a group differs from the others."""
        values = {"n": result.n_leader, "of": result.n, "where": self.where or self.texts}
        count = say("05-answer.count", **values, interval=prose.share_interval(result))
        text = self.phrase.format(name=self.label(result.leader), count=count)
        text = text[0].upper() + text[1:] if self.unit else text
        case = "next" if result.clear else "close"
        if self.group is not None or not result.second:
            case = "alone" if self.group is None else "others"
        elif result.n_level or result.n_second == result.n_leader:
            case = "level" if result.n_level < 2 else "many"
        second = self.label(result.second) if result.second else ""
        return text + say(f"05-answer.{case}", rest=result.rest, second=second, n=result.n_second,
                          others=result.n_level - 1)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """An answer; without numbers where there are too few articles.

    `doubts` is the gate it did not pass, `evidence` has article_id, sentence (-1: the title) and text.
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
    differs: bool = False
    verdict: str = ""
    doubts: tuple[str, ...] = ()
    evidence: tuple[Any, ...] = ()


def locate(frame: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Give the places of names (article_id, sentence, name) with numbers of articles, quick to count."""
    rows = pd.Index(articles["article_id"]).get_indexer(frame["article_id"])
    names = pd.Categorical(frame["name"], sorted(frame["name"].unique()))
    return pd.DataFrame({"row": rows, "sentence": frame["sentence"].to_numpy(), "name": names})


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
        places = locate(frame, articles)
        return Question(claim, text, phrase, places, counted, **({"texts": texts} | options))

    topics = tables["topics"]  # of one that does not hold still nothing is put into words
    labels = topics[~topics["alarms"].str.contains("unstable|too few to trust")].set_index("topic")["label"]
    placed = tables["article_topics"].query("topic >= 0")
    order = np.argsort(-placed["margin"].fillna(0).round(6).to_numpy(), kind="stable")  # the clearest first
    placed = placed.assign(name=placed["topic"].map(labels), sentence=-1).iloc[order].dropna(subset="name")
    entities = mentions.rename(columns={"entity": "name"})
    is_person = entities["kind"] == "person"
    days = event_dates[event_dates["grain"] == "day"]  # a span of several days stands under its first
    days = days.assign(name=days["date_from"].dt.strftime("%Y-%m-%d"))
    compared = []

    def compare(name: str, text: str, where: str, group: pd.Series) -> None:
        frame, phrase = entities[entities["name"] == name], "{name} is named in {count}"
        compared.append(ask(f"{name}, {where}", text, phrase, frame, group=group.to_numpy(float),
                            where=f"articles of {where}"))  # fmt: skip

    writers = population.article_outlets(articles)
    starts = population.period_start(articles["published"], unit=unit)
    marked = outlets[outlets["mark"] != ""].sort_values("p", kind="stable")
    for row in marked.head(MOST_DIFFERENT).itertuples():
        text = f"Which name does {row.outlet} write {row.mark} often than the others?"
        compare(row.entity, text, row.outlet, writers == row.outlet)
    for row in bursts.sort_values("p", kind="stable").head(MOST_DIFFERENT).itertuples():
        span = " to ".join(dict.fromkeys(prose.period(day, unit=unit) for day in (row.first, row.last)))
        if unit in ("week", "quarter") and row.first < row.last:
            span = prose.span(row.first, pd.Period(row.last, unit[0].upper()).end_time)
        group = starts.between(row.first, row.last).where(starts.notna())  # undated: perhaps in it
        compare(row.entity, f"Which name stands out in {span}?", span, group)
    return [
        *compared,
        ask("topic", "What is the largest topic?", "{name} is the topic of {count}", placed, fewest=fewest),
        ask("person", "Which person is named most?", "{name} is named in {count}", entities[is_person]),
        ask("event date", "Which day is talked about most?", "{name} is a date in {count}", days, unit="day"),
    ]  # fmt: skip


def make_claims(questions: Sequence[Question], *, tables: Tables) -> tuple[list[Claim], pd.DataFrame]:
    """Answer the questions (of the same tables and sentences), the size of the corpus and what differs first.

    What is stated is counted again under `other_choices`, as table sensitivity: each claim (`finding`) as
    reported and under each choice, with 95 % interval; `holds` if what led still leads; leader, n, note (why
    a choice was not computed: value is NaN then) and level (with another).
    """
    claims, rows = [corpus_claim(tables["articles"])], []
    for question in questions:
        reported = question.choose()
        n, texts, result = int(question.included.sum()), question.texts, question.answer(reported)
        claim, text, doubts = Claim(question.claim, question.text, "", n=n, population=texts), "", [""]
        if n < question.fewest:
            text = f"Not enough articles to say: {n:,} {texts}, and this needs {question.fewest}."
            doubts = ["too few articles"]
        elif not result.enough:
            text = f"Not enough to say: nothing is in two of the {n:,} {texts}."
            if question.claim == "topic":
                text = f"No topics were found: no group of the {n:,} {texts} holds still."
            doubts = ["nothing to count"]
        elif result.leader != NO_DIFFERENCE:  # beyond chance, but not by its interval: nothing to say
            choices = [reported, *other_choices(question, tables=tables)]
            table = count_again(question, choices, leads=result.leader)
            tried = table["holds"][(table["note"] == "") & (table.index > 0)]
            changes = f"changes under {(~tried).sum():,} of {prose.plural(len(tried), 'other choice')}"
            topics = tables["topics"].query("label == @result.leader")["alarms"]
            doubts = [
                "" if result.clear else "another is level" if result.n_level else "the lead is small",
                *(f"alarm: {alarm}" for alarm in topics if alarm and question.claim == "topic"),
                "" if tried.all() else changes,
            ]  # fmt: skip
            claim = replace(claim, n=result.n, value=result.share, low=result.share_low,
                            high=result.share_high, stated=True, leader=result.leader,
                            differs=question.group is not None, verdict=_verdict(table),
                            evidence=_evidence(question, result.leader, tables=tables))  # fmt: skip
            text = question.sentence(result)
            rows += table.itertuples(index=False, name=None)
        if text:
            claims.append(replace(claim, text=text, doubts=tuple(filter(None, doubts))))
    claims.sort(key=lambda c: (c.claim != "corpus", not c.stated, not c.differs, len(c.doubts)))
    return claims, pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def corpus_values(articles: pd.DataFrame) -> dict[str, Any]:
    """Count what wordings of the corpus say, and put its source and span into words."""
    days, n_outlets = articles["published"].dropna(), articles["outlet"].replace("", None).nunique()
    values = {
        "n": len(articles), "outlets": n_outlets, "first": days.min(), "last": days.max(), "dated": len(days),
        "unique": int(articles["copy_of"].isna().sum()), "stories": articles["story"].nunique(),
        "missing": len(articles) - len(days),
    }  # fmt: skip
    values["source"] = say("01-findings.outlets" if n_outlets else "01-findings.no-outlet", **values)
    return values | {"span": say("01-findings.span", **values) if len(days) > 1 else ""}


def corpus_claim(articles: pd.DataFrame) -> Claim:
    """Say how much there is, and from when to when."""
    values, warning, n = corpus_values(articles), prose.undated_warning(articles), len(articles)
    text = say("01-findings.size", **values).replace("*", "") + f" {warning}." * bool(warning)
    text += say("01-findings.missing", **values) if values["missing"] and not warning else ""
    return Claim("corpus", "How much is there, and from when?", text, float(n), n=n, stated=n > 0)


def claim_table(claims: Sequence[Claim]) -> pd.DataFrame:
    """Lay out claims as table ``claims``: `gate` is "passed" or what speaks against the claim."""
    columns = ["claim", "question", "text", "value", "low", "high", "n", "population"]
    gate = ["; ".join(claim.doubts) or "passed" for claim in claims]
    link = [f"report.html#answer-{claim.claim.replace(' ', '-')}" for claim in claims]
    return pd.DataFrame(claims)[columns].assign(gate=gate, link=link)


def _evidence(question: Question, name: str, *, tables: Tables) -> tuple[Any, ...]:
    """Sentences of counted articles behind an answer, from different outlets where there are several."""
    wanted = question.included if question.group is None else question.included & (question.group == 1)
    places = question.places[(question.places["name"] == name) & wanted[question.places["row"]]]
    columns = ["article_id", "outlet", "title"]
    frame = tables["articles"][columns].iloc[places["row"]].assign(sentence=places["sentence"].to_numpy())
    frame = frame.sort_values("sentence", key=lambda number: number < 0, kind="stable")  # titles last
    untitled = (frame["sentence"] < 0) & (frame["title"] == "")
    frame = frame.assign(sentence=frame["sentence"].mask(untitled, 0)).drop_duplicates("article_id")
    turn = frame.groupby("outlet").cumcount()
    frame = frame.assign(turn=turn).sort_values("turn", kind="stable").head(N_EVIDENCE)
    sentences = tables["sentences"][tables["sentences"]["article_id"].isin(frame["article_id"])]
    quotes = frame.merge(sentences[["article_id", "sentence", "text"]], on=["article_id", "sentence"])
    quotes = quotes[["article_id", "sentence", "text"]].assign(text=quotes["text"].map(prose.shorten))
    return tuple(quotes.itertuples(index=False, name="Quote"))


def count_again(question: Question, choices: Sequence[Choice], *, leads: str) -> pd.DataFrame:
    """Count under each choice what leads in the first; see `make_claims`."""
    rows: list[tuple] = []
    for choice in choices:
        result = question.answer(choice, leader=leads)
        if (n := result.n) < question.fewest or not (result.enough or result.second):
            note = f"too few articles are left ({n:,})" if n < question.fewest else "nothing is left to count"
            rows.append((question.claim, choice.name, *[np.nan] * 3, False, "", n, note, False))
            continue
        is_first = result.n_leader >= result.n_second
        holds = result.leader == leads and is_first
        leader = question.label(result.leader if is_first else result.second)
        level = holds and result.n_level > 0
        rows.append((question.claim, choice.name, *result[1:4], holds, leader, n, "", level))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def _verdict(table: pd.DataFrame) -> str:
    """Say which choices a claim survives; if it is ever level, only that it is in front."""
    rows = table[table.index > 0]
    tried = rows[rows["note"] == ""]
    lost = [f"{row.choice} ({row.leader})" for row in tried[~tried["holds"]].itertuples()]
    case = "untried" if tried.empty else "front" if rows["level"].any() else "same"
    text = say(f"05-verdict.{case}", n=len(tried) - len(lost), of=len(tried))
    return text + (say("05-verdict.lost", lost=", ".join(lost)) if lost else "")


def grid_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Table sensitivity for a reader: choice, finding, text, leader (if another leads), state."""
    state = np.select([table["note"] != "", table["holds"]], ["none", "holds"], "changes")
    text = table["value"].map(prose.percent, na_action="ignore").fillna("–")
    leader = table["leader"].where(state == "changes", "")
    return table[["choice", "finding"]].assign(text=text, leader=leader, state=state)


def other_choices(question: Question, *, tables: Tables) -> list[Choice]:
    """Other ways to count, as far as the tables hold them and they change anything."""
    articles, included, places = tables["articles"], question.included, question.places
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
    reported = question.choose()
    choices = [reported._replace(name=name, included=mask) for name, mask in masks.items()
               if (mask != included).any()]  # fmt: skip
    if question.claim != "topic":
        quotes = tables["sentences"].query("voice == 'quote'")
        rows = pd.Index(articles["article_id"]).get_indexer(quotes["article_id"])
        # article and sentence as one number: a fraction of the cost of a merge on text
        keys, quoted = (rows * 2**24 + (sentence + 1) for rows, sentence in (
            (places["row"], places["sentence"]), (rows, quotes["sentence"].to_numpy())))  # fmt: skip
        choices.append(question.choose("headlines left out", places=places[places["sentence"] >= 0]))
        choices.append(question.choose("quotes left out", places=places[~np.isin(keys, quoted)]))
    return choices
