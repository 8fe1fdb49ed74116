"""The house rules: two packages, one way, no circles, no module too long."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
FILES = {".".join(p.relative_to(SOURCE).with_suffix("").parts): p for p in sorted(SOURCE.rglob("*.py"))}

# Modules (packages' own files not counted) and lines: who wants more makes room first.
LIMITS = {"dateline.": (36, 12_500), "helpers.": (14, 4_200)}
# The ground of the engine, which every part may use, and the parts above it, which speak through tables.
GROUND = ("tables", "population", "tokens", "partitions", "text")
PARTS = ("ingest", "topics", "entities", "timeline", "tone")
# The only helpers that may know more of the engine than its tables and which articles count.
STARTERS = ("corpus", "settings", "explorer", "runner", "__main__")
# Drawing and writing are no business of the engine.
NOT_IN_ENGINE = {"helpers", "matplotlib", "nbformat", "nbclient", "jinja2", "IPython"}


def imports(path):
    """Dotted names of all modules that a file imports, wherever in the file it does."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= (inside & set(FILES)) or {node.module}
    return names


@pytest.mark.parametrize("name", FILES)
def test_modules_are_short(name):
    assert FILES[name].read_text(encoding="utf-8").count("\n") <= 600  # ruff holds their width


@pytest.mark.parametrize("package", LIMITS)
def test_packages_are_small(package):
    paths = [path for name, path in FILES.items() if name.startswith(package) and path.stem != "__init__"]
    n_lines = sum(path.read_text(encoding="utf-8").count("\n") for path in paths)
    assert len(paths) <= LIMITS[package][0] and n_lines <= LIMITS[package][1]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("dateline")])
def test_engine_knows_no_notebook_figure_or_caption(name):
    assert not {module.split(".")[0] for module in imports(FILES[name])} & NOT_IN_ENGINE


@pytest.mark.parametrize("name", sorted(n for n in FILES if n.startswith("dateline.")))
def test_engine_parts_speak_through_tables(name):
    part = name.split(".")[1]
    used = {module.split(".")[1] for module in imports(FILES[name]) if module.startswith("dateline.")}
    assert part in GROUND + PARTS + ("__init__",)
    assert used <= {*GROUND, part}, f"{name} imports {used - {*GROUND, part}}"


@pytest.mark.parametrize("name", sorted(n for n in FILES if n.startswith("helpers.")))
def test_helpers_read_tables_and_only_those_that_start_the_engine_know_more(name):
    if name.split(".")[1] not in STARTERS:
        used = {module for module in imports(FILES[name]) if module.startswith("dateline")}
        assert used <= {"dateline.tables", "dateline.population"}, f"{name} imports {sorted(used)}"


def test_no_import_goes_round_in_circles():
    wants = {name: imports(path) & set(FILES) - {name} for name, path in FILES.items()}
    while wants:
        free = {name for name, needed in wants.items() if not needed & set(wants)}
        assert free, f"modules import each other: {sorted(wants)}"
        wants = {name: needed for name, needed in wants.items() if name not in free}
