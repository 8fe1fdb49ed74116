"""Make resources/given_names.txt from the given names that the package Faker (MIT licence) ships.

``pip install faker``, then ``python benchmarks/make_given_names.py``. Faker collects them by country, from
official statistics and its users; it is not needed afterwards. Names that are words, places or peoples in our
other lists, or more often a surname, are left out. Names of the present list that Faker does not have stay.
"""

import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

from dateline.entities import grammar

TARGET = Path(grammar.__file__).parents[1] / "resources" / "given_names.txt"
# Names of a single country are four fifths of the list and change nothing on labelled corpora.
COUNTRIES = 2
NAME = re.compile(r"[A-ZÀ-Ž][a-zà-ž]+(?:-[A-ZÀ-Ž][a-zà-ž]+)?")


def collect(part):
    """How many of Faker's countries have each name."""
    import faker.providers.person as person

    count = Counter()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        lists = [v for key, v in vars(provider).items() if part in key and isinstance(v, tuple | list | dict)]
        count.update({w for names in lists for w in names if isinstance(w, str) and NAME.fullmatch(w)})
    return count


def main():
    import faker

    lists = grammar.name_lists()
    words = (
        lists.demonyms | set(lists.places) | lists.organisations | frozenset().union(*lists.words.values())
    )
    given, last = collect("first_name"), collect("last_name")
    # names that Faker does not have come from general knowledge and stay
    keep = {name for name in lists.given_names if not given[name]}
    names = {w for w, n in given.items() if n >= COUNTRIES and w not in words and last[w] <= n and len(w) > 2}
    names |= keep
    source = (
        f"# Source: given names of {faker.VERSION.split('.')[0]}.x of Faker, (c) Daniele Faraglia and others,"
        " MIT licence, and common ones from general knowledge; made by benchmarks/make_given_names.py.\n"
    )
    TARGET.write_text(source + " ".join(sorted(names)) + "\n", encoding="utf-8")
    print(f"{len(names):,} given names")


if __name__ == "__main__":
    main()
