"""The work in parts of the articles: in this process, on a pool of processes, or on a Dask cluster.

A step that looks at one article at a time is a function of tables: of the rows for some articles at a time,
joined again (`apply`). Where a part is computed changes no row and no byte.
"""

import math
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, suppress
from functools import partial
from importlib.metadata import version
from itertools import chain, pairwise
from multiprocessing.connection import wait as wait_for
from typing import Any

import numpy as np
import pandas as pd

from dateline import tables
from dateline.tokens import Tokens

# The articles of a part: of more a worker needs too much memory, for fewer than the least it is not worth it.
MOST, LEAST = 500, 50
# How often a part is tried whose worker ends: killed for want of memory, say.
TRIES = 4
# Names how many processes, or the address of a Dask scheduler ("tcp://..."), where `open_pool` is not told.
VARIABLE, PACKAGE = "DATELINE_WORKERS", "dateline-notebooks"


class Pool(AbstractContextManager):
    """No workers: all is done in this process. Also what the other pools have in common."""

    def __init__(self, *, n_workers: int = 1, n_parts: int | None = None) -> None:
        self.n_workers, self._n_parts = n_workers, n_parts

    def __exit__(self, *_: object) -> None:
        """End the workers."""

    def count_parts(self, n: int) -> int:
        """Say in how many parts n articles are worked on."""
        if self._n_parts:
            return min(self._n_parts, max(n, 1))
        return 1 if self.n_workers == 1 else max(min(max(self.n_workers, math.ceil(n / MOST)), n // LEAST), 1)

    def map(self, function: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
        """Call a function of a module for each row of arguments, wherever it is; results in order."""
        return list(map(function, *columns))

    def each(self, function: Callable[..., Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Call a function with each row of arguments, by name, a part of the rows at a time."""
        edges = part_edges(len(rows), self.count_parts(len(rows)))
        parts = [rows[first:last] for first, last in pairwise(edges)]
        return list(chain(*self.map(partial(_each, function), parts)))


def _each(function: Callable[..., Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [function(**row) for row in rows]


class ProcessPool(Pool):
    """Processes of this machine. A part whose worker is killed is computed again by another one."""

    _executor: ProcessPoolExecutor | None = None

    def map(self, function: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
        """Do what `Pool.map` does."""
        rows, results = list(zip(*columns, strict=True)), dict[int, Any]()
        if len(rows) == 1:
            return [function(*rows[0])]
        for _ in range(TRIES):
            self._executor = self._executor or _start(self.n_workers, function)
            left = [i for i in range(len(rows)) if i not in results]
            futures = dict[int, Future[Any]]()
            with suppress(BrokenProcessPool):  # a worker was killed while it had no part, or just now
                for i in left:
                    futures[i] = self._executor.submit(function, *rows[i])
            wait(futures.values())
            whole = (i for i, part in futures.items() if not isinstance(part.exception(), BrokenProcessPool))
            results |= {i: futures[i].result() for i in whole}
            if len(results) == len(rows):
                return [results[i] for i in range(len(rows))]
            self.__exit__()
        raise BrokenProcessPool(f"a worker was killed {TRIES} times, most often for want of memory")

    def __exit__(self, *_: object) -> None:
        """Do what `Pool.__exit__` does; they begin again when they are needed."""
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
        self._executor = None


def _start(n_workers: int, function: Any) -> ProcessPoolExecutor:  # noqa: ANN401
    """Start workers, where that can be from one process that has imported the module of their work."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    while isinstance(function, partial):
        function = (*function.args, function.func)[0]
    context.set_forkserver_preload([function.__module__])
    return ProcessPoolExecutor(n_workers, context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Let a worker end when the process that waits for it is killed."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=lambda: (wait_for([parent.sentinel]), os._exit(1)), daemon=True).start()


class ClusterPool(Pool):
    """The workers of a Dask scheduler; what a lost worker had, the scheduler hands to another one."""

    def __init__(self, address: str, *, n_parts: int | None = None) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise tables.OwnFileError(f"a cluster needs Dask: pip install '{PACKAGE}[cluster]'") from error
        try:
            self._client = Client(address, timeout="5s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise tables.OwnFileError(f"no Dask scheduler answers at {address}: start one first") from error
        # of a worker without Dateline the answer is the error that says so
        versions = [*map(str, self._client.run(version, PACKAGE, on_error="return").values())]
        if set(versions) != {version(PACKAGE)}:
            self.__exit__()
            found = f"workers of {sorted(set(versions))}" if versions else "no workers"
            wanted = f"`dask worker` has to run where Dateline is {version(PACKAGE)}, as here"
            raise tables.OwnFileError(f"{address} has {found}: {wanted}")
        super().__init__(n_workers=len(versions), n_parts=n_parts)

    def map(self, function: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
        """Do what `Pool.map` does."""
        rows = zip(*columns, strict=True)
        futures = [self._client.submit(function, *row, pure=False, retries=TRIES) for row in rows]
        return self._client.gather(futures)

    def __exit__(self, *_: object) -> None:
        """Leave the cluster as it is."""
        self._client.close()


ALONE = Pool()


def open_pool(workers: str | None = None, *, n_parts: int | None = None) -> Pool:
    """Give so many processes, or the workers of a Dask scheduler at an address; 1 is this process alone.

    Without `workers` it is what the environment variable ``DATELINE_WORKERS`` says.
    """
    workers = workers or os.environ.get(VARIABLE) or "1"
    if not workers.isdecimal():
        return ClusterPool(workers, n_parts=n_parts)
    return (ProcessPool if int(workers) > 1 else Pool)(n_workers=int(workers), n_parts=n_parts)


def apply(function: Callable[..., Any], *frames: Any, pool: Pool, **choices: object) -> Any:  # noqa: ANN401
    """Call a function that looks at one article at a time on parts of tables; join the results in order.

    `function` is of a module, and makes of tables one or several, or what has a function `join`; `choices`
    are more arguments. `frames` have the column ``article_id``: the first says which articles there are, and
    in which order. Tokens are of the texts of the table before them.
    """
    n = frames[0]["article_id"].nunique()
    if (n_parts := pool.count_parts(n)) == 1:
        return function(*frames, **choices)
    return join(pool.map(partial(function, **choices), *zip(*split(frames, n_parts), strict=True)))


def split(frames: Sequence[Any], n_parts: int) -> Iterator[list[Any]]:
    """Give each part's rows of tables, see `apply`; rows of an article stay together, and in their order."""
    names, columns = pd.Index(frames[0]["article_id"].unique()), []
    edges = part_edges(len(names), n_parts)
    for frame in frames:
        if not isinstance(frame, Tokens):
            number = names.get_indexer(frame["article_id"])
            order = np.argsort(number, kind="stable")
            bounds = np.searchsorted(number[order], edges)
        columns.append((frame, order, bounds))
    for part in range(n_parts):
        rows = [order[bounds[part] : bounds[part + 1]] for _, order, bounds in columns]
        yield [_take(frame, places) for (frame, *_), places in zip(columns, rows, strict=True)]


def part_edges(n: int, n_parts: int) -> list[int]:
    """Say where parts of about the same size begin, and where the last one ends."""
    return [n * part // n_parts for part in range(n_parts + 1)]


def _take(frame: pd.DataFrame | Tokens, rows: np.ndarray) -> pd.DataFrame | Tokens:
    """Take rows, with the categories that stand in them only: all would be sent to each worker."""
    if isinstance(frame, Tokens):
        return frame.take(rows)
    part = frame.iloc[rows].reset_index(drop=True)
    return part.assign(**{x: part[x].cat.remove_unused_categories() for x in part.select_dtypes("category")})


def join(results: Sequence[Any]) -> Any:  # noqa: ANN401
    """Join tables, tokens, or tuples of them."""
    first = results[0]
    if isinstance(first, pd.DataFrame):
        return pd.concat([part for part in results if len(part)] or [first], ignore_index=True)
    if hasattr(first, "join"):
        return first.join(results)
    return tuple(join(column) for column in zip(*results, strict=True))
