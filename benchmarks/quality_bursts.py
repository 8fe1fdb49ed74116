"""False alarms of bursts and pairs: real articles whose dates, or names, chance has dealt out.

``python benchmarks/quality_bursts.py OUT ...`` reads the tables of finished runs. The articles' dates are
dealt out again (`REPEATS` times), which leaves nothing to find; a run counts as a false alarm if anything
is found. Nothing was set by these figures: the chance of a burst is bounded from above, and 100 deals are
too few to see that (the interval of 5 in 100 is .02 to .11). The script fails where the interval lies above
the 5 % aimed at.
For pairs, names are drawn independently with the numbers of articles and the lengths of the articles kept.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.timeline import frequencies

REPEATS, PAIRED = 400, 100


def dates(articles: pd.DataFrame, mentions: pd.DataFrame, unit: str, rng: np.random.Generator) -> bool:
    """Deal the dates out once; whether a burst is found all the same."""
    dealt = articles.assign(published=rng.permutation(articles["published"].to_numpy()))
    return len(frequencies.find_bursts(*frequencies.tested_counts(dealt, mentions, unit=unit))) > 0


def names(articles: pd.DataFrame, found: pd.DataFrame, rng: np.random.Generator) -> bool:
    """Draw names independently, by how many articles each is in and how many names each article has."""
    who = found[["article_id", "entity", "kind"]].drop_duplicates(["article_id", "entity"])
    kind = who.drop_duplicates("entity").set_index("entity")["kind"]
    row = pd.Index(articles["article_id"]).get_indexer(who["article_id"])
    has = np.zeros((len(articles), len(kind)), bool)
    has[row, kind.index.get_indexer(who["entity"])] = True
    chance = np.minimum(np.outer(has.sum(1), has.sum(0)) / max(has.sum(), 1), 1)
    article, entity = np.nonzero(rng.random(has.shape) < chance)
    drawn = pd.DataFrame(
        {"article_id": articles["article_id"].to_numpy()[article], "entity": kind.index[entity]}
    )
    return bool(
        frequencies.entity_pairs(drawn.assign(kind=kind.to_numpy()[entity]), articles)["beyond"].any()
    )


def main(folders: list[str]) -> None:
    above = []
    for folder in map(Path, folders):
        articles = tables.read(folder, "articles")
        unit = population.calendar_unit(articles)
        articles = population.counted_articles(articles, copies=False)
        found = tables.read(folder, "mentions")
        found = found[found["article_id"].isin(articles["article_id"])]
        rng = np.random.default_rng(0)
        alarms = sum(dates(articles, found, unit, rng) for _ in range(REPEATS))
        pairs = np.mean([names(articles, found, rng) for _ in range(PAIRED)])
        low, high = population.wilson(alarms, REPEATS)
        print(
            f"{folder.name}: {len(articles)} articles by {unit}; false alarms in {REPEATS} deals: "
            f"bursts {alarms / REPEATS:.2f} ({low:.2f}-{high:.2f}), any pair in {PAIRED} {pairs:.2f}"
        )
        above += [folder.name] * bool(low > frequencies.ALPHA)
    sys.exit(f"more false alarms than aimed at: {above}" if above else 0)


if __name__ == "__main__":
    main(sys.argv[1:] or ["data/processed"])
