"""What the check says of a policy's gaps and of clauses that nothing reaches."""

from __future__ import annotations

import pytest

from knowledge_base.errors import Fault
from knowledge_base.reader import read_directory, read_shop
from support.assistant.phrases import label
from support.bootstrap import DEMO_SHOPS
from support.cli.shop_check import checked
from support.policy.coverage import coverage

HEAD = "---\npolicy: after-sales\ntitle: 售后\nlang: zh-CN\neffective: 2026-01-01\n---\n"
SHOP = b'id = "small"\nlanguages = ["zh-CN"]\n'
REFER = "refer: {priority: normal}"


def clause(name: str, when: list[str], then: str, requests: str = "[refund]") -> str:
    lines = "".join(f"  - '{line}'\n" for line in when)
    block = f"requests: {requests}\nwhen:\n{lines}then:\n  {then}\n"
    return f"\n## 条款 {name} {{#{name}}}\n\n文字。\n\n```clause\n{block}```\n"


def warnings(*clauses: str) -> tuple[str, ...]:
    return tuple(str(one) for one in findings(*clauses) if one.severity == "warning")


def findings(*clauses: str) -> tuple[Fault, ...]:
    return coverage(read_shop({"shop.toml": SHOP, "policies/a.md": (HEAD + "".join(clauses)).encode()}), label)


def test_a_policy_that_speaks_for_every_case_has_no_gap() -> None:
    assert warnings(clause("all", ["order.paid"], REFER)) == ()


def test_reasons_and_states_without_a_clause_are_named() -> None:
    rest = ['claim.reason != "coupon"', 'delivery.state != "refunded"', 'claim.reason != "key_invalid"']
    [warning] = warnings(
        clause("late", ['delivery.state in ["not_delivered", "failed"]'], REFER),
        clause("invalid", ['claim.reason == "key_invalid"'], REFER),
        clause("rest", rest, REFER),
    )
    assert warning == (
        "policies/a.md:1: no clause speaks for refund [refund] with reason: any but key invalid [key_invalid], coupon "
        "problem [coupon], state: refunded [refunded]; and reason: coupon problem [coupon], state: any but paid, not "
        "delivered yet [not_delivered], delivery failed [failed]; such a case goes to a person"
    )


def test_a_gap_is_told_in_chinese_words_too() -> None:
    [one] = findings(clause("late", ['claim.reason != "coupon" || delivery.state != "refunded"'], REFER))
    assert one.zh == (
        "这些情况的退款申请 [refund] 没有条款写到：原因：优惠券问题 [coupon]，发货状态：已退款 [refunded]；会交给人工"
    )


def test_a_clause_that_lacks_facts_is_no_gap() -> None:
    assert warnings(clause("frozen", ["order.frozen"], REFER), clause("rest", ["!order.frozen"], REFER)) == ()


def test_requests_that_the_shop_does_not_speak_of_are_its_choice() -> None:
    assert not any("exchange" in warning for warning in warnings(clause("all", ["order.paid"], REFER)))


@pytest.mark.parametrize(
    ("first", "second", "reached"),
    [
        ((["order.paid"], "[refund]"), (["order.paid", "order.frozen"], "[refund]"), False),
        ((["order.paid"], "[refund, cancel]"), (["order.paid"], "[refund]"), False),
        ((["order.paid"], "[cancel]"), (["order.paid"], "[refund]"), True),
        ((["order.paid", "order.frozen"], "[refund]"), (["order.paid"], "[refund]"), True),
    ],
)
def test_a_clause_behind_a_wider_one_is_never_reached(
    first: tuple[list[str], str], second: tuple[list[str], str], reached: bool
) -> None:
    found = warnings(clause("one", first[0], REFER, first[1]), clause("two", second[0], REFER, second[1]))
    told = [warning for warning in found if "'two' can never decide: 'one'" in warning]
    assert (told == []) is reached


def test_the_check_says_it_and_the_demo_shop_has_neither() -> None:
    found = coverage(read_shop(read_directory(DEMO_SHOPS / "star")), label)
    assert {(one.code, one.severity) for one in found} == {("policy.promise_before_refusal", "note")}
    assert checked(DEMO_SHOPS / "star").warnings == ()
    assert checked(DEMO_SHOPS / "star").faults == ()


GRANT = "grant: {refund: item.paid_amount}"
REFUSE = "refuse: {reason: no_return}"
MIND = 'claim.reason == "changed_mind"'
CONFIRMED = "order.no_return_confirmed"
FRESH = 'now - order.paid_at <= duration("168h")'


def codes(*clauses: str) -> list[str]:
    return [one.code for one in findings(*clauses) if one.code not in {"policy.gap"}]


