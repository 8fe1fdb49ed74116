"""What could be said of the articles: claims with interval and sentences, the gate, and other choices."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from helpers import prose
from helpers.publish import say

# Sentences behind a claim, from as many outlets as there are; differences that are put into words.
N_EVIDENCE, MOST_DIFFERENT = 3, 4
NO_DIFFERENCE = "no clear difference"
# The two tests of outlets, of names chosen and of tones, are told of below this p: together 5 % by chance.
RARE = 0.05 / 2
COLUMNS = {"finding": "str", "choice": "str", "value": "float64", "low": "float64", "high": "float64"}
COLUMNS |= {"holds": "bool", "leader": "str", "n": "int64", "note": "str", "level": "bool"}

Tables = Mapping[str, pd.DataFrame]


class Choice(NamedTuple):
    """A way to count: which articles, (n_articles,) bool, and which of them have what; see `choose`."""

    name: str
    included: np.ndarray
    has: Any


class Result(NamedTuple):
    """What leads under a choice, in `n_leader` of `n` articles, and the best of the others.

    `n_level`: how many others are in as many articles. `rest`: its share in the others, where a group is
    compared. `clear`: see `population.is_ahead` (Q. McNemar, Psychometrika 12, 1947: discordant pairs).
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


class Question(NamedTuple):
    """Something to ask: its words, what is counted over which articles, and how many these have to be.

    `places`: see `locate`. `included`: which articles count. `unit`: that of names that are dates. `group`:
    who is in it (1; 0: not; NaN: not known), called `where`; has it another `measure` than the others: the
    "share" of its articles with the only name, or of those with a place ("choice"), or the values' "mean"?
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
    measure: str = "share"

    def choose(self, name: str = "as reported", *, included: Any = None, places: Any = None) -> Choice:  # noqa: ANN401
        """Count other articles, or other places: who has which name; in groups, values' sums and numbers."""
        from scipy.sparse import coo_array

        places = self.places if places is None else places
        included = self.included if included is None else included
        shape = len(self.included), len(self.places["name"].cat.categories)
        if self.group is not None:
            total, size = (np.bincount(places["row"], w, shape[0]) for w in (places["value"], None))
            if self.measure != "mean":
                total, size = total > 0, (size > 0) | (self.measure == "share")  # type: ignore[assignment]
            return Choice(name, included, np.array([total, size], float))
        keys = places["row"], places["name"].cat.codes
        has = coo_array((np.ones(len(places), np.int64), keys), shape=shape).tocsc()
        has.data[:] = 1  # each article once
        return Choice(name, included, has)

    def answer(self, choice: Choice, *, leader: str = "") -> Result:
        """Say which name most of the counted articles have, or compare the group with the others.

        Level names stand in alphabetical order. With `leader`, look at this name instead of the one that
        leads; `second` is the best of the others.
        """
        names, n = self.places["name"].cat.categories, int(choice.included.sum())
        if self.group is not None:
            valued = choice.included & (choice.has[1] > 0)
            inside, outside = (choice.has[:, valued & (self.group == member)] for member in (1, 0))
            value, rest = (total.sum() / max(size.sum(), 1) for total, size in (inside, outside))
            n, is_mean = inside.shape[1], self.measure == "mean"
            k = n if is_mean else int(inside[0].sum())
            bounds = population.mean_intervals(*inside)[1:] if is_mean else population.wilson(np.array(k), n)
            low, high = map(float, bounds)  # not known of too few
            differs, enough = names[0] if rest < low or rest > high else NO_DIFFERENCE, n > 1 and low <= high
            return Result(differs, round(value, 6), low, high, k, n, enough=enough, clear=True, rest=rest)
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
            clear = population.is_ahead((first & ~second).sum(), (second & ~first).sum())
            result = result._replace(second=str(names[rivals[0]]), n_second=n_second, clear=clear)
        return result

    def label(self, name: str) -> str:
        """Write a name for a reader."""
        if self.unit:
            return prose.period(pd.Timestamp(name), unit=self.unit)
        return f"“{name}”" if self.claim == "topic" or self.measure == "choice" else name

    def sentence(self, result: Result) -> str:
        """Say what leads and how far the second is behind, or how a group differs from the others."""
        if self.measure == "mean":
            return say("05-answer.mean", **result._asdict(), mark=self.phrase, where=self.where)
        values = {"n": result.n_leader, "of": result.n, "where": self.where or self.texts}
        count = say("05-answer.count", **values, interval=prose.share_interval(result))
        text = self.phrase.format(name=self.label(result.leader), count=count)
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
    """Give the places of names (article_id, sentence, name, perhaps value) with numbers of articles."""
    rows = pd.Index(articles["article_id"]).get_indexer(frame["article_id"])
    names = pd.Categorical(frame["name"], sorted(frame["name"].unique()))
    values = {"row": rows, "name": names, "value": frame.get("value", 1.0)}
    return frame[["sentence"]].assign(**values).reset_index(drop=True)


