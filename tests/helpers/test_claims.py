import math
from functools import cache

import made
import numpy as np
import pandas as pd
import pytest

from dateline import population
from dateline.timeline import concordance, frequencies
from dateline.tone import differences
from helpers import claims, prose

SIZES = [1, 2, 3, 5, 8, 60, 700]


def ask(tables):
    counted = population.counted_articles(tables["articles"])
    outlets = frequencies.entities_by_outlet(tables["mentions"], counted)
    tested = frequencies.tested_counts(counted, tables["mentions"], unit="month")
    return claims.list_questions(tables, outlets={"share": outlets}, bursts=frequencies.find_bursts(*tested))


def make(tables):
    return claims.make_claims(ask(tables), tables=tables)


def answers(tables):
    return make(tables)[0]


@cache
def made_claims(n):
    """Tables of so many articles, their claims and sensitivity, for tests that only read them."""
    tables = made.every(n)
    return tables, *make(tables)


def by_name(found):
    return {finding.claim: finding for finding in found}


@pytest.mark.parametrize("n", SIZES)
def test_every_finding_is_gated_by_its_number_of_articles(n):
    tables, found, _ = made_claims(n)
    unique = int(tables["articles"]["copy_of"].isna().sum())
    for finding in found:
        if finding.claim == "corpus":
            continue
        few = population.FEWEST_ARTICLES if finding.claim == "topic" else 3
        assert finding.n <= unique
        if finding.n < few:
            assert not finding.stated and finding.text.startswith("Not enough articles to say")
        if finding.stated:
            assert finding.low <= finding.value <= finding.high
            assert f"{finding.n:,} " in finding.text and "95 % interval" in finding.text
        else:
            assert math.isnan(finding.value) and not finding.leader and not finding.evidence


@pytest.mark.parametrize("n", [60, 700])
def test_counts_are_those_of_the_tables(n):
    tables, found, _ = made_claims(n)
    articles = tables["articles"]
    counted = articles[articles["copy_of"].isna() & articles["language"].isin(["en", "und"])]
    found = by_name(found)
    assert found["person"].n == len(counted) and found["person"].leader == "Maren Aldhove"
    with_topic = tables["article_topics"].query("topic == 0")["article_id"]
    assert found["topic"].value == pytest.approx(counted["article_id"].isin(with_topic).mean(), abs=1e-6)
    assert found["event date"].leader == "2024-05-06"


def test_evidence_is_quoted_from_the_article_and_comes_from_several_outlets():
    tables, found, _ = made_claims(60)
    text = tables["sentences"].set_index(["article_id", "sentence"])["text"]
    outlet = tables["articles"].set_index("article_id")["outlet"]
    for finding in found:
        for shown in finding.evidence:
            if shown.sentence >= 0:
                assert text[shown.article_id, shown.sentence] == shown.text
    shown = by_name(found)["person"].evidence
    assert len(shown) == claims.N_EVIDENCE and outlet[[e.article_id for e in shown]].nunique() == 2


def question(pairs, n, **options):
    articles = pd.DataFrame({"article_id": [f"{i}" for i in range(n)]})
    frame = pd.DataFrame(pairs, columns=["article_id", "name"]).assign(sentence=0)
    places, phrase = claims.locate(frame, articles), "{name} is named in {count}"
    return claims.Question("thing", "Which?", phrase, places, np.ones(n, bool), "texts", **options)


def answer(asked):
    return asked.answer(asked.choose())


def test_a_lead_is_clear_only_if_chance_would_hardly_give_it():
    wide = [(f"{i}", "Aldhove") for i in range(20)] + [(f"{i}", "Corvane") for i in range(18, 22)]
    narrow = [(f"{i}", "Aldhove") for i in range(6)] + [(f"{i}", "Corvane") for i in range(6, 11)]
    assert answer(question(wide, 30)).clear
    assert not answer(question(narrow, 30)).clear


def test_names_that_are_level_lead_in_alphabetical_order_whatever_the_order_of_rows():
    pairs = [("0", "Velmara"), ("1", "Velmara"), ("2", "Karovec"), ("3", "Karovec"), ("3", "Karovec")]
    for order in (pairs, pairs[::-1]):
        first = answer(question(order, 5))
        assert (first.leader, first.n_leader, first.second) == ("Karovec", 2, "Velmara")
        assert not first.clear


