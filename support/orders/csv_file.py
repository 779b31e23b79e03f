"""Orders from the shop folder's own `orders.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from knowledge_base.shop import Shop
from support.orders import csv_cells as cells
from support.orders.connector import LiveCoupon, LiveProduct
from support.orders.csv_related import CsvRelated
from support.orders.number import normalise_number
from support.orders.order import Order, OrderItem, Payment
from support.orders.related import Related

Row = dict[str, str | None]
Known = TypeVar("Known", str, bool, datetime)

SOURCE = "csv"
UNPAID = ("unpaid", "expired")
EPOCH = datetime.min.replace(tzinfo=UTC)
NOTHING = Decimal(0)


class CsvConnector:
    """Reads `orders.csv`; rows with one `order_no` are the items of one order.

    Whoever reads the folder has reported its faults already: here a bad cell is an unknown fact and a row without a
    number is passed over, so that one bad row never hides the others.
    """

    def __init__(self, data: bytes, shop: Shop) -> None:
        self.shop = shop
        self._orders = {key: _order(rows) for key, rows in _rows_by_number(data).items()}
        self._kin = CsvRelated(self._orders.values())

    def find(self, number: str) -> Order | None:
        """The order of that number, or None."""
        return self._orders.get(normalise_number(number))

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        """A signed buyer's own orders, newest first; those without a time come last."""
        own = [order for order in self._orders.values() if buyer_id and order.buyer_id == buyer_id]
        return tuple(sorted(own, key=lambda order: order.created_at or EPOCH, reverse=True)[:limit])

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        """None: a file of orders holds no live catalogue."""
        return None

    def coupon(self, code: str, now: datetime) -> LiveCoupon | None:
        """None: a file of orders holds no coupons."""
        return None

    def numbers(self, limit: int) -> tuple[str, ...]:
        """The newest order numbers; those without a time come last."""
        newest = sorted(self._orders.values(), key=lambda order: order.created_at or EPOCH, reverse=True)
        return tuple(order.number for order in newest[:limit])

    def related(self, order: Order, product_id: str | None) -> Related:
        """Orders like this one; a file holds no addresses."""
        return self._kin.of(order, product_id)

    def close(self) -> None:
        """Nothing is open: the file was read."""


def _rows_by_number(data: bytes) -> dict[str, list[Row]]:
    orders: dict[str, list[Row]] = {}
    for row in _rows(data):
        if number := normalise_number(row.get("order_no") or ""):
            orders.setdefault(number, []).append(row)
    return orders


def _rows(data: bytes) -> Iterable[Row]:
    lines = io.StringIO(data.decode("utf-8-sig", "replace").replace("\0", ""), newline="")
    reader = csv.DictReader(lines, skipinitialspace=True)
    reader.fieldnames = [(name or "").strip() for name in reader.fieldnames or ()]
    while True:
        try:
            yield next(reader)
        except csv.Error:
            continue
        except StopIteration:
            return


def _order(rows: Sequence[Row]) -> Order:
    items = tuple(_item(row) for row in rows)
    paid = _paid(rows)
    if paid is False:
        items = tuple(_nothing_paid(item) for item in items)
    payments = () if paid is False else _payments(rows)
    return Order(
        number=cells.text(rows[0].get("order_no")) or "",
        items=items,
        source=SOURCE,
        currency=_agreed(cells.currency(row.get("currency")) for row in rows),
        paid=paid,
        created_at=_agreed(cells.moment(row.get("created_at")) for row in rows),
        paid_at=_agreed(cells.moment(row.get("paid_at")) for row in rows),
        paid_amount=_total([item.paid_amount for item in items]),
        refunded_amount=_total([item.refunded_amount for item in items]),
        frozen=_frozen(rows),
        no_return_confirmed=_agreed(cells.flag(row.get("no_return_confirmed")) for row in rows),
        payments=payments,
        payment_count=None if payments is None else len(payments),
        buyer_id=_agreed(cells.text(row.get("buyer_id")) for row in rows),
        contact=_first(rows, "contact"),
        proofs=_proofs(rows),
        distributor=_agreed(cells.text(row.get("distributor")) for row in rows),
        supplier=_agreed(cells.text(row.get("supplier")) for row in rows),
        payment_ref=_agreed(cells.text(row.get("payment_ref")) for row in rows),
        note=_agreed(cells.text(row.get("note")) for row in rows),
    )


def _item(row: Row) -> OrderItem:
    return OrderItem(
        product_id=cells.text(row.get("product_id")),
        quantity=cells.count(row.get("quantity")),
        delivered_quantity=cells.count(row.get("delivered_quantity")),
        unit_price=cells.money(row.get("unit_price")),
        paid_amount=cells.money(row.get("paid_amount")),
        refunded_amount=cells.money(row.get("refunded_amount")),
        delivery_kind=cells.delivery_kind(row.get("delivery_kind")),
        delivery_state=cells.delivery_state(row.get("delivery_state")),
        delivered_at=cells.moment(row.get("delivered_at")),
        redeemed=cells.flag(row.get("redeemed")),
        redeemed_at=cells.moment(row.get("redeemed_at")),
    )


def _nothing_paid(item: OrderItem) -> OrderItem:
    return replace(item, paid_amount=NOTHING, delivered_quantity=0)


def _paid(rows: Sequence[Row]) -> bool | None:
    """True with a paid time, false when unpaid or expired, else unknown."""
    if any(cells.moment(row.get("paid_at")) for row in rows):
        return True
    states = [cells.delivery_state(row.get("delivery_state")) for row in rows]
    return False if all(state in UNPAID for state in states) else None


def _payments(rows: Sequence[Row]) -> tuple[Payment, ...] | None:
    """The payments shown, each reference once; None without the column, for then no second one could show."""
    shown = [cells.payments(row.get("payments")) for row in rows]
    known = [payment for payments in shown for payment in payments or ()]
    return tuple({payment.ref: payment for payment in known}.values()) or None


def _frozen(rows: Sequence[Row]) -> bool | None:
    flags = [cells.flag(row.get("frozen")) for row in rows]
    return True if True in flags else _agreed(iter(flags))


def _proofs(rows: Sequence[Row]) -> tuple[str, ...]:
    """Every row's proofs and contacts: what proves one row of an order proves the order."""
    given = [cells.text(row.get(column)) for column in ("proof", "contact") for row in rows]
    return tuple(dict.fromkeys(proof for proof in given if proof))


def _first(rows: Sequence[Row], column: str) -> str | None:
    return next(filter(None, (cells.text(row.get(column)) for row in rows)), None)


def _agreed(values: Iterable[Known | None]) -> Known | None:
    """What the rows that say something all say; unknown where they contradict each other."""
    known = [value for value in values if value is not None]
    return known[0] if known and all(value == known[0] for value in known) else None


def _total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """The sum, unknown when any row's amount is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, NOTHING) if len(known) == len(amounts) else None
