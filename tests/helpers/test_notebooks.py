import ast
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import paper
import pytest

from dateline import tables
from helpers import runner

ROOT = Path(__file__).parents[2]
STAGES = [stage for stage in runner.STAGES if runner.notebook_path(stage).exists()]
PATHS = [ROOT / "notebooks" / f"{stage}.ipynb" for stage in STAGES]


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(path):
    return [cell for cell in load(path)["cells"] if cell["cell_type"] == "code"]


def source(cell):
    return "".join(cell["source"])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
class TestHygiene:
    def test_was_run_once_from_top_to_bottom(self, path):
        counts = [cell["execution_count"] for cell in code_cells(path)]
        assert counts == list(range(1, len(counts) + 1))

    def test_says_nothing_on_stderr_and_raises_nothing(self, path):
        for cell in code_cells(path):
            for output in cell["outputs"]:
                assert output["output_type"] != "error" and output.get("name") != "stderr", source(cell)

    def test_outputs_name_no_path_address_or_user(self, path):
        for cell in code_cells(path):
            for output in cell["outputs"]:
                text = "".join(output.get("text", [])) + json.dumps(
                    {mime: data for mime, data in output.get("data", {}).items() if mime != "image/png"}
                )
                assert not re.search(r"0x[0-9a-f]{6,}|(?<![\w.<])/(home|root|tmp|Users|var|work)/", text), (
                    source(cell)
                )
                assert len(json.dumps(output)) < 400_000, "an output is over 400 kB"

    def test_shows_the_analysis_and_hides_the_machinery(self, path):
        for cell in code_cells(path):
            tree = ast.parse(source(cell))
            banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.AsyncFunctionDef)
            assert not [node for node in ast.walk(tree) if isinstance(node, banned)], source(cell)
            lines = source(cell).strip().splitlines()
            assert len(lines) <= 15 and max(map(len, lines)) <= 110, source(cell)
            assert "os.chdir" not in source(cell) and not source(cell).lstrip().startswith(("!", "%"))
            assert not source(cell).rstrip().endswith(";")

    def test_a_notebook_has_at_most_eighty_lines_of_code(self, path):
        lines = [line for cell in code_cells(path) for line in source(cell).splitlines()]
        assert len(lines) <= 80, len(lines)

    def test_imports_stand_in_the_first_code_cell_and_parameters_in_the_second(self, path):
        first, second, *rest = code_cells(path)
        assert "import" in source(first)
        assert "parameters" in second["metadata"].get("tags", [])
        assert not [cell for cell in rest if re.search(r"^\s*(import|from) ", source(cell), re.MULTILINE)]
        assert "OUT" in runner.parameters(runner.read_cells(path))

    def test_metadata_names_no_machine_and_cells_have_readable_ids(self, path):
        book = load(path)
        assert book["metadata"] == runner.METADATA
        assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
        for cell in book["cells"]:
            assert re.fullmatch(r"[a-z][a-z0-9-]+", cell["id"]) and not re.fullmatch(
                r"[0-9a-f]{8}", cell["id"]
            )

    def test_begins_with_a_question_and_ends_with_caveats_and_checks(self, path):
        cells = load(path)["cells"]
        assert source(cells[0]).splitlines()[0].startswith("# ") and "?" in source(cells[0]).splitlines()[0]
        headings = [
            line
            for cell in cells
            if cell["cell_type"] == "markdown"
            for line in source(cell).splitlines()
            if line.startswith("## ")
        ]
        assert "## What we found" in headings
        assert headings[-2:] == ["## Caveats", "## Checks"]
        assert re.search("assert|check", source(code_cells(path)[-1]))

    def test_every_picture_is_described_in_words(self, path):
        for cell in code_cells(path):
            for output in cell["outputs"]:
                if "image/png" in output.get("data", {}):
                    assert "".join(output["data"]["text/plain"]).startswith("Figure "), source(cell)
                    assert output["metadata"]["image/png"]["alt"]


