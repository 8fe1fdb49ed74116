from datetime import date

import pandas as pd
import pytest

from dateline import population, tables
from dateline.entities import mentions, speakers
from dateline.ingest.articles import read_articles
from dateline.text.sentences import find_sentences
from dateline.timeline import event_days, frequencies
from dateline.tokens import tokenize
from helpers import titles

TEXTS = {
    "a": (
        "Lee opens bridge",
        'Mayor Ann Lee spoke in Zelmin on 3 May 2024. "We are open," Lee said.',
        "2024-05-04",
    ),
    "b": ("", "Ann Lee will meet Bo Oak in Zelmin on Friday. Oak waits.", "2024-05-06"),
    "c": ("", "Mayor Lee left Zelmin. The Ferry Union (FU) of Zelmin stayed.", None),
    "d": ("", "Ann Lee will meet Bo Oak in Zelmin on Friday. Oak waits.", "2024-07-06"),
}  # fmt: skip


def corpus(records=TEXTS, *, language="en", copies=()):
    """Tables articles and sentences, and the tokens, of a few texts."""
    rows, parts = [], []
    for key, (title, text, day) in sorted(records.items()):
        published = pd.Timestamp(day) if day else pd.NaT
        rows.append((key, title, text, published, language, "b" if key in copies else None, "Courier"))
        if title:
            parts.append((key, -1, 0, len(title), title, "headline", ""))
        for i, s in enumerate(find_sentences(text)):
            parts.append((key, i, s.start, s.end, text[s.start : s.end], s.voice, s.speaker))
    columns = ["article_id", "title", "text", "published", "language", "copy_of", "outlet"]
    articles = pd.DataFrame(rows, columns=columns).astype({"published": "datetime64[s]"})
    columns = ["article_id", "sentence", "start", "end", "text", "voice", "speaker"]
    sentences = pd.DataFrame(parts, columns=columns)
    return articles, sentences, tokenize(sentences["text"])


def everything(**options):
    articles, sentences, tokens = corpus(**options)
    named = mentions.find_mentions(articles, sentences, tokens)
    dates = event_days.find_event_dates(population.counted_articles(articles, copies=True), sentences, tokens)
    return articles, sentences, named, dates


def test_offsets_give_the_surface_in_text_and_title():
    articles, _, named, _ = everything()
    source = articles.set_index("article_id")
    for row in named.mentions.itertuples():
        whole = source.loc[row.article_id, "title" if row.sentence < 0 else "text"]
        assert whole[row.start : row.end] == row.surface
    assert (named.mentions["sentence"] == -1).sum() == 1


def test_spellings_add_up_and_entities_are_counted_once():
    articles, _, named, _ = everything()
    found = mentions.count_entities(named.mentions, articles)
    assert named.ledger["n_mentions"].sum() == found["n_mentions"].sum() == len(named.mentions)
    lee = found.set_index("entity").loc["Ann Lee"]
    assert (lee["kind"], lee["n_articles"], lee["n_mentions"]) == ("person", 4, 6)
    assert lee["aliases"] == "Ann Lee; Lee" and lee["first_published"] == pd.Timestamp("2024-05-04")


def test_the_users_ledger_wins_on_the_next_run(tmp_path):
    articles, sentences, tokens = corpus()
    first = mentions.find_mentions(articles, sentences, tokens)
    assert first.unmatched.empty
    path = tmp_path / "aliases.csv"
    renamed = first.ledger["entity"].astype(str).replace("Bo Oak", "The Oak")
    tables.csv(first.ledger.assign(entity=renamed), path)
    more = "open,The Opening,other,,,\nFerry,Boat,,,,\nNobody,Somebody,,,,\n"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    again = mentions.find_mentions(articles, sentences, tokens, aliases=mentions.read_aliases(path))
    named = again.mentions.groupby("entity", observed=True).size()
    assert named["The Oak"] == 4 and "Bo Oak" not in named.index
    # of a whole copy of the ledger only what differs is a correction
    assert set(again.corrected["entity"]) == {"The Oak", "The Opening"}
    # a spelling that the rules do not find is looked up, but never inside another name
    assert named["The Opening"] == 1 and "Boat" not in named.index
    assert again.unmatched["surface"].tolist() == ["Ferry", "Nobody"]


