"""Tone of articles, outlets, periods: means of sentence scores, voices apart, with intervals over articles.

All are means over sentences (`scores`), so that a text said twice scores what it scores said once. A
dictionary reads words, not what is meant: a sign is put into words only where the interval over articles and
two other ways of counting agree.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers import stats, words
from helpers.tone.lexicon import READABLE

# Scores between ± this are neutral, as VADER's authors say. A mean has to lie beyond it as well: sentences
# that people call neutral score .00 to .07 on average (benchmarks/quality_sentiment.py).
NEUTRAL = 0.05
# Fewer articles than this say nothing of an outlet's or a month's tone.
FEWEST_ARTICLES = 8
# How often articles are drawn again: with more than MANY of them the interval is short anyway.
MANY, RESAMPLES = 2000, (999, 399)
# Outlets beyond the largest so many are one row.
MOST_OUTLETS = 12
# Up to so many articles each is drawn by itself.
FEW = 20
LABELS = ("negative", "neutral", "positive")
VOICES = ("narrator", "quote", "headline")


def counted(table: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False) -> pd.DataFrame:
    """Choose the sentences that count: with `copies` off, not those of a copy of another article.

    Returns
    -------
    DataFrame
        Rows of `table` (table ``sentiment``) with article (a number), outlet, published, period and its unit.
    """
    known = articles[articles["language"].isin(READABLE)]
    known = known if copies else known[known["copy_of"].isna()]
    outlet = known["outlet"].fillna("").replace("", "unknown")
    size = outlet.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    outlet = outlet.where(outlet.isin(size.index[:MOST_OUTLETS]), "other outlets")
    unit = stats.calendar_unit(articles)
    period = stats.period_start(known["published"], unit=unit).dt.strftime("%Y-%m-%d").fillna("undated")
    about = pd.DataFrame(
        {
            "article": np.arange(len(known)),
            "outlet": outlet.astype("category"),
            "published": known["published"],
            "period": period.astype("category"),
            "unit": pd.Categorical([unit] * len(known)),
        }
    ).set_index(known["article_id"])
    row = about.index.get_indexer(table["article_id"])
    found = about.take(row[row >= 0]).set_index(table.index[row >= 0])
    return table[row >= 0].join(found)


def label(score: pd.Series) -> pd.Series:
    """Name scores: negative, neutral, positive."""
    names = np.select([score <= -NEUTRAL, score >= NEUTRAL], [LABELS[0], LABELS[2]], LABELS[1])
    return pd.Series(names, index=score.index, dtype="str")


def tone(units: pd.DataFrame, *, by: Sequence[str] = (), seed: int = 0) -> pd.DataFrame:
    """Mean tone of all sentences and of each group, by voice, with intervals over articles.

    Parameters
    ----------
    units
        From `counted`.
    by
        Columns to group by, one after the other: ``outlet``, ``period``.
    seed
        Seed of the bootstrap.

    Returns
    -------
    DataFrame
        by, group, voice ("all" and each), n_articles, n_sentences; shares negative, neutral, positive; mean,
        low, high; judging, judging_low, judging_high (without event words); tone: the sign, where the
        articles are enough, the interval lies beyond ±`NEUTRAL`, that without event words excludes zero and
        more sentences are on that side.
    """
    table, cell = _cells(units, by)
    repeat, article = len(cell) // max(len(units), 1), pd.factorize(units["article"])[0]
    shape = max(units["article"].nunique(), 1), len(table)
    at = np.tile(article, repeat) * shape[1] + cell
    counts, *sums = (
        np.bincount(at, weights, shape[0] * shape[1]).reshape(shape)
        for weights in (None, np.tile(units["score"], repeat), np.tile(units["judging"], repeat))
    )
    table = table.assign(n_articles=(counts > 0).sum(0), n_sentences=counts.sum(0).astype(int))
    kind, size = np.tile(label(units["score"]), repeat), table["n_sentences"].clip(lower=1)
    for name in LABELS:
        table[name] = np.bincount(cell, kind == name, len(table)) / size
    means = stats.bootstrap_mean(
        np.hstack(sums), np.hstack([counts, counts]), seed=seed, n_resamples=RESAMPLES[shape[0] > MANY]
    )
    for name, values in zip(("", "low", "high"), means, strict=True):
        table[name or "mean"], table[f"judging_{name}".rstrip("_")] = np.split(values, 2)
    table = table.assign(tone=_sign(table))
    return table[table["n_sentences"] > 0].reset_index(drop=True)


def _cells(units: pd.DataFrame, by: Sequence[str]) -> tuple[pd.DataFrame, np.ndarray]:
    """Name the cells by, group and voice; and number the cell of each sentence, for each of them in turn."""
    voices = ["all", *VOICES]
    voice = pd.Categorical(units["voice"], voices).codes.astype(np.int64)
    names: list[tuple[str, str, str]] = []
    cells = []
    for name in ("", *by):
        codes, groups = pd.factorize(units[name], sort=True) if name else (np.zeros(len(units), int), ["all"])
        cells += [len(names) + codes * len(voices), len(names) + codes * len(voices) + voice]
        names += [(name, group, voice) for group in groups for voice in voices]
    return pd.DataFrame(names, columns=["by", "group", "voice"]), np.concatenate(cells)


def _sign(table: pd.DataFrame) -> np.ndarray:
    """Tone of each row in words, "no clear tone" or "too few articles"."""
    up = (table["low"] > NEUTRAL) & (table["judging_low"] > 0) & (table["positive"] > table["negative"])
    down = (table["high"] < -NEUTRAL) & (table["judging_high"] < 0) & (table["positive"] < table["negative"])
    few = table["n_articles"] < FEWEST_ARTICLES
    return np.select([few, up, down], ["too few articles", "positive", "negative"], "no clear tone")


def by_article(units: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Mean tone of each article; of up to `FEW` articles with the range that resampling its sentences gives.

    The range says how uneven the article is; it says nothing of other articles.
    """
    grouped = units.groupby("article", sort=True)
    table = grouped.agg(
        article_id=("article_id", "first"),
        outlet=("outlet", "first"),
        n_sentences=("score", "size"),
        mean=("score", "mean"),
        judging=("judging", "mean"),
    )
    few = grouped["score"] if len(table) <= FEW else []
    found = [stats.bootstrap_mean(part.to_numpy(), np.ones(len(part)), seed=seed)[1:] for _, part in few]
    table[["low", "high"]] = np.array(found).reshape(-1, 2) if found else np.nan
    return table.round(6).reset_index(drop=True)


