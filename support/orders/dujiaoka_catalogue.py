"""dujiaoka's live catalogue: goods, their stock, and coupons."""

from __future__ import annotations

import sqlalchemy as sa

from support.orders import store_values as values
from support.orders.connector import CouponFault, LiveCoupon, LiveProduct
from support.orders.sql_connector import whole
from support.orders.sql_store import Reader, Row, TableNeeds

NEEDS = (
    TableNeeds(
        "carmis", ("goods_id", "status"), ("carmi", "is_loop", "deleted_at"), optional=True,
        why={"carmi": "compared with delivered keys to find one that was sold twice; it never leaves the connector"},
        sold=("carmi", "status = 2 OR is_loop = 1"),
    ),
    TableNeeds(
        "goods", ("id",), ("gd_name", "actual_price", "in_stock", "buy_limit_num", "type", "is_open", "deleted_at"),
        optional=True,
    ),
    TableNeeds("coupons", ("id", "coupon"), ("is_use", "is_open", "ret", "deleted_at"), optional=True),
    TableNeeds("coupons_goods", ("goods_id", "coupons_id"), optional=True),
)  # fmt: skip
UNSOLD = 1


def live_product(reader: Reader, product_id: str) -> LiveProduct | None:
    """Goods as they are offered now. `actual_price` is what is charged; `retail_price` is only shown crossed out."""
    goods, key = reader.table("goods"), whole(product_id)
    if not goods.readable or key is None:
        return None
    query = sa.select(*goods.columns(*NEEDS[1].columns)).where(goods.column("id") == key, goods.without("deleted_at"))
    row = reader.first(query)
    if row is None:
        return None
    return LiveProduct(
        product_id=product_id.strip(),
        price=values.money(row["actual_price"]),
        stock=_stock(reader, row, key),
        on_sale=values.flag(row["is_open"]),
        name=values.text(row["gd_name"]),
        max_quantity=values.count(row["buy_limit_num"]) or None,
    )


def _stock(reader: Reader, row: Row, goods_id: int) -> int | None:
    """The keys that are left; `in_stock` counts only what is delivered by hand."""
    if str(row["type"]) == "2":
        return values.count(row["in_stock"])
    carmis = reader.table("carmis")
    if str(row["type"]) != "1" or not carmis.readable:
        return None
    return reader.count(
        carmis, carmis.column("goods_id") == goods_id, carmis.column("status") == UNSOLD, carmis.without("deleted_at")
    )


def live_coupon(reader: Reader, code: str) -> LiveCoupon | None:
    """A coupon: open, not used, with uses left."""
    coupons = reader.table("coupons")
    if not coupons.readable:
        return None
    query = sa.select(*coupons.columns(*NEEDS[2].columns)).where(
        coupons.column("coupon") == code, coupons.without("deleted_at")
    )
    row = next((row for row in reader.rows(query) if str(row["coupon"]) == code), None)
    if row is None:
        return None
    fault, known = _fault(row), all(row[column] is not None for column in ("is_use", "is_open", "ret"))
    return LiveCoupon(code, False if fault else (True if known else None), fault, products=_products(reader, row["id"]))


def _fault(row: Row) -> CouponFault | None:
    if values.flag(row["is_open"]) is False:
        return "disabled"
    return "used_up" if str(row["is_use"]) == "2" or values.count(row["ret"]) == 0 else None


def _products(reader: Reader, coupon_id: object) -> tuple[str, ...] | None:
    links = reader.table("coupons_goods")
    if not links.readable:
        return None
    rows = reader.rows(sa.select(*links.columns("goods_id")).where(links.column("coupons_id") == coupon_id))
    return tuple(str(row["goods_id"]) for row in rows) or None
