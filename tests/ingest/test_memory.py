"""A grown folder: only what is new is read, and the result is that of a fresh run."""

import json
import os
import subprocess
import sys
import textwrap
import time

import pandas as pd
import pytest

from dateline import tables
from dateline.ingest import ingest, memory, reading
from dateline.text import clean
from helpers import __main__ as command

WORDS = ["harbour", "ferry", "captain", "winter", "cheese", "bridge", "river", "orchard", "museum", "tram"]


def article(i):
    return " ".join(
        f"The {WORDS[(i + j) % 10]} number {i} stood near the {WORDS[(3 * i + j) % 10]} of {WORDS[i % 7]}."
        for j in range(6)
    )


def page(i):
    head = f'<head><meta property="og:title" content="Page {i}"></head>'
    body = f"<p>{article(i)}</p><p>Report by the paper's own staff</p>"
    return f'<html>{head}<body><nav><a href="/">Home</a></nav><article>{body}</article></body></html>'


def corpus(start, stop):
    """Files of all kinds, in which lines recur, dates are ambiguous by themselves, and encodings differ."""
    files = {}
    for i in range(start, stop):
        files[f"courier/{i}.txt"] = (
            f"date 0{i % 9 + 1}/05/2024 Title {i}\n\n{article(i)}\n\nThe desk, room {i}"
        )
        files[f"lantern/{i}.html"] = page(i + 100)
        files[f"harbour/{i}.csv"] = f'date,text\n0{i % 9 + 1}/06/2024,"{article(i + 200)} Zürich."\n'
        files[f"orna/{i}.txt"] = (
            f"{article(i + 300)} Itâ€™s over.\n\nORNA{10 + i % 9}092024000219EN ID2207981"
        )
    return files


def put(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            data if isinstance(data, bytes) else data.encode("cp1252" if "csv" in name else "utf-8")
        )
    return folder


def same(one, other):
    for a, b in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(a, b)


@pytest.fixture
def cleaned(monkeypatch):
    """Texts that were cleaned, one for each call."""
    texts = []

    def counting(raw, **options):
        texts.append(raw)
        return clean_(raw, **options)

    clean_ = clean.clean
    monkeypatch.setattr(reading.clean, "clean", counting)
    return texts


class TestGrownFolder:
    def test_only_new_files_are_read(self, tmp_path, cleaned):
        cache = tmp_path / "cache.sqlite"
        folder = put(tmp_path / "in", {f"{i}.txt": article(i) for i in range(6)})
        ingest.read(folder, cache=cache)
        assert len(cleaned) == 6
        put(folder, {"7.txt": article(7), "moved/1.txt": article(1)})
        (folder / "0.txt").write_text(article(0) + " One more.")
        cleaned.clear()
        grown = ingest.read(folder, cache=cache)
        assert sorted(cleaned) == sorted([article(7), article(0) + " One more."])
        cleaned.clear()
        same(ingest.read(folder, cache=cache), grown)
        assert not cleaned
        same(ingest.read(folder), grown)

    def test_only_new_lines_of_a_table_are_read(self, tmp_path, cleaned):
        lines = [json.dumps({"text": article(i)}) for i in range(5)]
        folder = put(tmp_path / "in", {"a.jsonl": "\n".join(lines[:3])})
        ingest.read(folder, cache=tmp_path / "c")
        cleaned.clear()
        put(folder, {"a.jsonl": "\n".join(lines)})
        ingest.read(folder, cache=tmp_path / "c")
        assert set(cleaned) == {article(3), article(4)} and len(cleaned) == 2

    def test_what_the_corpus_tells_is_told_anew(self, tmp_path):
        cache, folder = tmp_path / "c", put(tmp_path / "in", corpus(0, 2))
        before = ingest.read(folder, cache=cache)
        assert before.articles["text"].str.contains("The desk, room").any()
        # with one more a line recurs, and a day over 12 settles all dates of its outlet and its wire
        late = {"courier/z.txt": f"date 25/05/2024 Late\n\n{article(50)}", "orna/z.txt": "x"}
        late["orna/z.txt"] = f"{article(60)}\n\nORNA25092024000219EN ID2207981"
        put(folder, corpus(2, 4) | late)
        grown = ingest.read(folder, cache=cache)
        same(grown, ingest.read(folder))
        assert not grown.articles["text"].str.contains("The desk, room|own staff").any()
        named = grown.articles.set_index("article_id")["published"]
        assert (
            f"{named['courier/0.txt']:%Y-%m-%d}" == "2024-05-01" and before.articles["published"].isna().any()
        )

    def test_other_rules_and_overrides_are_other_results(self, tmp_path):
        cache = tmp_path / "c"
        folder = put(
            tmp_path / "in", {"a.txt": f"{article(1)}\n{article(2)}\nComments are closed.", **corpus(0, 3)}
        )
        ingest.read(folder, cache=cache)
        fewer = {name: rule for name, rule in clean.RULES.items() if name != "comments"}
        same(ingest.read(folder, rules=fewer, cache=cache), ingest.read(folder, rules=fewer))
        own = clean.Rule(
            "line", lambda line: line == article(1), "a rule of the caller's own is not remembered"
        )
        read = ingest.read(folder, rules={**clean.RULES, "own": own}, cache=cache)
        assert "own" in set(read.removed["rule"]) and "own" not in set(
            ingest.read(folder, cache=cache).removed["rule"]
        )
        (folder / "overrides.csv").write_text("article_id,action,value\na.txt,title,Mine\norna,drop,\n")
        same(ingest.read(folder, cache=cache), ingest.read(folder))

    def test_what_no_run_needs_any_more_is_forgotten(self, tmp_path):
        cache, folder = tmp_path / "c", put(tmp_path / "in", corpus(0, 2))
        ingest.read(folder, cache=cache)
        for path in folder.rglob("*.html"):
            path.unlink()
        ingest.read(folder, cache=cache)
        with memory.Memory(cache) as kept:
            rows = kept._file.execute("SELECT count(*) FROM results").fetchone()[0]
        assert 6 <= rows <= 6 * 4


