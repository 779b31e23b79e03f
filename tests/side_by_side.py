"""`make test`: the suites beside each other. The first is heard while it runs, each other whole once it is over.

Exit 1 if any fails. Ctrl-C, or SIGTERM, stops all of them and waits until each has put away its servers.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

LOOK_SECONDS = 0.1
INTERRUPTED = 130
SECOND = ("tests/browser", "tests/faults")
SUITES: Mapping[str, Sequence[Sequence[str]]] = {
    "python": [("tests", "-m", "not soak", *(f"--ignore={folder}" for folder in SECOND))],
    "browser and fault": [(folder, "-m", "not soak") for folder in SECOND],
}
"""By name, what each pytest is told, one after the other: Playwright's loop and those of the fault tests do not share a
process. One suite takes about as long as the other."""


@dataclass
class Suite:
    """Processes one after the other; each in a session of its own, so that Ctrl-C reaches it once, and by us."""

    name: str
    commands: Sequence[Sequence[str]]
    held: IO[bytes] | None
    begun: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    status: int = 0

    def __post_init__(self) -> None:
        self._left = list(self.commands)
        self._next()

    def over(self) -> bool:
        """Whether all have ended, and how long that took; where one has, the next begins."""
        if self.process.poll() is None:
            return False
        self.status = self.status or self.process.returncode
        if self._left:
            self._next()
            return False
        self.seconds = self.seconds or time.monotonic() - self.begun
        return True

    def stop(self) -> None:
        """As Ctrl-C does it."""
        self._left.clear()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)

    def _next(self) -> None:
        self.process = subprocess.Popen(
            self._left.pop(0), stdin=subprocess.DEVNULL, stdout=self.held,
            stderr=subprocess.STDOUT if self.held else None, start_new_session=True,
        )  # fmt: skip

    def tell(self) -> None:
        """Say what was held back."""
        if self.held is not None:
            print(f"\n{self.name} tests", flush=True)
            self.held.seek(0)
            sys.stdout.buffer.write(self.held.read())
            sys.stdout.flush()

    def __str__(self) -> str:
        how = "passed" if self.status == 0 else f"FAILED ({self.status})"
        return f"{self.name} tests {how} in {self.seconds:.0f} s"


def side_by_side(suites_of: Mapping[str, Sequence[Sequence[str]]]) -> int:
    """Run them; the exit status of the whole."""
    for one in (signal.SIGINT, signal.SIGTERM):  # also where whoever began it ignores Ctrl-C
        signal.signal(one, signal.default_int_handler)
    with ExitStack() as stack:
        held = [None, *(stack.enter_context(TemporaryFile()) for _ in range(1, len(suites_of)))]
        suites = [Suite(name, given, file) for (name, given), file in zip(suites_of.items(), held, strict=True)]
        interrupted = _interrupted(suites)
        for suite in suites:
            suite.tell()
    print("\n" + "\n".join(str(suite) for suite in suites), flush=True)
    return INTERRUPTED if interrupted else int(any(suite.status for suite in suites))


def _interrupted(suites: Sequence[Suite]) -> bool:
    """Wait until all are over; whether they were told to end before."""
    told = False
    while [suite for suite in suites if not suite.over()]:
        try:
            time.sleep(LOOK_SECONDS)
        except KeyboardInterrupt:
            told = True
            for suite in suites:
                suite.stop()
    return told


if __name__ == "__main__":
    pytest = [sys.executable, "-m", "pytest"]
    sys.exit(side_by_side({name: [[*pytest, *one] for one in given] for name, given in SUITES.items()}))
