"""The canonical order, whatever store it comes from. None is unknown, never false or zero."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

DeliveryKind = Literal["auto", "manual", "upstream"]
DeliveryState = Literal[
    "unpaid", "expired", "paid_pending", "not_delivered", "paid_undelivered_shortage", "partially_delivered",
    "delivered", "failed", "refunded", "partially_refunded",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment that the source shows."""

    ref: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One row of an order. Money in the order's currency; times with their offset."""

    product_id: str | None = None
    name: str | None = None
    quantity: int | None = None
    delivered_quantity: int | None = None
    unit_price: Decimal | None = None
    paid_amount: Decimal | None = None
    refunded_amount: Decimal | None = None
    delivery_kind: DeliveryKind | None = None
    delivery_state: DeliveryState | None = None
    delivered_at: datetime | None = None
    redeemed: bool | None = None
    redeemed_at: datetime | None = None
    duplicate_sale: bool | None = None
    keys_masked: tuple[str, ...] = ()
    """Delivered keys with all but the last four characters masked. A whole key never leaves a connector."""
    key_prints: tuple[bytes, ...] = field(default=(), repr=False)
    """SHA-256 of each delivered key, for comparing; held in memory alone, and kept only under the shop's secret."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order with its items.

    `contact` and `proofs` are what ownership is compared with, `address` is where it was made from, as far as that
    tells buyers apart; they leave this room in no message, log or frame.
    """

    number: str
    items: tuple[OrderItem, ...]
    source: str
    currency: str | None = None
    paid: bool | None = None
    created_at: datetime | None = None
    paid_at: datetime | None = None
    paid_amount: Decimal | None = None
    refunded_amount: Decimal | None = None
    frozen: bool | None = None
    no_return_confirmed: bool | None = None
    payments: tuple[Payment, ...] | None = None
    payment_count: int | None = None
    payment_ref: str | None = None
    """The gateway's number of the payment, where the store keeps it."""
    buyer_id: str | None = None
    contact: str | None = None
    proofs: tuple[str, ...] = ()
    distributor: str | None = None
    supplier: str | None = None
    note: str | None = None
    address: str | None = None

    @property
    def standing(self) -> str:
        """The order and how its delivery stands: another text once that changed."""
        return " ".join((self.number, *(item.delivery_state or "unknown" for item in self.items)))

    def without_secrets(self) -> Order:
        """The order with nothing left that proves ownership, or tells of the buyer or a key."""
        items = tuple(replace(item, key_prints=()) for item in self.items)
        return replace(self, items=items, contact=None, proofs=(), address=None)
