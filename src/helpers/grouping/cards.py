"""Topics for a reader: the sentences behind them, their course over time, and how still they hold."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import stats
from helpers.grouping import alarms, consensus, phrases, topics, vectors
from helpers.grouping.topics import Topics
from helpers.grouping.vectors import Space
from helpers.tokens import Tokens, lower, tokenize
from helpers.words import period

# Articles on which the choices are tried: all where that is quick, else a sample drawn by content.
TRIED_ALL, TRIED = 1000, 500
# Runs that vote in a trial.
TRIAL_RUNS = 40
# Words of a sentence that can stand for a topic.
SENTENCE_WORDS = (8, 45)
NO_TOPIC, NOT_GROUPED = "no clear topic", "not grouped"


def similarities(found: Space) -> pd.DataFrame:
    """Cosine similarity of every two articles: 0 no word in common, 1 the same words."""
    order = np.argsort(found.ids)
    matrix = found.matrix[order]
    ids = found.ids[order]
    return pd.DataFrame((matrix @ matrix.T).toarray().round(3), index=ids, columns=ids)


def placed(result: Topics) -> pd.DataFrame:
    """Articles on the map: article_id, topic, label, x, y; copies and other languages are not on it."""
    table = result.article_topics[result.article_topics["article_id"].isin(result.space.ids)]
    labels = result.topics.set_index("topic")["label"].to_dict() | {-1: _rest(result)}
    table = table.assign(label=table["topic"].map(labels))
    return table[["article_id", "topic", "label", "x", "y"]].reset_index(drop=True)


def distinctive(found: Space, sentences: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """Terms that set each of the first articles apart from the others: article_id, terms."""
    order = np.argsort(found.ids)[:most]
    weights = found.matrix[order].toarray().round(6)
    frequency = np.bincount(found.matrix.indices, minlength=len(found.vocabulary))
    own = sentences[sentences["article_id"].isin(found.ids[order])]
    words = tokenize(own["text"])
    terms = phrases.best(weights, found.vocabulary, frequency, own, words, n=topics.N_TERMS)
    joined = terms.groupby("topic")["term"].agg(", ".join).reindex(range(len(order)), fill_value="")
    return pd.DataFrame({"article_id": found.ids[order], "terms": joined.to_numpy()})


def representatives(
    result: Topics, articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens, *, n: int = 3
) -> pd.DataFrame:
    """Choose for each topic the articles nearest to its centre, of different outlets as far as there are any.

    Returns
    -------
    DataFrame
        topic, article_id, outlet, published, sentence, text: the sentence with most of the topic's terms for
        its length.
    """
    labels = _labels(result).loc[result.space.ids].to_numpy()
    n_topics = len(result.topics)
    centres = consensus.centroids(result.space.vectors[labels >= 0], labels[labels >= 0], n_topics)
    near = pd.DataFrame({"article_id": result.space.ids, "topic": labels})
    own = centres[labels] if n_topics else np.zeros_like(result.space.vectors)
    near["cosine"] = (result.space.vectors * own).sum(1).round(6)
    near = near[near["topic"] >= 0].merge(articles[["article_id", "outlet", "published"]], on="article_id")
    near = near.sort_values(["topic", "cosine", "article_id"], ascending=[True, False, True], kind="stable")
    near["again"] = near.groupby(["topic", "outlet"], dropna=False).cumcount()
    chosen = near.sort_values(["topic", "again"], kind="stable").groupby("topic").head(n)
    weights = vectors.term_weights(result.space, labels, n_topics)
    best = _sentences(chosen, weights, result.space, sentences, tokens)
    columns = ["topic", "article_id", "outlet", "published", "sentence", "text"]
    return chosen.merge(best, on="article_id")[columns].reset_index(drop=True)


def _sentences(
    chosen: pd.DataFrame, weights: np.ndarray, found: Space, sentences: pd.DataFrame, tokens: Tokens
) -> pd.DataFrame:
    """Best sentence of each chosen article: weight of its topic's words over the root of its length."""
    ids, words = lower(tokens)
    at = pd.Series(np.arange(len(found.vocabulary)), index=found.vocabulary).reindex(words)
    by_word = np.zeros((max(len(weights), 1), len(words)))
    known = at.notna().to_numpy()
    by_word[: len(weights), known] = weights[:, at[known].to_numpy(int)]
    topic = sentences["article_id"].map(chosen.set_index("article_id")["topic"])
    rows = np.flatnonzero(topic.notna() & (sentences["voice"] != "headline"))
    first, last = tokens.offsets[rows], tokens.offsets[rows + 1]
    score = [
        by_word[int(t), ids[a:b]].sum()
        / max(b - a, 1) ** 0.5
        * (SENTENCE_WORDS[0] <= b - a <= SENTENCE_WORDS[1])
        for t, a, b in zip(topic.iloc[rows], first, last, strict=True)
    ]
    ranked = sentences.iloc[rows].assign(score=np.round(score, 6))
    ranked["text"] = ranked["text"].str.split().str.join(" ")
    ranked = ranked.sort_values("score", ascending=False, kind="stable").drop_duplicates("article_id")
    return ranked[["article_id", "sentence", "text"]]


