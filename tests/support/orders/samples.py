"""The stores of the tests, as the specification asks about them."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from knowledge_base.shop import OrderSource, Shop
from support.orders.connector import Connector, LiveProduct
from support.orders.csv_file import CsvConnector
from support.orders.not_connected import NotConnected
from support.stores import connect_source
from tests.support.orders.specification import NEVER_KNOWN, Sample
from tests.support.orders.stores import http_shop, qs_faka

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
KEYS = ("NEBULA-0001-ABCD", "NEBULA-0002-EFGH")
PASSWORD = "p4ssw0rd-of-the-store"
CSV = """order_no,buyer_id,contact,proof,product_id,quantity,delivered_quantity,unit_price,paid_amount,currency,\
created_at,paid_at,payment_ref,delivery_kind,delivery_state,delivered_at
SP2026DELIVERED,7,li.lei@example.org,查询密码9,1,2,2,19.90,35.80,CNY,2026-03-01T12:00:00+08:00,\
2026-03-01T12:01:00+08:00,P1,auto,delivered,2026-03-01T12:02:00+08:00
SP2026UNPAID,8,han.mm@example.org,,1,1,,19.90,,CNY,2026-03-01T13:00:00+08:00,,,auto,unpaid,
SP2026LATER,7,li.lei@example.org,,2,1,,19.90,19.90,CNY,2026-03-02T12:00:00+08:00,2026-03-02T12:00:00+08:00,,,,
"""
UNKNOWN = (*NEVER_KNOWN, "order.frozen", "order.refunded_amount", "item.refunded_amount", "payment.count")


def csv_store(shop: Shop) -> Connector:
    """A file of orders."""
    return CsvConnector(CSV.encode(), shop)


CSV_SAMPLE = Sample(
    delivered="SP2026DELIVERED",
    proofs=("查询密码9", "li.lei@example.org"),
    paid_amount=Decimal("35.80"),
    created_at=NOON,
    product_id="1",
    quantity=2,
    unpaid="SP2026UNPAID",
    unpaid_proof="han.mm@example.org",
    down=lambda: NotConnected("orders.csv is not there"),
    buyers={"7": ("SP2026LATER", "SP2026DELIVERED")},
    newest=("SP2026LATER", "SP2026UNPAID", "SP2026DELIVERED"),
    unknown=UNKNOWN,
)
DUJIAOKA = Sample(
    delivered="DELIVERED0000001",
    proofs=("查询密码9", "li.lei@example.org"),
    paid_amount=Decimal("35.80"),
    created_at=NOON,
    product_id="1",
    quantity=2,
    unpaid="UNPAID0000000002",
    unpaid_proof="han.mm@example.org",
    down=lambda: NotConnected(""),
    keys=KEYS,
    secrets=("GATEWAY-SECRET", PASSWORD),
    newest=("FORGOTTENB000029", "UNPAID0000000002", "DELIVERED0000001"),
    unknown=(*UNKNOWN, "order.paid_at", "order.currency", "delivery.delivered_at"),
    product=LiveProduct("1", Decimal("19.90"), 2, True, "星云礼品卡", None, 5),
    coupons={"SPRING": True, "USEDUP": False},
)
ACG = replace(
    DUJIAOKA,
    delivered="100260301120000101",
    proofs=("查询密码9", "13800001111"),
    paid_amount=Decimal("59.80"),
    unpaid="200260301120000202",
    secrets=("GATEWAY-SECRET", "APPKEY", PASSWORD),
    buyers={"7": ("118260301120001818", "100260301120000101")},
    newest=("118260301120001818", "200260301120000202", "100260301120000101"),
    unknown=(*UNKNOWN, "order.currency", "item.unit_price"),
    product=LiveProduct("1", Decimal("29.90"), 2, True, "星云礼品卡", 1, 10),
    coupons={"SPRING": True, "OLD": False},
)
NEXT = replace(
    DUJIAOKA,
    delivered="DJ2026DELIVERED",
    proofs=("hanmeimei@example.org",),
    paid_amount=Decimal("85.00"),
    unpaid="DJ2026UNPAID",
    unpaid_proof="han.mm@example.org",
    secrets=("HASH", PASSWORD),
    buyers={"7": ("DJ2026MEMBER2", "DJ2026DELIVERED")},
    newest=("DJ2026BYROW", "DJ2026UNPAID", "DJ2026DELIVERED"),
    unknown=(*NEVER_KNOWN, "order.frozen"),
    product=LiveProduct("1", Decimal("30.00"), 2, True, "星云礼品卡"),
    coupons={"SPRING": True, "OFF": False},
)
QS = replace(
    DUJIAOKA,
    delivered="QS2026DELIVERED",
    unpaid="QS2026UNPAID",
    newest=("QS2026TWICEB", "QS2026UNPAID", "QS2026DELIVERED"),
    unknown=(*NEVER_KNOWN, "order.refunded_amount", "payment.count", "order.currency", "delivery.delivered_at"),
    secrets=(PASSWORD,),
    product=LiveProduct("1", Decimal("19.900"), 2, True, "星云礼品卡", 1, 5),
    coupons={"SPRING": True, "OLD": False},
)
SAMPLES = {"dujiaoka": DUJIAOKA, "acg_faka": ACG, "dujiao_next": NEXT, "sql": QS}
OPTIONS = {"sql": qs_faka.OPTIONS}
DOWN = {
    "sqlite": "sqlite:///no-such-folder/store.db",
    "mysql": f"mysql://reader:{PASSWORD}@127.0.0.1:9/store",
    "postgresql": f"postgresql://reader:{PASSWORD}@127.0.0.1:9/store",
}


def sql_sample(source: str, engine: str, shop: Shop) -> Sample:
    """The sample of a SQL store; nobody listens where it is down."""
    asked = OrderSource(source, DOWN[engine], options=OPTIONS.get(source, {}))
    return replace(SAMPLES[source], down=partial(connect_source, asked, shop, Path("/nowhere")))


NOBODY_LISTENS = "http://127.0.0.1:9"
HOME_MADE = replace(
    CSV_SAMPLE,
    delivered="HM2026DELIVERED",
    unpaid="HM2026UNPAID",
    buyers={"u-7": ("HM2026LATER", "HM2026DELIVERED")},
    newest=("HM2026LATER", "HM2026UNPAID", "HM2026DELIVERED"),
    keys=KEYS,
    secrets=(http_shop.SECRET, http_shop.API_KEY),
    unknown=("order.no_return_confirmed", "delivery.redeemed", "order.refunded_amount", "order.currency"),
    product=LiveProduct("1", Decimal("19.90"), 2, True, "星云礼品卡", None, 5),
    coupons={"SPRING": True, "OLD": False},
)
GUEST = replace(
    CSV_SAMPLE,
    delivered="DJ2026GUEST",
    proofs=("li.lei@example.org 查询密码9", "查询密码9 li.lei@example.org"),
    unpaid="DJ2026GUESTUNPAID",
    unpaid_proof="han.mm@example.org Pw2",
    buyers={},
    newest=(),
    keys=KEYS,
    unknown=(*NEVER_KNOWN, "order.frozen", "payment.count", "delivery.duplicate_sale"),
    product=None,
    coupons={},
)


def http_connector(source: str, url: str, shop: Shop) -> Connector:
    """A connector to a store over HTTP."""
    place, options = (f"{url}/shop", tomllib.loads(http_shop.MAPPING)) if source == "http" else (url, {})
    return connect_source(OrderSource(source, place, None, options), shop, Path("/nowhere"))


def http_sample(source: str, shop: Shop) -> Sample:
    """The sample of a store over HTTP; nobody listens where it is down."""
    sample = HOME_MADE if source == "http" else GUEST
    return replace(sample, down=lambda: http_connector(source, NOBODY_LISTENS, shop))
