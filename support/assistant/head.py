"""The understanding head: three linear classifiers over a message's embedding and its pieces.

It learned from `utterances/` by `python -m support.assistant.train`; here numpy alone reads what was learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from support.assistant.features import BUCKETS, pieces

PACKAGED = Path(__file__).with_name("head.npz")
NAMES = ("topic", "request", "stance")


class HeadError(Exception):
    """The understanding head cannot be used."""


class HeadUnreadable(HeadError):
    """`path` holds no head that this version can read."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}; make it again with `python -m support.assistant.train`")


class WrongEmbedding(HeadError):
    """The embedding is not of the model that the head learned over."""

    def __init__(self, expected: int, given: int) -> None:
        self.expected, self.given = expected, given
        super().__init__(f"the head reads {expected} numbers and was given {given}; embed with the packaged model")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a message is about, what it asks for and from where it speaks, each with its calibrated probability."""

    topic: str
    topic_probability: float
    topics: tuple[tuple[str, float], ...]
    """The three likeliest topics, best first."""
    request: str
    request_probability: float
    stance: str
    stance_probability: float


@dataclass(frozen=True, slots=True)
class Linear:
    """One classifier: softmax((features · weights + bias) / temperature)."""

    labels: tuple[str, ...]
    dense: NDArray[np.float32]
    sparse: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    def probabilities(self, embedding: NDArray[np.float32], found: NDArray[np.float32]) -> NDArray[np.float32]:
        """(labels,) float32 summing to 1, from an embedding of length 1 and `features.pieces`."""
        buckets = found[0].astype(np.intp)
        scores = embedding @ self.dense + found[1] @ self.sparse[buckets] + self.bias
        powers = np.exp((scores - scores.max()) / self.temperature)
        return cast("NDArray[np.float32]", powers / powers.sum())


@dataclass(frozen=True, slots=True)
class Head:
    """The three classifiers. `embedding` names the model whose vectors they read."""

    topic: Linear
    request: Linear
    stance: Linear
    embedding: str

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Head:
        """The head in `path`. Raises HeadUnreadable."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                topic, request, stance = (_linear(name, arrays) for name in NAMES)
                return cls(topic, request, stance, str(arrays["embedding"]))
        except (OSError, KeyError, ValueError) as error:
            raise HeadUnreadable(path, str(error)) from error

    def predict(self, text: str, embedding: ArrayLike) -> Prediction:
        """Understand `text`, whose embedding is (512,) or (1, 512). Raises WrongEmbedding."""
        vector = np.asarray(embedding, np.float32).ravel()
        if vector.shape != self.topic.dense.shape[:1]:
            raise WrongEmbedding(self.topic.dense.shape[0], vector.size)
        found = pieces(text)
        topics = _best(self.topic, vector, found, 3)
        request, stance = (_best(linear, vector, found, 1)[0] for linear in (self.request, self.stance))
        return Prediction(*topics[0], topics, *request, *stance)


def _best(
    linear: Linear, embedding: NDArray[np.float32], found: NDArray[np.float32], count: int
) -> tuple[tuple[str, float], ...]:
    probabilities = linear.probabilities(embedding, found)
    order = np.argsort(-probabilities, kind="stable")[:count]
    return tuple((linear.labels[i], float(probabilities[i])) for i in order)


def _linear(name: str, arrays: np.lib.npyio.NpzFile) -> Linear:
    dense, sparse, bias = (
        arrays[f"{name}_{part}"].astype(np.float32, order="C") for part in ("dense", "sparse", "bias")
    )
    labels = tuple(str(label) for label in arrays[f"{name}_labels"])
    if sparse.shape != (BUCKETS, len(labels)) or dense.shape[1:] != bias.shape or bias.shape != (len(labels),):
        raise ValueError(f"the arrays of `{name}` do not fit each other")
    return Linear(labels, dense, sparse, bias, float(arrays[f"{name}_temperature"]))
