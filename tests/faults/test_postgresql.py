"""The record in PostgreSQL: kills of the server and of the database in turn, under load, and the same look at both."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from tests.faults.load import Load, talking
from tests.faults.record import faults_of
from tests.faults.seeds import seed
from tests.faults.server import fill
from tests.faults.spawner import MortalServer, Spawner
from tests.faults.verdict import verdict
from tests.postgres import Cluster

KILLS = 4


async def test_nothing_acked_is_lost_doubled_or_out_of_order_when_server_or_database_is_killed(
    spawner: Spawner, postgres: Cluster, tmp_path: Path
) -> None:
    chosen = seed()
    rng = random.Random(chosen)
    with postgres.database() as url, spawner.server(tmp_path / "data", database_url=url) as server:
        fill(tmp_path / "data", url)
        server.wait_ready()
        async with talking(server.url, rng) as load:
            found = await _kills(server, postgres, load, url, rng)
            found += await verdict(load, url, server.url)
            acked = load.acked()
    assert found == [], f"seed {chosen}: {acked} acked\n" + "\n".join(found)
    assert acked > 3 * KILLS


async def _kills(server: MortalServer, postgres: Cluster, load: Load, url: str, rng: random.Random) -> list[str]:
    """The server by a signal that nothing survives, then the database, and so on; a look at the record each time."""
    found: list[str] = []
    for number in range(KILLS):
        await load.more(rng.randint(1, 12))
        await asyncio.sleep(rng.uniform(0.0, 0.05))
        if number % 2:
            await asyncio.to_thread(postgres.kill)
            await asyncio.to_thread(postgres.start)
        else:
            await asyncio.to_thread(server.kill)
        found += faults_of(url, load.visitors, settled=False)
        if server.pid is None:
            await asyncio.to_thread(server.start)
    return found
