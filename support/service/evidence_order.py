"""What a store shows of an order, as items of evidence: never who the buyer is, never a whole key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from support.orders.order import Order, OrderItem
from support.service.shops import LoadedShop
from ticketing.claim import mark_of
from ticketing.evidence import TRADE, Item

Json = dict[str, Any]


def items_of_order(order: Order, loaded: LoadedShop, at: datetime) -> Iterator[Item]:
    """The snapshot, the payment, what was confirmed at purchase, and each line's delivery and keys, as seen `at`."""
    source, number = f"store:{order.source}", order.number
    parties = {"supplier": order.supplier, "distributor": order.distributor}
    hidden = {TRADE: parties} if any(parties.values()) else {}
    yield Item("order", source, f"order:{number}", at, _snapshot(order, loaded), hidden)
    yield Item("payment", source, f"payment:{number}", order.paid_at or at, _payment(order, loaded), _refs(order))
    if order.no_return_confirmed is not None:
        seen = {"order_no": number, "no_return_confirmed": order.no_return_confirmed}
        yield Item("confirmation", source, f"confirmation:{number}", order.created_at or at, seen)
    for place, item in enumerate(order.items):
        line = {"order_no": number, "line": place, "product": item.product_id}
        subject = f"{number}:{place}"
        yield Item("delivery", source, f"delivery:{subject}", item.delivered_at or at, line | _delivery(item))
        if item.keys_masked:
            yield Item("key", source, f"key:{subject}", item.delivered_at or at, line | _keys(item, loaded))


def _snapshot(order: Order, loaded: LoadedShop) -> Json:
    return {
        "order_no": order.number, "currency": order.currency or loaded.folder.shop.currency,
        "created_at": _time(order.created_at), "frozen": order.frozen,
        "lines": [
            {
                "product": item.product_id, "name": item.name, "quantity": item.quantity,
                "unit_price": _amount(item.unit_price), "paid": _amount(item.paid_amount),
                "keys_masked": list(item.keys_masked),
            }
            for item in order.items
        ],
    }  # fmt: skip


def _payment(order: Order, loaded: LoadedShop) -> Json:
    return {
        "order_no": order.number, "paid": order.paid, "paid_at": _time(order.paid_at),
        "amount": _amount(order.paid_amount), "refunded": _amount(order.refunded_amount),
        "currency": order.currency or loaded.folder.shop.currency, "payments": order.payment_count,
    }  # fmt: skip


def _refs(order: Order) -> dict[str, Json]:
    """The gateway's numbers, by which a payment provider finds the payment."""
    refs = [{"ref": one.ref, "amount": _amount(one.amount)} for one in order.payments or ()]
    return {TRADE: {"ref": order.payment_ref, "payments": refs}} if order.payment_ref or refs else {}


def _delivery(item: OrderItem) -> Json:
    return {
        "kind": item.delivery_kind, "state": item.delivery_state, "delivered_at": _time(item.delivered_at),
        "delivered": item.delivered_quantity, "of": item.quantity, "redeemed": item.redeemed,
        "redeemed_at": _time(item.redeemed_at),
    }  # fmt: skip


def _keys(item: OrderItem, loaded: LoadedShop) -> Json:
    """Masked keys with their keyed fingerprints: equal keys are seen to be equal, none can be tried out."""
    return {
        "masked": list(item.keys_masked),
        "fingerprints": [mark_of(loaded.row.secret, "key", print_) for print_ in item.key_prints],
        "sold_twice": item.duplicate_sale,
    }  # fmt: skip


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
