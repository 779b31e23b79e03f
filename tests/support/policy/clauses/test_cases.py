"""Orders of several rows, unpaid ones, refunds: what is known of them, from the store's rows to the decision."""

from __future__ import annotations

from decimal import Decimal

import pytest

from support.policy.facts import OwnRefunds
from tests.support.policy.clauses.told import small, told, values
from tests.support.service.small_shop import DAY, HEAD

TWO = ("A,steam,2,1,30.00,CNY,DAY,delivered,1.50", "A,psn,1,0,5.00,CNY,DAY,failed,0")
NO_RECORDS = "A,steam,1,0,30.00,CNY,DAY,failed,"
ASSUMED = '"order.refunded_amount" = 0.0\n"item.refunded_amount" = 0.0\n'


def test_item_is_the_row_in_question() -> None:
    """For an order of several rows, `item.*` is the row in question and `order.*` sums are unknown when any row's
    amount is; without a choice the decision needs `order.item`."""
    folder = small(*TWO)
    psn = values(told(folder, item="psn"))
    assert (psn["item.product"], psn["item.paid_amount"], psn["order.paid_amount"]) == ("psn", 5, 35)
    assert (psn["order.refunded_amount"], psn["item.refunded_amount"]) == (1.5, 0)
    unchosen = told(folder)
    assert (unchosen.verdict, unchosen.missing, unchosen.clause) == ("need", ("order.item",), None)
    assert not [name for name in values(unchosen) if name.startswith(("item.", "delivery."))]


@pytest.mark.parametrize(
    ("row", "lacking"),
    [("A,psn,1,0,,CNY,DAY,failed,0", "order.paid_amount"), ("A,psn,1,0,5.00,CNY,DAY,failed,", "order.refunded_amount")],
)
def test_sums_are_unknown_when_any_rows_amount_is(row: str, lacking: str) -> None:
    """For an order of several rows, `item.*` is the row in question and `order.*` sums are unknown when any row's
    amount is; without a choice the decision needs `order.item`."""
    decision = told(small("A,steam,1,0,30.00,CNY,DAY,failed,0", row), item="steam")
    assert lacking not in values(decision)
    assert (decision.verdict, decision.missing) == ("need", (lacking,))


def test_delivery_belongs_to_the_item_in_question() -> None:
    """`delivery.*` belongs to the item in question."""
    states = [values(told(small(*TWO), item=item))["delivery.state"] for item in ("steam", "psn")]
    assert states == ["delivered", "failed"]


@pytest.mark.parametrize(("cell", "count"), [("a:10.00;b:20.00", 2), ("a:30.00", 1), ("", None)])
def test_payments_are_counted_where_the_source_shows_them(cell: str, count: int | None) -> None:
    """`payment.count` is the payments that the source shows; unknown where it cannot show a second one."""
    orders = f"{HEAD},payments\nA,steam,1,0,30.00,CNY,{DAY},failed,0,{cell}\n"
    folder = small(**{"orders.csv": orders})
    assert values(told(folder)).get("payment.count") == count


@pytest.mark.parametrize("state", ["unpaid", "expired"])
@pytest.mark.parametrize("paid_amount", ["", "30.00"])
def test_an_unpaid_order_has_nothing(state: str, paid_amount: str) -> None:
    """An unpaid order has paid amounts, delivered quantity and payment count 0."""
    facts = values(told(small(f"A,steam,2,,{paid_amount},CNY,2026-03-01T11:00:00+08:00,,{state},")))
    names = ("order.paid_amount", "item.paid_amount", "item.delivered_quantity", "payment.count")
    assert (facts["order.paid"], *(facts[name] for name in names)) == (False, 0, 0, 0, 0)


def test_refunds_are_unknown_until_the_shop_assumes_none() -> None:
    """A store without refund records leaves `order.refunded_amount` and `item.refunded_amount` unknown until the shop
    assumes `0.0`; our own refunds are added to it."""
    needs = told(small(NO_RECORDS))
    assert (needs.verdict, needs.missing) == ("need", ("item.refunded_amount", "order.refunded_amount"))
    folder = small(NO_RECORDS, shop=ASSUMED)
    assert told(folder).outcome == {"refund": {"amount": "30.00", "currency": "CNY"}}
    ours = told(folder, given_back=lambda *_: OwnRefunds(Decimal("12.34"), Decimal("12.34")))
    assert ours.outcome == {"refund": {"amount": "17.66", "currency": "CNY"}}
    fact = ours.proof["facts"]["item.refunded_amount"]
    assert (fact["value"], fact["source"]) == (12.34, "assumed by the shop, our own refunds")
    assert told(small(NO_RECORDS), given_back=lambda *_: OwnRefunds(Decimal(5), Decimal(5))).verdict == "need"


def test_explain_takes_the_buyer_for_verified() -> None:
    """`anxin policy explain` sets `buyer.verified` true."""
    assert values(told(small(NO_RECORDS)))["buyer.verified"] is True
