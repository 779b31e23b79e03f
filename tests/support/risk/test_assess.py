"""The score: from 0 to 100, the same each time, unknown where the buyer's orders are, and never by one signal alone."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.shop import RiskSettings
from support.orders.related import Related
from support.risk.assess import SIGNALS, Assessment, assess
from support.risk.case import Record
from support.risk.gate import CARRIED_OUT, gate
from support.risk.signal import Signal, Unknown
from tests.support.risk.cases import DAY, MINUTE, NOON, case, claims, contact, sales

BURST = tuple(n * MINUTE for n in range(1, 12))
DIRECTIONS, TARGETS = st.sampled_from(["for", "against"]), st.sampled_from(["buyer", "shop", "supplier"])
SOME_SIGNALS = st.lists(
    st.builds(Signal, st.sampled_from("abc"), DIRECTIONS, TARGETS, st.integers(1, 100), st.just(()))
)
SOME_UNKNOWN = st.lists(st.builds(Unknown, st.sampled_from(["contact_burst", "address_burst"]), st.just("x")))
ASSESSMENTS = st.builds(
    lambda signals, unknown: Assessment(tuple(signals), tuple(unknown), NOON, "CNY"), SOME_SIGNALS, SOME_UNKNOWN
)


def test_a_serial_claimer_reaches_the_default_score_and_a_burst_of_large_orders_does() -> None:
    serial = assess(case(record=claims("A", "B", "C", refunded="ABC"), now=NOON + 9 * DAY), "CNY")
    assert serial.score == 70
    burst = case(
        related=Related(sales(*BURST), sales(*BURST), ()), order={"paid_amount": Decimal(900)}, now=NOON + 8 * DAY
    )
    assert assess(burst, "CNY").score == 40 + 15 + 20 + 10
    assert RiskSettings().review_score == 60


def test_no_signal_alone_reaches_the_default_score() -> None:
    loud = case(
        related=Related(sales(*BURST), sales(*BURST), sales(*(n * MINUTE for n in range(40)))), evidence=0,
        record=claims("A", "B", "C", refunded="ABC"), order={"paid_amount": Decimal(900)}, now=NOON + 90 * DAY,
    )  # fmt: skip
    found = [one for one in (signal(loud) for signal in SIGNALS) if isinstance(one, Signal)]
    assert {one.name for one in found if one.direction == "against"} == {
        "contact_burst", "address_burst", "product_burst", "large_amount", "repeated_key_claims", "late_report",
        "nothing_shown",
    }  # fmt: skip
    assert max(one.weight for one in found) < RiskSettings().review_score


def test_what_points_at_the_shop_takes_off_what_counts_against_the_buyer() -> None:
    record = replace(claims("A", "B", "C", refunded="ABC"), key_buyers=2)
    alike = case(record=record, item={"duplicate_sale": True}, now=NOON + 9 * DAY)
    assert assess(alike, "CNY").score == 70 - 30 - 30
    assert assess(alike, "CNY").points_at == {"shop"}


def test_where_the_buyers_orders_are_unknown_so_is_the_score_and_that_is_not_zero() -> None:
    found = assess(case(related=None, evidence=0, now=NOON + 9 * DAY), "CNY")
    assert (found.score, found.names, found.known_score) == (None, None, 15)
    silent = assess(case(), "CNY")
    assert (silent.score, silent.names) == (0, ("quick_report",))


def test_a_signal_that_this_store_cannot_show_is_left_out_of_the_score() -> None:
    found = assess(case(related=Related((), None, None), item={"delivered_at": None}), "CNY")
    assert found.score == 0
    assert {one.name for one in found.unknown} >= {"address_burst", "product_burst", "late_report"}


def test_the_same_case_gives_the_same_bytes() -> None:
    given = case(related=contact(*BURST), record=replace(claims("A", "B"), key_buyers=2))
    first = json.dumps(assess(given, "CNY").as_json())
    assert {json.dumps(assess(given, "CNY").as_json()) for _ in range(50)} == {first}


@given(ASSESSMENTS)
def test_the_score_stays_within_its_bounds(found: Assessment) -> None:
    assert 0 <= found.known_score <= 100
    assert found.score in (None, found.known_score)
    assert (found.score is None) == (found.names is None)


@given(ASSESSMENTS, st.sampled_from(["grant", "refuse", "refer", "need"]), st.sampled_from([*CARRIED_OUT, "wait"]),
       st.booleans(), st.integers(0, 100))  # fmt: skip
def test_the_gate_only_ever_asks_for_a_person_before_something_granted(
    found: Assessment, verdict: str, outcome: str, frozen: bool, limit: int
) -> None:
    answer = gate(verdict, {outcome: 1}, frozen, found.known_score, limit)
    if verdict != "grant" or outcome == "wait":
        assert answer == "open"
    elif frozen:
        assert answer == "held"
    else:
        assert answer == ("person" if 0 < limit <= found.known_score else "open")


def test_the_unknown_closes_no_gate() -> None:
    unknown = Assessment((), (Unknown("contact_burst", "order.contact"),), NOON, "CNY").known_score
    for score in (None, unknown):
        assert gate("grant", {"refund": 1}, False, score, 1) == "open"
        assert gate("grant", {"refund": 1}, True, score, 0) == "held"


def test_reports_by_one_buyer_are_one_report() -> None:
    assert assess(case(record=Record(key_buyers=1)), "CNY").points_at == frozenset()
