import io
import re
import string
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pypdf
import pytest
from matplotlib import image
from PIL import Image

from helpers import charts, publish, titles
from helpers.__main__ import main

FIGURES = [name for name, words in publish._figure_words().items() if "caption" in words]


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_caption_and_a_text_for_the_blind(name):
    words = {key: text for key, text in publish._figure_words()[name].items() if key != "say"}
    assert {"caption", "alt"} <= set(words) and all(text.endswith((".", "}")) for text in words.values())
    fields = {field for text in words.values() for _, field, _, _ in string.Formatter().parse(text) if field}
    assert fields.isdisjoint({"ax", "data", "name", "out", "title", "n", "enough", "case"})


def test_no_wording_is_left_over():
    package = Path(titles.__file__).parent
    paths = [*package.glob("*.py"), *(package.parents[1] / "notebooks").glob("*.ipynb")]
    source = "".join(path.read_text(encoding="utf-8") for path in paths)
    for name, words in publish._figure_words().items():
        assert {"caption", "alt"} & set(words) or set(words) == {"say"}
        for case in words.get("say", {}):
            pattern = rf"""{name}\.{case}\b|["']{case.removeprefix("never-")}\b["']"""
            # a kind of question is asked by its name, without the number of the notebook
            is_asked = name in source or f'ask("{name[3:]}"' in source or f'"{name[3:]}":' in source
            assert is_asked and re.search(pattern, source), (name, case)


def test_a_wording_writes_numbers_and_lists_as_a_reader_does(monkeypatch):
    wording = (
        "{n:+entry} {n:?is|are} {x:%} or {x:score} {of:,} {names:list 2}, {names:list}; {d:day}, {n:+{noun}}"
    )
    monkeypatch.setattr(publish, "_figure_words", lambda: {"a": {"say": {"b": wording}}})
    values = {"names": list("xyz"), "d": pd.Timestamp("2024-05-06"), "noun": "wide topic", "of": 1200}
    text = publish.say("a.b", n=2, x=0.5, **values)
    assert text == (
        "2 entries are 50\xa0% or +0.50 1,200 x, y and 1 more, x, y and z; 6 May 2024, 2 wide topics"
    )
    assert publish.say("a.b", n=1, x=0, **values).startswith("1 entry is 0\xa0% or 0.00 ")
    with pytest.raises(KeyError):
        publish.say("a.b", n=1)


def test_words_that_do_not_fit_a_figure_are_named():
    with pytest.raises(ValueError, match=r"figure 09-none: .* no section \[09-none\]"):
        publish.figure_words("09-none", DATA)
    assert publish.figure_words("06-tree", DATA, n_leaves=4, noun="topics")[1] == "A tree of 4 topics."
    with pytest.raises(ValueError, match=r"figure 06-tree: .* wants noun"):
        publish.figure_words("06-tree", DATA, n_leaves=3)
    with pytest.raises(ValueError, match=r"figure 06-tree: .* no place for colour"):
        publish.figure_words("06-tree", DATA, n_leaves=3, noun="topics", colour="blue")


def test_a_table_is_shown_whole_and_foreign_text_is_escaped():
    frame = pd.DataFrame({"name_of": ["<b>a</b>\u202e", "c"], "n_words": [1200, 3], "day": [None, "x"]})
    view = publish.show_table(frame, "nothing", limit=1, noun="name")
    assert repr(view).splitlines() == ["name of    n words  day", "<b>a</b>     1,200", "1 of 2 names shown"]
    page = view._repr_html_()
    assert "&lt;b&gt;a&lt;/b&gt;" in page and "\u202e" not in page and "<p>1 of 2 names shown</p>" in page
    assert repr(publish.show_table(frame.head(0), "nothing")) == "nothing"


DATA = pd.DataFrame({"outlet": ["Courier", "$a_{ ^ <b>"], "articles": [12, 5]})


@pytest.fixture(autouse=True)
def words(monkeypatch):
    """One figure more than the table of words has."""
    table = publish._figure_words() | {"01-outlets": {"caption": "Bars: articles.", "alt": "{n_bars} bars."}}
    monkeypatch.setattr(publish, "_figure_words", lambda: table)


def draw(out, **changes):
    publish.use_style()
    _, ax = plt.subplots()
    ax.barh(DATA["outlet"], DATA["articles"])
    options = {"title": "Courier & co. cost $5 to $6", "n": "n = 17", "n_bars": "Two"} | changes
    return publish.figure(ax, DATA, "01-outlets", out=out, **options)


