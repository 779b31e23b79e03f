"""Whatever can end does, at random moments: a worker, the database, the broker, both workers by a restart."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter

from tests.faults.served import Served

LONG_LIFE = (0.25, 0.9)
"""The part of the run through which one worker is spared, so that its memory tells of a long life."""
WEIGHTS = {"worker": 5, "database": 2, "broker": 2, "rolling restart": 2}
DATABASE_SECONDS, BROKER_SECONDS = 3.0, 10.0
"""The longest that each is away."""


class Ends:
    """What ends in a run of so many seconds; `counts` says how often, `wrong` what ended that should not."""

    def __init__(self, served: Served, rng: random.Random, seconds: float, mean: float) -> None:
        """`mean` seconds lie between two ends."""
        self._served, self._rng, self._seconds, self._mean = served, rng, seconds, mean
        self._spared: int | None = None
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    async def go_on(self) -> None:
        """Until the time is over. Nothing ends before somebody serves again: what never begins shows nothing."""
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < self._seconds:
            self._spare(passed / self._seconds)
            await asyncio.sleep(min(self._rng.expovariate(1 / self._mean), self._seconds - passed))
            await asyncio.to_thread(self._served.wait_for, 1)
            await self._end(self._one())
        self._spare(1.0)

    def _spare(self, share: float) -> None:
        """Choose the one to be spared, see that it lives, and let it go in the end."""
        long = LONG_LIFE[0] <= share < LONG_LIFE[1]
        if self._spared is not None and self._spared not in self._served.workers():
            self.wrong.append(f"worker {self._spared} ended by itself: {self._served.told()}")
            self._spared = None
        elif long and self._spared is None:
            self._spared = next(iter(self._served.workers()), None)
        elif not long:
            self._spared = None

    def _one(self) -> str:
        kinds = [kind for kind in WEIGHTS if self._spared is None or kind != "rolling restart"]
        return self._rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]

    async def _end(self, kind: str) -> None:
        self.counts[kind] += 1
        match kind:
            case "worker":
                await self._worker()
            case "database":
                await asyncio.to_thread(self._served.postgres.kill)
                await self._away(DATABASE_SECONDS)
                await asyncio.to_thread(self._served.postgres.start)
            case "broker":
                await asyncio.to_thread(self._served.broker.kill)
                await self._away(BROKER_SECONDS)
                await asyncio.to_thread(self._served.broker.start)
            case _:
                await asyncio.to_thread(self._served.restart)

    async def _worker(self) -> None:
        there = [one for one in self._served.workers() if one != self._spared]
        if there:
            self._served.kill(self._rng.choice(there))

    async def _away(self, longest: float) -> None:
        await asyncio.sleep(self._rng.uniform(0.2, min(longest, self._mean)))
