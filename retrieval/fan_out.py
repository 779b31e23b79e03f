"""Embedding many texts, here or in several processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from retrieval.embedder import Embedder, Matrix
from retrieval.processes import in_processes

BATCH = 32
WORTH = 2_000
"""Texts from which on a second process gains more than its start costs (some two seconds and 250 MiB)."""
_model: list[Embedder] = []


def embedded(embedder: Embedder, texts: Sequence[str], workers: int = 1) -> Iterator[Matrix]:
    """The texts' vectors in order, (n, dimension) for the next n of them at a time.

    Args:
        workers: processes, where there are enough texts that more than this one are worth their start.
    Raises:
        ModelUnavailable; WorkerEnded where a process ended in the middle of its work.
    """
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    if workers < 2 or len(texts) < WORTH:
        return map(embedder.embed_passages, batches)
    embedder.warm()  # what is wrong with the model is told by this process
    return in_processes(_embed, batches, workers, _load, embedder)


def _load(embedder: Embedder) -> None:
    embedder.warm()
    _model[:] = [embedder]


def _embed(texts: Sequence[str]) -> Matrix:
    return _model[0].embed_passages(texts)