def list_questions(
    tables: Tables, *, outlets: Mapping[str, pd.DataFrame], bursts: pd.DataFrame, period: str = "auto"
) -> list[Question]:
    """Collect what is asked of the articles, of each kind of difference the least likely before any second.

    `tables` are articles, topics, article_topics, mentions and event_dates; `bursts` of `period` come from
    `dateline.timeline.frequencies.find_bursts`; for `outlets` see `_compare_outlets`.
    """
    articles, mentions, event_dates = (tables[name] for name in ("articles", "mentions", "event_dates"))
    counted, readable = population.is_counted(articles).to_numpy(), population.is_readable(articles)
    texts = "unique texts" if readable.all() else "unique texts in English"
    unit = population.calendar_unit(articles, asked=period)

    def ask(kind: str, frame: pd.DataFrame, names: Mapping[str, str], **options: Any) -> Question:  # noqa: ANN401
        words = (say(f"05-{kind}.{case}", **names) for case in ("claim", "question", "phrase", "where"))
        claim, text, phrase, options["where"] = words
        return Question(claim, text, phrase, locate(frame, articles), counted, texts, **options)

    topics = tables["topics"]  # of one that does not hold still nothing is put into words
    labels = topics[~topics["alarms"].str.contains("unstable|too few to trust")].set_index("topic")["label"]
    placed = tables["article_topics"].query("topic >= 0")
    order = np.argsort(-placed["margin"].fillna(0).round(6).to_numpy(), kind="stable")  # the clearest first
    placed = placed.assign(name=placed["topic"].map(labels), sentence=-1).iloc[order].dropna(subset="name")
    entities = mentions.rename(columns={"entity": "name"})
    days = event_dates[event_dates["grain"] == "day"]  # a span of several days stands under its first
    days = days.assign(name=days["date_from"].dt.strftime("%Y-%m-%d"))
    stand_out, starts = [], population.period_start(articles["published"], unit=unit)
    for row in bursts.sort_values("p", kind="stable").head(MOST_DIFFERENT).itertuples():
        span = " to ".join(dict.fromkeys(prose.period(day, unit=unit) for day in (row.first, row.last)))
        if unit in ("week", "quarter") and row.first < row.last:
            span = prose.span(row.first, pd.Period(row.last, unit[0].upper()).end_time)
        group = starts.between(row.first, row.last).where(starts.notna())  # undated: perhaps in it
        frame, words = entities[entities["name"] == row.entity], {"name": row.entity, "span": span}
        stand_out.append(ask("time", frame, words, group=group.to_numpy(float)))
    return [
        *filter(None, chain(*zip_longest(stand_out, *_compare_outlets(tables, outlets, ask)))),
        ask("topic", placed, {}, fewest=population.FEWEST_ARTICLES),
        ask("person", entities[entities["kind"] == "person"], {}),
        ask("day", days, {}, unit="day"),
    ]


