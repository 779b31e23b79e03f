"""What a buyer's message can be about, and how each kind is handled.

The kinds are the question types of after-sales for digital goods: P1–P13 before the sale, S1–S36 after it, and the
small talk around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ticketing.ticket import Priority

Mode = Literal["question", "case", "human", "refuse", "social"]


@dataclass(frozen=True, slots=True)
class Topic:
    """How one kind is handled.

    Attributes:
        kind: the question type, `P1` … `S36`; empty for small talk.
        mode: `question` is answered from what the shop says, `case` from the buyer's order, `human` goes to a person
            at once, `refuse` is not helped with, `social` needs neither.
        reason: the claim's reason in the policy language, where the topic is one.
        ticket: the ticket's reason where no claim reason fits.
        offers: what the buyer may ask for when nothing was asked for yet.
    """

    kind: str
    mode: Mode
    reason: str | None = None
    ticket: str = "other"
    priority: Priority = "normal"
    offers: tuple[str, ...] = ()


def _question(kind: str) -> Topic:
    return Topic(kind, "question")


def _case(kind: str, reason: str | None, offers: tuple[str, ...] = ("refund",), priority: Priority = "normal") -> Topic:
    return Topic(kind, "case", reason, reason or "other", priority, offers)


def _human(kind: str, reason: str | None, ticket: str, priority: Priority = "normal") -> Topic:
    return Topic(kind, "human", reason, ticket, priority)


TOPICS: dict[str, Topic] = {
    "stock": _question("P1"),
    "region": _question("P2"),
    "authenticity": _question("P3"),
    "how_to_use": _question("P4"),
    "delivery_time": _question("P5"),
    "refund_policy": _question("P6"),
    "coupon_how": _question("P7"),
    "invoice_how": _question("P8"),
    "wholesale": _question("P9"),
    "price": _question("P10"),
    "payment_methods": _question("P11"),
    "minors_buy": _question("P12"),
    "prohibited": Topic("P13", "refuse"),
    "not_delivered": _case("S1", "not_delivered", ("refund", "deliver"), "high"),
    "paid_shows_unpaid": _case("S2", "paid_shows_unpaid", (), "high"),
    "duplicate_payment": _case("S3", "duplicate_payment"),
    "cannot_find_key": _case("S4", None, ()),
    "forgot_password": _human("S5", None, "forgot_password"),
    "manual_wait": _case("S6", "not_delivered", ("refund", "deliver")),
    "top_up_missing": _case("S7", "top_up_missing", ("deliver", "refund"), "high"),
    "wrong_account": _case("S8", "wrong_account", priority="high"),
    "key_invalid": _case("S9", "key_invalid", ("reissue", "refund")),
    "key_used": _case("S10", "key_used", ("reissue", "refund")),
    "wrong_region": _case("S11", "wrong_region", ("exchange", "refund")),
    "partial_delivery": _case("S12", "partial_delivery", ("deliver", "refund"), "high"),
    "wrong_product": _case("S13", "wrong_product", ("reissue", "refund")),
    "changed_mind": _case("S14", "changed_mind"),
    "account_banned": _human("S16", "account_banned", "account_banned"),
    "counterfeit": _human("S17", "counterfeit", "counterfeit", "urgent"),
    "membership_inactive": _case("S18", "membership_inactive", ("reissue", "refund")),
    "price_drop": _case("S19", "price_drop"),
    "coupon_problem": _case("S20", "coupon", ("refund",)),
    "invoice": _case("S21", "invoice", ("invoice",)),
    "refund_when": _case("S22", None, ()),
    "refund_where": _question("S23"),
    "compensation": _human("S24", "other", "compensation"),
    "minor": _human("S25", "minor", "minor", "urgent"),
    "chargeback": _human("S26", "chargeback", "chargeback", "urgent"),
    "risk_hold": _human("S27", "risk_hold", "risk_hold", "urgent"),
    "real_name": _question("S28"),
    "bulk_order": _human("S29", "risk_hold", "bulk_order", "high"),
    "wallet": _human("S30", None, "account"),
    "commission": _human("S31", None, "account"),
    "withdrawal": _human("S32", None, "account"),
    "upstream": _human("S33", None, "upstream"),
    "privacy": _human("S34", None, "privacy"),
    "human": _human("S35", None, "human"),
    "out_of_scope": Topic("S36", "refuse"),
    "order_status": _case("", None, ()),
    "refund": _case("", None),
    "cancel": _case("", None, ("cancel",)),
    "product_info": _question(""),
    "shop_profile": _question(""),
    "hours": _question(""),
    "greeting": Topic("", "social"),
    "thanks": Topic("", "social"),
    "goodbye": Topic("", "social"),
    "affirm": Topic("", "social"),
    "deny": Topic("", "social"),
    "identify": Topic("", "social"),
    "evidence": Topic("", "social"),
    "correction": Topic("", "social"),
    "feedback_bad": Topic("", "social"),
    "feedback_good": Topic("", "social"),
}

PRODUCT_TOPICS = frozenset({"stock", "region", "price", "authenticity", "delivery_time", "wholesale", "product_info"})
"""Questions that the catalogue answers where it can; all others are looked up in the articles."""


OFFERED_AFTER = {"refund_policy": "refund", "invoice_how": "invoice"}
"""What is asked whether it is wanted, where an order is named after the rule was told."""


def done_of(topic: str, request: str, stance: str) -> str:
    """What a message of these labels leads to, so that two that lead to the same count as one.

    What is only asked is looked up by its own words, in the catalogue or in the articles; a case is decided by its
    reason and what is asked for; a person gets the ticket's reason and its urgency; small talk gets its own sentence.
    """
    one = TOPICS[topic]
    asked = stance == "general" and request == "none" and topic != "human"
    if topic in PRODUCT_TOPICS:
        return f"catalogue {topic}"
    if one.mode == "question" or (one.mode in {"case", "human"} and asked):
        return "articles"
    if one.mode == "case":
        return f"case {one.reason or topic} {request}"
    return f"person {one.ticket} {one.priority}" if one.mode == "human" else topic
