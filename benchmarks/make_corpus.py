"""Make a large corpus with planted topics, names and copies, for measuring speed and size.

``python benchmarks/make_corpus.py 10000 corpus.jsonl`` resamples, with a seed, sentences of the public
corpora where they lie beside the checkout, else of the sample. Each article has a topic, whose sentences it
draws more often than the rest; one in twenty is a copy of an earlier one, its headline new and its tail cut.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
N_TOPICS = 12
N_WORDS = 400
COPY_SHARE = 0.05
SEED = 0


def pool() -> list[str]:
    """Sentences to draw from: the running stories of the public corpora, else the sample's articles."""
    texts = []
    for name in ("meantime_apple_stock.jsonl", "gum_wikinews_train.jsonl"):
        if (CORPORA / name).exists():
            lines = (CORPORA / name).read_text(encoding="utf-8").splitlines()
            texts += [json.loads(line)["text"] for line in lines]
    if (CORPORA / "newsmtsc_train.jsonl").exists():
        lines = (CORPORA / "newsmtsc_train.jsonl").read_text(encoding="utf-8").splitlines()
        texts += [
            record.get("sentence_normalized") or record.get("sentence") for record in map(json.loads, lines)
        ]
    if not texts:
        paths = sorted((ROOT / "data" / "sample" / "articles").rglob("*.txt"))
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    found = {part.strip().rstrip(".") + "." for text in texts for part in text.replace("\n", " ").split(". ")}
    return sorted(sentence for sentence in found if 6 <= len(sentence.split()) <= 60)


def articles(n: int) -> Iterator[dict]:
    """Yield n records with id, title, date, outlet, text, topic and copy_of."""
    rng = np.random.default_rng(SEED)
    sentences = np.array(pool(), dtype=object)
    lengths = np.array([len(sentence.split()) for sentence in sentences])
    group = rng.integers(N_TOPICS, size=len(sentences))
    weights = np.where(group == np.arange(N_TOPICS)[:, None], 6.0, 1.0)
    odds = np.cumsum(weights / weights.sum(1, keepdims=True), axis=1)
    odds /= odds[:, -1:]
    days = np.datetime64("2023-01-01") + rng.integers(700, size=n).astype("timedelta64[D]")
    made = []
    for i in range(n):
        if i and rng.random() < COPY_SHARE:
            source = made[int(rng.integers(len(made)))]
            body = source["text"].split("\n\n")
            record = {**source, "text": "\n\n".join(body[: max(len(body) - 1, 1)]), "copy_of": source["id"]}
        else:
            topic = int(rng.integers(N_TOPICS))
            picked = odds[topic].searchsorted(rng.random(60), side="right")
            picked = picked[: int(np.searchsorted(np.cumsum(lengths[picked]), N_WORDS)) + 1]
            chosen = [str(sentence) for sentence in sentences[picked]]
            paragraphs = [" ".join(chosen[j : j + 3]) for j in range(0, len(chosen), 3)]
            record = {"text": "\n\n".join(paragraphs), "topic": topic, "copy_of": ""}
            made.append(record)
        record["id"] = f"a{i:07d}"
        title = " ".join(str(sentences[int(rng.integers(len(sentences)))]).split()[:9]).rstrip(".,")
        yield {**record, "title": title, "date": str(days[i]), "outlet": f"Outlet {int(rng.integers(8)) + 1}"}


if __name__ == "__main__":
    count, target = int(sys.argv[1]), Path(sys.argv[2])
    with target.open("w", encoding="utf-8") as file:
        for article in articles(count):
            file.write(json.dumps(article, ensure_ascii=False) + "\n")
