import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pandas as pd
import pytest

from helpers import tables

TERMS = pd.DataFrame({"topic": [0, 0], "rank": [1, 2], "term": ["truce", "border"], "weight": [0.5, 0.25]})


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.delenv("DATELINE_OUT", raising=False)
    return tables.out(tmp_path / "out")


def test_what_is_written_is_read_back_with_its_types(out):
    tables.write(TERMS.assign(note="mine"), "topic_terms", out)
    frame = tables.read(out, "topic_terms")
    pd.testing.assert_frame_equal(frame, tables.check(TERMS.assign(note="mine"), "topic_terms"))
    assert list(frame) == ["topic", "rank", "term", "weight", "note"]
    assert list(tables.read(out, "topic_terms", columns=["term"])) == ["term"]


@pytest.mark.parametrize("name", tables.SCHEMAS)
def test_every_table_can_be_empty(out, name):
    empty = pd.DataFrame({column: [] for column in tables.SCHEMAS[name]})
    tables.write(empty, name, out)
    frame = tables.read(out, name)
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == tables.SCHEMAS[name]


def test_same_rows_give_the_same_bytes_whatever_the_index_was(out):
    path = out / "tables" / "topic_terms.parquet"
    tables.write(TERMS, "topic_terms", out)
    assert len(tables.check(TERMS.assign(note="").set_axis(["a", "a"]), "topic_terms")) == len(TERMS)
    first = path.read_bytes()
    for index in (["b", "a"], ["a", "a"]):
        tables.write(TERMS.set_axis(index), "topic_terms", out)
        assert path.read_bytes() == first


def test_all_faults_stand_in_one_error():
    frame = TERMS.drop(columns="rank").assign(weight="heavy")
    with pytest.raises(ValueError, match=r"rank is missing; column weight should be float64"):
        tables.check(frame, "topic_terms")


def test_an_article_id_stands_once():
    articles = pd.DataFrame({column: ["1"] for column in tables.SCHEMAS["articles"]})
    articles = articles.assign(published=pd.NaT, published_earliest=pd.NaT, published_latest=pd.NaT)
    tables.check(articles, "articles")
    with pytest.raises(ValueError, match="repeated"):
        tables.check(pd.concat([articles, articles]), "articles")


def test_a_missing_table_names_the_notebook_to_run(out):
    with pytest.raises(FileNotFoundError, match="run notebook 03-mentions first"):
        tables.read(out, "mentions")
    assert set(tables.WRITTEN_BY) == set(tables.SCHEMAS)


def test_csv_is_no_program_for_a_spreadsheet(tmp_path):
    frame = pd.DataFrame(
        {"text": ["=1+1", "+1", "-1", "@x", "fine", None, "two\nlines"], "n": [0.1 + 0.2] * 7}
    )
    tables.csv(frame, tmp_path / "x.csv")
    back = pd.read_csv(tmp_path / "x.csv", keep_default_na=False)
    assert back["text"].tolist() == ["'=1+1", "'+1", "'-1", "'@x", "fine", "", "two\nlines"]
    assert back["n"].tolist() == [0.3] * 7


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_text("old")
    with pytest.raises(RuntimeError), tables.atomic(path) as temporary:
        temporary.write_text("ne")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["table.parquet"]


def test_a_killed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_text("old")
    code = textwrap.dedent(f"""
        import os, signal
        from helpers import tables
        with tables.atomic({str(path)!r}) as temporary:
            temporary.write_text("ne")
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
    assert path.read_text() == "old"


def test_tests_can_send_outputs_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("DATELINE_OUT", str(tmp_path / "there"))
    assert tables.out("here") == tmp_path / "there"
    assert (tmp_path / "there" / "tables").is_dir() and not Path("here").exists()
