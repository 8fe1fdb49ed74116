import ast
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "helpers"

# DESIGN: a package or module may import those on the lines above its own, never those beside or below it.
LAYERS = [
    {"text", "words"},
    {"tables"},
    {"tokens", "stats", "notebooks"},
    {"intake", "grouping", "naming", "tone"},
    {"show"},
    {"__main__"},
]
FILES = sorted(SOURCE.rglob("*.py"))


def part(path):
    """Name of the package or module, right under helpers, that a file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path):
    """Dotted names inside helpers and names of other packages that a file imports, wherever it does."""
    own, others = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            others |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            root, _, rest = (node.module or "").partition(".")
            if root == "helpers":
                own |= {f"{rest}.{name.name}".strip(".") for name in node.names} - {"__version__"}
            else:
                others.add(root)
    return own, others


def test_every_part_has_a_layer():
    assert {part(path) for path in FILES} - {"__init__"} == set().union(*LAYERS)


def test_parts_import_only_downwards():
    below = set()
    for layer in LAYERS:
        for path in (path for path in FILES if part(path) in layer):
            own = {name.split(".")[0] for name in imports(path)[0]} - {part(path)}
            assert own <= below, f"{path.name} imports {sorted(own - below)} from its own layer or above"
        below |= layer


def test_no_package_goes_round_in_circles():
    for package in (path.parent for path in FILES if path.name == "__init__.py" and path.parent != SOURCE):
        wants = {}
        for path in package.glob("*.py"):
            inside = {name.split(".")[1] for name in imports(path)[0] if part(path) == name.split(".")[0]}
            wants[path.stem] = inside & {other.stem for other in package.glob("*.py")}
        while wants:
            free = {name for name, needed in wants.items() if not needed & set(wants)}
            assert free, f"modules of {package.name} import each other: {sorted(wants)}"
            wants = {name: needed for name, needed in wants.items() if name not in free}


def test_text_layer_needs_only_the_standard_library():
    for path in FILES:
        if part(path) in LAYERS[0]:
            others = imports(path)[1]
            assert others <= sys.stdlib_module_names, (
                f"{path.name}: {sorted(others - sys.stdlib_module_names)}"
            )


def test_importing_a_package_is_cheap():
    for path in FILES:
        if path.name == "__init__.py":
            assert imports(path) == (set(), set()), path
