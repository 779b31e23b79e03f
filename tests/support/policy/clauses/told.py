"""What a decision says, in short; and a case through a real shop folder."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from knowledge_base.reader import read_shop
from knowledge_base.shop import ShopFolder
from support.orders.csv_file import CsvConnector
from support.policy.decision import Decision
from support.service.explain import ExplainCase, explain
from tests.support.service.small_shop import DAY, FILES, HEAD, files

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = "policies/after-sales.md"


def clause_id(decision: Decision) -> str | None:
    """The clause that decided or lacks facts."""
    return decision.clause.id if decision.clause else None


def small(*rows: str, shop: str = "", **changes: str) -> ShopFolder:
    """The small shop with these orders; `shop` is added to its settings."""
    orders = "\n".join((HEAD, *(row.replace("DAY", DAY) for row in rows), ""))
    return read_shop(files(**{"orders.csv": orders, "shop.toml": FILES["shop.toml"] + shop, **changes}))


def told(folder: ShopFolder, order: str = "A", request: str = "refund", **more: Any) -> Decision:
    """The decision on one of its orders."""
    store = CsvConnector(folder.orders_csv or b"", folder.shop)
    return explain(folder, store, ExplainCase(order, request, more.pop("now", NOON), **more))


def values(decision: Decision) -> Mapping[str, Any]:
    """Each known fact's value, as the proof has it."""
    return {name: fact["value"] for name, fact in decision.proof["facts"].items()}
