"""Headline findings, each with its denominator, its interval and the sentences behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import prose
from helpers.questions import Answer, Question, Tables

# Sentences shown behind a finding, from as many outlets as there are.
N_EVIDENCE = 3
# Places of which these are chosen where there are many: the clearest first.
N_STRONGEST = 50


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
    finding, question
        Short name, as in table sensitivity, and what it answers.
    sentence
        The answer in plain words, or why there is none.
    value, low, high
        The number and its 95 % interval over articles; NaN where there is none.
    n
        Articles that it is computed over.
    stated
        Whether the number of articles allows an answer at all.
    leader
        What leads: a topic, a period, a person, a tone; empty where nothing does.
    tied
        Whether another is level with it.
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
    tied: bool = False
    evidence: tuple[Evidence, ...] = ()


def findings(asked: Sequence[Question], *, tables: Tables, seed: int = 0) -> list[Finding]:
    """Answer the headline questions as far as the articles allow.

    Parameters
    ----------
    asked, tables
        From `questions`, and what it took.
    seed
        Seed of the resampling behind the interval of the tone.
    """
    return [corpus(tables["articles"]), *(_answer(one, tables, seed) for one in asked)]


def markdown(found: Sequence[Finding], *, verdicts: Mapping[str, str] | None = None) -> str:
    """Write the findings as a list, those that cannot be answered last.

    Parameters
    ----------
    found
        From `findings`.
    verdicts
        By finding, what `sensitivity.verdicts` says of it.

    Examples
    --------
    >>> markdown([Finding("tone", "Praise or blame?", "No clear tone.", stated=True)])
    '- **Praise or blame?** No clear tone.'
    """
    said = verdicts or {}
    lines = [(f.question, prose.plain(f.sentence), said.get(f.finding, "")) for f in found if f.stated]
    lines += [(f.question, prose.plain(f.sentence), "") for f in found if not f.stated]
    return "\n".join(f"- **{q}** {sentence} {prose.plain(more)}".rstrip() for q, sentence, more in lines)


def corpus(articles: pd.DataFrame) -> Finding:
    """Say how much there is, and from when to when."""
    n, unique = len(articles), int(articles["copy_of"].isna().sum())
    n_outlets = articles.loc[articles["outlet"] != "", "outlet"].nunique()
    parts = [
        prose.plural(n, "article"),
        *([f"{unique:,} of them unique texts"] if unique < n else []),
        f"about {prose.plural(articles['story'].nunique(), 'event')}",
        *([f"from {prose.plural(n_outlets, 'outlet')}"] if n_outlets else []),
    ]
    known = articles["published"].dropna()
    when = "No publication date is known."
    if len(known):
        first, last = prose.day(known.min()), prose.day(known.max())
        which = "They appeared" if len(known) == n else f"The {len(known):,} with a known date appeared"
        when = f"{which} on {first}" if first == last else f"{which} between {first} and {last}"
        when += (
            "."
            if len(known) == n
            else f"; {n - len(known):,} {'has' if n - len(known) == 1 else 'have'} no day."
        )
    sentence = f"{', '.join(parts)}. {when}"
    return Finding("corpus", "How much is there, and from when?", sentence, float(n), n=n, stated=n > 0)


def _answer(question: Question, tables: Tables, seed: int) -> Finding:
    """Say who or what leads and how far, or why that cannot be said."""
    n, called = int(question.counted.keep.sum()), question.called
    blank = Finding(question.finding, question.question, "", n=n)
    if n < question.fewest:
        why = f"Not enough articles to say: {n:,} {called}, and this needs {question.fewest}."
        return replace(blank, sentence=why)
    first = question.ask([question.counted], seed=seed)[0]
    if not first.enough:
        lack = f"{first.n:,} have a scored sentence" if not question.words else "no two have one in common"
        return replace(blank, sentence=f"Not enough to say: of {n:,} {called}, {lack}.")
    return replace(
        blank,
        sentence=_rank_in_words(question, first) if question.words else _tone_in_words(first, called),
        value=first.value,
        low=first.low,
        high=first.high,
        stated=True,
        leader=first.leader,
        tied=first.level > 0,
        evidence=_evidence(question, first.leader, tables=tables),
    )


def _rank_in_words(question: Question, first: Answer) -> str:
    """Say what leads, and how far the second is behind: more than chance would give, or not."""
    share, low, high = map(prose.percent, (first.value, first.low, first.high))
    count = f"{first.k:,} of {first.n:,} {question.called} ({share}, 95 % interval {low} to {high})"
    name = question.show(first.leader)
    sentence = question.words.format(name=name[:1].upper() + name[1:] if question.unit else name, count=count)
    if not first.second:
        return f"{sentence}; no other was found."
    second = f"{question.show(first.second)} ({first.k_second:,})"
    if first.level > 1:
        others = f"{question.show(first.second)} and {prose.plural(first.level - 1, 'other')}"
        return f"{sentence}, as many as {others}: which one leads is open."
    if first.clear:
        return f"{sentence}, clearly ahead of {second}."
    if first.k_second == first.k:
        return f"{sentence}, as many as {second}: which one leads is open."
    return f"{sentence}, ahead of {second}, though by too little to be sure of the order."


def _tone_in_words(found: Answer, called: str) -> str:
    """Say which way the sentences outside quotation marks lean, or that they do not clearly."""
    mean, low, high = map(prose.score, (found.value, found.low, found.high))
    number = f"a mean of {mean} on a scale from −1 to 1 (95 % interval {low} to {high})"
    sides = f"{found.k:,} of them are positive, {found.k_second:,} negative"
    text = f"sentences outside quotation marks in {found.n:,} {called} have {number}; {sides}."
    return f"{found.leader.capitalize()}: {text}"


def _evidence(question: Question, name: str, *, tables: Tables) -> tuple[Evidence, ...]:
    """Sentences of kept articles behind an answer, from different outlets where there are several."""
    _, keep, found = question.counted
    found = found.only(keep[found.rows])
    if question.words:
        found = found.only(found.value == found.find(name)[0])
        found = found.only(np.argsort(found.sentence < 0, kind="stable"))
    else:
        sign = {"positive": -1, "negative": 1}.get(name, 0)
        order = np.argsort((sign * found.value[:, 0]).round(6), kind="stable")
        found = found.only(order[: N_STRONGEST * abs(sign)])
    columns = ["article_id", "outlet", "title"]
    frame = tables["articles"][columns].iloc[found.rows].assign(sentence=found.sentence)
    no_title = (frame["sentence"] < 0) & (frame["title"] == "")
    frame = frame.assign(sentence=frame["sentence"].mask(no_title, 0)).drop_duplicates("article_id")
    turn = frame.groupby("outlet").cumcount().to_numpy()
    return look_up(frame.iloc[np.argsort(turn, kind="stable")[:N_EVIDENCE]], sentences=tables["sentences"])


def look_up(found: pd.DataFrame, *, sentences: pd.DataFrame) -> tuple[Evidence, ...]:
    """Texts of a few sentences, given by article_id and sentence, in that order."""
    near = sentences[sentences["article_id"].isin(found["article_id"])]
    text = near.set_index(["article_id", "sentence"])["text"]
    keys = zip(found["article_id"], found["sentence"].astype(int), strict=True)
    return tuple(Evidence(*key, prose.shorten(text[key])) for key in keys if key in text.index)
