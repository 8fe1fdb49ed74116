"""Speakers of quotations in news, against answers given by hand.

``python benchmarks/quality_quotes.py``; with ``--misses`` it lists what is wrong or missed in the half that
the rules were developed on. `quotes_gold.csv` beside this file names, for each direct quotation of the
Wikinews articles in ``gum_wikinews_train.jsonl`` and ``meantime_apple_stock.jsonl`` (no interviews), the
article, its first words and who speaks, as the article says it; empty where nobody is named. It was made by
reading the articles, before the rules were changed. Words in quotation marks inside a sentence of the
reporter are no quotation here. Articles of even place in their file were developed on, those of odd place
judge ("held out"); whoever read them for the answers also wrote the rules, on sentences made up for that.

Attributed speech, direct and indirect, is measured on ``gum_attribution/gum_attribution_train.jsonl``: who
says or thinks what in the 20 Wikinews reports among those 35 texts, by other people's hands. Left out are
image credits, denials and what "I", "we" and "you" say. "Recall": of the attributions to somebody with a
name, those whose sentence is a quotation or reported, with a speaker that shares a last word with the
source. "Precision": of the sentences with a speaker, those that some attribution of the sentence bears out;
sentences later in a quotation have none of their own and do not count, nor do those that the gold gives to
a pronoun.

A quotation counts as found if the sentence that begins it is a quotation to Dateline, and its speaker as
right if the entity's name and the answer share their last word.
"""

import csv
import json
import sys
from collections import Counter
from pathlib import Path

import pandas as pd

from dateline import tokens
from dateline.entities.mentions import find_mentions
from dateline.entities.speakers import find_speakers
from dateline.text.sentences import Sentence, find_sentences

HERE = Path(__file__).resolve().parent
CORPORA = HERE.parents[1] / "shared" / "corpora"
FILES = ("gum_wikinews_train.jsonl", "meantime_apple_stock.jsonl")
# (half, measure): what the present version reaches, rounded down.
FLOORS = {
    ("held out", "found"): 0.92,
    ("held out", "recall"): 0.66,
    ("held out", "precision"): 0.92,
    ("attributed, held out", "recall"): 0.68,
    ("attributed, held out", "precision"): 0.93,
}
PRONOUNS = "he she it they which who that his her their himself one someone others"
# Words with a capital that make no name.
NO_NAMES = """
A An The This These His Her Its Their Some Many Officials Police Experts Reports Reporters Recent Both One
Estimates Figures
"""


def read() -> tuple[pd.DataFrame, pd.DataFrame, set[str]]:
    """Read articles and sentences as the notebooks have them, and the ids of the half developed on."""
    rows, parts, seen = [], [], set()
    for name in FILES:
        for number, line in enumerate((CORPORA / name).read_text(encoding="utf-8").splitlines()):
            record = json.loads(line)
            key, (title, _, text) = record["id"], record["text"].partition("\n")
            seen |= set() if number % 2 else {key}
            rows.append((key, title, text, "en", None))
            parts.append((key, -1, 0, len(title), title, "headline", ""))
            for i, one in enumerate(find_sentences(text)):
                parts.append((key, i, one.start, one.end, text[one.start : one.end], one.voice, one.speaker))
    articles = pd.DataFrame(rows, columns=["article_id", "title", "text", "language", "copy_of"])
    columns = ["article_id", "sentence", "start", "end", "text", "voice", "speaker"]
    return articles, pd.DataFrame(parts, columns=columns), seen


