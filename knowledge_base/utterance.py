"""How a shop's own buyers say things: messages with what they are about."""

from __future__ import annotations

from dataclasses import dataclass

TOPICS = (
    "stock", "region", "authenticity", "how_to_use", "delivery_time", "refund_policy", "coupon_how", "invoice_how",
    "wholesale", "price", "payment_methods", "minors_buy", "prohibited", "not_delivered", "paid_shows_unpaid",
    "duplicate_payment", "cannot_find_key", "forgot_password", "manual_wait", "top_up_missing", "wrong_account",
    "key_invalid", "key_used", "wrong_region", "partial_delivery", "wrong_product", "changed_mind", "account_banned",
    "counterfeit", "membership_inactive", "price_drop", "coupon_problem", "invoice", "refund_when", "refund_where",
    "compensation", "minor", "chargeback", "risk_hold", "real_name", "bulk_order", "wallet", "commission", "withdrawal",
    "upstream", "privacy", "human", "out_of_scope", "order_status", "refund", "cancel", "product_info", "shop_profile",
    "hours",
)  # fmt: skip
"""What a message can be about."""


@dataclass(frozen=True, slots=True)
class OwnUtterance:
    """One row of `utterances.csv`; `case`: whether it speaks of the buyer's own order, None where not said."""

    text: str
    topic: str
    case: bool | None = None
