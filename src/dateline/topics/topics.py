"""Topics: how many there are, which articles are in each, how far that holds still, and where they stand."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import population
from dateline.population import NO_CLEAR_TOPIC
from dateline.text.boilerplate import NO_BOILERPLATE
from dateline.tokens import Tokens, lower, tokenize
from dateline.topics import consensus, labels, vectors
from dateline.topics.consensus import BROAD, compare_numbers, mean_directions, number_by_size
from dateline.topics.vectors import FEWEST, Data, Space

# Articles that the clusters are made of; further ones go to the nearest. 5,000 instead of 2,000 have the same
# NMI on parts of the train halves of R8, R52 and 20 Newsgroups, are no stiller and take 2.6 times as long.
FITTED = 2000
# Runs of k-means for the topics, and for the trials of other choices.
N_RUNS, TRIAL_RUNS = 40, 20
# Below this lead over the second topic (difference of cosines) an article has no clear topic. On the train
# halves named above even there the first topic is right for 41 % of the articles, the second for 30 %.
MARGIN = 0.005
# How clearly an article is in its topic, and the margin from which on. There the first topic is right for 54,
# 76 and 95 % of the articles of those train halves.
GRADES, CLEARER = ("between two", "rather", "clearly"), (0.1, 0.3)
# Few articles have no topics or broad groups; and more have none where no group of them holds still.
MODES = ("too few", "broad groups", "topics", "no topics")

# Terms of a topic, articles that stand for it, and words of a sentence that can.
N_TERMS, N_EXAMPLES, SENTENCE_WORDS = 8, 3, (8, 45)
# Bounds of `topic_stability`, as Hennig (2007) has them for the agreement of a cluster with its like. Of the
# topics of articles whose words were dealt anew none reaches the second one.
STABLE, DOUBTFUL = 0.75, 0.6
# An alarm needs so many articles, and so large a share of a topic's articles or terms.
ALARM_FROM, ONE_OUTLET, ONE_DAY, ONE_SENTENCE, ONLY_NAMES = 4, 0.9, 0.8, 0.3, 0.85
NOT_GROUPED, DROPPED = "not grouped", "dropped by hand"
NOT_IN_SPACE = "copy", "other language"

# Articles on which choices are tried: all where that is quick, else the first; and the map is judged.
TRIED_WHOLE, TRIED, JUDGED = 1000, 500, 1000
# A topic begins inside the corpus where chance would leave such a gap before it less often (Bonferroni), and
# a share differs where so few of the dealings have any difference as large.
RARE, DEALT = 0.05, 999

Described = tuple[pd.DataFrame, list[str]]  # terms and labels of topics


class Topics(NamedTuple):
    """What `find_topics` returns: three tables of the data dictionary, and how they came about.

    `criteria` and `assignments` are those of `compare_numbers`, with the topics under the number in use.
    `mode` is one of `MODES`; `asked` is whether the user set the number; `centres` are (n_topics, d); `data`
    and `seed` are what they were found in and with.
    """

    topics: pd.DataFrame
    article_topics: pd.DataFrame
    topic_terms: pd.DataFrame
    criteria: pd.DataFrame
    assignments: pd.DataFrame
    mode: str
    asked: bool
    space: Space
    centres: np.ndarray
    data: Data
    seed: int

    @property
    def labels(self) -> np.ndarray:
        """(n,) topic of each article of the space, -1 for none."""
        return self.article_topics.set_index("article_id")["topic"].loc[self.space.ids].to_numpy()

    @property
    def grouped(self) -> pd.DataFrame:
        """Article_topics without copies and other languages, which are not in the space; and the labels."""
        table = self.article_topics[~self.article_topics["note"].isin(NOT_IN_SPACE)]
        return table.assign(label=table["topic"].map(self.label_of)).reset_index(drop=True)

    @property
    def steady(self) -> pd.DataFrame:
        """Topics that hold still; of the others no share, lead or trend is put into words."""
        return self.topics[self.topics["stability"] >= DOUBTFUL]

    @property
    def label_of(self) -> dict[int, str]:
        """Label of each topic, and under -1 the name of what is in none."""
        dropped = bool((self.article_topics["note"] == DROPPED).any())
        none = NO_CLEAR_TOPIC + " or dropped" * dropped if dropped or len(self.topics) else NOT_GROUPED
        return self.topics.set_index("topic")["label"].to_dict() | {-1: none}


def find_topics(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    k: int | None = None,
    seed: int = 0,
    copies: bool = False,
    names: bool = True,
    stop: Sequence[str] = (),
) -> Topics:
    """Find the topics of a corpus; its size decides how.

    Below `vectors.FEWEST` articles, or where no group holds still, the result is without any topic.
    `tokens` are those of the sentences; `k` is the number of topics, by default the one that the criteria
    speak for. `copies` count, or follow their original; `names` count or not; `stop`: more words left out.
    """
    data = Data(articles, sentences, tokens, copies, names, stop)
    space = vectors.build_space(data)
    n = int(space.vectors.any(axis=1).sum())
    mode = MODES[int(n >= FEWEST) + int(n > BROAD)]
    criteria, assignments = compare_numbers(space, seed=seed, **({} if n >= FEWEST else {"numbers": ()}))
    topic, margin = np.full(len(space.ids), -1), np.zeros(len(space.ids))
    centres, stability = np.zeros((0, space.vectors.shape[1])), np.zeros(0)
    if n >= FEWEST and not k and criteria.empty:  # no number of groups could be made
        mode = MODES[3]
    elif n >= FEWEST:
        k_used = k or int(criteria.loc[criteria["chosen"], "k"].iloc[0])
        groups = group_articles(space, k_used, seed=seed)
        stability = consensus.topic_stability(space, groups[0])
        if k or stability.max() >= DOUBTFUL:
            topic, margin, centres = groups
        else:
            stability, mode = np.zeros(0), MODES[3]
    groupings = [topic]
    if mode == MODES[2] and stability.max() >= DOUBTFUL and (n_fine := consensus.fine_number(space, topic)):
        groupings.append(group_articles(space, n_fine, seed=seed, n_runs=TRIAL_RUNS)[0])
    described, *of_fine = describe_topics(space.ids, groupings, data)
    tables = topic_tables(space, (topic, margin), stability, described, data)
    for (_, names_of_fine), fine in zip(of_fine, groupings[1:], strict=True):
        label = pd.Series(np.array([*names_of_fine, ""], dtype=object)[fine], index=space.ids)
        source = articles["article_id"].mask(tables[1]["note"] == NOT_IN_SPACE[0], articles["copy_of"])
        tables[1]["fine"] = source.map(label).fillna("").astype("str")
    if len(stability):
        used = pd.DataFrame({"article_id": space.ids, "k": len(stability), "topic": topic})
        used = used[used["article_id"].isin(assignments["article_id"].unique())]
        assignments = pd.concat([assignments[assignments["k"] != len(stability)], used])
        assignments = assignments.sort_values("k", kind="stable", ignore_index=True)
    return Topics(*tables, criteria, assignments, mode, k is not None, space, centres, data, seed)


def group_articles(
    space: Space, k: int, *, seed: int = 0, n_runs: int = N_RUNS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group articles into `k` topics, numbered by size; one that ends up with no article is left out.

    Returns (n,) the topic of each article, -1 where none is clear; (n,) how much nearer that is than the
    second one, 1 where there is no other; and the centres, (n_topics, d).
    """
    fitted = space.vectors[space.vectors.any(axis=1)][:FITTED]
    model = consensus.ConsensusKMeans(min(k, len(fitted)), n_runs=n_runs, random_state=seed).fit(fitted)
    cosines = (space.vectors @ model.cluster_centers_.T).round(6)
    topic, margin = cosines.argmax(1), np.ones(len(cosines))
    if cosines.shape[1] > 1:
        second, first = np.sort(cosines, axis=1)[:, -2:].T
        margin = (first - second).round(6)
    topic[(margin < MARGIN) | ~space.vectors.any(axis=1)] = -1
    order, number = number_by_size(topic, len(model.cluster_centers_))
    return number[topic], margin, model.cluster_centers_[order]


