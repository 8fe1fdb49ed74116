"""explorer.html: one offline page over the tables of a run, in which every word can be asked for."""

import base64
import gzip
import hashlib
import json
from importlib.resources import files
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
    keep = articles["article_id"]
    # places of characters that are two units in JavaScript, in the title (True) or text of an article
    wide = {
        (number, name == "title"): np.flatnonzero(np.array([*text]) > "\uffff")
        for name in ("title", "text")
        for number, text in zip(keep, articles[name].fillna(""), strict=True)
        if not text.isascii() and max(text) > "\uffff"
    }
    parts = ("sentences", "mentions", "event_dates", "sentiment", "removed", "speakers")
    frames = (tables.read_or_empty(out, name).merge(keep) for name in parts)
    sentences, mentions, days, sentiment, removed, spoken = frames
    spoken = spoken.drop(columns="voice")
    sentences = sentences.merge(spoken, how="left", on=["article_id", "sentence"])
    # the words for a speaker whom the article does not name stay
    who = sentences["entity"].astype("object").fillna(sentences["speaker"]).replace("", None)
    sentences["speaker"], speakers = pd.factorize(who, sort=True)
    sentences["voice"] = pd.Categorical(sentences["voice"], VOICES).codes.clip(0)
    mentions["name"] = pd.Index(names).get_indexer(mentions["entity"])
    for name in ("date_from", "date_to"):
        days[name] = (days[name] - pd.Timestamp("1970-01-01")).dt.days
    return {
        "sentences": _flatten(sentences, ["voice", "speaker"], keep, wide),
        "mentions": _flatten(mentions[mentions["name"] >= 0], ["name"], keep, wide),
        "days": _flatten(days, ["date_from", "date_to"], keep, wide),
        "tones": _flatten(_tone_words(sentiment, sentences), ["weight"], keep, wide),
        "removed": _removed(removed, keep),
    }, speakers.tolist()


def _tone_words(sentiment: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Place and weight, in tenths, of each word of the tone dictionary."""
    rows = sentiment.loc[sentiment["hits"] != "", ["article_id", "sentence", "hits"]]
    rows = rows.merge(sentences[["article_id", "sentence", "start", "text"]], on=["article_id", "sentence"])
    places = []
    for row in rows.itertuples():
        text, end, shift = row.text.lower(), 0, row.start if row.sentence >= 0 else 0
        for hit in row.hits.split("; "):
            word, _, weight = hit.rpartition(":")
            if (start := text.find(word, end)) >= 0:
                end = start + len(word)
                tenths = round(10 * float(weight))
                places.append((row.article_id, row.sentence, shift + start, shift + end, tenths))
    return pd.DataFrame(places, columns=["article_id", "sentence", "start", "end", "weight"])


def _removed(removed: pd.DataFrame, keep: pd.Series) -> list[list]:
    """List the removed passages of each article: place in what is left, rule, text."""
    removed = removed.sort_values(["article_id", "start"], kind="stable")
    length = removed["end"] - removed["start"]
    before = length.groupby(removed["article_id"]).cumsum() - length
    rows = removed.assign(place=removed["start"] - before, text=removed["text"].str[:REMOVED_LENGTH])
    rows = rows[~rows["rule"].isin(tables.BLANK)].groupby("article_id").head(MOST_REMOVED)
    cells, rows_of = rows[["place", "rule", "text"]].to_numpy(object), rows.groupby("article_id").indices
    return [cells[rows_of.get(number, [])].tolist() for number in keep]


def _flatten(
    table: pd.DataFrame, more: list[str], keep: pd.Series, wide: dict[tuple[str, bool], np.ndarray]
) -> list[list[int]]:
    """Rows of each article as one list: steps of sentence and start, the length, and `more` columns."""
    table = table.sort_values(["article_id", "sentence", "start"], kind="stable")
    numbers = table[["sentence", "start", "end", *more]].astype("int64").to_numpy(copy=True)
    for (number, is_title), places in wide.items():
        rows = ((table["article_id"] == number) & ((table["sentence"] < 0) == is_title)).to_numpy()
        numbers[rows, 1:3] += np.searchsorted(places, numbers[rows, 1:3])
    numbers[:, 2] -= numbers[:, 1]
    same = table["article_id"].eq(table["article_id"].shift()).to_numpy()[:, None]
    numbers[:, :2] -= np.roll(numbers[:, :2], 1, axis=0) * same
    rows_of = table.groupby("article_id").indices
    return [numbers[rows_of.get(number, [])].ravel().tolist() for number in keep]
