"""Tone toward named targets: what a trained model reads, beside the words in the clause around a name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline import population
from dateline.population import FEWEST_ARTICLES
from dateline.tone import model, vader
from dateline.tone.differences import NEUTRAL, TOO_FEW, UNCLEAR, VOICES, label_scores
from dateline.tone.model import LABELS

# Below this about half of the model's labels are right (training/README.md), and there is none.
CONFIDENCE = 0.7
NOT_EVALUATED = "not evaluated"
# So many take the model half a minute.
MOST_TARGETS = 3000
# This share of them is for the names in the table; the rest is drawn from all sentences.
FOR_NAMES = 0.75
# The narrator's sentences are parted by outlet too: so many are read for one of another voice.
NARRATED = 3
# Names in the table of tone toward names.
MOST_NAMES = 12
# Words that part clauses, beside ; and :.
LINKS = frozenset(
    {"after", "although", "as", "because", "before", "but", "if", "said"}
    | {"says", "that", "though", "when", "whereas", "which", "while", "who"}
)


def most_named(mentions: pd.DataFrame, units: pd.DataFrame, *, most: int = MOST_NAMES) -> list[str]:
    """Names that the most articles have in sentences that count, in that order, ties by name.

    Parameters
    ----------
    mentions
        Table of notebook 03.
    units
        From `dateline.tone.differences.counted_sentences`.
    most
        How many names.
    """
    keys = ["article_id", "sentence"]
    pairs = mentions[[*keys, "entity"]].drop_duplicates().merge(units[[*keys, "article"]], on=keys)
    size = pairs.groupby("entity")["article"].nunique().sort_index()
    return [str(name) for name in size.sort_values(ascending=False, kind="stable").index[:most]]


def score_targets(
    scored: vader.Scored,
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    *,
    counted: pd.Index | None = None,
    first: Sequence[str] = (),
    most: int = MOST_TARGETS,
    seed: int = 0,
    network: model.Model | None = None,
) -> pd.DataFrame:
    """Score the clause around each name in a sentence, and let the model read the tone toward it.

    Parameters
    ----------
    scored
        From `dateline.tone.vader.score_sentences`.
    sentences
        What it was made from.
    mentions
        Table of notebook 03; of several mentions of one entity in a sentence the first counts.
    counted
        Rows of `sentences` that the model may read: not those of copies, say. All by default.
    first, most, seed
        What it reads where there are more than `most`: see `draw_targets`.
    network
        A model instead of the one that ships.

    Returns
    -------
    DataFrame
        Table ``targets``; its index is the row of `sentences`. Probabilities are missing where the model did
        not read, and the label is ``not evaluated`` there and below `CONFIDENCE`.
    """
    keys = ["article_id", "sentence"]
    row = pd.MultiIndex.from_frame(sentences[keys]).get_indexer(pd.MultiIndex.from_frame(mentions[keys]))
    frame = mentions[[*keys, "start", "end", "entity"]].assign(row=row)
    frame = frame[frame["row"].isin(scored.table.index)].drop_duplicates(["row", "entity"])
    row = frame["row"].to_numpy(np.int64)
    begin = sentences["start"].to_numpy()[row]
    start, end = frame["start"].to_numpy() - begin, frame["end"].to_numpy() - begin
    clauses = clause_numbers(scored.words)
    clause = clauses[_words_at(scored.words, sentences["text"], row, start)]
    hits = scored.hits[scored.hits["place"] >= 0]
    n = int(clauses.max(initial=-1)) + 1
    score, judging = (
        vader.squash(np.bincount(clauses[hits["place"]], weight, n))[clause]
        for weight in (hits["weight"], hits["weight"] * ~hits["event"])
    )
    frame = frame.assign(score=score, voice=scored.table["voice"].loc[row].to_numpy(), judging=judging)
    allowed = np.ones(len(frame), bool) if counted is None else np.isin(row, counted)
    drawn = np.flatnonzero(allowed)[draw_targets(frame[allowed], first=first, most=most, seed=seed)]
    probability = np.full((len(frame), len(LABELS)), np.nan)
    texts = sentences["text"].iloc[row[drawn]].tolist()
    probability[drawn] = model.tone_probabilities(
        texts, start[drawn].tolist(), end[drawn].tolist(), model=network
    )
    sure = np.nan_to_num(probability).max(1, initial=0) >= CONFIDENCE
    label = np.array(LABELS)[np.nan_to_num(probability).argmax(1)]
    frame["label"] = np.where(sure, label, NOT_EVALUATED)
    frame[list(LABELS)] = probability
    return frame.set_index("row").drop(columns=["start", "end"]).rename_axis(None)


def draw_targets(
    frame: pd.DataFrame, *, first: Sequence[str] = (), most: int = MOST_TARGETS, seed: int = 0
) -> np.ndarray:
    """Choose the targets that the model reads, where there are too many to read all.

    `FOR_NAMES` of them go to the names in `first`, as many to each name, of the narrator's voice `NARRATED`
    times as many as of each other, drawn at random; what one does not need, the others get. The rest are
    drawn at random from all that are left, so that outlets and periods are read as well. A name's targets of
    one voice are thus a random sample of them.

    Parameters
    ----------
    frame
        entity and voice of each target.
    first
        Names to serve first.
    most
        How many to choose.
    seed
        Seed of the drawing.

    Returns
    -------
    numpy.ndarray
        Positions in `frame`, sorted.

    Examples
    --------
    >>> frame = pd.DataFrame({"entity": ["Oak"] * 90 + ["Lee"] * 10, "voice": "narrator"})
    >>> frame["entity"].iloc[draw_targets(frame, first=["Lee"], most=12)].value_counts().to_dict()
    {'Lee': 9, 'Oak': 3}
    """
    mixed = np.random.default_rng(seed).permutation(len(frame))
    turn = frame[["entity", "voice"]].iloc[mixed].groupby(["entity", "voice"]).cumcount().to_numpy()
    turn = turn / np.where(frame["voice"].iloc[mixed] == "narrator", NARRATED, 1)
    listed = frame["entity"].iloc[mixed].isin(first).to_numpy()
    served = mixed[listed][np.argsort(turn[listed], kind="stable")][: int(most * FOR_NAMES)]
    waiting = mixed[~np.isin(mixed, served)]
    return np.sort(np.concatenate([served, waiting[: most - len(served)]]))


def mean_by_sentence(targets: pd.DataFrame) -> pd.Series:
    """Mean of the model's tone toward the names in each sentence that it read, by row of the sentences."""
    difference = targets["positive"] - targets["negative"]
    return difference.groupby(targets.index).mean().dropna().round(6)


