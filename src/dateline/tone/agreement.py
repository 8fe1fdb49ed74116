"""A person's labels against the computed ones: a sheet to fill in, and how far the two agree."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import tables

# Fewer checked sentences with one computed label say nothing of how often that label is right.
FEWEST_LABELS = 10
# How often the articles of a sheet are drawn again.
RESAMPLES = 999
# Columns of a sheet: where the sentence is, how it begins, what the reader makes of it, how it was drawn; a
# sheet of names has the name to judge, too.
COLUMNS = ("article_id", "sentence_start_words", "tone", "drawn")
TARGET = "target"


class Agreement(NamedTuple):
    """How far labels agree. All intervals draw whole articles again.

    Attributes
    ----------
    n, n_articles, missed
        Rows compared, articles they are in, and rows of the sheet that were filled in but are not in the
        corpus or have no computed label.
    measures
        A row for accuracy (share of equal labels), kappa (Cohen's: 0 is chance, 1 perfect) and, where the
        sheet was drawn at random, accuracy in the corpus (each computed label weighed as often as the corpus
        has it); columns value, low, high.
    confusion
        Counts, a row per label read and a column per label computed.
    corrected
        Share of each label as computed and as corrected by the sheet, with interval; empty unless the sheet
        was drawn by `draw` and each label was checked `FEWEST_LABELS` times.
    """

    n: int
    n_articles: int
    missed: int
    measures: pd.DataFrame
    confusion: pd.DataFrame
    corrected: pd.DataFrame


def draw(units: pd.DataFrame, *, n: int = 90, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw sentences to label, as many from each computed label as there are, which the sheet does not show.

    Parameters
    ----------
    units
        article_id, sentence, text, label, score; perhaps entity: the name toward which the tone is judged.
    n
        How many in all, at most.
    seed
        Seed of the drawing.

    Returns
    -------
    sheet, key
        The sheet to fill in, in the order of the articles, and the key to keep from whoever fills it in:
        row for row article_id, sentence, computed label, score and in_corpus, how many units have that label.

    Examples
    --------
    >>> units = pd.DataFrame({"article_id": ["a", "b"], "sentence": [0, 0], "text": ["One.", "Two."],
    ...                       "label": ["neutral", "positive"], "score": [0.0, 0.4]})
    >>> sheet, key = draw(units, n=2)
    >>> sheet
      article_id sentence_start_words tone   drawn
    0          a                 One.       seed 0
    1          b                 Two.       seed 0
    >>> key["label"].tolist()
    ['neutral', 'positive']
    """
    units = units.assign(in_corpus=units.groupby("label")["label"].transform("size"))
    units = units.sort_values(["article_id", "sentence"], kind="stable")
    order = np.random.default_rng(seed).permutation(len(units))
    share = -(-n // max(units["label"].nunique(), 1))
    mixed = units.iloc[order]
    # more than are needed, so that each text can be left in once
    mixed = mixed[mixed.groupby("label").cumcount() < 10 * share].drop_duplicates("text")
    drawn = mixed[mixed.groupby("label").cumcount() < share].head(n)
    drawn = drawn.sort_values(["article_id", "sentence"], kind="stable", ignore_index=True)
    sheet = drawn.rename(columns={"text": COLUMNS[1], "entity": TARGET}).assign(tone="", drawn=f"seed {seed}")
    columns = [*COLUMNS[:2], *([TARGET] if "entity" in units else []), *COLUMNS[2:]]
    known = [name for name in ("article_id", "sentence", "entity") if name in units]
    return sheet[columns], drawn[[*known, "label", "score", "in_corpus"]]


def read(path: str | Path) -> pd.DataFrame:
    """Read a sheet; rows without a label are left out, and a file that is not there is an empty sheet.

    Raises
    ------
    OwnFileError
        If it is there and cannot be read, see `dateline.tables.read_own`.
    """
    if not Path(path).is_file():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    sheet = tables.read_own(path, COLUMNS[:3])
    sheet = sheet.assign(tone=sheet["tone"].str.lower())
    return sheet[sheet["tone"] != ""].reset_index(drop=True)


def find(sheet: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row of a sheet the sentence of its article that is its words, or begins with them.

    Returns
    -------
    DataFrame
        The sheet with `row`: the sentence's position, -1 where there is none or no words are given.
    """
    wanted = sentences["article_id"].isin(sheet["article_id"]).to_numpy()
    texts = sentences["text"][wanted].str.split().str.join(" ").str.lstrip("\"'“‘ ")
    places: dict[str, list[int]] = {}
    for row, article_id in zip(np.flatnonzero(wanted), sentences["article_id"][wanted], strict=True):
        places.setdefault(article_id, []).append(int(row))
    by_row = dict(zip(np.flatnonzero(wanted).tolist(), texts, strict=True))
    found = []
    for article_id, words in zip(sheet["article_id"], sheet["sentence_start_words"], strict=True):
        begin = " ".join(words.split()).lstrip("\"'“‘ ")
        rows = [row for row in places.get(article_id, []) if begin and by_row[row].startswith(begin)]
        # "Talks fail" is the headline, though "Talks fail as rain comes." may stand before it
        found.append(min(rows, key=lambda row: by_row[row] != begin, default=-1))
    return sheet.assign(row=np.array(found, np.int64))


def computed_toward(found: pd.DataFrame, aimed: pd.DataFrame, entities: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row of a sheet of names the model's label toward that name, empty where it has none.

    Parameters
    ----------
    found
        From `find`, with target: a name as notebook 03 has it, or one of its spellings.
    aimed
        From `dateline.tone.targets.score`.
    entities
        Table of notebook 03.

    Returns
    -------
    DataFrame
        `found` with computed.
    """
    known: dict[str, str] = {}
    for entity, aliases in zip(entities["entity"], entities["aliases"], strict=True):
        known |= {name.strip(): entity for name in str(aliases).split(";") if name.strip() not in known}
    known |= {entity: entity for entity in entities["entity"]}
    labels = dict(zip(zip(aimed.index, aimed["entity"], strict=True), aimed["label"], strict=True))
    names = found[TARGET] if TARGET in found else pd.Series("", index=found.index)
    keys = zip(found["row"], names.map(lambda name: known.get(name, name)), strict=True)
    return found.assign(computed=[labels.get(key, "") for key in keys])


def compare(found: pd.DataFrame, computed: pd.Series, *, labels: Sequence[str], seed: int = 0) -> Agreement:
    """Compare the labels of a sheet with the computed ones.

    Parameters
    ----------
    found
        From `find`; with a column computed (see `computed_toward`) that is compared.
    computed
        Label of each unit that the sheet was drawn from, by its row.
    labels
        All labels, in order.
    seed
        Seed of the bootstrap.
    """
    guess = found["computed"] if "computed" in found else found["row"].map(computed)
    known = guess.isin(labels) & found["tone"].isin(labels)
    sheet, guess = found[known], guess[known]
    size = computed.value_counts().reindex(labels, fill_value=0).to_numpy(float)
    article, _ = pd.factorize(sheet["article_id"])
    n_articles, k = int(article.max(initial=-1)) + 1, len(labels)
    truth = pd.Categorical(sheet["tone"], labels).codes.astype(np.int64)
    cell = truth * k + pd.Categorical(guess, labels).codes
    per_article = np.bincount(article * k * k + cell, minlength=n_articles * k * k).reshape(-1, k * k)
    drawn = np.random.default_rng(seed).integers(max(n_articles, 1), size=(RESAMPLES, n_articles))
    again = per_article[drawn].sum(1).reshape(-1, k, k)
    table = per_article.sum(0).reshape(k, k)
    frame = pd.DataFrame(table, pd.Index(labels, name="read"), pd.Index(labels, name="computed"))
    checked = table.sum(0)
    random = "drawn" in sheet and sheet["drawn"].str.startswith("seed").all() and len(sheet) > 0
    enough = random and bool((checked[size > 0] >= FEWEST_LABELS).all())
    kinds = {"accuracy": _accuracy, "kappa": _kappa}
    if enough:
        kinds["accuracy in the corpus"] = lambda tables: _right(tables, size)
    rows = {name: _interval(measure, table, again) for name, measure in kinds.items()}
    measures = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])
    corrected = pd.DataFrame(columns=["computed", "corrected", "low", "high"])
    if enough:
        share, low, high = _interval(lambda tables: _split(tables, size), table, again)
        columns = {"computed": size / size.sum(), "corrected": share, "low": low, "high": high}
        corrected = pd.DataFrame(columns, pd.Index(labels, name="read")).round(6)
    return Agreement(len(sheet), n_articles, int((~known).sum()), measures.round(6), frame, corrected)


def measures(checks: Mapping[str, Agreement]) -> pd.DataFrame:
    """Lay out accuracy and kappa of several sheets, by what each compares; empty sheets have no row."""
    columns = ["labels", "measure", "value", "low", "high", "rows", "articles", "passed over"]
    rows = [
        (name, measure, *values, check.n, check.n_articles, check.missed)
        for name, check in checks.items()
        if check.n
        for measure, *values in check.measures.round(2).itertuples(name=None)
    ]
    return pd.DataFrame(rows, columns=columns)


def confusions(checks: Mapping[str, Agreement]) -> pd.DataFrame:
    """Lay out the confusion tables of several sheets, a column a computed label; empty sheets have no row."""
    parts = [
        check.confusion.rename_axis("read as").add_prefix("computed ").reset_index().assign(labels=name)
        for name, check in checks.items()
        if check.n
    ]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["labels", "read as"])
    return table[["labels", *[name for name in table if name != "labels"]]].rename_axis(columns=None)


