"""Tone by voice, outlet, speaker, period and article, with intervals; who writes differently; word shifts.

All means are over sentences, so that a text that is repeated scores what it scores alone. The dictionary
(`dateline.tone.vader`) reads words, not what is meant: its means are shown and signed nowhere. A sign needs
the model's reading (`dateline.tone.targets`), which does not see the name it judges.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from dateline import population
from dateline.population import FEWEST_ARTICLES, OTHER_OUTLETS
from dateline.tables import LABELS
from dateline.tone.vader import Scored, word_weights

# Scores between ± this are neutral, as VADER's authors say.
NEUTRAL = 0.05
# A mean of the model's has to lie outside ± this: sentences that people call neutral it reads as +.02 to +.06
# on average (benchmarks/quality_sentiment.py).
CLEAR = 0.1
# Outlets and speakers past the largest so many are one row.
MOST_OUTLETS, MOST_SPEAKERS = 12, 8
# Who is quoted in fewer articles has no row.
FEWEST_QUOTED = 3
OTHER_SPEAKERS = "other speakers, or no name"
# Up to so many articles each is shown by itself.
FEW_ARTICLES = 20
# How often articles are dealt anew, and the share of such corpora that may name anybody.
PERMUTATIONS, ERROR_RATE = 999, 0.05
VOICES = ("narrator", "quote", "headline")
TOO_FEW, UNCLEAR = "too few articles", "no clear tone"


def counted_sentences(
    table: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False, over: str = "article"
) -> pd.DataFrame:
    """Choose the sentences that count: those of `dateline.population.counted_articles`.

    `table` is ``sentiment``; `over` is what intervals take as independent: ``article``, or ``story``, where
    articles on one event are not. Its rows come back with article (a number), story, cluster (one of these),
    outlet, published, period and its unit; and, if it has speaker, the most quoted ones and all besides as
    one.
    """
    if over not in ("article", "story"):
        raise ValueError(f"OVER is {over!r}: choose article or story")
    unique = population.counted_articles(articles, copies=copies)
    outlet = population.article_outlets(unique)
    outlet = outlet.where(outlet.isin(population.most_frequent(outlet, MOST_OUTLETS)), OTHER_OUTLETS)
    unit = population.calendar_unit(articles)
    period = population.period_start(unique["published"], unit=unit).dt.strftime("%Y-%m-%d")
    number = np.arange(len(unique))
    story = unique["story"].to_numpy() if "story" in unique else number
    about = pd.DataFrame(
        {
            "article": number,
            "story": story,
            "cluster": number if over == "article" else story,
            "outlet": outlet.set_axis(unique.index).astype("str").astype("category"),
            "published": unique["published"],
            "period": period.fillna(population.UNDATED).astype("category"),
            "unit": pd.Categorical([unit] * len(unique)),
        }
    ).set_index(unique["article_id"])
    row = about.index.get_indexer(table["article_id"])
    units = table[row >= 0].join(about.take(row[row >= 0]).set_index(table.index[row >= 0]))
    if "speaker" not in units:
        return units
    quoted = units[(units["voice"] == "quote") & (units["speaker"] != "")]
    size = quoted.groupby("speaker")["article"].nunique().sort_index()
    size = size[size >= FEWEST_QUOTED].sort_values(ascending=False, kind="stable")
    is_frequent = units["speaker"].isin(size.index[:MOST_SPEAKERS])
    return units.assign(speaker=units["speaker"].where(is_frequent, OTHER_SPEAKERS).astype("category"))


def add_speakers(table: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """Give each quotation (article_id, sentence) the entity that speaks it; empty where nobody is known to.

    `speakers` has article_id, sentence, entity, voice; what is only reported is the narrator's here.
    """
    keys, speakers = ["article_id", "sentence"], speakers[speakers["voice"] == "quote"]
    row = pd.MultiIndex.from_frame(speakers[keys]).get_indexer(pd.MultiIndex.from_frame(table[keys]))
    names = np.append(speakers["entity"].to_numpy(object), "")
    return table.assign(speaker=pd.Series(names[row], index=table.index, dtype="str"))


def label_scores(score: pd.Series) -> pd.Series:
    """Name scores: negative, neutral, positive."""
    names = np.select([score <= -NEUTRAL, score >= NEUTRAL], [LABELS[0], LABELS[2]], LABELS[1])
    return pd.Series(names, index=score.index, dtype="str")


def mean_tones(units: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Mean score of all sentences and of each group, by voice, with intervals over articles.

    `by` are columns of `counted_sentences` to part it by, in turn: outlet, period, speaker (quotations
    alone). Gives by, group, voice ("all" and each), n_articles, n_sentences; shares negative, neutral,
    positive, and without: that of neutral ones if event words do not count; judging (the mean without event
    words); mean, low, high, n_drawn, thin (see `means_by_cluster`). The intervals of one grouping hold
    together.
    """
    parts, label = [], label_scores(units["score"])
    units = units[["article", "cluster", "voice", "score", "judging", *by]].assign(
        without=label_scores(units["judging"]) == "neutral", **{kind: label == kind for kind in LABELS}
    )
    for name in ("", *by):
        rows = units[units["voice"] == "quote"] if name == "speaker" else units
        rows = rows.assign(group=rows[name].astype("str") if name else "all")
        rows = pd.concat([rows.assign(voice="all"), rows])
        rows["voice"] = pd.Categorical(rows["voice"], ["all", *VOICES])
        cells = rows.groupby(["group", "voice"], observed=True)
        table = cells.agg(n_articles=("article", "nunique"), n_sentences=("score", "size"))
        table[[*LABELS, "without", "judging"]] = cells[[*LABELS, "without", "judging"]].mean()
        table = table.join(means_by_cluster(rows, ["group", "voice"], "score", together=bool(name)))
        table = table.round(6).reset_index()
        table.insert(0, "by", name)
        parts.append(table.astype(dict.fromkeys(["by", "group", "voice"], "str")))
    return pd.concat(parts, ignore_index=True)


