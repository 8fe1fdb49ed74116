"""Exports that analysts have: each document is an article with its own day; no damage ends a run."""

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dateline import tables
from dateline.ingest.articles import read_articles

TEXTS = [
    "The ferry between Port Ansel and Lindmoor left at noon with forty passengers on board, for the first "
    "time since the storm.\n\n"
    "Nobody had expected it to sail before the end of the month, the harbour master said.",
    "The council of Tarnfeld voted to close the swimming hall until the roof is mended.\n\n"
    "Parents had collected nine hundred signatures. The mayor called the decision hard and right.",
    "A bear was seen near the school of Orrin on Friday, and lessons ended at ten.\n\n"
    "Two hunters followed its track. It had eaten the apples of a whole garden, a teacher said.",
]
TITLES = ["Ferry sails again", "Hall closed for good reasons", "Bear near school"]
DAYS = ["2022-01-25", "2022-01-26", "2022-02-03"]
WRITTEN = ["January 25, 2022", "January 26, 2022", "February 3, 2022"]
DAY_FIRST = ["25 January 2022", "26 January 2022", "3 February 2022"]
OUTLETS = ["The Courier (Lindmoor)", "Tarnfeld Times", "Orrin Post"]
ROWS = list(zip(TITLES, TEXTS, WRITTEN, DAY_FIRST, OUTLETS, strict=True))


def wrapped(text, width=78):
    import textwrap

    return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in text.split("\n\n"))


LEXISNEXIS = "Download Request: Selected Items: 1-3\nTerms: (ferry)\n\n" + "".join(
    f"""
                               {n} of 3 DOCUMENTS



                                  {outlet}

                            {day} Tuesday
                                   Edition 1;

{title}

BYLINE: Ann Lee

SECTION: NEWS; Pg. 3

LENGTH: 47 words


{wrapped(text)}

LOAD-DATE: {day}

LANGUAGE: ENGLISH

PUBLICATION-TYPE: Newspaper


                       Copyright 2022 The Press Ltd
                              All Rights Reserved
"""
    for n, (title, text, day, _, outlet) in enumerate(ROWS, 1)
)
NEXIS = (
    "User Name: A\nDate and Time: Friday, March 4, 2022\nJob Number: 1\n\nDocuments (3)\n\n"
    "1. Ferry sails again\n\n"
    + "".join(
        f"""{title}

{outlet}

{day} Tuesday


Copyright 2022 The Press Ltd All Rights Reserved


Section: NEWS; Pg. 3

Length: 47 words

Byline: Ann Lee

Body



{text}


Graphic


A photo.

Classification

Language: ENGLISH

Publication-Type: Newspaper

Subject: FERRIES (90%)

Load-Date: {day}


End of Document

"""
        for title, text, day, _, outlet in ROWS
    )
)
TAGGED = "".join(
    f"SE   News\nHD   {title}\nBY   By Ann Lee\nWC   47 words\nPD   {day}\nET   09:30\n"
    f"SN   {outlet}\nSC   LIND\nLA   English\n"
    f"CY   Copyright 2022 The Press Ltd\n\nLP\n{text.split(chr(10) * 2)[0]}\n\nTD\n"
    f"{text.split(chr(10) * 2)[1]}\n\n"
    f"CO   lindf : Ferries Ltd\nRE   uk : United Kingdom\nAN   Document LIND00002022012{n}ei1p0008r\n\n"
    for n, (title, text, _, day, outlet) in enumerate(ROWS)
)
UNTAGGED = "".join(
    f"News\n{title}\nBy Ann Lee\n47 words\n{day}\n09:30\n{outlet}\nLIND\nEnglish\n"
    f"Copyright 2022 The Press Ltd\n\n{text}\n\n"
    f"Document LIND00002022012{n}ei1p0008r\n\n"
    for n, (title, text, _, day, outlet) in enumerate(ROWS)
)
FACTIVA_PAGE = (
    '<!DOCTYPE html><html><head><title>Factiva</title></head><body><div class="carryOverOpen">'
    + "".join(
        f'<div id="article-{n}" class="article enArticle"><table>'
        + "".join(
            f'<tr><td class="index"><b>{tag}</b>&nbsp;</td><td>{value}</td></tr>'
            for tag, value in [
                *(("HD", title), ("WC", "47 words"), ("PD", day), ("SN", outlet), ("LA", "English")),
                *(
                    ("LP", f"<p>{text.split(chr(10) * 2)[0]}</p>"),
                    ("TD", f"<p>{text.split(chr(10) * 2)[1]}</p>"),
                ),
                ("AN", f"Document LIND00002022012{n}ei1p0008r"),
            ]
        )
        + "</table></div>"
        for n, (title, text, _, day, outlet) in enumerate(ROWS)
    )
    + "</div></body></html>"
)
LINE = "_" * 60
PROQUEST = (
    f"\n{LINE}\n\n"
    + f"\n{LINE}\n\n".join(
        f"Document {n} of 3\n\n{title}\n\nAuthor: Lee, Ann\n\n"
        f"Publication info: {outlet} ; Lindmoor. {day}.\n\n"
        f"Links: https://proquest.example/{n}\n\nFull text: {text}\n\nSubject: Ferries\n\n"
        f"Location: Lindmoor\n\n"
        f"Title: {title}\n\nPublication title: {outlet}\n\nPublication year: 2022\n\n"
        f"Publication date: {day}\n\n"
        f"Publisher: The Press Ltd\n\nLanguage of publication: English\n\n"
        f"ProQuest document ID: 26200{n}\n\n"
        f"Document URL: https://proquest.example/{n}\n\nCopyright: Copyright The Press Ltd {day}\n"
        f"\nDatabase: News\n"
        for n, (title, text, day, _, outlet) in enumerate(ROWS, 1)
    )
    + f"\n{LINE}\n\nContact us at: https://proquest.example\n"
)


