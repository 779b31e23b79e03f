"""The port through which a turn learns of risk. Whose order it is stays on the other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from support.orders.order import Order, OrderItem
from support.risk.assess import Assessment


@dataclass(frozen=True, slots=True)
class Assessed:
    """What was found, and on how many orders this buyer had something decided within 90 days."""

    found: Assessment
    claims_90d: int


class Watch(Protocol):
    """Looks at the order that a turn has opened."""

    def opened(self, order: Order) -> None:
        """The order as its store gave it, with its contact and its keys' prints: they go no further."""

    def assess(self, item: OrderItem | None, reason: str | None, evidence: int | None) -> Assessed | None:
        """What there is of risk in a claim on it; None before an order was opened."""


class NoWatch:
    """Where nobody looks: everything of risk is unknown."""

    def opened(self, order: Order) -> None:
        """Nothing is kept."""

    def assess(self, item: OrderItem | None, reason: str | None, evidence: int | None) -> Assessed | None:
        """Unknown."""
        return None
