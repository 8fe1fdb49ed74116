"""Tables of a corpus of any size, made without reading a text."""

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.entities import speakers
from dateline.timeline import concordance, event_days
from dateline.tokens import tokenize
from helpers import chronology

PEOPLE = ["Maren Aldhove", "Ilse Corvane", "Tobin Hesselrade"]
PLACES = ["Karovec", "Velmara"]


def articles(n):
    """Two outlets, every fifth a copy of the one before, every seventh undated, every ninth in German."""
    number = np.arange(n)
    published = pd.Timestamp("2024-04-01") + pd.to_timedelta(number % 300, unit="D")
    published = pd.Series(published).astype("datetime64[s]").mask(number % 7 == 6)
    ids = pd.Series([f"a/{i:05d}.txt" for i in number])
    return pd.DataFrame(
        {
            "article_id": ids,
            "sha256": [f"{i:064x}" for i in number],
            "title": [f"Grain talks, day {i}" if i % 4 else "" for i in number],
            "text": "Maren Aldhove spoke in Karovec.",
            "published": published,
            "published_earliest": published,
            "published_latest": published,
            "published_basis": np.where(published.isna(), "none", np.where(number % 3, "header", "inferred")),
            "outlet": np.where(number % 3, "The Lantern", "Harbour Daily"),
            "url": "",
            "language": np.where(number % 9 == 8, "de", "en"),
            "n_words": 300,
            "removed_share": 0.1,
            "copy_of": ids.shift().where(pd.Series(number % 5 == 4)),
            "story": number // 2,
        }
    )


def every(n):
    """All tables but sensitivity, and who speaks; each mention stands where its sentence says."""
    corpus = articles(n)
    read = corpus[corpus["language"] == "en"].index.to_numpy()
    ids = corpus["article_id"].to_numpy()
    sentences = pd.concat(
        [
            pd.DataFrame(
                {
                    "article_id": ids,
                    "sentence": i,
                    "start": 40 * i,
                    "end": 40 * i + 39,
                    "text": text,
                    "voice": voice,
                    "speaker": speaker,
                }
            )
            for i, (text, voice, speaker) in enumerate(
                [
                    ("Maren Aldhove praised the good talks.", "narrator", ""),
                    ("“Grain must flow,” said Corvane.", "quote", "Corvane"),
                    ("Talks go on in Karovec on 6 May 2024.", "narrator", ""),
                ]
            )
        ]
    ).sort_values(["article_id", "sentence"], kind="stable", ignore_index=True)
    quoted = (sentences["voice"] == "quote") & sentences["article_id"].isin(ids[read[::2]])
    topic = np.where(read % 10 == 9, -1, (read % 10 > 5).astype(int)) if n >= 8 else np.full(len(read), -1)
    named = [
        (PEOPLE[0], "person", 0, PEOPLE[0], read),
        (PEOPLE[1], "person", 1, "Corvane", read[::2]),
        (PEOPLE[2], "person", 2, PEOPLE[2], read[::5]),
        (PLACES[0], "place", 2, PLACES[0], read[::3]),
    ]
    mentions = pd.concat(
        pd.DataFrame({"article_id": ids[rows], "sentence": sentence, "start": 0, "end": 7, "surface": surface,
                      "entity": entity, "kind": kind})
        for entity, kind, sentence, surface, rows in named
    )  # fmt: skip
    topics = pd.DataFrame({"topic": [0, 1], "label": ["grain duty", "border talks"]}).head(2 * (n >= 8))
    size = [int((topic == i).sum()) for i in topics["topic"]]
    entities = mentions.groupby(["entity", "kind"]).agg(
        n_articles=("article_id", "nunique"), n_mentions=("surface", "size")
    )
    found = {
        "articles": corpus,
        "removed": pd.DataFrame(
            {"article_id": ids, "start": 0, "end": 9, "rule": "links", "text": "More on Tobin Hesselrade"}
        ),
        "rejected": pd.DataFrame(
            {"source": ["empty.txt"], "record": [1], "reason": ["empty"], "detail": ["nothing to read"]}
        ),
        "overrides": pd.DataFrame(
            {"article_id": ["a.txt"], "action": ["drop"], "value": [""], "effect": ["no article is named so"]}
        ),
        "repairs": pd.DataFrame(columns=list(tables.SCHEMAS["repairs"])),
        "files": pd.DataFrame(
            {"source": ["old.csv"], "kind": ["table"], "articles": [n], "rejected": [0], "columns": [""],
             "date_order": ["ambiguous"]}
        ),
        "date_evidence": pd.DataFrame(columns=list(tables.SCHEMAS["date_evidence"])),
        "sentences": sentences,
        "topics": topics.assign(
            terms="grain, duty, price", n_articles=size, share=0.5, share_low=0.4, share_high=0.6,
            stability=0.9, alarms="",
        ),
        "article_topics": pd.DataFrame(
            {"article_id": ids[read], "topic": topic, "margin": 0.5, "x": 0.0, "y": 0.0}
        ),
        "topic_terms": pd.DataFrame(columns=list(tables.SCHEMAS["topic_terms"])),
        "entities": entities.reset_index().assign(
            aliases="", first_published=corpus["published"].min(), last_published=corpus["published"].max()
        ),
        "mentions": mentions,
        "event_dates": pd.DataFrame(
            {"article_id": ids[read], "sentence": 2, "start": 0, "end": 10, "surface": "6 May 2024",
             "date_from": pd.Timestamp("2024-05-06"), "date_to": pd.Timestamp("2024-05-06"), "grain": "day",
             "rule": "written"}
        ),
        "timeline": pd.DataFrame(columns=list(tables.SCHEMAS["timeline"])),
        "sentiment": sentences[["article_id", "sentence", "voice"]].assign(
            score=np.tile([0.5, -0.2, 0.0], n) + 0.01 * np.sin(np.arange(3 * n)),
            hits="good:+1.9",
            judging=np.tile([0.5, -0.2, 0.0], n),
            speaker=np.where(quoted, PEOPLE[1], ""),
            model=0.2,
        ),
        "targets": pd.DataFrame(
            {"article_id": ids[read], "sentence": 0, "entity": PEOPLE[0], "score": 0.5, "label": "positive",
             "voice": "narrator", "negative": 0.1, "neutral": 0.2, "positive": 0.7}
        ),
    }  # fmt: skip
    found = {name: tables.check(frame, name) for name, frame in found.items()}
    found["aliases"] = pd.DataFrame(columns=["surface", "was", "entity", "kind", "n_mentions"])
    found["aside"] = pd.DataFrame(
        {"article_id": ["a.txt"], "words": "in May", "reason": "it ends before it begins"}
    )
    found["event_words"] = pd.DataFrame({"word": ["grain"], "event": ["yes"]})
    found["faults"] = pd.DataFrame(columns=["stage", "fault"])
    return found


def story(found):
    """What the articles tell, as notebook 05 puts it together."""
    names = ("articles", "sentences", "mentions", "event_dates")
    articles, sentences, mentions, dates = (found[name] for name in names)
    counted = population.counted_articles(articles)
    texts = {"articles": counted, "mentions": mentions, "sentences": sentences}
    choices, words = concordance.naming_table(), tokenize(sentences["text"])
    return chronology.tell(
        texts | {"event_dates": dates},
        days=event_days.busiest_days(counted, sentences, dates, mentions, top=60, spans=True),
        visits=event_days.find_visits(**texts, dates=dates),
        voices=speakers.find_voices(mentions, sentences, speakers.find_speakers(mentions, sentences)),
        naming=concordance.competing_names(choices, **texts, words=words),
        choices=choices,
    )
