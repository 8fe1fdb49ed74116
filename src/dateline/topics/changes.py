"""Topics changed by hand: the file that says how, read and checked.

Numbers and labels of topics change with the articles, so a change says which topic it means by terms that the
topic has, articles that are in it, or both.
"""

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

# Verbs with what their value is, and what else an entry may or has to say.
VERBS = {"rename": "the new label", "merge": "the label of both", "pin": "its label", "drop": "why"}
VERBS |= {"split": "into how many"}


class Reference(NamedTuple):
    """What a topic is known by: terms that it has, and ids of articles in it."""

    terms: tuple[str, ...]
    articles: tuple[str, ...]


class Change(NamedTuple):
    """One entry of the file: where it stands, its verb, the verb's value and the topics that it means."""

    place: str
    verb: str
    value: str
    which: tuple[Reference, ...]


class Hand(NamedTuple):
    """What `read` returns: words to leave out, lower case, and the changes in their order."""

    stop_words: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


def read(path: str | Path) -> Hand:
    """Read a file of changes; no name means no changes.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not as ``data/README.md`` describes it; the message names file and entry and says what to do.
    """
    if not str(path):
        return Hand()
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"TOPICS_FILE names {path}, which is no file: correct it, or leave it empty")
    return parse(path.read_text(encoding="utf-8-sig"), name=path.name)


def parse(text: str, *, name: str = "topics.yaml") -> Hand:
    """Read changes from YAML.

    Examples
    --------
    >>> parse("changes: [{rename: Grain duty, terms: [grain, cheese]}]").changes[0].which
    (Reference(terms=('grain', 'cheese'), articles=()),)
    """
    import yaml

    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        where = f"line {line}" if line else "the file"
        raise ValueError(
            f"{name}, {where}: this is not YAML. Look for a missing quotation mark, colon or space"
        ) from error
    found = {} if found is None else found
    if not isinstance(found, dict) or not {"stop-words", "changes"}.issuperset(map(str, found)):
        raise ValueError(f"{name}: the file has two keys, stop-words and changes, and no others")
    stop = _texts(found.get("stop-words"), f"{name}, stop-words")
    changes = found.get("changes") or []
    if not isinstance(changes, list):
        raise ValueError(f"{name}, changes: write a list, each entry behind a dash")
    parsed = tuple(_change(entry, f"{name}, change {i}") for i, entry in enumerate(changes, 1))
    labels = [change.value for change in parsed if change.verb in ("rename", "merge", "pin")]
    if twice := sorted(label for label, n in Counter(labels).items() if n > 1):
        raise ValueError(f"{name}: two topics cannot both be called {twice[0]!r}. Give one another label")
    return Hand(tuple(word.lower() for word in stop), parsed)


def _change(entry: Any, place: str) -> Change:  # noqa: ANN401 - whatever the YAML holds
    verbs = [verb for verb in VERBS if isinstance(entry, dict) and verb in entry]
    if len(verbs) != 1:
        raise ValueError(f"{place}: begin the entry with one of {', '.join(VERBS)}, and only one")
    verb, value = verbs[0], entry[verbs[0]]
    place = f"{place} ({verb})"
    more = {verb, "topics"} if verb == "merge" else {verb, "terms", "articles"}
    if odd := sorted(str(key) for key in entry if key not in more):
        raise ValueError(f"{place}: {odd[0]!r} means nothing here; known are {', '.join(sorted(more))}")
    if verb == "split":
        if not isinstance(value, int) or isinstance(value, bool) or not 2 <= value <= 9:
            raise ValueError(f"{place}: say into how many topics, 2 to 9")
    elif not str(value or "").strip() or isinstance(value, (dict, list)):
        raise ValueError(f"{place}: say {VERBS[verb]} behind {verb}:")
    which = entry.get("topics") if verb == "merge" else [entry]
    if not isinstance(which, list) or len(which) < 1 + (verb == "merge"):
        raise ValueError(f"{place}: list at least two topics under topics:, each with terms or articles")
    return Change(place, verb, " ".join(str(value).split()), tuple(_reference(one, place) for one in which))


def _reference(entry: Any, place: str) -> Reference:  # noqa: ANN401
    if not isinstance(entry, dict):
        raise ValueError(f"{place}: say which topic by terms: [...] or articles: [...], or both")
    terms = _texts(entry.get("terms"), f"{place}, terms")
    articles = _texts(entry.get("articles"), f"{place}, articles")
    if not terms and not articles:
        raise ValueError(f"{place}: say which topic by terms: [...] or articles: [...], or both")
    return Reference(terms, articles)


def _texts(value: Any, place: str) -> tuple[str, ...]:  # noqa: ANN401
    """List of texts; a single text may have commas."""
    value = value.split(",") if isinstance(value, str) else [] if value is None else value
    if not isinstance(value, list) or any(isinstance(one, (dict, list)) or one is None for one in value):
        raise ValueError(f"{place}: write a list of words, as in [one, two]")
    return tuple(text for text in (" ".join(str(one).split()) for one in value) if text)


def template(topics: pd.DataFrame, examples: pd.DataFrame) -> str:
    """Write the topics as a file of pins, to be edited.

    Parameters
    ----------
    topics
        Table topics.
    examples
        topic, article_id: articles that stand for each topic.
    """
    import yaml

    lines = ["# The topics of this run. Copy the file, change it, and name the copy in TOPICS_FILE.\n"]
    lines.append("# Each entry can become rename, drop, split or part of a merge: see data/README.md.\n")
    pins = []
    for row in topics.itertuples():
        own = examples.loc[examples["topic"] == row.topic, "article_id"].tolist()
        pins.append({"pin": row.label, "terms": row.terms.split(", "), "articles": own})
    wide = 4096  # no line is wrapped
    body = {"stop-words": [], "changes": pins}
    return "".join(lines) + yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=wide)
