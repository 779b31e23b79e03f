"""A Dujiao-Next store, from its documented columns: an order for every status and every trap."""

from __future__ import annotations

import json
from typing import Any

from tests.support.orders.stores.filling import Rows

SCHEMA = """
CREATE TABLE `orders` (
  `id` integer NOT NULL PRIMARY KEY, `order_no` varchar(32) NOT NULL UNIQUE, `parent_id` integer,
  `user_id` integer NOT NULL DEFAULT 0, `guest_email` text, `guest_password` varchar(200), `guest_locale` text,
  `browser_token_hash` char(64), `status` text NOT NULL, `currency` text NOT NULL DEFAULT 'CNY',
  `original_amount` decimal(20,2) NOT NULL DEFAULT 0, `discount_amount` decimal(20,2) NOT NULL DEFAULT 0,
  `total_amount` decimal(20,2) NOT NULL DEFAULT 0, `wallet_paid_amount` decimal(20,2) NOT NULL DEFAULT 0,
  `online_paid_amount` decimal(20,2) NOT NULL DEFAULT 0, `refunded_amount` decimal(20,2) NOT NULL DEFAULT 0,
  `coupon_id` integer, `affiliate_code` text, `reseller_id` integer, `client_ip` text, `expires_at` {time},
  `paid_at` {time}, `canceled_at` {time}, `created_at` {time}, `updated_at` {time}, `deleted_at` {time}
);
CREATE TABLE `order_items` (
  `id` integer NOT NULL PRIMARY KEY, `order_id` integer NOT NULL, `product_id` integer NOT NULL,
  `sku_id` integer NOT NULL DEFAULT 0, `title_json` text, `unit_price` decimal(20,2) NOT NULL DEFAULT 0,
  `cost_price` decimal(20,2) NOT NULL DEFAULT 0, `quantity` integer NOT NULL DEFAULT 1,
  `total_price` decimal(20,2) NOT NULL DEFAULT 0, `coupon_discount` decimal(20,2) NOT NULL DEFAULT 0,
  `fulfillment_type` text NOT NULL, `manual_form_submission_json` text, `deleted_at` {time}
);
CREATE TABLE `fulfillments` (
  `id` integer NOT NULL PRIMARY KEY, `order_id` integer NOT NULL UNIQUE, `type` text NOT NULL, `status` text NOT NULL,
  `payload` text, `delivered_by` integer, `delivered_at` {time}, `deleted_at` {time}
);
CREATE TABLE `card_secrets` (
  `id` integer NOT NULL PRIMARY KEY, `product_id` integer NOT NULL, `sku_id` integer NOT NULL DEFAULT 0,
  `batch_id` integer, `secret` text NOT NULL, `status` text NOT NULL, `is_loop` boolean NOT NULL DEFAULT false,
  `order_id` integer, `reserved_at` {time}, `used_at` {time}, `deleted_at` {time}
);
CREATE TABLE `payments` (
  `id` integer NOT NULL PRIMARY KEY, `order_id` integer NOT NULL, `provider_type` text, `amount` decimal(20,2) NOT NULL,
  `currency` text, `status` text NOT NULL, `provider_ref` text, `gateway_order_no` text, `paid_at` {time},
  `deleted_at` {time}
);
CREATE TABLE `procurement_orders` (
  `id` integer NOT NULL PRIMARY KEY, `local_order_id` integer NOT NULL, `status` text NOT NULL, `error_message` text,
  `deleted_at` {time}
);
CREATE TABLE `users` (
  `id` integer NOT NULL PRIMARY KEY, `email` text NOT NULL, `password_hash` text, `deleted_at` {time}
);
CREATE TABLE `products` (
  `id` integer NOT NULL PRIMARY KEY, `title_json` text, `price_amount` decimal(20,2) NOT NULL DEFAULT 0,
  `fulfillment_type` text NOT NULL, `is_active` boolean NOT NULL DEFAULT true, `deleted_at` {time}
);
CREATE TABLE `product_skus` (
  `id` integer NOT NULL PRIMARY KEY, `product_id` integer NOT NULL, `manual_stock_total` integer NOT NULL DEFAULT 0,
  `is_active` boolean NOT NULL DEFAULT true, `deleted_at` {time}
);
CREATE TABLE `coupons` (
  `id` integer NOT NULL PRIMARY KEY, `code` text NOT NULL UNIQUE, `type` text, `value` decimal(20,2),
  `min_amount` decimal(20,2) NOT NULL DEFAULT 0, `usage_limit` integer NOT NULL DEFAULT 0,
  `used_count` integer NOT NULL DEFAULT 0, `scope_type` text, `scope_ref_ids` text, `starts_at` {time},
  `ends_at` {time}, `is_active` boolean NOT NULL DEFAULT true, `deleted_at` {time}
)
"""
AUTO, MANUAL, UPSTREAM, LOOP = 1, 2, 3, 4
TWICE, SHARED = "TWICE-SOLD-0001-WXYZ", "shared@example.org----pass-SHARED1"
CREATED, PAID, SENT = "2026-03-01 04:00:00", "2026-03-01 04:01:00", "2026-03-01 04:01:30"
KIND = {AUTO: "auto", MANUAL: "manual", UPSTREAM: "upstream", LOOP: "auto"}
TITLES = {AUTO: "星云礼品卡", MANUAL: "代充", UPSTREAM: "上游卡", LOOP: "共享账号"}
HASHED = "hmac-sha256:" + "0a" * 32


