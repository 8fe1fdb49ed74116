"""What is asked of the articles, and how an answer is counted under one choice or another."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from dateline.entities import mentions
from dateline.tone import differences
from helpers import prose

# Fewer unique texts than this: a group of articles is no topic, a peak no trend, a mean no tone.
FEWEST_ARTICLES = 8
# Fewer than this and "most" says nothing: any name of the first text would lead.
FEWEST_FOR_NAMES = 3

Tables = Mapping[str, pd.DataFrame]


class Places(NamedTuple):
    """Where names or scores stand: positions of articles, sentence numbers, and codes of names.

    For scores, `value` has two columns: the score, and that without event words.
    """

    rows: np.ndarray
    sentence: np.ndarray
    value: np.ndarray
    names: np.ndarray

    def only(self, which: np.ndarray) -> "Places":
        """Those of a mask, or in the order of some positions."""
        return Places(self.rows[which], self.sentence[which], self.value[which], self.names)

    def find(self, name: str) -> np.ndarray:
        """Code of a name, if it has one."""
        # not ``names == name``: NumPy takes a trailing NUL off the name
        code = pd.Index(self.names, dtype=object).get_indexer([name])
        return code[code >= 0]


class Choice(NamedTuple):
    """A way to count: which articles, (n_articles,) bool, and which places."""

    name: str
    keep: np.ndarray
    places: Places


class Answer(NamedTuple):
    """What leads under a choice, in k of n articles, and the best of the others.

    `level`: how many others stand in as many articles. `enough`: there is something to lead, a name in two
    articles or a tone in `FEWEST_ARTICLES`. `clear`: the articles that have only one of the two favour the
    first, the 95 % interval of that share lying above one half (the sign test on discordant pairs;
    Q. McNemar, Psychometrika 12, 1947).
    """

    leader: str
    value: float
    low: float
    high: float
    k: int
    n: int
    enough: bool
    second: str = ""
    k_second: int = 0
    clear: bool = False
    level: int = 0


class Question(NamedTuple):
    """Something to ask: its words, what is counted over which articles, and how many these have to be."""

    finding: str
    question: str
    words: str
    counted: Choice
    called: str
    fewest: int = FEWEST_FOR_NAMES
    unit: str = ""  # calendar unit if the names are dates
    exact: bool = False  # whether a place is a sentence, not a whole article

    def ask(self, choices: Sequence[Choice], *, leader: str = "", seed: int = 0) -> list[Answer]:
        """Count names, or average scores, under each choice; see `rank` and `tone`."""
        return tone(choices, seed=seed) if self.finding == "tone" else rank(choices, leader=leader)

    def show(self, name: str) -> str:
        """Write a name for a reader."""
        if self.unit:
            return prose.period(pd.Timestamp(name), unit=self.unit)
        return f"“{name}”" if self.finding == "topic" else name


def rank(choices: Sequence[Choice], *, leader: str = "") -> list[Answer]:
    """Find, under each choice, the name that most of the kept articles have.

    Parameters
    ----------
    choices
        Ways to count.
    leader
        Look at this name instead of the one that leads; `second` is then the best of the others.

    Examples
    --------
    >>> articles = pd.DataFrame({"article_id": ["a", "b", "c"]})
    >>> named = articles.assign(sentence=0, name=["Aldhove", "Aldhove", "Corvane"])
    >>> rank([Choice("all", np.ones(3, bool), places(named, articles=articles))])[0][:2]
    ('Aldhove', 0.666667)
    """
    once = {id(choice.places): choice.places for choice in choices}
    once = {key: distinct(found) for key, found in once.items()}
    return [_lead(once[id(choice.places)], choice.keep, leader) for choice in choices]


def places(frame: pd.DataFrame, *, articles: pd.DataFrame) -> Places:
    """Code columns article_id and name as integers, so that each choice afterwards costs a count."""
    codes, names = pd.factorize(frame["name"], sort=True)
    rows = pd.Index(articles["article_id"]).get_indexer(frame["article_id"])
    return Places(rows, frame["sentence"].to_numpy(), codes, np.asarray(names, dtype=object))


def distinct(found: Places) -> Places:
    """Count each article once for each name."""
    width = max(len(found.names), 1)
    keys = np.sort(pd.unique(found.rows * width + found.value))  # np.unique takes three times as long
    return Places(keys // width, np.full(len(keys), -1), keys % width, found.names)


def _lead(found: Places, keep: np.ndarray, name: str) -> Answer:
    """Answer from distinct places; names that are level stand in alphabetical order."""
    n, counts = int(keep.sum()), np.bincount(found.value[keep[found.rows]], minlength=len(found.names))
    order = np.argsort(-counts, kind="stable")
    wanted = found.find(name) if name else order[:1]
    first = int(wanted[0]) if len(wanted) else -1
    rest = order[order != first]
    k, k_second = (int(counts[i[0]]) if len(i) else 0 for i in (wanted, rest))
    (low,), (high,) = population.wilson([k], n)
    answer = Answer(
        name or (str(found.names[first]) if k else ""), round(k / max(n, 1), 6), low, high, k, n, k > 1,
        level=int((counts[rest] == k).sum()),
    )  # fmt: skip
    if not k_second:
        return answer._replace(clear=k > 0)
    has = np.zeros((2, len(keep)), bool)
    for row, code in enumerate((first, int(rest[0]))):
        has[row, found.rows[found.value == code]] = True
    one, other = ((a & ~b & keep).sum() for a, b in (has, has[::-1]))
    clear = bool(population.wilson([one], one + other)[0][0] > 0.5)
    return answer._replace(second=str(found.names[rest[0]]), k_second=k_second, clear=clear)


def tone(choices: Sequence[Choice], *, seed: int = 0) -> list[Answer]:
    """Average scores under each choice; `differences.sign_tones` decides what has a sign."""
    used = np.any([choice.keep for choice in choices], axis=0)
    n = len(used)
    sums = [
        np.bincount(c.places.rows, c.places.value[:, column], n) * c.keep
        for column in (0, 1)
        for c in choices
    ]
    counts = np.column_stack([np.bincount(c.places.rows, minlength=n) * c.keep for c in choices])[used]
    resamples = differences.RESAMPLES[int(used.sum()) > differences.MANY_ARTICLES]
    means = population.bootstrap_mean(
        np.column_stack(sums)[used], np.hstack([counts, counts]), seed=seed, n_resamples=resamples
    )
    (mean, _), (low, judging_low), (high, judging_high) = (both.reshape(2, -1) for both in means)
    up, down = np.transpose([_sides(c) for c in choices])
    table = pd.DataFrame({"mean": mean, "low": low, "high": high, "positive": up, "negative": down})
    table = table.assign(judging_low=judging_low, judging_high=judging_high, thin=False)
    if all(c.places.value.shape[1] > 2 for c in choices):
        table[["model", "n_model"]] = [_model(c) for c in choices]
    name, scored = differences.sign_tones(table), (counts > 0).sum(0)
    columns = (name, mean, low, high, up, scored, scored >= FEWEST_ARTICLES, [""] * len(choices), down)
    return [Answer(*row) for row in zip(*(np.asarray(column).tolist() for column in columns), strict=True)]


def _model(choice: Choice) -> tuple[float, int]:
    """Mean of the model's tone toward the names in the sentences, and in how many articles it read any."""
    rows, value = choice.places.rows, choice.places.value[:, 2]
    read = choice.keep[rows] & ~np.isnan(value)
    return round(float(value[read].mean()), 6) if read.any() else np.nan, len(np.unique(rows[read]))


