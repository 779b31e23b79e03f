"""Whether a decision follows from its own proof, and the proof is the one that was made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785

from knowledge_base.facts import FACTS
from knowledge_base.fault_words import chinese
from knowledge_base.policy import REQUESTS
from support.policy.canonical import canonical_proof
from support.policy.minor_units import minor_unit_of
from support.policy.proof_shape import json_text, shape_faults
from support.policy.rederive import OF_AN_ORDER, Derivation, Derived
from support.policy.tree import with_patience
from support.policy.tree_values import Value, instant

ENGINE = re.compile(r"anxin-clauses/1 \S+/\S+")
TIMES = ("order.paid_at", "order.created_at")
WORDS = Path(__file__).with_name("proof_words.toml")
DECIDED = ("verdict", "clause", "outcome", "missing", "failure")


def verify(proof: Mapping[str, Any], digest: str | None = None) -> tuple[str, ...]:
    """What does not hold of a proof, or of a decision that carries its proof (a batch's row); empty when all does.

    `digest` is the one that the shop named when it decided: with it, nothing at all can be changed unseen.

    The verdict is derived again from the proof's facts and clauses, by walking each expression's syntax tree. What
    the proof cannot show by itself is whether its facts were true and whether these were all of the shop's clauses.
    """
    inner = proof.get("proof")
    if inner is None:
        return (*_another(proof, digest), *_faults(proof))
    if not isinstance(inner, Mapping):
        return ("proof: it is not an object",)
    outer = {name: value for name, value in proof.items() if name not in ("proof", "id")}
    same = _bytes(outer) == _bytes({name: inner[name] for name in DECIDED if name in inner})
    told = () if same else ("decision: it differs from the one in its proof",)
    return (*told, *_another(inner, digest), *_faults(inner))


def in_chinese(fault: str) -> str:
    """What does not hold, in Chinese."""
    place, _, told = fault.partition(": ")
    said = chinese(told, WORDS)
    return f"{place}：{said}" if said else fault


def _another(proof: Mapping[str, Any], digest: str | None) -> Iterator[str]:
    if digest is not None and proof.get("digest") != digest:
        yield f"digest: it is not {json_text(digest)}, the one that was named"


def _faults(proof: Mapping[str, Any]) -> Iterator[str]:
    """Every fault; those of meaning only where the shape allows it to be read."""
    if faults := shape_faults(proof):
        yield from faults
        return
    with_patience()
    yield from _digest(proof)
    yield from _frame(proof)
    yield from _facts(proof)
    yield from _clauses(proof)
    yield from _verdict(proof)


def _bytes(value: Any, write: Callable[[Any], bytes] = rfc8785.dumps) -> bytes | None:
    try:
        return write(value)
    except (rfc8785.CanonicalizationError, UnicodeError, TypeError, RecursionError):
        return None


def _sha256(value: Any) -> str | None:
    written = _bytes(value)
    return None if written is None else hashlib.sha256(written).hexdigest()


def _digest(proof: Mapping[str, Any]) -> Iterator[str]:
    written = _bytes({name: value for name, value in proof.items() if name != "digest"}, canonical_proof)
    if written is None or hashlib.sha256(written).hexdigest() != proof["digest"]:
        yield "digest: it is not the SHA-256 of the rest of the proof"


def _frame(proof: Mapping[str, Any]) -> Iterator[str]:
    if proof["request"] not in REQUESTS:
        yield f"request: {proof['request']} is none of {', '.join(REQUESTS)}"
    said = proof["facts"].get("claim.request", {})
    if said.get("source") == "buyer" and said["value"] != proof["request"]:
        yield f"request: the buyer asked for {said['value']}, and {proof['request']} is decided"
    if not ENGINE.fullmatch(proof["engine"]):
        yield f"engine: {proof['engine']} is not one that this can check"
    yield from _money(proof)


def _money(proof: Mapping[str, Any]) -> Iterator[str]:
    paid_in = proof["facts"].get("order.currency", {}).get("value")
    currency = _currency(proof) or paid_in
    if currency and minor_unit_of(currency) != proof["minor_unit"]:
        yield f"minor_unit: {proof['minor_unit']} is not that of {currency}"
    if paid_in and currency != paid_in:
        yield f"outcome: the order was paid in {paid_in}, and {currency} is granted"


def _facts(proof: Mapping[str, Any]) -> Iterator[str]:
    for name, fact in proof["facts"].items():
        if fact["source"] == "buyer" and not name.startswith("claim."):
            yield f"facts.{name}: the buyer's word makes only claims known"
        if fact["at"] > proof["decided_at"] and instant(fact["at"]).nanos > instant(proof["decided_at"]).nanos:
            yield f"facts.{name}: it was read after the decision"
    if proof["facts"].get("now") != {"value": proof["decided_at"], "source": "clock", "at": proof["decided_at"]}:
        yield "facts.now: it is not the clock's time of the decision"


def _clauses(proof: Mapping[str, Any]) -> Iterator[str]:
    clauses = proof["clauses"]
    day = _day(proof)
    if day is None and clauses:
        yield f"clauses: which were in force cannot be known without {' or '.join(TIMES)}"
    effective: dict[str, str] = {}
    for place, clause in enumerate(clauses):
        name = f"clauses[{place}] {clause['policy']}/{clause['id']}"
        if clause["requests"] and proof["request"] not in clause["requests"]:
            yield f"{name}: it is not for {proof['request']}"
        if day is not None and date.fromisoformat(clause["effective"]) > day:
            yield f"{name}: it took effect on {clause['effective']}, after the order's day {day}"
        if effective.setdefault(clause["policy"], clause["effective"]) != clause["effective"]:
            yield f"{name}: two versions of one policy cannot both be in force"
        if clause["sha256"] != _sha256({part: value for part, value in clause.items() if part != "sha256"}):
            yield f"{name}: its sha256 is not that of its rule"
    yield from _order(clauses)


def _order(clauses: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A policy's clauses stand together, and none is tried twice."""
    runs = [clause["policy"] for place, clause in enumerate(clauses) if _begins(clauses, place)]
    if len(runs) != len(set(runs)):
        yield "clauses: those of one policy do not stand together"
    names = [(clause["policy"], clause["id"]) for clause in clauses]
    if len(names) != len(set(names)):
        yield "clauses: one is tried twice"


def _begins(clauses: Sequence[Mapping[str, Any]], place: int) -> bool:
    return place == 0 or clauses[place - 1]["policy"] != clauses[place]["policy"]


def _day(proof: Mapping[str, Any]) -> date | None:
    """The order's day in the shop's zone, today without an order, None for an order of unknown age."""
    facts = proof["facts"]
    known = next((facts[name]["value"] for name in TIMES if name in facts), None)
    if known is None and any(name.split(".")[0] in OF_AN_ORDER for name in facts):
        return None
    moment = datetime.fromisoformat(known or proof["decided_at"])
    return moment.astimezone(ZoneInfo(proof["timezone"])).date()


def _verdict(proof: Mapping[str, Any]) -> Iterator[str]:
    derivation = Derivation(_values(proof["facts"]), _currency(proof), proof["minor_unit"])
    derived = _asked_first(proof) or derivation.run(proof["clauses"])
    clauses = proof["clauses"]
    if derived.clause is not None and derived.clause != len(clauses) - 1:
        yield f"clauses: clause {derived.clause} decides, and others are said to be tried after it"
    ref = None if derived.clause is None else _ref(clauses[derived.clause])
    expected = {
        "verdict": derived.verdict,
        "clause": ref,
        "outcome": derived.outcome,
        "missing": list(derived.missing),
        "trace": derivation.trace,
    }
    for name, value in expected.items():
        if not _same(proof[name], value):
            yield f"{name}: {json_text(value)} follows from the facts and clauses, not {json_text(proof[name])}"
    if derived.failed is None and "failure" in proof:
        yield "failure: there is none"
    elif derived.failed is not None and proof.get("failure") != derived.failed:
        yield f"failure: it is {json_text(derived.failed)} that has no value"


def _same(one: Any, other: Any) -> bool:
    """Whether JSON writes both alike: a whole double as an int, and no flag as a number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _asked_first(proof: Mapping[str, Any]) -> Derived | None:
    """What had to be asked before any clause was tried: the order's time, or which of its items."""
    facts, missing = proof["facts"], proof["missing"]
    if proof["clauses"] or proof["verdict"] != "need":
        return None
    of_order = any(name.split(".")[0] in OF_AN_ORDER for name in facts)
    if missing == sorted(TIMES) and of_order and not any(name in facts for name in TIMES):
        return Derived("need", None, None, tuple(missing))
    of_item = any(name.startswith(("item.", "delivery.")) for name in facts)
    if missing == ["order.item"] and of_order and not of_item and any(name in facts for name in TIMES):
        return Derived("need", None, None, ("order.item",))
    return None


def _ref(clause: Mapping[str, Any]) -> dict[str, Any]:
    return {name: clause[name] for name in ("policy", "id", "effective", "sha256")}


def _currency(proof: Mapping[str, Any]) -> str:
    refund = (proof["outcome"] or {}).get("refund")
    return str(refund["currency"]) if refund else ""


def _values(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, Value]:
    """The facts as the tree's walk takes them; JSON writes a double without a fraction as an int."""
    values: dict[str, Value] = {}
    for name, fact in facts.items():
        kind, value = FACTS[name].type, fact["value"]
        values[name] = float(value) if kind == "double" else instant(value) if kind == "timestamp" else value
    return values
