import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import partitions, tables
from dateline.entities import grammar, linking, mentions, recognition
from dateline.tokens import tokenize

ROOT = Path(__file__).parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
KNOWN = grammar.RunContext(grammar.listed_kinds())


def find(*texts, headline=()):
    found = recognition.recognise_names(
        list(texts), tokenize(texts), headline=np.array([i in headline for i in range(len(texts))], bool)
    )
    return [tuple(row) for row in found[["row", "surface", "kind"]].astype(object).to_numpy()]


def resolve(*rows):
    """Entities of (article, name, kind) and the collisions."""
    frame = pd.DataFrame(rows, columns=["article", "name", "kind"]).assign(expansion="")
    linked, collisions = linking.link_names(frame, article=frame["article"].to_numpy())
    return linked["entity"].tolist(), collisions


def runs(text):
    tokens = tokenize([text])
    return recognition.capitalised_runs([text], tokens, recognition.Gaps.of([text], tokens))[
        "surface"
    ].tolist()


@pytest.mark.parametrize("n_parts", [3, 10])
def test_parts_of_the_texts_see_what_the_others_write(n_parts):
    """A syllable is a word and an acronym explained in another part, and a part begins anywhere."""
    shown = [
        "We saw Lam Cheuk-ting there.",
        "We saw Lo Wai-based firms.",
        "It met in Zelmin (CTC.",
        "Then (CTC) met.",
    ]
    shown += ["The Continental Trade Council (CTC) met.", "It was Bright.", "ANN LEE WINS", "Said Ann Lee."]
    texts = [*shown, *["it rained"] * 200, "based on bright ideas", *["it rained"] * 200, *shown[::-1]]
    table, headline = tokenize(texts), np.array(["WINS" in text for text in texts])
    found, parts = (
        recognition.recognise_names(
            texts, table, headline=headline, pool=partitions.open_pool("1", n_parts=n)
        )
        for n in (1, n_parts)
    )
    pd.testing.assert_frame_equal(found, parts)
    assert {"Lam Cheuk-ting", "Lo Wai", "CTC"} < set(found["surface"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we saw J. B. Lee there", ["J. B. Lee"]),
        ("lost in the Second World War", ["Second World War"]),
        ("a team of Johnson & Lee won", ["Johnson & Lee"]),
        ("the Orlavian Farmers' Union met", ["Orlavian Farmers' Union"]),
        ("the People's Bank of Zelmin", ["People's Bank of Zelmin"]),
        ("Ann's bank", ["Ann"]),
        ("saw Lam Cheuk-ting near Zelmin-based firms; firms based here", ["Lam Cheuk-ting", "Zelmin"]),
        ("in the U.S. today", ["U.S."]),
        ("Lee, Ann and Mr. Oak", ["Lee", "Ann and Mr. Oak"]),
        ("the Centre for the Arts", ["Centre for the Arts"]),
        ("on Monday it rained", []),
    ],
)  # fmt: skip
def test_a_run_ends_where_the_name_does(text, expected):
    assert runs(text) == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        ("Velmaran State Railways", [("Velmaran State Railways", "organisation")]),
        ("Kim Jong Un of North Korea", [("Kim Jong Un", ""), ("North Korea", "place")]),
        ("Second World War", [("Second World War", "other")]),
        ("Second Day", []),
        ("First Talks", []),
        ("First Vice President Ann Lee", [("Ann Lee", "")]),
        ("US President Ann Lee", [("US", "place"), ("Ann Lee", "")]),
        ("Secretary of State Ann Lee", [("Ann Lee", "")]),
        ("French Foreign Minister Ann Lee", [("Ann Lee", "")]),
        ("Harbin Institute of Technology", [("Harbin Institute of Technology", "organisation")]),
        ("New York City Police Department", [("New York City Police Department", "organisation")]),
        ("New York", [("New York", "place")]),
        ("Bosnia and Herzegovina", [("Bosnia and Herzegovina", "place")]),
        ("Ministry of Agriculture and Trade", [("Ministry of Agriculture and Trade", "organisation")]),
        ("Treaty of Port Ansel", [("Port Ansel", "place")]),
        ("River Neth", [("River Neth", "place")]),
        ("Prime Minister of Slovakia", [("Slovakia", "place")]),
        ("Russian-Chinese EXPO", []),
        ("South Korean", []),
        ("The Hague", [("The Hague", "place")]),
    ],
)
def test_titles_and_demonyms_are_cut_off_and_endings_say_the_kind(run, expected):
    assert [(run[p.start : p.end], p.kind) for p in grammar.parse_run(run, KNOWN)] == expected


