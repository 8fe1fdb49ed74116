"""Topics changed by hand: seeded, renamed, merged, split, pinned and dropped, as a file says, on each run.

Numbers and labels of topics change with the articles, so a change says which topic it means by terms,
articles, or both. It takes the topic that they fit best.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from dateline import tables
from dateline.population import NO_CLEAR_TOPIC
from dateline.tokens import stop_words, tokenize
from dateline.topics import labels, topics
from dateline.topics.consensus import mean_directions, number_by_size, topic_stability
from dateline.topics.topics import DROPPED, MARGIN, Topics

# Verbs with what their value is.
VERBS = {"rename": "the new label", "merge": "the label of both", "pin": "its label", "drop": "why"}
VERBS |= {"split": "into how many", "seed": "its label"}
# A topic is meant where it fits so well (1: all terms and articles are its own) and leads the next so far.
FITS, LEADS = 0.5, 0.1
# A seeded topic has the articles with so many of its terms, or all there are; with fewer articles it is none.
SEED_TERMS, FEWEST_SEEDED = 2, 3
# A pinned topic has drifted where fewer of its articles, or of its terms, are still its own.
SAME_ARTICLES, SAME_TERMS = 0.75, 0.5
DONE, NOT_DONE, DRIFTED = "done", "not done", "done, but drifted"


class Reference(NamedTuple):
    """What a topic is known by: terms that it has, and ids of articles in it."""

    terms: tuple[str, ...]
    articles: tuple[str, ...]


class Change(NamedTuple):
    """One entry of the file: where it stands, its verb, the verb's value and the topics that it means."""

    place: str
    verb: str
    value: str
    references: tuple[Reference, ...]


class Edits(NamedTuple):
    """Words to leave out, lower case, and the changes in their order."""

    stop_words: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


# ---- the file


def read_edits(path: str | Path) -> Edits:
    """Read a file of changes as ``data/README.md`` describes it; no name means no changes.

    Raises FileNotFoundError, or ValueError with the file, the entry and what to do.
    """
    if not str(path):
        return Edits()
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"TOPICS_FILE names {path}, which is no file: correct it, or leave it empty")
    return parse_edits(path.read_text(encoding="utf-8-sig"), name=path.name)


def parse_edits(text: str, *, name: str = "topics.yaml") -> Edits:
    """Read changes from YAML."""
    import yaml

    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        problem = f"{name}, {f'line {line}' if line else 'the file'}: this is not YAML"
        raise ValueError(f"{problem}. Look for a missing quotation mark, colon or space") from error
    content = {} if content is None else content
    if not isinstance(content, dict) or not {"stop-words", "changes"}.issuperset(map(str, content)):
        raise ValueError(f"{name}: the file has two keys, stop-words and changes, and no others")
    stop = _texts(content.get("stop-words"), f"{name}, stop-words")
    entries = content.get("changes") or []
    if not isinstance(entries, list):
        raise ValueError(f"{name}, changes: write a list, each entry behind a dash")
    changes = tuple(_change(entry, f"{name}, change {i}") for i, entry in enumerate(entries, 1))
    names = Counter(change.value for change in changes if change.verb not in ("drop", "split"))
    if repeated := sorted(label for label, n in names.items() if n > 1):
        raise ValueError(f"{name}: two topics cannot both be called {repeated[0]!r}. Give one another label")
    return Edits(tuple(word.lower() for word in stop), changes)


