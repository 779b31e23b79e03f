"""Texts that come piece by piece."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")


def to_the_end(pieces: Generator[str, None, T]) -> T:
    """What it comes to, for who waits for the whole."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            found: T = end.value
            return found
