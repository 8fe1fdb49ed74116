"""Tone against people's labels beside VADER and TextBlob, and speed beside VADER and torch, in one run.

``python benchmarks/quality_sentiment.py`` reads the public corpora beside the checkout and the sample, and
prints a table; it fails when a score falls below its floor. Floors only go up. TextBlob and torch are no
part of Dateline: ``--peers FOLDER`` names where they lie (``pip install --target FOLDER textblob torch
safetensors``), and what is not there is left out and said so.
"""

import argparse
import importlib.util
import sys
import time
from pathlib import Path

import make_corpus
import numpy as np
import pandas as pd

from dateline import population
from dateline.ingest.articles import cut_sentences, read_articles
from dateline.tone import agreement, differences, targets, vader
from dateline.tone import model as engine

ROOT = Path(__file__).resolve().parents[1]
CORPORA, SAMPLE = ROOT.parent / "shared" / "corpora", ROOT / "data" / "sample"
# (data, measure): what the present version reaches, rounded down.
FLOORS = {
    ("nyt", "r"): 0.518,  # .521 with the seven rules that left
    ("headlines", "accuracy"): 0.503,
    ("headlines", "macro-F1"): 0.505,
    ("newsmtsc dev", "macro-F1"): 0.52,
    ("newsmtsc dev", "macro-F1 of clauses"): 0.54,
    ("sample", "macro-F1"): 0.69,
    ("sample", "macro-F1 of clauses"): 0.66,
    ("speed", "times VADER"): 3.5,  # 6.2 on a quiet machine; 15 before it cut its words itself
    # how often 95 % intervals hold the mean: the least of 8, 10, 20 and 50 snippets or articles
    ("intervals", "least rate"): 0.935,
    # corpora without a difference in which nobody is named, and those in which the planted outlet is
    ("who differs", "dealt outlets name nobody"): 0.91,
    ("who differs", "planted, one name, 2 outlets"): 0.65,
    ("who differs", "planted, one name, 4 outlets"): 0.65,
}
# The same of the model toward a name. It learnt from nine tenths of the train split; layers, epochs and
# confidence were set on the dev split, so that its figures there flatter a little. The tenth kept apart
# was in view, but chose only the temperature, with the dev split, which changes no label but takes some
# away. On the sample the network before had .797.
MODEL_FLOORS = {
    ("newsmtsc kept apart", "macro-F1"): 0.78,
    ("newsmtsc kept apart", "labels right"): 0.83,
    ("newsmtsc dev", "macro-F1"): 0.84,
    ("newsmtsc dev", "F1 negative"): 0.90,
    ("newsmtsc dev", "F1 neutral"): 0.85,
    ("newsmtsc dev", "F1 positive"): 0.77,
    ("newsmtsc dev", "labels right"): 0.89,
    ("sample", "macro-F1"): 0.78,
}
# The same with one name in the place of all, as notebook 04 reads: 30 names have the same mean by design.
HIDDEN_FLOORS = {
    ("newsmtsc kept apart", "macro-F1"): 0.78,
    ("newsmtsc kept apart", "labels right"): 0.82,
    ("newsmtsc dev", "macro-F1"): 0.82,
    ("newsmtsc dev", "labels right"): 0.90,
    ("sample", "macro-F1"): 0.77,
}
# Fitted on the dev split and one half of the tenth kept apart, judged on the other half, and the reverse.
MOST_CALIBRATION_ERROR = 0.04
CROSSWISE = ("newsmtsc kept apart", "calibration error, fitted elsewhere")


def table(texts):
    """Tables as the notebooks have them, one article a text."""
    ids = [f"{number:06d}" for number in range(len(texts))]
    articles = pd.DataFrame({"article_id": ids, "language": "en"})
    sentences = pd.DataFrame({"article_id": ids, "sentence": 0, "start": 0, "text": texts})
    sentences = sentences.assign(voice="narrator")
    events = vader.event_word_list()["word"]
    return sentences, vader.score_sentences(articles, sentences, events=events)


def f1(truth, guess, label):
    both = ((truth == label) & (guess == label)).sum()
    return float(2 * both / max((truth == label).sum() + (guess == label).sum(), 1))


def macro_f1(truth, guess):
    return float(np.mean([f1(truth, guess, label) for label in differences.LABELS]))


