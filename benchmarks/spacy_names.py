"""Names by a spaCy model, in the same table as those found by the rules: the peer that is compared."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import pandas as pd

# Labels of spaCy's models (OntoNotes and WikiNER); dates, numbers and peoples are no names.
KINDS = {
    "PERSON": "person", "PER": "person", "ORG": "organisation",
    "GPE": "place", "LOC": "place", "FAC": "place",
    "PRODUCT": "other", "EVENT": "other", "WORK_OF_ART": "other", "LAW": "other", "MISC": "other",
}  # fmt: skip
# Stages that say nothing about names.
UNUSED = ("parser", "tagger", "morphologizer", "attribute_ruler", "lemmatizer", "senter")


class Pipeline(Protocol):
    """What is used of ``spacy.Language``: documents with entities that know their place and label."""

    def pipe(self, texts: Iterable[str]) -> Iterator[Any]:
        """Read texts one after the other."""
        ...


def load(model: str) -> Pipeline:
    """Load an installed spaCy model without the stages that names do not need.

    Parameters
    ----------
    model
        Its name, such as ``"en_core_web_sm"``, or a folder.

    Raises
    ------
    ValueError
        If spaCy or the model is not installed; the message says what to do.
    """
    try:
        import spacy
    except ImportError as error:
        raise ValueError(f"the model {model!r} needs spaCy: pip install spacy") from error
    try:
        return spacy.load(model, exclude=list(UNUSED))
    except OSError as error:
        raise ValueError(f"spaCy has no model {model!r}: python -m spacy download {model}") from error


def find_names(texts: Sequence[str], nlp: Pipeline) -> pd.DataFrame:
    """Find names with a model.

    Parameters
    ----------
    texts
        n texts.
    nlp
        A spaCy pipeline with named entities.

    Returns
    -------
    pandas.DataFrame
        row, start, end, surface, kind; in order. "The" before a name and 's behind it are no part of it.
    """
    spans = [
        (row, *_bare(texts[row], entity.start_char, entity.end_char), KINDS[entity.label_])
        for row, document in enumerate(nlp.pipe(texts))
        for entity in document.ents
        if entity.label_ in KINDS
    ]
    rows = [(row, a, b, texts[row][a:b], kind) for row, a, b, kind in spans if a < b]
    return pd.DataFrame(rows, columns=["row", "start", "end", "surface", "kind"])


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Take "the" off the front of a name and 's off its end.

    Examples
    --------
    >>> _bare("in the Ferry Union's hall", 3, 20)
    (7, 18)
    """
    for article in ("the ", "The ", "a ", "an "):
        start += len(article) * text.startswith(article, start, end)
    for mark in ("'s", "’s"):
        end -= 2 * text.endswith(mark, start, end)
    return start, end
