"""Which row of an order a request is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from support.orders.order import Order, OrderItem

T = TypeVar("T")


def item_in_question(order: Order | None, product_id: str | None = None) -> OrderItem | None:
    """The only row, or what that product's rows come to together. None where a choice is still needed.

    Rows of one product cannot be told apart by whoever names the product: their amounts and quantities are added, and
    where they differ in anything else it is unknown.
    """
    if order is None:
        return None
    if product_id is None:
        return order.items[0] if len(order.items) == 1 else None
    rows = [item for item in order.items if item.product_id == product_id]
    return _together(rows) if rows else None


def _together(rows: Sequence[OrderItem]) -> OrderItem:
    def agreed(read: Callable[[OrderItem], T | None]) -> T | None:
        values = [read(row) for row in rows]
        return values[0] if all(value == values[0] for value in values) else None

    return replace(
        rows[0],
        name=agreed(lambda row: row.name),
        quantity=_total([row.quantity for row in rows], 0),
        delivered_quantity=_total([row.delivered_quantity for row in rows], 0),
        unit_price=agreed(lambda row: row.unit_price),
        paid_amount=_total([row.paid_amount for row in rows], Decimal(0)),
        refunded_amount=_total([row.refunded_amount for row in rows], Decimal(0)),
        delivery_kind=agreed(lambda row: row.delivery_kind),
        delivery_state=agreed(lambda row: row.delivery_state),
        delivered_at=agreed(lambda row: row.delivered_at),
        redeemed=agreed(lambda row: row.redeemed),
        redeemed_at=agreed(lambda row: row.redeemed_at),
        duplicate_sale=agreed(lambda row: row.duplicate_sale),
        keys_masked=tuple(key for row in rows for key in row.keys_masked),
    )


Number = TypeVar("Number", int, Decimal)


def _total(amounts: Sequence[Number | None], nothing: Number) -> Number | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, nothing) if len(known) == len(amounts) else None
