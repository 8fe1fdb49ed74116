"""explorer.html in Chromium, on tables made here; skips where there is no browser."""

import itertools
import re
import shutil

import pandas as pd
import pytest
from scipy.stats import fisher_exact

import helpers
from dateline import population, tables, tokens
from dateline.entities.speakers import find_speakers
from helpers import explorer

HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"> \u202egrain 😀"
TEXTS = [
    ("alpha", "2024-01-03", "Mara Olen spoke of grain. The harbour slept."),
    ("alpha", "2024-01-20", "Olen praised the grain duty. \u201cWe will pay,\u201d Olen said."),
    ("alpha", "2024-03-02", f"{HOSTILE} Olen met Édouard Till. No grain came."),
    ("beta", "2024-02-10", "The granary burned. Nobody named a name."),
    ("beta", "2024-03-11", "Grains and the grain duty filled the harbour."),
    ("beta", None, "Edouard Till slept beside the harbour."),
]


def spans(pattern, text):
    return [(m.start(), m.end()) for m in re.finditer(pattern, text)]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Tables of six articles, as a run writes them."""
    out = tmp_path_factory.mktemp("explorer")
    articles, sentences, mentions = [], [], []
    for number, (outlet, day, text) in enumerate(TEXTS):
        article_id = f"{outlet}/{number}.txt"
        day = pd.Timestamp(day)
        articles.append(
            {
                "article_id": article_id,
                "sha256": f"{number:064d}",
                "title": f"Report {number}",
                "text": text,
                "published": day,
                "published_earliest": day,
                "published_latest": day,
                "published_basis": "header",
                "outlet": outlet,
                "language": "en",
                "n_words": len(text.split()),
                "removed_share": 0.0,
                "story": number,
            }
        )
        sentences.append((article_id, -1, 0, len(f"Report {number}"), f"Report {number}", "headline", ""))
        for sentence, (start, end) in enumerate(spans(r"\S.*?[.\u201d](?=\s|$)", text)):
            voice = ("quote", "Olen") if "\u201c" in text[start:end] else ("narrator", "")
            sentences.append((article_id, sentence, start, end, text[start:end], *voice))
            for name, pattern in (("Mara Olen", "(?:Mara )?Olen"), ("Édouard Till", "[ÉE]douard Till")):
                for a, b in spans(pattern, text[start:end]):
                    mentions.append(
                        (
                            article_id,
                            sentence,
                            start + a,
                            start + b,
                            text[start + a : start + b],
                            name,
                            "person",
                        )
                    )
    spans_of = ["article_id", "sentence", "start", "end"]
    mentions = pd.DataFrame(mentions, columns=[*spans_of, "surface", "entity", "kind"])
    entities = mentions.groupby("entity").agg(
        kind=("kind", "first"),
        aliases=("surface", lambda s: "; ".join(sorted(set(s)))),
        n_articles=("article_id", "nunique"),
        n_mentions=("surface", "size"),
    )
    sentences = pd.DataFrame(sentences, columns=[*spans_of, "text", "voice", "speaker"])
    made = {
        "articles": pd.DataFrame(articles),
        "sentences": sentences,
        "mentions": mentions,
        "speakers": find_speakers(mentions, sentences),
        "entities": entities.reset_index(),
    }
    for name in (*made, "topics", "article_topics", "event_dates", "sentiment", "removed"):
        frame = made.get(name, pd.DataFrame())
        tables.write(frame.reindex(columns=list(dict.fromkeys([*tables.SCHEMAS[name], *frame]))), name, out)
    explorer.write_explorer(out, title=HOSTILE)
    return out


@pytest.fixture
def page(out, visit):
    return visit(out / "explorer.html")


def ask(page, fragment):
    page.evaluate("text => { location.hash = text; S = readAddress(); draw(); }", fragment)
    return page.inner_text("#sum")


def having(pattern):
    return sum(bool(re.search(pattern, text)) for _, _, text in TEXTS)


@pytest.mark.parametrize(
    ("query", "pattern"),
    [
        ("grain", r"\b[Gg]rain\b"),
        ("GRAIN", r"\b[Gg]rain\b"),
        ("grain*", r"\b[Gg]rain"),
        ('"grain duty"', "grain duty"),
        ("Olen", "Olen"),
        ("edouard till", "[EÉ]douard Till"),
        ("slept OR burned", "slept|burned"),
        ("Olen grain", r"Olen[^.]*\bgrain\b|\bgrain\b[^.]*Olen"),
        ("nothing-here", "nothing-here"),
    ],
)
def test_articles_with_words_are_counted_as_python_counts_them(page, query, pattern):
    k = having(pattern)
    low, high = (100 * x.round(4) for x in population.wilson(k, len(TEXTS)))
    assert ask(page, f"q={query}") == f"{k} of 6 articles have this ({low:.0f} % to {high:.0f} %)."


def test_text_stays_text(page):
    assert page.title().startswith("</script>")
    ask(page, "q=Till&a=alpha/2.txt&r=0")
    assert page.inner_text("#article .text").startswith("</script><img src=x onerror=")
    assert page.query_selector("img[src=x]") is None
    ask(page, "q=<img src=x>&o=<b>no outlet</b>&a=</script>&n=nobody&v=x&s=y&p=z&A=q%3D<i>")
    assert page.query_selector("#chips b, img[src=x]") is None


def test_marks_stand_where_the_words_are_behind_a_wide_character(page):
    ask(page, "q=Olen&a=alpha/2.txt&r=0")
    marks = [mark.inner_text() for mark in page.query_selector_all("#article mark")]
    assert marks == ["Olen"]


def test_facets_filter_each_other_and_back_undoes(page):
    page.click('#lists button:has-text("beta")')
    assert page.inner_text("#sum") == "3 articles. All: 6."
    page.click('#lists button:has-text("Édouard Till")')
    assert page.inner_text("#sum").startswith("1 of 3 articles have this")
    page.go_back()
    page.wait_for_function("document.querySelector('#sum').textContent.startsWith('3 articles')")
    page.click("#undated")
    assert page.inner_text("#sum") == "1 article. All: 6."
    page.keyboard.press("Escape")
    assert page.inner_text("#sum") == "6 articles."


def test_by_keyboard_alone(page):
    page.keyboard.press("/")
    page.keyboard.type("Olen, harbour")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.inner_text("#list [aria-current]").splitlines()[1] == "The harbour slept."
    assert "r=1" in page.url and "".join(
        page.eval_on_selector_all("#article .now", "all => all.map(x => x.textContent)")
    ) == ("The harbour slept.")
    assert [row.text_content() for row in page.query_selector_all("#chart svg text[font-weight]")] == [
        "Olen",
        "harbour",
    ]


def test_speakers_and_voices(page):
    page.click('#lists button:has-text("Mara Olen") >> nth=-1')
    assert "s=Mara" in page.url and page.inner_text("#sum").startswith("1 of 6 articles have this")
    assert page.inner_text("#list").count("We will pay") == 1


def test_too_few_articles_are_not_compared(page):
    page.click('#lists button:has-text("alpha")')
    page.click("text=Set as side A")
    page.click('#lists button:has-text("beta")')
    assert "Not enough articles to say what sets them apart: 3 against 3." in page.inner_text("#compare")
    page.click("text=End the comparison")
    assert page.inner_text("#compare") == ""
    for fragment, part, whole in (("q=Till&A=all", "B", "A"), ("A=q%3DTill", "A", "B")):
        ask(page, fragment)
        assert f"All of {part} is in {whole}: below, {whole} is the rest." in page.inner_text("#compare")


def test_an_article_without_a_title_is_called_by_its_first_words(out, visit, tmp_path):
    shutil.copytree(out / "tables", tmp_path / "tables")
    articles = tables.read(tmp_path, "articles")
    tables.write(articles.assign(title=None).astype({"title": "str"}), "articles", tmp_path)
    explorer.write_explorer(tmp_path, title="Untitled")
    page = visit(tmp_path / "explorer.html")
    assert "The granary burned. Nobody named a name. …" in page.inner_text("#list")


def test_list_and_chart_are_saved(page, tmp_path):
    ask(page, "q=grain")
    for button, name in (("#csv", "sentences.csv"), ("#svg", "over-time.svg"), ("#png", "over-time.png")):
        with page.expect_download() as download:
            page.click(button)
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    rows = pd.read_csv(tmp_path / "sentences.csv")
    assert len(rows) == 5 and rows["sentence"].str.contains("grain", case=False).all()
    assert (tmp_path / "over-time.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize("width", [320, 700, 1300])
def test_nothing_is_wider_than_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, "q=grain, harbour&a=alpha/1.txt")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_exact_test_is_that_of_scipy(page):
    for a, n, b, m in itertools.product((0, 3, 9), (9, 14), (0, 5, 11), (11, 40)):
        p, (gap, low, high) = page.evaluate(f"[fisher({a}, {n}, {b}, {m}), difference({a}, {n}, {b}, {m})]")
        assert p == pytest.approx(fisher_exact([[a, n - a], [b, m - b]]).pvalue)
        assert gap == pytest.approx(a / n - b / m) and low <= gap <= high


def test_hostile_outlets_names_and_speakers_stay_text(out, visit, tmp_path):
    shutil.copytree(out / "tables", tmp_path / "tables")
    outlet, name, title = (f"{start}{HOSTILE}" for start in ("=1+1 ", "constructor ", "__proto__ "))
    changed = {
        "articles": {"outlet": {"alpha": outlet}, "title": {"Report 1": title, "Report 0": title}},
        "mentions": {"entity": {"Mara Olen": name}},
        "entities": {
            "entity": {"Mara Olen": name},
            "aliases": {"Mara Olen; Olen": f"Mara Olen; Olen; {name}"},
        },
    }
    for table, columns in changed.items():
        frame = tables.read(tmp_path, table)
        for column, values in columns.items():
            frame[column] = frame[column].astype("object").replace(values)
        frame = frame.assign(story=0) if table == "articles" else frame
        tables.write(frame.reset_index(drop=True), table, tmp_path)
    page = visit(explorer.write_explorer(tmp_path, title=HOSTILE))
    page.click('ul[aria-labelledby="f-o"] button:has-text("=1+1")')
    page.click("text=Set as side A")
    page.click('ul[aria-labelledby="f-o"] button:has-text("beta")')
    page.click('ul[aria-labelledby="f-o"] button:has-text("beta")')
    page.fill("#q", "Olen")
    page.press("#q", "Enter")
    page.click("#list button >> nth=0")
    unkind = f"n={name}&u=constructor&g=__proto__&A=q=</script>"
    for fragment in ("q=olem", unkind, "q=((((*&l=__proto__", "q=%00*,,OR OR", "p=2024-99-99..2025-00-00"):
        ask(page, fragment)
    ask(page, "q=Olen&l=outlet&a=alpha/1.txt&r=1")
    assert page.query_selector("img[src=x], #lists b") is None and page.title().startswith("</script>")
    for part in ("#lists", "#firsts", "#article"):
        assert "<img src=x" in page.inner_text(part)
    with page.expect_download() as download:
        page.click("#csv")
    download.value.save_as(tmp_path / "list.csv")
    assert (tmp_path / "list.csv").read_text(encoding="utf-8-sig").count("\"'=1+1") >= 3
    corpus = helpers.open(tmp_path)
    index = tokens.write_sentence_index(tmp_path)
    tokens.write_tokens(tokens.tokenize(tables.read(tmp_path, "sentences")["text"]), tmp_path)
    assert len(corpus.search("slept"))
    for query in ('") OR text MATCH "a', "text:slept*; DROP TABLE words", "NEAR(a b)", "^slept + a - b"):
        with pytest.raises(LookupError, match="no "):
            corpus.search(query)
    assert index.exists() and len(corpus.search("slept"))
