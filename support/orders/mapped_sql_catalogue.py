"""The live catalogue of a mapped store."""

from __future__ import annotations

from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from support.orders import store_values as values
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.coupon import coupon_fault
from support.orders.sql_mapping import SqlMapping, TableMapping
from support.orders.sql_store import Reader, Row


def counted(reader: Reader, mapping: TableMapping) -> list[sa.ColumnElement[bool]]:
    """Only the rows that count: with the values that the mapping names, and without marks of deletion.

    A store without such a column has no such rows to leave out.
    """
    table = reader.table(mapping.table)
    wanted = {name: [table.fitting(name, one) for one in sorted(marks)] for name, marks in mapping.only.items()}
    chosen = [table.clause.c[name].in_([one for one in fit if one is not None]) for name, fit in wanted.items()
              if table.has(name)]  # fmt: skip
    return [table.without(*mapping.without), *chosen]


def live_product(reader: Reader, mapping: SqlMapping, product_id: str) -> LiveProduct | None:
    """A product as it is offered now."""
    of_product = mapping.product
    if of_product is None or not reader.table(of_product.table).readable:
        return None
    row = _one(reader, of_product, "id", product_id)
    if row is None:
        return None
    return LiveProduct(
        product_id=product_id.strip(),
        price=values.money(row["price"], mapping.unit),
        stock=values.count(row["stock"]) if mapping.stock is None else _stock(reader, mapping.stock, row["id"]),
        on_sale=values.flag(row["on_sale"]),
        name=values.text(row["name"]),
        min_quantity=values.count(row["min_quantity"]) or None,
        max_quantity=values.count(row["max_quantity"]) or None,
    )


def _stock(reader: Reader, of_stock: TableMapping, product_id: object) -> int | None:
    table = reader.table(of_stock.table)
    return reader.count(table, table.column(of_stock["product"]) == product_id, *counted(reader, of_stock))


def live_coupon(reader: Reader, mapping: SqlMapping, code: str, now: datetime, zone: tzinfo) -> LiveCoupon | None:
    """A coupon: open, within its dates, with uses left, as far as the mapping says."""
    of_coupon = mapping.coupon
    if of_coupon is None or not reader.table(of_coupon.table).readable:
        return None
    row = _one(reader, of_coupon, "code", code)
    if row is None:
        return None
    starts_at, ends_at = values.moment(row["starts_at"], zone), values.moment(row["ends_at"], zone)
    fault = coupon_fault(values.flag(row["open"]), starts_at, ends_at, values.count(row["uses_left"]), now)
    least: Decimal | None = values.money(row["min_amount"], mapping.unit)
    product = values.identity(row["product"])
    return LiveCoupon(code, fault is None, fault, ends_at, (product,) if product else None, least or None)


def _one(reader: Reader, mapping: TableMapping, key: str, wanted: str) -> Row | None:
    """The row whose key is that text to the letter, by the mapping's names; what is not mapped is None."""
    table, text = reader.table(mapping.table), wanted.strip()
    column, given = table.column(mapping[key]), table.fitting(mapping[key], text)
    if given is None:
        return None
    names = {name: table.column(place).label(name) for name, place in mapping.columns.items()}
    query = sa.select(*names.values()).where(column == given, *counted(reader, mapping))
    row = next((row for row in reader.rows(query) if str(row[key]) == text), None)
    return None if row is None else Missing(row)


class Missing(dict[str, Any]):
    """A row in which what is not mapped is None."""

    def __missing__(self, key: str) -> None:
        return None
