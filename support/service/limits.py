"""How much may be sent: buckets that refill, by person, by address and by shop.

Each worker counts by itself. Of what many send, an address or a shop, it lets through its part of the whole: one is
connected to as many workers as there are. A person's pages are at one worker or two, which lets each send what it may.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

BURST = 40
PER_SECOND = 2.0
REMEMBERED = 10_000
LOOKS, AGENTS_LOOKS = 5, 25
"""What costs less than a change may come so many times as often: a page of history, how far was read, who types."""
OPENINGS = 32
"""More at a time would wait for the record, and hold the memory that a resume takes."""
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """What is let through a second, and as much at once as in `at_once` seconds; 0 is no limit."""

    buyer: float = PER_SECOND
    agent: float = PER_SECOND
    address: float = 50.0
    shop: float = 500.0
    connections: float = 20.0
    visitors: float = 5.0
    events: float = 50.0
    api: float = 20.0
    at_once: float = BURST / PER_SECOND
    workers: Callable[[], int] = field(default=lambda: 1)
    """How many serve now."""

    def limits(self, per_second: float) -> Limits:
        """Buckets of one of them, for what comes to this worker alone."""
        return Limits(max(1, round(per_second * self.at_once)), per_second)

    def shared(self, per_second: float) -> Limits:
        """Buckets of what comes to all workers alike: each lets its part through."""
        return Limits(max(1, round(per_second * self.at_once)), per_second, among=self.workers)


class Limits:
    """Token buckets by key; a rate of 0 is no limit."""

    def __init__(
        self, burst: int = BURST, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic,
        among: Callable[[], int] = lambda: 1,
    ) -> None:  # fmt: skip
        """`among` is how many share them, each its part."""
        self._whole, self._per_second, self._clock, self._among = burst, per_second, clock, among
        self._buckets: OrderedDict[Key, tuple[float, float]] = OrderedDict()

    @property
    def _burst(self) -> float:
        return max(1.0, self._whole / self._among())

    @property
    def _rate(self) -> float:
        return self._per_second / self._among()

    def wait_ms(self, *key: str) -> int:
        """0 where one more may come, which is taken then; else how long to wait."""
        wait = self.looks_ms(*key)
        if wait == 0:
            self.take(*key)
        return wait

    def looks_ms(self, *key: str) -> int:
        """The same without taking."""
        if self._rate <= 0 or (left := self._left(key)) >= 1:
            return 0
        return int((1 - left) / self._rate * 1000) + 1

    def left(self, *key: str) -> tuple[int, int]:
        """How many more may come at once, and the milliseconds until it is as many as ever."""
        left = self._left(key)
        return int(left), int((self._burst - left) / self._rate * 1000) if self._rate > 0 else 0

    def take(self, *key: str) -> None:
        """One more came."""
        if self._rate <= 0:
            return
        self._buckets[key] = (self._left(key) - 1, self._clock())
        self._buckets.move_to_end(key)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)

    def _left(self, key: Key) -> float:
        left, at = self._buckets.get(key, (self._burst, 0.0))
        return min(self._burst, left + (self._clock() - at) * self._rate)


class Shares:
    """What buyers send: each of them, each address and each shop has its share, and one that is refused takes none.

    `times` is how often as much as of messages.
    """

    def __init__(self, rates: Rates, times: int = 1) -> None:
        whole = [rates.shared(each * times) for each in (rates.address, rates.shop)]
        self._limits = [rates.limits(rates.buyer * times), *whole]

    def wait_ms(self, shop: str, owner: str, address: str) -> int:
        """0 to go on, else how long to wait."""
        people, addresses, shops = self._limits
        wait = max(people.looks_ms(shop, owner), addresses.looks_ms(address), shops.looks_ms(shop))
        if wait == 0:
            people.take(shop, owner)
            addresses.take(address)
            shops.take(shop)
        return wait


class Door:
    """Who comes from an address: sockets, and visitors whom nobody knows yet; and how many are welcomed at a time."""

    def __init__(self, rates: Rates) -> None:
        self.openings = asyncio.Semaphore(OPENINGS)
        self.connections, self.visitors = rates.shared(rates.connections), rates.shared(rates.visitors)
