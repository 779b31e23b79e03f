from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.faults.disk import FaultyDisk, copy_record
from tests.faults.load import talking
from tests.faults.record import faults_of
from tests.faults.seeds import seed
from tests.faults.spawner import Spawner
from tests.faults.visitor import compare_with_fresh

FAULTY_SECONDS = 1.5


@pytest.mark.parametrize("fault", [FaultyDisk.full, FaultyDisk.broken], ids=["full", "broken"])
async def test_a_disk_that_takes_nothing_is_said_and_service_resumes_with_it(
    spawner: Spawner, tmp_path: Path, fault: Callable[[FaultyDisk], AbstractContextManager[None]]
) -> None:
    """What was acked before, meanwhile and after stands there, also once the power goes."""
    rng = random.Random(seed())
    with spawner.server(tmp_path / "data") as server:
        server.wait_ready()
        async with talking(server.url, rng) as load:
            await load.more(2 * len(load.visitors))
            while not all(visitor.errors for visitor in load.visitors):
                with fault(server.disk):
                    await asyncio.sleep(FAULTY_SECONDS)
            await load.more(2 * len(load.visitors))
            found = await load.settle()
            found += await compare_with_fresh(server.url, load.visitors)
            await asyncio.to_thread(server.kill)
            server.disk.lose_power(rng)
            found += faults_of(copy_record(server.data_dir, tmp_path / "copy"), load.visitors)
            found += [wrong for visitor in load.visitors for wrong in visitor.page.wrong]
    assert found == []
    assert {code for visitor in load.visitors for code in visitor.errors} == {"unavailable"}
