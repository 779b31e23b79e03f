"""The order that a refund is of, as its store shows it now, with what the store told of it."""

from __future__ import annotations

from support.orders.number import normalise_number
from support.orders.order import Order
from support.orders.told import with_told
from support.service.shops import LoadedShop
from ticketing.errors import NotFound
from ticketing.order_event import told_by
from ticketing.storage import order_events
from ticketing.storage.journal import Journal


def order_of(journal: Journal, loaded: LoadedShop, number: str) -> Order:
    """Read outside of any transaction. Raises NotFound and StoreUnavailable."""
    order = loaded.connector.find(number) if loaded.connector is not None else None
    if order is None:
        raise NotFound("order", number)
    events = journal.read_now(lambda tx: order_events.of_order(tx, loaded.id, normalise_number(order.number)))
    return with_told(order.without_secrets(), told_by(events))
