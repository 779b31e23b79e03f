"""A line's words say what it says and nothing else; where there are none, the line itself is quoted."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from support.assistant.why.conditions import condition, negation
from support.assistant.why.speech import Speech

ZONE = ZoneInfo("Asia/Shanghai")
ZH, EN = Speech("zh-CN", ZONE, "CNY"), Speech("en", ZONE, "CNY")


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        ("order.paid", "订单已付款", "the order is paid"),
        ("order.paid == false", "订单没有付款", "the order is not paid"),
        ("!(order.paid != true)", "订单已付款", "the order is paid"),
        ("true", "没有条件，总是成立", "no condition: it always holds"),
        ("known(risk.score)", "已知道风险分", "the risk score is known"),
        ("!known(risk.score)", "还不知道风险分", "the risk score is not known"),
        ('delivery.state == "failed"', "发货状态是“发货失败”", 'the delivery status is "delivery failed"'),
        ('"failed" == delivery.state', "发货状态是“发货失败”", 'the delivery status is "delivery failed"'),
        ('claim.reason != ""', "申请的原因不是空的", "the reason given is not empty"),
        ('item.kind in ["prepaid"]', "商品类型是“储值卡”", 'the kind of product is "stored-value card"'),
        (
            'item.kind in ["prepaid", "service", "license"]',
            "商品类型是“储值卡”、“服务”或“软件许可”",
            'the kind of product is "stored-value card", "service" or "licence"',
        ),
        (
            '!(item.kind in ["prepaid", "service"])',
            "商品类型不是“储值卡”或“服务”中的任何一个",
            'the kind of product is none of "stored-value card" or "service"',
        ),
        ('"vpn" in risk.signals', "风险信号里有“vpn”", 'the risk signals include "vpn"'),
        ("item.paid_amount >= 50.0", "实付不少于 ¥50.00", "the amount paid is at least ¥50.00"),
        ("50.0 <= item.paid_amount", "实付不少于 ¥50.00", "the amount paid is at least ¥50.00"),
        ("item.price_now < 0.005", "现价小于 ¥0.005", "the price now is less than ¥0.005"),
        ("risk.score < -2", "风险分小于 −2", "the risk score is less than −2"),
        (
            "item.price_now * double(item.quantity) < item.paid_amount - item.refunded_amount",
            "现价 × 购买数量小于实付 − 已退",
            "the price now × the quantity bought is less than the amount paid − the amount refunded",
        ),
        (
            "item.paid_amount - (item.refunded_amount - item.unit_price) > 1.5",
            "实付 − （已退 − 单价）大于 ¥1.50",
            "the amount paid − (the amount refunded − the unit price) is more than ¥1.50",
        ),
        ('now - order.paid_at <= duration("168h")', "自付款起不超过 7 天", "it is no more than 7 days since payment"),
        ('duration("36h") < now - order.paid_at', "自付款起已超过 36 小时", "it is more than 36 hours since payment"),
        (
            'now - delivery.delivered_at > duration(string(item.warranty_days * 24) + "h")',
            "自发货起已超过质保期",
            "it is more than the time of warranty since delivery",
        ),
        (
            'now - order.paid_at < duration(string(item.quantity + 1) + "m")',
            "自付款起不到（购买数量 + 1）分钟",
            "it is less than (the quantity bought + 1) minutes since payment",
        ),
        (
            'delivery.delivered_at - order.paid_at > duration("1h30m")',
            "从付款时间到发货时间的时间超过 1 小时 30 分钟",
            "the time from the time of payment to the time of delivery is longer than 1 hour 30 minutes",
        ),
        (
            'order.paid_at < timestamp("2026-01-01T00:00:00Z")',
            "付款时间早于2026年1月1日 08:00",
            "the time of payment is before 1 January 2026, 08:00",
        ),
        (
            'now <= order.paid_at + duration("1h")',
            "现在的时间不晚于（付款时间之后 1 小时）",
            "the time now is not after (1 hour after the time of payment)",
        ),
        (
            "order.paid && (order.frozen || buyer.minor)",
            "订单已付款，并且（订单被冻结，或者已确认是未成年人购买）",
            "the order is paid, and (the order is on hold, or it is confirmed that a minor bought it)",
        ),
        (
            "!(order.paid && order.frozen)",
            "并非（订单已付款，并且订单被冻结）",
            "it is not so that (the order is paid, and the order is on hold)",
        ),
        (
            "order.paid ? order.frozen : buyer.minor",
            "如果（订单已付款），那么（订单被冻结）；否则（已确认是未成年人购买）",
            "if (the order is paid), then (the order is on hold); otherwise (it is confirmed that a minor bought it)",
        ),
        ('claim.detail.contains("退")', "说明的情况中含有“退”", 'the description given contains "退"'),
        ("risk.signals.size() > 1", "风险信号的个数大于 1", "the number of the risk signals is more than 1"),
        (
            "item.quantity % 2 == 0",
            "（购买数量除以 2 的余数）等于 0",
            "(the remainder of the quantity bought divided by 2) equals 0",
        ),
        (
            "item.quantity / 2 == 1",
            "（（购买数量 ÷ 2）的整数部分）等于 1",
            "(the whole part of (the quantity bought ÷ 2)) equals 1",
        ),
    ],
)  # fmt: skip
def test_a_line_in_words(line: str, zh: str, en: str) -> None:
    assert (condition(ZH, line), condition(EN, line)) == (zh, en)


@pytest.mark.parametrize(
    "line",
    [
        "now.getHours() < 9",
        "claim.detail.size() > 5",
        'risk.signals.exists(x, x == "vpn")',
        'risk.signals == ["vpn"]',
        'order.note < "b"',
        'order.note + "x" == "y"',
        "order.paid == order.frozen",
        'delivery.state in ["failed"] + ["delivered"]',
        'item.name in ["“a”"]',
        "delivery.state in []",
        'now - order.paid_at < duration("-1h")',
        'now - order.paid_at < duration("1500ms")',
        "item.paid_amount > 1e300",
        "order.paid == 1",
        "this is no expression",
        'order["paid"]',
    ],
)
def test_what_has_no_sure_words_is_quoted_as_it_is_written(line: str) -> None:
    assert condition(ZH, line) == f"条件“{line}”成立"
    assert condition(EN, line) == f'the condition "{line}" holds'
    assert line in negation(EN, line)


def test_only_the_part_without_words_is_quoted() -> None:
    line = '(order.paid || order.frozen) && (now.getHours() < 9 || order.note < "b")'
    quoted = '(the condition "now.getHours() < 9" holds, or the condition "order.note < "b"" holds)'
    assert condition(EN, line) == f"(the order is paid, or the order is on hold), and {quoted}"
    torn = "(order.paid == order.frozen) == (order.paid) && order.paid"
    assert condition(EN, torn) == f'the condition "{torn}" holds'


@pytest.mark.parametrize(
    ("line", "zh"),
    [
        ("order.paid", "订单没有付款"),
        ('claim.reason == "minor"', "申请的原因不是“未成年人消费”"),
        ('now - order.paid_at <= duration("168h")', "自付款起已超过 7 天"),
        ("payment.count >= 2", "付款笔数小于 2"),
        ("item.paid_amount >= 2.0", "并非（实付不少于 ¥2.00）"),
        ("order.paid && order.frozen", "并非（订单已付款，并且订单被冻结）"),
    ],
)
def test_that_a_line_does_not_hold(line: str, zh: str) -> None:
    assert negation(ZH, line) == zh
