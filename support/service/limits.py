"""How much may be sent: buckets that refill, by person, by address and by shop. Known to this process alone."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

BURST = 40
PER_SECOND = 2.0
REMEMBERED = 10_000
LOOKS, AGENTS_LOOKS = 5, 25
"""What costs less than a change may come so many times as often: a page of history, how far was read, who types."""
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

    def limits(self, per_second: float) -> Limits:
        """Buckets of one of them."""
        return Limits(max(1, round(per_second * self.at_once)), per_second)


class Limits:
    """Token buckets by key; a rate of 0 is no limit."""

    def __init__(
        self, burst: int = BURST, per_second: float = PER_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._rate, self._clock = burst, per_second, clock
        self._buckets: OrderedDict[Key, tuple[float, float]] = OrderedDict()

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
        self._limits = [rates.limits(each * times) for each in (rates.buyer, rates.address, rates.shop)]

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
    """Who comes from an address: sockets, and visitors whom nobody knows yet."""

    def __init__(self, rates: Rates) -> None:
        self.connections, self.visitors = rates.limits(rates.connections), rates.limits(rates.visitors)