def test_a_city_is_not_counted_inside_another_name():
    found = find("The York office moved to New York. Then York and New York met.", "It rained in York.")
    assert [surface for _, surface, _ in found].count("New York") == 2
    assert all(surface in ("York", "New York") for _, surface, _ in found)


def test_headlines_only_look_names_up():
    found = find(
        "Mayor Ann Lee spoke in Zelmin.",
        "The mill in Zelmin burned.",
        "Ann Lee Bans Mill In Zelmin",
        headline={2},
    )
    assert [f[1:] for f in found if f[0] == 2] == [("Ann Lee", "person"), ("Zelmin", "place")]


def test_a_word_at_a_beginning_is_a_name_only_if_the_corpus_says_so():
    found = find("Bridges were closed. The bridges rusted.", "Corvane spoke. We met Minister Ilse Corvane.")
    assert [f[1] for f in found] == ["Corvane", "Ilse Corvane"]


def test_capitals_of_a_dateline_are_read_as_usual():
    texts = ["SARNHOLT, 9 April (CWS) - It rained.", "They met in Sarnholt."]
    found = recognition.recognise_names(texts, tokenize(texts), headline=np.zeros(2, bool))
    assert set(found.loc[found["surface"].isin(["SARNHOLT", "Sarnholt"]), "name"]) == {"Sarnholt"}


def test_an_acronym_is_explained_by_the_name_before_it():
    texts = ["The Continental Trade Council (CTC) met.", "The CTC met."]
    found = recognition.recognise_names(texts, tokenize(texts), headline=np.zeros(2, bool))
    linked, _ = linking.link_names(found, article=found["row"].to_numpy())
    assert set(linked["entity"]) == {"Continental Trade Council"} and len(linked) == 3


@pytest.mark.parametrize("opening", ["SARNHOLT, 9 April (CWS) - ", "SARNHOLT (CWS) — ", "(CWS) - "])
def test_the_agency_of_a_dateline_is_not_named(opening):
    found = find(f"{opening}It rained.", "The hall (CWS) burned.")
    assert [row for row, name, _ in found if name == "CWS"] == [1]


def test_people_of_an_unlisted_place_are_known_by_its_name():
    found = find("Orlavia sells grain to Velmara.", "The Orlavian minister left. Orlavians wait in Velmara.")
    assert {f[1] for f in found} == {"Orlavia", "Velmara"} and {f[2] for f in found} == {"place"}


def test_what_somebody_is_called_before_the_name_is_no_part_of_it():
    found = find(
        "Mayor Zivan Oak came. Lee met Zivan and Ann Lee. We saw a slippery road.",
        "We booed Slippery Zivan. We saw Windbag Ann Lee.",
        "They met Mayor Franken. We saw Franken Oak.",
    )
    names = {"Zivan Oak", "Lee", "Zivan", "Ann Lee", "Franken", "Franken Oak"}
    assert {name for _, name, _ in found} == names


def test_spellings_of_a_place_that_no_list_has_are_one():
    names = ["Mostica", "Mostica", "Mostitsa", "Neth", "Neth", "River Neth", "Karovec"]
    entities, _ = resolve(*((i, name, "place") for i, name in enumerate(names)))
    assert entities == ["Mostica", "Mostica", "Mostica", "Neth", "Neth", "Neth", "Karovec"]


@pytest.mark.parametrize(
    "texts", [[], [""], ["Lee"], ["."], ["no names here", ""], ["Ünïcode Šö in Zelmin 😀 Lee"]]
)
def test_any_texts_work_and_offsets_give_the_surface(texts):
    found = recognition.recognise_names(texts, tokenize(texts), headline=np.zeros(len(texts), bool))
    for row, start, end, surface in found[["row", "start", "end", "surface"]].astype(object).to_numpy():
        assert texts[row][start:end] == surface


def test_names_do_not_overlap():
    text = " ".join(
        ["US President Ann Lee of the New York City Police Department met Bo Lee in East Zelmin."] * 3
    )
    found = recognition.recognise_names([text], tokenize([text]), headline=np.zeros(1, bool))
    assert (found["start"].to_numpy()[1:] >= found["end"].to_numpy()[:-1]).all()


