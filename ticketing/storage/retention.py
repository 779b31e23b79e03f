"""Queries about what has had its time: nothing that is held is among it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.storage.privacy import held_chats, held_owners
from ticketing.storage.tables import (
    access_log,
    conversations,
    legal_holds,
    order_grants,
    privacy_requests,
    proof_attempts,
    refunds,
    tickets,
    visitors,
)

ENDED = ("resolved", "closed")
AT_ONCE = 500


def due_chats(
    tx: sa.Connection, shop: str, quiet_before: datetime, dispute_before: datetime, at: datetime, most: int
) -> tuple[tuple[str, str], ...]:
    """`(id, owner)` of conversations whose words have had their time, the oldest first.

    Where there was a ticket or a refund it is `dispute_before` that counts, and nothing of a ticket that is open goes.
    """
    query = sa.select(conversations.c.id, conversations.c.owner).where(_due(shop, quiet_before, dispute_before, at))
    return tuple((row.id, row.owner) for row in tx.execute(query.order_by(conversations.c.updated_at).limit(most)))


def count_due(tx: sa.Connection, shop: str, quiet_before: datetime, dispute_before: datetime, at: datetime) -> int:
    """How many they are."""
    query = sa.select(sa.func.count()).select_from(conversations)
    return int(tx.execute(query.where(_due(shop, quiet_before, dispute_before, at))).scalar_one())


def _due(shop: str, quiet_before: datetime, dispute_before: datetime, at: datetime) -> sa.ColumnElement[bool]:
    c = conversations.c
    its = sa.select(sa.literal(1)).where(tickets.c.shop == shop, tickets.c.conversation == c.id)
    refunded = sa.select(sa.literal(1)).where(refunds.c.shop == shop, refunds.c.conversation == c.id).exists()
    disputed = sa.or_(its.exists(), refunded)
    ended = ~its.where(tickets.c.state.not_in(ENDED)).exists()
    return sa.and_(
        c.shop == shop, c.erased_at.is_(None), c.updated_at < quiet_before,
        sa.or_(~disputed, sa.and_(c.updated_at < dispute_before, ended)), c.id.not_in(held_chats(shop, at)),
    )  # fmt: skip


def forget_rows(tx: sa.Connection, shop: str, chat: datetime, dispute: datetime, access: datetime, at: datetime) -> int:
    """Delete some of the rows beside conversations that are older than each of these; how many, 0 once all are gone."""
    free = held_owners(shop, at)
    theirs = conversations.c.owner == sa.literal("visitor:") + visitors.c.id
    talked = sa.select(sa.literal(1)).where(conversations.c.shop == shop, theirs).exists()
    opened = sa.select(sa.literal(1)).where(
        order_grants.c.shop == shop, order_grants.c.owner == sa.literal("visitor:") + visitors.c.id
    )
    gone = 0
    for table, old in (
        (proof_attempts, (proof_attempts.c.at < chat, proof_attempts.c.owner.not_in(free))),
        (order_grants, (order_grants.c.at < dispute, order_grants.c.owner.not_in(free))),
        (access_log, (access_log.c.at < access, access_log.c.owner.not_in(free))),
        (privacy_requests, (privacy_requests.c.ended_at < access, privacy_requests.c.person.not_in(free))),
        (legal_holds, (legal_holds.c.lifted_at < access,)),
        (visitors, (visitors.c.created_at < chat, ~talked, ~opened.exists())),
    ):  # fmt: skip
        gone += _delete_some(tx, table, shop, old)
    return gone


def _delete_some(tx: sa.Connection, table: sa.Table, shop: str, old: tuple[sa.ColumnElement[Any], ...]) -> int:
    keys = [column for column in table.primary_key.columns if column.name != "shop"]
    some = sa.select(*keys).where(table.c.shop == shop, *old).limit(AT_ONCE)
    rows = [dict(row._mapping) for row in tx.execute(some)]
    if not rows:
        return 0
    mine = sa.and_(table.c.shop == shop, *(key == sa.bindparam(f"_{key.name}") for key in keys))
    tx.execute(sa.delete(table).where(mine), [{f"_{name}": value for name, value in row.items()} for row in rows])
    return len(rows)