def corrections(checks: Mapping[str, Agreement]) -> pd.DataFrame:
    """Lay out the shares of the labels, computed and corrected, of the sheets that allow it."""
    parts = [
        check.corrected.round(2).rename_axis("label").reset_index().assign(labels=name)
        for name, check in checks.items()
        if len(check.corrected)
    ]
    columns = ["labels", "label", "computed", "corrected", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _interval(measure: Callable[[np.ndarray], np.ndarray], table: np.ndarray, again: np.ndarray) -> tuple:
    """Value of a measure with the 95 % interval of its values on the tables drawn again."""
    value = measure(table[None])[0]
    if not table.sum():
        return np.nan, np.nan, np.nan
    values = measure(again).round(9)
    low, high = np.nanquantile(values, [0.025, 0.975], axis=0) if np.isfinite(values).any() else (np.nan,) * 2
    return value, low, high


def _accuracy(tables: np.ndarray) -> np.ndarray:
    """Share of equal labels in each table of counts."""
    return np.trace(tables, axis1=1, axis2=2) / np.maximum(tables.sum((1, 2)), 1)


def _kappa(tables: np.ndarray) -> np.ndarray:
    """Cohen's kappa of each square table of counts."""
    n = np.maximum(tables.sum((1, 2)), 1)
    chance = (tables.sum(1) * tables.sum(2)).sum(1) / n**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (_accuracy(tables) - chance) / (1 - chance), np.nan)


def _shares(tables: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Split each computed label as the sheet splits it, weighed by how often the corpus has the label.

    The estimator of a stratified sample (W. G. Cochran, "Sampling Techniques", 1977, chapter 5).
    """
    split = tables / np.maximum(tables.sum(1, keepdims=True), 1)
    weight = np.where(tables.sum(1) > 0, size, 0)
    return split * (weight / np.maximum(weight.sum(1, keepdims=True), 1))[:, None]


def _split(tables: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Share of each label read, over the whole corpus."""
    return _shares(tables, size).sum(2)


def _right(tables: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Share of sentences with the right label, over the whole corpus."""
    return np.trace(_shares(tables, size), axis1=1, axis2=2)
