"""Any input, opened and judged: formats, encodings, the removal ledger, quarantine and hostile files."""

import html
import io
import json
import os
import re
import subprocess
import sys
import textwrap
import time
import zipfile
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import seconds

from dateline import tables
from dateline.ingest import files, tabular
from dateline.ingest.articles import Ingested, cut_sentences, date_order, read_articles
from dateline.ingest.decisions import override_days, refuse_by_text
from dateline.ingest.html import FILLER, extract_fragment, extract_page, visible_text
from dateline.ingest.records import identify_language, recurring_lines
from helpers import runner

BODY = (
    "The ferry between Port Ansel and Lindmoor left at noon on Monday with forty passengers on board.\n\n"
    "Nobody had expected it to sail before the end of the month, the harbour master said."
)


def put(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def reasons(result):
    return dict(zip(result.rejected["source"], result.rejected["reason"], strict=True))


ROW = {
    "Headline": "Ferry sails again",
    "Article Body": BODY,
    "pub_date": "25/04/2024",
    "Publisher": "Courier",
}


def table_files():
    frame = pd.DataFrame([ROW])
    parquet = io.BytesIO()
    frame.to_parquet(parquet)
    return {
        "a.csv": frame.to_csv(index=False),
        "b.csv": "\ufeff" + frame.to_csv(index=False, sep=";"),
        "c.tsv": frame.to_csv(index=False, sep="\t"),
        "d.jsonl": json.dumps(ROW) + "\n\n",
        "e.json": json.dumps({"status": "ok", "articles": [ROW, ROW]}),
        "f.json": json.dumps(ROW),
        "g.parquet": parquet.getvalue(),
    }


class TestFormats:
    def test_tables_of_all_kinds_give_the_same_article(self, tmp_path):
        found = read_articles(put(tmp_path, table_files())).articles
        assert found["article_id"].tolist() == [
            *("a.csv#1", "b.csv#1", "c.tsv#1", "d.jsonl#1", "e.json#1", "e.json#2", "f.json", "g.parquet#1"),
        ]
        assert set(found["title"]) == {"Ferry sails again"} and set(found["text"]) == {BODY}
        assert set(found["published"].dt.strftime("%Y-%m-%d")) == {"2024-04-25"}
        assert set(found["outlet"]) == {"Courier"} and set(found["language"]) == {"en"}

    def test_a_page_gives_its_metadata_and_no_furniture(self, tmp_path):
        page = f"""<html lang="en"><head><title>x</title><meta property="og:title" content="Ferry &amp; fog">
        <meta property="article:published_time" content="2024-04-22T23:30:00+02:00">
        <script type="application/ld+json">{{"@graph": [{{"@type": "NewsArticle", "publisher":
        {{"name": "The Courier"}}}}]}}</script><link rel="canonical" href="https://courier.example/f"></head>
        <body><nav><a href="/">Home</a></nav><article><h1>Ferry &amp; fog</h1><p>{BODY.split(chr(10))[0]}</p>
        <h2>A long wait</h2><p>{BODY.split(chr(10))[2]} &ldquo;We waited,&rdquo; she said.</p></article>
        <footer><p>All rights reserved to somebody here</p></footer></body></html>"""
        result = read_articles(put(tmp_path, {"p.html": page}))
        row = result.articles.iloc[0]
        assert (row["title"], row["outlet"]) == ("Ferry & fog", "The Courier")
        assert f"{row['published']:%Y-%m-%d}" == "2024-04-22"
        assert row["text"].split("\n\n")[1] == "A long wait" and row["text"].endswith(
            "“We waited,” she said."
        )
        assert "Home" not in row["text"] and "rights" not in row["text"]
        for span in result.removed.itertuples():
            assert _visible(page[span.start : span.end]) == _visible(html.escape(span.text)), span
        assert {"Home", "Ferry & fog"} <= set(result.removed["text"])

    @pytest.mark.parametrize(
        "linked",
        [
            '{"@type": "LiveBlogPosting", "datePublished": "2022-01-25T09:30:00Z", "publisher": %s}',
            '{"@graph": [{"@type": "Recipe", "datePublished": "2022-01-25", "publisher": %s}, ]}',  # a comma
            '{"headline": "A "quoted" day\n", "datePublished": "Tue Jan 25 2022 03:05 GMT", "publisher": %s',
        ],
    )
    def test_linked_data_of_any_type_is_read_damaged_or_not(self, tmp_path, linked):
        script = linked % '{"@type": "Organization", "logo": {"url": "x"}, "name": "Courier \\u2013 North"}'
        page = f'<html><head><script type="application/ld+json">{script}</script></head><body>'
        page += "".join(f"<p>{paragraph}</p>" for paragraph in BODY.split("\n\n")) + "</body></html>"
        found = read_articles(put(tmp_path, {"a.html": page})).articles.iloc[0]
        assert f"{found['published']:%Y-%m-%d}" == "2022-01-25" and found["outlet"] == "Courier – North"

    def test_the_day_in_an_address_is_that_of_the_desk(self, tmp_path):
        stamp = '<meta property="article:published_time" content="{}T02:30:00+00:00">'
        head = stamp + '<link rel="canonical" href="{}">'
        page = "<html><head>{}</head><body><article><p>{}</p></article></body></html>"
        address = "https://courier.example/2022/1/24/ferry"
        pages = {
            "a.html": page.format(head.format("2022-01-25", address), BODY),
            "b.html": page.format(head.format("2016-04-05", address), BODY + " It rained."),
            "c.html": page.format(
                head.format("2022-01-25", "https://courier.example/2022/01/ferry"), BODY + " Yes."
            ),
        }
        result = read_articles(put(tmp_path, pages))
        days = result.articles["published"].dt.strftime("%Y-%m-%d").tolist()
        assert days == ["2022-01-24", "2022-01-24", "2022-01-25"]
        evidence = result.date_evidence
        assert set(evidence.loc[evidence["conflict"], "article_id"]) == {"b.html"}

    def test_how_the_source_of_a_page_is_wrapped_means_nothing(self, tmp_path):
        first, second = BODY.split("\n\n")
        text = "".join(f"<p>{part.replace(' ', chr(10))}</p>" for part in (first, second))
        page = f"<html><head><title>Ferry<body><form><div>{text}</div></form></body></html>"
        files = {"a.jsonl": json.dumps({"text": text}), "b.html": page.replace("<title>Ferry", "")}
        assert set(read_articles(put(tmp_path, files)).articles["text"]) == {BODY}

    @pytest.mark.parametrize(
        "wrap",
        [
            '<div role="complementary">{}</div>',
            "<form action='/x'>{}</form>",
            "<table><tr><td>{}</td></tr></table>",
        ],
    )
    def test_an_article_is_found_wherever_it_stands(self, tmp_path, wrap):
        paragraphs = [*BODY.split("\n\n"), article(1), article(2), article(3)]
        text = "".join(f"<p>{part}</p>" for part in paragraphs)
        page = (
            f"<html><head><meta charset='utf-8'><body><nav>Home</nav>{wrap.format(text)}<p>Imprint</p></html>"
        )
        found = read_articles(put(tmp_path, {"a.html": page})).articles["text"].iloc[0]
        assert [part for part in paragraphs if part in found] == paragraphs and "Home" not in found

    def test_every_visible_word_of_a_page_is_kept_or_removed(self, tmp_path):
        text = "".join(f"<p>{part} <b>Bold</b>ly &amp; so on.</p>" for part in BODY.split("\n\n"))
        page = f"<html><body><ul><li>Home<li>News</ul>{text}<footer>Imprint &copy;</footer></body></html>"
        result = read_articles(put(tmp_path, {"a.html": page}))
        words = " ".join([*result.articles["text"], *result.removed["text"]]).split()
        assert sorted(words) == sorted(
            _visible(page.replace("<", " <").replace(" <b", "<b").replace(" </b", "</b")).split()
        )

    def test_zips_and_folders_nest_and_a_single_file_will_do(self, tmp_path):
        inner = zipped({"deep/x.txt": BODY})
        folder = put(
            tmp_path / "in", {"a/b/y.txt": BODY, "z.zip": zipped({"inner.zip": inner, "w.txt": BODY})}
        )
        ids = read_articles(folder).articles["article_id"].tolist()
        assert ids == ["a/b/y.txt", "z.zip/inner.zip/deep/x.txt", "z.zip/w.txt"]
        assert read_articles(folder / "a/b/y.txt").articles["article_id"].tolist() == ["y.txt"]

    def test_columns_can_be_named_and_an_unknown_table_says_how(self, tmp_path):
        put(tmp_path, {"a.csv": f'Datum,Fließtext\n2024-04-25,"{BODY}"\n'})
        with pytest.raises(tables.NoArticlesError, match="COLUMNS"):
            read_articles(tmp_path)
        found = read_articles(tmp_path, columns={"text": "Fließtext", "date": "Datum"}).articles
        assert found["text"].tolist() == [BODY] and found["published"].notna().all()

    def test_day_and_month_are_told_apart_by_all_rows_of_a_file(self, tmp_path):
        rows = "".join(f'{day},"{BODY} Number {i}."\n' for i, day in enumerate(["04/05/2024", "25/04/2024"]))
        found = read_articles(
            put(tmp_path, {"a.csv": "date,text\n" + rows, "b.csv": f'date,text\n04/05/2024,"{BODY}"'})
        )
        days = found.articles.set_index("article_id")["published"].dt.strftime("%Y-%m-%d")
        assert days["a.csv#1"] == "2024-05-04" and pd.isna(days["b.csv#1"])
        interval = found.articles.set_index("article_id").loc["b.csv#1"]
        assert f"{interval['published_earliest']:%m-%d} {interval['published_latest']:%m-%d}" == "04-05 05-04"

    def test_seconds_and_nested_objects_are_read(self, tmp_path):
        row = {
            "content": f"<p>{BODY}</p>",
            "publishedAt": 1714003200,
            "source": {"id": None, "name": "Courier"},
        }
        found = read_articles(put(tmp_path, {"a.jsonl": json.dumps(row)})).articles.iloc[0]
        assert f"{found['published']:%Y-%m-%d}" == "2024-04-25" and found["outlet"] == "Courier"
        assert "<p>" not in found["text"]

    def test_characters_and_tags_that_an_export_has_escaped_are_read(self, tmp_path):
        rows = [
            {
                "title": "Tea &amp; &#39;cake&#39;",
                "text": f"It isn&#39;t &quot;late&quot; at a.example/?a=1&region=2.\n\n{BODY}",
            },
            {"title": "Two", "text": f"&lt;p&gt;{BODY}&lt;/p&gt;&lt;p&gt;Rain &amp;amp; snow.&lt;/p&gt;"},
            {"title": "Three", "text": f"<p>{BODY} 3 &lt; 4</p>"},
        ]
        read = read_articles(put(tmp_path, {"a.json": json.dumps(rows)})).articles
        assert read["title"].tolist() == ["Tea & 'cake'", "Two", "Three"]
        assert read.loc[0, "text"] == f'It isn\'t "late" at a.example/?a=1&region=2.\n\n{BODY}'
        line = " ".join(BODY.split())
        assert read.loc[1, "text"] == f"{line}\n\nRain & snow."
        assert read.loc[2, "text"] == f"{line} 3 < 4"

    def test_a_text_in_several_columns_is_joined(self, tmp_path):
        cut = ("Ferries sailed. " * 2000)[:32_000]
        row = {"article_full_text_2": "Second part.", "article_full_text_1": BODY, "article_full_text_10": ""}
        halves = {"text_1": cut, "text_2": "Then rain came."}
        found = read_articles(
            put(tmp_path, {"a.csv": pd.DataFrame([row]).to_csv(), "b.jsonl": json.dumps(halves)})
        ).articles["text"]
        assert found[0] == f"{BODY}\n\nSecond part." and found[1] == f"{cut}Then rain came."

    def test_articles_deep_in_a_document_and_languages_by_name(self, tmp_path):
        entry = {
            "uri": "7",
            "lang": "deu",
            "dateTimePub": "2022-01-25T09:30:00Z",
            "title": "Ferry",
            "body": BODY,
        }
        results = [entry | {"source": {"uri": "courier.example", "title": "Courier"}}, entry | {"uri": "8"}]
        document = {"articles": {"page": 1, "totalResults": 2, "results": results}}
        found = read_articles(put(tmp_path, {"a.json": json.dumps(document)})).articles
        assert found["article_id"].tolist() == ["a.json#1", "a.json#2"]
        assert found.loc[0, ["outlet", "stated_language"]].tolist() == ["Courier", "de"]
        assert found["published"].dt.strftime("%Y-%m-%d").tolist() == ["2022-01-25"] * 2

    def test_a_list_of_addresses_says_that_the_pages_are_needed(self, tmp_path):
        head = "id,publish_date,title,url,language,media_name\n"
        media_cloud = f"{head}1,2022-01-25,Ferry,https://courier.example/a,en,Courier\n"
        gdelt = "URL,MobileURL,Date,Title\nhttps://courier.example/a,,20220125093000,Ferry\n"
        result = read_articles(put(tmp_path, {"a.csv": media_cloud, "b.csv": gdelt, "good.txt": BODY}))
        assert set(reasons(result)) == {"a.csv", "b.csv"}
        assert result.rejected["detail"].str.contains("save the pages").all()

    def test_outlets_come_from_the_address_or_from_several_folders(self, tmp_path):
        row = {"text": BODY, "url": "https://www.courier.example/a"}
        folder = put(tmp_path, {"one/a.jsonl": json.dumps(row), "two/b.txt": BODY + " Then rain came."})
        assert read_articles(folder).articles["outlet"].tolist() == ["courier.example", "two"]
        assert read_articles(folder / "two").articles["outlet"].isna().all()


def test_outlet_and_language_stand_in_names_of_one_pattern(tmp_path):
    names = [f"2022012{i}T090000Z_{land}_{paper}" for i in range(1, 5) for land, paper in PAPERS]
    texts = {f"{name}.txt": f"{BODY} Number {i} came late." for i, name in enumerate(names)}
    found = read_articles(put(tmp_path / "a", texts)).articles
    assert found["outlet"].tolist() == ["the_north-star", "somewhere"] * 4
    assert found["stated_language"].tolist() == ["de", "en"] * 4 and found["published"].notna().all()
    # titles are no outlets, and two files are no pattern
    titles = {f"2022012{i}_en_the-ferry-sails-in-week-{i}.txt": f"{BODY} {i}" for i in range(8)}
    mixed = {f"note {name}.txt": text for name, text in zip("abcdef", texts.values(), strict=False)}
    for number, other in enumerate([titles, {**mixed, names[0]: BODY + "."}, dict(list(texts.items())[:2])]):
        assert read_articles(put(tmp_path / f"b{number}", other)).articles["outlet"].isna().all()


PAPERS = [("GB_en", "somewhere"), ("AT_de", "the_north-star")]


def _visible(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^<>]*>", "", html.unescape(text)))).strip()


class TestDecoding:
    TEXT = "Živan Korešić’s café – “dear”, said René.\n" + BODY

    @pytest.mark.parametrize(
        "name",
        [
            *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
            *("cp1250", "cp1252"),
        ],
    )
    def test_encodings(self, name):
        text = self.TEXT.encode(name, "replace").decode(name)
        assert files.decode(text.encode(name))[0] == text.removeprefix("\ufeff")

    def test_western_and_cyrillic(self):
        western = "Café in Montréal – “très bien”, said the señor. " + BODY
        assert files.decode(western.encode("cp1252")) == (western, "cp1252")
        russian = "Президент прибыл в столицу соседнего государства с двухдневным визитом. " * 5
        assert files.decode(russian.encode("cp1251"))[0] == russian

    @pytest.mark.parametrize("name", ["cp1250", "iso8859-2"])
    def test_polish(self, name):
        text = "Żaden z posłów nie głosował w środę przeciw, a mąż źle spał. Kraków, Łódź. " * 3
        assert files.decode(text.encode(name)) == (text, name)

    def test_scandinavian_turkish_and_japanese(self):
        swedish, turkish = (
            "Ärendet i Åsa är på väg, sade ägaren till båten.",
            "Sağlık bakanı çarşamba söyledi.",
        )
        assert files.decode(swedish.encode("cp1252"))[0] == swedish
        assert files.decode(turkish.encode("cp1254"))[0] == turkish
        japanese = "東京で水曜日、大臣は病院により多くの資金が与えられると述べた。\n市場は上昇した。"
        assert files.decode(japanese.encode("iso2022_jp")) == (japanese, "iso2022_jp")

    def test_mojibake_is_repaired_and_each_repair_is_listed(self):
        broken = self.TEXT.encode().decode("cp1252", "replace").replace("\ufffd", "")
        text, repairs = files.repair_text(broken)
        assert "café" in text and "“dear" in text and {one.rule for one in repairs} == {"mojibake"}
        assert undone(text, repairs) == broken
        assert files.repair_text("Ã is a letter, and so is Â.")[1] == ()

    def test_a_damaged_utf8_file_stays_utf8(self):
        text, name = files.decode(("Korešić’s ferry. " * 60).encode() + b"\xc5 End")
        mended, repairs = files.repair_text(text)
        assert name == "utf-8" and mended.endswith("\ufffd End") and mended.count("Korešić") == 60
        assert [one.rule for one in repairs] == ["undecodable"] and undone(mended, repairs) == text

    @settings(max_examples=150, deadline=None)
    @given(
        st.text(st.characters(codec="utf-8"), max_size=60).map(
            lambda text: text.encode().decode("cp1252", "surrogateescape")
        )
        | st.text(st.sampled_from("aÃ©â€™\xa0 \n\ufffd\udcc5\ud800“ž."), max_size=40)
    )
    def test_putting_back_what_was_repaired_gives_the_source(self, text):
        mended, repairs = files.repair_text(text)
        assert undone(mended, repairs) == text
        mended.encode()

    def test_a_page_may_not_name_a_codec_that_unpacks(self):
        for name in ("hex", "bz2", "punycode", "unicode_escape", "rot13"):
            text, _ = files.decode(f'<meta charset="{name}"> Café, '.encode("cp1252") + BODY.encode())
            assert "Café" in text
        assert files.decode(b'<meta charset="iso-8859-1"> It\x92s')[0].endswith("It’s")


def undone(text, repairs):
    """What the bytes said: every repair taken back."""
    at, back = 0, ""
    for one in repairs:
        back += text[at : one.start] + one.before
        at = one.end
    return back + text[at:]


PIECES = [
    *(
        "date 2024-03-04 ",
        "Ferry sails again",
        "(MENAFN) ",
        "By Ann Lee",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "\u200b",
    ),
    *("The ferry left port at noon today.", "Share this", "Related Links", "Comments are closed."),
]


class TestLedger:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        text=st.text(st.characters(codec="utf-8"), max_size=120)
        | st.lists(
            st.sampled_from(PIECES),
            max_size=12,
        ).map("".join)
    )
    def test_kept_and_removed_give_the_source_back(self, tmp_path, text):
        (tmp_path / "a.txt").write_bytes(text.encode())
        try:
            result = read_articles(tmp_path)
        except tables.NoArticlesError:
            return
        source, _ = files.repair_text(files.decode(text.encode())[0])
        at, back = 0, ""
        for span in result.removed.itertuples():
            assert source[span.start : span.end] == span.text
            back += source[at : span.start]
            at = span.end
        assert back + source[at:] == result.articles["text"].iloc[0]

    def test_a_rule_can_be_switched_off(self, tmp_path):
        put(tmp_path, {"a.txt": BODY + "\nComments are closed."})
        assert read_articles(tmp_path).articles["text"].iloc[0] == BODY
        assert read_articles(tmp_path, rules_off=["comments"]).articles["text"].iloc[0].endswith("closed.")


