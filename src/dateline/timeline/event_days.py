"""Two clocks: the days on which articles appeared, and the days that they talk about."""

import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from io import StringIO
from itertools import islice, pairwise

import numpy as np
import pandas as pd

from dateline import population, tables, tokens
from dateline.text import timex
from dateline.text.calendar import MONTH_NAMES, WEEKDAY_NAMES

# An article that appeared on one of more days than this is as good as undated.
WIDEST = 31
AHEAD, SAME, BACK = "announced ahead", "the same day", "recalled"
# More cells than this cannot be told apart on a figure: days are then drawn by week, month and so on.
MOST_CELLS = 400
# Bounds between the classes of a lag, in days from the event to publication, and the words for each class.
BOUNDS = (-31, -7, 0, 1, 8, 32, 367)
CLASSES = (
    *("over a month ahead", "8 to 31 days ahead", "up to a week ahead", "the same day"),
    *("up to a week back", "8 to 31 days back", "up to a year back", "over a year back"),
)
# A sentence of fewer or more words than this seldom tells what happened.
WORDS = (6, 45)
# Rules for words that say nothing without the sentence before ("two days later", "earlier in the day").
LEANING = ("ago", "relative", "this-unit")
# Sentences that an article begins with; days that an article appears before or after what it is about.
LEAD, NEAR = 3, 3
# A word in more of the sentences than this says nothing of a day; nor do words of the calendar.
COMMON = 0.2
CALENDAR = [*map(str.lower, (*MONTH_NAMES, *WEEKDAY_NAMES)), "today", "tomorrow", "yesterday"]


def find_event_dates(articles: pd.DataFrame, sentences: pd.DataFrame, words: tokens.Tokens) -> pd.DataFrame:
    """Find the dates that the articles talk about, resolved against their publication date where it is known.

    Takes the articles in English, table sentences and its tokens, and gives table event_dates. Where only an
    interval of up to `WIDEST` days is known for `published`, what depends on the day is an interval too;
    without that, only what is absolute is found.
    """
    published, ends = articles["published"], ("published_earliest", "published_latest")
    first, last = (published.fillna(articles.get(name, published)) for name in ends)
    narrow = (last - first).dt.days <= WIDEST
    anchors = zip(first.where(narrow), last.where(narrow), strict=True)
    cores = _date_cores(articles, sentences, words)
    rows = []
    for number, (text, (begin, end), places) in enumerate(zip(articles["text"], anchors, cores, strict=True)):
        if pd.notna(begin) and begin != end:
            spans = timex.find_between(text, earliest=begin.date(), latest=end.date(), at_cores=places)
        else:
            anchor = None if pd.isna(begin) else begin.date()
            spans = timex.find_dates(text, anchor=anchor, at_cores=places)
        rows += [(number, *span) for span in spans]
    columns = ["number", "start", "end", "surface", "date_from", "date_to", "grain", "rule"]
    dates = pd.DataFrame(rows, columns=columns)
    for column in ("date_from", "date_to"):  # to_datetime would take them one by one
        dates[column] = np.array(dates[column].tolist(), "datetime64[D]").astype("datetime64[s]")
    number = dates.pop("number").to_numpy(np.int64)
    dates.insert(0, "article_id", articles["article_id"].to_numpy(object)[number])
    # the last sentence of the article that begins at the date or before
    body = sentences[sentences["sentence"] >= 0]
    body = body.assign(number=pd.Index(articles["article_id"]).get_indexer(body["article_id"]))
    body = body.sort_values(["number", "start"], kind="stable")
    size = np.int64(articles["text"].str.len().max() + 1 if len(articles) else 1)
    begins = body["number"].to_numpy(np.int64) * size + body["start"].to_numpy()
    row = np.searchsorted(begins, number * size + dates["start"].to_numpy(np.int64), side="right") - 1
    dates.insert(1, "sentence", body["sentence"].to_numpy()[row])
    return dates


