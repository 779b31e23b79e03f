"""One clause: when it applies, decides, or lacks facts; and when none does."""

from __future__ import annotations

import pytest

from knowledge_base.policy import OutcomeKind
from tests.support.policy.case import clause, decided, facts, version
from tests.support.policy.clauses.told import clause_id

UNDELIVERED = clause("undelivered", "order.paid", 'delivery.state in ["not_delivered", "failed"]')


def test_any_false_line_settles_it_whatever_the_others_are() -> None:
    """Any false line: the clause does not apply, whatever the other lines are."""
    for line in ("order.frozen", "1 / 0 == 1", "order.nonsense", "order.paid"):
        for lines in (("!order.paid", line), (line, "!order.paid"), (line, "!order.paid", line)):
            decision = decided(version(clause("false", *lines), UNDELIVERED))
            assert clause_id(decision) == "undelivered"


def test_a_need_names_all_missing_facts_of_the_clause_and_tries_nothing_later() -> None:
    """No false line and an unknown one: the verdict is need, with all missing facts of this clause's lines, sorted, and
    the clause's name; nothing later is tried."""
    lacking = clause("lacking", "order.paid", "order.frozen || delivery.redeemed", "claim.evidence > 0", "1 / 0 == 1")
    decision = decided(version(lacking, UNDELIVERED))
    assert (decision.verdict, decision.outcome) == ("need", None)
    assert decision.missing == ("claim.evidence", "delivery.redeemed", "order.frozen")
    assert clause_id(decision) == "lacking"
    assert [tried["id"] for tried in decision.proof["clauses"]] == ["lacking"]


def test_facts_of_the_outcome_and_of_other_clauses_are_not_missing_while_a_line_is_unknown() -> None:
    """No false line and an unknown one: the verdict is need, with all missing facts of this clause's lines, sorted, and
    the clause's name; nothing later is tried."""
    before = clause("before", "!order.paid", "buyer.minor", "item.kind == 'license'")
    lacking = clause("lacking", "order.frozen", value="item.price_now")
    assert decided(version(before, lacking, clause("after", "buyer.minor"))).missing == ("order.frozen",)


def test_an_outcome_that_lacks_a_fact_needs_it() -> None:
    """All true, but the outcome's expression needs an unknown fact: the verdict is need, with those."""
    outcome = clause("outcome", "order.paid", value="item.price_now - item.unit_price")
    decision = decided(version(outcome, UNDELIVERED))
    assert (decision.verdict, decision.missing) == ("need", ("item.price_now", "item.unit_price"))
    assert clause_id(decision) == "outcome"
    counted = clause("counted", kind="wait", value="known(order.note) ? delivery.promised_minutes : 5")
    assert decided(version(counted)).missing == ("delivery.promised_minutes",)


def test_all_true_decides() -> None:
    """All true: it decides."""
    assert decided(version(UNDELIVERED)).verdict == "grant"
    assert clause_id(decided(version(clause("always", kind="wait", value="10"), UNDELIVERED))) == "always"


def test_none_decides_refers() -> None:
    """Where none decides, the verdict is refer."""
    decision = decided(version(UNDELIVERED), facts({"delivery.state": "delivered"}))
    assert (decision.verdict, decision.clause, decision.outcome) == ("refer", None, {"priority": "normal"})
    assert decision.missing == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("1 / 0 == 1", "division by zero"),
        ("item.paid_amount / 2 == 15.0", "Unsupported operation"),
        ("item.quantity", "neither true nor false"),
        ("order.paid ==", "is no expression"),
        ("order.shipped", "order.shipped is not a fact"),
        ('order["paid"] && order', "order is not a fact"),
    ],
)
def test_an_engine_error_refers_with_what_went_wrong(line: str, says: str) -> None:
    """An engine error is never a refusal: it refers, with what went wrong."""
    decision = decided(version(clause("broken", line, kind="refuse", value="no"), UNDELIVERED))
    assert decision.verdict == "refer"
    assert decision.error is not None
    assert says in decision.error.words
    assert clause_id(decision) == "broken"
    assert decision.as_json()["failure"] == decision.error.expression == line


@pytest.mark.parametrize("value", ["1 / 0", '"ten"', "item.paid_amount / 0.0", "order.paid"])
@pytest.mark.parametrize("kind", ["refund", "deliver", "wait", "reissue"])
def test_an_outcome_that_fails_refers(kind: OutcomeKind, value: str) -> None:
    """An engine error is never a refusal: it refers, with what went wrong."""
    decision = decided(version(clause("broken", kind=kind, value=value)))
    assert (decision.verdict, decision.outcome) == ("refer", {"priority": "normal"})
    assert decision.error
    assert decision.proof["failure"] == value


def test_without_an_order_its_number_stands_for_all_that_is_missing_of_it() -> None:
    decision = decided(version(clause("x", "order.paid", "claim.evidence > 0")), {})
    assert decision.missing == ("claim.evidence", "order.number")


def test_a_clause_that_needs_no_order_decides_without_one() -> None:
    privacy = clause("privacy", "buyer.verified", kind="refer", value="high", requests=("privacy",))
    verified = {"buyer.verified": facts({"buyer.verified": True})["buyer.verified"]}
    assert clause_id(decided(version(privacy), verified, "privacy")) == "privacy"
