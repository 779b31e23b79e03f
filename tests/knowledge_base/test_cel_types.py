from __future__ import annotations

import pytest

from knowledge_base.cel_parser import parse
from knowledge_base.cel_types import check
from knowledge_base.facts import FACTS


def messages(text: str) -> list[str]:
    return [mistake.message for mistake in check(parse(text), text).mistakes]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("order.paid", "bool"),
        ('delivery.state in ["not_delivered", "failed"]', "bool"),
        ("item.paid_amount - item.refunded_amount", "double"),
        ("item.unit_price * double(item.quantity)", "double"),
        ("item.quantity - item.delivered_quantity", "int"),
        ("item.quantity % 2 == 0", "bool"),
        ("now - order.paid_at", "duration"),
        ('now - order.paid_at <= duration("168h")', "bool"),
        ('order.paid_at + duration("1h") < now', "bool"),
        ('duration(string(delivery.promised_minutes) + "m")', "duration"),
        ('order.paid_at >= timestamp("2026-01-01T00:00:00+08:00")', "bool"),
        ('"burst" in risk.signals', "bool"),
        ('risk.signals.exists(s, s.startsWith("b"))', "bool"),
        ("risk.signals.map(s, size(s))", "list(int)"),
        ('risk.signals.filter(s, s != "x").size() > 1', "bool"),
        ("size(risk.signals) == 0", "bool"),
        ('claim.detail.matches("^[A-Z]+$")', "bool"),
        ("now.getHours() >= 9", "bool"),
        ("(now - order.paid_at).getMinutes()", "int"),
        ("order.paid ? item.paid_amount : 0.0", "double"),
        ("known(order.paid_at) || order.frozen", "bool"),
        ("-item.paid_amount", "double"),
        ("order.currency + order.note", "string"),
        ("risk.signals == []", "bool"),
        ("[1] + [2]", "list(int)"),
        ('claim.reason != ""', "bool"),
        ("int(item.price_now) + 1", "int"),
    ],
)
def test_right_expressions_have_their_type(text: str, type_: str) -> None:
    found = check(parse(text), text)
    assert found.mistakes == ()
    assert found.type == type_


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("order.paid == 1", "write order.paid or !order.paid"),
        ('order.paid == "true"', "write order.paid or !order.paid"),
        ("item.paid_amount / 2", "write 2.0"),
        ("item.paid_amount > 5", "write 5.0"),
        ("item.unit_price * item.quantity", "write double(item.quantity)"),
        ("item.quantity * item.unit_price", "write double(item.quantity)"),
        ("5 in [1.0]", "write 5.0"),
        ("now - order.paid_at > 24", 'duration("24h")'),
        ('order.paid_at > "2026-01-01T00:00:00Z"', "write timestamp("),
        ('now - order.paid_at > "24h"', "write duration("),
        ('duration("1h") + now', 'write now + duration("1h")'),
        ('duration("7d") > now - now', 'duration("168h")'),
        ('now - order.paid_at <= duration(string(item.return_days) + "d")', 'duration("24h")'),
        ('now - order.paid_at <= duration(string(delivery.promised_minutes) + " minutes")', "no duration"),
        ('timestamp("2026-01-01") < now', "offset"),
        ('duration("") < now - now', "no duration"),
        ('claim.detail.matches(string(item.quantity) + "x")', "written out"),
        ("has(order.paid)", "write known(order.paid_at)"),
        ("order.paid_at == null", "write known("),
        ('order["paid"]', "write order.paid"),
        ("risk.signals[0] == 'x'", "in risk.signals"),
        ("order", "alone is not a fact"),
        ("order.payd", "did you mean 'order.paid'"),
        ("order.paid.now", "has no members"),
        ("other == 'x'", 'write "other"'),
        ('"x".size', "only facts have members"),
        ('delivery.state == "shipped"', "not_delivered"),
        ('"deliverd" == delivery.state', "did you mean 'delivered'"),
        ('claim.reason in ["foo"]', "claim.reason is never 'foo'"),
        ('item.kind != "gift-card"', "did you mean 'gift_card'"),
        ("order.paid && item.quantity", "compare it with something"),
        ("!item.quantity", "! needs a bool"),
        ("-order.note", "- needs an int or a double"),
        ('order.note < order.note || "a" in order.note', "contains"),
        ("order.paid < order.frozen", "has no order"),
        ("1 < 2 < 3", "unlike types"),
        ("item.paid_amount % 2.0", "int(…)"),
        ("item.quantity / 0", "division by zero"),
        ("item.paid_amount / 0.0", "division by zero"),
        ("min(1, 2)", "no function min()"),
        ('matches(claim.detail, "a")', "written after its value"),
        ("claim.detail.lower()", "no method lower()"),
        ('claim.detail.matches("(")', "no regular expression"),
        ("claim.detail.matches(order.note)", "written out"),
        ("claim.detail.contains(1)", "takes a string"),
        ("claim.detail.contains()", "argument"),
        ("now.getHours('Asia/Shanghai')", "no argument"),
        ("size(item.quantity)", "takes string or list"),
        ("size(1, 2)", "one argument"),
        ("double(order.paid)", "takes int or double or string"),
        ('known("order.paid")', "known() takes one fact's name"),
        ("known(order)", "known() takes one fact's name"),
        ("known(order.paidd)", "did you mean 'order.paid'"),
        ("order.paid ? 1 : 2.0", "one type"),
        ("item.quantity ? 1 : 2", "? needs a bool"),
        ("[1, 2.0] == []", "one type"),
        ("{'a': 1} == {'a': 1}", "maps are not used"),
        ("risk.signals.exists(now, true)", "another name"),
        ("item.quantity.exists(x, true)", "needs a list"),
        ("risk.signals.all(x, size(x))", "needs a condition"),
        ("risk.signals.exists(x, x.y == 'z')", "only facts have members"),
    ],
)
def test_wrong_expressions_say_the_remedy(text: str, says: str) -> None:
    found = messages(text)
    assert found, text
    assert says in " | ".join(found)


def test_a_mistake_is_told_once_and_at_its_place() -> None:
    text = "order.paid && item.paid_amount / 2 > 3.0"
    found = check(parse(text), text)
    assert [text[mistake.position :][:16] for mistake in found.mistakes] == ["item.paid_amount"]


def test_several_mistakes_are_all_told() -> None:
    assert len(messages('order.payd && delivery.state == "shipped" && has(order.paid)')) == 3


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_of_the_table_has_its_type(name: str) -> None:
    found = check(parse(name), name)
    assert found.mistakes == ()
    assert found.type == FACTS[name].type


def test_the_table_is_the_one_of_the_language() -> None:
    assert len(FACTS) == 41
    assert FACTS["risk.signals"].type == "list(string)"
    assert FACTS["claim.evidence"].type == "int"
    assert FACTS["delivery.state"].values[-1] == "partially_refunded"
