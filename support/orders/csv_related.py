"""Orders like one, in a file of orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from support.orders.order import Order
from support.orders.related import MOST, Related, Sale, telling_contact

EPOCH = datetime.min.replace(tzinfo=UTC)
Ways = list[tuple[str, str]]


class CsvRelated:
    """The file's orders by buyer and by product, put in order when somebody first asks."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self._orders = orders
        self._by: dict[tuple[str, str], list[Order]] | None = None

    def of(self, order: Order, product_id: str | None) -> Related:
        """Orders like this one: the buyer's newest, and those of the product that were made nearest to it."""
        buyer, product = _buyer(order), [("product", product_id)] if product_id else []
        own = order.created_at or EPOCH
        newest = sorted(self._like(order, buyer), key=_made, reverse=True)
        nearest = sorted(self._like(order, product), key=lambda one: abs(_made(one) - own))
        return Related(
            by_contact=tuple(map(_sale, newest[:MOST])) if buyer else None,
            of_product=tuple(map(_sale, nearest[:MOST])) if product else None,
        )

    def _like(self, order: Order, ways: Ways) -> Iterable[Order]:
        if self._by is None:
            self._by = _sorted(self._orders)
        return {one.number: one for way in ways for one in self._by.get(way, ()) if one.number != order.number}.values()


def _sorted(orders: Iterable[Order]) -> dict[tuple[str, str], list[Order]]:
    by: dict[tuple[str, str], list[Order]] = defaultdict(list)
    for order in orders:
        for way in {*_buyer(order), *(("product", item.product_id) for item in order.items if item.product_id)}:
            by[way].append(order)
    return by


def _buyer(order: Order) -> Ways:
    """By what the buyer is known."""
    contact = (order.contact or "").strip().casefold() if telling_contact(order.contact) else ""
    ways = [("contact", contact), ("account", (order.buyer_id or "").strip())]
    return [way for way in ways if way[1]]


def _made(order: Order) -> datetime:
    return order.created_at or EPOCH


def _sale(order: Order) -> Sale:
    refunded = order.refunded_amount
    return Sale(
        order.number, order.created_at, order.paid, order.paid_amount, None if refunded is None else refunded > 0
    )
