"""Clauses and facts for the tests of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from knowledge_base.policy import Clause, Outcome, OutcomeKind, PolicyVersion, WhenLine
from knowledge_base.version_reader import clause_sha256
from support.policy.decision import Decision
from support.policy.engine import decide
from support.policy.fact_values import typed
from support.policy.facts import Fact

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
PAID = {
    "order.number": "SP2026",
    "order.paid": True,
    "order.created_at": "2026-03-01T11:00:00+08:00",
    "order.paid_at": "2026-03-01T11:01:00+08:00",
    "order.paid_amount": 30.0,
    "order.refunded_amount": 0.0,
    "item.paid_amount": 30.0,
    "item.refunded_amount": 0.0,
    "item.quantity": 2,
    "item.delivered_quantity": 0,
    "delivery.state": "failed",
}
LEFT = "item.paid_amount - item.refunded_amount"


def facts(*changes: Mapping[str, object], without: tuple[str, ...] = ()) -> dict[str, Fact]:
    """The paid order, changed."""
    values: dict[str, object] = dict(PAID)
    for change in changes:
        values.update(change)
    return {name: Fact(typed(name, value), "store", NOW) for name, value in values.items() if name not in without}


def clause(
    name: str,
    *when: str,
    kind: OutcomeKind = "refund",
    value: str = LEFT,
    requests: tuple[str, ...] = (),
    policy: str = "after-sales",
    effective: date = date(2026, 1, 1),
) -> Clause:
    """A clause whose lines are `when`."""
    made = Clause(
        policy=policy,
        id=name,
        title=name,
        text=name,
        lang="zh-CN",
        effective=effective,
        requests=requests,
        when=tuple(WhenLine(line, (), 1) for line in when),
        then=Outcome(kind, value),
        sha256="",
    )
    return replace(made, sha256=clause_sha256(made))


def version(*clauses: Clause, order: int | None = None) -> PolicyVersion:
    """The version that the clauses belong to."""
    first = clauses[0]
    return PolicyVersion(first.policy, first.effective, order, {"zh-CN": first.policy}, clauses, {})


def decided(
    versions: tuple[PolicyVersion, ...] | PolicyVersion,
    known: dict[str, Fact] | None = None,
    request: str = "refund",
    *,
    now: datetime = NOW,
    currency: str = "CNY",
    minor_unit: int = 2,
    asks: tuple[str, ...] = (),
) -> Decision:
    """The decision on the paid order, or on what is known."""
    given = versions if isinstance(versions, tuple) else (versions,)
    return decide(given, request, facts() if known is None else known, now, SHANGHAI, currency, minor_unit, asks=asks)
