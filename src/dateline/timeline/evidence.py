"""The sentences behind the numbers of notebook 03."""

from collections.abc import Callable, Sequence

import pandas as pd

from dateline import population
from dateline.timeline import concordance, events, groups
from dateline.words import day, period

# Lines behind each number.
MOST = 5
# Where undated articles stand among the periods.
UNDATED = pd.Timestamp("2261-01-01")
COLUMNS = ["claim", *concordance.COLUMNS]


def behind(
    *,
    found: pd.DataFrame,
    series: pd.DataFrame,
    burst: pd.DataFrame,
    change: pd.DataFrame,
    told: pd.DataFrame,
    lag: pd.DataFrame,
    spoken: pd.DataFrame,
    heard: pd.DataFrame,
    pairs: pd.DataFrame,
    where: pd.DataFrame,
    uses: pd.DataFrame,
    mentions: pd.DataFrame,
    said: pd.DataFrame,
    sentences: pd.DataFrame,
    articles: pd.DataFrame,
    dates: pd.DataFrame,
    group: Sequence[pd.Series | None],
    unit: str,
) -> pd.DataFrame:
    """Give up to `MOST` lines of a concordance for each number that the notebook reports.

    Parameters
    ----------
    found, series, burst, change
        Names (rows of table entities), dots of the publication clock (rows of table timeline), bursts and
        changes.
    told, lag
        Days, and from `events.lags` the dots of the two clocks and the shares of each group.
    spoken, heard
        Speakers, in all articles and in groups of them.
    pairs, where, uses
        Pairs of names, names in outlets, the places of competing names.
    mentions, said, sentences, articles, dates
        Table mentions, who speaks (`voices.speakers`), the tables; articles those that count.
    group
        Outlets and topics of the articles, see `dateline.timeline.groups`; None: they are not told apart.
    unit
        Name of the periods.

    Returns
    -------
    pandas.DataFrame
        claim (what the number is of), then the columns of `dateline.timeline.concordance.lines`.
    """
    looked = [*found["entity"], *series["entity"], *where["entity"], *burst["entity"], *change["entity"]]
    texts = concordance.Texts(articles)
    named = _named(mentions, [*looked, *pairs["entity"], *pairs["other"]], texts)
    quoted = texts.locate(said.merge(sentences[concordance.PLACE], on=["article_id", "sentence"]))
    groups_of = [one for one in group if one is not None]
    parts = [
        _lines(_among(named, found["entity"]), texts, ["entity"], "named: {}".format),
        _periods(named, series, texts, unit),
        *_moves(named, burst, change, texts, unit),
        *_days(told, dates, texts),
        *_lags(lag, texts, group),
        _lines(_among(quoted, spoken["entity"]), texts, ["entity"], "quoted: {}".format),
        *(
            _lines(_within(quoted, heard, one), texts, ["entity", "group"], "quoted: {}; {}".format)
            for one in groups_of
        ),
        *_together(named, pairs, texts),
        _outlets(named, where, articles, texts),
        *_choices(uses, articles, texts),
    ]
    return pd.concat(
        [pd.DataFrame(columns=COLUMNS), *(part for part in parts if len(part))], ignore_index=True
    )


def _lines(
    places: pd.DataFrame, texts: concordance.Texts, by: list[str], say: Callable[..., str]
) -> pd.DataFrame:
    """Cut the lines of each value of `by` and say what they are of."""
    lines = concordance.around(places, texts, most=MOST, by=by)
    claims = [say(*key) for key in lines[by].itertuples(index=False, name=None)]
    return lines.assign(claim=pd.Series(claims, dtype="str"))[COLUMNS]


def _named(mentions: pd.DataFrame, names: Sequence[str], texts: concordance.Texts) -> pd.DataFrame:
    """Places of names."""
    some = mentions[mentions["entity"].isin(set(names))]
    return texts.locate(some[["entity", *concordance.PLACE]]).astype({"entity": "str", "article_id": "str"})