def scorers(texts):
    """Name and scores of each method."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    _, scored = table(texts)
    yield "ours", scored.table["score"].to_numpy()
    yield "ours without event words", scored.table["judging"].to_numpy()
    yield "VADER", np.array([analyzer.polarity_scores(text)["compound"] for text in texts])
    if importlib.util.find_spec("textblob"):
        from textblob import TextBlob

        yield "TextBlob", np.array([TextBlob(text).sentiment.polarity for text in texts])


def named(values):
    return differences.label_scores(pd.Series(values)).to_numpy()


def nyt():
    lines = (CORPORA / "vader_nyt_first2000.tsv").read_text(encoding="utf-8").splitlines()
    _, ratings, texts = zip(*(line.split("\t") for line in lines), strict=True)
    truth = np.array(ratings, float)
    for method, values in scorers(list(texts)):
        yield method, "nyt", "r", float(np.corrcoef(values, truth)[0, 1])
        yield method, "nyt", "mean where people say neutral", float(values[np.abs(truth) < 0.5].mean())


def headlines():
    frame = pd.read_csv(CORPORA / "ecosent_gold_en.csv")
    truth = frame["value"].map(dict(zip((-1, 0, 1), differences.LABELS, strict=True))).to_numpy()
    for method, values in scorers(frame["translation"].tolist()):
        yield method, "headlines", "accuracy", float((named(values) == truth).mean())
        yield method, "headlines", "macro-F1", macro_f1(truth, named(values))
        yield method, "headlines", "mean where people say neutral", float(values[truth == "neutral"].mean())


def toward(data, texts, starts, ends, truth):
    """Scores toward a target in each text: those of the whole text, of its clause, and the model's label."""
    for method, values in scorers(texts):
        yield method, data, "macro-F1", macro_f1(truth, named(values))
        yield method, data, "mean where people say neutral", float(values[truth == "neutral"].mean())
    sentences, scored = table(texts)
    mentions = sentences[["article_id", "sentence"]].assign(start=starts, end=ends, entity=range(len(texts)))
    found = targets.score_targets(scored, sentences, mentions.assign(kind="person"))
    yield "ours", data, "macro-F1 of clauses", macro_f1(truth, named(found["score"]))
    hidden = found[list(differences.LABELS)].to_numpy()
    for method, chances in ("model", engine.tone_probabilities(texts, starts, ends)), ("name hidden", hidden):
        sure, guess = chances.max(1), np.array(differences.LABELS)[chances.argmax(1)]
        yield method, data, "macro-F1", macro_f1(truth, guess)
        for label in differences.LABELS:
            yield method, data, f"F1 {label}", f1(truth, guess, label)
        bins = np.digitize(sure, np.arange(0.4, 1, 0.1))
        gaps = [abs((sure - (guess == truth))[bins == k].sum()) for k in np.unique(bins)]
        yield method, data, "calibration error", float(sum(gaps) / len(truth))
        labelled = sure >= targets.CONFIDENCE
        yield method, data, "share with a label", float(labelled.mean())
        yield method, data, "labels right", float((guess == truth)[labelled].mean())
        mean = (chances[:, 2] - chances[:, 0])[truth == "neutral"].mean()
        yield method, data, "mean where people say neutral", float(mean)
    READINGS.append((hidden[:, 2] - hidden[:, 0], truth == "negative"))


# Name-hidden readings, and whether people call the sentence negative: what `who_differs` deals out.
READINGS = []


def intervals(n_runs=4000):
    """How often the intervals of `population.mean_intervals` hold the mean of all, at several sizes."""
    lines = (CORPORA / "vader_nyt_first2000.tsv").read_text(encoding="utf-8").splitlines()
    ids, _, texts = zip(*(line.split("\t") for line in lines), strict=True)
    score = table(list(texts))[1].table["score"].to_numpy()
    article = pd.factorize(pd.Series(ids).str.split("_").str[0])[0]
    corpora = {"snippets": (score, np.ones(len(score))),
               "articles": (np.bincount(article, score), np.bincount(article))}  # fmt: skip
    rng, rates = np.random.default_rng(0), []
    for name, (sums, counts) in corpora.items():
        truth = sums.sum() / counts.sum()
        for n in (8, 10, 20, 50):
            # a cell a run
            drawn = rng.integers(len(sums), size=(n, n_runs))
            _, low, high = population.mean_intervals(sums[drawn], counts[drawn])
            rates.append(float(((low <= truth) & (truth <= high)).mean()))
            yield "ours", "intervals", f"rate, {n} {name}", rates[-1]
    yield "ours", "intervals", "least rate", min(rates)


