"""Where each fact comes from, and what stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from knowledge_base.facts import FACTS
from knowledge_base.product import Product
from support.orders.connector import LiveProduct
from support.orders.order import Order, OrderItem, Payment
from support.policy.fact_values import FactValue, NotAFact, typed
from support.policy.facts import (
    BuyerRecord,
    Claims,
    Fact,
    OwnRefunds,
    RiskReport,
    asks_before,
    facts_of,
    item_in_question,
)

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
ITEM = OrderItem(
    product_id="steam",
    name="Steam 100",
    quantity=2,
    delivered_quantity=1,
    unit_price=Decimal("15.00"),
    paid_amount=Decimal("30.00"),
    refunded_amount=Decimal("1.50"),
    delivery_kind="auto",
    delivery_state="delivered",
    delivered_at=NOW,
    redeemed=False,
    redeemed_at=NOW,
    duplicate_sale=False,
)
ORDER = Order(
    number="SP1",
    items=(ITEM,),
    source="csv",
    currency="CNY",
    paid=True,
    created_at=NOW,
    paid_at=NOW,
    frozen=False,
    no_return_confirmed=True,
    payments=(Payment("a"), Payment("b")),
    note="n",
    contact="secret contact",
    proofs=("secret proof",),
)
PRODUCT = Product(
    id="steam",
    name={"zh-CN": "蒸汽卡", "en": "Steam card"},
    kind="gift_card",
    region="HK",
    platform="steam",
    price=Decimal("16.00"),
    warranty_days=30,
    promised_minutes=10,
    return_days=7,
)
ASSUME_NO_REFUNDS = {"order.refunded_amount": 0.0, "item.refunded_amount": 0.0}


def known(
    order: Order | None = ORDER,
    item: OrderItem | None = ITEM,
    product: Product | None = PRODUCT,
    assume: Mapping[str, object] | None = None,
    refunds: OwnRefunds | None = None,
    claims: Claims | None = None,
) -> dict[str, Fact]:
    """The facts of the case, changed."""
    return facts_of(order, item, product, claims or Claims(), BuyerRecord(), NOW, assume or {}, refunds=refunds)


def value(facts: dict[str, Fact], name: str) -> FactValue | None:
    """The value of a fact, None for unknown."""
    return facts[name].value if name in facts else None


def test_every_fact_of_the_table_can_be_known() -> None:
    facts = facts_of(
        ORDER,
        ITEM,
        PRODUCT,
        Claims("refund", "key_used", "it says used", 2),
        BuyerRecord(True, False, 3),
        NOW,
        {},
        risk=RiskReport(40, ("vpn", "new_device")),
    )
    assert set(facts) == set(FACTS)
    assert {name: type(facts[name].value).__name__ for name in FACTS} == {
        name: {"double": "float", "string": "str", "timestamp": "datetime", "list(string)": "tuple"}.get(
            fact.type, fact.type
        )
        for name, fact in FACTS.items()
    }
    assert all(fact.at == NOW for fact in facts.values())
    assert "secret" not in repr(facts)


@pytest.mark.parametrize(
    ("name", "expected", "source"),
    [
        ("order.paid_amount", 30.0, "store"),
        ("item.name", "Steam 100", "store"),
        ("item.kind", "gift_card", "catalogue"),
        ("item.price_now", 16.0, "catalogue"),
        ("delivery.promised_minutes", 10, "catalogue"),
        ("payment.count", 2, "store"),
        ("claim.reason", "key_used", "buyer"),
        ("now", NOW, "clock"),
    ],
)
def test_values_and_their_sources(name: str, expected: FactValue, source: str) -> None:
    assert known(claims=Claims(reason="key_used"))[name] == Fact(expected, source, NOW)


def test_without_anything_only_the_clock_is_known() -> None:
    assert set(known(None, None, None)) == {"now"}
    assert set(facts_of(Order("SP1", (), "csv"), None, None, Claims(), BuyerRecord(), NOW, {})) == {
        "order.number",
        "now",
    }


def test_the_store_goes_before_the_catalogue() -> None:
    unnamed = known(item=replace(ITEM, name=None))
    assert unnamed["item.name"] == Fact("蒸汽卡", "catalogue", NOW)
    live = LiveProduct("steam", price=Decimal("17.00"))
    facts = facts_of(ORDER, ITEM, PRODUCT, Claims(), BuyerRecord(), NOW, {}, live=live)
    assert facts["item.price_now"] == Fact(17.0, "store", NOW)


class TestSeveralRows:
    TWO = replace(ORDER, items=(ITEM, replace(ITEM, product_id="psn", paid_amount=Decimal("5.00"))))

    def test_sums(self) -> None:
        facts = known(self.TWO, self.TWO.items[1])
        assert (value(facts, "order.paid_amount"), value(facts, "item.paid_amount")) == (35.0, 5.0)
        assert value(facts, "order.refunded_amount") == 3.0

    def test_sums_are_unknown_when_any_rows_amount_is(self) -> None:
        order = replace(self.TWO, items=(ITEM, replace(ITEM, paid_amount=None, refunded_amount=None)))
        facts = known(order, ITEM)
        assert "order.paid_amount" not in facts
        assert "order.refunded_amount" not in facts
        assert value(facts, "item.paid_amount") == 30.0

    def test_without_a_choice_the_item_is_needed_and_nothing_of_it_known(self) -> None:
        assert item_in_question(self.TWO) is None
        assert asks_before(self.TWO, None) == ("order.item",)
        facts = known(self.TWO, None, assume={"delivery.redeemed": False, "item.return_days": 7, **ASSUME_NO_REFUNDS})
        assert not [name for name in facts if name.startswith(("item.", "delivery."))]

    def test_a_choice(self) -> None:
        assert item_in_question(self.TWO, "psn") == self.TWO.items[1]
        assert item_in_question(self.TWO, "xbox") is None
        assert asks_before(self.TWO, self.TWO.items[1]) == ()

    def test_a_single_row_is_chosen_already(self) -> None:
        assert item_in_question(ORDER) == ITEM
        assert asks_before(ORDER, ITEM) == ()
        assert (item_in_question(None), asks_before(None, None)) == (None, ())


class TestUnpaid:
    @pytest.mark.parametrize("paid_amount", [None, Decimal("30.00")])
    def test_it_has_paid_nothing_and_received_nothing(self, paid_amount: Decimal | None) -> None:
        item = replace(ITEM, paid_amount=paid_amount, delivered_quantity=None, refunded_amount=None)
        order = replace(ORDER, paid=False, paid_at=None, items=(item, item), paid_amount=paid_amount, payments=None)
        facts = known(order, item)
        names = ("order.paid_amount", "item.paid_amount", "item.delivered_quantity", "payment.count")
        assert [value(facts, name) for name in names] == [0.0, 0.0, 0, 0]
        assert value(facts, "order.paid") is False
        assert "item.refunded_amount" not in facts

    def test_unknown_payment_is_not_unpaid(self) -> None:
        facts = known(replace(ORDER, paid=None, payments=None), replace(ITEM, paid_amount=None))
        assert "item.paid_amount" not in facts
        assert "payment.count" not in facts


class TestAssumed:
    def test_it_fills_in_what_is_unknown_and_says_so(self) -> None:
        facts = known(replace(ORDER, frozen=None), assume={"order.frozen": False, "order.paid": False})
        assert facts["order.frozen"] == Fact(False, "assumed by the shop", NOW)
        assert facts["order.paid"] == Fact(True, "store", NOW)

    def test_nothing_is_assumed_of_no_order(self) -> None:
        assert set(known(None, None, None, {"order.frozen": False, "payment.count": 1, "buyer.minor": False})) == {
            "buyer.minor",
            "now",
        }

    def test_a_store_without_refund_records(self) -> None:
        item = replace(ITEM, refunded_amount=None)
        order = replace(ORDER, items=(item,))
        assert not {"order.refunded_amount", "item.refunded_amount"} & set(known(order, item))
        facts = known(order, item, assume=ASSUME_NO_REFUNDS)
        assert facts["item.refunded_amount"] == Fact(0.0, "assumed by the shop", NOW)
        assert facts["order.refunded_amount"] == Fact(0.0, "assumed by the shop", NOW)

    def test_never_less_than_a_row_is_known_to_have_had_back(self) -> None:
        item = replace(ITEM, refunded_amount=None)
        order = replace(ORDER, items=(ITEM, item))
        assert value(known(order, item, assume={"order.refunded_amount": 0.0}), "order.refunded_amount") == 1.5
        assert value(known(order, item, assume=ASSUME_NO_REFUNDS), "order.refunded_amount") == 1.5

    def test_an_assumption_of_the_wrong_type_is_none(self) -> None:
        assert "order.frozen" not in known(replace(ORDER, frozen=None), assume={"order.frozen": "no", "order.x": 1})


class TestOwnRefunds:
    OWN = OwnRefunds(order=Decimal("10.10"), item=Decimal("0.20"))

    def test_they_are_added(self) -> None:
        facts = known(refunds=self.OWN)
        assert facts["order.refunded_amount"] == Fact(11.6, "store, our own refunds", NOW)
        assert facts["item.refunded_amount"] == Fact(1.7, "store, our own refunds", NOW)

    def test_they_are_added_to_what_is_assumed(self) -> None:
        item = replace(ITEM, refunded_amount=None)
        facts = known(replace(ORDER, items=(item,)), item, assume=ASSUME_NO_REFUNDS, refunds=self.OWN)
        assert facts["order.refunded_amount"] == Fact(10.1, "assumed by the shop, our own refunds", NOW)

    def test_beside_an_unknown_amount_they_stay_unknown(self) -> None:
        item = replace(ITEM, refunded_amount=None)
        facts = known(replace(ORDER, items=(item,)), item, refunds=self.OWN)
        assert not {"order.refunded_amount", "item.refunded_amount"} & set(facts)


class TestTyped:
    @pytest.mark.parametrize(
        ("name", "given", "expected"),
        [
            ("order.paid", "true", True),
            ("order.paid", False, False),
            ("item.paid_amount", "30.00", 30.0),
            ("item.paid_amount", 30, 30.0),
            ("item.paid_amount", Decimal("30.10"), 30.1),
            ("item.quantity", "2", 2),
            ("item.quantity", 2.0, 2),
            ("now", "2026-03-01T12:00:00+08:00", NOW),
            ("risk.signals", "vpn, new", ("vpn", "new")),
            ("risk.signals", [], ()),
            ("order.note", "", ""),
            ("delivery.state", "failed", "failed"),
        ],
    )
    def test_values(self, name: str, given: object, expected: FactValue) -> None:
        assert typed(name, given) == expected
        assert type(typed(name, given)) is type(expected)

    @pytest.mark.parametrize(
        ("name", "given"),
        [
            ("order.paid", "yes"),
            ("order.paid", 1),
            ("item.paid_amount", "nan"),
            ("item.paid_amount", True),
            ("item.paid_amount", "1e999"),
            ("item.paid_amount", 10**400),
            ("item.quantity", 2.5),
            ("item.quantity", "2.5"),
            ("item.quantity", 2**60),
            ("item.quantity", float("inf")),
            ("now", "2026-03-01"),
            ("now", "2026-03-01T12:00:00"),
            ("now", 5),
            ("risk.signals", [1]),
            ("order.note", 5),
            ("order.note", "\ud800"),
            ("delivery.state", "sent"),
            ("claim.reason", "because"),
            ("order.shipped", True),
        ],
    )
    def test_anything_else_is_not_a_fact(self, name: str, given: object) -> None:
        with pytest.raises(NotAFact, match=name):
            typed(name, given)
