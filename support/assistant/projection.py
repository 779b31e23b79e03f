"""Learning the retrieval projection from the same labelled messages as the head.

Two classical steps, both closed forms of covariances: the directions in which messages of one topic differ, language
and wording among them, are shrunk (within-class covariance normalisation, Hatch et al. 2006), and those in which topics
differ are stretched (as in linear discriminant analysis). What comes out is one matrix over the packaged embedding.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Embedder
from retrieval.projected import PACKAGED
from support.assistant.topics import TOPICS
from support.assistant.utterance import Utterance

SHRINK = 1.0
"""What is added to the within-topic variance, in its own mean: the smaller, the more is shrunk."""
STRETCH = 2.0
"""How much the topics' own directions gain. Both were chosen on the demo shop's own `questions:`, left out in turn and
across its two languages, and then measured once on the cases of `evals/cases/retrieval.yaml`."""
DIRECTIONS = 50
LEFT_OUT = frozenset({"human", "out_of_scope"})
"""Topics that no document answers, beside small talk."""

Floats = NDArray[np.float64]


def learn_projection(rows: Sequence[Utterance], embedded: NDArray[np.float32]) -> Floats:
    """(dimension, dimension) from `embedded`, (rows, dimension): vectors are multiplied by it from the right."""
    answered = [place for place, row in enumerate(rows) if _answered(row.topic)]
    vectors = np.asarray(embedded, np.float64)[answered]
    topics = np.array([rows[place].topic for place in answered])
    names = np.unique(topics)
    means = np.stack([vectors[topics == name].mean(axis=0) for name in names])
    within = vectors - means[np.searchsorted(names, topics)]
    shrunk = _inverse_root(within.T @ within / len(within))
    centred = (means - means.mean(axis=0)) @ shrunk
    strengths, directions = np.linalg.eigh(centred.T @ centred)
    leading = directions[:, np.argsort(-strengths, kind="stable")[: min(DIRECTIONS, len(names) - 1)]]
    return np.asarray(shrunk @ (np.eye(len(shrunk)) + STRETCH * leading @ leading.T))


def write_projection(rows: Sequence[Utterance], embedder: Embedder) -> None:
    """`projection.npz` as `retrieval.projected` reads it, in 16 bits. Raises ModelUnavailable."""
    matrix = learn_projection(rows, embedder.embed_queries([row.text for row in rows]))
    scaled = (matrix / np.abs(matrix).max()).astype(np.float16)  # lengths are made 1 afterwards: the scale is free
    np.savez_compressed(PACKAGED, embedding=np.array(embedder.name), matrix=scaled)


def _answered(topic: str) -> bool:
    return TOPICS[topic].mode != "social" and topic not in LEFT_OUT


def _inverse_root(covariance: Floats) -> Floats:
    """The symmetric inverse square root, each direction's variance raised by the mean of all."""
    variances, directions = np.linalg.eigh(covariance)
    scale = (variances + SHRINK * variances.mean()) ** -0.5
    return np.asarray((directions * scale) @ directions.T)