def _change(entry: Any, place: str) -> Change:  # noqa: ANN401 - whatever the YAML holds
    verbs = [verb for verb in VERBS if isinstance(entry, dict) and verb in entry]
    if len(verbs) != 1:
        raise ValueError(f"{place}: begin the entry with one of {', '.join(VERBS)}, and only one")
    verb, value = verbs[0], entry[verbs[0]]
    place = f"{place} ({verb})"
    keys = {verb, "topics"} if verb == "merge" else {verb, "terms", "articles"}
    if odd := sorted(str(key) for key in entry if key not in keys):
        raise ValueError(f"{place}: {odd[0]!r} means nothing here; known are {', '.join(sorted(keys))}")
    if verb == "split":
        if not isinstance(value, int) or isinstance(value, bool) or not 2 <= value <= 9:
            raise ValueError(f"{place}: say into how many topics, 2 to 9")
    elif not str(value or "").strip() or isinstance(value, (dict, list)):
        raise ValueError(f"{place}: say {VERBS[verb]} behind {verb}:")
    group = entry.get("topics") if verb == "merge" else [entry]
    if not isinstance(group, list) or len(group) < 1 + (verb == "merge"):
        raise ValueError(f"{place}: list at least two topics under topics:, each with terms or articles")
    references = []
    for reference in group:
        fields = ("terms", "articles") if isinstance(reference, dict) else ()
        parts = [_texts(reference.get(key), f"{place}, {key}") for key in fields]
        if not any(parts):
            raise ValueError(f"{place}: say which topic by terms: [...] or articles: [...], or both")
        references.append(Reference(*parts))
    return Change(place, verb, " ".join(str(value).split()), tuple(references))


def _texts(value: Any, place: str) -> tuple[str, ...]:  # noqa: ANN401
    """List of texts; a single text may have commas."""
    value = value.split(",") if isinstance(value, str) else [] if value is None else value
    if not isinstance(value, list) or any(isinstance(item, (dict, list)) or item is None for item in value):
        raise ValueError(f"{place}: write a list of words, as in [one, two]")
    return tuple(text for text in (" ".join(str(item).split()) for item in value) if text)


def write_topics(result: Topics, flow: pd.DataFrame, out: Path) -> None:
    """Write the tables of topics, and the numbers compared, what `topic_flow` gives and the tree as csv."""
    names = "topics", "article_topics", "topic_terms"
    tables.write_all(out, **{name: getattr(result, name) for name in names})
    numbers = result.criteria.assign(mode=result.mode)
    for name, table in ("numbers", numbers), ("flow", flow), ("tree", topics.topic_tree(result)):
        tables.csv(table, out / "tables" / f"02-{name}.csv")


def write_pins(table: pd.DataFrame, examples: pd.DataFrame, path: Path) -> None:
    """Write table topics as a file of pins to be edited; `examples` has topic, article_id for each."""
    import yaml

    articles = {topic: ids.tolist() for topic, ids in examples.groupby("topic")["article_id"]}
    pins = [
        {"pin": row.label, "terms": row.terms.split(", "), "articles": articles.get(row.topic, [])}
        for row in table.itertuples()
    ]
    text = (
        "# The topics of this run. Copy the file, change it, and name the copy in TOPICS_FILE.\n"
        "# Each entry can become rename, drop, split or part of a merge: see data/README.md.\n"
        # so wide that no line is wrapped
        + yaml.safe_dump({"stop-words": [], "changes": pins}, allow_unicode=True, sort_keys=False, width=4096)
    )
    tables.write_text(text, path)


# ---- the changes