def _among(places: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Places of some names, the names in their order."""
    order = pd.CategoricalDtype(list(dict.fromkeys(names)))
    some = places[places["entity"].isin(order.categories)]
    return some.astype({"entity": "str"}).astype({"entity": order})


def _periods(named: pd.DataFrame, series: pd.DataFrame, texts: concordance.Texts, unit: str) -> pd.DataFrame:
    """Lines for each dot of the publication clock."""
    places = _among(named, series.loc[series["entity"] != "", "entity"])
    start = population.period_start(pd.Series(texts.published), unit=unit).fillna(UNDATED)
    places = places.assign(period=start.to_numpy()[places["article"]])

    def say(name: str, at: pd.Timestamp) -> str:
        return f"named: {name}, {'undated' if at == UNDATED else period(at, unit=unit)}"

    return _lines(places, texts, ["entity", "period"], say)


def _moves(
    named: pd.DataFrame, burst: pd.DataFrame, change: pd.DataFrame, texts: concordance.Texts, unit: str
) -> list[pd.DataFrame]:
    """Lines inside each burst and after each change."""
    day = pd.Series(texts.published)
    start = population.period_start(day, unit=unit)
    inside = [
        (
            f"burst: {one.entity}, {period(one.first, unit=unit)}",
            one.entity,
            start.between(one.first, one.last),
        )
        for one in burst.itertuples()
    ]
    inside += [
        (f"change: {one.entity}, {period(one.period, unit=unit)}", one.entity, day >= one.period)
        for one in change.itertuples()
    ]
    parts = []
    for claim, name, kept in inside:
        places = named[(named["entity"] == name) & kept.to_numpy()[named["article"]]]
        parts.append(concordance.around(places, texts, most=MOST).assign(claim=claim)[COLUMNS])
    return parts


def _days(told: pd.DataFrame, dates: pd.DataFrame, texts: concordance.Texts) -> list[pd.DataFrame]:
    """Lines for each day of the event timeline."""
    found = ((at, concordance.of_day(dates, at)) for at in told["day"])
    return [
        concordance.around(places, texts, most=MOST).assign(claim=f"day: {day(at)}")[COLUMNS]
        for at, places in found
    ]


def _lags(
    lag: pd.DataFrame, texts: concordance.Texts, group: Sequence[pd.Series | None]
) -> list[pd.DataFrame]:
    """Lines for each dot of the two clocks, and for each share of a group's lags."""
    if lag.empty:
        return []
    unit = events.cells(lag)["unit"].iloc[0]
    at = {"appeared": lag["published"], "about": lag["event"]}
    at = {name: population.period_start(days, unit=unit) for name, days in at.items()}

    def clocks(appeared: pd.Timestamp, about: pd.Timestamp) -> str:
        return f"two clocks: {period(appeared, unit=unit)} about {period(about, unit=unit)}"

    parts = [_lines(lag.assign(**at), texts, ["appeared", "about"], clocks)]
    far = texts.locate(events.classed(lag))
    for number, one in enumerate(group):
        every = groups.assigned(far, one, top=len(far))
        every = every[(every["group"] != groups.ALL) | (number == 0)]
        parts.append(_lines(every, texts, ["group", "far"], "lag: {}; {}".format))
    return parts


def _within(quoted: pd.DataFrame, heard: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """Quotations of those who are heard in a group of articles."""
    own = quoted.assign(group=group.reindex(quoted["article_id"]).to_numpy())
    asked = heard.loc[heard["group"] != groups.ALL, ["entity", "group"]].drop_duplicates().astype("str")
    return own.astype({"entity": "str"}).merge(asked, on=["entity", "group"])


def _together(named: pd.DataFrame, pairs: pd.DataFrame, texts: concordance.Texts) -> list[pd.DataFrame]:
    """Lines for each pair of names."""
    of = dict(list(named.drop(columns=["article_id"]).groupby("entity")))
    both = zip(pairs["entity"], pairs["other"], strict=True)
    return [
        concordance.between(of[a], of[b], texts, most=MOST).assign(claim=f"together: {a}; {b}")[COLUMNS]
        for a, b in both
        if a in of and b in of
    ]


def _outlets(
    named: pd.DataFrame, where: pd.DataFrame, articles: pd.DataFrame, texts: concordance.Texts
) -> pd.DataFrame:
    """Lines for each name in each outlet."""
    outlet = groups.outlets(articles)
    outlet = outlet.where(outlet.isin(where["outlet"]), "other outlets")
    places = _among(named, where["entity"])
    places = places.assign(group=outlet.reindex(places["article_id"]).to_numpy())
    return _lines(places, texts, ["entity", "group"], "named: {}; {}".format)


def _choices(uses: pd.DataFrame, articles: pd.DataFrame, texts: concordance.Texts) -> list[pd.DataFrame]:
    """Lines for each name of a thing, in all articles and in each outlet."""
    outlet, places = groups.outlets(articles), texts.locate(uses)
    parts = [_lines(places, texts, ["thing", "name"], "name: {}; {}".format)]
    if len(set(outlet)) > 1:
        places = places.assign(group=outlet.reindex(places["article_id"]).to_numpy())
        parts.append(_lines(places, texts, ["thing", "name", "group"], "name: {}; {}; {}".format))
    return parts
