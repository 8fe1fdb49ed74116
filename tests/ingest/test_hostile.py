"""Input made to break a reader: no crash, no more than linear time, nothing run or fetched."""

import gzip
import io
import json
import os
import socket
import struct
import zipfile

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from texts import seconds

from dateline import tables
from dateline.ingest import files
from dateline.ingest.articles import read_articles
from dateline.ingest.html import extract_page

BODY = (
    "The ferry between Port Ansel and Lindmoor left at noon on Monday with forty passengers on board.\n\n"
    "Nobody had expected it to sail before the end of the month, the harbour master said."
)


def put(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    return folder


def zipped(files, how=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def parquet(rows):
    buffer = io.BytesIO()
    pd.DataFrame(rows).to_parquet(buffer)
    return buffer.getvalue()


def reasons(result):
    return dict(zip(result.rejected["source"], result.rejected["reason"], strict=True))


# What each reader reads; the test spoils it in places and beside it puts bytes of every other kind.
WHOLE = {
    "a.txt": BODY.encode(),
    "a.html": f"<html><body><h1>Ferry</h1><article><p>{BODY}</p></article></body></html>".encode(),
    "a.csv": f'title,text,date\nFerry,"{BODY}",2024-05-14\n'.encode(),
    "a.tsv": b"title\ttext\nFerry\tIt left the harbour at noon.\n",
    "a.json": json.dumps({"articles": [{"text": BODY, "date": 1715644800}]}).encode(),
    "a.jsonl": (json.dumps({"text": BODY}) + "\n").encode() * 2,
    "a.parquet": parquet([{"text": BODY, "title": "Ferry"}]),
    "a.zip": zipped({"b.txt": BODY, "c.zip": zipped({"d.csv": f'text\n"{BODY}"\n'})}),
    "a.txt.gz": gzip.compress(BODY.encode(), mtime=0),
    "overrides.csv": b"article_id,action,value\na.txt,date,2024-05-14\n",
}
PIECES = [
    b"<p>",
    b"</",
    b"<!--",
    b'"',
    b"\n",
    b"\x00",
    b"\xff\xfe",
    b"[",
    b'{"text":',
    b"PK\x01\x02",
    b"&#x0;",
    b"=",
]
PIECES += [
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    b"9" * 30,
    b",",
    b"\r",
    b"charset=utf-16",
    b"\xc3\x83\xc2\xa9",
    b"\xef\xbb\xbf",
]
SPOIL = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES) | st.binary(max_size=12)), max_size=6)


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoil=SPOIL, cut=st.integers(0, 40))
@example(spoil=[], cut=0)
def test_no_bytes_stop_a_reader(tmp_path, name, spoil, cut):
    data = WHOLE[name]
    for place, piece in spoil:
        at = int(place * len(data))
        data = data[:at] + piece + data[at + len(piece) :]
    put(tmp_path, {name: data[: len(data) - cut], "good.txt": BODY})
    try:
        result = read_articles(tmp_path)
    except tables.OwnFileError as error:
        assert name == "overrides.csv" and "overrides.csv" in str(error)
        return
    assert "good.txt" in result.articles["article_id"].tolist()
    named = pd.concat([result.articles["article_id"].str.split("#").str[0], result.rejected["source"]])
    assert name == "overrides.csv" or named.str.startswith(name).any()
    for table, frame in zip(result._fields, result, strict=True):
        tables.check(frame, table).to_parquet(io.BytesIO())


HEADERS = st.text(st.characters() | st.sampled_from('textbody_12 \ud800,;"\x00\x1b='), max_size=12)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(HEADERS, max_size=4), damage=st.binary(max_size=3), text_first=st.booleans())
@example(names=["da\udce5te", "\ud800"], damage=b"\xe5", text_first=False)
@example(names=["=cmd|' /C calc'!A0", "text_1", "text_2"], damage=b"", text_first=True)
def test_no_header_stops_a_reader(tmp_path, names, damage, text_first):
    names = ["text", *names] if text_first else [*names, "text"]
    row = ",".join(f'"{BODY}"' if name == "text" else "x" for name in names)
    head = ",".join(names).encode("utf-8", "surrogatepass") + damage
    record = {**dict.fromkeys(names, "x"), "text": BODY}
    put(tmp_path, {"a.csv": head + f"\n{row}\n".encode(), "b.jsonl": json.dumps(record), "good.txt": BODY})
    result = read_articles(tmp_path)
    assert {"b.jsonl#1", "good.txt"} <= set(result.articles["article_id"])
    for table, frame in zip(result._fields, result, strict=True):
        tables.check(frame, table).to_parquet(io.BytesIO())


