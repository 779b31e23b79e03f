"""What a store told of its orders, and how an order stands by all of it, in whatever order it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args

OrderEventKind = Literal["paid", "delivered", "refunded", "frozen", "chargeback"]
KINDS: tuple[OrderEventKind, ...] = get_args(OrderEventKind)
STAGES = ("paid", "delivered", "refunded")
"""How far an order has come; a later one is never undone by the news of an earlier one."""


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One event as a store sent it, by the store's own `id`. `order_no` is the number as numbers are compared.

    Attributes:
        amount: what was refunded, or taken back by a bank, in `currency`; None is the whole of it.
        frozen: of the kind `frozen` alone: False is the end of it.
        buyer: of the kind `paid` alone: the shop's id of whoever paid, where the store tells it.
    """

    shop: str
    id: str
    kind: OrderEventKind
    order_no: str
    occurred_at: datetime
    received_at: datetime
    amount: Decimal | None = None
    currency: str | None = None
    frozen: bool | None = None
    buyer: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """How an order stands by what its store told.

    Attributes:
        refunded: the sum of the refunds; None where there was none, or where one was of the whole order.
        frozen: None where nothing was told of it.
        charged_back: how many times a bank took money back.
    """

    stage: str | None = None
    refunded: Decimal | None = None
    frozen: bool | None = None
    charged_back: int = 0


def told_by(events: Iterable[OrderEvent]) -> Told:
    """The same for the same events in any order, each of them once or more often."""
    known = {event.id: event for event in events}.values()
    kinds = {event.kind for event in known}
    refunds = [event for event in known if event.kind == "refunded"]
    amounts = [event.amount for event in refunds if event.amount is not None]
    held = max(
        (event for event in known if event.kind == "frozen"), key=lambda one: (one.occurred_at, one.id), default=None
    )
    return Told(
        stage=next((stage for stage in reversed(STAGES) if stage in kinds), None),
        refunded=sum(amounts, Decimal(0)) if amounts and len(amounts) == len(refunds) else None,
        frozen=held.frozen if held else None,
        charged_back=sum(event.kind == "chargeback" for event in known),
    )
