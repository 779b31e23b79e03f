"""Money: half up once, never above what is left, and exact over rows, refunds and currencies."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from support.orders.order import Order, OrderItem
from support.policy.decision import Decision
from support.policy.facts import BuyerRecord, Claims, OwnRefunds, facts_of
from support.policy.verify import verify
from tests.support.policy.case import LEFT, NOW, clause, decided, facts, version

UNITS = st.sampled_from([("CNY", 2), ("JPY", 0), ("KWD", 3)])
CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)
ROWS = st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=6)
DOUBLES = st.floats(0.0001, 1e9, allow_nan=False)
NEAR_HALVES = st.builds(
    lambda thousandths, noise: thousandths / 2000 + noise,
    st.integers(1, 10**6),
    st.sampled_from([0.0, 3e-10, -3e-10, 7e-10, -7e-10, 2e-9, -2e-9]),
)


def _amount(decision: Decision) -> Decimal:
    return Decimal((decision.outcome or {}).get("refund", {"amount": 0})["amount"])


def _bounded(paid: Decimal | float) -> dict[str, object]:
    return {"item.paid_amount": float(paid), "order.paid_amount": float(paid)}


@given(DOUBLES | NEAR_HALVES, UNITS)
def test_half_up_once_at_the_end(wanted: float, currency: tuple[str, int]) -> None:
    name, digits = currency
    nine = Decimal(wanted).quantize(Decimal("1e-9"))
    expected = nine.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    decision = decided(
        version(clause("x", value=f"{wanted:.17e}")), facts(_bounded(1e12)), currency=name, minor_unit=digits
    )
    assert _amount(decision) == expected
    assert verify(decision.proof) == ()


@given(st.integers(0, 10**7), st.integers(1, 12), st.integers(1, 12), UNITS)
def test_a_share_is_the_exact_fractions(cents: int, part: int, whole: int, currency: tuple[str, int]) -> None:
    """Binary noise decides nothing: what doubles come to is what fractions come to, halves included."""
    assume(part <= whole)
    name, digits = currency
    share = Fraction(cents, 100) * part / whole * 10**digits
    expected = (share + Fraction(1, 2)).__floor__()
    paid = {**_bounded(1e9), "item.unit_price": cents / 100}
    value = f"item.unit_price * {part}.0 / {whole}.0"
    decision = decided(version(clause("x", value=value)), facts(paid), currency=name, minor_unit=digits)
    assert _amount(decision) == Decimal(expected).scaleb(-digits)


@given(st.lists(DOUBLES, min_size=1, max_size=8), CENTS, UNITS)
def test_refunds_one_after_another_never_exceed_what_was_paid(
    wishes: list[float], paid: Decimal, currency: tuple[str, int]
) -> None:
    name, digits = currency
    back = Decimal(0)
    for wish in wishes:
        known = facts(_bounded(paid), {"item.refunded_amount": float(back), "order.refunded_amount": float(back)})
        decision = decided(version(clause("x", value=repr(wish))), known, currency=name, minor_unit=digits)
        back += _amount(decision)
        assert back <= paid
    rest = facts(_bounded(paid), {"item.refunded_amount": float(back), "order.refunded_amount": float(back)})
    everything = decided(version(clause("x", value=LEFT)), rest, currency=name, minor_unit=digits)
    assert verify(everything.proof) == ()
    assert back + _amount(everything) == paid.quantize(Decimal(1).scaleb(-digits), ROUND_DOWN)


@given(ROWS, st.data())
def test_no_item_gets_more_than_its_own_nor_than_the_orders_rest(
    rows: list[tuple[Decimal, Decimal]], data: st.DataObject
) -> None:
    """Sums of rows are exact; our own refunds are taken off both."""
    items = tuple(OrderItem(product_id=str(n), paid_amount=p, refunded_amount=b) for n, (p, b) in enumerate(rows))
    order = Order("A", items, "csv", currency="CNY", paid=True, created_at=NOW, paid_at=NOW)
    item = data.draw(st.sampled_from(items))
    ours = data.draw(st.tuples(CENTS, CENTS))
    known = facts_of(
        order, item, None, Claims(), BuyerRecord(), NOW, {}, refunds=OwnRefunds(order=ours[0], item=ours[1])
    )  # fmt: skip
    paid, back = sum((p for p, _ in rows), Decimal(0)), sum((b for _, b in rows), Decimal(0)) + ours[0]
    assert known["order.paid_amount"].value == float(paid)
    assert known["order.refunded_amount"].value == float(back)
    own = (item.paid_amount or Decimal(0)) - (item.refunded_amount or Decimal(0)) - ours[1]
    decision = decided(version(clause("all", value="9999999999.0")), known)
    assert _amount(decision) == max(min(own, paid - back), Decimal(0))
    assert verify(decision.proof) == ()