def test_spellings_of_one_person_are_merged():
    rows = ["Živan Korešić", "Zivan Koresic", "Zhivan Koreshich", "Zivan Koresic"]
    spelled = [(i, name, "person") for i, name in enumerate(rows)] + [(4, "Koreshich", "person")]
    entities, _ = resolve(*spelled, *[(i, "Zelmin", "place") for i in (0, 2, 4)])
    assert set(entities) == {"Zivan Koresic", "Zelmin"}
    # sounds alone are not enough: nothing else is common to their articles
    assert resolve((0, "Ann Meyer", "person"), (1, "Meier", "person"))[0] == ["Ann Meyer", "Meier"]
    assert "Zhivan Koreshich" in resolve(*spelled)[0]


def entities(*articles):
    """(surface, entity, kind) of the names in articles of one sentence a line."""
    lines = [(i, line) for i, text in enumerate(articles) for line in text.splitlines()]
    texts = [line for _, line in lines]
    found = recognition.recognise_names(texts, tokenize(texts), headline=np.zeros(len(texts), bool))
    article = np.array([i for i, _ in lines])[found["row"].to_numpy()]
    linked, _ = linking.link_names(found, article=article)
    return list(linked[["surface", "entity", "kind"]].astype(object).itertuples(index=False, name=None))


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="AnnBo \"'“”‘’().,-the known as\n", max_size=80))
def test_names_in_any_text_stand_where_they_say(text):
    found = recognition.recognise_names([text], tokenize([text]), headline=np.zeros(1, bool))
    spans = found[["start", "end", "surface"]].astype(object).to_numpy().tolist()
    assert all(text[a:b] == surface for a, b, surface in spans)
    assert (found["start"].to_numpy()[1:] >= found["end"].to_numpy()[:-1]).all()


def test_a_short_form_is_not_taken_for_a_rare_long_one():
    """Of many articles on a ministry, one has it with a country before it."""
    rows = [(i, "Justice Department", "organisation") for i in range(9)]
    rows += [(9, "Velmaran Justice Department", "organisation"), (9, "Velmara", "place")]
    assert resolve(*rows)[0][0] == "Justice Department"
    near = [(0, "State Railways", "organisation"), (1, "Velmaran State Railways", "organisation")]
    assert set(resolve(*near)[0]) == {"Velmaran State Railways"}


def test_letters_are_not_taken_for_a_name_that_no_article_has_with_them():
    rows = [(i, "CBX", "organisation") for i in range(3)]
    far = [*rows, (3, "Central Bureau of Xylography", "organisation")]
    assert resolve(*far)[0][0] == "CBX"
    assert set(resolve(*rows, (0, "Central Bureau of Xylography", "organisation"))[0]) == {
        "Central Bureau of Xylography"
    }


def test_listed_acronyms_and_full_stops():
    spelled = ["U.N.", "UN", "United Nations"]
    assert set(resolve(*[(i, n, "organisation") for i, n in enumerate(spelled)])[0]) == {"United Nations"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria Lee", "Mario Lee"), ("Ann Lee", "Anna Lee"), ("Sergey Lavrov", "Sergey Chemezov"),
        ("Bo Lee", "Bo Lee Jr"), ("Ann B. Lee", "Ann P. Lee"),
        ("David Johnson", "David Johnston"), ("Jan Oak", "Jon Oak"),
    ],
)  # fmt: skip
def test_two_persons_stay_two(one, other):
    shared = [(i, place, "place") for i in (0, 1) for place in ("Zelmin", "Karovec", "Neth")]
    entities, _ = resolve((0, one, "person"), (1, other, "person"), *shared)
    assert entities[:2] == [one, other]


def test_a_name_without_initials_is_left_alone_where_two_persons_have_some():
    assert set(resolve((0, "Ann B. Lee", "person"), (1, "Ann Lee", "person"))[0]) == {"Ann Lee"}
    three = [(0, "Ann B. Lee", "person"), (1, "Ann Lee", "person"), (2, "Ann P. Lee", "person")]
    assert len(set(resolve(*three)[0])) == 3
    short = [(0, "Ann B. Lee", "person"), (1, "Ann B. C. Lee", "person")]
    assert len(set(resolve(*short)[0])) == 1