def unlocked():
    """Packages whose installed version is not the one that the lock file gives."""
    from packaging.requirements import Requirement

    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = []
    for line in re.findall(r"^([a-z0-9][^\\\n]*==[^\\\n]*)", lock, re.MULTILINE):
        wanted = Requirement(line.strip())
        if wanted.marker and not wanted.marker.evaluate():
            continue
        try:
            version = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            version = "missing"
        if not wanted.specifier.contains(version, prereleases=True):
            found.append(f"{wanted.name} {version}")
    return found


@pytest.mark.after_notebooks
def test_the_notebooks_draw_the_committed_figures():
    """nbval has run them with other variables (conftest.py) and compared what they show."""
    suffixes, folder = (".csv", ".svg"), Path(os.environ["DATELINE_OUT"], "figures")
    drawn = {path.name: path.read_bytes() for path in folder.glob("*") if path.suffix in suffixes}
    if {name[:2] for name in drawn} != {stage[:2] for stage in STAGES}:
        pytest.skip("not all notebooks ran before this test")
    if different := unlocked():
        pytest.skip(f"not the locked environment: {', '.join(different[:5])}")
    committed = {p.name: p.read_bytes() for p in (ROOT / "figures").glob("*") if p.suffix in suffixes}
    changed = [name for name in {**committed, **drawn} if committed.get(name) != drawn.get(name)]
    assert not changed, f"{changed} changed: run make figures and look at them"


@pytest.mark.after_notebooks
@pytest.mark.skipif(not paper.CAN_PRINT, reason="no browser on this machine that prints")
def test_the_report_of_the_sample_is_two_pages_and_an_appendix():
    out = Path(os.environ["DATELINE_OUT"])
    if not (out / "report.html").exists():
        pytest.skip("notebook 05 did not run before this test")
    paper.check_paper(out)


def test_a_failing_cell_is_named_and_what_ran_before_it_is_kept(tmp_path):
    import nbformat

    book = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("print('before')"),
            nbformat.v4.new_code_cell("N = 1", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell("raise ValueError(f'no {N} here')"),
        ]
    )
    nbformat.write(book, tmp_path / "source.ipynb")
    with pytest.raises(runner.CellError, match="no 2 here") as error:
        runner.execute(tmp_path / "source.ipynb", tmp_path / "target.ipynb", folder=tmp_path, values={"N": 2})
    assert error.value.name == "ValueError"
    outputs = [output for cell in code_cells(tmp_path / "target.ipynb") for output in cell["outputs"]]
    assert outputs[0]["text"] == ["before\n"] and outputs[-1]["output_type"] == "error"


