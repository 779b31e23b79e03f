"""What is known of a case, and from whom: the facts that clauses may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from knowledge_base.product import Product
from support.orders.connector import LiveProduct
from support.orders.order import Order, OrderItem
from support.policy.fact_values import FactValue, NotAFact, typed
from support.policy.item import item_in_question

__all__ = ["BuyerRecord", "Claims", "Fact", "OwnRefunds", "RiskReport", "asks_before", "facts_of", "item_in_question"]

STORE, CATALOGUE, BUYER, CLOCK = "store", "catalogue", "buyer", "clock"
BY_TOKEN, BY_PERSON, OUR_RECORD, RISK_SIGNALS = "token or proof", "a person", "our record", "risk signals"
ASSUMED = "assumed by the shop"
OWN_REFUNDS = "our own refunds"
NOTHING = Decimal(0)
OF_ITEM = ("item.", "delivery.")

Known = FactValue | Decimal | None
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fact:
    """A known value, who says so, and when it was read."""

    value: FactValue
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Claims:
    """What the buyer says. It makes only `claim.*` known; `evidence` counts pieces."""

    request: str | None = None
    reason: str | None = None
    detail: str | None = None
    evidence: int | None = None


@dataclass(frozen=True, slots=True)
class BuyerRecord:
    """What we know of the buyer: verified by token or proof, a minor in a person's judgement, claims of 90 days."""

    verified: bool | None = None
    minor: bool | None = None
    claims_90d: int | None = None


@dataclass(frozen=True, slots=True)
class RiskReport:
    """`score` from 0 to 100 and the signals behind it."""

    score: int | None = None
    signals: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class OwnRefunds:
    """Money that we ourselves refunded, in the order's currency: of the whole order, and of the item in question."""

    order: Decimal = NOTHING
    item: Decimal = NOTHING


GivenBack = Callable[[Order, OrderItem | None], OwnRefunds]
"""What we gave back of an order and its item, beyond what its store shows."""


def asks_before(order: Order | None, item: OrderItem | None) -> tuple[str, ...]:
    """What must be asked before any clause is tried: `order.item`, for several rows without a choice."""
    return ("order.item",) if order is not None and item is None and len(order.items) > 1 else ()


def facts_of(
    order: Order | None,
    item: OrderItem | None,
    product: Product | None,
    claims: Claims,
    buyer: BuyerRecord,
    now: datetime,
    assume: Mapping[str, object],
    *,
    live: LiveProduct | None = None,
    risk: RiskReport | None = None,
    refunds: OwnRefunds | None = None,
) -> dict[str, Fact]:
    """Every fact known of a case, by name. What is not in the answer is unknown.

    `item` is the row in question, None without an order or where several rows leave a choice (see
    `item_in_question`); `live` is what the store says now of its product; `assume` is `[assume]` of the shop, which
    fills in what the source cannot hold. A value that its fact cannot hold counts as unknown.
    """
    known = _Known(now)
    known.add(BUYER, _claims(claims))
    known.add(BY_TOKEN, {"buyer.verified": buyer.verified})
    known.add(BY_PERSON, {"buyer.minor": buyer.minor})
    known.add(OUR_RECORD, {"buyer.claims_90d": buyer.claims_90d})
    known.add(RISK_SIGNALS, _risk(risk or RiskReport()))
    if order is not None:
        order, item = _unpaid_has_nothing(order, item)
        known.add(STORE, _order(order))
        _add_item(known, item, product, live)
    known.add(ASSUMED, _assumed(assume, order, item))
    if order is not None:
        _add_order_refunds(known, order, assume)
        known.add_refunds(refunds or OwnRefunds())
    known.add(CLOCK, {"now": now})
    return known.facts


class _Known:
    """Facts as they become known: the first source to hold one keeps it."""

    def __init__(self, now: datetime) -> None:
        self.facts: dict[str, Fact] = {}
        self._now = now

    def add(self, source: str, values: Mapping[str, Known]) -> None:
        """Add what this source knows and none before it did."""
        for name, value in values.items():
            if value is None or name in self.facts:
                continue
            try:
                self.facts[name] = Fact(typed(name, value), source, self._now)
            except NotAFact:
                continue

    def add_refunds(self, refunds: OwnRefunds) -> None:
        """Add our own refunds to the store's; beside an unknown amount they stay a part of the unknown."""
        for name, own in (("order.refunded_amount", refunds.order), ("item.refunded_amount", refunds.item)):
            fact = self.facts.get(name)
            if fact is not None and own > 0:
                total = Decimal(repr(fact.value)) + own
                self.facts[name] = Fact(float(total), f"{fact.source}, {OWN_REFUNDS}", self._now)