def who_differs(n_articles=40, runs=100):
    """How often anybody is named in dealt corpora, and an outlet with 60 % of negative articles, not 20 %."""
    value, negative = map(np.concatenate, zip(*READINGS, strict=True))
    rng = np.random.default_rng(0)

    def clear(n_names, n_outlets, *, share, n_sentences=1):
        sizes = {"entity": n_names, "group": n_outlets, "number": n_articles}
        rows = pd.MultiIndex.from_product(map(range, sizes.values()), names=sizes).to_frame(index=False)
        rows["article"] = rows["story"] = np.arange(len(rows))
        is_planted = (rows["entity"] == 0) & (rows["group"] == 0)
        is_bad = rng.random(len(rows)) < np.where(is_planted, share, 0.2)
        read = [
            np.where(is_bad, *(rng.choice(value[negative == bad], len(rows)) for bad in (True, False)))
            for _ in range(n_sentences)
        ]
        table = differences.differing_groups(
            rows.assign(value=np.mean(read, axis=0)), seed=int(rng.integers(9999))
        )
        return (table["differs"] != "").any(), table["differs"].iloc[0] == "more negative"

    dealt = [clear(8, 4, share=0.2)[0] for _ in range(runs)]
    yield "ours", "who differs", "dealt outlets name nobody", 1 - float(np.mean(dealt))
    for n_names, n_outlets, n_sentences in (1, 2, 1), (1, 4, 1), (8, 4, 1), (8, 4, 2):
        hits = [clear(n_names, n_outlets, share=0.6, n_sentences=n_sentences)[1] for _ in range(runs)]
        name = "one name" if n_names == 1 else f"{n_names} names"
        name = f"planted, {name}, {n_outlets} outlets" + (", two sentences" if n_sentences > 1 else "")
        yield "ours", "who differs", name, float(np.mean(hits))


def newsmtsc():
    """NewsMTSC's dev split, and the tenth of the articles of its train split that was not learnt from."""
    sys.path.append(str(ROOT / "training"))
    import calibration
    import examples

    _, apart = examples.divide(examples.read(CORPORA / "newsmtsc_train.jsonl"))
    dev = examples.read(CORPORA / "newsmtsc_rw_dev.jsonl")
    read, read_dev = (calibration.read_hidden(part, engine.load_model()) for part in (apart, dev))
    chances, _ = calibration.crosswise(*read, calibration.halves(apart), read_dev)
    yield "name hidden", *CROSSWISE, calibration.error(chances, read[1])
    for data, part in ("kept apart", apart), ("dev", dev):
        texts, starts, ends, labels, _ = map(list, zip(*part, strict=True))
        yield from toward(f"newsmtsc {data}", texts, starts, ends, np.array(differences.LABELS)[labels])
        yield "model", f"newsmtsc {data}", "labels that another name changes", renamed(texts, starts, ends)
    yield from rates(texts, starts, ends)


def renamed(texts, starts, ends):
    """Share of labels that are others with the next name of as many words in the target's place."""
    names = [text[start:end] for text, start, end in zip(texts, starts, ends, strict=True)]
    pronouns = {"He", "Her", "His", "It", "She", "They"}
    is_name = [
        all(word.isalpha() and word[0].isupper() and word not in pronouns for word in name.split())
        for name in names
    ]
    by_size = {}
    for name in sorted({name for name, is_one in zip(names, is_name, strict=True) if is_one}):
        by_size.setdefault(len(name.split()), []).append(name)
    rows, changed = [], []
    for row in np.flatnonzero(is_name).tolist():
        old, same = names[row], by_size[len(names[row].split())]
        new = same[(same.index(old) + 1) % len(same)]
        left, right = (
            part.replace(old, new) for part in (texts[row][: starts[row]], texts[row][ends[row] :])
        )
        rows.append(row)
        changed.append((left + new + right, len(left), len(left) + len(new)))
    before, after = (
        engine.tone_probabilities(*map(list, zip(*given, strict=True))).argmax(1)
        for given in ([(texts[row], starts[row], ends[row]) for row in rows], changed)
    )
    print(f"another name stands in {len(rows)} of {len(texts)} targets")
    return float((before != after).mean())


def sample():
    """Sentences of the sample that were planted to judge somebody whom they name."""
    sentences = cut_sentences(read_articles(SAMPLE / "articles").articles)[0]
    truth = agreement.locate_sentences(agreement.read_sheet(SAMPLE / "truth" / "tone.csv"), sentences)
    aliases = pd.read_csv(SAMPLE / "truth" / "entities.csv").set_index("entity")["aliases"].str.split(";")
    rows = []
    for one in truth[truth["row"] >= 0].itertuples():
        text = sentences["text"].iloc[one.row]
        place = [(text.find(name), len(name)) for name in sorted(aliases.get(one.target, []), key=len)[::-1]]
        rows += [(text, at, at + size, one.tone) for at, size in place if at >= 0][:1]
    print(f"sample: {len(rows)} of {len(truth)} targets are named in their sentence")
    texts, starts, ends, tone = map(list, zip(*rows, strict=True))
    yield from toward("sample", texts, starts, ends, np.array(tone))