def means_by_cluster(rows: pd.DataFrame, keys: Sequence[str], value: str, *, together: bool) -> pd.DataFrame:
    """Mean of a column in each group that `keys` part the rows into, with `population.mean_intervals`.

    Columns: mean, low, high, n_drawn (articles, or stories, that have a value) and thin (these are fewer than
    `FEWEST_ARTICLES`: there is no interval).
    """
    options = {"values": value, "index": "cluster", "columns": keys, "fill_value": 0, "observed": True}
    sums, counts = (rows.pivot_table(aggfunc=kind, **options) for kind in ("sum", "count"))
    means = population.mean_intervals(sums.to_numpy(), counts.to_numpy(), together=together)
    table = pd.DataFrame(dict(zip(("mean", "low", "high"), means, strict=True)), index=sums.columns)
    n_drawn = (counts > 0).sum()
    return table.assign(n_drawn=n_drawn, thin=n_drawn < FEWEST_ARTICLES)


def sign_means(mean: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Put means of the model's readings into words.

    "too few articles" where there is no interval; a sign where the mean lies outside ±`CLEAR` and its
    interval excludes zero; else "no clear tone".
    """
    up, down = (low > 0) & (mean > CLEAR), (high < 0) & (mean < -CLEAR)
    return np.select([np.isnan(low), up, down], [TOO_FEW, "positive", "negative"], UNCLEAR)


def differing_groups(readings: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Find who writes differently about whom: each group against all others, name by name.

    Articles are dealt anew to the groups; articles on one story only among each other, so that who covers
    the bad news is not taken for who writes badly of it. The largest difference of any name and group, in
    standard errors, bounds all of them: of 100 corpora without a difference, five name anybody.

    Takes entity, group (an outlet, say), article, story, value: any number for an article. Gives, the surest
    first, entity, group, rest (mean of the others), p (of the whole table; missing below `FEWEST_ARTICLES`),
    differs: "more negative" or "more positive" up to p `ERROR_RATE`, if the means lie `NEUTRAL` apart.

    P. H. Westfall and S. S. Young, "Resampling-Based Multiple Testing" (1993), chapter 2: the largest
    statistic; P. Good, "Permutation, Parametric, and Bootstrap Tests of Hypotheses" (2005): blocks.

    >>> values = pd.DataFrame({"entity": "Lee", "group": ["a"] * 9 + ["b"] * 9, "article": range(18)})
    >>> values = values.assign(story=values["article"], value=np.where(values["group"] == "a", -0.6, 0.1))
    >>> differing_groups(values)[["entity", "group", "differs"]].to_numpy().tolist()
    [['Lee', 'a', 'more negative'], ['Lee', 'b', 'more positive']]
    """
    rng, largest, tables = np.random.default_rng(seed), np.zeros(PERMUTATIONS), []
    for entity, part in readings.groupby("entity", sort=False, observed=True):
        articles = part.groupby(["article", "group", "story"], observed=True)["value"].mean().reset_index()
        # articles that are alone on their story are one block
        shared = articles["story"].where(articles["story"].duplicated(keep=False))
        articles = articles.assign(block=pd.factorize(shared)[0]).sort_values("block", kind="stable")
        member = pd.get_dummies(articles["group"].astype("str")).astype(float)
        value, block = articles["value"].to_numpy(), articles["block"].to_numpy()
        lots = block + 0.999 * rng.random((PERMUTATIONS, len(value)))
        dealt = np.concatenate([value[None], value[np.argsort(lots, axis=1)]])
        size, total = member.sum().to_numpy(), value.sum()
        sums = (dealt @ member.to_numpy()).round(9)
        tested = (size >= FEWEST_ARTICLES) & (len(value) - size >= FEWEST_ARTICLES)
        with np.errstate(invalid="ignore", divide="ignore"):
            remainder = (total - sums) / (len(value) - size)
            difference = sums / size - remainder
            error = difference.std(0)
            misses = np.abs(difference - difference.mean(0)) / error
        misses = np.where(tested & (error > 1e-9), misses, 0).round(6)
        largest = np.maximum(largest, misses[1:].max(1, initial=0))
        results = {"rest": remainder[0], "apart": difference[0], "miss": np.where(tested, misses[0], np.nan)}
        tables.append(pd.DataFrame({"entity": entity, "group": member.columns, **results}))
    columns = ["entity", "group", "rest", "p", "differs"]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True)
    beaten = (largest >= table["miss"].to_numpy()[:, None]).sum(1)
    table["p"] = np.where(table["miss"].notna(), (1 + beaten) / (1 + PERMUTATIONS), np.nan)
    clear = (table["p"] <= ERROR_RATE) & (table["apart"].abs() > NEUTRAL)
    table["differs"] = np.where(clear, np.where(table["apart"] < 0, "more negative", "more positive"), "")
    return table.sort_values("miss", ascending=False, kind="stable", ignore_index=True)[columns].round(6)


