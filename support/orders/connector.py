"""The port to a store: its orders and its live catalogue, read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from support.orders.order import Order


class StoreUnavailable(Exception):
    """The store cannot be read now. The answer degrades honestly; nothing is taken for missing."""


@dataclass(frozen=True, slots=True)
class LiveProduct:
    """What the store says now of a product; None is unknown."""

    product_id: str
    price: Decimal | None = None
    stock: int | None = None
    on_sale: bool | None = None


class Connector(Protocol):
    """Reads one shop's store. Each call may raise StoreUnavailable; none writes."""

    def find(self, number: str) -> Order | None:
        """The order of that number (compared after trimming, full-width folding and upper-casing), or None."""

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        """A signed buyer's own orders, newest first."""

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        """Live stock and price, or None where the store holds none."""

    def numbers(self, limit: int) -> tuple[str, ...]:
        """The newest order numbers, for trying a store out and for replays."""
