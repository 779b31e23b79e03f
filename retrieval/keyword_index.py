"""Keywords: BM25 over our own terms. A row that shares no term with the question is not found at all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(term, len(vocabulary)) for term in terms(text)] for text in texts]
        self.size = len(texts)
        self._vocabulary = vocabulary
        self._rows, self._data, starts = _postings(ids, vocabulary)
        self._bounds: list[tuple[int, int]] = list(pairwise(starts))
        self._rarity = [
            math.log1p((self.size - last + first + 0.5) / (last - first + 0.5)) for first, last in self._bounds
        ]
        self._heaviest = math.log(1 + (self.size + 0.5) / 0.5)

    def ask(self, question: str) -> Asked:
        """The question's distinct terms, each with its rarity (natural log, at least 0)."""
        distinct = dict.fromkeys(terms(question))
        known = tuple(self._vocabulary[term] for term in distinct if term in self._vocabulary)
        weights = tuple(self._rarity[place] for place in known)
        unknown = len(distinct) - len(known)
        return Asked(known, weights, sum(weights) + unknown * self._heaviest)

    def scores(self, asked: Asked) -> Scores:
        """(size,) BM25 scores, zero where no term is shared."""
        if not asked.known:
            return np.zeros(self.size, np.float32)
        postings = [slice(*self._bounds[term]) for term in self._telling(asked)]
        rows = np.concatenate([self._rows[part] for part in postings])
        weights = np.concatenate([self._data[part] for part in postings])
        return np.bincount(rows, weights, self.size).astype(np.float32)

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


def _postings(ids: list[list[int]], vocabulary: dict[str, int]) -> tuple[NDArray[np.int32], Scores, list[int]]:
    """For each term its rows and what it adds to their scores, one term after another, and where each begins."""
    if not vocabulary:
        return np.zeros(0, np.int32), np.zeros(0, np.float32), [0]
    from bm25s import BM25

    index = BM25(k1=1.2, b=0.6)
    index.index((ids, vocabulary), create_empty_token=False, show_progress=False)
    return index.scores["indices"], index.scores["data"], index.scores["indptr"].tolist()