def left_out(articles: pd.DataFrame, *, copies: bool = False) -> str:
    """Say which articles do not count, and why.

    Examples
    --------
    >>> left_out(pd.DataFrame({"language": ["en", "fr", "en"], "copy_of": [None, None, "a"]}))
    'left out: 1 copy of another article; 1 article in another language (fr)'
    """
    foreign = ~articles["language"].isin(READABLE)
    copy = 0 if copies else int((articles["copy_of"].notna() & ~foreign).sum())
    names = articles.loc[foreign, "language"].value_counts().sort_index()
    n = int(names.sum())
    parts = [f"{words.plural(copy, 'copy')} of another article"] if copy else []
    if n:
        parts.append(f"{words.plural(n, 'article')} in another language ({', '.join(names.index)})")
    return "left out: " + "; ".join(parts) if parts else "nothing left out"


def findings(units: pd.DataFrame, tones: pd.DataFrame, used: pd.DataFrame, aimed: pd.DataFrame) -> str:
    """Say in Markdown what the numbers allow to say.

    Parameters
    ----------
    units, tones, used, aimed
        From `counted`, `tone`, `helpers.tone.scores.words` and `helpers.tone.targets.score`.
    """
    if units.empty:
        return "No sentence is in English: nothing was scored."
    whole = tones[tones["by"] == ""].set_index("voice")
    all_ = whole.loc["all"]
    neutral, negative, positive = (words.percent(all_[name]) for name in ("neutral", "negative", "positive"))
    lines = [
        f"**{neutral} of {all_['n_sentences']:,} sentences are neutral** by the dictionary, "
        f"{negative} negative, {positive} positive ({words.plural(all_['n_articles'], 'article')})."
    ]
    voices = [f"{voice} {_say(whole.loc[voice])}" for voice in VOICES if voice in whole.index]
    lines.append(f"Mean score of a sentence, from −1 to 1, with 95 % intervals: {'; '.join(voices)}.")
    outlets = tones[(tones["by"] == "outlet") & (tones["voice"] == "narrator")]
    if len(outlets) > 1:
        clear, few = outlets[outlets["tone"].isin(LABELS)], (outlets["tone"] == "too few articles").sum()
        said = "; ".join(f"{words.plain(row['group'])}: {_say(row)}" for _, row in clear.iterrows()) or "none"
        lines.append(
            f"Outlets with a clear tone in the narrator's voice: {said} (of {len(outlets)}; {few} have fewer "
            f"than {FEWEST_ARTICLES} articles)."
        )
    if (events := used[used["event"]])["share"].sum() > 0:
        share = words.percent(events["share"].sum())
        lines.append(
            f"Words that name something rather than judge it make {share} of the weight, "
            f"first of all “{'”, “'.join(events['word'].head(3))}”: each mean is given without them too."
        )
    if len(aimed):
        size = aimed["label"].value_counts()
        said = ", ".join(f"{size.get(name, 0):,} {name}" for name in LABELS)
        lines.append(
            f"Of {len(aimed):,} names in sentences, the model read {aimed['positive'].notna().sum():,} and "
            f"is sure enough for a label of {size.reindex(LABELS).sum():,.0f}: toward the name {said}."
        )
    return "\n".join(f"- {line}" for line in lines)


def _say(row: pd.Series) -> str:
    """Put one mean into words: number, interval, how many articles, and its tone."""
    interval = "" if pd.isna(row["low"]) else f" ({row['low']:+.2f} to {row['high']:+.2f})"
    text = f"{row['mean']:+.2f}{interval}, {words.plural(row['n_articles'], 'article')}, {row['tone']}"
    return text.replace("-", "−").replace("+0.00", "0.00").replace("−0.00", "0.00")
