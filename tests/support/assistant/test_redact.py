from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.assistant.guard import visible
from support.assistant.redact import kind_of, redacted

SECRET = (
    ("我的手机号是138-1234-5678", "1234"), ("打 +86 138 1234 5678", "138"), ("１３８１２３４５６７８", "138"),
    ("一三八一二三四五六七八", "一三八"), ("座机0571-88889999", "8888"), ("call +44 20 7946 0958", "7946"),
    ("身份证 11010119900307747X", "1990"), ("身份证110101 19900307 7475", "1990"), ("110101900307747", "9003"),
    ("卡号 6222 0212 3456 7890 123", "6222"), ("4111-1111-1111-1111", "4111"), ("中行621660012345678901", "6216"),
    ("zhang.san@qq.com", "zhang"),
    ("Zhang @ qq . com", "qq"), ("微信号：wx_abc123", "abc123"), ("加QQ 123456789", "1234"),
    ("微信号：A00-000-000", "000"),
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


SIGNS = ("", " ", "-", "－", "—", ".", "·", "，", "/", "*", "~", " - ", "\u200b", "（")
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_digits = st.text("0123456789", min_size=20, max_size=20)


@st.composite
def _phones(draw: st.DrawFn) -> tuple[str, tuple[int, ...]]:
    number = "1" + draw(st.sampled_from("3456789")) + draw(_digits)[:9]
    return number, draw(st.sampled_from([(3, 4, 4), (11,)]))


@st.composite
def _identities(draw: st.DrawFn) -> tuple[str, tuple[int, ...]]:
    day = draw(st.dates(date(1930, 1, 1), date(2025, 12, 31)))
    body = draw(st.sampled_from("123456")) + draw(_digits)[:5] + f"{day:%Y%m%d}" + draw(_digits)[:3]
    weights = [2**place % 11 for place in range(17, 0, -1)]
    check = (12 - sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11) % 11
    groups = st.sampled_from([(18,), (6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4)])
    return body + "0123456789X"[check], draw(groups)


@st.composite
def _cards(draw: st.DrawFn) -> tuple[str, tuple[int, ...]]:
    groups = draw(st.sampled_from([(4, 4, 4, 4), (4, 4, 4, 4, 3), (16,), (19,)]))
    body = draw(st.sampled_from(["62", "40", "53"])) + draw(_digits)[: sum(groups) - 3]
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-1][::2])
    return body + str(-(doubled + sum(int(digit) for digit in body[::-1][1::2])) % 10), groups


def _written(draw: Callable[..., Any], number: str, groups: tuple[int, ...]) -> str:
    """The number in its groups, one sign between them, perhaps in full width."""
    ends = list(accumulate(groups))
    pieces = [number[end - size : end] for end, size in zip(ends, groups, strict=True)]
    sign: str = draw(st.sampled_from(SIGNS))
    text = sign.join(pieces)
    return text.translate(WIDE) if draw(st.booleans()) else text


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("[phone]", _phones()), ("[identity number]", _identities()), ("[bank card]", _cards())],
    ids=["phone", "identity", "card"],
)
@given(data=st.data())
def test_whatever_stands_around_a_number_and_between_its_groups_it_does_not_leave(
    kind: str, numbers: st.SearchStrategy[tuple[str, tuple[int, ...]]], data: st.DataObject
) -> None:
    number, groups = data.draw(numbers)
    written = _written(data.draw, number, groups)
    assert kind in redacted(f"我的是{written}，谢谢")
    before, after = data.draw(st.text(max_size=30)), data.draw(st.text(max_size=30))
    text = f"{before}是{written}。{after}"
    left = "".join(char for char in redacted(text) if char.isdigit())
    around = "".join(char for char in visible(f"{before}是。{after}") if char.isdigit())
    assert not [
        at for at in range(len(number) - 7) if number[at : at + 8] in left and number[at : at + 8] not in around
    ]


@given(
    st.sampled_from(["微信", "微信号：", "WeChat: ", "vx ", "QQ", "QQ号是", "加扣扣", "telegram @"]),
    st.from_regex(r"[1-9][0-9]{4,10}|[a-zA-Z][a-zA-Z0-9_-]{5,19}", fullmatch=True),
    st.from_regex(r"[a-z0-9_.]{1,12}[a-z0-9]@[a-z0-9]{2,10}\.(com|cn|org)", fullmatch=True),
)
def test_a_name_after_a_messenger_and_an_address_do_not_leave(label: str, name: str, address: str) -> None:
    out = redacted(f"{label}{name}，邮箱{address}。")
    assert "[contact]" in out
    assert "[e-mail]" in out
    assert address not in out
    assert not out.replace("[contact]", "").replace("[e-mail]", "").count(name)
