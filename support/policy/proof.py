"""A decision's proof: all that is needed to derive it again, in canonical bytes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import rfc8785

from knowledge_base.policy import Clause
from support.policy.fact_values import EXACT
from support.policy.facts import Fact

_OTHER_DOUBLE = re.compile(r"[:\[,]-?\d+(?:\.0[,}\]]|(?:\.\d+)?e)|[:\[,]-0")
"""A double that Python writes as `30.0`, `-0.0` or with an exponent. Inside a text it only costs time."""

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
    proof: dict[str, Any] = {
        **decision,
        "request": request,
        "facts": {name: _fact(facts[name]) for name in sorted(facts)},
        "clauses": [_clause(clause) for clause in clauses],
        "trace": [{**entry, "value": plain(entry["value"])} for entry in trace],
        "timezone": timezone,
        "minor_unit": minor_unit,
        "decided_at": utc(decided_at),
        "engine": ENGINE,
    }
    return {**proof, "digest": digest_of(proof)}


def digest_of(proof: Mapping[str, Any]) -> str:
    """SHA-256 of the proof's canonical JSON, without its `digest`."""
    return hashlib.sha256(canonical({name: value for name, value in proof.items() if name != "digest"})).hexdigest()


def canonical(document: Mapping[str, Any]) -> bytes:
    """RFC 8785: one spelling for one document, whose names are ASCII as all of a proof's are.

    Python's own writer gives the same bytes at a tenth of the time, but for the spelling of some doubles.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return rfc8785.dumps(dict(document)) if _OTHER_DOUBLE.search(text) else text.encode()


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`; a fraction only where there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _fact(fact: Fact) -> dict[str, Any]:
    value: Any = fact.value
    if isinstance(value, datetime):
        value = utc(value)
    elif isinstance(value, tuple):
        value = list(value)
    return {"value": plain(value), "source": fact.source, "at": utc(fact.at)}


def plain(value: Any) -> Any:
    """A whole double as the int that canonical JSON writes for it."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < EXACT else value


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "policy": clause.policy,
        "id": clause.id,
        "effective": clause.effective.isoformat(),
        "requests": list(clause.requests),
        "when": [line.text for line in clause.when],
        "then": clause.then.as_then(),
        "sha256": clause.sha256,
    }
