"""The command line: ``dateline run FOLDER --out OUT`` and ``dateline lab``."""

import argparse
import ast
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

import nbformat
from tqdm import tqdm

from dateline import tables
from helpers import prose, runner, settings

STAGES = ("01-ingestion", "02-topics", "03-mentions", "04-sentiment", "05-report")
# The sample that ships, as the notebooks' parameters name it.
SAMPLE = "../data/sample"
# Remembers, per stage, what it was made from and what it wrote.
MEMORY = "stages.json"


class UsageError(ValueError):
    """The arguments are wrong; the message says how to set them right."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Returns
    -------
    int
        0 when a report was written, 2 when there was nothing to analyse or the arguments are wrong, 1 when a
        notebook failed, 130 when the user stopped it.
    """
    parser = _parser()
    options, more = parser.parse_known_args(arguments)
    if more and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    try:
        return int(_lab(more) if options.command == "lab" else options.do(options))
    except (UsageError, tables.NoArticlesError, tables.OwnFileError) as error:
        code, message = 2, str(error)
    except runner.CellError as error:
        code, message = 1, str(error)
    except OSError as error:
        code, message = 1, f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
    except KeyboardInterrupt:
        code, message = 130, "stopped. Finished stages are kept: the same command goes on from there"
    print(f"dateline: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dateline", description="Analyse a folder of news articles.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    run_ = commands.add_parser("run", help="execute the five notebooks on a folder and write the report")
    run_.add_argument("folder", metavar="FOLDER", help="folder, file or zip with the articles")
    run_.add_argument("--out", default="out", help="folder to write to (default: out)")
    run_.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="change a notebook's parameter"
    )
    run_.add_argument("--fresh", action="store_true", help="run every stage again, even if nothing changed")
    run_.set_defaults(
        do=lambda options: run(Path(options.folder), Path(options.out), options.set, options.fresh)
    )
    init_ = commands.add_parser("init", help="write settings.toml, with comments, into a folder of articles")
    init_.add_argument("folder", metavar="FOLDER", help="folder, file or zip with the articles")
    init_.set_defaults(do=_init)
    commands.add_parser("lab", help="open the notebooks in JupyterLab, which takes all further options")
    return parser


def _init(options: argparse.Namespace) -> int:
    print(f"settings: {settings.init(options.folder)}")
    return 0


def run(folder: Path, out: Path, changes: Sequence[str] = (), fresh: bool = False) -> int:
    """Execute the notebooks on `folder`; see `main`."""
    _check_places(folder, out)
    _sweep(out)
    changed = _settings(changes, out)
    own = _own(folder, out, changed)
    memory = {} if fresh else _recall(out)
    previous, started = "", time.perf_counter()
    for stage in STAGES:
        source = runner.place() / f"{stage}.ipynb"
        known = runner.parameters(nbformat.read(source, as_version=4))
        values: dict[str, object] = {}
        values |= {name: default for name, default in known.items() if name.lower() in settings.defaults()}
        values |= {"OUT": ".."} | _of_the_sample(known, folder, out)
        if "ARTICLES" in known:
            values["ARTICLES"] = os.path.relpath(folder.resolve(), out.resolve() / "notebooks")
        values |= {name: value for name, value in changed.items() if name in known}
        previous = _key(source, values, previous, out, folder if "ARTICLES" in known else None)
        if _done(memory.get(stage), previous, out):
            print(f"{stage}: nothing has changed")
            continue
        _forget(memory, stage, out)
        before = _files(out)
        try:
            _execute(stage, source, out, values)
        finally:
            _sweep(out)
        written = {name: _sha(out / name) for name, stamp in _files(out).items() if before.get(name) != stamp}
        memory[stage] = {"key": previous, "files": written}
        _save_json(memory, out / MEMORY)
    _save_json(_manifest(folder, out, changed, own), out / "manifest.json")
    _say_result(out, time.perf_counter() - started)
    return 0


