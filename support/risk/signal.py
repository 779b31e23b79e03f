"""A signal: what it is called, what it rests on, for or against whom it speaks, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Json = dict[str, Any]
Direction = Literal["for", "against"]
"""For or against the buyer."""
Target = Literal["buyer", "shop", "supplier"]
"""Whom it points at: who is to be asked about it."""


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`, as proofs have it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Basis:
    """One fact of a signal: a count, a number of minutes, an amount as decimal text; who says so, and when."""

    name: str
    value: int | str
    source: str
    at: datetime

    def as_json(self) -> Json:
        """As it is kept."""
        return {"name": self.name, "value": self.value, "source": self.source, "at": utc(self.at)}


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal that holds. `weight` are points of the score: added where it speaks against, taken off where for."""

    name: str
    direction: Direction
    points_at: Target
    weight: int
    facts: tuple[Basis, ...]

    def as_json(self) -> Json:
        """As it is kept."""
        return {
            "name": self.name, "direction": self.direction, "points_at": self.points_at, "weight": self.weight,
            "facts": [fact.as_json() for fact in self.facts],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unknown:
    """A signal that nobody could look at: `lacks` names what would be needed. It counts for nothing."""

    name: str
    lacks: str


Finding = Signal | Unknown | None
"""None: looked at, or not in question, and it does not hold."""