def article(i):
    words = [
        "harbour",
        "ferry",
        "captain",
        "winter",
        "cheese",
        "bridge",
        "river",
        "orchard",
        "museum",
        "tram",
    ]
    return " ".join(
        f"The {words[(i + j) % 10]} number {i} stood near the {words[(3 * i + j) % 10]}." for j in range(6)
    )


class TestRecurringLines:
    def test_a_line_at_the_edge_of_unrelated_articles_goes(self):
        found = recurring_lines([f"{article(i)}\n\nThe harbour desk, room {i}" for i in range(3)])
        assert found == {"the harbour desk room"}

    def test_copies_do_not_make_a_line_boilerplate(self):
        assert not recurring_lines([f"{article(1)}\n\nThe harbour desk, room 4"] * 9)

    def test_a_crosshead_and_a_paragraph_in_the_middle_stay(self):
        texts = [f"{article(i)}\n\nWhat happened next\n\n{article(i + 3)} Number {i}." for i in range(6)]
        assert not recurring_lines(texts)

    def test_all_lines_of_a_footer_go(self):
        footer = "Facebook\nWhatsApp\nCopy the link"
        assert len(recurring_lines([f"{article(i)}\n\n{footer}" for i in range(3)])) == 3

    def test_a_sentence_needs_more_articles_than_a_note(self):
        background = "The two states have argued about the waters of the river for six years."
        assert not recurring_lines([f"{article(i)}\n\n{background}" for i in range(4)])
        assert recurring_lines([f"{article(i)}\n\n{background}" for i in range(6)])


