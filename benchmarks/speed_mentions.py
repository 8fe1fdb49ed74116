"""Given names found on the token table, beside ahocorasick-rs, flashtext and a regular expression.

``python benchmarks/speed_mentions.py [ARTICLES]`` makes a corpus (default 10,000 articles; see
make_corpus), takes the names that Dateline finds most often in it and looks them all up again, each way, in
one run. CPU seconds on one thread, the best of three. Building (automaton, pattern) is not counted for the
peers; it is for Dateline. "Dateline" is the pass over the
token table alone: every notebook reads that table anyway, and its cost, paid once, stands in a line of its
own. All find whole words; where a peer does not do so itself, the filter is a part of its time. The regular
expression, the slowest, reads a part of the texts. Whole discovery (sentences, tokens, names, their
spellings) is given in words a second. Peers that are not installed are passed over: ``pip install
ahocorasick-rs flashtext``.
"""

import re
import sys
import time
from importlib.util import find_spec

import make_corpus
import numpy as np

from dateline import tokens
from dateline.entities.linking import link_names
from dateline.entities.mentions import find_spellings
from dateline.entities.recognition import recognise_names
from dateline.text.sentences import find_sentences

SIZES = (100, 2000)


def seconds(job, *, times=3):
    """Run a job; its result and best CPU time."""
    best = float("inf")
    for _ in range(times):
        begin = time.process_time()
        result = job()
        best = min(best, time.process_time() - begin)
    return result, best


def apart(spans):
    """Leftmost-longest spans of those given as (start, end, name)."""
    kept, last = [], -1
    for start, end, name in sorted(spans, key=lambda s: (s[0], -s[1])):
        if start >= last:
            kept.append((start, end, name))
            last = end
    return kept


def ahocorasick(texts, wanted):
    """Overlapping matches, those inside of words taken out, then the longest."""
    import ahocorasick_rs

    search = ahocorasick_rs.AhoCorasick(wanted, implementation=ahocorasick_rs.Implementation.DFA)

    def word(c):
        return c.isalnum() or c == "_"

    def whole(text, a, b):
        left = a > 0 and word(text[a]) and word(text[a - 1])
        return not left and not (b < len(text) and word(text[b - 1]) and word(text[b]))

    def job():
        found = []
        for row, text in enumerate(texts):
            hits = search.find_matches_as_indexes(text, overlapping=True)
            spans = apart([(a, b, wanted[i]) for i, a, b in hits if whole(text, a, b)])
            found += [(row, a, b) for a, b, _ in spans]
        return found

    return job


def ahocorasick_raw(texts, wanted):
    """Only the search, inside of words as well."""
    import ahocorasick_rs

    search = ahocorasick_rs.AhoCorasick(
        wanted,
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
        implementation=ahocorasick_rs.Implementation.DFA,
    )
    return lambda: [(r, a, b) for r, t in enumerate(texts) for _, a, b in search.find_matches_as_indexes(t)]


def flashtext(texts, wanted):
    from flashtext import KeywordProcessor

    search = KeywordProcessor(case_sensitive=True)
    search.add_keywords_from_list(wanted)
    return lambda: [
        (r, a, b) for r, t in enumerate(texts) for _, a, b in search.extract_keywords(t, span_info=True)
    ]


def regex(texts, wanted):
    parts = [
        (r"(?<!\w)" if re.match(r"\w", n) else "")
        + re.escape(n)
        + (r"(?!\w)" if re.match(r"\w", n[-1]) else "")
        for n in sorted(wanted, key=lambda n: (-len(n), n))
    ]
    pattern = re.compile("|".join(parts))
    return lambda: [(r, m.start(), m.end()) for r, t in enumerate(texts) for m in pattern.finditer(t)]


PEERS = {
    "ahocorasick-rs, whole words": ("ahocorasick_rs", ahocorasick, 1),
    "ahocorasick-rs, raw": ("ahocorasick_rs", ahocorasick_raw, 1),
    "flashtext": ("flashtext", flashtext, 1),
    "regular expression": ("re", regex, 50),
}


def discovery(texts):
    """Sentences, tokens, names and their entities of all texts."""
    rows = [(i, s) for i, text in enumerate(texts) for s in find_sentences(text)]
    parts = [texts[i][s.start : s.end] for i, s in rows]
    found = recognise_names(parts, tokens.tokenize(parts), headline=np.zeros(len(parts), bool))
    article = np.array([i for i, _ in rows])[found["row"].to_numpy()]
    return link_names(found, article=article)[0]


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    texts = [article["text"] for article in make_corpus.articles(size)]
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    n_words = sum(len(text.split()) for text in texts)
    mentions, spent = seconds(lambda: discovery(texts), times=1)
    print(f"{len(texts):,} articles, {megabytes:.1f} MB, {n_words:,} words")
    print(f"whole discovery, texts to entities: {n_words / spent:,.0f} words/s, {megabytes / spent:.1f} MB/s")
    table, spent = seconds(lambda: tokens.tokenize(texts))
    print(f"token table, made once: {megabytes / spent:.1f} MB/s")
    ranked = mentions["surface"].value_counts()
    ranked = sorted(ranked[ranked > 0].items(), key=lambda one: (-one[1], one[0]))
    for n in SIZES:
        wanted = [name for name, _ in ranked[:n]]
        found, spent = seconds(lambda w=wanted: find_spellings(texts, table, w))
        ours = list(found[["row", "start", "end"]].itertuples(index=False, name=None))
        print(f"{len(wanted):,} names, {len(ours):,} places\n  Dateline: {megabytes / spent:.1f} MB/s")
        for label, (module, make, share) in PEERS.items():
            if not find_spec(module):
                print(f"  {label}: not installed, passed over")
                continue
            some = texts[: max(len(texts) // share, 1)]
            theirs, spent = seconds(make(some, wanted), times=1 if share > 1 else 3)
            part = sum(len(text.encode()) for text in some) / 1e6
            same = len(set(theirs) & {one for one in ours if one[0] < len(some)})
            print(f"  {label}: {part / spent:.1f} MB/s, {len(theirs):,} places, {same:,} of them ours")


if __name__ == "__main__":
    main()
