"""Which of several days a partial date means: what it is resolved against, and where its clause looks."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from dateline.text.periods import Days


class Context(NamedTuple):
    """What a partial expression is resolved against, and where it stands."""

    text: str
    anchor: date | None
    day: date | None = None  # the day that the text named last
    year: int | None = None  # the year that the text named last
    last: Days | None = None  # what the text named last, whatever its grain
    last_end: int = 0  # where that ended
    start: int = 0
    end: int = 0

    def before(self, n: int) -> str:
        """Give up to n characters before the expression."""
        return self.text[max(0, self.start - n) : self.start]

    def after(self, n: int) -> str:
        """Give up to n characters behind the expression."""
        return self.text[self.end : self.end + n]


# Without a year, "in June" is not further off than this, whatever the tense.
FAR = timedelta(days=270)
# How far around an expression its clause is searched for a verb.
CLAUSE = 80

# What tells whether a clause looks ahead or back; the cue nearest to the date decides.
_MODAL = "will|would|shall|should|must|may|might|can|could"
_CUE = re.compile(
    rf"\b(?:(?P<ahead>(?:{_MODAL}|to)(?: not)? be(?: \w+)?|{_MODAL}|won't|going to|about to|upcoming|until"
    r"|(?:is|are|due|set|expected|scheduled|planned|planning|plans?|hopes?|slated|poised|ready|wants?|agreed)"
    r" to|(?:due|scheduled|planned|slated|set|expected) (?:for|on|in|at)|expects?|takes|begins|starts|opens)"
    r"|(?P<back>said|told|says|was|were|had|has|have|did|took|held|came|went|met|began|made|saw|found|fell"
    r"|rose|won|lost|since|ago|agreed|[a-z]+(?<!e)ed))\b"
)
_CLAUSE_END = re.compile(r"[.!?;\n](?=\s|$)|[“”\"]")


def tense(context: Context) -> str:
    """Tell whether the words around an expression look "ahead" or "back", or nothing."""
    left = _CLAUSE_END.split(context.before(CLAUSE))[-1]
    right = _CLAUSE_END.split(context.after(CLAUSE), maxsplit=1)[0]
    cue = next(reversed(list(_CUE.finditer(left))), None) or _CUE.search(right)
    return (cue.lastgroup or "") if cue else ""


def pick(options: Iterable[Days], word: str, context: Context, *, far: timedelta = FAR) -> Days | None:
    """Choose the occurrence that "last", "next" or "this" means, or by the tense without such a word."""
    anchor = context.anchor
    if anchor is None:
        return None
    if word in ("last", "past", "previous"):
        return max((one for one in options if one.last < anchor), default=None)
    if word in ("next", "coming", "following"):
        return min((one for one in options if one.first > anchor), default=None)
    if word:
        return min(options, key=lambda one: max(one.first - anchor, anchor - one.last))
    options = list(options)
    ahead, back = (
        min(one for one in options if one.last >= anchor),
        max(one for one in options if one.first <= anchor),
    )
    near = min(ahead, back, key=lambda one: max(one.first - anchor, anchor - one.last))
    said = ahead if tense(context) == "ahead" else back
    return said if abs(said.first - anchor) <= far else near
