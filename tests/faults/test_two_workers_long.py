"""The long ones about two workers: every kind of end, round after round, and a network that is cut."""

from __future__ import annotations

import asyncio
import random
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.faults.load import Load, talking
from tests.faults.seeds import seed
from tests.faults.spawner import MortalServer, Spawner
from tests.faults.two_workers import Pair, all_is_well, degraded, network, pair, until
from tests.postgres import Cluster

pytestmark = pytest.mark.soak
ROUNDS = 24
HUNG_SECONDS = 7.0
"""Longer than it takes to be given up."""
CUTS, CUT_SECONDS = 4, 20.0
"""Longer than either side waits for the other's packets."""


async def _kill(worker: MortalServer, load: Load) -> None:
    await asyncio.to_thread(worker.kill)
    await load.more(5)
    await asyncio.to_thread(worker.start)


async def _hang(worker: MortalServer, load: Load) -> None:
    """It is given up, and comes back in the belief that nothing was."""
    worker.pause()
    await asyncio.sleep(HUNG_SECONDS)
    worker.resume()


async def _restart(worker: MortalServer, load: Load) -> None:
    await asyncio.to_thread(worker.stop)
    await load.more(5)
    await asyncio.to_thread(worker.start)


async def _broker(two: Pair, load: Load) -> None:
    await asyncio.to_thread(two.broker.kill)
    await load.more(10)
    await asyncio.to_thread(two.broker.start)


async def _hung_broker(two: Pair, load: Load) -> None:
    two.broker.pause()
    await load.more(10)
    two.broker.resume()


async def _database(two: Pair, load: Load) -> None:
    await asyncio.to_thread(two.postgres.kill)
    await asyncio.sleep(1.0)
    await asyncio.to_thread(two.postgres.start)


async def test_whatever_ends_and_however_nothing_is_lost_doubled_or_out_of_order(
    spawner: Spawner, postgres: Cluster, tmp_path: Path
) -> None:
    rng = random.Random(chosen := seed())
    with pair(spawner, postgres, tmp_path) as two:
        ends: tuple[Callable[[Load], Awaitable[None]], ...] = (
            *(lambda load, one=one: _kill(one, load) for one in two.both),
            *(lambda load, one=one: _hang(one, load) for one in two.both),
            *(lambda load, one=one: _restart(one, load) for one in two.both),
            lambda load: _broker(two, load), lambda load: _hung_broker(two, load), lambda load: _database(two, load),
        )  # fmt: skip
        async with talking(two.urls, rng, conversations=1, pause=(0.05, 0.3)) as load:
            for number in range(ROUNDS):
                await load.more(rng.randint(3, 15))
                await ends[number % len(ends)](load)
                for worker in two.both:
                    await asyncio.to_thread(worker.wait_ready)
            await all_is_well(two, load, chosen)


async def test_a_host_cut_off_from_buyers_broker_and_database_comes_back_to_everything(
    spawner: Spawner, tmp_path: Path
) -> None:
    """Packets are dropped, and no connection is closed: each side finds out by itself. What it was writing is given up
    by the database, so that the others go on."""
    rng = random.Random(chosen := seed())
    try:
        with (
            network() as (near, far, join), Cluster(listen=near) as postgres,
            pair(spawner, postgres, tmp_path, far, near) as two,
        ):  # fmt: skip
            async with talking(two.urls, rng, conversations=1, pause=(0.05, 0.3)) as load:
                for _ in range(CUTS):
                    await load.more(10)
                    join(False)
                    await load.more(10)
                    await asyncio.sleep(CUT_SECONDS)
                    join(True)
                    await until(lambda: not degraded(two.b))
                await all_is_well(two, load, chosen)
    except subprocess.CalledProcessError as refused:
        pytest.skip(f"no network namespaces here: {refused.stderr.decode().strip()}")
