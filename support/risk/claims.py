"""What our own record says of a buyer: how often they claim, how often they had money back, and how long they buy."""

from __future__ import annotations

from datetime import datetime, timedelta

from support.risk.case import KEY_REASONS, WINDOW, RiskCase, against, in_favour
from support.risk.signal import Finding, Unknown

CLAIMS, REFUNDS, KEYS, STEADY = 20, 20, 20, 15
LEAST_CLAIMS = 3
"""Fewer than three say nothing: one bad batch brings two."""
LEAST_KEYS = 2
STEADY_ORDERS, STEADY_FOR = 3, timedelta(days=30)


def claim_ratio(case: RiskCase) -> Finding:
    """Claims on at least three orders of 90 days, this one counted, and on at least half of all that were paid."""
    orders = _paid_orders(case)
    if orders is None:
        return Unknown("claim_ratio", "order.contact")
    claims = len(case.claimed_elsewhere) + 1
    if claims < LEAST_CLAIMS or 2 * claims < max(orders, claims):
        return None
    latest = max((one.at for one in case.record.own), default=None)
    facts = case.recorded(latest, claims=claims)
    return against("claim_ratio", CLAIMS, facts, case.stored(orders=max(orders, claims)))


def refund_ratio(case: RiskCase) -> Finding:
    """Money back on at least three other orders of 90 days, and on at least half of all that were paid."""
    orders, sales = _paid_orders(case), case.same_contact
    if orders is None or sales is None:
        return Unknown("refund_ratio", "order.contact")
    ours = {one.order_no for one in case.record.own if one.refunded}
    stores = {sale.number for sale in sales if sale.refunded and _within(case, sale.at)}
    refunds = len((ours | stores) - {case.order.number})
    if refunds < LEAST_CLAIMS or 2 * refunds < max(orders, refunds):
        return None
    latest = max((one.at for one in case.record.own if one.refunded), default=None)
    facts = case.recorded(latest, refunds=refunds)
    return against("refund_ratio", REFUNDS, facts, case.stored(orders=max(orders, refunds)))


def repeated_key_claims(case: RiskCase) -> Finding:
    """A claim about a key, after claims about keys of at least two other orders within 90 days."""
    if not case.about_key:
        return None
    found = [one for one in case.record.own if one.reason in KEY_REASONS and one.order_no != case.order.number]
    count = len({one.order_no for one in found})
    if count < LEAST_KEYS:
        return None
    return against("repeated_key_claims", KEYS, case.recorded(max(one.at for one in found), claims=count))


def steady_buyer(case: RiskCase) -> Finding:
    """Paid orders on at least three days more than 30 days ago, and no claim on any other order within 90 days.

    On different days: a burst does not become steady by growing old.
    """
    if case.same_contact is None:
        return Unknown("steady_buyer", "order.contact")
    old = [sale for sale in case.same_contact if sale.paid and sale.at and case.now - sale.at > STEADY_FOR]
    if len({sale.at.date() for sale in old if sale.at}) < STEADY_ORDERS or case.claimed_elsewhere:
        return None
    return in_favour("steady_buyer", STEADY, case.stored(orders=len(old)), case.recorded(claims=0))


def _paid_orders(case: RiskCase) -> int | None:
    """The buyer's orders of 90 days that were paid, this one among them; one of which nobody knows counts too."""
    if case.same_contact is None:
        return None
    return 1 + sum(sale.paid is not False and _within(case, sale.at) for sale in case.same_contact)


def _within(case: RiskCase, at: datetime | None) -> bool:
    return at is None or case.now - at <= WINDOW