def word(text):
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    for line in text.split("\n"):
        if line.strip():
            document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


def rich(text):
    escaped = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in text)
    return (
        "{\\rtf1\\ansi\\ansicpg1252 {\\fonttbl{\\f0 Arial;}}\n" + escaped.replace("\n", "\\par\n") + "}"
    ).encode()


def pdf(pages):
    """A PDF by hand: its pages, each lines of text."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for lines in pages:
        rows = "".join(f"({row})' " for row in lines)
        stream = f"BT /F1 10 Tf 12 TL 40 780 Td {rows}ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        font = f"/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects)} 0 R"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]{font}>>")
    kids = " ".join(f"{number} 0 R" for number in range(5, 5 + 2 * len(pages), 2))
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>"
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{content}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\n"
    return f"{body}{trailer}startxref\n{len(body)}\n%%EOF".encode("latin-1")


PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in TEXTS[0].split("\n\n"))
PAGE = (
    f"<html><head><title>{TITLES[0]}</title></head><body><article><h1>{TITLES[0]}</h1>"
    f"{PARAGRAPHS}</article></body></html>"
)
RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>The Courier (Lindmoor)</title>'
    "<language>en-gb</language>"
    + "".join(
        f"<item><title>{title}</title><link>https://courier.example/{n}</link><guid>g{n}</guid>"
        f"<pubDate>{day} 09:30:00 GMT</pubDate><description><![CDATA[<p>{text}</p>]]></description></item>"
        for n, (title, text, _, day, _) in enumerate(ROWS)
    )
    + "</channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Courier (Lindmoor)</title>'
    + "".join(
        f'<entry><title>{title}</title><link href="https://courier.example/{n}"/><id>g{n}</id>'
        f'<published>{day}T09:30:00Z</published><content type="text">{text}</content></entry>'
        for n, (title, text, day) in enumerate(zip(TITLES, TEXTS, DAYS, strict=True))
    )
    + "</feed>"
)
MAIL = (
    f'From: "The Courier (Lindmoor)" <news@courier.example>\nSubject: {TITLES[0]}\n'
    f"Date: Tue, 25 Jan 2022 09:30:00 +0000\n"
    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=xx\n\n--xx\n"
    "Content-Type: text/plain; charset=utf-8\n\n"
    f"{TEXTS[0]}\n--xx\nContent-Type: application/pdf\n"
    f"Content-Disposition: attachment; filename=a.pdf\n\nx\n--xx--\n"
).encode()
SAVED = (
    "From: <Saved by a browser>\nSnapshot-Content-Location: https://courier.example/0\nSubject: x\n"
    "Date: Fri, 4 Mar 2022 10:00:00 -0000\nMIME-Version: 1.0\n"
    'Content-Type: multipart/related; type="text/html"; boundary=xx\n\n'
    f"--xx\nContent-Type: text/html\nContent-Location: https://courier.example/0\n\n{PAGE}\n--xx--\n"
).encode()
MARKDOWN = (
    f"---\ntitle: {TITLES[0]}\ndate: 2022-01-25\nsource: The Courier (Lindmoor)\ntags: [a, b]\n---\n\n"
    + TEXTS[0].replace("Port Ansel", "[Port *Ansel*](https://a.example)").replace("Nobody", "**Nobody**")
)


def warc():
    def one(kind, url, content_type, body):
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n{body}".encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
            f"WARC-Date: 2022-03-04T10:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{len(body)}>\r\n"
            f"Content-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        return head.encode() + http + b"\r\n\r\n"

    pages = (PAGE.replace(PARAGRAPHS, f"<p>{text}</p>").replace(TITLES[0], title) for title, text, *_ in ROWS)
    records = [
        one("response", f"https://courier.example/{n}", "text/html", page) for n, page in enumerate(pages)
    ]
    return b"".join([*records, one("response", "https://courier.example/x.png", "image/png", "png")])


DATABASES = {
    "lexisnexis.txt": LEXISNEXIS.encode(), "nexis.txt": NEXIS.encode(), "nexis.docx": word(NEXIS),
    "nexis.rtf": rich(NEXIS), "tagged.txt": TAGGED.encode(), "untagged.txt": UNTAGGED.encode(),
    "untagged.rtf": rich(UNTAGGED), "factiva.html": FACTIVA_PAGE.encode(), "proquest.txt": PROQUEST.encode(),
}  # fmt: skip
SINGLE = {
    "a.docx": word(TEXTS[0]), "a.rtf": rich(TEXTS[0]), "a.pdf": pdf([wrapped(TEXTS[0], 60).split("\n")]),
    "a.eml": MAIL, "a.mht": SAVED, "a.md": MARKDOWN.encode(),
}  # fmt: skip
SEVERAL = {"rss.xml": RSS.encode(), "atom.xml": ATOM.encode(), "crawl.warc": warc()}


def put(folder, files):
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def plain(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", DATABASES)
def test_three_documents_of_a_press_database_are_three_articles(tmp_path, name):
    result = read_articles(put(tmp_path, {name: DATABASES[name]}))
    found = result.articles
    assert found["article_id"].tolist() == [f"{name}#{n}" for n in (1, 2, 3)]
    assert found["title"].tolist() == TITLES
    assert found["outlet"].tolist() == OUTLETS
    assert found["published"].dt.strftime("%Y-%m-%d").tolist() == DAYS
    assert found["stated_language"].tolist() == ["en"] * 3
    assert found["text"].map(plain).tolist() == list(map(plain, TEXTS))
    assert result.rejected.empty and result.files["articles"].tolist() == [3]


@pytest.mark.parametrize("name", SINGLE)
def test_a_document_is_an_article_with_the_name_of_its_file(tmp_path, name):
    result = read_articles(put(tmp_path, {name: SINGLE[name]}))
    article = result.articles.iloc[0]
    expected = f"{name}#1" if name == "a.eml" else name
    assert article["article_id"] == expected and plain(article["text"]) == plain(TEXTS[0])
    if name in ("a.eml", "a.md"):
        assert f"{article['published']:%Y-%m-%d}" == DAYS[0] and article["outlet"] == OUTLETS[0]
        assert article["title"] == TITLES[0]
    if name == "a.mht":
        assert article["url"] == "https://courier.example/0" and article["published_basis"] == "none"
    assert result.rejected["reason"].tolist() == (["attachment"] if name == "a.eml" else [])


@pytest.mark.parametrize("name", SEVERAL)
def test_entries_of_a_feed_and_pages_of_a_crawl_are_articles(tmp_path, name):
    result = read_articles(put(tmp_path, {name: SEVERAL[name]}))
    found = result.articles
    assert found["title"].tolist() == TITLES
    assert found["text"].map(plain).tolist() == list(map(plain, TEXTS))
    assert found["url"].tolist() == [f"https://courier.example/{n}" for n in range(3)]
    if name == "crawl.warc":
        assert result.rejected["reason"].tolist() == ["no-page"] and found["published"].isna().all()
    else:
        assert found["published"].dt.strftime("%Y-%m-%d").tolist() == DAYS
        assert found["outlet"].tolist() == [OUTLETS[0]] * 3


def test_running_heads_and_page_numbers_of_a_pdf_are_left_out(tmp_path):
    rows = [wrapped(text, 60).split("\n") for text in TEXTS]
    pages = [["The Courier, page " + str(n), *lines, str(n)] for n, lines in enumerate(rows, 1)]
    text = read_articles(put(tmp_path, {"a.pdf": pdf(pages)})).articles["text"].iloc[0]
    assert plain(text) == plain(" ".join(TEXTS))


def test_what_is_not_read_says_what_to_do(tmp_path):
    sitemap = b'<?xml version="1.0"?><urlset><url><loc>https://a.example/1</loc></url></urlset>'
    scan = pdf([[""], [""]])
    cut = word(TEXTS[0])[:-200]
    files = {
        "map.xml": sitemap,
        "scan.pdf": scan,
        "cut.docx": cut,
        "good.md": MARKDOWN.encode(),
        "b.xml": b"<?xml?><a/>",
    }
    result = read_articles(put(tmp_path, {**files, "empty.docx": word("")}))
    rejected = result.rejected.set_index("source")
    reasons = {
        "b.xml": "markup",
        "cut.docx": "damaged",
        "empty.docx": "empty",
        "map.xml": "no-text",
        "scan.pdf": "no-text",
    }
    assert rejected["reason"].to_dict() == reasons
    for name, words in {
        "map.xml": "1 addresses",
        "scan.pdf": "text recognition",
        "cut.docx": "save it again",
    }.items():
        assert words in rejected.loc[name, "detail"]


def test_front_matter_that_is_damaged_stays_in_the_text(tmp_path):
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\ntitle: *b\n---\n" + TEXTS[0]
    found = read_articles(
        put(tmp_path, {"a.md": f"---\n: [\n---\n{TEXTS[1]}".encode(), "b.md": bomb.encode()})
    ).articles
    assert len(found) == 2 and found["text"].str.contains("harbour master|hard and right").all()


def test_a_word_file_that_grows_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "0" * 50_000_000)
    result = read_articles(put(tmp_path, {"a.docx": buffer.getvalue(), "good.md": MARKDOWN.encode()}))
    assert result.rejected["reason"].tolist() == ["zip-bomb"]


@pytest.mark.parametrize("name", [*DATABASES, *SINGLE, *SEVERAL])
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spoil=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12)), max_size=6),
    cut=st.floats(0, 1),
)
@example(spoil=[], cut=0.5)
@example(spoil=[(0.3, b"\xff\x00\xed\xa0\x80")], cut=0)
def test_no_damage_ends_a_run_and_nothing_is_lost(tmp_path, name, spoil, cut):
    data = {**DATABASES, **SINGLE, **SEVERAL}[name]
    for place, piece in spoil:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + len(piece) :]
    put(tmp_path, {name: data[: len(data) - int(cut * len(data))], "good.txt": TEXTS[2].encode()})
    result = read_articles(tmp_path)
    assert "good.txt" in result.articles["article_id"].tolist()
    listed = [*result.articles["article_id"].str.split("#").str[0], *result.rejected["source"]]
    assert name in listed
    for table, frame in zip(result._fields, result, strict=True):
        tables.check(frame, table).to_parquet(io.BytesIO())
    json.dumps(result.rejected["detail"].tolist())
