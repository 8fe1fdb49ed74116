"""Rules for the head of an article: dates, tags, bylines, buttons and the title before the text begins.

Each is given the first lines that are left and says how many characters of the first one go.
"""

import re
from collections.abc import Sequence

from dateline.text.notes import FIRST, PHRASES, note
from dateline.text.publication import match_header_date
from dateline.text.shapes import headline, prose, vocabulary

# How many lines a rule for the head may look at, and how much of the first: no header is longer.
WINDOW, PIECE = 12, 600

_AGENCIES = (
    "MENAFN|AFP|AP|Reuters|Xinhua|TASS|dpa|DPA|ANI|PTI|IANS|UPI|EFE|ANSA|Anadolu|AA|Bloomberg|Interfax|"
    "RIA Novosti|Kyodo|Yonhap|PA|PA Media|Press Association|Associated Press|CNN|BBC|KUNA|WAM|SPA|MENA|"
    "Ukrinform|Belga|APA|NTB|CNW|PRNewswire|GLOBE NEWSWIRE|Business Wire|BUSINESS WIRE"
)
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)


def header_date(lines: Sequence[str]) -> int:
    """Take a date that stands before the text."""
    found = match_header_date(lines[0])
    return found.end() if found else 0


_TAG = re.compile(
    rf"[(\[](?:(?:{_AGENCIES})(?:[ /–-][^()\[\]]{{0,40}})?|[A-Z]{{3,12}})[)\]][ \t]*(?:[–—-]+[ \t]*)?(?=$|\S)"
)


def agency_tag(lines: Sequence[str]) -> int:
    """Take an agency's name in brackets."""
    found = _TAG.match(lines[0][:100])
    return found.end() if found else 0


_NAME = r"(?:[A-Z][\w.'’-]{0,20}|de|van|von|al|bin|da|di|del|la|le)"
# What a reporter is called behind the name, with or without a comma.
_POST = (
    r"(?:,? (?:[A-Z][\w&’'-]{0,20} |[a-z]{2,12} ){0,3}"
    r"(?i:correspondent|reporter|editor|writer|staff|columnist|contributor|bureau chief|journalist)"
    r"(?: (?:in|for|at) [A-Z][\w’'-]{0,20}(?: [A-Z][\w’'-]{0,20}){0,3})?)?"
)
_BYLINE = re.compile(
    r"(?:By|BY|Words by|Written by|Story by|Report by|Text by|Author(?: of the article)?):? "
    rf"{_NAME}(?: {_NAME}){{1,4}}"
    rf"(?:(?:,| and|, and| &) {_NAME}(?: {_NAME}){{0,4}}){{0,3}}{_POST}"
    rf"(?:,? (?:in|for) {_NAME}(?: {_NAME}){{0,3}})?"
)
_NO_NAME = re.compile(rf"\w+ (?:{_MONTH}|\w{{3,6}}day|The|A|An|Then|Now|Last|Next|This|All)\b")


def byline(lines: Sequence[str]) -> int:
    """Take who wrote it, on a line of its own."""
    line = lines[0].strip()
    sure = len(line) <= 120 and _BYLINE.fullmatch(line) and not _NO_NAME.match(line)
    return len(lines[0]) if sure else 0


def masthead(lines: Sequence[str]) -> int:
    """Take an outlet's name over a header date, if headline and lead below share none of its words."""
    full = [line for line in lines if line.strip()][:4]
    if len(full) < 4 or not headline(full[2]) or not match_header_date(full[1]):
        return 0
    named = headline(full[0]) and len(full[0].split()) <= 6 and not re.search(r"(?<![\w'’])[a-z]", full[0])
    return len(lines[0]) if named and not vocabulary(full[:1]) & vocabulary(full[2:]) else 0


def title(lines: Sequence[str]) -> int:
    """Take a headline that running text follows, if it is not the first row of a wrapped paragraph."""
    if not headline(lines[0]):
        return 0
    wrapped, paragraph = True, ""
    for line in lines[1:WINDOW]:
        if not line.strip() or match_header_date(line.strip()):
            wrapped, paragraph = False, ""
            continue
        if wrapped and line.lstrip()[0].islower():
            return 0
        paragraph += line[:PIECE] + " "
        if prose(line) or prose(paragraph):
            return len(lines[0])
    return 0


_first_line = note(PHRASES[FIRST]["lines"])


def first_line(lines: Sequence[str]) -> int:
    """Take a button or a section's name over the article, if there is an article below it."""
    below = any(line.strip() for line in lines[1:])
    return len(lines[0]) if below and _first_line(lines[0].strip()) else 0
