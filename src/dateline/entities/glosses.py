"""What a text itself says that a name is called, too: acronyms in brackets, nicknames, "known as"."""

import re

import numpy as np
import pandas as pd

from dateline.entities.capitals import Gaps, flags
from dateline.entities.lists import lexicon
from dateline.entities.nameparts import NICKNAME
from dateline.tokens import Tokens

# Letters of an acronym.
ACRONYM = range(2, 8)
# What a text writes behind a name to give another one for it, bounded so that no text takes long.
_KNOWN_AS = re.compile(
    r"""(?:(?:,|[ ][(]|,?[ ]who[ ](?:is|was))?[ ]?
    (?:(?:also|better|best|widely|popularly|commonly|affectionately|universally|simply|usually)[ ])?
    (?:known(?:[ ]to[ ][a-z ]{1,30})?[ ](?:as|by[ ]the[ ]nickname)|nicknamed|dubbed|a\.?k\.?a\.?)[ ]
    (?:simply[ ]|just[ ])?["“'‘]?(?:[Tt]he[ ])?
    |,[ ](?:which|whom)[ ][^,.;:()]{1,40}?[ ]calls?[ ]["“'‘]?(?:[Tt]he[ ])?
    |[ ][(]["“'‘][Tt]he[ ])
    ([^\W\d_a-z][\w-]*(?:[ ][^\W\d_a-z][\w-]*){0,3})""",
    re.VERBOSE,
)


def acronyms(found: pd.DataFrame, tokens: Tokens, gaps: Gaps) -> dict[str, str]:
    """Acronyms with the name that stands before them: "Continental Trade Council (CTC)".

    Returns
    -------
    dict
        Acronym → name, the most frequent one.
    """
    first, last = found["first_token"].to_numpy(), found["last_token"].to_numpy()
    short = flags(tokens, lambda w: w.isupper() and len(w) in ACRONYM)
    near = (first[1:] == last[:-1] + 1) & (first[1:] == last[1:]) & short[tokens.ids[first[1:]]]
    at = np.flatnonzero(near & gaps.starts(" ", "(", at=last[:-1]))
    surfaces = found["surface"].to_numpy(object)
    counts: dict[tuple[str, str], int] = {}
    cues = lexicon().words
    for long, acronym in zip(surfaces[at].tolist(), surfaces[at + 1].tolist(), strict=True):
        if acronym in cues["title"] | cues["no_name"]:
            continue
        if name := _expansion(long, acronym):
            counts[acronym, name] = counts.get((acronym, name), 0) + 1
    order = sorted(counts, key=lambda key: (counts[key], key))
    return {acronym: name for acronym, name in order}


def _expansion(long: str, acronym: str) -> str:
    """End of `long` whose capitals spell `acronym`; small words may count or not."""
    words = long.replace("-", " ").split()
    for size in range(len(acronym) - 1 or 1, len(words) + 1):
        part = words[-size:]
        capitals = "".join(w[0] for w in part if w[0].isupper())
        if part[0][0].isupper() and acronym.upper() in (capitals, "".join(w[0] for w in part).upper()):
            return long[-len(" ".join(part)) :] if len(capitals) > 1 else ""
    return ""


def nicknames(found: pd.DataFrame, texts: list[str]) -> np.ndarray:
    """Give the name that a text itself says is another one for a name: "William Oak, known as Bill".

    Parameters
    ----------
    found
        Names with row, end and surface.
    texts
        The texts that they stand in.

    Returns
    -------
    numpy.ndarray
        (n,) object, the nickname that stands in the name itself or is given right behind it, or "".

    Examples
    --------
    >>> texts = ['Robert "Bob" Lee met Ann Oak, nicknamed “the Rocket”.']
    >>> found = pd.DataFrame({"row": 0, "end": [16, 28], "surface": ['Robert "Bob" Lee', "Ann Oak"]})
    >>> nicknames(found, texts).tolist()
    ['Bob', 'Rocket']
    """
    inner = {s: m[1] if (m := NICKNAME.search(s)) else "" for s in found["surface"].unique()}
    given = found["surface"].astype(object).map(inner).to_numpy(object)
    for i, (row, end) in enumerate(zip(found["row"].tolist(), found["end"].tolist(), strict=True)):
        if told := _KNOWN_AS.match(texts[row], end):
            given[i] = told[1]
    return given
