"""`make soak`: the fault tests for as long as one likes, with a table at the end and build/soak.json.

python -m tests.faults.soak [--rounds 1000] [--seed N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from evals.report import machine, versions
from support.cli.progress import progress_line
from tests.faults.rounds import Ending, Tally, cut, killed
from tests.faults.seeds import seed
from tests.faults.spawner import Spawner

REPORT = Path("build") / "soak.json"
LIFE = 50
"""Rounds on one database before the next begins, so that a look at the record stays short."""
SHARES: dict[Ending, float] = {"kill": 0.8, "power": 0.1, "some power": 0.1}
WHAT = {
    "kill": "kill -9 under load",
    "power": "power lost, all that was unsynced dropped",
    "some power": "power lost, any of it dropped",
    "cut": "a socket cut every 2 s, 8 streams",
}
CUT_SECONDS_A_ROUND = 0.06


def main() -> int:
    """Run, report, and end with 1 where a fault was found."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help="kills and losses of power (1000)")
    parser.add_argument("--seed", type=int, default=seed(), help="repeats a run's choices")
    given = parser.parse_args()
    begun, tallies = time.monotonic(), dict[str, Tally]()
    with tempfile.TemporaryDirectory() as folder, Spawner(Path(folder)) as spawner:
        try:
            for ending, share in SHARES.items():
                tallies[ending] = Tally(given.seed)
                wanted = max(1, round(given.rounds * share))
                _lives(spawner, Path(folder) / ending.replace(" ", "-"), ending, wanted, tallies[ending])
            place, seconds = Path(folder) / "cut", given.rounds * CUT_SECONDS_A_ROUND
            place.mkdir()
            tallies["cut"] = asyncio.run(cut(spawner, place, max(4.0, seconds), 2.0, given.seed))
        except KeyboardInterrupt:
            print("\ninterrupted; what was finished before:")
            _report(tallies, time.monotonic() - begun)
            return 130
    _report(tallies, time.monotonic() - begun)
    return 1 if any(tally.faults for tally in tallies.values()) else 0


def _lives(spawner: Spawner, folder: Path, ending: Ending, rounds: int, whole: Tally) -> None:
    """Add so many rounds to `whole`."""
    with progress_line(WHAT[ending]) as tell:
        for number, start in enumerate(range(0, rounds, LIFE)):
            place = folder / str(number)
            place.mkdir(parents=True)
            step, seed_of_life = min(LIFE, rounds - start), whole.seed + number
            shown = partial(_shown, tell, start, rounds)
            whole.add(asyncio.run(killed(spawner, place, step, seed_of_life, ending, progress=shown)))


def _shown(tell: Callable[[int, int], None], before: int, rounds: int, now: Tally) -> None:
    tell(before + now.rounds, rounds)


def _report(tallies: dict[str, Tally], seconds: float) -> None:
    print(f"{'fault':<44}{'rounds':>8}{'acked':>8}{'answered':>10}{'connections':>13}{'faults':>8}")
    for name, tally in tallies.items():
        print(
            f"{WHAT[name]:<44}{tally.rounds:>8}{tally.acked:>8}{tally.answered:>10}{tally.connects:>13}"
            f"{len(tally.faults):>8}"
        )
    for tally in tallies.values():
        print(*tally.faults[:20], sep="\n")
    REPORT.parent.mkdir(exist_ok=True)
    rows = {name: asdict(tally) | {"what": WHAT[name]} for name, tally in tallies.items()}
    ran = {"machine": machine(), "versions": versions(), "seconds": round(seconds, 1)}
    REPORT.write_text(json.dumps(ran | {"rows": rows}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{seconds:.0f} s, seed {next(iter(tallies.values())).seed}; {REPORT} holds it all")


if __name__ == "__main__":
    sys.exit(main())
