"""The port of every embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


class Embedder(Protocol):
    """Text into vectors whose dot product is their cosine.

    `name` tells one model and version from another: vectors of different names are never compared.
    """

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """(n, dimension) float32 rows of length 1 for questions. Raises ModelUnavailable."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """(n, dimension) float32 rows of length 1 for passages. Raises ModelUnavailable."""
        ...

    def warm(self) -> None:
        """Load the model now, so that no question pays for it. Raises ModelUnavailable."""
        ...


def unit_rows(vectors: NDArray[np.floating]) -> Matrix:
    """The rows as float32 of length 1; a row of zeros stays zero."""
    rows: Matrix = np.array(vectors, dtype=np.float32, order="C", ndmin=2)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return rows
