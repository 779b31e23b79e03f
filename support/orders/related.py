"""Orders like one: by the same buyer, from the same address, of the same product. For counting, never for showing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from ipaddress import ip_address
from typing import Protocol, runtime_checkable

from support.orders.order import Order

SHORTEST, LEAST_SIGNS = 5, 3
MOST = 200
"""So many orders are looked at of each kind; where there are more, counts are lower than the truth, never higher."""
NEAR = 2000
"""So many numbers before and after an order's own are searched where no index of the store's can be relied on."""


@dataclass(frozen=True, slots=True)
class Sale:
    """Another order, as far as counting needs it. None is unknown; a contact or an address is not in it."""

    number: str
    at: datetime | None = None
    paid: bool | None = None
    amount: Decimal | None = None
    refunded: bool | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """The order itself is in none of them. None where the store, or this order, does not say what they go by."""

    by_contact: tuple[Sale, ...] | None = None
    by_address: tuple[Sale, ...] | None = None
    of_product: tuple[Sale, ...] | None = None


@runtime_checkable
class FindsRelated(Protocol):
    """A connector that can count. A store that cannot be asked leaves the signals unknown."""

    def related(self, order: Order, product_id: str | None) -> Related:
        """Orders like this one, at most MOST of each kind: the buyer's newest, and of the others those made nearest.

        Raises StoreUnavailable.
        """


def telling_contact(text: str | None) -> bool:
    """Whether a contact can tell one buyer from another: `1`, `000000` and `123456` are what anybody types."""
    signs = "".join((text or "").split()).casefold()
    counting = signs.isascii() and signs.isdecimal() and signs in "01234567890123456789"
    return len(signs) >= SHORTEST and len(set(signs)) > LEAST_SIGNS and not counting


def public_address(text: str | None) -> str | None:
    """An address that tells buyers apart: not the store's own proxy, which all of them would share."""
    try:
        return str(found) if (found := ip_address((text or "").strip())).is_global else None
    except ValueError:
        return None
