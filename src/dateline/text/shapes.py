"""What lines of an article look like: running text, a headline, an entry of a list of links."""

import re
from collections.abc import Iterable

# Headlines: of 3,000 news headlines fewer than one in a hundred is longer.
TITLE_WORDS, TITLE_CHARACTERS = 24, 170
LINK_WORDS, LINK_CHARACTERS = 20, 160

_OPENERS = "\"'“”‘’«»„([{`-–—|•·*►▶>#"
_CLOSERS = "\"'”’“»«)]}` |"
_QUOTES = '"“”„«»'
_STOPS = ".!?…:;,。！？।۔"
_SENTENCE_ENDS = ".!?…。！？।۔"
_DOTTED = re.compile(r"(?:\b[A-Z]\.){2,4}$")  # "in the U.S." ends no sentence by itself
_WORDS = re.compile(r"[^\W\d_]{4,}")


def bare(line: str) -> str:
    """Strip marks that may stand around a line's words."""
    return line.strip().lstrip(_OPENERS + " ").rstrip(_CLOSERS)


def stops(line: str) -> bool:
    """Tell whether a line ends as a sentence or a clause ends."""
    words = bare(line)
    return words[-1:] in _STOPS and not _DOTTED.search(words[-8:]) if words else False


def prose(line: str) -> bool:
    """Tell whether a line is running text: long enough, and ended as a sentence ends."""
    words = line.strip().rstrip(_CLOSERS)
    return words[-1:] in _SENTENCE_ENDS and (len(words) >= 120 or len(words.split()) >= 6) if words else False


def quoted(line: str) -> bool:
    """Tell whether a whole line stands in quotation marks: somebody's words and no link."""
    marks = line.strip()
    return marks[:1] in _QUOTES and marks[-1:] in _QUOTES


def headline(line: str) -> bool:
    """Tell whether a line has a headline's shape: short, capital first, no end (but ? and !)."""
    words = bare(line)
    if not words or len(words) > TITLE_CHARACTERS or not 2 <= len(words.split()) <= TITLE_WORDS:
        return False
    asks = line.rstrip()[-1] in "?!" and not re.search(r"(?![A-Z])\w[.!?] ", words)
    return (asks or not stops(words)) and not words[0].islower()


def linklike(line: str) -> bool:
    """Tell whether a line could be one entry of a list of links; an empty line is none that could not."""
    words = bare(line)
    short = len(words) <= LINK_CHARACTERS and len(words.split()) <= LINK_WORDS
    return short and (not stops(words) or words[-1] in "?!") and not (words and quoted(line))


def vocabulary(lines: Iterable[str]) -> set[str]:
    """Collect the longer words of lines."""
    return {word for line in lines for word in _WORDS.findall(line.lower())}
