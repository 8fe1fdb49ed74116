"""A person's labels against the computed ones: a sheet to fill in, and how far the two agree."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import stats
from helpers.tables import GUARDED

# Fewer checked sentences with one computed label say nothing of how often that label is right.
FEWEST_LABELS = 10
# Columns of a sheet: where the sentence is, how it begins, what the reader makes of it, how it was drawn.
COLUMNS = ("article_id", "sentence_start_words", "tone", "drawn")


class Agreement(NamedTuple):
    """How far labels agree.

    Attributes
    ----------
    n, missed
        Sentences compared, and rows of the sheet that were filled in but are not in the corpus.
    accuracy, low, high
        Share of equal labels, with its interval over articles.
    kappa
        Cohen's kappa: 0 is chance, 1 perfect; NaN where all labels are one.
    confusion
        Counts, a row per label read and a column per label computed.
    corrected
        Share of each label as computed and as corrected by the sheet, with interval; empty unless the sheet
        was drawn by `draw` and each label was checked `FEWEST_LABELS` times.
    """

    n: int
    missed: int
    accuracy: float
    low: float
    high: float
    kappa: float
    confusion: pd.DataFrame
    corrected: pd.DataFrame


def draw(units: pd.DataFrame, *, n: int = 90, seed: int = 0) -> pd.DataFrame:
    """Draw sentences to label, as many from each computed label as there are, which the sheet does not show.

    Parameters
    ----------
    units
        article_id, sentence, text, label.
    n
        How many sentences in all, at most.
    seed
        Seed of the drawing.

    Examples
    --------
    >>> units = pd.DataFrame({"article_id": ["a", "b"], "sentence": [0, 0], "text": ["One.", "Two."],
    ...                       "label": ["neutral", "positive"]})
    >>> draw(units, n=2)
      article_id sentence_start_words tone   drawn
    0          a                 One.       seed 0
    1          b                 Two.       seed 0
    """
    units = units.sort_values(["article_id", "sentence"], kind="stable")
    order = np.random.default_rng(seed).permutation(len(units))
    share = -(-n // max(units["label"].nunique(), 1))
    mixed = units.iloc[order]
    # more than are needed, so that each text can be left in once
    mixed = mixed[mixed.groupby("label").cumcount() < 10 * share].drop_duplicates("text")
    drawn = mixed[mixed.groupby("label").cumcount() < share].head(n)
    sheet = drawn.sort_values(["article_id", "sentence"], kind="stable", ignore_index=True)
    sheet = sheet.rename(columns={"text": "sentence_start_words"}).assign(tone="", drawn=f"seed {seed}")
    return sheet[list(COLUMNS)]


def read(path: str | Path) -> pd.DataFrame:
    """Read a sheet; rows without a label are left out, and a file that is not there is an empty sheet."""
    path = Path(path)
    if not path.is_file():
        return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
    sheet = pd.read_csv(path, dtype="str", na_filter=False)
    if missing := [name for name in COLUMNS[:3] if name not in sheet]:
        raise ValueError(
            f"{path.name} has no column {', '.join(missing)}; a check sheet has {', '.join(COLUMNS)}"
        )
    sheet["tone"] = sheet["tone"].str.strip().str.lower()
    sheet["article_id"] = sheet["article_id"].str.replace(GUARDED, "", regex=True)
    return sheet[sheet["tone"] != ""].reset_index(drop=True)


def find(sheet: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row of a sheet the sentence of its article that begins with its words.

    Returns
    -------
    DataFrame
        The sheet with `row`: the sentence's position, -1 where there is none.
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
        rows = (row for row in places.get(article_id, []) if by_row[row].startswith(begin))
        found.append(next(rows, -1))
    return sheet.assign(row=found)


def compare(found: pd.DataFrame, computed: pd.Series, *, labels: Sequence[str]) -> Agreement:
    """Compare the labels of a sheet with the computed ones.

    Parameters
    ----------
    found
        From `find`.
    computed
        Label of each scored sentence, by its row.
    labels
        All labels, in order.
    """
    known = found["row"].isin(computed.index) & found["tone"].isin(labels)
    sheet = found[known]
    guess, truth = computed.reindex(sheet["row"]).to_numpy(), sheet["tone"].to_numpy()
    confusion = pd.crosstab(
        pd.Categorical(truth, labels), pd.Categorical(guess, labels), dropna=False
    ).rename_axis(index="read", columns="computed")
    article, _ = pd.factorize(sheet["article_id"])
    right = np.bincount(article, guess == truth).astype(float)
    accuracy, low, high = stats.bootstrap_mean(right, np.bincount(article)) if len(sheet) else (np.nan,) * 3
    kappa, corrected = _kappa(confusion.to_numpy()), _corrected(sheet, confusion, computed)
    numbers = float(accuracy), float(low), float(high)
    return Agreement(len(sheet), int((~known).sum()), *numbers, kappa, confusion, corrected)


def _kappa(table: np.ndarray) -> float:
    """Cohen's kappa of a square table of counts."""
    n = table.sum()
    if not n:
        return np.nan
    chance = float(table.sum(0) @ table.sum(1)) / n**2
    return np.nan if chance == 1 else round(float((np.trace(table) / n - chance) / (1 - chance)), 6)


def _corrected(sheet: pd.DataFrame, confusion: pd.DataFrame, computed: pd.Series) -> pd.DataFrame:
    """Shares of the labels over all sentences, each computed label split as the sheet splits it.

    The estimator of a stratified sample (W. G. Cochran, "Sampling Techniques", 1977, chapter 5).
    """
    size = computed.value_counts().reindex(confusion.columns, fill_value=0)
    checked = confusion.sum()
    random = "drawn" in sheet and sheet["drawn"].str.startswith("seed").all()
    if not random or not len(sheet) or (checked[size > 0] < FEWEST_LABELS).any():
        return pd.DataFrame(columns=["computed", "corrected", "low", "high"])
    weight = size / size.sum()
    split = confusion / checked.clip(lower=1)
    share = split @ weight
    half = stats.Z95 * np.sqrt((split * (1 - split) / checked.clip(lower=1)) @ weight**2)
    table = {
        "computed": weight,
        "corrected": share,
        "low": (share - half).clip(0),
        "high": (share + half).clip(upper=1),
    }
    return pd.DataFrame(table).reindex(confusion.index).round(6)
