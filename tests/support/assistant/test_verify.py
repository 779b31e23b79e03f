from __future__ import annotations

import re

import pytest

from support.assistant import verify
from support.assistant.commitments import promises
from support.assistant.phrases import keys, phrase, singular
from support.assistant.products import mentioned
from support.assistant.state import Draft, Memory
from support.assistant.topics import TOPICS
from support.assistant.utterance import PACKAGED, read
from support.assistant.verify import problems
from support.bootstrap import Application

HELD = "SC20261118001 2026-11-18 16:10 30 25% https://shop.example/help"
CITED = {"n": 1, "kind": "clause", "id": "a/b", "title": "t", "quote": "最多退 30.00 元", "start": 0, "end": 9}


def draft(**allowed: object) -> Draft:
    return Draft(citations=[CITED], allowed={"¥49.00"})


@pytest.mark.parametrize(
    "text",
    ["可以退款 ¥49.00 [1]", "可以退款 49 元", "条款说最多退 30 元 [1]", "SC20261118001 共 5 件", "**粗体** 没有数字",
     "2026-11-18 16:10 付款，承诺 30 分钟内", "Done within 30 minutes", "完成 25%", "见 https://shop.example/help 。"],
)  # fmt: skip
def test_what_facts_and_sources_hold_may_be_said(text: str) -> None:
    assert problems(draft(), text, lambda: HELD) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("可以退款 ¥49.01", "amount ¥49.01"),
        ("we refund 500 CNY", "amount 500 CNY"),
        ("赔您三百 300元", "amount 300元"),
        ("see [2]", "mark [2]"), ("Hello {name}", "slot {name}"), ("$1,049.00", "amount $1,049.00"),
        ("最晚 2026-12-31", "day 2026-12-31"), ("12月31日前", "day 12月31日"), ("at 17:45", "time 17:45"),
        ("48 小时内到账", "span 48 小时"), ("in 3 business days", "span 3 business days"), ("退 80%", "share 80%"),
        ("打 8 折", "share 8 折"), ("订单 SC20260301001", "order SC20260301001"),
        ("去 http://refund.example 领", "link http://refund.example"),
        ("我们会给您退款", "promise 我们会给您退款"), ("We will refund you.", "promise We will refund"),
        ("一定全额退您", "promise 一定全额退您"), ("Your refund is guaranteed.", "promise refund is guaranteed"),
    ],
)  # fmt: skip
def test_what_nothing_holds_is_found(text: str, found: str) -> None:
    assert problems(draft(), text, lambda: HELD) == (found,)


@pytest.mark.parametrize("kind", verify.BACKED)
def test_each_kind_of_figure_is_needed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a kind left out, its inventions would be sent."""
    invented = {
        "day": "最晚 2026-12-31", "time": "at 17:45", "span": "48 小时内", "share": "退 80%",
        "order": "订单 SC20260301001", "link": "http://refund.example",
    }  # fmt: skip
    assert problems(draft(), invented[kind], lambda: HELD)
    monkeypatch.setattr(verify, "BACKED", {name: one for name, one in verify.BACKED.items() if name != kind})
    assert problems(draft(), invented[kind], lambda: HELD) == ()


NEVER = re.compile(r"(?!)")
MUTATIONS: tuple[tuple[str, object, str], ...] = (
    ("AMOUNT", NEVER, "可以退款 ¥7,313.13"), ("AMOUNT", NEVER, "you get 7313 dollars"), ("MARK", NEVER, "见 [9]"),
    ("SLOT", NEVER, "Hello {name}"), ("promises", lambda text: (), "我们会给您退款"),
    ("promises", lambda text: (), "We guarantee you a full refund."),
    ("_held", lambda *known: True, "最晚 2039-12-30"), ("_plain", lambda amount: "1", "可以退款 ¥7,313.13"),
)  # fmt: skip


@pytest.mark.parametrize(("check", "broken", "lie"), MUTATIONS)
def test_each_part_of_the_last_check_is_needed(
    check: str, broken: object, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutation of the last check: with one part broken, its lie would be sent."""
    assert problems(draft(), lie, lambda: HELD)
    monkeypatch.setattr(verify, check, broken)
    assert problems(draft(), lie, lambda: HELD) == ()


@pytest.mark.parametrize(
    "text",
    ["我不会承诺退款", "We will not refund this.", "您可以申请退款", "You can ask for a refund.", "退款由原路返回",
     "I cannot promise a refund", "一定要先核对订单号", "We will look at it."],
)  # fmt: skip
def test_what_promises_nothing_is_no_promise(text: str) -> None:
    assert promises(text) == ()


@pytest.mark.parametrize("text", ["我们会退款，不用担心", "别担心，我们一定赔", "We will refund you, no problem."])
def test_a_denial_of_something_else_hides_no_promise(text: str) -> None:
    assert promises(text)


def test_a_promise_with_a_verdict_behind_it_may_be_said() -> None:
    assert problems(draft(), "我们会给您退款", may_promise=True) == ()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_none_of_our_own_phrases_promises_without_a_verdict(lang: str) -> None:
    assert [key for key in keys(lang) if promises(phrase_text(lang, key))] == []


def test_both_languages_hold_the_same_phrases_with_the_same_slots() -> None:
    import re

    assert keys("zh-CN") == keys("en")
    for key in keys("en"):
        slots = [set(re.findall(r"\{(\w+)\}", phrase_text(lang, key))) for lang in ("zh-CN", "en")]
        assert slots[0] == slots[1], key


def test_one_thing_is_spoken_of_as_one() -> None:
    assert phrase("en", "decision.grant_deliver", count=1) == "1 is owed to you."
    assert phrase("en", "decision.grant_deliver", count=2) == "2 are owed to you."
    assert phrase("zh-CN", "advice.overdue", minutes=1) == phrase("zh-CN", "advice.overdue", minutes=2).replace(
        "2", "1"
    )


def test_what_is_said_of_one_has_the_slots_of_its_phrase_and_promises_no_more() -> None:
    assert singular("en")
    for key, (by, text) in singular("en").items():
        assert f"{{{by}}}" in phrase_text("en", key)
        assert set(re.findall(r"\{(\w+)\}", text)) <= set(re.findall(r"\{(\w+)\}", phrase_text("en", key)))
        assert promises(text) == ()


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
