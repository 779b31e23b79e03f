"""A store that cannot be reached at all, with the reason: named as unavailable, never taken for one without orders."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from support.orders.connector import LiveCoupon, LiveProduct, StoreUnavailable
from support.orders.order import Order


class NotConnected:
    """Stands for a store whose settings name no place that can be read."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def find(self, number: str) -> Order | None:
        """Raises StoreUnavailable, like every call here."""
        self._refuse()

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        self._refuse()

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        self._refuse()

    def coupon(self, code: str, now: datetime) -> LiveCoupon | None:
        self._refuse()

    def numbers(self, limit: int) -> tuple[str, ...]:
        self._refuse()

    def close(self) -> None:
        """Nothing is open."""

    def _refuse(self) -> NoReturn:
        raise StoreUnavailable(self._reason)
