"""独角数卡 dujiaoka 2.x: its orders, read from its database."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from support.orders import dujiaoka_catalogue as catalogue
from support.orders import store_values as values
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.keys import fingerprint, lines_of, masked, prints, sold_twice
from support.orders.order import DeliveryKind, DeliveryState, Order, OrderItem
from support.orders.related import public_address
from support.orders.sql_connector import NUMBER, Heads, SqlConnector
from support.orders.sql_related import Kin
from support.orders.sql_store import ADDRESS, PROOF, Reader, Row, TableNeeds

UNPAID, PENDING, PROCESSING, COMPLETED, FAILED, ABNORMAL, EXPIRED = "1", "2", "3", "4", "5", "6", "-1"
PAID = frozenset({PENDING, PROCESSING, COMPLETED, FAILED, ABNORMAL})
NOT_PAID: dict[str, DeliveryState] = {UNPAID: "unpaid", EXPIRED: "expired"}
SHORTAGE = "库存可使用卡密不足，请联系管理员核查"
"""What the store writes where keys belong when it had too few of them."""
KINDS: dict[str, DeliveryKind] = {"1": "auto", "2": "manual"}
WAITING: dict[DeliveryKind, DeliveryState] = {"manual": "paid_pending", "auto": "not_delivered"}
NOTHING = Decimal(0)
KIN = Kin("id", "created_at", "status", "actual_price", ("email",), None, "buy_ip", "goods_id")


class Dujiaoka(SqlConnector):
    """Orders of dujiaoka.

    The store keeps no paid time, no delivery time, no refund and no buyer's account: these facts stay unknown. Its
    `updated_at` is none of them. Keys and orders are linked by text alone.
    """

    SOURCE = "dujiaoka"
    CLOCK = "Asia/Shanghai"
    COUPONS = "coupons"
    NEEDS = (
        TableNeeds(
            "orders",
            ("id", "order_sn", "status"),
            ("goods_id", "title", "type", "goods_price", "actual_price", "buy_amount", "search_pwd", "email", "info",
             "trade_no", "created_at", "deleted_at", "buy_ip"),
            why={
                "info": "tells keys from a shortage text and counts them; only a key's last four characters leave",
                "search_pwd": PROOF,
                "buy_ip": ADDRESS,
            },
        ),
        *catalogue.NEEDS,
    )  # fmt: skip

    def _heads(self, reader: Reader) -> Heads:
        orders = reader.table("orders")
        number = orders.required("order_sn")
        query = sa.select(number.label(NUMBER), *orders.columns(*self.NEEDS[0].columns))
        return Heads(query.where(orders.without("deleted_at")), number, orders.column("id"), orders)

    def _order(self, reader: Reader, head: Row) -> Order:
        status, paid = str(head["status"]), self._paid(head["status"])
        item = self._item(reader, head, status)
        email, password = values.text(head["email"]), values.text(head["search_pwd"])
        return Order(
            number=str(head["order_sn"]),
            items=(item,),
            source=self.SOURCE,
            paid=paid,
            created_at=values.moment(head["created_at"], self.zone),
            paid_amount=item.paid_amount,
            payment_count=0 if paid is False else None,
            payment_ref=values.text(head["trade_no"]),
            contact=email,
            proofs=(password,) if password else (),
            address=public_address(values.text(head["buy_ip"])),
        )

    def _item(self, reader: Reader, head: Row, status: str) -> OrderItem:
        kind, quantity = KINDS.get(str(head["type"])), values.count(head["buy_amount"])
        keys = delivered_keys(head) if status in PAID else ()
        state = _state(status, kind, len(keys), quantity, short=_short(head))
        return OrderItem(
            product_id=values.identity(head["goods_id"]),
            name=_name(head, quantity),
            quantity=quantity,
            delivered_quantity=_delivered(status, kind, len(keys), quantity),
            unit_price=values.money(head["goods_price"]),
            paid_amount=_paid_amount(head, status),
            delivery_kind=kind,
            delivery_state=state,
            duplicate_sale=_sold_twice(reader, head, keys) if keys else None,
            keys_masked=masked(keys),
            key_prints=prints(keys),
        )

    def _kin(self) -> Kin:
        return KIN

    def _paid(self, status: object) -> bool | None:
        return True if str(status) in PAID else (False if str(status) in NOT_PAID else None)

    def _product(self, reader: Reader, product_id: str) -> LiveProduct | None:
        return catalogue.live_product(reader, product_id)

    def _coupon(self, reader: Reader, code: str, now: datetime) -> LiveCoupon | None:
        return catalogue.live_coupon(reader, code)


def _paid_amount(head: Row, status: str) -> Decimal | None:
    if status in NOT_PAID:
        return NOTHING
    return values.money(head["actual_price"]) if status in PAID else None


def delivered_keys(head: Row) -> tuple[str, ...]:
    """The keys in `info`, which holds keys only in a completed order of automatic goods: else it is the buyer's form,
    or the text that tells of a shortage."""
    if str(head["status"]) != COMPLETED or str(head["type"]) != "1" or _short(head):
        return ()
    return lines_of(values.text(head["info"]))


def _short(head: Row) -> bool:
    return values.text(head["info"]) == SHORTAGE


def _state(
    status: str, kind: DeliveryKind | None, delivered: int, quantity: int | None, *, short: bool
) -> DeliveryState | None:
    if status in NOT_PAID:
        return NOT_PAID[status]
    if status == ABNORMAL or (short and status == COMPLETED):
        return "paid_undelivered_shortage"
    if status == FAILED:
        return "failed"
    if status in {PENDING, PROCESSING}:
        return None if kind is None else WAITING[kind]
    if status != COMPLETED or kind is None:
        return None
    return "delivered" if kind == "manual" else _of_keys(delivered, quantity)


def _of_keys(delivered: int, quantity: int | None) -> DeliveryState | None:
    if quantity is None:
        return None
    if delivered == 0:
        return "not_delivered"
    return "delivered" if delivered >= quantity else "partially_delivered"


def _delivered(status: str, kind: DeliveryKind | None, keys: int, quantity: int | None) -> int | None:
    if status == COMPLETED:
        counted = keys if quantity is None else min(keys, quantity)  # a key may have several lines
        return {"auto": counted, "manual": quantity}.get(kind or "")
    return 0 if status in PAID or status in NOT_PAID else None


def _name(head: Row, quantity: int | None) -> str | None:
    """The title without the quantity that the store appends: `商品名 x 2`."""
    title = values.text(head["title"])
    return re.sub(rf"\s*[x×]\s*{quantity}$", "", title) or title if title else None


def _sold_twice(reader: Reader, head: Row, keys: tuple[str, ...]) -> bool | None:
    elsewhere = _keys_elsewhere(reader, head, keys)
    return sold_twice(keys, elsewhere, _loop_marks(reader, head["goods_id"], keys) if elsewhere else {})


def _keys_elsewhere(reader: Reader, head: Row, keys: tuple[str, ...]) -> tuple[str, ...]:
    orders = reader.table("orders")
    if not orders.has("goods_id", "info", "type"):
        return ()
    info = orders.column("info")
    query = sa.select(*orders.columns("info", "type", "status")).where(
        orders.column("goods_id") == head["goods_id"], orders.column("id") != head["id"], orders.without("deleted_at"),
        sa.or_(*(info.contains(key.strip(), autoescape=True) for key in keys)),
    )  # fmt: skip
    return tuple(key for row in reader.rows(query) for key in delivered_keys(row))


def _loop_marks(reader: Reader, goods_id: object, keys: tuple[str, ...]) -> dict[bytes, bool]:
    """By fingerprint: whether the key is a loop key. A row that was deleted counts only where none is left."""
    carmis = reader.table("carmis")
    if not carmis.has("carmi", "is_loop", "goods_id"):
        return {}
    same_text = sa.or_(*(carmis.column("carmi").contains(key.strip(), autoescape=True) for key in keys))
    query = sa.select(*carmis.columns("carmi", "is_loop", "deleted_at")).where(
        carmis.column("goods_id") == goods_id, same_text
    )
    rows = sorted(reader.rows(query), key=lambda row: (row["deleted_at"] is None, not values.flag(row["is_loop"])))
    found = {fingerprint(str(row["carmi"])): values.flag(row["is_loop"]) for row in rows}
    return {mark: loop for mark, loop in found.items() if loop is not None}