class Builder:
    """Collects the rows of purchases."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **cells: Any) -> int:
        """Add a row; its id."""
        held = self.rows.setdefault(table, [])
        held.append({"id": len(held) + 1} | cells)
        return int(held[-1]["id"])

    def order(self, number: str, status: str, parent: int | None = None, **cells: Any) -> int:
        """A row of `orders`, paid unless its status says otherwise."""
        paid = None if status in {"pending_payment", "canceled"} else PAID
        base = {
            "guest_email": "li.lei@example.org", "guest_password": "查询密码9", "total_amount": "30.00",
            "paid_at": paid, "created_at": CREATED,
        }  # fmt: skip
        return self.add("orders", order_no=number, status=status, parent_id=parent, **(base | cells))

    def item(self, order_id: int, product: int = AUTO, **cells: Any) -> None:
        """One of a product at 30.00."""
        base = {"unit_price": "30.00", "total_price": "30.00", "quantity": 1}
        title = json.dumps({"en-US": "Item", "zh-CN": TITLES[product]}, ensure_ascii=False)
        self.add("order_items", order_id=order_id, product_id=product, title_json=title,
                 fulfillment_type=KIND[product], **(base | cells))  # fmt: skip

    def sent(self, order_id: int, payload: str, product: int = AUTO, status: str = "delivered") -> None:
        """The letter that went out."""
        at = SENT if status == "delivered" else None
        self.add("fulfillments", order_id=order_id, type=KIND[product], status=status, payload=payload, delivered_at=at)

    def secret(self, text: str, order_id: int | None = None, product: int = AUTO, **cells: Any) -> None:
        """A key, used or available."""
        base: dict[str, Any] = {"status": "used" if order_id else "available", "order_id": order_id, "is_loop": False}
        self.add("card_secrets", product_id=product, secret=text, **(base | cells))

    def purchase(self, number: str, status: str, product: int = AUTO, letter: str = "", **cells: Any) -> int:
        """A parent with one child; the child's id."""
        parent = self.order(number, status, **cells)
        cells.pop("refunded_amount", None)
        child = self.order(f"{number}-01", status, parent, **cells)
        self.item(child, product)
        if letter:
            self.sent(child, letter, product)
        return child


def rows() -> Rows:
    """Every row of the store."""
    made = Builder()
    _ordinary(made)
    _refunds(made)
    _keys(made)
    _catalogue(made)
    return made.rows


def _ordinary(made: Builder) -> None:
    parent = made.order("DJ2026DELIVERED", "completed", user_id=7, guest_email="", guest_password="",
                        total_amount="85.00", reseller_id=4)  # fmt: skip
    first = made.order("DJ2026DELIVERED-01", "delivered", parent, user_id=7, total_amount="57.00", paid_at=None)
    made.item(first, quantity=2, total_price="60.00", coupon_discount="3.00")
    made.sent(first, "NEBULA-0001-ABCD\nNEBULA-0002-EFGH")
    second = made.order("DJ2026DELIVERED-02", "delivered", parent, user_id=7, total_amount="28.00", paid_at=None)
    made.item(second, MANUAL, unit_price="30.00", total_price="30.00", coupon_discount="2.00")
    made.sent(second, "已充值", MANUAL)
    made.add("payments", order_id=parent, amount="85.00", status="success", provider_ref="2026030122001")
    made.add("payments", order_id=parent, amount="85.00", status="expired", provider_ref="")
    made.purchase("DJ2026UNPAID", "pending_payment", guest_email="han.mm@example.org", guest_password="pw2")
    made.purchase("DJ2026EXPIRED", "canceled")
    made.purchase("DJ2026NOTSENT", "paid")
    made.purchase("DJ2026MANUAL", "paid", MANUAL)
    made.purchase("DJ2026UPSTREAM", "fulfilling", UPSTREAM)
    failed = made.purchase("DJ2026UPFAILED", "paid", UPSTREAM)
    made.add("procurement_orders", local_order_id=failed, status="submitted")
    made.add("procurement_orders", local_order_id=failed, status="rejected", error_message="insufficient_stock")
    made.purchase("DJ2026CANCELED", "canceled", paid_at=PAID)
    late = made.order("DJ2026LATE", "canceled")
    made.item(late)
    made.add("payments", order_id=late, amount="30.00", status="success", provider_ref="LATE-1", paid_at=SENT)
    double = made.order("DJ2026DOUBLE", "paid")
    made.item(double)
    for ref in ("ALI-1", "WX-2", "WX-2"):
        made.add("payments", order_id=double, amount="30.00", status="success", provider_ref=ref)
    made.add("payments", order_id=double, amount="30.00", status="failed", provider_ref="ALI-0")
    own = made.order("DJ2026OWNITEM", "delivered", guest_password=HASHED)
    made.item(own, UPSTREAM, quantity=3)
    made.sent(own, "UPSTREAM-LETTER-0001", UPSTREAM)
    partly = made.order("DJ2026PARTLY", "partially_delivered")
    made.item(partly, quantity=3)
    made.sent(partly, "PARTLY-0001-IJKL", status="pending")
    made.secret("PARTLY-0001-IJKL", partly)
    for number, status in (("DJ2026LEFTBEHIND", "paid"), ("DJ2026LEFTEXPIRED", "canceled")):
        parent = made.order(number, status)
        made.item(made.order(f"{number}-01", "pending_payment", parent))
    made.purchase("DJ2026NOTIME", "paid", paid_at=None)
    made.purchase("DJ2026GONE", "paid", deleted_at=SENT)
    made.purchase("DJ2026MEMBER2", "paid", user_id=7, created_at="2026-03-02 04:00:00")
    _values(made)