def shares(result: Topics) -> pd.DataFrame:
    """Topics from the largest, and in a last row the articles that are in none: the shares add up to 1."""
    n = len(result.space.ids)
    left = n - int(result.topics["n_articles"].sum())
    low, high = stats.wilson([left], n)
    last = {
        "topic": -1,
        "label": _rest(result),
        "terms": "",
        "n_articles": left,
        "share": round(left / max(n, 1), 6),
    }
    last |= {"share_low": low[0], "share_high": high[0], "stability": np.nan, "alarms": ""}
    return pd.concat([result.topics, pd.DataFrame([last])], ignore_index=True)


def _rest(result: Topics) -> str:
    """Name the articles that are in no topic."""
    return NO_TOPIC if len(result.topics) else NOT_GROUPED


def headline(result: Topics) -> str:
    """Say in a line what the shares show."""
    n = len(result.space.ids)
    if not len(result.topics):
        return f"{n:,} article{'' if n == 1 else 's'}: too few to be grouped"
    first, alarmed = result.topics.iloc[0], int((result.topics["alarms"] != "").sum())
    size = f"{first['share']:.0%} of the articles"
    lead = f"{len(result.topics)} topics; the largest, “{first['label']}”, has {size}"
    level = result.topics.loc[result.topics["n_articles"] == first["n_articles"], "label"]
    if len(level) > 1:
        lead = (
            f"{len(result.topics)} topics; “{level.iloc[0]}” and {len(level) - 1} more lead with {size} each"
        )
    return lead + (f"; {alarmed} to be read with care" if alarmed else "")


def against(result: Topics, path: Path) -> pd.DataFrame:
    """Compare the topics with those that a person gave, where `path` is a csv that names these articles.

    Returns
    -------
    DataFrame
        One row: n_articles (that have both), given, found (numbers of topics), agreement (adjusted Rand
        index). No row where there is no such file, or it names fewer than half of the articles.
    """
    columns = ["n_articles", "given", "found", "agreement"]
    given = (
        pd.read_csv(path, dtype="str").drop_duplicates("article_id").set_index("article_id")["topic"].dropna()
        if path.is_file()
        else pd.Series(dtype="str")
    )
    mine = _labels(result)
    both = mine.index.intersection(given.index)
    if not len(result.topics) or len(both) < max(len(mine) / 2, 1):
        return pd.DataFrame(columns=columns)
    hand, found_ = given[both].to_numpy(), mine[both].to_numpy()
    row = (len(both), len(set(hand)), len(result.topics), consensus.agreement(hand, found_))
    return pd.DataFrame([row], columns=columns)


