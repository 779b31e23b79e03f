"""Who waits for something to happen in a shop is woken; what happened is then read from the log."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Bells:
    """Waiters by shop. Lives in the event loop; rung from any thread. Closed until it is started."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = True

    def start(self) -> None:
        """Bind to the running loop."""
        self._loop, self.closed = asyncio.get_running_loop(), False

    def ring(self, shops: Iterable[str]) -> None:
        """Something happened in these shops."""
        named = set(shops)
        if self._loop is not None and not self._loop.is_closed() and self._waiting:
            self._loop.call_soon_threadsafe(self._ring, named)

    def close(self) -> None:
        """Nobody waits any longer."""
        self.closed = True
        self._ring(tuple(self._waiting))

    def waiting(self) -> int:
        """How many there are."""
        return sum(map(len, self._waiting.values()))

    @contextmanager
    def listen(self, shop: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something has happened; whoever has looked clears it before looking again."""
        bell = asyncio.Event()
        self._waiting[shop].add(bell)
        try:
            yield bell
        finally:
            self._waiting[shop].discard(bell)
            if not self._waiting[shop]:
                del self._waiting[shop]

    def _ring(self, shops: Iterable[str]) -> None:
        for shop in shops:
            for bell in self._waiting.get(shop, ()):
                bell.set()
