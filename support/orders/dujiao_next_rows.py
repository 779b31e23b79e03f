"""One purchase of Dujiao-Next as its rows, wherever they were read: the database or the guest API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any

from support.orders import store_values as values

Row = Mapping[str, Any]
PAID_STATUSES = frozenset({
    "paid", "fulfilling", "partially_delivered", "partially_refunded", "delivered", "completed", "refunded",
})  # fmt: skip
UNPAID_STATUSES = frozenset({"pending_payment", "canceled"})
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """A row that holds items, and what was delivered for it.

    Attributes:
        fulfillment: its row; None where there is none.
        procurement: the status of the upstream's order, if there is one.
        keys: what went out, one each; None where nobody can see it.
        duplicate: whether one of the keys went out with another order too.
    """

    row: Row
    items: tuple[Row, ...]
    fulfillment: Row | None = None
    procurement: str | None = None
    keys: tuple[str, ...] | None = None
    duplicate: bool | None = None

    @property
    def delivered(self) -> Row | None:
        """The delivery, where it has happened."""
        return self.fulfillment if self.fulfillment is not None and self.fulfillment["status"] == "delivered" else None


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a buyer bought at once: the parent row, and the rows with its items, which may be the parent itself.

    `payments` are those that succeeded; None where nobody can see them. `zone` is that of times without an offset.
    """

    parent: Row
    parts: tuple[Part, ...]
    payments: tuple[Row, ...] | None = None
    email: str | None = None
    zone: tzinfo = UTC

    @property
    def rows(self) -> tuple[Row, ...]:
        """The parent and its children, each once."""
        children = tuple(part.row for part in self.parts if part.row is not self.parent)
        return (self.parent, *children)

    @property
    def single(self) -> bool:
        """Whether there is one item in all."""
        return sum(len(part.items) for part in self.parts) == 1

    @property
    def paid(self) -> bool | None:
        """Unknown where a payment succeeded of which the order knows nothing: the late callback."""
        status = str(self.parent["status"])
        if any(values.moment(row["paid_at"], self.zone) for row in self.rows) or status in PAID_STATUSES:
            return True
        return False if status in UNPAID_STATUSES and not self.payments else None

    @property
    def refunded(self) -> Decimal | None:
        """What was refunded in all: a refund is written only on the row that it was for."""
        return total([values.money(row["refunded_amount"]) for row in self.rows])

    def refunded_of(self, part: Part) -> Decimal | None:
        """What was refunded of each item of a part; unknown where a refund may belong to any of several."""
        if self.single:
            return self.refunded
        above = NOTHING if part.row is self.parent else values.money(self.parent["refunded_amount"])
        own = values.money(part.row["refunded_amount"])
        if above is None or above > 0 or own is None:
            return None
        return own if len(part.items) == 1 or own == 0 else None


def total(amounts: list[Decimal | None]) -> Decimal | None:
    """The sum, unknown when any is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, NOTHING) if len(known) == len(amounts) else None
