"""Topics for a reader: the sentences behind them, where every article went, and what can be said of them."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from dateline import population, words
from dateline.tokens import Tokens, lower
from dateline.topics import alarms, consensus, describe, labels, topics, vectors
from dateline.topics.topics import Topics
from dateline.topics.vectors import Space

# Articles on which the map is judged.
JUDGED = 1000
# Words of a sentence that can stand for a topic.
SENTENCE_WORDS = (8, 45)
# A topic stays whole where so many of its articles stay together under another number.
WHOLE = 0.8
NOT_GROUPED, DROPPED = "not grouped", "dropped by hand"


def similarities(found: Space) -> pd.DataFrame:
    """Cosine similarity of every two articles: 0 no word in common, 1 the same words."""
    order = np.argsort(found.ids)
    matrix = found.matrix[order]
    ids = found.ids[order]
    return pd.DataFrame((matrix @ matrix.T).toarray().round(3), index=ids, columns=ids)


def placed(result: Topics) -> pd.DataFrame:
    """Articles on the map: article_id, topic, label, x, y; copies and other languages are not on it."""
    table = result.article_topics[result.article_topics["article_id"].isin(result.space.ids)]
    names = result.topics.set_index("topic")["label"].to_dict() | {-1: rest(result)}
    table = table.assign(label=table["topic"].map(names))
    return table[["article_id", "topic", "label", "x", "y"]].reset_index(drop=True)


# Articles that single ones are compared with: enough to tell a rare phrase from a common one.
COMPARED = 1000


def distinctive(
    found: Space, sentences: pd.DataFrame, tokens: Tokens, *, stop: Collection[str], most: int = 10
) -> pd.DataFrame:
    """Terms that set each of the first `most` articles apart from the others: article_id, terms.

    Of a large corpus, the others are `COMPARED` articles, evenly from the list.
    """
    ids = np.sort(found.ids)
    if not most:
        return pd.DataFrame({"article_id": ids[:0], "terms": ids[:0]})
    if len(ids) > most + COMPARED:
        others = np.linspace(most, len(ids) - 1, COMPARED).astype(int)
        ids = np.concatenate([ids[:most], ids[others]])
    at = describe.phrases_of(ids, sentences, tokens, stop=stop)
    first = labels.weigh_texts(at, most=most)
    terms = labels.terms(first, at, tokens, sentences, n=describe.N_TERMS)
    joined = terms.groupby("topic")["term"].agg(", ".join).reindex(range(len(ids[:most])), fill_value="")
    return pd.DataFrame({"article_id": ids[:most], "terms": joined.to_numpy()})


def representatives(
    result: Topics, articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens, *, n: int = 3
) -> pd.DataFrame:
    """Choose for each topic the articles nearest to its centre, of different outlets as far as there are any.

    Returns
    -------
    DataFrame
        topic, article_id, outlet, published, sentence, text: the sentence with most of the topic's words for
        its length.
    """
    of = _topic_of(result).loc[result.space.ids].to_numpy()
    n_topics = len(result.topics)
    centres = consensus.centroids(result.space.vectors[of >= 0], of[of >= 0], n_topics)
    near = pd.DataFrame({"article_id": result.space.ids, "topic": of})
    own = centres[of] if n_topics else np.zeros_like(result.space.vectors)
    near["cosine"] = (result.space.vectors * own).sum(1).round(6)
    near = near[near["topic"] >= 0].merge(articles[["article_id", "outlet", "published"]], on="article_id")
    near = near.sort_values(["topic", "cosine", "article_id"], ascending=[True, False, True], kind="stable")
    near["again"] = near.groupby(["topic", "outlet"], dropna=False).cumcount()
    chosen = near.sort_values(["topic", "again"], kind="stable").groupby("topic").head(n)
    weights = vectors.term_weights(result.space, of, n_topics)
    best = _sentences(chosen, weights, result.space, sentences, tokens)
    columns = ["topic", "article_id", "outlet", "published", "sentence", "text"]
    return chosen.merge(best, on="article_id")[columns].reset_index(drop=True)


def _sentences(
    chosen: pd.DataFrame, weights: np.ndarray, found: Space, sentences: pd.DataFrame, tokens: Tokens
) -> pd.DataFrame:
    """Best sentence of each chosen article: its topic's words, each once, over the root of its length."""
    ids, words = lower(tokens)
    at = pd.Series(np.arange(len(found.vocabulary)), index=found.vocabulary).reindex(words)
    by_word = np.zeros((max(len(weights), 1), len(words)))
    known = at.notna().to_numpy()
    by_word[: len(weights), known] = weights[:, at[known].to_numpy(int)]
    topic = sentences["article_id"].map(chosen.set_index("article_id")["topic"])
    rows = np.flatnonzero(topic.notna() & (sentences["voice"] != "headline"))
    first, last = tokens.offsets[rows], tokens.offsets[rows + 1]
    score = [
        by_word[int(t), np.unique(ids[a:b])].sum()
        / max(b - a, 1) ** 0.5
        * (SENTENCE_WORDS[0] <= b - a <= SENTENCE_WORDS[1])
        for t, a, b in zip(topic.iloc[rows], first, last, strict=True)
    ]
    ranked = sentences.iloc[rows].assign(score=np.round(score, 6))
    ranked["text"] = ranked["text"].str.split().str.join(" ")
    ranked = ranked.sort_values("score", ascending=False, kind="stable").drop_duplicates("article_id")
    return ranked[["article_id", "sentence", "text"]]


