import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from dateline import tokens

TEXTS = [
    "The Ulden bridge was closed, and the ULDEN bridge was opened.",
    "Ministers met at the bridge; the ministers' talks were short.",
    "",
    "İstanbul, Straße, naïve café: ﬁne ǅungla Σίσυφος ΣΊΣΥΦΟΣ 東京 ２０２４ a_b x1",
    "Talks at the bridge\u2028in Karovec. Talks in Karovec\x00again. 👩‍👩‍👧 e\u0301t\u00e9",
]
# Letters whose lower case is longer or no letter; marks, joiners, edges. Not Σ: its lower case depends on
# what follows, even on a letter behind an apostrophe, and words are lowered one by one.
ODD = "aAbB zZ_09\n\t.,'’-İıßẞﬁǅσςé\u0301\u200d\u2028\u00a0東京ⅣⅫ²½𝔘𐐀\ud7ff\ue000"


def joined(texts, documents):
    """Texts of one document joined by spaces, as the vectoriser gets them."""
    n = max(documents, default=-1) + 1
    return [" ".join(t for t, d in zip(texts, documents, strict=True) if d == i) for i in range(n)]


def expected(vectorizer, documents):
    try:
        matrix = vectorizer.fit_transform(documents)
    except ValueError:  # no term is left
        return np.zeros((len(documents), 0)), []
    return matrix.toarray(), vectorizer.get_feature_names_out().tolist()


@pytest.mark.parametrize("min_df", [1, 2])
@pytest.mark.parametrize("stop", [frozenset(), frozenset({"the", "and", "at", "was"})])
def test_counts_equal_those_of_countvectorizer(min_df, stop):
    documents = np.array([0, 0, 1, 2, 3])
    matrix, vocabulary = tokens.count_words(
        tokens.tokenize(TEXTS), documents, min_df=min_df, max_df=0.8, stop=stop
    )
    vectorizer = CountVectorizer(min_df=min_df, max_df=0.8, stop_words=sorted(stop) or None)
    values, names = expected(vectorizer, joined(TEXTS, documents))
    assert vocabulary.tolist() == names
    assert (matrix.toarray() == values).all()


@given(
    texts=st.lists(st.text(st.sampled_from(ODD), max_size=30), min_size=1, max_size=6),
    min_df=st.integers(1, 2),
)
@settings(max_examples=150, deadline=None)
def test_counts_equal_those_of_countvectorizer_on_any_text(texts, min_df):
    matrix, vocabulary = tokens.count_words(tokens.tokenize(texts), np.arange(len(texts)), min_df=min_df)
    values, names = expected(CountVectorizer(min_df=min_df), texts)
    assert vocabulary.tolist() == names
    assert (matrix.toarray() == values).all()


def test_documents_in_any_order_give_the_same_counts():
    straight, _ = tokens.count_words(tokens.tokenize(TEXTS), np.arange(len(TEXTS)))
    turned, _ = tokens.count_words(tokens.tokenize(TEXTS), np.arange(len(TEXTS))[::-1])
    assert (straight.toarray() == turned.toarray()[::-1]).all()


def test_texts_marked_minus_one_are_left_out():
    matrix, vocabulary = tokens.count_words(tokens.tokenize(TEXTS), np.array([0, -1, -1, -1, 1]))
    assert "ministers" not in vocabulary and matrix.shape[0] == 2


def test_every_token_is_found_again_at_its_place():
    table = tokens.tokenize(TEXTS)
    places = zip(table.rows, table.start, table.end, table.words[table.ids], strict=True)
    assert all(TEXTS[row][start:end] == word for row, start, end, word in places)


def test_nothing_to_tokenise_gives_empty_tables(tmp_path):
    for texts in ([], [""], ["", "…"]):
        table = tokens.tokenize(texts)
        assert len(table.ids) == 0 and len(table.offsets) == len(texts) + 1
        matrix, vocabulary = tokens.count_words(table, np.arange(len(texts)), min_df=2)
        assert matrix.shape == (len(texts), 0) and len(vocabulary) == 0


def test_what_was_written_is_read_again(tmp_path):
    table = tokens.tokenize(TEXTS)
    tokens.write_tokens(table, tmp_path)
    assert all((a == b).all() for a, b in zip(table, tokens.read_tokens(tmp_path), strict=True))


def test_a_missing_token_table_names_the_notebook_to_run(tmp_path):
    with pytest.raises(FileNotFoundError, match="01-ingestion"):
        tokens.read_tokens(tmp_path)


@given(st.lists(st.text(st.characters(), max_size=40), max_size=5))
@settings(max_examples=150, deadline=None)
def test_tokens_are_the_runs_of_word_characters_of_any_text(texts):
    table = tokens.tokenize(texts)
    expect = [(i, m.start(), m.group()) for i, text in enumerate(texts) for m in re.finditer(r"\w+", text)]
    assert list(zip(table.rows, table.start, table.words[table.ids], strict=True)) == expect
