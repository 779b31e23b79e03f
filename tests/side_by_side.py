"""`make test`: the suites, two at a time. The first is heard while it runs, each other whole once it is over.

Exit 1 if any fails. Ctrl-C, or SIGTERM, stops those that run and waits until each has put away its servers.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

SHARED = "TESTS_SHARED"
"""The environment's name for the folder in which suites that run together keep what each of them would make."""
LANES = 2
"""A third ends a sixth sooner on two cores, and tests whose clocks are real come closer to their patience."""
LOOK_SECONDS = 0.1
TIMES = Path(__file__).parent.parent / "build" / "test.json"
"""Seconds of each suite when all of them last passed."""
INTERRUPTED = 130
APART = ("tests/browser", "tests/faults", "tests/support/web", "tests/support/service")
QUICK = ("-m", "not soak")
SUITES: Mapping[str, Sequence[str]] = {
    "all other": ("tests", *QUICK, *(f"--ignore={folder}" for folder in APART)),
    "browser": ("tests/browser", *QUICK),
    "web and service": ("tests/support/web", "tests/support/service", *QUICK),
    "fault": ("tests/faults", *QUICK),
}
"""By name what pytest is told, in the order in which they begin: the longest first, so that both lanes end together.

Playwright's loop and those of the fault tests do not share a process.
"""


@dataclass
class Suite:
    """A process in a session of its own, so that Ctrl-C reaches it once, and by us; what it says, or None if heard."""

    name: str
    command: Sequence[str]
    held: IO[bytes] | None
    begun: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=self.held,
            stderr=subprocess.STDOUT if self.held else None, start_new_session=True,
        )  # fmt: skip

    def over(self) -> bool:
        """Whether it has ended."""
        if self.process.poll() is None:
            return False
        self.seconds = time.monotonic() - self.begun
        return True

    def tell(self) -> None:
        """Say what was held back, once."""
        if self.held is not None:
            print(f"\n{self.name} tests", flush=True)
            self.held.seek(0)
            sys.stdout.buffer.write(self.held.read())
            sys.stdout.flush()
            self.held = None

    def __str__(self) -> str:
        status = self.process.returncode
        how = "passed" if status == 0 else f"FAILED ({status})"
        return f"{self.name} tests {how} in {self.seconds:.0f} s"


def side_by_side(commands: Mapping[str, Sequence[str]], lanes: int = LANES, times: Path | None = None) -> int:
    """Run them, so many at a time; the exit status of the whole. `times` is a file for the seconds of each that passed
    with all others."""
    stops: list[int] = []  # noted and not raised: an exception while a suite begins would lose it
    passed_on = 0
    for one in (signal.SIGINT, signal.SIGTERM):  # also where whoever began it ignores Ctrl-C
        signal.signal(one, lambda number, _: stops.append(number))
    waiting, running, ended = deque(commands.items()), list[Suite](), list[Suite]()
    with ExitStack() as stack:
        while waiting or running:
            while waiting and len(running) < lanes:
                held = stack.enter_context(TemporaryFile()) if running or ended else None
                running.append(Suite(*waiting.popleft(), held))
            time.sleep(LOOK_SECONDS)
            if len(stops) > passed_on:
                passed_on = len(stops)
                waiting.clear()
                for suite in running:
                    suite.process.send_signal(signal.SIGINT)
            for suite in [suite for suite in running if suite.over()]:
                running.remove(suite)
                ended.append(suite)
            if all(suite.held for suite in running):  # nothing is told into what is being heard
                for suite in ended:
                    suite.tell()
    print("\n" + "\n".join(str(suite) for suite in ended), flush=True)
    failed = any(suite.process.returncode for suite in ended)
    if times is not None and not failed and not stops:
        times.parent.mkdir(exist_ok=True)
        times.write_text(json.dumps({suite.name: round(suite.seconds) for suite in ended}, indent=1) + "\n", "utf-8")
    return INTERRUPTED if stops else int(failed)


if __name__ == "__main__":
    pytest = [sys.executable, "-m", "pytest"]
    with TemporaryDirectory() as shared:
        os.environ[SHARED] = shared
        status = side_by_side({name: [*pytest, *one] for name, one in SUITES.items()}, times=TIMES)
    sys.exit(status)
