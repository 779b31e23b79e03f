"""Trying a store out: ten of its orders as they would be understood, and what it does not say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from knowledge_base.facts import FACTS
from support.orders.connector import AsksForProof, Connector
from support.orders.opening import opened_by
from support.orders.order import Order
from support.orders.sql_connector import SqlConnector
from support.policy.facts import BuyerRecord, Claims, facts_of

TRIED = 10
FROM_STORE = ("order.", "item.", "delivery.", "payment.")
FROM_CATALOGUE = frozenset({
    "item.kind", "item.region", "item.platform", "item.warranty_days", "item.return_days", "item.price_now",
    "delivery.promised_minutes",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """What a store showed.

    Attributes:
        orders: without what proves ownership; keys are masked.
        missing: columns or tables that the connector looked for and did not find.
        unknown: facts that none of these orders has.
        listed: whether the store lets us list orders at all.
    """

    orders: tuple[Order, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    listed: bool


def try_store(connector: Connector, now: datetime, number: str | None = None, proof: str = "") -> Tried:
    """Read the newest orders, or the one that is named. Raises StoreUnavailable."""
    numbers = connector.numbers(TRIED)
    if number is not None:
        found = [opened_by(connector, number, proof) if proof else connector.find(number)]
    else:
        found = [connector.find(one) for one in numbers]
    orders = tuple(order.without_secrets() for order in found if order is not None)
    missing = connector.store.missing() if isinstance(connector, SqlConnector) else ()
    return Tried(orders, missing, _unknown(orders, now), not isinstance(connector, AsksForProof))


def _unknown(orders: Iterable[Order], now: datetime) -> tuple[str, ...]:
    """The store's facts that no order has; of an order of several items each item counts."""
    known: set[str] = set()
    wanted = [name for name in FACTS if name.startswith(FROM_STORE) and name not in FROM_CATALOGUE]
    for order in orders:
        for item in order.items:
            one = replace(order, items=(item,)) if len(order.items) == 1 else order
            known |= set(facts_of(one, item, None, Claims(), BuyerRecord(), now, {}))
    return tuple(name for name in wanted if name not in known) if known else ()
