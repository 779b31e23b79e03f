"""A qs-faka store, from its documented columns, and the mapping that reads it."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.support.orders.stores.filling import Rows

SCHEMA = """
CREATE TABLE `order` (
  `id` int NOT NULL PRIMARY KEY, `user_id` int NOT NULL, `goods_id` int NOT NULL,
  `trade_no` varchar(64) NOT NULL UNIQUE, `transaction_id` varchar(64), `paytype` int,
  `channel_id` int, `goods_name` varchar(255),
  `goods_price` decimal(10,3) NOT NULL DEFAULT 0, `quantity` int NOT NULL DEFAULT 1,
  `total_price` decimal(10,3) NOT NULL DEFAULT 0, `take_card_type` int, `take_card_password` varchar(20),
  `contact` varchar(64), `email` varchar(64), `status` int NOT NULL DEFAULT 0, `is_freeze` int NOT NULL DEFAULT 0,
  `create_at` int NOT NULL, `create_ip` varchar(32), `success_at` int NOT NULL DEFAULT 0,
  `sendout` int NOT NULL DEFAULT 0
);
CREATE TABLE `order_card` (
  `id` int NOT NULL PRIMARY KEY, `order_id` int NOT NULL, `number` varchar(255), `secret` varchar(255), `card_id` int
);
CREATE TABLE `goods_card` (`id` int NOT NULL PRIMARY KEY, `goods_id` int NOT NULL, `status` int NOT NULL);
CREATE TABLE `goods` (
  `id` int NOT NULL PRIMARY KEY, `name` varchar(255), `price` decimal(10,3), `status` int, `limit_quantity` int,
  `limit_quantity_max` int, `delete_at` int
);
CREATE TABLE `goods_coupon` (
  `id` int NOT NULL PRIMARY KEY, `code` varchar(64) NOT NULL, `status` int NOT NULL, `expire_at` int NOT NULL,
  `min_banlance` decimal(10,2)
)
"""
MAPPING = """
[order]
table = "order"
id = "id"
number = "trade_no"
product = "goods_id"
name = "goods_name"
quantity = "quantity"
delivered_quantity = "sendout"
unit_price = "goods_price"
paid_amount = "total_price"
created_at = "create_at"
paid_at = "success_at"
payment_ref = "transaction_id"
contact = "contact"
proofs = ["email", "take_card_password"]
frozen = "is_freeze"
distributor = "user_id"

[status]
column = "status"
unpaid = [0]
paid = [1]
expired = [2]
refunded = [3]

[kind]
always = "auto"

[keys]
table = "order_card"
order = "order_id"
text = ["number", "secret"]

[product]
table = "goods"
id = "id"
name = "name"
price = "price"
on_sale = "status"
min_quantity = "limit_quantity"
max_quantity = "limit_quantity_max"
without = ["delete_at"]

[stock]
table = "goods_card"
product = "goods_id"
only = { status = [1] }

[coupon]
table = "goods_coupon"
code = "code"
ends_at = "expire_at"
min_amount = "min_banlance"
only = { status = [1] }
"""
OPTIONS: dict[str, Any] = tomllib.loads(MAPPING)
CREATED, PAID = 1772337600, 1772337660


def order(id: int, number: str, status: int, **cells: Any) -> dict[str, Any]:
    """A row of `order`: one at 19.90."""
    return {
        "id": id, "user_id": 3, "goods_id": 1, "trade_no": number, "goods_name": "星云礼品卡", "goods_price": "19.900",
        "total_price": "19.900", "contact": "li.lei@example.org", "status": status, "create_at": CREATED + id,
        "success_at": PAID if status in {1, 3} else 0,
    } | cells  # fmt: skip


def card(id: int, order_id: int, number: str, secret: str = "") -> dict[str, Any]:
    """A row of `order_card`."""
    return {"id": id, "order_id": order_id, "number": number, "secret": secret}


ROWS: Rows = {
    "order": [
        order(1, "QS2026DELIVERED", 1, quantity=2, sendout=2, total_price="35.800", create_at=CREATED,
              take_card_password="查询密码9", transaction_id="2026030122001"),
        order(2, "QS2026UNPAID", 0, contact="han.mm@example.org"),
        order(3, "QS2026CLOSED", 2),
        order(4, "QS2026REFUNDED", 3, sendout=1),
        order(5, "QS2026PARTLY", 1, quantity=3, sendout=1),
        order(6, "QS2026NOTSENT", 1),
        order(7, "QS2026FROZEN", 1, sendout=1, is_freeze=1),
        order(8, "QS2026ODD", 8),
        order(9, "QS2026TWICEA", 1, sendout=1),
        order(10, "QS2026TWICEB", 1, sendout=1),
        order(11, "QS2026HALFTWICE", 1, sendout=1),
    ],
    "order_card": [
        card(1, 1, "NEBULA-0001-ABCD"), card(2, 1, "NEBULA-0002-EFGH"), card(3, 9, "20001", "TWICE-WXYZ"),
        card(4, 10, "20001", "TWICE-WXYZ"), card(5, 11, "20001", "OTHER-QRST"), card(6, 5, "PARTLY-0001-IJKL"),
        card(7, 7, "FROZEN-0001-MNOP"),
    ],
    "goods_card": [
        {"id": 1, "goods_id": 1, "status": 1}, {"id": 2, "goods_id": 1, "status": 1},
        {"id": 3, "goods_id": 1, "status": 2}, {"id": 4, "goods_id": 1, "status": -1},
        {"id": 5, "goods_id": 1, "status": 0},
    ],
    "goods": [
        {"id": 1, "name": "星云礼品卡", "price": "19.900", "status": 1, "limit_quantity": 1, "limit_quantity_max": 5},
        {"id": 2, "name": "已删除", "price": "1.000", "status": 1, "delete_at": CREATED},
    ],
    "goods_coupon": [
        {"id": 1, "code": "SPRING", "status": 1, "expire_at": 1785000000, "min_banlance": "20.00"},
        {"id": 2, "code": "OLD", "status": 1, "expire_at": CREATED, "min_banlance": "0"},
        {"id": 3, "code": "USED", "status": 2, "expire_at": 1785000000, "min_banlance": "0"},
    ],
}  # fmt: skip
