"""Identifiers: UUIDv7 (RFC 9562 section 5.7), so that rows sort by the time they were made."""

from __future__ import annotations

import os
import time

BYTES, AT_ONCE = 10, 256
_ready: list[str] = []
os.register_at_fork(after_in_child=_ready.clear)  # two processes must not hand out the same


def new_id() -> str:
    """A fresh UUIDv7 as text."""
    try:
        tail = _ready.pop()
    except IndexError:  # the system is asked for many at once: each question costs as much as all the rest
        many = os.urandom(BYTES * AT_ONCE)
        tail, *more = (_tail(many[first : first + BYTES]) for first in range(0, len(many), BYTES))
        _ready.extend(more)
    stamp = f"{time.time_ns() // 1_000_000:012x}"
    return f"{stamp[:8]}-{stamp[8:]}-{tail}"


def _tail(random: bytes) -> str:
    """Version 7, the variant, and 74 random bits."""
    digits = random.hex()
    return f"7{digits[:3]}-{'89ab'[int(digits[3], 16) & 3]}{digits[4:7]}-{digits[7:19]}"
