"""Many orders in a short time: by one contact, from one address, of one product."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from support.orders.related import Sale
from support.risk.case import RiskCase, against
from support.risk.signal import Basis, Finding, Unknown

CONTACT, CONTACT_TWICE, ADDRESS, PRODUCT = 25, 40, 15, 5
"""An address may be a household's or a whole carrier's, and a product may be on sale: neither weighs much."""


def contact_burst(case: RiskCase) -> Finding:
    """At least `burst_orders` by one contact within `burst_minutes`; twice as many weigh more."""
    if case.same_contact is None:
        return Unknown("contact_burst", "order.contact")
    count = _busiest(case, case.same_contact)
    if count is None:
        return Unknown("contact_burst", "order.created_at")
    limit = case.settings.burst_orders
    weight = CONTACT_TWICE if count >= 2 * limit else CONTACT
    return against("contact_burst", weight, *_told(case, count, limit)) if count >= limit else None


def address_burst(case: RiskCase) -> Finding:
    """The same from one address, where the store records it."""
    if case.related is None or case.related.by_address is None:
        return Unknown("address_burst", "order.address")
    count = _busiest(case, case.related.by_address)
    if count is None:
        return Unknown("address_burst", "order.created_at")
    limit = case.settings.burst_orders
    return against("address_burst", ADDRESS, *_told(case, count, limit)) if count >= limit else None


def product_burst(case: RiskCase) -> Finding:
    """At least `product_orders` of one product, whoever bought."""
    if case.related is None or case.related.of_product is None:
        return Unknown("product_burst", "item.product")
    count = _busiest(case, case.related.of_product)
    if count is None:
        return Unknown("product_burst", "order.created_at")
    limit = case.settings.product_orders
    return against("product_burst", PRODUCT, *_told(case, count, limit)) if count >= limit else None


def _busiest(case: RiskCase, others: Iterable[Sale]) -> int | None:
    own = case.order.created_at or case.order.paid_at
    if own is None:
        return None
    return len(busiest(own, [sale.at for sale in others if sale.at is not None], span_of(case)))


def _told(case: RiskCase, count: int, limit: int) -> tuple[tuple[Basis, ...], ...]:
    return case.stored(orders=count), case.limit(minutes=case.settings.burst_minutes, limit=limit)


def span_of(case: RiskCase) -> timedelta:
    """How long a burst may take."""
    return timedelta(minutes=case.settings.burst_minutes)


def busiest(own: datetime, others: Iterable[datetime], span: timedelta) -> list[datetime]:
    """The times of the fullest stretch of `span`, both ends counted, in which `own` lies."""
    near = sorted([own, *(at for at in others if abs(at - own) <= span)])
    stretches = ([at for at in near if first <= at <= first + span] for first in near if first <= own)
    return max(stretches, key=len)