def _compare_outlets(
    tables: Tables, outlets: Mapping[str, pd.DataFrame], ask: Callable[..., Question]
) -> Iterator[list[Question]]:
    """Ask what an outlet writes unlike the others: by measure of a `Question`, `outlets` says what differs.

    A "share" is from `entities_by_outlet`, "choice" and "mean" from `tone.differences.differing_groups`.
    """
    writers, known = population.article_outlets(tables["articles"]), tables["articles"]["outlet"]
    for measure, table in outlets.items():
        source = tables[{"share": "mentions", "choice": "naming", "mean": "targets"}[measure]]
        source = source.assign(thing=source["thing" if measure == "choice" else "entity"], value=1.0)
        if measure == "mean":
            value = (source["positive"] - source["negative"]).where(source["voice"] == "narrator")
            source = source.assign(value=value).dropna(subset="value")
        table = table.rename(columns={"group": "outlet", "mark": "differs"})
        table = table.assign(thing=table["entity"].str.split("\n").str[0], p=pd.to_numeric(table["p"]))
        table = table[(table["differs"] != "") & ((table["p"] <= RARE) | (measure == "share"))]
        table = table[table["thing"].isin(source["thing"]) & table["outlet"].isin(known)]
        table, questions = table.sort_values("p", kind="stable"), []
        for row in table.drop_duplicates("thing").head(MOST_DIFFERENT).itertuples():
            frame, name = source[source["thing"] == row.thing], row.entity.rpartition("\n")[2]
            value = frame["name"].eq(name).astype(float) if measure == "choice" else frame["value"]
            frame = frame.assign(name=name, value=value)
            frame = frame.sort_values("value", ascending="negative" in row.differs, kind="stable")
            among = writers.index.isin(frame["article_id"]) | (measure == "share")  # others: not known
            group = (writers == row.outlet).where(among)
            words = {"outlet": row.outlet, "thing": row.thing, "name": name, "mark": row.differs}
            questions.append(ask(measure, frame, words, group=group.to_numpy(float), measure=measure))
        yield questions


def make_claims(questions: Sequence[Question], *, tables: Tables) -> tuple[list[Claim], pd.DataFrame]:
    """Answer the questions (of the same tables and sentences), the size of the corpus and what differs first.

    What is stated is counted again under `other_choices`, see `count_again`: the second table is sensitivity.
    """
    values, n, rows = corpus_values(tables["articles"]), len(tables["articles"]), []
    text = say("01-findings.size", **values).replace("*", "") + values["note"]
    claims = [Claim("corpus", "How much is there, and from when?", text, float(n), n=n, stated=n > 0)]
    for question in questions:
        reported = question.choose()
        n, texts, result = int(question.included.sum()), question.texts, question.answer(reported)
        claim, text, doubts = Claim(question.claim, question.text, "", n=n, population=texts), "", [""]
        if n < question.fewest:
            text = say("05-answer.few", n=n, texts=texts, fewest=question.fewest)
            doubts = ["too few articles"]
        elif not result.enough:
            case, doubts = "no-topic" if question.claim == "topic" else "nothing", ["nothing to count"]
            text = say(f"05-answer.{case}", n=n, texts=texts)
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
    """Count what wordings of the corpus say, and put its source, span and undated ones into words."""
    days, n_outlets = articles["published"].dropna(), articles["outlet"].replace("", None).nunique()
    values = {
        "n": len(articles), "outlets": n_outlets, "first": days.min(), "last": days.max(), "dated": len(days),
        "unique": int(articles["copy_of"].isna().sum()), "stories": articles["story"].nunique(),
        "missing": len(articles) - len(days),
    }  # fmt: skip
    span = "span" if values["first"] != values["last"] else "day"
    cases = {"source": "outlets" if n_outlets else "no-outlet", "span": span * (len(days) > 1)}
    cases["note"] = ("missing" if len(days) else "undated") * (values["missing"] > 0)
    return values | {key: say(f"01-findings.{case}", **values) if case else "" for key, case in cases.items()}


def claim_table(claims: Sequence[Claim]) -> pd.DataFrame:
    """Lay out table claims: `gate` is "passed" or what speaks against the claim."""
    columns = ["claim", "question", "text", "value", "low", "high", "n", "population"]
    gate = ["; ".join(claim.doubts) or "passed" for claim in claims]
    link = [f"report.html#answer-{claim.claim.replace(' ', '-')}" for claim in claims]
    return pd.DataFrame(claims)[columns].assign(gate=gate, link=link)


