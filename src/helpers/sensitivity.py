"""The findings again, under other choices that a reasonable analyst could have made."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from dateline import population
from dateline.text.boilerplate import NO_BOILERPLATE
from helpers import prose, questions
from helpers.findings import Finding
from helpers.questions import Answer, Choice, Places, Question, Tables

# Outlets that are left out one at a time, the largest first: more would not fit a figure.
MOST_OUTLETS = 6
# Names looked for in the removed text too: nothing below these could take the lead.
MOST_RIVALS = 5
# The last four beside the data dictionary's.
COLUMNS = {"finding": "str", "choice": "str", "value": "float64", "low": "float64", "high": "float64"}
COLUMNS |= {"holds": "bool", "leader": "str", "n": "int64", "note": "str", "level": "bool"}


def sensitivity(
    found: Sequence[Finding], *, asked: Sequence[Question], tables: Tables, seed: int = 0
) -> pd.DataFrame:
    """Compute the stated findings under other choices.

    Parameters
    ----------
    found, asked, tables, seed
        What `findings.findings` returned and took, and table removed.

    Returns
    -------
    pandas.DataFrame
        Table sensitivity: each finding as reported and under each choice, with its 95 % interval; `holds` if
        what led still leads. Columns beside the data dictionary's: leader (what leads under the choice), n
        (articles counted), note (why a choice was not computed: value is NaN then, and holds False) and level
        (whether another is level with what led).
    """
    stated = {finding.finding: finding for finding in found if finding.stated}
    rows = []
    for question in asked:
        if finding := stated.get(question.finding):
            interval = finding.value, finding.low, finding.high
            first = Answer(finding.leader, *interval, 1, finding.n, enough=True, level=int(finding.tied))
            rows.append(_row(finding, question, question.counted, first))
            others = list(choices(question, tables=tables))
            answers = question.ask(others, leader=finding.leader, seed=seed) if others else []
            rows += [_row(finding, question, *both) for both in zip(others, answers, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    """Say of each finding in table sensitivity which choices it survives.

    Of one that is level with another, as reported or under a choice, nothing more is said than that it stays
    in front.

    Examples
    --------
    >>> rows = [("name", "as reported", True, "Aldhove", "", False),
    ...         ("name", "copies counted", True, "Aldhove", "", False),
    ...         ("name", "undated left out", False, "Corvane", "", False)]
    >>> verdicts(pd.DataFrame(rows, columns=["finding", "choice", "holds", "leader", "note", "level"]))
    {'name': 'Holds under 1 of 2 other choices; not with: undated left out (Corvane).'}
    """
    said = {}
    for name, rows in table.groupby("finding", sort=False):
        tried = rows[(rows["choice"] != "as reported") & (rows["note"] == "")]
        lost = tried[~tried["holds"]]
        others = prose.plural(len(tried), "other choice")
        holds = "Stays in front, alone or level, under" if rows["level"].any() else "Holds under"
        text = f"{holds} {len(tried) - len(lost)} of {others}"
        if lost.empty:
            text = f"{holds} all {others}" if len(tried) > 1 else f"{holds} the one other choice"
        if len(lost):
            text += "; not with: " + ", ".join(f"{row.choice} ({row.leader})" for row in lost.itertuples())
        said[str(name)] = f"{text}." if len(tried) else "No other choice could be tried."
    return said


def cells(table: pd.DataFrame) -> pd.DataFrame:
    """Table sensitivity for a reader: choice, finding, text, leader (if another leads), state.

    Examples
    --------
    >>> rows = [("tone", "as reported", -0.12, True, "negative", ""),
    ...         ("tone", "copies counted", -0.04, False, "no clear tone", "")]
    >>> columns = ["finding", "choice", "value", "holds", "leader", "note"]
    >>> cells(pd.DataFrame(rows, columns=columns)).iloc[:, 1:]
      finding   text         leader    state
    0    tone  −0.12                   holds
    1    tone  −0.04  no clear tone  changes
    """
    number = [
        "–" if row.note else (prose.score if row.finding == "tone" else prose.percent)(row.value)
        for row in table.itertuples()
    ]
    text = pd.Series(number, index=table.index, dtype="str")
    state = np.select([table["note"] != "", table["holds"]], ["none", "holds"], "changes")
    leader = table["leader"].where(state == "changes", "")
    return table[["choice", "finding"]].assign(text=text, leader=leader, state=state)


def _row(finding: Finding, question: Question, choice: Choice, answer: Answer) -> tuple:
    n = int(choice.keep.sum())
    if n < question.fewest or not (answer.enough or answer.second):
        why = f"too few articles are left ({n:,})" if n < question.fewest else "nothing is left to count"
        return (finding.finding, choice.name, np.nan, np.nan, np.nan, False, "", n, why, False)
    level = not answer.second or answer.k >= answer.k_second
    holds = answer.leader == finding.leader and level
    leader = answer.leader if level else answer.second
    return (
        finding.finding,
        choice.name,
        answer.value,
        answer.low,
        answer.high,
        holds,
        question.show(leader),
        n,
        "",
        holds and answer.level > 0,
    )


def choices(question: Question, *, tables: Tables) -> Iterator[Choice]:
    """Other ways to count, as far as the tables hold them and they change anything."""
    keep, found = question.counted.keep, question.counted.places
    for name, mask in _other_articles(question, tables["articles"]):
        if (mask != keep).any():
            yield Choice(name, mask, found)
    for name, other in _other_places(question, tables):
        yield Choice(name, keep, other)


def _other_articles(question: Question, articles: pd.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """Choices that count other articles."""
    keep = question.counted.keep
    readable = population.is_readable(articles).to_numpy()
    unique, dated = articles["copy_of"].isna().to_numpy(), articles["published"].notna().to_numpy()
    yield "copies counted", dated if question.finding == "period" else readable
    yield "one text per event", keep & _first_of_story(articles, keep)
    if question.finding == "period":
        yield "only texts in English", keep & readable
        yield "inferred dates left out", keep & articles["published_basis"].ne("inferred").to_numpy()
    else:
        yield "undated left out", keep & dated
        if question.words:  # of a share; a mean does not change with its total
            yield "other languages in the total", unique
    size = articles.loc[keep & articles["outlet"].ne("").to_numpy(), "outlet"].value_counts(sort=False)
    largest = size.sort_index().sort_values(ascending=False, kind="stable").index
    for name in largest[:MOST_OUTLETS] if len(largest) > 1 else []:
        yield f"without {name}", keep & articles["outlet"].ne(name).to_numpy()


def _first_of_story(articles: pd.DataFrame, keep: np.ndarray) -> np.ndarray:
    """Mark the earliest kept article of each story; undated ones come last."""
    order = articles[["published", "story"]].assign(left_out=~keep)
    order = order.sort_values(["left_out", "published"], kind="stable")
    return ~order.duplicated("story").sort_index().to_numpy()


def _other_places(question: Question, tables: Tables) -> Iterator[tuple[str, Places]]:
    """Choices that count other sentences."""
    found = question.counted.places
    if question.finding == "tone":
        for voice in ("quote", "headline"):
            counted = questions.scores(tables, voices=("narrator", voice))
            yield f"{voice}s counted too", counted.places
        without = np.column_stack([found.value[:, [1, 1]], found.value[:, 2:]])
        yield "event words left out", found._replace(value=without)
    if question.exact:
        yield "headlines left out", found.only(found.sentence >= 0)
        sentences = tables["sentences"]
        quotes = sentences[sentences["voice"] == "quote"]
        rows = pd.Index(tables["articles"]["article_id"]).get_indexer(quotes["article_id"])
        quoted = _key(rows, quotes["sentence"].to_numpy())
        yield "quotes left out", found.only(~np.isin(_key(found.rows, found.sentence), quoted))
    if question.finding in ("person", "thing"):
        yield "boilerplate kept", _with_removed(question.counted, tables)


def _key(rows: np.ndarray, sentence: np.ndarray) -> np.ndarray:
    """Article and sentence as one number: a fraction of the cost of a merge on text."""
    return rows.astype(np.int64) << 24 | (sentence + 1)


def _with_removed(counted: Choice, tables: Tables) -> Places:
    """Places of names, with those that the leading names have in the removed text."""
    found, removed = counted.places, tables["removed"]
    removed = removed[~removed["rule"].isin(NO_BOILERPLATE)]
    near = pd.Index(tables["articles"]["article_id"]).get_indexer(removed["article_id"])
    once = questions.distinct(found)
    size = np.bincount(once.value[counted.keep[once.rows]], minlength=len(found.names))
    rows, codes = [found.rows], [found.value]
    for code in np.argsort(-size, kind="stable")[:MOST_RIVALS].tolist():
        surfaces = tables["mentions"].loc[tables["mentions"]["entity"] == found.names[code], "surface"]
        pattern = "|".join(map(re.escape, sorted(surfaces.unique())))
        rows.append(near[removed["text"].str.contains(rf"\b(?:{pattern})\b").to_numpy(bool)])
        codes.append(np.full(len(rows[-1]), code))
    every = np.concatenate(rows)
    return Places(every, np.zeros(len(every), int), np.concatenate(codes), found.names)