PROCUREMENTS = (
    "pending", "submitted", "accepted", "rejected", "failed", "partially_refunded", "fulfilled", "completed",
    "refunded", "canceled",
)  # fmt: skip
"""Every status of the upstream's order."""


def _values(made: Builder) -> None:
    """What else a store writes: payments that did not succeed, and an order for each of the upstream's states."""
    for status in ("initiated", "pending", "failed", "expired"):
        unpaid = next(row["id"] for row in made.rows["orders"] if row["order_no"] == "DJ2026UNPAID")
        made.add("payments", order_id=unpaid, amount="30.00", status=status, provider_ref=f"NOT-{status}")
    for status in PROCUREMENTS:
        for own in ("paid", "fulfilling"):
            order = made.purchase(f"DJ-{own[:4]}-{status}".upper(), own, UPSTREAM)
            made.add("procurement_orders", local_order_id=order, status=status)


def _refunds(made: Builder) -> None:
    made.purchase("DJ2026REFUNDED", "refunded", letter="REFUNDED-0001-MNOP", refunded_amount="30.00")
    parent = made.order("DJ2026PARTREFUND", "partially_refunded", total_amount="60.00")
    for part, back in (("01", "10.00"), ("02", "0")):
        child = made.order(f"DJ2026PARTREFUND-{part}", "delivered", parent, refunded_amount=back)
        made.item(child, AUTO if part == "01" else MANUAL)
    above = made.order("DJ2026ABOVE", "partially_refunded", total_amount="60.00", refunded_amount="5.00")
    for part in ("01", "02"):
        made.item(made.order(f"DJ2026ABOVE-{part}", "delivered", above), AUTO if part == "01" else MANUAL)


def _keys(made: Builder) -> None:
    for number, letter, product in (
        ("DJ2026TWICEA", TWICE, AUTO), ("DJ2026TWICEB", TWICE, AUTO), ("DJ2026LIKETWICE", TWICE.lower(), AUTO),
        ("DJ2026LOOPA", SHARED, LOOP), ("DJ2026LOOPB", SHARED, LOOP), ("DJ2026ALONE", "ALONE-0001-QRST", AUTO),
    ):  # fmt: skip
        made.purchase(number, "delivered", product, letter)
    canceled = made.purchase("DJ2026CANCELEDKEY", "canceled", letter="ALONE-0001-QRST", paid_at=PAID)
    made.secret("ALONE-0001-QRST", canceled)
    by_row = made.order("DJ2026BYROW", "delivered")
    made.item(by_row)
    made.secret("BY-ROW-0001-UVWX", by_row)
    made.secret(TWICE, 9999)
    made.secret(SHARED, None, LOOP, is_loop=True)


def _catalogue(made: Builder) -> None:
    for text in ("UNSOLD-0001-AAAA", "UNSOLD-0002-BBBB"):
        made.secret(text)
    made.secret("RESERVED-0001-CCCC", None, status="reserved")
    made.secret("UNSOLD-DELETED-1", None, deleted_at=SENT)
    for product, kind in KIND.items():
        made.add("products", title_json=json.dumps({"zh-CN": TITLES[product]}), price_amount="30.00",
                 fulfillment_type=kind, is_active=product != LOOP)  # fmt: skip
    made.add("product_skus", product_id=MANUAL, manual_stock_total=4)
    made.add("product_skus", product_id=MANUAL, manual_stock_total=3)
    made.add("product_skus", product_id=MANUAL, manual_stock_total=9, deleted_at=SENT)
    made.add("products", title_json=json.dumps({"zh-CN": "不限量"}), price_amount="1.00", fulfillment_type="manual")
    made.add("product_skus", product_id=5, manual_stock_total=-1)
    made.add("users", email="hanmeimei@example.org", password_hash="HASH")
    made.rows["users"][0]["id"] = 7
    made.add("coupons", code="SPRING", min_amount="20.00", scope_type="product", scope_ref_ids="[1]",
             starts_at="2026-03-01 00:00:00", ends_at="2026-04-01 00:00:00")  # fmt: skip
    made.add("coupons", code="USEDUP", usage_limit=2, used_count=2)
    made.add("coupons", code="OFF", is_active=False)
    made.add("coupons", code="GONE", deleted_at=SENT)
