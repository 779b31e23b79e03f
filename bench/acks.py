"""`durable_ack_cpu_ratio`: what the server does for a message that is acked from the disk, over a bare echo of it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
from contextlib import AsyncExitStack
from itertools import repeat
from pathlib import Path
from statistics import median

from websockets.asyncio.client import ClientConnection, connect

from bench.load import pump
from bench.server import Buyer, Child, say_frame
from bench.serving import SHOP
from evals.report import Row

BUYERS, UNDER_WAY, EACH, ROUNDS = 50, 4, 100, 5
WORDS = "订单一直没有收到货，麻烦帮我看一下是怎么回事，谢谢"


def measure(folder: Path) -> list[Row]:
    """The rows, of a record in `folder`, which should lie on a real disk."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        return asyncio.run(_measured(Path(place)))


def serving(folder: Path) -> Child:
    """The server that gives no answers, over an empty folder."""
    return Child([sys.executable, "-m", "bench.serving", str(folder / "data"), "{port}"], folder).wait("/healthz")


def raw(folder: Path, *answers: str) -> Child:
    """The bare server."""
    return Child([sys.executable, "-m", "bench.raw", "{port}", *answers], folder).wait(None)


async def _measured(folder: Path) -> list[Row]:
    with serving(folder) as server:
        buyers = [await Buyer.come(server.port, SHOP) for _ in range(BUYERS)]
        heard = await _begin(buyers, folder / "data")
        with raw(folder) as echo, raw(folder, *heard) as alike:
            async with AsyncExitStack() as stack:
                mine = [(buyer.socket, buyer.conversation) for buyer in buyers]
                others = [await _connected(stack, child, mine) for child in (echo, alike)]
                sides = [(server, mine, '"t":"ack"'), (echo, others[0], ""), (alike, others[1], '"t":"ack"')]
                costs = await _interleaved(sides)
    return _rows(*costs)


async def _begin(buyers: list[Buyer], data: Path) -> list[str]:
    """Every chat is in a person's hands; what a page hears for one message."""
    for buyer in buyers:
        await buyer.say("你好")
    with sqlite3.connect(data / "anxin.sqlite", timeout=10) as record:
        record.execute("UPDATE conversations SET state = 'human'")
    await buyers[0].say(WORDS, "message")
    return [json.dumps(frame, ensure_ascii=False, separators=(",", ":")) for frame in buyers[0].heard[-2:]]


Talk = tuple[ClientConnection, str]


async def _connected(stack: AsyncExitStack, child: Child, talks: list[Talk]) -> list[Talk]:
    url = f"ws://127.0.0.1:{child.port}"
    return [(await stack.enter_async_context(connect(url, compression=None)), chat) for _, chat in talks]


async def _interleaved(sides: list[tuple[Child, list[Talk], str]]) -> list[list[float]]:
    """Microseconds of CPU a message, of each side in each round."""
    costs: list[list[float]] = [[] for _ in sides]
    for round_ in range(ROUNDS + 1):
        for cost, (child, talks, answer) in zip(costs, sides, strict=True):
            started = child.cpu()
            await asyncio.gather(*(_chat(socket, chat, answer) for socket, chat in talks))
            if round_ > 0:  # the first one warms up
                cost.append((child.cpu() - started) / BUYERS / EACH * 1e6)
    return costs


async def _chat(socket: ClientConnection, conversation: str, answer: str) -> None:
    body = {"conversation": conversation, "text": WORDS, "attachments": []}
    frames = (say_frame("say", body) for _ in repeat(None, EACH))
    await pump(socket, frames, UNDER_WAY, lambda text: answer in text)


def _rows(ours: list[float], echo: list[float], alike: list[float]) -> list[Row]:
    note = (
        f"{median(ours):.0f} µs an ack; {median(alike):.0f} µs the same frames in and out, {median(echo):.0f} an echo"
    )
    count = ROUNDS * BUYERS * EACH

    def row(key: str, other: list[float]) -> Row:
        samples = tuple(round(theirs / mine, 3) for theirs, mine in zip(other, ours, strict=True))
        return Row(
            key, round(median(other) / median(ours), 3), "ratio", count, baseline=round(median(other), 1),
            samples=samples, note=note,
        )  # fmt: skip

    return [row("durable_ack_cpu_ratio", alike), row("durable_ack_echo_ratio", echo)]
