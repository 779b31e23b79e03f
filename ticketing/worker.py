"""Workers: the processes that serve one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

LEFT = -1
"""The beat of one that went in order."""


@dataclass(frozen=True, slots=True)
class Seated:
    """An agent at the desk, on some worker's sockets: `viewing` are the conversations that are open there."""

    shop: str
    id: str
    name: str
    display_name: str
    state: str
    viewing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worker:
    """One process. `turns` are the messages that it answers now; `at` is its own clock, for people to read.

    `figures` is what it measures of itself, by name: sockets, bytes, seconds.
    """

    id: str
    at: datetime
    beat: int = 0
    seats: tuple[Seated, ...] = ()
    turns: frozenset[str] = field(default_factory=frozenset)
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def left(self) -> bool:
        """Whether it went in order."""
        return self.beat == LEFT
