"""Learning the head's network: the only importer of torch among what the assistant is made of, and only in training.

One hidden layer under three classifiers, learned together by AdamW with dropout on what goes in and on the hidden
units. On one thread, so that the same text gives the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

UNITS = 256
EPOCHS, BATCH, LEAST_STEPS = 12, 256, 300
RATE, DECAY, WARM_UP = 6e-3, 1e-4, 0.1
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


def fit(
    features: Any, dimension: int, embedded: int, truth: Mapping[str, NDArray[np.intp]], labels: Mapping[str, int],
    seed: int,
) -> Network:  # fmt: skip
    """Learn from sparse `features`, (rows, dimension + buckets).

    Args:
        dimension: how many of the features are dense, the first `embedded` of them a sentence embedding.
        truth: by classifier each row's label, as a number below that classifier's number of `labels`.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        torch.manual_seed(seed)
        return _fitted(features.tocsr(), dimension, embedded, truth, labels, seed)
    finally:
        torch.set_num_threads(threads)


def _fitted(
    features: Any, dimension: int, embedded: int, truth: Mapping[str, NDArray[np.intp]], labels: Mapping[str, int],
    seed: int,
) -> Network:  # fmt: skip
    import torch

    dense, pieces = torch.tensor(features[:, :dimension].toarray()), features[:, dimension:].tocsr()
    dense[:, :embedded] *= LOUD
    model = _layers(dimension, pieces.shape[1], labels)
    rows, rate = len(dense), RATE
    steps = max(LEAST_STEPS, EPOCHS * -(-rows // BATCH))
    learner = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(learner, rate, total_steps=steps, pct_start=WARM_UP)
    right = {name: torch.tensor(codes.astype(np.int64)) for name, codes in truth.items()}
    for chosen in _batches(rows, steps, seed):
        loss = _loss(model, dense[chosen], pieces[chosen], {name: codes[chosen] for name, codes in right.items()})
        learner.zero_grad()
        loss.backward()
        learner.step()
        schedule.step()
    return _network(model, embedded)


def _layers(dimension: int, buckets: int, labels: Mapping[str, int]) -> Any:
    from torch import nn

    bag = nn.EmbeddingBag(buckets, UNITS, mode="sum")
    nn.init.normal_(bag.weight, 0, 0.1)
    outputs = {name: nn.Linear(UNITS, count) for name, count in labels.items()}
    return nn.ModuleDict({"dense": nn.Linear(dimension, UNITS), "bag": bag, **outputs})


def _batches(rows: int, steps: int, seed: int) -> Any:
    """`steps` arrays of row numbers, every row once before any is drawn again."""
    draw, left = np.random.default_rng(seed), np.empty(0, np.intp)
    for _ in range(steps):
        if not left.size:
            left = draw.permutation(rows)
        yield left[:BATCH]
        left = left[BATCH:]


def _loss(model: Any, dense: Any, pieces: Any, right: Mapping[str, Any]) -> Any:
    import torch
    from torch.nn.functional import cross_entropy, dropout, relu

    buckets = torch.tensor(pieces.indices.astype(np.int64))
    starts = torch.tensor(pieces.indptr[:-1].astype(np.int64))
    weights = dropout(torch.tensor(pieces.data.astype(np.float32)), DROPPED_IN)
    summed = model["dense"](dropout(dense, DROPPED_IN)) + model["bag"](buckets, starts, per_sample_weights=weights)
    units = dropout(relu(summed), DROPPED_HIDDEN)
    return sum(WORTH[name] * cross_entropy(model[name](units), codes) for name, codes in right.items())


def _network(model: Any, embedded: int) -> Network:
    dense = model["dense"].weight.detach().numpy().T.copy()
    dense[:embedded] *= LOUD
    hidden = np.concatenate([dense, model["bag"].weight.detach().numpy()])
    outputs = {
        name: (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy())
        for name, layer in model.items()
        if name not in {"dense", "bag"}
    }
    return Network(hidden, model["dense"].bias.detach().numpy().copy(), outputs)
