"""Who owns an order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.orders.order import Order
from support.orders.proof import owns

ORDER = Order("SP1", (), "csv", contact="Li.Lei@example.org", proofs=("查询密码1", " p@ss "))


@pytest.mark.parametrize("proof", ["Li.Lei@example.org", " Li.Lei@example.org\n", "查询密码1", "　查询密码1　", "p@ss"])
def test_the_contact_or_a_proof_but_for_surrounding_space(proof: str) -> None:
    assert owns(ORDER, proof)


@pytest.mark.parametrize(
    "proof",
    ["", " ", "li.lei@example.org", "Li.Lei@example", "查询密码", "查询密码１", "p@ss ; x", "P@SS", "SP1", "\ud800"],
)
def test_anything_else_proves_nothing(proof: str) -> None:
    assert not owns(ORDER, proof)


@pytest.mark.parametrize("contact", [None, "", "  "])
def test_an_empty_stored_proof_proves_nothing(contact: str | None) -> None:
    bare = replace(ORDER, contact=contact, proofs=("", " "))
    assert not owns(bare, "")
    assert not owns(bare, " ")


def test_an_order_without_its_secrets_has_no_owner() -> None:
    assert not owns(ORDER.without_secrets(), "p@ss")