def places(result: Topics) -> pd.DataFrame:
    """Count where the articles went, in words: where, articles."""
    grouped = "in a topic" if len(result.topics) else "compared one by one"
    said = {
        "": grouped,
        "copy": "copy of another article, where that one is",
        "other language": "not in English",
    }
    where = result.article_topics["note"].replace(said)
    order = [*said.values(), describe.NO_TOPIC, DROPPED]
    counted = where.value_counts().reindex(order, fill_value=0)
    return counted[counted > 0].rename_axis("where").reset_index(name="articles")


def shares(result: Topics) -> pd.DataFrame:
    """Topics from the largest, and in a last row the articles that are in none: the shares add up to 1."""
    n = len(result.space.ids)
    left = n - int(result.topics["n_articles"].sum())
    low, high = population.wilson([left], n)
    last = {
        "topic": -1,
        "label": rest(result),
        "terms": "",
        "n_articles": left,
        "share": round(left / max(n, 1), 6),
    }
    last |= {"share_low": low[0], "share_high": high[0], "stability": np.nan, "alarms": ""}
    return pd.concat([result.topics, pd.DataFrame([last])], ignore_index=True)


def rest(result: Topics) -> str:
    """Name the articles that are in no topic."""
    if not len(result.topics):
        return NOT_GROUPED
    dropped = (result.article_topics["note"] == DROPPED).any()
    return f"{describe.NO_TOPIC} or dropped" if dropped else describe.NO_TOPIC


def headline(result: Topics) -> str:
    """Say in a line what the shares show."""
    n = len(result.space.ids)
    if not len(result.topics):
        return f"{words.plural(n, 'article')}: too few to be grouped"
    first, alarmed = result.topics.iloc[0], int((result.topics["alarms"] != "").sum())
    size = f"{words.percent(first['share'])} of the articles"
    many = words.plural(len(result.topics), noun(result))
    level = result.topics.loc[result.topics["n_articles"] == first["n_articles"], "label"]
    lead = f"{many}; the largest, “{first['label']}”, has {size}"
    if len(level) > 1:
        lead = f"{many}; “{level.iloc[0]}” and {len(level) - 1} more lead with {size} each"
    return lead + (f"; {alarmed} to be read with care" if alarmed else "")


def counted(result: Topics, n_articles: int) -> str:
    """Say how many articles stand behind a figure, and how many do not."""
    n = len(result.space.ids)
    out = f"left out: {n_articles - n:,} (copies, other languages)" if n < n_articles else "none left out"
    return f"n = {words.plural(n, 'article')}; {out}"


def noun(result: Topics) -> str:
    """Say what the groups are called: of few articles nobody can make topics."""
    return "broad group" if result.mode == topics.MODES[1] else "topic"


def number(result: Topics, *, made: int) -> str:
    """Say in a line which numbers of topics the criteria speak for; `made` are the topics before the hand."""
    ranked = result.criteria[result.criteria["rank"] > 0].sort_values("rank", kind="stable")
    if ranked.empty:
        return "No number of topics was compared"
    best, *others = ranked["k"].tolist()
    text = f"The criteria speak for {words.plural(best, noun(result))}"
    text += f"; as defensible: {words.listed(list(map(str, others)))}" if others else ""
    return text + (f"; {made} were made" if made != best else "")


def divides(goes: pd.DataFrame) -> str:
    """Say in a line what a larger number of topics would change; `goes` is what `trials.flow` returned."""
    if goes.empty:
        return "No other number of topics was compared"
    own = goes[goes["topic"] >= 0].groupby("topic")["n_articles"]
    whole = own.max() >= WHOLE * own.sum()
    return f"{int(whole.sum())} of {len(whole)} stay whole when there are {int(goes['next_k'].iloc[0])}"


def mapped(result: Topics) -> str:
    """Say in a line how far the map can be trusted."""
    return f"How near articles are by their words (trustworthiness of the map {trust(result):.2f})"


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
    mine = _topic_of(result)
    both = mine.index.intersection(given.index)
    if not len(result.topics) or len(both) < max(len(mine) / 2, 1):
        return pd.DataFrame(columns=columns)
    hand, found_ = given[both].to_numpy(), mine[both].to_numpy()
    row = (len(both), len(set(hand)), len(result.topics), consensus.agreement(hand, found_))
    return pd.DataFrame([row], columns=columns)


