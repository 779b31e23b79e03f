"""What the workers hold, sampled: a table, and whether it stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

from tests.faults.served import open_files, resident_mib

GROWTH = 1.03
"""The last third's median over the middle third's; one sample lies within a percent of the next."""
LEAST = 9
"""Samples of one life that can be judged."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One worker at one moment."""

    minute: float
    worker: int
    mib: float
    files: int


def sample(minute: float, workers: Sequence[int]) -> list[Sample]:
    """Each of them now; one that has just ended is left out."""
    found = []
    for worker in workers:
        with suppress(OSError):
            found.append(Sample(round(minute, 2), worker, round(resident_mib(worker), 1), open_files(worker)))
    return found


def lives(samples: Sequence[Sample]) -> dict[int, list[Sample]]:
    """By worker, in order: a restart begins another life."""
    found = defaultdict[int, list[Sample]](list)
    for one in samples:
        found[one.worker].append(one)
    return dict(found)


def growing(samples: Sequence[Sample], least_minutes: float) -> list[str]:
    """Who grew: of each life that lasted, the last third held more than the middle third."""
    found = []
    for worker, life in lives(samples).items():
        if len(life) < LEAST or life[-1].minute - life[0].minute < least_minutes:
            continue
        middle, last = thirds(life)
        if last > middle * GROWTH:
            found.append(f"memory: worker {worker} held {middle:.0f} MiB, and then {last:.0f}")
    return found


def thirds(life: Sequence[Sample]) -> tuple[float, float]:
    """The medians of the middle and of the last third, in MiB."""
    third = len(life) // 3
    return median(one.mib for one in life[third:-third]), median(one.mib for one in life[-third:])


def table(samples: Sequence[Sample]) -> Iterator[str]:
    """A line a moment: each worker's number, MiB and open files."""
    moments = defaultdict[float, list[Sample]](list)
    for one in samples:
        moments[one.minute].append(one)
    yield f"{'minute':>7}  " + "worker      MiB  files    " * 2
    for minute, each in moments.items():
        row = "    ".join(f"{one.worker:>7} {one.mib:>7.1f} {one.files:>6}" for one in each)
        yield f"{minute:>7.1f}  {row}"
