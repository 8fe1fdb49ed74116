"""What the numbers of tone allow to say, in words: findings and titles of figures."""

from collections.abc import Mapping, Sequence

import pandas as pd

from dateline.tone.agreement import Agreement
from dateline.tone.sentiment import FEWEST_ARTICLES, LABELS, NEUTRAL, VOICES
from helpers import prose


def findings(
    units: pd.DataFrame,
    tones: pd.DataFrame,
    used: pd.DataFrame,
    toward: pd.DataFrame,
    grid: pd.DataFrame,
    aimed: pd.DataFrame,
    checks: Mapping[str, Agreement],
) -> str:
    """Say in Markdown what the numbers allow to say.

    Parameters
    ----------
    units, tones
        From `dateline.tone.sentiment.counted` and `tone`.
    used
        From `dateline.tone.scores.words`.
    toward, grid, aimed
        From `dateline.tone.targets.toward` by voice and by outlet, and their targets that count.
    checks
        From `dateline.tone.agreement.compare`, by what each compares.
    """
    if units.empty:
        return "No sentence is in English: nothing was scored."
    whole = tones[tones["by"] == ""].set_index("voice")
    all_ = whole.loc["all"]
    neutral, negative, positive = (prose.percent(all_[name]) for name in ("neutral", "negative", "positive"))
    lines = [
        f"**{neutral} of {prose.plural(all_['n_sentences'], 'sentence')} are neutral** by the dictionary, "
        f"{negative} negative, {positive} positive ({prose.plural(all_['n_articles'], 'article')})."
    ]
    voices = [f"{voice} {_say(whole.loc[voice])}" for voice in VOICES if voice in whole.index]
    lines.append(f"Mean score of a sentence, from −1 to 1, with 95 % intervals: {'; '.join(voices)}.")
    outlets = tones[(tones["by"] == "outlet") & (tones["voice"] == "narrator")]
    if len(outlets) > 1:
        clear = outlets[outlets["tone"].isin(LABELS)]
        said = "; ".join(f"{prose.plain(row['group'])}: {_say(row)}" for _, row in clear.iterrows()) or "none"
        lines.append(
            f"Outlets with a clear tone in the narrator's voice: {said} (of {len(outlets)}; "
            f"{int(outlets['thin'].sum())} have too few articles to say)."
        )
    if (events := used[used["event"]])["share"].sum() > 0:
        share = prose.percent(events["share"].sum())
        lines.append(
            f"Event words, which name what happened, make {share} of all the weight, first of all "
            f"“{'”, “'.join(map(prose.plain, events['word'].head(3)))}”: each mean is given without them too."
        )
    if len(toward):
        read = f"the model read {aimed['positive'].notna().sum():,} of {len(aimed):,} names in sentences"
        lines.append(f"{prose.plain(toward_title(toward))} ({read}).")
    if len(set(grid["outlet"])) > 1 and not grid["thin"].all():
        said = prose.plain(grid_title(grid))
        lines.append(f"Outlet by outlet in the narrator's words: {said[:1].lower()}{said[1:]}.")
    lines += [_checked(name, check) for name, check in checks.items() if check.n]
    if all_["thin"]:
        lines.append(f"Fewer than {FEWEST_ARTICLES} articles: not enough to put any mean into words.")
    return "\n".join(f"- {line}" for line in lines)


def _checked(name: str, check: Agreement) -> str:
    """Say how often a person found the computed labels right."""
    measure = "accuracy in the corpus" if "accuracy in the corpus" in check.measures.index else "accuracy"
    value, low, high = (prose.percent(number) for number in check.measures.loc[measure])
    text = (
        f"Against a person's labels, the {name} is right in {value} ({low} to {high}; {check.n:,} labels in "
    )
    text += prose.plural(check.n_articles, "article") + ")"
    if len(check.corrected):
        text += "; corrected by that, the shares of all its labels are " + ", ".join(
            f"{row.Index} {prose.percent(row.corrected)} (computed {prose.percent(row.computed)})"
            for row in check.corrected.itertuples()
        )
    return text + "."


def _say(row: pd.Series) -> str:
    """Put one mean into words: number, interval, without event words, how many articles, and its tone."""
    interval = (
        ""
        if pd.isna(row["low"]) or row["thin"]
        else f"{prose.score(row['low'])} to {prose.score(row['high'])}; "
    )
    return (
        f"{prose.score(row['mean'])} ({interval}without event words {prose.score(row['judging'])}), "
        f"{prose.plural(row['n_articles'], 'article')}, {row['tone']}"
    )


def neutral(table: pd.DataFrame) -> str:
    """Title of the figure of shares."""
    if table.empty:
        return "No sentence was scored"
    share, without = (prose.percent(table[name].iloc[0]) for name in ("neutral", "without"))
    n = prose.plural(table["n_sentences"].iloc[0], "sentence")
    return f"{share} of {n} are neutral, {without} if event words do not count"


def groups(table: pd.DataFrame, *, noun: str) -> str:
    """Title of a figure of groups by voice: which have a clear tone in the narrator's words.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a", "b"], "voice": "narrator", "thin": [False, True],
    ...                       "tone": ["positive", "too few articles"]})
    >>> groups(table, noun="outlet")
    "A clear tone in the narrator's words: a (positive); of 2 outlets, 1 with too few articles"
    """
    told = table[table["voice"] == "narrator"]
    if noun == "outlet" and len(told) < 2:
        return "There are no two outlets to compare"
    clear, few = told[told["tone"].isin(LABELS)], int(told["thin"].sum())
    said = prose.listed([f"{row.group} ({row.tone})" for row in clear.itertuples()], most=3)
    rest = f"of {prose.plural(len(told), noun)}{f', {few:,} with too few articles' if few else ''}"
    if clear.empty:
        return f"No clear tone in the narrator's words, {rest}"
    return f"A clear tone in the narrator's words: {said}; {rest}"


