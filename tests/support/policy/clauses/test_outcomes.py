"""What a clause gives, and how much of it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import get_args

import pytest

from knowledge_base.policy import OutcomeKind
from knowledge_base.shop import RefundLimits
from tests.knowledge_base.small_folder import clause_faults, policy, read
from tests.support.policy.case import LEFT, NOW, clause, decided, facts, version
from tests.support.policy.clauses.page import table
from tests.support.policy.clauses.told import clause_id, small, told
from ticketing import refund_rules
from ticketing.refund import Refund

EXAMPLES = {"EXPR": "2", "KEY": "used_key", "low|normal|high|urgent": "urgent"}
BOUNDS = [f"{of}.{kind}_amount" for of in ("item", "order") for kind in ("paid", "refunded")]


@pytest.mark.parametrize("row", table("`then`"), ids=lambda row: str(row[0]))
def test_each_outcome_of_the_table_can_be_written(row: tuple[str, ...]) -> None:
    written = row[0].strip("`").replace("\\|", "|")
    for name, value in EXAMPLES.items():
        written = written.replace(name, value)
    lines = "when:\n  - order.no_return_confirmed\n"
    [read_] = read(**{"policies/a.md": policy(f"{lines}then:\n  {written.replace('product-id', 'sun-key')}")}).policies
    kind = read_.clauses[0].then.kind
    assert kind in row[0]
    decision = decided(read_, facts({"order.no_return_confirmed": True}))
    assert decision.verdict == row[0].strip("`").split(":")[0]


@pytest.mark.parametrize("then", ["grant: {refund: 1.0, deliver: 1}", "grant: {refund: 1.0}\n  refer: {priority: low}"])
def test_a_clause_has_one_outcome(then: str) -> None:
    """A clause has one outcome."""
    assert "2 outcomes" in clause_faults(f"then:\n  {then}")[0][1]
    assert "then is missing" in clause_faults("when:\n  - order.paid")[0][1]


@pytest.mark.parametrize(
    ("kind", "value", "outcome"),
    [
        ("refund", "12.5", {"refund": {"amount": "12.50", "currency": "CNY"}}),
        ("refund", "12", {"refund": {"amount": "12.00", "currency": "CNY"}}),
        ("refund", "item.paid_amount * 0.5", {"refund": {"amount": "15.00", "currency": "CNY"}}),
        ("deliver", "item.quantity - item.delivered_quantity", {"deliver": 2}),
        ("reissue", "1", {"reissue": 1}),
        ("wait", "item.quantity * 5", {"wait": 10}),
    ],
)
def test_an_expression_or_a_plain_number(kind: OutcomeKind, value: str, outcome: dict[str, object]) -> None:
    """`EXPR` is CEL or a plain number."""
    [read_] = read(**{"policies/a.md": policy(f"then:\n  grant: {{{kind}: {value}}}")}).policies
    decision = decided(read_)
    assert (decision.verdict, decision.outcome) == ("grant", outcome)


@pytest.mark.parametrize(
    ("value", "currency", "digits", "amount"),
    [
        ("1.005", "CNY", 2, "1.01"),
        ("2.675", "CNY", 2, "2.68"),
        ("0.1 + 0.2", "CNY", 2, "0.30"),
        ("10.0 / 3.0 + 10.0 / 3.0", "CNY", 2, "6.67"),
        ("1.0049999994", "CNY", 2, "1.00"),
        ("1.0049999996", "CNY", 2, "1.01"),
        ("10.5", "JPY", 0, "11"),
        ("10.499999999", "KRW", 0, "10"),
        ("1.2345", "KWD", 3, "1.235"),
    ],
)
def test_an_amount_is_rounded_once_at_the_end(value: str, currency: str, digits: int, amount: str) -> None:
    """An amount is rounded once, at the end, half up, to the currency's minor unit, after the double has been rounded
    to nine decimals so that binary noise decides nothing."""
    decision = decided(version(clause("x", value=value)), currency=currency, minor_unit=digits)
    assert decision.outcome == {"refund": {"amount": amount, "currency": currency}}


def test_the_minor_unit_is_that_of_the_orders_currency() -> None:
    """An amount is rounded once, at the end, half up, to the currency's minor unit, after the double has been rounded
    to nine decimals so that binary noise decides nothing."""
    folder = small("A,steam,1,0,900.5,JPY,DAY,failed,0", "B,steam,1,0,1.2345,KWD,DAY,failed,0")
    assert [told(folder, order).outcome for order in "AB"] == [
        {"refund": {"amount": "900", "currency": "JPY"}},
        {"refund": {"amount": "1.234", "currency": "KWD"}},
    ]


@pytest.mark.parametrize(
    ("item", "order", "amount"),
    [
        ((30.0, 12.0), (30.0, 0.0), "18.00"),
        ((30.0, 0.0), (30.0, 25.5), "4.50"),
        ((30.0, 10.0), (50.0, 45.0), "5.00"),
        ((0.3, 0.1), (9.0, 0.0), "0.20"),
    ],
)
def test_it_never_exceeds_what_is_left(item: tuple[float, float], order: tuple[float, float], amount: str) -> None:
    """It never exceeds the lesser of what is left of the item and of the order, paid less refunded."""
    known = facts(dict(zip(BOUNDS, (*item, *order), strict=True)))
    decision = decided(version(clause("all", value="100.0")), known)
    assert decision.outcome == {"refund": {"amount": amount, "currency": "CNY"}}
    [cut] = [entry for entry in decision.proof["trace"] if entry["line"] == "limit"]
    assert Decimal(str(cut["value"])) == Decimal(amount)


def test_the_cut_is_in_the_trace_and_an_unknown_amount_a_need() -> None:
    """The cut is in the trace, and an unknown amount among these four is a need."""
    cut = {"clause": "after-sales/all", "line": "limit", "value": 18}
    known = facts({"order.refunded_amount": 12.0})
    assert cut in decided(version(clause("all", value="100.0")), known).proof["trace"]
    assert cut not in decided(version(clause("all", value="18.0")), known).proof["trace"]
    for name in BOUNDS:
        decision = decided(version(clause("fixed", value="5.0")), facts(without=(name,)))
        assert (decision.verdict, decision.missing, clause_id(decision)) == ("need", (name,), "fixed")
    both = decided(version(clause("x", value="item.price_now")), facts(without=("order.paid_amount",)))
    assert both.missing == ("item.price_now", "order.paid_amount")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("refund", "0.0"), ("refund", "-1"), ("refund", "0.004"), ("deliver", "item.delivered_quantity"), ("wait", "-1")],
)
def test_zero_or_less_refers(kind: OutcomeKind, value: str) -> None:
    """An amount or a quantity of zero or less refers."""
    decision = decided(version(clause("none", kind=kind, value=value)))
    assert (decision.verdict, decision.outcome, decision.error) == ("refer", {"priority": "normal"}, None)
    assert clause_id(decision) == "none"


def test_nothing_left_refers() -> None:
    """An amount or a quantity of zero or less refers."""
    spent = facts({"order.refunded_amount": 30.0})
    assert decided(version(clause("all", value=LEFT)), spent).verdict == "refer"


def test_limits_and_executor_do_not_change_the_verdict() -> None:
    """`auto_limit`, `approval_limit` and the executor do not change the verdict."""
    row = "A,steam,1,0,30.00,CNY,DAY,failed,0"
    executor = 'executor = "webhook"\nurl = "env:A"\nsecret = "env:B"\n'
    limits = f'[refunds]\nauto_limit = "1.00"\napproval_limit = "2.00"\n{executor}'
    assert told(small(row, shop=limits)).proof == told(small(row)).proof


@pytest.mark.parametrize(
    ("amount", "executor", "alone", "two"),
    [
        ("50.00", "webhook", True, False), ("50.01", "webhook", False, False), ("50.00", "manual", False, False),
        ("300.00", "webhook", False, False), ("300.01", "webhook", False, True),
    ],
)  # fmt: skip
def test_limits_and_executor_decide_who_has_a_say(amount: str, executor: str, alone: bool, two: bool) -> None:
    """They decide whether a granted refund runs by itself, waits for a person, or needs a second one."""
    limits = RefundLimits(Decimal("50.00"), Decimal("300.00"), executor)
    refund = Refund("star", "r", 1, "k", "refund", "NO-1", "card", Decimal(amount), "CNY", "requested", 0, executor,
                    "assistant", NOW, NOW, decision="d")  # fmt: skip
    assert refund_rules.may_run_alone(refund, limits) is alone
    assert refund_rules.needs_two(refund, limits) is two


def test_half_a_key_is_an_error() -> None:
    assert decided(version(clause("half", kind="reissue", value="0.5"))).error


def test_the_table_has_them_all() -> None:
    written = " ".join(row[0] for row in table("`then`"))
    assert set(re.findall(r"refund|deliver|reissue|exchange|wait|refuse|refer", written)) == set(get_args(OutcomeKind))