def judged(articles: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Give the gold with the sentence that each quotation begins in, its voice, and the entity found."""
    named = find_mentions(articles, sentences, tokens.tokenize(sentences["text"])).mentions
    said = find_speakers(named, sentences)
    with (HERE / "quotes_gold.csv").open(encoding="utf-8") as file:
        gold = pd.DataFrame(csv.DictReader(file))
    text = articles.set_index("article_id")["text"].reindex(gold["article"])
    gold["at"] = [body.find(words) for body, words in zip(text, gold["begins"], strict=True)]
    if (gold["at"] < 0).any():
        raise ValueError(f"not in the articles: {gold.loc[gold['at'] < 0, 'begins'].tolist()}")
    body = sentences[sentences["sentence"] >= 0]
    both = gold.merge(body, left_on="article", right_on="article_id", suffixes=("_gold", ""))
    both = both[(both["start"] <= both["at"]) & (both["at"] < both["end"])]
    return both.merge(said[["article_id", "sentence", "entity"]], how="left").fillna({"entity": ""})


def score(found: pd.DataFrame) -> dict[str, float]:
    """How many quotations, how many of them found, and of the speakers: recall, precision, and how many."""
    named = found[found["speaker_gold"] != ""]
    right = same(found)
    return {
        "quotations": len(found),
        "found": float((found["voice"] == "quote").mean()),
        "named": len(named),
        "recall": right.sum() / len(named),
        "precision": right.sum() / max((found["entity"] != "").sum(), 1),
    }


def same(found: pd.DataFrame) -> pd.Series:
    last = found[["speaker_gold", "entity"]].apply(lambda names: names.str.split().str[-1].str.casefold())
    # "KCNA" is the Korean Central News Agency, "KCNA" in brackets behind it
    short = found["entity"].map(lambda name: "".join(word[0] for word in name.split() if word[0].isupper()))
    return (found["speaker_gold"] != "") & (
        (last["speaker_gold"] == last["entity"]) | (short == found["speaker_gold"])
    )


def attributed(half: int) -> dict[str, float]:
    """Score who says what, direct and indirect, in the reports of one half (0: developed on)."""
    n = Counter()
    lines = (
        (CORPORA / "gum_attribution" / "gum_attribution_train.jsonl").read_text(encoding="utf-8").splitlines()
    )
    for record in map(json.loads, lines[half::2]):
        if record["genre"] != "news":
            continue
        gold = [one for one in record["attributions"] if not one["credit"]]
        gold = [one for one in gold if last_words(one["source_text"])[0] not in ("i", "we", "you")]
        said = [one for one in find_sentences(record["text"]) if one.voice in ("quote", "reported")]
        for one in gold:
            words = one["source_text"].split()
            has_name = any(word[:1].isupper() and word not in NO_NAMES.split() for word in words)
            if one["polarity"] == "positive" and has_name and words[0].lower() not in PRONOUNS.split():
                n["named"] += 1
                n["right"] += any(same_source(by.speaker, one) for by in said if stands_in(one, by))
        for by in (by for by in said if by.speaker):
            sources = [one for one in gold if stands_in(one, by)]
            right = any(same_source(by.speaker, one) for one in sources)
            is_open = any(last_words(one["source_text"])[0] in PRONOUNS.split() for one in sources)
            if (sources or by.voice == "reported") and (right or not is_open):
                n["speakers"] += 1
                n["borne out"] += right
    return {
        "named": n["named"],
        "recall": n["right"] / n["named"],
        "precision": n["borne out"] / n["speakers"],
    }


def last_words(text: str) -> list[str]:
    return [bare.casefold() for word in text.split() if (bare := word.strip(".,;:()\"'’“”"))]


def same_source(speaker: str, gold: dict) -> bool:
    ours, source = last_words(speaker), last_words(gold["source_text"])
    return bool(ours) and (ours[-1] in source or source[-1] in ours)


def stands_in(gold: dict, sentence: Sentence) -> bool:
    verb = any(start < sentence.end and end > sentence.start for start, end in gold["clause"])
    return verb or any(sentence.start <= start < sentence.end for start, _ in gold["content"])


def main() -> None:
    if not CORPORA.is_dir():
        sys.exit("the public corpora are not beside the checkout")
    articles, sentences, seen = read()
    found = judged(articles, sentences)
    scores = {}
    for name, part in (
        ("held out", found[~found["article"].isin(seen)]),
        ("developed on", found[found["article"].isin(seen)]),
    ):
        scores |= {(name, measure): value for measure, value in score(part).items()}
        print(name, "  ".join(f"{k} {v:.3f}" if v <= 1 else f"{k} {v}" for k, v in score(part).items()))
    for half, name in enumerate(("attributed, developed on", "attributed, held out")):
        scores |= {(name, measure): value for measure, value in attributed(half).items()}
        print(name, "  ".join(f"{k} {v:.3f}" if v <= 1 else f"{k} {v}" for k, v in attributed(half).items()))
    if "--misses" in sys.argv:
        wrong = found[
            found["article"].isin(seen)
            & ~same(found)
            & (found["speaker_gold"].ne("") | found["entity"].ne(""))
        ]
        print(wrong[["article", "begins", "voice", "speaker_gold", "speaker", "entity"]].to_string())
    low = [f"{key}: {scores[key]:.3f} < {floor}" for key, floor in FLOORS.items() if scores[key] < floor]
    sys.exit("below the floor: " + "; ".join(low) if low else 0)


if __name__ == "__main__":
    main()
