from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.assistant.redact import kind_of, redacted

SECRET = (
    ("我的手机号是138-1234-5678", "1234"), ("打 +86 138 1234 5678", "138"), ("１３８１２３４５６７８", "138"),
    ("一三八一二三四五六七八", "一三八"), ("座机0571-88889999", "8888"), ("call +44 20 7946 0958", "7946"),
    ("身份证 11010119900307747X", "1990"), ("身份证110101 19900307 7475", "1990"), ("110101900307747", "9003"),
    ("卡号 6222 0212 3456 7890 123", "6222"), ("4111-1111-1111-1111", "4111"), ("中行621660012345678901", "6216"),
    ("zhang.san@qq.com", "zhang"),
    ("Zhang @ qq . com", "qq"), ("微信号：wx_abc123", "abc123"), ("加QQ 123456789", "1234"),
    ("telegram @some_name", "some_name"), ("卡密 AB12-CD34-EF56", "EF56"), ("key: ABCD1234EFGH5678", "5678"),
    ("订单号SC20261118001", "SC2026"), ("订单 SC20261118001 查询密码 lotus-2026", "lotus"), ("密码是 abc123", "abc123"),
    ("https://shop.example/o?token=abc", "token"), ("sk-proj-abcdefghijklmnop", "abcdef"), ("护照 E12345678", "E1234"),
    ("支付单号 2026112022001400000000000001", "2200"), ("税号91110105MA01ABCD2X", "9111"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "piece"), SECRET)
def test_what_tells_who_somebody_is_does_not_leave(text: str, piece: str) -> None:
    out = redacted(text)
    assert piece not in out
    assert re.search(r"\[[a-z -]+\]", out), out


@pytest.mark.parametrize(
    "text",
    ["2026-11-20 12:30 付款 49.00元,没到账", "我买了3张100元点卡", "等了30分钟了", "how long is 30 days", "ok 谢谢"],
)
def test_what_a_message_is_about_stays(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("11010119900307747X", "[identity number]"), ("110101900307747", "[identity number]"),
        ("4111111111111111", "[bank card]"), ("13812345678", "[phone]"), ("8613812345678", "[phone]"),
        ("057188889999", "[phone]"), ("20261118001", "[number]"),
    ],
)  # fmt: skip
def test_numbers_are_told_apart(number: str, kind: str) -> None:
    assert kind_of(number) == kind


@given(st.text(alphabet="0123456789- Xx +一二三ab,", max_size=60))
def test_no_long_run_of_digits_leaves_however_it_is_cut(text: str) -> None:
    out = re.sub(r"(?:19|20)\d\d[-/.][01]?\d[-/.][0-3]?\d", "", redacted(text))
    assert not re.search(r"\d(?:[ -]?\d){6,}", out), out
