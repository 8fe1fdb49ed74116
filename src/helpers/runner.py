"""Execute the notebooks: whole or not at all, only what has changed, to the same bytes each time."""

import ast
import asyncio
import hashlib
import importlib.metadata
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import psutil  # type: ignore[import-untyped]

from dateline import __version__, tables
from helpers import settings

# jsonschema, which nbformat and JupyterLab need, would load it for seconds, and uses it for nothing here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
# The notebooks in their order; the last has figures for experts, and nothing waits for it.
APPENDIX = "06-appendix"
STAGES = ("01-ingestion", "02-topics", "03-mentions", "04-sentiment", "05-report", APPENDIX)
# Remembers, for each stage, what it was made from and what it wrote.
MEMORY = "stages.json"
# Tables that a stage reads beside the first one's; the report reads whatever the others wrote.
READS = {
    "02-topics": "",
    "03-mentions": "article_topics topics",
    "04-sentiment": "entities mentions speakers",
}
READS[APPENDIX] = "article_topics event_dates mentions sentiment targets topics"
READS[APPENDIX] += " 02-numbers.csv 02-flow.csv 02-tree.csv"
# How a kernel starts: without a debugger, and without a look at what is no garbage; and its variables.
START = """import gc, sys
sys.modules["debugpy"] = sys.modules["rfc3987_syntax"] = None
from ipykernel.kernelapp import IPKernelApp
gc.freeze(), gc.set_threshold(20_000)
IPKernelApp.launch_instance(["--HistoryManager.enabled=False", *sys.argv[1:]])"""
VARIABLES = {"JUPYTER_PREFER_ENV_PATH": "1", "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
# What empties a kernel between two notebooks, and what gives its memory back, as far as the system takes it.
CLEAR = "get_ipython().reset()"
RELEASE = """import ctypes, gc, pyarrow
gc.collect()
pyarrow.default_memory_pool().release_unused()
getattr(ctypes.CDLL(None), "malloc_trim", int)(0)
get_ipython().reset()"""
# A kernel that holds more bytes than that, even then, makes place for a new one.
MOST_HELD = 500_000_000
# What stays of a notebook's metadata: the rest names the machine it ran on.
METADATA = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
METADATA["language_info"] = {"name": "python"}
# What a `CellError` is called where the process of the kernel ended.
DEAD = "DeadKernelError"


class CellError(RuntimeError):
    """A cell raised, or the kernel died (`DEAD`): the exception's class, and what it says."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


def notebooks_folder() -> Path:
    """Folder of the notebooks: in a checkout beside ``src/``, in an installed wheel inside the package."""
    package = Path(__file__).resolve().parent
    return next(filter(Path.is_dir, (package / "notebooks", package.parents[1] / "notebooks")))


def notebook_path(stage: str) -> Path:
    """File of a stage's notebook."""
    return notebooks_folder() / f"{stage}.ipynb"


def read_cells(path: Path) -> list[dict[str, Any]]:
    """Cells of a notebook, their source as one text."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def parameters(
    cells: Iterable[Mapping[str, Any]], values: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Names and values in the cells tagged ``parameters`` or ``injected-parameters``, or ValueError.

    They hold nothing else; ``settings.name`` is in `values`, or has its default.
    """
    tags, values = {"parameters", "injected-parameters"}, values or settings.defaults()
    tagged = [cell["source"] for cell in cells if tags & set(cell["metadata"].get("tags", []))]
    if not tagged:
        raise ValueError("no cell is tagged parameters")
    names: dict[str, object] = {}
    for statement in ast.parse("\n".join(tagged)).body:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            line = ast.unparse(statement)
            raise ValueError(f"the parameters cell holds more than names and values: {line}")
        name, value = statement.targets[0].id, statement.value
        if name != "settings":
            key = name.lower()
            names[name] = values[key] if ast.unparse(value) == f"settings.{key}" else ast.literal_eval(value)
    return names


def used_parameters(folder: Path = Path(), *, before: str) -> dict[str, dict[str, object]]:
    """Parameters, but no places, that the notebooks in a folder ran with, up to but without `before`."""
    used, chosen = {}, settings.load()._asdict()
    for path in [folder / f"{stage}.ipynb" for stage in STAGES if stage < before]:
        if path.is_file():
            values = parameters(read_cells(path), chosen)
            used[path.stem] = {k: v for k, v in values.items() if k not in ("ARTICLES", "OUT")}
    return used


class Kernel(AbstractContextManager):
    """A process that runs one notebook after the other, each in an empty namespace."""

    def __init__(self) -> None:
        self._client: Any = None
        # short, because it names the sockets of the kernel, whose paths may have about 100 characters
        short = "/tmp" if os.name == "posix" and Path("/tmp").is_dir() else None
        self._folder = tempfile.TemporaryDirectory(prefix="dl-", dir=short)

    def __exit__(self, *_: object) -> None:
        """End the process."""
        if self._client:
            asyncio.run(self._client._async_cleanup_kernel())
        self._folder.cleanup()

    def run(
        self, notebook: Any, *, folder: Path, env: Mapping[str, str] = {},  # noqa: ANN401
        progress: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        """Run a notebook, as `execute` does, and add its outputs to it."""
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, DeadKernelError

        client = NotebookClient(
            notebook, timeout=None, record_timing=False, store_widget_state=False,
            shutdown_kernel="immediate", resources={"metadata": {"path": str(folder)}},
            on_cell_executed=lambda **_: progress(),
        )  # fmt: skip
        try:
            asyncio.run(self._execute_cells(client, env))
        except DeadKernelError as error:
            raise CellError(DEAD, "the kernel was killed, most often for want of memory") from error
        except CellExecutionError as error:
            raise CellError(error.ename, error.evalue) from error

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Call a function of a module; its arguments are of paths, texts, numbers, and what holds them."""
        import nbformat

        lines = ["from pathlib import *", f"from {function.__module__} import {function.__name__} as call"]
        cell = nbformat.v4.new_code_cell("\n".join([*lines, f"call(*{arguments!r})"]))
        self.run(nbformat.v4.new_notebook(cells=[cell]), folder=Path())

    async def _execute_cells(self, client: Any, env: Mapping[str, str]) -> None:  # noqa: ANN401
        """Do what ``client.async_execute`` does, but leave Ctrl-C to asyncio, also while a kernel starts."""
        from nbclient.exceptions import DeadKernelError

        def stop_if_cancelled() -> None:  # where the user's Ctrl-C was caught by a library on its way
            if (task := asyncio.current_task()) and task.cancelling():
                raise asyncio.CancelledError from None

        before, self._client = self._client, None
        try:
            if before:
                client.km = before.km
            else:
                await self._start(client, env)
            await client.async_start_new_kernel_client()
            for index, cell in enumerate(client.nb.cells):
                await client.async_execute_cell(cell, index)
                stop_if_cancelled()
            process = psutil.Process(client.km.provisioner.pid)
            for code in (CLEAR, RELEASE):
                await client.kc.execute_interactive(code, silent=True)
                if process.memory_info().rss < MOST_HELD:
                    client.kc, self._client = client.kc.stop_channels(), client
                    break
        except DeadKernelError:
            stop_if_cancelled()  # nbclient takes any cancellation for the kernel's death
            raise
        finally:
            if not self._client:
                await client._async_cleanup_kernel()

    async def _start(self, client: Any, env: Mapping[str, str]) -> None:  # noqa: ANN401
        """Start the process; no start-up file or setting of the user reaches it."""
        private = self._folder.name
        if os.name != "nt":  # sockets in a private folder instead of open ports
            sockets = {"ip": f"{private}/kernel", "connection_file": f"{private}/kernel.json"}
            client.config.KernelManager.update(sockets, transport="ipc")
        command = [sys.executable, "-P", "-c", START, "-f", "{connection_file}"]
        client.create_kernel_manager().kernel_spec.argv = command
        variables = {"IPYTHONDIR": private, "JUPYTER_RUNTIME_DIR": private}
        await client.async_start_new_kernel(env=os.environ | variables | VARIABLES | dict(env))


def execute(
    source: Path, target: Path, *, folder: Path, values: Mapping[str, object] = {},
    env: Mapping[str, str] = {}, progress: Callable[[], object] = lambda: None, kernel: Kernel | None = None,
) -> None:  # fmt: skip
    """Run notebook `source` in a kernel of its own, or in `kernel`, and write it, with outputs, to `target`.

    Both may be the same file. Relative paths start in `folder`. `values` are parameters to set behind the
    parameters cell, `env` has variables to add; `progress` is called after each code cell. CellError means
    that a cell raised (`target` then holds the notebook as far as it came) or that the kernel died.
    """
    import nbformat

    notebook = nbformat.read(source, as_version=4)
    if values:
        tag, lines = "injected-parameters", [f"{name} = {value!r}" for name, value in values.items()]
        cell = nbformat.v4.new_code_cell("\n".join(lines), id=tag, metadata={"tags": [tag]})
        tagged = ["parameters" in cell.metadata.get("tags", []) for cell in notebook.cells]
        notebook.cells.insert(tagged.index(True) + 1, cell)
    failure = None
    try:
        with nullcontext(kernel) if kernel else Kernel() as kernel:
            kernel.run(notebook, folder=folder, env=env, progress=progress)
    except CellError as error:
        if error.name == DEAD:
            raise
        failure = error
    # nothing that differs between machines is written
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    tables.write_text(nbformat.writes(notebook) + "\n", target)
    if failure:
        raise failure


def finish(out: Path, parameters: Mapping[str, object], own_files: Mapping[str, str]) -> None:
    """Write what lists a run: manifest and index of figures."""
    from helpers import publish

    save_json(manifest(out, parameters=parameters, own_files=own_files), out / "manifest.json")
    publish.write_index(out)


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Keep other runs out of a folder, or raise SettingsError; the system frees it when the process ends."""
    with (out / ".lock").open("w") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            message = f"another run writes to {out}: wait until it ends, or choose another --out"
            raise settings.SettingsError(message) from error
        except OSError:
            pass  # a file system without locks
        yield


def sweep(out: Path) -> None:
    """Remove the unfinished files of a kernel that was killed as it wrote; see `tables.atomic`."""
    for path in [p for part in ("", "tables", "figures", "notebooks") for p in (out / part).glob(".*.part")]:
        if re.fullmatch(r"\..+\.\d+\.part", path.name) and path.is_file():
            path.unlink()


def code_key() -> str:
    """Fingerprint of Python, of what is installed, and of the code of helpers and engine."""
    source, packages = Path(__file__).parents[1], [Path(place).glob("*-info") for place in sys.path]
    code = [*(source / "helpers").rglob("*"), *(source / "dateline").rglob("*")]
    shas = {str(path): file_sha(path) for path in code if path.is_file() and path.suffix != ".pyc"}
    return digest(sys.version, sorted(path.name for paths in packages for path in paths), shas)


def input_key(folder: Path) -> str:
    """Fingerprint of every input file, and of the reader's own beside a single one, without the settings."""
    inputs = folder.rglob("*") if folder.is_dir() else [folder, *(folder.parent / n for n in tables.OWN)]
    paths = [path for path in inputs if path.is_file() and path.name != tables.SETTINGS]
    return digest({os.path.relpath(p, folder): os.access(p, os.R_OK) and file_sha(p) for p in paths})


def digest(*parts: object) -> str:
    """Fingerprint of anything that JSON can write."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


class Memory:
    """What the stages in an output folder were made from and what they wrote, or why not; ``stages.json``."""

    def __init__(self, out: Path, *, fresh: bool = False) -> None:
        self.out = out
        self.entries: dict[str, dict] = {}
        with suppress(FileNotFoundError, json.JSONDecodeError):
            self.entries = {} if fresh else json.loads((out / MEMORY).read_text(encoding="utf-8"))

    def key(self, stage: str, values: Mapping[str, object], *common: str) -> str:
        """Fingerprint of all that a stage depends on: notebook, parameters, what it reads, and `common`."""
        cells = read_cells(notebook_path(stage))
        used = {n: v for n, v in {**parameters(cells), **values}.items() if n != "ARTICLES"}
        paths = [self.out / "notebooks" / path for path in map(str, used.values()) if path]
        earlier = {name: entry for name, entry in self.entries.items() if name < stage}
        names = READS.get(stage, "").split()
        wanted = {f"tables/{name if '.' in name else name + '.parquet'}" for name in names}
        read = {
            file: sha for name, entry in earlier.items() for file, sha in entry["files"].items()
            if file in wanted or (name == STAGES[0] and file.endswith(".parquet"))
        }  # fmt: skip
        own = [file_sha(path) for path in paths if os.path.isfile(path)]  # noqa: PTH113  (a text may be no path)
        sources, reads = [cell["source"] for cell in cells], read if stage in READS else earlier
        return digest(sources, used, own, reads, common)

    def is_done(self, stage: str, key: str) -> bool:
        """Whether a stage was made from the same things and its files are still as it wrote them."""
        entry = self.entries.get(stage, {"key": "", "files": {}})
        files = [(self.out / name, sha) for name, sha in entry["files"].items()]
        return "" != entry["key"] == key and all(p.is_file() and file_sha(p) == sha for p, sha in files)

    def renew(self, name: str, key: str, kernel: Kernel, work: Callable, *arguments: object) -> None:
        """Let a kernel do `work` that no notebook does, where what it is made of has changed."""
        if not self.is_done(name, key):
            with self.stage(name, key):
                kernel.call(work, *arguments)

    @contextmanager
    def stage(self, stage: str, key: str) -> Iterator[None]:
        """Forget a stage before it runs; note what it wrote, or why it failed: nothing old is left then."""
        old = self.entries.pop(stage, {}).get("files", {})
        for name in old:
            if name.startswith("figures/"):  # it may not draw this one again
                (self.out / name).unlink(missing_ok=True)
        save_json(self.entries, self.out / MEMORY)
        before, failure = self._stamps(), {}
        try:
            yield
        except CellError as error:
            key, failure = "", {"failed": str(error)}
            for name, stamp in self._stamps().items():
                if name in old and before.get(name) == stamp:
                    (self.out / name).unlink()
            raise
        finally:
            sweep(self.out)
            if failure or not sys.exception():
                written = {name for name, stamp in self._stamps().items() if before.get(name) != stamp}
                shas = {name: file_sha(self.out / name) for name in sorted(written)}
                self.entries[stage] = {"key": key, "files": shas} | failure
                save_json(self.entries, self.out / MEMORY)

    def _stamps(self) -> dict[str, int]:
        """Modification time of every result file."""
        paths = [p for part in ("tables", "figures", "notebooks") for p in (self.out / part).glob("*")]
        paths += [p for name in ("*.html", "tables.xlsx", "manifest.json") for p in self.out.glob(name)]
        return {p.relative_to(self.out).as_posix(): p.stat().st_mtime_ns for p in paths if p.name[0] != "."}


def failures(out: Path) -> dict[str, str]:
    """Why stages of the last run failed, by stage, without the appendix."""
    entries = sorted(Memory(out).entries.items())
    return {stage: entry["failed"] for stage, entry in entries if "failed" in entry and stage != APPENDIX}


def save_json(value: Mapping, path: Path) -> None:
    """Write json, whole or not at all."""
    tables.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", path)


def file_sha(path: Path) -> str:
    """Fingerprint of a file, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_versions() -> dict[str, str]:
    """Versions of Dateline, Python and the packages that Dateline names as its dependencies."""
    lines = importlib.metadata.requires("dateline-notebooks") or []
    names = sorted(re.split(r"[^\w.-]", line)[0] for line in lines if "extra ==" not in line)
    own = {"dateline": __version__, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    return own | {name: importlib.metadata.version(name) for name in names}


def day_of_run(out: Path) -> str:
    """Day after which a date was doubted when the articles in `out` were last read; "" if it is not known."""
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads((out / "manifest.json").read_text(encoding="utf-8"))["parameters"]["TODAY"])
    return ""


def input_hash(articles: pd.DataFrame) -> str:
    """Fingerprint of the articles, whatever their files are called."""
    return hashlib.sha256("".join(sorted(articles["sha256"])).encode()).hexdigest()


def manifest(out: Path, *, parameters: Mapping[str, object], own_files: Mapping[str, str]) -> dict[str, Any]:
    """List what a run read and wrote, with fingerprints; the same for the same input on any machine."""
    import pyarrow.parquet as pq

    from helpers import publish

    paths = sorted((out / "tables").glob("*.parquet"))
    written = {p.stem: {"rows": pq.read_metadata(p).num_rows, "sha256": file_sha(p)} for p in paths}
    figures = {}
    for path in publish.published_figures(out):
        words = publish.read_words(path)
        files = [path.with_suffix(suffix) for suffix in (".png", ".svg", ".csv")]
        sha = {file.suffix[1:]: file_sha(file) for file in files if file.exists()}
        figures[path.stem] = {"title": words.title, "caption": words.caption, "alt": words.alt, "sha256": sha}
    articles = tables.read(out, "articles", columns=["sha256"])
    return {
        "input": {"sha256": input_hash(articles), "articles": len(articles)},
        "parameters": dict(parameters),
        "own": dict(own_files),
        "notebooks": used_parameters(out / "notebooks", before="9"),
        "packages": package_versions(),
        "tables": written,
        "figures": figures,
    }
