"""Everything that signals look at: an order, what is claimed, orders like it, and our own record of claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from knowledge_base.shop import RiskSettings
from support.orders.order import Order, OrderItem
from support.orders.related import Related, Sale
from support.risk.signal import Basis, Signal, Target
from ticketing.claim import Claim

STORE, RECORD, BUYER, SHOP = "store", "our record", "buyer", "shop settings"
KEY_REASONS = frozenset({"key_invalid", "key_used", "counterfeit"})
"""Claims about the key itself."""
WINDOW = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Record:
    """Our own record. `own` are this buyer's claims of 90 days, on this order and others.

    Attributes:
        key_buyers: how many different buyers have reported a key of this item, this one among them.
        product_buyers: how many have reported a key of this product within a week, this one among them.
        latest: when the last of them did.
    """

    own: tuple[Claim, ...] = ()
    key_buyers: int | None = None
    product_buyers: int = 0
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class RiskCase:
    """One claim, at one moment. `related` is None where the store could not be asked."""

    order: Order
    item: OrderItem | None
    now: datetime
    reason: str | None = None
    evidence: int | None = None
    settings: RiskSettings = field(default_factory=RiskSettings)
    related: Related | None = None
    record: Record = field(default_factory=Record)

    @property
    def about_key(self) -> bool:
        """Whether the claim is about the key itself."""
        return self.reason in KEY_REASONS

    @property
    def paid_amount(self) -> Decimal | None:
        """What was paid for the whole order."""
        if self.order.paid_amount is not None:
            return self.order.paid_amount
        known = [item.paid_amount for item in self.order.items if item.paid_amount is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(self.order.items) else None

    @property
    def same_contact(self) -> tuple[Sale, ...] | None:
        """The buyer's other orders; None where nobody can tell."""
        return None if self.related is None else self.related.by_contact

    @property
    def claimed_elsewhere(self) -> frozenset[str]:
        """The buyer's other orders on which there was a claim within 90 days."""
        return frozenset(one.order_no for one in self.record.own if one.order_no != self.order.number)

    def stored(self, **values: int | str) -> tuple[Basis, ...]:
        """Facts that the store shows, read now."""
        return tuple(Basis(name, value, STORE, self.now) for name, value in values.items())

    def recorded(self, at: datetime | None = None, **values: int | str) -> tuple[Basis, ...]:
        """Facts of our own record."""
        return tuple(Basis(name, value, RECORD, at or self.now) for name, value in values.items())

    def limit(self, **values: int | str) -> tuple[Basis, ...]:
        """The shop's thresholds, so that a signal can be checked by hand."""
        return tuple(Basis(name, value, SHOP, self.now) for name, value in values.items())


def against(name: str, weight: int, *facts: Sequence[Basis]) -> Signal:
    """A signal that speaks against the buyer."""
    return Signal(name, "against", "buyer", weight, tuple(fact for some in facts for fact in some))


def in_favour(name: str, weight: int, *facts: Sequence[Basis], points_at: Target = "buyer") -> Signal:
    """A signal that speaks for the buyer: of themselves, or because it points at the shop or its supplier."""
    return Signal(name, "for", points_at, weight, tuple(fact for some in facts for fact in some))
