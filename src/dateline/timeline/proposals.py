"""Names that may compete, proposed by the articles: a sentence says so, or outlets differ in one slot.

Proposals are for a reader to judge; none is counted before it stands in the table of competing names.
"""

import re

import numpy as np
import pandas as pd

from dateline.entities.mentions import find_spellings
from dateline.timeline import groups
from dateline.tokens import Tokens, lower, stop_words

# A name, or a pair of names, in fewer articles says nothing.
FEWEST, FEWEST_TOLD = 3, 2
# Two proposed names may share so much of the rarer one's articles: who chooses a name seldom writes both.
MOST_BOTH = 0.2
# Proposed names are of outlets that differ more than in this share of deals of the names to the articles.
ALPHA, N_DEALS = 0.05, 999
# Most pairs are told from chance, or not, by the first of the deals.
FIRST_DEALS = (99, 100)
# Pairs that are dealt for, the most frequent first, and pairs proposed.
MOST_PAIRS, MOST_PROPOSED = 2000, 15
# What a sentence writes between two names for one thing; who calls it so is a name itself.
_CALLS = re.compile(
    r",? (?:which|that) (?P<by>(?:the )?[^\W\d_a-z][^,.;:()\"“”]{0,39}?) "
    r"(?:(?:now|still|officially|often|always|has|have) )?"
    r"(?:calls?|called|terms?|labels?|dubs?|refers? to as|describes? as) "
)
_KNOWN = re.compile(
    r",? \(?(?:also |now |locally |officially |previously |formerly )?"
    r"known (?:(?:in|to|by|among) (?P<by>[^,.;:()\"“”]{1,30}?) )?as "
)
_NAME = re.compile(
    r"(?:an? |the |its |their )?(?:[\"“‘'](?P<quoted>[^\"“”‘’']{2,50})[\"”’']"
    r"|(?P<bare>(?:(?-i:[^\W\d_a-z])[\w-]*)(?: (?:of |the )?(?-i:[^\W\d_a-z])[\w-]*){0,4}))"
)
# Words of a name in lower case before "which", behind its article.
_BEFORE = re.compile(
    r"(?:\b(?:the|The|a|A|an|its|Its|their|this|of) (?P<phrase>[\w'’-]+(?: [\w'’-]+){0,3})"
    r"|(?P<name>(?:[^\W\d_a-z][\w'’-]*)(?: (?:of |the )?[^\W\d_a-z][\w'’-]*){0,4}))$"
)
# the nearest thing is meant
_ARTICLE = re.compile(r"^.*\b(?:the|The|a|an|its|their|this) ")
_LOOK_BACK, _LONGEST = 60, 120


def told(
    mentions: pd.DataFrame, articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens
) -> pd.DataFrame:
    """Propose names of which a sentence says that they are names for one thing.

    "The Ulden Valley, which Orlavia calls Breka", "the invasion, which Moscow calls a 'special military
    operation'". Both must stand in `FEWEST_TOLD` articles: with fewer there is nothing to compare.

    Parameters
    ----------
    mentions, articles, sentences, tokens
        The tables, articles those to look in, and the tokens of the sentences. Other names of persons are
        spellings (`dateline.entities.linking`) and passed over.

    Returns
    -------
    pandas.DataFrame
        name, other, by (who calls it so, or ""), n_name, n_other (articles that have the words as they stand
        here), n_told (articles that say so), article_id and sentence (the first of them) and text; what most
        articles say first, `MOST_PROPOSED` at most.
    """
    columns = ["name", "other", "by", "n_name", "n_other", "n_told", "article_id", "sentence", "text"]
    inside = sentences["article_id"].isin(articles["article_id"]).to_numpy()
    texts = sentences["text"].tolist()
    said = [
        (*found, sentences["article_id"].iloc[row], int(sentences["sentence"].iloc[row]), texts[row])
        for row in _rows(tokens, inside)
        for found in _said(texts[row])
    ]
    if not said:
        return pd.DataFrame(columns=columns)
    people = set(mentions.loc[mentions["kind"] == "person", "surface"].astype("str"))
    frame = pd.DataFrame(said, columns=["name", "other", "by", "article_id", "sentence", "text"])
    n_told = frame.groupby(["name", "other"])["article_id"].nunique().rename("n_told").reset_index()
    frame = frame.drop_duplicates(["name", "other"]).merge(n_told, on=["name", "other"])
    places = find_spellings(texts, tokens, [*frame["name"], *frame["other"]])
    places = places[inside[places["row"].to_numpy()]]
    article = sentences["article_id"].astype("str").to_numpy()[places["row"].to_numpy()]
    n = places.assign(article=article).groupby("name", observed=True)["article"].nunique()
    for column in ("name", "other"):
        frame[f"n_{column}"] = n.reindex(frame[column]).fillna(0).to_numpy(int)
    frame["least"] = frame[["n_name", "n_other"]].min(axis=1)
    order = frame[(frame["least"] >= FEWEST_TOLD) & ~frame["name"].isin(people)]
    order = order.sort_values(["n_told", "least", "name"], ascending=[False, False, True], kind="stable")
    return order[columns].head(MOST_PROPOSED).reset_index(drop=True)


