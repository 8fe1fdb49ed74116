"""What the articles tell: visits, days in order, who speaks, names, undated articles, cards."""

import made
import pandas as pd
import pytest
from entities.test_mentions import corpus

from dateline.entities import mentions
from dateline.timeline import event_days
from helpers import chronology

TEXTS = {
    "a": (
        "Aldhove to visit France this week",
        "President Maren Aldhove will travel to France later this week, the Kremlin said. The state visit is "
        "planned for May 16 and 17. She will mark the 50th anniversary of the treaty. In March 2023 Ilse "
        "Corvane paid a visit to Japan. Maren Aldhove said the talks would be short.",
        "2024-05-14",
    ),
    "b": (
        "",
        "Maren Aldhove's arrival in Paris opens a visit of two days. Ilse Corvane stressed the trust between "
        "them on the 50th anniversary. The invasion of Ukraine in February 2022 is a theme. The spokesman "
        'for the French ministry said: "We are glad to see them."',
        "2024-05-16",
    ),
    "c": (
        "",
        "Maren Aldhove's visit shows how much has changed in France since the invasion of Ukraine over two "
        "years ago. Maren Aldhove and Ilse Corvane talked for hours.",
        "",
    ),
    "d": ("Corvane leaves", "Ilse Corvane will travel to Italy from May 29 to June 2.", "2025-05-20"),
}


@pytest.fixture(scope="module")
def found():
    return read(TEXTS)


def read(texts):
    articles, sentences, tokens = corpus(texts)
    articles = articles.assign(
        published_earliest=articles["published"], published_latest=articles["published"]
    )
    articles = articles.assign(published_basis="header")
    named = mentions.find_mentions(articles, sentences, tokens).mentions
    dates = event_days.find_event_dates(articles, sentences, tokens)
    return {"articles": articles, "sentences": sentences, "mentions": named, "event_dates": dates}


@pytest.fixture(scope="module")
def story(found):
    return made.story(found)


def test_visits_have_days_and_the_articles_that_tell_of_them(story):
    visits = [(e.text, e.time, e.state, e.articles, e.perhaps) for e in story["visits"]]
    assert visits == [
        ("Ilse Corvane in Japan", "March 2023", "Told in", ("a",), ()),
        ("Maren Aldhove in France (Paris)", "16–17 May 2024", "Announced, then told in", ("a", "b"), ("c",)),
        ("Ilse Corvane in Italy", "29 May to 2 June 2025", "Announced in", ("d",), ()),
    ]


def test_a_visit_has_its_own_day_and_person_and_may_lie_ahead_in_the_month():
    texts = {
        "a": ("", "Maren Aldhove visited Paris and the site of the attack of 11 September.", "2024-11-16"),
        "b": ("", "Ilse Corvane arrived in Japan on the evening of 3 May.", "2024-05-04"),
        "c": ("", "Maren Aldhove spoke with Ilse Corvane in June, and on her visit to Italy.", "2024-06-08"),
        "d": ("", "They spoke of Ilse Corvane’s visit to China, due in late August.", "2024-08-02"),
    }
    visits = [(e.text, e.time, e.state) for e in made.story(read(texts))["visits"]]
    assert visits == [
        ("Ilse Corvane in Japan", "3 May 2024", "Told in"),
        ("Ilse Corvane in China", "August 2024", "Announced in"),
        ("Maren Aldhove in France (Paris)", "16 November 2024", "Told in"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Until last week, said critics of Maren Aldhove's rules on girls travelling to Italy, it was denied.",
        "Maren Aldhove's aide travelled to Italy on 3 May.",
        "On 3 May Maren Aldhove told them of people arriving illegally in Italy.",
        'On 3 May Maren Aldhove said: "If someone arrives in Italy illegally, they stay."',
    ],
)
def test_others_who_travel_do_not_make_a_visit_of_the_person_named(text):
    assert not made.story(read({"a": ("", text, "2024-05-04")}))["visits"]


def test_things_go_nowhere_and_of_two_who_go_together_the_first_is_told():
    texts = {
        "a": (
            "",
            "Maren Aldhove met Ilse Corvane. The navy's old ship, a cruiser, paid a visit to Italy.",
            "2024-05-04",
        ),
        "b": ("", "Maren Aldhove met Ilse Corvane. The flags flew in Zelmin.", "2024-05-04"),
        "c": ("", "Maren Aldhove and her husband, Ivo Tesh, arrived in Japan.", "2024-06-08"),
        "d": ("", "Ilse Corvane arrived in France. Pandas were a theme of her visit to China.", "2024-08-02"),
    }
    visits = [(e.text, e.time) for e in made.story(read(texts))["visits"]]
    assert visits == [
        ("Maren Aldhove in Japan", "8 June 2024"),
        ("Ilse Corvane in France", "2 August 2024"),
    ]


