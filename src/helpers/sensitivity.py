"""The claims again, under other choices that a reasonable analyst could have made."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline import population
from dateline.tables import NO_BOILERPLATE
from helpers import claims, prose
from helpers.claims import Choice, Claim, Occurrences, Question, Result, Tables

# Outlets that are left out one at a time, the largest first: more would not fit a figure.
MOST_OUTLETS = 6
# Names looked for in the removed text too: nothing below these could take the lead.
MOST_RIVALS = 5
# The last four beside the data dictionary's.
COLUMNS = {"finding": "str", "choice": "str", "value": "float64", "low": "float64", "high": "float64"}
COLUMNS |= {"holds": "bool", "leader": "str", "n": "int64", "note": "str", "level": "bool"}


def count_again(stated: Sequence[Claim], *, questions: Sequence[Question], tables: Tables) -> pd.DataFrame:
    """Compute the stated claims under other choices.

    Parameters
    ----------
    stated, questions, tables
        What `claims.make_claims` returned and took, and table removed.

    Returns
    -------
    pandas.DataFrame
        Table sensitivity: each claim (`finding`) as reported and under each choice, with its 95 % interval;
        `holds` if what led still leads; leader (what leads under the choice), n (articles included), note
        (why a choice was not computed: value is NaN then) and level (whether another is level with it).
    """
    by_name = {claim.claim: claim for claim in stated if claim.stated}
    rows: list[tuple] = []
    for question in (question for question in questions if question.claim in by_name):
        claim = by_name[question.claim]
        interval = claim.value, claim.low, claim.high
        reported = Result(claim.leader, *interval, 1, claim.n, enough=True, n_level=int(claim.tied))
        choices = other_choices(question, tables=tables)
        results = question.answer(choices, leader=claim.leader) if choices else []
        for choice, result in zip([question.choice, *choices], [reported, *results], strict=True):
            n = int(choice.included.sum())
            if n < question.fewest or not (result.enough or result.second):
                too_few = n < question.fewest
                note = f"too few articles are left ({n:,})" if too_few else "nothing is left to count"
                rows.append((claim.claim, choice.name, *[np.nan] * 3, False, "", n, note, False))
                continue
            is_first = not result.second or result.n_leader >= result.n_second
            holds = result.leader == claim.leader and is_first
            leader = question.label(result.leader if is_first else result.second)
            numbers = result.value, result.low, result.high
            level = holds and result.n_level > 0
            rows.append((claim.claim, choice.name, *numbers, holds, leader, n, "", level))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def verdicts(table: pd.DataFrame) -> dict[str, str]:
    """Say of each claim which choices it survives; of one that is ever level, only that it is in front."""
    texts = {}
    for name, rows in table.groupby("finding", sort=False):
        tried = rows[(rows["choice"] != "as reported") & (rows["note"] == "")]
        lost = tried[~tried["holds"]]
        same = "In front, alone or level with another, under" if rows["level"].any() else "The same under"
        amount = f"{len(tried) - len(lost)} of {prose.plural(len(tried), 'other choice')}"
        if lost.empty:
            amount = f"all {len(tried)} other choices" if len(tried) > 1 else "the only other choice"
        changes = ", ".join(f"{row.choice} ({row.leader})" for row in lost.itertuples())
        lead = "Other answers" if name == "tone" else "Another leads"
        text = f"{same} {amount}." + f" {lead} with: {changes}." * bool(changes)
        texts[str(name)] = text if len(tried) else "No other choice could be tried."
    return texts


def grid_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Table sensitivity for a reader: choice, finding, text, leader (if another leads), state."""
    numbers = [
        "–" if row.note else (prose.score if row.finding == "tone" else prose.percent)(row.value)
        for row in table.itertuples()
    ]
    state = np.select([table["note"] != "", table["holds"]], ["none", "holds"], "changes")
    leader = table["leader"].where(state == "changes", "")
    text = pd.Series(numbers, index=table.index, dtype="str")
    return table[["choice", "finding"]].assign(text=text, leader=leader, state=state)


