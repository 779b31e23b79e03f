"""Mistakes in expressions have a code, their line, and Chinese words that leave nothing of the English behind."""

from __future__ import annotations

import re

import pytest

from tests.knowledge_base.small_folder import faults, policy

LINES = [
    ("order.pade", "unknown_fact", "“order.pade”：没有 order.pade 这个事实；是不是 “order.paid”？"),
    ("order", "unknown_fact", "“order”：order 本身不是事实；请写其中之一："),
    ("order.paid.x", "unknown_fact", "不是事实：order.paid 下面没有别的"),
    ('delivery.state == "deliverd"', "value", "delivery.state 不会是 “deliverd”；是不是 “delivered”？"),
    ("order.paid == 1", "type", "bool == int：类型不同，不能比较；请写 order.paid or !order.paid alone"),
    ("item.paid_amount / 2 > 1.0", "type", "double / int：不能这样计算；请写 2.0"),
    ("item.quantity in [1.0]", "type", "类型不同，永远不会相等；请写 double(item.quantity)"),
    ("order.paid < order.frozen", "type", "bool 没有大小之分；请用 == 或 !="),
    ("order.paid && item.quantity", "type", "&& 需要 bools，而 item.quantity 是 int；请与别的值比较"),
    ("item.quantity", "type", "这一行必须是真或假，现在是 int；请与别的值比较"),
    ("item.quantity / 0 == 1", "type", "除数是零"),
    ('now - order.paid_at > duration("7d")', "type", '：时长不能用天；请写 duration("168h")'),
    ('now - order.paid_at > duration("soon")', "type", "：“soon” 不是时长；请写小时、分、秒："),
    ("has(order.paid)", "form", "不能用 has()；请写 known(order.paid_at)"),
    ("order.paid_at != null", "form", "不能用 null"),
    ('order["paid"]', "form", '不能用下标写法 order["paid"]；请写 order.paid'),
    ("nope(order.paid)", "form", "没有 nope()"),
    ("order.paid &&", "syntax", "写法有误"),
]


@pytest.mark.parametrize(("line", "code", "zh"), LINES)
def test_a_mistake_in_a_line(line: str, code: str, zh: str) -> None:
    block = f"when:\n  - order.paid\n  - {line!r}\nthen:\n  refer: {{priority: low}}"
    [fault] = faults(**{"policies/a.md": policy(block)})
    assert (fault.file, fault.line, fault.code) == ("policies/a.md", 12, f"expression.{code}")
    assert zh in fault.zh
    assert fault.severity == "fault"
    assert fault.message.startswith(f"{line}: ")


def test_an_outcome_of_the_wrong_type() -> None:
    block = "when:\n  - order.paid\nthen:\n  grant: {refund: item.quantity}"
    [fault] = faults(**{"policies/a.md": policy(block)})
    assert (fault.line, fault.code) == (13, "expression.type")
    assert fault.zh == "“item.quantity”：refund 是金额（double），现在是整数（int）；请写 double(item.quantity)"
    assert not re.search(r"\b(?:and|is|this|needs)\b", fault.zh)
