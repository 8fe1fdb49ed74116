"""Scores of sentences that come apart into the words that fired, with and without words that name events.

A score is VADER's, sentence by sentence (`valence`). Event words are those whose weight only names
the topic ("war", "crisis", "prize"): many are listed, with reasons, in ``resources/event_words.csv``; others
the corpus shows (`events`).
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from dateline.tokens import Tokens
from dateline.tone import spelling, valence
from dateline.tone.spelling import Words


class Scored(NamedTuple):
    """Scores and what they are made of.

    Attributes
    ----------
    table
        Table ``sentiment``, one row per readable sentence: score, hits, and `judging`, the score without
        event words.
    hits
        One row per word that fired: `row` of the sentences, `place` in `words` (-1: marks), `word`, `weight`,
        `event`.
    words
        All words of all sentences.
    """

    table: pd.DataFrame
    hits: pd.DataFrame
    words: Words


def event_words() -> pd.DataFrame:
    """Words that name an event or a thing rather than judge it, each with its reason; an editable file.

    Examples
    --------
    >>> event_words().set_index("word").loc["war", "reason"]
    'names armed conflict or those who wage it'
    """
    return pd.read_csv(str(files("dateline") / "resources" / "event_words.csv"), dtype="str", na_filter=False)


def score(
    articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens, *, events: Sequence[str]
) -> Scored:
    """Score every sentence of the articles in English.

    Parameters
    ----------
    articles, sentences, tokens
        Tables and token table of notebook 01.
    events
        Lower-case words to leave out of `judging`; `judge` changes them.

    Examples
    --------
    >>> from dateline.tokens import tokenize
    >>> articles = pd.DataFrame({"article_id": ["a"], "language": ["en"]})
    >>> sentences = pd.DataFrame({"article_id": "a", "sentence": [0, 1], "voice": "narrator",
    ...                           "text": ["The war was a shameful mistake!", "Talks go on."]})
    >>> scored = score(articles, sentences, tokenize(sentences["text"]), events=["war"])
    >>> scored.table[["score", "judging"]].iloc[0].tolist(), scored.table["hits"].iloc[0]
    ([-0.8687, -0.7088], 'war:-2.9; shameful:-2.2; mistake:-1.4; !:-0.292')
    """
    words = spelling.read(sentences["text"].tolist(), tokens)
    hits = _hits(words, valence.weigh(words))
    table = sentences[["article_id", "sentence", "voice"]].assign(
        score=valence.squash(np.bincount(hits["row"], hits["weight"], len(sentences))),
        hits=_joined(hits, len(sentences)),
    )
    readable = articles.loc[population.is_readable(articles), "article_id"]
    return judge(Scored(table[table["article_id"].isin(readable)], hits, words), events)


def judge(scored: Scored, events: Sequence[str]) -> Scored:
    """Give every sentence its score without the words in `events`, and mark these among the hits."""
    words, kinds = frozenset(events), scored.hits["word"].cat
    event = np.array([word in words for word in kinds.categories], bool)[kinds.codes]
    hits = scored.hits.assign(event=event)
    kept = hits["weight"] * ~(event | (hits["place"] < 0))
    sums = valence.total(np.bincount(hits["row"], kept, len(scored.words.emphasis)), scored.words.emphasis)
    table = scored.table.assign(judging=valence.squash(sums)[scored.table.index])
    return Scored(table, hits, scored.words)


def _hits(words: Words, hits: valence.Hits) -> pd.DataFrame:
    """One row per word that fired, and one per sentence whose marks add to its sum."""
    low = np.array([word.lower() for word in words.vocabulary], dtype=object)
    used, code = np.unique(words.ids[hits.word], return_inverse=True)
    kinds, kind = np.unique([*low[used], "!"], return_inverse=True)
    sums = np.bincount(hits.text, hits.weight, len(words.emphasis))
    marks = np.flatnonzero((words.emphasis > 0) & (sums != 0))
    codes = np.concatenate([kind[:-1][code], np.full(len(marks), kind[-1])])
    frame = pd.DataFrame(
        {
            "row": np.concatenate([hits.text, marks]),
            "place": np.concatenate([hits.word, np.full(len(marks), -1)]),
            "word": pd.Categorical.from_codes(codes, kinds),
            "weight": np.concatenate([hits.weight, (np.sign(sums) * words.emphasis)[marks]]),
        }
    )
    return frame.iloc[np.argsort(frame["row"].to_numpy(), kind="stable")].reset_index(drop=True)


def _joined(hits: pd.DataFrame, n: int) -> np.ndarray:
    """Per sentence: "word:+1.9; word:-0.5", whose sum is the sentence's before it is squashed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    weight = hits["weight"].to_numpy().round(6)
    values, value = np.unique(weight, return_inverse=True)
    both, code = np.unique(
        hits["word"].cat.codes.to_numpy() * np.int64(len(values)) + value, return_inverse=True
    )
    kinds = hits["word"].cat.categories
    labels = [f"{kinds[k // len(values)]}:{values[k % len(values)]:+.6g}" for k in both.tolist()]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(hits["row"], minlength=n))]).astype(np.int32)
    lists = pa.ListArray.from_arrays(offsets, pa.array(labels, pa.string()).take(pa.array(code)))
    return pc.binary_join(lists, "; ").to_numpy(zero_copy_only=False)


