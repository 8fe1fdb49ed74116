"""The phrases of boilerplate.toml as patterns that cover a whole line."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

# Lines longer than this are paragraphs; no prompt or note that we know is longer.
LONGEST_NOTE = 400
# The tables of boilerplate.toml that are no rules for any line.
HEADING, FIRST, LAST, PROMPT = "list-heading", "first-line", "last-line", "prompt"
PHRASES: dict[str, dict[str, Any]] = tomllib.loads(
    files("dateline").joinpath("resources/boilerplate.toml").read_text(encoding="utf-8")
)
# No note tells what somebody did or said: sentences with such a word are prose, or have prose among them.
_TOLD = re.compile(
    r"[“”„«»\"]|\b(?:he|she|his|her|him|they|said|says|told|asked|added|had|were|who|whose|according)\b"
)
_STOP = re.compile(r"[.!?](?:\W|$)")
# A line that opens with a quotation mark is somebody's words, whatever they are: such marks are no margin.
_MARKS = r"[^\w(\[©\"“”„«»‘']*+"


# What stands between the parts of a page's note.
_PARTED = re.compile(r"\s+[|·•]\s+|\s{3,}")


def told(line: str) -> bool:
    """Tell whether a line in lower case has a sentence that says what somebody did or said."""
    return _STOP.search(line) is not None and _TOLD.search(line) is not None


def covering(groups: Iterable[Sequence[str]]) -> re.Pattern[str]:
    """Join phrases to a pattern that covers a line but for the marks around it; group i is of list i."""
    joined = "|".join(f"({'|'.join(phrases)})" for phrases in groups)
    return re.compile(rf"{_MARKS}(?:{joined})\W*")


def note(phrases: Sequence[str]) -> Callable[[str], bool]:
    """Make a rule that takes a line when one of the phrases covers it."""
    match = covering([phrases]).fullmatch

    def find(line: str) -> bool:
        return len(line) <= LONGEST_NOTE and match(line.lower()) is not None

    return find


def naming(rules: Mapping[str, Sequence[str]], inside: Mapping[str, tuple[str, str]]) -> Callable[[str], str]:
    """Make of rules with phrases one function that names the first to cover a line, or nothing.

    `inside` has for words that a line must hold the rule and its phrase. Of a line in parts ("Published
    today | 3 min read") every part must be a note.
    """
    names, match = [*rules], covering([*rules.values()] or [["(?!)"]]).fullmatch
    held = [(words, name, covering([[phrase]]).fullmatch) for words, (name, phrase) in inside.items()]

    def whole(line: str) -> str:
        if (found := match(line)) and found.lastindex:
            return names[found.lastindex - 1]
        for words, rule, covers in held:
            if words in line and covers(line):
                return rule
        return ""

    def name_of(line: str) -> str:
        line = line.lower()
        name = whole(line)
        if not name and ("|" in line or "·" in line or "•" in line or "   " in line) and _PARTED.search(line):
            names = [whole(part) for part in _PARTED.split(line) if part]
            name = names[0] if names and all(names) else ""
        return "" if name and told(line) else name

    return name_of