def test_names_that_are_level_are_all_said_to_be():
    names = ["Karovec", "Orlavia", "Velmara"]
    for n_names, expected in (
        (2, "Orlavia is level: none leads"),
        (3, "Orlavia and 1 other are level: none leads"),
    ):
        pairs = [(f"{i}", name) for name in names[:n_names] for i in range(2)]
        asked = question(pairs, 5)
        assert expected in asked.sentence(answer(asked))


@pytest.mark.parametrize("n", SIZES)
def test_sensitivity_starts_with_what_is_reported_and_names_what_it_could_not_compute(n):
    _, found, table = made_claims(n)
    assert list(table.columns) == list(claims.COLUMNS)
    stated = {finding.claim: finding for finding in found if finding.stated and finding.leader}
    assert set(table["finding"]) == set(stated)
    for name, rows in table.groupby("finding"):
        first = rows.iloc[0]
        assert first["choice"] == "as reported" and first["holds"]
        assert (first["value"], first["n"]) == (stated[name].value, stated[name].n)
        assert not rows["choice"].duplicated().any()
    known = table[table["note"] == ""]
    assert ((known["low"] <= known["value"]) & (known["value"] <= known["high"])).all()
    assert table.loc[table["note"] != "", "value"].isna().all()


def test_sensitivity_sees_a_lead_that_depends_on_a_choice():
    tables = made.every(60)
    # A name that only one outlet writes, in all its articles, and that leads because of it.
    articles = tables["articles"]
    ids = articles.loc[articles["outlet"] == "The Lantern", "article_id"]
    mentions = tables["mentions"][tables["mentions"]["entity"] != made.PEOPLE[0]]
    more = mentions.iloc[[0] * len(ids)].assign(
        article_id=ids.to_numpy(), entity="Jelisa Drobnar", sentence=0
    )
    tables = {**tables, "mentions": pd.concat([mentions, more], ignore_index=True)}
    found, table = make(tables)
    assert by_name(found)["person"].leader == "Jelisa Drobnar"
    table = table.query("finding == 'person'").set_index("choice")
    assert not table.loc["without The Lantern", "holds"]
    assert table.loc["without The Lantern", "leader"] != "Jelisa Drobnar"
    assert table.loc["without Harbour Daily", "holds"]


def test_of_a_tie_it_is_never_said_that_the_first_holds():
    tables = made.every(60)
    mentions = tables["mentions"]
    twin = mentions[mentions["entity"] == made.PEOPLE[0]].assign(entity="Jelisa Drobnar")
    level = {**tables, "mentions": pd.concat([mentions, twin], ignore_index=True)}
    for more, (found, table) in ((False, made_claims(60)[1:]), (True, make(level))):
        assert table.query("finding == 'person'")["level"].iloc[0] == more
        verdict = by_name(found)["person"].verdict
        assert verdict.startswith("In front, alone or level with another, under") == more


def test_order_of_rows_changes_nothing():
    tables, first, _ = made_claims(60)
    shuffled = {
        name: frame.sample(frac=1, random_state=1, ignore_index=True)
        if name in ("mentions", "sentiment")
        else frame
        for name, frame in tables.items()
    }
    second = answers(shuffled)
    assert [f.text for f in first] == [f.text for f in second]


def test_undated_and_foreign_corpora_say_so():
    tables = made.every(60)
    blank = tables["articles"].assign(published=pd.NaT, language="de")
    found = by_name(answers({**tables, "articles": blank}))
    assert "No publication date is known" in found["corpus"].text
    assert not [f for f in found.values() if f.stated and f.claim != "corpus"]
    assert "0 unique texts in English" in found["person"].text


def test_what_speaks_against_a_claim_is_said_and_the_surest_come_first():
    tables = made.every(60)
    tables["topics"] = tables["topics"].assign(alarms="one outlet")
    gated, table = make(tables)
    doubts = by_name(gated)
    assert doubts["person"].doubts == () and "alarm: one outlet" in doubts["topic"].doubts
    lost = table[~table["holds"]].groupby("finding").size()
    for name, n in lost.items():
        assert f"changes under {n} of " in doubts[name].doubts[-1]
    assert gated[0].claim == "corpus" and not any(
        claim.stated for claim in gated[len(table.groupby("finding")) + 1 :]
    )
    said = [claim for claim in gated[1:] if claim.stated and not claim.differs]
    assert [len(claim.doubts) for claim in said] == sorted(len(claim.doubts) for claim in said)
    frame = claims.claim_table(gated)
    assert frame.loc[frame["claim"] == "person", "gate"].tolist() == ["passed"]