def _date_cores(
    articles: pd.DataFrame, sentences: pd.DataFrame, words: tokens.Tokens
) -> Iterator[list[tuple[int, int]]]:
    """Give for each article what `timex.cores` finds in it, in a tenth of the time: by its words."""
    place, core = np.array(timex.cores("\n".join(words.words)), np.int64).reshape(-1, 2).T
    begin = np.cumsum([0, *map(len, words.words)]) + np.arange(len(words.words) + 1)
    word = np.searchsorted(begin, place, side="right") - 1
    cores = pd.DataFrame({"word": word, "inside": place - begin[word], "core": core})
    token = np.flatnonzero(np.isin(words.ids, word))
    row = words.rows[token]
    number = pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])
    number = np.where(sentences["sentence"] >= 0, number, -1)[row]
    start = words.start[token] + sentences["start"].to_numpy()[row]
    places = pd.DataFrame({"number": number, "place": start, "word": words.ids[token]})
    places = places[number >= 0].merge(cores, on="word")
    places["place"] += places["inside"]
    places = places.sort_values(["number", "place", "core"], kind="stable")
    pairs = list(zip(places["place"].tolist(), places["core"].tolist(), strict=True))
    edges = np.searchsorted(places["number"], np.arange(len(articles) + 1)).tolist()
    return (pairs[a:b] for a, b in pairwise(edges))


def pair_clocks(articles: pd.DataFrame, dates: pd.DataFrame) -> pd.DataFrame:
    """Pair the day an article appeared with the exact days it talks about (of table event_dates).

    Gives article_id, outlet, published, event, event_to, lag, direction, surface, sentence, start, end; dates
    to the day, each once an article that has an exact date itself. `lag` is in days: from the event's last
    day to publication, negative from publication to its first day, 0 while it goes on. `direction` is
    "announced ahead", "the same day" or "recalled".
    """
    days = dates[dates["grain"] == "day"].drop_duplicates(["article_id", "date_from"])
    dated = articles.loc[articles["published"].notna(), ["article_id", "outlet", "published"]]
    pairs = dated.merge(days, on="article_id").rename(columns={"date_from": "event", "date_to": "event_to"})
    since, until = ((pairs["published"] - pairs[end]).dt.days for end in ("event_to", "event"))
    pairs["lag"] = np.where(since > 0, since, np.minimum(until, 0)).astype(np.int64)
    pairs["direction"] = np.array([AHEAD, SAME, BACK], object)[np.sign(pairs["lag"].to_numpy()) + 1]
    pairs = pairs.astype({"direction": "str"})
    pairs = pairs.sort_values(["published", "article_id", "event"], kind="stable", ignore_index=True)
    columns = ["article_id", "outlet", "published", "event", "event_to", "lag", "direction", "surface"]
    return pairs[[*columns, "sentence", "start", "end"]]


def clock_cells(pairs: pd.DataFrame, *, limit: int = MOST_CELLS) -> pd.DataFrame:
    """Count the pairs of `pair_clocks` in cells fine enough to see, and `limit` at most, to tell them apart.

    Columns: unit (the same in all rows: the finest that does), published, event (first days of their
    periods), event_to (the last day of the longest event where the unit is the day), n_dates, n_articles, lag
    (median), direction (of the days themselves).
    """
    for unit, *_ in population.UNITS:
        starts = {name: population.period_start(pairs[name], unit=unit) for name in ("published", "event")}
        group = pairs.assign(**starts).groupby(["published", "event", "direction"], sort=True)
        if group.ngroups <= limit or unit == population.UNITS[-1][0]:
            break
    cells = group.agg(event_to=("event_to", "max"), n_dates=("lag", "size"),
                      n_articles=("article_id", "nunique"), lag=("lag", "median")).reset_index()  # fmt: skip
    if unit != "day":
        cells["event_to"] = cells["event"]
    cells.insert(0, "unit", unit)
    return cells[[*cells.columns.drop("direction"), "direction"]]


