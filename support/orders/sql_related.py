"""Orders like one, counted in a store's own tables: a few columns of at most MOST rows, no key and no contact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from support.orders import store_values as values
from support.orders.order import Order
from support.orders.related import MOST, NEAR, Related, Sale, telling_contact
from support.orders.sql_heads import NUMBER, Heads
from support.orders.sql_store import Reader, Row, Table

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Kin:
    """The columns of the orders' table by which orders are like each other; None where the store has none.

    Attributes:
        id: counts up from order to order. Addresses and products are searched only near the order's own, for no store
            promises an index on them; contacts are what stores look orders up by themselves.
        unit: what one in a column of money is worth.
    """

    id: str | None
    at: str | None
    status: str
    amount: str | None
    contacts: tuple[str, ...]
    account: str | None = None
    address: str | None = None
    product: str | None = None
    refunded: str | None = None
    unit: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The order in question, and how this store writes times and payments.

    Attributes:
        of_product: given its id, the condition for orders of its product that were made near it.
    """

    order: Order
    zone: tzinfo
    paid: Callable[[object], bool | None]
    of_product: Callable[[int], Condition | None]


def related_in(reader: Reader, heads: Heads, kin: Kin, asked: Asked) -> Related:
    """Orders like the one in question."""
    looking = _Looking(reader, heads, kin, asked)
    contact, place = looking.sales(looking.same_buyer(), by=heads.newest.desc()), looking.place()
    if kin.id is None or place is None:
        return Related(by_contact=contact)
    ids, address = heads.table.clause.c[kin.id], same(heads.table, kin.address, asked.order.address)
    near, nearest = near_by(ids, place), sa.func.abs(ids - place)
    return Related(
        contact, looking.sales(address, near, by=nearest), looking.sales(asked.of_product(place), near, by=nearest)
    )


def same(table: Table, column: str | None, value: str | None) -> Condition | None:
    """A column equal to a value, as its type takes it; None where that cannot be told."""
    if column is None or not value or not table.has(column):
        return None
    fitting = table.fitting(column, value)
    return None if fitting is None else table.clause.c[column] == fitting


def near_by(column: sa.ColumnElement[Any], place: int) -> Condition:
    """Rows made shortly before or after, by their ids."""
    return column.between(place - NEAR, place + NEAR)


@dataclass(frozen=True, slots=True)
class _Looking:
    reader: Reader
    heads: Heads
    kin: Kin
    asked: Asked

    def sales(self, *where: Condition | None, by: sa.ColumnElement[Any]) -> tuple[Sale, ...] | None:
        """The other orders for which all of this is so, in that order; None where one of it cannot be told."""
        known = [one for one in where if one is not None]
        if len(known) < len(where):
            return None
        query = self._query().where(self.heads.number != self.asked.order.number, *known)
        return tuple(self._sale(row) for row in self.reader.rows(query.order_by(by), MOST))

    def same_buyer(self) -> Condition | None:
        """Whatever contact or account it is known by."""
        kin, order = self.kin, self.asked.order
        contact = order.contact if telling_contact(order.contact) else None
        given = [*((column, contact) for column in kin.contacts), (kin.account, order.buyer_id)]
        ways = [same(self.heads.table, column, value) for column, value in given]
        known = [way for way in ways if way is not None]
        return sa.or_(*known) if known else None

    def place(self) -> int | None:
        """The order's own id, where ids count."""
        if self.kin.id is None or not self.heads.table.has(self.kin.id):
            return None
        own = self.heads.query.with_only_columns(self.heads.table.clause.c[self.kin.id].label("place"))
        row = self.reader.first(own.where(self.heads.number == self.asked.order.number))
        return row["place"] if row is not None and isinstance(row["place"], int) else None

    def _query(self) -> sa.Select[Any]:
        kin, table = self.kin, self.heads.table
        named = {"at": kin.at, "status": kin.status, "amount": kin.amount, "refunded": kin.refunded}
        columns = [(table.column(name) if name else sa.null()).label(label) for label, name in named.items()]
        return self.heads.query.with_only_columns(self.heads.number.label(NUMBER), *columns)

    def _sale(self, row: Row) -> Sale:
        refunded = values.money(row["refunded"], self.kin.unit)
        return Sale(
            number=str(row[NUMBER]).strip(),
            at=values.moment(row["at"], self.asked.zone),
            paid=self.asked.paid(row["status"]),
            amount=values.money(row["amount"], self.kin.unit),
            refunded=None if refunded is None else refunded > 0,
        )