def counted(monkeypatch, owner, name):
    """Have the calls of a function counted: the list grows by one for each."""
    calls, does = [], getattr(owner, name)

    def counting(*args):
        calls.append(args)
        return does(*args)

    monkeypatch.setattr(owner, name, counting)
    return calls


def test_surnames_that_sound_like_a_person_gather_what_stands_around_that_person_once(monkeypatch):
    def lookups(lone):
        full = [(i, "Zivan Koresic", "person") for i in range(100)]
        others = [(i, f"Town{i // 2 * 100 + j}", "place") for i in range(100) for j in range(5)]
        spelled = [
            row for i in range(lone)
            for row in ((100 + i, "Koreshich", "person"), (100 + i, f"Town{i * 100}", "place"))
        ]  # fmt: skip
        calls = counted(monkeypatch, linking.Groups, "main")
        found, _ = resolve(*full, *others, *spelled)
        assert "Koreshich" not in found
        return len(calls)

    # some for each article, not all those of the person
    assert lookups(40) - lookups(10) < 30 * 20


def test_persons_of_one_given_name_are_not_all_compared(monkeypatch):
    letters = "bdflmnrstv"
    surnames = [
        f"{a}a{b}a{c}a".title() for a in letters for b in letters for c in letters if len({a, b, c}) == 3
    ]
    calls = counted(monkeypatch, linking, "_same_person")
    people = [(i, f"John {name}", "person") for i, name in enumerate([*surnames, "Badafalano", "Badafalana"])]
    found, _ = resolve(*people, *[(len(surnames) + i, f"Pier{j}", "place") for i in (0, 1) for j in (0, 1)])
    assert len(calls) <= len(people) and len(set(found)) == len(surnames) + 1 + 2


def test_twins_in_one_article_are_two_persons():
    entities, _ = resolve((0, "Yuri Oakhurst", "person"), (0, "Yury Oakhurst", "person"))
    assert len(set(entities)) == 2


def test_a_surname_means_its_articles_person_and_is_left_alone_where_two_have_it():
    entities, collisions = resolve(
        (0, "Emil Drobnar", "person"), (0, "Drobnar", "person"), (1, "Jelisa Drobnar", "person"),
        (1, "Drobnar", "person"), (2, "Drobnar", "person"),
    )  # fmt: skip
    assert entities == ["Emil Drobnar", "Emil Drobnar", "Jelisa Drobnar", "Jelisa Drobnar", "Drobnar"]
    assert collisions[["name", "entities", "taken_for", "n_mentions"]].to_numpy().tolist() == [
        ["Drobnar", "Emil Drobnar; Jelisa Drobnar", "", 1]
    ]


def test_a_far_more_frequent_person_is_taken_and_listed():
    rows = [(i, "Ann Oak", "person") for i in range(10)]
    entities, collisions = resolve(*rows, (10, "Bo Oak", "person"), (11, "Oak", "person"))
    assert entities[-1] == "Ann Oak" and collisions["taken_for"].tolist() == ["Ann Oak"]


def test_the_users_ledger_wins(tmp_path):
    path = tmp_path / "aliases.csv"
    path.write_text("surface,entity,kind\nBreka,Ulden Valley,place\nChannel,,\n", encoding="utf-8")
    frame = pd.DataFrame(
        {
            "surface": ["Breka", "Channel", "Lee"],
            "name": ["Breka", "Channel", "Lee"],
            "kind": "other",
            "expansion": "",
        }
    )
    frame = frame.assign(kind="other", expansion="")
    found, _ = linking.link_names(frame, article=np.arange(3))
    applied = mentions.apply_aliases(found, mentions.read_aliases(path))
    assert applied["entity"].tolist() == ["Ulden Valley", "", "Lee"]
    assert applied["kind"].tolist() == ["place", "other", "other"]
    path.write_text("name,entity\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no column surface"):
        mentions.read_aliases(path)


def test_the_order_of_articles_changes_no_entity():
    texts = [
        "Mayor Ann Lee spoke in Zelmin.",
        "The Ferry Union (FU) met Lee.",
        "Bo Oak of the FU said no.",
        "Oak left Zelmin.",
    ]

    def entities(order):
        chosen = [texts[i] for i in order]
        found = recognition.recognise_names(chosen, tokenize(chosen), headline=np.zeros(len(texts), bool))
        linked, _ = linking.link_names(found, article=found["row"].to_numpy())
        return sorted((order[r], e) for r, e in zip(linked["row"], linked["entity"], strict=True))

    assert entities([0, 1, 2, 3]) == entities([3, 1, 0, 2])