def lag_shares(pairs: pd.DataFrame, *groups: pd.Series | None, top: int = 10) -> pd.DataFrame:
    """Compare groups of articles by how far from publication the days lie that they talk about.

    Takes `pair_clocks` and outlet, topic, ... of each article, see `dateline.population.rows_by_group`; the
    `top` groups of each kind with most articles are listed, but none that has all days. "all articles" comes
    first. Columns: group, n_articles, n_dates, ahead, ahead_low, ahead_high (share of the days still to come,
    with its 95 % interval over articles, by Wilson's score where all or none were; missing with one article),
    median_lag in days, the share of each of `CLASSES`, thin (too few articles to say much).
    """
    rows = []
    kinds = [population.rows_by_group(pairs, group, top=top) for group in (None, *groups)]
    parts = [part for kind in kinds for part in kind.groupby("group", sort=False)]
    for number, (name, part) in enumerate(parts):
        if number and len(part) == len(pairs):
            continue
        ahead = (part["lag"] < 0).groupby(part["article_id"], sort=True).agg(["sum", "size"])
        mean, *ends = population.mean_intervals(ahead["sum"].to_numpy(float), ahead["size"].to_numpy(float))
        low, high = np.clip(ends, 0, 1)
        if mean in (0, 1) and len(ahead) > 1:  # what is all alike has no error of its own
            low, high = (end[0] for end in population.wilson([int(mean) * len(ahead)], len(ahead)))
        place = np.searchsorted(np.array(BOUNDS), part["lag"].to_numpy(), side="right")
        shares = (np.bincount(place, minlength=len(CLASSES)) / len(part)).round(6)
        numbers = map(float, (mean, low, high, part["lag"].median(), *shares))
        rows.append((name, len(ahead), len(part), *numbers))
    columns = ["group", "n_articles", "n_dates", "ahead", "ahead_low", "ahead_high", "median_lag", *CLASSES]
    table = pd.DataFrame(rows, columns=columns).astype({"group": "str"})
    return table.assign(thin=table["n_articles"] < population.FEWEST_ARTICLES)


def busiest_days(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    dates: pd.DataFrame,
    mentions: pd.DataFrame,
    *,
    top: int = 12,
    spans: bool = False,
) -> pd.DataFrame:
    """List the days that most articles talk about, in order, with the sentence that tells most of each.

    That is the sentence most like what the *other* articles write where they name the day: the mean cosine of
    its words (TF-IDF, dates left out) with theirs, each article counting once. A sentence of 6 to 45 words in
    the reporter's voice that needs no other to name the day goes first; the number of names and then the
    earliest article decide between equal ones. Two days share no sentence where they need not. Of days with
    equally many articles the earliest are among the `top`; with `spans`, weeks and months count, too.

    Gives day, day_to, n_articles, n_ahead, n_same, n_back, n_undated (by where the day lay for them),
    surface, text (the sentence), article_id, sentence, outlet, alike (cosine, missing with one article).
    See D. R. Radev et al., Information Processing & Management 40 (2004); here without the own article.
    """
    about = articles[["article_id", "outlet", "published"]]
    days = dates[spans | dates["grain"].eq("day")].merge(about, on="article_id")
    days["key"] = days.groupby(["date_from", "date_to"] if spans else "date_from").ngroup()
    article_days = days.drop_duplicates(["article_id", "key"])  # as in `pair_clocks`
    days = days[days["sentence"] >= 0]
    published, undated = article_days["published"], article_days["published"].isna()
    ahead, back = published < article_days["date_from"], published > article_days["date_to"]
    counts = {"n_articles": True, "n_ahead": ahead, "n_same": ~(ahead | back | undated), "n_back": back}
    counts = pd.DataFrame({**counts, "n_undated": undated}).groupby(article_days["key"]).sum().astype("int64")
    counts = counts[counts.index.isin(days["key"])]
    counts = counts.sort_values("n_articles", ascending=False, kind="stable").head(top)
    days = days[days["key"].isin(counts.index)]
    place = sentences[["article_id", "sentence", "text", "voice"]].assign(row=np.arange(len(sentences)))
    candidates = days.merge(place, on=["article_id", "sentence"]).drop_duplicates(["key", "row"])
    candidates = candidates.sort_values(["key", "row"], kind="stable", ignore_index=True)
    n_names = mentions.drop_duplicates(["article_id", "sentence", "entity"])
    n_names = n_names.groupby(["article_id", "sentence"]).size().rename("n_names").reset_index()
    candidates = candidates.merge(n_names, on=["article_id", "sentence"], how="left")
    candidates["alike"] = _likeness(candidates)
    good = candidates["text"].str.split().str.len().between(*WORDS)
    good &= candidates["voice"].isin(["narrator", "reported"])
    order = candidates.assign(
        poor=~good | candidates["rule"].isin(LEANING),
        vague=candidates["surface"].str.lower() == "today",  # it may be these days
        unlike=-candidates["alike"].fillna(0),
        unnamed=-candidates["n_names"].fillna(0),
    ).sort_values(
        ["poor", "vague", "unlike", "unnamed", "published", "article_id", "sentence"], kind="stable"
    )
    best: list[int] = []
    # a day that few sentences name chooses before one that many do
    for day in order["key"].value_counts().sort_index().sort_values(kind="stable").index:
        texts = order.loc[order["key"] == day, "text"]
        best.append([*texts.index[~texts.isin(candidates["text"][best])], texts.index[0]][0])
    table = candidates.loc[best].join(counts, on="key")
    table = table.rename(columns={"date_from": "day", "date_to": "day_to"})
    ends = ["day", "day_to"] if spans else ["day"]
    columns = [*ends, *counts.columns, "surface", "text", "article_id", "sentence", "outlet", "alike"]
    return table.sort_values(ends, kind="stable", ignore_index=True)[columns]


