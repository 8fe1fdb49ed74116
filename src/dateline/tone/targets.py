"""Tone toward named targets: what a trained model reads, the name hidden, beside the words around a name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.partitions import ALONE, Pool
from dateline.tables import LABELS
from dateline.tone import differences, model, vader
from dateline.tone.differences import NEUTRAL, VOICES, label_scores

# Below this about half of the model's labels are right (training/README.md), and there is none.
CONFIDENCE = 0.7
NOT_EVALUATED = "not evaluated"
# What the model reads in place of each name. The same sentence under another name moved its mean by up to
# .24; with one name for all it is the same by design, at equal macro-F1 on texts kept apart.
NEUTRAL_NAME = "Alex Morgan"
# Kinds of names that a tone is read toward; others, such as places, only if they are asked for.
KINDS = tables.KINDS[:2]
# So many take the model half a minute.
MOST_TARGETS = 3000
# This share of them is for the names in the table; the rest is drawn from all sentences.
FOR_NAMES = 0.75
# The narrator's sentences are parted by outlet too: so many are read for one of another voice.
NARRATED = 3
# Names in the table of tone toward names.
MOST_NAMES = 12
# Targets listed to be read: those that model and dictionary disagree on, and the surest of either tone.
N_DISPUTED, N_SURE = 4, 2


def most_named(targets: pd.DataFrame, units: pd.DataFrame) -> list[str]:
    """List the `MOST_NAMES` names that most articles have in sentences that count; ties by name.

    Takes `score_targets` and `dateline.tone.differences.counted_sentences`.
    """
    pairs = targets[["entity"]].join(units["article"], how="inner").drop_duplicates()
    return population.most_frequent(pairs["entity"], MOST_NAMES)


def score_targets(
    scored: vader.Scored,
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    units: pd.DataFrame | None = None,
    *,
    places: bool = False,
    most: int = MOST_TARGETS,
    seed: int = 0,
    pool: Pool = ALONE,
) -> pd.DataFrame:
    """Score the clause around each name in a sentence, and let the model read the tone toward it.

    The model does not see the name: in all mentions of the entity in the sentence stands `NEUTRAL_NAME`. Of
    several mentions of one entity in a sentence the first is the target. Gives table ``targets``; its index
    is the row of `sentences`. Probabilities are missing where the model did not read, and the label is ``not
    evaluated`` there and below `CONFIDENCE`.

    `scored` is what `dateline.tone.vader.score_sentences` made from `sentences`, `units` what the model may
    read of it, from `dateline.tone.differences.counted_sentences`: all by default. It reads `most` at most,
    drawn by `seed` as `draw_targets` says, and `places` and other names only if asked to.
    """
    mentions = mentions[mentions["kind"].isin(KINDS) | places]
    keys = ["article_id", "sentence"]
    row = pd.MultiIndex.from_frame(sentences[keys]).get_indexer(pd.MultiIndex.from_frame(mentions[keys]))
    spans = mentions[[*keys, "start", "end", "entity"]].assign(row=row)
    spans = spans[spans["row"].isin(scored.table.index)]
    spans[["start", "end"]] -= sentences["start"].to_numpy()[spans["row"], None]
    frame = spans.drop_duplicates(["row", "entity"])
    row, start = frame["row"].to_numpy(np.int64), frame["start"].to_numpy()
    clauses = clause_numbers(scored.words)
    clause = clauses[_words_at(scored.words, sentences["text"], row, start)]
    hits = scored.hits[scored.hits["place"] >= 0]
    n = int(clauses.max(initial=-1)) + 1
    score, judging = (
        vader.squash(np.bincount(clauses[hits["place"]], weight, n))[clause]
        for weight in (hits["weight"], hits["weight"] * ~hits["event"])
    )
    frame = frame.assign(score=score, voice=scored.table["voice"].loc[row].to_numpy(), judging=judging)
    allowed, first = np.ones(len(frame), bool), list[str]()
    if units is not None:
        allowed, first = np.isin(row, units.index), most_named(frame.set_index("row"), units)
    sample = np.flatnonzero(allowed)[draw_targets(frame[allowed], first=first, most=most, seed=seed)]
    chosen = frame.iloc[sample]
    mentioned = spans[["row", "entity", "start", "end"]].merge(chosen[["row", "entity"]])
    mentioned = mentioned.groupby(["row", "entity"], observed=True)[["start", "end"]].agg(list)
    bounds = mentioned.loc[pd.MultiIndex.from_frame(chosen[["row", "entity"]])].to_numpy().T
    texts = sentences["text"].iloc[chosen["row"]]
    hidden = [hide_name(*parts) for parts in zip(texts, *bounds, strict=True)]
    probability = np.full((len(frame), len(LABELS)), np.nan)
    starts = [start for _, start in hidden]
    ends = [start + len(NEUTRAL_NAME) for start in starts]
    probability[sample] = model.tone_probabilities([x for x, _ in hidden], starts, ends, pool=pool)
    confident = np.nan_to_num(probability).max(1, initial=0) >= CONFIDENCE
    label = np.array(LABELS)[np.nan_to_num(probability).argmax(1)]
    frame["label"] = np.where(confident, label, NOT_EVALUATED)
    frame[list(LABELS)] = probability
    return frame.set_index("row").drop(columns=["start", "end"]).rename_axis(None)


def hide_name(text: str, starts: Sequence[int], ends: Sequence[int]) -> tuple[str, int]:
    """Put `NEUTRAL_NAME` in the place of each mention, from the left; say where the first one begins.

    >>> hide_name("If Oak lied, Oak's men knew.", [3, 13], [6, 16])
    ("If Alex Morgan lied, Alex Morgan's men knew.", 3)
    """
    pieces, last = [], 0
    for start, end in sorted(zip(starts, ends, strict=True)):
        if start >= last:
            pieces += [text[last:start], NEUTRAL_NAME]
            last = end
    return "".join([*pieces, text[last:]]), min(starts)


def draw_targets(
    frame: pd.DataFrame, *, first: Sequence[str] = (), most: int = MOST_TARGETS, seed: int = 0
) -> np.ndarray:
    """Choose the targets that the model reads, where there are too many to read all.

    `FOR_NAMES` of `most` go to the names in `first`, as many to each name, of the narrator's voice `NARRATED`
    times as many as of each other, drawn at random; what one does not need, the others get. The rest are
    drawn at random from all that are left, so that outlets and periods are read as well. A name's targets of
    one voice are thus a random sample of them. `frame` has entity and voice; positions in it come back.

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
    """Sum up the tone toward some names, in the table's order, in each ``voice``, ``outlet`` or ``period``.

    Takes `score_targets` and `dateline.tone.differences.counted_sentences`. Gives entity, the column `by`,
    n_articles, n_read (sentences that the model read); negative, neutral, positive, not evaluated (shares of
    these); dictionary and judging (mean score of the clauses, with and without event words, shown and no
    more); model (mean of the probability of positive less that of negative), low, high, n_drawn, thin
    (`differences.means_by_cluster`, for the whole table together); tone (`differences.sign_means`); and,
    where it is not by voice, rest, p and differs (`differences.differing_groups`).
    """
    chosen = targets.index.isin(units.index) & targets["positive"].notna() & targets["entity"].isin(names)
    rows = targets[chosen].drop(columns="voice").join(units[["article", "cluster", "story", *{by, "voice"}]])
    rows[by] = pd.Categorical(rows[by].astype("str"), VOICES if by == "voice" else None)
    rows["entity"] = pd.Categorical(rows["entity"], names)
    rows["value"] = rows["positive"] - rows["negative"]
    labels = [*LABELS, NOT_EVALUATED]
    rows[labels] = np.array([rows["label"] == label for label in labels]).T
    cells = rows.groupby(["entity", by], observed=True)
    table = cells.agg(n_articles=("article", "nunique"), n_read=("article", "size"))
    table[labels] = cells[labels].mean()
    table[["dictionary", "judging"]] = cells[["score", "judging"]].mean()
    table = table.join(differences.means_by_cluster(rows, ["entity", by], "value", together=True))
    table["tone"] = differences.sign_means(*table[["mean", "low", "high"]].to_numpy().T)
    table = table.assign(low=table["low"].clip(-1), high=table["high"].clip(upper=1)).round(6).reset_index()
    table = table.rename(columns={"mean": "model"}).astype({"entity": "str", by: "str"})
    if by == "voice":
        return table
    grouped = rows.rename(columns={by: "group"})
    groups = differences.differing_groups(grouped[grouped["group"] != population.UNDATED], seed=seed)
    table = table.merge(groups.rename(columns={"group": by}), on=["entity", by], how="left")
    return table.fillna({"differs": ""})


