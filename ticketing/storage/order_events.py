"""Queries about order events, and about which conversations are about which order."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from ticketing.errors import IdReused
from ticketing.order_event import OrderEvent
from ticketing.storage.columns import time_of
from ticketing.storage.prepared import Prepared
from ticketing.storage.tables import conversation_orders, conversations, order_events, order_grants

_LAST_FREEZE = Prepared(
    sa.select(order_events.c.frozen, sa.type_coerce(order_events.c.occurred_at, sa.BigInteger))
    .where(order_events.c.shop == sa.bindparam("_shop"), order_events.c.order_no == sa.bindparam("_order_no"))
    .where(order_events.c.kind == sa.literal_column("'frozen'"))
    .order_by(order_events.c.occurred_at.desc(), order_events.c.id.desc())
    .limit(sa.literal_column("1"))
    .offset(sa.literal_column("0"))
)


def add(tx: sa.Connection, event: OrderEvent, body: bytes) -> bool:
    """Keep an event; False where it was kept before. IdReused where its id came with another body."""
    mine = (order_events.c.shop == event.shop) & (order_events.c.id == event.id)
    digest = hashlib.sha256(body).hexdigest()
    before = tx.execute(sa.select(order_events.c.sha256).where(mine)).scalar_one_or_none()
    if before is not None and before != digest:
        raise IdReused(event.id)
    if before is None:
        amount = None if event.amount is None else str(event.amount)
        tx.execute(sa.insert(order_events).values(**(asdict(event) | {"amount": amount, "sha256": digest})))
    return before is None


def last_freeze(tx: sa.Connection, shop: str, order_no: str) -> tuple[bool, datetime] | None:
    """Whether an order was told to be frozen last, or free again, and when that happened; as `told_by` finds it."""
    row = _LAST_FREEZE.run(tx, {"_shop": shop, "_order_no": order_no}).fetchone()
    at = None if row is None else time_of(row[1])
    return None if at is None else (bool(row[0]), at)


def of_order(tx: sa.Connection, shop: str, order_no: str) -> tuple[OrderEvent, ...]:
    """What was told of an order, in the order in which it came."""
    query = (
        sa.select(order_events)
        .where(order_events.c.shop == shop, order_events.c.order_no == order_no)
        .order_by(order_events.c.received_at, order_events.c.id)
    )
    return tuple(_event(row) for row in tx.execute(query))


def link(tx: sa.Connection, shop: str, order_no: str, conversation: str, proved: bool) -> None:
    """Remember that a conversation is about an order; once its buyer proved it, that stays."""
    links = conversation_orders
    mine = (links.c.shop == shop) & (links.c.order_no == order_no) & (links.c.conversation == conversation)
    before = tx.execute(sa.select(links.c.proved).where(mine)).scalar_one_or_none()
    if before is None:
        tx.execute(sa.insert(links).values(shop=shop, order_no=order_no, conversation=conversation, proved=proved))
    elif proved and not before:
        tx.execute(sa.update(links).where(mine).values(proved=True))


def conversations_about(tx: sa.Connection, shop: str, order_no: str) -> tuple[tuple[str, bool], ...]:
    """`(conversation, proved)` of every conversation that is about an order."""
    links = conversation_orders
    query = sa.select(links.c.conversation, links.c.proved).where(links.c.shop == shop, links.c.order_no == order_no)
    return tuple((row.conversation, row.proved) for row in tx.execute(query.order_by(links.c.conversation)))


def ownership(tx: sa.Connection, shop: str, order_no: str, conversation: str) -> dict[str, Any]:
    """How the owner of a conversation opened an order: `by` is `proof` or `token`, None where it was not opened."""
    owner = sa.select(conversations.c.owner).where(conversations.c.shop == shop, conversations.c.id == conversation)
    whose = tx.execute(owner).scalar_one_or_none()
    mine = (order_grants.c.shop == shop, order_grants.c.owner == whose)
    found = {normalise(row.order_no): row for row in tx.execute(sa.select(order_grants).where(*mine))}
    row = found.get(normalise(order_no))
    signed = whose is not None and whose.startswith("buyer:")
    return {
        "owner": whose, "signed_in": signed, "by": row.by if row else ("token" if signed else None),
        "at": row.at.isoformat() if row else None,
    }  # fmt: skip


def normalise(order_no: str) -> str:
    """A number without what writing it differently adds: spaces, small letters, full-width signs."""
    return "".join(unicodedata.normalize("NFKC", order_no).split()).upper()


def _event(row: sa.Row[Any]) -> OrderEvent:
    amount = None if row.amount is None else Decimal(row.amount)
    return OrderEvent(
        row.shop, row.id, row.kind, row.order_no, row.occurred_at, row.received_at, amount, row.currency, row.frozen,
        row.buyer,
    )  # fmt: skip
