"""Tone toward a marked name, read by a small transformer that NumPy alone computes.

Four layers of MiniLM-L6 (Apache-2.0), taught by a larger network on the train split of NewsMTSC by the
scripts in ``training/``; what it is for and how often it is right stand in its README.

Weights are small whole numbers with a scale for each row, and what is multiplied with them is rounded to
whole numbers too (B. Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-
Arithmetic-Only Inference", CVPR 2018). All sums of products stay below 2²⁴, so that float32 holds them
exactly in whatever order a processor adds them up; curves are looked up in tables. Products, quotients,
roots and means in NumPy's own order round alike on all processors: the same bytes everywhere.
"""

import math
import os
import re
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from dateline.partitions import ALONE, Pool
from dateline.tables import LABELS

# Pieces of a sentence around its target that are read, and of a target.
LONGEST, LONGEST_TARGET = 112, 16
# Pieces computed at once: few enough for a processor's cache, enough for its matrix product.
BATCH = 512
HEADS = 12
# Weights reach ±31 and what they are multiplied with ±127, so that 1,536 products stay below 2²⁴; so do 32
# products of a query and a key, and 112 of an attention weight and a value.
WEIGHT_STEPS, STEPS, ATTENTION_STEPS = 31, 127, 1023
EPSILON = 1e-12
START, END, OPEN, CLOSE, UNKNOWN = "[CLS]", "[SEP]", "[unused1]", "[unused2]", "[UNK]"
# Longer words are no words.
LONGEST_WORD = 60
# Curves by steps of 1/256: how far x·Φ(x) lies below max(x, 0), and e⁻ˣ as a whole number.
FINE = 256
_BELOW = np.array([i / FINE * math.erfc(i / FINE / math.sqrt(2)) / 2 for i in range(6 * FINE)]).round(6)
_BELOW = np.append(_BELOW, 0).astype(np.float32)
_DECAY = np.rint([ATTENTION_STEPS * math.exp(-i / FINE) for i in range(8 * FINE)]).astype(np.float32)
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
Arrays = dict[str, np.ndarray]


class WordPieces:
    """Cuts texts into numbers of pieces, the longest that the vocabulary has, from the left.

    Y. Wu et al., "Google's Neural Machine Translation System", arXiv:1609.08144, section 4.1. A tokenizer
    library of 10 MB would be needed for these few lines alone.
    Of the vocabulary's pieces, those inside a word begin with ``##``; one is `UNKNOWN`.

    >>> cut = WordPieces(["[UNK]", "ferry", "sail", "##ed", "."])
    >>> cut("Férry sailed. 東")
    [1, 2, 3, 4, 0]
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self.number = {piece: i for i, piece in enumerate(vocabulary)}
        self._of_word: dict[str, list[int]] = {}

    def __call__(self, text: str) -> list[int]:
        """Give the numbers of a text's pieces; case and accents are dropped."""
        plain = text.lower()
        if not plain.isascii():
            parts = unicodedata.normalize("NFD", plain)
            plain = "".join(c for c in parts if unicodedata.category(c) != "Mn")
        words = _WORD.findall(plain)
        self._of_word |= {word: self._cut(word) for word in words if word not in self._of_word}
        return [piece for word in words for piece in self._of_word[word]]

    def _cut(self, word: str) -> list[int]:
        pieces: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            lead = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if lead + word[start:end] in self.number), 0)
            if not end:
                break
            pieces.append(self.number[lead + word[start:end]])
            start = end
        return pieces if pieces and start == len(word) else [self.number[UNKNOWN]]


class MarkedText(NamedTuple):
    """Pieces of a sentence; those from `start` to `end` are the target with its marks."""

    pieces: tuple[int, ...]
    start: int
    end: int


class Model(NamedTuple):
    """A trained model, ready to read: arrays by the names of ``training/tone.py``, and its layers."""

    cut: WordPieces
    arrays: Arrays
    layers: tuple[str, ...]


@cache
def load_model() -> Model:
    """Read the model that ships with the package."""
    with np.load(files("dateline") / "resources" / "tone-model.npz") as stored:  # type: ignore[arg-type]
        return build_model(dict(stored))


