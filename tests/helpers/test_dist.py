"""The wheel that `make dist` builds runs by itself, and paths of Windows are seen rightly."""

import importlib.util
import ntpath
import os
import subprocess
import sys
import zipfile
from pathlib import Path, PureWindowsPath

import numpy
import pytest

from dateline import __version__
from helpers import runner, settings

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("hatchling"), reason="hatchling is not installed")
def test_the_wheel_runs_in_a_fresh_environment(tmp_path):
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([*pip, "wheel", *options, str(ROOT)], check=True, timeout=240)
    wheel = next(tmp_path.glob("dateline_notebooks-*.whl"))
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    assert {f"helpers/notebooks/{stage}.ipynb" for stage in runner.STAGES} <= names
    for path in (ROOT / "src").rglob("resources/**/*"):
        assert path.is_dir() or path.relative_to(ROOT / "src").as_posix() in names, path
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    with zipfile.ZipFile(wheel) as content:
        content.extractall(tmp_path / "installed")
    # the packages of this environment, but not this checkout
    path = os.pathsep.join([str(tmp_path / "installed"), str(Path(numpy.__file__).parents[1])])
    command = [str(python), "-m", "helpers", "--version"]
    result = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": path}, cwd=tmp_path, capture_output=True, text=True
    )
    assert result.stdout == f"dateline {__version__}\n", result.stderr
    where = "from helpers import runner; print(runner.notebook_path('03-mentions'))"
    command = [str(python), "-c", where]
    result = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": path}, cwd=tmp_path, capture_output=True, text=True
    )
    assert (
        Path(result.stdout.strip()) == tmp_path / "installed" / "helpers" / "notebooks" / "03-mentions.ipynb"
    )


class WindowsPath(PureWindowsPath):
    """A path of Windows on another system."""

    def resolve(self):
        return self


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [
        (r"C:\press\articles", r"C:\press\out\notebooks", "../../articles"),
        (r"D:\articles", r"C:\press\out\notebooks", "D:/articles"),
        (r"\\server\share\articles", r"C:\out\notebooks", "//server/share/articles"),
        (r"C:\press\out\aliases.csv", r"C:\press\out", "aliases.csv"),
        ("", r"C:\press\out", ""),
    ],
)
def test_a_path_of_windows_is_seen_from_a_folder_also_from_another_drive(monkeypatch, path, folder, expected):
    monkeypatch.setattr(settings, "Path", WindowsPath)
    monkeypatch.setattr(settings.os, "path", ntpath)
    assert settings.seen_from(path, WindowsPath(folder)) == expected
