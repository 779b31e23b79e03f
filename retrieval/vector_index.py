"""The port of every vector index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.embedder import Matrix
from retrieval.errors import WrongDimension


class VectorIndex(Protocol):
    """Vectors of length 1 by key. Adding a key again replaces its vector."""

    @property
    def dimension(self) -> int: ...

    def __len__(self) -> int: ...

    def keys(self) -> frozenset[str]:
        """Every key held."""
        ...

    def add(self, keys: Sequence[str], vectors: Matrix) -> None:
        """Keep (n, dimension) vectors. Raises WrongDimension and keeps none of them."""
        ...

    def vectors(self, keys: Sequence[str]) -> Matrix:
        """(n, dimension) in the order of `keys`. Raises KeyError with the first that is not held."""
        ...

    def parts(self, keys: Sequence[str]) -> Iterator[Matrix]:
        """The same, some rows at a time."""
        ...

    def nearest(self, vector: NDArray[np.float32], count: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
        """Keys and cosines of the `count` nearest, nearest first, fewer where fewer are held."""
        ...


def check_dimension(expected: int, vectors: NDArray[np.float32]) -> None:
    """Raise WrongDimension unless the last axis has `expected` numbers."""
    given = vectors.shape[-1] if vectors.ndim else 0
    if given != expected:
        raise WrongDimension(expected, given)
