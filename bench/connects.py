"""`connect_resume_ratio`: connecting, hello and a resume from a cursor, over connecting to a bare server."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

from websockets.asyncio.client import connect

from bench.acks import WORDS, raw, serving
from bench.server import Buyer, Child
from bench.serving import SHOP
from evals.report import Row

PEOPLE, EACH, AT_ONCE, ROUNDS = 50, 10, 10, 5
Once = Callable[[int], Awaitable[object]]


def measure(folder: Path) -> list[Row]:
    """The row, by the CPU of either server."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        return asyncio.run(_measured(Path(place)))


async def _measured(folder: Path) -> list[Row]:
    with serving(folder) as server, raw(folder) as bare:
        hellos = [await _met(server) for _ in range(PEOPLE)]

        async def back(number: int) -> None:
            buyer = await Buyer.come(server.port, SHOP, **hellos[number % PEOPLE])
            assert buyer.heard[0]["d"]["resume"] == "ok"
            assert buyer.heard[1]["t"] == "message"
            await buyer.leave()

        async def bare_once(number: int) -> None:
            async with connect(f"ws://127.0.0.1:{bare.port}", compression=None):
                pass

        ours, others = [], []
        for round_ in range(ROUNDS + 1):
            mine, other = await _cost(server, back), await _cost(bare, bare_once)
            if round_ > 0:  # the first one warms up
                ours.append(mine)
                others.append(other)
    samples = tuple(round(one / two, 3) for one, two in zip(others, ours, strict=True))
    note = f"{median(ours):.0f} µs a resume, {median(others):.0f} µs a bare connection"
    return [Row("connect_resume_ratio", round(median(others) / median(ours), 3), "ratio", ROUNDS * PEOPLE * EACH,
                baseline=round(median(others), 1), samples=samples, note=note)]  # fmt: skip


async def _met(server: Child) -> dict[str, Any]:
    """A visitor who missed the last message: what the page says when it comes back."""
    buyer = await Buyer.come(server.port, SHOP)
    welcome = buyer.heard[0]["d"]
    seen = await buyer.say(WORDS, "message")
    await buyer.say(WORDS, "message")
    await buyer.leave()
    return {"visitor": welcome["visitor"], "cursor": seen["n"], "epoch": welcome["epoch"]}


async def _cost(child: Child, once: Once) -> float:
    """Microseconds of CPU a connection."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with gate:
            await once(number)

    started = child.cpu()
    await asyncio.gather(*(one(number) for number in range(PEOPLE * EACH)))
    return (child.cpu() - started) / PEOPLE / EACH * 1e6
