"""explorer.html: one offline page over the tables of a run, in which every word can be asked for."""

import base64
import gzip
import hashlib
import json
import re
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.tokens import count_words, fold, read_tokens, stop_words, write_sentence_index
from helpers import publish

SOURCES = ("explorer.css", "vendor/d3.min.js", "vendor/plot.umd.min.js", "explorer.js")
# Characters of text in all articles of a page of about 10 MB; of a larger corpus a sample is shown.
MOST_CHARACTERS = 11_500_000
# Characters of each removed passage, and passages of an article.
REMOVED_LENGTH, MOST_REMOVED = 400, 60
WIDE = re.compile("[\U00010000-\U0010ffff]").search  # characters that are two units in JavaScript
VOICES = ["narrator", "headline", "quote", "reported"]
# Columns of table articles, and their names on the page.
FACTS = {
    "article_id": "id", "title": "title", "published_basis": "basis", "copy_of": "copy", "n_words": "words",
    "story": "story", "url": "url", "counted": "counted",
    "published": "day", "published_earliest": "from", "published_latest": "to",
}  # fmt: skip


def write_explorer(out: Path, *, title: str) -> Path:
    """Write ``out/explorer.html`` from the tables of a run; of a sample, an index of all texts, too."""
    content = explorer_data(out)
    if content["whole"]:
        write_sentence_index(out)
    else:
        (out / "tables" / "articles.sqlite").unlink(missing_ok=True)
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    texts = [(files("helpers") / "resources" / name).read_text(encoding="utf-8") for name in SOURCES]
    style, *code = (text.replace("</script", "<\\/script") for text in texts)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in code]
    data = base64.b64encode(gzip.compress(data.encode(), 6, mtime=0)).decode()
    words = {"title": title, "style": style, "hashes": hashes, "data": data, "code": code}
    return tables.write_text(publish.fill_page("explorer.html", **words), out / "explorer.html")


def explorer_data(out: Path) -> dict[str, Any]:
    """Collect what the page knows, as lists that JSON can hold; offsets are in UTF-16 units."""
    articles = tables.read(out, "articles")
    articles = articles.assign(counted=population.is_counted(articles))
    whole = articles[articles["counted"]]
    # of texts that do not all fit, their contents decide which are there
    articles = articles.sort_values(["sha256", "article_id"], kind="stable")
    articles = articles[articles["text"].str.len().cumsum() <= MOST_CHARACTERS]
    articles = articles.sort_values(["published", "article_id"], kind="stable", ignore_index=True)
    topics = tables.read_or_empty(out, "topics")
    place = articles[["article_id"]].merge(tables.read_or_empty(out, "article_topics"), how="left")
    names = tables.read_or_empty(out, "entities")
    names = names.sort_values(["n_articles", "entity"], ascending=[False, True], kind="stable")
    spans, speakers = _spans(out, articles, names["entity"])
    outlet, outlets = pd.factorize(population.article_outlets(articles), sort=True)
    facts = articles[[*FACTS]].rename(columns=FACTS)
    facts["title"] = facts["title"].fillna("").str.replace(publish.HIDDEN, " ", regex=True)
    for day in ("day", "from", "to"):
        facts[day] = facts[day].dt.strftime("%Y-%m-%d")
    topic = pd.Index(topics["topic"]).get_indexer(place["topic"])
    facts = facts.assign(outlet=outlet, topic=topic, x=place["x"], y=place["y"], **spans)
    named = names.assign(name=names["entity"], aliases=names["aliases"].str.split("; "))
    return {
        "whole": _whole_counts(out, whole, topics, names) if articles["counted"].sum() < len(whole) else None,
        "articles": facts.astype("object").where(facts.notna(), None).to_dict("records"),
        "texts": articles["text"].str.replace(publish.HIDDEN, " ", regex=True).tolist(),
        "outlets": outlets.tolist(),
        "topics": topics[["label", "terms"]].to_dict("records"),
        "names": named[["name", "kind", "aliases"]].to_dict("records"),
        "speakers": speakers,
        "voices": VOICES,
        "stopWords": sorted(stop_words()),
    }


def _whole_counts(out: Path, articles: pd.DataFrame, topics: pd.DataFrame, names: pd.DataFrame) -> dict:
    """Count the articles with each outlet, topic, name and word in the whole corpus of a sample."""
    words, sentences = read_tokens(out), tables.read(out, "sentences", columns=["article_id"])
    words = words._replace(words=np.array([fold(word) for word in words.words], dtype=object))
    number = pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])
    matrix, vocabulary = count_words(words, number, n_documents=len(articles), min_df=population.FEWEST_NAMED)
    return {
        "size": len(articles),
        "o": population.article_outlets(articles).value_counts(sort=False).to_dict(),
        "t": topics.set_index("label")["n_articles"].to_dict(),
        "n": names.set_index("entity")["n_articles"].to_dict(),
        "words": dict(zip(vocabulary.tolist(), np.bincount(matrix.indices).tolist(), strict=True)),
    }


