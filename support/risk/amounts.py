"""Amounts: one large order, or many that together are one."""

from __future__ import annotations

from support.risk.bursts import busiest, span_of
from support.risk.case import RiskCase, against
from support.risk.signal import Finding, Unknown

LARGE, SPLIT = 20, 20


def large_amount(case: RiskCase) -> Finding:
    """Paid was at least the shop's `large_amount`."""
    limit = case.settings.large_amount
    if limit is None:
        return None
    if case.paid_amount is None:
        return Unknown("large_amount", "order.paid_amount")
    if case.paid_amount < limit:
        return None
    facts = case.stored(amount=str(case.paid_amount))
    return against("large_amount", LARGE, facts, case.limit(limit_amount=str(limit)))


def split_amount(case: RiskCase) -> Finding:
    """Orders of one contact within `burst_minutes`, each below `large_amount` and together not."""
    limit = case.settings.large_amount
    if limit is None or (case.paid_amount is not None and case.paid_amount >= limit):
        return None
    own = case.order.created_at or case.order.paid_at
    if case.same_contact is None or own is None or case.paid_amount is None:
        lacks = "order.contact" if case.same_contact is None else "order.created_at"
        return Unknown("split_amount", "order.paid_amount" if case.paid_amount is None else lacks)
    paid = [(sale.at, sale.amount) for sale in case.same_contact if sale.at and sale.paid and sale.amount is not None]
    within = busiest(own, [at for at, _ in paid], span_of(case))
    near = [amount for at, amount in paid if at in within]
    total = sum(near, case.paid_amount)
    if not near or total < limit:
        return None
    limits = case.limit(minutes=case.settings.burst_minutes, limit_amount=str(limit))
    return against("split_amount", SPLIT, case.stored(orders=len(near) + 1, amount=str(total)), limits)
