"""Train a teacher of 110 million weights, and let it say what it thinks of many examples.

``python training/teacher.py WEIGHTS VOCABULARY TRAIN DEV OUT`` reads the folder of an all-mpnet-base-v2, the
``vocab.txt`` of a MiniLM-L6 and two files of NewsMTSC, and writes OUT for ``training/tone.py``: a line of
JSON for each example of nine tenths of TRAIN, and for each that `examples.more` and `examples.turned` make
of them, with the teacher's logits and whether it is a turned one. DEV and the tenth kept apart are only
looked at.
"""

import argparse
import json
import random
from pathlib import Path

import examples
import fitting
import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import MPNetModel

from dateline.tone import model as engine
from dateline.tone.model import UNKNOWN, WordPieces

EPOCHS, AT_ONCE, RATE, HEAD_RATE, WARM, SMOOTHING, SEED = 3, 16, 3e-5, 5e-4, 0.08, 0.1, 0
# How often a name is exchanged and a sentence joined while the teacher learns.
RENAMED, JOINED = 0.3, 0.15
OF_BERT = {engine.START: "<s>", engine.END: "</s>", UNKNOWN: "<unk>"}
PAD = "<pad>"


class Teacher(nn.Module):
    """MPNet and a head over the first piece, all pieces and those of the target.

    A vector of its own is added to the pieces of the target and its marks.
    """

    def __init__(self, folder):
        super().__init__()
        self.body = MPNetModel.from_pretrained(folder, add_pooling_layer=False)
        size = self.body.config.hidden_size
        self.is_target = nn.Parameter(torch.zeros(size))
        self.drop, self.head = nn.Dropout(0.1), nn.Linear(3 * size, len(engine.LABELS))

    def forward(self, pieces, used, target):
        pieces_in = self.body.embeddings.word_embeddings(pieces) + target[..., None] * self.is_target
        x = self.body(inputs_embeds=pieces_in, attention_mask=used).last_hidden_state
        parts = [x[:, 0], *((x * by[..., None]).sum(1) / by.sum(1, keepdim=True) for by in (used, target))]
        return self.head(self.drop(torch.cat(parts, 1)))


class Cutter:
    """Cuts sentences into the pieces of MPNet, whose vocabulary is BERT's in another order."""

    def __init__(self, vocabulary, own):
        number = {piece: k for k, piece in enumerate(own)}
        self.cut = WordPieces(vocabulary)
        self.number = [number.get(OF_BERT.get(piece, piece), number["<unk>"]) for piece in vocabulary]
        self.pad = number[PAD]

    def __call__(self, one):
        return engine.mark_target(self.cut, one.text, one.start, one.end)

    def stack(self, batch):
        width = max(len(one.pieces) for one in batch)
        pieces = torch.full((len(batch), width), self.pad)
        used, target = torch.zeros(len(batch), width), torch.zeros(len(batch), width)
        for row, one in enumerate(batch):
            pieces[row, : len(one.pieces)] = torch.tensor([self.number[piece] for piece in one.pieces])
            used[row, : len(one.pieces)] = 1
            target[row, one.start : one.end] = 1
        return pieces, used, target


def predict(teacher, cutter, asked):
    """Give the logits of examples."""
    teacher.eval()
    marked = [cutter(one) for one in asked]
    order = sorted(range(len(marked)), key=lambda row: len(marked[row].pieces))
    found = []
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), 32):
            found.append(teacher(*cutter.stack([marked[row] for row in order[at : at + 32]])).float().numpy())
    return np.concatenate(found)[np.argsort(order)]


def changed(one, names, texts, rng):
    """Draw what the teacher sees of an example this time."""
    if rng.random() < RENAMED:
        one = examples.renamed(one, rng.choice(names))
    if rng.random() < JOINED:
        one = examples.joined(one, rng.choice(texts), before=rng.random() < 0.5)
    return one


def train(teacher, cutter, learn, judged):
    rng, names, texts = random.Random(SEED), examples.names(learn), sorted({one.text for one in learn})
    for weight in teacher.body.embeddings.word_embeddings.parameters():
        weight.requires_grad = False
    body = [weight for weight in teacher.body.parameters() if weight.requires_grad]
    groups = [
        {"params": body, "lr": RATE},
        {"params": [teacher.is_target, *teacher.head.parameters()], "lr": HEAD_RATE},
    ]

    def prepare():
        seen = [changed(one, names, texts, rng) for one in learn]
        marked, truth = [cutter(one) for one in seen], torch.tensor([one.label for one in seen])

        def loss_of(rows):
            with torch.autocast("cpu", torch.bfloat16):
                found = teacher(*cutter.stack([marked[row] for row in rows]))
            return functional.cross_entropy(found.float(), truth[rows], label_smoothing=SMOOTHING)

        return [len(one.pieces) for one in marked], loss_of

    fitting.fit(
        teacher,
        groups,
        prepare,
        lambda epoch: fitting.say(epoch, judged, lambda part: predict(teacher, cutter, part)),
        n=len(learn), epochs=EPOCHS, at_once=AT_ONCE, warm=WARM, rng=rng,
    )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("weights", help="folder of all-mpnet-base-v2")
    parser.add_argument("vocabulary", help="vocab.txt of MiniLM-L6")
    parser.add_argument("train", help="newsmtsc_train.jsonl")
    parser.add_argument("dev", help="newsmtsc_rw_dev.jsonl")
    parser.add_argument("out", help="file to write")
    parser.add_argument("--trained", help="file of the trained teacher: read if there is one, else written")
    chosen = parser.parse_args()
    torch.manual_seed(SEED)
    learn, apart = examples.divide(examples.read(chosen.train))
    judged = {"dev": examples.read(chosen.dev), "the tenth kept apart": apart}
    lines = [
        Path(path).read_text(encoding="utf-8").splitlines()
        for path in (chosen.vocabulary, Path(chosen.weights) / "vocab.txt")
    ]
    cutter, teacher = Cutter(*lines), Teacher(chosen.weights)
    if chosen.trained and Path(chosen.trained).is_file():
        teacher.load_state_dict(torch.load(chosen.trained))
    else:
        train(teacher, cutter, learn, judged)
        if chosen.trained:
            torch.save(teacher.state_dict(), chosen.trained)
    vectors = teacher.body.embeddings.word_embeddings.weight.detach().numpy()[cutter.number]
    near = examples.neighbours(lines[0], vectors)
    asked = learn + examples.more(learn, near, random.Random(SEED))
    turned = examples.turned(learn, random.Random(SEED))
    said = predict(teacher, cutter, asked + turned).round(4).tolist()
    with Path(chosen.out).open("w", encoding="utf-8") as file:
        for row, one in enumerate(asked + turned):
            file.write(json.dumps([*one, said[row], row >= len(asked)]) + "\n")


if __name__ == "__main__":
    main()
