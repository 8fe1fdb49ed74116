"""The language of an article, told offline from its first words."""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Characters that a language is told from, and letters without which it cannot be told.
CHARACTERS, LETTERS = 600, 20
# Words that stand in every English text and seldom in one of another language.
_ENGLISH = frozenset(
    (
        *("the", "and", "of", "to", "that", "with", "for", "was", "has", "have", "its", "his", "her", "are"),
        *("from", "by", "this", "which", "would", "not", "said", "will", "been", "were", "they", "be"),
    )
)


def identify(title: str, text: str) -> str:
    """Give the ISO 639-1 code of a language; "und" where there are too few letters to tell.

    Where English function words stand as thick as only English has them, nothing else is asked: that is a
    thirtieth of the identifier's time.

    Examples
    --------
    >>> identify("", "Der Minister sagte am Montag, dass die Brücke im Herbst wieder geöffnet wird.")
    'de'
    """
    head = f"{title} {text[:CHARACTERS]}"
    words = re.findall(r"[^\W\d_]+", head)
    if sum(map(len, words)) < LETTERS:
        return "und"
    if _plainly_english(words):
        return "en"
    return str(_identifier().classify(head)[0])


def _plainly_english(words: Sequence[str]) -> bool:
    known = [word for word in words if word in _ENGLISH]
    return len(set(known)) >= 5 and len(known) >= 0.13 * len(words)


@cache
def _identifier() -> "LanguageIdentifier":
    """Load the identifier, for languages with a two-letter code: in news the others are false alarms."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(sorted({code for code in identifier.nb_classes if len(code) == 2}))
    return identifier
