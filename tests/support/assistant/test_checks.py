"""The checks of a model's words: which rewordings pass, what each alone finds, that each is needed."""

from __future__ import annotations

import pytest

from retrieval.packaged import universal_sentence_encoder
from support.assistant import checks
from support.assistant.checks import CHECKS, Worded, faults
from support.assistant.lies import FRAGMENTS, LIES
from support.assistant.units import Unit

FAITHFUL = (
    ("zh-CN", "为了查您的这一单，请提供订单号。", "我来帮您查这一单，麻烦您提供一下订单号。"),
    ("zh-CN", "很抱歉，付款后库存不足，这是我们的责任。", "真是抱歉，付款后库存不够了，这是我们的责任。"),
    ("zh-CN", "可以退款 {amount1}，原路退回。", "这一单可以退款 {amount1}，原路退回给您。"),
    ("zh-CN", "您希望怎么处理？", "您想怎么处理这件事呢？"),
    ("zh-CN", "请问退换的原因是什么？", "方便说一下退换的原因是什么吗？"),
    ("zh-CN", "“{product1}”现价 {price1}。", "现在“{product1}”的价格是 {price1}。"),
    ("zh-CN", "这一单目前没有退款记录。", "我查了一下，这一单目前没有退款记录。"),
    ("zh-CN", "目前缺货。", "不好意思，这款目前缺货。"),
    ("en", "To look at your order I need its number.", "Happy to look at it: I just need the number of your order."),
    ("en", "Delivered on {deliveredat1}.", "It was delivered on {deliveredat1}."),
    ("en", "Which product do you mean?", "Tell me which product you mean, please?"),
    ("en", "Order {number1} ({product1}): {state1}.", "Your order {number1} for {product1} is {state1}."),
    ("en", "You are welcome.", "You are very welcome."),
    ("en", "What would you like us to do?", "What would you like us to do about it?"),
    ("zh-CN", "您可以申请退款，或要求补发。", "您看是申请退款，还是要求补发？"),
    ("zh-CN", "发货失败了，很抱歉。", "真的很抱歉，这次发货失败了。"),
    ("zh-CN", "这种情况需要人工判断，系统不会替您拒绝。", "这种情况要由人工来判断，系统不会替您拒绝。"),
    ("zh-CN", "需要时再告诉我。", "需要的时候再跟我说就行。"),
    ("en", "You can ask for a refund or for delivery.", "You can ask us for a refund or for the delivery."),
    (
        "en",
        "Automatic delivery did not happen and the cause is not known yet.",
        "The automatic delivery did not happen, and the cause is not known yet.",
    ),
    ("en", "Tell me when you need it.", "Just tell me when you need it."),
    ("en", "{stock1} in stock.", "There are {stock1} in stock."),
)
ONLY_BY = {
    "slots": (
        ("zh-CN", "可以退款 {amount1}，原路退回。", "可以退款，原路退回给您。"),
        ("en", "Delivered on {deliveredat1}.", "It was delivered on {deliveredat1}, {deliveredat1}."),
        ("en", "Order {number1} ({product1}): {state1}.", "Order {number1} ({product1}): {state2}."),
    ),
    "numbers": (
        ("zh-CN", "已于 {deliveredat1} 发货。", "已于 {deliveredat1} 发货，过了三天。"),
        ("en", "Delivered on {deliveredat1}.", "Delivered on {deliveredat1}, after two days."),
        ("zh-CN", "目前缺货。", "目前缺货 ９ 件。"),
    ),
    "addresses": (("zh-CN", "目前缺货。", "目前缺货，看 shop.vip 。"),),
    "markup": (("en", "You are welcome.", "You are **very** welcome."), ("zh-CN", "不客气。", "不客气[一]。")),
    "touches more": (
        ("zh-CN", "这一单的处理需要人工判断。", "这一单的处理需要人工判断，我们保证处理。"),
        ("en", "You can ask for delivery.", "You can ask for delivery, and for a discount."),
        ("zh-CN", "您希望怎么处理？", "好的，您希望怎么处理？"),
        ("en", "Please tell me what you need.", "Sure, please tell me what you need."),
        ("zh-CN", "目前没有在售。", "老板说目前没有在售。"),
        ("zh-CN", "您可以申请退款，或要求补发。", "您可以申请退款，或要求补发，我们会退款的。"),
        ("en", "You can ask for a refund or for delivery.", "You will get a refund or delivery if you ask."),
    ),
    "drops": (
        ("zh-CN", "您可以申请退款，或要求补发。", "您可以申请或要求处理这一单的问题。"),
        ("zh-CN", "这一单目前没有退款记录。", "这一单目前有退款记录。"),
        ("en", "It is not on sale now.", "It is on sale now."),
        ("zh-CN", "您可以申请退款，或要求补发。", "您可以退款，或者补发。"),
    ),
    "denies more": (
        ("zh-CN", "库存数量没有登记，以下单页为准。", "库存数量没有不登记，以下单页为准。"),
        ("en", "You can ask for a refund or for delivery.", "You can not ask for a refund or for delivery."),
    ),
    "asks otherwise": (("en", "You are next.", "Are you next?"), ("zh-CN", "目前缺货。", "目前缺货？")),
    "private": (("zh-CN", "订单系统暂时无法访问。", "订单系统一三八一二三四五六七八暂时无法访问。"),),
    "foreign": (("zh-CN", "不客气。", "不客气，спасибо。"), ("zh-CN", "目前缺货。", "目前缺货。ありがとう。")),
    "rambles": (
        ("zh-CN", "目前缺货。", "目前缺货，目前就是缺货，现在缺货，货目前缺着，目前的情况就是缺货，缺货，还是缺货。"),
    ),
    "unended": (("zh-CN", "发货失败了，很抱歉。", "很抱歉，发货失败了，"), ("en", "You are next.", "You are the next")),
    "unlike": (
        ("zh-CN", "您希望怎么处理？", "您觉得天气怎么样？"),
        ("en", "Which product do you mean?", "Which planet do the rabbits live on?"),
        ("zh-CN", "目前缺货。", "目前缺货。小猫在窗台上睡着了。"),
    ),
}  # fmt: skip


def worded(lang: str, template: str, text: str) -> Worded:
    encoder = universal_sentence_encoder()
    return Worded(Unit(0, template, "k.k", template), text, lang, lambda words: encoder.embed_queries([words])[0])


@pytest.mark.parametrize(("lang", "template", "text"), FAITHFUL)
def test_a_faithful_rewording_passes(lang: str, template: str, text: str) -> None:
    assert faults(worded(lang, template, text)) == ()


@pytest.mark.parametrize("name", CHECKS)
def test_each_check_finds_what_no_other_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutation of the verifier: with the check taken out, each of its lies would be sent."""
    for lie in ONLY_BY[name]:
        assert name in faults(worded(*lie)), lie
    monkeypatch.setattr(checks, "CHECKS", {other: check for other, check in CHECKS.items() if other != name})
    assert [lie for lie in ONLY_BY[name] if faults(worded(*lie)) == ()], f"{name} is not needed"


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_lie_of_the_liar_passes_about_any_sentence(lang: str) -> None:
    for _, template, _ in (row for row in FAITHFUL if row[0] == lang):
        for lie in LIES[lang[:2]]:
            assert faults(worded(lang, template, lie(template))), lie(template)


def test_every_lie_has_a_fragment_that_gives_it_away() -> None:
    for lies in LIES.values():
        for lie in lies:
            text = lie("Order {number1}: {state1}.")
            assert any(fragment in text for fragment in FRAGMENTS), text
