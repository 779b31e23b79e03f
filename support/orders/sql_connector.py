"""What every connector to a store's database shares: finding by number and by buyer, within one moment's view."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, tzinfo
from functools import partial
from typing import ClassVar

import sqlalchemy as sa

from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.number import normalise_number, written_forms
from support.orders.order import Order
from support.orders.related import Related
from support.orders.sql_heads import NUMBER, Heads
from support.orders.sql_related import Asked, Condition, Kin, related_in, same
from support.orders.sql_store import Reader, Row, SqlStore, TableNeeds

SAME_NUMBER = 20
"""A collation may find more than the number that was meant, but not that many."""
MOST_DIGITS = 18
__all__ = ["NUMBER", "Heads", "SqlConnector", "whole"]


class SqlConnector(ABC):
    """A connector over one store's tables. A subclass says what it selects and how a row becomes an order."""

    SOURCE: ClassVar[str]
    NEEDS: ClassVar[tuple[TableNeeds, ...]]
    CLOCK: ClassVar[str | None] = None
    """The zone in which the store writes wall clock without an offset; None is the shop's own."""
    PREFIX: ClassVar[str] = ""
    """What the names of its tables begin with, unless `table_prefix` says otherwise."""
    DIALECT: ClassVar[str] = "mysql"
    """The engine that it mostly runs on, for statements that are printed before an address is known."""
    COUPONS: ClassVar[str | None] = None
    """The table of the coupons."""
    ANY_CASE: ClassVar[bool] = False
    """Whether the store's own numbers may mix upper and lower case: then a lookup may have to read all of them."""

    def __init__(self, store: SqlStore, zone: tzinfo) -> None:
        self.store, self.zone = store, zone

    @abstractmethod
    def _heads(self, reader: Reader) -> Heads:
        """The orders that there are."""

    @abstractmethod
    def _order(self, reader: Reader, head: Row) -> Order:
        """The order of a selected row."""

    @abstractmethod
    def _kin(self) -> Kin:
        """By which columns its orders are like each other."""

    @abstractmethod
    def _paid(self, status: object) -> bool | None:
        """Whether an order of that status is paid, as far as the status alone says."""

    @abstractmethod
    def _product(self, reader: Reader, product_id: str) -> LiveProduct | None:
        """The live product."""

    def _coupon(self, reader: Reader, code: str, now: datetime) -> LiveCoupon | None:
        """The live coupon; None where the store holds none."""
        return None

    def _coupon_table(self) -> str | None:
        return self.COUPONS

    def find(self, number: str) -> Order | None:
        """The order of that number, or None. Compared here: a database's collation never decides."""
        forms, wanted = written_forms(number), normalise_number(number)
        if not forms:
            return None
        with self.store.reading() as reader:
            heads = self._heads(reader)
            fitting = [one for form in forms if (one := heads.table.fitting(heads.number.name, form)) is not None]
            rows = reader.rows(heads.query.where(heads.number.in_(fitting)), SAME_NUMBER)
            if not rows and self.ANY_CASE and all(isinstance(one, str) for one in fitting):
                rows = reader.rows(heads.query.where(sa.func.upper(heads.number) == wanted), SAME_NUMBER)
            same = [row for row in rows if normalise_number(str(row[NUMBER])) == wanted]
            same.sort(key=lambda row: row[NUMBER] != forms[0])
            return self._order(reader, same[0]) if same else None

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        """A signed buyer's own orders, newest first; none where the store knows no buyers."""
        with self.store.reading() as reader:
            heads = self._heads(reader)
            buyer = heads.table.fitting(heads.buyer, buyer_id) if heads.table.has(heads.buyer) else None
            if not buyer:
                return ()
            own = heads.query.where(heads.table.column(heads.buyer) == buyer)
            rows = reader.rows(own.order_by(heads.newest.desc()), limit)
            orders = (self._order(reader, row) for row in rows)
            return tuple(order for order in orders if order.buyer_id == buyer_id.strip())

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        """Live stock, limits and price, or None where the store has no such product."""
        with self.store.reading() as reader:
            return self._product(reader, product_id)

    def coupon(self, code: str, now: datetime) -> LiveCoupon | None:
        """Whether a coupon can be used now, or None where there is no such coupon."""
        if not code.strip() or not code.isprintable():
            return None
        with self.store.reading() as reader:
            return self._coupon(reader, code.strip(), now)

    def holds_coupons(self) -> bool:
        """Whether this store has coupons that we may read."""
        with self.store.reading() as reader:
            table = self._coupon_table()
            return table is not None and reader.table(table).readable

    def numbers(self, limit: int) -> tuple[str, ...]:
        """The newest order numbers."""
        with self.store.reading() as reader:
            heads = self._heads(reader)
            rows = reader.rows(heads.query.order_by(heads.newest.desc()), limit)
            return tuple(str(row[NUMBER]) for row in rows)

    def related(self, order: Order, product_id: str | None) -> Related:
        """Orders like this one: where the store's tables can tell."""
        with self.store.reading(aside=True) as reader:
            heads = self._heads(reader)
            of_product = partial(self._of_product, reader, heads, product_id)
            return related_in(reader, heads, self._kin(), Asked(order, self.zone, self._paid, of_product))

    def _of_product(self, reader: Reader, heads: Heads, product_id: str | None, place: int) -> Condition | None:
        """Which orders are of a product, made near the order with the id `place`."""
        return same(heads.table, self._kin().product, product_id)

    def close(self) -> None:
        """Close the connections that are not in use."""
        self.store.close()


def whole(written: str) -> int | None:
    """An id in digits as the number that it is, so that no database guesses what `12abc` might be."""
    digits = written.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS else None
