"""Every signal of a case, and the score that they make: the same case gives the same answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support.risk.amounts import large_amount, split_amount
from support.risk.bursts import address_burst, contact_burst, product_burst
from support.risk.case import RiskCase
from support.risk.claims import claim_ratio, refund_ratio, repeated_key_claims, steady_buyer
from support.risk.keys import product_reports, shared_key, sold_twice, unredeemed
from support.risk.reports import evidence_shown, late_report, nothing_shown, quick_report
from support.risk.signal import Finding, Signal, Unknown, utc

SIGNALS: tuple[Callable[[RiskCase], Finding], ...] = (
    contact_burst, address_burst, product_burst, large_amount, split_amount, claim_ratio, refund_ratio,
    repeated_key_claims, late_report, nothing_shown, shared_key, sold_twice, product_reports, unredeemed, quick_report,
    evidence_shown, steady_buyer,
)  # fmt: skip
NEEDED = frozenset({"contact_burst", "claim_ratio"})
"""Without these the score is unknown: nobody could look at the buyer's other orders. Any other is left out of it."""
HIGHEST = 100


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found at one moment: signals by weight, those against the buyer first, and what nobody could look at."""

    signals: tuple[Signal, ...]
    unknown: tuple[Unknown, ...]
    at: datetime
    currency: str

    @property
    def known_score(self) -> int:
        """The score of what is known, from 0 to 100: an unknown signal counts for nothing."""
        points = sum(one.weight if one.direction == "against" else -one.weight for one in self.signals)
        return max(0, min(HIGHEST, points))

    @property
    def complete(self) -> bool:
        """Whether the score may be relied on in a clause."""
        return not NEEDED & {one.name for one in self.unknown}

    @property
    def score(self) -> int | None:
        """`risk.score`; None where it is unknown, which is not zero."""
        return self.known_score if self.complete else None

    @property
    def names(self) -> tuple[str, ...] | None:
        """`risk.signals`, sorted; None where it is unknown."""
        return tuple(sorted(one.name for one in self.signals)) if self.complete else None

    @property
    def points_at(self) -> frozenset[str]:
        """Whom signals point at other than the buyer: `shop`, `supplier`."""
        return frozenset(one.points_at for one in self.signals) - {"buyer"}

    def as_json(self) -> dict[str, Any]:
        """As it is kept and shown to the shop's people: no contact, no address, no key."""
        return {
            "score": self.score, "known_score": self.known_score, "at": utc(self.at), "currency": self.currency,
            "signals": [one.as_json() for one in self.signals],
            "unknown": [{"name": one.name, "lacks": one.lacks} for one in self.unknown],
        }  # fmt: skip


def assess(case: RiskCase, currency: str) -> Assessment:
    """Look at every signal."""
    found = [signal(case) for signal in SIGNALS]
    holding = sorted(
        (one for one in found if isinstance(one, Signal)), key=lambda one: (one.direction, -one.weight, one.name)
    )
    unknown = tuple(one for one in found if isinstance(one, Unknown))
    return Assessment(tuple(holding), unknown, case.now, currency)