def test_a_killed_kernel_ends_the_run_and_does_not_hang(tmp_path):
    import nbformat

    cell = nbformat.v4.new_code_cell("import os; os.kill(os.getpid(), 9)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "source.ipynb")
    with pytest.raises(runner.CellError, match="memory"):
        runner.execute(tmp_path / "source.ipynb", tmp_path / "target.ipynb", folder=tmp_path)
    assert not (tmp_path / "target.ipynb").exists()


def test_a_notebook_leaves_no_name_and_no_number_to_the_next(tmp_path):
    """Notebooks of a run share a process; one that failed leaves it to nobody."""
    import nbformat

    code = """import os
print("LEFT" in globals(), os.environ.get("LEFT"))
os.environ["LEFT"] = LEFT = "something" """
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(book, tmp_path / "source.ipynb")
    texts = []
    with runner.Kernel() as kernel:
        for name in ("first", "second", "third"):
            runner.execute(tmp_path / "source.ipynb", tmp_path / name, folder=tmp_path, kernel=kernel)
            (cell,) = code_cells(tmp_path / name)
            assert cell["execution_count"] == 1
            texts.append("".join(cell["outputs"][0]["text"]).strip())
            if name == "second":
                with pytest.raises(runner.CellError, match="nothing is here"):
                    kernel.call(tables.read_toml, "nothing is here")
    assert texts == ["False None", "False something", "False None"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which processes run")
def test_a_kernel_and_its_workers_end_when_the_run_is_killed(tmp_path):
    nbformat = pytest.importorskip("nbformat")
    code = f"""import os, pathlib, time
from dateline import partitions
with partitions.open_pool("2") as pool:
    pool.map(eval, ["1", "2"])
    numbers = [os.getpid(), *[worker.pid for worker in pool._workers.values()]]
    file = pathlib.Path({str(tmp_path / "part")!r})
    file.write_text(" ".join(map(str, numbers)))
    file.rename(file.with_name("numbers"))
    time.sleep(300)"""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(book, tmp_path / "source.ipynb")
    run = "import sys, pathlib; from helpers import runner; folder = pathlib.Path(sys.argv[1]); "
    run += "runner.execute(folder / 'source.ipynb', folder / 'target.ipynb', folder=folder)"
    process = subprocess.Popen([sys.executable, "-c", run, str(tmp_path)], stderr=subprocess.DEVNULL)
    wait_for((tmp_path / "numbers").exists)
    numbers = (tmp_path / "numbers").read_text().split()
    process.kill()
    process.wait()
    assert len(numbers) == 3
    wait_for(lambda: not any(map(is_running, numbers)), 30)
    assert not (tmp_path / "target.ipynb").exists()


def is_running(number):
    """Whether a process runs; one that has ended may still be listed, where nobody has asked how it ended."""
    try:
        return "State:\tZ" not in Path("/proc", number, "status").read_text()
    except OSError:
        return False


def wait_for(holds, seconds=120):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_stage_runs_again_when_a_table_that_it_reads_has_changed(tmp_path):
    """Every table that a notebook reads stands in `runner.READS`, or the first stage writes it."""
    later = {name for names in runner.READS.values() for name in names.split()}
    later |= {"entities", "topic_terms", "timeline", "sentiment"}
    for stage, path in zip(STAGES, PATHS, strict=True):
        if stage in runner.READS:
            code = "\n".join(source(cell) for cell in code_cells(path))
            calls = re.findall(r"tables\.read[^\n]*", code)
            read = {name for call in calls for name in re.findall(r'"(\w+)"', call)}
            assert read & later <= set(runner.READS[stage].split()), stage
    memory = runner.Memory(tmp_path)
    files = {"tables/mentions.parquet": "a", "figures/x.png": "b"}
    memory.entries = {"03-mentions": {"key": "", "files": files}}
    before = {stage: memory.key(stage, {}) for stage in STAGES}
    files["tables/mentions.parquet"] = "c"
    changed = {stage for stage in STAGES if memory.key(stage, {}) != before[stage]}
    assert changed == {"04-sentiment", "05-report", "06-appendix"}
    files |= {"tables/mentions.parquet": "a", "figures/x.png": "d"}
    assert {stage for stage in STAGES if memory.key(stage, {}) != before[stage]} == {"05-report"}


def test_what_follows_the_notebooks_is_written_again_only_where_its_tables_have_changed(tmp_path):
    memory, book = runner.Memory(tmp_path), tmp_path / "tables.xlsx"
    with runner.Kernel() as kernel:
        for key, text, expected in [("a", "1", "1"), ("a", "2", "1"), ("b", "3", "3")]:
            memory.renew("workbook", key, kernel, tables.write_text, text, book)
            assert book.read_text(encoding="utf-8") == expected
        book.write_text("edited", encoding="utf-8")
        runner.Memory(tmp_path).renew("workbook", "b", kernel, tables.write_text, "4", book)
        assert book.read_text(encoding="utf-8") == "4"
        with pytest.raises(runner.CellError, match="exists"):
            memory.renew("workbook", "c", kernel, tables.write_text, "5", book / "in-a-file")


def test_parameters_are_names_and_literals():
    cell = {"source": "N = 1  # how many\nNAMES = ['a']", "metadata": {"tags": ["parameters"]}}
    assert runner.parameters([cell]) == {"N": 1, "NAMES": ["a"]}
    with pytest.raises(ValueError, match="more than names and values"):
        runner.parameters([cell | {"source": "print(1)"}])
    with pytest.raises(ValueError, match="no cell is tagged"):
        runner.parameters([])
