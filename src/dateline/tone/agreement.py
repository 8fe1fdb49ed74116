"""A person's labels against the computed ones: a sheet to fill in, and how far the two agree."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from dateline import population, tables
from dateline.tables import LABELS
from dateline.tone.differences import label_scores
from dateline.tone.targets import NOT_EVALUATED

# Fewer checked sentences with one computed label say nothing of how often that label is right.
FEWEST_LABELS = 10
# Columns of a sheet: where the sentence is, how it begins, what the reader makes of it, how it was drawn; a
# sheet of names has the name to judge, too.
COLUMNS = ("article_id", "sentence_start_words", "tone", "drawn")
TARGET = "target"
# What a sentence may open with before its first word.
OPENING = "\"'“‘ "


class Agreement(NamedTuple):
    """How far labels agree: rows compared, their articles, and rows without a computed label in the corpus.

    `measures` has a row for accuracy (share of equal labels), kappa (Cohen's: 0 is chance, 1 perfect) and,
    where the sheet was drawn at random and has each label `FEWEST_LABELS` times, accuracy in the corpus (each
    computed label weighed as often as the corpus has it); value, low, high: 95 % intervals over whole
    articles, missing with fewer than `population.FEWEST_ARTICLES`.
    """

    n: int
    n_articles: int
    missed: int
    measures: pd.DataFrame


def draw_sheet(units: pd.DataFrame, *, n: int = 90, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw sentences to label, as many from each computed label as there are, which the sheet does not show.

    `units` has article_id, sentence, text, label, score and perhaps entity, the name toward which the tone is
    judged; `n` is how many in all, at most. Returns the sheet to fill in, in the order of the articles, and
    the key to keep from whoever fills it in: row for row article_id, sentence, computed label, score and
    in_corpus, how many units have that label.

    >>> units = pd.DataFrame({"article_id": ["a", "b"], "sentence": [0, 0], "text": ["One.", "Two."],
    ...                       "label": ["neutral", "positive"], "score": [0.0, 0.4]})
    >>> sheet, key = draw_sheet(units, n=2)
    >>> sheet
      article_id sentence_start_words tone   drawn
    0          a                 One.       seed 0
    1          b                 Two.       seed 0
    >>> key["label"].tolist()
    ['neutral', 'positive']
    """
    units = units.assign(in_corpus=units.groupby("label")["label"].transform("size"))
    units = units.sort_values(["article_id", "sentence"], kind="stable")
    mixed = units.iloc[np.random.default_rng(seed).permutation(len(units))]
    share = -(-n // max(units["label"].nunique(), 1))
    # more than are needed, so that each text can be left in once
    mixed = mixed[mixed.groupby("label").cumcount() < 10 * share].drop_duplicates("text")
    sample = mixed[mixed.groupby("label").cumcount() < share].head(n)
    sample = sample.sort_values(["article_id", "sentence"], kind="stable", ignore_index=True)
    sheet = sample.rename(columns={"text": COLUMNS[1], "entity": TARGET})
    sheet = sheet.assign(tone="", drawn=f"seed {seed}")
    columns = [*COLUMNS[:2], *([TARGET] if "entity" in units else []), *COLUMNS[2:]]
    keys = [name for name in ("article_id", "sentence", "entity") if name in units]
    return sheet[columns], sample[[*keys, "label", "score", "in_corpus"]]


def exchange_sheets(
    units: pd.DataFrame,
    targets: pd.DataFrame,
    sentences: pd.DataFrame,
    *,
    out: Path,
    filled: tuple[str, str] = ("", ""),
    n: int = 90,
    seed: int = 0,
) -> dict[str, Agreement]:
    """Write two new sheets with their keys, and compare with the computed labels what a person filled in.

    ``tables/04-check-sheet.csv`` has sentences to judge (key: ``04-check-key.csv``),
    ``tables/04-check-names.csv`` names in sentences (key: ``04-check-names-key.csv``), `n` rows each. `units`
    are `differences.counted_sentences`, `targets` `targets.score_targets`; `out` has the table ``entities``;
    `filled` names a sheet of sentences and one of names that a person has filled in, "" for none. Returns for
    ``dictionary`` and ``model`` how far they agree with the person.
    """
    texts = sentences["text"]
    labelled = units.assign(text=texts, label=label_scores(units["score"]))
    evaluated = targets[targets["label"] != NOT_EVALUATED]
    for name, drawn_from in ("", labelled), ("names", evaluated.assign(text=texts)):
        sheet, key = draw_sheet(drawn_from, n=n, seed=seed)
        tables.csv(sheet, out / "tables" / f"04-check-{name or 'sheet'}.csv")
        tables.csv(key, out / "tables" / f"04-check-{name and f'{name}-'}key.csv")
    judged, judged_names = (locate_sentences(read_sheet(path), sentences) for path in filled)
    judged_names = label_names(judged_names, targets, tables.read(out, "entities"))
    return {
        "dictionary": compare_sheet(judged, labelled["label"]),
        "model": compare_sheet(judged_names, evaluated["label"]),
    }


def read_sheet(path: str | Path) -> pd.DataFrame:
    """Read a sheet (see `dateline.tables.read_own`) without the rows that have no label; no file is empty."""
    if not Path(path).is_file():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    sheet = tables.read_own(path, COLUMNS[:3])
    sheet = sheet.assign(tone=sheet["tone"].str.lower())
    return sheet[sheet["tone"] != ""].reset_index(drop=True)


def locate_sentences(sheet: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row of a sheet the sentence of its article that is its words, or begins with them.

    The column `row` is the sentence's position, -1 where there is none or no words are there to look for.
    """
    rows = np.flatnonzero(sentences["article_id"].isin(sheet["article_id"]))
    texts = sentences["text"].iloc[rows].str.split().str.join(" ").str.lstrip(OPENING)
    text_of = dict(zip(rows.tolist(), texts, strict=True))
    rows_of = pd.Series(rows).groupby(sentences["article_id"].to_numpy()[rows]).agg(list)
    places = []
    for article_id, words in zip(sheet["article_id"], sheet["sentence_start_words"], strict=True):
        start = " ".join(words.split()).lstrip(OPENING)
        candidates = [row for row in rows_of.get(article_id, []) if start and text_of[row].startswith(start)]
        # "Talks fail" is the headline, though "Talks fail as rain comes." may stand before it
        places.append(min(candidates, key=lambda row: text_of[row] != start, default=-1))
    return sheet.assign(row=np.array(places, np.int64))


def label_names(sheet: pd.DataFrame, targets: pd.DataFrame, entities: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row of a sheet of names the model's label toward that name, empty where it has none.

    `sheet` is from `locate_sentences`, its column target a name of the table entities or one of its
    spellings; `targets` are from `targets.score_targets`. The column is computed.
    """
    aliases = entities.assign(alias=entities["aliases"].astype("str").str.split(";")).explode("alias")
    aliases = aliases.assign(alias=aliases["alias"].str.strip()).drop_duplicates("alias")
    entity_of = dict(zip(aliases["alias"], aliases["entity"], strict=True))
    entity_of |= {entity: entity for entity in entities["entity"]}
    targets = targets[targets.index.isin(sheet["row"])]
    labels = dict(zip(zip(targets.index, targets["entity"], strict=True), targets["label"], strict=True))
    names = sheet[TARGET] if TARGET in sheet else pd.Series("", index=sheet.index)
    keys = zip(sheet["row"], names.map(lambda name: entity_of.get(name, name)), strict=True)
    return sheet.assign(computed=[labels.get(key, "") for key in keys])


def compare_sheet(sheet: pd.DataFrame, computed: pd.Series) -> Agreement:
    """Compare the labels of a sheet, from `locate_sentences`, with the computed ones.

    These are its column computed, if it has one (see `label_names`), else `computed`: the label of each unit
    that the sheet was drawn from, by its row.

    B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 11: the jackknife;
    W. G. Cochran, "Sampling Techniques" (1977), chapter 5: accuracy in the corpus, a stratified sample.
    """
    guess = sheet["computed"] if "computed" in sheet else sheet["row"].map(computed)
    comparable = guess.isin(LABELS) & sheet["tone"].isin(LABELS)
    rows, k = sheet[comparable], len(LABELS)
    article, ids = pd.factorize(rows["article_id"])
    tone, label = (pd.Index(LABELS).get_indexer(column) for column in (rows["tone"], guess[comparable]))
    each = np.bincount((article * k + tone) * k + label, minlength=len(ids) * k * k).reshape(-1, k, k)
    # counts of all rows, then without one article after the other: tone read, label computed
    counts = np.concatenate([each.sum(0)[None], each.sum(0) - each])
    size = computed.value_counts().reindex(LABELS, fill_value=0).to_numpy()
    n, right, checked = counts.sum((1, 2)), np.diagonal(counts, axis1=1, axis2=2), counts.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        accuracy, chance = right.sum(1) / n, (counts.sum(2) * checked).sum(1) / n**2
        shares = np.where(checked > 0, size, 0)
        in_corpus = (right / np.maximum(checked, 1) * shares).sum(1) / shares.sum(1)
        measured = np.column_stack([accuracy, (accuracy - chance) / (1 - chance), in_corpus])
    value, width = measured[0], np.full(3, np.nan)
    if len(ids) >= population.FEWEST_ARTICLES:
        width = stdtrit(len(ids) - 1, 0.975) * np.sqrt((len(ids) - 1) * measured[1:].var(0))
    low, high = (value - width).clip([0, -1, 0]), (value + width).clip(max=1)
    names = ["accuracy", "kappa", "accuracy in the corpus"]
    measures = pd.DataFrame({"value": value, "low": low, "high": high}, pd.Index(names)).round(6)
    random = "drawn" in rows and rows["drawn"].str.startswith("seed").all() and len(rows) > 0
    if not (random and (checked[0][size > 0] >= FEWEST_LABELS).all()):
        measures = measures.head(2)
    return Agreement(len(rows), len(ids), int((~comparable).sum()), measures)


def list_measures(checks: Mapping[str, Agreement]) -> pd.DataFrame:
    """Lay out accuracy and kappa of several sheets, by what each compares; empty sheets have no row."""
    columns = ["labels", "measure", "value", "low", "high", "rows", "articles", "passed over"]
    rows = [
        (name, measure, *values, check.n, check.n_articles, check.missed)
        for name, check in checks.items()
        if check.n
        for measure, *values in check.measures.round(2).itertuples(name=None)
    ]
    return pd.DataFrame(rows, columns=columns)
