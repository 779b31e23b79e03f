"""What went wrong in a case, and what a suite found in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evals.report import Row


@dataclass(frozen=True, slots=True)
class Fault:
    """A case that was answered otherwise than it should be. `said` is the message or the question that led there."""

    suite: str
    case: str
    said: str
    expected: Any
    got: Any

    def as_json(self) -> dict[str, Any]:
        """The fault as a line of the file of faults."""
        return {name: getattr(self, name) for name in self.__slots__}

    def __str__(self) -> str:
        return f"{self.suite} · {self.case} · {self.said!r}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True, slots=True)
class Found:
    """A suite's rows and faults."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()
