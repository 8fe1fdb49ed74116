"""The command line: ``dateline init FOLDER``, ``run FOLDER --out OUT``, ``figures OUT`` and ``lab OUT``."""

import argparse
import ast
import gc
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from pkgutil import resolve_name

from tqdm import tqdm

from dateline import __version__, partitions, tables
from helpers import office, prose, runner, settings
from helpers.settings import SettingsError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dateline", description="Analyse a folder of news articles.")
    parser.add_argument("--version", action="version", version=f"dateline {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, command in tables.read_toml("commands.toml", "helpers").items():
        subparser = commands.add_parser(name, help=command["help"])
        for argument, keywords in command["arguments"].items():
            subparser.add_argument(argument, **keywords)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    It is 0 when all went well, 2 when there was nothing to analyse or an argument is wrong, 1 when a notebook
    failed (the report, if there is one, says which), 130 when the user stopped it.
    """
    parser = _parser()
    options, spare = parser.parse_known_args(arguments)
    if spare and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(spare)}")
    try:
        if options.command == "run":
            return min(run(options), 1)
        if options.command == "init":
            print(f"settings: {settings.init(options.folder)}")
        elif options.command == "figures":
            draw_figures(Path(options.out), options.only, options.names, options.size)
        else:
            open_lab(options.out, spare)
        return 0
    except (tables.NoArticlesError, tables.OwnFileError) as error:
        code, message = 2, str(error)
    except runner.CellError as error:
        code, message = 1, str(error)
    except OSError as error:
        code, message = 1, f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
    except KeyboardInterrupt:
        code, message = 130, "stopped. Finished stages are kept: the same command goes on from there"
    print(f"dateline: {message}", file=sys.stderr)
    return code


def run(options: argparse.Namespace) -> int:
    """Execute the notebooks on a folder and return how many failed."""
    partitions.check_workers(options.workers)
    folder = Path(options.folder)
    if "://" in options.folder:
        options.out = options.out or "out"
        Path(options.out).mkdir(parents=True, exist_ok=True)
        with runner.locked(Path(options.out)):
            fetch = resolve_name("dateline.ingest.files:fetch")  # slow to import, and seldom needed
            line = "copying {0:,} of {1:,} files from the address: those that are new or have changed"
            folder = fetch(options.folder, Path(options.out, ".input"), lambda *n: print(line.format(*n)))
    source, chosen, target = _places(folder, options.out)
    with runner.locked(target), runner.Kernel() as kernel:
        started, n_failed = time.perf_counter(), 0
        runner.sweep(target)
        changed = chosen | _set_values(options.set)
        values = settings.defaults() | changed
        values |= {"articles": str(folder.resolve()), "out": str(target.resolve())}
        own_files = _own_files(folder, values)
        for key in settings.PATHS:
            values[key] = settings.seen_from(values[key], target / "notebooks")
        memory = runner.Memory(target, fresh=options.fresh)
        code, articles = runner.code_key(), runner.input_key(folder)
        today = str(values["today"] or date.today())
        for stage in filter(lambda stage: runner.notebook_path(stage).exists(), runner.STAGES):
            names = runner.parameters(runner.read_cells(runner.notebook_path(stage)))
            used = {name: values[name.lower()] for name in names if name.lower() in values}
            key = memory.key(stage, used, code, articles if "ARTICLES" in names else "")
            if memory.is_done(stage, key):
                print(f"{stage}: nothing has changed")
                today = runner.day_of_run(target) or today if stage == runner.STAGES[0] else today
                continue
            try:
                with memory.stage(stage, key):
                    _execute(stage, target, used, source or settings.packaged(), options.workers, kernel)
            except runner.CellError as error:
                if not (target / "tables" / "sentences.parquet").exists():
                    raise  # without articles nothing else can be made
                only = "the report is written; only " * (stage == runner.APPENDIX and not n_failed)
                print(f"dateline: {only}{stage} failed: {error}", file=sys.stderr)
                n_failed += not only
        parameters = {key.upper(): value for key, value in changed.items() if key not in settings.PATHS}
        parameters |= {"ARTICLES": folder.resolve().name, "TODAY": today}
        shas = {name: sha for entry in memory.entries.values() for name, sha in entry["files"].items()}
        key = runner.digest({n: sha for n, sha in shas.items() if n.endswith(".parquet")}, code)
        memory.renew("workbook", key, kernel, office.write_workbook, target.resolve())
        key = runner.digest(parameters, own_files, code, {**memory.entries, "manifest": ""})
        memory.renew("manifest", key, kernel, runner.finish, target.resolve(), parameters, own_files)
        _print_result(target, time.perf_counter() - started)
        for line in office.write_reports(target, options.also):
            print(line)
    return n_failed


def draw_figures(out: Path, only: Sequence[str], names: Sequence[str], size: str) -> None:
    """Draw figures of a run again into ``OUT/figures/SIZE``, for some names, and print where they are."""
    gc.disable()  # half of the time would go into what is loaded, a fifth of that into looking for garbage
    from helpers import open as open_run
    from helpers import publish, titles

    recipes = {path.stem: path for path in sorted((out / "figures").glob("[0-9][0-9]-*.json"))}
    wanted = {name[:2] if name in runner.STAGES else name for name in only or runner.STAGES}
    chosen = [name for name in recipes if wanted & {name, name[:2]}]
    if not chosen:
        here = f"its figures are {', '.join(recipes)}" if recipes else "`dateline run` draws figures first"
        raise SettingsError(f"{out} has no figure {', '.join(only)}: {here}")
    for name in chosen:
        new = {}
        if names and name == "03-publication-clock":
            new = open_run(out).drawn_lines(names)
            new["title"] = titles.word_periods_title(new["frame"], unit=new["unit"])
        publish.draw_again(recipes[name], out / "figures" / size, size=size, names=names, **new)
        print(out / "figures" / size / f"{name}.png")
    publish.write_index(out)


def open_lab(out: str | None, spare: Sequence[str] = ()) -> None:
    """Become JupyterLab with a run's folder in view: notebooks with controls, report, tables, figures."""
    if out and not (Path(out) / "notebooks").is_dir():
        raise SettingsError(f"{out} holds no run: `dateline run FOLDER --out {out}` makes one")
    start = "import sys; sys.modules['rfc3987_syntax'] = None; from jupyterlab import labapp; labapp.main()"
    command = [sys.executable, "-c", start, out or str(runner.notebooks_folder())]
    # without a grammar (see runner), and without the question about news, which would ask the network
    command.append(f"--LabApp.app_settings_dir={settings.packaged().with_name('lab')}")
    if getattr(os, "geteuid", lambda: 1)() == 0:  # in a container
        command.append("--allow-root")
    os.execve(sys.executable, [*command, *spare], os.environ | {"DATELINE_LAB": "1"})


def _places(folder: Path, out: str | None) -> tuple[Path | None, dict[str, object], Path]:
    """Find the settings of a folder (in it or beside a file, in OUT, or beside it), and where to write."""
    if not folder.exists():
        raise SettingsError(f"there is no {folder}. Name the folder, file or zip that holds your articles")
    root, source, chosen = folder if folder.is_dir() else folder.parent, None, {}
    for place in filter(None, (root, Path(out) if out else None, root.parent)):
        if (path := place / tables.SETTINGS).is_file():
            values = settings.read_settings(path)
            if place != root.parent or Path(values.get("articles", "")).resolve() == folder.resolve():
                print(f"settings: {path}")
                source, chosen = path, values
                break
    target = Path(out or settings.seen_from(str(chosen.get("out") or "out"), Path()))
    if folder.resolve() in (target.resolve(), *target.resolve().parents):
        raise SettingsError(f"{target} is the folder of the articles, or inside it. Choose another --out")
    try:
        (target / "notebooks").mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=target / "notebooks").close()
    except OSError as error:
        raise SettingsError(f"cannot write to {target} ({error.strerror}). Choose another --out") from error
    return source, chosen, target