def _spans(out: Path, articles: pd.DataFrame, names: pd.Series) -> tuple[dict[str, list], list[str]]:
    """Sentences, mentions, days, tone words and removed passages of each article, and the speakers."""
    number = pd.Index(articles["article_id"].to_numpy(object))
    # places of `WIDE` characters in the title (True) or text of an article
    wide = {
        (row, name == "title"): np.flatnonzero(np.array([*text]) > "\uffff")
        for name in ("title", "text")
        for row, text in enumerate(articles[name].fillna("").tolist())
        if not text.isascii() and WIDE(text)
    }
    parts = ("sentences", "mentions", "event_dates", "sentiment", "removed", "speakers")
    frames = (tables.read_or_empty(out, name) for name in parts)
    frames = (frame.assign(row=number.get_indexer(frame["article_id"].to_numpy(object))) for frame in frames)
    frames = (frame[frame["row"] >= 0].reset_index(drop=True) for frame in frames)
    sentences, mentions, days, sentiment, removed, spoken = frames
    sentences = sentences.merge(spoken[["row", "sentence", "entity"]], how="left", on=["row", "sentence"])
    # the words for a speaker whom the article does not name stay
    who = sentences["entity"].astype("object").fillna(sentences["speaker"]).replace("", None)
    sentences["speaker"], speakers = pd.factorize(who, sort=True)
    sentences["voice"] = pd.Categorical(sentences["voice"], VOICES).codes.clip(0)
    mentions["name"] = pd.Index(names).get_indexer(mentions["entity"])
    for name in ("date_from", "date_to"):
        days[name] = (days[name] - pd.Timestamp("1970-01-01")).dt.days
    return {
        "sentences": _flatten(sentences, ["voice", "speaker"], len(number), wide),
        "mentions": _flatten(mentions[mentions["name"] >= 0], ["name"], len(number), wide),
        "days": _flatten(days, ["date_from", "date_to"], len(number), wide),
        "tones": _flatten(_tone_words(sentiment, sentences), ["weight"], len(number), wide),
        "removed": _removed(removed, len(number)),
    }, speakers.tolist()


def _tone_words(sentiment: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Place and weight, in tenths, of each word of the tone dictionary."""
    rows = sentiment.loc[sentiment["hits"] != "", ["row", "sentence", "hits"]]
    rows = rows.merge(sentences[["row", "sentence", "start", "text"]], on=["row", "sentence"])
    places, columns = [], (rows[name].tolist() for name in ("row", "sentence", "start", "text", "hits"))
    for row, sentence, first, text, hits in zip(*columns, strict=True):
        text, end, shift = text.lower(), 0, first if sentence >= 0 else 0
        for hit in hits.split("; "):
            word, _, weight = hit.rpartition(":")
            if (start := text.find(word, end)) >= 0:
                end = start + len(word)
                places.append((row, sentence, shift + start, shift + end, round(10 * float(weight))))
    return pd.DataFrame(places, columns=["row", "sentence", "start", "end", "weight"])


def _removed(removed: pd.DataFrame, n: int) -> list[list]:
    """List the removed passages of each article: place in what is left, rule, text."""
    removed = removed.sort_values(["row", "start"], kind="stable")
    length = removed["end"] - removed["start"]
    before = length.groupby(removed["row"]).cumsum() - length
    rows = removed.assign(place=removed["start"] - before, text=removed["text"].str[:REMOVED_LENGTH])
    rows = rows[~rows["rule"].isin(tables.BLANK)].groupby("row").head(MOST_REMOVED)
    cells = rows[["place", "rule", "text"]].to_numpy(object)
    return [cells[a:b].tolist() for a, b in pairwise(np.searchsorted(rows["row"], range(n + 1)))]


def _flatten(table: pd.DataFrame, more: list[str], n: int, wide: dict) -> list[list[int]]:
    """Rows of each article as one list: steps of sentence and start, the length, and `more` columns."""
    table = table.sort_values(["row", "sentence", "start"], kind="stable")
    numbers = table[["sentence", "start", "end", *more]].astype("int64").to_numpy(copy=True)
    bounds = np.searchsorted(table["row"], range(n + 1))
    for (article, is_title), places in wide.items():
        part = numbers[bounds[article] : bounds[article + 1]]
        rows = (part[:, 0] < 0) == is_title
        part[rows, 1:3] += np.searchsorted(places, part[rows, 1:3])
    numbers[:, 2] -= numbers[:, 1]
    numbers[:, :2] -= np.roll(numbers[:, :2], 1, axis=0) * table["row"].duplicated().to_numpy()[:, None]
    return [numbers[a:b].ravel().tolist() for a, b in pairwise(bounds)]
