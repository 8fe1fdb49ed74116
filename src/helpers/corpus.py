"""Ask the tables of a run: words, timelines, sentences, articles and comparisons; each answer is a table."""

import difflib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from dateline import population, tables, tokens
from dateline.ingest import duplicates
from dateline.timeline import frequencies
from dateline.tokens import fold
from helpers import charts, grids, publish

# Where something stands, and columns of a sentence that was asked for.
KEY = ["article_id", "sentence"]
PLACE = [*KEY, "start", "end"]
SENTENCE = ["article_id", "outlet", "published", "sentence", "voice", "speaker", "text"]
DIFFERENCE = ["kind", "what", "n_articles", "n", "share", "n_to", "of_to", "share_to", "low", "high", "mark"]
# Names, words and days that are compared, those in most articles; rows of a table that `plot` draws.
MOST_COMPARED, MOST_DRAWN = 200, 25


class NotThereError(tables.OwnFileError, LookupError):
    """What was asked for is nowhere in the articles; the message says what is near."""


class Corpus:
    """The tables in the output folder of a run or of notebooks 01 to 04; `copies` count or do not."""

    def __init__(self, out: str | Path, *, copies: bool = False) -> None:
        self.out = Path(out)
        self._all = tables.read(self.out, "articles")
        counted = population.counted_articles(self._all, copies=copies)
        self._counted = counted.assign(outlet=population.article_outlets(counted).to_numpy())

    def __repr__(self) -> str:
        n, asks = (
            f"{len(self._counted):,} of {len(self._all):,}",
            "search, timeline, sentences, article, compare",
        )
        return f"Corpus({str(self.out)!r}): {n} articles count; ask it: {asks}, explore"

    @cached_property
    def _sentences(self) -> pd.DataFrame:
        return tables.read(self.out, "sentences")

    @cached_property
    def _mentions(self) -> pd.DataFrame:
        return tables.read(self.out, "mentions").merge(self._counted["article_id"])

    @cached_property
    def _spellings(self) -> dict[str, set[str]]:
        """Entities that each spelling, in lower case and without diacritics, may mean."""
        pairs = self._mentions[["surface", "entity"]].drop_duplicates()
        entities = {name: set(part) for name, part in pairs["entity"].groupby(pairs["surface"].map(fold))}
        main = pairs["entity"].astype("str").drop_duplicates()  # a main name means itself, in any case
        return entities | main.groupby(main.map(fold)).agg(set).to_dict()

    @cached_property
    def _words(self) -> tokens.Tokens:
        return tokens.read_tokens(self.out)

    def articles(self) -> pd.DataFrame:
        """Table articles without the texts, and whether each counts (`counts`) and its topic."""
        topics = (tables.read(self.out, name) for name in ("article_topics", "topics"))
        labels = population.article_labels(*topics)
        topic = None if labels is None else labels.reindex(self._all["article_id"]).to_numpy()
        counts = self._all["article_id"].isin(self._counted["article_id"])
        return self._answer(self._all.drop(columns="text").assign(counts=counts, topic=topic), "articles")

    def entities(self) -> pd.DataFrame:
        """Table entities: names with their aliases, those in most articles first."""
        entities, order = tables.read(self.out, "entities"), ["n_articles", "entity"]
        return self._answer(entities.sort_values(order, ascending=[False, True], kind="stable"), "entities")

    def topics(self) -> pd.DataFrame:
        """Table topics: label, terms, share with interval, stability and alarms."""
        return self._answer(tables.read(self.out, "topics"), "topics")

    def stories(self) -> pd.DataFrame:
        """Stories of more than one article, the largest first, copies included."""
        return self._answer(duplicates.list_stories(self._all), "stories")

    def search(self, query: str) -> pd.DataFrame:
        """Find the sentences and headlines that have names, words or phrases.

        A name counts with all its aliases; case and diacritics do not matter. ``"no limits"`` is a phrase and
        ``"Putin"`` the word alone, ``sanction*`` is all words that begin so, ``OR`` or a comma parts
        alternatives, and of other words in a row all have to be in the sentence, as in the explorer. Gives
        `SENTENCE` (-1: the headline) and spans (pairs of start and end in `text`), by day.
        """
        places = self._places(query).merge(self._sentences[PLACE[:3]], on=KEY, suffixes=("", "_of"))
        shift = places["start_of"].where(places["sentence"] >= 0, 0)
        places = places.assign(start=places["start"] - shift, end=places["end"] - shift)
        places = places.drop_duplicates(PLACE).sort_values(["start", "end"])
        spans = {of: [*zip(part["start"], part["end"], strict=True)] for of, part in places.groupby(KEY)}
        table = self._describe(self._sentences.merge(places[KEY].drop_duplicates()), f"search({query!r})")
        table["spans"] = [spans[of] for of in zip(table["article_id"], table["sentence"], strict=True)]
        return table

    def timeline(
        self, terms: str | Iterable[str], *, period: str = "auto", by: str | None = None
    ) -> pd.DataFrame:
        """Give the share of each period's articles that have a name or words (what `search` takes).

        `period` is ``day`` to ``year`` or ``auto``; `by` is ``outlet`` or ``topic``, for a timeline of each.
        `period` in it is a first day, or missing (undated), `n` the articles of the period.
        """
        drawn = self.drawn_lines([terms] if isinstance(terms, str) else terms, period=period)
        line, rows, unit = drawn["frame"], drawn["articles"], drawn["unit"]
        if by:
            group = self._groups(by).reindex(rows["article_id"]).to_numpy()
            line = rows.groupby(group).apply(frequencies.shares_by_period, unit=unit).reset_index(0, names=by)
        names = {"term": "what", "n_of": "n", "share_low": "low", "share_high": "high"}
        header = [*filter(None, [by]), "what", "period", "n_articles", "n", "share", "low", "high"]
        few = rows.to_dict("list") if rows["article_id"].nunique() <= charts.FEW else None
        return self._answer(line.rename(columns=names)[header], f"timeline({terms!r})", unit=unit, few=few)

    def sentences(
        self, *, name: str | None = None, speaker: str | None = None, day: str | None = None,
        topic: str | None = None, outlet: str | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """List sentences that name somebody, are spoken by somebody, or mean a day; of a topic or an outlet.

        Everything that is asked for has to hold. `speaker` is quoted or reported, `day` is ``2024-05-16``.
        """
        table = self._sentences
        for value, find in ((name, self._places), (speaker, self._spoken), (day, self._on_day)):
            if value:
                table = table.merge(find(value)[KEY].drop_duplicates())
        inside = self._within(topic=topic, outlet=outlet)["article_id"]
        asked_for = ", ".join(filter(None, (name, speaker, day, topic, outlet)))
        return self._describe(table[table["article_id"].isin(inside)], f"sentences({asked_for})")

    def article(self, article_id: str) -> publish.View:
        """Show an article's source with what was removed from it marked; a part of its id is enough."""
        ids = self._all["article_id"]
        alike = ids[ids.str.contains(article_id, regex=False)]
        number = alike.iloc[0] if len(alike) == 1 else self._resolve(article_id, ids, "article")
        return publish.mark_removed(self._all, tables.read(self.out, "removed"), number)

    def compare(self, outlet: str, to: str | None = None) -> pd.DataFrame:
        """Compare an outlet with another one, or with all the rest: names, words, days and tone.

        Gives kind (name, word, day, tone), what, n_articles, n, share, n_to, of_to, share_to, low, high (95 %
        of the odds ratio), p (Fisher), mark (``more``, ``less`` or empty; one in twenty of the marked may be
        chance); of tone, `share` and `share_to` are means, and low and high those of the difference.
        """
        outlets = self._groups("outlet")
        first = self._resolve(outlet, outlets.unique(), "outlet")
        second = self._resolve(to, outlets.unique(), "outlet") if to else "all others"
        if first == second or outlets.nunique() < 2:
            raise ValueError(f"compare {first} with another outlet, or with all others")
        side = outlets if to else outlets.where(outlets == first, second)
        sides = self._counted.assign(outlet=side.to_numpy()).query("outlet in [@first, @second]")
        days = tables.read(self.out, "event_dates").query("grain == 'day'")
        days = days.assign(entity=days["date_from"].dt.strftime("%Y-%m-%d"), kind="day")
        frames = {"name": self._mentions, "word": self._word_articles(), "day": days}
        which: dict[str, Any] = {"top": MOST_COMPARED, "kinds": (*tables.KINDS[:3], *frames)}
        parts = {k: frequencies.entities_by_outlet(frame, sides, **which) for k, frame in frames.items()}
        names = {"entity": "what", "n_outlet": "n", "n_rest": "n_to", "of_rest": "of_to", "rest": "share_to",
                 "odds_low": "low", "odds_high": "high"}  # fmt: skip
        table = pd.concat(parts, names=["kind"]).reset_index("kind").query("outlet == @first")
        table = table.rename(columns=names).drop(columns=["outlet", "share_low", "share_high", "odds"])
        table = table.sort_values(["p", "kind", "what"], kind="stable")
        tone = self._tone(sides, first=first, second=second)
        question, table = f"compare({first!r}, {second!r})", pd.concat([table, tone], ignore_index=True)
        return self._answer(table, question, sides=[first, second])

    def explore(self) -> Any:  # noqa: ANN401
        """Show explorer.html in the notebook."""
        from IPython.display import IFrame  # slow to load, as some others here

        if not (path := self.out / "explorer.html").exists():
            raise FileNotFoundError(f"there is no {path}: run notebook 05-report first")
        return IFrame(os.path.relpath(path), width="100%", height=900)

    def controls(self) -> object:
        """Show fields to ask with, where ``dateline lab`` runs; elsewhere nothing, so outputs stay the same.

        They draw names and words over time, or another number of topics; a third tab has the explorer.
        """
        if not os.environ.get("DATELINE_LAB"):
            return None
        import ipywidgets as widgets

        publish.use_style()
        first = ", ".join(self.entities().query("kind != 'place'")["entity"].head(2))
        outlets, labels = (["all", *sorted(self._groups(by).unique())] for by in ("outlet", "topic"))
        words = widgets.Text(first, continuous_update=False)
        topics = widgets.IntSlider(5, min=2, max=20, continuous_update=False)
        fields = {
            "words": words,
            "period": ["auto", *next(zip(*population.UNITS, strict=True))],
            "outlet": outlets,
            "topic": labels,
        }
        pages = [
            widgets.interactive(self._draw_words, **fields),
            widgets.interactive(self._draw_topics, topics=topics),
        ]
        for page in pages:
            page.layout.flex_flow, page.children[-1].layout.width = "row wrap", "100%"
        with suppress(FileNotFoundError):
            pages += [widgets.Output()]
            pages[2].append_display_data(self.explore())
        return widgets.Tab(pages, titles=["Words over time", "Number of topics", "Explorer"])

    def _draw_words(self, words: str, period: str, outlet: str, topic: str) -> None:
        """Draw comma-separated names or words over time, in an outlet and a topic, above their sentences."""
        from IPython.display import Markdown, display

        inside = self._within(outlet=outlet, topic=topic)
        terms = filter(None, map(str.strip, words.split(",")))
        try:
            table = self.search(words)
            ax = grids.lines(**self.drawn_lines(terms, period=period, within=inside))
        except (NotThereError, ValueError) as error:
            display(Markdown(str(error)))
            return
        lines = table.merge(inside["article_id"])[["outlet", "published", "voice", "speaker", "text"]]
        display(ax.figure, publish.show_table(lines, "No sentence.", limit=10, noun="sentence"))
        plt.close("all")

    def _draw_topics(self, topics: int) -> None:
        """Group the articles that count into so many topics and draw their shares."""
        from IPython.display import display

        from dateline.topics import topics as engine

        result = engine.find_topics(self._counted, self._sentences, self._words, k=topics)
        display(charts.dots(engine.share_table(result), label="label", hollow="alarms").figure)
        plt.close("all")

    def _answer(self, table: pd.DataFrame, question: str, **more: object) -> pd.DataFrame:
        """Say beside a table what was asked and over how many articles, and what `plot` wants to know."""
        table, n = table.reset_index(drop=True), f"{len(self._counted):,} articles that count"
        table.attrs |= {"question": question, "population": n} | more
        return table

    def _describe(self, sentences: pd.DataFrame, question: str) -> pd.DataFrame:
        """Put outlet and day beside the sentences of articles that count, the earliest first."""
        table = sentences.merge(self._counted[["article_id", "published", "outlet"]], on="article_id")
        table = table.sort_values(["published", "article_id", "sentence"], kind="stable")
        return self._answer(table[SENTENCE], question, unit=population.calendar_unit(self._all))

    def _groups(self, by: str) -> pd.Series:
        """Outlet or topic of each article that counts, by article_id."""
        if by == "outlet":
            return self._counted.set_index("article_id")["outlet"]
        if by != "topic":
            raise ValueError(f"by is {by!r}: choose outlet or topic")
        articles = self.articles().query("counts").set_index("article_id")
        return articles["topic"].fillna(population.NO_CLEAR_TOPIC)

    def _within(self, **asked: str | None) -> pd.DataFrame:
        """Articles that count and are of an outlet or a topic; of any, where it is ``all`` or missing."""
        inside = self._counted
        for by, value in asked.items():
            if value and value != "all":
                groups = self._groups(by)
                group = value if value in set(groups) else self._resolve(value, groups.unique(), by)
                inside = inside[inside["article_id"].isin(groups.index[groups == group])]
        return inside

    def _places(self, query: str) -> pd.DataFrame:
        """Places of a query in articles that count: article_id, sentence, start, end."""
        missing, matches = [], []
        searches = re.findall(r'(?:"[^"]*"?|[^,"])+', query)  # parted by commas, as in explorer.js
        for alternative in (part.strip() for search in searches for part in re.split(r"\s+OR\s+", search)):
            is_name = fold(alternative) in self._spellings
            parts = [alternative] if is_name else re.findall(r'"[^"]*"?|\S+', alternative)
            found = {part: self._find(part) for part in parts if re.search(r"\w", part)}
            missing += [part for part, places in found.items() if places.empty]
            every = [places[KEY].drop_duplicates() for places in found.values()]
            joined = reduce(pd.merge, every, self._sentences[KEY])
            matches += [places.merge(joined) for places in found.values()]
        if not matches:
            raise ValueError("the query is empty: write a name, words, or a phrase in quotation marks")
        table = pd.concat(matches, ignore_index=True)
        if table.empty and missing:
            names = [*self._mentions["surface"].unique(), *self._mentions["entity"].unique()]
            is_near = difflib.get_close_matches(fold(query), self._spellings, n=1, cutoff=0.7)
            asked, words = (query, ()) if is_near else (missing[0], self._words.words)
            self._resolve(asked, [*names, *words], "name or word")
            raise NotThereError(f"no article that counts has {missing[0]!r}")
        if table.empty:
            raise NotThereError(f"no sentence has all of {query!r}: put OR between them")
        return table

    def drawn_lines(
        self, terms: Iterable[str], *, period: str = "auto", within: pd.DataFrame | None = None
    ) -> dict[str, Any]:
        """Give what `grids.lines` draws of names or words: frame, articles, by and unit."""
        unit = population.calendar_unit(self._all, asked=period)
        about = (self._counted if within is None else within)[["article_id", "published"]]
        has = {term: about["article_id"].isin(self._places(term)["article_id"]) for term in [*terms] or [""]}
        parts = [about.assign(term=term, is_named=is_named) for term, is_named in has.items()]
        rows = pd.concat(parts, ignore_index=True)
        frame = frequencies.shares_by_period(rows, unit=unit)
        return {"frame": frame, "articles": rows, "by": "term", "unit": unit}

    def _find(self, term: str) -> pd.DataFrame:
        """Places of one name, word or phrase in articles that count; in quotation marks it is no name."""
        if entities := self._spellings.get(fold(term)):
            return self._mentions.loc[self._mentions["entity"].isin(entities), PLACE]
        sentences, words = self._sentences, None
        if (numbers := tokens.indexed_sentences(self.out, term)) is not None:
            sentences = sentences.iloc[numbers]
            words = tokens.tokenize(sentences["text"])
        places = tokens.find_forms([fold(term)], sentences, words or self._words)[PLACE]
        return places[places["article_id"].isin(self._counted["article_id"])]

    def _spoken(self, speaker: str) -> pd.DataFrame:
        """Sentences that quote or report a person or organisation, under any of its names."""
        spoken = tables.read(self.out, "speakers").merge(self._counted["article_id"])
        pairs = self._mentions.merge(spoken["entity"].drop_duplicates())
        names = pairs.set_index("surface")["entity"].to_dict() | {name: name for name in pairs["entity"]}
        return spoken[spoken["entity"] == names[self._resolve(speaker, names, "speaker")]]

    def _on_day(self, day: str) -> pd.DataFrame:
        """Places that mean a day."""
        if pd.isna(date := pd.to_datetime(day, errors="coerce")):
            raise ValueError(f"the day is {day!r}: write it as 2024-05-16")
        dates = tables.read(self.out, "event_dates").query("grain == 'day'")
        if not len(meant := dates.query("date_from <= @date <= date_to")):
            near = dates["date_from"].drop_duplicates().sort_values(key=lambda days: (days - date).abs())
            hint = f"; near: {', '.join(near.head(3).dt.strftime('%Y-%m-%d'))}" if len(near) else ""
            raise NotThereError(f"no text means {date:%Y-%m-%d}{hint}")
        return meant

    def _resolve(self, asked: str, names: Iterable[str], what: str) -> str:
        """Give the one of some names that is meant, or say which are near."""
        folded = {fold(str(name)): str(name) for name in names}
        if (wanted := fold(asked)) in folded:
            return folded[wanted]
        close = difflib.get_close_matches(wanted, folded, n=3, cutoff=0.7)
        close = close or [name for name in folded if wanted in name][:3]
        near = ", ".join(folded[name] for name in close or (folded if len(folded) <= charts.FEW else ()))
        hint = f"; {'near' if close else 'there are'}: {near}" if near else ""
        raise NotThereError(f"no {what} {asked!r}{hint}")

    def _word_articles(self) -> pd.DataFrame:
        """Which words each article has, without stop words: article_id, entity (the word), kind."""
        number = pd.Index(self._all["article_id"]).get_indexer(self._sentences["article_id"])
        fewest, stop = population.FEWEST_NAMED, tokens.stop_words()
        counts, words = tokens.count_words(self._words, number, min_df=fewest, stop=stop)
        article, word = counts.nonzero()
        ids = self._all["article_id"].to_numpy()[article]
        return pd.DataFrame({"article_id": ids, "entity": words[word], "kind": "word"})

    def _tone(self, sides: pd.DataFrame, *, first: str, second: str) -> pd.DataFrame:
        """Compare the mean scores of the narrator's sentences of two sides, as a row of `compare`."""
        from dateline.tone import differences

        units = differences.counted_sentences(tables.read(self.out, "sentiment"), self._all)
        units = units[units["voice"] == "narrator"]
        side = sides.set_index("article_id")["outlet"].reindex(units["article_id"]).to_numpy()
        gap = differences.mean_difference({name: units[side == name] for name in (second, first)})
        (n_to, n, _), (share_to, share, _) = gap["n_articles"], gap["mean"]
        low, high = gap.loc[2, ["low", "high"]]
        mark = "more" if low > 0 else "less" if high < 0 else ""
        row = ["tone", "mean score of a sentence", n, n, share, n_to, n_to, share_to, low, high, mark]
        return pd.DataFrame([row], columns=DIFFERENCE)


def plot(table: pd.DataFrame) -> Axes:
    """Draw what a `Corpus` answered, directly labelled, as Axes that can go on.

    A timeline becomes lines, or cells where it is `by` something, a comparison what differs most clearly,
    and sentences become the articles over time that have them.
    """
    with mpl.rc_context():
        publish.use_style()
        mpl.rcParams["interactive"] = True  # shown when its cell ends, as other figures of the user
        axes = _draw(table)
        axes.set_title(f"{table.attrs['question']}: {table.attrs['population']}", loc="left", fontsize=8.5)
        return axes


def _draw(table: pd.DataFrame) -> Axes:
    if table.empty or "question" not in table.attrs:
        raise ValueError("there is no row to draw, or the table is not as a Corpus gave it")
    unit: Any = table.attrs.get("unit")
    if {"what", "period"} <= set(table):
        if not (by := [column for column in ("outlet", "topic") if column in table]):
            names = {"what": "term", "n": "n_of", "low": "share_low", "high": "share_high"}
            articles = pd.DataFrame(table.attrs["few"] or {"article_id": range(charts.FEW + 1)})
            return grids.lines(table.rename(columns=names), articles, by="term", unit=unit)
        heads = charts.period_names(table["period"].drop_duplicates().sort_values(), unit)
        rows = pd.MultiIndex.from_product([*(table[name].unique() for name in ("what", *by)), heads])
        cells = table.assign(period=charts.period_names(table["period"], unit))
        cells = cells.set_index(["what", *by, "period"])[["n_articles", "n"]].reindex(rows, fill_value=0)
        cells = grids.of_total(cells.reset_index(names=["what", *by, "period"]), "n_articles", "n")
        cells["text"] = cells["text"].where(cells["n"] > 0, "")
        return grids.grid(cells, row=by[0], column="period", part="what")
    if "mark" in table:
        rows = table[(table["mark"] != "") & (table["kind"] != "tone")]
        rows = (rows if len(rows) else table[table["kind"] != "tone"]).head(MOST_DRAWN)
        rows = rows.sort_values("kind", kind="stable")
        first, second = table.attrs["sides"]
        other = rows.drop(columns=["n_articles", "n"]).rename(columns={"n_to": "n_articles", "of_to": "n"})
        cells = pd.concat([rows.assign(side=first), other.assign(side=second, mark="")])
        return grids.grid(cells, row="what", column="side", counts=("n_articles", "n"), part="kind")
    if "voice" in table:
        frame = population.articles_by_period(table.drop_duplicates("article_id"), unit=unit)
        return charts.counts_over_time(frame, {"n_of": ("articles", charts.BLUE)}, unit=unit)
    raise ValueError("plot draws what timeline, compare, search and sentences give")
