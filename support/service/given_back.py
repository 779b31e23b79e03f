"""What our own record says was given back of an order, beside what its store shows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from support.orders.order import Order, OrderItem
from support.policy.facts import NOTHING, GivenBack, OwnRefunds
from ticketing.refund import LEFT, Refund
from ticketing.storage import refunds as rows
from ticketing.storage.journal import Journal
from ticketing.storage.refunds import WHOLE


def given_back(journal: Journal, shop: str) -> GivenBack:
    """Reads the record whenever a case is decided."""

    def read(order: Order, item: OrderItem | None) -> OwnRefunds:
        return own_refunds(journal.read_now(lambda tx: rows.of_order(tx, shop, order.number)), order, item)

    return read


def own_refunds(refunds: Iterable[Refund], order: Order, item: OrderItem | None) -> OwnRefunds:
    """The part that the store does not show, of the order and of the item. A store that shows our refunds as its own
    is not counted twice; one that shows nothing, as after a transfer by hand, leaves all of it to us."""
    gone = [one for one in refunds if one.state in LEFT]
    of_item = [one for one in gone if item and (one.line == item.product_id or _whole_is_item(one, order))]
    return OwnRefunds(
        order=_beyond(gone, order.refunded_amount),
        item=_beyond(of_item, item.refunded_amount if item else None),
    )


def _whole_is_item(refund: Refund, order: Order) -> bool:
    return refund.line == WHOLE and len(order.items) == 1


def _beyond(refunds: Iterable[Refund], shown: Decimal | None) -> Decimal:
    """What banks took back no store shows as refunded."""
    ours, banks = NOTHING, NOTHING
    for one in refunds:
        if one.kind in {"refund", "store"}:
            ours += one.amount + one.excess
        elif one.kind == "chargeback":
            banks += one.amount
    return max(ours - (shown or NOTHING), NOTHING) + banks
