"""Tone by voice, outlet, speaker, period and article: means of sentence scores with intervals; word shifts.

All are means over sentences (`dateline.tone.vader`), so that a text that is repeated scores what it scores
alone. A dictionary reads words, not what is meant: a sign is put into words only where the interval over
articles, the mean without event words, the count of sentences and the model agree.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline import population
from dateline.population import FEWEST_ARTICLES
from dateline.tone.vader import Scored, word_weights

# Scores between ± this are neutral, as VADER's authors say. A mean has to lie outside as well: sentences
# that people call neutral score .00 to .07 on average (benchmarks/quality_sentiment.py).
NEUTRAL = 0.05
# How often articles are drawn again: with over MANY_ARTICLES of them the interval is short anyway.
MANY_ARTICLES, RESAMPLES = 2000, (999, 399)
# Outlets and speakers past the largest so many are one row.
MOST_OUTLETS, MOST_SPEAKERS = 12, 8
# Who is quoted in fewer articles has no row.
FEWEST_QUOTED = 3
OTHER_OUTLETS, OTHER_SPEAKERS = "other outlets", "other speakers, or no name"
# Up to so many articles each is drawn by itself.
FEW_ARTICLES = 20
LABELS = ("negative", "neutral", "positive")
VOICES = ("narrator", "quote", "headline")
TOO_FEW, UNCLEAR = "too few articles", "no clear tone"


def counted_sentences(
    table: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False, over: str = "article"
) -> pd.DataFrame:
    """Choose the sentences that count: those of `dateline.population.counted_articles`.

    Parameters
    ----------
    table, articles
        Tables ``sentiment`` and ``articles``.
    copies
        Whether copies count.
    over
        What is drawn again for the intervals: ``article``, or ``story``, where articles on one event are no
        independent evidence.

    Returns
    -------
    DataFrame
        Rows of `table` with article (a number), story, cluster (what is drawn again), outlet, published,
        period and its unit; and, if `table` has speaker, the most quoted ones and all besides as one.
    """
    if over not in ("article", "story"):
        raise ValueError(f"OVER is {over!r}: choose article or story")
    counted = population.counted_articles(articles, copies=copies)
    outlet = counted["outlet"].fillna("").replace("", "unknown")
    size = outlet.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    outlet = outlet.where(outlet.isin(size.index[:MOST_OUTLETS]), OTHER_OUTLETS)
    unit = population.calendar_unit(articles)
    period = population.period_start(counted["published"], unit=unit).dt.strftime("%Y-%m-%d")
    number = np.arange(len(counted))
    story = counted["story"].to_numpy() if "story" in counted else number
    about = pd.DataFrame(
        {
            "article": number,
            "story": story,
            "cluster": number if over == "article" else story,
            "outlet": outlet.astype("category"),
            "published": counted["published"],
            "period": period.fillna("undated").astype("category"),
            "unit": pd.Categorical([unit] * len(counted)),
        }
    ).set_index(counted["article_id"])
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
    """Give each sentence the name of who speaks it, empty where nobody is known to.

    Parameters
    ----------
    table
        article_id, sentence.
    speakers
        article_id, sentence, entity: the speakers of quotations.
    """
    keys = ["article_id", "sentence"]
    row = pd.MultiIndex.from_frame(speakers[keys]).get_indexer(pd.MultiIndex.from_frame(table[keys]))
    names = np.append(speakers["entity"].to_numpy(object), "")
    return table.assign(speaker=pd.Series(names[row], index=table.index, dtype="str"))


def label_scores(score: pd.Series) -> pd.Series:
    """Name scores: negative, neutral, positive."""
    names = np.select([score <= -NEUTRAL, score >= NEUTRAL], [LABELS[0], LABELS[2]], LABELS[1])
    return pd.Series(names, index=score.index, dtype="str")


def mean_tones(units: pd.DataFrame, *, by: Sequence[str] = (), seed: int = 0) -> pd.DataFrame:
    """Mean tone of all sentences and of each group, by voice, with intervals over articles.

    Parameters
    ----------
    units
        From `counted_sentences`; with a column `model` (the model's mean toward the names in a sentence), a
        sign needs the model's consent too.
    by
        Columns to group by, one after the next: ``outlet``, ``period``, ``speaker`` (quotations alone).
    seed
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        by, group, voice ("all" and each), n_articles, n_sentences, n_drawn (articles or stories that the
        interval draws from); shares negative, neutral, positive, and without: that of neutral ones if event
        words do not count; mean, low, high; judging, judging_low, judging_high (without event words); model
        and n_model (articles in which it read), if `units` has it; thin (fewer than `FEWEST_ARTICLES` drawn);
        tone (see `sign_tones`). The intervals of one grouping hold together
        (`population.bootstrap_together`).
    """
    return pd.concat([_group_tones(units, name, seed=seed) for name in ("", *by)], ignore_index=True)


def _group_tones(units: pd.DataFrame, name: str, *, seed: int) -> pd.DataFrame:
    """Tones of one grouping."""
    if name == "speaker":
        units = units[units["voice"] == "quote"]
    voices = ["all", *VOICES]
    codes, groups = pd.factorize(units[name], sort=True) if name else (np.zeros(len(units), int), ["all"])
    voice = pd.Categorical(units["voice"], voices).codes.astype(np.int64)
    cell = np.concatenate([codes * len(voices), codes * len(voices) + voice])
    rows = [(name, str(group), voice) for group in groups for voice in voices]
    table = pd.DataFrame(rows, columns=["by", "group", "voice"]).astype("str")
    drawn = np.tile(pd.factorize(units["cluster"])[0], 2)
    shape = max(units["cluster"].nunique(), 1), len(table)

    def sums(values: np.ndarray | None = None, chosen: np.ndarray | slice = slice(None)) -> np.ndarray:
        weights = None if values is None else np.tile(values, 2)[chosen]
        return np.bincount((drawn * shape[1] + cell)[chosen], weights, shape[0] * shape[1]).reshape(shape)

    counts = sums()
    pairs = pd.DataFrame({"cell": cell, "article": np.tile(units["article"], 2)}).drop_duplicates()
    table = table.assign(
        n_articles=np.bincount(pairs["cell"], minlength=len(table)),
        n_sentences=counts.sum(0).astype(int),
        n_drawn=(counts > 0).sum(0),
    )
    kind, size = np.tile(label_scores(units["score"]), 2), table["n_sentences"].clip(lower=1)
    for label in LABELS:
        table[label] = np.bincount(cell, kind == label, len(table)) / size
    quiet = np.tile(label_scores(units["judging"]) == "neutral", 2)
    table["without"] = np.bincount(cell, quiet, len(table)) / size
    options = {"seed": seed, "n_resamples": RESAMPLES[shape[0] > MANY_ARTICLES]}
    for column, prefix in (("score", ""), ("judging", "judging_")):
        total = sums(units[column].to_numpy())
        means = (
            population.bootstrap_together(total, counts, fewest=FEWEST_ARTICLES, **options)
            if name
            else population.bootstrap_mean(total, counts, **options)
        )
        table[prefix.rstrip("_") or "mean"], table[f"{prefix}low"], table[f"{prefix}high"] = means
    if "model" in units:
        known = np.tile(units["model"].notna(), 2)
        total, count = sums(units["model"].to_numpy(), known), sums(chosen=known)
        with np.errstate(invalid="ignore", divide="ignore"):
            table["model"] = (total.sum(0) / count.sum(0)).round(6)
        table["n_model"] = (count > 0).sum(0)
    table = table.assign(thin=table["n_drawn"] < FEWEST_ARTICLES)
    return table.assign(tone=sign_tones(table))[table["n_sentences"] > 0]


def sign_tones(table: pd.DataFrame) -> np.ndarray:
    """Put the tone of each row into words.

    Parameters
    ----------
    table
        mean, low, high, judging_low, judging_high, positive, negative (shares or counts), thin; and model
        with n_model where a model has read too.

    Returns
    -------
    numpy.ndarray
        "too few articles" where the row is thin; a sign where the mean lies outside ±`NEUTRAL`, its interval
        and that without event words exclude zero, a majority of the sentences with a sign has it, and the
        model's mean, of `FEWEST_ARTICLES` or over, has it too; else "no clear tone".
    """
    up = (table["mean"] > NEUTRAL) & (table["low"] > 0) & (table["judging_low"] > 0)
    down = (table["mean"] < -NEUTRAL) & (table["high"] < 0) & (table["judging_high"] < 0)
    up, down = up & (table["positive"] > table["negative"]), down & (table["positive"] < table["negative"])
    if "model" in table:
        enough = table["n_model"] >= FEWEST_ARTICLES
        up, down = up & enough & (table["model"] > 0), down & enough & (table["model"] < 0)
    return np.select([table["thin"], up, down], [TOO_FEW, "positive", "negative"], UNCLEAR)


def tones_by_choice(
    choices: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], *, seed: int = 0
) -> pd.DataFrame:
    """Average the scores of the same articles under several choices, all with the same articles drawn again.

    Parameters
    ----------
    choices
        For each: which articles count, (n_articles,) bool; the position of each sentence's article; and
        (n_sentences, 2 or 3) its score, that without event words, and the model's or NaN.
    seed
        Seed of the resampling.

    Returns
    -------
    DataFrame
        tone (see `sign_tones`), mean, low, high, positive and negative (sentences), n_articles.
    """
    used = np.any([included for included, _, _ in choices], axis=0)
    sums = [
        np.bincount(rows, value[:, column], len(used)) * included
        for column in (0, 1)
        for included, rows, value in choices
    ]
    counts = [np.bincount(rows, minlength=len(used)) * included for included, rows, _ in choices]
    columns = []
    for (included, rows, value), count in zip(choices, counts, strict=True):
        rows, value = rows[included[rows]], value[included[rows]]
        cells = {"n_articles": (count > 0).sum(), "positive": (value[:, 0] >= NEUTRAL).sum()}
        cells["negative"] = (value[:, 0] <= -NEUTRAL).sum()
        if value.shape[1] > 2:
            scored = ~np.isnan(value[:, 2])
            cells["model"] = round(float(value[scored, 2].mean()), 6) if scored.any() else np.nan
            cells["n_model"] = len(np.unique(rows[scored]))
        columns.append(cells)
    means = population.bootstrap_mean(
        np.column_stack(sums)[used],
        np.column_stack(counts + counts)[used],
        seed=seed,
        n_resamples=RESAMPLES[int(used.sum()) > MANY_ARTICLES],
    )
    (mean, _), (low, judging_low), (high, judging_high) = (pair.reshape(2, -1) for pair in means)
    table = pd.DataFrame(columns).assign(mean=mean, low=low, high=high, thin=False)
    table["tone"] = sign_tones(table.assign(judging_low=judging_low, judging_high=judging_high))
    return table[["tone", "mean", "low", "high", "positive", "negative", "n_articles"]]


def label_shares(tones: pd.DataFrame) -> pd.DataFrame:
    """Lay out the shares of all sentences, of each voice, and of the speakers quoted in most articles.

    Parameters
    ----------
    tones
        From `mean_tones` with ``by=["speaker"]``.

    Returns
    -------
    DataFrame
        label, n_articles, n_sentences, negative, neutral, positive, without, thin.
    """
    whole, speakers = (
        tones[tones["by"] == ""],
        tones[(tones["by"] == "speaker") & (tones["voice"] == "quote")],
    )
    speakers = speakers.assign(last=speakers["group"] == OTHER_SPEAKERS, label="– " + speakers["group"])
    speakers = speakers.sort_values(
        ["last", "n_articles", "group"], ascending=[True, False, True], kind="stable"
    )
    labels = {"all": "all sentences", "narrator": "narrator", "headline": "headline", "quote": "quotations"}
    whole = whole.assign(label=whole["voice"].map(labels)).sort_values(
        "voice", key=lambda voice: voice.map(list(labels).index), kind="stable"
    )
    columns = ["label", "n_articles", "n_sentences", *LABELS, "without", "thin"]
    return pd.concat([whole, speakers], ignore_index=True)[columns].round(6)


def tones_over_time(tones: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Give the tone of each period and voice, periods without a sentence too.

    Parameters
    ----------
    tones
        From `mean_tones` with ``by=["period"]``.
    units
        From `counted_sentences`.

    Returns
    -------
    DataFrame
        voice, period (date), n_articles, mean, low, high, judging, thin, tone.
    """
    unit = units["unit"].iloc[0] if len(units) else "month"
    periods = population.all_periods(units["published"], unit=unit)
    dated = tones[(tones["by"] == "period") & tones["voice"].isin(VOICES)]
    cells = pd.MultiIndex.from_product([VOICES, periods.strftime("%Y-%m-%d")], names=["voice", "group"])
    table = dated.set_index(["voice", "group"]).reindex(cells).reset_index()
    table = table.assign(period=pd.to_datetime(table["group"]), thin=table["thin"].fillna(True).astype(bool))
    table["n_articles"] = table["n_articles"].fillna(0).astype("int64")
    return table[["voice", "period", "n_articles", "mean", "low", "high", "judging", "thin", "tone"]]


def tones_by_article(units: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Mean tone of each article in the narrator's and in quoted words.

    Of up to `FEW_ARTICLES` articles with the range that resampling the sentences gives. The range says how
    uneven the article is; it says nothing of the articles around it.

    Returns
    -------
    DataFrame
        article_id, voice, n_sentences, mean, low, high, judging; in the order of the ids.
    """
    grouped = units[units["voice"] != "headline"].groupby(["article", "article_id", "voice"], observed=True)
    table = grouped.agg(
        n_sentences=("score", "size"), mean=("score", "mean"), judging=("judging", "mean")
    ).reset_index()
    table[["low", "high"]] = np.nan
    if units["article"].nunique() <= FEW_ARTICLES:
        ranges = [
            population.bootstrap_mean(part.to_numpy(), np.ones(len(part)), seed=seed)[1:]
            for _, part in grouped["score"]
        ]
        table[["low", "high"]] = np.array(ranges).reshape(-1, 2)
    return table[["article_id", "voice", "n_sentences", "mean", "low", "high", "judging"]].round(6)


def comparison_sides(units: pd.DataFrame, pair: Sequence[str] = ()) -> dict[str, pd.DataFrame]:
    """Cut out two groups of sentences to compare, by their names; nothing where there are too few articles.

    Parameters
    ----------
    units
        From `counted_sentences`.
    pair
        Two outlets, or two periods by their first days (or the beginnings of these); empty: the two outlets
        with the most articles, or, where there are not two with enough, the articles before and from a day on
        that halves them as evenly as their days allow.

    Raises
    ------
    ValueError
        If `pair` names no two outlets or periods; the message lists what there is.
    """
    sizes = {
        name: units.groupby(name, observed=True)["cluster"].nunique().sort_index()
        for name in ("outlet", "period")
    }
    for column, size in sizes.items() if pair else ():
        names = [next((str(g) for g in size.index if str(g).startswith(start)), "") for start in pair]
        if len(names) == 2 and all(names) and names[0] != names[1]:
            return {name: units[units[column] == name] for name in names}
    if pair:
        names = [str(name) for size in sizes.values() for name in size.index][:20]
        raise ValueError(f"COMPARE is {tuple(pair)!r}: name two of {', '.join(names)}")
    large = sizes["outlet"][sizes["outlet"] >= FEWEST_ARTICLES].sort_values(ascending=False, kind="stable")
    if len(large) > 1:
        return {str(name): units[units["outlet"] == name] for name in large.index[:2]}
    dated = units[units["published"].notna()]
    if dated["cluster"].nunique() < 2 * FEWEST_ARTICLES:
        return {}
    dates = dated.drop_duplicates("article")["published"].sort_values(kind="stable")
    days = dates.unique()
    middle = days[abs(2 * dates.searchsorted(days) - len(dates)).argmin()]
    early = dated["published"] < middle
    halves = {f"before {middle:%Y-%m-%d}": dated[early], f"from {middle:%Y-%m-%d} on": dated[~early]}
    return halves if all(half["cluster"].nunique() >= FEWEST_ARTICLES for half in halves.values()) else {}


def mean_difference(sides: dict[str, pd.DataFrame], *, seed: int = 0) -> pd.DataFrame:
    """Give the mean tone of two groups, and how far the second lies above the first, with 95 % interval.

    Parameters
    ----------
    sides
        From `comparison_sides`.
    seed
        Seed of the bootstrap, which draws articles (or stories) of each group.

    Returns
    -------
    DataFrame
        side (a row for each, and "difference"), n_articles, n_sentences, mean, low, high (of the difference),
        judging (the mean without event words). Empty without two groups.
    """
    columns = ["side", "n_articles", "n_sentences", "mean", "low", "high", "judging"]
    if len(sides) < 2:
        return pd.DataFrame(columns=columns)
    resampled, rows = [], []
    for number, (side, part) in enumerate(sides.items()):
        cluster = pd.factorize(part["cluster"])[0]
        sums, counts = np.bincount(cluster, part["score"]), np.bincount(cluster)
        resampled.append(population.resampled_means(sums[:, None], counts[:, None], seed=seed + number)[:, 0])
        means = part["score"].mean(), np.nan, np.nan, part["judging"].mean()
        rows.append((side, part["article"].nunique(), len(part), *means))
    low, high = np.nanquantile((resampled[1] - resampled[0]).round(9), [0.025, 0.975])
    table = pd.DataFrame(rows, columns=columns).round(6)
    gap = table.iloc[1][["mean", "judging"]] - table.iloc[0][["mean", "judging"]]
    sizes = table[["n_articles", "n_sentences"]].sum()
    table.loc[2] = ["difference", *sizes, gap["mean"], low, high, gap["judging"]]
    return table.astype({"n_articles": "int64", "n_sentences": "int64"}).round(6)


def word_shift(scored: Scored, sides: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Part the difference of two means into what each word adds to it; all words add up to it.

    The reference score is 0, that of a sentence in which no word fires. What a word adds where it fires
    depends on the words around it (negation, emphasis), so that two groups may also use it differently.

    Parameters
    ----------
    scored
        From `dateline.tone.vader.score_sentences`.
    sides
        From `comparison_sides`.

    Returns
    -------
    DataFrame
        word, event, more_often (what follows from how often the word fires), otherwise (what follows from how
        it is used), adds (their sum), times and times_other (it fires in 1,000 sentences of each); the
        largest first. Empty without two groups.

    References
    ----------
    R. J. Gallagher et al., "Generalized word shift graphs", EPJ Data Science 10:4 (2021).
    """
    columns = ["word", "event", "more_often", "otherwise", "adds", "times", "times_other"]
    if len(sides) < 2:
        empty = pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[2:], "float64"))
        return empty.astype({"word": "str", "event": "bool"})
    weights = [word_weights(scored, part).set_index("word") for part in sides.values()]
    table = weights[0].merge(weights[1], on="word", how="outer", suffixes=("_0", "_1")).sort_index()
    sizes = np.array([[max(len(part), 1)] for part in sides.values()])
    rate = table[["n_times_0", "n_times_1"]].fillna(0).to_numpy().T / sizes
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = table[["adds_0", "adds_1"]].to_numpy().T / rate
    # a word that one group does not use is not used differently there
    mean = np.where(rate > 0, mean, mean[::-1])
    table = table.assign(
        event=table["event_0"].combine_first(table["event_1"]).astype(bool),
        more_often=(rate[1] - rate[0]) * mean.mean(0),
        otherwise=rate.mean(0) * (mean[1] - mean[0]),
        times=rate[0] * 1000,
        times_other=rate[1] * 1000,
    )
    table["adds"] = table["more_often"] + table["otherwise"]
    table = table.reset_index()[columns].round(9).astype({"word": "str"})
    return table.iloc[np.lexsort((table["word"], -table["adds"].abs().round(6)))].reset_index(drop=True)