def _set_values(changes: Sequence[str]) -> dict[str, object]:
    """Values of ``--set NAME=VALUE``, checked; paths absolute."""
    defaults, values = settings.defaults(), {}
    free = sorted(key.upper() for key in defaults if key not in ("articles", "out"))
    for change in changes:
        name, equals, text = change.partition("=")
        key = name.lower()
        if name not in free or not equals:
            wanted = f"write {name}=VALUE" if name in free else f"the parameters are {', '.join(free)}"
            raise SettingsError(f"--set {change}: {wanted}")
        value: object = text
        if type(defaults[key]) is not str or key == "topics":
            with suppress(ValueError, SyntaxError):
                value = ast.literal_eval({"true": "True", "false": "False"}.get(text, text))
        value = list(value) if isinstance(value, tuple) else value
        settings.check_values({key: value}, source=f"--set {change}")
        values[key] = str(Path(str(value)).resolve()) if key in settings.PATHS and value else value
    return values


def _own_files(folder: Path, values: Mapping[str, str]) -> dict[str, str]:
    """Find the reader's own files and what is wrong with them; give their fingerprints."""
    fingerprints = {}
    for name, part in zip(tables.OWN, ("ingest.decisions", "entities.mentions", "tone.vader"), strict=True):
        key = name.removesuffix(".csv").replace("-", "_")
        if path := tables.own(name, folder, values[key]):
            resolve_name(f"dateline.{part}:read_{key}")(path)  # loads much, and is seldom needed
            fingerprints[name] = runner.file_sha(path)
    return fingerprints