def test_verdicts_cells_and_title_say_what_changes():
    rows = [
        ("name", "as reported", 0.4, True, "Aldhove", "", False),
        ("name", "copies counted", 0.4, True, "Aldhove", "", False),
        ("name", "undated left out", 0.3, False, "Corvane", "", False),
        ("day", "as reported", 0.12, True, "6 May", "", False),
        ("day", "copies counted", np.nan, False, "", "too few", False),
    ]
    table = pd.DataFrame(rows, columns=["finding", "choice", "value", "holds", "leader", "note", "level"])
    text = "The same under 1 of 2 other choices. Another answer with: undated left out (Corvane)."
    assert claims._verdict(table[:3]) == text
    assert claims._verdict(table[3:].reset_index()) == "No other choice could be tried."
    cells = claims.grid_cells(table)
    assert cells["text"].tolist() == ["40\xa0%", "40\xa0%", "30\xa0%", "12\xa0%", "–"]
    assert cells["leader"].tolist() == ["", "", "Corvane", "", ""]
    assert cells["state"].tolist() == ["holds", "holds", "changes", "holds", "none"]


def planted(n, k_in, k_out):
    """Say of 2n articles, half of an outlet, that so many in it and outside have a name."""
    tables = made.every(2 * n)
    articles = tables["articles"].assign(
        outlet=["cws"] * n + ["orna"] * n, copy_of=None, language="en", published=pd.Timestamp("2024-05-06")
    )
    ids = [*articles["article_id"][:k_in], *articles["article_id"][n : n + k_out]]
    mention = tables["mentions"].iloc[[0] * len(ids)]
    mentions = pd.concat([tables["mentions"], mention.assign(article_id=ids, entity="Jelisa Drobnar")])
    return {**tables, "articles": articles, "mentions": mentions}


def test_what_one_outlet_writes_more_is_said_with_its_interval_and_tried_again():
    tables = planted(20, 15, 3)
    gated, table = make(tables)
    (first,) = [claim for claim in gated if claim.differs and "Drobnar" in claim.text and "cws" in claim.text]
    text = "Jelisa Drobnar is named in 15 of 20 articles of cws (75\xa0%, 95 % interval 53\xa0% to 89\xa0%)"
    assert first.text == f"{text}, but in 15\xa0% of the others."
    assert gated[1].differs and (first.value, first.n) == (0.75, 20)
    rows = table[table["finding"] == first.claim]
    assert rows["choice"].tolist()[0] == "as reported" and rows["holds"][rows["note"] == ""].all()
    assert {quote.article_id for quote in first.evidence} <= set(tables["articles"]["article_id"][:20])


def test_outlets_that_write_alike_make_no_claim():
    assert not [claim for claim in answers(planted(20, 8, 8)) if "Drobnar" in claim.text]
    assert not [claim for claim in answers(planted(3, 3, 0)) if claim.differs]


def test_an_article_without_a_day_is_neither_in_a_period_nor_among_the_others():
    group = np.array([1, 1, 0, 0, np.nan, np.nan])
    result = answer(question([(i, "Mostica") for i in "013"], 6, group=group))
    assert (result.n_leader, result.n, result.rest) == (2, 2, 0.5)  # of the others one of two, not of four


@pytest.mark.parametrize(("unit", "last", "span"), [
    ("week", "2024-05-20", "6–26 May 2024"), ("quarter", "2024-10-01", "May to December 2024"),
])  # fmt: skip
def test_a_time_that_stands_out_is_written_from_its_first_day_to_its_last(unit, last, span):
    found = made.every(60)
    row = {"entity": "Lake", "first": pd.Timestamp("2024-05-06" if unit == "week" else "2024-05-01")}
    bursts = pd.DataFrame([row | {"last": pd.Timestamp(last), "p": 0.001}])
    outlets = frequencies.entities_by_outlet(
        found["mentions"], population.counted_articles(found["articles"])
    )
    questions = claims.list_questions(found, outlets={"share": outlets}, bursts=bursts, period=unit)
    assert f"Which name stands out in {span}?" in [question.text for question in questions]


@pytest.fixture(scope="module")
def base():
    return made.every(120)