HTML = [
    "<",
    "<!--",
    "<a ",
    "<div>",
    "&",
    "&amp",
    "<meta name='",
    "</i><b>",
    "<td>",
    "<time datetime='",
    "<br>",
]
TEXT = [
    "(",
    "[[",
    "“",
    "a",
    "Ã©",
    "Share this\n",
    "By Ann Lee\n",
    "2024-05-14 ",
    "\u200b",
    "a\u202e",
    "https://",
    "\n",
    ".",
]
ROWS = ['"', '","', "a,b\n", '"a",\n', "{", '{"text":', '{"text":"a"}\n', "[", "\r", "\\u0000"]


@pytest.mark.parametrize(
    ("name", "start", "piece"),
    [
        *(("a.html", "<html><body><p>", piece) for piece in HTML),
        *(("a.txt", f"{BODY}\n\n", piece) for piece in TEXT),
        *(("a.csv", "text,title\n", piece) for piece in ROWS),
        *(("a.jsonl", "", piece) for piece in ROWS),
    ],
)
def test_twice_the_input_takes_at_most_about_twice_the_work(tmp_path, name, start, piece):
    def ratio():
        small, large = (
            seconds(ingest_one, tmp_path, name, (start + piece * (n // len(piece))).encode(), runs=1)
            for n in (size, 2 * size)
        )
        return large / max(small, 0.02)

    size = 4_000 if name.endswith(("csv", "jsonl")) else 24_000  # a row costs more than a character
    ingest_one(tmp_path, name, start.encode())  # imports
    # four times the work would be quadratic; what a busy machine adds is not there three times
    assert any(ratio() < 3.2 for _ in range(3))


def ingest_one(folder, name, data):
    try:
        return read_articles(put(folder, {name: data}))
    except tables.NoArticlesError:
        return None


def test_long_lines_and_large_records_are_refused_before_any_rule_reads_them(tmp_path):
    files = {
        "a.txt": "word " * 1_000_000,
        "b.csv": 'text\n"' + "x\n" * 1_500_000 + '"',
        "c.txt": "[" * 5_000_000,
    }
    result = read_articles(put(tmp_path, {**files, "good.txt": BODY}))
    assert reasons(result) == {"a.txt": "long-line", "b.csv": "too-large", "c.txt": "long-line"}


class TestArchives:
    def test_limits_hold_for_all_nested_archives_together(self, monkeypatch, tmp_path):
        monkeypatch.setattr(files, "MOST_UNPACKED", 10_000)
        inner = zipped({"a.txt": os.urandom(3_000).hex()})
        put(
            tmp_path,
            {"z.zip": zipped({f"{i}.zip": inner for i in range(9)}, zipfile.ZIP_STORED), "b.txt": BODY},
        )
        assert "zip-bomb" in reasons(read_articles(tmp_path)).values()
        monkeypatch.setattr(files, "MOST_UNPACKED", 1 << 31)
        monkeypatch.setattr(files, "MOST_MEMBERS", 15)
        assert "zip-bomb" in reasons(read_articles(tmp_path)).values()

    def test_files_that_share_bytes_are_refused(self, tmp_path):
        data = bytearray(zipped({"a.txt": BODY, "b.txt": BODY}, zipfile.ZIP_STORED))
        at = data.rfind(b"PK\x01\x02")
        data[at + 42 : at + 46] = struct.pack("<I", 0)
        assert reasons(read_articles(put(tmp_path, {"z.zip": bytes(data), "b.txt": BODY}))) == {
            "z.zip": "zip-bomb"
        }

    def test_a_small_file_that_grows_is_refused_and_many_small_ones_are_read(self, tmp_path):
        many = gzip.compress(b"word ", mtime=0) * 20_000
        files = {"a.gz": gzip.compress(bytes(50_000_000), mtime=0), "b.txt.gz": many, "c.tar.gz": b"\x1f\x8b"}
        result = read_articles(put(tmp_path, {**files, "cut.txt.gz": many[:30], "d.zip": zipped({})}))
        assert result.articles["n_words"].tolist() == [20_000]
        assert reasons(result) == {
            **{"a.gz": "zip-bomb", "c.tar.gz": "binary", "cut.txt.gz": "bad-zip", "d.zip": "empty"},
        }


class TestPlaces:
    def test_links_lead_nowhere_else(self, tmp_path):
        put(tmp_path / "secret", {"key.txt": BODY + " It is secret."})
        folder = put(tmp_path / "in", {"a.txt": BODY})
        for name, target in {
            **{"out.txt": tmp_path / "secret/key.txt", "loop": ".", "up": "..", "inside.txt": "a.txt"},
            **{"x": "y", "y": "x", "gone.txt": "nothing", "zero.txt": "/dev/zero"},
        }.items():
            try:
                (folder / name).symlink_to(target)
            except OSError:
                pytest.skip("no links here")
        result = read_articles(folder)
        assert result.articles["article_id"].tolist() == ["a.txt", "inside.txt"]
        assert set(reasons(result)) == {"out.txt", "loop", "up", "x", "y", "gone.txt", "zero.txt"}
        assert set(result.rejected["reason"]) == {"link"}

    def test_nothing_is_fetched(self, tmp_path, monkeypatch):
        def refuse(*_, **__):
            raise AssertionError("something asked for the network")

        extract_page(f"<html><body><p>{BODY}</p></body></html>")  # imports
        monkeypatch.setattr(socket, "socket", refuse)
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
        page = '<!DOCTYPE html SYSTEM "http://x.example/x.dtd"><html><link rel="stylesheet" href="http://x.example">'
        files = {
            "a.html": "http://x.example/2024-05-14/ferry.html",
            "b.html": f"{page}<body><p>14 May 2024</p><p>{BODY}</p><img src='http://x.example'></body></html>",
            "c.xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            "d.xml": '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY b SYSTEM "http://x.example/">]><rss><channel>'
            f"<item><title>&b;</title><description>{BODY}</description></item></channel></rss>",
        }
        result = read_articles(put(tmp_path, files))
        assert reasons(result)["c.xml"] == "markup" and "b.html" in result.articles["article_id"].tolist()

    def test_entities_do_not_multiply(self):
        laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
        page = extract_page(
            f'<!DOCTYPE html [<!ENTITY l0 "ha">{laughs}]><html><body><p>&l9;</p><p>{BODY}</p>'
        )
        assert len(page.text) < 1000

    def test_formulas_are_text(self, tmp_path):
        row = {"title": "=1+1", "text": f"=HYPERLINK(1) {BODY}", "outlet": "@SUM(1)", "url": "-1"}
        found = read_articles(put(tmp_path, {"a.jsonl": json.dumps(row)})).articles
        tables.csv(found, tmp_path / "out.csv")
        assert "'=1+1" in (tmp_path / "out.csv").read_text() and found["title"].iloc[0] == "=1+1"


class TestNotQuiteText:
    @pytest.mark.parametrize("data", [b"x", b"ok", "新".encode(), b"12", b"-\n-\n"])
    def test_hardly_a_word_is_no_article_whatever_its_name(self, tmp_path, data):
        names = ["a.txt", "b.jpg", "c", "d.html"]
        result = read_articles(put(tmp_path, {**dict.fromkeys(names, data), "good.txt": BODY}))
        assert set(reasons(result)) == set(names)

    def test_what_a_file_is_decides_the_hint(self, tmp_path):
        files = {
            **{"a.pdf": b"%PDF-1.7", "b.docx": zipped({"word/document.xml": "<x/>"})},
            **{"c.xlsx": zipped({"xl/workbook.xml": "<x/>"}), "d.7z": b"7z\xbc\xaf\x27\x1c\x00"},
        }
        result = read_articles(put(tmp_path, {**files, "good.txt": BODY}))
        hints = result.rejected.set_index("source")["detail"]
        words = {"a.pdf": "PDF", "b.docx": "Word", "c.xlsx": "spreadsheet", "d.7z": "archive"}
        for name, word in words.items():
            assert word in hints[name]

    def test_a_mark_for_two_bytes_before_a_plain_text(self):
        assert "ferry" in files.decode(b"\xff\xfe" + BODY.encode())[0]

    def test_an_unclosed_quotation_mark_names_its_line(self, tmp_path):
        rows = f'title,text\na,"{BODY}"\n"b,{BODY}\n' + "c,It left.\n" * 3
        result = read_articles(put(tmp_path, {"a.csv": rows}))
        assert result.articles["article_id"].tolist() == ["a.csv#1"]
        assert "opens in line 5" in result.rejected["detail"].iloc[0]
