"""Messages typed in pinyin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.assistant.pinyin import as_han


@pytest.mark.parametrize(
    ("text", "han"),
    [
        ("wo yao tui kuan", "我要退款"),
        ("woyaotuikuan", "我要退款"),
        ("Zenme hai mei fahuo?", "怎么还没发货?"),
        ("ding dan hao SC20261118001 mima lotus-2026", "订单号 SC20261118001 密码 lotus-2026"),
        ("kami wuxiao, zenme ban", "卡密无效, 怎么办"),
        ("mima lotus-2026", "密码 lotus-2026"),
        ("steam chong zhi mei dao zhang", "steam 充值没到账"),
    ],
)
def test_the_words_of_the_trade_are_written_as_han(text: str, han: str) -> None:
    assert as_han(text) == han


@pytest.mark.parametrize(
    "text",
    [
        "I want a refund please", "can you help me, hai", "you sent me a game key", "he has a bad code", "wo", "ma ma",
        "我要 tuikuan", "", "SC20261118001", "the mima group", "please send shoudao to me",
    ],
)  # fmt: skip
def test_nothing_else_is(text: str) -> None:
    assert as_han(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_without_error(text: str) -> None:
    assert as_han(text) != ""
