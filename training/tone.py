"""Train the model of tone toward a target: from MiniLM-L6 and NewsMTSC to ``tone-model.npz``.

``python training/tone.py WEIGHTS TRAIN DEV`` reads the folder of a MiniLM-L6 (``model.safetensors`` and
``vocab.txt``) and two files of NewsMTSC, and writes the model that `helpers.tone.reader` reads. Only TRAIN is
learnt from; DEV sets the number of epochs, what is left out of the file, the temperature and the confidence
below which there is no label. ``training/README.md`` says where the files are from and how good it is.
"""

import argparse
import json
import math
import random
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from helpers.tone import reader
from helpers.tone.wordpiece import UNKNOWN, Pieces

RESULT = Path(__file__).resolve().parents[1] / "src" / "helpers" / "resources" / "tone-model.npz"
# Three layers are half of MiniLM-L6's time and size. After the second epoch the score on DEV stays within
# noise.
LAYERS, SIZE, INNER = 3, 384, 1536
EPOCHS, AT_ONCE, RATE, HEAD_RATE, SMOOTHING, DROPOUT, SEED = 4, 16, 8e-5, 1e-3, 0.1, 0.1, 0
# The head of the shortened network is fitted to every second target; how small its weights are kept.
PART, RIDGE = 2, 10.0
# Of BERT's vocabulary, which is sorted by frequency, the first so many pieces stay, and all that TRAIN needs.
MOST_FREQUENT, PIECE_STEPS = 15_000, 7
# Names of a layer's parts here and in the weights of BERT.
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "mixed_norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "outer_norm": "output.LayerNorm",
}


class Targets(NamedTuple):
    """Sentences, where their targets stand, and the number of each one's label."""

    texts: list[str]
    starts: list[int]
    ends: list[int]
    truth: np.ndarray


def targets(path):
    """Read a file of NewsMTSC: one row a target."""
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    rows = [
        (record["sentence_normalized"], target["from"], target["to"], int(target["polarity"]) // 2 - 1)
        for record in map(json.loads, lines)
        for target in record["targets"]
    ]
    texts, starts, ends, truth = map(list, zip(*rows, strict=True))
    return Targets(texts, starts, ends, np.array(truth))


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.mixed_norm = nn.LayerNorm(SIZE, reader.EPSILON)
        self.inner, self.outer = nn.Linear(SIZE, INNER), nn.Linear(INNER, SIZE)
        self.outer_norm = nn.LayerNorm(SIZE, reader.EPSILON)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x, among, used):
        """Of the pieces `among` a text's, those `used` say something to each of `x`."""
        heads = (
            part(of).unflatten(-1, (reader.HEADS, -1)).transpose(1, 2)
            for part, of in ((self.query, x), (self.key, among), (self.value, among))
        )
        chance = DROPOUT if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(*heads, attn_mask=used, dropout_p=chance)
        x = self.mixed_norm(x + self.drop(self.mixed(mixed.transpose(1, 2).flatten(2))))
        return self.outer_norm(x + self.drop(self.outer(functional.gelu(self.inner(x)))))


