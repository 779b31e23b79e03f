from __future__ import annotations

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.cel_lexer import MAX_LENGTH, MAX_TOKENS
from knowledge_base.cel_names import conjuncts, facts_named
from knowledge_base.cel_nodes import (
    Binary,
    Call,
    Comprehension,
    Index,
    ListLiteral,
    LiteralValue,
    MapLiteral,
    Member,
    Method,
    Name,
    Ternary,
    Unary,
    walk,
)
from knowledge_base.cel_parser import MAX_DEPTH, CelSyntaxError, parse
from knowledge_base.cel_types import check
from tests.examples import examples

FRAGMENTS = st.sampled_from(
    [
        "order.paid", "now", "1", "2.0", '"x"', "'y'", 'r"\\d"', "[", "]", "(", ")", "{", "}", ":", ",", ".", "?",
        "&&", "||", "!", "-", "+", "*", "/", "%", "==", "<", "in", "true", "null", "known", "exists", "x",
        "claim.reason", "size", '"\\u4f60"', "\\", "has", " ", "\n", "map", "0x1F", "9e9", "，",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-7", -7),
        ("0x1F", 31),
        ("-9223372036854775808", -(2**63)),
        ("2.50", 2.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("null", None),
        ("'it''s'"[:4], "it"),
        (r'"a\tb\"\u4f60\x41\101\\"', 'a\tb"你AA\\'),
        (r'r"\d+"', r"\d+"),
        ('"""a"b\nc"""', 'a"b\nc'),
        ('"😀"', "😀"),
    ],
)
def test_literals_have_their_values(text: str, value: object) -> None:
    node = parse(text)
    assert isinstance(node, LiteralValue)
    assert node.value == value
    assert type(node.value) is type(value)


def test_operators_bind_as_in_the_specification() -> None:
    node = parse("a || b && 1 + 2 * 3 < 4")
    assert isinstance(node, Binary)
    assert node.op == "||"
    assert isinstance(node.right, Binary)
    assert node.right.op == "&&"
    comparison = node.right.right
    assert isinstance(comparison, Binary)
    assert comparison.op == "<"
    assert isinstance(comparison.left, Binary)
    assert comparison.left.op == "+"


def test_operators_of_one_level_bind_from_the_left() -> None:
    node = parse("9 - 4 - 3")
    assert isinstance(node, Binary)
    assert isinstance(node.left, Binary)
    assert isinstance(node.right, LiteralValue)
    assert node.right.value == 3


def test_every_form_has_its_node() -> None:
    forms = {
        "order.paid": Member,
        "now": Name,
        "order['paid']": Index,
        "size([1])": Call,
        "claim.detail.contains('x')": Method,
        "[1].exists(x, x > 0)": Comprehension,
        "!order.paid": Unary,
        "order.paid ? 1 : 2": Ternary,
        "[1, 2,]": ListLiteral,
        "{'a': 1}": MapLiteral,
    }
    assert {text: type(parse(text)) for text in forms} == forms


def test_positions_are_code_points_of_the_text() -> None:
    text = '"你好" == claim.detail && known( order.paid )'
    found = {text[node.start : node.end] for node in walk(parse(text))}
    assert {'"你好"', "claim.detail", "known( order.paid )", '"你好" == claim.detail'} <= found


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("", 0, "value is expected"),
        ("order.paid = true", 11, "=="),
        ("order.paid & true", 11, "&&"),
        ("(order.paid", 11, "')'"),
        ('"open', 0, "not closed"),
        ('"a\nb"', 0, "not closed"),
        (r'"\q"', 1, "escape"),
        ("order.paid // why", 11, "comments"),
        ("“x”", 0, "straight quotes"),
        ("a，b", 1, "half-width"),
        ("f(1,)", 4, "argument"),
        ("1u", 0, "number"),
        ("1.", 0, "number"),
        ('b"a"', 0, "raw"),
        ("let", 0, "reserved"),
        ("a.", 2, "name"),
        ("9223372036854775808", 0, "too large"),
        ("1e999", 0, "too large"),
        ("[1].exists(1, true)", 4, "exists(x"),
        ("true ? true ? 1 : 2 : 3", 12, "':'"),
        ("1 2", 2, "should end"),
    ],
)
def test_mistakes_have_their_place_and_remedy(text: str, position: int, says: str) -> None:
    with pytest.raises(CelSyntaxError, match="at character") as caught:
        parse(text)
    assert caught.value.position == position
    assert says in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1),
        "[" * 5_000,
        "!" * 500 + "true",
        "-" * 1_000,
        "1+" * MAX_TOKENS + "1",
        "a" * (MAX_LENGTH + 1),
        "1 ? " * 300,
    ],
)
def test_what_grows_without_end_is_refused(text: str) -> None:
    with pytest.raises(CelSyntaxError):
        parse(text)


def test_facts_are_those_named_outside_texts_and_known() -> None:
    node = parse('known(order.paid_at) && order.note == "order.frozen" && now > delivery.delivered_at')
    assert facts_named(node) == ("delivery.delivered_at", "now", "order.note")


def test_a_fact_inside_and_outside_known_is_needed() -> None:
    assert facts_named(parse("known(order.paid) && order.paid")) == ("order.paid",)


def test_all_sides_count_without_a_short_cut() -> None:
    node = parse("order.paid || (order.frozen ? now > now : item.quantity > 1)")
    assert facts_named(node) == ("item.quantity", "now", "order.frozen", "order.paid")


def test_conjuncts_are_the_parts_that_must_all_be_true() -> None:
    text = "order.paid && (order.frozen || true) && now > now"
    assert [text[part.start : part.end] for part in conjuncts(parse(text))] == [
        "order.paid",
        "order.frozen || true",
        "now > now",
    ]


@settings(max_examples=examples(300), deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        node = parse(text)
    except CelSyntaxError as error:
        place = error.position
    else:
        check(node, text)
        place = node.start
    assert 0 <= place <= len(text)


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(FRAGMENTS, max_size=9), st.sampled_from(["", " "]))
def test_what_we_read_the_engine_reads_too(fragments: list[str], space: str) -> None:
    text = space.join(fragments)
    try:
        node = parse(text)
    except CelSyntaxError:
        return
    cel.compile(text)
    for part in walk(node):
        assert 0 <= part.start < part.end <= len(text)
