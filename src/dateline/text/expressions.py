"""What date expressions look like in English: one pattern a rule, and the words that start a search.

What an expression means is worked out in `meanings`, which has a function for each rule.
"""

import re
from itertools import chain

from dateline.text.calendar import CENTURIES, DECADES, MONTH_NAMES, NUMBERS, ONES, SEASONS, WEEKDAY_NAMES

# How many units a word points away from the one that holds its anchor; words that are not here: none.
POINTERS = {"last": -1, "past": -1, "previous": -1, "latest": -1, "next": 1, "coming": 1, "following": 1}
# Words that point from the text's own date and not from the day of publication.
OWN = {"that", "same", "previous", "following"}
SPACE = _S = r"(?:[ \xa0]{1,2}|[ \xa0]?\n)"
_MONTH = "|".join(chain(MONTH_NAMES, (name.upper() for name in MONTH_NAMES)))
_SHORT = (
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEPT?|OCT|NOV|DEC)\b\.?"
)
_M = rf"(?:(?:{_MONTH})\b|{_SHORT})"
_D = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\w%]|[.,:]\d)"
_Y = r"(?:1[5-9]|20)\d\d(?![\w%]|[.,]\d)"
_WD = "(?:" + "|".join(chain(WEEKDAY_NAMES, (name.upper() for name in WEEKDAY_NAMES))) + ")"
_ON_WD = rf"(?:(?:{_WD}|(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?),?{_S})?"
_TO = rf"(?: ?[-–—/] ?|{_S}(?:to|until|till|through){_S}(?:the{_S})?)"
_AND = rf"(?:,?{_S}(?:and|or|&){_S})"
# "3 May and 4 June" are two days, "between 3 May and 4 June" are all from the one to the other.
_BETWEEN = r"(?P<between>(?<=[Bb]etween ))?"
# "May 16 and 17" is two days, "May 16 and 17 people" is one.
_NO_COUNT = (
    r"(?=$|\s*[^\w\s]|\s+(?:[A-Z(\d]|(?:in|at|to|for|of|on|by|as|with|from|will|would|is|are|was|were|when"
    r"|where|and|but|during|after|before|while|amid|under|the|this|last|next|has|had|said|he|she|it|they)\b))"
)
_YEAR_OF = rf"(?:,?{_S}(?:of{_S})?(?P<of>this|last|next|that|the{_S}(?:same|previous|following)){_S}year\b)"
# A fiscal year is taken for the calendar's: whose it is, and when it begins, the words do not say.
_FISCAL = rf"(?:(?:fiscal|financial|calendar){_S}(?:year{_S})?)?"
_YEARS = rf"(?:(?:,?{_S}(?:of{_S})?{_FISCAL}|['’]s?{_S})(?P<y>{_Y})|{_YEAR_OF})"
_POINT = (
    r"(?i:this(?: (?:past|coming))?|last|past|next|that"
    r"|(?:the )?(?:current|previous|following|coming|same|next|latest))"
)
_UNIT = "(?i:day|week|month|quarter|year|decade|century)"
_COUNT = "|".join(sorted(NUMBERS, key=len, reverse=True))
_COUNT = rf"(?i:(?:{_COUNT})(?:-(?:{'|'.join(ONES[:9])}))?|\d{{1,3}})"
PARTS = "early|earlier|start|beginning|mid|middle|late|later|end|close"
# Nouns that a number before them counts, so that it is no year.
_COUNTED = (
    r"(?![ -](?:people|troops|soldiers|police|officers|men|women|children|jobs|workers|tonnes?|tons|miles?|km"
    r"|kilomet|met(?:er|re)s?|feet|ft|points?|votes?|dollars?|euros?|pounds?|crowns|shares|homes|houses|units"
    r"|copies|hours?|GMT|UTC|years?|days|months|weeks|words|pages|articles|calories|members|students|seats"
    r"|delegates|cars|lorries|trucks|cases|deaths|dead|percent|per cent|pct|million|billion|block"
    r"|of (?:the|them|these|those))\b)"
)
_WHOSE = rf"(?P<of>this|last|next|the(?:{_S}(?:same|previous|following))?){_S}year\b"
_QUARTER = r"(?P<q>(?i:first|second|third|fourth|final|1st|2nd|3rd|4th))"
_NEXT_IS_DATE = rf"(?:the{_S})?(?:{_M}{_S}\d|\d{{1,2}}(?:st|nd|rd|th)?{_S}(?:of{_S})?{_M})"
_PATTERNS = {
    "month-day": (
        rf"{_BETWEEN}{_ON_WD}(?P<m>{_M}){_S}(?P<d>{_D})(?:,?{_S}(?P<y1>{_Y})(?={_TO}))?"
        rf"(?:{_TO}(?:(?P<m2>{_M}){_S})?(?P<d2>{_D})|(?:,{_S}{_D}){{0,3}}{_AND}"
        rf"(?(between)(?:(?P<m3>{_M}){_S})?)(?P<d3>{_D}){_NO_COUNT})?"
        rf"(?:,?{_S}(?P<y>{_Y})|{_YEAR_OF}|(?={_AND}{_M}{_S}{_D},?{_S}(?P<y3>{_Y})))?"
    ),
    "day-month": (
        rf"(?<![\d.,$£€:/-]){_BETWEEN}{_ON_WD}(?P<d>{_D})(?:(?:(?:,{_S}{_D}){{0,3}}(?:{_TO}|{_AND})"
        rf"|{_S}(?:of{_S})?(?P<m1>{_M})(?:,?{_S}(?P<y1>{_Y}))?(?:{_TO}|(?(between){_AND}|(?!))))(?P<d2>{_D}))?"
        rf"{_S}(?:of{_S})?(?P<m>{_M})"
        rf"(?:,?{_S}(?P<y>{_Y})|{_YEAR_OF}|(?={_AND}{_D}{_S}{_M},?{_S}(?P<y3>{_Y})))?(?!\w)"
    ),
    "month-range": rf"(?P<m1>{_M})(?:,?{_S}(?P<y1>{_Y}))?(?:{_TO}|{_AND})(?P<m>{_M}){_YEARS}",
    "month-year": rf"(?P<m>{_M}){_YEARS}",
    "month": rf"(?:\b(?P<w>{_POINT}){_S})?\b(?P<m>{_M})(?![\w-])",
    "weekday": (
        rf"(?:\b(?P<w>{_POINT}){_S})?\b(?P<wd>{_WD})(?:,?{_S}(?:of{_S})?(?P<wk>this|last|next){_S}week)?(?!\w)"
        rf"(?!,?{_S}{_NEXT_IS_DATE})"
        r"(?! (?:of (?:each|every|the month)|Times|Telegraph|Mirror|Mail|Express|Post|Herald|Night Live)\b)"
    ),
    "overnight": (
        r"(?<!\ban )(?<!\b[Nn]ot )(?<!\balmost )(?<!\bvirtually )(?<!\w-)\b(?i:overnight)(?![\w-])"
        r"(?! (?:on|from|to|into|between|until|stay|success|train|bus|flight|ferry|trip|journey|shift|bag"
        r"|camp|curfew|parking|guest|rates?|loans?|lending|sensation|delivery)\b)"
    ),
    "past-unit": rf"\b[Tt]he{_S}(?:past|last){_S}(?P<u>week|month|year|decade|century)(?! of\b)(?![\w-])",
    "near-day": (
        r"(?:\b[Tt]he day (?P<o>before|after) )?\b(?P<w>(?i:today|yesterday|tomorrow|tonight"
        r"|(?<!the )last night|this (?:morning|afternoon|evening)))(?![\w-])"
    ),
    "ago": (
        rf"(?<![\w.,$-])(?P<n>{_COUNT}){_S}(?P<u>{_UNIT}|fortnight)s?{_S}(?P<k>(?i:ago|earlier|later|before(?=[.,;\n]|$)"
        r"|from now|hence))\b(?! than)"
    ),
    "relative": (
        rf"(?<!\b[Tt]he )\b(?P<w>{_POINT}|[Tt]he(?= weekend)){_S}(?:(?:fiscal|financial|calendar|academic) )?"
        rf"(?P<u>{_UNIT}|weekend)(?![\w-])"
    ),
    "span": (
        rf"\b[Tt]he{_S}(?P<w>last|past|next|coming){_S}(?P<n>(?!an?\b){_COUNT}){_S}(?P<u>{_UNIT})s"
        r"(?![\w-])(?! of\b)"
    ),
    "in": (rf"\b[Ii]n{_S}(?P<n>{_COUNT}){_S}(?P<u>{_UNIT})(?:(?P<time>s?['’]s?{_S}time)|s?)(?![\w'’-])"),
    "holiday": (
        rf"\b(?P<h>(?:Christmas|New{_S}Year['’]s|Boxing){_S}(?:Day|Eve)|Christmas|Halloween|Valentine['’]s{_S}Day"
        rf")(?:,?{_S}(?P<y>{_Y}))?"
        r"(?!\w)(?! (?:Agreement|Accord|Road)\b)"
    ),
    "nine-eleven": r"(?<![\d/.,])9/11(?![/\d])",
    "year-quarter": rf"(?<![\w.,-])(?P<y>{_Y}){_S}(?:(?:fiscal|financial)[ -])?{_QUARTER}[ -]quarter(?!\w)",
    "year-ago": (
        rf"\b(?:[Tt]he{_S}(?:comparable{_S})?)?[Yy]ear-(?:earlier|ago)(?:{_S}(?P<u>quarter|period|month))?"
        r"(?![\w-])"
    ),
    "year-end": rf"\b[Yy]ear(?:[- ]end|['’]s{_S}end)(?:{_S}(?P<y>{_Y}))?(?![\w-])",
    "the-quarter": r"\b[Tt]he quarter(?! of\b)(?![\w-])",
    "this-unit": r"\b(?P<u>day|week|month|quarter|year|decade)(?! of\b)(?![\w-])",
    "quarter": (
        rf"\b(?:(?:fiscal|financial)[ -])?{_QUARTER}[ -](?:(?:fiscal|financial)[ -])?quarter{_YEARS}?(?!\w)"
    ),
    "quarter-year": (
        rf"\b(?:Q(?P<q>[1-4])|(?P<p>[1-4])Q)"
        rf"(?:,?(?:[ /-]|{_S}(?:of{_S})?(?:FY ?|fiscal{_S}(?:year{_S})?)?)(?P<y>{_Y})"
        r"|[ /-]?(?:FY ?|['’])(?P<yy>\d\d)(?!\d)"
        r"|(?= (?:results|earnings|profits?|sales|revenues?|GDP|growth|guidance)\b))(?![\w-])"
    ),
    "half-year": (
        rf"(?:[Tt]he{_S})?\b(?P<q>(?i:first|second)){_S}(?P<h>half){_S}of{_S}(?:(?P<y>{_Y})|{_WHOSE})"
    ),
    "century": rf"\b(?P<n>\d\d(?:st|nd|rd|th)|(?i:{'|'.join(CENTURIES)}))[ -][Cc]entury",
    "season": (
        rf"(?P<the>the{_S})?(?:(?P<w>{_POINT}){_S})?\b(?P<s>(?i:spring|summer|autumn|fall|winter)\b){_YEARS}?(?!\w)"
    ),
    "iso-date": r"(?<![\w/-])(?P<y>\d{4})(?P<iso>-)(?P<a>\d\d)-(?P<b>\d\d)(?![\d/-])",
    "numeric-date": r"(?<![\w/.])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<y>\d{4})(?![\d/])",
    "decade-name": (
        r"(?:(?<=[Tt]he )|(?<=early )|(?<=late )|(?<=mid-))"
        rf"(?:['’‘](?P<d>[2-9])0s|(?P<dn>{'|'.join(DECADES)}))(?!\w)"
    ),
    "decade": r"(?<!\d)(?P<y>(?:1[5-9]|20)\d0)['’]?s(?!\w)",
    "year-range": (
        rf"(?<![\w$£€#.,:/-])(?P<a>{_Y})(?: ?[-–—/] ?|(?:(?<=from \d{{4}})|(?<=From \d{{4}})) to )"
        rf"(?P<b>(?:1[5-9]|20)?\d\d)(?![\w%/-]|[.,:]\d){_COUNTED}"
    ),
    "year": rf"(?:\bFY[ -]?|(?<![\w.,:/$£€-]))(?P<y>{_Y})(?!-\d){_COUNTED}",
}


