"""The phrases of boilerplate.toml as patterns that cover a whole line."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from string import ascii_lowercase, digits
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

    The first letter of a line leaves few phrases to be tried: a tenth of the time of all of them. `inside`
    has for words that a line must hold the rule and its phrase. Of a line in parts ("Published today | 3
    min read") every part must be a note.
    """
    opens = {phrase: openings(phrase) for phrases in rules.values() for phrase in phrases}

    def tried(letter: str) -> tuple[list[str], Callable[[str], re.Match[str] | None]]:
        left = {
            name: [one for one in phrases if not letter or opens[one] & {letter, ""}]
            for name, phrases in rules.items()
        }
        left = {name: phrases for name, phrases in left.items() if phrases}
        return [*left], covering(left.values() or [["(?!)"]]).fullmatch

    known = {letter: tried(letter) for letter in ["", *ascii_lowercase, *digits]}
    others = {letter for found in opens.values() for letter in found} - known.keys()
    rest = tried("\N{REPLACEMENT CHARACTER}")  # no phrase opens with it: those that can open with any
    held = [(words, name, covering([[phrase]]).fullmatch) for words, (name, phrase) in inside.items()]

    def whole(line: str) -> str:
        other = rest if line[:1].isalpha() and line[0] not in others else known[""]
        names, match = known.get(line[:1], other)
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


_TOKEN = re.compile(
    r"\(\?[!=<][^()]*\)|(?:\\.|\[(?:\\.|[^\]])+\]|\(\?:|[()|]|.)(?:[*+?]\+?|\{[\d,]+\})?", re.DOTALL
)
_OPTIONAL = re.compile(r"(?:[*?]\+?|\{0[\d,]*\})\Z")


def openings(phrase: str) -> set[str]:
    """List the letters with which a phrase can begin; "" among them if it can begin with any.

    >>> sorted(openings("(?:the )?comments?|[ab]c")), sorted(openings("(?:no|more)x"))
    (['', 'c', 't'], ['m', 'n'])
    """
    return _openings(_TOKEN.findall(phrase), 0)[0]


def _openings(tokens: Sequence[str], i: int) -> tuple[set[str], bool, int]:
    """Read alternatives up to their closing bracket: first letters, whether one is empty, where it stands."""
    letters: set[str] = set()
    empty = begun = False
    while i < len(tokens) and tokens[i][0] != ")":
        token = tokens[i]
        if token.startswith(("(?!", "(?=", "(?<")):
            pass
        elif token == "|":
            empty, begun = empty or not begun, False
        elif token == "(?:":
            found, optional, i = _openings(tokens, i + 1)
            letters |= set() if begun else found
            begun = begun or not (optional or _OPTIONAL.search(tokens[i]))
        elif not begun:
            letters |= _letters(token)
            begun = not _OPTIONAL.search(token)
        i += 1
    return letters, empty or not begun, i


def _letters(token: str) -> set[str]:
    if token.startswith("\\"):
        return set(digits) if token[1] == "d" else {token[1]} if not token[1].isalpha() else {""}
    return {""} if token[0] in ".[^$" else {token[0]}
