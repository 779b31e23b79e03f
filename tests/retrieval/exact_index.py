"""Every vector compared: what any index has to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Matrix
from retrieval.vector_index import check_dimension


class ExactIndex:
    """Vectors in one matrix in memory."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._places: dict[str, int] = {}
        self._matrix: Matrix = np.zeros((0, dimension), np.float32)

    def __len__(self) -> int:
        return len(self._places)

    def keys(self) -> frozenset[str]:
        return frozenset(self._places)

    def add(self, keys: Sequence[str], vectors: Matrix) -> None:
        check_dimension(self.dimension, vectors)
        for key in keys:
            self._places.setdefault(key, len(self._places))
        grown = np.zeros((len(self._places), self.dimension), np.float32)
        grown[: len(self._matrix)] = self._matrix
        grown[[self._places[key] for key in keys]] = vectors
        self._matrix = grown

    def vectors(self, keys: Sequence[str]) -> Matrix:
        return self._matrix[[self._places[key] for key in keys]]

    def parts(self, keys: Sequence[str]) -> Iterator[Matrix]:
        return iter([self.vectors(keys)])

    def nearest(self, vector: NDArray[np.float32], count: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        check_dimension(self.dimension, vector)
        cosines: NDArray[np.float32] = self._matrix @ vector
        best = np.argsort(-cosines, kind="stable")[:count]
        held = tuple(self._places)
        return tuple(held[place] for place in best), cosines[best]
