"""Decisions explained to whoever may see an order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from knowledge_base.reader import read_shop
from support.orders.connector import LiveProduct, StoreUnavailable
from support.orders.csv_file import CsvConnector
from support.policy.decision import Decision
from support.policy.fact_values import NotAFact
from support.policy.facts import OwnRefunds
from support.policy.verify import verify
from support.service.explain import ExplainCase, ItemNotFound, OrderNotFound, UnknownRequest, explain
from tests.support.service.small_shop import files

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOLDER = read_shop(files())
CASE = ExplainCase("SP1", "refund", NOW)


def _store() -> CsvConnector:
    assert FOLDER.orders_csv is not None
    return CsvConnector(FOLDER.orders_csv, FOLDER.shop)


def _explained(**changes: Any) -> Decision:
    return explain(FOLDER, _store(), replace(CASE, **changes))


def _clause(decision: Decision) -> str | None:
    return decision.clause.id if decision.clause else None


def test_a_decision_with_its_proof() -> None:
    decision = _explained()
    assert (decision.verdict, _clause(decision)) == ("grant", "undelivered-refund")
    assert decision.outcome == {"refund": {"amount": "30.00", "currency": "CNY"}}
    assert verify(decision.proof) == ()
    facts = decision.proof["facts"]
    assert facts["order.frozen"] == {"value": False, "source": "assumed by the shop", "at": "2026-03-01T12:00:00Z"}
    assert facts["item.warranty_days"]["source"] == "catalogue"
    assert facts["claim.request"]["source"] == "buyer"


def test_the_number_is_compared_folded() -> None:
    assert _explained(order=" ｓｐ1 ").verdict == "grant"


def test_the_buyer_is_taken_for_verified() -> None:
    decision = _explained(order="SP2", item="steam", reason="price_drop")
    assert (decision.verdict, decision.outcome) == ("refuse", {"reason": "price_drop"})


def test_an_order_of_several_rows_needs_its_item() -> None:
    decision = _explained(order="SP2")
    assert (decision.verdict, decision.missing) == ("need", ("order.item",))
    assert verify(decision.proof) == ()


def test_a_chosen_item() -> None:
    decision = _explained(order="SP2", item="psn")
    assert decision.outcome == {"refund": {"amount": "4.00", "currency": "CNY"}}
    assert decision.proof["facts"]["order.paid_amount"]["value"] == 35


def test_rows_of_one_product_are_taken_together() -> None:
    assert _explained(order="SP5", item="psn").outcome == {"refund": {"amount": "11.00", "currency": "CNY"}}


def test_what_the_row_leaves_empty_is_needed() -> None:
    decision = _explained(order="SP3")
    assert (decision.verdict, decision.missing) == ("need", ("delivery.state",))
    assert _explained(order="SP3", facts={"delivery.state": "failed"}).missing == (
        "item.refunded_amount",
        "order.refunded_amount",
    )


def test_an_unpaid_order() -> None:
    decision = _explained(order="SP4", reason="other")
    assert (decision.verdict, decision.clause) == ("refer", None)
    facts = decision.proof["facts"]
    assert (facts["order.paid"]["value"], facts["payment.count"]["value"], facts["item.paid_amount"]["value"]) == (
        False,
        0,
        0,
    )


def test_money_is_in_the_orders_currency() -> None:
    decision = _explained(order="SP6")
    assert decision.outcome == {"refund": {"amount": "900", "currency": "JPY"}}
    assert decision.proof["minor_unit"] == 0


def test_supposed_facts_stand_before_the_stores() -> None:
    decision = _explained(facts={"order.frozen": "true"})
    assert _clause(decision) == "frozen"
    assert decision.proof["facts"]["order.frozen"]["source"] == "supposed"


def test_our_own_refunds_are_taken_off() -> None:
    own = OwnRefunds(order=Decimal(12), item=Decimal(12))
    assert _explained(given_back=lambda *_: own).outcome == {"refund": {"amount": "18.00", "currency": "CNY"}}


def test_live_prices_are_the_stores_and_a_store_without_them_is_no_trouble() -> None:
    class Live(CsvConnector):
        def product(self, product_id: str, now: datetime) -> LiveProduct | None:
            if now < NOW:
                raise StoreUnavailable("closed")
            return LiveProduct(product_id, price=Decimal("28.50"))

    store = Live(FOLDER.orders_csv or b"", FOLDER.shop)
    assert explain(FOLDER, store, CASE).proof["facts"]["item.price_now"]["value"] == 28.5
    earlier = replace(CASE, now=NOW.replace(hour=11))
    assert explain(FOLDER, store, earlier).proof["facts"]["item.price_now"]["value"] == 35


def test_what_is_not_there_is_an_error_and_no_decision() -> None:
    with pytest.raises(OrderNotFound, match="SP9"):
        _explained(order="SP9")
    with pytest.raises(ItemNotFound, match="psn, steam"):
        _explained(order="SP2", item="xbox")
    with pytest.raises(UnknownRequest, match="refund, cancel"):
        _explained(request="money")


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "because"},
        {"facts": {"order.shipped": True}},
        {"facts": {"order.paid": "maybe"}},
        {"facts": {"now": "2026-03-01T12:00:00+08:00"}},
    ],
)
def test_what_is_no_fact_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAFact):
        _explained(**changes)


def test_a_shop_of_articles_alone_refers() -> None:
    bare = read_shop({"shop.toml": b'id = "bare"\nlanguages = ["zh-CN"]\n'})
    assert explain(bare, None, CASE).verdict == "refer"


def test_without_an_order_source_nothing_is_known_of_the_order() -> None:
    decision = explain(FOLDER, None, CASE)
    assert (decision.verdict, decision.missing) == ("need", ("order.number",))