def label_shares(tones: pd.DataFrame) -> pd.DataFrame:
    """Lay out the shares of all sentences, of each voice, and of the speakers quoted in most articles.

    Takes `mean_tones` with ``by=["speaker"]``; gives label, n_articles, n_sentences, negative, neutral,
    positive, without, thin.
    """
    labels = {"all": "all sentences", "narrator": "narrator", "headline": "headline", "quote": "quotations"}
    whole = tones[tones["by"] == ""].set_index("voice").reindex(labels).dropna(subset="group")
    whole["label"] = whole.index.map(labels)
    speakers = tones[(tones["by"] == "speaker") & (tones["voice"] == "quote")]
    speakers = speakers.assign(last=speakers["group"] == OTHER_SPEAKERS, label="– " + speakers["group"])
    order = {"by": ["last", "n_articles", "group"], "ascending": [True, False, True], "kind": "stable"}
    columns = ["label", "n_articles", "n_sentences", *LABELS, "without", "thin"]
    table = pd.concat([whole, speakers.sort_values(**order)], ignore_index=True)[columns]
    return table.astype({"n_articles": "int64", "n_sentences": "int64", "thin": "bool"})


def tones_over_time(tones: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Give the tone of each period and voice, periods without a sentence too.

    Takes `mean_tones` with ``by=["period"]`` and `counted_sentences`; gives voice, period (date), n_articles,
    mean, low, high, judging, thin.
    """
    unit = units["unit"].iloc[0] if len(units) else "month"
    periods = population.all_periods(units["published"], unit=unit)
    dated = tones[(tones["by"] == "period") & tones["voice"].isin(VOICES)]
    cells = pd.MultiIndex.from_product([VOICES, periods.strftime("%Y-%m-%d")], names=["voice", "group"])
    table = dated.set_index(["voice", "group"]).reindex(cells).reset_index()
    table = table.assign(period=pd.to_datetime(table["group"]), thin=table["thin"].fillna(True).astype(bool))
    table["n_articles"] = table["n_articles"].fillna(0).astype("int64")
    return table[["voice", "period", "n_articles", "mean", "low", "high", "judging", "thin"]]


def tones_by_article(units: pd.DataFrame) -> pd.DataFrame:
    """Mean tone of each article in the narrator's and in quoted words.

    Of up to `FEW_ARTICLES` articles with an interval over their sentences, if these are `FEWEST_ARTICLES`. It
    says how uneven the article is, and nothing of the articles around it. Columns: article_id, voice,
    n_sentences, mean, low, high, judging; in the order of the ids.
    """
    grouped = units[units["voice"] != "headline"].groupby(["article", "article_id", "voice"], observed=True)
    table = grouped["score"].agg(n_sentences="size", mean="mean", error="sem")
    table = table.assign(judging=grouped["judging"].mean()).reset_index()
    small = units["article"].nunique() <= FEW_ARTICLES
    width = stdtrit(table["n_sentences"] - 1.0, 0.975) * table["error"]
    width = width.where(small & (table["n_sentences"] >= FEWEST_ARTICLES))
    table = table.assign(low=table["mean"] - width, high=table["mean"] + width)
    return table[["article_id", "voice", "n_sentences", "mean", "low", "high", "judging"]].round(6)


def comparison_sides(units: pd.DataFrame, pair: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
    """Cut out two groups of sentences to compare, by their names; nothing where there are too few articles.

    `pair` are two outlets, or the beginnings of two days of publication ("2024", "2025-03"), for all days
    that begin so; ValueError with what there is, if it names no two. Empty: the two outlets with the most
    articles, or, where there are not two with enough, the articles before and from a day on that halves them
    as evenly as their days allow.
    """
    outlet, day = units["outlet"].astype("str"), units["published"].dt.strftime("%Y-%m-%d").fillna("")
    if pair:
        for column in (outlet, day):
            sides = {
                name: units[column == name if (column == name).any() else column.str.startswith(name)]
                for name in filter(None, pair)
            }
            if len(sides) == 2 and all(map(len, sides.values())):
                return sides
        names = [*sorted(outlet.unique()), *sorted(set(day.str[:4]) - {""})][:20]
        raise ValueError(f"COMPARE is {tuple(pair)!r}: name two of {', '.join(names)}")
    sizes = units.groupby("outlet", observed=True)["cluster"].nunique().sort_index()
    large = sizes[sizes >= FEWEST_ARTICLES].sort_values(ascending=False, kind="stable").index[:2]
    if len(large) > 1:
        return {str(name): units[units["outlet"] == name] for name in large}
    dates = units.drop_duplicates("article")["published"].dropna().sort_values(kind="stable")
    if dates.empty:
        return {}
    days = dates.unique()
    middle = days[abs(2 * dates.searchsorted(days) - len(dates)).argmin()]
    early, late = units["published"] < middle, units["published"] >= middle
    halves = {f"before {middle:%Y-%m-%d}": units[early], f"from {middle:%Y-%m-%d} on": units[late]}
    return halves if all(half["cluster"].nunique() >= FEWEST_ARTICLES for half in halves.values()) else {}


def mean_difference(sides: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Give the mean tone of two groups, and how far the second lies above the first, with 95 % interval.

    Takes `comparison_sides`; gives side (a row for each, and "difference"), n_articles, n_sentences, mean,
    low, high (of the difference, by Welch's t over articles or stories, where each side has
    `FEWEST_ARTICLES`), judging (the mean without event words). Empty without two groups.
    """
    columns = ["side", "n_articles", "n_sentences", "mean", "low", "high", "judging"]
    if len(sides) < 2:
        return pd.DataFrame(columns=columns)
    rows, errors = [], []
    for side, part in sides.items():
        totals = part.groupby("cluster")["score"].agg(["sum", "size"])
        mean, error, freedom = population.mean_errors(totals["sum"].to_numpy(), totals["size"].to_numpy())
        errors.append((error**2 if len(totals) >= FEWEST_ARTICLES else np.nan, freedom))
        sizes = part["article"].nunique(), len(part)
        rows.append((side, *sizes, mean, np.nan, np.nan, part["judging"].mean()))
    square, freedom = np.array(errors).T
    freedom = square.sum() ** 2 / max((square**2 / freedom).sum(), 1e-30)
    width = stdtrit(max(freedom, 1), 0.975) * np.sqrt(square.sum())
    table = pd.DataFrame(rows, columns=columns)
    gap, judging = table["mean"].diff()[1], table["judging"].diff()[1]
    table.loc[2] = ["difference", *table[columns[1:3]].sum(), gap, gap - width, gap + width, judging]
    return table.astype({"n_articles": "int64", "n_sentences": "int64"}).round(6)


def word_shift(scored: Scored, sides: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Part the difference of two means into what each word adds to it; all words add up to it.

    The reference score is 0, that of a sentence in which no word fires. What a word adds where it fires
    depends on the words around it (negation, emphasis), so that two groups may also use it differently.

    Takes `dateline.tone.vader.score_sentences` and `comparison_sides`; gives word, event, more_often (what
    follows from how often the word fires), otherwise (what follows from how it is used), adds (their sum),
    times and times_other (it fires in 1,000 sentences of each); the largest first. Empty without two groups.

    R. J. Gallagher et al., "Generalized word shift graphs", EPJ Data Science 10:4 (2021).
    """
    columns = ["word", "event", "more_often", "otherwise", "adds", "times", "times_other"]
    if len(sides) < 2:
        empty = pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[2:], "float64"))
        return empty.astype({"word": "str", "event": "bool"})
    first, second = (word_weights(scored, part).set_index("word") for part in sides.values())
    first, second = first.align(second, axis=0)
    sizes = np.array([[max(len(part), 1)] for part in sides.values()])
    rate = np.array([first["n_times"].fillna(0), second["n_times"].fillna(0)]) / sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.array([first["adds"], second["adds"]]) / rate
    # a word that one group does not use is not used differently there
    mean = np.where(rate > 0, mean, mean[::-1])
    event = first["event"].combine_first(second["event"]).astype("bool")
    more_often, otherwise = (rate[1] - rate[0]) * mean.mean(0), rate.mean(0) * (mean[1] - mean[0])
    values = [event, more_often, otherwise, more_often + otherwise, *rate * 1000]
    table = pd.DataFrame(dict(zip(columns[1:], values, strict=True)), first.index).round(9)
    table = table.rename_axis("word").reset_index().astype({"word": "str"})
    return table.iloc[np.lexsort((table["word"], -table["adds"].abs().round(6)))].reset_index(drop=True)


def check_tones(
    tones: pd.DataFrame, units: pd.DataFrame, weights: pd.DataFrame, targets: pd.DataFrame
) -> dict[str, bool]:
    """Check that means, words and targets fit their sentences: what was checked, and whether it holds.

    Takes `mean_tones` by outlet and period, `counted_sentences`, `word_weights` and `score_targets`.
    """
    sizes = tones[tones["voice"] != "all"].groupby("by")["n_sentences"].sum()
    sizes = sizes.reindex(["", "outlet", "period"], fill_value=0)
    readings = targets[list(LABELS)].dropna()
    intervals = tones[(tones["by"] != "") & tones["low"].notna()]
    low, high = intervals["low"] - 1e-6, intervals["high"] + 1e-6
    mean_of_words, n = weights["adds"].sum(), max(len(units), 1)
    checks = {
        "voices, outlets and periods each add up to all sentences": sizes.eq(len(units)).all(),
        "the shares of the labels add up to one": tones[list(LABELS)].sum(axis=1).sub(1).abs().lt(1e-5).all(),
        "each mean of a group lies in its interval": intervals["mean"].between(low, high).all(),
        "all words together add up to the mean": abs(mean_of_words - units["score"].sum() / n) < 1e-3,
        "the model read only sentences that count": readings.index.isin(units.index).all(),
        "the model's probabilities add up to one": readings.sum(axis=1).sub(1).abs().lt(1e-2).all(),
    }
    return {name: bool(holds) for name, holds in checks.items()}


def check_shift(gap: pd.DataFrame, words: pd.DataFrame) -> dict[str, bool]:
    """Check that the words of `word_shift` add up to `mean_difference`."""
    difference = gap["mean"].iloc[2] if len(gap) else 0.0
    close = abs(words["adds"].sum() - difference) < 1e-3
    return {"all words together add up to the difference of the two means": bool(close)}