class _State:
    """Topics by a key that holds while they come and go; the method of each verb returns a note."""

    def __init__(self, result: Topics) -> None:
        placed = result.article_topics.set_index("article_id").loc[result.space.ids]
        self.space, self.random_state, self.moved = result.space, result.seed, False
        self.labels, self.margin = placed["topic"].to_numpy().copy(), placed["margin"].to_numpy().copy()
        self.dropped = np.zeros(len(self.labels), bool)
        self.names = dict(enumerate(result.topics["label"]))
        self.stability = dict(enumerate(result.topics["stability"]))
        self.verbs: dict[int, list[str]] = {topic: [] for topic in self.names}
        self.by_hand: dict[int, str] = {}

    def fit(self, reference: Reference) -> pd.Series:
        """How well each topic fits a reference, 0 to 1, the best first."""
        keys, parts = sorted(self.names), []
        if reference.articles:
            listed = self.labels[np.isin(self.space.ids, reference.articles)]
            parts.append(np.array([(listed == key).sum() for key in keys]) / max(len(listed), 1))
        if reference.terms:
            parts.append(np.mean([self.term_share(term) for term in reference.terms], axis=0))
        fit = pd.Series(np.mean(parts, axis=0).round(6), index=keys, dtype=float)
        return fit.sort_values(ascending=False, kind="stable")

    def has_term(self, term: str) -> np.ndarray:
        """(n,) whether each article has all the words of a term; before * a word only begins so."""
        vocabulary = pd.Index(self.space.vocabulary, dtype=object)
        words = [word.lower() for word in tokenize([term]).words]
        words = [word for word in words if word not in stop_words() and len(word) > 1]
        has = np.full(len(self.labels), bool(words))
        for word in words:
            starred = term.endswith("*") and word is words[-1]
            columns = vocabulary.str.startswith(word) if starred else vocabulary == word
            has &= np.diff(self.space.matrix[:, np.flatnonzero(columns)].indptr) > 0
        return has

    def term_share(self, term: str) -> np.ndarray:
        """How far a term is each topic's own: the share of its articles with the term, of all."""
        share = pd.Series(self.has_term(term)).groupby(self.labels).mean()
        share = share.reindex(sorted(self.names), fill_value=0).to_numpy()
        return share / share.sum() if share.sum() else share

    def rename(self, change: Change, group: Sequence[int], verb: str = "renamed") -> str:
        self.by_hand[group[0]] = self.names[group[0]] = change.value
        self.verbs[group[0]].append(verb)
        return ""

    def pin(self, change: Change, group: Sequence[int]) -> str:
        topic, (terms, articles) = group[0], change.references[0]
        listed = self.labels[np.isin(self.space.ids, articles)]
        shares, keys = [self.term_share(term) for term in terms], sorted(self.names)
        n_terms = sum(bool(share.sum()) and keys[int(share.argmax())] == topic for share in shares)
        n_articles, total = int((listed == topic).sum()), len(articles)
        self.rename(change, group, "pinned")
        notes = []
        if n_articles < SAME_ARTICLES * total:
            names = [NO_CLEAR_TOPIC if key < 0 else f"“{self.names[key]}”" for key in listed[listed != topic]]
            elsewhere = [f"{n} in {name}" for name, n in sorted(Counter(names).items())]
            if missing := total - len(listed):
                elsewhere.append(f"{missing} not among the articles that were grouped")
            notes.append(f"{n_articles} of its {total} articles are here, {', '.join(elsewhere)}")
        if n_terms < SAME_TERMS * len(shares):
            notes.append(f"{n_terms} of its {len(shares)} terms are most typical of it")
        return f"{DRIFTED}: {'; '.join(notes)}. Read it again before you use its label" if notes else ""

    def merge(self, change: Change, group: Sequence[int]) -> str:
        if len(set(group)) < len(group):
            return f"{NOT_DONE}: the entries mean the same topic, “{self.names[group[0]]}”, already"
        self.labels[np.isin(self.labels, group)] = group[0]
        # nobody grouped the union: it is at least as still as its least still part
        self.stability[group[0]] = min(self.stability[topic] for topic in group)
        for topic in group[1:]:
            del self.names[topic]
        self.moved = True
        return self.rename(change, group, "merged")

    def split(self, change: Change, group: Sequence[int]) -> str:
        topic, into = group[0], int(change.value)
        member = self.labels == topic
        if member.sum() < 2 * into:
            return f"{NOT_DONE}: {member.sum()} articles are too few for {into} topics"
        part = self.space.part(member)
        parts = topics.group_articles(part, into, seed=self.random_state)[0]
        stability = topic_stability(part, parts)
        free = max(self.stability) + 1  # which has the topics that went, too
        keys = [topic, *range(free, free + into - 1)][: len(stability)]
        self.labels[member] = np.append(keys, -1)[parts]
        self.verbs |= {key: [*self.verbs.get(key, ()), "split"] for key in keys}
        self.names |= dict.fromkeys(keys, f"part of {self.names[topic]}")
        self.stability |= dict(zip(keys, stability.tolist(), strict=True))
        self.by_hand.pop(topic, None)
        self.moved = True
        return "" if len(keys) == into else f"only {len(keys)} parts were found"

    def seed(self, change: Change, group: Sequence[int]) -> str:
        terms, articles = change.references[0]
        n_terms = np.sum([self.has_term(term) for term in terms], axis=0)
        least = max(min(SEED_TERMS, len(terms)), 1)
        member = (n_terms >= least) | np.isin(self.space.ids, articles)
        if member.sum() < FEWEST_SEEDED:
            few = f"only {member.sum()} articles have {least} of its terms"
            return f"{NOT_DONE}: {few}. Take more terms, or end one with *"
        key = max(self.stability) + 1
        self.labels[member], self.dropped[member], self.moved = key, False, True
        self.names[key] = self.by_hand[key] = change.value
        self.verbs[key] = ["seeded"]
        numbers = np.unique(self.labels[self.labels >= 0])  # the new one is the last
        topic = np.where(self.labels < 0, -1, np.searchsorted(numbers, self.labels))
        self.stability[key] = float(topic_stability(self.space, topic)[-1])
        return f"{member.sum()} articles have {least} of its terms, or are listed"

    def drop(self, change: Change, group: Sequence[int]) -> str:
        member = self.labels == group[0]
        self.dropped |= member
        self.labels[member] = -1
        self.moved = True
        del self.names[group[0]]
        return f"{member.sum()} articles are in no topic now; they stay in every total ({change.value})"

    def replay(self, change: Change) -> tuple[str, str, float, str, str]:
        """Make one change where the topics that it means are clear; a row of the ledger."""
        group, best = [], [1.0]
        for reference in change.references if change.verb != "seed" else ():
            fit = self.fit(reference)
            lead = fit.iloc[0] - fit.iloc[1] if len(fit) > 1 else 1.0
            if fit.empty or fit.iloc[0] < FITS or lead < LEADS:
                best_fit, why = fit.max() if len(fit) else 0.0, self.unclear(reference, fit)
                return change.place, "", best_fit, NOT_DONE, why
            group.append(int(fit.index[0]))
            best.append(float(fit.iloc[0]))
        label = " + ".join(self.names[topic] for topic in group) or change.value
        note = getattr(self, change.verb)(change, group)
        state = next((state for state in (NOT_DONE, DRIFTED) if note.startswith(f"{state}:")), DONE)
        return change.place, label, round(min(best), 3), state, note.removeprefix(f"{state}: ")

    def unclear(self, reference: Reference, fit: pd.Series) -> str:
        """Why no topic is meant."""
        grouped = set(self.space.ids)
        if reference.articles and not grouped & set(reference.articles) and not reference.terms:
            return "none of its articles was grouped: correct the ids (a copy is known by its original)"
        if len(fit) > 1 and fit.iloc[0] >= FITS:
            both = " and ".join(f"“{self.names[key]}”" for key in fit.index[:2])
            return f"{both} fit nearly alike: add terms or articles that only one of them has"
        return "no topic fits well enough: take terms and articles from tables/02-topics.yaml of the last run"

    def settle(self) -> tuple[np.ndarray, np.ndarray, list[int]]:
        """Topics by size with their margins, and the key of each; what lay between merged ones is clear."""
        keys = sorted(self.names)
        topic = np.where(self.labels < 0, -1, np.searchsorted(keys, self.labels))
        margin = self.margin
        if keys and self.moved:
            centres, rows = mean_directions(self.space.vectors, topic, len(keys)), np.arange(len(topic))
            cosines = (self.space.vectors @ centres.T).round(6)
            second, first = np.sort(np.c_[cosines, cosines.min(1) - 1], axis=1)[:, -2:].T
            lead = (first - second).round(6) if len(keys) > 1 else np.ones(len(topic))
            free = (topic < 0) & ~self.dropped & self.space.vectors.any(axis=1) & (lead >= MARGIN)
            topic = np.where(free, cosines.argmax(1), topic)
            own, cosines[rows, topic] = cosines[rows, topic], -1
            ahead = np.maximum(own - cosines.max(1), 0) if len(keys) > 1 else 1.0
            margin = np.where(self.dropped, 0, np.where(topic >= 0, ahead, lead)).round(6)
        order, number = number_by_size(topic, len(keys))
        return number[topic], margin, [keys[i] for i in order]


