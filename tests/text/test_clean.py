import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import CASES, cases, seconds

from dateline.text.boilerplate import RULES, line_key, line_namer, phrase_rule, tells_deed
from dateline.text.clean import clean

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
PROSE = "The ferry between the two towns sails again after a year of repairs to the pier."
# What articles and their surroundings are made of, to be mixed by hypothesis.
PIECES = [
    *("Share this", "By Mats Olander", "2024-05-06", "(MENAFN) ", "Related Links", "Some headline here", "|"),
    *(
        "Comments are closed.",
        "Facebook",
        "Trade & Harbour",
        "date ",
        "Updated: 7 May 2024",
        "\u200b",
        "\xad",
    ),
    *(
        "MENAFN06052024000011112222ID1100000001",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        PROSE,
        "A dek of several plain words",
    ),
]
articles = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=25).map("\n".join)
properties = settings(deadline=None, derandomize=True, max_examples=150)


def kept(raw, removed):
    """Cut the ledger's spans out of the raw text."""
    pieces, at = [], 0
    for span in removed:
        assert at <= span.start < span.end, "spans are sorted, not empty and do not overlap"
        pieces.append(raw[at : span.start])
        at = span.end
    return "".join([*pieces, raw[at:]])


@pytest.mark.parametrize("case", cases("clean", "wild", "negative", "synthetic", "known failures"))
def test_case(case):
    raw = "\n".join(case["raw"])
    done = clean(raw, title=case.get("given", ""))
    assert done.text.split() == "\n".join(case["text"]).split()
    assert done.title == case["title"]
    assert done.header_date == case.get("header_date", "")
    assert kept(raw, done.removed) == done.text
    if "rules" in case:
        rules = {span.rule for span in done.removed}
        assert rules - {"white-space"} == set(case["rules"]) - {"white-space"}


@pytest.mark.parametrize("case", cases("clean", "negative"))
def test_what_is_text_stays_to_the_character(case):
    raw = "\n".join(case["raw"])
    assert "\n".join(case["text"]) in raw
    assert clean(raw).text == "\n".join(case["text"])


@properties
@given(raw=articles)
def test_raw_without_the_ledger_is_the_text(raw):
    done = clean(raw)
    assert kept(raw, done.removed) == done.text
    assert done.text == done.text.strip()


@properties
@given(raw=articles)
def test_cleaning_twice_changes_nothing(raw):
    done = clean(raw)
    assert clean(done.text, title=done.title).text == done.text


@properties
@given(raw=articles)
def test_prose_is_never_removed(raw):
    text = clean(raw).text
    assert text.count(PROSE) == clean(raw, rules={}).text.count(PROSE)


def test_without_rules_only_white_space_goes():
    done = clean(" Share this\n\nComments are closed. ", rules={})
    assert done.text == "Share this\n\nComments are closed."
    assert {span.rule for span in done.removed} == {"white-space"}


@pytest.mark.parametrize(
    ("rule", "raw"),
    [
        ("comments", f"{PROSE}\nComments are closed."),
        ("agency-tag", f"(MENAFN) {PROSE}"),
        ("title", f"Ferry sails again\n{PROSE}"),
        ("last-line", f"{PROSE}\nFacebook"),
        ("invisible", f"\u200b{PROSE}"),
        ("wire-id-end", f"{PROSE} MENAFN06052024000011112222ID1100000001"),
    ],
)
def test_each_rule_can_be_switched_off(rule, raw):
    assert rule in {span.rule for span in clean(raw).removed}
    others = {name: one for name, one in RULES.items() if name != rule}
    assert clean(raw, rules=others).text == raw


TAILS = json.loads((CASES / "tails.json").read_text(encoding="utf-8"))
LINES = [line for kind in ("developed", "held out") for case in TAILS[kind] for line in case["lines"]]


@pytest.mark.parametrize("rule", RULES)
def test_without_a_rule_nothing_is_taken_by_it(rule):
    others = {name: one for name, one in RULES.items() if name != rule}
    for raw in (
        "\n".join([*LINES[:60], PROSE, *LINES]),
        *("\n".join([*PIECES[:i], PROSE]) for i in range(8)),
    ):
        done = clean(raw, rules=others, recurring=frozenset([line_key(LINES[0])]))
        assert rule not in {span.rule for span in done.removed}
        assert kept(raw, done.removed) == done.text


STORY = [
    "Ferry sails again after a year",
    "",
    "The ferry between the two towns sails again after a year of repairs, the board said on Wednesday.",
    "It will carry two hundred passengers and, on market days, their sheep.",
    "“We had almost forgotten the sound of the horn,” said the baker, who lives by the river.",
    "Nobody was hurt.",
]


