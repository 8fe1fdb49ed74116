import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.entities.mentions import find_spellings
from dateline.tokens import tokenize


def find(texts, names):
    found = find_spellings(texts, tokenize(texts), names)
    return [(row, start, end, name) for row, start, end, name in found.itertuples(index=False)]


def plain(texts, names):
    """The same with one regular expression."""
    names = sorted({name for name in names if re.search(r"\w", name)}, key=lambda n: (-len(n), n))
    if not names:
        return []
    # as in the token table, a word ends where the next character is no word character
    parts = [
        (r"(?<!\w)" if re.match(r"\w", n) else "")
        + re.escape(n)
        + (r"(?!\w)" if re.match(r"\w", n[-1]) else "")
        for n in names
    ]
    pattern = re.compile("|".join(parts))
    return [(i, m.start(), m.end(), m[0]) for i, text in enumerate(texts) for m in pattern.finditer(text)]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("New York, York", ["York", "New York"], ["New York", "York"]),
        ("New. York", ["York", "New York"], ["York"]),
        ("New Yorkers in York", ["New York", "York"], ["York"]),
        ("the U.S. and the US", ["U.S.", "US"], ["U.S.", "US"]),
        ("Bank of Zelmin", ["Bank of Zelmin Trust", "Bank of", "of Zelmin"], ["Bank of"]),
        ("the Ferry Union's", ["Ferry Union", "Union"], ["Ferry Union"]),
        ("Lee", [], []),
        ("Lee", ["", "..."], []),
        ("", ["Lee"], []),
    ],
)
def test_whole_words_and_the_longest_first(text, names, expected):
    assert [name for *_, name in find([text], names)] == expected


def test_no_name_reaches_into_the_next_text():
    assert find(["New", "York"], ["New York", "York"]) == [(1, 0, 4, "York")]


words = st.lists(st.sampled_from(["a", "b", "New", "York", "é"]), min_size=1, max_size=3).map(" ".join)


@given(
    st.lists(st.text("ab .-é", max_size=20) | st.lists(words, max_size=5).map(", ".join), max_size=4),
    st.lists(words, max_size=6),
)
def test_the_same_as_a_regular_expression(texts, names):
    assert find(texts, names) == plain(texts, names)