def compare_labels(targets: pd.DataFrame) -> pd.DataFrame:
    """Count the labels of the model against those of the dictionary, by voice, where the model read.

    Columns voice, dictionary, then one for each label of the model, ``not evaluated`` last.
    """
    targets = targets[targets["positive"].notna()]
    rows = pd.MultiIndex.from_product([VOICES, LABELS], names=["voice", "dictionary"])
    table = pd.crosstab([targets["voice"], label_scores(targets["score"])], targets["label"])
    table = table.reindex(index=rows, columns=[*LABELS, NOT_EVALUATED]).fillna(0).astype("int64")
    return table.rename_axis(columns=None).reset_index()


def targets_to_read(targets: pd.DataFrame, texts: pd.Series) -> pd.DataFrame:
    """List what to read before believing a mean, each text once in a part.

    First the targets to which model and dictionary give opposite labels most plainly, then those of either
    tone of which the model is surest. Columns: entity, label, sure (the label's probability), dictionary (the
    clause's score), article_id, text.
    """
    sign = targets["label"].map({LABELS[0]: -1, LABELS[2]: 1}).fillna(0).to_numpy(float)
    rows = targets.assign(
        text=texts.loc[targets.index], sure=targets[list(LABELS)].max(axis=1), dictionary=targets["score"]
    )
    gap = (rows["sure"] * rows["score"].abs()).round(6)
    parts = [(sign * rows["score"] < -NEUTRAL, gap, N_DISPUTED)]
    parts += [(rows["label"] == name, rows["sure"], N_SURE) for name in (LABELS[0], LABELS[2])]
    chosen = [
        rows.assign(order=order)[is_one].sort_values("order", ascending=False, kind="stable")
        .drop_duplicates("text").head(n)
        for is_one, order, n in parts
    ]  # fmt: skip
    columns = ["entity", "label", "sure", "dictionary", "article_id", "text"]
    return pd.concat(chosen)[columns].reset_index(drop=True)


def clause_numbers(words: vader.WordTable) -> np.ndarray:
    """Give the number of the clause that each word is in.

    >>> clause_numbers(vader.split_words(["The mayor cheered but the crowd left; nobody spoke."])).tolist()
    [0, 0, 0, 1, 1, 1, 1, 2, 2]
    """
    links = np.array([word.lower() in vader.WORDS["links"] for word in words.vocabulary], bool)
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
    place = np.searchsorted(starts, base[row] + start, side="right") - 1
    return np.clip(place, first[row], first[row + 1] - 1)
