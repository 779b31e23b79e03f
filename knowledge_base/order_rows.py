"""Checks `orders.csv`, cell by cell. The rows become orders where orders are known; here only their writing counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from knowledge_base.csv_cells import CellError, amount, count, flag, moment, one_of, plain
from knowledge_base.csv_reader import Columns, Row, read_rows
from knowledge_base.facts import DELIVERY_KINDS, DELIVERY_STATES
from knowledge_base.findings import Findings

ORDERS_FILE = "orders.csv"


def currency(text: str) -> str:
    """A currency's ISO 4217 code."""
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise CellError(f"{text!r} is no currency; write an ISO 4217 code, such as CNY")
    return text


def payments(text: str) -> tuple[tuple[str, str], ...]:
    """`ref:amount;ref:amount`, as pairs of texts; an amount may be empty for unknown."""
    found: list[tuple[str, str]] = []
    for part in text.split(";"):
        if not part.strip():
            continue
        ref, colon, paid = part.strip().rpartition(":")
        if not colon or not ref:
            raise CellError(f"{part.strip()!r} is no payment; write ref:amount;ref:amount")
        if paid:
            amount(paid.strip())
        found.append((ref.strip(), paid.strip()))
    return tuple(found)


_READERS: Mapping[str, Callable[[str], object]] = {
    "buyer_id": plain,
    "contact": plain,
    "proof": plain,
    "product_id": plain,
    "quantity": count,
    "delivered_quantity": count,
    "unit_price": amount,
    "paid_amount": amount,
    "currency": currency,
    "created_at": moment,
    "paid_at": moment,
    "payment_ref": plain,
    "delivery_kind": one_of(DELIVERY_KINDS),
    "delivery_state": one_of(DELIVERY_STATES),
    "delivered_at": moment,
    "redeemed": flag,
    "redeemed_at": moment,
    "refunded_amount": amount,
    "frozen": flag,
    "no_return_confirmed": flag,
    "distributor": plain,
    "supplier": plain,
    "note": plain,
    "payments": payments,
}
ORDER_COLUMNS = Columns(("order_no",), tuple(name for name in _READERS if name != "payments"), ("payments",))


def check_order_rows(content: bytes, products: frozenset[str], findings: Findings) -> int:
    """Note every fault of `orders.csv`, and give the number of its rows."""
    rows = 0
    for row in read_rows(ORDERS_FILE, content, ORDER_COLUMNS, findings):
        rows += 1
        if row.text("order_no") is None:
            row.fault("order_no is empty; every row needs its order's number")
        for column, read in _READERS.items():
            row.read(column, read)
        _warn_of_product(row, products)
    return rows


def _warn_of_product(row: Row, products: frozenset[str]) -> None:
    product = row.text("product_id")
    if products and product is not None and product not in products:
        row.findings.warn(row.file, row.line, f"product_id {product!r} is not in products.csv: its facts are unknown")
