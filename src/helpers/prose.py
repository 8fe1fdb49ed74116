"""Numbers, dates and long texts as a reader wants to read them."""

import datetime as dt
import re
from collections.abc import Sequence

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def plural(n: int, noun: str) -> str:
    """Write a number and its noun.

    Examples
    --------
    >>> plural(1, "article"), plural(1200, "copy"), plural(2, "day")
    ('1 article', '1,200 copies', '2 days')
    """
    if n != 1:
        noun = noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"
    return f"{n:,} {noun}"


def day(date: dt.date) -> str:
    """Write a date as a reader does.

    Examples
    --------
    >>> day(dt.date(2024, 5, 6))
    '6 May 2024'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def period(start: dt.date, *, unit: str) -> str:
    """Write a calendar period by its first day and its unit.

    Examples
    --------
    >>> period(dt.date(2024, 5, 13), unit="week"), period(dt.date(2024, 4, 1), unit="quarter")
    ('the week of 13 May 2024', 'April to June 2024')
    """
    month = MONTHS[start.month - 1]
    return {
        "day": day(start),
        "week": f"the week of {day(start)}",
        "month": f"{month} {start.year}",
        "quarter": f"{month} to {MONTHS[(start.month + 1) % 12]} {start.year}",
        "year": str(start.year),
    }[unit]


def percent(share: float) -> str:
    r"""Share as whole per cent, a small one with a digit more; no line breaks before the sign.

    Examples
    --------
    >>> percent(0.354), percent(0.004), percent(0.0), percent(1.0)
    ('35\xa0%', '0.4\xa0%', '0\xa0%', '100\xa0%')
    """
    return f"{share:.{1 if 0 < share < 0.01 else 0}%}".replace("%", "\xa0%")


def score(mean: float) -> str:
    """Score with its sign.

    Examples
    --------
    >>> score(0.041), score(-0.2), score(-0.001)
    ('+0.04', '−0.20', '0.00')
    """
    return f"{mean:+.2f}".replace("-", "−") if abs(mean) >= 0.005 else "0.00"


def shorten(text: str, *, width: int = 320) -> str:
    """Text on one line, cut between words.

    Examples
    --------
    >>> shorten("The talks  went on", width=12)
    'The talks …'
    """
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1].rsplit(" ", 1)[0] + " …"


def plain(text: str) -> str:
    r"""Write foreign text so that Markdown shows it as it is.

    Examples
    --------
    >>> print(plain("<b>Talks</b> at *noon*"))
    \<b\>Talks\</b\> at \*noon\*
    """
    return re.sub(r"([\\`*_\[\]<>#|$~])", r"\\\1", text)


def listed(items: Sequence[str], *, limit: int = 8) -> str:
    """Write a list as a reader does; those beyond `limit` as a number.

    Examples
    --------
    >>> listed(["Lee"]), listed(["Lee", "Oak", "Ash"]), listed(["Lee", "Oak", "Ash"], limit=2)
    ('Lee', 'Lee, Oak and Ash', 'Lee, Oak and 1 more')
    """
    parts = [*items[:limit], *([f"{len(items) - limit:,} more"] if len(items) > limit else [])]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
