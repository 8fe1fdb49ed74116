"""Tiny corpora that the tests of tone share."""

import pandas as pd
from hypothesis import settings

from dateline.tone import vader

quick = settings(deadline=None, derandomize=True, max_examples=12)
SENTENCES = (
    "The talks were good.",
    "The war is awful!",
    "It rained.",
    "Not a bad, but a shameful day.",
    "A great, GREAT truce!!",
    "No problem, he said.",
)


def corpus(*texts, voice="narrator", **columns):
    """One article a list of sentences, as notebook 01 hands them over."""
    rows = [
        (f"{number:03d}.txt", position, text)
        for number, sentences in enumerate(texts)
        for position, text in enumerate([sentences] if isinstance(sentences, str) else sentences)
    ]
    sentences = pd.DataFrame(rows, columns=["article_id", "sentence", "text"])
    sentences = sentences.assign(start=0, end=sentences["text"].str.len(), voice=voice, speaker="")
    articles = pd.DataFrame({"article_id": [f"{number:03d}.txt" for number in range(len(texts))]})
    articles = articles.assign(language="en", copy_of=None, outlet="harbour", published=pd.NaT)
    articles = articles.assign(story=range(len(articles)))
    articles["published"] = articles["published"].astype("datetime64[s]")
    return articles.assign(**columns), sentences.astype({"article_id": "str", "text": "str"})


def scored(articles, sentences, events=("war", "truce")):
    return vader.score_sentences(articles, sentences, events=events)
