from __future__ import annotations

import pytest

from support.assistant.phrases import keys, phrase
from support.assistant.products import mentioned
from support.assistant.state import Draft, Memory
from support.assistant.topics import TOPICS
from support.assistant.utterance import PACKAGED, read
from support.assistant.verify import problems
from support.bootstrap import Application

CITED = {"n": 1, "kind": "clause", "id": "a/b", "title": "t", "quote": "最多退 30.00 元", "start": 0, "end": 9}


def draft(**allowed: object) -> Draft:
    return Draft(citations=[CITED], allowed={"¥49.00"})


@pytest.mark.parametrize(
    "text",
    ["可以退款 ¥49.00 [1]", "可以退款 49 元", "条款说最多退 30 元 [1]", "SC20261118001 共 5 件", "**粗体** 没有数字"],
)
def test_what_facts_and_sources_hold_may_be_said(text: str) -> None:
    assert problems(draft(), text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("可以退款 ¥49.01", "amount ¥49.01"),
        ("we refund 500 CNY", "amount 500 CNY"),
        ("赔您三百 300元", "amount 300元"),
        ("see [2]", "mark [2]"), ("Hello {name}", "slot {name}"), ("$1,049.00", "amount $1,049.00"),
    ],
)  # fmt: skip
def test_what_nothing_holds_is_found(text: str, found: str) -> None:
    assert problems(draft(), text) == (found,)


def test_both_languages_hold_the_same_phrases_with_the_same_slots() -> None:
    import re

    assert keys("zh-CN") == keys("en")
    for key in keys("en"):
        slots = [set(re.findall(r"\{(\w+)\}", phrase_text(lang, key))) for lang in ("zh-CN", "en")]
        assert slots[0] == slots[1], key


def phrase_text(lang: str, key: str) -> str:
    from support.assistant.phrases import _table

    return _table(lang)[key]


def test_a_phrase_without_its_fact_is_never_said() -> None:
    with pytest.raises(KeyError):
        phrase("en", "decision.grant_refund")


def test_every_topic_of_the_head_has_a_way_to_be_handled() -> None:
    assert {row.topic for row in read(PACKAGED)} <= TOPICS.keys()
    named = {f"topic.{name}" for name, topic in TOPICS.items() if topic.mode in {"question", "case", "human"}}
    assert named <= keys("en")


def test_products_are_known_by_a_piece_of_their_name(application: Application) -> None:
    products = application.shop("star").folder.products
    assert mentioned("星云点卡100有货吗", products) == ("nebula-card-100",)
    assert set(mentioned("极光会员还有吗", products)) == {"aurora-month", "aurora-year"}
    assert mentioned("Cloudsea Scavenger region?", products) == ("cloudsea-key",)
    assert mentioned("今天天气怎么样", products) == ()


def test_memory_survives_being_stored_and_ignores_what_it_does_not_know() -> None:
    memory = Memory(lang="en", order="A1", asks=("order.proof",), evidence=0)
    assert Memory.load(memory.dump()) == memory
    assert Memory.load(memory.dump() | {"from_the_future": 1}) == memory
