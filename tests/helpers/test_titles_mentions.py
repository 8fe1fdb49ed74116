"""Findings and titles of notebook 03."""

import pandas as pd

from helpers import titles_mentions


def test_who_is_equal_is_called_equal():
    found = pd.DataFrame(
        [("Lee", 4), ("Oak", 4), ("Ash", 4), ("Elm", 3), ("Fir", 3)], columns=["entity", "n_articles"]
    ).assign(kind="person", share=0.4, share_low=0.2, share_high=0.6)
    assert (
        titles_mentions.named_most(found, n=9)
        == "Lee, Oak and Ash are named in most articles, in 4 of 9 each"
    )
    said = titles_mentions._kind_leader(found, "person", 9)
    assert said.startswith(
        "**Lee**, **Oak** and **Ash** are the persons named in most articles, each in 4 of 9"
    )
    assert "Next: Elm and Fir with 3; so close" in titles_mentions._kind_leader(found.iloc[2:], "person", 9)
    often = pd.DataFrame([("Lee", 9, 5), ("Oak", 9, 3), ("Ash", 9, 3), ("Elm", 4, 3), ("Fir", 4, 2)])
    often.columns = ["entity", "n_articles", "n_quoted"]
    assert titles_mentions._quoted(often).endswith(
        "Lee (5 of 9), Oak (3 of 9), Ash (3 of 9) and Elm (3 of 4)."
    )
