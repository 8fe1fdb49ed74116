"""What the numbers of tone allow to say, in words: findings and titles of figures."""

from collections.abc import Mapping

import pandas as pd

from dateline import population
from dateline.population import FEWEST_ARTICLES
from dateline.tone.agreement import Agreement
from dateline.tone.differences import LABELS, NEUTRAL, VOICES
from helpers import prose

NO_OUTLETS = "There are no two outlets to compare"


def tone_size(units: pd.DataFrame, articles: pd.DataFrame, *, copies: bool = False) -> str:
    """Write how many articles and sentences count, and what does not."""
    readable = population.is_readable(articles)
    n_copies = 0 if copies else int((articles["copy_of"].notna() & readable).sum())
    parts = [f"{prose.plural(n_copies, 'copy')} of another article"] if n_copies else []
    if not readable.all():
        languages = ", ".join(sorted(articles.loc[~readable, "language"].unique()))
        parts.append(f"{prose.plural(int((~readable).sum()), 'article')} in another language ({languages})")
    n_articles, n = units["article"].nunique(), prose.plural(len(units), "sentence")
    size = f"n = {prose.plural(n_articles, 'article')}, {n}"
    return f"{size}; left out: {'; '.join(parts)}" if parts else size


def target_size(size: str, targets: pd.DataFrame, units: pd.DataFrame) -> str:
    """Add to `tone_size` how many names in sentences the model read, and of how many."""
    counted = targets[targets.index.isin(units.index)]
    return f"{size}; the model read {counted['positive'].count():,} of {len(counted):,} names in sentences"


def tone_findings(
    tones: pd.DataFrame, weights: pd.DataFrame, toward: pd.DataFrame, checks: Mapping[str, Agreement]
) -> str:
    """Say in Markdown what the means, the words, the tones toward names and the checks allow to say."""
    if tones.empty:
        return "No sentence is in English: nothing was scored."
    whole = tones[tones["by"] == ""].set_index("voice")
    total, events = whole.loc["all"], weights[weights["event"]]
    neutral, negative, positive = (prose.percent(total[name]) for name in ("neutral", "negative", "positive"))
    means = [f"{voice} {_mean_in_words(whole.loc[voice])}" for voice in VOICES if voice in whole.index]
    lines = [
        f"**{neutral} of {prose.plural(total['n_sentences'], 'sentence')} are neutral** by the dictionary, "
        f"{negative} are negative and {positive} positive.",
        f"Mean score of a sentence, from −1 to 1, with its 95 % interval: {'; '.join(means)}.",
    ]
    outlets = groups_title(tones[tones["by"] == "outlet"], noun="outlet")
    lines += [f"{prose.plain(outlets)}."] if outlets != NO_OUTLETS else []
    if events["share"].sum() > 0:
        heaviest = prose.listed([f"“{prose.plain(word)}”" for word in events["word"].head(3)])
        lines.append(
            f"Event words name what happened. They make up {prose.percent(events['share'].sum())} of all the "
            f"weight, above all {heaviest}. So each mean is also given without them."
        )
    lines += [f"{prose.plain(toward_title(toward))}."] if len(toward) else []
    lines += [_check_in_words(name, check) for name, check in checks.items() if check.n]
    if total["thin"]:
        lines.append(f"Fewer than {FEWEST_ARTICLES} articles: not enough to put any mean into words.")
    return "\n".join(f"- {line}" for line in lines)


def _mean_in_words(row: pd.Series) -> str:
    has_interval = pd.notna(row["low"]) and not row["thin"]
    interval = f"{prose.score(row['low'])} to {prose.score(row['high'])}, " if has_interval else ""
    return f"{prose.score(row['mean'])} ({interval}{row['tone']})"


def _check_in_words(name: str, check: Agreement) -> str:
    accuracy = check.measures[check.measures.index.str.startswith("accuracy")].iloc[-1]
    value, low, high = (prose.percent(number) for number in accuracy)
    n = f"{prose.plural(check.n, 'label')} in {prose.plural(check.n_articles, 'article')}"
    return f"A person checked the {name}: it is right in {value} of the cases ({low} to {high}; {n})."


