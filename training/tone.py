"""Train the model of tone toward a target: from MiniLM-L6 and what a teacher says to ``tone-model.npz``.

``python training/tone.py WEIGHTS TAUGHT TRAIN DEV`` reads the folder of a MiniLM-L6 (``model.safetensors``
and ``vocab.txt``), what ``training/teacher.py`` wrote and two files of NewsMTSC, and writes the model that
`dateline.tone.model` reads. It learns from nine tenths of TRAIN; DEV sets the number of layers and epochs
and the confidence below which there is no label; DEV and the tenth kept apart set the temperature.
``training/README.md`` says where the files are from and how good it is.
"""

import argparse
import json
import random
import re
from collections import Counter
from pathlib import Path

import calibration
import examples
import fitting
import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from dateline.tone import model as engine
from dateline.tone.model import UNKNOWN, WordPieces

RESULT = Path(__file__).resolve().parents[1] / "src" / "dateline" / "resources" / "tone-model.npz"
SIZE, INNER = 384, 1536
LAYERS, EPOCHS = 4, 4
AT_ONCE, RATE, HEAD_RATE, WARM, DROPOUT, SEED = 32, 1.5e-4, 1e-3, 0.06, 0.1, 0
# The negated sentences come last and change little: by themselves they say little of how news is written.
TURNED_EPOCHS, SLOWER = 2, 3
# How much a label counts beside what the teacher says, and how much its differences are flattened.
OF_LABEL, FLAT = 0.3, 2.0
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


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.mixed_norm = nn.LayerNorm(SIZE, engine.EPSILON)
        self.inner, self.outer = nn.Linear(SIZE, INNER), nn.Linear(INNER, SIZE)
        self.outer_norm = nn.LayerNorm(SIZE, engine.EPSILON)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x, among, used):
        """Of the pieces `among` a text's, those `used` say something to each of `x`."""
        heads = (
            part(of).unflatten(-1, (engine.HEADS, -1)).transpose(1, 2)
            for part, of in ((self.query, x), (self.key, among), (self.value, among))
        )
        chance = DROPOUT if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(*heads, attn_mask=used, dropout_p=chance)
        x = self.mixed_norm(x + self.drop(self.mixed(mixed.transpose(1, 2).flatten(2))))
        return self.outer_norm(x + self.drop(self.outer(functional.gelu(self.inner(x)))))


class Network(nn.Module):
    """The first layers of MiniLM-L6 and a head over the first piece, all pieces and those of the target.

    The mean of all pieces is read from the layer before the last, which then computes the first piece and the
    target only: a third of the work is saved.
    """

    def __init__(self, n_pieces, n_layers):
        super().__init__()
        self.pieces, self.places = nn.Embedding(n_pieces, SIZE), nn.Embedding(128, SIZE)
        self.norm = nn.LayerNorm(SIZE, engine.EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(n_layers))
        self.drop = nn.Dropout(DROPOUT)
        self.head = nn.Linear(3 * SIZE, len(engine.LABELS))

    def forward(self, pieces, used, asked, target):
        x = self.drop(self.norm(self.pieces(pieces) + self.places.weight[: pieces.shape[1]]))
        mask, rows = used[:, None, None, :] > 0, asked[..., None].expand(-1, -1, SIZE)
        for layer in self.layers[:-1]:
            x = layer(x, x, mask)
        mean, x = average(x, used), self.layers[-1](x.gather(1, rows), x, mask)
        return self.head(self.drop(torch.cat([x[:, 0], mean, average(x, target)], 1)))


def average(x, by):
    """Average the pieces of each text by their weights."""
    return (x * by[..., None]).sum(1) / by.sum(1, keepdim=True)


def begin(folder, keep, n_layers):
    """Make a network of the weights of a MiniLM-L6 and of those pieces that stay."""
    stored = load_file(Path(folder) / "model.safetensors")
    given = {
        "pieces.weight": stored["embeddings.word_embeddings.weight"][keep],
        # all pieces are of BERT's first segment
        "places.weight": stored["embeddings.position_embeddings.weight"][:128]
        + stored["embeddings.token_type_embeddings.weight"][0],
    }
    for kind in ("weight", "bias"):
        given[f"norm.{kind}"] = stored[f"embeddings.LayerNorm.{kind}"]
        for layer in range(n_layers):
            for ours, theirs in PARTS.items():
                given[f"layers.{layer}.{ours}.{kind}"] = stored[f"encoder.layer.{layer}.{theirs}.{kind}"]
    network = Network(len(keep), n_layers)
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


