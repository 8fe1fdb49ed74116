"""Tone of articles, outlets, periods and speakers: means of sentence scores, voices apart, with intervals.

All are means over sentences (`scores`), so that a text said twice scores what it scores said once. A
dictionary reads words, not what is meant: a sign is put into words only where the interval over articles, the
mean without event words, the count of sentences and the model agree.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dateline import population, words

# Scores between ± this are neutral, as VADER's authors say. A mean has to lie beyond it as well: sentences
# that people call neutral score .00 to .07 on average (benchmarks/quality_sentiment.py).
NEUTRAL = 0.05
# Fewer articles than this say nothing of an outlet's or a month's tone.
FEWEST_ARTICLES = 8
# How often articles are drawn again: with more than MANY of them the interval is short anyway.
MANY, RESAMPLES = 2000, (999, 399)
# Outlets and speakers beyond the largest so many are one row.
MOST_OUTLETS, MOST_SPEAKERS = 12, 8
# Who is quoted in fewer articles is one of the others.
FEWEST_QUOTED = 3
OTHERS, UNNAMED = "other outlets", "other speakers, or no name"
# Up to so many articles each is drawn by itself.
FEW = 20
LABELS = ("negative", "neutral", "positive")
VOICES = ("narrator", "quote", "headline")
TOO_FEW, UNCLEAR = "too few articles", "no clear tone"


def counted(
    table: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False, over: str = "article"
) -> pd.DataFrame:
    """Choose the sentences that count: with `copies` off, not those of a copy of another article.

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
        period and its unit; and, if `table` has speaker, the most quoted ones and all others as one.
    """
    if over not in ("article", "story"):
        raise ValueError(f"OVER is {over!r}: choose article or story")
    known = articles[population.is_readable(articles)]
    known = known if copies else known[known["copy_of"].isna()]
    outlet = known["outlet"].fillna("").replace("", "unknown")
    size = outlet.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    outlet = outlet.where(outlet.isin(size.index[:MOST_OUTLETS]), OTHERS)
    unit = population.calendar_unit(articles)
    period = population.period_start(known["published"], unit=unit).dt.strftime("%Y-%m-%d").fillna("undated")
    number = np.arange(len(known))
    story = known["story"].to_numpy() if "story" in known else number
    about = pd.DataFrame(
        {
            "article": number,
            "story": story,
            "cluster": number if over == "article" else story,
            "outlet": outlet.astype("category"),
            "published": known["published"],
            "period": period.astype("category"),
            "unit": pd.Categorical([unit] * len(known)),
        }
    ).set_index(known["article_id"])
    row = about.index.get_indexer(table["article_id"])
    units = table[row >= 0].join(about.take(row[row >= 0]).set_index(table.index[row >= 0]))
    return units.assign(speaker=_most_quoted(units)) if "speaker" in units else units


def spoken(table: pd.DataFrame, speakers: pd.DataFrame) -> pd.DataFrame:
    """Give each sentence of a table the name of who speaks it, empty where nobody is known to.

    Parameters
    ----------
    table
        article_id, sentence.
    speakers
        article_id, sentence, entity: from `dateline.entities.voices.speakers`.
    """
    keys = ["article_id", "sentence"]
    row = pd.MultiIndex.from_frame(speakers[keys]).get_indexer(pd.MultiIndex.from_frame(table[keys]))
    names = np.append(speakers["entity"].to_numpy(object), "")
    return table.assign(speaker=pd.Series(names[row], index=table.index, dtype="str"))


def _most_quoted(units: pd.DataFrame) -> pd.Series:
    """Speaker of each quotation, those who are quoted in fewer articles than the first few as one."""
    quoted = units[(units["voice"] == "quote") & (units["speaker"] != "")]
    size = quoted.groupby("speaker")["article"].nunique().sort_index()
    size = size[size >= FEWEST_QUOTED].sort_values(ascending=False, kind="stable")
    first = size.index[:MOST_SPEAKERS]
    return units["speaker"].where(units["speaker"].isin(first), UNNAMED).astype("category")


def label(score: pd.Series) -> pd.Series:
    """Name scores: negative, neutral, positive."""
    names = np.select([score <= -NEUTRAL, score >= NEUTRAL], [LABELS[0], LABELS[2]], LABELS[1])
    return pd.Series(names, index=score.index, dtype="str")


def tone(units: pd.DataFrame, *, by: Sequence[str] = (), seed: int = 0) -> pd.DataFrame:
    """Mean tone of all sentences and of each group, by voice, with intervals over articles.

    Parameters
    ----------
    units
        From `counted`; with a column `model` (the model's mean toward the names in a sentence), a sign needs
        the model's consent too.
    by
        Columns to group by, one after the other: ``outlet``, ``period``, ``speaker`` (quotations alone).
    seed
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        by, group, voice ("all" and each), n_articles, n_sentences, n_drawn (articles or stories that the
        interval draws from); shares negative, neutral, positive, and without: that of neutral ones if event
        words do not count; mean, low, high; judging, judging_low,
        judging_high (without event words); model and n_model (articles in which it read), if `units` has it;
        thin (fewer than `FEWEST_ARTICLES` drawn); tone (see `sign`). The intervals of one grouping hold
        together (`population.bootstrap_together`).
    """
    parts = [_cells(units, name, seed=seed) for name in ("", *by)]
    return pd.concat(parts, ignore_index=True)


def _cells(units: pd.DataFrame, name: str, *, seed: int) -> pd.DataFrame:
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

    def sums(values: np.ndarray | None = None, known: np.ndarray | slice = slice(None)) -> np.ndarray:
        at = drawn[known] * shape[1] + cell[known]
        weights = None if values is None else np.tile(values, 2)[known]
        return np.bincount(at, weights, shape[0] * shape[1]).reshape(shape)

    counts = sums()
    pairs = pd.DataFrame({"cell": cell, "article": np.tile(units["article"], 2)}).drop_duplicates()
    table = table.assign(
        n_articles=np.bincount(pairs["cell"], minlength=len(table)),
        n_sentences=counts.sum(0).astype(int),
        n_drawn=(counts > 0).sum(0),
    )
    kind, size = np.tile(label(units["score"]), 2), table["n_sentences"].clip(lower=1)
    for one in LABELS:
        table[one] = np.bincount(cell, kind == one, len(table)) / size
    quiet = np.tile(label(units["judging"]) == "neutral", 2)
    table["without"] = np.bincount(cell, quiet, len(table)) / size
    resamples = RESAMPLES[shape[0] > MANY]
    for column, prefix in (("score", ""), ("judging", "judging_")):
        total = sums(units[column].to_numpy())
        if name:
            found = population.bootstrap_together(
                total, counts, fewest=FEWEST_ARTICLES, seed=seed, n_resamples=resamples
            )
        else:
            found = population.bootstrap_mean(total, counts, seed=seed, n_resamples=resamples)
        table[prefix.rstrip("_") or "mean"], table[f"{prefix}low"], table[f"{prefix}high"] = found
    if "model" in units:
        known = np.tile(units["model"].notna(), 2)
        total, read = sums(units["model"].to_numpy(), known), sums(known=known)
        with np.errstate(invalid="ignore", divide="ignore"):
            table["model"] = (total.sum(0) / read.sum(0)).round(6)
        table["n_model"] = (read > 0).sum(0)
    table = table.assign(thin=table["n_drawn"] < FEWEST_ARTICLES)
    return table.assign(tone=sign(table))[table["n_sentences"] > 0]


def sign(table: pd.DataFrame) -> np.ndarray:
    """Put the tone of each row into words.

    Parameters
    ----------
    table
        mean, low, high, judging_low, judging_high, positive, negative (shares or counts), thin; and model
        with n_model where a model has read too.

    Returns
    -------
    numpy.ndarray
        "too few articles" where the row is thin; a sign where the mean lies beyond ±`NEUTRAL`, its interval
        and that without event words exclude zero, more sentences are on that side than on the other, and
        the model's mean, of `FEWEST_ARTICLES` or more, is on it too; else "no clear tone".
    """
    up = (table["mean"] > NEUTRAL) & (table["low"] > 0) & (table["judging_low"] > 0)
    down = (table["mean"] < -NEUTRAL) & (table["high"] < 0) & (table["judging_high"] < 0)
    up, down = up & (table["positive"] > table["negative"]), down & (table["positive"] < table["negative"])
    if "model" in table:
        read = table["n_model"] >= FEWEST_ARTICLES
        up, down = up & read & (table["model"] > 0), down & read & (table["model"] < 0)
    return np.select([table["thin"], up, down], [TOO_FEW, "positive", "negative"], UNCLEAR)


def shares(tones: pd.DataFrame) -> pd.DataFrame:
    """Lay out the shares of all sentences, of each voice, and of the speakers quoted in most articles.

    Parameters
    ----------
    tones
        From `tone` with ``by=["speaker"]``.

    Returns
    -------
    DataFrame
        label, n_articles, n_sentences, negative, neutral, positive, without, thin.
    """
    whole = tones[tones["by"] == ""]
    spoken = tones[(tones["by"] == "speaker") & (tones["voice"] == "quote")]
    spoken = spoken.assign(last=spoken["group"] == UNNAMED)
    spoken = spoken.sort_values(["last", "n_articles", "group"], ascending=[True, False, True], kind="stable")
    label = whole["voice"].replace({"all": "all sentences", "quote": "quotations"})
    place = whole["voice"].map({"all": 0, "narrator": 1, "headline": 2, "quote": 3})
    whole = whole.assign(label=label).iloc[np.argsort(place.to_numpy(), kind="stable")]
    table = pd.concat([whole, spoken.assign(label="– " + spoken["group"])], ignore_index=True)
    columns = ["label", "n_articles", "n_sentences", "negative", "neutral", "positive", "without", "thin"]
    return table[columns].round(6)


def over_time(tones: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Give the tone of each period and voice, periods without a sentence too.

    Parameters
    ----------
    tones
        From `tone` with ``by=["period"]``.
    units
        From `counted`.

    Returns
    -------
    DataFrame
        voice, period (date), n_articles, mean, low, high, judging, thin, tone.
    """
    unit = units["unit"].iloc[0] if len(units) else "month"
    periods = population.all_periods(units["published"], unit=unit)
    dated = tones[(tones["by"] == "period") & tones["voice"].isin(VOICES)]
    every = pd.MultiIndex.from_product([VOICES, periods.strftime("%Y-%m-%d")], names=["voice", "group"])
    table = dated.set_index(["voice", "group"]).reindex(every).reset_index()
    table = table.assign(period=pd.to_datetime(table["group"]), thin=table["thin"].fillna(True).astype(bool))
    table["n_articles"] = table["n_articles"].fillna(0).astype("int64")
    return table[["voice", "period", "n_articles", "mean", "low", "high", "judging", "thin", "tone"]]


def by_article(units: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Mean tone of each article in the narrator's and in quoted words.

    Of up to `FEW` articles with the range that resampling the sentences gives. The range says how uneven the
    article is; it says nothing of other articles.

    Returns
    -------
    DataFrame
        article_id, voice, n_sentences, mean, low, high, judging; in the order of the ids.
    """
    spoken = units[units["voice"] != "headline"]
    grouped = spoken.groupby(["article", "article_id", "voice"], observed=True)
    table = grouped.agg(
        n_sentences=("score", "size"), mean=("score", "mean"), judging=("judging", "mean")
    ).reset_index()
    few = units["article"].nunique() <= FEW
    ranges = (
        [
            population.bootstrap_mean(part.to_numpy(), np.ones(len(part)), seed=seed)[1:]
            for _, part in grouped["score"]
        ]
        if few
        else []
    )
    table[["low", "high"]] = np.array(ranges).reshape(-1, 2) if few else np.nan
    columns = ["article_id", "voice", "n_sentences", "mean", "low", "high", "judging"]
    return table[columns].round(6)


def left_out(articles: pd.DataFrame, *, copies: bool = False) -> str:
    """Name what is not counted.

    Examples
    --------
    >>> left_out(pd.DataFrame({"language": ["en", "fr", "en"], "copy_of": [None, None, "a"]}))
    'left out: 1 copy of another article; 1 article in another language (fr)'
    """
    foreign = ~population.is_readable(articles)
    copy = 0 if copies else int((articles["copy_of"].notna() & ~foreign).sum())
    names = articles.loc[foreign, "language"].value_counts().sort_index()
    n = int(names.sum())
    parts = [f"{words.plural(copy, 'copy')} of another article"] if copy else []
    if n:
        parts.append(f"{words.plural(n, 'article')} in another language ({', '.join(names.index)})")
    return "left out: " + "; ".join(parts) if parts else "nothing left out"
