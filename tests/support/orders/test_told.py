"""What a store told of an order beside its data: a hold that either knows of is one, and a refund counts once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from support.orders.order import Order, OrderItem
from support.orders.told import with_told
from support.policy.facts import BuyerRecord, Claims, facts_of
from ticketing.order_event import Told

NOW = datetime(2026, 3, 10, tzinfo=UTC)
D = Decimal
ROW = OrderItem(product_id="1", quantity=1, paid_amount=D("30.00"))
ORDER = Order("SC1", (ROW,), "dujiaoka", "CNY", paid=True, paid_amount=D("30.00"))
TWO = replace(ORDER, items=(ROW, ROW), paid_amount=D("60.00"))
ASSUMED = {"order.frozen": False, "item.refunded_amount": 0.0, "order.refunded_amount": 0.0}


def facts(order: Order) -> dict[str, object]:
    """The facts of its first row, where the shop assumes that nothing is frozen and nothing was refunded."""
    found = facts_of(order, order.items[0], None, Claims(), BuyerRecord(), NOW, ASSUMED)
    return {name: found[name].value for name in ASSUMED if name in found}


@pytest.mark.parametrize(
    ("order", "told", "frozen", "item", "whole"),
    [
        (ORDER, Told(), False, 0.0, 0.0),
        (ORDER, Told(frozen=True), True, 0.0, 0.0),
        (replace(ORDER, frozen=False), Told(frozen=True), True, 0.0, 0.0),
        (replace(ORDER, frozen=True), Told(frozen=False), True, 0.0, 0.0),
        (ORDER, Told(frozen=False), False, 0.0, 0.0),
        (ORDER, Told("delivered"), False, 0.0, 0.0),
        (ORDER, Told("refunded", D("10.00")), False, 10.0, 10.0),
        (ORDER, Told("refunded", D("99.00")), False, 30.0, 30.0),
        (ORDER, Told("refunded"), False, 30.0, 30.0),
        (TWO, Told("refunded"), False, 30.0, 60.0),
        (TWO, Told("refunded", D("10.00")), False, 0.0, 10.0),
        (replace(ORDER, refunded_amount=D("4")), Told("refunded", D("3")), False, 3.0, 4.0),
        (replace(ORDER, refunded_amount=D("4")), Told("refunded", D("5")), False, 5.0, 5.0),
        (replace(ORDER, refunded_amount=D("4")), Told("refunded"), False, 30.0, 30.0),
        (replace(ORDER, paid_amount=None), Told("refunded", D("5")), False, 5.0, 5.0),
    ],
)
def test_of_the_data_and_what_was_told_the_more_careful_counts(
    order: Order, told: Told, frozen: bool, item: float, whole: float
) -> None:
    assert list(facts(with_told(order, told)).values()) == [frozen, item, whole]


def test_nothing_else_of_an_order_changes() -> None:
    assert with_told(TWO, Told()) == TWO
    partly = with_told(TWO, Told("refunded", D("10.00"), True))
    assert replace(partly, frozen=None, refunded_amount=None) == TWO