@pytest.mark.parametrize(
    ("first", "second", "reached"),
    [
        (['delivery.state in ["delivered", "failed"]'], ['delivery.state == "delivered"'], False),
        (['delivery.state in ["delivered", "failed"]'], ['delivery.state == "refunded"'], True),
        (['delivery.state != "delivered"'], ['delivery.state == "failed"'], False),
        (
            ['now - order.paid_at > duration("72h")'],
            ['now - order.paid_at > duration("7h") && now - order.paid_at >= duration("96h")'],
            False,
        ),
        (['now - order.paid_at > duration("72h")'], ['now - order.paid_at > duration("71h")'], True),
        (["claim.evidence >= 1"], ["claim.evidence > 0", "order.paid"], False),
        (["claim.evidence >= 1"], ["claim.evidence >= 0"], True),
        (["item.paid_amount < item.price_now"], ["item.price_now > item.paid_amount", "order.frozen"], False),
        (["known(risk.score)", "risk.score >= 80"], ["order.paid"], True),
        (["!(order.paid && order.frozen)"], ["!order.frozen"], False),
    ],
)
def test_what_a_clause_covers_is_found_over_the_cells_of_the_facts(
    first: list[str], second: list[str], reached: bool
) -> None:
    found = codes(clause("one", first, REFER), clause("two", second, REFER))
    assert (found == []) is reached, found
    assert reached or found == ["policy.unreachable"]


def test_two_clauses_together_cover_a_third() -> None:
    [one] = findings(
        clause("paid", ["order.paid"], REFER), clause("unpaid", ["!order.paid"], REFER),
        clause("third", ["order.paid || !order.paid", "order.frozen"], REFER),
    )  # fmt: skip
    assert (one.code, one.line) == ("policy.unreachable", 32)
    assert "'paid' and 'unpaid' before it" in one.en
    assert "永远不会起作用" in one.zh


@pytest.mark.parametrize(
    "lines",
    [
        ['delivery.state == "failed"', 'delivery.state == "delivered"'],
        ["claim.evidence > 2", "claim.evidence < 3"],
        ["order.paid", "!order.paid"],
        ["order.paid", 'delivery.state == "unpaid"'],
        ['claim.reason in ["minor"]', 'claim.reason != "minor"'],
        ['now - order.paid_at < duration("1h")', 'now - order.paid_at > duration("60m")'],
    ],
)
def test_lines_that_exclude_each_other(lines: list[str]) -> None:
    assert codes(clause("never", lines, REFER)) == ["policy.never"]


def test_lines_that_only_look_so() -> None:
    assert codes(clause("between", ["item.paid_amount > 2.0", "item.paid_amount < 3.0"], REFER)) == []
    assert codes(clause("two", ["item.quantity * 2 > 5", "item.quantity < 3"], REFER)) == []


def test_a_refusal_before_a_promise_is_told_with_a_case() -> None:
    found = [
        one
        for one in findings(clause("final", [MIND, CONFIRMED], REFUSE), clause("seven-days", [MIND, FRESH], GRANT))
        if one.code != "policy.gap"
    ]
    [one] = found
    assert (one.code, one.severity, one.line) == ("policy.refusal_before_promise", "warning", 8)
    assert "policies/a.md:" in one.en
    assert "claim.reason = changed_mind, order.no_return_confirmed = true" in one.en
    assert "承诺退款" in one.zh


def test_a_promise_before_a_refusal_is_only_a_note() -> None:
    found = findings(clause("seven-days", [MIND, FRESH], GRANT), clause("final", [MIND, CONFIRMED], REFUSE))
    assert [one.severity for one in found if one.code.startswith("policy.promise")] == ["note"]


@pytest.mark.parametrize(
    ("refusal", "promise"),
    [
        ([MIND, CONFIRMED], ['claim.reason == "key_used"', FRESH]),
        ([MIND, CONFIRMED, "order.frozen"], [MIND, CONFIRMED]),
        ([MIND, CONFIRMED, 'delivery.state == "delivered"'], [MIND, 'delivery.state in ["failed", "not_delivered"]']),
        ([MIND, CONFIRMED, 'now - order.paid_at > duration("168h")'], [MIND, FRESH]),
    ],
)
def test_exceptions_and_cases_apart_are_no_contradiction(refusal: list[str], promise: list[str]) -> None:
    assert codes(clause("no", refusal, REFUSE), clause("yes", promise, GRANT)) == []


def test_an_overlap_that_an_earlier_clause_takes_is_none() -> None:
    person = clause("person", [MIND], REFER)
    no, yes = clause("no", [MIND, CONFIRMED], REFUSE), clause("yes", ["order.paid", FRESH], GRANT)
    assert "policy.refusal_before_promise" in codes(no, yes)
    assert "policy.refusal_before_promise" not in codes(person, no, yes)


def test_other_requests_are_other_cases() -> None:
    no = clause("no", [MIND, CONFIRMED], REFUSE, "[refund]")
    assert codes(no, clause("yes", [MIND, FRESH], GRANT, "[cancel]")) == []
