"""Questions that go on with the last one."""

from __future__ import annotations

import pytest

from support.assistant.following import FOLLOWED, going_on
from support.assistant.head import Prediction


def heard(topic: str, sure: float, stance: str = "general", alarm: str | None = None) -> Prediction:
    return Prediction(topic, sure, ((topic, sure),), "none", 1.0, stance, 0.9, alarm)


LIKE = (("refund_policy", 0.67), ("refund", 0.24), ("invoice_how", 0.05))
REFUND = Prediction("refund_policy", 0.67, LIKE, "none", 1.0, "general", 0.9)
"""Not sure which question on refunds, and sure that it is one."""


@pytest.mark.parametrize(
    ("text", "before", "prediction"),
    [
        ("那数字人民币呢", "payment_methods", heard("payment_methods", 0.47)),
        ("what about crypto", "payment_methods", heard("out_of_scope", 0.6)),
        ("家长同意的话呢", "minors_buy", heard("minors_buy", 0.39, alarm="minor")),
        ("and if you never send it?", "refund_policy", heard("not_delivered", 0.91)),
        ("how long does that take", "invoice_how", heard("delivery_time", 0.93)),
        ("要是没货呢", "refund_policy", heard("not_delivered", 0.85, "case")),
        ("how long does that hold?", "price", heard("delivery_time", 0.86)),
        ("那要多久", "invoice_how", heard("delivery_time", 0.99)),
        ("为什么呢", "refund_policy", heard("feedback_bad", 0.6)),
        ("does it work for top-ups", "coupon_problem", heard("delivery_time", 0.3)),
        ("does it work for top-ups", "coupon_problem", heard("product_info", 0.9)),
        ("is it sent by mail", "invoice_how", heard("region", 0.9)),
        ("how long does that hold?", "price_drop", heard("delivery_time", 0.5)),
    ],
)
def test_what_says_little_alone_is_about_what_was_spoken_of(text: str, before: str, prediction: Prediction) -> None:
    found = going_on(prediction, text, before)
    assert (found.topic, found.topic_probability, found.alarm) == (before, FOLLOWED, None)


@pytest.mark.parametrize(
    ("text", "before", "prediction"),
    [
        ("那发票呢", "payment_methods", heard("invoice_how", 0.95)),
        ("那我的订单为什么没发货", "payment_methods", heard("not_delivered", 0.9, "case")),
        ("and my son paid without asking", "payment_methods", heard("minor", 0.7, "case", "minor")),
        ("那就是假货", "authenticity", heard("counterfeit", 0.7, "case", "counterfeit")),
        ("那退到哪里", "refund_policy", heard("refund_where", 0.9)),
        ("那能退吗", "invoice_how", REFUND),
        ("how long does delivery take", "invoice_how", heard("delivery_time", 0.93)),
        ("多久发货", "invoice_how", heard("delivery_time", 0.93)),
        ("那数字人民币呢", "not_delivered", heard("payment_methods", 0.47)),
        ("does it work for top-ups", "not_delivered", heard("region", 0.9)),
        ("does it work on a mac", "price", heard("region", 0.9)),
        ("那数字人民币呢", None, heard("payment_methods", 0.47)),
    ],
)
def test_what_says_something_else_stands(text: str, before: str | None, prediction: Prediction) -> None:
    assert going_on(prediction, text, before) == prediction
