"""What the notebooks read, draw and write with, on the tables of the engine `dateline`."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.corpus import Corpus


def open(out: str | Path, *, copies: bool = False) -> "Corpus":
    """Open the tables in an output folder, to ask them; see `helpers.corpus.Corpus`."""
    from helpers.corpus import Corpus

    return Corpus(out, copies=copies)


def plot(table: "pd.DataFrame") -> "Axes":
    """Draw a table that a `Corpus` gave, as matplotlib Axes that can go on; see `helpers.corpus.plot`."""
    from helpers.corpus import plot

    return plot(table)
