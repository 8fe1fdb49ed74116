import pytest

from dateline.ingest.articles import read_articles
from helpers import settings


def test_init_writes_all_defaults_and_they_are_read_back(tmp_path):
    path = settings.init(tmp_path)
    values = settings.load(path)
    defaults = settings.defaults()
    for key in set(defaults) - set(settings.PATHS):
        assert getattr(values, key) == defaults[key], key
    assert settings.read_settings(path)["articles"] == str(tmp_path)
    with pytest.raises(settings.SettingsError, match="is there already"):
        settings.init(tmp_path)


def test_init_beside_a_file_names_it(tmp_path):
    (tmp_path / 'my "export".csv').write_text("title,text\n")
    path = settings.init(tmp_path / 'my "export".csv')
    assert settings.read_settings(path)["articles"] == str(tmp_path / 'my "export".csv')


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seeed = 1", r"mine\.toml: there is no setting seeed; the settings are articles, out"),
        ("seed = true", r"mine\.toml: seed is True, but has to be of type int"),
        ("topics = 0", r"mine\.toml: topics is 0, but has to be a number or auto"),
        ("names = [1]", r"mine\.toml: names is \[1\], but has to be of type list with texts in it"),
        ("title = My articles", r"mine\.toml: .* A line is written so"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(tmp_path, text, says):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(settings.SettingsError, match=says):
        settings.load(tmp_path / "mine.toml")


def test_the_order_in_which_settings_are_looked_for(tmp_path, monkeypatch):
    for name, seed in (("a", 1), ("b", 2), ("notebooks/..", 3)):
        (tmp_path / name.split("/")[0]).mkdir()
        (tmp_path / name / "settings.toml").write_text(f'seed = {seed}\naliases = "mine.csv"\n')
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.delenv("DATELINE_SETTINGS", raising=False)
    assert settings.load().seed == 3 and settings.load().aliases == "../mine.csv"
    monkeypatch.setenv("DATELINE_SETTINGS", str(tmp_path / "b" / "settings.toml"))
    assert settings.load().seed == 2 and settings.load().aliases == "../b/mine.csv"
    assert settings.load(tmp_path / "a" / "settings.toml").seed == 1
    with pytest.raises(settings.SettingsError, match="dateline init"):
        settings.load(tmp_path / "none.toml")


def test_settings_cannot_be_changed():
    values = settings.load(settings.packaged())
    with pytest.raises(AttributeError):
        values.seed = 1


def test_a_settings_file_is_no_article(tmp_path):
    (tmp_path / "a.txt").write_text("Ministers sign accord\n\n" + "The two ministers signed an accord. " * 20)
    settings.init(tmp_path)
    assert read_articles(tmp_path).files["source"].tolist() == ["a.txt"]
