"""Words whose weight only names what happened: those listed, those the corpus shows, those a reader decides.

“War”, “prize” and “alarm” have a weight in the dictionary and judge nobody. What happened is told again: by
the same article, and by other articles on the same story. A judgement is one writer's and is made once. So a
word that comes again far more often than chance would have it names the topic (within one article this is the
adaptation of K. Church, "Empirical estimates of adaptation", COLING 2000).
"""

from pathlib import Path

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.tone.scores import Scored, event_words
from dateline.words import percent

# The rule: at least so many articles have the word, and in so large a share of them it comes again.
FEWEST_ARTICLES = 4
AGAIN = 0.4
ANSWERS = {"yes": True, "no": False}
YOURS = "your file says so"


def decide(scored: Scored, units: pd.DataFrame, *, path: str | Path | None = None) -> pd.DataFrame:
    """Say of each word that fired whether it names an event, and why.

    Parameters
    ----------
    scored
        From `dateline.tone.scores.score`.
    units
        From `dateline.tone.sentiment.counted`.
    path
        The reader's own csv, which wins; see `read`.

    Returns
    -------
    DataFrame
        word, event, why, n_articles, again (share of these articles in which the word comes again, in
        themselves or in another article on the same story), chance (what that share would be if the word were
        strewn over all sentences, and its articles over all stories), by (``you`` where the reader's file
        changes the answer, ``list``, ``corpus`` or empty); sorted by word. Words of the reader's file that
        never fire are in it, with no article.
    """
    table = recurrence(scored, units).set_index("word")
    own = read(path).set_index("word")["event"] if path else pd.Series(dtype="bool")
    table = table.reindex(table.index.union(own.index)).rename_axis("word")
    table["n_articles"] = table["n_articles"].fillna(0).astype("int64")
    reason = table.index.to_series().map(event_words().set_index("word")["reason"])
    low, _ = population.wilson((table["again"] * table["n_articles"]).fillna(0).round(), table["n_articles"])
    found = (table["n_articles"] >= FEWEST_ARTICLES) & (table["again"] >= AGAIN) & (low > table["chance"])
    mine = table.index.to_series().map(own).astype("boolean")
    ruled = reason.notna() | found
    table["event"] = mine.fillna(ruled).astype(bool)
    # in a whole copy of the sheet most answers are ours
    yours = table["event"] != ruled
    table["by"] = np.select([yours, reason.notna(), found], ["you", "list", "corpus"], "")
    said = (
        "comes again in "
        + table["again"].fillna(0).map(percent).astype("str")
        + " of its articles or in their stories; by chance "
        + table["chance"].fillna(0).map(percent).astype("str")
    )
    table["why"] = np.select(
        [table["by"] == "you", table["by"] == "list", table["by"] == "corpus"],
        [YOURS, reason.fillna(""), said],
        "",
    )
    table = table.reset_index().astype({"word": "str", "why": "str", "by": "str"})
    return table[["word", "event", "why", "n_articles", "again", "chance", "by"]].round(6)


def recurrence(scored: Scored, units: pd.DataFrame) -> pd.DataFrame:
    """Count in how many articles each word fires, and in how many of them it comes again.

    Returns
    -------
    DataFrame
        word, n_articles, again, chance; see `decide`.
    """
    hits = scored.hits[(scored.hits["place"] >= 0) & scored.hits["row"].isin(units.index)]
    about = units[["article", "story"]].reindex(hits["row"])
    fired = about.assign(word=hits["word"].array)
    pairs = fired.groupby(["word", "article", "story"], observed=True).size().rename("times").reset_index()
    in_story = pairs.groupby(["word", "story"], observed=True)["article"].transform("size")
    spread = pairs.groupby("word", observed=True)["article"].transform("size")
    articles = units.drop_duplicates("article")
    others = (pairs["story"].map(articles["story"].value_counts()) - 1).astype(float)
    # of the other articles of a story, none has the word if the word's other articles lie elsewhere
    elsewhere = (1 - (spread - 1) / max(len(articles) - 1, 1)) ** others
    # and it stands once in the article itself, if the word is strewn over all sentences (Poisson)
    length = pairs["article"].map(units["article"].value_counts()).astype(float)
    times = pairs.groupby("word", observed=True)["times"].transform("sum")
    expected = times / len(units) * length
    once = expected * np.exp(-expected) / -np.expm1(-expected)
    pairs = pairs.assign(again=(pairs["times"] > 1) | (in_story > 1), chance=1 - elsewhere * once)
    table = pairs.groupby("word", observed=True).agg(
        n_articles=("article", "size"), again=("again", "mean"), chance=("chance", "mean")
    )
    return table.round(9).reset_index().astype({"word": "str"})


def read(path: str | Path) -> pd.DataFrame:
    """Read the reader's own decisions: word, event (bool).

    Parameters
    ----------
    path
        A csv with the columns ``word`` and ``event`` (yes or no), perhaps more; a copy of
        ``04-event-words.csv`` will do. Rows without a word are passed over.

    Raises
    ------
    OwnFileError
        If it cannot be read (see `dateline.tables.read_own`), or an answer is neither yes nor no; the message
        names the row.
    """
    table = tables.read_own(path, ("word", "event"))
    table = table[table["word"] != ""]
    event = table["event"].str.lower()
    if (wrong := ~event.isin(ANSWERS)).any():
        row = int(wrong.idxmax())
        raise tables.OwnFileError(
            f"{Path(path).name}, row {row + 2}: event is {event[row]!r}; write yes or no"
        )
    decided = pd.DataFrame({"word": table["word"].str.lower(), "event": event.map(ANSWERS).astype(bool)})
    return decided.drop_duplicates("word", keep="last").reset_index(drop=True)


def sheet(decided: pd.DataFrame, words: pd.DataFrame) -> pd.DataFrame:
    """Lay out the decisions as the csv to edit: the words with the most weight first.

    Parameters
    ----------
    decided
        From `decide`.
    words
        From `dateline.tone.scores.words`.
    """
    table = decided.merge(words[["word", "share"]], on="word", how="left").fillna({"share": 0.0})
    table = table.sort_values(["share", "word"], ascending=[False, True], kind="stable", ignore_index=True)
    event = table["event"].map({answer: name for name, answer in ANSWERS.items()})
    return table.assign(event=event)[["word", "event", "why", "n_articles", "again", "chance", "share"]]


def summary(decided: pd.DataFrame, words: pd.DataFrame, *, most: int = 8) -> pd.DataFrame:
    """Sum up a corpus's event words by who calls them so: how many, share of the weight, examples."""
    table = decided.merge(words[["word", "share"]], on="word", how="left").fillna({"share": 0.0})
    table = table.sort_values(["share", "word"], ascending=[False, True], kind="stable")
    who = {
        "list": "event words of the list",
        "corpus": "event words that this corpus shows",
        "you": "decided by your file",
        "": "all other words: they count as judging",
    }
    rows: list[tuple[str, int, float, str]] = []
    for by, name in who.items() if len(table) else []:
        part = table[(table["by"] == by) & ((table["n_articles"] > 0) | (by == "you"))]
        heaviest = ", ".join(part["word"].head(most))
        rows.append((name, len(part), round(float(part["share"].sum()), 3), heaviest))
    return pd.DataFrame(rows, columns=["words", "n", "share of the weight", "heaviest"])
