"""What we gave back of an order counts in the next decision about it, once, whether or not its store shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from support.orders.order import Order, OrderItem
from support.policy.facts import OwnRefunds
from support.service.given_back import own_refunds
from ticketing.refund import Refund, RefundKind, RefundState

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ITEM = OrderItem(product_id="a", name="a", paid_amount=Decimal(49), refunded_amount=Decimal(0))
ORDER = Order("SC1", (ITEM,), "csv", paid_amount=Decimal(49), refunded_amount=Decimal(0))


def refund(amount: str, state: RefundState = "done", kind: RefundKind = "refund", line: str = "a") -> Refund:
    return Refund(
        "star", amount + line, 1, "k", kind, "SC1", line, Decimal(amount), "CNY", state, 0, "manual", "x", NOW, NOW
    )


def test_money_that_left_by_hand_is_of_the_order_and_of_its_item() -> None:
    assert own_refunds([refund("49.00")], ORDER, ITEM) == OwnRefunds(Decimal(49), Decimal(49))
    assert own_refunds([refund("49.00", line="")], ORDER, ITEM) == OwnRefunds(Decimal(49), Decimal(49))


def test_a_store_that_shows_it_too_is_not_counted_twice() -> None:
    shown = replace(ITEM, refunded_amount=Decimal(49))
    order = replace(ORDER, items=(shown,), refunded_amount=Decimal(49))
    assert own_refunds([refund("49.00")], order, shown) == OwnRefunds()
    part = replace(ORDER, refunded_amount=Decimal(20))
    assert own_refunds([refund("49.00")], part, None).order == Decimal(29)


@pytest.mark.parametrize("state", ["requested", "approved", "failed", "cancelled"])
def test_what_has_not_left_does_not_count(state: RefundState) -> None:
    assert own_refunds([refund("49.00", state)], ORDER, ITEM) == OwnRefunds()


def test_what_may_have_left_counts_and_so_does_what_a_bank_took_back() -> None:
    of = [refund("10.00", "in_doubt"), refund("5.00", kind="chargeback", line=""), refund("49.00", kind="reissue")]
    assert own_refunds(of, ORDER, ITEM) == OwnRefunds(Decimal(15), Decimal(15))


def test_another_item_keeps_its_own() -> None:
    other = replace(ITEM, product_id="b")
    order = replace(ORDER, items=(ITEM, other), paid_amount=Decimal(98))
    assert own_refunds([refund("49.00")], order, other) == OwnRefunds(Decimal(49), Decimal(0))
