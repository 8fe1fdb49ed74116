"""Tone toward named targets: the clause around a name, and a label only where a dictionary is rather safe."""

import numpy as np
import pandas as pd

from helpers.tone import valence
from helpers.tone.spelling import Words

# Clause and sentence, with and without event words, have to lie beyond ± this for a label. On the train split
# of NewsMTSC such labels are right in .75 (negative) and .71 (positive) of cases; no rule for "neutral" there
# is right in more than .57, so nothing is called neutral (benchmarks/quality_sentiment.py).
SAFE = 0.5
NONE = "not evaluated"
# Words that part clauses, beside ; and :.
LINKS = frozenset(
    {"after", "although", "as", "because", "before", "but", "if", "said"}
    | {"says", "that", "though", "when", "whereas", "which", "while", "who"}
)


def score(
    table: pd.DataFrame,
    hits: pd.DataFrame,
    words: Words,
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
) -> pd.DataFrame:
    """Score the clause around each name in a sentence; give a label only where that is rather safe.

    Parameters
    ----------
    table, hits, words
        The parts of `helpers.tone.scores.Scored`.
    sentences
        What they were made from.
    mentions
        Table of notebook 03; of several mentions of one entity in a sentence the first counts.

    Returns
    -------
    DataFrame
        Table ``targets``, with voice and `judging`, the clause's score without event words; its index is the
        row of `sentences`.
    """
    known = pd.MultiIndex.from_frame(sentences[["article_id", "sentence"]])
    row = known.get_indexer(pd.MultiIndex.from_frame(mentions[["article_id", "sentence"]]))
    frame = mentions[["article_id", "sentence", "start", "entity"]].assign(row=row)
    frame = frame[frame["row"].isin(table.index)].drop_duplicates(["row", "entity"])
    row = frame["row"].to_numpy(np.int64)
    inside = frame["start"].to_numpy() - sentences["start"].to_numpy()[row]
    clause = clauses(words)
    here = clause[_words_at(words, sentences["text"], row, inside)]
    hits = hits[hits["place"] >= 0]
    n = int(clause.max(initial=-1)) + 1
    full, judging = (
        valence.squash(np.bincount(clause[hits["place"]], weight, n))[here]
        for weight in (hits["weight"], hits["weight"] * ~hits["event"])
    )
    whole = table.loc[row]
    scores = np.column_stack([full, judging, whole["score"], whole["judging"]])
    label = np.select([(scores < -SAFE).all(1), (scores > SAFE).all(1)], ["negative", "positive"], NONE)
    frame = frame.assign(score=full, label=label, voice=whole["voice"].to_numpy(), judging=judging)
    return frame.set_index("row").drop(columns="start").rename_axis(None)


def clauses(words: Words) -> np.ndarray:
    """Give the number of the clause that each word is in.

    Examples
    --------
    >>> from helpers.tone import spelling
    >>> from helpers.tokens import tokenize
    >>> texts = ["The mayor cheered but the crowd left; nobody spoke."]
    >>> clauses(spelling.read(texts, tokenize(texts))).tolist()
    [0, 0, 0, 1, 1, 1, 1, 2, 2]
    """
    links = np.array([word.lower() in LINKS for word in words.vocabulary], bool)
    breaks = np.zeros(len(words.ids) + 1, bool)
    breaks[words.offsets[:-1]] = True
    breaks[:-1] |= links[words.ids] if len(links) else False
    breaks[1:] |= np.isin(words.closes, list(b";:"))
    return np.cumsum(breaks[:-1]) - 1


def _words_at(words: Words, texts: pd.Series, row: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Find the word that each place of a text is in: a text's number and a character of it."""
    first, size = words.offsets, texts.str.len().to_numpy(np.int64)
    base = np.cumsum(size + 1) - size
    starts = words.start + np.repeat(base, np.diff(first))
    return np.clip(
        np.searchsorted(starts, base[row] + start, side="right") - 1, first[row], first[row + 1] - 1
    )
