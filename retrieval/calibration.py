"""How likely a search has found an answer, learned for each shop from its own questions.

A cosine means something else in every shop and for every model, so no fixed threshold is used. The shop's own ways of
asking, each left out of the index in turn, show what an answerable question looks like there; a fixed background of
questions that a shop does not answer shows the other side. A shop with few questions leans on what others taught.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

# Learned on the demo shop, in standard deviations of the background; they stand where a shop has no questions.
_PRIOR = (-1.0, 2.0, -1.2, 0.0)
# An answer to what has none costs the buyer more than a referral to a person does.
_COST = 1.5
# How strongly the prior holds, in questions.
_HOLD = 2.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells an answerable question from another.

    Attributes:
        cosine: of the question, its background taken away, to the best row, by the first model.
        rival: how near the question lies to the background itself.
        chinese: whether it is asked in Chinese.
    """

    cosine: float
    rival: float
    chinese: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic function over evidence in standard deviations of the background.

    Attributes:
        weights: of a constant, the cosine, the rival, and Chinese.
        scale: mean and deviation of the background's cosines, then of its rivals.
        questions: how many of the shop's own taught it.
    """

    weights: tuple[float, ...]
    scale: tuple[float, ...]
    questions: int = 0

    def probability(self, evidence: Evidence) -> float:
        """Between 0 and 1, that a document found answers the question."""
        values = _features(evidence, self.scale)
        logit = sum(weight * value for weight, value in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    @classmethod
    def fit(cls, answered: Sequence[Evidence], unanswered: Sequence[Evidence]) -> Calibration:
        """Learn from both sides, whatever their numbers, held near the prior."""
        if not unanswered:
            return UNKNOWING
        scale = (*_spread([one.cosine for one in unanswered]), *_spread([one.rival for one in unanswered]))
        if not answered:
            return cls(_PRIOR, scale)
        rows = np.array([_features(one, scale) for one in (*answered, *unanswered)])
        truth = np.array([1.0] * len(answered) + [0.0] * len(unanswered))
        half = min(len(answered), len(unanswered))
        counts = np.where(truth == 1, half / len(answered), _COST * half / len(unanswered))
        return cls(tuple(_newton(rows, truth, counts).tolist()), scale, len(answered))


UNKNOWING = Calibration((0.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 1.0))
"""An index of nothing: as likely as not."""


def _features(evidence: Evidence, scale: Sequence[float]) -> tuple[float, ...]:
    cosine = (evidence.cosine - scale[0]) / scale[1]
    rival = (evidence.rival - scale[2]) / scale[3]
    return (1.0, cosine, rival, 1.0 if evidence.chinese else 0.0)


def _spread(values: Sequence[float]) -> tuple[float, float]:
    return float(np.mean(values)), max(float(np.std(values)), 1e-3)


def _newton(rows: Values, truth: Values, counts: Values) -> Values:
    """The minimum of the weighted log loss plus the pull to the prior: convex, so halved steps always arrive."""
    prior = np.array(_PRIOR)
    weights = prior.copy()

    def loss(at: Values) -> float:
        logits = rows @ at
        return float(counts @ (np.logaddexp(0, logits) - truth * logits) + _HOLD / 2 * np.sum((at - prior) ** 2))

    for _ in range(50):
        guess = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (counts * (guess - truth)) + _HOLD * (weights - prior)
        curve = (rows * (counts * guess * (1 - guess))[:, None]).T @ rows + _HOLD * np.eye(len(prior))
        step = np.linalg.solve(curve, slope)
        while loss(weights - step) > loss(weights) and float(np.abs(step).max()) > 1e-6:
            step /= 2
        weights = weights - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return weights
