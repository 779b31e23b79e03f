from __future__ import annotations

import pytest

from support.assistant.masking import mask_keys


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("卡密 A1B2-C3D4-E5F6 提示无效", "卡密 ••••E5F6 提示无效"),
        ("my key: XK29QQ7781LM is used", "my key: ••••81LM is used"),
        ("激活码是ABCD1234EFGH", "激活码是••••EFGH"),
        ("这个AB12-CD34-EF56用不了", "这个••••EF56用不了"),
        ("我的key ABCD1234EFGH无效", "我的key ••••EFGH无效"),
        ("2026-11-20下的单", "2026-11-20下的单"),
        ("订单 SC20261118001 查询密码 lotus-2026", "订单 SC20261118001 查询密码 lotus-2026"),
        ("key doesn't work, day-to-day use", "key doesn't work, day-to-day use"),
        ("the key is invalid for order SC20260228001", "the key is invalid for order SC20260228001"),
        ("2026-11-20 下的单", "2026-11-20 下的单"),
        ("电话 138-0013-8000", "电话 138-0013-8000"),
    ],
)
def test_keys_are_masked_and_nothing_else(text: str, masked: str) -> None:
    assert mask_keys(text) == masked
