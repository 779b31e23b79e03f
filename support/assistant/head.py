"""The understanding head: three linear classifiers over a message's embedding, the ideas it touches and its pieces.

It learned from `utterances/` by `python -m support.assistant.train`; here numpy alone reads what was learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from support.assistant.concepts import touched, width
from support.assistant.features import BUCKETS, pieces

PACKAGED = Path(__file__).with_name("head.npz")
NAMES = ("topic", "request", "stance")
IDEA = 0.35
"""What one idea weighs beside an embedding and pieces of length 1; the one weight that was tried."""


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
    alarm: str | None = None
    """The topic for which a person must see this, though it may not be the likeliest."""
    requests: tuple[tuple[str, float], ...] = ()
    """The three likeliest requests, best first."""


@dataclass(frozen=True, slots=True)
class Linear:
    """One classifier: softmax((features · weights + bias) / temperature)."""

    labels: tuple[str, ...]
    dense: NDArray[np.float32]
    sparse: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    def probabilities(self, embedding: NDArray[np.float32], found: NDArray[np.float32]) -> NDArray[np.float32]:
        """(labels,) float32 summing to 1, from `dense_features` and `features.pieces`."""
        buckets = found[0].astype(np.intp)
        scores = embedding @ self.dense + found[1] @ self.sparse[buckets] + self.bias
        powers = np.exp((scores - scores.max()) / self.temperature)
        return cast("NDArray[np.float32]", powers / powers.sum())


@dataclass(frozen=True, slots=True)
class Head:
    """The three classifiers.

    Attributes:
        embedding: the name of the model whose vectors they read.
        thresholds: by each topic that a person must see, the summed probability of all of these from which on a
            message is one of them, where this topic is the likeliest among them.
    """

    topic: Linear
    request: Linear
    stance: Linear
    embedding: str
    thresholds: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Head:
        """The head in `path`. Raises HeadUnreadable."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                topic, request, stance = (_linear(name, arrays) for name in NAMES)
                names, values = arrays["alarm_labels"].tolist(), arrays["alarm_thresholds"].tolist()
                return cls(topic, request, stance, str(arrays["embedding"]), dict(zip(names, values, strict=True)))
        except (OSError, KeyError, ValueError) as error:
            raise HeadUnreadable(path, str(error)) from error

    def predict(self, text: str, embedding: ArrayLike) -> Prediction:
        """Understand `text`, whose embedding is (512,) or (1, 512). Raises WrongEmbedding."""
        vector = np.asarray(embedding, np.float32).ravel()
        if vector.shape[0] + width() != self.topic.dense.shape[0]:
            raise WrongEmbedding(self.topic.dense.shape[0] - width(), vector.size)
        vector, found = dense_features(text, vector), pieces(text)
        probabilities = self.topic.probabilities(vector, found)
        topics = _best(self.topic, probabilities, 3)
        requests, stances = (
            _best(linear, linear.probabilities(vector, found), 3) for linear in (self.request, self.stance)
        )
        alarm = self._alarm(probabilities)
        return Prediction(*topics[0], topics, *requests[0], *stances[0], alarm, requests)

    def _alarm(self, probabilities: NDArray[np.float32]) -> str | None:
        by_topic = dict(zip(self.topic.labels, probabilities.tolist(), strict=True))
        likeliest = max(self.thresholds, key=lambda name: by_topic.get(name, 0.0), default=None)
        if likeliest is None:
            return None
        together = sum(by_topic.get(name, 0.0) for name in self.thresholds)
        return likeliest if together >= self.thresholds[likeliest] else None


def dense_features(text: str, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    """(dimension + ideas,) float32: the embedding of length 1, and the ideas that `text` touches."""
    return np.concatenate([embedding, touched(text) * np.float32(IDEA)])


def _best(linear: Linear, probabilities: NDArray[np.float32], count: int) -> tuple[tuple[str, float], ...]:
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
