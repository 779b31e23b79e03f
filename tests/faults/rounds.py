"""Rounds of a fault under load, each followed by a look at what is left."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.faults.disk import copy_record
from tests.faults.load import PATIENCE_SECONDS, Load, talking
from tests.faults.record import faults_of
from tests.faults.spawner import MortalServer, Spawner
from tests.faults.visitor import compare_with_fresh

Ending = Literal["kill", "power", "some power"]
Progress = Callable[["Tally"], None]


@dataclass
class Tally:
    """What rounds came to. `acked` and `answered` count over every page, `dropped` the unsynced writes."""

    seed: int
    rounds: int = 0
    acked: int = 0
    answered: int = 0
    connects: int = 0
    dropped: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take another's figures in."""
        for name in ("rounds", "acked", "answered", "connects", "dropped", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += [f"seed {other.seed}: {fault}" for fault in other.faults]

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.rounds} rounds in {self.seconds:.0f} s, {self.acked} acked, "
            f"{self.answered} answered, {self.connects} connections, {self.dropped} unsynced writes dropped, "
            f"{len(self.faults)} faults"
        )


async def killed(
    spawner: Spawner, folder: Path, rounds: int, seed: int, ending: Ending = "kill", mutations: Sequence[str] = (),
    progress: Progress = lambda tally: None, patience: float = PATIENCE_SECONDS,
) -> Tally:  # fmt: skip
    """Kill a server at random moments under load, look at its record while it is dead, and start it again.

    In the end everyone is answered and each page is compared with a fresh load.
    """
    rng, tally, begun = random.Random(seed), Tally(seed), time.monotonic()
    with spawner.server(folder / "data", *mutations) as server:
        async with talking(server.url, rng) as load:
            while tally.rounds < rounds and not tally.faults:
                await _some_time(load, rng)
                await asyncio.to_thread(server.kill)
                if ending != "kill":
                    tally.dropped += server.disk.lose_power(rng, "all" if ending == "power" else "some")
                tally.faults += _look(server, folder, load, settled=False)
                await asyncio.to_thread(server.start)
                tally.rounds += 1
                _count(tally, load, begun)
                progress(tally)
            await _end(tally, server, folder, load, begun, patience)
    shutil.rmtree(folder / "data", ignore_errors=bool(tally.faults))
    return tally


async def cut(
    spawner: Spawner, folder: Path, seconds: float, every: float, seed: int, mutations: Sequence[str] = (),
    patience: float = PATIENCE_SECONDS, visitors: int = 4,
) -> Tally:  # fmt: skip
    """Break sockets every so often while answers stream; the server lives on."""
    rng, tally, begun = random.Random(seed), Tally(seed), time.monotonic()
    with spawner.server(folder / "data", *mutations) as server:
        await asyncio.to_thread(server.wait_ready)
        async with talking(server.url, rng, visitors) as load:
            while time.monotonic() < begun + seconds:
                await asyncio.sleep(every * rng.uniform(0.5, 1.5) / len(load.visitors))
                rng.choice(load.visitors).cut()
                tally.rounds += 1
            await _end(tally, server, folder, load, begun, patience)
    return tally


async def _some_time(load: Load, rng: random.Random) -> None:
    """Mostly until a few more acks have come, which a kill then finds in mid-answer; now and then while it starts."""
    if rng.random() < 0.85:
        await load.more(rng.randint(1, 12))
        await asyncio.sleep(rng.uniform(0.0, 0.05))
    else:
        await asyncio.sleep(rng.uniform(0.0, 0.4))


async def _end(
    tally: Tally, server: MortalServer, folder: Path, load: Load, begun: float, patience: float
) -> None:  # fmt: skip
    """Let the talk come to its end, unless it is known already that something went wrong."""
    settled = not tally.faults
    if settled:
        await asyncio.to_thread(server.wait_ready)
        tally.faults += await load.settle(patience)
        tally.faults += await compare_with_fresh(server.url, load.visitors) if not tally.faults else []
    await asyncio.to_thread(server.kill)
    tally.faults += _look(server, folder, load, settled)
    _count(tally, load, begun)


def _look(server: MortalServer, folder: Path, load: Load, settled: bool) -> list[str]:
    found = faults_of(copy_record(server.data_dir, folder / "copy"), load.visitors, settled)
    return [*dict.fromkeys([*found, *_told(load)])]


def _told(load: Load) -> Iterator[str]:
    for visitor in load.visitors:
        yield from visitor.page.wrong


def _count(tally: Tally, load: Load, begun: float) -> None:
    tally.acked = sum(len(visitor.page.acks) for visitor in load.visitors)
    tally.answered = sum(len(visitor.said) - len(visitor.unanswered()) for visitor in load.visitors)
    tally.connects = sum(visitor.connects for visitor in load.visitors)
    tally.seconds = time.monotonic() - begun