def _likeness(candidates: pd.DataFrame) -> np.ndarray:
    """Mean cosine of each sentence with those of the other articles on its day; NaN where there is none."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    likeness = np.full(len(candidates), np.nan)
    texts = candidates["text"].drop_duplicates()
    max_df = COMMON if len(texts) >= 20 else 1.0
    vectorizer = TfidfVectorizer(max_df=max_df, stop_words=CALENDAR, token_pattern=r"\b(?!\d+\b)\w\w+\b")
    try:
        vectors = vectorizer.fit(texts).transform(candidates["text"])
    except ValueError:  # no sentence, or none with other words than dates
        return likeness
    for _, day in candidates.groupby("key"):
        article, names = pd.factorize(day["article_id"])
        if len(names) > 1:
            members = (1 / np.bincount(article)[article], (article, np.arange(len(day))))
            cosine = (vectors[day.index] @ (csr_matrix(members) @ vectors[day.index]).T).toarray()
            same = cosine[np.arange(len(day)), article]
            likeness[day.index] = ((cosine.sum(axis=1) - same) / (len(names) - 1)).round(6)
    return likeness


def find_visits(
    articles: pd.DataFrame, sentences: pd.DataFrame, dates: pd.DataFrame, mentions: pd.DataFrame
) -> pd.DataFrame:
    """Find who is, was or will be where, and when: a person, a word of travel and a place in one sentence.

    The person is the last before that word, place and date the first behind it; what a sentence lacks comes
    from the one before, and the day of an article that begins so is its own. Gives visit (a number: one
    person, one country or article, days that meet; -1 without days), entity, place, country, date_from,
    date_to, assumed (no day is written), exact, article_id, sentence.
    """
    words = tables.read_toml("visits.toml")
    going, leading = (re.compile(pattern, re.I) for pattern in (words["going"], words["leading"]))
    countries = StringIO((files("dateline.resources") / "countries.csv").read_text(encoding="utf-8"))
    capitals = pd.read_csv(countries, comment="#").dropna(subset="capital").set_index("capital")["country"]
    lines = sentences[sentences["article_id"].isin(articles["article_id"])]
    # pyarrow's expressions are fast, but slow with "\b", and know it in English only
    around = "(?:^|[^a-z])", words["going"].replace(r"\b", ""), "(?:$|[^a-z])"
    lines = lines[lines["text"].str.contains("".join(around), case=False)]
    lines = lines[np.array([going.search(text) is not None for text in lines["text"]], bool)]
    keys = ["article_id", "sentence"]
    spots: dict[str, dict] = {"name": defaultdict(list), "date": defaultdict(list)}
    narrow = dates[(dates["date_to"] - dates["date_from"]).dt.days <= WIDEST]
    for kind, frame in (("name", mentions), ("date", narrow)):
        inside = frame.merge(lines[keys], on=keys).sort_values("start", kind="stable")
        for row in inside.itertuples():
            spots[kind][row.article_id, row.sentence].append(row)
    published, rows, before, person, place = articles.set_index("article_id")["published"], [], "", "", ""
    for line in lines.itertuples():
        key, shift = (line.article_id, line.sentence), line.start if line.sentence >= 0 else 0
        (match,) = islice(going.finditer(line.text), 1)
        begin, end = match.start() + shift, match.end() + shift
        days = [day for day in spots["date"].get(key, [])
                if not re.search(words["other"], line.text[: day.start - shift])]  # fmt: skip
        people, places, last, first = list[str](), list[str](), 0, ""
        for name in spots["name"].get(key, []):
            gap = line.text[match.end() : max(name.start - shift, match.end())]
            owned = line.text[name.end - shift : match.end()]
            is_person = name.kind == "person" and not re.fullmatch(words["owner"], owned)
            if is_person and (name.end <= begin or re.fullmatch(words["of"], gap)):
                is_beside = people and re.fullmatch(words["beside"], line.text[last : name.start - shift])
                first = first if is_beside else name.entity
                people.append(name.entity)
                last = name.end - shift
            elif name.kind == "place" and (name.end == begin - 1 or leading.fullmatch(gap)):
                places.append(name.entity)
        days = [day for day in days if day.start >= end][:1] or [day for day in days if day.end <= begin][-1:]
        person, place = (person, place) if before == line.article_id else ("", "")
        head = line.text[: match.start()]
        if people and re.fullmatch(r",?\s(?:\w+\s){0,2}", head[last:]):  # of those who go together, the first
            people.append(first)
        if re.search(words["unnamed"], head) or (len(set(people)) > 1 and re.search(words["whose"], head)):
            continue
        is_lead = line.sentence < LEAD
        person = person if re.search(words["same"], head) else ""
        if (places or days or (people and is_lead)) and (people or person):
            before, person, place = line.article_id, (people or [person])[-1], (places or [place])[0]
            is_now = is_lead and not re.search(words["later"], line.text)
            day = published[line.article_id] if is_now else pd.NaT
            span = (days[0].date_from, days[0].date_to) if days else (day, day)
            rows.append((person, place, *span, not days, bool(days) and days[0].grain == "day", *key))
    columns = ["entity", "place", "date_from", "date_to", "assumed", "exact", *keys]
    visits = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:4], "datetime64[s]"))
    visits = visits.assign(country=visits["place"].replace(capitals.to_dict()))
    return _number_visits(visits)


def _number_visits(visits: pd.DataFrame) -> pd.DataFrame:
    """Join what is one visit: the same person, days that meet, the same country or article."""
    # the day of an article is that of the first place in it
    country = visits["country"].where(visits["assumed"] & visits["country"].ne(""))
    first = country.groupby(visits["article_id"]).transform("first")
    visits = visits[country.isna() | country.eq(first)]
    # an article that writes the days needs no other
    is_known = visits.groupby(["article_id", "entity", "country"])["assumed"].transform("all")
    visits = visits[visits["assumed"] == is_known]
    width = visits["date_to"] - visits["date_from"]
    order = visits.assign(width=width).sort_values(["assumed", "width", "date_from"], kind="stable")
    groups: dict[str, list[list]] = {}  # by entity: countries, articles, first and last day, rows
    for row in order[order["date_from"].notna() & (order["place"] != "")].itertuples():
        reach = pd.Timedelta(days=NEAR if row.assumed else 1)
        for group in groups.setdefault(row.entity, []):
            lands, ids, first, last, _ = group
            close = row.date_from - reach <= last and first <= row.date_to + reach
            meets = row.date_from <= last and first <= row.date_to
            if (close and row.country in lands) or (meets and row.article_id in ids):
                break
        else:
            groups[row.entity].append(group := [set(), set(), row.date_from, row.date_to, []])
        group[0].add(row.country)
        group[1].add(row.article_id)
        group[4].append(row.Index)
        if row.exact:
            group[2:4] = min(group[2], row.date_from), max(group[3], row.date_to)
    order = sorted((*group[2:4], name, group[4]) for name, parts in groups.items() for group in parts)
    rows = [(i, number, *days) for number, (*days, _, index) in enumerate(order) for i in index]
    numbers = pd.DataFrame(rows, columns=["index", "visit", "date_from", "date_to"]).set_index("index")
    visits = visits.assign(visit=numbers["visit"].reindex(visits.index, fill_value=-1))
    for column in ("date_from", "date_to"):
        visits[column] = numbers[column].reindex(visits.index).fillna(visits[column]).astype("datetime64[s]")
    return visits.reset_index(drop=True)
