"""Dujiao-Next's live catalogue: products with their SKUs' stock, and coupons."""

from __future__ import annotations

from datetime import datetime, tzinfo

import sqlalchemy as sa

from support.orders import store_values as values
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.coupon import coupon_fault
from support.orders.dujiao_next_order import title
from support.orders.sql_connector import whole
from support.orders.sql_store import Reader, Row, TableNeeds

NEEDS = (
    TableNeeds(
        "products", ("id",), ("title_json", "price_amount", "is_active", "fulfillment_type", "deleted_at"),
        ("min_purchase_quantity", "max_purchase_quantity"), optional=True,
    ),
    TableNeeds("product_skus", ("product_id",), ("manual_stock_total", "deleted_at"), ("is_active",), optional=True),
    TableNeeds(
        "coupons", ("id", "code"),
        ("is_active", "starts_at", "ends_at", "usage_limit", "used_count", "min_amount", "scope_type", "scope_ref_ids"),
        ("deleted_at",), optional=True,
    ),
)  # fmt: skip


def live_product(reader: Reader, product_id: str) -> LiveProduct | None:
    """A product as it is offered now."""
    products, key = reader.table("products"), whole(product_id)
    if not products.readable or key is None:
        return None
    query = sa.select(*products.columns(*NEEDS[0].columns)).where(
        products.column("id") == key, products.without("deleted_at")
    )
    row = reader.first(query)
    if row is None:
        return None
    return LiveProduct(
        product_id=product_id.strip(),
        price=values.money(row["price_amount"]),
        stock=_stock(reader, str(row["fulfillment_type"]), key),
        on_sale=values.flag(row["is_active"]),
        name=title(row["title_json"]),
        min_quantity=values.count(row["min_purchase_quantity"]) or None,
        max_quantity=values.count(row["max_purchase_quantity"]) or None,
    )


def _stock(reader: Reader, kind: str, product_id: int) -> int | None:
    """Keys that nobody holds; of what is delivered by hand what the SKUs say. Upstream's stock is not kept here."""
    if kind == "auto":
        secrets = reader.table("card_secrets")
        mine = secrets.column("product_id") == product_id
        return reader.count(secrets, mine, secrets.column("status") == "available", secrets.without("deleted_at"))
    return _by_hand(reader, product_id) if kind == "manual" else None


def _by_hand(reader: Reader, product_id: int) -> int | None:
    skus = reader.table("product_skus")
    if not skus.has("manual_stock_total"):
        return None
    query = sa.select(*skus.columns("manual_stock_total", "is_active")).where(
        skus.column("product_id") == product_id, skus.without("deleted_at")
    )
    rows = [row for row in reader.rows(query) if values.flag(row["is_active"]) is not False]
    stocks = [values.count(row["manual_stock_total"]) for row in rows]
    known = [stock for stock in stocks if stock is not None]
    return sum(known) if known and len(known) == len(stocks) else None


def live_coupon(reader: Reader, code: str, now: datetime, zone: tzinfo) -> LiveCoupon | None:
    """A coupon: active, within its dates, with uses left."""
    coupons = reader.table("coupons")
    if not coupons.readable:
        return None
    query = sa.select(*coupons.columns(*NEEDS[2].columns)).where(
        coupons.column("code") == code, coupons.without("deleted_at")
    )
    row = next((row for row in reader.rows(query) if str(row["code"]) == code), None)
    if row is None:
        return None
    starts_at, ends_at = values.moment(row["starts_at"], zone), values.moment(row["ends_at"], zone)
    active = values.flag(row["is_active"])
    fault = coupon_fault(active, starts_at, ends_at, _left(row), now)
    valid = False if fault else active
    return LiveCoupon(code, valid, fault, ends_at, _products(row), values.money(row["min_amount"]) or None)


def _left(row: Row) -> int | None:
    """Uses that are left; None where there is no limit, or none is known."""
    limit, used = values.count(row["usage_limit"]), values.count(row["used_count"])
    return max(limit - used, 0) if limit and used is not None else None


def _products(row: Row) -> tuple[str, ...] | None:
    """The products that it is scoped to; None for a scope of another kind."""
    ids = values.document(row["scope_ref_ids"])
    if str(row["scope_type"]) == "product" and isinstance(ids, list):
        return tuple(str(one) for one in ids)
    return () if not values.text(row["scope_type"]) or str(row["scope_type"]) == "all" else None
