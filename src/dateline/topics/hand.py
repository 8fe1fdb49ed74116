"""The analyst's hand: topics renamed, merged, split, pinned and dropped, replayed on each run.

What to do stands in the file that `changes` reads; a change takes the topic that its terms and articles fit
best.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dateline.tokens import Tokens, stop_words, tokenize
from dateline.topics import consensus, describe, labels, phrases, topics, vectors
from dateline.topics.changes import Change, Hand, Reference
from dateline.topics.describe import Grouped
from dateline.topics.topics import Topics
from dateline.topics.vectors import Space

# A topic is meant where it fits so well (1: all terms and articles are its own) and leads the next by so
# much.
FITS, LEADS = 0.5, 0.1
# A pinned topic has drifted where fewer of its articles, or of its terms, are still its own.
KEPT_ARTICLES, KEPT_TERMS = 0.75, 0.5
DONE, NOT_DONE, DRIFTED = "done", "not done", "done, but drifted"
COLUMNS = ["change", "meant", "fit", "state", "note"]


class _State:
    """Topics as the changes leave them: their articles by a key that holds while topics come and go."""

    def __init__(self, result: Topics) -> None:
        self.space = result.space
        placed = result.article_topics.set_index("article_id")
        self.labels = placed.loc[result.space.ids, "topic"].to_numpy().copy()
        self.margin = placed.loc[result.space.ids, "margin"].to_numpy().copy()
        self.stability = dict(enumerate(result.topics["stability"]))
        self.names = dict(enumerate(result.topics["label"]))
        self.given: dict[int, str] = {}
        self.verbs: dict[int, list[str]] = {topic: [] for topic in self.names}
        self.dropped = np.zeros(len(self.labels), bool)
        self.moved = False
        single = np.char.find(self.space.vocabulary.astype(str), " ") < 0
        self.column = {word: i for i, word in enumerate(self.space.vocabulary) if single[i]}
        self.by_word = self.space.matrix.tocsc()

    def call(self, topic: int, label: str, verb: str) -> None:
        """Give a topic a label."""
        self.given[topic] = self.names[topic] = label
        self.verbs[topic].append(verb)

    def fits(self, which: Reference) -> pd.Series:
        """How well each topic fits a reference, 0 to 1, the best first."""
        keys = sorted(self.names)
        parts = []
        if which.articles:
            own = self.labels[np.isin(self.space.ids, which.articles)]
            parts.append(np.array([(own == key).sum() for key in keys]) / max(len(own), 1))
        if which.terms:
            parts.append(np.mean([self.term(term) for term in which.terms], axis=0))
        fit = pd.Series(np.mean(parts, axis=0).round(6), index=keys, dtype=float)
        return fit.sort_values(ascending=False, kind="stable")

    def term(self, term: str) -> np.ndarray:
        """How far a term is each topic's own: the share of its articles with all the term's words, of all."""
        keys = sorted(self.names)
        words = [word.lower() for word in tokenize([term]).words]
        words = [word for word in words if word not in stop_words() and len(word) > 1]
        if not words or any(word not in self.column for word in words):
            return np.zeros(len(keys))
        there = np.ones(len(self.labels), bool)
        for word in words:
            has = np.zeros(len(self.labels), bool)
            has[self.by_word[:, self.column[word]].indices] = True
            there &= has
        share = np.array(
            [there[self.labels == key].mean() if (self.labels == key).any() else 0 for key in keys]
        )
        return share / share.sum() if share.sum() else share


def apply(
    result: Topics,
    hand: Hand,
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    tokens: Tokens,
    *,
    seed: int = 0,
    names: bool = True,
    stop: Sequence[str] = (),
) -> tuple[Topics, pd.DataFrame]:
    """Replay the changes on topics.

    Parameters
    ----------
    result
        What `topics.find` returned.
    hand
        What `changes.read` returned.
    articles, sentences, tokens, seed, names, stop
        As given to `topics.find`.

    Returns
    -------
    Topics
        With the changes; in table topics, `hand` says what was done to each.
    DataFrame
        change, meant (label of the topic that was taken), fit (0 to 1), state (``done``, ``not done`` or
        ``done, but drifted``), note (why, and what to do); one row a change.
    """
    state = _State(result)
    rows = [_replay(state, change, seed) for change in hand.changes]
    ledger = pd.DataFrame(rows, columns=COLUMNS).astype({"fit": float})
    if not len(rows) or not len(result.topics):
        return result, ledger
    grouped, order = _settle(state)
    left_out = phrases.left_out(tokens, sentences, stop=stop, names=names)
    table, placed, terms = describe.tables(result.space, grouped, articles, sentences, tokens, stop=left_out)
    called = [state.given.get(key, label) for key, label in zip(order, table["label"], strict=True)]
    given = [topic for topic, key in enumerate(order) if key in state.given]
    table["label"] = labels.unlike(called, terms, given=given)
    table["hand"] = pd.Series([", ".join(dict.fromkeys(state.verbs[key])) for key in order], dtype="str")
    gone = set(state.space.ids[state.dropped])
    placed["note"] = placed["note"].mask(placed["article_id"].isin(gone), "dropped by hand")
    return result._replace(topics=table, article_topics=placed, topic_terms=terms), ledger


def _replay(state: _State, change: Change, seed: int) -> tuple[str, str, float, str, str]:
    """One change, and a row of the ledger."""
    meant, fit = [], []
    for which in change.which:
        fits = state.fits(which)
        lead = fits.iloc[0] - fits.iloc[1] if len(fits) > 1 else 1.0
        if fits.empty or fits.iloc[0] < FITS or lead < LEADS:
            return (
                change.place,
                "",
                float(fits.iloc[0]) if len(fits) else 0.0,
                NOT_DONE,
                _lost(state, which, fits),
            )
        meant.append(int(fits.index[0]))
        fit.append(float(fits.iloc[0]))
    label = " + ".join(state.names[topic] for topic in meant)
    note = _DO[change.verb](state, change, meant, seed)
    kind = note.partition(":")[0]
    kind = kind if kind in (NOT_DONE, DRIFTED) else DONE
    return change.place, label, round(min(fit), 3), kind, note.removeprefix(f"{kind}: ")


def _lost(state: _State, which: Reference, fits: pd.Series) -> str:
    """Why no topic is meant."""
    known = set(state.space.ids)
    if which.articles and not known & set(which.articles) and not which.terms:
        return "none of its articles was grouped: correct the ids (a copy is known by its original)"
    if len(fits) > 1 and fits.iloc[0] >= FITS:
        both = " and ".join(f"“{state.names[key]}”" for key in fits.index[:2])
        return f"{both} fit nearly alike: add terms or articles that only one of them has"
    return "no topic fits well enough: take terms and articles from tables/02-topics.yaml of the last run"


def _rename(state: _State, change: Change, meant: Sequence[int], seed: int) -> str:
    state.call(meant[0], change.value, "renamed")
    return ""


def _pin(state: _State, change: Change, meant: Sequence[int], seed: int) -> str:
    topic, which = meant[0], change.which[0]
    at = np.isin(state.space.ids, which.articles)
    own = state.labels[at]
    keys = sorted(state.names)
    terms = [state.term(term) for term in which.terms]
    kept = sum(bool(fit.sum()) and keys[int(fit.argmax())] == topic for fit in terms)
    state.call(topic, change.value, "pinned")
    said = []
    if which.articles and (own == topic).sum() < KEPT_ARTICLES * len(which.articles):
        where = Counter("no clear topic" if key < 0 else f"“{state.names[key]}”" for key in own[own != topic])
        elsewhere = [f"{n} in {name}" for name, n in sorted(where.items())]
        if missing := len(which.articles) - len(own):
            elsewhere.append(f"{missing} not among the articles that were grouped")
        said.append(
            f"{(own == topic).sum()} of its {len(which.articles)} articles are here, {', '.join(elsewhere)}"
        )
    if which.terms and kept < KEPT_TERMS * len(which.terms):
        said.append(f"{kept} of its {len(which.terms)} terms are most typical of it")
    return f"{DRIFTED}: {'; '.join(said)}. Read it again before you use its label" if said else ""


def _merge(state: _State, change: Change, meant: Sequence[int], seed: int) -> str:
    if len(set(meant)) < len(meant):
        return f"{NOT_DONE}: the entries mean the same topic, “{state.names[meant[0]]}”, already"
    first, *others = meant
    state.labels[np.isin(state.labels, others)] = first
    # no run of the vote knew the union: it is at least as still as its least still part
    state.stability[first] = min(state.stability[topic] for topic in meant)
    for topic in others:
        for known in (state.names, state.stability, state.verbs, state.given):
            known.pop(topic, None)
    state.call(first, change.value, "merged")
    state.moved = True
    return ""


def _split(state: _State, change: Change, meant: Sequence[int], seed: int) -> str:
    topic, into = meant[0], int(change.value)
    mask = state.labels == topic
    if mask.sum() < 2 * into:
        return f"{NOT_DONE}: {mask.sum()} articles are too few for {into} topics"
    part = vectors.part(state.space, mask)
    labels, _, stability = topics.group(part, into, seed=seed)
    new = [topic, *range(max(state.names) + 1, max(state.names) + into)][: len(stability)]
    state.labels[mask] = np.append(new, -1)[labels]
    was = state.names[topic]
    state.given.pop(topic, None)
    for key, still in zip(new, stability, strict=True):
        state.stability[key], state.names[key] = float(still), f"part of {was}"
        state.verbs[key] = [*state.verbs.get(key, []), "split"] if key == topic else ["split"]
    state.moved = True
    return "" if len(new) == into else f"only {len(new)} parts were found"


def _drop(state: _State, change: Change, meant: Sequence[int], seed: int) -> str:
    mask = state.labels == meant[0]
    state.dropped |= mask
    state.labels[mask] = -1
    for known in (state.names, state.stability, state.verbs, state.given):
        known.pop(meant[0], None)
    return f"{mask.sum()} articles are in no topic now; they stay in every total ({change.value})"


_DO = {"rename": _rename, "pin": _pin, "merge": _merge, "split": _split, "drop": _drop}


def _settle(state: _State) -> tuple[Grouped, list[int]]:
    """Give topics numbers by size, and articles margins to the topics that there are now."""
    keys = sorted(state.names)
    labels = np.searchsorted(keys, state.labels).astype(int) if keys else np.full(len(state.labels), -1)
    labels[state.labels < 0] = -1
    margin = state.margin
    if keys and (state.moved or state.dropped.any()):
        labels, margin = _margins(state.space, labels, len(keys), state.dropped)
    sizes = np.bincount(labels[labels >= 0], minlength=len(keys))
    order = [i for i in np.argsort(-sizes, kind="stable").tolist() if sizes[i]]
    number = np.full(len(keys) + 1, -1)
    number[order] = np.arange(len(order))
    stability = np.array([state.stability[keys[i]] for i in order], float)
    return Grouped(number[labels], margin, stability), [keys[i] for i in order]


def _margins(space: Space, labels: np.ndarray, k: int, dropped: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Margins anew; what lay between two topics that are one now is clear."""
    grouped = labels >= 0
    centres = consensus.centroids(space.vectors[grouped], labels[grouped], k)
    cosines = (space.vectors @ centres.T).round(6)
    ranked = -np.sort(-cosines, axis=1)
    lead = (ranked[:, 0] - ranked[:, 1]).round(6) if k > 1 else np.ones(len(labels))
    free = ~grouped & ~dropped & space.vectors.any(axis=1) & (lead >= topics.MARGIN)
    labels = np.where(free, cosines.argmax(1), labels)
    own = cosines[np.arange(len(labels)), labels]
    others = cosines.copy()
    others[np.arange(len(labels)), labels] = -1
    margin = np.where(labels >= 0, np.maximum(own - others.max(1), 0) if k > 1 else 1.0, lead)
    return labels, np.where(dropped, 0, margin).round(6)


def said(ledger: pd.DataFrame, hand: Hand) -> str:
    """Say in a line what was changed by hand; nothing where nothing was."""
    if not hand.changes and not hand.stop_words:
        return ""
    n = len(ledger)
    states: Mapping[str, int] = ledger["state"].value_counts().to_dict()
    parts = [f"{states.get(DONE, 0) + states.get(DRIFTED, 0)} of {n} changes were made"] if n else []
    if states.get(DRIFTED):
        parts.append(
            f"{states[DRIFTED]} pinned {'topic has' if states[DRIFTED] == 1 else 'topics have'} drifted"
        )
    if states.get(NOT_DONE):
        parts.append(f"{states[NOT_DONE]} could not be made, see the table")
    if hand.stop_words:
        parts.append(f"left out by hand: {', '.join(hand.stop_words)}")
    return f"{'; '.join(parts)}."
