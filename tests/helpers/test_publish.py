import string

import pandas as pd
import pytest

from helpers import publish


@pytest.mark.parametrize("name", publish.figure_names())
def test_every_figure_has_a_caption_and_a_text_for_the_blind(name):
    words = publish._figure_words()[name]
    assert set(words) == {"caption", "alt"} and all(text.endswith((".", "}")) for text in words.values())
    fields = {field for text in words.values() for _, field, _, _ in string.Formatter().parse(text) if field}
    assert fields.isdisjoint({"ax", "data", "name", "out", "title", "n", "when"})


def test_words_that_do_not_fit_a_figure_are_named():
    with pytest.raises(ValueError, match=r"figure 09-none: .* no section \[09-none\]"):
        publish.figure_words("09-none")
    with pytest.raises(ValueError, match=r"figure 06-tree: .* wants noun"):
        publish.figure_words("06-tree", n_leaves=3)
    with pytest.raises(ValueError, match=r"figure 06-tree: .* no place for colour"):
        publish.figure_words("06-tree", n_leaves=3, noun="topics", colour="blue")


def test_a_table_is_shown_whole_and_foreign_text_is_escaped():
    frame = pd.DataFrame({"name_of": ["<b>a</b>\u202e", "c"], "n_words": [1200, 3], "day": [None, "x"]})
    view = publish.show_table(frame, "nothing", limit=1, noun="name")
    assert repr(view).splitlines() == ["name of    n words  day", "<b>a</b>     1,200", "1 of 2 names shown"]
    page = view._repr_html_()
    assert "&lt;b&gt;a&lt;/b&gt;" in page and "\u202e" not in page and "<p>1 of 2 names shown</p>" in page
    assert repr(publish.show_table(frame.head(0), "nothing")) == "nothing"
