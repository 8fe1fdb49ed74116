"""What the articles tell of, in order: visits and days, who speaks, and a card for each article."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from dateline import population
from dateline.tables import read_toml
from helpers import claims, prose
from helpers.claims import Tables
from helpers.publish import say

# Up to so many articles are told apart by a number and have a card each.
MOST_CARDS = 20
# Entries in the first part of the report; days of few articles and of more.
MOST_DAYS, MOST_VISITS, MOST_SPEAKERS, MOST_THINGS, MOST_NAMES = (14, 10), 8, 12, 5, 5
# Days in a month, and in the longest time that is no background.
SHORT, LONGEST = 31, 366
# Characters before a day in what is shown of a long sentence.
EXCERPT = 130
# How a day of publication is known, where the name of the basis does not say it.
KNOWN = {"inferred": "worked out from the days that it names", "metadata": "as its file says"}
KEYS, DAYS, VOICES = ["article_id", "sentence"], ["day", "day_to"], ["quote", "reported"]
# A sentence of fewer or more words seldom tells what happened.
WORDS = 6, 45


class Source(NamedTuple):
    """An article as a reader knows it: its number in the report, its title, and outlet and day in words."""

    number: int
    title: str
    about: str


class Entry(NamedTuple):
    """Something that `articles` tell (`perhaps`: may tell), and the sentence that says it best."""

    text: str
    time: str
    state: str
    quote: tuple[str, int, str]
    articles: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    number: int = -1


@cache
def _patterns() -> dict[str, Any]:
    values = read_toml("report.toml", package="helpers")
    return {name: re.compile(value) if isinstance(value, str) else value for name, value in values.items()}


def name_sources(articles: pd.DataFrame, sentences: pd.DataFrame) -> dict[str, Source]:
    """Give each article a number, by day and undated ones last, and a title: its own or its first words."""
    opening = sentences[sentences["sentence"] == 0].set_index("article_id")["text"]
    sources = {}
    order = articles.sort_values(["published", "article_id"], kind="stable")
    for number, row in enumerate(order.itertuples(), 1):
        title = row.title or prose.shorten(opening.get(row.article_id, row.article_id), width=60)
        day = prose.day(row.published) if pd.notna(row.published) else population.UNDATED
        sources[row.article_id] = Source(number, title, ", ".join(filter(None, [row.outlet, day])))
    return sources


def allowed_intervals(articles: pd.DataFrame, naming: pd.DataFrame, tables: Tables) -> dict[str, tuple]:
    """Say when undated articles can have appeared (first and last day and why): by their own interval.

    Or by "over two years ago" beside a thing (`naming`) whose first day another article has.
    """
    links = naming[[*KEYS, "thing"]].drop_duplicates()
    dates = tables["event_dates"].merge(articles[["article_id", "published"]]).merge(links, on=KEYS)
    begins = dates[dates["date_to"] < dates["published"]].sort_values("date_from", kind="stable")
    begins = begins.drop_duplicates("thing").set_index("thing")
    undated, intervals = articles[articles["published"].isna()].set_index("article_id"), {}
    for row in undated[undated["published_earliest"].notna()].itertuples():
        intervals[row.Index] = row.published_earliest, row.published_latest, "by its header and its words"
    lines = tables["sentences"].merge(links, on=KEYS)
    lines = lines[lines["article_id"].isin(undated.index) & lines["thing"].isin(begins.index)]
    for line in lines.itertuples():
        match = _patterns()["ago"].search(line.text)
        if match and line.article_id not in intervals:
            nearly, count, unit = match.groups()
            number = int(_patterns()["numbers"].get(count, 0) or count)
            below, above = {None: (0.5, 1), "over": (0, 1), "more than": (0, 1)}.get(nearly, (1, 0))
            step, begin = 12 if unit.startswith("year") else 1, begins.loc[line.thing]
            low = begin["date_from"] + pd.DateOffset(months=round((number - below) * step))
            high = begin["date_to"] + pd.DateOffset(months=round((number + above) * step))
            days = prose.span(begin["date_from"], begin["date_to"])
            reason = f"it puts {line.thing} “{match[0].strip()}”, and another article dates that to {days}"
            intervals[line.article_id] = low.replace(day=1), high + pd.offsets.MonthEnd(0), reason
    return intervals


def list_days(days: pd.DataFrame, visits: pd.DataFrame, tables: Tables) -> list[Entry]:
    """Take the days and times that most articles have (`busiest_days` with spans), in order.

    Where at least half of the articles of a day put a visit on it, a sentence about the visit says it best.
    """
    told = visits[visits["exact"] & (visits["visit"] >= 0)].merge(tables["sentences"][[*KEYS, "text"]])
    told = told[told["text"].str.split().str.len().between(*WORDS)]
    told["n"] = told.groupby("visit")["article_id"].transform("nunique")
    told = told.sort_values("n", ascending=False, kind="stable").drop_duplicates(["date_from", "date_to"])
    told = told.rename(columns={"date_from": "day", "date_to": "day_to"})[[*DAYS, "n", *KEYS, "text"]]
    days = days.merge(told, on=DAYS, how="left", suffixes=("", "_visit"))
    for column in (*KEYS, "text"):
        is_visit = 2 * days["n"] >= days["n_articles"]
        days[column] = days[f"{column}_visit"].where(is_visit, days[column]).astype(days[column].dtype)
    ids = tables["event_dates"].groupby(["date_from", "date_to"])["article_id"].unique()
    width = (days["day_to"] - days["day"]).dt.days
    vague = days["surface"].str.lower() == "today"  # it may be these days
    days = days.assign(wide=width > SHORT, fewer=vague - 2 * days["n_articles"])[width <= LONGEST]
    # of equal days one of each article, and then all over the time (as multiples of the golden ratio lie)
    days = days.sort_values(["wide", "fewer", "day"], kind="stable")
    days["turn"] = days.groupby("article_id").cumcount()
    days["spread"] = days.groupby(["wide", "fewer", "turn"]).cumcount() * 0.618034 % 1
    days = days.sort_values(["wide", "fewer", "turn", "spread"], kind="stable")
    entries = []
    days = days.head(MOST_DAYS[len(tables["articles"]) > MOST_CARDS])
    days = days.merge(tables["sentences"][[*KEYS, "voice", "speaker"]], on=KEYS)
    for row in days.sort_values(["day", "day_to"], kind="stable").itertuples():
        is_coming = row.day < row.day_to and _patterns()["coming"].search(row.text)
        states = (
            "announced" * bool(row.n_ahead or (row.n_same and is_coming)),
            ("the same day" if row.day == row.day_to else "at the time") * bool(row.n_same and not is_coming),
            "recalled" * bool(row.n_back),
        )
        state = prose.listed([*filter(None, states)]) or "from an undated article"
        quote = (row.article_id, row.sentence, row.text)
        articles = tuple(sorted(ids[row.day, row.day_to]))
        begin = row.text.find(row.surface) - EXCERPT  # of a long sentence the part with the day
        text = f"… {row.text[begin:].partition(' ')[2]}" if begin > 0 else row.text
        if row.voice == "quote" and row.speaker and row.speaker not in text and not set('“"') & set(text):
            text = f"{row.speaker}: {text}"  # of a transcript
        entries.append(Entry(text, prose.span(row.day, row.day_to), state, quote, articles))
    return entries


def list_visits(visits: pd.DataFrame, intervals: Mapping[str, tuple], tables: Tables) -> list[Entry]:
    """Take the visits that most articles have, in order; an undated one may tell of the only one that fits.

    It fits where the article names person and place, and where its words allow the days.
    """
    published = tables["articles"].set_index("article_id")["published"]
    undated = visits[visits["article_id"].isin(published.index[published.isna()])]
    names = tables["mentions"].merge(undated["article_id"]).groupby("article_id")["entity"].agg(set)
    best, fits = ["assumed", "exact", "sentence"], dict[str, set[int]]()
    dated = visits[visits["visit"] >= 0].sort_values(best, ascending=[True, False, True], kind="stable")
    for row in undated.itertuples():
        low, high, _ = intervals.get(row.article_id, (pd.Timestamp.min, pd.Timestamp.max, ""))
        places = dated[["country", "place"]].isin(names[row.article_id]).any(axis=1)
        inside = (dated["date_from"] <= high) & (dated["date_to"] >= low) & (dated["entity"] == row.entity)
        fits[row.article_id] = set(dated.loc[inside & places, "visit"])
    ids = dated.groupby("visit")["article_id"].agg(lambda ids: tuple(sorted(set(ids))))
    single = [(i, min(numbers)) for i, numbers in fits.items() if len(numbers) == 1]
    perhaps = {n: tuple(i for i, fit in single if fit == n and i not in ids[n]) for n in ids.index}
    size = pd.Series({n: len(ids[n]) + len(perhaps[n]) for n in ids.index}, dtype="int64")
    most = dated[dated["visit"].isin(size.sort_values(ascending=False, kind="stable").index[:MOST_VISITS])]
    most = most.merge(tables["sentences"][[*KEYS, "text"]], on=KEYS)
    entries = []
    for number, rows in most.groupby("visit", sort=True):
        row = rows.iloc[0]
        country, *places = dict.fromkeys([row["country"], *rows["place"]])
        text = f"{row['entity']} in {country}" + f" ({prose.listed(places, limit=2)})" * bool(places)
        day = rows["article_id"].map(published)
        is_coming = rows["text"].str.contains(_patterns()["coming"]) & (day <= rows["date_to"])
        is_ahead = (day < row["date_from"]) | (is_coming & (rows["date_from"] < rows["date_to"]))
        ahead = set(is_ahead.groupby(rows["article_id"]).any())
        state = "Announced in" if True in ahead else "Told in"
        state = "Announced, then told in" if len(ahead) > 1 else state
        time, quote = prose.span(row["date_from"], row["date_to"]), (*row[KEYS], row["text"])
        entries.append(Entry(text, time, state, quote, ids[number], perhaps[number], int(number)))
    return entries


def count_visits_again(visits: pd.DataFrame, entries: Sequence[Entry], tables: Tables) -> pd.DataFrame:
    """Count in other ways, too, the articles that tell of each visit; it holds where any is left."""
    articles, parts = tables["articles"], [pd.DataFrame(columns=list(claims.COLUMNS)).astype(claims.COLUMNS)]
    copies = articles[["article_id", "copy_of"]].dropna()
    copies = copies.merge(visits.rename(columns={"article_id": "copy_of"}))
    told = pd.concat([visits, copies]).merge(articles[["article_id", "published"]])
    told = told.merge(tables["sentences"][[*KEYS, "voice"]], how="left")
    included = population.is_counted(articles).to_numpy()
    for entry in entries:
        name = f"{entry.text}, {entry.time}"
        rows = told[told["visit"] == entry.number].assign(name=name).reset_index(drop=True)
        places = claims.locate(rows, articles)
        question = claims.Question(name, "", "", places, included, "", fewest=1)
        choices = [question.choose(), *claims.other_choices(question, tables=tables)]
        for choice, left_out in {
            "recalled ones left out": rows["published"] > rows["date_to"],
            "announced ones left out": rows["published"] < rows["date_from"],
            "reported words left out": rows["voice"] == "reported",
            "days that are not written left out": rows["assumed"].astype(bool),
        }.items():
            choices += [question.choose(choice, places=question.places[~left_out])] * bool(left_out.any())
        parts.append(claims.count_again(question, choices, leads=name))
    return pd.concat(parts, ignore_index=True)


def say_visits_again(table: pd.DataFrame) -> list[str]:
    """Say of all visits, then of each, in which other ways of counting an article still tells of it."""
    lost, again, n_ways = table[~table["holds"]], [], table["choice"].nunique() - 1
    for visit, rows in table.groupby("finding", sort=False):
        first, ways = rows.iloc[0], len(rows) - 1
        names = [f"“{name}”" for name in rows.loc[~rows["holds"], "choice"]]
        values = {"n": round(first["value"] * first["n"]), "of": first["n"], "left": ways - len(names)}
        case = "lost" if names else "each"
        again.append(say(f"05-visits.{case}", visit=visit, lost=names, ways=ways, **values))
    left = [f"“{name}”" + f" ({len(again) - n})" * (len(again) > 1)
            for name, n in lost["choice"].value_counts(sort=False).items()]  # fmt: skip
    values = {"n": len(again), "ways": n_ways, "same": n_ways - len(left), "left": left}
    return [say(f"05-visits.{'some' if left else 'all'}", **values), *again] if again else []


def list_anniversaries(tables: Tables) -> list[Entry]:
    """Take the anniversaries that most articles tell of; the year is said, or follows from the day."""
    lines = tables["sentences"]
    lines = lines[lines["text"].str.contains("anniversary", regex=False)]
    lines = lines.merge(tables["articles"][["article_id", "published"]], on="article_id")
    hits = lines["text"].str.extractall(_patterns()["anniversary"]).droplevel(1).join(lines)
    number = pd.to_numeric(hits["which"].str.extract(r"(\d+)")[0])
    day = hits["published"].mask(hits["text"].str.contains(_patterns()["ahead"]))  # it may be of another year
    year = (day.dt.year - number).map("{:.0f}".format, na_action="ignore").astype("str")
    hits["year"] = hits["of"].str.extract(r"\bin ([12]\d{3})\b")[0].fillna(year).fillna("")
    entries = []
    for (ordinal, year), part in hits.groupby(["which", "year"]):
        row = part.iloc[part["of"].str.len().argmax()]
        quote, ids = (*row[KEYS], row["text"]), tuple(sorted(set(part["article_id"])))
        text = f"the {ordinal} anniversary of “{prose.shorten(row['of'], width=90)}”"
        entries.append(Entry(text, year, "", quote, ids))
    return sorted(entries, key=lambda entry: (-len(entry.articles), entry.text))[:MOST_THINGS]


def list_names(naming: pd.DataFrame, choices: pd.DataFrame, *, fewest: int) -> list[tuple]:
    """Say by which names each thing goes, and which of `choices` nobody uses beside one in `fewest`."""
    ids = naming.groupby(["thing", "name"])["article_id"].agg(lambda ids: sorted(set(ids)))
    rows = []
    for subject, part in ids.groupby(level=0):
        names = sorted(part.droplevel(0).items(), key=lambda pair: (-len(pair[1]), pair[0]))
        unused = set(choices.loc[choices["thing"] == subject, "name"]) - {name for name, _ in names}
        if len(names) > 1 or (unused and len(names[0][1]) >= fewest):
            rows.append((subject, names, sorted(unused)))
    rows.sort(key=lambda row: (len(row[1]) == 1, -sum(len(ids) for _, ids in row[1]), row[0]))
    single = sum(len(names) > 1 for _, names, _ in rows)
    return rows[: min(single, MOST_THINGS)] + rows[single:][:MOST_THINGS]


def tell(
    tables: Tables, *, days: pd.DataFrame, visits: pd.DataFrame, voices: pd.DataFrame,
    naming: pd.DataFrame, choices: pd.DataFrame,
) -> dict[str, Any]:  # fmt: skip
    """Put together what the articles tell.

    `tables` are articles (those that count), sentences, mentions and event_dates; `days` (with spans),
    `visits`, `voices`, `naming` and `choices` are from `busiest_days`, `find_visits`, `find_voices`,
    `competing_names` and `naming_table`. Up to `MOST_CARDS` articles have cards.
    """
    articles = tables["articles"]
    tables = {name: frame[frame["article_id"].isin(articles["article_id"])] for name, frame in tables.items()}
    tables["mentions"] = tables["mentions"].astype(dict.fromkeys(["entity", "surface", "kind"], "str"))
    intervals = allowed_intervals(articles, naming, tables)
    voices = voices[voices["article_id"].isin(articles["article_id"])]
    spoken = {key: sorted(set(ids)) for key, ids in voices.groupby(["name", "voice"])["article_id"]}
    heard = [(str(n), *(spoken.get((n, voice), []) for voice in VOICES)) for n in voices["name"].unique()]
    heard.sort(key=lambda row: (-len({*row[1], *row[2]}), -len(row[1]), row[0]))
    pairs = tables["mentions"][["article_id", "entity", "kind"]].drop_duplicates(["article_id", "entity"])
    size = pairs.groupby("entity").size().sort_index().sort_values(ascending=False, kind="stable")
    silent = set(pairs.loc[pairs["kind"] == "person", "entity"]) - set(voices["name"])
    silent = size[size.index.isin(silent) & (size >= population.FEWEST_ARTICLES)]
    unheard = [(str(name), int(n), population.wilson([0], n)[1][0]) for name, n in silent.head(5).items()]
    undated = articles.loc[articles["published"].isna(), "article_id"]
    spans = {i: f"in {prose.span(*pair)}: {reason}" for i, (*pair, reason) in intervals.items()}
    spans = {i: re.sub("^in ([^:]*) to ", r"between \1 and ", text) for i, text in spans.items()}
    spans = {i: re.sub(r"^in (?=\d\S* [A-Z])", "on ", text) for i, text in spans.items()}
    story = {
        "sources": name_sources(articles, tables["sentences"]),
        "visits": list_visits(visits, intervals, tables),
        "n_visits": visits.loc[visits["visit"] >= 0, "visit"].nunique(),
        "days": list_days(days, visits, tables),
        "anniversaries": list_anniversaries(tables),
        "speakers": heard[:MOST_SPEAKERS],
        "n_speakers": [sum(bool(row[1]) is own for row in heard) for own in (True, False)],
        "unheard": unheard,
        "naming": list_names(naming, choices, fewest=1 + (len(articles) > MOST_CARDS)),
        "undated": [*spans.items()],
        "undatable": sorted(set(undated) - {*spans}),
        "again": [],
        "shared": sorted(size.index[size == len(articles)]) if len(articles) > 1 else [],
    }
    return story | {"cards": _cards(story, voices, tables) if len(articles) <= MOST_CARDS else []}


def _cards(story: dict[str, Any], voices: pd.DataFrame, tables: Tables) -> list[dict]:
    """Make a card for each article, by number."""
    mentions = tables["mentions"].query("kind != 'other'")
    alone = mentions[mentions.groupby("entity")["article_id"].transform("nunique") == 1]
    # a place as this article writes it
    alone = alone.assign(entity=alone["surface"].where(alone["kind"] == "place", alone["entity"]))
    lines = tables["sentences"].query("voice in ['narrator', 'reported']")
    lines = lines[lines["text"].str.split().str.len().between(*WORDS)]
    lines = lines.merge(alone.groupby(KEYS)["entity"].nunique().rename("n"), on=KEYS)
    lines = lines.sort_values(["n", "sentence"], ascending=[False, True], kind="stable")
    dates = tables["event_dates"].sort_values(["date_from", "date_to"], kind="stable")
    dates = dates[(dates["date_to"] - dates["date_from"]).dt.days <= LONGEST]
    about = tables["articles"].set_index("article_id")
    frames = {"dates": dates, "mentions": mentions, "alone": alone, "lines": lines, "voices": voices}
    cards = []
    for number in story["sources"]:
        part = {name: frame[frame["article_id"] == number] for name, frame in frames.items()}
        day, basis = about.loc[number, ["published", "published_basis"]]
        time = dict(story["undated"]).get(number, "on a day that nothing in its words tells")
        time = f"{prose.day(day)}, {KNOWN.get(basis, f'from its {basis}')}" if pd.notna(day) else time
        spans = [prose.span(*pair) for pair in part["dates"][["date_from", "date_to"]].to_numpy()]
        quoted, reported = (part["voices"].loc[part["voices"]["voice"] == voice, "name"] for voice in VOICES)
        visits = [f"{entry.text}, {entry.time}" + ", as it seems" * (number in entry.perhaps)
                  for entry in story["visits"] if number in entry.articles + entry.perhaps]  # fmt: skip
        chosen = [f"{prose.listed(words)} (for {subject})" for subject, names, _ in story["naming"] if
                  len(names) > 1 and (words := [name for name, ids in names if number in ids])]  # fmt: skip
        persons = part["mentions"].query("kind != 'place'")["entity"]
        pairs = {
            "When": [time], "Visits": visits, "Who": population.most_frequent(persons, MOST_NAMES),
            "In their own words": [*quoted.unique()], "As reported": [*reported.unique()],
            "Days": [*dict.fromkeys(spans)], "Words chosen": chosen,
            "Only here": population.most_frequent(part["alone"]["entity"], MOST_NAMES),
        }  # fmt: skip
        best = part["lines"][[*KEYS, "text"]].itertuples(index=False, name=None)
        words = [(label, prose.listed(values)) for label, values in pairs.items() if values]
        cards.append({"article_id": number, "lines": words, "quote": next(best, None)})
    return cards
