"""Small cases of risk: an order at noon, and what there is around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from knowledge_base.shop import RiskSettings
from support.orders.order import Order, OrderItem
from support.orders.related import Related, Sale
from support.risk.case import Record, RiskCase
from ticketing.claim import Claim

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTINGS = RiskSettings(large_amount=Decimal(500))
ITEM = OrderItem("steam", "蒸汽卡", 1, 1, paid_amount=Decimal(30), delivery_state="delivered", delivered_at=NOON)
ORDER = Order("SP1", (ITEM,), "csv", "CNY", paid=True, created_at=NOON, paid_at=NOON, paid_amount=Decimal(30))
NOBODY = Related((), (), ())


def case(**changes: Any) -> RiskCase:
    """A claim an hour after the delivery; `order` and `item` by their fields."""
    order = replace(ORDER, **changes.pop("order", {}))
    item = replace(ITEM, **changes.pop("item", {}))
    given: dict[str, Any] = {
        "reason": "key_used",
        "settings": SETTINGS,
        "related": NOBODY,
        "now": NOON + HOUR,
    } | changes
    return RiskCase(order, item, **given)


def sales(*after: timedelta, **fields: Any) -> tuple[Sale, ...]:
    """Other orders, so long after noon."""
    given: dict[str, Any] = {"paid": True, "amount": Decimal(30)} | fields
    return tuple(Sale(f"S{place}", NOON + gap, **given) for place, gap in enumerate(after))


def contact(*after: timedelta, **fields: Any) -> Related:
    """Other orders of the same contact."""
    return Related(sales(*after, **fields), (), ())


def claims(*orders: str, reason: str = "key_used", refunded: Iterable[str] = ()) -> Record:
    """The buyer's earlier claims, one an order."""
    return Record(tuple(Claim(one, "steam", reason, NOON - DAY, refunded=one in set(refunded)) for one in orders))
