"""Lines that stand at the edges of unrelated articles: what a corpus tells about its own boilerplate."""

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from dateline.text import clean

# A line is boilerplate when it recurs at the edge of so many unrelated articles; a whole sentence, which
# could be a paragraph of background that an agency repeats, in more.
RECURS, PROSE_RECURS = 3, 5
# Lines looked at from either end, the characters that they can have, and those that a key must have.
EDGE, EDGE_CHARACTERS, SHORTEST_KEY = 8, 4000, 4


def touches(text: str, keys: frozenset[str]) -> bool:
    """Tell whether one of these lines stands at an edge of the text."""
    return bool(keys) and any(key in keys for edge in _edges(text) for key, _ in edge)


def find(texts: Sequence[str]) -> frozenset[str]:
    r"""Find lines that stand at the edges of unrelated articles.

    Copies share lines too: only articles whose longest lines differ count. What stands between a line and
    the start or the end of its text must recur as well: a crosshead or a paragraph in the middle is no such
    line.

    Returns
    -------
    frozenset of str
        Their keys (`clean.line_key`).

    Examples
    --------
    >>> days = ("in April", "at noon", "too late")
    >>> find([f"The ferry to the town left {day} today.\nHarbour desk, room 4" for day in days])
    frozenset({'harbour desk room'})
    """
    edges = [_edges(text) for text in texts]
    count = Counter(key for both in edges for key in {key for edge in both for key, _ in edge})
    often = {key for key, n in count.items() if n >= RECURS}
    unrelated: dict[str, set[str]] = {key: set() for key in often}
    prose: set[str] = set()
    for text, both in zip(texts, edges, strict=True):
        outer = [pair for edge in both for pair in takewhile(lambda pair: pair[0] in often, edge)]
        for key, line in outer:
            unrelated[key].add(_signature(text, often))
            if line[-1:] in ".!?" and len(line.split()) >= 8:
                prose.add(key)
    return frozenset(
        key for key, found in unrelated.items() if len(found) >= (PROSE_RECURS if key in prose else RECURS)
    )


def _edges(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Short lines from the start and from the end of a text, with their keys, up to the first long one."""
    head, tail = text[:EDGE_CHARACTERS].split("\n"), text[-EDGE_CHARACTERS:].split("\n")
    return _keyed(head[:EDGE]), _keyed(tail[: -EDGE - 1 : -1])


def _keyed(lines: Sequence[str]) -> list[tuple[str, str]]:
    short = takewhile(lambda line: len(line) <= clean.LONGEST_NOTE, map(str.strip, lines))
    keyed = ((clean.line_key(line), line) for line in short if line)
    return [pair for pair in keyed if len(pair[0]) >= SHORTEST_KEY]


def _signature(text: str, often: set[str]) -> str:
    """Give the longest line: articles with the same one are copies of each other."""
    lines = sorted(text.split("\n"), key=len, reverse=True)[:3]
    return next((line for line in lines if clean.line_key(line) not in often), "")
