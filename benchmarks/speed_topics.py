"""Time topics against the usual ways in one run, on one thread.

``python benchmarks/speed_topics.py [N]`` makes a corpus of N articles (10,000) by `make_corpus`, cuts it into
tokens once, and prints CPU seconds of each step with its ratio to scikit-learn's own path, LDA and BERTopic.
What is no part of the environment (BERTopic) is timed where it is installed and left out elsewhere; BERTopic
gets ready-made vectors (the LSA), so that no embedding is counted. TF-IDF is timed three times on each side
and the fastest counts.

``python benchmarks/speed_topics.py find N`` makes N articles in a file, then prints CPU seconds and the peak
memory of `topics.find_topics` in a fresh process.
"""

import hashlib
import importlib.util
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}

import numpy as np
import pandas as pd
from make_corpus import articles as made

from dateline.tokens import stop_words, tokenize
from dateline.topics import topics, vectors

K = 12


def timed(what, do, *, times=1):
    """Run `do` and print the CPU seconds of the fastest time."""
    seconds = []
    for _ in range(times):
        begun = time.process_time()
        result = do()
        seconds.append(time.process_time() - begun)
    print(f"{what:62s} {min(seconds):8.2f} s", flush=True)
    return result, min(seconds)


def frame(records):
    """Table articles of made records."""
    texts = [record["text"] for record in records]
    return pd.DataFrame(
        {
            "article_id": [record["id"] for record in records],
            "sha256": [hashlib.sha256(text.encode()).hexdigest() for text in texts],
            "title": [record["title"] for record in records],
            "text": texts,
            "language": "en",
            "outlet": [record["outlet"] for record in records],
            "published": pd.to_datetime([record["date"] for record in records]),
            "copy_of": pd.array([None] * len(records), dtype="str"),
        }
    )


def paragraphs(articles):
    """Paragraphs in the place of sentences: cutting these is not what is timed."""
    parts = articles["text"].str.split("\n\n")
    return pd.DataFrame(
        {
            "article_id": articles["article_id"].repeat(parts.str.len()).to_numpy(),
            "text": [line for part in parts for line in part],
        }
    ).assign(voice="narrator")


def ratios(n):
    from sklearn.cluster import KMeans
    from sklearn.decomposition import LatentDirichletAllocation, TruncatedSVD
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.preprocessing import normalize

    articles = frame(list(made(n)))
    sentences = paragraphs(articles)
    texts = articles["text"].str.replace("\n\n", " ").tolist()
    documents = sentences["article_id"].map(pd.Series(np.arange(n), index=articles["article_id"])).to_numpy()
    stop = stop_words()
    print(f"{n:,} articles, {sum(map(len, texts)) / 1e6:.0f} MB, k = {K}")
    tokenize(["warm up: é"])
    words, shared = timed("tokens, made once for all notebooks", lambda: tokenize(sentences["text"]), times=3)

    for what, options in {
        "all words, min_df 2": {"min_df": 2},
        "no stop words, min_df 5, max_df .5": {"min_df": 5, "max_df": 0.5, "stop": stop},
    }.items():
        theirs = {key: value for key, value in options.items() if key != "stop"}
        theirs |= {"stop_words": sorted(options["stop"])} if "stop" in options else {}
        vectorizer = TfidfVectorizer(sublinear_tf=True, **theirs)
        (matrix, vocabulary), fast = timed(
            f"TF-IDF from the token table: {what}",
            lambda options=options: weighted(words, documents, options),
            times=3,
        )
        same, slow = timed(
            "TfidfVectorizer", lambda vectorizer=vectorizer: vectorizer.fit_transform(texts), times=3
        )
        assert vectorizer.get_feature_names_out().tolist() == vocabulary.tolist(), "other vocabularies"
        assert abs(matrix - same).max() < 1e-12, "the two matrices differ"
        print(f"   the same matrix {slow / fast:.1f} times as fast")
        print(f"   {slow / (fast + shared):.1f} times where cutting the tokens is counted too")

    found, whole = timed(
        "topics.find_topics: k, consensus, labels, alarms",
        lambda: topics.find_topics(articles, sentences, words),
    )
    print(f"   {len(found.topics)} topics; its share of the tokens would be {shared:.2f} s more")

    def usual():
        lsa = normalize(TruncatedSVD(100, random_state=0).fit_transform(same))
        return lsa, KMeans(K, n_init=10, random_state=0).fit_predict(lsa)

    (lsa, _), path = timed("TruncatedSVD and KMeans with n_init 10, one k, no labels", usual)
    print(f"   with TF-IDF {(slow + path) / whole:.1f} times the time of topics.find_topics, for one k")
    table = CountVectorizer(stop_words=sorted(stop), min_df=5, max_df=0.5).fit_transform(texts)
    lda = LatentDirichletAllocation(K, learning_method="online", random_state=0)
    _, seconds = timed("LatentDirichletAllocation, one k", lambda: lda.fit_transform(table))
    print(f"   {seconds / whole:.1f} times the time of topics.find_topics")
    if importlib.util.find_spec("bertopic"):
        from bertopic import BERTopic

        _, seconds = timed("BERTopic on the same LSA", lambda: BERTopic().fit_transform(texts, lsa))
        print(f"   {seconds / whole:.1f} times the time of topics.find_topics")
    else:
        print("BERTopic is not installed here: left out")


def weighted(words, documents, options):
    from sklearn.feature_extraction.text import TfidfTransformer

    options = {"stop_words" if name == "stop" else name: value for name, value in options.items()}
    counter = vectors.TokenCounts(**options)
    matrix = counter.fit_transform(vectors.Documents(words, documents, int(documents.max()) + 1))
    return TfidfTransformer(sublinear_tf=True).fit_transform(matrix), counter.vocabulary_


def write(path, n):
    """Write a corpus as parquet, ten thousand articles at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    records = made(n)
    writer = None
    while part := list(itertools.islice(records, 10_000)):
        table = pa.Table.from_pandas(frame(part), preserve_index=False)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def find(path):
    articles = pd.read_parquet(path)
    sentences = paragraphs(articles)
    articles = articles.drop(columns="text")
    words, _ = timed("tokens", lambda: tokenize(sentences["text"]))
    return timed("topics.find_topics", lambda: topics.find_topics(articles, sentences, words))[0]


def sized(n, path=None):
    """Measure in a fresh process that did not make the corpus."""
    if path is None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "corpus.parquet")
            here = [sys.executable, __file__]
            subprocess.run([*here, "write", str(n), str(path)], check=True)
            subprocess.run([*here, "find", str(n), str(path)], check=True)
        return
    size = Path(path).stat().st_size / 1e6
    print(f"{n:,} articles of 400 words, {size:.0f} MB of parquet")
    found = find(path)
    print(f"   {found.mode}: {len(found.topics)} topics, {len(found.article_topics):,} articles placed")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{time.process_time():.0f} CPU s and {peak:.1f} GB at the peak, everything in the process included"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", count, target]:
            write(target, int(count))
        case ["find", count, *rest]:
            sized(int(count.replace(",", "")), *rest)
        case [*count]:
            ratios(int(count[0].replace(",", "")) if count else 10_000)