def test_a_figure_leaves_as_picture_drawing_and_numbers(tmp_path):
    figure = draw(tmp_path)
    folder = tmp_path / "figures"
    assert sorted(p.name for p in folder.iterdir()) == [
        f"01-outlets.{suffix}" for suffix in ("csv", "json", "png", "svg")
    ]
    assert pd.read_csv(folder / "01-outlets.csv")["articles"].tolist() == [12, 5]
    with Image.open(folder / "01-outlets.png") as png:
        assert png.text["Title"] == "Courier & co. cost $5 to $6"
        assert "Two bars." in png.text["Description"] and "Software" not in png.text
        assert png.width > 1200  # two pixels a point
    svg = ET.parse(folder / "01-outlets.svg")
    words = "".join(svg.getroot().itertext())
    assert "Two bars." in words and "$a_{ ^ <b>" in words and "n = 17" in words
    assert figure.png == (folder / "01-outlets.png").read_bytes()
    assert not plt.get_fignums()


def test_same_figure_same_bytes(tmp_path):
    draw(tmp_path / "a"), draw(tmp_path / "b")
    for path in (tmp_path / "a" / "figures").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / "figures" / path.name).read_bytes()


def test_what_a_notebook_shows_tells_the_data_apart(tmp_path):
    one = repr(draw(tmp_path))
    assert one.startswith("Figure 01-outlets: Courier") and "2 rows of outlet, articles" in " ".join(
        one.split()
    )
    DATA.loc[0, "articles"] = 400
    try:
        assert repr(draw(tmp_path)) != one
    finally:
        DATA.loc[0, "articles"] = 12
    picture, metadata = draw(tmp_path)._repr_png_()
    assert metadata["alt"] == "Two bars." and picture.startswith(b"\x89PNG")


@pytest.mark.parametrize("title", ["短い 北京", "x" * 300, "A word " * 60, ""])
def test_any_title_fits_and_warns_of_nothing(tmp_path, title):
    draw(tmp_path, title=title, n="n = 1 of " + "many and many " * 20)
    # Nothing is cut off: the picture's border is white on all sides.
    pixels = image.imread(tmp_path / "figures" / "01-outlets.png")[..., :3]
    assert all((edge == 1).all() for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))


def test_where_there_is_nothing_to_draw_no_figure_stays(tmp_path):
    draw(tmp_path)
    shown = draw(tmp_path, enough=False)
    assert repr(shown).startswith("No figure 01-outlets: Courier") and not hasattr(shown, "_repr_png_")
    assert not list((tmp_path / "figures").iterdir()) and not plt.get_fignums()


def test_a_topic_card_holds_what_speaks_against_it_and_escapes_foreign_text():
    shares = {"share": 0.5, "share_low": 0.2, "share_high": 0.8, "stability": 0.9}
    rows = [
        {
            "topic": 0,
            "label": "<b>Grain",
            "n_articles": 4,
            "alarms": "one outlet",
            "hand": "renamed",
            **shares,
        },
        {"topic": 1, "label": "Bridge", "n_articles": 3, "alarms": "", "hand": "", **shares},
    ]
    terms = pd.DataFrame({"topic": [0, 0], "term": ["duty", "grain duty"], "weight": [2.0, 1.5]})
    day = pd.Timestamp("2024-05-06")
    examples = pd.DataFrame(
        [(0, "<a>", "orna", day, "A <i> Grain Duty."), (1, "b", None, pd.NaT, "The bridge.")],
        columns=["topic", "article_id", "outlet", "published", "text"],
    )
    cards = publish.topic_cards(pd.DataFrame(rows), terms, examples, n=8)
    assert repr(cards).splitlines()[:6] == [
        "1. <b>Grain",
        "   4 of 8 articles, 50\xa0% (95\xa0% interval 20\xa0% to 80\xa0%), stability 0.90",
        "   To be read with care: one outlet.",
        "   By hand: renamed.",
        "   Terms: duty 2.00, grain duty 1.50",
        "   - A <i> Grain Duty. (orna, 6 May 2024, <a>)",
    ]
    page = cards._repr_html_()
    assert "A &lt;i&gt; <strong>Grain Duty</strong>." in page and "(undated, b)" in repr(cards)
    assert "<b>" not in page and "<i>" not in page and "<a>" not in page
    few = publish.topic_cards(pd.DataFrame(rows), terms, examples, n=8, limit=1)
    assert repr(few).endswith("1 smaller topic more in table topics.") and "Bridge" not in repr(few)
    assert repr(publish.topic_cards(pd.DataFrame(rows[:0]), terms, examples, n=8)).startswith("There are no")


def test_rows_and_values_of_columns_are_counted_for_the_words(tmp_path, monkeypatch):
    words = {"caption": "{n_entity} of {n_rows}, {n_rest} more.", "alt": "Dots."}
    monkeypatch.setattr(publish, "_figure_words", lambda: {"09-dots": words})
    data = pd.DataFrame({"entity": ["Lee", "Lee", "Oak"]})
    with plt.rc_context():
        publish.use_style()
        ax = plt.figure().subplots()
        figure = publish.figure(ax, data, "09-dots", out=tmp_path, title="t", n="n", n_rest=4)
        empty = publish.figure(ax, data.head(0), "09-dots", out=tmp_path, title="None", n="n = 0", n_rest=0)
    assert figure.caption == "2 of 3, 4 more."
    assert repr(empty) == "No figure 09-dots: None. n = 0." and not list((tmp_path / "figures").iterdir())


