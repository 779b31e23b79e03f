"""What a suite says of each case: a value, 1 for right, and the reason; of a wrong one also the talk as it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evals.report import Row

RIGHT = "as expected"


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
class Bubble:
    """One message of a talk: `understood`, how a buyer's was taken; `did`, what an answer rests on."""

    who: Literal["buyer", "assistant"]
    text: str
    understood: str = ""
    did: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One case of one suite.

    Attributes:
        value: from 0 to 1; 1 is right, what lies between is the share of its runs that were.
        faults: why it is not right.
        talk: the talk as it went, of a wrong case.
        place: the file and line where the case stands.
    """

    suite: str
    case: str
    value: float
    faults: tuple[Fault, ...] = ()
    talk: tuple[Bubble, ...] = ()
    place: str = ""

    @property
    def right(self) -> bool:
        """Whether nothing was wrong in any run."""
        return self.value >= 1.0

    @property
    def reason(self) -> str:
        """Why the value is what it is."""
        return "; ".join(f"expected {one.expected}, got {one.got}" for one in self.faults) or RIGHT


def score_of(
    suite: str, case: str, faults: Sequence[Fault], talk: Sequence[Bubble] = (), place: str = ""
) -> Score:  # fmt: skip
    """A case that was tried once: right where nothing is wrong."""
    return Score(suite, case, 0.0 if faults else 1.0, tuple(faults), tuple(talk), place)


@dataclass(frozen=True, slots=True)
class Found:
    """A suite's rows, and what it says of each case."""

    rows: tuple[Row, ...]
    scores: tuple[Score, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was wrong in all cases."""
        return tuple(fault for score in self.scores for fault in score.faults)
