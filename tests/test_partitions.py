"""The same tables in one process, in ten parts on a pool of processes and in three on a Dask cluster."""

import json
import os
import shutil
import signal
import sys
import threading
import time
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest

from dateline import partitions, population, tables
from dateline.entities import mentions, speakers
from dateline.ingest import articles as ingest
from dateline.ingest import duplicates
from dateline.timeline import event_days
from dateline.tone import targets, vader

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "articles"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Some 600 articles: the sample's files, and rows of a table made of their sentences."""
    folder, random = tmp_path_factory.mktemp("articles") / "in", np.random.default_rng(0)
    shutil.copytree(SAMPLE, folder)
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(SAMPLE.rglob("*.txt"))]
    pieces = sorted({" ".join(piece.split()) for text in texts for piece in text.split(". ")})
    rows = []
    for i in range(530):
        drawn = [". ".join(random.choice(pieces, 3)) for _ in range(3)]
        drawn = rows[-1]["text"].split("\n\n")[:-1] if i % 9 == 8 else drawn  # a copy
        footer = f"Desk of the paper number {i % 7}, room 4" if i % 2 else "Share this article"
        day = "" if i % 5 == 4 else f"2024-0{1 + i % 9}-{1 + i % 28:02}"
        row = {"title": drawn[0][:40], "date": day, "outlet": f"Paper {i % 7}"}
        rows.append(row | {"text": "\n\n".join([*drawn, footer])})
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "more.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "overrides.csv").write_text(
        "article_id,action,value\nmore.jsonl#3,title,Another\n", encoding="utf-8"
    )
    return folder


def analyse(folder, out, pool):
    """Bytes of all tables that are made part by part, and what is not a table as it is."""
    read = ingest.read_articles(folder, today="2026-01-01", pool=pool)
    sentences, words = partitions.apply(ingest.cut_sentences, read.articles, pool=pool)
    articles = duplicates.mark_duplicates(read.articles, sentences, words, pool=pool)
    ingest.write_corpus(read._replace(articles=articles), sentences, words, out)
    counted = population.counted_articles(articles, copies=True)
    dates = partitions.apply(event_days.find_event_dates, counted, sentences, words, pool=pool)
    named = mentions.find_mentions(articles, sentences, words, pool=pool).mentions
    said = partitions.apply(speakers.find_speakers, named, sentences, pool=pool)
    choices = {"pool": pool, "events": ["war", "attack"]}
    scored = partitions.apply(vader.score_sentences, articles, sentences, **choices)
    aimed = targets.score_targets(scored, sentences, named, most=40, pool=pool)
    tables.write_all(out, event_dates=dates, mentions=named, sentiment=scored.table, targets=aimed)
    weights = scored.hits.assign(text=scored.words.text_of(scored.hits["place"]))
    for name, table in {"said": said, "weights": weights}.items():
        tables.save(table, out / "tables" / f"{name}.parquet")
    assert len(said) > 50 < len(dates)
    return {path.name: path.read_bytes() for path in sorted((out / "tables").iterdir())}


@pytest.fixture(scope="module")
def expected(folder, tmp_path_factory):
    return analyse(folder, tmp_path_factory.mktemp("whole"), partitions.ALONE)


def killed_soon(find_process, ended):
    """A thread that kills the process that a function finds, as soon as it has worked for a moment."""

    def watch():
        while not (number := find_process()):
            time.sleep(0.01)
        time.sleep(0.5)
        os.kill(number, signal.SIGKILL)
        ended.append(number)

    threading.Thread(target=watch, daemon=True).start()


@POSIX
def test_processes_one_of_which_is_killed_change_no_byte(folder, expected, tmp_path):
    ended = []
    with partitions.open_pool("2", n_parts=10) as pool:
        killed_soon(lambda: next((worker.pid for worker in pool._workers.values()), 0), ended)
        assert analyse(folder, tmp_path, pool) == expected
    assert ended and not [path for path in tmp_path.rglob(".*") if path.is_file()]


@POSIX
def test_a_cluster_one_of_whose_workers_is_killed_changes_no_byte(folder, expected, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    ended = []
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with cluster, partitions.open_pool(cluster.scheduler_address, n_parts=3) as pool:
        killed_soon(lambda: cluster.workers[0].process.pid, ended)
        assert analyse(folder, tmp_path, pool) == expected
    assert ended


def test_a_part_is_tried_again_and_not_for_ever(tmp_path):
    first = f"open({str(tmp_path / 'x')!r}, 'x')"  # fails where it has been made
    kill = "__import__('os').kill(__import__('os').getpid(), 9)"
    with partitions.open_pool("2") as pool:
        tried = f"{first} and {kill} if not __import__('os').path.exists({str(tmp_path / 'x')!r}) else 7"
        assert pool.map(eval, [tried, "8"]) == [7, 8]
        with pytest.raises(ChildProcessError, match="for want of memory"):
            pool.map(eval, [kill, "8"])


@POSIX
def test_a_worker_that_is_killed_between_two_steps_is_replaced():
    with partitions.open_pool("2") as pool:
        assert pool.map(eval, ["1", "2"]) == [1, 2]
        first, second = pool._workers.values()
        first.kill()
        first.join()
        assert pool.map(eval, ["3", "4"]) == [3, 4]
        assert first not in pool._workers.values() and second in pool._workers.values()


def test_what_a_part_raises_is_raised_with_its_place_and_the_workers_go_on():
    with partitions.open_pool("2") as pool:
        with pytest.raises(ZeroDivisionError) as error:
            pool.map(eval, ["1 / 0", "2", "3"])
        assert "<string>" in "".join(error.value.__notes__)
        assert pool.map(eval, ["4", "5", "6"]) == [4, 5, 6]


def test_an_empty_variable_is_no_address(monkeypatch):
    monkeypatch.setenv(partitions.VARIABLE, "")
    assert type(partitions.open_pool()) is partitions.Pool


@pytest.mark.parametrize("workers", ["0", "00", "-1", "1.5", "four", "tcp", "²"])
def test_what_names_no_workers_is_refused(workers):
    with pytest.raises(tables.OwnFileError, match=f"'{workers}' names no workers: take a number from 1 on"):
        partitions.open_pool(workers)


def test_workers_without_dateline_and_no_workers_are_said_in_a_line(monkeypatch):
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

    def absent(name):
        raise PackageNotFoundError(name)

    for n_workers, said in (
        (0, "has no workers: `dask worker`"),
        (1, "No package metadata .*: `dask worker`"),
    ):
        local = distributed.LocalCluster(n_workers=n_workers, processes=False, dashboard_address=None)
        with local as cluster, monkeypatch.context() as patch:
            patch.setattr(partitions, "version", lambda name: absent(name) if in_worker() else "1")
            with pytest.raises(tables.OwnFileError, match=said):
                partitions.open_pool(cluster.scheduler_address)


def in_worker():
    return threading.current_thread() is not threading.main_thread()


def test_small_corpora_and_one_process_are_not_cut():
    assert [partitions.open_pool("1").count_parts(n) for n in (0, 5000, 100_000)] == [1, 1, 20]
    assert [partitions.ProcessPool(n_workers=4).count_parts(n) for n in (0, 5, 99, 150, 2000, 3001)] == [
        1,
        1,
        1,
        3,
        4,
        7,
    ]


def test_a_scheduler_that_is_not_there_is_said_in_a_line():
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with pytest.raises(tables.OwnFileError, match="no Dask scheduler answers at tcp"):
        partitions.open_pool("tcp://127.0.0.1:9")
