"""Dujiao-Next: its orders, read from its SQLite or PostgreSQL database.

A purchase is a parent row and one child an item; older rows hold their items themselves. Buyers know the parent only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from support.orders import dujiao_next_catalogue as catalogue
from support.orders import store_values as values
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.dujiao_next_keys import keys_of, went_out_twice
from support.orders.dujiao_next_order import order_of
from support.orders.dujiao_next_rows import PAID_STATUSES, UNPAID_STATUSES, Part, Purchase
from support.orders.order import Order
from support.orders.sql_connector import NUMBER, Heads, SqlConnector
from support.orders.sql_related import Condition, Kin, near_by, same
from support.orders.sql_store import ADDRESS, PROOF, Reader, Row, Table, TableNeeds

ORDERS = (
    "parent_id", "user_id", "guest_email", "guest_password", "currency", "total_amount", "refunded_amount",
    "reseller_id", "paid_at", "created_at", "deleted_at", "client_ip",
)  # fmt: skip
ITEMS = ("product_id", "title_json", "unit_price", "quantity", "total_price", "coupon_discount", "fulfillment_type")
KIN = Kin(
    "id", "created_at", "status", "total_amount", ("guest_email",), "user_id", "client_ip", None, "refunded_amount"
)


class DujiaoNext(SqlConnector):
    """Orders of Dujiao-Next."""

    SOURCE = "dujiao_next"
    CLOCK = "UTC"
    DIALECT = "postgresql"
    COUPONS = "coupons"
    NEEDS = (
        TableNeeds(
            "orders", ("id", "order_no", "status"), ORDERS,
            why={"guest_password": PROOF, "client_ip": ADDRESS},
        ),
        TableNeeds("order_items", ("order_id",), (*ITEMS, "id", "deleted_at"), ("coupon_discount_amount",)),
        TableNeeds(
            "fulfillments", ("order_id", "status"), ("payload", "delivered_at"), ("deleted_at",), optional=True,
            why={"payload": "the delivered letter: keys are counted; only a key's last four characters leave"},
        ),
        TableNeeds(
            "card_secrets", ("product_id", "status"), ("order_id", "secret", "is_loop", "deleted_at"), optional=True,
            why={"secret": "compared to find a key that was sold twice; only the last four characters leave"},
            sold=("secret", "status = 'used' OR is_loop"),
        ),
        TableNeeds(
            "payments", ("order_id", "status"), ("id", "amount", "provider_ref", "gateway_order_no"), ("deleted_at",),
            optional=True,
        ),
        TableNeeds("procurement_orders", ("local_order_id", "status"), ("id",), ("deleted_at",), optional=True),
        TableNeeds("users", ("id", "email"), (), ("deleted_at",), optional=True),
        *catalogue.NEEDS,
    )  # fmt: skip

    def _heads(self, reader: Reader) -> Heads:
        orders = reader.table("orders")
        number, parent = orders.required("order_no"), orders.column("parent_id")
        alone = sa.or_(parent.is_(None), parent == 0) if orders.has("parent_id") else sa.true()
        query = sa.select(number.label(NUMBER), *orders.columns("id", "order_no", "status", *ORDERS))
        own = query.where(alone, orders.without("deleted_at"))
        return Heads(own, number, orders.column("id"), orders, "user_id")

    def _order(self, reader: Reader, head: Row) -> Order:
        rows = (head, *self._children(reader, head))
        items = _by_order(reader, "order_items", rows, "id")
        holding = [row for row in rows if items.get(row["id"])]
        parts = tuple(self._part(reader, row, items[row["id"]], rows) for row in holding)
        return order_of(Purchase(head, parts, _payments(reader, rows), _email(reader, head), self.zone), self.SOURCE)

    def _children(self, reader: Reader, head: Row) -> list[Row]:
        orders = reader.table("orders")
        if not orders.has("parent_id"):
            return []
        query = sa.select(*orders.columns("id", "order_no", "status", *ORDERS))
        own = query.where(orders.column("parent_id") == head["id"], orders.without("deleted_at"))
        return reader.rows(own.order_by(orders.column("id")))

    def _part(self, reader: Reader, row: Row, items: Sequence[Row], rows: Sequence[Row]) -> Part:
        fulfillment = next(iter(_by_order(reader, "fulfillments", (row,)).get(row["id"], ())), None)
        keys = keys_of(reader, row, fulfillment)
        product = items[0]["product_id"]
        twice = went_out_twice(reader, product, keys, [one["id"] for one in rows]) if keys and len(items) == 1 else None
        return Part(row, tuple(items), fulfillment, _procurement(reader, row, rows), keys, twice)

    def _kin(self) -> Kin:
        return KIN

    def _paid(self, status: object) -> bool | None:
        return True if str(status) in PAID_STATUSES else (False if str(status) in UNPAID_STATUSES else None)

    def _of_product(self, reader: Reader, heads: Heads, product_id: str | None, place: int) -> Condition | None:
        """The items are a child's, or an older row's own; buyers' orders are the parents."""
        items, orders = reader.table("order_items"), reader.table("orders")
        wanted = same(items, "product_id", product_id)
        if wanted is None:
            return None
        rows = orders.clause.alias("rows")
        parent = sa.func.nullif(rows.c.parent_id, 0) if orders.has("parent_id") else sa.null()
        whole = sa.func.coalesce(parent, rows.c.id)
        joined = rows.join(items.clause, items.column("order_id") == rows.c.id)
        found = sa.select(whole).select_from(joined).where(wanted, near_by(rows.c.id, place))
        return orders.column("id").in_(found)

    def _product(self, reader: Reader, product_id: str) -> LiveProduct | None:
        return catalogue.live_product(reader, product_id)

    def _coupon(self, reader: Reader, code: str, now: datetime) -> LiveCoupon | None:
        return catalogue.live_coupon(reader, code, now, self.zone)


