"""The seed of a run: new each time and printed with each fault, or the one that is to be repeated."""

from __future__ import annotations

import os
import time


def seed() -> int:
    """`FAULT_SEED` where it is set."""
    given = os.environ.get("FAULT_SEED")
    return int(given) if given else time.time_ns() % 1_000_000
