"""What answers that wait for others cost."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from support.service.turns import Turns
from tests.waiting import until


class Record:
    """Counts looks, each of which takes its time."""

    def __init__(self) -> None:
        self.looks, self.may_end = 0, asyncio.Event()

    async def read(self, work: Any) -> dict[str, tuple[str, ...]]:
        self.looks += 1
        await self.may_end.wait()
        return {}


async def test_all_who_wait_share_a_look_and_who_asks_while_it_runs_shares_the_next() -> None:
    record = Record()
    turns = Turns(cast(Any, SimpleNamespace(journal=record)))
    early = [asyncio.create_task(turns._owed()) for _ in range(50)]
    await until(lambda: record.looks > 0)
    late = [asyncio.create_task(turns._owed()) for _ in range(50)]
    await asyncio.sleep(0)
    record.may_end.set()
    await asyncio.gather(*early, *late)
    assert record.looks == 2
    await turns.close()
