"""Delivered keys: masked, counted and compared. A whole key never leaves a connector."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

SHOWN = 4
TOO_SHORT = 8
"""Up to this length four characters would give too much of the key away: none is shown."""
MASK = "••••"


def lines_of(letter: str | None) -> tuple[str, ...]:
    """The keys of a delivered text, one a line."""
    return tuple(line for line in ((letter or "").replace("\r", "\n").split("\n")) if line.strip())


def masked(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Each key with all but its last four characters masked, its length too."""
    return tuple(MASK + (key.strip()[-SHOWN:] if len(key.strip()) > TOO_SHORT else "") for key in keys)


def fingerprint(key: str) -> bytes:
    """What keys are compared by: equal to the letter, but for surrounding space."""
    return hashlib.sha256(key.strip().encode("utf-8", "surrogatepass")).digest()


def prints(keys: tuple[str, ...]) -> tuple[bytes, ...]:
    """The fingerprint of each key, in order."""
    return tuple(fingerprint(key) for key in keys)


def fingerprints(keys: tuple[str, ...]) -> frozenset[bytes]:
    """The fingerprints of several keys."""
    return frozenset(fingerprint(key) for key in keys)


def sold_twice(keys: tuple[str, ...], elsewhere: tuple[str, ...], loop: Mapping[bytes, bool]) -> bool | None:
    """Whether a key that is no loop key went out with another order too.

    `elsewhere` are the keys of other live orders of the product; `loop` says by fingerprint which keys are meant to be
    shared. None where a key is shared and nobody can say any more whether it was meant to be.
    """
    shared = fingerprints(keys) & fingerprints(elsewhere)
    if any(loop.get(one) is False for one in shared):
        return True
    return None if any(loop.get(one) is None for one in shared) else False
