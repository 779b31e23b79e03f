"""Rows scored for one question in a large shop: only the nearest by meaning and by keywords, not all.

A sample of each language's rows stands for all of them where a mean and a spread are needed; the vectors of the rows
looked at are read from the copy on disk, so that whatever was found by one way is scored by both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Matrix
from retrieval.keyword_index import KeywordIndex
from retrieval.ranking import (
    Places,
    Question,
    Scored,
    Scores,
    Tongue,
    keyword_weight,
    mean_and_spread,
    moments,
    together,
    tongues_of,
)
from retrieval.rows import Row
from retrieval.vector_index import VectorIndex

_FETCHED = 100
_SAMPLE = 512


@dataclass(frozen=True, slots=True)
class LargeModel:
    """One model's vectors of a large shop.

    Attributes:
        vectors: (texts, dimension) on disk; `places` says which of them each row has.
        indexes: by language, for the nearest keys.
    """

    vectors: Matrix
    places: NDArray[np.intp]
    indexes: Mapping[str, VectorIndex]


class NearRanking:
    """The nearest rows scored, as `Ranking` scores all."""

    def __init__(self, rows: Sequence[Row], keywords: KeywordIndex, models: Sequence[LargeModel]) -> None:
        self._keywords, self._models, self._size = keywords, tuple(models), len(rows)
        self._tongues = tongues_of(rows)
        self._langs = [rows[tongue.start].lang for tongue in self._tongues]
        self._rows_of_key: dict[str, list[int]] = {}
        for place, row in enumerate(rows):
            self._rows_of_key.setdefault(row.key, []).append(place)
        self._samples = [[_sample(model, tongue) for tongue in self._tongues] for model in self._models]

    def score(self, question: Question, eligible: NDArray[np.bool_] | None = None) -> Scored:
        """Scores of the candidates, minus infinity for every other row."""
        words = self._keywords.scores(question.asked)
        places = self._candidates(question, words)
        if eligible is not None:
            places = places[eligible[places]]
        fused, cosines = np.full(self._size, -np.inf, np.float32), np.zeros(self._size, np.float32)
        standard = np.zeros(len(places), np.float32)
        for number, (model, vector) in enumerate(zip(self._models, question.vectors, strict=True)):
            found: Scores = model.vectors[model.places[places]] @ vector
            standard += self._standardised(number, found, vector, places) / np.float32(len(self._models))
            if number == 0:
                cosines[places] = found
        fused[places] = standard + words[places] * self._weights(question, places)
        return Scored(fused, cosines, places)

    def _candidates(self, question: Question, words: Scores) -> Places:
        found = [self._by_keywords(words)]
        for model, vector in zip(self._models, question.vectors, strict=True):
            for lang in self._langs:
                keys, _ = model.indexes[lang].nearest(vector, _FETCHED)
                found.append(np.array([row for key in keys for row in self._rows_of_key[key]], np.intp))
        return np.unique(np.concatenate(found))

    def _by_keywords(self, words: Scores) -> Places:
        shared = np.flatnonzero(words)
        if len(shared) <= _FETCHED:
            return shared
        return shared[np.argpartition(words[shared], -_FETCHED)[-_FETCHED:]]

    def _standardised(self, number: int, cosines: Scores, vector: NDArray[np.float32], places: Places) -> Scores:
        samples = [sample @ vector for sample in self._samples[number]]
        sums = [moments(sample) for sample in samples]
        whole = together(sums)
        standard = np.empty(len(places), np.float32)
        for tongue, own in zip(self._tongues, sums, strict=True):
            mean, spread = mean_and_spread(own, whole)
            inside = (places >= tongue.start) & (places < tongue.end)
            standard[inside] = (cosines[inside] - np.float32(mean)) * np.float32(1 / spread)
        return standard

    def _weights(self, question: Question, places: Places) -> Scores:
        weights = np.empty(len(places), np.float32)
        for tongue in self._tongues:
            inside = (places >= tongue.start) & (places < tongue.end)
            weights[inside] = keyword_weight(question.lang, tongue.lang) / max(question.asked.total, 1e-6)
        return weights


def _sample(model: LargeModel, tongue: Tongue) -> Matrix:
    step = max(1, (tongue.end - tongue.start) // _SAMPLE)
    return np.ascontiguousarray(model.vectors[model.places[tongue.start : tongue.end : step]])
