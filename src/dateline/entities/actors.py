"""Capitals that act: "Moscow said" counts with Russia, "in Moscow" stays a place.

The seat of a government stands for it where it is the subject of a verb of saying, deciding or dealing, or is
accused, urged or told; behind a preposition it is a place. This is the metonymy of Markert and Nissim
(SemEval-2007, task 8: place for people), read off the words beside the name only.
"""

import re
from functools import cache

import numpy as np
import pandas as pd

from dateline.entities.lists import lexicon
from dateline.entities.spelling import person_words

# Seats of governments that are no capitals, and a capital that stands for more than its country.
SEATS = {
    "Kremlin": "Russia",
    "White House": "United States",
    "Downing Street": "United Kingdom",
    "Whitehall": "United Kingdom",
    "Zhongnanhai": "China",
    "Delhi": "India",
    "Brussels": "European Union",
}
RULE = "acts for its government"
# Characters before and behind a name that are looked at.
BEFORE, BEHIND = 30, 60
_PLACED = re.compile(
    r"\b(?:in|at|from|to|into|near|of|outside|inside|around|through|via|for|toward|towards|across|over|between"
    r"|within|beyond|with|by|on|off|leaving|left|visiting|visited|reached|about|against|capital)"
    r"(?: the| central| downtown| nearby| old| both)*[ ]$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:(?:accus|urg|blam|criticis|criticiz|denounc|pressur|persuad|convinc)(?:e|es|ed|ing)"
    r"|(?:warn|condemn|press|ask|push|tell|thank|sanction)(?:s|ed|ing)?|told|call(?:s|ed|ing)? on)(?: the)? $"
)
_LISTED = (", ", " and ", ", and ", " and the ", " or ")
_WIDEST = max(map(len, _LISTED))
# "has also repeatedly", "does not", "would": what may stand between a name and its verb
_HELP = (
    "also|again|now|then|later|still|never|ever|not|has|had|have|is|was|were|are|does|did|do|will|would|could"
    "|should|may|might|can|cannot|must|in turn|itself"
)


@cache
def _acts() -> re.Pattern[str]:
    verbs = "|".join(sorted(lexicon().words["acting"]))
    return re.compile(
        rf"(?:,? which)?(?: (?:{_HELP}|[a-z]+ly|[a-z]+n['’]t)){{0,4}} (?:{verbs})\b", re.IGNORECASE
    )


@cache
def seats() -> dict[str, str]:
    """Capitals and other seats of governments, with what they stand for.

    Examples
    --------
    >>> seats()["Moscow"], seats()["Kremlin"], "Singapore" in seats()
    ('Russia', 'Russia', False)
    """
    return {**lexicon().capitals, **SEATS}


def governments(mentions: pd.DataFrame, texts: list[str], *, article: np.ndarray) -> pd.DataFrame:
    """Count the seats of governments that act with the government's country.

    Parameters
    ----------
    mentions
        row (of `texts`), start, end, entity, kind and rule, in order; a rule "given" is the user's and stays.
    texts
        The texts that the mentions stand in.
    article
        (n,) int, the article that each mention is in. Where it names Denzel Washington, "Washington said" is
        left alone.

    Returns
    -------
    pandas.DataFrame
        The same rows; those that act have the country as entity and `RULE` as rule.

    Examples
    --------
    >>> texts = ["Moscow said no.", "It rained in Moscow.", "Paris and Moscow agreed."]
    >>> at = [(0, 0, 6, "Moscow"), (1, 13, 19, "Moscow"), (2, 0, 5, "Paris"), (2, 10, 16, "Moscow")]
    >>> frame = pd.DataFrame(at, columns=["row", "start", "end", "entity"]).assign(kind="place", rule="")
    >>> governments(frame, texts, article=frame["row"].to_numpy())["entity"].tolist()
    ['Russia', 'Moscow', 'France', 'Russia']
    """
    known = seats()
    entity = mentions["entity"].astype(object).to_numpy()
    asked = np.array([name in known for name in entity], bool) & (mentions["rule"] != "given").to_numpy(bool)
    asked &= ~_persons(mentions, article)
    row, start, end = (mentions[column].to_numpy() for column in ("row", "start", "end"))
    spans = list(zip(row[asked].tolist(), start[asked].tolist(), end[asked].tolist(), strict=True))
    acts = np.zeros(len(mentions), bool)
    acts[asked] = [
        one for together in _lists(spans, texts) for one in [_act(together, texts)] * len(together)
    ]
    if not acts.any():
        return mentions
    kinds = mentions.drop_duplicates("entity").set_index("entity")["kind"].astype(object).to_dict()
    country = np.array([known.get(name, "") for name in entity], object)
    kind = [kinds.get(name, "organisation" if name == SEATS["Brussels"] else "place") for name in country]
    return mentions.assign(
        entity=np.where(acts, country, entity),
        kind=np.where(acts, kind, mentions["kind"].astype(object)),
        rule=np.where(acts, RULE, mentions["rule"].astype(object)),
    )


def _persons(mentions: pd.DataFrame, article: np.ndarray) -> np.ndarray:
    """(n,) bool: names that begin or end the full name of a person in their article."""
    own = pd.DataFrame({"article": article, "entity": mentions["entity"].astype(object).to_numpy()})
    people = own[(mentions["kind"] == "person").to_numpy(bool)].drop_duplicates()
    taken = {
        (where, words[at])
        for where, words in zip(people["article"], map(person_words, people["entity"]), strict=True)
        for at in (0, -1)
        if len(words) > 1
    }
    return np.array([one in taken for one in own.itertuples(index=False, name=None)], bool)


def _lists(spans: list[tuple[int, int, int]], texts: list[str]) -> list[list[tuple[int, int, int]]]:
    """Put what stands in one list together: "Moscow, Minsk and Beijing"."""
    lists: list[list[tuple[int, int, int]]] = []
    for row, start, end in spans:
        last = lists[-1][-1] if lists else (-1, 0, 0)
        if last[0] == row and start - last[2] <= _WIDEST and texts[row][last[2] : start] in _LISTED:
            lists[-1].append((row, start, end))
        else:
            lists.append([(row, start, end)])
    return lists


def _act(together: list[tuple[int, int, int]], texts: list[str]) -> bool:
    """Tell whether what stands in one list acts, by the words before its first and behind its last name."""
    (row, start, _), (_, _, end) = together[0], together[-1]
    before, behind = texts[row][max(start - BEFORE, 0) : start], texts[row][end : end + BEHIND]
    if _PLACED.search(before):
        return False
    return bool(_acts().match(behind) or _TOLD.search(before))
