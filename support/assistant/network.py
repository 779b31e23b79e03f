"""Learning the head's network: the only importer of torch among what the assistant is made of, and only in training.

One hidden layer under three classifiers, learned together with dropout on what goes in and on the hidden units. The
pieces' weights, nearly all there are, learn by a rate of their own for each bucket, and only where a batch has the
bucket; the others by AdamW. Networks from several seeds are joined into one. On one thread, so that the same text
gives the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

UNITS = 256
EPOCHS, BATCH, LEAST_STEPS = 10, 256, 300
RATE, DECAY, WARM_UP = 6e-3, 1e-4, 0.1
PIECE_RATE, REMEMBERED = 7e-3, 0.99
"""How far a bucket goes in a step, measured by its own gradients, and the share of their mean square that is kept."""
DROPPED_IN, DROPPED_HIDDEN = 0.1, 0.5
LOUD = 4.0
"""How much the embedding is raised before it goes in; folded into the weights afterwards. All of these were chosen on
unseen families of one fold."""
WORTH = {"topic": 1.0, "request": 0.5, "stance": 0.5}
"""What an error of each classifier costs."""


@dataclass(frozen=True)
class Network:
    """What was learned: `hidden` (features, units), `bias` (units,), and by classifier its weights and bias."""

    hidden: Floats
    bias: Floats
    outputs: Mapping[str, tuple[Floats, Floats]]

    def scores(self, features: Any) -> dict[str, Floats]:
        """By classifier (rows, labels), of sparse `features` (rows, features)."""
        units = np.maximum(np.asarray(features @ self.hidden) + self.bias, 0)
        return {name: units @ weights + bias for name, (weights, bias) in self.outputs.items()}


def joined(networks: Sequence[Network]) -> Network:
    """One network whose scores are the mean of theirs: their hidden units stand beside each other."""
    outputs = dict[str, tuple[Floats, Floats]]()
    for name in networks[0].outputs:
        weights = np.concatenate([one.outputs[name][0] for one in networks]) / len(networks)
        bias = np.mean([one.outputs[name][1] for one in networks], axis=0)
        outputs[name] = (weights.astype(np.float32), bias.astype(np.float32))
    hidden = np.concatenate([one.hidden for one in networks], axis=1)
    return Network(hidden, np.concatenate([one.bias for one in networks]), outputs)


def fit(
    features: Any, dimension: int, embedded: int, truth: Mapping[str, NDArray[np.intp]], labels: Mapping[str, int],
    seeds: Sequence[int],
) -> Network:  # fmt: skip
    """Learn from sparse `features`, (rows, dimension + buckets), once from each seed.

    Args:
        dimension: how many of the features are dense, the first `embedded` of them a sentence embedding.
        truth: by classifier each row's label, as a number below that classifier's number of `labels`.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = features.tocsr()
        return joined([_fitted(rows, dimension, embedded, truth, labels, seed) for seed in seeds])
    finally:
        torch.set_num_threads(threads)


def _fitted(
    features: Any, dimension: int, embedded: int, truth: Mapping[str, NDArray[np.intp]], labels: Mapping[str, int],
    seed: int,
) -> Network:  # fmt: skip
    import torch
    from torch.nn.functional import dropout

    torch.manual_seed(seed)
    dense, pieces = torch.tensor(features[:, :dimension].toarray()), features[:, dimension:].tocsr()
    dense[:, :embedded] *= LOUD
    layers, bag = _layers(dimension, labels), Bag(pieces.shape[1])
    steps = max(LEAST_STEPS, EPOCHS * -(-len(dense) // BATCH))
    learner = torch.optim.AdamW(layers.parameters(), lr=RATE, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(learner, RATE, total_steps=steps, pct_start=WARM_UP)
    right = {name: torch.tensor(codes.astype(np.int64)) for name, codes in truth.items()}
    for chosen in _batches(len(dense), steps, seed):
        summed = layers["dense"](dropout(dense[chosen], DROPPED_IN)) + bag.summed(pieces[chosen])
        loss = _loss(layers, summed, {name: codes[chosen] for name, codes in right.items()})
        learner.zero_grad()
        loss.backward()
        bag.learn(PIECE_RATE * learner.param_groups[0]["lr"] / RATE)
        learner.step()
        schedule.step()
    return _network(layers, bag, embedded)


def _layers(dimension: int, labels: Mapping[str, int]) -> Any:
    from torch import nn

    outputs = {name: nn.Linear(UNITS, count) for name, count in labels.items()}
    return nn.ModuleDict({"dense": nn.Linear(dimension, UNITS), **outputs})


class Bag:
    """The pieces' weights, (buckets, units), of which a step touches those of its batch alone.

    Each bucket divides its step by the root of its own mean squared gradient, as Adam does for each number and over
    all of them: that reads and writes the whole table at every step, which was most of the time that learning took.
    """

    def __init__(self, buckets: int) -> None:
        import torch

        self.weights = torch.empty(buckets, UNITS).normal_(0, 0.1)
        self._squares = torch.zeros(buckets)
        self._at: Any = None
        self._held: Any = None

    def summed(self, pieces: Any) -> Any:
        """(rows, units): the sum of each row's pieces by their weights, some of them dropped."""
        import torch
        from torch.nn.functional import dropout, embedding_bag

        buckets, places = np.unique(pieces.indices, return_inverse=True)
        self._at = torch.tensor(buckets.astype(np.int64))
        self._held = self.weights[self._at].requires_grad_()
        given = dropout(torch.tensor(pieces.data.astype(np.float32)), DROPPED_IN)
        found, starts = torch.tensor(places.astype(np.int64)), torch.tensor(pieces.indptr[:-1].astype(np.int64))
        return embedding_bag(found, self._held, starts, mode="sum", per_sample_weights=given)

    def learn(self, rate: float) -> None:
        """A step for the buckets of the last batch, whose gradients are known."""
        import torch

        slope = self._held.grad
        with torch.no_grad():
            square = torch.linalg.vector_norm(slope, dim=1).square() / slope.shape[1]
            square = REMEMBERED * self._squares[self._at] + (1 - REMEMBERED) * square
            self._squares[self._at] = square
            self.weights.index_add_(0, self._at, slope * (-rate / (square.sqrt() + 1e-8))[:, None])


def _batches(rows: int, steps: int, seed: int) -> Any:
    """`steps` arrays of row numbers, every row once before any is drawn again."""
    draw, left = np.random.default_rng(seed), np.empty(0, np.intp)
    for _ in range(steps):
        if not left.size:
            left = draw.permutation(rows)
        yield left[:BATCH]
        left = left[BATCH:]


def _loss(layers: Any, summed: Any, right: Mapping[str, Any]) -> Any:
    from torch.nn.functional import cross_entropy, dropout, relu

    units = dropout(relu(summed), DROPPED_HIDDEN)
    return sum(WORTH[name] * cross_entropy(layers[name](units), codes) for name, codes in right.items())


def _network(layers: Any, bag: Bag, embedded: int) -> Network:
    dense = layers["dense"].weight.detach().numpy().T.copy()
    dense[:embedded] *= LOUD
    hidden = np.concatenate([dense, bag.weights.numpy()])
    outputs = {
        name: (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy())
        for name, layer in layers.items()
        if name != "dense"
    }
    return Network(hidden, layers["dense"].bias.detach().numpy().copy(), outputs)