def test_visits_are_counted_again_in_other_ways(found, story):
    articles = found["articles"].assign(copy_of=None, language="en", story=[1, 1, 2, 3])
    copy = articles[articles["article_id"] == "d"].assign(article_id="e", copy_of="d")
    texts = {"mentions": found["mentions"], "sentences": found["sentences"]}
    visits = event_days.find_visits(articles=articles, dates=found["event_dates"], **texts)
    everything = {**found, "articles": pd.concat([articles, copy], ignore_index=True)}
    table = chronology.count_visits_again(visits, story["visits"], everything)
    cells = table.set_index(["finding", "choice"])
    italy, france = (
        "Ilse Corvane in Italy, 29 May to 2 June 2025",
        "Maren Aldhove in France (Paris), 16–17 May 2024",
    )
    assert cells.loc[(france, "as reported"), ["value", "n"]].tolist() == [0.5, 4]
    assert cells.loc[(italy, "copies counted"), ["value", "n"]].tolist() == [0.4, 5]
    assert not cells.loc[(italy, "announced ones left out"), "holds"]
    assert cells.loc[(france, "announced ones left out"), "value"] == 0.25
    assert cells.loc[(france, "one text per story"), "value"] == pytest.approx(1 / 3, abs=1e-6)
    first, *each = chronology.say_visits_again(table)
    assert len(each) == 3 and "“announced ones left out” (2)" in first
    assert f"{italy}: told of in 1 of 4 articles." in each[2]
    assert first.startswith("All 3 visits stay in ")
    (alone, _) = chronology.say_visits_again(table[table["finding"] == italy])
    assert alone.startswith("The visit stays in ") and "It is lost with “" in alone and "(" not in alone
    assert chronology.say_visits_again(table.head(0)) == []


def test_a_day_on_which_half_of_the_articles_put_a_visit_says_so():
    texts = {
        "a": (
            "",
            "The fair of the guilds opens on 9 May. Maren Aldhove will visit Paris on 9 May.",
            "2024-05-02",
        ),
        "b": ("", "The fair of the guilds of all trades opens on 9 May, the mayor said.", "2024-05-03"),
    }
    found = read(texts)
    (day,) = made.story(found)["days"]
    assert "Aldhove" in day.text and day.quote[0] == "a" and day.articles == ("a", "b")
    more = {i: ("", f"The fair of the guilds opens on 9 May in hall {i}.", "2024-05-03") for i in "cde"}
    (day,) = made.story(read(texts | more))["days"]
    assert "fair" in day.text


def test_days_stand_in_order_announced_or_recalled(story):
    days = [(e.time, e.state, e.articles) for e in story["days"]]
    assert days == [
        ("February 2022", "recalled", ("b",)),
        ("March 2023", "recalled", ("a",)),
        ("15–19 May 2024", "announced", ("a",)),
        ("16–17 May 2024", "announced", ("a",)),
        ("29 May to 2 June 2025", "announced", ("d",)),
    ]
    for entry in story["days"]:
        assert entry.quote[0] in entry.articles and entry.text == entry.quote[2]


def test_an_undated_article_has_the_interval_that_its_words_allow(found, story):
    ((number, text),) = story["undated"]
    assert number == "c" and text.startswith("between February 2024 and February 2025: ")
    assert "“over two years ago”" in text and text.endswith("another article dates that to February 2022")
    blank = found["event_dates"][found["event_dates"]["article_id"] != "b"]
    alone = made.story({**found, "event_dates": blank})
    assert alone["undated"] == [] and alone["undatable"] == ["c"]
    # without the interval it may be any visit of hers there; there is one
    assert [entry.perhaps for entry in alone["visits"]] == [(), ("c",), ()]


def test_who_speaks_is_told_apart_from_who_is_reported(story):
    speakers = {name: (quoted, reported) for name, quoted, reported in story["speakers"]}
    assert speakers["spokesman for the French ministry"][0] == ["b"]
    assert speakers["Ilse Corvane"] == ([], ["b"])
    assert speakers["Maren Aldhove"] == ([], ["a"])


def test_anniversaries_names_and_what_all_share(story):
    (anniversary,) = story["anniversaries"]
    assert (anniversary.text, anniversary.time) == ("the 50th anniversary of “the treaty”", "1974")
    told = "She spoke on the 20th anniversary of the king's death in 1987, and of the flood in 1987."
    (anniversary,) = made.story(read({"a": ("", told, "2014-01-28")}))["anniversaries"]
    assert anniversary.time == "1987"
    (_, names, unused), *_ = story["naming"]
    assert names == [("invasion", ["b", "c"])] and "war" in unused
    assert story["shared"] == ["Ilse Corvane"]


