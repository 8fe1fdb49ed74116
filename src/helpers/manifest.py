"""What a run was made from and what it wrote: parameters, versions and fingerprints, without a clock."""

import hashlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from dateline import __version__, tables
from helpers import runner
from helpers import settings as user

# Parameters that say where files lie: they differ between machines.
PLACES = ("ARTICLES", "OUT")


def settings(folder: Path, *, before: str) -> dict[str, dict[str, object]]:
    """Parameters that the notebooks in `folder` were run with, up to but without notebook `before`."""
    found = {}
    for path in sorted(folder.glob("[0-9][0-9]-*.ipynb")):
        if path.stem < before:
            values: dict[str, object] = {}
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                if {"parameters", "injected-parameters"} & set(cell["metadata"].get("tags", [])):
                    values |= runner.assigned("".join(cell["source"]), user.load()._asdict())
            found[path.stem] = {k: v for k, v in values.items() if k not in PLACES}
    return found


def published(folder: Path) -> list[str]:
    """Names of figures in the code of the notebooks in `folder`, in the order of reading."""
    found = []
    for path in sorted(folder.glob("[0-9][0-9]-*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                found += re.findall(r'"(\d\d-[\w-]+)"', "".join(cell["source"]))
    return found


def packages() -> dict[str, str]:
    """Versions of Dateline, Python and the packages that Dateline names as its dependencies."""
    wanted = importlib.metadata.requires("dateline-notebooks") or []
    names = sorted(re.split(r"[^\w.-]", line)[0] for line in wanted if "extra ==" not in line)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"dateline": __version__, "python": python} | {
        name: importlib.metadata.version(name) for name in names
    }


def input_hash(articles: pd.DataFrame) -> str:
    """Fingerprint of the articles, whatever their files are called."""
    return hashlib.sha256("".join(sorted(articles["sha256"])).encode()).hexdigest()


def manifest(
    out: Path, *, parameters: Mapping[str, object], own: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """List what a run read and wrote, with fingerprints; the same for the same input on any machine.

    Parameters
    ----------
    out
        The output folder.
    parameters
        What the user asked for.
    own
        Fingerprints of the user's own files that were read, by the names of `tables.OWN`.
    """
    import pyarrow.parquet as pq

    paths = sorted((out / "tables").glob("*.parquet"))
    rows = {path: pq.read_metadata(path).num_rows for path in paths}
    return {
        "input": {
            "sha256": input_hash(tables.read(out, "articles", columns=["sha256"])),
            "articles": rows[out / "tables" / "articles.parquet"],
        },
        "parameters": dict(parameters),
        "own": dict(own or {}),
        "notebooks": settings(out / "notebooks", before="9"),
        "packages": packages(),
        "tables": {path.stem: {"rows": rows[path], "sha256": _sha(path)} for path in paths},
        "figures": {path.stem: _figure(path) for path in drawn(out)},
    }


def drawn(out: Path) -> list[Path]:
    """Find the pictures that `plots.publish` wrote, in the order of their names."""
    return sorted((out / "figures").glob("[0-9][0-9]-*.png"))


class Words(NamedTuple):
    """What `plots.publish` left in a PNG, and the picture's size in pixels."""

    title: str
    caption: str
    alt: str
    width: int
    height: int


def described(path: Path) -> Words:
    """Read title, caption and alt text from a PNG."""
    from PIL import Image

    with Image.open(path) as image:
        title, both, caption = (str(image.info.get(key, "")) for key in ("Title", "Description", "Comment"))
        return Words(title, caption, both.removesuffix(caption).strip() or caption or title, *image.size)


def _figure(path: Path) -> dict[str, object]:
    """Words of a figure and fingerprints of its files."""
    beside = [path.with_suffix(suffix) for suffix in (".png", ".svg", ".csv")]
    sha = {file.suffix[1:]: _sha(file) for file in beside if file.exists()}
    text = described(path)
    return {"title": text.title, "caption": text.caption, "alt": text.alt, "sha256": sha}


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
