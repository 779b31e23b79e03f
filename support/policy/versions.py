"""Which clauses speak for an order: each policy's version in force on its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knowledge_base.policy import Clause, PolicyVersion
from support.policy.facts import Fact

OF_ORDER = ("order.", "item.", "delivery.", "payment.")
TIMES = ("order.paid_at", "order.created_at")


def order_is_known(facts: Mapping[str, Fact]) -> bool:
    """Whether anything is known of an order."""
    return any(name.startswith(OF_ORDER) for name in facts)


def order_time(facts: Mapping[str, Fact], now: datetime) -> datetime | None:
    """When the order was paid, else created; `now` where there is no order. None: an order whose time is unknown."""
    if not order_is_known(facts):
        return now
    times = (facts[name].value for name in TIMES if name in facts)
    return next((time for time in times if isinstance(time, datetime)), None)


def clauses_in_force(versions: Iterable[PolicyVersion], day: date) -> tuple[Clause, ...]:
    """The clauses of every policy's newest version that took effect by `day`, policies by `order:`, then by name.

    A policy without `order:` comes after those with one; a policy with no version in force is passed over.
    """
    newest: dict[str, PolicyVersion] = {}
    for version in sorted(versions, key=lambda version: version.effective):
        if version.effective <= day:
            newest[version.policy] = version
    return tuple(clause for version in sorted(newest.values(), key=_place) for clause in version.clauses)


def local_day(moment: datetime, timezone: ZoneInfo) -> date:
    """The day in the shop's zone, which begins at its midnight."""
    return moment.astimezone(timezone).date()


def for_request(clauses: Sequence[Clause], request: str) -> tuple[Clause, ...]:
    """The clauses that apply to a request; one without `requests` applies to all."""
    return tuple(clause for clause in clauses if not clause.requests or request in clause.requests)


def _place(version: PolicyVersion) -> tuple[bool, int, str]:
    return version.order is None, version.order or 0, version.policy
