"""Measure labels of topics on labelled text: what most of a topic's articles are labelled as, its label says.

``python benchmarks/quality_labels.py FOLDER``, with the folder that quality_topics.py names. Topics are made
at the number of labels from a sample of each test half; counted are those of which half the articles have one
label. A topic's label is right where it has a word that stands for that label; the words below are made from
the names of the labels and what the data sets say of them, and a reader would take more. The rule for labels
was chosen on the train halves. Exit code 1 where a share is under its floor.
"""

import os
import re
import sys
from pathlib import Path

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import pandas as pd
from quality_topics import labelled

from dateline.topics import topics

N = 1500
# Words that stand for a label: its name spelled out, and what that is about.
MEANT = {
    "reuters-r8-test": {
        "acq": "acquisition merger takeover stake shares stock offer bid",
        "crude": "crude oil barrel barrels opec",
        "earn": "earnings profit loss dividend quarter qtr net results shr sales",
        "grain": "grain wheat corn crop",
        "interest": "interest rate rates money bank",
        "money-fx": "money currency dollar exchange yen bank",
        "ship": "ship ships shipping vessel port strike",
        "trade": "trade tariffs exports surplus deficit",
    },
    "20newsgroups-test": {
        "alt.atheism": "atheism atheists god religion",
        "comp.graphics": "graphics image images",
        "comp.os.ms-windows.misc": "windows ms dos",
        "comp.sys.ibm.pc.hardware": "pc hardware drive card disk",
        "comp.sys.mac.hardware": "mac apple hardware drive",
        "comp.windows.x": "windows window motif server x11 xterm widget",
        "misc.forsale": "sale offer price shipping",
        "rec.autos": "car cars auto autos engine",
        "rec.motorcycles": "motorcycle motorcycles bike bikes ride",
        "rec.sport.baseball": "baseball game games team player players",
        "rec.sport.hockey": "hockey game games team player players nhl playoffs",
        "sci.crypt": "encryption key clipper crypto security",
        "sci.electronics": "electronics circuit voltage power",
        "sci.med": "medical medicine disease doctor patients health",
        "sci.space": "space orbit shuttle nasa moon launch",
        "soc.religion.christian": "christian church god jesus christ bible religion",
        "talk.politics.guns": "gun guns firearms weapons",
        "talk.politics.mideast": "israel arab arabs jews israeli turkish armenian",
        "talk.politics.misc": "politics government president",
        "talk.religion.misc": "religion god christian",
    },
}
FLOORS = {"reuters-r8-test": 0.6, "20newsgroups-test": 0.45}


def main(folder: Path) -> int:
    """Print each label beside what its articles are labelled as, and the share that is right."""
    low = 0
    for name, meant in MEANT.items():
        path = next(folder.rglob(f"{name}.tab"), None)
        if path is None:
            print(f"{name}: not there, skipped")
            continue
        articles, sentences, words, truth = labelled(path)
        drawn = articles.sample(min(N, len(articles)), random_state=0).sort_index()
        drawn = drawn.assign(outlet="", published=pd.NaT)
        result = topics.find_topics(drawn, sentences, words, k=len(meant))
        of = result.article_topics.set_index("article_id")["topic"]
        right = []
        for topic, label in zip(result.topics["topic"], result.topics["label"], strict=True):
            shares = truth[of.index[of == topic]].value_counts(normalize=True)
            if shares.iloc[0] < 0.5:
                print(f"  mixed  {label}  ({shares.index[0]} {shares.iloc[0]:.2f})")
                continue
            known = set(meant[shares.index[0]].split())
            right.append(bool(known & set(re.findall(r"\w+", label.lower()))))
            print(f"  {'right' if right[-1] else 'wrong'}  {label}  ({shares.index[0]} {shares.iloc[0]:.2f})")
        share = sum(right) / max(len(right), 1)
        low += share < FLOORS[name]
        print(f"{name}: {sum(right)} of {len(right)} right, floor {FLOORS[name]}")
    return int(low > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
