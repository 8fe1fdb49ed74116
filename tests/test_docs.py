import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from dateline import __version__, tables

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# conda-forge has matplotlib without the Qt libraries under this name
CONDA_NAMES = {"matplotlib-base": "matplotlib"}


def test_conda_and_pip_users_get_the_same_environment():
    wanted = {
        line.replace(" ", "") for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    }
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    names = [line for line in listed if isinstance(line, str)] + listed[-1]["pip"]
    found = set()
    for name in names:
        package, bound = (
            re.fullmatch(r"([\w.-]+?)((?:>=.*)?)", name).groups() if " " not in name else ("", "")
        )
        found.add(CONDA_NAMES.get(package, package) + bound)
    assert found - {"", "pip"} == wanted | {"python" + PROJECT["requires-python"]}


def test_lock_pins_every_direct_dependency_by_hash_and_names_no_index():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE))
    for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]:
        assert re.match(r"[\w-]+", line)[0] in pinned, f"{line} is not in requirements.lock: run make lock"
    assert "://" not in lock and "--index" not in lock and "--find-links" not in lock
    blocks = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["version"] == __version__ == citation["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {__version__}" in changelog or "## Unreleased" in changelog


def test_data_dictionary_names_every_column():
    text = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for name, schema in tables.SCHEMAS.items():
        section = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
        assert section, f"data/README.md has no section ### {name}"
        listed = re.findall(r"^\| `(\w+)`", section[1], re.MULTILINE)
        assert listed[: len(schema)] == list(schema), f"columns of {name} in data/README.md"


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)", makefile, re.MULTILINE)[1].split()
    for target in phony:
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), f"make help says nothing of {target}"


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "data/README.md",
        "docs/tutorial.md",
        "docs/questions.md",
    ],
)
def test_links_and_targets_in_the_documents_exist(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text):
        link = link[0] or link[1]
        if "://" not in link:
            assert (ROOT / page).parent.joinpath(link).exists(), f"{page} links to {link}"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)", text) + re.findall(r"^make (\w+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page} names make {target}"


def test_nothing_committed_names_the_machine_it_was_made_on():
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file() or path.suffix in {".png", ".bin"} or "data/sample/articles" in name:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"(?<![\w.])/(home|root|Users|work)/[\w.-]+", text)
        assert not found, f"{name} names {found[0]}"


def test_notebook_table_in_the_readme_is_complete():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        title = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
        assert f"notebooks/{path.name}" in text
        assert "".join(title).splitlines()[0].lstrip("# ") in text, (
            f"README does not give the question of {path.name}"
        )


def test_findings_in_the_readme_are_those_of_the_sample():
    book = json.loads((ROOT / "notebooks" / "05-report.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in book["cells"] for output in cell.get("outputs", [])]
    found = " ".join(
        " ".join("".join(output.get("data", {}).get("text/markdown", "")) for output in outputs).split()
    )
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    bullets = re.split(r"^- ", text.partition("## What it finds")[2].partition("<p>")[0], flags=re.MULTILINE)[
        1:
    ]
    assert len(bullets) == 3
    for bullet in bullets:
        assert " ".join(bullet.split()) in found, bullet


def test_screenshots_are_small():
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs").glob("*.png")}
    assert set(sizes) == {"explorer.png", "lab.png", "report.png"} and max(sizes.values()) < 300_000


def test_the_container_installs_what_the_lock_pins():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in dockerfile and "requirements.lock" in dockerfile
    settings = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    target = settings["build"]["target"]
    assert re.search(rf"^FROM \S+ AS {target}$", dockerfile, re.MULTILINE)
    assert (ROOT / ".devcontainer" / settings["build"]["dockerfile"]).resolve() == ROOT / "Dockerfile"
