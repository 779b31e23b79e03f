"""A dujiaoka store, from its documented columns: an order for every status and every trap."""

from __future__ import annotations

from typing import Any

from tests.support.orders.stores.filling import Rows

SCHEMA = """
CREATE TABLE `orders` (
  `id` bigint NOT NULL PRIMARY KEY, `order_sn` varchar(150) NOT NULL UNIQUE, `goods_id` int NOT NULL,
  `coupon_id` int NOT NULL DEFAULT 0, `title` varchar(200) NOT NULL, `type` tinyint NOT NULL DEFAULT 1,
  `goods_price` decimal(10,2) NOT NULL DEFAULT 0, `buy_amount` int NOT NULL DEFAULT 1,
  `coupon_discount_price` decimal(10,2) NOT NULL DEFAULT 0,
  `wholesale_discount_price` decimal(10,2) NOT NULL DEFAULT 0, `total_price` decimal(10,2) NOT NULL DEFAULT 0,
  `actual_price` decimal(10,2) NOT NULL DEFAULT 0, `search_pwd` varchar(200) NOT NULL DEFAULT '',
  `email` varchar(200) NOT NULL, `info` text, `pay_id` int DEFAULT NULL, `buy_ip` varchar(50) NOT NULL,
  `trade_no` varchar(200) NOT NULL DEFAULT '', `status` tinyint NOT NULL DEFAULT 1,
  `coupon_ret_back` tinyint NOT NULL DEFAULT 0, `created_at` timestamp NULL DEFAULT NULL,
  `updated_at` timestamp NULL DEFAULT NULL, `deleted_at` timestamp NULL DEFAULT NULL
);
CREATE TABLE `carmis` (
  `id` int NOT NULL PRIMARY KEY, `goods_id` int NOT NULL, `status` tinyint NOT NULL DEFAULT 1,
  `is_loop` tinyint NOT NULL DEFAULT 0, `carmi` text NOT NULL, `created_at` timestamp NULL DEFAULT NULL,
  `updated_at` timestamp NULL DEFAULT NULL, `deleted_at` timestamp NULL DEFAULT NULL
);
CREATE TABLE `goods` (
  `id` int NOT NULL PRIMARY KEY, `group_id` int NOT NULL DEFAULT 1, `gd_name` varchar(200) NOT NULL,
  `retail_price` decimal(10,2) DEFAULT 0, `actual_price` decimal(10,2) DEFAULT 0, `in_stock` int NOT NULL DEFAULT 0,
  `buy_limit_num` int NOT NULL DEFAULT 0, `type` tinyint NOT NULL DEFAULT 1, `is_open` tinyint NOT NULL DEFAULT 1,
  `created_at` timestamp NULL DEFAULT NULL, `updated_at` timestamp NULL DEFAULT NULL,
  `deleted_at` timestamp NULL DEFAULT NULL
);
CREATE TABLE `coupons` (
  `id` int NOT NULL PRIMARY KEY, `discount` decimal(10,2) NOT NULL DEFAULT 0, `is_use` tinyint NOT NULL DEFAULT 1,
  `is_open` tinyint NOT NULL DEFAULT 1, `coupon` varchar(150) NOT NULL UNIQUE, `ret` int NOT NULL DEFAULT 0,
  `deleted_at` timestamp NULL DEFAULT NULL
);
CREATE TABLE `coupons_goods` (
  `id` int NOT NULL PRIMARY KEY, `goods_id` int NOT NULL, `coupons_id` int NOT NULL
);
CREATE TABLE `pays` (
  `id` int NOT NULL PRIMARY KEY, `pay_name` varchar(200) NOT NULL, `merchant_id` varchar(200), `merchant_key` text,
  `merchant_pem` text
);
"""
AUTO, MANUAL, LOOP = 1, 2, 3
SHORTAGE = "库存可使用卡密不足，请联系管理员核查"
TWICE, SHARED = "TWICE-SOLD-0001-WXYZ", "shared@example.org----pass-SHARED1"


def order(id: int, number: str, status: int, **cells: Any) -> dict[str, Any]:
    """A row of `orders`: one of the automatic product at 19.90, made at noon in Shanghai."""
    return {
        "id": id, "order_sn": number, "goods_id": AUTO, "title": "星云礼品卡 x 1", "type": 1, "goods_price": "19.90",
        "buy_amount": 1, "total_price": "19.90", "actual_price": "19.90", "email": "li.lei@example.org",
        "buy_ip": "192.0.2.1", "status": status, "created_at": "2026-03-01 12:00:00",
        "updated_at": "2026-03-05 09:00:00",
    } | cells  # fmt: skip


