from pathlib import Path

import pandas as pd
import pytest
from entities import planted

from dateline import population, tokens
from dateline.entities import mentions
from dateline.ingest.articles import cut_sentences, read_articles
from dateline.timeline import event_days

SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def found():
    articles = read_articles(SAMPLE / "articles").articles.assign(copy_of=pd.NA)
    sentences = cut_sentences(articles)[0]
    words = tokens.tokenize(sentences["text"])
    named = mentions.find_mentions(articles, sentences, words).mentions
    dates = event_days.find_event_dates(population.counted_articles(articles, copies=True), sentences, words)
    return named, dates, sentences


def test_what_was_planted_in_the_sample_is_found(found):
    """Floors that only go up, without nicknames and "he said", which are left alone.

    The rules were tuned on the sample too, so this is no measure of quality."""
    table = planted.compare(*found, folder=SAMPLE / "truth").set_index("what")
    shares = table.div(table["right"] + table["missed"], axis=0)
    assert (table["wrong"] <= 0.02 * table["right"]).all(), table
    assert shares["right"]["articles that name an entity"] >= 0.97, table
    assert shares["right"]["pairs of spellings of one entity"] >= 0.93, table
    assert shares["right"]["days talked about"] >= 0.97, table
    assert shares["right"]["speakers"] >= 0.85, table


def test_other_articles_have_no_truth(found, tmp_path):
    assert planted.compare(*found, folder=tmp_path).empty
    elsewhere = [frame.assign(article_id="x/" + frame["article_id"].astype("str")) for frame in found]
    assert planted.compare(*elsewhere, folder=SAMPLE / "truth").empty