REJECTS = {
    "empty.txt": b" \n",
    "nul.txt": b"\x00" * 40,
    "photo.txt": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
    "title.txt": "Share this\nComments are closed.",
    "gone.html": "<html><body><h1>Page not found</h1><p>What you asked for is not here.</p></body></html>",
    "wall.txt": "The regatta was to start at noon.\nSubscribe to continue reading.",
    "ask.txt": "We and our partners store cookies on your device. You can accept all or manage options. "
    "You may withdraw consent.",
    "list.txt": "\n".join(
        f"Headline number {word} about things" for word in ["one", "two", "three", "four", "five"]
    ),
    "line.txt": "word " * 60_000,
    "bad.zip": b"PK\x03\x04 this is no zip",
    "bomb.zip": zipped({"a.txt": "0" * 5_000_000}),
    "broken.jsonl": '{"text": "cut',
    "digits.txt": "1 2 3 4 " * 50,
}
REASONS = {
    "empty.txt": "empty",
    "nul.txt": "empty",
    "photo.txt": "binary",
    "title.txt": "no-text",
    "gone.html": "not-found",
    "wall.txt": "paywall",
    "ask.txt": "consent",
    "list.txt": "list-only",
    "line.txt": "long-line",
    "bad.zip": "bad-zip",
    "bomb.zip/a.txt": "zip-bomb",
    "broken.jsonl": "bad-record",
    "digits.txt": "not-text",
}


