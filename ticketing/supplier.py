"""What is asked of a supplier about goods in dispute, and what is known of complaints about its goods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

RequestState = Literal["asked", "answered", "expired"]
SupplierAnswer = Literal["genuine", "invalid", "used", "replaced"]
ANSWERS: tuple[SupplierAnswer, ...] = get_args(SupplierAnswer)
Party = Literal["supplier", "distributor", "batch"]
PARTIES: tuple[Party, ...] = get_args(Party)


@dataclass(frozen=True, slots=True)
class SupplierRequest:
    """One request. `goods` is all that the supplier is shown: nothing of the buyer, keys as masked fingerprints.

    Attributes:
        request_no: counted by its shop; people read it as `number`.
        opened_at: when the supplier's page was first opened.
    """

    shop: str
    id: str
    request_no: int
    ticket: str
    conversation: str
    supplier: str
    goods: dict[str, Any]
    question: str
    lang: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    state: RequestState
    opened_at: datetime | None = None
    answered_at: datetime | None = None
    answer: SupplierAnswer | None = None
    answer_text: str | None = None

    @property
    def number(self) -> str:
        """What people call it."""
        return f"V-{self.request_no}"


@dataclass(frozen=True, slots=True)
class SuppliedLine:
    """A line of an order that a buyer asked about, and where it came from as far as that is known."""

    order_no: str
    line: str
    product: str | None
    supplier: str | None
    distributor: str | None
    batch: str | None


@dataclass(frozen=True, slots=True)
class Rate:
    """Within a window: of so many order lines that buyers asked about, so many were complained of."""

    party: Party
    name: str
    asked_about: int
    complaints: int

    @property
    def share(self) -> float:
        """Complaints among what was asked about."""
        return self.complaints / self.asked_about if self.asked_about else 0.0
