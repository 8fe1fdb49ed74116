"""Sentences as a notebook shows them: the words that fired marked with their weight, foreign text escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import NamedTuple

import pandas as pd

from dateline.tone.scores import Scored
from dateline.tone.sentiment import FEW, UNNAMED
from dateline.words import score

_STYLE = {
    "heading": "text-align:left;vertical-align:top;width:30%;color:#555",
    "text": "text-align:left;vertical-align:top",
    "positive": "background:#CFE3F2",
    "negative": "background:#F6D5BF",
    "event": "background:#E4E4E4",
}


class Word(NamedTuple):
    """A piece of a sentence, and, if it fired, its weight and its kind: positive, negative or event."""

    text: str
    weight: float = 0.0
    kind: str = ""


@dataclass(frozen=True)
class Marked:
    """Sentences with the words that fired marked, each under a heading.

    Attributes
    ----------
    rows
        Heading and pieces of each.
    none
        What it means that there is none.
    """

    rows: tuple[tuple[str, tuple[Word, ...]], ...]
    none: str

    def __repr__(self) -> str:
        blocks = []
        for heading, pieces in self.rows:
            text = "".join(map(_plain, pieces))
            blocks.append(f"{heading}\n{fill(' '.join(text.split()), 100)}")
        return "\n\n".join(blocks) or self.none

    def _repr_html_(self) -> str:
        rows = [
            f'<tr><td style="{_STYLE["heading"]}">{escape(heading)}</td>'
            f'<td dir="auto" style="{_STYLE["text"]}">{"".join(map(_html, pieces))}</td></tr>'
            for heading, pieces in self.rows
        ]
        return f"<table>{''.join(rows)}</table>" if rows else f"<p>{escape(self.none)}</p>"


def _plain(piece: Word) -> str:
    star = "*" if piece.kind == "event" else ""
    return f"[{piece.text} {piece.weight:+.1f}{star}]" if piece.kind else piece.text


def _html(piece: Word) -> str:
    if not piece.kind:
        return escape(piece.text)
    return (
        f'<mark style="{_STYLE[piece.kind]}">{escape(piece.text)}'
        f'<sub style="color:#555">&nbsp;{piece.weight:+.1f}</sub></mark>'
    )


def pieces(scored: Scored, text: str, *, row: int) -> tuple[Word, ...]:
    """Cut a sentence at the words that fired in it; together they are the sentence."""
    hits, found, at = scored.hits, [], 0
    first, last = hits["row"].searchsorted(row), hits["row"].searchsorted(row, side="right")
    here = hits.iloc[first:last]
    for hit in here[here["place"] >= 0].sort_values("place", kind="stable").itertuples():
        start, end = int(scored.words.start[hit.place]), int(scored.words.end[hit.place])
        kind = "event" if hit.event else "positive" if hit.weight > 0 else "negative"
        found += [Word(text[at:start]), Word(text[start:end], float(hit.weight), kind)]
        at = end
    return tuple(piece for piece in (*found, Word(text[at:])) if piece.text)


def sentences(
    scored: Scored, units: pd.DataFrame, texts: pd.Series, *, headings: Sequence[str], none: str
) -> Marked:
    """Show some sentences, each under its heading.

    Parameters
    ----------
    scored
        From `dateline.tone.scores.score`.
    units
        Whatever is indexed by the rows of the sentences.
    texts
        Text of each row.
    headings
        One for each row of `units`.
    none
        What it means that there is none.
    """
    shown = [
        (heading, pieces(scored, str(texts.loc[row]), row=int(row)))
        for row, heading in zip(units.index, headings, strict=True)
    ]
    return Marked(tuple(shown), none)


def far(scored: Scored, units: pd.DataFrame, texts: pd.Series, *, n: int = 4, few: int = FEW) -> Marked:
    """Show the sentences furthest from neutral without event words, each text once.

    Of up to `few` articles n of each article, in their order; of more the n lowest and the n highest of all.
    """
    judged = units[units["judging"] != 0]
    judged = judged[~texts.loc[judged.index].duplicated().to_numpy()]
    if units["article"].nunique() <= few:
        order = judged["judging"].abs().sort_values(ascending=False, kind="stable").index
        shown = judged.loc[order].groupby("article").head(n).sort_index()
    else:
        order = judged["judging"].sort_values(kind="stable").index
        low, high = order[:n], order[::-1][:n]
        shown = judged.loc[[*low, *high.difference(low, sort=False)]]
    return sentences(
        scored,
        shown,
        texts,
        headings=[
            f"{one.article_id} #{one.sentence}, {_voice(one)}: {score(one.score)}"
            f", without event words {score(one.judging)}"
            for one in shown.itertuples()
        ],
        none="No sentence has a word that judges.",
    )


def toward(scored: Scored, aimed: pd.DataFrame, texts: pd.Series, *, none: str) -> Marked:
    """Show sentences and the tone toward a name in each: the model's label, and the dictionary's score.

    Parameters
    ----------
    scored, texts
        As for `sentences`.
    aimed
        From `dateline.tone.targets.surest` or `disputed`.
    none
        What it means that there is none.
    """
    headings = [
        f"toward {one.entity}: {one.label} ({one.sure:.2f}), dictionary {score(one.score)}; "
        f"{one.article_id} #{one.sentence}, {one.voice}"
        for one in aimed.itertuples()
    ]
    return sentences(scored, aimed, texts, headings=headings, none=none)


def _voice(one: tuple) -> str:
    """Voice of a sentence, with the speaker's name where it is known."""
    speaker = str(getattr(one, "speaker", ""))
    named = one.voice == "quote" and speaker not in ("", UNNAMED)  # type: ignore[attr-defined]
    return f"quote of {speaker}" if named else one.voice  # type: ignore[attr-defined]