@pytest.mark.parametrize("case", [*TAILS["developed"], *TAILS["held out"]], ids=lambda case: case["name"])
@pytest.mark.parametrize("at", [0, 4, 6], ids=["head", "middle", "tail"])
def test_lines_around_an_article_cost_it_nothing(case, at):
    raw = "\n".join([*STORY[:at], *case["lines"], *STORY[at:]])
    done = clean(raw)
    left = done.text.split("\n")
    assert set(STORY[2:]) <= set(left)
    assert kept(raw, done.removed) == done.text
    assert clean(done.text, title=done.title).text == done.text


def test_most_lines_that_the_rules_were_written_for_are_taken():
    taken = total = 0
    for case in TAILS["developed"]:
        at = {"head": 0, "middle": 4, "tail": 6}[case["where"]]
        done = clean("\n".join([*STORY[:at], *case["lines"], *STORY[at:]]))
        left = {*done.text.split("\n"), done.title}
        taken, total = taken + sum(line not in left for line in case["lines"]), total + len(case["lines"])
    assert taken >= 0.87 * total


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.phrases])
def test_a_phrase_does_not_capture_and_is_written_in_lower_case(name):
    for phrase in (*RULES[name].phrases, *dict(RULES[name].inside).values()):
        assert re.compile(phrase).groups == 0
        assert not re.search("[A-Z]", re.sub(r"\\.", "", phrase))


def test_all_rules_at_once_take_what_they_take_alone():
    rules = {name: rule for name, rule in RULES.items() if rule.where == "line"}
    together = line_namer({name: rule._replace(inside=()) for name, rule in rules.items()})
    alone = {name: phrase_rule(rule.phrases) for name, rule in rules.items()}
    for line in map(str.strip, [*LINES, *PIECES, PROSE, "И это тоже", "(c) 2024 Echo", "Élan: 3 min read"]):
        fits = any(find(line) for find in alone.values()) and not tells_deed(line.lower())
        assert bool(together(line)) == fits or re.search("[•|·]", line), line


def test_every_rule_says_why():
    assert all(rule.why for rule in RULES.values())


def test_a_recurring_line_goes_wherever_it_stands():
    raw = f"{PROSE}\nThe Harbour Desk, edition 12\n{PROSE}"
    keys = frozenset([line_key("The Harbour Desk, edition 7")])
    done = clean(raw, recurring=keys)
    assert done.text == f"{PROSE}\n{PROSE}"
    assert clean(raw).text == raw


def test_a_recurring_line_is_no_title():
    raw = f"The Harbour Desk\n6 May 2024\nFerry sails again\n\n{PROSE}"
    assert clean(raw, recurring=frozenset(["the harbour desk"])).title == "Ferry sails again"


@pytest.mark.parametrize(
    "unit",
    [
        *(
            PROSE + " ",
            PROSE + "\n",
            "Some headline here\n",
            "2024-05-06 ",
            "date 2024-05-06 ",
            "\n",
            " ",
            "\u200b",
        ),
        *(
            "(MENAFN) ",
            "By Mats Olander\n",
            "|\n",
            "Share this\n",
            "Facebook\n",
            "Related Links\n",
            "© ",
            "-",
            "A",
        ),
        *(
            "12 ",
            "MENAFN0605202400001111",
            "cookies ",
            "home > ",
            "(Reporting by ",
            "Read more\n\n",
            ">> link\n",
            "Home\nWorld\n" * 9 + PROSE + "\n",
            "by A, by A, ",
            PROSE + "\nComments\nReply\n",
            "Comments\nReply\n",
        ),
    ],
)
def test_time_grows_with_the_length(unit):
    n = 8_000 // len(unit) + 1
    # a quadratic step would take 64 times as long
    assert seconds(clean, unit * 8 * n) < 8 * 4 * seconds(clean, unit * n) + 0.02


@pytest.fixture(scope="module")
def seeds():
    if not SEEDS.is_dir():
        pytest.skip("../shared/seeds is not here: the five real articles are not checked")
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return texts, [clean(text) for text in texts]


def edges(words):
    """First and last word and their number: which text it is, without its text."""
    split = words.split() or ["", ""]
    return split[0], split[-1], len(words.split())


def test_seeds_titles_and_dates(seeds):
    _, done = seeds
    none = ("", "", 0)
    titles = [("Russia", "Visit", 11), none, none, none, ("Putin", "Kremlin", 8)]
    assert [edges(one.title) for one in done] == titles
    assert [one.header_date for one in done] == ["2025-08-29", "2024-05-16", "", "2025-05-04", ""]


