"""Buyers who talk: several pages, several conversations each, until told to stop."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from tests.faults.visitor import Visitor
from tests.waiting import until

QUESTIONS = (
    "怎么兑换礼品卡",
    "可以用微信支付吗",
    "你好",
    "营业时间",
    "我要退款",
    "付款后多久发货",
    "谢谢",
    "卡密打不开",
)
PATIENCE_SECONDS = 20.0
AHEAD, AHEAD_SECONDS = 16, 2.0
LONGEST_SECONDS = 60.0


@dataclass
class Load:
    """Visitors and what they are about to say. Every text is said once, so that a doubled one shows."""

    visitors: list[Visitor]
    rng: random.Random
    pause: tuple[float, float] = (0.0, 0.05)
    first: float = 0.0
    """Each says its first within so many seconds."""
    _going: bool = True
    _number: count[int] = field(default_factory=lambda: count(1))
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self, conversations: int) -> None:
        """Let each visitor talk in so many conversations at once."""
        for visitor in self.visitors:
            for _ in range(conversations):
                self._tasks.append(asyncio.create_task(self._talk(visitor)))

    def acked(self) -> int:
        """How much was acked until now, on every page."""
        return sum(len(visitor.page.acks) for visitor in self.visitors)

    async def more(self, acks: int) -> None:
        """Until so many more acks have come. Raises TimeoutError."""
        goal = self.acked() + acks
        await until(lambda: self.acked() >= goal, LONGEST_SECONDS)

    async def settle(self, patience: float = PATIENCE_SECONDS) -> list[str]:
        """Let everyone finish and be answered, while anything goes on at all; who could not."""
        self._going = False
        quiet_since, before = time.monotonic(), self._heard()
        while await self._anyone_waits() and time.monotonic() < quiet_since + patience:
            if self._heard() != before:
                quiet_since, before = time.monotonic(), self._heard()
        found = list(self._waiting())
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        return found + [f"a buyer failed: {end!r}" for end in ended if isinstance(end, Exception)]

    async def _anyone_waits(self) -> bool:
        """Thousands who said much take seconds to look through: nine parts in ten of the time stay the pages'."""
        begun = time.monotonic()
        waits = any(True for _ in self._waiting())
        await asyncio.sleep(max(0.01, 9 * (time.monotonic() - begun)))
        return waits

    def _heard(self) -> int:
        return self.acked() + sum(len(visitor.page.dones) for visitor in self.visitors)

    def _waiting(self) -> Iterator[str]:
        """Who still waits for an ack or an answer."""
        for one in self.visitors:
            yield from (f"{one.page.name}: {key} was never acked" for key in one.unacked())
            yield from (f"{one.page.name}: {key} was never answered" for key in one.unanswered())

    async def _talk(self, visitor: Visitor) -> None:
        await asyncio.sleep(self.rng.uniform(0.0, self.first))
        ack = await visitor.say(self._text(visitor))
        while self._going:
            burst = self.rng.choice((1, 1, 2, 3))
            said = [visitor.say(self._text(visitor), ack["conversation"]) for _ in range(burst)]
            await asyncio.gather(*said)
            await self._answers_follow(visitor)
            await asyncio.sleep(self.rng.uniform(*self.pause))

    async def _answers_follow(self, visitor: Visitor) -> None:
        """Run no further ahead of the answers: with limits off, acks come ten times as fast as those.

        For a time only, since an answer that came in a snapshot does not say whose it is.
        """
        until = time.monotonic() + AHEAD_SECONDS
        while self._going and len(visitor.said) - len(visitor.page.dones) > AHEAD and time.monotonic() < until:  # noqa: ASYNC110  # a page tells nobody
            await asyncio.sleep(0.02)

    def _text(self, visitor: Visitor) -> str:
        return f"{self.rng.choice(QUESTIONS)}？{visitor.page.name} 第{next(self._number)}次"


@asynccontextmanager
async def talking(
    url: str | Sequence[str], rng: random.Random, visitors: int = 4, conversations: int = 2,
    pause: tuple[float, float] = (0.0, 0.05), name: str = "v",
) -> AsyncIterator[Load]:  # fmt: skip
    """Pages that are open, and a load of talk on them, until the end of the block."""
    async with AsyncExitStack() as stack:
        pages: Sequence[Visitor] = [
            await stack.enter_async_context(Visitor(url, f"{name}{i}", random.Random(rng.random())))
            for i in range(visitors)
        ]
        load = Load(list(pages), rng, pause)
        load.begin(conversations)
        yield load
