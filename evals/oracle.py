"""The oracle: what the demo shop's policy text says of a case, by rules written from that text alone.

It knows no clause block, no CEL and nothing of `support.policy`: each rule in `oracle_rules` was written from the
sentences that buyers read. The order of the rules is the order of the text (前面的条款先决定), what none decides goes
to a person, and what is unknown is asked for or looked up and never taken for false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from evals.oracle_orders import Known

AMOUNTS = ("item.paid_amount", "item.refunded_amount", "order.paid_amount", "order.refunded_amount")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What should be decided: `outcome` as a decision prints it, `missing` sorted, `clause` as `policy/id`."""

    verdict: str
    clause: str | None = None
    outcome: Mapping[str, Any] | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """A condition of a rule: `holds` is asked only where all of `names` are known."""

    names: tuple[str, ...]
    holds: Callable[[Known], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause of the text. `requests` None is all of them; `value` is computed where all of `names` are known."""

    id: str
    requests: frozenset[str] | None
    tests: tuple[Test, ...]
    verdict: str
    kind: str
    value: Callable[[Known], Any]
    names: tuple[str, ...] = ()


def judged(rules: tuple[Rule, ...], request: str, known: Known) -> Verdict:
    """The first rule's word that fits, else a person's."""
    for rule in rules:
        if rule.requests is None or request in rule.requests:
            found = _tried(rule, known)
            if found:
                return found
    return Verdict("refer", outcome={"priority": "normal"})


def _tried(rule: Rule, known: Known) -> Verdict | None:
    answered = [test for test in rule.tests if all(name in known for name in test.names)]
    if not all(test.holds(known) for test in answered):
        return None
    wanted = [name for test in rule.tests for name in test.names]
    if missing := _missing(wanted, known):
        return Verdict("need", rule.id, missing=missing)
    bounds = AMOUNTS if rule.kind == "refund" else ()
    if missing := _missing([*rule.names, *bounds], known):
        return Verdict("need", rule.id, missing=missing)
    return _outcome(rule, known)


def _missing(names: list[str], known: Known) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name not in known}))


def _outcome(rule: Rule, known: Known) -> Verdict:
    value = rule.value(known)
    if rule.kind == "refund":
        return _refund(rule, known, value)
    if isinstance(value, int) and value <= 0:
        return Verdict("refer", rule.id, {"priority": "normal"})
    return Verdict(rule.verdict, rule.id, {rule.kind: value})


def _refund(rule: Rule, known: Known, wanted: Decimal) -> Verdict:
    """Never more than what is left of the item and of the order; nothing left is a person's matter."""
    left = min(known[f"{of}.paid_amount"] - known[f"{of}.refunded_amount"] for of in ("item", "order"))
    amount = min(wanted, left).quantize(CENT, ROUND_HALF_UP)
    if amount <= 0:
        return Verdict("refer", rule.id, {"priority": "normal"})
    return Verdict("grant", rule.id, {"refund": {"amount": f"{amount:f}", "currency": "CNY"}})


@dataclass(frozen=True, slots=True)
class Version:
    """All policies' rules as they stood from a moment on."""

    since: datetime
    rules: tuple[Rule, ...]


def decided(versions: tuple[Version, ...], request: str, known: Known, now: datetime) -> Verdict:
    """What the text in force when the order was paid (else created) says at `now`."""
    case = known | {"now": now}
    day = case.get("order.paid_at") or case.get("order.created_at")
    if day is None:
        return Verdict("need", missing=("order.created_at", "order.paid_at"))
    in_force = max((version for version in versions if version.since <= day), key=lambda v: v.since, default=None)
    if in_force is None:
        return Verdict("refer", outcome={"priority": "normal"})
    if "item.product" not in case and case["rows"] > 1:
        return Verdict("need", missing=("order.item",))
    return judged(in_force.rules, request, case)
