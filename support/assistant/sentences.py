"""A reason and a wish in one message: “I no longer want this, can I get a refund?”.

The head reads a message whole, and the louder half drowns the other. Where the whole names a wish and no reason, or a
reason and no wish, its sentences are read apart for the half that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from support.assistant.head import Prediction
from support.assistant.topics import TOPICS

SURE = 0.5
"""A sentence's own reason or wish counts once it is likelier than not."""
CLEAR = 0.7
HEARD = 0.6
"""Below this a wish in the whole message gives way to one that a sentence is surer of."""
MOST = 4
"""Sentences read of one message: each costs an embedding."""
ONLY_A_WISH = frozenset({"refund", "cancel"})
ABOUT_REFUNDS = frozenset({"refund_where", "refund_policy"})
_ENDS = re.compile(
    r"[,，;；。!！?？~、\n]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|(?:所以|但是)"
    r"|\.(?=\s|$)|\s(?=(?:can|could|may) (?:i|you)\b)|\b(?:and|so|but)\b",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences and clauses of a message, in order, without what joins them."""
    return tuple(part for found in _ENDS.split(text) if any(map(str.isalnum, part := found.strip())))


def with_sentences(whole: Prediction, text: str, predict: Callable[[str], Prediction]) -> Prediction:
    """The prediction of a message about the buyer's own case, with the reason or the wish that one sentence holds."""
    if whole.stance == "case" and whole.topic in ABOUT_REFUNDS and _wishes(whole, CLEAR):
        whole = replace(whole, topic=whole.request)
    if whole.stance == "case" and whole.topic in ONLY_A_WISH and whole.topic_probability >= CLEAR:
        whole = _as_wished(whole)
    unsure_why = _tells_why(whole) and _wishes(whole, HEARD) and whole.topic_probability < SURE
    no_reason = whole.topic in ONLY_A_WISH or unsure_why
    may_wish = whole.topic == "correction" or (whole.stance == "case" and TOPICS[whole.topic].reason is not None)
    no_wish = may_wish and not _wishes(whole, HEARD)
    if not (no_reason or no_wish):
        return whole
    apart = sentences(text)[:MOST]
    if len(apart) < 2:
        return whole
    read = [predict(sentence) for sentence in apart]
    return _with_reason(whole, read) if no_reason else _with_wish(whole, read)


def _as_wished(whole: Prediction) -> Prediction:
    """What is about a refund or a cancellation of one's own wishes for it, where nothing else is wished for."""
    if whole.request != "none" or whole.request_probability >= CLEAR:
        return whole
    return replace(whole, request=whole.topic, request_probability=whole.topic_probability)


def _with_reason(whole: Prediction, read: Iterable[Prediction]) -> Prediction:
    least = SURE if whole.topic in ONLY_A_WISH else CLEAR
    reasons = [one for one in read if one.topic_probability >= least and _tells_why(one)]
    if not reasons:
        return whole
    best = max(reasons, key=lambda one: one.topic_probability)
    return replace(whole, topic=best.topic, topic_probability=best.topic_probability, stance="case")


def _with_wish(whole: Prediction, read: Iterable[Prediction]) -> Prediction:
    least = max(SURE, whole.request_probability if _wishes(whole, 0) else 0)
    wishes = [one for one in read if _wishes(one, least)]
    if not wishes:
        return whole
    best = max(wishes, key=lambda one: one.request_probability)
    return replace(whole, request=best.request, request_probability=best.request_probability)


def _tells_why(prediction: Prediction) -> bool:
    topic = TOPICS[prediction.topic]
    return topic.mode == "case" and topic.reason is not None and prediction.stance != "general"


def _wishes(prediction: Prediction, least: float) -> bool:
    return prediction.request in {"refund", "cancel", "reissue", "deliver", "exchange"} and (
        prediction.request_probability >= least
    )
