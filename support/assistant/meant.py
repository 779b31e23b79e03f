"""What a message means that not its words tell, but what is named in it and the case before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from knowledge_base.product import Product
from support.assistant.following import (
    asks_what_to_prepare,
    hurries,
    lost_the_number,
    onward,
    says_it_is_right,
    says_nothing,
)
from support.assistant.head import Prediction
from support.assistant.products import begins_a_name, mentioned, nothing_but_named
from support.assistant.replies import says_no
from support.assistant.state import Memory
from support.assistant.topics import TOPICS

SURE = 0.45
"""Below this the topic is asked for rather than taken. Chosen on unseen paraphrase families."""
CLOSE, CLEAR = 0.12, 0.8
ASKS_FOR_AN_ORDER = frozenset({"order.number", "order.proof"})
COUPONS = frozenset({"coupon_how", "coupon_problem"})
REFUNDED_BY_PEOPLE = frozenset({"minor", "counterfeit", "account_banned"})
NAMED = Prediction("product_info", 1.0, (("product_info", 1.0),), "none", 1.0, "general", 1.0)
"""What a product's name without another word means …"""
THAT_ITEM = Prediction("identify", 1.0, (("identify", 1.0),), "none", 1.0, "other", 1.0)
"""… and what it means where it was asked which of an order's items is meant."""


def of_a_name(
    prediction: Prediction, words: str, memory: Memory, products: Mapping[str, Product]
) -> Prediction:  # fmt: skip
    """What a message means that is a product's name, of which the head knows nothing, or chooses an item by it."""
    if only_goods(words, frozenset(memory.asks), products):
        return THAT_ITEM
    chooses = "order.item" in memory.asks
    alone = nothing_but_named(words, products, pieces=chooses)
    unclear = prediction.alarm is None and prediction.topic_probability < CLEAR
    if chooses and (alone or (unclear and mentioned(words, products))):
        return THAT_ITEM
    return NAMED if alone else prediction


def of_a_coupon(prediction: Prediction) -> Prediction:
    """What is unclear and names a coupon of the shop is about that, if it may be: “STAR5能用在会员上吗”."""
    may_be = [(name, p) for name, p in prediction.topics if name in COUPONS and p >= CLOSE]
    if not may_be or prediction.topic_probability >= CLEAR or prediction.topic in COUPONS:
        return prediction
    return replace(prediction, topic=may_be[0][0], topic_probability=max(SURE, may_be[0][1]))


def of_a_named_order(prediction: Prediction, names_order: bool) -> Prediction:
    """What is unclear and names an order by its number asks of it, not of what is for sale: “订单 … 发货了吗”."""
    if not names_order or prediction.topic != "stock" or prediction.topic_probability >= CLEAR:
        return prediction
    return replace(prediction, topic="order_status")


def only_goods(words: str, asked: frozenset[str], products: Mapping[str, Product]) -> bool:
    """Whether an order or its password was asked for, and what came is the name of goods or how one begins."""
    if ASKS_FOR_AN_ORDER.isdisjoint(asked):
        return False
    return nothing_but_named(words, products, pieces=True) or begins_a_name(words, products)


def in_the_case(prediction: Prediction, words: str, memory: Memory, waits: bool) -> Prediction:
    """What a message means that only the case before it tells.

    “Then what?” goes on with it, and who waits and calls for haste asks nothing else. Who waits and asks what will be
    needed, or how it is refunded, asks it of what somebody was called for.
    """
    if _adds_to_it(prediction, words, memory):
        return THAT_ITEM
    before = memory.topic or ""
    if not waits or not handed(memory):
        return THAT_ITEM if onward(words) and (memory.order or memory.asks) else prediction
    if hurries(words) or says_nothing(words) or onward(words):
        return THAT_ITEM
    may_be = {name for name, p in prediction.topics if p >= CLOSE}
    refund = before in REFUNDED_BY_PEOPLE and not may_be.isdisjoint({"refund", "refund_policy"})
    if refund or asks_what_to_prepare(words):
        return Prediction(before, 1.0, ((before, 1.0),), "none", 1.0, "case", 1.0)
    return prediction


def of_nothing_before(prediction: Prediction, memory: Memory) -> Prediction:
    """What is meant instead where a correction is heard and nothing was said yet: “That's not what I bought”."""
    if prediction.topic != "correction" or memory.topic or memory.order or memory.orders or memory.asks:
        return prediction
    rest = prediction.topics[1:]
    sure = rest[0][1] / max(1e-9, 1 - prediction.topic_probability) if rest else 0.0
    return replace(prediction, topic=rest[0][0], topic_probability=sure, topics=rest) if sure >= SURE else prediction


def handed(memory: Memory) -> bool:
    """Whether what is spoken of is for a person to see to."""
    return memory.topic is not None and TOPICS[memory.topic].mode == "human"


def _adds_to_it(prediction: Prediction, words: str, memory: Memory) -> bool:
    """Whether a message tells more of the case, though it sounds like a no or like the trouble that it denies."""
    if "order.number" in memory.asks and lost_the_number(words):
        return True
    if prediction.topic == "deny" and "claim.request" in memory.asks:
        return not says_no(words)  # “both are wrong” is no answer to “what would you like?”
    denied = prediction.topic in {"wrong_account", "wrong_region"} and says_it_is_right(words)
    return denied and memory.reason not in {None, prediction.topic}
