"""A store that this version cannot read: named as unavailable, never taken for a shop without orders."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from support.orders.connector import LiveProduct, StoreUnavailable
from support.orders.order import Order


class NotConnected:
    """Stands for a source such as `dujiaoka` or `sql` until there is a connector for it."""

    def __init__(self, source: str) -> None:
        self._source = source

    def find(self, number: str) -> Order | None:
        """Raises StoreUnavailable, like every call here but `product`."""
        self._refuse()

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        self._refuse()

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        """None: the catalogue of the shop folder stands."""
        return None

    def numbers(self, limit: int) -> tuple[str, ...]:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise StoreUnavailable(
            f'orders from {self._source!r} cannot be read by this version: use `source = "csv"` with orders.csv'
        )
