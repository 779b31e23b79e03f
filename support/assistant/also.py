"""Several things in one message: “my key does not work. And do you take PayPal?”.

The first is answered in full, and what the catalogue says on the others. Any other question is named, so that the
buyer goes on with a tap.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from support.assistant.head import Prediction
from support.assistant.state import Understanding
from support.assistant.topics import TOPICS

SURE, HALF = 0.8, 0.6
ASKED = 0.5
"""From this on a clause is heard that asks by itself beside another: “can I return it?” is too short to be sure of."""
MOST = 4
"""Sentences read of one message: each costs an embedding."""
NAMED = 2
OTHER_CASES = frozenset({"invoice", "price_drop", "coupon_problem"})
"""Cases that stand beside another; any other second case is most often the first one again, in other words."""
NEAR = (
    frozenset({"refund_policy", "refund_where", "refund_when", "refund", "changed_mind", "cancel"}),
    frozenset({"delivery_time", "manual_wait", "not_delivered", "top_up_missing", "order_status", "how_to_use"}),
    frozenset({"invoice", "invoice_how"}), frozenset({"price", "price_drop", "wholesale"}),
    frozenset({"coupon_how", "coupon_problem"}), frozenset({"region", "wrong_region", "product_info"}),
    frozenset({"authenticity", "counterfeit", "shop_profile"}), frozenset({"minor", "minors_buy"}),
)  # fmt: skip
"""Topics that one question is easily taken for."""
LOOKS_UP = frozenset({"order_status", "identify", "refund_when", "manual_wait", "not_delivered"})
LOOK_UP = Prediction("order_status", 1.0, (("order_status", 1.0),), "none", 1.0, "case", 1.0)
_SEPARATE = re.compile(
    r"[。！？!?;；\n]+|\.\s"
    r"|[,，]?\s*(?:另外|还有(?!货|貨|没|沒|吗|几|多|库存|剩|的)|顺便(?:问[一下]*)?|对了|再问[一下]*"
    r"|\bbtw\b|\bby the way\b|\balso\b)[,，:：]?",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r"[,，、]\s*(?:and\b)?|\band\b(?=\s+(?:can|could|do|does|is|are|will|would|how|what|when|where|which|who|may)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？吗嘛么呢]|多少|多久|怎|如何|哪|什么|几[天时点张个]|[能会是][不否]|有没有|可不可以"
    r"|^\s*(?:can|could|do|does|is|are|will|would|how|what|when|where|which|who|may)\b",
    re.IGNORECASE,
)
"""How a clause asks by itself: “有货吗，能退吗” and “is it in stock, and can I return it” are two questions each."""


def case_first(
    whole: Prediction, text: str, predict: Callable[[str], Prediction], names_order: bool = False
) -> Prediction:
    """The prediction of the sentence that tells of the buyer's case, where the whole was taken for its other half.

    Whoever names an order before anything is asked wants that looked up, whatever else is asked beside it.
    """
    parts = _parts(text)
    other_half = whole.topic in OTHER_CASES or whole.stance == "general" or TOPICS[whole.topic].mode == "question"
    if len(parts) < 2 or whole.alarm is not None or not other_half:
        return whole
    first = predict(parts[0])
    topic = TOPICS[first.topic]
    tells = topic.mode == "case" and topic.reason is not None and first.stance == "case"
    other = first.topic == whole.topic or not near(first.topic, whole.topic)
    if tells and other and first.alarm is None and _stands(first, whole, parts[1:], predict):
        return first
    looks = names_order and TOPICS[whole.topic].mode == "question" and first.topic in LOOKS_UP
    return LOOK_UP if looks else whole


def _stands(first: Prediction, whole: Prediction, rest: list[str], predict: Callable[[str], Prediction]) -> bool:
    """Whether the first sentence is heard clearly, or well enough where the others alone make the whole what it is."""
    if first.topic_probability >= SURE:
        return True
    return first.topic_probability >= HALF and any(near(predict(part).topic, whole.topic) for part in rest[: MOST - 1])


def _parts(text: str) -> list[str]:
    return [part for found in _SEPARATE.split(text) if any(map(str.isalnum, part := (found or "").strip()))]


def _questions(sentence: str) -> list[str]:
    """The clauses of a sentence where each asks something, else the sentence."""
    clauses = [part for found in _CLAUSES.split(sentence) if any(map(str.isalnum, part := found.strip()))]
    return clauses if all(map(asks, clauses)) else [sentence]


def asks(clause: str) -> bool:
    """Whether a clause asks something by its words or its mark."""
    return _ASKS.search(clause) is not None


def also_asked(text: str, meaning: Understanding, predict: Callable[[str], Prediction]) -> tuple[str, ...]:
    """Topics that other sentences of `text` are sure to be about, in order; none where it is about one thing."""
    mode, least = TOPICS[meaning.topic].mode, SURE
    parts = _parts(text)
    asked = [one for part in parts for one in _questions(part)]
    apart = mode == "question" and len(asked) > len(parts)
    if apart:
        parts, least = asked, ASKED
    if len(parts) < 2 or mode not in {"case", "question", "human"}:
        return ()
    found: list[str] = []
    for part in parts[:MOST]:
        read = predict(part)
        same = _same if apart and read.topic_probability >= HALF else near
        if _another(read, least) and not any(same(read.topic, one) for one in (meaning.topic, *found)):
            found.append(read.topic)
    return tuple(found[:NAMED])


def _same(one: str, other: str) -> bool:
    """Two clauses that each ask by themselves are two questions, though each is easily taken for the other: “how will
    I get it and how do I redeem it”."""
    return one == other


def _another(read: Prediction, least: float) -> bool:
    mode = TOPICS[read.topic].mode
    general = read.stance == "general" or (least < SURE and read.stance_probability < HALF)
    kept = (mode == "question" and general) or read.topic in OTHER_CASES
    return kept and read.topic_probability >= least and read.alarm is None


def near(one: str, other: str) -> bool:
    """Whether one question is easily taken for the other."""
    return one == other or any({one, other} <= group for group in NEAR)
