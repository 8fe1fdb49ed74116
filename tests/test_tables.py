import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline import tables
from helpers import publish, report

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
        {"text": ["=1+1", "+1", "-1", "@x", "fine", None, "two\nlines"], "n": [0.1 + 0.2] * 7, "=x": 1}
    )
    tables.csv(frame, tmp_path / "x.csv")
    back = pd.read_csv(tmp_path / "x.csv", keep_default_na=False)
    assert back["text"].tolist() == ["'=1+1", "'+1", "'-1", "'@x", "fine", "", "two\nlines"]
    assert back["n"].tolist() == [0.3] * 7 and back.columns[2] == "'=x"


OWN = "surface,entity\nLee,Ann Lee\n"


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        "\ufeff" + OWN.replace("\n", "\r\n"),
        OWN.replace(",", ";"),
        OWN.replace(",", "\t"),
        " Surface ,entity,surface,note\n Lee , Ann Lee,Oak\n",
        "surface,entity\nLee,Ann Lee,,\n",
        '"surface","entity"\n"Lee","Ann Lee"',
    ],
)
def test_a_csv_of_the_readers_own_is_read_as_spreadsheets_write_it(tmp_path, text):
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8", newline="")
    frame = tables.read_own(path, ("surface", "entity"))
    assert frame[["surface", "entity"]].to_numpy().tolist() == [["Lee", "Ann Lee"]]
    assert set(frame.dtypes.astype(str)) == {"str"} and not frame.isna().any(axis=None)


def test_what_the_guard_against_formulas_put_before_a_cell_is_taken_away(tmp_path):
    frame = pd.DataFrame({"surface": ["-Bo", "=Lee", "'Abd", "#one"], "entity": ["Bo", "+Lee", "", "NA"]})
    tables.csv(frame, tmp_path / "own.csv")
    read = tables.read_own(tmp_path / "own.csv", ("surface", "entity"))
    assert read.to_dict("list") == frame.to_dict("list")
    (tmp_path / "own.csv").write_text("# a, b, c\nsurface,entity\n#one,;\nLee,Ann\n", encoding="utf-8")
    read = tables.read_own(tmp_path / "own.csv", ("surface", "entity"), comments=True)
    assert read.to_numpy().tolist() == [["Lee", "Ann"]]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, r"no .*own\.csv that can be read"),
        ("surface,entity\nZoë,Zoë Lee\n".encode("cp1252"), r"own\.csv is not in UTF-8"),
        (OWN.encode("utf-16"), r"own\.csv is not in UTF-8"),
        (b"", r"own\.csv has no column surface, entity: it needs surface, entity"),
        (b"surface\nLee\n", r"own\.csv has no column entity"),
        (b"surface,entity\n\nLee,Ann,Oak\n", r"own\.csv, row 3: more cells than columns"),
        (b'surface,entity\n"Lee,Ann\n', r"own\.csv, line 2: a quotation mark is not closed"),
    ],
)
def test_a_csv_of_the_readers_own_that_cannot_be_read_says_why(tmp_path, data, says):
    if data is not None:
        (tmp_path / "own.csv").write_bytes(data)
    with pytest.raises(tables.OwnFileError, match=says):
        tables.read_own(tmp_path / "own.csv", ("surface", "entity"))


@settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.one_of(st.binary(max_size=60), st.text(",;\t\"\n\r#=' aé", max_size=60).map(str.encode)))
def test_no_bytes_stop_the_reading_of_a_csv_of_the_readers_own(tmp_path, data):
    (tmp_path / "own.csv").write_bytes(b"a,b\n" + data)
    try:
        frame = tables.read_own(tmp_path / "own.csv", ("a", "b"))
    except tables.OwnFileError as error:
        assert "own.csv" in str(error)
    else:
        assert list(frame) == ["a", "b"] and not frame.isna().any(axis=None)


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
        from dateline import tables
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


def test_a_row_that_cannot_be_right_is_set_aside_and_the_report_names_it(tmp_path):
    """Planted: a date that ends before it begins, a name in another place, evidence of an unknown article."""
    articles = pd.DataFrame({"article_id": ["a", "b"], "title": "", "text": "Lee came in June 2019."})
    day = pd.to_datetime(["2019-06-30", "2019-06-01"])
    dates = pd.DataFrame(
        {"article_id": ["a", "b"], "sentence": 0, "start": 12, "end": 21, "surface": "June 2019"}
    )
    dates = dates.assign(date_from=[day[0], day[1]], date_to=[day[1], day[0]])
    names = dates.assign(start=[0, 1], end=[3, 4], surface="Lee")[
        ["article_id", "sentence", "start", "end", "surface"]
    ]
    evidence = pd.DataFrame(
        {"article_id": ["a", "c"], "candidate_from": day[1], "candidate_to": day[1], "evidence": "x"}
    )
    parts = [tables.set_aside(frame, articles) for frame in (dates, names, evidence)]
    assert [rows["article_id"].tolist() for rows, _ in parts] == [["b"], ["a"], ["a"]]
    assert [aside[["article_id", "words"]].to_numpy().tolist() for _, aside in parts] == [
        [["a", "June 2019"]],
        [["b", "Lee"]],
        [["c", "x"]],
    ]
    reasons = [aside["reason"].item().split(":")[0] for _, aside in parts]
    assert reasons == [
        "it ends before it begins",
        "its place in the article has other words",
        "its article is not there",
    ]
    (tmp_path / "tables").mkdir()
    publish.note_checks({"all is well": True}, "03", tmp_path, aside=[aside for _, aside in parts])
    frames = {name: pd.DataFrame(columns=list(columns)) for name, columns in tables.SCHEMAS.items()}
    tables.write_all(tmp_path, articles=frames["articles"], sentences=frames["sentences"])
    found = report.read_results(tmp_path)
    assert "3 rows that cannot be right left out, see 03-aside.csv" in " ".join(found["faults"]["fault"])
    listing = report.decision_listings(found)[-1]
    assert [row[0] for row in listing.rows] == ["a", "b", "c"]


def test_large_tables_are_in_groups_of_rows_that_readers_can_skip(tmp_path):
    names = np.repeat([f"{i:05}.txt" for i in range(25_000)], 10)
    frame = pd.DataFrame({"article_id": names, "start": np.arange(len(names))})
    tables.save(frame, tmp_path / "x.parquet")
    file = pq.ParquetFile(tmp_path / "x.parquet")
    groups = [file.metadata.row_group(i) for i in range(file.num_row_groups)]
    assert [group.num_rows for group in groups] == [100_000, 100_000, 50_000]
    first = [group.column(0).statistics.min for group in groups]
    assert first == ["00000.txt", "10000.txt", "20000.txt"]
    assert pd.read_parquet(tmp_path / "x.parquet").equals(frame.astype({"article_id": "str"}))