def tone_toward(
    targets: pd.DataFrame, units: pd.DataFrame, *, names: Sequence[str], by: str = "voice", seed: int = 0
) -> pd.DataFrame:
    """Sum up the tone toward some names, in each voice or outlet.

    Parameters
    ----------
    targets
        From `score_targets`.
    units
        From `dateline.tone.differences.counted_sentences`: only targets in these sentences count.
    names
        The names, in the order of the table.
    by
        Column of `units` to part them by: ``voice``, or ``outlet``.
    seed
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        entity, the column `by`, n_articles, n_read (sentences that the model read); negative, neutral,
        positive, not evaluated (shares of these); model (mean of the probability of positive less that of
        negative), low, high (95 % intervals over what `units` draws from, which hold for the whole table
        together); dictionary and judging (mean score of the clauses, with and without event words); thin;
        tone: the sign, where there is enough to draw from, the interval excludes zero and the dictionary's
        mean is not neutral and has the same sign, without event words too.
    """
    chosen = targets.index.isin(units.index) & targets["positive"].notna() & targets["entity"].isin(names)
    targets = targets[chosen]
    about = units[["article", "cluster", "outlet", "voice"]].reindex(targets.index)
    groups = list(VOICES) if by == "voice" else sorted(about[by].astype("str").unique())
    cell = pd.Index(names).get_indexer(targets["entity"]) * len(groups)
    cell = cell + pd.Index(groups).get_indexer(about[by].astype("str"))
    codes, clusters = pd.factorize(about["cluster"])
    shape = max(len(clusters), 1), len(names) * len(groups)
    counts, model_sums, dictionary, judging = (
        np.bincount(codes * shape[1] + cell, weights, shape[0] * shape[1]).reshape(shape)
        for weights in (None, targets["positive"] - targets["negative"], targets["score"], targets["judging"])
    )
    table = pd.DataFrame([(name, group) for name in names for group in groups], columns=["entity", by])
    table = table.astype("str")
    pairs = pd.DataFrame({"cell": cell, "article": about["article"].to_numpy()}).drop_duplicates()
    table["n_articles"] = np.bincount(pairs["cell"], minlength=shape[1])
    table["n_read"] = counts.sum(0).astype(int)
    size = np.where(table["n_read"] > 0, table["n_read"], np.nan)
    for name in (*LABELS, NOT_EVALUATED):
        table[name] = np.bincount(cell, targets["label"] == name, shape[1]) / size
    means = population.bootstrap_together(model_sums, counts, fewest=FEWEST_ARTICLES, seed=seed)
    table["model"], table["low"], table["high"] = (values.clip(-1, 1) for values in means)
    table["dictionary"], table["judging"] = dictionary.sum(0) / size, judging.sum(0) / size
    table = table.round(6).assign(thin=(counts > 0).sum(0) < FEWEST_ARTICLES)
    means = table[["model", "dictionary"]]
    up = (table["low"] > 0) & (means > NEUTRAL).all(axis=1) & (table["judging"] > 0)
    down = (table["high"] < 0) & (means < -NEUTRAL).all(axis=1) & (table["judging"] < 0)
    tone = np.select([table["thin"], up, down], [TOO_FEW, "positive", "negative"], UNCLEAR)
    return table.assign(tone=tone)[table["n_read"] > 0].reset_index(drop=True)


