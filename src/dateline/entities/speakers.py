"""Who speaks, is reported, or is only spoken about: speakers as entities, counted over articles."""

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import pandas as pd

from dateline import population, tables
from dateline.tables import KINDS, read_toml

# A quotation in the speaker's words; what the reporter says in other words, or quotes in part.
VOICES = ("quote", "reported")
KEYS = ["article_id", "sentence"]
# Names and groups that are compared.
MOST_QUOTED, MOST_SILENT, MOST_GROUPS = 8, 4, 4


def find_speakers(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Give table speakers: the entity, if the article names it, that speaks a quoted or reported sentence."""
    spoken = sentences["voice"].isin(VOICES) & sentences["speaker"].fillna("").ne("")
    quoted = sentences.loc[spoken, [*KEYS, "speaker", "voice"]].astype({"article_id": "str"})
    # a name is a run of whole words of the speaker's
    words = [(speaker, speaker.split(" ")) for speaker in quoted["speaker"].unique()]
    runs = [(speaker, " ".join(part[i:j])) for speaker, part in words
            for i in range(len(part)) for j in range(i + 1, len(part) + 1)]  # fmt: skip
    table = pd.DataFrame(runs, columns=["speaker", "surface"], dtype="str").drop_duplicates()
    names = mentions.loc[mentions["kind"] != "place", ["article_id", "surface", "entity", "kind"]]
    names = names[names["surface"].isin(table["surface"])].astype("str").drop_duplicates()
    table = quoted.merge(table, on="speaker").merge(names, on=["article_id", "surface"])
    columns = (table[column].tolist() for column in ("surface", "speaker", "kind"))
    table = table[np.array([_speaks(*row) for row in zip(*columns, strict=True)], bool)]
    # a person before an organisation, then the longest name
    table = table.assign(organisation=table["kind"] != "person", size=-table["surface"].str.len())
    table = table.sort_values([*KEYS, "organisation", "size", "surface"], kind="stable").drop_duplicates(KEYS)
    return tables.check(table[[*KEYS, "entity", "voice"]], "speakers")


@lru_cache(1 << 16)
def _speaks(name: str, speaker: str, kind: str) -> bool:
    """Tell whether a name in the words for a speaker is the speaker's, and not what he or she speaks for."""
    before, match, after = f" {speaker} ".partition(f" {name} ")
    if not match:
        return False
    if kind == "person":  # "Commissioner for Trade Ann Lee", but not "Commissioner for Ann Lee"
        return re.search(r"\b(?:of|for)(?: the)? \Z", before) is None
    return not after.strip() and re.search(r"\b(?:of|at|from|for)(?: the)?\Z", before) is None


@cache
def _patterns() -> dict[str, re.Pattern]:
    return {name: re.compile(text) for name, text in read_toml("speakers.toml").items()}


def find_voices(mentions: pd.DataFrame, sentences: pd.DataFrame, spoken: pd.DataFrame) -> pd.DataFrame:
    """Say who speaks each quoted or reported sentence: article_id, sentence, name, voice.

    Beside those in `spoken`, from `find_speakers`: an office, the name behind "According to" or before
    "stressed", who spoke before.
    """
    patterns = _patterns()
    lines = sentences[sentences["sentence"] >= 0].sort_values(KEYS, kind="stable", ignore_index=True)
    texts, quoted = lines["text"].tolist(), lines["voice"].eq("quote").tolist()
    names = mentions.query("kind in ['person', 'organisation'] and sentence >= 0").astype({"entity": "str"})
    names = names.merge(lines[[*KEYS, "start"]].assign(line=lines.index), on=KEYS, suffixes=("", "_of"))
    names = names.sort_values("start", kind="stable")
    begin, end = ((names[place] - names["start_of"]).tolist() for place in ("start", "end"))
    places = [*zip(names["line"].tolist(), begin, end, strict=True)]
    stated = [not quoted[row] and bool(patterns["stating"].match(texts[row], b)) for row, _, b in places]
    after = [bool(patterns["according"].fullmatch(texts[row], 0, a)) for row, a, _ in places]
    hits = (names[np.array(rows, bool)].drop_duplicates("line") for rows in (stated, after))
    named = [rows.set_index("line")["entity"] for rows in hits]
    rows = np.flatnonzero(lines["text"].str.contains(patterns["offices"].pattern)).tolist()
    matches = {row: match for row in rows if (match := patterns["office"].search(texts[row]))}
    office = pd.Series({row: match["office"].strip() for row, match in matches.items()}, dtype="str")
    # in an article the same office however it is written: the longest way
    head = office.str.extract(r"(\w+?)(?:\s(?:for|of)\b.*)?$")[0]
    keys = [lines["article_id"].reindex(office.index), head]
    office = office.groupby(keys).transform(lambda names: max(names, key=len)) if len(office) else office
    name = lines.merge(spoken[[*KEYS, "entity"]], on=KEYS, how="left")["entity"]
    for source in (*named, office):
        name = name.fillna(source.reindex(lines.index))
    before = name.groupby(lines["article_id"]).ffill(limit=2)
    is_open = lines["voice"].isin(VOICES) & ~lines["speaker"].fillna("").str[:1].str.isupper()
    name = name.fillna(before.where(is_open))  # a "Question" is somebody else's
    voice = lines["voice"].where(lines["voice"] == "quote", "reported")
    return lines[KEYS].assign(name=name, voice=voice).dropna()


def count_voices(mentions: pd.DataFrame, speakers: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Give `voices_by_group` without groups: those heard, or named in `population.FEWEST_NAMED` articles."""
    table = voices_by_group(mentions, speakers, articles)
    table = table[(table["n_articles"] >= population.FEWEST_NAMED) | (table["n_heard"] > 0)]
    return table.drop(columns="group").reset_index(drop=True)


def voices_by_group(
    mentions: pd.DataFrame,
    speakers: pd.DataFrame,
    articles: pd.DataFrame,
    group: pd.Series | None = None,
    *,
    top: int = 8,
) -> pd.DataFrame:
    """Count in groups of articles which persons and organisations are named and which are heard.

    Takes the table, what `find_speakers` gives, the articles to count, and for the `top` largest groups the
    outlet or topic of each article by article_id (None: all articles alone). Gives group, entity, kind; the
    articles of the group that name it, n_articles, that quote it, n_quoted, and that quote or report it,
    n_heard; the sentences n_quotes and n_reports; share_quoted with its 95 % interval over articles,
    share_low to share_high. "all articles" comes first, then the largest group; inside it the most quoted.
    """
    keys = ["article_id", "entity"]
    inside = mentions["article_id"].isin(articles["article_id"]) & mentions["kind"].isin(KINDS[:2])
    pairs = mentions.loc[inside, [*keys, "kind"]].astype("str").drop_duplicates()
    for column, voice in zip(("n_quotes", "n_reports"), VOICES, strict=True):
        sizes = speakers[speakers["voice"] == voice].astype(dict.fromkeys(keys, "str")).groupby(keys).size()
        pairs = pairs.merge(sizes.rename(column).reset_index(), on=keys, how="left").fillna({column: 0})
    pairs = pairs.assign(n_articles=1, n_quoted=pairs["n_quotes"] > 0)
    pairs["n_heard"] = pairs["n_quoted"] | (pairs["n_reports"] > 0)
    rows = population.rows_by_group(pairs, group, top=top)
    counts = ["n_articles", "n_quoted", "n_heard", "n_quotes", "n_reports"]
    table = rows.groupby(["group", "entity", "kind"], sort=True)[counts].sum().astype("int64").reset_index()
    table["share_quoted"] = (table["n_quoted"] / table["n_articles"]).round(6)
    table["share_low"], table["share_high"] = population.wilson(table["n_quoted"], table["n_articles"])
    table["rank"] = pd.Index(rows["group"].unique()).get_indexer(table["group"])
    order = ["rank", "n_quoted", "n_articles", "entity"]
    table = table.sort_values(order, ascending=[True, False, False, True], kind="stable", ignore_index=True)
    return table.drop(columns="rank")


def compare_voices(
    mentions: pd.DataFrame, speakers: pd.DataFrame, articles: pd.DataFrame, groups: Sequence[pd.Series | None]
) -> pd.DataFrame:
    """Set those quoted in most articles, and those named in most and never heard, beside each other.

    As `voices_by_group` for each of `groups` that parts the articles, with the largest of each; the rows of a
    name together, those quoted most first.
    """
    several = [group for group in groups if group is not None and len(set(group)) > 1] or [None]
    parts = [voices_by_group(mentions, speakers, articles, group, top=MOST_GROUPS) for group in several]
    whole = parts[0][parts[0]["group"] == population.ALL_ARTICLES]
    silent = whole[(whole["n_heard"] == 0) & (whole["n_articles"] >= population.FEWEST_NAMED)]
    silent = silent.sort_values(["n_articles", "entity"], ascending=[False, True], kind="stable")
    quoted = whole.loc[whole["n_quoted"] > 0, "entity"]
    chosen = [*quoted.head(MOST_QUOTED), *silent["entity"].head(MOST_SILENT)]
    table = pd.concat(parts, ignore_index=True).drop_duplicates(["entity", "group"])
    rank = table["entity"].map({name: i for i, name in enumerate(chosen)}).dropna()
    return table.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)
