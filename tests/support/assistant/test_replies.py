"""Short answers, read in the light of what was asked."""

from __future__ import annotations

import pytest

from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import Head, Prediction
from support.assistant.replies import answering
from support.assistant.state import Memory
from support.assistant.understand import REQUEST_SURE

HEAD = Prediction("refund", 0.6, (("refund", 0.6),), "none", 0.9, "case", 0.9)
CONFIRM = Memory(confirm={"id": "x"})
EVIDENCE = Memory(asks=("claim.evidence",))
WISH = Memory(asks=("claim.request",))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("确认提交", "affirm"),
        ("行，退吧", "affirm"),
        ("好的", "affirm"),
        ("ok, confirm", "affirm"),
        ("Yes, submit it", "affirm"),
        ("不用了，先不退", "deny"),
        ("算了，不退了", "deny"),
        ("再等等吧", "deny"),
        ("no, not now", "deny"),
        ("好的，可是什么时候到账？", "refund"),
        ("可以退到微信吗", "refund"),
        ("不对，我要全额", "refund"),
        ("确认一下是哪张卡", "refund"),
        ("okapi", "refund"),
    ],
)
def test_yes_and_no_to_a_confirmation(text: str, topic: str) -> None:
    assert answering(HEAD, text, CONFIRM).topic == topic
    assert answering(HEAD, text, Memory()).topic == "refund"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("有", "evidence"),
        ("截图准备好了", "evidence"),
        ("Yes, I have one", "evidence"),
        ("没有截图", "deny"),
        ("I don't have one", "deny"),
        ("退款多久到账", "refund"),
    ],
)
def test_whether_there_is_a_screenshot(text: str, topic: str) -> None:
    assert answering(HEAD, text, EVIDENCE).topic == topic


@pytest.fixture(scope="module")
def head() -> Head:
    return Head.load()


def _wish(head: Head, text: str, memory: Memory) -> str:
    read = answering(head.predict(text, universal_sentence_encoder().embed_queries([text])), text, memory)
    return read.request if read.request_probability >= REQUEST_SURE else "none"


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("换一个", "reissue"),
        ("请补发", "deliver"),
        ("just send what is missing", "deliver"),
        ("please replace it", "reissue"),
        ("退款吧", "refund"),
        ("更换商品", "exchange"),
        ("你好", "none"),
    ],
)
def test_what_is_wished_for_when_asked(head: Head, text: str, request_: str) -> None:
    assert _wish(head, text, WISH) == request_


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("不退款，补发给我", "deliver"),
        ("我要货，不要退款，请补发", "deliver"),
        ("没收到货, 退款", "refund"),
        ("The top-up failed, please refund me", "refund"),
        ("没收到货可以退款吗", "none"),
        ("退款多久到账", "none"),
        ("不想退款", "none"),
    ],
)
def test_a_plain_wish_and_a_refused_one(head: Head, text: str, request_: str) -> None:
    assert _wish(head, text, Memory()) == request_


@pytest.mark.parametrize(
    ("text", "heard"), [("确认提交", None), ("Yes, submit it", None), ("我的订单被冻结了", "risk_hold")]
)
def test_a_mere_yes_is_nothing_that_a_person_must_see(text: str, heard: str | None) -> None:
    unsure = Prediction("affirm", 0.6, (("affirm", 0.6), ("risk_hold", 0.1)), "none", 0.9, "other", 0.9, "risk_hold")
    assert answering(unsure, text, Memory()).alarm == heard
