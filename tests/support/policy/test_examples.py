"""The examples of a shop folder, run."""

from __future__ import annotations

import pytest

from knowledge_base.reader import read_shop
from support.policy.examples import run_examples

SHOP = b'id = "star"\nlanguages = ["zh-CN"]\n'
FILE = "policies/after-sales.md"
PAGE = """---
policy: after-sales
title: 售后政策
lang: zh-CN
effective: 2026-01-01
---
{before}## 未发货可全额退款 {{#undelivered-refund}}

付款后尚未交付的订单，买家可申请全额退款，款项原路退回，1 至 3 个工作日到账。

```clause
requests: [refund, cancel]
when:
  - order.paid
  - delivery.state in ["not_delivered", "failed"]
then:
  grant: {{refund: {then}}}
examples:
  - {{request: refund, now: 2026-03-01T12:00:00+08:00, facts: {{{facts}}}, expect: {expect}}}
```
{after}"""
LEFT = "item.paid_amount - item.refunded_amount"
FACTS = "order.paid: true, delivery.state: failed, item.paid_amount: 30.00, item.refunded_amount: 0"
GRANT = "{grant: {refund: 30.00}}"


def other(name: str, when: str, then: str) -> str:
    """Another clause of the page."""
    return f"## {name} {{#{name}}}\n\nx\n\n```clause\nwhen:\n  - {when}\nthen:\n  {then}\n```\n\n"


def faults(
    facts: str = FACTS, expect: str = GRANT, before: str = "", after: str = "", then: str = LEFT, shop: bytes = SHOP
) -> list[str]:
    """What the examples of the page say, without its file's name."""
    page = PAGE.format(facts=facts, expect=expect, before=before, after=after, then=then)
    found = run_examples(read_shop({"shop.toml": shop, FILE: page.encode()}))
    assert all(fault.file == FILE for fault in found)
    assert all("- {request:" in page.splitlines()[fault.line - 1] for fault in found)
    return [fault.message.removeprefix("example of 'undelivered-refund': ") for fault in found]


@pytest.mark.parametrize(
    ("facts", "expect"),
    [
        (FACTS, GRANT),
        (FACTS, "{grant: {refund: 30}}"),
        (FACTS.replace("failed", "not_delivered"), "{grant: {refund: 30.00}}"),
        (FACTS + ", order.paid_amount: 20.00, order.refunded_amount: 5.00", "{grant: {refund: 15.00}}"),
        (FACTS.replace("true", "false"), "{refer: {priority: normal}}"),
        ("order.paid: true", "{need: [delivery.state]}"),
        ("claim.reason: other", "{need: [delivery.state, order.paid]}"),
        ("claim.reason: other", "{need: [order.number]}"),
        ("order.paid: true, delivery.state: failed", "{need: [item.paid_amount, item.refunded_amount]}"),
    ],
)
def test_examples_that_come_out(facts: str, expect: str) -> None:
    assert faults(facts, expect) == []


@pytest.mark.parametrize(
    ("facts", "expect", "says"),
    [
        (FACTS, "{grant: {refund: 29.00}}", "grant: refund: 30.00 CNY, and grant: refund: 29.00 is expected"),
        (FACTS, "{refer: {priority: high}}", "grant: refund: 30.00 CNY, and refer: priority: high is expected"),
        (FACTS.replace("failed", "delivered"), GRANT, "no clause decides: refer: priority: normal"),
        ("order.paid: true", GRANT, "need of delivery.state, and grant: refund: 30.00 is expected"),
        ("order.paid: true", "{need: [order.paid]}", "need of delivery.state, and need: order.paid is expected"),
    ],
)
def test_examples_that_do_not(facts: str, expect: str, says: str) -> None:
    (fault,) = faults(facts, expect)
    assert fault.startswith(says)


def test_a_clause_before_that_decides_is_named() -> None:
    (fault,) = faults(before=other("paid", "order.paid", "refer: {priority: low}"))
    assert fault == "the clause 'paid' decides first, with refer: priority: low"


def test_a_clause_before_that_lacks_facts_is_not_what_the_example_is_about() -> None:
    assert faults(before=other("frozen", "order.frozen", "refer: {priority: low}")) == []


def test_a_clause_after_may_decide_what_this_one_leaves() -> None:
    after = other("rest", "order.paid", "refer: {priority: high}")
    delivered = FACTS.replace("failed", "delivered")
    assert faults(delivered, "{refer: {priority: high}}", after="\n" + after) == []
    (fault,) = faults(delivered, after="\n" + after)
    assert fault.startswith("the clause does not apply, and 'rest' decides: refer: priority: high")


def test_a_plain_amount_needs_no_paid_amount_in_an_example() -> None:
    assert faults("order.paid: true, delivery.state: failed", "{grant: {refund: 5.00}}", then="5.00") == []


def test_what_the_shop_assumes_may_stand_in() -> None:
    assumed = SHOP + b'[assume]\n"item.refunded_amount" = 0.0\n'
    facts = FACTS.replace(", item.refunded_amount: 0", "")
    assert faults(facts, shop=assumed) == []
    assert faults(facts, "{need: [item.refunded_amount]}", shop=assumed) == []
    assert faults(facts)
