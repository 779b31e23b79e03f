"""Each signal at its boundary: a step before it is silent, at it it speaks; and what it says of whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from support.orders.related import Related
from support.risk.amounts import large_amount, split_amount
from support.risk.bursts import address_burst, contact_burst, product_burst
from support.risk.case import Record, RiskCase
from support.risk.claims import claim_ratio, refund_ratio, repeated_key_claims, steady_buyer
from support.risk.keys import product_reports, shared_key, sold_twice, unredeemed
from support.risk.reports import evidence_shown, late_report, nothing_shown, quick_report
from support.risk.signal import Finding, Signal, Unknown
from tests.support.risk.cases import DAY, HOUR, MINUTE, NOBODY, NOON, SETTINGS, case, claims, contact, sales

SECOND = timedelta(seconds=1)
FOUR = (MINUTE, 2 * MINUTE, 3 * MINUTE, 4 * MINUTE)
OLD = (-30 * DAY + HOUR - SECOND, -40 * DAY, -50 * DAY)
MANY = tuple(n * MINUTE for n in range(1, 30))
BOUNDARIES: list[tuple[Callable[[RiskCase], Finding], RiskCase, RiskCase]] = [
    (contact_burst, case(related=contact(*FOUR[:3])), case(related=contact(*FOUR))),
    (contact_burst, case(related=contact(*FOUR[:3], HOUR + SECOND)), case(related=contact(*FOUR[:3], HOUR))),
    (contact_burst, case(related=contact(-HOUR + 3 * MINUTE - SECOND, *FOUR[:3])),
     case(related=contact(-HOUR + 3 * MINUTE, *FOUR[:3]))),
    (address_burst, case(related=Related((), sales(*FOUR[:3]), ())), case(related=Related((), sales(*FOUR), ()))),
    (product_burst, case(related=Related((), (), sales(*MANY[:28]))), case(related=Related((), (), sales(*MANY)))),
    (large_amount, case(order={"paid_amount": Decimal("499.99")}), case(order={"paid_amount": Decimal(500)})),
    (split_amount, case(related=contact(MINUTE, amount=Decimal("469.99"))),
     case(related=contact(MINUTE, amount=Decimal(470)))),
    (claim_ratio, case(record=claims("A")), case(record=claims("A", "B"))),
    (claim_ratio, case(record=claims("A", "B"), related=contact(*(-n * DAY for n in range(6)))),
     case(record=claims("A", "B"), related=contact(*(-n * DAY for n in range(5))))),
    (refund_ratio, case(record=claims("A", "B", "C", refunded="AB")),
     case(record=claims("A", "B", "C", refunded="ABC"))),
    (repeated_key_claims, case(record=claims("A", "SP1")), case(record=claims("A", "B"))),
    (repeated_key_claims, case(record=claims("A", "B", reason="not_delivered")),
     case(record=claims("A", "B", reason="key_invalid"))),
    (late_report, case(now=NOON + 7 * DAY), case(now=NOON + 7 * DAY + SECOND)),
    (quick_report, case(now=NOON + DAY + SECOND), case(now=NOON + DAY)),
    (nothing_shown, case(evidence=None), case(evidence=0)),
    (evidence_shown, case(evidence=0), case(evidence=1)),
    (shared_key, case(record=Record(key_buyers=1)), case(record=Record(key_buyers=2))),
    (sold_twice, case(item={"duplicate_sale": False}), case(item={"duplicate_sale": True})),
    (product_reports, case(record=Record(product_buyers=2)), case(record=Record(product_buyers=3))),
    (unredeemed, case(item={"redeemed": True}), case(item={"redeemed": False})),
    (steady_buyer, case(related=contact(-30 * DAY + HOUR, *OLD[1:])), case(related=contact(*OLD))),
    (steady_buyer, case(related=contact(-40 * DAY, -40 * DAY + HOUR, -50 * DAY)), case(related=contact(*OLD))),
    (steady_buyer, case(related=contact(*OLD), record=claims("A")),
     case(related=contact(*OLD), record=claims("SP1"))),
]  # fmt: skip


@pytest.mark.parametrize(("signal", "before", "at"), BOUNDARIES)
def test_a_signal_holds_at_its_boundary_and_not_before(
    signal: Callable[[RiskCase], Finding], before: RiskCase, at: RiskCase
) -> None:
    assert signal(before) is None
    found = signal(at)
    assert isinstance(found, Signal)
    assert found.name == signal.__name__
    assert found.facts
    assert all(fact.source and fact.at.tzinfo for fact in found.facts)


UNKNOWN: list[tuple[Callable[[RiskCase], Finding], RiskCase, str]] = [
    (contact_burst, case(related=None), "order.contact"),
    (contact_burst, case(related=Related(None, (), ())), "order.contact"),
    (contact_burst, case(order={"created_at": None, "paid_at": None}), "order.created_at"),
    (address_burst, case(related=Related((), None, ())), "order.address"),
    (product_burst, case(related=Related((), (), None)), "item.product"),
    (large_amount, case(order={"paid_amount": None, "items": ()}), "order.paid_amount"),
    (split_amount, case(related=None), "order.contact"),
    (claim_ratio, case(related=None), "order.contact"),
    (refund_ratio, case(related=None), "order.contact"),
    (late_report, case(item={"delivered_at": None}), "delivery.delivered_at"),
    (shared_key, case(), "item.keys"),
    (sold_twice, case(), "delivery.duplicate_sale"),
    (unredeemed, case(), "delivery.redeemed"),
    (steady_buyer, case(related=None), "order.contact"),
]


@pytest.mark.parametrize(("signal", "given", "lacks"), UNKNOWN)
def test_what_is_not_recorded_is_unknown_and_not_absent(
    signal: Callable[[RiskCase], Finding], given: RiskCase, lacks: str
) -> None:
    assert signal(given) == Unknown(signal.__name__, lacks)


KEYED = (repeated_key_claims, late_report, quick_report, nothing_shown, shared_key, sold_twice, product_reports)


@pytest.mark.parametrize("signal", KEYED)
def test_signals_of_keys_keep_silent_on_other_claims(signal: Callable[[RiskCase], Finding]) -> None:
    loud = case(
        reason="not_delivered", evidence=0, now=NOON + 30 * DAY, item={"duplicate_sale": True},
        record=replace(claims("A", "B"), key_buyers=9, product_buyers=9),
    )  # fmt: skip
    assert signal(loud) is None
    assert signal(replace(loud, now=NOON + HOUR)) is None


@pytest.mark.parametrize(
    ("signal", "given", "direction", "points_at"),
    [
        (contact_burst, case(related=contact(*FOUR)), "against", "buyer"),
        (shared_key, case(record=Record(key_buyers=2)), "for", "shop"),
        (sold_twice, case(item={"duplicate_sale": True}), "for", "shop"),
        (product_reports, case(record=Record(product_buyers=3)), "for", "supplier"),
        (steady_buyer, case(related=contact(*OLD)), "for", "buyer"),
    ],
)
def test_what_points_at_the_shop_or_its_supplier_speaks_for_the_buyer(
    signal: Callable[[RiskCase], Finding], given: RiskCase, direction: str, points_at: str
) -> None:
    found = signal(given)
    assert isinstance(found, Signal)
    assert (found.direction, found.points_at) == (direction, points_at)


def test_a_burst_of_twice_as_many_weighs_more() -> None:
    nine, ten = (contact_burst(case(related=contact(*(n * MINUTE for n in range(count))))) for count in (8, 9))
    assert isinstance(nine, Signal)
    assert isinstance(ten, Signal)
    assert (nine.weight, ten.weight) == (25, 40)


def test_the_facts_of_a_burst_are_enough_to_check_it_by_hand() -> None:
    found = contact_burst(case(related=contact(*FOUR)))
    assert isinstance(found, Signal)
    assert {fact.name: (fact.value, fact.source) for fact in found.facts} == {
        "orders": (5, "store"), "minutes": (60, "shop settings"), "limit": (5, "shop settings"),
    }  # fmt: skip


def test_without_a_limit_no_amount_is_large_and_nothing_is_unknown() -> None:
    free = replace(SETTINGS, large_amount=None)
    given = case(settings=free, order={"paid_amount": Decimal(10**6)}, related=contact(*FOUR))
    assert large_amount(given) is None
    assert split_amount(given) is None


def test_a_single_order_is_never_split() -> None:
    assert split_amount(case(order={"paid_amount": Decimal(499)}, related=NOBODY)) is None


def test_orders_without_a_time_are_not_counted_into_a_burst() -> None:
    timeless = tuple(replace(sale, at=None) for sale in sales(*FOUR))
    assert contact_burst(case(related=Related(timeless, (), ()))) is None
