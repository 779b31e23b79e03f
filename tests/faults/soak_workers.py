"""`make soak-workers`: two workers under many open pages, while they, the database and the broker are killed.

python -m tests.faults.soak_workers [--minutes 60] [--connections 2000] [--rate 12] [--seed N] [--planted FAULT]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.faults.crowd import crowd, lose_sockets, make_room
from tests.faults.ends import Ends
from tests.faults.load import Load
from tests.faults.memory import sample
from tests.faults.mutations import MUTATIONS
from tests.faults.record import faults_of
from tests.faults.seeds import seed
from tests.faults.served import Served, resident_mib, served
from tests.faults.soaked import Soaked, Wanted
from tests.faults.visitor import compare_with_fresh

REPORT, LOG = Path("build") / "soak-workers.json", Path("build") / "soak-workers.log"
TELL_SECONDS, LOOK_SECONDS = 15.0, 0.1
SAMPLES = 60
"""In a run: one a minute in an hour."""
CUTS = 10
"""So often each page loses its connection in a run."""
SILENCE_SECONDS = 90.0
"""So long nothing may be acked; a rolling restart while the database is killed takes a busy machine its time."""
SETTLE_SECONDS = 120.0
Tell = Callable[[str], None]


async def soak(wanted: Wanted, served: Served, tell: Tell = print) -> Soaked:
    """Run it over workers that serve and look at what is left; `tell` is given lines of progress."""
    rng, result, seconds = random.Random(wanted.seed), Soaked(wanted), wanted.minutes * 60
    async with crowd(served.ws, wanted.connections, wanted.rate, rng) as load:
        ends = Ends(served, random.Random(rng.random()), seconds, wanted.mean)
        async with beside(
            lose_sockets(load, seconds / CUTS), _sample(result, served, max(1.0, seconds / SAMPLES)),
            _watch(result, load), _tell(result, load, ends, tell),
        ):  # fmt: skip
            await ends.go_on()
        result.ends, result.faults = dict(ends.counts), [*ends.wrong, *result.faults]
        tell("no more is said; everyone is answered, then each page is compared with a fresh load and with the record")
        result.faults += await _left(served, load)
        _count(result, load)
    result.judge_memory()
    return result


@asynccontextmanager
async def beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do these while the block runs; one that fails ends it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        yield
        for task in tasks:
            task.cancel()


async def _sample(result: Soaked, served: Served, every: float) -> None:
    begun = time.monotonic()
    while True:
        result.samples += sample((time.monotonic() - begun) / 60, served.workers())
        await asyncio.sleep(every)


async def _watch(result: Soaked, load: Load) -> None:
    """How long nothing was acked."""
    acked, since, told = load.acked(), time.monotonic(), False
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if (now := load.acked()) != acked:
            acked, since, told = now, time.monotonic(), False
        silence = time.monotonic() - since
        result.longest_silence = max(result.longest_silence, round(silence, 1))
        if silence > SILENCE_SECONDS and not told:
            told = True
            result.faults.append(f"nothing was acked for {SILENCE_SECONDS:.0f} s, after {acked}")


async def _tell(result: Soaked, load: Load, ends: Ends, tell: Tell) -> None:
    begun, told = time.monotonic(), Counter[str]()
    while True:
        await asyncio.sleep(TELL_SECONDS)
        there = sum(visitor.connected for visitor in load.visitors)
        now = " ".join(f"{one.mib:.0f}" for one in result.samples[-2:])
        seen = [one for visitor in load.visitors for one in visitor.page.wrong]
        wrong = Counter([*seen, *result.faults, *ends.wrong])
        killed = ", ".join(f"{kind} {times}" for kind, times in sorted(ends.counts.items()))
        tell(
            f"{(time.monotonic() - begun) / 60:5.1f} min  {there} of {len(load.visitors)} connected  "
            f"{load.acked()} acked  {now} MiB  ends: {killed or 'none'}  wrong: {wrong.total()}"
        )
        for one in (wrong - told).elements():
            tell(f"  wrong: {one}")
        told = wrong


async def _left(served: Served, load: Load) -> list[str]:
    """What is wrong once everything stands again and everyone was answered."""
    await asyncio.to_thread(served.wait_for, 2)
    found = await load.settle(SETTLE_SECONDS)
    found += await _all_back(load)
    found += await compare_with_fresh(served.ws, load.visitors)
    found += await asyncio.to_thread(faults_of, served.url, load.visitors)
    return found + [wrong for visitor in load.visitors for wrong in visitor.page.wrong]


async def _all_back(load: Load) -> list[str]:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not all(visitor.connected for visitor in load.visitors) and time.monotonic() < deadline:  # noqa: ASYNC110  # pages tell nobody
        await asyncio.sleep(LOOK_SECONDS)
    return [f"{one.page.name} cannot connect" for one in load.visitors if not one.connected]


def _count(result: Soaked, load: Load) -> None:
    result.seconds, result.acked = round(result.wanted.minutes * 60, 1), load.acked()
    result.answered = sum(len(one.said) - len(one.unanswered()) for one in load.visitors)
    result.events = sum(len(one.page.heard) for one in load.visitors)
    result.connects = sum(one.connects for one in load.visitors)
    result.refusals = dict(Counter(code for one in load.visitors for code in one.errors))
    result.client_mib = round(resident_mib(os.getpid()), 1)


def main() -> int:
    """Run, report, and end with 1 where a fault was found."""
    parser = argparse.ArgumentParser(prog="make soak-workers", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (60)")
    parser.add_argument("--connections", type=int, default=2000, help="pages that stay open (2000)")
    parser.add_argument("--rate", type=float, default=12.0, help="messages a second, of all pages together (12)")
    parser.add_argument("--every", type=float, default=15.0, help="seconds between two ends, on average (15)")
    parser.add_argument("--seed", type=int, default=seed(), help="repeats a run's choices")
    parser.add_argument("--planted", choices=sorted(MUTATIONS), default="", help="a fault that has to be found")
    given = parser.parse_args()
    wanted = Wanted(given.minutes, given.connections, given.rate, given.every, given.seed)
    with tempfile.TemporaryDirectory() as folder:
        try:
            make_room(wanted.connections)
            print("a PostgreSQL, a NATS and two workers start …", flush=True)
            with served(Path(folder), planted=given.planted) as workers:
                result = asyncio.run(soak(wanted, workers, lambda line: print(line, flush=True)))
        except OSError as error:
            print(f"make soak-workers: {error}", file=sys.stderr)
            return 3
        except KeyboardInterrupt:
            print("\ninterrupted: nothing can be said of what was not looked at")
            return 130
        finally:
            if (log := Path(folder) / "log").exists():
                LOG.parent.mkdir(exist_ok=True)
                shutil.copy(log, LOG)
    print(*result.lines(), sep="\n")
    result.write(REPORT)
    print(f"{REPORT} holds it all, {LOG} what the workers said")
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