def test_a_card_says_what_an_article_has_alone(story):
    cards = {card["article_id"]: dict(card["lines"]) for card in story["cards"]}
    assert list(cards) == ["a", "b", "d", "c"]  # by day, undated ones last
    assert cards["c"]["When"].startswith("between February 2024")
    assert cards["c"]["Visits"] == "Maren Aldhove in France (Paris), 16–17 May 2024, as it seems"
    assert cards["d"]["Only here"] == "Italy" and cards["b"]["As reported"] == "Ilse Corvane"
    assert story["sources"]["b"].title.startswith("Maren Aldhove's arrival in Paris")
    assert story["sources"]["c"].about == "Courier, undated"


def test_the_order_of_rows_changes_nothing(found, story):
    shuffled = {
        name: frame.sample(frac=1, random_state=2) for name, frame in found.items() if name != "sentences"
    }
    assert made.story(found | shuffled) == story


def test_articles_that_tell_nothing_make_an_empty_story():
    story = made.story(read({"a": ("", "Nothing. Nobody.", ""), "b": ("", "", "2024-05-14")}))
    assert not any(story[part] for part in ("visits", "days", "speakers", "naming", "anniversaries"))
    assert len(story["cards"]) == 2 and story["undatable"] == ["a"]


def test_a_long_time_is_background_and_a_few_entries_are_enough():
    texts = {
        f"{i:02d}": ("", f"The mill of the 19th century burnt on {i + 1} May 2024.", "2024-06-20")
        for i in range(25)
    }
    story = made.story(read(texts))
    assert len(story["days"]) == chronology.MOST_DAYS[1] and story["cards"] == []
    assert all(pd.Timestamp(entry.time).month == 5 for entry in story["days"])


def test_of_days_that_are_equal_each_article_has_one_and_they_lie_all_over_the_time():
    years = range(1951, 1981)
    texts = {str(y): ("", f"The bridge was built on 3 May {y}. It fell on 4 June {y}.", "") for y in years}
    days = [entry.time for entry in made.story(read(texts))["days"]]
    decades = {day[-4:-1] for day in days}
    assert len(days) == 10
    assert decades == {"195", "196", "197"}
    assert all(day.startswith("3 May") for day in days)


def test_an_anniversary_that_is_still_to_come_gets_no_year_from_the_day():
    texts = {
        "a": ("", "They prepare the 60th anniversary of the peace.", "2003-11-18"),
        "b": ("", "They met on the 25th anniversary of the bridge.", "2003-11-18"),
    }
    anniversaries = {entry.text: entry.time for entry in made.story(read(texts))["anniversaries"]}
    assert anniversaries == {
        "the 60th anniversary of “the peace”": "",
        "the 25th anniversary of “the bridge”": "1978",
    }


def test_the_words_of_a_transcript_stand_with_their_speaker():
    text = "President of Orlavia Maren Aldhove: Friends,\nI came on 3 May.\n"
    text += "Minister of Trade Ivo Tesh: We saw it.\n"
    (day,) = made.story(read({"a": ("", text, "2024-05-04")}))["days"]
    assert day.text == "President of Orlavia Maren Aldhove: I came on 3 May."


def test_of_many_articles_one_says_nothing_of_the_names_that_are_not_used():
    texts = {"a": ("", "The talks in Kyiv ended. Peking is far.", ""), "b": ("", "Nobody came to Kyiv.", "")}
    kyiv, peking = ([("Kyiv", ["a", "b"])], ["Kiev"]), ([("Peking", ["a"])], ["Beijing"])
    others = {f"c{i}": ("", f"Nothing happened on road {i}.", "") for i in range(chronology.MOST_CARDS)}
    for more, expected in (({}, [kyiv, peking]), (others, [kyiv])):
        assert [row[1:] for row in made.story(read(texts | more))["naming"]] == expected


def test_all_who_speak_are_counted_though_some_are_listed():
    names = ["Ann", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ida", "Jo", "Ken", "Lou", "Max", "Ned"]
    text = " ".join(f"“The road is long and we go on,” said {name} Aldhove{name.lower()}." for name in names)
    story = made.story(read({"a": ("", text, "2024-05-14")}))
    assert (len(story["speakers"]), story["n_speakers"]) == (chronology.MOST_SPEAKERS, [14, 0])
