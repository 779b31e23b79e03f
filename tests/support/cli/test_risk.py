"""`anxin risk explain` for a person: in both languages, with the shop's times."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from support.cli.risk import _lines

REPORT = {
    "score": 40, "known_score": 40,
    "signals": [{
        "name": "large_amount", "label": "大额", "text": "这一单付了 ¥900.00。", "direction": "against",
        "points_at": "buyer", "weight": 25,
        "facts": [{"label": "金额", "value": "¥900.00", "source": "订单系统", "at": "2026-03-01T04:00:00+00:00"}],
    }],
    "unknown": [{"name": "address_burst", "label": "短时间多单（网络地址）", "text": "店铺没有记录下单的网络地址"}],
}  # fmt: skip


def test_a_report_in_chinese_with_the_shops_time() -> None:
    text = "\n".join(_lines(REPORT, 60, "zh-CN", ZoneInfo("Asia/Shanghai")))
    assert "金额：¥900.00（订单系统，2026-03-01 12:00）" in text
    assert "+25  大额（不利于买家）" in text
    assert "large_amount" not in text
    assert "address_burst" not in text


def test_a_report_in_english_has_english_headings() -> None:
    text = "\n".join(_lines(REPORT, 60, "en", ZoneInfo("UTC")))
    assert "from 60 on a person checks" in text
    assert "against the buyer" in text
    assert "2026-03-01 04:00" in text