class Network(nn.Module):
    """The first layers of MiniLM-L6 and a head over the first piece, all pieces and those of the target."""

    def __init__(self, n_pieces):
        super().__init__()
        self.pieces, self.places = nn.Embedding(n_pieces, SIZE), nn.Embedding(128, SIZE)
        self.norm = nn.LayerNorm(SIZE, reader.EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.drop = nn.Dropout(DROPOUT)
        self.head = nn.Linear(3 * SIZE, len(reader.LABELS))
        self.is_short = False

    def forward(self, pieces, used, asked, target):
        x = self.drop(self.norm(self.pieces(pieces) + self.places.weight[: pieces.shape[1]]))
        mask, rows = used[:, None, None, :] > 0, asked[..., None].expand(-1, -1, SIZE)
        for layer in self.layers[:-1]:
            x = layer(x, x, mask)
        if self.is_short:
            mean, x = average(x, used), self.layers[-1](x.gather(1, rows), x, mask)
        else:
            x = self.layers[-1](x, x, mask)
            mean, x = average(x, used), x.gather(1, rows)
        return self.head(self.drop(torch.cat([x[:, 0], mean, average(x, target)], 1)))


def average(x, by):
    """Average the pieces of each text by their weights."""
    return (x * by[..., None]).sum(1) / by.sum(1, keepdim=True)


def shorten(network, marked):
    """Let the head read the mean of all pieces a layer earlier: the last has to compute nothing else of them.

    The head's new weights are those that come nearest to what the network said (ridge regression): labels
    play no part.
    """
    said = predict(network, marked)
    network.is_short, head, network.head = True, network.head, nn.Identity()
    read = np.column_stack([predict(network, marked), np.ones(len(marked))])
    weights = np.linalg.solve(read.T @ read + RIDGE * np.eye(read.shape[1]), read.T @ said)
    network.head = head
    with torch.no_grad():
        head.weight.copy_(torch.tensor(weights[:-1].T))
        head.bias.copy_(torch.tensor(weights[-1]))


def begin(folder):
    """Make a network of the weights of a MiniLM-L6."""
    stored = load_file(Path(folder) / "model.safetensors")
    given = {
        "pieces.weight": stored["embeddings.word_embeddings.weight"],
        # all pieces are of BERT's first segment
        "places.weight": stored["embeddings.position_embeddings.weight"][:128]
        + stored["embeddings.token_type_embeddings.weight"][0],
    }
    for kind in ("weight", "bias"):
        given[f"norm.{kind}"] = stored[f"embeddings.LayerNorm.{kind}"]
        for layer in range(LAYERS):
            for ours, theirs in PARTS.items():
                given[f"layers.{layer}.{ours}.{kind}"] = stored[f"encoder.layer.{layer}.{theirs}.{kind}"]
    network = Network(len(given["pieces.weight"]))
    missing, _ = network.load_state_dict(given, strict=False)
    assert missing == ["head.weight", "head.bias"], missing
    return network


def stack(batch):
    """Put marked sentences into arrays, the shorter ones filled up with zeros."""
    width, span = max(len(one.pieces) for one in batch), max(one.end - one.start for one in batch)
    pieces, asked = (torch.zeros(len(batch), size, dtype=torch.long) for size in (width, span + 1))
    used, target = torch.zeros(len(batch), width), torch.zeros(len(batch), span + 1)
    for row, one in enumerate(batch):
        pieces[row, : len(one.pieces)] = torch.tensor(one.pieces)
        used[row, : len(one.pieces)] = 1
        asked[row, 1 : one.end - one.start + 1] = torch.arange(one.start, one.end)
        target[row, 1 : one.end - one.start + 1] = 1
    return pieces, used, asked, target


def predict(network, marked):
    """Give the logits of marked sentences."""
    network.eval()
    order = sorted(range(len(marked)), key=lambda row: len(marked[row].pieces))
    with torch.no_grad():
        found = [
            network(*stack([marked[row] for row in order[at : at + 32]])).numpy()
            for at in range(0, len(order), 32)
        ]
    return np.concatenate(found).astype(float)[np.argsort(order)]


def shuffled(marked, rng):
    """Draw batches of sentences of like length."""
    order = list(range(len(marked)))
    rng.shuffle(order)
    batches = []
    for at in range(0, len(order), 40 * AT_ONCE):
        part = sorted(order[at : at + 40 * AT_ONCE], key=lambda row: len(marked[row].pieces))
        batches += [part[i : i + AT_ONCE] for i in range(0, len(part), AT_ONCE)]
    rng.shuffle(batches)
    return batches


def train(network, cut, learn, dev):
    """Fit the network to `learn`, and print after each epoch how good it is on `dev`."""
    marked, judged = (
        [reader.mark(cut, *one) for one in zip(*part[:3], strict=True)] for part in (learn, dev)
    )
    steps, rng, truth = (
        EPOCHS * math.ceil(len(marked) / AT_ONCE),
        random.Random(SEED),
        torch.tensor(learn.truth),
    )
    body = [weight for name, weight in network.named_parameters() if not name.startswith("head.")]
    groups = [{"params": body, "lr": RATE}, {"params": network.head.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    for epoch in range(EPOCHS):
        network.train()
        losses = []
        for rows in shuffled(marked, rng):
            found = network(*stack([marked[row] for row in rows]))
            loss = functional.cross_entropy(found, truth[rows], label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 100 == 0:
                print(f"  {len(losses)} steps, loss {np.mean(losses[-100:]):.3f}", flush=True)
        f1 = per_class(dev.truth, predict(network, judged).argmax(1))
        print(f"epoch {epoch + 1}: macro-F1 on dev {f1.mean():.3f}", flush=True)


def per_class(truth, guess):
    """F1 of each label."""
    both = [2 * ((truth == k) & (guess == k)).sum() for k in range(len(reader.LABELS))]
    return np.array(both) / [(truth == k).sum() + (guess == k).sum() for k in range(len(reader.LABELS))]


def kept(vocabulary, cut, learn):
    """Choose the pieces that stay: frequent ones, those of the training sentences, and single characters."""
    used = Counter(piece for text in dict.fromkeys(learn.texts) for piece in cut(text))
    marks = {UNKNOWN, reader.START, reader.END, reader.OPEN, reader.CLOSE}

    def stays(number, piece):
        if piece.startswith("[") and len(piece) > 1:
            return piece in marks
        return number < MOST_FREQUENT or used[number] > 0 or re.fullmatch(r"(##)?.", piece) is not None

    return [number for number, piece in enumerate(vocabulary) if stays(number, piece)]


def whole(rows, steps):
    """Round each row to whole numbers of ±`steps` with the scale that loses least."""
    largest = rows.abs().amax(1, keepdim=True).clamp(min=1e-8)
    best = torch.full((len(rows), 1), torch.inf)
    number, by = torch.zeros_like(rows), torch.zeros(len(rows), 1)
    for part in np.linspace(1, 0.5, 11):
        scale = (largest * part / steps).half().float().clamp(min=1e-7)
        rounded = (rows / scale).round().clamp(-steps, steps)
        lost = ((rounded * scale - rows) ** 2).sum(1, keepdim=True)
        number, by = torch.where(lost < best, rounded, number), torch.where(lost < best, scale, by)
        best = torch.minimum(best, lost)
    return number.numpy().astype(np.int8), by.numpy()[:, 0].astype(np.float16)


def pack(network, vocabulary, keep, *, temperature=1.0):
    """Make the arrays that `helpers.tone.reader.build` reads."""
    state = network.state_dict()
    arrays = {"vocabulary": np.frombuffer("\n".join(vocabulary[k] for k in keep).encode(), np.uint8)}
    number, scale = whole(state["pieces.weight"][keep], PIECE_STEPS)
    arrays |= {"pieces.whole": number, "pieces.scale": scale[:, None]}
    small = {"places": "places.weight", "temperature": None}
    small |= {f"{part}.{kind}": f"{part}.{kind}" for part in ("norm", "head") for kind in ("weight", "bias")}
    for layer in range(LAYERS):
        ours, theirs = f"layer.{layer}", f"layers.{layer}"
        for name, parts in {
            "attention": ("query", "key", "value"),
            "mixed": ("mixed",),
            "inner": ("inner",),
            "outer": ("outer",),
        }.items():
            matrix = torch.cat([state[f"{theirs}.{part}.weight"] for part in parts])
            number, scale = whole(matrix, reader.WEIGHT_STEPS)
            bias = torch.cat([state[f"{theirs}.{part}.bias"] for part in parts])
            arrays |= {f"{ours}.{name}.whole": number, f"{ours}.{name}.scale": scale}
            arrays[f"{ours}.{name}.bias"] = bias.numpy().astype(np.float16)
        for name in ("mixed", "outer"):
            for kind in ("weight", "bias"):
                small[f"{ours}.{name}.norm.{kind}"] = f"{theirs}.{name}_norm.{kind}"
    state[None] = torch.tensor(temperature)
    return arrays | {name: state[stored].numpy().astype(np.float16) for name, stored in small.items()}


def fitted(logits, truth):
    """Find the temperature that makes the truth likeliest (C. Guo et al., ICML 2017, section 4.2)."""
    steps = np.arange(0.5, 3.0, 0.01)
    row = np.arange(len(truth))
    return float(steps[np.argmin([-np.log(softmax(logits / t)[row, truth]).mean() for t in steps])])


def softmax(logits):
    up = np.exp(logits - logits.max(1, keepdims=True))
    return up / up.sum(1, keepdims=True)


def judge(dev, found):
    """Print scores of each label with intervals, and how often labels of each confidence are right."""
    by_text = np.unique(dev.texts, return_inverse=True)[1]
    rng, guess = np.random.default_rng(SEED), found.argmax(1)
    rows_of = [np.flatnonzero(by_text == text) for text in range(by_text.max() + 1)]
    drawn = []
    for _ in range(2000):
        rows = np.concatenate([rows_of[text] for text in rng.integers(len(rows_of), size=len(rows_of))])
        drawn.append(per_class(dev.truth[rows], guess[rows]))
    low, high = np.percentile(np.column_stack([drawn, np.mean(drawn, 1)]), [2.5, 97.5], axis=0)
    f1 = per_class(dev.truth, guess)
    for name, *numbers in zip((*reader.LABELS, "macro"), [*f1, f1.mean()], low, high, strict=True):
        n = (dev.truth == reader.LABELS.index(name)).sum() if name in reader.LABELS else len(guess)
        print(f"F1 {name}: {numbers[0]:.3f} ({numbers[1]:.3f} to {numbers[2]:.3f}), n = {n}")
    sure, right = found.max(1), guess == dev.truth
    for a, b in zip((0, 0.5, 0.6, 0.7, 0.8, 0.9), (0.5, 0.6, 0.7, 0.8, 0.9, 1.01), strict=True):
        part = (sure >= a) & (sure < b)
        if part.any():
            print(
                f"confidence {a:.1f} to {min(b, 1):.1f}: {sure[part].mean():.2f} said, "
                f"{right[part].mean():.2f} right, n = {part.sum()}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", help="folder with model.safetensors and vocab.txt")
    parser.add_argument("train", help="newsmtsc_train.jsonl")
    parser.add_argument("dev", help="newsmtsc_rw_dev.jsonl")
    parser.add_argument("--trained", help="file of the trained network: read if there is one, else written")
    parser.add_argument("--out", default=RESULT, help="file to write")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    vocabulary = (Path(chosen.weights) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    cut, learn, dev = Pieces(vocabulary), targets(chosen.train), targets(chosen.dev)
    network = begin(chosen.weights)
    if chosen.trained and Path(chosen.trained).is_file():
        network.load_state_dict(torch.load(chosen.trained))
    else:
        train(network, cut, learn, dev)
        if chosen.trained:
            torch.save(network.state_dict(), chosen.trained)
    shorten(network, [reader.mark(cut, *one) for one in zip(*learn[:3], strict=True)][::PART])
    keep = kept(vocabulary, cut, learn)
    logits = reader.logits(*dev[:3], model=reader.build(pack(network, vocabulary, keep)))
    temperature = fitted(logits, dev.truth)
    np.savez_compressed(chosen.out, **pack(network, vocabulary, keep, temperature=temperature))
    print(
        f"{len(keep):,} pieces, {Path(chosen.out).stat().st_size / 1e6:.2f} MB, temperature {temperature:.2f}"
    )
    with np.load(chosen.out) as stored:
        judge(dev, reader.read(*dev[:3], model=reader.build(dict(stored))))


if __name__ == "__main__":
    main()