def time(table: pd.DataFrame, *, unit: str) -> str:
    """Title of the figure over time."""
    if table["thin"].all():
        return f"No {unit} has enough articles to say anything of its tone"
    some = table[(table["n_articles"] > 0)]
    names = [prose.period(day.date(), unit=unit) for day in some["period"]]
    return groups(some.assign(group=names), noun=unit)


def articles(table: pd.DataFrame) -> str:
    """Title of the figure of single articles."""
    told = table[table["voice"] == "narrator"]
    if told.empty:
        return "No article was scored"
    inside = int((told["mean"].abs() < NEUTRAL).sum())
    return f"{inside:,} of {prose.plural(len(told), 'article')} have a neutral mean in the narrator's words"


def heaviest(table: pd.DataFrame) -> str:
    """Title of the figure of the heaviest words."""
    if table.empty:
        return "No word of the dictionary occurs"
    said = f"{int(table['event'].sum())} of the {len(table)} heaviest words"
    return f"{said} name what happened rather than judge it"


def shift(names: Sequence[str], gap: tuple[float, float, float, float], table: pd.DataFrame) -> str:
    r"""Title of a word shift: which side scores higher, if that is sure, and the words that do most.

    Parameters
    ----------
    names, gap, table
        The two sides; what `dateline.tone.shift.compare` gives.

    Examples
    --------
    >>> table = pd.DataFrame({"word": ["ban", "great"]})
    >>> shift(["a", "b"], (-0.1, -0.15, -0.05, 0.01), table).replace("\xa0", " ")
    'a scores 0.10 above b (95 % interval 0.05 to 0.15), without event words −0.01: “ban” and “great” do most'
    """
    if len(names) < 2:
        return "Not enough articles on two sides to compare their words"
    heavy = table["word"].head(2).tolist()
    by = f"“{'” and “'.join(heavy)}” do most" if heavy else "no word fires"
    one, other = (prose.shorten(name, width=40) for name in names)
    value, low, high, judging = gap
    if not (low > 0 or high < 0):  # nor where there is no interval: NaN
        return f"No clear difference between {one} and {other}; of what there is, {by}"
    if value < 0:
        one, other, value, low, high, judging = other, one, -value, -high, -low, -judging
    said = [prose.score(number).replace("+", "") for number in (value, low, high, judging)]
    interval = f"(95\xa0% interval {said[1]} to {said[2]})"
    return f"{other} scores {said[0]} above {one} {interval}, without event words {said[3]}: {by}"


def toward_title(table: pd.DataFrame) -> str:
    """Title of the figure of tones toward names: which are clear in the narrator's words, and in others'."""
    if table["thin"].all():
        return "Too few articles to say anything of the tone toward a name"
    n = prose.plural(table["entity"].nunique(), "name")
    said = {
        voice: prose.listed(
            [f"{row.entity} ({row.tone})" for row in part.itertuples() if row.tone in LABELS], most=3
        )
        for voice, part in table.groupby("voice")
    }
    parts = [f"in {voice}s toward {said[voice]}" for voice in ("quote", "headline") if said.get(voice)]
    if said.get("narrator"):
        first = f"A clear tone in the narrator's words toward {said['narrator']}, of {n}"
    else:
        first = f"No clear tone toward any of {n} in the narrator's words"
    told = table[(table["voice"] == "narrator") & ~table["thin"] & ~table["tone"].isin(LABELS)]
    sure = ((told["low"] > 0) | (told["high"] < 0)) & (told["model"].abs() > NEUTRAL)
    if sure.any():
        alone = [
            f"{row.entity} ({LABELS[0] if row.model < 0 else LABELS[-1]})" for row in told[sure].itertuples()
        ]
        parts.insert(0, f"by the model alone toward {prose.listed(alone, most=3)}")
    return "; ".join([first, *parts])


def grid_title(table: pd.DataFrame) -> str:
    """Title of the grid of names and outlets."""
    if table["outlet"].nunique() < 2:
        return "There are no two outlets to compare"
    if table["thin"].all():
        return "Too few articles to say anything of the tone of an outlet toward a name"
    clear = table[table["tone"].isin(LABELS)]
    size = f"of {len(table):,} pairs of name and outlet {int(table['thin'].sum()):,} have too few articles"
    if clear.empty:
        return f"No outlet has a clear tone toward a name; {size}"
    said = prose.listed(
        [f"{row.outlet} toward {row.entity} ({row.tone})" for row in clear.itertuples()], most=2
    )
    return f"A clear tone of {said}; {size}"


def methods(table: pd.DataFrame) -> str:
    """Title of the figure of dictionary against model."""
    labelled = table[list(LABELS)].to_numpy()
    same = sum(int(table.loc[table["dictionary"] == name, name].sum()) for name in LABELS)
    n = int(labelled.sum())
    if not n:
        return "The model is sure enough of no label"
    return (
        f"Model and dictionary give the same label to {prose.percent(same / n)} of {n:,} names in sentences"
    )