def _of_the_sample(known: Mapping[str, object], folder: Path, out: Path) -> dict[str, object]:
    """Where the sample's truth lies, seen from the output folder; other articles have none."""
    here, to = runner.place(), out.resolve() / "notebooks"
    of_sample = folder.resolve() == (here / SAMPLE / "articles").resolve()
    paths = {n: here / v for n, v in known.items() if isinstance(v, str) and v.startswith(f"{SAMPLE}/truth")}
    return {n: os.path.relpath(path.resolve(), to) if of_sample else "" for n, path in paths.items()}


def _check_places(folder: Path, out: Path) -> None:
    """Find what is wrong with the two folders before anything runs."""
    if not folder.exists():
        raise UsageError(f"there is no {folder}. Name the folder, file or zip that holds your articles")
    if out.resolve() == folder.resolve():
        raise UsageError(f"{out} is the folder of the articles. Choose another --out")
    if folder.resolve() in out.resolve().parents:
        raise UsageError(
            f"{out} lies inside {folder}: the next run would read its own report. Choose another --out"
        )
    try:
        (out / "notebooks").mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out / "notebooks").close()
    except OSError as error:
        raise UsageError(f"cannot write to {out} ({error.strerror}). Choose another --out") from error


def _sweep(out: Path) -> None:
    """Remove the unfinished files of a kernel that was killed as it wrote; see `tables.atomic`."""
    for folder in (out, out / "tables", out / "figures", out / "notebooks"):
        for path in folder.glob(".*.part"):
            if re.fullmatch(r"\..+\.\d+\.part", path.name) and path.is_file():
                path.unlink()


def _settings(changes: Sequence[str], out: Path) -> dict[str, object]:
    """Values of ``--set NAME=VALUE``, checked; a file's path as the notebooks see it."""
    known: dict[str, object] = {}
    for stage in STAGES:
        known |= runner.parameters(nbformat.read(runner.place() / f"{stage}.ipynb", as_version=4))
    for name in ("ARTICLES", "OUT"):
        known.pop(name, None)
    values: dict[str, object] = {}
    for setting in changes:
        name, equals, text = setting.partition("=")
        if name not in known:
            raise UsageError(f"--set {setting}: the parameters are {', '.join(sorted(known))}")
        if not equals:
            raise UsageError(f"--set {setting}: write {name}=VALUE")
        try:
            values[name] = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            values[name] = text
        wanted = int if known[name] is None else type(known[name])
        if type(values[name]) is not wanted and not (known[name] is None is values[name]):
            raise UsageError(f"--set {setting}: {name} is of type {wanted.__name__}, such as {known[name]!r}")
        if wanted is str and (path := Path(str(values[name]))).is_file():
            values[name] = os.path.relpath(path.resolve(), out.resolve() / "notebooks")
    return values


def _own(folder: Path, out: Path, changed: Mapping[str, object]) -> dict[str, str]:
    """Find the reader's own files and what is wrong with them; give their fingerprints."""
    found = {}
    for name in tables.OWN:
        named = str(changed.get(name.removesuffix(".csv").replace("-", "_").upper(), ""))
        seen = out / "notebooks" / named
        # what is not there is called what the user called it
        if path := tables.own(name, folder, seen if named and seen.is_file() else named):
            found[name] = path
    if found:
        from dateline.entities import ledgers
        from dateline.ingest.decisions import read_overrides
        from dateline.tone import events

        for name, read in zip(tables.OWN, (read_overrides, ledgers.read, events.read), strict=True):
            if name in found:
                read(found[name])
    return {name: _sha(path) for name, path in found.items()}


