"""What is said around a message is taken off, and nothing of the message."""

from __future__ import annotations

import pytest

from support.assistant.courtesy import without_courtesy


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("你好，可以，辛苦了", "可以"),
        ("急死了 一直没人处理", "一直没人处理"),
        ("是这样的，我要退款 谢谢", "我要退款"),
        ("Sorry to bother you, I don't have one, thanks", "I don't have one"),
        ("Seriously, ok!", "ok!"),
        ("Ok so I lost it :)", "I lost it"),
        ("真是的，", ""),
    ],
)
def test_what_is_around_is_taken_off(said: str, meant: str) -> None:
    assert without_courtesy(said) == meant


@pytest.mark.parametrize(
    "said", ["no thanks", "那个订单", "hellofresh", "Wellington cards", "thanks to you I am banned"]
)
def test_a_part_of_the_message_stays(said: str) -> None:
    assert without_courtesy(said) == said
