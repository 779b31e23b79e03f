"""The understanding head: one small network over a message's embedding, the ideas it touches and its pieces.

One hidden layer is shared by three classifiers. They learned from `utterances/` by
`python -m support.assistant.train`; here numpy alone reads what was learned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from support.assistant.alarm import weights
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
class Hidden:
    """The hidden layer: what the classifiers read of a message.

    Attributes:
        dense: (dimension + ideas, units) float32.
        sparse: (BUCKETS, units) int8, each row to be multiplied by its `scale`, (BUCKETS,) float32.
        bias: (units,) float32.
    """

    dense: NDArray[np.float32]
    sparse: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def units(self, text: str, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
        """(units,) float32, none below 0."""
        found = pieces(text)
        buckets = found[0].astype(np.intp)
        of_pieces = (found[1] * self.scale[buckets]) @ self.sparse[buckets].astype(np.float32)
        ideas = touched(text) * np.float32(IDEA)
        held = np.flatnonzero(ideas)  # a message touches few of them
        of_ideas = ideas[held] @ self.dense[len(embedding) + held]
        summed = embedding @ self.dense[: len(embedding)] + of_ideas + of_pieces + self.bias
        return cast("NDArray[np.float32]", np.maximum(summed, np.float32(0)))


@dataclass(frozen=True, slots=True)
class Classifier:
    """One answer of the head: softmax((units · weights + bias) / temperature)."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    def probabilities(self, units: NDArray[np.float32]) -> NDArray[np.float32]:
        """(labels,) float32 summing to 1."""
        scores = units @ self.weights + self.bias
        powers = np.exp((scores - scores.max()) / self.temperature)
        return cast("NDArray[np.float32]", powers / powers.sum())


@dataclass(frozen=True, slots=True)
class Head:
    """The hidden layer and the three classifiers.

    Attributes:
        embedding: the name of the model whose vectors they read.
        thresholds: by each topic that a person must see, the summed probability of all of these from which on a
            message is one of them, where this topic is the likeliest among them.
    """

    hidden: Hidden
    topic: Classifier
    request: Classifier
    stance: Classifier
    embedding: str
    thresholds: Mapping[str, float]

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Head:
        """The head in `path`. Raises HeadUnreadable."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                hidden = _hidden(arrays)
                topic, request, stance = (_classifier(name, arrays, len(hidden.bias)) for name in NAMES)
                names, values = arrays["alarm_labels"].tolist(), arrays["alarm_thresholds"].tolist()
                thresholds = dict(zip(names, values, strict=True))
                return cls(hidden, topic, request, stance, str(arrays["embedding"]), thresholds)
        except (OSError, KeyError, ValueError) as error:
            raise HeadUnreadable(path, str(error)) from error

    def predict(self, text: str, embedding: ArrayLike) -> Prediction:
        """Understand `text`, whose embedding is (512,) or (1, 512). Raises WrongEmbedding."""
        vector = np.asarray(embedding, np.float32).ravel()
        if vector.shape[0] + width() != self.hidden.dense.shape[0]:
            raise WrongEmbedding(self.hidden.dense.shape[0] - width(), vector.size)
        units = self.hidden.units(text, vector)
        probabilities = self.topic.probabilities(units)
        topics = _best(self.topic, probabilities, 3)
        requests, stances = (_best(one, one.probabilities(units), 3) for one in (self.request, self.stance))
        alarm = self._alarm(probabilities)
        return Prediction(*topics[0], topics, *requests[0], *stances[0], alarm, requests)

    def _alarm(self, probabilities: NDArray[np.float32]) -> str | None:
        by_topic = dict(zip(self.topic.labels, probabilities.tolist(), strict=True))
        names = tuple(self.thresholds)
        if not names:
            return None
        likeliest = names[int(np.argmax(weights(names) * [by_topic.get(name, 0.0) for name in names]))]
        together = sum(by_topic.get(name, 0.0) for name in self.thresholds)
        return likeliest if together >= self.thresholds[likeliest] else None


def dense_features(text: str, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    """(dimension + ideas,) float32: the embedding of length 1, and the ideas that `text` touches."""
    return np.concatenate([embedding, touched(text) * np.float32(IDEA)])


def _best(one: Classifier, probabilities: NDArray[np.float32], count: int) -> tuple[tuple[str, float], ...]:
    order = np.argsort(-probabilities, kind="stable")[:count]
    return tuple((one.labels[i], float(probabilities[i])) for i in order)


def _hidden(arrays: np.lib.npyio.NpzFile) -> Hidden:
    dense, scale, bias = (arrays[f"hidden_{part}"].astype(np.float32, order="C") for part in ("dense", "scale", "bias"))
    sparse = arrays["hidden_sparse"]
    if sparse.shape != (BUCKETS, len(bias)) or dense.shape[1:] != bias.shape or scale.shape != (BUCKETS,):
        raise ValueError("the arrays of the hidden layer do not fit each other")
    return Hidden(dense, sparse, scale, bias)


def _classifier(name: str, arrays: np.lib.npyio.NpzFile, units: int) -> Classifier:
    weights, bias = (arrays[f"{name}_{part}"].astype(np.float32, order="C") for part in ("weights", "bias"))
    labels = tuple(str(label) for label in arrays[f"{name}_labels"])
    if weights.shape != (units, len(labels)) or bias.shape != (len(labels),):
        raise ValueError(f"the arrays of `{name}` do not fit each other")
    return Classifier(labels, weights, bias, float(arrays[f"{name}_temperature"]))
