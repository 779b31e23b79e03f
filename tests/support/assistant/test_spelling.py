"""Slips are undone where a word is none, and nothing else is touched."""

from __future__ import annotations

import pytest

from support.assistant.spelling import mended, vocabulary_of
from support.assistant.utterance import Utterance, read


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("那tuikuan吧", "那退款吧"),
        ("hai没收到", "还没收到"),
        ("帮我推款", "帮我退款"),
        ("从复付款了", "重复付款了"),
        ("你们支持哪些付宽方式", "你们支持哪些付款方式"),
        ("please refnud me", "please refund me"),
        ("One card is mising", "One card is missing"),
        ("SC20261109001 passwrd maple-508", "SC20261109001 password maple-508"),
    ],
)
def test_a_slip_is_undone(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "订单被判可疑，怎么还不发货",
        "有试用版吗，时效多久",
        "我马上去消协",
        "请退款到支付宝",
        "付款的时候断网了",
        "do you offer white label stores",
        "a curtain, a story and a cold pizza",
        "the password is heronn, order no. SC-refnud-1, mail refnud@mail.example",
        "Lumen Plus",
    ],
)
def test_what_is_a_word_or_a_code_stays(typed: str) -> None:
    assert mended(typed) == typed


def test_a_shop_s_names_are_no_slips() -> None:
    assert mended("is Paymen safe") == "is payment safe"
    assert mended("is Paymen safe", ["Paymen Wallet"]) == "is Paymen safe"


def test_hardly_a_message_that_was_learned_is_changed() -> None:
    rows = read()[::20]
    changed = [row.text for row in rows if mended(row.text) != row.text]
    assert len(changed) < len(rows) / 100, "most of these were typed with a slip on purpose"


def test_the_vocabulary_counts_families_and_keeps_no_code() -> None:
    rows = [Utterance(text, "en", "stock", "none", "general", family) for text, family in (
        ("stock, stock", "a"), ("in stock", "a"), ("Stock left", "b"), ("mail stock@mail.example", "c"),
    )]  # fmt: skip
    found = dict(line.split() for line in vocabulary_of((row.text, row.family) for row in rows).splitlines())
    assert found == {"stock": "2", "in": "1", "left": "1", "mail": "1"}
