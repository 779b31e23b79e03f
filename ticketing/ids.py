"""Identifiers: UUIDv7 (RFC 9562 section 5.7), so that rows sort by the time they were made."""

from __future__ import annotations

import os
import time
from functools import lru_cache

BYTES, AT_ONCE = 10, 256
DIGITS = 2 * BYTES
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_ready: list[str] = []
os.register_at_fork(after_in_child=_ready.clear)  # two processes must not hand out the same


def new_id() -> str:
    """A fresh UUIDv7 as text."""
    try:
        tail = _ready.pop()
    except IndexError:  # the system is asked for many at once: each question costs as much as all the rest
        tail, *more = _tails(os.urandom(BYTES * AT_ONCE).hex())
        _ready.extend(more)
    return _head(time.time_ns() // 1_000_000) + tail


@lru_cache(1)
def _head(ms: int) -> str:
    stamp = f"{ms:012x}"
    return f"{stamp[:8]}-{stamp[8:]}-"


def _tails(digits: str) -> list[str]:
    """Version 7, the variant, and 74 random bits, of each 20 digits."""
    return [
        f"7{digits[i : i + 3]}-{_VARIANT[digits[i + 3]]}{digits[i + 4 : i + 7]}-{digits[i + 7 : i + 19]}"
        for i in range(0, len(digits), DIGITS)
    ]