def _labels(result: Topics) -> pd.Series:
    return result.article_topics.set_index("article_id")["topic"]


def borderline(result: Topics, *, n: int = 5) -> pd.DataFrame:
    """List the articles that lie nearest between two topics: article_id, topic, margin, note."""
    counted = result.article_topics[result.article_topics["article_id"].isin(result.space.ids)]
    ranked = (
        counted.sort_values(["margin", "article_id"], kind="stable") if len(result.topics) else counted[:0]
    )
    return ranked[["article_id", "topic", "margin", "note"]].head(n).reset_index(drop=True)


def over_time(result: Topics, articles: pd.DataFrame, *, unit: str = "auto") -> tuple[pd.DataFrame, str]:
    """Share of each topic in the unique articles of each period.

    Parameters
    ----------
    result, articles
        The topics, and the articles with their dates.
    unit
        Name of the period; ``auto`` chooses by how many articles there are (`stats.period_unit`).

    Returns
    -------
    DataFrame
        period (missing: undated), topic, label, n_articles, n_period, share, low, high; every topic in every
        period from first to last, empty ones too. The shares of a period that has articles add up to 1.
    str
        Name of the period.
    """
    table = result.article_topics.merge(articles[["article_id", "published"]], on="article_id")
    table = table[table["article_id"].isin(result.space.ids)]
    unit = stats.period_unit(table["published"]) if unit == "auto" else unit
    periods = [*stats.all_periods(table["published"], unit=unit), pd.NaT]
    table["period"] = stats.period_start(table["published"], unit=unit)
    numbers = [*result.topics["topic"], -1]
    grid = pd.MultiIndex.from_product([periods, numbers], names=["period", "topic"]).to_frame(index=False)
    grid["period"] = grid["period"].astype("datetime64[s]")
    n_each = table.groupby(["period", "topic"], dropna=False).size().rename("n_articles").reset_index()
    grid = grid.merge(n_each, on=["period", "topic"], how="left").fillna({"n_articles": 0})
    grid["n_articles"] = grid["n_articles"].astype("int64")
    grid["n_period"] = np.repeat(grid["n_articles"].to_numpy().reshape(len(periods), -1).sum(1), len(numbers))
    names = result.topics.set_index("topic")["label"].to_dict() | {-1: _rest(result)}
    grid.insert(2, "label", grid["topic"].map(names).astype("str"))
    grid["share"] = (grid["n_articles"] / grid["n_period"].where(grid["n_period"] > 0)).round(6)
    grid["low"], grid["high"] = stats.wilson(grid["n_articles"].to_numpy(), grid["n_period"].to_numpy())
    return grid, unit


def peak(course: pd.DataFrame, *, unit: str) -> str:
    """Say in a line what the fullest period is about."""
    dated = course[course["period"].notna() & (course["n_period"] > 0)]
    if dated.empty:
        return "No article has a date"
    best = dated.sort_values(["n_period", "n_articles"], ascending=False, kind="stable").iloc[0]
    begin = f"Most articles, {best['n_period']:,}, are of {period(best['period'], unit=unit)}"
    if best["topic"] < 0:
        return begin
    return f"{begin}; {best['n_articles']:,} of these are on “{best['label']}”"


