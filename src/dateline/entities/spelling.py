"""Spellings of one name: diacritics, quotation marks, sounds in Latin letters; what tells people apart."""

import re
import unicodedata
from functools import lru_cache

# Shorter surnames differ by a letter without being the same.
SHORTEST = 5
# Spellings of one sound in Latin letters, most specific first; what is left must be equal but for vowels.
_SOUNDS = (
    ("rzh", "r"), ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("zh", "z"), ("sh", "s"), ("ch", "c"),
    ("kh", "h"), ("ts", "c"), ("tz", "c"), ("cz", "c"), ("sz", "s"), ("dj", "j"), ("ph", "f"),
    ("ck", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("g", "h"), ("iy", "i"), ("ij", "i"), ("ey", "i"),
    ("ei", "i"), ("yy", "i"), ("y", "i"), ("j", "i"), ("ou", "u"), ("oo", "u"), ("ee", "i"),
    ("ie", "i"), ("'", ""), ("’", ""),
)  # fmt: skip
SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")
_VOWELS = re.compile("[aeiou]")


@lru_cache(1 << 18)
def fold(name: str) -> str:
    """Lower case without diacritics and quotation marks of one kind.

    Examples
    --------
    >>> fold("Živan Korešić"), fold("Orlavian Farmers’ Union")
    ('zivan koresic', "orlavian farmers' union")
    """
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").replace("ł", "l").replace("ø", "o"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


@lru_cache(1 << 18)
def sound(name: str) -> str:
    """Reduce a name to one spelling of its sounds.

    Examples
    --------
    >>> sound("Koreshich") == sound("Korešić"), sound("Yury") == sound("Yuri"), sound("Ann") == sound("Anne")
    (True, True, False)
    """
    text = fold(name)
    for letters, one in _SOUNDS:
        text = text.replace(letters, one)
    return re.sub(r"(.)\1+", r"\1", text)


@lru_cache(1 << 18)
def consonants(name: str) -> str:
    """Sounds of a name without its vowels.

    Examples
    --------
    >>> consonants("Lukashenko") == consonants("Lukashenka"), consonants("Ann") == consonants("Anne")
    (True, True)
    """
    return _VOWELS.sub("", sound(name))


def alike(one: str, other: str) -> bool:
    """Tell whether two words may be spellings of one name: equal sounds, or one vowel inside differs.

    Examples
    --------
    >>> alike("Bohdan", "Bogdan"), alike("Maria", "Mario"), alike("Lukashenko", "Lukashenka")
    (True, False, True)
    """
    from rapidfuzz.distance import Levenshtein

    a, b = sound(one), sound(other)
    if a == b:
        return True
    if min(len(a), len(b)) < 2 * SHORTEST - 2 or Levenshtein.distance(a, b, score_cutoff=1) > 1:
        return False
    return consonants(one) == consonants(other)


@lru_cache(1 << 18)
def person_words(name: str) -> tuple[str, ...]:
    """Words of a person's name that tell persons apart: no "Jr.", no initials in the middle."""
    words = SUFFIX.sub("", name).split()
    return tuple(w for i, w in enumerate(words) if i in (0, len(words) - 1) or len(w.rstrip(".")) > 1)


@lru_cache(1 << 18)
def initials(name: str) -> str:
    """Middle initials of a person's name.

    Examples
    --------
    >>> initials("Ann B. C. Lee"), initials("Ann Lee")
    ('BC', '')
    """
    return "".join(w[0] for w in SUFFIX.sub("", name).split()[1:-1] if len(w.rstrip(".")) == 1).upper()
