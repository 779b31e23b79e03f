"""`serving_rss_mib`: what the serving process holds in memory after some chats."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from bench.server import Buyer, Child, anxin
from evals.report import Row

CHATS = (
    "你好", "星云点卡怎么兑换", "极光月卡多少钱", "支持微信支付吗", "我付了钱没发货", "How long does delivery take?",
    "Which payment methods do you accept?", "激活码无效", "I want a refund", "转人工",
)  # fmt: skip
TIMES = 2


def measure(folder: Path) -> list[Row]:
    """The row, of a server over `folder`."""
    with tempfile.TemporaryDirectory(dir=folder) as place, anxin(Path(place)) as server:
        return [asyncio.run(_memory(server))]


async def _memory(server: Child) -> Row:
    for _ in range(TIMES):
        for text in CHATS:
            buyer = await Buyer.come(server.port)
            await buyer.say(text, "done")
            await buyer.leave()
    return Row("serving_rss_mib", round(server.rss_mib(), 1), "MiB", TIMES * len(CHATS))
