"""Draw the house from the code: which modules there are and which part imports which.

``python tests/draw_house.py`` writes tests/house.svg, which CONTRIBUTING.md shows.
"""

import ast
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parents[1]
# Where each part stands: left, bottom, width, height, in steps of the grid.
ROOMS = {
    "notebooks": (0.0, 8.1, 10.0, 0.9),
    "helpers": (0.0, 5.6, 10.0, 1.9),
    "ingest": (0.0, 2.5, 1.84, 2.5),
    "topics": (2.04, 2.5, 1.84, 2.5),
    "entities": (4.08, 2.5, 1.84, 2.5),
    "timeline": (6.12, 2.5, 1.84, 2.5),
    "tone": (8.16, 2.5, 1.84, 2.5),
    "ground": (0.0, 0.0, 10.0, 1.9),
}
COLOURS = {"notebooks": "#FFF3DC", "helpers": "#E3F0F9", "ground": "#EEEEEE"}


def part(module: str) -> str:
    """Room of a module, from its dotted name."""
    names = module.split(".")
    if names[0] == "helpers":
        return "helpers"
    return names[1] if len(names) > 1 and names[1] in ROOMS else "ground"


def modules() -> dict[str, Path]:
    """Dotted names of all modules, and their files."""
    paths = sorted(path for path in (ROOT / "src").rglob("*.py") if path.name != "__init__.py")
    return {".".join(path.relative_to(ROOT / "src").with_suffix("").parts): path for path in paths}


def arrows() -> set[tuple[str, str]]:
    """Pairs of rooms of which the first imports the second."""
    pairs = set()
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            root = (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else ""
            if root in ("dateline", "helpers"):
                pairs |= {(part(name), part(f"{node.module}.{alias.name}")) for alias in node.names}
    return {pair for pair in pairs if pair[0] != pair[1]}


def names_in(room: str) -> str:
    """Modules of a room, as the picture lists them."""
    if room == "notebooks":
        return "   ".join(path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb")))
    names = [name for name in modules() if part(name) == room]
    if room == "helpers":
        stems = [name.removeprefix("helpers.") for name in names]
        return "   ".join(stems[:8]) + "\n" + "   ".join(stems[8:])
    if room == "ground":
        text = [name.removeprefix("dateline.text.") for name in names if ".text." in name]
        bare = [name.removeprefix("dateline.") for name in names if ".text." not in name]
        return "   ".join(bare) + "\ntext:   " + "   ".join(text)
    return "\n".join(name.rsplit(".", 1)[1] for name in names)


def draw(target: Path) -> None:
    """Write the picture as SVG, the same bytes for the same code."""
    with mpl.rc_context({"svg.hashsalt": "house", "svg.fonttype": "none"}):
        figure, ax = plt.subplots(figsize=(9, 7))
        titles = {"helpers": "src/helpers: read, draw and write", "ground": "src/dateline: the ground"}
        for room, (left, bottom, width, height) in ROOMS.items():
            colour = COLOURS.get(room, "#E6F4EC")
            ax.add_patch(plt.Rectangle((left, bottom), width, height, facecolor=colour, edgecolor="#555555"))
            title = titles.get(room, room if room == "notebooks" else f"dateline/{room}")
            ax.text(left + 0.12, bottom + height - 0.15, title, va="top", weight="bold", fontsize=9)
            ax.text(left + 0.12, bottom + height - 0.55, names_in(room), va="top", fontsize=8)
        for number, (user, used) in enumerate(sorted(arrows())):
            start, end = (ROOMS[room] for room in (user, used))
            column = end if end[2] < start[2] else start
            x = column[0] + column[2] * (0.35 + 0.3 * (number % 2)) if column[2] < 10 else 9.7
            style = {"arrowstyle": "->", "color": "#0072B2", "linewidth": 1.2}
            ax.annotate("", (x, end[1] + end[3]), (x, start[1]), arrowprops=style)
        ax.annotate("", (5, 7.5), (5, 8.1), arrowprops={"arrowstyle": "->", "color": "#0072B2"})
        ax.set(xlim=(-0.1, 10.1), ylim=(-0.1, 9.1))
        ax.axis("off")
        figure.savefig(target, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
        plt.close(figure)


if __name__ == "__main__":
    draw(ROOT / "tests" / "house.svg")