def steady_title(table: pd.DataFrame) -> str:
    """Say how many answers stay the same under every choice."""
    same = table["holds"][table["note"] == ""].groupby(table["finding"]).all()
    if same.empty:
        return "There are too few articles for an answer that could depend on a choice"
    n = int(same.sum())
    amount = "All" if n == len(same) > 1 else f"{n or 'None'} of"
    answers = f"{prose.plural(len(same), 'answer')} stay{'s' * (n < 2)}"
    return f"{amount} {answers} the same under every choice"


def other_choices(question: Question, *, tables: Tables) -> list[Choice]:
    """Other ways to count, as far as the tables hold them and they change anything."""
    articles, (_, included, occurrences) = tables["articles"], question.choice
    readable = population.is_readable(articles).to_numpy()
    unique, dated = articles["copy_of"].isna().to_numpy(), articles["published"].notna().to_numpy()
    order = articles[["published", "story"]].assign(left_out=~included)  # undated ones come last in a story
    order = order.sort_values(["left_out", "published"], kind="stable")
    earliest = ~order.duplicated("story").sort_index().to_numpy()
    is_period = question.claim == "period"
    masks = {"copies counted": dated if is_period else readable, "one text per story": included & earliest}
    if is_period:
        masks["only texts in English"] = included & readable
        masks["inferred dates left out"] = included & articles["published_basis"].ne("inferred").to_numpy()
    else:
        masks["undated left out"] = included & dated
        if not question.average:  # of a share; a mean does not change with its total
            masks["other languages in the total"] = unique
    size = articles.loc[included & articles["outlet"].ne("").to_numpy(), "outlet"].value_counts(sort=False)
    largest = size.sort_index().sort_values(ascending=False, kind="stable").index
    for outlet in largest[:MOST_OUTLETS] if len(largest) > 1 else []:
        masks[f"without {outlet}"] = included & articles["outlet"].ne(outlet).to_numpy()
    sentences = {}
    if question.average:
        for voice in ("quote", "headline"):
            choice = claims.place_scores(tables, voices=("narrator", voice))
            sentences[f"{voice}s counted too"] = choice.occurrences
    if question.by_sentence:
        sentences["headlines left out"] = occurrences.select(occurrences.sentence >= 0)
        quotes = tables["sentences"].query("voice == 'quote'")
        rows = pd.Index(articles["article_id"]).get_indexer(quotes["article_id"])
        # article and sentence as one number: a fraction of the cost of a merge on text
        keys, quoted = (article.astype(np.int64) << 24 | (sentence + 1) for article, sentence in (
            (occurrences.rows, occurrences.sentence), (rows, quotes["sentence"].to_numpy())))  # fmt: skip
        sentences["quotes left out"] = occurrences.select(~np.isin(keys, quoted))
    if question.claim in ("person", "thing"):
        sentences["boilerplate kept"] = _with_removed(question.choice, tables)
    choices = [Choice(name, mask, occurrences) for name, mask in masks.items() if (mask != included).any()]
    return choices + [Choice(name, included, places) for name, places in sentences.items()]


def _with_removed(choice: Choice, tables: Tables) -> Occurrences:
    """Occurrences of names, with those that the leading names have in the removed text."""
    occurrences, removed = choice.occurrences, tables["removed"]
    removed = removed[~removed["rule"].isin(NO_BOILERPLATE)]
    positions = pd.Index(tables["articles"]["article_id"]).get_indexer(removed["article_id"])
    distinct = occurrences.distinct()
    size = np.bincount(distinct.value[choice.included[distinct.rows]], minlength=len(occurrences.names))
    rows, codes = [occurrences.rows], [occurrences.value]
    for code in np.argsort(-size, kind="stable")[:MOST_RIVALS].tolist():
        surfaces = tables["mentions"].loc[tables["mentions"]["entity"] == occurrences.names[code], "surface"]
        pattern = "|".join(map(re.escape, sorted(surfaces.unique())))
        rows.append(positions[removed["text"].str.contains(rf"\b(?:{pattern})\b").to_numpy(bool)])
        codes.append(np.full(len(rows[-1]), code))
    articles = np.concatenate(rows)
    return Occurrences(articles, np.zeros(len(articles), int), np.concatenate(codes), occurrences.names)