def apply_edits(result: Topics, edits: Edits) -> tuple[Topics, pd.DataFrame]:
    """Replay the changes on topics.

    Returns the topics, whose `hand` says what was done to each, and a table with a row for each change:
    change, meant (label of its topic), fit (0 to 1), state, note (why, and what to do).
    """
    state = _State(result)
    rows = [state.replay(change) for change in edits.changes]
    ledger = pd.DataFrame(rows, columns=["change", "meant", "fit", "state", "note"]).astype({"fit": float})
    if not len(rows) or not len(result.topics):
        return result, ledger
    topic, margin, keys = state.settle()
    stability = np.array([state.stability[key] for key in keys], float)
    named = topics.describe_topics(state.space.ids, [topic], result.data)[0]
    table, placed, terms = topics.topic_tables(state.space, (topic, margin), stability, named, result.data)
    new = [state.by_hand.get(key, label) for key, label in zip(keys, table["label"], strict=True)]
    by_hand = np.flatnonzero([key in state.by_hand for key in keys])
    table["label"] = labels.tell_apart(new, terms, by_hand=by_hand.tolist())
    table["hand"] = pd.Series([", ".join(dict.fromkeys(state.verbs[key])) for key in keys], dtype="str")
    dropped = placed["article_id"].isin(state.space.ids[state.dropped])
    placed["note"] = placed["note"].mask(dropped, DROPPED)
    placed["fine"] = result.article_topics["fine"]
    centres = mean_directions(state.space.vectors, topic, len(keys))
    return result._replace(topics=table, article_topics=placed, topic_terms=terms, centres=centres), ledger