# ---- topics as tables


def describe_topics(ids: np.ndarray, groupings: Sequence[np.ndarray], data: Data) -> list[Described]:
    """Terms and labels of topics, as `labels.describe_groups` has them, for each grouping of the articles.

    They come from the first `FITTED` articles: more change no label, and cost memory.
    """
    ids = ids[:FITTED] if groupings[0].max(initial=-1) >= 0 else ids[:0]
    documents = vectors.number_documents(ids, data.sentences, data.tokens)
    phrases = labels.find_phrases(documents, data.sentences, stop=data.ignored)
    parts = ((topic[: len(ids)], int(topic.max(initial=-1)) + 1) for topic in groupings)
    return [labels.describe_groups(phrases, *part, data, n_terms=N_TERMS) for part in parts]


def topic_tables(
    space: Space, groups: tuple[np.ndarray, ...], stability: np.ndarray, described: Described, data: Data
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Make the tables topics, article_topics and topic_terms of what `group_articles` returned."""
    (topic, margin), (terms, names), n, k = groups, described, len(groups[0]), len(stability)
    sizes = np.bincount(topic[topic >= 0], minlength=k)
    low, high = population.wilson(sizes, n)
    term_lists = [", ".join(terms.loc[terms["topic"] == number, "term"]) for number in range(k)]
    columns = {"topic": np.arange(k), "label": names, "terms": term_lists, "n_articles": sizes}
    columns |= {"share": (sizes / max(n, 1)).round(6), "share_low": low, "share_high": high}
    table = pd.DataFrame(columns | {"stability": stability, "alarms": "", "hand": ""})
    table["alarms"] = find_alarms(space.ids, topic, table, terms, data)
    table = table.astype(dict.fromkeys(("label", "terms", "alarms", "hand"), "str"))
    placed = _article_table(data, space, topic, margin)
    return table, placed, terms[["topic", "rank", "term", "weight"]]


def _article_table(data: Data, space: Space, topic: np.ndarray, margin: np.ndarray) -> pd.DataFrame:
    """Topic of every article, and the next; copies have those of their original, others a note why."""
    plane = np.zeros((len(topic), 2))
    if min(space.vectors.shape) > 1:
        from sklearn.decomposition import PCA

        plane = PCA(2, svd_solver="covariance_eigh").fit_transform(space.vectors).round(4) + 0.0
    second, grouped = np.full(len(topic), -1), np.flatnonzero(topic >= 0)
    if len(grouped):
        cosines = (space.vectors @ mean_directions(space.vectors, topic, topic.max() + 1).T).round(6)
        cosines[grouped, topic[grouped]] = -2
        second = np.where((cosines.max(1) > -2) & space.vectors.any(axis=1), cosines.argmax(1), -1)
    columns = {"topic": topic, "margin": margin, "x": plane[:, 0], "y": plane[:, 1], "second": second}
    placed = pd.DataFrame(columns, index=space.ids)
    articles = data.articles
    follows = ~population.is_counted(articles, copies=data.copies) & articles["copy_of"].notna()
    source = articles["article_id"].mask(follows, articles["copy_of"])
    table = placed.reindex(source.to_numpy(object)).reset_index(drop=True)
    table.insert(0, "article_id", articles["article_id"].to_numpy())
    unclear = (table["topic"].to_numpy() == -1) & (topic.max(initial=-1) >= 0)
    reasons = [follows.to_numpy(), ~population.is_readable(articles).to_numpy(), unclear]
    table["note"] = np.select(reasons, [*NOT_IN_SPACE, NO_CLEAR_TOPIC], "")
    table["fine"] = pd.Series("", index=table.index, dtype="str")
    return table.fillna({"topic": -1, "second": -1}).astype({"topic": "int64", "second": "int64"})


def find_alarms(
    ids: np.ndarray, topic: np.ndarray, topics: pd.DataFrame, terms: pd.DataFrame, data: Data
) -> list[str]:
    """Say how each topic may be an artefact: the names of its alarms, comma-separated."""
    sentences = data.sentences
    grouped = data.articles.set_index("article_id").loc[ids].assign(topic=topic)
    fitted = pd.Series(topic, index=ids)[:FITTED]
    rows = sentences[["article_id", "text"]].assign(topic=sentences["article_id"].map(fitted))
    rows = rows[(rows["topic"] >= 0) & rows["text"].duplicated(keep=False)].drop_duplicates()
    repeated = rows[rows["text"].str.count(" ") >= 2].groupby(["topic", "text"]).size()
    repeated = repeated[repeated >= ALARM_FROM].groupby("topic").max() / fitted.value_counts()
    named = terms.groupby("topic")["name"].mean()

    def is_single(column: str, members: pd.DataFrame, share: float) -> bool:
        """Whether one value has nearly all of a topic's articles, though not of the corpus."""
        top = members[column].value_counts(normalize=True).head(1)
        if members[column].count() < ALARM_FROM or top.iloc[0] < share:
            return False
        return bool((grouped[column].dropna() == top.index[0]).mean() < share)

    alarms = []
    for row in topics.itertuples():
        members = grouped[grouped["topic"] == row.topic]
        doubtful, small = row.stability < DOUBTFUL, len(members) < ALARM_FROM
        checks = {
            "too few to trust": doubtful and len(ids) <= BROAD,
            "unstable": doubtful and len(ids) > BROAD,
            "few articles": small,
            "boilerplate": not small and repeated.get(row.topic, 0) >= ONE_SENTENCE,
            "names only": named.get(row.topic, 0) >= ONLY_NAMES,
            "one outlet": is_single("outlet", members, ONE_OUTLET),
            "one day": is_single("published", members, ONE_DAY),
        }
        alarms.append(", ".join(alarm for alarm, rings in checks.items() if rings))
    return alarms


def share_table(result: Topics) -> pd.DataFrame:
    """Topics from the largest, and in a last row the articles that are in none: the shares add up to 1."""
    n = len(result.space.ids)
    left = n - int(result.topics["n_articles"].sum())
    low, high = population.wilson([left], n)
    last = {"topic": -1, "label": result.label_of[-1], "terms": "", "n_articles": left, "alarms": ""}
    last |= {"share": round(left / max(n, 1), 6), "share_low": low[0], "share_high": high[0], "hand": ""}
    return pd.concat([result.topics, pd.DataFrame([last])], ignore_index=True)


def fine_topics(result: Topics) -> pd.DataFrame:
    """List fine topics, the largest first, and the topic of most: fine, within, inside (it), n_articles."""
    table = result.grouped[result.grouped["fine"] != ""].rename(columns={"label": "within"})
    pairs = table.groupby(["fine", "within"]).size().rename("inside").reset_index()
    pairs["n_articles"] = pairs.groupby("fine")["inside"].transform("sum")
    pairs = pairs.sort_values(["n_articles", "inside"], ascending=False, kind="stable")
    return pairs.drop_duplicates("fine", ignore_index=True)


def membership_grades(result: Topics) -> pd.DataFrame:
    """Count how clearly the articles of each topic are in it, by margin: label and the `GRADES`."""
    table = result.grouped[result.grouped["topic"] >= 0]
    grade = pd.cut(table["margin"], [0, *CLEARER, np.inf], right=False, labels=list(GRADES))
    counts = pd.crosstab(table["topic"], grade, dropna=False).reindex(columns=list(GRADES), fill_value=0)
    return counts.rename(index=result.label_of).rename_axis("label").reset_index().rename_axis(columns=None)


def borderline_articles(result: Topics, *, n: int = 10) -> pd.DataFrame:
    """List the articles that lie nearest between two topics: article_id, label, second, margin."""
    table = result.grouped[(result.grouped["second"] >= 0) & (result.grouped["note"] != DROPPED)]
    table = table.sort_values(["margin", "article_id"], kind="stable", ignore_index=True).head(n)
    table = table.assign(second=table["second"].map(result.label_of))
    return table[["article_id", "label", "second", "margin"]]


def representatives(result: Topics) -> pd.DataFrame:
    """Choose for each topic the articles nearest to its centre, of different outlets if there are any.

    The table has topic, article_id, outlet, published, sentence and text: the one with most of its words.
    """
    space, topic, centres, k = result.space, result.labels, result.centres, len(result.centres)
    articles, sentences, tokens = result.data.articles, result.data.sentences, result.data.tokens
    rows = pd.DataFrame({"article_id": space.ids, "topic": topic})
    rows["cosine"] = (space.vectors * centres[topic]).sum(1).round(6) if k else 0.0
    rows = rows[rows["topic"] >= 0].merge(articles[["article_id", "outlet", "published"]], on="article_id")
    rows = rows.sort_values(["topic", "cosine", "article_id"], ascending=[True, False, True], kind="stable")
    rows["repeat"] = rows.groupby(["topic", "outlet"], dropna=False).cumcount()
    chosen = rows.sort_values(["topic", "repeat"], kind="stable").groupby("topic").head(N_EXAMPLES)

    weight = np.zeros((max(k, 1), len(space.vocabulary) + 1))  # the last column is of words that do not count
    weight[:k, :-1] = labels.group_weights(space.matrix.T, topic, k)[0]
    ids, words = lower(tokens)
    column = pd.Index(space.vocabulary).get_indexer(words)
    of_sentence = sentences["article_id"].map(chosen.set_index("article_id")["topic"])
    of_sentence = of_sentence.fillna(-1).to_numpy(int)
    fits = (of_sentence >= 0) & (sentences["voice"] != "headline").to_numpy(bool)
    size, row = np.diff(tokens.offsets), tokens.rows
    pairs = pd.DataFrame({"row": row, "column": column[ids]}, dtype="int64")[fits[row]]
    row, column = pairs.drop_duplicates().to_numpy().T
    score = np.bincount(row, weight[of_sentence[row], column], len(size)) / np.maximum(size, 1) ** 0.5
    score = np.where((size >= SENTENCE_WORDS[0]) & (size <= SENTENCE_WORDS[1]), score, 0).round(6)
    ranked = sentences.assign(score=score)[fits]
    ranked["text"] = ranked["text"].str.split().str.join(" ")
    ranked = ranked.sort_values("score", ascending=False, kind="stable").drop_duplicates("article_id")
    columns = ["topic", "article_id", "outlet", "published", "sentence", "text"]
    return chosen.merge(ranked, on="article_id")[columns].reset_index(drop=True)


# ---- maps


def map_trust(result: Topics) -> float:
    """How far neighbours on the map are neighbours in all dimensions: 1 all, .5 by chance."""
    from sklearn.manifold import trustworthiness

    points = result.space.vectors[:JUDGED]
    plane = result.article_topics.set_index("article_id").loc[result.space.ids[:JUDGED], ["x", "y"]]
    if (neighbours := min(5, (len(points) - 1) // 2)) < 1:
        return 1.0
    return round(float(trustworthiness(points, plane.to_numpy(), n_neighbors=neighbours)), 6)


def topic_tree(result: Topics) -> pd.DataFrame:
    """Tree of topics by the directions of their centres, or of the articles where these are too few."""
    if len(result.topics) or result.mode != MODES[0]:
        points, names = result.centres, result.topics["label"].tolist()
        return vectors.join_nearest(1 - points @ points.T, names)
    likeness = vectors.similarities(result.space)
    return vectors.join_nearest(1 - likeness.to_numpy(), likeness.index.tolist())


# ---- over time


def topics_by_period(
    result: Topics, articles: pd.DataFrame, *, unit: str = "auto"
) -> tuple[pd.DataFrame, str]:
    """Share of each topic in the unique articles of each period, and the name of the period.

    `unit` is that name, or ``auto``. The table has period (missing: undated), topic, label, n_articles, n_of
    (of the period), share, share_low, share_high; every topic in every period.
    """
    table = _dated_articles(result, articles)
    unit = population.calendar_unit(articles, asked=unit)
    table["period"] = population.period_start(table["published"], unit=unit)
    dated = population.all_periods(table["published"], unit=unit)
    periods = pd.Index([*dated, pd.NaT], dtype="datetime64[s]")
    numbers = [*result.topics["topic"], -1]
    grid = pd.MultiIndex.from_product([periods, numbers], names=["period", "topic"]).to_frame(index=False)
    sizes = table.groupby(["period", "topic"], dropna=False).size().rename("n_articles").reset_index()
    grid = grid.merge(sizes, on=["period", "topic"], how="left").fillna({"n_articles": 0})
    grid = grid.astype({"n_articles": "int64"})
    grid["n_of"] = np.repeat(grid["n_articles"].to_numpy().reshape(len(periods), -1).sum(1), len(numbers))
    grid.insert(2, "label", grid["topic"].map(result.label_of).astype("str"))
    grid["share"] = (grid["n_articles"] / grid["n_of"].where(grid["n_of"] > 0)).round(6)
    grid["share_low"], grid["share_high"] = population.wilson(*grid[["n_articles", "n_of"]].to_numpy().T)
    return grid, unit


def _dated_articles(result: Topics, articles: pd.DataFrame) -> pd.DataFrame:
    """Articles that were grouped, with their outlet, day and story."""
    return result.grouped.merge(articles[["article_id", "outlet", "published", "story"]], on="article_id")


def topic_differences(
    result: Topics, articles: pd.DataFrame, *, unit: str = "auto", seed: int = 0
) -> pd.DataFrame:
    """Compare the share of each topic in each outlet, and in each period, with its share in all others.

    Of articles of one outlet (or period) on one story the first counts. They are dealt anew to outlets and
    periods; the largest difference anywhere bounds all (P. H. Westfall and S. S. Young, 1993): of 100 corpora
    without a difference five show any.

    The table has by (outlet or period), group, topic, label, n_articles, n_of, share, rest (the share in all
    others), difference, low, high (hold for all rows at once; R. G. Newcombe, Statistics in Medicine 17,
    1998), p (over the whole table) and differs: "more", "less" or empty. Compared are topics that hold still,
    in groups of `population.FEWEST_ARTICLES` with as many outside. The surest stand first.
    """
    from scipy.special import ndtri
    from scipy.stats import random_table

    unit, largest, parts = population.calendar_unit(articles, asked=unit), np.zeros(DEALT), []
    table = _dated_articles(result, articles)
    table["period"] = population.period_start(table["published"], unit=unit).dt.strftime("%Y-%m-%d")
    for by in ("outlet", "period"):
        first = table.dropna(subset=by).sort_values("article_id").drop_duplicates([by, "story"])
        small = first[by].map(first[by].value_counts()) < population.FEWEST_ARTICLES
        cells = pd.crosstab(first[by].mask(small, ""), first["topic"])  # the small ones are one row
        inside, n_of, of_topic = cells.to_numpy(), cells.sum(axis=1).to_numpy(), cells.sum().to_numpy()
        n = n_of.sum()
        enough = (np.minimum(n_of, n - n_of) >= population.FEWEST_ARTICLES) & (cells.index != "")
        i, j = np.nonzero(np.outer(enough, cells.columns.isin(result.steady["topic"])))
        if not len(i):
            continue
        drawn = random_table(n_of, of_topic, seed=np.random.default_rng(seed)).rvs(DEALT, method="boyett")
        error = np.sqrt(np.outer(n_of * (n - n_of), of_topic * (n - of_topic)) / (n - 1)) / n
        misses = np.abs(np.stack([inside, *drawn]) - np.outer(n_of, of_topic) / n) / np.maximum(error, 1e-9)
        largest = np.maximum(largest, misses[1:, i, j].max(1).round(6))
        columns = {"by": by, "group": cells.index[i], "topic": cells.columns[j], "n_articles": inside[i, j]}
        columns |= {"n_of": n_of[i], "others": of_topic[j] - inside[i, j], "n_rest": n - n_of[i]}
        parts.append(pd.DataFrame(columns | {"miss": misses[0, i, j].round(6)}))
    numbers = ["n_articles", "n_of", "share", "rest", "difference", "low", "high", "p"]
    names = ["by", "group", "topic", "label", *numbers, "differs"]
    if not parts:
        return pd.DataFrame(columns=names)
    rows = pd.concat(parts, ignore_index=True)
    z = float(ndtri((1 + 0.95 ** (1 / len(rows))) / 2))  # Šidák: so that all intervals hold together
    share, remainder = rows["n_articles"] / rows["n_of"], rows["others"] / rows["n_rest"]
    low, high = population.wilson(*rows[["n_articles", "n_of"]].to_numpy().T, z=z)
    rest_low, rest_high = population.wilson(*rows[["others", "n_rest"]].to_numpy().T, z=z)
    gap = share - remainder
    rows = rows.assign(share=share, rest=remainder, difference=gap, label=rows["topic"].map(result.label_of))
    rows["low"] = gap - np.hypot(share - low, rest_high - remainder)
    rows["high"] = gap + np.hypot(high - share, remainder - rest_low)
    rows["p"] = (1 + (largest >= rows["miss"].to_numpy()[:, None]).sum(1)) / (1 + DEALT)
    clear = (rows["p"] <= RARE) & (rows["low"] * rows["high"] > 0)
    rows["differs"] = np.where(clear, np.where(gap > 0, "more", "less"), "")
    rows = rows.sort_values(["p", "miss"], ascending=[True, False], kind="stable", ignore_index=True)
    return rows[names].round(6)


def topic_spells(result: Topics, articles: pd.DataFrame) -> pd.DataFrame:
    """Test of each topic whether it begins or ends inside the time that the corpus covers.

    Counted are stories within topics: ten reports of one event are one chance to be early. Only where the
    hypergeometric probability that none is among those begun before is small is the gap called a beginning;
    likewise at the end. The table has topic, label, n_dated (articles), first, last (days), n_stories (of its
    dated articles), n_before, n_after (dated stories begun before its first and ended after its last day),
    p_before, p_after (by chance), born, ended (true or false).
    """
    from scipy.stats import hypergeom

    table = _dated_articles(result, articles).dropna(subset="published")
    stories = table.groupby(["topic", "story"])["published"].agg(["min", "max", "size"]).reset_index()
    spells = result.steady[["topic", "label"]].reset_index(drop=True)
    spans = stories.groupby("topic").agg(
        n_dated=("size", "sum"), first=("min", "min"), last=("max", "max"), n_stories=("size", "count")
    )
    spells = spells.join(spans, on="topic").fillna({"n_dated": 0, "n_stories": 0})
    n_stories = spells["n_stories"].to_numpy(int)
    spells["n_before"] = [int((stories["min"] < day).sum()) for day in spells["first"]]
    spells["n_after"] = [int((stories["max"] > day).sum()) for day in spells["last"]]
    for end in ("before", "after"):
        chance = hypergeom.pmf(0, max(len(stories), 1), spells[f"n_{end}"].to_numpy(int), n_stories)
        spells[f"p_{end}"] = np.where(n_stories > 0, chance, 1.0).round(6)
    bound = RARE / max(2 * len(spells), 1)
    spells["born"], spells["ended"] = spells["p_before"] <= bound, spells["p_after"] <= bound
    types = dict.fromkeys(("first", "last"), "datetime64[s]")
    return spells.astype(types | dict.fromkeys(("n_dated", "n_stories"), "int64"))


# ---- other choices


def agreement_trials(result: Topics, *, removed: pd.DataFrame | None = None) -> pd.DataFrame:
    """Group again with one choice changed at a time and compare, by the adjusted Rand index.

    `removed` is what cleaning took out, to put boilerplate back. The table has choice, n_articles (compared),
    agreement (1: the same topics) and note (where a choice changes nothing). Above `TRIED_WHOLE` articles
    none is tried that needs new vectors.
    """
    from sklearn.metrics import adjusted_rand_score

    k, n, seed, data = len(result.topics), len(result.space.ids), result.seed, result.data
    types = {"choice": "str", "n_articles": "int64", "agreement": "float64", "note": "str"}
    if not k:
        return pd.DataFrame(columns=list(types)).astype(types)

    def regroup(space: Space, k: int = k, seed: int = seed) -> pd.Series:
        return pd.Series(group_articles(space, k, seed=seed, n_runs=TRIAL_RUNS)[0], index=space.ids)

    def rebuild(**changed: Any) -> pd.Series:  # noqa: ANN401
        return regroup(vectors.build_space(replace(data, articles=data.articles[::-1], **changed)))

    part = result.space.part(np.arange(n) < (n if n <= TRIED_WHOLE else TRIED))
    fewer = part.part(np.arange(len(part.ids)) % 20 != seed % 20)  # their order is that of a hash
    base = regroup(part)
    trials = {
        "another seed": (regroup(part, seed=seed + 1), ""),
        "5 % of the articles removed": (regroup(fewer), ""),
        "one topic more": (regroup(part, k + 1), ""),
        "one topic fewer": (regroup(part, max(k - 1, 1)), "" if k > 1 else "there is only one"),
    }
    if n <= TRIED_WHOLE:
        readable = data.articles[population.is_readable(data.articles)]
        trials["input in another order"] = rebuild(), ""
        trials["names left out" if data.names else "names counted"] = rebuild(names=not data.names), ""
        choice = "copies left out" if data.copies else "copies counted"
        note = "" if readable["copy_of"].notna().any() else "there are no copies"
        trials[choice] = rebuild(copies=not data.copies), note
        if removed is not None:
            spans = removed[removed["article_id"].isin(readable["article_id"])]
            spans = spans[~spans["rule"].isin(NO_BOILERPLATE)].assign(voice="narrator")
            texts = pd.concat([frame[["article_id", "text", "voice"]] for frame in (data.sentences, spans)])
            again = rebuild(sentences=texts, tokens=tokenize(texts["text"])) if len(spans) else base
            note = "" if len(spans) else "nothing was removed but titles and dates"
            trials["boilerplate kept"] = again, note
    rows = []
    for choice, (other, note) in trials.items():
        both = base.index.intersection(other.index)
        same = round(float(adjusted_rand_score(base[both], other[both])), 6)
        rows.append((choice, len(both), same, note))
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def topic_flow(result: Topics) -> pd.DataFrame:
    """Say how topics divide from the number in use to the next that was compared.

    The table has k, topic, label, next_k, next_topic, next_label and n_articles, that go from one topic to
    the other. It is empty without another number, and begins with the one before the largest.
    """
    compared, used = np.unique(result.assignments["k"]), len(result.topics)
    if used not in compared or len(compared) < 2:
        columns = ["k", "topic", "label", "next_k", "next_topic", "next_label", "n_articles"]
        return pd.DataFrame(columns=columns)
    first = min(int(np.searchsorted(compared, used)), len(compared) - 2)
    placed = result.assignments.set_index(["k", "article_id"])["topic"]
    ids = placed[compared[first]].index.to_numpy(object)
    sides, numbers = dict[str, int | np.ndarray](), compared[first : first + 2].tolist()
    groupings = [placed[k].loc[ids].to_numpy(np.int64) for k in numbers]
    described = zip(numbers, groupings, describe_topics(ids, groupings, result.data), strict=True)
    for prefix, (k, topic, (_, names)) in zip(("", "next_"), described, strict=True):
        label = np.array([*names, NO_CLEAR_TOPIC], dtype=object)[topic]
        sides |= {f"{prefix}k": k, f"{prefix}topic": topic, f"{prefix}label": label}
    table = pd.DataFrame(sides).groupby(list(sides), as_index=False).size()
    return table.rename(columns={"size": "n_articles"})