@pytest.mark.parametrize(("n", "most"), [(2, 0), (256, 0), (900, 8)])
def test_few_colours_stay_as_they_are_and_many_look_the_same(n, most):
    random = np.random.default_rng(0)
    shades = 255 - np.arange(n)[:, None] // [1, 2, 4] % 256
    pixels = shades[random.integers(0, n, (60, 90))].astype("uint8")
    pixels = np.dstack([pixels, np.full((60, 90), 255, "uint8")])
    png = publish._reduce_colours(pixels, {"Title": "Хартыя – “two”"}, 200)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.mode == "P" and picture.text == {"Title": "Хартыя – “two”"}
        error = np.asarray(picture.convert("RGB")).astype(int) - pixels[..., :3]
    assert abs(error).max() <= most


def dots(out, names):
    frame = pd.DataFrame({"entity": names, "kind": "person", "n_articles": range(len(names), 0, -1)})
    frame = frame.assign(share=frame["n_articles"] / 50, share_low=0.0, share_high=1.0)
    publish.use_style()
    publish.figure(
        charts.dots(frame, label="entity"), frame, "03-names", out=out, title="Who is named", n="n = 50"
    )
    return out / "figures" / "03-names.json"


@pytest.fixture(scope="module")
def tall(tmp_path_factory):
    """Recipe of a figure with many long names."""
    names = [f"Committee of Seeds and Tubers, number {i}" for i in range(40)]
    return dots(tmp_path_factory.mktemp("tall"), names)


@pytest.mark.parametrize("size", publish.SIZES)
def test_a_figure_is_drawn_again_in_a_size_from_what_was_drawn(tmp_path, tall, size):
    folder, recipe = tmp_path / size, tall
    publish.draw_again(recipe, folder, size=size)
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".pdf", ".png", ".svg"]
    wide, high, _ = publish.SIZES[size]
    page = pypdf.PdfReader(folder / "03-names.pdf").pages[0].mediabox
    svg = ET.parse(folder / "03-names.svg").getroot()
    with Image.open(folder / "03-names.png") as png:
        sizes = [[float(page.width) / 72, float(page.height) / 72], [side / 200 for side in png.size],
                 [float(svg.get(side)[:-2]) / 72 for side in ("width", "height")]]  # fmt: skip
    assert all(width <= wide + 0.02 and height <= high + 0.02 for width, height in sizes)
    assert all(abs(width - wide) < 0.02 or abs(height - high) < 0.02 for width, height in sizes)
    assert (folder / "03-names.csv").read_bytes() == recipe.with_suffix(".csv").read_bytes()
    assert (
        publish.read_words(folder / "03-names.png")[:3] == publish.read_words(recipe.with_suffix(".png"))[:3]
    )


def test_a_figure_is_drawn_again_for_some_names(tmp_path):
    recipe = dots(tmp_path, ["Lee", "Oak", "=Ash"])
    publish.draw_again(recipe, tmp_path / "slide", size="slide", names=["oak", "Lee"])
    assert pd.read_csv(tmp_path / "slide" / "03-names.csv")["entity"].tolist() == ["Lee", "Oak"]
    assert publish.read_words(tmp_path / "slide" / "03-names.png").title == "oak and Lee"
    drawn = "".join(ET.parse(tmp_path / "slide" / "03-names.svg").getroot().itertext())
    assert "Oak (2)" in drawn and "Ash" not in drawn


def test_the_command_names_the_figures_there_are(tmp_path, capsys):
    assert main(["figures", str(tmp_path)]) == 2 and "draws figures first" in capsys.readouterr().err
    dots(tmp_path, ["Lee", "<b>Oak"])
    assert main(["figures", str(tmp_path), "--only", "03-nobody"]) == 2
    assert "no figure 03-nobody: its figures are 03-names" in capsys.readouterr().err
    assert main(["figures", str(tmp_path), "--only", "03-mentions", "--size", "column"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "figures" / "column" / "03-names.png")
    page = (tmp_path / "figures" / "index.html").read_text(encoding="utf-8")
    links = set(re.findall(r'(?:href|src)="([^"]+)"', page))
    assert links >= {"03-names.png", "03-names.svg", "03-names.csv", "column/03-names.pdf"}
    assert all((tmp_path / "figures" / link).is_file() for link in links)
    assert "<h2>03-names</h2>" in page and "Who is named. Dots" in page
    assert "json" not in page


def test_only_a_form_of_charts_is_drawn(tmp_path):
    recipe = dots(tmp_path, ["Lee"])
    recipe.write_text(recipe.read_text().replace('"form": "dots"', '"form": "fill"'))
    with pytest.raises(KeyError, match="fill"):
        publish.draw_again(recipe, tmp_path / "page")
