"""What the numbers of tone allow to say, in words: findings and titles of figures."""

from collections.abc import Mapping

import pandas as pd

from dateline import population
from dateline.tone.agreement import Agreement
from dateline.tone.differences import FEWEST_ARTICLES, LABELS, NEUTRAL, VOICES
from helpers import prose


def tone_size(units: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False) -> str:
    """Write how many articles and sentences count, and what does not."""
    readable = population.is_readable(articles)
    n_copies = 0 if copies else int((articles["copy_of"].notna() & readable).sum())
    parts = [f"{prose.plural(n_copies, 'copy')} of another article"] if n_copies else []
    if not readable.all():
        languages = ", ".join(sorted(articles.loc[~readable, "language"].unique()))
        parts.append(f"{prose.plural(int((~readable).sum()), 'article')} in another language ({languages})")
    size = f"{prose.plural(units['article'].nunique(), 'article')}, {prose.plural(len(units), 'sentence')}"
    return f"n = {size}" + (f"; left out: {'; '.join(parts)}" if parts else "")


def tone_findings(
    tones: pd.DataFrame,
    weights: pd.DataFrame,
    toward: pd.DataFrame,
    checks: Mapping[str, Agreement],
) -> str:
    """Say in Markdown what the numbers allow to say.

    Parameters
    ----------
    tones
        From `dateline.tone.differences.mean_tones`.
    weights
        From `dateline.tone.vader.word_weights`.
    toward
        From `dateline.tone.targets.tone_toward` by voice.
    checks
        From `dateline.tone.agreement.compare_sheet`, by what each compares.
    """
    if tones.empty:
        return "No sentence is in English: nothing was scored."
    whole = tones[tones["by"] == ""].set_index("voice")
    total = whole.loc["all"]
    neutral, negative, positive = (
        prose.percent(total[label]) for label in ("neutral", "negative", "positive")
    )
    lines = [
        f"**{neutral} of {prose.plural(total['n_sentences'], 'sentence')} are neutral** by the dictionary, "
        f"{negative} are negative and {positive} positive."
    ]
    means = [f"{voice} {_mean_in_words(whole.loc[voice])}" for voice in VOICES if voice in whole.index]
    lines.append(f"Mean score of a sentence, from −1 to 1, with its 95 % interval: {'; '.join(means)}.")
    outlets = tones[(tones["by"] == "outlet") & (tones["voice"] == "narrator")]
    if len(outlets) > 1:
        lines.append(f"{prose.plain(groups_title(outlets, noun='outlet'))}.")
    events = weights[weights["event"]]
    if events["share"].sum() > 0:
        heaviest = prose.listed([f"“{prose.plain(word)}”" for word in events["word"].head(3)])
        lines.append(
            f"Event words name what happened. They make up {prose.percent(events['share'].sum())} of all the "
            f"weight, above all {heaviest}. So each mean is also given without them."
        )
    if len(toward):
        lines.append(f"{prose.plain(toward_title(toward))}.")
    lines += [_check_in_words(name, check) for name, check in checks.items() if check.n]
    if total["thin"]:
        lines.append(f"Fewer than {FEWEST_ARTICLES} articles: not enough to put any mean into words.")
    return "\n".join(f"- {line}" for line in lines)


def _mean_in_words(row: pd.Series) -> str:
    has_interval = pd.notna(row["low"]) and not row["thin"]
    interval = f"{prose.score(row['low'])} to {prose.score(row['high'])}, " if has_interval else ""
    return f"{prose.score(row['mean'])} ({interval}{row['tone']})"


def _check_in_words(name: str, check: Agreement) -> str:
    measures = check.measures["value"].index
    measure = "accuracy in the corpus" if "accuracy in the corpus" in measures else "accuracy"
    value, low, high = (prose.percent(number) for number in check.measures.loc[measure])
    return (
        f"A person checked the {name}: it is right in {value} of the cases ({low} to {high}; "
        f"{prose.plural(check.n, 'label')} in {prose.plural(check.n_articles, 'article')})."
    )


