"""The words on both sides: names, pairs, days and any other place, and what stands behind the numbers."""

import datetime as dt

import pandas as pd
import pytest
from entities.test_mentions import TEXTS, corpus, everything
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import tables
from dateline.entities import mentions, speakers
from dateline.timeline import concordance, event_days, frequencies


def asked(what, records=TEXTS, **options):
    articles, sentences, named, dates = everything(records=records)
    texts = {"mentions": named.mentions, "sentences": sentences, "words": corpus(records)[2]}
    if isinstance(what, tuple):
        places = concordance.find_terms(what, **texts)
        both = (places[places["term"] == term] for term in what)
        return concordance.passages(concordance._nearest_spans(*both), articles)
    return concordance.find_passages(what, articles=articles, dates=dates, **texts, **options)


def test_a_name_stands_between_its_words_the_earliest_article_first():
    found = asked("Bo Oak", limit=3)
    assert list(found.columns) == concordance.COLUMNS
    assert found["article_id"].tolist() == ["b", "d", "b"] or found["article_id"].tolist()[:2] == ["b", "d"]
    assert found["left"][0].endswith("will meet") and found["right"][0].startswith("in Zelmin")
    assert found["outlet"].unique().tolist() == ["Courier"]


def test_any_spelling_finds_the_whole_name():
    assert set(asked("Lee")["match"]) >= {"Ann Lee", "Lee"}
    assert asked("Nobody").empty and asked("").empty


def test_undated_articles_come_last_and_titles_count():
    found = asked("Ann Lee", limit=4)
    assert found["article_id"].tolist() == ["a", "b", "d", "c"] and found["sentence"][0] == -1


def test_a_pair_stands_in_one_match_where_it_is_nearest():
    found = asked(("Bo Oak", "Ann Lee"))
    assert found["article_id"].tolist() == ["b", "d"]
    assert found["match"][0] == "Ann Lee will meet Bo Oak" and found["left"][0] == ""
    assert asked(("Bo Oak", "Ferry Union")).empty


def test_what_lies_far_apart_is_left_out_between_two_names():
    records = {"a": ("Ann Lee", "Mr Bo Oak waits. " + "It rained. " * 30 + "Ann Lee came.", "2024-05-04")}
    assert asked(("Bo Oak", "Ann Lee"), records)["match"].tolist() == ["Bo Oak […] Ann Lee"]
    records = {"a": ("Ann Lee waits", "Mr Bo Oak came to see the Mayor.", "2024-05-04")}
    records |= {"b": ("", "Ann Lee met Bo Oak. Ann Lee left.", "2024-05-05")}
    found = asked(("Bo Oak", "Ann Lee"), records)
    assert found["match"].tolist() == ["Ann Lee […] Bo Oak", "Ann Lee met Bo Oak"]
    assert found["sentence"].tolist() == [-1, 0] and found["right"][0].startswith("came to see")


def test_an_article_may_name_two_names_very_often():
    n = 20_000
    articles = pd.DataFrame(
        {"article_id": ["a"], "title": [""], "text": ["Lee met Oak. " * n], "outlet": [""]}
    )
    articles = articles.assign(published=pd.Series([pd.NaT], dtype="datetime64[s]"))
    at = pd.DataFrame({"article_id": "a", "sentence": range(n), "start": range(0, 13 * n, 13)})
    one, other = at.assign(end=at["start"] + 3), at.assign(start=at["start"] + 8, end=at["start"] + 11)
    # all pairs would be 400 million
    nearest = concordance._nearest_spans(other, one)
    assert concordance.passages(nearest, articles)["match"].tolist() == ["Lee met Oak"]


@pytest.mark.parametrize("day", ["2024-05-03", dt.date(2024, 5, 3), pd.Timestamp("2024-05-03")])
def test_a_day_is_shown_with_the_words_that_mean_it(day):
    assert asked(day)["match"].tolist() == ["3 May 2024"]


HOSTILE = "Ann Lee <script>alert(1)</script> \x1b[31m\u202e =cmd()\n\nBo Oak"


def test_hostile_text_steers_no_terminal_and_breaks_no_line():
    found = asked("Ann Lee", {"a": (HOSTILE, HOSTILE, "2024-05-04")})
    said = "".join(found[["left", "match", "right"]].to_numpy().ravel())
    assert len(found) and said.isprintable()
    assert "<script>" not in found.to_html() and "&lt;script&gt;" in found.to_html()


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_any_place_in_any_text_can_be_shown(text, a, b):
    a, b = sorted((min(a, len(text)), min(b, len(text))))
    articles = pd.DataFrame({"article_id": ["a"], "title": [""], "text": [text], "outlet": [None]})
    articles = articles.assign(published=pd.Series([pd.NaT], dtype="datetime64[s]"))
    spans = pd.DataFrame({"article_id": ["a"], "sentence": [0], "start": [a], "end": [b]})
    found = concordance.passages(spans, articles)
    assert tables.set_aside(spans.assign(surface=text[a:b]), articles)[1].empty
    assert found["match"][0] == concordance.visible(text[a:b])
    assert found["outlet"][0] == "unknown"
    assert all(c.isprintable() for c in "".join(found.loc[0, ["left", "match", "right"]]))


