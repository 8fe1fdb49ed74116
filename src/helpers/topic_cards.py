"""A topic as a card: its numbers, its terms, what speaks against it, and the sentences behind it."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.charts import AMBER, BLUE
from helpers.prose import day, percent, plural, shorten

# Cards that are shown; further topics are in the tables.
MOST = 12
# Characters of a sentence.
WIDTH = 280


@dataclass(frozen=True)
class Cards:
    """Cards that a notebook shows as a page and describes as text.

    Attributes
    ----------
    text
        The same in plain text: this is what a test compares.
    page
        The same in HTML; text from articles is escaped, and nothing in it runs or is loaded.
    """

    text: str
    page: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.page


def cards(
    topics: pd.DataFrame, terms: pd.DataFrame, examples: pd.DataFrame, *, n: int, most: int = MOST
) -> Cards:
    """Make the cards of the largest topics.

    Parameters
    ----------
    topics, terms
        Tables topics and topic_terms.
    examples
        topic, article_id, outlet, published, text: sentences that stand for each topic.
    n
        How many articles were grouped.
    most
        How many topics, the largest first.
    """
    if topics.empty:
        text = "There are no topics to show."
        return Cards(text, f"<p>{text}</p>")
    known = [
        (
            row,
            terms.loc[terms["topic"] == row.topic, ["term", "weight"]].to_numpy().tolist(),
            list(examples[examples["topic"] == row.topic].itertuples()),
        )
        for row in topics.head(most).itertuples()
    ]
    texts = [_text(*one, n) for one in known]
    pages = [_page(*one, n) for one in known]
    if len(topics) > most:
        more = f"{plural(len(topics) - most, 'smaller topic')} more in table topics."
        texts.append(more)
        pages.append(f"<p>{more}</p>")
    return Cards("\n\n".join(texts), "\n".join(pages))


def _numbers(row: Any, n: int) -> str:  # noqa: ANN401 - a row
    return (
        f"{row.n_articles:,} of {n:,} articles, {percent(row.share)} (95\xa0% interval "
        f"{percent(row.share_low)} to {percent(row.share_high)}), stability {row.stability:.2f}"
    )


def _source(row: Any) -> str:  # noqa: ANN401 - a row
    when = day(row.published) if pd.notna(row.published) else "undated"
    return ", ".join([*([row.outlet] if pd.notna(row.outlet) else []), when, row.article_id])


def _warning(row: Any) -> str:  # noqa: ANN401 - a row
    return f"To be read with care: {row.alarms}." if row.alarms else ""


def _text(row: Any, terms: list[list], examples: list[Any], n: int) -> str:  # noqa: ANN401
    lines = [f"{row.topic + 1}. {row.label}", f"   {_numbers(row, n)}", f"   {_warning(row)}"]
    lines.append(f"   By hand: {row.hand}." if row.hand else "")
    lines.append("   Terms: " + ", ".join(f"{term} {weight:.2f}" for term, weight in terms))
    lines += [f"   - {shorten(one.text, width=WIDTH)} ({_source(one)})" for one in examples]
    return "\n".join(line for line in lines if line.strip())


def _page(row: Any, terms: list[list], examples: list[Any], n: int) -> str:  # noqa: ANN401
    colour = AMBER if row.alarms else BLUE
    weighed = " · ".join(
        f'<span style="white-space:nowrap">{html.escape(term)} <small>{weight:.2f}</small></span>'
        for term, weight in terms
    )
    words = [term for term, _ in terms]
    quotes = "".join(
        f'<p style="margin:.35em 0 .35em 1em">{_marked(shorten(one.text, width=WIDTH), words)} '
        f"<small><em>{html.escape(_source(one))}</em></small></p>"
        for one in examples
    )
    notes = [f"<strong>{html.escape(_warning(row))}</strong>"] if row.alarms else []
    notes += [f"By hand: {html.escape(row.hand)}."] if row.hand else []
    return (
        f'<div style="border-left:5px solid {colour};padding:0 1em;margin:1.2em 0;max-width:52em">'
        f'<p style="margin:.2em 0;font-size:1.15em"><strong>{row.topic + 1}. {html.escape(row.label)}'
        "</strong></p>"
        f'<p style="margin:.2em 0">{html.escape(_numbers(row, n))}</p>'
        + "".join(f'<p style="margin:.2em 0">{note}</p>' for note in notes)
        + f'<p style="margin:.4em 0">Terms: {weighed}</p>{quotes}</div>'
    )


def _marked(text: str, terms: Sequence[str]) -> str:
    """Escape a sentence, the terms in it in bold.

    Examples
    --------
    >>> _marked("A <b> duty on Grain", ["grain", "duty"])
    'A &lt;b&gt; <strong>duty</strong> on <strong>Grain</strong>'
    """
    if not terms:
        return html.escape(text)
    longest_first = sorted(map(re.escape, terms), key=lambda term: (-len(term), term))
    parts = re.split(rf"\b({'|'.join(longest_first)})\b", text, flags=re.IGNORECASE)
    return "".join(
        f"<strong>{html.escape(part)}</strong>" if i % 2 else html.escape(part)
        for i, part in enumerate(parts)
    )
