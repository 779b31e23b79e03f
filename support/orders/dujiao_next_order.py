"""From the rows of a Dujiao-Next purchase to the canonical order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from support.orders import store_values as values
from support.orders.dujiao_next_rows import NOTHING, Part, Purchase, Row
from support.orders.keys import masked, prints
from support.orders.order import DeliveryKind, DeliveryState, Order, OrderItem, Payment
from support.orders.related import public_address

KINDS: dict[str, DeliveryKind] = {"auto": "auto", "manual": "manual", "upstream": "upstream"}
AS_SAID: dict[str, DeliveryState] = {
    "pending_payment": "unpaid", "partially_delivered": "partially_delivered", "delivered": "delivered",
    "completed": "delivered", "refunded": "refunded", "partially_refunded": "partially_refunded",
}  # fmt: skip
WAITING = frozenset({"paid", "fulfilling"})
NOT_YET: dict[DeliveryKind, DeliveryState] = {
    "auto": "not_delivered", "manual": "paid_pending", "upstream": "paid_pending",
}  # fmt: skip
UPSTREAM_FAILED = frozenset({"failed", "rejected"})
HASHED = "hmac-sha256:"
"""Newer versions keep guests' passwords like this: such a text proves nothing."""


def order_of(purchase: Purchase, source: str) -> Order:
    """The order. Its store keeps no freezing and no confirmation."""
    parent, paid = purchase.parent, purchase.paid
    payments = _payments(purchase, paid)
    password = values.text(parent["guest_password"])
    return Order(
        number=str(parent["order_no"]),
        items=tuple(_item(purchase, part, item, paid) for part in purchase.parts for item in part.items),
        source=source,
        currency=values.currency(parent["currency"]),
        paid=paid,
        created_at=values.moment(parent["created_at"], purchase.zone),
        paid_at=_paid_at(purchase),
        paid_amount=_amount(paid, values.money(parent["total_amount"])),
        refunded_amount=purchase.refunded,
        payments=payments,
        payment_count=None if payments is None else len(payments),
        payment_ref=payments[0].ref if payments else None,
        buyer_id=values.identity(parent["user_id"]),
        contact=values.text(parent["guest_email"]) or purchase.email,
        proofs=(password,) if password and not password.startswith(HASHED) else (),
        distributor=values.identity(parent["reseller_id"]),
        address=public_address(values.text(parent.get("client_ip"))),
    )


def _paid_at(purchase: Purchase) -> datetime | None:
    times = (values.moment(row["paid_at"], purchase.zone) for row in purchase.rows)
    return next((time for time in times if time is not None), None)


def _amount(paid: bool | None, amount: Decimal | None) -> Decimal | None:
    return {True: amount, False: NOTHING, None: None}[paid]


def _payments(purchase: Purchase, paid: bool | None) -> tuple[Payment, ...] | None:
    """The payments that succeeded, each once. Paid without one, it was paid in a way that is not listed here."""
    if paid is False:
        return ()
    shown = {_reference(row): Payment(_reference(row), values.money(row["amount"])) for row in purchase.payments or ()}
    return tuple(shown.values()) or None


def _reference(row: Row) -> str:
    return values.text(row["provider_ref"]) or values.text(row["gateway_order_no"]) or f"payment {row['id']}"


def _item(purchase: Purchase, part: Part, item: Row, paid: bool | None) -> OrderItem:
    kind = KINDS.get(str(item["fulfillment_type"]))
    state = None if paid is None else _state(purchase, part, kind)
    quantity = values.count(item["quantity"])
    alone = len(part.items) == 1
    return OrderItem(
        product_id=values.identity(item["product_id"]),
        name=title(item["title_json"]),
        quantity=quantity,
        delivered_quantity=_delivered(part, kind, state, quantity) if paid is not None else None,
        unit_price=values.money(item["unit_price"]),
        paid_amount=_amount(paid, _price(purchase, item)),
        refunded_amount=purchase.refunded_of(part),
        delivery_kind=kind,
        delivery_state=state,
        delivered_at=_delivered_at(part, purchase.zone),
        duplicate_sale=part.duplicate if alone and kind == "auto" and part.keys else None,
        keys_masked=masked(part.keys or ()) if alone and kind == "auto" else (),
        key_prints=prints(part.keys or ()) if alone and kind == "auto" else (),
    )


def title(document: object) -> str | None:
    """A title by language: the Chinese one, else the first."""
    found = values.document(document)
    if isinstance(found, Mapping):
        texts = [values.text(found.get("zh-CN")), *(values.text(text) for text in found.values())]
        return next((text for text in texts if text), None)
    return values.text(document)


def _price(purchase: Purchase, item: Row) -> Decimal | None:
    """What was paid for an item: `total_price` is before the coupon."""
    if purchase.single:
        return values.money(purchase.parent["total_amount"])
    price, coupon = values.money(item["total_price"]), values.money(item["coupon_discount"])
    return None if price is None or coupon is None else max(price - coupon, NOTHING)


def _state(purchase: Purchase, part: Part, kind: DeliveryKind | None) -> DeliveryState | None:
    status = _status(purchase, part)
    if status == "canceled":
        return "failed" if _paid_at(purchase) else "expired"
    if status == "paid" and part.procurement in UPSTREAM_FAILED:
        return "failed"
    if status in WAITING:
        return None if kind is None else NOT_YET[kind]
    return AS_SAID.get(status)


def _status(purchase: Purchase, part: Part) -> str:
    """The part's own, but for what is written on the parent alone: a refund of the whole, or what came after waiting
    for the payment."""
    whole, own = str(purchase.parent["status"]), str(part.row["status"])
    if whole == "refunded" or (whole == "partially_refunded" and len(purchase.parts) == 1):
        return whole
    return whole if own == "pending_payment" and whole in {"canceled", *WAITING} else own


def _delivered(part: Part, kind: DeliveryKind | None, state: DeliveryState | None, quantity: int | None) -> int | None:
    """How many: keys are counted, and never more than were bought; by hand it is all or nothing."""
    if state in {"unpaid", "expired", "not_delivered", "paid_pending", "failed"}:
        return 0
    if state is None or quantity is None:
        return None
    if kind == "auto" and len(part.items) == 1:
        return min(len(part.keys), quantity) if part.keys else None
    return quantity if state == "delivered" or _delivered_at(part, UTC) else None


def _delivered_at(part: Part, zone: tzinfo) -> datetime | None:
    return values.moment(part.delivered["delivered_at"], zone) if part.delivered else None
