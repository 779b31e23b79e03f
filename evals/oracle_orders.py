"""What is known of the demo shop's orders, read from its tables alone: the oracle's own reading, not the engine's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

Known = dict[str, Any]
Row = Mapping[str, str]
NEVER_PAID = {"unpaid", "expired"}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The tables of a shop: rows of `orders.csv` by number, of `products.csv` by id."""

    orders: Mapping[str, Sequence[Row]]
    products: Mapping[str, Row]

    @classmethod
    def read(cls, folder: Path) -> Shelf:
        """The tables in `folder`."""
        orders, products = ((folder / f"{name}.csv").read_text("utf-8") for name in ("orders", "products"))
        return cls.of(table(orders), table(products))

    @classmethod
    def of(cls, orders: Iterable[Row], products: Iterable[Row]) -> Shelf:
        """The tables by their keys; rows of one number are the items of one order."""
        by_number: dict[str, list[Row]] = {}
        for row in orders:
            by_number.setdefault(row["order_no"], []).append(row)
        return cls(by_number, {row["id"]: row for row in products})

    def choices(self) -> Iterator[tuple[str, str | None]]:
        """Every order, and for those of several rows every row too: `(number, product or None)`."""
        for number, rows in self.orders.items():
            yield number, None
            if len(rows) > 1:
                yield from ((number, row["product_id"]) for row in rows)

    def known(self, number: str, product: str | None = None) -> Known:
        """Every fact of an order, and of the row in question, by the names of the table of facts."""
        rows = self.orders[number]
        chosen = [row for row in rows if product in (None, row["product_id"])]
        facts = self._of_order(rows)
        if len(chosen) == 1:
            facts |= _of_row(chosen[0], paid=facts.get("order.paid"))
            facts |= _of_product(self.products[chosen[0]["product_id"]])
        return {name: value for name, value in facts.items() if value is not None}

    def _of_order(self, rows: Sequence[Row]) -> Known:
        first, paid = rows[0], _paid(rows)
        refs = {entry.split(":")[0] for row in rows for entry in row["payments"].split(";") if entry}
        return {
            "rows": len(rows),
            "order.paid": paid,
            "order.frozen": _flag(first["frozen"]),
            "order.no_return_confirmed": _flag(first["no_return_confirmed"]),
            "order.created_at": _time(first["created_at"]),
            "order.paid_at": _time(first["paid_at"]),
            "order.paid_amount": ZERO if paid is False else _sum(rows, "paid_amount"),
            "order.refunded_amount": _sum(rows, "refunded_amount"),
            "payment.count": 0 if paid is False else len(refs) or None,
        }


def table(text: str) -> list[Row]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _paid(rows: Sequence[Row]) -> bool | None:
    if any(row["paid_at"] for row in rows):
        return True
    return False if all(row["delivery_state"] in NEVER_PAID for row in rows) else None


def _of_row(row: Row, paid: bool | None) -> Known:
    nothing = paid is False
    return {
        "item.product": row["product_id"],
        "item.quantity": _count(row["quantity"]),
        "item.delivered_quantity": 0 if nothing else _count(row["delivered_quantity"]),
        "item.paid_amount": ZERO if nothing else _money(row["paid_amount"]),
        "item.refunded_amount": _money(row["refunded_amount"]),
        "delivery.kind": row["delivery_kind"] or None,
        "delivery.state": row["delivery_state"] or None,
        "delivery.delivered_at": _time(row["delivered_at"]),
        "delivery.redeemed": _flag(row["redeemed"]),
    }


def _of_product(row: Row) -> Known:
    return {
        "item.kind": row["kind"] or None,
        "item.warranty_days": _count(row["warranty_days"]),
        "item.return_days": _count(row["return_days"]),
        "item.price_now": _money(row["price"]),
        "delivery.promised_minutes": _count(row["promised_minutes"]),
    }


def _sum(rows: Sequence[Row], column: str) -> Decimal | None:
    amounts = [_money(row[column]) for row in rows]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if len(known) == len(amounts) else None


def _flag(cell: str) -> bool | None:
    return {"true": True, "false": False}.get(cell)


def _time(cell: str) -> datetime | None:
    return datetime.fromisoformat(cell) if cell else None


def _count(cell: str) -> int | None:
    return int(cell) if cell else None


def _money(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None