ORDERS = [
    order(1, "DELIVERED0000001", 4, buy_amount=2, title="星云礼品卡 x 2", total_price="39.80", actual_price="35.80",
          info="NEBULA-0001-ABCD\r\nNEBULA-0002-EFGH\n", search_pwd="查询密码9", trade_no="2026030122001"),
    order(2, "UNPAID0000000002", 1, email="han.mm@example.org", search_pwd=""),
    order(3, "EXPIRED000000003", -1),
    order(4, "PENDING000000004", 2, goods_id=MANUAL, type=2, title="代充 x 1", info="充值账号:hanmeimei\n区服:一区"),
    order(5, "PROCESSING000005", 3, goods_id=MANUAL, type=2, title="代充 x 1", info="充值账号:hanmeimei"),
    order(6, "MANUALDONE000006", 4, goods_id=MANUAL, type=2, title="代充 x 3", buy_amount=3, info="充值账号:x"),
    order(7, "FAILED0000000007", 5, goods_id=MANUAL, type=2, info="充值账号:x"),
    order(8, "SHORTAGE00000008", 6, info=SHORTAGE),
    order(9, "SHORTAGEDONE0009", 4, info=SHORTAGE),
    order(10, "PARTIAL000000010", 4, buy_amount=3, info="PARTIAL-0001-IJKL"),
    order(11, "LATECALLBACK0011", 4, info="LATE-0001-MNOP", trade_no="2026030122011", created_at=None),
    order(12, "PAIDNOTSENT00012", 2),
    order(13, "EMPTYLETTER00013", 4, info=""),
    order(14, "NOSUCHSTATUS0014", 9),
    order(15, "TWOLINEDKEY00015", 4, info="account: a\npassword: b"),
    order(20, "TWICEA0000000020", 4, info=TWICE),
    order(21, "TWICEB0000000021", 4, info=f"{TWICE}\nOTHER-0001-QRST", buy_amount=2),
    order(22, "LIKETWICE0000022", 4, info="twice-sold-0001-wxyz"),
    order(23, "OTHERGOODS000023", 4, info=TWICE, goods_id=4),
    order(24, "LOOPA00000000024", 4, goods_id=LOOP, info=SHARED),
    order(25, "LOOPB00000000025", 4, goods_id=LOOP, info=SHARED),
    order(26, "WITHDELETED00026", 4, info="ONLY-WITH-DELETED-1"),
    order(27, "DELETED000000027", 4, info="ONLY-WITH-DELETED-1", deleted_at="2026-03-06 00:00:00"),
    order(28, "FORGOTTENA000028", 4, info="KEY-ROW-IS-GONE-0001"),
    order(29, "FORGOTTENB000029", 4, info="KEY-ROW-IS-GONE-0001"),
]  # fmt: skip


def carmi(id: int, text: str, status: int, **cells: Any) -> dict[str, Any]:
    """A row of `carmis`."""
    return {"id": id, "goods_id": AUTO, "status": status, "is_loop": 0, "carmi": text} | cells


ROWS: Rows = {
    "orders": ORDERS,
    "carmis": [
        carmi(1, "NEBULA-0001-ABCD", 2), carmi(2, "NEBULA-0002-EFGH", 2), carmi(3, TWICE, 2),
        carmi(4, "UNSOLD-0001-AAAA", 1), carmi(5, "UNSOLD-0002-BBBB", 1),
        carmi(6, "UNSOLD-DELETED-1", 1, deleted_at="2026-03-01 00:00:00"),
        carmi(7, SHARED, 1, goods_id=LOOP, is_loop=1), carmi(8, "ONLY-WITH-DELETED-1", 2),
    ],
    "goods": [
        {"id": AUTO, "gd_name": "星云礼品卡", "retail_price": "25.00", "actual_price": "19.90", "in_stock": 999,
         "buy_limit_num": 5, "type": 1},
        {"id": MANUAL, "gd_name": "代充", "retail_price": "9.00", "actual_price": "9.00", "in_stock": 7, "type": 2},
        {"id": LOOP, "gd_name": "共享账号", "actual_price": "3.00", "type": 1, "is_open": 0},
        {"id": 5, "gd_name": "已删除", "actual_price": "3.00", "deleted_at": "2026-03-01 00:00:00"},
    ],
    "coupons": [
        {"id": 1, "coupon": "SPRING", "discount": "2.00", "ret": 3},
        {"id": 2, "coupon": "USEDUP", "discount": "2.00", "ret": 0},
        {"id": 3, "coupon": "ONCE", "discount": "2.00", "ret": 1, "is_use": 2},
        {"id": 4, "coupon": "CLOSED", "discount": "2.00", "ret": 1, "is_open": 0},
    ],
    "coupons_goods": [{"id": 1, "goods_id": AUTO, "coupons_id": 1}, {"id": 2, "goods_id": LOOP, "coupons_id": 1}],
    "pays": [{"id": 1, "pay_name": "支付宝", "merchant_id": "m1", "merchant_key": "GATEWAY-SECRET"}],
}  # fmt: skip
