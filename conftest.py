"""What the notebooks' tests need: clean output folders, no user settings, and repairs of nbval 0.11."""

import os
import tempfile
from pathlib import Path

import pytest

# Kernels inherit these. Outputs go to a folder of their own, and neither a start-up file nor a
# matplotlibrc of the user reaches what is compared.
_PRIVATE = tempfile.TemporaryDirectory(prefix="dateline-test-")
os.environ["DATELINE_OUT"] = str(Path(_PRIVATE.name, "out"))
os.environ["IPYTHONDIR"] = str(Path(_PRIVATE.name, "ipython"))
os.environ["MPLBACKEND"] = "agg"
os.environ["JUPYTER_PLATFORM_DIRS"] = "1"
# The notebooks run in another locale, time zone, hash seed and number of threads than those who commit have.
_ELSEWHERE = {
    **{"COLUMNS": "60", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo"},
    **{"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow cells time, and put the notebooks last and in their order: one reads what another wrote.

    What is asked of their files comes behind them.
    """
    for item in items:
        if is_cell(item):
            item.output_timeout = 60  # nbval waits five seconds for an output
    items.sort(key=lambda item: (item.get_closest_marker("after_notebooks") is not None, is_cell(item)))


def is_cell(item: pytest.Item) -> bool:
    """Whether a test is a cell of a notebook."""
    return type(item).__name__ == "IPyNbCell"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Set the variables that a kernel inherits, before the first cell starts it."""
    if is_cell(item):
        os.environ.update(_ELSEWHERE)
