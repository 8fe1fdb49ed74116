"""Paragraphs that recur in unrelated articles: gone wherever they stand, but not where they are at home."""

import pytest

from dateline.ingest.articles import read_articles
from dateline.ingest.records import recurring_paragraphs

TEASER = "The Ministry of Fisheries holds a fair of nets, and visitors win a trip with Captain Olander."
BACKGROUND = (
    "The two states have argued about the water of the river since the dam at Karovec was opened in 1998."
)
STORIES = [
    "Surgeons in the capital transplanted a liver from a living donor without opening the abdomen.\n\n{}\n\n"
    "Patients usually recover after three weeks, and complications remain rare, the clinic wrote on Monday.",
    "Growers picked a third less barley because drought withered their northern fields.\n\n{}\n\n"
    "Brewers import malt again; prices climbed sharply at exchanges abroad, brokers complained last evening.",
    "A comet discovered by amateurs will pass above the southern sky until December.\n\n{}\n\n"
    "Telescopes can photograph its tail, while binoculars show a greenish smudge, astronomers explained.",
    "The orchestra opened its season with a forgotten symphony that nobody had performed.\n\n{}\n\n"
    "Critics praised violins and horns alike; conductor Berg promised further discoveries from archives.",
]
RIVAL = "Engineers measured how much {0} water the dam at Karovec lets through; both states argued {1}."


def test_a_teaser_in_unrelated_articles_goes_from_the_middle(tmp_path):
    for i, story in enumerate(STORIES):
        (tmp_path / f"{i}.txt").write_text(story.format(TEASER), encoding="utf-8")
    corpus = read_articles(tmp_path)
    assert not corpus.articles["text"].str.contains("Olander").any()
    assert corpus.removed.query("rule == 'recurring-line'")["text"].str.contains("Olander").sum() == 4


@pytest.mark.parametrize("n", [0, 1, 2])
def test_in_fewer_articles_it_stays(n):
    texts = [story.format(TEASER) for story in STORIES[:n]] + [story.format("") for story in STORIES[n:]]
    assert not any(recurring_paragraphs(texts))


def test_copies_of_one_article_do_not_count():
    assert not any(recurring_paragraphs([STORIES[0].format(TEASER)] * 9 + [STORIES[1].format(TEASER)]))


def test_the_background_of_a_running_story_stays():
    texts = [f"{RIVAL.format(word, i)}\n\n{BACKGROUND}\n\nMore {word}." for i, word in enumerate("abcde")]
    assert not any(recurring_paragraphs(texts))


def test_it_stays_in_its_own_article():
    home = f"{TEASER}\n\nOlander, the captain, gives the trip; the ministry of fisheries pays the fair."
    *others, own = recurring_paragraphs([*(story.format(TEASER) for story in STORIES), home])
    assert all(others) and not own


@pytest.mark.parametrize(
    "page",
    [
        "Home\nNews\nMayor opens library after repairs\nChess club wins the league\nZoo welcomes otters",
        "Sign in\nE-mail\nPassword\nRemember me\nForgot your password?\nCreate an account",
        "Contact us\nYour name\nYour e-mail address\nSubject\nMessage\nSend\nRequired fields are marked *",
    ],
)
def test_headlines_and_forms_are_no_articles(tmp_path, page):
    (tmp_path / "page.txt").write_text(page, encoding="utf-8")
    (tmp_path / "article.txt").write_text(STORIES[0].format(TEASER), encoding="utf-8")
    corpus = read_articles(tmp_path)
    assert corpus.rejected["source"].tolist() == ["page.txt"] and corpus.rejected["reason"].ne("").all()
