"""The serving process: what it holds in memory, and what a durable ack costs over a bare echo."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from statistics import median

from websockets.asyncio.client import connect

from bench.server import Buyer, Child, anxin, echo, say_frame
from evals.report import Row

CHATS = (
    "你好", "星云点卡怎么兑换", "极光月卡多少钱", "支持微信支付吗", "我付了钱没发货", "How long does delivery take?",
    "Which payment methods do you accept?", "激活码无效", "I want a refund", "转人工",
)  # fmt: skip
TIMES = 2
BUYERS, EACH, ROUNDS = 25, 16, 5
WORDS = "订单一直没有收到货，麻烦帮我看一下是怎么回事，谢谢"


def measure(folder: Path) -> list[Row]:
    """Both rows, of one server over `folder`, which should lie on a real disk."""
    with tempfile.TemporaryDirectory(dir=folder) as place, anxin(Path(place)) as server:
        memory = asyncio.run(_memory(server))
        with echo(Path(place)) as bare:
            ack = asyncio.run(_acks(server, bare, Path(place) / "data"))
    return [memory, ack]


async def _memory(server: Child) -> Row:
    for _ in range(TIMES):
        for text in CHATS:
            buyer = await Buyer.come(server.port)
            await buyer.say(text, "done")
            await buyer.leave()
    return Row("serving_rss_mib", round(server.rss_mib(), 1), "MiB", TIMES * len(CHATS))


async def _acks(server: Child, bare: Child, data: Path) -> Row:
    """CPU of a bare echo over that of say → ack, where a person has the chat and no answer is worked out."""
    buyers = [await Buyer.come(server.port) for _ in range(BUYERS)]
    for buyer in buyers:
        await buyer.say("你好", "done")
    _hand_to_people(data)
    sockets = [await connect(f"ws://127.0.0.1:{bare.port}", compression=None) for _ in range(BUYERS)]

    async def ours(buyer: Buyer) -> None:
        for _ in range(EACH // ROUNDS):
            await buyer.say(WORDS)

    async def theirs(place: int) -> None:
        frame = say_frame("say", {"conversation": buyers[place].conversation, "text": WORDS, "attachments": []})
        for _ in range(EACH // ROUNDS * 20):
            await sockets[place].send(frame)
            await sockets[place].recv()

    mine, other = [], []
    for _ in range(ROUNDS):
        started = server.cpu(), bare.cpu()
        await asyncio.gather(*(ours(buyer) for buyer in buyers))
        await asyncio.gather(*(theirs(place) for place in range(BUYERS)))
        messages = BUYERS * (EACH // ROUNDS)
        mine.append((server.cpu() - started[0]) / messages * 1e6)
        other.append((bare.cpu() - started[1]) / messages / 20 * 1e6)
    for buyer in buyers:
        await buyer.leave()
    samples = tuple(round(one / two, 3) for one, two in zip(other, mine, strict=True))
    note = f"{median(mine):.0f} µs an ack, {median(other):.0f} µs an echo"
    return Row(
        "durable_ack_cpu_ratio", round(median(other) / median(mine), 3), "ratio", ROUNDS * messages,
        baseline=round(median(other), 1), samples=samples, note=note,
    )  # fmt: skip


def _hand_to_people(data: Path) -> None:
    """As if an agent had taken every chat: what follows is kept and acked, and nobody answers."""
    with sqlite3.connect(data / "anxin.sqlite", timeout=10) as record:
        record.execute("UPDATE conversations SET state = 'human'")