class TestFile:
    @pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\x00" + bytes(200), b""])
    def test_a_damaged_file_is_made_anew(self, tmp_path, damage):
        cache, folder = tmp_path / "c", put(tmp_path / "in", corpus(0, 1))
        cache.write_bytes(damage)
        fresh = ingest.read(folder)
        same(ingest.read(folder, cache=cache), fresh)
        same(ingest.read(folder, cache=cache), fresh)

    def test_a_damaged_value_is_computed_anew(self, tmp_path):
        cache, folder = tmp_path / "c", put(tmp_path / "in", corpus(0, 1))
        fresh = ingest.read(folder, cache=cache)
        with memory.Memory(cache) as kept:
            kept._used |= {key for (key,) in kept._file.execute("SELECT key FROM results")}
            kept._file.execute("UPDATE results SET value = zeroblob(9)")
        same(ingest.read(folder, cache=cache), fresh)

    def test_one_that_cannot_be_written_costs_nothing_but_time(self, tmp_path):
        folder = put(tmp_path / "in", corpus(0, 1))
        (tmp_path / "file").write_text("")
        same(ingest.read(folder, cache=tmp_path / "file" / "c"), ingest.read(folder))

    def test_other_code_starts_anew(self, tmp_path, monkeypatch, cleaned):
        folder = put(tmp_path / "in", {"a.txt": article(1)})
        ingest.read(folder, cache=tmp_path / "c")
        monkeypatch.setattr(memory, "version", lambda: "newer")
        cleaned.clear()
        ingest.read(folder, cache=tmp_path / "c")
        assert len(cleaned) == 1


# One process that imports everything and lets a child do the work: killed ever later, the last one never.
RUN = textwrap.dedent("""
    import os, random, signal, sys, time
    import charset_normalizer, ftfy, htmldate, trafilatura
    from dateline import tables
    from dateline.ingest import ingest, memory
    memory.TOGETHER = 7
    out = tables.out(sys.argv[2])
    chance, killed = random.Random(7), 0
    for kill in (True, True, True, True, True, False):
        child = os.fork()
        if not child:
            read = ingest.read(sys.argv[1], cache=out / "cache" / "records.sqlite")
            for name, table in zip(read._fields, read, strict=True):
                tables.write(table, name, out)
            os._exit(0)
        if kill:
            time.sleep(chance.uniform(0, float(sys.argv[3])))
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        killed += status == -signal.SIGKILL
        for path in (out / "tables").glob("*.parquet"):
            assert path.read_bytes()[-4:] == b"PAR1", path
    print(killed, status)
""")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_run_that_is_killed_anywhere_is_finished_to_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.delenv("DATELINE_OUT", raising=False)
    folder, out, fresh = put(tmp_path / "in", corpus(0, 9)), tmp_path / "out", tables.out(tmp_path / "fresh")
    ingest.read(folder)
    start = time.perf_counter()
    for name, table in zip(ingest.Ingested._fields, ingest.read(folder), strict=True):
        tables.write(table, name, fresh)
    took = time.perf_counter() - start
    run = subprocess.run(
        [sys.executable, "-c", RUN, folder, out, str(took)], capture_output=True, text=True, check=True
    )
    killed, status = map(int, run.stdout.split())
    assert killed and status == 0, "no run was killed, or the last one failed"
    command._sweep(out)
    written = {path.name: path.read_bytes() for path in (out / "tables").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (fresh / "tables").iterdir()}
