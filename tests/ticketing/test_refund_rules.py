from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest

from knowledge_base.shop import RefundLimits, RoleLimit
from tests.ticketing.conftest import NOW
from ticketing import refund_rules as rules
from ticketing.agent import Agent, Role
from ticketing.refund import Refund, RefundKind
from ticketing.refund_rules import NotAllowed

LIMITS = RefundLimits(Decimal(50), Decimal(300), "webhook")
PLAIN = Refund(
    "star", "r", 1, "k", "refund", "NO-1", "card", Decimal(49), "CNY", "requested", 0, "webhook", "assistant", NOW, NOW,
    decision="d",
)  # fmt: skip


def person(name: str, role: Role) -> Agent:
    return Agent("star", name, name, name, role, (), 6, True, NOW)


PEOPLE = (person("ann", "agent"), person("sam", "senior"), person("sue", "senior"), person("ada", "admin"))


def allowed(check: Callable[..., None], *given: object) -> bool:
    try:
        check(*given)
    except NotAllowed:
        return False
    return True


def test_four_eyes_over_every_combination_of_requester_approver_executor_and_settler() -> None:
    """Gone through whole: who asks, approves, executes and settles, what it is, and what the shop says."""
    gone_through = let_through = 0
    requesters = ("assistant", *(f"agent:{one.id}" for one in PEOPLE))
    amounts = (Decimal("0.01"), Decimal(300), Decimal("300.01"))
    whats = product(amounts, ("d", None), (False, True), (None, Decimal(300)))
    for (amount, decision, held, threshold), asked in product(whats, requesters):
        limits = replace(LIMITS, approval_limit=threshold)
        for approver, executor, settler in product(PEOPLE, repeat=3):
            gone_through += 1
            refund = replace(PLAIN, amount=amount, decision=decision, holds="risk" if held else "", requested_by=asked)
            if not allowed(rules.check_approval, refund, approver, limits, Decimal(0)):
                continue
            refund = replace(refund, state="approved", approved_by=f"agent:{approver.id}")
            if not allowed(rules.check_execution, refund, executor, limits):
                continue
            refund = replace(refund, state="in_doubt", executed_by=f"agent:{executor.id}")
            if not allowed(rules.check_settlement, refund, settler, limits):
                continue
            let_through += 1
            delicate = decision is None or held
            two = threshold is not None and (amount > threshold or delicate)
            assert settler.role != "agent"
            assert approver.role != "agent" or not (two or delicate)
            if two:
                assert approver.id != executor.id
                assert executor.id != settler.id
                assert asked != f"agent:{approver.id}"
    assert gone_through == 3 * 2 * 2 * 2 * 5 * 64
    assert 0 < let_through < gone_through


def test_above_the_threshold_two_colleagues_suffice_and_one_never_does() -> None:
    large = replace(PLAIN, amount=Decimal(301), requested_by="agent:ann")
    rules.check_approval(large, PEOPLE[1], LIMITS, Decimal(0))
    rules.check_execution(replace(large, approved_by="agent:sam"), PEOPLE[0], LIMITS)
    for alone in PEOPLE:
        own = replace(large, requested_by=f"agent:{alone.id}", approved_by=f"agent:{alone.id}")
        assert not allowed(rules.check_approval, own, alone, LIMITS, Decimal(0))
        assert not allowed(rules.check_execution, own, alone, LIMITS)


@pytest.mark.parametrize(
    ("amount", "spent", "rule"), [("50", "0", None), ("50.01", "0", "each"), ("50", "50", None), ("50", "50.01", "day")]
)
def test_a_role_has_a_limit_at_once_and_on_a_day(amount: str, spent: str, rule: str | None) -> None:
    limits = replace(LIMITS, roles={"agent": RoleLimit(Decimal(50), Decimal(100))})
    refund = replace(PLAIN, amount=Decimal(amount))
    rules.check_approval(refund, PEOPLE[1], limits, Decimal(spent))  # no other role is meant
    if rule is None:
        rules.check_approval(refund, PEOPLE[0], limits, Decimal(spent))
        return
    with pytest.raises(NotAllowed) as caught:
        rules.check_approval(refund, PEOPLE[0], limits, Decimal(spent))
    assert caught.value.rule == rule


def test_a_machine_approves_only_what_the_policy_granted_on_an_order_that_nothing_holds() -> None:
    """Gone through whole: kind, amount, decision, hold, requester, executor and both thresholds."""
    ran = set()
    kinds: tuple[RefundKind, ...] = ("refund", "reissue", "coupon")
    for kind, amount, decision, held, asked, executor, auto, threshold in product(
        kinds, (Decimal(50), Decimal("50.01")), ("d", None), (False, True),
        ("assistant", "agent:ann"), ("manual", "webhook", "dujiao_next"), (None, Decimal(50)), (None, Decimal(40)),
    ):  # fmt: skip
        refund = replace(
            PLAIN, kind=kind, amount=amount, decision=decision, holds="risk" if held else "", requested_by=asked
        )
        if rules.may_run_alone(refund, RefundLimits(auto, threshold, executor)):
            ran.add((kind, str(amount), decision, held, asked, executor, auto, threshold))
    wanted = {
        ("refund", "50", "d", False, "assistant", one, Decimal(50), None) for one in ("webhook", "dujiao_next")
    }  # fmt: skip
    assert ran == wanted


@pytest.mark.parametrize("empty", ["", "   ", "ok", "—————"])
def test_a_proof_says_where_it_can_be_seen(empty: str) -> None:
    with pytest.raises(NotAllowed, match="say what shows it"):
        rules.check_proof(empty)
    assert rules.check_proof("  2026112700001 ") == "2026112700001"
