"""Who asks for a person outright, whatever else they say, is heard; who only speaks of one is left to the head."""

from __future__ import annotations

import pytest

from support.assistant.demands import demands_a_person


@pytest.mark.parametrize(
    "text",
    [
        "转人工", "卡密无效，转人工", "转人工，卡密无效", "激活码用不了，我要人工客服",
        "没到账，叫人工来", "找个人工谢谢", "订单SC20261118001，密码lotus-2026，卡密无效，转人工", "还是帮我转接人工吧",
        "我要找真人", "人工客服", "给我换个真人来！", "能不能转人工？",
        "請轉人工", "转 人 工", "卡密无效。\n麻烦转人工客服处理一下", "人工人工",
        "灯下迷城缺货了，我要找人工问什么时候补货", "我想找个真人客服确认一下", "就要找人工谈赔偿的事",
        "My key is invalid, transfer me to a human", "I want to speak to a human",
        "can I talk to a real person please", "Not working. Human agent please",
        "get me a live agent now", "Please connect me with a representative",
    ],
)  # fmt: skip
def test_a_demand_for_a_person_is_heard_beside_anything(text: str) -> None:
    assert demands_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "人工客服几点上班", "转人工要等多久", "不要转人工",
        "不用人工", "别给我转人工", "人工智能真厉害", "怎么联系人工",
        "你是真人吗", "你是人工还是机器人", "人工充值多久到账", "这是人工发货的吗",
        "上次人工说可以退", "转人工没用", "我不想找人工问", "找人工问要等多久",
        "我要人工充值的那种", "are you human", "are you a human or a bot",
        "how do I reach a human", "no human please", "a human error", "the agent said I can get a refund",
        "is a live agent available at night", "human",
    ],
)  # fmt: skip
def test_who_only_speaks_of_one_is_left_to_the_head(text: str) -> None:
    assert not demands_a_person(text)
