"""What is no article, and what to do about it: a reason code and a hint, or nothing when it is one."""

import re
from collections.abc import Sequence

# Nobody writes an article so long, nor a line: such a record is a dump of something.
LONGEST_RECORD, LONGEST_LINE = 2_000_000, 200_000
# The source of a page holds scripts and pictures too.
LONGEST_PAGE = 10_000_000
# Fewer letters than these are no article; a Chinese or Japanese character says as much as a word of three.
FEWEST_LETTERS, IDEOGRAPH = 10, 3
# Pages that say why there is no article are short: the longest that we know has 100 words.
SHORT_PAGE = 120
# A page that asks for consent speaks of little else: so many words for it, in so many of its sentences.
CONSENT_WORDS, CONSENT_SHARE = 4, 0.5
# Lines of a list, and how long one can be.
LIST_LINES, LIST_LINE = 5, 200
# Characters looked at: an article shows itself on the first pages.
LOOK = 5000

Found = tuple[str, str]

_CONSENT = re.compile(
    r"\b(?:cookies?|consent|privacy|partners|personal data|your device|legitimate interest|withdraw"
    r"|(?:accept|refuse|reject) all|manage (?:options|preferences)|before you (?:continue|read))\b",
    re.IGNORECASE,
)
_PAGES: tuple[tuple[str, str, str], ...] = (
    (
        "not-found",
        r"(?:page|article|story) (?:(?:was |could |can)?(?:not|n't) (?:be )?found|does not exist|no longer"
        r" exists)|page not found|(?:error )?404",
        "the page was gone when it was saved: look for the article elsewhere",
    ),
    (
        "paywall",
        r"subscribe (?:now )?to (?:continue|read|keep)|to (?:continue|keep) reading|already a subscriber"
        r"|(?:for|to) subscribers(?: only)?|subscribers? (?:only|exclusive)|unlock this (?:article|story)"
        r"|(?:log|sign) in to (?:continue|read)|create (?:a|your) (?:free )?account to",
        "only the beginning was saved: get the whole article",
    ),
    (
        "script-page",
        r"enable javascript|javascript is (?:disabled|required)|checking your browser|are you a robot",
        "the page needs a browser: open it there and save the article",
    ),
)
_GIVEAWAYS = [(name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE), hint) for name, words, hint in _PAGES]


def too_long(raw: str, *, page: bool = False) -> Found | None:
    """Refuse what is no article by its size alone, before any rule reads it.

    >>> too_long("word " * 50_000)
    ('long-line', 'one line has 250,000 characters: split the file into articles')
    """
    if len(raw) > LONGEST_LINE and not page:
        longest = max(map(len, raw.split("\n")))
        if longest > LONGEST_LINE:
            return "long-line", f"one line has {longest:,} characters: split the file into articles"
    if len(raw) > (LONGEST_PAGE if page else LONGEST_RECORD):
        return "too-large", f"it has {len(raw):,} characters: split the file into articles"
    return None


def no_article(text: str, *, title: str = "", raw: str = "", seen: Sequence[str] = ()) -> Found | None:
    r"""Say why what cleaning left is no article, if it is none; a long running text is always one.

    Parameters
    ----------
    text, title
        What cleaning kept.
    raw
        The text before cleaning.
    seen
        Of a page: the other words on it.

    Examples
    --------
    >>> no_article("Two crowns a week.", raw="Subscribe to continue reading.\nTwo crowns a week.")
    ('paywall', 'only the beginning was saved: get the whole article')
    >>> no_article("The ferry left at noon.", title="Ferry sails again")
    """
    if len(text[:LOOK].split()) <= SHORT_PAGE:
        whole = "\n".join([title, raw[:LOOK], *seen[:50]])
        for name, pattern, hint in _GIVEAWAYS:
            if pattern.search(whole):
                return name, hint
        if _asks_for_consent(whole, text):
            return "consent", "the saved page asks for consent: open it in a browser and save the article"
    if not letters(text):
        return "no-text", "nothing is left but a title or notes: get the article again"
    if _only_a_list(text):
        return "list-only", "these are headlines or links, no article: get the articles themselves"
    if not _in_words(text):
        return "not-text", "there are hardly any words in it: save it as UTF-8 text"
    if _too_short(text):
        return "too-short", "there is hardly a word in it: get the whole article"
    return None


def _asks_for_consent(whole: str, text: str) -> bool:
    """Tell a page of consent from an article about consent, whose site has a footer about privacy."""
    words = {found.casefold() for found in _CONSENT.findall(whole)}
    sentences = [part for part in re.split(r"[.!?]\s", text[:LOOK]) if part.strip()]
    touched = sum(_CONSENT.search(part) is not None for part in sentences)
    asked = re.search(r"\byou(?:r)?\b", text[:LOOK], re.IGNORECASE) is not None
    return asked and len(words) >= CONSENT_WORDS and touched > CONSENT_SHARE * len(sentences)


def _too_short(text: str) -> bool:
    """Tell whether there are fewer letters than three short words have."""
    head = text[:LOOK]
    return sum(IDEOGRAPH if one >= "\u2e80" else 1 for one in head if one.isalpha()) < FEWEST_LETTERS


def _only_a_list(text: str) -> bool:
    """Tell whether a text has several lines, all of them short, and none ends as a sentence ends."""
    lines = [line.strip() for line in text[: 4 * LOOK].split("\n") if line.strip()]
    short = all(len(line) < LIST_LINE and line[-1] not in '.!…。"”’»:;,' for line in lines)
    return short and len(lines) >= LIST_LINES


def letters(text: str) -> bool:
    """Tell whether a text has a letter or a digit."""
    return re.search(r"\w", text) is not None


def _in_words(text: str) -> bool:
    """Tell whether half of the visible characters are letters."""
    head = "".join(text[:LOOK].split())
    return 2 * sum(map(str.isalpha, head)) >= len(head)