def _key(source: Path, values: Mapping[str, object], previous: str, out: Path, folder: Path | None) -> str:
    """Fingerprint of all that a stage's result depends on."""
    notebook = nbformat.read(source, as_version=4)
    named = {n: v for n, v in {**runner.parameters(notebook), **values}.items() if n != "ARTICLES"}
    packages = [Path(__file__).parent, Path(tables.__file__).parent]
    code = [
        (str(path.relative_to(package.parent)), _sha(path))
        for package in packages
        for path in sorted(package.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    paths = [out / "notebooks" / value for value in named.values() if isinstance(value, str) and value]
    parts = [
        [cell.source for cell in notebook.cells],
        code,
        sorted((d.name or "", d.version) for d in metadata.distributions()),
        named,
        [_sha(path) for path in paths if path.is_file()],
        previous,
        list(_content(folder)) if folder else None,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _content(folder: Path) -> Iterator[tuple[str, str]]:
    """Path and sha256 of every input file, and of the reader's own beside a single one; or why not."""
    beside = [path for name in tables.OWN if (path := folder.parent / name).is_file()]
    for path in sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else [folder, *beside]:
        try:
            yield os.path.relpath(path, folder), _sha(path)
        except OSError as error:
            yield os.path.relpath(path, folder), str(error.strerror)


def _sha(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recall(out: Path) -> dict[str, dict]:
    try:
        return json.loads((out / MEMORY).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _done(entry: Mapping | None, key: str, out: Path) -> bool:
    """Whether a stage was made from the same things and its files are still as it wrote them."""
    if not entry or entry["key"] != key:
        return False
    return all((out / name).is_file() and _sha(out / name) == sha for name, sha in entry["files"].items())


def _forget(memory: dict, stage: str, out: Path) -> None:
    """Remove a figure that an earlier run of the stage wrote: this one may not write it again."""
    for name in memory.pop(stage, {"files": {}})["files"]:
        if name.startswith("figures/"):
            (out / name).unlink(missing_ok=True)
    _save_json(memory, out / MEMORY)


def _files(out: Path) -> dict[str, int]:
    """Modification time of every result file."""
    found = [p for part in ("tables", "figures", "notebooks") for p in (out / part).glob("*")] + [
        *out.glob("*.html")
    ]
    return {p.relative_to(out).as_posix(): p.stat().st_mtime_ns for p in found if not p.name.startswith(".")}


def _save_json(value: Mapping, path: Path) -> None:
    with tables.atomic(path) as temporary:
        text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def _execute(stage: str, source: Path, out: Path, values: Mapping[str, object]) -> None:
    """Run one notebook under a progress bar; where no terminal is, a line at its end."""
    n_cells = sum(cell.cell_type == "code" for cell in nbformat.read(source, as_version=4).cells) + 1
    started = time.perf_counter()
    target = out / "notebooks" / source.name
    bar_format = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} cells, {elapsed}"
    try:
        with tqdm(total=n_cells, desc=stage, disable=None, bar_format=bar_format) as bar:
            runner.execute(
                source,
                target,
                folder=target.parent,
                values=values,
                progress=bar.update,
                env={"DATELINE_OUT": ""},
            )
    except runner.CellError as error:
        if error.name in ("NoArticlesError", "OwnFileError"):
            raise tables.NoArticlesError(error.message) from error
        raise runner.CellError(
            error.name, f"{error.message} (in {target}, which shows where; stages before it are kept)"
        ) from error
    if not sys.stderr.isatty():
        print(f"{stage}: {time.perf_counter() - started:.1f} s", flush=True)


def _manifest(folder: Path, out: Path, changed: Mapping[str, object], own: Mapping[str, str]) -> dict:
    from helpers import manifest

    return manifest.manifest(out, parameters={"ARTICLES": folder.resolve().name, **changed}, own=own)


def _say_result(out: Path, seconds: float) -> None:
    """Print what was read, what was not, and where the report is."""
    articles = tables.read(out, "articles", columns=["copy_of"])
    rejected = len(tables.read(out, "rejected", columns=["reason"]))
    unique = articles["copy_of"].isna().sum()
    print(f"{prose.plural(len(articles), 'article')}, {unique:,} of them unique, in {seconds:.0f} s")
    if rejected:
        were = f"{prose.plural(rejected, 'record')} {'was' if rejected == 1 else 'were'}"
        print(f"{were} not read: the report says which, why and what to do")
    print(f"report: {out / 'report.html'}")


def _lab(options: Sequence[str]) -> int:
    """Replace this process by JupyterLab in the notebooks' folder."""
    folder = runner.place()
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(folder), *options])


if __name__ == "__main__":
    sys.exit(main())