def trials(
    result: Topics,
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
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

    Returns
    -------
    DataFrame
        choice, n_articles (compared), agreement (1: the same topics). Choices that need new vectors are left
        out above `TRIED_ALL` articles.
    """
    k = len(result.topics)
    if not k:
        return pd.DataFrame({"choice": pd.Series(dtype="str"), "n_articles": [], "agreement": []})
    n = len(result.space.ids)
    part = vectors.part(result.space, np.arange(n) < (n if n <= TRIED_ALL else TRIED))
    base = _group(part, k, seed)

    def again(**changed: bool) -> pd.Series:
        choices = {"copies": copies, "names": names, "stop": stop} | changed
        return _group(vectors.space(articles[::-1], sentences, tokens, **choices), k, seed)  # type: ignore[arg-type]

    tried = {
        "another seed": _group(part, k, seed + 1),
        "5 % of the articles removed": _group(
            vectors.part(part, consensus.uniform(part.keys, seed) > 0.05), k, seed
        ),
        "one topic more": _group(part, k + 1, seed),
        "one topic fewer": _group(part, max(k - 1, 1), seed),
    }
    if n <= TRIED_ALL:
        tried |= {
            "input in another order": again(),
            "names left out" if names else "names counted": again(names=not names),
            "copies left out" if copies else "copies counted": again(copies=not copies),
        }
    rows = []
    for choice, labels in tried.items():
        both = base.index.intersection(labels.index)
        rows.append((choice, len(both), consensus.agreement(base[both].to_numpy(), labels[both].to_numpy())))
    return pd.DataFrame(rows, columns=["choice", "n_articles", "agreement"])


def _group(found: Space, k: int, seed: int) -> pd.Series:
    return pd.Series(topics.group(found, k, seed=seed, runs=TRIAL_RUNS)[0], index=found.ids)


def trust(result: Topics) -> float:
    """Say how far neighbours on the map are neighbours in all dimensions, on at most `TRIED_ALL` articles."""
    plane = result.article_topics.set_index("article_id").loc[result.space.ids, ["x", "y"]].to_numpy()
    return consensus.trustworthiness(result.space.vectors[:TRIED_ALL], plane[:TRIED_ALL])


def found(result: Topics, tried: pd.DataFrame, *, n_articles: int) -> str:
    """Put into Markdown what the numbers allow to say."""
    n = len(result.space.ids)
    left_out = f"{n_articles - n:,} of {n_articles:,} articles are copies or in other languages"
    lines = [f"- **How:** {result.why}. {left_out}."]
    if len(result.topics):
        lines += [_largest(result.topics, n), _stillness(result.topics, tried), _unclear(result)]
    elif n > 1:
        lines.append(_nearest(similarities(result.space)))
    else:
        lines.append("- One article or none: there is nothing to compare.")
    return "\n".join(lines)


def _largest(table: pd.DataFrame, n: int) -> str:
    first = table.iloc[0]
    text = (
        f"- **Largest topic:** “{first['label']}” with {first['n_articles']:,} of {n:,} articles "
        f"({first['share']:.0%}, 95 % interval {first['share_low']:.0%} to {first['share_high']:.0%})"
    )
    if len(table) > 1 and table["share_high"].iloc[1] >= first["share_low"]:
        return text + f". Its lead over “{table['label'].iloc[1]}” is within what chance can do."
    return text + "."


def _stillness(table: pd.DataFrame, tried: pd.DataFrame) -> str:
    stable = int((table["stability"] >= alarms.STABLE).sum())
    alarmed = int((table["alarms"] != "").sum())
    known = tried.set_index("choice")["agreement"]
    return (
        f"- **Does it hold still?** {stable} of {len(table)} topics are stable (stability {alarms.STABLE} "
        f"or more), {alarmed} with an alarm. Agreement with another seed "
        f"{known['another seed']:.2f}, with 5 % of the articles removed "
        f"{known['5 % of the articles removed']:.2f} (1 is the same)."
    )


def _unclear(result: Topics) -> str:
    n = len(result.space.ids)
    placed = int(result.topics["n_articles"].sum())
    return f"- **No clear topic:** {n - placed:,} of {n:,} articles ({(n - placed) / max(n, 1):.0%})."


def _nearest(near: pd.DataFrame) -> str:
    values = near.to_numpy().copy()
    np.fill_diagonal(values, -1)
    i, j = np.unravel_index(values.argmax(), values.shape)
    return (
        f"- **Most alike:** {near.index[i]} and {near.index[j]} (similarity {values[i, j]:.2f}; "
        "1 is the same words). With so few articles a group of them would be no topic."
    )