def test_a_whole_copy_of_a_ledger_changes_nothing_and_may_have_a_name_of_two_persons(tmp_path):
    records = {
        "a": ("", "Ann Lee left. Then Lee came back.", "2024-05-04"),
        "b": ("", "Bo Lee left. Then Lee came back.", "2024-05-05"),
    }
    articles, sentences, tokens = corpus(records)
    first = mentions.find_mentions(articles, sentences, tokens)
    assert first.ledger["surface"].tolist().count("Lee") == 2
    path = tmp_path / "aliases.csv"
    tables.csv(first.ledger, path)
    again = mentions.find_mentions(articles, sentences, tokens, aliases=mentions.read_aliases(path))
    pd.testing.assert_frame_equal(
        again.mentions.astype("str").drop(columns="rule"), first.mentions.astype("str").drop(columns="rule")
    )
    assert again.corrected.empty and again.unmatched.empty
    # what the rules did not find is a correction, even under its own name
    path.write_text("surface,entity,kind\nback,back,other\n", encoding="utf-8")
    added = mentions.find_mentions(articles, sentences, tokens, aliases=mentions.read_aliases(path)).corrected
    assert added.to_numpy().tolist() == [["back", "", "back", "other", 2]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("surface,entity,kind\nLee,Ann Lee,human\n", "'human'"),
        ("surface,entity\nLee,Ann Lee\nLee,Bo Lee\n", "two entities"),
        ("surface,entity\nLee,Ann,Oak\n", "more cells"),
        ("", "no column surface"),
        ("name,entity\nLee,Ann\n", "no column surface"),
    ],
)
def test_a_ledger_that_cannot_be_used_says_why(tmp_path, text, says):
    path = tmp_path / "aliases.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        mentions.read_aliases(path)


def test_a_ledger_of_a_spreadsheet_with_semicolons_is_read(tmp_path):
    path = tmp_path / "aliases.csv"
    path.write_text("\ufeffsurface;entity\n Lee ;Ann Lee\n;\n", encoding="utf-8")
    assert mentions.read_aliases(path)[["surface", "entity"]].to_numpy().tolist() == [["Lee", "Ann Lee"]]


def test_a_ledger_in_the_folder_of_the_articles_counts_and_is_no_article(tmp_path):
    (tmp_path / "a.txt").write_text(f"{TEXTS['a'][1]} It will be open all summer.", encoding="utf-8")
    assert mentions.load_aliases(tmp_path) is None and mentions.load_aliases(tmp_path / "a.txt") is None
    path = tmp_path / "aliases.csv"
    path.write_text("surface,entity\nLee,Ann Lee\n", encoding="utf-8")
    read = read_articles(tmp_path)
    assert read.articles["article_id"].tolist() == ["a.txt"] and read.rejected.empty
    for found in (
        mentions.load_aliases(tmp_path),
        mentions.load_aliases(tmp_path / "a.txt"),
        mentions.load_aliases("elsewhere", path),
    ):
        assert found["entity"].tolist() == ["Ann Lee"]
    (tmp_path / "other").mkdir()
    assert mentions.load_aliases(tmp_path / "other") is None
    with pytest.raises(ValueError, match="leave the parameter empty"):
        mentions.load_aliases(tmp_path, tmp_path / "names.csv")


def test_a_name_that_only_a_copy_has_is_in_no_timeline():
    articles, sentences, tokens = corpus(
        {"a": ("", "The deal fell.", None), "b": ("", "The deal fell, Ann Lee said.", None)}, copies={"b"}
    )
    named = mentions.find_mentions(articles, sentences, tokens).mentions
    counted = population.counted_articles(articles, copies=False)
    dates = event_days.find_event_dates(counted, sentences, tokens)
    line = frequencies.count_timeline(counted, named, dates, unit="month")
    assert named["entity"].tolist() == ["Ann Lee"] and set(line["entity"]) == {""}