def chosen(tables, rng, *, planted):
    """Three outlets of forty articles that name the capital; `planted`: one writes Kiev in 60 %, not 20 %."""
    outlet = np.repeat(["cws", "harbour", "orna"], 40)
    articles = tables["articles"].assign(outlet=outlet, copy_of=None, language="en", story=range(120))
    is_kiev = rng.random(120) < np.where((outlet == "orna") & planted, 0.6, 0.2)
    names = pd.DataFrame({"article_id": articles["article_id"], "sentence": 0, "thing": "capital of Ukraine",
                          "name": np.where(is_kiev, "Kiev", "Kyiv")})  # fmt: skip
    tone = np.clip(rng.normal(0, 0.4, 120) - np.where((outlet == "orna") & planted, 0.6, 0), -1, 1)
    targets = (
        tables["targets"].head(1).drop(columns="article_id").merge(articles[["article_id"]], how="cross")
    )
    targets = targets.assign(positive=np.maximum(tone, 0), negative=np.maximum(-tone, 0))
    return {**tables, "articles": articles, "naming": names, "targets": targets}


def differing(tables, seed):
    """What notebooks 04 and 05 find of names and tones by outlet."""
    articles, targets = tables["articles"], tables["targets"]
    about = articles[["article_id", "story"]].assign(article=articles["article_id"], group=articles["outlet"])
    tones = targets.assign(value=targets["positive"] - targets["negative"]).merge(about)
    used = concordance.names_used(tables["naming"], articles)
    found = (differences.differing_groups(frame, seed=seed) for frame in (used, tones))
    return dict(zip(("choice", "mean"), found, strict=True))


def told(tables, seed):
    bursts = pd.DataFrame(columns=["entity", "first", "last", "p"])
    questions = claims.list_questions(tables, outlets=differing(tables, seed), bursts=bursts)
    return [
        asked
        for asked in questions
        if asked.group is not None and answer(asked).leader != claims.NO_DIFFERENCE
    ]


def test_outlets_dealt_anew_seldom_differ_in_names_chosen_or_tones(base):
    rng = np.random.default_rng(3)
    n = sum(bool(told(chosen(base, rng, planted=False), seed)) for seed in range(20))
    assert n <= 3  # of 20; more than 3 have a chance of 1 in 60 at a rate of 5 %


def test_a_planted_name_and_a_planted_tone_are_told_of(base):
    rng = np.random.default_rng(4)
    kinds = [{(asked.measure, asked.where.removeprefix("articles of ")[:4]) for asked in
              told(chosen(base, rng, planted=True), seed)} for seed in range(10)]  # fmt: skip
    assert sum(("choice", "orna") in kind for kind in kinds) >= 7
    assert sum(("mean", "orna") in kind for kind in kinds) >= 9


def test_a_name_chosen_is_counted_among_those_that_name_the_thing_and_a_tone_by_its_mean(base):
    tables = chosen(base, np.random.default_rng(5), planted=True)
    outlets, bursts = differing(tables, 0), pd.DataFrame(columns=["entity", "first", "last", "p"])
    found, table = claims.make_claims(
        claims.list_questions(tables, outlets=outlets, bursts=bursts), tables=tables
    )
    choice, mean = [claim for claim in found if claim.differs]
    kiev = tables["naming"]["name"].eq("Kiev").to_numpy()[80:]
    assert (
        choice.value == kiev.mean()
        and choice.n == 40
        and "of orna with a name for “capital of" in choice.text
    )
    assert choice.text.startswith(f"“Kiev” stands in {kiev.sum()} of 40 articles")
    frame = tables["targets"]
    value = (frame["positive"] - frame["negative"]).to_numpy()
    assert mean.value == pytest.approx(value[80:].mean(), abs=1e-6) and mean.low < mean.value < mean.high
    assert (
        f"against {prose.score(value[:80].mean())} in the others" in mean.text
        and "in 40 articles" in mean.text
    )
    assert mean.text.startswith("orna writes more negatively of Maren Aldhove than the others: −0.")
    cells = claims.grid_cells(table).query("choice == 'as reported'").set_index("finding")["text"]
    assert cells[mean.claim] == prose.score(mean.value) and cells[choice.claim].endswith("%")
    assert "quotes left out" not in set(table.loc[table["finding"] == mean.claim, "choice"])
    assert {quote.article_id for quote in mean.evidence} <= set(tables["articles"]["article_id"][80:])
    few = {**tables, "targets": frame.iloc[:7]}
    assert not [claim for claim in told(few, 0) if claim.measure == "mean"]