def test_seeds_boilerplate_is_exactly_what_a_reader_would_strike_out(seeds):
    texts, done = seeds
    assert [one.text.split()[0] for one in done] == ["Russian", "Russian", "Putin’s", "The", "The"]
    last = [one.text.split()[-1] for one in done]
    assert last == ["stated.", "challenges.", "launches.", "Germany.", "issues.”"]
    for text, one in zip(texts, done, strict=True):
        assert kept(text, one.removed) == one.text


def test_seeds_crossheads_and_dek_stay(seeds):
    texts, done = seeds
    heads = [
        [line for line in text.split("\n")[1:] if 0 < len(line) < 60 and line[-1] != "."] for text in texts
    ]
    # line 1 of the first file is its headline; the dashes are those of an agency's crosshead
    assert [edges(line) for line in heads[0]] == [
        ("Russia", "China", 6),
        ("Commitment", "Legacy", 4),
        ("26", "Celebrations", 7),
    ]
    assert all(f"\n{line}\n" in done[0].text for line in heads[0])
    assert [line for line in heads[3] if line.startswith("- ") and f"\n{line}\n" in done[3].text]
    assert done[4].text.startswith(texts[4].split("\n")[1])


MENU = ["Home", "News", "World", "Trade", "Harbour", "Sport", "Weather", "Sign in"]
PARAGRAPHS = [
    *STORY[2:5],
    "The pier was closed after a storm in the spring of last year, and repairs cost three million crowns.",
    "Two more ferries will be repaired before the winter, the board of the harbour said in a statement.",
]
OTHERS = [
    "Mayor opens library",
    "Chess club wins league",
    "Zoo welcomes twin otters",
    "Old mill bridge closed",
]
PAGE = [
    *MENU,
    "Ferry sails again after repairs to the pier",
    "by Mats Olander - Nov 9, 2012 4:45 pm UTC",
    *("12", "Share", "Tweet"),
    *PARAGRAPHS,
    *("More from the harbour", *OTHERS),
    "The city's zoo welcomed two otters this week, and the public may see them from Friday onwards.",
    *("About", "Contact", "Jobs", "Privacy policy", "© 2012 Harbour Echo"),
]


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n   * "])
def test_the_frame_of_a_page_goes_and_title_and_date_stay(gap):
    raw = gap.join(PAGE)
    done = clean(raw)
    assert [line.strip(" *") for line in done.text.split("\n") if line.strip(" *")] == PARAGRAPHS
    assert done.title.strip(" *") == "Ferry sails again after repairs to the pier"
    assert done.header_date == "Nov 9, 2012"
    assert kept(raw, done.removed) == done.text


@properties
@given(
    lines=st.lists(st.sampled_from([*PAGE, *MENU, "", " "]) | st.text(max_size=20), max_size=60),
    title=st.sampled_from(["", PAGE[8]]),
)
def test_pages_in_any_order_keep_the_ledger(lines, title):
    raw = "\n".join([*MENU, *MENU, *lines])
    done = clean(raw, title=title)
    assert kept(raw, done.removed) == done.text == done.text.strip()


def test_wrapped_paragraphs_are_no_menu():
    words = " ".join(PARAGRAPHS * 4).split()
    raw = "\n".join(" ".join(words[i : i + 10]) for i in range(0, len(words), 10))
    assert clean(raw).text == raw


def test_a_list_of_winners_stays():
    raw = "\n".join([*PARAGRAPHS, "Results", *(f"{i}. Name{i} Surname {90 - i}" for i in range(1, 25))])
    assert clean(raw).text == raw


@pytest.mark.parametrize("heading", ["Comments", "3 comments", "Leave a comment", "Comments (2)"])
def test_what_readers_wrote_below_an_article_goes(heading):
    replies = [
        *("Anna B.", "3 hours ago", "I think this is the best thing that happened to our town.", "Reply"),
        *("Tom", "2 hours ago", "Me too, but the ticket should be cheaper than that.", "Reply"),
    ]
    raw = "\n".join([*PARAGRAPHS, heading, *replies])
    done = clean(raw)
    assert done.text.split("\n") == PARAGRAPHS
    assert kept(raw, done.removed) == done.text


def test_a_crosshead_about_comments_stays():
    raw = "\n".join([*PARAGRAPHS[:2], "Comments", *PARAGRAPHS[2:]])
    assert clean(raw).text == raw
