from __future__ import annotations

import pytest

from support.assistant.entities import entities
from support.assistant.spoken import as_spoken

ASKED = frozenset({"order.number", "order.proof"})


@pytest.mark.parametrize("text", ["A1001", "1001", "20240101", "ORD-2024-001", "abc123", "O12", "是 A1001 这单"])
def test_where_a_number_was_asked_for_a_lone_code_is_it(text: str) -> None:
    found = as_spoken(entities(text, ASKED), text, ASKED)
    assert found.order_numbers[0] in text
    assert any(char.isdigit() for char in found.order_numbers[0])


@pytest.mark.parametrize(
    ("text", "number", "proof"),
    [
        ("订单A1001，我要退款", "A1001", None),
        ("order A1001 refund please", "A1001", None),
        ("订单 O11 密码 pwb 我要退款", "O11", "pwb"),
        ("我的单 ORD-2024-001 密码 pw1 要退款", "ORD-2024-001", "pw1"),
        ("SC99999999 密码 abc", "SC99999999", "abc"),
        ("in order to get a refund", None, None),
        ("订单什么时候到", None, None),
    ],
)
def test_a_code_that_is_called_the_order_is_its_number(text: str, number: str | None, proof: str | None) -> None:
    found = as_spoken(entities(text), text, frozenset())
    assert found.order_numbers == ((number,) if number else ())
    assert found.proof_candidates == ((proof,) if proof else ())


@pytest.mark.parametrize(
    ("text", "numbers", "proofs"),
    [
        ("LU1007 p1007", ("LU1007",), ("p1007",)),
        ("lu-1007, 880123", ("lu-1007",), ("880123",)),
        ("LU1007 me@x.example", ("LU1007",), ()),
        ("RTX4090 20pcs", (), ()),
        ("GTA2025 refund", (), ()),
        ("LU1007", (), ()),
        ("LU1007 p1007 please", (), ()),
    ],
)
def test_a_short_number_with_its_proof_and_nothing_else_names_an_order(
    text: str, numbers: tuple[str, ...], proofs: tuple[str, ...]
) -> None:
    found = as_spoken(entities(text), text, frozenset())
    assert (found.order_numbers, found.proof_candidates) == (numbers, proofs)


def test_the_number_in_a_products_name_is_no_orders() -> None:
    text = "星云点卡100有货吗"
    assert as_spoken(entities(text, ASKED), text, ASKED).order_numbers == ("100",)
    assert as_spoken(entities(text, ASKED), text, ASKED, named=frozenset({"100"})).order_numbers == ()


def test_the_end_of_a_masked_key_is_no_order_number() -> None:
    text = "the end of my key is ••••8812"
    assert as_spoken(entities(text, ASKED), text, ASKED).order_numbers == ()


def test_an_unasked_code_stays_a_code() -> None:
    assert as_spoken(entities("买 2 张 nebula100"), "买 2 张 nebula100", frozenset()).order_numbers == ()


@pytest.mark.parametrize("text", ["mimi-520", "密码是mimi-520", "记错了，密码是mimi-520"])
def test_after_a_number_was_given_a_code_is_another_try_at_the_proof(text: str) -> None:
    asked = frozenset({"order.number", "order.proof"})
    found = as_spoken(entities(text, asked), text, asked, known=True)
    assert found.order_numbers == ()
    assert found.proof_candidates == ("mimi-520",)


def test_a_labelled_password_is_no_order_number() -> None:
    asked = frozenset({"order.number", "order.proof"})
    assert as_spoken(entities("密码是mimi-520", asked), "密码是mimi-520", asked).order_numbers == ()


@pytest.mark.parametrize(
    "text",
    ["查单的密码我给忘了", "I forgot the password for my order", "密码记不得了", "what was the password again"],
)
def test_a_password_that_is_spoken_of_is_not_told(text: str) -> None:
    assert as_spoken(entities(text, frozenset()), text, frozenset()).proof_candidates == ()