def _sides(choice: Choice) -> tuple[int, int]:
    """Positive and negative sentences."""
    score = choice.places.value[choice.keep[choice.places.rows], 0]
    return int((score >= differences.NEUTRAL).sum()), int((score <= -differences.NEUTRAL).sum())


def questions(tables: Tables, *, unit: str = "auto") -> list[Question]:
    """Collect what is asked of the articles.

    Parameters
    ----------
    tables
        By name: articles, sentences, topics, article_topics, mentions, event_dates, sentiment; and what
        `speakers` finds in them.
    unit
        Calendar unit of the busiest period (``day`` to ``year``), or ``auto``.
    """
    articles = tables["articles"]
    unique, dated = articles["copy_of"].isna().to_numpy(), articles["published"].notna().to_numpy()
    readable = population.is_readable(articles).to_numpy()
    texts = "unique texts" if readable.all() else "unique texts in English"
    unit = population.calendar_unit(articles, asked=unit)

    def ask(finding: str, question: str, phrase: str, frame: pd.DataFrame) -> Question:
        counted = Choice("as reported", unique & readable, places(frame, articles=articles))
        return Question(finding, question, phrase, counted, texts)

    named = tables["mentions"].rename(columns={"entity": "name"})
    is_person = named["kind"] == "person"
    days, periods = _days(tables["event_dates"]), _periods(articles, unit)
    is_named, is_topic = "{name} is named in {count}", "{name} is the topic of {count}"
    topic = ask("topic", "What is the largest topic?", is_topic, _topics(tables))
    busy = ask("period", "When did most appear?", "{name} is when {count} appeared", periods)
    told = ask("event date", "Which day is talked about most?", "{name} is a date in {count}", days)
    mood = Question("tone", "Do words outside quotation marks praise or blame?", "", scores(tables), texts)
    return [
        topic._replace(fewest=FEWEST_ARTICLES),
        ask("person", "Which person is named most?", is_named, named[is_person])._replace(exact=True),
        ask(
            "thing", "Which place, organisation or thing is named most?", is_named, named[~is_person]
        )._replace(exact=True),
        ask("speaker", "Who is quoted most?", "{name} is quoted in {count}", tables["speakers"]),
        busy._replace(
            counted=busy.counted._replace(keep=unique & dated),
            called="dated unique texts",
            fewest=FEWEST_ARTICLES,
            unit=unit,
        ),
        told._replace(unit="day", exact=True),
        mood._replace(fewest=FEWEST_ARTICLES),
    ]