def _rows(tokens: Tokens, inside: np.ndarray) -> list[int]:
    """Sentences with a word that tells of another name."""
    cues = re.compile(
        "(?:calls?|called|known|formerly|previously|once|terms?|labels?|dubs?|refers?|describes?)"
    )
    word = np.fromiter((bool(cues.fullmatch(w)) for w in tokens.words.tolist()), bool, len(tokens.words))
    rows = np.unique(tokens.rows[word[tokens.ids]]) if len(tokens.ids) else np.zeros(0, np.int64)
    return rows[inside[rows]].tolist()


def _said(text: str) -> list[tuple[str, str, str]]:
    """Find name, other name and who calls it so in a sentence.

    Examples
    --------
    >>> _said("They met in the Ulden Valley, which Orlavia calls Breka.")
    [('Ulden Valley', 'Breka', 'Orlavia')]
    >>> _said("He praised the invasion of Orlavia, which Velmara calls a “border exercise”.")
    [('invasion of Orlavia', 'border exercise', 'Velmara')]
    >>> _said("It was in Saigon, which he called home.")
    []
    """
    found = []
    for pattern in (_CALLS, _KNOWN):
        for cue in pattern.finditer(text):
            before = _BEFORE.search(text[max(cue.start() - _LOOK_BACK, 0) : cue.start()])
            behind = _NAME.match(text[cue.end() : cue.end() + _LONGEST])
            if before and behind:
                name = _ARTICLE.sub("", before["phrase"] or before["name"])
                other = (behind["quoted"] or behind["bare"]).strip(" ,.")
                named = name[:1].isupper() or (pattern is _CALLS and behind["quoted"])
                if named and other and name.casefold() != other.casefold():
                    found.append((name, other, (cue["by"] or "").removeprefix("the ")))
    return found


def proposed(
    mentions: pd.DataFrame, articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens
) -> pd.DataFrame:
    """Propose pairs of two-word names that may compete, for a reader to judge.

    Both share one word and differ in the other, which stands in the same slot (“… Valley”, “border …”); both
    are in `FEWEST` articles, seldom in one together, tell of two stories at least that have both, and are of
    different outlets more clearly than if the names were dealt to the articles at random.

    Parameters
    ----------
    mentions, articles, sentences, tokens
        The tables, articles those to look in, and the tokens of the sentences. Words of persons' names are
        passed over: to share a first name is to be two people.

    Returns
    -------
    pandas.DataFrame
        name, other, n_name, n_other, n_both (articles), n_stories, outlets (who writes which), p (share of
        deals that part the outlets as much), name_text, other_text (a sentence with each); the surest first,
        `MOST_PROPOSED` at most.
    """
    columns = ["name", "other", "n_name", "n_other", "n_both", "n_stories", "outlets", "p"]
    terms, has = _two_words(mentions, articles, sentences, tokens)
    outlet = groups.outlets(articles).to_numpy().astype("str")
    label, known = np.unique(outlet, return_inverse=True)
    story = articles["story"].to_numpy() if "story" in articles else np.arange(len(articles))
    rows = []
    for i, j in _same_slot(terms, has) if len(label) > 1 else []:
        one, other = has[i], has[j]
        stories = len(np.intersect1d(story[one], story[other]))
        if stories < 2:
            continue
        counts = np.stack([np.bincount(known[x], minlength=len(label)) for x in (one, other)])
        if (p := _parted(counts)) <= ALPHA:
            wrote = "; ".join(
                f"{term}: " + ", ".join(f"{label[o]} {n[o]}" for o in np.argsort(-n, kind="stable") if n[o])
                for term, n in zip((terms[i], terms[j]), counts, strict=True)
            )
            n_both = int((one & other).sum())
            rows.append((terms[i], terms[j], int(one.sum()), int(other.sum()), n_both, stories, wrote, p))
    found = pd.DataFrame(rows, columns=columns)
    found = found.sort_values(["p", "n_stories", "name", "other"], ascending=[True, False, True, True])
    found = found.head(MOST_PROPOSED).reset_index(drop=True)
    inside = sentences.loc[sentences["article_id"].isin(articles["article_id"]), "text"].tolist()
    for column in ("name", "other"):
        texts = [next((text for text in inside if name in text), "") for name in found[column]]
        found[f"{column}_text"] = pd.Series(texts, dtype="str")
    return found


