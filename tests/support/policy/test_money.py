"""Amounts: what limits them, and how they are rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support.policy.minor_units import minor_unit_of
from support.policy.money import exact, rounded, without_noise
from support.policy.verify import verify
from tests.support.policy.case import LEFT, clause, decided, facts, version

CENTS = st.integers(0, 10**9).map(lambda cents: cents / 100)
ANY = st.floats(-1e9, 1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("currency", "digits"), [("CNY", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("jpy", 0), ("CLF", 4)]
)
def test_minor_units(currency: str, digits: int) -> None:
    assert minor_unit_of(currency) == digits


@pytest.mark.parametrize(
    ("amount", "minor_unit", "expected"),
    [
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (0.1 + 0.2, 2, "0.30"),
        (30.0 * 1.15, 1, "34.5"),
        (10.5, 0, "11"),
        (10.4999999999, 0, "11"),
        (10.499, 0, "10"),
        (1.2345, 3, "1.235"),
        (1.00499999999, 2, "1.01"),
        (1.0049999, 2, "1.00"),
    ],
)
def test_half_up_after_nine_decimals(amount: float, minor_unit: int, expected: str) -> None:
    assert rounded(without_noise(amount), Decimal(1000), minor_unit) == Decimal(expected)


@given(ANY, ANY, st.integers(0, 4))
def test_never_above_the_limit_and_never_a_whole_unit_away(wanted: float, most: float, minor: int) -> None:
    amount, limit = without_noise(wanted), exact(most)
    result = rounded(amount, limit, minor)
    assert result <= max(limit, Decimal(0))
    assert abs(result - min(amount, limit)) < Decimal(1).scaleb(-minor)


@given(CENTS, CENTS)
def test_cents_come_through_unchanged(amount: float, more: float) -> None:
    assert rounded(without_noise(amount), exact(amount) + exact(more), 2) == exact(amount)


@example(8852378.59, 2684354.56, 6168024.03, 0.0, 6168024.03)
@given(CENTS, CENTS, CENTS, CENTS, CENTS)
def test_a_refund_never_exceeds_what_is_left(a: float, b: float, c: float, d: float, wanted: float) -> None:
    known = facts(
        {"item.paid_amount": a, "item.refunded_amount": b, "order.paid_amount": c, "order.refunded_amount": d}
    )
    decision = decided(version(clause("fixed", value=repr(wanted))), known)
    left = min(Decimal(str(a)) - Decimal(str(b)), Decimal(str(c)) - Decimal(str(d)), Decimal(str(wanted)))
    if left <= 0:
        assert (decision.verdict, decision.outcome) == ("refer", {"priority": "normal"})
        assert decision.clause is not None
    else:
        assert decision.outcome == {"refund": {"amount": f"{left:.2f}", "currency": "CNY"}}
    assert verify(decision.proof) == ()


@pytest.mark.parametrize("name", [f"{of}.{kind}_amount" for of in ("item", "order") for kind in ("paid", "refunded")])
def test_an_unknown_amount_among_the_four_is_a_need(name: str) -> None:
    decision = decided(version(clause("fixed", value="5.0")), facts(without=(name,)))
    assert (decision.verdict, decision.missing) == ("need", (name,))


def test_the_cut_is_in_the_trace() -> None:
    decision = decided(version(clause("all", value="100.0")), facts({"order.refunded_amount": 12.0}))
    assert decision.outcome == {"refund": {"amount": "18.00", "currency": "CNY"}}
    assert {"clause": "after-sales/all", "line": "limit", "value": 18.0} in decision.proof["trace"]
    uncut = decided(version(clause("all", value="18.0")))
    assert not [entry for entry in uncut.proof["trace"] if entry["line"] == "limit"]


@pytest.mark.parametrize(("currency", "digits", "text"), [("JPY", 0, "30"), ("KWD", 3, "30.000"), ("CNY", 2, "30.00")])
def test_an_amount_is_written_with_its_minor_unit(currency: str, digits: int, text: str) -> None:
    decision = decided(version(clause("all", value=LEFT)), currency=currency, minor_unit=digits)
    assert decision.outcome == {"refund": {"amount": text, "currency": currency}}


def test_an_amount_that_rounds_to_nothing_refers() -> None:
    assert decided(version(clause("tiny", value="0.004"))).verdict == "refer"


def test_amounts_beyond_all_money_are_still_numbers() -> None:
    huge = {"item.paid_amount": 1e300, "order.paid_amount": 1e300}
    assert decided(version(clause("all")), facts(huge)).verdict == "grant"
