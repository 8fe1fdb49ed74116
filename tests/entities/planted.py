"""Names, dates and speakers of the sample against the truth that was planted in it."""

from pathlib import Path

import pandas as pd

from dateline.entities.speakers import find_speakers

COLUMNS = ["what", "right", "wrong", "missed"]


def compare(
    mentions: pd.DataFrame, dates: pd.DataFrame, sentences: pd.DataFrame, *, folder: Path
) -> pd.DataFrame:
    """Compare with the truth in `folder`, for the articles that it speaks of.

    Parameters
    ----------
    mentions, dates, sentences
        Tables mentions, event_dates and sentences.
    folder
        With entities.csv, entity_articles.csv, event_dates.csv and quotes.csv (see data/README.md).

    Returns
    -------
    pandas.DataFrame
        what, right, wrong, missed: articles that name a planted entity (under any spelling that no other one
        has), pairs of such spellings that were taken for one entity, the days that articles talk about, and
        the speakers of their quotes. Empty without truth.
    """
    if not (folder / "entities.csv").is_file():
        return pd.DataFrame(columns=COLUMNS)
    read = {
        name: pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in ("entities", "entity_articles", "event_dates", "quotes")
    }
    known = set(sentences["article_id"]) & set(read["entity_articles"]["article_id"])
    if not known:
        return pd.DataFrame(columns=COLUMNS)
    planted = read["entities"].assign(alias=read["entities"]["aliases"].str.split(";")).explode("alias")
    planted = planted.drop_duplicates("alias", keep=False).set_index("alias")["entity"].to_dict()
    true = {
        name: frame[frame["article_id"].isin(known)] for name, frame in read.items() if name != "entities"
    }
    named = mentions.assign(true=mentions["surface"].map(planted)).dropna(subset="true")
    days = true["event_dates"].query("date_from != ''")
    found = dates.assign(**{c: dates[c].dt.strftime("%Y-%m-%d") for c in ("date_from", "date_to")})
    at = ["article_id", "date_from", "date_to"]
    return pd.DataFrame(
        [
            (
                "articles that name an entity",
                *_sets(named.assign(entity=named["true"]), true["entity_articles"], ["article_id", "entity"]),
            ),
            ("pairs of spellings of one entity", *_pairs(named)),
            ("days talked about", *_sets(found, days, at)),
            ("speakers", *_speakers(mentions, sentences, true["quotes"], planted)),
        ],
        columns=COLUMNS,
    )


def _sets(found: pd.DataFrame, true: pd.DataFrame, columns: list[str]) -> tuple[int, int, int]:
    """Right, wrong and missed rows, each counted once, among the articles of `true`."""
    wanted = set(true[columns].itertuples(index=False, name=None))
    found = found[found["article_id"].isin(true["article_id"])]
    given = set(found[columns].itertuples(index=False, name=None))
    return len(given & wanted), len(given - wanted), len(wanted - given)


def _pairs(named: pd.DataFrame) -> tuple[int, int, int]:
    """Right, wrong and missed pairs of spellings, each with the entity that it was mostly taken for."""
    count = named.groupby(["surface", "true", "entity"], observed=True).size()
    taken = count.sort_values(ascending=False, kind="stable").reset_index().drop_duplicates("surface")
    both = pd.crosstab(taken["true"], taken["entity"]).to_numpy()
    right, given, true = (int((n * (n - 1) // 2).sum()) for n in (both, both.sum(0), both.sum(1)))
    return right, given - right, true - right


def _speakers(
    mentions: pd.DataFrame, sentences: pd.DataFrame, quotes: pd.DataFrame, planted: dict[str, str]
) -> tuple[int, int, int]:
    """Right, wrong and missed speakers of quotes that have one."""
    spoken = find_speakers(mentions, sentences).merge(
        sentences[["article_id", "sentence", "text"]], on=["article_id", "sentence"]
    )
    spoken["entity"] = spoken["entity"].map(lambda name: planted.get(name, name))
    quotes = quotes[quotes["speaker"] != ""]
    both = quotes.merge(spoken, on="article_id")
    inside = [
        " ".join(words.split()) in " ".join(text.split())
        for words, text in zip(both["quote_start_words"], both["text"], strict=True)
    ]
    both = both[inside].drop_duplicates(["article_id", "quote_start_words"])
    right = int((both["speaker"] == both["entity"]).sum())
    return right, len(both) - right, len(quotes) - len(both)
