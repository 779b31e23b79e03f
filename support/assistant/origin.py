"""Whether a message asks if goods are genuine or authorised: plain words that the head, which also hears a product's
name and its kind, may drown. A claim that they are forged is never taken for such a question."""

from __future__ import annotations

import re
from dataclasses import replace

from support.assistant.concepts import touches
from support.assistant.head import Prediction
from support.assistant.topics import TOPICS

TOPIC, CLAIM = "authenticity", "counterfeit"
SAID = 0.9
"""How sure the topic is where it is asked for in so many words."""
_RECORD = re.compile(
    r"授权(?:书|路径|链|记录|凭证|证明|文件)|[查看].{0,16}授权|\bauthori[sz]ation (?:path|record|chain|papers?)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"是(?:不是|否)?(?:正版|正品|行货|正规(?:渠道|来源|途径|货)|官方(?:授权|渠道|正品))|(?:正版|正品|正规|官方)的?(?:吗|么|嘛|吧|授权)"
    r"|有(?:没有|无)?(?:官方)?授权|官方授权|正规(?:渠道|来源|货)|货源(?:从?哪|来自|来路|来源|正规)|进货渠道"
    r"|\b(?:is|are|was|were)\b.*\b(?:genuine|authentic|legit|legitimate|authori[sz]ed|licensed)\b"
    r"|\b(?:is|are)\b.*\bofficial(?:ly licensed| (?:key|code|card|copy|product)s?)?\s*\?*$",
    re.IGNORECASE,
)
_PURE = re.compile(r"^(?:is|are)\b|(?:吗|么|嘛|吧)[？?。!！~～\s]*$", re.IGNORECASE)
"""Nothing but a question."""
_WHETHER = re.compile(r"有没有|是不是|有无")
_OWN = re.compile(
    r"买到|收到|买的|我的|订单|退|骗|投诉|举报|\b(?:bought|received|my|order|refund|scam|report)\b", re.IGNORECASE
)


def asked_of_origin(prediction: Prediction, text: str) -> Prediction:
    """The prediction, as one of the topic where the words ask for it."""
    record = _RECORD.search(text) is not None
    if not (record or _QUESTION.search(text)) or touches(_WHETHER.sub("", text), "forged"):
        return prediction
    if CLAIM in (prediction.topic, prediction.alarm):
        if not (record or _PURE.search(text)) or _OWN.search(text):
            return prediction
    elif TOPICS[prediction.topic].mode not in {"question", "social"}:
        return prediction
    return replace(
        prediction, topic=TOPIC, topic_probability=max(SAID, prediction.topic_probability),
        topics=((TOPIC, SAID),), request="none", stance="general", alarm=None,
    )  # fmt: skip