def test_every_list_names_its_source():
    for name in ("countries.csv", "places.csv", "name_words.csv", "given_names.txt"):
        text = (ROOT / "src" / "dateline" / "resources" / name).read_text(encoding="utf-8")
        assert text.startswith("# Source: "), name


sys.path.insert(0, str(ROOT / "benchmarks"))
import quality_mentions as quality  # noqa: E402


@pytest.mark.parametrize("name", quality.FLOORS)
def test_quality_on_labelled_corpora(name):
    if not (CORPORA / name).exists():
        pytest.skip("../shared/corpora is not here")
    read = quality.crossner if name.endswith("txt") else quality.phrases
    texts, golds = read(CORPORA / name)
    found, _ = quality.find(texts, split=name.endswith("jsonl"))
    recall = quality.recall(found, golds, range(1, len(texts), 2))
    assert recall >= quality.FLOORS[name], json.dumps({name: recall})


def test_a_ledger_gives_back_names_that_a_spreadsheet_would_run(tmp_path):
    names = pd.DataFrame({"surface": ["-Bo", "=Lee", "'Abd"], "entity": ["Bo", "+Lee", "'Abd"]})
    tables.csv(names, tmp_path / "aliases.csv")
    read = mentions.read_aliases(tmp_path / "aliases.csv")
    assert read[["surface", "entity"]].to_dict("list") == names.to_dict("list")


def test_spellings_that_mean_the_same_are_merged_as_well_as_ever():
    assert quality.merging() == []


def test_a_bare_surname_is_the_person_most_named_and_no_entity_of_its_own():
    named = [(i, "Dorel Tramm", "person") for i in range(3)]
    bare = [(10 + i, "Tramm", "person") for i in range(9)]
    family = [(20, "Ida Tramm", "person"), (21, "Bus Tramm", "person"), (20, "Tramm", "person")]
    both = [(30, "Dorel Tramm", "person"), (30, "Ida Tramm", "person"), (30, "Tramm", "person")]
    entities, collisions = resolve(*named, *bare, *family, *both)
    assert "Tramm" not in entities and entities[3:12] == ["Dorel Tramm"] * 9
    # in an article with one holder it is hers, with several the one most named of all
    assert entities[14] == "Ida Tramm" and entities[17] == "Dorel Tramm"
    assert collisions["taken_for"].tolist() == ["Dorel Tramm", "Dorel Tramm"]


def test_a_given_name_alone_is_a_person_of_another_article_only_where_both_share_a_name():
    rows = [(0, "Alice Tramm", "person"), (0, "Norrlight", "organisation"), (1, "Alice", "person")]
    others = [(i, f"Town{i}", "place") for i in range(2, 12)]
    assert resolve(*rows, *others)[0][2] == "Alice"
    assert resolve(*rows, *others, (1, "Norrlight", "organisation"))[0][2] == "Alice Tramm"


def test_a_surname_that_is_a_given_name_needs_a_clear_holder():
    rows = [(i, "Tova Scott", "person") for i in range(3)]
    others = [(5, "Scott Brell", "person"), (6, "Scott Ulmer", "person")]
    assert resolve(*rows, *others, (9, "Scott", "person"))[0][-1] == "Scott"
    assert resolve(*rows, others[0], (9, "Scott", "person"))[0][-1] == "Tova Scott"


@pytest.mark.parametrize(
    ("spellings", "n"),
    [
        (["Ilse Maren Corvane", "Ilse Corvane"], 1),
        (["Ilse M. Corvane", "Ilse Corvane", "Ilse HW Corvane"], 3),
        (["Ilse Maren Corvane", "Ilse Agnes Corvane", "Ilse Corvane"], 3),
        (["Joe Corvane", "Joseph R. Corvane"], 1),
        (["Ilse Corvane Jr", "Ilse Corvane"], 2),
    ],
)
def test_middle_names_and_short_forms_join_unless_two_persons_differ_by_them(spellings, n):
    assert len(set(resolve(*((i, name, "person") for i, name in enumerate(spellings)))[0])) == n


