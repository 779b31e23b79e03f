"""acg-faka's live catalogue: commodities, their stock, and coupons."""

from __future__ import annotations

from datetime import datetime, tzinfo

import sqlalchemy as sa

from support.orders import store_values as values
from support.orders.connector import CouponFault, LiveCoupon, LiveProduct
from support.orders.sql_connector import whole
from support.orders.sql_store import Reader, Row, TableNeeds

NEEDS = (
    TableNeeds(
        "card", ("order_id", "status"), ("id", "commodity_id", "secret", "purchase_time"), optional=True,
        why={
            "secret": "counted, and compared to find a key that was sold twice; only the last four characters leave"
        },
        sold=("secret", "status = 1"),
    ),
    TableNeeds(
        "commodity", ("id",),
        ("name", "price", "status", "delivery_way", "delivery_message", "shared_id", "shared_stock", "minimum",
         "maximum"),
        optional=True,
    ),
    TableNeeds(
        "coupon", ("code", "status"), ("commodity_id", "category_id", "expire_time", "life", "use_life"), optional=True
    ),
)  # fmt: skip
UNSOLD = 0


def live_product(reader: Reader, product_id: str) -> LiveProduct | None:
    """A commodity as it is offered to guests now."""
    goods, key = reader.table("commodity"), whole(product_id)
    if not goods.readable or key is None:
        return None
    row = reader.first(sa.select(*goods.columns(*NEEDS[1].columns)).where(goods.column("id") == key))
    if row is None:
        return None
    return LiveProduct(
        product_id=product_id.strip(),
        price=values.money(row["price"]),
        stock=_stock(reader, row, key),
        on_sale=values.flag(row["status"]),
        name=values.text(row["name"]),
        min_quantity=values.count(row["minimum"]) or None,
        max_quantity=values.count(row["maximum"]) or None,
    )


def _stock(reader: Reader, row: Row, commodity_id: int) -> int | None:
    """The cards that are left, or what the upstream said last. Of what is delivered by hand nobody counts a stock."""
    if values.identity(row["shared_id"]):
        return _shared(values.document(row["shared_stock"]))
    cards = reader.table("card")
    if str(row["delivery_way"]) != "0" or not cards.has("commodity_id"):
        return None
    return reader.count(cards, cards.column("commodity_id") == commodity_id, cards.column("status") == UNSOLD)


def _shared(stock: object) -> int | None:
    """A number, or numbers by kind and option, in all."""
    if not isinstance(stock, dict):
        return values.count(stock)
    parts = [_shared(part) for part in stock.values()]
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def live_coupon(reader: Reader, code: str, now: datetime, zone: tzinfo) -> LiveCoupon | None:
    """A coupon that was not used up and has not expired."""
    coupons = reader.table("coupon")
    if not coupons.readable:
        return None
    query = sa.select(*coupons.columns(*NEEDS[2].columns)).where(coupons.column("code") == code)
    row = next((row for row in reader.rows(query) if str(row["code"]) == code), None)
    if row is None:
        return None
    ends_at = values.moment(row["expire_time"], zone)
    fault = _fault(row, ends_at, now)
    return LiveCoupon(code, fault is None, fault, ends_at, _products(row))


def _fault(row: Row, ends_at: datetime | None, now: datetime) -> CouponFault | None:
    if ends_at is not None and ends_at <= now:
        return "expired"
    if str(row["status"]) == "2":
        return "disabled"
    life, used = values.count(row["life"]), values.count(row["use_life"])
    return "used_up" if str(row["status"]) == "1" or (life and used is not None and used >= life) else None


def _products(row: Row) -> tuple[str, ...] | None:
    """Its product, or all; None where it is for a category, whose products are not read."""
    if product := values.identity(row["commodity_id"]):
        return (product,)
    return None if row["commodity_id"] is None or values.identity(row["category_id"]) else ()
