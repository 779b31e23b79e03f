"""The body of an order event: what is read of it, and what is wrong with it. Whatever else it holds is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from support.orders.number import LONGEST, normalise_number, written_forms
from ticketing.order_event import KINDS, OrderEvent

S = TypeVar("S", bound=Struct)
PING = "ping"
TYPES = (*(f"order.{kind}" for kind in KINDS), PING)
LARGEST = 16 * 1024
"""Bytes of a body."""
LATEST = timedelta(minutes=5)
"""How far ahead of ours a store's clock may be."""
Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]


class BadBody(Exception):
    """A body that cannot be used; the message names the place and what belongs there."""


class _Data(Struct):
    order: Annotated[str, Meta(min_length=1, max_length=LONGEST)]
    amount: Amount | None = None
    currency: Currency | None = None
    frozen: bool = True
    reference: Annotated[str, Meta(max_length=200)] = ""
    buyer: Annotated[str, Meta(max_length=128)] = ""


class _Head(Struct):
    type: str


class _Body(Struct):
    type: str
    timestamp: datetime
    data: _Data


@dataclass(frozen=True, slots=True)
class Given:
    """An event as it was sent; `shown` is the order's number as the store writes it, `reference` a chargeback's own."""

    event: OrderEvent
    shown: str
    reference: str = ""


def read_body(shop: str, id: str, body: bytes, now: datetime) -> Given | None:
    """The event, None for a `ping`. Raises BadBody."""
    kind = _decoded(body, _Head).type
    if kind not in TYPES:
        raise BadBody(f"type is one of {', '.join(TYPES)}")
    if kind == PING:
        return None
    given = _decoded(body, _Body)
    shown, reference = (" ".join(text.split()) for text in (given.data.order, given.data.reference))
    return Given(_event(shop, id, kind.removeprefix("order."), given, now), shown, reference)


def _event(shop: str, id: str, kind: str, given: _Body, now: datetime) -> OrderEvent:
    data, known = given.data, next(one for one in KINDS if one == kind)
    if not written_forms(data.order):
        raise BadBody("data.order is an order's number in plain letters")
    if given.timestamp.tzinfo is None:
        raise BadBody("timestamp has an offset, such as 2026-03-01T12:00:00+08:00 or …Z")
    at = given.timestamp.astimezone(UTC)
    if at > now + LATEST:
        raise BadBody("timestamp is when it happened; it lies ahead of this server's clock")
    refund = kind in {"refunded", "chargeback"} and data.amount is not None
    return OrderEvent(
        shop, id, known, normalise_number(data.order), at, now, Decimal(data.amount or 0) if refund else None,
        data.currency if refund else None, data.frozen if kind == "frozen" else None,
        (data.buyer.strip() or None) if kind == "paid" else None,
    )  # fmt: skip


def _decoded(body: bytes, into: type[S]) -> S:
    try:
        return msgspec.json.decode(body, type=into)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(f"the body is no such event: {error}") from None
