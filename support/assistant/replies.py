"""Short answers to what was asked: yes, no, “I have one”, “replace it”.

A grammar and not the head: what they mean lies in the question before them, which the head does not see. Only whole
short messages are read here; anything longer is the head's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from support.assistant.head import Prediction
from support.assistant.state import Memory

_SHORT = 40
_QUESTION = re.compile(r"[?？吗呢]|为什么|怎么|多少|\b(?:why|how|what|when)\b", re.IGNORECASE)
_YES = re.compile(
    r"(?:(?:嗯+|好+的?|行|可以|没问题|是的?|对的?|确认|同意|提交|退吧|就这样|办吧"
    r"|(?:yes|yep|yeah|ok(?:ay)?|sure|confirm(?:ed)?|go ahead|do it|submit(?: it)?|fine|please(?: do)?)\b)"
    r"[吧啊呀了哦的,，。.!！~\s]*)+",
    re.IGNORECASE,
)
_NO = re.compile(
    r"(?:那|还是|我)?(?:不|先不|暂时?不|先别|别|算了|取消|(?:再|先)?等等|再说)"
    r"|(?:no|nope|not? now|never ?mind|don'?t|do not|cancel|wait|stop|later)\b",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"(?:有|我有|截图有|已?准备好|截图(?:已?准备)?好|yes\b|yep\b|i(?:'ve| have)\b|here\b|ready\b|got\b)", re.IGNORECASE
)
_HAS_NOT = re.compile(
    r"(?:没|沒|无|還?沒|还没|暂无|不(?:有|行)|no\b|none\b|not\b|i don'?t\b|i do not\b)", re.IGNORECASE
)
_NEGATED = re.compile(
    r"(?:不要|不想|不用|不是|不|别)\s*(?:退款|退钱|退货|退|换货|换|取消)"
    r"|(?:not?|don'?t (?:want|need)|instead of|rather than)\s+(?:a |the |any )?(?:refund|replacement|exchange|money)",
    re.IGNORECASE,
)
_WISHES: Mapping[str, re.Pattern[str]] = {
    "exchange": re.compile(r"换成|更换|换货|换别|\bexchange\b|\bswap\b", re.IGNORECASE),
    "reissue": re.compile(
        r"补换|换[一1]?[个张份]|换新|重新(?:补|发|给)|再[发给补]|补[一1][个张份]"
        r"|\breplac|\bre-?issue|\b(?:new|another|different) (?:one|code|key|card)\b",
        re.IGNORECASE,
    ),
    "deliver": re.compile(
        r"补发|补足|补齐|发货|发给我|要货|发过来|\bdeliver|\b(?:send|ship)\b.*\b(?:it|missing|rest|now|card|code|key|item)s?\b",
        re.IGNORECASE,
    ),
    "cancel": re.compile(r"取消|\bcancel\b", re.IGNORECASE),
    "refund": re.compile(r"退款|退钱|退掉|退[了吧]|退.{0,3}差|\brefund|\bmoney back\b", re.IGNORECASE),
}
_PLAINLY = re.compile(
    r"(?:^|[,，。;；:：!！\s])(?:那|就|请|麻烦)?我?(?:要|想|申请|给我|帮我)?(?:退款|退钱)[吧了啊呀]?(?=$|[,，。;；!！\s])"
    r"|\brefund (?:it|me|please|order|this|that)\b|\bplease refund\b|\brefund, please\b|,\s*refund(?: please)?[.!]?$"
    r"|\bwant (?:a |my |the )?(?:refund|money back)\b|\bgive me my money back\b",
    re.IGNORECASE,
)


def answering(prediction: Prediction, text: str, memory: Memory) -> Prediction:
    """The prediction as the question before `text` makes it out."""
    short = len(text) <= _SHORT
    if short and memory.confirm and not memory.asks and (said := _yes_or_no(text)):
        return _sure(said)
    if short and "claim.evidence" in memory.asks and (said := _evidence(text)):
        return _sure(said)
    asked, negated = "claim.request" in memory.asks, _NEGATED.sub(" ", text)
    if (asked and short) or negated != text:
        wishes = [name for name, pattern in _WISHES.items() if pattern.search(negated)]
        if wishes:
            return replace(prediction, request=wishes[0], request_probability=1.0)
    if prediction.request == "none" and _PLAINLY.search(negated) and not _QUESTION.search(negated):
        return replace(prediction, request="refund", request_probability=1.0)
    return prediction


def _yes_or_no(text: str) -> str | None:
    if _QUESTION.search(text) or "我要" in text:
        return None
    if _NO.match(text):
        return "deny"
    return "affirm" if _YES.fullmatch(text.strip()) else None


def _evidence(text: str) -> str | None:
    if _HAS_NOT.match(text):
        return "deny"
    return "evidence" if _HAS.match(text) else None


def _sure(topic: str) -> Prediction:
    return Prediction(topic, 1.0, ((topic, 1.0),), "none", 1.0, "other", 1.0)
