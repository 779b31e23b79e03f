"""A reason and a wish in one message, each in a sentence of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evals.buyer import Buyer
from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import Head, Prediction
from support.assistant.sentences import sentences, with_sentences


@pytest.fixture(scope="module")
def read() -> Callable[[str], Prediction]:
    """The packaged head over the packaged embedding, sentences read apart."""
    head, embedder = Head.load(), universal_sentence_encoder()

    def predict(text: str) -> Prediction:
        return head.predict(text, embedder.embed_queries([text]))

    return lambda text: with_sentences(predict(text), text, predict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我不想要了，申请退款", ("我不想要了", "申请退款")),
        ("I no longer want this, can I get a refund?", ("I no longer want this", "can I get a refund")),
        ("It broke. Refund 3.50 please", ("It broke", "Refund 3.50 please")),
        ("退款", ("退款",)),
        ("。。。！", ()),
    ],
)
def test_a_message_falls_into_sentences_without_what_joins_them(text: str, expected: tuple[str, ...]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "topic", "request_"),
    [
        ("我不想要了，申请退款", "changed_mind", "refund"),
        ("这个码兑换不了，麻烦退款", "key_invalid", "refund"),
        ("I no longer want this, can I get a refund?", "changed_mind", "refund"),
        ("买5张只收到3张，少的退给我", "partial_delivery", "refund"),
        ("Refund my wallet card", "refund", "refund"),
    ],
)
def test_the_half_that_the_whole_drowns_is_heard(
    read: Callable[[str], Prediction], text: str, topic: str, request_: str
) -> None:
    heard = read(text)
    assert (heard.topic, heard.request) == (topic, request_)


@pytest.mark.parametrize(
    "text", ["退到微信还是支付宝，一般几天", "申请退款，谢谢", "What is your refund policy, and how long does it take?"]
)
def test_a_question_or_a_bare_wish_gains_no_reason(read: Callable[[str], Prediction], text: str) -> None:
    heard = read(text)
    assert heard.topic in {"refund", "refund_where", "refund_when", "refund_policy"}
    assert heard.request == ("refund" if "申请" in text else "none")


def test_no_way_of_typing_a_message_that_asks_for_nothing_makes_a_wish_of_it(
    read: Callable[[str], Prediction],
) -> None:
    text = "查一下SC20261118001，密码lotus-2026，没收到货"
    typed = {Buyer.drawn(f"buyer {n}").say(text, 0) for n in range(40)}
    assert len(typed) > 25
    assert {one: read(one).request for one in typed} == dict.fromkeys(typed, "none")