def _execute(
    stage: str, out: Path, values: Mapping[str, object], source: Path, workers: str, kernel: runner.Kernel
) -> None:
    """Run one notebook under a progress bar; where no terminal is, a line at its end."""
    path, target = runner.notebook_path(stage), out / "notebooks" / f"{stage}.ipynb"
    n_cells = sum(cell["cell_type"] == "code" for cell in runner.read_cells(path)) + 1
    started = time.perf_counter()
    env = {"DATELINE_OUT": "", "DATELINE_SETTINGS": str(source.resolve()), partitions.VARIABLE: workers}
    try:
        with tqdm(total=n_cells, desc=stage, disable=None, unit="cell") as bar:
            runner.execute(
                path, target, folder=target.parent, values=values, progress=bar.update, env=env, kernel=kernel
            )
    except runner.CellError as error:
        if error.name in ("NoArticlesError", "OwnFileError", "SettingsError"):
            raise tables.NoArticlesError(error.message) from error
        raise runner.CellError(error.name, f"{error.message} (see notebooks/{stage}.ipynb in OUT)") from error
    if not sys.stderr.isatty():
        print(f"{stage}: {time.perf_counter() - started:.1f} s", flush=True)


def _print_result(out: Path, seconds: float) -> None:
    """Print what was read, what was not, what is in doubt, and where the report is."""
    articles = tables.read(out, "articles", columns=["copy_of", "published"])
    rejected = len(tables.read(out, "rejected", columns=["reason"]))
    unique = articles["copy_of"].isna().sum()
    print(f"{prose.plural(len(articles), 'article')}, {unique:,} of them unique, in {seconds:.0f} s")
    if rejected:
        print(f"{prose.plural(rejected, 'record')} not read: the report says which, why and what to do")
    if articles["published"].isna().all():
        print(f"TAKE CARE:{resolve_name('helpers.publish:say')('01-findings.undated')}")  # slow to import
    for name in ("report.html", "explorer.html", "tables.xlsx"):
        if (path := out / name).exists():
            print(f"{path.stem}: {path}")


if __name__ == "__main__":
    sys.exit(main())