def scores(tables: Tables, *, voices: Sequence[str] = ("narrator",)) -> Choice:
    """Scores of the sentences in some voices, with and without event words, over the scored unique texts."""
    articles, every = tables["articles"], tables["sentiment"]
    rows = pd.Index(articles["article_id"]).get_indexer(every["article_id"])
    keep = population.is_counted(articles).to_numpy()
    keep = keep & (np.bincount(rows, minlength=len(articles)) > 0)
    value = every[[name for name in ("score", "judging", "model") if name in every]].to_numpy()
    found = Places(rows, every["sentence"].to_numpy(), value, np.array([], object))
    return Choice("as reported", keep, found.only(every["voice"].isin(voices).to_numpy()))


def _topics(tables: Tables) -> pd.DataFrame:
    """Articles and the labels of their topics, the clearest first; those with no clear topic have none."""
    labels = tables["topics"].set_index("topic")["label"]
    placed = tables["article_topics"].query("topic >= 0")
    order = np.argsort(-placed["margin"].fillna(0).round(6).to_numpy(), kind="stable")
    return placed.assign(name=placed["topic"].map(labels), sentence=-1).iloc[order].dropna(subset="name")


def _periods(articles: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Articles and the first day of the period that they appeared in, as ISO dates."""
    dated = articles[articles["published"].notna()]
    start = population.period_start(dated["published"], unit=unit)
    return dated.assign(name=start.dt.strftime("%Y-%m-%d"), sentence=-1)


def _days(event_dates: pd.DataFrame) -> pd.DataFrame:
    """Days that sentences talk about, as ISO dates; a span of several days stands under its first."""
    days = event_dates[event_dates["grain"] == "day"]
    return days.assign(name=days["date_from"].dt.strftime("%Y-%m-%d"))


def speakers(tables: Tables) -> pd.DataFrame:
    """Quoted sentences and the person or organisation that speaks."""
    named = tables["mentions"]
    speaking = named.loc[named["kind"].isin(["person", "organisation"]), "entity"].unique()
    quoted = mentions.speakers(named, tables["sentences"]).rename(columns={"entity": "name"})
    return quoted[quoted["name"].isin(speaking)]
