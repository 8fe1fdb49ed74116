"""How far topics hold still: the articles grouped again with one choice changed at a time."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline import population
from dateline.text.boilerplate import NO_BOILERPLATE
from dateline.tokens import Tokens, tokenize
from dateline.topics import consensus, describe, labels, topics, vectors
from dateline.topics.topics import Topics
from dateline.topics.vectors import Space

# Articles on which the choices are tried: all where that is quick, else a sample drawn by content.
TRIED_ALL, TRIED = 1000, 500
# Runs that vote in a trial.
TRIAL_RUNS = 40


def trials(
    result: Topics,
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    removed: pd.DataFrame | None = None,
    seed: int = 0,
    copies: bool = False,
    names: bool = True,
    stop: Sequence[str] = (),
) -> pd.DataFrame:
    """Group again with one choice changed at a time and compare, by the adjusted Rand index.

    Parameters
    ----------
    result
        What `topics.find` returned for these tables and choices.
    articles, sentences, tokens, seed, copies, names, stop
        As given to `topics.find`.
    removed
        What cleaning took out of the articles; without it boilerplate is not put back.

    Returns
    -------
    DataFrame
        choice, n_articles (compared), agreement (1: the same topics), note. Choices that need new vectors are
        left out above `TRIED_ALL` articles; where a choice changes nothing here, the note says so.
    """
    columns = ["choice", "n_articles", "agreement", "note"]
    k = len(result.topics)
    if not k:
        return pd.DataFrame(columns=columns).astype({"n_articles": "int64", "agreement": "float64"})
    n = len(result.space.ids)
    part = vectors.part(result.space, np.arange(n) < (n if n <= TRIED_ALL else TRIED))
    base = _group(part, k, seed)
    read = population.is_readable(articles)

    def again(texts: pd.DataFrame = sentences, words: Tokens = tokens, **changed: bool) -> pd.Series:
        choices = {"copies": copies, "names": names, "stop": stop} | changed
        return _group(vectors.space(articles[::-1], texts, words, **choices), k, seed)  # type: ignore[arg-type]

    fewer = vectors.part(part, consensus.uniform(part.keys, seed) > 0.05)
    tried = {
        "another seed": (_group(part, k, seed + 1), ""),
        "5 % of the articles removed": (_group(fewer, k, seed), ""),
        "one topic more": (_group(part, k + 1, seed), ""),
        "one topic fewer": (_group(part, max(k - 1, 1), seed), "" if k > 1 else "there is only one"),
    }
    if n <= TRIED_ALL:
        n_copies = int((read & articles["copy_of"].notna()).sum())
        tried["input in another order"] = again(), ""
        tried["names left out" if names else "names counted"] = again(names=not names), ""
        tried["copies left out" if copies else "copies counted"] = (
            again(copies=not copies),
            "" if n_copies else "there are no copies",
        )
        if removed is not None:
            texts = with_boilerplate(sentences, removed, articles.loc[read, "article_id"])
            n_spans = len(texts) - len(sentences)
            tried["boilerplate kept"] = (
                again(texts, tokenize(texts["text"])) if n_spans else base,
                "" if n_spans else "nothing was removed but titles and dates",
            )
    rows = []
    for choice, (found, note) in tried.items():
        both = base.index.intersection(found.index)
        same = consensus.agreement(base[both].to_numpy(), found[both].to_numpy())
        rows.append((choice, len(both), same, note))
    return pd.DataFrame(rows, columns=columns)


def with_boilerplate(sentences: pd.DataFrame, removed: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Sentences, and behind them what cleaning took out of these articles, but for titles and dates."""
    spans = removed[~removed["rule"].isin(NO_BOILERPLATE) & removed["article_id"].isin(ids)]
    more = spans[["article_id", "text"]].assign(sentence=-2, voice="narrator")
    kept = sentences[["article_id", "sentence", "text", "voice"]]
    return pd.concat([kept, more[kept.columns]], ignore_index=True)


def _group(found: Space, k: int, seed: int) -> pd.Series:
    return pd.Series(topics.group(found, k, seed=seed, runs=TRIAL_RUNS)[0], index=found.ids)


def flow(result: Topics, sentences: pd.DataFrame, tokens: Tokens, *, stop: frozenset[str]) -> pd.DataFrame:
    """Say how topics divide from the number in use to the next that was tried.

    Returns
    -------
    DataFrame
        k, topic, label, next_k, next_topic, next_label, n_articles: articles that go from one topic to the
        other. Empty where there is no other number to compare; from the one before where the number in use is
        the largest.
    """
    columns = ["k", "topic", "label", "next_k", "next_topic", "next_label", "n_articles"]
    assigned = result.assignments
    tried = np.unique(assigned["k"])
    here = len(result.topics)
    if here not in tried or len(tried) < 2:
        return pd.DataFrame(columns=columns)
    at = min(int(np.searchsorted(tried, here)), len(tried) - 2)
    ids = assigned.loc[assigned["k"] == tried[at], "article_id"].to_numpy(object)
    found = describe.phrases_of(ids, sentences, tokens, stop=stop)
    sides = []
    for k in tried[at : at + 2].tolist():
        own = assigned[assigned["k"] == k].set_index("article_id")["topic"].loc[ids]
        scored = labels.weigh(found, own.to_numpy(), int(own.max()) + 1)
        names = labels.best(scored, found, tokens, sentences, n=describe.N_TERMS)[1]
        sides.append((k, own, [*names, describe.NO_TOPIC]))
    (k, left, names), (next_k, right, next_names) = sides
    pairs = pd.DataFrame({"topic": left, "next_topic": right.reindex(left.index)})
    table = pairs.groupby(["topic", "next_topic"]).size().rename("n_articles").reset_index()
    table = table.astype({"topic": "int64", "next_topic": "int64"})
    table = table.assign(
        k=k, label=[names[i] for i in table["topic"]],
        next_k=next_k, next_label=[next_names[i] for i in table["next_topic"]],
    )  # fmt: skip
    return table[columns]
