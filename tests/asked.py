"""Tables of real texts, as notebooks 01 to 04 write them, for tests that ask them."""

from pathlib import Path

from dateline import population, tables, tokens
from dateline.entities import mentions, speakers
from dateline.ingest import articles as ingest
from dateline.ingest import duplicates
from dateline.timeline import event_days, frequencies
from dateline.tone import vader
from dateline.topics import edits, topics

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "articles"


def write_names(out, read_from):
    """Find names in the articles in `out` with the corrections that lie in a folder."""
    articles, sentences = tables.read(out, "articles"), tables.read(out, "sentences")
    words, aliases = tokens.read_tokens(out), mentions.load_aliases(read_from)
    counted = population.counted_articles(articles)
    named = mentions.find_mentions(articles, sentences, words, aliases=aliases).mentions
    inside = named[named["article_id"].isin(counted["article_id"])]
    dates = event_days.find_event_dates(population.counted_articles(articles, copies=True), sentences, words)
    timeline = frequencies.count_timeline(counted, inside, dates, unit="month")
    entities = mentions.count_entities(inside, counted)
    said = speakers.find_speakers(named, sentences)
    tables.write_all(
        out, mentions=named, speakers=said, entities=entities, event_dates=dates, timeline=timeline
    )


def write_tables(folder, out, *, k=None):
    """Read a folder of articles into `out`; without `k` there are no topics."""
    read = ingest.read_articles(folder)
    sentences = ingest.cut_sentences(read.articles)[0]
    words = tokens.tokenize(sentences["text"])
    articles = duplicates.mark_duplicates(read.articles, sentences, words)
    ingest.write_corpus(read._replace(articles=articles), sentences, words, out)
    write_names(out, folder)
    events = vader.event_word_list().query("event")["word"]
    scored = vader.score_sentences(articles, sentences, events=events)
    tables.write(scored.table, "sentiment", out)
    if k:
        result = topics.find_topics(articles, sentences, words, k=k)
        edits.write_topics(result, topics.topic_flow(result), out)
    for name in () if k else ("topics", "article_topics"):
        tables.write(tables.read_or_empty(out, name), name, out)