def build_model(arrays: Arrays) -> Model:
    """Make a model of its stored arrays; matrices are turned, and queries parted from keys and values."""
    wide: Arrays = {name: array.astype(np.float32) for name, array in arrays.items() if name != "vocabulary"}
    wide["pieces"] = wide.pop("pieces.whole") * wide.pop("pieces.scale")
    layers = [name.removesuffix(".mixed.bias") for name in wide if name.endswith(".mixed.bias")]
    layers.sort(key=lambda name: (len(name), name))  # the tenth behind the ninth
    for layer in layers:
        for kind in ("whole", "scale", "bias"):
            parts = np.split(wide.pop(f"{layer}.attention.{kind}"), [len(wide[f"{layer}.mixed.bias"])])
            wide[f"{layer}.query.{kind}"], wide[f"{layer}.keys.{kind}"] = parts
    wide |= {name: np.ascontiguousarray(wide[name].T) for name in wide if name.endswith(".whole")}
    wide |= {name: wide[name].astype(float) / wide["temperature"] for name in ("head.weight", "head.bias")}
    return Model(WordPieces(bytes(arrays["vocabulary"]).decode().split("\n")), wide, tuple(layers))


def mark_target(cut: WordPieces, text: str, start: int, end: int) -> MarkedText:
    """Cut a sentence into pieces with marks around its target ``text[start:end]``, shortened around it."""
    left, right = cut(text[:start]), cut(text[end:])
    target = (cut(text[start:end]) or [cut.number[UNKNOWN]])[:LONGEST_TARGET]
    room = LONGEST - len(target) - 4
    if len(left) + len(right) > room:
        n_left = min(len(left), max(room // 2, room - len(right)))
        left, right = left[len(left) - n_left :], right[: room - n_left]
    number = cut.number
    pieces = (number[START], *left, number[OPEN], *target, number[CLOSE], *right, number[END])
    return MarkedText(pieces, len(left) + 1, len(left) + len(target) + 3)


def tone_probabilities(
    texts: Sequence[str],
    starts: Sequence[int],
    ends: Sequence[int],
    *,
    model: Model | None = None,
    pool: Pool = ALONE,
) -> np.ndarray:
    """Give the probabilities that each text is negative, neutral or positive toward its target.

    `starts` and `ends` say where the target stands, in characters; `pool` shares the reading by the model
    that ships. Returns (n, 3) float64, rounded to 4 digits, in the order of `LABELS`; rows do not depend on
    each other.

    >>> text = "The ferry was a disgrace, and Odo Brand, who had built it, lied."
    >>> LABELS[tone_probabilities([text], [text.index("Odo")], [text.index(", who")]).argmax()]
    'negative'
    """
    pool = ALONE if model else pool
    logits = tone_logits(texts, starts, ends, model=model or load_model(), pool=pool)
    up = np.exp(logits - logits.max(1, keepdims=True))
    return (up / up.sum(1, keepdims=True)).round(4)


def tone_logits(
    texts: Sequence[str], starts: Sequence[int], ends: Sequence[int], *, model: Model, pool: Pool = ALONE
) -> np.ndarray:
    """Give what `tone_probabilities` turns into probabilities."""
    marked = [mark_target(model.cut, *target) for target in zip(texts, starts, ends, strict=True)]
    # what an agency wrote stands in many papers and is read once
    number = {text: k for k, text in enumerate(dict.fromkeys(marked))}
    of_length: dict[int, list[MarkedText]] = {}
    for text in number:
        of_length.setdefault(len(text.pieces), []).append(text)
    # texts of one length go together: nothing has to be filled up, and nothing masked
    batches = [
        same[start : start + max(BATCH // length, 1)]
        for length, same in of_length.items()
        for start in range(0, len(same), max(BATCH // length, 1))
    ]
    if pool.n_workers == 1:
        # a batch a core: threads within one matrix product would wait for each other most of the time
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(os.cpu_count()) as threads:
            results = list(threads.map(partial(_batch_logits, model), batches))
    else:
        results = pool.each(_read_batch, [{"batch": batch} for batch in batches])
    logits = np.zeros((len(number), len(LABELS)))
    for batch, rows in zip(batches, results, strict=True):
        logits[[number[text] for text in batch]] = rows
    return logits[[number[text] for text in marked]]


def _read_batch(batch: Sequence[MarkedText]) -> np.ndarray:
    """Read a batch in one thread, with the model that ships."""
    with threadpool_limits(1, "blas"):
        return _batch_logits(load_model(), batch)


def _batch_logits(model: Model, batch: Sequence[MarkedText]) -> np.ndarray:
    pieces = np.array([text.pieces for text in batch])
    n, length = pieces.shape
    by = model.arrays
    x = _norm((by["pieces"][pieces] + by["places"][:length]).reshape(n * length, -1), by, "norm")
    for layer in model.layers[:-1]:
        x = _layer(x, x, by, layer, n)
    mean = x.reshape(n, length, -1).sum(1) / length
    # Of the last layer the head reads the first piece and the target only; rows are filled up with the first.
    spans = [range(text.start, text.end) for text in batch]
    places = np.array([[0, *span] + [0] * (max(map(len, spans)) - len(span)) for span in spans])
    places += np.arange(n)[:, None] * length
    x = _layer(x[places.ravel()], x, by, model.layers[-1], n).reshape(*places.shape, -1)
    targets = [row[1 : len(span) + 1].sum(0) / len(span) for row, span in zip(x, spans, strict=True)]
    whole = np.concatenate([x[:, 0], mean, targets], axis=1)
    return (whole[:, None] * by["head.weight"]).sum(-1) + by["head.bias"]


def _layer(x: np.ndarray, among: np.ndarray, by: Arrays, layer: str, n: int) -> np.ndarray:
    """One layer of BERT: attention and a two-layer perceptron, each added to what came in and normed.

    `x` are the pieces asked for and `among` all pieces of n texts.
    """
    mixed = _attention(_dense(x, by, f"{layer}.query"), _dense(among, by, f"{layer}.keys"), n)
    x = _norm(x + _dense(mixed, by, f"{layer}.mixed"), by, f"{layer}.mixed.norm")
    inner = _gelu(_dense(x, by, f"{layer}.inner"))
    return _norm(x + _dense(inner, by, f"{layer}.outer"), by, f"{layer}.outer.norm")


def _attention(query: np.ndarray, pairs: np.ndarray, n: int) -> np.ndarray:
    """Mix the values of each text's pieces by how well their keys suit a query, head by head."""
    query, by_query = _whole(query.reshape(n, len(query) // n, HEADS, -1).transpose(0, 2, 1, 3), (3,))
    parts = pairs.reshape(n, len(pairs) // n, 2, HEADS, -1).transpose(2, 0, 3, 1, 4)
    (key, by_key), (value, by_value) = _whole(parts[0], (3,)), _whole(parts[1], (2, 3))
    fit = query @ key.transpose(0, 1, 3, 2)
    fit *= by_query * np.float32(FINE / math.sqrt(query.shape[-1]))
    fit *= by_key.transpose(0, 1, 3, 2)
    np.subtract(fit.max(-1, keepdims=True), fit, out=fit)
    weight = _DECAY.take(fit.astype(np.intp), mode="clip")
    mixed = weight @ value
    mixed *= by_value / weight.sum(-1, keepdims=True)
    return mixed.transpose(0, 2, 1, 3).reshape(n * mixed.shape[2], -1)


def _whole(x: np.ndarray, axes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Round to whole numbers of ±`STEPS`, with the scale over some axes that makes them what they were."""
    largest = np.maximum(x.max(axes, keepdims=True), -x.min(axes, keepdims=True))
    scale = np.maximum(largest, np.float32(1e-8)) / np.float32(STEPS)
    whole = x / scale
    return np.rint(whole, out=whole), scale


def _dense(x: np.ndarray, by: Arrays, name: str) -> np.ndarray:
    whole, scale = _whole(x, (1,))
    product = whole @ by[f"{name}.whole"]
    product *= scale
    product *= by[f"{name}.scale"]
    product += by[f"{name}.bias"]
    return product


def _norm(x: np.ndarray, by: Arrays, name: str) -> np.ndarray:
    size = np.float32(x.shape[-1])
    x = x - x.sum(-1, keepdims=True) / size
    x /= np.sqrt((x * x).sum(-1, keepdims=True) / size + np.float32(EPSILON))
    x *= by[f"{name}.weight"]
    x += by[f"{name}.bias"]
    return x


def _gelu(x: np.ndarray) -> np.ndarray:
    steps = np.abs(x)
    steps *= np.float32(FINE)
    below = _BELOW.take(steps.astype(np.intp), mode="clip")
    return np.subtract(np.maximum(x, 0), below, out=below)
