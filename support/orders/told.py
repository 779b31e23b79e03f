"""An order together with what its store told of it: of the two, what is more careful with money stands."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.orders.order import Order, OrderItem
from ticketing.order_event import Told


def with_told(order: Order, told: Told) -> Order:
    """The order with the freeze and the refunds that were told, where its data do not hold as much.

    A freeze holds until its end is told; a refund of no amount is one of all that was paid. A part of an order of
    several items is no certain item's.
    """
    frozen = True if told.frozen else (told.frozen if order.frozen is None else order.frozen)
    order = replace(order, frozen=frozen)
    if told.stage != "refunded":
        return order
    if len(order.items) == 1 or told.refunded is None:
        order = replace(order, items=tuple(_refunded(item, told.refunded) for item in order.items))
    return replace(order, refunded_amount=_more(order.refunded_amount, told.refunded, order.paid_amount))


def _refunded(item: OrderItem, amount: Decimal | None) -> OrderItem:
    return replace(item, refunded_amount=_more(item.refunded_amount, amount, item.paid_amount))


def _more(known: Decimal | None, told: Decimal | None, paid: Decimal | None) -> Decimal | None:
    """What was refunded: the most that is known of it, and of what was told not more than was paid."""
    given = paid if told is None or (paid is not None and told > paid) else told
    return max((amount for amount in (known, given) if amount is not None), default=None)
