"""Progress of long work, on standard error: a moving line on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PLAIN_EVERY = 5.0


@contextmanager
def progress_line(what: str) -> Iterator[Callable[[int, int], None]]:
    """A callable to tell `(done, total)`; says nothing for work that is over at once."""
    moving, last, shown = sys.stderr.isatty(), time.monotonic(), False

    def tell(done: int, total: int) -> None:
        nonlocal last, shown
        now = time.monotonic()
        if now - last < (0.1 if moving else PLAIN_EVERY) or not total:
            return
        last, shown = now, True
        sys.stderr.write(f"\r{what}: {done}/{total}" if moving else f"{what}: {done}/{total}\n")
        sys.stderr.flush()

    yield tell
    if shown and moving:
        sys.stderr.write("\r\x1b[K")