def rates(texts, starts, ends):
    """Targets a CPU second, beside the same network of torch."""

    def rate(work):
        begin = time.process_time()
        work()
        return len(texts) / (time.process_time() - begin)

    model = engine.load_model()
    ours = max(rate(lambda: engine.tone_logits(texts, starts, ends, model=model)) for _ in range(3))
    yield "model", "speed", "targets a second", ours
    if not installed("torch", "safetensors"):
        return
    import tone
    import torch

    torch.set_num_threads(1)
    network = tone.Network(len(model.cut.number), len(model.layers))

    def theirs():
        marked = [engine.mark_target(model.cut, *each) for each in zip(texts, starts, ends, strict=True)]
        tone.predict(network, marked)

    yield "torch", "speed", "targets a second", max(rate(theirs) for _ in range(3))


def speed(n=10_000, part=10):
    """Seconds of one thread's work for n articles of 400 words, VADER's over ours."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    articles = make_corpus.articles(n)
    texts = [text for one in articles for text in one["text"].replace("\n\n", " ").split(". ")]
    analyzer = SentimentIntensityAnalyzer()

    def seconds(work):
        start = time.process_time()
        work()
        return time.process_time() - start

    # the best of several runs of each: others may be at work on the machine
    ours = min(seconds(lambda: vader.weigh_words(vader.split_words(texts))) for _ in range(5))
    theirs = min(seconds(lambda: [*map(analyzer.polarity_scores, texts[::part])]) for _ in range(3)) * part
    yield "ours", "speed", "µs a sentence", ours / len(texts) * 1e6
    yield "VADER", "speed", "µs a sentence", theirs / len(texts) * 1e6
    yield "ours", "speed", "times VADER", theirs / ours


# What is easily read wrongly, and the name in it that the model reads: shown, not judged.
EASILY_WRONG = (
    ("It was not the worst idea of the mayor.", "the mayor"),
    ("There was no problem with the mayor.", "the mayor"),
    ("The critics had nothing but praise for the mayor.", "the mayor"),
    ("The mayor failed to condemn the raid.", "The mayor"),
    ("The two ports signed a no limits partnership.", "The two ports"),
    ("The harbour was rebuilt after World War II.", "The harbour"),
)


def shown():
    """Score `EASILY_WRONG` by every method."""
    texts, names = zip(*EASILY_WRONG, strict=True)
    starts = [text.index(name) for text, name in EASILY_WRONG]
    ends = [start + len(name) for start, name in zip(starts, names, strict=True)]
    found = engine.tone_probabilities(texts, starts, ends)
    frame = pd.DataFrame({method: values for method, values in scorers(list(texts))}, index=texts)
    labels = np.array(differences.LABELS)[found.argmax(1)]
    return frame.assign(
        model=[f"{label} {sure:.2f}" for label, sure in zip(labels, found.max(1), strict=True)]
    )


def installed(*names):
    """Whether packages are there; says so where not."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        print(f"not installed and not measured: {', '.join(missing)}")
    return not missing


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peers", nargs="*", default=[], help="folders in which TextBlob and torch lie")
    # behind Dateline's own packages, which stay what they are
    sys.path.extend(parser.parse_args().peers)
    if not CORPORA.is_dir():
        sys.exit("the public corpora are not beside the checkout")
    installed("textblob")
    rows = [*nyt(), *headlines(), *intervals(), *newsmtsc(), *who_differs(), *sample(), *speed()]
    found = pd.DataFrame(rows, columns=["method", "data", "measure", "value"])
    table_ = found.pivot_table(index=["data", "measure"], columns="method", values="value").round(3)
    print(table_.to_string(na_rep="–"), shown().to_string(), sep="\n\n")
    value = found.set_index(["method", "data", "measure"])["value"]
    floors = {("ours", *key): floor for key, floor in FLOORS.items()}
    floors |= {("model", *key): floor for key, floor in MODEL_FLOORS.items()}
    floors |= {("name hidden", *key): floor for key, floor in HIDDEN_FLOORS.items()}
    floors["ours", "nyt", "r"] = max(floors["ours", "nyt", "r"], value["VADER", "nyt", "r"])
    fallen = [f"{key}: {value[key]:.3f} < {floor}" for key, floor in floors.items() if value[key] < floor]
    if (error := value["name hidden", *CROSSWISE]) > MOST_CALIBRATION_ERROR:
        fallen.append(f"{CROSSWISE}: {error:.3f} > {MOST_CALIBRATION_ERROR}")
    sys.exit("below the floor: " + "; ".join(fallen) if fallen else 0)


if __name__ == "__main__":
    main()