def _clear_tones(table: pd.DataFrame, column: str, *, most: int) -> str:
    """List the rows with a clear tone by a column, as "Lee (positive) and Oak (negative)"."""
    clear = table.loc[table["tone"].isin(LABELS), [column, "tone"]]
    return prose.listed([f"{name} ({tone})" for name, tone in clear.itertuples(index=False)], most=most)


def neutral_title(table: pd.DataFrame) -> str:
    """Title of the figure of shares."""
    if table.empty:
        return "No sentence was scored"
    share, without = (prose.percent(table[name].iloc[0]) for name in ("neutral", "without"))
    n = prose.plural(table["n_sentences"].iloc[0], "sentence")
    return f"{share} of {n} are neutral, {without} without event words"


def groups_title(table: pd.DataFrame, *, noun: str) -> str:
    """Title of a figure of groups by voice: which have a clear tone in the narrator's words."""
    table = table[table["voice"] == "narrator"]
    if noun == "outlet" and len(table) < 2:
        return NO_OUTLETS
    names, n_thin = _clear_tones(table, "group", most=3), int(table["thin"].sum())
    size = f"of {prose.plural(len(table), noun)}{f', {n_thin:,} with too few articles' if n_thin else ''}"
    lead = "clear tone in the narrator's words"
    return f"A {lead}: {names}; {size}" if names else f"No {lead}, {size}"


def time_title(table: pd.DataFrame, *, unit: str) -> str:
    """Title of the figure over time."""
    if table["thin"].all():
        return f"No {unit} has enough articles to say anything of its tone"
    table = table[table["n_articles"] > 0]
    names = [prose.period(day.date(), unit=unit) for day in table["period"]]
    return groups_title(table.assign(group=names), noun=unit)


def articles_title(table: pd.DataFrame) -> str:
    """Title of the figure of single articles."""
    means = table.loc[table["voice"] == "narrator", "mean"]
    n = f"{int((means.abs() < NEUTRAL).sum()):,} of {prose.plural(len(means), 'article')}"
    return f"{n} have a neutral mean in the narrator's words" if len(means) else "No article was scored"


def words_title(table: pd.DataFrame) -> str:
    """Title of the figure of the heaviest words."""
    n = f"{int(table['event'].sum())} of the {len(table)} heaviest words"
    return f"{n} only name what happened" if len(table) else "No word of the dictionary occurs"


def toward_title(table: pd.DataFrame) -> str:
    """Title of the figure of tones toward names: which are clear, in whose words."""
    if table["thin"].all():
        return "Too few articles to say anything of the tone toward a name"
    names = {voice: _clear_tones(part, "entity", most=3) for voice, part in table.groupby("voice")}
    n = prose.plural(table["entity"].nunique(), "name")
    lead = f"No clear tone toward any of {n} in the narrator's words"
    if names.get("narrator"):
        lead = f"A clear tone in the narrator's words toward {names['narrator']}, of {n}"
    quoted = [f"in {voice}s toward {names[voice]}" for voice in ("quote", "headline") if names.get(voice)]
    return "; ".join([lead, *quoted])


def grid_title(table: pd.DataFrame) -> str:
    """Title of the grid of names and outlets."""
    if table["outlet"].nunique() < 2:
        return NO_OUTLETS
    if table["thin"].all():
        return "Too few articles to say anything of the tone of an outlet toward a name"
    size = f"of {len(table):,} pairs of name and outlet {int(table['thin'].sum()):,} have too few articles"
    pairs = _clear_tones(table.assign(pair=table["outlet"] + " toward " + table["entity"]), "pair", most=2)
    lead = f"A clear tone of {pairs}" if pairs else "No outlet has a clear tone toward a name"
    return f"{lead}; {size}"
