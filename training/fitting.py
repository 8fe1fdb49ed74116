"""How teacher and network are fitted: AdamW, a rate that rises and falls, batches of like length."""

import math
import time

import examples
import numpy as np
import torch
from torch import nn


def fit(network, groups, prepare, judge, *, n, epochs, at_once, warm, rng):
    """Fit a network in place.

    Parameters
    ----------
    network, groups
        The network, and its weights with their rates as `torch.optim.AdamW` takes them.
    prepare
        Called before each epoch: gives the lengths of n examples and a function from rows to a loss.
    judge
        Called after each epoch with its number.
    n, epochs, at_once, warm, rng
        Number of examples, epochs, examples at once, share of the steps in which the rate rises, and
        `random.Random`.
    """
    steps = epochs * math.ceil(n / at_once)
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (warm * steps)) * max(0.02, 1 - step / steps)
    )
    for epoch in range(epochs):
        network.train()
        lengths, loss_of = prepare()
        losses, began = [], time.time()
        for rows in examples.batches(lengths, at_once, rng):
            loss = loss_of(rows)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 100 == 0:
                took = f"{(time.time() - began) / len(losses):.2f} s a step"
                print(f"  {len(losses)} steps, loss {np.mean(losses[-100:]):.3f}, {took}", flush=True)
        judge(epoch + 1)


def say(epoch, judged, predict):
    """Print the macro-F1 of each part by what `predict` gives: logits of examples."""
    for name, part in judged.items():
        f1 = examples.f1([one.label for one in part], predict(part).argmax(1))
        print(f"epoch {epoch}: macro-F1 on {name} {f1.mean():.3f}", flush=True)
