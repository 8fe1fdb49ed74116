"""Tone toward named targets: what a trained model reads, beside the words in the clause around a name."""

from textwrap import fill

import numpy as np
import pandas as pd

from helpers import stats
from helpers.tone import reader, valence
from helpers.tone.sentiment import FEWEST_ARTICLES, NEUTRAL
from helpers.tone.spelling import Words

# Below this confidence the model's label is right in half of the cases (training/README.md): there is none.
CONFIDENCE = 0.6
NONE = "not evaluated"
# So many take the model a minute or two.
MOST_TARGETS = 10_000
# Names in the table of tone toward names.
MOST_NAMES = 12
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
    *,
    most: int = MOST_TARGETS,
    seed: int = 0,
    model: reader.Model | None = None,
) -> pd.DataFrame:
    """Score the clause around each name in a sentence, and let the model read the tone toward it.

    Parameters
    ----------
    table, hits, words
        The parts of `helpers.tone.scores.Scored`.
    sentences
        What they were made from.
    mentions
        Table of notebook 03; of several mentions of one entity in a sentence the first counts.
    most
        How many the model reads at most: those of the most named entities, and of the last one that has room
        a random part.
    seed
        Seed of that part.
    model
        Another model than the one that ships.

    Returns
    -------
    DataFrame
        Table ``targets``; its index is the row of `sentences`. Probabilities are missing where the model did
        not read, and the label is ``not evaluated`` there and below `CONFIDENCE`.
    """
    known = pd.MultiIndex.from_frame(sentences[["article_id", "sentence"]])
    row = known.get_indexer(pd.MultiIndex.from_frame(mentions[["article_id", "sentence"]]))
    frame = mentions[["article_id", "sentence", "start", "end", "entity"]].assign(row=row)
    frame = frame[frame["row"].isin(table.index)].drop_duplicates(["row", "entity"])
    row = frame["row"].to_numpy(np.int64)
    begin = sentences["start"].to_numpy()[row]
    inside, after = frame["start"].to_numpy() - begin, frame["end"].to_numpy() - begin
    clause = clauses(words)
    here = clause[_words_at(words, sentences["text"], row, inside)]
    hits = hits[hits["place"] >= 0]
    n = int(clause.max(initial=-1)) + 1
    full, judging = (
        valence.squash(np.bincount(clause[hits["place"]], weight, n))[here]
        for weight in (hits["weight"], hits["weight"] * ~hits["event"])
    )
    found = np.full((len(frame), len(reader.LABELS)), np.nan)
    chosen = np.sort(_most_named(frame["entity"], seed=seed)[:most])
    texts = sentences["text"].iloc[row[chosen]].tolist()
    found[chosen] = reader.read(texts, inside[chosen].tolist(), after[chosen].tolist(), model=model)
    sure = np.nan_to_num(found).max(1, initial=0) >= CONFIDENCE
    label = np.where(sure, np.array(reader.LABELS)[np.nan_to_num(found).argmax(1)], NONE)
    voice = table["voice"].loc[row].to_numpy()
    frame = frame.assign(score=full, label=label, voice=voice, judging=judging)
    frame[list(reader.LABELS)] = found
    return frame.set_index("row").drop(columns=["start", "end"]).rename_axis(None)


def _most_named(entity: pd.Series, *, seed: int) -> np.ndarray:
    """Order targets: those of the most often named entity first, and those of one entity at random."""
    mixed = np.random.default_rng(seed).permutation(len(entity))
    size = entity.groupby(entity).transform("size")
    return np.lexsort((mixed, entity.to_numpy(object), -size.to_numpy()))


def toward(
    aimed: pd.DataFrame, units: pd.DataFrame, *, most: int = MOST_NAMES, seed: int = 0
) -> pd.DataFrame:
    """Sum up the tone toward the names that the most articles have.

    Parameters
    ----------
    aimed
        From `score`.
    units
        From `helpers.tone.sentiment.counted`: only targets in these sentences count.
    most
        How many names.
    seed
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        entity, n_articles, n_read (sentences that the model read); negative, neutral, positive, not
        evaluated (shares of these); model (mean of the probability of positive less that of negative), low,
        high (95 % interval over articles); dictionary (mean score of the clauses); tone: the sign, where the
        articles are enough, the interval excludes zero and the dictionary's mean is not neutral and has the
        same sign.
    """
    read = aimed[aimed.index.isin(units.index) & aimed["positive"].notna()]
    read = read.assign(article=units["article"].reindex(read.index))
    size = read.groupby("entity")["article"].nunique().sort_index()
    names = size.sort_values(ascending=False, kind="stable").index[:most]
    read = read[read["entity"].isin(names)]
    cell, (article, articles) = names.get_indexer(read["entity"]), pd.factorize(read["article"])
    shape = max(len(articles), 1), len(names)
    at = article * shape[1] + cell
    counts, model, dictionary = (
        np.bincount(at, weights, shape[0] * shape[1]).reshape(shape)
        for weights in (None, read["positive"] - read["negative"], read["score"])
    )
    table = pd.DataFrame({"entity": names, "n_articles": (counts > 0).sum(0), "n_read": counts.sum(0)})
    labels = pd.crosstab(read["entity"], read["label"]).reindex(index=names, columns=[*reader.LABELS, NONE])
    table[[*reader.LABELS, NONE]] = labels.fillna(0).to_numpy() / counts.sum(0)[:, None]
    table["model"], table["low"], table["high"] = stats.bootstrap_mean(model, counts, seed=seed)
    table["dictionary"] = dictionary.sum(0) / counts.sum(0)
    table = table.round(6).astype({"n_read": "int64"})
    up = (table["low"] > 0) & (table["dictionary"] > NEUTRAL)
    down = (table["high"] < 0) & (table["dictionary"] < -NEUTRAL)
    few = table["n_articles"] < FEWEST_ARTICLES
    tone = np.select([few, up, down], ["too few articles", "positive", "negative"], "no clear tone")
    return table.assign(tone=tone)


def surest(aimed: pd.DataFrame, sentences: pd.DataFrame, *, n: int = 3) -> str:
    """List the n sentences of either tone of which the model is surest, each text once."""
    lines = []
    for name in (reader.LABELS[0], reader.LABELS[2]):
        part = aimed[aimed["label"] == name].sort_values(name, ascending=False, kind="stable")
        part = part[~sentences["text"].loc[part.index].duplicated().to_numpy()].head(n)
        for row, one in zip(part.index, part.itertuples(), strict=True):
            sure = getattr(one, name)
            lines.append(
                f"{name} {sure:.2f} toward {one.entity}: {one.article_id} #{one.sentence} ({one.voice})"
            )
            lines += [fill(str(sentences["text"].loc[row]), 100), ""]
    return "\n".join(lines) or "No name has a label other than neutral."


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