class TestQuarantine:
    def test_each_reject_has_a_reason_and_a_hint(self, tmp_path):
        result = read_articles(put(tmp_path, {**REJECTS, "good.txt": BODY}))
        assert reasons(result) == REASONS
        assert result.rejected["detail"].str.len().gt(20).all()
        assert result.articles["article_id"].tolist() == ["good.txt"]

    def test_nothing_but_rejects_is_one_clear_line(self, tmp_path):
        with pytest.raises(tables.NoArticlesError, match="articles") as error:
            read_articles(put(tmp_path, REJECTS))
        message = str(error.value)
        assert "1 paywall" in message and "13" in message and "\n" not in message

    def test_an_empty_folder_is_one_clear_line(self, tmp_path):
        with pytest.raises(tables.NoArticlesError, match="articles"):
            read_articles(tmp_path)
        with pytest.raises(FileNotFoundError, match="articles"):
            read_articles(tmp_path / "nowhere")

    @pytest.mark.parametrize(
        "text",
        [
            "The council fined a website that stored cookies without consent. Privacy matters to your "
            "neighbours, they said.\n\nThe ferry left at noon. It rained. Nobody came. The mayor slept.",
            "The 404 bus to Lindmoor was late again on Monday, " + "the driver said, because of fog. " * 30,
            "A short note about a ferry.",
            "The flood killed 404 people in three towns, the ministry said on Monday.",
            "The paper raised prices for subscribers by a crown a month, its owner told readers.",
            "Only subscribers of the gas company are supplied. Deals for subscribers end in May.",
        ],
    )
    def test_an_article_about_such_things_is_one(self, text):
        assert refuse_by_text(text, raw=text) is None

    def test_bad_rows_of_a_table_do_not_cost_the_good_ones(self, tmp_path):
        lines = [json.dumps({"text": BODY}), "{broken", json.dumps({"text": None}), json.dumps(["list"])]
        result = read_articles(
            put(tmp_path, {"a.jsonl": "\n".join(lines), "b.csv": f'text,date\n"{BODY}"\n"{BODY}",2024\n'})
        )
        assert result.articles["article_id"].tolist() == ["a.jsonl#1", "b.csv#2"]
        assert result.rejected[["source", "record", "reason"]].to_numpy().tolist() == [
            ["a.jsonl", 2, "bad-record"],
            ["a.jsonl", 3, "no-text"],
            ["a.jsonl", 4, "bad-record"],
            ["b.csv", 1, "bad-record"],
        ]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
    def test_a_pipe_is_not_waited_for(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.txt")
        assert reasons(read_articles(put(tmp_path, {"good.txt": BODY}))) == {"pipe.txt": "unreadable"}


class TestHostileInput:
    def test_names_in_a_zip_lead_nowhere(self, tmp_path):
        names = ["../../etc/a.txt", "/b.txt", "C:\\c.txt", "d\x07.txt", "a/../../e.txt"]
        result = read_articles(put(tmp_path, {"z.zip": zipped({name: BODY for name in names})}))
        assert all(".." not in name and name.startswith("z.zip/") for name in result.articles["article_id"])
        assert len(result.articles) == len(names)
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["z.zip"]

    def test_two_records_never_share_an_id(self, tmp_path):
        files = {"a.jsonl": json.dumps({"text": BODY}), "a.jsonl#1": BODY, "a.jsonl#1~2": BODY}
        assert len(read_articles(put(tmp_path, files)).articles) == 3

    def test_a_file_name_that_is_no_text(self, tmp_path):
        try:
            (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(BODY)
        except OSError:
            pytest.skip("the file system refuses such names")
        found = read_articles(tmp_path).articles
        assert found["article_id"].str.contains("caf").all()
        found.to_parquet(tmp_path / "x.parquet")

    @pytest.mark.parametrize(
        "fields",
        [
            {"date": -90_000_000_000},
            {"date": 10**400},
            {"date": float("inf"), "url": "http://[::1"},
            {
                "title": "\ud800",
                "outlet": "a\udfff",
                "url": "\ud800",
                "id": "\ud800",
                "text": f"\ud800 {BODY}",
            },
            {"title": "a\x00b", "outlet": "c\x1bd"},
        ],
    )
    def test_no_cell_stops_the_others(self, tmp_path, fields):
        found = read_articles(put(tmp_path, {"a.jsonl": json.dumps({"text": BODY, **fields}), "b.txt": BODY}))
        assert len(found.articles) == 2
        tables.write(found.articles, "articles", tmp_path)
        named = found.articles["title"] + found.articles["outlet"].fillna("")
        assert not named.str.contains(r"[\x00-\x1f]").any()

    def test_lists_in_lists_and_files_of_a_mark_alone(self, tmp_path):
        deep = f'{{"text": {"[" * 700}1{"]" * 700}}}'
        files = {
            "a.jsonl": deep,
            "b.json": deep,
            "c.csv": b"\xef\xbb\xbf",
            "d.tsv": b"\xff\xfe",
            "e.txt": BODY,
        }
        assert set(reasons(read_articles(put(tmp_path, files)))) == {"a.jsonl", "b.json", "c.csv", "d.tsv"}

    @pytest.mark.parametrize("stamp", [202401251230, 20240125123005, 20240125, 202401251230.0])
    def test_a_number_of_digits_of_a_day_is_no_time_since_1970(self, tmp_path, stamp):
        rows = [json.dumps({"text": BODY, "date": value}) for value in (stamp, 10**400)]
        found = read_articles(put(tmp_path, {"a.jsonl": "\n".join(rows)})).articles
        assert found["published"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2024-01-25", ""]

    def test_only_a_date_is_read_as_seconds(self, tmp_path):
        row = {"text": BODY, "id": 1715644800, "title": 1715644800, "date": 1715644800}
        found = read_articles(
            put(tmp_path, {"a.jsonl": json.dumps(row), "b.csv": f'\ntext\n"{BODY}"\n'})
        ).articles
        assert found.loc[0, ["title", "record_id"]].tolist() == ["1715644800"] * 2
        assert f"{found.loc[0, 'published']:%Y-%m-%d}" == "2024-05-14"
        assert len(found) == 2

    @pytest.mark.parametrize(
        "piece", ["<", "<!--", "<a ", "<p>x", "<div>", "&", "&amp", "<meta name='", "</i><b>"]
    )
    def test_pages_are_read_in_linear_time(self, piece):
        def page(n):
            return f"<html><body>{piece * (n // len(piece))}</body></html>"

        def ratio():
            small, large = (seconds(extract_page, page(n), runs=2) for n in (20_000, 80_000))
            return large / max(small, 0.1)

        extract_page(page(1000))  # imports
        # sixteen times the work would be quadratic; what a busy machine adds is not there five times
        assert any(ratio() < 6 for _ in range(5))

    def test_pages_that_break_parsers(self):
        for source in (
            "",
            "<",
            "<html",
            "<html></html>",
            "\x00" * 9,
            "<p>" * 3000,
            "<script>var a = '<p>x</p>'",
        ):
            assert isinstance(extract_page(source).text, str)


class TestDates:
    def test_all_codes_of_a_wire_tell_day_and_month_apart(self, tmp_path):
        texts = {
            f"{i}.txt": f"{article(i)}\n\nORNA{code}000219EN ID2207981"
            for i, code in enumerate(["12092024", "30052024", "22112024"])
        }
        found = read_articles(put(tmp_path, texts)).articles.set_index("article_id")
        assert f"{found.loc['0.txt', 'published']:%Y-%m-%d}" == "2024-09-12"
        assert found.loc["0.txt", "published_basis"] == "wire-code"

    def test_conflicts_are_shown_and_the_stronger_evidence_decides(self, tmp_path):
        row = json.dumps({"text": f"date 2024-05-20 {BODY}", "date": "2024-05-14"})
        result = read_articles(put(tmp_path, {"a.jsonl": row}))
        assert result.date_evidence[["basis", "chosen", "conflict"]].to_numpy().tolist() == [
            ["metadata", True, False],
            ["header", False, True],
        ]


class TestSmallAndOtherCorpora:
    def test_no_titles_no_dates_no_english(self, tmp_path):
        russian = "Президент прибыл в столицу соседнего государства с двухдневным визитом в среду. " * 3
        result = read_articles(put(tmp_path, {"a.txt": russian, "b.txt": "Nothing more."}))
        assert result.articles["language"].tolist() == ["ru", "und"]
        assert result.articles["title"].tolist() == ["", ""] and result.date_evidence.empty
        assert len(cut_sentences(result.articles)[0]) == 4
        for table in ("articles", "removed", "rejected", "date_evidence"):
            tables.check(getattr(result, table), table)

    def test_sentences_point_into_the_text(self, tmp_path):
        found = read_articles(put(tmp_path, {"a.txt": "Ferry sails again\n\n" + BODY})).articles
        rows = cut_sentences(found)[0]
        assert rows["sentence"].tolist() == [-1, 0, 1] and rows["voice"].tolist()[0] == "headline"
        for row in rows.itertuples():
            source = found["title"].iloc[0] if row.sentence < 0 else found["text"].iloc[0]
            assert source[row.start : row.end] == row.text


def test_the_order_of_the_files_and_a_second_run_change_nothing(tmp_path):
    names = [f"{i}.txt" for i in range(6)]
    first = put(tmp_path / "one", {name: article(i) for i, name in enumerate(names)})
    second = put(tmp_path / "two", {name: article(int(name[0])) for name in reversed(names)})
    for a, b in zip(read_articles(first), read_articles(second), strict=True):
        pd.testing.assert_frame_equal(a, b)


def test_what_readers_take_out_of_single_values():
    assert override_days("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert override_days("none") == () and override_days("14 May") is None
    assert list(map(tabular.language_code, ["German", "ENG", "es-MX", ""])) == ["de", "en", "es", ""]
    row = tabular.Row(1, "", {"day": 1715644800})
    assert tabular.field_values(row, {"date": "day"})["date"] == "2024-05-14T00:00:00+00:00"
    german = "Der Minister sagte am Montag, dass die Brücke im Herbst wieder geöffnet wird."
    assert identify_language("", german) == "de"
    for days, order in (
        (["04/05/2024", "25/04/2024"], "day-first"),
        (["04/05/2024"], "ambiguous"),
        (["2024-05-04"], "plain"),
    ):
        assert date_order(days) == order
    refusal = refuse_by_text("Two crowns a week.", raw="Subscribe to continue reading.\nTwo crowns a week.")
    assert refusal == ("paywall", "only the beginning was saved: get the whole article")


def test_visible_text_keeps_the_place_of_each_character():
    page = extract_fragment("<p>The ferry <b>left</b> at noon &amp; came back.</p><p>So it goes.</p>")
    assert page.text == "The ferry left at noon & came back.\n\nSo it goes."
    assert page.starts[page.text.index("came")] == 39
    visible = visible_text("<p>Tea<i>s</i> &amp; cake")
    assert visible.replace(FILLER, "") == "\n\n\nTeas & cake"


def test_known_column_names_are_unique():
    names = [name for field in tabular.COLUMNS.values() for name in field]
    assert len(names) == len(set(names))


def corpus(n):
    """Files of all kinds, in which lines recur, dates are ambiguous by themselves, and encodings differ."""
    files = {}
    for i in range(n):
        page = f"<p>{article(i + 100)}</p><p>Report by the paper's own staff</p>"
        files[f"courier/{i}.txt"] = (
            f"date 0{i % 9 + 1}/05/2024 Title {i}\n\n{article(i)}\n\nThe desk, room {i}"
        )
        files[f"lantern/{i}.html"] = f'<html><body><nav><a href="/">Home</a></nav>{page}</body></html>'
        files[f"harbour/{i}.csv"] = f'date,text\n0{i % 9 + 1}/06/2024,"{article(i + 200)} Zürich."\n'.encode(
            "cp1252"
        )
        files[f"orna/{i}.txt"] = (
            f"{article(i + 300)} Itâ€™s over.\n\nORNA{10 + i % 9}092024000219EN ID2207981"
        )
    return files


# One process that imports everything and lets a child do the work: killed ever later, the last one never.
RUN = textwrap.dedent("""
    import os, random, signal, sys, time
    import charset_normalizer, ftfy, htmldate, trafilatura
    from dateline import tables
    from dateline.ingest.articles import read_articles
    out = tables.out(sys.argv[2])
    chance, killed = random.Random(7), 0
    for kill in (True, True, True, True, True, False):
        child = os.fork()
        if not child:
            read = read_articles(sys.argv[1])
            for name, table in zip(read._fields, read, strict=True):
                tables.write(table, name, out)
            os._exit(0)
        if kill:
            time.sleep(chance.uniform(0, float(sys.argv[3])))
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        killed += status == -signal.SIGKILL
        for path in (out / "tables").glob("*.parquet"):
            assert path.read_bytes()[-4:] == b"PAR1", path
    print(killed, status)
""")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_run_that_is_killed_anywhere_is_finished_to_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.delenv("DATELINE_OUT", raising=False)
    folder, out, fresh = put(tmp_path / "in", corpus(9)), tmp_path / "out", tables.out(tmp_path / "fresh")
    read_articles(folder)
    start = time.perf_counter()
    for name, table in zip(Ingested._fields, read_articles(folder), strict=True):
        tables.write(table, name, fresh)
    took = time.perf_counter() - start
    run = subprocess.run(
        [sys.executable, "-c", RUN, folder, out, str(took)], capture_output=True, text=True, check=True
    )
    killed, status = map(int, run.stdout.split())
    assert killed and status == 0, "no run was killed, or the last one failed"
    runner.sweep(out)
    written = {path.name: path.read_bytes() for path in (out / "tables").iterdir()}
    assert written == {path.name: path.read_bytes() for path in (fresh / "tables").iterdir()}
