"""Queries about what a conversation has led to: decisions, the assistant's steps, suggestions, and who its owner is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.storage.tables import OF_NO_MESSAGE, conversations, decisions, events, messages, turns


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was kept, with its proof."""

    id: str
    at: datetime
    order_no: str | None
    proof: dict[str, Any]
    conversation: str


def decisions_of(tx: sa.Connection, shop: str, conversation: str) -> tuple[Decided, ...]:
    """What was decided in a conversation, latest first."""
    query = (
        sa.select(decisions.c.id, decisions.c.at, decisions.c.order_no, decisions.c.proof, decisions.c.conversation)
        .where(decisions.c.shop == shop, decisions.c.conversation == conversation)
        .order_by(decisions.c.at.desc(), decisions.c.id.desc())
    )
    return tuple(Decided(*row) for row in tx.execute(query))


def steps_of(
    tx: sa.Connection, shop: str, conversation: str, since: datetime
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """How the assistant came to its answers: `(the buyer's message id, trace)`, oldest first."""
    query = (
        sa.select(turns.c.message, turns.c.trace)
        .join(messages, sa.and_(messages.c.shop == turns.c.shop, messages.c.id == turns.c.message))
        .where(messages.c.shop == shop, messages.c.conversation == conversation, messages.c.at >= since)
        .order_by(messages.c.seq)
    )
    return tuple((row.message, dict(row.trace)) for row in tx.execute(query))


def last_event(tx: sa.Connection, shop: str, conversation: str, kind: str) -> tuple[dict[str, Any], datetime] | None:
    """The latest event of a kind, but of a message, in a conversation: its body and time."""
    query = (
        sa.select(events.c.body, events.c.at)
        .where(events.c.shop == shop, events.c.conversation == conversation, events.c.type == kind, OF_NO_MESSAGE)
        .order_by(events.c.n.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else (dict(row.body), row.at)


def suggestion(tx: sa.Connection, shop: str, conversation: str, key: str) -> dict[str, Any] | None:
    """What was suggested under an id in a conversation."""
    query = (
        sa.select(events.c.body)
        .where(events.c.shop == shop, events.c.conversation == conversation, events.c.type == "suggest", OF_NO_MESSAGE)
        .where(events.c.body["id"].as_string() == key)
        .order_by(events.c.n.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else dict(row.body)


def opened_by(tx: sa.Connection, shop: str, conversation: str, agent: str) -> datetime | None:
    """When an agent last opened a conversation."""
    query = (
        sa.select(events.c.at)
        .where(events.c.shop == shop, events.c.conversation == conversation, events.c.type == "opened", OF_NO_MESSAGE)
        .where(events.c.body["agent"]["id"].as_string() == agent)
        .order_by(events.c.n.desc())
        .limit(1)
    )
    return tx.execute(query).scalar_one_or_none()


def changes_of(
    tx: sa.Connection, shop: str, chats: Collection[str], ticket: str
) -> tuple[tuple[dict[str, Any], datetime], ...]:
    """Every change of a ticket with its time, in order."""
    query = (
        sa.select(events.c.body, events.c.at)
        .where(
            events.c.shop == shop, events.c.conversation.in_(chats), events.c.type == "ticket.changed", OF_NO_MESSAGE
        )
        .where(events.c.body["ticket"].as_string() == ticket)
        .order_by(events.c.n)
    )
    return tuple((dict(row.body), row.at) for row in tx.execute(query))


def owner_known(tx: sa.Connection, shop: str, owner: str) -> tuple[int, datetime | None]:
    """How many conversations an owner has had, and since when."""
    query = sa.select(sa.func.count(), sa.func.min(conversations.c.created_at)).where(
        conversations.c.shop == shop, conversations.c.owner == owner
    )
    row = tx.execute(query).one()
    return int(row[0]), row[1]
