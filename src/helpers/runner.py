"""Execute a notebook with parameters, whole or not at all, to the same bytes each time."""

import ast
import asyncio
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode

from dateline import tables
from helpers import settings

if TYPE_CHECKING:
    from nbclient import NotebookClient

# What stays of a notebook's metadata: the rest names the machine it ran on.
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class CellError(RuntimeError):
    """A cell raised.

    Attributes
    ----------
    name
        Class name of the exception in the notebook.
    message
        Its message.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


def parameters(notebook: NotebookNode) -> dict[str, object]:
    """Names and default values in the cell tagged ``parameters``.

    Raises
    ------
    ValueError
        If there is no such cell, or it holds anything but names set to literals.
    """
    return assigned(_tagged(notebook).source)


def assigned(source: str, values: Mapping[str, object] | None = None) -> dict[str, object]:
    """Names and values that a parameters cell sets, ``settings.name`` being a default or one of `values`."""
    known = {**settings.defaults(), **(values or {})}
    parameters: dict[str, object] = {}
    for statement in ast.parse(source).body:
        if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
            raise ValueError(
                f"the parameters cell holds more than names and values: {ast.unparse(statement)}"
            )
        name, value = statement.targets[0].id, statement.value
        if name == "settings":
            continue
        setting = isinstance(value, ast.Attribute) and ast.unparse(value) == f"settings.{name.lower()}"
        parameters[name] = known[name.lower()] if setting else ast.literal_eval(value)
    return parameters


def _tagged(notebook: NotebookNode) -> NotebookNode:
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            return cell
    raise ValueError("no cell is tagged parameters")


def execute(
    source: Path,
    target: Path,
    *,
    folder: Path,
    values: Mapping[str, object] | None = None,
    env: Mapping[str, str] | None = None,
    progress: Callable[[], object] = lambda: None,
) -> None:
    """Run notebook `source` in a fresh kernel and write it, with outputs, to `target`.

    Parameters
    ----------
    source, target
        Notebook files; they may be the same.
    folder
        Working directory of the kernel: relative paths in the parameters start there.
    values
        Parameters to change, set in a cell behind the parameters cell.
    env
        Environment variables to add for the kernel.
    progress
        Called after each code cell.

    Raises
    ------
    CellError
        If a cell raised; `target` then holds the notebook as far as it came, with the traceback. Or if the
        kernel died.
    KeyboardInterrupt
        If the user stopped it.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError
    from traitlets.config import Config

    notebook = nbformat.read(source, as_version=4)
    if values:
        _inject(notebook, values)
    # Short, because it names the sockets of the kernel, whose paths may have about 100 characters.
    short = "/tmp" if os.name == "posix" and Path("/tmp").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="dl-", dir=short) as private:
        client = NotebookClient(
            notebook,
            timeout=None,
            record_timing=False,
            store_widget_state=False,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
            on_cell_executed=lambda **_: progress(),
            config=Config({"KernelManager": _connection(private)}),
        )
        try:
            asyncio.run(_execute_cells(client, _environment(private, env or {})))
        except DeadKernelError as error:
            raise CellError(
                "DeadKernelError", "the kernel was killed, most often for want of memory"
            ) from error
        except CellExecutionError as error:
            write(notebook, target)
            raise CellError(error.ename, error.evalue) from error
    write(notebook, target)


async def _execute_cells(client: "NotebookClient", env: Mapping[str, str]) -> None:
    """Do what ``client.async_execute`` does, but leave Ctrl-C to asyncio, also while the kernel starts."""
    from nbclient.exceptions import DeadKernelError

    client.create_kernel_manager()
    try:
        await client.async_start_new_kernel(env=env)
        await client.async_start_new_kernel_client()
        for index, cell in enumerate(client.nb.cells):
            await client.async_execute_cell(cell, index)
            _stop_if_asked()
    except DeadKernelError:
        _stop_if_asked()  # nbclient takes any cancellation for the kernel's death
        raise
    finally:
        await client._async_cleanup_kernel()


def _stop_if_asked() -> None:
    """Cancel again where the user's Ctrl-C was caught by a library on its way."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError from None


def _inject(notebook: NotebookNode, values: Mapping[str, object]) -> None:
    """Set `values` in a new cell behind the parameters cell."""
    lines = [f"{name} = {value!r}" for name, value in values.items()]
    cell = nbformat.v4.new_code_cell(
        "\n".join(lines), id="injected-parameters", metadata={"tags": ["injected-parameters"]}
    )
    notebook.cells.insert(notebook.cells.index(_tagged(notebook)) + 1, cell)


def _connection(private: str) -> dict[str, str]:
    """Give the kernel sockets in a private folder instead of open ports; Windows has none."""
    if os.name == "nt":
        return {"transport": "tcp"}
    return {
        "transport": "ipc",
        "ip": f"{private}/kernel",
        "connection_file": f"{private}/kernel.json",
    }


def _environment(private: str, extra: Mapping[str, str]) -> dict[str, str]:
    """Environment of a kernel that no start-up file or setting of the user reaches."""
    return {
        **os.environ,
        "IPYTHONDIR": private,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": private,
        "MPLBACKEND": "agg",
        # Small matrices: a second thread mostly waits, and burns a core while it does.
        "OPENBLAS_NUM_THREADS": "1",
        **extra,
    }


def write(notebook: NotebookNode, target: Path) -> None:
    """Write a notebook without anything that differs between machines."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tables.atomic(target) as temporary:
        temporary.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def place() -> Path:
    """Folder of the notebooks: in a checkout beside ``src/``, in an installed wheel inside the package."""
    here = Path(__file__).resolve().parent
    inside = here / "notebooks"
    return inside if inside.is_dir() else here.parents[1] / "notebooks"