def _cases(*words: str) -> str:
    """Match words with and without capitals; nested alternatives would be scanned for ten times slower."""
    forms = (str.title, str.upper) if words[0][0].isupper() else (str, str.title, str.upper)
    return rf"(?:{'|'.join(form(word) for form in forms for word in words)})\b"


# For each kind of core word: the rules that are tried around it, the more specific first, and how far before
# and behind it they may look. No core is more than one word, so that it can be looked up in a vocabulary.
_NEAR = ("today", "yesterday", "tomorrow", "tonight", "night", "morning", "afternoon", "evening")
_CORES = {
    _cases(*MONTH_NAMES, *(name[:3] for name in MONTH_NAMES), "Sept"): (
        *("month-day day-month month-range month-year month", 45, 60),
    ),
    _cases(*WEEKDAY_NAMES): ("holiday weekday", 24, 48),
    _cases(*_NEAR): ("near-day", 24, 24),
    r"(?:day|week|month|year)\b": ("ago year-ago year-end in past-unit relative this-unit", 40, 48),
    r"(?:decade|weekend|Week|Year|DAY)\b": (
        "holiday ago year-ago year-end past-unit relative this-unit",
        32,
        32,
    ),
    _cases("overnight"): ("overnight", 12, 32),
    r"(?:days|weeks|months|quarters|years|decades|Weeks|Years)\b": ("ago span in", 40, 40),
    r"fortnight\b": ("ago", 32, 32),
    r"quarter\b": ("quarter ago relative this-unit the-quarter", 32, 48),
    _cases("Christmas", "Boxing", "Halloween", "Valentine"): ("holiday", 16, 32),
    r"(?<!\d)11\b": ("nine-eleven", 4, 8),
    rf"(?:[2-9]0s|{'|'.join(DECADES)})\b": ("decade-name", 8, 16),
    r"[cC]entury\b": ("century ago past-unit relative", 32, 32),
    _cases(*SEASONS): ("season", 32, 48),
    r"half\b": ("half-year", 24, 32),
    r"(?:Q[1-4]|[1-4]Q)\b": ("quarter-year", 8, 24),
    r"[12]\d{3}(?!\d)": ("iso-date numeric-date decade year-range year-quarter year", 8, 40),
}
RULES = {rule: re.compile(pattern) for rule, pattern in _PATTERNS.items()}
SCANS = tuple((re.compile(core), rules.split(), low, high) for core, (rules, low, high) in _CORES.items())
# "early in May", "the end of May"; "talks start in May" is no part of it.
PART = re.compile(
    rf"\b(?:the )?(?:very )?(?:(early|earlier|mid|late|later)(?:-|{_S}(?:(?:of|in|on){_S}(?:the{_S})?)?)"
    rf"|(start|beginning|middle|end|close)(?:-|{_S}of{_S}(?:the{_S})?))\Z",
    re.IGNORECASE,
)


def last_word(words: str) -> str:
    """Give the last of some words, in lower case."""
    return words.lower().split()[-1] if words else ""
