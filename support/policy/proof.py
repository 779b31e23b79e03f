"""A decision's proof: all that is needed to derive it again, in canonical bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from knowledge_base.policy import Clause
from knowledge_base.version_reader import rule_of
from support.policy.canonical import EXACT, canonical, canonical_proof
from support.policy.facts import Fact

ENGINE = f"anxin-clauses/1 common-expression-language/{version('common-expression-language')}"


def build_proof(
    decision: Mapping[str, Any],
    request: str,
    facts: Mapping[str, Fact],
    clauses: Sequence[Clause],
    trace: Sequence[Mapping[str, Any]],
    timezone: str,
    minor_unit: int,
    decided_at: datetime,
) -> dict[str, Any]:
    """The proof of `decision` (verdict, clause, outcome, missing), with its digest. Equal input gives equal bytes."""
    read = _Times()
    proof: dict[str, Any] = {
        **decision,
        "request": request,
        "facts": {name: _fact(facts[name], read) for name in sorted(facts)},
        "clauses": [rule_of(clause) | {"sha256": clause.sha256} for clause in clauses],
        "trace": [{**entry, "value": plain(entry["value"])} for entry in trace],
        "timezone": timezone,
        "minor_unit": minor_unit,
        "decided_at": read[decided_at],
        "engine": ENGINE,
    }
    return {**proof, "digest": hashlib.sha256(canonical_proof(proof)).hexdigest()}


def digest_of(proof: Mapping[str, Any]) -> str:
    """SHA-256 of the proof's canonical JSON, without its `digest`."""
    return hashlib.sha256(canonical({name: value for name, value in proof.items() if name != "digest"})).hexdigest()


class _Times(dict[datetime, str]):
    """Times as a proof writes them; most facts were read at one time."""

    def __missing__(self, moment: datetime) -> str:
        self[moment] = written = utc(moment)
        return written


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`; a fraction only where there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _fact(fact: Fact, read: _Times) -> dict[str, Any]:
    value: Any = fact.value
    if isinstance(value, datetime):
        value = read[value]
    elif isinstance(value, tuple):
        value = list(value)
    return {"value": plain(value), "source": fact.source, "at": read[fact.at]}


def plain(value: Any) -> Any:
    """A whole double as the int that canonical JSON writes for it."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else value
