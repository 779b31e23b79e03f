"""Work spread over processes: what each needs is given to it once, what they find comes back in order.

Nothing of it is kept but what whoever asked keeps of the results: an index holds what was embedded, and goes on from
there after a kill; a replay writes nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from retrieval.errors import WorkerEnded

T = TypeVar("T")
R = TypeVar("R")
_AHEAD = 4
"""Items that each process may be ahead of whoever takes the results."""


def in_processes(
    work: Callable[[T], R], items: Iterable[T], workers: int, begin: Callable[..., None], *given: Any
) -> Iterator[R]:
    """`work(item)` of each, in their order. Each process first calls `begin(*given)`, for what every item needs.

    Raises what `work` raises; WorkerEnded where a process was killed in the middle of it.
    """
    spawn, begun = multiprocessing.get_context("spawn"), deque[Future[R]]()
    pool = ProcessPoolExecutor(workers, spawn, _begin, (begin, given))
    try:
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) >= workers * _AHEAD:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    except BrokenProcessPool as error:
        raise WorkerEnded from error
    finally:
        pool.shutdown(cancel_futures=True)


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(begin: Callable[..., None], given: tuple[Any, ...]) -> None:
    """In a new process: Ctrl-C is for whoever began it, and a server beside it goes first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
    begin(*given)