def _two_words(
    mentions: pd.DataFrame, articles: pd.DataFrame, sentences: pd.DataFrame, tokens: Tokens
) -> tuple[list[str], "np.ndarray"]:
    """Pairs of words in `FEWEST` articles, as mostly written, and (n_pairs, n_articles) who has them."""
    ids, words = lower(tokens)
    people = mentions.loc[mentions["kind"] == "person", "surface"].astype("str").unique()
    skip = stop_words() | {part for name in people for part in name.lower().split()}
    content = np.array([len(w) > 2 and w.isalpha() and w not in skip for w in words.tolist()], bool)
    number = pd.Index(articles["article_id"]).get_indexer(sentences["article_id"])
    row = tokens.rows
    at = np.flatnonzero(content[ids]) if len(ids) else np.zeros(0, np.int64)
    at = at[(at + 1 < len(ids)) & (number[row[at]] >= 0)]
    beside = (row[at + 1] == row[at]) & content[ids[at + 1]] & (tokens.start[at + 1] - tokens.end[at] == 1)
    at = at[beside]
    key = ids[at].astype(np.int64) * max(len(words), 1) + ids[at + 1]
    frame = pd.DataFrame({"key": key, "article": number[row[at]], "at": at})
    n = frame.drop_duplicates(["key", "article"])["key"].value_counts()
    kept = np.sort(n[(n >= FEWEST)].index.to_numpy())
    frame = frame[frame["key"].isin(kept)]
    has = np.zeros((len(kept), len(articles)), bool)
    has[np.searchsorted(kept, frame["key"]), frame["article"]] = True
    frame = frame.assign(a=tokens.ids[frame["at"]], b=tokens.ids[frame["at"] + 1])
    usual = frame.groupby(["key", "a", "b"]).size().sort_values(ascending=False, kind="stable")
    usual = usual.reset_index().drop_duplicates("key").sort_values("key")
    return [f"{tokens.words[a]} {tokens.words[b]}" for a, b in zip(usual["a"], usual["b"], strict=True)], has


def _same_slot(terms: list[str], has: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of terms that share a word in the same place and are seldom in one article."""
    parts = [term.lower().split(" ") for term in terms]
    n, bits = has.sum(1), np.packbits(has, axis=1)
    pairs = [np.zeros((0, 2), np.int64)]
    for place in (0, 1):
        slots: dict[str, list[int]] = {}
        for number, words in enumerate(parts):
            slots.setdefault(words[place], []).append(number)
        pairs += [
            np.array(members)[np.stack(np.triu_indices(len(members), 1), axis=1)]
            for members in slots.values()
            if len(members) > 1
        ]
    one, other = np.concatenate(pairs).T
    least = np.minimum(n[one], n[other])
    order = np.lexsort((other, one, -least))
    found: list[tuple[int, int]] = []
    # the most frequent first, and no more than are asked for: all pairs of a large corpus are many
    for part in np.split(order, range(MOST_PAIRS, len(order), MOST_PAIRS)):
        both = np.bitwise_count(bits[one[part]] & bits[other[part]]).sum(axis=1, dtype=np.int64)
        few = part[both <= MOST_BOTH * least[part]]
        found += zip(one[few].tolist(), other[few].tolist(), strict=True)
        if len(found) >= MOST_PAIRS:
            break
    return found[:MOST_PAIRS]


def _parted(counts: np.ndarray, *, seed: int = 0) -> float:
    """Share of deals of the names to the articles that part the outlets as much as they are parted."""
    total, n = counts.sum(0), counts.sum(1)
    seen = round(float(np.abs(counts[0] / n[0] - counts[1] / n[1]).sum()), 9)
    rng, as_much, done = np.random.default_rng(seed), 0, 0
    for deals in (*FIRST_DEALS, N_DEALS - sum(FIRST_DEALS)):
        dealt = rng.multivariate_hypergeometric(total, int(n[0]), size=deals)
        apart = np.abs(dealt / n[0] - (total - dealt) / n[1]).sum(1).round(9)
        as_much, done = as_much + int((apart >= seen).sum()), done + deals
        if 1 + as_much > ALPHA * (1 + N_DEALS):  # chance, whatever the others give
            break
    return round((1 + as_much) / (1 + done), 6)
