"""An acg-faka store, from its documented columns: an order for every status and every trap."""

from __future__ import annotations

import json
from typing import Any

from tests.support.orders.stores.filling import Rows

SCHEMA = """
CREATE TABLE `acg_order` (
  `id` int NOT NULL PRIMARY KEY, `owner` int NOT NULL DEFAULT 0, `user_id` int NOT NULL DEFAULT 0,
  `trade_no` char(19) NOT NULL UNIQUE, `amount` decimal(10,2) NOT NULL DEFAULT 0, `commodity_id` int NOT NULL,
  `card_id` int DEFAULT NULL, `card_num` int NOT NULL DEFAULT 1, `pay_id` int NOT NULL DEFAULT 1,
  `create_time` datetime NOT NULL, `create_ip` varchar(15) NOT NULL, `create_device` tinyint NOT NULL DEFAULT 0,
  `pay_time` datetime DEFAULT NULL, `status` tinyint NOT NULL DEFAULT 0, `secret` longtext,
  `password` varchar(32) DEFAULT NULL, `contact` varchar(32) DEFAULT NULL,
  `delivery_status` tinyint NOT NULL DEFAULT 0, `pay_url` text, `coupon_id` int DEFAULT NULL,
  `cost` decimal(10,2) NOT NULL DEFAULT 0, `from` int DEFAULT NULL, `premium` decimal(10,2) DEFAULT 0,
  `widget` text, `leave_message` text, `rent` decimal(10,2) DEFAULT 0, `race` varchar(32) DEFAULT NULL,
  `rebate` decimal(10,2) DEFAULT 0, `pay_cost` decimal(10,2) DEFAULT 0, `sku` text, `divide_amount` decimal(10,2),
  `substation_user_id` int DEFAULT NULL, `request_no` varchar(19) UNIQUE
);
CREATE TABLE `acg_card` (
  `id` int NOT NULL PRIMARY KEY, `owner` int NOT NULL DEFAULT 0, `commodity_id` int NOT NULL, `draft` varchar(255),
  `secret` varchar(760) NOT NULL, `create_time` datetime NOT NULL, `purchase_time` datetime DEFAULT NULL,
  `order_id` int DEFAULT NULL, `status` tinyint NOT NULL DEFAULT 0, `note` varchar(64), `race` varchar(32),
  `sku` text, `draft_premium` decimal(10,2), `cost` decimal(10,2)
);
CREATE TABLE `acg_commodity` (
  `id` int NOT NULL PRIMARY KEY, `category_id` int NOT NULL DEFAULT 1, `name` varchar(255) NOT NULL,
  `factory_price` decimal(10,2) DEFAULT 0, `price` decimal(10,2) DEFAULT 0, `user_price` decimal(10,2) DEFAULT 0,
  `status` tinyint NOT NULL DEFAULT 0, `owner` int NOT NULL DEFAULT 0, `code` char(16) NOT NULL UNIQUE,
  `delivery_way` tinyint NOT NULL DEFAULT 0, `delivery_auto_mode` tinyint NOT NULL DEFAULT 0, `delivery_message` text,
  `shared_id` int DEFAULT NULL, `shared_code` varchar(64), `shared_premium` decimal(10,2), `shared_stock` text,
  `stock` int NOT NULL DEFAULT 0, `minimum` int NOT NULL DEFAULT 0, `maximum` int NOT NULL DEFAULT 0
);
CREATE TABLE `acg_coupon` (
  `id` int NOT NULL PRIMARY KEY, `code` varchar(64) NOT NULL UNIQUE, `commodity_id` int NOT NULL DEFAULT 0,
  `owner` int NOT NULL DEFAULT 0, `expire_time` datetime DEFAULT NULL, `money` decimal(10,2) NOT NULL DEFAULT 0,
  `status` tinyint NOT NULL DEFAULT 0, `category_id` int NOT NULL DEFAULT 0, `life` int NOT NULL DEFAULT 0,
  `use_life` int NOT NULL DEFAULT 0
);
CREATE TABLE `acg_user` (
  `id` int NOT NULL PRIMARY KEY, `username` varchar(32), `email` varchar(64), `password` varchar(64),
  `salt` varchar(32), `app_key` varchar(32)
);
CREATE TABLE `acg_pay_config` (`id` int NOT NULL PRIMARY KEY, `config` text);
"""
AUTO, MANUAL, SHARED, GONE = 1, 2, 3, 99
SHORTAGE = "很抱歉，有人在你付款之前抢走了商品，请联系客服。"
NO_CONTENT = "此商品没有发货信息或正在发货中"
WAIT = "正在发货中，请耐心等待，如有疑问，请联系客服。"
MESSAGE = "客服会在一小时内为您充值"
TWICE = "TWICE-SOLD-0001-WXYZ"


def order(id: int, number: str, **cells: Any) -> dict[str, Any]:
    """A row of `acg_order`: one of the automatic product, paid a minute after noon in Shanghai, marked as delivered."""
    return {
        "id": id, "trade_no": number, "amount": "30.00", "commodity_id": AUTO, "card_num": 1,
        "create_time": "2026-03-01 12:00:00", "create_ip": "192.0.2.1", "pay_time": "2026-03-01 12:01:00", "status": 1,
        "contact": "13800001111", "delivery_status": 1, "request_no": number,
    } | cells  # fmt: skip


