"""The background: questions that a shop does not answer, and where a model puts them.

Some passages lie near to everything that is asked, related or not. Taking the middle of the background from a
question's vector lowers each passage by just how near it lies to what has nothing to do with it, at no cost. And a
question that lies nearer to the background than to the shop is likely one that the shop does not answer.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import language_of
from retrieval.embedder import Embedder, Matrix

Vector = NDArray[np.float32]

_LANGUAGES = ("zh", "en")
_NEAREST = 3
_NOISE = "~"


@cache
def background_questions() -> tuple[str, ...]:
    """Questions that a shop for digital goods does not answer, in Chinese and English."""
    return tuple(line for line in _lines() if not line.startswith(_NOISE))


@cache
def background_texts() -> tuple[str, ...]:
    """The questions, and behind them what asks nothing: keys struck at random, laughter."""
    return background_questions() + tuple(line[1:] for line in _lines() if line.startswith(_NOISE))


@cache
def _lines() -> tuple[str, ...]:
    lines = files("retrieval").joinpath("background.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith(("#", "---")))


@cache
def background_vectors(embedder: Embedder) -> Matrix:
    """(texts, dimension), in order; once a process. Raises ModelUnavailable."""
    return embedder.embed_queries(background_texts())


class Background:
    """The background as one model sees it; `vectors` are of its questions, in order, then of what asks nothing."""

    def __init__(self, vectors: Matrix) -> None:
        questions = len(background_questions())
        self.vectors, self._noise = vectors[:questions], vectors[questions:]
        vectors = self.vectors
        written = np.array([language_of(question) for question in background_questions()])
        self._centres = {lang: vectors[written == lang].mean(axis=0) for lang in _LANGUAGES}

    def centred(self, vector: Vector, lang: str) -> Vector:
        """The question's vector with the middle of the background in its language taken away."""
        moved: Vector = vector - self._centres[lang]
        return moved

    def nearness(self, vector: Vector, without: int | None = None) -> float:
        """Mean cosine of the question to the nearest few of the background, one of which may be left out."""
        cosines = self.vectors @ vector
        if without is not None:
            cosines[without] = -1
        return _nearest(cosines)

    def noise(self, vector: Vector) -> float:
        """Mean cosine to the nearest few of what asks nothing."""
        return _nearest(self._noise @ vector)


def _nearest(cosines: Vector) -> float:
    return float(np.partition(cosines, -_NEAREST)[-_NEAREST:].sum()) / _NEAREST