def _topic_of(result: Topics) -> pd.Series:
    return result.article_topics.set_index("article_id")["topic"]


def borderline(result: Topics, *, n: int = 10) -> pd.DataFrame:
    """List the articles that lie nearest between two topics.

    Returns
    -------
    DataFrame
        article_id, label (of its topic), second (label of the next one), margin; the smallest margins first.
    """
    names = result.topics.set_index("topic")["label"].to_dict() | {-1: rest(result)}
    counted = result.article_topics[result.article_topics["article_id"].isin(result.space.ids)]
    counted = counted[(counted["second"] >= 0) & (counted["note"] != DROPPED)]
    ranked = counted.sort_values(["margin", "article_id"], kind="stable").head(n)
    ranked = ranked.assign(label=ranked["topic"].map(names), second=ranked["second"].map(names))
    return ranked[["article_id", "label", "second", "margin"]].reset_index(drop=True)


def trust(result: Topics) -> float:
    """Say how far neighbours on the map are neighbours in all dimensions, on at most `JUDGED` articles."""
    plane = result.article_topics.set_index("article_id").loc[result.space.ids, ["x", "y"]].to_numpy()
    return consensus.trustworthiness(result.space.vectors[:JUDGED], plane[:JUDGED])


def found(result: Topics, tried: pd.DataFrame, *, n_articles: int, by_hand: str = "") -> str:
    """Put into Markdown what the numbers allow to say."""
    n = len(result.space.ids)
    if not n:
        return (
            f"- **Nothing to analyse here:** none of the {n_articles:,} articles is in English. Stop words, "
            "stems and labels are English; in another language they would name grammar for topics."
        )
    lines = [f"- **How:** {result.why}.{_left_out(n, n_articles)}"]
    if len(result.topics):
        lines += [_largest(result.topics, n, noun(result)), _stillness(result, tried), _unclear(result)]
    elif n > 1:
        lines.append(_nearest(similarities(result.space)))
    else:
        lines.append("- One article: there is nothing to compare it with.")
    return "\n".join([*lines, f"- **By hand:** {by_hand}"] if by_hand else lines)


def _left_out(n: int, n_articles: int) -> str:
    if n == n_articles:
        return ""
    are = "is a copy or in another language" if n_articles - n == 1 else "are copies or in other languages"
    return f" {n_articles - n:,} of {n_articles:,} articles {are}."


def _largest(table: pd.DataFrame, n: int, kind: str) -> str:
    first = table.iloc[0]
    text = (
        f"- **Largest {kind}:** “{words.plain(first['label'])}” with {first['n_articles']:,} of {n:,} "
        f"articles ({words.percent(first['share'])}, 95 % interval {words.percent(first['share_low'])} to "
        f"{words.percent(first['share_high'])})"
    )
    if len(table) > 1 and table["share_high"].iloc[1] >= first["share_low"]:
        return text + f". Its lead over “{words.plain(table['label'].iloc[1])}” is within what chance can do."
    return text + "."


def _stillness(result: Topics, tried: pd.DataFrame) -> str:
    table = result.topics
    stable = int((table["stability"] >= alarms.STABLE).sum())
    known = tried.set_index("choice")["agreement"]
    alarmed = table[table["alarms"] != ""]
    care = f"No {noun(result)} has an alarm"
    if len(alarmed):
        first = [f"“{words.plain(row.label)}” ({row.alarms})" for row in alarmed.head(3).itertuples()]
        more = f" and {len(alarmed) - 3} more" if len(alarmed) > 3 else ""
        care = f"To be read with care: {', '.join(first)}{more}"
    return (
        f"- **Does it hold still?** {stable} of {words.plural(len(table), noun(result))} with stability "
        f"{alarms.STABLE} or more. Agreement with another seed {known['another seed']:.2f}, with 5 % of the "
        f"articles removed {known['5 % of the articles removed']:.2f} (1 is the same); "
        f"least with {known.idxmin()}: {known.min():.2f}. {care}."
    )


def _unclear(result: Topics) -> str:
    n = len(result.space.ids)
    left = n - int(result.topics["n_articles"].sum())
    name = rest(result)
    return (
        f"- **{name[0].upper() + name[1:]}:** {left:,} of {n:,} articles ({words.percent(left / max(n, 1))})."
    )


def _nearest(near: pd.DataFrame) -> str:
    values = near.to_numpy().copy()
    np.fill_diagonal(values, -1)
    i, j = np.unravel_index(values.argmax(), values.shape)
    one, other = (words.plain(str(near.index[k])) for k in (i, j))
    return (
        f"- **Most alike:** {one} and {other} (similarity {values[i, j]:.2f}; "
        "1 is the same words). With so few articles a group of them would be no topic."
    )
