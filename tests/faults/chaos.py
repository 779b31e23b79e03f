"""`make chaos`: watch a chat go on while its server is killed, over and over.

python -m tests.faults.chaos [--seconds 30] [--every 4] [--seed N]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from unicodedata import east_asian_width

from tests.faults.disk import copy_record
from tests.faults.load import Load, talking
from tests.faults.record import faults_of
from tests.faults.seeds import seed
from tests.faults.spawner import MortalServer, Spawner
from tests.faults.visitor import Visitor, compare_with_fresh

COLOURS = ("\033[36m", "\033[33m", "\033[35m", "\033[32m")
DIM, RED, GREEN, BOLD, PLAIN = "\033[2m", "\033[1;31m", "\033[1;32m", "\033[1m", "\033[0m"
WIDTH = min(shutil.get_terminal_size((100, 30)).columns, 120)


class Screen:
    """What happens, a line each; colours only on a terminal."""

    def __init__(self) -> None:
        self._colours = sys.stdout.isatty()
        self._begun = time.monotonic()
        self._shown: set[str] = set()

    def line(self, text: str, colour: str = PLAIN) -> None:
        """Print a line with the time before it."""
        clock = f"{time.monotonic() - self._begun:6.1f} s  "
        cut = _fitting(text, WIDTH - len(clock))
        print(f"{DIM}{clock}{PLAIN}{colour}{cut}{PLAIN}" if self._colours else clock + cut, flush=True)

    def news(self, visitor: Visitor, colour: str) -> None:
        """Print the messages of a page that were not printed before."""
        for known in visitor.page.messages.values():
            for _, message in sorted(known.items()):
                if message["id"] not in self._shown:
                    self._shown.add(message["id"])
                    buyer = message["author"]["kind"] == "buyer"
                    mark = "›" if buyer else "   ✓"
                    self.line(f"{visitor.page.name} {mark} {message['text']}", colour if buyer else DIM)


async def chaos(spawner: Spawner, folder: Path, seconds: float, every: float, rng: random.Random) -> bool:
    """Show it; whether everything was kept."""
    screen, kills, found = Screen(), 0, list[str]()
    with spawner.server(folder / "data") as server:
        server.wait_ready()
        async with talking(server.url, rng, visitors=len(COLOURS), conversations=1, pause=(0.3, 1.2)) as load:
            watching = asyncio.create_task(_watch(screen, load))
            end = time.monotonic() + seconds
            with suppress(asyncio.CancelledError):
                while time.monotonic() < end:
                    await asyncio.sleep(min(every * rng.uniform(0.6, 1.4), end - time.monotonic()))
                    kills += 1
                    found += await _kill(screen, server, folder, load, kills)
            screen.line("no more questions: everyone is answered, then each page is compared with a fresh load", BOLD)
            found += await load.settle()
            await asyncio.sleep(0.2)
            watching.cancel()
            found += await compare_with_fresh(server.url, load.visitors)
            found += faults_of(folder / "data" / "anxin.sqlite", load.visitors)
            found += [wrong for visitor in load.visitors for wrong in visitor.page.wrong]
    _tally(screen, load, kills, found)
    return not found


async def _watch(screen: Screen, load: Load) -> None:
    while True:
        for visitor, colour in zip(load.visitors, COLOURS, strict=True):
            screen.news(visitor, colour)
        await asyncio.sleep(0.03)


async def _kill(screen: Screen, server: MortalServer, folder: Path, load: Load, number: int) -> list[str]:
    waiting = sum(len(visitor.unanswered()) for visitor in load.visitors)
    await asyncio.to_thread(server.kill)
    screen.line(f"✗ kill -9, the {number}. time, with {waiting} answers owed", RED)
    found = faults_of(copy_record(server.data_dir, folder / "copy"), load.visitors, settled=False)
    begun, connects = time.monotonic(), [visitor.connects for visitor in load.visitors]
    await asyncio.to_thread(server.start)
    while any(one.connects == old or not one.connected for one, old in zip(load.visitors, connects, strict=True)):  # noqa: ASYNC110  # pages tell nobody
        await asyncio.sleep(0.01)
    screen.line(f"✓ back after {time.monotonic() - begun:.1f} s, and every page with it", GREEN)
    return found


def _tally(screen: Screen, load: Load, kills: int, found: list[str]) -> None:
    answered = sum(len(visitor.page.dones) for visitor in load.visitors)
    connects = sum(visitor.connects for visitor in load.visitors)
    screen.line(f"{kills} kills, {connects} connections, {load.acked()} messages acked, {answered} answers", BOLD)
    verdict = "nothing lost, nothing twice, nothing out of order" if not found else f"{len(found)} faults"
    screen.line(verdict, RED if found else GREEN)
    for fault in found[:20]:
        screen.line(fault, RED)


def _fitting(text: str, room: int) -> str:
    line, width = " ".join(text.split()), 0
    for at, sign in enumerate(line):
        width += 2 if east_asian_width(sign) in "WF" else 1
        if width > room - 1:
            return line[:at] + "…"
    return line


def main() -> int:
    """Run until the time is over or Ctrl-C, which ends it with the tally too."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="how long (30)")
    parser.add_argument("--every", type=float, default=4.0, help="seconds between kills (4)")
    parser.add_argument("--seed", type=int, default=seed(), help="repeats a run's choices")
    given = parser.parse_args()
    print("warming the server's parent up, some seconds …", flush=True)
    with tempfile.TemporaryDirectory() as folder, Spawner(Path(folder)) as spawner:
        try:
            kept = asyncio.run(chaos(spawner, Path(folder), given.seconds, given.every, random.Random(given.seed)))
        except KeyboardInterrupt:
            print()
            return 130
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