def compare_labels(targets: pd.DataFrame) -> pd.DataFrame:
    """Count the labels of the model against those of the dictionary, by voice.

    Returns
    -------
    DataFrame
        voice, dictionary, then a column for each label of the model, ``not evaluated`` last: targets that the
        model read; a row for each voice and label.
    """
    targets = targets[targets["positive"].notna()]
    rows = pd.MultiIndex.from_product([VOICES, LABELS], names=["voice", "dictionary"])
    table = pd.crosstab([targets["voice"], label_scores(targets["score"])], targets["label"])
    table.index = table.index.set_names(["voice", "dictionary"])
    table = table.reindex(index=rows, columns=[*LABELS, NOT_EVALUATED]).fillna(0).astype("int64")
    return table.rename_axis(columns=None).reset_index()


def surest_targets(targets: pd.DataFrame, texts: pd.Series, *, n: int = 3) -> pd.DataFrame:
    """Choose the n sentences of either tone of which the model is surest, each text once.

    Returns
    -------
    DataFrame
        Rows of `targets`, with sure: the probability of the label.
    """
    parts = []
    for name in (LABELS[0], LABELS[2]):
        part = targets[targets["label"] == name].sort_values(name, ascending=False, kind="stable")
        part = part[~texts.loc[part.index].duplicated().to_numpy()].head(n)
        parts.append(part.assign(sure=part[name]))
    return pd.concat(parts)


def disputed_targets(targets: pd.DataFrame, texts: pd.Series, *, n: int = 4) -> pd.DataFrame:
    """Choose the n targets to which model and dictionary give opposite labels most plainly, each text once.

    Returns
    -------
    DataFrame
        Rows of `targets`, with sure: the probability of the model's label.
    """
    sign = targets["label"].map({LABELS[0]: -1, LABELS[2]: 1}).fillna(0).to_numpy(float)
    apart = targets[(sign * targets["score"] < -NEUTRAL)]
    sure = apart[list(LABELS)].max(axis=1)
    apart = apart.assign(sure=sure, order=(sure * apart["score"].abs()).round(6))
    apart = apart.sort_values("order", ascending=False, kind="stable").drop(columns="order")
    return apart[~texts.loc[apart.index].duplicated().to_numpy()].head(n)


def targets_to_read(targets: pd.DataFrame, texts: pd.Series) -> pd.DataFrame:
    """List what to read before believing a mean: `disputed_targets`, then `surest_targets`.

    Returns
    -------
    DataFrame
        entity, label, sure, dictionary (the score of the clause), article_id, text.
    """
    rows = pd.concat([disputed_targets(targets, texts), surest_targets(targets, texts, n=2)])
    rows = rows.assign(text=texts.loc[rows.index], dictionary=rows["score"])
    return rows[["entity", "label", "sure", "dictionary", "article_id", "text"]].reset_index(drop=True)


def clause_numbers(words: vader.WordTable) -> np.ndarray:
    """Give the number of the clause that each word is in.

    Examples
    --------
    >>> from dateline.tone import vader
    >>> from dateline.tokens import tokenize
    >>> texts = ["The mayor cheered but the crowd left; nobody spoke."]
    >>> clause_numbers(vader.split_words(texts, tokenize(texts))).tolist()
    [0, 0, 0, 1, 1, 1, 1, 2, 2]
    """
    links = np.array([word.lower() in LINKS for word in words.vocabulary], bool)
    breaks = np.zeros(len(words.ids) + 1, bool)
    breaks[words.offsets[:-1]] = True
    breaks[:-1] |= links[words.ids] if len(links) else False
    breaks[1:] |= np.isin(words.closes, list(b";:"))
    return np.cumsum(breaks[:-1]) - 1


def _words_at(words: vader.WordTable, texts: pd.Series, row: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Find the word that each place of a text is in: a text's number and a character of it."""
    first, size = words.offsets, texts.str.len().to_numpy(np.int64)
    base = np.cumsum(size + 1) - size
    starts = words.start + np.repeat(base, np.diff(first))
    return np.clip(
        np.searchsorted(starts, base[row] + start, side="right") - 1, first[row], first[row + 1] - 1
    )
