"""Dujiao-Next without its database: the interface by which a guest looks up an order with e-mail and password.

It holds less: no payments, no procurement, no stock. Upstream goods show as made by hand, as buyers may know them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from support.orders.connector import LiveCoupon, LiveProduct, StoreUnavailable
from support.orders.dujiao_next_order import order_of
from support.orders.dujiao_next_rows import Part, Purchase, Row
from support.orders.http_store import HttpStore
from support.orders.json_path import at, rows_at
from support.orders.keys import lines_of
from support.orders.number import normalise_number, written_forms
from support.orders.opened_orders import OpenedOrders
from support.orders.order import Order

SOURCE = "dujiao_next"
ORDER = "/api/v1/guest/orders/{number}?email={email}&order_password={password}"
ORDER_CELLS = (
    "id", "order_no", "status", "currency", "total_amount", "refunded_amount", "paid_at", "created_at", "user_id",
    "guest_email", "guest_password", "reseller_id",
)  # fmt: skip
BUSY = 429
SERVER_FAULT = 500


class DujiaoNextGuest:
    """Orders that their buyers open with e-mail and password, both in one text. Nobody else can see any."""

    wants_two = True

    def __init__(self, store: HttpStore, zone: tzinfo) -> None:
        self.store, self.zone = store, zone
        self._opened = OpenedOrders()

    def prove(self, number: str, proof: str) -> Order | None:
        """The order for the e-mail and the password among the words of the proof."""
        email, password = email_and_password(proof)
        if not email or not password or not (email + password).isprintable():
            return None
        for form in written_forms(number):
            order = self._asked(form, email, password)
            if order is not None and normalise_number(order.number) == normalise_number(number):
                self._opened.keep(normalise_number(number), f"{email} {password}")
                return order
        return None

    def find(self, number: str) -> Order | None:
        """The order, while the proof that opened it is remembered, else None."""
        proof = self._opened.proof_of(normalise_number(number))
        return None if proof is None else self.prove(number, proof)

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        """None: guests have no accounts. Raises StoreUnavailable where the store is down."""
        self._asked("0", "nobody@example.org", "0")
        return ()

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        """None: the catalogue of the shop folder stands."""
        return None

    def coupon(self, code: str, now: datetime) -> LiveCoupon | None:
        """None: guests cannot look up coupons."""
        return None

    def numbers(self, limit: int) -> tuple[str, ...]:
        """None: guests cannot list orders. Raises StoreUnavailable where the store is down."""
        self._asked("0", "nobody@example.org", "0")
        return ()

    def close(self) -> None:
        """Close the connections."""
        self.store.close()

    def _asked(self, number: str, email: str, password: str) -> Order | None:
        answer = self.store.get(ORDER, number=number, email=email, password=password)
        if answer is None:
            return None
        code = at(answer, "status_code")
        if not isinstance(code, int) or code == BUSY or code >= SERVER_FAULT:
            raise StoreUnavailable(f"the store answers {code}" if isinstance(code, int) else "this is no Dujiao-Next")
        document = at(answer, "data")
        return order_of(_purchase(document, self.zone), SOURCE) if code == 0 and _is_order(document) else None


def email_and_password(proof: str) -> tuple[str, str]:
    """The first word that looks like an address, and the first other one."""
    words = proof.split()
    email = next((word for word in words if "@" in word), "")
    return email, next((word for word in words if word != email), "")


def _is_order(document: object) -> bool:
    return isinstance(at(document, "order_no"), str) and isinstance(at(document, "status"), str)


def _purchase(document: object, zone: tzinfo) -> Purchase:
    parent = _cells(document, ORDER_CELLS)
    children = rows_at(document, "children")
    parts = [_part(child, _cells(child, ORDER_CELLS)) for child in children]
    if rows_at(document, "items"):
        parts.insert(0, _part(document, parent))
    return Purchase(parent, tuple(part for part in parts if part.items), zone=zone)


def _part(document: object, row: Row) -> Part:
    found = at(document, "fulfillment")
    fulfillment = _cells(found, ("status", "payload", "delivered_at")) if isinstance(found, Mapping) else None
    letter = fulfillment["payload"] if fulfillment is not None else None
    keys = lines_of(letter) if isinstance(letter, str) else None
    return Part(row, tuple(_item(item) for item in rows_at(document, "items")), fulfillment, None, keys)


def _item(document: object) -> Row:
    cells = _cells(document, ("product_id", "unit_price", "quantity", "total_price", "fulfillment_type"))
    coupon = at(document, "coupon_discount_amount")
    return {
        **cells,
        "title_json": at(document, "title"),
        "coupon_discount": at(document, "coupon_discount") if coupon is None else coupon,
    }


def _cells(document: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: at(document, name) for name in names}
