"""The engine: which clause of a shop's policies decides a case, from facts alone. It reads no clock and no store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from knowledge_base.policy import Clause, PolicyVersion
from support.policy.decision import ClauseRef, Decision
from support.policy.facts import CLOCK, Fact
from support.policy.proof import build_proof
from support.policy.ruling import TO_A_PERSON, Ruling, Trial
from support.policy.versions import (
    OF_ORDER,
    TIMES,
    clauses_in_force,
    for_request,
    local_day,
    order_is_known,
    order_time,
)

NUMBER = "order.number"


def decide(
    versions: Iterable[PolicyVersion],
    request: str,
    facts: Mapping[str, Fact],
    now: datetime,
    timezone: ZoneInfo,
    currency: str,
    minor_unit: int,
    *,
    asks: Sequence[str] = (),
) -> Decision:
    """The decision on `request`, with its proof.

    Args:
        versions: all versions of all policies; those in force when the order was paid (else created) decide.
        facts: what is known, from `facts_of`; anything else is unknown. `now` is added.
        currency: of the amounts granted, ISO 4217; `minor_unit` its digits after the point.
        asks: what must be asked before any clause is tried, from `asks_before`.

    Where nothing is known of an order, the versions of today speak, and a clause that needs anything of an order
    needs `order.number`.
    """
    known = {**facts, "now": Fact(now.astimezone(UTC), CLOCK, now)}
    trial = Trial(known, currency, minor_unit)
    ruling, tried = ruling_on(tuple(versions), request, trial, now, timezone, tuple(sorted(asks)))
    return decision_of(ruling, tried, trial, request, now, timezone)


def decision_of(
    ruling: Ruling, tried: Sequence[Clause], trial: Trial, request: str, now: datetime, timezone: ZoneInfo
) -> Decision:
    """The ruling as a decision, with its proof."""
    clause = ruling.clause
    ref = ClauseRef(clause.policy, clause.id, clause.effective.isoformat(), clause.sha256) if clause else None
    decision = Decision(ruling.verdict, ref, ruling.outcome, ruling.missing, ruling.error, {})
    shown = decision.as_json(with_proof=False)
    proof = build_proof(shown, request, trial.facts, tried, trial.trace, timezone.key, trial.minor_unit, now)
    return Decision(ruling.verdict, ref, ruling.outcome, ruling.missing, ruling.error, proof)


def rule_on(clauses: Sequence[Clause], trial: Trial) -> tuple[Ruling, tuple[Clause, ...]]:
    """The first ruling among `clauses`, else to a person; and the clauses tried."""
    for place, clause in enumerate(clauses, 1):
        if ruling := trial.rule(clause):
            return ruling, tuple(clauses[:place])
    return Ruling("refer", outcome=TO_A_PERSON), tuple(clauses)


def ruling_on(
    versions: Sequence[PolicyVersion], request: str, trial: Trial, now: datetime, timezone: ZoneInfo,
    asks: tuple[str, ...],
) -> tuple[Ruling, tuple[Clause, ...]]:  # fmt: skip
    """What the versions in force make of the trial's facts, `now` among them, and the clauses tried; no proof."""
    if not versions:
        return Ruling("refer", outcome=TO_A_PERSON), ()
    moment = order_time(trial.facts, now)
    if moment is None:
        return Ruling("need", missing=tuple(sorted(TIMES))), ()
    clauses = clauses_in_force(versions, local_day(moment, timezone))
    if clauses and asks:
        return Ruling("need", missing=asks), ()
    ruling, tried = rule_on(for_request(clauses, request), trial)
    if order_is_known(trial.facts):
        return ruling, tried
    return asking_for_the_order(ruling), tried


def asking_for_the_order(ruling: Ruling) -> Ruling:
    """Without an order there is nothing to look its facts up in: its number stands for all of them."""
    names = {NUMBER if name.startswith(OF_ORDER) else name for name in ruling.missing}
    return Ruling(ruling.verdict, ruling.clause, ruling.outcome, tuple(sorted(names)), ruling.error)