def test_places_that_give_other_words_are_no_evidence():
    articles, _, named, _ = everything()
    assert tables.set_aside(named.mentions, articles)[1].empty
    moved = named.mentions.assign(start=named.mentions["start"] + 1)
    assert tables.set_aside(moved, articles)[0].empty


def test_any_word_is_found_with_its_endings_and_names_with_their_spellings():
    records = {"a": ("", "The talks failed. He talked to José Lee.", None), "b": ("", "A Talk-show.", None)}
    _, sentences, named, _ = everything(records=records)
    places = {"mentions": named.mentions, "sentences": sentences, "words": corpus(records)[2]}
    found = concordance.find_terms(["talk*", "talk show", "jose lee", "nobody", "*"], **places)
    assert found.groupby("term")["article_id"].agg(list).to_dict() == {
        "talk*": ["a", "a", "b"],
        "talk show": ["b"],
        "jose lee": ["a"],
    }
    assert asked("talk*", records)["match"].tolist() == ["talks", "Talk", "talked"]
    assert asked(("talk*", "Jose Lee"), records)["match"].tolist() == ["talked to José Lee"]


def test_a_word_has_a_share_of_each_period_and_names_all_their_spellings():
    articles, sentences, named, _ = everything()
    places = {"articles": articles, "mentions": named.mentions, "sentences": sentences}
    each = concordance.term_articles(["Ann Lee", "nobody"], **places, words=corpus(TEXTS)[2])
    assert len(each) == 2 * len(articles) and each.loc[each["term"] == "nobody", "is_named"].sum() == 0
    line = frequencies.shares_by_period(each, unit="month")
    sums = line.groupby("term", sort=False)[["n_of", "n_articles"]].sum()
    lee = named.mentions.loc[named.mentions["entity"] == "Ann Lee", "article_id"].nunique()
    assert sums.to_numpy().tolist() == [[len(articles), lee], [len(articles), 0]]
    assert line["period"].isna().sum() == 2 and (line["n_of"] > 0).eq(line["share"].notna()).all()
    assert frequencies.shares_by_period(each.head(0), unit="month").empty


def test_names_that_do_not_fit_together_are_named():
    articles, _, named, _ = everything()
    entities = mentions.count_entities(named.mentions, articles)
    assert [*mentions.check_mentions(named, entities, articles, unit="month").values()] == [True] * 3
    checks = mentions.check_mentions(named, entities.head(1), articles, unit="month")
    assert [name for name, holds in checks.items() if not holds] == [
        "the entities have all mentions in articles that count"
    ]


def test_behind_each_number_stand_its_sentences(tmp_path):
    (tmp_path / "tables").mkdir()
    articles, sentences, named, dates = everything()
    outlet = pd.Series({"a": "orna", "b": "orna", "c": "lantern", "d": "lantern"})
    articles = articles.assign(outlet=outlet.reindex(articles["article_id"]).to_numpy())
    said = speakers.find_speakers(named.mentions, sentences)
    burst = pd.DataFrame({"entity": ["Ann Lee"], "first": ["2024-05-01"], "last": ["2024-05-01"]})
    burst = burst.astype({"first": "datetime64[s]", "last": "datetime64[s]"})
    reported = {
        "mentions": named.mentions,
        "quotations": said,
        "naming": named.mentions.assign(thing="T", name="N"),
        "clocks": event_days.pair_clocks(articles, dates),
        "bursts": burst,
        "pairs": pd.DataFrame({"entity": ["Ann Lee"], "other": ["Bo Oak"]}),
    }
    names = named.mentions["entity"].unique()
    others = {"dates": dates, "topic": None, "unit": "month", "sentences": sentences, "names": names}
    days = event_days.busiest_days(articles, sentences, dates, named.mentions)
    proof = concordance.write_evidence(tmp_path, articles=articles, days=days, **reported, **others)
    of = proof.groupby("claim", sort=False)["article_id"].agg(list)
    assert {f"named: {name}" for name in named.mentions["entity"]} <= set(of.index)
    assert of["together: Ann Lee; Bo Oak"] == ["b", "d"] and of["quoted: Ann Lee"] == ["a"]
    assert of["quoted: Ann Lee; orna"] == ["a"] and "quoted: Ann Lee; lantern" not in of
    assert of["day: 2024-05-03"] == ["a"] and len(of["name: T; N"]) == 5
    assert set(of["burst: Ann Lee; 2024-05"]) == {"a", "b"}
    # a cell and a dot have as many articles behind them as they count, if these are few
    for row in frequencies.entities_by_outlet(named.mentions, articles).query("n_articles > 0").itertuples():
        assert len(set(of[f"named: {row.entity}; {row.outlet}"])) == row.n_articles
    line = frequencies.count_timeline(articles, named.mentions, dates, unit="month")
    for row in line.query("clock == 'published' and entity != '' and n_articles > 0").itertuples():
        when = "undated" if pd.isna(row.period) else row.period.strftime("%Y-%m")
        assert len(set(of[f"named: {row.entity}; {when}"])) == row.n_articles
    assert len(of[of.index.str.startswith("two clocks: ")].explode()) == len(reported["clocks"])
    reported = {name: frame.head(0) for name, frame in reported.items()}
    empty = concordance.write_evidence(tmp_path, articles=articles, days=days.head(0), **reported, **others)
    assert empty.empty and list(empty.columns) == list(proof.columns)
