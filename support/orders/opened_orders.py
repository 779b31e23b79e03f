"""Proofs that opened an order, kept for a while in memory: a store that asks for them asks at each look."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

KEPT_SECONDS = 3600.0
MOST = 5000


class OpenedOrders:
    """By order number the proof that opened it last. It is neither written down nor shown."""

    def __init__(self, seconds: float = KEPT_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._held: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"OpenedOrders({len(self._held)})"

    def keep(self, number: str, proof: str) -> None:
        """Remember what opened an order."""
        with self._lock:
            self._held[number] = (self._clock() + self._seconds, proof)
            self._held.move_to_end(number)
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def proof_of(self, number: str) -> str | None:
        """What opened the order, while it is remembered."""
        with self._lock:
            until, proof = self._held.get(number, (0.0, ""))
            return proof if self._clock() < until else None