def train(network, cut, taught, judged, *, epochs, slower=1):
    """Fit the network to what the teacher says of `taught`, and print after each epoch how good it is.

    How far it is from the teacher counts as G. Hinton, O. Vinyals and J. Dean have it ("Distilling the
    Knowledge in a Neural Network", 2015), beside the labels where there are any.
    """
    learn, logits = zip(*taught, strict=True)
    marked = [engine.mark_target(cut, *one[:3]) for one in learn]
    soft = functional.softmax(torch.tensor(logits, dtype=torch.float32) / FLAT, 1)
    truth, rng = torch.tensor([one.label for one in learn]), random.Random(SEED)
    body = [weight for name, weight in network.named_parameters() if not name.startswith("head.")]
    rated = (body, RATE), (network.head.parameters(), HEAD_RATE)
    groups = [{"params": weights, "lr": rate / slower} for weights, rate in rated]
    lengths = [len(one.pieces) for one in marked]

    def loss_of(rows):
        with torch.autocast("cpu", torch.bfloat16):
            found = network(*stack([marked[row] for row in rows]))
        found = found.float()
        said = functional.log_softmax(found / FLAT, 1)
        loss = FLAT**2 * functional.kl_div(said, soft[rows], reduction="batchmean")
        if (truth[rows] >= 0).any():
            loss = loss + OF_LABEL * functional.cross_entropy(found, truth[rows], ignore_index=-1)
        return loss

    fitting.fit(
        network,
        groups,
        lambda: (lengths, loss_of),
        lambda epoch: fitting.say(
            epoch, judged, lambda part: predict(network, [engine.mark_target(cut, *one[:3]) for one in part])
        ),
        n=len(marked), epochs=epochs, at_once=AT_ONCE, warm=WARM, rng=rng,
    )  # fmt: skip


def kept(vocabulary, learn):
    """Choose the pieces that stay: frequent ones, those of the training sentences, and single characters."""
    cut = WordPieces(vocabulary)
    used = Counter(piece for text in dict.fromkeys(one.text for one in learn) for piece in cut(text))
    marks = {UNKNOWN, engine.START, engine.END, engine.OPEN, engine.CLOSE}

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


def pack(network, vocabulary, *, temperature=1.0):
    """Make the arrays that `dateline.tone.model.build_model` reads."""
    state = network.state_dict()
    arrays = {"vocabulary": np.frombuffer("\n".join(vocabulary).encode(), np.uint8)}
    number, scale = whole(state["pieces.weight"], PIECE_STEPS)
    arrays |= {"pieces.whole": number, "pieces.scale": scale[:, None]}
    small = {"places": "places.weight", "temperature": None}
    small |= {f"{part}.{kind}": f"{part}.{kind}" for part in ("norm", "head") for kind in ("weight", "bias")}
    for layer in range(len(network.layers)):
        ours, theirs = f"layer.{layer}", f"layers.{layer}"
        for name, parts in {
            "attention": ("query", "key", "value"),
            "mixed": ("mixed",),
            "inner": ("inner",),
            "outer": ("outer",),
        }.items():
            matrix = torch.cat([state[f"{theirs}.{part}.weight"] for part in parts])
            number, scale = whole(matrix, engine.WEIGHT_STEPS)
            bias = torch.cat([state[f"{theirs}.{part}.bias"] for part in parts])
            arrays |= {f"{ours}.{name}.whole": number, f"{ours}.{name}.scale": scale}
            arrays[f"{ours}.{name}.bias"] = bias.numpy().astype(np.float16)
        for name in ("mixed", "outer"):
            for kind in ("weight", "bias"):
                small[f"{ours}.{name}.norm.{kind}"] = f"{theirs}.{name}_norm.{kind}"
    state[None] = torch.tensor(temperature)
    return arrays | {name: state[stored].numpy().astype(np.float16) for name, stored in small.items()}


