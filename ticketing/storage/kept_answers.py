"""Answers to writes over HTTP, kept for as long as acks are: the same `Idempotency-Key` is answered alike.

They stand among the commands, under senders that no socket has.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from ticketing.storage.database import encode
from ticketing.storage.tables import commands
from ticketing.storage.visitors import repeated, save_ack

BEGUN = "begun"


def begin(tx: sa.Connection, shop: str, actor: str, key: str, asked: bytes, at: datetime) -> dict[str, Any] | None:
    """Claim a key: None for whoever begins, else what is known of the same request before.

    That is `{"begun": TIME}` until it has ended, then what `end` was given. Raises IdReused for another request.
    """
    before = repeated(tx, shop, _sender(actor), key, asked)
    if before is not None:
        found: dict[str, Any] = msgspec.json.decode(before)
        return found
    save_ack(tx, shop, _sender(actor), key, asked, {BEGUN: at.isoformat()}, at)
    return None


def end(tx: sa.Connection, shop: str, actor: str, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer."""
    tx.execute(sa.update(commands).where(_is(shop, actor, key)).values(ack=msgspec.json.decode(encode(answer))))


def give_up(tx: sa.Connection, shop: str, actor: str, key: str) -> None:
    """Nothing was done: the key is free again."""
    tx.execute(sa.delete(commands).where(_is(shop, actor, key)))


def untell(tx: sa.Connection, shop: str) -> None:
    """Keep of each answer that it was given, and nothing of what it told: that may be about anybody."""
    c = commands.c
    query = sa.select(c.client_id, c.sender, c.ack).where(c.shop == shop, c.sender.startswith(_sender("")))
    for key, sender, ack in tx.execute(query).all():
        if ack.get("told"):
            kept = {"status": ack["status"], "told": False}
            tx.execute(sa.update(commands).where(_is(shop, sender.removeprefix(_sender("")), key)).values(ack=kept))


def _sender(actor: str) -> str:
    return f"http:{actor}"


def _is(shop: str, actor: str, key: str) -> sa.ColumnElement[bool]:
    return (commands.c.shop == shop) & (commands.c.sender == _sender(actor)) & (commands.c.client_id == key)
