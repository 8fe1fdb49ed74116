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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow cells time, and put the notebooks last and in their order: one reads what another wrote."""
    for item in items:
        if type(item).__name__ == "IPyNbCell":
            item.output_timeout = 60  # nbval waits five seconds for an output
    items.sort(key=lambda item: type(item).__name__ == "IPyNbCell")
