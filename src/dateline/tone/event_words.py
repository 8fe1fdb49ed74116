"""Words that only name what happened ("war", "prize"): a list with reasons, which the user may change."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from dateline import tables

ANSWERS = {"yes": True, "no": False}
# The reason of an event word that the user's file decides.
USER_DECISION = "your file says so"


def event_word_list(path: str | Path | None = None) -> pd.DataFrame:
    """Words that name an event or a thing rather than judge it: word, event (bool), why, by (list or you).

    Parameters
    ----------
    path
        The user's own csv, which wins over the list that ships (``resources/event_words.csv``); see
        `read_event_words`.

    Examples
    --------
    >>> event_word_list().set_index("word").loc["war", "why"]
    'names armed conflict or those who wage it'
    """
    source = str(files("dateline") / "resources" / "event_words.csv")
    listed = pd.read_csv(source, dtype="str", na_filter=False).rename(columns={"reason": "why"})
    listed = listed.assign(event=True, by="list")[["word", "event", "why", "by"]]
    if not path:
        return listed
    decided = read_event_words(path)
    # in a whole copy of the sheet most answers are ours
    changed = decided[decided["event"] != decided["word"].isin(listed["word"])]
    changed = changed.assign(why=USER_DECISION, by="you")
    table = pd.concat([listed[~listed["word"].isin(changed["word"])], changed])
    return table.sort_values("word", kind="stable", ignore_index=True)


def read_event_words(path: str | Path) -> pd.DataFrame:
    """Read the user's decisions on event words: word, event (bool).

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


def event_word_sheet(events: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Lay out all words that fired, and those of the user, as the csv to edit: the heaviest words first.

    Parameters
    ----------
    events
        From `event_word_list`.
    weights
        From `dateline.tone.vader.word_weights`.

    Returns
    -------
    DataFrame
        word, event (yes or no), why, by, n_articles, share.
    """
    events = events[(events["by"] == "you") | events["word"].isin(weights["word"])]
    fired = weights[weights["word"] != "!"][["word", "n_articles", "share"]]
    table = fired.merge(events, on="word", how="outer").fillna(
        {"n_articles": 0, "share": 0.0, "why": "", "by": ""}
    )
    table["event"] = np.where(table["event"].fillna(False).astype(bool), "yes", "no")
    table = table.sort_values(["share", "word"], ascending=[False, True], kind="stable", ignore_index=True)
    return (
        table[["word", "event", "why", "by", "n_articles", "share"]].astype({"n_articles": "int64"}).round(6)
    )
