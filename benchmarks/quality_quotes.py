"""Speakers of quotations in news, against answers given by hand.

``python benchmarks/quality_quotes.py``; with ``--misses`` it lists what is wrong or missed in the half that
the rules were developed on. `quotes_gold.csv` beside this file names, for each direct quotation of the
Wikinews articles in ``gum_wikinews_train.jsonl`` and ``meantime_apple_stock.jsonl`` (no interviews), the
article, its first words and who speaks, as the article says it; empty where nobody is named. It was made by
reading the articles, before the rules were changed. Words in quotation marks inside a sentence of the
reporter are no quotation here. Articles of even place in their file were developed on, those of odd place
judge ("held out"); whoever read them for the answers also wrote the rules, on sentences made up for that.

A quotation counts as found if the sentence that begins it is a quotation to Dateline, and its speaker as
right if the entity's name and the answer share their last word.
"""

import csv
import json
import sys
from pathlib import Path

import pandas as pd

from dateline import tokens
from dateline.entities.mentions import find_mentions
from dateline.entities.speakers import find_speakers
from dateline.text.sentences import find_sentences

HERE = Path(__file__).resolve().parent
CORPORA = HERE.parents[1] / "shared" / "corpora"
FILES = ("gum_wikinews_train.jsonl", "meantime_apple_stock.jsonl")
# (half, measure): what the present version reaches, rounded down.
FLOORS = {("held out", "found"): 0.92, ("held out", "recall"): 0.62, ("held out", "precision"): 0.91}


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
