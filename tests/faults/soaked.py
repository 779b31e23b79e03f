"""What a soak of several workers was to do, and what it came to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.faults.memory import LEAST, Sample, growing, lives, table, thirds

JUDGED_MINUTES = 10.0
"""A life that is shorter says nothing of memory: models and caches fill in the first minutes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How long, how many pages, messages a second in all, and seconds between two ends on average."""

    minutes: float
    connections: int
    rate: float
    mean: float
    seed: int


@dataclass
class Soaked:
    """Figures over every page; `longest_silence` is in seconds, `client_mib` what this process holds."""

    wanted: Wanted
    seconds: float = 0.0
    acked: int = 0
    answered: int = 0
    events: int = 0
    connects: int = 0
    longest_silence: float = 0.0
    client_mib: float = 0.0
    ends: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def judge_memory(self) -> None:
        """Add to the faults who grew."""
        self.faults += growing(self.samples, JUDGED_MINUTES)

    def lines(self) -> Iterator[str]:
        """The whole, to be read."""
        yield from table(self.samples)
        for worker, (middle, last) in self._long_lives().items():
            yield f"worker {worker}, a long life: {middle:.0f} MiB in its middle third, {last:.0f} in its last"
        killed = ", ".join(f"{kind} {times}" for kind, times in sorted(self.ends.items()))
        yield f"{self.seconds:.0f} s, {self.wanted.connections} pages, seed {self.wanted.seed}; ends: {killed}"
        yield (
            f"{self.acked} acked, {self.answered} answered, {self.events} events heard, {self.connects} connections, "
            f"longest silence {self.longest_silence:.1f} s, {len(self.faults)} faults"
        )
        yield from self.faults[:40]

    def write(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(exist_ok=True)
        lives = {
            worker: {"middle_mib": middle, "last_mib": last} for worker, (middle, last) in self._long_lives().items()
        }
        body = asdict(self) | {"long_lives": lives, "cores": os.cpu_count()}
        path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", "utf-8")

    def _long_lives(self) -> dict[int, tuple[float, float]]:
        found = lives(self.samples)
        return {
            worker: thirds(life) for worker, life in found.items()
            if len(life) >= LEAST and life[-1].minute - life[0].minute >= JUDGED_MINUTES
        }  # fmt: skip