def test_the_ending_of_a_company_is_dropped_whatever_its_short_name_was_taken_for():
    rows = [(0, "Norrlight Inc.", "organisation"), (1, "Norrlight", "other"), (2, "Norrlight", "other")]
    assert set(resolve(*rows)[0]) == {"Norrlight"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Sen. Ida Tramm (R-Fla.) and Sen. Bo Oak, I-Vt., met.",
            [("Ida Tramm", "person"), ("Bo Oak", "person")],
        ),
        ("It met in Washington, D.C., again.", [("Washington", "place"), ("D.C.", "place")]),
        ("He read FULL TEXT and Subtitle D of it.", []),
        (
            "It runs on Norrlight Pro and Vander Live.",
            [("Norrlight Pro", "organisation"), ("Vander Live", "organisation")],
        ),
        ("Here is the Head of the Office. Head of the unit is Bo Oak.", [("Bo Oak", "person")]),
        ("PRESIDENT TRAMM: Thank you. President Tramm left.", [("TRAMM", "person"), ("Tramm", "person")]),
        ("Later Joe Tramm III spoke.", [("Joe Tramm III", "person")]),
    ],
)
def test_parties_offices_and_headings_are_no_names(text, expected):
    assert [(surface, kind) for _, surface, kind in find(text) if kind != "other"] == expected


def test_who_heads_a_firm_makes_it_no_place_and_a_persons_surname_is_none():
    kinds = {
        kind for _, surface, kind in find("She was president of Dravex. It made cars.") if surface == "Dravex"
    }
    assert "place" not in kinds
    texts = ["Dorel Tramm said no.", "Dorel Tramm left.", "Dorel Tramm won."]
    texts += ["They live in Tramm country.", "Votes in Tramm fell.", "All of it is in Tramm now."]
    assert {kind for _, surface, kind in find(*texts) if surface == "Tramm"} == {"person"}


def test_a_common_word_behind_an_office_is_nobody():
    lower = "The development of the port is slow. They want development and a partnership."
    texts = [
        "The Minister of Economic Development and the Chair of the Partnership came.",
        lower,
        "Mr. Oak came.",
    ]
    assert [(name, kind) for _, name, kind in find(*texts) if kind == "person"] == [("Oak", "person")]


def test_a_forum_keeps_what_it_is_on_and_a_war_its_number():
    assert find("They met at the Velmaran Forum on Interregional Cooperation today.") == [
        (0, "Velmaran Forum on Interregional Cooperation", "organisation")
    ]
    names = ["World War II", "Second World War", "First World War", "World War II"]
    entities, _ = resolve(*[(i, name, "other") for i, name in enumerate(names)])
    assert entities == ["World War II", "World War II", "First World War", "World War II"]


def test_british_and_american_spelling_are_one_organisation():
    rows = [(i, "Lake Cooperation Organisation", "organisation") for i in range(3)]
    entities, _ = resolve(
        *rows, (3, "Lake Cooperation Organization", "organisation"), (4, "Ann Center", "person")
    )
    assert entities == ["Lake Cooperation Organisation"] * 4 + ["Ann Center"]


@pytest.mark.parametrize(
    "name", ["Centers for Disease Control and Prevention", "Food and Drug Administration"]
)
def test_listed_names_are_not_split_at_their_and(name):
    assert (0, name, "organisation") in find(f"We saw that the {name} announces a ban.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the hour and its zone; party and state; two countries that meet
        ("The talks began at 2:08 P.M. EST in Zelmin.", {"Zelmin"}),
        ("Ann Lee, R-W.Va., and Bo Lee, D-Massachusetts, came.", {"Ann Lee", "Bo Lee"}),
        ("The Russia-EU summit and the Russia-NATO Council met.", {"Russia", "EU", "Russia-NATO Council"}),
        ("A ship from Guinea-Bissau came.", {"Guinea-Bissau"}),
        # an office is of a place, and a body can have a title for its name
        ("The President of Velmara Ishto Toram said so.", {"Velmara", "Ishto Toram"}),
        ("The Minister of Defence Sergei Ishtovich Toram said so.", {"Sergei Ishtovich Toram"}),
        ("The Department of Justice said so.", {"Department of Justice"}),
        (
            "The Department of Energy and Administrator of the Nuclear Agency Ann Lee met.",
            {"Department of Energy", "Nuclear Agency", "Ann Lee"},
        ),
    ],
)
def test_what_stands_beside_a_name_is_no_part_of_it(text, expected):
    names = recognition.recognise_names([text], tokenize([text]), headline=np.array([False]))
    assert set(names["surface"]) == expected