def neutral_title(table: pd.DataFrame) -> str:
    """Title of the figure of shares."""
    if table.empty:
        return "No sentence was scored"
    share, without = (prose.percent(table[name].iloc[0]) for name in ("neutral", "without"))
    n = prose.plural(table["n_sentences"].iloc[0], "sentence")
    return f"{share} of {n} are neutral, {without} without event words"


def groups_title(table: pd.DataFrame, *, noun: str) -> str:
    """Title of a figure of groups by voice: which have a clear tone in the narrator's words.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a", "b"], "voice": "narrator", "thin": [False, True],
    ...                       "tone": ["positive", "too few articles"]})
    >>> groups_title(table, noun="outlet")
    "A clear tone in the narrator's words: a (positive); of 2 outlets, 1 with too few articles"
    """
    table = table[table["voice"] == "narrator"]
    if noun == "outlet" and len(table) < 2:
        return "There are no two outlets to compare"
    clear, n_thin = table[table["tone"].isin(LABELS)], int(table["thin"].sum())
    names = prose.listed([f"{row.group} ({row.tone})" for row in clear.itertuples()], most=3)
    size = f"of {prose.plural(len(table), noun)}{f', {n_thin:,} with too few articles' if n_thin else ''}"
    return (
        f"A clear tone in the narrator's words: {names}; {size}"
        if names
        else f"No clear tone in the narrator's words, {size}"
    )


def time_title(table: pd.DataFrame, *, unit: str) -> str:
    """Title of the figure over time."""
    if table["thin"].all():
        return f"No {unit} has enough articles to say anything of its tone"
    table = table[table["n_articles"] > 0]
    names = [prose.period(day.date(), unit=unit) for day in table["period"]]
    return groups_title(table.assign(group=names), noun=unit)


def articles_title(table: pd.DataFrame) -> str:
    """Title of the figure of single articles."""
    table = table[table["voice"] == "narrator"]
    if table.empty:
        return "No article was scored"
    n_neutral = int((table["mean"].abs() < NEUTRAL).sum())
    return (
        f"{n_neutral:,} of {prose.plural(len(table), 'article')} have a neutral mean in the narrator's words"
    )


def words_title(table: pd.DataFrame) -> str:
    """Title of the figure of the heaviest words."""
    if table.empty:
        return "No word of the dictionary occurs"
    return f"{int(table['event'].sum())} of the {len(table)} heaviest words only name what happened"


def toward_title(table: pd.DataFrame) -> str:
    """Title of the figure of tones toward names: which are clear, in whose words."""
    if table["thin"].all():
        return "Too few articles to say anything of the tone toward a name"
    clear = table[table["tone"].isin(LABELS)]
    names = {
        voice: prose.listed([f"{row.entity} ({row.tone})" for row in part.itertuples()], most=3)
        for voice, part in clear.groupby("voice")
    }
    n = prose.plural(table["entity"].nunique(), "name")
    lead = f"No clear tone toward any of {n} in the narrator's words"
    if "narrator" in names:
        lead = f"A clear tone in the narrator's words toward {names['narrator']}, of {n}"
    return "; ".join([lead, *(f"in {v}s toward {names[v]}" for v in ("quote", "headline") if v in names)])


def grid_title(table: pd.DataFrame) -> str:
    """Title of the grid of names and outlets."""
    if table["outlet"].nunique() < 2:
        return "There are no two outlets to compare"
    if table["thin"].all():
        return "Too few articles to say anything of the tone of an outlet toward a name"
    clear = table[table["tone"].isin(LABELS)]
    size = f"of {len(table):,} pairs of name and outlet {int(table['thin'].sum()):,} have too few articles"
    pairs = [f"{row.outlet} toward {row.entity} ({row.tone})" for row in clear.itertuples()]
    if not pairs:
        return f"No outlet has a clear tone toward a name; {size}"
    return f"A clear tone of {prose.listed(pairs, most=2)}; {size}"
