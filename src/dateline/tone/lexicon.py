"""What VADER knows: its lexicon and word lists, and the rules in which we leave it.

C. J. Hutto and E. E. Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text", ICWSM 2014. All lists are read from the package vaderSentiment (MIT licence).
"""

from functools import cache
from typing import NamedTuple

# All differences from VADER. A test shows what each mends; benchmarks/quality_sentiment.py measures them.
NEWS_RULES: dict[str, str] = {
    "typography": "curly quotation marks and apostrophes are read like straight ones, dashes part words",
    "short-words": "words of two letters lose the punctuation around them too: “no,” is “no”",
    "possessive": "“disaster's” is “disaster”",
    "contrast": "“but” changes the words before and after it by place; VADER takes equal weights for one",
    "emphasis": "“so” and “this” strengthen a word only after “never”, as VADER's paper says",
    "no": "“no” before a word denies that word and is no judgement itself: “no limits”",
    "nothing-but": "“nothing but” neither denies nor contrasts",
    "fail-to": "“failed to”, “refused to”, “declined to” deny what follows",
    "names": "a capitalised word inside a sentence is a name (“Supreme Court”), but not in a headline that "
    "capitalises all but small words; “world war” and “cold war” are names however they are written",
}


class Lexicon(NamedTuple):
    """What vaderSentiment knows: weights of words, of degree words, and its other lists."""

    values: dict[str, float]
    boosters: dict[str, float]
    negations: frozenset[str]
    idioms: dict[str, float]
    emojis: dict[str, str]
    negate: float
    capitals: float


@cache
def lexicon() -> Lexicon:
    """Read the lexicon of the installed vaderSentiment (read-only: copy before changing it)."""
    from vaderSentiment import vaderSentiment as vader

    analyzer = vader.SentimentIntensityAnalyzer()
    return Lexicon(
        analyzer.lexicon,
        vader.BOOSTER_DICT,
        frozenset(vader.NEGATE),
        vader.SPECIAL_CASES,
        {key: value for key, value in analyzer.emojis.items() if len(key) == 1},
        vader.N_SCALAR,
        vader.C_INCR,
    )
