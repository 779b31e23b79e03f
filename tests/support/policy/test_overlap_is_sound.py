"""A clause that is said never to decide decides no case; cases at every boundary are tried on the engine itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from support.policy.engine import rule_on
from support.policy.fact_values import FactValue
from support.policy.facts import Fact
from support.policy.overlap import overlaps
from support.policy.ruling import Trial
from tests.support.policy.case import NOW, clause

LINES = (
    "order.paid", "!order.paid", "order.frozen || order.paid", "!(order.frozen && order.paid)",
    'delivery.state == "delivered"', 'delivery.state != "delivered"', 'delivery.state in ["failed", "unpaid"]',
    '"failed" == delivery.state', "claim.evidence > 1", "claim.evidence >= 1", "claim.evidence < 2",
    "1 < claim.evidence", 'now - order.paid_at <= duration("72h")', 'now - order.paid_at > duration("72h")',
    'duration("3m") > now - order.paid_at', "item.paid_amount > item.price_now", "item.price_now < item.paid_amount",
    "item.price_now == item.paid_amount", "item.paid_amount >= 2.5", "item.paid_amount < 3.0",
    "order.paid ? order.frozen : claim.evidence > 1", "known(risk.score)", "!known(risk.score)", "risk.score >= 80",
    "true", "item.quantity % 2 == 0", "order.paid == false",
)  # fmt: skip
STATES = ("delivered", "failed", "unpaid", "refunded")


def _cases() -> Iterator[dict[str, Fact]]:
    hours = (timedelta(minutes=2), timedelta(minutes=3), timedelta(hours=72), timedelta(hours=73))
    for place, (paid, frozen, state, evidence) in enumerate(product((True, False), (True, False), STATES, (0, 1, 2))):
        if (state == "unpaid") is paid:
            continue
        for amount, price, waited in ((2.5, 2.5, 0), (3.0, 2.0, 1), (2.0, 3.0, 2), (2.9, 2.9, 3)):
            values: dict[str, FactValue] = {
                "order.paid": paid, "order.frozen": frozen, "delivery.state": state, "claim.evidence": evidence,
                "item.paid_amount": amount, "item.price_now": price, "item.quantity": 1 + place % 2, "now": NOW,
                "order.paid_at": NOW - hours[waited],
            }  # fmt: skip
            if place % 3:
                values["risk.score"] = 79 + place % 3
            yield {name: Fact(value, "store", datetime(2026, 1, 1, tzinfo=UTC)) for name, value in values.items()}


CASES = tuple(_cases())


def test_the_cases_reach_every_line() -> None:
    for line in LINES:
        found = overlaps([clause("only", line, kind="refer", value="low")])
        decided = {rule_on([clause("only", line, kind="refer", value="low")], _trial(case))[0].clause for case in CASES}
        assert not list(found)
        assert any(one is not None for one in decided), line


@given(st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=3, unique=True), min_size=2, max_size=4))
def test_what_is_said_never_to_decide_never_does(lines: list[list[str]]) -> None:
    clauses = [clause(f"c{place}", *each, kind="refer", value="low") for place, each in enumerate(lines)]
    codes = {"policy.never", "policy.unreachable"}
    never = {one.en.split("'")[1] for one in overlaps(clauses) if one.code in codes}
    for case in CASES if never else ():
        ruling, _ = rule_on(clauses, _trial(case))
        assert ruling.verdict == "need" or ruling.clause is None or ruling.clause.id not in never


def _trial(case: dict[str, Fact]) -> Trial:
    return Trial(case, "CNY", 2, traced=False)
