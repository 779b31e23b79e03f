"""Several things in one message."""

from __future__ import annotations

import pytest

from support.assistant.also import also_asked, case_first
from support.assistant.head import Prediction
from support.assistant.state import Understanding

KNOWN = {
    "你们支持花呗吗": "payment_methods", "do you take paypal": "payment_methods", "开张发票": "invoice",
    "how do I get an invoice": "invoice_how", "退款多久到": "refund_when", "支持花呗吗": "payment_methods",
    "how will I get the code": "delivery_time", "how do I redeem it": "how_to_use", "怎么发货": "delivery_time",
    "怎么兑换": "how_to_use", "你们有货吗": "stock", "Is it in stock": "stock", "is it in stock": "stock",
}  # fmt: skip


def read(sentence: str) -> Prediction:
    topic = KNOWN.get(sentence.strip("?？ "), "not_delivered")
    stance = "case" if topic in {"not_delivered", "invoice"} else "general"
    return Prediction(topic, 0.9, ((topic, 0.9),), "none", 1.0, stance, 0.9)


@pytest.mark.parametrize(
    ("text", "main", "also"),
    [
        ("少了两张，退差额。对了你们支持花呗吗", "partial_delivery", ("payment_methods",)),
        ("one code is missing. btw do you take paypal?", "partial_delivery", ("payment_methods",)),
        ("激活码失效了要求退款，另外开张发票", "key_invalid", ("invoice",)),
        ("no code! how do I get an invoice? do you take paypal?", "not_delivered", ("invoice_how", "payment_methods")),
        ("退款吧。退款多久到？", "refund", ()),
        ("do you take paypal", "payment_methods", ()),
        ("没发货！！怎么还没发货", "not_delivered", ()),
        ("月卡还有货吗", "stock", ()),
        ("你们有货吗，支持花呗吗", "stock", ("payment_methods",)),
        ("Is it in stock, and do you take paypal?", "stock", ("payment_methods",)),
        ("is it in stock and do you take paypal", "stock", ("payment_methods",)),
        ("我买两张，支持花呗吗", "stock", ()),
        ("how will I get the code and how do I redeem it", "how_to_use", ("delivery_time",)),
        ("怎么发货，怎么兑换", "delivery_time", ("how_to_use",)),
        ("怎么发货。怎么兑换", "delivery_time", ()),
    ],
)  # fmt: skip
def test_what_other_sentences_ask_is_named(text: str, main: str, also: tuple[str, ...]) -> None:
    assert also_asked(text, Understanding("zh-CN", main, 0.9, "case"), read) == also


def test_the_case_goes_before_what_is_asked_beside_it() -> None:
    whole = Prediction("invoice", 0.9, (("invoice", 0.9),), "none", 1.0, "case", 0.9)
    assert case_first(whole, "No code came. how do I get an invoice?", read).topic == "not_delivered"
    asked = Prediction("invoice_how", 0.9, (("invoice_how", 0.9),), "none", 1.0, "case", 0.9)
    assert case_first(asked, "No code came. how do I get an invoice?", read).topic == "not_delivered"
    assert case_first(whole, "how do I get an invoice?", read) == whole
    assert case_first(whole, "how do I get an invoice? No code came.", read) == whole
    general = Prediction("not_delivered", 0.7, (("not_delivered", 0.7),), "none", 1.0, "general", 0.6)
    assert case_first(general, "No code came. do you take paypal?", read).stance == "case", "made general by the rest"
    counterfeit = Prediction("counterfeit", 0.9, (("counterfeit", 0.9),), "none", 1.0, "case", 0.9, "counterfeit")
    assert case_first(counterfeit, "No code came. It is forged.", read) == counterfeit


def test_a_case_that_is_half_heard_goes_first_where_the_rest_explains_the_whole() -> None:
    whole = Prediction("invoice", 0.8, (("invoice", 0.8),), "none", 1.0, "case", 0.9)

    def half(sentence: str) -> Prediction:
        found = read(sentence)
        return found if found.topic in {"invoice", "invoice_how"} else Prediction(
            found.topic, 0.65, ((found.topic, 0.65),), "none", 1.0, "case", 0.9
        )  # fmt: skip

    assert case_first(whole, "It ended early. how do I get an invoice?", half).topic == "not_delivered"
    assert case_first(whole, "It ended early. So it did.", half) == whole


@pytest.mark.parametrize(("names_order", "topic"), [(True, "order_status"), (False, "payment_methods")])
def test_an_order_that_is_named_is_looked_up_before_what_is_asked_beside_it(names_order: bool, topic: str) -> None:
    whole = Prediction("payment_methods", 0.9, (("payment_methods", 0.9),), "none", 1.0, "general", 0.9)
    looks = {"查一下": "order_status"}

    def reads(sentence: str) -> Prediction:
        found = read(sentence)
        name = looks.get(sentence, found.topic)
        return Prediction(name, 0.9, ((name, 0.9),), "none", 1.0, "case", 0.9)

    assert case_first(whole, "查一下，顺便问下你们支持花呗吗", reads, names_order).topic == topic
