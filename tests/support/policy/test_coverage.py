"""What the check says of a policy's gaps and of clauses that nothing reaches."""

from __future__ import annotations

import pytest

from knowledge_base.policy import REASONS
from knowledge_base.reader import read_directory, read_shop
from support.bootstrap import DEMO_SHOPS
from support.cli.shop import checked
from support.policy.coverage import PAID_STATES, coverage

HEAD = "---\npolicy: after-sales\ntitle: 售后\nlang: zh-CN\neffective: 2026-01-01\n---\n"
SHOP = b'id = "small"\nlanguages = ["zh-CN"]\n'
REFER = "refer: {priority: normal}"


def clause(name: str, when: list[str], then: str, requests: str = "[refund]") -> str:
    lines = "".join(f"  - '{line}'\n" for line in when)
    block = f"requests: {requests}\nwhen:\n{lines}then:\n  {then}\n"
    return f"\n## 条款 {name} {{#{name}}}\n\n文字。\n\n```clause\n{block}```\n"


def warnings(*clauses: str) -> tuple[str, ...]:
    return coverage(read_shop({"shop.toml": SHOP, "policies/a.md": (HEAD + "".join(clauses)).encode()}))


def test_a_policy_that_speaks_for_every_case_has_no_gap() -> None:
    assert warnings(clause("all", ["order.paid"], REFER)) == ()


def test_reasons_and_states_without_a_clause_are_named() -> None:
    rest = ['claim.reason != "coupon"', 'delivery.state != "refunded"', 'claim.reason != "key_invalid"']
    [warning] = warnings(
        clause("late", ['delivery.state in ["not_delivered", "failed"]'], REFER),
        clause("invalid", ['claim.reason == "key_invalid"'], REFER),
        clause("rest", rest, REFER),
    )
    others = ", ".join(reason for reason in REASONS if reason not in {"coupon", "key_invalid"})
    open_to_coupon = ", ".join(state for state in PAID_STATES if state not in {"not_delivered", "failed"})
    assert warning == (
        f"policies/a.md:1: no clause speaks for refund for {others} in refunded; for coupon in {open_to_coupon}; "
        "such a case goes to a person"
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
    assert coverage(read_shop(read_directory(DEMO_SHOPS / "star"))) == ()
    assert checked(DEMO_SHOPS / "star").faults == ()
