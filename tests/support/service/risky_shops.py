"""Shops where something is amiss: one that holds an order, one with a burst of orders, one that sent a key twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from tests.support.orders.stores import dujiaoka
from tests.support.orders.stores.filling import fill

DAY = datetime(2026, 3, 1, 4, tzinfo=UTC)
NOW = DAY + timedelta(hours=2)
HEAD = (
    "order_no,contact,proof,product_id,quantity,delivered_quantity,paid_amount,currency,created_at,paid_at,"
    "delivery_state,delivered_at,refunded_amount,frozen"
)
PRODUCTS = (
    "id,name,kind,region,platform,price,warranty_days,promised_minutes,supplier,return_days,no_return_confirmation,"
    "redeem_help\nsteam,蒸汽卡,gift_card,CN,steam,35.00,30,10,,7,true,\n"
)
SETTINGS = """id = "{id}"
languages = ["zh-CN", "en"]
[orders]
source = "{source}"
{url}[refunds]
approval_limit = "300.00"
[assume]
"order.refunded_amount" = 0.0
"item.refunded_amount" = 0.0
"""
POLICY = """---
policy: after-sales
title: 售后政策
effective: 2026-01-01
---
## 未发货可全额退款 {#undelivered}

付款后尚未交付的订单可全额退款。

```clause
requests: [refund]
when:
  - order.paid
  - delivery.state == "failed"
then:
  grant: {refund: item.paid_amount - item.refunded_amount}
```

## 卡密不能用可补换 {#reissue}

卡密不能用的可以补换。

```clause
requests: [reissue, refund]
when:
  - known(claim.reason)
  - claim.reason in ["key_used", "key_invalid"]
then:
  grant: {reissue: 1}
```
"""
KEY = "TWICE-SENT-0001-WXYZ"
FIRST, SECOND = "wang.fang@example.org", "zhao.lei@example.org"


def row(number: str, contact: str, minute: int = 0, amount: str = "30.00", frozen: str = "false") -> str:
    """A failed order, made so many minutes after noon in Shanghai."""
    at = (DAY + timedelta(minutes=minute)).isoformat()
    return f"{number},{contact},pw-{number},steam,1,0,{amount},CNY,{at},{at},failed,,0,{frozen}\n"


def folder(at: Path, shop: str, orders: str) -> Path:
    """A shop's folder with a file of orders."""
    return _written(at / shop, {
        "shop.toml": SETTINGS.format(id=shop, source="csv", url=""), "orders.csv": f"{HEAD}\n{orders}",
        "products.csv": PRODUCTS, "policies/after-sales.md": POLICY,
    })  # fmt: skip


def dujiaoka_folder(at: Path, shop: str) -> Path:
    """A shop that reads a dujiaoka store in which two buyers were sent one key, and a third another."""
    path = at / f"{shop}.db"
    rows = [
        dujiaoka.order(1, "FIRSTBUYER000001", 4, email=FIRST, search_pwd="pw-1", info=KEY),
        dujiaoka.order(2, "SECONDBUYER00002", 4, email=SECOND, search_pwd="pw-2", info=KEY),
        dujiaoka.order(3, "THIRDBUYER000003", 4, email="third@example.org", search_pwd="pw-3", info="OTHER-0001-QRST"),
    ]
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        fill(connection, dujiaoka.SCHEMA, {"orders": rows})
    engine.dispose()
    return _written(at / shop, {
        "shop.toml": SETTINGS.format(id=shop, source="dujiaoka", url=f'url = "sqlite:///{path}"\n'),
        "products.csv": PRODUCTS, "policies/after-sales.md": POLICY,
    })  # fmt: skip


def _written(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root