def check_tones(
    tones: pd.DataFrame, units: pd.DataFrame, weights: pd.DataFrame, targets: pd.DataFrame
) -> list[str]:
    """Check that means, words and targets fit the sentences they come from, and say what was checked.

    Parameters
    ----------
    tones, units
        From `mean_tones` by outlet and period, and `counted_sentences`.
    weights, targets
        From `dateline.tone.vader.word_weights` and `dateline.tone.targets.score_targets`.

    Raises
    ------
    ValueError
        With all that does not fit.
    """
    sizes = tones[tones["voice"] != "all"].groupby("by")["n_sentences"].sum()
    sizes = sizes.reindex(["", "outlet", "period"], fill_value=0)
    read = targets[["negative", "neutral", "positive"]].dropna()
    together = tones[(tones["by"] != "") & tones["low"].notna()]
    mean_of_words, n = weights["adds"].sum(), max(len(units), 1)
    checks = {
        "voices, outlets and periods each add up to all sentences": sizes.eq(len(units)).all(),
        "the shares of the labels add up to one": tones[list(LABELS)].sum(axis=1).sub(1).abs().lt(1e-6).all(),
        "each mean of a group lies in its interval": together["mean"]
        .between(together["low"] - 1e-6, together["high"] + 1e-6)
        .all(),
        "all words together add up to the mean": abs(mean_of_words - units["score"].sum() / n) < 1e-3,
        "the model read only sentences that count": read.index.isin(units.index).all(),
        "the model's probabilities add up to one": read.sum(axis=1).sub(1).abs().lt(1e-2).all(),
    }
    if faults := [name for name, holds in checks.items() if not holds]:
        raise ValueError(f"the tones do not fit together. These checks failed: {'; '.join(faults)}")
    return list(checks)


def check_shift(gap: pd.DataFrame, words: pd.DataFrame) -> list[str]:
    """Check that the words of `word_shift` add up to `mean_difference`, and say what was checked.

    Raises
    ------
    ValueError
        If they do not.
    """
    difference = gap["mean"].iloc[2] if len(gap) else 0.0
    if abs(words["adds"].sum() - difference) > 1e-3:
        raise ValueError(f"the words add up to {words['adds'].sum():.4f}, not to {difference:.4f}")
    return ["all words together add up to the difference of the two means"]
