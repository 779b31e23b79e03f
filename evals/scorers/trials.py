"""What the engine and the oracle are asked: every order, request, reason, state and boundary of the demo shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from evals.oracle_orders import NEVER_PAID, Known, Shelf
from evals.oracle_rules import GOODS, SHANGHAI
from evals.stage import NOW
from knowledge_base.facts import DELIVERY_STATES
from knowledge_base.policy import REASONS, REQUESTS

SECONDS = (-1, 0, 1)
LIMITS = ("order.paid_at", "delivery.delivered_at")
LATE_REASONS = (None, "changed_mind", "membership_inactive", "price_drop", "top_up_missing")
SUPPOSED: tuple[Mapping[str, Any], ...] = (
    {"buyer.minor": True}, {"buyer.minor": False}, {"risk.score": 79}, {"risk.score": 80}, {"buyer.claims_90d": 4},
    {"buyer.claims_90d": 5}, {"delivery.duplicate_sale": True}, {"order.frozen": True}, {"payment.count": 2},
    {"payment.count": 3}, {"claim.evidence": 0}, {"delivery.redeemed": False},
)  # fmt: skip
MIDNIGHTS = tuple(datetime(year, 1, 1, tzinfo=SHANGHAI) for year in (2025, 2026))
EMPTIED = (
    "quantity", "delivered_quantity", "paid_amount", "created_at", "paid_at", "delivery_kind", "delivery_state",
    "delivered_at", "redeemed", "refunded_amount", "frozen", "no_return_confirmed", "payments",
)  # fmt: skip
OF_PRODUCTS = ("kind", "price", "warranty_days", "promised_minutes", "return_days")
KINDS = ("gift_card", "membership", "prepaid")
PAID_AT = tuple(datetime(year, 6, 1, 12, tzinfo=SHANGHAI) for year in (2025, 2026))
ITEM_MONEY = tuple(
    (Decimal(paid), Decimal(back))
    for paid, back in (
        ("10.00", "0"), ("10.01", "0"), ("10.00", "9.99"), ("10.00", "10.00"), ("10.00", "10.01"), ("0.01", "0"),
    )
)  # fmt: skip
REST_OF_ORDER = tuple((Decimal(paid), Decimal(back)) for paid, back in (("0", "0"), ("5.00", "5.00"), ("5.00", "9.98")))
QUANTITIES, COUNT, PRICE = ("item.quantity", "item.delivered_quantity"), ("payment.count",), ("item.price_now",)
SHARE_VALUES: Mapping[tuple[str, ...], tuple[tuple[Any, ...], ...]] = {
    QUANTITIES: ((3, 0), (3, 1), (3, 2), (3, 3), (8, 7), (1, 0)),
    COUNT: ((1,), (2,), (3,), (7,)),
    PRICE: tuple((Decimal(price),) for price in ("9.99", "10.00", "10.01", "0.01")),
}
SHARES = (
    (QUANTITIES, None, "partially_delivered"), (QUANTITIES, None, "failed"), (COUNT, "duplicate_payment", "delivered"),
    (PRICE, "price_drop", "delivered"),
)  # fmt: skip
GAP_REASONS = (None, "changed_mind", "key_invalid", "membership_inactive", "price_drop", "duplicate_payment")


@dataclass(frozen=True, slots=True)
class Trial:
    """One decision to compare: an order, what is asked of it when, and what is supposed."""

    order: str
    item: str | None
    request: str
    reason: str | None
    now: datetime = NOW
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        extra = "".join(f" {name}={value}" for name, value in self.facts.items())
        return f"{self.order}/{self.item or '-'} {self.request}/{self.reason or '-'} {self.now.isoformat()}{extra}"


def every(shelf: Shelf) -> Iterator[Trial]:
    """Every order as it is, asked everything."""
    for (order, item), request in product(shelf.choices(), REQUESTS):
        yield Trial(order, item, request, None)
        for reason in REASONS:
            yield Trial(order, item, request, reason)
            yield Trial(order, item, request, reason, facts={"claim.evidence": 1})


def boundaries(shelf: Shelf) -> Iterator[Trial]:
    """A second before, at and after each limit that the text or the product page names."""
    for order, item in shelf.choices():
        known = shelf.known(order, item)
        for name, limit, second in product(LIMITS, _limits(known), SECONDS):
            if name in known:
                now = known[name] + limit + timedelta(seconds=second)
                for request, reason in product(GOODS, LATE_REASONS):
                    yield Trial(order, item, request, reason, now, {"claim.evidence": 1})


def _limits(known: Known) -> set[timedelta]:
    """Every span that the text or the product page names."""
    days = {3, 7, 30, known.get("item.warranty_days"), known.get("item.return_days")}
    minutes = {30, known.get("delivery.promised_minutes")}
    return {timedelta(days=n) for n in days if n} | {timedelta(minutes=n) for n in minutes if n}


def supposed(shelf: Shelf) -> Iterator[Trial]:
    """What the store does not hold; and payment about the midnights at which a version begins."""
    reasons = (None, "key_used", "duplicate_payment", "changed_mind")
    for order, item in shelf.choices():
        for facts, request, reason in product(SUPPOSED, ("refund", "reissue", "exchange"), reasons):
            yield Trial(order, item, request, reason, facts=facts)
        for midnight, second, reason in product(MIDNIGHTS, (-1, 0), ("price_drop", "changed_mind")):
            paid = midnight + timedelta(seconds=second)
            yield Trial(order, item, "refund", reason, paid + timedelta(days=5), {"order.paid_at": paid})


def gaps(shelf: Shelf) -> Iterator[Trial]:
    """For tables in which something is unknown."""
    for (order, item), request, reason in product(shelf.choices(), ("refund", "reissue", "deliver"), GAP_REASONS):
        yield Trial(order, item, request, reason)


def states(shelf: Shelf) -> Iterator[Trial]:
    """Every request for every reason in every state of delivery, under each version, of the kinds that rules name."""
    for order, paid_at in product(_one_of_each_kind(shelf), PAID_AT):
        for state, request, reason in product(DELIVERY_STATES, REQUESTS, (None, *REASONS)):
            facts = {
                "order.paid": state not in NEVER_PAID, "order.frozen": False, "order.paid_at": paid_at,
                "delivery.state": state, "delivery.delivered_at": paid_at + timedelta(minutes=9),
                "delivery.redeemed": False, "claim.evidence": 1,
            }  # fmt: skip
            yield Trial(order, None, request, reason, paid_at + timedelta(days=5), facts)


def amounts(shelf: Shelf) -> Iterator[Trial]:
    """A cent to both sides of what is left of item and order; shares that end on half a cent; prices about the paid."""
    order, paid_at = next(iter(_one_of_each_kind(shelf))), PAID_AT[-1]
    now = paid_at + timedelta(days=1)
    about = {"order.paid": True, "order.frozen": False, "order.paid_at": paid_at, "order.no_return_confirmed": False}
    for names, reason, state in SHARES:
        for values, (paid, back), (others, others_back) in product(SHARE_VALUES[names], ITEM_MONEY, REST_OF_ORDER):
            money = {
                "item.paid_amount": paid, "item.refunded_amount": back, "order.paid_amount": paid + others,
                "order.refunded_amount": back + others_back, "delivery.state": state,
            }  # fmt: skip
            facts = about | money | dict(zip(names, values, strict=True))
            for request in ("refund", "cancel"):
                yield Trial(order, None, request, reason, now, facts)


def _one_of_each_kind(shelf: Shelf) -> Iterator[str]:
    """The first order of one row for each kind of goods that a rule names, and one that none does."""
    for kind in KINDS:
        yield next(
            number
            for number, rows in shelf.orders.items()
            if len(rows) == 1 and shelf.products[rows[0]["product_id"]]["kind"] == kind
        )


WHOLE: tuple[Callable[[Shelf], Iterator[Trial]], ...] = (every, boundaries, supposed, states, amounts)
"""All that is asked where nothing is taken away."""
