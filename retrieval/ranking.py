"""Scores of rows for one question, from keywords and one or more models, made comparable and added.

A model prefers its query's own language, so its cosines are standardised within each language of the rows before
anything is added: an article that exists only in the other language then competes as an equal. Keywords say little
across languages and less in English than in Chinese, and are weighted so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import speech
from retrieval.embedder import Matrix
from retrieval.keyword_index import Asked, KeywordIndex
from retrieval.rows import Row

Scores = NDArray[np.float32]
Places = NDArray[np.intp]

# What a question's whole keyword weight, all found in one row, adds in standard deviations of the model's cosine.
KEYWORDS_ZH = 6.0
KEYWORDS_EN = 4.0
KEYWORDS_ACROSS = 0.5
# A language with few rows borrows its mean and spread from the whole, as if it held so many more.
_BORROWED = 8
_LEAST_SPREAD = 0.03


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be ranked.

    Attributes:
        lang: `zh` or `en`.
        vectors: one for each model, the background taken away.
        rival: how near it lies to the background, by the first model.
        noise: how near to what asks nothing.
    """

    lang: str
    asked: Asked
    vectors: tuple[NDArray[np.float32], ...]
    rival: float
    noise: float = 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """All rows' scores for one question: `fused` ranks, `cosines` are the first model's own."""

    fused: Scores
    cosines: Scores
    candidates: Places | None = None
    """The rows that were looked at, where not all were."""

    def best(self, count: int) -> Places:
        """Places of the `count` best rows, best first, without those ruled out."""
        fused = self.fused
        if self.candidates is not None:
            places = self.candidates
        else:
            places = np.argpartition(fused, -count)[-count:] if count < len(fused) else np.arange(len(fused))
        places = places[np.argsort(-fused[places], kind="stable")][:count]
        return places[fused[places] > -np.inf]


class Ranks(Protocol):
    """What a search ranks with."""

    def score(self, question: Question, eligible: NDArray[np.bool_] | None = None) -> Scored:
        """Scores for one question, minus infinity where not eligible."""
        ...


@dataclass(frozen=True, slots=True)
class Tongue:
    """The rows of one language, which lie together."""

    lang: str
    start: int
    end: int


class Ranking:
    """Every row scored: exact, for a shop of as many rows as `opening.EXACT_ROWS`."""

    def __init__(self, rows: Sequence[Row], keywords: KeywordIndex, matrices: Sequence[Matrix]) -> None:
        self._keywords = keywords
        self._matrices = tuple(matrices)
        self._tongues = tongues_of(rows)
        self._size = len(rows)

    def score(self, question: Question, eligible: NDArray[np.bool_] | None = None) -> Scored:
        """Scores of all rows, minus infinity where not eligible."""
        fused = self._keywords.scores(question.asked)
        cosines: list[Scores] = [
            matrix @ vector for matrix, vector in zip(self._matrices, question.vectors, strict=True)
        ]
        unit = 1.0 / max(question.asked.total, 1e-6)
        for tongue in self._tongues:
            fused[tongue.start : tongue.end] *= np.float32(keyword_weight(question.lang, tongue.lang) * unit)
        for one in cosines:
            self._add_standardised(fused, one)
        if eligible is not None:
            np.copyto(fused, -np.inf, where=~eligible)
        return Scored(fused, cosines[0])

    def _add_standardised(self, fused: Scores, cosines: Scores) -> None:
        """Add one model's share, each language in its own standard deviations. In place: this is the hot path."""
        sums = [moments(cosines[tongue.start : tongue.end]) for tongue in self._tongues]
        whole = together(sums)
        for tongue, own in zip(self._tongues, sums, strict=True):
            mean, spread = mean_and_spread(own, whole)
            part = cosines[tongue.start : tongue.end] - np.float32(mean)
            part *= np.float32(1 / (spread * len(self._matrices)))
            fused[tongue.start : tongue.end] += part


def keyword_weight(asked_in: str, written_in: str) -> float:
    """How much keywords count for a question in one language on a row in another."""
    if asked_in != written_in:
        return KEYWORDS_ACROSS
    return KEYWORDS_ZH if asked_in == "zh" else KEYWORDS_EN


Moments = tuple[int, float, float]
"""A count, a sum, and a sum of squares."""


def moments(cosines: Scores) -> Moments:
    """Of one language's cosines."""
    return len(cosines), float(cosines.sum()), float(np.dot(cosines, cosines))


def together(parts: Sequence[Moments]) -> Moments:
    """Of several languages as one."""
    return sum(one[0] for one in parts), sum(one[1] for one in parts), sum(one[2] for one in parts)


def mean_and_spread(own: Moments, whole: Moments) -> tuple[float, float]:
    """Of one language's cosines; where they are few, partly of the whole's."""
    share = own[0] / (own[0] + _BORROWED)
    mean = share * own[1] / own[0] + (1 - share) * whole[1] / whole[0]
    square = share * own[2] / own[0] + (1 - share) * whole[2] / whole[0]
    return mean, max(math.sqrt(max(square - mean * mean, 0.0)), _LEAST_SPREAD)


def tongues_of(rows: Sequence[Row]) -> tuple[Tongue, ...]:
    """The languages of rows that are sorted by language."""
    tongues: list[Tongue] = []
    place = 0
    for lang, group in groupby(rows, key=lambda row: row.lang):
        end = place + sum(1 for _ in group)
        tongues.append(Tongue(speech(lang), place, end))
        place = end
    return tuple(tongues)
