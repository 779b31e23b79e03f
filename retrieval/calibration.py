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

Weights = tuple[float, ...]
Values = NDArray[np.float64]

# Learned on the demo shop; where a shop has no questions of its own, these stand.
_PRIOR: Weights = (-1.0, 1.2, 1.0, 0.3, 1.0, 0.0)
_CENTRES = (0.5, 4.0, 0.6, 0.35)
_SPREADS = (0.15, 1.0, 0.5, 0.2)
# How strongly the prior holds, in questions.
_HOLD = 4.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a question's best documents look like.

    Attributes:
        cosine: the first model's own, at the best row.
        standard: the same in standard deviations within its language.
        margin: how far the best document is ahead of the second, in the same.
        coverage: part of the question's keyword weight found in the best document, 0 to 1.
    """

    cosine: float
    standard: float
    margin: float
    coverage: float
    chinese: bool

    def features(self) -> tuple[float, ...]:
        """Constant, then each value centred and scaled, then the language."""
        values = (self.cosine, self.standard, self.margin, self.coverage)
        scaled = ((value - centre) / spread for value, centre, spread in zip(values, _CENTRES, _SPREADS, strict=True))
        return (1.0, *scaled, 1.0 if self.chinese else 0.0)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of a logistic function over `Evidence.features`."""

    weights: Weights
    questions: int = 0

    @classmethod
    def default(cls) -> Calibration:
        """What holds before a shop has taught anything."""
        return cls(_PRIOR)

    def probability(self, evidence: Evidence) -> float:
        """Between 0 and 1, that a document found answers the question."""
        logit = sum(weight * value for weight, value in zip(self.weights, evidence.features(), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    @classmethod
    def fit(cls, answered: Sequence[Evidence], unanswered: Sequence[Evidence]) -> Calibration:
        """Learn from both sides, each counting as much as the other, held near the prior."""
        if not answered or not unanswered:
            return cls.default()
        rows = np.array([one.features() for one in (*answered, *unanswered)], np.float64)
        truth = np.array([1.0] * len(answered) + [0.0] * len(unanswered))
        half = min(len(answered), len(unanswered))
        counts = np.where(truth == 1, half / len(answered), half / len(unanswered))
        return cls(tuple(_newton(rows, truth, counts).tolist()), len(answered))


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
