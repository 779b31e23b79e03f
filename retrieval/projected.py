"""An embedder behind a learned projection: what only tells languages and wordings apart is shrunk, topics are kept.

`projection.npz` is made by `python -m support.assistant.train` from labelled messages of both languages; here numpy
alone multiplies by it, some hundredths of a millisecond a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from retrieval.embedder import Embedder, Matrix, unit_rows
from retrieval.errors import ModelUnavailable
from retrieval.packaged import universal_sentence_encoder

PACKAGED = Path(__file__).with_name("projection.npz")
_REMEDY = "make it again with `python -m support.assistant.train`, or install the project again"


@dataclass(frozen=True, slots=True)
class Projection:
    """`matrix` is (dimension, dimension) over the vectors of the model `embedding`; `digest` names its content."""

    embedding: str
    matrix: Matrix
    digest: str

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Projection:
        """The projection in `path`. Raises ModelUnavailable."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                matrix = arrays["matrix"]
                digest = sha256(matrix.tobytes()).hexdigest()[:8]
                return cls(str(arrays["embedding"]), matrix.astype(np.float32), digest)
        except (OSError, KeyError, ValueError) as error:
            raise ModelUnavailable(path.name, str(error), _REMEDY) from error


class ProjectedEmbedder:
    """A model's vectors, projected and of length 1 again.

    Its name has the projection's content, so that an index made with another one is never compared with.
    """

    def __init__(self, inner: Embedder, projection: Projection) -> None:
        if projection.matrix.shape != (inner.dimension, inner.dimension) or projection.embedding != inner.name:
            raise ModelUnavailable(inner.name, f"the projection is for {projection.embedding}", _REMEDY)
        self._inner, self._matrix = inner, projection.matrix
        self.name = f"{inner.name}+{projection.digest}"
        self.dimension = inner.dimension

    def warm(self) -> None:
        self._inner.warm()

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        return unit_rows(self._inner.embed_queries(texts) @ self._matrix)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        return unit_rows(self._inner.embed_passages(texts) @ self._matrix)


@cache
def projected_encoder() -> ProjectedEmbedder:
    """This process's USE behind the packaged projection. Raises ModelUnavailable."""
    return ProjectedEmbedder(universal_sentence_encoder(), Projection.load())
