"""Time copies and stories beside the usual near-duplicate tools, on one thread, in one run.

``python benchmarks/speed_copies.py [N]`` makes N articles (10,000) of 400 words by `make_corpus`, of which
one in twenty is a copy with a new headline and a cut tail, and prints CPU seconds, the copies found and the
pairs that are none. The peers get the same texts as word shingles of the same width, 128 permutations and a
threshold of .5; what is not installed is left out. Their time has tokens in it, as has the whole of ours.
"""

import importlib.util
import os
import re
import resource
import sys
import time

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}

import numpy as np
import pandas as pd
from make_corpus import articles as made

from dateline import tokens
from dateline.ingest import duplicates

WIDTH, PERMUTATIONS, THRESHOLD = duplicates.WIDTH, 128, 0.5


def corpus(n):
    """Tables of n articles, one row of sentences an article, and the planted original of each."""
    records = list(made(n))
    names = [record["id"] for record in records]
    texts = [record["text"] for record in records]
    days = pd.to_datetime([record["date"] for record in records])
    frame = pd.DataFrame({"article_id": names, "published": days})
    sentences = pd.DataFrame({"article_id": names, "sentence": 0, "text": texts})
    return frame, sentences, [record["copy_of"] or record["id"] for record in records]


def shingles(text):
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + WIDTH]) for i in range(max(len(words) - WIDTH + 1, 1))}


def datasketch(texts):
    from datasketch import MinHash, MinHashLSH

    index, pairs = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS), set()
    for i, text in enumerate(texts):
        one = MinHash(num_perm=PERMUTATIONS, seed=1)
        one.update_batch([part.encode() for part in shingles(text)])
        pairs |= {(j, i) for j in index.query(one)}
        index.insert(i, one)
    return pairs


def rensa(texts):
    from rensa import RMinHash, RMinHashLSH

    index, pairs = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32), set()
    for i, text in enumerate(texts):
        one = RMinHash(num_perm=PERMUTATIONS, seed=1)
        one.update(list(shingles(text)))
        pairs |= {(j, i) for j in index.query(one)}
        index.insert(i, one)
    return pairs


def gaoya(texts):
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(
        hash_size=32, jaccard_threshold=THRESHOLD, num_bands=32, band_size=4, num_hashes=PERMUTATIONS,
        analyzer="word", lowercase=True, ngram_range=(WIDTH, WIDTH),
    )  # fmt: skip
    pairs = set()
    for i, text in enumerate(texts):
        pairs |= {(j, i) for j in index.query(text)}
        index.insert_document(i, text)
    return pairs


def timed(what, do):
    begun = time.process_time()
    result = do()
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{what:42s} {seconds:8.1f} s   peak {peak:.1f} GB", flush=True)
    return result, seconds


def main(n):
    frame, sentences, family = corpus(n)
    family = np.array(family)
    print(f"{n:,} articles, {sentences['text'].str.len().sum() / 1e6:.0f} MB")
    words, first = timed("tokens, made once for all notebooks", lambda: tokens.tokenize(sentences["text"]))

    def ours():
        shingles, start = duplicates.shingle(words, np.arange(n), n)
        number = np.repeat(np.arange(n), np.diff(start))
        sample = pd.DataFrame({"number": number, "shingle": shingles})[shingles < duplicates.BOUND]
        return duplicates.find_originals(shingles, start, *duplicates.propose_pairs(sample, n))

    _, mine = timed("copies, from the tokens", ours)
    marked, whole = timed(
        "mark_duplicates: copies and stories",
        lambda: duplicates.mark_duplicates(frame, sentences, words),
    )
    place = pd.Series(np.arange(n), index=frame["article_id"])
    copied = marked["copy_of"].notna().to_numpy()
    root = place[marked["copy_of"][copied]].to_numpy()
    right = int((family[copied] == family[root]).sum())
    planted = n - len(set(family))
    print(
        f"   {right:,} of {planted:,} planted copies, {copied.sum() - right:,} wrong;"
        f" tokens, copies and stories {first + whole:.1f} s"
    )
    texts = sentences["text"].tolist()
    for name, peer in (("datasketch", datasketch), ("rensa", rensa), ("gaoya", gaoya)):
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed here: left out")
            continue
        pairs, seconds = timed(name, lambda peer=peer: peer(texts))
        wrong = sum(family[i] != family[j] for i, j in pairs)
        found = len({max(i, j) for i, j in pairs if family[i] == family[j]})
        print(f"   {found:,} of {planted:,} planted copies, {wrong:,} pairs wrong; {seconds / mine:.1f} times"
              f" the time of ours from tokens, {seconds / (mine + first):.1f} with them")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
