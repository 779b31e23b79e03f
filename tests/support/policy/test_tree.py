"""The tree's walk gives what the engine's library gives, wherever a clause may use it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.cel_nodes import Node
from knowledge_base.cel_parser import parse
from knowledge_base.cel_types import check
from support.policy.expression import ExpressionError, Facts, expression
from support.policy.facts import Fact
from support.policy.proof import utc
from support.policy.tree import walk
from support.policy.tree_values import NANO, Instant, Span, Undefined, Value, instant
from tests.support.policy.case import facts

KNOWN = facts(
    {
        "order.note": "礼物 Gift é😀",
        "order.created_at": "0001-01-02T00:00:00Z",
        "delivery.redeemed_at": "9999-12-30T00:00:00Z",
        "order.frozen": False,
        "risk.signals": ["vpn", "礼物", ""],
        "risk.score": -7,
        "item.unit_price": 15.05,
        "item.price_now": 0.0,
        "delivery.delivered_at": "2026-02-28T23:59:59.999999+08:00",
        "now": "2026-03-01T04:05:06.000007Z",
    }
)
EXPRESSIONS = """
order.paid && !order.frozen
order.paid || 1 / 0 == 1
1 / 0 == 1 || order.paid
false && 1 / 0 == 1
1 / 0 == 1 && false
1 / 0 == 1 && true
order.frozen ? 1 / 0 : 2
known(order.paid) && !known(order.currency)
item.quantity + 1 == 3
risk.score / 2
risk.score % 3
7 / -2
-7 % -3
9223372036854775807 + 1
-9223372036854775808 / -1
item.paid_amount * 0.5 - item.unit_price
item.paid_amount / item.price_now
item.price_now / item.price_now == item.price_now / item.price_now
item.price_now / item.price_now < 1.0
-item.paid_amount / item.price_now
-(item.quantity)
double(item.quantity) * item.unit_price
int(item.unit_price)
int(-item.unit_price)
int("12") + int("-5")
int("+5")
int("5_0")
int(1e30)
double("1.5") + double(".5") + double("5.")
double("1_0")
double("-inf")
string(item.unit_price)
string(item.paid_amount)
string(1e21)
string(0.0000001)
string(item.quantity)
string(now)
string(order.paid_at)
string(delivery.delivered_at)
string(timestamp("2026-01-01T00:00:00.120+08:00"))
string(order.note) == order.note
now - order.paid_at
now - order.paid_at < duration("168h")
now - duration("1h30m") >= order.paid_at
order.paid_at + duration("1.5h") == now
delivery.delivered_at < timestamp("2026-03-01T00:00:00+08:00")
delivery.delivered_at + duration("1us") == timestamp("2026-03-01T00:00:00+08:00")
delivery.delivered_at + duration("1us") == timestamp("2026-02-28T16:00:00Z")
duration("1h") + duration("30m") - duration("1ms") < duration("90m")
duration("-90s").getMinutes()
(now - order.paid_at).getHours()
(now - order.paid_at).getSeconds()
(now - order.paid_at).getMilliseconds()
now.getFullYear() + now.getMonth() + now.getDayOfYear() + now.getDayOfMonth() + now.getDate() + now.getDayOfWeek()
now.getHours() * 10000 + now.getMinutes() * 100 + now.getSeconds()
delivery.delivered_at.getMilliseconds()
now - order.created_at <= duration("720h")
(delivery.redeemed_at - order.created_at) + (delivery.redeemed_at - order.created_at) > duration("2562047h")
(delivery.redeemed_at - order.created_at).getHours()
(order.created_at - delivery.redeemed_at).getSeconds()
duration("9007199254740991m") == duration("153722867280913m")
duration("-9007199254740991m") < duration("-2562047h")
now - order.paid_at <= duration("9007199254740991m")
duration(string(item.delivered_quantity)) == duration("0s")
duration("1h" + "-30m garbage") == duration("30m")
duration("-1h" + "30m") == duration("-90m")
duration("1e2" + "s") == duration(".5m" + "+70.s")
duration("5" + "") == duration("0s")
duration("" + "h") == duration("0s")
int(-double(9223372036854775807))
int(double(9223372036854774784))
delivery.redeemed_at + duration("47h59m59.999999999s") > now
delivery.redeemed_at + duration("48h") > now
order.created_at - duration("24h") < now
order.created_at - duration("24h0m0.000000001s") < now
timestamp("2026-01-01T00:00:00+08:00").getHours()
(timestamp("2026-01-01T00:00:00+08:00") - duration("1h")).getFullYear()
delivery.state in ["failed", "not_delivered"]
"vpn" in risk.signals
"" in []
item.quantity in [1, 2]
item.unit_price in [15.05]
risk.signals == ["vpn", "礼物", ""]
risk.signals != ["vpn"]
risk.signals.size() + size(risk.signals)
size(order.note)
order.note.size()
order.note.contains("物") && order.note.startsWith("礼") && order.note.endsWith("😀")
order.note.matches("^礼.* Gift")
order.note.matches("(?i)gift é")
order.note.matches("Gift$")
order.note.matches(r"[\\$]|😀$")
"a\\n".matches("a$")
"$".matches(r"\\$")
order.note + "!" > order.note
"é" < "z"
"😀" > "\\uffff"
risk.signals.exists(x, x == "vpn")
risk.signals.all(x, x.size() > 0)
risk.signals.exists_one(x, x.size() > 3)
risk.signals.filter(x, x != "").size()
risk.signals.map(x, x + "!") == ["vpn!", "礼物!", "!"]
risk.signals.map(x, x != "", x.size())
[1, 0].exists(x, 1 / x == 1)
[0, 1].exists(x, 1 / x == 1)
[1] + [2, 3] == [1, 2, 3]
order.paid == !order.frozen
order.paid ? "a" : "b"
item.quantity > 1 ? item.paid_amount : item.unit_price
""".strip().splitlines()


def _values(known: dict[str, Fact]) -> dict[str, Value]:
    values: dict[str, Any] = {}
    for name, fact in known.items():
        values[name] = list(fact.value) if isinstance(fact.value, tuple) else fact.value
    return {name: value if not hasattr(value, "tzinfo") else instant(utc(value)) for name, value in values.items()}


def _walked(node: Node) -> object:
    try:
        return _python(walk(node, _values(KNOWN)))
    except Undefined:
        return "undefined"


def _python(value: Value) -> object:
    if isinstance(value, Span):
        return timedelta(microseconds=value.nanos / 1000)
    return value.local() if isinstance(value, Instant) else value


def _engine(text: str) -> object:
    try:
        return expression(text).value(Facts(KNOWN))
    except ExpressionError:
        return "undefined"


def _same(one: object, two: object) -> bool:
    return type(one) is type(two) and (one == two or (one != one and two != two))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_it_agrees_with_the_engine(text: str) -> None:
    node = parse(text)
    assert not [mistake for mistake in check(node, text).mistakes if "division by zero" not in mistake.message]
    assert _same(_walked(node), _engine(text)), (_walked(node), _engine(text))


NUMBERS = st.sampled_from(["item.paid_amount", "item.unit_price", "item.price_now"]) | st.floats(
    0, 1e6, allow_nan=False
).map(lambda number: repr(float(number)))
INTS = st.sampled_from(["item.quantity", "item.delivered_quantity", "risk.score"]) | st.integers(0, 2**63 - 1).map(str)


def _sums(leaves: st.SearchStrategy[str], operators: str) -> st.SearchStrategy[str]:
    return st.recursive(
        leaves,
        lambda inner: st.tuples(inner, st.sampled_from(list(operators)), inner).map(lambda part: f"({' '.join(part)})"),
        max_leaves=6,
    )


TERMS = st.one_of(
    st.tuples(_sums(NUMBERS, "+-*/"), st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), _sums(NUMBERS, "+-*/")),
    st.tuples(_sums(INTS, "+-*/%"), st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), _sums(INTS, "+-*/%")),
    st.tuples(st.sampled_from(["order.paid", "order.frozen", "!order.paid"])),
).map(lambda part: f"({' '.join(part)})")
CONDITIONS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||", "=="]), inner).map(lambda part: f"({' '.join(part)})"),
        inner.map(lambda part: f"!({part})"),
        st.tuples(inner, inner, inner).map(lambda part: f"(({part[0]}) ? ({part[1]}) : ({part[2]}))"),
    ),
    max_leaves=5,
)


@given(CONDITIONS | _sums(NUMBERS, "+-*/") | _sums(INTS, "+-*/%"))
def test_it_agrees_with_the_engine_on_anything_computed(text: str) -> None:
    assert _same(_walked(parse(text)), _engine(text)), (text, _walked(parse(text)), _engine(text))


@pytest.mark.parametrize(
    "text",
    [
        "order.paid == 1",
        "item.paid_amount / 2",
        "item.paid_amount > 10",
        "null == null",
        'order.paid["x"]',
        "{1: 2}",
        "order.paid && 1",
        "1 ? 2 : 3",
        "-order.paid",
        "-order.note",
        "!1",
        '"a" in "abc"',
        "1 in [1.0]",
        "size(1)",
        "order.note.size(1)",
        "order.note.upperAscii()",
        "upper(order.note)",
        "double(1, 2)",
        "order.currency",
        'duration("7d")',
        'timestamp("2026-01-01")',
        'timestamp("2026-13-01T00:00:00Z")',
        'order.note.matches("(")',
        "order.note.exists(x, true)",
        "true < false",
        "order.paid_at * 2",
        "duration(order.paid_at)",
        'string(duration("1h"))',
        "string(order.paid)",
        "now.getFullYear",
    ],
)
def test_what_a_clause_may_not_say_has_no_value(text: str) -> None:
    with pytest.raises(Undefined):
        walk(parse(text), _values(KNOWN))


def test_nanoseconds() -> None:
    assert instant("2026-01-01T00:00:00.123456789+00:00").nanos % NANO == 123456789