def test_copies_count_only_when_asked():
    articles, *_ = corpus(copies={"d"})
    assert len(population.counted_articles(articles, copies=False)) == 3
    assert len(population.counted_articles(articles, copies=True)) == 4


def test_periods_and_undated_articles_add_up_and_empty_periods_are_there():
    articles, _, named, dates = everything()
    line = frequencies.count_timeline(articles, named.mentions, dates, unit="month")
    total = line[(line["clock"] == "published") & (line["entity"] == "")]
    assert total["n_articles"].tolist() == [2, 0, 1, 1] and total["period"].isna().tolist()[-1]
    lee = line[(line["clock"] == "published") & (line["entity"] == "Ann Lee")]
    assert lee["n_articles"].tolist() == [2, 0, 1, 1]
    assert (
        lee["share"].fillna(-1).tolist() == [1, -1, 1, 1]
        and lee["n_of"].tolist() == [2, 0, 1, 1]
        and lee["share_high"].tolist()[1] == 1
    )
    event = line[(line["clock"] == "event") & (line["entity"] == "")]
    assert event["n_articles"].tolist() == [2, 1]


def test_days_talked_about_lie_on_two_clocks():
    articles, _, _, dates = everything()
    lag = event_days.pair_clocks(articles, dates)
    assert lag["lag"].tolist() == [1, -4, -6]
    assert dates["date_from"].dt.date.tolist()[0] == date(2024, 5, 3)
    assert dates["sentence"].tolist() == [0, 0, 0]


def test_who_is_quoted_and_who_is_only_named():
    articles, sentences, named, _ = everything()
    spoken = speakers.count_voices(
        named.mentions, speakers.find_speakers(named.mentions, sentences), articles
    ).set_index("entity")
    assert spoken.loc["Ann Lee", ["n_articles", "n_quoted", "n_quotes"]].tolist() == [4, 1, 1]
    assert "Zelmin" not in spoken.index


@pytest.mark.parametrize("n", [0, 1, 2, 3])
@pytest.mark.parametrize("language", ["en", "de"])
def test_any_number_of_articles_and_any_language_gives_tables_and_words(n, language):
    articles, sentences, named, dates = everything(records=dict(sorted(TEXTS.items())[:n]), language=language)
    counted = population.counted_articles(articles, copies=False)
    found = mentions.count_entities(named.mentions, counted)
    unit = population.period_unit(counted["published"])
    line = frequencies.count_timeline(counted, named.mentions, dates, unit=unit)
    spoken = speakers.count_voices(named.mentions, speakers.find_speakers(named.mentions, sentences), counted)
    pairs = frequencies.entity_pairs(named.mentions, counted)
    lag = event_days.pair_clocks(counted, dates)
    for name, table in (
        ("mentions", named.mentions),
        ("entities", found),
        ("event_dates", dates),
        ("timeline", line),
    ):
        tables.check(table, name)
    said = titles.name_findings(found, spoken, pairs, lag, articles=counted, mentions=named.mentions)
    none = "No article is in English." if language == "de" or n == 0 else "- "
    assert said.startswith(none)
    assert language == "en" or (found.empty and dates.empty)


def test_an_entity_has_one_kind_whatever_kinds_its_spellings_had():
    names = pd.DataFrame(
        {"surface": ["Lee", "Lee", "Lee Works"], "name": ["Lee", "Lee", "Lee Works"], "rule": ""}
    )
    names = names.assign(entity=names["name"], kind=["person", "person", "organisation"])
    aliases = pd.DataFrame({"surface": ["Lee Works"], "entity": ["Lee"], "kind": [""]})
    assert mentions.apply_aliases(names, aliases)["kind"].tolist() == ["person"] * 3