def _by_order(reader: Reader, name: str, rows: Sequence[Row], sort: str = "order_id") -> dict[Any, list[Row]]:
    """The rows of a table by the order that they belong to."""
    table = reader.table(name)
    found: dict[Any, list[Row]] = {}
    if table.readable:
        query = sa.select(*table.columns(*table.found)).where(
            table.column("order_id").in_([row["id"] for row in rows]), table.without("deleted_at")
        )
        for row in reader.rows(query.order_by(table.column(sort))):
            found.setdefault(row["order_id"], []).append(_with_all(table, row))
    return found


def _with_all(table: Table, row: Row) -> Row:
    """The row with every column that is read of it; the discount has two names."""
    whole = dict.fromkeys((*ITEMS, "id", "payload", "delivered_at", "amount", "provider_ref", "gateway_order_no"))
    whole |= row
    if not table.has("coupon_discount"):
        whole["coupon_discount"] = row.get("coupon_discount_amount")
    return whole


def _payments(reader: Reader, rows: Sequence[Row]) -> tuple[Row, ...] | None:
    """The payments that succeeded, of the parent and of its children."""
    if not reader.table("payments").readable:
        return None
    found = _by_order(reader, "payments", rows)
    return tuple(payment for row in rows for payment in found.get(row["id"], ()) if payment["status"] == "success")


def _procurement(reader: Reader, row: Row, rows: Sequence[Row]) -> str | None:
    """How the upstream's newest order for this row stands; a purchase of one part may have it on its parent."""
    table = reader.table("procurement_orders")
    if not table.readable:
        return None
    ids = [one["id"] for one in rows] if len(rows) <= 2 else [row["id"]]
    query = sa.select(table.column("status")).where(
        table.column("local_order_id").in_(ids), table.without("deleted_at")
    )
    newest = reader.first(query.order_by(table.column("id").desc()) if table.has("id") else query)
    return values.text(newest["status"]) if newest else None


def _email(reader: Reader, head: Row) -> str | None:
    """A member's address."""
    users, user = reader.table("users"), values.identity(head["user_id"])
    if not users.readable or user is None:
        return None
    row = reader.first(sa.select(users.column("email")).where(users.column("id") == head["user_id"]))
    return values.text(row["email"]) if row else None
