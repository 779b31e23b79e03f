"""What a message says once the codes in it are left out."""

from __future__ import annotations

import pytest

from support.assistant.entities import entities
from support.assistant.guard import visible
from support.assistant.wording_only import wording_only


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("退款，订单SN20250301881，查询密码：mimi-520", "退款"),
        ("订单号：ＳＮ２０２５０３０１８８１，查询密码：mimi-520，没收到货，退款", "没收到货, 退款"),
        ("order SN20250301881 (password mimi-520) failed, refund me", "failed, refund me"),
        ("SN20250301881 mimi-520", ""),
        ("我的邮箱是mimi@buyer.example", ""),
        ("支持微信支付吗？", "支持微信支付吗?"),
        ("密码忘了怎么办", "密码忘了怎么办"),
    ],
)
def test_words_without_codes(text: str, words: str) -> None:
    seen = visible(text)
    assert wording_only(seen, entities(seen)) == words
