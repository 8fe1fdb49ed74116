"""Time topics against the usual ways in one run, on one thread: ``python benchmarks/speed_topics.py [N]``.

Makes a corpus of N articles (10,000) by `make_corpus`, cuts it into tokens once, and prints CPU seconds of
each step with its ratio to scikit-learn's own path. BERTopic, which is no part of the environment, is timed
with ready-made vectors (the LSA) where it is installed.
"""

import hashlib
import importlib.util
import os
import resource
import sys
import time

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import numpy as np
import pandas as pd
from make_corpus import articles as made
from sklearn.cluster import KMeans
from sklearn.decomposition import LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

from helpers.grouping import phrases, topics, vectors
from helpers.tokens import counts, tokenize

K = 12


def timed(what, do):
    begun = time.process_time()
    result = do()
    seconds = time.process_time() - begun
    print(f"{what:58s} {seconds:8.2f} s", flush=True)
    return result, seconds


def tables(n):
    records = list(made(n))
    texts = [record["text"] for record in records]
    frame = pd.DataFrame(
        {
            "article_id": [record["id"] for record in records],
            "sha256": [hashlib.sha256(text.encode()).hexdigest() for text in texts],
            "language": "en",
            "outlet": [record["outlet"] for record in records],
            "published": pd.to_datetime([record["date"] for record in records]),
            "copy_of": pd.array([None] * n, dtype="str"),
        }
    )
    parts = [text.split("\n\n") for text in texts]
    sentences = pd.DataFrame(
        {"article_id": np.repeat(frame["article_id"], [len(part) for part in parts])}
    ).reset_index(drop=True)
    sentences = sentences.assign(text=[line for part in parts for line in part], voice="narrator")
    return frame, sentences, [" ".join(part) for part in parts]


def main(n):
    frame, sentences, texts = tables(n)
    documents = sentences["article_id"].map(pd.Series(np.arange(n), index=frame["article_id"])).to_numpy()
    options = {"ngram_range": (1, 2), "min_df": 5, "max_df": 0.5, "stop_words": sorted(phrases.stop_words())}
    print(f"{n:,} articles, {sum(map(len, texts)) / 1e6:.0f} MB, k = {K}")
    words, shared = timed("tokens, made once for all notebooks", lambda: tokenize(sentences["text"]))

    def ours():
        matrix, _ = counts(
            words, documents, ngrams=(1, 2), min_df=5, max_df=0.5, stop=frozenset(options["stop_words"])
        )
        return vectors.tfidf(matrix)

    mine, fast = timed("TF-IDF on words 1-2 from the token table", ours)
    theirs, slow = timed(
        "TfidfVectorizer", lambda: TfidfVectorizer(**options, sublinear_tf=True).fit_transform(texts)
    )
    assert abs(mine - theirs).max() < 1e-9, "the two matrices differ"
    print(f"   the same matrix {slow / fast:.1f} times as fast, {slow / (fast + shared):.1f} with the tokens")

    _, whole = timed(
        "topics.find: k, consensus, labels, alarms", lambda: topics.find(frame, sentences, words)
    )

    def usual():
        lsa = normalize(TruncatedSVD(100, random_state=0).fit_transform(theirs))
        return lsa, KMeans(K, n_init=10, random_state=0).fit_predict(lsa)

    (lsa, _), path = timed("TruncatedSVD and KMeans with n_init 10, one k, no labels", usual)
    print(f"   scikit-learn's path {(slow + path) / whole:.1f} times the time of topics.find, for one k")
    table = CountVectorizer(stop_words=options["stop_words"], min_df=5, max_df=0.5).fit_transform(texts)
    lda = LatentDirichletAllocation(K, learning_method="online", random_state=0)
    _, seconds = timed("LatentDirichletAllocation, one k", lambda: lda.fit_transform(table))
    print(f"   {seconds / whole:.1f} times the time of topics.find")
    if importlib.util.find_spec("bertopic"):
        from bertopic import BERTopic

        _, seconds = timed("BERTopic on the same LSA", lambda: BERTopic().fit_transform(texts, lsa))
        print(f"   {seconds / whole:.1f} times the time of topics.find")
    else:
        print("BERTopic is not installed here: left out")
    print(f"peak memory of this run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