def _claims(claims: Claims) -> dict[str, Known]:
    return {
        "claim.request": claims.request,
        "claim.reason": claims.reason,
        "claim.detail": claims.detail,
        "claim.evidence": claims.evidence,
    }


def _risk(risk: RiskReport) -> dict[str, Known]:
    return {"risk.score": risk.score, "risk.signals": risk.signals}


def _unpaid_has_nothing(order: Order, item: OrderItem | None) -> tuple[Order, OrderItem | None]:
    """An unpaid order has paid amounts, delivered quantity and payment count 0, whatever its cells say."""
    if order.paid is not False:
        return order, item
    rows = tuple(replace(row, paid_amount=NOTHING, delivered_quantity=0) for row in order.items)
    chosen = None if item is None else replace(item, paid_amount=NOTHING, delivered_quantity=0)
    return replace(order, items=rows, paid_amount=NOTHING, payment_count=0), chosen


def _order(order: Order) -> dict[str, Known]:
    count = order.payment_count if order.payments is None else len(order.payments)
    return {
        "order.number": order.number,
        "order.currency": order.currency,
        "order.note": order.note,
        "order.paid": order.paid,
        "order.frozen": order.frozen,
        "order.no_return_confirmed": order.no_return_confirmed,
        "order.created_at": order.created_at,
        "order.paid_at": order.paid_at,
        "order.paid_amount": _first(order.paid_amount, _total([item.paid_amount for item in order.items])),
        "order.refunded_amount": _first(order.refunded_amount, _total([item.refunded_amount for item in order.items])),
        "payment.count": _first(order.payment_count, count),
    }


def _add_item(known: _Known, item: OrderItem | None, product: Product | None, live: LiveProduct | None) -> None:
    if item is None:
        return
    known.add(STORE, _row(item))
    known.add(STORE, {"item.price_now": live.price if live else None})
    if product is not None:
        known.add(CATALOGUE, _product(product))


def _row(item: OrderItem) -> dict[str, Known]:
    return {
        "item.product": item.product_id,
        "item.name": item.name,
        "item.quantity": item.quantity,
        "item.delivered_quantity": item.delivered_quantity,
        "item.unit_price": item.unit_price,
        "item.paid_amount": item.paid_amount,
        "item.refunded_amount": item.refunded_amount,
        "delivery.kind": item.delivery_kind,
        "delivery.state": item.delivery_state,
        "delivery.delivered_at": item.delivered_at,
        "delivery.redeemed": item.redeemed,
        "delivery.redeemed_at": item.redeemed_at,
        "delivery.duplicate_sale": item.duplicate_sale,
    }


def _product(product: Product) -> dict[str, Known]:
    return {
        "item.name": next(iter(product.name.values()), None),
        "item.kind": product.kind,
        "item.region": product.region,
        "item.platform": product.platform,
        "item.warranty_days": product.warranty_days,
        "item.return_days": product.return_days,
        "item.price_now": product.price,
        "delivery.promised_minutes": product.promised_minutes,
    }


def _assumed(assume: Mapping[str, object], order: Order | None, item: OrderItem | None) -> dict[str, Known]:
    """What the shop assumes of what there is: of an order only with one, of an item only with a choice made."""
    given: dict[str, Known] = {}
    for name, value in assume.items():
        of_item, of_order = name.startswith(OF_ITEM), name.startswith(("order.", "payment."))
        if (of_item and item is None) or (of_order and order is None) or name == "order.refunded_amount":
            continue
        if isinstance(value, bool | int | float | str | Decimal | datetime | tuple):
            given[name] = value
        elif isinstance(value, list):
            given[name] = tuple(value)
    return given


def _add_order_refunds(known: _Known, order: Order, assume: Mapping[str, object]) -> None:
    """Assume what was refunded of the order, but never less than its rows are known to have had back."""
    each, whole = _amount(assume, "item.refunded_amount"), _amount(assume, "order.refunded_amount")
    rows = [_first(item.refunded_amount, each) for item in order.items]
    total = _first(_total(rows), whole)
    if total is not None:
        seen = sum((amount for amount in rows if amount is not None), NOTHING)
        known.add(ASSUMED, {"order.refunded_amount": max(total, seen)})


def _amount(assume: Mapping[str, object], name: str) -> Decimal | None:
    try:
        return Decimal(repr(typed(name, assume[name]))) if name in assume else None
    except NotAFact:
        return None


def _total(amounts: list[Decimal | None]) -> Decimal | None:
    """The sum, unknown when any row's amount is, and for no rows."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, NOTHING) if known and len(known) == len(amounts) else None


def _first(*values: T | None) -> T | None:
    return next((value for value in values if value is not None), None)