def words(scored: Scored, units: pd.DataFrame) -> pd.DataFrame:
    """Say what each word adds to the mean score of some sentences; all words together add up to it.

    Parameters
    ----------
    scored
        From `score`.
    units
        From `dateline.tone.sentiment.counted`, or some rows of it.

    Returns
    -------
    DataFrame
        word, event, n_articles, n_times, adds, share (of all that is added and taken away), repeats (share of
        the articles with the word in which it fires again: high for words that name the topic; K. Church,
        "Empirical estimates of adaptation", COLING 2000). Largest share first.
    """
    article = np.full(len(scored.words.emphasis), -1)
    article[units.index] = units["article"]
    hits = scored.hits.assign(article=article[scored.hits["row"]])
    hits = hits[hits["article"] >= 0]
    sums = np.bincount(hits["row"], hits["weight"], len(article))
    hits["adds"] = hits["weight"] / np.sqrt(sums**2 + valence.SQUASH)[hits["row"]] / max(len(units), 1)
    pairs = hits.groupby(["word", "article"], observed=True)["adds"].agg(["size", "sum"]).reset_index()
    pairs = pairs.assign(again=pairs["size"] > 1, size_of=hits["adds"].abs().sum())
    table = pairs.groupby("word", observed=True).agg(
        n_articles=("article", "size"),
        n_times=("size", "sum"),
        adds=("sum", "sum"),
        repeats=("again", "mean"),
    )
    event = hits.drop_duplicates("word").set_index("word")["event"]
    share = hits["adds"].abs().groupby(hits["word"], observed=True).sum() / max(
        hits["adds"].abs().sum(), 1e-9
    )
    table = table.assign(event=event, share=share).reset_index().round(9).astype({"word": "str"})
    table = table.sort_values(["share", "word"], ascending=[False, True], kind="stable", ignore_index=True)
    return table[["word", "event", "n_articles", "n_times", "adds", "share", "repeats"]]


def by_voice(scored: Scored, units: pd.DataFrame, *, n: int = 20) -> pd.DataFrame:
    """Say what the n heaviest words add to the mean score of each voice.

    Returns
    -------
    DataFrame
        word, event, share (see `words`), and for each voice what the word adds to its mean.
    """
    table = words(scored, units).head(n)[["word", "event", "share"]]
    for voice in sorted(units["voice"].unique()):
        part = words(scored, units[units["voice"] == voice]).set_index("word")["adds"]
        table[voice] = part.reindex(table["word"]).fillna(0.0).to_numpy()
    return table
