"""Keywords: BM25 over our own terms. A row that shares no term with the question is not found at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.analysis import terms

Scores = NDArray[np.float32]

# In a large index a term found in more than this part of the rows costs most of the time and tells almost nothing.
COMMON = 0.1
LARGE = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's terms: those that the index knows, and the weight of all, known or not."""

    known: tuple[int, ...]
    weights: tuple[float, ...]
    total: float


class KeywordIndex:
    """BM25 (Lucene's variant, by bm25s) over texts given once."""

    def __init__(self, texts: Sequence[str]) -> None:
        from bm25s import BM25

        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(term, len(vocabulary)) for term in terms(text)] for text in texts]
        self.size = len(texts)
        self._vocabulary = vocabulary
        self._bm25: BM25 | None = None
        if vocabulary:
            self._bm25 = BM25(k1=1.2, b=0.6)
            self._bm25.index((ids, vocabulary), create_empty_token=False, show_progress=False)
        self._rarity = self._rarities()
        self._heaviest = math.log(1 + (self.size + 0.5) / 0.5)

    def ask(self, question: str) -> Asked:
        """The question's distinct terms, each with its rarity (natural log, at least 0)."""
        distinct = dict.fromkeys(terms(question))
        known = tuple(self._vocabulary[term] for term in distinct if term in self._vocabulary)
        weights = tuple(float(self._rarity[place]) for place in known)
        unknown = len(distinct) - len(known)
        return Asked(known, weights, sum(weights) + unknown * self._heaviest)

    def scores(self, asked: Asked) -> Scores:
        """(size,) BM25 scores, zero where no term is shared."""
        if self._bm25 is None or not asked.known:
            return np.zeros(self.size, np.float32)
        scores: Scores = self._bm25.get_scores_from_ids(self._telling(asked))
        return scores

    def nearest(self, asked: Asked, count: int) -> tuple[NDArray[np.intp], Scores]:
        """Places and scores of the `count` best, best first; never one that scores zero."""
        scores = self.scores(asked)
        places = np.argpartition(scores, -count)[-count:] if count < self.size else np.arange(self.size)
        places = places[scores[places] > 0]
        places = places[np.argsort(-scores[places], kind="stable")]
        return places, scores[places]

    def _telling(self, asked: Asked) -> list[int]:
        if self.size <= LARGE:
            return list(asked.known)
        least = math.log(1 / COMMON)
        telling = [place for place, weight in zip(asked.known, asked.weights, strict=True) if weight >= least]
        return telling or list(asked.known)

    def _rarities(self) -> Scores:
        if self._bm25 is None:
            return np.zeros(0, np.float32)
        found = np.diff(self._bm25.scores["indptr"])[: len(self._vocabulary)]
        rarities: Scores = np.log1p((self.size - found + 0.5) / (found + 0.5)).astype(np.float32)
        return rarities