UNPAID: dict[str, Any] = {"status": 0, "pay_time": None, "delivery_status": 0}
WAITING: dict[str, Any] = {"commodity_id": MANUAL, "delivery_status": 0}
ORDERS = [
    order(1, "100260301120000101", owner=7, user_id=3, card_num=2, amount="59.80", password="查询密码9", race="月卡",
          secret="NEBULA-0001-ABCD\nNEBULA-0002-EFGH"),
    order(2, "200260301120000202", contact="han.mm@example.org", **UNPAID),
    order(3, "300260301120000303", secret=SHORTAGE),
    order(4, "400260301120000404", card_num=3, secret="PARTIAL-0001-IJKL"),
    order(5, "500260301120000505", delivery_status=0),
    order(6, "600260301120000606", secret=WAIT, **WAITING),
    order(7, "700260301120000707", secret=MESSAGE, **WAITING),
    order(8, "800260301120000808", commodity_id=MANUAL, card_num=2, secret="已充值到账号 hanmeimei"),
    order(9, "900260301120000909", commodity_id=MANUAL, secret=MESSAGE),
    order(10, "110260301120001010", commodity_id=MANUAL, secret=""),
    order(11, "111260301120001111", commodity_id=SHARED, **UNPAID),
    order(12, "112260301120001212", commodity_id=SHARED, secret=NO_CONTENT),
    order(13, "113260301120001313", commodity_id=SHARED, secret="UPSTREAM-0001-UVWX"),
    order(14, "114260301120001414", commodity_id=SHARED, delivery_status=0),
    order(15, "115260301120001515", commodity_id=GONE, secret="WAS-SOLD-0001-YYYY"),
    order(16, "116260301120001616", commodity_id=GONE, **UNPAID),
    order(17, "117260301120001717", secret="CARDS-WERE-PURGED-1"),
    order(18, "118260301120001818", owner=7, create_time="2026-03-02 12:00:00", commodity_id=MANUAL, secret="好了",
          substation_user_id=5),
    order(20, "120260301120002020", secret=TWICE),
    order(21, "121260301120002121", secret=TWICE),
    order(22, "122260301120002222", secret=TWICE.lower()),
    order(23, "123260301120002323", secret="ONLY-HERE-0001-ZZZZ"),
]  # fmt: skip


def card(id: int, text: str, order_id: int | None = None, **cells: Any) -> dict[str, Any]:
    """A row of `acg_card`: sold with an order, or not sold."""
    sold = {"order_id": order_id, "status": 1, "purchase_time": "2026-03-01 12:01:05"} if order_id else {"status": 0}
    return {"id": id, "commodity_id": AUTO, "secret": text, "create_time": "2026-02-01 00:00:00"} | sold | cells


ROWS: Rows = {
    "acg_order": ORDERS,
    "acg_card": [
        card(1, "NEBULA-0001-ABCD", 1), card(2, "NEBULA-0002-EFGH", 1), card(3, "PARTIAL-0001-IJKL", 4),
        card(4, TWICE, 20), card(5, TWICE, 21), card(6, TWICE.lower(), 22), card(7, "ONLY-HERE-0001-ZZZZ", 23),
        card(8, "UNSOLD-0001-AAAA"), card(9, "UNSOLD-0002-BBBB"), card(10, "LOCKED-0001-CCCC", status=2),
    ],
    "acg_commodity": [
        {"id": AUTO, "name": "星云礼品卡", "price": "29.90", "user_price": "28.00", "status": 1, "code": "A" * 16,
         "stock": 999, "minimum": 1, "maximum": 10, "shared_id": 0},
        {"id": MANUAL, "name": "代充", "price": "9.00", "user_price": "9.00", "status": 1, "code": "B" * 16,
         "delivery_way": 1, "delivery_message": MESSAGE, "stock": 999},
        {"id": SHARED, "name": "上游卡", "price": "5.00", "user_price": "5.00", "status": 0, "code": "C" * 16,
         "shared_id": 2, "shared_stock": json.dumps({"月卡": {"一区": 3}, "年卡": 4})},
    ],
    "acg_coupon": [
        {"id": 1, "code": "SPRING", "commodity_id": AUTO, "expire_time": "2026-03-31 23:59:59"},
        {"id": 2, "code": "OLD", "expire_time": "2026-03-01 12:00:00"},
        {"id": 3, "code": "USED", "status": 1},
        {"id": 4, "code": "LOCKED", "status": 2},
        {"id": 5, "code": "CATEGORY", "category_id": 4},
        {"id": 6, "code": "EVERYTHING"},
    ],
    "acg_user": [{"id": 7, "username": "hmm", "password": "HASH", "salt": "SALT", "app_key": "APPKEY"}],
    "acg_pay_config": [{"id": 1, "config": "GATEWAY-SECRET"}],
}  # fmt: skip