def check_topics(result: Topics, periods: pd.DataFrame, trials: pd.DataFrame) -> dict[str, bool]:
    """Check that topics, their articles and periods fit together: what was checked, and whether it holds."""
    table, n, shares = result.topics, len(result.space.ids), topics.share_table(result)
    counted = result.grouped
    sizes = counted.loc[counted["topic"] >= 0, "topic"].value_counts().sort_index()
    low, high = shares["share_low"] - 1e-6, shares["share_high"] + 1e-6
    sums = periods.groupby("period", dropna=False)["share"].sum()
    reordered = trials.loc[trials["choice"] == "input in another order", "agreement"]
    checks = {
        "topics and articles in none add up to the corpus": shares["n_articles"].sum() == n,
        "each share lies in its interval": shares["share"].between(low, high).all(),
        "each topic has as many articles as it says": sizes.tolist() == table["n_articles"].tolist(),
        "each label names one topic": table["label"].is_unique and (table["label"] != "").all(),
        "stability lies between 0 and 1": table["stability"].between(0, 1).all(),
        "no margin is negative": counted["margin"].ge(0).all(),
        "the periods add up to the corpus": periods["n_articles"].sum() == n,
        "the shares of each period add up to one": (sums[sums > 0] - 1).abs().lt(1e-4).all(),
        "another order of the input gives the same topics": reordered.eq(1).all(),
    }
    return {name: bool(holds) for name, holds in checks.items()}
