"""Words that a person must hear."""

from __future__ import annotations

import pytest

from support.assistant.alarm import alarm


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("这码是盗版的", "counterfeit"),
        ("I believe this is stolen", "counterfeit"),
        ("我家小孩拿我手机买的", "minor"),
        ("I'm 13 and bought it", "minor"),
        ("不退就12315见", "chargeback"),
        ("I will go to court", "chargeback"),
        ("订单怎么被冻结了", "risk_hold"),
        ("my order is still under review", "risk_hold"),
        ("未成年人能买吗", None),
        ("正版吗", None),
        ("退款多久到账", None),
        ("I'm 10 minutes late", None),
        ("怎么退款", None),
    ],
)
def test_urgent_words(text: str, topic: str | None) -> None:
    assert alarm(text) == topic
