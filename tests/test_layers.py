import ast
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "helpers"

# DESIGN: a module may import those above its own line, never those beside or below it.
LAYERS = [
    {"boilerplate", "datewords", "periods", "speakers", "words"},
    {"clean", "dates", "segment", "timex", "nameparts"},
    {"tables", "lexicon", "decoding", "pages", "quarantine"},
    {"tokens", "stats", "notebooks", "consensus", "sources"},
    {"capitals"},
    {"names", "aliases", "stories", "spelling", "phrases"},
    {"valence", "vectors"},
    {
        "ingest",
        "audit",
        "copies",
        "topics",
        "mentions",
        "clocks",
        "sentiment",
        "agreement",
        "targets",
        "scores",
    },
    {"plots", "manifest", "cards"},
    {"findings"},
    {"sensitivity"},
    {"report"},
    {"__main__"},
]
STANDARD_ONLY = LAYERS[0] | LAYERS[1]


def imports(module):
    """Names of helpers' modules and of other packages that a module imports, wherever it does."""
    own, others = set(), set()
    for node in ast.walk(ast.parse((SOURCE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
            own |= {node.module.split(".")[1]} if "." in node.module else {name.name for name in node.names}
        elif isinstance(node, ast.Import):
            others |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            others.add((node.module or "").split(".")[0])
    return own, others


def test_every_module_has_a_layer():
    modules = {path.stem for path in SOURCE.glob("*.py")} - {"__init__"}
    assert modules == set().union(*LAYERS)


def test_modules_import_only_downwards():
    below = set()
    for layer in LAYERS:
        for module in sorted(layer):
            own, _ = imports(module)
            own -= {"__version__"}
            assert own <= below, f"{module} imports {sorted(own - below)} from its own layer or above"
        below |= layer


def test_text_layer_needs_only_the_standard_library():
    import sys

    for module in sorted(STANDARD_ONLY):
        _, others = imports(module)
        assert others <= sys.stdlib_module_names, (
            f"{module} imports {sorted(others - sys.stdlib_module_names)}"
        )


def test_importing_the_package_is_cheap():
    own, others = imports("__init__")
    assert not own and not others
