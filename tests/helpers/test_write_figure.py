import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib import image
from PIL import Image

from helpers import publish as published

DATA = pd.DataFrame({"outlet": ["Courier", "$a_{ ^ <b>"], "articles": [12, 5]})


def publish(out, **changes):
    published.use_style()
    _, ax = plt.subplots()
    ax.barh(DATA["outlet"], DATA["articles"])
    words = {
        "title": "Courier & co. cost $5 to $6",
        "caption": "Bars: articles.",
        "alt": "Two bars.",
        "n": "n = 17",
    }
    return published.write_figure(ax, DATA, "01-outlets", out=out, **({"when": True} | words | changes))


def test_a_figure_leaves_as_picture_drawing_and_numbers(tmp_path):
    figure = publish(tmp_path)
    folder = tmp_path / "figures"
    assert sorted(p.name for p in folder.iterdir()) == ["01-outlets.csv", "01-outlets.png", "01-outlets.svg"]
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
    publish(tmp_path / "a"), publish(tmp_path / "b")
    for path in (tmp_path / "a" / "figures").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / "figures" / path.name).read_bytes()


def test_what_a_notebook_shows_tells_the_data_apart(tmp_path):
    one = repr(publish(tmp_path))
    assert one.startswith("Figure 01-outlets: Courier") and "2 rows of outlet, articles" in " ".join(
        one.split()
    )
    DATA.loc[0, "articles"] = 400
    try:
        assert repr(publish(tmp_path)) != one
    finally:
        DATA.loc[0, "articles"] = 12
    picture, metadata = publish(tmp_path)._repr_png_()
    assert metadata["alt"] == "Two bars." and picture.startswith(b"\x89PNG")


@pytest.mark.parametrize("title", ["短い 北京", "x" * 300, "A word " * 60, ""])
def test_any_title_fits_and_warns_of_nothing(tmp_path, title):
    publish(tmp_path, title=title, n="n = 1 of " + "many and many " * 20)
    # Nothing is cut off: the picture's border is white on all sides.
    pixels = image.imread(tmp_path / "figures" / "01-outlets.png")[..., :3]
    assert all((edge == 1).all() for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))


def test_where_there_is_nothing_to_draw_no_figure_stays(tmp_path):
    publish(tmp_path)
    shown = publish(tmp_path, when=False)
    assert repr(shown).startswith("No figure 01-outlets: Courier") and not hasattr(shown, "_repr_png_")
    assert not list((tmp_path / "figures").iterdir()) and not plt.get_fignums()
