"""How much one person may send: a bucket that refills."""

from __future__ import annotations

import time
from collections import OrderedDict

BURST = 40
PER_SECOND = 2.0
REMEMBERED = 10_000


class Limits:
    """Token buckets by person, in this process."""

    def __init__(self, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._burst, self._rate = burst, per_second
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait_ms(self, shop: str, owner: str) -> int:
        """0 to go on, else how long to wait."""
        now = time.monotonic()
        left, at = self._buckets.pop((shop, owner), (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._rate)
        wait = 0 if left >= 1 else int((1 - left) / self._rate * 1000) + 1
        self._buckets[shop, owner] = (left if wait else left - 1, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return wait
