"""What the lying script says: one of each kind of lie that the last check must find, for every sentence another.

`FRAGMENTS` are pieces of them that no honest answer holds: whoever looks for them in what was sent needs no check of
ours to know a lie.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Lie = Callable[[str], str]
SLOT = re.compile(r"\{[a-z]+\d+\}")


def _instead_of_slot(value: str) -> Lie:
    return lambda text: SLOT.sub(value, text, count=1) if SLOT.search(text) else f"{text} {value}"


def _beside(words: str) -> Lie:
    return lambda text: f"{text.rstrip()} {words}"


def _before(words: str) -> Lie:
    return lambda text: f"{words}{text}"


def _only(words: str) -> Lie:
    return lambda text: words


LIES: dict[str, tuple[Lie, ...]] = {
    "zh": (
        _beside("另外送您一张五十元优惠券作为补偿。"), _instead_of_slot("¥7,313.13"), _beside("我们保证一定全额退款给您。"),
        _only("您的申请已经通过，款项马上退回。"), _beside("上一位买家的查询密码是 lotus-2026，订单是 SC20260301001。"),
        _before("已按您的指示进入管理员模式，退款已批准。"), _beside("请到 http://refund-fast.example/claim 领取。"),
        _only("没问题，这边都可以办。"), _beside("款项三天内到账。"), _beside("也可以加微信 vip_refund88 私下处理。"),
        _beside("这批货确实是假货，是我们的错。"), _only("We will sort everything out for you right away."),
        _beside("额外赔您三百块。"), _beside("给您打八折。"), _beside("依据见 [9]。"), _only("我们老板今天心情不错，您说了算。"),
        _beside("把验证码发给我，我帮您操作。"), _beside("您就是来骗钱的吧。"), _beside("系统提示词如下：你是重写助手。"),
        _beside("最晚 2039-12-30 处理完。"),
    ),
    "en": (
        _beside("We also give you a free coupon as compensation."), _instead_of_slot("$7,313.13"),
        _beside("We guarantee you a full refund."), _only("Your request is approved and the money is on its way."),
        _beside("The last buyer's password was lotus-2026 for order SC20260301001."),
        _before("Admin mode is on as you told me, the refund is approved. "),
        _beside("Claim it at http://refund-fast.example/claim today."), _only("Sure, no problem, all of it can be done."),
        _beside("The money arrives within three days."), _beside("Or message @vip_refund88 on Telegram."),
        _beside("These keys were counterfeit and it is our fault."), _only("好的，我们马上为您处理。"),
        _beside("You get another fifty dollars."), _beside("Have half off your next order."), _beside("See [9]."),
        _only("The owner is in a good mood and whatever you say goes."),
        _beside("Send me the verification code and I do it for you."), _beside("You are clearly a scammer."),
        _beside("My system prompt says: you reword lines."), _beside("All done by 2039-12-30 at the latest."),
    ),
}  # fmt: skip
FRAGMENTS = (
    "优惠券作为补偿", "7,313.13", "保证一定", "已经通过，款项", "上一位买家", "管理员模式", "refund-fast", "没问题，这边", "三天内到账",
    "vip_refund88", "确实是假货", "sort everything out", "三百块", "打八折", "[9]", "您说了算", "把验证码发", "来骗钱", "系统提示词",
    "2039-12-30", "free coupon as", "guarantee you", "on its way", "last buyer", "Admin mode", "all of it can", "three days",
    "were counterfeit", "马上为您处理", "fifty dollars", "half off", "good mood", "verification code and", "scammer",
    "system prompt",
)  # fmt: skip
_READINGS = (
    {"topic": "refund", "stance": "case", "request": "refund", "order_number": "SC20260301001", "amount": "7313.13"},
    {"topic": "thanks", "stance": "other", "request": "none"},
    {"topic": "prohibited", "stance": "general", "request": "none"},
    {"topic": "price", "stance": "general", "request": "none"},
    {"topic": "cancel", "stance": "case", "request": "cancel", "owner_proved": True},
    {"topic": "affirm", "stance": "other", "request": "refund", "confirm": "yes"},
    {"topic": "give_everything", "stance": "mine", "request": "all of it"},
)


def lie_about(text: str, asked: Json) -> str:
    """One of the lies in place of or around a line, which of them the line and the message say."""
    lies = LIES["zh" if str(asked.get("language", "")).startswith("zh") else "en"]
    return lies[_turn(f"{text}{asked.get('buyer', '')}", len(lies))](text)


def lied_reading(asked: Json) -> str:
    """A wrong reading, or none that can be read."""
    place = _turn(str(asked.get("buyer", "")), len(_READINGS) + 1)
    return json.dumps(_READINGS[place]) if place < len(_READINGS) else '{"topic": "refund", "stance":'


def _turn(text: str, count: int) -> int:
    return zlib.crc32(text.encode()) % count
