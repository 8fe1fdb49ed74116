"""Run the notebooks on the sample and put outputs and figures where they are committed.

``python tests/regenerate.py`` runs all six, ``python tests/regenerate.py 02-topics`` only one, on the tables
that the earlier ones left in ``data/processed``.
"""

import shutil
import sys
from pathlib import Path

from helpers import runner

ROOT = Path(__file__).resolve().parents[1]


def regenerate(stages, *, into=ROOT / "notebooks", figures=ROOT / "figures", out=ROOT / "data" / "processed"):
    """Execute notebooks in their own folder with tables in `out`; write to `into` and `figures`."""
    for stage in stages:
        source = ROOT / "notebooks" / f"{stage}.ipynb"
        for old in (out / "figures").glob(f"{stage[:2]}-*"):
            old.unlink()
        runner.execute(source, into / source.name, folder=source.parent, env={"DATELINE_OUT": str(out)})
        figures.mkdir(parents=True, exist_ok=True)
        for old in figures.glob(f"{stage[:2]}-*"):
            old.unlink()
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        for new in sorted((out / "figures").glob(f"{stage[:2]}-*")):
            # A picture is committed only where the README shows it; SVG and CSV always, json never.
            if new.suffix in (".svg", ".csv") or f"figures/{new.name}" in readme:
                shutil.copyfile(new, figures / new.name)


if __name__ == "__main__":
    names = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
    regenerate(sys.argv[1:] or names)
