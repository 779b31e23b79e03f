"""A shop of one page of policy, with the orders that its clauses are about."""

from __future__ import annotations

from collections.abc import Mapping

HEAD = (
    "order_no,product_id,quantity,delivered_quantity,paid_amount,currency,created_at,paid_at,delivery_state,"
    "refunded_amount"
)
DAY = "2026-03-01T11:00:00+08:00,2026-03-01T11:01:00+08:00"
FILES: Mapping[str, str] = {
    "shop.toml": """id = "small"
languages = ["zh-CN"]
[orders]
source = "csv"
[assume]
"order.frozen" = false
""",
    "products.csv": "id,name,kind,region,platform,price,warranty_days,promised_minutes,supplier,return_days,"
    "no_return_confirmation,redeem_help\n"
    "steam,蒸汽卡,gift_card,CN,steam,35.00,30,10,,7,true,\npsn,星际卡,gift_card,CN,psn,9.00,30,10,,7,true,\n",
    "orders.csv": f"""{HEAD}
SP1,steam,2,0,30.00,CNY,{DAY},failed,0
SP2,steam,1,1,30.00,CNY,{DAY},delivered,0
SP2,psn,1,0,5.00,CNY,{DAY},failed,1.00
SP3,steam,1,,30.00,CNY,{DAY},,
SP4,steam,1,0,0,CNY,2026-03-01T11:00:00+08:00,,unpaid,
SP5,psn,1,0,5.00,CNY,{DAY},failed,0
SP5,psn,1,0,6.00,CNY,{DAY},failed,0
SP6,steam,1,0,900,JPY,{DAY},failed,0
""",
    "policies/after-sales.md": """---
policy: after-sales
title: 售后政策
effective: 2026-01-01
---
## 审核中 {#frozen}

审核中的订单由人工处理。

```clause
when:
  - order.frozen
then:
  refer: {priority: high}
```

## 未发货可全额退款 {#undelivered-refund}

付款后尚未交付的订单可全额退款。

```clause
requests: [refund, cancel]
when:
  - order.paid
  - delivery.state in ["not_delivered", "failed"]
then:
  grant: {refund: item.paid_amount - item.refunded_amount}
```

## 降价 {#price-drop}

降价不退差价。

```clause
requests: [refund]
when:
  - claim.reason == "price_drop"
  - buyer.verified
then:
  refuse: {reason: price_drop}
```
""",
}


def files(**changes: str) -> dict[str, bytes]:
    """The folder's files, some changed."""
    return {name: text.encode() for name, text in {**FILES, **changes}.items()}
