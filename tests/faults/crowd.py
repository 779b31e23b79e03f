"""Many buyers' pages that stay open and now and then say something, all from this process."""

from __future__ import annotations

import asyncio
import random
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from websockets.asyncio.client import ClientConnection

from tests.faults.load import Load
from tests.faults.visitor import Haste, Visitor

COMING = 100
"""New pages a second, at the beginning."""
AT_ONCE = 50
"""Connections that are being opened."""
A_TURN = 1.75
"""What a buyer of `Load` says at once, on average."""
SPARE_FILES = 400


class Page(Visitor):
    """One that backs off and waits as the widget does, for there are many of them."""

    haste = Haste(again=0.5, longest=8.0, opening=20.0, ack=20.0, asked=30.0)

    def __init__(self, url: str, name: str, rng: random.Random, gate: asyncio.Semaphore) -> None:
        super().__init__(url, name, rng)
        self._gate = gate

    async def _opened(self, url: str) -> ClientConnection:
        """Some at a time: in life each page has a processor of its own, and none gives up for want of one."""
        async with self._gate:
            return await super()._opened(url)


@asynccontextmanager
async def crowd(url: str, count: int, rate: float, rng: random.Random) -> AsyncIterator[Load]:
    """So many pages, come one after the other, that say `rate` messages a second in all, until the end of the block."""
    between = A_TURN * count / rate
    async with AsyncExitStack() as stack:
        pages, gate = list[Visitor](), asyncio.Semaphore(AT_ONCE)
        for number in range(count):
            page = Page(url, f"p{number}", random.Random(rng.random()), gate)
            pages.append(await stack.enter_async_context(page))
            await asyncio.sleep(1 / COMING)
        load = Load(pages, rng, pause=(0.0, 2 * between), first=2 * between)
        load.begin(1)
        yield load


async def lose_sockets(load: Load, each: float) -> None:
    """For ever: a page loses its connection without a word, as on a phone, each once in so many seconds on average."""
    while True:
        await asyncio.sleep(load.rng.expovariate(len(load.visitors) / each))
        load.rng.choice(load.visitors).cut()


def make_room(connections: int) -> None:
    """Let this process, and those that it starts, hold so many sockets. Raises OSError with the remedy."""
    wanted, (soft, hard) = connections + SPARE_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise OSError(f"{connections} connections need {wanted} open files and {hard} are allowed: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
