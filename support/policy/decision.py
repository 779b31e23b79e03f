"""What the engine answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["grant", "refuse", "refer", "need"]


@dataclass(frozen=True, slots=True)
class ClauseRef:
    """The clause that decided, or that lacks facts; `effective` is an ISO day."""

    policy: str
    id: str
    effective: str
    sha256: str

    def as_json(self) -> dict[str, str]:
        """As a decision shows it."""
        return {"policy": self.policy, "id": self.id, "effective": self.effective, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Failure:
    """An expression that the engine could not answer, and why in words.

    Only the expression stands in the proof: a stranger can derive that it has no value, and not a library's words.
    """

    expression: str
    words: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its clause, outcome and missing facts, and the proof from which it can be derived again.

    `outcome` is `{"refund": {"amount": "30.00", "currency": "CNY"}}`, `{"deliver": 2}`, `{"reissue": 1}`,
    `{"exchange": "id"}`, `{"wait": 10}`, `{"reason": "…"}` or `{"priority": "high"}`, and None for a need. `error`
    says what went wrong where the engine had to refer.
    """

    verdict: Verdict
    clause: ClauseRef | None
    outcome: Mapping[str, Any] | None
    missing: tuple[str, ...]
    error: Failure | None
    proof: Mapping[str, Any]

    def as_json(self, with_proof: bool = True) -> dict[str, Any]:
        """The decision as commands and frames print it; `failure` is the expression that had no value."""
        shown: dict[str, Any] = {
            "verdict": self.verdict,
            "clause": self.clause.as_json() if self.clause else None,
            "outcome": self.outcome,
            "missing": list(self.missing),
        }
        if self.error is not None:
            shown["failure"] = self.error.expression
        return {**shown, "proof": self.proof} if with_proof else shown
