"""The port to a store: its orders and its live catalogue, read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from support.orders.order import Order


class StoreUnavailable(Exception):
    """The store cannot be read now. The answer degrades honestly; nothing is taken for missing.

    The message says why, for the shop's people. It never holds a password, a key or a buyer's data.
    """


@dataclass(frozen=True, slots=True)
class LiveProduct:
    """What the store says now of a product; None is unknown. A limit that the store does not set is unknown too."""

    product_id: str
    price: Decimal | None = None
    stock: int | None = None
    on_sale: bool | None = None
    name: str | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None


CouponFault = Literal["disabled", "not_started", "expired", "used_up"]


@dataclass(frozen=True, slots=True)
class LiveCoupon:
    """What the store says now of a coupon; None is unknown.

    Attributes:
        valid: whether it can be used now on a product that it is for.
        fault: why it cannot.
        products: ids of the products that it is for; an empty tuple is every product.
        min_amount: the least order that it is for, in the shop's currency.
    """

    code: str
    valid: bool | None = None
    fault: CouponFault | None = None
    ends_at: datetime | None = None
    products: tuple[str, ...] | None = None
    min_amount: Decimal | None = None


class Connector(Protocol):
    """Reads one shop's store. Each call may raise StoreUnavailable; none writes."""

    def find(self, number: str) -> Order | None:
        """The order of that number (compared after trimming, full-width folding and upper-casing), or None."""

    def of_buyer(self, buyer_id: str, limit: int = 10) -> tuple[Order, ...]:
        """A signed buyer's own orders, newest first."""

    def product(self, product_id: str, now: datetime) -> LiveProduct | None:
        """Live stock, limits and price, or None where the store holds none."""

    def coupon(self, code: str, now: datetime) -> LiveCoupon | None:
        """Whether a coupon can be used now, or None where the store holds no such coupon."""

    def numbers(self, limit: int) -> tuple[str, ...]:
        """The newest order numbers, for trying a store out and for replays."""

    def close(self) -> None:
        """Let go of connections. A later call may open them again."""


@runtime_checkable
class HoldsCoupons(Protocol):
    """A connector that can see a store's coupons, so that a code which it does not find is none."""

    def holds_coupons(self) -> bool:
        """Whether it can see them in this store. Raises StoreUnavailable."""
        ...


@runtime_checkable
class AsksForProof(Protocol):
    """A connector to a store that shows an order only to whoever proves to own it, and holds no proofs to compare.

    Attributes:
        wants_two: whether it takes e-mail and query password together, as two words of one proof.
    """

    wants_two: bool

    def prove(self, number: str, proof: str) -> Order | None:
        """The order that this proof opens; a foreign order and a missing one are the same None."""
