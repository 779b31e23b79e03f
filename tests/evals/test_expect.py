"""Every check of a case says so when the answer is otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from evals.expect import UnknownExpectation, of_end, of_turn
from ticketing.ticket import Ticket

ANSWER: dict[str, Any] = {
    "asks": ["order.proof"], "lang": "en", "ticket": {"reason": "refund", "priority": "normal", "queue": "refunds"},
    "citations": [{"id": "refund-rules"}],
    "decision": {
        "verdict": "grant", "clause": {"id": "undelivered-refund"}, "missing": [],
        "outcome": {"refund": {"amount": "49.00", "currency": "CNY"}},
    },
}  # fmt: skip
TICKET = Ticket("s", "t", "c", "refund", "normal", "refunds", "new", 0, datetime.now(UTC), None, None, None, ())


def test_what_holds_is_not_reported() -> None:
    expect = {
        "asks": ["order.proof"], "lang": "en", "ticket": {"queue": "refunds"}, "cites": ["refund-rules", "other"],
        "decision": {"verdict": "grant", "amount": "49.00"}, "decision_not": "refuse",
    }  # fmt: skip
    assert of_turn(ANSWER, expect) == []
    end = {"verdicts": ["grant"], "tickets": [{"reason": "refund"}], "ticket_count": 1, "last": {"verdict": "grant"}}
    assert of_end([ANSWER["decision"]], [TICKET], end) == []


@pytest.mark.parametrize(
    "expect",
    [
        {"asks": []},
        {"asks": ["order.proof", "order.number"]},
        {"decision": None},
        {"decision": {"verdict": "refuse"}},
        {"decision": {"amount": "49.01"}},
        {"decision": {"clause": "other"}},
        {"decision_not": "grant"},
        {"ticket": None},
        {"ticket": {"priority": "urgent"}},
        {"cites": []},
        {"cites": ["other"]},
        {"lang": "zh-CN"},
    ],
)
def test_what_does_not_hold_is_reported(expect: dict[str, Any]) -> None:
    assert len(of_turn(ANSWER, expect)) == 1


@pytest.mark.parametrize(
    "end",
    [
        {"verdicts": []},
        {"tickets": []},
        {"ticket_count": 2},
        {"tickets": [{"reason": "fulfil"}]},
        {"last": {"verdict": "need"}},
    ],
)
def test_a_record_that_is_otherwise_is_reported(end: dict[str, Any]) -> None:
    assert len(of_end([ANSWER["decision"]], [TICKET], end)) == 1


def test_an_expectation_that_nothing_checks_is_refused() -> None:
    with pytest.raises(UnknownExpectation, match="verdikt"):
        of_turn(ANSWER, {"verdikt": "grant"})
