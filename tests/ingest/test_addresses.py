"""Articles at an address of any file system that fsspec knows: as from a folder, and no secret is said."""

import json
import os
import shutil
import sys
import uuid
import zipfile
from pathlib import Path

import pytest

from dateline import tables
from dateline.ingest import articles as ingest
from dateline.ingest import duplicates, files
from helpers import runner
from helpers.__main__ import main

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "articles"
SECRET = "geheim7391"
TEXT = "The ferry to Lindmoor left at noon with forty passengers, for the first time since the storm. "


@pytest.fixture
def memory():
    """Files in memory, under a root of their own, which holds a password."""
    fsspec = pytest.importorskip("fsspec", reason="fsspec comes with the extra `cluster`")
    system = fsspec.filesystem("memory")
    yield system, f"memory://user:{SECRET}@bucket-{uuid.uuid4().hex}/news"
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def put(system, address, folder):
    for path in folder.rglob("*"):
        if path.is_file():
            system.pipe(f"{address}/{path.relative_to(folder).as_posix()}", path.read_bytes())


def fetch(address, store):
    """What was fetched: the path, and how many files of how many."""
    numbers = []
    return files.fetch(address, store, lambda *n: numbers.append(n)), *numbers


def contents(folder):
    """All files but the list of signs."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != ".signs.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def written(folder, out):
    """Bytes of all tables of ingestion."""
    read = ingest.read_articles(folder, today="2026-01-01")
    sentences, words = ingest.cut_sentences(read.articles)
    read = read._replace(articles=duplicates.mark_duplicates(read.articles, sentences, words))
    ingest.write_corpus(read, sentences, words, out)
    return contents(out / "tables")


def test_the_tables_are_those_of_the_folder_byte_for_byte(memory, tmp_path):
    system, address = memory
    folder = tmp_path / "news"
    shutil.copytree(SAMPLE, folder)
    (folder / "overrides.csv").write_text("article_id,action,value\norna/000117.txt,title,Other\n", "utf-8")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x.txt").write_text(TEXT, encoding="utf-8")
    (folder / "empty.txt").touch()
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.writestr("a b.txt", TEXT * 9)
    put(system, address, folder)
    copy, (n_fetched, n_files) = fetch(address, tmp_path / "store")
    assert n_fetched == n_files == len(contents(folder)) - 1  # but for the hidden one
    assert written(copy, tmp_path / "1") == written(folder, tmp_path / "2")


def test_only_what_has_changed_is_fetched_again(memory, tmp_path):
    system, address = memory
    for name in ("a.txt", "b.txt", "c.txt", "d/e.txt", "f"):
        system.pipe(f"{address}/{name}", name.encode())
    copy, numbers = fetch(address + "/", tmp_path / "store")
    assert numbers == (5, 5) and contents(copy)["d/e.txt"] == b"d/e.txt"
    assert fetch(address, tmp_path / "store") == (copy, (0, 5))
    system.pipe(f"{address}/a.txt", b"A.txt")  # as long as before
    system.rm(f"{address}/b.txt")
    (copy / "c.txt").unlink()
    system.rm(f"{address}/d", recursive=True)
    system.pipe(f"{address}/d", b"a file now")
    system.rm(f"{address}/f")
    system.pipe(f"{address}/f/g", b"a folder now")
    assert fetch(address, tmp_path / "store")[1] == (4, 4)
    expected = {"a.txt": b"A.txt", "c.txt": b"c.txt", "d": b"a file now", "f/g": b"a folder now"}
    assert contents(copy) == expected
    other = fetch(address.rpartition("/")[0] + "/news/f", tmp_path / "store")[0]
    assert contents(tmp_path / "store") == {"f/g": b"a folder now"} and other.name == "f"


def test_a_copy_that_was_cut_short_is_made_again(memory, tmp_path, monkeypatch):
    system, address = memory
    for name in ("a.txt", "b.txt", "c.txt"):
        system.pipe(f"{address}/{name}", name.encode())
    copy = fetch(address, tmp_path / "store")[0]
    system.pipe(f"{address}/b.txt", b"longer than before")
    whole = type(system).get_file

    def get_file(self, path, target, **options):
        whole(self, path, target, **options)
        Path(target).write_bytes(b"lon")
        raise OSError(5, SECRET)

    with monkeypatch.context() as patch:
        patch.setattr(type(system), "get_file", get_file)
        with pytest.raises(tables.OwnFileError, match=os.strerror(5)):
            fetch(address, tmp_path / "store")
    assert fetch(address, tmp_path / "store")[1] == (1, 3)
    assert contents(copy)["b.txt"] == b"longer than before"


def test_one_file_comes_with_the_decisions_beside_it_and_a_zip_is_a_folder(memory, tmp_path):
    system, address = memory
    system.pipe(f"{address}/wire.jsonl", json.dumps({"text": TEXT * 9, "title": "A ferry"}).encode())
    system.pipe(f"{address}/other.txt", TEXT.encode())
    system.pipe(f"{address}/overrides.csv", b"article_id,action,value\nwire.jsonl,title,Another\n")
    copy, numbers = fetch(f"{address}/wire.jsonl", tmp_path / "store")
    assert numbers == (2, 2) and copy.name == "wire.jsonl"
    assert ingest.read_articles(copy).articles["title"].tolist() == ["Another"]
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("in/a.txt", TEXT)
    copy, numbers = fetch(f"zip://in::{tmp_path / 'x.zip'}", tmp_path / "zipped")
    assert numbers == (1, 1) and contents(copy) == {"a.txt": TEXT.encode()} and copy.name == "in"
    assert fetch(f"zip://::{tmp_path / 'x.zip'}", tmp_path / "zipped")[0].name == "articles"
    assert files.fetch((tmp_path / "store").as_uri(), tmp_path / "no", print) == tmp_path / "store"


def test_names_lead_nowhere(memory, tmp_path):
    system, address = memory
    system.pipe(f"{address}/good.txt", b"good")
    root = system._strip_protocol(address)
    for name in ("x/y", "x//y", "/x/y"):
        system.store[f"{root}/{name}"] = system.store[f"{root}/good.txt"]
    for name in ("../../out.txt", "/../out.txt", "x/../../../out.txt", ".ssh/key"):
        system.store[f"{root}/{name}"] = system.store[f"{root}/good.txt"]
    fetch(address, tmp_path / "in" / "store")
    names = [f"in/store/news/{name}" for name in ("good.txt", "x/y", "x/_/y", "_/x/y")]
    assert contents(tmp_path) == dict.fromkeys(names, b"good")


class Web:
    """A file system as that of fsspec for web addresses, whose listings tell no more than names."""

    def __init__(self, names, kind="file"):
        self.names, self.kind = names, kind

    def info(self, path):
        if path not in self.names:
            raise FileNotFoundError(path)
        return {"name": path, "size": 4, "type": "file", "ETag": self.names[path], "url": path}

    def find(self, root, detail):
        assert detail
        return {name: {"name": name, "size": None, "type": "file"} for name in self.names}


def test_names_on_the_web_are_unescaped_and_hosts_and_keys_left_out():
    host = f"https://me:{SECRET}@example.org"
    names = ["a%20b.txt", "sub/%C3%BC.txt", "?C=N;O=D", "sub/?C=N;O=D", "%2e%2e/x.txt", "a%2F..%2F..%2Fy.txt"]
    for root, top in ((f"{host}/my%20news/", "my news"), (f"{host}/", "articles")):
        name, places = files._remote_files(Web(dict.fromkeys(root + name for name in names)), root)
        assert name == top and list(places) == [f"{top}/a b.txt", f"{top}/sub/ü.txt"]
        assert {sign for _, sign in places.values()} == {""}  # nothing says that it has not changed
    signed = f"{host}/x/one.jsonl?key={SECRET}/9"
    name, places = files._remote_files(Web({signed: "1"}), signed)
    other = files._remote_files(Web({signed: "2"}), signed)[1]
    assert name == "one.jsonl" and places.keys() == other.keys() == {"one.jsonl"}
    assert "" != places["one.jsonl"][1] != other["one.jsonl"][1] != "" and SECRET not in str(places).replace(
        signed, ""
    )


def complaint(capsys):
    """The one line on stderr."""
    said = capsys.readouterr()
    lines = said.err.strip().splitlines()
    assert len(lines) == 1 and SECRET not in said.err + said.out and "bucket" not in said.err + said.out
    return lines[0]


def test_a_run_says_nothing_of_a_password_and_writes_none(memory, tmp_path, capsys, monkeypatch):
    system, address = memory
    monkeypatch.setattr(runner, "STAGES", ("01-ingestion",))
    put(system, address, SAMPLE / "cws")
    system.pipe(f"{address}/settings.toml", b'title = "My news"\n')
    out = tmp_path / "out"
    assert main(["run", address, "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "copying 15 of 15 files" in said.out and f"settings: {out}" in said.out
    assert main(["run", address, "--out", str(out)]) == 0
    again = capsys.readouterr()
    assert "copying 0 of 15 files" in again.out and "01-ingestion: nothing has changed" in again.out
    assert SECRET not in said.out + said.err + again.out + again.err
    for name, data in contents(out).items():
        assert SECRET.encode() not in data and b"bucket-" not in data, name
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["ARTICLES"] == "news" and manifest["parameters"]["TITLE"] == "My news"


def test_an_address_that_cannot_be_read_is_said_in_a_line_without_it(memory, tmp_path, capsys, monkeypatch):
    system, address = memory
    arguments = ["--out", str(tmp_path / "out")]
    assert main(["run", address, *arguments]) == 2
    assert "memory:// address cannot be read (No such file or directory)" in complaint(capsys)
    system.makedirs(address)
    system.pipe(f"{address}/.hidden", b"x")
    assert main(["run", address, *arguments]) == 2
    assert "No such file" in complaint(capsys)
    assert main(["run", f"nosuch://user:{SECRET}@bucket/x", *arguments]) == 2
    assert "nosuch:// address cannot be read (ValueError)" in complaint(capsys)
    for error, words in (
        (PermissionError(13, SECRET), "Permission denied"),
        (RuntimeError(SECRET), "RuntimeError"),
        (OSError(SECRET), "OSError"),
    ):
        monkeypatch.setattr(
            type(system), "info", lambda *_, error=error, **__: exec("raise error", {"error": error})
        )
        assert main(["run", address, *arguments]) == 2
        assert f"memory:// address cannot be read ({words})" in complaint(capsys)


def test_what_to_install_is_said(tmp_path, capsys, monkeypatch):
    for module in [name for name in sys.modules if name.partition(".")[0] == "fsspec"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    for address, extra in ((f"s3://{SECRET}/bucket", "s3"), (f"zip://a::https://x:{SECRET}@bucket", "http")):
        assert main(["run", address, "--out", str(tmp_path / "out")]) == 2
        assert f"pip install 'fsspec[{extra}]'" in complaint(capsys)
