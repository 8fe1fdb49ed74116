"""What a user may change: `settings.toml`, the parameters cells of the notebooks, and ``--set``.

A parameters cell has names in capitals, each a setting (``OUT = settings.out``) or a literal, which wins in
JupyterLab; ``dateline run`` sets them all from the settings file and ``--set NAMES=...``. A new setting is a
line in ``resources/settings.toml``, with its default and what it means, and one in a parameters cell.
"""

import json
import os
import tomllib
from collections import namedtuple
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from dateline import tables

# Settings that name a file or folder.
PATHS = ("articles", "out", "overrides", "topics_file", "aliases", "naming", "event_words", "checked",
         "checked_names")  # fmt: skip


class SettingsError(tables.OwnFileError):
    """A settings file or an argument cannot be used; the message names it and what to do."""


def packaged() -> Path:
    """Path of the file with all settings and their defaults."""
    return Path(str(files("helpers") / "resources" / tables.SETTINGS))


@cache
def _packaged_values() -> dict[str, Any]:
    return tomllib.loads(packaged().read_text(encoding="utf-8"))


def defaults() -> dict[str, Any]:
    """All settings with their defaults; without the places of the sample."""
    return _packaged_values() | dict.fromkeys(("articles", "out"), "")


def load(path: str | Path | None = None) -> Any:  # noqa: ANN401 (its fields are those of the file)
    """Read the settings as a named tuple, those that are not set with their defaults (see `read_settings`).

    Without a path it is the file that ``DATELINE_SETTINGS`` names, else ``settings.toml`` beside the folder
    of the notebook (that is in OUT), else that of the sample. Paths are seen from the working directory.
    """
    places = [Path("..", folder, tables.SETTINGS) for folder in ("", "data/sample")]
    explicit = path or os.environ.get("DATELINE_SETTINGS")
    source = Path(explicit) if explicit else next(filter(Path.is_file, places), packaged())
    values = defaults() | (read_settings(source) if source != packaged() else _packaged_values())
    values |= {key: seen_from(values[key], Path()) for key in PATHS}
    return namedtuple("Settings", values)(**values)


def seen_from(path: str, folder: Path) -> str:
    """Write a path as it is seen from a folder, or whole on another drive; nothing stays nothing."""
    with suppress(ValueError):
        return Path(os.path.relpath(path, folder.resolve())).as_posix() if path else ""
    return Path(path).as_posix()


def read_settings(path: Path) -> dict[str, Any]:
    """Read and check a settings file: only what it sets; its paths, from its folder on, absolute."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        message = f"there is no {path} that can be read as UTF-8: `dateline init FOLDER` writes one"
        raise SettingsError(message) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f'{path}: {error}. A line is written so: title = "My articles"') from error
    check_values(values, source=str(path))
    folder = path.resolve().parent
    return {key: str(folder / value) if key in PATHS and value else value for key, value in values.items()}


def check_values(values: Mapping[str, Any], *, source: str) -> None:
    """Refuse keys that are no settings and values of another type than the default's."""
    for key, value in values.items():
        if key not in _packaged_values():
            names = ", ".join(_packaged_values())
            raise SettingsError(f"{source}: there is no setting {key}; the settings are {names}")
        default = _packaged_values()[key]
        fits, wanted = type(value) is type(default), f"of type {type(default).__name__}"
        if key == "topics":
            fits, wanted = value == "auto" or (type(value) is int and value > 0), "a number or auto"
        elif type(default) is list:
            fits, wanted = fits and all(type(part) is str for part in value), f"{wanted} with texts in it"
        if not fits:
            raise SettingsError(f"{source}: {key} is {value!r}, but has to be {wanted}, such as {default!r}")


def init(folder: str | Path) -> Path:
    """Write a commented ``settings.toml`` with all defaults into a folder of articles (or beside a file)."""
    root = Path(folder)
    if not root.exists():
        raise SettingsError(f"there is no {root}. Name the folder, file or zip that holds your articles")
    path = (root if root.is_dir() else root.parent) / tables.SETTINGS
    if path.exists():
        raise SettingsError(f"{path} is there already: change it, or remove it first")
    text = packaged().read_text(encoding="utf-8")
    for key, place in (("articles", "." if root.is_dir() else root.name), ("out", "../out")):
        old = f'{key} = "{_packaged_values()[key]}"'
        text = text.replace(old, f"{key} = {json.dumps(place)}".ljust(len(old)))
    return tables.write_text(text, path)
