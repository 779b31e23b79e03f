"""Which language a message is in."""

from __future__ import annotations

import pytest

from support.assistant.language import is_word, language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("没发货", "zh-CN"),
        ("我的Northlight激活码没到", "zh-CN"),
        ("cdk无效", "zh-CN"),
        ("refund谢谢", "zh-CN"),
        ("我想refund这个order please", "zh-CN"),
        ("還沒到", "zh-CN"),
        ("refund please", "en"),
        ("where is my 蓝鲸影视季卡 key", "en"),
        ("WHERE IS MY ORDER", "en"),
        ("scammers", "en"),
        ("i paid for SN20250301881 twice 😡", "en"),
        ("ｗｈｅｒｅ ｉｓ ｉｔ", "en"),
    ],
)
def test_told_by_the_message(text: str, lang: str) -> None:
    assert language(text, "zh-CN") == lang
    assert language(text, "en") == lang


@pytest.mark.parametrize(
    "text", ["ok", "", "😀", "SN20250301881", "Pixelforge Pro", "joe@mail.example", "8866", "Steam?"]
)
def test_default_where_the_message_does_not_tell(text: str) -> None:
    assert language(text, "zh-CN") == "zh-CN"
    assert language(text, "en") == "en"


def test_common_words_are_no_passwords() -> None:
    assert is_word("OK!")
    assert is_word("Refund")
    assert not is_word("xiaomao")
