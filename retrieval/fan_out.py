"""Embedding many texts: here, or in several processes, each with the model loaded once.

What is still to be embedded is what the index lacks, so nothing else has to be kept of the work: a build that is
killed, its processes with it, finds what was done in the index and goes on from there.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from retrieval.embedder import Embedder, Matrix
from retrieval.errors import EmbeddingStopped

BATCH = 32
WORTH = 2_000
"""Texts from which on a second process gains more than its start costs (some two seconds and 250 MiB)."""
_AHEAD = 4
"""Batches that each process may be ahead of whoever keeps them."""
_model: list[Embedder] = []


def embedded(embedder: Embedder, texts: Sequence[str], workers: int = 1) -> Iterator[Matrix]:
    """The texts' vectors in order, (n, dimension) for the next n of them at a time.

    Args:
        workers: processes, where there are enough texts that more than this one are worth their start.
    Raises:
        ModelUnavailable; EmbeddingStopped where a process ended in the middle of its work.
    """
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    if workers < 2 or len(texts) < WORTH:
        yield from map(embedder.embed_passages, batches)
        return
    embedder.warm()  # what is wrong with the model is told by this process
    with _pool(embedder, workers) as pool:
        yield from _in_order(pool, batches, workers * _AHEAD)


@contextmanager
def _pool(embedder: Embedder, workers: int) -> Iterator[ProcessPoolExecutor]:
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, spawn, _begin, (embedder,))
    try:
        yield pool
    except BrokenProcessPool as error:
        raise EmbeddingStopped from error
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, batches: Sequence[Sequence[str]], ahead: int) -> Iterator[Matrix]:
    given: deque[Future[Matrix]] = deque()
    for batch in batches:
        given.append(pool.submit(_embed, batch))
        if len(given) >= ahead:
            yield given.popleft().result()
    yield from (vectors.result() for vectors in given)


def _begin(embedder: Embedder) -> None:
    """In a new process: Ctrl-C is for whoever began it, and a server beside it goes first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    embedder.warm()
    _model[:] = [embedder]


def _embed(texts: Sequence[str]) -> Matrix:
    return _model[0].embed_passages(texts)
