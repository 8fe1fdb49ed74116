"""Fit the temperature of the tone model to labels that it did not learn from, with names hidden.

``python training/calibration.py newsmtsc_train.jsonl newsmtsc_rw_dev.jsonl`` fits it on the dev split and
each half of the tenth kept apart, judges it on the other half, and writes what fits all of them.
"""

import argparse
import zlib
from importlib.resources import files

import examples
import numpy as np

from dateline.tone import model as engine
from dateline.tone.targets import NEUTRAL_NAME, hide_name

RESULT = files("dateline") / "resources" / "tone-model.npz"
# Probabilities of the label are compared within bins of a tenth.
BINS = np.arange(0.4, 1, 0.1)


def softmax(logits):
    up = np.exp(logits - logits.max(1, keepdims=True))
    return up / up.sum(1, keepdims=True)


def fitted(logits, truth):
    """Find the temperature that makes the truth likeliest (C. Guo et al., ICML 2017, section 4.2)."""
    steps = np.arange(0.5, 3.0, 0.01)
    row = np.arange(len(truth))
    return float(steps[np.argmin([-np.log(softmax(logits / t)[row, truth]).mean() for t in steps])])


def error(chances, truth):
    """Give the expected calibration error: how far probabilities are from the share that is right."""
    sure, right = chances.max(1), chances.argmax(1) == truth
    bins = np.digitize(sure, BINS)
    return float(sum(abs((sure - right)[bins == k].sum()) for k in np.unique(bins)) / len(truth))


def halves(part):
    """Divide examples in two by article: which half each is in, by a checksum of the article's name."""
    return np.array([zlib.crc32(one.article.encode()) // examples.PARTS % 2 for one in part])


def read_hidden(part, model):
    """Give logits with the neutral name in each target's place, at temperature 1, and the labels' numbers."""
    hidden = [hide_name(one.text, [one.start], [one.end]) for one in part]
    ends = [start + len(NEUTRAL_NAME) for _, start in hidden]
    logits = engine.tone_logits([text for text, _ in hidden], [s for _, s in hidden], ends, model=model)
    return logits, np.array([one.label for one in part])


def crosswise(logits, truth, half, dev):
    """Fit on the dev split and one half, apply to the other; the chances of all and the two temperatures."""
    chances, temperatures = np.zeros(logits.shape), []
    for fold in (0, 1):
        seen = half != fold
        pair = (np.concatenate([own, other[seen]]) for own, other in zip(dev, (logits, truth), strict=True))
        temperatures.append(fitted(*pair))
        chances[~seen] = softmax(logits[~seen] / temperatures[-1])
    return chances, temperatures


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("train", help="newsmtsc_train.jsonl")
    parser.add_argument("dev", help="newsmtsc_rw_dev.jsonl")
    chosen = parser.parse_args()
    with np.load(RESULT) as stored:
        arrays = dict(stored)
    model = engine.build_model({**arrays, "temperature": np.ones((), np.float16)})
    _, apart = examples.divide(examples.read(chosen.train))
    logits, truth = read_hidden(apart, model)
    dev = read_hidden(examples.read(chosen.dev), model)
    chances, temperatures = crosswise(logits, truth, halves(apart), dev)
    print(f"halves of {np.bincount(halves(apart))} targets, temperatures {temperatures}")
    before = softmax(logits / arrays["temperature"].astype(float))
    print(f"calibration error {error(before, truth):.3f} before, {error(chances, truth):.3f} crosswise")
    whole = (np.concatenate(both) for both in zip(dev, (logits, truth), strict=True))
    arrays["temperature"] = np.array(fitted(*whole), np.float16)
    np.savez_compressed(RESULT, **arrays)
    print(f"temperature {arrays['temperature']:.2f} written to {RESULT}")


if __name__ == "__main__":
    main()