def judge(name, part, found):
    """Print scores of each label with intervals, and how often labels of each confidence are right."""
    truth, guess = np.array([one.label for one in part]), found.argmax(1)
    by_text = np.unique([one.text for one in part], return_inverse=True)[1]
    rng = np.random.default_rng(SEED)
    rows_of = [np.flatnonzero(by_text == text) for text in range(by_text.max() + 1)]
    drawn = []
    for _ in range(2000):
        rows = np.concatenate([rows_of[text] for text in rng.integers(len(rows_of), size=len(rows_of))])
        drawn.append(examples.f1(truth[rows], guess[rows]))
    low, high = np.percentile(np.column_stack([drawn, np.mean(drawn, 1)]), [2.5, 97.5], axis=0)
    f1 = examples.f1(truth, guess)
    for label, *numbers in zip((*engine.LABELS, "macro"), [*f1, f1.mean()], low, high, strict=True):
        n = (truth == engine.LABELS.index(label)).sum() if label in engine.LABELS else len(guess)
        print(f"{name}, F1 {label}: {numbers[0]:.3f} ({numbers[1]:.3f} to {numbers[2]:.3f}), n = {n}")
    labels: dict[str, set[int]] = {}
    for one in part:
        labels.setdefault(one.text, set()).add(one.label)
    mixed = np.array([len(labels[one.text]) > 1 for one in part])
    n_mixed, f1 = mixed.sum(), examples.f1(truth[mixed], guess[mixed]).mean()
    print(f"{name}, macro-F1 where targets of a sentence have unlike labels: {f1:.3f}, n = {n_mixed}")
    sure, right = found.max(1), guess == truth
    for a, b in zip((0, 0.5, 0.6, 0.7, 0.8, 0.9), (0.5, 0.6, 0.7, 0.8, 0.9, 1.01), strict=True):
        of = (sure >= a) & (sure < b)
        if of.any():
            print(
                f"{name}, confidence {a:.1f} to {min(b, 1):.1f}: {sure[of].mean():.2f} said, "
                f"{right[of].mean():.2f} right, n = {of.sum()}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", help="folder with model.safetensors and vocab.txt")
    parser.add_argument("taught", help="what training/teacher.py wrote")
    parser.add_argument("train", help="newsmtsc_train.jsonl")
    parser.add_argument("dev", help="newsmtsc_rw_dev.jsonl")
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--trained", help="file of the trained network: read if there is one, else written")
    parser.add_argument("--out", default=RESULT, help="file to write")
    chosen = parser.parse_args()
    torch.manual_seed(SEED)
    learn, apart = examples.divide(examples.read(chosen.train))
    judged = {"dev": examples.read(chosen.dev), "the tenth kept apart": apart}
    whole_vocabulary = (Path(chosen.weights) / "vocab.txt").read_text(encoding="utf-8").splitlines()
    keep = kept(whole_vocabulary, learn)
    vocabulary = [whole_vocabulary[k] for k in keep]
    network = begin(chosen.weights, keep, chosen.layers)
    if chosen.trained and Path(chosen.trained).is_file():
        network.load_state_dict(torch.load(chosen.trained))
    else:
        taught = {False: [], True: []}
        for line in Path(chosen.taught).read_text(encoding="utf-8").splitlines():
            *one, logits, is_turned = json.loads(line)
            taught[is_turned].append((examples.Example(*one), logits))
        cut = WordPieces(vocabulary)
        train(network, cut, taught[False], judged, epochs=chosen.epochs)
        labelled = [pair for pair in taught[False] if pair[0].label >= 0]
        train(network, cut, labelled + taught[True], judged, epochs=TURNED_EPOCHS, slower=SLOWER)
        if chosen.trained:
            torch.save(network.state_dict(), chosen.trained)
    plain = engine.build_model(pack(network, vocabulary))
    read = [calibration.read_hidden(part, plain) for part in judged.values()]
    temperature = calibration.fitted(*(np.concatenate(both) for both in zip(*read, strict=True)))
    np.savez_compressed(chosen.out, **pack(network, vocabulary, temperature=temperature))
    size = Path(chosen.out).stat().st_size / 1e6
    print(f"{len(keep):,} pieces, {size:.2f} MB, temperature {temperature:.2f}")
    with np.load(chosen.out) as stored:
        model = engine.build_model(dict(stored))
    for name, part in judged.items():
        texts, starts, ends, *_ = zip(*part, strict=True)
        judge(name, part, engine.tone_probabilities(texts, starts, ends, model=model))


if __name__ == "__main__":
    main()