def _evidence(question: Question, name: str, *, tables: Tables) -> tuple[Any, ...]:
    """Sentences of counted articles behind an answer, from different outlets where there are several."""
    wanted = question.included if question.group is None else question.included & (question.group == 1)
    places = question.places[(question.places["name"] == name) & wanted[question.places["row"]]]
    columns, keys = ["article_id", "outlet", "title"], ["article_id", "sentence"]
    frame = tables["articles"][columns].iloc[places["row"]].assign(sentence=places["sentence"].to_numpy())
    frame = frame.sort_values("sentence", key=lambda number: number < 0, kind="stable")  # titles last
    untitled = (frame["sentence"] < 0) & (frame["title"] == "")
    frame = frame.assign(sentence=frame["sentence"].mask(untitled, 0)).drop_duplicates("article_id")
    frame = frame.iloc[frame.groupby("outlet").cumcount().argsort(kind="stable")].head(N_EVIDENCE)
    quotes = frame.merge(tables["sentences"], on=keys)[[*keys, "text"]]
    quotes["text"] = quotes["text"].map(prose.shorten)
    return tuple(quotes.itertuples(index=False, name="Quote"))


def count_again(question: Question, choices: Sequence[Choice], *, leads: str) -> pd.DataFrame:
    """Count under each choice what leads in the first: whether it still does (holds), or another is level.

    Where a choice was not computed, `note` says why, and the value is NaN.
    """
    rows: list[tuple] = []
    for choice in choices:
        result = question.answer(choice, leader=leads)
        if (n := result.n) < question.fewest or not (result.enough or result.second):
            is_few = n < question.fewest or question.measure == "mean"
            note = f"too few articles are left ({n:,})" if is_few else "nothing is left to count"
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
    tried = table[(table.index > 0) & (table["note"] == "")]
    lost = [f"{row.choice} ({row.leader})" for row in tried[~tried["holds"]].itertuples()]
    case = "untried" if tried.empty else "front" if tried["level"].any() else "same"
    text = say(f"05-verdict.{case}", n=len(tried) - len(lost), of=len(tried))
    return text + (say("05-verdict.lost", lost=", ".join(lost)) if lost else "")


def grid_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Table sensitivity for a reader: choice, finding, text, leader (if another leads), state."""
    state = np.select([table["note"] != "", table["holds"]], ["none", "holds"], "changes")
    shares, means = (table["value"].map(form, na_action="ignore") for form in (prose.percent, prose.score))
    text = shares.mask(table["finding"].str.startswith("tone toward "), means).fillna("–")
    leader = table["leader"].where(state == "changes", "")
    return table[["choice", "finding"]].assign(text=text, leader=leader, state=state)


def other_choices(question: Question, *, tables: Tables) -> list[Choice]:
    """Other ways to count, as far as the tables hold them and they change anything."""
    articles, included, places = tables["articles"], question.included, question.places
    known = True if question.group is None else ~np.isnan(question.group)
    choices = [question.choose(way, included=mask) for way, mask in population.other_counts(articles).items()
               if ((mask != included) & known).any()]  # fmt: skip
    if question.claim != "topic" and question.measure != "mean":  # tones are the narrator's alone
        quotes = tables["sentences"][["article_id", "sentence", "voice"]].query("voice == 'quote'")
        rows = pd.Index(articles["article_id"]).get_indexer(quotes["article_id"])
        # article and sentence as one number: a fraction of the cost of a merge on text
        keys, quoted = (rows * 2**24 + (sentence + 1) for rows, sentence in (
            (places["row"], places["sentence"]), (rows, quotes["sentence"].to_numpy())))  # fmt: skip
        choices.append(question.choose("headlines left out", places=places[places["sentence"] >= 0]))
        choices.append(question.choose("quotes left out", places=places[~np.isin(keys, quoted)]))
    return choices
