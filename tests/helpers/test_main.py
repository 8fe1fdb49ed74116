import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import redirect_stdout
from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from dateline import tables
from helpers import runner
from helpers.__main__ import main

STAGES = [stage for stage in runner.STAGES if runner.notebook_path(stage).exists()]

# The first stages: those that take the settings and the files which some tests look at.
READERS = ("01-ingestion", "02-topics", "03-mentions")

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample" / "articles"

ARTICLE = """Ministers sign fishing accord

The two ministers signed an accord on fishing quotas on Tuesday after four days of talks in the harbour town.
"This is a fair result," said the head of the delegation.

The accord takes effect in March 2025 and ends a dispute that had kept boats in port for most of the winter.
"""


def results(out):
    """Every result file with its bytes."""
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def dateline(*arguments, stages=None, **options):
    """Start the command in a process of its own, with all stages or only some."""
    env = {k: v for k, v in os.environ.items() if k != "DATELINE_OUT"}
    code = (
        f"import sys, helpers.__main__ as command; command.runner.STAGES = {stages}; sys.exit(command.main())"
    )
    return subprocess.Popen(
        [sys.executable, *(["-c", code] if stages else ["-m", "helpers"]), *map(str, arguments)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "accord.txt").write_text(ARTICLE, encoding="utf-8")
    return folder


def complaint(capsys):
    """The one line on stderr."""
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("dateline: "), lines
    return lines[0]


def test_missing_folder(tmp_path, capsys):
    assert main(["run", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 2
    assert "there is no" in complaint(capsys)
    assert not (tmp_path / "out").exists()


def test_out_that_cannot_be_written(folder, tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    assert main(["run", str(folder), "--out", str(tmp_path / "file")]) == 2
    assert "cannot write" in complaint(capsys)
    assert (tmp_path / "file").read_text() == "mine"


def test_out_inside_the_folder(folder, capsys):
    assert main(["run", str(folder), "--out", str(folder / "out")]) == 2
    assert "inside" in complaint(capsys)
    assert main(["run", str(folder), "--out", str(folder)]) == 2
    assert "is the folder of the articles" in complaint(capsys)


def test_unknown_parameter(folder, tmp_path, capsys):
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--set", "SEEED=1"]) == 2
    assert "SEED" in complaint(capsys).split("parameters are")[1]


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("SEED=abc", "type int"),
        ("COPIES=maybe", "type bool"),
        ("TOPICS=many", "a number or auto"),
        ("NAMES=[1]", "with texts in it"),
        ("SEED", "SEED=VALUE"),
    ],
)
def test_wrong_value_of_a_parameter(folder, tmp_path, capsys, setting, says):
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--set", setting]) == 2
    assert says in complaint(capsys)


def test_no_workers_are_said_before_anything_is_done(folder, tmp_path, capsys):
    for workers in ("0", "-1", "many"):
        assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--workers", workers]) == 2
        assert f"'{workers}' names no workers" in complaint(capsys)
    assert not (tmp_path / "out").exists()


def test_no_command_and_wrong_option_exit_with_2(capsys):
    for arguments in ([], ["run"], ["run", "x", "--no-such-option"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2


@pytest.mark.parametrize(
    "content", [{}, {"a.txt": b"", "b.bin": bytes(range(256)) * 8}], ids=["empty", "rejects"]
)
def test_nothing_to_analyse(tmp_path, capsys, content):
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, data in content.items():
        (folder / name).write_bytes(data)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 2
    line = complaint(capsys)
    assert "articles" in line
    assert not (tmp_path / "out" / "report.html").exists()
    assert not list((tmp_path / "out").rglob(".*.part"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run on one article: its articles, its output folder, its files, and what it printed."""
    place, said = tmp_path_factory.mktemp("run"), StringIO()
    folder, out = place / "articles", place / "out"
    folder.mkdir()
    (folder / "accord.txt").write_text(ARTICLE, encoding="utf-8")
    with redirect_stdout(said):
        assert main(["run", str(folder), "--out", str(out), "--md"]) == 0
    return folder, out, results(out), said.getvalue()


def test_one_article_and_a_second_run(finished, capsys, monkeypatch):
    folder, out, first, said = finished
    assert "1 article, " in said and f"report: {out / 'report.md'}\n" in said
    assert {f"notebooks/{stage}.ipynb" for stage in STAGES} | {"report.html", "manifest.json"} <= set(first)
    assert {"report.md", "tables.xlsx", "figures/index.html"} <= set(first)
    assert first["report.md"].startswith(b"# What 1 article says\n")
    for stage in STAGES:
        for cell in json.loads(first[f"notebooks/{stage}.ipynb"])["cells"]:
            said = [output for output in cell.get("outputs", []) if output.get("name") == "stderr"]
            assert not said, (stage, said)
    written = {path.stem: pd.read_parquet(path) for path in (out / "tables").glob("*.parquet")}
    assert set(tables.SCHEMAS) <= set(written)
    dictionary = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for name, frame in written.items():
        section = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", dictionary, re.MULTILINE | re.DOTALL)
        assert section, f"data/README.md does not explain table {name}"
        assert re.findall(r"^\| `(\w+)`", section[1], re.MULTILINE) == list(frame.columns), name

    assert main(["run", str(folder), "--out", str(out)]) == 0
    assert capsys.readouterr().out.count("nothing has changed") == len(STAGES)
    assert results(out) == first

    # What a figure's data came from has changed: it is made again; a manifest that lies would show it.
    (folder / "more.txt").write_text(
        ARTICLE.replace("fishing", "border").replace("Tuesday", "Friday"), encoding="utf-8"
    )
    monkeypatch.setattr(runner, "STAGES", READERS[:2])
    assert main(["run", str(folder), "--out", str(out)]) == 0
    assert "nothing has changed" not in capsys.readouterr().out
    assert len(tables.read(out, "articles")) == 2
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["articles"]["rows"] == 2


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("aliases.csv", "surface,entity\nMarch,April\nMarch,May\n", "aliases.csv gives 'March' two entities"),
        ("event-words.csv", "word,event\nwar,perhaps\n", "event-words.csv, row 2"),
        ("overrides.csv", "article_id,action,value\naccord.txt,burn,\n", "overrides.csv"),
    ],
)
def test_a_faulty_file_of_the_readers_stops_before_any_notebook(folder, tmp_path, capsys, name, text, says):
    (folder / name).write_text(text, encoding="utf-8")
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert says in complaint(capsys)
    assert not list((tmp_path / "out" / "notebooks").iterdir())
    elsewhere = (folder / name).rename(tmp_path / name)
    parameter = name.removesuffix(".csv").replace("-", "_").upper()
    command = ["run", str(folder), "--out", str(tmp_path / "out"), "--set", f"{parameter}={elsewhere}"]
    assert main(command) == 2
    assert says in complaint(capsys)
    elsewhere.unlink()
    assert main(command) == 2
    assert f"there is no {elsewhere}: name your own {name}" in complaint(capsys)


def test_settings_of_the_folder_count_and_the_command_line_wins(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(runner, "STAGES", READERS)
    (folder / "settings.toml").write_text('seed = 7\ntop = 3\naliases = "names.txt"\n')
    (folder / "names.txt").write_text("surface,entity,kind\nMarch,April,other\n")
    out = tmp_path / "out"
    command = ["run", str(folder), "--out", str(out), "--set", "TOP=4"]
    assert main(command) == 0
    assert "settings: " in capsys.readouterr().out
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    today = str(date.today())
    assert manifest["parameters"] == {"ARTICLES": "articles", "SEED": 7, "TOP": 4, "TODAY": today}
    assert runner.day_of_run(out) == today and runner.day_of_run(tmp_path) == ""
    used = manifest["notebooks"]
    assert (used["02-topics"]["SEED"], used["03-mentions"]["TOP"]) == (7, 4)
    assert used["03-mentions"]["ALIASES"] == "../../articles/names.txt"

    # a file of the reader's named on the command line, whose change is noticed
    names = tmp_path / "names.csv"
    command += ["--set", f"ALIASES={names}"]
    for text in ("March,Month of March,other", "Tuesday,Weekday,other"):
        names.write_text(f"surface,entity,kind\n{text}\n", encoding="utf-8")
        assert main(command) == 0
        said = capsys.readouterr().out
        assert "02-topics: nothing has changed" in said and "03-mentions: nothing has changed" not in said
        own = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["own"]
        assert own == {"aliases.csv": hashlib.sha256(names.read_bytes()).hexdigest()}
    assert main(command) == 0
    assert capsys.readouterr().out.count("nothing has changed") == len(READERS)
    (folder / "settings.toml").write_text("seeed = 7\n")
    assert main(["run", str(folder), "--out", str(out)]) == 2
    assert "settings.toml: there is no setting seeed" in complaint(capsys)


def test_a_value_edited_into_a_notebook_changes_no_other_run(folder, tmp_path, monkeypatch):
    cells = [
        nbformat.v4.new_code_cell("import helpers.settings"),
        nbformat.v4.new_code_cell(
            "settings = helpers.settings.load()\nSEED = 5\nTOP = settings.top",
            metadata={"tags": ["parameters"]},
        ),
        nbformat.v4.new_code_cell("print(SEED, TOP)"),
    ]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "notebooks" / "edited.ipynb")
    monkeypatch.setattr(runner, "notebooks_folder", lambda: tmp_path / "notebooks")
    monkeypatch.setattr(runner, "STAGES", ("edited",))
    monkeypatch.setattr(runner.Memory, "renew", lambda *_: None)
    monkeypatch.setattr("helpers.__main__._print_result", lambda *_: None)
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert '"0 15\\n"' in (tmp_path / "out" / "notebooks" / "edited.ipynb").read_text()


def test_a_failing_appendix_does_not_lose_the_report(folder, tmp_path, monkeypatch, capsys):
    def execute(stage, out, *_, **__):
        if stage == "01-ingestion":
            tables.write_text("", out / "tables" / "sentences.parquet")
        if stage == "06-appendix":
            raise runner.CellError("ValueError", "no figure")

    for name, function in (("_execute", execute), ("_print_result", lambda *_: None)):
        monkeypatch.setattr(f"helpers.__main__.{name}", function)
    monkeypatch.setattr(runner.Memory, "renew", lambda *_: None)
    monkeypatch.setattr(runner, "notebook_path", lambda stage: ROOT / "notebooks" / "05-report.ipynb")
    assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 0
    assert "only 06-appendix failed: ValueError: no figure" in complaint(capsys)
    entry = json.loads((tmp_path / "out" / "stages.json").read_text())["06-appendix"]
    assert entry == {"key": "", "files": {}, "failed": "ValueError: no figure"}
    assert not runner.failures(tmp_path / "out")


def test_a_failing_stage_stops_no_other_and_the_report_names_it(folder, tmp_path, monkeypatch, capsys):
    """The article has no day: this is said on the terminal, in notebook 01 and in the report."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    path = tmp_path / "notebooks" / "02-topics.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("out = tables.out(OUT)", "out = 1 / 0", 1), encoding="utf-8")
    monkeypatch.setattr(runner, "notebooks_folder", lambda: tmp_path / "notebooks")
    monkeypatch.setattr(runner, "STAGES", ("01-ingestion", "02-topics", "03-mentions", "05-report"))
    out = tmp_path / "out"
    assert main(["run", str(folder), "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert "02-topics failed: ZeroDivisionError" in said.err and "report: " in said.out
    assert said.out.count("TAKE CARE: No publication date is known") == 1
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Take care, notebook 02-topics: it failed: ZeroDivisionError" in page
    assert (
        "notebook 02-topics: table topics is not there: run this notebook" in page
        and "No publication date is known" in page
    )
    assert "No publication date is known" in (out / "notebooks" / "01-ingestion.ipynb").read_text()
    assert {"entities", "claims"} <= {path.stem for path in (out / "tables").glob("*.parquet")}
    assert "notebook 04-sentiment: table targets is not there" in page
    assert [*runner.failures(out)] == ["02-topics"] and not runner.Memory(out).is_done("02-topics", "")


def test_two_runs_at_one_out_exclude_each_other(folder, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    with runner.locked(tmp_path / "out"):
        assert main(["run", str(folder), "--out", str(tmp_path / "out")]) == 2
    assert "another run writes to" in complaint(capsys)


def test_full_disk_leaves_nothing_half_written_and_the_run_resumes(folder, tmp_path, capsys, monkeypatch):
    """A limit on the size of a file fails a write as a full disk does."""
    out, stages = tmp_path / "out", ("01-ingestion", "05-report")
    limit = 30_000  # bytes: the tables of one article fit, a figure does not
    process = dateline(
        "run",
        folder,
        "--out",
        out,
        stages=stages,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 1
    assert errors.strip().splitlines()[-1].startswith("dateline: ")
    assert not [p for p in out.rglob("*") if p.name.endswith(".part")]
    assert not (out / "report.html").exists()
    for path in (out / "tables").glob("*.parquet"):
        pd.read_parquet(path)
    monkeypatch.setattr(runner, "STAGES", stages)
    assert main(["run", str(folder), "--out", str(out)]) == 0, capsys.readouterr().err
    assert (out / "report.html").exists()


def test_ctrl_c_stops_with_one_line_and_the_next_run_goes_on_to_the_same_bytes(finished, tmp_path, capsys):
    """Elsewhere on the disk, with the articles elsewhere too: all is the same but for the way to them."""
    first, folder, out = finished[2], tmp_path / "deep" / "er" / "articles", tmp_path / "again"
    folder.mkdir(parents=True)
    (folder / "accord.txt").write_text(ARTICLE, encoding="utf-8")
    # a shell ignores Ctrl-C for what it starts in the background, and so would its children
    listen = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = dateline("run", folder, "--out", out, start_new_session=True, preexec_fn=listen)
    deadline = time.monotonic() + 120
    while not (out / "notebooks" / "01-ingestion.ipynb").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    time.sleep(0.5)  # into the second notebook
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the kernel as well
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert errors.strip().splitlines()[-1].startswith("dateline: stopped"), errors
    assert "Traceback" not in errors
    assert not [p for p in out.rglob("*") if p.name.endswith(".part")]
    (out / "tables" / ".topics.parquet.1.part").write_text("what a killed run leaves")
    assert main(["run", str(folder), "--out", str(out), "--md"]) == 0
    assert "01-ingestion: nothing has changed" in capsys.readouterr().out
    assert not list(out.rglob(".*.part"))
    second = results(out)
    paths = {f"notebooks/{s}.ipynb" for s in ("01-ingestion", "03-mentions", "04-sentiment", "06-appendix")}
    differ = {name for name in first if first[name] != second.get(name)}
    assert set(first) == set(second) and differ <= paths | {"stages.json"}
