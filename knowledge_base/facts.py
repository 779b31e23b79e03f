"""The closed table of facts on which a clause may rest: names, types and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from knowledge_base.policy import REASONS, REQUESTS
from knowledge_base.product import PRODUCT_KINDS

FactType = Literal["bool", "int", "double", "string", "timestamp", "duration", "list(string)"]

DELIVERY_KINDS = ("auto", "manual", "upstream")
DELIVERY_STATES = (
    "unpaid", "expired", "paid_pending", "not_delivered", "paid_undelivered_shortage", "partially_delivered",
    "delivered", "failed", "refunded", "partially_refunded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the table.

    Attributes:
        source: who knows it: `store`, `catalogue`, `buyer`, …; the first named wins.
        values: the only values that a string fact can have; empty is any.
    """

    name: str
    type: FactType
    source: str
    values: tuple[str, ...] = ()


def _facts(type_: FactType, source: str, *names: str) -> tuple[Fact, ...]:
    return tuple(Fact(name, type_, source) for name in names)


_TABLE: tuple[Fact, ...] = (
    *_facts("string", "store", "order.number", "order.currency", "order.note"),
    *_facts("bool", "store", "order.paid", "order.frozen", "order.no_return_confirmed"),
    *_facts("timestamp", "store", "order.created_at", "order.paid_at"),
    *_facts("double", "store, our own refunds", "order.paid_amount", "order.refunded_amount"),
    *_facts("string", "store, catalogue", "item.product", "item.name", "item.region", "item.platform"),
    Fact("item.kind", "string", "store, catalogue", tuple(PRODUCT_KINDS)),
    *_facts(
        "int", "store, catalogue", "item.quantity", "item.delivered_quantity", "item.warranty_days", "item.return_days"
    ),
    *_facts(
        "double", "store, catalogue", "item.unit_price", "item.paid_amount", "item.refunded_amount", "item.price_now"
    ),
    Fact("delivery.kind", "string", "store", DELIVERY_KINDS),
    Fact("delivery.state", "string", "store", DELIVERY_STATES),
    *_facts("timestamp", "store, supplier", "delivery.delivered_at", "delivery.redeemed_at"),
    *_facts("int", "catalogue", "delivery.promised_minutes"),
    *_facts("bool", "store, supplier", "delivery.redeemed", "delivery.duplicate_sale"),
    *_facts("int", "store", "payment.count"),
    Fact("claim.request", "string", "buyer", tuple(REQUESTS)),
    Fact("claim.reason", "string", "buyer", REASONS),
    *_facts("string", "buyer", "claim.detail"),
    *_facts("int", "buyer", "claim.evidence"),
    *_facts("bool", "token or proof", "buyer.verified"),
    *_facts("bool", "a person", "buyer.minor"),
    *_facts("int", "our record", "buyer.claims_90d"),
    *_facts("int", "risk signals", "risk.score"),
    *_facts("list(string)", "risk signals", "risk.signals"),
    *_facts("timestamp", "clock", "now"),
)

FACTS: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _TABLE})
"""Every fact by its name. No other name may stand in a clause."""

ROOTS = frozenset(name.split(".")[0] for name in FACTS)
ASKED_OF_THE_BUYER = ("order.number", "order.proof", "order.item")
"""What a buyer can be asked beside every `claim.*`."""
