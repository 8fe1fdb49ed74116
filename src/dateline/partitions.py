"""The work in parts of the articles: in this process, on a pool of processes, or on a Dask cluster.

A step that looks at one article at a time is a function of tables: of the rows for some articles at a time,
joined again (`apply`). Where a part is computed changes no row and no byte.
"""

import math
import multiprocessing
import os
import re
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import partial
from importlib.metadata import version
from itertools import chain, pairwise
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np
import pandas as pd

from dateline import tables
from dateline.tokens import Tokens

# The articles of a part: more need too much memory at a time, fewer than the least are not worth a worker.
MOST, MOST_ALONE, LEAST = 500, 5000, 50
# How often a part is tried whose worker ends: killed for want of memory, say.
TRIES, KILLED = 4, "a worker was killed again and again, most often for want of memory: take fewer workers"
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
        size = MOST_ALONE if self.n_workers == 1 else MOST
        return max(min(max(self.n_workers, math.ceil(n / size)), n // LEAST), 1)

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

    # `concurrent.futures` of Python 3.11 may wait for ever where a worker is killed while another one starts
    def __init__(self, *, n_workers: int, n_parts: int | None = None) -> None:
        super().__init__(n_workers=n_workers, n_parts=n_parts)
        self._workers = dict[Connection, BaseProcess]()

    def map(self, function: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
        """Do what `Pool.map` does."""
        rows, results = [*zip(*columns, strict=True)], dict[int, Any]()
        if len(rows) == 1:
            return [function(*rows[0])]
        left, tries, busy = [*range(len(rows))], Counter[int](), dict[Connection, int]()
        try:
            while left or busy:
                while left and len(busy) < self.n_workers:
                    line = next(iter(self._workers.keys() - busy), None) or self._start(function)
                    busy[line] = left.pop(0)
                    with suppress(OSError):  # its worker was killed while it had no part: seen below
                        line.send((function, rows[busy[line]]))
                for line in busy.keys() & wait([*busy]):
                    part = busy.pop(line)
                    try:
                        results[part], error = line.recv()
                    except (EOFError, OSError):  # its worker was killed
                        self._end(line)
                        left, tries[part] = [part, *left], tries[part] + 1
                        error = ChildProcessError(KILLED) if tries[part] == TRIES else None
                    if error:
                        raise error
        finally:
            for line in busy:
                self._end(line)
        return [results[part] for part in range(len(rows))]

    def _start(self, function: Any) -> Connection:  # noqa: ANN401
        """Start a worker, where that can be from one process that has imported the module of its work."""
        methods = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
        while isinstance(function, partial):
            function = (*function.args, function.func)[0]
        context.set_forkserver_preload([function.__module__])
        line, other_end = context.Pipe()
        self._workers[line] = context.Process(target=_work, args=(other_end,), daemon=True)
        self._workers[line].start()
        other_end.close()
        return line

    def _end(self, line: Connection) -> None:
        self._workers[line].kill()
        self._workers.pop(line).join()
        line.close()

    def __exit__(self, *_: object) -> None:
        """Do what `Pool.__exit__` does; they begin again when they are needed."""
        for line in [*self._workers]:
            self._end(line)


def _work(line: Connection) -> None:
    """Do what comes in, until the process at the other end of the line closes it, or is killed."""
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            function, row = line.recv()
            try:
                line.send((function(*row), None))
            except Exception as error:
                error.add_note(traceback.format_exc())
                line.send((None, error))


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
            workers = f"workers of {sorted(set(versions))}" if versions else "no workers"
            advice = f"`dask worker` has to run where Dateline is {version(PACKAGE)}, as here"
            raise tables.OwnFileError(f"{address} has {workers}: {advice}")
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


def check_workers(workers: str) -> str:
    """Return what `open_pool` takes; else say in an `OwnFileError` that it names no workers."""
    if not re.fullmatch(r"0*[1-9][0-9]*|\S+:\S+", workers):
        hint = "take a number from 1 on, or the address of a Dask scheduler (tcp://...)"
        raise tables.OwnFileError(f"{workers!r} names no workers: {hint}")
    return workers


def open_pool(workers: str | None = None, *, n_parts: int | None = None) -> Pool:
    """Give so many processes, or the workers of a Dask scheduler at an address; 1 is this process alone.

    Without `workers` it is what the environment variable ``DATELINE_WORKERS`` says.
    """
    workers = check_workers(workers or os.environ.get(VARIABLE) or "1")
    if not workers.isdecimal():
        return ClusterPool(workers, n_parts=n_parts)
    return (ProcessPool if int(workers) > 1 else Pool)(n_workers=int(workers), n_parts=n_parts)


def apply(function: Callable[..., Any], *frames: Any, pool: Pool, **choices: object) -> Any:  # noqa: ANN401
    """Call a function that looks at one article at a time on parts of tables; join the results in order.

    `function` is of a module, and makes of tables tables, or what has a function `join`. `frames` have
    the column ``article_id``, the first in the order of articles; tokens are of the table before them.
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
        parts = [part for part in results if len(part)] or [first]
        for column in first.select_dtypes("category"):
            labels = pd.Index(
                sorted({*chain(*(part[column].cat.categories for part in parts))}), dtype=object
            )
            parts = [part.assign(**{column: part[column].cat.set_categories(labels)}) for part in parts]
        return pd.concat(parts, ignore_index=True)
    if hasattr(first, "join"):
        return first.join(results)
    return tuple(join(column) for column in zip(*results, strict=True))
